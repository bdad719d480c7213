"""Gradient descent: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence

import numpy as np

from charts import (
    Arrow,
    Axis,
    Curve,
    Figure,
    Handle,
    Mark,
    Outline,
    Scene,
    Trail,
    curves,
    draggable,
    fitting,
    landscape,
    padded,
)
from formulas.checks import Array
from formulas.optimization.bowl import level_curves
from formulas.optimization.gradient_descent import (
    contraction_factors,
    error_rates,
    gradient_descent,
    quadratic,
    stability_limit,
)
from notation.numbers import counted, number_text, without_dust
from pages.optimization.gradient_descent.statement import STATEMENT, Result

LIMIT = "limit of η without momentum, 2/λmax"
MOST = int(STATEMENT.control("n_steps").high)
STEPS = np.arange(MOST + 1)
REACHES = 64 * 2.0 ** (-np.arange(11) / 2)
VALLEY_STEPS = 30
EDGE = 1.75  # of the picture of two valleys
ROAD = np.linspace(-EDGE, EDGE, 71)
SHARES = np.linspace(0.01, 1, 60)  # curvatures over the largest
HIGHEST = (1e5, 1e10, 1e20)  # ends of the axis of losses
PATH_COLOR, LOSS_COLOR = STATEMENT.color_indices("theta", "updated")
(GRADIENT_COLOR,) = STATEMENT.color_indices("gradient")
RAY, FAR = 9.0, 60.0  # lengths on the bowl: of a direction, and where nobody sees it
SPANS = (10, 25, 55, 1.1 * MOST)  # of the axis of steps
FACTOR_COLOR, RATE_COLOR = STATEMENT.color_indices("factor", "momentum")


def draw(
    result: Result,
    *,
    path: Array,
    curvatures: Array,
    lr: float,
    relative_lr: float,
    condition: float,
    n_steps: int,
    angle: float,
) -> Scene:
    """Draw the path over the bowl, its losses, its rates, and a loss with two valleys."""
    walk = np.vstack([path, result.updated])
    loss, _ = quadratic(curvatures)
    losses = np.asarray(loss(walk))
    momentum = result.carried
    rates = error_rates(curvatures, lr, momentum)
    return Scene(
        over_the_bowl(
            "Path over the contour lines of the loss",
            walk[0],
            condition,
            Trail("gradient descent", padded(walk, len(STEPS)), PATH_COLOR),
            things=_downhill(path[-1], result.gradient, lr),
        ),
        _losses(losses, rates.max()),
        _by_curvature(result.factor, rates, relative_lr, condition, momentum),
        _two_valleys(relative_lr, momentum, angle, n_steps),
        readouts={
            "learning rate η": lr,
            LIMIT: stability_limit(curvatures),
            "loss at the start": losses[0],
            "loss now": losses[n_steps],
            "error kept per step, flat": without_dust(rates[0]),
            "error kept per step, steep": without_dust(rates[1]),
        },
        status=sentence(losses, rates, result.factor, met=path[0] != 0),
    )


def over_the_bowl(
    title: str,
    start: Array,
    condition: float,
    *trails: Trail,
    things: Sequence[Arrow | Outline] = (),
) -> Figure:
    """Draw paths over the contour lines of a bowl; their start can be dragged."""
    picture = landscape(
        title,
        _contour_lines(condition),
        *trails,
        extent=((-13, 13), (-8, 8)),
        x="flat direction, λ = 1",
        y=f"steep, λ = {condition:g}",
        goal=(0.0, 0.0),
        things=things,
    )
    at = (float(start[0]), float(start[1]))
    return draggable(picture, Handle(at=at, title="Drag the start", angle="angle"))


def _downhill(theta: Array, gradient: Array, lr: float) -> tuple[Outline, Arrow]:
    """Draw the direction of −∇L where the last step began, and how far −η∇L goes in it."""
    size = float(np.linalg.norm(gradient))
    near = size > 0 and float(np.abs(theta).max()) < FAR
    direction = -gradient / size if near else np.full(2, np.nan)
    ray = [theta, theta + RAY * direction]
    head = theta + lr * size * direction
    return (
        Outline("direction of −∇L", ray, GRADIENT_COLOR, dash=2),
        Arrow("−η∇L", head, GRADIENT_COLOR, tail=theta),
    )


@functools.lru_cache(maxsize=8)
def _contour_lines(condition: float) -> tuple[Array, ...]:
    return level_curves(condition, REACHES)


def _losses(losses: Array, slowest: float) -> Figure:
    theory = losses[0] * slowest ** (2 * STEPS)
    return curves(
        "Loss (log) over steps; dashed: slowest axis",
        Curve("loss", STEPS, padded(losses, len(STEPS)), LOSS_COLOR),
        Curve("theory", STEPS, theory, FACTOR_COLOR),
        x=Axis("step", (0, fitting(1.1 * (len(losses) - 1), SPANS))),
        y=Axis(
            "loss", (1e-8, fitting(max(losses.max(), theory.max()), HIGHEST)), log=True
        ),
        at=[(len(losses) - 1.0, "now")],
    )


def _by_curvature(
    factor: Array, now: Array, relative_lr: float, condition: float, momentum: float
) -> Figure:
    flat, steep = factor
    factors = contraction_factors(SHARES, relative_lr)
    rates = error_rates(SHARES, relative_lr, momentum)
    round_bowl = condition == 1  # both marks stand in one place
    flat_name, steep_name = ("", "both") if round_bowl else ("flat", "steep")
    picture = curves(
        "Factor 1 − ηλ; dashed: error kept; ■ flat, ◆ steep",
        Curve("factor 1 − ηλ", SHARES, factors, FACTOR_COLOR),
        Curve("rate in the long run", SHARES, rates, RATE_COLOR),
        Mark(1 / condition, flat, "", FACTOR_COLOR),
        Mark(1.0, steep, "", FACTOR_COLOR),
        Mark(1 / condition, now[0], flat_name, RATE_COLOR),
        Mark(1.0, now[1], steep_name, RATE_COLOR),
        x=Axis("curvature λ / λmax", (0, 1.12)),
        y=Axis("factor (grows beyond ±1)", (-1.35, 1.35)),
        levels=[(1.0, ""), (-1.0, "")],
    )
    for k, symbol in enumerate(("square", "diamond") * 2, start=2):  # after both curves
        mark = picture["data"][k]
        picture["data"][k] = mark | {"marker": mark["marker"] | {"symbol": symbol}}
    return picture


def _two_valleys(
    relative_lr: float, momentum: float, angle: float, n_steps: int
) -> Figure:
    path = _valley_path(relative_lr, momentum, angle)[: n_steps + 1]
    heights = _valley(path)
    return curves(
        "Another loss, with two valleys: start at θ = 1.5 cos φ",
        Curve("loss", ROAD, _valley(ROAD), LOSS_COLOR),
        Curve(
            "path",
            padded(path, VALLEY_STEPS + 1),
            padded(heights, VALLEY_STEPS + 1),
            PATH_COLOR,
            points=True,
        ),
        Mark(float(path[-1]), float(heights[-1]), "now", FACTOR_COLOR),
        x=Axis("parameter θ", (-EDGE, EDGE)),
        y=Axis("loss", (-0.3, 1.5)),
    )


def _valley(theta: Array) -> Array:
    """Return (θ² − 1)² / 4 + 0.15 θ, which has a lower valley on the left."""
    return (theta**2 - 1) ** 2 / 4 + 0.15 * theta


def _start(angle: float) -> float:
    """Return where the walk in one dimension starts: on the side of the angle."""
    return 1.5 * round(math.cos(math.radians(angle)), 12) + 0.0


@functools.lru_cache(maxsize=32)
def _valley_path(relative_lr: float, momentum: float, angle: float) -> Array:
    """Walk down from 1.5 cos φ, as far as the picture goes."""
    largest = 2.42  # curvature at the bottom of the left valley
    path = gradient_descent(
        lambda theta: theta**3 - theta + 0.15,
        [_start(angle)],
        lr=relative_lr / largest,
        n_steps=VALLEY_STEPS,
        momentum=momentum,
        clip=EDGE,
    ).path[:, 0]
    return path[np.abs(path) <= EDGE]


def sentence(losses: Array, rates: Array, factor: Array, *, met: Array) -> str:
    """Say what the path does, along the axes that it has met.

    Whoever starts on an axis of the bowl stays on it.
    """
    slowest = rates[met].max()
    steps = counted(len(losses) - 1, "step")
    now = f"After {steps} (above: the last) the loss is {number_text(losses[-1], 3)}"
    if slowest > 1 + 1e-9:
        where = "every direction" if rates.min() > 1 + 1e-9 else "the steep direction"
        return f"{now} and grows: the step is too large for {where}."
    if slowest > 1 - 1e-9:
        limit = "at exactly the limit the path jumps to and fro and never settles"
        return f"{now}: {limit}."
    how = "zig-zags but converges" if factor[met].min() < 0 else "converges"
    if rates.max() > 1 + 1e-9:
        how += " only because the start lies exactly on the flat axis"
    left = f"in the long run each step leaves {slowest:.1%} of the error"
    if slowest < 1e-9:
        left = "one step is enough, because it leaves nothing of the error"
    return f"{now}, from {number_text(losses[0], 3)}: it {how}; {left}."
