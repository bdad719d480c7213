"""Attention without the division by the root of the width."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pages.transformer.attention import statement as whole

if TYPE_CHECKING:
    from notation.trees import Equation
    from pages.transformer.attention.statement import Saturation

COMPARED = ("largest weight in the framed row",)


def inputs(
    tokens: str,
    angle: float,
    multiplier: float,
    n_keys: int,
    causal: bool,
    roles: str,
    token: int,
    history: dict[int, Saturation],
) -> dict[str, Any]:
    """Multiply the products by the multiplier alone."""
    given = whole.inputs(
        tokens, angle, multiplier, n_keys, causal, roles, token, history
    )
    return {**given, "scale": multiplier, "multiplier": multiplier}


def equations() -> tuple[Equation, ...]:
    """Strike the root out of the scores."""
    from sympy import sqrt

    from notation.trees import Equation, arrays, struck, sum_over, symbols, unevaluated

    q, keys, s = arrays("query key scores")
    mu, d, i, j, r = symbols("multiplier d i j r")
    with unevaluated():
        products = sum_over(q[i, r] * keys[j, r], r, 1, d)
        scores = Equation(s[i, j], mu / struck(sqrt(d), 1) * products)
    return (scores, *whole.equations()[1:])


STATEMENT = replace(
    whole.STATEMENT,
    inputs=inputs,
    build_equations=equations,
    build_identities=tuple,
    headline=(
        r"\mathrm{Attention}(<query>, <key>, <value>) = \mathrm{softmax}\left("
        r"\frac{<query> <key>^\top}{\cancel{\sqrt{d_k}}}\right) <value>"
    ),
    headline_at=None,
    line_result=lambda: "scores",
)
