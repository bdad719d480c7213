"""A matrix as colored cells, with its numbers and outlined cells."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from charts.base import (
    GROUND,
    SCALE_BAR,
    SCALE_ROOM,
    TEXT,
    Axis,
    Figure,
    Range,
    colorscale,
    figure,
    rounded,
    values,
)
from charts.curves import line_names, reference_line

INDEX = Axis()
DUST = 1e-12  # of the scale's end: what rounding leaves of a 0
MOST_LABELED = 64
MOST_SIGNED = 300
MOST_COUNTED = 12  # rows or columns whose numbers all have room
MOST_APART = 40  # rows or columns that a gap of one pixel does not eat up


def heatmap(
    title: str,
    matrix: ArrayLike,
    *,
    x: Axis = INDEX,
    y: Axis = INDEX,
    limits: Range | None = None,
    outlined: Sequence[tuple[int, int]] = (),
    numbers: bool = True,
    digits: int = 2,
    texts: Sequence[Sequence[str]] | None = None,
    height: int = 300,
    square: bool = False,
    scale: bool = True,
    at: Sequence[tuple[float, str]] = (),
    used: tuple[int, int] | None = None,
) -> Figure:
    """Draw a matrix, first row on top.

    Parameters
    ----------
    title : str
        What the picture shows.
    matrix : (n, m) array_like
        NaN leaves a cell blank.
    x, y : Axis
        Columns and rows: counted from 0, if they have no labels.
    limits : (low, high), optional
        Values at the ends of the color scale; fix them where a slider moves the data.
        Opposite ones, for signed values, give a scale with a neutral middle.
    outlined : sequence of (row, column)
        Cells to frame.
    numbers : bool
        Write the numbers into the cells, up to 64 of them; where signed values have none,
        a minus stands on the negative ones.
    digits : int
        Decimal places of these numbers.
    texts : sequence of sequence of str, optional
        What is written in their place, where rounding would hide something.
    height : int
        In pixels.
    square : bool
        Make cells square.
    scale : bool
        Show the color scale.
    at : sequence of (column, name)
        Columns to point out by a dashed line.
    used : (rows, columns), optional
        What lies beyond the first so many rows and columns is grayed out.

    Returns
    -------
    dict
        A figure.
    """
    z = values(matrix)
    low, high = limits or (float(np.nanmin(z)), float(np.nanmax(z)))
    trace = {
        "type": "heatmap",
        "z": z,
        "zmin": low,
        "zmax": high,
        "colorscale": colorscale("diverging" if low == -high else "sequential"),
        "showscale": scale,
        "colorbar": SCALE_BAR,
        "xgap": int(z.shape[1] <= MOST_APART),
        "ygap": int(z.shape[0] <= MOST_APART),
        "hoverongaps": False,
        "hovertemplate": "row %{y}, column %{x}: %{z:.6g}<extra></extra>",
    }
    filled = np.isfinite(z).sum()  # blank cells need no room
    if numbers and filled <= MOST_LABELED:
        if texts is None:
            clean = np.where(np.abs(z) < DUST * max(abs(low), abs(high)), 0.0, z)
            texts = [[cell_text(v, digits) for v in row] for row in clean.tolist()]
        trace |= {"text": [list(row) for row in texts], "texttemplate": "%{text}"}
    elif low == -high and filled <= MOST_SIGNED:
        trace |= {"text": _signs(z), "texttemplate": "%{text}"}
    columns = _fitted(x, z.shape[1])
    frames = [_frame(row, column) for row, column in outlined]
    uprights = [_upright(column) for column, _ in at]
    leftovers = _leftovers(z.shape, used) if used else []
    return figure(
        [trace],
        title=title,
        x=columns,
        y=_fitted(y, z.shape[0], reverse=True),
        height=height,
        square=square,
        shapes=[*frames, *uprights, *leftovers],
        notes=line_names(at, columns),
        legend=False,
        margin=SCALE_ROOM if scale else None,
    )


def _signs(z: np.ndarray) -> list[list[str]]:
    """Mark what is negative where there is no room for numbers: color is not enough."""
    return [["−" if value < 0 else "" for value in row] for row in z.tolist()]


def _fitted(axis: Axis, count: int, *, reverse: bool = False) -> Axis:
    # No lines, for they would run through blank cells.
    own: dict[str, Any] = {"range": (-0.5, count - 0.5), "ruled": False}
    if axis.labels is not None:
        own["labels"] = tuple(axis.labels)
    elif count <= MOST_COUNTED:
        own["every"] = 1
    return axis._replace(**own, reverse=reverse or axis.reverse)


def cell_text(value: float, digits: int) -> str:
    """Write a number so that it fits into a cell.

    A small one keeps a digit; it has a power of ten where that is shorter.

    Examples
    --------
    >>> [cell_text(x, 1) for x in (-0.25, -0.092, 0.004, -3e-7)]
    ['−0.3', '−0.09', '4e-3', '−3e-7']
    """
    if not math.isfinite(value):
        return ""
    if value != 0 and abs(value) < 10.0**-digits:
        power = f"{value:.0e}".replace("e-0", "e-")
        plain = f"{float(power):g}"
        text = plain if len(plain) <= len(power) else power
        return f"−{text[1:]}" if value < 0 else text
    return f"{rounded(float(value), digits):g}".replace("-", "−")


_POINTER = {"color": TEXT, "width": 1.5, "dash": "dash"}  # visible on every color


def _upright(column: float) -> dict[str, object]:
    return reference_line(column, "x") | {"line": _POINTER}


def _frame(row: int, column: int) -> dict[str, object]:
    return {
        "type": "rect",
        "x0": column - 0.5,
        "x1": column + 0.5,
        "y0": row - 0.5,
        "y1": row + 0.5,
        "line": {"color": TEXT, "width": 3},
    }


def _leftovers(
    shape: tuple[int, ...], used: tuple[int, int]
) -> list[dict[str, object]]:
    rows, columns = shape
    row, column = used
    return [_veil(column, columns, 0, rows), _veil(0, column, row, rows)]


def _veil(left: int, right: int, top: int, bottom: int) -> dict[str, object]:
    return {
        "type": "rect",
        "line": {"width": 0},
        "fillcolor": GROUND,
        "opacity": 0.75,
        "x0": left - 0.5,
        "x1": right - 0.5,
        "y0": top - 0.5,
        "y1": bottom - 0.5,
    }
