"""Q-learning that forgets what the next state is worth."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from formulas.checks import Array
from formulas.reinforcement_learning.q_learning import train_episodes
from notation.simulation import one_after_the_other
from pages.reinforcement_learning.q_learning import statement as whole

if TYPE_CHECKING:
    from collections.abc import Generator

    from notation.trees import Equation

COMPARED = ("Q-learning’s value of the start",)
LONGEST = 1000  # steps of an episode: without news of the goal it may never end


def simulate(
    alpha: float, gamma: float, epsilon: float, seed: int
) -> Generator[float, None, whole.Runs]:
    """Train both methods as they are, and Q-learning that forgets the next state."""
    rates: dict[str, Any] = {"alpha": alpha, "epsilon": epsilon, "rng": seed}
    training = [
        *(
            train_episodes(whole.CLIFF, method, gamma=gamma, **rates)
            for method in whole.METHODS.values()
        ),
        train_episodes(
            whole.CLIFF, "q_learning", gamma=0.0, max_steps=LONGEST, **rates
        ),
    ]
    runs = yield from one_after_the_other(*map(whole.recorded, training))
    return whole.Runs(*runs)


def inputs(
    alpha: float,
    gamma: float,
    episodes: int,
    cell: int,
    move: str,
    history: whole.Runs,
) -> dict[str, Any]:
    """Step right along the edge, with what this rule has learned by then."""
    blind = history.blind or history.q_learning
    own = replace(history, q_learning=blind)
    given = whole.inputs(alpha, gamma, episodes, cell, move, own)
    return {**given, "history": history}


def compute(
    action_values: Array,
    state: int,
    action: int,
    reward: float,
    next_state: int,
    alpha: float,
) -> whole.Result:
    """Move the value towards the reward alone."""
    update = whole.compute(
        action_values, state, action, reward, next_state, alpha, gamma=0.0
    )
    return replace(update, looks_ahead=False)


def equations() -> tuple[Equation, ...]:
    """Strike the value of the next state out of the target and of the update."""
    from notation.trees import (
        Equation,
        arrays,
        maximum,
        struck,
        symbols,
        unevaluated,
    )

    Q, updated = arrays("action_values updated")
    s, a, next_state, best, n = symbols("state action next_state best_action A")
    reward, alpha, gamma, y = symbols("reward alpha gamma target")
    _, error, _ = whole.equations()
    with unevaluated():
        ahead = struck(gamma * maximum(Q[next_state, best], best, 0, n - 1), 0)
        return (
            Equation(y, reward + ahead),
            error,
            Equation(updated[s, a], Q[s, a] + alpha * (reward + ahead - Q[s, a])),
        )


STATEMENT = replace(
    whole.STATEMENT,
    inputs=inputs,
    simulate=simulate,
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
)
