"""Ridge and leave-one-out: scikit-learn, normal equations, and fitting again."""

from __future__ import annotations

import numpy as np
import pytest
import sklearn.linear_model
import sklearn.model_selection
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from formulas.regression.linear_regression import datasets, linear_regression
from formulas.regression.ridge import leave_one_out, ridge
from tests.errors import says
from tests.strategies import numbers

# Each is one edit of the module that its tests must notice.
MUTANTS = (
    ("inverse, kept = 1 / (d + penalty)", "inverse, kept = 1 / (d + alpha)"),
    ("penalty = alpha / d", "penalty = len(d) * alpha / d"),
    ("1 / (1 + penalty / d)", "1 / (1 + penalty)"),
    (
        "df = float(parts.kept.sum()) + bool(fit_intercept)",
        "df = float(parts.kept.sum())",
    ),
    ("df = predictors.shape[1] + int(bool(fit_intercept))", "df = predictors.shape[1]"),
    (
        "data = centered(predictors, response, fit_intercept=bool(fit_intercept))\n"
        "    parts = _shrunk(data, alpha)\n    coef",
        "data = centered(predictors, response, fit_intercept=False)\n"
        "    parts = _shrunk(data, alpha)\n    coef",
    ),
    ("errors = residuals / missing", "errors = residuals"),
    ("+ bool(fit_intercept) / len(response)", ""),
    ("(parts.left**2) @ parts.kept", "(parts.left**2).sum(axis=1)"),
    ("if len(certain):", "if False:"),
    ("len(sizes) < design.shape[1] or sizes[-1] < NEARLY_SINGULAR * sizes[0]", "False"),
    ("np.mean(errors**2)", "np.mean(residuals**2)"),
    ("self.y_mean - float(self.x_mean @ coef)", "self.y_mean"),
)

LINE = [1, 2, 3, 4, 5], [2, 1, 4, 3, 6]
penalties = st.floats(0.01, 100)


@st.composite
def problems(draw, spare=3):
    """Draw predictors and a response, with more rows than columns by default."""
    p = draw(st.integers(1, 4))
    n = draw(st.integers(max(2, p + spare), 12))
    X = draw(arrays(np.float64, (n, p), elements=numbers(10.0)))
    return X, draw(arrays(np.float64, n, elements=numbers(10.0)))


def well_posed(X):
    """Keep problems whose least squares have digits to compare."""
    assume(np.linalg.cond(np.column_stack([np.ones(len(X)), X])) < 1e4)


# Outside numbers


def test_a_penalty_of_two_on_five_points():
    found = ridge(*LINE, 2)
    np.testing.assert_allclose(found.coef, [5 / 6], rtol=1e-14)
    assert found.df == pytest.approx(11 / 6, rel=1e-14)
    assert found.intercept == pytest.approx(3.2 - 3 * 5 / 6, rel=1e-13)


def test_leave_one_out_on_five_points():
    found = leave_one_out(*LINE)
    np.testing.assert_allclose(found.errors, [2, -12 / 7, 1, -12 / 7, 2], rtol=1e-12)
    assert found.mse == pytest.approx(2.975510, abs=5e-7)
    training = linear_regression(*LINE).sse / 5
    assert training == pytest.approx(0.96, rel=1e-12)


# Independent oracles


@given(problems(spare=-3), penalties, st.booleans())
def test_agrees_with_scikit_learn(problem, alpha, fit_intercept):
    X, y = problem
    model = sklearn.linear_model.Ridge(
        alpha=alpha, fit_intercept=fit_intercept, solver="svd"
    ).fit(X, y)
    found = ridge(X, y, alpha, fit_intercept=fit_intercept)
    np.testing.assert_allclose(found.coef, model.coef_, rtol=1e-8, atol=1e-10)
    assert found.intercept == pytest.approx(model.intercept_, rel=1e-8, abs=1e-9)


@given(problems(), penalties, st.booleans())
def test_agrees_with_the_normal_equations(problem, alpha, fit_intercept):
    X, y = problem
    design = np.column_stack([np.ones(len(y)), X])
    penalty = alpha * np.diag([0.0, *[1.0] * X.shape[1]])
    if not fit_intercept:
        design, penalty = X, alpha * np.eye(X.shape[1])
    inverse = np.linalg.inv(design.T @ design + penalty)
    beta = inverse @ design.T @ y
    hat = design @ inverse @ design.T
    found = ridge(X, y, alpha, fit_intercept=fit_intercept)
    np.testing.assert_allclose(found.coef, beta[-X.shape[1] :], rtol=1e-7, atol=1e-8)
    assert found.df == pytest.approx(np.trace(hat), rel=1e-8)
    left_out = leave_one_out(X, y, alpha=alpha, fit_intercept=fit_intercept)
    np.testing.assert_allclose(left_out.leverage, np.diag(hat), atol=1e-8)


