"""Policy gradient: what is derived, line by line."""

from __future__ import annotations

from typing import NamedTuple

from sympy import Derivative, Expr, exp, log, symbols

from notation.trees import Derivation, Step


class _Episode(NamedTuple):
    """The gradient of an episode's return, in four ways of writing it."""

    slope: Expr
    whole: Expr
    by_steps: Expr
    to_go: Expr


def _episode() -> _Episode:
    """Write an episode of two steps with two actions, whose rewards may be any."""
    u, *_ = theta = symbols("theta_1:3", positive=True)
    pi = [exp(value) / sum(exp(one) for one in theta) for value in theta]
    first = symbols("r_1:3", positive=True)  # after the first action
    second = symbols("s_1:5", positive=True)  # after both
    scores = [Derivative(log(p), u) for p in pi]
    both = [(a, b, pi[a] * pi[b]) for a in range(2) for b in range(2)]
    later = {(a, b): second[2 * a + b] for a, b, _ in both}
    return _Episode(
        Derivative(sum(w * (first[a] + later[a, b]) for a, b, w in both), u),
        sum(w * (first[a] + later[a, b]) * (scores[a] + scores[b]) for a, b, w in both),
        sum(
            w * (first[a] + later[a, b]) * scores[a]
            + w * first[a] * scores[b]
            + w * later[a, b] * scores[b]
            for a, b, w in both
        ),
        sum(
            w * (first[a] + later[a, b]) * scores[a] + w * later[a, b] * scores[b]
            for a, b, w in both
        ),
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
    """Derive the log-derivative trick, its sum over steps, and what a baseline adds."""
    theta = symbols("theta_1:4", positive=True)
    returns = symbols("G_1:4", positive=True)
    b = symbols("b", positive=True)
    weights = [exp(value) for value in theta]
    pi = [weight / sum(weights) for weight in weights]
    slopes = [Derivative(p, theta[0]) for p in pi]
    episode = _episode()
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
                    "$\\pi$.",
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
        _score(),
        _of_a_trajectory(),
        Derivation(
            "Over an episode the terms of its steps are added, and each action is weighted "
            "with the return after it; here for two steps.",
            episode.slope,
            (
                Step(
                    "A whole episode is one choice among all episodes, and its return is "
                    "given with it, so the first derivation holds for it. The derivative "
                    "of its log-probability is the sum over its actions, as derived "
                    "above.",
                    episode.whole,
                    r"\mathbb{E}_\pi\left[(R_1 + R_2) \left(\nabla_\theta "
                    r"\log \pi_\theta(A_0) + \nabla_\theta \log \pi_\theta(A_1)\right)"
                    r"\right]",
                ),
                Step(
                    "The products are written out by steps: $R_1 + R_2$ is $G_0$.",
                    episode.by_steps,
                    r"\mathbb{E}_\pi\left[G_0 \nabla_\theta \log \pi_\theta(A_0) + "
                    r"R_1 \nabla_\theta \log \pi_\theta(A_1) + "
                    r"R_2 \nabla_\theta \log \pi_\theta(A_1)\right]",
                ),
                Step(
                    "The reward $R_1$ is there before $A_1$ is chosen, so it acts like a "
                    "baseline: its term is 0 on average. What is left of it is $G_1 = R_2$.",
                    episode.to_go,
                    r"\mathbb{E}_\pi\left[G_0 \nabla_\theta \log \pi_\theta(A_0) + "
                    r"G_1 \nabla_\theta \log \pi_\theta(A_1)\right]",
                ),
            ),
            r"\nabla_\theta J(\theta) = \nabla_\theta\, \mathbb{E}_\pi[R_1 + R_2]",
        ),
        Derivation(
            "A baseline that does not depend on the action leaves the mean unchanged.",
            sum(p * b * s for p, s in zip(pi, scores, strict=True)),
            (
                Step(
                    "The derivative of the logarithm is written out, and the probability "
                    "cancels.",
                    sum(b * s for s in slopes),
                    r"\sum_a b\, \nabla_\theta\, \pi_\theta(a)",
                ),
                Step(
                    "The baseline is the same for all actions, and the sum of derivatives "
                    "is the derivative of the sum.",
                    b * Derivative(sum(pi), theta[0]),
                    r"b\, \nabla_\theta \sum_a \pi_\theta(a)",
                ),
                Step(
                    "The probabilities sum to 1 for every $\\theta$, and a constant has the "
                    "derivative 0.",
                    0 * b,
                    r"b\, \nabla_\theta\, 1 = 0",
                ),
            ),
            r"\mathbb{E}_{a \sim \pi}\left[b\, \nabla_\theta \log \pi_\theta(a)\right] = "
            r"\sum_a \pi_\theta(a)\, b\, \nabla_\theta \log \pi_\theta(a)",
        ),
    )
