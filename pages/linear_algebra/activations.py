"""Activation functions."""

import numpy as np

from charts import Axis, Curve, Mark, curves
from formulas.linear_algebra.activations import (
    FORMULA,
    gradient_product,
    relu,
    relu_grad,
    sigmoid,
    sigmoid_grad,
    tanh,
    tanh_grad,
)
from formulas.numbers import number_text
from ui import lesson

X = np.sort([*np.linspace(-6, 6, 121), 1e-9])  # both sides of the jump at 0
SQUASHED, CENTERED = sigmoid(X), tanh(X)
SIGMOID_SLOPE, TANH_SLOPE = sigmoid_grad(X), tanh_grad(X)
DEEPEST = FORMULA.control("depth").high
LAYERS = np.arange(DEEPEST + 1)
SLOTS = {q.name: FORMULA.slot(q.name) for q in FORMULA.quantities}
NAMES = ("relu", "sigmoid", "tanh")
DERIVED = ("relu_slope", "sigmoid_slope", "tanh_slope")
LEGEND = ("ReLU", "sigmoid", "tanh")


def picture(values, now, quantities, **axes):
    """Draw one curve for each activation, with the current point on it."""
    slots = [SLOTS[name] for name in quantities]
    x = axes.pop("horizontal", X)
    at = axes.pop("place")
    return curves(
        [Curve(*c) for c in zip(LEGEND, [x] * 3, values, slots, strict=True)],
        marks=[Mark(at, y, "", s) for y, s in zip(now, slots, strict=True)],
        **axes,
    )


def draw(x, negative_slope, depth):
    values = relu(x, negative_slope), sigmoid(x), tanh(x)
    slopes = relu_grad(x, negative_slope), sigmoid_grad(x), tanh_grad(x)
    shares = [
        gradient_product(name, x, DEEPEST, negative_slope=negative_slope)
        for name in NAMES
    ]
    arriving = [share[depth] for share in shares]
    across = Axis("pre-activation x", (-6.2, 6.2))
    return lesson.Scene(
        figures=(
            picture(
                (relu(X, negative_slope), SQUASHED, CENTERED),
                values,
                NAMES,
                place=x,
                title="Three activations",
                x=across,
                y=Axis("output", (-2.1, 6.6)),
            ),
            picture(
                (relu_grad(X, negative_slope), SIGMOID_SLOPE, TANH_SLOPE),
                slopes,
                DERIVED,
                place=x,
                title="Their slopes: what each passes on of a gradient",
                x=across,
                y=Axis("slope", (-0.05, 1.15)),
            ),
            picture(
                shares,
                arriving,
                DERIVED,
                horizontal=LAYERS,
                place=depth,
                title="Share of the gradient behind many layers, all at the same x",
                x=Axis("layers", (-0.3, DEEPEST + 0.3)),
                y=Axis("share", (1e-16, 10), log=True),
            ),
        ),
        readouts={
            **dict(zip(NAMES, values, strict=True)),
            **dict(zip(DERIVED, slopes, strict=True)),
            "arriving": arriving[1],
        },
        status=sentence(x, depth, slopes, arriving),
    )


def sentence(x, depth, slopes, arriving):
    best = int(np.argmax(slopes))
    left = [number_text(share) for share in arriving]
    dead = " The plain ReLU is off and passes nothing." if slopes[0] == 0 else ""
    return (
        f"At x = {number_text(x)} {LEGEND[best]} is the steepest, with slope "
        f"{number_text(slopes[best])}; behind {depth} layer{'s' * (depth > 1)} the "
        f"sigmoid leaves {left[1]} of a gradient, tanh {left[2]}, ReLU {left[0]}.{dead}"
    )


lesson.show(
    FORMULA,
    draw,
    presets=(
        lesson.Preset("Saturated sigmoid", {"x": 6.0}, "Its slope is 0.002467"),
        lesson.Preset(
            "Dead ReLU", {"x": -2.0}, "Gradient 0; try a negative slope of 0.1"
        ),
        lesson.Preset("Best case", {"x": 0.0}, "Slopes 0.25 and 1"),
    ),
    prediction=lesson.Prediction(
        "Ten sigmoid layers, every pre-activation 0, every weight 1. What share of the "
        "gradient arrives at the input?",
        lambda: float(gradient_product("sigmoid", 0.0, 10)[-1]),
        "The slope is one quarter at best, and it counts once per layer: a quarter to the "
        "power of ten is about a millionth.",
        show={"x": 0.0, "depth": 10},
    ),
    aha="Saturation kills gradients: a sigmoid never passes on more than a quarter.",
    notice=(
        "tanh is a sigmoid stretched to (−1, 1) and centered; at 0 it is four times as "
        "steep.",
        "Far from 0 the sigmoid and tanh are flat: large inputs get no signal to change.",
        "On the logarithmic axis each layer takes the same step down.",
    ),
    try_this=(
        "How far from 0 may x be so that ten tanh layers still pass on one percent?",
        "Which of the three keeps the gradient at x = 3, and which at x = −3?",
        "What does a small negative slope save, and what does it cost?",
    ),
    pitfalls=(
        "The ReLU does have a gradient problem: a unit that is negative for every input "
        "receives no gradient and never recovers.",
        "The ReLU has no slope at 0; the usual convention, used here, is 0.",
        "Computed as 1 − σ(x) the slope loses its digits for large x; libraries use a "
        "stable form.",
    ),
    in_use="ReLU and its smooth relatives GELU and SiLU in transformer blocks; the sigmoid "
    "in gates and yes-or-no outputs; tanh in recurrent cells and bounded policies.",
)
