"""Activation functions: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from charts import Axis, Curve, Figure, Mark, Scene, curves, fitting
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
from formulas.linear_algebra.linear_layer import linear
from formulas.transformer.transformer_ffn import gelu
from notation.numbers import counted, number_text
from pages.linear_algebra.activations.statement import STATEMENT, Result

X = np.sort([*np.linspace(-6, 6, 121), 1e-9])  # both sides of the jump at 0
SIGMOID, TANH = sigmoid(X), tanh(X)
SIGMOID_SLOPE, TANH_SLOPE = sigmoid_grad(X), tanh_grad(X)
RELU, RELU_SLOPE = np.asarray(relu(X)), np.asarray(relu_grad(X))
GELU = np.asarray(gelu(X))
LAYERS = np.array([0, *STATEMENT.control("depth").positions])
DEEPEST = len(LAYERS) - 1
PRE_ACTIVATION = Axis("pre-activation x", (-6.2, 6.2))
NEAR, FAR = 3.2, 6.3  # how far a picture of the functions reaches
LOWEST = {NEAR: -1.35, FAR: -2.1}  # what it shows below 0, where tanh ends at −1

LEGEND = ("ReLU", "sigmoid", "tanh")
COLORS = STATEMENT.color_indices("relu", "sigmoid", "tanh")
NONE_COLOR = 8

# Two small layers: four hidden units, and one unit that adds them up.
HIDDEN_W, HIDDEN_B = np.ones((4, 1)), np.array([3.0, 1.0, -1.0, -3.0])
OUTPUT_W, OUTPUT_B = np.array([[1.0, -2.0, 2.0, -0.5]]), np.zeros(1)
DEPTHS = (16.0, 40.0, 100.0)  # how far down a picture of fractions reaches, in decades
NOTHING = -300.0  # drawn in place of the logarithm of 0, far below the picture


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
    arriving = (result.arriving_relu, result.arriving, result.arriving_tanh)
    return Scene(
        _activations(x, values, leak),
        _shares(depth, shares, arriving),
        _slopes(x, slopes, leak),
        _two_layers(x, leak),
        readouts={
            "relu_slope": result.relu_slope,
            "sigmoid_slope": result.sigmoid_slope,
            "tanh_slope": result.tanh_slope,
            "arriving": result.arriving,
            "arriving_tanh": result.arriving_tanh,
            "arriving_relu": result.arriving_relu,
        },
        status=sentence(x, depth, slopes, arriving, leak=leak),
    )


def _two_layers(x: float, negative_slope: float) -> Figure:
    heights = _two_layer_curves(negative_slope)
    now = through_two_layers(np.array([x]), negative_slope)
    colors = (NONE_COLOR, *COLORS)
    return curves(
        "Two layers: f(x+3) − 2f(x+1) + 2f(x−1) − ½f(x−3)",
        Curve("f(x) = x", X, heights[0], NONE_COLOR, dash=3),
        *(
            Curve(name, X, line, color, dash=k)
            for k, (name, line, color) in enumerate(
                zip(LEGEND, heights[1:], COLORS, strict=True)
            )
        ),
        *_marks(x, [float(height[0]) for height in now], colors),
        x=Axis("input x", (-6.2, 6.2)),
        y=Axis("output", (-2.8, 4.4)),
    )


def through_two_layers(x: Array, negative_slope: float) -> list[Array]:
    """Return what two layers make of inputs, without an activation and with each."""
    hidden = linear(x[:, None], HIDDEN_W, HIDDEN_B)
    activated = (hidden, relu(hidden, negative_slope), sigmoid(hidden), tanh(hidden))
    return [linear(values, OUTPUT_W, OUTPUT_B)[:, 0] for values in activated]


@functools.lru_cache(maxsize=64)  # while x moves
def _two_layer_curves(negative_slope: float) -> list[Array]:
    return through_two_layers(X, negative_slope)


def reach_around(x: float) -> float:
    """Return how far a picture reaches: near the bend, unless the point lies farther."""
    return NEAR if abs(x) < NEAR else FAR


def _activations(x: float, values: Sequence[float], negative_slope: float) -> Figure:
    reach = reach_around(x)
    return curves(
        "Three activation functions",
        *_lines(X, (relu(X, negative_slope), SIGMOID, TANH), COLORS),
        *_marks(x, values, COLORS),
        x=Axis(PRE_ACTIVATION.title, (-reach, reach)),
        y=Axis("output", (LOWEST[reach], reach)),
    )


def _slopes(x: float, slopes: Sequence[float], negative_slope: float) -> Figure:
    lines = (relu_grad(X, negative_slope), SIGMOID_SLOPE, TANH_SLOPE)
    return curves(
        "Slopes",
        *_lines(X, lines, COLORS),
        *_marks(x, slopes, COLORS),
        x=PRE_ACTIVATION,
        y=Axis("slope", (-0.05, 1.15)),
    )


def _shares(depth: int, shares: Sequence[Array], arriving: Sequence[float]) -> Figure:
    return curves(
        "Gradient left after L layers, the same x in each",
        *_lines(LAYERS, [_powers(share, NOTHING) for share in shares], COLORS),
        *_marks(depth, _powers(arriving, np.nan).tolist(), COLORS),
        x=Axis("layers L", (-0.3, DEEPEST + 0.3)),
        y=Axis(
            "fraction left",
            (-_decades(shares), 0.05 * _decades(shares)),
            powers=True,
        ),
    )


def _powers(fractions: ArrayLike, of_nothing: float) -> Array:
    """Return the logarithms to base 10, which the screen holds where numbers are tiny."""
    parts = np.asarray(fractions, dtype=float)
    known = np.full(parts.shape, of_nothing)
    return np.asarray(np.log10(parts, out=known, where=parts > 0))


def _decades(shares: Sequence[Array]) -> float:
    """Return how many decades there are down to the smallest fraction that is not 0."""
    ends = [float(share[-1]) for share in shares]
    return fitting(max(-np.log10(end) for end in ends if end > 0) * 1.05, DEPTHS)


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
