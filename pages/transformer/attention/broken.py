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
    return {
        **given,
        "scale": multiplier,
        "multiplier": multiplier,
        "divided": False,
    }


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


def headline_at(roles: str, multiplier: float, causal: bool) -> str:
    """Strike the root out, whatever is passed and multiplied."""
    return whole.attention(roles, multiplier, r"\cancel{\sqrt{d_k}}", causal=causal)


STATEMENT = replace(
    # Vectors of two numbers show little of what the division is for.
    whole.STATEMENT.opening_at(third=whole.RANDOM_VECTORS),
    inputs=inputs,
    build_equations=equations,
    build_identities=tuple,
    headline=headline_at("Q, K, V", 1, causal=False),
    headline_at=headline_at,
    line_result=lambda: "scores",
)
