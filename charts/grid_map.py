"""A map of a grid: values as colors, actions as arrows, a walk as a line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from charts.base import GROUND, TEXT, Figure, Range, color, values
from charts.heatmap import heatmap

# From which part of a color scale on the background's color is read better than the text's.
STRONG, STRONG_SIGNED = 0.65, 0.75


class Jump(NamedTuple):
    """A move from one cell to another that is not its neighbor.

    Parameters
    ----------
    start, end : (row, column)
        The cells, one above the other.
    text : str
        What stands on the way.
    color_index : int
        Its color.
    """

    start: tuple[int, int]
    end: tuple[int, int]
    text: str
    color_index: int = 2


def grid_map(
    title: str,
    grid: ArrayLike,
    *,
    limits: Range,
    actions: Sequence[str] | None = None,
    walk: Sequence[tuple[int, int]] | None = None,
    other_walk: Sequence[tuple[int, int]] | None = None,
    longest: int | None = None,
    marks: Mapping[tuple[int, int], str] | None = None,
    jumps: Sequence[Jump] = (),
    outlined: Sequence[tuple[int, int]] = (),
    color_index: int = 2,
    numbers: bool = False,
    digits: int = 2,
    texts: Sequence[Sequence[str]] | None = None,
    square: bool | None = None,
    height: int = 300,
) -> Figure:
    """Draw the cells of a grid.

    Parameters
    ----------
    title : str
        What the picture shows.
    grid : (rows, columns) array_like
        The value of each cell; NaN where there is none.
    limits : (low, high)
        Values at the ends of the color scale.
    actions : sequence of str, optional
        A sign for each cell, row by row ("→", "↑→", "").
    walk : sequence of (row, column), optional
        Cells in the order in which they are visited; may be empty.
    other_walk : sequence of (row, column), optional
        The same of a second walk, which is dotted.
    longest : int, optional
        Most cells of a walk, all cells of the grid by default; the rest is not drawn.
    marks : mapping of (row, column) to str
        Names of special cells.
    jumps : sequence of Jump
        Moves that are drawn as arrows, beside what stands in the cells.
    outlined : sequence of (row, column)
        Cells that get a frame.
    color_index : int
        Color of the walk.
    numbers : bool
        Write the values into the cells; names then stand before, signs behind them.
    digits : int
        Decimal places of these numbers.
    texts : sequence of sequence of str, optional
        What is written in their place.
    square : bool, optional
        Make cells square; where it is not said, they are unless they have numbers.
    height : int
        In pixels.

    Returns
    -------
    dict
        A figure.
    """
    z = values(grid)
    figure = heatmap(
        title,
        z,
        limits=limits,
        outlined=outlined,
        height=height,
        # A number, a sign and a name want a wide cell.
        square=not numbers if square is None else square,
        numbers=numbers,
        digits=digits,
        texts=texts,
    )
    aside = 0.34 if numbers else 0.0
    most = longest or z.size
    if walk is not None:
        figure["data"].append(_walk(walk, most, color_index))
    if other_walk is not None:
        second = _walk(other_walk, most, color_index)
        line = {**second["line"], "dash": "dot", "width": 3}
        figure["data"].append({**second, "line": line, "name": "other path"})
    if actions is not None:
        colors = on_cells(z, limits)
        figure["data"].append(_signs(z.shape, list(actions), aside, colors))
    figure["data"] += [_jump(jump, aside) for jump in jumps]
    size = 11 if numbers else 12
    notes = [
        _note(column - aside, row, text, size)
        for (row, column), text in (marks or {}).items()
    ]
    notes += [
        _note(jump.start[1] - aside, _on_the_way(jump), jump.text, size)
        for jump in jumps
    ]
    if notes:
        figure["layout"]["annotations"] = notes
    return figure


def _note(x: float, y: float, text: str, size: int) -> dict[str, Any]:
    return {
        "x": x,
        "y": y,
        "text": text,
        "showarrow": False,
        "font": {"color": TEXT, "size": size},
        "bgcolor": "var(--ground)",
        "borderpad": 1,
    }


def _on_the_way(jump: Jump) -> float:
    """Return where a text stands: rather between two rows than beside a cell's number."""
    top, bottom = jump.start[0], jump.end[0]
    return top + 0.375 * (bottom - top)


def _jump(jump: Jump, aside: float) -> dict[str, Any]:
    (top, column), (bottom, _) = jump.start, jump.end
    away = 0.3 if bottom > top else -0.3  # from the names of both cells
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": np.full(2, column - aside),
        "y": np.array([top + away, bottom - away]),
        "line": {"color": color(jump.color_index), "width": 2},
        "marker": {
            "symbol": "arrow",
            "angleref": "previous",
            "size": [0, 11],
            "opacity": 1.0,
            "color": color(jump.color_index),
        },
        "hoverinfo": "skip",
        "showlegend": False,
        "name": f"jump: {jump.text}",
    }


def on_cells(grid: ArrayLike, limits: Range) -> list[str]:
    """Return a color for what stands on each cell, row by row, that is seen on it.

    The ends of a color scale that are far from the background take the background's color.
    """
    z = values(grid).ravel()
    low, high = limits
    if low == -high:
        strong = np.abs(z) > STRONG_SIGNED * high
    else:
        strong = z > low + STRONG * (high - low)
    return [GROUND if one else TEXT for one in strong.tolist()]


def _signs(
    shape: tuple[int, ...], signs: list[str], aside: float, colors: list[str]
) -> dict[str, object]:
    rows, columns = np.divmod(np.arange(shape[0] * shape[1], dtype=float), shape[1])
    return {
        "type": "scatter",
        "mode": "text",
        "x": columns + aside,
        "y": rows,
        "text": signs,
        "textfont": {"size": _sign_sizes(signs, aside), "color": colors},
        "hoverinfo": "skip",
        "showlegend": False,
        "name": "best action",
    }


def _sign_sizes(signs: list[str], aside: float) -> int | list[int]:
    """Return how large signs are: beside a number there is room for one that is large."""
    return [16 if len(sign) == 1 else 11 for sign in signs] if aside else 16


def _walk(
    walk: Sequence[tuple[int, int]], most: int, color_index: int
) -> dict[str, Any]:
    # Always the same length, so that a drag swaps numbers and nothing else.
    cells = np.full((most, 2), np.nan)
    for k, cell in enumerate(walk[:most]):
        cells[k] = cell
    return {
        "type": "scatter",
        "mode": "lines",
        "x": cells[:, 1],
        "y": cells[:, 0],
        "line": {"color": color(color_index), "width": 5},
        "opacity": 0.8,
        "hoverinfo": "skip",
        "showlegend": False,
        "name": "best path",
    }
