"""Warm-up and cosine schedule: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools

import numpy as np

from charts import Axis, Curve, Figure, Mark, Scene, curves, fitting
from formulas.checks import Array
from notation.numbers import number_text
from pages.optimization.gradient_descent.schedule.statement import (
    CURVATURES,
    FIRST_LOSSES,
    STATEMENT,
    TOTAL,
    Result,
    rates_of_run,
)

STEPS = np.arange(TOTAL + 1)
TENTH = 0.1
UNIT = 1e-4  # of the axis of learning rates
TOPS = (0.35, 0.7, 1.3, 3.4, 6, 11)
SCHEDULE_COLOR, CONSTANT_COLOR, SMALL_COLOR = STATEMENT.color_indices(
    "rate", "lr_max", "lr_min"
)


def draw(
    result: Result,
    *,
    run: Array,
    lr_max: float,
    lr_min: float,
    done: int,
    warmup: int,
    noise: float,
) -> Scene:
    """Draw the rate over the run, and the expected loss beside that of fixed rates."""
    total = run.sum(axis=1)
    fixed = constant(lr_max, noise)
    return Scene(
        _rates(result.rate, rates_of_run(warmup, lr_max, lr_min), lr_max, done),
        _losses(total, fixed, constant(TENTH * lr_max, noise), done),
        readouts={
            "rate": result.rate,
            "fraction of the largest": result.rate / lr_max,
            "expected loss now": total[done],
            "expected loss at the end": total[-1],
            "the same at a constant rate": fixed[-1],
        },
        status=sentence(result.rate / lr_max, done, warmup, total[-1], fixed[-1]),
    )


@functools.lru_cache(maxsize=128)
def constant(lr: float, noise: float) -> Array:
    """Return the expected loss of a run at one learning rate, in closed form."""
    total = np.zeros(len(STEPS))
    for curvature, first in zip(CURVATURES, FIRST_LOSSES, strict=True):
        level = lr * noise**2 / (2 * (2 - lr * curvature))
        total += level + (first - level) * (1 - lr * curvature) ** (2 * STEPS)
    total.setflags(write=False)
    return total


def _rates(rate: float, rates: Array, lr_max: float, done: int) -> Figure:
    level = np.full(len(STEPS), lr_max / UNIT)
    return curves(
        "Learning rate over the run",
        Curve("schedule", STEPS, rates / UNIT, SCHEDULE_COLOR, dash=0),
        Curve("constant", STEPS, level, CONSTANT_COLOR, dash=1),
        Mark(done, rate / UNIT, "now", SCHEDULE_COLOR),
        x=Axis("steps done", (0, 1.04 * TOTAL)),
        y=Axis("learning rate (10⁻⁴)", (0, fitting(1.05 * lr_max / UNIT, TOPS))),
    )


def _losses(total: Array, fixed: Array, small: Array, done: int) -> Figure:
    return curves(
        "Expected loss with noisy gradients",
        Curve("schedule", STEPS, total, SCHEDULE_COLOR, dash=0),
        Curve("constant", STEPS, fixed, CONSTANT_COLOR, dash=1),
        Curve("a tenth", STEPS, small, SMALL_COLOR, dash=2),
        x=Axis("steps done", (0, 1.04 * TOTAL)),
        y=Axis("expected loss", (5e-4, 2), log=True),
        at=[(done, "")],
    )


def sentence(
    fraction: float, done: int, warmup: int, end: float, fixed_end: float
) -> str:
    """Say where in the run we are, and how it ends with and without the schedule."""
    where = "in the warm-up" if done < warmup else "on the cosine"
    return (
        f"After {done} of {TOTAL} steps, {where}, the learning rate is "
        f"{number_text(fraction, 3)} of its maximum; the run ends at an expected loss of "
        f"{number_text(end, 3)}, at a constant rate it would at {number_text(fixed_end, 3)}."
    )
