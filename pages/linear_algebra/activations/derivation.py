"""Activation functions: what is derived, line by line."""

from __future__ import annotations

from typing import Any

from sympy import Derivative, Rational, exp, symbols

from notation.trees import Derivation, Step


def derivations() -> tuple[Derivation, ...]:
    """Derive the slope of the sigmoid, and that tanh is a stretched sigmoid."""
    x = symbols("x", positive=True)
    return _slope(x), _tanh(x)


def _slope(x: Any) -> Derivation:
    s = 1 / (1 + exp(-x))
    return Derivation(
        "The slope of the sigmoid is at most a quarter.",
        Derivative(s, x),
        (
            Step(
                "The chain rule: the outer function $1 / u$ has the slope $-1 / u^2$, and "
                "$u = 1 + e^{-x}$ has the slope $-e^{-x}$.",
                exp(-x) / (1 + exp(-x)) ** 2,
                r"\frac{-1}{(1 + e^{-x})^2} \cdot (-e^{-x})",
            ),
            Step(
                "One factor of the square goes to each of two fractions.",
                1 / (1 + exp(-x)) * (exp(-x) / (1 + exp(-x))),
                r"\frac{1}{1 + e^{-x}} \cdot \frac{e^{-x}}{1 + e^{-x}}",
            ),
            Step(
                "The first fraction is the sigmoid, and the second is what it lacks to 1.",
                s * (1 - s),
                r"\sigma(x)\, (1 - \sigma(x))",
            ),
            Step(
                "Complete the square.",
                Rational(1, 4) - (s - Rational(1, 2)) ** 2,
                r"\frac{1}{4} - \left(\sigma(x) - \frac{1}{2}\right)^2",
            ),
            Step(
                "A square is never negative; it is 0 at $x = 0$, where $\\sigma$ is "
                "$\\frac{1}{2}$.",
                Rational(1, 4),
                r"\frac{1}{4}",
                r"\le",
            ),
        ),
        r"\sigma'(x) = \frac{d}{dx}\, \frac{1}{1 + e^{-x}}",
    )


def _tanh(x: Any) -> Derivation:
    return Derivation(
        "The function $\\tanh$ is a sigmoid stretched to $(-1, 1)$.",
        2 / (1 + exp(-2 * x)) - 1,
        (
            Step(
                "Write the 1 with the same denominator.",
                (2 - (1 + exp(-2 * x))) / (1 + exp(-2 * x)),
                r"\frac{2 - (1 + e^{-2x})}{1 + e^{-2x}}",
            ),
            Step(
                "Subtract.",
                (1 - exp(-2 * x)) / (1 + exp(-2 * x)),
                r"\frac{1 - e^{-2x}}{1 + e^{-2x}}",
            ),
            Step(
                "Multiply above and below the fraction bar by $e^x$; this is the "
                "definition of $\\tanh$.",
                (exp(x) - exp(-x)) / (exp(x) + exp(-x)),
                r"\frac{e^x - e^{-x}}{e^x + e^{-x}} = \tanh(x)",
            ),
        ),
        r"2\, \sigma(2x) - 1 = \frac{2}{1 + e^{-2x}} - 1",
    )
