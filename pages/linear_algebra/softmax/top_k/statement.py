"""Top-k sampling: what is shown, computed and proved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from formulas.checks import Array
from formulas.linear_algebra.sampling import top_k as sample_top_k
from notation.quantities import slider
from notation.statement import Statement
from pages.linear_algebra.softmax.top_p.statement import STATEMENT as TOP_P
from pages.linear_algebra.softmax.top_p.statement import Result, cut, peaked

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

QUANTITIES = (
    *map(TOP_P.quantity, ("logits", "temperature", "probabilities")),
    slider("top_k", "k", "number of tokens to keep", 3, low=1, high=8, step=1),
    *map(TOP_P.quantity, ("kept", "mass", "output", "peak")),
)


def inputs(temperature: float, top_k: int, peak: float) -> dict[str, Any]:
    """Raise the first logit."""
    return {"logits": peaked(peak), "temperature": temperature, "top_k": top_k}


def compute(logits: Array, temperature: float, top_k: int) -> Result:
    """Keep the k most likely tokens."""
    return cut(
        logits, temperature, sample_top_k(logits, top_k, temperature=temperature)
    )


def equations() -> tuple[Equation, ...]:
    """Write the softmax, which tokens are kept, and their new probabilities."""
    from sympy import Piecewise, exp

    from notation.trees import Equation, arrays, sum_over, symbols, unevaluated

    z, p, m, q = arrays("logits probabilities kept output")
    T, k, S, K, i, j = symbols("temperature top_k mass K i j")
    with unevaluated():
        return (
            Equation(p[i], exp(z[i] / T) / sum_over(exp(z[j] / T), j, 1, K)),
            Equation(m[i], Piecewise((1, z[i] >= z[k]), (0, True))),
            Equation(S, sum_over(m[j] * p[j], j, 1, K)),
            Equation(q[i], m[i] * p[i] / S),
        )


def identities() -> tuple[Identity, ...]:
    """Write that the kept tokens alone have the same softmax."""
    from sympy import exp

    from notation.trees import Identity, symbols

    a, b, c, T = symbols("z_1 z_2 z_3 T", positive=True)
    first, second, third = (exp(z / T) for z in (a, b, c))
    total = first + second + third
    return (
        Identity(
            "To cut and renormalize is the softmax of the kept logits alone.",
            (first / total) / (first / total + second / total),
            first / (first + second),
            r"q_i = \frac{e^{z_i / T}}{\sum_{j \text{ kept}} e^{z_j / T}}",
        ),
    )


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=(
        r"\begin{gathered} <output>_i = \frac{<kept>_i\, <probabilities>_i}"
        r"{\sum_j <kept>_j\, <probabilities>_j}, \quad "
        r"<kept>_i = \big[<logits>_i \ge <logits>_{<top_k>}\big] \\ "
        r"<logits>_1 \ge <logits>_2 \ge \dots \end{gathered}"
    ),
)
