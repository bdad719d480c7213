"""Odds: exact fractions, the theorem itself, and evidence that excludes."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formulas.probability.bayes import bayes_binary
from formulas.probability.odds import update_odds
from tests.errors import says

# Each is one edit of the module that its tests must notice.
MUTANTS = (
    ("- math.log1p(-p) + float(", "+ float("),  # a probability taken for odds
    ("float(np.log(factors).sum())", "float(np.log(factors).mean())"),
    ("prior_odds = p / (1 - p)", "prior_odds = p"),
    ("posterior_odds = float(np.exp(log_odds))", "posterior_odds = log_odds"),
    ("if p == 0 or excluded:", "if p == 0:"),
    ("return OddsResult(math.inf, math.inf, 1.0)", "return OddsResult(1.0, 1.0, 1.0)"),
)

shares = st.integers(1, 99).map(lambda k: Fraction(k, 100))
ratios = st.tuples(st.integers(1, 50), st.integers(1, 50)).map(lambda k: Fraction(*k))


# Outside numbers


def test_two_pieces_of_evidence_that_are_nine_times_as_likely_under_the_cause():
    found = update_odds(0.01, [9, 9])
    assert found.posterior == pytest.approx(0.45, rel=1e-12)
    assert found.prior_odds == pytest.approx(1 / 99, rel=1e-15)
    assert found.posterior_odds == pytest.approx(81 / 99, rel=1e-12)


def test_eddys_mammography_example_in_odds():
    found = update_odds(0.01, 0.8 / 0.096)
    assert found.posterior == pytest.approx(0.07763975155, abs=5e-12)


# Laws


@given(shares, st.lists(ratios, min_size=1, max_size=8))
def test_agrees_with_exact_fractions(prior, factors):
    odds = prior / (1 - prior) * math.prod(factors)
    found = update_odds(float(prior), [float(factor) for factor in factors])
    assert found.prior_odds == pytest.approx(float(prior / (1 - prior)), rel=1e-12)
    assert found.posterior_odds == pytest.approx(float(odds), rel=1e-12)
    assert found.posterior == pytest.approx(float(odds / (1 + odds)), rel=1e-12)


@given(st.floats(0.01, 0.99), st.floats(0.01, 0.99), st.floats(0.01, 0.99))
def test_a_positive_test_multiplies_by_its_likelihood_ratio(prior, hit, false_alarm):
    expected = bayes_binary(prior, hit, false_alarm).posterior
    found = update_odds(prior, hit / false_alarm).posterior
    assert found == pytest.approx(expected, rel=1e-12)


@given(st.floats(0.01, 0.99), st.lists(st.floats(0.01, 100), min_size=2, max_size=6))
def test_order_does_not_matter_and_one_at_a_time_is_all_at_once(prior, factors):
    together = update_odds(prior, factors).posterior
    turned = update_odds(prior, factors[::-1]).posterior
    assert turned == pytest.approx(together, rel=1e-12)
    step = prior
    for factor in factors[:2]:
        step = update_odds(step, factor).posterior
    both = update_odds(prior, factors[:2]).posterior
    assert step == pytest.approx(both, rel=1e-9)


@given(st.floats(0.01, 0.99))
def test_evidence_that_fits_both_alike_changes_nothing(prior):
    assert update_odds(prior, [1, 1]).posterior == pytest.approx(prior, rel=1e-14)


# Certainty, impossibility and extreme input


@pytest.mark.parametrize("factors", [0.001, [5, 1e9], 1])
def test_certainty_never_changes(factors):
    sure = update_odds(1, factors)
    assert (sure.prior_odds, sure.posterior_odds, sure.posterior) == (
        math.inf,
        math.inf,
        1,
    )
    never = update_odds(0, factors)
    assert (never.prior_odds, never.posterior_odds, never.posterior) == (0, 0, 0)


@pytest.mark.parametrize("factors", [0, [7, 0.0], [0, 0]])
def test_evidence_that_cannot_happen_under_the_cause_excludes_it(factors):
    found = update_odds(0.5, factors)
    assert (found.prior_odds, found.posterior_odds, found.posterior) == (1, 0, 0)


def test_a_product_that_leaves_the_floats_and_comes_back():
    found = update_odds(0.5, [1e200, 1e200, 1e-200, 3e-200])
    assert found.posterior == pytest.approx(0.75, rel=1e-9)
    found = update_odds(0.5, [1e-200, 1e-200, 1e200, 3e200])
    assert found.posterior == pytest.approx(0.75, rel=1e-9)


def test_odds_beyond_the_floats_are_infinite_and_the_posterior_is_one():
    found = update_odds(0.5, [1e200, 1e200])
    assert (found.posterior_odds, found.posterior) == (math.inf, 1.0)
    assert update_odds(0.5, [1e-200, 1e-200]).posterior == 0.0
    tiny = update_odds(1e-300, 1e10)
    assert tiny.posterior == pytest.approx(1e-290, rel=1e-9)


# Bad input


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: update_odds(1, 0), "P(B) is 0: the posterior is undefined"),
        (lambda: update_odds(1, [2, 0]), "P(B) is 0: the posterior is undefined"),
        (lambda: update_odds(-0.1, 2), "prior must be in [0, 1], got -0.1"),
        (lambda: update_odds(1.5, 2), "prior must be in [0, 1], got 1.5"),
        (lambda: update_odds(math.nan, 2), "prior contains NaN"),
        (lambda: update_odds(0.5, [1, -2]), "bayes_factors must be non-negative"),
        (lambda: update_odds(0.5, math.inf), "bayes_factors must be finite"),
        (lambda: update_odds(0.5, [math.nan]), "bayes_factors contains NaN"),
        (lambda: update_odds(0.5, []), "bayes_factors must not be empty"),
        (
            lambda: update_odds(0.5, [[1]]),
            "bayes_factors must be 0-D or 1-D, got shape (1, 1)",
        ),
        (lambda: update_odds(0.5, "strong"), "bayes_factors must be numeric"),
    ],
)
def test_bad_input_is_named(call, message):
    with says(message):
        call()


def test_input_is_left_as_it_was():
    factors = np.array([2.0, 3.0])
    update_odds(0.5, factors)
    np.testing.assert_array_equal(factors, [2, 3])
