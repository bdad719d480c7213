"""Asynchronous value iteration: what is shown, computed and proved."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from formulas.checks import Array
from formulas.reinforcement_learning.planning import (
    ORDERS,
    asynchronous_value_iteration,
)
from notation.quantities import option, quantity, slider
from notation.statement import Statement
from pages.reinforcement_learning.bellman.statement import STATEMENT as BELLMAN

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

CELLS, EXIT = 6, 6  # the cells of a corridor are 0 to 5; what lies outside is 6
MOST_UPDATES = 36
RIGHT = 1e-9  # how close a value is then

QUANTITIES = (
    quantity(
        "v",
        "v",
        "value of each cell so far; the exit, 6, is worth 0",
        ("N",),
        origin=0,
        call=True,
    ),
    quantity("cell", "s", "cell that is updated next, counted from 0"),
    quantity("new_value", "v'", "value of that cell after the update"),
    BELLMAN.quantity("rewards"),
    BELLMAN.control("gamma"),
    BELLMAN.quantity("next_state"),
    quantity(
        "change",
        r"\delta",
        "by how much each cell would change",
        ("S",),
        origin=0,
        call=True,
    ),
    slider(
        "updates",
        "k",
        "updates made",
        10,
        low=0,
        high=MOST_UPDATES,
        step=1,
        stepwise=True,
    ),
    slider(
        "reward_left",
        r"r_{\mathrm{L}}",
        "reward of leaving at the left end",
        0.0,
        low=0,
        high=20,
        step=1,
    ),
    slider(
        "reward_right",
        r"r_{\mathrm{R}}",
        "reward of leaving at the right end",
        10.0,
        low=0,
        high=20,
        step=1,
    ),
    option(
        "order",
        r"\text{order}",
        "order of the cells",
        "sweep",
        choices=ORDERS,
    ),
    slider(
        "seed",
        r"\text{seed}",
        "seed of the random order",
        0,
        low=0,
        high=20,
        step=1,
        rare=True,
    ),
)


def _next_cells() -> NDArray[np.int_]:
    """Return where left and right lead from each cell."""
    cells = np.arange(CELLS)
    left = np.where(cells == 0, EXIT, cells - 1)
    return np.stack([left, cells + 1], axis=1)  # right of the last cell lies the exit


NEXT_CELLS = _next_cells()
TRANSITIONS = np.eye(CELLS + 1)[NEXT_CELLS][:, :, :CELLS]  # no row where one leaves


def rewards_of(reward_left: float, reward_right: float) -> Array:
    """Pay for leaving at either end, and for nothing else."""
    rewards = np.zeros((CELLS, 2))
    rewards[0, 0], rewards[-1, 1] = reward_left, reward_right
    return rewards


@functools.cache
def random_cells(seed: int) -> tuple[int, ...]:
    """Return the cells that the random order takes, as many at a time as there are."""
    random = np.random.default_rng(seed)
    rounds = [random.integers(CELLS, size=CELLS) for _ in range(MOST_UPDATES)]
    return tuple(np.concatenate(rounds).tolist())


def next_cell(order: str, updates: int, changes: Sequence[float], seed: int) -> int:
    """Name the cell that the order takes after so many updates."""
    if order == "prioritized":
        sizes = [abs(change) for change in changes]
        return sizes.index(max(sizes))
    return updates % CELLS if order == "sweep" else random_cells(seed)[updates]


@dataclass(frozen=True)
class Run:
    """Values after each update, and how far they are from the best ones.

    Attributes
    ----------
    cells : tuple of int
        The cell of each update.
    values : (updates + 1, cells) ndarray
        Row k holds the values after k updates.
    errors : (updates + 1,) ndarray
        The largest distance from the best values.
    right : (updates + 1,) ndarray of int
        How many values are right.
    useful : (updates + 1,) ndarray of int
        How many of the updates so far changed a value.
    needed : int
        After how many updates all values are right.
    """

    cells: tuple[int, ...]
    values: Array
    errors: Array
    right: Array
    useful: Array
    needed: int


@functools.lru_cache(maxsize=256)  # while the updates move
def whole_run(
    gamma: float, reward_left: float, reward_right: float, order: str, seed: int
) -> Run:
    """Update one cell after the other, until every value is right."""
    places = np.arange(CELLS)
    best = np.maximum(reward_left * gamma**places, reward_right * gamma ** places[::-1])
    v = [0.0] * CELLS
    path, useful, cells = [tuple(v)], [0], []
    while len(path) <= MOST_UPDATES + 1 or np.abs(v - best).max() > RIGHT:
        ahead = [
            max(
                gamma * v[cell - 1] if cell else reward_left,
                gamma * v[cell + 1] if cell < CELLS - 1 else reward_right,
            )
            for cell in range(CELLS)
        ]
        changes = [after - before for after, before in zip(ahead, v, strict=True)]
        cell = next_cell(order, len(path) - 1, changes, seed)
        cells.append(cell)
        useful.append(useful[-1] + (changes[cell] != 0))
        v[cell] = ahead[cell]
        path.append(tuple(v))
    distances = np.abs(np.array(path) - best)
    errors = distances.max(axis=1)
    shown = slice(MOST_UPDATES + 1)
    return Run(
        cells=tuple(cells),
        values=np.array(path)[shown],
        errors=errors[shown],
        right=(distances <= RIGHT).sum(axis=1)[shown],
        useful=np.array(useful)[shown],
        needed=int((errors <= RIGHT).argmax()),
    )


def inputs(
    gamma: float,
    updates: int,
    reward_left: float,
    reward_right: float,
    order: str,
    seed: int,
) -> dict[str, Any]:
    """Stand before the next update."""
    run = whole_run(gamma, reward_left, reward_right, order, seed)
    return {
        "v": np.append(run.values[updates], 0.0),
        "cell": run.cells[updates],
        "P": TRANSITIONS,
        "rewards": rewards_of(reward_left, reward_right),
        "gamma": gamma,
        "next_state": NEXT_CELLS,
        "taken_by": order,
        "updates": updates,
        "seed": seed,
    }


@dataclass(frozen=True)
class Result:
    """What the next update makes of its cell, and what it would make of each."""

    new_value: float
    change: Array


def compute(
    P: Array,
    rewards: Array,
    gamma: float,
    taken_by: str,
    updates: int,
    seed: int,
    v: Array,
    cell: int,
    next_state: NDArray[np.int_],
) -> Result:
    """Make one more update, and look one step ahead from every cell."""
    after = asynchronous_value_iteration(
        P,
        rewards,
        gamma,
        order=taken_by,
        tol=0.0,  # so many updates, even where nothing changes any more
        max_backups=updates + 1,
        rng=seed,
    ).v
    ahead = (rewards + gamma * v[next_state]).max(axis=1)
    return Result(new_value=float(after[cell]), change=ahead - v[:CELLS])


def equations() -> tuple[Equation, ...]:
    """Write how much each cell would change, and the new value of the next one."""
    from notation.trees import Equation, arrays, maximum, symbols, unevaluated

    v, r, next_state, change = arrays("v rewards next_state change")
    gamma, cell, new, s, a, n = symbols("gamma cell new_value s a A")
    with unevaluated():

        def ahead(place: Any) -> Any:
            action = r[place, a] + gamma * v[next_state[place, a]]
            return maximum(action, a, 0, n - 1)

        return (
            Equation(change[s], ahead(s) - v[s]),
            Equation(new, ahead(cell)),
        )


def identities() -> tuple[Identity, ...]:
    """Write what a cell is worth that lies some steps from a reward."""
    from notation.trees import Identity, symbols

    g, r = symbols("gamma r", positive=True)
    return (
        Identity(
            "Two updates, one after the other, carry a reward two cells further.",
            0 + g * (0 + g * r),
            g**2 * r,
            r"v(s - 2) = \gamma\, v(s - 1) = \gamma^2\, v(s)",
        ),
    )


UPDATE = (
    r"<v>(<cell>) \leftarrow \max_a \left[<rewards>(<cell>, a) + <gamma> "
    r"<v>(<next_state>(<cell>, a))\right]"
)
TAKEN = {
    "sweep": rf"<cell> = <updates> \bmod {CELLS}",
    "random": rf"<cell> \sim \mathcal U\{{0, \dots, {CELLS - 1}\}}",
    "prioritized": r"<cell> = \operatorname*{arg\,max}_j |<change>(j)|",
}


def written(order: str) -> str:
    """Write the update, and which cell it is for."""
    return rf"\begin{{gathered}} {UPDATE} \\ {TAKEN[order]} \end{{gathered}}"


def headline_at(order: str) -> str:
    """Write what takes the place of the usual order."""
    return "" if order == "sweep" else written(order)


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=written("sweep"),
    headline_at=headline_at,
    main_result="new_value",
)
