"""Gradient clipping: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools
import math

import numpy as np

from charts import (
    Arrow,
    Axis,
    Bars,
    Curve,
    Figure,
    Handle,
    Outline,
    Scene,
    bars,
    curves,
    draggable,
    plane,
)
from formulas.checks import Array
from notation.numbers import number_text
from pages.optimization.gradient_descent.clipping.statement import STATEMENT, Result

TURNS = np.linspace(0, 2 * np.pi, 61)
CIRCLE = np.stack([np.cos(TURNS), np.sin(TURNS)], axis=1)
NAMES = ("g₁", "g₂", "g₃")
WALL, WALL_SLOPE, STEP_SIZE, STEPS = 3.0, 100.0, 0.3, 40
FULL_COLOR, NORM_COLOR, VALUE_COLOR = STATEMENT.color_indices(
    "gradient", "clipped", "g2"
)


def draw(result: Result, *, gradient: Array, max_norm: float) -> Scene:
    """Draw the gradient before and after, its components, and steps toward a wall."""
    by_value = gradient.clip(-max_norm, max_norm)
    turned = angle_between(gradient, by_value)
    return Scene(
        _arrows(gradient, result.clipped, by_value, max_norm),
        _components(gradient, result.clipped, by_value),
        _toward_a_wall(max_norm),
        readouts={
            "norm": result.norm,
            "scale": result.scale,
            "length after clipping": float(np.linalg.norm(result.clipped)),
            "first component after clipping": result.clipped[0],
            "turned by clipping each value (°)": turned,
        },
        status=sentence(result, max_norm, turned),
    )


def angle_between(one: Array, other: Array) -> float:
    """Return the angle in degrees; 0 if one of them has no direction."""
    across = float(np.linalg.norm(np.cross(one, other)))
    return math.degrees(math.atan2(across, float(one @ other)))


def _arrows(
    gradient: Array, clipped: Array, by_value: Array, max_norm: float
) -> Figure:
    head = (float(gradient[0]), float(gradient[1]))
    picture = plane(
        "Two parameters’ gradient, before and after",
        Outline("c", max_norm * CIRCLE, NORM_COLOR, dash=1),
        Arrow("gradient", head, FULL_COLOR),
        Arrow("each value", by_value[:2], VALUE_COLOR, dash=2),
        Arrow("clipped", clipped[:2], NORM_COLOR),
        extent=((-7, 21), (-10.5, 10.5)),
        x="g₁",
        y="g₂",
    )
    return draggable(
        picture, Handle(at=head, title="Drag the gradient", x="g1", y="g2")
    )


def _components(gradient: Array, clipped: Array, by_value: Array) -> Figure:
    return bars(
        "All three components",
        NAMES,
        Bars("gradient", gradient, FULL_COLOR, 0),
        Bars("by length", clipped, NORM_COLOR, 0),
        Bars("by value", by_value, VALUE_COLOR, 0),
        y=Axis("component", (-12, 42)),
        height=240,
    )


def _toward_a_wall(max_norm: float) -> Figure:
    steps = np.arange(STEPS + 1)
    return curves(
        "Steps toward a wall of the loss",
        Curve("without clipping", steps, walk(math.inf), FULL_COLOR, dash=1),
        Curve("clipped", steps, walk(max_norm), NORM_COLOR, dash=0),
        x=Axis("step", (0, STEPS)),
        y=Axis("parameter θ", (-30, 8)),
        levels=[(WALL, "wall")],
        height=240,
    )


@functools.lru_cache(maxsize=64)
def walk(longest: float) -> Array:
    """Go right on a slope of −1 until a wall of slope 100 throws the parameter back."""
    path = [0.0]
    for _ in range(STEPS):
        slope = WALL_SLOPE if path[-1] > WALL else -1.0
        path.append(path[-1] - STEP_SIZE * max(-longest, min(longest, slope)))
    line = np.array(path)
    line.setflags(write=False)
    return line


def sentence(result: Result, max_norm: float, turned: float) -> str:
    """Say how long the gradient is, and what clipping does to it."""
    length = f"The gradient is {number_text(result.norm, 3)} long"
    limit = number_text(max_norm, 3)
    if result.scale == 1:
        return f"{length}, no more than {limit}: nothing is clipped."
    return (
        f"{length}, more than {limit}: all components are multiplied by "
        f"{number_text(result.scale, 3)}, and the direction is kept; clipping each value "
        f"would turn it by {number_text(turned, 2)}°."
    )
