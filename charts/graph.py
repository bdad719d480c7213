"""A computation graph: what is made from what, with numbers at every node."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from charts.base import (
    GROUND,
    MUTED,
    TEXT,
    WIDE,
    Axis,
    Figure,
    Trace,
    color,
    figure,
    shared,
)

CIRCLE = 22  # pixels across a node, with numbers over and under it on a phone too
EDGE = 0.12  # of a unit: how far the drawing reaches beyond its outermost nodes
# Pixels around that: room for the numbers over the highest nodes and under the lowest.
AROUND = {"t": 44, "b": 22}
UNSEEN = "rgba(0,0,0,0)"
NOWHERE = np.array([np.nan])
SHORT = 0.24  # of a unit: where an arrow ends before its node
# Of a unit: how far a number stands to the left where an arrow leaves on its side.
LEAN = 0.14
OFF = 0.015  # of a unit: what is written along an arrow keeps off its line
LEVEL = 0.3  # an arrow that rises less has its text above it


class Vertex(NamedTuple):
    """One node.

    Parameters
    ----------
    name : str
        Written into it.
    above, below : str
        Numbers over and under it; empty where they are not known yet.
    color_index : int
        Its color.
    lit : bool
        Frame it thickly, as the node of the moment.
    """

    name: str
    above: str = ""
    below: str = ""
    color_index: int = 1
    lit: bool = False


class Link(NamedTuple):
    """An arrow from one node to another, named by their names, with a text on it."""

    source: str
    target: str
    text: str = ""


def graph(
    title: str,
    nodes: Sequence[Vertex],
    links: Sequence[Link],
    *,
    above: tuple[str, int],
    below: tuple[str, int],
    height: int = 320,
) -> Figure:
    """Draw a computation graph.

    Parameters
    ----------
    title : str
        What the picture shows.
    nodes : sequence of Vertex
        Drawn over the links.
    links : sequence of Link
        Arrows in the direction of the computation.
    above, below : (name, color_index)
        What the numbers over and under the nodes mean, and their colors; the texts on
        the links have the color of the lower ones.
    height : int
        In pixels.

    Returns
    -------
    dict
        A figure.
    """
    bones = tuple(Link(link.source, link.target) for link in links)
    names = tuple(node.name for node in nodes)
    bare = _skeleton(names, bones)
    picture = figure(
        [
            bare.arrows,
            _circles(nodes, bare.nodes),
            _texts(bare.over, [n.above for n in nodes], *above, "top center"),
            _texts(bare.under, [n.below for n in nodes], *below, "bottom center"),
            _along(bare.middles, bare.sides, [link.text for link in links], below[1]),
            _named(*above),
            _named(*below),
        ],
        title=title,
        x=bare.x,
        y=bare.y,
        height=height,
        margin=AROUND,
    )
    layout = picture["layout"]
    above_all = layout["legend"] | {"yref": "container", "y": 1, "yanchor": "top"}
    return {**picture, "layout": {**layout, "legend": above_all}}


class _Skeleton(NamedTuple):
    """What does not change with the numbers: where everything stands."""

    nodes: np.ndarray
    over: np.ndarray  # where the numbers over the nodes stand
    under: np.ndarray
    middles: np.ndarray  # of the links
    sides: list[str]  # of the middles, on which texts stand
    arrows: Trace
    x: Axis
    y: Axis


@shared
def _skeleton(names: tuple[str, ...], links: tuple[Link, ...]) -> _Skeleton:
    """Place nodes, numbers over and under them, what is written on links, and arrows."""
    place = places(names, links)
    at = np.stack(list(place.values()))
    ways = [(place[link.source], place[link.target]) for link in links]
    middles = [_middle(start, end) for start, end in ways]
    sides = [_side(*(end - start)) for start, end in ways]
    left, low = at.min(axis=0).tolist()
    right, high = at.max(axis=0).tolist()
    x = Axis("", (left - 0.5, right + 0.5), hidden=True)
    y = Axis("", (low - EDGE, high + EDGE), hidden=True)
    over, under = (_beside(names, links, place, up=up) for up in (1, -1))
    arrows = _arrows(links, place)
    return _Skeleton(at, over, under, np.stack(middles), sides, arrows, x, y)


def _beside(
    names: tuple[str, ...],
    links: tuple[Link, ...],
    place: dict[str, np.ndarray],
    *,
    up: int,
) -> np.ndarray:
    """Return where the numbers of one side stand: left of an arrow that leaves there."""
    leaving = {
        link.source
        for link in links
        if up * (place[link.target] - place[link.source])[1] > 0
    }
    lean = [[LEAN * (name in leaving), 0.0] for name in names]
    beside: np.ndarray = np.stack([place[name] for name in names]) - lean
    return beside


def _middle(start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Return where a text stands: on a rising arrow clear of the number over its start."""
    share = 0.56 if end[1] > start[1] else 0.45
    middle: np.ndarray = share * end + (1 - share) * start
    return middle


