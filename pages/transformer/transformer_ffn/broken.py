"""The feed-forward block without the bend of its units."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from formulas.checks import Array
from formulas.transformer.transformer_ffn import transformer_ffn
from pages.transformer.transformer_ffn import statement as whole

if TYPE_CHECKING:
    from notation.trees import Equation

COMPARED = ("output at t",)


def compute(
    X: Array, W1: Array, b1: Array, W2: Array, b2: Array, bend: str
) -> whole.Result:
    """Transform the token with units that pass everything on."""
    linear = transformer_ffn(X, W1, b1, W2, b2, activation="identity")
    output = whole.without_dust(linear.output)
    return replace(
        whole.compute(X, W1, b1, W2, b2, bend),
        hidden=linear.hidden,
        output=output,
        shown=output,
        bent=False,
    )


def equations() -> tuple[Equation, ...]:
    """Strike the switch of each unit out: the ReLU is its line times 1 or 0."""
    from sympy import Piecewise

    from notation.trees import (
        Equation,
        arrays,
        struck,
        sum_over,
        symbols,
        unevaluated,
    )

    z, h, y, W2, b2 = arrays("pre_activation hidden output W2 b2")
    d_ff, i, u = symbols("d_ff i u")
    first = whole.equations()[0]
    with unevaluated():
        switch = struck(Piecewise((1, z[u] > 0), (0, True)), 1)
        return (
            first,
            Equation(h[u], z[u] * switch),
            Equation(y[i], sum_over(z[u] * switch * W2[u, i], u, 1, d_ff) + b2[i]),
        )


STATEMENT = replace(
    whole.STATEMENT,
    compute=compute,
    build_equations=equations,
    build_identities=tuple,
    headline_at=None,
    headline=(
        r"\mathrm{FFN}(<X>) = \cancel{\max}\left(\cancel{0,}\; <X> <W1> + <b1>\right) "
        r"<W2> + <b2>"
    ),
    line_result=lambda: "output",
)
