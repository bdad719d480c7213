"""Policy iteration: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools
import itertools

import numpy as np
from numpy.typing import NDArray

from charts import Axis, Curve, Figure, Mark, Scene, curves, fitting, grid_map, padded
from formulas.checks import Array
from formulas.reinforcement_learning.mdp import ARROWS
from notation.numbers import counted, number_text
from pages.reinforcement_learning.bellman.figure import MARKS, SIZES, jumps, short
from pages.reinforcement_learning.bellman.policy_iteration.statement import (
    CELLS,
    MOST_ROUNDS,
    STATEMENT,
    Result,
    Round,
    world,
)
from pages.reinforcement_learning.bellman.statement import A

SWEEPS = np.arange(41)
JUMPS = tuple(one.start for one in jumps(0.0))  # where every action does the same
POLICY_COLOR, VALUE_COLOR = STATEMENT.color_indices("policy", "gamma")
ACTIONS = ("up", "right", "down", "left")
WIDE = 100  # from here on numbers have no decimals
LEAST = 1e-12  # what is smaller is rounding


def draw(
    result: Result,
    *,
    policy: NDArray[np.int_],
    run: tuple[Round, ...],
    gamma: float,
    reward_a: float,
    rounds: int,
    start: int,
) -> Scene:
    """Draw the policy and its values on the map, and how fast errors shrink."""
    best = run[-1].values
    errors = np.array([np.abs(one.values - best).max() for one in run])
    changed = int((result.improved != policy).sum())
    swept = sweep_errors(gamma, reward_a, tuple(best.tolist()))
    return Scene(
        _map(result.values, policy, reward_a),
        _errors(errors, swept, min(rounds, len(run) - 1), len(run) - 1),
        readouts={
            "value of A": result.values[A],
            "value of A, best policy": best[A],
            "lowest value on the map": result.values.min(),
            "actions that the next improvement changes": changed,
            "evaluations until nothing changes": len(run),
            "first action everywhere": ACTIONS[start],
        },
        status=sentence(result, rounds, changed, best[A], len(run)),
    )


@functools.lru_cache(maxsize=128)
def sweep_errors(gamma: float, reward_a: float, best: tuple[float, ...]) -> Array:
    """Return the largest error after each sweep of value iteration from 0."""
    grid = world(reward_a)
    after = grid.P.argmax(axis=2)
    path = np.zeros((len(SWEEPS), CELLS))
    for v, v_next in itertools.pairwise(path):
        v_next[:] = (grid.R + gamma * v[after]).max(axis=1)
    found: Array = np.abs(path - best).max(axis=1)
    found.setflags(write=False)
    return found


def _map(values: Array, policy: NDArray[np.int_], reward_a: float) -> Figure:
    largest = np.abs(values).max()
    top = fitting(largest, SIZES)
    return grid_map(
        "The policy, and what it earns from each cell on",
        values.reshape(5, 5),
        limits=(-top, top),
        actions=[
            "" if divmod(cell, 5) in JUMPS else ARROWS[action]
            for cell, action in enumerate(policy.tolist())
        ],
        marks=MARKS,
        # Without a sign a reward keeps off the numbers of its column on a phone, too.
        jumps=[one._replace(text=one.text.lstrip("+")) for one in jumps(reward_a)],
        numbers=True,
        texts=[
            [
                short(value, whole=False) if largest < WIDE else f"{value:.0f}"
                for value in row
            ]
            for row in values.reshape(5, 5).tolist()
        ],
        height=380,
    )


def _errors(errors: Array, swept: Array, now: int, last: int) -> Figure:
    shown = np.where(errors > LEAST, errors, np.nan)
    return curves(
        "Largest distance from the best values",
        Curve(
            "policy iteration",
            np.arange(MOST_ROUNDS + 1),
            padded(shown, MOST_ROUNDS + 1),
            POLICY_COLOR,
            points=True,
        ),
        Curve(
            "value iteration",
            SWEEPS,
            np.where(swept > LEAST, swept, np.nan),
            VALUE_COLOR,
        ),
        Mark(now, shown[now], "", POLICY_COLOR),
        x=Axis("improvements or sweeps", (-0.5, 40.5)),
        y=Axis("largest distance", (1e-3, 1e3), log=True),
        at=[(float(last), "from here on 0")],
    )


def sentence(
    result: Result, rounds: int, changed: int, best: float, evaluations: int
) -> str:
    """Say what the policy earns, and what the next improvement changes."""
    earned = number_text(result.values[A], 3)
    done = f"After {counted(rounds, 'improvement')} the policy earns {earned} from A on"
    if changed == 0:
        return (
            f"{done}; no other action is better anywhere, so it is the best policy, "
            f"found with {counted(evaluations, 'evaluation')}."
        )
    return (
        f"{done}, the best one {number_text(best, 3)}; the next improvement changes "
        f"{changed} of {CELLS} actions."
    )
