"""Mean squared error: limits, invariants, numbers from outside, the page's claims."""

from __future__ import annotations

import itertools
import math
import re
import statistics

import mpmath
import numpy as np
import pytest
import scipy.optimize
import scipy.special
import scipy.stats
import sklearn.metrics
from hypothesis import given, settings
from hypothesis import strategies as st

from formulas.optimization.mean_squared_error import (
    constant_predictor_curve,
    huber,
    log_cosh,
    mae,
    mse,
    mse_grad,
    rmse,
    smooth_l1,
)
from notation.numbers import share_text
from notation.steps import worked_steps
from pages.optimization.mean_squared_error.figure import _loss_shares
from pages.optimization.mean_squared_error.statement import (
    OWN,
    STATEMENT,
    best_constants,
)
from tests.claims import claims
from tests.errors import says
from tests.lessons import drawing, inputs_of, numbers_of, outputs_of
from tests.strategies import matrices, numbers, own_numbers_of, settings_of, vectors
from ui.catalogue import BROKEN, BY_SLUG

LESSON = BY_SLUG["mean_squared_error"]
UNSQUARED = next(one for one in BROKEN if one.slug == "mean_squared_error")

# Each is one edit of the module that its tests must notice (benchmarks/mutation.py).
MUTANTS = (
    ("2 * (prediction - y) / y.size", "2 * (y - prediction) / y.size"),
    ("2 * (prediction - y) / y.size", "2 * (prediction - y) / len(y)"),
    ("2 * (prediction - y) / y.size", "(prediction - y) / y.size"),
    ("np.abs(errors).mean(axis=1)", "np.abs(errors).mean(axis=0)"),
    (
        "np.average(squares, axis=axis, weights=weight)",
        "np.average(squares, axis=axis)",
    ),
    ('y.shape == prediction.shape, "y_true"', 'y.size > 0, "y_true"'),
    ("return math.sqrt(mse(y_true, y_pred))", "return mae(y_true, y_pred)"),
    ("inner * (error - inner / 2), reduction", "inner * (error - inner), reduction"),
    (
        "inner * (error - inner / 2), reduction",
        "error * (error - inner / 2), reduction",
    ),
    ("inner = np.minimum(error, delta)", "inner = np.maximum(error, delta)"),
    ("inner / beta * (error", "inner * (error"),
    ("inner / beta * (error - inner / 2)", "inner / beta * (error - beta / 2)"),
    ("if not beta:", "if False:"),
    ("inner /= 2", "inner /= 1"),
    ("np.log1p(loss, out=loss)", "loss = np.log(1 + loss)"),
    ("loss += error", "loss += 0"),
    ("ROUNDED = 20.0", "ROUNDED = 10.0"),
    ("ROUNDED = 20.0", "ROUNDED = 2000.0"),
    (
        "checks.representable(np.abs(errors, out=errors))",
        "checks.representable(errors)",
    ),
)

PAIRS = st.integers(1, 6).flatmap(
    lambda n: st.tuples(vectors(n, 100.0), vectors(n, 100.0))
)
FIVE = np.array([1.0, 2.0, 3.0, 4.0, 100.0])


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"\mathrm{MSE} = \frac{1}{n} \sum_{i=1}^{n} "
        r"\left(\hat{y}_{i} - y_{i}\right)^{2}"
    )


def test_the_second_line_of_the_worked_example_keeps_its_brackets():
    numbers = numbers_of(STATEMENT, **STATEMENT.defaults)
    lines = worked_steps(STATEMENT.equations[0], {}, STATEMENT.quantities, numbers)
    assert lines[1].count(r"\right)^{2}") == 5


# Outside numbers


def test_value_and_gradient_of_scikit_learns_documentation_example():
    y, prediction = [3, -0.5, 2, 7], [2.5, 0, 2, 8]
    assert mse(y, prediction) == 0.375
    np.testing.assert_allclose(mse_grad(y, prediction), [-0.25, 0.25, 0, 0.5])


@claims("vectors_averaged_over")
def test_matrix_of_scikit_learns_documentation_example():
    y, prediction = [[0.5, 1], [-1, 1], [7, -6]], [[0, 2], [-1, 2], [8, -5]]
    assert mse(y, prediction) == pytest.approx(17 / 24, rel=1e-12)
    squares = (np.array(y) - prediction) ** 2
    library = sklearn.metrics.mean_squared_error(y, prediction)
    assert library == pytest.approx(squares.sum() / 6)  # 3 examples of 2 entries
    first = sklearn.metrics.mean_squared_error(squares[:, 0], np.zeros(3))
    assert first == pytest.approx((squares[:, 0] ** 2).sum() / 3)
    np.testing.assert_allclose(mse(y, prediction, axis=0), [0.41666667, 1], atol=5e-9)


@pytest.mark.parametrize(
    ("constant", "squared", "absolute"), [(22, 1522, 31.2), (3, 1883, 20.2)]
)
def test_scores_of_the_mean_and_of_the_median(constant, squared, absolute):
    prediction = np.full(5, constant)
    assert mse(FIVE, prediction) == pytest.approx(squared, rel=1e-12)
    assert mae(FIVE, prediction) == pytest.approx(absolute, rel=1e-12)


