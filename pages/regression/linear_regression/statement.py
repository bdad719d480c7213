"""Linear regression: what is shown, computed and proved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from formulas.regression import linear_regression as ols
from formulas.regression.linear_regression import (
    SOURCES,
    linear_regression,
    page_data,
    sse_surface,
)
from notation.quantities import option, quantity, slider
from notation.statement import Statement

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

QUANTITIES = (
    quantity("x", "x", "predictor of each point", ("n",)),
    quantity("y", "y", "response of each point", ("n",)),
    quantity("mean_x", r"\bar x", "mean of the predictor"),
    quantity("mean_y", r"\bar y", "mean of the response"),
    quantity("fitted_intercept", r"\hat\beta_0", "intercept of the fitted line"),
    quantity("fitted_slope", r"\hat\beta_1", "slope of the fitted line"),
    quantity("sse", r"\mathrm{SSE}", "sum of squared residuals"),
    quantity("r2", "R^2", "explained share of the variation"),
    quantity("sigma", "s", "estimated standard deviation of the error"),
    quantity(
        "stderr", r"\mathrm{se}(\hat\beta_1)", "standard error of the fitted slope"
    ),
    slider("slope", "b_1", "guessed slope", 0.0, low=-2, high=3, step=0.05),
    slider("intercept", "b_0", "guessed intercept", 7.5, low=-5, high=10, step=0.1),
    quantity("guess_sse", r"\mathrm{SSE}(b)", "squared errors of the guessed line"),
    slider(
        "noise",
        r"\sigma",
        "standard deviation of the noise",
        1.0,
        low=0,
        high=3,
        step=0.1,
    ),
    slider("points", "n", "number of points", 11, low=3, high=100, step=1),
    slider(
        "outlier", "y_n", "height of the last point", 10.0, low=-5, high=15, step=0.5
    ),
    option("data", r"\text{data}", "which points are fitted", "line", choices=SOURCES),
)
AGREE = "the four lines and R² agree to two decimals"
PARTLY = "the slopes agree, but not R²"
DIFFER = "all four lines differ"


def inputs(
    slope: float, intercept: float, noise: float, points: int, outlier: float, data: str
) -> dict[str, object]:
    x, y = page_data(data, points, noise, outlier)
    return {"x": x, "y": y, "slope": slope, "intercept": intercept}


@dataclass(frozen=True)
class Result:
    """What the formula gives."""

    mean_x: float
    mean_y: float
    fitted_slope: float
    fitted_intercept: float
    sse: float
    r2: float
    sigma: float
    stderr: float
    guess_sse: float


def compute(x: ArrayLike, y: ArrayLike, slope: float, intercept: float) -> Result:
    fit = linear_regression(x, y)
    return Result(
        mean_x=float(np.asarray(x, dtype=float).mean()),
        mean_y=float(np.asarray(y, dtype=float).mean()),
        fitted_slope=float(fit.coef[0]),
        fitted_intercept=fit.intercept,
        sse=fit.sse,
        r2=fit.r2,
        sigma=fit.sigma,
        stderr=None if fit.stderr is None else float(fit.stderr[1]),
        guess_sse=float(sse_surface(x, y, [intercept], [slope])[0, 0]),
    )


def equations() -> tuple[Equation, ...]:
    from sympy import sqrt

    from notation.trees import Equation, arrays, sum_over, symbols, unevaluated

    x, y = arrays("x y")
    n, i, mean_x, mean_y = symbols("n i mean_x mean_y")
    beta0, beta1 = symbols("fitted_intercept fitted_slope")
    b0, b1, sse, sigma = symbols("intercept slope sse sigma")

    def added(term: Any) -> Any:
        return sum_over(term, i, 1, n)

    with unevaluated():
        dx, dy = x[i] - mean_x, y[i] - mean_y
        return (
            Equation(n * beta0 + beta1 * added(x[i]), added(y[i])),
            Equation(
                beta0 * added(x[i]) + beta1 * added(x[i] ** 2), added(x[i] * y[i])
            ),
            Equation(mean_x, added(x[i]) / n),
            Equation(mean_y, added(y[i]) / n),
            Equation(beta1, added(dx * dy) / added(dx**2)),
            Equation(beta0, mean_y - beta1 * mean_x),
            Equation(sse, added((y[i] - (beta0 + beta1 * x[i])) ** 2)),
            Equation(symbols("r2"), 1 - sse / added(dy**2)),
            Equation(sigma, sqrt(sse / (n - 2))),
            Equation(symbols("stderr"), sigma / sqrt(added(dx**2))),
            Equation(symbols("guess_sse"), added((y[i] - (b0 + b1 * x[i])) ** 2)),
        )


def identities() -> tuple[Identity, ...]:
    from sympy import Derivative

    from notation.trees import Identity, symbols

    x: Sequence[Any] = symbols("x_1:4", positive=True)
    y: Sequence[Any] = symbols("y_1:4", positive=True)
    b0, b1 = symbols("b_0 b_1", positive=True)
    pairs = list(zip(x, y, strict=True))
    missed = [b - (b0 + b1 * a) for a, b in pairs]
    loss = sum(r**2 for r in missed)
    mean_x, mean_y = sum(x) / 3, sum(y) / 3
    slope = sum((a - mean_x) * (b - mean_y) for a, b in pairs) / sum(
        (a - mean_x) ** 2 for a in x
    )
    left = [b - mean_y - slope * (a - mean_x) for a, b in pairs]
    return (
        Identity(
            "The bowl's slope counts what the line misses, each point by its x.",
            Derivative(loss, b1),
            -2 * sum(a * r for a, r in zip(x, missed, strict=True)),
            r"\nabla_\beta \lVert y - X\beta \rVert^2 = 2 X^\top (X\beta - y)",
        ),
        Identity(
            "The bowl curves the same everywhere, so it has one bottom.",
            Derivative(loss, (b1, 2)),
            2 * sum(a**2 for a in x),
            r"\nabla^2_\beta \lVert y - X\beta \rVert^2 = 2 X^\top X",
        ),
        Identity(
            "The residuals of the fitted line add up to zero ...",
            sum(left),
            0 * b0,
            r"\sum_i (y_i - \hat y_i) = 0",
        ),
        Identity(
            "... and know nothing more of x.",
            sum(a * r for a, r in zip(x, left, strict=True)),
            0 * b0,
            r"\sum_i x_i (y_i - \hat y_i) = 0",
        ),
    )


def answer():
    intercept, slope, r2 = np.ptp(ols.anscombe_summaries().round(2), axis=0)
    return DIFFER if intercept or slope else PARTLY if r2 else AGREE


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    answer=answer,
    headline=(
        r"\hat\beta = \left(X^\top X\right)^{-1} X^\top <y>, \qquad "
        r"X = \begin{pmatrix} 1 & <x> \end{pmatrix}, \quad "
        r"\hat\beta = \begin{pmatrix} <fitted_intercept> \\ <fitted_slope> \end{pmatrix}"
    ),
    main_result="fitted_slope",
    equivalents=(
        "scipy.stats.linregress(x, y).slope",
        "scipy.stats.linregress(x, y).stderr",
        "numpy.polyfit(x, y, 1)[1]",
        "numpy.corrcoef(x, y)[0, 1] ** 2",
    ),
)
