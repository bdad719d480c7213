"""Q-learning update: what is shown, computed and proved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from formulas.checks import Array
from formulas.reinforcement_learning.environments import cliff_walk
from formulas.reinforcement_learning.q_learning import (
    Episode,
    greedy_path,
    q_learning_update,
    train,
    train_episodes,
)
from notation.quantities import option, quantity, slider
from notation.simulation import one_after_the_other
from notation.statement import Statement

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from notation.trees import Equation, Identity

MOST_EPISODES = 500

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
        "exploration rate: probability of a random action",
        0.1,
        low=0,
        high=0.5,
        step=0.01,
    ),
    slider(
        "episodes",
        "n",
        "episodes of training shown",
        50,
        low=1,
        high=MOST_EPISODES,
        step=1,
        stepwise=True,
    ),
    slider(
        "seed",
        r"\text{seed}",
        "seed of the random run",
        15,
        low=0,
        high=20,
        step=1,
        rare=True,
    ),
    quantity("target", "y", "target that the value is moved toward"),
    quantity("error", r"\delta", "temporal-difference error: target minus old value"),
    quantity(
        "updated", "Q'", "table after the update", ("S", "A"), origin=0, call=True
    ),
    slider(
        "cell",
        r"\text{cell}",
        "cell of the update, row by row",
        24,  # above the start
        low=0,
        high=36,
        step=1,
        rare=True,
    ),
    option(
        "move",
        r"\text{move}",
        "action of the update",
        "right",
        choices=("up", "right", "down", "left"),
        rare=True,
    ),
)

CLIFF = cliff_walk()
METHODS = {"Q-learning": "q_learning", "Sarsa": "sarsa"}
WINDOW = 20  # episodes that returns are averaged over


@dataclass(frozen=True, eq=False)
class Run:
    """A training run, one entry an episode.

    Attributes
    ----------
    tables : (n_episodes, S, A) ndarray
        The table of action values after each episode.
    returns : (n_episodes,) ndarray
        Sum of rewards of each episode.
    mean_returns : (n_episodes,) ndarray
        Mean of the last 20 returns, of fewer at the start.
    paths : list
        The greedy path after each episode; None where it loops.
    """

    tables: Array
    returns: Array
    mean_returns: Array
    paths: list[list[int] | None]


@dataclass(frozen=True, eq=False)
class Runs:
    """Both methods, trained at the same settings.

    Without the next state's value there is a third run, of Q-learning that is blind to it.
    """

    q_learning: Run
    sarsa: Run
    blind: Run | None = None


def simulate(
    alpha: float, gamma: float, epsilon: float, seed: int
) -> Generator[float, None, Runs]:
    """Train both methods on the cliff, keeping every table."""
    training = [
        train_episodes(
            CLIFF, method, alpha=alpha, gamma=gamma, epsilon=epsilon, rng=seed
        )
        for method in METHODS.values()
    ]
    q_learning, sarsa = yield from one_after_the_other(*map(recorded, training))
    return Runs(q_learning, sarsa)


def recorded(episodes: Iterator[Episode]) -> Generator[float, None, Run]:
    """Keep what each episode leaves, telling the share of them that are done."""
    tables = np.empty((MOST_EPISODES, *CLIFF.P.shape))
    returns = np.empty(MOST_EPISODES)
    for k in range(MOST_EPISODES):
        tables[k], returns[k], _, _ = next(episodes)
        yield (k + 1) / MOST_EPISODES
    return Run(tables, returns, _trailing_mean(returns), _greedy_paths(tables))


def _greedy_paths(tables: Array) -> list[list[int] | None]:
    """Follow the greedy policy of each table; many tables have the same one."""
    known: dict[bytes, list[int] | None] = {}
    paths = []
    for table in tables:
        policy = table.argmax(axis=1).tobytes()
        if policy not in known:
            known[policy] = greedy_path(table, CLIFF)
        paths.append(known[policy])
    return paths


def _trailing_mean(values: Array) -> Array:
    """Average each value with those before it, as many as there are in the window."""
    sums = np.cumsum(np.concatenate([np.zeros(WINDOW), values]))
    counts = np.minimum(np.arange(1, len(values) + 1), WINDOW)
    means: Array = (sums[WINDOW:] - sums[:-WINDOW]) / counts
    return means


def inputs(
    alpha: float, gamma: float, episodes: int, cell: int, move: str, history: Runs
) -> dict[str, Any]:
    """Step from a cell to the next one, with what Q-learning knows by then."""
    table = history.q_learning.tables[episodes - 1]
    action = CLIFF.actions.index(move)
    return {
        "action_values": table[[cell, CLIFF.P[cell, action]]],
        "state": 0,
        "action": action,
        "reward": float(CLIFF.R[cell, action]),
        "next_state": 1,
        "alpha": alpha,
        "gamma": gamma,
        "history": history,
    }


@dataclass(frozen=True)
class Result:
    """One update: what the value is moved towards, how far off it was, the table.

    It ``looks_ahead`` if the next state counts.
    """

    target: float
    error: float
    updated: Array
    looks_ahead: bool = True


def compute(
    action_values: Array,
    state: int,
    action: int,
    reward: float,
    next_state: int,
    alpha: float,
    gamma: float,
) -> Result:
    """Update the value of one action from one transition."""
    update = q_learning_update(
        action_values, state, action, reward, next_state, alpha=alpha, gamma=gamma
    )
    return Result(target=update.target, error=update.td_error, updated=update.Q_new)


def equations() -> tuple[Equation, ...]:
    """Write the target, the error and the new value."""
    from notation.trees import Equation, arrays, maximum, symbols, unevaluated

    Q, updated = arrays("action_values updated")
    s, a, next_state, best, n = symbols("state action next_state best_action A")
    reward, alpha, gamma, y, error = symbols("reward alpha gamma target error")
    with unevaluated():
        ahead = gamma * maximum(Q[next_state, best], best, 0, n - 1)
        return (
            Equation(y, reward + ahead),
            Equation(error, y - Q[s, a]),
            Equation(updated[s, a], Q[s, a] + alpha * (reward + ahead - Q[s, a])),
        )


def identities() -> tuple[Identity, ...]:
    """Write the update as a moving average, and what many of them do."""
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


def _late_return(name: str) -> float:
    """Return the mean return of the last 100 of 300 episodes."""
    run = train(CLIFF, METHODS[name], n_episodes=300, alpha=0.5, gamma=1.0, epsilon=0.1)
    return float(run.returns[-100:].mean())


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=(
        r"<action_values>(<state>, <action>) \leftarrow "
        r"<action_values>(<state>, <action>) + <alpha> \left[ <reward> + <gamma> "
        r"\max_{<best_action>} <action_values>(<next_state>, <best_action>) - "
        r"<action_values>(<state>, <action>) \right]"
    ),
    simulate=simulate,
    progress_label="Training Q-learning and Sarsa",
)
