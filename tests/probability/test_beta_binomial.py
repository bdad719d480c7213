"""Beta and binomial: SciPy, high precision, and counting one trial at a time."""

from __future__ import annotations

import math

import mpmath
import pytest
import scipy.integrate
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from formulas.probability.beta_binomial import beta_binomial
from tests.errors import says

# Each is one edit of the module that its tests must notice.
MUTANTS = (
    (
        "after_a, after_b = a + hits, b + misses",
        "after_a, after_b = a + misses, b + hits",
    ),
    ("variance=mean * rest / (total + 1)", "variance=mean * rest / total"),
    ("mode=(after_a - 1) /", "mode=after_a /"),
    ("peaked = after_a > 1 and after_b > 1", "peaked = after_a >= 1 and after_b >= 1"),
    ("evidence = orders + joint", "evidence = joint"),  # of one order only
    ("+ joint - _log_rising(a + b,", "+ joint + _log_rising(a + b,"),
    ("if start < LARGE:", "if True:"),  # cancels for large counts
    ("(end - 0.5) * math.log1p(count / start)", "end * math.log1p(count / start)"),
    ("+ _correction(end) - _correction(start)", ""),
)

sizes = st.floats(0.01, 200)
counts = st.integers(0, 60)


def exact_log_evidence(a, b, hits, misses):
    """Multiply the chances of one trial after the other, with 60 digits."""
    with mpmath.workdps(60):
        a, b = mpmath.mpf(a), mpmath.mpf(b)
        chance = mpmath.mpf(math.comb(hits + misses, hits))
        for k in range(hits):
            chance *= (a + k) / (a + b + k)
        for k in range(misses):
            chance *= (b + k) / (a + b + hits + k)
        return float(mpmath.log(chance))


# Outside numbers


def test_seven_successes_and_three_failures_after_a_uniform_prior():
    found = beta_binomial(1, 1, 7, 3)
    assert (found.a, found.b) == (8, 4)
    assert found.mean == pytest.approx(2 / 3, rel=1e-15)
    assert found.variance == pytest.approx(0.017094, abs=5e-7)
    assert found.mode == pytest.approx(0.7, rel=1e-15)
    # A uniform prior makes all 11 counts equally likely.
    assert found.log_evidence == pytest.approx(-math.log(11), rel=1e-14)


def test_a_strong_prior_pulls_the_mean_towards_one_half():
    assert beta_binomial(20, 20, 7, 3).mean == pytest.approx(0.54, rel=1e-15)


# Independent oracles


@given(sizes, sizes, counts, counts)
def test_moments_agree_with_scipys_beta_distribution(a, b, hits, misses):
    found = beta_binomial(a, b, hits, misses)
    law = scipy.stats.beta(a + hits, b + misses)
    assert found.mean == pytest.approx(law.mean(), rel=1e-12)
    assert found.variance == pytest.approx(law.var(), rel=1e-9)
    if found.mode is not None:
        peak = law.logpdf(found.mode)
        for aside in (0.999 * found.mode, 0.999 * found.mode + 0.001):
            assert peak >= law.logpdf(aside)


@given(sizes, sizes, counts, counts)
def test_the_evidence_agrees_with_60_digits(a, b, hits, misses):
    found = beta_binomial(a, b, hits, misses).log_evidence
    expected = exact_log_evidence(a, b, hits, misses)
    # Terms of up to a few hundred cancel.
    assert found == pytest.approx(expected, rel=1e-12, abs=1e-12)


@given(st.floats(0.5, 20), st.floats(0.5, 20), st.integers(0, 12), st.integers(0, 12))
def test_the_evidence_is_the_mean_of_the_likelihood_over_the_prior(a, b, hits, misses):
    # Substituted so that the ends, where the prior may be infinite, are tame.
    def integrand(u):
        p = math.sin(u) ** 2
        density = scipy.stats.beta.pdf(p, a, b)
        jacobian = 2 * math.sin(u) * math.cos(u)
        return density * jacobian * scipy.stats.binom.pmf(hits, hits + misses, p)

    mean, _ = scipy.integrate.quad(integrand, 0, math.pi / 2, epsabs=1e-13)
    found = math.exp(beta_binomial(a, b, hits, misses).log_evidence)
    assert found == pytest.approx(mean, rel=1e-6, abs=1e-10)


