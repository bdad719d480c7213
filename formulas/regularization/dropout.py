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


@dataclass(frozen=True)
class DropoutRun:
    """Many masks over the same units.

    Attributes
    ----------
    x : (n,) ndarray
        The units.
    mask, output : (k, n) ndarray
        One row for each mask, as of `DropoutResult`.
    averages : (k, 4) ndarray
        Mean output over the masks so far: of the first, the middle and the last unit,
        and of all units together.
    """

    x: Array
    mask: Array
    output: Array
    averages: Array


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


def dropout_masks(n_units: int, p: float, n_masks: int, *, rng: Seed = 0) -> Array:
    """Draw masks: each is a thinned network.

    Parameters
    ----------
    n_units : int
        At least 1.
    p : float
        Probability of dropping a unit, in [0, 1].
    n_masks : int
        At least 1.
    rng : int or numpy.random.Generator
        Seed or source of randomness.

    Returns
    -------
    (n_masks, n_units) ndarray
        1 for a unit that is kept, 0 for a dropped one.

    Raises
    ------
    ValueError
        If a count is below 1 or p is no probability.

    Examples
    --------
    >>> dropout_masks(4, 0.5, 2)
    array([[1., 0., 0., 0.],
           [1., 1., 1., 1.]])
    """
    n_units = checks.integer(n_units, "n_units", low=1)
    n_masks = checks.integer(n_masks, "n_masks", low=1)
    return dropout(np.ones((n_masks, n_units)), p, rng=rng).mask


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
    return running_average(dropout(batch, p, mode=mode, rng=rng).output)


def dropout_run(
    n_units: int,
    p: float,
    n_masks: int,
    *,
    training: bool = True,
    mode: str = "inverted",
    rng: Seed = 0,
) -> DropoutRun:
    """Draw many masks over the page's units and average what they leave.

    Parameters
    ----------
    n_units : int
        At least 1; their values are those of `unit_values`.
    p, training, mode, rng
        As for `dropout`.
    n_masks : int
        At least 1.

    Returns
    -------
    DropoutRun
        Units, masks, outputs and averages.

    Raises
    ------
    ValueError
        As `dropout`, or if a count is below 1.

    Examples
    --------
    >>> dropout_run(3, 0.25, 2, training=False).averages
    array([[0.5, 1. , 1.5, 1. ],
           [0.5, 1. , 1.5, 1. ]])
    """
    x = unit_values(n_units)
    layers = np.broadcast_to(x, (checks.integer(n_masks, "n_masks", low=1), len(x)))
    result = dropout(layers, p, training=training, mode=mode, rng=rng)
    three = result.output[:, [0, len(x) // 2, len(x) - 1]]
    together = np.column_stack([three, result.output.mean(axis=1)])
    return DropoutRun(x, result.mask, result.output, running_average(together))


def latest_seen(run: DropoutRun, masks: int, n_rows: int) -> tuple[int, Array]:
    """Return what the next layer saw under the latest masks of a run.

    Parameters
    ----------
    run : DropoutRun
        From `dropout_run`.
    masks : int
        Masks used so far, at least 1.
    n_rows : int
        How many of them to look back on, at least 1.

    Returns
    -------
    first : int
        Number of masks before the first one that is shown.
    seen : (n_rows, n) ndarray
        Outputs; NaN for dropped units and in rows that no mask was used for yet.

    Raises
    ------
    ValueError
        If a number is below 1, or there are not so many masks.

    Examples
    --------
    >>> run = dropout_run(3, 0.25, 4, training=False)
    >>> latest_seen(run, 1, 2)
    (0, array([[0.5, 1. , 1.5],
           [nan, nan, nan]]))
    """
    masks = checks.integer(masks, "masks", low=1, high=len(run.mask))
    n_rows = checks.integer(n_rows, "n_rows", low=1)
    first = max(0, masks - n_rows)
    used = slice(first, masks)
    seen = np.full((n_rows, len(run.x)), np.nan)
    seen[: masks - first] = np.where(run.mask[used], run.output[used], np.nan)
    return first, seen


def noise_by_rate(rates: ArrayLike, *, mode: str = "inverted") -> Array:
    """Return the variance that dropping at many rates gives a unit of 1.

    Parameters
    ----------
    rates : (n,) array_like
        Probabilities of dropping it.
    mode : {"inverted", "classic", "unscaled"}
        As for `dropout`.

    Returns
    -------
    (n,) ndarray
        The variances of `dropout_moments`.

    Raises
    ------
    ValueError
        As `dropout`, or if the rates are empty or not 1-D.

    Examples
    --------
    >>> noise_by_rate([0.0, 0.5, 0.75])
    array([0., 1., 3.])
    """
    drops = checks.array(rates, "rates", ndim=1).tolist()
    return np.array([dropout_moments(1.0, p, mode=mode)[1] for p in drops])


def running_average(outputs: ArrayLike) -> Array:
    """Average rows over more and more of them.

    Parameters
    ----------
    outputs : (k, n) array_like
        One row for each mask.

    Returns
    -------
    (k, n) ndarray
        Row k is the mean of the first k + 1 rows.

    Raises
    ------
    ValueError
        If the input is empty, not 2-D or not finite.

    Examples
    --------
    >>> running_average([[2.0], [0.0], [4.0]])
    array([[2.],
           [1.],
           [2.]])
    """
    rows = checks.array(outputs, "outputs", ndim=2)
    # Divide first: the sum of large outputs could overflow, their mean cannot.
    counts = np.arange(1, len(rows) + 1)[:, None]
    peak = max(float(np.abs(rows).max()), 1.0)
    averages: Array = (rows / peak).cumsum(axis=0) / counts * peak
    return averages


def unit_values(n_units: int) -> Array:
    """Return the page's input: units of different size around 1.

    Parameters
    ----------
    n_units : int
        At least 1.

    Returns
    -------
    (n_units,) ndarray
        From 0.5 to 1.5.

    Raises
    ------
    ValueError
        If the number is below 1.

    Examples
    --------
    >>> unit_values(3)
    array([0.5, 1. , 1.5])
    """
    return np.linspace(0.5, 1.5, checks.integer(n_units, "n_units", low=1))
