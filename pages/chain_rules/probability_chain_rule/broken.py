"""The chain rule as if one event said nothing about the other."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from formulas.checks import Array
from pages.chain_rules.probability_chain_rule import statement as whole

if TYPE_CHECKING:
    from notation.trees import Equation

COMPARED = ("joint",)


def compute(
    p_b: float, p_a_given_b: float, p_a_given_not_b: float, conditionals: Array
) -> whole.Result:
    """Multiply the probabilities of both events, whatever one says about the other."""
    right = whole.compute(p_b, p_a_given_b, p_a_given_not_b, conditionals)
    heights = right.p_a, right.p_a
    return replace(right, joint=right.p_a * p_b, heights=heights)


def equations() -> tuple[Equation, ...]:
    """Strike the condition out, and put in what stands there without it."""
    from notation.trees import Equation, struck, symbols, unevaluated

    b, a_b, a_not_b = symbols("p_b p_a_given_b p_a_given_not_b")
    joint, a = symbols("joint p_a")
    with unevaluated():
        return (
            Equation(joint, struck(a_b, 1) * a * b),
            Equation(a, a_b * b + a_not_b * (1 - b)),
            *whole.equations()[2:],
        )


STATEMENT = replace(
    whole.STATEMENT.opening_at(text="two events"),
    compute=compute,
    build_equations=equations,
    build_identities=tuple,
    headline_at=None,
    headline=(
        r"<joint> = \cancel{<p_a_given_b>}\, <p_a>\, <p_b>, \qquad "
        r"<product> = \prod_{t=1}^{<length>} P(x_t \mid x_1, \dots, x_{t-1})"
    ),
    main_result="joint",
    line_result=None,
)
