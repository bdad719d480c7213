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
                SIDES,
                (Bars("P, true", truth, TRUTH), Bars("Q, believed", belief, BELIEF)),
                title="Two coins",
                y=Axis("probability", (0, 1.2)),
                height=220,
            ),
            bars(
                (*SIDES, "sum: D(P ‖ Q)"),
                [Bars("term", [*terms, forward], FORWARD)],
                title="Terms P log(P/Q): one may be negative, the sum never is",
                y=Axis("nats", (-1.2, 5.2)),
                height=220,
            ),
            curves(
                lines,
                title="Divergences of two coins against q",
                x=Axis("q, believed probability of heads", (0, 1)),
                y=Axis("nats", (0, 2.5)),
                at=[(p, "p")],
                marks=[Mark(q, forward, "", FORWARD), Mark(q, reverse, "", REVERSE)],
            ),
            curves(
                (
                    Curve("P: two peaks", PLACES, PEAKS, TRUTH, fill=True),
                    Curve("Q: bell curve", PLACES, bell, BELIEF),
                ),
                title="One bell curve for two peaks: cover both, or pick one",
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
            "Cover everything",
            {"mu": 0.0, "sigma": 2.05},
            "Best forward fit: 0.72 nats",
        ),
        lesson.Preset(
            "Pick a mode", {"mu": 2.0, "sigma": 0.5}, "Best reverse fit: 0.69 nats"
        ),
        lesson.Preset(
            "Impossible event", {"q": 0.99}, "Tails believed to be rare: 1.61"
        ),
        lesson.Preset("Equal coins", {"q": 0.5}, "Nothing to pay"),
    ),
    prediction=lesson.Prediction(
        "A fair coin, and one that shows heads with probability 0.9. Which divergence "
        "is larger?",
        larger,
        "0.511 against 0.368 nats. A fair coin shows tails half of the time, and the "
        "biased belief is very surprised each time. The biased coin rarely shows what "
        "the fair belief does not expect.",
        choices=("D(fair ‖ biased)", "D(biased ‖ fair)", "both are equal"),
        show={"p": 0.5, "q": 0.9},
    ),
    aha="The price of believing Q when P is true, and it depends on the direction.",
    notice=(
        "Single terms can be negative; their sum cannot.",
        "Forward, D(P ‖ Q) punishes Q for missing a peak: the best bell curve covers "
        "both. In reverse it is punished for the gap: the best one picks a peak.",
        "Jensen–Shannon is symmetric and never exceeds ln 2 = 0.693.",
    ),
    try_this=(
        "Find a p and a q for which both directions cost the same, but p is not q?",
        "How does the cost grow as q approaches 0.99 while the coin is fair?",
        "Which bell curve makes the forward value smallest, which one the reverse value?",
    ),
    pitfalls=(
        "It is no distance: exchanging P and Q changes it, and a detour can be shorter "
        "than the direct way.",
        "The original does not say what happens at 0. An outcome that P excludes adds "
        "nothing; one that only Q excludes makes the divergence infinite.",
        "The original leaves the base open; here the logarithm is natural and the unit "
        "is the nat.",
        "SciPy’s entropy rescales its arguments silently; PyTorch’s kl_div takes log Q "
        "first.",
    ),
    in_use="Distillation, variational autoencoders, trust regions, the penalty that "
    "keeps RLHF near its starting model, drift monitoring.",
)
