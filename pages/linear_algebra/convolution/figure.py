"""Convolution: what is drawn, and the sentence about it."""

from __future__ import annotations

import numpy as np

from charts import Axis, Scene, heatmap
from formulas.linear_algebra import convolution as backend
from formulas.linear_algebra.convolution import conv2d, conv_output_size
from notation.legacy import inputs_of
from notation.numbers import number_text
from pages.linear_algebra.convolution.statement import STATEMENT

GAP = np.full((3, 1), np.nan)
HEADS = [name for name in ("window", "kernel", "products") for _ in range(4)][:-1]


def draw(flip, stride, padding, **chosen):
    given = inputs_of(STATEMENT, stride=stride, padding=padding, **chosen)
    padded, kernel, i, j = (given[k] for k in ("padded", "kernel", "row", "column"))
    how = {"stride": stride, "mode": backend.MODES[flip]}
    output = conv2d(padded, kernel, **how)
    term = backend.conv_window(padded, kernel, i, j, **how)
    applied = np.rot90(kernel, 2) if flip else kernel
    top, left = i * stride, j * stride
    window = [(top + u, left + v) for u, v in np.ndindex(kernel.shape)]
    largest = max(float(np.abs(output).max()), 1.0)
    sizes = [conv_output_size(len(padded), len(kernel), stride=s) for s in (1, 2, 3)]
    return Scene(
        heatmap(
            f"Input{' with its border of zeros' * (padding > 0)}; the frame is the window",
            padded,
            limits=(0, 3),
            outlined=window,
            square=True,
            used=tuple(stride * (n - 1) + len(kernel) for n in output.shape),
        ),
        heatmap(
            "Window times kernel, place by place",
            np.hstack([term.patch, GAP, applied, GAP, term.products]),
            x=Axis(labels=HEADS, ticks=(1, 4)),
            y=Axis(labels=("0", "1", "2")),
            limits=(-9, 9),
            scale=False,
            height=190,
        ),
        heatmap(
            f"Output: {how['mode']} at every stop of the window",
            output,
            x=Axis("column j"),
            y=Axis("row i"),
            limits=(-largest, largest),
            outlined=[(i, j)],
            square=True,
        ),
        heatmap(
            "The middle row alone: input above, then the kernel at every stop",
            backend.conv1d_table(padded[top + 1], applied[1], stride=stride),
            x=Axis(labels=[*map(str, range(len(padded))), "", "sum"]),
            y=Axis(labels=["input", "", *(f"j = {k}" for k in range(output.shape[1]))]),
            limits=(-9, 9),
            outlined=[(j + 2, left + v) for v in range(len(kernel))],
            scale=False,
        ),
        readouts={
            f"output ({i}, {j})": term.value,
            "rows at stride 1, 2, 3": ", ".join(map(str, sizes)),
        },
        status=f"At row {i}, column {j} of the output the nine products add up to "
        f"{number_text(term.value)}{'; the kernel is turned by 180° first' * flip}. "
        f"The output is {output.shape[0]} × {output.shape[1]}.",
    )
