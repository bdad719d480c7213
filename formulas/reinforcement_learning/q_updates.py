"""Updates of a table of action values: what a single transition teaches."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from formulas import checks
from formulas.checks import Array


@dataclass(frozen=True)
class QUpdate:
    """One update: the whole table after it, its target and its error.

    Attributes
    ----------
    Q_new : (S, A) ndarray
        The table with one entry changed.
    target : float
        What the entry was moved towards.
    td_error : float
        Target minus the entry's old value.
    """

    Q_new: Array
    target: float
    td_error: float


def q_learning_update(
    action_values: ArrayLike,
    state: int,
    action: int,
    reward: float,
    next_state: int,
    *,
    alpha: float,
    gamma: float,
    terminal: bool = False,
) -> QUpdate:
    """Move one entry of the table towards reward plus discounted best next value.

    Parameters
    ----------
    action_values : (S, A) array_like
        The table Q.
    state, action : int
        The entry that is updated, counted from 0.
    reward : float
        The reward of the transition.
    next_state : int
        Where it led; ignored when ``terminal``.
    alpha : float
        Step size in (0, 1].
    gamma : float
        Discount in [0, 1].
    terminal : bool
        Whether the episode ended, so that no value follows.

    Returns
    -------
    QUpdate
        New table, target and error.

    Raises
    ------
    ValueError
        If the table is not 2-D and finite, an index lies outside it, or a rate lies
        outside its range.

    References
    ----------
    Watkins (1989); Sutton and Barto (2018), eq. (6.8).

    Examples
    --------
    >>> update = q_learning_update([[2.0], [5.0]], 0, 0, -1.0, 1, alpha=0.1, gamma=0.9)
    >>> update.target, update.td_error, update.Q_new[0, 0]
    (3.5, 1.5, np.float64(2.15))
    """
    Q = checks.array(action_values, "action_values", ndim=2)
    next_value = 0.0
    if not terminal:
        next_value = Q[_index(next_state, "next_state", len(Q))].max()
    return _update(Q, state, action, reward, next_value, alpha, gamma)


def sarsa_update(
    action_values: ArrayLike,
    state: int,
    action: int,
    reward: float,
    next_state: int,
    next_action: int,
    *,
    alpha: float,
    gamma: float,
    terminal: bool = False,
) -> QUpdate:
    """Move one entry towards reward plus discounted value of the action taken next.

    Parameters
    ----------
    action_values : (S, A) array_like
        The table Q.
    state, action : int
        The entry that is updated, counted from 0.
    reward : float
        The reward of the transition.
    next_state, next_action : int
        Where it led and what was done there; ignored when ``terminal``.
    alpha : float
        Step size in (0, 1].
    gamma : float
        Discount in [0, 1].
    terminal : bool
        Whether the episode ended, so that no value follows.

    Returns
    -------
    QUpdate
        New table, target and error.

    Raises
    ------
    ValueError
        As `q_learning_update`.

    References
    ----------
    Sutton and Barto (2018), eq. (6.7).

    Examples
    --------
    >>> table = [[2.0, 0.0], [5.0, 1.0]]
    >>> sarsa_update(table, 0, 0, -1.0, 1, 1, alpha=0.5, gamma=1.0).target
    0.0
    """
    Q = checks.array(action_values, "action_values", ndim=2)
    next_value = 0.0
    if not terminal:
        row = Q[_index(next_state, "next_state", len(Q))]
        next_value = row[_index(next_action, "next_action", len(row))]
    return _update(Q, state, action, reward, next_value, alpha, gamma)


def expected_sarsa_update(
    action_values: ArrayLike,
    state: int,
    action: int,
    reward: float,
    next_state: int,
    policy: ArrayLike,
    *,
    alpha: float,
    gamma: float,
    terminal: bool = False,
) -> QUpdate:
    """Move one entry towards reward plus discounted mean of the next values.

    Parameters
    ----------
    action_values : (S, A) array_like
        The table Q.
    state, action : int
        The entry that is updated, counted from 0.
    reward : float
        The reward of the transition.
    next_state : int
        Where it led; ignored when ``terminal``.
    policy : (A,) array_like
        Probability of each action there; ignored when ``terminal``. All on the best one
        is Q-learning.
    alpha : float
        Step size in (0, 1].
    gamma : float
        Discount in [0, 1].
    terminal : bool
        Whether the episode ended, so that no value follows.

    Returns
    -------
    QUpdate
        New table, target and error.

    Raises
    ------
    ValueError
        As `q_learning_update`, or if the policy is no distribution over the actions.

    References
    ----------
    van Seijen et al. (2009); Sutton and Barto (2018), eq. (6.9).

    Examples
    --------
    >>> table = [[2.0, 0.0], [5.0, 1.0]]
    >>> expected_sarsa_update(table, 0, 0, -1.0, 1, [0.5, 0.5], alpha=0.5, gamma=1).target
    2.0
    """
    Q = checks.as_array(action_values, "action_values", ndim=2)
    probabilities = np.zeros(Q.shape[1]) if terminal else _policy(policy, Q)
    checks.finite(action_values=Q, policy=probabilities)
    next_value = 0.0
    if not terminal:
        checks.distribution(policy=probabilities)
        next_value = float(probabilities @ _next_row(Q, next_state))
    return _update(Q, state, action, reward, next_value, alpha, gamma)


def double_q_update(
    action_values: ArrayLike,
    other_values: ArrayLike,
    state: int,
    action: int,
    reward: float,
    next_state: int,
    *,
    alpha: float,
    gamma: float,
    terminal: bool = False,
) -> QUpdate:
    """Move one entry towards a next value chosen by this table and read from another.

    Parameters
    ----------
    action_values : (S, A) array_like
        The table that is updated; it chooses the next action, the first of equals.
    other_values : (S, A) array_like
        The table that says what this action is worth. A coin decides before each update
        which of the two is which.
    state, action : int
        The entry that is updated, counted from 0.
    reward : float
        The reward of the transition.
    next_state : int
        Where it led; ignored when ``terminal``.
    alpha : float
        Step size in (0, 1].
    gamma : float
        Discount in [0, 1].
    terminal : bool
        Whether the episode ended, so that no value follows.

    Returns
    -------
    QUpdate
        New table in place of the first, target and error.

    Raises
    ------
    ValueError
        As `q_learning_update`, or if the tables differ in shape.

    References
    ----------
    van Hasselt (2010), Algorithm 1; Sutton and Barto (2018), eq. (6.10).

    Examples
    --------
    >>> table, other = [[2.0, 0.0], [5.0, 1.0]], [[0.0, 0.0], [3.0, 9.0]]
    >>> double_q_update(table, other, 0, 0, -1.0, 1, alpha=0.5, gamma=1).target
    2.0
    """
    Q = checks.as_array(action_values, "action_values", ndim=2)
    other = checks.as_array(other_values, "other_values", ndim=2)
    checks.same_shape(
        Q.shape == other.shape,
        "action_values",
        Q,
        "other_values",
        other,
        "both tables must have the same shape",
    )
    checks.finite(action_values=Q, other_values=other)
    next_value = 0.0
    if not terminal:
        best = _next_row(Q, next_state).argmax()
        next_value = _next_row(other, next_state)[best]
    return _update(Q, state, action, reward, next_value, alpha, gamma)


def _next_row(Q: Array, next_state: int) -> Array:
    row: Array = Q[_index(next_state, "next_state", len(Q))]
    return row


def _policy(policy: ArrayLike, Q: Array) -> Array:
    probabilities: Array = checks.as_array(policy, "policy", ndim=1)
    checks.same_shape(
        len(probabilities) == Q.shape[1],
        "action_values",
        Q,
        "policy",
        probabilities,
        "policy needs one probability per action",
    )
    return probabilities


def _update(
    Q: Array,
    state: int,
    action: int,
    reward: float,
    next_value: float,
    alpha: float,
    gamma: float,
) -> QUpdate:
    s = _index(state, "state", Q.shape[0])
    a = _index(action, "action", Q.shape[1])
    reward = checks.scalar(reward, "reward")
    alpha = checks.scalar(alpha, "alpha", low=0, high=1, open_low=True)
    gamma = checks.scalar(gamma, "gamma", low=0, high=1)
    target = reward + gamma * float(next_value)
    error = target - float(Q[s, a])
    checks.representable([target, error])
    Q_new = Q.copy()
    Q_new[s, a] += alpha * error
    return QUpdate(Q_new, target, error)


def _index(value: int, name: str, size: int) -> int:
    return checks.integer(value, name, low=0, high=size - 1)
