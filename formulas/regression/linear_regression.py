"""Linear regression: the line (or plane) with the smallest squared errors."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from formulas import checks
from formulas.checks import Array
from formulas.regression.datasets import Dataset, datasets
from formulas.regression.design import (
    column_lengths,
    predictor_columns,
    regression_data,
)

__all__ = [
    "Dataset",
    "OLSResult",
    "datasets",
    "linear_regression",
    "predict",
    "sse_surface",
]

ON_SINGULAR = ("error", "minimum_norm")


@dataclass(frozen=True)
class OLSResult:
    """A fitted linear model.

    Attributes
    ----------
    coef : (p,) ndarray
        One slope for each predictor.
    intercept : float
        Value where all predictors are 0; 0.0 without one.
    fitted, residuals : (n,) ndarray
        Predictions for the data, and what they miss.
    sse : float
        Sum of squared residuals.
    r2 : float or None
        Explained share of the variation (of the sum of squares without an intercept);
        None where there is none.
    sigma : float or None
        Standard deviation of the error; None without spare rows.
    stderr : ndarray or None
        Standard errors, the intercept's first; None without spare rows or full rank.
    leverage : (n,) ndarray
        How strongly each point pulls its own prediction, from 0 to 1.
    rank : int
        Of the design matrix.
    cond : float
        Condition number of the design matrix with its column of ones.
    """

    coef: Array
    intercept: float
    fitted: Array
    residuals: Array
    sse: float
    r2: float | None
    sigma: float | None
    stderr: Array | None
    leverage: Array
    rank: int
    cond: float


def linear_regression(
    X: ArrayLike,
    y: ArrayLike,
    *,
    fit_intercept: bool = True,
    on_singular: str = "error",
) -> OLSResult:
    """Fit a line or plane by ordinary least squares.

    Parameters
    ----------
    X : (n, p) or (n,) array_like
        Predictors, one a column.
    y : (n,) array_like
        What they should explain.
    fit_intercept : bool
        Put a column of ones beside the predictors.
    on_singular : {"error", "minimum_norm"}
        What becomes of dependent columns: an error, or the shortest of all solutions.

    Returns
    -------
    OLSResult
        Coefficients, fit and diagnostics.

    Raises
    ------
    ValueError
        If the rows differ, an entry is not finite or the columns are dependent.

    References
    ----------
    Legendre (1805); Gauss (1809); Goodfellow et al. (2016), eq. (5.12).

    Examples
    --------
    >>> fit = linear_regression([0, 1, 2, 3], [-1, 0.2, 0.9, 2.1])
    >>> round(fit.intercept, 3), fit.coef.round(3)
    (-0.95, array([1.]))
    """
    predictors, y = regression_data(X, y)
    checks.choice(on_singular, "on_singular", ON_SINGULAR)
    ones = int(bool(fit_intercept))
    design = np.hstack([np.ones((len(y), ones)), predictors])
    with np.errstate(over="ignore", invalid="ignore"):
        parts = _decomposed(design)
        full = parts.rank == design.shape[1]
        if not full and on_singular == "error":
            raise ValueError(_singular(predictors, parts.rank, ones))
        beta = checks.representable(_solved(parts, design, y))
        fitted = checks.representable(design @ beta)
        residuals = y - fitted
        sse = float(checks.representable(residuals @ residuals))
        r2 = _explained(y, sse, centered=bool(ones))
    spare = len(y) - parts.rank
    sigma = math.sqrt(sse / spare) if spare > 0 else None
    return OLSResult(
        coef=beta[ones:],
        intercept=float(beta[0]) if ones else 0.0,
        fitted=fitted,
        residuals=residuals,
        sse=sse,
        r2=r2,
        sigma=sigma,
        stderr=sigma * parts.spread if full and sigma is not None else None,
        leverage=(parts.left[:, : parts.rank] ** 2).sum(axis=1),
        rank=parts.rank,
        cond=float(np.linalg.cond(design)),
    )


def predict(result: OLSResult, X_new: ArrayLike) -> Array:
    """Apply a fitted model to new rows.

    Parameters
    ----------
    result : OLSResult
        From `linear_regression`.
    X_new : (m, p) or (m,) array_like
        New predictors, one a column.

    Returns
    -------
    (m,) ndarray
        Predictions.

    Raises
    ------
    ValueError
        If the columns do not fit or an entry is not finite.

    Examples
    --------
    >>> predict(linear_regression([0, 1, 2], [1, 3, 5]), [10]).round(6)
    array([21.])
    """
    new = predictor_columns(X_new, "X_new")
    rule = "X_new must have one column per coefficient"
    fits = new.shape[1] == len(result.coef)
    checks.same_shape(fits, "X_new", new, "coef", result.coef, rule)
    checks.finite(X_new=new)
    with np.errstate(over="ignore", invalid="ignore"):
        predicted: Array = checks.representable(new @ result.coef + result.intercept)
    return predicted


def sse_surface(
    x: ArrayLike, y: ArrayLike, intercepts: ArrayLike, slopes: ArrayLike
) -> Array:
    """Return the sum of squared errors of many lines.

    Parameters
    ----------
    x, y : (n,) array_like
        Data.
    intercepts : (r,) array_like
        Of the lines, one for each row of the result.
    slopes : (c,) array_like
        Of the lines, one for each column of the result.

    Returns
    -------
    (r, c) ndarray
        A bowl, with its bottom at the least-squares line.

    Raises
    ------
    ValueError
        If the lengths differ or an entry is not finite.

    Examples
    --------
    >>> sse_surface([0, 1], [1, 3], [0, 1], [2])
    array([[2.],
           [0.]])
    """
    predictor = checks.as_array(x, "x", ndim=1)
    response = checks.as_array(y, "y", ndim=1)
    same = len(predictor) == len(response)
    checks.same_shape(same, "x", predictor, "y", response, "lengths must be equal")
    checks.finite(x=predictor, y=response)
    rows = checks.array(intercepts, "intercepts", ndim=1)
    columns = checks.array(slopes, "slopes", ndim=1)
    with np.errstate(over="ignore", invalid="ignore"):
        lines = rows[:, None, None] + columns[:, None] * predictor
        surface: Array = ((response - lines) ** 2).sum(axis=-1)
    checks.representable(surface)
    return surface


@dataclass(frozen=True)
class _Parts:
    """The design matrix with columns of length 1, taken apart."""

    lengths: Array
    left: Array
    singular: Array
    right: Array
    rank: int

    @property
    def spread(self) -> Array:
        """Standard error of each coefficient for an error of size 1."""
        return _norms(self.right / self.singular[:, None]) / self.lengths


def _decomposed(design: Array) -> _Parts:
    lengths = column_lengths(design)
    # The normal equations would square the condition number; scaled columns lower it.
    left, singular, right = np.linalg.svd(design / lengths, full_matrices=False)
    small = singular[0] * max(design.shape) * np.finfo(float).eps
    return _Parts(lengths, left, singular, right, int((singular > small).sum()))


def _solved(parts: _Parts, design: Array, y: Array) -> Array:
    """Return the coefficients, the shortest ones where there is a choice."""
    if parts.rank == design.shape[1]:
        solution: Array = parts.right.T @ ((parts.left.T @ y) / parts.singular)
        return solution / parts.lengths
    # The shortest solution depends on the units, so the design is taken as it is.
    return np.linalg.lstsq(design, y, rcond=None)[0].astype(float)


def _norms(columns: Array) -> Array:
    lengths: Array = np.sqrt((columns**2).sum(axis=0))
    return lengths


def _singular(predictors: Array, rank: int, ones: int) -> str:
    """Say why there is no single best line."""
    columns = predictors.shape[1] + ones
    text = f"design matrix is singular: rank {rank} of {columns}; "
    constant = predictors.max(axis=0) == predictors.min(axis=0)
    if ones and len(predictors) > 1 and constant.any():
        j = np.flatnonzero(constant)[0]
        return f"{text}column {j} of X is constant, like the intercept"
    return f"{text}columns are linearly dependent"


def _explained(y: Array, sse: float, *, centered: bool) -> float | None:
    if centered and y.max() == y.min():
        return None
    around = y - y.mean() if centered else y
    total = float(around @ around)
    return 1.0 - sse / total if total > 0 else None
