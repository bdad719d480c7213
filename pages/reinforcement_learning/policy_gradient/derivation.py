"""Policy gradient: what is derived, line by line."""

from __future__ import annotations

import itertools
from typing import NamedTuple

from sympy import (
    Derivative,
    Expr,
    Integer,
    Symbol,
    exp,
    eye,
    log,
    ones,
    symbols,
    zeros,
)

from notation.trees import Derivation, Step


def _fixed_before() -> Derivation:
    """Derive that what is fixed before an action adds nothing to the mean."""
    u, *logits = symbols("theta_1:4", positive=True)
    chances = symbols("P_1:3", positive=True)  # of two histories, as far as the action
    fixed = symbols("c_1:3", positive=True)
    policies = []  # three actions in each of the two states that the histories end in
    for scale in (1, 2):
        weights = [exp(scale * one) for one in (u, *logits)]
        policies.append([weight / sum(weights) for weight in weights])
    histories = list(zip(chances, fixed, policies, strict=True))
    return Derivation(
        "Whatever is fixed before an action is drawn adds 0 to the mean: an earlier reward "
        "$R_k$ ($k \\le t$), or a baseline, which may depend on the state.",
        sum(
            q * pi * c * Derivative(log(pi), u) for q, c, pis in histories for pi in pis
        ),
        (
            Step(
                "The mean is taken in two steps: over all histories $h$ up to $S_t$, which "
                "fix $c$, and over the action that is then drawn.",
                sum(
                    q * c * sum(pi * Derivative(log(pi), u) for pi in pis)
                    for q, c, pis in histories
                ),
                r"\sum_h P(h)\, c(h) \sum_a \pi_\theta(a \mid S_t)\, "
                r"\nabla_\theta \log \pi_\theta(a \mid S_t)",
            ),
            Step(
                "The derivative of the logarithm is $\\nabla_\\theta \\pi_\\theta / "
                "\\pi_\\theta$, and the probability cancels.",
                sum(
                    q * c * sum(Derivative(pi, u) for pi in pis)
                    for q, c, pis in histories
                ),
                r"\sum_h P(h)\, c(h) \sum_a \nabla_\theta\, \pi_\theta(a \mid S_t)",
            ),
            Step(
                "The sum of derivatives is the derivative of the sum.",
                sum(q * c * Derivative(sum(pis), u) for q, c, pis in histories),
                r"\sum_h P(h)\, c(h)\, \nabla_\theta \sum_a \pi_\theta(a \mid S_t)",
            ),
            Step(
                "Probabilities sum to 1 for every $\\theta$, and a constant has the "
                "derivative 0.",
                0 * u,
                r"\sum_h P(h)\, c(h)\, \nabla_\theta\, 1 = 0",
            ),
        ),
        r"\mathbb{E}_\pi\left[c\, \nabla_\theta \log \pi_\theta(A_t \mid S_t)\right]",
    )


class _Trajectory(NamedTuple):
    """One of the episodes of three steps: how likely it is, and what it brings.

    Parameters
    ----------
    chance : Expr
        Its probability.
    rewards : tuple of Expr
        After each of its steps.
    scores : tuple of Expr
        The derivatives of the log-probabilities of its actions.
    """

    chance: Expr
    rewards: tuple[Expr, ...]
    scores: tuple[Expr, ...]

    def to_go(self, step: int) -> Expr:
        """Return what is still to come when a step begins."""
        return sum(self.rewards[step:])


def _trajectories(u: Expr) -> list[_Trajectory]:
    """Write all episodes of three steps of two actions, each with rewards of its own.

    What an action of a step is worth depends on the whole history, and so does the
    policy: each history is a state of its own.
    """
    found = []
    for actions in itertools.product((0, 1), repeat=3):
        chance, rewards, scores = Integer(1), [], []
        for step in range(3):
            history = "".join(map(str, actions[:step]))
            right = 1 / (1 + exp(-u - Symbol(f"c_{history}", positive=True)))
            pi = right if actions[step] else 1 - right
            chance *= pi
            scores.append(Derivative(log(pi), u))
            rewards.append(Symbol(f"r_{history}{actions[step]}", positive=True))
        found.append(_Trajectory(chance, tuple(rewards), tuple(scores)))
    return found


