"""Linear layer: what is drawn, and the sentence about it."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from charts import (
    Arrow,
    Axis,
    Bars,
    Field,
    Figure,
    Handle,
    Outline,
    Points,
    Scene,
    bars,
    draggable,
    fitting,
    plane,
)
from formulas.checks import Array
from formulas.linear_algebra.linear_layer import linear
from notation.numbers import number_text, without_dust
from pages.linear_algebra.linear_layer.statement import STATEMENT, Result

ACROSS = np.linspace(-5.0, 5.0, 9)
UP = np.linspace(-5.0, 5.0, 9)
PLACES = np.stack(np.meshgrid(ACROSS, UP), axis=-1).reshape(-1, 2)
CORNERS = np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]])
CLOUD = np.random.default_rng(0).uniform(-1, 1, (60, 2))
DOT_SIZES = np.full(len(CLOUD), 5.0)
NOWHERE = np.full((2, 2), np.nan)

HEIGHTS = (3.0, 12.0, 24.0, 36.0)  # few, so that the colors rest
WIDTHS, TALLS = (3.2, 5.2, 9.5), (2.3, 4.2, 6.4)  # few as well, so that the axes rest

INPUT_COLOR, WEIGHTS_COLOR, BIAS_COLOR, OUTPUT_COLOR, PARAMETERS_COLOR = (
    STATEMENT.color_indices("x", "W", "b", "y", "parameters")
)


class _ZeroLine(NamedTuple):
    """Two points of the line on which a neuron is zero, and how far it is from 0."""

    ends: Array
    distance: float


def draw(
    result: Result, *, x: Array, W: Array, b: Array, n_in: int, n_out: int
) -> Scene:
    """Draw where a neuron is zero, what the layer does, and how many numbers it learns."""
    output = round(float(result.y[0]), 12)
    line = _zero_line(W[0], b[0], reach=14.0)
    determinant = without_dust(float(W[0, 0] * W[1, 1] - W[0, 1] * W[1, 0]), size=9.0)
    return Scene(
        _cloud(W, b, line),
        _neuron(x, W, b, output, line),
        _size(result.parameters, n_in, n_out),
        readouts={
            "y₁ at (2, 2)": output,
            "y₂ at (2, 2)": round(float(result.y[1]), 12),
            "distance of the zero line": "none" if line is None else line.distance,
            "det W": determinant,
            "output area per input area, |det W|": abs(determinant),
            "parameters": result.parameters,
        },
        status=f"{sentence(output, line)} {_about_areas(W, determinant)}",
    )


def _zero_line(w: ArrayLike, b: float, reach: float = 5.0) -> _ZeroLine | None:
    """Find the line on which a neuron of two inputs is zero; None without weights.

    Its ends are ``reach`` to both sides of its point next to the origin.
    """
    weights = np.asarray(w, dtype=float)
    length = math.hypot(*weights)
    if length == 0:
        return None
    normal = weights / length
    along = np.array([-normal[1], normal[0]])
    ends = -b / length * normal + reach * np.outer([-1.0, 1.0], along)
    return _ZeroLine(ends, abs(b) / length)


def _neuron(
    x: Array, W: Array, b: Array, output: float, line: _ZeroLine | None
) -> Figure:
    heights = linear(PLACES, W, b)[:, 0].reshape(len(UP), len(ACROSS))
    limit = fitting(float(np.abs(heights).max()), HEIGHTS)
    ends = NOWHERE if line is None else line.ends
    # An arrow of length 0 would still have a head.
    weights = W[0] if W[0].any() else NOWHERE[0]
    here = f"y₁ = {number_text(output)}"
    picture = plane(
        "Output of neuron 1 for every input",
        Field("y₁", ACROSS, UP, heights, limits=(-limit, limit), step=limit / 6),
        Outline("zero line", ends, BIAS_COLOR),
        Arrow("weights", weights, WEIGHTS_COLOR),
        Points("input (2, 2)", x, INPUT_COLOR, texts=[here]),
        extent=5.0,
        x="first input x₁",
        y="second input x₂",
    )
    return draggable(
        picture, Handle(at=tuple(W[0]), title="Drag the weights", x="w1", y="w2")
    )


def _cloud(W: Array, b: Array, line: _ZeroLine | None) -> Figure:
    corners = linear(CORNERS, W, b)
    outputs = linear(CLOUD, W, b)
    farthest = np.abs(corners).max(axis=0)
    wide, tall = fitting(farthest[0], WIDTHS), fitting(farthest[1], TALLS)
    picture = plane(
        "A square of inputs, and where the layer takes it",
        Outline("inputs", CORNERS, INPUT_COLOR, closed=True, dash=1),
        Points("input points", CLOUD, INPUT_COLOR, DOT_SIZES),
        Outline("outputs", corners, OUTPUT_COLOR, closed=True),
        Points("output points", outputs, OUTPUT_COLOR, DOT_SIZES, symbol=1),
        *_columns(W, b),
        Outline("y₁ = 0", NOWHERE if line is None else line.ends, BIAS_COLOR, dash=2),
        extent=((-wide, wide), (-tall, tall)),
        x="x₁, or y₁ of the outputs",
        y="x₂, or y₂",
        height=300,
    )
    for trace in picture["data"]:
        trace["showlegend"] = not trace["name"].endswith("points")
    return draggable(
        picture,
        Handle((W[0, 0] + b[0], W[1, 0]), "Drag column 1", x="w1", y="w21", base=b[0]),
        Handle((W[0, 1] + b[0], W[1, 1]), "Drag column 2", x="w2", y="w22", base=b[0]),
    )


def _columns(W: Array, b: Array) -> list[Arrow]:
    """Draw where (1, 0) and (0, 1) go, seen from where the origin goes."""
    return [
        # An arrow of length 0 would still have a head.
        Arrow(
            f"column {k + 1}",
            b + column if column.any() else NOWHERE[0],
            WEIGHTS_COLOR,
            tail=b,
            dash=2 * k,
        )
        for k, column in enumerate(W.T)
    ]


def _size(parameters: int, n_in: int, n_out: int) -> Figure:
    counts = [parameters - n_out, n_out, parameters]
    picture = bars(
        "Parameters of a layer of any size",
        (f"weights {n_in} · {n_out}", f"biases {n_out}", "together"),
        Bars("parameters", counts, PARAMETERS_COLOR),
        y=Axis("parameters", (0.5, 1e9), log=True),
    )
    picture["data"][0]["text"] = [in_thousands(count) for count in counts]
    return picture


def in_thousands(count: int) -> str:
    """Write a whole number as the screen does: from five digits on with commas."""
    return f"{count:,}" if count >= 10_000 else str(count)


def _about_areas(W: Array, determinant: float) -> str:
    """Say what the layer does to areas."""
    if determinant == 0:
        shape = "line" if W.any() else "point"
        return f"As det W = 0, the layer flattens the square to a {shape}."
    mirrored = ", and mirrors them" if determinant < 0 else ""
    size = number_text(abs(determinant))
    return f"The layer multiplies areas by |det W| = {size}{mirrored}."


def sentence(output: float, line: _ZeroLine | None) -> str:
    """Say what the neuron gives at the input, and where it is zero."""
    start = f"At (2, 2) neuron 1 gives {number_text(output)}"
    if line is None:
        return f"{start}, as everywhere: without weights only the bias is left."
    way = "through"
    if line.distance:
        way = f"{number_text(line.distance)} from"
    return f"{start}; its zero line is orthogonal to its weights, {way} the origin."
