"""Expected return: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools
import math

import numpy as np
from numpy.typing import NDArray

from charts import (
    Axis,
    Curve,
    Figure,
    Mark,
    Scene,
    Stems,
    curves,
    fitting,
    rounded_up,
    stems,
    with_terms,
)
from formulas.checks import Array
from formulas.reinforcement_learning.expected_return import (
    constant_reward_return,
    effective_horizon,
)
from notation.numbers import number_text, without_dust
from notation.own_numbers import MOST_NUMBERS
from notation.symbols import RAISED
from pages.reinforcement_learning.expected_return.statement import STATEMENT, Result

LONGEST = int(STATEMENT.control("horizon").high)
REWARD_COLOR, DISCOUNT_COLOR, RETURN_COLOR, STEP_REWARD_COLOR = STATEMENT.color_indices(
    "rewards", "gamma", "returns", "step_reward"
)
LATE_COLOR = STATEMENT.color_index("late_reward")
CORNERS = 21  # of each line: every step of a short episode, some of a long one
SINGLE = "single episodes"
RANDOM_MEAN = "mean of 2,000 random episodes"
EPISODES, DRAWN = 2000, 8  # that are played, and of which each is a line
ABOVE = 1.2  # room for the name over the first point
# Ends of the axes; a drag rarely changes them.
TIMES = (12, 26, 52, LONGEST + 2)
LENGTHS = (3, 6, *TIMES, MOST_NUMBERS + 2)
HEIGHTS = (2.5, 6, 13, 35, 60, 90, 130, 260, 600, 1200)


def draw(
    result: Result,
    *,
    rewards: Array,
    gamma: float,
    horizon: int,
    step_reward: float,
    late_reward: float,
    delay: int,
    own: str,
) -> Scene:
    """Draw rewards and their worth now, random episodes, and what is still to come."""
    if own:
        return _scene_of_a_reader(result, rewards, gamma)
    discount = result.discount
    unpaid = late_reward if late_reward and delay >= horizon else math.nan
    last = max(horizon, delay + 1 if late_reward else 0)
    time = Axis("steps from now", (-0.7, fitting(last + 1, TIMES)))
    bundle = _running_totals_of_the_policy(result.worth)
    has_limit = discount < 1 or step_reward == 0
    limit = constant_reward_return(step_reward, discount) if has_limit else np.nan
    total = _total(result)
    random = _episodes_of_the_policy(result.worth)
    late_worth = discount**delay * late_reward if delay < horizon else 0.0
    for_ever = Curve(
        "r for ever",
        [-0.7, LONGEST],
        [limit] * 2,
        STEP_REWARD_COLOR,
        dash=1,
    )
    shown = np.append(bundle, result.worth.cumsum())
    return Scene(
        _worth_now(
            result,
            rewards,
            time,
            _room(np.append(rewards, np.nan_to_num(unpaid))),
            Stems(
                "after the end: not paid", [delay], [unpaid], LATE_COLOR, hollow=True
            ),
        ),
        _episodes(result, bundle, for_ever, _room(shown)),
        _to_go(result, time, Axis("return", _room(ABOVE * result.returns))),
        readouts={
            "return G₀": total,
            RANDOM_MEAN: random.mean(),
            "what the late reward adds to G₀": late_worth,
            "r at every step for ever, r / (1 − γ)": limit if has_limit else "no limit",
            "steps until a reward counts 1 %": effective_horizon(result.discount),
        },
        status=sentence(
            total,
            late_worth,
            discount=discount,
            horizon=horizon,
            late_reward=late_reward,
            delay=delay,
        ),
    )


def _scene_of_a_reader(result: Result, rewards: Array, gamma: float) -> Scene:
    """Draw a reader's rewards, random episodes, and what is still to come."""
    count = len(rewards)
    time = Axis(
        "steps from now", (-0.7, fitting(count + 1, (*TIMES, MOST_NUMBERS + 2)))
    )
    value = Axis("return", _rounded_room(_extremes(rewards)))
    widest = np.append(_running_totals_of_the_policy(rewards), rewards.cumsum())
    total, plain = _total(result), math.fsum(rewards)
    random = _episodes_of_the_policy(result.worth)
    undiscounted = Curve(
        "without discount",
        np.arange(count + 1),
        np.append(0.0, rewards.cumsum()),
        STEP_REWARD_COLOR,
        dash=1,
    )
    return Scene(
        _worth_now(result, rewards, time, _rounded_room(rewards)),
        _episodes(
            result,
            _running_totals_of_the_policy(result.worth),
            undiscounted,
            _rounded_room(widest),
        ),
        _to_go(result, time, value),
        readouts={
            "return G₀": total,
            RANDOM_MEAN: random.mean(),
            "sum of the rewards": plain,
            "steps until a reward counts 1 %": effective_horizon(result.discount),
        },
        status=_sentence_for_a_reader(total, plain, count, gamma),
    )