# Laws


@given(sizes, sizes, counts, counts)
def test_one_trial_at_a_time_is_all_at_once(a, b, hits, misses):
    step, total = beta_binomial(a, b, 0, 0), 0.0
    for hit in [1] * hits + [0] * misses:
        # The next trial succeeds with the mean's probability.
        step = beta_binomial(step.a, step.b, hit, 1 - hit)
        total += step.log_evidence
    at_once = beta_binomial(a, b, hits, misses)
    assert (step.a, step.b) == pytest.approx((at_once.a, at_once.b), rel=1e-12)
    orders = math.log(math.comb(hits + misses, hits))
    assert total + orders == pytest.approx(at_once.log_evidence, rel=1e-9, abs=1e-9)


@given(sizes, sizes, st.integers(1, 25))
def test_the_evidence_of_all_counts_sums_to_one(a, b, trials):
    logs = [beta_binomial(a, b, k, trials - k).log_evidence for k in range(trials + 1)]
    assert math.fsum(map(math.exp, logs)) == pytest.approx(1, rel=1e-10)


def test_no_trials_change_nothing_and_are_certain():
    found = beta_binomial(2, 6, 0, 0)
    assert (found.a, found.b, found.log_evidence) == (2, 6, 0)
    assert found.mean == 0.25


@pytest.mark.parametrize(
    ("a", "b", "mode"),
    [(1, 1, None), (1, 5, None), (5, 1, None), (0.5, 0.5, None), (3, 2, 2 / 3)],
)
def test_the_mode_exists_only_where_both_exceed_one(a, b, mode):
    assert beta_binomial(a, b, 0, 0).mode == mode


# Extreme input


@pytest.mark.parametrize(
    ("a", "b", "hits", "misses"),
    [
        (1e15, 3e15, 7, 3),  # the prior is as good as a known probability of 1/4
        (1e300, 1e300, 2, 1),
        (10.0, 10.0, 1, 0),
        (1e8, 1e8, 400, 500),
        (1e-300, 1.0, 1, 0),
        (9.999, 12.5, 300, 0),
    ],
)
def test_large_and_tiny_priors_keep_their_digits(a, b, hits, misses):
    found = beta_binomial(a, b, hits, misses).log_evidence
    expected = exact_log_evidence(a, b, hits, misses)
    # Terms as large as hits · log(a) cancel.
    error = 1e-14 * (hits + misses + 1) * (abs(math.log(a)) + 1)
    assert found == pytest.approx(expected, rel=1e-12, abs=error)


def test_a_huge_prior_is_a_binomial_with_a_known_probability():
    found = beta_binomial(1e15, 3e15, 7, 3).log_evidence
    expected = scipy.stats.binom.logpmf(7, 10, 0.25)
    assert found == pytest.approx(expected, rel=1e-11)


def test_a_million_trials():
    found = beta_binomial(1, 1, 600_000, 400_000)
    assert found.log_evidence == pytest.approx(-math.log(1_000_001), rel=1e-9)
    assert found.variance == pytest.approx(0.24e-6, rel=1e-5)


# Bad input


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: beta_binomial(0, 1, 1, 1), "a must be in (0, inf), got 0.0"),
        (lambda: beta_binomial(1, -2, 1, 1), "b must be in (0, inf), got -2.0"),
        (lambda: beta_binomial(math.nan, 1, 1, 1), "a contains NaN"),
        (lambda: beta_binomial(1, math.inf, 1, 1), "b must be finite"),
        (lambda: beta_binomial(1, 1, -1, 1), "successes must be in [0, inf), got -1"),
        (lambda: beta_binomial(1, 1, 1, 2.5), "failures must be an integer, got 2.5"),
        (
            lambda: beta_binomial(1, 1, True, 1),
            "successes must be an integer, got True",
        ),
        (lambda: beta_binomial("a", 1, 1, 1), "a must be numeric"),
        (lambda: beta_binomial(1e308, 1e308, 1, 1), "result must be finite"),
        (lambda: beta_binomial(1, 1, 1e306, 1e306), "result must be finite"),
    ],
)
def test_bad_input_is_named(call, message):
    with says(message):
        call()
