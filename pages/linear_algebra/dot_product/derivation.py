"""Dot product: what is derived, line by line."""

from __future__ import annotations

import itertools
from math import prod
from typing import Any

from sympy import Integer, cos, sin, symbols

from notation.trees import Derivation, Step


def derivations() -> tuple[Derivation, ...]:
    """Derive the product from lengths and angle, and its variance for random vectors."""
    return _by_lengths_and_angle(), _variance()


def _by_lengths_and_angle() -> Derivation:
    r, s, alpha, beta = symbols("r s alpha beta", positive=True)
    a = (r * cos(alpha), r * sin(alpha))
    b = (s * cos(beta), s * sin(beta))
    pairs = list(zip(a, b, strict=True))
    apart = sum((x - y) ** 2 for x, y in pairs)
    return Derivation(
        "Both lengths times the cosine of the angle give the sum of the products of "
        "entries.",
        r * s * cos(alpha - beta),
        (
            Step(
                "The law of cosines for the triangle with the sides $a$, $b$ and $a - b$, "
                "solved for the term with the cosine.",
                (r**2 + s**2 - apart) / 2,
                r"\frac{\lVert a \rVert^2 + \lVert b \rVert^2 "
                r"- \lVert a - b \rVert^2}{2}",
            ),
            Step(
                "By Pythagoras a squared length is the sum of the squared entries.",
                sum(x**2 + y**2 - (x - y) ** 2 for x, y in pairs) / 2,
                r"\frac{1}{2} \sum_i \left(a_i^2 + b_i^2 - (a_i - b_i)^2\right)",
            ),
            Step(
                "The square of the difference is $a_i^2 - 2 a_i b_i + b_i^2$.",
                sum(x**2 + y**2 - (x**2 - 2 * x * y + y**2) for x, y in pairs) / 2,
                r"\frac{1}{2} \sum_i \left(a_i^2 + b_i^2 - a_i^2 + 2 a_i b_i "
                r"- b_i^2\right)",
            ),
            Step(
                "The squares cancel, and the factor 2 with the fraction.",
                sum(x * y for x, y in pairs),
                r"\sum_i a_i b_i",
            ),
        ),
        r"\lVert a \rVert\, \lVert b \rVert \cos\theta",
    )


def _variance() -> Derivation:
    # Two independent entries a vector, each u or -1/u, so that it has mean 0 and
    # variance 1 for every u.
    u = symbols("u", positive=True)
    values = ((u, 1 / (1 + u**2)), (-1 / u, u**2 / (1 + u**2)))

    outcomes: list[tuple[list[Any], list[Any], Any]] = []
    for four in itertools.product(values, repeat=4):
        numbers = [value for value, _ in four]
        chance = prod(chance for _, chance in four)
        outcomes.append((numbers[:2], numbers[2:], chance))
    products = [(q[0] * k[0] + q[1] * k[1], chance) for q, k, chance in outcomes]
    mean_square = sum(chance * product**2 for product, chance in products)
    mean_product = sum(chance * product for product, chance in products)
    pairs = sum(
        chance * q[i] * k[i] * q[j] * k[j]
        for q, k, chance in outcomes
        for i, j in itertools.product((0, 1), repeat=2)
    )
    squares = sum(
        chance * q[i] ** 2 * k[i] ** 2 for q, k, chance in outcomes for i in (0, 1)
    )
    apart = sum(
        sum(chance * q[i] ** 2 for q, _, chance in outcomes)
        * sum(chance * k[i] ** 2 for _, k, chance in outcomes)
        for i in (0, 1)
    )
    return Derivation(
        "For independent entries with mean 0 and variance 1, the variance of the product "
        "is the dimension.",
        mean_square - mean_product**2,
        (
            Step(
                "Each term has the mean $\\mathrm{E}[q_i]\\, \\mathrm{E}[k_i] = 0$, because "
                "its factors are independent, so the sum has the mean 0.",
                mean_square,
                r"\mathrm{E}\left[(q \cdot k)^2\right]",
            ),
            Step(
                "The square of a sum is the sum over all pairs of its terms.",
                pairs,
                r"\sum_{i=1}^{d} \sum_{j=1}^{d} \mathrm{E}[q_i k_i\, q_j k_j]",
            ),
            Step(
                "For $i \\neq j$ all four factors are independent and have the mean 0, so "
                "only the pairs with $i = j$ are left.",
                squares,
                r"\sum_{i=1}^{d} \mathrm{E}[q_i^2 k_i^2]",
            ),
            Step(
                "The two factors are independent, so the mean of their product is the "
                "product of their means.",
                apart,
                r"\sum_{i=1}^{d} \mathrm{E}[q_i^2]\, \mathrm{E}[k_i^2]",
            ),
            Step(
                "With mean 0 these means are the variances, which are 1.",
                Integer(2),
                r"\sum_{i=1}^{d} 1 \cdot 1 = d",
            ),
        ),
        r"\mathrm{Var}(q \cdot k) = \mathrm{E}\left[(q \cdot k)^2\right] "
        r"- \left(\mathrm{E}[q \cdot k]\right)^2",
    )
