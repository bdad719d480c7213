"""Bigrams: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools

import numpy as np

from charts import Axis, Bars, Curve, Figure, Mark, Scene, bars, curves, heatmap
from formulas.chain_rules.probability_chain_rule import ngram_probabilities
from formulas.checks import Array
from notation.numbers import number_text
from pages.chain_rules.probability_chain_rule.bigram.statement import (
    STATEMENT,
    TOKENS,
    VOCABULARY,
    Result,
)

BIGRAM_COLOR, UNIGRAM_COLOR = STATEMENT.color_indices("conditionals", "size")
PLACES = np.arange(1.0, 6.0)


def draw(
    result: Result,
    *,
    words: Array,
    contexts: Array,
    pairs: Array,
    smoothing: float,
    copies: int,
    place: int,
) -> Scene:
    """Draw the table of pairs, what follows one word, and each word's surprise."""
    table, single = _table(smoothing / copies)
    unigram = single[words[1:]]
    first, second = words[place - 1], words[place]
    return Scene(
        _pairs(table, int(first), int(second)),
        _after(table[first], int(first)),
        _surprises(result.conditionals, unigram, place),
        readouts={
            "perplexity": result.perplexity,
            "perplexity without memory": float(np.exp(-np.log(unigram).mean())),
            "log_prob": result.log_prob,
            "probability of the word looked at": result.conditionals[place - 1],
        },
        status=sentence(
            VOCABULARY[first],
            VOCABULARY[second],
            int(pairs[place - 1]),
            int(contexts[place - 1]),
            float(result.conditionals[place - 1]),
            smoothing,
        ),
    )


@functools.lru_cache(maxsize=256)
def _table(smoothing: float) -> tuple[Array, Array]:
    """Return the probabilities after each word, and those without a word before."""
    size = len(VOCABULARY)
    rows = [
        ngram_probabilities(TOKENS, [word], size, smoothing=smoothing)
        for word in range(size)
    ]
    single = ngram_probabilities(TOKENS, [], size, smoothing=smoothing)
    table = np.array(rows)
    table.setflags(write=False)
    return table, single


def _pairs(table: Array, first: int, second: int) -> Figure:
    return heatmap(
        "Probability of the next word (column)",
        table,
        x=Axis("next word", labels=VOCABULARY, ticks=(0, 2)),
        y=Axis("", labels=VOCABULARY),
        limits=(0, 1),
        outlined=[(first, second)],
        numbers=False,
    )


def _after(row: Array, first: int) -> Figure:
    return bars(
        f"After “{VOCABULARY[first]}”",
        VOCABULARY,
        Bars("probability", row, BIGRAM_COLOR, 0),
        y=Axis("probability", (0, 1)),
        height=240,
    )


def _surprises(conditionals: Array, unigram: Array, place: int) -> Figure:
    return curves(
        "Surprise at each word, −ln p",
        Curve("bigram", PLACES, -np.log(conditionals), BIGRAM_COLOR, points=True),
        Curve("no memory", PLACES, -np.log(unigram), UNIGRAM_COLOR, points=True),
        Mark(place, float(-np.log(conditionals[place - 1])), "", BIGRAM_COLOR),
        x=Axis("word t, after the first", (0.5, 5.5), every=1),
        y=Axis("nats", (0, 8)),
        height=240,
    )


def sentence(
    first: str, second: str, pair: int, context: int, chance: float, smoothing: float
) -> str:
    """Say how often a pair was read, and what probability it gets."""
    return (
        f"“{first}” was followed {_times(context)}, by “{second}” {_times(pair)}; with "
        f"a = {number_text(smoothing)} added to every count, “{second}” gets the "
        f"probability {number_text(chance, 3)}."
    )


def _times(count: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(count, f"{count} times")
