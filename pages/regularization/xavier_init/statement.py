"""Xavier (Glorot) initialization: what is shown, computed and proved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from formulas.checks import Array
from formulas.regularization.xavier_init import (
    ACTIVATIONS,
    INITS,
    gradient_sizes,
    layer_signals,
    xavier_bound,
    xavier_std,
)
from notation.quantities import option, quantity, slider
from notation.simulation import for_each
from notation.statement import Statement

if TYPE_CHECKING:
    from collections.abc import Generator

    from notation.trees import Equation, Identity

SIZES = tuple(2**k for k in range(11))
DEEPEST = 30  # layers
SHOWN = (1, 5, 10, 20, 30)  # layers whose outputs are drawn
BINS = 24
# Ends of the histograms of outputs; what lies beyond is counted in the last bin.
SPANS = {"tanh": (-1.0, 1.0), "sigmoid": (0.0, 1.0)}
WIDE = (-3.0, 3.0)

QUANTITIES = (
    slider("n_in", r"n_\text{in}", "inputs of the layer", 256, choices=SIZES),
    slider("n_out", r"n_\text{out}", "outputs of the layer", 256, choices=SIZES),
    slider("gain", "g", "gain", 0.8, low=0.1, high=3, step=0.1),
    quantity("bound", "a", "bound: weights lie between −a and a"),
    quantity("variance", r"\mathrm{Var}(W)", "variance of a weight"),
    quantity(
        "forward",
        r"r_\text{forward}",
        "linear layer’s factor on the signal’s mean square",
    ),
    quantity(
        "backward",
        r"r_\text{back}",
        "linear layer’s factor on the gradient’s mean square",
    ),
    slider("depth", "L", "number of layers", 20, low=1, high=DEEPEST, step=1),
    option(
        "activation",
        r"\text{activation}",
        "activation of every layer",
        "linear",
        choices=ACTIVATIONS,
    ),
)


@dataclass(frozen=True, eq=False)
class Signals:
    """Random signals on their way through deep networks of 256 units a layer.

    Attributes
    ----------
    rms : dict of str to (layers + 1,) ndarray
        Root mean square of the input and behind each layer, by initialization.
    gradients : dict of str to (layers + 1,) ndarray
        Root mean square at the input of a gradient that is 1 behind layer 0, 1, 2, ...
    spread : dict of str to (layers shown, bins) ndarray
        Fraction of the outputs in each bin of their histograms.
    """

    rms: dict[str, Array]
    gradients: dict[str, Array]
    spread: dict[str, Array]


def simulate(activation: str) -> Generator[float, None, Signals]:
    """Send signals through networks that start with different weights."""
    edges = bins_of(activation)

    def measured(init: str) -> tuple[Array, Array]:
        sizes, spread = [], []
        signals = layer_signals(activation, init, depth=DEEPEST, n_samples=200)
        for layer, signal in enumerate(signals):
            sizes.append(np.sqrt(np.mean(signal**2)))
            if layer in SHOWN:
                inside = np.clip(signal, edges[0], edges[-1])
                spread.append(np.histogram(inside, edges)[0] / signal.size)
        return np.array(sizes), np.array(spread)

    found = yield from for_each(INITS, measured)
    return Signals(
        rms={init: rms for init, (rms, _) in found.items()},
        gradients={
            init: left_at_the_input(gradient_sizes(activation, init, depth=DEEPEST))
            for init in INITS
        },
        spread={init: spread for init, (_, spread) in found.items()},
    )


def bins_of(activation: str) -> Array:
    """Return the borders of the bins in which outputs are counted."""
    return np.linspace(*SPANS.get(activation, WIDE), BINS + 1)


def left_at_the_input(gradient: Array) -> Array:
    """Return what is left of a gradient at the input, for each layer where it is 1."""
    left: Array = gradient[0] / gradient
    return left


def inputs(n_in: int, n_out: int, gain: float, history: Signals) -> dict[str, Any]:
    """Take the sizes as they are set, and the signals that were sent."""
    return {"n_in": n_in, "n_out": n_out, "gain": gain, "history": history}


@dataclass(frozen=True)
class Result:
    """How large weights are drawn, and how a linear layer of them changes signals.

    Layers can be stacked where each has as many inputs as the one below has outputs, so
    every second one leads from n_out units back to n_in: ``forward_then`` and
    ``backward_then`` are its factors.
    """

    bound: float
    variance: float
    forward: float
    backward: float
    forward_then: float
    backward_then: float


def compute(n_in: int, n_out: int, gain: float) -> Result:
    """Size the weights of a layer."""
    variance = xavier_std(n_in, n_out, gain=gain) ** 2
    return Result(
        bound=xavier_bound(n_in, n_out, gain=gain),
        variance=variance,
        forward=n_in * variance,
        backward=n_out * variance,
        forward_then=n_out * variance,
        backward_then=n_in * variance,
    )


def equations() -> tuple[Equation, ...]:
    """Write the bound, the variance and what they do to signals."""
    from sympy import sqrt

    from notation.trees import Equation, symbols, unevaluated

    n_in, n_out, gain = symbols("n_in n_out gain")
    bound, variance = symbols("bound variance")
    with unevaluated():
        return (
            Equation(bound, gain * sqrt(6 / (n_in + n_out))),
            Equation(variance, bound**2 / 3),
            Equation(symbols("forward"), n_in * variance),
            Equation(symbols("backward"), n_out * variance),
        )


def identities() -> tuple[Identity, ...]:
    """Write where the bound comes from."""
    from sympy import Integral, sqrt

    from notation.trees import Identity, symbols

    a, u = symbols("a u", positive=True)
    n_in, n_out, gain = symbols("n_in n_out g", positive=True)
    bound = gain * sqrt(6 / (n_in + n_out))
    return (
        Identity(
            "Even weights between −a and a have variance a²/3.",
            Integral(u**2 / (2 * a), (u, -a, a)),
            a**2 / 3,
            r"\int_{-a}^{a} \frac{u^2}{2a}\, du = \frac{a^2}{3}",
        ),
        Identity(
            "With Xavier's bound that is the variance the derivation asks for.",
            bound**2 / 3,
            2 * gain**2 / (n_in + n_out),
            r"\mathrm{Var}(W) = \frac{2 g^2}{n_\text{in} + n_\text{out}}",
        ),
        Identity(
            "It is a compromise: the harmonic mean of the variance that keeps the signal, "
            "1/nᵢₙ, and of the one that keeps the gradient, 1/nₒᵤₜ.",
            2 / (n_in * n_out) / (1 / n_in + 1 / n_out),
            2 / (n_in + n_out),
            r"\frac{2 \cdot \frac{1}{n_\text{in}} \cdot \frac{1}{n_\text{out}}}"
            r"{\frac{1}{n_\text{in}} + \frac{1}{n_\text{out}}} = "
            r"\frac{2}{n_\text{in} + n_\text{out}}",
        ),
    )


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=r"W_{ij} \sim \mathcal{U}(-<bound>, <bound>), \qquad <bound> = <right>",
    main_result="bound",
    simulate=simulate,
    progress_label="Sending signals through deep networks",
)
