"""A landscape: contour lines of a surface, and the trails of walks over it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from charts.base import (
    DASHES,
    GROUND,
    MUTED,
    SYMBOLS,
    TEXT,
    Axis,
    Figure,
    Range,
    Trace,
    color,
    figure,
    shared,
    values,
)
from charts.plane import Arrow, Outline, trace_of

HOVER = "step %{pointNumber}: %{x:.4g}, %{y:.4g}"
FAR = 20.0  # windows; what lies farther away is left out


class Trail(NamedTuple):
    """The trail of a walk: its points in order, with the last one marked.

    Parameters
    ----------
    name : str
        Its name in the legend.
    at : (n, 2) array_like
        Points; NaN where it has not come to yet.
    color_index : int
        Its color.
    symbol : int
        The sign of its points.
    dash : int
        Its dash style.
    """

    name: str
    at: ArrayLike
    color_index: int = 2
    symbol: int = 0
    dash: int = 0


def landscape(
    title: str,
    rings: Sequence[ArrayLike],
    *trails: Trail,
    extent: tuple[Range, Range],
    x: str = "",
    y: str = "",
    goal: tuple[float, float] | None = None,
    things: Sequence[Arrow | Outline] = (),
    height: int = 340,
    square: bool = True,
) -> Figure:
    """Draw trails over contour lines.

    Parameters
    ----------
    title : str
        What the picture shows.
    rings : sequence of (m, 2) array_like
        The contour lines, all with as many points.
    *trails : Trail
        Drawn in order; their last points are larger.
    extent : ((low, high), (low, high))
        The fixed window.
    x, y : str
        Titles of the axes.
    goal : (x, y), optional
        The place that the walks look for.
    things : sequence of Arrow or Outline
        Drawn over the trails.
    height : int
        In pixels.
    square : bool
        Give both axes the same scale.

    Returns
    -------
    dict
        A figure.
    """
    traces = [_lines(rings)]
    if goal is not None:
        traces.append(_goal(goal))
    for trail in trails:
        traces += _trail(trail, extent)
    traces += [trace_of(thing) for thing in things]
    return figure(
        traces,
        title=title,
        x=Axis(x, extent[0]),
        y=Axis(y, extent[1]),
        height=height,
        square=square,
    )


def padded(known: np.ndarray, count: int) -> np.ndarray:
    """Return what is known so far of a walk or a series, then NaN up to ``count`` rows.

    With as many points at every position of a slider a drag swaps numbers alone.
    """
    rows = np.full((count, *known.shape[1:]), np.nan)
    rows[: len(known)] = known
    return rows


def _lines(rings: Sequence[ArrayLike]) -> Trace:
    lines = np.array(rings, dtype=float)
    # One trace; NaN lifts the pen between two lines.
    points = np.full((len(lines), lines.shape[1] + 1, 2), np.nan)
    points[:, :-1] = lines
    points = points.reshape(-1, 2)
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "contour lines",
        "x": points[:, 0],
        "y": points[:, 1],
        "line": {"color": MUTED, "width": 1},
        "hoverinfo": "skip",
        "showlegend": False,
    }


@shared
def _goal(goal: tuple[float, float]) -> Trace:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "minimum",
        "x": values([goal[0]]),
        "y": values([goal[1]]),
        "marker": {"symbol": "x-thin", "size": 12, "line": {"color": TEXT, "width": 2}},
        "hoverinfo": "x+y+name",
    }


@shared
def _window(extent: tuple[Range, Range]) -> tuple[np.ndarray, np.ndarray]:
    """Return the middle of the window, and how far from it a point is still shown."""
    low, high = np.array(extent).T
    return (low + high) / 2, (0.5 + FAR) * (high - low)


def _trail(trail: Trail, extent: tuple[Range, Range]) -> list[Trace]:
    at = values(trail.at).reshape(-1, 2)
    center, reach = _window(extent)
    at = np.where(np.abs(at - center) > reach, np.nan, at)
    steps = np.flatnonzero(np.isfinite(at).all(axis=1))
    end = at[steps[-1:]] if len(steps) else np.full((1, 2), np.nan)
    style, end_style = _styles(trail.name, trail.color_index, trail.symbol, trail.dash)
    return [
        {**style, "x": at[:, 0], "y": at[:, 1]},
        {**end_style, "x": end[:, 0], "y": end[:, 1]},
    ]


@shared
def _styles(name: str, color_index: int, sign: int, dash: int) -> tuple[Trace, Trace]:
    common = {"type": "scatter", "cliponaxis": True}
    symbol = SYMBOLS[sign % len(SYMBOLS)]
    tone = color(color_index)
    walk = {
        "name": name,
        "mode": "lines+markers",
        "line": {"color": tone, "width": 2, "dash": DASHES[dash % len(DASHES)]},
        "marker": {"symbol": symbol, "size": 5, "color": tone},
        "hovertemplate": f"{HOVER}<extra>{name}</extra>",
    }
    end = {
        "name": f"{name}, now",
        "mode": "markers",
        "showlegend": False,
        "marker": {
            "symbol": symbol,
            "size": 13,
            "color": tone,
            "line": {"color": GROUND, "width": 2},
        },
        "hoverinfo": "x+y+name",
    }
    return common | walk, common | end
