"""SiLU: what is shown, computed and proved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from formulas.linear_algebra.activations import relu, sigmoid
from formulas.transformer.transformer_ffn import silu
from notation.quantities import quantity, slider
from notation.statement import Statement
from pages.linear_algebra.activations.statement import STATEMENT as ACTIVATIONS

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

QUANTITIES = (
    ACTIVATIONS.control("x"),
    ACTIVATIONS.quantity("relu"),
    quantity("silu", r"\mathrm{SiLU}_\beta(x)", "SiLU with the factor β"),
    slider(
        "beta", r"\beta", "factor inside the sigmoid", 1.0, low=0, high=6, step=0.05
    ),
    quantity("gate", r"\sigma(\beta x)", "part of x that passes"),
    quantity("slope", r"\mathrm{SiLU}_\beta'(x)", "slope of SiLU"),
)


def inputs(x: float, beta: float) -> dict[str, Any]:
    """Pass the controls on."""
    return {"x": x, "beta": beta}


@dataclass(frozen=True)
class Result:
    """The part of the number that passes, SiLU, its slope, and the ReLU."""

    gate: float
    silu: float
    slope: float
    relu: float


def compute(x: float, beta: float) -> Result:
    """Apply SiLU to one number."""
    gate, closed = float(sigmoid(beta * x)), float(sigmoid(-beta * x))
    value = float(silu(x, beta=beta))
    return Result(gate, value, gate + beta * value * closed, float(relu(x)))


def equations() -> tuple[Equation, ...]:
    """Write the part that passes, SiLU, its slope, and the ReLU."""
    from sympy import Piecewise, exp

    from notation.trees import Equation, symbols, unevaluated

    x, beta, gate, silu_ = symbols("x beta gate silu")
    slope, relu_ = symbols("slope relu")
    with unevaluated():
        return (
            Equation(gate, 1 / (1 + exp(-beta * x))),
            Equation(silu_, x * gate),
            Equation(slope, gate + beta * silu_ * (1 - gate)),
            Equation(relu_, Piecewise((x, x > 0), (0, True))),
        )


def identities() -> tuple[Identity, ...]:
    """Write how the sides of SiLU stand to each other, its scale, and its slope."""
    from sympy import Derivative, exp

    from notation.trees import Identity, symbols

    x, beta = symbols("x beta", positive=True)

    def logistic(z: Any) -> Any:
        return 1 / (1 + exp(-z))

    s = logistic(beta * x)
    return (
        Identity(
            "The two sides of SiLU differ by x, as those of the ReLU do.",
            x * logistic(beta * x) - -x * logistic(-beta * x),
            x,
            r"\mathrm{SiLU}_\beta(x) - \mathrm{SiLU}_\beta(-x) = x",
        ),
        Identity(
            "β is a scale: a larger β makes the same curve smaller.",
            x * s,
            (beta * x) * logistic(beta * x) / beta,
            r"\mathrm{SiLU}_\beta(x) = \tfrac{1}{\beta}\, \mathrm{SiLU}_1(\beta x)",
        ),
        Identity(
            "The slope follows from the value and the part that passes.",
            Derivative(x * s, x),
            s + beta * (x * s) * (1 - s),
            r"\mathrm{SiLU}_\beta'(x) = \sigma(\beta x) + \beta\, "
            r"\mathrm{SiLU}_\beta(x) \left(1 - \sigma(\beta x)\right)",
        ),
    )


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=r"<silu> = <x>\, \sigma(<beta> <x>) = \frac{<x>}{1 + e^{-<beta> <x>}}",
    main_result="silu",
)
