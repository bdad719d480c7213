"""Dropout: masks, moments, conventions, and the page's claims."""

from __future__ import annotations

import itertools
import math
import re

import mpmath
import numpy as np
import pytest
import scipy.stats
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from formulas.regularization.dropout import (
    drop_path,
    dropout,
    dropout_average,
    dropout_moments,
    dropout_ridge,
    survival_probabilities,
)
from formulas.regularization.overfitting import (
    NOISE,
    RATES,
    TEST_ERRORS,
    TRAINING_ERRORS,
    fit_with_dropout,
)
from pages.regularization.dropout.figure import (
    EXAMPLES,
    NOISY,
    PLACES,
    _contributions,
    _layer,
    _noise,
    _outputs,
)
from pages.regularization.dropout.statement import STATEMENT
from tests.claims import claims
from tests.errors import says
from tests.lessons import drawing, inputs_of, outputs_of
from tests.strategies import matrices, settings_of, vectors
from ui.catalogue import BROKEN, BY_SLUG
from ui.frames import frame

LESSON = BY_SLUG["dropout"]
UNDIVIDED = next(one for one in BROKEN if one.slug == "dropout")

# Each is one edit of the module that its tests must notice (benchmarks/mutation.py).
MUTANTS = (
    ("random.random(units.shape) >= p", "random.random(units.shape) < p"),  # p keeps
    ("return 1 / (1 - p) if p < 1 else 0.0", "return 1 / p if p > 0 else 0.0"),
    ('return 1 - p if mode == "classic"', 'return p if mode == "classic"'),
    ("p * (1 - p) * (scale * units) ** 2", "p * (1 - p) * scale * units**2"),
    ("    if training:\n", "    if True:\n"),
    ("cumsum(axis=0)", "cumsum(axis=1)"),
    ("_bumps(PLACES, count) * weights", "_bumps(PLACES, count) * 2 * weights"),
    ("shares @ passed.mean(axis=0)", "shares @ passed[0]"),
    ("padded(outputs[masks - 1]", "padded(outputs[0]"),
    ('float(p < 1) if mode == "inverted" else 1 - p', "1 - p"),
    ("random.random(count) >= p", "random.random(len(rows)) < p"),
    ("random.random(count) >= p", "random.random(rows.shape)[..., 0] >= p"),
    ('_scale(p, training, "inverted")', '_scale(p, training, "classic")'),
    ('_scale(p, training, "inverted")', '_scale(p, True, "inverted")'),
    ("np.arange(1, depth + 1) / depth", "np.arange(depth) / depth"),
    ("1 - share * (1 - last)", "1 - share * last"),
    ("odds = p / (1 - p)", "odds = p"),
    ("odds = p / (1 - p)", "odds = p * (1 - p)"),
    ("gram.flat[:: len(gram) + 1] += odds", "gram += odds"),
    ("singular / (singular**2 + penalty)", "singular / (singular + penalty)"),
    ("singular / (singular**2 + penalty)", "1 / singular"),
    ("predictors.T @ response / lengths", "predictors.T @ response"),
    ("= solution / lengths / largest", "= solution / largest"),
    ("= solution / lengths / largest", "= solution / lengths"),
    ("if not penalty and (len(singular)", "if (len(singular)"),
    ("or singular[-1] <= small):", "or False):"),
    ("(len(singular) < len(right.T) or", "(False or"),
)

probabilities = st.floats(0, 0.99)
MODES = ("inverted", "classic", "unscaled")


def masks_of(n_units, p, n_masks, *, rng=0):
    return dropout(np.ones((n_masks, n_units)), p, rng=rng).mask


def of_the_page(units, p, *, masks=50, mode="inverted", training=True, seed=0):
    """Return the page's units and what the next layer sees of them, mask by mask."""
    chosen = {"p": p, "masks": masks, "mode": mode, "training": training, "seed": seed}
    solution = STATEMENT.solve({"units": units, **chosen})
    return solution.inputs["x"], _outputs(solution.result, masks, mode, training)


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"y = \frac{m \odot x}{1 - p}, \qquad m_j \sim \mathrm{Bernoulli}(1 - p)"
    )


# Reference values


@pytest.mark.parametrize(
    ("p", "factor"), [(0.1, 1 / 9), (0.2, 0.25), (0.5, 1), (0.8, 4), (0.9, 9)]
)
def test_variance_factors(p, factor):
    assert dropout_moments(1.0, p)[1] == pytest.approx(factor, rel=1e-12)


def test_a_million_ones_at_p_three_tenths():
    output = dropout(np.ones(10**6), 0.3).output
    # The numbers of seed 0; theory says 1 and 3/7 = 0.428571.
    assert output.mean() == pytest.approx(1.00001, abs=5e-6)
    assert output.var() == pytest.approx(0.42856, abs=5e-6)


def test_ten_units_of_seed_zero():
    result = dropout(np.ones(10), 0.5)
    np.testing.assert_array_equal(result.mask, [1, 0, 0, 0, 1, 1, 1, 1, 1, 1])
    assert result.output.mean() == pytest.approx(1.4)
    assert result.scale == 2
    drawn = np.random.default_rng(0).random(10) >= 0.5
    np.testing.assert_array_equal(result.mask, drawn)


def test_the_unscaled_formula_reads_p_in_two_ways():
    assert dropout_moments(1.0, 0.8, mode="unscaled")[0] == pytest.approx(0.2)
    assert dropout_moments(1.0, 1 - 0.8, mode="unscaled")[0] == pytest.approx(0.8)


def test_all_ten_units_are_dropped_once_in_1024():
    assert scipy.stats.binom.pmf(0, 10, 0.5) == pytest.approx(1 / 1024)
    masks = masks_of(10, 0.5, 200_000)
    share = (masks.sum(axis=1) == 0).mean()
    assert share == pytest.approx(1 / 1024, abs=4 * np.sqrt(1 / 1024 / 200_000))


def test_one_half_is_the_default_rate():
    np.testing.assert_array_equal(dropout([1, 2]).mask, dropout([1, 2], 0.5).mask)
    assert dropout([1.0]).scale == 2


# Independent oracles


