"""Feed-forward block: what is shown, computed and proved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from formulas.checks import Array
from formulas.transformer import transformer_ffn as ffn
from formulas.transformer.transformer_ffn import (
    ACTIVATIONS,
    WEIGHTS,
    example_hinges,
    transformer_ffn,
)
from notation.quantities import option, quantity, slider
from notation.statement import Statement

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

QUANTITIES = (
    quantity("X", "x", "one token, as a row", ("d",)),
    quantity("W1", "W^{(1)}", "weights into the hidden units", ("d", "d_ff")),
    quantity("b1", "b^{(1)}", "bias of each hidden unit", ("d_ff",)),
    quantity("before", "z", "hidden units before the bend", ("d_ff",)),
    quantity("hidden", "h", "hidden units, nothing below 0", ("d_ff",)),
    quantity("W2", "W^{(2)}", "weights out of the hidden units", ("d_ff", "d")),
    quantity("b2", "b^{(2)}", "bias of each output", ("d",)),
    quantity("output", "y", "the transformed token", ("d",)),
    slider("token", "t", "value of the token", 0.5, low=-3, high=3, step=0.1),
    slider("units", "d_{ff}", "number of hidden units", 4, low=1, high=64, step=1),
    slider("weight_scale", "a", "factor of the slopes", 1.0, low=0.1, high=3, step=0.1),
    option(
        "weights",
        r"\text{weights}",
        "random units, or three that make a hat",
        "random",
        choices=WEIGHTS,
    ),
    option(
        "activation",
        r"\text{activation}",
        "what bends the hidden units",
        "relu",
        choices=ACTIVATIONS,
    ),
    slider("ratio", "r", "hidden units per feature", 4, low=1, high=8, step=1),
    slider(
        "seed", r"\text{seed}", "seed of the random units", 3, low=0, high=20, step=1
    ),
)


def inputs(
    token: float, units: int, weight_scale: float, weights: str, seed: int
) -> dict[str, object]:
    slopes, kinks, out = example_hinges(weights, units, weight_scale, rng=seed)
    return {
        "X": np.array([token]),
        "W1": slopes[None, :],
        "b1": -slopes * kinks,
        "W2": out[:, None],
        "b2": np.zeros(1),
    }


@dataclass(frozen=True)
class Result:
    """What the formula gives."""

    before: Array
    hidden: Array
    output: Array


def compute(X: Array, W1: Array, b1: Array, W2: Array, b2: Array) -> Result:
    linear = transformer_ffn(X, W1, b1, W2, b2, activation="identity")
    result = transformer_ffn(X, W1, b1, W2, b2)
    return Result(before=linear.hidden, hidden=result.hidden, output=result.output)


def equations() -> tuple[Equation, ...]:
    from sympy import Piecewise

    from notation.trees import Equation, arrays, sum_over, symbols, unevaluated

    x, W1, b1, W2, b2 = arrays("X W1 b1 W2 b2")
    z, h, y = arrays("before hidden output")
    d, d_ff, i, l, u = symbols("d d_ff i l u")
    with unevaluated():
        return (
            Equation(z[u], sum_over(x[l] * W1[l, u], l, 1, d) + b1[u]),
            Equation(h[u], Piecewise((z[u], z[u] > 0), (0, True))),
            Equation(y[i], sum_over(h[u] * W2[u, i], u, 1, d_ff) + b2[i]),
        )


def identities() -> tuple[Identity, ...]:
    from sympy import Derivative, Piecewise

    from notation.trees import Identity, symbols

    x, w1, w2, b1, b2, d, r = symbols("x w_1 w_2 b_1 b_2 d r", positive=True)
    on, off = w1 * x + b1, -w1 * x - b1
    return (
        Identity(
            "Where a unit is active, it passes the gradient on through both weights ...",
            Derivative(w2 * Piecewise((on, on > 0), (0, True)) + b2, x),
            w1 * w2,
            r"\frac{\partial y}{\partial x} = w_1 w_2 \quad (w_1 x + b_1 > 0)",
        ),
        Identity(
            "... and where it is not, nothing passes.",
            Derivative(w2 * Piecewise((off, off > 0), (0, True)) + b2, x),
            0 * x,
            r"\frac{\partial y}{\partial x} = 0 \quad (w_1 x + b_1 < 0)",
        ),
        Identity(
            "With r hidden units per feature the block holds r / (2 + r) of the weights: "
            "two thirds for r = 4.",
            2 * d * (r * d) / (4 * d**2 + 2 * d * (r * d)),
            r / (2 + r),
            r"\frac{2 r d^2}{4 d^2 + 2 r d^2} = \frac{r}{2 + r}",
        ),
    )


def answer():
    return ffn.ffn_share(4)


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    answer=answer,
    headline=r"\mathrm{FFN}(<X>) = \max\left(0, <X> <W1> + <b1>\right) <W2> + <b2>",
    equivalents=("numpy.maximum(0, X @ W1 + b1) @ W2 + b2",),
)
