"""AMSGrad: what is drawn, and the sentence about it."""

from __future__ import annotations

import numpy as np

from charts import Axis, Curve, Figure, Mark, Scene, curves, fitting
from formulas.checks import Array
from notation.numbers import counted, number_text
from pages.optimization.adam.amsgrad.statement import (
    MOST_STEPS,
    STATEMENT,
    Result,
    whole_run,
)

STEPS = np.arange(MOST_STEPS + 1)
ENDS = (1.0, 2.5, 5.0, 10.0, 20.0, 40.0)
ALONG = Axis("step t", (0, MOST_STEPS))
AMSGRAD_COLOR, ADAM_COLOR = STATEMENT.color_indices("updated", "adam")


def draw(result: Result, *, keep: float, size: int, period: int, steps: int) -> Scene:
    """Draw both walks, and what each divides by."""
    squares, largest, path, adam_path = whole_run(keep, size, period)
    mean = (size - (period - 1)) / period
    return Scene(
        _walks(path, adam_path, result, steps),
        _squares((squares, largest), result, steps),
        readouts={
            "adam": result.adam,
            "updated": result.updated,
            "mean gradient of a period": mean,
            "mean_square": result.mean_square,
            "largest": result.largest,
        },
        status=sentence(result, mean, steps),
    )


def _walks(path: Array, adam_path: Array, result: Result, steps: int) -> Figure:
    end = fitting(1.05 * max(np.abs(path).max(), np.abs(adam_path).max()), ENDS)
    return curves(
        "The weight after each step",
        Curve("Adam", STEPS, adam_path, ADAM_COLOR, dash=1),
        Curve("AMSGrad", STEPS, path, AMSGRAD_COLOR, dash=0),
        Mark(steps, result.adam, "", ADAM_COLOR),
        Mark(steps, result.updated, "", AMSGRAD_COLOR),
        x=ALONG,
        y=Axis("weight", (-end, end)),
    )


def _squares(both: tuple[Array, Array], result: Result, steps: int) -> Figure:
    return curves(
        "Mean squares, before the correction for the start",
        Curve("Adam", STEPS[1:], both[0][1:], ADAM_COLOR, dash=1),
        Curve("AMSGrad", STEPS[1:], both[1][1:], AMSGRAD_COLOR, dash=0),
        Mark(steps, result.mean_square, "", ADAM_COLOR),
        Mark(steps, result.largest, "", AMSGRAD_COLOR),
        x=ALONG,
        y=Axis("mean square", (0.5, 2e4), log=True),
    )


def sentence(result: Result, mean: float, steps: int) -> str:
    """Say where the mean gradient points, and where both have gone."""
    if mean > 0:
        aim = (
            f"The mean gradient is {number_text(mean, 3)}, so the weight should go down"
        )
    elif mean < 0:
        aim = f"The mean gradient is {number_text(mean, 3)}, so the weight should go up"
    else:
        aim = "The mean gradient is 0, so the weight should stay"
    return (
        f"{aim}; after {counted(steps, 'step')} Adam is at {number_text(result.adam, 3)} "
        f"and AMSGrad at {number_text(result.updated, 3)}."
    )
