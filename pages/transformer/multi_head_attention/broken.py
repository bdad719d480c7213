"""Multi-head attention without the division by the root of the heads' width."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from formulas.checks import Array
from formulas.transformer.attention import attend
from formulas.transformer.multi_head_attention import head_contributions
from pages.transformer.multi_head_attention import statement as whole

if TYPE_CHECKING:
    from notation.trees import Equation

COMPARED = ("largest weight in the framed row",)


def compute(
    tokens: Array,
    W_q: Array,
    W_k: Array,
    W_v: Array,
    W_o: Array,
    n_heads: int,
    mask: Array,
) -> whole.Result:
    """Attend in every head with the products as they are."""
    scaled = whole.compute(tokens, W_q, W_k, W_v, W_o, n_heads, mask)
    attended = attend(scaled.query, scaled.key, scaled.value, mask, 1.0)
    contributions = head_contributions(attended.output, W_o)
    return replace(
        scaled,
        scores=attended.scores,
        shares=attended.weights,
        gathered=attended.output,
        contributions=contributions,
        output=contributions.sum(axis=0),
    )


def equations() -> tuple[Equation, ...]:
    """Strike the root out of the scores."""
    from sympy import sqrt

    from notation.trees import Equation, arrays, struck, sum_over, symbols, unevaluated

    q, k, s = arrays("query key scores")
    d_k, r, i, j, c = symbols("d_k r i j c")
    with unevaluated():
        products = sum_over(q[r, i, c] * k[r, j, c], c, 1, d_k)
        scores = Equation(s[r, i, j], 1 / struck(sqrt(d_k), 1) * products)
    lines = list(whole.equations())
    lines[3] = scores
    return tuple(lines)


def line_entry(
    heads: int, head: int, n_tokens: int, token: int
) -> tuple[int, int, int]:
    """Take the score of the framed row for the token before it, which is never hidden."""
    place = min(token, n_tokens) - 1
    return min(head, heads) - 1, place, max(place - 1, 0)


STATEMENT = replace(
    whole.STATEMENT,
    compute=compute,
    build_equations=equations,
    build_identities=tuple,
    headline=(
        r"\mathrm{MultiHead}(<tokens>) = "
        r"\mathrm{Concat}(\mathrm{head}_1, \dots, \mathrm{head}_h) \, W^O, \qquad "
        r"\mathrm{head}_r = \mathrm{softmax}\left("
        r"\frac{<query>_r <key>_r^\top}{\cancel{\sqrt{d_k}}}\right) <value>_r"
    ),
    line_result=lambda: "scores",
    line_entry=line_entry,
)
