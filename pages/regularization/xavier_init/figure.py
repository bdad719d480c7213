"""Xavier (Glorot) initialization: what is drawn, and the sentence about it."""

from __future__ import annotations

import math

import numpy as np

from charts import (
    Axis,
    Curve,
    Figure,
    Histogram,
    Mark,
    Scene,
    curves,
    density,
    fitting,
    histogram,
)
from formulas.checks import Array
from formulas.regularization.mean_field import expected_sizes
from formulas.regularization.xavier_init import INITS
from notation.numbers import counted, number_text
from pages.regularization.xavier_init.statement import (
    DEEPEST,
    STATEMENT,
    Result,
    Signals,
    left_at_the_input,
)

NAMES = dict(zip(INITS, ("Xavier", "He", "a = 1/√n", "σ = 0.01"), strict=True))
INIT_COLORS = {init: color for color, init in enumerate(INITS, start=1)}
WEIGHT_COLOR, THEORY_COLOR = STATEMENT.color_index("n_in"), 7
LAYERS = np.arange(DEEPEST + 1)
WEIGHT_EDGES = np.linspace(-1, 1, 51)  # in units of the axis's end
MOST_WEIGHTS = 4000
FLOOR = 1e-8  # of the pictures of sizes
SPELLED = {"tanh": "tanh", "relu": "ReLU", "sigmoid": "sigmoid", "linear": "linear"}


def draw(
    result: Result,
    *,
    history: Signals,
    n_in: int,
    n_out: int,
    depth: int,
    activation: str,
) -> Scene:
    """Draw signals on their way through deep networks, gradients, and weights."""
    sizes = {init: float(rms[depth]) for init, rms in history.rms.items()}
    yours = expected_sizes(activation, result.forward, result.backward, depth=DEEPEST)
    size = float(yours.signal[depth])
    return Scene(
        _sizes(
            f"RMS of the signal after each {SPELLED[activation]} layer",
            history.rms,
            yours.signal,
            depth,
            # No output of a bounded activation exceeds 1.
            highest=10 if activation in ("tanh", "sigmoid") else 1e6,
        ),
        _sizes(
            "RMS of a gradient after L layers back",
            history.gradients,
            left_at_the_input(yours.gradient),
            depth,
            highest=1e6,
        ),
        _weights(result, n_in, n_out),
        readouts={
            "bound": result.bound,
            "forward": result.forward,
            "backward": result.backward,
            "RMS, yours": size,
            "RMS, Xavier": sizes["xavier"],
            "RMS, He": sizes["he"],
        },
        status=sentence(
            sizes, size, result.forward, depth=depth, activation=activation
        ),
    )


def _sizes(
    title: str, runs: dict[str, Array], yours: Array, depth: int, *, highest: float
) -> Figure:
    """Draw sizes layer by layer: measured for known rules, expected for yours."""
    return curves(
        title,
        *(Curve(NAMES[init], LAYERS, runs[init], INIT_COLORS[init]) for init in NAMES),
        Curve("yours", LAYERS, yours, THEORY_COLOR, dash=2, points=True),
        *(_mark(depth, runs[init][depth], INIT_COLORS[init]) for init in NAMES),
        _mark(depth, yours[depth], THEORY_COLOR),
        x=Axis("layers L", (-0.3, DEEPEST + 1.5)),
        y=Axis("RMS", (FLOOR, highest), log=True),
        at=[(float(depth), "now")],
    )


def _mark(depth: int, size: float, color: int) -> Mark:
    """Mark a size, unless it lies below the picture."""
    return Mark(depth, size if size >= FLOOR else math.nan, "", color)


def _weights(result: Result, n_in: int, n_out: int) -> Figure:
    reach = fitting(result.bound, (0.05, 0.5, 6))  # of the axis, so that a can be seen
    edges = reach * WEIGHT_EDGES
    last = int(np.abs(edges - result.bound).argmin())  # no bar reaches beyond the bound
    edges[last], edges[-1 - last] = result.bound, -result.bound
    weights = _some_weights(result.bound, n_in * n_out)
    highest = 26 if n_in * n_out == 1 else 13
    return histogram(
        f"Weights drawn for {counted(n_in, 'input')} and {counted(n_out, 'output')}",
        Histogram("W", edges, density(weights, edges), WEIGHT_COLOR),
        x=Axis("weight", (-reach, reach)),
        y=Axis("density", (0, highest / reach)),
        at=[(-result.bound, "−a"), (result.bound, "a")],
        height=240,
    )


def _some_weights(bound: float, count: int) -> Array:
    """Draw the first of the weights that `xavier_uniform` draws."""
    return np.random.default_rng(0).uniform(-bound, bound, min(count, MOST_WEIGHTS))


def sentence(
    sizes: dict[str, float],
    yours: float,
    forward: float,
    *,
    depth: int,
    activation: str,
) -> str:
    """Say what becomes of a signal with your weights, and with known rules."""
    xavier, he = number_text(sizes["xavier"], 2), number_text(sizes["he"], 2)
    linear = activation == "linear"
    where = "in each layer" if linear else f"before each {SPELLED[activation]}"
    return (
        f"{_verdict(yours, activation)}: {where} nᵢₙ · Var(W) = "
        f"{number_text(forward, 3)} multiplies its mean square, and theory expects an "
        f"RMS of {number_text(yours, 2)} after {counted(depth, 'layer')}. At width 256 "
        f"Xavier leaves {xavier}, He {he}."
    )


def _verdict(size: float, activation: str) -> str:
    """Say in a word what becomes of a signal whose RMS was 1."""
    if activation == "sigmoid":  # whatever comes in
        return "Your signal becomes 0.5 on average, the sigmoid’s mean"
    bounds = (0.01, "vanishes"), (0.5, "fades"), (2, "keeps its size"), (100, "grows")
    word = next((word for bound, word in bounds if size < bound), "explodes")
    return f"Your signal {word}"
