"""Multi-head attention: what is shown, computed and proved."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from formulas.checks import Array
from formulas.transformer.attention import attend, mask_bias
from formulas.transformer.multi_head_attention import (
    NAMES,
    head_contributions,
    init_attention,
    multi_head_attention,
    split_heads,
)
from formulas.transformer.positional_encoding import (
    rotation_for_offset,
    sinusoidal_positional_encoding,
)
from notation.quantities import option, quantity, slider, switch
from notation.statement import Statement

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

WEIGHTS = ("purposes", "random", "previous token", "identity")
SHARPNESS = 40.0  # of the head that looks one token back
PURPOSEFUL = 8.0  # of heads with purposes: their weights stay below 1
PURPOSES = ("previous", "same word", "first", "next")
WORDS = ("the", "cat", "sat", "on", "the", "mat", "and", "the")
WORD_COLUMNS = 2  # the last ones of a token that is a position and a word

QUANTITIES = (
    quantity("tokens", "X", "one row for each token", ("n", "d")),
    quantity(
        "W_q_split",
        "W^Q",
        "projection to each head’s queries",
        ("h", "d", "d_k"),
    ),
    quantity(
        "W_k_split",
        "W^K",
        "projection to each head’s keys",
        ("h", "d", "d_k"),
    ),
    quantity(
        "W_v_split",
        "W^V",
        "projection to each head’s values",
        ("h", "d", "d_k"),
    ),
    quantity(
        "W_o_split",
        "W^O",
        "each head’s rows of the output projection",
        ("h", "d_k", "d"),
    ),
    quantity("query", "Q", "queries of each head", ("h", "n", "d_k")),
    quantity("key", "K", "keys of each head", ("h", "m", "d_k")),
    quantity("value", "V", "values of each head", ("h", "m", "d_k")),
    quantity("mask", "M", "0 where attending is allowed, −∞ where not", ("n", "m")),
    quantity("scores", "S", "scores of each head: scaled products", ("h", "n", "m")),
    quantity("shares", "A", "attention weights of each head", ("h", "n", "m")),
    quantity(
        "gathered",
        "H",
        "output of each head before the last projection",
        ("h", "n", "d_k"),
    ),
    quantity(
        "contributions", "C", "what each head adds to the output", ("h", "n", "d")
    ),
    quantity("output", "Y", "sum of the heads' contributions", ("n", "d")),
    slider("heads", "h", "number of heads", 4, choices=(1, 2, 4, 8)),
    slider(
        "d_model", "d", "width of the model", 16, choices=(8, 16, 32, 64), rare=True
    ),
    slider("n_tokens", "n", "number of tokens", 6, low=2, high=8, step=1),
    slider("head", "r", "head to look at, up to h", 1, low=1, high=8, step=1),
    option(
        "weights",
        "W",
        "projections: with purposes, random, one token back, or identity",
        "purposes",
        choices=WEIGHTS,
    ),
    switch("causal", r"\text{causal}", "hide later tokens", False),
    slider(
        "token", "i", "token to look at, up to n", 5, low=1, high=8, step=1, rare=True
    ),
)


def inputs(
    heads: int, d_model: int, n_tokens: int, weights: str, causal: bool, token: int
) -> dict[str, Any]:
    """Take positions for tokens, and the projections whole and cut into heads.

    The place of the token that is looked at counts from 0, as code does.
    """
    projections = _projections(weights, d_model, heads)
    tokens = sinusoidal_positional_encoding(n_tokens, d_model)
    if weights == "purposes":
        places = sinusoidal_positional_encoding(n_tokens, d_model - WORD_COLUMNS)
        tokens = np.hstack([places, _word_codes()[:n_tokens]])
    return {
        "tokens": tokens,
        **projections,
        "W_q_split": split_heads(projections["W_q"], heads),
        "W_k_split": split_heads(projections["W_k"], heads),
        "W_v_split": split_heads(projections["W_v"], heads),
        "W_o_split": projections["W_o"].reshape(heads, -1, d_model),
        "n_heads": heads,
        "mask": mask_bias(None, n_tokens, n_tokens, causal=causal),
        "place": min(token, n_tokens) - 1,
    }


def _projections(kind: str, d_model: int, n_heads: int) -> dict[str, Array]:
    """Draw projections, turn each position's pattern back by one, or change nothing."""
    if kind == "random":
        return init_attention(d_model, n_heads)
    if kind == "purposes":
        return _purposes(d_model, n_heads)
    projections = {name: np.eye(d_model) for name in NAMES}
    if kind == "previous token":
        projections["W_q"] = SHARPNESS * rotation_for_offset(-1, d_model).T
    return projections


def _word_codes() -> Array:
    """Give each word a direction: the same word is the same point of a circle."""
    words = list(dict.fromkeys(WORDS))
    angles = 2 * np.pi * np.array([words.index(word) for word in WORDS]) / len(words)
    return np.stack([np.sin(angles), np.cos(angles)], axis=1)


