"""Kullback–Leibler divergence: the price of believing the wrong distribution."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from formulas import checks
from formulas.checks import Array
from formulas.optimization.cross_entropy import log_base

ROUNDING = 1e-12
PEAKS = (-2.0, 2.0)
PEAK_WIDTH = 0.5


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


def coin_divergences(p: float, beliefs: ArrayLike) -> Array:
    """Measure many coins against the true one, in nats.

    Parameters
    ----------
    p : float
        True probability of heads, in [0, 1].
    beliefs : (n,) array_like
        Believed probabilities of heads, in [0, 1].

    Returns
    -------
    (3, n) ndarray
        Divergences of the beliefs from the truth, the reverse ones, and those of Jensen
        and Shannon.

    Raises
    ------
    ValueError
        If a probability lies outside its range.

    Examples
    --------
    >>> coin_divergences(0.5, [0.5, 1.0])[0]
    array([ 0., inf])
    """
    p = checks.scalar(p, "p", low=0, high=1)
    heads = checks.array(beliefs, "beliefs", ndim=1)
    checks.within(heads, "beliefs", 0, 1)
    believed = np.stack([heads, 1 - heads], axis=-1)
    true = np.broadcast_to([p, 1 - p], believed.shape)
    both_ways = kl_divergence(np.stack([true, believed]), np.stack([believed, true]))
    return np.vstack([both_ways, js_divergence(true, believed)])


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
    m1, m2 = checks.scalar(mu1, "mu1"), checks.scalar(mu2, "mu2")
    s1 = checks.scalar(sigma1, "sigma1", low=0, open_low=True)
    s2 = checks.scalar(sigma2, "sigma2", low=0, open_low=True)
    ratio, distance = s1 / s2, (m1 - m2) / s2
    spread = (ratio * ratio + distance * distance - 1) / 2
    result = spread + math.log(s2) - math.log(s1)
    checks.representable(result)
    return max(0.0, result)


def log_normal(x: ArrayLike, mu: float, sigma: float) -> Array:
    """Return the logarithm of the normal density.

    Parameters
    ----------
    x : (...) array_like
        Where.
    mu, sigma : float
        Mean and (positive) standard deviation.

    Returns
    -------
    (...) ndarray
        Log density.

    Raises
    ------
    ValueError
        If an input is not finite or the standard deviation not positive.

    Examples
    --------
    >>> np.exp(log_normal([0.0], 0.0, 1.0)).round(6)
    array([0.398942])
    """
    points, mu = checks.array(x, "x"), checks.scalar(mu, "mu")
    sigma = checks.scalar(sigma, "sigma", low=0, open_low=True)
    z = (points - mu) / sigma
    return np.asarray(-0.5 * z**2 - math.log(sigma * math.sqrt(2 * math.pi)))


def log_two_peaks(x: ArrayLike) -> Array:
    """Return the logarithm of the page's density: half around −2, half around 2.

    Parameters
    ----------
    x : (...) array_like
        Where.

    Returns
    -------
    (...) ndarray
        Log density of two equal normal peaks with standard deviation ½.

    Raises
    ------
    ValueError
        If an input is not finite.

    Examples
    --------
    >>> np.exp(log_two_peaks([-2.0, 2.0])).round(6)
    array([0.398942, 0.398942])
    """
    left, right = (log_normal(x, peak, PEAK_WIDTH) for peak in PEAKS)
    return np.asarray(np.logaddexp(left, right) - math.log(2))


def fit_divergences(mu: float, sigma: float) -> tuple[float, float]:
    """Compare a normal distribution with the page's two peaks, in both directions.

    Parameters
    ----------
    mu, sigma : float
        Mean and (positive) standard deviation of the fit.

    Returns
    -------
    forward : float
        Divergence of the fit from the peaks: large where the fit misses a peak.
    reverse : float
        Divergence of the peaks from the fit: large where the fit covers the gap.

    Raises
    ------
    ValueError
        If an argument is not finite or the standard deviation is not positive.

    Examples
    --------
    >>> [round(d, 4) for d in fit_divergences(2.0, 0.5)]
    [15.3069, 0.6931]
    """
    mu = checks.scalar(mu, "mu")
    sigma = checks.scalar(sigma, "sigma", low=0, open_low=True)
    widest, finest = max(sigma, PEAK_WIDTH), min(sigma, PEAK_WIDTH)
    reach = 10 * widest + max(abs(mu), PEAKS[1])
    # For smooth densities a plain sum is as good as any quadrature, once it is fine.
    x = np.linspace(-reach, reach, 2 * math.ceil(16 * reach / finest) + 1)
    peaks, fit = log_two_peaks(x), log_normal(x, mu, sigma)
    step = x[1] - x[0]
    forward = (np.exp(peaks) * (peaks - fit)).sum() * step
    reverse = (np.exp(fit) * (fit - peaks)).sum() * step
    return float(forward), float(reverse)


def _same_shape(p: ArrayLike, q: ArrayLike) -> tuple[Array, Array]:
    first, second = checks.shaped(p, "p"), checks.shaped(q, "q")
    rule = "p and q must have the same shape"
    checks.agree(first.shape == second.shape, "p", first, "q", second, rule)
    checks.finite(p=first, q=second)
    return first, second


def _pair(
    p: ArrayLike, q: ArrayLike, *, normalize: bool = False
) -> tuple[Array, Array]:
    if np.ndim(np.asarray(p)) == 0:
        checks.shaped(p, "p", ndim=1)
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
