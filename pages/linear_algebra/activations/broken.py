"""The ReLU without the leak that keeps a slope below 0."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pages.linear_algebra.activations import statement as whole

if TYPE_CHECKING:
    from notation.trees import Equation

COMPARED = ("relu_slope",)


def compute(x: float, depth: int) -> whole.Result:
    """Apply the activations, and cut the ReLU off below 0."""
    return whole.compute(x, 0.0, depth)


def equations() -> tuple[Equation, ...]:
    """Strike the leak out of the ReLU and of its slope."""
    from sympy import Piecewise

    from notation.trees import Equation, struck, symbols, unevaluated

    x, slope = symbols("x negative_slope")
    lines = list(whole.equations())
    with unevaluated():
        leak = struck(slope, 0)
        lines[0] = Equation(symbols("relu"), Piecewise((x, x > 0), (leak * x, True)))
        lines[3] = Equation(symbols("relu_slope"), Piecewise((1, x > 0), (leak, True)))
    return tuple(lines)


# Where the ReLU is not cut off the leak changes nothing: who has set nothing sees it.
STATEMENT = replace(
    whole.STATEMENT.opening_at(x=-1.0, negative_slope=0.1),
    compute=compute,
    build_equations=equations,
    build_identities=tuple,
    headline_at=None,
    headline=(
        r"\mathrm{ReLU}(<x>) = \max(0, <x>) + \cancel{<negative_slope>}\, \min(0, <x>)"
    ),
    main_result="relu_slope",
    line_result=None,
)
