"""The λ-return: what is drawn, and the sentence about it."""

from __future__ import annotations

import numpy as np

from charts import Axis, Bars, Curve, Figure, Scene, bars, curves, fitting
from formulas.checks import Array
from notation.numbers import number_text, share_text, without_dust
from pages.reinforcement_learning.expected_return.lambda_return.statement import (
    HORIZON,
    STATEMENT,
    Result,
)

STEPS = np.arange(HORIZON, dtype=float)
NAMES = tuple(str(n) for n in range(1, HORIZON + 1))
TIMES = tuple(str(t) for t in range(HORIZON))
ROOMS = (2, 6, 12, 24, 60, 120)
REWARD_COLOR, LAMBDA_COLOR, VALUE_COLOR, BLENDED_COLOR, ADVANTAGE_COLOR = (
    STATEMENT.color_indices("rewards", "lam", "values", "blended", "advantages")
)


def draw(result: Result, *, values: Array, lam: float) -> Scene:
    """Draw the targets of every step, the weights, and the advantages."""
    weights = weights_of(lam)
    return Scene(
        _targets(result, values),
        _weights(weights),
        _advantages(result),
        readouts={
            "λ-return of the first step": result.blended[0],
            "critic's value of the first state": values[0],
            "whole return of the first step": result.whole[0],
            "advantage of the first step": without_dust(result.advantages[0], 10),
        },
        status=sentence(result, weights[-1]),
    )


def weights_of(lam: float) -> Array:
    """Return how much each n-step return of the first step counts."""
    weights = (1 - lam) * lam ** np.arange(float(HORIZON))
    weights[-1] = lam ** (HORIZON - 1)
    return weights


def _targets(result: Result, values: Array) -> Figure:
    room = fitting(1.05 * max(result.whole.max(), values.max()), ROOMS)
    return curves(
        "Target of each step",
        Curve("whole return", STEPS, result.whole, REWARD_COLOR, points=True),
        Curve("λ-return", STEPS, result.blended, BLENDED_COLOR, dash=0, points=True),
        Curve("critic V", STEPS, values[:-1], VALUE_COLOR, dash=2, points=True),
        x=Axis("step t", (-0.3, HORIZON - 0.7)),
        y=Axis("discounted reward", (0, room)),
    )


def _weights(weights: Array) -> Figure:
    return bars(
        "Weights of the n-step returns, from step 0",
        NAMES,
        Bars("weight", weights, LAMBDA_COLOR, 0),
        x="rewards counted before the critic is asked, n",
        y=Axis("weight", (0, 1.05)),
        height=240,
    )


def _advantages(result: Result) -> Figure:
    largest = max(np.abs(result.advantages).max(), np.abs(result.errors).max())
    room = fitting(1.1 * largest, ROOMS)
    return bars(
        "TD errors, and advantages (GAE)",
        TIMES,
        Bars("TD error", result.errors, VALUE_COLOR, 0),
        Bars("advantage", result.advantages, ADVANTAGE_COLOR, 0),
        x="step t",
        y=Axis("", (-room, room)),
        height=240,
    )


def sentence(result: Result, share: float) -> str:
    """Say how much of the first target is the whole return, and what it comes to."""
    target = number_text(result.blended[0], 3)
    if share == 0:
        return f"The first step's target, {target}, is the critic's word alone."
    if share == 1:
        return f"The first step's target, {target}, is the whole return: no critic."
    return (
        f"In the first step's target, {target}, the whole return of "
        f"{number_text(result.whole[0], 3)} counts {share_text(share)}; the rest is the "
        "critic's word."
    )
