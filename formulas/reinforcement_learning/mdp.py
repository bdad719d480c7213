"""Markov decision processes of the literature, and the grids they are built on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from formulas import checks
from formulas.checks import Array

MOVES = {"up": (-1, 0), "right": (0, 1), "down": (1, 0), "left": (0, -1)}
ARROWS = ("↑", "→", "↓", "←")
SHAPES = "P must be (S, A, S), R (S, A), policy (S, A)"
WORLDS = ("example-3.5", "example-4.1", "student", "student-reward", "aima-4x3")


@dataclass(frozen=True)
class MDP:
    """A Markov decision process with its names.

    Attributes
    ----------
    P : (S, A, S) ndarray
        Probability of each next state; a terminal state has rows of zeros.
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
    builders = {
        "example-3.5": example_3_5,
        "example-4.1": _example_4_1,
        "student": _student,
        "student-reward": _student_reward,
        "aima-4x3": _russell_and_norvig,
    }
    return builders[name]()


def decision_arrays(P: ArrayLike, R: ArrayLike, *policy: ArrayLike) -> list[Array]:
    """Read and check a decision process, with a policy if there is one.

    Parameters
    ----------
    P : (S, A, S) array_like
        Probability of each next state; rows sum to 1, or to 0 where the episode ends.
    R : (S, A) array_like
        Expected rewards.
    *policy : (S, A) array_like
        Probability of each action in each state, if there is a policy.

    Returns
    -------
    list of ndarray
        Copies of P and R, and of the policy if given.

    Raises
    ------
    ValueError
        If shapes do not fit, an entry is not finite or a row is no distribution.

    Examples
    --------
    >>> decision_arrays([[[1.0], [0.0]]], [[2, 4]])[1]
    array([[2., 4.]])
    """
    arrays = {
        "P": checks.as_array(P, "P", ndim=3),
        "R": checks.as_array(R, "R", ndim=2),
    }
    chosen = [checks.as_array(one, "policy", ndim=2) for one in policy]
    transition_probs, rewards = arrays.values()
    fits = transition_probs.shape == (*rewards.shape, len(rewards))
    checks.same_shape(fits, "P", transition_probs, "R", rewards, SHAPES)
    for one in chosen:
        fits = one.shape == rewards.shape
        checks.same_shape(fits, "P", transition_probs, "policy", one, SHAPES)
        arrays["policy"] = one
    checks.finite(**arrays)
    checks.non_negative(P=transition_probs)
    goes_on = transition_probs.sum(axis=-1) > 0
    checks.sums_to_one(P=transition_probs[goes_on])
    for one in chosen:
        checks.distribution(policy=one)
    return list(arrays.values())


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
    height, width = shape
    rows, columns = np.divmod(np.arange(height * width), width)
    down, right = np.array(list((moves or MOVES).values())).T
    upward = np.zeros(width, int) if wind is None else np.array(wind)
    next_rows = rows[:, None] + down - upward[columns, None]
    next_columns = columns[:, None] + right
    next_state = next_rows.clip(0, height - 1) * width + next_columns.clip(0, width - 1)
    return np.asarray(next_state)


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
    rows, columns = shape
    return tuple(
        f"row {row}, column {column}"
        for row in range(rows)
        for column in range(columns)
    )


def example_3_5(reward_a: float = 10.0) -> MDP:
    """Return the grid of Sutton and Barto's example 3.5.

    Parameters
    ----------
    reward_a : float
        Reward of leaving cell A, 10 in the book.

    Returns
    -------
    MDP
        5 by 5 cells without an end. All moves from A lead to A′, from B to B′ for 5;
        running into a wall costs 1.

    Raises
    ------
    ValueError
        If the reward is not finite.

    References
    ----------
    Sutton and Barto (2018), example 3.5.

    Examples
    --------
    >>> example_3_5().R[:2]
    array([[-1.,  0.,  0., -1.],
           [10., 10., 10., 10.]])
    """
    reward_a = checks.scalar(reward_a, "reward_a")
    shape = (5, 5)
    a, a_prime, b, b_prime = 1, 21, 3, 13
    next_state = grid_moves(shape)
    rewards = np.where(next_state == np.arange(25)[:, None], -1.0, 0.0)
    next_state[a] = a_prime
    next_state[b] = b_prime
    rewards[a] = reward_a
    rewards[b] = 5.0
    return MDP(
        P=np.eye(25)[next_state],
        R=rewards,
        gamma=0.9,
        states=cell_names(shape),
        actions=tuple(MOVES),
        terminal=frozenset(),
        shape=shape,
        start=None,
    )


