"""Linear regression: laws, certified numbers, and the page's claims."""

from __future__ import annotations

import re

import numpy as np
import pytest
import scipy.stats
import sklearn.linear_model
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from formulas.regression.datasets import DATASETS
from formulas.regression.linear_regression import (
    datasets,
    linear_regression,
    predict,
    sse_surface,
)
from pages.regression.linear_regression.figure import (
    WINDOWS,
    _dependent_columns,
    _line_text,
    _rings,
)
from pages.regression.linear_regression.statement import (
    OWN,
    SOURCES,
    STATEMENT,
    _anscombe_summaries,
    _around_a_line,
    _points,
)
from tests.claims import claims
from tests.errors import says
from tests.lessons import drawing, inputs_of, outputs_of
from tests.strategies import numbers, own_numbers_of, settings_of
from ui.catalogue import BROKEN, BY_SLUG

RISES = WINDOWS.rises
LESSON = BY_SLUG["linear_regression"]
THROUGH_ORIGIN = next(one for one in BROKEN if one.slug == "linear_regression")

# Each is one edit of the module that its tests must notice (benchmarks/mutation.py).
MUTANTS = (
    ("spare = len(y) - parts.rank", "spare = len(y)"),  # biased error
    ("y - y.mean() if centered else y", "y - y.mean()"),
    (
        "np.linalg.lstsq(design, y, rcond=None)[0]",
        "np.linalg.lstsq(design / parts.lengths, y)[0] / parts.lengths",
    ),
    ("(parts.left[:, : parts.rank] ** 2)", "(parts.left**2)"),
    ("self.singular[:, None]) / self.lengths", "self.singular[:, None])"),
    ("columns[:, None] * predictor", "columns[:, None] + predictor"),
    ("new @ result.coef + result.intercept", "new @ result.coef"),
    ("(design / lengths, full_matrices=False)", "(design, full_matrices=False)"),
    (
        "np.stack([result.fitted, result.residuals]",
        "np.stack([result.fitted, -result.residuals]",
    ),
    ("(fit.intercept, fit.coef[0], fit.r2)", "(fit.intercept, fit.r2, fit.coef[0])"),
)


@st.composite
def problems(draw):
    """Draw predictors and a response with more rows than columns."""
    p = draw(st.integers(1, 3))
    n = draw(st.integers(p + 3, 12))
    X = draw(arrays(np.float64, (n, p), elements=numbers(10.0)))
    y = draw(arrays(np.float64, n, elements=numbers(10.0)))
    design = np.column_stack([np.ones(n), X])
    assume(np.linalg.cond(design) < 1e4)
    return X, y


def longley():
    data = datasets("longley")
    return data.x, data.y


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"\hat\beta = \arg\min_{b} \sum_{i=1}^{n} (y_i - b_0 - b_1 x_i)^2, \quad "
        r"\hat\beta = \left(X^\top X\right)^{-1} X^\top y, \quad "
        r"\hat\beta_1 = \frac{S_{xy}}{S_{xx}} = \frac{\sum_i "
        r"(x_i - \bar x)(y_i - \bar y)}{\sum_i (x_i - \bar x)^2}"
    )


def test_the_printed_entries_are_the_reviewed_ones():
    from notation.printing import equation_latex

    assert [equation_latex(e, STATEMENT.quantities) for e in STATEMENT.equations] == [
        r"n \hat\beta_0 + \hat\beta_1 \sum_{i=1}^{n} x_{i} = "
        r"\sum_{i=1}^{n} y_{i}",
        r"\hat\beta_0 \sum_{i=1}^{n} x_{i} + \hat\beta_1 \sum_{i=1}^{n} x_{i}^{2} = "
        r"\sum_{i=1}^{n} x_{i} y_{i}",
        r"\hat\beta_1 = \frac{S_{xy}}{S_{xx}}",
        r"S_{xy} = "
        r"\sum_{i=1}^{n} \left(x_{i} - \bar x\right) \left(y_{i} - \bar y\right)",
        r"S_{xx} = \sum_{i=1}^{n} \left(x_{i} - \bar x\right)^{2}",
        r"\bar x = \frac{\sum_{i=1}^{n} x_{i}}{n}",
        r"\bar y = \frac{\sum_{i=1}^{n} y_{i}}{n}",
        r"\hat\beta_0 = \bar y - \hat\beta_1 \bar x",
        r"\mathrm{SSE} = "
        r"\sum_{i=1}^{n} \left(y_{i} - \left(\hat\beta_0 + \hat\beta_1 x_{i}\right)\right)^{2}",
        r"R^2 = "
        r"1 - \frac{\mathrm{SSE}}{\sum_{i=1}^{n} \left(y_{i} - \bar y\right)^{2}}",
        r"s = \sqrt{\frac{\mathrm{SSE}}{n - 2}}",
        r"\mathrm{se}(\hat\beta_1) = \frac{s}{\sqrt{S_{xx}}}",
        r"\mathrm{SSE}(b) = \sum_{i=1}^{n} e_{i}^{2}",
        r"e_{i} = y_{i} - \left(b_0 + b_1 x_{i}\right)",
    ]


@pytest.mark.parametrize("data", SOURCES)
def test_sliders_that_the_points_do_not_follow_are_hidden(data):
    values = STATEMENT.defaults | {"data": data}
    hidden = STATEMENT.idle_controls(values)
    for name in ("noise", "points", "outlier"):
        ends = [
            inputs_of(STATEMENT, **values | {name: position})["y"].tolist()
            for position in STATEMENT.control(name).positions[
                :: 40 if name == "points" else 15
            ]
        ]
        still = all(end == ends[0] for end in ends)
        assert (name in hidden) == still


# Outside numbers


def test_certified_values_of_nist_norris():
    data = datasets("norris")
    fit = linear_regression(data.x, data.y)
    assert len(data.y) == 36
    assert fit.intercept == pytest.approx(-0.262323073774029, rel=1e-11)
    assert fit.coef[0] == pytest.approx(1.00211681802045, rel=1e-12)
    errors = [0.232818234301152, 0.429796848199937e-3]
    np.testing.assert_allclose(fit.stderr, errors, rtol=1e-11)
    assert fit.sigma == pytest.approx(0.884796396144373, rel=1e-11)
    assert fit.r2 == pytest.approx(0.999993745883712, rel=1e-12)
    assert fit.sse == pytest.approx(26.6173985294224, rel=1e-11)


def test_certified_values_of_nist_longley():
    fit = linear_regression(*longley())
    certified = [
        15.0618722713733,
        -0.0358191792925910,
        -2.02022980381683,
        -1.03322686717359,
        -0.0511041056535807,
        1829.15146461355,
    ]
    errors = [
        890420.383607373,
        84.9149257747669,
        0.0334910077722432,
        0.488399681651699,
        0.214274163161675,
        0.226073200069370,
        455.478499142212,
    ]
    # The design's condition number is 4.9e9: a good method keeps about 11 digits.
    assert fit.intercept == pytest.approx(-3482258.63459582, rel=1e-10)
    np.testing.assert_allclose(fit.coef, certified, rtol=1e-10)
    np.testing.assert_allclose(fit.stderr, errors, rtol=1e-10)
    assert fit.sigma == pytest.approx(304.854073561965, rel=1e-10)
    assert fit.r2 == pytest.approx(0.995479004577296, rel=1e-12)
    assert fit.cond == pytest.approx(4.86e9, rel=1e-3)


