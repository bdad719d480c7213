"""GELU: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools
import math

import numpy as np

from charts import Axis, Curve, Figure, Mark, Scene, curves, fitting
from formulas.checks import Array
from formulas.transformer.transformer_ffn import gelu
from notation.numbers import number_text
from pages.linear_algebra.activations.figure import (
    PRE_ACTIVATION,
    RELU,
    RELU_SLOPE,
    X,
    reach_around,
)
from pages.linear_algebra.activations.gelu.statement import STATEMENT, Result

UNIT = 1e4  # errors are drawn in ten-thousandths
ROUNDING = 1e-10
RELU_COLOR, EXACT_COLOR, TANH_COLOR, SLOPE_COLOR = STATEMENT.color_indices(
    "relu", "exact", "tanh_form", "slope"
)


def draw(result: Result, *, x: float, sigma: float) -> Scene:
    """Draw GELU beside the ReLU, its slope, and what tanh gets wrong."""
    exact, by_tanh, slope = _curves(sigma)
    error = result.tanh_form - result.exact
    return Scene(
        _values(exact, by_tanh, x, result),
        _slopes(slope, x, result.slope),
        _errors(by_tanh - exact, x, error),
        readouts={
            "exact": result.exact,
            "tanh_form": result.tanh_form,
            "relu": result.relu,
            "slope": result.slope,
        },
        status=sentence(x, sigma, result.chance, error),
    )


@functools.lru_cache(maxsize=8)
def _curves(sigma: float) -> tuple[Array, Array, Array]:
    """Compute GELU, its approximation and its slope at all places drawn."""
    u = X / sigma
    exact, by_tanh = (
        sigma * np.asarray(gelu(u, approximate=how)) for how in ("none", "tanh")
    )
    chance = np.array([math.erfc(-v / math.sqrt(2)) / 2 for v in u])
    slope = chance + u * np.exp(-u * u / 2) / math.sqrt(2 * math.pi)
    lines = exact, by_tanh, slope
    for line in lines:
        line.setflags(write=False)
    return lines


def _values(exact: Array, by_tanh: Array, x: float, result: Result) -> Figure:
    reach = reach_around(x)
    return curves(
        "GELU beside the ReLU",
        Curve("GELU", X, exact, EXACT_COLOR, dash=0),
        Curve("by tanh", X, by_tanh, TANH_COLOR, dash=2),
        Curve("ReLU", X, RELU, RELU_COLOR, dash=1),
        Mark(x, result.exact, "", EXACT_COLOR),
        Mark(x, result.relu, "", RELU_COLOR),
        x=Axis("pre-activation x", (-reach, reach)),
        y=Axis("output", (-0.2 * reach, 1.05 * reach)),
    )


def _slopes(slope: Array, x: float, now: float) -> Figure:
    return curves(
        "Slopes",
        Curve("GELU", X, slope, SLOPE_COLOR, dash=0),
        Curve("ReLU", X, RELU_SLOPE, RELU_COLOR, dash=1),
        Mark(x, now, "", SLOPE_COLOR),
        x=PRE_ACTIVATION,
        y=Axis("slope", (-0.3, 1.3)),
    )


def _errors(errors: Array, x: float, now: float) -> Figure:
    room = fitting(1.1 * UNIT * float(np.abs(errors).max()), (1.5, 3.0, 6.0, 12.0))
    return curves(
        "Tanh form minus exact GELU",
        Curve("error", X, UNIT * errors, TANH_COLOR),
        Mark(x, UNIT * now, "", TANH_COLOR),
        x=PRE_ACTIVATION,
        y=Axis("error (10⁻⁴)", (-room, room)),
    )


def sentence(x: float, sigma: float, chance: float, error: float) -> str:
    """Say which part of the number passes, and how far tanh is off."""
    off = f"off by {number_text(abs(error), 2)}"
    if abs(error) < ROUNDING:
        off = "exact to 10 decimals"
    return (
        f"At x = {number_text(x)} GELU passes {number_text(100 * chance, 3)}% of x, "
        f"the chance that a normal threshold (s = {number_text(sigma)}) is lower; the "
        f"tanh form is {off}."
    )
