"""The dot product as if direction did not matter."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pages.linear_algebra.dot_product import statement as whole

if TYPE_CHECKING:
    from notation.trees import Equation

COMPARED = ("product",)


def compute(length_a: float, length_b: float) -> whole.Result:
    """Multiply the lengths alone."""
    return whole.Result(length_a * length_b, directed=False)


def equations() -> tuple[Equation, ...]:
    """Strike the cosine out of lengths times cosine."""
    from sympy import cos

    from notation.trees import Equation, struck, symbols, unevaluated

    p, length_a, length_b, theta = symbols("product length_a length_b theta")
    with unevaluated():
        return (Equation(p, length_a * length_b * struck(cos(theta), 1)),)


STATEMENT = replace(
    whole.STATEMENT,
    compute=compute,
    build_equations=equations,
    build_identities=tuple,
    headline=None,
    line_result=None,
    line_written="",
)
