"""Bayes in odds: what is drawn, and the sentence about it."""

from __future__ import annotations

import numpy as np

from charts import Axis, Curve, Figure, Mark, Scene, curves, fitting
from formulas.checks import Array
from notation.numbers import counted, number_text, share_text
from pages.probability.bayes.odds.statement import MOST, STATEMENT, Result

ENDS = (1e4, 1e7, 1e11)
RESULTS = Axis("results so far", (2 * MOST + 0.5, -0.8))
ODDS_COLOR, POSTERIOR_COLOR = STATEMENT.color_indices("posterior_odds", "posterior")


def draw(result: Result, *, n_tests: int, n_negative: int) -> Scene:
    """Draw the way of the odds on a logarithmic ruler, and of the probability."""
    odds = way(result, n_tests, n_negative)
    last = n_tests + n_negative
    return Scene(
        _ruler(odds, last, result.posterior_odds),
        _probabilities(odds / (1 + odds), last, result.posterior),
        readouts={
            "prior_odds": result.prior_odds,
            "factor_positive": result.factor_positive,
            "factor_negative": result.factor_negative,
            "posterior_odds": result.posterior_odds,
            "posterior": result.posterior,
        },
        status=sentence(result, n_tests, n_negative),
    )


def way(result: Result, n_tests: int, n_negative: int) -> Array:
    """Return the odds before the first result and after each, the positive ones first."""
    factors = np.full(2 * MOST + 1, np.nan)
    factors[0] = result.prior_odds
    factors[1 : n_tests + 1] = result.factor_positive
    factors[n_tests + 1 : n_tests + n_negative + 1] = result.factor_negative
    return np.cumprod(factors)


def _ruler(odds: Array, last: int, after: float) -> Figure:
    reach = float(np.nanmax(np.maximum(odds, 1 / odds)))
    end = fitting(2 * reach, ENDS)
    return curves(
        "On a logarithmic ruler every result is a step",
        Curve("odds", odds, np.arange(len(odds)), ODDS_COLOR, points=True),
        Mark(after, last, f"{number_text(after, 3)}", ODDS_COLOR),
        x=Axis("odds of the condition", (1 / end, end), log=True),
        y=RESULTS,
        at=[(1.0, "50%")],
    )


def _probabilities(chances: Array, last: int, after: float) -> Figure:
    return curves(
        "The same steps as probabilities",
        Curve(
            "probability",
            chances,
            np.arange(len(chances)),
            POSTERIOR_COLOR,
            points=True,
        ),
        Mark(after, last, "", POSTERIOR_COLOR),
        x=Axis("probability of the condition", (0, 1)),
        y=RESULTS,
    )


def sentence(result: Result, n_tests: int, n_negative: int) -> str:
    """Say what the results multiply the odds by, and what comes out."""
    before = number_text(result.prior_odds, 3)
    if not n_tests + n_negative:
        return f"Without a result the odds stay what they were, {before}."
    parts = [
        f"{counted(count, kind)} multiplied the odds by {number_text(factor, 3)}"
        + (" each" if count > 1 else "")
        for count, kind, factor in (
            (n_tests, "positive result", result.factor_positive),
            (n_negative, "negative result", result.factor_negative),
        )
        if count
    ]
    return (
        f"{' and '.join(parts)}: from {before} they came to "
        f"{number_text(result.posterior_odds, 3)}, a probability of "
        f"{share_text(result.posterior)}."
    )
