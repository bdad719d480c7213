"""Variance: what is derived, line by line."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from functools import partial
from typing import Any

from sympy import Mul, Rational, symbols

from notation.trees import Derivation, Step

SIZE = 3  # of the samples that the lines are proved with


def derivations() -> tuple[Derivation, ...]:
    """Derive the divisor n − 1, and the mean square minus the squared mean."""
    return _bessel(), _one_pass()


def _bessel() -> Derivation:
    """Average over all samples of three draws from a distribution of two values."""
    u, w, p = symbols("u w p", positive=True)
    mu = p * u + (1 - p) * w
    variance = p * (u - mu) ** 2 + (1 - p) * (w - mu) ** 2
    n = SIZE

    def expected(term: Callable[[tuple[Any, ...]], Any]) -> Any:
        outcomes = itertools.product(((u, p), (w, 1 - p)), repeat=n)
        return sum(
            Mul(*(chance for _, chance in draws)) * term(tuple(v for v, _ in draws))
            for draws in outcomes
        )

    def mean(x: tuple[Any, ...]) -> Any:
        return Rational(1, n) * sum(x)

    return Derivation(
        "The squared deviations from the sample mean add up to $(n - 1)\\, \\sigma^2$ on "
        "average, so dividing by $n - 1$ gives $\\sigma^2$.",
        expected(lambda x: sum((v - mean(x)) ** 2 for v in x)),
        (
            Step(
                "The true mean $\\mu$ is subtracted and added again.",
                expected(lambda x: sum(((v - mu) - (mean(x) - mu)) ** 2 for v in x)),
                r"\mathbb{E}\left[\sum_i \left((x_i - \mu) - (\bar x - \mu)\right)^2"
                r"\right]",
            ),
            Step(
                "The cross term is $-2 n (\\bar x - \\mu)^2$, because "
                "$\\sum_i (x_i - \\mu) = n (\\bar x - \\mu)$; the last square adds "
                "$n (\\bar x - \\mu)^2$.",
                expected(
                    lambda x: sum((v - mu) ** 2 for v in x) - n * (mean(x) - mu) ** 2
                ),
                r"\mathbb{E}\left[\sum_i (x_i - \mu)^2 - n\, (\bar x - \mu)^2\right]",
            ),
            Step(
                "The expectation of a sum is the sum of the expectations.",
                sum(expected(partial(_squared, mu, k)) for k in range(n))
                - n * expected(lambda x: (mean(x) - mu) ** 2),
                r"\sum_i \mathbb{E}\left[(x_i - \mu)^2\right] - "
                r"n\, \mathbb{E}\left[(\bar x - \mu)^2\right]",
            ),
            Step(
                "Each value has the variance $\\sigma^2$, and the mean of $n$ independent "
                "values has the variance $\\sigma^2 / n$.",
                n * variance - n * (variance / n),
                r"n\, \sigma^2 - n \cdot \frac{\sigma^2}{n}",
            ),
            Step(
                "The sample mean has taken one of the $n$ variances away.",
                (n - 1) * variance,
                r"(n - 1)\, \sigma^2",
            ),
        ),
        r"\mathbb{E}\left[\sum_{i=1}^{n} (x_i - \bar x)^2\right]",
    )


def _squared(mu: Any, k: int, x: tuple[Any, ...]) -> Any:
    """Square the deviation of one value from the true mean."""
    return (x[k] - mu) ** 2


def _one_pass() -> Derivation:
    """Take a distribution of three values."""
    values, chances = symbols("x_1:4", positive=True), symbols("w_1:4", positive=True)
    p = [chance / sum(chances) for chance in chances]

    def expected(term: Callable[[Any], Any]) -> Any:
        return sum(q * term(x) for q, x in zip(p, values, strict=True))

    mu = expected(lambda x: x)
    return Derivation(
        "The variance is the mean of the squares minus the square of the mean.",
        expected(lambda x: (x - mu) ** 2),
        (
            Step(
                "The square is multiplied out.",
                expected(lambda x: x**2 - 2 * mu * x + mu**2),
                r"\mathbb{E}\left[X^2 - 2 \mu X + \mu^2\right]",
            ),
            Step(
                "The expectation is linear, and $\\mu$ is a constant.",
                expected(lambda x: x**2) - 2 * mu * expected(lambda x: x) + mu**2,
                r"\mathbb{E}\left[X^2\right] - 2 \mu\, \mathbb{E}[X] + \mu^2",
            ),
            Step(
                "The expectation of $X$ is $\\mu$.",
                expected(lambda x: x**2) - mu**2,
                r"\mathbb{E}\left[X^2\right] - \mu^2",
            ),
        ),
        r"\mathrm{Var}(X) = \mathbb{E}\left[(X - \mu)^2\right]",
    )
