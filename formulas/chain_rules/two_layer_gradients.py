"""Backpropagation through two layers, a whole batch at once, line by line."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from formulas import checks
from formulas.chain_rules.backprop_chain_rule import ACTIVATIONS
from formulas.checks import Array
from formulas.optimization.cross_entropy import (
    cross_entropy_from_logits,
    softmax_cross_entropy_grad,
)

LOSSES = ("half_squared", "cross_entropy")


@dataclass(frozen=True)
class TwoLayerGrads:
    """A loss and its derivatives, each in the shape of what it belongs to.

    Attributes
    ----------
    loss : float
        The mean over the rows.
    X : (d,) or (n, d) ndarray
        For the inputs.
    W1, b1, W2, b2 : ndarray
        For weights and biases, added up over the rows.
    """

    loss: float
    X: Array
    W1: Array
    b1: Array
    W2: Array
    b2: Array


def two_layer_gradients(
    X: ArrayLike,
    Y: ArrayLike,
    W1: ArrayLike,
    b1: ArrayLike,
    W2: ArrayLike,
    b2: ArrayLike,
    *,
    activation: str = "relu",
    loss: str = "half_squared",
) -> TwoLayerGrads:
    """Differentiate the loss of a network with one hidden layer.

    Parameters
    ----------
    X : (d,) or (n, d) array_like
        One example, or one on each row.
    Y : (m,) or (n, m) array_like
        What the outputs should be; distributions for ``"cross_entropy"``.
    W1 : (d, h) array_like
        Weights into the hidden units, one column for each.
    b1 : (h,) array_like
        Their biases.
    W2 : (h, m) array_like
        Weights into the outputs, one column for each.
    b2 : (m,) array_like
        Biases of the outputs.
    activation : {"relu", "sigmoid", "tanh"}
        What bends the hidden units; the slope of the ReLU at 0 is 0.
    loss : {"half_squared", "cross_entropy"}
        Half the squared distance of each output row to its target, or the cross-entropy
        of its softmax; the mean over the rows.

    Returns
    -------
    TwoLayerGrads
        The loss and its derivatives by inputs, weights and biases.

    Raises
    ------
    ValueError
        If the shapes do not fit, an entry is not finite, a target is no distribution
        where it must be one, an option is unknown or a result overflows.

    References
    ----------
    Goodfellow, Bengio and Courville (2016), section 6.5.4.

    Examples
    --------
    >>> grads = two_layer_gradients([[1]], [[0]], [[1, -1]], [0, 0], [[1], [1]], [0])
    >>> grads.loss, grads.W1, grads.X
    (0.5, array([[1., 0.]]), array([[1.]]))
    """
    arrays: dict[str, Array] = {
        "X": checks.as_array(X, "X", ndim=(1, 2)),
        "Y": checks.as_array(Y, "Y", ndim=(1, 2)),
        "W1": checks.as_array(W1, "W1", ndim=2),
        "b1": checks.as_array(b1, "b1", ndim=1),
        "W2": checks.as_array(W2, "W2", ndim=2),
        "b2": checks.as_array(b2, "b2", ndim=1),
    }
    _shapes_fit(**arrays)
    checks.finite(**arrays)
    bend, slope = ACTIVATIONS[checks.choice(activation, "activation", [*ACTIVATIONS])]
    checks.choice(loss, "loss", LOSSES)
    x, y, into, bias, out, last = arrays.values()
    if loss == "cross_entropy":
        checks.distribution(Y=y)
    with np.errstate(over="ignore", invalid="ignore"):  # reported as not finite
        before = checks.representable(x @ into + bias)
        hidden = np.asarray(bend(before))
        output = checks.representable(hidden @ out + last)
        value, by_output = _loss(output, y, loss)
        by_before = (by_output @ out.T) * slope(before)
        inner, outer = np.atleast_2d(by_before), np.atleast_2d(by_output)
        grads = (
            by_before @ into.T,
            np.atleast_2d(x).T @ inner,
            inner.sum(axis=0),
            np.atleast_2d(hidden).T @ outer,
            outer.sum(axis=0),
        )
    return TwoLayerGrads(value, *(checks.representable(grad) for grad in grads))


def _loss(output: Array, y: Array, loss: str) -> tuple[float, Array]:
    """Return the mean loss of the rows and its derivative by the outputs."""
    rows = 1 if output.ndim == 1 else len(output)
    if loss == "cross_entropy":
        value = cross_entropy_from_logits(y, output)
        return float(value), softmax_cross_entropy_grad(y, output) / rows
    error = output - y
    by_output = error / rows
    return float(checks.representable((error * by_output).sum() / 2)), by_output


def _shapes_fit(X: Array, Y: Array, W1: Array, b1: Array, W2: Array, b2: Array) -> None:
    rule = "the last axis of X must match the rows of W1"
    checks.same_shape(X.shape[-1] == len(W1), "X", X, "W1", W1, rule)
    rule = "b1 must match the columns of W1"
    checks.same_shape(W1.shape[1] == len(b1), "W1", W1, "b1", b1, rule)
    rule = "the columns of W1 must match the rows of W2"
    checks.same_shape(W1.shape[1] == len(W2), "W1", W1, "W2", W2, rule)
    rule = "b2 must match the columns of W2"
    checks.same_shape(W2.shape[1] == len(b2), "W2", W2, "b2", b2, rule)
    output = np.broadcast_to(0.0, (*X.shape[:-1], len(b2)))
    rule = "Y must have the shape of the output"
    checks.same_shape(Y.shape == output.shape, "Y", Y, "output", output, rule)
