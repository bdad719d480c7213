"""Bellman equation: the value of a state follows from the values of its neighbors."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import compress

import numpy as np
from numpy.typing import ArrayLike, NDArray

from formulas import checks
from formulas.checks import SUM_TOLERANCE, Array

MOVES = {"up": (-1, 0), "right": (0, 1), "down": (1, 0), "left": (0, -1)}
ARROWS = ("↑", "→", "↓", "←")
WORLDS = ("example-3.5", "example-4.1", "student", "student-reward", "aima-4x3")
TIE = 1e-9
SHAPES = "P must be (S, A, S), R (S, A), policy (S, A)"


@dataclass(frozen=True)
class MDP:
    """A Markov decision process with its names.

    Attributes
    ----------
    P : (S, A, S) ndarray
        Chances of the next state; a terminal state has rows of zeros.
    R : (S, A) ndarray
        Expected reward of each action.
    gamma : float
        The discount that the source uses.
    states, actions : tuple of str
        Names.
    terminal : frozenset of int
        Where episodes end.
    shape : (int, int)
        Rows and columns of the grid; states are numbered row by row.
    start : int or None
        Where episodes begin, if the source says so.
    """

    P: Array
    R: Array
    gamma: float
    states: tuple[str, ...]
    actions: tuple[str, ...]
    terminal: frozenset[int]
    shape: tuple[int, int]
    start: int | None


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


@dataclass(frozen=True)
class Evaluation:
    """Sweeps over the values of a policy from zero, and where they lead.

    Attributes
    ----------
    arrows : tuple of str
        The policy: each cell's likeliest moves, nothing where all are alike.
    exact : (S,) ndarray
        The values that solve the Bellman equation.
    values, swept : (n_sweeps + 1, S) ndarray
        The values after k sweeps, and after one more.
    terms : (n_sweeps + 1, S, A) ndarray
        What each action contributes to that one more, as in `backup_terms`.
    errors : (n_sweeps + 1,) ndarray
        Largest error of the values after k sweeps.
    bound : (n_sweeps + 1,) ndarray
        The first error times the k-th power of gamma: no error is larger.
    """

    arrows: tuple[str, ...]
    exact: Array
    values: Array
    swept: Array
    terms: Array
    errors: Array
    bound: Array


def policy_matrices(
    P: ArrayLike, R: ArrayLike, policy: ArrayLike
) -> tuple[Array, Array]:
    """Average the actions out: what is left is a chain with rewards.

    Parameters
    ----------
    P : (S, A, S) array_like
        Chances of the next state; rows sum to 1, or to 0 in a terminal state.
    R : (S, A) array_like
        Expected rewards.
    policy : (S, A) array_like
        Probability of each action in each state.

    Returns
    -------
    P_pi : (S, S) ndarray
        Chances of the next state under the policy.
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
    chances = checks.shaped(P, "P", ndim=3)
    rewards = checks.shaped(R, "R", ndim=2)
    probabilities = checks.shaped(policy, "policy", ndim=2)
    _same_shapes(chances, rewards)
    fits = probabilities.shape == rewards.shape
    checks.agree(fits, "P", chances, "policy", probabilities, SHAPES)
    checks.finite(P=chances, R=rewards, policy=probabilities)
    _transitions(chances)
    checks.distribution(policy=probabilities)
    P_pi = (probabilities[:, None, :] @ chances)[:, 0, :]
    return P_pi, (probabilities * rewards).sum(axis=1)


def _same_shapes(chances: Array, rewards: Array) -> None:
    fits = chances.shape == (*rewards.shape, len(rewards))
    checks.agree(fits, "P", chances, "R", rewards, SHAPES)


def _transitions(chances: Array) -> None:
    checks.non_negative(P=chances)
    goes_on = chances.sum(axis=-1) > 0
    checks.sums_to_one(P=chances[goes_on])


