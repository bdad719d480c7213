"""Expected return: what is drawn, and the sentence about it."""

from __future__ import annotations

import numpy as np

from charts import Axis, Curve, Mark, Scene, Stems, curves, fitting, stems
from formulas.reinforcement_learning import expected_return as backend
from notation.numbers import counted, number_text
from pages.reinforcement_learning.expected_return.statement import STATEMENT

MOST = STATEMENT.control("horizon").positions[-1]
STEPS = np.arange(MOST, dtype=float)

REWARD, DISCOUNT, RETURN, STEP = STATEMENT.color_indices(
    "rewards", "gamma", "returns", "step_reward"
)
ENDS = (12, 26, 52, MOST + 2)  # right ends of the axes: a drag rarely changes them
ROOMS = (2.5, 6, 13, 35, 60, 130, 260)


def draw(gamma, horizon, step_reward, late_reward, delay):
    rewards = backend.episode_rewards(step_reward, late_reward, delay, horizon)
    bonus = backend.episode_rewards(0.0, late_reward, delay, horizon)
    late = backend.discounted_return(bonus, gamma)
    worth = backend.discounted_rewards(rewards, gamma)
    to_go = backend.returns_to_go(rewards, gamma)
    total = to_go[0] * (abs(to_go[0]) > 1e-12 * np.abs(worth).sum())  # no dust
    known = gamma < 1 or step_reward == 0
    limit = backend.constant_reward_return(step_reward, gamma) if known else np.nan
    time = Axis("steps from now", (-0.7, fitting(horizon + 1, ENDS)))
    sums = np.append(rewards.cumsum(), backend.returns_to_go(rewards, 1.0))
    axes = {"x": time, "y": Axis("return", room(sums))}
    return Scene(
        stems(
            "Each reward, and what it is worth now",
            Stems("reward", STEPS, padded(rewards), REWARD, hollow=True),
            Stems("worth now", STEPS, padded(worth), DISCOUNT),
            x=time,
            y=Axis("reward", room(rewards)),
        ),
        curves(
            "Adding up what the rewards are worth now",
            Curve("running total", STEPS, padded(worth.cumsum()), RETURN, 0, True),
            Curve("step reward for ever", [-0.7, MOST], [limit] * 2, STEP, 1),
            Mark(horizon - 1, to_go[0], "G₀", RETURN),
            **axes,
        ),
        curves(
            "Return still to come, computed from the end backwards",
            Curve("return to go", STEPS, padded(to_go), RETURN, 0, points=True),
            Mark(0, to_go[0], "G₀", RETURN),
            **axes,
        ),
        readouts={
            "return G₀": total,
            "what the late reward adds to it": late,
            "step reward for ever": limit if known else "no limit",
            "steps until a reward counts 1 %": backend.effective_horizon(gamma),
        },
        status=sentence(total, horizon, late_reward, late, delay),
    )


def padded(series):
    return np.append(series, np.full(MOST - len(series), np.nan))


def room(heights):
    low, high = heights.min(), heights.max()
    need = 1.1 * max(-low, high)
    top = fitting(need, (*ROOMS, need))
    return (-top if low < 0 else -0.1 * top, top if high > 0 else 0.1 * top)


def sentence(total, horizon, late_reward, late, delay):
    steps = f"{horizon} steps are" if horizon > 1 else "single step is"
    when = f"{counted(delay, 'step')} late" if delay else "paid at once"
    adds = number_text(late, 3) if late >= 1e-3 else "less than 0.001"
    then = f"the reward of {late_reward:g} on top, {when}, adds {adds}"
    if delay >= horizon:
        then = "the episode ends before the late reward is paid"
    if not late_reward:
        then = "no late reward is set"
    return f"The {steps} worth {number_text(total, 3)} now; {then}."