def _extremes(rewards: Array) -> Array:
    """Return the lowest and the highest sum of rewards that follow each other.

    Discounted ones lie between them.
    """
    sums = np.append(0.0, rewards.cumsum())
    later = sums[:0:-1]
    highest = np.maximum.accumulate(later)[::-1] - sums[:-1]
    lowest = np.minimum.accumulate(later)[::-1] - sums[:-1]
    return np.array([lowest.min(), highest.max()])


def _rounded_room(heights: Array) -> tuple[float, float]:
    """Return round ends of an axis that hold a reader's numbers, and 0."""
    low, high = (
        rounded_up(1.1 * max(end, 0)) for end in (-heights.min(), heights.max())
    )
    if heights.min() >= 0:
        return -0.1 * high, high
    return -low, high if heights.max() > 0 else 0.1 * low


def _total(result: Result) -> float:
    """Return the whole return; rewards that cancel leave no dust."""
    total = float(result.returns[0])
    return without_dust(total, 10 * np.abs(result.worth).sum())


def _worth_now(
    result: Result,
    rewards: Array,
    time: Axis,
    room: tuple[float, float],
    *others: Stems,
) -> Figure:
    steps = _steps(len(rewards))
    picture = stems(
        "One episode: each reward, and discounted to now",
        Stems("reward", steps, rewards, REWARD_COLOR, hollow=True),
        Stems("discounted by γᵏ", steps, result.worth, DISCOUNT_COLOR),
        *others,
        x=time,
        y=Axis("reward", room),
    )
    for k, other in enumerate(others, start=2):  # no key of a reward that is paid
        there = bool(np.isfinite(other.y).any())
        picture["data"][k] = picture["data"][k] | {"showlegend": there}
    return with_terms(picture, value=0, returns=0)


@functools.lru_cache(maxsize=256)
def _steps(count: int) -> Array:
    """Count the steps of an episode."""
    steps = np.arange(count, dtype=float)
    steps.setflags(write=False)
    return steps


def _to_go(result: Result, time: Axis, value: Axis) -> Figure:
    steps = _steps(len(result.returns))
    return curves(
        "Return from each step on",
        Curve("return to go", steps, result.returns, RETURN_COLOR, dash=0, points=True),
        Mark(0, result.returns[0], "G₀", RETURN_COLOR),
        x=time,
        y=value,
    )


@functools.cache
def _actions() -> Array:
    """Return by what the reward of each step is multiplied: 2 or 0, an episode a row.

    The policy takes each of two actions with probability 1/2: one pays twice the reward,
    the other nothing.
    """
    longest = max(LONGEST, MOST_NUMBERS)
    coins = np.random.default_rng(0).integers(0, 2, (EPISODES, longest))
    actions = 2 * coins.astype(np.float64)
    actions.setflags(write=False)
    return actions


def _episodes_of_the_policy(worth: Array) -> Array:
    """Return the returns of random episodes, from what each reward is worth now."""
    returns: Array = _actions()[:, : len(worth)] @ worth
    return returns


@functools.lru_cache(maxsize=256)
def _corners(count: int) -> NDArray[np.int_]:
    """Return the steps at which the line of an episode is drawn, both ends included."""
    return np.linspace(0, count - 1, CORNERS).round().astype(int)


