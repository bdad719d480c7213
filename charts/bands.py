"""Bands: the area between two curves, drawn behind them."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from charts.base import Trace, color, shared, values


def band(
    name: str, x: ArrayLike, low: ArrayLike, high: ArrayLike, color_index: int
) -> Trace:
    """Shade the area between two curves; the trace is put before those of `curves`.

    Parameters
    ----------
    name : str
        What it is; the legend has the names of the curves alone.
    x, low, high : (n,) array_like
        Its edges.
    color_index : int
        Its color.

    Returns
    -------
    dict
        A trace.
    """
    along = values(x)
    return {
        **_shade(name, color_index),
        "x": np.concatenate([along, along[::-1]]),
        "y": np.concatenate([values(low), values(high)[::-1]]),
    }


@shared
def _shade(name: str, color_index: int) -> Trace:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "showlegend": False,
        "line": {"color": color(color_index), "width": 0},
        "fill": "toself",
        "fillcolor": color(color_index),
        "opacity": 0.3,
        "hoverinfo": "skip",
    }
