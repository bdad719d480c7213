"""Attention with a cache: what is shown, computed and proved."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from formulas.checks import Array
from formulas.transformer.kv_cache import attend_cached, decode_flops
from notation.quantities import quantity, slider
from notation.statement import Statement
from pages.transformer.attention.statement import (
    EXACT,
    FOUND,
    KEY_LENGTH,
    SENTENCE,
    SOUGHT,
    clean_averages,
)
from pages.transformer.attention.statement import STATEMENT as ATTENTION

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

QUANTITIES = (
    quantity("query", "q", "query of the newest token", ("d",)),
    quantity("keys", "K", "keys of all tokens, the newest below", ("m", "d")),
    quantity("values", "V", "values of all tokens, the newest below", ("m", "d_v")),
    quantity("scale", "c", "factor of the products: multiplier over the root of d"),
    quantity("scores", "s", "score of the newest token for each token", ("m",)),
    quantity("weights", "a", "weight that the newest token gives to each", ("m",)),
    quantity("output", "o", "output of the newest token", ("d_v",)),
    dataclasses.replace(ATTENTION.control("n_keys"), symbol="n"),
    ATTENTION.control("multiplier"),
    ATTENTION.control("angle"),
    quantity(
        "operations", "F", "operations of an attention layer for one more token, cached"
    ),
    quantity("again", "F_0", "operations if all is computed again"),
    slider(
        "width",
        "w",
        "width of a model whose operations are counted",
        4096,
        choices=(128, 256, 512, 1024, 2048, 4096, 8192),
    ),
)


def inputs(n_keys: int, multiplier: float, angle: float, width: int) -> dict[str, Any]:
    """Take the lesson's words, and the newest of them as the query."""
    queries, keys, values = text(angle)
    return {
        "query": queries[n_keys - 1],
        "keys": keys[:n_keys],
        "values": values[:n_keys],
        "scale": multiplier / math.sqrt(2),
        "n_keys": n_keys,
        "width": width,
    }


def text(angle: float) -> tuple[Array, Array, Array]:
    """Return queries, turned by an angle, keys and values of the whole sentence."""
    found = np.deg2rad([FOUND[word] for word in SENTENCE])
    sought = np.deg2rad([SOUGHT[word] + angle for word in SENTENCE])
    values = np.stack([np.cos(found), np.sin(found)], axis=1).round(EXACT)
    queries = np.stack([np.cos(sought), np.sin(sought)], axis=1).round(EXACT)
    return KEY_LENGTH * queries, KEY_LENGTH * values, values


@dataclass(frozen=True)
class Result:
    """What the newest token gathers, and what a layer costs for it."""

    scores: Array
    weights: Array
    output: Array
    operations: int
    again: int


def compute(
    query: Array, keys: Array, values: Array, scale: float, n_keys: int, width: int
) -> Result:
    """Append the newest key and value to those before, and attend to all."""
    new, old = slice(-1, None), slice(-1)
    attended = attend_cached(
        query[None], keys[new], values[new], keys[old], values[old], scale=scale
    )
    return Result(
        scores=scale * (attended.keys @ query),
        weights=attended.weights[0],
        output=clean_averages(attended.output, attended.weights, values)[0],
        operations=decode_flops(n_keys, width),
        again=decode_flops(n_keys, width, cached=False),
    )


def equations() -> tuple[Equation, ...]:
    """Write one row of attention, and the operations with and without a cache."""
    from sympy import exp

    from notation.trees import Equation, arrays, sum_over, symbols, unevaluated

    q, K, V, s, a, o = arrays("query keys values scores weights output")
    c, d, m, j, k, r, e = symbols("scale d m j k r e")
    n, w, F, again = symbols("n_keys width operations again")
    with unevaluated():
        return (
            Equation(F, 8 * w**2 + 4 * n * w),
            Equation(again, n * F),
            Equation(s[j], c * sum_over(q[r] * K[j, r], r, 1, d)),
            Equation(a[j], exp(s[j]) / sum_over(exp(s[k]), k, 1, m)),
            Equation(o[e], sum_over(a[j] * V[j, e], j, 1, m)),
        )


def identities() -> tuple[Identity, ...]:
    """Write how one more key changes a row, and what a whole text costs."""
    from sympy import Sum, exp

    from notation.trees import Identity, symbols

    a, b, c = symbols("s_1 s_2 s_3", positive=True)
    w = symbols("w", positive=True)
    k = symbols("k", integer=True)
    before, new = exp(a) + exp(b), exp(a) + exp(b) + exp(c)
    return (
        Identity(
            "Within one row a new key leaves the odds of the others as they are.",
            (exp(a) / new) / (exp(b) / new),
            (exp(a) / before) / (exp(b) / before),
            r"\frac{a_i}{a_j} = e^{s_i - s_j}",
        ),
        Identity(
            "Without a cache, a text of eight tokens is projected 36 times instead of 8.",
            Sum(8 * w**2 * k, (k, 1, 8)),
            36 * 8 * w**2,
            r"\sum_{k=1}^{n} k \cdot 8 w^2 = \frac{n (n + 1)}{2} \cdot 8 w^2",
        ),
    )


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=(
        r"\begin{gathered} <output> = \mathrm{softmax}\left(<scale>\, <query> <keys>^\top\right) "
        r"<values> \\ "
        r"<keys> = \begin{pmatrix} K_\text{cached} \\ k_n \end{pmatrix}, \ "
        r"<values> = \begin{pmatrix} V_\text{cached} \\ v_n \end{pmatrix} \end{gathered}"
    ),
)