@given(vectors(4), probabilities, st.sampled_from(MODES))
def test_moments_agree_with_adding_up_over_all_masks(x, p, mode):
    scale = 1 / (1 - p) if mode == "inverted" else 1.0
    masks = np.array(list(itertools.product([0, 1], repeat=4)))
    chances = np.prod(np.where(masks, 1 - p, p), axis=1)
    outputs = scale * masks * x
    mean = chances @ outputs
    variance = chances @ (outputs - mean) ** 2
    found = dropout_moments(x, p, mode=mode)
    np.testing.assert_allclose(found[0], mean, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(found[1], variance, rtol=1e-9, atol=1e-9)


@claims("share_dropped")
def test_the_share_of_dropped_units_is_p():
    for p in (0.1, 0.5, 0.9):
        masks = masks_of(100, p, 1000, rng=1)
        assert (masks == 0).mean() == pytest.approx(p, abs=0.006)  # 4 standard errors


def test_units_are_dropped_independently():
    masks = masks_of(5, 0.3, 20_000, rng=2)
    together = np.corrcoef(masks.T) - np.eye(5)
    assert np.abs(together).max() < 0.04  # standard error 0.007


# Laws


@claims("scale_mask_input")
@given(vectors((1, 20)), probabilities, st.integers(0, 100), st.sampled_from(MODES))
def test_the_output_is_scale_times_mask_times_input(x, p, seed, mode):
    result = dropout(x, p, mode=mode, rng=seed)
    assert set(np.unique(result.mask)) <= {0, 1}
    np.testing.assert_array_equal(result.output, result.scale * (result.mask * x))
    expected = 1 / (1 - p) if mode == "inverted" else 1
    assert result.scale == pytest.approx(expected)


@claims("all_are_back")
@given(vectors((1, 20)), st.floats(0, 1), st.sampled_from(MODES))
def test_in_evaluation_nothing_is_dropped(x, p, mode):
    result = dropout(x, p, training=False, mode=mode)
    np.testing.assert_array_equal(result.mask, np.ones(len(x)))
    factor = 1 - p if mode == "classic" else 1
    np.testing.assert_allclose(result.output, factor * x, rtol=1e-15)


@given(vectors((1, 8)), probabilities)
def test_the_classic_evaluation_is_the_mean_of_its_training(x, p):
    evaluated = dropout(x, p, training=False, mode="classic").output
    np.testing.assert_allclose(
        evaluated, dropout_moments(x, p, mode="classic")[0], rtol=1e-12
    )


@given(vectors((1, 8)))
def test_p_zero_is_the_identity(x):
    result = dropout(x, 0)
    np.testing.assert_array_equal(result.output, x)
    np.testing.assert_array_equal(dropout_moments(x, 0)[0], x)
    np.testing.assert_array_equal(dropout_moments(x, 0)[1], 0 * x)


@pytest.mark.parametrize("mode", MODES)
def test_p_one_leaves_zeros_and_no_noise(mode):
    result = dropout([1.0, -2.0], 1, mode=mode)
    np.testing.assert_array_equal(result.output, [0, 0])
    np.testing.assert_array_equal(result.mask, [0, 0])
    assert dropout_moments(3.0, 1, mode=mode) == (0, 0)


def test_zeros_stay_zero_and_the_mask_tells_them_apart():
    result = dropout(np.zeros(10), 0.5)
    np.testing.assert_array_equal(result.output, 0)
    assert 0 < result.mask.sum() < 10


def test_the_same_seed_gives_the_same_mask_and_a_generator_goes_on():
    x = np.ones((3, 50))
    np.testing.assert_array_equal(dropout(x, rng=4).mask, dropout(x, rng=4).mask)
    random = np.random.default_rng(4)
    first, second = dropout(x, rng=random), dropout(x, rng=random)
    np.testing.assert_array_equal(first.mask, dropout(x, rng=4).mask)
    assert (first.mask != second.mask).any()


@pytest.mark.parametrize("mode", MODES)
def test_running_averages_are_means_over_the_masks_so_far(mode):
    x = np.array([1.0, -2.0, 3.0])
    averages = dropout_average(x, 0.4, 30, mode=mode, rng=3)
    random = np.random.default_rng(3)
    outputs = [dropout(x, 0.4, mode=mode, rng=random).output for _ in range(30)]
    assert averages.shape == (30, 3)
    for k in (0, 1, 29):
        expected = np.mean(outputs[: k + 1], axis=0)
        np.testing.assert_allclose(averages[k], expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("training", [True, False])
def test_a_run_averages_what_its_masks_leave(mode, training):
    x, outputs = of_the_page(5, 0.4, masks=500, training=training, mode=mode, seed=3)
    layers = np.tile(x, (500, 1))
    result = dropout(layers, 0.4, training=training, mode=mode, rng=3)
    np.testing.assert_array_equal(x, [0.5, 0.75, 1, 1.25, 1.5])
    np.testing.assert_array_equal(outputs > 0, result.mask)
    np.testing.assert_allclose(outputs, result.output, rtol=1e-12)
    chosen = {"units": 5, "p": 0.4, "mode": mode, "training": training, "seed": 3}
    for k in (1, 7, 500):
        read = drawing(LESSON)(**STATEMENT.defaults | chosen | {"masks": k}).readouts
        assert read["average output so far"] == pytest.approx(outputs[:k].mean())


@claims("kept_or_zero")
@settings(max_examples=40)
@given(settings_of(STATEMENT), st.sampled_from([False, True]))
def test_the_first_picture_shows_every_unit_before_and_after_the_latest_mask(
    chosen, divided
):
    lesson = LESSON if divided else UNDIVIDED
    figure = drawing(lesson)(**chosen).figures[2]
    before, after = figure["data"][:2]
    units, latest = chosen["units"], chosen["masks"] - 1
    kept, passed = drawn(**chosen)
    if not divided:
        passed = kept * np.linspace(0.5, 1.5, units)
    np.testing.assert_allclose(before["y"][:units], np.linspace(0.5, 1.5, units))
    np.testing.assert_allclose(after["y"][:units], passed[latest])
    np.testing.assert_array_equal(after["y"][:units] > 0, kept[latest])
    for trace in (before, after):
        np.testing.assert_array_equal(trace["x"][:units], np.arange(1, units + 1))
        assert np.isnan(trace["y"][units:]).all()
        assert np.isnan(trace["x"][units:]).all()
    low, high = figure["layout"]["yaxis"]["range"]
    assert low <= 0
    for trace in figure["data"]:  # also the ghost of the whole formula
        assert np.nanmax(trace["y"]) <= high
    assert (
        max(passed[latest].max(), 1.5)
        <= high
        <= max(2.2 * 1.5 / (1 - chosen["p"]), 1.8)
    )
    assert figure["layout"]["xaxis"]["range"][1] > units


def test_at_one_half_a_kept_unit_is_twice_as_high():
    x, outputs = of_the_page(20, 0.5)
    figure = _layer(outputs, x, 7, training=True, top=3.3)
    heights = figure["data"][1]["y"][:20]
    assert set(np.round(heights / x, 12)) == {0, 2}
    assert "after mask 7" in figure["layout"]["meta"]["title"]
    evaluated = _layer(outputs, x, 7, training=False, top=3.3)
    assert "in evaluation" in evaluated["layout"]["meta"]["title"]


@claims("price_of_scaling")
def test_the_noise_is_the_odds_of_dropping_or_the_variance_of_a_coin():
    rates = np.array([0.0, 0.2, 0.5, 0.8, 0.95])
    scaled = np.array([_noise(p, "inverted") for p in rates])
    np.testing.assert_allclose(scaled, rates / (1 - rates))
    coin = scipy.stats.bernoulli.var(1 - rates)
    unscaled = [_noise(p, "unscaled") for p in rates]
    np.testing.assert_allclose(unscaled, coin)
    assert (scaled[1:] > coin[1:]).all()  # what the scaling costs


# Bad and extreme input


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: dropout([1], 1.2),
            "dropout probability must be between 0 and 1, got 1.2",
        ),
        (
            lambda: dropout_moments([1], -0.1),
            "dropout probability must be between 0 and 1, got -0.1",
        ),
        (
            lambda: dropout_average([1], 2, 3),
            "dropout probability must be between 0 and 1, got 2.0",
        ),
        (lambda: dropout([1], np.nan), "p contains NaN"),
        (
            lambda: dropout([1], mode="scaled"),
            "mode must be one of ('inverted', 'classic', 'unscaled'), got 'scaled'",
        ),
        (lambda: dropout_moments([1], 0.5, mode=None), "mode must be one of"),
        (lambda: dropout([np.nan]), "x contains NaN"),
        (lambda: dropout([np.inf]), "x must be finite"),
        (lambda: dropout([]), "x must not be empty"),
        (lambda: dropout(["a"]), "x must be numeric"),
        (lambda: dropout([1], rng=-1), "rng must be in [0, inf), got -1"),
        (lambda: dropout([1.7e308] * 20, 0.9), "result must be finite"),
        (lambda: dropout_moments([1e200], 0.5), "result must be finite"),
        (lambda: dropout_average([[1]], 0.5, 3), "x must be 1-D, got shape (1, 1)"),
        (lambda: dropout_average([1], 0.5, 0), "n_masks must be in [1, inf), got 0"),
    ],
)
def test_bad_input_is_named(call, message):
    with says(message):
        call()


