"""Kullback–Leibler divergence: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools

import numpy as np

from charts import Axis, Bars, Curve, Mark, Scene, bars, curves, fitting
from formulas.probability import kl_divergence as kl
from notation.legacy import inputs_of
from notation.numbers import number_text
from pages.probability.kl_divergence.statement import STATEMENT

SIDES = ("heads", "tails")
BELIEFS = np.linspace(0.01, 0.99, 99)
PLACES = np.linspace(-6, 6, 181)
PEAKS = np.exp(kl.log_two_peaks(PLACES))
MEASURES = {"divergence": "D(P ‖ Q)", "reverse": "D(Q ‖ P)", "js": "Jensen–Shannon"}
TRUTH, BELIEF, *COLORS = STATEMENT.color_indices("truth", "belief", *MEASURES)
fitted = functools.lru_cache(maxsize=8)(kl.fit_divergences)


@functools.lru_cache(maxsize=8)
def compared(p, q):
    """Draw two coins; measure q, and before it all others, against p."""
    truth, belief = inputs_of(STATEMENT, p=p, q=q).values()
    both = Bars("P, true", truth, TRUTH), Bars("Q, believed", belief, BELIEF)
    coins = bars("Two coins", SIDES, *both, y=Axis("probability", (0, 1.2)), height=220)
    found = kl.coin_divergences(p, np.append(BELIEFS, q))
    return coins, kl.kl_terms(truth, belief), found[:, :-1], found[:, -1].tolist()


def draw(p, q, mu, sigma):
    coins, terms, lines, now = compared(p, q)
    cover, pick = fitted(mu, sigma)
    bell = np.exp(kl.log_normal(PLACES, mu, sigma))
    return Scene(
        coins,
        bars(
            "Terms P log(P/Q): one may be negative, the sum never is",
            (*SIDES, "sum: D(P ‖ Q)"),
            Bars("term", [*terms, now[0]], COLORS[0]),
            y=Axis("nats", (-1.2, 5.2)),
            height=220,
        ),
        curves(
            "Divergences of two coins against q",
            *map(Curve, MEASURES.values(), 3 * [BELIEFS], lines, COLORS),
            *(Mark(q, now[k], "", COLORS[k]) for k in (0, 1)),
            x=Axis("q, believed probability of heads", (0, 1)),
            y=Axis("nats", (0, fitting(max(now), (2.5, 5)))),
            at=[(p, "p")],
        ),
        curves(
            "One bell curve for two peaks: cover both, or pick one",
            Curve("P: two peaks", PLACES, PEAKS, TRUTH, fill=True),
            Curve("Q: bell curve", PLACES, bell, BELIEF),
            x=Axis("x", (-6, 6)),
            y=Axis("density", (0, fitting(bell.max(), (1, 2)))),
        ),
        readouts={
            **dict(zip(MEASURES, now, strict=True)),
            "peaks against bell, D(P ‖ Q)": cover,
            "bell against peaks, D(Q ‖ P)": pick,
        },
        status=sentence(p, q, *now[:2], cover, pick),
    )


def sentence(p, q, *costs):
    there, back, cover, pick = (number_text(cost, 3) for cost in costs)
    cost = f"Believing Q costs {there} nats a toss, the reverse {back}"
    if max(costs[:2]) < 1e-9:  # rounding would show
        cost = "The coins are nearly equal and both divergences below 1e-9 nats"
    if p == q:
        cost = "The coins are equal and both divergences are 0"
    bell = f"The bell curve costs {cover} nats averaged over the peaks (forward)"
    return f"{cost}. {bell} and {pick} averaged over itself (reverse)."
