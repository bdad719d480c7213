"""Bellman equation: what is derived, line by line."""

from __future__ import annotations

import itertools
from typing import Any

from sympy import Abs, Max, symbols

from notation.trees import Derivation, Step


def derivations() -> tuple[Derivation, ...]:
    """Derive the equation from the definition of the value, and its contraction."""
    return _from_the_definition(), _contraction()


def _from_the_definition() -> Derivation:
    """Take two actions, two next states, and two returns from each of them."""
    gamma, choice = symbols("gamma pi", positive=True)
    policy = (choice, 1 - choice)
    onward = [(chance, 1 - chance) for chance in symbols("p_1 p_2", positive=True)]
    luck = [(chance, 1 - chance) for chance in symbols("c_1 c_2", positive=True)]
    rewards = symbols("r_1:5", positive=True)  # one for each action and next state
    returns = symbols("g_1:5", positive=True)  # two for each next state
    two = range(2)

    def expected(s: int) -> Any:
        return sum(luck[s][k] * returns[2 * s + k] for k in two)

    def over_moves(term: Any) -> Any:
        return sum(
            policy[a] * onward[a][s] * term(a, s)
            for a, s in itertools.product(two, repeat=2)
        )

    every = sum(
        policy[a] * onward[a][s] * luck[s][k] * (rewards[2 * a + s] + gamma * g)
        for a, s, k in itertools.product(two, repeat=3)
        for g in (returns[2 * s + k],)
    )
    inside = over_moves(
        lambda a, s: sum(
            luck[s][k] * (rewards[2 * a + s] + gamma * returns[2 * s + k]) for k in two
        )
    )
    linear = over_moves(lambda a, s: rewards[2 * a + s] + gamma * expected(s))
    values = [expected(s) for s in two]
    named = over_moves(lambda a, s: rewards[2 * a + s] + gamma * values[s])
    return Derivation(
        "The value of a state follows from the values of the states that may come next.",
        every,
        (
            Step(
                "The return is the next reward plus $\\gamma$ times the return from the "
                "next step on.",
                every,
                r"\mathbb{E}_\pi\left[R_{t+1} + \gamma\, G_{t+1} \mid S_t = s\right]",
            ),
            Step(
                "The expectation is taken over action, next state and reward first; what "
                "comes later depends on the next state alone (the Markov property).",
                inside,
                r"\sum_a \pi(a \mid s) \sum_{s', r} p(s', r \mid s, a)\, "
                r"\mathbb{E}_\pi\left[r + \gamma\, G_{t+1} \mid S_{t+1} = s'\right]",
            ),
            Step(
                "The expectation is linear, and here $r$ and $\\gamma$ are constants.",
                linear,
                r"\sum_a \pi(a \mid s) \sum_{s', r} p(s', r \mid s, a) \left(r + "
                r"\gamma\, \mathbb{E}_\pi\left[G_{t+1} \mid S_{t+1} = s'\right]\right)",
            ),
            Step(
                "The expected return from $s'$ is by definition its value.",
                named,
                r"\sum_a \pi(a \mid s) \sum_{s', r} p(s', r \mid s, a) \left(r + "
                r"\gamma\, v_\pi(s')\right)",
            ),
        ),
        r"v_\pi(s) = \mathbb{E}_\pi\left[G_t \mid S_t = s\right]",
    )


def _contraction() -> Derivation:
    """Take two guesses for three states that may come next."""
    gamma, reward = symbols("gamma r", positive=True)
    weights = symbols("w_1:4", positive=True)
    v, u = symbols("v_1:4", positive=True), symbols("u_1:4", positive=True)
    p = [w / sum(weights) for w in weights]
    gaps = [a - b for a, b in zip(v, u, strict=True)]

    def swept(guess: Any) -> Any:
        return reward + gamma * sum(q * a for q, a in zip(p, guess, strict=True))

    largest = Max(*(Abs(gap) for gap in gaps))
    return Derivation(
        "A sweep brings two guesses closer together, at least by the factor $\\gamma$; "
        "with $u = v_\\pi$, which no sweep changes, that is the largest error.",
        Abs(swept(v) - swept(u)),
        (
            Step(
                "Both sweeps add the same reward, which cancels.",
                Abs(gamma * sum(q * gap for q, gap in zip(p, gaps, strict=True))),
                r"\gamma\, \left|\sum_{s'} p(s' \mid s) \left(v(s') - u(s')\right)\right|",
            ),
            Step(
                "The triangle inequality: a sum is at most as large as the sum of the "
                "absolute values.",
                gamma * sum(q * Abs(gap) for q, gap in zip(p, gaps, strict=True)),
                r"\gamma \sum_{s'} p(s' \mid s) \left|v(s') - u(s')\right|",
                r"\le",
            ),
            Step(
                "No difference is larger than the largest one.",
                gamma * sum(q * largest for q in p),
                r"\gamma \sum_{s'} p(s' \mid s)\, \max_x \left|v(x) - u(x)\right|",
                r"\le",
            ),
            Step(
                "The probabilities sum to 1.",
                gamma * largest,
                r"\gamma\, \max_x \left|v(x) - u(x)\right|",
            ),
        ),
        r"\left|(T v)(s) - (T u)(s)\right|, \qquad "
        r"(T v)(s) = r(s) + \gamma \sum_{s'} p(s' \mid s)\, v(s')",
    )
