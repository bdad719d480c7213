"""Receptive field: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools

import numpy as np

from charts import Axis, Curve, Figure, Mark, Scene, curves, fitting
from formulas.checks import Array
from formulas.linear_algebra.receptive_field import receptive_field
from notation.numbers import counted
from pages.linear_algebra.convolution.receptive_field.statement import (
    STATEMENT,
    Result,
)

DEPTH = STATEMENT.control("depth")
DEPTHS = np.arange(1, DEPTH.high + 1)
MOST = 3 ** int(DEPTH.high)  # entries of the input that one output can read
EDGES = (3 * MOST - 3) // 2
ROOMS = (6.0, 12.0, 24.0, 48.0, 96.0, 200.0, 600.0, 2000.0, 9000.0)
FIELD_COLOR, SIZES_COLOR = STATEMENT.color_indices("field", "sizes")
OTHER_COLOR = 8


def draw(result: Result, *, kernel: int, depth: int, growth: int, stride: int) -> Scene:
    """Draw what one output reads, layer by layer, and how the field grows."""
    lines, entries, seen = _cone(kernel, depth, growth, stride)
    plain = 1 + (kernel - 1) * depth
    return Scene(
        _reading(lines, entries, result.field),
        _growing(result.field, kernel, depth, growth, stride),
        readouts={
            "field": result.field,
            "entries that are read": seen,
            "field without dilation and stride": plain,
            "step between outputs": int(result.jumps[-1]),
            "weights of all layers": kernel * depth,
        },
        status=sentence(depth, result.field, seen, plain),
    )


@functools.lru_cache(maxsize=8)
def _cone(
    kernel: int, depth: int, growth: int, stride: int
) -> tuple[Array, Array, int]:
    """Follow one output down to the input: lines, entries, how many are read."""
    dilations = growth ** np.arange(depth)
    seen = receptive_field([(kernel, stride, d) for d in dilations.tolist()])
    middle = (seen.sizes[-1] - 1) / 2
    places, lines = np.zeros(1, dtype=int), []
    entries = [[0.0, float(depth)]]
    for layer in range(depth, 0, -1):
        taps = places[:, None] * stride + dilations[layer - 1] * np.arange(kernel)
        below, above = (
            at * seen.jumps[k] + (seen.sizes[k] - 1) / 2 - middle
            for at, k in ((taps, layer - 1), (places, layer))
        )
        lines += [
            [[here, layer], [there, layer - 1], [np.nan, np.nan]]
            for here, row in zip(above.tolist(), below.tolist(), strict=True)
            for there in row
        ]
        places = np.unique(taps)
        entries += [[x, layer - 1] for x in np.unique(below).tolist()]
    return (
        _filled(np.array(lines).reshape(-1, 2), 3 * EDGES),
        _filled(np.array(entries), EDGES + 1),
        len(places),
    )


def _filled(points: Array, count: int) -> Array:
    """Fill up with points that are not drawn, so that every position has as many."""
    filled = np.full((count, 2), np.nan)
    filled[: len(points)] = points
    filled.setflags(write=False)
    return filled


def _reading(lines: Array, entries: Array, field: int) -> Figure:
    reach = fitting(field / 2, ROOMS)
    return curves(
        "What one output reads, layer by layer",
        Curve("windows", lines[:, 0], lines[:, 1], SIZES_COLOR),
        Curve("entries", entries[:, 0], entries[:, 1], FIELD_COLOR, 0, True, False),
        x=Axis("place in the input", (-reach, reach)),
        y=Axis("layer (0: input)", (-0.4, DEPTH.high + 0.4), every=1),
        height=330,
    )


def _growing(field: int, kernel: int, depth: int, growth: int, stride: int) -> Figure:
    return curves(
        "Receptive field against the number of layers",
        Curve("as set", DEPTHS, _fields(kernel, growth, stride), FIELD_COLOR, 0, True),
        Curve("g = 1, s = 1", DEPTHS, _fields(kernel, 1, 1), OTHER_COLOR, 1, True),
        Mark(depth, field, str(field), FIELD_COLOR),
        x=Axis("layers L", (0.6, DEPTH.high + 0.6), every=1),
        y=Axis("entries of the input", (1, 1e5), log=True),
    )


@functools.cache
def _fields(kernel: int, growth: int, stride: int) -> Array:
    layers = [(kernel, stride, growth**k) for k in range(int(DEPTH.high))]
    sizes: Array = receptive_field(layers).sizes[1:].astype(float)
    sizes.setflags(write=False)
    return sizes


def sentence(depth: int, field: int, seen: int, plain: int) -> str:
    """Say how much one output sees, and whether there are gaps."""
    start = f"Through {counted(depth, 'layer')} one output"
    if seen < field:
        return (
            f"{start} spans {field} entries of the input but reads only {seen} of them, "
            "because the windows leave gaps."
        )
    if field == plain:
        return f"{start} sees {field} entries of the input; each layer adds as many."
    return (
        f"{start} sees {field} entries of the input, instead of {plain} without dilation "
        "and stride."
    )
