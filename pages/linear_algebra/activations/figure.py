"""Activation functions: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike

from charts import (
    Axis,
    Curve,
    Figure,
    Handle,
    Mark,
    Scene,
    curves,
    draggable,
    fitting,
    tall,
)
from formulas.checks import Array
from formulas.linear_algebra.activations import (
    gradient_product,
    relu,
    relu_grad,
    sigmoid,
    tanh,
)
from formulas.linear_algebra.linear_layer import linear
from formulas.transformer.transformer_ffn import gelu
from notation.numbers import counted, number_text
from pages.linear_algebra.activations.statement import NETWORKS, STATEMENT, Result

X = np.sort([*np.linspace(-6, 6, 121), 1e-9])  # both sides of the jump at 0
SIGMOID, TANH = sigmoid(X), tanh(X)
RELU, RELU_SLOPE = np.asarray(relu(X)), np.asarray(relu_grad(X))
GELU = np.asarray(gelu(X))
LAYERS = np.array([0, *STATEMENT.control("depth").positions])
DEEPEST = len(LAYERS) - 1
PRE_ACTIVATION = Axis("pre-activation x", (-6.2, 6.2))
NEAR, FAR = 3.2, 6.3  # how far a picture of the functions reaches
LOWEST = -2.1  # what they show below 0, where a leaky ReLU ends at −1.8
HALF_TANGENT = 1.5  # how far a tangent reaches to either side
RING = 0.5  # marks nearer than this are taken by one ring
LEAK_AT = -5.5  # where the hand takes the slope of the ReLU's negative side

LEGEND = ("ReLU", "sigmoid", "tanh")
COLORS = STATEMENT.color_indices("relu", "sigmoid", "tanh")
NONE_COLOR, TARGET_COLOR, TANGENT_COLOR = 7, 8, 8
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
NOTHING = -400.0  # drawn in place of the logarithm of 0: 10 to it is 0 on a computer


def draw(result: Result, *, x: float, depth: int, network: str) -> Scene:
    """Draw activations with their slopes, what a network makes of them, what is left."""
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
        _activations(x, values, slopes, leak),
        _fit(x, network, leak),
        _shares(depth, shares, arriving),
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
        status=sentence(x, depth, slopes, arriving, leak=leak, network=network),
    )


def _fit(x: float, network: str, negative_slope: float) -> Figure:
    """Draw a curve, and what networks with and without an activation make of it."""
    straight = fitted("none", 0.0)
    chosen = fitted(network, negative_slope)
    name, color = _NAMED[network]
    other = "" if network == "none" else " and no activation"
    height = float(np.interp(x, X, chosen))
    picture = curves(
        f"{UNITS} units fitted to a curve: {name}{other}",
        # Wider than the lines, which lie over it.
        Curve("curve to fit", X[::3], WAVE[::3], TARGET_COLOR, points=True, line=False),
        Curve(
            "no activation" if other else "line of least squares",
            X,
            straight,
            NONE_COLOR,
            dash=3,
        ),
        Curve(name, X, chosen, color, dash=0),
        Mark(x, height, "", color),
        x=Axis("input x", (-6.2, 6.2)),
        y=Axis("output", (-3.2, 3.2)),
    )
    return draggable(picture, Handle(at=(x, height), title="Drag x", x="x"))


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


def _activations(
    x: float, values: Sequence[float], slopes: Sequence[float], negative_slope: float
) -> Figure:
    """Draw the functions with their tangents; x and a can be taken by the hand."""
    top = NEAR if values[0] < NEAR - 0.2 else FAR
    picture = curves(
        "Three activation functions and their tangents at x",
        _tangents(x, values, slopes),  # below the lines that they touch
        *_lines(X, (relu(X, negative_slope), SIGMOID, TANH), COLORS),
        *_marks(x, values, COLORS),
        x=PRE_ACTIVATION,
        y=Axis("output", (LOWEST, top)),
    )
    leaking = Handle(
        at=(LEAK_AT, LEAK_AT * negative_slope),
        title="Drag the slope a",
        y="negative_slope",
        per=LEAK_AT,
    )
    along = [Handle(at=(x, place), title="Drag x", x="x") for place in _rings(values)]
    return draggable(tall(picture), leaking, *along)


def _rings(values: Sequence[float]) -> list[float]:
    """Return where rings lie around marks: near marks share one."""
    places: list[float] = []
    for value in values:
        near = (place for place in places if abs(place - value) < RING)
        places.append(next(near, value))
    return places


def _tangents(x: float, values: Sequence[float], slopes: Sequence[float]) -> Curve:
    """Return the tangents of all functions as one line with gaps."""
    to_the_side = np.array([-HALF_TANGENT, HALF_TANGENT, np.nan])
    heights = [
        value + slope * to_the_side for value, slope in zip(values, slopes, strict=True)
    ]
    places = np.tile(x + to_the_side, len(heights))
    return Curve("tangents", places, np.concatenate(heights), TANGENT_COLOR, dash=0)


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
        Curve(name, x, line, color, dash=k)
        for k, (name, line, color) in enumerate(zip(LEGEND, lines, colors, strict=True))
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
    network: str,
) -> str:
    """Say how well the units fit, which slope is the steepest, and what layers leave."""
    rectifier = "the leaky ReLU" if leak else "the ReLU"
    names = (rectifier, "the sigmoid", "tanh")
    steepest = names[int(np.argmax(slopes))]
    return _about_the_fit(network, leak) + (
        f"At x = {number_text(x)} {steepest} is the steepest, with slope "
        f"{number_text(max(slopes), 3)}.{_about_the_relu(x, slopes[0])}"
        + _about_the_layers(
            depth, dict(zip(NETWORKS[1:], arriving, strict=True)), network
        )
    )


def _about_the_fit(network: str, leak: float) -> str:
    """Say how much nearer to the curve the units come with an activation."""
    if network == "none":
        return ""
    missed, straight = (number_text(miss(name, leak), 2) for name in (network, "none"))
    return (
        f"{UNITS} {_NAMED[network][0]} units miss the curve by {missed}, "
        f"a line by {straight}. "
    )


def _about_the_relu(x: float, slope: float) -> str:
    if x == 0:
        return " At its corner, by convention, the ReLU has the slope of its left side."
    if slope == 0:
        return " The plain ReLU is inactive and passes on nothing."
    return ""


def _about_the_layers(depth: int, arriving: dict[str, float], network: str) -> str:
    """Say what layers of the chosen activation leave, or what comes of having none."""
    if network == "none":
        return (
            " Without an activation the fitted network is a straight line, which misses "
            f"the curve by {number_text(miss(network, 0.0), 2)}."
        )
    layers = counted(depth, f"{_NAMED[network][0]} layer")
    verb = "leaves" if depth == 1 else "leave"
    return (
        f" With weight 1 and this x in each, {layers} {verb} "
        f"{number_text(arriving[network], 2)} of a gradient."
    )
