"""Attention within a sliding window: what is shown, computed and proved."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from formulas.checks import Array
from formulas.transformer.attention import (
    scaled_dot_product_attention,
    sliding_window_mask,
)
from notation.quantities import quantity, slider
from notation.statement import Statement
from pages.transformer.attention.cached.statement import text
from pages.transformer.attention.statement import STATEMENT as ATTENTION
from pages.transformer.attention.statement import clean_averages

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

QUANTITIES = (
    ATTENTION.quantity("query"),
    ATTENTION.quantity("key"),
    ATTENTION.quantity("value"),
    ATTENTION.quantity("scale"),
    slider(
        "window",
        "w",
        "words that a word sees, itself included",
        4,
        low=1,
        high=16,
        step=1,
    ),
    quantity("visible", "M", "1 within the window, 0 outside", ("n", "m")),
    ATTENTION.quantity("scores"),
    ATTENTION.quantity("weights"),
    ATTENTION.quantity("output"),
    slider("layers", "L", "layers one after the other", 2, low=1, high=6, step=1),
    quantity("reach", "R", "words that a word hears of through all layers, at most"),
    quantity("count", "N", "scores computed in one layer"),
    dataclasses.replace(
        ATTENTION.control("n_keys"), symbol="n", meaning="number of words", default=12
    ),
    ATTENTION.control("multiplier"),
)


def inputs(n_keys: int, window: int, layers: int, multiplier: float) -> dict[str, Any]:
    """Take the lesson's first words, with their own directions."""
    queries, keys, values = text(0.0)
    return {
        "query": queries[:n_keys],
        "key": keys[:n_keys],
        "value": values[:n_keys],
        "scale": multiplier / math.sqrt(2),
        "window": window,
        "layers": layers,
    }


@dataclass(frozen=True)
class Result:
    """Who sees whom, what each word gathers, and how far layers reach together."""

    visible: Array
    scores: Array
    weights: Array
    output: Array
    reach: int
    count: int


def compute(
    query: Array, key: Array, value: Array, scale: float, window: int, layers: int
) -> Result:
    """Attend from each word to the latest ones."""
    mask = sliding_window_mask(len(query), len(key), window)
    attended = scaled_dot_product_attention(query, key, value, scale=scale, mask=mask)
    return Result(
        visible=mask.astype(float),
        scores=scale * (query @ key.T),
        weights=attended.weights,
        output=clean_averages(attended.output, attended.weights, value),
        reach=layers * (window - 1) + 1,
        count=int(mask.sum()),
    )


def equations() -> tuple[Equation, ...]:
    """Write how far layers reach, the window, and attention within it."""
    from sympy import Piecewise, exp

    from notation.trees import Equation, arrays, sum_over, symbols, unevaluated

    q, K, V, M, s, a, o = arrays("query key value visible scores weights output")
    c, d, m, n, i, j, k, r, e = symbols("scale d m n i j k r e")
    w, L, R, N = symbols("window layers reach count")
    with unevaluated():
        near = Piecewise((0, j > i), (1, i - j < w), (0, True))
        own = exp(s[i, j])
        return (
            Equation(R, L * (w - 1) + 1),
            Equation(M[i, j], near),
            Equation(N, sum_over(sum_over(M[i, j], j, 1, m), i, 1, n)),
            Equation(s[i, j], c * sum_over(q[i, r] * K[j, r], r, 1, d)),
            Equation(
                a[i, j], M[i, j] * own / sum_over(M[i, k] * exp(s[i, k]), k, 1, m)
            ),
            Equation(o[i, e], sum_over(a[i, j] * V[j, e], j, 1, m)),
        )


def identities() -> tuple[Identity, ...]:
    """Write how many scores a long text takes, and how far a word is heard."""
    from sympy import Sum

    from notation.trees import Identity, symbols

    i = symbols("i", integer=True)
    a, w = symbols("a w", positive=True)
    return (
        Identity(
            "A text of eight words and a window of three: two short rows, six full ones.",
            Sum(a * i, (i, 1, 2)) + 6 * 3 * a,
            a * (8 * 3 - 3),
            r"\sum_{i=1}^{n} \min(i, w) = n w - \frac{w (w - 1)}{2} \quad (w \le n)",
        ),
        Identity(
            "Three layers: each hands on what is w − 1 words further back.",
            (w - 1) + (w - 1) + (w - 1) + 1,
            3 * (w - 1) + 1,
            r"R = \underbrace{(w - 1) + \dots + (w - 1)}_{L} + 1",
        ),
    )


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=(
        r"<weights>_{ij} = \frac{<visible>_{ij}\, e^{<scores>_{ij}}}"
        r"{\sum_k <visible>_{ik}\, e^{<scores>_{ik}}}, \quad "
        r"<visible>_{ij} = [\, i - <window> \lt j \le i \,], \quad "
        r"<output> = <weights> <value>"
    ),
    line_entry=lambda n_keys: (n_keys - 1, 0),  # of the last word, as the frame
)
