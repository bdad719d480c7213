"""Scaled dot-product attention: what is drawn, and the sentence about it."""

from __future__ import annotations

import numpy as np

from charts import Axis, Curve, Mark, Outline, Points, Scene, curves, heatmap, plane
from formulas.transformer import attention
from notation.legacy import inputs_of
from pages.transformer.attention.statement import STATEMENT, WIDTHS

ROLES = {
    "X, Y, Z": " Only the letters are new: every number is the one of Q, K, V.",
    "K, Q, V": " Query and key have swapped roles: the scores are transposed.",
    "Q, V, K": " Key and value have swapped roles: shorter keys, longer values.",
}


def draw(d_k, record, **chosen):
    given = inputs_of(STATEMENT, **chosen)
    attended = attention.scaled_dot_product_attention(**given)
    weights, output, value = attended.weights, attended.output, given["value"]
    names = [f"t{k + 1}" for k in range(len(value))]
    first, second, third = chosen["roles"].split(", ")
    raw, scaled = record[len(value)]
    runs, now = (("raw", raw, 2), ("divided by √d", scaled, 1)), WIDTHS.index(d_k)
    return Scene(
        heatmap(
            f"Scores: {first}{second}ᵀ, agreement of query and key, scaled",
            np.where(np.isneginf(given["mask"]), np.nan, attended.scores),
            x=Axis("key of token", labels=names),
            y=Axis("query of token", labels=names),
            limits=(-26, 26),
            digits=1,
        ),
        heatmap(
            "Weights: softmax of each row",
            weights,
            x=Axis("attended token", labels=names),
            y=Axis("attending token", labels=names),
            limits=(0, 1),
        ),
        plane(
            f"Outputs, mixed from {third}; sizes: the weights of {names[-1]}",
            Outline("hull of the values", value, 3, closed=True),
            Points("values", value, 3, 6 + 30 * weights[-1], names),
            Points("outputs", output, 8, symbol=1),
            Points(f"output of {names[-1]}", output[-1:], 2, [16.0], symbol=6),
            extent=1.3 * np.linalg.norm(value[0]),
        ),
        curves(
            "Mean largest weight for random queries and keys",
            *(Curve(name, WIDTHS, run, k, points=True) for name, run, k in runs),
            *(Mark(d_k, run[now], f"{run[now]:.2f}", k) for _, run, k in runs),
            x=Axis("width d of queries and keys", (0.8, 1300), log=True),
            y=Axis("largest weight", (0, 1.05)),
            levels=[(1 / len(value), "uniform")],
        ),
        readouts={
            "largest weight": weights.max(),
            f"largest weight, random, raw, d = {d_k}": raw[now],
            f"largest weight, random, scaled, d = {d_k}": scaled[now],
        },
        status=sentence(weights[-1], **chosen),
    )


def sentence(row, causal, roles, **_):
    whom = attention.heard_most(row)
    why = ": all scores are 0" * ("every token alike" in whom)
    hidden = " Later tokens are hidden: their weights are exactly 0." * causal
    return f"Token {len(row)} listens {whom}{why}.{ROLES.get(roles, '')}{hidden}"
