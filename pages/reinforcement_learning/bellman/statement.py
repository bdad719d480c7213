"""Bellman equation: what is shown, computed and proved."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from formulas.checks import Array
from formulas.reinforcement_learning.bellman import (
    epsilon_greedy_policy,
    greedy_actions,
    optimal_values,
    policy_evaluation,
    policy_evaluation_exact,
    policy_matrices,
)
from formulas.reinforcement_learning.mdp import MDP, example_3_5
from notation.quantities import quantity, slider
from notation.statement import Statement

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

MOST_SWEEPS = 100

QUANTITIES = (
    quantity(
        "values",
        r"v_\pi",
        "value of each state: the expected return",
        ("S",),
        origin=0,
        call=True,
    ),
    quantity(
        "policy",
        r"\pi",
        "probability of each action in each state",
        ("S", "A"),
        origin=0,
        call=True,
    ),
    quantity(
        "rewards",
        "r",
        "reward of each action in each state",
        ("S", "A"),
        origin=0,
        call=True,
    ),
    slider("gamma", r"\gamma", "discount", 0.9, low=0, high=0.99, step=0.01),
    quantity(
        "next_state",
        "s'",
        "state that the action leads to",
        ("S", "A"),
        origin=0,
        call=True,
    ),
    quantity("v", "v_k", "guess after k sweeps", ("S",), origin=0, call=True),
    quantity(
        "v_next", "v_{k+1}", "guess after one more sweep", ("S",), origin=0, call=True
    ),
    quantity(
        "optimal",
        "v_*",
        "value of each state under the best policy",
        ("S",),
        origin=0,
        call=True,
    ),
    slider(
        "sweeps",
        "k",
        "sweeps: vₖ to vₖ₊₁",
        5,
        low=0,
        high=MOST_SWEEPS,
        step=1,
        stepwise=True,
    ),
    slider(
        "randomness",
        r"\rho",
        "probability of a random move, else a best one",
        1.0,
        low=0,
        high=1,
        step=0.05,
    ),
    slider(
        "reward_a",
        r"r_{\mathrm{A}}",
        "reward of leaving cell A",
        10.0,
        low=0,
        high=20,
        step=1,
    ),
    slider(
        "cell",
        r"\text{cell}",
        "state of the line and of the diagram, row by row",
        12,  # in the middle
        low=0,
        high=24,
        step=1,
        rare=True,
    ),
)
A = 1  # a cell of the 5 × 5 grid, counted row by row


def inputs(
    gamma: float, sweeps: int, randomness: float, reward_a: float
) -> dict[str, Any]:
    """Follow a policy between the best one and chance through the grid."""
    grid = _solved_grid(gamma, randomness, reward_a)
    return {
        "P": grid.P,
        "rewards": grid.rewards,
        "next_state": grid.next_state,
        "policy": grid.policy,
        "P_pi": grid.P_pi,
        "r_pi": grid.r_pi,
        "gamma": gamma,
        "randomness": randomness,
        "reward_a": reward_a,
        "sweeps": sweeps,
    }


@functools.lru_cache(maxsize=32)  # while the other controls move
def _world(reward_a: float) -> MDP:
    return example_3_5(reward_a)


@dataclass(frozen=True)
class _SolvedGrid:
    """The grid, a policy, the chain that is left of both, and their values."""

    P: Array
    rewards: Array
    next_state: Array
    policy: Array
    P_pi: Array
    r_pi: Array
    values: Array
    optimal: Array
    guesses: Array
    in_place: Array


@functools.lru_cache(maxsize=256)  # while the sweeps move
def _solved_grid(gamma: float, randomness: float, reward_a: float) -> _SolvedGrid:
    """Solve the equation for the policy and for the best one, and sweep over it."""
    world = _world(reward_a)
    optimal = optimal_values(world.P, world.R, gamma)
    greedy = greedy_actions(world.P, world.R, gamma, optimal=optimal)
    policy = epsilon_greedy_policy(greedy, randomness)
    P_pi, r_pi = policy_matrices(world.P, world.R, policy)
    grid = _SolvedGrid(
        P=world.P,
        rewards=world.R,
        next_state=world.P.argmax(axis=2),
        policy=policy,
        P_pi=P_pi,
        r_pi=r_pi,
        values=policy_evaluation_exact(P_pi, r_pi, gamma),
        optimal=optimal,
        guesses=policy_evaluation(P_pi, r_pi, gamma, n_sweeps=MOST_SWEEPS + 1),
        in_place=policy_evaluation(
            P_pi, r_pi, gamma, n_sweeps=MOST_SWEEPS, in_place=True
        ),
    )
    for array in vars(grid).values():
        array.setflags(write=False)
    return grid


@dataclass(frozen=True)
class Result:
    """The values of the policy and of the best one, and the guess of two sweeps.

    Attributes
    ----------
    guesses : (MOST_SWEEPS + 2, S) ndarray
        The guess before the first sweep and after each one.
    in_place : (MOST_SWEEPS + 1, S) ndarray
        The same where each new value is used at once, cell by cell.
    ahead : float
        The discount of the next state’s value.
    """

    values: Array
    v: Array
    v_next: Array
    optimal: Array
    guesses: Array
    in_place: Array
    ahead: float


def compute(gamma: float, randomness: float, reward_a: float, sweeps: int) -> Result:
    """Solve the equation, and sweep over it from zero."""
    grid = _solved_grid(gamma, randomness, reward_a)
    return Result(
        values=grid.values,
        v=grid.guesses[sweeps],
        v_next=grid.guesses[sweeps + 1],
        optimal=grid.optimal,
        guesses=grid.guesses,
        in_place=grid.in_place,
        ahead=gamma,
    )


def equations() -> tuple[Equation, ...]:
    """Write the values of a policy, one sweep, and the values of the best policy."""
    from notation.trees import Equation, arrays, maximum, sum_over, symbols, unevaluated

    values, v, v_next, optimal = arrays("values v v_next optimal")
    r, pi, next_state = arrays("rewards policy next_state")
    gamma, s, a, n = symbols("gamma s a A")
    with unevaluated():

        def backup(target: Any, known: Any) -> Equation:
            ahead = r[s, a] + gamma * known[next_state[s, a]]
            return Equation(target[s], sum_over(pi[s, a] * ahead, a, 0, n - 1))

        return (
            backup(values, values),
            backup(v_next, v),
            Equation(
                optimal[s],
                maximum(r[s, a] + gamma * optimal[next_state[s, a]], a, 0, n - 1),
            ),
        )


def identities() -> tuple[Identity, ...]:
    """Write the solution of two states, and how it answers to rewards and discount."""
    from sympy import Derivative

    from notation.trees import Identity, symbols

    g, p, q, r, u, c = symbols("gamma p q r u c", positive=True)
    det = (1 - g * p) * (1 - g * q) - g**2 * (1 - p) * (1 - q)

    def solved(first: Any, second: Any) -> tuple[Any, Any]:
        return (
            ((1 - g * q) * first + g * (1 - p) * second) / det,
            ((1 - g * p) * second + g * (1 - q) * first) / det,
        )

    v, w = solved(r, u)
    ahead = (p * v + (1 - p) * w, q * w + (1 - q) * v)
    return (
        Identity(
            "The linear system has one solution, and it is the expected return.",
            v,
            r + g * ahead[0],
            r"v = (I - \gamma P)^{-1} r \iff v = r + \gamma P v",
        ),
        Identity(
            "A constant added to every reward lifts every value alike.",
            solved(r + c, u + c)[0],
            v + c / (1 - g),
            r"v_{r + c}(s) = v_r(s) + \frac{c}{1 - \gamma}",
        ),
        Identity(
            "How much the values move with the discount.",
            Derivative(v, g),
            solved(*ahead)[0],
            r"\frac{dv}{d\gamma} = (I - \gamma P)^{-1} P v",
        ),
    )


def _value_of_a(randomness: float) -> float:
    """Return what A is worth with the reward and the discount of the book."""
    return float(_solved_grid(0.9, randomness, 10.0).values[A])


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=(
        r"<values>(s) = \mathbb{E}_\pi\left[R_{t+1} + <gamma> <values>(S_{t+1}) "
        r"\mid S_t = s\right] = \sum_a \pi(a \mid s) \sum_{s', r} p(s', r \mid s, a) "
        r"\left[r + <gamma> <values>(s')\right]"
    ),
    main_result="v_next",  # where the worked steps open, at the framed cell
    line_result=lambda: "v_next",  # of the guesses on the map, which the reader sees
    line_entry=lambda cell: (cell,),
)
