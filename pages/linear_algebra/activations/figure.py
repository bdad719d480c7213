"""Activation functions: what is drawn, and the sentence about it."""

from __future__ import annotations

import numpy as np

from charts import Axis, Curve, Mark, Scene, curves
from formulas.linear_algebra import activations as act
from notation.numbers import counted, number_text
from pages.linear_algebra.activations.statement import STATEMENT

X = np.sort([*np.linspace(-6, 6, 121), 1e-9])  # both sides of the jump at 0
SQUASHED, CENTERED = act.sigmoid(X), act.tanh(X)
SIGMOID_SLOPE, TANH_SLOPE = act.sigmoid_grad(X), act.tanh_grad(X)
DEEPEST = STATEMENT.control("depth").high
LAYERS = np.arange(DEEPEST + 1)
NAMES = ("relu", "sigmoid", "tanh")
DERIVED = ("relu_slope", "sigmoid_slope", "tanh_slope")
LEGEND = ("ReLU", "sigmoid", "tanh")


def three(quantities, x, lines, now, values):
    """Make one curve for each activation, with the current point on it."""
    slots = STATEMENT.color_indices(*quantities)
    for name, line, slot in zip(LEGEND, lines, slots, strict=True):
        yield Curve(name, x, line, slot)
    for value, slot in zip(values, slots, strict=True):
        yield Mark(now, value, "", slot)


def draw(x, negative_slope, depth):
    values = act.relu(x, negative_slope), act.sigmoid(x), act.tanh(x)
    slopes = act.relu_grad(x, negative_slope), act.sigmoid_grad(x), act.tanh_grad(x)
    shares = [
        act.gradient_product(name, x, DEEPEST, negative_slope=negative_slope)
        for name in NAMES
    ]
    arriving = [share[depth] for share in shares]
    lines = act.relu(X, negative_slope), SQUASHED, CENTERED
    steepness = act.relu_grad(X, negative_slope), SIGMOID_SLOPE, TANH_SLOPE
    across = Axis("pre-activation x", (-6.2, 6.2))
    return Scene(
        curves(
            "Three activations",
            *three(NAMES, X, lines, x, values),
            x=across,
            y=Axis("output", (-2.1, 6.6)),
        ),
        curves(
            "Their slopes: what each passes on of a gradient",
            *three(DERIVED, X, steepness, x, slopes),
            x=across,
            y=Axis("slope", (-0.05, 1.15)),
        ),
        curves(
            "Share of the gradient behind many layers, all at the same x",
            *three(DERIVED, LAYERS, shares, depth, arriving),
            x=Axis("layers", (-0.3, DEEPEST + 0.3)),
            y=Axis("share", (1e-16, 10), log=True),
        ),
        readouts={
            **dict(zip(NAMES, values, strict=True)),
            **dict(zip(DERIVED, slopes, strict=True)),
            "arriving": arriving[1],
        },
        status=sentence(x, depth, slopes, arriving),
    )


def sentence(x, depth, slopes, arriving):
    best = ("the ReLU", "the sigmoid", "tanh")[int(np.argmax(slopes))]
    left = [number_text(share) for share in arriving]
    end = " The plain ReLU is off and passes nothing." if slopes[0] == 0 else ""
    if x == 0:
        end = " At its corner, by convention, the ReLU has the slope of its left side."
    return (
        f"At x = {number_text(x)} {best} is the steepest, with slope "
        f"{number_text(max(slopes))}; behind {counted(depth, 'layer')} the sigmoid "
        f"leaves {left[1]} of a gradient, tanh {left[2]}, the ReLU {left[0]}.{end}"
    )