@claims("large_error_dominates")
def test_one_large_error_among_three_small_ones():
    assert mse([1, 1, 1, 10], np.zeros(4)) == 25.75
    assert mae([1, 1, 1, 10], np.zeros(4)) == 3.25
    hundred = np.append(np.ones(100), 10.0)
    assert _loss_shares(hundred, np.zeros(101), "MSE")[-1] == pytest.approx(0.5)
    errors = np.append(np.ones(50), 10.0)
    assert _loss_shares(errors, np.zeros(51), "MSE")[-1] == pytest.approx(100 / 150)
    assert _loss_shares(errors, np.zeros(51), "MAE")[-1] == pytest.approx(10 / 60)


@claims("sigmoid_starves_gradient")
def test_a_confident_error_of_a_sigmoid_gives_almost_no_gradient():
    output = scipy.special.expit(-5.0)
    through_mse = mse_grad([1.0], [output])[0] * output * (1 - output)
    assert through_mse == pytest.approx(-0.01320712, abs=5e-9)
    h = 1e-5  # the errors of central differences are of order 1e-11

    def slope(loss):
        here, there = (loss(scipy.special.expit(-5.0 + s)) for s in (-h, h))
        return (there - here) / (2 * h)

    assert slope(lambda p: mse([1.0], [p])) == pytest.approx(-0.013, abs=5e-4)
    assert slope(lambda p: -np.log(p)) == pytest.approx(-0.993, abs=5e-4)


@given(matrices((1, 5), (1, 4)))
def test_agrees_with_scikit_learn(y):
    prediction, weight = np.sin(y), np.arange(1.0, len(y) + 1)
    expected = sklearn.metrics.mean_squared_error(y, prediction)
    assert mse(y, prediction) == pytest.approx(expected, rel=1e-12)
    weighted = sklearn.metrics.mean_squared_error(y, prediction, sample_weight=weight)
    assert mse(y, prediction, sample_weight=weight) == pytest.approx(
        weighted, rel=1e-12
    )
    expected = sklearn.metrics.mean_absolute_error(y, prediction)
    assert mae(y, prediction) == pytest.approx(expected, rel=1e-12)
    expected = sklearn.metrics.root_mean_squared_error(y.ravel(), prediction.ravel())
    assert rmse(y, prediction) == pytest.approx(expected, rel=1e-12)


@given(matrices((1, 4), (1, 4), 3.0))
def test_gradient_agrees_with_central_differences(y):
    prediction, h = np.cos(y), 1e-5
    numeric = np.empty(y.shape)
    for place in np.ndindex(y.shape):
        step = np.zeros(y.shape)
        step[place] = h
        numeric[place] = mse(y, prediction + step) - mse(y, prediction - step)
    # The loss is quadratic: central differences are exact up to rounding.
    np.testing.assert_allclose(mse_grad(y, prediction), numeric / (2 * h), atol=1e-8)


# Laws


@given(PAIRS)
def test_it_is_symmetric_not_negative_and_zero_for_perfect_predictions(pair):
    y, prediction = pair
    assert mse(y, prediction) == mse(prediction, y) >= 0
    assert mse(y, y) == 0
    assert rmse(y, prediction) >= mae(y, prediction) * (1 - 1e-12)


@given(PAIRS, numbers(5.0))
def test_scaling_the_errors_scales_the_loss_by_the_square(pair, factor):
    y, prediction = pair
    expected = factor**2 * mse(y, prediction)
    assert mse(factor * y, factor * prediction) == pytest.approx(expected, rel=1e-9)


@given(vectors((1, 8), 100.0), numbers(100.0))
def test_a_constant_costs_its_distance_from_the_mean_on_top_of_the_variance(y, c):
    expected = np.var(y) + (c - np.mean(y)) ** 2
    assert mse(y, np.full(y.shape, c)) == pytest.approx(expected, rel=1e-9, abs=1e-9)


@given(vectors((1, 6)), vectors((1, 6)))
def test_the_curve_of_constants_is_the_loss_of_each_constant(y, grid):
    squared, absolute = constant_predictor_curve(y, grid)
    for k, c in enumerate(grid):
        assert squared[k] == pytest.approx(mse(y, np.full(y.shape, c)), rel=1e-12)
        assert absolute[k] == pytest.approx(mae(y, np.full(y.shape, c)), rel=1e-12)


@given(PAIRS, st.sampled_from(["MSE", "MAE"]))
def test_shares_of_the_loss_are_each_entrys_part_of_it(pair, loss):
    y, prediction = pair
    terms = np.abs(prediction - y) ** (2 if loss == "MSE" else 1)
    shares = _loss_shares(y, prediction, loss)
    np.testing.assert_allclose(shares * terms.sum(), terms, rtol=1e-9, atol=1e-12)
    assert (shares >= 0).all()


def test_perfect_predictions_have_no_shares():
    np.testing.assert_array_equal(_loss_shares([1.0, 2.0], [1.0, 2.0], "MSE"), [0, 0])


def test_weights_of_entries_of_examples_and_of_an_axis():
    y, prediction = np.zeros((2, 3)), np.array([[1.0, 2, 3], [4, 5, 6]])
    squares = prediction**2
    entries = np.arange(1.0, 7).reshape(2, 3)
    assert mse(y, prediction, sample_weight=entries) == pytest.approx(
        np.average(squares, weights=entries)
    )
    assert mse(y, prediction, sample_weight=[1, 3]) == pytest.approx(
        np.average(squares.mean(axis=1), weights=[1, 3])
    )
    np.testing.assert_allclose(
        mse(y, prediction, sample_weight=[1, 2, 0], axis=1),
        np.average(squares, axis=1, weights=[1, 2, 0]),
    )


