"""Cross-entropy loss: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools
import math

import numpy as np

from charts import Axis, Bars, Curve, Figure, Mark, Scene, bars, curves
from formulas.checks import Array
from formulas.optimization.cross_entropy import perplexity
from notation.numbers import number_text
from pages.optimization.cross_entropy.statement import STATEMENT, Result, losses

PROBABILITIES = np.linspace(0.001, 0.999, 160)
SURPRISE = -np.log(PROBABILITIES)
STEPS = np.arange(21)

TARGET_COLOR, PREDICTION_COLOR, LOSS_COLOR, GRADIENT_COLOR = STATEMENT.color_indices(
    "y_true", "y_prob", "loss", "gradient"
)


def draw(
    result: Result,
    *,
    y_true: Array,
    y_prob: Array,
    probability: float,
    n_classes: int,
    smoothing: float,
) -> Scene:
    """Draw the loss of every prediction, its gradient, and where the gradient leads."""
    untrained = math.log(n_classes)
    curve = _curve(float(y_true[0]), n_classes)
    kinds = ("true class", "each other class" if n_classes > 2 else "other class")
    return Scene(
        _against_probability(curve, result.loss, probability, untrained),
        _distributions(kinds, y_true, y_prob),
        _gradient(kinds, result.gradient),
        _descent(probability, n_classes, float(y_true[0])),
        readouts={
            "loss": result.loss,
            "loss from the true class": result.true_part,
            "loss from the other classes": result.other_part,
            "perplexity e^H": perplexity(result.loss),
            "loss of an untrained network": untrained,
            "gradient of the true logit": float(result.gradient[0]),
        },
        status=sentence(result, probability, n_classes, smoothing, untrained),
    )


@functools.lru_cache(maxsize=256)
def _curve(target: float, n_classes: int) -> Array:
    """Return the loss of every prediction."""
    curve = np.asarray(losses(target, PROBABILITIES, n_classes))
    curve.setflags(write=False)
    return curve


def _against_probability(
    curve: Array, loss: float, probability: float, untrained: float
) -> Figure:
    return curves(
        "Loss against the probability of the true class",
        Curve("loss", PROBABILITIES, curve, LOSS_COLOR),
        Curve("surprise −ln ŷ₁", PROBABILITIES, SURPRISE, PREDICTION_COLOR),
        Mark(probability, loss, number_text(loss, 3), LOSS_COLOR),
        x=Axis("predicted probability ŷ₁ of the true class", (0, 1)),
        y=Axis("loss (nats)", (0, 12)),
        levels=[(untrained, "untrained: ln K")],
    )


def _distributions(kinds: tuple[str, str], y_true: Array, y_prob: Array) -> Figure:
    return bars(
        "Target and prediction",
        kinds,
        Bars("target y", y_true[:2], TARGET_COLOR),
        Bars("prediction ŷ", y_prob[:2], PREDICTION_COLOR),
        y=Axis("probability", (0, 1.15)),
        height=250,
    )


def _gradient(kinds: tuple[str, str], gradient: Array) -> Figure:
    both = np.round(gradient[:2], 14)  # rounding must not look like a slope
    return bars(
        "Gradient with respect to each logit",
        kinds,
        Bars("gradient ŷ − y", both, GRADIENT_COLOR),
        y=Axis("gradient", (-1.25, 1.25)),
        height=250,
    )


def _descent(probability: float, n_classes: int, target: float) -> Figure:
    return curves(
        "Gradient descent on the logits, learning rate 1",
        Curve(
            "ŷ₁",
            STEPS,
            _path(probability, n_classes, target),
            PREDICTION_COLOR,
            points=True,
        ),
        x=Axis("step", (-0.4, STEPS[-1] + 0.4)),
        y=Axis("probability ŷ₁", (0, 1.08)),
        levels=[(target, "target y₁")],
        height=250,
    )


def _path(probability: float, n_classes: int, target: float) -> Array:
    """Follow the true class while each logit goes against its derivative.

    All other classes are alike and share the opposite of the true one's derivative, so
    the gap between the two kinds of logit says all.
    """
    others = n_classes - 1
    gap = math.log(probability) - math.log((1 - probability) / others)
    path = [probability]
    for _ in STEPS[1:]:
        gap -= (path[-1] - target) * (1 + 1 / others)
        path.append(1 / (1 + others * math.exp(-gap)))
    return np.array(path)


def sentence(
    result: Result,
    probability: float,
    n_classes: int,
    smoothing: float,
    untrained: float,
) -> str:
    """Say what the prediction costs, compared with a blind guess."""
    cost = number_text(result.loss)
    blind = number_text(untrained)
    against = " against the smoothed target" if smoothing else ""
    start = f"The true class gets {probability:.1%}: a loss of {cost} nats{against}"
    choices = f"{n_classes:,} classes"
    if cost == blind:
        return f"{start}, what an untrained network with {choices} loses."
    comparison = "worse" if result.loss > untrained else "better"
    return f"{start}, {comparison} than guessing among {choices} ({blind})."
