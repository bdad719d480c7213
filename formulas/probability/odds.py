"""Odds: each piece of evidence multiplies them by one number."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from formulas import checks
from formulas.linear_algebra.activations import sigmoid


@dataclass(frozen=True)
class OddsResult:
    """Odds before and after the evidence.

    Attributes
    ----------
    prior_odds, posterior_odds : float
        For a cause against its absence; infinite for certainty, and where they are too
        large for a float.
    posterior : float
        Probability of the cause after the evidence.
    """

    prior_odds: float
    posterior_odds: float
    posterior: float


def update_odds(prior: float, bayes_factors: ArrayLike) -> OddsResult:
    """Multiply the odds by how much better each piece of evidence fits the cause.

    Parameters
    ----------
    prior : float
        Probability of the cause before, in [0, 1]; 0 and 1 never change.
    bayes_factors : float or (n,) array_like
        Non-negative: the probability of each piece of evidence with the cause divided
        by that without it. Given the cause, and given its absence, the pieces must be
        independent of each other.

    Returns
    -------
    OddsResult
        Both odds and the posterior, whatever the order of the factors.

    Raises
    ------
    ValueError
        If the prior is no probability, a factor is negative or not finite, or a factor
        of 0 excludes what is certain.

    References
    ----------
    Good (1950).

    Examples
    --------
    >>> result = update_odds(0.25, [6.0, 0.5])
    >>> round(result.prior_odds, 6), round(result.posterior_odds, 6)
    (0.333333, 1.0)
    """
    p = checks.scalar(prior, "prior", low=0, high=1)
    factors = checks.array(bayes_factors, "bayes_factors", ndim=(0, 1))
    checks.non_negative(bayes_factors=factors)
    excluded = bool((factors == 0).any())
    if p == 1:
        if excluded:
            raise ValueError("P(B) is 0: the posterior is undefined")
        return OddsResult(math.inf, math.inf, 1.0)
    prior_odds = p / (1 - p)
    if p == 0 or excluded:
        return OddsResult(prior_odds, 0.0, 0.0)
    # Neither the product of the factors nor its inverse may overflow on the way.
    log_odds = math.log(p) - math.log1p(-p) + float(np.log(factors).sum())
    with np.errstate(over="ignore", under="ignore"):
        posterior_odds = float(np.exp(log_odds))
    return OddsResult(prior_odds, posterior_odds, float(sigmoid(log_odds)))
