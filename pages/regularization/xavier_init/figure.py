"""Xavier (Glorot) initialization: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools

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
from formulas.regularization.xavier_init import INITS
from notation.numbers import counted, number_text
from pages.regularization.xavier_init.statement import (
    DEEPEST,
    SAMPLED_LAYERS,
    STATEMENT,
    Result,
    Signals,
)

NAMES = dict(zip(INITS, ("Xavier", "He", "1/√n", "σ = 0.01"), strict=True))
INIT_COLORS = {init: color for color, init in enumerate(INITS, start=1)}
SAMPLE_COLORS = {layer: color for color, layer in enumerate(SAMPLED_LAYERS, start=1)}
WEIGHT_COLOR, THEORY_COLOR = STATEMENT.color_index("n_in"), 7
LAYERS = np.arange(DEEPEST + 1)
WEIGHT_EDGES = np.linspace(-1, 1, 51)  # in units of the axis's end
OUTPUT_EDGES = np.linspace(-2.5, 2.5, 101)
MOST_WEIGHTS = 4000


def draw(
    result: Result,
    *,
    history: Signals,
    n_in: int,
    n_out: int,
    depth: int,
    activation: str,
) -> Scene:
    """Draw signals on their way through deep networks, weights, and gradients."""
    sizes = {init: float(rms[depth]) for init, rms in history.rms.items()}
    return Scene(
        _signals(result, history, sizes, depth=depth, activation=activation),
        _outputs(history),
        _weights(result, n_in, n_out),
        _gradients(result, history, depth),
        readouts={
            "bound": result.bound,
            "deviation": result.deviation,
            "forward": result.forward,
            "backward": result.backward,
            **{f"RMS, {NAMES[init]}": sizes[init] for init in sizes},
        },
        status=sentence(result, sizes, depth=depth, activation=activation),
    )


def _signals(
    result: Result,
    history: Signals,
    sizes: dict[str, float],
    *,
    depth: int,
    activation: str,
) -> Figure:
    runs = [
        Curve(NAMES[init], LAYERS, history.rms[init], INIT_COLORS[init])
        for init in NAMES
    ]
    now = [Mark(depth, sizes[init], "", INIT_COLORS[init]) for init in NAMES]
    theory = _expected_rms(result.forward)
    return curves(
        f"RMS of the signal after each {activation} layer of 256 units",
        *runs,
        Curve("yours, if linear", LAYERS, theory, THEORY_COLOR, dash=4),
        *now,
        x=Axis("layer", (-0.3, DEEPEST + 1.5)),
        y=Axis("RMS", (1e-8, 1e6), log=True),
        at=[(float(depth), "now")],
    )


def _gradients(result: Result, history: Signals, depth: int) -> Figure:
    runs = [
        Curve(NAMES[init], LAYERS, history.gradients[init], INIT_COLORS[init])
        for init in NAMES
    ]
    theory = _expected_rms(result.backward)[::-1]
    return curves(
        f"RMS of a gradient on its way back from layer {DEEPEST}",
        *runs,
        Curve("yours, if linear", LAYERS, theory, THEORY_COLOR, dash=4),
        x=Axis("layer", (-0.3, DEEPEST + 1.5)),
        y=Axis("RMS", (1e-8, 1e6), log=True),
        at=[(float(depth), "now")],
    )


def _expected_rms(forward: float) -> Array:
    """Return what theory predicts after each linear layer for a signal of 1."""
    sizes: Array = np.sqrt(forward) ** LAYERS
    return sizes


def _outputs(history: Signals) -> Figure:
    return histogram(
        "Outputs of some layers with Xavier’s weights",
        *_spreads(history),
        x=Axis("output", (-2.5, 2.5)),
        y=Axis("density", (0, 4)),
    )


@functools.lru_cache(maxsize=4)
def _spreads(history: Signals) -> tuple[Histogram, ...]:
    """Count how the outputs of the sampled layers spread."""
    return tuple(
        Histogram(
            f"layer {layer}",
            OUTPUT_EDGES,
            density(history.samples[layer], OUTPUT_EDGES),
            color,
        )
        for layer, color in SAMPLE_COLORS.items()
    )


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
    result: Result, sizes: dict[str, float], *, depth: int, activation: str
) -> str:
    """Say what is left of the signal, and how layers of these sizes change it."""
    xavier, he = number_text(sizes["xavier"], 2), number_text(sizes["he"], 2)
    growth = number_text(result.forward, 3)
    return (
        f"After {counted(depth, f'{activation} layer')} of 256 units the root mean "
        f"square is {xavier} with Xavier’s weights and {he} with He’s; each linear "
        "layer of your sizes and gain would multiply the mean square by "
        f"{growth} on average."
    )
