"""Layer normalization: what is derived, line by line."""

from __future__ import annotations

from sympy import sqrt, symbols

from notation.trees import Derivation, Step

COUNT = 3


def derivations() -> tuple[Derivation, ...]:
    """Derive the variance of the output, and that scale and shift cancel."""
    x = symbols("x_1:4", positive=True)
    a, b, eps = symbols("a b epsilon", positive=True)
    mean = sum(x) / COUNT
    variance = sum((v - mean) ** 2 for v in x) / COUNT
    root = sqrt(variance + eps)
    hats = [(v - mean) / root for v in x]
    center = sum(hats) / COUNT
    moved = [a * v + b for v in x]
    moved_mean = sum(moved) / COUNT
    moved_variance = sum((v - moved_mean) ** 2 for v in moved) / COUNT
    new_mean = a * mean + b
    return (
        Derivation(
            "Before gain and shift the output has mean 0 and the variance "
            "$\\sigma^2 / (\\sigma^2 + \\varepsilon)$.",
            sum((v - center) ** 2 for v in hats) / COUNT,
            (
                Step(
                    "The distances from the mean add up to 0, so the mean of the output "
                    "is 0.",
                    sum(v**2 for v in hats) / COUNT,
                    r"\frac{1}{d} \sum_{i=1}^{d} \hat x_i^2",
                ),
                Step(
                    "This is the definition of the output.",
                    sum((v - mean) ** 2 / (variance + eps) for v in x) / COUNT,
                    r"\frac{1}{d} \sum_{i=1}^{d} \frac{(x_i - \mu)^2}"
                    r"{\sigma^2 + \varepsilon}",
                ),
                Step(
                    "The denominator is the same for all features.",
                    (sum((v - mean) ** 2 for v in x) / COUNT) / (variance + eps),
                    r"\frac{1}{\sigma^2 + \varepsilon} \cdot "
                    r"\frac{1}{d} \sum_{i=1}^{d} (x_i - \mu)^2",
                ),
                Step(
                    "The mean squared distance is the variance.",
                    variance / (variance + eps),
                    r"\frac{\sigma^2}{\sigma^2 + \varepsilon}",
                ),
            ),
            r"\mathrm{Var}(\hat x) = \frac{1}{d} \sum_{i=1}^{d} \left(\hat x_i - "
            r"\frac{1}{d} \sum_{j=1}^{d} \hat x_j\right)^2",
        ),
        Derivation(
            "For $\\varepsilon = 0$ a positive factor $a$ and a shift $b$ of all features "
            "change nothing.",
            (a * x[0] + b - moved_mean) / sqrt(moved_variance),
            (
                Step(
                    "The mean moves along: it becomes $a \\mu + b$.",
                    (a * x[0] + b - new_mean)
                    / sqrt(sum((v - new_mean) ** 2 for v in moved) / COUNT),
                    r"\frac{a x_i + b - (a \mu + b)}{\sqrt{\frac{1}{d} \sum_j "
                    r"\left(a x_j + b - (a \mu + b)\right)^2}}",
                ),
                Step(
                    "The shift cancels in every difference.",
                    a
                    * (x[0] - mean)
                    / sqrt(sum((a * (v - mean)) ** 2 for v in x) / COUNT),
                    r"\frac{a\, (x_i - \mu)}{\sqrt{\frac{1}{d} \sum_j a^2 "
                    r"(x_j - \mu)^2}}",
                ),
                Step(
                    "The root of $a^2$ is $a$, because $a$ is positive.",
                    a * (x[0] - mean) / (a * sqrt(variance)),
                    r"\frac{a\, (x_i - \mu)}{a\, \sigma}",
                ),
                Step(
                    "The factor cancels.",
                    (x[0] - mean) / sqrt(variance),
                    r"\frac{x_i - \mu}{\sigma}",
                ),
            ),
            r"\mathrm{LN}(a x + b)_i",
        ),
    )
