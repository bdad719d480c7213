"""Convolution: what is drawn, and the sentence about it."""

from __future__ import annotations

from typing import Any

import numpy as np

from charts import Axis, Figure, Scene, choosing, heatmap, thinned
from charts.base import MUTED
from formulas.checks import Array
from formulas.linear_algebra.convolution import (
    conv1d,
    conv_window,
)
from notation.numbers import number_text
from pages.linear_algebra.convolution.statement import Result

MOST_LABELED = 64  # numbers that have room in the output
FEW = 8  # rows or columns that all have room for their names
MOST_STOPS = 6  # of the row that is slid alone, so that its numbers can be read
# What the Sobel kernels take the difference of; half a turn changes its sign.
SIDES = {
    "sobel_x": ("right column", "left column"),
    "sobel_y": ("bottom row", "top row"),
}
ROUNDING = 1e-12
GAP = np.full((3, 1), np.nan)
# Three matrices of three columns with a gap between them; each name stands once.
HEADS = [*["window"] * 4, *["kernel"] * 4, *["products"] * 3]
HEADS_SHOWN = (1, 4)


def draw(
    result: Result,
    *,
    padded: Array,
    kernel: Array,
    row: int,
    column: int,
    asked: tuple[int, int],
    stride: int,
    padding: int,
    flip: bool,
    kernel_name: str,
) -> Scene:
    """Draw the window, its products, the output, and one row slid by itself."""
    output = result.convolution if flip else result.correlation
    applied = np.rot90(kernel, 2) if flip else kernel
    return Scene(
        _input_and_output(padded, kernel, output, row, column, stride, padding, flip),
        _products(padded, applied, row, column, stride),
        _slide(padded, applied, row, column, stride),
        readouts={
            "output at the window": output[row, column],
            "top left output": output[0, 0],
            "bottom right output": output[-1, -1],
            "numbers in the output": output.size,
        },
        status=_missing(asked, output.shape)
        + sentence(output, row, column, flip, kernel_name),
    )


def _input_and_output(
    padded: Array,
    kernel: Array,
    output: Array,
    row: int,
    column: int,
    stride: int,
    padding: int,
    flip: bool,
) -> Figure:
    """Draw the input with the window on it, and beside it the output with its cell."""
    before = "Input with zeros around it" if padding else "Input"
    name = "convolution" if flip else "cross-correlation"
    top, left = row * stride, column * stride
    reached_rows, reached_columns = (
        stride * (stops - 1) + len(kernel) for stops in output.shape
    )
    names = [str(place) for place in range(padded.shape[0])]
    start = len(names) + 1  # a free column stands between both
    across = [*names, "", *(str(place) for place in range(output.shape[1]))]
    _, step = thinned(len(across), 2 * FEW)
    written = [*range(0, start - 1, step), *range(start, len(across), step)]
    signed = output.size > MOST_LABELED and output.min() < 0
    signs = (
        " (− marks negative)" if signed else ""
    )  # where there is no room for numbers
    picture = heatmap(
        f"{before}, and output: {name}{signs}",
        padded,
        x=Axis(labels=across),
        y=Axis(labels=names, ticks=thinned(len(names), FEW)),
        limits=(0, 3),
        outlined=[(top + m, left + n) for m, n in np.ndindex(kernel.shape)],
        square=True,
        scale=False,
        used=(reached_rows, reached_columns),
    )
    largest = max(float(np.abs(output).max()), 1.0)
    made = heatmap(
        "",
        np.hstack([np.full((len(output), start), np.nan), output]),
        limits=(-largest, largest),
        outlined=[(row, start + column)],
        scale=False,
    )
    (cell,) = made["layout"]["shapes"]
    window_end = left + len(kernel) - 0.5
    way = {
        "type": "line",
        "x0": window_end,
        "y0": top + (len(kernel) - 1) / 2,
        "x1": cell["x0"],
        "y1": row,
        "line": cell["line"] | {"width": 1.5, "dash": "dot"},
    }
    layout = picture["layout"]
    frame = [_frame(padded, padding)] if padding else []
    both = {
        "data": [
            picture["data"][0] | {"name": "input"},
            made["data"][0] | {"name": "output"},
        ],
        "layout": {
            **layout,
            "xaxis": {
                **layout["xaxis"],
                "range": [-0.5, len(across) - 0.5],
                "tickvals": written,  # counted anew from where the output starts
                "ticktext": [across[place] for place in written],
            },
            "shapes": [way, cell, *frame, *layout["shapes"]],
        },
    }
    return choosing(both, x="column", y="row", start=(0, start))


