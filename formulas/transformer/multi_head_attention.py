"""Multi-head attention: several narrow attentions for the price of one wide one."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from formulas import checks
from formulas.checks import Array, Seed
from formulas.transformer.attention import attend, mask_bias

NAMES = ("W_q", "W_k", "W_v", "W_o")


@dataclass(frozen=True)
class MHAResult:
    """What multi-head attention returns, with its intermediate steps.

    Attributes
    ----------
    output : (n, d) ndarray
        One row for each query.
    weights : (h, n, m) ndarray
        The attention weights of each head.
    heads : (h, n, d_v) ndarray
        What each head gathered, before the last projection.
    """

    output: Array
    weights: Array
    heads: Array


def multi_head_attention(
    X_q: ArrayLike,
    X_kv: ArrayLike,
    W_q: ArrayLike,
    W_k: ArrayLike,
    W_v: ArrayLike,
    W_o: ArrayLike,
    n_heads: int,
    *,
    mask: ArrayLike | None = None,
    causal: bool = False,
) -> MHAResult:
    """Attend several times side by side, each head in its own columns.

    Parameters
    ----------
    X_q : (n, d) array_like
        Tokens that look.
    X_kv : (m, d) array_like
        Tokens that are looked at; the same as ``X_q`` for self-attention.
    W_q, W_k, W_v, W_o : (d, d) array_like
        Projections; head i owns the i-th block of columns (of rows in ``W_o``).
    n_heads : int
        Number of heads; divides d.
    mask : (n, m) or (h, n, m) array_like, optional
        For all heads or for each. Boolean: True = may attend; else added to scores.
    causal : bool
        Hide later tokens.

    Returns
    -------
    MHAResult
        Output, and weights and values of each head.

    Raises
    ------
    ValueError
        If shapes do not fit, d is not divisible by the number of heads, or an input is
        not finite.

    References
    ----------
    Vaswani et al. (2017), section 3.2.2.

    Examples
    --------
    >>> eye = np.eye(2)
    >>> result = multi_head_attention([[1.0, 3.0]], [[1.0, 3.0]], eye, eye, eye, eye, 2)
    >>> result.output
    array([[1., 3.]])
    """
    queries, keys, weights = _arrays(X_q, X_kv, W_q, W_k, W_v, W_o)
    d_model = queries.shape[1]
    for name, W in weights.items():
        rule = f"{name} must be (d_model, d_model)"
        checks.same_shape(W.shape == (d_model, d_model), "X_q", queries, name, W, rule)
    checks.finite(X_q=queries, X_kv=keys, **weights)
    n_heads = _heads(d_model, n_heads)
    bias = _head_bias(mask, len(queries), len(keys), n_heads, causal)
    q, k, v = _projected(queries, keys, weights, n_heads, n_heads)
    result = attend(q, k, v, bias, 1 / math.sqrt(d_model // n_heads))
    with np.errstate(over="ignore", invalid="ignore"):  # reported as not finite
        output = checks.representable(_merge(result.output) @ weights["W_o"])
    return MHAResult(output, result.weights, result.output)


def grouped_query_attention(
    X_q: ArrayLike,
    X_kv: ArrayLike,
    W_q: ArrayLike,
    W_k: ArrayLike,
    W_v: ArrayLike,
    W_o: ArrayLike,
    n_heads: int,
    n_kv_heads: int,
    *,
    mask: ArrayLike | None = None,
    causal: bool = False,
) -> MHAResult:
    """Attend with several query heads to each head of keys and values.

    Parameters
    ----------
    X_q, X_kv : (n, d) and (m, d) array_like
        As for `multi_head_attention`.
    W_q, W_o : (d, d) array_like
        As for `multi_head_attention`.
    W_k, W_v : (d, g * d / h) array_like
        Projections of the g heads of keys and values, as wide as a query head.
    n_heads : int
        Number h of query heads; divides d.
    n_kv_heads : int
        Number g of heads of keys and values; divides h. Query head i of h reads number
        ``i * g // h``. With 1 all read the same (multi-query attention), with h this is
        `multi_head_attention`.
    mask, causal
        As for `multi_head_attention`; a mask for each head is one for each query head.

    Returns
    -------
    MHAResult
        Output, and weights and values of each query head.

    Raises
    ------
    ValueError
        As `multi_head_attention`, or if the query heads cannot be shared out evenly.

    References
    ----------
    Shazeer (2019); Ainslie et al. (2023), section 2.2.

    Examples
    --------
    >>> eye, narrow = np.eye(2), [[1.0], [0.0]]
    >>> x = [[1.0, 3.0]]
    >>> grouped_query_attention(x, x, eye, narrow, narrow, eye, 2, 1).output
    array([[1., 1.]])
    """
    queries, keys, weights = _arrays(X_q, X_kv, W_q, W_k, W_v, W_o)
    d_model = queries.shape[1]
    n_heads = _heads(d_model, n_heads)
    groups = _groups(n_heads, n_kv_heads)
    d_head = d_model // n_heads
    wide, narrow = (d_model, d_model), (d_model, groups * d_head)
    for name, W in weights.items():
        shared = name in ("W_k", "W_v")
        width = "n_kv_heads * d_head" if shared else "d_model"
        rule = f"{name} must be (d_model, {width})"
        fits = W.shape == (narrow if shared else wide)
        checks.same_shape(fits, "X_q", queries, name, W, rule)
    checks.finite(X_q=queries, X_kv=keys, **weights)
    bias = _head_bias(mask, len(queries), len(keys), n_heads, causal)
    if bias is not None and bias.ndim == 3:
        bias = bias.reshape(groups, -1, *bias.shape[1:])
    q, k, v = _projected(queries, keys, weights, n_heads, groups)
    q = q.reshape(groups, -1, *q.shape[1:])
    result = attend(q, k[:, None], v[:, None], bias, 1 / math.sqrt(d_head))
    heads = result.output.reshape(n_heads, len(queries), d_head)
    seen = result.weights.reshape(n_heads, len(queries), len(keys))
    with np.errstate(over="ignore", invalid="ignore"):  # reported as not finite
        output = checks.representable(_merge(heads) @ weights["W_o"])
    return MHAResult(output, seen, heads)


def _arrays(
    X_q: ArrayLike, X_kv: ArrayLike, *projections: ArrayLike
) -> tuple[Array, Array, dict[str, Array]]:
    """Check types, dimensions and that queries and keys are equally wide."""
    queries = checks.as_array(X_q, "X_q", ndim=2)
    keys = checks.as_array(X_kv, "X_kv", ndim=2)
    named = zip(NAMES, projections, strict=True)
    weights = {name: checks.as_array(W, name, ndim=2) for name, W in named}
    rule = "X_q and X_kv must have the same last axis"
    fits = queries.shape[1] == keys.shape[1]
    checks.same_shape(fits, "X_q", queries, "X_kv", keys, rule)
    return queries, keys, weights


def _groups(n_heads: int, n_kv_heads: int) -> int:
    n_kv_heads = checks.integer(n_kv_heads, "n_kv_heads", low=1)
    if n_heads % n_kv_heads:
        raise ValueError(
            f"n_heads ({n_heads}) must be divisible by n_kv_heads ({n_kv_heads})"
        )
    return n_kv_heads


def _heads(d_model: int, n_heads: int) -> int:
    n_heads = checks.integer(n_heads, "n_heads", low=1)
    if d_model % n_heads:
        raise ValueError(
            f"d_model ({d_model}) must be divisible by n_heads ({n_heads})"
        )
    return n_heads


def _head_bias(
    mask: ArrayLike | None, n: int, m: int, n_heads: int, causal: bool
) -> Array | None:
    if mask is None and not causal:
        return None
    bias = mask_bias(mask, n, m, causal=causal)
    fits = bias.ndim == 2 or len(bias) == n_heads
    rule = "mask must be (n, m) or (n_heads, n, m)"
    checks.same_shape(fits, "mask", bias, "scores", np.empty((n_heads, n, m)), rule)
    return bias


def _projected(
    queries: Array,
    keys: Array,
    weights: dict[str, Array],
    n_heads: int,
    n_kv_heads: int,
) -> tuple[Array, Array, Array]:
    pairs = ((queries, "W_q"), (keys, "W_k"), (keys, "W_v"))
    with np.errstate(over="ignore", invalid="ignore"):  # reported as not finite
        q, k, v = (checks.representable(X @ weights[name]) for X, name in pairs)
    return _split(q, n_heads), _split(k, n_kv_heads), _split(v, n_kv_heads)


def _split(rows: Array, n_heads: int) -> Array:
    return rows.reshape(len(rows), n_heads, -1).swapaxes(0, 1)


def _merge(blocks: Array) -> Array:
    return blocks.swapaxes(0, 1).reshape(blocks.shape[1], -1)


def split_heads(X: ArrayLike, n_heads: int) -> Array:
    """Cut the columns into one block for each head.

    Parameters
    ----------
    X : (n, d) array_like
        One row for each token.
    n_heads : int
        Number of heads; divides d.

    Returns
    -------
    (h, n, d / h) ndarray
        One block for each head.

    Raises
    ------
    ValueError
        If X is not 2-D and finite, or d is not divisible by the number of heads.

    Examples
    --------
    >>> split_heads([[1.0, 2.0, 3.0, 4.0]], 2)
    array([[[1., 2.]],
    <BLANKLINE>
           [[3., 4.]]])
    """
    rows = checks.array(X, "X", ndim=2)
    return _split(rows, _heads(rows.shape[1], n_heads))


def merge_heads(H: ArrayLike) -> Array:
    """Put the blocks of the heads side by side again.

    Parameters
    ----------
    H : (h, n, d_v) array_like
        One block for each head.

    Returns
    -------
    (n, h * d_v) ndarray
        One row for each token.

    Raises
    ------
    ValueError
        If H is not 3-D and finite.

    Examples
    --------
    >>> merge_heads([[[1.0, 2.0]], [[3.0, 4.0]]])
    array([[1., 2., 3., 4.]])
    """
    return _merge(checks.array(H, "H", ndim=3))


def head_contributions(heads: ArrayLike, W_o: ArrayLike) -> Array:
    """Split the output into what each head adds to it.

    Parameters
    ----------
    heads : (h, n, d_v) array_like
        What each head gathered.
    W_o : (h * d_v, d) array_like
        The last projection.

    Returns
    -------
    (h, n, d) ndarray
        Sums to the output over the heads.

    Raises
    ------
    ValueError
        If the shapes do not fit or an entry is not finite.

    References
    ----------
    Elhage et al. (2021), on heads that are independent and additive.

    Examples
    --------
    >>> head_contributions([[[1.0]], [[2.0]]], [[10.0], [100.0]])
    array([[[ 10.]],
    <BLANKLINE>
           [[200.]]])
    """
    blocks = checks.as_array(heads, "heads", ndim=3)
    W = checks.as_array(W_o, "W_o", ndim=2)
    h, _, width = blocks.shape
    rule = "W_o needs one row per column of the merged heads"
    checks.same_shape(len(W) == h * width, "heads", blocks, "W_o", W, rule)
    checks.finite(heads=blocks, W_o=W)
    contributions: Array = blocks @ W.reshape(h, width, -1)
    return contributions


def count_attention_parameters(d_model: int, *, bias: bool = False) -> int:
    """Count the parameters of the four projections, whatever the number of heads.

    Parameters
    ----------
    d_model : int
        Width of the model, at least 1.
    bias : bool
        Count a bias for each projection, as libraries have it.

    Returns
    -------
    int
        The number of parameters.

    Raises
    ------
    ValueError
        If the width is below 1.

    Examples
    --------
    >>> count_attention_parameters(512)
    1048576
    """
    d_model = checks.integer(d_model, "d_model", low=1)
    return 4 * d_model**2 + (4 * d_model if bias else 0)


def init_attention(d_model: int, n_heads: int, *, rng: Seed = 0) -> dict[str, Array]:
    """Draw random projections.

    Parameters
    ----------
    d_model : int
        Width of the model, at least 1.
    n_heads : int
        Number of heads; divides the width.
    rng : int or numpy.random.Generator
        Seed or source of randomness.

    Returns
    -------
    dict of (d_model, d_model) ndarray
        ``W_q``, ``W_k``, ``W_v`` and ``W_o``, uniform within Glorot's bound.

    Raises
    ------
    ValueError
        If the width is not divisible by the number of heads.

    References
    ----------
    Glorot and Bengio (2010), eq. (16).

    Examples
    --------
    >>> init_attention(4, 2)["W_o"].shape
    (4, 4)
    """
    d_model = checks.integer(d_model, "d_model", low=1)
    _heads(d_model, n_heads)
    random = checks.generator(rng)
    bound = math.sqrt(6 / (2 * d_model))
    return {name: random.uniform(-bound, bound, (d_model, d_model)) for name in NAMES}
