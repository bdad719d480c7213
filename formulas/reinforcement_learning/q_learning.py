"""Q-learning: learn the best policy's values while behaving otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from formulas import checks
from formulas.checks import Array, Seed
from formulas.reinforcement_learning.environments import (
    Environment,
    cliff_walk,
    shortest_path_length,
    windy_gridworld,
)
from formulas.reinforcement_learning.q_updates import (
    QUpdate,
    double_q_update,
    expected_sarsa_update,
    q_learning_update,
    sarsa_update,
)

__all__ = [
    "Environment",
    "Episode",
    "QUpdate",
    "Training",
    "cliff_walk",
    "double_q_update",
    "epsilon_greedy",
    "expected_sarsa_update",
    "greedy_path",
    "q_learning_update",
    "sarsa_update",
    "shortest_path_length",
    "train",
    "train_episodes",
    "windy_gridworld",
]

METHODS = ("q_learning", "sarsa", "expected_sarsa")
Episode = tuple[list[list[float]], float, int, bool]
TABLE = "Q needs one row per state and one column per action"


@dataclass(frozen=True)
class Training:
    """The result of a training run.

    Attributes
    ----------
    Q : (S, A) ndarray
        The final table.
    returns : (n_episodes,) ndarray
        Sum of rewards of each episode, undiscounted.
    lengths : (n_episodes,) ndarray of int
        Steps of each episode.
    truncated : (n_episodes,) ndarray of bool
        Whether the episode was cut off at ``max_steps``.
    """

    Q: Array
    returns: Array
    lengths: NDArray[np.int_]
    truncated: NDArray[np.bool_]


def epsilon_greedy(q_row: ArrayLike, epsilon: float, *, rng: Seed = 0) -> int:
    """Choose an action: random with probability epsilon, else the best one.

    Parameters
    ----------
    q_row : (A,) array_like
        The values of the actions.
    epsilon : float
        Probability of a uniformly random action, in [0, 1].
    rng : int or numpy.random.Generator
        Seed or source of randomness; also breaks ties.

    Returns
    -------
    int
        The action, counted from 0.

    Raises
    ------
    ValueError
        If the row is not 1-D and finite or epsilon lies outside [0, 1].

    Examples
    --------
    >>> epsilon_greedy([0.0, 3.0, 1.0], 0.0)
    1
    """
    row = checks.array(q_row, "q_row", ndim=1)
    epsilon = checks.scalar(epsilon, "epsilon", low=0, high=1)
    random = checks.generator(rng)
    return _choose(row.tolist(), epsilon, random.random(2).tolist())


def _choose(row: list[float], epsilon: float, draws: list[float]) -> int:
    """Choose from a row of values with two uniform numbers."""
    if draws[0] < epsilon:
        return int(draws[1] * len(row))
    best = max(row)
    count = row.count(best)
    if count == 1:  # far the most common case, and several times faster
        return row.index(best)
    ties = [a for a, value in enumerate(row) if value == best]
    return ties[int(draws[1] * count)]


def train(
    env: Environment,
    method: str,
    *,
    n_episodes: int,
    alpha: float,
    gamma: float,
    epsilon: float,
    max_steps: int = 10000,
    rng: Seed = 0,
) -> Training:
    """Train on an environment with an epsilon-greedy policy.

    Parameters
    ----------
    env : Environment
        Where to learn.
    method : {"q_learning", "sarsa", "expected_sarsa"}
        What the target bootstraps from.
    n_episodes : int
        At least 1.
    alpha : float
        Step size in (0, 1].
    gamma : float
        Discount in [0, 1].
    epsilon : float
        Share of random actions, in [0, 1].
    max_steps : int
        Longer episodes are cut off and marked.
    rng : int or numpy.random.Generator
        Seed or source of randomness.

    Returns
    -------
    Training
        Final table (which started at 0), returns, lengths and truncation marks.

    Raises
    ------
    ValueError
        If a rate or count lies outside its range or the method is unknown.

    References
    ----------
    Sutton and Barto (2018), sections 6.4 to 6.6.

    Examples
    --------
    >>> run = train(cliff_walk(), "q_learning", n_episodes=300, alpha=0.5, gamma=1.0,
    ...             epsilon=0.1)
    >>> len(greedy_path(run.Q, cliff_walk())) - 1
    13
    """
    n_episodes = checks.integer(n_episodes, "n_episodes", low=1)
    episodes = train_episodes(
        env,
        method,
        alpha=alpha,
        gamma=gamma,
        epsilon=epsilon,
        max_steps=max_steps,
        rng=rng,
    )
    runs = [next(episodes) for _ in range(n_episodes)]
    returns, lengths, truncated = zip(*(run[1:] for run in runs), strict=True)
    table = np.array(runs[-1][0])
    return Training(table, np.array(returns), np.array(lengths), np.array(truncated))


def train_episodes(
    env: Environment,
    method: str,
    *,
    alpha: float,
    gamma: float,
    epsilon: float,
    max_steps: int = 10000,
    rng: Seed = 0,
) -> Iterator[Episode]:
    """Train without end, handing over after each episode.

    Parameters
    ----------
    env, method, alpha, gamma, epsilon, max_steps, rng
        As for `train`.

    Yields
    ------
    table : list of list of float
        The table so far; it changes with the next episode, so copy what you keep.
    total : float
        Sum of the episode's rewards.
    length : int
        Its number of steps.
    truncated : bool
        Whether it was cut off.

    Raises
    ------
    ValueError
        As `train`.
    """
    checks.choice(method, "method", METHODS)
    alpha = checks.scalar(alpha, "alpha", low=0, high=1, open_low=True)
    gamma = checks.scalar(gamma, "gamma", low=0, high=1)
    epsilon = checks.scalar(epsilon, "epsilon", low=0, high=1)
    max_steps = checks.integer(max_steps, "max_steps", low=1)
    return _episodes(
        env, method, alpha, gamma, epsilon, max_steps, checks.generator(rng)
    )


def _episodes(
    env: Environment,
    method: str,
    alpha: float,
    gamma: float,
    epsilon: float,
    max_steps: int,
    random: np.random.Generator,
) -> Iterator[Episode]:
    # Plain lists: one entry at a time is several times faster than through NumPy.
    next_states, rewards = env.P.tolist(), env.R.tolist()
    table = [[0.0] * len(env.actions) for _ in env.states]
    draws = _uniform_pairs(random)
    while True:
        state = env.start
        action = _choose(table[state], epsilon, next(draws))
        total, length, done = 0.0, 0, False
        while not done and length < max_steps:
            next_state = next_states[state][action]
            reward = rewards[state][action]
            done = next_state in env.terminal
            next_action, value = 0, 0.0
            if not done:
                row = table[next_state]
                next_action = _choose(row, epsilon, next(draws))
                value = _bootstrap(row, method, next_action, epsilon)
            target = reward + gamma * value
            table[state][action] += alpha * (target - table[state][action])
            if method == "q_learning" and not done:
                # Off-policy: behave by the table as it is after the update.
                next_action = _choose(table[next_state], epsilon, next(draws))
            state, action = next_state, next_action
            total += reward
            length += 1
        yield table, total, length, not done


def _bootstrap(
    row: list[float], method: str, next_action: int, epsilon: float
) -> float:
    """Return the value that the target looks forward to."""
    if method == "q_learning":
        return max(row)
    if method == "sarsa":
        return row[next_action]
    return epsilon * sum(row) / len(row) + (1 - epsilon) * max(row)


def _uniform_pairs(random: np.random.Generator) -> Iterator[list[float]]:
    while True:
        yield from random.random((4096, 2)).tolist()


def greedy_path(
    action_values: ArrayLike, env: Environment, *, max_steps: int = 200
) -> list[int] | None:
    """Follow the best action from the start.

    Parameters
    ----------
    action_values : (S, A) array_like
        The table Q; the first of equally good actions is taken.
    env : Environment
        Where to walk.
    max_steps : int
        Longer paths count as loops.

    Returns
    -------
    list of int or None
        The states, start and goal included; None if the path loops.

    Raises
    ------
    ValueError
        If the table does not fit the environment or is not finite.

    Examples
    --------
    >>> greedy_path(np.zeros((48, 4)), cliff_walk()) is None
    True
    """
    Q = checks.as_array(action_values, "action_values", ndim=2)
    checks.same_shape(Q.shape == env.P.shape, "action_values", Q, "P", env.P, TABLE)
    checks.finite(action_values=Q)
    best = Q.argmax(axis=1)
    path = [env.start]
    for _ in range(checks.integer(max_steps, "max_steps", low=0)):
        if path[-1] in env.terminal:
            return path
        path.append(int(env.P[path[-1], best[path[-1]]]))
    return path if path[-1] in env.terminal else None
