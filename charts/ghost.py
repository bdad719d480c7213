"""Ghosts: what one picture shows, drawn faintly into another with the same axes.

A ghost keeps the colors of what it shows and is told from it by its dash and its letter; a
bar, which would vanish in a taller one of its color, has the outline of the text's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from charts.base import TEXT, Figure, Trace, values

FAINT = 0.6
OUTLINED = 0.9  # a bar that covers nothing
FEW = 6  # points that are lettered one by one
MOST_CELLS = 150  # of a map that are lettered where they differ
# Where a letter stands in a cell: how far from its middle, in cells, and on which side.
IN_CELL = {"A": (-0.36, "middle center"), "B": (0.36, "middle center")}
# Where it stands in a bar: not where the bar that is shown has its number, if it can be.
IN_BAR = {"A": "middle", "B": "start"}
KEPT = ("type", "x", "y", "name", "xaxis", "yaxis", "offsetgroup")


def ghosts(figure: Figure, letter: str, dash: str) -> list[Trace]:
    """Return the curves, points, bars and cells of a picture as ghosts.

    A map would cover the other: its cells are lettered, and say what they held when they
    are pointed at.

    Parameters
    ----------
    figure : dict
        The picture that they are taken from; it is not changed.
    letter : str
        What they are marked with; empty for none.
    dash : str
        Of their lines, one of Plotly's dashes.

    Returns
    -------
    list of dict
        Traces. Each says in ``meta`` of which trace of the picture it is the ghost, so that
        it may be left out where both are the same; of a map also ``cells``, the numbers.
    """
    kept = enumerate(figure["data"])
    made = ((k, _ghost(trace, letter, dash)) for k, trace in kept)
    return [
        {**trace, "meta": {"of": k, **trace.get("meta", {})}}
        for k, trace in made
        if trace
    ]


def _ghost(trace: Mapping[str, Any], letter: str, dash: str) -> Trace | None:
    kind, mode = trace.get("type", "scatter"), trace.get("mode", "")
    if kind == "bar":
        return _bar(trace, letter)
    if kind == "heatmap":
        return _map(trace, letter)
    if kind != "scatter":
        return None
    if "lines" in mode:
        return _line(trace, letter, dash)
    return _points(trace, letter) if "markers" in mode else None


def _common(trace: Mapping[str, Any], letter: str) -> Trace:
    name = f"{letter} · {trace.get('name', '')}".strip(" ·")
    kept = {key: trace[key] for key in KEPT if key in trace}
    return {
        **kept,
        "name": name,
        "opacity": FAINT,
        "showlegend": False,
        "textfont": {"color": TEXT, "size": 11},
        "hovertemplate": f"%{{x:.4g}}, %{{y:.4g}}<extra>{name}</extra>",
        "cliponaxis": False,
    }


def _line(trace: Mapping[str, Any], letter: str, dash: str) -> Trace:
    return {
        **_common(trace, letter),
        "mode": "lines+text",
        "line": {**trace.get("line", {}), "dash": dash, "width": 1.5},
        "text": _at_the_end(trace["y"], letter),
        "textposition": "top left",
    }


def _points(trace: Mapping[str, Any], letter: str) -> Trace:
    marker = trace.get("marker", {})
    count = len(values(trace["x"]))
    texts = [letter] * count if count <= FEW else [""] * count
    symbol = marker.get("symbol", "circle")
    outline = symbol.removesuffix("-open") if isinstance(symbol, str) else "circle"
    return {
        **_common(trace, letter),
        "mode": "markers+text",
        "marker": {
            "symbol": f"{outline}-open",
            "size": marker.get("size", 8),
            "color": marker.get("color", TEXT),
        },
        "text": texts,
        "textposition": "bottom left",
    }


def _bar(trace: Mapping[str, Any], letter: str) -> Trace:
    return {
        **_common(trace, letter),
        "opacity": OUTLINED,
        "marker": {"color": "rgba(0,0,0,0)", "line": {"color": TEXT, "width": 2}},
        "text": [letter] * len(values(trace["y"])),
        "textfont": {"color": TEXT, "size": 11, "shadow": "auto"},
        "textposition": "inside",
        "insidetextanchor": IN_BAR.get(letter, "end"),
        "constraintext": "none",
        "textangle": 0,
    }


def _map(trace: Mapping[str, Any], letter: str) -> Trace | None:
    cells = values(trace["z"])
    if not letter or cells.size > MOST_CELLS:
        return None
    rows, columns = cells.shape
    x = values(trace.get("x", range(columns)))
    first = trace.get("y0", 0)  # of maps below one another
    y = values(trace.get("y", np.arange(first, first + rows)))
    wide = x[1] - x[0] if columns > 1 else 1.0
    aside, position = IN_CELL.get(letter, (-0.36, "top center"))
    return {
        "type": "scatter",
        "mode": "text",
        "name": letter,
        "x": np.tile(x + aside * wide, rows),
        "y": np.repeat(y, columns),
        "text": [letter] * cells.size,
        "textposition": position,
        "textfont": {"color": TEXT, "size": 10},
        "customdata": cells.ravel(),
        "hovertemplate": f"%{{customdata:.4g}}<extra>{letter}</extra>",
        "showlegend": False,
        "meta": {"cells": cells},
    }


def _at_the_end(heights: Any, letter: str) -> list[str]:
    """Return texts for the points of a line: the letter at the last that is drawn."""
    drawn = np.flatnonzero(np.isfinite(values(heights)))
    texts = [""] * len(values(heights))
    if drawn.size:
        texts[int(drawn[-1])] = letter
    return texts
