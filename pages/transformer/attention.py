"""Scaled dot-product attention."""

import numpy as np

from charts import Axis, Curve, Mark, Outline, Points, curves, heatmap, plane
from formulas.linear_algebra.softmax import softmax
from formulas.transformer.attention import (
    FORMULA,
    attention_saturation,
    scaled_dot_product_attention,
)
from ui import lesson

WIDTHS = FORMULA.control("d_k").positions
KINDS = (("raw", "raw", 2), ("scaled", "divided by √d", 1))  # with name and color
ROLES = {
    "Q, K, V": "",
    "X, Y, Z": " Only the letters are new: every number is the one of Q, K, V.",
    "K, Q, V": " Query and key have swapped roles: the scores are transposed.",
    "Q, V, K": " Key and value have swapped roles: other weights, other outputs.",
}


def saturation():
    """Measure the mean largest weight for every number of keys and every width."""
    counts = FORMULA.control("n_keys").positions
    table = {}
    for k, n_keys in enumerate(counts):
        runs = [attention_saturation(d, n_keys) for d in WIDTHS]
        table[n_keys] = {
            kind: [run[kind]["max_weight"] for run in runs] for kind, *_ in KINDS
        }
        yield (k + 1) / len(counts)
    return table


def draw(d_k, record, **chosen):
    given = FORMULA.inputs(**chosen)
    n_keys, roles = chosen["n_keys"], chosen["roles"]
    first, second, third = roles.split(", ")
    attended = scaled_dot_product_attention(**given)
    tokens = [f"t{k + 1}" for k in range(n_keys)]
    weights, output, value = attended.weights, attended.output, given["value"]
    blocked = np.isneginf(given["mask"])
    largest = record[n_keys]
    now = WIDTHS.index(d_k)
    last = n_keys - 1
    return lesson.Scene(
        figures=(
            heatmap(
                f"Scores: {first}{second}ᵀ, agreement of query and key, scaled",
                np.where(blocked, np.nan, attended.scores),
                x="key of token",
                y="query of token",
                columns=tokens,
                rows=tokens,
                limits=(-26, 26),
                diverging=True,
                digits=1,
            ),
            heatmap(
                "Weights: softmax of each row",
                weights,
                x="attended token",
                y="attending token",
                columns=tokens,
                rows=tokens,
                limits=(0, 1),
            ),
            plane(
                f"Outputs, mixed from {third}; sizes: the weights of t{n_keys}",
                Outline("hull of the values", value, 3, closed=True),
                Points("values", value, 3, 6 + 30 * weights[last], tokens),
                Points("outputs", output, 8, symbol=1),
                Points(f"output of t{n_keys}", output[last:], 2, [16.0], symbol=6),
                extent=1.3 * np.linalg.norm(value[0]),
            ),
            curves(
                "Mean largest weight for random queries and keys",
                *[
                    Curve(name, WIDTHS, largest[kind], slot, points=True)
                    for kind, name, slot in KINDS
                ],
                *[
                    Mark(d_k, largest[kind][now], f"{largest[kind][now]:.2f}", slot)
                    for kind, _, slot in KINDS
                ],
                x=Axis("width d of queries and keys", (0.8, 1300), log=True),
                y=Axis("largest weight", (0, 1.05)),
                levels=[(1 / n_keys, "uniform")],
            ),
        ),
        readouts={
            "largest weight": float(weights.max()),
            **{
                f"largest weight, random, {kind}, d = {d_k}": largest[kind][now]
                for kind, *_ in KINDS
            },
        },
        status=sentence(weights[last], **chosen),
    )


def sentence(row, causal, multiplier, roles, **_):
    who = f"Token {len(row)}"
    more = ROLES[roles]
    if causal:
        more += " Later tokens are hidden: the upper triangle is exactly 0."
    if multiplier == 0:
        return f"{who} listens to every token alike: all scores are 0.{more}"
    best = int(row.argmax()) + 1
    return f"{who} listens most to token {best}, with weight {row.max():.2f}.{more}"


lesson.show(
    FORMULA,
    draw,
    record=saturation,
    recording="Measuring random attention",
    presets=(
        lesson.Preset("Uniform", "All scores 0", multiplier=0.0),
        lesson.Preset("Sharp", "Four times the usual scale", multiplier=4.0),
        lesson.Preset("Causal", "No token sees later ones", causal=True),
        lesson.Preset("Other letters", "No change", roles="X, Y, Z", angle=60),
        lesson.Preset("Other roles", "Transposed", roles="K, Q, V", angle=60),
    ),
    prediction=lesson.Prediction(
        "Two keys get the raw scores 112 and 96 at width 64. Divided by √64 they are 14 "
        "and 12. Which weight does the first key get then?",
        lambda: softmax([112 / 8, 96 / 8])[0],
        show={"d_k": 64},
    ),
    **lesson.words(FORMULA),
)
