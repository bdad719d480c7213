"""Double Q-learning: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools

import numpy as np

from charts import (
    Axis,
    Bars,
    Curve,
    Figure,
    Histogram,
    Mark,
    Scene,
    bars,
    curves,
    density,
    fitting,
    histogram,
)
from formulas.checks import Array
from notation.numbers import number_text
from pages.reinforcement_learning.q_learning.double_q.statement import (
    ACTIONS,
    DRAWS,
    STATEMENT,
    Result,
    errors,
    true_values,
)

NAMES = [str(k) for k in range(ACTIONS)]
COUNTS = np.arange(1, ACTIONS + 1)
EDGES = np.linspace(-4.5, 6, 43)
FIRST_COLOR, SECOND_COLOR = STATEMENT.color_indices("action_values", "other_values")


def draw(
    result: Result,
    *,
    action_values: Array,
    other_values: Array,
    state: int,
    action: int,
    next_state: int,
    best_action: int,
    noise: float,
    gap: float,
    gamma: float,
) -> Scene:
    """Draw both tables, what is read from them in many draws, and with fewer actions."""
    best, read = next_values(noise, gap)
    first, second = action_values[next_state], other_values[next_state]
    return Scene(
        _tables(first, second, best_action, noise, gap),
        _spread(gamma * best, gamma * read, gamma * gap),
        _by_count(noise, gap, best.mean()),
        readouts={
            "plain": result.plain,
            "target": result.target,
            "true target": gamma * gap,
            "value after the update": result.updated[state, action],
            "mean next value, Q-learning": best.mean(),
            "mean next value, double": read.mean(),
        },
        status=sentence(result, best_action, first, second, gamma * gap),
    )


@functools.lru_cache(maxsize=64)
def next_values(noise: float, gap: float) -> tuple[Array, Array]:
    """Return the next value that Q-learning and double Q-learning read, in each draw."""
    tables = true_values(gap) + noise * errors()
    chosen = tables[:, 0].argmax(axis=1)[:, None]
    best, read = (
        np.take_along_axis(tables[:, k], chosen, axis=1)[:, 0] for k in (0, 1)
    )
    best.setflags(write=False)
    read.setflags(write=False)
    return best, read


def _tables(
    first: Array, second: Array, best_action: int, noise: float, gap: float
) -> Figure:
    reach = fitting(gap + 3.3 * noise, (1.0, 2.5, 4.0, 6.5))
    return bars(
        f"Next action values in two tables; best by Q₁: {best_action}",
        NAMES,
        Bars("Q₁ chooses", first, FIRST_COLOR, 0),
        Bars("Q₂ says what it is worth", second, SECOND_COLOR, 0),
        x="next action",
        y=Axis("value", (-reach, reach)),
    )


def _spread(best: Array, read: Array, true: float) -> Figure:
    heights = [density(one, EDGES) for one in (best, read)]
    top = fitting(1.15 * max(one.max() for one in heights), (0.8, 1.6, 3, 4.7))
    return histogram(
        f"Target in {DRAWS} draws",
        Histogram("Q-learning", EDGES, heights[0], FIRST_COLOR),
        Histogram("double", EDGES, heights[1], SECOND_COLOR),
        x=Axis("target", (EDGES[0], EDGES[-1])),
        y=Axis("density", (0, top)),
        at=[(true, "true")],
    )


def _by_count(noise: float, gap: float, now: float) -> Figure:
    return curves(
        "Mean of the largest value",
        Curve("Q-learning", COUNTS, largest_of(noise, gap), FIRST_COLOR, points=True),
        Mark(ACTIONS, now, "", FIRST_COLOR),
        x=Axis("number of actions", (0.5, ACTIONS + 0.7)),
        y=Axis("mean", (-0.2, fitting(gap + 1.7 * noise, (1.0, 2.0, 4.2)))),
        levels=[(gap, "true")],
    )


@functools.lru_cache(maxsize=64)
def largest_of(noise: float, gap: float) -> Array:
    """Return the mean of the largest of the first 1, 2, … estimates."""
    tables = true_values(gap) + noise * errors()[:, 0]
    means: Array = np.maximum.accumulate(tables, axis=1).mean(axis=0)
    means.setflags(write=False)
    return means


def sentence(
    result: Result, best_action: int, first: Array, second: Array, truth: float
) -> str:
    """Say which action is chosen, what both tables say of it, and what both targets are."""
    return (
        f"By Q₁ action {best_action} is the best, with "
        f"{number_text(first[best_action], 3)}; Q₂ gives it "
        f"{number_text(second[best_action], 3)}. Q-learning’s target is "
        f"{number_text(result.plain, 3)}, double Q-learning’s "
        f"{number_text(result.target, 3)}, the true one {number_text(truth, 3)}."
    )
