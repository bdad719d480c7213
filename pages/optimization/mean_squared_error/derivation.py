"""Mean squared error: what is derived, line by line."""

from __future__ import annotations

from typing import Any

from sympy import Rational, exp, log, pi, sqrt, symbols

from notation.trees import Derivation, Step

THIRD = Rational(1, 3)  # three examples


def derivations() -> tuple[Derivation, ...]:
    """Derive that the mean is the best constant, and where the squares come from."""
    y = symbols("y_1:4")
    return _best_constant(y), _gaussian(y)


def _best_constant(y: tuple[Any, ...]) -> Derivation:
    c = symbols("c")
    mean = THIRD * sum(y)
    variance = THIRD * sum((t - mean) ** 2 for t in y)
    return Derivation(
        "No constant has a smaller mean squared error than the mean.",
        THIRD * sum((c - t) ** 2 for t in y),
        (
            Step(
                "Subtract the mean $\\bar y$ and add it again.",
                THIRD * sum(((c - mean) + (mean - t)) ** 2 for t in y),
                r"\frac{1}{n} \sum_i \left((c - \bar y) + (\bar y - y_i)\right)^2",
            ),
            Step(
                "Square the sum. Factors without $i$ stand before the sum over $i$.",
                (c - mean) ** 2
                + 2 * (c - mean) * THIRD * sum(mean - t for t in y)
                + variance,
                r"(c - \bar y)^2 + 2 (c - \bar y)\, \frac{1}{n} \sum_i (\bar y - y_i) "
                r"+ \frac{1}{n} \sum_i (\bar y - y_i)^2",
            ),
            Step(
                "The deviations from the mean add up to 0, so the middle term vanishes.",
                (c - mean) ** 2 + variance,
                r"(c - \bar y)^2 + \frac{1}{n} \sum_i (\bar y - y_i)^2",
            ),
            Step(
                "A square is never negative, and it is 0 only for $c = \\bar y$.",
                variance,
                r"\frac{1}{n} \sum_i (\bar y - y_i)^2",
                r"\ge",
            ),
        ),
        r"\frac{1}{n} \sum_i (c - y_i)^2",
    )


def _gaussian(y: tuple[Any, ...]) -> Derivation:
    prediction = symbols("p_1:4")
    sigma = symbols("sigma", positive=True)
    squares = [(t - p) ** 2 for t, p in zip(y, prediction, strict=True)]
    factor = 1 / (sigma * sqrt(2 * pi))
    likelihood: Any = 1
    for square in squares:
        likelihood *= factor * exp(-square / (2 * sigma**2))
    return Derivation(
        "For Gaussian noise of a known standard deviation $\\sigma$, the predictions with "
        "the largest likelihood are those with the smallest MSE.",
        -THIRD * log(likelihood),
        (
            Step(
                "The logarithm of a product is the sum of the logarithms.",
                -THIRD
                * sum(log(factor) + log(exp(-s / (2 * sigma**2))) for s in squares),
                r"-\frac{1}{n} \sum_i \left(\log \frac{1}{\sigma \sqrt{2 \pi}} "
                r"+ \log e^{-(y_i - \hat y_i)^2 / (2 \sigma^2)}\right)",
            ),
            Step(
                "The logarithm takes the exponential away, and the first term is the same "
                "for every $i$.",
                log(sigma * sqrt(2 * pi))
                + THIRD * sum(s / (2 * sigma**2) for s in squares),
                r"\log\left(\sigma \sqrt{2 \pi}\right) + \frac{1}{n} \sum_i "
                r"\frac{(y_i - \hat y_i)^2}{2 \sigma^2}",
            ),
            Step(
                "Only the MSE contains the predictions, and its factor is positive.",
                log(sigma * sqrt(2 * pi)) + THIRD * sum(squares) / (2 * sigma**2),
                r"\log\left(\sigma \sqrt{2 \pi}\right) + "
                r"\frac{1}{2 \sigma^2}\, \mathrm{MSE}",
            ),
        ),
        r"-\frac{1}{n} \log \prod_i \frac{1}{\sigma \sqrt{2 \pi}}\, "
        r"e^{-(y_i - \hat y_i)^2 / (2 \sigma^2)}",
    )
