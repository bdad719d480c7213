"""ALiBi: what is drawn, and the sentence about it."""

from __future__ import annotations

import numpy as np

from charts import Axis, Curve, Figure, Mark, Scene, curves, heatmap
from formulas.checks import Array
from formulas.linear_algebra.softmax import softmax
from formulas.transformer.alibi import alibi_bias
from notation.numbers import counted, number_text, share_text
from pages.transformer.positional_encoding.alibi.statement import (
    HEADS,
    LONGEST,
    STATEMENT,
    Result,
)

BACK = np.arange(LONGEST)
BIAS = alibi_bias(HEADS, 1, LONGEST)[:, 0]
NEAR_COLOR, CHOSEN_COLOR, FAR_COLOR = STATEMENT.color_indices(
    "head", "weights", "match"
)
NAMES = tuple(f"head {k + 1}" for k in range(HEADS))
LEAST = 1e-4


def draw(
    result: Result, *, content: Array, head: int, match: float, offset: int
) -> Scene:
    """Draw what each head gives to words at all distances."""
    every = softmax(content + BIAS[:, LONGEST - len(content) :], axis=1)
    by_distance = _by_distance(every)
    chosen = _by_distance(result.weights)
    back = np.arange(len(content))[::-1]
    weight = float(chosen[offset])
    return Scene(
        _weights(by_distance, chosen, offset),
        _all_heads(by_distance, head, offset),
        readouts={
            "slope": result.slope,
            "weight of the match": weight,
            "mean distance of this head": float(result.weights @ back),
            "weight of the word itself, head 1": by_distance[0, 0],
            f"weight of the word itself, head {HEADS}": by_distance[-1, 0],
        },
        status=sentence(result.slope, head, match, offset, weight),
    )


def _by_distance(weights: Array) -> Array:
    """Turn the order around, so that the word itself comes first, and fill up."""
    filled = np.full((*weights.shape[:-1], LONGEST), np.nan)
    filled[..., : weights.shape[-1]] = weights[..., ::-1]
    return filled


def _weights(by_distance: Array, chosen: Array, offset: int) -> Figure:
    return curves(
        "Weight of a word against its distance",
        Curve("head 1", BACK, by_distance[0], NEAR_COLOR, dash=2),
        Curve(f"head {HEADS}", BACK, by_distance[-1], FAR_COLOR, dash=1),
        Curve("this head", BACK, chosen, CHOSEN_COLOR, dash=0),
        Mark(offset, max(chosen[offset], LEAST), "", CHOSEN_COLOR),
        x=Axis("words back", (0, LONGEST - 1)),
        y=Axis("weight", (LEAST, 1.3), log=True),
    )


def _all_heads(by_distance: Array, head: int, offset: int) -> Figure:
    return heatmap(
        "All heads; framed: the match in this one",
        by_distance,
        x=Axis("words back"),
        y=Axis("", labels=NAMES),
        limits=(0, 0.5),
        outlined=[(head - 1, offset)],
        numbers=False,
    )


def sentence(slope: float, head: int, match: float, offset: int, weight: float) -> str:
    """Say what distance takes from the match, and what weight is left."""
    taken = number_text(slope * offset, 3)
    where = f"The match stands {counted(offset, 'word')} back"
    return (
        f"{where}, so head {head} lowers its score by {taken}, from "
        f"{number_text(match, 3)} to {number_text(match - slope * offset, 3)}; it gets "
        f"{share_text(weight)} of the weight."
    )
