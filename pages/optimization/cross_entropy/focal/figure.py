"""Focal loss: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools
import math

import numpy as np

from charts import Axis, Bars, Curve, Figure, Mark, Scene, bars, curves
from formulas.checks import Array
from formulas.optimization.cross_entropy import focal_loss
from notation.numbers import number_text, share_text
from pages.optimization.cross_entropy.figure import PROBABILITIES, SURPRISE
from pages.optimization.cross_entropy.focal.statement import STATEMENT, Result

HARD = 0.1  # probability of the one example that is predicted badly
FOCAL_COLOR, CROSS_COLOR, MANY_COLOR, HARD_COLOR = STATEMENT.color_indices(
    "focal", "cross", "probability", "gamma"
)


def draw(
    result: Result, *, probability: float, gamma: float, alpha: float, many: int
) -> Scene:
    """Draw the loss of every probability, and who causes the loss of a batch."""
    shares = (
        share_of_many(result.cross, -math.log(HARD), many),
        share_of_many(result.focal, hard_loss(gamma, alpha), many),
    )
    return Scene(
        _losses(result, probability, gamma, alpha),
        _batch(shares, many),
        readouts={
            "focal": result.focal,
            "cross": result.cross,
            "size of the derivative with respect to the logit": abs(result.slope),
            "fraction from the N, cross-entropy": shares[0],
            "fraction from the N, focal loss": shares[1],
        },
        status=sentence(result, probability, many, shares),
    )


def share_of_many(one: float, hard: float, many: int) -> float:
    """Return which part of the loss many alike examples cause beside a hard one."""
    return many * one / (many * one + hard)


@functools.lru_cache(maxsize=128)
def hard_loss(gamma: float, alpha: float) -> float:
    """Return the focal loss of the one example that is predicted badly."""
    logit = math.log(HARD / (1 - HARD))
    return float(focal_loss(1, [0.0, logit], gamma=gamma, alpha=[1.0, alpha]))


@functools.lru_cache(maxsize=128)
def curve(gamma: float, alpha: float) -> Array:
    """Return the focal loss of every probability."""
    logits = np.zeros((len(PROBABILITIES), 2))
    logits[:, 1] = np.log(PROBABILITIES / (1 - PROBABILITIES))
    losses = np.asarray(
        focal_loss(
            np.ones(len(logits), dtype=int),
            logits,
            gamma=gamma,
            alpha=[1.0, alpha],
            reduction="none",
        )
    )
    losses.setflags(write=False)
    return losses


def _losses(result: Result, probability: float, gamma: float, alpha: float) -> Figure:
    return curves(
        "Loss against the probability of the true class",
        Curve("focal", PROBABILITIES, curve(gamma, alpha), FOCAL_COLOR, dash=0),
        Curve("cross-entropy", PROBABILITIES, SURPRISE, CROSS_COLOR, dash=1),
        Mark(probability, result.focal, "", FOCAL_COLOR),
        Mark(probability, result.cross, "", CROSS_COLOR),
        x=Axis("probability p of the true class", (0, 1.02)),
        y=Axis("loss (nats)", (-0.1, 4)),
    )


def _batch(shares: tuple[float, float], many: int) -> Figure:
    percent = 100 * np.array(shares)
    return bars(
        f"Percent of the loss: {many} at p, one at 0.1",
        ("cross-entropy", "focal"),
        Bars("the N at p", percent.round(), MANY_COLOR),
        Bars("the one at 0.1", (100 - percent).round(), HARD_COLOR),
        y=Axis("percent of the loss", (0, 115)),
    )


def sentence(
    result: Result, probability: float, many: int, shares: tuple[float, float]
) -> str:
    """Say what is left of the loss, and who causes the loss of the batch."""
    left = number_text(100 * result.focal / result.cross, 3)
    examples = "one example" if many == 1 else f"{many} examples"
    return (
        f"At p = {number_text(probability, 3)} the loss is {number_text(result.focal, 3)}, "
        f"{left}% of the cross-entropy. Beside one example at 0.1, {examples} at p cause "
        f"{share_text(shares[1])} of the loss, by cross-entropy {share_text(shares[0])}."
    )
