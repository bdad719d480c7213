"""Convolution over channels: what is drawn, and the sentence about it."""

from __future__ import annotations

import numpy as np

from charts import Axis, Bars, Figure, Scene, bars, fitting, heatmap
from formulas.checks import Array
from notation.numbers import number_text
from pages.linear_algebra.convolution.channels.statement import (
    PICTURE,
    PLACES,
    STATEMENT,
    Result,
)

CHANNELS = ("red", "green", "blue")
SIDE = PICTURE.shape[1]
ENDS = (2.0, 4.0, 8.0, 16.0, 32.0)
WEIGHTS_COLOR = STATEMENT.color_index("standard")


def draw(result: Result, *, row: int, column: int) -> Scene:
    """Draw what each channel adds to the sum, the channels, and the weights."""
    ratio = result.standard / result.separable
    return Scene(
        _found(result, row, column),
        _channels(row, column),
        _weights(result.standard, result.separable),
        readouts={
            "output": result.output[row, column],
            "standard": result.standard,
            "separable": result.separable,
            "standard over separable": ratio,
        },
        status=sentence(result, row, column),
    )


def side_by_side(blocks: list[Array]) -> Array:
    """Put matrices of one height beside each other, a blank column between them."""
    gap = np.full((len(blocks[0]), 1), np.nan)
    parts = [part for block in blocks for part in (gap, block)]
    return np.hstack(parts[1:])


def names_below(names: tuple[str, ...], width: int) -> tuple[str, ...]:
    """Return the labels of columns: a name in the middle of each block."""
    columns = [""] * (len(names) * (width + 1) - 1)
    for k, name in enumerate(names):
        columns[k * (width + 1) + width // 2] = name
    return tuple(columns)


def _found(result: Result, row: int, column: int) -> Figure:
    sheet = side_by_side([*result.depthwise, result.output])
    end = fitting(float(np.nanmax(np.abs(sheet))), ENDS)
    step = PLACES + 1
    return heatmap(
        "Each channel alone (depthwise), and their sum",
        sheet,
        x=Axis("", labels=names_below((*CHANNELS, "sum"), PLACES)),
        y=Axis("row"),
        limits=(-end, end),
        outlined=[(row, column + k * step) for k in range(len(CHANNELS) + 1)],
        digits=1,
    )


def _channels(row: int, column: int) -> Figure:
    step = SIDE + 1
    window = [
        (row + m, column + n + k * step)
        for k in range(len(CHANNELS))
        for m in range(3)
        for n in range(3)
    ]
    return heatmap(
        "The picture; framed: the window",
        side_by_side(list(PICTURE)),
        x=Axis("", labels=names_below(CHANNELS, SIDE)),
        y=Axis("row"),
        limits=(0, 3),
        outlined=window,
        numbers=False,
        scale=False,
    )


def _weights(standard: int, separable: int) -> Figure:
    return bars(
        "Weights of one layer",
        ("standard", "separable"),
        Bars("weights", [standard, separable], WEIGHTS_COLOR),
        y=Axis("weights", (100, 1e8), log=True),
        height=240,
    )


def sentence(result: Result, row: int, column: int) -> str:
    """Say what is found at one place in each channel, and what becomes of it."""
    red, green, blue, total = (
        number_text(float(found) + 0.0, 3)
        for found in (*result.depthwise[:, row, column], result.output[row, column])
    )
    return (
        f"In row {row}, column {column} the slices find {red} in red, {green} in green and "
        f"{blue} in blue; a standard convolution adds them up to {total}, a depthwise one "
        "keeps all three."
    )
