"""RMSNorm: what is shown, computed and proved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from formulas.checks import Array
from formulas.transformer.layer_norm import rms_norm
from notation.quantities import quantity
from notation.statement import Statement
from pages.transformer.layer_norm.statement import PATTERNS
from pages.transformer.layer_norm.statement import STATEMENT as LAYER_NORM

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

QUANTITIES = (
    LAYER_NORM.quantity("x"),
    *map(LAYER_NORM.control, ("pattern", "scale", "shift")),
    quantity("mean_square", r"\mathrm{ms}", "mean square of the features"),
    LAYER_NORM.control("log_eps"),
    LAYER_NORM.quantity("eps"),
    LAYER_NORM.control("gamma"),
    LAYER_NORM.quantity("gains"),
    LAYER_NORM.quantity("output"),
)


def inputs(
    pattern: str, scale: float, shift: float, gamma: float, log_eps: int
) -> dict[str, Any]:
    """Scale and shift the pattern; give every feature the same gain."""
    return {
        "x": scale * np.array(PATTERNS[pattern]) + shift,
        "gains": np.full(4, gamma),
        "eps": 10.0**log_eps,
    }


@dataclass(frozen=True)
class Result:
    """The mean square of the features, and the features divided by its root."""

    mean_square: float
    output: Array


def compute(x: Array, gains: Array, eps: float) -> Result:
    """Measure one token and normalize it."""
    return Result(float((x**2).mean()), rms_norm(x, gains, eps=eps))


def equations() -> tuple[Equation, ...]:
    """Write the mean square and one normalized feature."""
    from sympy import sqrt

    from notation.trees import Equation, arrays, sum_over, symbols, unevaluated

    x, gain, y = arrays("x gains output")
    square, eps, d, i, j = symbols("mean_square eps d i j")
    with unevaluated():
        return (
            Equation(square, 1 / d * sum_over(x[j] ** 2, j, 1, d)),
            Equation(y[i], gain[i] * (x[i] / sqrt(square + eps))),
        )


def identities() -> tuple[Identity, ...]:
    """Write what disappears, and what layer normalization does besides."""
    from sympy import Derivative, sqrt

    from notation.trees import Identity, symbols

    a, eps = symbols("a epsilon", positive=True)
    x = symbols("x_1 x_2 x_3", positive=True)
    root = sqrt(sum(v**2 for v in x) / 3 + eps)
    plain = sqrt(sum(v**2 for v in x) / 3)
    mean = sum(x) / 3
    centered = [v - mean for v in x]
    deviation = sqrt(sum((v - mean) ** 2 for v in x) / 3)
    return (
        Identity(
            "Without ε, a factor of the input disappears.",
            a * x[0] / sqrt(sum((a * v) ** 2 for v in x) / 3),
            x[0] / plain,
            r"\mathrm{RMSNorm}(a x) = \mathrm{RMSNorm}(x) \quad (a > 0,\ \varepsilon = 0)",
        ),
        Identity(
            "Layer normalization is RMSNorm of the features without their mean.",
            centered[0] / deviation,
            centered[0] / sqrt(sum(v**2 for v in centered) / 3),
            r"\mathrm{LN}(x) = \mathrm{RMSNorm}(x - \mu)",
        ),
        Identity(
            "A feature moves every other one through the mean square.",
            Derivative(x[0] / root, x[1]),
            -x[0] * x[1] / (3 * root**3),
            r"\frac{\partial \hat x_i}{\partial x_j} = -\frac{\hat x_i \hat x_j}"
            r"{d \sqrt{\mathrm{ms} + \varepsilon}} \quad (i \neq j)",
        ),
    )


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=(
        r"\mathrm{RMSNorm}(<x>)_i = <gains>_i \frac{<x>_i}"
        r"{\sqrt{<mean_square> + <eps>}}"
    ),
)
