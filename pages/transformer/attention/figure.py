"""Scaled dot-product attention: what is drawn, and the sentence about it."""

from __future__ import annotations

import numpy as np

from charts import (
    Axis,
    Curve,
    Figure,
    Mark,
    Outline,
    Points,
    Scene,
    curves,
    heatmap,
    plane,
)
from formulas.checks import Array
from notation.wording import heard_most
from pages.transformer.attention.statement import (
    STATEMENT,
    WIDTHS,
    Result,
    Saturation,
)

VALUE_COLOR, OUTPUT_COLOR = STATEMENT.color_indices("value", "output")
LAST_COLOR = 2
SCALED_COLOR, RAW_COLOR = 1, 2
ROLE_NOTES = {
    "Q, K, V": "",
    "X, Y, Z": " Only the letters are new: every number is the one of Q, K, V.",
    "K, Q, V": " Query and key have swapped roles: the scores are transposed.",
    "Q, V, K": " Key and value have swapped roles: shorter keys, longer values.",
}


def draw(
    result: Result,
    *,
    value: Array,
    mask: Array,
    saturation: Saturation,
    d_k: int,
    causal: bool,
    roles: str,
) -> Scene:
    """Draw scores, weights, outputs, and what scaling does to random attention."""
    width = WIDTHS.index(d_k)
    names = [f"t{k + 1}" for k in range(len(value))]
    return Scene(
        _scores(result.scores, mask, names, roles),
        _weights(result.weights, names),
        _outputs(result, value, names, roles),
        _saturation(saturation, d_k, len(value)),
        readouts={
            "largest weight": result.weights.max(),
            f"largest weight, random, raw, d = {d_k}": saturation.raw[width],
            f"largest weight, random, scaled, d = {d_k}": saturation.scaled[width],
        },
        status=sentence(result.weights[-1], causal=causal, roles=roles),
    )


def _scores(scores: Array, mask: Array, names: list[str], roles: str) -> Figure:
    first, second, _ = roles.split(", ")
    return heatmap(
        f"Scores: {first}{second}ᵀ, agreement of query and key, scaled",
        np.where(np.isneginf(mask), np.nan, scores),
        x=Axis("key of token", labels=names),
        y=Axis("query of token", labels=names),
        limits=(-26, 26),
        digits=1,
    )


def _weights(weights: Array, names: list[str]) -> Figure:
    return heatmap(
        "Weights: softmax of each row",
        weights,
        x=Axis("attended token", labels=names),
        y=Axis("attending token", labels=names),
        limits=(0, 1),
    )


def _outputs(result: Result, value: Array, names: list[str], roles: str) -> Figure:
    *_, third = roles.split(", ")
    last, output = names[-1], result.output
    sizes = 6 + 30 * result.weights[-1]
    return plane(
        f"Outputs, mixed from {third}; sizes: the weights of {last}",
        Outline("hull of the values", value, VALUE_COLOR, closed=True),
        Points("values", value, VALUE_COLOR, sizes, names),
        Points("outputs", output, OUTPUT_COLOR, symbol=1),
        Points(f"output of {last}", output[-1:], LAST_COLOR, [16.0], symbol=6),
        extent=1.3 * float(np.linalg.norm(value[0])),
    )


def _saturation(saturation: Saturation, d_k: int, n_keys: int) -> Figure:
    width = WIDTHS.index(d_k)
    raw, scaled = saturation.raw, saturation.scaled
    return curves(
        "Mean largest weight for random queries and keys",
        Curve("raw", WIDTHS, raw, RAW_COLOR, points=True),
        Curve("divided by √d", WIDTHS, scaled, SCALED_COLOR, points=True),
        Mark(d_k, raw[width], f"{raw[width]:.2f}", RAW_COLOR),
        Mark(d_k, scaled[width], f"{scaled[width]:.2f}", SCALED_COLOR),
        x=Axis("width d of queries and keys", (0.8, 1300), log=True),
        y=Axis("largest weight", (0, 1.05)),
        levels=[(1 / n_keys, "uniform")],
    )


def sentence(row: Array, *, causal: bool, roles: str) -> str:
    """Say to whom the last token listens, and what masks and roles change."""
    whom = heard_most(row)
    why = ": all scores are 0" if "every token alike" in whom else ""
    hidden = ""
    if causal:
        hidden = " Later tokens are hidden: their weights are exactly 0."
    return f"Token {len(row)} listens {whom}{why}.{ROLE_NOTES[roles]}{hidden}"
