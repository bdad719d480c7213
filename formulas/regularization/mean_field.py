"""What theory expects of random deep networks: signals and gradients, layer by layer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from formulas import checks
from formulas.checks import Array
from formulas.linear_algebra.activations import (
    sigmoid,
    sigmoid_grad,
    tanh,
    tanh_grad,
)
from formulas.regularization.xavier_init import ACTIVATIONS

# Averages over a standard normal variable: a grid that is as good as exact for smooth
# functions that change over a tenth of the spread or more.
NORMAL = np.linspace(-8, 8, 641)
WEIGHTS = np.exp(-(NORMAL**2) / 2)
WEIGHTS /= WEIGHTS.sum()
SMOOTH = {"tanh": (tanh, tanh_grad), "sigmoid": (sigmoid, sigmoid_grad)}


@dataclass(frozen=True)
class ExpectedSizes:
    """Root mean squares in a network of very many units.

    Attributes
    ----------
    signal : (depth + 1,) ndarray
        Of the input, which is 1, and of each layer's output.
    gradient : (depth + 1,) ndarray
        Of a gradient with respect to the same; the last one, where it starts, is 1.
    """

    signal: Array
    gradient: Array


def expected_sizes(
    activation: str, forward: ArrayLike, backward: ArrayLike, *, depth: int
) -> ExpectedSizes:
    """Return the sizes that theory expects in a deep network with random weights.

    In the limit of many units the sums that enter a layer are normal, with mean zero and
    a mean square of ``forward`` times that of the layer below. A layer's output is the
    activation of such sums; a gradient is multiplied by the activation's slope there.

    Parameters
    ----------
    activation : {"tanh", "relu", "sigmoid", "linear"}
        Applied after every layer.
    forward : float or (depth,) array_like
        Number of inputs times the variance of a weight, the same for all layers or one
        for each; positive.
    backward : float or (depth,) array_like
        Number of outputs times the variance of a weight; positive.
    depth : int
        Layers, at least 1.

    Returns
    -------
    ExpectedSizes
        Sizes for an input whose root mean square is 1.

    Raises
    ------
    ValueError
        If the activation is unknown, a factor is not positive or depth is below 1.

    References
    ----------
    Poole et al. (2016), eq. (3); Schoenholz et al. (2017), eq. (10).

    Examples
    --------
    >>> expected_sizes("relu", 2.0, 2.0, depth=3).signal.tolist()
    [1.0, 1.0, 1.0, 1.0]
    """
    checks.choice(activation, "activation", ACTIVATIONS)
    depth = checks.integer(depth, "depth", low=1)
    forth, back = (
        _factors(factor, name, depth)
        for factor, name in ((forward, "forward"), (backward, "backward"))
    )
    square, squares, slopes = 1.0, [1.0], []
    for factor in forth:
        square, slope = _layer(activation, factor * square)
        squares.append(square)
        slopes.append(slope)
    passed = np.cumprod((np.array(back) * slopes)[::-1])[::-1]
    return ExpectedSizes(np.sqrt(squares), np.sqrt([*passed, 1.0]))


def _factors(factor: ArrayLike, name: str, depth: int) -> list[float]:
    """Return the factor of each layer."""
    if np.ndim(factor) == 0:
        return [checks.scalar(factor, name, low=0, open_low=True)] * depth
    each = checks.as_array(factor, name, ndim=1)
    checks.finite(**{name: each})
    if len(each) != depth:
        raise ValueError(f"{name} must have one number for each of {depth} layers")
    if not (each > 0).all():
        raise ValueError(f"{name} must be positive")
    found: list[float] = each.tolist()
    return found


def _layer(activation: str, square: float) -> tuple[float, float]:
    """Return the mean squares of an activation and of its slope, for normal sums."""
    if activation == "linear":
        return square, 1.0
    if activation == "relu":  # either half of the sums is cut off
        return square / 2, 1 / 2
    function, slope = SMOOTH[activation]
    sums = np.sqrt(square) * NORMAL
    outputs, slopes = np.square(function(sums)), np.square(slope(sums))
    return float(WEIGHTS @ outputs), float(WEIGHTS @ slopes)
