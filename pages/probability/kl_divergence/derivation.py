"""Kullback–Leibler divergence: what is derived, line by line."""

from __future__ import annotations

from sympy import log, symbols

from notation.trees import Derivation, Step


def derivations() -> tuple[Derivation, ...]:
    """Derive that it is never negative, and that it is cross-entropy minus entropy."""
    u, w = symbols("u_1:4", positive=True), symbols("w_1:4", positive=True)
    P, Q = [a / sum(u) for a in u], [b / sum(w) for b in w]
    pairs = list(zip(P, Q, strict=True))
    divergence = sum(p * log(p / q) for p, q in pairs)
    return (
        Derivation(
            "The divergence is never negative.",
            divergence,
            (
                Step(
                    "Turning a fraction over changes the sign of its logarithm.",
                    -sum(p * log(q / p) for p, q in pairs),
                    r"-\sum_i P_i \log \frac{Q_i}{P_i}",
                ),
                Step(
                    "The logarithm lies below its tangent at 1: $\\log x \\le x - 1$, equal "
                    "only at $x = 1$; the minus sign turns the inequality over.",
                    -sum(p * (q / p - 1) for p, q in pairs),
                    r"-\sum_i P_i \left(\frac{Q_i}{P_i} - 1\right)",
                    r"\ge",
                ),
                Step(
                    "Each $P_i$ cancels in the first part.",
                    sum(P) - sum(Q),
                    r"\sum_i P_i - \sum_i Q_i",
                ),
                Step(
                    "Both distributions sum to 1. (Where some $P_i$ are 0, the others’ "
                    "$Q_i$ sum to at most 1.) It is 0 only if every $Q_i / P_i$ is 1, so "
                    "only for $P = Q$.",
                    0 * u[0],
                    "1 - 1 = 0",
                ),
            ),
            r"D_{\mathrm{KL}}(P \parallel Q) = \sum_i P_i \log \frac{P_i}{Q_i}",
        ),
        Derivation(
            "It is the cross-entropy minus the entropy.",
            divergence,
            (
                Step(
                    "The logarithm of a fraction is a difference.",
                    sum(p * (log(p) - log(q)) for p, q in pairs),
                    r"\sum_i P_i \left(\log P_i - \log Q_i\right)",
                ),
                Step(
                    "The sum is split, and both parts get the sign of a surprise.",
                    -sum(p * log(q) for p, q in pairs) - (-sum(p * log(p) for p in P)),
                    r"-\sum_i P_i \log Q_i - \left(-\sum_i P_i \log P_i\right)",
                ),
                Step(
                    "The first part is the cross-entropy, the second the entropy of $P$. Only the "
                    "first contains $Q$, so both have the same best $Q$.",
                    -sum(p * log(q) for p, q in pairs) + sum(p * log(p) for p in P),
                    r"H(P, Q) - H(P)",
                ),
            ),
            r"D_{\mathrm{KL}}(P \parallel Q) = \sum_i P_i \log \frac{P_i}{Q_i}",
        ),
    )
