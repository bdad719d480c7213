"""Asynchronous value iteration: what is drawn, and the sentence about it."""

from __future__ import annotations

import numpy as np

from charts import (
    Axis,
    Bars,
    Curve,
    Figure,
    Mark,
    Scene,
    bars,
    curves,
    fitting,
    heatmap,
    thinned,
)
from formulas.checks import Array
from notation.numbers import counted, number_text
from pages.reinforcement_learning.bellman.asynchronous.statement import (
    CELLS,
    MOST_UPDATES,
    RIGHT,
    STATEMENT,
    Result,
    whole_run,
)

COUNTS = np.arange(MOST_UPDATES + 1)
NAMES = tuple(str(cell) for cell in range(CELLS))
ROOMS = (1, 2, 5, 10, 20)
VALUE_COLOR, CHANGE_COLOR = STATEMENT.color_indices("v", "change")
HOW = {
    "sweep": " in order",
    "random": " at random",
    "prioritized": ", each where the change is largest",
}


def draw(
    result: Result,
    *,
    v: Array,
    cell: int,
    gamma: float,
    updates: int,
    reward_left: float,
    reward_right: float,
    order: str,
    seed: int,
) -> Scene:
    """Draw the way that values take through the cells, and what is left to do."""
    run = whole_run(gamma, reward_left, reward_right, order, seed)
    top = fitting(max(reward_left, reward_right), ROOMS)
    return Scene(
        _values(run.values, v[:CELLS], updates, cell, top),
        _changes(result.change, top),
        _errors(run.errors, updates, top),
        readouts={
            "new_value": result.new_value,
            "change of the next cell": result.change[cell],
            "values that are right": f"{run.right[updates]} of {CELLS}",
            "updates that changed a value": f"{run.useful[updates]} of {updates}",
            "updates until all are right": run.needed,
        },
        status=sentence(
            order, updates, int(run.right[updates]), cell, result.change[cell]
        ),
    )


def _values(path: Array, v: Array, updates: int, cell: int, top: float) -> Figure:
    seen = np.full((CELLS, MOST_UPDATES + 1), np.nan)
    seen[:, :updates] = path[:updates].T
    seen[:, updates] = v
    return heatmap(
        "Values after each update; framed: updated next",
        seen,
        x=Axis(
            "updates",
            labels=[str(k) for k in COUNTS],
            ticks=thinned(len(COUNTS), 8),
        ),
        y=Axis("cell, from left", labels=NAMES),
        limits=(0, top),
        outlined=[(cell, updates)],
        numbers=False,
    )


def _changes(change: Array, top: float) -> Figure:
    return bars(
        "How much each cell would change",
        NAMES,
        Bars("change", change, CHANGE_COLOR, 2),
        x="cell, from left",
        y=Axis("change", (0, 1.15 * top)),
    )


def _errors(errors: Array, updates: int, top: float) -> Figure:
    return curves(
        "Largest distance from the best values",
        Curve("this order", COUNTS, errors, VALUE_COLOR, points=True),
        Mark(updates, errors[updates], "", VALUE_COLOR),
        x=Axis("updates", (-0.5, MOST_UPDATES + 0.5)),
        y=Axis("largest distance", (0, 1.05 * top)),
    )


def sentence(order: str, updates: int, right: int, cell: int, change: float) -> str:
    """Say how many values are right, and what the next update does."""
    done = f"After {counted(updates, 'update')}{HOW[order]},"
    if right == CELLS:
        return f"{done} all {CELLS} values are right: no cell changes any more."
    verb = "is" if right == 1 else "are"
    start = f"{done} {right} of {CELLS} values {verb} right; cell {cell} is next"
    if change <= RIGHT:
        return f"{start} and stays as it is, because its neighbors have nothing new."
    return f"{start} and rises by {number_text(change, 3)}."
