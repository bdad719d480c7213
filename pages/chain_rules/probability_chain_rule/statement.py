"""Chain rule of probability: what is shown, computed and proved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from formulas.chain_rules.probability_chain_rule import (
    chain_rule,
    joint_table,
    marginal,
)
from formulas.checks import Array
from notation.quantities import Control, option, quantity, slider
from notation.statement import Statement

if TYPE_CHECKING:
    from notation.trees import Equation, Identity


EVENTS = "Two events, such as B: it rains, A: the bus is late; or two cards drawn"
TEXT = "A text: one factor for each token, given those before it"
OF_EVENTS = ("p_b", "p_a_given_b", "p_a_given_not_b")


def _probability(name: str, symbol: str, meaning: str, default: float) -> Control:
    return slider(
        name, symbol, meaning, default, low=0, high=1, step=0.01, heading=EVENTS
    )


QUANTITIES = (
    option(
        "text",
        r"\text{text}",
        "what is multiplied",
        "sentence",
        choices=("sentence", "equal tokens", "two events"),
        idle=(
            ("sentence", ("token_probability", *OF_EVENTS)),
            ("equal tokens", ("fourth", *OF_EVENTS)),
            ("two events", ("length", "token_probability", "fourth")),
        ),
    ),
    slider(
        "length",
        "n",
        "number of tokens",
        6,
        low=1,
        high=2000,
        scale="log",
        heading=TEXT,
    ),
    slider(
        "token_probability",
        "q",
        "probability of each token, where all are equal",
        0.5,
        low=0.05,
        high=1,
        step=0.05,
        heading=TEXT,
    ),
    quantity("joint", "P(A, B)", "probability that A and B both happen"),
    _probability("p_b", "P(B)", "probability of B", 0.3),
    _probability("p_a_given_b", r"P(A \mid B)", "probability of A if B happens", 0.8),
    _probability(
        "p_a_given_not_b",
        r"P(A \mid \neg B)",
        "probability of A if B does not happen",
        0.1,
    ),
    quantity("p_a", "P(A)", "probability of A"),
    quantity(
        "conditionals",
        "p",
        "probability of each token given those before it",
        ("length",),
    ),
    quantity("product", r"P(x_1, \dots, x_n)", "probability of the text (float64)"),
    quantity("log_prob", r"\log P", "log-probability of the sequence", unit="nats"),
    quantity("perplexity", r"\mathrm{PPL}", "perplexity of the sequence"),
    option(
        "fourth",
        "x_4",
        "fourth word, which those after it are given",
        "on",
        choices=("on", "in", "and"),
        heading=TEXT,
    ),
)
# Made for this page: how probable each word is after those before it.
FIRST = {"the": 0.05, "cat": 0.02, "sat": 0.1}
FOURTH = {"on": 0.4, "in": 0.1, "and": 0.2}
LATER = {"on": (0.6, 0.1), "in": (0.5, 0.005), "and": (0.2, 0.01)}  # “the”, then “mat”
LEAST = -708.0  # the logarithm of the smallest float with all its digits


def inputs(
    p_b: float,
    p_a_given_b: float,
    p_a_given_not_b: float,
    length: int,
    token_probability: float,
    text: str,
    fourth: str,
) -> dict[str, Any]:
    """Give every token the same probability, or the words of the sentence theirs."""
    return {
        "p_b": p_b,
        "p_a_given_b": p_a_given_b,
        "p_a_given_not_b": p_a_given_not_b,
        "length": length,
        "conditionals": np.resize(factors_of(text, token_probability, fourth), length),
    }


def words(fourth: str) -> tuple[str, ...]:
    """Return the six words of the sentence, whose fourth one can be chosen."""
    return (*FIRST, fourth, "the", "mat")


def chances(fourth: str) -> tuple[float, ...]:
    """Return the probability of each of the six words, given those before it."""
    return (*FIRST.values(), FOURTH[fourth], *LATER[fourth])


def factors_of(text: str, token_probability: float, fourth: str) -> tuple[float, ...]:
    """Return the probabilities that a text repeats."""
    return chances(fourth) if text == "sentence" else (token_probability,)


@dataclass(frozen=True)
class Result:
    """Two events together, and a whole text: its probability, logarithm and perplexity.

    ``heights`` says how probable A is with B and without it.
    """

    heights: tuple[float, float]
    joint: float
    p_a: float
    product: float
    log_prob: float
    perplexity: float


def compute(
    p_b: float, p_a_given_b: float, p_a_given_not_b: float, conditionals: Array
) -> Result:
    """Multiply the factors of two events and of a text."""
    rows = [[p_a_given_b, 1 - p_a_given_b], [p_a_given_not_b, 1 - p_a_given_not_b]]
    joint = joint_table([p_b, 1 - p_b], rows)
    chain = chain_rule(conditionals)
    return Result(
        heights=(p_a_given_b, p_a_given_not_b),
        joint=float(joint[0, 0]),
        p_a=float(marginal(joint, axis=0)[0]),
        product=chain.product,
        log_prob=chain.log_prob,
        perplexity=chain.perplexity,
    )


def equations() -> tuple[Equation, ...]:
    """Write the rule for two events, and for a sequence with its logarithm."""
    from sympy import exp, log

    from notation.trees import (
        Equation,
        arrays,
        product,
        sum_over,
        symbols,
        unevaluated,
    )

    (p,) = arrays("conditionals")
    b, a_b, a_not_b = symbols("p_b p_a_given_b p_a_given_not_b")
    joint, a, whole, logarithm, choices = symbols(
        "joint p_a product log_prob perplexity"
    )
    n, t = symbols("length t")
    with unevaluated():
        return (
            Equation(joint, a_b * b),
            Equation(a, joint + a_not_b * (1 - b)),
            Equation(whole, product(p[t], t, 1, n)),
            Equation(logarithm, sum_over(log(p[t]), t, 1, n)),
            Equation(choices, exp(-(logarithm / n))),
        )


def identities() -> tuple[Identity, ...]:
    """Write that the order does not matter, and what logarithms do."""
    from sympy import Derivative, log

    from notation.trees import Identity, symbols

    b, a_b, a_not = symbols("b a_b a_n", positive=True)
    x, y, z = symbols("p_1:4", positive=True)
    joint = a_b * b
    a = joint + a_not * (1 - b)
    return (
        Identity(
            "Both orders give the same joint probability.",
            a_b * b,
            (joint / a) * a,
            r"P(A \mid B)\, P(B) = P(B \mid A)\, P(A)",
        ),
        Identity(
            "The logarithm of a product is a sum, which cannot underflow.",
            log(x * y * z),
            log(x) + log(y) + log(z),
            r"\log \prod_t p_t = \sum_t \log p_t",
        ),
        Identity(
            "Rare elements dominate the gradient of the log-probability.",
            Derivative(log(x) + log(y) + log(z), x),
            1 / x,
            r"\frac{\partial}{\partial p_t} \sum_s \log p_s = \frac{1}{p_t}",
        ),
    )


def line_result(length: int, token_probability: float, text: str, fourth: str) -> str:
    """Name what is multiplied, or its logarithm where floats have no room for it."""
    if text == "two events":
        return "joint"
    factors = np.resize(factors_of(text, token_probability, fourth), length)
    return "product" if np.log(factors).sum() > LEAST else "log_prob"


OF_TWO = r"<joint> = <p_a_given_b>\, <p_b>"
OF_A_TEXT = r"<product> = \prod_{t=1}^{<length>} P(x_t \mid x_1, \dots, x_{t-1})"


def headline_at(text: str) -> str:
    """Write the rule for two events alone, where a text is not drawn."""
    return OF_TWO if text == "two events" else ""


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=rf"{OF_TWO}, \qquad {OF_A_TEXT}",
    headline_at=headline_at,
    main_result="product",
    line_result=line_result,
)
