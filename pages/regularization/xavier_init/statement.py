"""Xavier (Glorot) initialization: what is shown, computed and proved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from charts import density
from formulas.regularization import xavier_init as backend
from formulas.regularization.xavier_init import ACTIVATIONS, xavier_bound, xavier_std
from notation.quantities import option, quantity, slider
from notation.simulation import for_each
from notation.statement import Statement

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

SIZES = tuple(2**k for k in range(11))

QUANTITIES = (
    slider("n_in", r"n_\text{in}", "inputs of the layer", 256, choices=SIZES),
    slider("n_out", r"n_\text{out}", "outputs of the layer", 256, choices=SIZES),
    slider("gain", "g", "gain", 1.0, low=0.1, high=3, step=0.1),
    quantity("bound", "a", "largest weight"),
    quantity("variance", r"\mathrm{Var}(W)", "variance of a weight"),
    quantity("deviation", r"\sigma_W", "standard deviation of a weight"),
    quantity(
        "forward", r"r_\text{forward}", "growth of the signal's mean square a layer"
    ),
    quantity(
        "backward", r"r_\text{back}", "growth of the gradient's mean square a layer"
    ),
    slider("depth", "L", "number of layers", 20, low=1, high=30, step=1),
    option(
        "activation",
        r"\text{activation}",
        "activation of every layer",
        "tanh",
        choices=ACTIVATIONS,
    ),
)
NAMES = {"xavier": "Xavier", "he": "He", "lecun_uniform": "1/√n", "normal": "σ = 0.01"}
DEEPEST = 30  # layers
SHOWN = {1: 1, 5: 2, 10: 3, 20: 4}  # layers and their colors
WEIGHTS, OUTPUTS = np.linspace(-1, 1, 51), np.linspace(-2.5, 2.5, 101)
FATES = ("it dies out", "it stays about the same", "it explodes")


def inputs(n_in: int, n_out: int, gain: float) -> dict[str, object]:
    return {"n_in": n_in, "n_out": n_out, "gain": gain}


@dataclass(frozen=True)
class Result:
    """What the formula gives."""

    bound: float
    variance: float
    deviation: float
    forward: float
    backward: float


def compute(n_in: int, n_out: int, gain: float) -> Result:
    variance = xavier_std(n_in, n_out, gain=gain) ** 2
    return Result(
        bound=xavier_bound(n_in, n_out, gain=gain),
        variance=variance,
        deviation=xavier_std(n_in, n_out, gain=gain),
        forward=n_in * variance,
        backward=n_out * variance,
    )


def networks(activation):
    sizes = yield from for_each(NAMES, lambda init: signal(activation, init))
    samples = backend.layer_samples(activation, "xavier", tuple(SHOWN))
    return sizes, {layer: density(values, OUTPUTS) for layer, values in samples.items()}


def signal(activation, init):
    return backend.propagate(activation, init, depth=DEEPEST, n_samples=200).rms


def equations() -> tuple[Equation, ...]:
    from sympy import sqrt

    from notation.trees import Equation, symbols, unevaluated

    n_in, n_out, gain = symbols("n_in n_out gain")
    bound, variance, deviation = symbols("bound variance deviation")
    with unevaluated():
        return (
            Equation(bound, gain * sqrt(6 / (n_in + n_out))),
            Equation(variance, bound**2 / 3),
            Equation(deviation, sqrt(variance)),
            Equation(symbols("forward"), n_in * variance),
            Equation(symbols("backward"), n_out * variance),
        )


def identities() -> tuple[Identity, ...]:
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
            "1/n_in, and of the one that keeps the gradient, 1/n_out.",
            2 / (n_in * n_out) / (1 / n_in + 1 / n_out),
            2 / (n_in + n_out),
            r"\frac{2 \cdot \frac{1}{n_\text{in}} \cdot \frac{1}{n_\text{out}}}"
            r"{\frac{1}{n_\text{in}} + \frac{1}{n_\text{out}}} = "
            r"\frac{2}{n_\text{in} + n_\text{out}}",
        ),
    )


def answer():
    left = backend.propagate("relu", "xavier", n_samples=200).rms[20]
    return FATES[int(np.digitize(left, [0.05, 20.0]))]


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    answer=answer,
    headline=r"W_{ij} \sim \mathcal{U}(-<bound>, <bound>), \qquad <bound> = <right>",
    main_result="bound",
    equivalents=(
        "gain * numpy.sqrt(6 / (n_in + n_out))",
        ("scipy.stats.uniform(0, 2 * gain * numpy.sqrt(6 / (n_in + n_out))).var()"),
    ),
    simulate=networks,
    progress_label="Sending signals through deep networks",
)
