"""AdamW: what is drawn, and the sentence about it."""

from __future__ import annotations

import numpy as np

from charts import Axis, Bars, Curve, Figure, Scene, bars, curves
from formulas.checks import Array
from notation.numbers import counted, number_text
from pages.optimization.adam.adamw.statement import (
    MOST_STEPS,
    START,
    STATEMENT,
    Result,
    whole_run,
)

STEPS = np.arange(MOST_STEPS + 1)
WEIGHTS = Axis("weight", (-0.7, 2.3))
ADAMW_COLOR, L2_COLOR, PLAIN_COLOR = STATEMENT.color_indices(
    "decay", "weight_decay", "m_hat"
)
GROUPS = ("large gradients", "small gradients")


def draw(
    result: Result,
    *,
    n_steps: int,
    lr: float,
    weight_decay: float,
    size: float,
    decoupled: bool,
) -> Scene:
    """Draw how two weights decay that differ in the size of their gradients."""
    beside = whole_run(lr, weight_decay, size, True)[0]
    inside = whole_run(lr, weight_decay, size, False)[0]
    none = whole_run(lr, 0.0, size, True)[0]
    left = result.updated if decoupled else beside[n_steps]
    left_l2 = inside[n_steps] if decoupled else result.updated
    return Scene(
        _walks(beside, inside, n_steps),
        _left(left, left_l2, none[n_steps]),
        readouts={
            "large gradients, AdamW": left[0],
            "large gradients, L2": left_l2[0],
            "small gradients, AdamW": left[1],
            "small gradients, L2": left_l2[1],
        },
        status=sentence(n_steps, left, left_l2),
    )


def _walks(beside: Array, inside: Array, n_steps: int) -> Figure:
    return curves(
        "Two weights whose gradients only change sign",
        Curve("L2, large gradients", STEPS, inside[:, 0], L2_COLOR, 0),
        Curve("AdamW, large", STEPS, beside[:, 0], ADAMW_COLOR, 0),
        Curve("AdamW, small (on it)", STEPS, beside[:, 1], PLAIN_COLOR, 2),
        Curve("L2, small gradients", STEPS, inside[:, 1], L2_COLOR, 1),
        x=Axis("step t", (0, MOST_STEPS)),
        y=WEIGHTS,
        at=[(n_steps, "now")],
        levels=[(START, "")],
    )


def _left(left: Array, left_l2: Array, none: Array) -> Figure:
    return bars(
        "The weights after t steps",
        GROUPS,
        Bars("AdamW", left, ADAMW_COLOR, 2),
        Bars("L2", left_l2, L2_COLOR, 2),
        Bars("no decay", none, PLAIN_COLOR, 2),
        y=WEIGHTS,
        levels=[(START, "")],
    )


def sentence(n_steps: int, left: Array, left_l2: Array) -> str:
    """Say where both weights are, by AdamW and by L2."""
    large, small, large_l2, small_l2 = (
        number_text(float(weight), 3) for weight in (*left, *left_l2)
    )
    return (
        f"After {counted(n_steps, 'step')} the weight with large gradients is {large} by "
        f"AdamW and {large_l2} by L2; the one with small gradients is {small} by AdamW "
        f"and {small_l2} by L2."
    )
