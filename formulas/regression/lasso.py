"""Lasso: a penalty that drops predictors altogether."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from formulas import checks
from formulas.checks import Array
from formulas.regression.design import centered, column_lengths, regression_data

ROUNDING = 1e-13  # of a slope without penalty: less is no slope


@dataclass(frozen=True)
class LassoResult:
    """A fit with a penalty on absolute coefficients.

    Attributes
    ----------
    coef : (p,) ndarray
        One slope for each predictor, many of them exactly 0.
    intercept : float
        Value where all predictors are 0; 0.0 without one.
    df : int
        Number of coefficients that are not 0, and 1 for the intercept.
    sweeps : int
        How often all coefficients were visited.
    converged : bool
        Whether the last visit changed nothing beyond the tolerance.
    """

    coef: Array
    intercept: float
    df: int
    sweeps: int
    converged: bool


def lasso(
    X: ArrayLike,
    y: ArrayLike,
    alpha: float,
    *,
    fit_intercept: bool = True,
    tol: float = 1e-10,
    max_sweeps: int = 10000,
) -> LassoResult:
    """Minimize half the mean squared error plus ``alpha`` times the absolute slopes.

    Parameters
    ----------
    X : (n, p) or (n,) array_like
        Predictors, one a column; there may be more columns than rows.
    y : (n,) array_like
        What they should explain.
    alpha : float
        At least 0. From the largest absolute mean product of a predictor and the
        response (both centered) on, all slopes are 0.
    fit_intercept : bool
        Fit an intercept, which is not penalized.
    tol : float
        At least 0. Stop when no slope changes by more than this, or this share of it.
    max_sweeps : int
        Stop then in any case, with ``converged=False``.

    Returns
    -------
    LassoResult
        Coefficients, their number, and how they were found.

    Raises
    ------
    ValueError
        If the rows differ, an entry is not finite, or an option lies outside its range.

    References
    ----------
    Tibshirani (1996); coordinate descent: Friedman, Hastie and Tibshirani (2010),
    eq. (5).

    Examples
    --------
    >>> lasso([-1.0, 1.0], [0.0, 4.0], 0.5)
    LassoResult(coef=array([1.5]), intercept=2.0, df=2, sweeps=2, converged=True)
    """
    predictors, response = regression_data(X, y)
    alpha = checks.scalar(alpha, "alpha", low=0)
    tol = checks.scalar(tol, "tol", low=0)
    max_sweeps = checks.integer(max_sweeps, "max_sweeps", low=1)
    data = centered(predictors, response, fit_intercept=bool(fit_intercept))
    lengths = column_lengths(data.X)
    # With columns of length 1 no product over- or underflows, and what the others
    # leave of a slope needs no division.
    with np.errstate(over="ignore", under="ignore"):  # 0 from infinity on, and before
        limits = len(response) * (alpha / lengths)
    slopes, sweeps, converged = _descent(
        data.X / lengths, data.y, limits, lengths, tol, max_sweeps
    )
    with np.errstate(over="ignore", invalid="ignore"):  # reported as not finite
        coef = checks.representable(slopes / lengths)
    df = int(np.count_nonzero(coef)) + bool(fit_intercept)
    return LassoResult(coef, data.intercept(coef) + 0.0, df, sweeps, converged)


def _descent(
    unit: Array,
    y: Array,
    limits: Array,
    lengths: Array,
    tol: float,
    max_sweeps: int,
) -> tuple[Array, int, bool]:
    """Set one slope after the other to its best value, the others kept."""
    columns = list(unit.T.copy())
    limit, length = limits.tolist(), lengths.tolist()
    slopes = [0.0] * len(columns)
    left = y.copy()
    for sweep in range(1, max_sweeps + 1):
        moved = False
        for j, column in enumerate(columns):
            before = slopes[j]
            after = _soft(float(column.dot(left)) + before, limit[j])
            if after != before:
                left -= (after - before) * column
                slopes[j] = after
                moved |= abs(after - before) > tol * max(length[j], abs(after))
        if not moved:
            return np.array(slopes), sweep, True
    return np.array(slopes), max_sweeps, False


def _soft(value: float, limit: float) -> float:
    """Move a value towards 0 by the limit, and not beyond."""
    rest = abs(value) - limit
    return math.copysign(rest, value) if rest > ROUNDING * abs(value) else 0.0
