"""Q-learning that forgets what the next state is worth."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from formulas.checks import Array
from pages.reinforcement_learning.q_learning import statement as whole

if TYPE_CHECKING:
    from notation.trees import Equation

COMPARED = ("target",)


def compute(
    action_values: Array,
    state: int,
    action: int,
    reward: float,
    next_state: int,
    alpha: float,
) -> whole.Result:
    """Move the value towards the reward alone."""
    return whole.compute(
        action_values, state, action, reward, next_state, alpha, gamma=0.0
    )


def equations() -> tuple[Equation, ...]:
    """Strike the value of the next state out of the target."""
    from notation.trees import (
        Equation,
        arrays,
        maximum,
        struck,
        symbols,
        unevaluated,
    )

    (Q,) = arrays("action_values")
    next_state, best, n = symbols("next_state best_action A")
    reward, gamma, y = symbols("reward gamma target")
    with unevaluated():
        ahead = gamma * maximum(Q[next_state, best], best, 0, n - 1)
        first = Equation(y, reward + struck(ahead, 0))
    return (first, *whole.equations()[1:])


STATEMENT = replace(
    whole.STATEMENT,
    compute=compute,
    build_equations=equations,
    build_identities=tuple,
    headline=(
        r"<action_values>(<state>, <action>) \leftarrow "
        r"<action_values>(<state>, <action>) + <alpha> \left[ <reward> + "
        r"\cancel{<gamma> \max_{<best_action>} "
        r"<action_values>(<next_state>, <best_action>)} - "
        r"<action_values>(<state>, <action>) \right]"
    ),
    main_result="target",
    line_result=None,
)