def _running_totals_of_the_policy(worth: Array) -> Array:
    """Return the discounted rewards of a few random episodes, added up from 0 on."""
    totals = np.zeros((DRAWN, len(worth) + 1))
    np.cumsum(_actions()[:DRAWN, : len(worth)] * worth, axis=1, out=totals[:, 1:])
    return totals


def _episodes(
    result: Result, bundle: Array, compared: Curve, ends: tuple[float, float]
) -> Figure:
    """Draw running totals of random episodes of the policy, and the mean of all."""
    last = len(result.returns)
    steps = _steps(last + 1)
    at = _corners(last + 1)
    lines = (
        Curve(SINGLE, steps[at], totals[at], REWARD_COLOR, dash=0) for totals in bundle
    )
    mean = np.append(0.0, result.worth.cumsum())
    picture = curves(
        "From s, π tosses a coin: twice the reward or nothing",
        *lines,
        Curve("mean of all", steps, mean, RETURN_COLOR, dash=0, points=True),
        compared,
        Mark(
            last,
            result.returns[0],
            "v(s)",
            RETURN_COLOR,
            over=True,
        ),
        x=Axis("steps made (0: state s)", (-0.7, fitting(last + 1, LENGTHS))),
        y=Axis("running total", ends),
    )
    thin = [
        trace | {"line": trace["line"] | {"width": 1}, "showlegend": k == 0}
        for k, trace in enumerate(picture["data"][:DRAWN])
    ]
    drawn = [*thin, *picture["data"][DRAWN:]]
    level = drawn[DRAWN + 1]
    # No key of a limit that is not in the picture, or of none.
    there = bool(ends[0] <= level["y"][0] <= ends[1])
    drawn[DRAWN + 1] = level | {"showlegend": there}
    return {**picture, "data": drawn}


def _room(heights: Array) -> tuple[float, float]:
    """Return ends of an axis that hold all heights, and 0."""
    ends = max(-heights.min(), 0.0), max(heights.max(), 0.0)
    bottom, top = (fitting(1.1 * end, (*HEIGHTS, 1.1 * end)) for end in ends)
    if heights.min() >= 0:
        return -0.1 * top, top
    return -bottom, top if heights.max() > 0 else 0.1 * bottom


def sentence(
    total: float,
    late_worth: float,
    *,
    discount: float,
    horizon: int,
    late_reward: float,
    delay: int,
) -> str:
    """Say what the episode is worth, and what of it is the late reward."""
    steps = f"{horizon} steps are" if horizon > 1 else "single step is"
    worth = f"The {steps} worth {number_text(total, 3)} now on average"
    if not late_reward:
        return f"{worth}; no late reward is set."
    if delay >= horizon:
        return f"{worth}; the episode ends before the late reward is paid."
    counts = _late_text(late_worth, discount, late_reward, delay)
    late = f"late reward of {late_reward:g}"
    if not delay:
        late = f"reward of {late_reward:g} on top, paid at once,"
    return f"{worth}; in this sum the {late} counts {counts}."


def _late_text(
    late_worth: float, discount: float, late_reward: float, delay: int
) -> str:
    """Say what of the late reward counts, and by which factor it got there."""
    if late_worth == 0:
        return "nothing"
    if late_worth == late_reward:
        return "in full"
    if late_worth < 1e-3:
        return "less than 0.001"
    factor = f"{number_text(discount, 3)}{str(delay).translate(RAISED)}"
    return f"{factor}\u00a0·\u00a0{late_reward:g} = {number_text(late_worth, 3)}"


def _sentence_for_a_reader(total: float, plain: float, count: int, gamma: float) -> str:
    """Say what a reader's episode is worth, and what the discount makes of its rewards."""
    steps = f"{count} steps are" if count > 1 else "single step is"
    worth = f"The {steps} worth {number_text(total, 3)} now"
    if gamma == 1:
        return f"{worth}, the plain sum of the rewards."
    return f"{worth}; without discount the rewards add up to {number_text(plain, 3)}."
