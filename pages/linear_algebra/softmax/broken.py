"""Softmax that does not hear the temperature."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from formulas.checks import Array
from pages.linear_algebra.softmax import statement as whole

if TYPE_CHECKING:
    from notation.trees import Equation

COMPARED = ("entropy (nats)",)


def compute(logits: Array) -> whole.Result:
    """Turn the logits into probabilities as they are."""
    return replace(whole.compute(logits, temperature=1.0), heard=False)


def equations() -> tuple[Equation, ...]:
    """Strike the temperature out of both exponents."""
    from sympy import exp

    from notation.trees import Equation, arrays, struck, sum_over, symbols, unevaluated

    z, p = arrays("logits probabilities")
    T, K, i, j = symbols("temperature K i j")
    with unevaluated():
        one, all_of_them = exp(z[i] / struck(T, 1)), exp(z[j] / struck(T, 1))
        return (Equation(p[i], one / sum_over(all_of_them, j, 1, K)),)


# At T = 1 the temperature changes nothing: who has not set it sees one that does.
STATEMENT = replace(
    whole.STATEMENT.opening_at(temperature=0.5),
    compute=compute,
    build_equations=equations,
    build_identities=tuple,
)
