"""Softplus: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools

import numpy as np

from charts import Axis, Curve, Figure, Mark, Scene, curves, fitting
from formulas.checks import Array
from formulas.linear_algebra.activations import sigmoid, softplus
from notation.numbers import number_text
from pages.linear_algebra.activations.figure import (
    PRE_ACTIVATION,
    RELU,
    RELU_SLOPE,
    X,
    reach_around,
)
from pages.linear_algebra.activations.softplus.statement import STATEMENT, Result

RELU_COLOR, VALUE_COLOR, SLOPE_COLOR, GAP_COLOR = STATEMENT.color_indices(
    "relu", "value", "slope", "gap"
)


def draw(result: Result, *, x: float, beta: float) -> Scene:
    """Draw softplus beside the ReLU, both slopes, and how far they are apart."""
    values, slopes = _curves(beta)
    return Scene(
        _values(values, x, result),
        _slopes(slopes, x, result.slope),
        _distance(values - RELU, x, result.gap),
        readouts={
            "value": result.value,
            "relu": result.relu,
            "slope": result.slope,
            "gap": result.gap,
        },
        status=sentence(result, x, beta),
    )


@functools.lru_cache(maxsize=64)
def _curves(beta: float) -> tuple[Array, Array]:
    """Compute softplus and its slope at all places drawn."""
    lines = np.asarray(softplus(X, beta=beta)), np.asarray(sigmoid(beta * X))
    for line in lines:
        line.setflags(write=False)
    return lines


def _values(values: Array, x: float, result: Result) -> Figure:
    reach = reach_around(x)
    return curves(
        "Softplus beside the ReLU",
        Curve("softplus", X, values, VALUE_COLOR, dash=0),
        Curve("ReLU", X, RELU, RELU_COLOR, dash=1),
        Mark(x, result.value, "", VALUE_COLOR),
        Mark(x, result.relu, "", RELU_COLOR),
        x=Axis("pre-activation x", (-reach, reach)),
        y=Axis("output", (-0.1 * reach, 1.1 * reach)),
    )


def _slopes(slopes: Array, x: float, now: float) -> Figure:
    return curves(
        "Slopes",
        Curve("softplus", X, slopes, SLOPE_COLOR, dash=0),
        Curve("ReLU", X, RELU_SLOPE, RELU_COLOR, dash=1),
        Mark(x, now, "", SLOPE_COLOR),
        x=PRE_ACTIVATION,
        y=Axis("slope", (-0.1, 1.15)),
    )


def _distance(gaps: Array, x: float, now: float) -> Figure:
    return curves(
        "Softplus minus ReLU",
        Curve("distance", X, gaps, GAP_COLOR),
        Mark(x, now, "", GAP_COLOR),
        x=PRE_ACTIVATION,
        y=Axis("distance", (0, fitting(1.15 * gaps.max(), (0.2, 0.5, 1.0, 1.6)))),
    )


def sentence(result: Result, x: float, beta: float) -> str:
    """Say what softplus gives, how far it is above the ReLU, and its slope."""
    return (
        f"At x = {number_text(x)} softplus is {number_text(result.value)}, above the ReLU "
        f"by {number_text(result.gap, 3)}; its slope is {number_text(result.slope, 3)}, "
        f"the sigmoid of βx = {number_text(beta * x, 3)}."
    )
