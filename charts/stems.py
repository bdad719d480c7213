"""Stems: a number at each step of a sequence, as a dot on a line up from zero."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from charts.base import (
    HEIGHT,
    SYMBOLS,
    Axis,
    Figure,
    Trace,
    color,
    figure,
    shared,
    values,
)


class Stems(NamedTuple):
    """One series of stems.

    Parameters
    ----------
    name : str
        Its name in the legend.
    x, y : (n,) array_like
        Where they stand and how high; NaN leaves one out.
    color_index : int
        Its color.
    hollow : bool
        Draw open dots on thin lines, for what the others are compared with.
    """

    name: str
    x: ArrayLike
    y: ArrayLike
    color_index: int = 1
    hollow: bool = False


def stems(
    title: str,
    *series: Stems,
    x: Axis,
    y: Axis,
    height: int = HEIGHT,
) -> Figure:
    """Draw sequences whose entries are separate things, such as rewards.

    Parameters
    ----------
    title : str
        What the picture shows.
    *series : Stems
        Drawn in order.
    x, y : Axis
        The axes; fix their ranges where a slider moves the stems.
    height : int
        In pixels.

    Returns
    -------
    dict
        A figure.
    """
    traces = [_trace(one, k) for k, one in enumerate(series)]
    return figure(traces, title=title, x=x, y=y, height=height)


def _trace(one: Stems, k: int) -> Trace:
    heights = values(one.y)
    style = _style(one.name, one.color_index, one.hollow, k)
    ends = {"array": np.zeros(len(heights)), "arrayminus": heights}
    return {
        **style,
        "x": values(one.x),
        "y": heights,
        "error_y": style["error_y"] | ends,
    }


@shared
def _style(name: str, color_index: int, hollow: bool, k: int) -> Trace:
    tone = color(color_index)
    symbol = SYMBOLS[k % len(SYMBOLS)]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "hovertemplate": "%{x:.4g}, %{y:.4g}<extra>" + name + "</extra>",
        "error_y": {
            "type": "data",
            "symmetric": False,
            "color": tone,
            "thickness": 1 if hollow else 3,
            "width": 0,
        },
        "marker": {
            "symbol": f"{symbol}-open" if hollow else symbol,
            "size": 7,
            "color": tone,
        },
    }