def test_averages_of_huge_outputs_do_not_overflow():
    averages = dropout_average([1e308], 0.2, 50, mode="unscaled")
    assert np.isfinite(averages).all()


def test_input_is_left_as_it_was():
    x = np.array([1, 2, 3])
    dropout(x, 0.9)
    dropout_average(x, 0.9, 5)
    np.testing.assert_array_equal(x, [1, 2, 3])


# Whole rows


@given(
    st.sampled_from([(1,), (5,), (4, 3), (3, 2, 2)]),
    st.floats(0, 0.99),
    st.integers(0, 100),
)
def test_a_row_is_dropped_or_scaled_as_a_whole(shape, p, seed):
    x = np.random.default_rng(seed).normal(size=shape)
    result = drop_path(x, p, rng=seed)
    draws = np.random.default_rng(seed).random(shape[0])
    np.testing.assert_array_equal(result.mask, draws >= p)
    assert result.scale == pytest.approx(1 / (1 - p), rel=1e-12)
    assert result.output.shape == shape
    for row, kept, output in zip(x, draws >= p, result.output, strict=True):
        expected = row / (1 - p) if kept else 0 * row
        np.testing.assert_allclose(output, expected, rtol=1e-12)


def test_the_share_of_dropped_rows_is_p_and_the_mean_stays():
    result = drop_path(np.ones((20_000, 2)), 0.2, rng=1)
    # Standard error of a share of 20 000 rows: 0.003.
    assert result.mask.mean() == pytest.approx(0.8, abs=0.012)
    assert result.output.mean() == pytest.approx(1, abs=0.015)
    assert result.output.var() == pytest.approx(0.25, rel=0.06)


@given(matrices((1, 4), (1, 3)), st.floats(0, 1))
def test_in_evaluation_all_rows_are_back(x, p):
    result = drop_path(x, p, training=False)
    np.testing.assert_array_equal(result.output, x)
    np.testing.assert_array_equal(result.mask, np.ones(len(x)))
    assert result.scale == 1


def test_one_number_a_row_is_drawn_and_a_generator_goes_on():
    random = np.random.default_rng(0)
    first = drop_path(np.ones((6, 9)), rng=random).mask
    second = drop_path(np.ones((6, 9)), rng=random).mask
    draws = np.random.default_rng(0).random(12) >= 0.5
    np.testing.assert_array_equal(np.concatenate([first, second]), draws)
    np.testing.assert_array_equal(drop_path(np.ones((6, 9))).mask, first)


def test_all_rows_go_at_p_one_and_none_at_zero():
    x = np.arange(6.0).reshape(3, 2)
    result = drop_path(x, 1.0)
    assert not result.output.any()
    assert result.scale == 0
    np.testing.assert_array_equal(drop_path(x, 0.0).output, x)


def test_of_54_blocks_40_and_a_quarter_survive():
    assert survival_probabilities(54).sum() == pytest.approx(40.25, rel=1e-12)


@given(st.integers(1, 60), st.floats(0, 1))
def test_survival_falls_on_a_line_to_the_last(depth, last):
    chances = survival_probabilities(depth, last=last)
    expected = [1 - l / depth * (1 - last) for l in range(1, depth + 1)]
    np.testing.assert_allclose(chances, expected, rtol=1e-12, atol=1e-15)
    assert chances[-1] == pytest.approx(last, abs=1e-15)
    line = np.diff(chances, prepend=1.0)
    np.testing.assert_allclose(line, (last - 1) / depth, atol=1e-12)