def test_lists_of_integers_and_scalars_are_accepted():
    assert mse(1, 3) == 4.0
    assert isinstance(mse([1, 2], [3, 4]), float)
    assert mse(np.float32([1, 2]), [3, 4]) == 4.0


# Bad and extreme input


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: mse(np.zeros((3, 1)), np.zeros(3)),
            "shape mismatch: y_true has shape (3, 1), y_pred has shape (3,); "
            "y_true and y_pred must have the same shape",
        ),
        (lambda: mse_grad([1, 2], [1]), "y_true and y_pred must have the same shape"),
        (lambda: mae([1, 2], [1]), "y_true and y_pred must have the same shape"),
        (lambda: mse([], []), "y_true must not be empty"),
        (lambda: mse([1.0], []), "y_pred must not be empty"),
        (lambda: mse(["a"], [1]), "y_true must be numeric"),
        (lambda: mse([1, np.nan], [1, 2]), "y_true contains NaN"),
        (lambda: rmse([1, 2], [1, np.nan]), "y_pred contains NaN"),
        (lambda: mse_grad([1, 2], [1, -np.inf]), "y_pred must be finite"),
        (
            lambda: mse([1, 2], [1, 2], sample_weight=[1, -1]),
            "sample_weight must be non-negative",
        ),
        (
            lambda: mse([1, 2], [1, 2], sample_weight=[0, 0]),
            "sample_weight must not sum to 0",
        ),
        (
            lambda: mse(np.eye(2), np.eye(2), sample_weight=[[1, 0], [1, 0]], axis=0),
            "sample_weight must not sum to 0",
        ),
        (
            lambda: mse([1, 2], [1, 2], sample_weight=[1, 2, 3]),
            "shape mismatch: sample_weight has shape (3,), y_true has shape (2,); "
            "sample_weight needs one weight per entry or per example",
        ),
        (
            lambda: mse([1, 2], [1, 2], sample_weight=[1, np.nan]),
            "sample_weight contains NaN",
        ),
        (lambda: mse([1e155], [0]), "result must be finite"),
        (lambda: rmse([1e155], [0]), "result must be finite"),
        (lambda: mae([1e308], [-1e308]), "result must be finite"),
        (lambda: mse_grad([1e308], [-1e308]), "result must be finite"),
        (lambda: constant_predictor_curve([1e155], [0]), "result must be finite"),
        (lambda: constant_predictor_curve([], [1]), "y must not be empty"),
        (lambda: constant_predictor_curve([1], [np.nan]), "grid contains NaN"),
        (
            lambda: constant_predictor_curve([[1]], [1]),
            "y must be 1-D, got shape (1, 1)",
        ),
    ],
)
def test_bad_input_is_named(call, message):
    with says(message):
        call()


def test_huge_errors_below_the_limit_still_have_a_loss():
    assert mse([1e153], [0]) == pytest.approx(1e306)


def test_input_is_left_as_it_was():
    y, weight = np.array([1.0, 2.0]), np.array([2.0, 4.0])
    mse(y, [0, 0], sample_weight=weight)
    np.testing.assert_array_equal(y, [1, 2])
    np.testing.assert_array_equal(weight, [2, 4])


# Losses that large errors do not rule


@pytest.mark.parametrize(
    ("loss", "value"),
    [
        (lambda r: huber(0, r), 2.5),
        (lambda r: huber(0, r, delta=2), 4),
        (lambda r: smooth_l1(0, r, beta=2), 2),
        (lambda r: log_cosh(0, r), 2.309329),
    ],
)
def test_an_error_of_three(loss, value):
    for r in (3.0, -3.0):
        assert loss(r) == pytest.approx(value, abs=5e-7)


@given(PAIRS, st.floats(0.01, 100))
def test_huber_agrees_with_scipy_and_smooth_l1_is_huber_over_beta(pair, delta):
    y, prediction = pair
    rows = scipy.special.huber(delta, prediction - y)
    found = huber(y, prediction, delta=delta, reduction="none")
    np.testing.assert_allclose(found, rows, rtol=1e-12, atol=1e-15)
    total = huber(y, prediction, delta=delta, reduction="sum")
    assert total == pytest.approx(rows.sum(), rel=1e-12, abs=1e-15)
    assert huber(y, prediction, delta=delta) == pytest.approx(rows.mean(), abs=1e-15)
    smooth = smooth_l1(y, prediction, beta=delta, reduction="none")
    np.testing.assert_allclose(smooth, rows / delta, rtol=1e-12, atol=1e-15)


@given(PAIRS)
def test_smooth_l1_without_a_bottom_is_the_absolute_error(pair):
    assert smooth_l1(*pair, beta=0) == mae(*pair)
    tiny = smooth_l1(*pair, beta=1e-300)
    assert tiny == pytest.approx(mae(*pair), rel=1e-12)


@given(PAIRS)
def test_a_wide_huber_is_half_the_squared_error(pair):
    assert huber(*pair, delta=1e3) == pytest.approx(mse(*pair) / 2, rel=1e-12)


@given(st.floats(-30, 30), st.floats(0.1, 5))
def test_the_slope_of_huber_is_the_error_clipped_and_that_of_smooth_l1_at_one(r, delta):
    h = 1e-5
    ends = np.array([r + h, r - h])
    zero = np.zeros(2)
    for rows, slope in (
        (huber(zero, ends, delta=delta, reduction="none"), np.clip(r, -delta, delta)),
        (
            smooth_l1(zero, ends, beta=delta, reduction="none"),
            np.clip(r / delta, -1, 1),
        ),
        (log_cosh(zero, ends, reduction="none"), np.tanh(r)),
    ):
        # The kink of the slope costs h / 2, divided by delta.
        assert (rows[0] - rows[1]) / (2 * h) == pytest.approx(slope, abs=6e-5)


