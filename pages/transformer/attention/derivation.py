"""Scaled dot-product attention: what is derived, line by line."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

from sympy import Derivative, Mul, exp, sqrt, symbols

from notation.trees import Derivation, Step

WIDTH = 2


def derivations() -> tuple[Derivation, ...]:
    """Derive why scores are divided by the root of the width, and a score's effect."""
    return _variance(), _effect_of_a_score()


def _variance() -> Derivation:
    """Take all outcomes of two entries each, which have two values and the mean 0."""
    a, b, c, e = symbols("a b c e", positive=True)
    # Two values whose mean is 0; the variance is their product.
    queries = {a: b / (a + b), -b: a / (a + b)}
    keys = {c: e / (c + e), -e: c / (c + e)}

    def expectation(term: Callable[[Any, Any], Any]) -> Any:
        total = 0 * a
        for q in itertools.product(queries, repeat=WIDTH):
            for k in itertools.product(keys, repeat=WIDTH):
                chance = Mul(*(queries[x] for x in q), *(keys[x] for x in k))
                total += chance * term(q, k)
        return total

    def product(q: Any, k: Any) -> Any:
        return sum(x * y for x, y in zip(q, k, strict=True))

    def squares(q: Any, k: Any) -> Any:
        return sum((x * y) ** 2 for x, y in zip(q, k, strict=True))

    mean = expectation(lambda q, k: product(q, k) / sqrt(WIDTH))
    square_q = sum(chance * x**2 for x, chance in queries.items())
    square_k = sum(chance * x**2 for x, chance in keys.items())
    return Derivation(
        "If the entries of queries and keys are independent, with mean 0 and variance 1, "
        "a scaled score has variance 1 at every width.",
        expectation(lambda q, k: (product(q, k) / sqrt(WIDTH)) ** 2) - mean**2,
        (
            Step(
                "Each product of independent entries of mean 0 has mean 0, so their sum "
                "has too.",
                expectation(lambda q, k: product(q, k) ** 2) / WIDTH,
                r"\frac{1}{d}\, \mathbb{E}\left[\left(\sum_{r=1}^{d} q_r k_r\right)^2"
                r"\right]",
            ),
            Step(
                "The square of a sum is all squares and all mixed products.",
                expectation(squares) / WIDTH
                + expectation(lambda q, k: 2 * q[0] * k[0] * q[1] * k[1]) / WIDTH,
                r"\frac{1}{d} \sum_{r} \mathbb{E}\left[q_r^2 k_r^2\right] + "
                r"\frac{1}{d} \sum_{r \neq u} \mathbb{E}\left[q_r k_r q_u k_u\right]",
            ),
            Step(
                "A mixed product has four independent factors of mean 0, so its "
                "expectation is 0.",
                expectation(squares) / WIDTH,
                r"\frac{1}{d} \sum_{r} \mathbb{E}\left[q_r^2 k_r^2\right]",
            ),
            Step(
                "Query and key are independent, so the expectation of the product is the "
                "product of the expectations.",
                WIDTH * square_q * square_k / WIDTH,
                r"\frac{1}{d} \cdot d\; \mathbb{E}\left[q^2\right] "
                r"\mathbb{E}\left[k^2\right]",
            ),
            Step(
                "With mean 0 the mean square is the variance; where both variances are 1, "
                "this is 1.",
                (a * b) * (c * e),
                r"\sigma_q^2\, \sigma_k^2",
            ),
        ),
        r"\mathrm{Var}\left(\frac{q \cdot k}{\sqrt{d}}\right) = "
        r"\mathbb{E}\left[\left(\frac{q \cdot k}{\sqrt{d}}\right)^2\right] - "
        r"\mathbb{E}\left[\frac{q \cdot k}{\sqrt{d}}\right]^2",
    )


def _effect_of_a_score() -> Derivation:
    """Take three keys."""
    scores = symbols("s_1:4", positive=True)
    values = v1, v2, v3 = symbols("v_1:4", positive=True)
    total = sum(exp(s) for s in scores)
    weights = w1, w2, w3 = [exp(s) / total for s in scores]
    output = sum(w * v for w, v in zip(weights, values, strict=True))
    return Derivation(
        "Raising a score moves the output toward that key's value, in proportion to its "
        "weight and to the distance.",
        Derivative(output, scores[0]),
        (
            Step(
                "The values do not depend on the scores.",
                sum(
                    Derivative(w, scores[0]) * v
                    for w, v in zip(weights, values, strict=True)
                ),
                r"\sum_j \frac{\partial w_j}{\partial s_i}\, v_j",
            ),
            Step(
                "These are the slopes of softmax: $w_i (1 - w_i)$ for the own weight, "
                "$-w_i w_j$ for the others.",
                w1 * (1 - w1) * v1 - w1 * w2 * v2 - w1 * w3 * v3,
                r"w_i (1 - w_i)\, v_i - \sum_{j \neq i} w_i w_j\, v_j",
            ),
            Step(
                "The second part of the first term completes the sum over all keys.",
                w1 * v1 - w1 * output,
                r"w_i v_i - w_i \sum_j w_j v_j",
            ),
            Step(
                "The sum is the output.",
                w1 * (v1 - output),
                r"w_i\, (v_i - o)",
            ),
        ),
        r"\frac{\partial o}{\partial s_i} = \frac{\partial}{\partial s_i} "
        r"\sum_j w_j v_j",
    )
