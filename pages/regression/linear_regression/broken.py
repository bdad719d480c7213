"""The best line through the origin: a regression without its intercept."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from formulas.checks import Array
from pages.regression.linear_regression import statement as whole

if TYPE_CHECKING:
    from notation.trees import Equation

COMPARED = ("sse",)


def compute(x: Array, y: Array, slope: float, intercept: float) -> whole.Result:
    """Fit the slope alone, and measure what it leaves over."""
    right = whole.compute(x, y, slope, intercept)
    squares = float((x**2).sum())
    steepness = float((x * y).sum()) / squares
    residuals = y - steepness * x
    sse = float((residuals**2).sum())
    sigma = float(np.sqrt(sse / (len(x) - 1)))  # one number is estimated
    return replace(
        right,
        sxx=squares,
        sxy=float((x * y).sum()),
        fitted_slope=steepness,
        fitted_intercept=0.0,
        sse=sse,
        r2=1 - sse / float(((y - y.mean()) ** 2).sum()),
        sigma=sigma,
        stderr=sigma / float(np.sqrt(squares)),
        fitted=steepness * x,
        residuals=residuals,
        leverage=x**2 / squares,
        through_mean=False,
    )


def equations() -> tuple[Equation, ...]:
    """Strike the intercept and both means out of the slope."""
    from sympy import sqrt

    from notation.trees import Equation, arrays, struck, sum_over, symbols, unevaluated

    x, y = arrays("x y")
    n, i, mean_x, mean_y = symbols("n i mean_x mean_y")
    beta0, beta1, sigma = symbols("fitted_intercept fitted_slope sigma")
    sxy, sxx = symbols("sxy sxx")
    _, _, _, _, _, *means, _, sse, r2, _, stderr, guess_sse, e = whole.equations()
    with unevaluated():
        dx, dy = x[i] - struck(mean_x, 0), y[i] - struck(mean_y, 0)
        products, squares = sum_over(dx * dy, i, 1, n), sum_over(dx**2, i, 1, n)
        return (
            Equation(beta1, products / squares),
            Equation(sxy, products),
            Equation(sxx, squares),
            *means,
            Equation(beta0, struck(mean_y - beta1 * mean_x, 0)),
            sse,
            r2,
            Equation(sigma, sqrt(symbols("sse") / (n - 1))),
            stderr,
            guess_sse,
            e,
        )


STATEMENT = replace(
    whole.STATEMENT,
    compute=compute,
    build_equations=equations,
    build_identities=tuple,
    headline=(
        r"<fitted_slope> = \arg\min_b \textstyle\sum_i "
        r"(<y>_i - \cancel{<intercept>} - <slope> <x>_i)^2 "
        r"\;\Rightarrow\; <fitted_slope> = "
        r"\dfrac{\sum_i (<x>_i - \cancel{<mean_x>})(<y>_i - \cancel{<mean_y>})}"
        r"{\sum_i (<x>_i - \cancel{<mean_x>})^2}"
    ),
)