@pytest.mark.parametrize(
    "r", [0.0, 1e-150, 1e-9, 1e-3, 0.5, 1.0, 3.0, 19.9, 20.1, 40.0, 710.0, 1e5, 1e308]
)
def test_log_cosh_keeps_all_digits_near_zero_and_far_out(r):
    with mpmath.workdps(400):
        if r < 1e5:
            expected = float(mpmath.log(mpmath.cosh(mpmath.mpf(r))))
        else:
            expected = r - math.log(2)
    assert log_cosh([r], [0.0]) == pytest.approx(expected, rel=2e-15, abs=0)


@given(st.floats(-50, 50))
def test_log_cosh_lies_below_the_parabola_and_above_the_lines(r):
    loss = log_cosh(0.0, r)
    # The square of the smallest numbers has few digits, or none.
    assert 0 <= loss <= r * r / 2 * (1 + 1e-12) + 1e-300
    assert loss >= abs(r) - math.log(2) - 1e-12


@pytest.mark.parametrize(
    ("loss", "best"),
    [
        (lambda y, c: mse(y, c), 22),
        (lambda y, c: mae(y, c), 3),
        (lambda y, c: huber(y, c), 3),
        (lambda y, c: smooth_l1(y, c), 3),
        (lambda y, c: log_cosh(y, c), 3.0188),
    ],
)
def test_the_best_constant_for_one_two_three_four_and_a_hundred(loss, best):
    found = scipy.optimize.minimize_scalar(
        lambda c: loss(FIVE, np.full(5, c)),
        bounds=(0, 101),
        method="bounded",
        options={"xatol": 1e-8},
    )
    assert found.x == pytest.approx(best, abs=5e-5)


@given(matrices((1, 3), (1, 3)), st.sampled_from([huber, smooth_l1, log_cosh]))
def test_reductions_put_all_entries_together(y, loss):
    prediction = y[::-1] + 1
    rows = loss(y, prediction, reduction="none")
    assert rows.shape == y.shape
    total = loss(y, prediction, reduction="sum")
    assert total == pytest.approx(math.fsum(rows.ravel()), rel=1e-12)
    assert loss(y, prediction) == pytest.approx(total / y.size, rel=1e-12)
    assert type(loss(y[0, 0], prediction[0, 0], reduction="none")) is float


def test_errors_too_large_to_be_squared_have_a_robust_loss():
    assert huber([0.0], [1e300], delta=2.0) == 2e300
    assert smooth_l1([0.0], [1e300], beta=5e-324) == 1e300
    assert smooth_l1([0.0, 0.0], [1.7e308, 1.7e308]) == 1.7e308
    assert log_cosh([0.0, 0.0], [-1.7e308, 1.7e308]) == 1.7e308
    assert huber([0.0], [1e-160], delta=5.0) == 5e-321


@pytest.mark.parametrize("loss", [huber, smooth_l1, log_cosh])
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ([1.0], [1.0, 2.0]),
            "shape mismatch: y_true has shape (1,), y_pred has shape (2,); y_true and "
            "y_pred must have the same shape",
        ),
        (([], []), "y_true must not be empty"),
        ((["a"], [1.0]), "y_true must be numeric"),
        (([1.0], [math.nan]), "y_pred contains NaN"),
        (([math.inf], [1.0]), "y_true must be finite"),
        (([1.7e308], [-1.7e308]), "result must be finite"),
    ],
)
def test_bad_input_of_a_robust_loss_is_named(loss, arguments, message):
    with says(message):
        loss(*arguments)
    with says("reduction must be one of ('mean', 'sum', 'none'), got 'max'"):
        loss([1.0], [2.0], reduction="max")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: huber(0, 1, delta=0.0), "delta must be in (0, inf), got 0.0"),
        (lambda: huber(0, 1, delta=-1.0), "delta must be in (0, inf), got -1.0"),
        (lambda: huber(0, 1, delta=math.nan), "delta contains NaN"),
        (lambda: huber(0, 1, delta=math.inf), "delta must be finite"),
        (lambda: huber(0, 1e200, delta=1e200), "result must be finite"),
        (lambda: smooth_l1(0, 1, beta=-1.0), "beta must be in [0, inf), got -1.0"),
        (lambda: smooth_l1(0, 1, beta=math.nan), "beta contains NaN"),
        (
            lambda: smooth_l1([0, 0], [1.7e308, 1.7e308], reduction="sum"),
            "result must be finite",
        ),
    ],
)
def test_bad_widths_are_named(call, message):
    with says(message):
        call()


@pytest.mark.parametrize("loss", [huber, smooth_l1, log_cosh])
def test_robust_losses_leave_their_input_as_it_was(loss):
    y, prediction = np.array([1.0, 2.0]), np.array([3.0, -40.0])
    loss(y, prediction)
    np.testing.assert_array_equal(y, [1, 2])
    np.testing.assert_array_equal(prediction, [3, -40])


# What the page claims


def of_the_page(**settings):
    inputs = inputs_of(STATEMENT, **{**STATEMENT.defaults, **settings})
    return inputs["y_true"], outputs_of(STATEMENT, inputs)


