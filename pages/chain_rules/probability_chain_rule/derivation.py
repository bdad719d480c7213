"""Chain rule of probability: what is derived, line by line."""

from __future__ import annotations

import itertools

from sympy import exp, log, symbols

from notation.trees import Derivation, Step


def derivations() -> tuple[Derivation, ...]:
    """Derive the product from conditional probabilities, and an even text's perplexity."""
    weights = symbols("w_1:9", positive=True)
    places = list(itertools.product((0, 1), repeat=3))
    table = dict(zip(places, weights, strict=True))
    total = sum(weights)
    whole = table[0, 0, 0] / total
    pair = (table[0, 0, 0] + table[0, 0, 1]) / total
    single = sum(table[place] for place in places if place[0] == 0) / total
    q, n = symbols("q", positive=True), 3
    return (
        Derivation(
            "A joint probability is the product of each element's probability given all "
            "before it.",
            whole,
            (
                Step(
                    "Where $P(x_1, x_2)$ is not 0, multiplying and dividing by it changes "
                    "nothing.",
                    whole / pair * pair,
                    r"\frac{P(x_1, x_2, x_3)}{P(x_1, x_2)}\, P(x_1, x_2)",
                ),
                Step(
                    "The fraction is the definition of a conditional probability.",
                    (table[0, 0, 0] / (table[0, 0, 0] + table[0, 0, 1])) * pair,
                    r"P(x_3 \mid x_1, x_2)\, P(x_1, x_2)",
                ),
                Step(
                    "The same two moves work for the last factor, with $P(x_1)$.",
                    (table[0, 0, 0] / (table[0, 0, 0] + table[0, 0, 1]))
                    * (pair / single)
                    * single,
                    r"P(x_3 \mid x_1, x_2)\, P(x_2 \mid x_1)\, P(x_1)",
                ),
                Step(
                    "In the order of the sequence this is one product; longer sequences "
                    "take more of the same moves.",
                    single
                    * (pair / single)
                    * (table[0, 0, 0] / (table[0, 0, 0] + table[0, 0, 1])),
                    r"\prod_{t=1}^{3} P(x_t \mid x_1, \dots, x_{t-1})",
                ),
            ),
            r"P(x_1, x_2, x_3)",
        ),
        Derivation(
            "If every token has probability $q$, the perplexity is $1 / q$ at any length.",
            exp(-log(q**n) / n),
            (
                Step(
                    "The logarithm of a product is the sum of the logarithms.",
                    exp(-(log(q) + log(q) + log(q)) / n),
                    r"\exp\left(-\frac{1}{n} \sum_{t=1}^{n} \log q\right)",
                ),
                Step(
                    "The sum has $n$ equal terms, so the length cancels.",
                    exp(-log(q)),
                    r"\exp(-\log q)",
                ),
                Step(
                    "The exponential undoes the logarithm.",
                    1 / q,
                    r"\frac{1}{q}",
                ),
            ),
            r"\mathrm{PPL} = \exp\left(-\frac{1}{n} \log \prod_{t=1}^{n} q\right)",
        ),
    )
