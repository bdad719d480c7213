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
                np.where(result.weights > 0, result.weights, np.nan),
                [f"head {h + 1}" for h in range(heads)],
                title="Attention weights of each head: who looks (rows) at whom (columns)",
                x="attended token",
                y="attending token",
                limits=(0, 1.0 if result.weights.max() > 0.5 else 0.5),
                framed=chosen - 1,
                height=330,
            ),
            bars(
                [f"feature {c + 1}" for c in range(FEATURES)],
                (
                    Bars(f"head {chosen}", each[chosen - 1], HEAD, digits=2),
                    Bars(
                        "all other heads",
                        np.delete(each, chosen - 1, axis=0).sum(axis=0),
                        MANY,
                        digits=2,
                    ),
                    Bars("output, their sum", output, OUTPUT, digits=2),
                ),
                title="The last token's output is the sum of what the heads add",
                y=Axis("value", (-2.4, 2.4)),
            ),
            curves(
                (
                    Curve(
                        "parameters, 4d²",
                        PLACES,
                        np.full(len(HEADS), parameters),
                        WEIGHTS,
                        points=True,
                    ),
                    Curve("scores, h · n²", PLACES, scores, MANY, points=True),
                ),
                title="What more heads cost",
                x=Axis("heads h", (-0.3, 3.4), labels=tuple(map(str, HEADS))),
                y=Axis("count", (1, 1e5), log=True),
                marks=[
                    Mark(now, parameters, f"{parameters}", WEIGHTS),
                    Mark(now, scores[now], f"{scores[now]}", MANY),
                ],
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
        lesson.Preset("One head", {"heads": 1}, "Plain attention, full width"),
        lesson.Preset(
            "Previous-token head",
            {"heads": 1, "weights": "previous token", "n_tokens": 8},
            "Weights built to look one token back",
        ),
        lesson.Preset(
            "Identity projections", {"weights": "identity"}, "Tokens find themselves"
        ),
        lesson.Preset("Eight heads", {"heads": 8, "n_tokens": 8}, "Two columns each"),
    ),
    prediction=lesson.Prediction(
        "A model of width 512 goes from 1 head to 8. What happens to the number of "
        "parameters in its projections?",
        growth_of_the_parameters,
        "4 · 512² = 1 048 576 in both cases: the heads share the columns. What grows is "
        "the number of score matrices, one for each head.",
        choices=(
            "they grow eightfold",
            "they shrink to an eighth",
            "they stay the same",
        ),
        show={"heads": 8},
    ),
    aha="Several small attentions look at different things for the price of one large one.",
    notice=(
        "More heads are narrower: d/h columns each, so each dot product rests on fewer "
        "numbers.",
        "The output is the sum of what each head adds through its own rows of Wᴼ.",
        "With causal on, everything right of the diagonal is blank in every head.",
    ),
    try_this=(
        "Do the maps of two random heads look alike, and what makes them differ?",
        "Which settings let a head look exactly one token back?",
        "What does doubling the tokens do to the scores, and what to the parameters?",
    ),
    pitfalls=(
        "A head does not see a part of the tokens. It sees all of them, through a "
        "narrower projection.",
        "The original list gives no shapes. Each head works in d/h columns; that is why "
        "more heads cost no more parameters.",
        "There, Q, K and V are the tokens before any projection. Here they are X. The "
        "paper has no biases; libraries usually add them.",
    ),
    in_use="BERT, GPT and every transformer since. Grouped-query and multi-query "
    "attention share keys and values among heads, so that the cache is smaller.",
)
