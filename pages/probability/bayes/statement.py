"""Bayes’ theorem: what is shown, computed and proved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from formulas.probability.bayes import bayes_binary
from notation.quantities import quantity, slider
from notation.statement import Statement

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

QUANTITIES = (
    quantity(
        "posterior",
        r"P(A \mid B)",
        "posterior: probability after testing",
    ),
    quantity("evidence", "P(B)", "evidence: probability that all n tests are positive"),
    slider(
        "prior",
        "P(A)",
        "prior: probability before testing",
        0.01,
        low=0.001,
        high=0.99,
        scale="log",
    ),
    slider(
        "sensitivity",
        r"P(B \mid A)",
        "sensitivity: positive if ill",
        0.8,
        low=0.5,
        high=1,
        step=0.01,
    ),
    slider(
        "false_positive_rate",
        r"P(B \mid \neg A)",
        "false-positive rate (healthy)",
        0.096,
        low=0,
        high=0.3,
        step=0.001,
    ),
    slider("n_tests", "n", "positive tests in a row", 1, low=1, high=5, step=1),
    quantity(
        "posterior_if_negative",
        r"P(A \mid \text{negative})",
        "probability after n negative tests",
    ),
)


def inputs(
    prior: float, sensitivity: float, false_positive_rate: float, n_tests: int
) -> dict[str, Any]:
    """Take the rates of the test as they are set."""
    return {
        "prior": prior,
        "sensitivity": sensitivity,
        "false_positive_rate": false_positive_rate,
        "n_tests": n_tests,
    }


@dataclass(frozen=True)
class Result:
    """What the tests say about the condition, and what they multiply its odds by.

    Attributes
    ----------
    prior_counts : bool
        False where both explanations are taken as equally likely before the tests.
    """

    posterior: float
    evidence: float
    posterior_if_negative: float
    likelihood_ratio: float
    prior_counts: bool = True


def compute(
    prior: float, sensitivity: float, false_positive_rate: float, n_tests: int
) -> Result:
    """Turn the probability before the tests into the one after them."""
    tested = bayes_binary(prior, sensitivity, false_positive_rate, n_tests=n_tests)
    return Result(
        posterior=tested.posterior,
        evidence=tested.evidence,
        posterior_if_negative=tested.posterior_if_negative,
        likelihood_ratio=tested.likelihood_ratio,
    )


def equations() -> tuple[Equation, ...]:
    """Write the evidence and both posteriors, that of one test without exponents."""
    from sympy import Eq, Piecewise

    from notation.trees import Equation, symbols, unevaluated

    p, s, f, n = symbols("prior sensitivity false_positive_rate n_tests")
    posterior, evidence, negative = symbols("posterior evidence posterior_if_negative")
    with unevaluated():
        overlooked = (1 - s) ** n * p
        once = s * p / (s * p + f * (1 - p))
        several = s**n * p / (s**n * p + f**n * (1 - p))
        return (
            Equation(evidence, s**n * p + f**n * (1 - p)),
            Equation(posterior, Piecewise((once, Eq(n, 1)), (several, True))),
            Equation(negative, overlooked / (overlooked + (1 - f) ** n * (1 - p))),
        )


def identities() -> tuple[Identity, ...]:
    """Write what follows: the odds, the slope, one half, a second test."""
    from sympy import Derivative

    from notation.trees import Identity, symbols

    p, s, f = symbols("p s f", positive=True)
    posterior = s * p / (s * p + f * (1 - p))
    half = f / (s + f)
    return (
        Identity(
            "In odds it is a product: odds after = odds before × likelihood ratio.",
            posterior / (1 - posterior),
            p / (1 - p) * (s / f),
            r"\frac{P(A \mid B)}{P(\neg A \mid B)} = \frac{p}{1 - p} \cdot \frac{s}{f}",
        ),
        Identity(
            "For a rare condition the posterior is about s/f times the prior.",
            Derivative(posterior, p),
            s * f / (s * p + f * (1 - p)) ** 2,
            r"\frac{\partial P(A \mid B)}{\partial p} = \frac{s f}{P(B)^2}"
            r"\;\xrightarrow{p \to 0}\; \frac{s}{f}",
        ),
        Identity(
            "The posterior is one half where the prior is f / (s + f).",
            posterior.subs(p, half),
            s / (s + s),
            r"p = \frac{f}{s + f} \;\Rightarrow\; P(A \mid B) = \frac{1}{2}",
        ),
        Identity(
            "A second test starts from the posterior of the first.",
            s * posterior / (s * posterior + f * (1 - posterior)),
            s**2 * p / (s**2 * p + f**2 * (1 - p)),
            r"P(A \mid B_1, B_2) = \frac{s^2 p}{s^2 p + f^2 (1 - p)}",
        ),
    )


def headline_at(n_tests: int) -> str:
    """Write the theorem for several tests that are all positive."""
    return _theorem("^{<n_tests>}") if n_tests > 1 else ""


def _theorem(power: str = "") -> str:
    """Write the theorem and where its evidence comes from."""
    hit = rf"<sensitivity>{power}\, <prior>"
    false_alarm = rf"<false_positive_rate>{power}\, (1 - <prior>)"
    return (
        rf"<posterior> = \frac{{{hit}}}{{<evidence>}}, \quad "
        rf"<evidence> = {hit} + {false_alarm}"
    )


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=_theorem(),
    headline_at=headline_at,
    main_result="posterior",
)
