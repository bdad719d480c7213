"""Lasso in the lesson on linear regression: its formula, its claims, its sentence."""

from __future__ import annotations

import re
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import Lasso, LinearRegression, Ridge

from formulas.regression.lasso import lasso
from pages.regression.linear_regression.lasso.figure import PENALTIES, paths
from pages.regression.linear_regression.lasso.statement import STATEMENT
from pages.regression.linear_regression.ridge.statement import TRUE_SLOPES, points
from tests.claims import claims
from tests.lessons import drawing, numbers_of
from tests.strategies import settings_of
from ui.catalogue import BY_KEY

FORM = BY_KEY["linear_regression/lasso"]

MUTANTS = (
    ("((z[j] + alpha) / S[j, j], z[j] < -alpha)", "(0, z[j] < -alpha)"),
    ("sse / (2 * n) + alpha", "sse / n + alpha"),
    ("np.where(left <= PENALTIES, alone", "np.where(left >= PENALTIES, alone"),
    ("np.all(both * signs > 0", "np.all(both * signs < 0"),
    ("np.abs(best).sum() * np.vstack", "np.abs(best).max() * np.vstack"),
)


def of_the_page(**chosen):
    return numbers_of(STATEMENT, **{**STATEMENT.defaults, **chosen})


def slopes_of(**chosen):
    page = of_the_page(**chosen)
    return np.array([page["beta_1"], page["beta_2"]])


def by_scikit_learn(correlation, noise, penalty):
    X, y = points(correlation, noise)
    if penalty < 1e-9:
        return LinearRegression().fit(X, y).coef_
    with warnings.catch_warnings():  # no tolerance is fine enough for small penalties
        warnings.simplefilter("ignore", ConvergenceWarning)
        return Lasso(alpha=penalty, tol=1e-14, max_iter=10_000).fit(X, y).coef_


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"(\hat\beta_1, \hat\beta_2) = \operatorname*{arg\,min}_{\beta} "
        r"\frac{1}{2n} \lVert y - X \beta \rVert^2 + \alpha "
        r"\left(|\beta_1| + |\beta_2|\right)"
    )


def test_values_known_from_elsewhere():
    x, y = np.arange(1.0, 6), np.array([2.0, 1, 4, 3, 6])
    np.testing.assert_allclose(lasso(x, y, 0.5).coef, 0.75)


@claims("lasso_condition")
@given(settings_of(STATEMENT))
@settings(max_examples=30)
def test_the_page_has_the_fit_of_scikit_learn(chosen):
    page = of_the_page(**chosen)
    np.testing.assert_allclose(
        slopes_of(**chosen), by_scikit_learn(**chosen), rtol=1e-6, atol=1e-7
    )

    def cost(slopes):
        rest = page["y"] - page["X"] @ slopes
        return (rest**2).mean() / 2 + chosen["penalty"] * np.abs(slopes).sum()

    best = slopes_of(**chosen)
    assert page["cost"] == pytest.approx(cost(best))
    for step in np.random.default_rng(0).standard_normal((20, 2)):
        assert cost(best + 0.01 * step) >= page["cost"] - 1e-12


@claims("lasso_drops")
def test_a_slope_that_explains_little_becomes_exactly_0():
    first, second = slopes_of()
    assert second == 0 != first
    assert of_the_page()["kept"] == 1
    X, y = points(0.5, 2.0)
    for alpha in (0.1, 1.0, 10.0, 1000.0):
        assert (Ridge(alpha=alpha).fit(X, y).coef_ != 0).all()


@claims("lasso_noise")
def test_with_noise_the_second_predictor_is_dropped():
    assert of_the_page(noise=0.0)["kept"] == 2
    assert of_the_page(noise=2.0)["kept"] == 1
    plain = slopes_of(noise=0.0, penalty=0.0)
    np.testing.assert_allclose(plain, TRUE_SLOPES)
    assert 0 < slopes_of(noise=0.0)[1] < 0.5
    assert slopes_of(penalty=0.0)[1] == pytest.approx(-0.283, abs=0.0005)


@claims("lasso_alike")
def test_a_predictor_like_the_first_is_kept():
    apart, alike = (
        of_the_page(noise=0.0, penalty=0.6, correlation=r) for r in (0.0, 0.8)
    )
    assert (apart["kept"], alike["kept"]) == (1, 2)
    assert apart["moments"][1] == pytest.approx(0.5)
    assert alike["moments"][1] == pytest.approx(1.7)
    assert alike["rest"][1] > 0.6


