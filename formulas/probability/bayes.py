"""Bayes' theorem: what a result says about its cause."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from formulas import checks
from formulas.checks import Array

PEOPLE = 10_000


@dataclass(frozen=True)
class BayesResult:
    """What results of a test say about a condition.

    Attributes
    ----------
    posterior : float
        Probability of the condition after positive results only.
    evidence : float
        Probability of that many positive results in a row.
    likelihood_ratio : float
        What they multiply the odds by; infinite if only the ill test positive.
    counts : dict of str to float
        Of 10 000 people after one test: ``true_positive``, ``false_positive``,
        ``true_negative`` and ``false_negative``.
    posterior_if_negative : float
        Probability of the condition after as many negative results.
    """

    posterior: float
    evidence: float
    likelihood_ratio: float
    counts: dict[str, float]
    posterior_if_negative: float


@dataclass(frozen=True)
class BayesTable:
    """The theorem for any number of causes.

    Attributes
    ----------
    posterior : (k,) ndarray
        Probability of each cause; sums to 1.
    evidence : float
        Probability of what was seen.
    """

    posterior: Array
    evidence: float


def bayes_binary(
    prior: float, sensitivity: float, false_positive_rate: float, *, n_tests: int = 1
) -> BayesResult:
    """Turn the probability of a condition before tests into the one after them.

    Parameters
    ----------
    prior : float
        Probability of the condition before, in [0, 1]; 0 and 1 never change.
    sensitivity : float
        Probability of a positive result with the condition, in [0, 1].
    false_positive_rate : float
        Probability of a positive result without it, in [0, 1].
    n_tests : int
        Number of equal results in a row, at least 0. Given the condition the results
        must be independent of each other.

    Returns
    -------
    BayesResult
        Posteriors, evidence, likelihood ratio and counts.

    Raises
    ------
    ValueError
        If a probability or the number lies outside its range, or the results that are
        conditioned on cannot happen.

    References
    ----------
    Bayes (1763); Goodfellow, Bengio and Courville (2016), section 3.11, eq. (3.42).

    Examples
    --------
    >>> result = bayes_binary(0.5, 0.75, 0.25)
    >>> result.posterior, result.evidence, result.likelihood_ratio
    (0.75, 0.5, 3.0)
    """
    p = checks.scalar(prior, "prior", low=0, high=1)
    s = checks.scalar(sensitivity, "sensitivity", low=0, high=1)
    f = checks.scalar(false_positive_rate, "false_positive_rate", low=0, high=1)
    n = checks.integer(n_tests, "n_tests", low=0)
    if _excluded(p, s, n) and _excluded(1 - p, f, n):
        raise ValueError("P(B) is 0: the posterior is undefined")
    if 0 < p < 1 and s == f == 1 and n:
        raise ValueError("P(not B) is 0: the posterior is undefined")
    return BayesResult(
        posterior=_posterior(p, s, f, n),
        evidence=p * s**n + (1 - p) * f**n,
        likelihood_ratio=_ratio(s, f, n),
        counts=_counts(p, s, f),
        posterior_if_negative=_posterior(p, 1 - s, 1 - f, n),
    )


def bayes(prior: ArrayLike, likelihood: ArrayLike) -> BayesTable:
    """Weigh any number of causes by how well they explain what was seen.

    Parameters
    ----------
    prior : (k,) array_like
        Probability of each cause; sums to 1.
    likelihood : (k,) array_like
        Probability of what was seen under each cause, in [0, 1].

    Returns
    -------
    BayesTable
        Posterior of each cause and the evidence.

    Raises
    ------
    ValueError
        If the lengths differ, a value is no probability, the prior does not sum to 1, or
        no possible cause explains what was seen.

    Examples
    --------
    >>> bayes([0.5, 0.5], [0.75, 0.25]).posterior
    array([0.75, 0.25])
    """
    p = checks.as_array(prior, "prior", ndim=1)
    fit = checks.as_array(likelihood, "likelihood", ndim=1)
    rule = "prior and likelihood must have the same length"
    checks.same_shape(p.shape == fit.shape, "prior", p, "likelihood", fit, rule)
    checks.finite(prior=p, likelihood=fit)
    checks.within(p, "prior", 0, 1)
    checks.within(fit, "likelihood", 0, 1)
    checks.sums_to_one(prior=p)
    largest = fit[p > 0].max()
    if largest == 0:
        raise ValueError("P(B) is 0: the posterior is undefined")
    # Same ratios, no underflow: the best possible explanation weighs 1.
    joint = p * np.where(p > 0, fit / largest, 0.0)
    return BayesTable(joint / joint.sum(), float((p * fit).sum()))


def posterior_curve(
    sensitivity: float,
    false_positive_rate: float,
    priors: ArrayLike,
    *,
    n_tests: int = 1,
) -> Array:
    """Return the posterior after positive results for many priors.

    Parameters
    ----------
    sensitivity, false_positive_rate : float
        As for `bayes_binary`.
    priors : (n,) array_like
        Probabilities of the condition before the test.
    n_tests : int
        Number of positive results in a row, at least 0.

    Returns
    -------
    (n,) ndarray
        Rising with the prior; NaN where a positive result is impossible.

    Raises
    ------
    ValueError
        If a probability lies outside [0, 1].

    Examples
    --------
    >>> posterior_curve(0.75, 0.25, [0.0, 0.5, 1.0])
    array([0.  , 0.75, 1.  ])
    """
    s = checks.scalar(sensitivity, "sensitivity", low=0, high=1)
    f = checks.scalar(false_positive_rate, "false_positive_rate", low=0, high=1)
    p = checks.array(priors, "priors", ndim=1)
    checks.within(p, "priors", 0, 1)
    n = checks.integer(n_tests, "n_tests", low=0)
    hits = p * s**n
    evidence = hits + (1 - p) * f**n
    undefined = np.full_like(p, np.nan)
    return np.asarray(np.divide(hits, evidence, out=undefined, where=evidence > 0))


def posteriors(
    prior: float, sensitivity: float, false_positive_rate: float, most_tests: int
) -> Array:
    """Return how the probability rises with one positive result after the other.

    Parameters
    ----------
    prior, sensitivity, false_positive_rate : float
        As for `bayes_binary`.
    most_tests : int
        Number of results, at least 0.

    Returns
    -------
    (most_tests + 1,) ndarray
        Before any test, after the first, after the second, ...

    Raises
    ------
    ValueError
        As `bayes_binary`.

    Examples
    --------
    >>> posteriors(0.5, 0.75, 0.25, 2)
    array([0.5 , 0.75, 0.9 ])
    """
    most = checks.integer(most_tests, "most_tests", low=0)
    bayes_binary(prior, sensitivity, false_positive_rate, n_tests=most)  # checks all
    rates = float(sensitivity), float(false_positive_rate)
    return np.array([_posterior(float(prior), *rates, n) for n in range(most + 1)])


def _excluded(share: float, rate: float, n: int) -> bool:
    """Tell whether nobody of a group can have n such results."""
    return share == 0 or (rate == 0 and n > 0)


def _posterior(p: float, s: float, f: float, n: int) -> float:
    if p in (0, 1):
        return p
    # Same ratio, no underflow: the more likely result weighs 1.
    largest = max(s, f) or 1.0
    hits = p * (s / largest) ** n
    return hits / (hits + (1 - p) * (f / largest) ** n)


def _ratio(s: float, f: float, n: int) -> float:
    with np.errstate(over="ignore", under="ignore", divide="ignore"):
        return float((np.float64(s) / f) ** n) if n else 1.0


def _counts(p: float, s: float, f: float) -> dict[str, float]:
    ill, healthy = PEOPLE * p, PEOPLE * (1 - p)
    return {
        "true_positive": ill * s,
        "false_positive": healthy * f,
        "true_negative": healthy * (1 - f),
        "false_negative": ill * (1 - s),
    }
