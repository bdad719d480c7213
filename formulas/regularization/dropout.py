"""Dropout: switch units off at random, and keep the average signal."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from formulas import checks
from formulas.checks import Array, Seed

MODES = ("inverted", "classic", "unscaled")
SINGULAR = "design matrix is singular"
WELL_CONDITIONED = 1e-3  # from here on a penalty keeps the normal equations exact
# Sums of squares up to here, and down to its inverse, are exact enough.
MODERATE = 1e200


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


def drop_path(
    x: ArrayLike, p: float = 0.5, *, training: bool = True, rng: Seed = 0
) -> DropoutResult:
    """Drop whole rows of a residual branch: those examples skip the layer.

    Parameters
    ----------
    x : (n, ...) array_like
        What the branch adds to each of n examples.
    p : float
        Probability of dropping a row, in [0, 1].
    training : bool
        Without it no row is dropped.
    rng : int or numpy.random.Generator
        Seed or source of randomness.

    Returns
    -------
    DropoutResult
        Output, mask of shape (n,) and scale: rows that are kept are divided by
        ``1 - p``. (The paper scales all rows by ``1 - p`` in evaluation instead.)

    Raises
    ------
    ValueError
        If x is empty, a single number or not finite, or p is no probability.

    References
    ----------
    Huang et al. (2016), section 3.

    Examples
    --------
    >>> drop_path(np.ones((3, 2)), 0.5).output
    array([[2., 2.],
           [0., 0.],
           [0., 0.]])
    """
    rows = checks.as_array(x, "x", copy=False)
    if not rows.ndim:
        raise ValueError("x must be 1-D, got shape ()")
    with checks.finite_first(x=rows):  # 0 times what is not finite is not, either
        p = _probability(p)
        random = checks.generator(rng)
        count = len(rows)
        kept = random.random(count) >= p if training else np.ones(count, dtype=bool)
        mask = kept.astype(float)
        scale = _scale(p, training, "inverted")
        factors = (scale * mask).reshape(-1, *[1] * (rows.ndim - 1))
        output = _times(factors, rows)
    return DropoutResult(output, mask, scale)


def survival_probabilities(depth: int, *, last: float = 0.5) -> Array:
    """Return how likely each layer is kept when deeper layers are dropped more often.

    Parameters
    ----------
    depth : int
        Number of layers, at least 1.
    last : float
        Probability of keeping the last layer, in [0, 1].

    Returns
    -------
    (depth,) ndarray
        On a straight line from 1, the input, to ``last``.

    Raises
    ------
    ValueError
        If the depth is below 1 or not whole, or ``last`` is no probability.

    References
    ----------
    Huang et al. (2016), eq. (4).

    Examples
    --------
    >>> survival_probabilities(4, last=0.6).round(12)
    array([0.9, 0.8, 0.7, 0.6])
    """
    depth = checks.integer(depth, "depth", low=1)
    last = checks.scalar(last, "last", low=0, high=1)
    share = np.arange(1, depth + 1) / depth
    return 1 - share * (1 - last)


def dropout_ridge(X: ArrayLike, y: ArrayLike, p: float) -> Array:
    """Fit least squares with dropout on the inputs, averaged over all masks.

    Parameters
    ----------
    X : (n, d) array_like
        Predictors, one a column; there is no intercept.
    y : (n,) array_like
        What they should explain.
    p : float
        Probability of dropping an entry of X, in [0, 1); the others are divided by
        ``1 - p``.

    Returns
    -------
    (d,) ndarray
        Coefficients: those of a ridge whose penalty on each is ``p / (1 - p)`` times
        the sum of squares of its column.

    Raises
    ------
    ValueError
        If the rows differ, an entry is not finite, p lies outside its range, a column
        is 0, or columns are dependent with ``p=0``.

    References
    ----------
    Srivastava et al. (2014), section 9.1; Wager, Wang and Liang (2013).

    Examples
    --------
    >>> dropout_ridge([[1.0], [1.0]], [2.0, 4.0], 0.5).round(12)
    array([1.5])
    """
    predictors = checks.as_array(X, "X", ndim=2, copy=False)
    response = checks.as_array(y, "y", ndim=1)
    rule = "X and y must have the same number of rows"
    fits = len(predictors) == len(response)
    checks.same_shape(fits, "X", predictors, "y", response, rule)
    checks.finite(X=predictors, y=response)
    p = checks.scalar(p, "p", low=0, high=1, open_high=True)
    predictors, gram, largest = _products(predictors)
    lengths = np.sqrt(gram.diagonal())
    odds = p / (1 - p)
    with np.errstate(over="ignore", invalid="ignore"):  # reported as not finite
        # With columns of length 1 the penalty is the same for all.
        if p < WELL_CONDITIONED:
            solution = _damped(predictors / lengths, response, odds)
        else:
            gram /= np.outer(lengths, lengths)
            gram.flat[:: len(gram) + 1] += odds
            solution = np.linalg.solve(gram, predictors.T @ response / lengths)
        coefficients: Array = solution / lengths / largest
        checks.representable(coefficients)
    return coefficients


def _products(predictors: Array) -> tuple[Array, Array, Array | float]:
    """Multiply columns with each other; if they are extreme, divided by their largest."""
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        gram = predictors.T @ predictors
        squares = gram.diagonal()
        if squares.min() > 1 / MODERATE and squares.max() < MODERATE:
            return predictors, gram, 1.0
    largest = np.abs(predictors).max(axis=0)
    if not largest.all():
        raise ValueError(SINGULAR)
    predictors = predictors / largest
    return predictors, predictors.T @ predictors, largest


def _damped(columns: Array, response: Array, penalty: float) -> Array:
    """Solve a ridge whose normal equations would lose too many digits."""
    left, singular, right = np.linalg.svd(columns, full_matrices=False)
    small = max(columns.shape) * np.finfo(float).eps * singular[0]
    if not penalty and (len(singular) < len(right.T) or singular[-1] <= small):
        raise ValueError(SINGULAR)
    damped = singular / (singular**2 + penalty)
    return np.asarray(right.T @ (damped * (left.T @ response)))


def _probability(p: float) -> float:
    number = checks.scalar(p, "p")
    if not 0 <= number <= 1:
        raise ValueError(f"dropout probability must be between 0 and 1, got {number}")
    return number


def _scale(p: float, training: bool, mode: str) -> float:
    if mode == "inverted" and training:
        return 1 / (1 - p) if p < 1 else 0.0
    return 1 - p if mode == "classic" and not training else 1.0


def _times(scale: float | Array, values: Array) -> Array:
    with np.errstate(over="ignore", invalid="ignore"):  # reported as not finite
        product: Array = checks.representable(scale * values)
    return product


def _running_average(rows: Array) -> Array:
    """Average rows over more and more of them."""
    # Divide first: the sum of large outputs could overflow, their mean cannot.
    counts = np.arange(1, len(rows) + 1)[:, None]
    peak = max(float(np.abs(rows).max()), 1.0)
    averages: Array = (rows / peak).cumsum(axis=0) / counts * peak
    return averages
