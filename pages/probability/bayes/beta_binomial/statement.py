"""Beta and binomial: what is shown, computed and proved."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from formulas.probability.beta_binomial import beta_binomial
from notation.quantities import quantity, slider
from notation.statement import Statement

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

QUANTITIES = (
    slider(
        "prior_a",
        "a",
        "successes that the prior is worth",
        2.0,
        low=1,
        high=30,
        step=0.5,
    ),
    slider(
        "prior_b",
        "b",
        "failures that the prior is worth",
        2.0,
        low=1,
        high=30,
        step=0.5,
    ),
    slider("successes", "s", "successes counted", 7, low=0, high=50, step=1),
    slider("failures", "f", "failures counted", 3, low=0, high=50, step=1),
    quantity("posterior_a", "a'", "a after counting"),
    quantity("posterior_b", "b'", "b after counting"),
    quantity("mean", "m", "posterior mean of the probability"),
    quantity("deviation", r"\sigma", "posterior standard deviation"),
)


def inputs(
    prior_a: float, prior_b: float, successes: int, failures: int
) -> dict[str, Any]:
    """Pass the prior and the counts on."""
    return {
        "prior_a": prior_a,
        "prior_b": prior_b,
        "successes": successes,
        "failures": failures,
    }


@dataclass(frozen=True)
class Result:
    """The beta distribution after counting, and how likely the counts were."""

    posterior_a: float
    posterior_b: float
    mean: float
    deviation: float
    evidence: float


def compute(prior_a: float, prior_b: float, successes: int, failures: int) -> Result:
    """Add the counts to the prior's."""
    posterior = beta_binomial(prior_a, prior_b, successes, failures)
    return Result(
        posterior_a=posterior.a,
        posterior_b=posterior.b,
        mean=posterior.mean,
        deviation=math.sqrt(posterior.variance),
        evidence=math.exp(posterior.log_evidence),
    )


def equations() -> tuple[Equation, ...]:
    """Write both counts after the update, and mean and deviation of what they say."""
    from sympy import sqrt

    from notation.trees import Equation, symbols, unevaluated

    a, b, s, f = symbols("prior_a prior_b successes failures")
    after_a, after_b, m, deviation = symbols("posterior_a posterior_b mean deviation")
    with unevaluated():
        return (
            Equation(after_a, a + s),
            Equation(after_b, b + f),
            Equation(m, after_a / (after_a + after_b)),
            Equation(deviation, sqrt(m * (1 - m) / (after_a + after_b + 1))),
        )


def identities() -> tuple[Identity, ...]:
    """Write why counts are added, and the mean as prior and data weighed."""
    from notation.trees import Identity, symbols

    x, a, b, s, f = symbols("x a b s f", positive=True)
    weight = (a + b) / (a + b + s + f)
    return (
        Identity(
            "Likelihood times prior has the prior’s form: the exponents are added.",
            x**s * (1 - x) ** f * (x ** (a - 1) * (1 - x) ** (b - 1)),
            x ** (a + s - 1) * (1 - x) ** (b + f - 1),
            r"\theta^s (1 - \theta)^f \cdot \theta^{a - 1} (1 - \theta)^{b - 1} "
            r"= \theta^{a + s - 1} (1 - \theta)^{b + f - 1}",
        ),
        Identity(
            "The posterior mean weighs prior mean and observed fraction by their counts.",
            weight * a / (a + b) + (1 - weight) * s / (s + f),
            (a + s) / (a + b + s + f),
            r"m = w\, \frac{a}{a + b} + (1 - w)\, \frac{s}{s + f}, \quad "
            r"w = \frac{a + b}{a + b + s + f}",
        ),
    )


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=(
        r"\mathrm{Beta}(<prior_a>, <prior_b>) \;\longrightarrow\; "
        r"\mathrm{Beta}(<prior_a> + <successes>,\, <prior_b> + <failures>), \quad "
        r"<mean> = \frac{<posterior_a>}{<posterior_a> + <posterior_b>}"
    ),
    main_result="mean",
)
