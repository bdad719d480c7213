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


def saturation():
    """Measure the mean largest weight for every number of keys and every width."""
    counts = FORMULA.control("n_keys").positions
    table = {}
    for k, n_keys in enumerate(counts):
        runs = [attention_saturation(d, n_keys) for d in WIDTHS]
        table[n_keys] = {
            kind: [run[kind]["max_weight"] for run in runs]
            for kind in ("raw", "scaled")
        }
        yield (k + 1) / len(counts)
    return table


def draw(angle, multiplier, d_k, n_keys, causal, record):
    given = FORMULA.inputs(
        angle=angle, multiplier=multiplier, n_keys=n_keys, causal=causal
    )
    attended = scaled_dot_product_attention(
        given["query"],
        given["key"],
        given["value"],
        mask=given["mask"],
        scale=given["scale"],
    )
    tokens = [f"t{k + 1}" for k in range(n_keys)]
    weights, output, value = attended.weights, attended.output, given["value"]
    blocked = np.isneginf(given["mask"])
    largest = record[n_keys]
    now = WIDTHS.index(d_k)
    last = n_keys - 1
    return lesson.Scene(
        figures=(
            heatmap(
                np.where(blocked, np.nan, attended.scores),
                title="Scores: agreement of query and key, scaled",
                x="key of token",
                y="query of token",
                columns=tokens,
                rows=tokens,
                limits=(-26, 26),
                diverging=True,
                digits=1,
            ),
            heatmap(
                weights,
                title="Weights: softmax of each row",
                x="attended token",
                y="attending token",
                columns=tokens,
                rows=tokens,
                limits=(0, 1),
            ),
            plane(
                (
                    Outline("hull of the values", value, 3, closed=True),
                    Points("values", value, 3, 6 + 30 * weights[last], tokens),
                    Points("outputs", output, 8, symbol=1),
                    Points(f"output of t{n_keys}", output[last:], 2, [16.0], symbol=6),
                ),
                title=f"Each output is a mix of values; sizes show the weights of t{n_keys}",
                extent=1.3,
            ),
            curves(
                [
                    Curve("raw", WIDTHS, largest["raw"], slot=2, points=True),
                    Curve(
                        "divided by √d", WIDTHS, largest["scaled"], slot=1, points=True
                    ),
                ],
                title="Mean largest weight for random queries and keys",
                x=Axis("width d of queries and keys", (0.8, 1300), log=True),
                y=Axis("largest weight", (0, 1.05)),
                marks=[
                    Mark(d_k, largest["raw"][now], f"{largest['raw'][now]:.2f}", 2),
                    Mark(
                        d_k, largest["scaled"][now], f"{largest['scaled'][now]:.2f}", 1
                    ),
                ],
                levels=[(1 / n_keys, "uniform")],
            ),
        ),
        readouts={
            "largest weight": float(weights.max()),
            f"largest weight, random, raw, d = {d_k}": largest["raw"][now],
            f"largest weight, random, scaled, d = {d_k}": largest["scaled"][now],
        },
        status=sentence(weights[last], causal, multiplier),
    )


def sentence(row, causal, multiplier):
    who = f"Token {len(row)}"
    mask = (
        " Later tokens are hidden: the upper triangle is exactly 0." if causal else ""
    )
    if multiplier == 0:
        return f"{who} listens to every token alike: all scores are 0.{mask}"
    best = int(row.argmax()) + 1
    return f"{who} listens most to token {best}, with weight {row.max():.2f}.{mask}"


lesson.show(
    FORMULA,
    draw,
    record=saturation,
    recording="Measuring random attention",
    presets=(
        lesson.Preset("Uniform", {"multiplier": 0.0}, "All scores 0"),
        lesson.Preset("Sharp", {"multiplier": 4.0}, "Four times the usual scale"),
        lesson.Preset("Causal", {"causal": True}, "No token sees later ones"),
    ),
    prediction=lesson.Prediction(
        "Two keys get the raw scores 112 and 96 at width 64. Divided by √64 they are 14 "
        "and 12. Which weight does the first key get then?",
        lambda: softmax([112 / 8, 96 / 8])[0],
        "A gap of 2 leaves 0.88 and 0.12: both keys are heard. Unscaled, the gap of 16 "
        "gives the first key all but a ten-millionth, and the gradient vanishes.",
        show={"d_k": 64},
    ),
    aha="Attention is a soft look-up: an average of values, weighted by how well each "
    "key agrees with the query.",
    notice=(
        "Each row of weights sums to 1.",
        "The output never leaves the hull of the values.",
        "Permuting keys and values together changes nothing, which is why positions must "
        "be encoded separately.",
    ),
    try_this=(
        "Turn the queries: which token does each one listen to now?",
        "What happens to the outputs as the scale goes to 0, and to 4?",
        "How does the largest weight grow with the width d, with and without √d?",
    ),
    pitfalls=(
        "Attention weights show how values are mixed, not how much a token matters for "
        "the final answer.",
        "Masks come in two conventions: here and in PyTorch's functional attention True "
        "means “may attend”; in its MultiheadAttention module True means “blocked”.",
        "Scores 14 and 12 give weights 0.88 and 0.12; unscaled at width 64 they would be "
        "112 and 96, one key would take everything, and the gradient would vanish.",
    ),
    in_use="Every transformer. FlashAttention computes it without storing the whole "
    "matrix; the key-value cache keeps K and V during generation.",
)
