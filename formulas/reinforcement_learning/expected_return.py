"""Expected return: rewards of the future, weighted down the later they come."""

from __future__ import annotations

import itertools
import math

import numpy as np
from numpy.typing import ArrayLike

from formulas import checks
from formulas.checks import Array, Seed


def discounted_return(rewards: ArrayLike, gamma: float) -> float:
    """Add up rewards, each step further away counting ``gamma`` times as much.

    Parameters
    ----------
    rewards : (T,) array_like
        The rewards of one episode, in order.
    gamma : float
        Discount in [0, 1].

    Returns
    -------
    float
        The return from the first step on.

    Raises
    ------
    ValueError
        If the rewards are empty, not 1-D or not finite, or gamma is outside [0, 1].

    References
    ----------
    Sutton and Barto (2018), eqs. (3.8) and (3.11).

    Examples
    --------
    >>> discounted_return([1.0, 2.0, 4.0], 0.5)
    3.0
    """
    return float(returns_to_go(rewards, gamma)[0])


def returns_to_go(rewards: ArrayLike, gamma: float) -> Array:
    """Return what is still to come at every step, by one pass from the end.

    Parameters
    ----------
    rewards : (T,) array_like
        The rewards of one episode, in order.
    gamma : float
        Discount in [0, 1].

    Returns
    -------
    (T,) ndarray
        Entry t is the return after t steps. The 0 of the finished episode is left out.

    Raises
    ------
    ValueError
        As `discounted_return`.

    References
    ----------
    Sutton and Barto (2018), eq. (3.9).

    Examples
    --------
    >>> returns_to_go([-1.0, 2.0, 6.0, 3.0, 2.0], 0.5)
    array([2., 6., 8., 4., 2.])
    """
    R = checks.array(rewards, "rewards", ndim=1)
    gamma = checks.scalar(gamma, "gamma", low=0, high=1)
    backwards = itertools.accumulate(R[::-1].tolist(), lambda G, r: r + gamma * G)
    returns: Array = checks.representable(np.array(list(backwards))[::-1])
    return returns


def discounted_rewards(rewards: ArrayLike, gamma: float) -> Array:
    """Return what each reward is worth today.

    Parameters
    ----------
    rewards : (T,) array_like
        The rewards of one episode, in order.
    gamma : float
        Discount in [0, 1].

    Returns
    -------
    (T,) ndarray
        Their running sum approaches the return.

    Raises
    ------
    ValueError
        As `discounted_return`.

    Examples
    --------
    >>> discounted_rewards([1.0, 1.0, 1.0], 0.5)
    array([1.  , 0.5 , 0.25])
    """
    R = checks.array(rewards, "rewards", ndim=1)
    gamma = checks.scalar(gamma, "gamma", low=0, high=1)
    return gamma ** np.arange(len(R)) * R


def constant_reward_return(
    reward: float, gamma: float, n_steps: int | None = None
) -> float:
    """Return what the same reward at every step adds up to.

    Parameters
    ----------
    reward : float
        The reward of every step.
    gamma : float
        Discount in [0, 1].
    n_steps : int, optional
        Number of steps, at least 0; endless by default.

    Returns
    -------
    float
        The sum of the geometric series.

    Raises
    ------
    ValueError
        If the sum is infinite: no end, no discount and a reward.

    References
    ----------
    Sutton and Barto (2018), eq. (3.10).

    Examples
    --------
    >>> constant_reward_return(1.0, 0.5), constant_reward_return(1.0, 0.5, 2)
    (2.0, 1.5)
    """
    reward = checks.scalar(reward, "reward")
    gamma = checks.scalar(gamma, "gamma", low=0, high=1)
    if n_steps is None:
        if gamma == 1 and reward != 0:
            raise ValueError("the infinite return diverges for gamma = 1")
        weight = 1 / (1 - gamma) if gamma < 1 else 0.0
    else:
        weight = _geometric(gamma, checks.integer(n_steps, "n_steps", low=0))
    return float(checks.representable(reward * weight))


def _geometric(gamma: float, n: int) -> float:
    if gamma == 1:
        return float(n)
    if gamma < 0.5:
        return (1 - gamma**n) / (1 - gamma)
    # The same, without cancellation where gamma is close to 1.
    return -math.expm1(n * math.log1p(gamma - 1)) / (1 - gamma)


def effective_horizon(gamma: float, *, threshold: float = 0.01) -> float:
    """Return after how many steps a reward's weight falls to the threshold.

    Parameters
    ----------
    gamma : float
        Discount in [0, 1].
    threshold : float
        A weight in (0, 1).

    Returns
    -------
    float
        Steps, not rounded; 1 for ``gamma = 0`` and inf for ``gamma = 1``.

    Raises
    ------
    ValueError
        If an argument is outside its range.

    Examples
    --------
    >>> effective_horizon(0.5, threshold=0.125)
    3.0
    """
    gamma = checks.scalar(gamma, "gamma", low=0, high=1)
    threshold = checks.scalar(
        threshold, "threshold", low=0, high=1, open_low=True, open_high=True
    )
    if gamma in (0.0, 1.0):
        return math.inf if gamma else 1.0
    return math.log(threshold) / math.log(gamma)


