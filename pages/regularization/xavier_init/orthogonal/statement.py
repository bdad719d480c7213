"""Orthogonal initialization: what is shown, computed and proved."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from formulas.checks import Array
from formulas.regularization.initializers import orthogonal
from notation.quantities import quantity, slider
from notation.statement import Statement
from pages.regularization.xavier_init.statement import STATEMENT as XAVIER

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

DEEPEST = 16

QUANTITIES = (
    quantity("weights", "W", "weights of the first layer", ("n", "n")),
    quantity("gram", "G", "products of its rows with each other", ("n", "n")),
    dataclasses.replace(
        XAVIER.control("gain"), default=1.0, low=0.7, high=1.4, step=0.01
    ),
    slider(
        "width", "n", "inputs and outputs of each layer", 3, choices=(2, 3, 4, 6, 8)
    ),
    dataclasses.replace(XAVIER.control("depth"), high=DEEPEST, default=10),
    quantity("factor", "s", "singular values of all layers together"),
    slider(
        "seed", r"\text{seed}", "random weights", 0, low=0, high=9, step=1, rare=True
    ),
)


def inputs(gain: float, width: int, depth: int, seed: int) -> dict[str, Any]:
    """Pass the sizes on."""
    return {"gain": gain, "width": width, "depth": depth, "seed": seed}


@dataclass(frozen=True)
class Result:
    """Orthogonal weights, the products of their rows, and what many layers do."""

    weights: Array
    gram: Array
    factor: float


def compute(gain: float, width: int, depth: int, seed: int) -> Result:
    """Draw the weights of the first layer."""
    weights = orthogonal(width, width, gain=gain, rng=np.random.default_rng(seed))
    return Result(weights, weights @ weights.T, gain**depth)


def equations() -> tuple[Equation, ...]:
    """Write the products of rows, what they are, and the factor of all layers."""
    from sympy import Eq, Piecewise

    from notation.trees import Equation, arrays, sum_over, symbols, unevaluated

    W, G = arrays("weights gram")
    g, n, L, s = symbols("gain n depth factor")
    i, j, k = symbols("i j k")
    with unevaluated():
        return (
            Equation(s, g**L),
            Equation(G[i, j], Piecewise((g**2, Eq(i, j)), (0, True))),
            Equation(G[i, j], sum_over(W[i, k] * W[j, k], k, 1, n)),
        )


def identities() -> tuple[Identity, ...]:
    """Write that lengths stay, and what a rotation of the plane is."""
    from sympy import cos, sin

    from notation.trees import Identity, symbols

    a, x, y, g = symbols("a x y g", positive=True)
    first = g * (cos(a) * x - sin(a) * y)
    second = g * (sin(a) * x + cos(a) * y)
    return (
        Identity(
            "Every vector becomes g times as long, whatever its direction; here in the "
            "plane.",
            first**2 + second**2,
            g**2 * (x**2 + y**2),
            r"\lVert W x \rVert^2 = x^\top W^\top W x = g^2 \lVert x \rVert^2",
        ),
        Identity(
            "The rows stand at right angles.",
            g * cos(a) * (g * sin(a)) + (-g * sin(a)) * (g * cos(a)),
            0 * a,
            r"w_1 \cdot w_2 = 0",
        ),
    )


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=(
        r"<weights> <weights>^\top = {<gain>}^2 I, \quad "
        r"\lVert W_L \cdots W_1 x \rVert = {<gain>}^L\, \lVert x \rVert"
    ),
)
