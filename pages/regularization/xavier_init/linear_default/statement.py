"""PyTorch's linear layer: what is shown, computed and proved."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from formulas.checks import Array
from formulas.regularization.initializers import he_uniform
from notation.quantities import quantity, slider
from notation.statement import Statement
from pages.regularization.xavier_init.statement import STATEMENT as XAVIER

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

SHOWN = 16  # outputs whose weights are drawn
PYTORCH = 5  # its a², for a = √5

QUANTITIES = (
    quantity("bound", r"\beta", "bound: weights lie between −β and β"),
    slider(
        "square",
        "a^2",
        "slope a, squared, that is told to Kaiming’s rule",
        PYTORCH,
        low=0,
        high=11,
        step=1,
    ),
    dataclasses.replace(
        XAVIER.control("n_in"), symbol="n", choices=(16, 32, 64, 128, 256)
    ),
    quantity("variance", r"\mathrm{Var}(W)", "variance of a weight"),
    quantity("linear", "r", "factor on the mean square in a linear layer"),
    quantity("relu", r"r_\text{ReLU}", "factor on the mean square in a ReLU layer"),
    XAVIER.control("depth"),
    quantity("size", r"\rho", "root mean square after L layers with ReLU"),
    slider(
        "seed", r"\text{seed}", "random weights", 0, low=0, high=9, step=1, rare=True
    ),
)


def inputs(square: int, n_in: int, depth: int, seed: int) -> dict[str, Any]:
    """Pass the sizes on."""
    return {"square": square, "n_in": n_in, "depth": depth, "seed": seed}


@dataclass(frozen=True)
class Result:
    """How large weights are drawn, some of them, and what layers of them do."""

    weights: Array
    bound: float
    variance: float
    linear: float
    relu: float
    size: float


def compute(square: int, n_in: int, depth: int, seed: int) -> Result:
    """Draw weights by Kaiming's rule, told a slope for a leaky ReLU."""
    gain = math.sqrt(2 / (1 + square))
    bound = gain * math.sqrt(3 / n_in)
    variance = bound**2 / 3
    relu = n_in * variance / 2
    return Result(
        weights=he_uniform(n_in, SHOWN, gain=gain, rng=seed),
        bound=bound,
        variance=variance,
        linear=n_in * variance,
        relu=relu,
        size=relu ** (depth / 2),
    )


def equations() -> tuple[Equation, ...]:
    """Write the bound, the variance, and what layers do to a signal."""
    from sympy import sqrt

    from notation.trees import Equation, symbols, unevaluated

    beta, square, n, L = symbols("bound square n_in depth")
    variance, linear, relu, size = symbols("variance linear relu size")
    with unevaluated():
        return (
            Equation(variance, beta**2 / 3),
            Equation(linear, n * variance),
            Equation(relu, linear / 2),
            Equation(size, relu ** (L / 2)),
            Equation(beta, sqrt(6 / ((1 + square) * n))),
        )


def identities() -> tuple[Identity, ...]:
    """Write what the slope √5 comes to, and why a ReLU halves."""
    from sympy import Integral, exp, oo, pi, sqrt

    from notation.trees import Identity, symbols

    n, x = symbols("n x", positive=True)
    return (
        Identity(
            "Told the slope √5, Kaiming’s rule gives the old bound 1/√n.",
            sqrt(6 / ((1 + 5) * n)),
            1 / sqrt(n),
            r"\sqrt{\frac{6}{(1 + 5)\, n}} = \frac{1}{\sqrt n}",
        ),
        Identity(
            "Of a signal that is spread evenly around 0, ReLU keeps half of the mean square.",
            Integral(x**2 * exp(-(x**2) / 2) / sqrt(2 * pi), (x, 0, oo)) + 0 * n,
            1 / 2 + 0 * n,
            r"\mathbb{E}\left[\max(0, x)^2\right] = \frac{1}{2}\, \mathbb{E}[x^2]",
        ),
    )


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=(
        r"W \sim \mathcal U(-<bound>, <bound>), \quad <bound> = "
        r"\sqrt{\frac{6}{(1 + <square>)\, <n_in>}}"
    ),
)
