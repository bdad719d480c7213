"""DPO: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools
import math

import numpy as np

from charts import (
    Arrow,
    Axis,
    Curve,
    Field,
    Figure,
    Handle,
    Mark,
    Points,
    Scene,
    curves,
    draggable,
    fitting,
    plane,
)
from formulas.checks import Array
from formulas.linear_algebra.activations import sigmoid
from notation.numbers import number_text
from pages.reinforcement_learning.policy_gradient.dpo.statement import (
    HIGHEST,
    LOWEST,
    STATEMENT,
    Result,
)

EDGES = (LOWEST - 1, HIGHEST + 1)
PLACES = np.linspace(*EDGES, 21)
MARGINS = np.linspace(-1, 1, 61)
REACHES = (3.0, 8.0, 20.0, 60.0)
LONGEST = 6.0  # of the arrow, in nats along each axis
LOSS_COLOR, GRADIENT_COLOR, POLICY_COLOR, REFERENCE_COLOR = STATEMENT.color_indices(
    "loss", "gradient", "chosen", "ref_rejected"
)


def draw(
    result: Result,
    *,
    chosen: float,
    rejected: float,
    ref_chosen: float,
    ref_rejected: float,
    beta: float,
) -> Scene:
    """Draw both answers' log-probabilities, and the loss of their margin."""
    change = (chosen - ref_chosen, rejected - ref_rejected)
    return Scene(
        _pair((chosen, rejected), (ref_chosen, ref_rejected), beta, result.preference),
        _loss(result),
        readouts={
            "chosen answer, times as likely": math.exp(change[0]),
            "rejected answer, times as likely": math.exp(change[1]),
            "margin": result.margin,
            "loss": result.loss,
            "gradient": result.gradient,
        },
        status=sentence(result, change),
    )


def _pair(
    now: tuple[float, float],
    reference: tuple[float, float],
    beta: float,
    preference: float,
) -> Figure:
    pull = LONGEST * (1 - preference)
    picture = plane(
        "P: is the chosen answer the better one?",
        Field(
            "P",
            PLACES,
            PLACES,
            preferences(reference, beta),
            (0.0, 1.0),
            0.1,
        ),
        Arrow("step", (now[0] + pull, now[1] - pull), GRADIENT_COLOR, tail=now),
        Points("reference", [reference], REFERENCE_COLOR, symbol=1),
        Points("policy", [now], POLICY_COLOR),
        extent=(EDGES, EDGES),
        x="log-probability of the chosen",
        y="of the rejected",
        square=False,
    )
    return draggable(
        picture,
        Handle(at=now, title="Drag the policy", x="chosen", y="rejected"),
        Handle(
            at=reference, title="Drag the reference", x="ref_chosen", y="ref_rejected"
        ),
    )


@functools.lru_cache(maxsize=256)
def preferences(reference: tuple[float, float], beta: float) -> Array:
    """Return P for every place of the map: a row for each rejected log-probability."""
    across, up = PLACES - reference[0], PLACES - reference[1]
    map_ = np.asarray(sigmoid(beta * (across[None, :] - up[:, None])))
    map_.setflags(write=False)
    return map_


def _loss(result: Result) -> Figure:
    reach = fitting(1.2 * abs(result.margin), REACHES)
    margins = reach * MARGINS
    return curves(
        "Loss of a margin",
        Curve("loss", margins, np.logaddexp(0, -margins), LOSS_COLOR, dash=0),
        Curve("size of its slope", margins, sigmoid(-margins), GRADIENT_COLOR, dash=1),
        Mark(result.margin, result.loss, "now", LOSS_COLOR),
        x=Axis("margin m", (-reach, reach)),
        y=Axis("loss, slope", (0, 1.1 * reach)),
    )


def sentence(result: Result, change: tuple[float, float]) -> str:
    """Say what became of both answers, and what the pair still pulls."""
    first, second = (_times(step) for step in change)
    preference = number_text(result.preference, 3)
    return (
        f"Against the reference the chosen answer is {first} and the rejected one {second}. "
        f"A margin of {number_text(result.margin, 3)} calls the chosen one better with "
        f"probability P = {preference}: the loss is {number_text(result.loss, 3)}."
    )


def _times(step: float) -> str:
    if step == 0:
        return "as likely"
    return f"{number_text(math.exp(step), 3)} times as likely"
