"""Bars: one number for each of a few named things, in one or more series."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from charts.base import (
    ALL,
    GROUND,
    PATTERNS,
    TEXT,
    Axis,
    Figure,
    Trace,
    color,
    figure,
    label,
    shared,
    values,
)
from charts.curves import line_name, reference_line


class Bars(NamedTuple):
    """One series of bars.

    Parameters
    ----------
    name : str
        Its name in the legend.
    heights : (n,) array_like
        Of the first groups, where there are more; NaN leaves a gap, labeled as undefined.
    color_index : int
        Its color; the pattern follows the color.
    digits : int
        Significant digits of the label on each bar; with 0 it has none, unless it is
        undefined.
    places : sequence of int, optional
        Its groups, where it has them for itself: the series then stand in one row, each
        in its color, and the names below it say what they are.
    """

    name: str
    heights: ArrayLike
    color_index: int = 1
    digits: int = 3
    places: Sequence[int] | None = None


def bars(
    title: str,
    labels: Sequence[str],
    *series: Bars,
    x: str = "",
    y: Axis | None = None,
    levels: Sequence[tuple[float, str]] = (),
    over: bool = False,
    height: int = 300,
    ticks: tuple[int, int] = ALL,
) -> Figure:
    """Draw groups of bars with their numbers on them.

    Parameters
    ----------
    title : str
        What the picture shows.
    labels : sequence of str
        Names of the groups.
    *series : Bars
        Drawn side by side in each group, or in groups of their own.
    x : str
        Title of the axis of names.
    y : Axis
        The axis of heights.
    levels : sequence of (height, name)
        Horizontal reference lines.
    over : bool
        Write the numbers of a single series over these lines, which end beside them.
    height : int
        In pixels.
    ticks : (first, step)
        Which of the names are written below the bars.

    Returns
    -------
    dict
        A figure.
    """
    places, heights = _places(len(labels)), y or Axis()
    notes = [line_name(h, name, "y", heights) for h, name in levels]
    if over:
        notes += _numbers(series[0])
        series = tuple(one._replace(digits=0) for one in series)
    traces = [_trace(places, one, k) for k, one in enumerate(series)]
    return figure(
        traces,
        title=title,
        x=Axis(x, labels=tuple(labels), ticks=ticks),
        y=heights,
        height=height,
        shapes=[reference_line(h, "y") for h, _ in levels],
        notes=notes,
        legend=any(one.places is None for one in series),
        bargap=0.25,
        bargroupgap=0.08,
    )


def _trace(places: np.ndarray, one: Bars, k: int) -> Trace:
    heights = values(one.heights)
    alone = one.places is not None
    return {
        **_style(one.name, one.color_index, 0 if alone else k),
        "x": places[: len(heights)] if one.places is None else values(one.places),
        "y": heights,
        "text": [_label(height, one.digits) for height in heights.tolist()],
    }


def _numbers(one: Bars) -> list[dict[str, Any]]:
    """Write the numbers at the ends of bars, each on a ground of its own."""
    return [
        {
            "x": float(k),
            "y": height,
            "text": _label(height, one.digits),
            "yanchor": "top" if height < 0 else "bottom",
            "bgcolor": GROUND,
            "borderpad": 0,
        }
        for k, height in enumerate(values(one.heights).tolist())
    ]


def _label(height: float, digits: int) -> str:
    if not math.isfinite(height):
        return "NaN"
    return label(height, digits) if digits else ""


@shared
def _places(count: int) -> np.ndarray:
    return np.arange(count, dtype=float)


@shared
def _style(name: str, color_index: int, k: int) -> Trace:
    return {
        "type": "bar",
        "offsetgroup": str(k),  # so that a ghost stands where its bar does
        "name": name,
        "textposition": "outside",
        "constraintext": "none",
        "cliponaxis": False,
        "textangle": 0,
        "textfont": {"color": TEXT},
        "hovertemplate": "%{y:.6g}<extra>" + name + "</extra>",
        "marker": {
            "color": color(color_index),
            "pattern": {"shape": PATTERNS[k % len(PATTERNS)], "solidity": 0.25},
        },
    }
