"""The block as a memory of keys and values: what is shown, computed and proved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from formulas.checks import Array
from formulas.transformer.transformer_ffn import transformer_ffn
from notation.quantities import quantity, slider
from notation.statement import Statement
from pages.transformer.transformer_ffn.statement import STATEMENT as FFN
from pages.transformer.transformer_ffn.statement import without_dust

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

FEATURES = ("Michael", "Jordan", "Jackson", "basketball", "music", "country")
NAMES = 3  # the first features are names, the others facts
QUESTIONS = ("Michael Jordan?", "Michael Jackson?", "Jordan, the country?")
# A column for each question: how much each feature speaks for it.
KEYS = np.array(
    [[1, 1, -2], [1, 0, 2], [0, 1, 0], [0, 0, 0], [0, 0, 0], [0, 0, 0]], dtype=float
)
# A row for each question: what is added to the token where the answer is yes.
VALUES = np.eye(len(FEATURES))[NAMES:]


def _name(name: str, symbol: str, default: float) -> Any:
    return slider(
        name,
        symbol,
        f"how much of “{name.title()}” the token has",
        default,
        low=0,
        high=1,
        step=0.1,
    )


QUANTITIES = (
    quantity("X", "x", "one token, as a row of six features", ("d",)),
    _name("michael", r"x_1", 1.0),
    _name("jordan", r"x_2", 1.0),
    _name("jackson", r"x_3", 0.0),
    quantity("W1", "W^{(1)}", "keys, a column for each hidden unit", ("d", "d_ff")),
    quantity("b1", "b^{(1)}", "bias of each hidden unit", ("d_ff",)),
    slider("bias", "b", "bias of the units", -1.0, low=-2, high=0, step=0.1),
    FFN.quantity("pre_activation"),
    FFN.quantity("hidden"),
    quantity("W2", "W^{(2)}", "values, a row for each hidden unit", ("d_ff", "d")),
    quantity("output", "y", "what the block adds to the token", ("d",)),
    quantity("total", r"x^{+}", "the token afterwards", ("d",)),
)


def inputs(
    michael: float, jordan: float, jackson: float, bias: float
) -> dict[str, Any]:
    """Make a token of its features, and the keys and values that are asked for it."""
    return {
        "X": np.array([michael, jordan, jackson, 0.0, 0.0, 0.0]),
        "W1": KEYS,
        "b1": np.full(len(QUESTIONS), bias),
        "W2": VALUES,
    }


@dataclass(frozen=True)
class Result:
    """How well each key matches, what is left of that, and what it adds to the token."""

    pre_activation: Array
    hidden: Array
    output: Array
    total: Array


def compute(X: Array, W1: Array, b1: Array, W2: Array) -> Result:
    """Ask each key of the token and add up the values of those that match."""
    none = np.zeros(W2.shape[1])
    matches = transformer_ffn(X, W1, b1, W2, none, activation="identity").hidden
    block = transformer_ffn(X, W1, b1, W2, none)
    added = without_dust(block.output)
    return Result(without_dust(matches), without_dust(block.hidden), added, X + added)


def equations() -> tuple[Equation, ...]:
    """Write a match, what the ReLU leaves of it, what is added, and the token then."""
    from sympy import Piecewise

    from notation.trees import Equation, arrays, sum_over, symbols, unevaluated

    x, W1, b1, W2 = arrays("X W1 b1 W2")
    z, h, y, total = arrays("pre_activation hidden output total")
    d, d_ff, i, j, u = symbols("d d_ff i j u")
    with unevaluated():
        return (
            Equation(z[u], sum_over(x[j] * W1[j, u], j, 1, d) + b1[u]),
            Equation(h[u], Piecewise((z[u], z[u] > 0), (0, True))),
            Equation(y[i], sum_over(h[u] * W2[u, i], u, 1, d_ff)),
            Equation(total[i], x[i] + y[i]),
        )


def identities() -> tuple[Identity, ...]:
    """Write why a sum and a bias make an “and”."""
    from sympy import Max

    from notation.trees import Identity, symbols

    x = symbols("x", positive=True)
    return (
        Identity(
            "With the bias −1 a key of two ones needs both features: one of them alone, "
            "whole, comes to 0.",
            Max(0, (1 + x) - 1),
            x,
            r"\max(0, 1 + x - 1) = x \quad (0 \le x \le 1)",
        ),
    )


def line_entry(michael: float, jordan: float, jackson: float) -> tuple[int, ...]:
    """Work out the fact whose key matches the token best."""
    matches = np.array([michael, jordan, jackson]) @ KEYS[:NAMES]
    return (NAMES + int(matches.argmax()),)


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=(
        r"<output> = \max\left(0, <X> <W1> + <b1>\right) <W2>, \qquad "
        r"<total> = <X> + <output>"
    ),
    main_result="output",
    line_entry=line_entry,
)