def policy_evaluation_exact(P_pi: ArrayLike, r_pi: ArrayLike, gamma: float) -> Array:
    """Solve the Bellman expectation equation, which is a linear system.

    Parameters
    ----------
    P_pi : (S, S) array_like
        Chances of the next state; what a row lacks to 1 ends the episode.
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
    chances, rewards, gamma = _chain(P_pi, r_pi, gamma)
    if gamma == 1 and not _always_ends(chances):
        raise ValueError("gamma = 1 requires every state to reach a terminal state")
    system = np.eye(len(rewards)) - gamma * chances
    values: Array = checks.representable(np.linalg.solve(system, rewards))
    return values


def _chain(
    P_pi: ArrayLike, r_pi: ArrayLike, gamma: float
) -> tuple[Array, Array, float]:
    chances = checks.shaped(P_pi, "P_pi", ndim=2)
    rewards = checks.shaped(r_pi, "r_pi", ndim=1)
    fits = chances.shape == (len(rewards), len(rewards))
    rule = "P_pi must be (S, S), r_pi (S,)"
    checks.agree(fits, "P_pi", chances, "r_pi", rewards, rule)
    checks.finite(P_pi=chances, r_pi=rewards)
    checks.non_negative(P_pi=chances)
    checks.sums_to_one(P_pi=chances[chances.sum(axis=1) > 1 + SUM_TOLERANCE])
    return chances, rewards, checks.scalar(gamma, "gamma", low=0, high=1)


def _always_ends(chances: Array) -> bool:
    """Tell whether every state can reach one that may end."""
    ends = chances.sum(axis=1) < 1 - SUM_TOLERANCE
    for _ in range(len(ends)):
        ends = ends | (chances[:, ends] > 0).any(axis=1)
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
        Chances of the next state; what a row lacks to 1 ends the episode.
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
    chances, rewards, gamma = _chain(P_pi, r_pi, gamma)
    n_sweeps = checks.integer(n_sweeps, "n_sweeps", low=0)
    v = np.zeros(len(rewards)) if v0 is None else checks.array(v0, "v0", ndim=1)
    rule = "v0 needs one value per state"
    checks.agree(v.shape == rewards.shape, "v0", v, "r_pi", rewards, rule)
    step = gamma * chances
    if in_place:
        # One sweep in place is one synchronous sweep of this system.
        ahead = np.linalg.inv(np.eye(len(v)) - np.tril(step, -1))
        step, rewards = ahead @ np.triu(step), ahead @ rewards
    path = [v]
    for _ in range(n_sweeps):
        path.append(rewards + step.dot(path[-1]))  # faster than @ for small ones
    return np.array(path)


def evaluation_errors(
    P_pi: ArrayLike,
    r_pi: ArrayLike,
    gamma: float,
    *,
    n_sweeps: int,
    in_place: bool = False,
) -> Array:
    """Return the largest error that is left after each sweep from zero.

    Parameters
    ----------
    P_pi, r_pi, gamma, n_sweeps, in_place
        As for `policy_evaluation`.

    Returns
    -------
    (n_sweeps + 1,) ndarray
        Entry k is at most the k-th power of gamma times entry 0.

    Raises
    ------
    ValueError
        As `policy_evaluation` and `policy_evaluation_exact`.

    Examples
    --------
    >>> evaluation_errors([[1.0]], [1.0], 0.5, n_sweeps=2)
    array([2. , 1. , 0.5])
    """
    exact = policy_evaluation_exact(P_pi, r_pi, gamma)
    path = policy_evaluation(P_pi, r_pi, gamma, n_sweeps=n_sweeps, in_place=in_place)
    errors: Array = np.abs(path - exact).max(axis=1)
    return errors


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
        Chances of the next state; rows sum to 1, or to 0 where the episode ends.
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
    chances, rewards, gamma = _decisions(P, R, gamma)
    tol = checks.scalar(tol, "tol", low=0)
    max_sweeps = checks.integer(max_sweeps, "max_sweeps", low=1)
    v, errors = np.zeros(len(rewards)), list[float]()
    with np.errstate(over="ignore", invalid="ignore"):  # reported as not finite
        while not errors or (errors[-1] > tol and len(errors) < max_sweeps):
            swept = _action_values(chances, rewards, gamma, v).max(axis=1)
            errors.append(float(np.abs(swept - v).max()))
            v = swept
        q = checks.representable(_action_values(chances, rewards, gamma, v))
    converged = bool(errors[-1] <= tol)
    return VIResult(v, q, _best(q), np.array(errors), converged, len(errors))


def _decisions(P: ArrayLike, R: ArrayLike, gamma: float) -> tuple[Array, Array, float]:
    chances = checks.shaped(P, "P", ndim=3)
    rewards = checks.shaped(R, "R", ndim=2)
    _same_shapes(chances, rewards)
    checks.finite(P=chances, R=rewards)
    _transitions(chances)
    return chances, rewards, checks.scalar(gamma, "gamma", low=0, high=1)


def _action_values(chances: Array, rewards: Array, gamma: float, v: Array) -> Array:
    return rewards + gamma * (chances @ v)


def _best(q: Array) -> NDArray[np.bool_]:
    best: NDArray[np.bool_] = q >= q.max(axis=1, keepdims=True) - TIE
    return best


def optimal_values(P: ArrayLike, R: ArrayLike, gamma: float) -> Array:
    """Find the best values by policy iteration: evaluate, improve, until nothing moves.

    Parameters
    ----------
    P : (S, A, S) array_like
        Chances of the next state; rows sum to 1, or to 0 where the episode ends.
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
    chances, rewards, gamma = _decisions(P, R, gamma)
    checks.scalar(gamma, "gamma", low=0, high=1, open_high=True)
    every, action = np.arange(len(rewards)), rewards.argmax(axis=1)
    for _ in range(rewards.size):
        system = np.eye(len(rewards)) - gamma * chances[every, action]
        v = np.linalg.solve(system, rewards[every, action])
        q = _action_values(chances, rewards, gamma, v)
        gain = q.max(axis=1) - q[every, action]
        # A gain of rounding size would let equally good actions alternate for ever.
        better = gain > 1e-13 * np.abs(q).max()
        if not better.any():
            break
        action = np.where(better, q.argmax(axis=1), action)
    best: Array = checks.representable(q.max(axis=1))
    return best


