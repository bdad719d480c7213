"""Decoding with a cache: keys and values of past tokens are kept, not computed again."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from formulas import checks
from formulas.checks import Array
from formulas.transformer.attention import attend, mask_bias


@dataclass(frozen=True)
class CachedAttention:
    """What the new tokens gather, and the cache that they leave behind.

    Attributes
    ----------
    output : (n, d_v) ndarray
        One weighted average of the values for each new query.
    weights : (n, m) ndarray
        Over all keys, old and new; each row sums to 1.
    keys : (m, d_k) ndarray
        The cache and the new keys below it.
    values : (m, d_v) ndarray
        The cache and the new values below it.
    """

    output: Array
    weights: Array
    keys: Array
    values: Array


def attend_cached(
    query: ArrayLike,
    key: ArrayLike,
    value: ArrayLike,
    keys: ArrayLike | None = None,
    values: ArrayLike | None = None,
    *,
    scale: float | None = None,
) -> CachedAttention:
    """Append new keys and values to a cache and attend to all of it, never ahead.

    Token after token, or a few at once, this gives the rows of causal attention over the
    whole text: a new token changes no row before it.

    Parameters
    ----------
    query : (n, d_k) array_like
        One row for each new query; the last one is aligned with the last key.
    key : (k, d_k) array_like
        One row for each new key.
    value : (k, d_v) array_like
        One row for each new key.
    keys, values : (c, d_k) and (c, d_v) array_like, optional
        The cache, both or none.
    scale : float, optional
        Factor of the products, at least 0; ``1 / sqrt(d_k)`` by default.

    Returns
    -------
    CachedAttention
        Output and weights of the new queries, and the longer cache.

    Raises
    ------
    ValueError
        If the shapes do not fit, an input is not finite, the scale is negative, only
        half a cache is given, or there are fewer keys than queries.

    References
    ----------
    Shazeer (2019).

    Examples
    --------
    >>> first = attend_cached([[1.0]], [[0.0]], [[2.0]])
    >>> second = attend_cached([[1.0]], [[0.0]], [[4.0]], first.keys, first.values)
    >>> second.output, second.values.ravel()
    (array([[3.]]), array([2., 4.]))
    """
    q = checks.as_array(query, "query", ndim=2)
    k = checks.as_array(key, "key", ndim=2)
    v = checks.as_array(value, "value", ndim=2)
    if (keys is None) != (values is None):
        raise ValueError("keys and values must be given together")
    old_k = k[:0] if keys is None else checks.as_array(keys, "keys", ndim=2, copy=False)
    old_v = (
        v[:0]
        if values is None
        else checks.as_array(values, "values", ndim=2, copy=False)
    )
    _agree(q, k, v, old_k, old_v)
    all_k, all_v = np.concatenate([old_k, k]), np.concatenate([old_v, v])
    # Each key enters a score, and each value an output, if only times 0.
    with checks.finite_first(query=q, key=k, value=v, keys=old_k, values=old_v):
        width_factor = 1.0 / math.sqrt(q.shape[-1])
        factor = checks.scalar(width_factor if scale is None else scale, "scale", low=0)
        # A single query at the end sees everything.
        bias = mask_bias(None, len(q), len(all_k), causal=True) if len(q) > 1 else None
        with np.errstate(invalid="ignore"):
            result = attend(q, all_k, all_v, bias, factor)
        checks.representable(result.output)
    return CachedAttention(result.output, result.weights, all_k, all_v)


def _agree(q: Array, k: Array, v: Array, old_k: Array, old_v: Array) -> None:
    """Check the shapes of queries, keys, values and the cache against each other."""
    width, rows = "must have the same last axis", "must have the same number of rows"
    same = checks.same_shape
    same(q.shape[1] == k.shape[1], "query", q, "key", k, f"Q and K {width}")
    same(len(k) == len(v), "key", k, "value", v, f"K and V {rows}")
    fits = k.shape[1] == old_k.shape[1]
    same(fits, "key", k, "keys", old_k, f"key and keys {width}")
    fits = v.shape[1] == old_v.shape[1]
    same(fits, "value", v, "values", old_v, f"value and values {width}")
    fits = len(old_k) == len(old_v)
    same(fits, "keys", old_k, "values", old_v, f"keys and values {rows}")


def decode_flops(n_context: int, d_model: int, *, cached: bool = True) -> int:
    """Count the operations of one attention layer for one more token.

    Parameters
    ----------
    n_context : int
        Tokens that are attended to, the new one included; at least 1.
    d_model : int
        Width of the model, at least 1.
    cached : bool
        Whether the keys and values of the earlier tokens are kept; otherwise the layer
        is computed for all of them again.

    Returns
    -------
    int
        Multiplications and additions: 8 d² for the four projections of a token and
        4 n d for its scores and its average; n times as many without a cache.

    Raises
    ------
    ValueError
        If a number is below 1 or not whole.

    Examples
    --------
    >>> decode_flops(3, 2), decode_flops(3, 2, cached=False)
    (56, 168)
    """
    n = checks.integer(n_context, "n_context", low=1)
    d = checks.integer(d_model, "d_model", low=1)
    token = 8 * d**2 + 4 * n * d
    return token if cached else n * token


def kv_cache_bytes(
    n_tokens: int,
    n_layers: int,
    n_kv_heads: int,
    d_head: int,
    *,
    bytes_per_value: int = 2,
    batch: int = 1,
) -> int:
    """Return how much memory the keys and values of a text take.

    Parameters
    ----------
    n_tokens : int
        Length of the text, at least 1.
    n_layers, n_kv_heads, d_head : int
        Layers of the model, key heads of each and the width of a head, at least 1.
    bytes_per_value : int
        2 for half precision, 4 for single; at least 1.
    batch : int
        Texts at the same time, at least 1.

    Returns
    -------
    int
        Bytes, one key and one value for each token, layer and head.

    Raises
    ------
    ValueError
        If a number is below 1 or not whole.

    References
    ----------
    Shazeer (2019); Ainslie et al. (2023), section 2.2.

    Examples
    --------
    >>> kv_cache_bytes(1000, 2, 4, 8)
    256000
    """
    sizes = {
        "n_tokens": n_tokens,
        "n_layers": n_layers,
        "n_kv_heads": n_kv_heads,
        "d_head": d_head,
        "bytes_per_value": bytes_per_value,
        "batch": batch,
    }
    counts = [checks.integer(size, name, low=1) for name, size in sizes.items()]
    return 2 * math.prod(counts)
