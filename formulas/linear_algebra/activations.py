"""Activations: the bends between layers, and what they do to a gradient."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from formulas import checks
from formulas.checks import Array

ACTIVATIONS = ("relu", "sigmoid", "tanh")
FLAT = 350.0  # beyond, the slope of tanh is below 1e-300


def relu(x: ArrayLike, negative_slope: float = 0.0) -> float | Array:
    """Keep what is positive; cut off the rest, or shrink it.

    Parameters
    ----------
    x : (...) array_like
        Infinities allowed.
    negative_slope : float
        Factor of negative entries, in [0, 1]; 0 cuts them off.

    Returns
    -------
    float or (...) ndarray
        In [0, inf) without a negative slope.

    Raises
    ------
    ValueError
        If the input is empty or contains NaN, or the slope lies outside [0, 1].

    References
    ----------
    Nair and Hinton (2010); Glorot, Bordes and Bengio (2011).

    Examples
    --------
    >>> relu([-2.0, 0.0, 3.0])
    array([0., 0., 3.])
    """
    x, slope = _checked(x), _slope(negative_slope)
    below = slope * np.minimum(x, 0.0) if slope else 0.0  # 0 times inf is not 0
    return _plain(np.where(x > 0, x, below))


def sigmoid(x: ArrayLike) -> float | Array:
    """Squash numbers into the interval from 0 to 1.

    Parameters
    ----------
    x : (...) array_like
        Infinities allowed.

    Returns
    -------
    float or (...) ndarray
        One half at 0, growing from 0 to 1.

    Raises
    ------
    ValueError
        If the input is empty or contains NaN.

    References
    ----------
    Goodfellow, Bengio and Courville (2016), section 3.10.

    Examples
    --------
    >>> sigmoid(np.log([1.0, 3.0, 99.0]))
    array([0.5 , 0.75, 0.99])
    """
    x = _checked(x)
    small = np.exp(-np.abs(x))  # at most 1: no overflow on either side
    return _plain(np.where(x >= 0, 1.0, small) / (1.0 + small))


def tanh(x: ArrayLike) -> float | Array:
    """Squash numbers into the interval from −1 to 1.

    Parameters
    ----------
    x : (...) array_like
        Infinities allowed.

    Returns
    -------
    float or (...) ndarray
        Zero at 0, growing from −1 to 1, odd.

    Raises
    ------
    ValueError
        If the input is empty or contains NaN.

    Examples
    --------
    >>> tanh([-np.inf, 0.0, np.inf])
    array([-1.,  0.,  1.])
    """
    return _plain(np.tanh(_checked(x)))


def softplus(x: ArrayLike, *, beta: float = 1.0) -> float | Array:
    """Cut off what is negative without a kink.

    Parameters
    ----------
    x : (...) array_like
        Infinities allowed.
    beta : float
        Positive; the larger, the closer to `relu`.

    Returns
    -------
    float or (...) ndarray
        ``log(1 + exp(beta * x)) / beta``: above `relu`, by ``log(2) / beta`` at 0. Its
        slope is the sigmoid of ``beta * x``.

    Raises
    ------
    ValueError
        If the input is empty or contains NaN, beta is not positive or the result
        overflows.

    References
    ----------
    Dugas et al. (2001); Glorot, Bordes and Bengio (2011).

    Examples
    --------
    >>> softplus(np.log([3.0, 8.0]), beta=1.0).round(6), np.log([4.0, 9.0]).round(6)
    (array([1.386294, 2.197225]), array([1.386294, 2.197225]))
    """
    x = _checked(x)
    beta = checks.scalar(beta, "beta", low=0, open_low=True)
    with np.errstate(over="ignore"):  # an infinite exponent is as good as a large one
        result = np.maximum(x, 0.0) + np.log1p(np.exp(-np.abs(beta * x))) / beta
    checks.representable(np.where(np.isinf(x), 0.0, result))
    return _plain(result)


def relu_grad(x: ArrayLike, negative_slope: float = 0.0) -> float | Array:
    """Return the slope of `relu`.

    Parameters
    ----------
    x : (...) array_like
        Infinities allowed.
    negative_slope : float
        The slope where ``x`` is negative, and at 0 by convention.

    Returns
    -------
    float or (...) ndarray
        1 where ``x`` is positive.

    Raises
    ------
    ValueError
        As `relu`.

    Examples
    --------
    >>> relu_grad([-2.0, 0.0, 3.0])
    array([0., 0., 1.])
    """
    x, slope = _checked(x), _slope(negative_slope)
    return _plain(np.where(x > 0, 1.0, slope))


def sigmoid_grad(x: ArrayLike) -> float | Array:
    """Return the slope of `sigmoid`.

    Parameters
    ----------
    x : (...) array_like
        Infinities allowed.

    Returns
    -------
    float or (...) ndarray
        At most one quarter, at 0; even.

    Raises
    ------
    ValueError
        As `sigmoid`.

    Examples
    --------
    >>> sigmoid_grad(0.0)
    0.25
    """
    x = _checked(x)
    # One minus the sigmoid would lose digits where the sigmoid is near 1.
    return _plain(np.multiply(sigmoid(x), sigmoid(-x)))


def tanh_grad(x: ArrayLike) -> float | Array:
    """Return the slope of `tanh`.

    Parameters
    ----------
    x : (...) array_like
        Infinities allowed.

    Returns
    -------
    float or (...) ndarray
        At most 1, at 0; even.

    Raises
    ------
    ValueError
        As `tanh`.

    Examples
    --------
    >>> tanh_grad(0.0)
    1.0
    """
    size = np.abs(_checked(x))
    # One minus the squared tanh would be exactly 0 from about 19.
    slope = np.cosh(np.minimum(size, FLAT)) ** -2.0
    return _plain(np.where(size < FLAT, slope, 0.0))


def gradient_product(
    name: str, x: float, depth: int, *, negative_slope: float = 0.0
) -> Array:
    """Return the share of a gradient that arrives after each number of layers.

    Every layer has weight 1 and the same pre-activation.

    Parameters
    ----------
    name : {"relu", "sigmoid", "tanh"}
        The activation.
    x : float
        The pre-activation.
    depth : int
        Number of layers, at least 0.
    negative_slope : float
        Of the ReLU; the others do not use it.

    Returns
    -------
    (depth + 1,) ndarray
        Powers of the slope, from 1 for no layer.

    Raises
    ------
    ValueError
        If the name is unknown, the depth is negative or not whole, or ``x`` is not
        finite.

    Examples
    --------
    >>> gradient_product("sigmoid", 0.0, 2)
    array([1.    , 0.25  , 0.0625])
    """
    checks.choice(name, "name", ACTIVATIONS)
    x = checks.scalar(x, "x")
    depth = checks.integer(depth, "depth", low=0)
    if name == "relu":
        slope = relu_grad(x, negative_slope)
    else:
        slope = sigmoid_grad(x) if name == "sigmoid" else tanh_grad(x)
    powers: Array = np.power(slope, np.arange(depth + 1.0))
    return powers


def _checked(x: ArrayLike) -> Array:
    array: Array = checks.as_array(x, "x")
    checks.no_nan(x=array)
    return array


def _slope(negative_slope: float) -> float:
    return checks.scalar(negative_slope, "negative_slope", low=0, high=1)


def _plain(result: Array) -> float | Array:
    """Return a single number as such."""
    return result if np.ndim(result) else float(result)