def _over_an_episode() -> Derivation:
    """Derive the headline: each action weighted with the return after it, less b."""
    u, b = symbols("u b", positive=True)
    episodes = _trajectories(u)
    steps = range(3)
    return Derivation(
        "Over an episode of $T$ steps the terms of its actions are added, each weighted with "
        "the return after it, less the baseline.",
        Derivative(sum(e.chance * e.to_go(0) for e in episodes), u),
        (
            Step(
                "An episode is one choice among all episodes, and its return is given with "
                "it: the first derivation holds for it, and the second one splits the "
                "gradient of its log-probability.",
                sum(e.chance * e.to_go(0) * sum(e.scores) for e in episodes),
                r"\mathbb{E}_\pi\left[G_0 \sum_{t=0}^{T-1} "
                r"\nabla_\theta \log \pi_\theta(A_t \mid S_t)\right]",
            ),
            Step(
                "At each step the return $G_0$ is what came before it and $G_t$, which comes "
                "after.",
                sum(
                    e.chance * (sum(e.rewards[:t]) + e.to_go(t)) * e.scores[t]
                    for e in episodes
                    for t in steps
                ),
                r"\mathbb{E}_\pi\left[\sum_{t=0}^{T-1} (R_1 + \dots + R_t + G_t)\, "
                r"\nabla_\theta \log \pi_\theta(A_t \mid S_t)\right]",
            ),
            Step(
                "The rewards $R_1$ to $R_t$ are fixed before $A_t$ is drawn, and so is whether "
                "there is a step $t$ at all: they add 0, also where $T$ differs from "
                "episode to episode.",
                sum(
                    e.chance * e.to_go(t) * e.scores[t] for e in episodes for t in steps
                ),
                r"\mathbb{E}_\pi\left[\sum_{t=0}^{T-1} G_t\, "
                r"\nabla_\theta \log \pi_\theta(A_t \mid S_t)\right]",
            ),
            Step(
                "The baseline adds 0 too, so it may be subtracted.",
                sum(
                    e.chance * (e.to_go(t) - b) * e.scores[t]
                    for e in episodes
                    for t in steps
                ),
                r"\mathbb{E}_\pi\left[\sum_{t=0}^{T-1} (G_t - b)\, "
                r"\nabla_\theta \log \pi_\theta(A_t \mid S_t)\right] = "
                r"\mathbb{E}_\pi[\hat g]",
            ),
        ),
        r"\nabla_\theta J(\theta) = \nabla_\theta\, \mathbb{E}_\pi[G_0]",
    )


def _value() -> Derivation:
    """Derive the expected return of the corridor from those of its cells."""
    p = Symbol("p", positive=True)
    right_leads, left_leads = (1, 0, 3), (0, 2, 1)  # 3 is the goal, which is worth 0
    moves = zeros(3, 3)
    for cell in range(3):
        for chance, to in ((p, right_leads[cell]), (1 - p, left_leads[cell])):
            if to < 3:
                moves[cell, to] += chance
    start, second, _ = (eye(3) - moves).LUsolve(-ones(3, 1))
    return Derivation(
        "The expected return $J$ of the corridor is that of its cell 0. Each step costs 1, "
        "and from cell to cell the expected returns $v_0$, $v_1$, $v_2$ hang together.",
        start,
        (
            Step(
                "From cell 0 right leads to cell 1, and left, against the wall, to cell 0.",
                -1 + p * second + (1 - p) * start,
                r"-1 + p\, v_1 + (1 - p)\, v_0",
            ),
            Step("This is solved for $v_0$.", second - 1 / p, r"v_1 - \frac{1}{p}"),
            Step(
                "In cell 1 right leads back: $v_1 = -1 + p\\, v_0 + (1 - p)\\, v_2$. From "
                "cell 2 right leads to the goal: $v_2 = -1 + (1 - p)\\, v_1$. Together $v_1 "
                "= v_0 / (2 - p) - 1 / p$.",
                start / (2 - p) - 2 / p,
                r"\frac{v_0}{2 - p} - \frac{2}{p}",
            ),
            Step(
                "This is solved for $v_0$ again.",
                (2 * p - 4) / (p * (1 - p)),
                r"\frac{2 p - 4}{p (1 - p)}",
            ),
        ),
        "J = v_0",
    )


def _of_a_trajectory() -> Derivation:
    """Derive that the score of an episode is the sum of those of its actions."""
    u, v = symbols("theta_1:3", positive=True)
    start, *answers = symbols("p_0:3", positive=True)  # of the world: without θ
    actions = [exp(one) / (exp(u) + exp(v)) for one in (u, v)]  # two different ones
    log_actions = [log(pi) for pi in actions]
    product = start
    for pi, answer in zip(actions, answers, strict=True):
        product = product * pi * answer
    return Derivation(
        "The gradient of the log-probability of an episode $\\tau$ is the sum over its "
        "actions: how the world answers need not be known.",
        Derivative(log(product), u),
        (
            Step(
                "An episode is as probable as its start, times each action under the policy, "
                "times each answer of the world; the logarithm makes a sum of the product.",
                Derivative(
                    log(start) + sum(log_actions) + sum(log(one) for one in answers), u
                ),
                r"\nabla_\theta \left[\log P(s_0) + \sum_{t=0}^{T-1} \left("
                r"\log \pi_\theta(a_t \mid s_t) + \log P(s_{t+1} \mid s_t, a_t)\right)"
                r"\right]",
            ),
            Step(
                "The gradient of a sum is taken term by term.",
                Derivative(log(start), u)
                + sum(Derivative(one, u) for one in log_actions)
                + sum(Derivative(log(one), u) for one in answers),
                r"\nabla_\theta \log P(s_0) + \sum_{t=0}^{T-1} \left(\nabla_\theta "
                r"\log \pi_\theta(a_t \mid s_t) + \nabla_\theta "
                r"\log P(s_{t+1} \mid s_t, a_t)\right)",
            ),
            Step(
                "Neither the start nor the answers of the world contain $\\theta$, so their "
                "gradients are 0.",
                sum(Derivative(one, u) for one in log_actions),
                r"\sum_{t=0}^{T-1} \nabla_\theta \log \pi_\theta(a_t \mid s_t)",
            ),
        ),
        r"\nabla_\theta \log P_\theta(\tau) = \nabla_\theta \log \left[P(s_0) "
        r"\prod_{t=0}^{T-1} \pi_\theta(a_t \mid s_t)\, P(s_{t+1} \mid s_t, a_t)\right]",
    )


