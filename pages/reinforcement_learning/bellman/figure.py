"""Bellman equation: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools

import numpy as np

from charts import Axis, Bars, Curve, Mark, Scene, bars, curves, fitting, gridworld
from formulas.reinforcement_learning.bellman import evaluate_grid
from notation.numbers import counted, number_text
from pages.reinforcement_learning.bellman.statement import MIDDLE, STATEMENT, A

SWEEPS = np.array(STATEMENT.control("sweeps").positions, dtype=float)
ERROR, NEW, DISCOUNT = STATEMENT.color_indices("before", "updated", "gamma")
MARKS = {(0, 1): "A", (4, 1): "A′", (0, 3): "B", (2, 3): "B′"}
SIZES = (0.1, 1, 3, 6, 10, 25, 50, 100, 200, 450)  # of scales; few, so that they rest

# The slider of the sweeps moves over a finished history.
evaluated = functools.lru_cache(maxsize=8)(evaluate_grid)


def draw(gamma, sweeps, randomness, reward_a):
    run = evaluated(gamma, randomness, reward_a, n_sweeps=len(SWEEPS) - 1)
    now, terms, swept = (line[sweeps] for line in (run.values, run.terms, run.swept))
    middle = [now[MIDDLE], *terms[MIDDLE], swept[MIDDLE], run.exact[MIDDLE]]
    top = fitting(np.abs(run.exact).max(), SIZES)
    side = fitting(1.2 * np.abs(middle).max(), SIZES)
    low = -side if min(middle) < -0.4 * side else -0.4 * side
    errors, bound = (np.where(x > 0, x, np.nan) for x in (run.errors, run.bound))
    return Scene(
        gridworld(
            "Guessed value of each cell after k sweeps",
            now.reshape(5, 5),
            limits=(-top, top),
            actions=run.arrows,
            marks=MARKS,
            numbers=True,
            digits=1,
            height=380,
        ),
        curves(
            "Largest error after each sweep",
            Curve("largest error", SWEEPS, errors, ERROR),
            Curve("bound: first error · γᵏ", SWEEPS, bound, DISCOUNT),
            Mark(sweeps, errors[sweeps], "now", ERROR),
            x=Axis("sweeps k", (0, 100)),
            y=Axis("error", (1e-6, 1e3), log=True),
        ),
        bars(
            "One sweep for the middle cell: four terms add up to the new guess",
            ("old", "up", "right", "down", "left", "new", "exact"),
            Bars("value", middle, NEW),
            y=Axis("value", (low, side)),
        ),
        readouts={
            "guess for A now": now[A],
            "value of A": run.exact[A],
            "largest error": run.errors[sweeps],
            "bound of the error": run.bound[sweeps],
        },
        status=sentence(sweeps, run.errors[sweeps], now[A], run.exact[A]),
    )


def sentence(sweeps, error, now, exact):
    done = f"After {counted(sweeps, 'sweep')}"
    now, exact, off = (number_text(number, 3) for number in (now, exact, error))
    if error < 1e-6:
        return f"{done} every value is right to a millionth: A is worth {exact}."
    guess = f"the guess for A is {now} and its value {exact}"
    if now == exact:
        guess = f"the guess for A agrees with its value {exact} in three digits"
    return f"{done} {guess}; the largest error on the map is {off}."
