"""Small histograms in rows and columns: how a distribution changes from place to place."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from charts.base import MUTED, Axis, Figure, Trace, color, figure, values

WIDTH, TALL = 0.86, 0.8  # of a place: what its histogram takes
ACROSS = "dot"


def histograms(
    title: str,
    shares: ArrayLike,
    *,
    rows: Sequence[str],
    columns: Sequence[str],
    colors: Sequence[int],
    zero: float = 0.5,
    height: int = 330,
) -> Figure:
    """Draw a histogram at each place of a table, each as high as its own tallest bar.

    Parameters
    ----------
    title : str
        What the picture shows, and from where to where each histogram reaches.
    shares : (rows, columns, bins) array_like
        Heights of the bars, all of one width.
    rows, columns : sequence of str
        What the rows, first on top, and the columns stand for.
    colors : sequence of int
        The color of each row.
    zero : float
        Where 0 lies on every histogram, as a part of its width; a dotted line marks it.
    height : int
        In pixels.

    Returns
    -------
    dict
        A figure.
    """
    bars = values(shares)
    count = len(rows)
    traces = [
        _row(name, bars[k], count - 1 - k - TALL / 2, colors[k])
        for k, name in enumerate(rows)
    ]
    marks = [
        {
            "type": "line",
            "x0": at,
            "x1": at,
            "y0": -0.5,
            "y1": count - 0.5,
            "layer": "below",
            "line": {"color": MUTED, "width": 1, "dash": ACROSS},
        }
        for at in (k + WIDTH * (zero - 0.5) for k in range(len(columns)))
    ]
    return figure(
        traces,
        title=title,
        x=Axis("", (-0.5, len(columns) - 0.5), labels=tuple(columns), ruled=False),
        y=Axis("", (-0.5, count - 0.5), labels=tuple(rows)[::-1], ruled=False),
        height=height,
        shapes=marks,
        legend=False,
    )


def _row(name: str, bars: np.ndarray, base: float, color_index: int) -> Trace:
    """Outline the histograms of one row, each from its foot and back to it."""
    columns, bins = bars.shape
    tops = np.zeros((columns, 2 * bins + 3))
    highest = bars.max(axis=1, keepdims=True)
    tops[:, 1:-2] = np.repeat(
        TALL * bars / np.where(highest > 0, highest, 1), 2, axis=1
    )
    borders = np.linspace(-WIDTH / 2, WIDTH / 2, bins + 1).repeat(2)
    x = np.arange(columns)[:, None] + np.append(borders, np.nan)
    y = base + tops
    y[:, -1] = np.nan
    return {
        "type": "scatter",
        "mode": "lines",
        "fill": "toself",
        "name": name,
        "x": x.ravel(),
        "y": y.ravel(),
        "line": {"color": color(color_index), "width": 1},
        "hoverinfo": "skip",
    }
