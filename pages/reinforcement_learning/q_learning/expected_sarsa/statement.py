"""Expected Sarsa: what is shown, computed and proved."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from formulas.checks import Array
from formulas.reinforcement_learning.q_learning import q_learning_update
from formulas.reinforcement_learning.q_updates import expected_sarsa_update
from notation.quantities import quantity, slider
from notation.statement import Statement
from pages.reinforcement_learning.q_learning.statement import STATEMENT as Q_LEARNING

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

ACTIONS = ("up", "right", "down", "left")
NEXT_VALUES = (-13.0, -11.0, 0.0, -13.0)  # at the edge; that of down is set
OLD_VALUE, REWARD = -12.0, -1.0

QUANTITIES = (
    *map(
        Q_LEARNING.quantity,
        ("action_values", "state", "action", "reward", "next_state"),
    ),
    quantity(
        "greedy", "e", "1 for the best next action, 0 for others", ("A",), origin=0
    ),
    quantity("policy", r"\pi", "probability of each next action", ("A",), origin=0),
    dataclasses.replace(Q_LEARNING.control("epsilon"), default=0.2),
    Q_LEARNING.control("gamma"),
    Q_LEARNING.control("alpha"),
    slider(
        "fall",
        r"Q_{\text{down}}",
        "value of the next action down, off the cliff",
        -100.0,
        low=-120,
        high=0,
        step=5,
    ),
    Q_LEARNING.control("seed"),
    Q_LEARNING.quantity("target"),
    quantity("plain", r"y_{\text{Q}}", "target of Q-learning"),
    quantity("spread", r"\sigma_y", "standard deviation of Sarsa’s target"),
    Q_LEARNING.quantity("updated"),
)


def inputs(epsilon: float, gamma: float, alpha: float, fall: float) -> dict[str, Any]:
    """Step right along the edge; a random next action may lead down the cliff."""
    table = np.zeros((2, len(ACTIONS)))
    table[0] = OLD_VALUE
    table[1] = NEXT_VALUES
    table[1, ACTIONS.index("down")] = fall
    return {
        "action_values": table,
        "state": 0,
        "action": ACTIONS.index("right"),
        "reward": REWARD,
        "next_state": 1,
        "greedy": np.eye(len(ACTIONS))[table[1].argmax()],
        "epsilon": epsilon,
        "gamma": gamma,
        "alpha": alpha,
    }


@dataclass(frozen=True)
class Result:
    """The policy ahead, the targets of three methods, and the table after an update."""

    policy: Array
    target: float
    plain: float
    spread: float
    updated: Array


def compute(
    action_values: Array,
    state: int,
    action: int,
    reward: float,
    next_state: int,
    greedy: Array,
    epsilon: float,
    gamma: float,
    alpha: float,
) -> Result:
    """Update one value by expected Sarsa; the other targets stand beside it."""
    step = (state, action, reward, next_state)
    policy = epsilon / len(greedy) + (1 - epsilon) * greedy
    update = expected_sarsa_update(
        action_values, *step, policy, alpha=alpha, gamma=gamma
    )
    plain = q_learning_update(action_values, *step, alpha=alpha, gamma=gamma)
    sampled = reward + gamma * action_values[next_state]
    return Result(
        policy=policy,
        target=update.target,
        plain=plain.target,
        spread=float(np.sqrt(policy @ (sampled - update.target) ** 2)),
        updated=update.Q_new,
    )


def equations() -> tuple[Equation, ...]:
    """Write the policy, the targets, how Sarsa's scatters, and the update."""
    from sympy import sqrt

    from notation.trees import Equation, arrays, maximum, sum_over, symbols, unevaluated

    Q, updated, policy, greedy = arrays("action_values updated policy greedy")
    s, a, after, n, k = symbols("state action next_state A k")
    reward, alpha, gamma, epsilon = symbols("reward alpha gamma epsilon")
    y, plain, spread = symbols("target plain spread")
    with unevaluated():
        largest = maximum(Q[after, k], k, 0, n - 1)
        scatter = (reward + gamma * Q[after, k] - y) ** 2
        return (
            Equation(policy[k], epsilon / n + (1 - epsilon) * greedy[k]),
            Equation(largest, sum_over(greedy[k] * Q[after, k], k, 0, n - 1)),
            Equation(plain, reward + gamma * largest),
            Equation(spread, sqrt(sum_over(policy[k] * scatter, k, 0, n - 1))),
            Equation(updated[s, a], Q[s, a] + alpha * (y - Q[s, a])),
            Equation(
                y, reward + gamma * sum_over(policy[k] * Q[after, k], k, 0, n - 1)
            ),
        )


def identities() -> tuple[Identity, ...]:
    """Write that the mean of Sarsa's targets is this one, and what exploring costs."""
    from sympy import Rational

    from notation.trees import Identity, symbols

    r, g, eps = symbols("r gamma epsilon", positive=True)
    a, b = symbols("Q_1 Q_2", positive=True)
    half = Rational(1, 2)
    first, second = eps * half + (1 - eps), eps * half
    return (
        Identity(
            "The mean of Sarsa’s targets is the target of expected Sarsa.",
            first * (r + g * a) + second * (r + g * b),
            r + g * (first * a + second * b),
            r"\mathbb{E}_{A' \sim \pi}[R + \gamma Q(S', A')] = R + \gamma \sum_a \pi(a) "
            r"Q(S', a)",
        ),
        Identity(
            "Exploring costs ε times the distance of the best value from the mean value.",
            a - (first * a + second * b),
            eps * (a - half * (a + b)),
            r"\max_a Q - \sum_a \pi(a) Q = \varepsilon\, (\max_a Q - \bar Q)",
        ),
    )


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=(
        r"\begin{gathered} <action_values>(<state>, <action>) \leftarrow "
        r"<action_values>(<state>, <action>) + <alpha> \left[ <target> - "
        r"<action_values>(<state>, <action>) \right] \\ "
        r"<target> = <reward> + <gamma> \textstyle\sum_a <policy>(a \mid <next_state>)\, "
        r"<action_values>(<next_state>, a) \end{gathered}"
    ),
    main_result="target",
)
