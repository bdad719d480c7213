"""Eigenvalues and eigenvectors: what is derived, line by line."""

from __future__ import annotations

from sympy import sqrt, symbols

from notation.trees import Derivation, Step


def derivations() -> tuple[Derivation, ...]:
    """Derive the closed form of the eigenvalues, their product and their sum."""
    a, b, c, d, lam = symbols("a b c d lambda", positive=True)
    half = (a + d) / 2
    root = sqrt((a - d) ** 2 + 4 * b * c)
    first, second = half + root / 2, half - root / 2
    return (
        Derivation(
            "The eigenvalues are the two numbers $\\lambda$ for which "
            "$\\det(A - \\lambda I)$ is 0: only then does $(A - \\lambda I) v = 0$ have a "
            "solution besides $v = 0$.",
            (a - lam) * (d - lam) - b * c,
            (
                Step(
                    "Multiply out; this is the characteristic polynomial.",
                    lam**2 - (a + d) * lam + a * d - b * c,
                    r"\lambda^2 - (a + d)\, \lambda + ad - bc",
                ),
                Step(
                    "Complete the square.",
                    (lam - half) ** 2 - (half**2 - (a * d - b * c)),
                    r"\left(\lambda - \frac{a + d}{2}\right)^2 - "
                    r"\left(\frac{(a + d)^2}{4} - (ad - bc)\right)",
                ),
                Step(
                    "The constant is a square too, because "
                    "$(a + d)^2 - 4ad = (a - d)^2$.",
                    (lam - half) ** 2 - (root / 2) ** 2,
                    r"\left(\lambda - \frac{a + d}{2}\right)^2 - "
                    r"\left(\frac{1}{2} \sqrt{(a - d)^2 + 4bc}\right)^2",
                ),
                Step(
                    "A difference of two squares is a product, and it is 0 exactly at "
                    "$\\lambda_1$ and $\\lambda_2$.",
                    (lam - first) * (lam - second),
                    r"(\lambda - \lambda_1)(\lambda - \lambda_2), \qquad "
                    r"\lambda_{1,2} = \frac{a + d}{2} \pm "
                    r"\frac{1}{2} \sqrt{(a - d)^2 + 4bc}",
                ),
            ),
            r"\det(A - \lambda I) = (a - \lambda)(d - \lambda) - bc",
        ),
        Derivation(
            "The trace is the sum of the eigenvalues, and the determinant their product.",
            lam**2 - (first + second) * lam + first * second,
            (
                Step(
                    "The two factors multiplied out the other way round.",
                    (lam - first) * (lam - second),
                    r"(\lambda - \lambda_1)(\lambda - \lambda_2)",
                ),
                Step(
                    "Both factors together are the characteristic polynomial.",
                    (a - lam) * (d - lam) - b * c,
                    r"\det(A - \lambda I)",
                ),
                Step(
                    "Multiplied out it has the same powers of $\\lambda$ as the first "
                    "line, so their coefficients agree: $\\lambda_1 + \\lambda_2 = a + d$ "
                    "and $\\lambda_1 \\lambda_2 = ad - bc$.",
                    lam**2 - (a + d) * lam + (a * d - b * c),
                    r"\lambda^2 - (a + d)\, \lambda + (ad - bc)",
                ),
            ),
            r"\lambda^2 - (\lambda_1 + \lambda_2)\, \lambda + \lambda_1 \lambda_2",
        ),
    )
