"""The Bellman equation without the value of the next state."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from formulas.checks import Array
from pages.reinforcement_learning.bellman import statement as whole

if TYPE_CHECKING:
    from notation.trees import Equation

COMPARED = ("value of A",)


def compute(
    gamma: float,
    randomness: float,
    reward_a: float,
    sweeps: int,
    rewards: Array,
    policy: Array,
) -> whole.Result:
    """Take the expected next reward of each state for its value."""
    solved = whole.compute(gamma, randomness, reward_a, sweeps)
    values = (policy * rewards).sum(axis=1)
    guesses = np.tile(values, (len(solved.guesses), 1))
    guesses[0] = 0
    return replace(
        solved,
        values=values,
        v=guesses[sweeps],
        v_next=guesses[sweeps + 1],
        optimal=rewards.max(axis=1),
        guesses=guesses,
        in_place=guesses[:-1],
        ahead=0.0,
    )


def equations() -> tuple[Equation, ...]:
    """Strike the discounted value of the next state out."""
    from notation.trees import (
        Equation,
        arrays,
        maximum,
        struck,
        sum_over,
        symbols,
        unevaluated,
    )

    values, v, v_next, optimal = arrays("values v v_next optimal")
    r, pi, next_state = arrays("rewards policy next_state")
    gamma, s, a, n = symbols("gamma s a A")
    with unevaluated():

        def left_out(known: object) -> object:
            return struck(gamma * known[next_state[s, a]], 0)  # type: ignore[index]

        def backup(target: object, known: object) -> Equation:
            ahead = r[s, a] + left_out(known)
            total = sum_over(pi[s, a] * ahead, a, 0, n - 1)
            return Equation(target[s], total)  # type: ignore[index]

        best = maximum(r[s, a] + left_out(optimal), a, 0, n - 1)
        return (
            backup(values, values),
            backup(v_next, v),
            Equation(optimal[s], best),
        )


STATEMENT = replace(
    whole.STATEMENT,
    compute=compute,
    build_equations=equations,
    build_identities=tuple,
    headline=(
        r"<values>(s) = \mathbb{E}_\pi\left[R_{t+1} + "
        r"\cancel{<gamma> <values>(S_{t+1})} \mid S_t = s\right]"
    ),
)
