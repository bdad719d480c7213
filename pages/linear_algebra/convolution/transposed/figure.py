"""Transposed convolution: what is drawn, and the sentence about it."""

from __future__ import annotations

import numpy as np

from charts import Axis, Curve, Figure, Scene, curves, fitting, heatmap
from formulas.checks import Array
from notation.numbers import number_text
from pages.linear_algebra.convolution.transposed.statement import (
    BEFORE,
    LARGEST,
    SIZE,
    STATEMENT,
    Result,
)

ROOMS = (1.5, 2.5, 4.0, 6.0, 10.0, 16.0, 25.0)
KERNEL_COLOR, OVERLAP_COLOR = STATEMENT.color_indices("w", "overlap")
SAME = 1e-9


def draw(result: Result, *, w: Array, kernel_size: int, stride: int) -> Scene:
    """Draw the large image, and how kernels meet along one of its rows."""
    inside = away_from_the_border(result.overlap, kernel_size, stride)
    low, high = float(inside.min()) ** 2, float(inside.max()) ** 2
    return Scene(
        _image(result.Y),
        _overlaps(result.overlap, w, kernel_size, stride),
        readouts={
            "size": result.size,
            "lightest, away from the border": low,
            "darkest, away from the border": high,
            "darkest over lightest": high / low if low else np.inf,
        },
        status=sentence(kernel_size, stride, low, high),
    )


def away_from_the_border(overlap: Array, kernel_size: int, stride: int) -> Array:
    """Return the places that as many kernels reach as there can be."""
    return overlap[kernel_size - 1 : (SIZE - 1) * stride + 1]


def _image(Y: Array) -> Figure:
    return heatmap(
        "The large image, made of an even gray one",
        Y,
        limits=(0.0, fitting(float(Y.max()), ROOMS)),
        x=Axis("column j"),
        y=Axis("row i"),
    )


def _overlaps(overlap: Array, w: Array, kernel_size: int, stride: int) -> Figure:
    kernels = np.full((SIZE, LARGEST + 1, 2), np.nan)
    kernels[:, :kernel_size, 1] = w[BEFORE : BEFORE + kernel_size]
    starts = stride * np.arange(SIZE)[:, None]
    kernels[:, :kernel_size, 0] = starts + np.arange(kernel_size)
    x, y = kernels.reshape(-1, 2).T
    last = len(overlap)
    return curves(
        "How kernels meet along one axis",
        Curve("sum", np.arange(last), overlap, OVERLAP_COLOR, points=True),
        Curve("single kernels", x, y, KERNEL_COLOR, dash=2, points=True),
        x=Axis("place i", (-0.7, last - 0.3)),
        y=Axis("weight", (-0.2, fitting(1.1 * float(overlap.max()), ROOMS))),
    )


def sentence(kernel_size: int, stride: int, low: float, high: float) -> str:
    """Say whether an even image stays even, and why."""
    sizes = f"With k = {kernel_size} and s = {stride}"
    if low == 0:
        return f"{sizes} there are gaps, because the kernel is shorter than its step."
    if high - low < SAME:
        return (
            f"{sizes} the image stays even away from the border, because the kernels "
            f"sum up to {number_text(high, 3)} everywhere."
        )
    return (
        f"{sizes} an even image becomes a checkerboard: away from the border its values "
        f"are {number_text(low, 3)} to {number_text(high, 3)}."
    )
