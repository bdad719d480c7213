"""Q-learning: learn the best policy's values while behaving otherwise."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from formulas import checks
from formulas.checks import Array, Seed
from formulas.reinforcement_learning.mdp import (
    ARROWS,
    MOVES,
    cell_names,
    grid_moves,
)

METHODS = ("q_learning", "sarsa", "expected_sarsa")
TABLE = "Q needs one row per state and one column per action"
DIAGONALS = {
    "up-right": (-1, 1),
    "down-right": (1, 1),
    "down-left": (1, -1),
    "up-left": (-1, -1),
}


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


@dataclass(frozen=True)
class Environment:
    """A deterministic grid in which every action has one outcome.

    Attributes
    ----------
    P : (S, A) ndarray of int
        The next state.
    R : (S, A) ndarray
        The reward on the way there.
    start : int
        Where episodes begin.
    terminal : frozenset of int
        Where they end.
    shape : (int, int)
        Rows and columns; states are numbered row by row.
    states, actions : tuple of str
        Names.
    """

    P: NDArray[np.int_]
    R: Array
    start: int
    terminal: frozenset[int]
    shape: tuple[int, int]
    states: tuple[str, ...]
    actions: tuple[str, ...]


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
    following = 0.0
    if not terminal:
        following = Q[_index(next_state, "next_state", len(Q))].max()
    return _update(Q, state, action, reward, following, alpha, gamma)


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
    following = 0.0
    if not terminal:
        row = Q[_index(next_state, "next_state", len(Q))]
        following = row[_index(next_action, "next_action", len(row))]
    return _update(Q, state, action, reward, following, alpha, gamma)


def _update(
    Q: Array,
    state: int,
    action: int,
    reward: float,
    following: float,
    alpha: float,
    gamma: float,
) -> QUpdate:
    s = _index(state, "state", Q.shape[0])
    a = _index(action, "action", Q.shape[1])
    reward = checks.scalar(reward, "reward")
    alpha = checks.scalar(alpha, "alpha", low=0, high=1, open_low=True)
    gamma = checks.scalar(gamma, "gamma", low=0, high=1)
    target = reward + gamma * float(following)
    error = target - float(Q[s, a])
    checks.representable([target, error])
    updated = Q.copy()
    updated[s, a] += alpha * error
    return QUpdate(updated, target, error)


def _index(value: int, name: str, size: int) -> int:
    return checks.integer(value, name, low=0, high=size - 1)


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
    ties = [a for a, value in enumerate(row) if value == best]
    return ties[int(draws[1] * len(ties))]


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
) -> Iterator[tuple[list[list[float]], float, int, bool]]:
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


@dataclass(frozen=True)
class History:
    """A training run to step through, one entry an episode.

    Attributes
    ----------
    tables : (n_episodes, S, A) ndarray
        The table of action values after each episode.
    returns : (n_episodes,) ndarray
        Sum of rewards of each episode.
    smoothed : (n_episodes,) ndarray
        Mean of the last 20 returns, of fewer at the start.
    paths : tuple
        The greedy path after each episode; None where it loops.
    """

    tables: Array
    returns: Array
    smoothed: Array
    paths: tuple[list[int] | None, ...]


def training_history(
    env: Environment,
    method: str,
    *,
    n_episodes: int,
    alpha: float,
    gamma: float,
    epsilon: float,
    rng: Seed = 0,
) -> Generator[float, None, History]:
    """Train, keeping every table, in slices that can be stopped at any time.

    Parameters
    ----------
    env, method, n_episodes, alpha, gamma, epsilon, rng
        As for `train`, which gives the same final table.

    Yields
    ------
    float
        Share of the episodes that are done, after each.

    Returns
    -------
    History
        The run.

    Raises
    ------
    ValueError
        As `train`.
    """
    n_episodes = checks.integer(n_episodes, "n_episodes", low=1)
    runs = train_episodes(
        env, method, alpha=alpha, gamma=gamma, epsilon=epsilon, rng=rng
    )
    tables, returns = np.empty((n_episodes, *env.P.shape)), np.empty(n_episodes)
    for k in range(n_episodes):
        tables[k], returns[k], _, _ = next(runs)
        yield (k + 1) / n_episodes
    paths = tuple(greedy_path(table, env) for table in tables)
    return History(tables, returns, _trailing_mean(returns, 20), paths)


def _trailing_mean(values: Array, window: int) -> Array:
    """Average each value with those before it, at most ``window`` of them."""
    sums = np.cumsum(np.concatenate([np.zeros(window), values]))
    counts = np.minimum(np.arange(1, len(values) + 1), window)
    means: Array = (sums[window:] - sums[:-window]) / counts
    return means


def _episodes(
    env: Environment,
    method: str,
    alpha: float,
    gamma: float,
    epsilon: float,
    max_steps: int,
    random: np.random.Generator,
) -> Iterator[tuple[list[list[float]], float, int, bool]]:
    # Plain lists: one entry at a time is several times faster than through NumPy.
    following, rewards = env.P.tolist(), env.R.tolist()
    table = [[0.0] * len(env.actions) for _ in env.states]
    draws = _uniform_pairs(random)
    while True:
        state, total, length, done = env.start, 0.0, 0, False
        action = _choose(table[state], epsilon, next(draws))
        while not done and length < max_steps:
            after, reward = following[state][action], rewards[state][action]
            done = after in env.terminal
            ahead = 0 if done else _choose(table[after], epsilon, next(draws))
            value = 0.0 if done else _bootstrap(table[after], method, ahead, epsilon)
            table[state][action] += alpha * (
                reward + gamma * value - table[state][action]
            )
            if method == "q_learning" and not done:
                # Off-policy: behave by the table as it is after the update.
                ahead = _choose(table[after], epsilon, next(draws))
            state, action, total, length = after, ahead, total + reward, length + 1
        yield table, total, length, not done


def _bootstrap(row: list[float], method: str, ahead: int, epsilon: float) -> float:
    """Return the value that the target looks forward to."""
    if method == "q_learning":
        return max(row)
    if method == "sarsa":
        return row[ahead]
    return epsilon * sum(row) / len(row) + (1 - epsilon) * max(row)


def _uniform_pairs(random: np.random.Generator) -> Iterator[list[float]]:
    while True:
        yield from random.random((4096, 2)).tolist()


def cliff_walk() -> Environment:
    """Return the cliff of Sutton and Barto's example 6.6.

    Returns
    -------
    Environment
        4 by 12 cells, start bottom left, goal bottom right, −1 a step; stepping into
        the cliff between them costs −100 and leads back to the start.

    Examples
    --------
    >>> shortest_path_length(cliff_walk())
    13
    """
    shape, start, goal = (4, 12), 36, 47
    after = grid_moves(shape)
    fallen = (after > start) & (after < goal)
    reward = np.where(fallen, -100.0, -1.0)
    after = np.where(fallen, start, after)
    names = cell_names(shape)
    return Environment(
        after, reward, start, frozenset({goal}), shape, names, tuple(MOVES)
    )


def windy_gridworld(kings_moves: bool = False) -> Environment:
    """Return the windy gridworld of Sutton and Barto's example 6.5.

    Parameters
    ----------
    kings_moves : bool
        Allow the four diagonal moves too.

    Returns
    -------
    Environment
        7 by 10 cells, −1 a step; the wind of the column that is left pushes upward.

    Examples
    --------
    >>> shortest_path_length(windy_gridworld())
    15
    """
    shape, wind = (7, 10), (0, 0, 0, 1, 1, 1, 2, 2, 1, 0)
    moves = MOVES | DIAGONALS if kings_moves else MOVES
    after = grid_moves(shape, moves, wind)
    reward = np.full(after.shape, -1.0)
    names = cell_names(shape)
    return Environment(after, reward, 30, frozenset({37}), shape, names, tuple(moves))


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
    Q = checks.shaped(action_values, "action_values", ndim=2)
    checks.agree(Q.shape == env.P.shape, "action_values", Q, "P", env.P, TABLE)
    checks.finite(action_values=Q)
    path, best = [env.start], Q.argmax(axis=1)
    for _ in range(checks.integer(max_steps, "max_steps", low=0)):
        if path[-1] in env.terminal:
            return path
        path.append(int(env.P[path[-1], best[path[-1]]]))
    return path if path[-1] in env.terminal else None


def greedy_map(action_values: ArrayLike, env: Environment) -> tuple[Array, list[str]]:
    """Show the best value and the best action of each cell.

    Parameters
    ----------
    action_values : (S, 4) array_like
        The table Q; the first of equally good actions is taken.
    env : Environment
        Where to act, with the four moves up, right, down and left.

    Returns
    -------
    values : (rows, columns) ndarray
        NaN in cells where nothing is done: at the end, or because no move leads there.
    arrows : list of str
        One for each cell, empty where the table knows nothing yet.

    Raises
    ------
    ValueError
        If the table does not fit the environment or is not finite, or there are more
        moves.

    Examples
    --------
    >>> table = np.zeros((48, 4))
    >>> table[24] = [-3.0, -1.0, -2.0, -4.0]
    >>> values, arrows = greedy_map(table, cliff_walk())
    >>> values[2:, :2], arrows[24], arrows[0]
    (array([[-1.,  0.],
           [ 0., nan]]), '→', '')
    """
    Q = checks.shaped(action_values, "action_values", ndim=2)
    checks.agree(Q.shape == env.P.shape, "action_values", Q, "P", env.P, TABLE)
    checks.finite(action_values=Q)
    checks.integer(len(env.actions), "moves of a cell", low=4, high=4)
    acting = np.zeros(len(Q), dtype=bool)
    acting[env.P] = True
    acting[list(env.terminal)] = False
    arrows = np.where(Q.any(axis=1), np.array(ARROWS)[Q.argmax(axis=1)], "")
    values = np.where(acting, Q.max(axis=1), np.nan)
    return values.reshape(env.shape), arrows.tolist()


def shortest_path_length(env: Environment) -> int:
    """Count the moves of the shortest way from start to goal.

    Parameters
    ----------
    env : Environment
        Where to walk; a penalized move counts as one move.

    Returns
    -------
    int
        The number of moves.

    Raises
    ------
    ValueError
        If the goal cannot be reached.

    Examples
    --------
    >>> shortest_path_length(windy_gridworld(kings_moves=True))
    7
    """
    distance, queue = {env.start: 0}, deque([env.start])
    while queue:
        state = queue.popleft()
        if state in env.terminal:
            return distance[state]
        for after in env.P[state].tolist():
            if after not in distance:
                distance[after] = distance[state] + 1
                queue.append(after)
    raise ValueError("the goal cannot be reached from the start")
