"""Top-p sampling: what is shown, computed and proved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from formulas.checks import Array
from formulas.linear_algebra.sampling import top_p as sample_top_p
from formulas.linear_algebra.softmax import softmax
from notation.quantities import quantity, slider
from notation.statement import Statement
from pages.linear_algebra.softmax.statement import STATEMENT as SOFTMAX
from pages.linear_algebra.softmax.statement import WORDS

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

# Made for “The cat lay down on the …”, from the most likely token on.
TOKENS = (*WORDS, "bed", "roof", "table", "moon", "idea")
LOGITS = (2.0, 1.7, 1.3, 1.0, 0.5, 0.0, -1.0, -2.0)

QUANTITIES = (
    quantity("logits", "z", "logits of the tokens, the largest first", ("K",)),
    SOFTMAX.control("temperature"),
    quantity("probabilities", "p", "probability of each token", ("K",)),
    slider(
        "top_p", "P", "probability to be reached", 0.9, low=0.05, high=0.99, step=0.01
    ),
    quantity("kept", "m", "1 for tokens that stay in the draw, 0 for others", ("K",)),
    quantity("mass", "S", "probability of the kept tokens together"),
    quantity("output", "q", "probability of each token in the draw", ("K",)),
    slider("peak", "c", "added to the first logit", 0.0, low=0, high=6, step=0.1),
)


def inputs(temperature: float, top_p: float, peak: float) -> dict[str, Any]:
    """Raise the first logit."""
    return {"logits": peaked(peak), "temperature": temperature, "top_p": top_p}


def peaked(peak: float) -> Array:
    """Return the logits, the first of them raised."""
    logits = np.array(LOGITS)
    logits[0] += peak
    return logits


@dataclass(frozen=True)
class Result:
    """All probabilities, which tokens stay, what these have, and what they get."""

    probabilities: Array
    kept: Array
    mass: float
    output: Array


def compute(logits: Array, temperature: float, top_p: float) -> Result:
    """Keep the first tokens that reach the probability P together."""
    output = sample_top_p(logits, top_p, temperature=temperature)
    return cut(logits, temperature, output)


def cut(logits: Array, temperature: float, output: Array) -> Result:
    """Put together what a rule of sampling has kept."""
    p = softmax(logits, temperature=temperature)
    kept = output > 0
    return Result(p, kept.astype(float), float(p[kept].sum()), output)


def equations() -> tuple[Equation, ...]:
    """Write the softmax, which tokens are kept, and their new probabilities."""
    from sympy import Piecewise, exp

    from notation.trees import Equation, arrays, sum_over, symbols, unevaluated

    z, p, m, q = arrays("logits probabilities kept output")
    T, P, S, K, i, j = symbols("temperature top_p mass K i j")
    with unevaluated():
        before = sum_over(p[j], j, 1, i - 1)
        return (
            Equation(p[i], exp(z[i] / T) / sum_over(exp(z[j] / T), j, 1, K)),
            Equation(m[i], Piecewise((1, before < P), (0, True))),
            Equation(S, sum_over(m[j] * p[j], j, 1, K)),
            Equation(q[i], m[i] * p[i] / S),
        )


def identities() -> tuple[Identity, ...]:
    """Write that what is kept keeps its odds, and that it sums to 1."""
    from notation.trees import Identity, symbols

    a, b, c = symbols("p_1 p_2 p_3", positive=True)
    return (
        Identity(
            "Two kept tokens keep their odds, because both are divided by S.",
            (a / (a + b)) / (b / (a + b)),
            a / b,
            r"\frac{q_i}{q_j} = \frac{p_i}{p_j} \quad (m_i = m_j = 1)",
        ),
        Identity(
            "The new probabilities sum to 1.",
            a / (a + b + c) + b / (a + b + c) + c / (a + b + c),
            1 + 0 * a,
            r"\sum_i q_i = \frac{1}{S} \sum_i m_i\, p_i = 1",
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
        r"{\sum_j <kept>_j\, <probabilities>_j}, \quad <kept>_i = "
        r"\Big[\sum_{j \lt i} <probabilities>_j \lt <top_p>\Big] \\ "
        r"<probabilities>_1 \ge <probabilities>_2 \ge \dots \end{gathered}"
    ),
)
