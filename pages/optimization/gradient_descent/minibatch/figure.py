"""Minibatches: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools
import math

import numpy as np

from charts import (
    Arrow,
    Axis,
    Curve,
    Figure,
    Mark,
    Outline,
    Points,
    Scene,
    curves,
    padded,
    plane,
)
from formulas.checks import Array
from formulas.optimization.minibatch import expected_excess
from notation.numbers import counted, number_text
from pages.optimization.gradient_descent.minibatch.statement import (
    EXAMPLES,
    MOST,
    START,
    STATEMENT,
    Result,
)

STEPS = np.arange(MOST + 1)
SIZES = np.arange(1, 65)
CENTER = EXAMPLES.mean(axis=0)
SCATTER = float(((EXAMPLES - CENTER) ** 2).sum(axis=1).mean())
LEAST = SCATTER / 2  # of the loss: half the mean squared distance from the center
FIRST = float(((START - CENTER) ** 2).sum()) / 2
LOWEST = 1e-4  # end of the axis of losses
RUN_COLOR, PATH_COLOR, NOISE_COLOR, BATCH_COLOR, FULL_COLOR = STATEMENT.color_indices(
    "updated", "theta", "size", "batch", "gradient"
)


def draw(
    result: Result,
    *,
    path: Array,
    batch: Array,
    rate: float,
    size: int,
    n_steps: int,
) -> Scene:
    """Draw the path among the examples, the loss of this run, and the noise of a batch."""
    walk = np.vstack([path, result.updated])
    excess = ((walk - CENTER) ** 2).sum(axis=1) / 2
    noise = math.sqrt(SCATTER / size)
    floor = rate * noise**2 / (2 * (2 - rate))
    error = float(np.linalg.norm(batch.mean(axis=0) - CENTER))
    return Scene(
        _among_examples(walk, batch),
        _losses(excess, noise, rate),
        _noise(size, noise),
        readouts={
            "loss now": LEAST + excess[-1],
            "above the least loss": excess[-1],
            "long-run mean above the least": floor,
            "error of this batch’s gradient": error,
            "typical error of a batch’s gradient": noise,
        },
        status=sentence(size, error, excess[-1], floor, n_steps),
    )


def _among_examples(walk: Array, batch: Array) -> Figure:
    mean = batch.mean(axis=0)
    return plane(
        "Each step goes toward the mean of its batch",
        Points("examples", EXAMPLES, BATCH_COLOR, sizes=np.full(len(EXAMPLES), 5)),
        Outline("path", padded(walk, MOST + 1), PATH_COLOR),
        Outline("batch", _spokes(batch, mean), BATCH_COLOR),
        Arrow("−gradient", mean, FULL_COLOR, tail=walk[-2], dash=1),
        Arrow("step", walk[-1], RUN_COLOR, tail=walk[-2]),
        Points("best θ", [CENTER], RUN_COLOR, texts=[""], symbol=2),
        extent=((-7, 7), (-5.5, 5.5)),
        x="θ₁",
        y="θ₂",
        square=False,
    )


def _spokes(batch: Array, mean: Array) -> Array:
    """Go from the mean to each example of the batch and back; as many places always."""
    lines = np.full((2 * SIZES[-1], 2), np.nan)
    lines[: 2 * len(batch) : 2] = batch
    lines[1 : 2 * len(batch) : 2] = mean
    return lines


def _losses(excess: Array, noise: float, rate: float) -> Figure:
    mean = expected_excess(FIRST, noise**2, lr=rate, n_steps=MOST)
    exact = expected_excess(FIRST, 0.0, lr=rate, n_steps=MOST)
    return curves(
        "Loss above the least",
        Curve("all examples", STEPS, np.maximum(exact, LOWEST), FULL_COLOR, dash=2),
        Curve("mean of all runs", STEPS, mean, NOISE_COLOR, dash=1),
        Curve("this run", STEPS, padded(excess, MOST + 1), RUN_COLOR, dash=0),
        x=Axis("step", (0, MOST)),
        y=Axis("loss − least loss", (LOWEST, 100), log=True),
        at=[(len(excess) - 1.0, "now")],
    )


@functools.cache
def _all_noise() -> Array:
    found: Array = np.sqrt(SCATTER / SIZES)
    return found


def _noise(size: int, noise: float) -> Figure:
    return curves(
        "Typical error of a batch’s gradient",
        Curve("√(V / B)", SIZES, _all_noise(), NOISE_COLOR),
        Mark(size, noise, "now", RUN_COLOR),
        x=Axis("batch size B", (0, 66)),
        y=Axis("error", (0, 3)),
    )


def sentence(size: int, error: float, excess: float, floor: float, n_steps: int) -> str:
    """Say how wrong this batch’s gradient is, and what noise leaves of the loss."""
    examples = counted(size, "example")
    return (
        f"The gradient of {examples} is off by {number_text(error, 3)} here. After "
        f"{counted(n_steps, 'step')} the loss is {number_text(excess, 3)} above the least; "
        f"in the long run noise keeps it {number_text(floor, 3)} above, on average."
    )