def interrupted_returns(
    rewards: ArrayLike, gamma: float, *, n_episodes: int = 1000, rng: Seed = 0
) -> Array:
    """Play an episode again and again that may end early; add up its plain rewards.

    Parameters
    ----------
    rewards : (T,) array_like
        The rewards of the episode if it goes on to its end, in order.
    gamma : float
        Probability in [0, 1] that it goes on after a step.
    n_episodes : int
        At least 1.
    rng : int or numpy.random.Generator
        Seed or source of randomness.

    Returns
    -------
    (n_episodes,) ndarray
        Random returns without a discount; their expectation is the discounted return.

    Raises
    ------
    ValueError
        As `discounted_return`, or if there is no episode.

    References
    ----------
    Sutton and Barto (2018), section 5.8, where a discount is a degree of termination.

    Examples
    --------
    >>> interrupted_returns([1.0, 2.0, 4.0], 0.5, n_episodes=6)
    array([3., 1., 1., 1., 7., 7.])
    """
    R = checks.array(rewards, "rewards", ndim=1)
    n_episodes = checks.integer(n_episodes, "n_episodes", low=1)
    chance = discounted_rewards(np.ones(len(R)), gamma)  # that a step is reached
    draws = 1 - checks.generator(rng).random(n_episodes)  # above 0
    steps = np.searchsorted(-chance, -draws, side="right")
    returns: Array = R.cumsum()[steps - 1]
    return returns


def simulate_returns(
    P: ArrayLike,
    r: ArrayLike,
    gamma: float,
    start: int,
    *,
    n_episodes: int = 1000,
    max_steps: int = 1000,
    rng: Seed = 0,
) -> Array:
    """Play episodes of a Markov reward process and return what each one brought.

    Parameters
    ----------
    P : (S, S) array_like
        Probability of each next state; what a row lacks to 1 ends the episode there.
    r : (S,) array_like
        Reward on leaving each state; a state without successors pays it and ends.
    gamma : float
        Discount in [0, 1].
    start : int
        Where episodes begin, counted from 0.
    n_episodes : int
        At least 1.
    max_steps : int
        Where an endless episode is cut off, which only a discount allows.
    rng : int or numpy.random.Generator
        Seed or source of randomness.

    Returns
    -------
    (n_episodes,) ndarray
        Random returns; their mean estimates the expected return of the start.

    Raises
    ------
    ValueError
        If shapes do not fit, a row is no distribution, or without discount an episode
        takes too long.

    References
    ----------
    Sutton and Barto (2018), eqs. (3.11) and (3.12).

    Examples
    --------
    >>> simulate_returns([[0.0, 1.0], [0.0, 0.0]], [1.0, 4.0], 0.5, 0, n_episodes=2)
    array([3., 3.])
    """
    transition_probs, reward = _process(P, r)
    gamma = checks.scalar(gamma, "gamma", low=0, high=1)
    start = checks.integer(start, "start", low=0, high=len(reward) - 1)
    n_episodes = checks.integer(n_episodes, "n_episodes", low=1)
    max_steps = checks.integer(max_steps, "max_steps", low=1)
    random = checks.generator(rng)
    bounds = np.cumsum(transition_probs, axis=1)
    bounds[np.abs(bounds[:, -1] - 1) <= checks.SUM_TOLERANCE, -1] = 1.0
    absorbing = (transition_probs.diagonal() == 1) & (reward == 0)
    ends = np.append(absorbing, True)  # the last one: past all successors
    returns = np.zeros(n_episodes)
    alive = np.arange(n_episodes)
    state = np.full(n_episodes, start)
    weight = 1.0
    for _ in range(max_steps):
        returns[alive] += weight * reward[state]
        draws = random.random((len(alive), 1))
        state = (draws >= bounds[state]).sum(axis=1)
        goes_on = ~ends[state]
        alive, state = alive[goes_on], state[goes_on]
        weight *= gamma
        if not len(alive) or weight == 0:
            return returns
    if gamma == 1:
        raise ValueError(f"episode did not terminate within {max_steps} steps")
    return returns


def _process(P: ArrayLike, r: ArrayLike) -> tuple[Array, Array]:
    transition_probs = checks.as_array(P, "P", ndim=2)
    reward = checks.as_array(r, "r", ndim=1)
    fits = transition_probs.shape == (len(reward), len(reward))
    checks.same_shape(
        fits, "P", transition_probs, "r", reward, "P must be (S, S), r (S,)"
    )
    checks.finite(P=transition_probs, r=reward)
    checks.non_negative(P=transition_probs)
    totals = transition_probs.sum(axis=1)
    checks.sums_to_one(P=transition_probs[totals > 1 + checks.SUM_TOLERANCE])
    return transition_probs, reward