@claims("lost_digits")
def test_the_normal_equations_lose_digits_on_longley_that_the_fit_keeps():
    X, y = longley()
    design = np.column_stack([np.ones(len(y)), X])
    normal = np.linalg.solve(design.T @ design, design.T @ y)
    certified = -3482258.63459582
    ours = abs(linear_regression(X, y).intercept / certified - 1)
    assert abs(normal[0] / certified - 1) > 100 * ours
    inverted = np.linalg.inv(design.T @ design) @ design.T @ y
    assert abs(inverted[0] / certified - 1) > 100 * ours


def test_certified_values_of_nist_wampler1():
    x = np.arange(21.0)
    powers = x[:, None] ** np.arange(1, 6)
    fit = linear_regression(powers, 1 + powers.sum(axis=1))
    np.testing.assert_allclose([fit.intercept, *fit.coef], 1, rtol=1e-8)


def test_certified_values_of_nist_noint1_and_noint2():
    fit = linear_regression(np.arange(60, 71), np.arange(130, 141), fit_intercept=False)
    assert fit.coef[0] == pytest.approx(2.07438016528926, rel=1e-12)
    assert fit.stderr == pytest.approx([0.0165289256198347], rel=1e-11)
    assert fit.r2 == pytest.approx(0.999365492298663, rel=1e-12)
    assert fit.intercept == 0.0
    fit = linear_regression([4, 5, 6], [3, 4, 4], fit_intercept=False)
    assert fit.coef[0] == pytest.approx(0.727272727272727, rel=1e-12)
    assert fit.r2 == pytest.approx(0.993348115299335, rel=1e-12)


@pytest.mark.parametrize(
    ("name", "slope", "intercept", "r2"),
    [
        ("anscombe-1", 0.50009091, 3.00009091, 0.66654246),
        ("anscombe-2", 0.5, 3.00090909, 0.66624203),
        ("anscombe-3", 0.49972727, 3.00245455, 0.66632404),
        ("anscombe-4", 0.49990909, 3.00172727, 0.66670726),
    ],
)
def test_anscombes_four_data_sets(name, slope, intercept, r2):
    data = datasets(name)
    fit = linear_regression(data.x, data.y)
    assert fit.coef[0] == pytest.approx(slope, abs=5e-9)
    assert fit.intercept == pytest.approx(intercept, abs=5e-9)
    assert fit.r2 == pytest.approx(r2, abs=5e-9)
    assert data.x.mean() == 9
    assert data.y.mean() == pytest.approx(7.50, abs=0.005)


def test_anscombes_third_set_without_its_outlier():
    data = datasets("anscombe-3")
    rest = data.x != 13
    fit = linear_regression(data.x[rest], data.y[rest])
    assert fit.intercept == pytest.approx(4.00564935, abs=5e-9)
    assert fit.coef[0] == pytest.approx(0.34538961, abs=5e-9)


def test_anscombes_fourth_set_without_its_far_point_is_singular():
    data = datasets("anscombe-4")
    rest = data.x != 19
    with says("design matrix is singular: rank 1 of 2; column 0 of X is constant"):
        linear_regression(data.x[rest], data.y[rest])


def test_the_line_of_numpys_lstsq_documentation():
    fit = linear_regression([0, 1, 2, 3], [-1, 0.2, 0.9, 2.1])
    assert fit.coef[0] == pytest.approx(1.0)
    assert fit.intercept == pytest.approx(-0.95)


def test_the_plane_of_scikit_learns_documentation():
    X = np.array([[1, 1], [1, 2], [2, 2], [2, 3]])
    fit = linear_regression(X, X @ [1, 2] + 3)
    np.testing.assert_allclose(fit.coef, [1, 2], rtol=1e-12)
    assert fit.intercept == pytest.approx(3)
    assert predict(fit, [[3, 5]])[0] == pytest.approx(16)


def test_the_shortest_solution_of_collinear_columns():
    x = np.arange(1.0, 5)
    X = np.column_stack([x, 2 * x])
    fit = linear_regression(X, -1 + 2 * x, on_singular="minimum_norm")
    np.testing.assert_allclose([fit.intercept, *fit.coef], [-1, 0.4, 0.8], rtol=1e-9)
    assert fit.rank == 2
    assert fit.stderr is None
    assert fit.leverage.sum() == pytest.approx(2)
    np.testing.assert_allclose(fit.fitted, -1 + 2 * x, rtol=1e-12)


def test_pure_noise_explains_noise_once_there_are_enough_predictors():
    random = np.random.default_rng(0)
    y = random.standard_normal(20)
    shares = [
        linear_regression(random.standard_normal((20, count)), y).r2
        for count in (1, 5, 10, 19)
    ]
    np.testing.assert_allclose(shares, [1.5e-6, 0.133, 0.707, 1], rtol=0.035)


@given(problems())
def test_agrees_with_scikit_learn(problem):
    X, y = problem
    model = sklearn.linear_model.LinearRegression().fit(X, y)
    fit = linear_regression(X, y)
    close = {"rtol": 1e-9, "atol": 1e-8}
    np.testing.assert_allclose(fit.coef, model.coef_, **close)
    np.testing.assert_allclose(fit.intercept, model.intercept_, **close)
    np.testing.assert_allclose(fit.fitted, model.predict(X), **close)
    np.testing.assert_allclose(predict(fit, X), fit.fitted, **close)
    if fit.r2 is not None and np.ptp(y) > 1e-3:
        assert fit.r2 == pytest.approx(model.score(X, y), abs=1e-9)


@given(problems(), st.booleans())
def test_errors_and_leverages_agree_with_the_textbook_inverse(problem, intercept):
    X, y = problem
    fit = linear_regression(X, y, fit_intercept=intercept)
    design = np.column_stack([np.ones(len(y)), X])[:, int(not intercept) :]
    assume(np.linalg.cond(design) < 1e4)
    inverse = np.linalg.inv(design.T @ design)
    hat = design @ inverse @ design.T
    np.testing.assert_allclose(fit.leverage, np.diag(hat), rtol=1e-6, atol=1e-8)
    variance = fit.sse / (len(y) - design.shape[1])
    errors = np.sqrt(variance * np.diag(inverse))
    np.testing.assert_allclose(fit.stderr, errors, rtol=1e-6, atol=1e-9)
    assert fit.sigma == pytest.approx(np.sqrt(variance))


@given(problems())
def test_the_slopes_error_agrees_with_scipys_linregress(problem):
    X, y = problem
    x = X[:, 0]
    assume(np.ptp(x) > 1e-2)
    assume(np.ptp(y) > 1e-2)
    fit = linear_regression(x, y)
    expected = scipy.stats.linregress(x, y)
    assert fit.coef[0] == pytest.approx(expected.slope, rel=1e-6, abs=1e-8)
    # On exact fits SciPy's root of 1 - r² is the root of a rounding error.
    dust = 1e-8 + 3e-8 * np.ptp(y) / np.ptp(x)
    reach = dust * (1 + np.abs(x).max())
    near = pytest.approx(expected.intercept_stderr, rel=1e-6, abs=reach)
    assert fit.stderr[0] == near
    assert fit.stderr[1] == pytest.approx(expected.stderr, rel=1e-6, abs=dust)


