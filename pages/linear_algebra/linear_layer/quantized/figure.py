"""Quantized weights: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools

import numpy as np

from charts import Axis, Bars, Curve, Figure, Mark, Scene, bars, curves
from formulas.checks import Array
from formulas.linear_algebra.quantization import quantize_absmax
from notation.numbers import number_text
from notation.symbols import LOWERED
from pages.linear_algebra.linear_layer.quantized.statement import (
    SMALL,
    STATEMENT,
    Result,
)

NAMES = tuple(f"w{k + 1}".translate(LOWERED) for k in range(len(SMALL)))
OUTLIERS = np.geomspace(0.5, 200, 81)
OTHER_BITS = 4
W_COLOR, VALUES_COLOR, LOST_COLOR = STATEMENT.color_indices("w", "values", "lost")
OTHER_COLOR = 8


def draw(result: Result, *, w: Array, outlier: float, bits: int) -> Scene:
    """Draw what is left of the small weights, and how an outlier spoils them."""
    zeros = int(np.count_nonzero(result.values[:-1] == 0))
    return Scene(
        _weights(w, result.values),
        _against_outlier(outlier, bits, result.lost),
        readouts={
            "scale": result.scale,
            "small weights that become 0": zeros,
            "lost": result.lost,
            "largest error of a small weight": float(
                np.abs(result.values - w)[:-1].max()
            ),
        },
        status=sentence(result.scale, zeros, result.lost),
    )


def _weights(w: Array, values: Array) -> Figure:
    return bars(
        "The seven small weights, before and after",
        NAMES,
        Bars("before", w[:-1], W_COLOR, 0),
        Bars("after", values[:-1], VALUES_COLOR, 2),
        y=Axis("weight", (-1.15, 1.15)),
    )


def _against_outlier(outlier: float, bits: int, lost: float) -> Figure:
    return curves(
        "Relative error against the outlier",
        Curve(f"{bits} bits", OUTLIERS, _errors(bits), LOST_COLOR, dash=0),
        Curve(
            f"{OTHER_BITS} bits, to compare",
            OUTLIERS,
            _errors(OTHER_BITS),
            OTHER_COLOR,
            1,
        ),
        Mark(outlier, lost, "", LOST_COLOR),
        x=Axis("outlier o", (0.45, 220), log=True),
        y=Axis("E = ‖ŵ − w‖ / ‖w‖", (-0.08, 1.5)),
    )


@functools.cache
def _errors(bits: int) -> Array:
    small = np.array(SMALL)
    rows = np.column_stack([np.tile(small, (len(OUTLIERS), 1)), OUTLIERS])
    values = quantize_absmax(rows, bits=bits, per_row=True).values[:, :-1]
    errors: Array = np.linalg.norm(values - small, axis=1) / np.linalg.norm(small)
    errors.setflags(write=False)
    return errors


def sentence(scale: float, zeros: int, lost: float) -> str:
    """Say how wide a step is, and what it does to the small weights."""
    step = f"The outlier makes a step {number_text(scale, 3)} wide"
    if zeros == len(SMALL):
        return (
            f"{step}: all {zeros} small weights become 0, and nothing of them is left."
        )
    gone = "none of the small weights becomes 0"
    if zeros:
        gone = f"{zeros} of {len(SMALL)} small weights become 0"
        if zeros == 1:
            gone = f"1 of {len(SMALL)} small weights becomes 0"
    return f"{step}: {gone}, and their relative error is {number_text(lost, 3)}."
