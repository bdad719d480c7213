"""Merged variance: what is drawn, and the sentence about it."""

from __future__ import annotations

import numpy as np

from charts import Axis, Bars, Curve, Figure, Mark, Scene, bars, curves, fitting
from formulas.checks import Array
from notation.numbers import number_text, without_dust
from pages.probability.variance.merged.statement import (
    FIRST,
    STATEMENT,
    Result,
)

MOST = len(FIRST)
ROWS = ("all", "second", "first")
PARTS = ("first", "second", "between", "all")
ENDS = (25.0, 50.0, 100.0, 200.0, 400.0, 800.0, 1600.0)
FIRST_COLOR, SECOND_COLOR, ALL_COLOR = STATEMENT.color_indices("first", "second", "m2")


def draw(result: Result, *, first: Array, second: Array) -> Scene:
    """Draw the values on two computers and together, and the sums of squares."""
    between = result.m2 - result.first_m2 - result.second_m2
    return Scene(
        _values(result, first, second),
        _sums(result, between),
        readouts={
            "gap": result.gap,
            "variance": result.variance,
            "pooled": result.pooled,
            "mean": without_dust(result.mean, 10),
            "sum of squares between": between,
        },
        status=sentence(result, between, len(first) + len(second)),
    )


def _filled(values: Array, count: int = MOST) -> Array:
    """Fill up, so that a picture keeps its number of points."""
    row = np.full(count, np.nan)
    row[: len(values)] = values
    return row


def _values(result: Result, first: Array, second: Array) -> Figure:
    rows = (_filled(first), _filled(second))
    everything = np.concatenate(rows)
    return curves(
        "The values; large: the mean of each row",
        Curve(
            "first", rows[0], np.full(MOST, 2.0), FIRST_COLOR, points=True, line=False
        ),
        Curve(
            "second", rows[1], np.full(MOST, 1.0), SECOND_COLOR, points=True, line=False
        ),
        Curve(
            "all", everything, np.zeros(2 * MOST), ALL_COLOR, points=True, line=False
        ),
        Mark(result.first_mean, 2.0, "", FIRST_COLOR),
        Mark(result.second_mean, 1.0, "", SECOND_COLOR),
        Mark(result.mean, 0.0, "", ALL_COLOR),
        x=Axis("value", (-8, 20)),
        y=Axis("", (-0.6, 2.6), labels=ROWS),
    )


def _sums(result: Result, between: float) -> Figure:
    heights = [result.first_m2, result.second_m2, between, result.m2]
    return bars(
        "Sums of squares: three add up to the last",
        PARTS,
        Bars("sum of squares", heights, ALL_COLOR),
        y=Axis("sum of squares", (0, fitting(1.15 * result.m2, ENDS))),
        height=260,
    )


def sentence(result: Result, between: float, count: int) -> str:
    """Say what the distance of the means adds."""
    return (
        f"The means are {number_text(abs(result.gap), 3)} apart, which adds "
        f"{number_text(between + 0.0, 3)} to the sums of squares "
        f"{number_text(result.first_m2, 3)} and {number_text(result.second_m2, 3)}; all "
        f"{count} values together have the variance {number_text(result.variance, 3)}."
    )
