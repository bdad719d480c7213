"""Actor and critic: what is shown, computed and proved."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from formulas.checks import Array
from formulas.linear_algebra.softmax import softmax
from formulas.reinforcement_learning.actor_critic import actor_critic_step
from formulas.reinforcement_learning.corridor import corridor_values
from notation.quantities import option, quantity, slider
from notation.statement import Statement
from pages.reinforcement_learning.policy_gradient.statement import (
    STATEMENT as POLICY_GRADIENT,
)

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

CELLS, GOAL = 3, 3
ACTIONS = ("left", "right")
# Where left and right lead from each cell of the corridor; in the middle they are swapped.
LEADS_TO = ((0, 1), (2, 0), (1, GOAL))

QUANTITIES = (
    quantity("td_error", r"\delta", "TD error: how much better the step went"),
    quantity("reward", "R", "reward of the step"),
    quantity("gamma", r"\gamma", "discount, here 1"),
    quantity(
        "v", "v", "the critic’s values; the goal’s is 0", ("S",), origin=0, call=True
    ),
    slider("cell", "S", "cell of the corridor", 0, low=0, high=CELLS - 1, step=1),
    option("taken", "A", "action taken", "right", choices=("right", "left")),
    quantity("action", "a", "number of the action: 0 for left, 1 for right"),
    quantity("next_state", "S'", "where the step leads; 3 is the goal"),
    dataclasses.replace(POLICY_GRADIENT.control("p"), default=0.5),
    slider(
        "accuracy",
        "k",
        "what the critic knows: v is k times the true value",
        1.0,
        low=0,
        high=1,
        step=0.05,
    ),
    slider(
        "alpha_critic",
        r"\alpha_v",
        "step size of the critic",
        0.5,
        low=0.05,
        high=1,
        step=0.05,
    ),
    slider(
        "alpha_actor",
        r"\alpha_\theta",
        "step size of the actor",
        0.3,
        low=0.02,
        high=0.6,
        step=0.02,
    ),
    quantity(
        "theta", r"\theta", "the actor’s preferences", ("S", "n"), origin=0, call=True
    ),
    quantity(
        "chosen", "x", "1 for the action taken, 0 for the other", ("n",), origin=0
    ),
    quantity("policy", r"\pi", "probability of each action", ("n",), origin=0),
    quantity(
        "v_new", "v'", "the critic’s values after the step", ("S",), origin=0, call=True
    ),
    quantity(
        "theta_new",
        r"\theta'",
        "the actor’s preferences after the step",
        ("S", "n"),
        origin=0,
        call=True,
    ),
)


def inputs(
    cell: int,
    taken: str,
    p: float,
    accuracy: float,
    alpha_critic: float,
    alpha_actor: float,
) -> dict[str, Any]:
    """Take one step of the corridor, where each costs 1."""
    action = ACTIONS.index(taken)
    theta = np.zeros((CELLS + 1, len(ACTIONS)))
    theta[:, 1] = math.log(p / (1 - p))
    return {
        "reward": -1.0,
        "gamma": 1.0,
        "v": accuracy * true_values(p),
        "cell": cell,
        "action": action,
        "next_state": LEADS_TO[cell][action],
        "alpha_critic": alpha_critic,
        "alpha_actor": alpha_actor,
        "theta": theta,
        "chosen": np.eye(len(ACTIONS))[action],
    }


def true_values(p: float) -> Array:
    """Return the expected return from each cell, and from the goal."""
    return np.append(corridor_values(p), 0.0)


@dataclass(frozen=True)
class Result:
    """The TD error, the policy before the step, and both tables after it."""

    td_error: float
    policy: Array
    v_new: Array
    theta_new: Array


def compute(
    theta: Array,
    v: Array,
    cell: int,
    action: int,
    reward: float,
    next_state: int,
    alpha_actor: float,
    alpha_critic: float,
    gamma: float,
) -> Result:
    """Let both learn from one step."""
    step = actor_critic_step(
        theta,
        v,
        cell,
        action,
        reward,
        next_state,
        alpha_actor=alpha_actor,
        alpha_critic=alpha_critic,
        gamma=gamma,
    )
    return Result(step.td_error, softmax(theta[cell]), step.v, step.theta)


def equations() -> tuple[Equation, ...]:
    """Write the policy, the TD error, and what both learn from it."""
    from sympy import exp

    from notation.trees import Equation, arrays, sum_over, symbols, unevaluated

    v, v_new, theta, theta_new = arrays("v v_new theta theta_new")
    policy, chosen = arrays("policy chosen")
    s, after, reward, gamma = symbols("cell next_state reward gamma")
    error, critic, actor = symbols("td_error alpha_critic alpha_actor")
    n, i, j = symbols("n i j")
    with unevaluated():
        return (
            Equation(
                policy[i], exp(theta[s, i]) / sum_over(exp(theta[s, j]), j, 0, n - 1)
            ),
            Equation(error, reward + gamma * v[after] - v[s]),
            Equation(v_new[s], v[s] + critic * error),
            Equation(
                theta_new[s, i],
                theta[s, i] + actor * error * (chosen[i] - policy[i]),
                ranges=((i, 0, n - 1),),
            ),
        )


def identities() -> tuple[Identity, ...]:
    """Write that true values make the TD error an advantage, and the score."""
    from sympy import Derivative, exp, log

    from notation.trees import Identity, symbols

    p, left, right, here = symbols("p q_left q_right v", positive=True)
    a, b = symbols("theta_0 theta_1", positive=True)
    value = (1 - p) * left + p * right
    share = exp(a) / (exp(a) + exp(b))
    return (
        Identity(
            "With the true value the TD error is 0 on average over the actions.",
            ((1 - p) * (left - value) + p * (right - value)) + here,
            here,
            r"\sum_a \pi(a) \left(q(s, a) - v(s)\right) = 0",
        ),
        Identity(
            "The actor’s step is along the slope of the log-probability.",
            Derivative(log(share), a),
            1 - share,
            r"\frac{\partial \log \pi(a)}{\partial \theta(a)} = 1 - \pi(a)",
        ),
    )


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=(
        r"\begin{gathered} <td_error> = <reward> + <gamma>\, <v>(<next_state>) - "
        r"<v>(<cell>), \quad <v>(<cell>) \leftarrow <v>(<cell>) + <alpha_critic> <td_error> "
        r"\\ <theta>(<cell>) \leftarrow <theta>(<cell>) + <alpha_actor> <td_error>\, "
        r"\nabla \log <policy>(<taken>) \end{gathered}"
    ),
    main_result="td_error",
)
