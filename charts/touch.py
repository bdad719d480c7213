"""What can be taken by the hand on a picture: dragging it is moving its controls."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from charts.base import Figure, Range


class Handle(NamedTuple):
    """A place on a picture that can be dragged.

    Parameters
    ----------
    at : (x, y)
        Where it is now, in the units of the axes.
    title : str
        What it is, said on being pointed at.
    x, y : str
        The controls that follow its two coordinates; empty if one is fixed.
    length, angle : str
        Or the controls that follow its distance from the origin and its direction, in
        degrees against the clock.
    base : float
        The direction at which the angle is 0, or the coordinate at which the one control
        that follows it is 0; of two controls, where that of x is.
    per : float
        How far along y one unit of the control reaches, if it alone follows.
    line : bool
        Whether the angle is that of a line, which points both ways.
    """

    at: Range
    title: str
    x: str = ""
    y: str = ""
    length: str = ""
    angle: str = ""
    base: float = 0.0
    per: float = 1.0
    line: bool = False


def draggable(figure: Figure, *handles: Handle, small: bool = False) -> Figure:
    """Return the picture with handles laid over it.

    Parameters
    ----------
    figure : dict
        The picture.
    *handles : Handle
        What can be dragged.
    small : bool
        They can be taken while the picture is small too, where it is no mere sketch and
        the large picture has none.
    """
    about = {"small": True} if small else {}
    return _with(figure, handles=[_plain(handle) for handle in handles], **about)


def reshaping(figure: Figure, name: str, points: str, *, along: str = "") -> Figure:
    """Return the picture with points that can be dragged, each by itself.

    The points as they stand then are the reader's own numbers.

    Parameters
    ----------
    figure : dict
        The picture.
    name : str
        The control that takes the reader's own numbers, in rows of x and y.
    points : str
        The name of the trace that they are.
    along : str
        The axis that a plain list of numbers is read from, ``x`` or ``y``.
    """
    traces = [trace.get("name") for trace in figure["data"]]
    rows = {"name": name, "trace": traces.index(points)}
    return _with(figure, rows=rows | {"along": along} if along else rows)


def answering(figure: Figure, *labels: str) -> Figure:
    """Return the picture that is made large while these live numbers are watched.

    Needed only where the large picture moves as well, but shows something else.

    Parameters
    ----------
    figure : dict
        The picture.
    *labels : str
        Readouts that a question asks about.
    """
    return _with(figure, answers=list(labels))


def choosing(
    figure: Figure,
    *,
    x: str = "",
    y: str = "",
    start: tuple[int, int] = (0, 0),
    rows: Sequence[int] = (),
    row: int = 0,
    block: str = "",
    alone: bool = False,
    small: bool = False,
) -> Figure:
    """Return the picture with cells or bars whose click chooses a control's position.

    Parameters
    ----------
    figure : dict
        A map, whose columns and rows are counted from 0, or bars.
    x, y : str
        The controls whose positions the columns and the rows are.
    start : (row, column)
        The cell of their first positions; cells before it choose nothing.
    rows : sequence of int
        Which position each row stands for, where the rows do not simply count them.
    row : int
        How many cells a row of the map has, where they stand, row by row, for the
        positions of y.
    block : str
        Of several matrices side by side (`maps`) the control whose position each one is;
        columns and rows are then counted in each from 0, without the row of names.
    alone : bool
        A cell that stands for a position of only one of the controls chooses that one.
    small : bool
        Bars can be clicked while the picture is small too; a click beside the axes makes
        it large.
    """
    pick: dict[str, Any] = {"x": x, "y": y, "start": list(start)}
    if row:
        pick["row"] = row
    if block:
        pick["block"] = block
    if alone:
        pick["alone"] = True
    if small:
        pick["small"] = True
    return _with(figure, pick=pick | {"rows": list(rows)} if rows else pick)


def _plain(handle: Handle) -> dict[str, Any]:
    # No sign before 0: a sweep counts both zeros as one.
    return {**handle._asdict(), "at": [float(place) + 0.0 for place in handle.at]}


def _with(figure: Figure, **about: Any) -> Figure:
    layout = figure["layout"]
    meta = {**layout["meta"], **about}
    return {**figure, "layout": {**layout, "meta": meta}}