def _frame(padded: Array, padding: int) -> dict[str, Any]:
    """Draw the border of the input inside the zeros that are put around it."""
    rows, columns = padded.shape
    return {
        "type": "rect",
        "x0": padding - 0.5,
        "y0": padding - 0.5,
        "x1": columns - padding - 0.5,
        "y1": rows - padding - 0.5,
        "line": {"color": MUTED, "width": 2, "dash": "dash"},
    }


def _products(
    padded: Array, applied: Array, row: int, column: int, stride: int
) -> Figure:
    term = conv_window(padded, applied, row, column, stride=stride)
    return heatmap(
        f"Window times kernel (k = {len(applied)})",
        np.hstack([term.patch, GAP, applied, GAP, term.products]),
        x=Axis(labels=HEADS, ticks=HEADS_SHOWN),
        y=Axis(labels=("0", "1", "2")),
        limits=(-9, 9),
        scale=False,
        height=190,
    )


def _slide(padded: Array, applied: Array, row: int, column: int, stride: int) -> Figure:
    signal, weights = padded[row * stride + 1], applied[1]
    whole = _slide_table(signal, weights, stride)
    stops = len(whole) - 2
    first = max(0, min(column - MOST_STOPS // 2, stops - MOST_STOPS))
    shown = range(first, min(first + MOST_STOPS, stops))
    table = whole[[0, 1, *(2 + j for j in shown)]]
    left = column * stride
    named = [f"j = {j}" for j in shown]
    return heatmap(
        "Middle row alone, stop by stop",
        table,
        x=Axis(labels=[*(str(k) for k in range(len(signal))), "", "sum"]),
        y=Axis(labels=["input", "", *named]),
        limits=(-9, 9),
        outlined=[(column - first + 2, left + n) for n in range(len(weights))],
        scale=False,
    )


def _slide_table(signal: Array, kernel: Array, stride: int) -> Array:
    """Lay a one-dimensional cross-correlation out as a table, with NaN in the gaps.

    First the signal, then a gap, then the kernel at each stop; the sums stand at the
    right, behind a gap.
    """
    sums = conv1d(signal, kernel, mode="cross-correlation", boundary="valid")[::stride]
    table = np.full((len(sums) + 2, len(signal) + 2), np.nan)
    table[0, : len(signal)] = signal
    table[2:, -1] = sums
    for stop, row in enumerate(table[2:]):
        start = stop * stride
        row[start : start + len(kernel)] = kernel
    return table


def _missing(asked: tuple[int, int], shape: tuple[int, ...]) -> str:
    """Say which row or column that was asked for the output does not have."""
    wanted = zip(("row", "column"), asked, shape, strict=True)
    beyond = [f"no {name} {index}" for name, index, count in wanted if index >= count]
    if not beyond:
        return ""
    last = " and ".join(str(count - 1) for count in dict.fromkeys(shape))
    return (
        f"There is {' and '.join(beyond)}, so the last is shown: they are counted from 0 to "
        f"{last}. "
    )


def sentence(output: Array, row: int, column: int, flip: bool, kernel_name: str) -> str:
    """Say what the products add up to and what that means, and how large the output is."""
    rows, columns = output.shape
    at_row, at_column = _counted("row", row, rows), _counted("column", column, columns)
    place = f"At {at_row}, {at_column} of the output"
    total = number_text(output[row, column])
    note = _meaning(kernel_name, float(output[row, column]) * (-1 if flip else 1))
    note += "; the kernel is turned by 180° first" if flip else ""
    return (
        f"{place} the nine products add up to {total}{note}. "
        f"The output is {rows} × {columns}."
    )


def _meaning(kernel_name: str, total: float) -> str:
    """Say what a sum tells of the numbers under the window, where the kernel is known."""
    if kernel_name == "box":
        return ", the mean of the window"
    if kernel_name not in SIDES:
        return ""
    far, near = SIDES[kernel_name]
    if abs(total) < ROUNDING:
        return f": the window’s {far} and its {near} weigh the same"
    more, less = (far, near) if total > 0 else (near, far)
    return f": the window’s {more} outweighs its {less}"


def _counted(name: str, index: int, count: int) -> str:
    """Name a row or column, and say where there is none beyond it."""
    end = "the only one" if count == 1 else "the last"
    return f"{name} {index} ({end})" if index == count - 1 else f"{name} {index}"
