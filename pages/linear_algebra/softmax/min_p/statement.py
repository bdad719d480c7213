"""Min-p sampling: what is shown, computed and proved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from formulas.checks import Array
from formulas.linear_algebra.sampling import min_p as sample_min_p
from notation.quantities import slider
from notation.statement import Statement
from pages.linear_algebra.softmax.top_p.statement import STATEMENT as TOP_P
from pages.linear_algebra.softmax.top_p.statement import Result, cut, peaked

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

QUANTITIES = (
    *map(TOP_P.quantity, ("logits", "temperature", "probabilities")),
    slider(
        "min_p",
        r"p_\text{min}",
        "least ratio to the largest",
        0.1,
        low=0,
        high=1,
        step=0.01,
    ),
    *map(TOP_P.quantity, ("kept", "mass", "output", "peak")),
)


def inputs(temperature: float, min_p: float, peak: float) -> dict[str, Any]:
    """Raise the first logit."""
    return {"logits": peaked(peak), "temperature": temperature, "min_p": min_p}


def compute(logits: Array, temperature: float, min_p: float) -> Result:
    """Keep the tokens that are not much less likely than the first one."""
    return cut(
        logits, temperature, sample_min_p(logits, min_p, temperature=temperature)
    )


def equations() -> tuple[Equation, ...]:
    """Write the softmax, which tokens are kept, and their new probabilities."""
    from sympy import Piecewise, exp

    from notation.trees import (
        Equation,
        arrays,
        maximum,
        sum_over,
        symbols,
        unevaluated,
    )

    z, p, m, q = arrays("logits probabilities kept output")
    T, least, S, K, i, j = symbols("temperature min_p mass K i j")
    with unevaluated():
        bound = least * maximum(p[j], j, 1, K)
        return (
            Equation(p[i], exp(z[i] / T) / sum_over(exp(z[j] / T), j, 1, K)),
            Equation(m[i], Piecewise((1, p[i] >= bound), (0, True))),
            Equation(S, sum_over(m[j] * p[j], j, 1, K)),
            Equation(q[i], m[i] * p[i] / S),
        )


def identities() -> tuple[Identity, ...]:
    """Write that only the gap of the logits decides."""
    from sympy import exp

    from notation.trees import Identity, symbols

    a, b, T, rest = symbols("z_1 z_2 T c", positive=True)
    total = exp(a / T) + exp(b / T) + rest
    return (
        Identity(
            "The ratio of two probabilities depends on the gap of their logits only.",
            (exp(b / T) / total) / (exp(a / T) / total),
            exp((b - a) / T),
            r"\frac{p_i}{p_\text{max}} = e^{(z_i - z_\text{max}) / T}",
        ),
    )


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=(
        r"<output>_i = \frac{<kept>_i\, <probabilities>_i}"
        r"{\sum_j <kept>_j\, <probabilities>_j}, \quad <kept>_i = "
        r"\Big[<probabilities>_i \ge <min_p> \max_j <probabilities>_j\Big]"
    ),
)
