"""Attention within a sliding window: what is drawn, and the sentence about it."""

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
    tall,
)
from formulas.checks import Array
from formulas.transformer.attention import sliding_window_mask
from notation.numbers import counted
from notation.wording import heard_most, quoted
from pages.transformer.attention.cached.figure import named
from pages.transformer.attention.figure import weight_texts
from pages.transformer.attention.sliding_window.statement import STATEMENT, Result
from pages.transformer.attention.statement import SENTENCE

COUNTS = np.arange(1, len(SENTENCE) + 1)
MOST_ROWS = 12  # whose words have room on a phone
MOST_LAYERS = int(STATEMENT.control("layers").high)
COUNT_COLOR, ALL_COLOR = STATEMENT.color_indices("count", "query")


def draw(result: Result, *, n_keys: int, window: int, layers: int) -> Scene:
    """Draw the band of weights, who is heard through the layers, and what it costs."""
    weights = np.where(result.visible > 0, result.weights, np.nan)
    needed = layers_needed(window)
    last = needed[n_keys - 1, 0]
    return Scene(
        _weights(weights, n_keys, window),
        _heard(needed, n_keys, layers),
        _costs(window, n_keys, result.count),
        readouts={
            "words that the last one hears of": min(result.reach, n_keys),
            "layers until the last word hears the first": last,
            "scores in one layer": result.count,
            "scores without a window": n_keys * (n_keys + 1) // 2,
            "first number of the last output": result.output[-1, 0],
        },
        status=sentence(result, n_keys, window, layers),
    )


@functools.cache
def layers_needed(window: int) -> Array:
    """Return after how many layers a row's word hears a column's; ∞ for never."""
    apart = COUNTS[:, None] - COUNTS
    with np.errstate(divide="ignore", invalid="ignore"):
        needed: Array = np.maximum(np.ceil(apart / float(window - 1)), 1.0)
    needed[apart == 0] = 1.0
    needed[apart < 0] = np.nan
    needed.setflags(write=False)
    return needed


def _weights(weights: Array, n_keys: int, window: int) -> Figure:
    first = max(n_keys - window, 0)
    picture = heatmap(
        "Weights: the last word’s window is framed",
        weights,
        x=Axis("key", labels=named(n_keys)),
        y=Axis("query", labels=SENTENCE[:n_keys]),
        limits=(0, 1),
        texts=weight_texts(weights),
        outlined=[(n_keys - 1, column) for column in range(first, n_keys)],
    )
    return tall(rows_when_wide(picture) if n_keys > MOST_ROWS else picture)


def _heard(needed: Array, n_keys: int, layers: int) -> Figure:
    shown = np.where(needed <= layers, needed, np.nan)
    shown = shown[:n_keys, :n_keys]
    return heatmap(
        "Layers until a row hears a column",
        shown,
        x=Axis("word heard of", labels=named(n_keys)),
        y=Axis("word", labels=named(n_keys)),
        limits=(0, MOST_LAYERS),
        numbers=False,
    )


def _costs(window: int, n_keys: int, count: int) -> Figure:
    return curves(
        "Scores computed in one layer",
        Curve("in the window", COUNTS, _counted(window), COUNT_COLOR, points=True),
        Curve("all before", COUNTS, _counted(len(COUNTS)), ALL_COLOR, points=True),
        Mark(n_keys, count, "", COUNT_COLOR),
        x=Axis("words n", (0.5, 16.5)),
        y=Axis("scores", (0, 145)),
    )


@functools.cache
def _counted(window: int) -> Array:
    sums = [float(sliding_window_mask(n, n, window).sum()) for n in COUNTS.tolist()]
    return np.array(sums)


def sentence(result: Result, n_keys: int, window: int, layers: int) -> str:
    """Say whom the last word attends to, and of how many it hears."""
    seen = min(window, n_keys)
    names = quoted(SENTENCE[:n_keys])
    word = f"“{SENTENCE[n_keys - 1]}”"
    if seen == 1:
        return f"{word} sees itself alone, however many layers there are."
    whom = heard_most(result.weights[-1, n_keys - seen :], names[n_keys - seen :])
    heard = min(result.reach, n_keys)
    return (
        f"Among the latest {seen} words, “{SENTENCE[n_keys - 1]}” attends {whom}; through "
        f"{counted(layers, 'layer')} it hears of {heard} of {n_keys}."
    )
