"""A network in layers: its units, and what passes along the lines between them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from charts.base import GROUND, MUTED, TEXT, Axis, Figure, Trace, color, figure, values

CIRCLE = 16  # pixels across a unit without a name
BEYOND = 0.5  # of a step between layers or units: room around the outermost
AROUND = {"t": 30, "b": 4, "l": 4, "r": 4}
NOTHING = (math.nan, math.nan, math.nan)


class Unit(NamedTuple):
    """One unit: a box where it has a text, else a circle.

    Parameters
    ----------
    text : str
        Written into its box; ``<br>`` starts a line.
    color_index : int
        Its color.
    lit : bool
        Frame its box thickly.
    out : bool
        Cross it out.
    """

    text: str = ""
    color_index: int = 1
    lit: bool = False
    out: bool = False


class Strand(NamedTuple):
    """Lines of one kind between the layers, with one entry in the legend.

    Parameters
    ----------
    name : str
        What passes along them.
    ends : sequence of ((layer, unit), (layer, unit))
        Where each begins and ends.
    color_index : int
        Their color; 0 for the gray of what is of no account.
    dash : str
        Plotly's name of the dash.
    width : float
        In pixels.
    """

    name: str
    ends: Sequence[tuple[tuple[int, int], tuple[int, int]]]
    color_index: int = 0
    dash: str = "solid"
    width: float = 3.0


def network(
    title: str,
    layers: Sequence[Sequence[Unit]],
    *strands: Strand,
    height: int = 330,
) -> Figure:
    """Draw layers of units from left to right, and lines between them.

    Parameters
    ----------
    title : str
        What the picture shows.
    layers : sequence of sequence of Unit
        The first unit of each on top; each layer takes the whole height.
    *strands : Strand
        Drawn in order, under the units.
    height : int
        In pixels.

    Returns
    -------
    dict
        A figure.
    """
    place = places([len(layer) for layer in layers])
    most = max(len(layer) for layer in layers)
    # Every strand has a place for every line, so that a drag changes heights alone.
    lines = sorted({ends for strand in strands for ends in strand.ends})
    units = [
        (place[k, row], unit)
        for k, layer in enumerate(layers)
        for row, unit in enumerate(layer)
    ]
    return figure(
        [
            *(_lines(strand, place, lines) for strand in strands),
            _circles(units),
            _crosses(units),
        ],
        title=title,
        x=Axis("", (-BEYOND, len(layers) - 1 + BEYOND), hidden=True),
        y=Axis("", (-BEYOND, most - 1 + BEYOND), hidden=True),
        height=height,
        notes=[_box(at, unit) for at, unit in units if unit.text],
        margin=AROUND,
    )


def places(counts: Sequence[int]) -> dict[tuple[int, int], tuple[float, float]]:
    """Spread the units of each layer evenly over the height of the largest one.

    Examples
    --------
    >>> places([1, 2])
    {(0, 0): (0.0, 0.5), (1, 0): (1.0, 1.25), (1, 1): (1.0, -0.25)}
    """
    most = max(counts)
    found = {}
    for layer, count in enumerate(counts):
        for row in range(count):
            up = most - BEYOND - (row + 0.5) * most / count
            found[layer, row] = (float(layer), float(up))
    return found


def _lines(
    strand: Strand,
    place: dict[tuple[int, int], tuple[float, float]],
    lines: Sequence[tuple[tuple[int, int], tuple[int, int]]],
) -> Trace:
    taken = set(strand.ends)
    x: list[float] = []
    y: list[float] = []
    for start, end in lines:
        (left, begin), (right, arrive) = place[start], place[end]
        x += (left, right, math.nan)
        y += (begin, arrive, math.nan) if (start, end) in taken else NOTHING
    shade = color(strand.color_index) if strand.color_index else MUTED
    return {
        "type": "scatter",
        "mode": "lines",
        "name": strand.name,
        "x": values(x),
        "y": values(y),
        "line": {"color": shade, "width": strand.width, "dash": strand.dash},
        "hoverinfo": "skip",
        "showlegend": True,
    }


def _circles(units: Sequence[tuple[tuple[float, float], Unit]]) -> Trace:
    at = np.array([place for place, _ in units], dtype=float)
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "units",
        "x": at[:, 0],
        "y": at[:, 1],
        "marker": {
            "size": [0 if unit.text else CIRCLE for _, unit in units],
            "color": [color(unit.color_index) for _, unit in units],
            "line": {"color": TEXT, "width": 1.5},
            "opacity": 1.0,
        },
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _crosses(units: Sequence[tuple[tuple[float, float], Unit]]) -> Trace:
    """Cover the units that are out with crossed circles."""
    at = np.array([place for place, _ in units], dtype=float)
    hidden = [not unit.out or bool(unit.text) for _, unit in units]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "crossed out",
        "x": at[:, 0],
        "y": np.where(hidden, np.nan, at[:, 1]),
        "marker": {
            "symbol": "circle-x",
            "size": CIRCLE,
            "color": GROUND,
            "line": {"color": MUTED, "width": 1.5},
            "opacity": 1.0,
        },
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _box(at: tuple[float, float], unit: Unit) -> dict[str, Any]:
    return {
        "x": at[0],
        "y": at[1],
        "text": unit.text,
        "bgcolor": GROUND,
        "bordercolor": MUTED if unit.out else color(unit.color_index),
        "borderwidth": 2 if unit.lit else 1,
        "borderpad": 2,
    }
