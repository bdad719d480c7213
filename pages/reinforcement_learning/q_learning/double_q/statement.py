"""Double Q-learning: what is shown, computed and proved."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from formulas.checks import Array
from formulas.reinforcement_learning.q_learning import q_learning_update
from formulas.reinforcement_learning.q_updates import double_q_update
from notation.quantities import quantity, slider
from notation.statement import Statement
from pages.reinforcement_learning.q_learning.statement import STATEMENT as Q_LEARNING

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

ACTIONS = 10
DRAWS = 2000

QUANTITIES = (
    quantity(
        "action_values", "Q_1", "table that is updated", ("S", "A"), origin=0, call=True
    ),
    quantity("other_values", "Q_2", "other table", ("S", "A"), origin=0, call=True),
    *map(Q_LEARNING.quantity, ("state", "action", "reward", "next_state")),
    quantity("best_action", "a^*", "best next action by the first table"),
    slider(
        "noise",
        r"\sigma",
        "standard deviation of the errors in both tables",
        1.0,
        low=0.1,
        high=1.5,
        step=0.05,
    ),
    slider(
        "gap",
        "d",
        "true value of next action 0; that of the others is 0",
        0.0,
        low=0,
        high=1.5,
        step=0.05,
    ),
    Q_LEARNING.control("alpha"),
    Q_LEARNING.control("gamma"),
    Q_LEARNING.control("seed"),
    quantity("plain", r"y_{\text{Q}}", "target of Q-learning"),
    quantity("target", "y", "target of double Q-learning"),
    quantity(
        "updated", "Q_1'", "table after the update", ("S", "A"), origin=0, call=True
    ),
)


@functools.cache
def errors() -> Array:
    """Return standard normal errors: a draw, a table, an action."""
    drawn = np.random.default_rng(0).standard_normal((DRAWS, 2, ACTIONS))
    drawn.setflags(write=False)
    return drawn


def true_values(gap: float) -> Array:
    """Return what the next actions are really worth."""
    values = np.zeros(ACTIONS)
    values[0] = gap
    return values


def inputs(
    noise: float, gap: float, alpha: float, gamma: float, seed: int
) -> dict[str, Any]:
    """Draw both tables' errors about the next state; about this one both say 0."""
    tables = np.zeros((2, 2, ACTIONS))
    tables[:, 1] = true_values(gap) + noise * errors()[seed]
    return {
        "action_values": tables[0],
        "other_values": tables[1],
        "state": 0,
        "action": 0,
        "reward": 0.0,
        "next_state": 1,
        "best_action": int(tables[0, 1].argmax()),
        "alpha": alpha,
        "gamma": gamma,
    }


@dataclass(frozen=True)
class Result:
    """What both methods move the value toward, and the table after one update."""

    plain: float
    target: float
    updated: Array


def compute(
    action_values: Array,
    other_values: Array,
    state: int,
    action: int,
    reward: float,
    next_state: int,
    alpha: float,
    gamma: float,
) -> Result:
    """Update one value by double Q-learning; Q-learning's target stands beside it."""
    step = (state, action, reward, next_state)
    plain = q_learning_update(action_values, *step, alpha=alpha, gamma=gamma)
    double = double_q_update(
        action_values, other_values, *step, alpha=alpha, gamma=gamma
    )
    return Result(plain=plain.target, target=double.target, updated=double.Q_new)


def equations() -> tuple[Equation, ...]:
    """Write both targets, which action is chosen, and the update."""
    from notation.trees import Equation, arrays, maximum, symbols, unevaluated

    Q, other, updated = arrays("action_values other_values updated")
    s, a, after, best = symbols("state action next_state best_action")
    n, k, reward = symbols("A k reward")
    alpha, gamma, y, plain = symbols("alpha gamma target plain")
    with unevaluated():
        largest = maximum(Q[after, k], k, 0, n - 1)
        return (
            Equation(largest, Q[after, best]),
            Equation(plain, reward + gamma * largest),
            Equation(y, reward + gamma * other[after, best]),
            Equation(updated[s, a], Q[s, a] + alpha * (y - Q[s, a])),
        )


def identities() -> tuple[Identity, ...]:
    """Write why the larger of two estimates is too large on average."""
    from sympy import Abs, Max, Rational

    from notation.trees import Identity, symbols

    x, y = symbols("x y", positive=True)
    half = Rational(1, 2)
    return (
        Identity(
            "The larger of two estimates exceeds their mean by half their distance.",
            Max(x, y),
            half * (x + y) + half * Abs(x - y),
            r"\max(x, y) = \frac{x + y}{2} + \frac{|x - y|}{2}",
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
        r"<target> = <reward> + <gamma>\, <other_values>(<next_state>, "
        r"\operatorname*{arg\,max}_a <action_values>(<next_state>, a)) \end{gathered}"
    ),
    main_result="target",
)