# Laws


@claims("residuals_orthogonal")
@given(problems())
def test_residuals_sum_to_zero_and_are_orthogonal_to_every_predictor(problem):
    X, y = problem
    residuals = linear_regression(X, y).residuals
    assert residuals.sum() == pytest.approx(0, abs=1e-9)
    np.testing.assert_allclose(X.T @ residuals, 0, atol=1e-8)


@given(problems(), st.integers(0, 1000))
def test_no_other_line_has_a_smaller_error(problem, seed):
    X, y = problem
    fit = linear_regression(X, y)
    other = fit.coef + np.random.default_rng(seed).standard_normal(len(fit.coef))
    assert ((y - X @ other - fit.intercept) ** 2).sum() >= fit.sse * (1 - 1e-12)


@given(problems())
def test_leverages_are_between_0_and_1_and_sum_to_the_rank(problem):
    fit = linear_regression(*problem)
    assert ((fit.leverage > -1e-12) & (fit.leverage < 1 + 1e-12)).all()
    assert fit.leverage.sum() == pytest.approx(fit.rank)


@given(problems())
def test_a_scale_of_a_predictor_only_rescales_its_slope(problem):
    X, y = problem
    fit, scaled = linear_regression(X, y), linear_regression(X * 1e12, y)
    np.testing.assert_allclose(scaled.coef * 1e12, fit.coef, rtol=1e-6, atol=1e-8)
    assert scaled.rank == fit.rank


@claims("bowl")
@given(problems())
def test_the_surface_is_the_error_of_each_line_and_lowest_at_the_fit(problem):
    X, y = problem
    x = X[:, 0]
    assume(np.ptp(x) > 1e-2)
    fit = linear_regression(x, y)
    b0, b1 = fit.intercept + np.array([-1.0, 0, 2]), fit.coef[0] + np.array([0.0, 0.5])
    surface = sse_surface(x, y, b0, b1)
    assert surface.shape == (3, 2)
    assert surface[1, 0] == pytest.approx(fit.sse, rel=1e-9, abs=1e-9)
    assert surface[2, 1] == pytest.approx(((y - b0[2] - b1[1] * x) ** 2).sum())
    assert surface.min() == surface[1, 0]
    # A bowl: along any way across, it curves upward by the same amount everywhere.
    across = sse_surface(x, y, fit.intercept + np.arange(-2.0, 3), [fit.coef[0]])[:, 0]
    np.testing.assert_allclose(np.diff(across, 2), 2 * len(x), rtol=1e-6)
    along = sse_surface(x, y, [fit.intercept], fit.coef[0] + np.arange(-2.0, 3))[0]
    np.testing.assert_allclose(np.diff(along, 2), 2 * x @ x, rtol=1e-6)


# Bad and extreme input


def test_as_many_rows_as_columns_fit_perfectly_and_leave_no_error():
    fit = linear_regression([1, 2], [3, 5])
    np.testing.assert_allclose(fit.fitted, [3, 5], rtol=1e-12)
    assert fit.sigma is None
    assert fit.stderr is None


def test_a_constant_response_has_no_r_squared():
    fit = linear_regression([1, 2, 3], [0.1, 0.1, 0.1])
    assert fit.r2 is None
    assert fit.coef[0] == pytest.approx(0, abs=1e-15)
    assert linear_regression([1, 2], [0, 0], fit_intercept=False).r2 is None


def test_inputs_stay_as_they_were_and_one_column_may_be_a_vector():
    x, y = np.array([1, 2, 4]), np.array([1, 3, 2])
    fit, column = linear_regression(x, y), linear_regression(x[:, None], y)
    np.testing.assert_array_equal(fit.coef, column.coef)
    np.testing.assert_array_equal(x, [1, 2, 4])
    np.testing.assert_array_equal(y, [1, 3, 2])


@pytest.mark.parametrize("name", DATASETS)
def test_data_sets_have_names_for_every_column_and_are_fresh_copies(name):
    data = datasets(name)
    assert len(data.names) == (data.x[0].size if data.x.ndim > 1 else 1) + 1
    assert len(data.x) == len(data.y)
    data.y[:] = 0
    assert datasets(name).y.any()


COLLINEAR = np.column_stack([np.arange(4), 2 * np.arange(4)])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: linear_regression(COLLINEAR, [1, 2, 3, 5]),
            ("design matrix is singular: rank 2 of 3; columns are linearly dependent"),
        ),
        (
            lambda: linear_regression([[1, 2, 3]], [1]),
            "design matrix is singular: rank 1 of 4; columns are linearly dependent",
        ),
        (
            lambda: linear_regression([[1, 5], [2, 5], [3, 5]], [1, 2, 3]),
            (
                "design matrix is singular: rank 2 of 3; "
                "column 1 of X is constant, like the intercept"
            ),
        ),
        (
            lambda: linear_regression([0, 0], [1, 2], fit_intercept=False),
            ("design matrix is singular: rank 0 of 1; columns are linearly dependent"),
        ),
        (
            lambda: linear_regression([1, 2, 3], [1, 2]),
            (
                "shape mismatch: X has shape (3, 1), y has shape (2,); "
                "X and y must have the same number of rows"
            ),
        ),
        (lambda: linear_regression([1, np.nan], [1, 2]), "X contains NaN"),
        (lambda: linear_regression([1, 2], [1, np.inf]), "y must be finite"),
        (lambda: linear_regression([], []), "X must not be empty"),
        (lambda: linear_regression(["a"], [1]), "X must be numeric"),
        (lambda: linear_regression([1, 2], [[1, 2]]), "y must be 1-D, got shape"),
        (
            lambda: linear_regression([1, 2], [1, 2], on_singular="x"),
            "on_singular must be one of ('error', 'minimum_norm'), got 'x'",
        ),
        (
            lambda: predict(linear_regression([1, 2], [1, 2]), [[1, 2]]),
            "X_new must have one column per coefficient",
        ),
        (
            lambda: predict(linear_regression([1, 2], [1, 2]), [np.nan]),
            "X_new contains NaN",
        ),
        (lambda: sse_surface([1, 2], [1], [0], [0]), "lengths must be equal"),
        (lambda: sse_surface([1], [1], [], [0]), "intercepts must not be empty"),
        (lambda: sse_surface([1], [1], [1e200], [0]), "result must be finite"),
        (lambda: datasets("iris"), "name must be one of ('anscombe-1', "),
    ],
)
def test_bad_input_is_named(call, message):
    with says(message):
        call()


# Contour lines of the page


@given(st.integers(3, 20), st.integers(0, 50))
def test_on_an_ellipse_the_squared_errors_rise_as_much_as_asked_for(n, seed):
    random = np.random.default_rng(seed)
    x, y = random.normal(size=(2, n))
    fit = linear_regression(x, y)
    rings = _rings(x, fit.intercept, fit.coef[0], RISES)
    assert rings.shape == (len(RISES), 23, 2)
    for rise, ring in zip(RISES, rings, strict=True):
        for intercept, slope in ring:
            found = sse_surface(x, y, [intercept], [slope])[0, 0]
            assert found == pytest.approx(fit.sse + rise, rel=1e-6, abs=1e-6)


