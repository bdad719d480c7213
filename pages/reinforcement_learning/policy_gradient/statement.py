"""Policy gradient (REINFORCE): what is shown, computed and proved."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from formulas.checks import Array
from formulas.reinforcement_learning.corridor import (
    corridor_episode,
    corridor_slope,
    corridor_value,
)
from formulas.reinforcement_learning.expected_return import returns_to_go
from formulas.reinforcement_learning.policy_gradient import (
    gradient_estimates,
    sums_of_episode,
    training_runs,
)
from notation.quantities import option, quantity, slider
from notation.statement import Statement

if TYPE_CHECKING:
    from collections.abc import Generator

    from notation.trees import Equation, Identity

MOST_EPISODES = 2000
LONGEST_EPISODE = 1000  # steps; a policy that has run away is cut off
BEST = 2 - 2**0.5  # probability of going right
LEARNED_WITH = range(-40, 11, 5)  # baselines of the training runs
NEAR = 0.05  # of 0 or 1: there a run has run away
N_RUNS = 21  # with each of them; odd, so that one is in the middle

# What the first small picture shows.
SLOPE, MEAN, LEARNING = "slope of J", "mean of ĝ", "learning"

QUANTITIES = (
    quantity("theta", r"\theta", "parameter of the policy: the logit of p"),
    slider(
        "p",
        "p",
        "probability of right, the same in all cells",
        0.2,
        low=0.02,
        high=0.98,
        step=0.02,
    ),
    quantity("actions", "x", "action taken: 1 for right, 0 for left", ("T",), origin=0),
    quantity("value", "J", "expected return of the policy"),
    quantity("returns", "G", "return from each step on", ("T",), origin=0),
    slider(
        "baseline",
        "b",
        "baseline, subtracted from every return",
        -10.0,
        low=-40,
        high=10,
        step=1,
    ),
    quantity("estimate", r"\hat g", "gradient estimated from one episode"),
    slider(
        "log2_alpha",
        r"\log_2 \alpha",
        "base-2 logarithm of the step size α",
        -7,
        low=-14,
        high=-5,
        step=1,
        base=2,
        rare=True,
    ),
    quantity("rewards", "R", "reward of each step", ("T",)),
    quantity(
        "slope",
        r"\frac{dJ}{d\theta}",
        "true gradient with respect to θ",
        color_of="theta",
    ),
    quantity("alpha", r"\alpha", "step size"),
    quantity("updated", r"\theta'", "parameter after the update"),
    slider(
        "episodes",
        "n",
        "episodes of training",
        1000,
        low=100,
        high=MOST_EPISODES,
        step=100,
        stepwise=True,
        rare=True,
    ),
    slider(
        "seed",
        r"\text{seed}",
        "episodes drawn",
        3,
        low=0,
        high=20,
        step=1,
        stepwise=True,
    ),
    option(
        "shown",
        r"\text{shown}",
        "what the first small picture shows",
        SLOPE,
        choices=(SLOPE, MEAN, LEARNING),
        rare=True,
        idle=((SLOPE, ("episodes",)), (MEAN, ("episodes",))),
    ),
)


class Runs(NamedTuple):
    """Many training runs with one baseline: where most of them are after each episode.

    Parameters
    ----------
    low, middle, high : (n_episodes + 1,) ndarray
        Probability of going right: of all runs a tenth is below, half, and nine tenths.
    away : (n_episodes + 1,) ndarray
        How many runs are near 0 or 1, less than `NEAR` away.
    one : (n_episodes + 1,) ndarray
        One of these runs, the first.
    """

    low: Array
    middle: Array
    high: Array
    away: Array
    one: Array


@dataclass(frozen=True, eq=False)
class History:
    """Training runs from the same policy.

    Attributes
    ----------
    runs : dict of int to Runs, or None
        What is learned with each of some baselines; 0 is learning without one. None as
        long as that is being computed, and where it is not looked at.
    """

    runs: dict[int, Runs] | None


def nearest_runs(baseline: float) -> int:
    """Return the baseline of the training runs that is nearest to a baseline."""
    return min(LEARNED_WITH, key=lambda b: abs(b - baseline))


def simulate(
    p: float, log2_alpha: int, seed: int, shown: str
) -> Generator[float, None, History]:
    """Train many times with each of some baselines, if that is what is shown."""
    if shown != LEARNING:
        return outline()
    learned = yield from training_runs(
        alpha=2.0**log2_alpha,
        baselines=LEARNED_WITH,
        n_runs=N_RUNS,
        n_episodes=MOST_EPISODES,
        theta0=math.log(p / (1 - p)),
        max_steps=LONGEST_EPISODE,
        rng=seed,
    )
    ordered = np.sort(learned, axis=2)
    tenth = N_RUNS // 10
    kept = ordered[:, :, [tenth, N_RUNS // 2, -1 - tenth]].transpose(1, 2, 0).copy()
    away = (np.abs(ordered - 0.5) > 0.5 - NEAR).sum(axis=2).T.copy()
    first = learned[:, :, 0].T.copy()
    return History(
        {
            b: Runs(low, middle, high, gone, one)
            for b, (low, middle, high), gone, one in zip(
                LEARNED_WITH, kept, away, first, strict=True
            )
        }
    )


def outline() -> History:
    """Return the history that is there without training: all else needs none."""
    return History(None)


@functools.lru_cache(maxsize=256)
def _actions(p: float, seed: int) -> NDArray[np.int_]:
    actions = corridor_episode(p, rng=seed)
    actions.setflags(write=False)
    return actions


def inputs(
    p: float, baseline: float, log2_alpha: int, seed: int, history: History
) -> dict[str, Any]:
    """Play one episode of the corridor, where each step costs 1."""
    actions = _actions(p, seed)
    return {
        "actions": actions,
        "rewards": np.full(len(actions), -1.0),
        "p": p,
        "baseline": baseline,
        "alpha": 2.0**log2_alpha,
        "theta": math.log(p / (1 - p)),
        "history": history,
    }


@dataclass(frozen=True)
class Result:
    """The gradient that one episode suggests, and the true one."""

    returns: Array
    estimate: float
    updated: float
    value: float
    slope: float


def compute(
    actions: NDArray[np.int_],
    rewards: Array,
    p: float,
    baseline: float,
    alpha: float,
    theta: float,
) -> Result:
    """Estimate the gradient from one episode and step along it."""
    episode = sums_of_episode(actions, p)
    estimate = float(gradient_estimates(episode, "with_baseline", baseline=baseline)[0])
    return Result(
        returns=returns_to_go(rewards, 1.0),
        estimate=estimate,
        updated=theta + alpha * estimate,
        value=corridor_value(p),
        slope=corridor_slope(p),
    )


def equations() -> tuple[Equation, ...]:
    """Write the estimate of one episode, its update, and the corridor's value."""
    from notation.trees import Equation, arrays, sum_over, symbols, unevaluated

    x, R, G = arrays("actions rewards returns")
    p, b, alpha, theta, updated = symbols("p baseline alpha theta updated")
    g, J, slope, T, t = symbols("estimate value slope T t")
    with unevaluated():
        return (
            Equation(G[t], R[t + 1] + G[t + 1], ranges=((t, 0, T - 2),)),
            Equation(g, sum_over((G[t] - b) * (x[t] - p), t, 0, T - 1)),
            Equation(updated, theta + alpha * g),
            Equation(J, (2 * p - 4) / (p * (1 - p))),
            Equation(slope, 2 * (p**2 - 4 * p + 2) / (p * (1 - p))),
        )


