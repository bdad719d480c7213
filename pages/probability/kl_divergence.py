"""Kullback–Leibler divergence."""

import functools

import numpy as np

from charts import Axis, Bars, Curve, Mark, bars, curves
from formulas.probability.kl_divergence import (
    FORMULA,
    fit_divergences,
    js_divergence,
    kl_divergence,
    kl_terms,
    log_normal,
    log_two_peaks,
)
from ui import lesson

SIDES = ("heads", "tails")
BELIEFS = np.linspace(0.01, 0.99, 99)
COINS = np.stack([BELIEFS, 1 - BELIEFS], axis=1)
PLACES = np.linspace(-6, 6, 181)
PEAKS = np.exp(log_two_peaks(PLACES))
TRUTH, BELIEF, FORWARD, REVERSE, JS = (
    FORMULA.slot(k) for k in ("truth", "belief", "divergence", "reverse", "js")
)
MEASURES = (("D(P ‖ Q)", FORWARD), ("D(Q ‖ P)", REVERSE), ("Jensen–Shannon", JS))
fitted = functools.lru_cache(maxsize=8)(fit_divergences)


@functools.lru_cache(maxsize=8)
def measured(p, q):
    """Measure the coin q, and before it all others, against the coin p."""
    truth, belief = FORMULA.inputs(p=p, q=q).values()
    beliefs = np.vstack([COINS, belief])
    truths = np.broadcast_to(truth, beliefs.shape)
    forward, reverse = kl_divergence([truths, beliefs], [beliefs, truths])
    found = np.array([forward, reverse, js_divergence(truths, beliefs)])
    return truth, belief, kl_terms(truth, belief), found


def draw(p, q, mu, sigma):
    truth, belief, terms, found = measured(p, q)
    forward, reverse, js = found[:, -1].tolist()
    lines = [Curve(n, BELIEFS, found[k, :-1], s) for k, (n, s) in enumerate(MEASURES)]
    cover, pick = fitted(mu, sigma)
    bell = np.exp(log_normal(PLACES, mu, sigma))
    return lesson.Scene(
        figures=(
            bars(
                "Two coins",
                SIDES,
                Bars("P, true", truth, TRUTH),
                Bars("Q, believed", belief, BELIEF),
                y=Axis("probability", (0, 1.2)),
                height=220,
            ),
            bars(
                "Terms P log(P/Q): one may be negative, the sum never is",
                (*SIDES, "sum: D(P ‖ Q)"),
                Bars("term", [*terms, forward], FORWARD),
                y=Axis("nats", (-1.2, 5.2)),
                height=220,
            ),
            curves(
                "Divergences of two coins against q",
                *lines,
                Mark(q, forward, "", FORWARD),
                Mark(q, reverse, "", REVERSE),
                x=Axis("q, believed probability of heads", (0, 1)),
                y=Axis("nats", (0, 2.5)),
                at=[(p, "p")],
            ),
            curves(
                "One bell curve for two peaks: cover both, or pick one",
                Curve("P: two peaks", PLACES, PEAKS, TRUTH, fill=True),
                Curve("Q: bell curve", PLACES, bell, BELIEF),
                x=Axis("x", (-6, 6)),
                y=Axis("density", (0, 1)),
            ),
        ),
        readouts={
            "divergence": forward,
            "reverse": reverse,
            "js": js,
            "peaks against bell, D(P ‖ Q)": cover,
            "bell against peaks, D(Q ‖ P)": pick,
        },
        status=sentence(p, q, forward, reverse, cover, pick),
    )


def sentence(p, q, forward, reverse, cover, pick):
    cost = "The coins are equal and both divergences 0"
    if p != q:
        cost = f"Believing Q costs {forward:.3g} nats a toss, the reverse {reverse:.3g}"
    return (
        f"{cost}. The bell curve pays {cover:.3g} for what it misses (forward) and "
        f"{pick:.3g} for what it fills (reverse)."
    )


def larger():
    fair, biased = [0.5, 0.5], [0.9, 0.1]
    wins = kl_divergence(fair, biased) > kl_divergence(biased, fair)
    return "D(fair ‖ biased)" if wins else "D(biased ‖ fair)"


lesson.show(
    FORMULA,
    draw,
    presets=(
        lesson.Preset(
            "Cover everything", "Best forward fit: 0.72 nats", mu=0.0, sigma=2.05
        ),
        lesson.Preset("Pick a mode", "Best reverse fit: 0.69 nats", mu=2.0, sigma=0.5),
        lesson.Preset("Impossible event", "Tails believed to be rare: 1.61", q=0.99),
        lesson.Preset("Equal coins", "Nothing to pay", q=0.5),
    ),
    prediction=lesson.Prediction(
        "A fair coin, and one that shows heads with probability 0.9. Which divergence "
        "is larger?",
        larger,
        choices=("D(fair ‖ biased)", "D(biased ‖ fair)", "both are equal"),
        show={"p": 0.5, "q": 0.9},
    ),
    **lesson.words(FORMULA),
)
