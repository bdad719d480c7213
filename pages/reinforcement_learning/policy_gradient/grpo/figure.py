"""GRPO: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools

import numpy as np

from charts import Axis, Bars, Curve, Figure, Mark, Scene, bars, curves, fitting
from formulas.checks import Array
from formulas.reinforcement_learning.policy_optimization import group_advantages
from notation.numbers import counted, number_text
from pages.reinforcement_learning.policy_gradient.grpo.statement import (
    GROUP,
    STATEMENT,
    Result,
    rewards_of,
)

ANSWERS = [str(k) for k in range(1, GROUP + 1)]
COUNTS = np.arange(GROUP + 1)
ADVANTAGE_COLOR, REWARD_COLOR, WEIGHT_COLOR, PLAIN_COLOR = STATEMENT.color_indices(
    "advantages", "rewards", "weight", "mean"
)


def draw(
    result: Result, *, rewards: Array, right: int, worth: float, partial: float
) -> Scene:
    """Draw rewards and advantages of the group, and what such groups weigh."""
    return Scene(
        _answers(rewards, result.advantages),
        _weights(result, right, worth, partial),
        readouts={
            "mean reward": result.mean,
            "standard deviation": result.spread,
            "largest advantage": result.advantages.max(),
            "smallest advantage": result.advantages.min(),
            "weight": result.weight,
        },
        status=sentence(result, right),
    )


def _answers(rewards: Array, advantages: Array) -> Figure:
    top = fitting(1.2 * max(rewards.max(), advantages.max(), 0.1), (1.5, 3.5, 7, 13))
    # Room for the numbers below the bars.
    low = fitting(0.3 * top - 1.2 * advantages.min(), (1.5, 3, 5, 10, 15))
    return bars(
        f"{GROUP} answers to one question",
        ANSWERS,
        Bars("reward", rewards, REWARD_COLOR, 0),
        Bars("advantage", advantages, ADVANTAGE_COLOR, 2),
        x="answer",
        y=Axis("reward, advantage", (-low, top)),
    )


def _weights(result: Result, right: int, worth: float, partial: float) -> Figure:
    divided, plain = weights(worth, partial)
    return curves(
        "Weight of a question, by its right answers",
        Curve("divided by s", COUNTS, divided, ADVANTAGE_COLOR, dash=0, points=True),
        Curve("not divided", COUNTS, plain, PLAIN_COLOR, dash=1, points=True),
        Mark(right, result.weight, "now", WEIGHT_COLOR),
        x=Axis("right answers k", (-0.4, GROUP + 0.4)),
        y=Axis("mean size of advantage", (0, fitting(0.56 * worth, (1.15, 2.9, 5.8)))),
    )


@functools.lru_cache(maxsize=64)
def weights(worth: float, partial: float) -> tuple[Array, Array]:
    """Return the mean size of an advantage for every number of right answers."""
    groups = np.array([rewards_of(k, worth, partial) for k in range(GROUP + 1)])
    divided, plain = (
        np.abs(group_advantages(groups, scale=scale)).mean(axis=1)
        for scale in (True, False)
    )
    divided.setflags(write=False)
    plain.setflags(write=False)
    return divided, plain


def sentence(result: Result, right: int) -> str:
    """Say how the group did, and what its best and its worst answer get."""
    if result.spread == 0:
        return (
            f"All {GROUP} answers got one reward, {number_text(result.mean, 3)}: every "
            "advantage is 0, and nothing is learned from this question."
        )
    best, worst = result.advantages.max(), result.advantages.min()
    return (
        f"{counted(right, 'answer')} of {GROUP} right, mean reward "
        f"{number_text(result.mean, 3)}, standard deviation "
        f"{number_text(result.spread, 3)}: the best answers get an advantage of "
        f"{number_text(best, 3)}, the worst of {number_text(worst, 3)}."
    )
