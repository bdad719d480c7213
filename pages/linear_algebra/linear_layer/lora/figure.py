"""LoRA: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools

import numpy as np

from charts import Axis, Curve, Figure, Mark, Scene, curves, fitting, heatmap, maps
from formulas.checks import Array
from formulas.linear_algebra.svd import svd
from notation.numbers import number_text
from pages.linear_algebra.linear_layer.lora.statement import STATEMENT, Result

SIZES = np.array(STATEMENT.control("n_out").positions)
NAMES = ("W, frozen", "change", "W + change")
ROOMS = (2.0, 3.0, 4.0, 8.0, 16.0, 32.0)  # few, so that the colors rest
TRAINED_COLOR, FULL_COLOR = STATEMENT.color_index("trained"), 8


def draw(
    result: Result,
    *,
    W: Array,
    A: Array,
    B: Array,
    alpha: float,
    rank: int,
    n_in: int,
    n_out: int,
) -> Scene:
    """Draw the frozen weights and their change, its factors, and what is trained."""
    change = result.merged - W
    share = result.trained / (n_in * n_out)
    reach = fitting(float(np.abs(result.merged).max()), ROOMS)
    return Scene(
        maps(
            "Weights, their change, and the sum; “−” marks negative ones",
            np.stack([W, change, result.merged]),
            NAMES,
            limits=(-reach, reach),
            x="input",
            y="output",
        ),
        _factors(A, B),
        _counts(result.trained, rank, n_in, n_out),
        readouts={
            "rank of the change": svd(change).rank,
            "factor of B A": alpha / rank,
            "trained": result.trained,
            "trained numbers, in % of those of W": 100 * share,
        },
        status=sentence(alpha, rank, (n_in, n_out), result.trained),
    )


def _factors(A: Array, B: Array) -> Figure:
    """Draw B as columns and A, lying beside it, as rows below each other."""
    count = len(A)
    sheet = np.full((17, 8), np.nan)
    sheet[:8, :count], sheet[9 : 9 + count] = B, A
    return heatmap(
        "B (above) and A (below)",
        sheet,
        limits=(-1.5, 1.5),
        x=Axis("", labels=()),
        y=Axis("", labels=()),
        numbers=False,
    )


def _counts(trained: int, rank: int, n_in: int, n_out: int) -> Figure:
    return curves(
        "Numbers to be trained",
        Curve("all of W", SIZES, n_in * SIZES, FULL_COLOR, dash=1, points=True),
        Curve(
            "A and B", SIZES, _trained(rank, n_in), TRAINED_COLOR, dash=0, points=True
        ),
        Mark(n_out, trained, in_thousands(trained), TRAINED_COLOR),
        x=Axis("outputs n_out", (0.8, 5500), log=True),
        y=Axis("numbers", (1, 1e8), log=True),
    )


@functools.lru_cache(maxsize=64)
def _trained(rank: int, n_in: int) -> Array:
    counts: Array = rank * (n_in + SIZES.astype(float))
    counts.setflags(write=False)
    return counts


def in_thousands(count: int) -> str:
    """Write a whole number as the screen does: from five digits on with commas."""
    return f"{count:,}" if count >= 10_000 else str(count)


def sentence(alpha: float, rank: int, sizes: tuple[int, int], trained: int) -> str:
    """Say what the drawn change is, and how much less a layer of any size trains."""
    n_in, n_out = sizes
    share = number_text(100 * trained / (n_in * n_out), 3)
    start = (
        f"The drawn change has rank {rank}, because all of it passes through {rank} "
    )
    start += "number" if rank == 1 else "numbers"
    if alpha == 0:
        start = "With α = 0 nothing is added, and the drawn W stays as it was"
    return (
        f"{start}. For a layer of {n_out} × {n_in}, A and B would have {trained} numbers, "
        f"{share}% of those of W."
    )
