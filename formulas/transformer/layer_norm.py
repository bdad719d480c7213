"""Layer normalization: only the pattern of a token's features is kept."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from formulas import checks
from formulas.checks import Array

EXTREME = 400  # binary exponents beyond which squares come near the end of floats
EPS_MODES = ("inside", "outside")
MATCH = "gamma and beta must match the last axis of x"
MATCH_RUNNING = "running_mean and running_var must match the last axis of x"


@dataclass(frozen=True)
class BatchNormResult:
    """What batch normalization returns and remembers.

    Attributes
    ----------
    output : (n, d) ndarray
        The normalized features.
    mean, var : (d,) ndarray
        What each column was normalized with; the variance of a batch divides by n.
    running_mean, running_var : (d,) ndarray
        For the next call; the variance that enters divides by n − 1.
    """

    output: Array
    mean: Array
    var: Array
    running_mean: Array
    running_var: Array


def layer_norm(
    x: ArrayLike,
    gamma: ArrayLike | None = None,
    beta: ArrayLike | None = None,
    *,
    eps: float = 1e-5,
    eps_mode: str = "inside",
    axis: int = -1,
) -> Array:
    """Bring the features of each token to mean 0 and variance 1, then scale and shift.

    Parameters
    ----------
    x : (..., d) array_like
        Features on ``axis``; every other axis is a batch.
    gamma, beta : (d,) array_like, optional
        Gain and shift of each feature; ones and zeros by default.
    eps : float
        At least 0; keeps the quotient finite where all features are alike.
    eps_mode : {"inside", "outside"}
        Add ``eps`` to the variance, under the root, or to the standard deviation.
    axis : int
        The axis of the features.

    Returns
    -------
    (..., d) ndarray
        The normalized features; ``beta`` exactly where all features are alike.

    Raises
    ------
    ValueError
        If x is empty or not finite, gain or shift have another length, ``eps`` is
        negative, or a row is constant with ``eps=0``.

    References
    ----------
    Ba, Kiros and Hinton (2016), section 3, eq. (3), without ``eps``.

    Examples
    --------
    >>> layer_norm([2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0], eps=0)
    array([-1.5, -0.5, -0.5, -0.5,  0. ,  0. ,  1. ,  2. ])
    """
    features = _features(x, axis, copy=False)
    gain, shift = _vectors(features, gamma, beta)
    ends = _ends(features)
    checks.finite(x=np.array(ends), gamma=gain, beta=shift)
    eps = checks.scalar(eps, "eps", low=0)
    checks.choice(eps_mode, "eps_mode", EPS_MODES)
    output, var, exponent = _spread(features, ends)
    divisor = _divisor(np.sqrt(var), exponent, eps, eps_mode)
    _no_division_by_zero(divisor)
    output /= divisor
    if gamma is not None or beta is not None:
        with np.errstate(over="ignore"):  # reported as not finite
            output = _scaled(output, gain, shift)
    return output if axis == -1 else np.moveaxis(output, -1, axis)


def _features(x: ArrayLike, axis: int = -1, *, copy: bool = True) -> Array:
    features: Array = checks.as_array(x, "x", copy=copy)
    if not features.ndim:
        raise ValueError("x must be 1-D, got shape ()")
    return features if axis == -1 else np.moveaxis(features, axis, -1)


def _vectors(
    features: Array, gamma: ArrayLike | None, beta: ArrayLike | None
) -> tuple[Array, Array]:
    gain = _vector(features, "gamma", gamma, default=1.0)
    shift = _vector(features, "beta", beta, default=0.0)
    return gain, shift


def _vector(
    features: Array,
    name: str,
    value: ArrayLike | None,
    *,
    default: float,
    rule: str = MATCH,
) -> Array:
    width = features.shape[-1]
    if value is None:
        return np.full(width, default)
    vector: Array = checks.as_array(value, name, ndim=1)
    checks.same_shape(vector.shape == (width,), "x", features, name, vector, rule)
    return vector


def _ends(features: Array) -> tuple[Array, Array]:
    """Return the largest and the smallest feature of each row: finite if all are."""
    high = features.max(axis=-1, keepdims=True)
    return high, features.min(axis=-1, keepdims=True)


def _spread(
    features: Array, ends: tuple[Array, Array] | None = None
) -> tuple[Array, Array, NDArray[np.int_]]:
    """Center rows and measure them, in units of a power of two where they are extreme."""
    high, low = ends or _ends(features)
    # Powers of two scale without rounding, and no square over- or underflows.
    _, exponent = np.frexp(np.maximum(high, -low))
    exponent = np.where(np.abs(exponent) > EXTREME, exponent, 0)
    scaled = np.ldexp(features, -exponent) if exponent.any() else features
    centered = scaled - scaled.mean(axis=-1, keepdims=True)
    alike = high == low
    if alike.any():
        centered = np.where(alike, 0.0, centered)
    squares = np.einsum("...i,...i->...", centered, centered)[..., None]
    return centered, squares / features.shape[-1], exponent


def _divisor(size: Array, exponent: NDArray[np.int_], eps: float, mode: str) -> Array:
    """Return what the centered, scaled features are divided by."""
    with np.errstate(over="ignore"):  # next to so large an eps nothing is left
        if mode == "outside":
            return size + np.ldexp(eps, -exponent)
        return np.hypot(size, np.ldexp(np.sqrt(eps), -exponent))


def _no_division_by_zero(divisor: Array, name: str = "layer_norm") -> None:
    if (divisor == 0).any():
        raise ValueError(f"{name} is undefined for a constant vector when eps = 0")


def _scaled(normal: Array, gain: Array, shift: Array) -> Array:
    normal *= gain
    normal += shift
    checks.representable(normal)
    return normal


def layer_norm_stats(
    x: ArrayLike, *, axis: int = -1
) -> tuple[float | Array, float | Array]:
    """Return mean and variance of the features of each token.

    Parameters
    ----------
    x : (..., d) array_like
        Features on ``axis``.
    axis : int
        The axis of the features.

    Returns
    -------
    mean, var : float or (...) ndarray
        The variance divides by d and is computed from the differences to the mean.

    Raises
    ------
    ValueError
        If x is empty or not finite.

    Examples
    --------
    >>> layer_norm_stats([1.0, 2.0, 3.0, 4.0])
    (2.5, 1.25)
    """
    features = _features(x, axis)
    checks.finite(x=features)
    _, scaled, exponent = _spread(features)
    mean = _mean(features, exponent)
    with np.errstate(over="ignore"):  # reported as not finite
        var = checks.representable(np.ldexp(scaled, 2 * exponent)[..., 0])
    return (mean, var) if mean.ndim else (float(mean), float(var))


def _mean(features: Array, exponent: NDArray[np.int_]) -> Array:
    """Average rows without overflow; the exponents are those of `_spread`."""
    if not exponent.any():
        return np.asarray(features.mean(axis=-1))
    scaled = np.ldexp(features, -exponent).mean(axis=-1)
    return np.asarray(np.ldexp(scaled, exponent[..., 0]))


def layer_norm_backward(
    dy: ArrayLike, x: ArrayLike, gamma: ArrayLike | None, *, eps: float = 1e-5
) -> tuple[Array, Array, Array]:
    """Return the gradients of a loss through layer normalization.

    Parameters
    ----------
    dy : (..., d) array_like
        Gradient of the loss by the output.
    x : (..., d) array_like
        The input.
    gamma : (d,) array_like or None
        Gain of each feature; None for ones.
    eps : float
        At least 0.

    Returns
    -------
    dx : (..., d) ndarray
        Gradient by the input; each row sums to 0.
    dgamma, dbeta : (d,) ndarray
        Gradients by gain and shift, summed over the batch.

    Raises
    ------
    ValueError
        As `layer_norm`, or if ``dy`` has another shape than x.

    Examples
    --------
    >>> layer_norm_backward([1.0, 1.0], [3.0, 9.0], None)[0]
    array([0., 0.])
    """
    upstream = checks.as_array(dy, "dy")
    features = _features(x)
    rule = "dy must have the shape of x"
    checks.same_shape(
        upstream.shape == features.shape, "dy", upstream, "x", features, rule
    )
    gain, _ = _vectors(features, gamma, None)
    checks.finite(dy=upstream, x=features, gamma=gain)
    eps = checks.scalar(eps, "eps", low=0)
    centered, var, exponent = _spread(features)
    divisor = _divisor(np.sqrt(var), exponent, eps, "inside")
    _no_division_by_zero(divisor)
    normal = centered / divisor
    pull = upstream * gain
    along = (pull * normal).mean(axis=-1, keepdims=True)
    inner = pull - pull.mean(axis=-1, keepdims=True) - normal * along
    batch = tuple(range(features.ndim - 1))
    dx = np.ldexp(inner / divisor, -exponent)
    return dx, (upstream * normal).sum(axis=batch), upstream.sum(axis=batch)


def rms_norm(
    x: ArrayLike, gamma: ArrayLike | None = None, *, eps: float = 1e-5
) -> Array:
    """Divide the features of each token by their root mean square, without centering.

    Parameters
    ----------
    x : (..., d) array_like
        Features on the last axis.
    gamma : (d,) array_like, optional
        Gain of each feature.
    eps : float
        At least 0, added to the mean square.

    Returns
    -------
    (..., d) ndarray
        The normalized features.

    Raises
    ------
    ValueError
        As `layer_norm`; with ``eps=0`` for a row of zeros.

    References
    ----------
    Zhang and Sennrich (2019), eq. (4).

    Examples
    --------
    >>> rms_norm([3.0, 3.0], eps=0)
    array([1., 1.])
    """
    features = _features(x)
    gain, _ = _vectors(features, gamma, None)
    checks.finite(x=features, gamma=gain)
    eps = checks.scalar(eps, "eps", low=0)
    _, exponent = np.frexp(np.abs(features).max(axis=-1, keepdims=True))
    scaled = np.ldexp(features, -exponent)
    size = np.sqrt((scaled**2).mean(axis=-1, keepdims=True))
    divisor = _divisor(size, exponent, eps, "inside")
    _no_division_by_zero(divisor)
    output: Array = gain * (scaled / divisor)
    return output


def batch_norm(
    x: ArrayLike,
    gamma: ArrayLike | None = None,
    beta: ArrayLike | None = None,
    running_mean: ArrayLike | None = None,
    running_var: ArrayLike | None = None,
    *,
    training: bool = True,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> BatchNormResult:
    """Bring each feature to mean 0 and variance 1 over a batch, then scale and shift.

    Parameters
    ----------
    x : (n, d) array_like
        One row an example.
    gamma, beta : (d,) array_like, optional
        Gain and shift of each feature; ones and zeros by default.
    running_mean, running_var : (d,) array_like, optional
        What earlier batches left; zeros and ones by default, variances non-negative.
    training : bool
        Normalize with mean and variance of the batch and update the running ones.
        Otherwise normalize with the running ones, each example on its own.
    momentum : float
        Weight of the batch in the running values, in [0, 1] (PyTorch). Keras gives the
        weight of the old value, remembers the variance that divides by n, and has
        ``eps=1e-3``.
    eps : float
        At least 0, added to the variance.

    Returns
    -------
    BatchNormResult
        Output, what normalized it, and the running mean and variance.

    Raises
    ------
    ValueError
        If x is not 2-D or not finite, a vector has another length, a number lies
        outside its range, a batch in training has a single row, or a variance is 0 with
        ``eps=0``.

    References
    ----------
    Ioffe and Szegedy (2015), Algorithm 1 and 2.

    Examples
    --------
    >>> result = batch_norm([[1.0, 5.0], [3.0, 5.0]])
    >>> result.output.round(4), result.running_mean, result.running_var
    (array([[-1.,  0.],
           [ 1.,  0.]]), array([0.2, 0.5]), array([1.1, 0.9]))
    """
    rows: Array = checks.as_array(x, "x", ndim=2, copy=False)
    gain, shift = _vectors(rows, gamma, beta)
    plain = gamma is None and beta is None
    old_mean, old_var = (
        _vector(rows, name, value, default=default, rule=MATCH_RUNNING)
        for name, value, default in (
            ("running_mean", running_mean, 0.0),
            ("running_var", running_var, 1.0),
        )
    )
    checks.finite(
        x=rows, gamma=gain, beta=shift, running_mean=old_mean, running_var=old_var
    )
    checks.non_negative(running_var=old_var)
    momentum = checks.scalar(momentum, "momentum", low=0, high=1)
    eps = checks.scalar(eps, "eps", low=0)
    if training and len(rows) < 2:
        raise ValueError("batch_norm needs at least 2 rows in training, got 1")
    with np.errstate(over="ignore", invalid="ignore"):  # reported as not finite
        if not training:
            divisor = np.sqrt(old_var + eps)
            _no_division_by_zero(divisor, "batch_norm")
            normal = rows - old_mean
            normal /= divisor
            output = _scaled(normal, gain, shift)
            return BatchNormResult(output, old_mean, old_var, old_mean, old_var)
        normal, mean, var = _normalized_columns(rows, eps)
        output = checks.representable(normal) if plain else _scaled(normal, gain, shift)
        unbiased = checks.representable(var * (len(rows) / (len(rows) - 1)))
    return BatchNormResult(
        output=output,
        mean=mean,
        var=var,
        running_mean=(1 - momentum) * old_mean + momentum * mean,
        running_var=(1 - momentum) * old_var + momentum * unbiased,
    )


def _normalized_columns(rows: Array, eps: float) -> tuple[Array, Array, Array]:
    """Normalize columns; return them with their means and variances."""
    centered, scaled, exponent = _spread(rows.T)
    divisor = _divisor(np.sqrt(scaled), exponent, eps, "inside")
    _no_division_by_zero(divisor, "batch_norm")
    centered /= divisor
    var = np.ldexp(scaled, 2 * exponent)[:, 0]
    return centered.T, _mean(rows.T, exponent), var
