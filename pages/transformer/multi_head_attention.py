"""Multi-head attention."""

import numpy as np

from charts import Axis, Bars, Curve, Mark, bars, curves, maps
from formulas.transformer.multi_head_attention import (
    FORMULA,
    NAMES,
    count_attention_parameters,
    count_score_entries,
    head_contributions,
    init_attention,
    multi_head_attention,
)
from ui import lesson

HEADS = FORMULA.control("heads").choices
PLACES = np.arange(len(HEADS), dtype=float)
FEATURES = 4  # of the last token, shown
HEAD, OUTPUT, MANY, WEIGHTS = (
    FORMULA.slot(name) for name in ("head", "output", "heads", "W_o_split")
)


def draw(heads, d_model, n_tokens, head, weights, causal):
    given = FORMULA.inputs(
        heads=heads, d_model=d_model, n_tokens=n_tokens, weights=weights, causal=causal
    )
    tokens, projections = given["tokens"], [given[name] for name in NAMES]
    result = multi_head_attention(tokens, tokens, *projections, heads, causal=causal)
    chosen = min(head, heads)
    each = head_contributions(result.heads, given["W_o"])[:, -1, :FEATURES]
    output = result.output[-1, :FEATURES]
    row = result.weights[chosen - 1, -1]
    parameters = count_attention_parameters(d_model)
    scores = [count_score_entries(h, n_tokens) for h in HEADS]
    now = HEADS.index(heads)
    return lesson.Scene(
        figures=(
            maps(
                "Attention weights of each head: who looks (rows) at whom (columns)",
                np.where(result.weights > 0, result.weights, np.nan),
                [f"head {h + 1}" for h in range(heads)],
                x="attended token",
                y="attending token",
                limits=(0, 1.0 if result.weights.max() > 0.5 else 0.5),
                framed=chosen - 1,
                height=330,
            ),
            bars(
                "The last token's output is the sum of what the heads add",
                [f"feature {c + 1}" for c in range(FEATURES)],
                Bars(f"head {chosen}", each[chosen - 1], HEAD, digits=2),
                Bars(
                    "all other heads",
                    np.delete(each, chosen - 1, axis=0).sum(axis=0),
                    MANY,
                    digits=2,
                ),
                Bars("output, their sum", output, OUTPUT, digits=2),
                y=Axis("value", (-2.4, 2.4)),
            ),
            curves(
                "What more heads cost",
                Curve(
                    "parameters, 4d²",
                    PLACES,
                    np.full(len(HEADS), parameters),
                    WEIGHTS,
                    points=True,
                ),
                Curve("scores, h · n²", PLACES, scores, MANY, points=True),
                Mark(now, parameters, f"{parameters}", WEIGHTS),
                Mark(now, scores[now], f"{scores[now]}", MANY),
                x=Axis("heads h", (-0.3, 3.4), labels=tuple(map(str, HEADS))),
                y=Axis("count", (1, 1e5), log=True),
            ),
        ),
        readouts={
            "width of a head, d/h": d_model // heads,
            "parameters of the projections": parameters,
            "scores of all heads": scores[now],
            f"largest weight, head {chosen}, last token": row.max(),
        },
        status=sentence(heads, d_model, chosen, head, row),
    )


def sentence(heads, d_model, chosen, head, row):
    none = f"There is no head {head}. " if head > heads else ""
    return (
        f"{none}Head {chosen} of {heads} sees every token through {d_model // heads} of "
        f"{d_model} columns; its last token looks most at token {row.argmax() + 1}, with "
        f"weight {row.max():.2f}."
    )


def growth_of_the_parameters():
    one, eight = (sum(W.size for W in init_attention(512, h).values()) for h in (1, 8))
    return "they stay the same" if one == eight else "they change"


lesson.show(
    FORMULA,
    draw,
    presets=(
        lesson.Preset("One head", "Plain attention, full width", heads=1),
        lesson.Preset(
            "Previous-token head",
            "Weights built to look one token back",
            heads=1,
            weights="previous token",
            n_tokens=8,
        ),
        lesson.Preset(
            "Identity projections", "Tokens find themselves", weights="identity"
        ),
        lesson.Preset("Eight heads", "Two columns each", heads=8, n_tokens=8),
    ),
    prediction=lesson.Prediction(
        "A model of width 512 goes from 1 head to 8. What happens to the number of "
        "parameters in its projections?",
        growth_of_the_parameters,
        choices=(
            "they grow eightfold",
            "they shrink to an eighth",
            "they stay the same",
        ),
        show={"heads": 8},
    ),
    **lesson.words(FORMULA),
)
