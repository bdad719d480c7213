"""Stochastic depth: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools

import numpy as np

from charts import Axis, Curve, Figure, Scene, curves, fitting, heatmap
from formulas.checks import Array
from notation.numbers import counted, number_text
from pages.regularization.dropout.drop_path.statement import (
    DEEPEST,
    EXAMPLES,
    STATEMENT,
    Result,
)

BLOCKS = np.arange(1, DEEPEST + 1)
NUMBERS = tuple(str(k) for k in BLOCKS)
COUNTS = np.arange(DEEPEST + 1)
SURVIVAL_COLOR, BLOCKS_COLOR = STATEMENT.color_indices("survival", "blocks")


def draw(result: Result, *, p: float, depth: int, seed: int) -> Scene:
    """Draw which blocks each example runs, how likely that is, and how many run."""
    runs = paths(result, depth, seed)
    each = np.nansum(runs, axis=1)
    return Scene(
        _paths(runs),
        _survival(result.survival),
        _counts(depth, p, result.blocks),
        readouts={
            "blocks": result.blocks,
            "blocks run by these examples, on average": float(each.mean()),
            "survival of the first block": result.survival[0],
            "survival of the last block": result.survival[-1],
            "output of example 1": result.output[0],
        },
        status=sentence(result, depth, each),
    )


@functools.lru_cache(maxsize=32)
def _draws(seed: int) -> Array:
    """Return a uniform number for each block, the last one first, and each example."""
    drawn: Array = np.random.default_rng(seed).random((DEEPEST, EXAMPLES))
    drawn.setflags(write=False)
    return drawn


def paths(result: Result, depth: int, seed: int) -> Array:
    """Return 1 for each block that an example runs, 0 for others, NaN where none is."""
    runs = np.full((EXAMPLES, DEEPEST), np.nan)
    drop = 1 - result.survival[::-1]  # the last block is drawn first
    kept = _draws(seed)[:depth] >= drop[:, None]
    runs[:, :depth] = kept[::-1].T
    runs[:, depth - 1] = result.mask
    return runs


def _paths(runs: Array) -> Figure:
    return heatmap(
        "Blocks that each example runs (filled)",
        runs,
        x=Axis("block", labels=NUMBERS, ticks=(7, 8)),
        y=Axis("example", labels=NUMBERS[:EXAMPLES]),
        limits=(0, 1.2),
        numbers=False,
        scale=False,
    )


def _survival(survival: Array) -> Figure:
    line = np.full(DEEPEST, np.nan)
    line[: len(survival)] = survival
    return curves(
        "Probability of keeping each block",
        Curve("kept", BLOCKS, line, SURVIVAL_COLOR, points=True),
        x=Axis("block", (0, DEEPEST + 1)),
        y=Axis("probability", (0, 1.05)),
    )


def _counts(depth: int, p: float, mean: float) -> Figure:
    found = chances(depth, p)
    return curves(
        "How many blocks an example runs",
        Curve("probability", COUNTS, found, BLOCKS_COLOR, fill=True),
        x=Axis("blocks", (0, DEEPEST)),
        y=Axis("probability", (0, fitting(1.05 * found.max(), (0.3, 0.6, 1.05)))),
        at=[(mean, "mean")],
    )


@functools.lru_cache(maxsize=256)
def chances(depth: int, p: float) -> Array:
    """Return how likely each number of blocks is run: block after block, kept or not."""
    found = np.zeros(DEEPEST + 1)
    found[0] = 1.0
    for k in range(1, depth + 1):
        kept = 1 - k / depth * p
        found[1:] = kept * found[:-1] + (1 - kept) * found[1:]
        found[0] *= 1 - kept
    found.setflags(write=False)
    return found


def sentence(result: Result, depth: int, each: Array) -> str:
    """Say how many blocks run on average, and by these examples."""
    low, high = int(each.min()), int(each.max())
    these = f"all run {low}" if low == high else f"run {low} to {high}"
    return (
        f"Of {counted(depth, 'block')} an example runs "
        f"{number_text(result.blocks, 4)} on average; these {EXAMPLES} {these}, and "
        f"{int(result.mask.sum())} of them run the last one."
    )