def test_the_ellipse_closes():
    ring = _rings(np.array([1.0, 2, 4]), 0.0, 1.0, RISES)[0]
    np.testing.assert_allclose(ring[0], ring[-1], rtol=1e-12)


# What the page claims


@claims("anscombe_lines")
def test_all_four_anscombe_lines_are_3_00_plus_0_50_x_with_r_squared_0_67():
    for k in range(1, 5):
        data = datasets(f"anscombe-{k}")
        fit = linear_regression(data.x, data.y)
        assert (round(fit.intercept, 2), round(fit.coef[0], 2)) == (3.00, 0.50)
        assert round(fit.r2, 2) == 0.67


def test_summaries_of_the_four_sets_are_those_of_their_fits():
    found = _anscombe_summaries()
    assert found.shape == (4, 3)
    for k, row in enumerate(found, 1):
        data = datasets(f"anscombe-{k}")
        line = scipy.stats.linregress(data.x, data.y)
        expected = [line.intercept, line.slope, line.rvalue**2]
        np.testing.assert_allclose(row, expected, rtol=1e-9)
    np.testing.assert_array_equal(found.round(2), [[3.0, 0.5, 0.67]] * 4)


@pytest.mark.parametrize("source", SOURCES)
def test_the_page_fits_its_points_and_outlines_the_bowl_around_them(source):
    chosen = {**STATEMENT.defaults, "data": source, "outlier": 4.0}
    scene = drawing(LESSON)(**chosen)
    x, y = _points(source, 11, 1.0, 4.0)
    drawn = {trace["name"]: trace for trace in scene.figures[0]["data"]}
    points, best_line = drawn["points"], drawn["best line"]
    np.testing.assert_array_equal([points["x"], points["y"]], [x, y])
    line = scipy.stats.linregress(x, y)
    expected = line.intercept + line.slope * best_line["x"]
    np.testing.assert_allclose(best_line["y"], expected, atol=1e-9)
    left = scene.figures[2]["data"][1]
    np.testing.assert_allclose(left["x"], line.intercept + line.slope * x, atol=1e-9)
    np.testing.assert_allclose(left["x"] + left["y"], y, atol=1e-12)
    bottom = sse_surface(x, y, [line.intercept], [line.slope])[0, 0]
    assert STATEMENT.solve(chosen).result.sse == pytest.approx(bottom, abs=1e-12)
    rings = _rings(x, line.intercept, line.slope, RISES)
    for ring, rise in zip(rings, RISES, strict=True):
        for place in ring[::5]:
            height = sse_surface(x, y, *place[:, None])[0, 0]
            assert height == pytest.approx(bottom + rise, rel=1e-9)


@claims("same_numbers")
def test_the_same_numbers_belong_to_a_cloud_a_curve_and_a_single_far_point():
    np.testing.assert_array_equal(_anscombe_summaries().round(2), [[3, 0.5, 0.67]] * 4)
    left = {}
    for k in (1, 2):
        data = datasets(f"anscombe-{k}")
        bent = np.polyval(np.polyfit(data.x, data.y, 2), data.x)
        straight = linear_regression(data.x, data.y).sse
        left[k] = ((data.y - bent) ** 2).sum() / straight
    assert left[1] > 0.9  # a curve explains hardly more of the first set
    assert left[2] < 1e-5  # and all of the second
    assert sorted(datasets("anscombe-4").x) == [8] * 10 + [19]


@claims("last_point_flattens")
def test_the_last_point_lowered_to_0_flattens_the_line():
    x, y = _points("leverage", 3, 0, 0)
    fit = linear_regression(x, y)
    assert fit.coef[0] == pytest.approx(0, abs=1e-14)
    assert fit.intercept == pytest.approx(2)
    assert fit.leverage[-1] == pytest.approx(0.6)
    np.testing.assert_array_equal(y, [1, 2, 3, 4, 0])
    assert linear_regression(x, [1, 2, 3, 4, 5]).coef[0] == pytest.approx(1)


def test_the_middle_point_lowered_as_far_only_shifts_the_line():
    fit = linear_regression([1, 2, 3, 4, 5], [1, 2, -2, 4, 5])
    assert fit.coef[0] == pytest.approx(1)
    assert fit.intercept == pytest.approx(-1)
    assert fit.leverage[2] == pytest.approx(0.2)


@claims("exact_without_noise")
def test_without_noise_and_outlier_the_line_is_found_exactly():
    found = outputs_of(
        STATEMENT, inputs_of(STATEMENT, **{**STATEMENT.defaults, "noise": 0.0})
    )
    assert found["fitted_intercept"] == pytest.approx(3, rel=1e-12)
    assert found["fitted_slope"] == pytest.approx(0.5, rel=1e-12)
    fit = linear_regression(*_around_a_line(11, 0.0, 10.0))
    assert (fit.intercept, fit.coef[0]) == pytest.approx((3, 0.5))
    assert fit.r2 == pytest.approx(1)


@claims("through_the_mean")
@given(problems())
def test_the_best_line_passes_through_the_mean_of_the_points(problem):
    x, y = problem[0][:, 0], problem[1]
    assume(np.ptp(x) > 1e-2)
    fit = linear_regression(x, y)
    assert fit.intercept + fit.coef[0] * x.mean() == pytest.approx(y.mean(), abs=1e-8)


@claims("right_end_turns")
@pytest.mark.parametrize("points", [4, 11, 100])
@pytest.mark.parametrize("noise", [0.0, 1.0, 3.0])
def test_lifting_the_last_point_steepens_the_line_and_sinks_it_at_0(points, noise):
    fits = [
        linear_regression(*_points("line", points, noise, height))
        for height in np.arange(-5.0, 15.5, 0.5)
    ]
    assert (np.diff([fit.coef[0] for fit in fits]) > 0).all()
    assert (np.diff([fit.intercept for fit in fits]) < 0).all()
    assert (np.diff([fit.fitted.mean() for fit in fits]) > 0).all()


@claims("squares_grow_with_noise")
@pytest.mark.parametrize("points", [5, 11, 60])
def test_residuals_grow_like_the_noise_while_the_last_point_is_on_the_line(points):
    one, three = (linear_regression(*_points("line", points, s, 10.0)) for s in (1, 3))
    np.testing.assert_allclose(three.residuals, 3 * one.residuals, atol=1e-12)
    assert three.sse == pytest.approx(9 * one.sse)


@claims("sum_grows_with_points", "stderr_falls_with_points")
@pytest.mark.parametrize("noise", [0.1, 1.0, 3.0])
def test_more_points_leave_more_squares_and_a_smaller_standard_error(noise):
    sums, errors = [], []
    for points in (5, 20, 80):
        fits = [
            linear_regression(*_around_a_line(points, noise, 10.0, seed=seed))
            for seed in range(40)
        ]
        sums.append([fit.sse for fit in fits])
        errors.append(np.mean([fit.stderr[1] for fit in fits]))
    assert (np.diff(np.mean(sums, axis=1)) > 0).all()
    assert (np.diff(errors) < 0).all()
    assert (np.array(sums[2]) > sums[1]).all()  # for every draw


