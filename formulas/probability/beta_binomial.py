"""Beta and binomial: what successes and failures say about a probability."""

from __future__ import annotations

import math
from dataclasses import dataclass

from formulas import checks

LARGE = 10.0  # from here on the series below is exact to the last digit
HUGE = 1e305  # beyond it the logarithm of the gamma function is no float
# Stirling's series for the logarithm of the gamma function, in powers of 1/z.
STIRLING = (1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156)


@dataclass(frozen=True)
class BetaPosterior:
    """What is known of a probability after counting.

    Attributes
    ----------
    a, b : float
        Of the beta distribution; like successes and failures, the prior's included.
    mean, variance : float
        Of the probability.
    mode : float or None
        Its most likely value; None where the density has no peak inside (0, 1).
    log_evidence : float
        Logarithm of the probability, before counting, of so many successes in whatever
        order.
    """

    a: float
    b: float
    mean: float
    variance: float
    mode: float | None
    log_evidence: float


def beta_binomial(a: float, b: float, successes: int, failures: int) -> BetaPosterior:
    """Update a beta distribution of a probability by counted trials.

    Parameters
    ----------
    a, b : float
        Positive, of the prior: Beta(1, 1) is uniform.
    successes, failures : int
        Counts of independent trials, at least 0.

    Returns
    -------
    BetaPosterior
        The beta distribution after the trials, and the evidence.

    Raises
    ------
    ValueError
        If a or b is not positive, a count is not a whole number from 0, or the sum of
        all is too large for a float.

    References
    ----------
    Bayes (1763), for the uniform prior; Raiffa and Schlaifer (1961).

    Examples
    --------
    >>> posterior = beta_binomial(1, 1, 1, 0)
    >>> posterior.a, posterior.b, round(posterior.mean, 6), posterior.mode
    (2.0, 1.0, 0.666667, None)
    >>> round(math.exp(posterior.log_evidence), 6)
    0.5
    """
    a = checks.scalar(a, "a", low=0, open_low=True)
    b = checks.scalar(b, "b", low=0, open_low=True)
    hits = checks.integer(successes, "successes", low=0)
    misses = checks.integer(failures, "failures", low=0)
    after_a, after_b = a + hits, b + misses
    total = float(checks.representable(after_a + after_b))
    mean, rest = after_a / total, after_b / total
    peaked = after_a > 1 and after_b > 1
    more, fewer = max(hits, misses), min(hits, misses)
    orders = _log_rising(more + 1.0, fewer) - _log_rising(1.0, fewer)
    joint = _log_rising(a, hits) + _log_rising(b, misses)
    evidence = orders + joint - _log_rising(a + b, hits + misses)
    return BetaPosterior(
        a=after_a,
        b=after_b,
        mean=mean,
        variance=mean * rest / (total + 1),
        mode=(after_a - 1) / (after_a - 1 + (after_b - 1)) if peaked else None,
        log_evidence=min(0.0, checks.representable(evidence)),
    )


def _log_rising(start: float, count: int) -> float:
    """Return log Γ(start + count) − log Γ(start), the log of count rising factors."""
    if not count:
        return 0.0
    end = start + count
    if end > HUGE:
        return math.inf
    if start < LARGE:
        return math.lgamma(end) - math.lgamma(start)
    # Both logarithms may be huge and almost equal, so their difference is written out.
    growth = (end - 0.5) * math.log1p(count / start) - count
    return count * math.log(start) + growth + _correction(end) - _correction(start)


def _correction(z: float) -> float:
    powers = (z ** (1 - 2 * k) for k in range(1, len(STIRLING) + 1))
    return math.fsum(c * power for c, power in zip(STIRLING, powers, strict=True))
