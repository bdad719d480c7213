"""Huber loss: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools

import numpy as np

from charts import Axis, Curve, Figure, Mark, Scene, curves, fitting
from formulas.checks import Array
from formulas.optimization.mean_squared_error import huber
from notation.numbers import number_text
from pages.optimization.mean_squared_error.figure import CONSTANTS
from pages.optimization.mean_squared_error.huber.statement import STATEMENT, Result
from pages.optimization.mean_squared_error.statement import best_constants

ERRORS = np.linspace(-100, 100, 201)
ROOMS = (2.0, 4.0, 8.0, 20.0, 45.0, 110.0)
LOSS_COLOR, SLOPE_COLOR, SQUARE_COLOR = STATEMENT.color_indices(
    "huber", "slopes", "outlier"
)


def draw(
    result: Result,
    *,
    y_true: Array,
    prediction: float,
    delta: float,
) -> Scene:
    """Draw the pull of every error, and the loss of every constant."""
    mean, median = best_constants(y_true)
    best = best_constant(y_true, delta)
    return Scene(
        _slopes(result, delta),
        valley(
            Curve(
                "Huber",
                CONSTANTS,
                loss_of_constants(tuple(y_true.tolist()), delta),
                LOSS_COLOR,
            ),
            Mark(prediction, result.huber, "", LOSS_COLOR),
            best,
        ),
        readouts={
            "huber": result.huber,
            "pull of y₅": 0.0 - result.slopes[-1],
            "best constant": best,
            "mean: best for the squared error": mean,
            "median: best for the absolute error": median,
        },
        status=sentence(result, delta, best, mean, median),
    )


def best_constant(y: Array, delta: float) -> float:
    """Return where the slopes of all examples cancel.

    Their sum grows with the constant and is straight between the corners of the clip.
    """
    corners = np.sort([*(y - delta), *(y + delta)])
    sums = (corners[:, None] - y).clip(-delta, delta).sum(axis=1)
    return float(np.interp(0.0, sums, corners))


def _slopes(result: Result, delta: float) -> Figure:
    room = fitting(1.25 * delta, ROOMS)
    return curves(
        "Slope of the loss: the error, clipped at ±δ",
        Curve("Huber", ERRORS, ERRORS.clip(-delta, delta), SLOPE_COLOR, dash=0),
        Curve("½ squared error", ERRORS, ERRORS, SQUARE_COLOR, dash=1),
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
        at=[(-delta, ""), (delta, "")],
    )


def valley(losses: Curve, now: Mark, best: float) -> Figure:
    """Draw the mean loss of every constant, with the reader's and the best one."""
    highest = 1.1 * float(np.max(losses.y))
    return curves(
        "Loss of every constant; dashed: the best one",
        losses,
        now,
        x=Axis("constant c", (0, 104)),
        y=Axis("mean loss", (0, fitting(highest, (60, 200, 600, 2000, 5200)))),
        at=[(best, "")],
    )


@functools.lru_cache(maxsize=64)
def loss_of_constants(targets: tuple[float, ...], delta: float) -> Array:
    """Return the mean loss of every constant of the picture."""
    shape = (len(CONSTANTS), len(targets))
    guesses = np.broadcast_to(CONSTANTS[:, None], shape)
    losses = huber(
        np.broadcast_to(targets, shape), guesses, delta=delta, reduction="none"
    )
    means: Array = np.asarray(losses).mean(axis=1)
    means.setflags(write=False)
    return means


def sentence(
    result: Result, delta: float, best: float, mean: float, median: float
) -> str:
    """Say how many errors are clipped, and where the best constant lies."""
    clipped = int((np.abs(result.errors) > delta).sum())
    count = len(result.errors)
    verb = "is" if clipped == 1 else "are"
    which = f"{clipped} of {count} errors {verb}" if clipped else "no error is"
    return (
        f"The mean Huber loss is {number_text(result.huber, 3)}; {which} "
        f"clipped to δ = {number_text(delta, 3)}. The best "
        f"constant is {number_text(best, 3)}, {between(median, mean)}."
    )


def between(median: float, mean: float) -> str:
    """Say which numbers the best constant lies between, or that there is only one."""
    ends = number_text(median, 3), number_text(mean, 3)
    if ends[0] == ends[1]:
        return "as are median and mean"
    return "between median {} and mean {}".format(*ends)
