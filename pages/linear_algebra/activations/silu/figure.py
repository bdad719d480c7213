"""SiLU: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools

import numpy as np

from charts import Axis, Curve, Figure, Mark, Scene, curves
from formulas.checks import Array
from formulas.linear_algebra.activations import sigmoid
from formulas.transformer.transformer_ffn import gelu, silu
from notation.numbers import number_text
from pages.linear_algebra.activations.figure import (
    GELU,
    PRE_ACTIVATION,
    RELU,
    X,
    reach_around,
)
from pages.linear_algebra.activations.silu.statement import STATEMENT, Result

BETAS = np.array(STATEMENT.control("beta").positions)
PLACES = np.linspace(0, 12, 601)[1:]  # all distances are even in x
RELU_COLOR, SILU_COLOR, GATE_COLOR, SLOPE_COLOR = STATEMENT.color_indices(
    "relu", "silu", "gate", "slope"
)
GELU_COLOR = 8


def draw(result: Result, *, x: float, beta: float) -> Scene:
    """Draw SiLU beside ReLU and GELU, its slope, and how far it is from GELU."""
    line = np.asarray(silu(X, beta=beta))
    gate = np.asarray(sigmoid(beta * X))
    return Scene(
        _values(line, x, result),
        _slopes(gate + beta * line * (1 - gate), x, result.slope),
        _distances(beta),
        readouts={
            "silu": result.silu,
            "gate": result.gate,
            "slope": result.slope,
            "relu": result.relu,
            "GELU": float(gelu(x)),
        },
        status=sentence(x, beta, result),
    )


def _values(line: Array, x: float, result: Result) -> Figure:
    reach = reach_around(x)
    return curves(
        "SiLU beside ReLU and GELU",
        Curve("SiLU", X, line, SILU_COLOR, dash=0),
        Curve("ReLU", X, RELU, RELU_COLOR, dash=1),
        Curve("GELU", X, GELU, GELU_COLOR, dash=2),
        Mark(x, result.silu, "", SILU_COLOR),
        Mark(x, result.relu, "", RELU_COLOR),
        x=Axis("pre-activation x", (-reach, reach)),
        y=Axis("output", (-0.55 * reach, 1.05 * reach)),
    )


def _slopes(slope: Array, x: float, now: float) -> Figure:
    return curves(
        "Slope of SiLU",
        Curve("SiLU", X, slope, SLOPE_COLOR),
        Mark(x, now, "", SLOPE_COLOR),
        x=PRE_ACTIVATION,
        y=Axis("slope", (-0.3, 1.3)),
    )


def _distances(beta: float) -> Figure:
    of_weights, of_values = largest_distances()
    return curves(
        "Largest distance from GELU and its Φ",
        Curve("weight: σ(βx) from Φ(x)", BETAS, of_weights, GATE_COLOR, dash=1),
        Curve("value: SiLU from GELU", BETAS, of_values, SILU_COLOR, dash=0),
        x=Axis("β", (0, 6)),
        y=Axis("largest distance", (0.005, 1), log=True),
        at=[(beta, "β now")],
    )


@functools.cache
def largest_distances() -> tuple[Array, Array]:
    """Compare σ(βx) with Φ(x), and SiLU with GELU, at all x up to 12, for every β."""
    values = np.asarray(gelu(PLACES))
    gates = np.asarray(sigmoid(BETAS[:, None] * PLACES))
    of_weights = np.abs(gates - values / PLACES).max(axis=1)
    of_values = np.abs(gates * PLACES - values).max(axis=1)
    for line in (of_weights, of_values):
        line.setflags(write=False)
    return of_weights, of_values


def sentence(x: float, beta: float, result: Result) -> str:
    """Say which part of the number passes, and on which side of the ReLU it stands."""
    start = f"At x = {number_text(x)} and β = {number_text(beta)}"
    if beta == 0:
        return f"{start} the sigmoid is 0.5 everywhere, and SiLU is the line x / 2."
    part = number_text(100 * result.gate, 3)
    below = number_text(result.relu - result.silu, 3)
    return f"{start} SiLU passes {part}% of x and lies {below} below the ReLU."
