"""GELU: what is shown, computed and proved."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from formulas.linear_algebra.activations import relu
from formulas.transformer.transformer_ffn import gelu
from notation.quantities import quantity, slider
from notation.statement import Statement
from pages.linear_algebra.activations.statement import STATEMENT as ACTIVATIONS

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

CUBIC = "0.044715"  # the factor of the tanh form, as GPT-2 has it

QUANTITIES = (
    ACTIVATIONS.control("x"),
    ACTIVATIONS.quantity("relu"),
    slider(
        "sigma",
        "s",
        "standard deviation of the threshold",
        1.0,
        low=0.2,
        high=2,
        step=0.1,
    ),
    quantity("chance", r"\Phi", "chance that a random threshold lies below x"),
    quantity("exact", r"\mathrm{GELU}(x)", "GELU"),
    quantity("tanh_form", r"\mathrm{GELU}_{\tanh}(x)", "GELU by tanh"),
    quantity("slope", r"\mathrm{GELU}'(x)", "slope of GELU"),
)


def inputs(x: float, sigma: float) -> dict[str, Any]:
    """Pass the controls on."""
    return {"x": x, "sigma": sigma}


@dataclass(frozen=True)
class Result:
    """GELU, exact and by tanh, the chance in it, its slope, and the ReLU."""

    chance: float
    exact: float
    tanh_form: float
    slope: float
    relu: float


def compute(x: float, sigma: float) -> Result:
    """Apply GELU to one number, measured in standard deviations."""
    u = x / sigma
    chance = math.erfc(-u / math.sqrt(2)) / 2
    density = math.exp(-u * u / 2) / math.sqrt(2 * math.pi)
    return Result(
        chance=chance,
        exact=sigma * float(gelu(u)),
        tanh_form=sigma * float(gelu(u, approximate="tanh")),
        slope=chance + u * density,
        relu=float(relu(x)),
    )


def equations() -> tuple[Equation, ...]:
    """Write the chance, GELU, its approximation by tanh, its slope, and the ReLU."""
    from sympy import Float, Piecewise, erf, exp, pi, sqrt, tanh

    from notation.trees import Equation, symbols, unevaluated

    x, sigma, chance = symbols("x sigma chance")
    exact, tanh_form, slope, relu_ = symbols("exact tanh_form slope relu")
    with unevaluated():
        u = x / sigma
        inner = sqrt(2 / pi) * (u + Float(CUBIC) * u**3)
        density = exp(-(u**2) / 2) / sqrt(2 * pi)
        return (
            Equation(chance, (1 + erf(x / (sigma * sqrt(2)))) / 2),
            Equation(exact, x * chance),
            Equation(tanh_form, x / 2 * (1 + tanh(inner))),
            Equation(slope, chance + u * density),
            Equation(relu_, Piecewise((x, x > 0), (0, True))),
        )


def identities() -> tuple[Identity, ...]:
    """Write how GELU stands to the ReLU, that s is a scale, and its slope."""
    from sympy import Derivative, erf, exp, pi, sqrt

    from notation.trees import Identity, symbols

    x, sigma = symbols("x sigma", positive=True)

    def phi(z: Any) -> Any:
        return (1 + erf(z / sqrt(2))) / 2

    return (
        Identity(
            "The two sides of GELU differ by x, as those of the ReLU do.",
            x * phi(x) - -x * phi(-x),
            x,
            r"\mathrm{GELU}(x) - \mathrm{GELU}(-x) = x",
        ),
        Identity(
            "s is a scale: GELU with s is the plain one, stretched.",
            x * phi(x / sigma),
            sigma * ((x / sigma) * phi(x / sigma)),
            r"\mathrm{GELU}_s(x) = s\, \mathrm{GELU}_1(x / s)",
        ),
        Identity(
            "The slope is the chance and a term that is negative left of 0.",
            Derivative(x * phi(x), x),
            phi(x) + x * exp(-(x**2) / 2) / sqrt(2 * pi),
            r"\mathrm{GELU}'(x) = \Phi(x) + x\, \varphi(x)",
        ),
    )


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=(
        r"\mathrm{GELU}(<x>) = <x>\, <chance>, \quad <chance> = \tfrac{1}{2} "
        r"\left(1 + \operatorname{erf} \frac{<x>}{<sigma> \sqrt{2}}\right)"
    ),
    main_result="exact",
)
