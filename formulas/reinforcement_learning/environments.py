"""Deterministic grids of the literature, to learn in by walking through them."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from formulas.checks import Array
from formulas.reinforcement_learning.mdp import MOVES, cell_names, grid_moves

DIAGONALS = {
    "up-right": (-1, 1),
    "down-right": (1, 1),
    "down-left": (1, -1),
    "up-left": (-1, -1),
}


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
    shape = (4, 12)
    start, goal = 36, 47
    next_state = grid_moves(shape)
    into_the_cliff = (next_state > start) & (next_state < goal)
    return Environment(
        P=np.where(into_the_cliff, start, next_state),
        R=np.where(into_the_cliff, -100.0, -1.0),
        start=start,
        terminal=frozenset({goal}),
        shape=shape,
        states=cell_names(shape),
        actions=tuple(MOVES),
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
    shape = (7, 10)
    wind = (0, 0, 0, 1, 1, 1, 2, 2, 1, 0)
    moves = MOVES | DIAGONALS if kings_moves else MOVES
    next_state = grid_moves(shape, moves, wind)
    return Environment(
        P=next_state,
        R=np.full(next_state.shape, -1.0),
        start=30,
        terminal=frozenset({37}),
        shape=shape,
        states=cell_names(shape),
        actions=tuple(moves),
    )


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
    distance = {env.start: 0}
    queue = deque([env.start])
    while queue:
        state = queue.popleft()
        if state in env.terminal:
            return distance[state]
        for next_state in env.P[state].tolist():
            if next_state not in distance:
                distance[next_state] = distance[state] + 1
                queue.append(next_state)
    raise ValueError("the goal cannot be reached from the start")