def _side(across: float, up: float) -> str:
    """Return on which side of an arrow's middle a text keeps off it."""
    if abs(up) < LEVEL * abs(across):
        return "top center"
    return "top left" if up > 0 else "top right"


def places(names: Sequence[str], links: Sequence[Link]) -> dict[str, np.ndarray]:
    """Put every node a unit to the right of all that it is made from.

    A node that is made from nothing stands a unit to the left of its first reader; in
    each column what is made stands over what is given.
    """
    sources: dict[str, list[str]] = {name: [] for name in names}
    readers: dict[str, list[str]] = {name: [] for name in names}
    for link in links:
        sources[link.target].append(link.source)
        readers[link.source].append(link.target)

    def depth(name: str) -> int:
        return 1 + max((depth(source) for source in sources[name]), default=-1)

    column = {name: depth(name) for name in names}
    for name in names:
        if not sources[name] and readers[name]:
            column[name] = min(column[reader] for reader in readers[name]) - 1
    place = {}
    for x in set(column.values()):
        members = [name for name in names if column[name] == x]
        results = [name for name in members if sources[name]]
        inputs = [name for name in members if not sources[name]]
        stack = results + inputs
        for k, name in enumerate(stack):
            place[name] = np.array([x, (len(stack) - 1) / 2 - k], dtype=float)
    return {name: place[name] for name in names}


def _arrows(links: Sequence[Link], place: dict[str, np.ndarray]) -> Trace:
    rows = []
    for link in links:
        start, end = place[link.source], place[link.target]
        length = max(float(np.hypot(*(end - start))), 1e-9)
        stop = end - SHORT * (end - start) / length
        rows += [start, stop, np.full(2, np.nan)]
    points = np.stack(rows)
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": "links",
        "x": points[:, 0],
        "y": points[:, 1],
        "line": {"color": MUTED, "width": 2},
        "marker": {
            "symbol": "arrow",
            "angleref": "previous",
            "size": [0, 13, 0] * len(links),
            "color": MUTED,
        },
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _circles(nodes: Sequence[Vertex], at: np.ndarray) -> Trace:
    return {
        "type": "scatter",
        "mode": "markers+text",
        "cliponaxis": False,
        "name": "nodes",
        "x": at[:, 0],
        "y": at[:, 1],
        "text": [f"<b>{node.name}</b>" for node in nodes],
        "textfont": {"color": TEXT, "size": 13},
        "marker": {
            "size": CIRCLE,
            "color": GROUND,
            "line": {
                "color": [color(node.color_index) for node in nodes],
                "width": [5.0 if node.lit else 2.0 for node in nodes],
            },
        },
        "hoverinfo": "text",
        "showlegend": False,
    }


def _texts(
    at: np.ndarray, texts: Sequence[str], name: str, color_index: int, side: str
) -> Trace:
    # Behind a number that stands at a node is a marker of the circle's size that is not seen:
    # so it keeps off the circle however small the picture is.
    gap = {"top center": 1e-3, "bottom center": -1e-3}[side]
    return {
        "type": "scatter",
        "mode": "markers+text",
        "cliponaxis": False,  # the outermost reach into the margin
        "marker": {"size": CIRCLE, "color": UNSEEN},
        "name": name,
        "x": at[:, 0],
        "y": at[:, 1] + gap,
        "text": list(texts),
        "textposition": side,
        "textfont": {"color": color(color_index), "size": 12},
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _along(
    middles: np.ndarray, sides: Sequence[str], texts: Sequence[str], color_index: int
) -> Trace:
    return {
        "type": "scatter",
        "mode": "text",
        "name": "along a link",
        "meta": WIDE,
        "x": middles[:, 0],
        "y": middles[:, 1] + OFF,
        "text": list(texts),
        "textposition": list(sides),
        "textfont": {"color": color(color_index), "size": 12},
        "hoverinfo": "skip",
        "showlegend": False,
    }


@shared
def _named(name: str, color_index: int) -> Trace:
    """Name a color in the legend, and draw nothing."""
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": NOWHERE,
        "y": NOWHERE,
        "marker": {"size": 10, "color": color(color_index)},
        "showlegend": True,
    }
