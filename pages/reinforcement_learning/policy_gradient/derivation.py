"""Policy gradient: what is derived, line by line."""

from __future__ import annotations

from sympy import Derivative, exp, log, symbols

from notation.trees import Derivation, Step


def derivations() -> tuple[Derivation, ...]:
    """Derive the log-derivative trick, and why a baseline adds nothing on average."""
    theta = symbols("theta_1:4", positive=True)
    returns = symbols("G_1:4", positive=True)
    b = symbols("b", positive=True)
    weights = [exp(value) for value in theta]
    pi = [weight / sum(weights) for weight in weights]
    slopes = [Derivative(p, theta[0]) for p in pi]
    scores = [Derivative(log(p), theta[0]) for p in pi]
    return (
        Derivation(
            "The gradient of an expected return is itself an expectation, so it can be "
            "estimated from sampled actions.",
            Derivative(sum(p * G for p, G in zip(pi, returns, strict=True)), theta[0]),
            (
                Step(
                    "The derivative of a sum is taken term by term; the return of an "
                    "action that was taken does not contain $\\theta$.",
                    sum(s * G for s, G in zip(slopes, returns, strict=True)),
                    r"\sum_a G(a)\, \nabla_\theta\, \pi_\theta(a)",
                ),
                Step(
                    "Each term is multiplied and divided by its probability.",
                    sum(
                        p * (s / p) * G
                        for p, s, G in zip(pi, slopes, returns, strict=True)
                    ),
                    r"\sum_a \pi_\theta(a)\, G(a)\, "
                    r"\frac{\nabla_\theta\, \pi_\theta(a)}{\pi_\theta(a)}",
                ),
                Step(
                    "The derivative of $\\log \\pi$ is the derivative of $\\pi$ divided by "
                    "$\\pi$.",
                    sum(p * G * s for p, s, G in zip(pi, scores, returns, strict=True)),
                    r"\sum_a \pi_\theta(a)\, G(a)\, \nabla_\theta \log \pi_\theta(a)",
                ),
                Step(
                    "A sum weighted with the probabilities of the policy is an expectation.",
                    sum(
                        p * (G * s) for p, s, G in zip(pi, scores, returns, strict=True)
                    ),
                    r"\mathbb{E}_{a \sim \pi}\left[G(a)\, "
                    r"\nabla_\theta \log \pi_\theta(a)\right]",
                ),
            ),
            r"\nabla_\theta J(\theta) = \nabla_\theta \sum_a \pi_\theta(a)\, G(a)",
        ),
        Derivation(
            "A baseline that does not depend on the action leaves the mean unchanged.",
            sum(p * b * s for p, s in zip(pi, scores, strict=True)),
            (
                Step(
                    "The derivative of the logarithm is written out, and the probability "
                    "cancels.",
                    sum(b * s for s in slopes),
                    r"\sum_a b\, \nabla_\theta\, \pi_\theta(a)",
                ),
                Step(
                    "The baseline is the same for all actions, and the sum of derivatives "
                    "is the derivative of the sum.",
                    b * Derivative(sum(pi), theta[0]),
                    r"b\, \nabla_\theta \sum_a \pi_\theta(a)",
                ),
                Step(
                    "The probabilities sum to 1 for every $\\theta$, and a constant has the "
                    "derivative 0.",
                    0 * b,
                    r"b\, \nabla_\theta\, 1 = 0",
                ),
            ),
            r"\mathbb{E}_{a \sim \pi}\left[b\, \nabla_\theta \log \pi_\theta(a)\right] = "
            r"\sum_a \pi_\theta(a)\, b\, \nabla_\theta \log \pi_\theta(a)",
        ),
    )
