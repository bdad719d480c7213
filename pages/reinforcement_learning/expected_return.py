"""Expected return."""

import numpy as np

from charts import Axis, Curve, Mark, Stems, curves, stems
from formulas.numbers import number_text
from formulas.reinforcement_learning.expected_return import (
    FORMULA,
    constant_reward_return,
    discounted_return,
    discounted_rewards,
    effective_horizon,
    episode_rewards,
    returns_to_go,
)
from ui import lesson

MOST = FORMULA.control("horizon").positions[-1]
STEPS = np.arange(MOST, dtype=float)
REWARD, DISCOUNT, RETURN = (FORMULA.slot(n) for n in ("rewards", "gamma", "returns"))
ENDS = (12, 26, 52, MOST + 2)  # right ends of the axes: a drag rarely changes them
ROOMS = (2.5, 6, 13, 35, 60, 130, 260)


def draw(gamma, horizon, step_reward, late_reward, delay):
    rewards = episode_rewards(step_reward, late_reward, delay, horizon)
    worth = discounted_rewards(rewards, gamma)
    to_go = returns_to_go(rewards, gamma)
    late = discounted_return(episode_rewards(0.0, late_reward, delay, horizon), gamma)
    known = gamma < 1 or step_reward == 0
    limit = constant_reward_return(step_reward, gamma) if known else np.inf
    time = Axis("steps from now", (-0.7, fitting(ENDS, horizon)))
    plain = returns_to_go(rewards, 1.0)
    total = Axis("return", room(plain.min(), plain.max()))
    return lesson.Scene(
        figures=(
            stems(
                (
                    Stems("reward", STEPS, padded(rewards), REWARD, hollow=True),
                    Stems("worth now", STEPS, padded(worth), DISCOUNT),
                ),
                title="Each reward, and what it is worth now",
                x=time,
                y=Axis("reward", room(rewards.min(), rewards.max())),
            ),
            curves(
                (
                    Curve(
                        "running total", STEPS, padded(worth.cumsum()), RETURN, 0, True
                    ),
                    Curve(
                        "step reward for ever",
                        [-0.7, MOST],
                        np.full(2, limit if known else np.nan),
                        FORMULA.slot("step_reward"),
                        1,
                    ),
                ),
                title="Adding up what the rewards are worth now",
                x=time,
                y=total,
                marks=[Mark(horizon - 1, to_go[0], "G₀", RETURN)],
            ),
            curves(
                [Curve("return to go", STEPS, padded(to_go), RETURN, 0, points=True)],
                title="Return still to come, computed from the end backwards",
                x=time,
                y=total,
                marks=[Mark(0, to_go[0], "G₀", RETURN)],
            ),
        ),
        readouts={
            "return G₀": to_go[0],
            "part of it that the late reward brings": late,
            "step reward for ever": limit if known else "no limit",
            "steps until a reward counts 1 %": effective_horizon(gamma),
        },
        status=sentence(to_go[0], horizon, late_reward, late, delay),
    )


def padded(series):
    return np.append(series, np.full(MOST - len(series), np.nan))


def fitting(sizes, need):
    return float(next((size for size in sizes if size > need), need))


def room(low, high):
    top = fitting(ROOMS, 1.1 * max(high, -low, 0))
    return (-top if low < 0 else -0.1 * top, top if high > 0 else 0.1 * top)


def sentence(total, horizon, late_reward, late, delay):
    steps = f"{horizon} steps are" if horizon > 1 else "single step is"
    whole = f"The {steps} worth {number_text(total, 3)} now"
    if delay >= horizon:
        return f"{whole}; the episode ends before the late reward is paid."
    return (
        f"{whole}; {number_text(late, 3)} of it comes from the reward of "
        f"{late_reward:g} that is {delay} step{'s' * (delay != 1)} late."
    )


lesson.show(
    FORMULA,
    draw,
    presets=(
        lesson.Preset("Myopic", {"gamma": 0.0}, "Only the first reward counts"),
        lesson.Preset("Patient", {"gamma": 0.99}, "A reward 10 steps late keeps 90 %"),
        lesson.Preset("Undiscounted episode", {"gamma": 1.0}, "The plain sum"),
        lesson.Preset(
            "Never paid", {"delay": 30}, "The episode ends before the late reward"
        ),
    ),
    prediction=lesson.Prediction(
        "With γ = 0.9 the first reward is 2, and every reward after it is 7, for ever. "
        "What is the return?",
        lambda: discounted_return([2.0, constant_reward_return(7.0, 0.9)], 0.9),
        "Seven for ever is worth 7 / (1 − 0.9) = 70 one step from now, so 0.9 · 70 = 63 "
        "now, and 2 comes first. An endless sum has become one multiplication.",
        show={"step_reward": 2.0, "late_reward": 0.0, "horizon": 100},
    ),
    aha="γ is patience: what lies further away than a few times 1/(1 − γ) steps hardly "
    "counts.",
    notice=(
        "The sum stays finite however long the episode is, as long as γ is below 1.",
        "From the end backwards each return takes one multiplication and one addition.",
        "The return is random, because the rewards are. What an agent wants to raise is "
        "its mean: the expected return v(s).",
    ),
    try_this=(
        "From which γ on is a reward of 10 in ten steps worth more than 1 now?",
        "Without the late reward: which γ makes the first step worth more than all "
        "later ones together?",
        "What happens to the dashed limit as γ comes close to 1?",
    ),
    pitfalls=(
        "γ does not only stand for uncertainty. It also keeps the sum finite and sets how "
        "far ahead an agent plans.",
        "Under the heading “expected return” the original list prints the return, which "
        "is random. The expected return is its mean, given the state.",
        "γ = 1 is fine for episodes that are sure to end, and for those only.",
    ),
    in_use="Every goal in reinforcement learning; Monte Carlo targets; generalized "
    "advantage estimation. Fine-tuning of language models from human feedback usually "
    "takes γ = 1 for each token.",
)
