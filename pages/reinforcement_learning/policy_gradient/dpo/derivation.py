"""DPO: what is derived, line by line."""

from __future__ import annotations

from sympy import exp, log, symbols

from notation.trees import Derivation, Step


def derivations() -> tuple[Derivation, ...]:
    """Derive why no reward has to be learned: the policy says what it would be."""
    r, s = symbols("r_w r_l", positive=True)
    p, q, beta = symbols("p q beta", positive=True)
    # The reference's probabilities, and the sum that makes the best policy's sum to 1.
    Z = p * exp(r / beta) + q * exp(s / beta)
    best, other = p * exp(r / beta) / Z, q * exp(s / beta) / Z
    ratio, other_ratio = log(best / p), log(other / q)
    return (
        Derivation(
            "The best policy under a reward with a penalty of $\\beta$ for leaving the "
            "reference is $\\pi \\propto \\pi^{\\mathrm{ref}} e^{r / \\beta}$; so the policy "
            "itself tells the rewards’ difference, and none has to be learned.",
            1 / (1 + exp(-(r - s))),
            (
                Step(
                    "The best policy is solved for the reward of each answer; $Z$ makes its "
                    "probabilities sum to 1.",
                    1
                    / (
                        1
                        + exp(
                            -(
                                (beta * ratio + beta * log(Z))
                                - (beta * other_ratio + beta * log(Z))
                            )
                        )
                    ),
                    r"\sigma\left(\beta \log \frac{\pi_w}{\pi^{\mathrm{ref}}_w} + \beta \log Z"
                    r" - \beta \log \frac{\pi_l}{\pi^{\mathrm{ref}}_l} - \beta \log Z\right)",
                ),
                Step(
                    "Both answers belong to one prompt, so $Z$ is the same and cancels.",
                    1 / (1 + exp(-(beta * ratio - beta * other_ratio))),
                    r"\sigma\left(\beta \log \frac{\pi_w}{\pi^{\mathrm{ref}}_w} - "
                    r"\beta \log \frac{\pi_l}{\pi^{\mathrm{ref}}_l}\right)",
                ),
                Step(
                    "A logarithm of a quotient is a difference: this is the margin, and the "
                    "loss is $-\\log$ of the line.",
                    1
                    / (1 + exp(-beta * ((log(best) - log(p)) - (log(other) - log(q))))),
                    r"\sigma\left(\beta \left[(\log \pi_w - \log \pi^{\mathrm{ref}}_w) - "
                    r"(\log \pi_l - \log \pi^{\mathrm{ref}}_l)\right]\right) = \sigma(m)",
                ),
            ),
            r"P(w \text{ better than } l) = \sigma(r_w - r_l)",
        ),
    )
