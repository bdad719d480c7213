"""GRPO: what is shown, computed and proved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from formulas.checks import Array
from formulas.reinforcement_learning.policy_optimization import group_advantages
from notation.own_numbers import own_numbers, plain
from notation.quantities import quantity, slider, switch
from notation.statement import Statement

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

GROUP = 8  # answers to one question
LEAST_RANGE = 1e-6  # of returns that are not all equal


def _comparable(returns: Array) -> str:
    nearly = 0 < np.ptp(returns) < LEAST_RANGE
    return f"returns that differ must do so by {plain(LEAST_RANGE)}" if nearly else ""


OWN = own_numbers(
    "your own returns, one for each answer or episode",
    "12, 7.5, 7.5, -3, 0, 21",
    low=-1000,
    high=1000,
    least=2,
    most=32,
    replaces=("right", "worth", "partial"),
    check=_comparable,
)

QUANTITIES = (
    quantity("advantages", r"\hat A", "advantage of each answer", ("G",)),
    quantity("rewards", "r", "reward of each answer", ("G",)),
    slider(
        "right",
        "k",
        f"answers that are right, of {GROUP} to the same question",
        1,
        low=0,
        high=GROUP,
        step=1,
    ),
    slider(
        "worth",
        r"r_{\text{right}}",
        "reward of a right answer",
        1.0,
        choices=(0.5, 1.0, 2.0, 5.0, 10.0),
    ),
    slider(
        "partial",
        r"r_{\text{form}}",
        "reward of every second wrong answer, for its form",
        0.0,
        choices=(0.0, 0.1, 0.2, 0.3, 0.4, 0.5),
    ),
    quantity("mean", r"\bar r", "mean reward of the group"),
    quantity("spread", "s", "standard deviation of the group’s rewards"),
    quantity("divisor", "d", "what the differences are divided by"),
    switch(
        "scaled",
        r"\text{divide by } s",
        "GRPO; off: differences as they are, as in Dr. GRPO",
        True,
    ),
    quantity("weight", "w", "mean size of an advantage: weight of the question"),
    OWN,
)


def inputs(
    right: int, worth: float, partial: float, scaled: bool, own: str
) -> dict[str, Any]:
    """Reward one group of answers: the right ones come first; or take the reader's."""
    rewards = OWN.numbers(own)
    if rewards is None:
        rewards = rewards_of(right, worth, partial)
    return {"rewards": rewards, "scaled": scaled}


def rewards_of(right: int, worth: float, partial: float) -> Array:
    """Give right answers their worth, and every second wrong one a part."""
    rewards = np.zeros(GROUP)
    rewards[right::2] = partial
    rewards[:right] = worth
    return rewards


@dataclass(frozen=True)
class Result:
    """What the group's rewards are like, and the advantages that follow."""

    mean: float
    spread: float
    divisor: float
    advantages: Array
    weight: float


def compute(rewards: Array, scaled: bool) -> Result:
    """Compare the answers of one group with each other."""
    differences = group_advantages(rewards, scale=False)
    spread = float(np.sqrt((differences**2).mean()))
    advantages = group_advantages(rewards, scale=scaled)
    return Result(
        mean=float(rewards[0] - differences[0]),
        spread=spread,
        divisor=spread if scaled and spread else 1.0,
        advantages=advantages,
        weight=float(np.abs(advantages).mean()),
    )


def equations() -> tuple[Equation, ...]:
    """Write the group's mean and standard deviation, the advantages and their size."""
    from sympy import Abs, Eq, Piecewise, sqrt

    from notation.trees import Equation, arrays, sum_over, symbols, unevaluated

    r, advantage = arrays("rewards advantages")
    mean, s, d, scaled, w = symbols("mean spread divisor scaled weight")
    G, i = symbols("G i")
    with unevaluated():
        return (
            Equation(mean, 1 / G * sum_over(r[i], i, 1, G)),
            Equation(s, sqrt(1 / G * sum_over((r[i] - mean) ** 2, i, 1, G))),
            Equation(d, Piecewise((1, Eq(s, 0)), (s, Eq(scaled, 1)), (1, True))),
            Equation(advantage[i], (r[i] - mean) / d),
            Equation(w, 1 / G * sum_over(Abs(advantage[i]), i, 1, G)),
        )


def identities() -> tuple[Identity, ...]:
    """Write what a factor and a shift of the rewards do, and what one answer gets."""
    from sympy import Rational, sqrt

    from notation.trees import Identity, symbols

    a, b, q = symbols("a b q", positive=True)
    r = symbols("r_1 r_2 r_3", positive=True)

    def advantage(rewards: list[Any]) -> Any:
        mean = Rational(1, 3) * sum(rewards)
        square = Rational(1, 3) * sum((one - mean) ** 2 for one in rewards)
        return (rewards[0] - mean) / sqrt(square)

    s = sqrt(q * (1 - q))
    return (
        Identity(
            "A factor and a shift of all rewards disappear.",
            advantage([a * one + b for one in r]),
            advantage(list(r)),
            r"\hat A(a r + b) = \hat A(r) \quad (a > 0)",
        ),
        Identity(
            "The fewer answers are right, the more each of them gets.",
            (1 - q) / s,
            sqrt((1 - q) / q),
            r"\hat A_{\text{right}} = \sqrt{\frac{1 - q}{q}}, \quad q = \frac{k}{G}",
        ),
        Identity(
            "A question weighs most where half of its answers are right.",
            q * (1 - q) / s + (1 - q) * q / s,
            2 * s,
            r"\frac{1}{G} \sum_i |\hat A_i| = 2 \sqrt{q (1 - q)}",
        ),
    )


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=(
        r"<advantages>_i = \frac{<rewards>_i - <mean>}{<divisor>}, \quad "
        r"<divisor> = <spread> \text{ (GRPO) or } 1 \text{ (Dr. GRPO)}"
    ),
    main_result="advantages",
)
