"""Curves over one axis, with marked points and reference lines."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

from numpy.typing import ArrayLike

from charts.base import (
    DASHES,
    GROUND,
    MUTED,
    SIZE,
    SYMBOLS,
    TEXT,
    Axis,
    Figure,
    Trace,
    color,
    figure,
    shared,
    values,
)
from charts.labels import label_sides, name_sides

NUMBER = "%{y:.4g}"  # how a height is told on being pointed at
POWER = "10<sup>%{y:.4g}</sup>"


class Curve(NamedTuple):
    """One curve.

    Parameters
    ----------
    name : str
        Its name in the legend.
    x, y : (n,) array_like
        Its points; NaN interrupts it.
    color_index : int
        Its color.
    dash : int, optional
        Its dash style; follows the order of the curves otherwise.
    points : bool
        Show each point as well, for sequences that are not continuous.
    line : bool
        Connect the points.
    fill : bool
        Shade the area down to zero.
    reach : (n,) array_like, optional
        Heights that each point is joined to by a thin upright line.
    """

    name: str
    x: ArrayLike
    y: ArrayLike
    color_index: int = 1
    dash: int | None = None
    points: bool = False
    line: bool = True
    fill: bool = False
    reach: ArrayLike | None = None


class Mark(NamedTuple):
    """A point of interest, named on the spot.

    Parameters
    ----------
    x, y : float
        Where; a mark that is not finite is not drawn.
    text : str
        What it is.
    color_index : int
        Its color.
    over : bool
        Write the text above it on a ground of its own, where curves and lines would strike
        it on every side.
    """

    x: float
    y: float
    text: str
    color_index: int = 1
    over: bool = False


def curves(
    title: str,
    *things: Curve | Mark,
    x: Axis,
    y: Axis,
    levels: Sequence[tuple[float, str]] = (),
    at: Sequence[tuple[float, str]] = (),
    height: int = 300,
) -> Figure:
    """Draw curves on common axes.

    Parameters
    ----------
    title : str
        What the picture shows.
    *things : Curve or Mark
        Curves, with at most as many points each as there are pixels, and points of
        interest, which are drawn over them.
    x, y : Axis
        The axes; fix their ranges where a slider moves the curves.
    levels, at : sequence of (position, name)
        Horizontal and vertical reference lines.
    height : int
        In pixels.

    Returns
    -------
    dict
        A figure.
    """
    lines = [thing for thing in things if isinstance(thing, Curve)]
    marks = [thing for thing in things if isinstance(thing, Mark)]
    traces = [
        _trace(curve, k, POWER if y.powers else NUMBER) for k, curve in enumerate(lines)
    ]
    texts = ["" if mark.over else mark.text for mark in marks]
    points = [(mark.x, mark.y, text) for mark, text in zip(marks, texts, strict=True)]
    sides = label_sides(points, x, y, at=at, levels=levels)
    traces += [
        _mark(mark, k, text, side)
        for k, (mark, text, side) in enumerate(zip(marks, texts, sides, strict=True))
    ]
    across = [reference_line(p, "y") for p, _ in levels]
    upright = [reference_line(p, "x") for p, _ in at]
    notes = [line_name(p, text, "y", y) for p, text in levels]
    notes += line_names(at, x)
    notes += [_written(mark, x, y) for mark in marks if mark.over]
    return figure(
        traces,
        title=title,
        x=x,
        y=y,
        height=height,
        shapes=across + upright,
        notes=notes,
    )


def _trace(curve: Curve, k: int, height: str) -> Trace:
    uprights = {} if curve.reach is None else _uprights(curve.y, curve.reach)
    style = _style(
        curve.name,
        curve.color_index,
        DASHES[(k if curve.dash is None else curve.dash) % len(DASHES)],
        _mode(curve.line, curve.points),
        curve.fill,
        height,
        k,
    )
    return {
        **style,
        "x": values(curve.x),
        "y": values(curve.y),
        **uprights,
    }


def _mode(line: bool, points: bool) -> str:
    if line and points:
        return "lines+markers"
    if line:
        return "lines"
    return "markers" if points else ""


@shared
def _style(
    name: str, color_index: int, dash: str, mode: str, fill: bool, height: str, k: int
) -> Trace:
    return {
        "type": "scatter",
        "mode": mode,
        "name": name,
        "line": {"color": color(color_index), "dash": dash, "width": 2.5},
        "marker": {"symbol": SYMBOLS[k % len(SYMBOLS)], "size": 6},
        "fill": "tozeroy" if fill else "none",
        "hovertemplate": "%{x:.4g}, " + height + "<extra>" + name + "</extra>",
    }


def _uprights(y: ArrayLike, reach: ArrayLike) -> dict[str, Any]:
    return {
        "error_y": {
            "visible": True,
            "type": "data",
            "symmetric": False,
            "arrayminus": values(y) - values(reach),
            "color": MUTED,
            "thickness": 1,
            "width": 0,
        }
    }


def _mark(mark: Mark, k: int, text: str, side: str) -> Trace:
    return {
        **_spot(mark.color_index, k),
        "textposition": side,
        "x": values([mark.x]),
        "y": values([mark.y]),
        "text": [text],
    }


def _written(mark: Mark, x: Axis, y: Axis) -> dict[str, Any]:
    """Write a mark's text above it, towards the middle of the picture."""
    (side,) = name_sides([(mark.x, mark.text)], x)
    return {
        **line_name(mark.x, mark.text, "x", x),
        "y": line_name(mark.y, "", "y", y)["y"],
        "yref": "y",
        "xanchor": side,
        "yanchor": "bottom",
        "yshift": 8,
        "font": {"color": TEXT, "size": SIZE},
        "bgcolor": GROUND,
        "borderpad": 1,
    }


