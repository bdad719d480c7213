"""Scaled dot-product attention: a soft look-up by agreement of query and key."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from formulas import checks
from formulas.checks import Array, Seed
from formulas.linear_algebra.softmax import softmax

FULLY_MASKED = ("zero", "error")


@dataclass(frozen=True)
class AttentionResult:
    """What attention returns, with its intermediate steps.

    Attributes
    ----------
    output : (n, d_v) ndarray
        One weighted average of the values for each query.
    weights : (n, m) ndarray
        Non-negative; each row sums to 1, or to 0 where every key is masked.
    scores : (n, m) ndarray
        Scaled products of queries and keys, before the mask.
    """

    output: Array
    weights: Array
    scores: Array


def scaled_dot_product_attention(
    query: ArrayLike,
    key: ArrayLike,
    value: ArrayLike,
    *,
    mask: ArrayLike | None = None,
    causal: bool = False,
    scale: float | None = None,
    fully_masked: str = "zero",
) -> AttentionResult:
    """Average the values, weighted by how well each key agrees with the query.

    Parameters
    ----------
    query : (n, d_k) array_like
        One row for each query.
    key : (m, d_k) array_like
        One row for each key.
    value : (m, d_v) array_like
        One row for each key.
    mask : (n, m) array_like, optional
        Boolean: True = may attend. Any other type is added to the scores; −inf blocks.
    causal : bool
        Query i sees keys up to its own position, counted from the end.
    scale : float, optional
        Factor of the products, at least 0; ``1 / sqrt(d_k)`` by default.
    fully_masked : {"zero", "error"}
        What becomes of a query without any key.

    Returns
    -------
    AttentionResult
        Output, weights and scaled scores.

    Raises
    ------
    ValueError
        If the shapes do not fit, an input is not finite, the scale is negative, or a
        query has no key with ``fully_masked="error"``.

    References
    ----------
    Vaswani et al. (2017), section 3.2.1, eq. (1).

    Examples
    --------
    >>> attended = scaled_dot_product_attention([[1.0]], [[0.0], [0.0]], [[2.0], [4.0]])
    >>> attended.output
    array([[3.]])
    """
    q = checks.as_array(query, "query", ndim=2)
    k = checks.as_array(key, "key", ndim=2)
    v = checks.as_array(value, "value", ndim=2)
    rule = "Q and K must have the same last axis"
    checks.same_shape(q.shape[1] == k.shape[1], "query", q, "key", k, rule)
    rule = "K and V must have the same number of rows"
    checks.same_shape(k.shape[0] == v.shape[0], "key", k, "value", v, rule)
    checks.finite(query=q, key=k, value=v)
    checks.choice(fully_masked, "fully_masked", FULLY_MASKED)
    if mask is not None:
        checks.as_array(mask, "mask", ndim=2)
    factor = 1 / math.sqrt(q.shape[1]) if scale is None else scale
    factor = checks.scalar(factor, "scale", low=0)
    if mask is None and not causal:
        return attend(q, k, v, None, factor)
    bias = mask_bias(mask, len(q), len(k), causal=causal)
    blocked = np.isneginf(bias).all(axis=1)
    if fully_masked == "error" and blocked.any():
        raise ValueError(f"query {np.flatnonzero(blocked)[0]} has no key to attend to")
    return attend(q, k, v, bias, factor)


def attend(
    query: Array, key: Array, value: Array, bias: Array | None, scale: float
) -> AttentionResult:
    """Attend with checked arrays; leading axes (heads) go side by side.

    Parameters
    ----------
    query : (..., n, d_k) ndarray
        One row for each query.
    key : (..., m, d_k) ndarray
        One row for each key.
    value : (..., m, d_v) ndarray
        One row for each key.
    bias : (..., n, m) ndarray, optional
        Added to the scores; −inf blocks.
    scale : float
        Factor of the products.

    Returns
    -------
    AttentionResult
        Output, weights and scaled scores.

    Raises
    ------
    ValueError
        If a score is too large for a float.

    Examples
    --------
    >>> one = np.ones((1, 1))
    >>> attend(one, one, one, 0 * one, 1.0).weights
    array([[1.]])
    """
    with np.errstate(over="ignore", invalid="ignore"):  # reported as not finite
        scores = checks.representable(scale * (query @ key.swapaxes(-1, -2)))
        biased = scores if bias is None else scores + bias
    if bias is not None:
        checks.representable(np.where(np.isneginf(bias), 0.0, biased))
    with np.errstate(over="ignore"):  # next to so large a score the others vanish
        weights = softmax(biased, empty_row="zero")
    return AttentionResult(weights @ value, weights, scores)


def causal_mask(n: int, m: int) -> NDArray[np.bool_]:
    """Return which of m keys each of n queries may attend to without looking ahead.

    Parameters
    ----------
    n, m : int
        Numbers of queries and keys, at least 1. With more keys than queries the last
        query is aligned with the last key.

    Returns
    -------
    (n, m) ndarray of bool
        True = may attend.

    Raises
    ------
    ValueError
        If there are fewer keys than queries.

    Examples
    --------
    >>> causal_mask(2, 3).astype(int)
    array([[1, 1, 0],
           [1, 1, 1]])
    """
    n, m = checks.integer(n, "n", low=1), checks.integer(m, "m", low=1)
    if m < n:
        raise ValueError("causal attention needs at least as many keys as queries")
    return np.tri(n, m, m - n, dtype=bool)


def sliding_window_mask(n: int, m: int, window: int) -> NDArray[np.bool_]:
    """Return which keys each query may attend to if it sees only the latest ones.

    Parameters
    ----------
    n, m : int
        Numbers of queries and keys, aligned as in `causal_mask`.
    window : int
        How many keys a query sees, its own included; at least 1.

    Returns
    -------
    (n, m) ndarray of bool
        True = may attend.

    Raises
    ------
    ValueError
        If a number is below 1 or there are fewer keys than queries.

    References
    ----------
    Jiang et al. (2023), section 2. Libraries that count the keys to the left of a
    query's own have one more in the same window.

    Examples
    --------
    >>> sliding_window_mask(3, 4, 2).astype(int)
    array([[1, 1, 0, 0],
           [0, 1, 1, 0],
           [0, 0, 1, 1]])
    """
    allowed = causal_mask(n, m)
    window = checks.integer(window, "window", low=1)
    return np.triu(allowed, allowed.shape[1] - allowed.shape[0] - window + 1)


def attention_saturation(
    d_k: int, n_keys: int, *, n_samples: int = 4000, rng: Seed = 0
) -> dict[str, dict[str, float]]:
    """Measure how concentrated attention is for random queries and keys.

    Components are independent with mean 0 and variance 1. Given the query, its products
    with random keys are independent normal numbers with the query's length as standard
    deviation, so only the length and one number a key are drawn: the same distribution
    at any ``d_k`` for the price of ``d_k = 1``.

    Parameters
    ----------
    d_k : int
        Width of queries and keys, at least 1.
    n_keys : int
        Number of keys, at least 1.
    n_samples : int
        Number of random queries, at least 1.
    rng : int or numpy.random.Generator
        Seed or source of randomness.

    Returns
    -------
    dict
        Keys ``raw`` and ``scaled`` (products divided by ``sqrt(d_k)``), each with the
        mean ``max_weight`` and the mean ``entropy`` in nats.

    Raises
    ------
    ValueError
        If a count is below 1.

    References
    ----------
    Vaswani et al. (2017), section 3.2.1, footnote 4.

    Examples
    --------
    >>> spread = attention_saturation(1024, 10)
    >>> spread["raw"]["max_weight"] > 0.9 > 0.4 > spread["scaled"]["max_weight"]
    True
    """
    d_k = checks.integer(d_k, "d_k", low=1)
    n_keys = checks.integer(n_keys, "n_keys", low=1)
    n_samples = checks.integer(n_samples, "n_samples", low=1)
    random = checks.generator(rng)
    lengths = np.sqrt(random.chisquare(d_k, size=(n_samples, 1)))
    scores = lengths * random.standard_normal((n_samples, n_keys))
    return {"raw": _spread(scores), "scaled": _spread(scores / math.sqrt(d_k))}


def _spread(scores: Array) -> dict[str, float]:
    weights = softmax(scores)
    logs = np.log(np.where(weights > 0, weights, 1.0))
    return {
        "max_weight": float(weights.max(axis=1).mean()),
        "entropy": float(-(weights * logs).sum(axis=1).mean()),
    }


def mask_bias(mask: ArrayLike | None, n: int, m: int, *, causal: bool) -> Array:
    """Turn a mask into numbers that are added to the scores.

    Parameters
    ----------
    mask : (n, m) or (h, n, m) array_like, optional
        Boolean: True = may attend. Any other type is added as it is.
    n, m : int
        Numbers of queries and keys.
    causal : bool
        Block later keys too.

    Returns
    -------
    ndarray
        In the shape of the mask; −inf blocks.

    Raises
    ------
    ValueError
        If the mask has another shape, contains NaN or +inf, or there are fewer keys
        than causal queries.

    Examples
    --------
    >>> mask_bias([[True, False]], 1, 2, causal=False)
    array([[  0., -inf]])
    """
    bias = np.zeros((n, m)) if mask is None else _checked_bias(mask, n, m)
    return np.where(causal_mask(n, m), bias, -np.inf) if causal else bias


def _checked_bias(mask: ArrayLike, n: int, m: int) -> Array:
    raw: Array = checks.as_array(mask, "mask", ndim=(2, 3))
    fits = raw.shape[-2:] == (n, m)
    checks.same_shape(
        fits, "mask", raw, "scores", np.empty((n, m)), "mask must be (n, m)"
    )
    if np.asarray(mask).dtype == bool:
        return np.where(raw, 0.0, -np.inf)
    checks.finite(mask=np.where(np.isneginf(raw), 0.0, raw))
    return raw
