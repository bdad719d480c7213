"""PPO: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools
import math

import numpy as np

from charts import Axis, Curve, Figure, Mark, Scene, curves, fitting
from formulas.checks import Array
from notation.numbers import number_text
from pages.reinforcement_learning.policy_gradient.ppo.statement import STATEMENT, Result

RATIOS = np.linspace(0, 3.4, 171)
STEPS = 60
STEP_SIZE = 0.1  # by the logit of p
ADVANTAGE_COLOR, OBJECTIVE_COLOR = STATEMENT.color_indices("advantage", "objective")


def draw(
    result: Result,
    *,
    p_old: float,
    advantage: float,
    clip: float,
    passed: int,
) -> Scene:
    """Draw the objective over the ratio, and where repeated steps lead."""
    return Scene(
        _objective(result, advantage, clip),
        _ascent(p_old, advantage, clip),
        readouts={
            "ratio": result.ratio,
            "objective": result.objective,
            "without the clip, r A": result.ratio * advantage,
            "gradient": result.gradient,
        },
        status=sentence(result, advantage, clip, passed),
    )


def _objective(result: Result, advantage: float, clip: float) -> Figure:
    plain = RATIOS * advantage
    inside = np.clip(RATIOS, 1 - clip, 1 + clip) * advantage
    reach = fitting(result.ratio, (2.0, 3.4))
    room = fitting(1.1 * reach * abs(advantage), (1, 2.5, 5, 12))
    low, high = (-0.2, 1) if advantage >= 0 else (-1, 0.2)
    return curves(
        "Objective against the ratio",
        Curve("PPO", RATIOS, np.minimum(plain, inside), OBJECTIVE_COLOR, dash=0),
        Curve("without clip", RATIOS, plain, ADVANTAGE_COLOR, dash=1),
        Mark(result.ratio, result.objective, "", OBJECTIVE_COLOR),
        x=Axis("ratio r of new to old probability", (0, reach)),
        y=Axis("objective", (low * room, high * room)),
        at=[(1 - clip, ""), (1 + clip, "1 ± ε")],
    )


def _ascent(p_old: float, advantage: float, clip: float) -> Figure:
    steps = np.arange(STEPS + 1)
    return curves(
        f"{STEPS} gradient steps on the same action",
        Curve("PPO", steps, ascent(p_old, advantage, clip), OBJECTIVE_COLOR, dash=0),
        Curve(
            "without clip",
            steps,
            ascent(p_old, advantage, math.inf),
            ADVANTAGE_COLOR,
            dash=1,
        ),
        x=Axis("step", (0, STEPS)),
        y=Axis("probability p", (0, 1)),
        levels=[(p_old, "p old")],
    )


@functools.lru_cache(maxsize=256)
def ascent(p_old: float, advantage: float, clip: float) -> Array:
    """Follow the gradient by the logit of p; its log-probability's slope is 1 − p."""
    logit = math.log(p_old / (1 - p_old))
    path = [p_old]
    for _ in range(STEPS):
        p = path[-1]
        ratio = p / p_old
        moved = ratio - 1 if advantage > 0 else 1 - ratio
        if moved <= clip:
            logit += STEP_SIZE * ratio * advantage * (1 - p)
        path.append(1 / (1 + math.exp(-logit)))
    line = np.array(path)
    line.setflags(write=False)
    return line


def sentence(result: Result, advantage: float, clip: float, passed: int) -> str:
    """Say where the ratio stands, and whether the gradient passes."""
    if advantage == 0:
        return "The advantage is 0: the action was as good as expected, nothing moves."
    ratio = f"The action is {number_text(result.ratio, 3)} times as likely as before"
    kind = "a good action" if advantage > 0 else "a bad action"
    if not passed:
        edge = 1 + clip if advantage > 0 else 1 - clip
        beyond = "above" if advantage > 0 else "below"
        return (
            f"{ratio}, {beyond} {number_text(edge, 3)}: {kind} has moved far enough, "
            "and the gradient is 0."
        )
    pull = f"the gradient is {number_text(result.gradient, 3)}"
    if result.ratio == result.clipped:
        return f"{ratio}, within 1 ± {number_text(clip)}: {pull}, as without the clip."
    return f"{ratio}: {kind} has moved the wrong way, and {pull}, to bring it back."
