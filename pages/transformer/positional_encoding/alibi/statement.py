"""ALiBi: what is shown, computed and proved."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from formulas.checks import Array
from formulas.linear_algebra.softmax import softmax
from formulas.transformer.alibi import alibi_bias, alibi_slopes
from notation.quantities import quantity, slider
from notation.statement import Statement
from pages.transformer.positional_encoding.statement import STATEMENT as SINUSOIDAL

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

HEADS = 8
LONGEST = 64

QUANTITIES = (
    quantity(
        "content", "c", "score of the last word for each word, without ALiBi", ("n",)
    ),
    slider("head", "h", "head, of 8", 3, low=1, high=HEADS, step=1),
    quantity("heads", "H", "number of heads"),
    quantity("slope", "m", "what the head subtracts for each word of distance"),
    quantity("scores", "s", "scores with ALiBi", ("n",)),
    quantity("weights", "a", "attention weights of the last word", ("n",)),
    slider(
        "match", r"\mu", "score of the word that matches", 4.0, low=0, high=8, step=0.1
    ),
    dataclasses.replace(
        SINUSOIDAL.control("offset"),
        symbol="t",
        meaning="how many words back the match stands",
        default=12,
        high=30,
    ),
    slider("length", "n", "words in the text", 48, low=32, high=LONGEST, step=1),
)


def inputs(head: int, match: float, offset: int, length: int) -> dict[str, Any]:
    """Give one word a score of its own and all others 0."""
    content = np.zeros(length)
    content[length - 1 - offset] = match
    return {"content": content, "head": head, "heads": HEADS}


@dataclass(frozen=True)
class Result:
    """The slope of a head, and what the last word's scores and weights become."""

    slope: float
    scores: Array
    weights: Array


def compute(content: Array, head: int, heads: int) -> Result:
    """Lower each score by its distance, and take the softmax."""
    bias = alibi_bias(heads, 1, len(content))[head - 1, 0]
    scores = content + bias
    return Result(
        slope=float(alibi_slopes(heads)[head - 1]),
        scores=scores,
        weights=softmax(scores),
    )


def equations() -> tuple[Equation, ...]:
    """Write the slope of a head, the last word's scores, and its weights."""
    from sympy import exp

    from notation.trees import Equation, arrays, sum_over, symbols, unevaluated

    c, s, a = arrays("content scores weights")
    m, h, H, n, i, j = symbols("slope head heads n i j")
    with unevaluated():
        return (
            Equation(m, 2 ** (-8 * h / H)),
            Equation(s[j], c[j] - m * (n - j)),
            Equation(a[j], exp(s[j]) / sum_over(exp(s[i]), i, 1, n)),
        )


def identities() -> tuple[Identity, ...]:
    """Write what one word more of distance does, and the weight of the nearest word."""
    from sympy import Sum, exp

    from notation.trees import Identity, symbols

    c, m, t = symbols("c m t", positive=True)
    k = symbols("k", integer=True)
    return (
        Identity(
            "One word further away, the weight before the softmax is smaller by one factor.",
            exp(c - m * (t + 1)) / exp(c - m * t),
            exp(-m),
            r"\frac{e^{c - m (t + 1)}}{e^{c - m t}} = e^{-m}",
        ),
        Identity(
            "Equal scores: the weights are a geometric series, here of eight words.",
            1 / Sum(exp(-m * k), (k, 0, 7)),
            (1 - exp(-m)) / (1 - exp(-8 * m)),
            r"\frac{1}{\sum_{t=0}^{n-1} e^{-m t}} = \frac{1 - e^{-m}}{1 - e^{-m n}}",
        ),
    )


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=(
        r"<scores>_{ij} = \frac{q_i^\top k_j}{\sqrt{d}} - <slope>\, (i - j), \quad "
        r"<slope> = 2^{-8 <head> / <heads>}"
    ),
    line_entry=lambda length, offset: (length - 1 - offset,),  # the match
)