@given(problems(), st.one_of(st.just(0.0), penalties), st.booleans())
def test_leaving_a_row_out_is_fitting_without_it(problem, alpha, fit_intercept):
    X, y = problem
    well_posed(X)
    options = {"fit_intercept": fit_intercept}
    keeps = ~np.eye(len(y), dtype=bool)
    for keep in keeps if alpha == 0 else []:
        rest = np.column_stack([np.ones(len(y)), X])[keep]
        assume(np.linalg.cond(rest) < 1e4)
    found = leave_one_out(X, y, alpha=alpha, **options)
    for i, keep in enumerate(keeps):
        fit = ridge(X[keep], y[keep], alpha, **options)
        error = y[i] - X[i] @ fit.coef - fit.intercept
        assert found.errors[i] == pytest.approx(error, rel=1e-6, abs=1e-6)
    assert found.mse == pytest.approx((found.errors**2).mean(), rel=1e-12)


def test_agrees_with_scikit_learns_cross_validation_on_longleys_data():
    data = datasets("longley")
    X = (data.x - data.x.mean(axis=0)) / data.x.std(axis=0)
    for alpha in (0.1, 10.0):
        errors = data.y - sklearn.model_selection.cross_val_predict(
            sklearn.linear_model.Ridge(alpha=alpha, solver="svd"),
            X,
            data.y,
            cv=sklearn.model_selection.LeaveOneOut(),
        )
        found = leave_one_out(X, data.y, alpha=alpha)
        np.testing.assert_allclose(found.errors, errors, rtol=1e-8, atol=1e-8)


# Laws


@given(problems(), st.booleans())
def test_without_penalty_it_is_least_squares(problem, fit_intercept):
    X, y = problem
    well_posed(X)
    plain = linear_regression(X, y, fit_intercept=fit_intercept)
    found = ridge(X, y, 0, fit_intercept=fit_intercept)
    np.testing.assert_array_equal(found.coef, plain.coef)
    assert found.intercept == plain.intercept
    assert found.df == X.shape[1] + fit_intercept
    # And a tiny penalty is next to none.
    close = ridge(X, y, 1e-9, fit_intercept=fit_intercept)
    np.testing.assert_allclose(close.coef, plain.coef, rtol=1e-4, atol=1e-4)


@given(problems(), penalties)
def test_a_larger_penalty_shortens_the_coefficients_and_lowers_df(problem, alpha):
    X, y = problem
    weak, strong = ridge(X, y, alpha), ridge(X, y, 2 * alpha)
    assert np.linalg.norm(strong.coef) <= np.linalg.norm(weak.coef) + 1e-12
    assert 1 <= strong.df <= weak.df <= X.shape[1] + 1


@given(problems(), penalties)
def test_the_gradient_of_the_penalized_sum_is_zero(problem, alpha):
    X, y = problem
    found = ridge(X, y, alpha)
    residuals = y - X @ found.coef - found.intercept
    np.testing.assert_allclose(X.T @ residuals, alpha * found.coef, atol=1e-8)
    assert residuals.sum() == pytest.approx(0, abs=1e-8)


@given(problems(), penalties, st.floats(-50, 50))
def test_the_intercept_is_free(problem, alpha, shift):
    X, y = problem
    before, after = ridge(X, y, alpha), ridge(X + 3, y + shift, alpha)
    np.testing.assert_allclose(after.coef, before.coef, rtol=1e-8, atol=1e-9)
    expected = before.intercept + shift - 3 * before.coef.sum()
    assert after.intercept == pytest.approx(expected, rel=1e-8, abs=1e-7)


def test_a_constant_column_next_to_an_intercept_gets_nothing():
    found = ridge([[0.1, 1], [0.1, 2], [0.1, 4]], [1, 2, 3], 1e-20)
    assert found.coef[0] == 0
    assert found.df == pytest.approx(2)


