"""Bigrams: what is shown, computed and proved."""

from __future__ import annotations

import dataclasses
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from formulas.chain_rules.probability_chain_rule import (
    chain_rule,
    ngram_probabilities,
)
from formulas.checks import Array
from notation.quantities import option, quantity, slider
from notation.statement import Statement
from pages.chain_rules.probability_chain_rule.statement import (
    STATEMENT as CHAIN_RULE,
)

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

READ = (
    *("the", "cat", "sat", "on", "the", "mat", "and", "the"),
    *("dog", "lay", "on", "the", "bed", "by", "the", "door"),
)
VOCABULARY = tuple(dict.fromkeys(READ))
TOKENS = tuple(VOCABULARY.index(word) for word in READ)
SENTENCES = (
    "the cat sat on the mat",
    "the dog sat on the bed",
    "the mat lay by the cat",
)

QUANTITIES = (
    quantity("pairs", "k", "how often the pair of a word was read", ("n",)),
    quantity("contexts", "c", "how often the word before was followed by one", ("n",)),
    slider(
        "smoothing",
        "a",
        "added to every count",
        0.1,
        low=0.01,
        high=10,
        scale="log",
        step=0.05,
    ),
    quantity("size", "V", "number of different words"),
    quantity(
        "conditionals",
        "p",
        "probability of each word given the one before it",
        ("n",),
    ),
    slider("copies", "r", "how often the text is read", 1, low=1, high=20, step=1),
    option(
        "sentence",
        r"\text{sentence}",
        "what is scored",
        SENTENCES[0],
        choices=SENTENCES,
    ),
    dataclasses.replace(
        CHAIN_RULE.quantity("log_prob"),
        meaning="log-probability of the words after the first",
    ),
    dataclasses.replace(
        CHAIN_RULE.quantity("perplexity"),
        meaning="perplexity of the words after the first",
    ),
    slider("place", "t", "word to look at, after the first", 1, low=1, high=5, step=1),
)


def inputs(smoothing: float, copies: int, sentence: str) -> dict[str, Any]:
    """Look up how often the words of a sentence and their pairs were read."""
    words = [VOCABULARY.index(word) for word in sentence.split()]
    read = list(itertools.pairwise(TOKENS))
    return {
        "words": np.array(words),
        "pairs": copies
        * np.array([read.count(pair) for pair in itertools.pairwise(words)]),
        "contexts": copies * np.array([TOKENS[:-1].count(word) for word in words[:-1]]),
        "smoothing": smoothing,
        "copies": copies,
        "size": len(VOCABULARY),
    }


@dataclass(frozen=True)
class Result:
    """How probable each word is after the one before, and all of them together."""

    conditionals: Array
    log_prob: float
    perplexity: float


def compute(words: Array, smoothing: float, copies: int, size: int) -> Result:
    """Predict each word from the one before it alone."""
    # Counts are multiplied by the copies; dividing what is added does the same.
    rows = [
        ngram_probabilities(TOKENS, [word], size, smoothing=smoothing / copies)
        for word in words[:-1]
    ]
    found = [row[word] for row, word in zip(rows, words[1:], strict=True)]
    chain = chain_rule(found)
    return Result(
        conditionals=np.array(found),
        log_prob=chain.log_prob,
        perplexity=chain.perplexity,
    )


def equations() -> tuple[Equation, ...]:
    """Write the probability of a word after another, and of the whole sentence."""
    from sympy import exp, log

    from notation.trees import Equation, arrays, sum_over, symbols, unevaluated

    p, k, c = arrays("conditionals pairs contexts")
    a, V, n, t = symbols("smoothing size n t")
    logarithm, choices = symbols("log_prob perplexity")
    with unevaluated():
        return (
            Equation(p[t], (k[t] + a) / (c[t] + a * V)),
            Equation(logarithm, sum_over(log(p[t]), t, 1, n)),
            Equation(choices, exp(-(logarithm / n))),
        )


def identities() -> tuple[Identity, ...]:
    """Write what smoothing does: it mixes counts with an even distribution."""
    from notation.trees import Identity, symbols

    k, c, a, V = symbols("k c a V", positive=True)
    weight = c / (c + a * V)
    return (
        Identity(
            "Smoothing mixes the fraction that was read with 1/V, by their counts.",
            (k + a) / (c + a * V),
            weight * (k / c) + (1 - weight) * (1 / V),
            r"\frac{k + a}{c + a V} = w\, \frac{k}{c} + (1 - w)\, \frac{1}{V}, \quad "
            r"w = \frac{c}{c + a V}",
        ),
    )


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=(
        r"\begin{gathered} P(x_2, \dots, x_{n+1} \mid x_1) \approx \prod_{t=1}^{n} "
        r"P(x_{t+1} \mid x_t) \\ <conditionals>_t = \frac{<pairs>_t + <smoothing>}"
        r"{<contexts>_t + <smoothing> <size>} \end{gathered}"
    ),
    main_result="conditionals",
    line_entry=lambda place: (place - 1,),
)