def test_the_best_constant_is_22_for_the_mse_and_3_for_the_mae():
    grid = np.array(STATEMENT.control("prediction").positions)
    squared, absolute = constant_predictor_curve(FIVE, grid)
    assert grid[squared.argmin()] == 22
    assert grid[absolute.argmin()] == 3


@claims("outlier_moves_mean")
def test_the_outlier_moves_the_mean_to_22_and_leaves_the_median_at_3():
    assert best_constants(FIVE) == (22, 3)
    assert best_constants([1, 2, 3, 4, 5]) == (3, 3)
    np.testing.assert_array_equal(of_the_page()[0], FIVE)


@claims("squares_balance_at_mean")
@given(numbers(100.0))
def test_each_square_changes_with_twice_its_error_which_sum_to_zero_at_22(c):
    h = 0.01  # central differences of a square are exact up to rounding
    changes = ((c + h - FIVE) ** 2 - (c - h - FIVE) ** 2) / (2 * h)
    np.testing.assert_allclose(changes, 2 * (c - FIVE), atol=1e-8)
    assert changes.sum() == pytest.approx(5 * 2 * (c - 22), abs=1e-8)


@claims("counts_balance_at_median")
@pytest.mark.parametrize("values", [FIVE, np.array([1.0, 2.0, 3.0, 4.0, 5.0])])
@pytest.mark.parametrize("c", [0.5, 1.5, 2.5, 3.5, 4.5])
def test_absolute_errors_change_with_the_numbers_of_points_on_the_two_sides(values, c):
    _, (before, after) = constant_predictor_curve(values, [c - 0.1, c + 0.1])
    below, above = (values < c).sum(), (values > c).sum()
    assert (after - before) / 0.2 == pytest.approx((below - above) / 5)
    assert (after < before) == (c < 3)


@claims("best_constants")
@given(vectors((1, 8), 100.0), numbers(100.0))
def test_no_constant_beats_the_mean_or_the_median(y, other):
    mean, median = best_constants(y)
    squared, absolute = constant_predictor_curve(y, [mean, median, other])
    assert squared[0] <= squared[2] * (1 + 1e-12) + 1e-12
    assert absolute[1] <= absolute[2] * (1 + 1e-12) + 1e-12


@claims("predicting_median")
def test_predicting_the_median_costs_1883_instead_of_1522_and_20_2_instead_of_31_2():
    squared, absolute = constant_predictor_curve(FIVE, [3, 22])
    np.testing.assert_allclose(squared, [1883, 1522])
    np.testing.assert_allclose(absolute, [20.2, 31.2])
    preset = of_the_page(prediction=3, loss="MAE")[1]
    assert (preset["mse"], preset["mae"]) == pytest.approx((1883, 20.2))
    opened = of_the_page(prediction=22)[1]
    assert (opened["mse"], opened["mae"]) == pytest.approx((1522, 31.2))


@claims("no_outlier")
def test_without_an_outlier_mean_and_median_are_both_three():
    grid = np.array(STATEMENT.control("prediction").positions)
    squared, absolute = constant_predictor_curve([1, 2, 3, 4, 5], grid)
    assert grid[squared.argmin()] == grid[absolute.argmin()] == 3
    y, _ = of_the_page(outlier=5, prediction=3)
    assert np.mean(y) == np.median(y) == 3


@claims("mean_follows_a_fifth", "median_stays")
@given(st.floats(3, 100), st.floats(3, 100))
def test_the_mean_follows_one_of_five_values_a_fifth_of_the_way(before, after):
    (mean, median), (moved, kept) = (
        best_constants([1, 2, 3, 4, y]) for y in (before, after)
    )
    assert moved - mean == pytest.approx((after - before) / 5, abs=1e-12)
    assert median == kept == 3


@claims("absolute_in_proportion", "others_dilute")
@given(st.floats(0.1, 50), st.floats(1.1, 5))
def test_one_absolute_error_grows_in_proportion_and_the_others_stay(error, factor):
    others = [1.0, 2.0, 3.0, 4.0]
    before, after = (mae([*others, e], np.zeros(5)) for e in (error, factor * error))
    assert after - before == pytest.approx((factor - 1) * error / 5)
    assert 1 < after / before < factor


@claims("errors_cancel_at_mean", "far_value_dominates_squares")
@given(st.integers(5, 100))
def test_at_the_mean_the_values_above_cause_half_of_the_absolute_loss(outlier):
    y = np.array([1.0, 2.0, 3.0, 4.0, outlier])
    mean, _ = best_constants(y)
    errors = mean - y
    assert errors.sum() == pytest.approx(0, abs=1e-9)
    shares = _loss_shares(y, np.full(5, mean), "MAE")
    assert shares[y > mean].sum() == pytest.approx(0.5)
    if outlier >= 10:  # it alone is above the mean
        readouts = scene(outlier=outlier, prediction=mean).readouts
        assert readouts["fraction of the MAE from y₅"] == pytest.approx(0.5)
        assert readouts["fraction of the MSE from y₅"] > 0.7


def test_the_handles_lie_on_the_fifth_value_and_on_the_line_of_the_prediction():
    figure = scene(outlier=37, prediction=12).figures[0]
    line, point = figure["layout"]["meta"]["handles"]
    drawn = {t["name"]: (t["x"], t["y"]) for t in figure["data"] if t.get("name")}
    x, y = drawn["prediction c"]
    assert line["at"] == [x[-1], y[-1]] == [x[-1], 12]
    x, y = drawn["data"]
    assert point["at"] == [x[-1], y[-1]] == [x[-1], 37]
    assert (line["y"], point["y"]) == ("prediction", "outlier")


