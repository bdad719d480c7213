"""Lasso: what is shown, computed and proved."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from formulas.checks import Array
from formulas.regression.lasso import lasso
from notation.quantities import quantity, slider
from notation.statement import Statement
from pages.regression.linear_regression.ridge.statement import STATEMENT as RIDGE
from pages.regression.linear_regression.ridge.statement import points, products

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

TOLERANCE = 1e-13  # the printed conditions are to hold to all digits that are proved

QUANTITIES = (
    RIDGE.quantity("X"),
    RIDGE.quantity("y"),
    dataclasses.replace(RIDGE.control("correlation"), default=0.5, high=0.8),
    dataclasses.replace(RIDGE.control("noise"), default=2.0),
    slider(
        "penalty",
        r"\alpha",
        "weight of the absolute slopes",
        0.3,
        low=0,
        high=2.5,
        step=0.05,
    ),
    quantity("gram", "S", "mean products of the predictors", (2, 2)),
    quantity("moments", "g", "mean products of predictor and response", (2,)),
    quantity("rest", "z", "what the other slope leaves of these", (2,)),
    RIDGE.quantity("beta_1"),
    RIDGE.quantity("beta_2"),
    RIDGE.quantity("sse"),
    quantity("cost", "J", "half the mean squared residual, and the penalty"),
)


def inputs(correlation: float, noise: float, penalty: float) -> dict[str, Any]:
    """Take the points and the weight of the penalty."""
    X, y = points(correlation, noise)
    return {"X": X, "y": y, "penalty": penalty}


@dataclass(frozen=True)
class Result:
    """The fit, what it is a solution of, and what it costs."""

    gram: Array
    moments: Array
    rest: Array
    beta_1: float
    beta_2: float
    kept: int
    sse: float
    cost: float


def compute(X: Array, y: Array, penalty: float) -> Result:
    """Fit two slopes with a penalty on their absolute values."""
    fit = lasso(X, y, penalty, tol=TOLERANCE)
    residuals = y - X @ fit.coef
    sse = float(residuals @ residuals)
    gram, moments = products(X) / len(y), X.T @ y / len(y)
    return Result(
        gram=gram,
        moments=moments,
        rest=moments - gram[0, 1] * fit.coef[::-1],
        beta_1=float(fit.coef[0]),
        beta_2=float(fit.coef[1]),
        kept=fit.df - 1,
        sse=sse,
        cost=sse / (2 * len(y)) + penalty * float(np.abs(fit.coef).sum()),
    )


def equations() -> tuple[Equation, ...]:
    """Write the products, what each slope solves, and what the fit costs."""
    from sympy import Abs, Piecewise

    from notation.trees import Equation, arrays, sum_over, symbols, unevaluated

    X, y, S, g, z = arrays("X y gram moments rest")
    n, i, j, k, alpha = symbols("n i j k penalty")
    b1, b2, sse, cost = symbols("beta_1 beta_2 sse cost")
    with unevaluated():

        def shrunk(j: int) -> Any:
            return Piecewise(
                ((z[j] - alpha) / S[j, j], z[j] > alpha),
                ((z[j] + alpha) / S[j, j], z[j] < -alpha),
                (0, True),
            )

        return (
            Equation(S[j, k], 1 / n * sum_over(X[i, j] * X[i, k], i, 1, n)),
            Equation(g[j], 1 / n * sum_over(X[i, j] * y[i], i, 1, n)),
            Equation(z[1], g[1] - S[1, 2] * b2),
            Equation(z[2], g[2] - S[1, 2] * b1),
            Equation(sse, sum_over((y[i] - b1 * X[i, 1] - b2 * X[i, 2]) ** 2, i, 1, n)),
            Equation(cost, sse / (2 * n) + alpha * (Abs(b1) + Abs(b2))),
            Equation(b2, shrunk(2)),
            Equation(b1, shrunk(1)),
        )


def identities() -> tuple[Identity, ...]:
    """Write the condition that each slope solves, and ridge's beside it."""
    from sympy import Derivative, Rational

    from notation.trees import Identity, symbols

    z, b, alpha, s = symbols("z beta alpha s", positive=True)
    half = Rational(1, 2)
    return (
        Identity(
            "On one side of 0 the penalty pulls with α, however small the slope is.",
            Derivative(half * s * b**2 - z * b + alpha * b, b),
            s * b - (z - alpha),
            r"\frac{\partial J}{\partial \beta_j} = S_{jj} \beta_j - (z_j - \alpha) "
            r"\quad (\beta_j > 0)",
        ),
        Identity(
            "Ridge pulls in proportion to the slope, and never quite to 0.",
            Derivative(half * s * b**2 - z * b + half * alpha * b**2, b),
            s * b - (z - alpha * b),
            r"\frac{\partial}{\partial \beta_j} \frac{\alpha}{2} \beta_j^2 = "
            r"\alpha \beta_j",
        ),
    )


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=(
        r"(<beta_1>, <beta_2>) = \operatorname*{arg\,min}_{\beta} "
        r"\frac{1}{2n} \lVert <y> - <X> \beta \rVert^2 + <penalty> "
        r"\left(|\beta_1| + |\beta_2|\right)"
    ),
    main_result="beta_1",
)
