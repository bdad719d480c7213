"""Policy iteration: what is shown, computed and proved."""

from __future__ import annotations

import functools
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from formulas.checks import Array
from formulas.reinforcement_learning.mdp import MDP, example_3_5
from formulas.reinforcement_learning.planning import policy_iterations
from notation.quantities import quantity, slider
from notation.statement import Statement
from pages.reinforcement_learning.bellman.statement import STATEMENT as BELLMAN

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

MOST_ROUNDS = 10
CELLS = 25
TIE = 1e-12  # of two actions: closer values differ by rounding only

QUANTITIES = (
    BELLMAN.quantity("values"),
    quantity("policy", r"\pi", "action of each state", ("S",), origin=0, call=True),
    quantity(
        "improved", r"\pi'", "better action of each state", ("S",), origin=0, call=True
    ),
    BELLMAN.quantity("rewards"),
    BELLMAN.quantity("next_state"),
    BELLMAN.control("gamma"),
    slider(
        "rounds",
        "k",
        "improvements made",
        1,
        low=0,
        high=MOST_ROUNDS,
        step=1,
        stepwise=True,
    ),
    BELLMAN.control("reward_a"),
    slider(
        "start",
        r"\pi_0",
        "first action everywhere: 0 up, 1 right, 2 down, 3 left",
        1,
        low=0,
        high=3,
        step=1,
    ),
)


@dataclass(frozen=True, eq=False)
class Round:
    """One policy and its values.

    Attributes
    ----------
    policy : (S,) ndarray of int
        The action of each state.
    values : (S,) ndarray
        What the policy earns from each state on.
    """

    policy: NDArray[np.int_]
    values: Array


@functools.lru_cache(maxsize=32)  # while the other controls move
def world(reward_a: float) -> MDP:
    """Return the grid of the lesson."""
    return example_3_5(reward_a)


@functools.lru_cache(maxsize=256)  # while the rounds move
def whole_run(gamma: float, reward_a: float, start: int) -> tuple[Round, ...]:
    """Improve until nothing changes; the last policy is the best one."""
    grid = world(reward_a)
    rounds = policy_iterations(
        grid.P, grid.R, gamma, policy0=np.full(CELLS, start), tie=TIE
    )
    return tuple(Round(found.policy, found.v) for found in rounds)


def inputs(gamma: float, reward_a: float, rounds: int, start: int) -> dict[str, Any]:
    """Stand before the next improvement."""
    run = whole_run(gamma, reward_a, start)
    grid = world(reward_a)
    return {
        "P": grid.P,
        "rewards": grid.R,
        "next_state": grid.P.argmax(axis=2),
        "policy": run[min(rounds, len(run) - 1)].policy,
        "gamma": gamma,
        "run": run,
    }


@dataclass(frozen=True)
class Result:
    """The values of the policy, and the policy that is greedy for them."""

    values: Array
    improved: NDArray[np.int_]


def compute(P: Array, rewards: Array, policy: NDArray[np.int_], gamma: float) -> Result:
    """Evaluate the policy, and improve it once."""
    rounds = policy_iterations(P, rewards, gamma, policy0=policy, tie=TIE)
    here, *better = itertools.islice(rounds, 2)
    return Result(values=here.v, improved=(better or [here])[0].policy)


def equations() -> tuple[Equation, ...]:
    """Write the values of the policy, and that the better one is greedy for them."""
    from notation.trees import Equation, arrays, maximum, symbols, unevaluated

    v, policy, improved = arrays("values policy improved")
    r, next_state = arrays("rewards next_state")
    gamma, s, a, n, states = symbols("gamma s a A S")
    with unevaluated():

        def ahead(action: Any) -> Any:
            return r[s, action] + gamma * v[next_state[s, action]]

        return (
            Equation(
                ahead(improved[s]),
                maximum(ahead(a), a, 0, n - 1),
                ranges=((s, 0, states - 1),),
            ),
            Equation(v[s], ahead(policy[s])),
        )


def identities() -> tuple[Identity, ...]:
    """Write what a better action gains, over and over again."""
    from sympy import Rational

    from notation.trees import Identity, symbols

    g, r, gain = symbols("gamma r d", positive=True)
    value = r / (1 - g)
    return (
        Identity(
            "An action that gains d each time is worth d more, discounted again and again.",
            (r + gain) / (1 - g) - value,
            gain / (1 - g),
            r"v_{\pi'}(s) - v_\pi(s) = d + \gamma d + \gamma^2 d + \dots = "
            r"\frac{d}{1 - \gamma}",
        ),
        Identity(
            "The value of going round in five steps, as the best policy does from A.",
            r + g**5 * (r / (1 - g**5)),
            r / (1 - g**5) * Rational(1),
            r"v_*(A) = r_A + \gamma^5 v_*(A) = \frac{r_A}{1 - \gamma^5}",
        ),
    )


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=(
        r"\begin{gathered} <values>(s) = <rewards>(s, <policy>(s)) + <gamma> <values>"
        r"(<next_state>(s, <policy>(s))) \\ <improved>(s) = \operatorname*{arg\,max}_a "
        r"\left[<rewards>(s, a) + <gamma> <values>(<next_state>(s, a))\right] "
        r"\end{gathered}"
    ),
    main_result="values",
)
