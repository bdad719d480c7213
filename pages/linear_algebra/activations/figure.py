"""Activation functions: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence

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
NONE_COLOR, TARGET_COLOR = 8, 2
_NAMED = {
    "none": ("no activation", NONE_COLOR),
    **dict(
        zip(("relu", "sigmoid", "tanh"), zip(LEGEND, COLORS, strict=True), strict=True)
    ),
}
_ACTIVATED: dict[str, Callable[[Array, float], ArrayLike]] = {
    "none": lambda z, _: z,
    "relu": relu,
    "sigmoid": lambda z, _: sigmoid(z),
    "tanh": lambda z, _: tanh(z),
}

# Two layers: eight hidden units, and one unit that adds them up.
UNITS = 8
HIDDEN_W = np.ones((UNITS, 1))
HIDDEN_B = -np.linspace(-5.25, 5.25, UNITS)
WAVE = 1.5 * np.sin(1.2 * X) + 0.2 * X  # the curve to be fitted
DEPTHS = (16.0, 40.0, 100.0)  # how far down a picture of fractions reaches, in decades
NOTHING = -300.0  # drawn in place of the logarithm of 0, far below the picture


def draw(result: Result, *, x: float, depth: int, network: str) -> Scene:
    """Draw what a network makes of activations, these, slopes and what they leave."""
    values = (result.relu, result.sigmoid, result.tanh)
    slopes = (result.relu_slope, result.sigmoid_slope, result.tanh_slope)
    leak = result.leak
    shares = (
        gradient_product("relu", x, DEEPEST, negative_slope=leak),
        gradient_product("sigmoid", x, DEEPEST),
        gradient_product("tanh", x, DEEPEST),
    )
    arriving = (result.arriving_relu, result.arriving, result.arriving_tanh)
    misses = {name: miss(name, leak) for name in ("none", network)}
    return Scene(
        _fit(x, network, leak),
        _activations(x, values, leak),
        _shares(depth, shares, arriving),
        _slopes(x, slopes, leak),
        readouts={
            "relu_slope": result.relu_slope,
            "sigmoid_slope": result.sigmoid_slope,
            "tanh_slope": result.tanh_slope,
            "arriving": result.arriving,
            "arriving_tanh": result.arriving_tanh,
            "arriving_relu": result.arriving_relu,
            "RMS error of the fit": misses[network],
            "RMS error without an activation": misses["none"],
        },
        status=sentence(x, depth, slopes, arriving, leak=leak)
        + _about_the_fit(network, misses[network]),
    )


def _fit(x: float, network: str, negative_slope: float) -> Figure:
    """Draw a curve, and what networks with and without an activation make of it."""
    straight = fitted("none", 0.0)
    chosen = fitted(network, negative_slope)
    name, color = _NAMED[network]
    other = "" if network == "none" else " and no activation"
    return curves(
        f"{UNITS} hidden units, fitted to a curve: {name}{other}",
        Curve("curve to fit", X, WAVE, TARGET_COLOR, dash=2),
        Curve(
            "no activation" if other else "line of least squares",
            X,
            straight,
            NONE_COLOR,
            dash=3,
        ),
        Curve(name, X, chosen, color, dash=0),
        Mark(x, float(np.interp(x, X, chosen)), "", color),
        x=Axis("input x", (-6.2, 6.2)),
        y=Axis("output", (-3.2, 3.2)),
    )


@functools.lru_cache(maxsize=128)  # while x moves
def fitted(network: str, negative_slope: float) -> Array:
    """Return the network's output where its last weights are the best that there are.

    The hidden units are given, one every 1.5; weights and bias of the unit that adds them
    up have the least squared error.
    """
    hidden = np.asarray(
        _ACTIVATED[network](linear(X[:, None], HIDDEN_W, HIDDEN_B), negative_slope)
    )
    added = np.column_stack([hidden, np.ones(len(X))])
    weights = np.linalg.lstsq(added, WAVE, rcond=None)[0]
    output: Array = linear(hidden, weights[None, :-1], weights[-1:])[:, 0]
    output.setflags(write=False)
    return output


@functools.lru_cache(maxsize=128)
def miss(network: str, negative_slope: float) -> float:
    """Return the root mean square error of the fit."""
    return float(np.sqrt(np.mean((fitted(network, negative_slope) - WAVE) ** 2)))


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


def _about_the_fit(network: str, error: float) -> str:
    """Say how far the fitted network is from its curve."""
    if network == "none":
        return (
            " Without an activation the fitted network is a straight line, which misses "
            f"the curve by {number_text(error, 2)}."
        )
    return f" The fitted network misses its curve by {number_text(error, 2)}."
