"""Activation functions: what is drawn, and the sentence about it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from charts import Axis, Curve, Figure, Mark, Scene, curves
from formulas.checks import Array
from formulas.linear_algebra.activations import (
    gradient_product,
    relu,
    relu_grad,
    sigmoid,
    sigmoid_grad,
    tanh,
    tanh_grad,
)
from formulas.transformer.transformer_ffn import gelu, silu
from notation.numbers import counted, number_text
from pages.linear_algebra.activations.statement import STATEMENT, Result

X = np.sort([*np.linspace(-6, 6, 121), 1e-9])  # both sides of the jump at 0
SIGMOID, TANH = sigmoid(X), tanh(X)
SIGMOID_SLOPE, TANH_SLOPE = sigmoid_grad(X), tanh_grad(X)
RELU, RELU_SLOPE = np.asarray(relu(X)), np.asarray(relu_grad(X))
SILU, GELU = np.asarray(silu(X)), np.asarray(gelu(X))
LAYERS = np.array([0, *STATEMENT.control("depth").positions])
DEEPEST = len(LAYERS) - 1
PRE_ACTIVATION = Axis("pre-activation x", (-6.2, 6.2))
NEAR, FAR = 3.2, 6.3  # how far a first picture reaches
LOWEST = {NEAR: -1.35, FAR: -2.1}  # what it shows below 0, where tanh ends at −1

LEGEND = ("ReLU", "sigmoid", "tanh")
SILU_COLOR, GELU_COLOR = STATEMENT.color_indices("sigmoid_slope", "tanh_slope")
VALUE_COLORS = STATEMENT.color_indices("relu", "sigmoid", "tanh")
SLOPE_COLORS = STATEMENT.color_indices("relu_slope", "sigmoid_slope", "tanh_slope")


def draw(result: Result, *, x: float, depth: int) -> Scene:
    """Draw three activations, their slopes, and what is left after many layers."""
    values = (result.relu, result.sigmoid, result.tanh)
    slopes = (result.relu_slope, result.sigmoid_slope, result.tanh_slope)
    leak = result.leak
    shares = (
        gradient_product("relu", x, DEEPEST, negative_slope=leak),
        gradient_product("sigmoid", x, DEEPEST),
        gradient_product("tanh", x, DEEPEST),
    )
    arriving = (shares[0][depth], result.arriving, shares[2][depth])
    return Scene(
        _activations(x, values, leak),
        _slopes(x, slopes, leak),
        _relatives(x, result.relu, leak),
        _shares(depth, shares, arriving),
        readouts={
            "relu_slope": result.relu_slope,
            "sigmoid_slope": result.sigmoid_slope,
            "tanh_slope": result.tanh_slope,
            "arriving": result.arriving,
            "fraction after L tanh layers": arriving[2],
            "fraction after L ReLU layers": arriving[0],
        },
        status=sentence(x, depth, slopes, arriving, leak=leak),
    )


def reach_around(x: float) -> float:
    """Return how far a picture reaches: near the bend, unless the point lies farther."""
    return NEAR if abs(x) < NEAR else FAR


def _activations(x: float, values: Sequence[float], negative_slope: float) -> Figure:
    reach = reach_around(x)
    return curves(
        "Three activation functions",
        *_lines(X, (relu(X, negative_slope), SIGMOID, TANH), VALUE_COLORS),
        *_marks(x, values, VALUE_COLORS),
        x=Axis(PRE_ACTIVATION.title, (-reach, reach)),
        y=Axis("output", (LOWEST[reach], reach)),
    )


def _slopes(x: float, slopes: Sequence[float], negative_slope: float) -> Figure:
    lines = (relu_grad(X, negative_slope), SIGMOID_SLOPE, TANH_SLOPE)
    return curves(
        "Slopes of the three activation functions",
        *_lines(X, lines, SLOPE_COLORS),
        *_marks(x, slopes, SLOPE_COLORS),
        x=PRE_ACTIVATION,
        y=Axis("slope", (-0.05, 1.15)),
    )


def _relatives(x: float, now: float, negative_slope: float) -> Figure:
    return curves(
        "Smooth relatives of the ReLU",
        Curve("ReLU", X, relu(X, negative_slope), VALUE_COLORS[0]),
        Curve("SiLU: x σ(x)", X, SILU, SILU_COLOR),
        Curve("GELU: x Φ(x)", X, GELU, GELU_COLOR),
        Mark(x, now, "", VALUE_COLORS[0]),
        Mark(x, float(silu(x)), "", SILU_COLOR),
        Mark(x, float(gelu(x)), "", GELU_COLOR),
        x=PRE_ACTIVATION,
        y=Axis("output", (-2.1, 6.6)),
    )


def _shares(depth: int, shares: Sequence[Array], arriving: Sequence[float]) -> Figure:
    return curves(
        "Fraction of the gradient left after many layers",
        *_lines(LAYERS, shares, SLOPE_COLORS),
        *_marks(depth, arriving, SLOPE_COLORS),
        x=Axis("layers", (-0.3, DEEPEST + 0.3)),
        y=Axis("fraction", (1e-16, 10), log=True),
    )


def _lines(
    x: ArrayLike, lines: Sequence[ArrayLike], colors: Sequence[int]
) -> list[Curve]:
    return [
        Curve(name, x, line, color)
        for name, line, color in zip(LEGEND, lines, colors, strict=True)
    ]


def _marks(x: float, heights: Sequence[float], colors: Sequence[int]) -> list[Mark]:
    return [
        Mark(x, height, "", color)
        for height, color in zip(heights, colors, strict=True)
    ]


def sentence(
    x: float,
    depth: int,
    slopes: Sequence[float],
    arriving: Sequence[float],
    *,
    leak: float,
) -> str:
    """Say which activation is the steepest, and what many layers leave of a gradient."""
    rectifier = "the leaky ReLU" if leak else "the ReLU"
    names = (rectifier, "the sigmoid", "tanh")
    steepest = names[int(np.argmax(slopes))]
    relu_share, sigmoid_share, tanh_share = (number_text(share) for share in arriving)
    return (
        f"At x = {number_text(x)} {steepest} is the steepest, with slope "
        f"{number_text(max(slopes))}; after {counted(depth, 'layer')} with weight 1 and "
        f"this x in each, the sigmoid leaves {sigmoid_share} of a gradient, tanh "
        f"{tanh_share}, {rectifier} {relu_share}.{_about_the_relu(x, slopes[0])}"
    )


def _about_the_relu(x: float, slope: float) -> str:
    if x == 0:
        return " At its corner, by convention, it has the slope of its left side."
    if slope == 0:
        return " The plain ReLU is inactive and passes on nothing."
    return ""