def greedy_actions(P: ArrayLike, R: ArrayLike, gamma: float) -> NDArray[np.bool_]:
    """Return the actions of the best policies.

    Parameters
    ----------
    P, R, gamma
        As for `optimal_values`.

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
    v = optimal_values(P, R, gamma)
    return _best(_action_values(np.asarray(P, float), np.asarray(R, float), gamma, v))


def mixed_policy(greedy: ArrayLike, randomness: float) -> Array:
    """Mix the best actions with all actions.

    Parameters
    ----------
    greedy : (S, A) array_like of bool
        The best actions of each state, at least one.
    randomness : float
        0 shares each state among its best actions, 1 among all of them.

    Returns
    -------
    (S, A) ndarray
        Probability of each action in each state.

    Raises
    ------
    ValueError
        If a state has no best action or the randomness is outside [0, 1].

    Examples
    --------
    >>> mixed_policy([[True, False]], 0.5)
    array([[0.75, 0.25]])
    """
    best = checks.array(greedy, "greedy", ndim=2)
    randomness = checks.scalar(randomness, "randomness", low=0, high=1)
    share = best.sum(axis=1, keepdims=True)
    checks.within(share, "best actions of a state", 1, best.shape[1])
    mixed: Array = (1 - randomness) * best / share + randomness / best.shape[1]
    return mixed


def bellman_residual(
    v: ArrayLike, P_pi: ArrayLike, r_pi: ArrayLike, gamma: float
) -> Array:
    """Return what one sweep would add to each value.

    Parameters
    ----------
    v : (S,) array_like
        Any values.
    P_pi : (S, S) array_like
        Chances of the next state under the policy.
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


def backup_terms(
    v: ArrayLike, P: ArrayLike, R: ArrayLike, policy: ArrayLike, gamma: float
) -> Array:
    """Split the right side of the Bellman equation by action.

    Parameters
    ----------
    v : (S,) array_like
        Values of the states.
    P : (S, A, S) array_like
        Chances of the next state.
    R : (S, A) array_like
        Expected rewards.
    policy : (S, A) array_like
        Probability of each action in each state.
    gamma : float
        Discount in [0, 1].

    Returns
    -------
    (S, A) ndarray
        What each action contributes; a row sums to the state's right side.

    Raises
    ------
    ValueError
        As `policy_matrices`.

    Examples
    --------
    >>> backup_terms([10.0], [[[1.0], [0.0]]], [[1.0, 2.0]], [[0.5, 0.5]], 0.9)
    array([[5., 1.]])
    """
    values = checks.array(v, "v", ndim=1)
    policy_matrices(P, R, policy)
    chances, rewards, gamma = _decisions(P, R, gamma)
    rule = "v needs one value per state"
    checks.agree(len(values) == len(rewards), "v", values, "R", rewards, rule)
    return np.asarray(policy, float) * _action_values(chances, rewards, gamma, values)


