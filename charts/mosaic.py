"""A mosaic: a joint distribution as a unit square, cut by width and then by height."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from charts.base import (
    GROUND,
    PATTERNS,
    TEXT,
    Axis,
    Figure,
    Trace,
    color,
    figure,
    shared,
    values,
)

NARROWEST, LOWEST = 0.2, 0.06  # a smaller cell has no room for its label


def mosaic(
    title: str,
    widths: ArrayLike,
    heights: ArrayLike,
    *,
    columns: Sequence[str],
    rows: Sequence[str],
    color_indices: Sequence[int],
    x: str = "",
    y: str = "",
    levels: Sequence[tuple[float, str]] = (),
    height: int = 320,
) -> Figure:
    """Draw probabilities as areas.

    Parameters
    ----------
    title : str
        What the picture shows.
    widths : (k,) array_like
        Probability of each column; sums to 1.
    heights : (k, m) array_like
        Probability of each row given the column; each line sums to 1.
    x, y : str
        Titles of the axes.
    columns, rows : sequence of str
        Names, from left to right and from the bottom to the top.
    color_indices : sequence of int
        The color of each row; the pattern follows the order.
    levels : sequence of (position, name)
        Horizontal reference lines.
    height : int
        In pixels.

    Returns
    -------
    dict
        A figure.
    """
    wide = values(widths)
    high = values(heights)
    right = wide.cumsum()
    left = right - wide
    top = high.cumsum(axis=1)
    bottom = top - high
    traces = [
        _row(rows[j], left, right, bottom[:, j], top[:, j], color_indices[j], j)
        for j in range(len(rows))
    ]
    x_middle = np.repeat((left + right) / 2, len(rows))
    y_middle = ((bottom + top) / 2).ravel()
    areas = wide[:, None] * high
    room = (wide[:, None] >= NARROWEST) & (high >= LOWEST)
    traces.append(_labels(x_middle, y_middle, areas, room, columns, rows))
    return figure(
        traces,
        title=title,
        x=Axis(x, (0, 1)),
        y=Axis(y, (0, 1)),
        height=height,
        shapes=[_line(position) for position, _ in levels],
        notes=[_name(position, text) for position, text in levels],
    )


def _row(
    name: str,
    left: np.ndarray,
    right: np.ndarray,
    bottom: np.ndarray,
    top: np.ndarray,
    color_index: int,
    j: int,
) -> Trace:
    gap = np.full_like(left, np.nan)  # lifts the pen between two columns
    return {
        **_style(name, color_index, j),
        "x": np.array([left, right, right, left, left, gap]).T.ravel(),
        "y": np.array([bottom, bottom, top, top, bottom, gap]).T.ravel(),
    }


@shared
def _style(name: str, color_index: int, j: int) -> Trace:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "fill": "toself",
        "fillpattern": {
            "shape": PATTERNS[j % len(PATTERNS)],
            "bgcolor": color(color_index),
            "fgcolor": GROUND,
            "solidity": 0.1,
        },
        "fillcolor": color(color_index),
        "opacity": 0.55,
        "line": {"color": TEXT, "width": 1.5},
        "hoverinfo": "skip",
    }


def _labels(
    x: np.ndarray,
    y: np.ndarray,
    areas: np.ndarray,
    room: np.ndarray,
    columns: Sequence[str],
    rows: Sequence[str],
) -> Trace:
    names = [f"{row}, {column}" for column in columns for row in rows]
    texts = [
        f"<b>{name}: {area:.3g}</b>" if fits else ""
        for name, area, fits in zip(
            names, areas.ravel().tolist(), room.ravel().tolist(), strict=True
        )
    ]
    return {
        "type": "scatter",
        "mode": "text",
        "name": "joint probability",
        "x": x,
        "y": y,
        "text": texts,
        "textfont": {"color": TEXT, "size": 12},
        "customdata": areas.ravel(),
        "hovertemplate": "%{customdata:.6g}<extra></extra>",
        "showlegend": False,
    }


def _line(position: float) -> dict[str, object]:
    return {
        "type": "line",
        "x0": 0,
        "x1": 1,
        "y0": position,
        "y1": position,
        "line": {"color": TEXT, "width": 2, "dash": "dash"},
    }


def _name(position: float, text: str) -> dict[str, object]:
    return {
        "x": 1,
        "y": position,
        "text": text,
        "xanchor": "right",
        "yanchor": "bottom",
        "bgcolor": GROUND,
        "borderpad": 1,
    }
