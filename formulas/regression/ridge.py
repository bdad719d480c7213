"""Ridge regression: shorter coefficients for a little more error; and leave-one-out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from formulas import checks
from formulas.checks import Array
from formulas.regression.design import (
    Centered,
    centered,
    regression_data,
)
from formulas.regression.linear_regression import linear_regression

NEARLY_SINGULAR = 1e-10  # beyond this `linear_regression` decides
CERTAIN = 1e-10  # a leverage closer to 1 leaves no digits of what is missing to it


@dataclass(frozen=True)
class RidgeResult:
    """A fit with a penalty on squared coefficients.

    Attributes
    ----------
    coef : (p,) ndarray
        One slope for each predictor.
    intercept : float
        Value where all predictors are 0; 0.0 without one.
    df : float
        Effective number of parameters, the intercept included.
    """

    coef: Array
    intercept: float
    df: float


@dataclass(frozen=True)
class LOOResult:
    """How well each row is predicted by the fit of all others.

    Attributes
    ----------
    errors : (n,) ndarray
        What the fit without the row misses it by.
    leverage : (n,) ndarray
        How strongly each row pulls its own prediction, from 0 to 1.
    mse : float
        Mean of the squared errors.
    """

    errors: Array
    leverage: Array
    mse: float


def ridge(
    X: ArrayLike, y: ArrayLike, alpha: float, *, fit_intercept: bool = True
) -> RidgeResult:
    """Minimize the sum of squared errors plus ``alpha`` times that of the coefficients.

    Parameters
    ----------
    X : (n, p) or (n,) array_like
        Predictors, one a column; there may be more columns than rows.
    y : (n,) array_like
        What they should explain.
    alpha : float
        At least 0; 0 is ordinary least squares. The penalty depends on the unit of
        each predictor.
    fit_intercept : bool
        Fit an intercept, which is not penalized.

    Returns
    -------
    RidgeResult
        Coefficients and the effective number of parameters.

    Raises
    ------
    ValueError
        If the rows differ, an entry is not finite, ``alpha`` is negative, or it is 0 and
        the columns are dependent.

    References
    ----------
    Hoerl and Kennard (1970), eq. (2.1); Hastie, Tibshirani and Friedman (2009),
    eqs. (3.47) and (3.50).

    Examples
    --------
    >>> ridge([-1.0, 1.0], [0.0, 4.0], 2.0)
    RidgeResult(coef=array([1.]), intercept=2.0, df=1.5)
    """
    predictors, response = regression_data(X, y)
    alpha = checks.scalar(alpha, "alpha", low=0)
    if alpha == 0:
        plain = linear_regression(predictors, response, fit_intercept=fit_intercept)
        df = predictors.shape[1] + int(bool(fit_intercept))
        return RidgeResult(plain.coef, plain.intercept, float(df))
    data = centered(predictors, response, fit_intercept=bool(fit_intercept))
    parts = _shrunk(data, alpha)
    coef = checks.representable(parts.right.T @ (parts.inverse * parts.along))
    df = float(parts.kept.sum()) + bool(fit_intercept)
    return RidgeResult(coef, data.intercept(coef) + 0.0, df)


def leave_one_out(
    X: ArrayLike, y: ArrayLike, *, alpha: float = 0.0, fit_intercept: bool = True
) -> LOOResult:
    """Predict each row by the fit of all others, without fitting again.

    Parameters
    ----------
    X : (n, p) or (n,) array_like
        Predictors, one a column.
    y : (n,) array_like
        What they should explain.
    alpha : float
        At least 0; the penalty of `ridge`.
    fit_intercept : bool
        Fit an intercept, which is not penalized.

    Returns
    -------
    LOOResult
        Errors, leverages and the mean squared error.

    Raises
    ------
    ValueError
        As `ridge`, or if the fit needs a row, so that it predicts that row whatever its
        response is.

    References
    ----------
    Allen (1974).

    Examples
    --------
    >>> leave_one_out([0.0, 1.0, 2.0], [0.0, 0.0, 6.0]).errors.round(6)
    array([ 6., -3.,  6.])
    """
    predictors, response = regression_data(X, y)
    alpha = checks.scalar(alpha, "alpha", low=0)
    if alpha == 0:
        residuals, leverage = _least_squares(predictors, response, bool(fit_intercept))
    else:
        data = centered(predictors, response, fit_intercept=bool(fit_intercept))
        parts = _shrunk(data, alpha)
        residuals = data.y - parts.left @ (parts.kept * parts.along)
        leverage = (parts.left**2) @ parts.kept + bool(fit_intercept) / len(response)
    missing = 1 - leverage
    certain = np.flatnonzero(missing < CERTAIN)
    if len(certain):
        raise ValueError(f"row {certain[0]} has leverage 1: it cannot be left out")
    errors = residuals / missing
    with np.errstate(over="ignore"):  # reported as not finite
        mse = float(checks.representable(np.mean(errors**2)))
    return LOOResult(errors, leverage, mse)


def _least_squares(X: Array, y: Array, fit_intercept: bool) -> tuple[Array, Array]:
    """Return residuals and leverages by an orthogonal basis of the columns."""
    design = np.hstack([np.ones((len(y), int(fit_intercept))), X])
    with np.errstate(over="ignore", invalid="ignore"):  # reported as not finite
        basis, triangle = np.linalg.qr(design)
        residuals = checks.representable(y - basis @ (basis.T @ y))
    sizes = np.linalg.svd(triangle, compute_uv=False)
    if len(sizes) < design.shape[1] or sizes[-1] < NEARLY_SINGULAR * sizes[0]:
        plain = linear_regression(X, y, fit_intercept=fit_intercept)
        return plain.residuals, plain.leverage
    return residuals, np.einsum("ij,ij->i", basis, basis)


@dataclass(frozen=True)
class _Shrunk:
    """Centered data taken apart, and what the penalty leaves of each direction."""

    left: Array
    right: Array
    along: Array
    inverse: Array
    kept: Array


def _shrunk(data: Centered, alpha: float) -> _Shrunk:
    left, d, right = np.linalg.svd(data.X, full_matrices=False)
    with np.errstate(over="ignore", divide="ignore"):  # 1/inf is the 0 that is meant
        penalty = alpha / d
        # The same as d/(d² + α) and d²/(d² + α), without squares.
        inverse, kept = 1 / (d + penalty), 1 / (1 + penalty / d)
    return _Shrunk(left, right, left.T @ data.y, inverse, kept)
