"""Log-cosh loss: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools
import math

import numpy as np

from charts import Axis, Curve, Figure, Mark, Scene, curves, fitting
from formulas.checks import Array
from formulas.optimization.mean_squared_error import log_cosh
from notation.numbers import number_text
from pages.optimization.mean_squared_error.figure import CONSTANTS
from pages.optimization.mean_squared_error.huber.figure import (
    ERRORS,
    ROOMS,
    between,
    valley,
)
from pages.optimization.mean_squared_error.log_cosh.statement import STATEMENT, Result
from pages.optimization.mean_squared_error.statement import best_constants

HALVINGS = 50
LOSS_COLOR, SLOPE_COLOR, HUBER_COLOR = STATEMENT.color_indices(
    "mean_loss", "slopes", "outlier"
)


def draw(result: Result, *, y_true: Array, prediction: float, unit: float) -> Scene:
    """Draw the pull of every error, and the loss of every constant."""
    mean, median = best_constants(y_true)
    targets = tuple(y_true.tolist())
    best = best_constant(targets, unit)
    return Scene(
        _slopes(result, unit),
        valley(
            Curve("log-cosh", CONSTANTS, loss_of_constants(targets, unit), LOSS_COLOR),
            Mark(prediction, result.mean_loss, "", LOSS_COLOR),
            best,
        ),
        readouts={
            "mean_loss": result.mean_loss,
            "loss of y₅": result.losses[-1],
            "pull of y₅": 0.0 - result.slopes[-1],
            "best constant": best,
        },
        status=sentence(result, unit, best, mean, median),
    )


@functools.lru_cache(maxsize=256)
def best_constant(targets: tuple[float, ...], unit: float) -> float:
    """Return where the slopes of all examples cancel: their sum grows with the constant."""
    low, high = min(targets), max(targets)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if sum(math.tanh((middle - y) / unit) for y in targets) < 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _slopes(result: Result, unit: float) -> Figure:
    room = fitting(1.25 * unit, ROOMS)
    return curves(
        "Slope of the loss: the error, bent toward ±s",
        Curve("log-cosh", ERRORS, unit * np.tanh(ERRORS / unit), SLOPE_COLOR, dash=0),
        Curve("Huber", ERRORS, ERRORS.clip(-unit, unit), HUBER_COLOR, dash=1),
        Curve(
            "y₁ to y₅",
            result.errors,
            result.slopes,
            LOSS_COLOR,
            line=False,
            points=True,
        ),
        x=Axis("error r = c − y", (-101, 101)),
        y=Axis("slope g", (-room, room)),
        levels=[(-unit, ""), (unit, "")],
    )


@functools.lru_cache(maxsize=64)
def loss_of_constants(targets: tuple[float, ...], unit: float) -> Array:
    """Return the mean loss of every constant of the picture."""
    shape = (len(CONSTANTS), len(targets))
    guesses = np.broadcast_to(CONSTANTS[:, None] / unit, shape)
    aims = np.broadcast_to(np.array(targets) / unit, shape)
    losses = log_cosh(aims, guesses, reduction="none")
    means: Array = unit**2 * np.asarray(losses).mean(axis=1)
    means.setflags(write=False)
    return means


def sentence(
    result: Result, unit: float, best: float, mean: float, median: float
) -> str:
    """Say how strongly the outlier pulls, and where the best constant lies."""
    return (
        f"The mean log-cosh loss is {number_text(result.mean_loss, 3)}; the error of y₅, "
        f"{number_text(result.errors[-1], 3)}, has a slope of "
        f"{number_text(result.slopes[-1], 3)}, within ±{number_text(unit, 3)}. The best "
        f"constant is {number_text(best, 3)}, {between(median, mean)}."
    )
