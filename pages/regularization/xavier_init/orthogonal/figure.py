"""Orthogonal initialization: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable

import numpy as np

from charts import Axis, Curve, Figure, Mark, Outline, Scene, curves, heatmap, plane
from formulas.checks import Array
from formulas.regularization.initializers import orthogonal
from formulas.regularization.xavier_init import xavier_normal
from notation.numbers import counted, number_text
from pages.regularization.xavier_init.orthogonal.statement import (
    DEEPEST,
    STATEMENT,
    Result,
)

LAYERS = np.arange(DEEPEST + 1)
TURN = np.linspace(0, 2 * np.pi, 61)
CIRCLE = np.array([np.cos(TURN), np.sin(TURN)])
ORTHOGONAL_COLOR, LARGEST_COLOR, SMALLEST_COLOR, CIRCLE_COLOR = STATEMENT.color_indices(
    "factor", "gain", "width", "depth"
)
LEAST = 1e-12
RANDOM: dict[str, Callable[..., Array]] = {
    "orthogonal": orthogonal,
    "normal": xavier_normal,
}


def draw(result: Result, *, gain: float, width: int, depth: int, seed: int) -> Scene:
    """Draw what many layers do to lengths, with orthogonal and with normal weights."""
    largest, smallest = extremes(width, seed) * gain**LAYERS
    return Scene(
        _lengths(result.factor, gain, largest, smallest, depth),
        _circles(depth, seed),
        _gram(result.gram),
        readouts={
            "orthogonal: all singular values": result.factor,
            "normal: largest singular value": largest[depth],
            "normal: smallest singular value": smallest[depth],
            "length of the first row": math.sqrt(result.gram[0, 0]),
        },
        status=sentence(
            result.factor, float(largest[depth]), float(smallest[depth]), depth
        ),
    )


@functools.cache
def _layers(width: int, seed: int, kind: str) -> Array:
    """Return the products of the first layers: of none, one, two and so on."""
    rng = np.random.default_rng(seed)
    product: Array = np.eye(width)
    products = [product]
    for _ in range(DEEPEST):
        weights = RANDOM[kind](width, width, rng=rng)
        product = weights @ product
        products.append(product)
    return np.array(products)


@functools.cache
def extremes(width: int, seed: int) -> Array:
    """Return largest and smallest singular value of normal layers together, g = 1."""
    values = np.linalg.svd(_layers(width, seed, "normal"), compute_uv=False)
    both: Array = values[:, [0, -1]].T.astype(float)
    both.setflags(write=False)
    return both


def _lengths(
    factor: float, gain: float, largest: Array, smallest: Array, depth: int
) -> Figure:
    return curves(
        "How long vectors of length 1 become",
        Curve("orthogonal", LAYERS, gain**LAYERS, ORTHOGONAL_COLOR, dash=0),
        Curve("normal, most", LAYERS, largest, LARGEST_COLOR, dash=1),
        Curve("least", LAYERS, np.maximum(smallest, LEAST), SMALLEST_COLOR, dash=2),
        Mark(depth, factor, "", ORTHOGONAL_COLOR),
        x=Axis("layers L", (0, DEEPEST)),
        y=Axis("length", (LEAST, 1e4), log=True),
    )


def _circles(depth: int, seed: int) -> Figure:
    after = {
        kind: (_layers(2, seed, kind)[depth] @ CIRCLE).T
        for kind in ("orthogonal", "normal")
    }
    after["normal"] = after["normal"] / extremes(2, seed)[0, depth]
    return plane(
        "A circle after L layers, brought to size 1",
        Outline("before", CIRCLE.T * 1.04, CIRCLE_COLOR, dash=2),
        Outline("orthogonal", after["orthogonal"], ORTHOGONAL_COLOR),
        Outline("normal", after["normal"], LARGEST_COLOR, dash=1),
        extent=((-1.8, 1.8), (-1.15, 1.15)),
    )


def _gram(gram: Array) -> Figure:
    names = tuple(str(k + 1) for k in range(len(gram)))
    return heatmap(
        "Rows times rows, W Wᵀ",
        gram,
        x=Axis("row", labels=names),
        y=Axis("row", labels=names),
        limits=(-2, 2),
    )


def sentence(factor: float, largest: float, smallest: float, depth: int) -> str:
    """Say what all layers do to a vector, with both kinds of weights."""
    times = number_text(factor, 3)
    kept = "keeps its length" if times == "1" else f"becomes {times} times as long"
    return (
        f"{counted(depth, 'orthogonal layer')}: every vector {kept}; "
        "with normal weights it becomes "
        f"{number_text(smallest, 3)} to {number_text(largest, 3)} times as long."
    )
