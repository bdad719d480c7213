"""Linear layer: a weighted sum of the inputs plus a bias, for many neurons at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from formulas import checks
from formulas.checks import Array
from formulas.linear_algebra.matrix_multiplication import matmul


@dataclass(frozen=True)
class LinearGrads:
    """What a layer passes back.

    Attributes
    ----------
    dx : (n,) or (batch, n) ndarray
        Gradient for the input, in its shape.
    dW : (m, n) ndarray
        Gradient for the weights, added up over the batch.
    db : (m,) ndarray
        Gradient for the bias, added up over the batch.
    """

    dx: Array
    dW: Array  # noqa: N815 - the name that the formulas use
    db: Array


def linear(x: ArrayLike, W: ArrayLike, b: ArrayLike | None = None) -> Array:
    """Apply a fully connected layer.

    Parameters
    ----------
    x : (n,) or (batch, n) array_like
        One input, or one on each row.
    W : (m, n) array_like
        One row of weights for each output.
    b : (m,) array_like, optional
        One bias for each output; zeros by default.

    Returns
    -------
    (m,) or (batch, m) ndarray
        ``W x + b`` for each input.

    Raises
    ------
    ValueError
        If the shapes do not fit, an entry is not finite or the result overflows.

    References
    ----------
    Goodfellow, Bengio and Courville (2016), section 6.1.

    Examples
    --------
    >>> linear([1, -1], [[1, 2], [3, 4], [5, 6]], [0.5, 0, -0.5])
    array([-0.5, -1. , -1.5])
    """
    x, W, b = _layer(x, W, b)
    with np.errstate(over="ignore", invalid="ignore"):
        output: Array = checks.representable(x @ W.T + b)
    return output


def linear_backward(x: ArrayLike, W: ArrayLike, dY: ArrayLike) -> LinearGrads:
    """Pass the gradient of a loss back through a layer.

    Parameters
    ----------
    x : (n,) or (batch, n) array_like
        What the layer was applied to.
    W : (m, n) array_like
        Its weights.
    dY : (m,) or (batch, m) array_like
        Gradient of the loss for the layer's output.

    Returns
    -------
    LinearGrads
        Gradients for the input, the weights and the bias.

    Raises
    ------
    ValueError
        As `linear`, or if ``dY`` has not the shape of the output.

    Examples
    --------
    >>> linear_backward([1, 2], [[3, 4]], [10]).dW
    array([[10., 20.]])
    """
    x = checks.as_array(x, "x", ndim=(1, 2))
    W = checks.as_array(W, "W", ndim=2)
    dY = checks.as_array(dY, "dY", ndim=(1, 2))
    rule = "last axis of x must equal columns of W"
    checks.same_shape(x.shape[-1] == W.shape[1], "x", x, "W", W, rule)
    output = np.broadcast_to(0.0, (*x.shape[:-1], len(W)))
    rule = "dY must have the shape of the output"
    checks.same_shape(dY.shape == output.shape, "dY", dY, "output", output, rule)
    checks.finite(x=x, W=W, dY=dY)
    rows = np.atleast_2d(dY)
    with np.errstate(over="ignore", invalid="ignore"):
        grads = (dY @ W, rows.T @ np.atleast_2d(x), rows.sum(axis=0))
    return LinearGrads(*(checks.representable(grad) for grad in grads))


def count_parameters(n_in: int, n_out: int, *, bias: bool = True) -> int:
    """Count the numbers that a layer learns.

    Parameters
    ----------
    n_in, n_out : int
        Numbers of inputs and outputs, at least 1.
    bias : bool
        Whether each output has a bias.

    Returns
    -------
    int
        Weights plus biases.

    Raises
    ------
    ValueError
        If a size is below 1 or not whole.

    Examples
    --------
    >>> count_parameters(512, 2048)
    1050624
    """
    n_in = checks.integer(n_in, "n_in", low=1)
    n_out = checks.integer(n_out, "n_out", low=1)
    return n_out * (n_in + bool(bias))


def compose_linear(
    W1: ArrayLike, b1: ArrayLike, W2: ArrayLike, b2: ArrayLike
) -> tuple[Array, Array]:
    """Merge two layers without an activation between them into one.

    Parameters
    ----------
    W1 : (k, n) array_like
        Weights of the layer that is applied first.
    b1 : (k,) array_like
        Its bias.
    W2 : (m, k) array_like
        Weights of the layer that is applied second.
    b2 : (m,) array_like
        Its bias.

    Returns
    -------
    W : (m, n) ndarray
        Weights of the one layer that does the same.
    b : (m,) ndarray
        Its bias.

    Raises
    ------
    ValueError
        If the shapes do not fit or an entry is not finite.

    Examples
    --------
    >>> compose_linear([[1, 2], [3, 4]], [1, 1], [[0, 1], [1, 0]], [0, 2])[1]
    array([1., 3.])
    """
    first, second = checks.as_array(W1, "W1", ndim=2), checks.as_array(W2, "W2", ndim=2)
    bias1, bias2 = checks.as_array(b1, "b1", ndim=1), checks.as_array(b2, "b2", ndim=1)
    rule = "columns of W2 must equal rows of W1"
    checks.same_shape(second.shape[1] == len(first), "W2", second, "W1", first, rule)
    rule = "b1 must have one entry per row of W1"
    checks.same_shape(len(bias1) == len(first), "b1", bias1, "W1", first, rule)
    rule = "b2 must have one entry per row of W2"
    checks.same_shape(len(bias2) == len(second), "b2", bias2, "W2", second, rule)
    checks.finite(W1=first, b1=bias1, W2=second, b2=bias2)
    return matmul(second, first), linear(bias1, second, bias2)


def _layer(
    x: ArrayLike, W: ArrayLike, b: ArrayLike | None
) -> tuple[Array, Array, Array]:
    x = checks.as_array(x, "x", ndim=(1, 2))
    W = checks.as_array(W, "W", ndim=2)
    b = np.zeros(len(W)) if b is None else checks.as_array(b, "b", ndim=1)
    rule = "last axis of x must equal columns of W"
    checks.same_shape(x.shape[-1] == W.shape[1], "x", x, "W", W, rule)
    rule = "b must have one entry per row of W"
    checks.same_shape(len(b) == len(W), "b", b, "W", W, rule)
    checks.finite(x=x, W=W, b=b)
    return x, W, b