@claims("mistakes_cancel")
def test_too_high_an_intercept_and_too_low_a_slope_cancel():
    x = np.linspace(4.0, 14.0, 11)
    squares = {}
    for intercept, slope in ((5.0, 0.5), (3.0, 0.2), (5.0, 0.2)):
        values = {"noise": 0.0, "intercept": intercept, "slope": slope}
        found = drawing(LESSON)(**STATEMENT.defaults | values).readouts["guess_sse"]
        off, turn = intercept - 3, slope - 0.5
        parts = 11 * (off + turn * x.mean()) ** 2 + turn**2 * ((x - 9) ** 2).sum()
        assert found == pytest.approx(parts)
        squares[intercept, slope] = found
    assert 2 * squares[5.0, 0.2] < min(squares[5.0, 0.5], squares[3.0, 0.2])


@claims("two_rings")
@pytest.mark.parametrize("data", SOURCES)
def test_the_handles_lie_on_your_line_and_on_the_last_point(data):
    values = {"intercept": 4.2, "slope": 0.3, "outlier": 12.5, "data": data}
    lines, bowl, _ = drawing(LESSON)(**STATEMENT.defaults | values).figures
    line, turn, *last = lines["layout"]["meta"]["handles"]
    drawn = {t["name"]: (t["x"], t["y"]) for t in lines["data"] if t.get("name")}
    x, y = drawn["your line"]
    assert (line["at"], line["y"], turn["y"]) == ([0, 4.2], "intercept", "slope")
    assert np.interp(0, x, y) == pytest.approx(4.2)
    place, height = turn["at"]
    assert place > max(drawn["points"][0])
    assert np.interp(place, x, y) == pytest.approx(height)
    assert (height - turn["base"]) / turn["per"] == pytest.approx(0.3)
    assert [handle["at"] for handle in last] == [[14.0, 12.5]] * (data == "line")
    (guess,) = bowl["layout"]["meta"]["handles"]
    assert (guess["at"], guess["x"], guess["y"]) == ([4.2, 0.3], "intercept", "slope")


@claims("squares_drawn")
@given(settings_of(STATEMENT))
@settings(max_examples=40, deadline=None)
def test_the_squares_drawn_have_the_areas_of_the_squared_residuals(chosen):
    scene = drawing(LESSON)(**chosen)
    squares = scene.figures[0]["data"][0]
    assert squares["name"] == "squares"
    found = inputs_of(STATEMENT, **chosen)
    residuals = found["y"] - chosen["intercept"] - chosen["slope"] * found["x"]
    corners = np.stack([squares["x"], squares["y"]], axis=1).reshape(-1, 6, 2)
    wide = np.ptp(corners[:, :5, 0], axis=1)
    high = np.ptp(corners[:, :5, 1], axis=1)
    size = np.abs(found["x"]).max() + np.abs(residuals).max()
    np.testing.assert_allclose(wide, high, atol=1e-12 * size)
    largest = np.sort(np.abs(residuals))[-6:] if len(residuals) > 20 else residuals
    np.testing.assert_allclose(
        np.sort(high), np.sort(np.abs(largest)), atol=1e-12 * size
    )
    named = "6 largest" in scene.figures[0]["layout"]["meta"]["title"]
    assert named == (len(residuals) > 20)
    if not named:
        assert (wide * high).sum() == pytest.approx(
            scene.readouts["guess_sse"], rel=1e-6, abs=1e-9
        )


@pytest.mark.parametrize("slope", [-2.0, 0.0, 3.0])
@pytest.mark.parametrize("intercept", [-5.0, 7.5, 10.0])
def test_the_squares_of_the_page_s_points_have_room(slope, intercept):
    chosen = STATEMENT.defaults | {"slope": slope, "intercept": intercept}
    picture = drawing(LESSON)(**chosen).figures[0]
    low, high = picture["layout"]["xaxis"]["range"]
    assert low <= np.nanmin(picture["data"][0]["x"])
    assert np.nanmax(picture["data"][0]["x"]) <= high


@given(settings_of(STATEMENT))
@settings(max_examples=60, deadline=None)
def test_the_page_s_own_points_have_one_scale_along_both_axes(chosen):
    picture = drawing(LESSON)(**chosen | {"own": ""}).figures[0]
    across, up = (picture["layout"][axis] for axis in ("xaxis", "yaxis"))
    assert (up["scaleanchor"], up["scaleratio"]) == ("x", 1)
    # So wide at most that a phone shows it beside the small pictures (isSquare).
    assert np.ptp(across["range"]) < 1.8 * np.ptp(up["range"])


def test_the_plane_rests_while_a_line_is_brought_to_the_best_one():
    """Down from the start to below the best intercept, and up to the best slope."""
    ranges = set()
    for slope in np.arange(0.0, 0.46, 0.05):
        for intercept in np.arange(3.2, 7.6, 0.1) if slope == 0 else [3.2, 3.5]:
            line = {"slope": float(slope), "intercept": float(intercept)}
            picture = drawing(LESSON)(**STATEMENT.defaults | line).figures[0]
            axes = (picture["layout"][axis]["range"] for axis in ("xaxis", "yaxis"))
            ranges.add(tuple(map(tuple, axes)))
    assert len(ranges) == 1


@claims("any_point_dragged")
@pytest.mark.parametrize("data", SOURCES)
def test_a_point_that_is_dragged_is_one_of_the_reader_s_own_numbers(data):
    chosen = STATEMENT.defaults | {"data": data}
    before = drawing(LESSON)(**chosen).figures[0]
    rows = before["layout"]["meta"]["rows"]
    assert rows["name"] == OWN.name
    points = before["data"][rows["trace"]]
    moved = np.stack([points["x"], points["y"]], axis=1).round(3)
    moved[1] += [0.5, 0.25]
    own = "~".join("_".join(str(cell) for cell in row) for row in moved.tolist())
    after = drawing(LESSON)(**chosen | {"own": OWN.parse(own)[0]}).figures[0]
    points = after["data"][after["layout"]["meta"]["rows"]["trace"]]
    np.testing.assert_allclose(np.stack([points["x"], points["y"]], axis=1), moved)
    for axis in ("xaxis", "yaxis"):  # so that it is still where the hand is
        assert after["layout"][axis]["range"] == before["layout"][axis]["range"]


@claims("residuals_of_the_page")
def test_the_residuals_add_up_to_0_and_are_uncorrelated_with_x():
    x, y = _points("line", 11, 1.0, 10.0)
    left = linear_regression(x, y).residuals
    assert left.sum() == pytest.approx(0, abs=1e-9)
    assert left @ x == pytest.approx(0, abs=1e-9)


@claims("far_points_pull")
@pytest.mark.parametrize("source", ["line", "anscombe-4", "leverage"])
def test_the_further_a_point_from_the_mean_the_more_the_line_follows_it(source):
    x, y = _points(source, 11, 1.0, 10.0)
    fit, follows = linear_regression(x, y), []
    for k in range(len(x)):
        lifted = linear_regression(x, y + np.eye(len(x))[k])
        follows.append(lifted.fitted[k] - fit.fitted[k])
    np.testing.assert_allclose(fit.leverage, follows, atol=1e-12)
    order = np.argsort(np.abs(x - x.mean()))
    assert (np.diff(np.array(follows)[order]) > -1e-12).all()
    assert follows[order[-1]] > 2 * follows[order[0]]


def test_the_far_point_of_anscombes_fourth_set_has_all_the_leverage():
    data = datasets("anscombe-4")
    assert linear_regression(data.x, data.y).leverage.max() == pytest.approx(1)


