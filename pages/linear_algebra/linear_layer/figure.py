"""Linear layer: what is drawn, and the sentence about it."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from charts import (
    Arrow,
    Field,
    Figure,
    Handle,
    Outline,
    Points,
    Scene,
    draggable,
    fitting,
    plane,
)
from formulas.checks import Array
from formulas.linear_algebra.activations import relu
from formulas.linear_algebra.linear_layer import compose_linear, linear
from notation.numbers import number_text, without_dust
from pages.linear_algebra.linear_layer.statement import STATEMENT, Result

ACROSS = np.linspace(-5.0, 5.0, 9)
UP = np.linspace(-5.0, 5.0, 9)
PLACES = np.stack(np.meshgrid(ACROSS, UP), axis=-1).reshape(-1, 2)
CORNERS = np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]])
CLOUD = np.random.default_rng(0).uniform(-1, 1, (60, 2))
DOT_SIZES = np.full(len(CLOUD), 5.0)
_LINES, _ALONG = np.linspace(-1, 1, 7), np.linspace(-1, 1, 25)
# Lines across the square and up it, one point more each, at which the pen is lifted.
GRID = np.array(
    [
        place
        for line in _LINES
        for turn in (1, -1)
        for place in (*((line, at)[::turn] for at in _ALONG), (np.nan, np.nan))
    ]
)
DRAWN = np.isfinite(GRID[:, 0])
NOWHERE = np.full((2, 2), np.nan)
DUST = 1e-9  # on the edge of the square, but for rounding

HEIGHTS = (3.0, 12.0, 24.0, 36.0)  # few, so that the colors rest
WIDTHS, TALLS = (3.2, 5.2, 9.5), (2.3, 4.2, 6.4)  # few as well, so that the axes rest

TWO_LAYERS = (1.2, 2.3, 4.3, 8.0)

INPUT_COLOR, WEIGHTS_COLOR, BIAS_COLOR, OUTPUT_COLOR, Z_COLOR = STATEMENT.color_indices(
    "x", "W", "b", "y", "z"
)


class _ZeroLine(NamedTuple):
    """Two points of the line on which a neuron is zero, and how far it is from 0."""

    ends: Array
    distance: float


def draw(result: Result, *, x: Array, W: Array, b: Array, V: Array, s: float) -> Scene:
    """Draw what the layer does, where a neuron is zero, and what a second layer adds."""
    output = round(float(result.y[0]), 12)
    second = round(float(result.y[1]), 12)
    line = _zero_line(W[0], b[0], reach=14.0)
    determinant = without_dust(float(W[0, 0] * W[1, 1] - W[0, 1] * W[1, 0]), size=9.0)
    return Scene(
        _cloud(x, result.y, W, b, line),
        _neuron(x, W, b, output, line),
        _two_layers(result.z, W, b, V, s),
        readouts={
            "y₁ at x": output,
            "distance of the zero line": "none" if line is None else line.distance,
            "det W": determinant,
            "output area per input area, |det W|": abs(determinant),
            "parameters": result.parameters,
        },
        status=f"{sentence(x, output, second, line)} {_about_areas(W, determinant)}",
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
        Points("input x", x, INPUT_COLOR, texts=[here]),
        extent=5.0,
        x="first input x₁",
        y="second input x₂",
    )
    return draggable(
        picture, Handle(at=tuple(W[0]), title="Drag the weights", x="w1", y="w2")
    )


def _cloud(x: Array, y: Array, W: Array, b: Array, line: _ZeroLine | None) -> Figure:
    corners = linear(CORNERS, W, b)
    outputs = linear(CLOUD, W, b)
    farthest = 1.02 * np.abs(corners).max(axis=0)
    wide, tall = fitting(farthest[0], WIDTHS), fitting(farthest[1], TALLS)
    picture = plane(
        "A square of inputs, and where the layer takes it",
        Outline("inputs", CORNERS, INPUT_COLOR, closed=True, dash=1),
        Points("input points", CLOUD, INPUT_COLOR, DOT_SIZES),
        Outline("outputs", corners, OUTPUT_COLOR, closed=True),
        Points("output points", outputs, OUTPUT_COLOR, DOT_SIZES, symbol=1),
        *_columns(W, b),
        Outline("inputs with y₁ = 0", _in_square(line), BIAS_COLOR, dash=2),
        Points("the input’s place", x, INPUT_COLOR, texts=["x"], listed=False),
        Points(
            "its output’s place", y, OUTPUT_COLOR, texts=["y"], symbol=1, listed=False
        ),
        extent=((-wide, wide), (-tall, tall)),
        x="x₁ of inputs, y₁ of outputs",
        y="x₂, y₂",
        height=300,
    )
    for trace in picture["data"]:
        trace["showlegend"] = not trace["name"].endswith(("points", "place"))
    return draggable(
        picture,
        Handle((W[0, 0] + b[0], W[1, 0]), "Drag column 1", x="w1", y="w21", base=b[0]),
        Handle((W[0, 1] + b[0], W[1, 1]), "Drag column 2", x="w2", y="w22", base=b[0]),
        Handle((x[0], x[1]), "Drag the input x", x="x1", y="x2"),
    )


def _in_square(line: _ZeroLine | None) -> Array:
    """Return the ends of the piece of a line within the square of inputs, if there is one."""
    if line is None:
        return NOWHERE
    start, way = line.ends[0], line.ends[1] - line.ends[0]
    first, last = 0.0, 1.0
    for at, along in zip(start.tolist(), way.tolist(), strict=True):
        if along == 0 and abs(at) > 1 + DUST:
            return NOWHERE
        if along != 0:
            enters, leaves = sorted(((-1 - at) / along, (1 - at) / along))
            first, last = max(first, enters), min(last, leaves)
    if first > last:
        return NOWHERE
    piece: Array = start + np.outer([first, last], way)
    return piece


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


def _two_layers(z: Array, W: Array, b: Array, V: Array, s: float) -> Figure:
    """Draw where a second layer takes the square’s grid, and where one layer alone would."""
    hidden = linear(GRID[DRAWN], W, b)
    outputs = np.full_like(GRID, np.nan)
    outputs[DRAWN] = linear(relu(hidden, negative_slope=s), V)
    one = linear(CORNERS, *compose_linear(W, b, V, np.zeros(2)))
    # With ReLU the one layer may lie far outside: the bent grid has the room.
    shown = one if s else outputs[DRAWN]
    extent = fitting(1.02 * float(np.abs(shown).max()), TWO_LAYERS)
    between = "y: one affine map again" if s else "ReLU(y): lines can bend"
    return plane(
        f"Second layer, h = {between}",
        Outline("grid after both layers", outputs, OUTPUT_COLOR),
        Outline("one layer V W", one, WEIGHTS_COLOR, closed=True, dash=1),
        Points("z", z, Z_COLOR, symbol=1),
        extent=extent,
        x="z₁ = (h₁ − h₂) / 2",
        y="z₂ = (h₁ + h₂) / 2",
    )


def _about_areas(W: Array, determinant: float) -> str:
    """Say what the layer does to areas."""
    if determinant == 0:
        shape = "line" if W.any() else "point"
        return f"As det W = 0, the layer flattens the square to a {shape}."
    mirrored = ", and mirrors them" if determinant < 0 else ""
    size = number_text(abs(determinant))
    return f"The layer multiplies areas by |det W| = {size}{mirrored}."


def sentence(x: Array, output: float, second: float, line: _ZeroLine | None) -> str:
    """Say what both neurons give at the input, and where the first is zero."""
    start = f"At x = {_pair(*x.tolist())} the layer gives y = {_pair(output, second)}"
    if line is None:
        return f"{start}; without weights neuron 1 gives its bias everywhere."
    way = "goes through"
    if line.distance:
        way = f"lies {number_text(line.distance)} from"
    return (
        f"{start}; the zero line of neuron 1 is orthogonal to its weights and "
        f"{way} the origin."
    )


def _pair(first: float, second: float) -> str:
    return f"({number_text(first)}, {number_text(second)})"
