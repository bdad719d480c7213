"""The plane: points, arrows, lines and outlines at true scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from charts.base import (
    DASHES,
    MUTED,
    SYMBOLS,
    TEXT,
    Axis,
    Figure,
    Trace,
    color,
    colorscale,
    figure,
    values,
)


@dataclass(frozen=True)
class Arrow:
    """An arrow from a tail (the origin by default) to a head."""

    name: str
    head: ArrayLike
    slot: int = 1
    tail: ArrayLike = (0.0, 0.0)
    dash: int = 0


@dataclass(frozen=True)
class Points:
    """A set of points; ``sizes`` in pixels, ``texts`` on the spot."""

    name: str
    at: ArrayLike
    slot: int = 1
    sizes: ArrayLike | None = None
    texts: Sequence[str] | None = None
    symbol: int = 0


@dataclass(frozen=True)
class Outline:
    """A polygon or polyline, filled if ``closed``."""

    name: str
    at: ArrayLike
    slot: int = 1
    closed: bool = False
    dash: int = 0


@dataclass(frozen=True)
class Squares:
    """The square on each point's vertical distance from a level, to its right.

    Parameters
    ----------
    name : str
        Its name in the legend.
    at : (n, 2) array_like
        The points.
    level : float
        Where the distances are measured from.
    slot : int
        Its color.
    texts : sequence of str, optional
        One for each square, beyond the level.
    flat : bool
        Draw the distances alone.
    """

    name: str
    at: ArrayLike
    level: float
    slot: int = 1
    texts: Sequence[str] | None = None
    flat: bool = False


@dataclass(frozen=True)
class Field:
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
    things: Sequence[Thing],
    *,
    title: str,
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
    things : sequence of Arrow, Points, Outline, Squares or Field
        Drawn in order.
    title, x, y : str
        Of the picture and of the axes.
    extent : float or ((low, high), (low, high))
        Half width around the origin, or the two fixed ranges.
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
    spans = extent if isinstance(extent, tuple) else ((-extent, extent),) * 2
    made = figure(
        [_trace(thing) for thing in things],
        title=title,
        x=Axis(x, spans[0], hidden=not axes),
        y=Axis(y, spans[1], hidden=not axes),
        height=height,
        square=square,
    )
    if any(isinstance(thing, Field) for thing in things):
        made["layout"]["margin"]["r"] = 56  # for the color scale
    return made


def _trace(thing: Thing) -> Trace:
    shared = {"type": "scatter", "name": thing.name, "cliponaxis": True}
    if isinstance(thing, Squares):
        return shared | _squares(thing)
    if isinstance(thing, Field):
        return _field(thing)
    if isinstance(thing, Arrow):
        ends = np.stack([values(thing.tail), values(thing.head)])
        return shared | {
            "mode": "lines+markers",
            "x": ends[:, 0],
            "y": ends[:, 1],
            "line": {
                "color": color(thing.slot),
                "width": 3,
                "dash": DASHES[thing.dash],
            },
            "marker": {
                "symbol": "arrow",
                "angleref": "previous",
                "size": [0, 14],
                "opacity": 1.0,
                "color": color(thing.slot),
            },
        }
    at = values(thing.at).reshape(-1, 2)
    if isinstance(thing, Outline):
        ring = np.concatenate([at, at[:1]]) if thing.closed else at
        return shared | {
            "mode": "lines",
            "x": ring[:, 0],
            "y": ring[:, 1],
            "line": {
                "color": color(thing.slot),
                "width": 2,
                "dash": DASHES[thing.dash],
            },
            "fill": "toself" if thing.closed else "none",
            "opacity": 0.5 if thing.closed else 1.0,
            "hoverinfo": "skip",
        }
    return shared | {
        "mode": "markers+text" if thing.texts is not None else "markers",
        "x": at[:, 0],
        "y": at[:, 1],
        "text": list(thing.texts) if thing.texts is not None else "",
        "textposition": "top center",
        "textfont": {"color": TEXT},
        "marker": {
            "symbol": SYMBOLS[thing.symbol],
            "size": 10.0 if thing.sizes is None else values(thing.sizes),
            "color": color(thing.slot),
            "line": {"color": TEXT, "width": 1},
        },
    }


def _squares(thing: Squares) -> Trace:
    x, y = values(thing.at).reshape(-1, 2).T
    level = np.full_like(x, thing.level)
    right = x if thing.flat else x + np.abs(y - level)
    gap = np.full_like(x, np.nan)
    # The corner on the level beside the point carries the text; NaN lifts the pen.
    across = np.stack([x, x, right, right, x, gap], axis=1)
    upright = np.stack([y, level, level, y, y, gap], axis=1)
    made: Trace = {
        "mode": "lines",
        "x": across.ravel(),
        "y": upright.ravel(),
        "line": {"color": color(thing.slot), "width": 2},
        "fill": "toself",
        "hoverinfo": "skip",
    }
    if thing.texts is not None:
        sides = ["top center" if up else "bottom center" for up in (y < level).tolist()]
        made |= {
            "mode": "lines+text",
            "text": [t for one in thing.texts for t in ("", one, "", "", "", "")],
            "textposition": [side for side in sides for _ in range(6)],
            "textfont": {"color": TEXT, "size": 11},
        }
    return made


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
        "colorbar": {"thickness": 10, "outlinewidth": 0, "len": 1},
        "hovertemplate": "%{x:.4g}, %{y:.4g}: %{z:.4g}<extra>"
        + thing.name
        + "</extra>",
    }
