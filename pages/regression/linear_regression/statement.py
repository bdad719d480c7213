"""Linear regression: what is shown, computed and proved."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from formulas.checks import Array
from formulas.probability.variance import mean
from formulas.regression.datasets import datasets
from formulas.regression.linear_regression import (
    OLSResult,
    linear_regression,
    sse_surface,
)
from notation.own_numbers import own_numbers
from notation.quantities import option, quantity, slider
from notation.statement import Statement

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

ANSCOMBE = ("anscombe-1", "anscombe-2", "anscombe-3", "anscombe-4")
SOURCES = ("line", *ANSCOMBE, "leverage", "collinear")
LINE_ONLY = ("noise", "points", "outlier")  # what only points around a line follow
NARROWEST = 0.01  # range of x
NEAREST = 0.001  # range of x, as a part of its largest value
LEVEL = 1e-6  # range of y that is none


def _not_a_line(points: Array) -> str:
    """Refuse points that have no single best line, or nothing to explain."""
    x, y = points.T
    if np.ptp(x) < max(NARROWEST, NEAREST * np.abs(x).max()):
        return "all x are equal, or nearly so: a line needs different ones"
    if np.ptp(y) < LEVEL:
        return "all y are equal: there is nothing to explain"
    return ""


OWN = own_numbers(
    "your own points",
    "1 2.3\n2 3.1\n4 4.8\n5 6.4\n7 7\n8 9.2",
    low=-5000,
    high=5000,
    columns=("x", "y"),
    least=3,
    most=100,
    replaces=(*LINE_ONLY, "data"),
    check=_not_a_line,
)

QUANTITIES = (
    quantity("x", "x", "predictor", ("n",)),
    quantity("y", "y", "response", ("n",)),
    quantity("mean_x", r"\bar x", "mean of x"),
    quantity("mean_y", r"\bar y", "mean of y"),
    quantity("fitted_intercept", r"\hat\beta_0", "intercept of the fitted line"),
    quantity("fitted_slope", r"\hat\beta_1", "slope of the fitted line"),
    quantity("sse", r"\mathrm{SSE}", "sum of squared residuals of the fitted line"),
    quantity("r2", "R^2", "explained fraction of the variance of y"),
    quantity("sigma", "s", "estimated standard deviation of the error"),
    quantity(
        "stderr", r"\mathrm{se}(\hat\beta_1)", "standard error of the fitted slope"
    ),
    slider("slope", "b_1", "slope of your line", 0.0, low=-2, high=3, step=0.05),
    slider(
        "intercept", "b_0", "intercept of your line", 7.5, low=-5, high=10, step=0.1
    ),
    quantity("guess_sse", r"\mathrm{SSE}(b)", "sum of squared residuals of your line"),
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
    option(
        "data",
        r"\text{data}",
        "which points are fitted",
        "line",
        choices=SOURCES,
        idle=tuple((source, LINE_ONLY) for source in SOURCES if source != "line"),
    ),
    quantity("sxy", "S_{xy}", "sum of products of deviations"),
    quantity("sxx", "S_{xx}", "sum of squared deviations"),
    quantity("guess_residuals", "e", "residual of each point from your line", ("n",)),
    quantity("design", "X", "a column of ones and the column x", ("n", 2)),
    quantity("best_line", r"\hat\beta", "intercept and slope of the fitted line", (2,)),
    quantity("guess", "b", "intercept and slope of any line, such as yours", (2,)),
    OWN,
)


def inputs(
    slope: float,
    intercept: float,
    noise: float,
    points: int,
    outlier: float,
    data: str,
    own: str,
) -> dict[str, Any]:
    """Take the chosen points, or the reader's, and the guessed line."""
    table = OWN.numbers(own)
    x, y = _points(data, points, noise, outlier) if table is None else table.T
    return {"x": x, "y": y, "slope": slope, "intercept": intercept}


