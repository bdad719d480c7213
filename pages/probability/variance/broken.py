"""The variance divided by n, whatever is to be subtracted from it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from formulas.checks import Array
from pages.probability.variance import statement as whole

if TYPE_CHECKING:
    from notation.trees import Equation

COMPARED = ("variance",)


def compute(x: Array) -> whole.Result:
    """Divide the squared deviations by their number."""
    return whole.compute(x, ddof=0)


def equations() -> tuple[Equation, ...]:
    """Strike out what is subtracted from n."""
    from notation.trees import Equation, arrays, struck, sum_over, symbols, unevaluated

    (d,) = arrays("deviations")
    n, ddof, variance, i = symbols("n ddof variance i")
    first, _, *others = whole.equations()
    with unevaluated():
        squares = sum_over(d[i] ** 2, i, 1, n)
        second = Equation(variance, 1 / (n - struck(ddof, 0)) * squares)
    return (first, second, *others)


STATEMENT = replace(
    whole.STATEMENT,
    compute=compute,
    build_equations=equations,
    build_identities=tuple,
    headline=(r"s^2 = \frac{1}{n - \cancel{<ddof>}} \sum_{i=1}^{n} (<x>_i - <mean>)^2"),
)