@claims("lasso_plain")
def test_least_squares_has_a_wrong_sign():
    assert slopes_of(penalty=0.0)[1] < 0 < TRUE_SLOPES[1]


@claims("lasso_all_zero")
@given(st.floats(0, 0.8), st.floats(0, 3))
@settings(max_examples=20)
def test_from_the_largest_product_on_all_slopes_are_0(correlation, noise):
    X, y = points(correlation, noise)
    largest = np.abs(X.T @ y).max() / len(y)
    assert not lasso(X, y, largest * (1 + 1e-9)).coef.any()
    assert lasso(X, y, 0.99 * largest).coef.any()
    assert not slopes_of(penalty=2.0).any()


@claims("lasso_biased")
def test_uncorrelated_slopes_are_shortened_by_alpha():
    plain = slopes_of(correlation=0.0, noise=0.0, penalty=0.0)
    np.testing.assert_allclose(
        slopes_of(correlation=0.0, noise=0.0, penalty=0.2), plain - 0.2
    )
    found = slopes_of(noise=0.2)
    assert (found > 0).all()
    assert (found < TRUE_SLOPES).all()


@claims("lasso_touches")
@given(settings_of(STATEMENT))
@settings(max_examples=20)
def test_squares_and_diamond_touch(chosen):
    ellipse, diamond = drawing(FORM)(**chosen).figures[0]["data"][:2]
    best = slopes_of(**chosen)
    # No point of the ellipse lies inside the diamond, whose corners lie on the axes.
    size = np.abs(best).sum()
    around = np.abs(ellipse["x"]) + np.abs(ellipse["y"])
    assert around.min() >= size - 1e-6
    assert np.abs(diamond["x"]) + np.abs(diamond["y"]) == pytest.approx(
        np.full(5, size), abs=1e-9
    )


@claims("ridge_stays")
def test_ridges_path_stays_on_no_axis():
    for correlation, noise in ((0.5, 2.0), (0.8, 1.0), (0.0, 3.0)):
        shrinking = paths(correlation, noise)[1]
        assert (shrinking != 0).all()
        X, y = points(correlation, noise)
        np.testing.assert_allclose(
            shrinking[20],
            Ridge(alpha=0.2 * 25_000 ** (19 / 49), tol=1e-12).fit(X, y).coef_,
        )


@claims("lasso_straight")
@pytest.mark.parametrize(
    ("correlation", "noise"), [(0.5, 2.0), (0.8, 1.0), (0.0, 0.0), (0.3, 3.0)]
)
def test_the_paths_are_straight_and_those_of_scikit_learn(correlation, noise):
    slopes = paths(correlation, noise)[0]
    for k in (0, 3, 12, 40, 100):
        expected = by_scikit_learn(correlation, noise, PENALTIES[k])
        np.testing.assert_allclose(slopes[k], expected, rtol=1e-6, atol=1e-7)
    bends = np.abs(np.diff(slopes, 2, axis=0)).max(axis=1) > 1e-9
    assert 1 <= bends.sum() <= 5  # a corner between two points of the grid bends twice


PLAIN = re.compile(
    r"Without a penalty this is least squares: the slopes are (\S+) and (\S+)\."
)
KEPT = re.compile(
    r"Least squares gives slopes (\S+) and (\S+); the penalty leaves (\S+) and (\S+) and "
    r"makes (β₁ and β₂ exactly 0|β₁ exactly 0|β₂ exactly 0|neither slope 0)\."
)
ZEROS = {
    "β₁ and β₂ exactly 0": (True, True),
    "β₁ exactly 0": (True, False),
    "β₂ exactly 0": (False, True),
    "neither slope 0": (False, False),
}


@given(settings_of(STATEMENT))
@settings(max_examples=40)
def test_the_sentence_has_the_slopes_and_what_is_dropped_at_every_setting(chosen):
    status = drawing(FORM)(**chosen).status
    best = by_scikit_learn(**chosen)
    plain = by_scikit_learn(**chosen | {"penalty": 0})
    if chosen["penalty"] == 0:
        printed = PLAIN.fullmatch(status).groups()
        expected = best
    else:
        *printed, what = KEPT.fullmatch(status).groups()
        expected = [*plain, *best]
        for zero, slope in zip(ZEROS[what], best, strict=True):
            assert abs(slope) < 1e-6 if zero else abs(slope) > 0 or slope == 0
        assert sum(ZEROS[what]) == pytest.approx((np.abs(best) < 1e-9).sum(), abs=1)
    found = [float(text.replace("−", "-")) for text in printed]
    assert found == pytest.approx(expected, rel=6e-3, abs=1e-6)
