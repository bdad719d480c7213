"""Planning: find the best policy, by whole policies or one state at a time."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from formulas import checks
from formulas.checks import Array, Seed
from formulas.reinforcement_learning.bellman import TIE, solved_chain
from formulas.reinforcement_learning.mdp import decision_arrays

ORDERS = ("sweep", "random", "prioritized")
ROUNDING = 2e-14  # of the largest value: as much as two equal ones may differ


@dataclass(frozen=True)
class PIResult:
    """The result of policy iteration.

    Attributes
    ----------
    v : (S,) ndarray
        Values of the states under the policy.
    policy : (S,) ndarray of int
        The action of each state.
    iterations : int
        How many policies were evaluated.
    converged : bool
        Whether no action could be improved any more.
    """

    v: Array
    policy: NDArray[np.int_]
    iterations: int
    converged: bool


@dataclass(frozen=True)
class AsyncResult:
    """The result of value iteration one state at a time.

    Attributes
    ----------
    v : (S,) ndarray
        Values of the states.
    backups : int
        How often the value of a state was computed.
    converged : bool
        Whether every state agrees with its neighbors within the tolerance.
    """

    v: Array
    backups: int
    converged: bool


def policy_iteration(
    P: ArrayLike,
    R: ArrayLike,
    gamma: float,
    *,
    policy0: ArrayLike | None = None,
    max_iterations: int = 1000,
) -> PIResult:
    """Evaluate a policy exactly, improve it, and repeat until it stays as it is.

    Parameters
    ----------
    P : (S, A, S) array_like
        Probability of each next state; rows sum to 1, or to 0 where the episode ends.
    R : (S, A) array_like
        Expected rewards; a state of zero rows pays once.
    gamma : float
        Discount in [0, 1]; at 1 every policy on the way must reach an end.
    policy0 : (S,) array_like of int, optional
        The first action of each state, counted from 0; action 0 everywhere by default.
    max_iterations : int
        Evaluate no more policies, and then return with ``converged=False``.

    Returns
    -------
    PIResult
        The last policy that was evaluated and its values. An action that is within 1e-9
        of the best stays; others give way to the first that is.

    Raises
    ------
    ValueError
        If shapes do not fit, a row is no distribution, a number is out of range, or
        without discount a policy never ends.

    References
    ----------
    Howard (1960); Sutton and Barto (2018), section 4.3.

    Examples
    --------
    >>> policy_iteration([[[1.0], [0.0]]], [[1.0, 1.5]], 0.5)
    PIResult(v=array([2.]), policy=array([0]), iterations=1, converged=True)
    """
    most = checks.integer(max_iterations, "max_iterations", low=1)
    rounds = policy_iterations(P, R, gamma, policy0=policy0)
    return deque(itertools.islice(rounds, most), maxlen=1).pop()


def policy_iterations(
    P: ArrayLike,
    R: ArrayLike,
    gamma: float,
    *,
    policy0: ArrayLike | None = None,
    tie: float = TIE,
) -> Iterator[PIResult]:
    """Walk through policy iteration, one policy after the other.

    Parameters
    ----------
    P, R, gamma, policy0
        As of `policy_iteration`.
    tie : float
        An action that is this close to the best stays, at least 0. What rounding may make
        of equal values is always close enough.

    Yields
    ------
    PIResult
        Each policy that was evaluated; the last one is ``converged``.

    Raises
    ------
    ValueError
        As `policy_iteration`.

    Examples
    --------
    >>> P, R = [[[1.0], [0.0]]], [[1.0, 1.5]]
    >>> [found.policy.tolist() for found in policy_iterations(P, R, 0.0)]
    [[0], [1]]
    """
    transition_probs, rewards = decision_arrays(P, R)
    gamma = checks.scalar(gamma, "gamma", low=0, high=1)
    tie = checks.scalar(tie, "tie", low=0)
    policy = _first_policy(policy0, rewards)
    every = np.arange(len(rewards))
    for iterations in itertools.count(1):
        v = solved_chain(transition_probs[every, policy], rewards[every, policy], gamma)
        with np.errstate(over="ignore", invalid="ignore"):  # reported as not finite
            q = checks.representable(rewards + gamma * (transition_probs @ v))
        # Equal values differ by rounding: a change for that could go on for ever.
        slack = max(tie, ROUNDING * float(np.abs(q).max()))
        good = q >= q.max(axis=1, keepdims=True) - slack
        stays = good[every, policy]
        converged = bool(stays.all())
        yield PIResult(v, policy, iterations, converged=converged)
        if converged:
            return
        policy = np.where(stays, policy, good.argmax(axis=1))


def _first_policy(policy0: ArrayLike | None, rewards: Array) -> NDArray[np.int_]:
    states, actions = rewards.shape
    if policy0 is None:
        return np.zeros(states, int)
    policy = checks.as_array(policy0, "policy0", ndim=1)
    rule = "policy0 needs one action per state"
    checks.same_shape(len(policy) == states, "policy0", policy, "R", rewards, rule)
    return checks.integers(policy0, "policy0", low=0, high=actions - 1)


def asynchronous_value_iteration(
    P: ArrayLike,
    R: ArrayLike,
    gamma: float,
    *,
    order: str = "sweep",
    tol: float = 1e-10,
    max_backups: int = 1_000_000,
    rng: Seed = 0,
) -> AsyncResult:
    """Find the best values by updating one state after the other, in place.

    Parameters
    ----------
    P : (S, A, S) array_like
        Probability of each next state; rows sum to 1, or to 0 where the episode ends.
    R : (S, A) array_like
        Expected rewards; a state of zero rows pays once.
    gamma : float
        Discount in [0, 1].
    order : {"sweep", "random", "prioritized"}
        Which state is next: one after the other, any, or the one that would change
        most, the first of equals.
    tol : float
        Stop when no value would change by as much; looked at after every S backups, and
        after each one if prioritized.
    max_backups : int
        Stop then in any case.
    rng : int or numpy.random.Generator
        Seed or source of randomness of the random order.

    Returns
    -------
    AsyncResult
        Values, which started at 0, and the number of backups.

    Raises
    ------
    ValueError
        If shapes do not fit, a row is no distribution, the order is unknown, a number is
        out of range, or the values grow beyond all bounds.

    References
    ----------
    Bertsekas and Tsitsiklis (1989), section 4.3; Moore and Atkeson (1993); Sutton and
    Barto (2018), section 4.5.

    Examples
    --------
    >>> ahead = [[[0.0, 1.0, 0.0]], [[0.0, 0.0, 1.0]], [[0.0, 0.0, 0.0]]]
    >>> for order in ("sweep", "prioritized"):
    ...     found = asynchronous_value_iteration(
    ...         ahead, [[0.0], [1.0], [0.0]], 0.5, order=order
    ...     )
    ...     print(found.v, found.backups)
    [0.5 1.  0. ] 6
    [0.5 1.  0. ] 2
    """
    transition_probs, rewards = decision_arrays(P, R)
    gamma = checks.scalar(gamma, "gamma", low=0, high=1)
    checks.choice(order, "order", ORDERS)
    tol = checks.scalar(tol, "tol", low=0)
    most = checks.integer(max_backups, "max_backups", low=1)
    random = checks.generator(rng)
    step = gamma * transition_probs
    with np.errstate(over="ignore", invalid="ignore"):  # reported as not finite
        if order == "prioritized":
            return _prioritized(step, rewards, tol, most)
        return _in_turn(step, rewards, tol, most, _turns(order, len(rewards), random))


def _turns(order: str, states: int, random: np.random.Generator) -> Iterator[list[int]]:
    """Return endlessly as many states as there are."""
    while True:
        if order == "sweep":
            yield list(range(states))
        else:
            yield random.integers(states, size=states).tolist()


def _in_turn(
    step: Array, rewards: Array, tol: float, most: int, turns: Iterator[list[int]]
) -> AsyncResult:
    v = np.zeros(len(rewards))
    rows = list(zip(step, rewards, strict=True))
    backups = 0
    while True:
        change = np.abs((rewards + step @ v).max(axis=1) - v)
        largest = float(checks.representable(change.max()))
        if largest < tol or backups == most:
            return AsyncResult(v, backups, converged=largest < tol)
        for state in next(turns)[: most - backups]:
            ahead, reward = rows[state]
            v[state] = (reward + ahead.dot(v)).max()
            backups += 1


def _prioritized(step: Array, rewards: Array, tol: float, most: int) -> AsyncResult:
    v = np.zeros(len(rewards))
    leads_to = step.max(axis=1) > 0
    # What each state's value would become; only predecessors of a change do change.
    before = [np.flatnonzero(column) for column in leads_to.T]
    ahead = rewards.max(axis=1)
    backups = 0
    while True:
        change = np.abs(ahead - v)
        state = int(change.argmax())
        largest = float(checks.representable(change[state]))
        if largest < tol or backups == most:
            return AsyncResult(v, backups, converged=largest < tol)
        v[state] = ahead[state]
        rows = before[state]
        ahead[rows] = (rewards[rows] + step[rows] @ v).max(axis=1)
        backups += 1
