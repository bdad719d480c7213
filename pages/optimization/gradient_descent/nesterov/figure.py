"""Nesterov's momentum: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools

import numpy as np

from charts import (
    Axis,
    Curve,
    Figure,
    Mark,
    Scene,
    Trail,
    curves,
    padded,
)
from formulas.checks import Array
from formulas.optimization.bowl import bowl_path
from formulas.optimization.gradient_descent import error_rates, quadratic
from notation.numbers import counted, number_text
from pages.optimization.gradient_descent.figure import SHARES, STEPS, over_the_bowl
from pages.optimization.gradient_descent.nesterov.statement import (
    MOST,
    STATEMENT,
    Result,
)

NESTEROV_COLOR, PLAIN_COLOR = STATEMENT.color_indices("updated", "theta")


def draw(
    result: Result,
    *,
    path: Array,
    curvatures: Array,
    relative_lr: float,
    condition: float,
    n_steps: int,
    momentum: float,
    angle: float,
) -> Scene:
    """Draw both paths over the bowl, their losses, and their rates."""
    walk = np.vstack([path, result.updated])
    other = plain_path(relative_lr, condition, angle, momentum)[: n_steps + 1]
    loss, _ = quadratic(curvatures)
    losses, other_losses = (np.asarray(loss(one)) for one in (walk, other))
    rate = float(rates(np.ones(1), relative_lr, momentum)[0])
    return Scene(
        _both_paths(walk, other, condition),
        _losses(losses, other_losses),
        _rates(relative_lr, momentum, condition),
        readouts={
            "loss now, Nesterov": losses[-1],
            "loss now, heavy ball": other_losses[-1],
            "rate of the steep axis, Nesterov": rate,
            "rate of the steep axis, heavy ball": float(
                error_rates(np.ones(1), relative_lr, momentum)[0]
            ),
        },
        status=sentence(losses[-1], other_losses[-1], n_steps, relative_lr, momentum),
    )


@functools.lru_cache(maxsize=16)
def plain_path(
    relative_lr: float, condition: float, angle: float, momentum: float
) -> Array:
    """Walk with heavy-ball momentum from the same start."""
    path = bowl_path(relative_lr, condition, angle, n_steps=MOST, momentum=momentum)
    path.setflags(write=False)
    return path


def rates(curvatures: Array, lr: float, momentum: float) -> Array:
    """Return what a step leaves of the error in the long run, by curvature.

    That is the larger root, by absolute value, of r² = (1 + μ) c r − μ c, where c is the
    factor 1 − ηλ of a step without momentum.
    """
    c = (1 - lr * curvatures).astype(complex)
    half = (1 + momentum) * c / 2
    turn = np.sqrt(half**2 - momentum * c)
    found: Array = np.maximum(np.abs(half + turn), np.abs(half - turn))
    return found


def limits(momentum: float) -> tuple[float, float]:
    """Return the largest stable ηλ of Nesterov's momentum and of heavy ball."""
    return (2 + 2 * momentum) / (1 + 2 * momentum), 2 + 2 * momentum


def _both_paths(walk: Array, other: Array, condition: float) -> Figure:
    return over_the_bowl(
        "Both paths over the contour lines",
        walk[0],
        condition,
        Trail("heavy ball", padded(other, len(STEPS)), PLAIN_COLOR, 1, 1),
        Trail("Nesterov", padded(walk, len(STEPS)), NESTEROV_COLOR),
    )


def _losses(losses: Array, other: Array) -> Figure:
    return curves(
        "Loss after each step",
        Curve("heavy ball", STEPS, padded(other, len(STEPS)), PLAIN_COLOR, dash=1),
        Curve("Nesterov", STEPS, padded(losses, len(STEPS)), NESTEROV_COLOR, dash=0),
        x=Axis("step", (0, MOST)),
        y=Axis("loss", (1e-8, 1e5), log=True),
    )


def _rates(relative_lr: float, momentum: float, condition: float) -> Figure:
    plain = error_rates(SHARES, relative_lr, momentum)
    looking = rates(SHARES, relative_lr, momentum)
    ends = rates(np.array([1 / condition, 1.0]), relative_lr, momentum)
    flat, steep = ("", "both") if condition == 1 else ("flat", "steep")
    return curves(
        "What a step leaves of the error",
        Curve("heavy ball", SHARES, plain, PLAIN_COLOR, dash=1),
        Curve("Nesterov", SHARES, looking, NESTEROV_COLOR, dash=0),
        Mark(1 / condition, ends[0], flat, NESTEROV_COLOR),
        Mark(1.0, ends[1], steep, NESTEROV_COLOR),
        x=Axis("curvature λ / λmax", (0, 1.14)),
        y=Axis("rate (grows beyond 1)", (0, 1.4)),
        levels=[(1.0, "")],
    )


def sentence(
    loss: float, other: float, n_steps: int, relative_lr: float, momentum: float
) -> str:
    """Say how far both have come, and whether the learning rate is too large."""
    own, heavy = limits(momentum)
    pair = (
        f"{number_text(loss, 3)} with Nesterov and {number_text(other, 3)} with heavy"
    )
    verdict = "both converge" if relative_lr < own else "only heavy ball converges"
    if relative_lr >= heavy:
        verdict = "neither converges"
    return (
        f"After {counted(n_steps, 'step')} the loss is {pair} ball; ηλmax is "
        f"{number_text(relative_lr, 3)}, the limits are {number_text(own, 3)} and "
        f"{number_text(heavy, 3)}, so {verdict}."
    )
