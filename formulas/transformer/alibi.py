"""ALiBi: no positions at all, only a penalty on distance."""

from __future__ import annotations

import numpy as np

from formulas import checks
from formulas.checks import Array
from formulas.transformer.attention import causal_mask


def alibi_slopes(n_heads: int) -> Array:
    """Return how steeply each head's scores fall with distance.

    Parameters
    ----------
    n_heads : int
        Number of heads, at least 1.

    Returns
    -------
    (n_heads,) ndarray
        ``2 ** (-8 i / h)`` for head i of h, counted from 1, if h is a power of 2.
        Otherwise the slopes of the next smaller power, then every second one of twice
        that power.

    Raises
    ------
    ValueError
        If the number is below 1 or not whole.

    References
    ----------
    Press, Smith and Lewis (2022), section 3.

    Examples
    --------
    >>> alibi_slopes(4)
    array([0.25      , 0.0625    , 0.015625  , 0.00390625])
    >>> alibi_slopes(3)
    array([0.0625    , 0.00390625, 0.25      ])
    """
    n_heads = checks.integer(n_heads, "n_heads", low=1)
    power = 1 << (n_heads.bit_length() - 1)
    between = _geometric(2 * power)[0::2]
    return np.concatenate([_geometric(power), between[: n_heads - power]])


def _geometric(n_heads: int) -> Array:
    slopes: Array = 2.0 ** (-8.0 * np.arange(1, n_heads + 1) / n_heads)
    return slopes


def alibi_bias(n_heads: int, n: int, m: int | None = None) -> Array:
    """Return what ALiBi adds to the scores: minus slope times distance.

    Parameters
    ----------
    n_heads : int
        Number of heads, at least 1.
    n, m : int
        Numbers of queries and keys, at least 1; as many keys as queries by default.
        With more keys the last query is aligned with the last key.

    Returns
    -------
    (n_heads, n, m) ndarray
        0 at a query's own key, −inf at later keys; an additive mask for
        `multi_head_attention`.

    Raises
    ------
    ValueError
        If a number is below 1 or not whole, or there are fewer keys than queries.

    References
    ----------
    Press, Smith and Lewis (2022), section 3.

    Examples
    --------
    >>> alibi_bias(1, 1, 3) * 256
    array([[[-2., -1.,  0.]]])
    """
    slopes = alibi_slopes(n_heads)
    allowed = causal_mask(n, n if m is None else m)
    n_queries, n_keys = allowed.shape
    steps = np.arange(n_keys) - np.arange(n_keys - n_queries, n_keys)[:, None]
    bias: Array = np.where(allowed, steps, -np.inf)
    return slopes[:, None, None] * bias