@claims("doubling_quadruples")
@given(numbers(100.0))
def test_doubling_an_error_quadruples_its_square(error):
    assert mse([0.0], [2 * error]) == pytest.approx(4 * mse([0.0], [error]))
    assert mae([0.0], [2 * error]) == pytest.approx(2 * mae([0.0], [error]))


@claims("brier_is_proper")
@given(st.floats(0, 1), st.floats(0, 1))
def test_the_true_probability_has_the_best_mean_square_score(true, other):
    def score(stated):
        happens, does_not = mse([1.0], [stated]), mse([0.0], [stated])
        return true * happens + (1 - true) * does_not

    assert score(other) - score(true) == pytest.approx((other - true) ** 2, abs=1e-12)


@claims("slope_zero_at_mean")
@given(vectors((1, 8), 100.0), st.floats(1e-6, 100))
def test_the_slope_is_zero_exactly_at_the_mean(y, off):
    at_mean = mse_grad(y, np.full(y.shape, y.mean())).sum()
    assert at_mean == pytest.approx(0, abs=1e-12 * (1 + np.abs(y).max()))
    assert mse_grad(y, np.full(y.shape, y.mean() + 1)).sum() > 0
    assert mse_grad(y, np.full(y.shape, y.mean() + off)).sum() > 0
    assert mse_grad(y, np.full(y.shape, y.mean() - off)).sum() < 0


@claims("one_square_decides")
def test_one_square_of_8100_stands_beside_four_of_230():
    scene = drawing(LESSON)(**STATEMENT.defaults)
    squares = (10.0 - FIVE) ** 2
    assert (squares[4], squares[:4].sum()) == (8100, 230)
    assert scene.readouts["mse"] == pytest.approx((8100 + 230) / 5)


@claims("outlier_shares")
def test_the_outlier_causes_four_fifths_of_the_squared_and_half_of_the_absolute_loss():
    at_mean = np.full(5, 22.0)
    assert _loss_shares(FIVE, at_mean, "MSE")[4] == pytest.approx(6084 / 7610)
    assert _loss_shares(FIVE, at_mean, "MSE")[4] == pytest.approx(0.8, abs=0.005)
    assert _loss_shares(FIVE, at_mean, "MAE")[4] == pytest.approx(0.5)


def test_up_to_constants_it_is_the_likelihood_of_gaussian_noise():
    truth, guesses = (
        np.array([1.0, 2.0, 4.0]),
        np.array([[1.0, 1.0, 1.0], [0.0, 3.0, 7.0]]),
    )
    likelihood = [-scipy.stats.norm.logpdf(truth, g).mean() for g in guesses]
    errors = [mse(truth, g) for g in guesses]
    assert np.diff(likelihood) == pytest.approx(np.diff(errors) / 2)


@claims("root_has_unit")
def test_the_root_has_the_unit_of_the_data():
    meters, guess = np.array([1.0, 2.0, 4.0]), np.array([1.5, 2.5, 2.0])
    assert rmse(100 * meters, 100 * guess) == pytest.approx(100 * rmse(meters, guess))
    assert mse(100 * meters, 100 * guess) == pytest.approx(1e4 * mse(meters, guess))


@claims("half_same_best")
def test_half_the_loss_has_the_same_best_prediction():
    guesses = np.linspace(0, 100, 201)
    losses, _ = constant_predictor_curve([1, 2, 3, 4, 100], guesses)
    assert guesses[np.argmin(losses / 2)] == guesses[np.argmin(losses)] == 22
    halved = np.array([sum(0.5 * (g - y) ** 2 for y in FIVE) / 5 for g in guesses])
    np.testing.assert_allclose(halved, losses / 2)
    assert guesses[halved.argmin()] == 22


def scene(**values):
    return drawing(LESSON)(**STATEMENT.defaults | values)


def errors_of(prediction, outlier, loss):
    """Return what each example adds to the sum of the losses."""
    errors = [abs(prediction - y) for y in (1, 2, 3, 4, outlier)]
    return [e * e for e in errors] if loss == "MSE" else errors


@pytest.mark.parametrize(
    ("prediction", "outlier", "loss", "words"),
    [
        (
            22,
            100,
            "MSE",
            "mean squared error of 1522, 80% of it from y₅; the best constant is the mean, 22.",
        ),
        (
            22,
            100,
            "MAE",
            "mean absolute error of 31.2, 50% of it from y₅; the best constant is the median, 3.",
        ),
        (0, 100, "MSE", "gives a mean squared error of 2006, over 99% of it from y₅;"),
        (8.5, 8, "MSE", "gives a mean squared error of 29.85, under 1% of it from y₅;"),
        (100, 100, "MSE", "gives a mean squared error of 7606, none of it from y₅;"),
        (100, 100, "MAE", "gives a mean absolute error of 78, none of it from y₅;"),
        (
            100,
            0,
            "MSE",
            "gives a mean squared error of 9606, 21% of it from y₅; the best constant is the mean, 2.",
        ),
        (
            2.5,
            0,
            "MAE",
            "a mean absolute error of 1.3, 38% of it from y₅; the best constant is the median, 2.",
        ),
    ],
)
def test_the_sentence_follows_the_chosen_loss(prediction, outlier, loss, words):
    values = {"prediction": float(prediction), "outlier": float(outlier), "loss": loss}
    status = scene(**values).status
    assert words in status
    assert status.startswith(f"Predicting {prediction} gives a mean ")
    check_the_sentence(values)