# Dropout on the inputs of least squares

DESIGN, ANSWERS = [[1.0, 0.0], [1.0, 1.0], [0.0, 2.0]], [1.0, 2.0, 3.0]


def averaged_over_masks(X, y, p):
    """Solve for the least mean squared error over all masks, each with its chance."""
    gram, moment = np.zeros((X.shape[1],) * 2), np.zeros(X.shape[1])
    for bits in itertools.product((0, 1), repeat=X.size):
        mask = np.reshape(bits, X.shape)
        chance = np.prod(np.where(mask, 1 - p, p))
        noisy = mask * X / (1 - p)
        gram += chance * noisy.T @ noisy
        moment += chance * noisy.T @ y
    return np.linalg.solve(gram, moment)


@pytest.mark.parametrize(
    ("p", "expected"), [(0.0, [0.777778, 1.444444]), (0.5, [0.564103, 0.743590])]
)
def test_three_rows_and_two_predictors(p, expected):
    found = dropout_ridge(DESIGN, ANSWERS, p)
    np.testing.assert_allclose(found, expected, atol=5e-7)


@settings(max_examples=20)
@given(matrices(3, 2), vectors(3), st.floats(0.01, 0.9))
def test_it_is_the_average_over_all_masks(X, y, p):
    assume((np.abs(X).max(axis=0) > 0.1).all())
    expected = averaged_over_masks(X, y, p)
    found = dropout_ridge(X, y, p)
    np.testing.assert_allclose(found, expected, rtol=1e-7, atol=1e-9)


@given(matrices((1, 6), (1, 4)), st.floats(0.01, 0.95))
def test_it_solves_the_normal_equations_with_their_penalty(X, p):
    assume((np.abs(X).max(axis=0) > 0.1).all())
    y = np.arange(len(X)) - 1.5
    gram = X.T @ X
    penalty = p / (1 - p) * np.diag(np.diag(gram))
    expected = np.linalg.solve(gram + penalty, X.T @ y)
    found = dropout_ridge(X, y, p)
    np.testing.assert_allclose(found, expected, rtol=1e-8, atol=1e-9)


@given(matrices((1, 5), 1), st.floats(0, 0.95))
def test_a_single_predictor_shrinks_by_the_chance_to_be_kept(X, p):
    assume(np.abs(X).max() > 0.1)
    y = np.arange(len(X)) + 1.0
    full = X[:, 0] @ y / (X[:, 0] @ X[:, 0])
    assert dropout_ridge(X, y, p)[0] == pytest.approx((1 - p) * full, abs=1e-12)


@given(matrices(5, 3), st.floats(-3, 3))
def test_units_of_a_predictor_do_not_matter(X, power):
    assume((np.abs(X).max(axis=0) > 0.1).all())
    y, scale = np.arange(5.0), np.array([10**power, 1.0, 1e200])
    plain = dropout_ridge(X, y, 0.3)
    np.testing.assert_allclose(
        dropout_ridge(X * scale, y, 0.3) * scale, plain, rtol=1e-9, atol=1e-12
    )


def test_dependent_predictors_share_the_weight_once_something_is_dropped():
    twice = [[1.0, 1.0], [2.0, 2.0]]
    with says("design matrix is singular"):
        dropout_ridge(twice, [1.0, 2.0], 0.0)
    for p in (1e-9, 1e-6, 9e-4, 1e-3, 0.25, 0.999):
        found = dropout_ridge(twice, [1.0, 2.0], p)
        np.testing.assert_allclose(found, 1 / (2 + p / (1 - p)), rtol=1e-9)


@pytest.mark.parametrize("p", [0.0, 1e-12, 1e-6, 9.9e-4, 1e-3, 2e-3, 0.999])
def test_the_smallest_and_the_largest_rates_lose_no_digits(p):
    random = np.random.default_rng(0)
    X, y = random.normal(size=(6, 3)) * [1.0, 1e-5, 1e5], random.normal(size=6)
    with mpmath.workdps(60):
        A, rows = mpmath.matrix(X.tolist()), range(3)
        gram, odds = A.T * A, mpmath.mpf(p) / (1 - mpmath.mpf(p))
        penalty = mpmath.diag([odds * gram[j, j] for j in rows])
        exact = mpmath.lu_solve(gram + penalty, A.T * mpmath.matrix(y.tolist()))
        expected = [float(exact[j]) for j in rows]
    np.testing.assert_allclose(dropout_ridge(X, y, p), expected, rtol=1e-12)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: drop_path(3.0), "x must be 1-D, got shape ()"),
        (lambda: drop_path([]), "x must not be empty"),
        (lambda: drop_path(["a"]), "x must be numeric"),
        (lambda: drop_path([math.nan]), "x contains NaN"),
        (lambda: drop_path([math.inf]), "x must be finite"),
        (
            lambda: drop_path([1.0], 1.5),
            "dropout probability must be between 0 and 1, got 1.5",
        ),
        (
            lambda: drop_path([1.0], -0.5),
            "dropout probability must be between 0 and 1, got -0.5",
        ),
        (lambda: drop_path([1.0], math.nan), "p contains NaN"),
        (lambda: drop_path([1.0], rng=-1), "rng must be in [0, inf), got -1"),
        (lambda: drop_path([1e308] * 9, 0.9), "result must be finite"),
        (lambda: survival_probabilities(0), "depth must be in [1, inf), got 0"),
        (lambda: survival_probabilities(1.5), "depth must be an integer, got 1.5"),
        (
            lambda: survival_probabilities(3, last=1.5),
            "last must be in [0, 1], got 1.5",
        ),
        (
            lambda: survival_probabilities(3, last=-0.5),
            "last must be in [0, 1], got -0.5",
        ),
        (lambda: survival_probabilities(3, last=math.nan), "last contains NaN"),
        (lambda: dropout_ridge(DESIGN, ANSWERS, 1.0), "p must be in [0, 1), got 1.0"),
        (lambda: dropout_ridge(DESIGN, ANSWERS, -0.1), "p must be in [0, 1), got -0.1"),
        (lambda: dropout_ridge(DESIGN, ANSWERS, math.nan), "p contains NaN"),
        (
            lambda: dropout_ridge(DESIGN, [1.0, 2.0], 0.5),
            "shape mismatch: X has shape (3, 2), y has shape (2,); X and y must have "
            "the same number of rows",
        ),
        (lambda: dropout_ridge([1.0], [1.0], 0.5), "X must be 2-D, got shape (1,)"),
        (
            lambda: dropout_ridge([[1.0]], [[1.0]], 0.5),
            "y must be 1-D, got shape (1, 1)",
        ),
        (lambda: dropout_ridge([[]], [1.0], 0.5), "X must not be empty"),
        (lambda: dropout_ridge([["a"]], [1.0], 0.5), "X must be numeric"),
        (lambda: dropout_ridge([[math.nan]], [1.0], 0.5), "X contains NaN"),
        (lambda: dropout_ridge([[1.0]], [math.inf], 0.5), "y must be finite"),
        (
            lambda: dropout_ridge([[1.0, 0.0], [1.0, 0.0]], [1.0, 2.0], 0.5),
            "design matrix is singular",
        ),
        (
            lambda: dropout_ridge([[1.0, 2.0]], [1.0], 0.0),
            "design matrix is singular",
        ),
        (lambda: dropout_ridge([[1e-300]], [1e300], 0.5), "result must be finite"),
    ],
)
def test_bad_rows_depths_and_designs_are_named(call, message):
    with says(message):
        call()