def _score() -> Derivation:
    """Derive the gradient of the log-probability of two actions, whose logit is θ."""
    u, x = symbols("u x", positive=True)
    p = 1 / (1 + exp(-u))
    return Derivation(
        "With two actions the gradient of the log-probability is action minus $p$.",
        Derivative(x * log(p) + (1 - x) * log(1 - p), u),
        (
            Step(
                "With $p = \\sigma(\\theta)$ the logarithms are $\\log p = \\theta - "
                "\\log(1 + e^\\theta)$ and $\\log(1 - p) = -\\log(1 + e^\\theta)$.",
                Derivative(x * u - log(1 + exp(u)), u),
                r"\frac{d}{d\theta} \left[x\, \theta - \log(1 + e^\theta)\right]",
            ),
            Step(
                "The derivative of a logarithm is that of its argument divided by it.",
                x - exp(u) / (1 + exp(u)),
                r"x - \frac{e^\theta}{1 + e^\theta}",
            ),
            Step("The fraction is the logistic function again.", x - p, "x - p"),
        ),
        r"\frac{d}{d\theta} \log \pi_\theta(x) = "
        r"\frac{d}{d\theta} \left[x \log p + (1 - x) \log(1 - p)\right]",
    )


def derivations() -> tuple[Derivation, ...]:
    """Derive the log-derivative trick, the headline from it, and the corridor's value."""
    theta = symbols("theta_1:4", positive=True)
    returns = symbols("G_1:4", positive=True)
    weights = [exp(value) for value in theta]
    pi = [weight / sum(weights) for weight in weights]
    slopes = [Derivative(p, theta[0]) for p in pi]
    scores = [Derivative(log(p), theta[0]) for p in pi]
    return (
        Derivation(
            "For a single choice the gradient of an expected return is itself an "
            "expectation, so it can be estimated from sampled actions.",
            Derivative(sum(p * G for p, G in zip(pi, returns, strict=True)), theta[0]),
            (
                Step(
                    "The derivative of a sum is taken term by term; with a single choice "
                    "the return after an action does not contain $\\theta$.",
                    sum(s * G for s, G in zip(slopes, returns, strict=True)),
                    r"\sum_a G(a)\, \nabla_\theta\, \pi_\theta(a)",
                ),
                Step(
                    "Each term is multiplied and divided by its probability: an action "
                    "that is sampled often counts less each time.",
                    sum(
                        p * (s / p) * G
                        for p, s, G in zip(pi, slopes, returns, strict=True)
                    ),
                    r"\sum_a \pi_\theta(a)\, G(a)\, "
                    r"\frac{\nabla_\theta\, \pi_\theta(a)}{\pi_\theta(a)}",
                ),
                Step(
                    "The derivative of $\\log \\pi$ is the derivative of $\\pi$ divided by "
                    "$\\pi$: the log-derivative trick.",
                    sum(p * G * s for p, s, G in zip(pi, scores, returns, strict=True)),
                    r"\sum_a \pi_\theta(a)\, G(a)\, \nabla_\theta \log \pi_\theta(a)",
                ),
                Step(
                    "A sum weighted with the probabilities of the policy is an expectation.",
                    sum(
                        p * (G * s) for p, s, G in zip(pi, scores, returns, strict=True)
                    ),
                    r"\mathbb{E}_{a \sim \pi}\left[G(a)\, "
                    r"\nabla_\theta \log \pi_\theta(a)\right]",
                ),
            ),
            r"\nabla_\theta J(\theta) = \nabla_\theta \sum_a \pi_\theta(a)\, G(a)",
        ),
        _of_a_trajectory(),
        _fixed_before(),
        _over_an_episode(),
        _score(),
        _value(),
    )