@functools.lru_cache(maxsize=8)  # while the guessed line moves
def _points(
    source: str, count: int, noise: float, outlier: float
) -> tuple[Array, Array]:
    """Return the points of a source; only those around a line follow the sliders."""
    if source == "line":
        return _around_a_line(count, noise, outlier)
    if source == "leverage":
        return points_of_leverage()
    if source == "collinear":
        x = np.arange(1.0, 5)
        return x, 2 * x - 1
    anscombe = datasets(source)
    return anscombe.x, anscombe.y


def points_of_leverage(*, lowered: bool = True) -> tuple[Array, Array]:
    """Return five points on y = x, of which the last one may have been lowered to 0."""
    x = np.arange(1.0, 6)
    return x, np.array([1.0, 2, 3, 4, 0 if lowered else 5])


def _around_a_line(
    count: int, noise: float, outlier: float, *, seed: int = 0
) -> tuple[Array, Array]:
    """Draw points around 3 + x / 2; the last one stands at the height of the outlier."""
    random = np.random.default_rng(seed)
    x = np.linspace(4.0, 14.0, count)
    y = 3.0 + 0.5 * x + noise * random.standard_normal(count)
    y[-1] = outlier
    return x, y


@dataclass(frozen=True)
class Result:
    """The best line and the guessed one, and what the best one leaves over.

    Attributes
    ----------
    fitted, residuals, leverage : (n,) ndarray
        Of each point under the best line.
    lowest : (float, float)
        Intercept and slope at the lowest point of the bowl.
    through_mean : bool
        False where the best line has to pass through the origin.
    """

    mean_x: float
    mean_y: float
    sxx: float
    sxy: float
    fitted_slope: float
    fitted_intercept: float
    sse: float
    r2: float
    sigma: float
    stderr: float
    guess_residuals: Array
    guess_sse: float
    fitted: Array
    residuals: Array
    leverage: Array
    lowest: tuple[float, float]
    through_mean: bool = True

    def line_error(self, x: Array, places: Array) -> Array:
        """Return the standard error of the height of the best line at each place."""
        if not self.through_mean:
            return np.asarray(self.sigma * np.abs(places) / np.sqrt(self.sxx))
        away = (places - self.mean_x) ** 2 / self.sxx
        return np.asarray(self.sigma * np.sqrt(1 / len(x) + away))


def compute(x: Array, y: Array, slope: float, intercept: float) -> Result:
    """Fit the best line and measure the guessed one."""
    mean_x, mean_y = float(mean(x)), float(mean(y))
    # Far from the origin digits would be lost.
    fit = _best_line(tuple((x - mean_x).tolist()), tuple((y - mean_y).tolist()))
    products, sxx = (x - mean_x) * (y - mean_y), float(((x - mean_x) ** 2).sum())
    size = float(np.abs(products).sum())
    fitted_slope = _settled(float(fit.coef[0]), size / sxx)
    fitted_intercept = mean_y - fitted_slope * mean_x
    undefined = np.nan
    return Result(
        mean_x=mean_x,
        mean_y=mean_y,
        sxx=sxx,
        sxy=_settled(float(products.sum()), size),
        fitted_slope=fitted_slope,
        fitted_intercept=fitted_intercept,
        sse=fit.sse,
        r2=undefined if fit.r2 is None else _settled(fit.r2, 1.0),
        sigma=undefined if fit.sigma is None else fit.sigma,
        stderr=undefined if fit.stderr is None else float(fit.stderr[1]),
        guess_residuals=y - (intercept + slope * x),
        guess_sse=float(sse_surface(x, y, [intercept], [slope])[0, 0]),
        fitted=mean_y + fit.fitted,
        residuals=fit.residuals,
        leverage=fit.leverage,
        lowest=(fitted_intercept, fitted_slope),
    )


def _settled(value: float, size: float) -> float:
    """Return 0 for what rounding leaves of terms of this size that cancel."""
    return 0.0 if abs(value) < 1e-14 * size else value


@functools.lru_cache(maxsize=8)  # while the guessed line moves
def _best_line(x: tuple[float, ...], y: tuple[float, ...]) -> OLSResult:
    """Fit the line with the smallest squares."""
    return linear_regression(x, y)


