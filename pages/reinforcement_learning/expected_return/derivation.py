"""Expected return: what is derived, line by line."""

from __future__ import annotations

from sympy import symbols

from notation.trees import Derivation, Step

STEPS = 5  # of the episodes that the lines are proved with


def derivations() -> tuple[Derivation, ...]:
    """Derive the return backwards, and the closed form of a constant reward."""
    gamma, r = symbols("gamma r", positive=True)
    rewards = symbols(f"R_1:{STEPS + 1}", positive=True)
    powers = [gamma**k for k in range(STEPS + 1)]
    return (
        Derivation(
            "A return is the next reward plus γ times the return from the next step on.",
            sum(g * R for g, R in zip(powers, rewards, strict=False)),
            (
                Step(
                    "The term with $k = 0$ is taken out; its weight is $\\gamma^0 = 1$.",
                    rewards[0] + sum(powers[k] * rewards[k] for k in range(1, STEPS)),
                    r"R_{t+1} + \sum_{k=1}^{T-t-1} \gamma^k R_{t+k+1}",
                ),
                Step(
                    "Every other term contains $\\gamma$, which can stand before the sum.",
                    rewards[0]
                    + gamma * sum(powers[k - 1] * rewards[k] for k in range(1, STEPS)),
                    r"R_{t+1} + \gamma \sum_{k=1}^{T-t-1} \gamma^{k-1} R_{t+k+1}",
                ),
                Step(
                    "With $j = k - 1$ the sum is the return from step $t + 1$ on.",
                    rewards[0]
                    + gamma * sum(powers[j] * rewards[j + 1] for j in range(STEPS - 1)),
                    r"R_{t+1} + \gamma\, G_{t+1}",
                ),
            ),
            r"G_t = \sum_{k=0}^{T-t-1} \gamma^k R_{t+k+1}",
        ),
        Derivation(
            "The same reward $r$ at $n$ steps adds up to $r\\, (1 - \\gamma^n) / "
            "(1 - \\gamma)$.",
            sum(g * r for g in powers[:-1]),
            (
                Step(
                    "Numerator and denominator are multiplied by $1 - \\gamma$, which is "
                    "not 0 for $\\gamma < 1$.",
                    r * (1 - gamma) * sum(powers[:-1]) / (1 - gamma),
                    r"\frac{r\, (1 - \gamma) \sum_{k=0}^{n-1} \gamma^k}{1 - \gamma}",
                ),
                Step(
                    "The product with $1 - \\gamma$ is a difference of two sums, the "
                    "second one shifted by a step.",
                    r * (sum(powers[:-1]) - sum(powers[1:])) / (1 - gamma),
                    r"r\, \frac{\sum_{k=0}^{n-1} \gamma^k - \sum_{k=1}^{n} \gamma^k}"
                    r"{1 - \gamma}",
                ),
                Step(
                    "All powers from 1 to $n - 1$ stand in both sums and cancel.",
                    r * (1 - gamma**STEPS) / (1 - gamma),
                    r"r\, \frac{1 - \gamma^n}{1 - \gamma}",
                ),
            ),
            r"\sum_{k=0}^{n-1} \gamma^k\, r",
        ),
    )
