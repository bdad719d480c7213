"""Adam: what is derived, line by line."""

from __future__ import annotations

import itertools
from typing import Any

from sympy import Mul, sqrt, symbols

from notation.trees import Derivation, Step

STEPS = 3


def derivations() -> tuple[Derivation, ...]:
    """Derive what the correction divides by, and that the gradient's size cancels."""
    beta, p, low, high = symbols("beta_1 p a b", positive=True)
    chances = {low: p, high: 1 - p}
    outcomes = [
        (Mul(*(chances[g] for g in drawn)), drawn)
        for drawn in itertools.product(chances, repeat=STEPS)
    ]
    expected = low * p + high * (1 - p)

    def recursion(gradients: tuple[Any, ...]) -> Any:
        mean = 0 * beta
        for gradient in gradients:
            mean = beta * mean + (1 - beta) * gradient
        return mean

    def unrolled(gradients: tuple[Any, ...]) -> Any:
        return (1 - beta) * sum(
            beta ** (STEPS - s) * gradient
            for s, gradient in enumerate(gradients, start=1)
        )

    powers = sum(beta ** (STEPS - s) for s in range(1, STEPS + 1))
    beta2, c, first, second = symbols("beta_2 c g_1 g_2", positive=True)
    mean = ((1 - beta) * (beta * first + second)) / (1 - beta**2)
    square = ((1 - beta2) * (beta2 * first**2 + second**2)) / (1 - beta2**2)
    scaled = ((1 - beta) * (beta * c * first + c * second)) / (1 - beta**2)
    scaled_square = ((1 - beta2) * (beta2 * (c * first) ** 2 + (c * second) ** 2)) / (
        1 - beta2**2
    )
    return (
        Derivation(
            "If all gradients have the same expectation, the running mean is too small "
            "by exactly the factor that the correction divides by.",
            sum((chance * recursion(drawn) for chance, drawn in outcomes), 0 * p),
            (
                Step(
                    "Put into itself $t$ times, from $m_0 = 0$ on, the recursion is a "
                    "weighted sum of all gradients.",
                    sum(
                        (chance * unrolled(drawn) for chance, drawn in outcomes), 0 * p
                    ),
                    r"\mathbb{E}\left[(1 - \beta_1) \sum_{s=1}^{t} \beta_1^{t-s}\, "
                    r"g_s\right]",
                ),
                Step(
                    "The expectation of a sum is the sum of the expectations.",
                    (1 - beta)
                    * sum(beta ** (STEPS - s) * expected for s in range(1, STEPS + 1)),
                    r"(1 - \beta_1) \sum_{s=1}^{t} \beta_1^{t-s}\, \mathbb{E}[g_s]",
                ),
                Step(
                    "All gradients have the same expectation, so it stands before the sum.",
                    expected * (1 - beta) * powers,
                    r"\mathbb{E}[g]\, (1 - \beta_1) \sum_{s=1}^{t} \beta_1^{t-s}",
                ),
                Step(
                    "A geometric sum times $1 - \\beta_1$ leaves its two ends.",
                    expected * (1 - beta**STEPS),
                    r"\mathbb{E}[g]\, (1 - \beta_1^t)",
                ),
            ),
            r"\mathbb{E}[m_t] = \mathbb{E}\left[\beta_1 m_{t-1} + (1 - \beta_1)\, "
            r"g_t\right]",
        ),
        Derivation(
            "Without $\\epsilon$ a loss that is $c$ times as large takes the same steps.",
            scaled / sqrt(scaled_square),
            (
                Step(
                    "The mean of $c$ times the gradients is $c$ times their mean.",
                    c * mean / sqrt(scaled_square),
                    r"\frac{c\, \hat{m}_t[g]}{\sqrt{\hat{v}_t[c\, g]}}",
                ),
                Step(
                    "The mean of squares has the square of the factor.",
                    c * mean / sqrt(c**2 * square),
                    r"\frac{c\, \hat{m}_t[g]}{\sqrt{c^2\, \hat{v}_t[g]}}",
                ),
                Step(
                    "The root of $c^2$ is $c$, because $c$ is positive, and it cancels.",
                    mean / sqrt(square),
                    r"\frac{\hat{m}_t[g]}{\sqrt{\hat{v}_t[g]}}",
                ),
            ),
            r"\frac{\hat{m}_t[c\, g]}{\sqrt{\hat{v}_t[c\, g]}}",
        ),
    )
