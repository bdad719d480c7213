"""Bayes in odds: what is shown, computed and proved."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from formulas.probability.odds import update_odds
from notation.quantities import quantity, slider
from notation.statement import Statement
from pages.probability.bayes.statement import STATEMENT as BAYES

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

MOST = 4  # results of each kind

QUANTITIES = (
    quantity("posterior_odds", "O'", "odds of the condition after the results"),
    BAYES.control("prior"),
    quantity("prior_odds", "O", "odds of the condition before"),
    dataclasses.replace(BAYES.control("sensitivity"), high=0.99),
    dataclasses.replace(BAYES.control("false_positive_rate"), low=0.01),
    quantity("factor_positive", "F_+", "Bayes factor of a positive result"),
    quantity("factor_negative", "F_-", "Bayes factor of a negative result"),
    dataclasses.replace(
        BAYES.control("n_tests"),
        symbol="n_+",
        meaning="positive results",
        default=2,
        low=0,
        high=MOST,
    ),
    slider("n_negative", "n_-", "negative results", 0, low=0, high=MOST, step=1),
    BAYES.quantity("posterior"),
)


def inputs(
    prior: float,
    sensitivity: float,
    false_positive_rate: float,
    n_tests: int,
    n_negative: int,
) -> dict[str, Any]:
    """Take the rates of the test and the results as they are set."""
    return {
        "prior": prior,
        "sensitivity": sensitivity,
        "false_positive_rate": false_positive_rate,
        "n_tests": n_tests,
        "n_negative": n_negative,
    }


@dataclass(frozen=True)
class Result:
    """What each result multiplies the odds by, and where that leads."""

    prior_odds: float
    factor_positive: float
    factor_negative: float
    posterior_odds: float
    posterior: float


def compute(
    prior: float,
    sensitivity: float,
    false_positive_rate: float,
    n_tests: int,
    n_negative: int,
) -> Result:
    """Multiply the odds by one factor for each result."""
    positive = sensitivity / false_positive_rate
    negative = (1 - sensitivity) / (1 - false_positive_rate)
    after = update_odds(prior, [positive**n_tests, negative**n_negative])
    return Result(
        prior_odds=after.prior_odds,
        factor_positive=positive,
        factor_negative=negative,
        posterior_odds=after.posterior_odds,
        posterior=after.posterior,
    )


def equations() -> tuple[Equation, ...]:
    """Write the odds, both factors, and the way back to a probability."""
    from notation.trees import Equation, symbols, unevaluated

    p, s, f = symbols("prior sensitivity false_positive_rate")
    before, after, posterior = symbols("prior_odds posterior_odds posterior")
    plus, minus, n, k = symbols("factor_positive factor_negative n_tests n_negative")
    with unevaluated():
        return (
            Equation(before, p / (1 - p)),
            Equation(plus, s / f),
            Equation(minus, (1 - s) / (1 - f)),
            Equation(posterior, after / (1 + after)),
            Equation(after, before * plus**n * minus**k),
        )


def identities() -> tuple[Identity, ...]:
    """Write why the odds are multiplied, and that their logarithm takes steps."""
    from sympy import log

    from notation.trees import Identity, symbols

    p, s, f, odds = symbols("p s f O", positive=True)
    evidence = s * p + f * (1 - p)
    return (
        Identity(
            "In the ratio of both posteriors the evidence cancels.",
            (s * p / evidence) / (f * (1 - p) / evidence),
            p / (1 - p) * (s / f),
            r"\frac{P(A \mid B)}{P(\neg A \mid B)} = \frac{P(A)}{P(\neg A)} \cdot "
            r"\frac{P(B \mid A)}{P(B \mid \neg A)}",
        ),
        Identity(
            "On a logarithmic ruler each result is a step, as long as it was before.",
            log(odds * (s / f) * (s / f)),
            log(odds) + log(s / f) + log(s / f),
            r"\log O' = \log O + n_+ \log F_+ + n_- \log F_-",
        ),
    )


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=(
        r"\begin{gathered} <posterior_odds> = <prior_odds> \cdot "
        r"{<factor_positive>}^{<n_tests>} \cdot {<factor_negative>}^{<n_negative>} \\ "
        r"<prior_odds> = \frac{<prior>}{1 - <prior>}, \quad <factor_positive> = "
        r"\frac{<sensitivity>}{<false_positive_rate>}, \quad <factor_negative> = "
        r"\frac{1 - <sensitivity>}{1 - <false_positive_rate>} \end{gathered}"
    ),
)
