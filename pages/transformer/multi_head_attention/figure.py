"""Multi-head attention: what is drawn, and the sentence about it."""

from __future__ import annotations

import numpy as np

from charts import Axis, Bars, Curve, Figure, Mark, Scene, bars, curves, maps
from formulas.checks import Array
from formulas.transformer.multi_head_attention import count_attention_parameters
from notation.wording import heard_most
from pages.transformer.multi_head_attention.statement import STATEMENT, Result

HEADS = tuple(int(heads) for heads in STATEMENT.control("heads").positions)
PLACES = np.arange(len(HEADS), dtype=float)
FEATURES = 4  # of the last token, shown
HEAD_COLOR, OUTPUT_COLOR = STATEMENT.color_indices("head", "output")
OTHERS_COLOR, PARAMETERS_COLOR = STATEMENT.color_indices("heads", "W_o_split")


def draw(
    result: Result, *, heads: int, d_model: int, n_tokens: int, head: int
) -> Scene:
    """Draw what each head looks at, what the chosen one adds, and what heads cost."""
    chosen = min(head, heads)
    row = result.shares[chosen - 1, -1]
    return Scene(
        _maps(result.shares, chosen),
        _sum_of_heads(result, chosen),
        _costs(heads, d_model, n_tokens),
        readouts={
            "width of a head, d/h": d_model // heads,
            "parameters of the projections": count_attention_parameters(d_model),
            "scores of all heads": _score_entries(heads, n_tokens),
            f"largest weight, head {chosen}, last token": row.max(),
        },
        status=sentence(row, heads=heads, d_model=d_model, head=head),
    )


def _maps(shares: Array, chosen: int) -> Figure:
    return maps(
        "Attention weights of each head: who looks (rows) at whom (columns)",
        np.where(shares > 0, shares, np.nan),
        [f"head {h + 1}" for h in range(len(shares))],
        limits=(0, 1.0 if shares.max() > 0.5 else 0.5),
        framed=chosen - 1,
        x="attended token",
        y="attending token",
        height=330,
    )


def _sum_of_heads(result: Result, chosen: int) -> Figure:
    added = result.contributions[:, -1, :FEATURES]
    others = np.delete(added, chosen - 1, axis=0).sum(axis=0)
    output = result.output[-1, :FEATURES]
    return bars(
        "The last token’s output is the sum of what the heads add",
        [f"feature {c + 1}" for c in range(FEATURES)],
        Bars(f"head {chosen}", added[chosen - 1], HEAD_COLOR, 2),
        Bars("all other heads", others, OTHERS_COLOR, 2),
        Bars("output, their sum", output, OUTPUT_COLOR, 2),
        y=Axis("value", (-2.4, 2.4)),
    )


def _costs(heads: int, d_model: int, n_tokens: int) -> Figure:
    now = HEADS.index(heads)
    parameters = [count_attention_parameters(d_model) for _ in HEADS]
    scores = [_score_entries(count, n_tokens) for count in HEADS]
    return curves(
        "What more heads cost",
        Curve("parameters, 4d²", PLACES, parameters, PARAMETERS_COLOR, points=True),
        Curve("scores, h · n²", PLACES, scores, OTHERS_COLOR, points=True),
        Mark(now, parameters[now], f"{parameters[now]}", PARAMETERS_COLOR),
        Mark(now, scores[now], f"{scores[now]}", OTHERS_COLOR),
        x=Axis("heads h", (-0.3, 3.4), labels=tuple(str(count) for count in HEADS)),
        y=Axis("count", (1, 1e5), log=True),
    )


def _score_entries(n_heads: int, n_tokens: int) -> int:
    """Count the attention scores of one layer of self-attention."""
    return n_heads * n_tokens**2


def sentence(row: Array, *, heads: int, d_model: int, head: int) -> str:
    """Say through how many columns the chosen head sees, and what it listens to."""
    chosen = min(head, heads)
    missing = f"There is no head {head}. " if head > heads else ""
    sees = f"sees tokens through {d_model // heads} of {d_model} columns"
    whom = f"its last token listens {heard_most(row)}"
    return f"{missing}Head {chosen} of {heads} {sees}; {whom}."
