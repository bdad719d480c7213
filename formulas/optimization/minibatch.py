"""Minibatches: step along the gradient of a few examples drawn at random."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from formulas import checks
from formulas.checks import Array, Seed


def draw_batches(
    n_examples: int, size: int, n_steps: int, *, rng: Seed = 0
) -> NDArray[np.int_]:
    """Draw a batch of examples for each step, each example anew from all of them.

    With the same seed, a smaller batch is the beginning of a larger one.

    Parameters
    ----------
    n_examples : int
        How many examples there are, at least 1.
    size : int
        Examples in a batch, at least 1; one may be drawn more than once.
    n_steps : int
        Number of batches, at least 1.
    rng : int or numpy.random.Generator
        A seed or a generator.

    Returns
    -------
    (n_steps, size) ndarray of int
        The numbers of the examples, counted from 0.

    Raises
    ------
    ValueError
        If a number is not whole or too small.

    Examples
    --------
    >>> few, many = (draw_batches(24, size, 5, rng=1) for size in (2, 8))
    >>> many.shape, bool((many[:, :2] == few).all())
    ((5, 8), True)
    """
    n_examples = checks.integer(n_examples, "n_examples", low=1)
    size = checks.integer(size, "size", low=1)
    n_steps = checks.integer(n_steps, "n_steps", low=1)
    drawn: NDArray[np.int_] = checks.generator(rng).integers(
        n_examples, size=(size, n_steps)
    )
    return drawn.T


def minibatch_path(
    examples: ArrayLike, theta0: ArrayLike, batches: ArrayLike, *, lr: float
) -> Array:
    """Walk down the mean of ``|theta - x|² / 2`` over the examples, batch by batch.

    Parameters
    ----------
    examples : (n, d) array_like
        The points x that pull at the parameters.
    theta0 : (d,) array_like
        Where to start.
    batches : (n_steps, size) array_like of int
        Which examples each step looks at, counted from 0.
    lr : float
        Step size, in (0, 2).

    Returns
    -------
    (n_steps + 1, d) ndarray
        The points, the start included.

    Raises
    ------
    ValueError
        If the shapes do not fit, an example's number is out of range, or an input is not
        finite or outside its range.

    References
    ----------
    Robbins and Monro, A Stochastic Approximation Method (1951).

    Examples
    --------
    >>> minibatch_path([[0.0], [4.0]], [8.0], [[0], [1]], lr=0.5)
    array([[8.],
           [4.],
           [4.]])
    """
    points = checks.as_array(examples, "examples", ndim=2)
    theta = checks.as_array(theta0, "theta0", ndim=1)
    rule = "theta0 needs one coordinate per column of examples"
    fits = theta.size == points.shape[1]
    checks.same_shape(fits, "theta0", theta, "examples", points, rule)
    checks.finite(examples=points, theta0=theta)
    numbers = checks.integers(batches, "batches", low=0, high=len(points) - 1, ndim=2)
    lr = checks.scalar(lr, "lr", low=0, high=2, open_low=True, open_high=True)
    path = np.empty((len(numbers) + 1, theta.size))
    path[0] = theta
    for k, mean in enumerate(points[numbers].mean(axis=1)):
        gradient = path[k] - mean  # of the batch's loss
        path[k + 1] = path[k] - lr * gradient
    return path


def expected_excess(start: float, variance: float, *, lr: float, n_steps: int) -> Array:
    """Return how far above the least the loss of `minibatch_path` is on average.

    A step keeps ``(1 - lr)²`` of the squared distance and adds ``lr² variance``.

    Parameters
    ----------
    start : float
        Loss above the least at the start, at least 0.
    variance : float
        Variance of a batch's gradient, summed over the coordinates, at least 0: that of
        the examples divided by the size of a batch.
    lr : float
        Step size, in (0, 2).
    n_steps : int
        Number of steps, at least 0.

    Returns
    -------
    (n_steps + 1,) ndarray
        The mean over all draws of the batches, before the first step and after each; it
        approaches ``lr * variance / (2 * (2 - lr))``.

    Raises
    ------
    ValueError
        If an input is not finite or outside its range.

    References
    ----------
    Bottou, Curtis and Nocedal, Optimization Methods for Large-Scale Machine Learning
    (2018), section 4.2.

    Examples
    --------
    >>> expected_excess(8.0, 3.0, lr=0.5, n_steps=2)
    array([8.     , 2.375  , 0.96875])
    """
    start = checks.scalar(start, "start", low=0)
    variance = checks.scalar(variance, "variance", low=0)
    lr = checks.scalar(lr, "lr", low=0, high=2, open_low=True, open_high=True)
    n_steps = checks.integer(n_steps, "n_steps", low=0)
    floor = lr * variance / (2 * (2 - lr))
    kept = (1 - lr) ** (2 * np.arange(n_steps + 1))
    return np.asarray(checks.representable(floor + (start - floor) * kept))