def _purposes(d_model: int, n_heads: int) -> dict[str, Array]:
    """Build heads that look for the previous, the same, the first, the next word.

    Positions stand in the first columns of a token, its word in the last ones. The last
    projection is random, so each entry of the output is a sum over all heads.
    """
    projections = {name: np.eye(d_model) for name in NAMES}
    projections["W_o"] = init_attention(d_model, n_heads)["W_o"]
    W_q = projections["W_q"] = np.zeros((d_model, d_model))
    W_k = projections["W_k"] = np.zeros((d_model, d_model))
    width, word = d_model // n_heads, d_model - WORD_COLUMNS
    place = min(width, word)
    letters = min(width, WORD_COLUMNS)
    turns = {
        "previous": rotation_for_offset(-1, word).T,
        "next": rotation_for_offset(1, word).T,
    }
    for head in range(n_heads):
        purpose, start = PURPOSES[head % len(PURPOSES)], head * width
        q, k = W_q[:, start : start + width], W_k[:, start : start + width]
        if purpose == "same word":
            q[word : word + letters, :letters] = 2 * PURPOSEFUL * np.eye(letters)
            k[word : word + letters, :letters] = np.eye(letters)
            continue
        k[:place, :place] = np.eye(place)
        if purpose == "first":  # the slowest cosine is 1 for every token, nearly
            position = sinusoidal_positional_encoding(1, word)[0, :place]
            q[word - 1, :place] = PURPOSEFUL * position
        else:
            q[:place, :place] = PURPOSEFUL * turns[purpose][:place, :place]
    return projections


@dataclass(frozen=True)
class Result:
    """Every step of each head, what each adds to the output, and the output."""

    query: Array
    key: Array
    value: Array
    scores: Array
    shares: Array
    gathered: Array
    contributions: Array
    output: Array


def compute(
    tokens: Array,
    W_q: Array,
    W_k: Array,
    W_v: Array,
    W_o: Array,
    n_heads: int,
    mask: Array,
) -> Result:
    """Attend in every head and add up what the heads gather."""
    query = split_heads(tokens @ W_q, n_heads)
    key = split_heads(tokens @ W_k, n_heads)
    value = split_heads(tokens @ W_v, n_heads)
    scale = 1 / math.sqrt(query.shape[2])
    attended = multi_head_attention(
        tokens, tokens, W_q, W_k, W_v, W_o, n_heads, mask=mask
    )
    return Result(
        query=query,
        key=key,
        value=value,
        scores=attend(query, key, value, mask, scale).scores,
        shares=attended.weights,
        gathered=attended.heads,
        contributions=head_contributions(attended.heads, W_o),
        output=attended.output,
    )


def equations() -> tuple[Equation, ...]:
    """Write one entry of every step, from the projections to the output."""
    from sympy import exp, sqrt

    from notation.trees import Equation, arrays, sum_over, symbols, unevaluated

    X, W_q, W_k, W_v, W_o = arrays("tokens W_q_split W_k_split W_v_split W_o_split")
    q, k, v, s, a, g, added, y, mask = arrays(
        "query key value scores shares gathered contributions output mask"
    )
    d, d_k, m, n_heads = symbols("d d_k m h")
    r, i, j, u, c, e = symbols("r i j u c e")
    with unevaluated():
        allowed = exp(s[r, i, j] + mask[i, j])
        every = sum_over(exp(s[r, i, u] + mask[i, u]), u, 1, m)
        return (
            Equation(q[r, i, c], sum_over(X[i, u] * W_q[r, u, c], u, 1, d)),
            Equation(k[r, j, c], sum_over(X[j, u] * W_k[r, u, c], u, 1, d)),
            Equation(v[r, j, c], sum_over(X[j, u] * W_v[r, u, c], u, 1, d)),
            Equation(
                s[r, i, j],
                1 / sqrt(d_k) * sum_over(q[r, i, c] * k[r, j, c], c, 1, d_k),
            ),
            Equation(a[r, i, j], allowed / every),
            Equation(g[r, i, c], sum_over(a[r, i, j] * v[r, j, c], j, 1, m)),
            Equation(added[r, i, e], sum_over(g[r, i, c] * W_o[r, c, e], c, 1, d_k)),
            Equation(y[i, e], sum_over(added[r, i, e], r, 1, n_heads)),
        )


def identities() -> tuple[Identity, ...]:
    """Write why heads add up, and why they cost nothing more."""
    from notation.trees import Identity, symbols

    a, b, c, d, h = symbols("a b c d h", positive=True)
    w = symbols("w_1:9", positive=True)
    merged = [a, b, c, d]
    column = sum(x * weight for x, weight in zip(merged, w[:4], strict=True))
    return (
        Identity(
            "Merging the heads and projecting is the same as adding up what each head "
            "projects with its own rows.",
            column,
            (a * w[0] + b * w[1]) + (c * w[2] + d * w[3]),
            r"\mathrm{Concat}(H_1, \dots, H_h) \, W^O = \sum_{r=1}^{h} H_r W^O_r",
        ),
        Identity(
            "The heads share the columns, so their number does not change the parameters.",
            h * (3 * d * (d / h) + (d / h) * d),
            4 * d**2,
            r"h \left(3 d \, \frac{d}{h} + \frac{d}{h} \, d\right) = 4 d^2",
        ),
    )


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=(
        r"\mathrm{MultiHead}(<tokens>) = "
        r"\mathrm{Concat}(\mathrm{head}_1, \dots, \mathrm{head}_h) \, W^O, \quad "
        r"\mathrm{head}_r = \mathrm{Attention}(<tokens> <W_q_split>_r, "
        r"<tokens> <W_k_split>_r, <tokens> <W_v_split>_r), \quad "
        r"<output> = \textstyle\sum_{r} \mathrm{head}_r \, W^O_r"
    ),
    main_result="shares",
    line_result=lambda: "output",
    line_entry=lambda token, n_tokens: (min(token, n_tokens) - 1, 0),
)
