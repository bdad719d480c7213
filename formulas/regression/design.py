"""What every fit starts with: predictors and a response that belong together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from formulas import checks
from formulas.checks import Array


@dataclass(frozen=True)
class Centered:
    """Data with their means taken out, as a free intercept does.

    Attributes
    ----------
    X : (n, p) ndarray
        Predictors.
    y : (n,) ndarray
        The response.
    x_mean : (p,) ndarray
        What was taken from the predictors; zeros without an intercept.
    y_mean : float
        What was taken from the response.
    """

    X: Array
    y: Array
    x_mean: Array
    y_mean: float

    def intercept(self, coef: Array) -> float:
        """Return the intercept that belongs to these slopes."""
        return self.y_mean - float(self.x_mean @ coef)


def predictor_columns(X: ArrayLike, name: str) -> Array:
    """Read predictors, a single one as one column.

    Parameters
    ----------
    X : (n, p) or (n,) array_like
        Predictors, one a column.
    name : str
        What an error calls them.

    Returns
    -------
    (n, p) ndarray
        A copy.

    Raises
    ------
    ValueError
        If the input is empty, not numeric, or has more than two dimensions.

    Examples
    --------
    >>> predictor_columns([1, 2], "X")
    array([[1.],
           [2.]])
    """
    array = checks.as_array(X, name, ndim=(1, 2))
    return array[:, None] if array.ndim == 1 else array


def regression_data(X: ArrayLike, y: ArrayLike) -> tuple[Array, Array]:
    """Read and check the data of a regression.

    Parameters
    ----------
    X : (n, p) or (n,) array_like
        Predictors, one a column.
    y : (n,) array_like
        What they should explain.

    Returns
    -------
    X : (n, p) ndarray
        Copy of the predictors.
    y : (n,) ndarray
        Copy of the response.

    Raises
    ------
    ValueError
        If the rows differ or an entry is not finite.

    Examples
    --------
    >>> regression_data([1, 2], [3, 4])[1]
    array([3., 4.])
    """
    predictors = predictor_columns(X, "X")
    response = checks.as_array(y, "y", ndim=1)
    rule = "X and y must have the same number of rows"
    checks.same_shape(
        len(predictors) == len(response), "X", predictors, "y", response, rule
    )
    checks.finite(X=predictors, y=response)
    return predictors, response


def centered(X: Array, y: Array, *, fit_intercept: bool) -> Centered:
    """Take the means out of the data if there is an intercept.

    Parameters
    ----------
    X : (n, p) ndarray
        Predictors.
    y : (n,) ndarray
        The response.
    fit_intercept : bool
        Whether there is one.

    Returns
    -------
    Centered
        The rest, and the means; a constant column becomes exactly 0.

    Raises
    ------
    ValueError
        If a mean or a difference overflows.

    Examples
    --------
    >>> centered(np.array([[1.0], [3.0]]), np.array([5.0, 6.0]), fit_intercept=True).X
    array([[-1.],
           [ 1.]])
    """
    if not fit_intercept:
        return Centered(X, y, np.zeros(X.shape[1]), 0.0)
    with np.errstate(over="ignore", invalid="ignore"):  # reported as not finite
        # Rounding must not push the mean of equal values away from them.
        x_mean = X.mean(axis=0).clip(X.min(axis=0), X.max(axis=0))
        y_mean = float(y.mean().clip(y.min(), y.max()))
        rest = checks.representable(X - x_mean), checks.representable(y - y_mean)
    return Centered(*rest, x_mean, y_mean)


def column_lengths(design: Array) -> Array:
    """Return the length of each column, 1 for a column of zeros.

    Parameters
    ----------
    design : (n, p) ndarray
        Any matrix.

    Returns
    -------
    (p,) ndarray
        Positive; right even where squares over- or underflow.

    Examples
    --------
    >>> column_lengths(np.array([[3e200, 0.0], [4e200, 0.0]]))
    array([5.e+200, 1.e+000])
    """
    largest: Array = np.abs(design).max(axis=0)
    largest[largest == 0] = 1.0
    lengths = largest * np.linalg.norm(design / largest, axis=0)
    return np.where(lengths == 0, 1.0, lengths)
