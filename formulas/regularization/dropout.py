"""Dropout: switch units off at random, and keep the average signal."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from formulas import checks
from formulas.checks import Array, Seed

MODES = ("inverted", "classic", "unscaled")


@dataclass(frozen=True)
class DropoutResult:
    """What dropout passes on.

    Attributes
    ----------
    output : (...) ndarray
        Scale times mask times input.
    mask : (...) ndarray
        1 for a unit that is kept, 0 for a dropped one.
    scale : float
        The factor of the kept units; 0 where all are dropped for certain.
    """

    output: Array
    mask: Array
    scale: float


def dropout(
    x: ArrayLike,
    p: float = 0.5,
    *,
    training: bool = True,
    mode: str = "inverted",
    rng: Seed = 0,
) -> DropoutResult:
    """Drop each unit with probability ``p`` and make up for the loss.

    Parameters
    ----------
    x : (...) array_like
        The units.
    p : float
        Probability of dropping a unit, in [0, 1].
    training : bool
        Without it no unit is dropped.
    mode : {"inverted", "classic", "unscaled"}
        Scale the kept units up in training, scale all units down in evaluation, or
        never scale.
    rng : int or numpy.random.Generator
        Seed or source of randomness.

    Returns
    -------
    DropoutResult
        Output, mask and scale.

    Raises
    ------
    ValueError
        If x is empty or not finite, p is no probability or the mode is unknown.

    References
    ----------
    Hinton et al. (2012); Srivastava et al. (2014), section 4.

    Examples
    --------
    >>> dropout(np.ones(10), 0.5).output
    array([2., 0., 0., 0., 2., 2., 2., 2., 2., 2.])
    """
    units = checks.array(x, "x")
    p = _probability(p)
    checks.choice(mode, "mode", MODES)
    random = checks.generator(rng)
    mask = np.ones(units.shape)
    if training:
        mask = (random.random(units.shape) >= p).astype(float)
    scale = _scale(p, training, mode)
    return DropoutResult(_times(scale, mask * units), mask, scale)


def dropout_moments(
    x: ArrayLike, p: float, *, mode: str = "inverted"
) -> tuple[float | Array, float | Array]:
    """Return mean and variance of the output in training, over all masks.

    Parameters
    ----------
    x : (...) array_like
        The units.
    p : float
        Probability of dropping a unit, in [0, 1].
    mode : {"inverted", "classic", "unscaled"}
        As for `dropout`.

    Returns
    -------
    mean, variance : float or (...) ndarray
        Of each unit; both 0 for ``p = 1``, where nothing is left.

    Raises
    ------
    ValueError
        As `dropout`.

    Examples
    --------
    >>> dropout_moments(3.0, 0.5), dropout_moments(3.0, 0.5, mode="unscaled")
    ((3.0, 9.0), (1.5, 2.25))
    """
    units = checks.array(x, "x")
    p = _probability(p)
    checks.choice(mode, "mode", MODES)
    scale = _scale(p, True, mode)
    # scale * (1 - p) is 1 up to rounding, or 0.
    mean = _times(float(p < 1) if mode == "inverted" else 1 - p, units)
    with np.errstate(over="ignore"):  # reported as not finite
        variance = checks.representable(p * (1 - p) * (scale * units) ** 2)
    return (mean, variance) if units.ndim else (float(mean), float(variance))


def dropout_average(
    x: ArrayLike, p: float, n_masks: int, *, mode: str = "inverted", rng: Seed = 0
) -> Array:
    """Average the output over more and more masks.

    Parameters
    ----------
    x : (n,) array_like
        The units.
    p : float
        Probability of dropping a unit, in [0, 1].
    n_masks : int
        At least 1.
    mode : {"inverted", "classic", "unscaled"}
        As for `dropout`.
    rng : int or numpy.random.Generator
        Seed or source of randomness.

    Returns
    -------
    (n_masks, n) ndarray
        Row k is the mean output over the first k + 1 masks.

    Raises
    ------
    ValueError
        As `dropout`, or if x is not 1-D or ``n_masks`` below 1.

    Examples
    --------
    >>> dropout_average([1.0], 0.5, 3)
    array([[2.        ],
           [1.        ],
           [0.66666667]])
    """
    units = checks.array(x, "x", ndim=1)
    n_masks = checks.integer(n_masks, "n_masks", low=1)
    batch = np.broadcast_to(units, (n_masks, len(units)))
    return _running_average(dropout(batch, p, mode=mode, rng=rng).output)


def _probability(p: float) -> float:
    number = checks.scalar(p, "p")
    if not 0 <= number <= 1:
        raise ValueError(f"dropout probability must be between 0 and 1, got {number}")
    return number


def _scale(p: float, training: bool, mode: str) -> float:
    if mode == "inverted" and training:
        return 1 / (1 - p) if p < 1 else 0.0
    return 1 - p if mode == "classic" and not training else 1.0


def _times(scale: float, values: Array) -> Array:
    with np.errstate(over="ignore"):  # reported as not finite
        product: Array = checks.representable(scale * values)
    return product


def _running_average(rows: Array) -> Array:
    """Average rows over more and more of them."""
    # Divide first: the sum of large outputs could overflow, their mean cannot.
    counts = np.arange(1, len(rows) + 1)[:, None]
    peak = max(float(np.abs(rows).max()), 1.0)
    averages: Array = (rows / peak).cumsum(axis=0) / counts * peak
    return averages
