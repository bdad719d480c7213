"""The return without discounting: a late reward counts as much as one that comes now."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from formulas.checks import Array
from pages.reinforcement_learning.expected_return import statement as whole

if TYPE_CHECKING:
    from notation.trees import Equation

COMPARED = ("return G₀",)


def compute(rewards: Array) -> whole.Result:
    """Add the rewards up as they are."""
    return whole.compute(rewards, gamma=1.0)


def equations() -> tuple[Equation, ...]:
    """Strike the discount out of the recursion and of the sum."""
    from sympy import Rational

    from notation.trees import Equation, arrays, struck, sum_over, symbols, unevaluated

    R, G = arrays("rewards returns")
    gamma, T, t, k, delay, value = symbols("gamma T t k delay value")
    half = Rational(1, 2)
    with unevaluated():
        mean = half * (2 * R[k + 1]) + half * 0
        expected = sum_over(struck(gamma**k, 1) * mean, k, 0, T - 1)
        rest = struck(gamma, 1) * G[t + 1]
        terms = struck(gamma**k, 1) * R[t + k + 1]
        return (
            Equation(value, expected),
            Equation(G[t], R[t + 1] + rest, ranges=((t, 0, T - 2),)),
            Equation(G[t], sum_over(terms, k, 0, T - t - 1), told=delay - t),
        )


STATEMENT = replace(
    whole.STATEMENT,
    compute=compute,
    build_equations=equations,
    build_identities=tuple,
    headline=(
        r"<value> = \mathbb{E}_\pi\left[<returns>_t \mid S_t = s\right], \qquad "
        r"<returns>_t = \sum_{k=0}^{<horizon>-t-1} \cancel{<gamma>^k} <rewards>_{t+k+1}"
    ),
)
