"""Multi-head attention: what is drawn, and the sentence about it."""

from __future__ import annotations

import numpy as np

from charts import Axis, Bars, Curve, Mark, Scene, bars, curves, maps
from formulas.transformer import multi_head_attention as mha
from notation.legacy import inputs_of
from pages.transformer.attention.figure import heard_most
from pages.transformer.multi_head_attention.statement import STATEMENT

HEADS = STATEMENT.control("heads").choices
PLACES = np.arange(len(HEADS), dtype=float)
FEATURES = 4  # of the last token, shown

HEAD, OUTPUT, MANY, WEIGHTS = STATEMENT.color_indices(
    "head", "output", "heads", "W_o_split"
)


def draw(head, d_model, causal, **others):
    given = inputs_of(STATEMENT, d_model=d_model, causal=causal, **others)
    x, heads, *projections = (given[k] for k in ("tokens", "n_heads", *mha.NAMES))
    result = mha.multi_head_attention(x, x, *projections, heads, causal=causal)
    chosen = min(head, heads)
    each = mha.head_contributions(result.heads, given["W_o"])[:, -1, :FEATURES]
    rest = np.delete(each, chosen - 1, axis=0).sum(axis=0)
    row = result.weights[chosen - 1, -1]
    parameters = [mha.count_attention_parameters(d_model) for _ in HEADS]
    scores = [mha.count_score_entries(h, len(x)) for h in HEADS]
    now = HEADS.index(heads)
    return Scene(
        maps(
            "Attention weights of each head: who looks (rows) at whom (columns)",
            np.where(result.weights > 0, result.weights, np.nan),
            [f"head {h + 1}" for h in range(heads)],
            limits=(0, 1.0 if result.weights.max() > 0.5 else 0.5),
            framed=chosen - 1,
            x="attended token",
            y="attending token",
            height=330,
        ),
        bars(
            "The last token’s output is the sum of what the heads add",
            [f"feature {c + 1}" for c in range(FEATURES)],
            Bars(f"head {chosen}", each[chosen - 1], HEAD, 2),
            Bars("all other heads", rest, MANY, 2),
            Bars("output, their sum", result.output[-1, :FEATURES], OUTPUT, 2),
            y=Axis("value", (-2.4, 2.4)),
        ),
        curves(
            "What more heads cost",
            Curve("parameters, 4d²", PLACES, parameters, WEIGHTS, points=True),
            Curve("scores, h · n²", PLACES, scores, MANY, points=True),
            Mark(now, parameters[now], f"{parameters[now]}", WEIGHTS),
            Mark(now, scores[now], f"{scores[now]}", MANY),
            x=Axis("heads h", (-0.3, 3.4), labels=tuple(map(str, HEADS))),
            y=Axis("count", (1, 1e5), log=True),
        ),
        readouts={
            "width of a head, d/h": d_model // heads,
            "parameters of the projections": parameters[now],
            "scores of all heads": scores[now],
            f"largest weight, head {chosen}, last token": row.max(),
        },
        status=sentence(heads, d_model, chosen, head, row),
    )


def sentence(heads, d_model, chosen, head, row):
    none = f"There is no head {head}. " if head > heads else ""
    sees = f"sees tokens through {d_model // heads} of {d_model} columns"
    whom = f"its last token listens {heard_most(row)}"
    return f"{none}Head {chosen} of {heads} {sees}; {whom}."
