"""Bayes' theorem without the prior: how people reason who neglect the base rate."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pages.probability.bayes import statement as whole

if TYPE_CHECKING:
    from notation.trees import Equation

COMPARED = ("posterior",)


def compute(
    sensitivity: float, false_positive_rate: float, n_tests: int
) -> whole.Result:
    """Weigh both explanations of the results as if they were equally likely before."""
    ill, healthy = sensitivity**n_tests, false_positive_rate**n_tests
    missed, cleared = (1 - sensitivity) ** n_tests, (1 - false_positive_rate) ** n_tests
    tested = whole.compute(0.5, sensitivity, false_positive_rate, n_tests)
    return replace(
        tested,
        posterior=ill / (ill + healthy),
        evidence=ill + healthy,
        posterior_if_negative=missed / (missed + cleared),
        prior_counts=False,
    )


def equations() -> tuple[Equation, ...]:
    """Strike the prior out wherever it stands."""
    from sympy import Eq, Piecewise

    from notation.trees import Equation, struck, symbols, unevaluated

    p, s, f, n = symbols("prior sensitivity false_positive_rate n_tests")
    posterior, evidence, negative = symbols("posterior evidence posterior_if_negative")
    with unevaluated():
        ill, healthy = struck(p, 1), struck(1 - p, 1)
        overlooked = (1 - s) ** n * ill
        once = s * ill / (s * ill + f * healthy)
        several = s**n * ill / (s**n * ill + f**n * healthy)
        return (
            Equation(evidence, s**n * ill + f**n * healthy),
            Equation(posterior, Piecewise((once, Eq(n, 1)), (several, True))),
            Equation(negative, overlooked / (overlooked + (1 - f) ** n * healthy)),
        )


STATEMENT = replace(
    whole.STATEMENT,
    quantities=tuple(
        replace(one, meaning="sum of both rates, which is no probability")
        if one.name == "evidence"
        else one
        for one in whole.QUANTITIES
    ),
    compute=compute,
    build_equations=equations,
    build_identities=tuple,
    headline_at=None,
    headline=(
        r"<posterior> = \frac{<sensitivity>\, \cancel{<prior>}}{<evidence>} = "
        r"\frac{<sensitivity>\, \cancel{<prior>}}{<sensitivity>\, \cancel{<prior>} + "
        r"<false_positive_rate>\, \cancel{(1 - <prior>)}}"
    ),
)
