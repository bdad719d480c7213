"""Q-learning update: what is shown, computed and proved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from formulas.checks import Array
from formulas.reinforcement_learning import q_learning as ql
from formulas.reinforcement_learning.q_learning import q_learning_update
from notation.quantities import quantity, slider
from notation.simulation import one_after_the_other
from notation.statement import Statement

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

QUANTITIES = (
    quantity(
        "action_values", "Q", "table of action values", ("S", "A"), origin=0, call=True
    ),
    quantity("state", "S_t", "state before the step"),
    quantity("action", "A_t", "action taken"),
    quantity("reward", "R_{t+1}", "reward of the step"),
    quantity("next_state", "S_{t+1}", "state after the step"),
    quantity("best_action", "a'", "any action in the next state"),
    slider("alpha", r"\alpha", "step size", 0.5, low=0.05, high=1, step=0.05),
    slider("gamma", r"\gamma", "discount", 1.0, low=0.5, high=1, step=0.05),
    slider(
        "epsilon",
        r"\varepsilon",
        "share of random actions",
        0.1,
        low=0,
        high=0.5,
        step=0.01,
    ),
    slider("episodes", "n", "episodes of training shown", 200, low=1, high=500, step=1),
    slider("seed", r"\text{seed}", "seed of the random run", 0, low=0, high=20, step=1),
    quantity("target", "y", "what the value is moved towards"),
    quantity("error", r"\delta", "target minus old value"),
    quantity(
        "updated", "Q'", "table after the update", ("S", "A"), origin=0, call=True
    ),
)

EXAMPLE = {
    "action_values": np.array([[2.0, 0.0], [5.0, 1.0]]),
    "state": 0,
    "action": 0,
    "reward": -1.0,
    "next_state": 1,
}
METHODS = {"Q-learning": "q_learning", "Sarsa": "sarsa"}
CLIFF = ql.cliff_walk()
EPISODES = np.arange(1, 501)


def inputs(alpha: float, gamma: float) -> dict[str, Any]:
    return {**EXAMPLE, "alpha": alpha, "gamma": gamma}


@dataclass(frozen=True)
class Result:
    """What the formula gives."""

    target: float
    error: float
    updated: Array


def compute(
    action_values: ArrayLike,
    state: int,
    action: int,
    reward: float,
    next_state: int,
    alpha: float,
    gamma: float,
) -> Result:
    update = q_learning_update(
        action_values, state, action, reward, next_state, alpha=alpha, gamma=gamma
    )
    return Result(target=update.target, error=update.td_error, updated=update.Q_new)


def train_both(alpha, gamma, epsilon, seed):
    rates = {"alpha": alpha, "gamma": gamma, "epsilon": epsilon, "rng": seed}
    rates["n_episodes"] = len(EPISODES)
    runs = (ql.training_history(CLIFF, k, **rates) for k in METHODS.values())
    return (yield from one_after_the_other(*runs))


def earned(name):
    rates = {"alpha": 0.5, "gamma": 1.0, "epsilon": 0.1}
    return ql.train(CLIFF, METHODS[name], n_episodes=300, **rates).returns[-100:].mean()


def equations() -> tuple[Equation, ...]:
    from notation.trees import Equation, arrays, maximum, symbols, unevaluated

    Q, updated = arrays("action_values updated")
    s, a, ahead, best, n = symbols("state action next_state best_action A")
    reward, alpha, gamma, y, error = symbols("reward alpha gamma target error")
    with unevaluated():
        return (
            Equation(y, reward + gamma * maximum(Q[ahead, best], best, 0, n - 1)),
            Equation(error, y - Q[s, a]),
            Equation(updated[s, a], Q[s, a] + alpha * error),
        )


def identities() -> tuple[Identity, ...]:
    from sympy import Derivative

    from notation.trees import Identity, symbols

    q, y, alpha = symbols("q y alpha", positive=True)
    n = 4
    value = q
    for _ in range(n):
        value = value + alpha * (y - value)
    return (
        Identity(
            "The update is a moving average of the old value and the target.",
            q + alpha * (y - q),
            (1 - alpha) * q + alpha * y,
            r"Q + \alpha (y - Q) = (1 - \alpha) Q + \alpha y",
        ),
        Identity(
            "With a fixed target the error shrinks by the factor 1 − α at each update.",
            value,
            y + (1 - alpha) ** n * (q - y),
            r"Q_n = y + (1 - \alpha)^n (Q_0 - y)",
        ),
        Identity(
            "The step is proportional to the error.",
            Derivative(q + alpha * (y - q), alpha),
            y - q,
            r"\frac{\partial Q'}{\partial \alpha} = \delta",
        ),
    )


def answer():
    return max(METHODS, key=earned)


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    answer=answer,
    headline=(
        r"<action_values>(<state>, <action>) \leftarrow "
        r"<action_values>(<state>, <action>) + <alpha> \left[ <reward> + <gamma> "
        r"\max_{<best_action>} <action_values>(<next_state>, <best_action>) - "
        r"<action_values>(<state>, <action>) \right]"
    ),
    equivalents=(
        (
            "action_values[state, action] + alpha * (reward + gamma * "
            "numpy.max(action_values[next_state]) - action_values[state, action])"
        ),
    ),
    simulate=train_both,
    progress_label="Training Q-learning and Sarsa",
)