def test_more_points_and_less_noise_shrink_the_standard_error():
    def error(points, noise):
        return linear_regression(*_points("line", points, noise, 10.0)).stderr[1]

    assert error(100, 1.0) < error(11, 1.0)
    assert error(11, 0.5) < error(11, 1.0)


def test_lifting_the_last_point_turns_the_line():
    slopes = [
        linear_regression(*_points("line", 11, 1.0, height)).coef[0]
        for height in (-5.0, 5.0, 15.0)
    ]
    assert (np.diff(slopes) > 0).all()


@claims("random_predictors")
def test_random_predictors_reach_any_r_squared():
    random = np.random.default_rng(0)
    noise, columns = random.normal(size=20), random.normal(size=(20, 19))
    assert linear_regression(columns[:, :10], noise).r2 > 0.3
    assert linear_regression(columns, noise).r2 == pytest.approx(1)
    reached = [linear_regression(columns[:, :k], noise).r2 for k in range(1, 20)]
    assert (np.diff(reached) >= -1e-12).all()


@claims("high_r_squared")
def test_a_model_of_high_r_squared_predicts_worse_than_the_mean():
    random = np.random.default_rng(0)
    noise, columns = random.normal(size=20), random.normal(size=(20, 19))
    fit = linear_regression(columns[:, :15], noise)
    assert fit.r2 > 0.75
    fresh, more = random.normal(size=1000), random.normal(size=(1000, 15))
    missed = ((fresh - predict(fit, more)) ** 2).sum()
    assert missed > 2 * ((fresh - fresh.mean()) ** 2).sum()


@claims("many_best_slopes")
def test_2x_beside_x_leaves_no_single_best_pair_of_slopes():
    x, y = _points("collinear", 3, 0, 0)
    both = np.stack([x, 2 * x], axis=1)
    reason, slopes = _dependent_columns(x, y)
    with says(reason):
        linear_regression(both, y)
    np.testing.assert_allclose(slopes, [0.4, 0.8])
    for free in (-3.0, 0.0, 7.0):  # any pair with the same sum b1 + 2 b2 fits as well
        np.testing.assert_allclose(both @ [2.0 - 2 * free, free] - 1, y)


def test_the_collinear_preset_shows_why_there_is_no_single_best_line():
    preset = next(p for p in LESSON.presets if p.name == "Collinear")
    status = drawing(LESSON)(**{**STATEMENT.defaults, **preset.values}).status
    assert "design matrix is singular: rank 2 of 3; columns are linearly" in status
    assert "0.4 and 0.8" in status


@claims("tilted_valley")
def test_intercept_and_slope_trade_off_along_a_tilted_valley():
    x, y = _points("line", 11, 1.0, 10.0)
    ring = _rings(x, *np.polyfit(x, y, 1)[::-1], RISES)[0]
    assert np.corrcoef(ring.T)[0, 1] < -0.9
    long, wide = np.linalg.svd(ring - ring.mean(axis=0), compute_uv=False)
    assert long > 20 * wide


@claims("squared_condition")
def test_a_normal_matrix_has_the_square_of_the_condition_number():
    design = np.stack([np.ones(11), _points("line", 11, 1.0, 10.0)[0]], axis=1)
    cond = np.linalg.cond(design)
    assert np.linalg.cond(design.T @ design) == pytest.approx(cond**2)


def coverage(sizes):
    """Return how often slope ± 2.26 standard errors holds the true slope."""
    x, random = np.linspace(4.0, 14.0, 11), np.random.default_rng(0)
    held = 0
    for _ in range(4000):
        fit = linear_regression(x, 3 + 0.5 * x + sizes * random.normal(size=11))
        held += abs(fit.coef[0] - 0.5) <= 2.26 * fit.stderr[1]
    return held / 4000


@claims("interval_holds")
def test_slope_and_2_26_standard_errors_hold_the_true_slope_in_95_percent():
    assert scipy.stats.t.ppf(0.975, 11 - 2) == pytest.approx(2.26, abs=0.005)
    assert scipy.stats.t.ppf(0.975, 11 - 1) == pytest.approx(2.23, abs=0.005)
    assert coverage(1.0) == pytest.approx(0.95, abs=0.012)


@claims("errors_of_one_size")
def test_errors_that_grow_toward_the_ends_make_the_standard_error_too_small():
    assert coverage(np.abs(np.linspace(-1, 1, 11))) < 0.91


@claims("beta_up_to_noise")
def test_the_formula_finds_the_beta_of_the_assumption_up_to_the_noise():
    found = []
    for seed in range(400):
        x, y = _around_a_line(11, 1.0, 10.0, seed=seed)  # 3 + x / 2 and noise
        design = np.stack([np.ones(11), x], axis=1)
        beta = np.linalg.inv(design.T @ design) @ design.T @ y
        fit = linear_regression(x, y)
        np.testing.assert_allclose([fit.intercept, *fit.coef], beta, rtol=1e-9)
        found.append(beta)
    error = np.std(found, axis=0) / np.sqrt(len(found))
    assert (np.abs(np.mean(found, axis=0) - [3, 0.5]) < 4 * error).all()
    assert (np.std(found, axis=0) > 0.05).all()  # no single β is that of the assumption


# The sentence above the charts


def test_a_falling_line_has_one_sign_between_its_numbers():
    assert _line_text(8.314, -0.2334) == "8.314 − 0.2334 x"
    assert _line_text(-1.0, 0.0) == "−1 + 0 x"


def read(text):
    return float(text.replace("−", "-"))


def read_line(status):
    """Return intercept and slope of the best line that a sentence names."""
    said = re.search(r"the best line is (\S+) ([+−]) (\S+) x and", status)
    return read(said[1]), read(said[2] + said[3])


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        (
            {},
            "Squared residuals add up to 27.4 for your line, 5.209 for the best one;",
        ),
        ({}, "the best line is 3.541 + 0.4485 x and explains 81% of the variance."),
        (
            {"slope": 0.45, "intercept": 3.5},
            "Your line is nearly the best: its squared residuals add up to 5.217, not "
            "5.209;",
        ),
        # Six times the smallest sum is not nearly the best, however small both are.
        (
            {"points": 3, "slope": 0.5, "intercept": 3.2},
            "add up to 0.1558 for your line, 0.02534 for the best one;",
        ),
        ({"points": 3}, "and explains over 99% of the variance."),
        (
            {"noise": 0.0},
            "add up to 27.5 for your line, 0 for the best one; the best line is 3 + 0.5 x "
            "and explains all of the variance.",
        ),
        (
            {"noise": 0.0, "slope": 0.5, "intercept": 3.0},
            "Squared residuals add up to 0 for your line and for the best one;",
        ),
        (
            {"data": "leverage"},
            ", 10 for the best one; the best line is 2 + 0 x and explains none of",
        ),
        (
            {"data": "leverage", "slope": 0.0, "intercept": 2.0},
            "Squared residuals add up to 10 for your line and for the best one;",
        ),
        (
            {"data": "anscombe-1", "slope": 0.5, "intercept": 3.0},
            "up to 13.76 for your line and for the best one; the best line is 3 + 0.5001",
        ),
        ({"outlier": -5.0}, "the best line is 8.314 − 0.2334 x and explains 4% of the"),
        (
            {"data": "collinear"},
            "rank 2 of 3; columns are linearly dependent. Slopes 0.4 and 0.8 are one best",
        ),
    ],
)
def test_the_sentence_compares_your_line_with_the_best(chosen, words):
    chosen = STATEMENT.defaults | chosen
    status = drawing(LESSON)(**chosen).status
    assert words in status
    x, y = inputs_of(STATEMENT, **chosen)["x"], inputs_of(STATEMENT, **chosen)["y"]
    yours = ((y - chosen["intercept"] - chosen["slope"] * x) ** 2).sum()
    slope, intercept = np.polyfit(x, y, 1)
    least = ((y - intercept - slope * x) ** 2).sum()
    if chosen["data"] == "collinear":
        left = y - np.stack([x, 2 * x], axis=1) @ [0.4, 0.8]
        np.testing.assert_allclose(left, left[0])  # up to the intercept it is perfect
        return
    assert ("nearly the best" in status) == (least * 1.0005 < yours < least * 1.05)
    assert ("and for the best one" in status) == (yours - least <= 5e-4 * least + 1e-9)
    assert read_line(status) == pytest.approx((intercept, slope), rel=5e-4, abs=1e-9)