def identities() -> tuple[Identity, ...]:
    """Write gradients of policies, and what is known of the variance and the corridor."""
    from sympy import Derivative, exp, log

    from notation.trees import Identity, symbols

    theta = symbols("theta_1 theta_2 theta_3", real=True)
    rewards = symbols("r_1 r_2 r_3", positive=True)
    p, b = symbols("p b", positive=True)
    spread, shared, slopes = symbols("V C S", positive=True)
    total = sum(exp(v) for v in theta)
    pi = [exp(v) / total for v in theta]
    J = sum(q * r for q, r in zip(pi, rewards, strict=True))
    value = (2 * p - 4) / (p * (1 - p))
    return (
        Identity(
            "For a single choice by softmax, with a logit for each action, whose return is r, "
            "the gradient raises what is better than average.",
            Derivative(J, theta[0]),
            pi[0] * (rewards[0] - J),
            r"\frac{\partial J}{\partial \theta_i} = \pi_i (r_i - J)",
        ),
        Identity(
            "With a logit for each action the gradient of the log-probability is 1 for the "
            "action taken and 0 for the others, less the probabilities.",
            Derivative(log(pi[0]), theta[0]),
            1 - pi[0],
            r"\frac{\partial}{\partial \theta_i} \log \pi_j = [\,i = j\,] - \pi_i",
        ),
        Identity(
            "The variance is a parabola in b: with H the sum of x − p over an episode and "
            "ĝ₀ the estimate for b = 0 it is lowest at Cov(ĝ₀, H) / Var(H).",
            spread - 2 * b * shared + b**2 * slopes,
            spread - shared**2 / slopes + slopes * (b - shared / slopes) ** 2,
            r"\operatorname{Var}(\hat g_0 - b H) = \operatorname{Var}(\hat g_0) - "
            r"\frac{\operatorname{Cov}(\hat g_0, H)^2}{\operatorname{Var}(H)} + "
            r"\operatorname{Var}(H) \left(b - \frac{\operatorname{Cov}(\hat g_0, H)}"
            r"{\operatorname{Var}(H)}\right)^2",
        ),
        Identity(
            "The corridor's value has one maximum, at p = 2 − √2.",
            Derivative(value, p),
            2 * (p**2 - 4 * p + 2) / (p * (1 - p)) ** 2,
            r"\frac{dJ}{dp} = \frac{2 (p^2 - 4 p + 2)}{p^2 (1 - p)^2}",
        ),
    )


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=(
        r"\nabla_{<theta>} J(<theta>) = \mathbb{E}_\pi[<estimate>], \quad "
        r"<estimate> = \sum_{t=0}^{T-1} (<returns>_t - <baseline>) "
        r"\nabla_{<theta>} \log \pi_{<theta>}(A_t \mid S_t), \quad "
        r"\text{here } \nabla_{<theta>} \log \pi_{<theta>} = <actions>_t - <p>, \quad "
        r"<p> = \sigma(<theta>), \quad <updated> = <theta> + <alpha> <estimate>"
    ),
    main_result="estimate",
    simulate=simulate,
    outline=outline,
    progress_label="Playing and learning",
)
