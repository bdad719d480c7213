"""Q-learning update: what is derived, line by line."""

from __future__ import annotations

from typing import Any

from sympy import Abs, Max, symbols

from notation.trees import Derivation, Step


def derivations() -> tuple[Derivation, ...]:
    """Derive the moving average of the targets, and why the updates settle."""
    return _moving_average(), _contraction()


def _moving_average() -> Derivation:
    """Take three updates of one value."""
    alpha, first = symbols("alpha Q_0", positive=True)
    targets = symbols("y_1:4", positive=True)
    keep = 1 - alpha

    def updated(old: Any, target: Any) -> Any:
        return old + alpha * (target - old)

    one = updated(first, targets[0])
    two = updated(one, targets[1])
    return Derivation(
        "A value is an exponential moving average of its targets: the latest ones count "
        "most, and the starting value is forgotten.",
        updated(two, targets[2]),
        (
            Step(
                "The terms with the old value are collected.",
                keep * two + alpha * targets[2],
                r"(1 - \alpha)\, Q_{n-1} + \alpha\, y_n",
            ),
            Step(
                "The old value came from the same update, one visit earlier.",
                keep * (keep * one + alpha * targets[1]) + alpha * targets[2],
                r"(1 - \alpha)^2\, Q_{n-2} + \alpha\, (1 - \alpha)\, y_{n-1} + "
                r"\alpha\, y_n",
            ),
            Step(
                "This is repeated back to the starting value.",
                keep**3 * first
                + sum(alpha * keep ** (2 - k) * y for k, y in enumerate(targets)),
                r"(1 - \alpha)^n\, Q_0 + "
                r"\sum_{k=1}^{n} \alpha\, (1 - \alpha)^{n-k}\, y_k",
            ),
        ),
        r"Q_n = Q_{n-1} + \alpha\, (y_n - Q_{n-1})",
    )


def _contraction() -> Derivation:
    """Take two tables with three actions in the next state."""
    gamma, reward = symbols("gamma r", positive=True)
    table, other = symbols("q_1:4", positive=True), symbols("u_1:4", positive=True)
    gaps = [Abs(q - u) for q, u in zip(table, other, strict=True)]
    best, other_best = Max(*table), Max(*other)
    return Derivation(
        "The targets of two tables differ by at most $\\gamma$ times the largest "
        "difference of the tables: smaller where $\\gamma$ is below 1, and at $\\gamma$ = 1 "
        "not larger.",
        Abs((reward + gamma * best) - (reward + gamma * other_best)),
        (
            Step(
                "The reward is the same and cancels.",
                gamma * Abs(best - other_best),
                r"\gamma\, \left|\max_{a'} Q(s', a') - \max_{a'} U(s', a')\right|",
            ),
            Step(
                "Two maxima differ by at most the largest difference of their entries.",
                gamma * Max(*gaps),
                r"\gamma\, \max_{a'} \left|Q(s', a') - U(s', a')\right|",
                r"\le",
            ),
        ),
        r"\left|\left(r + \gamma \max_{a'} Q(s', a')\right) - "
        r"\left(r + \gamma \max_{a'} U(s', a')\right)\right|",
    )
