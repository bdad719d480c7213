"""Linear layer."""

import numpy as np

from charts import Arrow, Axis, Curve, Field, Mark, Outline, Points, curves, plane
from formulas.linear_algebra.linear_layer import (
    FORMULA,
    count_parameters,
    layer_of,
    linear,
    zero_line,
)
from formulas.numbers import number_text
from ui import lesson

SIZES = FORMULA.control("n_out").positions
PARAMETERS = {n: [count_parameters(n, m) for m in SIZES] for n in SIZES}
ACROSS, UP = np.linspace(-6.0, 6.0, 9), np.linspace(-3.4, 3.4, 5)
PLACES = np.stack(np.meshgrid(ACROSS, UP), axis=-1).reshape(-1, 2)
CORNERS = np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]])
CLOUD = np.random.default_rng(0).uniform(-1, 1, (60, 2))
POINT = FORMULA.inputs(**FORMULA.defaults)["x"]


def draw(w1, w2, bias, n_in, n_out):
    W, b = layer_of(w1, w2, bias)
    line = zero_line(W[0], bias, extent=14.0)
    output = float(linear(POINT, W, b)[0])
    learned = PARAMETERS[n_in][SIZES.index(n_out)]
    color = FORMULA.slot
    return lesson.Scene(
        figures=(
            plane(
                (
                    Field(
                        "y₁",
                        ACROSS,
                        UP,
                        linear(PLACES, W, b)[:, 0].reshape(len(UP), len(ACROSS)),
                        (-12.0, 12.0),
                        2.0,
                    ),
                    Outline(
                        "zero line",
                        np.full((2, 2), np.nan) if line is None else line.ends,
                        color("b"),
                    ),
                    Arrow("weights", W[0], color("W")),
                    Points(
                        "input (2, 2)",
                        POINT,
                        color("x"),
                        texts=[f"y₁ = {number_text(output)}"],
                    ),
                ),
                title="Output of neuron 1 for every input",
                extent=((-6.0, 6.0), (-3.4, 3.4)),
                x="first input x₁",
                y="second input x₂",
            ),
            plane(
                (
                    Outline("inputs", CORNERS, color("x"), closed=True, dash=1),
                    Points("inputs, single", CLOUD, color("x"), np.full(60, 5.0)),
                    Outline("outputs", linear(CORNERS, W, b), color("y"), closed=True),
                    Points(
                        "outputs, single",
                        linear(CLOUD, W, b),
                        color("y"),
                        np.full(60, 5.0),
                        symbol=1,
                    ),
                ),
                title="A cloud of inputs, and where the layer takes it",
                extent=((-9.5, 9.5), (-2.6, 2.6)),
                x="output of neuron 1, the one you set",
                y="neuron 2: x₁ + x₂",
                height=260,
            ),
            curves(
                [Curve("P", SIZES, PARAMETERS[n_in], color("parameters"), points=True)],
                title=f"Numbers to learn in a layer with {n_in} inputs",
                x=Axis("outputs n_out", (0.8, 5500), log=True),
                y=Axis("parameters", (1, 1e8), log=True),
                marks=[Mark(n_out, learned, f"{learned:,}", color("parameters"))],
            ),
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
    away = number_text(line.distance)
    return f"{at}; its zero line is at a right angle to w, {away} from the origin."


lesson.show(
    FORMULA,
    draw,
    presets=(
        lesson.Preset(
            "Average of inputs", {"w1": 0.5, "w2": 0.5, "bias": 0.0}, "2 at (2, 2)"
        ),
        lesson.Preset(
            "Difference detector", {"w1": 1.0, "w2": -1.0, "bias": 0.0}, "0 at (2, 2)"
        ),
        lesson.Preset(
            "Bias only", {"w1": 0.0, "w2": 0.0, "bias": 1.0}, "1 at every input"
        ),
    ),
    prediction=lesson.Prediction(
        "The weights are (1, −1) and the bias is 0.5. What is the output at (2, 2)?",
        lambda: float(linear([2, 2], *layer_of(1.0, -1.0, 0.5))[0]),
        "The two inputs cancel and the bias is left. The output is zero on the line "
        "x₂ = x₁ + 0.5, at a right angle to the weights.",
        show={"w1": 1.0, "w2": -1.0, "bias": 0.5},
    ),
    aha="The weights turn and tilt the boundary, the bias slides it. Two layers without a "
    "bend between them are one layer.",
    notice=(
        "The zero line is at a right angle to the weights; its distance from the origin is "
        "|b| over the length of w.",
        "Straight edges stay straight and parallel edges stay parallel.",
        "With equal weights the two neurons agree and the whole cloud falls on one line.",
    ),
    try_this=(
        "How do you make the zero line pass through (2, 2) without changing the weights?",
        "What does doubling both weights and the bias do to the line, and to the colors?",
        "Can any setting bend an edge of the square?",
    ),
    pitfalls=(
        "Depth alone adds no power: without activations between them any number of linear "
        "layers can be replaced by one.",
        "With a bias the map is affine, not linear in the strict sense: it moves the origin.",
        "Wx + b treats inputs as columns. For rows of a batch write xWᵀ + b, as PyTorch "
        "does; transformer papers store the transpose and write xW + b.",
    ),
    in_use="Query, key, value and output projections, both halves of the feed-forward "
    "block, and the head that scores the vocabulary.",
)
