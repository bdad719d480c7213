"""Initial weights in other ways: for ReLU, for self-normalizing layers, orthogonal."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from formulas import checks
from formulas.checks import Array, Seed


@dataclass(frozen=True)
class LinearInit:
    """Weights and bias of a linear layer before training.

    Attributes
    ----------
    W : (n_out, n_in) ndarray
        One row of weights for each output.
    b : (n_out,) ndarray
        One bias for each output.
    """

    W: Array
    b: Array


def he_uniform(
    n_in: int, n_out: int, *, gain: float = math.sqrt(2), rng: Seed = 0
) -> Array:
    """Draw weights evenly, with the variance that layers with ReLU need.

    Parameters
    ----------
    n_in, n_out : int
        Inputs and outputs of the layer, at least 1.
    gain : float
        Positive factor that makes up for the activation; the root of 2 for ReLU.
    rng : int or numpy.random.Generator
        Seed or source of randomness.

    Returns
    -------
    (n_out, n_in) ndarray
        Between minus and plus ``gain * sqrt(3 / n_in)``: the variance is
        ``gain ** 2 / n_in``.

    Raises
    ------
    ValueError
        If a size is below 1 or not whole, or the gain is not positive.

    References
    ----------
    He, Zhang, Ren and Sun (2015), eq. (10).

    Examples
    --------
    >>> weights = he_uniform(6, 500)
    >>> weights.shape, float(np.abs(weights).max().round(2))
    ((500, 6), 1.0)
    """
    shape = _shape(n_in, n_out)
    gain = checks.scalar(gain, "gain", low=0, open_low=True)
    return _even(gain * math.sqrt(3.0 / shape[1]), shape, rng)


def lecun_normal(n_in: int, n_out: int, *, rng: Seed = 0) -> Array:
    """Draw normal weights that keep the variance of a linear layer.

    Parameters
    ----------
    n_in, n_out, rng
        As for `he_uniform`.

    Returns
    -------
    (n_out, n_in) ndarray
        With standard deviation ``1 / sqrt(n_in)``; Keras and JAX cut the normal
        distribution at two deviations.

    Raises
    ------
    ValueError
        If a size is below 1 or not whole.

    References
    ----------
    LeCun et al. (1998), section 4.6.

    Examples
    --------
    >>> float(lecun_normal(100, 500).std().round(2))
    0.1
    """
    shape = _shape(n_in, n_out)
    return checks.generator(rng).normal(0.0, math.sqrt(1.0 / shape[1]), shape)


def lecun_uniform(n_in: int, n_out: int, *, rng: Seed = 0) -> Array:
    """Draw weights evenly, with the variance of `lecun_normal`.

    Parameters
    ----------
    n_in, n_out, rng
        As for `he_uniform`.

    Returns
    -------
    (n_out, n_in) ndarray
        Between minus and plus ``sqrt(3 / n_in)``. (In `propagate` the name stands for
        the older bound ``1 / sqrt(n_in)``, see `linear_default`.)

    Raises
    ------
    ValueError
        If a size is below 1 or not whole.

    References
    ----------
    LeCun et al. (1998), section 4.6.

    Examples
    --------
    >>> float(np.abs(lecun_uniform(3, 500)).max().round(2))
    1.0
    """
    shape = _shape(n_in, n_out)
    return _even(math.sqrt(3.0 / shape[1]), shape, rng)


def orthogonal(n_in: int, n_out: int, *, gain: float = 1.0, rng: Seed = 0) -> Array:
    """Draw a rotation: rows, or columns if there are more rows, at right angles.

    Parameters
    ----------
    n_in, n_out, rng
        As for `he_uniform`.
    gain : float
        Positive length of the rows or columns.

    Returns
    -------
    (n_out, n_in) ndarray
        ``W @ W.T`` is ``gain ** 2`` times the identity, or ``W.T @ W`` if there are
        more outputs than inputs: no signal grows or shrinks, whatever the depth. All
        such matrices are equally likely.

    Raises
    ------
    ValueError
        If a size is below 1 or not whole, or the gain is not positive.

    References
    ----------
    Saxe, McClelland and Ganguli (2014); uniform draws: Mezzadri (2007).

    Examples
    --------
    >>> W = orthogonal(3, 2, gain=2.0)
    >>> np.abs(W @ W.T).round(12)
    array([[4., 0.],
           [0., 4.]])
    """
    n_out, n_in = _shape(n_in, n_out)
    gain = checks.scalar(gain, "gain", low=0, open_low=True)
    tall = max(n_in, n_out), min(n_in, n_out)
    factor, triangle = np.linalg.qr(checks.generator(rng).standard_normal(tall))
    # QR alone prefers some rotations: LAPACK chooses the signs of the diagonal.
    factor *= gain * np.where(np.diagonal(triangle) < 0, -1.0, 1.0)
    weights: Array = factor if n_out >= n_in else factor.T.copy()
    return weights


def linear_default(n_in: int, n_out: int, *, rng: Seed = 0) -> LinearInit:
    """Draw weights and biases as PyTorch's linear layer does.

    Parameters
    ----------
    n_in, n_out, rng
        As for `he_uniform`.

    Returns
    -------
    LinearInit
        Both evenly between minus and plus ``1 / sqrt(n_in)``, weights first: a third of
        the variance that keeps a linear layer's signal, a sixth of what a layer with
        ReLU needs.

    Raises
    ------
    ValueError
        If a size is below 1 or not whole.

    References
    ----------
    PyTorch, torch.nn.Linear; the bound is in Glorot and Bengio (2010), eq. (1).

    Examples
    --------
    >>> layer = linear_default(4, 500)
    >>> float(np.abs(layer.W).max().round(2)), layer.b.shape
    (0.5, (500,))
    """
    shape = _shape(n_in, n_out)
    random = checks.generator(rng)
    bound = math.sqrt(1.0 / shape[1])
    return LinearInit(_even(bound, shape, random), _even(bound, shape[:1], random))


def _shape(n_in: int, n_out: int) -> tuple[int, int]:
    inputs = checks.integer(n_in, "n_in", low=1)
    return checks.integer(n_out, "n_out", low=1), inputs


def _even(bound: float, shape: tuple[int, ...], rng: Seed) -> Array:
    return checks.generator(rng).uniform(-bound, bound, shape)
