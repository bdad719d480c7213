"""Ridge regression: what is shown, computed and proved."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from formulas.checks import Array
from formulas.regression.ridge import leave_one_out, ridge
from notation.quantities import quantity, slider
from notation.statement import Statement
from pages.regression.linear_regression.statement import STATEMENT as LINEAR_REGRESSION

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

COUNT = 12
TRUE_SLOPES = (1.5, 0.5)
SEED = 33

QUANTITIES = (
    quantity("X", "X", "two predictors of mean 0 and variance 1", ("n", 2)),
    LINEAR_REGRESSION.quantity("y"),
    slider(
        "correlation",
        r"\rho",
        "correlation of the two predictors",
        0.9,
        low=0,
        high=0.95,
        step=0.05,
    ),
    LINEAR_REGRESSION.control("noise"),
    slider("alpha", r"\alpha", "weight of the penalty", 3.0, low=0, high=20, step=0.25),
    quantity("gram", "S", "products of the predictors, summed over the points", (2, 2)),
    quantity("moments", "g", "products of predictor and response, summed", (2,)),
    quantity("beta_1", r"\hat\beta_1", "first slope"),
    quantity("beta_2", r"\hat\beta_2", "second slope"),
    quantity("sse", r"\mathrm{SSE}", "sum of squared residuals"),
    quantity("df", r"\mathrm{df}", "effective number of parameters, with intercept"),
)


@functools.cache
def _directions() -> Array:
    """Return two uncorrelated predictors of variance 1, and noise; all have mean 0."""
    drawn = np.random.default_rng(SEED).standard_normal((COUNT, 3))
    drawn -= drawn.mean(axis=0)
    plain = np.linalg.qr(drawn[:, :2])[0] * np.sqrt(COUNT)
    columns = np.column_stack([plain, drawn[:, 2]])
    columns.setflags(write=False)
    return columns


@functools.lru_cache(maxsize=64)
def points(correlation: float, noise: float) -> tuple[Array, Array]:
    """Make predictors with exactly this correlation, and a response of mean 0."""
    first, second, random = _directions().T
    mixed = correlation * first + np.sqrt(1 - correlation**2) * second
    X = np.column_stack([first, mixed])
    y = X @ TRUE_SLOPES + noise * random
    for array in (X, y):
        array.setflags(write=False)
    return X, y


def inputs(correlation: float, noise: float, alpha: float) -> dict[str, Any]:
    """Take the points and the weight of the penalty."""
    X, y = points(correlation, noise)
    return {"X": X, "y": y, "alpha": alpha}


@dataclass(frozen=True)
class Result:
    """The fit with a penalty, and how well it predicts what it has not seen."""

    gram: Array
    moments: Array
    beta_1: float
    beta_2: float
    sse: float
    df: float
    left_out: float


def products(X: Array) -> Array:
    """Sum the products of the predictors; 0 where only rounding is left of them."""
    sums: Array = X.T @ X
    sums[np.abs(sums) < 1e-13 * len(X)] = 0.0
    return sums


def compute(X: Array, y: Array, alpha: float) -> Result:
    """Fit two slopes with a penalty on their squares."""
    fit = ridge(X, y, alpha)
    residuals = y - X @ fit.coef
    return Result(
        gram=products(X),
        moments=X.T @ y,
        beta_1=float(fit.coef[0]),
        beta_2=float(fit.coef[1]),
        sse=float(residuals @ residuals),
        df=fit.df,
        left_out=leave_one_out(X, y, alpha=alpha).mse,
    )


def equations() -> tuple[Equation, ...]:
    """Write the products, both slopes, what is left over, and the effective number."""
    from notation.trees import Equation, arrays, sum_over, symbols, unevaluated

    X, y, S, g = arrays("X y gram moments")
    n, i, j, k, alpha = symbols("n i j k alpha")
    b1, b2, sse, df = symbols("beta_1 beta_2 sse df")
    with unevaluated():
        first, second, both = S[1, 1] + alpha, S[2, 2] + alpha, S[1, 2]
        det = first * second - both**2
        return (
            Equation(S[j, k], sum_over(X[i, j] * X[i, k], i, 1, n)),
            Equation(g[j], sum_over(X[i, j] * y[i], i, 1, n)),
            Equation(b1, (second * g[1] - both * g[2]) / det),
            Equation(b2, (first * g[2] - both * g[1]) / det),
            Equation(sse, sum_over((y[i] - b1 * X[i, 1] - b2 * X[i, 2]) ** 2, i, 1, n)),
            Equation(df, 1 + (S[1, 1] * second + S[2, 2] * first - 2 * both**2) / det),
        )


def identities() -> tuple[Identity, ...]:
    """Write where the slope of the penalized squares is 0, and one predictor alone."""
    from sympy import Derivative

    from notation.trees import Identity, symbols

    x = symbols("x_1:4", positive=True)
    y = symbols("y_1:4", positive=True)
    b, alpha = symbols("beta alpha", positive=True)
    squares = sum((v - b * u) ** 2 for u, v in zip(x, y, strict=True))
    inner = sum(u * v for u, v in zip(x, y, strict=True))
    return (
        Identity(
            "The penalty adds 2αβ to the derivative, a pull towards 0.",
            Derivative(squares + alpha * b**2, b),
            -2 * sum(u * (v - b * u) for u, v in zip(x, y, strict=True))
            + 2 * alpha * b,
            r"\nabla \left(\lVert y - X\beta \rVert^2 + \alpha \lVert \beta \rVert^2"
            r"\right) = 2 X^\top (X\beta - y) + 2 \alpha \beta",
        ),
        Identity(
            "Of a single predictor's slope a fraction is left.",
            inner / (sum(u**2 for u in x) + alpha),
            inner
            / sum(u**2 for u in x)
            * (sum(u**2 for u in x) / (sum(u**2 for u in x) + alpha)),
            r"\hat\beta_{\mathrm{ridge}} = \frac{S}{S + \alpha}\, "
            r"\hat\beta_{\mathrm{OLS}}",
        ),
    )


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=(
        r"\hat\beta = \left(<X>^\top <X> + <alpha> I\right)^{-1} <X>^\top <y>, \quad "
        r"\hat\beta = \begin{pmatrix} <beta_1> \\ <beta_2> \end{pmatrix}"
    ),
    main_result="beta_1",
)