@settings(max_examples=40)
@given(settings_of(STATEMENT))
def test_the_numbers_of_the_sentence_are_those_of_scipys_regression(chosen):
    assume(chosen["own"] or chosen["data"] != "collinear")
    scene = drawing(LESSON)(**chosen)
    found = inputs_of(STATEMENT, **chosen)
    x, y = found["x"], found["y"]
    line = scipy.stats.linregress(x, y)
    yours = ((y - chosen["intercept"] - chosen["slope"] * x) ** 2).sum()
    least = ((y - line.intercept - line.slope * x) ** 2).sum()
    sums = re.findall(r"(?:add up to|your line,|, not) ([\d.e-]+\d|\d)", scene.status)
    close = {"rel": 1e-3, "abs": 1e-11}
    assert read(sums[0]) == pytest.approx(yours, **close)
    assert read(sums[-1]) == pytest.approx(least, **close)
    named = read_line(scene.status)
    assert named == pytest.approx((line.intercept, line.slope), **close)
    share = re.search(r"explains (over |under )?(\S+) of the", scene.status)
    exact = line.rvalue**2
    if share[2] in ("all", "none"):
        assert exact == pytest.approx(float(share[2] == "all"), abs=1e-9)
    elif share[1]:
        assert (exact > 0.99) if share[1] == "over " else (0 < exact < 0.01)
    else:
        assert read(share[2].removesuffix("%")) == pytest.approx(100 * exact, abs=0.51)
    close = {"rel": 1e-6, "abs": 1e-7 * (np.ptp(y) if chosen["own"] else 1)}
    assert scene.readouts["stderr"] == pytest.approx(line.stderr, **close)


def test_the_best_line_and_what_it_leaves_lie_within_their_charts():
    for points, noise, outlier in ((3, 0.0, -5.0), (3, 3.0, -5.0), (6, 3.0, -4.0)):
        changed = {"points": points, "noise": noise, "outlier": outlier}
        scene = drawing(LESSON)(**STATEMENT.defaults | changed)
        fit = linear_regression(*_around_a_line(points, noise, outlier))
        bowl, left = scene.figures[1:]
        for figure, across, up in (
            (bowl, [fit.intercept], fit.coef),
            (left, fit.fitted, fit.residuals),
        ):
            for axis, places in (("xaxis", across), ("yaxis", up)):
                low, high = figure["layout"][axis]["range"]
                assert low < min(places) <= max(places) < high


# A reader's own points


@settings(max_examples=40, deadline=None)
@given(
    own_numbers_of(OWN, most=30),
    st.sampled_from(["line", "collinear"]),
    st.sampled_from(STATEMENT.control("slope").positions),
)
def test_a_readers_own_points_are_those_that_are_drawn_and_fitted(own, data, slope):
    values = STATEMENT.defaults | {"own": own, "data": data, "slope": slope}
    scene = drawing(LESSON)(**values)
    rows = [[float(cell) for cell in row.split("_")] for row in own.split("~")]
    x, y = np.array(rows).T
    line = scipy.stats.linregress(x, y)
    drawn = {trace["name"]: trace for trace in scene.figures[0]["data"]}
    points, yours, best = (drawn[k] for k in ("points", "your line", "best line"))
    np.testing.assert_array_equal([points["x"], points["y"]], [x, y])
    large = 1e-9 * np.abs(y).max() * (1 + np.abs(x).max() / np.ptp(x))
    large += 1e-11 * (1 + np.abs(x).max())  # the line is drawn without its dust
    expected = line.intercept + line.slope * best["x"]
    np.testing.assert_allclose(best["y"], expected, rtol=1e-6, atol=large)
    np.testing.assert_allclose(yours["y"], 7.5 + slope * yours["x"], atol=1e-9)
    assert scene.readouts["fitted_slope"] == pytest.approx(
        line.slope, rel=1e-6, abs=large
    )
    left = ((y - line.intercept - line.slope * x) ** 2).sum()
    assert scene.readouts["sse"] == pytest.approx(left, rel=1e-6, abs=large**2 + 1e-11)
    handles = scene.figures[0]["layout"]["meta"]["handles"]
    assert [handle["y"] for handle in handles] == ["intercept", "slope"][: len(handles)]
    assert len(handles) == 2 or x.max() <= 0
    for turn in handles[1:]:
        risen = turn["at"][1] - turn["base"]
        assert risen / turn["per"] == pytest.approx(slope, abs=large)
    at, base = handles[0]["at"], handles[0]["base"]
    assert at[1] - base == pytest.approx(7.5)
    for figure, inside in zip(
        scene.figures,
        [
            [(x, y)],
            [([-5, 10, line.intercept], [-2, 3, line.slope])],
            [(line.intercept + line.slope * x, y - line.intercept - line.slope * x)],
        ],
        strict=True,
    ):
        for across, up in inside:
            for axis, places in (("xaxis", across), ("yaxis", up)):
                low, high = figure["layout"][axis]["range"]
                assert low - large <= np.min(places)
                assert np.max(places) <= high + large


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2 1\n2 3\n2 5", "all x are equal, or nearly so: a line needs different ones"),
        (
            "2000 1\n2000.5 3\n2001 5",
            "all x are equal, or nearly so: a line needs different ones",
        ),
        ("1 4\n2 4\n3 4", "all y are equal: there is nothing to explain"),
        ("1 2\n3 4", "2 rows; 3 to 100 are possible"),
    ],
)
def test_points_without_a_single_best_line_are_refused(text, words):
    assert OWN.parse(text) == ("", words)


@given(settings_of(STATEMENT))
@settings(max_examples=40, deadline=None)
def test_residuals_fill_their_picture_and_do_not_leave_it(chosen):
    for lesson in (LESSON, THROUGH_ORIGIN):
        picture = drawing(lesson)(**chosen | {"own": ""}).figures[2]
        low, high = picture["layout"]["yaxis"]["range"]
        farthest = np.abs(picture["data"][1]["y"]).max()
        assert -low == high > farthest
        assert high == 2 or high < 2.8 * farthest


