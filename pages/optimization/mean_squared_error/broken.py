"""The mean of the errors as they are, without squares."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from formulas.checks import Array
from pages.optimization.mean_squared_error import statement as whole

if TYPE_CHECKING:
    from notation.trees import Equation

COMPARED = ("mse",)


def compute(y_true: Array, y_pred: Array) -> whole.Result:
    """Average the errors with their signs; there is nothing to take a root of."""
    error = float((y_pred - y_true).mean())
    whole_one = whole.compute(y_true, y_pred)
    return replace(whole_one, mse=error, rmse=math.nan, squared=False)


def equations() -> tuple[Equation, ...]:
    """Strike the square out."""
    from notation.trees import Equation, arrays, struck, sum_over, symbols, unevaluated

    y, prediction = arrays("y_true y_pred")
    mse, n, i = symbols("mse n i")
    with unevaluated():
        error = prediction[i] - y[i]
        first = Equation(mse, 1 / n * sum_over(error ** struck(2, 1), i, 1, n))
        return (first, whole.equations()[2])


STATEMENT = replace(
    whole.STATEMENT, compute=compute, build_equations=equations, build_identities=tuple,
    headline_at=None, line_result=None,
)  # fmt: skip
