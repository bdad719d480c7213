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
