"""Bellman equation: the value of a state follows from the values of its neighbors."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from formulas import checks
from formulas.checks import SUM_TOLERANCE, Array
from formulas.reinforcement_learning.mdp import MDP, decision_arrays, gridworld

__all__ = [
    "MDP",
    "VIResult",
    "bellman_residual",
    "epsilon_greedy_policy",
    "greedy_actions",
    "gridworld",
    "optimal_values",
    "policy_evaluation",
    "policy_evaluation_exact",
    "policy_matrices",
    "value_iteration",
]

TIE = 1e-9


@dataclass(frozen=True)
class VIResult:
    """The result of value iteration.

    Attributes
    ----------
    v : (S,) ndarray
        Values of the states under the best policy.
    q : (S, A) ndarray
        Values of the actions.
    greedy : (S, A) ndarray of bool
        All actions that are best, up to 1e-9.
    errors : (sweeps,) ndarray
        Largest change of each sweep.
    converged : bool
        Whether the last change was within the tolerance.
    sweeps : int
        How many were made.
    """

    v: Array
    q: Array
    greedy: NDArray[np.bool_]
    errors: Array
    converged: bool
    sweeps: int


def policy_matrices(
    P: ArrayLike, R: ArrayLike, policy: ArrayLike
) -> tuple[Array, Array]:
    """Average the actions out: what is left is a chain with rewards.

    Parameters
    ----------
    P : (S, A, S) array_like
        Probability of each next state; rows sum to 1, or to 0 in a terminal state.
    R : (S, A) array_like
        Expected rewards.
    policy : (S, A) array_like
        Probability of each action in each state.

    Returns
    -------
    P_pi : (S, S) ndarray
        Probability of each next state under the policy.
    r_pi : (S,) ndarray
        Expected rewards under the policy.

    Raises
    ------
    ValueError
        If shapes do not fit or a row is no distribution.

    References
    ----------
    Sutton and Barto (2018), eq. (3.14).

    Examples
    --------
    >>> policy_matrices([[[1.0], [0.0]]], [[2.0, 4.0]], [[0.5, 0.5]])
    (array([[0.5]]), array([3.]))
    """
    transition_probs, rewards, probabilities = decision_arrays(P, R, policy)
    P_pi = (probabilities[:, None, :] @ transition_probs)[:, 0, :]
    return P_pi, (probabilities * rewards).sum(axis=1)


def policy_evaluation_exact(P_pi: ArrayLike, r_pi: ArrayLike, gamma: float) -> Array:
    """Solve the Bellman expectation equation, which is a linear system.

    Parameters
    ----------
    P_pi : (S, S) array_like
        Probability of each next state; what a row lacks to 1 ends the episode.
    r_pi : (S,) array_like
        Expected rewards.
    gamma : float
        Discount in [0, 1].

    Returns
    -------
    (S,) ndarray
        The expected return from each state.

    Raises
    ------
    ValueError
        If shapes do not fit, a row is no distribution, or without discount a state
        never reaches an end.

    References
    ----------
    Sutton and Barto (2018), eq. (3.14).

    Examples
    --------
    >>> policy_evaluation_exact([[0.8, 0.2], [0.4, 0.6]], [1.0, 0.0], 0.5).round(6)
    array([1.75, 0.5 ])
    """
    return solved_chain(*_chain(P_pi, r_pi, gamma))


def solved_chain(transition_probs: Array, rewards: Array, gamma: float) -> Array:
    """Do what `policy_evaluation_exact` does, with arrays that have been checked.

    Planning solves one system after the other, of rows that it has checked once.

    Parameters
    ----------
    transition_probs : (S, S) ndarray
        Probability of each next state; what a row lacks to 1 ends the episode.
    rewards : (S,) ndarray
        Expected rewards.
    gamma : float
        Discount in [0, 1].

    Returns
    -------
    (S,) ndarray
        The expected return from each state.

    Raises
    ------
    ValueError
        If without discount a state never reaches an end, or a value is not finite.

    References
    ----------
    Sutton and Barto (2018), eq. (3.14).

    Examples
    --------
    >>> solved_chain(np.array([[0.8, 0.2], [0.4, 0.6]]), np.array([1.0, 0.0]), 0.5).round(6)
    array([1.75, 0.5 ])
    """
    if gamma == 1 and not _always_ends(transition_probs):
        raise ValueError("gamma = 1 requires every state to reach a terminal state")
    system = np.eye(len(rewards)) - gamma * transition_probs
    values: Array = checks.representable(np.linalg.solve(system, rewards))
    return values


def _chain(
    P_pi: ArrayLike, r_pi: ArrayLike, gamma: float
) -> tuple[Array, Array, float]:
    transition_probs = checks.as_array(P_pi, "P_pi", ndim=2)
    rewards = checks.as_array(r_pi, "r_pi", ndim=1)
    fits = transition_probs.shape == (len(rewards), len(rewards))
    rule = "P_pi must be (S, S), r_pi (S,)"
    checks.same_shape(fits, "P_pi", transition_probs, "r_pi", rewards, rule)
    checks.finite(P_pi=transition_probs, r_pi=rewards)
    checks.non_negative(P_pi=transition_probs)
    checks.sums_to_one(
        P_pi=transition_probs[transition_probs.sum(axis=1) > 1 + SUM_TOLERANCE]
    )
    return transition_probs, rewards, checks.scalar(gamma, "gamma", low=0, high=1)


def _always_ends(transition_probs: Array) -> bool:
    """Tell whether every state can reach one that may end."""
    ends = transition_probs.sum(axis=1) < 1 - SUM_TOLERANCE
    for _ in range(len(ends)):
        ends = ends | (transition_probs[:, ends] > 0).any(axis=1)
    return bool(ends.all())


def policy_evaluation(
    P_pi: ArrayLike,
    r_pi: ArrayLike,
    gamma: float,
    *,
    n_sweeps: int,
    v0: ArrayLike | None = None,
    in_place: bool = False,
) -> Array:
    """Improve a guess of the values by sweeping over the Bellman equation.

    Parameters
    ----------
    P_pi : (S, S) array_like
        Probability of each next state; what a row lacks to 1 ends the episode.
    r_pi : (S,) array_like
        Expected rewards.
    gamma : float
        Discount in [0, 1].
    n_sweeps : int
        Number of sweeps, at least 0.
    v0 : (S,) array_like, optional
        The first guess; zeros by default.
    in_place : bool
        Let a state see the new values of the states before it.

    Returns
    -------
    (n_sweeps + 1, S) ndarray
        The guess and the values after each sweep.

    Raises
    ------
    ValueError
        If shapes do not fit, a row is no distribution, or a number is out of range.

    References
    ----------
    Sutton and Barto (2018), eq. (4.5) and section 4.1.

    Examples
    --------
    >>> policy_evaluation([[0.0, 1.0], [0.0, 0.0]], [1.0, 4.0], 0.5, n_sweeps=2)
    array([[0., 0.],
           [1., 4.],
           [3., 4.]])
    """
    transition_probs, rewards, gamma = _chain(P_pi, r_pi, gamma)
    n_sweeps = checks.integer(n_sweeps, "n_sweeps", low=0)
    v = np.zeros(len(rewards)) if v0 is None else checks.array(v0, "v0", ndim=1)
    rule = "v0 needs one value per state"
    checks.same_shape(v.shape == rewards.shape, "v0", v, "r_pi", rewards, rule)
    step = gamma * transition_probs
    if in_place:
        # One sweep in place is one synchronous sweep of this system.
        ahead = np.linalg.inv(np.eye(len(v)) - np.tril(step, -1))
        rewards = ahead @ rewards
        step = ahead @ np.triu(step)
    path = np.empty((n_sweeps + 1, len(v)))
    path[0] = v
    for guess, better in itertools.pairwise(path):
        step.dot(guess, out=better)  # faster than @ for small ones
        better += rewards
    return path


def value_iteration(
    P: ArrayLike,
    R: ArrayLike,
    gamma: float,
    *,
    tol: float = 1e-10,
    max_sweeps: int = 10000,
) -> VIResult:
    """Find the best values by sweeping over the Bellman optimality equation.

    Parameters
    ----------
    P : (S, A, S) array_like
        Probability of each next state; rows sum to 1, or to 0 where the episode ends.
    R : (S, A) array_like
        Expected rewards; a state of zero rows pays once.
    gamma : float
        Discount in [0, 1].
    tol : float
        Stop when no value changes by more.
    max_sweeps : int
        Stop then in any case, with ``converged=False``.

    Returns
    -------
    VIResult
        Values, greedy actions and the change of each sweep.

    Raises
    ------
    ValueError
        If shapes do not fit, a row is no distribution, or a number is out of range.

    References
    ----------
    Sutton and Barto (2018), eqs. (3.19) and (4.10).

    Examples
    --------
    >>> found = value_iteration([[[1.0], [0.0]]], [[1.0, 1.5]], 0.5)
    >>> found.v.round(6), found.greedy
    (array([2.]), array([[ True, False]]))
    """
    transition_probs, rewards, gamma = _decisions(P, R, gamma)
    tol = checks.scalar(tol, "tol", low=0)
    max_sweeps = checks.integer(max_sweeps, "max_sweeps", low=1)
    v = np.zeros(len(rewards))
    errors: list[float] = []
    with np.errstate(over="ignore", invalid="ignore"):  # reported as not finite
        while not errors or (errors[-1] > tol and len(errors) < max_sweeps):
            v_next = _action_values(transition_probs, rewards, gamma, v).max(axis=1)
            errors.append(float(np.abs(v_next - v).max()))
            v = v_next
        q = checks.representable(_action_values(transition_probs, rewards, gamma, v))
    converged = bool(errors[-1] <= tol)
    return VIResult(v, q, _best(q), np.array(errors), converged, len(errors))


def _decisions(P: ArrayLike, R: ArrayLike, gamma: float) -> tuple[Array, Array, float]:
    transition_probs, rewards = decision_arrays(P, R)
    return transition_probs, rewards, checks.scalar(gamma, "gamma", low=0, high=1)


def _action_values(
    transition_probs: Array, rewards: Array, gamma: float, v: Array
) -> Array:
    return rewards + gamma * (transition_probs @ v)


def _best(q: Array) -> NDArray[np.bool_]:
    best: NDArray[np.bool_] = q >= q.max(axis=1, keepdims=True) - TIE
    return best


def optimal_values(P: ArrayLike, R: ArrayLike, gamma: float) -> Array:
    """Find the best values by policy iteration: evaluate, improve, until nothing moves.

    Parameters
    ----------
    P : (S, A, S) array_like
        Probability of each next state; rows sum to 1, or to 0 where the episode ends.
    R : (S, A) array_like
        Expected rewards.
    gamma : float
        Discount in [0, 1).

    Returns
    -------
    (S,) ndarray
        As `value_iteration`, in a few linear solves.

    Raises
    ------
    ValueError
        As `value_iteration`.

    References
    ----------
    Sutton and Barto (2018), section 4.3.

    Examples
    --------
    >>> optimal_values([[[1.0], [0.0]]], [[1.0, 1.5]], 0.5)
    array([2.])
    """
    transition_probs, rewards, gamma = _decisions(P, R, gamma)
    checks.scalar(gamma, "gamma", low=0, high=1, open_high=True)
    every = np.arange(len(rewards))
    action = rewards.argmax(axis=1)
    for _ in range(rewards.size):
        system = np.eye(len(rewards)) - gamma * transition_probs[every, action]
        v = np.linalg.solve(system, rewards[every, action])
        q = _action_values(transition_probs, rewards, gamma, v)
        gain = q.max(axis=1) - q[every, action]
        # A gain of rounding size would let equally good actions alternate for ever.
        better = gain > 1e-13 * np.abs(q).max()
        if not better.any():
            break
        action = np.where(better, q.argmax(axis=1), action)
    best: Array = checks.representable(q.max(axis=1))
    return best


def greedy_actions(
    P: ArrayLike, R: ArrayLike, gamma: float, *, optimal: ArrayLike | None = None
) -> NDArray[np.bool_]:
    """Return the actions of the best policies.

    Parameters
    ----------
    P, R, gamma
        As for `optimal_values`.
    optimal : (S,) array_like, optional
        The best values, if they are known.

    Returns
    -------
    (S, A) ndarray of bool
        All actions that are best, up to 1e-9.

    Raises
    ------
    ValueError
        As `optimal_values`.

    Examples
    --------
    >>> greedy_actions([[[1.0], [0.0]]], [[1.0, 1.5]], 0.5)
    array([[ True, False]])
    """
    v = optimal_values(P, R, gamma) if optimal is None else np.asarray(optimal)
    return _best(_action_values(np.asarray(P, float), np.asarray(R, float), gamma, v))


def epsilon_greedy_policy(greedy: ArrayLike, epsilon: float) -> Array:
    """Mix the best actions with all actions.

    Parameters
    ----------
    greedy : (S, A) array_like of bool
        The best actions of each state, at least one.
    epsilon : float
        0 shares each state among its best actions, 1 among all of them.

    Returns
    -------
    (S, A) ndarray
        Probability of each action in each state.

    Raises
    ------
    ValueError
        If a state has no best action or epsilon is outside [0, 1].

    References
    ----------
    Sutton and Barto (2018), section 5.4.

    Examples
    --------
    >>> epsilon_greedy_policy([[True, False]], 0.5)
    array([[0.75, 0.25]])
    """
    best = checks.array(greedy, "greedy", ndim=2)
    epsilon = checks.scalar(epsilon, "epsilon", low=0, high=1)
    share = best.sum(axis=1, keepdims=True)
    checks.within(share, "best actions of a state", 1, best.shape[1])
    policy: Array = (1 - epsilon) * best / share + epsilon / best.shape[1]
    return policy


def bellman_residual(
    v: ArrayLike, P_pi: ArrayLike, r_pi: ArrayLike, gamma: float
) -> Array:
    """Return what one sweep would add to each value.

    Parameters
    ----------
    v : (S,) array_like
        Any values.
    P_pi : (S, S) array_like
        Probability of each next state under the policy.
    r_pi : (S,) array_like
        Expected rewards.
    gamma : float
        Discount in [0, 1].

    Returns
    -------
    (S,) ndarray
        Right side minus left side of the Bellman equation; 0 at the solution.

    Raises
    ------
    ValueError
        If shapes do not fit, a row is no distribution, or gamma is out of range.

    Examples
    --------
    >>> bellman_residual([0.0], [[1.0]], [3.0], 0.9)
    array([3.])
    """
    values = checks.array(v, "v", ndim=1)
    path = policy_evaluation(P_pi, r_pi, gamma, n_sweeps=1, v0=values)
    return np.asarray(path[1] - path[0])