def test_rows_and_designs_are_left_as_they_were():
    X, y = np.array(DESIGN), np.array(ANSWERS)
    drop_path(X, 0.5)
    dropout_ridge(X, y, 0.5)
    np.testing.assert_array_equal(X, DESIGN)
    np.testing.assert_array_equal(y, ANSWERS)


# What the page claims


@claims("a_fifth")
def test_predict_without_scaling_the_average_output_of_one_is_a_fifth():
    mean = dropout_moments(1.0, 0.8, mode="unscaled")[0]
    assert mean == pytest.approx(0.2)
    evaluated = dropout([1.0], 0.8, training=False, mode="unscaled").output[0]
    assert evaluated / mean == pytest.approx(5)
    passed = dropout(np.ones(10_000), 0.8, mode="unscaled").output
    assert (passed == 1).mean() == pytest.approx(1 / 5, abs=0.016)  # 4 standard errors
    evaluated = dropout(np.ones(10_000), 0.8, training=False, mode="unscaled").output
    assert (evaluated == 1).all()
    divided = dropout([1.0], 0.8, training=False).output / dropout_moments(1.0, 0.8)[0]
    assert divided == pytest.approx(1)


@claims("average_kept")
def test_scaling_keeps_the_average_signal():
    x = np.linspace(0.5, 1.5, 20)
    last = dropout_average(x, 0.5, 500)[-1]
    # Standard error x / sqrt(500).
    np.testing.assert_allclose(last, x, atol=4 * 1.5 / np.sqrt(500))


@claims("mean_drifts")
def test_without_scaling_the_mean_drifts_to_one_minus_p():
    last = dropout_average(np.ones(20), 0.7, 500, mode="unscaled")[-1]
    assert last.mean() == pytest.approx(0.3, abs=0.02)
    units = STATEMENT.defaults["units"]
    _, outputs = of_the_page(units, 0.5, masks=500, mode="unscaled")
    assert outputs.mean() == pytest.approx(0.5, abs=0.02)  # 4 standard errors
    for p in (0.1, 0.5, 0.9):
        lines, divided = (fitted(p=p, mode=mode) for mode in ("unscaled", "inverted"))
        np.testing.assert_allclose(lines["all units"], divided["all units"])
        smaller = (1 - p) * divided["average"]
        np.testing.assert_allclose(lines["average"], smaller, atol=1e-12)
        undivided = fitted(p=p, lesson=UNDIVIDED)["average"]
        np.testing.assert_allclose(undivided, smaller, atol=1e-12)
        evaluated = fitted(p=p, mode="classic", training=False)["all units"]
        np.testing.assert_allclose(evaluated, (1 - p) * divided["all units"])


@claims("heavy_variance")
def test_heavy_dropout_has_variance_nine():
    assert dropout_moments(1.0, 0.9)[1] == pytest.approx(9)
    given_ = inputs_of(STATEMENT, **{**STATEMENT.defaults, "p": 0.9})
    variance = outputs_of(STATEMENT, given_)["variance"]
    np.testing.assert_allclose(variance / given_["x"] ** 2, 9, rtol=1e-12)


@claims("no_noise")
def test_evaluation_has_no_noise():
    x = np.linspace(0.5, 1.5, 20)
    np.testing.assert_array_equal(dropout(x, 0.9, training=False).output, x)
    _, outputs = of_the_page(20, 0.5, training=False)
    assert np.ptp(outputs, axis=0).max() == 0


@claims("thinned_networks")
def test_ten_units_have_1024_thinned_networks():
    masks = masks_of(10, 0.5, 20_000)
    assert len(np.unique(masks, axis=0)) == 2**10 == 1024
    x, weights = (
        np.linspace(0.5, 1.5, 10),
        np.random.default_rng(0).normal(size=(3, 10)),
    )
    result = dropout(x, 0.5, mode="unscaled")
    kept = result.mask == 1
    thinned = weights[:, kept] @ x[kept]  # a layer that never had the other units
    assert 0 < kept.sum() < 10
    np.testing.assert_allclose(weights @ result.output, thinned, rtol=1e-12)


@claims("noise_of_large_units")
def test_large_units_get_more_noise_the_variance_grows_with_the_square():
    variance = dropout_moments([0.5, 1.0, 1.5], 0.5)[1]
    np.testing.assert_allclose(variance, [0.25, 1, 2.25], rtol=1e-12)


def test_without_scaling_the_noise_is_largest_at_one_half():
    rates = STATEMENT.control("p").positions
    noise = [dropout_moments(1.0, p, mode="unscaled")[1] for p in rates]
    assert rates[int(np.argmax(noise))] == 0.5


