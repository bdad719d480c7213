"""Softmax: what is derived, line by line."""

from __future__ import annotations

from sympy import Derivative, exp, symbols

from notation.trees import Derivation, Step


def derivations() -> tuple[Derivation, ...]:
    """Derive the slope of one probability by another class's logit, and the shift."""
    T, a, b, c, shift = symbols("temperature z_1 z_2 z_3 c", positive=True)
    first, second, third = (exp(z / T) for z in (a, b, c))
    total = first + second + third
    p_i, p_j = first / total, second / total
    shifted = [exp((z + shift) / T) for z in (a, b, c)]
    moved = [exp(shift / T) * weight for weight in (first, second, third)]
    return (
        Derivation(
            "Raising one logit lowers the probability of every other class, in "
            "proportion to both probabilities.",
            Derivative(p_i, b),
            (
                Step(
                    "The quotient rule, with the sum $S$ of all exponentials below the "
                    "fraction bar.",
                    (Derivative(first, b) * total - first * Derivative(total, b))
                    / total**2,
                    r"\frac{S\, \frac{\partial}{\partial z_j} e^{z_i / T} "
                    r"- e^{z_i / T}\, \frac{\partial S}{\partial z_j}}{S^2}",
                ),
                Step(
                    "The first exponential does not contain $z_j$. In the sum one "
                    "exponential does, and its slope is itself, divided by $T$.",
                    (0 * total - first * second / T) / total**2,
                    r"\frac{0 - e^{z_i / T} \cdot \frac{1}{T}\, e^{z_j / T}}{S^2}",
                ),
                Step(
                    "Each of the two exponentials takes one of the two sums.",
                    -(first / total) * (second / total) / T,
                    r"-\frac{1}{T} \cdot \frac{e^{z_i / T}}{S} \cdot "
                    r"\frac{e^{z_j / T}}{S}",
                ),
                Step(
                    "Both fractions are probabilities.",
                    -p_i * p_j / T,
                    r"-\frac{p_i\, p_j}{T}",
                ),
            ),
            r"\frac{\partial p_i}{\partial z_j} = \frac{\partial}{\partial z_j} "
            r"\frac{e^{z_i / T}}{S}, \qquad S = \sum_{k=1}^{K} e^{z_k / T},"
            r"\qquad i \neq j",
        ),
        Derivation(
            "Adding the same number to every logit changes nothing.",
            shifted[0] / sum(shifted),
            (
                Step(
                    "A sum in the exponent is a product of powers.",
                    moved[0] / sum(moved),
                    r"\frac{e^{c / T}\, e^{z_i / T}}{\sum_k e^{c / T}\, e^{z_k / T}}",
                ),
                Step(
                    "The new factor does not depend on $k$, so it can stand before the sum.",
                    exp(shift / T) * first / (exp(shift / T) * total),
                    r"\frac{e^{c / T}\, e^{z_i / T}}{e^{c / T} \sum_k e^{z_k / T}}",
                ),
                Step(
                    "It stands above and below the fraction bar, and cancels.",
                    p_i,
                    r"\frac{e^{z_i / T}}{\sum_k e^{z_k / T}}",
                ),
            ),
            r"\frac{e^{(z_i + c) / T}}{\sum_k e^{(z_k + c) / T}}",
        ),
    )
