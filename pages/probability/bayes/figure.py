"""Bayes’ theorem: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools
import math

import numpy as np

from charts import Axis, Bars, Curve, Figure, Group, Mark, Scene, bars, curves, icons
from formulas.checks import Array
from formulas.probability.bayes import posterior_curve, posteriors
from notation.numbers import counted
from pages.probability.bayes.statement import STATEMENT, Result

PEOPLE = 1000
CROWDS = tuple(10**k for k in range(3, 10))  # people that the sentence may speak of
EVEN = 0.5  # the prior of whoever does not ask for it
MOST_TESTS = int(STATEMENT.control("n_tests").high)
TESTS = ("before", *(counted(n, "test") for n in range(1, MOST_TESTS + 1)))
PRIOR_RANGE = (STATEMENT.control("prior").low, STATEMENT.control("prior").high)
PRIORS = np.geomspace(*PRIOR_RANGE, 90)
PRIOR_COLOR, POSTERIOR_COLOR, FALSE_ALARM_COLOR = STATEMENT.color_indices(
    "prior", "posterior", "false_positive_rate"
)
OTHER_COLOR = 8


def draw(
    result: Result,
    *,
    prior: float,
    sensitivity: float,
    false_positive_rate: float,
    n_tests: int,
) -> Scene:
    """Draw a thousand people, the posterior against the prior and test after test."""
    people = _whole_people(prior, sensitivity, false_positive_rate, n_tests=n_tests)
    before, over_priors = EVEN, np.full(len(PRIORS), result.posterior)
    if result.prior_counts:
        before = prior
        over_priors = _over_priors(sensitivity, false_positive_rate, n_tests)
    return Scene(
        _people(people, n_tests, actual=not result.prior_counts),
        _against_prior(result, over_priors, prior=prior, n_tests=n_tests),
        _test_after_test(before, sensitivity, false_positive_rate),
        readouts={
            "posterior": result.posterior,
            "evidence": result.evidence,
            "posterior_if_negative": result.posterior_if_negative,
            "likelihood ratio": result.likelihood_ratio,
        },
        status=sentence(
            result,
            _telling(result, prior, sensitivity, false_positive_rate, n_tests)
            if result.prior_counts
            else people,
            n_tests=n_tests,
            false_positive_rate=false_positive_rate,
        ),
    )


def _people(people: dict[str, int], n_tests: int, *, actual: bool) -> Figure:
    positive, negative = "always positive", "not always"
    if n_tests == 1:
        positive, negative = "positive", "negative"
    return icons(
        "1,000 people as they are, one square each"
        if actual
        else "1,000 people, one square each",
        Group(f"ill, {positive}", people["true_positive"], POSTERIOR_COLOR),
        Group(f"ill, {negative}", people["false_negative"], PRIOR_COLOR),
        Group(f"healthy, {positive}", people["false_positive"], FALSE_ALARM_COLOR),
        Group(f"healthy, {negative}", people["true_negative"], OTHER_COLOR, faint=True),
        total=PEOPLE,
        rows=25,
    )


def _against_prior(
    result: Result, over_priors: Array, *, prior: float, n_tests: int
) -> Figure:
    tests = counted(n_tests, "positive test")
    return curves(
        "Posterior against prior",
        Curve(f"after {tests}", PRIORS, over_priors, POSTERIOR_COLOR),
        Curve("no test: prior = posterior", PRIORS, PRIORS, PRIOR_COLOR),
        Mark(prior, result.posterior, _height(result.posterior), POSTERIOR_COLOR),
        x=Axis("prior", PRIOR_RANGE, log=True),
        y=Axis("posterior", (0, 1.1)),
        levels=[(0.5, "")],
    )


def _height(posterior: float) -> str:
    """Write a posterior; what is not quite 1 is not called 1."""
    return "≈1" if 0.9995 <= posterior < 1 else f"{posterior:.3f}"


@functools.lru_cache(maxsize=8)
def _over_priors(sensitivity: float, false_positive_rate: float, n_tests: int) -> Array:
    """Compute the posterior over the whole axis of priors."""
    return posterior_curve(sensitivity, false_positive_rate, PRIORS, n_tests=n_tests)


def _test_after_test(
    prior: float, sensitivity: float, false_positive_rate: float
) -> Figure:
    return bars(
        "Posterior after each further positive test",
        TESTS,
        Bars(
            "posterior",
            posteriors(prior, sensitivity, false_positive_rate, MOST_TESTS),
            POSTERIOR_COLOR,
        ),
        y=Axis("probability", (0, 1.15)),
        height=260,
    )


def _whole_people(
    prior: float,
    sensitivity: float,
    false_positive_rate: float,
    *,
    n_tests: int = 1,
    total: int = PEOPLE,
) -> dict[str, int]:
    """Count people whose tests are all positive, or not, so that nobody gets lost."""
    ill, healthy = total * prior, total * (1 - prior)
    always_if_ill = sensitivity**n_tests
    always_if_healthy = false_positive_rate**n_tests
    exact = {
        "true_positive": ill * always_if_ill,
        "false_positive": healthy * always_if_healthy,
        "true_negative": healthy * (1 - always_if_healthy),
        "false_negative": ill * (1 - always_if_ill),
    }
    counts = {group: math.floor(share + 1e-9) for group, share in exact.items()}
    # The largest remainders are rounded up (ties in the order of the groups).
    by_remainder = sorted(exact, key=lambda group: counts[group] - exact[group])
    for group in by_remainder[: total - sum(counts.values())]:
        counts[group] += 1
    return counts


def _telling(
    result: Result,
    prior: float,
    sensitivity: float,
    false_positive_rate: float,
    n_tests: int,
) -> dict[str, int]:
    """Count as many whole people as it takes for their fraction to be the posterior."""
    for total in CROWDS:
        people = _whole_people(
            prior, sensitivity, false_positive_rate, n_tests=n_tests, total=total
        )
        ill = people["true_positive"]
        positive = ill + people["false_positive"]
        if ill and f"{ill / positive:.1%}" == f"{result.posterior:.1%}":
            break
    return people


def sentence(
    result: Result,
    people: dict[str, int],
    *,
    n_tests: int,
    false_positive_rate: float,
) -> str:
    """Say how many test positive, how many of them are ill, and how likely that is."""
    probability = "just under 100%"
    if false_positive_rate == 0:
        probability = "100%"
    elif result.posterior < 0.9995:
        probability = f"{result.posterior:.1%}"
    return (
        f"Rounded to whole people, {_positives(people, n_tests)}; given this result the "
        f"probability of the condition is {probability}."
    )


def _positives(people: dict[str, int], n_tests: int) -> str:
    """Say how many people test positive and how many of them are ill."""
    ill = people["true_positive"]
    positive = ill + people["false_positive"]
    of_all = f"of {sum(people.values()):,}"
    often = f" {n_tests} times" if n_tests > 1 else ""
    if positive == 0:
        return f"none {of_all} tests positive{often}"
    if positive == 1:
        health = "is ill" if ill else "is not ill"
        return f"1 {of_all} tests positive{often} and {health}"
    verb = "is" if ill < 2 else "are"
    return (
        f"{positive:,} {of_all} test positive{often}, "
        f"and {f'{ill:,}' if ill else 'none'} of them {verb} ill"
    )
