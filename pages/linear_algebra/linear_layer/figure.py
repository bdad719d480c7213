"""Linear layer: what is drawn, and the sentence about it."""

from __future__ import annotations

import numpy as np

from charts import (
    Arrow,
    Axis,
    Curve,
    Field,
    Mark,
    Outline,
    Points,
    Scene,
    curves,
    plane,
)
from formulas.linear_algebra import linear_layer as backend
from formulas.linear_algebra.linear_layer import layer_of, linear
from notation.legacy import inputs_of
from notation.numbers import counted, number_text
from pages.linear_algebra.linear_layer.statement import STATEMENT

SIZES = STATEMENT.control("n_out").positions
PARAMETERS = {n: [backend.count_parameters(n, m) for m in SIZES] for n in SIZES}
ACROSS, UP = np.linspace(-6.0, 6.0, 9), np.linspace(-3.4, 3.4, 5)
PLACES = np.stack(np.meshgrid(ACROSS, UP), axis=-1).reshape(-1, 2)
CORNERS = np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]])
CLOUD = np.random.default_rng(0).uniform(-1, 1, (60, 2))
SMALL = np.full(60, 5.0)

INPUT, WEIGHTS, BIAS, OUTPUT, LEARNED = STATEMENT.color_indices(
    "x", "W", "b", "y", "parameters"
)
POINT = inputs_of(STATEMENT, **STATEMENT.defaults)["x"]


def draw(w1, w2, bias, n_in, n_out):
    W, b = layer_of(w1, w2, bias)
    line = backend.zero_line(W[0], bias, extent=14.0)
    output = round(float(linear(POINT, W, b)[0]), 12)
    learned = PARAMETERS[n_in][SIZES.index(n_out)]
    height = linear(PLACES, W, b)[:, 0].reshape(len(UP), len(ACROSS))
    zero = np.full((2, 2), np.nan) if line is None else line.ends
    now = f"y₁ = {number_text(output)}"
    return Scene(
        plane(
            "Output of neuron 1 for every input",
            Field("y₁", ACROSS, UP, height, (-12.0, 12.0), 2.0),
            Outline("zero line", zero, BIAS),
            Arrow("weights", W[0], WEIGHTS),
            Points("input (2, 2)", POINT, INPUT, texts=[now]),
            extent=((-6.0, 6.0), (-3.4, 3.4)),
            x="first input x₁",
            y="second input x₂",
        ),
        plane(
            "A cloud of inputs, and where the layer takes it",
            Outline("inputs", CORNERS, INPUT, closed=True, dash=1),
            Points("inputs, single", CLOUD, INPUT, SMALL),
            Outline("outputs", linear(CORNERS, W, b), OUTPUT, closed=True),
            Points("outputs, single", linear(CLOUD, W, b), OUTPUT, SMALL, symbol=1),
            extent=((-9.5, 9.5), (-2.6, 2.6)),
            x="output of neuron 1, the one you set",
            y="neuron 2: x₁ + x₂",
            height=260,
        ),
        curves(
            f"Numbers to learn in a layer with {counted(n_in, 'input')}",
            Curve("P", SIZES, PARAMETERS[n_in], LEARNED, points=True),
            Mark(n_out, learned, f"{learned:,}", LEARNED),
            x=Axis("outputs n_out", (0.8, 5500), log=True),
            y=Axis("parameters", (1, 1e8), log=True),
        ),
        readouts={
            "y₁ at (2, 2)": output,
            "zero line from the origin": "none" if line is None else line.distance,
            "parameters": f"{learned:,}",
        },
        status=sentence(output, line),
    )


def sentence(output, line):
    at = f"At the input (2, 2) neuron 1 gives {number_text(output)}"
    if line is None:
        return f"{at}, as everywhere: without weights only the bias is left."
    away = f"{number_text(line.distance)} from" if line.distance else "through"
    return f"{at}; its zero line is at a right angle to w, {away} the origin."