@settings(max_examples=30)
@given(settings_of(STATEMENT))
def test_the_sentence_has_the_loss_the_share_and_the_best_constant(values):
    check_the_sentence({k: v for k, v in values.items() if k != "own"})


def check_the_sentence(values):
    parts = errors_of(**values)
    number = r"(\d+\.?\d*(?:e-?\d+)?)"
    found = re.fullmatch(
        rf"Predicting {number} gives a mean (squared|absolute) error of {number}, "
        rf"(.+) of it from y₅; the best constant is the (mean|median), {number}\.",
        scene(**values).status,
    )
    prediction, error, total, share, center, best = found.groups()
    assert float(prediction) == pytest.approx(values["prediction"], rel=6e-4)
    squared = values["loss"] == "MSE"
    assert (error, center) == (
        ("squared", "mean") if squared else ("absolute", "median")
    )
    assert float(total) == pytest.approx(sum(parts) / 5, rel=6e-4)
    # "Under 1 %" and "over 99 %" are as wide as what rounds to 0 and to 100.
    exact = parts[4] / sum(parts)
    if share in ("none", "under 1%", "over 99%"):
        limits = {
            "none": (0, 0),
            "under 1%": (1e-320, 0.005),
            "over 99%": (0.995, 1 - 1e-9),
        }
        low, high = limits[share]
        assert low <= exact <= high
    else:
        assert int(share.removesuffix("%")) == pytest.approx(100 * exact, abs=0.501)
        assert share not in ("0%", "100%")
    data = [1, 2, 3, 4, values["outlier"]]
    mean_or_median = statistics.fmean(data) if squared else statistics.median(data)
    assert float(best) == pytest.approx(mean_or_median, rel=6e-4)
    least = scipy.optimize.minimize_scalar(
        lambda c: sum(errors_of(c, values["outlier"], values["loss"])),
        bounds=(0, 100),
        method="bounded",
    )
    assert float(best) == pytest.approx(least.x, rel=1e-3, abs=1e-3)


@pytest.mark.parametrize("loss", ["MSE", "MAE"])
@pytest.mark.parametrize("prediction", [0.0, 3.0, 10.0, 22.0, 100.0])
@pytest.mark.parametrize("outlier", [0.0, 5.0, 100.0])
def test_mark_and_minimum_lie_in_the_picture_of_every_constant_and_can_be_told_apart(
    prediction, outlier, loss
):
    chosen = {"prediction": prediction, "outlier": outlier, "loss": loss}
    figure = scene(**chosen).figures[1]
    assert figure["layout"]["meta"]["title"] == f"{loss} of every constant"
    low, high = figure["layout"]["yaxis"]["range"]
    left, right = figure["layout"]["xaxis"]["range"]
    assert low <= sum(errors_of(prediction, outlier, loss)) / 5 < high
    data = [1, 2, 3, 4, outlier]
    best = statistics.fmean(data) if loss == "MSE" else statistics.median(data)
    assert left < min(best, prediction) <= max(best, prediction, outlier) < right
    (shape,) = figure["layout"]["shapes"]
    assert shape["x0"] == pytest.approx(best)
    # The picture is at most so much higher than the curve in it.
    ends = max(sum(errors_of(c, outlier, loss)) / 5 for c in (0, right / 1.06))
    assert high < 2.7 * ends


@pytest.mark.parametrize("prediction", [0, 2, 3, 10, 22, 50, 99, 100])
@pytest.mark.parametrize("outlier", [0, 3, 50, 100])
def test_no_square_lies_on_another_and_all_are_in_the_picture(prediction, outlier):
    picture = scene(prediction=prediction, outlier=outlier).figures[0]
    squares = picture["data"][0]
    boxes = [
        (x[:5].min(), x[:5].max(), y[:5].min(), y[:5].max())
        for x, y in zip(
            squares["x"].reshape(-1, 6), squares["y"].reshape(-1, 6), strict=True
        )
    ]
    right = picture["layout"]["xaxis"]["range"][1]
    assert max(box[1] for box in boxes) < right
    for one, other in itertools.combinations(boxes, 2):
        apart_across = one[1] < other[0] or other[1] < one[0]
        apart_up = one[3] <= other[2] or other[3] <= one[2]
        assert apart_across or apart_up
    for box, value in zip(boxes, (1, 2, 3, 4, outlier), strict=True):
        assert box[1] - box[0] == box[3] - box[2] == abs(value - prediction)


@pytest.mark.parametrize("prediction", [0.0, 10.0, 100.0])
@pytest.mark.parametrize("outlier", [0.0, 5.0, 100.0])
@pytest.mark.parametrize("loss", ["MSE", "MAE"])
def test_the_label_of_the_fifth_example_stands_in_the_picture_and_beside_its_handle(
    prediction, outlier, loss
):
    picture = scene(prediction=prediction, outlier=outlier, loss=loss).figures[0]
    (label,) = picture["layout"]["annotations"]
    share = _loss_shares([1, 2, 3, 4, outlier], [prediction] * 5, loss)[-1]
    assert label["text"] == f"y₅: {share_text(share)}"
    axes = [picture["layout"][axis]["range"] for axis in ("xaxis", "yaxis")]
    (left, right), (low, high) = axes
    assert left < label["x"] < right - 0.1 * (right - left)
    assert low < label["y"] < high - 0.15 * (high - low)
    assert label["y"] == max(prediction, outlier)
    assert label["x"] - 100 > 0.09 * (right - left)  # y₅ itself can be dragged


