"""The λ-return: what is shown, computed and proved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from formulas.checks import Array
from formulas.reinforcement_learning.bootstrapped_returns import gae, lambda_returns
from formulas.reinforcement_learning.expected_return import returns_to_go
from notation.quantities import quantity, slider
from notation.statement import Statement
from pages.reinforcement_learning.expected_return.statement import (
    STATEMENT as EXPECTED_RETURN,
)

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

HORIZON = 8

QUANTITIES = (
    EXPECTED_RETURN.quantity("rewards"),
    slider(
        "lam",
        r"\lambda",
        "0 trusts the critic, 1 only the rewards",
        0.8,
        low=0,
        high=1,
        step=0.01,
    ),
    EXPECTED_RETURN.control("gamma"),
    EXPECTED_RETURN.control("late_reward"),
    slider(
        "critic",
        "c",
        "fraction of the true value that the critic believes",
        0.5,
        low=0,
        high=2,
        step=0.05,
    ),
    quantity(
        "values", "V", "value of each state, as the critic sees it", ("S",), origin=0
    ),
    quantity("blended", r"G^{\lambda}", "λ-return after t steps", ("T",), origin=0),
    quantity(
        "advantages", "A", "advantage by generalized estimation", ("T",), origin=0
    ),
)


def inputs(
    lam: float, gamma: float, late_reward: float, critic: float
) -> dict[str, Any]:
    """Pay one reward at the end, and let a critic guess what is to come."""
    rewards = np.zeros(HORIZON)
    rewards[-1] = late_reward
    guesses = critic * returns_to_go(rewards, gamma)
    return {
        "rewards": rewards,
        "values": np.append(guesses, 0.0),  # the episode has ended
        "gamma": gamma,
        "lam": lam,
    }


@dataclass(frozen=True)
class Result:
    """Targets between the critic and the whole return, and advantages."""

    blended: Array
    advantages: Array
    whole: Array
    errors: Array


def compute(rewards: Array, values: Array, gamma: float, lam: float) -> Result:
    """Blend the n-step returns of every step."""
    return Result(
        blended=lambda_returns(rewards, values, gamma, lam),
        advantages=gae(rewards, values, gamma, lam),
        whole=returns_to_go(rewards, gamma),
        errors=gae(rewards, values, gamma, 0.0),
    )


def equations() -> tuple[Equation, ...]:
    """Write the λ-return step by step and as a sum, and the advantages."""
    from sympy import Piecewise

    from notation.trees import Equation, arrays, sum_over, symbols, unevaluated

    R, V, G, A = arrays("rewards values blended advantages")
    gamma, lam, T, t, k = symbols("gamma lam T t k")
    with unevaluated():
        error = R[t + k + 1] + gamma * V[t + k + 1] - V[t + k]
        # Nothing follows the last reward.
        later = Piecewise((G[t + 1], t < T - 1), (0, True))
        term = R[t + k + 1] + gamma * (1 - lam) * V[t + k + 1]
        return (
            Equation(A[t], sum_over((gamma * lam) ** k * error, k, 0, T - t - 1)),
            Equation(A[t], G[t] - V[t]),
            Equation(
                G[t],
                # The end is worth nothing, so no term of the last state follows.
                sum_over((gamma * lam) ** k * term, k, 0, T - t - 1),
            ),
            Equation(
                G[t],
                R[t + 1] + gamma * ((1 - lam) * V[t + 1] + lam * later),
            ),
        )


def identities() -> tuple[Identity, ...]:
    """Write that the weights sum to 1, and what the λ-return averages."""
    from notation.trees import Identity, symbols

    lam, gamma = symbols("lam gamma", positive=True)
    r = symbols("R_1:4", positive=True)
    v = symbols("V_1:4", positive=True)
    one = r[0] + gamma * v[0]
    two = r[0] + gamma * r[1] + gamma**2 * v[1]
    three = r[0] + gamma * r[1] + gamma**2 * r[2] + gamma**3 * v[2]
    nested = r[1] + gamma * ((1 - lam) * v[1] + lam * (r[2] + gamma * v[2]))
    return (
        Identity(
            "The weights of the n-step returns add up to 1.",
            sum((1 - lam) * lam**n for n in range(7)) + lam**7,
            1 + 0 * lam,
            r"(1 - \lambda) \sum_{n=1}^{T-1} \lambda^{n-1} + \lambda^{T-1} = 1",
        ),
        Identity(
            "The λ-return is the average of the n-step returns with these weights.",
            r[0] + gamma * ((1 - lam) * v[0] + lam * nested),
            (1 - lam) * one + (1 - lam) * lam * two + lam**2 * three,
            r"G_t^{\lambda} = (1 - \lambda) \sum_{n=1}^{T-t-1} \lambda^{n-1} "
            r"G_{t:t+n} + \lambda^{T-t-1} G_t",
        ),
    )


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=(
        r"<blended>_t = <rewards>_{t+1} + <gamma> \left((1 - <lam>)\, <values>_{t+1} + "
        r"<lam>\, <blended>_{t+1}\right)"
    ),
    main_result="blended",
)
