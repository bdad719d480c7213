"""Softmax: what is shown, computed and proved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from formulas.checks import Array
from formulas.linear_algebra.softmax import softmax
from formulas.probability.kl_divergence import entropy
from notation.own_numbers import own_numbers
from notation.quantities import quantity, slider
from notation.statement import Statement

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

WORDS = ("mat", "floor", "sofa")  # the classes: what may follow “the cat sat on the”
OWN = own_numbers(
    "your own logits",
    "2, 1, 0.5, -1",
    low=-1000,
    high=1000,
    replaces=("z1", "z2", "z3"),
)
QUANTITIES = (
    quantity("logits", "z", "logits: a score for each class", ("K",)),
    slider("z1", "z_1", "logit of class 1", 2.0, low=-5, high=5, step=0.1),
    slider("z2", "z_2", "logit of class 2", 1.0, low=-5, high=5, step=0.1),
    slider("z3", "z_3", "logit of class 3", 0.1, low=-5, high=5, step=0.1),
    slider("temperature", "T", "temperature", 1.0, low=0.1, high=10, scale="log"),
    slider("shift", "c", "added to every logit", 0.0, low=-1000, high=1000, step=100),
    quantity("probabilities", "p", "probability of each class", ("K",)),
    OWN,
)


def inputs(
    z1: float, z2: float, z3: float, temperature: float, shift: float, own: str
) -> dict[str, Any]:
    """Put the logits together, or take the reader's, and shift them all."""
    logits = OWN.numbers(own)
    if logits is None:
        logits = np.array([z1, z2, z3])
    return {"logits": logits + shift, "temperature": temperature}


@dataclass(frozen=True)
class Result:
    """The probability of each class, and how undecided they are together, in nats.

    ``heard`` says whether the temperature counts.
    """

    probabilities: Array
    entropy: float
    heard: bool = True


def compute(logits: Array, temperature: float) -> Result:
    """Turn the logits into probabilities."""
    probabilities = softmax(logits, temperature=temperature)
    return Result(probabilities, float(entropy(probabilities)))


def equations() -> tuple[Equation, ...]:
    """Write the softmax of one class."""
    from sympy import exp

    from notation.trees import Equation, arrays, sum_over, symbols, unevaluated

    z, p = arrays("logits probabilities")
    T, K, i, j = symbols("temperature K i j")
    with unevaluated():
        return (Equation(p[i], exp(z[i] / T) / sum_over(exp(z[j] / T), j, 1, K)),)


def identities() -> tuple[Identity, ...]:
    """Write what follows from it: shift, slopes, temperature."""
    from sympy import Derivative, exp

    from notation.trees import Identity, symbols

    T, a, b, c = symbols("temperature z_1 z_2 z_3", positive=True)
    shift = symbols("c", positive=True)
    z = (a, b, c)
    weights = [exp(x / T) for x in z]
    p = [w / sum(weights) for w in weights]
    mean = sum(q * x for q, x in zip(p, z, strict=True))
    shifted = [exp((x + shift) / T) for x in z]
    return (
        Identity(
            "Only differences matter: a shift of all logits cancels.",
            shifted[0] / sum(shifted),
            p[0],
            r"\mathrm{softmax}(z + c)_i = \mathrm{softmax}(z)_i",
        ),
        Identity(
            "Raising a logit raises its own probability, ...",
            Derivative(p[0], a),
            p[0] * (1 - p[0]) / T,
            r"\frac{\partial p_i}{\partial z_i} = \frac{p_i (1 - p_i)}{T}",
        ),
        Identity(
            "... and lowers every other one.",
            Derivative(p[0], b),
            -p[0] * p[1] / T,
            r"\frac{\partial p_i}{\partial z_j} = -\frac{p_i p_j}{T}"
            r"\quad (i \neq j)",
        ),
        Identity(
            "Temperature moves probability away from the logits above the mean.",
            Derivative(p[0], T),
            p[0] * (mean - a) / T**2,
            r"\frac{\partial p_i}{\partial T} = \frac{p_i (\bar z - z_i)}{T^2},"
            r"\quad \bar z = \sum_j p_j z_j",
        ),
    )


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=r"\mathrm{softmax}(<logits>)_i = <probabilities>_i = <right>",
)
