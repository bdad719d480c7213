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
    histograms,
)
from formulas.checks import Array
from formulas.regularization.mean_field import expected_sizes
from formulas.regularization.xavier_init import INITS
from notation.numbers import counted, number_text
from pages.regularization.xavier_init.statement import (
    DEEPEST,
    SHOWN,
    STATEMENT,
    Result,
    Signals,
    bins_of,
    left_at_the_input,
)

NAMES = dict(
    zip(INITS, ("Xavier", "He (for ReLU)", "a = 1/√n", "σ = 0.01"), strict=True)
)
INIT_COLORS = {init: color for color, init in enumerate(INITS, start=1)}
WEIGHT_COLOR, THEORY_COLOR = STATEMENT.color_index("n_in"), 7
LAYERS = np.arange(DEEPEST + 1)
WEIGHT_EDGES = np.linspace(-1, 1, 51)  # in units of the axis's end
MOST_WEIGHTS = 4000
FLOOR = 1e-8  # of the pictures of sizes
# Sigmoids keep every signal between 0.5 and 1, and hardly anything of a gradient.
SIGNALS = {
    "tanh": Axis("RMS", (FLOOR, 10), log=True),
    "sigmoid": Axis("RMS", (0.4, 1.05)),
}
GRADIENTS = {"sigmoid": Axis("RMS", (1e-30, 100), log=True)}
SIZES = Axis("RMS", (FLOOR, 1e6), log=True)  # no output of tanh exceeds 1
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
    yours = expected_sizes(activation, *_factors(result), depth=DEEPEST)
    size, back = float(yours.signal[depth]), left_at_the_input(yours.gradient)
    left = float(back[depth])
    return Scene(
        _outputs(activation, history.spread, yours.signal, _factors(result)[0]),
        _sizes(
            f"RMS after each {SPELLED[activation]} layer, in the rows’ colors",
            history.rms,
            yours.signal,
            depth,
            SIGNALS.get(activation, SIZES),
        ),
        _sizes(
            "RMS of a gradient after L layers back, same colors",
            history.gradients,
            back,
            depth,
            GRADIENTS.get(activation, SIZES),
        ),
        _weights(result, n_in, n_out),
        readouts={
            "bound": result.bound,
            "forward": result.forward,
            "backward": result.backward,
            "RMS after L layers: yours, in theory": size,
            "gradient after L layers back: yours, in theory": left,
            "RMS after L layers: Xavier, width 256": sizes["xavier"],
            "RMS after L layers: He, width 256": sizes["he"],
        },
        status=_in_theory(activation, size, left, depth)
        + _about_layers(activation, n_in, n_out),
    )


def _factors(result: Result) -> tuple[Array, Array]:
    """Return the factors of all layers; every second one leads back to n_in units."""
    turns = (
        (result.forward, result.forward_then),
        (result.backward, result.backward_then),
    )
    forward, backward = (np.resize(pair, DEEPEST) for pair in turns)
    return forward, backward


def _outputs(
    activation: str, spread: dict[str, Array], sizes: Array, forward: Array
) -> Figure:
    """Draw how the outputs of some layers spread, for every rule and for yours."""
    edges = bins_of(activation)
    low, high = (number_text(float(end)) for end in edges[[0, -1]])
    yours = [
        expected_spread(activation, math.sqrt(forward[k - 1]) * sizes[k - 1], edges)
        for k in SHOWN
    ]
    return histograms(
        f"Outputs of {SPELLED[activation]} layers: histograms from {low} to {high}",
        np.array([*(spread[init] for init in NAMES), yours]),
        rows=(*NAMES.values(), "yours"),
        columns=[f"layer {k}" for k in SHOWN],
        colors=(*(INIT_COLORS[init] for init in NAMES), THEORY_COLOR),
        zero=-edges[0] / (edges[-1] - edges[0]),
    )


def expected_spread(activation: str, deviation: float, edges: Array) -> Array:
    """Return the fraction of outputs in each bin, where the sums that enter are normal."""
    sums = _inverse(activation, edges)
    below = np.array([math.erf(z / (deviation * math.sqrt(2))) for z in sums.tolist()])
    below[0], below[-1] = -1.0, 1.0  # what lies beyond is counted at the ends
    return np.asarray(np.diff(below) / 2)


def _inverse(activation: str, edges: Array) -> Array:
    """Return the sums of which an activation makes the borders of the bins."""
    if activation == "relu":  # zeros are counted in the first bin above 0
        return np.where(edges < 1e-12, -np.inf, edges)
    with np.errstate(divide="ignore"):  # the ends belong to infinite sums
        if activation == "tanh":
            return np.asarray(np.arctanh(edges))
        if activation == "sigmoid":
            return np.asarray(np.log(edges) - np.log1p(-edges))
    return edges


def _sizes(
    title: str, runs: dict[str, Array], yours: Array, depth: int, rms: Axis
) -> Figure:
    """Draw sizes layer by layer: measured for known rules, expected for yours."""
    lowest = (rms.range or (FLOOR, 1.0))[0]
    return curves(
        title,
        *(Curve(NAMES[init], LAYERS, runs[init], INIT_COLORS[init]) for init in NAMES),
        Curve("yours", LAYERS, yours, THEORY_COLOR, dash=2, points=True),
        *(_mark(depth, runs[init][depth], INIT_COLORS[init], lowest) for init in NAMES),
        _mark(depth, yours[depth], THEORY_COLOR, lowest),
        x=Axis("layers L", (-0.3, DEEPEST + 1.5)),
        y=rms,
        at=[(float(depth), "now")],
    )


def _mark(depth: int, size: float, color: int, lowest: float) -> Mark:
    """Mark a size, unless it lies below the picture."""
    return Mark(depth, size if size >= lowest else math.nan, "", color)


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


def _in_theory(activation: str, signal: float, gradient: float, depth: int) -> str:
    """Say what becomes of a signal and of a gradient with your weights."""
    layers = counted(depth, f"{SPELLED[activation]} layer")
    forth, back = number_text(signal, 2), number_text(gradient, 2)
    if forth == back == "1":
        keep = "keeps" if depth == 1 else "keep"
        return f"In theory {layers} {keep} the size of your signal and of its gradient."
    if forth == back:
        return (
            f"After {layers}, in the theory of wide layers, your signal and a gradient "
            f"have {forth} times their size."
        )
    return (
        f"After {layers}, in the theory of wide layers, your signal {_becomes(forth)}, "
        f"and a gradient {_becomes(back)}."
    )


def _becomes(times: str) -> str:
    """Say what a factor does to a size."""
    return "keeps its size" if times == "1" else f"has {times} times its size"


def _about_layers(activation: str, n_in: int, n_out: int) -> str:
    """Say what is special about layers of this kind and of these sizes."""
    mean = " A sigmoid’s mean is near 0.5, whatever comes in."
    sizes = f" Layers of {n_out} and of {n_in} units take turns."
    return (mean if activation == "sigmoid" else "") + ("" if n_in == n_out else sizes)
