"""Grouped-query attention: what is drawn, and the sentence about it."""

from __future__ import annotations

import numpy as np

from charts import Axis, Curve, Figure, Mark, Scene, curves, heatmap
from formulas.checks import Array
from notation.numbers import number_text
from pages.transformer.multi_head_attention.grouped_query.statement import (
    CONTEXTS,
    HEADS,
    STATEMENT,
    Result,
)

QUERIES = tuple(str(k) for k in range(1, HEADS + 1))
GIB = 2.0**30
PLACES = np.array(CONTEXTS, dtype=float)
CACHE_COLOR, FULL_COLOR, ONE_COLOR = STATEMENT.color_indices("cache", "reads", "batch")
WEIGHTS_COLOR = STATEMENT.color_index("layers")
CONTEXT = Axis("tokens in the context n", (300, 2e6), log=True)
MEMORY = Axis("memory in GiB", (1e-3, 2e5), log=True)


def draw(result: Result, *, context: int, kv_heads: int, batch: int) -> Scene:
    """Draw memory against the context, and which query head reads which keys."""
    cache, weights = result.cache / GIB, result.weights / GIB
    full = cache * HEADS / kv_heads
    return Scene(
        _memory(cache, weights, context, full),
        _reading(result.reads),
        readouts={
            "cache (GiB)": cache,
            "the same with 32 key heads (GiB)": full,
            "projections (GiB)": weights,
            "cache of one token (KiB)": result.cache / context / batch / 1024,
        },
        status=sentence(cache, weights, kv_heads),
    )


def _memory(cache: float, weights: float, context: int, full: float) -> Figure:
    share = PLACES / context
    return curves(
        "Memory against the length of the context",
        Curve("cache, g heads", PLACES, cache * share, CACHE_COLOR),
        Curve("32 key heads", PLACES, full * share, FULL_COLOR),
        Curve("one key head", PLACES, full / HEADS * share, ONE_COLOR),
        Curve("projections", PLACES, np.full(len(PLACES), weights), WEIGHTS_COLOR),
        Mark(context, cache, number_text(cache, 3), CACHE_COLOR),
        x=CONTEXT,
        y=MEMORY,
    )


def _reading(reads: Array) -> Figure:
    return heatmap(
        "Which query head reads which key head",
        reads.T,
        x=Axis("query head", labels=QUERIES, ticks=(0, 8)),
        y=Axis("key head", labels=QUERIES[: reads.shape[1]], ticks=(0, 8)),
        limits=(0, 1),
        numbers=False,
        scale=False,
    )


def sentence(cache: float, weights: float, kv_heads: int) -> str:
    """Say how large the cache is, what it is shared by, and which memory is larger."""
    per_head = HEADS // kv_heads
    reading = (
        "Each query head has its own keys"
        if per_head == 1
        else f"{per_head} query heads share each key head"
    )
    if cache == weights:
        order = "as much as"
    else:
        order = "more than" if cache > weights else "less than"
    return (
        f"{reading}: the cache takes {number_text(cache, 3)} GiB, "
        f"{order} attention’s projections with {number_text(weights, 3)} GiB."
    )
