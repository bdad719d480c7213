"""Curves over one axis, with marked points and reference lines."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

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
    figure,
    shared,
    values,
)


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
    """

    x: float
    y: float
    text: str
    color_index: int = 1


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
    traces = [_trace(curve, k) for k, curve in enumerate(lines)]
    sides = label_sides(marks, x, y)
    traces += [
        _mark(mark, k, side)
        for k, (mark, side) in enumerate(zip(marks, sides, strict=True))
    ]
    across = [reference_line(p, "y") for p, _ in levels]
    upright = [reference_line(p, "x") for p, _ in at]
    notes = [line_name(p, text, "y", y) for p, text in levels]
    notes += [line_name(p, text, "x", x) for p, text in at]
    return figure(
        traces,
        title=title,
        x=x,
        y=y,
        height=height,
        shapes=across + upright,
        notes=notes,
    )


def _trace(curve: Curve, k: int) -> Trace:
    uprights = {} if curve.reach is None else _uprights(curve.y, curve.reach)
    style = _style(
        curve.name,
        curve.color_index,
        DASHES[(k if curve.dash is None else curve.dash) % len(DASHES)],
        _mode(curve.line, curve.points),
        curve.fill,
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
    name: str, color_index: int, dash: str, mode: str, fill: bool, k: int
) -> Trace:
    return {
        "type": "scatter",
        "mode": mode,
        "name": name,
        "line": {"color": color(color_index), "dash": dash, "width": 2.5},
        "marker": {"symbol": SYMBOLS[k % len(SYMBOLS)], "size": 6},
        "fill": "tozeroy" if fill else "none",
        "hovertemplate": "%{x:.4g}, %{y:.4g}<extra>" + name + "</extra>",
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


def _mark(mark: Mark, k: int, side: str) -> Trace:
    return {
        **_spot(mark.color_index, k),
        "textposition": side,
        "x": values([mark.x]),
        "y": values([mark.y]),
        "text": [mark.text],
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
    """Return the name that stands at the end of a reference line.

    The name of an upright line stands on that side of it where there is more room.
    """
    place = math.log10(position) if along.log and position > 0 else position
    note = {**_AT_THE_END[axis], axis: place, "text": text}
    if axis == "x" and _part(position, along) > 0.5:
        note["xanchor"] = "right"
    return note


# ------------------------------------------------------------------- where labels stand

# A small picture, in pixels: what does not overlap here overlaps nowhere.
_ROOM = 380, 170
_LETTER = 7.2, 15
_SIDES = {
    "top center": (0, 1),
    "bottom center": (0, -1),
    "middle right": (1, 0),
    "middle left": (-1, 0),
    "top right": (1, 1),
    "top left": (-1, 1),
    "bottom right": (1, -1),
    "bottom left": (-1, -1),
}
_AWAY = 13  # pixels from the middle of a mark to the middle of its label


def label_sides(marks: Sequence[Mark], x: Axis, y: Axis) -> list[str]:
    """Choose on which side of each mark its label stands, so that none hides another.

    Parameters
    ----------
    marks : sequence of Mark
        In order: the first has its choice.
    x, y : Axis
        Their axes. Without fixed ranges all labels stand above.

    Returns
    -------
    list of str
        Plotly's ``textposition`` for each.
    """
    taken: list[tuple[float, float, float, float]] = []
    sides = []
    for mark in marks:
        here = _part(mark.x, x) * _ROOM[0], _part(mark.y, y) * _ROOM[1]
        boxes = {side: _box(here, len(mark.text), *_SIDES[side]) for side in _SIDES}
        free = [side for side, box in boxes.items() if _is_free(box, taken)]
        side = free[0] if free else "top center"
        taken.append(boxes[side])
        sides.append(side)
    return sides


def _part(value: float, axis: Axis) -> float:
    """Return how far along its axis a value lies, 0 to 1; 0 if nobody knows."""
    if axis.range is None or not math.isfinite(value):
        return 0.0
    low, high = axis.range
    if axis.log:
        if value <= 0:
            return 0.0
        low, high, value = math.log10(low), math.log10(high), math.log10(value)
    return (value - low) / (high - low) if high != low else 0.0


def _box(
    here: tuple[float, float], letters: int, right: int, up: int
) -> tuple[float, float, float, float]:
    """Return left, right, bottom and top of a label beside a mark."""
    width, height = letters * _LETTER[0], _LETTER[1]
    middle = here[0] + right * (_AWAY + width / 2), here[1] + up * (_AWAY + 2)
    return (
        middle[0] - width / 2,
        middle[0] + width / 2,
        middle[1] - height / 2,
        middle[1] + height / 2,
    )


def _is_free(
    box: tuple[float, float, float, float],
    taken: Sequence[tuple[float, float, float, float]],
) -> bool:
    """Tell whether a label lies inside the picture and over no other."""
    left, right, bottom, top = box
    if left < -_AWAY or right > _ROOM[0] + _AWAY or bottom < 0 or top > _ROOM[1]:
        return False
    return all(
        right <= a or left >= b or top <= c or bottom >= d for a, b, c, d in taken
    )


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
