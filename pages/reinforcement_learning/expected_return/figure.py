"""Expected return: what is drawn, and the sentence about it."""

from __future__ import annotations

import numpy as np

from charts import (
    Axis,
    Curve,
    Figure,
    Mark,
    Scene,
    Stems,
    curves,
    fitting,
    padded,
    stems,
)
from formulas.checks import Array
from formulas.reinforcement_learning.expected_return import (
    constant_reward_return,
    effective_horizon,
    returns_to_go,
)
from notation.numbers import counted, number_text
from pages.reinforcement_learning.expected_return.statement import STATEMENT, Result

LONGEST = int(STATEMENT.control("horizon").high)
STEPS = np.arange(LONGEST, dtype=float)
REWARD_COLOR, DISCOUNT_COLOR, RETURN_COLOR, STEP_REWARD_COLOR = STATEMENT.color_indices(
    "rewards", "gamma", "returns", "step_reward"
)
# Ends of the axes; a drag rarely changes them.
TIMES = (12, 26, 52, LONGEST + 2)
HEIGHTS = (2.5, 6, 13, 35, 60, 130, 260, 600, 1200)


def draw(
    result: Result,
    *,
    rewards: Array,
    gamma: float,
    horizon: int,
    step_reward: float,
    late_reward: float,
    delay: int,
) -> Scene:
    """Draw the rewards, their running total, and what is still to come."""
    time = Axis("steps from now", (-0.7, fitting(horizon + 1, TIMES)))
    sums = np.append(rewards.cumsum(), returns_to_go(rewards, 1.0))
    value = Axis("return", _room(sums))
    has_limit = gamma < 1 or step_reward == 0
    limit = constant_reward_return(step_reward, gamma) if has_limit else np.nan
    total = _total(result)
    late_worth = gamma**delay * late_reward if delay < horizon else 0.0
    return Scene(
        _worth_now(result, rewards, time),
        _running_total(result, limit, time, value),
        _to_go(result, time, value),
        readouts={
            "return G₀": total,
            "what the late reward adds to it": late_worth,
            "step reward for ever": limit if has_limit else "no limit",
            "steps until a reward counts 1 %": effective_horizon(gamma),
        },
        status=sentence(
            total, late_worth, horizon=horizon, late_reward=late_reward, delay=delay
        ),
    )


def _total(result: Result) -> float:
    """Return the whole return; rewards that cancel leave no dust."""
    total = float(result.returns[0])
    return total if abs(total) > 1e-12 * np.abs(result.worth).sum() else 0.0


def _worth_now(result: Result, rewards: Array, time: Axis) -> Figure:
    return stems(
        "Each reward, and discounted to now",
        Stems("reward", STEPS, padded(rewards, LONGEST), REWARD_COLOR, hollow=True),
        Stems("discounted", STEPS, padded(result.worth, LONGEST), DISCOUNT_COLOR),
        x=time,
        y=Axis("reward", _room(rewards)),
    )


def _running_total(result: Result, limit: float, time: Axis, value: Axis) -> Figure:
    totals = padded(result.worth.cumsum(), LONGEST)
    last = len(result.returns) - 1
    return curves(
        "Running total of the discounted rewards",
        Curve("running total", STEPS, totals, RETURN_COLOR, dash=0, points=True),
        Curve(
            "step reward for ever",
            [-0.7, LONGEST],
            [limit, limit],
            STEP_REWARD_COLOR,
            dash=1,
        ),
        Mark(last, result.returns[0], "G₀", RETURN_COLOR),
        x=time,
        y=value,
    )


def _to_go(result: Result, time: Axis, value: Axis) -> Figure:
    to_go = padded(result.returns, LONGEST)
    return curves(
        "Return from each step on",
        Curve("return to go", STEPS, to_go, RETURN_COLOR, dash=0, points=True),
        Mark(0, result.returns[0], "G₀", RETURN_COLOR),
        x=time,
        y=value,
    )


def _room(heights: Array) -> tuple[float, float]:
    """Return ends of an axis that hold all heights."""
    low, high = heights.min(), heights.max()
    need = 1.1 * max(-low, high)
    top = fitting(need, (*HEIGHTS, need))
    return (-top if low < 0 else -0.1 * top, top if high > 0 else 0.1 * top)


def sentence(
    total: float,
    late_worth: float,
    *,
    horizon: int,
    late_reward: float,
    delay: int,
) -> str:
    """Say what the episode is worth, and what the late reward adds."""
    steps = f"{horizon} steps are" if horizon > 1 else "single step is"
    late = _late_text(late_worth, horizon, late_reward, delay)
    return f"The {steps} worth {number_text(total, 3)} now; {late}."


def _late_text(late_worth: float, horizon: int, late_reward: float, delay: int) -> str:
    """Say what the late reward adds, or why it adds nothing."""
    if not late_reward:
        return "no late reward is set"
    if delay >= horizon:
        return "the episode ends before the late reward is paid"
    when = f"{counted(delay, 'step')} late" if delay else "paid at once"
    adds = number_text(late_worth, 3) if late_worth >= 1e-3 else "less than 0.001"
    return f"the reward of {late_reward:g} on top, {when}, adds {adds}"