@claims("unscaled_differs")
def test_only_the_unscaled_mode_has_another_average_in_evaluation():
    for mode, alike in (("inverted", True), ("classic", True), ("unscaled", False)):
        evaluated = dropout([1.0], 0.8, training=False, mode=mode).output[0]
        trained = dropout_moments(1.0, 0.8, mode=mode)[0]
        assert bool(evaluated == pytest.approx(trained)) is alike


def test_left_on_in_evaluation_it_gives_another_answer_for_each_mask():
    outputs = [
        dropout(np.linspace(0.5, 1.5, 20), 0.1, rng=seed).output for seed in range(5)
    ]
    assert len({tuple(y) for y in outputs}) == 5


# The experiment: what dropout is for


@claims("test_gap")
@pytest.mark.parametrize("p", [0.0, 0.5, 0.95])
def test_the_stored_errors_are_those_of_the_networks_trained_again(p):
    found, k = fit_with_dropout(p), RATES.index(p)
    assert found.training.mean() == pytest.approx(TRAINING_ERRORS[k], abs=0.02)
    assert found.test.mean() == pytest.approx(TEST_ERRORS[k], rel=0.05)
    shown = drawing(LESSON)(**STATEMENT.defaults | {"p": p}).readouts
    assert shown["training error of 20 trained networks"] == TRAINING_ERRORS[k]
    assert shown["test error of 20 trained networks"] == TEST_ERRORS[k]
    # What the words say of these three rates.
    words = {0.0: (0.03, 1.41), 0.5: (0.32, 0.75), 0.95: (0.70, 0.91)}[p]
    assert (TRAINING_ERRORS[k], TEST_ERRORS[k]) == pytest.approx(words, abs=5.1e-3)


@claims("noise_floor")
def test_no_error_on_new_examples_is_below_the_variance_of_the_noise():
    figure = drawing(LESSON)(**STATEMENT.defaults).figures[3]
    (line,) = {shape["y0"] for shape in figure["layout"]["shapes"]}
    assert line == pytest.approx(0.7**2)
    assert min(TEST_ERRORS) > line > TRAINING_ERRORS[0]


@claims("weight_scaling")
def test_one_pass_is_the_average_of_all_masks_exactly_only_without_a_nonlinearity():
    x, weights, p = (
        np.array([0.5, -1.0, 2.0, 1.5]),
        np.array([1.0, 2.0, 1.0, -1.0]),
        0.5,
    )
    masks = np.array(list(itertools.product([0, 1], repeat=4)))
    sums = (masks * x / (1 - p)) @ weights  # p = 0.5: all 16 are equally likely
    one_pass = x @ weights
    assert sums.mean() == pytest.approx(one_pass)
    assert abs(np.tanh(sums).mean() - np.tanh(one_pass)) > 0.1


@claims("noise_fitted")
def test_without_dropout_networks_fit_the_noise_of_their_examples():
    without, half = fit_with_dropout(0.0), fit_with_dropout(0.5)
    assert without.training.mean() < 0.1 * NOISE**2  # below what can be predicted
    assert without.test.mean() > 2 * NOISE**2
    better = without.test - half.test  # on the same data and first weights
    assert better.mean() > 4 * better.std() / np.sqrt(len(better))


def test_untrained_networks_and_rates_that_drop_everything():
    untrained = fit_with_dropout(0.5, n_networks=3, n_steps=0)
    assert untrained.training.shape == untrained.test.shape == (3,)
    with says("p must be in [0, 1), got 1.0"):
        fit_with_dropout(1.0)
    with says("n_networks must be in [1, inf), got 0"):
        fit_with_dropout(0.5, n_networks=0)


# The sentence above the charts


def drawn(p, units, masks, mode, training, seed):
    """Return the masks so far and what they let through, one mask at a time."""
    random, values = np.random.default_rng(seed), np.linspace(0.5, 1.5, units)
    kept, passed = [], []
    for _ in range(masks):
        kept.append(random.random(units) >= p if training else np.ones(units, bool))
        factor = 1 / (1 - p) if training and mode == "inverted" else 1.0
        if mode == "classic" and not training:
            factor = 1 - p
        passed.append(np.where(kept[-1], values * factor, 0.0))
    return np.array(kept), np.array(passed)


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        ({}, "Mask 50 drops 10 of 20 units and divides the others by 1 − p = 0.5. Net"),
        ({"masks": 1}, "Mask 1 drops 8 of 20 units and divides the others by"),
        (
            {"mode": "classic"},
            "Mask 50 drops 10 of 20 units. Nothing is scaled in training, so in the long "
            "run the units average 1 − p = 0.5; evaluation multiplies by 0.5.",
        ),
        (
            {"mode": "unscaled", "p": 0.95},
            "in the long run the units average 1 − p = 0.05.",
        ),
        (
            {"p": 0.95, "units": 4, "masks": 1},
            "Mask 1 drops all 4 units: the next layer sees 0. Networks",
        ),
        (
            {"p": 0.0},
            "With p = 0 no unit is dropped: the next layer sees the input itself.",
        ),
        ({"p": 0.0, "mode": "unscaled"}, "no unit is dropped: the next layer sees the"),
        (
            {"training": False},
            "In evaluation every unit takes part; nothing is random.",
        ),
        ({"training": False, "mode": "unscaled"}, "every unit takes part; nothing is"),
        (
            {"training": False, "mode": "classic", "p": 0.8},
            "every unit takes part, multiplied by 1 − p = 0.2; nothing is random.",
        ),
    ],
)
def test_the_sentence_says_what_is_dropped_and_what_becomes_of_it(chosen, words):
    chosen = STATEMENT.defaults | chosen
    status = drawing(LESSON)(**chosen).status
    assert words in status
    kept, passed = drawn(**chosen)
    values = np.linspace(0.5, 1.5, chosen["units"])
    if "nothing is random" in status:
        factor = re.search(r"multiplied by 1 − p = ([\d.]+);", status)
        factor = float(factor[1]) if factor else 1.0
        np.testing.assert_allclose(passed, np.tile(factor * values, (len(kept), 1)))
    elif "no unit is dropped" in status:
        np.testing.assert_array_equal(passed, np.tile(values, (len(kept), 1)))
    else:
        assert not kept.all()


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("mode", ["inverted", "classic", "unscaled"])
@pytest.mark.parametrize("latest", [{"masks": 1}, {"p": 0.9}, {"masks": 40}])
def test_every_mode_has_a_line_with_what_the_next_layer_sees(mode, training, latest):
    chosen = STATEMENT.defaults | {"mode": mode, "training": training} | latest
    line = frame(LESSON, chosen)["line"]
    seen = drawing(LESSON)(**chosen).figures[2]["data"][1]["y"][0]
    assert float(line["numbers"][-1]) == pytest.approx(seen, abs=1e-12)


