"""The short corridor of Sutton and Barto: three cells that look alike, and a goal."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from formulas import checks
from formulas.checks import Array, Seed

# States 0, 1, 2 and the goal 3; left and right change places in state 1.
CORRIDOR = ((0, 1), (2, 0), (1, 3))
GOAL = 3
MOST_STEPS = 10_000


@dataclass(frozen=True)
class Strides:
    """What several moves in a row come to, by the state before them and their number.

    The number of a sequence of moves has a bit for each, 1 for going right, that of the
    first move the lowest. Moves after the goal do not count.

    Attributes
    ----------
    states : (3, 2**length) ndarray of int
        The state after them; the goal if it was reached on the way.
    steps : (3, 2**length) ndarray of int
        How many of the moves were made.
    rights : (3, 2**length) ndarray of int
        How many of these went right.
    places : (3, 2**length) ndarray of int
        The sum of the places of those that went right, counted from 0.
    """

    states: NDArray[np.int_]
    steps: NDArray[np.int_]
    rights: NDArray[np.int_]
    places: NDArray[np.int_]


@functools.cache
def strides(length: int) -> Strides:
    """Walk the corridor along every sequence of moves of a length.

    Parameters
    ----------
    length : int
        Number of moves, at least 1; there are two to the power of it sequences.

    Returns
    -------
    Strides
        Where each of them leads from each state but the goal.

    Examples
    --------
    >>> two = strides(2)
    >>> two.states[2].tolist()  # LL, R and the goal, LR, R and the goal
    [2, 3, 0, 3]
    """
    length = checks.integer(length, "length", low=1)
    numbers = np.arange(2**length)
    following = np.array([*CORRIDOR, (GOAL, GOAL)])
    states = np.repeat(np.arange(GOAL)[:, None], len(numbers), axis=1)
    steps, rights, places = np.zeros((3, *states.shape), int)
    for place in range(length):
        right = numbers >> place & 1
        walking = states != GOAL
        steps += walking
        rights += walking & right
        places += place * (walking & right)
        states = following[states, right]
    for array in (states, steps, rights, places):
        array.setflags(write=False)
    return Strides(states, steps, rights, places)


def checked_probability(p: float) -> float:
    """Check the probability of going right: at 0 and 1 the goal is never reached.

    Parameters
    ----------
    p : float
        Probability of going right, in (0, 1).

    Returns
    -------
    float
        The same.

    Raises
    ------
    ValueError
        If p is 0 or 1 or no probability.

    Examples
    --------
    >>> checked_probability(0.5)
    0.5
    """
    p = checks.scalar(p, "p", low=0, high=1)
    if p in (0.0, 1.0):
        raise ValueError("the episode never ends for p = 0 or p = 1")
    return p


def corridor_value(p: float) -> float:
    """Return the expected return of the short corridor.

    Parameters
    ----------
    p : float
        Probability of going right, in (0, 1).

    Returns
    -------
    float
        Minus the mean number of steps from the start to the goal.

    Raises
    ------
    ValueError
        If p is 0 or 1, where the goal is never reached, or no probability.

    References
    ----------
    Sutton and Barto (2018), example 13.1.

    Examples
    --------
    >>> corridor_value(0.5)
    -12.0
    """
    p = checked_probability(p)
    return float(checks.representable((2 * p - 4) / (p * (1 - p))))


def corridor_values(p: float) -> Array:
    """Return the expected return from each cell of the short corridor.

    Parameters
    ----------
    p : float
        Probability of going right, in (0, 1).

    Returns
    -------
    (3,) ndarray
        Minus the mean number of steps to the goal; the first is `corridor_value`.

    Raises
    ------
    ValueError
        As `corridor_value`.

    Examples
    --------
    >>> corridor_values(0.5)
    array([-12., -10.,  -6.])
    """
    first, p = corridor_value(p), float(p)
    return np.array([first, first + 1 / p, -3 / p])


def corridor_gradient(p: float) -> float:
    """Return the derivative of the corridor's value by the probability of right.

    Parameters
    ----------
    p : float
        Probability of going right, in (0, 1).

    Returns
    -------
    float
        Times ``p (1 - p)`` it is the derivative by the logit.

    Raises
    ------
    ValueError
        As `corridor_value`.

    Examples
    --------
    >>> corridor_gradient(0.5)
    8.0
    """
    p = checked_probability(p)
    spread = p * (1 - p)
    # Divided twice: the square of a tiny p would be 0.
    slope = 2 * (p * p - 4 * p + 2) / spread / spread
    return float(checks.representable(slope))


def corridor_slope(p: float) -> float:
    """Return the derivative of the corridor's value by the logit: the true gradient.

    Parameters
    ----------
    p : float
        Probability of going right, in (0, 1).

    Returns
    -------
    float
        What the estimates average to.

    Raises
    ------
    ValueError
        As `corridor_value`.

    Examples
    --------
    >>> corridor_slope(0.5)
    2.0
    """
    return p * (1 - p) * corridor_gradient(p)


@dataclass(frozen=True)
class EstimateMoments:
    """How the gradient estimated from one episode is distributed.

    With a baseline b the estimate is H - b S: H is the estimate without a baseline, S the
    sum of the steps' gradients of the log-probability.

    Attributes
    ----------
    mean, mean_slope : float
        Means of H, which is the true gradient, and of S, which is 0 but for rounding.
    variance, covariance, slope_variance : float
        Variance of H, covariance of H and S, variance of S.
    """

    mean: float
    mean_slope: float
    variance: float
    covariance: float
    slope_variance: float


def corridor_moments(p: float) -> EstimateMoments:
    """Return mean and variance of the gradient by the logit from one episode, exactly.

    From some cell on let L be the number of steps, S the sum of all x - p, and H the sum
    of all -L (x - p), with x = 1 for a step to the right and 0 to the left. If a step x
    leads to where they are L', S' and H', then L = 1 + L', S = x - p + S' and
    H = -L (x - p) + H'. So the mean of each of them, and of each product of two, solves
    three linear equations, one for each cell, with the same matrix.

    Parameters
    ----------
    p : float
        Probability of going right, in (0, 1).

    Returns
    -------
    EstimateMoments
        Of all episodes from the first cell to the goal.

    Raises
    ------
    ValueError
        As `corridor_value`, or if a moment is too large to be represented.

    Examples
    --------
    >>> half = corridor_moments(0.5)
    >>> round(half.mean, 9), round(half.variance, 9), round(half.slope_variance, 9)
    (2.0, 733.0, 3.0)
    """
    p = checked_probability(p)
    d = np.array([0.0, 1.0]) - p  # x - p of left and right: the columns from here on
    to = np.array(CORRIDOR)  # where they lead from each cell

    def means(added: Array | float) -> Array:
        """Return the mean sum of what each action adds, from each cell and the goal on."""
        return _mean_sums(p, np.broadcast_to(added, to.shape))

    with np.errstate(over="ignore", invalid="ignore"):  # reported as not finite
        L, S = means(1.0), means(d)
        H = means(-d * (1 + L[to]))
        LL = means(1 + 2 * L[to])
        LS = means(d * (1 + L[to]) + S[to])
        LH = means(-d * (1 + 2 * L[to] + LL[to]) + H[to])
        SS = means(d * (d + 2 * S[to]))
        SH = means(d * (H[to] - S[to] - LS[to] - d * (1 + L[to])))
        HH = means(d * (d * (1 + 2 * L[to] + LL[to]) - 2 * (H[to] + LH[to])))
        moments = (
            H[0],
            S[0],
            HH[0] - H[0] ** 2,
            SH[0] - S[0] * H[0],
            SS[0] - S[0] ** 2,
        )
    return EstimateMoments(*checks.representable(np.array(moments)).tolist())


def _mean_sums(p: float, added: Array) -> Array:
    """Return the mean of a sum over the rest of an episode, by cell; 0 at the goal.

    Each step adds a number of its cell and action; r is its mean by cell. The sums m solve
    m0 = r0 + q m0 + p m1, m1 = r1 + q m2 + p m0 and m2 = r2 + q m1, with q = 1 - p.
    """
    q = 1 - p
    r = added @ np.array([q, p])
    first = (r[1] + q * r[2] + (1 + q) * r[0]) / p / q
    middle = first - r[0] / p
    return np.array([first, middle, r[2] + q * middle, 0.0])


def corridor_episode(p: float, *, rng: Seed = 0) -> NDArray[np.int_]:
    """Walk through the corridor once.

    Parameters
    ----------
    p : float
        Probability of going right, in (0, 1).
    rng : int or numpy.random.Generator
        Seed or source of randomness.

    Returns
    -------
    (T,) ndarray of int
        The actions: 1 for right, 0 for left. Cut off after 10 000.

    Raises
    ------
    ValueError
        As `corridor_value`.

    Examples
    --------
    >>> corridor_episode(0.5, rng=1)
    array([0, 0, 1, 0, 1])
    """
    actions, _ = walk_corridor(checked_probability(p), uniform_draws(rng))
    return np.array(actions)


def walk_corridor(
    p: float, draws: Iterator[float], *, max_steps: int = MOST_STEPS
) -> tuple[list[int], bool]:
    """Walk through the corridor once, with random numbers from outside.

    Parameters
    ----------
    p : float
        Probability of going right.
    draws : iterator of float
        Uniform random numbers, one a step.
    max_steps : int
        Longer episodes are cut off.

    Returns
    -------
    actions : list of int
        1 for right, 0 for left.
    truncated : bool
        Whether the episode was cut off.

    Examples
    --------
    >>> walk_corridor(0.5, iter([0.1, 0.9, 0.2]))
    ([1, 0, 1], False)
    """
    state = 0
    actions: list[int] = []
    while state != GOAL and len(actions) < max_steps:
        right = 1 if next(draws) < p else 0
        actions.append(right)
        state = CORRIDOR[state][right]
    return actions, state != GOAL


def uniform_draws(rng: Seed) -> Iterator[float]:
    """Draw uniform random numbers one by one, without end.

    Parameters
    ----------
    rng : int or numpy.random.Generator
        Seed or source of randomness.

    Yields
    ------
    float
        In [0, 1).

    Raises
    ------
    ValueError
        If the seed is negative or not whole.

    Examples
    --------
    >>> round(next(uniform_draws(0)), 6)
    0.636962
    """
    return _endless(checks.generator(rng))


def _endless(random: np.random.Generator) -> Iterator[float]:
    while True:
        yield from random.random(4096).tolist()
