"""Histograms: how numbers spread, as steps over their bins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from charts.base import HEIGHT, Axis, Figure, values
from charts.curves import Curve, Mark, curves


class Histogram(NamedTuple):
    """One distribution.

    Parameters
    ----------
    name : str
        Its name in the legend.
    edges : (n + 1,) array_like
        Borders of the bins, growing.
    heights : (n,) array_like
        One for each bin, for example from `density`.
    color_index : int
        Its color.
    fill: bool
        Shade it; of two that lie over each other only one can be.
    """

    name: str
    edges: ArrayLike
    heights: ArrayLike
    color_index: int = 1
    fill: bool = True


def density(samples: ArrayLike, edges: ArrayLike) -> np.ndarray:
    """Return the share of samples in each bin per unit of the axis.

    Samples outside the bins count as well, so that a narrow window does not raise
    what it shows.
    """
    numbers = values(samples).ravel()
    borders = values(edges)
    counts = np.histogram(numbers, borders)[0]
    shares: np.ndarray = counts / (max(len(numbers), 1) * np.diff(borders))
    return shares


def histogram(
    title: str,
    *things: Histogram | Curve | Mark,
    x: Axis,
    y: Axis,
    at: Sequence[tuple[float, str]] = (),
    height: int = HEIGHT,
) -> Figure:
    """Draw distributions as shaded steps.

    Parameters
    ----------
    title : str
        What the picture shows.
    *things : Histogram, Curve or Mark
        Drawn over each other, each with its own dash: distributions, curves to
        compare with, such as a density, and points of interest.
    x, y : Axis
        The axes; fix their ranges where a slider moves the data.
    at : sequence of (position, name)
        Vertical reference lines.
    height : int
        In pixels.

    Returns
    -------
    dict
        A figure.
    """
    layers = [_steps(t) if isinstance(t, Histogram) else t for t in things]
    return curves(title, *layers, x=x, y=y, at=at, height=height)


def _steps(one: Histogram) -> Curve:
    edges = values(one.edges)
    tops = np.zeros(2 * len(edges))  # 0 at both ends
    tops[1:-1] = values(one.heights).repeat(2)
    return Curve(one.name, edges.repeat(2), tops, one.color_index, fill=one.fill)
