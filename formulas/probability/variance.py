"""Variance and standard deviation: how far values lie from their mean."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from formulas import checks
from formulas.checks import Array, Seed


def mean(x: ArrayLike, *, axis: int | None = None) -> float | Array:
    """Average values.

    Parameters
    ----------
    x : (...) array_like
        Values.
    axis : int, optional
        The axis that is averaged over; all entries by default.

    Returns
    -------
    float or ndarray
        Between the smallest and the largest value.

    Raises
    ------
    ValueError
        If the input is empty or not finite.

    Examples
    --------
    >>> mean([1.0, 2.0, 6.0])
    3.0
    """
    values, exponent = _scaled(checks.array(x, "x"), axis)
    return _plain(np.ldexp(_mean(values, axis), exponent), axis)


def variance(x: ArrayLike, *, ddof: int = 0, axis: int | None = None) -> float | Array:
    """Average the squared distances from the mean.

    Parameters
    ----------
    x : (...) array_like
        Values.
    ddof : int
        Subtracted from the number of values: 0 describes the data themselves, 1
        estimates the variance of what they were drawn from.
    axis : int, optional
        The axis that is averaged over; all entries by default.

    Returns
    -------
    float or ndarray
        At least 0, in the squared unit of the values; exactly 0 for constant data.

    Raises
    ------
    ValueError
        If the input is empty or not finite, has no more than ``ddof`` values, or the
        result overflows.

    References
    ----------
    Goodfellow, Bengio and Courville (2016), section 3.8, eq. (3.12).

    Examples
    --------
    >>> variance([1.0, 2.0, 6.0]), variance([1.0, 2.0, 6.0], ddof=1)
    (4.666666666666667, 7.0)
    """
    squares, exponent = _mean_square(x, ddof, axis)
    with np.errstate(over="ignore"):
        result = checks.representable(np.ldexp(squares, 2 * exponent))
    return _plain(result, axis)


def std(x: ArrayLike, *, ddof: int = 0, axis: int | None = None) -> float | Array:
    """Return the root of the variance, in the unit of the values.

    Parameters
    ----------
    x : (...) array_like
        Values.
    ddof : int
        As for `variance`.
    axis : int, optional
        The axis that is averaged over; all entries by default.

    Returns
    -------
    float or ndarray
        At least 0; right even where the variance itself is too large for a float.

    Raises
    ------
    ValueError
        As `variance`.

    Examples
    --------
    >>> std([2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]), std([1e200, 3e200])
    (2.0, 1e+200)
    """
    squares, exponent = _mean_square(x, ddof, axis)
    with np.errstate(over="ignore"):
        result = checks.representable(np.ldexp(np.sqrt(squares), exponent))
    return _plain(result, axis)


def running_variance(x: ArrayLike) -> tuple[Array, Array]:
    """Return mean and population variance after each value, reading them only once.

    Parameters
    ----------
    x : (n,) array_like
        Values in the order in which they arrive.

    Returns
    -------
    means, variances : (n,) ndarray
        Of the first 1, 2, ..., n values.

    Raises
    ------
    ValueError
        If the input is empty, not 1-D or not finite, or a result overflows.

    References
    ----------
    Welford (1962).

    Examples
    --------
    >>> running_variance([1.0, 3.0])
    (array([1., 2.]), array([0., 1.]))
    """
    values = checks.array(x, "x", ndim=1)
    center, total, rows = 0.0, 0.0, []
    for count, value in enumerate(values.tolist(), start=1):
        distance = value - center
        center += distance / count
        total += distance * (value - center)
        rows.append((center, total / count))
    means, variances = checks.representable(np.array(rows).T)
    return means, variances


def variance_one_pass(
    x: ArrayLike, *, ddof: int = 0, axis: int | None = None
) -> float | Array:
    """Return mean square minus squared mean, to show how badly that cancels.

    Parameters
    ----------
    x : (n,) array_like
        Values; of any shape where ``axis`` is given.
    ddof : int
        As for `variance`.
    axis : int, optional
        The axis that is averaged over.

    Returns
    -------
    float or ndarray
        The variance in exact arithmetic; in floats perhaps wrong or even negative.

    Raises
    ------
    ValueError
        As `variance`.

    Examples
    --------
    >>> variance_one_pass([1.0, 3.0]), variance_one_pass([1e9 + 1, 1e9 + 3])
    (1.0, 0.0)
    """
    values = checks.array(x, "x", ndim=1 if axis is None else None)
    along = 0 if axis is None else axis
    n = values.shape[along]
    left = _left(n, ddof)
    with np.errstate(over="ignore", invalid="ignore"):
        squares = (values**2).sum(axis=along) - n * values.mean(axis=along) ** 2
    result: Array = checks.representable(squares / left)
    return result if np.ndim(result) else float(result)


def sampling_distribution(
    n: int,
    *,
    sigma: float = 1.0,
    n_samples: int = 20000,
    ddof: int = 1,
    rng: Seed = 0,
) -> Array:
    """Return the variances of many samples of normal numbers.

    Parameters
    ----------
    n : int
        Values in a sample, at least 1 and more than ``ddof``.
    sigma : float
        Standard deviation of the source, positive.
    n_samples : int
        Number of samples, at least 1.
    ddof : int
        As for `variance`.
    rng : int or numpy.random.Generator
        Seed or source of randomness.

    Returns
    -------
    (n_samples,) ndarray
        Their mean is near ``sigma**2`` for ``ddof=1`` and too small for ``ddof=0``.

    Raises
    ------
    ValueError
        If a number lies outside its range.

    Examples
    --------
    >>> sampling_distribution(5).mean().round(1), sampling_distribution(5, ddof=0).mean().round(1)
    (np.float64(1.0), np.float64(0.8))
    """
    n = checks.integer(n, "n", low=1)
    sigma = checks.scalar(sigma, "sigma", low=0, open_low=True)
    n_samples = checks.integer(n_samples, "n_samples", low=1)
    _left(n, ddof)
    draws = checks.generator(rng).standard_normal((n_samples, n))
    return np.asarray(sigma**2 * variance(draws, ddof=ddof, axis=1))


def standard_error(x: ArrayLike) -> float:
    """Estimate how far the mean of a sample lies from the mean of its source.

    Parameters
    ----------
    x : (n,) array_like
        Independent values, at least two.

    Returns
    -------
    float
        The standard deviation (ddof 1) divided by the root of n.

    Raises
    ------
    ValueError
        If the input is not 1-D or not finite, or has one value only.

    Examples
    --------
    >>> standard_error([1.0, 3.0])
    1.0
    """
    values = checks.array(x, "x", ndim=1)
    return float(std(values, ddof=1)) / math.sqrt(len(values))


def pooled_variance(variances: ArrayLike, counts: ArrayLike) -> float:
    """Estimate the one variance that several groups with means of their own share.

    Parameters
    ----------
    variances : (k,) array_like
        Of each group, with ddof 1; non-negative.
    counts : (k,) array_like of int
        Values in each group, at least 1; a single value says nothing.

    Returns
    -------
    float
        Mean of the variances, each weighted by its count minus 1.

    Raises
    ------
    ValueError
        If the lengths differ, a variance is negative or not finite, a count is below 1
        or not whole, or no group has two values.

    Examples
    --------
    >>> pooled_variance([1.0, 4.0], [2, 3])
    3.0
    """
    spread = checks.as_array(variances, "variances", ndim=1)
    sizes = checks.as_array(counts, "counts", ndim=1)
    rule = "every variance needs a count"
    checks.same_shape(
        len(spread) == len(sizes), "variances", spread, "counts", sizes, rule
    )
    checks.finite(variances=spread, counts=sizes)
    checks.non_negative(variances=spread)
    left = checks.integers(counts, "counts", low=1) - 1.0
    if not left.any():
        raise ValueError("pooled_variance needs a group with at least 2 values")
    # The scale is a power of two, which is exact: sums stay in range.
    _, exponent = np.frexp(spread.max())
    scaled = np.ldexp(spread, -exponent)
    pooled = min(scaled @ left / left.sum(), scaled.max())
    return float(np.ldexp(pooled, exponent))


def expected_std(n: int) -> float:
    """Return the mean of the sample standard deviation (ddof 1) of normal numbers.

    Parameters
    ----------
    n : int
        Values in a sample, at least 2.

    Returns
    -------
    float
        Below 1, in units of the true standard deviation.

    Raises
    ------
    ValueError
        If n is not a whole number from 2.

    References
    ----------
    Holtzman (1950).

    Examples
    --------
    >>> round(expected_std(5), 6)
    0.939986
    """
    n = checks.integer(n, "n", low=2)
    ratio = math.exp(math.lgamma(n / 2) - math.lgamma((n - 1) / 2))
    return math.sqrt(2 / (n - 1)) * ratio


def _scaled(values: Array, axis: int | None) -> tuple[Array, NDArray[np.int_]]:
    """Divide by a power of two, which is exact, so that squares stay in range."""
    largest = np.abs(values).max(axis=axis, keepdims=True)
    exponent = np.frexp(largest)[1]
    return np.ldexp(values, -exponent), exponent


def _mean(values: Array, axis: int | None) -> Array:
    # Rounding must not push the mean of equal values away from them.
    low, high = (f(values, axis=axis, keepdims=True) for f in (np.min, np.max))
    if axis is None:  # large values of both signs may cancel
        total = np.full_like(low, math.fsum(values.flat))
    else:
        total = values.sum(axis=axis, keepdims=True)
    return np.asarray((total / (values.size // low.size)).clip(low, high))


def _mean_square(
    x: ArrayLike, ddof: int, axis: int | None
) -> tuple[Array, NDArray[np.int_]]:
    """Return the variance of the scaled values and the exponent of the scale."""
    values, exponent = _scaled(checks.array(x, "x"), axis)
    left = _left(values.size // exponent.size, ddof)
    squares = (values - _mean(values, axis)) ** 2
    return squares.sum(axis=axis, keepdims=True) / left, exponent


def _left(n: int, ddof: int) -> int:
    ddof = checks.integer(ddof, "ddof", low=0)
    if n <= ddof:
        raise ValueError(f"variance needs more than ddof = {ddof} values, got {n}")
    return n - ddof


def _plain(kept: Array, axis: int | None) -> float | Array:
    result = np.squeeze(kept, axis=axis)
    return result if result.ndim else float(result)
