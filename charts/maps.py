"""Maps: several matrices of one size, each named, in the same colors."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from charts.base import TEXT, Axis, Figure, Range, values
from charts.heatmap import heatmap

ACROSS = 4
UPRIGHT = 44  # pixels below, for short names that stand upright
MOST_NAMED = 36  # columns with room for a short upright name
MOST_LABELED = 6  # rows of a single matrix whose numbers are readable on a phone


def maps(
    title: str,
    matrices: ArrayLike,
    names: Sequence[str],
    *,
    limits: Range,
    x: str = "",
    y: str = "",
    rows: Sequence[str] = (),
    columns: Sequence[str] = (),
    framed: int | None = None,
    framed_row: int | None = None,
    numbers: bool | None = None,
    square: bool = False,
    across: int = ACROSS,
    height: int = 300,
) -> Figure:
    """Draw matrices side by side, by default at most four in a row.

    Parameters
    ----------
    title : str
        What the picture shows.
    matrices : (k, n, m) array_like
        First rows on top; NaN leaves a cell blank.
    names : sequence of str
        One for each matrix, above it.
    x, y : str
        Titles of the axes.
    rows : sequence of str
        What the rows of every matrix stand for; written beside the first of each line,
        of several lines not on a phone.
    columns : sequence of str
        What the columns of every matrix stand for; written below the last line of
        matrices, unless they have no room there. Below several they stand upright, in
        the place of the axis' title.
    limits : (low, high)
        Values at the ends of the color scale, the same for all.
    framed : int, optional
        Which of the matrices to frame.
    framed_row : int, optional
        Which row of that matrix to frame too, or of every one.
    numbers : bool, optional
        Whether to write the numbers into the cells; by default those of a single matrix of
        few rows.
    square : bool
        Make cells square, as the pixels of an image are.
    across : int
        How many matrices stand side by side, at most.
    height : int
        In pixels.

    Returns
    -------
    dict
        A figure.
    """
    blocks = values(matrices)
    k, n, m = blocks.shape
    across = min(k, across)
    corners = [_corner(place, across, n, m) for place in range(k)]
    sheet = np.full((corners[-1][0] + n, across * (m + 1) - 1), np.nan)
    for block, (row, column) in zip(blocks, corners, strict=True):
        sheet[row : row + n, column : column + m] = block
    beside = ["", *rows] * (len(sheet) // (n + 1)) if rows else []
    below = [*columns, ""] * across if columns and k % across == 0 else []
    if len(below) > MOST_NAMED:
        below = []
    upright = bool(below) and k > 1
    figure = heatmap(
        title,
        sheet,
        x=Axis("" if upright else x, labels=below[:-1]),
        y=Axis(y, labels=beside),
        limits=limits,
        numbers=k == 1 and n <= MOST_LABELED if numbers is None else numbers,
        square=square,
        height=height,
    )
    layout = figure["layout"]
    layout["annotations"] = [
        {
            "x": column + (m - 1) / 2,
            "y": row - 1,
            "text": name,
            "showarrow": False,
            "font": {"color": TEXT, "size": 12},
        }
        for name, (row, column) in zip(names, corners, strict=True)
    ]
    # For the table of the data.
    cells = {"names": list(names), "size": [n + 1, m + 1], "across": across}
    layout["meta"] = layout["meta"] | {"blocks": cells}
    if upright:
        layout["margin"] = layout["margin"] | {"b": UPRIGHT}
        layout["meta"] = layout["meta"] | {"upright": True}  # small on a phone
    if beside and k > across:
        layout["meta"] = layout["meta"] | {"lines": True}  # their rows as well
    if framed is not None:
        top, left = corners[framed]
        layout["shapes"] = [_around(top, left, n, m)]
    if framed_row is not None:
        layout["shapes"] = [
            *layout.get("shapes", ()),
            *(
                _around(top + framed_row, left, 1, m)
                for top, left in (corners if framed is None else [corners[framed]])
            ),
        ]
    figure["data"][0]["hovertemplate"] = "%{z:.4g}<extra></extra>"
    return figure


def _corner(place: int, across: int, n: int, m: int) -> tuple[int, int]:
    """Return the first row and column of a block; a free row above holds its name."""
    row, column = divmod(place, across)
    return row * (n + 1) + 1, column * (m + 1)


def _around(row: int, column: int, n: int, m: int) -> dict[str, object]:
    return {
        "type": "rect",
        "x0": column - 0.5,
        "x1": column + m - 0.5,
        "y0": row - 0.5,
        "y1": row + n - 0.5,
        "line": {"color": TEXT, "width": 3},
    }
