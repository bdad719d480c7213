"""Low-rank adaptation: a large matrix learns through two small ones."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from formulas import checks
from formulas.checks import Array


def lora_merge(W: ArrayLike, A: ArrayLike, B: ArrayLike, *, alpha: float) -> Array:
    """Add what a low-rank adapter has learned to the weights that it leaves alone.

    Parameters
    ----------
    W : (m, n) array_like
        Frozen weights.
    A : (r, n) array_like
        Takes the input down to ``r`` numbers.
    B : (m, r) array_like
        Takes them up to the output; zeros before the first step, so that training
        starts from the frozen weights.
    alpha : float
        At least 0; the adapter counts ``alpha / r`` times.

    Returns
    -------
    (m, n) ndarray
        ``W + alpha / r * B A``.

    Raises
    ------
    ValueError
        If the shapes do not fit, an entry is not finite, ``alpha`` is negative or the
        result overflows.

    References
    ----------
    Hu et al. (2021), section 4.1.

    Examples
    --------
    >>> lora_merge([[1, 0], [0, 1]], [[1, 2]], [[1], [-1]], alpha=4)
    array([[ 5.,  8.],
           [-4., -7.]])
    """
    weights, down, up = _adapter(W, A, B)
    checks.finite(W=weights, A=down, B=up)
    factor = _factor(alpha, down)
    with np.errstate(over="ignore", invalid="ignore"):
        merged: Array = checks.representable(weights + (factor * up) @ down)
    return merged


def lora_linear(
    x: ArrayLike,
    W: ArrayLike,
    A: ArrayLike,
    B: ArrayLike,
    *,
    alpha: float,
    b: ArrayLike | None = None,
) -> Array:
    """Apply a linear layer with its adapter beside it, without merging them.

    Parameters
    ----------
    x : (n,) or (batch, n) array_like
        One input, or one on each row.
    W, A, B, alpha
        As for `lora_merge`.
    b : (m,) array_like, optional
        One bias for each output; zeros by default.

    Returns
    -------
    (m,) or (batch, m) ndarray
        ``W x + alpha / r * B (A x) + b`` for each input.

    Raises
    ------
    ValueError
        As `lora_merge`, or if the input or the bias does not fit the weights.

    References
    ----------
    Hu et al. (2021), eq. (3).

    Examples
    --------
    >>> lora_linear([1, 1], [[1, 0], [0, 1]], [[1, 2]], [[1], [-1]], alpha=4)
    array([ 13., -11.])
    """
    inputs = checks.as_array(x, "x", ndim=(1, 2))
    weights, down, up = _adapter(W, A, B)
    bias = np.zeros(len(weights)) if b is None else checks.as_array(b, "b", ndim=1)
    fits, rule = inputs.shape[-1] == weights.shape[1], "last axis of x must equal"
    checks.same_shape(fits, "x", inputs, "W", weights, f"{rule} columns of W")
    fits, rule = len(bias) == len(weights), "b must have one entry per row of W"
    checks.same_shape(fits, "b", bias, "W", weights, rule)
    checks.finite(x=inputs, W=weights, A=down, B=up, b=bias)
    factor = _factor(alpha, down)
    with np.errstate(over="ignore", invalid="ignore"):
        learned = inputs @ down.T @ (factor * up).T
        output: Array = checks.representable(inputs @ weights.T + learned + bias)
    return output


def _adapter(W: ArrayLike, A: ArrayLike, B: ArrayLike) -> tuple[Array, Array, Array]:
    weights = checks.as_array(W, "W", ndim=2)
    down, up = checks.as_array(A, "A", ndim=2), checks.as_array(B, "B", ndim=2)
    fits, rule = down.shape[1] == weights.shape[1], "columns of A must equal"
    checks.same_shape(fits, "A", down, "W", weights, f"{rule} columns of W")
    fits, rule = len(up) == len(weights), "rows of B must equal rows of W"
    checks.same_shape(fits, "B", up, "W", weights, rule)
    fits, rule = up.shape[1] == len(down), "columns of B must equal rows of A"
    checks.same_shape(fits, "B", up, "A", down, rule)
    return weights, down, up


def _factor(alpha: float, down: Array) -> float:
    return checks.scalar(alpha, "alpha", low=0) / len(down)