def _example_4_1() -> MDP:
    shape = (4, 4)
    ends = [0, 15]
    transition_probs = np.eye(16)[grid_moves(shape)]
    transition_probs[ends] = 0.0
    rewards = np.full((16, 4), -1.0)
    rewards[ends] = 0.0
    return MDP(
        P=transition_probs,
        R=rewards,
        gamma=1.0,
        states=cell_names(shape),
        actions=tuple(MOVES),
        terminal=frozenset(ends),
        shape=shape,
        start=None,
    )


def _student() -> MDP:
    facebook, class_1, class_2, class_3, sleep = np.eye(5)
    pub = 0.2 * class_1 + 0.4 * class_2 + 0.4 * class_3
    end = np.zeros(5)
    transition_probs = [
        [class_1, facebook],
        [class_2, facebook],
        [class_3, sleep],
        [sleep, pub],
        [end, end],
    ]
    rewards = [[0.0, -1.0], [-2.0, -1.0], [-2.0, 0.0], [10.0, 1.0], [0.0, 0.0]]
    return MDP(
        P=np.array(transition_probs),
        R=np.array(rewards),
        gamma=1.0,
        states=("Facebook", "Class 1", "Class 2", "Class 3", "Sleep"),
        actions=("study", "leisure"),
        terminal=frozenset({4}),
        shape=(1, 5),
        start=1,
    )


def _student_reward() -> MDP:
    transition_probs = np.zeros((7, 1, 7))
    transition_probs[0, 0, [0, 1]] = 0.9, 0.1
    transition_probs[1, 0, [0, 2]] = 0.5, 0.5
    transition_probs[2, 0, [3, 6]] = 0.8, 0.2
    transition_probs[3, 0, [5, 4]] = 0.6, 0.4
    transition_probs[4, 0, [1, 2, 3]] = 0.2, 0.4, 0.4
    transition_probs[5, 0, 6] = 1.0
    return MDP(
        P=transition_probs,
        R=np.array([[-1.0], [-2.0], [-2.0], [-2.0], [1.0], [10.0], [0.0]]),
        gamma=1.0,
        states=("Facebook", "Class 1", "Class 2", "Class 3", "Pub", "Pass", "Sleep"),
        actions=("go on",),
        terminal=frozenset({6}),
        shape=(1, 7),
        start=1,
    )


def _russell_and_norvig() -> MDP:
    shape = (3, 4)
    wall, good, bad = 5, 3, 7
    next_state = grid_moves(shape)
    next_state = np.where(next_state == wall, np.arange(12)[:, None], next_state)
    straight = np.eye(12)[next_state]
    sideways = np.roll(straight, 1, axis=1) + np.roll(straight, -1, axis=1)
    transition_probs = 0.8 * straight + 0.1 * sideways
    transition_probs[[wall, good, bad]] = 0.0
    rewards = np.full((12, 4), -0.04)
    rewards[wall] = 0.0
    rewards[good] = 1.0
    rewards[bad] = -1.0
    names = list(cell_names(shape))
    names[wall] = "wall"
    return MDP(
        P=transition_probs,
        R=rewards,
        gamma=1.0,
        states=tuple(names),
        actions=tuple(MOVES),
        terminal=frozenset({good, bad}),
        shape=shape,
        start=8,
    )
