"""The logarithms of the divergence without the weights of the outcomes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from formulas.checks import Array
from pages.probability.kl_divergence import statement as whole

if TYPE_CHECKING:
    from notation.trees import Equation

COMPARED = ("divergence",)


def compute(truth: Array, belief: Array) -> whole.Result:
    """Add the logarithms of the ratios up, each outcome counted once."""
    terms = np.log(truth / belief)
    return replace(
        whole.compute(truth, belief),
        divergence=float(terms.sum()),
        reverse=float(0.0 - terms.sum()),
        terms=terms,
        weighted=False,
    )


def equations() -> tuple[Equation, ...]:
    """Strike the weights out of both directions."""
    from sympy import log

    from notation.trees import Equation, arrays, struck, sum_over, symbols, unevaluated

    P, Q = arrays("truth belief")
    divergence, reverse, K, i = symbols("divergence reverse K i")
    with unevaluated():
        there = struck(P[i], 1) * log(P[i] / Q[i])
        back = struck(Q[i], 1) * log(Q[i] / P[i])
        return (
            Equation(divergence, sum_over(there, i, 1, K)),
            Equation(reverse, sum_over(back, i, 1, K)),
            *whole.equations()[2:],
        )


MEANINGS = {
    "divergence": "unweighted sum of log(P/Q), no divergence",
    "reverse": "unweighted sum of log(Q/P)",
}

STATEMENT = replace(
    whole.STATEMENT,
    quantities=tuple(
        replace(one, meaning=MEANINGS.get(one.name, one.meaning))
        for one in whole.QUANTITIES
    ),
    compute=compute,
    build_equations=equations,
    build_identities=tuple,
)