def evaluate_grid(
    gamma: float, randomness: float, reward_a: float, *, n_sweeps: int
) -> Evaluation:
    """Evaluate a policy in the grid of example 3.5, keeping every sweep.

    Parameters
    ----------
    gamma : float
        Discount in [0, 1).
    randomness : float
        From the best policy, 0, to the random one, 1, as in `mixed_policy`.
    reward_a : float
        Reward of leaving cell A.
    n_sweeps : int
        Number of sweeps, at least 0.

    Returns
    -------
    Evaluation
        The run.

    Raises
    ------
    ValueError
        If a number is out of range or the reward is not finite.

    References
    ----------
    Sutton and Barto (2018), example 3.5 and section 4.1.

    Examples
    --------
    >>> run = evaluate_grid(0.0, 1.0, 10.0, n_sweeps=1)
    >>> run.values[:, :2]
    array([[ 0. ,  0. ],
           [-0.5, 10. ]])
    """
    n_sweeps = checks.integer(n_sweeps, "n_sweeps", low=0)
    world = _example_3_5(checks.scalar(reward_a, "reward_a"))
    policy = mixed_policy(greedy_actions(world.P, world.R, gamma), randomness)
    chain = (*policy_matrices(world.P, world.R, policy), gamma)
    exact = policy_evaluation_exact(*chain)
    path = policy_evaluation(*chain, n_sweeps=n_sweeps + 1)
    # One product for all sweeps and actions; `backup_terms` sweep by sweep is slow.
    ahead = (world.P.reshape(-1, len(exact)) @ path[:-1].T).reshape(*policy.shape, -1)
    terms = policy[..., None] * (world.R[..., None] + gamma * ahead)
    errors = np.abs(path[:-1] - exact).max(axis=1)
    return Evaluation(
        arrows=policy_arrows(policy),
        exact=exact,
        values=path[:-1],
        swept=path[1:],
        terms=np.moveaxis(terms, -1, 0),
        errors=errors,
        bound=errors[0] * gamma ** np.arange(n_sweeps + 1),
    )


def policy_arrows(policy: ArrayLike) -> tuple[str, ...]:
    """Write the likeliest moves of each cell of a grid as arrows.

    Parameters
    ----------
    policy : (S, 4) array_like
        Probability of up, right, down and left in each cell.

    Returns
    -------
    tuple of str
        One text a cell, empty where all four are alike.

    Raises
    ------
    ValueError
        If there are not four moves or a row is no distribution.

    Examples
    --------
    >>> policy_arrows([[0.0, 0.5, 0.5, 0.0], [0.25, 0.25, 0.25, 0.25]])
    ('→↓', '')
    """
    chances = checks.array(policy, "policy", ndim=2)
    checks.integer(chances.shape[1], "moves of a cell", low=4, high=4)
    checks.distribution(policy=chances)
    likeliest = (chances == chances.max(axis=1, keepdims=True)).tolist()
    return tuple(
        "" if all(row) else "".join(compress(ARROWS, row)) for row in likeliest
    )


def grid_moves(
    shape: tuple[int, int],
    moves: dict[str, tuple[int, int]] | None = None,
    wind: tuple[int, ...] | None = None,
) -> NDArray[np.int_]:
    """Return where each move leads in a grid with walls around it.

    Parameters
    ----------
    shape : (int, int)
        Rows and columns; cells are numbered row by row.
    moves : dict of (int, int), optional
        Rows down and columns right of each move; up, right, down, left by default.
    wind : tuple of int, optional
        How far each column blows upward whatever leaves it.

    Returns
    -------
    (S, A) ndarray of int
        The cell after the move; moves off the grid are clipped.

    Examples
    --------
    >>> grid_moves((1, 2))
    array([[0, 1, 0, 0],
           [1, 1, 1, 0]])
    """
    rows, columns = np.divmod(np.arange(shape[0] * shape[1]), shape[1])
    steps = np.array(list((moves or MOVES).values()))
    blown = np.array(wind or (0,) * shape[1])[columns]
    to_row = rows[:, None] + steps[:, 0] - blown[:, None]
    to_column = columns[:, None] + steps[:, 1]
    to_row, to_column = to_row.clip(0, shape[0] - 1), to_column.clip(0, shape[1] - 1)
    return np.asarray(to_row * shape[1] + to_column)


def cell_names(shape: tuple[int, int]) -> tuple[str, ...]:
    """Name the cells of a grid, row by row.

    Parameters
    ----------
    shape : (int, int)
        Rows and columns.

    Returns
    -------
    tuple of str
        One name a cell.

    Examples
    --------
    >>> cell_names((1, 2))
    ('row 0, column 0', 'row 0, column 1')
    """
    return tuple(
        f"row {r}, column {c}" for r in range(shape[0]) for c in range(shape[1])
    )


