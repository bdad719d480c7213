"""Ridge in the lesson on linear regression: its formula, its claims, its sentence."""

from __future__ import annotations

import re

import numpy as np
import pytest
import scipy
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import Ridge

from formulas.regression.ridge import leave_one_out, ridge
from pages.regression.linear_regression.ridge.figure import ALPHAS, paths, ring
from pages.regression.linear_regression.ridge.statement import (
    STATEMENT,
    TRUE_SLOPES,
    points,
)
from tests.claims import claims
from tests.lessons import drawing, numbers_of
from tests.strategies import settings_of
from ui.catalogue import BY_KEY

FORM = BY_KEY["linear_regression/ridge"]

MUTANTS = (
    ("kept = d**2 / (d**2 + ALPHAS[:, None])", "kept = d / (d + ALPHAS[:, None])"),
    ("(second * g[1] - both * g[2]) / det", "(first * g[1] + both * g[2]) / det"),
    (
        "math.hypot(*best) / math.hypot(*plain)",
        "math.hypot(*plain) / math.hypot(*best)",
    ),
    ("plain + size * (CIRCLE / d) @ right", "plain + size * (CIRCLE * d) @ right"),
    ("+ 1 / len(y)", "+ 0 / len(y)"),
)


def of_the_page(**chosen):
    return numbers_of(STATEMENT, **{**STATEMENT.defaults, **chosen})


def slopes_of(**chosen):
    page = of_the_page(**chosen)
    return np.array([page["beta_1"], page["beta_2"]])


def without_each(X, y, alpha):
    """Leave every point out in turn and fit the others again."""
    errors = []
    for k in range(len(y)):
        rest = np.arange(len(y)) != k
        model = Ridge(alpha=alpha).fit(X[rest], y[rest])
        errors.append(y[k] - model.predict(X[k : k + 1])[0])
    return np.mean(np.square(errors))


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"\hat\beta = \left(X^\top X + \alpha I\right)^{-1} X^\top y, \quad "
        r"\hat\beta = \begin{pmatrix} \hat\beta_1 \\ \hat\beta_2 \end{pmatrix}"
    )


def test_values_known_from_elsewhere():
    x, y = np.arange(1.0, 6), np.array([2.0, 1, 4, 3, 6])
    fit = ridge(x, y, 2.0)
    np.testing.assert_allclose(fit.coef, 5 / 6)
    assert fit.df == pytest.approx(11 / 6)
    assert leave_one_out(x, y).mse == pytest.approx(2.975510, abs=5e-7)


@given(settings_of(STATEMENT))
@settings(max_examples=20)
def test_the_page_has_the_fit_of_scikit_learn(chosen):
    page = of_the_page(**chosen)
    X, y = page["X"], page["y"]
    np.testing.assert_allclose(
        np.corrcoef(X.T)[0, 1], chosen["correlation"], atol=1e-12
    )
    model = Ridge(alpha=chosen["alpha"], tol=1e-12).fit(X, y)
    np.testing.assert_allclose(slopes_of(**chosen), model.coef_, rtol=1e-8, atol=1e-10)
    assert page["sse"] == pytest.approx(np.sum((y - model.predict(X)) ** 2), abs=1e-9)
    right = without_each(X, y, chosen["alpha"])
    assert page["left_out"] == pytest.approx(right, rel=1e-7, abs=1e-12)


@claims("ridge_shorter")
@given(st.floats(0, 0.95), st.floats(0, 3))
def test_slopes_become_shorter_most_where_predictors_hardly_vary(correlation, noise):
    chosen = {"correlation": correlation, "noise": noise}
    several = [slopes_of(alpha=a, **chosen) for a in (0.0, 1.0, 5.0, 20.0)]
    lengths = [np.hypot(*pair) for pair in several]
    assert lengths == sorted(lengths, reverse=True)
    # Both predictors together vary more than their difference.
    together, apart = (np.array([1, sign]) / np.sqrt(2) for sign in (1, -1))
    X, _ = points(correlation, noise)
    assert np.var(X @ together) >= np.var(X @ apart) - 1e-12
    kept = [
        12 * np.var(X @ way) / (12 * np.var(X @ way) + 5) for way in (together, apart)
    ]
    for way, share in zip((together, apart), kept, strict=True):
        assert several[2] @ way == pytest.approx(
            share * (several[0] @ way), rel=1e-7, abs=1e-9
        )
    assert kept[1] <= kept[0] + 1e-12


@claims("ridge_fits_worse")
@given(st.floats(0, 0.95), st.floats(0, 3))
def test_every_penalty_raises_the_squares(correlation, noise):
    X, y = points(correlation, noise)
    smallest = np.linalg.lstsq(X, y, rcond=None)[1][0]
    chosen = {"correlation": correlation, "noise": noise}
    found = [of_the_page(alpha=a, **chosen)["sse"] for a in (0.0, 1.0, 12.0)]
    assert found[0] == pytest.approx(smallest, abs=1e-9)
    assert found[0] < found[1] < found[2]


@claims("ridge_half")
def test_uncorrelated_slopes_keep_the_same_fraction():
    plain = slopes_of(correlation=0.0, alpha=0.0)
    np.testing.assert_allclose(slopes_of(correlation=0.0, alpha=12.0), plain / 2)
    np.testing.assert_allclose(slopes_of(correlation=0.0), plain * 12 / 15)


@claims("ridge_shares")
def test_correlated_predictors_share_an_effect():
    before, after = slopes_of(alpha=0.0), slopes_of(alpha=3.0)
    assert after[0] < before[0]
    assert after[1] > before[1]
    even = scipy.optimize.minimize_scalar(lambda a: a**2 + (1.6 - a) ** 2).x
    assert even == pytest.approx(0.8)
    gaps = [np.ptp(slopes_of(alpha=a)) for a in (0.0, 1.0, 3.0, 12.0)]
    assert gaps == sorted(gaps, reverse=True)


