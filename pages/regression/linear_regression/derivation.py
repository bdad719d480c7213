"""Linear regression: what is derived, line by line."""

from __future__ import annotations

from typing import Any

from sympy import Derivative, Rational, symbols

from notation.trees import Derivation, Step


def derivations() -> tuple[Derivation, ...]:
    """Derive the normal equations, and that the formula for the slope solves them."""
    return _normal_equations(), _slope()


def _points() -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    return symbols("x_1:4", positive=True), symbols("y_1:4", positive=True)


def _normal_equations() -> Derivation:
    """Take three points and any line; what is shown is the derivative by its slope."""
    x, y = _points()
    b0, b1 = symbols("b_0 b_1", positive=True)
    residuals = [v - (b0 + b1 * u) for u, v in zip(x, y, strict=True)]
    return Derivation(
        "The sum of squares is smallest where $X^\\top X \\beta = X^\\top y$: the normal "
        "equations.",
        Derivative(sum(r**2 for r in residuals), b1),
        (
            Step(
                "The chain rule: each square gives twice its residual times the "
                "derivative of the residual.",
                sum(2 * r * Derivative(r, b1) for r in residuals),
                r"\sum_i 2\, e_i\, \frac{\partial e_i}{\partial \beta_k}",
            ),
            Step(
                "The residual $e_i = y_i - \\sum_k X_{ik} \\beta_k$ falls by $X_{ik}$ for "
                "each unit of $\\beta_k$.",
                sum(2 * r * (-u) for u, r in zip(x, residuals, strict=True)),
                r"-2 \sum_i X_{ik}\, e_i",
            ),
            Step(
                "The sum over the points is entry $k$ of a product with the transpose; "
                "all entries are 0 at the lowest point of the bowl.",
                -2 * sum(u * r for u, r in zip(x, residuals, strict=True)),
                r"-2 \left[X^\top (y - X \beta)\right]_k",
            ),
            Step(
                "The product is multiplied out: it is 0 where both parts are equal.",
                2
                * (
                    sum(u * (b0 + b1 * u) for u in x)
                    - sum(u * v for u, v in zip(x, y, strict=True))
                ),
                r"2 \left[X^\top X \beta - X^\top y\right]_k",
            ),
        ),
        r"\frac{\partial}{\partial \beta_k} \sum_i e_i^2, \qquad e = y - X \beta",
    )


def _slope() -> Derivation:
    """Take three points, and the line of the formula."""
    x, y = _points()
    third = Rational(1, 3)
    mean_x, mean_y = third * sum(x), third * sum(y)
    dx, dy = [u - mean_x for u in x], [v - mean_y for v in y]
    s_xx = sum(d**2 for d in dx)
    s_xy = sum(a * b for a, b in zip(dx, dy, strict=True))
    b1 = s_xy / s_xx
    b0 = mean_y - b1 * mean_x
    return Derivation(
        "With $\\hat\\beta_1 = S_{xy} / S_{xx}$, where $S_{xy} = \\sum_i (x_i - \\bar x)"
        "(y_i - \\bar y)$ and $S_{xx} = \\sum_i (x_i - \\bar x)^2$, and with "
        "$\\hat\\beta_0 = \\bar y - \\hat\\beta_1 \\bar x$ the residuals are orthogonal to $x$, as the normal "
        "equations demand.",
        sum(u * (v - b0 - b1 * u) for u, v in zip(x, y, strict=True)),
        (
            Step(
                "The intercept is put in, so that only deviations from the means remain.",
                sum(u * (b - b1 * a) for u, a, b in zip(x, dx, dy, strict=True)),
                r"\sum_i x_i \left((y_i - \bar y) - \hat\beta_1 (x_i - \bar x)\right)",
            ),
            Step(
                "The deviations add up to 0, so $\\bar x$ times their sum can be "
                "subtracted.",
                sum(a * (b - b1 * a) for a, b in zip(dx, dy, strict=True)),
                r"\sum_i (x_i - \bar x) \left((y_i - \bar y) - "
                r"\hat\beta_1 (x_i - \bar x)\right)",
            ),
            Step(
                "The sum is split into the sum of products and the sum of squares.",
                s_xy - b1 * s_xx,
                r"S_{xy} - \hat\beta_1 S_{xx}",
            ),
            Step("The slope $S_{xy} / S_{xx}$ makes both parts equal.", 0 * x[0], "0"),
        ),
        r"\sum_i x_i \left(y_i - \hat\beta_0 - \hat\beta_1 x_i\right)",
    )