def test_dependent_columns_share_evenly():
    found = ridge([[1, 1], [2, 2], [3, 3]], [1, 2, 3], 0.5)
    assert found.coef[0] == pytest.approx(found.coef[1], rel=1e-12)


# Extreme input


def test_huge_and_tiny_predictors():
    x, y = np.array([-1.0, 0.0, 1.0]), np.array([0.0, 1.0, 5.0])
    np.testing.assert_allclose(ridge(1e200 * x, y, 1).coef, [2.5e-200], rtol=1e-12)
    np.testing.assert_allclose(ridge(1e-200 * x, y, 1).coef, [5e-200], rtol=1e-12)
    assert ridge(1e-300 * x, y, 1e300).df == 1
    for unit in (1e200, 1e-200):
        errors = leave_one_out(unit * x, y).errors
        np.testing.assert_allclose(errors, leave_one_out(x, y).errors, rtol=1e-12)
    two = np.column_stack([1e12 * x, 1e-12 * x])
    with says("design matrix is singular"):
        leave_one_out(np.vstack([two, two]), np.append(y, y))
    mixed = np.column_stack([1e12 * x, 1e-12 * x**2])
    errors = leave_one_out(np.vstack([mixed, mixed]), [0.0, 1, 5, 1, 3, 2]).errors
    np.testing.assert_allclose(errors, [-1, -2, 3, 1, 2, -3], rtol=1e-9)
    # 1e8 next to differences of 1 costs half of the digits of a plain sum of squares.
    far = ridge(1e8 + x, y, 2)
    np.testing.assert_allclose(far.coef, ridge(x, y, 2).coef, rtol=1e-12)


# Bad input


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: ridge([[1, 2], [2, 4], [3, 6]], [1, 2, 3], 0), "matrix is singular"),
        (lambda: ridge([[1, 2, 3]], [1], 0), "design matrix is singular"),
        (lambda: leave_one_out([1, 1, 1], [1, 2, 3]), "design matrix is singular"),
        (
            lambda: leave_one_out([1, 1, 1, 1, 2], [1, 2, 3, 4, 5]),
            "row 4 has leverage 1: it cannot be left out",
        ),
        (
            lambda: leave_one_out([1, 2], [1, 5]),
            "row 0 has leverage 1: it cannot be left out",
        ),
        (
            lambda: leave_one_out([1], [1], alpha=1),
            "row 0 has leverage 1: it cannot be left out",
        ),
        (lambda: ridge(*LINE, -1), "alpha must be in [0, inf), got -1.0"),
        (lambda: leave_one_out(*LINE, alpha=-1), "alpha must be in [0, inf), got -1.0"),
        (lambda: ridge(*LINE, np.nan), "alpha contains NaN"),
        (lambda: ridge(*LINE, np.inf), "alpha must be finite"),
        (
            lambda: ridge([1, 2], [1], 1),
            (
                "shape mismatch: X has shape (2, 1), y has shape (1,); "
                "X and y must have the same number of rows"
            ),
        ),
        (
            lambda: leave_one_out([1, 2], [1, 2, 3]),
            (
                "shape mismatch: X has shape (2, 1), y has shape (3,); "
                "X and y must have the same number of rows"
            ),
        ),
        (lambda: ridge([1, np.nan], [1, 2], 1), "X contains NaN"),
        (lambda: leave_one_out([1, 2], [1, np.inf]), "y must be finite"),
        (lambda: ridge([], [], 1), "X must not be empty"),
        (lambda: ridge([[[1]]], [1], 1), "X must be 1-D or 2-D, got shape (1, 1, 1)"),
        (lambda: ridge([1, 2], [[1], [2]], 1), "y must be 1-D, got shape (2, 1)"),
        (
            lambda: ridge([-1.7e308, 1.7e308, 1.7e308], [1, 2, 3], 1),
            "result must be finite",
        ),
        (
            lambda: leave_one_out([0, 1, 2, 3], [1e200, 0, 0, 0]),
            "result must be finite",
        ),
    ],
)
def test_bad_input_is_named(call, message):
    with says(message):
        call()


def test_input_is_left_as_it_was():
    X, y = np.array([[1.0], [2.0], [4.0]]), np.array([1.0, 2.0, 5.0])
    ridge(X, y, 1)
    leave_one_out(X, y, alpha=1)
    np.testing.assert_array_equal(X, [[1], [2], [4]])
    np.testing.assert_array_equal(y, [1, 2, 5])