@claims("ridge_df")
@given(st.floats(0, 0.95), st.floats(0.25, 20))
def test_the_effective_number_counts_each_direction_in_part(correlation, alpha):
    page = of_the_page(correlation=correlation, alpha=alpha)
    squares = np.linalg.eigvalsh(page["X"].T @ page["X"])
    assert page["df"] == pytest.approx(1 + (squares / (squares + alpha)).sum())
    falling = [of_the_page(correlation=r, alpha=alpha)["df"] for r in (0.0, 0.5, 0.9)]
    assert falling == sorted(falling, reverse=True)
    np.testing.assert_allclose(
        np.linalg.eigvalsh(of_the_page(correlation=0.9)["gram"])[0], 1.2
    )
    assert of_the_page(alpha=3.0)["df"] < of_the_page(alpha=0.0)["df"] == 3


@claims("ridge_plain")
def test_least_squares_has_a_wrong_sign():
    assert slopes_of(alpha=0.0)[1] < 0 < TRUE_SLOPES[1]
    assert slopes_of(alpha=3.0)[1] > 0


@claims("ridge_predicts")
def test_a_penalty_predicts_better():
    X, y = points(0.9, 1.0)
    assert without_each(X, y, 3.0) < 0.9 * without_each(X, y, 0.0)
    assert of_the_page()["sse"] > of_the_page(alpha=0.0)["sse"]
    X, y = points(0.9, 3.0)
    assert without_each(X, y, 10.0) < 0.8 * without_each(X, y, 0.0)
    plain = slopes_of(noise=3.0, alpha=0.0)
    assert np.hypot(*(plain - TRUE_SLOPES)) > 2


@claims("ridge_touches")
@given(st.floats(0, 0.95), st.floats(0.25, 20))
def test_squares_and_penalty_touch(correlation, alpha):
    X, y = points(correlation, 1.0)
    best = slopes_of(correlation=correlation, alpha=alpha)
    ellipse = ring(X, y, best)
    sse = ((y - ellipse @ X.T) ** 2).sum(axis=1)
    np.testing.assert_allclose(sse, ((y - X @ best) ** 2).sum(), rtol=1e-9)
    assert np.hypot(*ellipse.T).min() >= np.hypot(*best) - 1e-9


@claims("ridge_units")
def test_the_penalty_depends_on_units():
    X, y = points(0.9, 1.0)
    other = ridge(X * [100, 1], y, 3.0).coef * [100, 1]
    assert abs(other - ridge(X, y, 3.0).coef).max() > 0.1
    free = ridge(X * [100, 1], y, 0.0).coef * [100, 1]
    np.testing.assert_allclose(free, ridge(X, y, 0.0).coef)


@claims("ridge_intercept")
def test_the_intercept_is_free():
    X, y = points(0.9, 1.0)
    np.testing.assert_allclose([*X.mean(axis=0), y.mean()], 0, atol=1e-12)
    assert ridge(X, y, 3.0).intercept == pytest.approx(0, abs=1e-12)
    assert ridge(X, y + 100, 3.0).intercept == pytest.approx(100)


PLAIN = re.compile(
    r"Without a penalty this is least squares: the slopes are (\S+) and (\S+)\."
)
SHRUNK = re.compile(
    r"The penalty leaves slopes (\S+) and (\S+): as a vector they are (\S+)% as long as "
    r"those of least squares\."
)


@given(settings_of(STATEMENT))
@settings(max_examples=30)
def test_the_sentence_has_the_slopes_and_what_is_left_at_every_setting(chosen):
    X, y = points(chosen["correlation"], chosen["noise"])
    scene = drawing(FORM)(**chosen)
    plain = np.linalg.lstsq(X, y, rcond=None)[0]
    best = np.linalg.solve(X.T @ X + chosen["alpha"] * np.eye(2), X.T @ y)
    if chosen["alpha"] == 0:
        pair = PLAIN.fullmatch(scene.status).groups()
    else:
        *pair, share = SHRUNK.fullmatch(scene.status).groups()
        right = 100 * np.hypot(*best) / np.hypot(*plain)
        assert float(share) == pytest.approx(right, rel=6e-3)
    printed = [float(text.replace("−", "-")) for text in pair]
    assert printed == pytest.approx(best, rel=6e-3, abs=1e-9)


@pytest.mark.parametrize(("correlation", "noise"), [(0.9, 1.0), (0.3, 2.0), (0.0, 0.0)])
def test_the_paths_are_those_of_the_function(correlation, noise):
    X, y = points(correlation, noise)
    slopes, missed = paths(correlation, noise)
    for k in (0, 7, 40, 80):
        expected = Ridge(alpha=ALPHAS[k], tol=1e-12).fit(X, y).coef_
        np.testing.assert_allclose(slopes[k], expected, rtol=1e-7)
        right = without_each(X, y, ALPHAS[k])
        assert missed[k] == pytest.approx(right, rel=1e-7, abs=1e-12)


@pytest.mark.parametrize("noise", STATEMENT.control("noise").positions)
def test_uncorrelated_predictors_have_the_product_0_and_not_rounding(noise):
    chosen = STATEMENT.defaults | {"correlation": 0.0, "noise": noise}
    assert STATEMENT.solve(chosen).result.gram[0, 1] == 0
    assert STATEMENT.solve(chosen | {"correlation": 0.05}).result.gram[0, 1] > 0.5
