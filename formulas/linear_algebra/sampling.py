"""Sampling: which of the likely next tokens stay in the draw."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from formulas import checks
from formulas.checks import Array
from formulas.linear_algebra.softmax import softmax

ROUNDING = 1e-12  # relative: by how much a sum of probabilities may miss its value


def top_k(logits: ArrayLike, k: int, *, temperature: float = 1.0) -> Array:
    """Keep the ``k`` most likely classes, and those as likely as the last of them.

    Parameters
    ----------
    logits : (..., K) array_like
        Unnormalized log-probabilities, classes on the last axis. −inf gets weight 0.
    k : int
        From 1 to K.
    temperature : float
        Positive; acts first, but does not change which classes are kept.

    Returns
    -------
    (..., K) ndarray
        Probabilities of what is kept, summing to 1; 0 elsewhere.

    Raises
    ------
    ValueError
        If a row of logits has no softmax, or ``k`` or the temperature is out of range.

    References
    ----------
    Fan, Lewis and Dauphin (2018).

    Examples
    --------
    >>> top_k(np.log([1.0, 6.0, 3.0]), 2).round(3)
    array([0.   , 0.667, 0.333])
    """
    p = _probabilities(logits, temperature)
    k = checks.integer(k, "k", low=1, high=p.shape[-1])
    z = checks.numeric(logits, "logits")
    last = np.partition(z, -k, axis=-1)[..., -k, None]
    return _renormalized(p, z >= last)


def top_p(logits: ArrayLike, p: float, *, temperature: float = 1.0) -> Array:
    """Keep the fewest most likely classes that make up a share of the probability.

    Parameters
    ----------
    logits : (..., K) array_like
        As for `top_k`.
    p : float
        The share, in (0, 1]. A class is kept while those before it, from the most
        likely on (the first one on ties), make up less; 1 keeps all.
    temperature : float
        Positive; acts first: the higher, the more classes are kept.

    Returns
    -------
    (..., K) ndarray
        Probabilities of what is kept, summing to 1; 0 elsewhere.

    Raises
    ------
    ValueError
        If a row of logits has no softmax, or ``p`` or the temperature is out of range.

    References
    ----------
    Holtzman et al. (2020), section 3.1.

    Examples
    --------
    >>> top_p(np.log([1.0, 6.0, 3.0]), 0.8).round(3)
    array([0.   , 0.667, 0.333])
    """
    probability = _probabilities(logits, temperature)
    p = checks.scalar(p, "p", low=0, high=1, open_low=True)
    z = checks.numeric(logits, "logits")
    order = np.argsort(-z, axis=-1, kind="stable")
    ranked = np.take_along_axis(probability, order, axis=-1)
    before = np.zeros_like(ranked)
    ranked[..., :-1].cumsum(axis=-1, out=before[..., 1:])
    # Ninety times 0.01 must count as 0.9, whichever way the sum was rounded.
    share = p * (1 - ROUNDING) if p < 1 else math.inf
    kept = np.empty(order.shape, dtype=bool)
    np.put_along_axis(kept, order, before < share, axis=-1)
    return _renormalized(probability, kept)


def min_p(logits: ArrayLike, p: float, *, temperature: float = 1.0) -> Array:
    """Keep the classes that are not much less likely than the most likely one.

    Parameters
    ----------
    logits : (..., K) array_like
        As for `top_k`.
    p : float
        In [0, 1]: the least ratio to the largest probability; 0 keeps all, 1 only the
        largest.
    temperature : float
        Positive; acts first: the higher, the more classes are kept.

    Returns
    -------
    (..., K) ndarray
        Probabilities of what is kept, summing to 1; 0 elsewhere.

    Raises
    ------
    ValueError
        If a row of logits has no softmax, or ``p`` or the temperature is out of range.

    References
    ----------
    Nguyen et al. (2024).

    Examples
    --------
    >>> min_p(np.log([1.0, 6.0, 3.0]), 0.25).round(3)
    array([0.   , 0.667, 0.333])
    """
    probability = _probabilities(logits, temperature)
    p = checks.scalar(p, "p", low=0, high=1)
    # A tenth as likely, up to rounding, is kept at 0.1.
    ratio = p * (1 - ROUNDING) if p < 1 else 1.0
    least = ratio * probability.max(axis=-1, keepdims=True)
    return _renormalized(probability, probability >= least)


def _probabilities(logits: ArrayLike, temperature: float) -> Array:
    if not checks.numeric(logits, "logits", copy=False).ndim:
        raise ValueError("logits must be 1-D, got shape ()")
    with np.errstate(over="ignore"):  # far below: a probability of 0
        return softmax(logits, temperature=temperature)


def _renormalized(p: Array, kept: NDArray[np.bool_]) -> Array:
    p *= kept
    p /= p.sum(axis=-1, keepdims=True)
    return p
