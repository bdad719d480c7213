"""Attention with a cache: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools

import numpy as np

from charts import (
    Axis,
    Curve,
    Figure,
    Mark,
    Scene,
    curves,
    heatmap,
    rows_when_wide,
)
from formulas.checks import Array
from formulas.transformer.attention import scaled_dot_product_attention
from formulas.transformer.kv_cache import decode_flops, kv_cache_bytes
from notation.numbers import number_text
from notation.wording import heard_most, quoted
from pages.transformer.attention.cached.statement import STATEMENT, Result, text
from pages.transformer.attention.figure import weight_texts
from pages.transformer.attention.statement import SENTENCE

COUNTS = np.array(STATEMENT.control("n_keys").positions)
CACHED_COLOR, AGAIN_COLOR = STATEMENT.color_indices("values", "scale")
MOST_NAMED = 10  # words that all have room below a map
KIB = 1024


def draw(
    result: Result, *, n_keys: int, scale: float, angle: float, width: int
) -> Scene:
    """Draw the rows of weights so far, and what one more token costs."""
    rows = np.full((len(SENTENCE), len(SENTENCE)), np.nan)
    rows[:n_keys] = _all_rows(scale, angle)[:n_keys]
    rows[n_keys - 1, :n_keys] = result.weights
    return Scene(
        _weights(rows[:n_keys, :n_keys]),
        _costs(result, n_keys, width),
        readouts={
            "weight that “cat” gives to “the”": rows[1, 0],
            "largest weight of the newest token": result.weights.max(),
            "operations": result.operations,
            "again": result.again,
            "cache of this layer, 2 bytes a number (KiB)": (
                kv_cache_bytes(n_keys, 1, 1, width) / KIB
            ),
        },
        status=sentence(result, n_keys),
    )


@functools.lru_cache(maxsize=8)
def _all_rows(scale: float, angle: float) -> Array:
    """Return the weights of causal attention over the whole sentence; NaN ahead."""
    whole = scaled_dot_product_attention(*text(angle), scale=scale, causal=True)
    ahead = np.triu(np.ones(whole.weights.shape, bool), 1)
    rows: Array = np.where(ahead, np.nan, whole.weights)
    rows.setflags(write=False)
    return rows


def named(count: int) -> tuple[str, ...]:
    """Name the first words; of many every second one, and the last."""
    every = 1 if count <= MOST_NAMED else 2
    words = enumerate(SENTENCE[:count], start=1)
    return tuple(word if (count - k) % every == 0 else "" for k, word in words)


def _weights(rows: Array) -> Figure:
    count = len(rows)
    picture = heatmap(
        "Weights: the newest row is framed",
        rows,
        x=Axis("key in the cache", labels=named(count)),
        y=Axis("query", labels=SENTENCE[:count]),
        limits=(0, 1),
        texts=weight_texts(rows),
        outlined=[(count - 1, column) for column in range(count)],
    )
    return rows_when_wide(picture) if count > MOST_NAMED else picture


def _costs(result: Result, n_keys: int, width: int) -> Figure:
    cached, again = _counted(width)
    return curves(
        "Operations of an attention layer for one more token",
        Curve("cached", COUNTS, cached, CACHED_COLOR, points=True),
        Curve("all again", COUNTS, again, AGAIN_COLOR, points=True),
        Mark(n_keys, result.operations, "", CACHED_COLOR),
        Mark(n_keys, result.again, "", AGAIN_COLOR),
        x=Axis("tokens n", (1.5, 16.5)),
        y=Axis("operations", (1e5, 2e10), log=True),
    )


@functools.lru_cache(maxsize=8)
def _counted(width: int) -> tuple[Array, Array]:
    counts = [int(n) for n in COUNTS]
    cached = [decode_flops(n, width) for n in counts]
    again = [decode_flops(n, width, cached=False) for n in counts]
    return np.array(cached, float), np.array(again, float)


def _spoken(count: int) -> str:
    """Write a large number in three digits and a word."""
    for size, word in ((1e9, "billion"), (1e6, "million")):
        if count >= 0.9995 * size:
            return f"{number_text(float(f'{count / size:.3g}'))} {word}"
    return number_text(round(count, -3))


def sentence(result: Result, n_keys: int) -> str:
    """Say what the newest token attends to, and what is computed for it."""
    names = quoted(SENTENCE[:n_keys])
    whom = heard_most(result.weights, names)
    return (
        f"Token {n_keys}, “{SENTENCE[n_keys - 1]}”, attends {whom}; for it an attention "
        f"layer takes {_spoken(result.operations)} operations instead of "
        f"{_spoken(result.again)}."
    )
