"""Icons: a countable crowd, one small square for each member, in colored groups."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from charts.base import GROUND, PATTERNS, Axis, Figure, Trace, color, figure, shared


@dataclass(frozen=True)
class Group:
    """Members of one kind.

    Parameters
    ----------
    name : str
        Its name in the legend, where its size stands too.
    count : int
        How many members.
    color_index : int
        Its color; the pattern follows the order of the groups.
    faint : bool
        Draw it pale, as the background of the others.
    """

    name: str
    count: int
    color_index: int = 1
    faint: bool = False


def icons(
    title: str,
    *groups: Group,
    total: int,
    rows: int = 20,
    height: int = 300,
) -> Figure:
    """Draw a crowd that fills the picture column by column, group after group.

    Parameters
    ----------
    title : str
        What the picture shows.
    *groups : Group
        In the order in which they fill the picture, from the upper left.
    total : int
        How many members have room, a multiple of ``rows``.
    rows : int
        Members in a column.
    height : int
        In pixels.

    Returns
    -------
    dict
        A figure.
    """
    columns = total // rows
    traces = []
    before = 0
    for k, group in enumerate(groups):
        traces.append(_block(group, before, rows, k))
        before += group.count
    return figure(
        [*traces, _gaps(rows, columns)],
        title=title,
        x=Axis("", (0, columns), hidden=True),
        y=Axis("", (0, rows), reverse=True, hidden=True),
        height=height,
        square=True,
        margin={"t": 48},  # two lines of legend
    )


def _block(group: Group, first: int, rows: int, k: int) -> Trace:
    """Outline whole columns with a step at either end: always nine corners."""
    left, top = divmod(first, rows)
    right, bottom = divmod(first + group.count, rows)
    corners = [
        (left, top),
        (left, rows),
        (right, rows),
        (right, bottom),
        (right + 1, bottom),
        (right + 1, 0),
        (left + 1, 0),
        (left + 1, top),
        (left, top),
    ]
    x, y = np.array(corners, dtype=float).T
    return {
        **_style(group.color_index, group.faint, k),
        "name": f"{group.name}: {group.count}",
        "x": x,
        "y": y,
    }


@shared
def _style(color_index: int, faint: bool, k: int) -> Trace:
    return {
        "type": "scatter",
        "mode": "lines",
        "fill": "toself",
        "fillpattern": {
            "shape": "" if faint else PATTERNS[k % len(PATTERNS)],
            "bgcolor": color(color_index),
            "fgcolor": GROUND,
            "solidity": 0.15,
            "size": 5,
        },
        "fillcolor": color(color_index),
        "line": {"width": 0, "color": color(color_index)},
        "opacity": 0.3 if faint else 1.0,
        "hoveron": "fills",
        "hoverinfo": "name",
    }


@shared
def _gaps(rows: int, columns: int) -> Trace:
    """Cut the blocks into squares by lines in the color of the ground."""
    upright = [(c, y) for c in range(columns + 1) for y in (0.0, rows, np.nan)]
    across = [(x, r) for r in range(rows + 1) for x in (0.0, columns, np.nan)]
    x, y = np.array([*upright, *across], dtype=float).T
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "gaps",
        "x": x,
        "y": y,
        "line": {"color": GROUND, "width": 1.5},
        "hoverinfo": "skip",
        "showlegend": False,
    }
