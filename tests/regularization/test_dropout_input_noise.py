"""Dropout on inputs in the lesson on dropout: its formula, its claims, its sentence."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest
import scipy
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LinearRegression, Ridge

from formulas.regularization.dropout import dropout_moments, dropout_ridge
from pages.regularization.dropout.input_noise.figure import (
    RATES,
    noisy_fits,
    over_rates,
)
from pages.regularization.dropout.input_noise.statement import STATEMENT
from tests.claims import claims
from tests.lessons import drawing, numbers_of
from tests.strategies import settings_of
from ui.catalogue import BY_KEY

FORM = BY_KEY["dropout/input_noise"]

MUTANTS = (
    ("S[j, j] + weight * S[j, j]", "S[j, j] + weight * S[1, 1]"),
    ("Equation(weight, p / (1 - p))", "Equation(weight, p)"),
    ("X * (drawn >= p) / (1 - p)", "X * (drawn >= p)"),
    ("a * outer[:, 1] - b * outer[:, 0]", "a * outer[:, 1] + b * outer[:, 0]"),
    ("effects(COUNT * w, correlation, unit)", "effects(COUNT * w, correlation)"),
    ("plain / sizes, fits", "plain * sizes, fits"),
)


def of_the_page(**chosen):
    return numbers_of(STATEMENT, **{**STATEMENT.defaults, **chosen})


def slopes_of(**chosen):
    page = of_the_page(**chosen)
    return np.array([page["beta_1"], page["beta_2"]])


def averaged(X, y, p, slopes):
    """Average the squared error over every mask, one by one."""
    total = 0.0
    for bits in itertools.product((0, 1), repeat=X.size):
        mask = np.array(bits).reshape(X.shape)
        chance = np.prod(np.where(mask, 1 - p, p))
        total += chance * np.sum((y - (mask * X / (1 - p)) @ slopes) ** 2)
    return total


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"\hat\beta = \left(X^\top X + \lambda\, \mathrm{diag}(X^\top X)\right)^{-1} "
        r"X^\top y, \quad \lambda = \frac{p}{1 - p}"
    )


def test_values_known_from_elsewhere():
    X, y = [[1.0, 0], [1, 1], [0, 2]], [1.0, 2, 3]
    expected = [0.564103, 0.743590]
    np.testing.assert_allclose(dropout_ridge(X, y, 0.5), expected, atol=5e-7)


@claims("noise_is_penalty")
@given(st.integers(0, 10**6), st.floats(0.05, 0.9))
@settings(max_examples=15, deadline=None)
def test_the_average_over_all_masks_is_squares_and_a_penalty(seed, p):
    random = np.random.default_rng(seed)
    X, y, slopes = (
        random.normal(size=(3, 2)),
        random.normal(size=3),
        random.normal(size=2),
    )
    squares = np.sum((y - X @ slopes) ** 2)
    penalty = p / (1 - p) * np.sum((X**2).sum(axis=0) * slopes**2)
    assert averaged(X, y, p, slopes) == pytest.approx(squares + penalty, rel=1e-9)
    best = scipy.optimize.minimize(lambda b: averaged(X, y, p, b), np.zeros(2)).x
    np.testing.assert_allclose(dropout_ridge(X, y, p), best, atol=1e-4)


@given(settings_of(STATEMENT))
@settings(max_examples=20)
def test_the_page_has_the_fit_of_scikit_learn_on_inputs_of_one_size(chosen):
    page = of_the_page(**chosen)
    sizes = np.sqrt((page["X"] ** 2).sum(axis=0))
    p = chosen["p"]
    ridge = Ridge(alpha=p / (1 - p), fit_intercept=False)
    expected = ridge.fit(page["X"] / sizes, page["y"]).coef_ / sizes
    np.testing.assert_allclose(slopes_of(**chosen), expected, rtol=1e-8, atol=1e-12)


@claims("noise_uncorrelated")
@given(st.sampled_from(RATES.tolist()))
def test_without_correlation_a_fixed_part_of_each_slope_is_left(p):
    plain, noisy = (slopes_of(p=rate, correlation=0.0) for rate in (0.0, p))
    np.testing.assert_allclose(noisy, (1 - p) * plain, rtol=1e-9)


@claims("noise_units")
@given(settings_of(STATEMENT))
@settings(max_examples=20)
def test_another_unit_changes_no_prediction(chosen):
    first, second = slopes_of(**chosen | {"unit": 1.0})
    there = slopes_of(**chosen)
    expected = [first, second / chosen["unit"]]
    np.testing.assert_allclose(there, expected, rtol=1e-9, atol=1e-12)


@claims("noise_ridge", "noise_ridge_units")
@pytest.mark.parametrize("p", [0.25, 0.5, 0.9])
def test_a_ridge_agrees_at_c_1_and_depends_on_the_unit(p):
    at = int(np.abs(RATES - p).argmin())
    for unit in (1.0, 10.0):
        page = of_the_page(unit=unit, p=p)
        ridge = Ridge(alpha=12 * p / (1 - p)).fit(page["X"], page["y"]).coef_
        noisy, other = over_rates(0.9, unit)
        np.testing.assert_allclose(other[at], ridge * (1, unit), rtol=1e-9)
        np.testing.assert_allclose(noisy[at], slopes_of(p=p), rtol=1e-9)
        agrees = np.allclose(ridge * (1, unit), slopes_of(p=p), rtol=1e-9)
        assert agrees == (unit == 1.0)
    assert abs(ridge[1] * 10) > 1.05 * abs(slopes_of(p=p)[1])


@claims("noise_none")
def test_without_noise_it_is_least_squares():
    page = of_the_page(p=0.0)
    expected = LinearRegression().fit(page["X"], page["y"]).coef_
    np.testing.assert_allclose(slopes_of(p=0.0), expected, rtol=1e-9)


@claims("noise_weight")
@pytest.mark.parametrize(("p", "weight"), [(0.5, 1), (0.9, 9)])
def test_the_weight_is_the_odds_and_the_variance_of_a_mask(p, weight):
    assert of_the_page(p=p)["weight"] == pytest.approx(weight)
    mean, variance = dropout_moments(1.0, p)
    assert (mean, variance) == pytest.approx((1, weight))


@claims("noise_heavy")
def test_at_the_largest_p_the_weight_is_19():
    assert of_the_page(p=0.95)["weight"] == pytest.approx(19)


@claims("noise_copies")
@pytest.mark.parametrize("p", [0.2, 0.5, 0.8])
def test_fits_to_copies_approach_the_formula(p):
    page = of_the_page(p=p)
    fits = [noisy_fits(p, 0.9, seed) for seed in range(6)]
    apart = np.abs(np.array(fits) - slopes_of(p=p)).max(axis=2)
    assert apart[:, 499].max() < 0.12
    assert apart[:, 499].mean() < 0.5 * apart[:, 9].mean()
    random = np.random.default_rng(2)
    masks = random.random((7, *page["X"].shape)) >= p
    stacked = (page["X"] * masks / (1 - p)).reshape(-1, 2)
    plain = LinearRegression(fit_intercept=False).fit(stacked, np.tile(page["y"], 7))
    np.testing.assert_allclose(noisy_fits(p, 0.9, 2)[6], plain.coef_, rtol=1e-8)


@claims("noise_shares")
def test_the_second_slope_becomes_positive():
    second = {p: slopes_of(p=p)[1] for p in (0.0, 0.15, 0.2, 0.5, 0.95)}
    assert second[0.0] < 0
    assert all(second[p] > 0 for p in (0.2, 0.5, 0.95))


@claims("noise_alone")
def test_near_1_each_input_is_fitted_as_if_alone():
    page = of_the_page()
    alone = (page["X"].T @ page["y"]) / (page["X"] ** 2).sum(axis=0)
    found = dropout_ridge(page["X"], page["y"], 0.999)
    np.testing.assert_allclose(found, 0.001 * alone, rtol=2e-3)


SENTENCE = re.compile(
    r"Instead of (\S+) and (\S+) the slopes are (\S+) and (\S+), because dropping entries "
    r"acts as a penalty; (?:least squares on (\d+) noisy cop(?:y|ies) gives (\S+) and "
    r"(\S+)|\d+ noisy cop(?:y|ies) cannot tell both slopes)\."
)


@given(settings_of(STATEMENT))
@settings(max_examples=30)
def test_the_sentence_compares_slopes_at_every_setting(chosen):
    scene = drawing(FORM)(**chosen)
    if chosen["p"] == 0:
        assert scene.status.startswith("Nothing is dropped: the slopes ")
        return
    found = SENTENCE.fullmatch(scene.status).groups()
    plain = slopes_of(**chosen | {"p": 0.0})
    fits = noisy_fits(chosen["p"], chosen["correlation"], chosen["seed"])
    copied = fits[chosen["copies"] - 1] / (1, chosen["unit"])
    expected = [*plain, *slopes_of(**chosen)]
    printed = [float(text.replace("−", "-")) for text in found[:4]]
    assert printed == pytest.approx(expected, rel=6e-3, abs=1e-9)
    assert (found[4] is None) == (not np.isfinite(copied).all())
    if found[4]:
        assert int(found[4]) == chosen["copies"]
        shown = [float(text.replace("−", "-")) for text in found[5:]]
        assert shown == pytest.approx(copied, rel=6e-3, abs=1e-9)
