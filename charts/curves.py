"""Curves over one axis, with marked points and reference lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

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
    figure,
    values,
)


@dataclass(frozen=True)
class Curve:
    """One curve.

    Parameters
    ----------
    name : str
        Its name in the legend.
    x, y : (n,) array_like
        Its points; NaN interrupts it.
    slot : int
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
    slot: int = 1
    dash: int | None = None
    points: bool = False
    line: bool = True
    fill: bool = False
    reach: ArrayLike | None = None


@dataclass(frozen=True)
class Mark:
    """A point of interest, named on the spot.

    Parameters
    ----------
    x, y : float
        Where; a mark that is not finite is not drawn.
    text : str
        What it is.
    slot : int
        Its color.
    """

    x: float
    y: float
    text: str
    slot: int = 1


def curves(
    series: Sequence[Curve],
    *,
    title: str,
    x: Axis,
    y: Axis,
    marks: Sequence[Mark] = (),
    levels: Sequence[tuple[float, str]] = (),
    at: Sequence[tuple[float, str]] = (),
    height: int = 300,
) -> Figure:
    """Draw curves on common axes.

    Parameters
    ----------
    series : sequence of Curve
        At most as many points each as there are pixels.
    title : str
        What the picture shows.
    x, y : Axis
        The axes; fix their ranges where a slider moves the curves.
    marks : sequence of Mark
        Points of interest.
    levels, at : sequence of (position, name)
        Horizontal and vertical reference lines.
    height : int
        In pixels.

    Returns
    -------
    dict
        A figure.
    """
    traces = [_trace(curve, k) for k, curve in enumerate(series)]
    traces += [_mark(mark, k) for k, mark in enumerate(marks)]
    across = [reference_line(p, "y") for p, _ in levels]
    upright = [reference_line(p, "x") for p, _ in at]
    notes = [line_name(p, text, "y", y.log) for p, text in levels]
    notes += [line_name(p, text, "x", x.log) for p, text in at]
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
    dash = DASHES[(k if curve.dash is None else curve.dash) % len(DASHES)]
    mode = "+".join(
        part
        for part, wanted in (("lines", curve.line), ("markers", curve.points))
        if wanted
    )
    joined = {} if curve.reach is None else _joined(curve.y, curve.reach)
    return {
        "type": "scatter",
        "mode": mode,
        "name": curve.name,
        "x": values(curve.x),
        "y": values(curve.y),
        "line": {"color": color(curve.slot), "dash": dash, "width": 2.5},
        "marker": {"symbol": SYMBOLS[k % len(SYMBOLS)], "size": 6},
        "fill": "tozeroy" if curve.fill else "none",
        "hovertemplate": "%{x:.4g}, %{y:.4g}<extra>" + curve.name + "</extra>",
        **joined,
    }


def _joined(y: ArrayLike, reach: ArrayLike) -> dict[str, Any]:
    line = {"color": MUTED, "thickness": 1, "width": 0}
    down = values(y) - values(reach)
    shape = {"visible": True, "type": "data", "symmetric": False, "arrayminus": down}
    return {"error_y": shape | line}


def _mark(mark: Mark, k: int) -> Trace:
    return {
        "type": "scatter",
        "mode": "markers+text",
        "showlegend": False,
        "x": values([mark.x]),
        "y": values([mark.y]),
        "text": [mark.text],
        "textposition": "top center",
        "textfont": {"color": TEXT},
        "cliponaxis": False,
        "hoverinfo": "x+y+text",
        "marker": {
            "symbol": SYMBOLS[k % len(SYMBOLS)],
            "size": 12,
            "color": color(mark.slot),
            "line": {"color": TEXT, "width": 1.5},
        },
    }


def reference_line(position: float, axis: str) -> dict[str, Any]:
    """Return a dashed line across the picture at a position of an axis."""
    other = "x" if axis == "y" else "y"
    return {
        "type": "line",
        f"{other}ref": "paper",
        f"{other}0": 0,
        f"{other}1": 1,
        f"{axis}0": position,
        f"{axis}1": position,
        "line": {"color": MUTED, "width": 1.5, "dash": "dash"},
    }


def line_name(position: float, text: str, axis: str, log: bool) -> dict[str, Any]:
    """Return the name that stands at the end of a reference line."""
    place = float(np.log10(position)) if log and position > 0 else position
    if axis == "y":
        where = {"x": 1, "xref": "paper", "xanchor": "right", "yanchor": "bottom"}
    else:
        where = {"y": 1, "yref": "paper", "yanchor": "top", "xanchor": "left"}
    return {axis: place, "text": text, "font": {"color": MUTED, "size": 11}, **where}
