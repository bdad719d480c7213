"""Expected Sarsa: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools

import numpy as np

from charts import Axis, Bars, Curve, Figure, Mark, Scene, bars, curves, fitting
from formulas.checks import Array
from notation.numbers import number_text
from pages.reinforcement_learning.q_learning.expected_sarsa.statement import (
    ACTIONS,
    OLD_VALUE,
    REWARD,
    STATEMENT,
    Result,
)

UPDATES = 60
EPSILONS = np.linspace(0, 0.5, 11)
ROOMS = (20.0, 35.0, 60.0, 90.0, 130.0)
EXPECTED_COLOR, SAMPLED_COLOR, BEST_COLOR, VALUE_COLOR = STATEMENT.color_indices(
    "target", "spread", "plain", "action_values"
)


def draw(
    result: Result,
    *,
    action_values: Array,
    next_state: int,
    greedy: Array,
    epsilon: float,
    gamma: float,
    alpha: float,
    seed: int,
) -> Scene:
    """Draw many updates of one value, the targets by ε, and the values ahead."""
    ahead = action_values[next_state]
    sampled = REWARD + gamma * ahead
    return Scene(
        _many_updates(result, sampled, alpha, seed),
        _by_epsilon(result, ahead, greedy, epsilon, gamma),
        _ahead(ahead),
        readouts={
            "target": result.target,
            "plain": result.plain,
            "spread": result.spread,
            "probability of going down": result.policy[ACTIONS.index("down")],
        },
        status=sentence(result),
    )


@functools.cache
def draws(seed: int) -> tuple[float, ...]:
    """Return a number between 0 and 1 for each update."""
    return tuple(np.random.default_rng([0, seed]).random(UPDATES).tolist())


def sampled_values(
    targets: Array, policy: Array, alpha: float, seed: int
) -> list[float]:
    """Move a value toward targets whose next action is drawn from the policy."""
    limits = np.cumsum(policy)[:-1]
    chosen = targets[np.searchsorted(limits, draws(seed), side="right")].tolist()
    return _moved(chosen, alpha)


def _moved(targets: list[float], alpha: float) -> list[float]:
    value = OLD_VALUE
    path = [value]
    for target in targets:
        value += alpha * (target - value)
        path.append(value)
    return path


def _many_updates(result: Result, sampled: Array, alpha: float, seed: int) -> Figure:
    steps = np.arange(UPDATES + 1)
    jumping = sampled_values(sampled, result.policy, alpha, seed)
    smooth = _moved([result.target] * UPDATES, alpha)
    lowest = fitting(-1.05 * min(*jumping, *smooth, result.plain), ROOMS)
    return curves(
        f"{UPDATES} updates of the step along the edge",
        Curve("Sarsa", steps, jumping, SAMPLED_COLOR, dash=1),
        Curve("expected Sarsa", steps, smooth, EXPECTED_COLOR, dash=0),
        x=Axis("update", (0, UPDATES)),
        y=Axis("value of the step right", (-lowest, 0)),
        levels=[(result.plain, "Q-learning")],
    )


def _by_epsilon(
    result: Result, ahead: Array, greedy: Array, epsilon: float, gamma: float
) -> Figure:
    best, mean = float(greedy @ ahead), float(ahead.mean())
    line = REWARD + gamma * (EPSILONS * mean + (1 - EPSILONS) * best)
    return curves(
        "Target against the exploration rate",
        Curve("expected", EPSILONS, line, EXPECTED_COLOR, dash=0),
        Curve(
            "Q-learning",
            EPSILONS,
            np.full(len(EPSILONS), result.plain),
            BEST_COLOR,
            dash=1,
        ),
        Mark(epsilon, result.target, "", EXPECTED_COLOR),
        x=Axis("exploration rate ε", (0, 0.5)),
        y=Axis("target", (-fitting(-1.05 * line.min(), ROOMS), 0)),
        height=240,
    )


def _ahead(ahead: Array) -> Figure:
    return bars(
        "Values of the next actions",
        ACTIONS,
        Bars("Q", ahead, VALUE_COLOR),
        y=Axis("value", (-fitting(-1.25 * ahead.min(), (20, 35, 60, 100, 150)), 0)),
        height=240,
    )


def sentence(result: Result) -> str:
    """Say what each method moves the value toward."""
    down = result.policy[ACTIONS.index("down")]
    return (
        f"The next action is down with probability {number_text(down, 3)}. Expected "
        f"Sarsa’s target is {number_text(result.target, 3)}; Sarsa’s scatters around it "
        f"with a standard deviation of {number_text(result.spread, 3)}, and Q-learning’s, "
        f"{number_text(result.plain, 3)}, looks at the best action alone."
    )