@shared
def _spot(color_index: int, k: int) -> Trace:
    return {
        "type": "scatter",
        "mode": "markers+text",
        "showlegend": False,
        "textfont": {"color": TEXT},
        "cliponaxis": False,
        "hoverinfo": "x+y+text",
        "marker": {
            "symbol": SYMBOLS[k % len(SYMBOLS)],
            "size": 12,
            "color": color(color_index),
            "line": {"color": TEXT, "width": 1.5},
        },
    }


def reference_line(position: float, axis: str) -> dict[str, Any]:
    """Return a dashed line across the picture at a position of an axis."""
    return {**_ACROSS[axis], f"{axis}0": position, f"{axis}1": position}


def line_name(position: float, text: str, axis: str, along: Axis) -> dict[str, Any]:
    """Return the name that stands at the end of a reference line."""
    place = math.log10(position) if along.log and position > 0 else position
    return {**_AT_THE_END[axis], axis: place, "text": text}


def line_names(at: Sequence[tuple[float, str]], x: Axis) -> list[dict[str, Any]]:
    """Return the names of upright lines, each on the side where it has room."""
    return [
        {**line_name(position, text, "x", x), "xanchor": side}
        for (position, text), side in zip(at, name_sides(at, x), strict=True)
    ]


_DASHED = {"color": MUTED, "width": 1.5, "dash": "dash"}
_ACROSS: dict[str, dict[str, Any]] = {
    axis: {
        "type": "line",
        f"{other}ref": "paper",
        f"{other}0": 0,
        f"{other}1": 1,
        "line": _DASHED,
    }
    for axis, other in ("xy", "yx")
}
_NAME = {"color": MUTED, "size": 11}
_AT_THE_END: dict[str, dict[str, Any]] = {
    "x": {"y": 1, "yref": "paper", "yanchor": "top", "xanchor": "left", "font": _NAME},
    "y": {
        "x": 1,
        "xref": "paper",
        "xanchor": "right",
        "yanchor": "bottom",
        "font": _NAME,
    },
}