def gridworld(name: str) -> MDP:
    """Return a decision process from the literature.

    Parameters
    ----------
    name : {"example-3.5", "example-4.1", "student", "student-reward", "aima-4x3"}
        Two grids of Sutton and Barto, Silver's student who decides or just drifts,
        and the world of Russell and Norvig.

    Returns
    -------
    MDP
        With the discount that its source uses.

    Raises
    ------
    ValueError
        If the name is unknown.

    References
    ----------
    Sutton and Barto (2018), examples 3.5 and 4.1; Silver (2015), lecture 2; Russell and
    Norvig, chapter on sequential decisions.

    Examples
    --------
    >>> gridworld("example-4.1").shape
    (4, 4)
    """
    checks.choice(name, "name", WORLDS)
    build = (_example_3_5, _example_4_1, _student, _student_reward, _aima)
    return dict(zip(WORLDS, build, strict=True))[name]()


def _example_3_5(reward_a: float = 10.0) -> MDP:
    shape, a, b = (5, 5), 1, 3
    after = grid_moves(shape)
    rewards = np.where(after == np.arange(25)[:, None], -1.0, 0.0)
    after[a], after[b] = 21, 13
    rewards[a], rewards[b] = reward_a, 5.0
    names, actions = cell_names(shape), tuple(MOVES)
    chances = np.eye(25)[after]
    return MDP(chances, rewards, 0.9, names, actions, frozenset(), shape, None)


def _example_4_1() -> MDP:
    shape, ends = (4, 4), [0, 15]
    chances = np.eye(16)[grid_moves(shape)]
    rewards = np.full((16, 4), -1.0)
    chances[ends], rewards[ends] = 0.0, 0.0
    names, actions = cell_names(shape), tuple(MOVES)
    return MDP(chances, rewards, 1.0, names, actions, frozenset(ends), shape, None)


def _student() -> MDP:
    facebook, c1, c2, c3, sleep = np.eye(5)
    pub = 0.2 * c1 + 0.4 * c2 + 0.4 * c3
    chances = np.array(
        [[c1, facebook], [c2, facebook], [c3, sleep], [sleep, pub], [0 * c1, 0 * c1]]
    )
    rewards = [[0.0, -1.0], [-2.0, -1.0], [-2.0, 0.0], [10.0, 1.0], [0.0, 0.0]]
    names = ("Facebook", "Class 1", "Class 2", "Class 3", "Sleep")
    actions, ends = ("study", "leisure"), frozenset({4})
    return MDP(chances, np.array(rewards), 1.0, names, actions, ends, (1, 5), 1)


def _student_reward() -> MDP:
    chances = np.zeros((7, 1, 7))
    chances[0, 0, [0, 1]] = 0.9, 0.1
    chances[1, 0, [0, 2]] = 0.5, 0.5
    chances[2, 0, [3, 6]] = 0.8, 0.2
    chances[3, 0, [5, 4]] = 0.6, 0.4
    chances[4, 0, [1, 2, 3]] = 0.2, 0.4, 0.4
    chances[5, 0, 6] = 1.0
    rewards = np.array([[-1.0], [-2.0], [-2.0], [-2.0], [1.0], [10.0], [0.0]])
    names = ("Facebook", "Class 1", "Class 2", "Class 3", "Pub", "Pass", "Sleep")
    return MDP(chances, rewards, 1.0, names, ("go on",), frozenset({6}), (1, 7), 1)


def _aima() -> MDP:
    shape, wall, good, bad = (3, 4), 5, 3, 7
    after = grid_moves(shape)
    after = np.where(after == wall, np.arange(12)[:, None], after)
    straight = np.eye(12)[after]
    sideways = np.roll(straight, 1, axis=1) + np.roll(straight, -1, axis=1)
    chances = 0.8 * straight + 0.1 * sideways
    chances[[wall, good, bad]] = 0.0
    rewards = np.full((12, 4), -0.04)
    rewards[wall], rewards[good], rewards[bad] = 0.0, 1.0, -1.0
    names = tuple("wall" if k == wall else n for k, n in enumerate(cell_names(shape)))
    ends = frozenset({good, bad})
    return MDP(chances, rewards, 1.0, names, tuple(MOVES), ends, shape, 8)
