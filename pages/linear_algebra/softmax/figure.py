"""Softmax: what is drawn, and the sentence about it."""

from __future__ import annotations

import numpy as np

from charts import Axis, Bars, Curve, Figure, Mark, Scene, bars, curves, heatmap
from formulas.checks import Array
from formulas.linear_algebra.softmax import softmax, softmax_jacobian, softmax_naive
from formulas.probability.kl_divergence import entropy
from notation.numbers import number_text
from pages.linear_algebra.softmax.statement import STATEMENT, Result

TEMPERATURES = np.array(STATEMENT.control("temperature").positions)
CLASSES = ("class 1", "class 2", "class 3")
CLASS_COLORS = STATEMENT.color_indices("z1", "z2", "z3")
SOFTMAX_COLOR, OTHER_COLOR = STATEMENT.color_index("probabilities"), 8
MOST_ENTROPY = float(np.log(len(CLASSES)))
PROBABILITY = Axis("probability", (0, 1.12))
TIE = 1e-9
FLAT = 0.01  # a curve this low lies on the axis
SURE = 0.0005  # what is left when a leader's percentage would read as 100


def draw(result: Result, *, logits: Array, temperature: float) -> Scene:
    """Draw the probabilities, what temperature does to them, and their slopes."""
    p = result.probabilities
    scaled = logits / temperature
    naive = softmax_naive(scaled)
    return Scene(
        _bars(p, naive),
        _against_temperature(logits, p, temperature),
        _slopes(scaled, temperature),
        readouts={
            "p₁": p[0],
            "p₂": p[1],
            "p₃": p[2],
            "entropy (nats)": result.entropy,
            "odds of class 1 to class 2": p[0] / p[1] if p[1] else np.inf,
        },
        status=sentence(result, naive, scaled),
    )


def _bars(p: Array, naive: Array) -> Figure:
    return bars(
        "Probabilities",
        CLASSES,
        Bars("softmax", p, SOFTMAX_COLOR, 2),
        Bars("as written, unstable", naive, OTHER_COLOR, 0),
        y=PROBABILITY,
    )


def _against_temperature(logits: Array, p: Array, temperature: float) -> Figure:
    runs = softmax(logits / TEMPERATURES[:, None])
    lines = [
        Curve(name, TEMPERATURES, run, color)
        for name, run, color in zip(CLASSES, runs.T, CLASS_COLORS, strict=True)
    ]
    now = [
        Mark(temperature, probability, _number_on_curve(probability), color)
        for probability, color in zip(p, CLASS_COLORS, strict=True)
    ]
    share = entropy(runs) / MOST_ENTROPY
    return curves(
        "Probabilities and entropy against temperature",
        *lines,
        Curve("entropy / ln 3", TEMPERATURES, share, OTHER_COLOR),
        *now,
        x=Axis("temperature T", (0.1, 10), log=True),
        y=PROBABILITY,
        at=[(temperature, "T now")],
    )


def _number_on_curve(probability: float) -> str:
    """Write a probability on its curve; on the axis there is no room, nor a need."""
    return number_text(probability, 2) if probability >= FLAT else ""


def _slopes(scaled: Array, temperature: float) -> Figure:
    return heatmap(
        "Derivative of each probability with respect to each logit",
        softmax_jacobian(scaled) / temperature,
        x=Axis("logit", labels=CLASSES),
        y=Axis("probability", labels=CLASSES),
        limits=(-1, 1),
        digits=3,
    )


def sentence(result: Result, naive: Array, scaled: Array) -> str:
    """Say who leads, and what the entropy is or why the formula as written fails."""
    p = result.probabilities
    leaders = np.flatnonzero(p.max() - p < TIE)
    leads = _leads(p, leaders)
    # So written that NaN fails too.
    if not np.abs(naive - p).max() < 0.001:
        reason = "every e^(z/T) underflows"
        if scaled.max() > 0:
            reason = "the sum of e^(z/T) overflows"
        return f"{leads}; the formula as written fails, because {reason}."
    if p.max() > 0.99:
        return f"{leads}: nearly a hard maximum, but never exactly one."
    now, most = f"{result.entropy:.4g}", f"{MOST_ENTROPY:.4g}"
    if len(leaders) == len(CLASSES):
        return f"{leads}; the entropy is as large as it can be, {most} nats."
    if now == most:
        return f"{leads}; the entropy is just below its maximum, {most} nats."
    return f"{leads}; the entropy is {now} of at most {most} nats."


def _leads(p: Array, leaders: np.ndarray) -> str:
    """Name the classes of the largest probability, and how large it is."""
    names = [str(k + 1) for k in leaders]
    rest = np.sort(p)[:-1].sum()
    share = f"{p.max():.1%} of the probability"
    if rest < SURE:
        share = f"all but {number_text(rest)} of the probability"
    if len(names) == 1:
        return f"Class {names[0]} takes {share}"
    if len(names) == len(CLASSES):
        return f"Each class takes {share}"
    return f"Classes {' and '.join(names)} take {share} each"
