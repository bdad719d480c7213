"""PPO: what is derived, line by line."""

from __future__ import annotations

from sympy import Derivative, exp, log, symbols

from notation.trees import Derivation, Step


def derivations() -> tuple[Derivation, ...]:
    """Derive the ratio: the policy gradient, from actions that an older policy took."""
    theta = symbols("theta_1:4", positive=True)
    gains = symbols("A_1:4", positive=True)
    old = symbols("q_1:4", positive=True)  # without θ: those that took the actions
    weights = [exp(value) for value in theta]
    pi = [weight / sum(weights) for weight in weights]
    u = theta[0]
    each = list(zip(pi, old, gains, strict=True))
    return (
        Derivation(
            "For a single choice the policy gradient, estimated from actions of an older "
            "policy, is the gradient of the mean of $r A$; the clip is then added by hand.",
            sum(p * A * Derivative(log(p), u) for p, _, A in each),
            (
                Step(
                    "The expectation is written as a sum; each term is multiplied and "
                    "divided by the probability under the old policy.",
                    sum(q * (p / q) * A * Derivative(log(p), u) for p, q, A in each),
                    r"\sum_a \pi_{\mathrm{old}}(a)\, \frac{\pi_\theta(a)}"
                    r"{\pi_{\mathrm{old}}(a)}\, A(a)\, \nabla_\theta \log \pi_\theta(a)",
                ),
                Step(
                    "A sum weighted with the old probabilities is an expectation over actions "
                    "of the old policy; $r = \\pi_\\theta / \\pi_{\\mathrm{old}}$.",
                    sum(q * ((p / q) * A * Derivative(log(p), u)) for p, q, A in each),
                    r"\mathbb{E}_{a \sim \pi_{\mathrm{old}}}\left[r(a)\, A(a)\, "
                    r"\nabla_\theta \log \pi_\theta(a)\right]",
                ),
                Step(
                    "$\\pi \\nabla \\log \\pi = \\nabla \\pi$, and $\\pi_{\\mathrm{old}}$ does "
                    "not contain $\\theta$, so $r \\nabla \\log \\pi = \\nabla r$.",
                    sum(q * (Derivative(p / q, u) * A) for p, q, A in each),
                    r"\mathbb{E}_{a \sim \pi_{\mathrm{old}}}\left[A(a)\, "
                    r"\nabla_\theta\, r(a)\right]",
                ),
                Step(
                    "Neither the advantages nor the old probabilities contain $\\theta$, so "
                    "the gradient stands in front of the mean.",
                    Derivative(sum(q * ((p / q) * A) for p, q, A in each), u),
                    r"\nabla_\theta\, \mathbb{E}_{a \sim \pi_{\mathrm{old}}}\left["
                    r"r(a)\, A(a)\right]",
                ),
            ),
            r"\nabla_\theta J = \mathbb{E}_{a \sim \pi}\left[A(a)\, "
            r"\nabla_\theta \log \pi_\theta(a)\right]",
        ),
    )