@given(settings_of(STATEMENT))
@settings(max_examples=60, deadline=None)
def test_your_line_and_all_points_lie_in_the_first_picture(chosen):
    for lesson in (LESSON, THROUGH_ORIGIN):
        picture = drawing(lesson)(**chosen | {"own": ""}).figures[0]
        low, high = picture["layout"]["yaxis"]["range"]
        points = picture["data"][-1]
        at_points = chosen["intercept"] + chosen["slope"] * np.asarray(points["x"])
        for heights in (points["y"], at_points, [chosen["intercept"]]):
            assert low <= np.min(heights) <= np.max(heights) <= high


@claims("against_the_mean")
@pytest.mark.parametrize("noise", [0.5, 1.0])
def test_without_the_intercept_the_explained_fraction_compares_with_the_mean(noise):
    chosen = STATEMENT.defaults | {"noise": noise}
    found = inputs_of(STATEMENT, **chosen)
    x, y = found["x"], found["y"]
    left = y - (x @ y) / (x @ x) * x
    expected = 1 - (left @ left) / ((y - y.mean()) ** 2).sum()
    shown = drawing(THROUGH_ORIGIN)(**chosen).readouts
    assert shown["r2"] == pytest.approx(expected)


@claims("band_at_origin")
@pytest.mark.parametrize("noise", [0.5, 3.0])
def test_without_the_intercept_the_band_is_narrowest_at_0_and_one_number_is_spent(
    noise,
):
    chosen = STATEMENT.defaults | {"noise": noise}
    scene = drawing(THROUGH_ORIGIN)(**chosen)
    found = inputs_of(STATEMENT, **chosen)
    x, y = found["x"], found["y"]
    slope = (x @ y) / (x @ x)
    spread = np.sqrt(((y - slope * x) ** 2).sum() / (len(x) - 1))
    assert scene.readouts["stderr"] == pytest.approx(spread / np.sqrt(x @ x))
    band = scene.figures[0]["data"][1]
    places = np.asarray(band["x"])[:11]
    low, high = np.asarray(band["y"])[:11], np.asarray(band["y"])[12:]
    assert places[np.argmin(high - low)] == 0
    assert (high - low).min() == pytest.approx(0, abs=1e-9)


@claims("few_points_need_more")
def test_95_percent_takes_12_7_standard_errors_of_3_points_and_about_2_of_many():
    def reach(points):
        return scipy.stats.t.ppf(0.975, points - 2)

    assert reach(3) == pytest.approx(12.7, abs=0.05)
    assert reach(11) == pytest.approx(2.26, abs=0.005)
    assert reach(100) == pytest.approx(1.98, abs=0.01)


@claims("band_of_the_mean")
def test_the_band_holds_the_line_and_far_fewer_new_points():
    x, random = np.linspace(4.0, 14.0, 11), np.random.default_rng(0)
    places = np.array([5.0, 9.0, 13.0])
    holds = {"line": 0, "point": 0}
    for _ in range(1000):
        y = 3 + x / 2 + random.standard_normal(11)
        result = STATEMENT.compute(x, y, 0.0, 0.0)
        best = result.fitted_intercept + result.fitted_slope * places
        reach = 2 * result.line_error(x, places)
        true = 3 + places / 2
        new = true + random.standard_normal(3)
        holds["line"] += (np.abs(best - true) < reach).sum()
        holds["point"] += (np.abs(best - new) < reach).sum()
    assert holds["line"] / 3000 == pytest.approx(0.92, abs=0.03)  # t with 9 degrees
    assert holds["point"] / 3000 < 0.65


def test_the_headline_s_sums_are_the_slope_of_the_normal_equations():
    x, y = _points("line", 11, 1.0, 10.0)
    design = np.stack([np.ones(11), x], axis=1)
    solved = np.linalg.solve(design.T @ design, design.T @ y)[1]
    dx, dy = x - x.mean(), y - y.mean()
    assert (dx * dy).sum() / (dx**2).sum() == pytest.approx(solved, rel=1e-12)


@claims("band")
@given(settings_of(STATEMENT))
@settings(max_examples=20, deadline=None)
def test_the_band_is_two_standard_errors_of_the_line_and_narrowest_at_the_mean(chosen):
    chosen = chosen | {"own": ""}
    found = inputs_of(STATEMENT, **chosen)
    x, y = found["x"], found["y"]
    drawn = drawing(LESSON)(**chosen).figures[0]["data"][1]
    places = np.asarray(drawn["x"])[:11]
    low, high = np.asarray(drawn["y"])[:11], np.asarray(drawn["y"])[12:]
    design = np.stack([np.ones(len(x)), x], axis=1)
    coef, *_ = np.linalg.lstsq(design, y, rcond=None)
    variance = ((y - design @ coef) ** 2).sum() / (len(x) - 2)
    covariance = variance * np.linalg.inv(design.T @ design)
    rows = np.stack([np.ones(11), places], axis=1)
    error = np.sqrt(np.einsum("ij,jk,ik->i", rows, covariance, rows))
    np.testing.assert_allclose(high - low, 4 * error, rtol=1e-5, atol=1e-7)
    assert np.abs(places - x.mean())[error.argmin()] <= 1.01 or variance < 1e-12


def test_where_the_slope_cancels_it_is_0_and_not_rounding():
    chosen = STATEMENT.defaults | {"data": "leverage"}
    scene = drawing(LESSON)(**chosen)
    assert STATEMENT.solve(chosen).result.fitted_slope == 0
    assert scene.readouts["r2"] == scene.readouts["fitted_slope"] == 0


def test_leverage_shows_the_best_line_before_the_last_point_was_lowered():
    picture = drawing(LESSON)(**STATEMENT.defaults | {"data": "leverage"}).figures[0]
    (before,) = (t for t in picture["data"] if t["name"] == "before")
    x, y = np.array(before["x"]), np.array(before["y"])
    np.testing.assert_allclose(y[:2], x[:2], atol=1e-12)  # 0 + 1 x
    np.testing.assert_array_equal([x[3:], y[3:]], [[5, 5], [5, 0]])


def test_with_collinear_columns_the_sentence_says_what_the_pictures_fit():
    status = drawing(LESSON)(**STATEMENT.defaults | {"data": "collinear"}).status
    assert status.startswith("The pictures show the fit by x alone.")


def test_without_the_intercept_the_bowl_stays_and_the_minimum_lies_on_its_edge():
    """The rings are those of both parameters; the best slope alone is marked on 0."""
    chosen = STATEMENT.defaults
    bowl = drawing(THROUGH_ORIGIN)(**chosen).figures[1]["data"]
    whole = drawing(LESSON)(**chosen).figures[1]["data"]
    np.testing.assert_array_equal(bowl[0]["x"], whole[0]["x"])
    np.testing.assert_array_equal(bowl[0]["y"], whole[0]["y"])


@pytest.mark.parametrize("data", ["leverage", "collinear"])
def test_few_points_near_the_origin_fill_their_picture(data):
    picture = drawing(LESSON)(**STATEMENT.defaults | {"data": data}).figures[0]
    points = picture["data"][-1]
    for axis in ("x", "y"):
        low, high = picture["layout"][f"{axis}axis"]["range"]
        assert low < points[axis].min()
        assert points[axis].max() < high
        assert high - low < 5 * np.ptp(points[axis])
    band = next(t for t in picture["data"] if t["name"].endswith("2 se"))
    assert picture["layout"]["yaxis"]["range"][0] < np.nanmin(band["y"])
