"""Bootstrapped returns: some rewards as they came, and a value for all that follows."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from formulas import checks
from formulas.checks import Array
from formulas.reinforcement_learning.expected_return import returns_to_go

RULE = "values must have one entry more than rewards"


def n_step_returns(
    rewards: ArrayLike, values: ArrayLike, n: int, gamma: float
) -> Array:
    """Add up n rewards and let a value stand for the rest.

    Parameters
    ----------
    rewards : (T,) array_like
        The rewards of an episode, or of a piece of one, in order.
    values : (T + 1,) array_like
        Value of each state that was visited; the last one is that of the state after
        the last reward, 0 where the episode has ended.
    n : int
        At least 1; near the end there are fewer rewards.
    gamma : float
        Discount in [0, 1].

    Returns
    -------
    (T,) ndarray
        From the one-step target to the whole return.

    Raises
    ------
    ValueError
        If an input is empty, not 1-D or not finite, the lengths do not fit, or a number
        is out of range.

    References
    ----------
    Sutton and Barto (2018), eq. (7.1).

    Examples
    --------
    >>> n_step_returns([1.0, 1.0, 1.0], [0.0, 8.0, 4.0, 0.0], 2, 0.5)
    array([2.5, 1.5, 1. ])
    """
    R, V = _visited(rewards, values)
    steps = min(checks.integer(n, "n", low=1), len(R))
    gamma = checks.scalar(gamma, "gamma", low=0, high=1)
    padded = np.append(R, np.zeros(steps - 1))
    end = np.minimum(np.arange(len(R)) + steps, len(R))
    with np.errstate(over="ignore", invalid="ignore"):  # reported as not finite
        summed = np.correlate(padded, gamma ** np.arange(steps))
        rest = gamma ** (end - np.arange(len(R))) * V[end]
        returns: Array = checks.representable(summed + rest)
    return returns


def lambda_returns(
    rewards: ArrayLike, values: ArrayLike, gamma: float, lam: float
) -> Array:
    """Average the n-step returns, each one step longer counting ``lam`` times as much.

    Parameters
    ----------
    rewards, values, gamma
        As for `n_step_returns`.
    lam : float
        In [0, 1]: 0 gives the one-step targets, 1 the whole returns.

    Returns
    -------
    (T,) ndarray
        Computed by one pass from the end.

    Raises
    ------
    ValueError
        As `n_step_returns`.

    References
    ----------
    Sutton and Barto (2018), section 12.1 and eq. (12.3).

    Examples
    --------
    >>> lambda_returns([1.0, 1.0], [0.0, 8.0, 0.0], 0.5, 0.5)
    array([3.25, 1.  ])
    """
    R, V = _visited(rewards, values)
    gamma = checks.scalar(gamma, "gamma", low=0, high=1)
    lam = checks.scalar(lam, "lam", low=0, high=1)
    with np.errstate(over="ignore"):  # reported as not finite
        terms = checks.representable(R + gamma * (1 - lam) * V[1:])
    # The value after the last reward ends the pass as one more term.
    return returns_to_go(np.append(terms, V[-1]), gamma * lam)[:-1]


def gae(rewards: ArrayLike, values: ArrayLike, gamma: float, lam: float) -> Array:
    """Return how much better each step went than expected, by generalized estimation.

    Parameters
    ----------
    rewards, values, gamma
        As for `n_step_returns`.
    lam : float
        In [0, 1]: 0 trusts the values (low variance), 1 the rewards (no bias).

    Returns
    -------
    (T,) ndarray
        Advantages: the discounted sum of the TD errors, which is the λ-return less the
        value.

    Raises
    ------
    ValueError
        As `n_step_returns`.

    References
    ----------
    Schulman et al. (2016), eq. (16).

    Examples
    --------
    >>> gae([1.0, 1.0], [0.0, 8.0, 0.0], 0.5, 0.5)
    array([ 3.25, -7.  ])
    """
    R, V = _visited(rewards, values)
    gamma = checks.scalar(gamma, "gamma", low=0, high=1)
    lam = checks.scalar(lam, "lam", low=0, high=1)
    with np.errstate(over="ignore", invalid="ignore"):  # reported as not finite
        errors = checks.representable(R + gamma * V[1:] - V[:-1])
    return returns_to_go(errors, gamma * lam)


def _visited(rewards: ArrayLike, values: ArrayLike) -> tuple[Array, Array]:
    R = checks.as_array(rewards, "rewards", ndim=1)
    V = checks.as_array(values, "values", ndim=1)
    checks.same_shape(len(V) == len(R) + 1, "rewards", R, "values", V, RULE)
    checks.finite(rewards=R, values=V)
    return R, V