def equations() -> tuple[Equation, ...]:
    """Write the normal equations, the line and how far it can be trusted."""
    from sympy import sqrt

    from notation.trees import Equation, arrays, sum_over, symbols, unevaluated

    x, y, e = arrays("x y guess_residuals")
    n, i, mean_x, mean_y = symbols("n i mean_x mean_y")
    beta0, beta1 = symbols("fitted_intercept fitted_slope")
    b0, b1, sse, sigma = symbols("intercept slope sse sigma")
    sxy, sxx = symbols("sxy sxx")

    def over_points(term: Any) -> Any:
        return sum_over(term, i, 1, n)

    with unevaluated():
        dx, dy = x[i] - mean_x, y[i] - mean_y
        return (
            Equation(n * beta0 + beta1 * over_points(x[i]), over_points(y[i])),
            Equation(
                beta0 * over_points(x[i]) + beta1 * over_points(x[i] ** 2),
                over_points(x[i] * y[i]),
            ),
            Equation(beta1, sxy / sxx),
            Equation(sxy, over_points(dx * dy)),
            Equation(sxx, over_points(dx**2)),
            Equation(mean_x, over_points(x[i]) / n),
            Equation(mean_y, over_points(y[i]) / n),
            Equation(beta0, mean_y - beta1 * mean_x),
            Equation(sse, over_points((y[i] - (beta0 + beta1 * x[i])) ** 2)),
            Equation(symbols("r2"), 1 - sse / over_points(dy**2)),
            Equation(sigma, sqrt(sse / (n - 2))),
            Equation(symbols("stderr"), sigma / sqrt(sxx)),
            Equation(symbols("guess_sse"), over_points(e[i] ** 2)),
            Equation(e[i], y[i] - (b0 + b1 * x[i])),
        )


def identities() -> tuple[Identity, ...]:
    """Write the bowl's slope and curvature, and two sums over the residuals."""
    from sympy import Derivative

    from notation.trees import Identity, symbols

    x: Sequence[Any] = symbols("x_1:4", positive=True)
    y: Sequence[Any] = symbols("y_1:4", positive=True)
    b0, b1 = symbols("b_0 b_1", positive=True)
    pairs = list(zip(x, y, strict=True))
    guess_residuals = [b - (b0 + b1 * a) for a, b in pairs]
    loss = sum(r**2 for r in guess_residuals)
    mean_x, mean_y = sum(x) / 3, sum(y) / 3
    slope = sum((a - mean_x) * (b - mean_y) for a, b in pairs) / sum(
        (a - mean_x) ** 2 for a in x
    )
    residuals = [b - mean_y - slope * (a - mean_x) for a, b in pairs]
    return (
        Identity(
            "The derivative adds up the residuals, each multiplied by its x.",
            Derivative(loss, b1),
            -2 * sum(a * r for a, r in zip(x, guess_residuals, strict=True)),
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
            sum(residuals),
            0 * b0,
            r"\sum_i (y_i - \hat y_i) = 0",
        ),
        Identity(
            "... and are uncorrelated with x.",
            sum(a * r for a, r in zip(x, residuals, strict=True)),
            0 * b0,
            r"\sum_i x_i (y_i - \hat y_i) = 0",
        ),
    )


def _anscombe_summaries() -> Array:
    """Return intercept, slope and R squared of Anscombe's four data sets."""
    fits = [linear_regression(data.x, data.y) for data in map(datasets, ANSCOMBE)]
    return np.array([(fit.intercept, fit.coef[0], fit.r2) for fit in fits])


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=(
        r"<best_line> = \arg\min_{<guess>} \sum_{i=1}^{n} "
        r"(<y>_i - <intercept> - <slope> <x>_i)^2, \quad "
        r"<best_line> = \left(<design>^\top <design>\right)^{-1} <design>^\top <y>, \quad "
        r"<fitted_slope> = \frac{<sxy>}{<sxx>} = \frac{\sum_i "
        r"(<x>_i - <mean_x>)(<y>_i - <mean_y>)}{\sum_i (<x>_i - <mean_x>)^2}"
    ),
    main_result="fitted_slope",
)
