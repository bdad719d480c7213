"""The block as a memory of keys and values: what is drawn, and the sentence about it."""

from __future__ import annotations

import numpy as np

from charts import (
    Axis,
    Figure,
    Scene,
    Strand,
    Unit,
    heatmap,
    network,
)
from formulas.checks import Array
from notation.numbers import number_text
from pages.transformer.transformer_ffn.key_value.statement import (
    FEATURES,
    NAMES,
    QUESTIONS,
    STATEMENT,
    Result,
)

TOKEN_COLOR, HIDDEN_COLOR, OUTPUT_COLOR = STATEMENT.color_indices(
    "X", "hidden", "output"
)
AGAINST_COLOR = STATEMENT.color_index("W1")


def draw(result: Result, *, X: Array, W1: Array, b1: Array, W2: Array) -> Scene:
    """Draw the questions asked of the token, what they add, and the token then."""
    facts = result.output[NAMES:]
    return Scene(
        _memory(result, X, W1, b1, W2),
        _token(result, X, W2),
        readouts={
            "keys that match": int((result.hidden > 0).sum()),
            **{
                f"added to {name}": float(fact) + 0.0
                for name, fact in zip(FEATURES[NAMES:], facts, strict=True)
            },
        },
        status=sentence(result.hidden),
    )


def _memory(result: Result, X: Array, W1: Array, b1: Array, W2: Array) -> Figure:
    """Draw token, questions and facts as a network, with what passes through it."""
    asked = X[:, None] * W1
    added = result.hidden[:, None] * W2
    tokens = [
        Unit(_titled(name, number_text(x)), TOKEN_COLOR, lit=bool(x))
        for name, x in zip(FEATURES[:NAMES], X[:NAMES], strict=True)
    ]
    keys = [
        Unit(
            _titled(f"{u + 1}: {question}", _match(asked[:, u], W1[:, u], b1[u], z)),
            HIDDEN_COLOR,
            lit=bool(z > 0),
        )
        for u, (question, z) in enumerate(
            zip(QUESTIONS, result.pre_activation, strict=True)
        )
    ]
    facts = [
        Unit(_titled(name, f"+ {number_text(y, 3)}"), OUTPUT_COLOR, lit=bool(y > 0))
        for name, y in zip(FEATURES[NAMES:], result.output[NAMES:], strict=True)
    ]
    into = [((0, int(j)), (1, int(u))) for j, u in np.argwhere(W1)]
    out = [((1, int(u)), (2, int(i) - NAMES)) for u, i in np.argwhere(W2)]
    said = [asked[start[1], end[1]] for start, end in into]
    given = [added[start[1], end[1] + NAMES] for start, end in out]
    return network(
        "Units ask the token and add what they know",
        (tokens, keys, facts),
        Strand(
            "nothing",
            [e for e, v in zip(into + out, said + given, strict=True) if v == 0],
            dash="dot",
            width=1.5,
        ),
        Strand(
            "speaks for",
            [e for e, v in zip(into, said, strict=True) if v > 0],
            TOKEN_COLOR,
        ),
        Strand(
            "against",
            [e for e, v in zip(into, said, strict=True) if v < 0],
            AGAINST_COLOR,
            dash="dash",
        ),
        Strand(
            "adds",
            [e for e, v in zip(out, given, strict=True) if v > 0],
            OUTPUT_COLOR,
            width=5,
        ),
    )


def _titled(name: str, below: str) -> str:
    return f"<b>{name}</b><br>{below}"


def _match(asked: Array, key: Array, bias: float, z: float) -> str:
    """Write the sum of a match, and what the ReLU makes of it."""
    terms = [
        (float(term), float(weight))
        for term, weight in zip(asked, key, strict=True)
        if weight
    ]
    terms.sort(reverse=True)
    written = _product(*terms[0])
    for term, weight in (*terms[1:], (float(bias), 1.0)):
        sign = "−" if min(term, weight) < 0 else "+"
        written += f" {sign} {_product(term, weight)}"
    total = number_text(round(float(z), 12) + 0.0)
    return f"{written} = {total}" + (" → 0" if z < -1e-12 else "")


def _product(term: float, weight: float) -> str:
    """Write a term without its sign, and a weight other than 1 in front of its feature."""
    feature = number_text(abs(term / weight))
    return feature if abs(weight) == 1 else f"{number_text(abs(weight))} · {feature}"


def _token(result: Result, X: Array, W2: Array) -> Figure:
    """Draw the token, what each unit adds to it, and their sum, feature by feature."""
    added = result.hidden[:, None] * W2
    units = [f"unit {u + 1}" for u in range(len(added))]
    return heatmap(
        "Before, + 3 units, = after; rows: names, then facts",
        np.column_stack([X, added.T, result.total]),
        x=Axis("", labels=("before", *units, "after")),
        y=Axis("", labels=FEATURES),
        limits=(0, 2),
        scale=False,
    )


def sentence(hidden: Array) -> str:
    """Say which keys match, and what their units add."""
    added = [
        f"“{question[:-1]}” adds {number_text(h, 3)} to {fact}"
        for question, fact, h in zip(
            QUESTIONS, FEATURES[NAMES:], hidden.tolist(), strict=True
        )
        if h > 0
    ]
    if not added:
        return "No key matches the token: every unit is at 0, and nothing is added."
    keys = "One key matches" if len(added) == 1 else f"{len(added)} keys match"
    return f"{keys} the token: {', and '.join(added)}."
