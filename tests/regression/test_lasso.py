"""Lasso: scikit-learn, the conditions of the minimum, and brute force."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import sklearn.linear_model
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from formulas.regression.lasso import lasso
from formulas.regression.linear_regression import datasets, linear_regression
from tests.errors import says
from tests.strategies import numbers

# Each is one edit of the module that its tests must notice.
MUTANTS = (
    ("limits = len(response) * (alpha / lengths)", "limits = alpha / lengths"),
    ("limits = len(response) * (alpha", "limits = 2 * len(response) * (alpha"),
    (
        "(float(column.dot(left)) + before, limit[j])",
        "(float(column.dot(left)), limit[j])",
    ),
    ("left -= (after - before) * column", "left -= after * column"),
    ("rest = abs(value) - limit", "rest = abs(value) if abs(value) > limit else 0"),
    ("math.copysign(rest, value)", "rest"),
    ("np.count_nonzero(coef)) + bool(fit_intercept)", "np.count_nonzero(coef))"),
    ("coef = checks.representable(slopes / lengths)", "coef = slopes"),
    ("rest > ROUNDING * abs(value)", "rest > 0"),
    ("tol * max(length[j], abs(after))", "1e3 * tol * max(length[j], abs(after))"),
    ("moved |= abs", "moved = abs"),  # only the last column decides
)

LINE = [1, 2, 3, 4, 5], [2, 1, 4, 3, 6]


@st.composite
def problems(draw):
    """Draw predictors and a response."""
    p, n = draw(st.integers(1, 4)), draw(st.integers(3, 12))
    X = draw(arrays(np.float64, (n, p), elements=numbers(10.0)))
    return X, draw(arrays(np.float64, n, elements=numbers(10.0)))


def objective(X, y, alpha, coef, intercept):
    residuals = y - X @ coef - intercept
    return residuals @ residuals / (2 * len(y)) + alpha * np.abs(coef).sum()


# Outside numbers


def test_a_penalty_of_one_half_on_five_points():
    found = lasso(*LINE, 0.5)
    np.testing.assert_allclose(found.coef, [0.75], rtol=1e-12)
    assert found.intercept == pytest.approx(3.2 - 3 * 0.75, rel=1e-12)
    assert (found.df, found.sweeps, found.converged) == (2, 2, True)


@pytest.mark.parametrize("alpha", [0.05, 0.3, 1.0])
@pytest.mark.parametrize("fit_intercept", [True, False])
def test_agrees_with_scikit_learn(alpha, fit_intercept):
    random = np.random.default_rng(0)
    X = random.normal(np.array([0.0, 1, 2, 0, 0, 0, 0, 5]), 1, (40, 8))
    y = X @ [2, 0, 0, -1, 0, 0.3, 0, 0] + random.normal(size=40)
    model = sklearn.linear_model.Lasso(
        alpha=alpha, fit_intercept=fit_intercept, tol=1e-14, max_iter=100_000
    ).fit(X, y)
    found = lasso(X, y, alpha, fit_intercept=fit_intercept, tol=1e-13)
    np.testing.assert_allclose(found.coef, model.coef_, atol=1e-7)
    np.testing.assert_array_equal(found.coef == 0, np.abs(model.coef_) < 1e-9)
    assert found.intercept == pytest.approx(model.intercept_, abs=1e-6)
    assert found.df == np.count_nonzero(model.coef_) + fit_intercept


# Independent oracles


@given(problems(), st.floats(0.01, 5), st.booleans())
def test_the_conditions_of_the_minimum_hold(problem, alpha, fit_intercept):
    X, y = problem
    found = lasso(X, y, alpha, fit_intercept=fit_intercept)
    if not found.converged:  # nearly dependent columns take their time
        return
    residuals = y - X @ found.coef - found.intercept
    if fit_intercept:
        assert residuals.mean() == pytest.approx(0, abs=1e-7)
    slopes = X.T @ residuals / len(y)
    inside = found.coef == 0
    assert (np.abs(slopes[inside]) <= alpha + 1e-6).all()
    expected = alpha * np.sign(found.coef[~inside])
    np.testing.assert_allclose(slopes[~inside], expected, atol=1e-6)


@given(problems(), st.floats(0.05, 5))
def test_it_is_as_good_as_the_best_choice_of_signs(problem, alpha):
    X, y = problem
    found = lasso(X, y, alpha)
    if not found.converged:  # nearly dependent columns take their time
        return
    mine = objective(X, y, alpha, found.coef, found.intercept)
    n, p = X.shape
    for signs in itertools.product([-1, 0, 1], repeat=p):
        # With known signs the penalty is linear: one linear system.
        s = np.array(signs)
        design = np.column_stack([np.ones(n), X[:, s != 0]])
        right = design.T @ y - n * alpha * np.array([0, *s[s != 0]])
        beta = np.linalg.lstsq(design.T @ design, right, rcond=None)[0]
        coef = np.zeros(p)
        coef[s != 0] = beta[1:]
        assert mine <= objective(X, y, alpha, coef, beta[0]) + 1e-7 * (1 + mine)


@given(
    arrays(np.float64, 6, elements=numbers(10.0)),
    st.floats(0, 3),
)
def test_orthogonal_columns_are_soft_thresholds(y, alpha):
    X = np.array([[1, 1, 1, -1, -1, -1], [1, -1, 0, 1, -1, 0]]).T
    found = lasso(X, y, alpha, fit_intercept=False)
    for j, column in enumerate(X.T):
        size, plain = column @ column / 6, column @ y / 6
        soft = np.sign(plain) * max(abs(plain) - alpha, 0) / size
        assert found.coef[j] == pytest.approx(soft, rel=1e-9, abs=1e-11)
    assert found.sweeps <= 2


# Laws


def test_from_the_largest_mean_product_on_all_slopes_are_zero():
    data = datasets("longley")
    centered = data.x - data.x.mean(axis=0)
    edge = np.abs(centered.T @ (data.y - data.y.mean())).max() / len(data.y)
    for alpha in (edge, 2 * edge, 1e300):
        found = lasso(data.x, data.y, alpha)
        np.testing.assert_array_equal(found.coef, 0)
        assert found.intercept == pytest.approx(data.y.mean(), rel=1e-14)
        assert (found.df, found.sweeps, found.converged) == (1, 1, True)
    assert lasso(data.x, data.y, 0.999 * edge).df == 2


@pytest.mark.parametrize("shift", [0.1, 1 / 3, 7.7])
def test_at_the_edge_rounding_leaves_no_slope(shift):
    x, y = shift * np.array([1.0, 2, 4, 5, 9]), np.array([0.1, 0.7, 0.2, 0.9, 0.4])
    edge = abs((x - x.mean()) @ (y - y.mean())) / 5
    assert lasso(x, y, edge).coef[0] == 0


def test_without_penalty_it_is_least_squares():
    random = np.random.default_rng(1)
    X, y = random.normal(size=(30, 3)), random.normal(size=30)
    plain, found = linear_regression(X, y), lasso(X, y, 0)
    np.testing.assert_allclose(found.coef, plain.coef, atol=1e-9)
    assert found.intercept == pytest.approx(plain.intercept, abs=1e-9)
    assert found.df == 4


def test_sweeps_are_counted_and_may_run_out():
    random = np.random.default_rng(2)
    X = random.normal(size=(20, 1)) + 0.1 * random.normal(size=(20, 4))
    y = X @ [1, -2, 3, 1] + random.normal(size=20)
    whole = lasso(X, y, 1e-3)
    assert whole.converged
    assert whole.sweeps > 50
    short = lasso(X, y, 1e-3, max_sweeps=whole.sweeps - 1)
    assert (short.sweeps, short.converged) == (whole.sweeps - 1, False)
    rough = lasso(X, y, 1e-3, tol=1e-4)
    assert rough.sweeps < whole.sweeps
    # What a sweep still moves is within the tolerance, and no earlier one was.
    before, last = (lasso(X, y, 1e-3, max_sweeps=whole.sweeps - k).coef for k in (1, 0))
    earlier = lasso(X, y, 1e-3, max_sweeps=whole.sweeps - 2).coef
    assert (np.abs(last - before) <= 1e-10 * np.maximum(1, np.abs(last))).all()
    assert (np.abs(before - earlier) > 1e-10 * np.maximum(1, np.abs(before))).any()


def test_a_column_of_zeros_or_a_constant_gets_nothing():
    found = lasso([[0, 1, 0.1], [0, 2, 0.1], [0, 4, 0.1]], [1, 2, 4], 0)
    np.testing.assert_allclose(found.coef, [0, 1, 0], atol=1e-12)


# Extreme input


def test_huge_and_tiny_predictors():
    x, y = np.array([-1.0, 0.0, 1.0]), np.array([0.0, 1.0, 5.0])
    np.testing.assert_allclose(lasso(1e200 * x, y, 1).coef, [2.5e-200], rtol=1e-12)
    np.testing.assert_allclose(lasso(1e-200 * x, y, 0).coef, [2.5e200], rtol=1e-12)
    assert lasso(1e-200 * x, y, 1).coef[0] == 0
    expected = lasso(x, y, 0.5).coef
    np.testing.assert_allclose(lasso(1e8 + x, y, 0.5).coef, expected, rtol=1e-12)


# Bad input


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: lasso(*LINE, -0.5), "alpha must be in [0, inf), got -0.5"),
        (lambda: lasso(*LINE, np.nan), "alpha contains NaN"),
        (lambda: lasso(*LINE, 1, tol=-1), "tol must be in [0, inf), got -1.0"),
        (lambda: lasso(*LINE, 1, tol=np.inf), "tol must be finite"),
        (
            lambda: lasso(*LINE, 1, max_sweeps=0),
            "max_sweeps must be in [1, inf), got 0",
        ),
        (
            lambda: lasso(*LINE, 1, max_sweeps=1.5),
            "max_sweeps must be an integer, got 1.5",
        ),
        (
            lambda: lasso([1, 2], [1], 1),
            (
                "shape mismatch: X has shape (2, 1), y has shape (1,); "
                "X and y must have the same number of rows"
            ),
        ),
        (lambda: lasso([1, np.nan], [1, 2], 1), "X contains NaN"),
        (lambda: lasso([1, 2], [1, np.inf], 1), "y must be finite"),
        (lambda: lasso([], [], 1), "X must not be empty"),
        (lambda: lasso([1e-308, 2e-308], [1, 1e10], 0), "result must be finite"),
    ],
)
def test_bad_input_is_named(call, message):
    with says(message):
        call()


def test_input_is_left_as_it_was():
    X, y = np.array([[1.0], [2.0], [4.0]]), np.array([1.0, 2.0, 5.0])
    lasso(X, y, 0.1)
    np.testing.assert_array_equal(X, [[1], [2], [4]])
    np.testing.assert_array_equal(y, [1, 2, 5])
