"""Kullback–Leibler divergence: the price of believing the wrong distribution."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from formulas import checks
from formulas.checks import Array
from formulas.optimization.cross_entropy import log_base

ROUNDING = 1e-12


def kl_divergence(
    p: ArrayLike, q: ArrayLike, *, base: float = math.e, normalize: bool = False
) -> float | Array:
    """Return the extra surprise of believing ``q`` where ``p`` is true.

    Parameters
    ----------
    p, q : (..., K) array_like
        Distributions of the same shape, outcomes on the last axis.
    base : float
        Base of the logarithm: e gives nats, 2 gives bits.
    normalize : bool
        Divide each row by its sum first.

    Returns
    -------
    float or (...) ndarray
        At least 0; 0 only where both are equal; +inf where ``q`` excludes an outcome
        that ``p`` allows.

    Raises
    ------
    ValueError
        If the shapes differ, an input is not finite or negative, or a row does not sum
        to 1 (with ``normalize``: has no positive sum).

    References
    ----------
    Kullback and Leibler (1951); Goodfellow et al. (2016), section 3.13, eq. (3.50).

    Examples
    --------
    >>> round(kl_divergence([0.5, 0.5], [0.25, 0.75], base=2), 6)
    0.207519
    """
    first, second = _pair(p, q, normalize=normalize)
    return _in_base(_terms(first, second).sum(axis=-1), base)


def kl_terms(p: ArrayLike, q: ArrayLike) -> Array:
    """Return what each outcome contributes to the divergence, in nats.

    Parameters
    ----------
    p, q : (...) array_like
        Non-negative, of the same shape; they need not sum to 1.

    Returns
    -------
    (...) ndarray
        Negative where ``q`` is larger; 0 where ``p`` is 0; +inf where only ``q`` is 0.

    Raises
    ------
    ValueError
        If the shapes differ, or an input is not finite or negative.

    Examples
    --------
    >>> kl_terms([0.0, 0.5, 0.5], [0.0, 0.5, 0.0])
    array([ 0.,  0., inf])
    """
    first, second = _same_shape(p, q)
    checks.non_negative(p=first, q=second)
    return _terms(first, second)


def js_divergence(p: ArrayLike, q: ArrayLike, *, base: float = math.e) -> float | Array:
    """Return the symmetric, bounded relative of the divergence.

    Parameters
    ----------
    p, q : (..., K) array_like
        Distributions of the same shape, outcomes on the last axis.
    base : float
        Base of the logarithm.

    Returns
    -------
    float or (...) ndarray
        From 0 for equal distributions to log 2 for those without a common outcome.

    Raises
    ------
    ValueError
        As `kl_divergence`.

    References
    ----------
    Lin (1991).

    Examples
    --------
    >>> js_divergence([1.0, 0.0], [0.0, 1.0], base=2)
    1.0
    """
    first, second = _pair(p, q)
    # Both against their mean; twice everything, so that the mean cannot underflow.
    both = _terms(2 * first, first + second) + _terms(2 * second, first + second)
    return _in_base(both.sum(axis=-1) / 4, base)


def entropy(p: ArrayLike, *, base: float = math.e) -> float | Array:
    """Return the expected surprise of a distribution about itself.

    Parameters
    ----------
    p : (..., K) array_like
        Distribution, outcomes on the last axis.
    base : float
        Base of the logarithm.

    Returns
    -------
    float or (...) ndarray
        From 0 for certainty to log K for the uniform distribution.

    Raises
    ------
    ValueError
        If the input is empty, not finite or negative, or a row does not sum to 1.

    References
    ----------
    Shannon (1948).

    Examples
    --------
    >>> entropy([0.5, 0.25, 0.25], base=2)
    1.5
    """
    first, _ = _pair(p, p)
    return _in_base(-_terms(first, np.ones_like(first)).sum(axis=-1), base)


def kl_gaussian(mu1: float, sigma1: float, mu2: float, sigma2: float) -> float:
    """Return the divergence of one normal distribution from another, in nats.

    Parameters
    ----------
    mu1, sigma1 : float
        Mean and (positive) standard deviation of the true distribution.
    mu2, sigma2 : float
        The same of the believed one.

    Returns
    -------
    float
        At least 0.

    Raises
    ------
    ValueError
        If an argument is not finite, a standard deviation is not positive, or the result
        overflows.

    Examples
    --------
    >>> kl_gaussian(0.0, 1.0, 1.0, 1.0)
    0.5
    """
    m1 = checks.scalar(mu1, "mu1")
    m2 = checks.scalar(mu2, "mu2")
    s1 = checks.scalar(sigma1, "sigma1", low=0, open_low=True)
    s2 = checks.scalar(sigma2, "sigma2", low=0, open_low=True)
    ratio = s1 / s2
    distance = (m1 - m2) / s2
    spread = (ratio * ratio + distance * distance - 1) / 2
    result = spread + math.log(s2) - math.log(s1)
    checks.representable(result)
    return max(0.0, result)


def _same_shape(p: ArrayLike, q: ArrayLike) -> tuple[Array, Array]:
    first, second = checks.as_array(p, "p"), checks.as_array(q, "q")
    rule = "p and q must have the same shape"
    checks.same_shape(first.shape == second.shape, "p", first, "q", second, rule)
    checks.finite(p=first, q=second)
    return first, second


def _pair(
    p: ArrayLike, q: ArrayLike, *, normalize: bool = False
) -> tuple[Array, Array]:
    if np.ndim(np.asarray(p)) == 0:
        checks.as_array(p, "p", ndim=1)
    first, second = _same_shape(p, q)
    checks.non_negative(p=first, q=second)
    if normalize:
        return _normalized(first, "p"), _normalized(second, "q")
    checks.sums_to_one(p=first, q=second)
    return first, second


def _normalized(rows: Array, name: str) -> Array:
    largest = rows.max(axis=-1, keepdims=True)
    if (largest == 0).any():
        raise ValueError(f"{name} must have a positive sum")
    shares = rows / largest
    return np.asarray(shares / shares.sum(axis=-1, keepdims=True))


def _terms(p: Array, q: Array) -> Array:
    """Return p log(p/q); a difference of logarithms, because p/q may overflow."""
    with np.errstate(divide="ignore"):  # log 0 = -inf is the answer
        logs = np.log(np.where(p > 0, p, 1.0)) - np.log(np.where(p > 0, q, 1.0))
    return np.asarray(p * logs)


def _in_base(nats: Array, base: float) -> float | Array:
    rounding = (nats < 0) & (nats >= -ROUNDING)
    result = np.where(rounding, 0.0, nats) / math.log(log_base(base)) + 0.0
    return result if result.ndim else float(result)
