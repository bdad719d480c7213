"""Feed-forward block: every token is bent on its own, one kink for each hidden unit."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from formulas import checks
from formulas.checks import Array
from formulas.linear_algebra.activations import relu

ACTIVATIONS = ("relu", "gelu", "silu", "identity")
APPROXIMATIONS = ("none", "tanh")
DEEP = -700.0  # below, the sigmoid is the exponential function to the last digit


@dataclass(frozen=True)
class FFNResult:
    """What the block returns.

    Attributes
    ----------
    output : (d,) or (n, d) ndarray
        In the shape of the input.
    hidden : (d_ff,) or (n, d_ff) ndarray
        The hidden units after the activation.
    active_fraction : float
        Share of the hidden values above 0.
    """

    output: Array
    hidden: Array
    active_fraction: float


def transformer_ffn(
    X: ArrayLike,
    W1: ArrayLike,
    b1: ArrayLike,
    W2: ArrayLike,
    b2: ArrayLike,
    *,
    activation: str = "relu",
) -> FFNResult:
    """Apply the same two-layer network to each token on its own.

    Parameters
    ----------
    X : (d,) or (n, d) array_like
        One token, or one on each row.
    W1 : (d, d_ff) array_like
        Weights into the hidden units, one column for each.
    b1 : (d_ff,) array_like
        Their biases.
    W2 : (d_ff, d) array_like
        Weights out of the hidden units, one row for each.
    b2 : (d,) array_like
        Biases of the output.
    activation : {"relu", "gelu", "silu", "identity", "gelu_tanh"}
        What bends the hidden units; the last one is `gelu` approximated with tanh.

    Returns
    -------
    FFNResult
        Output, hidden units and the share of active ones.

    Raises
    ------
    ValueError
        If the shapes do not fit, an entry is not finite or the activation is unknown.

    References
    ----------
    Vaswani et al. (2017), section 3.3, eq. (2).

    Examples
    --------
    >>> transformer_ffn([2.0], [[1.0, -1.0]], [0.0, 0.0], [[1.0], [1.0]], [0.5]).output
    array([2.5])
    """
    tokens = checks.as_array(X, "X", ndim=(1, 2))
    layers: dict[str, Array] = {
        "W1": checks.as_array(W1, "W1", ndim=2),
        "b1": checks.as_array(b1, "b1", ndim=1),
        "W2": checks.as_array(W2, "W2", ndim=2),
        "b2": checks.as_array(b2, "b2", ndim=1),
    }
    _shapes_fit(tokens, **layers)
    checks.finite(X=tokens, **layers)
    checks.choice(activation, "activation", (*ACTIVATIONS, "gelu_tanh"))
    with np.errstate(over="ignore", invalid="ignore"):  # reported as not finite
        linear = checks.representable(tokens @ layers["W1"] + layers["b1"])
        hidden = _activated(linear, activation)
        output = checks.representable(hidden @ layers["W2"] + layers["b2"])
    return FFNResult(output, hidden, float((hidden > 0).mean()))


def _shapes_fit(X: Array, W1: Array, b1: Array, W2: Array, b2: Array) -> None:
    rule = "the last axis of X must match the rows of W1"
    checks.same_shape(X.shape[-1] == len(W1), "X", X, "W1", W1, rule)
    rule = "b1 must match the columns of W1"
    checks.same_shape(W1.shape[1] == len(b1), "W1", W1, "b1", b1, rule)
    rule = "the columns of W1 must match the rows of W2"
    checks.same_shape(W1.shape[1] == len(W2), "W1", W1, "W2", W2, rule)
    rule = "b2 must match the columns of W2"
    checks.same_shape(W2.shape[1] == len(b2), "W2", W2, "b2", b2, rule)


def _activated(linear: Array, activation: str) -> Array:
    functions: dict[str, Callable[[Array], float | Array]] = {
        "relu": relu,
        "gelu": gelu,
        "silu": silu,
        "identity": np.array,
        "gelu_tanh": lambda z: gelu(z, approximate="tanh"),
    }
    return np.asarray(functions[activation](linear))


def gelu(x: ArrayLike, *, approximate: str = "none") -> float | Array:
    """Weigh each number by the chance that a standard normal one is smaller.

    Parameters
    ----------
    x : (...) array_like
        Any finite numbers.
    approximate : {"none", "tanh"}
        The exact chance, or the formula with tanh that GPT-2 uses, at most 4.732e-4
        off.

    Returns
    -------
    float or (...) ndarray
        Close to 0 far below 0, close to the number far above, in between as low as
        −0.170.

    Raises
    ------
    ValueError
        If the input is empty or not finite, or the approximation is unknown.

    References
    ----------
    Hendrycks and Gimpel (2016), section 2.

    Examples
    --------
    >>> gelu(1.0)
    0.8413447460685429
    """
    z = checks.array(x, "x")
    if checks.choice(approximate, "approximate", APPROXIMATIONS) == "tanh":
        # Half of 1 plus tanh, without the loss of digits where tanh is near -1.
        with np.errstate(over="ignore"):  # the sigmoid is 0 or 1 long before
            inner = math.sqrt(2 / math.pi) * z * (1 + 0.044715 * z * z)
            return _gated(z, 2 * inner)
    # The complement keeps its digits far below 0, where the chance is tiny.
    chance = np.array([math.erfc(-v / math.sqrt(2)) / 2 for v in z.ravel().tolist()])
    result = z * chance.reshape(z.shape)
    return result if z.ndim else float(result)


def silu(x: ArrayLike, *, beta: float = 1.0) -> float | Array:
    """Weigh each number by its own sigmoid.

    Parameters
    ----------
    x : (...) array_like
        Any finite numbers.
    beta : float
        At least 0, the factor inside the sigmoid: swish. 0 gives half the number, 1.702
        comes near `gelu`, and the larger, the closer to the ReLU.

    Returns
    -------
    float or (...) ndarray
        Close to 0 far below 0, close to the number far above.

    Raises
    ------
    ValueError
        If the input is empty or not finite, or beta is negative.

    References
    ----------
    Hendrycks and Gimpel (2016); Ramachandran, Zoph and Le (2017).

    Examples
    --------
    >>> silu([0.0, 1000.0])
    array([   0., 1000.])
    """
    z = checks.array(x, "x", copy=False)
    beta = checks.scalar(beta, "beta", low=0)
    with np.errstate(over="ignore"):  # the sigmoid is 0 or 1 long before
        return _gated(z, z if beta == 1 else beta * z)


def _gated(z: Array, t: Array) -> float | Array:
    """Return ``z`` times the sigmoid of ``t``."""
    result = np.asarray(z / (1 + np.exp(-t)))
    if t.min() < DEEP:  # where the denominator overflows before the quotient vanishes
        deep = t < DEEP
        result[deep] = z[deep] * np.exp(t[deep])
    return result if z.ndim else float(result)


def ffn_parameters(d_model: int, d_ff: int, *, bias: bool = True) -> int:
    """Count the parameters of the block.

    Parameters
    ----------
    d_model : int
        Width of the tokens, at least 1.
    d_ff : int
        Number of hidden units, at least 1.
    bias : bool
        Count the biases too.

    Returns
    -------
    int
        The number of parameters.

    Raises
    ------
    ValueError
        If a width is below 1.

    Examples
    --------
    >>> ffn_parameters(512, 2048, bias=False)
    2097152
    """
    d_model = checks.integer(d_model, "d_model", low=1)
    d_ff = checks.integer(d_ff, "d_ff", low=1)
    return 2 * d_model * d_ff + (d_model + d_ff if bias else 0)


def hinge_function(
    x: ArrayLike, slopes: ArrayLike, kinks: ArrayLike, weights: ArrayLike, bias: float
) -> tuple[Array, Array]:
    """Add up hinges: the block as a function of a single number.

    Parameters
    ----------
    x : (points,) array_like
        Where to evaluate.
    slopes, kinks, weights : (units,) array_like
        Slope of each unit, where it bends, and its weight in the sum.
    bias : float
        Added to the sum.

    Returns
    -------
    total : (points,) ndarray
        A broken line.
    parts : (units, points) ndarray
        What each unit adds, without the bias.

    Raises
    ------
    ValueError
        If the units' numbers differ in length or an entry is not finite.

    Examples
    --------
    >>> hinge_function([0.0, 1.0, 3.0], [1.0], [1.0], [2.0], 0.5)
    (array([0.5, 0.5, 4.5]), array([[0., 0., 4.]]))
    """
    points = checks.as_array(x, "x", ndim=1)
    slope = checks.as_array(slopes, "slopes", ndim=1)
    kink = checks.as_array(kinks, "kinks", ndim=1)
    weight = checks.as_array(weights, "weights", ndim=1)
    rule = "every unit needs a slope, a kink and a weight"
    checks.same_shape(slope.shape == kink.shape, "slopes", slope, "kinks", kink, rule)
    checks.same_shape(
        slope.shape == weight.shape, "slopes", slope, "weights", weight, rule
    )
    checks.finite(x=points, slopes=slope, kinks=kink, weights=weight)
    bias = checks.scalar(bias, "bias")
    with np.errstate(over="ignore", invalid="ignore"):  # reported as not finite
        inner = checks.representable(slope[:, None] * (points - kink[:, None]))
        parts = checks.representable(weight[:, None] * relu(inner))
        total = checks.representable(parts.sum(axis=0) + bias)
    return total, parts
