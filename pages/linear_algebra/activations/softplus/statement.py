"""Softplus: what is shown, computed and proved."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from formulas.linear_algebra.activations import relu, sigmoid, softplus
from notation.quantities import quantity, slider
from notation.statement import Statement
from pages.linear_algebra.activations.statement import STATEMENT as ACTIVATIONS

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

QUANTITIES = (
    ACTIVATIONS.control("x"),
    ACTIVATIONS.quantity("relu"),
    slider(
        "beta",
        r"\beta",
        "sharpness: the larger, the closer to the ReLU",
        1.0,
        low=0.5,
        high=10,
        scale="log",
        step=0.02,
    ),
    quantity("value", r"\mathrm{softplus}(x)", "softplus"),
    quantity("slope", r"\mathrm{softplus}'(x)", "slope of softplus"),
    quantity("gap", "d", "distance from the ReLU"),
)


def inputs(x: float, beta: float) -> dict[str, Any]:
    """Pass the controls on."""
    return {"x": x, "beta": beta}


@dataclass(frozen=True)
class Result:
    """Softplus, its slope, the ReLU, and how far both are apart."""

    value: float
    slope: float
    relu: float
    gap: float


def compute(x: float, beta: float) -> Result:
    """Apply softplus to one number."""
    return Result(
        value=float(softplus(x, beta=beta)),
        slope=float(sigmoid(beta * x)),
        relu=float(relu(x)),
        gap=math.log1p(math.exp(-beta * abs(x))) / beta,
    )


def equations() -> tuple[Equation, ...]:
    """Write softplus, its slope, the ReLU, and the distance between both."""
    from sympy import Abs, Piecewise, exp, log

    from notation.trees import Equation, symbols, unevaluated

    x, beta, value, slope = symbols("x beta value slope")
    relu_, gap = symbols("relu gap")
    with unevaluated():
        return (
            Equation(slope, 1 / (1 + exp(-beta * x))),
            Equation(relu_, Piecewise((x, x > 0), (0, True))),
            Equation(gap, log(1 + exp(-beta * Abs(x))) / beta),
            Equation(value, log(1 + exp(beta * x)) / beta),
        )


def identities() -> tuple[Identity, ...]:
    """Write the slope, what both sides have in common, and how to undo it."""
    from sympy import Derivative, exp, log

    from notation.trees import Identity, symbols

    x, beta = symbols("x beta", positive=True)

    def soft(z: Any) -> Any:
        return log(1 + exp(beta * z)) / beta

    return (
        Identity(
            "The slope of softplus is the sigmoid, which is never negative.",
            Derivative(soft(x), x),
            1 / (1 + exp(-beta * x)),
            r"\mathrm{softplus}'(x) = \sigma(\beta x)",
        ),
        Identity(
            "The two sides differ by x, as those of the ReLU do.",
            soft(x) - soft(-x),
            x,
            r"\mathrm{softplus}(x) - \mathrm{softplus}(-x) = x",
        ),
        Identity(
            "Softplus of any number is positive, and every positive number is one.",
            log(exp(beta * soft(x)) - 1) / beta,
            x,
            r"x = \frac{1}{\beta} \log\left(e^{\beta y} - 1\right), \quad "
            r"y = \mathrm{softplus}(x)",
        ),
    )


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=(
        r"\mathrm{softplus}(<x>) = \frac{1}{<beta>} \log\left(1 + e^{<beta> <x>}\right)"
    ),
    main_result="value",
)
