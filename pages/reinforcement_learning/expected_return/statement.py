"""Expected return: what is shown, computed and proved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from formulas.checks import Array
from formulas.reinforcement_learning.expected_return import (
    discounted_rewards,
    returns_to_go,
)
from notation.own_numbers import own_numbers
from notation.quantities import quantity, slider
from notation.statement import Statement

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

OWN = own_numbers(
    "your own rewards",
    "0, 0, 5, -1, -1, 10",
    low=-1000,
    high=1000,
    least=1,
    replaces=("horizon", "step_reward", "late_reward", "delay"),
)
QUANTITIES = (
    quantity("rewards", "R", "rewards, the first is R₁", ("T",)),
    slider("gamma", r"\gamma", "discount", 0.9, low=0, high=1, step=0.01),
    slider(
        "horizon", "T", "number of steps of the episode", 20, low=1, high=100, step=1
    ),
    slider("step_reward", "r", "reward of every step", 1.0, low=-2, high=8, step=0.1),
    slider(
        "late_reward",
        r"r_{\text{late}}",
        "one reward on top, paid late",
        10.0,
        low=0,
        high=50,
        step=1,
    ),
    slider(
        "delay",
        r"k_{\text{late}}",
        "steps after the first reward",
        10,
        low=0,
        high=50,
        step=1,
    ),
    quantity(
        "returns",
        "G",
        "return: sum of the discounted rewards after t steps",
        ("T",),
        origin=0,
    ),
    quantity(
        "value",
        r"v_\pi(s)",
        "mean return from s under π",
    ),
    OWN,
)


def inputs(
    gamma: float,
    horizon: int,
    step_reward: float,
    late_reward: float,
    delay: int,
    own: str,
) -> dict[str, Any]:
    """Pay one reward at every step, and one on top that comes late, or the reader's."""
    rewards = OWN.numbers(own)
    if rewards is not None:
        return {"rewards": rewards, "gamma": gamma}
    rewards = _rewards(step_reward, late_reward, delay, horizon)
    late = {"delay": delay} if late_reward else {}  # its term is told in a long sum
    return {"rewards": rewards, "gamma": gamma, **late}


def _rewards(step_reward: float, late_reward: float, delay: int, horizon: int) -> Array:
    """Return the rewards of an episode; beyond its end the late one is never paid."""
    rewards = np.full(horizon, float(step_reward))
    rewards[delay : delay + 1] += late_reward
    return rewards


@dataclass(frozen=True)
class Result:
    """What is still to come at every step, and what each reward is worth now.

    Both with this ``discount``. The ``value`` is the expected return of the start under a
    policy that takes two actions with equal chances: one pays twice the reward, the other
    nothing.
    """

    value: float
    returns: Array
    worth: Array
    discount: float


def compute(rewards: Array, gamma: float) -> Result:
    """Add the rewards up from the end backwards."""
    returns = returns_to_go(rewards, gamma)
    return Result(
        value=float(returns[0]),
        returns=returns,
        worth=discounted_rewards(rewards, gamma),
        discount=gamma,
    )


def equations() -> tuple[Equation, ...]:
    """Write the expected return, and the return as one reward and the rest, and as a sum."""
    from sympy import Rational

    from notation.trees import Equation, arrays, sum_over, symbols, unevaluated

    R, G = arrays("rewards returns")
    gamma, T, t, k, delay, value = symbols("gamma T t k delay value")
    half = Rational(1, 2)
    with unevaluated():
        mean = half * (2 * R[k + 1]) + half * 0
        return (
            Equation(value, sum_over(gamma**k * mean, k, 0, T - 1)),
            Equation(G[t], R[t + 1] + gamma * G[t + 1], ranges=((t, 0, T - 2),)),
            Equation(
                G[t],
                sum_over(gamma**k * R[t + k + 1], k, 0, T - t - 1),
                told=delay - t,
            ),
        )


def identities() -> tuple[Identity, ...]:
    """Write what the same reward adds up to."""
    from sympy import Derivative, Sum

    from notation.trees import Identity, symbols

    gamma, r = symbols("gamma r", positive=True)
    k = symbols("k", integer=True)
    n = 5
    return (
        Identity(
            "The same reward at T steps is a geometric series.",
            Sum(gamma**k * r, (k, 0, n - 1)),
            r * (1 - gamma**n) / (1 - gamma),
            r"\sum_{k=0}^{T-1} \gamma^k r = r \, \frac{1 - \gamma^T}{1 - \gamma}",
        ),
        Identity(
            "Without an end, one reward now and the discounted rest are the whole again.",
            r / (1 - gamma),
            r + gamma * (r / (1 - gamma)),
            r"\sum_{k=0}^{\infty} \gamma^k r = \frac{r}{1 - \gamma} "
            r"= r + \gamma \, \frac{r}{1 - \gamma}",
        ),
        Identity(
            "Close to 1 a small change of the discount changes the return much.",
            Derivative(r / (1 - gamma), gamma),
            r / (1 - gamma) ** 2,
            r"\frac{d}{d\gamma} \frac{r}{1 - \gamma} = \frac{r}{(1 - \gamma)^2}",
        ),
    )


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=(
        r"<value> = \mathbb{E}_\pi\left[<returns>_t \mid S_t = s\right], \qquad "
        r"<returns>_t = \sum_{k=0}^{<horizon>-t-1} <gamma>^k <rewards>_{t+k+1}"
    ),
)