def test_where_all_units_are_dropped_the_inputs_are_still_seen():
    chosen = STATEMENT.defaults | {"p": 0.95, "masks": 50}
    picture = drawing(LESSON)(**chosen).figures[2]
    assert not np.nanmax(picture["data"][1]["y"])
    assert picture["layout"]["yaxis"]["range"][1] < 2


@settings(max_examples=30)
@given(settings_of(STATEMENT))
def test_the_numbers_of_the_sentence_are_those_of_the_masks(chosen):
    scene = drawing(LESSON)(**chosen)
    kept, passed = drawn(**chosen)
    assert scene.readouts["average output so far"] == pytest.approx(passed.mean())
    said = re.match(
        r"Mask (\d+) drops (?:(\d+) of (\d+) units|all (\d+) units: the next layer sees 0)"
        r"( and divides the others by 1 − p = ([\d.]+))?\.",
        scene.status,
    )
    assert (said is None) == (chosen["p"] == 0 or not chosen["training"])
    if said is None:
        return
    latest, dropped, units, all_units = (int(text or 0) for text in said.groups()[:4])
    gone = kept.shape[1] - kept[-1].sum()
    assert latest == len(kept)
    assert units + all_units == kept.shape[1]
    assert dropped + all_units == gone
    assert bool(all_units) == (not passed[-1].any())
    assert bool(said[5]) == (chosen["mode"] == "inverted" and not all_units)
    if said[5]:
        assert float(said[6]) == pytest.approx(1 - chosen["p"], rel=6e-3)
    # Kept with probability 1 − p and not scaled, and the input is 1 on average.
    mean = re.search(
        r"in the long run the units average 1 − p = ([\d.e-]+)", scene.status
    )
    assert (mean is None) == (chosen["mode"] == "inverted")
    if mean:
        told = scene.readouts["average output in the long run"]
        assert float(mean[1].rstrip(".")) == pytest.approx(told, rel=6e-3)
    factor = re.search(r"evaluation multiplies by ([\d.]+)\.", scene.status)
    assert (factor is None) == (chosen["mode"] != "classic")
    if factor:
        assert float(factor[1]) == pytest.approx(1 - chosen["p"], rel=6e-3)


@settings(max_examples=30)
@given(settings_of(STATEMENT))
def test_line_steps_and_code_show_the_mask_that_the_pictures_show(chosen):
    kept, passed = drawn(**chosen | {"mode": "inverted", "training": True})
    result = STATEMENT.solve(chosen).result
    np.testing.assert_array_equal(result.mask, kept[-1])
    np.testing.assert_allclose(result.output, passed[-1], rtol=1e-12)
    np.testing.assert_array_equal(result.unscaled > 0, kept[-1])
    undivided = UNDIVIDED.statement.solve(chosen).result
    np.testing.assert_array_equal(undivided.mask, kept[-1])
    np.testing.assert_array_equal(undivided.output > 0, kept[-1])


@pytest.mark.parametrize(("chosen", "first"), [({"p": 0.9}, 5.0), ({"masks": 40}, 0.0)])
def test_under_these_masks_the_first_unit_is_kept_and_dropped(chosen, first):
    output = STATEMENT.solve(STATEMENT.defaults | chosen).result.output
    assert output[0] == pytest.approx(first)


@pytest.mark.parametrize("mode", ["unscaled", "classic", "inverted"])
@pytest.mark.parametrize("lesson", [LESSON, UNDIVIDED])
def test_errors_are_told_only_of_networks_that_were_trained_like_this(lesson, mode):
    scene = drawing(lesson)(**STATEMENT.defaults | {"mode": mode, "p": 0.8})
    trained = lesson is LESSON and mode == "inverted"
    title = scene.figures[3]["layout"]["meta"]["title"]
    how = "dropout" if trained else "the division"
    assert title == f"Test (upper) and training error with {how}"
    assert (np.array(TEST_ERRORS) > TRAINING_ERRORS).all()
    for name in (
        "training error of 20 trained networks",
        "test error of 20 trained networks",
    ):
        assert (name in scene.readouts) == trained
    divided = (
        "divides the others by 1 − p = 0.2. Networks trained like this" in scene.status
    )
    assert divided == trained


def test_no_mask_is_named_where_nothing_is_masked():
    scene = drawing(LESSON)(**STATEMENT.defaults | {"training": False})
    assert not any("mask" in name for name in scene.readouts)
    assert "every unit takes part" in scene.status


@settings(max_examples=25)
@given(settings_of(STATEMENT))
def test_the_sentence_has_the_test_errors_of_networks_trained_like_this(chosen):
    scene = drawing(LESSON)(**chosen)
    said = re.search(r"test error of ([\d.]+), without dropout 1\.41", scene.status)
    error = scene.readouts.get("test error of 20 trained networks")
    told = error is not None and chosen["training"] and chosen["p"] > 0
    assert (said is not None) == told
    if told:
        assert float(said[1]) == pytest.approx(error, rel=6e-3)
    assert TEST_ERRORS[0] == pytest.approx(1.41, abs=0.005)


@claims("mask_thins")
@settings(max_examples=25)
@given(settings_of(STATEMENT))
def test_the_network_loses_the_dropped_units_and_all_their_lines(chosen):
    picture = drawing(LESSON)(**chosen).figures[1]
    gone, used, units, crosses = picture["data"]
    count = min(chosen["units"], 6)
    kept, _ = drawn(**chosen)
    left = kept[-1][:count].astype(bool) if chosen["training"] else np.ones(count, bool)
    crossed = np.isfinite(crosses["y"]).tolist()
    assert crossed[3 : 3 + count] == (~left).tolist()
    assert not any(crossed[:3] + crossed[3 + count :])
    # The lines in use lie over those of all units.
    for lines, how_many in ((gone, count), (used, left.sum())):
        assert np.isfinite(lines["y"][::3]).sum() == 4 * how_many
    heights = units["y"][3 : 3 + count]
    ends = np.concatenate([used["y"][::3], used["y"][1::3]])
    for height, is_left in zip(heights, left, strict=True):
        middle = np.isclose(ends, height) & np.isclose(
            np.concatenate([used["x"][::3], used["x"][1::3]]), 1
        )
        assert middle.sum() == 4 * is_left


