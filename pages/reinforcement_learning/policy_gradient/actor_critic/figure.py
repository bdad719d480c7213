"""Actor and critic: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools

import numpy as np

from charts import Axis, Bars, Figure, Scene, bars, fitting
from formulas.checks import Array
from formulas.linear_algebra.softmax import softmax
from notation.numbers import number_text
from pages.reinforcement_learning.policy_gradient.actor_critic.statement import (
    ACTIONS,
    CELLS,
    GOAL,
    LEADS_TO,
    STATEMENT,
    Result,
    true_values,
)

MARKS = {"left": "←", "right": "→"}
STEPS = [f"{cell} {MARKS[name]}" for cell in range(CELLS) for name in ACTIONS]
NAMES = [f"cell {cell}" for cell in range(CELLS)]
ERROR_COLOR, BEFORE_COLOR, AFTER_COLOR, TRUE_COLOR = STATEMENT.color_indices(
    "td_error", "v", "next_state", "cell"
)


def draw(
    result: Result,
    *,
    v: Array,
    theta: Array,
    cell: int,
    taken: str,
    action: int,
    next_state: int,
    p: float,
) -> Scene:
    """Draw the TD error of every step, the values, and the policy before and after."""
    errors, advantages = step_errors(v), step_errors(true_values(p))
    before, after = (
        softmax(table[:CELLS])[:, 1] for table in (theta, result.theta_new)
    )
    shown = errors.copy()
    shown[len(ACTIONS) * cell + action] = result.td_error
    return Scene(
        _errors(shown, advantages),
        _values(v, result.v_new, true_values(p)),
        _policy(before, after),
        readouts={
            "td_error": result.td_error,
            "advantage of the action": advantages[len(ACTIONS) * cell + action],
            "standard deviation of the return, given the action": (
                0.0 if next_state == GOAL else spread_of_return(p)[next_state]
            ),
            "probability of right before": before[cell],
            "probability of right after": after[cell],
        },
        status=sentence(result, v, cell, taken, next_state, before[cell], after[cell]),
    )


def step_errors(v: Array) -> Array:
    """Return the TD error of every step of the corridor: left and right in each cell."""
    ahead = v[np.array(LEADS_TO)]
    errors: Array = (-1 + ahead - v[:CELLS, None]).ravel()
    return errors


@functools.lru_cache(maxsize=128)
def spread_of_return(p: float) -> Array:
    """Return the standard deviation of the return from each cell.

    The mean and the mean square of the number of steps solve two linear systems.
    """
    moves = np.zeros((CELLS, CELLS))
    for cell, ends in enumerate(LEADS_TO):
        for end, chance in zip(ends, (1 - p, p), strict=True):
            if end != GOAL:
                moves[cell, end] += chance
    rest = np.eye(CELLS) - moves
    mean = np.linalg.solve(rest, np.ones(CELLS))
    square = np.linalg.solve(rest, 1 + 2 * moves @ mean)
    spread: Array = np.sqrt(square - mean**2)
    spread.setflags(write=False)
    return spread


def _errors(errors: Array, advantages: Array) -> Figure:
    reach = max(np.abs(errors).max(), np.abs(advantages).max())
    room = fitting(1.3 * reach, (7, 14, 30, 75, 160))
    return bars(
        "TD error of each step: the weight of its action",
        STEPS,
        Bars("TD error", errors, ERROR_COLOR, 2),
        Bars("true advantage", advantages, TRUE_COLOR, 0),
        x="cell and action; in cell 1, ← leads right",
        y=Axis("TD error, advantage", (-room, room)),
    )


def _values(before: Array, after: Array, truth: Array) -> Figure:
    lowest = -min(before.min(), after.min(), truth.min())
    return bars(
        "The critic’s values",
        NAMES,
        Bars("before", before[:CELLS], BEFORE_COLOR, 0),
        Bars("after", after[:CELLS], AFTER_COLOR, 0),
        Bars("true", truth[:CELLS], TRUE_COLOR, 0),
        y=Axis("value", (-fitting(lowest, (15, 40, 110, 320)), 1)),
        height=240,
    )


def _policy(before: Array, after: Array) -> Figure:
    return bars(
        "The actor: probability of right",
        NAMES,
        Bars("before", before, BEFORE_COLOR, 0),
        Bars("after", after, AFTER_COLOR, 0),
        y=Axis("probability", (0, 1)),
        height=240,
    )


def sentence(
    result: Result,
    v: Array,
    cell: int,
    taken: str,
    next_state: int,
    before: float,
    after: float,
) -> str:
    """Say where the step led, how it compares, and what both make of it."""
    place = "the goal" if next_state == GOAL else f"cell {next_state}"
    return (
        f"In cell {cell} the step {taken} leads to {place}, with a TD error of "
        f"{number_text(result.td_error, 3)}: the cell’s value goes from "
        f"{number_text(v[cell], 3)} to {number_text(result.v_new[cell], 3)}, and the "
        f"probability of right there from {number_text(before, 3)} to "
        f"{number_text(after, 3)}."
    )
