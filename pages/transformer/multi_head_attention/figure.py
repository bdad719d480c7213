"""Multi-head attention: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools

import numpy as np

from charts import (
    Axis,
    Bars,
    Figure,
    Scene,
    bars,
    choosing,
    fitting,
    heatmap,
    maps,
    with_terms,
)
from formulas.checks import Array
from formulas.transformer.multi_head_attention import count_attention_parameters
from notation.wording import EVEN, SAME, heard_most, quoted
from pages.transformer.multi_head_attention.statement import (
    PURPOSES,
    STATEMENT,
    WORDS,
    Result,
    compute,
    inputs,
)

REACHES = (1.0, 2.0, 3.0, 5.0)  # ends of the keys' color scale
SIDE_BY_SIDE = 4  # heads in one row of maps
ROOM = 6  # tokens whose names have room below four heads side by side
STACKED = 2  # of four heads with more tokens
NARROWEST = 2  # columns of a head that can look for something
HEAD_COLOR, OUTPUT_COLOR = STATEMENT.color_indices("head", "output")
OTHERS_COLOR = STATEMENT.color_index("heads")


def draw(
    result: Result,
    *,
    heads: int,
    d_model: int,
    n_tokens: int,
    head: int,
    token: int,
    weights: str,
    causal: bool,
) -> Scene:
    """Draw what each head looks at, and what the chosen one adds."""
    chosen, place = min(head, heads), min(token, n_tokens) - 1
    row = result.shares[chosen - 1, place]
    words = WORDS[:n_tokens]
    purposes: tuple[str, ...] = ("",) * heads
    if weights == "purposes":
        purposes = _purposes(heads, d_model, causal=causal)
    names = quoted(words)
    return Scene(
        _maps(result.shares, chosen, place, words, purposes),
        _keys(result.key, chosen, place, words),
        _sum_of_heads(result, chosen, place),
        readouts={
            "parameters of the projections": count_attention_parameters(d_model),
            "scores of all heads": _score_entries(heads, n_tokens),
            "multiplications for the scores": _products(d_model, n_tokens),
            "largest weight in the framed row": row.max(),
        },
        status=_missing(heads, n_tokens, head, token)
        + sentence(
            row,
            heads=heads,
            d_model=d_model,
            head=chosen,
            whose=names[place],
            names=names,
            purposeful=weights == "purposes",
            alone=_single_head(d_model, n_tokens, weights, causal)[place],
        ),
    )


def _purposes(heads: int, d_model: int, *, causal: bool) -> tuple[str, ...]:
    """Say what each head looks for; a single column can hold neither place nor word."""
    if d_model // heads < NARROWEST:
        return ("",) * heads
    names = [PURPOSES[h % len(PURPOSES)] for h in range(heads)]
    hidden = {"next": "next, hidden"} if causal else {}
    return tuple(hidden.get(name, name) for name in names)


def _maps(
    shares: Array,
    chosen: int,
    place: int,
    words: tuple[str, ...],
    purposes: tuple[str, ...],
) -> Figure:
    heads, n_tokens, _ = shares.shape
    across = STACKED if heads == SIDE_BY_SIDE and n_tokens > ROOM else SIDE_BY_SIDE
    picture = maps(
        "Attention weights: from a row’s token to a column’s",
        np.where(shares > 0, shares, np.nan),
        [f"{h}: {what}" if what else f"head {h}" for h, what in enumerate(purposes, 1)],
        limits=(0, 1.0 if shares.max() > 0.5 else 0.5),
        framed=chosen - 1,
        framed_row=place,
        x="attended token",
        y="attending token",
        rows=words,
        columns=words,
        across=across,
        height=330,
    )
    cells = picture["data"][0]
    if "text" in cells:  # of one head: weights with the same digits, none as a power
        written = [[f"{w:.3f}" if w > 0 else "" for w in row] for row in shares[0]]
        name = [""] * len(written)  # stands above the first row
        picture["data"][0] = cells | {"text": [name, *written]}
    return choosing(picture, y="token", block="head")


def _keys(key: Array, chosen: int, place: int, words: tuple[str, ...]) -> Figure:
    """Draw the keys of all heads side by side, as one product makes them."""
    heads, n_tokens, width = key.shape
    sheet = key.transpose(1, 0, 2).reshape(n_tokens, -1)
    reach = fitting(float(np.abs(sheet).max()), REACHES)
    first = (chosen - 1) * width
    share = f"{width} for each head" if heads > 1 else "all for one head"
    picture = heatmap(
        f"Keys XWᴷ: {heads * width} columns, {share}",
        sheet,
        x=Axis("column"),
        y=Axis("token", labels=words),
        limits=(-reach, reach),
        outlined=[(place, column) for column in range(first, first + width)],
        numbers=False,
        at=[(h * width - 0.5, "") for h in range(heads)],
    )
    return choosing(picture, y="token")


def _sum_of_heads(result: Result, chosen: int, place: int) -> Figure:
    """Draw the sum under the formula: what each head adds to one entry of the output."""
    added = result.contributions[:, place, 0]
    heads = len(added)
    names = [
        f"head {h}" if heads <= SIDE_BY_SIDE else str(h) for h in range(1, heads + 1)
    ]
    others = [h for h in range(heads) if h != chosen - 1]
    picture = bars(
        f"What each head adds to Y, token {place + 1}, feature 1",
        [*names, "Y, sum"],
        Bars(f"head {chosen}", [added[chosen - 1]], HEAD_COLOR, 2, [chosen - 1]),
        Bars("all other heads", added[others], OTHERS_COLOR, 2, others),
        Bars("output, their sum", [result.output[place, 0]], OUTPUT_COLOR, 2, [heads]),
        y=Axis("value", (-2.4, 2.4)),
    )
    return with_terms(picture, output=0)


def _products(d_model: int, n_tokens: int) -> int:
    """Count the multiplications for all scores: d/h for each, in h heads."""
    return d_model * n_tokens**2


def _score_entries(n_heads: int, n_tokens: int) -> int:
    """Count the attention scores of one layer of self-attention."""
    return n_heads * n_tokens**2


def _missing(heads: int, n_tokens: int, head: int, token: int) -> str:
    """Say which head or token that was asked for does not exist."""
    no_head = f"There is no head {head}, so {heads} is shown. " if head > heads else ""
    last = f"There is no token {token}, so {n_tokens} is shown. "
    no_token = last if token > n_tokens else ""
    return no_head + no_token


@functools.lru_cache(maxsize=64)
def _single_head(d_model: int, n_tokens: int, weights: str, causal: bool) -> Array:
    """Return the weights of every token where one head has all columns."""
    given = inputs(1, d_model, n_tokens, weights, causal, 1)
    names = ("tokens", "W_q", "W_k", "W_v", "W_o", "n_heads", "mask")
    shares: Array = compute(**{name: given[name] for name in names}).shares[0]
    shares.setflags(write=False)
    return shares


def sentence(
    row: Array,
    *,
    heads: int,
    d_model: int,
    head: int,
    whose: str,
    names: tuple[str, ...],
    purposeful: bool,
    alone: Array,
) -> str:
    """Say what a token attends to in the chosen head and in a single one, and the cost."""
    attended = f"In head {head} {whose} attends {heard_most(row, names)}"
    if heads == 1:
        only = " and only one purpose" if purposeful else ""
        return f"{attended}. One head has all {d_model} columns{only}."
    if purposeful and np.ptp(row) > EVEN:
        attended += f"; a single head gives it {alone[row.argmax()]:.2f}"
        if np.count_nonzero(row > row.max() - SAME) > 1:
            attended = attended.replace("gives it", "gives the first of them")
    return (
        f"{attended}. {heads} heads share the {d_model} columns, so they have no more "
        "parameters than one."
    )