# What a network learns


def fitted(lesson=LESSON, **chosen):
    """Return the lines of the first picture by their names."""
    figure = drawing(lesson)(**STATEMENT.defaults | chosen).figures[0]
    return {trace["name"]: np.asarray(trace["y"]) for trace in figure["data"]}


def missed(line):
    """Return the mean square of what a line misses of the true curve."""
    return ((line - np.sin(3 * PLACES)) ** 2).mean()


@claims("passes_through")
def test_without_dropout_the_network_passes_through_every_noisy_example():
    lines = fitted()
    np.testing.assert_array_equal(lines["examples"], NOISY)
    line = lines["no dropout"]
    # Between the places where it is drawn the line is nearly straight.
    there = np.interp(EXAMPLES, PLACES, line)
    assert np.abs(there - NOISY).max() < 0.05
    assert np.abs(NOISY - np.sin(3 * EXAMPLES)).max() > 0.3
    assert missed(line) > 0.2
    np.testing.assert_allclose(fitted(p=0.0)["all units"], line)


@claims("nearer_to_truth")
def test_with_dropout_the_network_misses_examples_and_is_nearer_to_the_true_curve():
    lines = fitted()
    with_it, without = (lines[name] for name in ("all units", "no dropout"))
    assert missed(with_it) < 0.2 * missed(without)
    there = np.interp(EXAMPLES, PLACES, with_it)
    assert np.abs(there - NOISY).max() > 0.3


@pytest.mark.parametrize("p", [0.1, 0.5, 0.9])
def test_the_weights_are_those_that_training_under_fresh_masks_approaches(p):
    units = np.exp(-(((EXAMPLES[:, None] - np.linspace(-1, 1, 20)) / 0.3) ** 2) / 2)
    drawn = np.exp(-(((PLACES[:, None] - np.linspace(-1, 1, 20)) / 0.3) ** 2) / 2)
    middle = len(PLACES) // 2
    weights = _contributions(20, p)[middle] / drawn[middle]
    draws = 20_000  # least squares under so many masks of every example
    masked = dropout(np.tile(units, (draws, 1)), p, rng=1).output
    found = np.linalg.lstsq(masked, np.tile(NOISY, draws), rcond=None)[0]
    np.testing.assert_allclose(drawn @ found, drawn @ weights, atol=0.03)


@claims("masks_average")
@pytest.mark.parametrize("p", [0.2, 0.5, 0.8])
def test_the_average_of_thinned_networks_approaches_the_line_of_all_units(p):
    gaps = []
    for masks in (1, 20, 500):
        lines = fitted(p=p, masks=masks)
        shares = _contributions(20, p)
        kept, _ = drawn(
            p=p, units=20, masks=masks, mode="inverted", training=True, seed=0
        )
        thinned = shares @ kept[-1] / (1 - p)
        np.testing.assert_allclose(lines["mask k"], thinned, atol=1e-12)
        average = shares @ kept.mean(axis=0) / (1 - p)
        np.testing.assert_allclose(lines["average"], average, atol=1e-12)
        gaps.append(np.abs(average - lines["all units"]).mean())
    assert gaps[2] < gaps[1] < gaps[0]
    assert gaps[2] < 0.1 * gaps[0]


def test_in_evaluation_only_the_whole_network_is_drawn():
    lines = fitted(training=False)
    for name in ("mask k", "average"):
        assert np.isnan(lines[name]).all()
    np.testing.assert_allclose(lines["all units"], fitted()["all units"])


# What the questions teach

LAYER_NOISE = "standard deviation of the layer’s mean"


def readout(label, **chosen):
    return drawing(LESSON)(**STATEMENT.defaults | chosen).readouts[label]


@claims("suddenly_more")
@given(st.sampled_from(STATEMENT.control("p").positions))
def test_without_scaling_evaluation_sees_more_by_the_factor_that_was_missing(p):
    label = "average output in the long run"
    trained = readout(label, mode="unscaled", p=p)
    evaluated = readout(label, mode="unscaled", p=p, training=False)
    assert evaluated / trained == pytest.approx(1 / (1 - p))
    assert readout(label, p=p) == pytest.approx(readout(label, p=p, training=False))


@claims("square_times")
@settings(max_examples=30)
@given(settings_of(STATEMENT))
def test_each_unit_adds_its_square_times_p_over_one_minus_p(chosen):
    assume(chosen["training"])
    x, p = np.linspace(0.5, 1.5, chosen["units"]), chosen["p"]
    share = p / (1 - p) if chosen["mode"] == "inverted" else p * (1 - p)
    found = readout(LAYER_NOISE, **chosen)
    assert found == pytest.approx(np.sqrt(share * np.mean(x**2) / len(x)))


@claims("noise_averages_out")
def test_the_noise_of_independent_units_averages_out_with_the_root_of_their_number():
    narrow, wide = (readout(LAYER_NOISE, units=n) for n in (10, 90))
    assert narrow / wide == pytest.approx(3, rel=0.02)
    means = dropout(np.tile(np.linspace(0.5, 1.5, 90), (4000, 1)), 0.5).output.mean(1)
    assert means.std() == pytest.approx(wide, rel=0.05)  # standard error 0.011


@claims("wide_layers")
def test_a_wide_layer_that_drops_more_is_steadier_than_a_narrow_one():
    wide = readout(LAYER_NOISE, units=90, p=0.8)
    assert readout(LAYER_NOISE, units=90) < wide < readout(LAYER_NOISE, units=10)


def test_in_evaluation_the_layer_has_its_long_run_average_and_no_noise():
    for mode, average in (("inverted", 1.0), ("unscaled", 1.0), ("classic", 0.3)):
        chosen = {"mode": mode, "training": False, "p": 0.7}
        assert readout(LAYER_NOISE, **chosen) == 0
        found = readout("average output in the long run", **chosen)
        assert found == pytest.approx(average)