def test_the_axis_below_the_squares_names_the_examples_and_counts_nothing():
    axis = scene().figures[0]["layout"]["xaxis"]
    assert axis["ticktext"] == ["y₁", "y₂", "y₃", "y₄", "y₅"]
    (points,) = (t for t in scene().figures[0]["data"] if t["name"] == "data")
    np.testing.assert_array_equal(points["x"], axis["tickvals"])


# A reader's own values


@settings(max_examples=40, deadline=None)
@given(
    own_numbers_of(OWN, most=30),
    st.sampled_from(STATEMENT.control("prediction").positions),
    st.sampled_from(["MSE", "MAE"]),
)
def test_a_readers_own_values_are_those_that_are_drawn_and_scored(own, c, loss):
    y = np.array([float(text) for text in own.split("_")])
    shown = scene(own=own, prediction=c, loss=loss, outlier=77.0)
    errors = np.abs(y - c)
    terms = errors**2 if loss == "MSE" else errors
    plane, valley, shares = shown.figures
    np.testing.assert_array_equal(plane["data"][2]["y"], y)
    assert [one["y"] for one in plane["layout"]["meta"]["handles"]] == ["prediction"]
    right = sklearn.metrics.mean_squared_error(y, np.full(len(y), c))
    assert shown.readouts["mse"] == pytest.approx(right, rel=1e-9, abs=1e-12)
    assert valley["data"][1]["y"][0] == shown.readouts[loss.lower()]
    assert shown.readouts["mean of the data"] == pytest.approx(y.mean(), abs=1e-9)
    constant = y.mean() if loss == "MSE" else statistics.median(y)
    assert valley["layout"]["shapes"][0]["x0"] == pytest.approx(constant, abs=1e-9)
    low, high = valley["layout"]["xaxis"]["range"]
    assert low <= min(0, y.min())
    assert high >= max(100, y.max())
    assert max(valley["data"][0]["y"]) <= valley["layout"]["yaxis"]["range"][1]
    fractions = [
        shown.readouts[f"largest fraction of the {one}"] for one in ("MSE", "MAE")
    ]
    assert fractions[loss == "MAE"] == pytest.approx(terms.max() / (terms.sum() or 1))
    percent = shares["data"][0 if loss == "MSE" else 1]["y"]
    total = terms.sum() or 1
    np.testing.assert_allclose(percent, 100 * terms / total, atol=0.5001)
    worst = re.search(r" of it from y([₀-₉]+);", shown.status)[1]
    place = int(worst.translate(str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789"))) - 1
    assert terms[place] == pytest.approx(terms.max(), rel=1e-9)
    if len(y) > 12 and loss == "MSE":
        tops = plane["data"][0]["y"].reshape(-1, 6)[:, 0]
        hidden = errors[~np.isfinite(tops)]
        assert np.isfinite(tops).sum() == 12
        assert hidden.max() <= errors[np.isfinite(tops)].min() * (1 + 1e-12)


def test_a_point_is_dragged_over_axes_that_rest_and_far_away_they_follow():
    opened = scene()
    names = [trace["name"] for trace in opened.figures[0]["data"]]
    rows = {"name": OWN.name, "trace": names.index("data"), "along": "y"}
    moved = scene(own="1_40_3_4_100")
    for picture in (opened.figures[0], moved.figures[0]):
        assert picture["layout"]["meta"]["rows"] == rows
    same = scene(own="1_2_3_4_100").figures
    for ours, theirs in zip(same, opened.figures, strict=True):
        for axis in ("xaxis", "yaxis"):
            ends = [figure["layout"][axis].get("range") for figure in (ours, theirs)]
            assert ends[0] == ends[1]
    beyond = scene(own="1_200_3_4_100").figures[0]["layout"]
    assert beyond["yaxis"]["range"][1] > 200
    many = scene(own="_".join(map(str, range(13))))
    assert "rows" not in many.figures[0]["layout"]["meta"]


@pytest.mark.parametrize(
    ("own", "words"),
    [
        ("1_2_4_9", "the best constants are all from 2 to 4, with the median in the"),
        ("1_3_3_9", "the best constant is the median, 3."),
        ("1_3_9", "the best constant is the median, 3."),
    ],
)
def test_between_two_middle_values_every_constant_is_best(own, words):
    assert words in scene(own=own, loss="MAE").status
    y = np.array([float(text) for text in own.split("_")])
    losses = [np.abs(y - c).mean() for c in np.arange(0, 10, 0.5)]
    best = np.arange(0, 10, 0.5)[np.isclose(losses, min(losses))]
    assert (len(best) > 1) == ("best constants" in words)


# Without the square


@given(settings_of(STATEMENT))
@settings(max_examples=20, deadline=None)
def test_without_the_square_the_valley_is_a_line_and_no_root_is_taken(chosen):
    scene = drawing(UNSQUARED)(**chosen)
    assert math.isnan(scene.readouts["rmse"])
    line = scene.figures[1]["data"][0]
    np.testing.assert_allclose(
        line["y"], line["x"] - scene.readouts["mean of the data"], atol=1e-9
    )
    now = np.interp(chosen["prediction"], line["x"], line["y"])
    assert scene.readouts["mse"] == pytest.approx(now, abs=1e-6)
    assert "with their signs" in str(scene.figures[0])
