"""Dropout: what is derived, line by line."""

from __future__ import annotations

from sympy import symbols

from notation.trees import Derivation, Step


def derivations() -> tuple[Derivation, ...]:
    """Derive mean and variance of a unit over all masks."""
    p, x = symbols("p x", positive=True)
    kept = x / (1 - p)
    return (
        Derivation(
            "Dividing by $1 - p$ keeps the mean of every unit.",
            (1 - p) * (1 * kept) + p * (0 * kept),
            (
                Step(
                    "Only the mask is random, so the constants stand before the "
                    "expectation.",
                    kept * ((1 - p) * 1 + p * 0),
                    r"\frac{x}{1 - p}\; \mathbb{E}[m]",
                ),
                Step(
                    "The mask is 1 with probability $1 - p$ and 0 otherwise.",
                    kept * (1 - p),
                    r"\frac{x}{1 - p}\, (1 - p)",
                ),
                Step("The factor cancels for every $p < 1$.", x, "x"),
            ),
            r"\mathbb{E}[y] = \mathbb{E}\left[\frac{m\, x}{1 - p}\right]",
        ),
        Derivation(
            "The noise of a unit has the variance $x^2\\, p / (1 - p)$.",
            (1 - p) * (kept - x) ** 2 + p * (0 - x) ** 2,
            (
                Step(
                    "There are two outcomes: kept and scaled up, or 0.",
                    (1 - p) * (x / (1 - p) - x) ** 2 + p * (-x) ** 2,
                    r"(1 - p) \left(\frac{x}{1 - p} - x\right)^2 + p\, (0 - x)^2",
                ),
                Step(
                    "In the first bracket $x$ is $(1 - p)\\, x / (1 - p)$, which leaves "
                    "$p\\, x / (1 - p)$.",
                    (1 - p) * (p * x / (1 - p)) ** 2 + p * x**2,
                    r"(1 - p)\, \frac{p^2 x^2}{(1 - p)^2} + p\, x^2",
                ),
                Step(
                    "Both terms get the denominator $1 - p$.",
                    (p**2 + p * (1 - p)) / (1 - p) * x**2,
                    r"\frac{p^2 + p\, (1 - p)}{1 - p}\, x^2",
                ),
                Step(
                    "The squares of $p$ cancel.",
                    p / (1 - p) * x**2,
                    r"\frac{p}{1 - p}\, x^2",
                ),
            ),
            r"\mathrm{Var}(y) = \mathbb{E}\left[(y - x)^2\right]",
        ),
    )
