"""GRPO: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools

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
    thinned,
    with_terms,
)
from formulas.checks import Array
from formulas.reinforcement_learning.policy_optimization import group_advantages
from notation.numbers import counted, number_text
from pages.reinforcement_learning.policy_gradient.grpo.statement import (
    GROUP,
    STATEMENT,
    Result,
    rewards_of,
)

COUNTS = np.arange(GROUP + 1)
TOPS = (1.5, 3.5, 7, 13, 30, 70, 150, 400, 1300)  # ends of an axis; few: it rests
BOTTOMS = (1.5, 3, 5, 10, 15, 40, 100, 300, 1600)
MOST_NUMBERED = 8  # answers whose advantages are written at their bars
MOST_NAMED = 16  # answers that are all named below them
ADVANTAGE_COLOR, REWARD_COLOR, WEIGHT_COLOR, PLAIN_COLOR = STATEMENT.color_indices(
    "advantages", "rewards", "weight", "mean"
)


def draw(
    result: Result,
    *,
    rewards: Array,
    right: int,
    worth: float,
    partial: float,
    own: str,
) -> Scene:
    """Draw rewards and advantages of the group, and what such groups weigh.

    Nobody knows which of a reader's answers are right: for those it is drawn how an
    advantage depends on the reward.
    """
    second = (
        _by_reward(result, rewards) if own else _weights(result, right, worth, partial)
    )
    return Scene(
        _answers(rewards, result.advantages),
        second,
        readouts={
            "mean reward": result.mean,
            "standard deviation": result.spread,
            "largest advantage": result.advantages.max(),
            "smallest advantage": result.advantages.min(),
            "weight": result.weight,
        },
        status=sentence(result, len(rewards), None if own else right),
    )


def _answers(rewards: Array, advantages: Array) -> Figure:
    count = len(rewards)
    top = fitting(1.2 * max(rewards.max(), advantages.max(), 0.1), TOPS)
    # Room for the numbers below the bars.
    low = fitting(
        max(0.3 * top - 1.2 * advantages.min(), -1.2 * rewards.min()), BOTTOMS
    )
    digits = 2 if count <= MOST_NUMBERED else 0
    picture = bars(
        f"{count} answers to one question",
        [str(k) for k in range(1, count + 1)],
        Bars("reward", rewards, REWARD_COLOR, 0),
        Bars("advantage", advantages, ADVANTAGE_COLOR, digits),
        x="answer",
        y=Axis("reward, advantage", (-low, top)),
        ticks=thinned(count, MOST_NAMED),
    )
    return with_terms(picture, mean=0)


def _by_reward(result: Result, rewards: Array) -> Figure:
    """Draw which advantage each reward of the group gets, with division and without."""
    order = np.sort(rewards)
    plain = order - result.mean
    divided = plain / result.spread if result.spread else plain
    reach = np.abs(plain).max()
    return curves(
        "Advantage of an answer, by its reward",
        Curve("divided by s", order, divided, ADVANTAGE_COLOR, dash=0, points=True),
        Curve("not divided", order, plain, PLAIN_COLOR, dash=1, points=True),
        x=Axis("reward", _around(order[0], order[-1])),
        y=Axis("advantage", _around(-reach, reach)),
        at=[(result.mean, "mean")],
    )


def _around(low: float, high: float) -> tuple[float, float]:
    margin = 0.1 * (high - low) or 1.0
    return low - margin, high + margin


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


def sentence(result: Result, count: int, right: int | None) -> str:
    """Say how the group did, and what its best and its worst answer get.

    Without a number of right answers these are a reader's.
    """
    if result.spread == 0:
        return (
            f"All {count} answers got one reward, {number_text(result.mean, 3)}: every "
            "advantage is 0, and nothing is learned from this question."
        )
    best, worst = result.advantages.max(), result.advantages.min()
    who = (
        f"{count} answers"
        if right is None
        else f"{counted(right, 'answer')} of {count} right"
    )
    return (
        f"{who}, mean reward {number_text(result.mean, 3)}, standard deviation "
        f"{number_text(result.spread, 3)}: the best answers get an advantage of "
        f"{number_text(best, 3)}, the worst of {number_text(worst, 3)}."
    )
