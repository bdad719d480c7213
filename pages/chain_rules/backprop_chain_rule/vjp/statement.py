"""Vector-Jacobian products: what is shown, computed and proved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from formulas.chain_rules.vjp import vjp_chain
from formulas.checks import Array
from notation.quantities import quantity, slider
from notation.statement import Statement

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

# Three functions, of 3 numbers, of 4 and of 2; the last one gives one number.
FIRST = np.array([[1.0, 0.0, -1.0], [2.0, 1.0, 0.0], [0.0, -1.0, 1.0], [1.0, 1.0, 1.0]])
SECOND = np.array([[1.0, 0.0, 2.0, -1.0], [0.0, 1.0, 1.0, 1.0]])
THIRD = np.array([[2.0, -1.0]])
SIZES = (1, 10, 100, 1000, 10_000, 100_000, 1_000_000)

QUANTITIES = (
    quantity("first", "J_1", "Jacobian of the first function", ("n_1", "n_0")),
    quantity("second", "J_2", "Jacobian of the second function", ("n_2", "n_1")),
    quantity("third", "J_3", "Jacobian of the last function", ("n_3", "n_2")),
    quantity("back", "v", "gradient of the loss with respect to the output", ("n_3",)),
    quantity("before_third", "u", "gradient before the last function", ("n_2",)),
    quantity("before_second", "w", "gradient before the second function", ("n_1",)),
    quantity("gradient", "g", "gradient with respect to the input", ("n_0",)),
    slider("slope", "v_1", "gradient at the output", 1.0, low=-2, high=2, step=0.1),
    quantity("reverse", "R", "multiplications from the loss on"),
    slider("n_in", "N", "inputs of a large network", 1000, choices=SIZES),
    slider("width", "W", "width of its hidden layers", 1000, choices=SIZES[:5]),
    slider("n_out", "M", "its outputs", 1, choices=SIZES[:5]),
    slider("layers", "D", "number of its layers", 3, low=2, high=40, step=1),
    quantity("forward", "F", "multiplications from the input on"),
)


def inputs(
    slope: float, n_in: int, width: int, n_out: int, layers: int
) -> dict[str, Any]:
    """Take three small Jacobians, and the sizes of a large network."""
    return {
        "first": FIRST,
        "second": SECOND,
        "third": THIRD,
        "back": np.array([slope]),
        "n_in": n_in,
        "width": width,
        "n_out": n_out,
        "layers": layers,
    }


@dataclass(frozen=True)
class Result:
    """The gradient on its way back, and what a large network costs both ways."""

    before_third: Array
    before_second: Array
    gradient: Array
    reverse: int
    forward: int


def compute(
    first: Array,
    second: Array,
    third: Array,
    back: Array,
    n_in: int,
    width: int,
    n_out: int,
    layers: int,
) -> Result:
    """Send the gradient back, and count multiplications."""
    between = (layers - 2) * width**2
    return Result(
        before_third=vjp_chain([third], back).gradient,
        before_second=vjp_chain([second, third], back).gradient,
        gradient=vjp_chain([first, second, third], back).gradient,
        reverse=n_in * width + between + width * n_out,
        forward=n_in * (between + width * n_out + n_out),
    )


def equations() -> tuple[Equation, ...]:
    """Write each step back, and the multiplications in both orders."""
    from notation.trees import Equation, arrays, sum_over, symbols, unevaluated

    J1, J2, J3, v = arrays("first second third back")
    u, w, g = arrays("before_third before_second gradient")
    N, W, M, L, R, F = symbols("n_in width n_out layers reverse forward")
    j, k, n1, n2, n3 = symbols("j k n_1 n_2 n_3")
    with unevaluated():
        between = (L - 2) * W**2
        return (
            Equation(u[j], sum_over(v[k] * J3[k, j], k, 1, n3)),
            Equation(w[j], sum_over(u[k] * J2[k, j], k, 1, n2)),
            Equation(R, N * W + between + W * M),
            Equation(F, N * (between + W * M + M)),
            Equation(g[j], sum_over(w[k] * J1[k, j], k, 1, n1)),
        )


def identities() -> tuple[Identity, ...]:
    """Write that both orders give the same, and a product that needs no matrix."""
    from sympy import Derivative, exp

    from notation.trees import Identity, symbols

    a, b, c, d, v, w = symbols("a b c d v w", positive=True)
    x, y = symbols("x y", positive=True)
    p = exp(x) / (exp(x) + exp(y))
    return (
        Identity(
            "Brackets can be set as one likes: the gradient is the same.",
            v * (a * c + b * d) + w * (b * c + a * d),
            (v * a + w * b) * c + (v * b + w * a) * d,
            r"v^\top (J_3 (J_2 J_1)) = ((v^\top J_3) J_2) J_1",
        ),
        Identity(
            "The softmax’s product needs no matrix at all; here of two numbers.",
            v * Derivative(p, x) + w * Derivative(1 - p, x),
            p * (v - (p * v + (1 - p) * w)),
            r"v^\top J = p \odot (v - p \cdot v)",
        ),
    )


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=(
        r"{<gradient>}^\top = \big(({<back>}^\top <third>)\, <second>\big)\, <first>"
    ),
)
