"""Actor and critic: a policy that learns from a value that learns beside it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from formulas import checks
from formulas.checks import Array
from formulas.linear_algebra.softmax import log_softmax, softmax

SHAPES = "theta must be (S, A), v (S,)"


@dataclass(frozen=True)
class ActorCriticStep:
    """Both tables after a step, and what they learned from.

    Attributes
    ----------
    theta : (S, A) ndarray
        Preferences for the actions, one row of them changed.
    v : (S,) ndarray
        Values of the states, one of them changed.
    td_error : float
        How much better the step went than the value expected.
    """

    theta: Array
    v: Array
    td_error: float


def actor_critic_step(
    theta: ArrayLike,
    v: ArrayLike,
    state: int,
    action: int,
    reward: float,
    next_state: int,
    *,
    alpha_actor: float,
    alpha_critic: float,
    gamma: float,
    terminal: bool = False,
    discount: float = 1.0,
) -> ActorCriticStep:
    """Learn from one transition: the critic moves a value, the actor its preferences.

    Parameters
    ----------
    theta : (S, A) array_like
        Preferences; the softmax of a row is the policy in its state.
    v : (S,) array_like
        Values of the states.
    state, action : int
        What was done where, counted from 0.
    reward : float
        The reward of the transition.
    next_state : int
        Where it led; ignored when ``terminal``.
    alpha_actor, alpha_critic : float
        Step sizes, positive.
    gamma : float
        Discount in [0, 1].
    terminal : bool
        Whether the episode ended, so that no value follows.
    discount : float
        Weight of the actor's step, in [0, 1]: ``gamma**t`` after t steps of the episode
        in the book, 1 in most programs.

    Returns
    -------
    ActorCriticStep
        New tables and the error, which is that of the old values.

    Raises
    ------
    ValueError
        If the shapes do not fit, an entry is not finite, an index lies outside the
        tables, or a number outside its range.

    References
    ----------
    Barto, Sutton and Anderson (1983); Sutton and Barto (2018), section 13.5, one-step
    actor–critic.

    Examples
    --------
    >>> step = actor_critic_step([[0.0, 0.0]], [2.0], 0, 1, 5.0, 0, alpha_actor=0.5,
    ...                          alpha_critic=0.25, gamma=0.5)
    >>> step.td_error, step.v, step.theta
    (4.0, array([3.]), array([[-1.,  1.]]))
    """
    preferences = checks.as_array(theta, "theta", ndim=2)
    values = checks.as_array(v, "v", ndim=1)
    fits = len(preferences) == len(values)
    checks.same_shape(fits, "theta", preferences, "v", values, SHAPES)
    checks.finite(theta=preferences, v=values)
    s = checks.integer(state, "state", low=0, high=len(values) - 1)
    a = checks.integer(action, "action", low=0, high=preferences.shape[1] - 1)
    reward = checks.scalar(reward, "reward")
    ahead = 0.0
    if not terminal:
        after = checks.integer(next_state, "next_state", low=0, high=len(values) - 1)
        ahead = float(values[after])
    alpha_actor = checks.scalar(alpha_actor, "alpha_actor", low=0, open_low=True)
    alpha_critic = checks.scalar(alpha_critic, "alpha_critic", low=0, open_low=True)
    gamma = checks.scalar(gamma, "gamma", low=0, high=1)
    discount = checks.scalar(discount, "discount", low=0, high=1)
    error = reward + gamma * ahead - float(values[s])
    slope = -softmax(preferences[s])
    slope[a] += 1.0
    with np.errstate(over="ignore", invalid="ignore"):  # reported as not finite
        values[s] += alpha_critic * error
        preferences[s] += alpha_actor * discount * error * slope
    checks.representable(values[s])
    checks.representable(preferences[s])
    return ActorCriticStep(preferences, values, error)


def entropy_gradient(theta: ArrayLike) -> Array:
    """Return how the entropy of a softmax policy changes with its preferences.

    Parameters
    ----------
    theta : (A,) array_like
        One preference for each action.

    Returns
    -------
    (A,) ndarray
        Sums to 0; added to the policy gradient, it keeps the actions mixed. 0 for equal
        preferences, whose entropy is the largest.

    Raises
    ------
    ValueError
        If the preferences are empty, not 1-D or not finite.

    References
    ----------
    Williams and Peng (1991); Mnih et al. (2016), section 4.

    Examples
    --------
    >>> entropy_gradient(np.log([1.0, 3.0])).round(6)
    array([ 0.20599, -0.20599])
    """
    preferences = checks.array(theta, "theta", ndim=1)
    with np.errstate(over="ignore"):  # −inf is the answer
        logs = log_softmax(preferences)
    policy = np.exp(logs)
    # An action of probability 0 may have a log-probability of −inf.
    surprises = -np.where(policy > 0, logs, 0.0)
    gradient: Array = policy * (surprises - policy @ surprises)
    return gradient
