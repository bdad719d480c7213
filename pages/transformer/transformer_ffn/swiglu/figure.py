"""SwiGLU: what is drawn, and the sentence about it."""

from __future__ import annotations

import numpy as np

from charts import (
    Axis,
    Bars,
    Curve,
    Figure,
    Handle,
    Mark,
    Scene,
    bars,
    curves,
    draggable,
    fitting,
)
from formulas.checks import Array
from formulas.linear_algebra.activations import relu
from formulas.transformer.glu import glu_ffn, glu_width
from formulas.transformer.transformer_ffn import ffn_parameters, silu
from notation.numbers import number_text
from pages.transformer.transformer_ffn.swiglu.statement import STATEMENT, Result

TOKEN = STATEMENT.control("token")
POINTS = np.linspace(TOKEN.low, TOKEN.high, 121)
TOKENS = np.stack([POINTS, np.ones_like(POINTS)], axis=1)
ROOMS = (2.5, 5.0, 10.0, 20.0, 40.0, 80.0, 160.0)  # few, so that the axes rest
NEARLY_SHUT = 0.05
MILLION = 1e6
LLAMA = 256  # a multiple of it is Llama's width
BLOCKS = ("FFN, 4 d", "SwiGLU, 4 d", "SwiGLU, 8/3 d")
TOKEN_COLOR, GATE_COLOR, VALUE_COLOR, HIDDEN_COLOR, COUNT_COLOR = (
    STATEMENT.color_indices("token", "gate", "value", "hidden", "weights")
)
OTHER_COLOR = 8


def draw(
    result: Result,
    *,
    W_gate: Array,
    W_up: Array,
    W_down: Array,
    token: float,
    d_model: int,
) -> Scene:
    """Draw gate, value and product over the token, and where the weights go."""
    linear, gate, value, hidden = (
        round(float(v[0]), 12) + 0.0  # what cancels leaves −3e-17, not 0
        for v in (result.linear, result.gate, result.value, result.hidden)
    )
    plain = float(relu(linear))
    return Scene(
        _unit(W_gate, W_up, W_down, token, hidden),
        _weights(result.weights, d_model),
        readouts={
            "gate": gate,
            "value": value,
            "hidden unit": hidden,
            "a ReLU unit instead": plain,
            "width": result.width,
            f"rounded up to {LLAMA}s, as in Llama": glu_width(
                d_model, multiple_of=LLAMA
            ),
        },
        status=sentence(token, gate, value, hidden),
    )


def _unit(
    W_gate: Array, W_up: Array, W_down: Array, token: float, hidden: float
) -> Figure:
    linear = (TOKENS @ W_gate)[:, 0]
    gate, value = np.asarray(silu(linear)), (TOKENS @ W_up)[:, 0]
    product = glu_ffn(TOKENS, W_gate, W_up, W_down).hidden[:, 0]
    lines = (gate, value, product)
    room = fitting(1.05 * max(float(np.abs(line).max()) for line in lines), ROOMS)
    picture = curves(
        "One hidden unit: the gate times the value",
        Curve("gate", POINTS, gate, GATE_COLOR, dash=1),
        Curve("value", POINTS, value, VALUE_COLOR, dash=2),
        Curve("gate × value", POINTS, product, HIDDEN_COLOR, dash=0),
        Curve("ReLU unit", POINTS, relu(linear), OTHER_COLOR, dash=3),
        Mark(token, hidden, "", TOKEN_COLOR),
        x=Axis("token t", (TOKEN.low, TOKEN.high)),
        y=Axis("output", (-room, room)),
        height=330,
    )
    handle = Handle(at=(token, hidden), title="Drag the token", x="token")
    return draggable(picture, handle)


def _weights(weights: int, d_model: int) -> Figure:
    plain = ffn_parameters(d_model, 4 * d_model, bias=False)
    counts = np.array([plain, 3 * d_model * 4 * d_model, weights]) / MILLION
    top = fitting(1.2 * counts.max(), (1, 4, 8, 16, 64, 256, 1024))
    return bars(
        f"Weights of a block for d = {d_model}",
        BLOCKS,
        Bars("weights", counts, COUNT_COLOR, 3),
        y=Axis("millions", (0, top)),
        height=260,
    )


def sentence(token: float, gate: float, value: float, hidden: float) -> str:
    """Say what the gate makes of the value."""
    numbers = [number_text(round(v, 12), 3) for v in (gate, value, hidden)]
    start = f"At t = {number_text(token)} the gate {numbers[0]}"
    product = f"the value {numbers[1]}, and the hidden unit is {numbers[2]}"
    if abs(gate) < NEARLY_SHUT:
        shut = "nearly shut" if gate else "shut"
        return f"{start} is {shut}: it multiplies {product}."
    return f"{start} multiplies {product}."
