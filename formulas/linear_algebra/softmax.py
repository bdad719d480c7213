"""Softmax: scores become probabilities, and temperature sets how sharp they are."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from formulas import checks
from formulas.checks import Array

EMPTY_ROW = ("error", "zero")


def softmax(
    logits: ArrayLike,
    *,
    temperature: float = 1.0,
    axis: int = -1,
    mask: ArrayLike | None = None,
    empty_row: str = "error",
) -> Array:
    """Turn logits into probabilities.

    Parameters
    ----------
    logits : (..., K) array_like
        Unnormalized log-probabilities, classes on ``axis``. −inf gets weight 0.
    temperature : float
        Positive. Below 1 sharpens the distribution, above 1 flattens it.
    axis : int
        The axis of the classes.
    mask : (..., K) array_like of bool, optional
        True where a class takes part; broadcast to the logits.
    empty_row : {"error", "zero"}
        What a row without any finite logit becomes.

    Returns
    -------
    (..., K) ndarray
        Non-negative; each row sums to 1 (or to 0 with ``empty_row="zero"``).

    Raises
    ------
    ValueError
        If the logits are empty, contain NaN or +inf, a row has no finite logit, the
        mask does not broadcast, or the temperature is not positive.

    References
    ----------
    Bridle (1990); Goodfellow, Bengio and Courville (2016), section 6.2.2.3.

    Examples
    --------
    >>> softmax(np.log([1.0, 2.0, 5.0])).round(3)
    array([0.125, 0.25 , 0.625])
    """
    z = _masked(checks.as_array(logits, "logits"), mask)
    temperature = checks.scalar(temperature, "temperature", low=0, open_low=True)
    checks.choice(empty_row, "empty_row", EMPTY_ROW)
    largest = _largest(z, axis)
    if empty_row == "error":
        _no_empty_row(largest)
    # Same ratios, no overflow: the largest exponent is 0.
    z -= np.where(np.isneginf(largest), 0.0, largest)
    if temperature != 1:
        z /= temperature
    weights = np.exp(z, out=z)
    total = weights.sum(axis=axis, keepdims=True)
    weights /= np.where(total == 0.0, 1.0, total)
    return weights


def log_softmax(
    logits: ArrayLike, *, temperature: float = 1.0, axis: int = -1
) -> Array:
    """Return the logarithm of the softmax, exact where the softmax underflows.

    Parameters
    ----------
    logits : (..., K) array_like
        Classes on ``axis``; −inf is allowed beside a finite logit.
    temperature : float
        Positive.
    axis : int
        The axis of the classes.

    Returns
    -------
    (..., K) ndarray
        At most 0; −inf for a logit of −inf.

    Raises
    ------
    ValueError
        As `softmax`.

    Examples
    --------
    >>> log_softmax([1000.0, 1.0])
    array([   0., -999.])
    """
    z = checks.as_array(logits, "logits")
    temperature = checks.scalar(temperature, "temperature", low=0, open_low=True)
    _no_empty_row(_largest(z, axis))
    z = z / temperature
    return z - logsumexp(z, axis=axis, keepdims=True)


def logsumexp(
    logits: ArrayLike, *, axis: int = -1, keepdims: bool = False
) -> float | Array:
    """Return ``log(sum(exp(logits)))`` without overflow.

    Parameters
    ----------
    logits : (..., K) array_like
        Infinities allowed: a row with +inf gives +inf, a row of −inf gives −inf.
    axis : int
        The axis that is summed over.
    keepdims : bool
        Keep the summed axis with length 1.

    Returns
    -------
    float or (...) ndarray
        At least the largest logit of the row.

    Raises
    ------
    ValueError
        If the logits are empty or contain NaN.

    Examples
    --------
    >>> round(logsumexp([1000.0, 1001.0, 1002.0]), 6)
    1002.407606
    """
    z = checks.as_array(logits, "logits")
    checks.no_nan(logits=z)
    largest = z.max(axis=axis, keepdims=True)
    shift = np.where(np.isfinite(largest), largest, 0.0)
    with np.errstate(divide="ignore", over="ignore"):  # log 0 = -inf is the answer
        result = np.log(np.exp(z - shift).sum(axis=axis, keepdims=True)) + shift
    result = result if keepdims else result.squeeze(axis)
    return result if result.ndim else float(result)


def softmax_jacobian(logits: ArrayLike) -> Array:
    """Return the derivative of each probability with respect to each logit.

    Parameters
    ----------
    logits : (..., K) array_like
        As for `softmax`, at temperature 1.

    Returns
    -------
    (..., K, K) ndarray
        Entry (i, j) is the derivative of probability i by logit j; symmetric, each row
        sums to 0.

    Raises
    ------
    ValueError
        As `softmax`.

    Examples
    --------
    >>> softmax_jacobian([0.0, 0.0])
    array([[ 0.25, -0.25],
           [-0.25,  0.25]])
    """
    p = softmax(logits)
    return p[..., :, None] * (np.eye(p.shape[-1]) - p[..., None, :])


def softmax_naive(logits: ArrayLike) -> Array:
    """Return the softmax computed as it is written, to show where that fails.

    Parameters
    ----------
    logits : (..., K) array_like
        Classes on the last axis.

    Returns
    -------
    (..., K) ndarray
        NaN where a logit is above 709.78, the logarithm of the largest float.

    Raises
    ------
    ValueError
        If the logits are empty or contain NaN.

    Examples
    --------
    >>> softmax_naive([1000.0, 1001.0])
    array([nan, nan])
    """
    z = checks.as_array(logits, "logits")
    checks.no_nan(logits=z)
    with np.errstate(over="ignore", invalid="ignore"):  # the failure is the point
        weights = np.exp(z)
        naive: Array = weights / weights.sum(axis=-1, keepdims=True)
    return naive


def _masked(z: Array, mask: ArrayLike | None) -> Array:
    if mask is None:
        return z
    checks.no_nan(logits=z)
    allowed = np.asarray(mask, dtype=bool)
    try:
        return np.where(np.broadcast_to(allowed, z.shape), z, -np.inf)
    except ValueError:
        checks.same_shape(False, "mask", allowed, "z", z, "mask must broadcast to z")
        raise


def _largest(z: Array, axis: int) -> Array:
    """Return the largest logit of each row; a NaN or +inf shows up in it."""
    largest: Array = z.max(axis=axis, keepdims=True)
    checks.no_nan(logits=largest)
    if np.isposinf(largest).any():
        raise ValueError("logits must not contain +inf")
    return largest


def _no_empty_row(largest: Array) -> None:
    empty = np.isneginf(largest.ravel())
    if empty.any():
        row = int(np.flatnonzero(empty)[0])
        raise ValueError(f"softmax is undefined: row {row} has no finite logit")
