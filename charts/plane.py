"""The plane: points, arrows, lines and outlines at true scale."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from charts.base import (
    DASHES,
    MUTED,
    SCALE_BAR,
    SCALE_ROOM,
    SYMBOLS,
    TEXT,
    Axis,
    Figure,
    Trace,
    color,
    colorscale,
    figure,
    shared,
    values,
)

HOVER = "%{x:.4g}, %{y:.4g}: %{z:.4g}"
NO_LENGTH = 1e-12  # an arrow that is shorter is none


class Arrow(NamedTuple):
    """An arrow from a tail (the origin by default) to a head; none where both are one place."""

    name: str
    head: ArrayLike
    color_index: int = 1
    tail: ArrayLike = (0.0, 0.0)
    dash: int = 0


class Points(NamedTuple):
    """A set of points; ``sizes`` in pixels, one or each, ``texts`` on the spot, above or on ``sides``.

    Of size 0.0 only the texts are drawn; ``listed`` says whether the legend names them,
    ``hollow`` whether they are outlines.
    """

    name: str
    at: ArrayLike
    color_index: int = 1
    sizes: ArrayLike | None = None
    texts: Sequence[str] | None = None
    symbol: int = 0
    sides: Sequence[str] | None = None
    listed: bool = True
    hollow: bool = False


class Outline(NamedTuple):
    """A polygon or polyline, filled if ``closed``; ``width`` in pixels.

    ``listed`` says whether the legend names it.
    """

    name: str
    at: ArrayLike
    color_index: int = 1
    closed: bool = False
    dash: int = 0
    width: int = 2
    listed: bool = True


class Squares(NamedTuple):
    """The square on each point's vertical distance from a level, to its right.

    Parameters
    ----------
    name : str
        Its name in the legend.
    at : (n, 2) array_like
        The points.
    level : float or (n,) array_like
        Where the distances are measured from, for all or for each.
    color_index : int
        Its color.
    texts : sequence of str, optional
        One for each square, beyond the level.
    flat : bool
        Draw the distances alone.
    left : (n,) array_like of bool
        Which squares stand to the left of their point instead.
    faint : bool
        Draw them lightly, where many cover each other.
    """

    name: str
    at: ArrayLike
    level: ArrayLike
    color_index: int = 1
    texts: Sequence[str] | None = None
    flat: bool = False
    left: ArrayLike = False
    faint: bool = False


class Field(NamedTuple):
    """A number at each place, as color with contour lines.

    Parameters
    ----------
    name : str
        What the number is.
    x, y : (m,), (n,) array_like
        Where it is known.
    heights : (n, m) array_like
        The numbers, one row for each y.
    limits : (low, high)
        Values at the ends of the color scale.
    step : float
        From one contour line to the next; one of them is at 0.
    diverging : bool
        Use a scale with a neutral middle, for signed values.
    """

    name: str
    x: ArrayLike
    y: ArrayLike
    heights: ArrayLike
    limits: tuple[float, float]
    step: float
    diverging: bool = True


Thing = Arrow | Points | Outline | Squares | Field


def plane(
    title: str,
    *things: Thing,
    extent: float | tuple[tuple[float, float], tuple[float, float]],
    x: str = "",
    y: str = "",
    height: int = 340,
    square: bool = True,
    axes: bool = True,
) -> Figure:
    """Draw points, arrows and outlines, with equal scales on both axes by default.

    Parameters
    ----------
    title : str
        What the picture shows.
    *things : Arrow, Points, Outline, Squares or Field
        Drawn in order.
    extent : float or ((low, high), (low, high))
        Half width around the origin, or the two fixed ranges.
    x, y : str
        Titles of the axes.
    height : int
        In pixels.
    square : bool
        Give both axes the same scale.
    axes : bool
        Show the axes; without them the places are only places.

    Returns
    -------
    dict
        A figure.
    """
    if isinstance(extent, tuple):
        x_range, y_range = extent
    else:
        x_range = y_range = (-extent, extent)
    return figure(
        [trace_of(thing) for thing in things],
        title=title,
        x=Axis(x, x_range, hidden=not axes),
        y=Axis(y, y_range, hidden=not axes),
        height=height,
        square=square,
        margin=SCALE_ROOM if any(isinstance(t, Field) for t in things) else None,
    )


def trace_of(thing: Thing) -> Trace:
    """Return a thing in the plane as a trace of Plotly."""
    if isinstance(thing, Squares):
        return _squares(thing)
    if isinstance(thing, Field):
        return _field(thing)
    if isinstance(thing, Arrow):
        return _arrow_of(thing)
    at = values(thing.at).reshape(-1, 2)
    if isinstance(thing, Outline):
        ring = np.concatenate([at, at[:1]]) if thing.closed else at
        style = _outline(
            thing.name, thing.color_index, thing.closed, thing.dash, thing.width
        )
        shown = {} if thing.listed else {"showlegend": False}
        return {**style, **shown, "x": ring[:, 0], "y": ring[:, 1]}
    return _trace_of_points(thing, at)


def _trace_of_points(thing: Points, at: np.ndarray) -> Trace:
    style = _points(
        thing.name, thing.color_index, thing.symbol, thing.texts is not None
    )
    trace = {**style, "x": at[:, 0], "y": at[:, 1]}
    if thing.texts is not None:
        trace["text"] = list(thing.texts)
    if not thing.listed:
        trace["showlegend"] = False
    if thing.sides is not None:
        trace["textposition"] = list(thing.sides)
    if thing.sizes is not None:
        size = thing.sizes
        size = size if isinstance(size, float) else values(size)
        trace["marker"] = style["marker"] | {"size": size}
        if isinstance(size, float) and not size:
            trace["mode"] = "text"
    if thing.hollow:
        symbol = f"{SYMBOLS[thing.symbol]}-open"
        trace["marker"] = trace["marker"] | {"symbol": symbol, "line": {"width": 2}}
    return trace


def _arrow_of(thing: Arrow) -> Trace:
    ends = np.array([thing.tail, thing.head], dtype=float)
    style = _arrow(thing.name, thing.color_index, thing.dash)
    if np.abs(ends[1] - ends[0]).max() <= NO_LENGTH:
        # A head without a direction would point anywhere.
        style = {**style, "marker": style["marker"] | {"size": [0, 0]}}
    return {**style, "x": ends[:, 0], "y": ends[:, 1]}


@shared
def _arrow(name: str, color_index: int, dash: int) -> Trace:
    return {
        "type": "scatter",
        "name": name,
        "cliponaxis": True,
        "mode": "lines+markers",
        "line": {"color": color(color_index), "width": 3, "dash": DASHES[dash]},
        "marker": {
            "symbol": "arrow",
            "angleref": "previous",
            "size": [0, 14],
            "opacity": 1.0,
            "color": color(color_index),
            "line": {"width": 0},  # of the background, it would cut the legend's mark
        },
    }


@shared
def _outline(name: str, color_index: int, closed: bool, dash: int, width: int) -> Trace:
    return {
        "type": "scatter",
        "name": name,
        "cliponaxis": True,
        "mode": "lines",
        "line": {"color": color(color_index), "width": width, "dash": DASHES[dash]},
        "fill": "toself" if closed else "none",
        "opacity": 0.5 if closed else 1.0,
        "hoverinfo": "skip",
    }


@shared
def _points(name: str, color_index: int, symbol: int, has_texts: bool) -> Trace:
    return {
        "type": "scatter",
        "name": name,
        "cliponaxis": True,
        "mode": "markers+text" if has_texts else "markers",
        "text": "",
        "textposition": "top center",
        "textfont": {"color": TEXT},
        "marker": {
            "symbol": SYMBOLS[symbol],
            "size": 10.0,
            "color": color(color_index),
            "line": {"color": TEXT, "width": 1},
        },
    }


def _squares(thing: Squares) -> Trace:
    x, y = values(thing.at).reshape(-1, 2).T
    level = np.broadcast_to(values(thing.level), x.shape)
    sides = np.where(thing.left, -1.0, 1.0) * np.abs(y - level)
    right = x if thing.flat else x + sides
    gap = np.full_like(x, np.nan)
    # The corner on the level beside the point carries the text; NaN lifts the pen.
    trace: Trace = {
        **_square(thing.name, thing.color_index, thing.faint),
        "x": np.array([x, x, right, right, x, gap]).T.ravel(),
        "y": np.array([y, level, level, y, y, gap]).T.ravel(),
    }
    if thing.texts is not None:
        texts: list[str] = []
        for text in thing.texts:
            texts += ["", text, "", "", "", ""]  # six points of each square
        trace |= {
            "mode": "lines+text",
            "text": texts,
            "textposition": [_beyond(low) for low in (y < level).repeat(6).tolist()],
            "textfont": _ASIDE,
        }
    return trace


_ASIDE = {"color": TEXT, "size": 11}


def _beyond(low: bool) -> str:
    """Return where a text stands that belongs to a point below or above the level."""
    return "top center" if low else "bottom center"


@shared
def _square(name: str, color_index: int, faint: bool) -> Trace:
    return {
        "type": "scatter",
        "name": name,
        "cliponaxis": True,
        "mode": "lines",
        "line": {"color": color(color_index), "width": 1 if faint else 2},
        "fill": "toself",
        "hoverinfo": "skip",
        **({"opacity": 0.7} if faint else {}),
    }


def _field(thing: Field) -> Trace:
    low, high = thing.limits
    return {
        "type": "contour",
        "name": thing.name,
        "showlegend": False,
        "x": values(thing.x),
        "y": values(thing.y),
        "z": values(thing.heights),
        "zmin": low,
        "zmax": high,
        "autocontour": False,
        "contours": {
            "coloring": "heatmap",
            "start": thing.step * round(low / thing.step),
            "end": high,
            "size": thing.step,
        },
        "line": {"width": 0.5, "color": MUTED},
        "colorscale": colorscale("diverging" if thing.diverging else "sequential"),
        "colorbar": SCALE_BAR,
        "hovertemplate": f"{HOVER}<extra>{thing.name}</extra>",
    }
