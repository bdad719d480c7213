"""Curves over one axis, with marked points and reference lines."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
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
    taken = [
        _upright_name(position, text, x, side)
        for (position, text), side in zip(at, name_sides(at, x), strict=True)
    ]
    taken += [_level_name(position, text, y) for position, text in levels]
    sides = label_sides(marks, x, y, taken)
    traces += [
        _mark(mark, k, side)
        for k, (mark, side) in enumerate(zip(marks, sides, strict=True))
    ]
    across = [reference_line(p, "y") for p, _ in levels]
    upright = [reference_line(p, "x") for p, _ in at]
    notes = [line_name(p, text, "y", y) for p, text in levels]
    notes += line_names(at, x)
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
    """Return the name that stands at the end of a reference line."""
    place = math.log10(position) if along.log and position > 0 else position
    return {**_AT_THE_END[axis], axis: place, "text": text}


def line_names(at: Sequence[tuple[float, str]], x: Axis) -> list[dict[str, Any]]:
    """Return the names of upright lines, each on the side where it has room."""
    return [
        {**line_name(position, text, "x", x), "xanchor": side}
        for (position, text), side in zip(at, name_sides(at, x), strict=True)
    ]


# ------------------------------------------------------------------- where labels stand

# Sizes of a picture between its axes, in pixels: of a phone's, a small and a large one.
# Labels keep their size while places move apart, so each size is looked at.
_ROOMS = ((290, 98), (400, 158), (560, 318))
_LETTER = 6.6, 17
_SIDES = {
    "top center": (0, 1),
    "middle right": (1, 0),
    "middle left": (-1, 0),
    "bottom center": (0, -1),
    "top right": (1, 1),
    "top left": (-1, 1),
    "bottom right": (1, -1),
    "bottom left": (-1, -1),
}
_BESIDE, _ABOVE = 9, 16  # from the middle of a mark to its label's edge, and middle
_NOTHING = 15  # square pixels that nobody misses
_EDGE = 10  # how far a label may stick out: there are margins


Box = tuple[float, float, float, float]  # left, right, bottom and top, in pixels


class _Label(NamedTuple):
    """Words at a place: their box is where the place is, moved by some pixels."""

    place: tuple[float, float]  # as parts of the axes
    left: float
    right: float
    bottom: float
    top: float

    def box(self, room: tuple[int, int]) -> Box:
        """Return left, right, bottom and top in a room, in pixels."""
        x, y = self.place[0] * room[0], self.place[1] * room[1]
        return x + self.left, x + self.right, y + self.bottom, y + self.top


def name_sides(at: Sequence[tuple[float, str]], x: Axis) -> list[str]:
    """Choose the sides of the names of upright lines.

    Parameters
    ----------
    at : sequence of (position, name)
        The lines.
    x : Axis
        Their axis.

    Returns
    -------
    list of str
        Plotly's ``xanchor``: ``"left"`` for a name on the right of its line.
    """
    taken: list[_Label] = []
    sides = []
    for position, text in at:
        order = ("right", "left") if _part(position, x) > 0.5 else ("left", "right")
        names = ((side, _upright_name(position, text, x, side)) for side in order)
        sides.append(_freest(names, taken))
    return sides


def label_sides(
    marks: Sequence[Mark], x: Axis, y: Axis, taken: Sequence[_Label] = ()
) -> list[str]:
    """Choose on which side of each mark its label stands, so that none hides another.

    Parameters
    ----------
    marks : sequence of Mark
        In order: the first has its choice.
    x, y : Axis
        Their axes. Without fixed ranges all labels stand above.
    taken : sequence of label
        Other words on the picture.

    Returns
    -------
    list of str
        Plotly's ``textposition`` for each.
    """
    occupied = list(taken)
    sides = []
    for mark in marks:
        place = _part(mark.x, x), _part(mark.y, y)
        labels = ((side, _beside(place, mark.text, side)) for side in _SIDES)
        sides.append(_freest(labels, occupied))
    return sides


def _freest(labels: Iterable[tuple[str, _Label]], taken: list[_Label]) -> str:
    """Take the first side where nothing is hidden, else that where least is."""
    least, best, chosen = math.inf, "", None
    for side, label in labels:
        hidden = _hidden(label, taken)
        if hidden < least:
            least, best, chosen = hidden, side, label
        if hidden < _NOTHING:
            break
    if chosen is not None:
        taken.append(chosen)
    return best


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


def _beside(place: tuple[float, float], text: str, side: str) -> _Label:
    half, height = len(text) * _LETTER[0] / 2, _LETTER[1]
    right, up = _SIDES[side]
    x, y = right * (_BESIDE + half), up * _ABOVE
    return _Label(place, x - half, x + half, y - height / 2, y + height / 2)


def _upright_name(position: float, text: str, x: Axis, side: str) -> _Label:
    width = len(text) * _LETTER[0]
    left = -width if side == "right" else 0
    return _Label((_part(position, x), 1), left, left + width, -_LETTER[1], 0)


def _level_name(position: float, text: str, y: Axis) -> _Label:
    width = len(text) * _LETTER[0]
    return _Label((1, _part(position, y)), -width, 0, 0, _LETTER[1])


def _hidden(label: _Label, taken: Sequence[_Label]) -> float:
    """Return how much of a label is cut off or shares its place with another."""
    lost = 0.0
    for room in _ROOMS:
        left, right, bottom, top = label.box(room)
        across = max(0.0, -_EDGE - left, right - room[0] - _EDGE)
        down = max(0.0, -_EDGE - bottom, top - room[1] - _EDGE)
        lost += across * (top - bottom) + down * (right - left)
        for other in taken:
            a, b, c, d = other.box(room)
            if left < b and a < right and bottom < d and c < top:
                lost += (min(right, b) - max(left, a)) * (min(top, d) - max(bottom, c))
    return lost


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
