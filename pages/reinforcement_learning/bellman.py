"""Bellman equation."""

import functools

import numpy as np

from charts import Axis, Bars, Curve, Mark, bars, curves, gridworld
from formulas.numbers import number_text
from formulas.reinforcement_learning import bellman
from formulas.reinforcement_learning.expected_return import discounted_rewards
from ui import lesson

FORMULA = bellman.FORMULA
SWEEPS = np.array(FORMULA.control("sweeps").positions, dtype=float)
ERROR, NEW = FORMULA.slot("before"), FORMULA.slot("updated")
A, MIDDLE = 1, 12  # cells of the 5 × 5 grid, row by row
MARKS = {(0, 1): "A", (4, 1): "A′", (0, 3): "B", (2, 3): "B′"}
ARROWS = np.array(["↑", "→", "↓", "←"])
SIZES = (0.1, 1, 3, 6, 10, 25, 50, 100, 200, 450)  # of scales; few, so that they rest


@functools.lru_cache(maxsize=8)
def evaluated(gamma, randomness, reward_a):
    """Sweep 101 times: the sweeps' own slider then moves over a finished history."""
    chosen = {"gamma": gamma, "randomness": randomness, "reward_a": reward_a}
    given = FORMULA.inputs(**chosen, sweeps=0)
    chain, policy = (given["P_pi"], given["r_pi"], gamma), given["policy"]
    exact = bellman.policy_evaluation_exact(*chain)
    path = bellman.policy_evaluation(*chain, n_sweeps=len(SWEEPS))
    errors = np.abs(path[:-1] - exact).max(axis=1)
    bound = discounted_rewards(np.full(len(SWEEPS), errors[0]), gamma)
    best = policy >= policy.max(axis=1, keepdims=True)
    signs = ["" if row.all() else "".join(ARROWS[row]) for row in best]
    return given, exact, path, errors, bound, signs


def draw(gamma, sweeps, randomness, reward_a):
    given, exact, path, errors, bound, signs = evaluated(gamma, randomness, reward_a)
    now, after = path[sweeps], path[sweeps + 1]
    world = given["P"], given["rewards"], given["policy"]
    terms = bellman.backup_terms(now, *world, gamma)
    middle = [now[MIDDLE], *terms[MIDDLE], after[MIDDLE], exact[MIDDLE]]
    top = fitting(np.abs(exact).max())
    side = fitting(1.2 * np.abs(middle).max())
    return lesson.Scene(
        figures=(
            gridworld(
                "Value of each cell after k sweeps",
                now.reshape(5, 5),
                limits=(-top, top),
                actions=signs,
                marks=MARKS,
                numbers=True,
                digits=1,
                diverging=True,
                height=380,
            ),
            curves(
                "Largest error after each sweep",
                Curve("largest error", SWEEPS, shown(errors), ERROR),
                Curve("bound γᵏ", SWEEPS, shown(bound), FORMULA.slot("gamma")),
                Mark(sweeps, *shown(errors[[sweeps]]), "now", ERROR),
                x=Axis("sweeps k", (0, 100)),
                y=Axis("error", (1e-4, 1e3), log=True),
            ),
            bars(
                "One sweep for the middle cell: four terms add up to the new value",
                ("old", "up", "right", "down", "left", "new", "exact"),
                Bars("value", middle, NEW),
                y=Axis("value", (-0.4 * side, side)),
            ),
        ),
        readouts={
            "value of A now": now[A],
            "value of A, exact": exact[A],
            "largest error": errors[sweeps],
            "bound of the error": bound[sweeps],
        },
        status=sentence(sweeps, errors[sweeps], now[A], exact[A]),
    )


def fitting(need):
    return float(next((size for size in SIZES if size >= need), SIZES[-1]))


def shown(errors):
    return np.where(errors > 0, errors, np.nan)


def sentence(sweeps, error, now, exact):
    times = f"{sweeps} sweep{'s' * (sweeps != 1)}"
    whole = number_text(exact, 3)
    if error < 1e-6:
        return f"After {times} the whole map is consistent: A is worth {whole}."
    return (
        f"After {times} A is worth {number_text(now, 3)} on the way to {whole}; "
        f"no value is off by more than {number_text(error, 3)}."
    )


def worth_of_a():
    reward = FORMULA.control("reward_a").default
    found = FORMULA.outputs(FORMULA.inputs(**FORMULA.defaults))
    worth = found["values"][A], found["optimal"][A]
    sides = ["above" if v > reward else "below" for v in worth]
    return "{} by chance, {} at best".format(*sides)


lesson.show(
    FORMULA,
    draw,
    presets=(
        lesson.Preset("Random policy", "A is worth 8.8", sweeps=100),
        lesson.Preset("Optimal policy", "A is worth 24.4", randomness=0.0, sweeps=100),
        lesson.Preset("Myopic", "Nothing leaks", gamma=0.0, sweeps=1),
    ),
    prediction=lesson.Prediction(
        "Every action in A pays 10 and leads to A′; running into a wall costs 1, and "
        "γ is 0.9. Is A worth more or less than 10, under the random policy and under "
        "the best one?",
        worth_of_a,
        choices=(
            "below by chance, below at best",
            "below by chance, above at best",
            "above by chance, above at best",
        ),
        show={"sweeps": 100},
    ),
    **lesson.words(FORMULA),
)
