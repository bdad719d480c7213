"""PyTorch's linear layer: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools

import numpy as np

from charts import (
    Axis,
    Bars,
    Curve,
    Figure,
    Histogram,
    Mark,
    Scene,
    bars,
    curves,
    density,
    histogram,
)
from formulas.checks import Array
from formulas.regularization.initializers import linear_default
from notation.numbers import counted, number_text
from pages.regularization.xavier_init.linear_default.statement import (
    PYTORCH,
    STATEMENT,
    Result,
)
from pages.regularization.xavier_init.statement import DEEPEST

LAYERS = np.arange(DEEPEST + 1)
SAMPLES = 64
EDGES = np.linspace(-0.7, 0.7, 57)
LEAST = 1e-18
KNOWN = ("He, a² = 0", "LeCun, 1", "PyTorch, 5", "this one")
SIZE_COLOR, BOUND_COLOR, OTHER_COLOR, HE_COLOR = STATEMENT.color_indices(
    "size", "bound", "n_in", "square"
)


def draw(result: Result, *, square: int, n_in: int, depth: int, seed: int) -> Scene:
    """Draw the signal through many layers, the variances, and some weights."""
    measured = signal_sizes(n_in, seed) * ratio(square) ** LAYERS
    return Scene(
        _signal(result, measured, depth),
        _variances(result.linear),
        _weights(result),
        readouts={
            "bound": result.bound,
            "linear": result.linear,
            "relu": result.relu,
            "size": result.size,
            "measured after L layers": measured[depth],
        },
        status=sentence(result, float(measured[depth]), depth),
    )


def ratio(square: int) -> float:
    """Return how much larger weights are than PyTorch's."""
    return float(np.sqrt((1 + PYTORCH) / (1 + square)))


@functools.cache
def signal_sizes(n_in: int, seed: int) -> Array:
    """Return the root mean square of random signals after each layer with ReLU.

    Layers have PyTorch's weights and no bias. Weights that are so many times as large
    make a signal that many times as large in each layer.
    """
    rng = np.random.default_rng(seed)
    signal = rng.standard_normal((SAMPLES, n_in))
    signal /= np.sqrt((signal**2).mean())
    sizes = [1.0]
    for _ in range(DEEPEST):
        weights = linear_default(n_in, n_in, rng=rng).W
        signal = np.maximum(signal @ weights.T, 0)
        sizes.append(float(np.sqrt((signal**2).mean())))
    return np.array(sizes)


def _signal(result: Result, measured: Array, depth: int) -> Figure:
    def line(factor: float) -> Array:
        return np.maximum(factor ** (LAYERS / 2), LEAST)

    return curves(
        "Root mean square after each layer with ReLU",
        Curve("He", LAYERS, line(1.0), HE_COLOR, dash=2),
        Curve("rule", LAYERS, line(result.relu), SIZE_COLOR, dash=0),
        Curve("measured", LAYERS, measured, OTHER_COLOR, points=True, line=False),
        Mark(depth, max(result.size, LEAST), "", SIZE_COLOR),
        x=Axis("layers", (0, DEEPEST)),
        y=Axis("root mean square", (LEAST, 10), log=True),
    )


def _variances(linear: float) -> Figure:
    return bars(
        "n · Var(W)",
        KNOWN,
        Bars("n · Var(W)", [2.0, 1.0, 1 / 3, linear], BOUND_COLOR, 2),
        y=Axis("n · Var(W)", (0, 2.4)),
        height=240,
    )


def _weights(result: Result) -> Figure:
    height = 1 / (2 * result.bound)
    box = np.array(
        [-0.7, -result.bound, -result.bound, result.bound, result.bound, 0.7]
    )
    return histogram(
        "Weights, and their density",
        Histogram("drawn", EDGES, density(result.weights, EDGES), OTHER_COLOR),
        Curve("density", box, [0, 0, height, height, 0, 0], BOUND_COLOR),
        x=Axis("weight", (-0.7, 0.7)),
        y=Axis("density", (0, fit_height(height))),
        height=240,
    )


def fit_height(height: float) -> float:
    """Return the end of the axis of densities, one of few."""
    return 8.0 if height < 5 else 16.0 if height < 11 else 44.0


def sentence(result: Result, measured: float, depth: int) -> str:
    """Say what a layer does to a signal, and what is left after many."""
    return (
        f"Each layer with ReLU multiplies the mean square by "
        f"{number_text(result.relu, 3)}; after {counted(depth, 'layer')} the root mean "
        f"square is {number_text(result.size, 3)} by this rule, and "
        f"{number_text(measured, 3)} in random layers."
    )
