"""Batch normalization: what is drawn, and the sentence about it."""

from __future__ import annotations

import numpy as np

from charts import Axis, Bars, Figure, Scene, bars, fitting, heatmap
from formulas.checks import Array
from formulas.transformer.layer_norm import layer_norm, rms_norm
from notation.numbers import number_text
from pages.transformer.layer_norm.batch_norm.statement import BATCH, STATEMENT, Result

ROWS, COLUMNS = np.array(BATCH).shape
WIDE = COLUMNS + 1  # a block and the gap beside it
NAMES = ("batch norm", "layer norm", "RMSNorm")
LABELS = tuple(
    NAMES[k // WIDE] if k % WIDE == COLUMNS // 2 else ""
    for k in range(len(NAMES) * WIDE - 1)
)
TOGETHER = (  # a column of the first block, a row of the others
    *((row, 0) for row in range(ROWS)),
    *((0, column) for column in range(WIDE, 2 * WIDE - 1)),
    *((0, column) for column in range(2 * WIDE, 3 * WIDE - 1)),
)
EXAMPLES = tuple(str(k + 1) for k in range(ROWS))
FEATURES = tuple(f"feature {k + 1}" for k in range(COLUMNS))
ENDS = tuple(step * 10.0**power for power in range(-1, 4) for step in (1, 2, 5))
OUTPUT_COLOR, LATER_COLOR = STATEMENT.color_indices("output", "evaluated")


def draw(result: Result, *, x: Array, gains: Array, shifts: Array, eps: float) -> Scene:
    """Draw one batch, normalized over three sets of numbers, and in evaluation."""
    by_layer = layer_norm(x, gains, shifts, eps=eps)
    blocks = (result.output, by_layer, rms_norm(x, gains, eps=eps))
    return Scene(
        _blocks(blocks, fitting(1.75 * abs(gains[0]) + abs(shifts[0]), ENDS)),
        _later(result),
        _before(x),
        readouts={
            "example 2, feature 1: batch norm": result.output[1, 0],
            "example 2, feature 1: layer norm": by_layer[1, 0],
            "example 1, feature 2 in training": result.output[0, 1],
            "example 1, feature 2 in evaluation": result.evaluated[0, 1],
        },
        status=sentence(x[0], float(result.mean[0]), result.output, by_layer),
    )


def _blocks(blocks: tuple[Array, ...], end: float) -> Figure:
    sheet = np.full((ROWS, len(LABELS)), np.nan)
    for k, block in enumerate(blocks):
        sheet[:, k * WIDE : k * WIDE + COLUMNS] = block
    return heatmap(
        "Framed: numbers that share a mean or a size",
        sheet,
        x=Axis("", labels=LABELS),
        y=Axis("example", labels=EXAMPLES),
        limits=(-end, end),
        outlined=TOGETHER,
        digits=1,
    )


def _later(result: Result) -> Figure:
    both = np.array([result.output[0], result.evaluated[0]])
    end = fitting(1.2 * np.abs(both).max(), ENDS)
    return bars(
        "Training and evaluation",
        FEATURES,
        Bars("training", both[0], OUTPUT_COLOR, 2),
        Bars("evaluation", both[1], LATER_COLOR, 2),
        y=Axis("output of example 1", (-end, end)),
        height=260,
    )


def _before(x: Array) -> Figure:
    end = fitting(np.abs(x).max(), ENDS)
    return heatmap(
        "The batch before: a row an example",
        x,
        x=Axis("", labels=FEATURES),
        y=Axis("example", labels=EXAMPLES),
        limits=(-end, end),
    )


def sentence(row: Array, mean: float, output: Array, by_layer: Array) -> str:
    """Say what the first number of the batch is compared with, in both norms."""
    number, center, own, first, other = (
        number_text(float(value), 3)
        for value in (row[0], mean, row.mean(), output[0, 0], by_layer[0, 0])
    )
    return (
        f"Example 1, feature 1 is {number}: batch norm compares it with its column’s mean "
        f"{center} and gives {first}, layer norm with its row’s mean {own} and gives {other}."
    )
