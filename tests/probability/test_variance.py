"""Variance: limits, invariants, numbers from outside, and the page's claims."""

from __future__ import annotations

import itertools
import math
import re
import statistics
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from formulas.probability.variance import (
    expected_std,
    mean,
    pooled_variance,
    running_variance,
    sampling_distribution,
    standard_error,
    std,
    variance,
    variance_one_pass,
)
from formulas.transformer.layer_norm import layer_norm_stats
from pages.probability.variance.figure import _relative_errors
from pages.probability.variance.statement import OWN, STATEMENT, _normal_sample
from tests.claims import claims
from tests.errors import says
from tests.lessons import drawing, inputs_of
from tests.strategies import matrices, numbers, own_numbers_of, settings_of, vectors
from ui.catalogue import BROKEN, BY_SLUG

LESSON = BY_SLUG["variance"]
DIVIDED_BY_N = next(one for one in BROKEN if one.slug == "variance")

# Each is one edit of the module that its tests must notice (benchmarks/mutation.py).
MUTANTS = (
    ("    return n - ddof", "    return n"),
    ("np.ldexp(squares, 2 * exponent)", "np.ldexp(squares, exponent)"),
    ("total += distance * (value - center)", "total += distance**2"),
    (
        "rows.append((center, total / count))",
        "rows.append((center, total / max(count - 1, 1)))",
    ),
    ("(values - _mean(values, axis)) ** 2", "np.abs(values - _mean(values, axis))"),
    ("low.size)).clip(low, high)", "low.size))"),
    ("math.fsum(values.flat)", "values.sum()"),
    (
        "sigma**2 * variance(draws, ddof=ddof, axis=1)",
        "sigma * variance(draws, ddof=ddof, axis=1)",
    ),
    (
        "sigma**2 * variance(draws, ddof=ddof, axis=1)",
        "sigma**2 * variance(draws, axis=1)",
    ),
    ("np.ldexp(values, -exponent), exponent", "values, 0 * exponent"),
    ("std(values, ddof=1)) / math.sqrt(len(values))", "std(values, ddof=1))"),
    (
        "std(values, ddof=1)) / math.sqrt(len(values))",
        "std(values)) / math.sqrt(len(values))",
    ),
    (
        "std(values, ddof=1)) / math.sqrt(len(values))",
        "std(values, ddof=1)) / len(values)",
    ),
    ("low=1) - 1.0", "low=1) - 0.0"),
    ("scaled @ left / left.sum()", "scaled.mean()"),
    ("checks.non_negative(variances=spread)", "pass"),
    ("scaled = np.ldexp(spread, -exponent)", "scaled, exponent = spread, 0"),
)

# NIST StRD Michelso: Michelson's speed of light in air, in thousands of km/s.
MICHELSON = np.fromstring(
    """
    299.85 299.74 299.90 300.07 299.93 299.85 299.95 299.98 299.98 299.88
    300.00 299.98 299.93 299.65 299.76 299.81 300.00 300.00 299.96 299.96
    299.96 299.94 299.96 299.94 299.88 299.80 299.85 299.88 299.90 299.84
    299.83 299.79 299.81 299.88 299.88 299.83 299.80 299.79 299.76 299.80
    299.88 299.88 299.88 299.86 299.72 299.72 299.62 299.86 299.97 299.95
    299.88 299.91 299.85 299.87 299.84 299.84 299.85 299.84 299.84 299.84
    299.89 299.81 299.81 299.82 299.80 299.77 299.76 299.74 299.75 299.76
    299.91 299.92 299.89 299.86 299.88 299.72 299.84 299.85 299.85 299.78
    299.89 299.84 299.78 299.81 299.76 299.81 299.79 299.81 299.82 299.85
    299.87 299.87 299.81 299.74 299.81 299.94 299.95 299.80 299.81 299.87
    """,
    sep=" ",
)
EIGHT = [2, 4, 4, 4, 5, 5, 7, 9]


def num_acc(base: float) -> np.ndarray:
    """Build NIST's NumAcc2 (base 1), 3 (a million) and 4 (ten million)."""
    return np.array([base + 0.2] + [base + 0.1, base + 0.3] * 500)


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"\mathrm{Var}(X) = \mathbb{E}\left[(X - \mu)^2\right] = "
        r"\mathbb{E}\left[X^2\right] - \mu^2, \qquad s^2 = "
        r"\frac{1}{n - \mathrm{ddof}} \sum_{i=1}^{n} (x_i - \bar{x})^2, \qquad s = \sqrt{s^2}"
    )


# Outside numbers


def test_numpys_documentation_example():
    x = [[1, 2], [3, 4]]
    assert variance(x) == 1.25
    assert std(x) == pytest.approx(1.118033988749895, rel=1e-15)
    np.testing.assert_array_equal(variance(x, axis=0), [1, 1])
    np.testing.assert_array_equal(variance(x, axis=1), [0.25, 0.25])


def test_the_eight_values_of_the_encyclopedia():
    assert mean(EIGHT) == 5
    assert std(EIGHT) == 2
    assert variance(EIGHT, ddof=1) == pytest.approx(32 / 7, rel=1e-12)
    assert std(EIGHT, ddof=1) == pytest.approx(2.138089935, abs=5e-10)


def test_nists_certified_values_of_michelsons_speed_of_light():
    assert MICHELSON.size == 100
    assert mean(MICHELSON) == pytest.approx(299.8524, rel=1e-13)
    assert std(MICHELSON, ddof=1) == pytest.approx(0.0790105478190518, rel=1e-12)


def test_nist_numacc1():
    x = [10000001, 10000003, 10000002]
    assert mean(x) == 10000002
    assert std(x, ddof=1) == 1


@pytest.mark.parametrize(
    ("base", "found", "one_pass"),
    [
        (1.0, 0.1, 0.1),
        (1e6, 0.10000000003492, 0.098742),
        (1e7, 0.10000000055879, 0.178885),
    ],
)
def test_nist_numacc_2_to_4_are_certified_as_a_tenth(base, found, one_pass):
    x = num_acc(base)
    assert std(x, ddof=1) == pytest.approx(found, rel=1e-13)
    # The inputs are not representable: no algorithm gets more than eight digits.
    assert std(x, ddof=1) == pytest.approx(0.1, rel=1e-8)
    naive = variance_one_pass(x, ddof=1)
    assert math.sqrt(abs(naive)) == pytest.approx(one_pass, abs=5e-7)


def test_the_one_pass_variance_of_numacc4_is_negative():
    assert variance_one_pass(num_acc(1e7), ddof=1) < 0


@claims("whole_populations")
def test_a_die_a_coin_and_the_uniform_distribution():
    assert variance(np.arange(1, 7)) == pytest.approx(35 / 12, rel=1e-12)
    assert variance([0, 1]) == 0.25
    # Midpoints of n cells miss 1/12 by 1/(12 n²).
    cells = (np.arange(1000) + 0.5) / 1000
    assert variance(cells) == pytest.approx(1 / 12, rel=1e-5)


@pytest.mark.parametrize(
    ("n", "share"), [(2, 0.797885), (5, 0.939986), (10, 0.972659), (30, 0.991418)]
)
def test_the_sample_standard_deviation_is_too_small_on_average(n, share):
    assert expected_std(n) == pytest.approx(share, abs=5e-7)
    chi = scipy.stats.chi(n - 1).mean() / math.sqrt(n - 1)
    assert expected_std(n) == pytest.approx(chi, rel=1e-9)
    roots = np.sqrt(sampling_distribution(n, sigma=3.0))
    # Five standard errors of the mean of 20000 draws.
    allowed = 5 * roots.std() / math.sqrt(roots.size)
    assert roots.mean() == pytest.approx(3 * share, abs=allowed)


@pytest.mark.parametrize(("n", "share"), [(2, 0.5), (5, 0.8)])
def test_dividing_by_n_is_too_small_on_average(n, share):
    found = sampling_distribution(n, sigma=2.0, ddof=0)
    allowed = 5 * found.std() / math.sqrt(found.size)
    assert found.mean() == pytest.approx(4 * share, abs=allowed)


@claims("std_is_root")
@given(matrices((2, 6), (2, 5), 1000.0), st.sampled_from([0, 1]))
def test_agrees_with_numpy_along_every_axis(x, ddof):
    for axis in (None, 0, 1, -1):
        expected = np.var(x, ddof=ddof, axis=axis)
        close = {"rtol": 1e-9, "atol": 1e-18}
        np.testing.assert_allclose(variance(x, ddof=ddof, axis=axis), expected, **close)
        np.testing.assert_allclose(
            std(x, ddof=ddof, axis=axis), np.sqrt(expected), rtol=1e-9, atol=1e-9
        )
        np.testing.assert_allclose(
            mean(x, axis=axis), np.mean(x, axis=axis), rtol=1e-9, atol=1e-12
        )


@given(vectors((2, 12), 1e6))
def test_agrees_with_exact_fractions(x):
    exact = statistics.variance(x.tolist())
    assert variance(x, ddof=1) == pytest.approx(exact, rel=1e-9, abs=1e-18)


@pytest.mark.parametrize("x", [[1e16, 1, -1e16], [1e300, 3e283, -1e300, 0.5]])
def test_the_mean_keeps_what_large_values_of_both_signs_leave(x):
    assert mean(x) == float(sum(map(Fraction, x)) / len(x))


@given(vectors((1, 10), 100.0))
def test_the_running_variance_is_the_variance_of_every_beginning(x):
    means, variances = running_variance(x)
    for k in range(1, len(x) + 1):
        assert means[k - 1] == pytest.approx(mean(x[:k]), rel=1e-9, abs=1e-12)
        assert variances[k - 1] == pytest.approx(variance(x[:k]), rel=1e-9, abs=1e-10)


@given(vectors((2, 10), 10.0), st.sampled_from([0, 1]))
def test_one_pass_agrees_where_nothing_cancels(x, ddof):
    expected = variance(x, ddof=ddof)
    assert variance_one_pass(x, ddof=ddof) == pytest.approx(expected, abs=1e-12)


@given(matrices((2, 4), (2, 4), 10.0), st.sampled_from([0, 1]))
def test_one_pass_takes_an_axis_as_the_variance_does(x, ddof):
    for axis in (0, 1, -1):
        expected = variance(x, ddof=ddof, axis=axis)
        found = variance_one_pass(x, ddof=ddof, axis=axis)
        np.testing.assert_allclose(found, expected, atol=1e-12)


# Laws


@claims("shift_and_factor")
@given(vectors((1, 8)), numbers(100.0), numbers(10.0))
def test_a_shift_changes_nothing_and_a_factor_counts_squared(x, shift, factor):
    changed = variance(factor * x + shift)
    assert changed == pytest.approx(factor**2 * variance(x), rel=1e-6, abs=1e-9)


@given(numbers(1e6), st.integers(1, 9))
def test_constant_data_have_exactly_no_variance(value, n):
    x = np.full(n, value)
    assert variance(x) == 0
    assert std(x) == 0
    assert mean(x) == value


def test_a_third_of_decimals_repeated_has_exactly_no_variance():
    assert variance([0.1] * 3) == 0
    assert mean([0.1] * 3) == 0.1


@given(vectors((1, 8), 1e6))
def test_the_mean_lies_between_smallest_and_largest(x):
    assert x.min() <= mean(x) <= x.max()


# Bad and extreme input


def test_one_value_has_no_variance_as_a_population():
    assert variance([3.0]) == 0.0
    assert isinstance(variance([3.0]), float)


def test_huge_values_have_a_standard_deviation_although_the_variance_overflows():
    assert std([1e200, 3e200]) == pytest.approx(1e200, rel=1e-15)
    assert mean([1.5e308, 1.5e308]) == 1.5e308
    assert variance([1e150, 3e150]) == pytest.approx(1e300)
    with says("result must be finite"):
        variance([1e200, 3e200])


def test_tiny_values_keep_their_standard_deviation_in_every_row():
    rows = np.array([[1e200, 3e200], [1e-200, 3e-200]])
    np.testing.assert_allclose(std(rows, axis=1), [1e200, 1e-200], rtol=1e-12)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: variance([3.0], ddof=1),
            "variance needs more than ddof = 1 values, got 1",
        ),
        (
            lambda: std([[1, 2]], ddof=2, axis=1),
            "variance needs more than ddof = 2 values, got 2",
        ),
        (
            lambda: variance_one_pass([1.0], ddof=1),
            "variance needs more than ddof = 1 values, got 1",
        ),
        (
            lambda: sampling_distribution(1),
            "variance needs more than ddof = 1 values, got 1",
        ),
        (lambda: variance([1, 2], ddof=-1), "ddof must be in [0, inf), got -1"),
        (lambda: variance([1, 2], ddof=0.5), "ddof must be an integer, got 0.5"),
        (lambda: variance([1, 2], ddof=True), "ddof must be an integer, got True"),
        (lambda: variance([]), "x must not be empty"),
        (lambda: mean([]), "x must not be empty"),
        (lambda: std([1, np.nan]), "x contains NaN"),
        (lambda: mean([1, np.inf]), "x must be finite"),
        (lambda: variance(["a"]), "x must be numeric"),
        (lambda: running_variance([[1]]), "x must be 1-D, got shape (1, 1)"),
        (lambda: running_variance([1e200, -1e200]), "result must be finite"),
        (lambda: variance_one_pass([1e200]), "result"),
        (
            lambda: sampling_distribution(5, sigma=0),
            "sigma must be in (0, inf), got 0.0",
        ),
        (
            lambda: sampling_distribution(5, n_samples=0),
            "n_samples must be in [1, inf), got 0",
        ),
        (lambda: sampling_distribution(0), "n must be in [1, inf), got 0"),
        (lambda: expected_std(1), "n must be in [2, inf), got 1"),
    ],
)
def test_bad_input_is_named(call, message):
    with says(message):
        call()


def test_input_is_left_as_it_was_and_the_seed_decides():
    x = np.array([1, 2, 4])
    variance(x)
    np.testing.assert_array_equal(x, [1, 2, 4])
    np.testing.assert_array_equal(
        sampling_distribution(3, rng=4), sampling_distribution(3, rng=4)
    )
    generator = np.random.default_rng(4)
    np.testing.assert_array_equal(
        sampling_distribution(3, rng=generator), sampling_distribution(3, rng=4)
    )


# Several groups, and the error of a mean


GROUPS = ([2, 4, 4], [4, 5, 5, 7, 9])


def test_two_groups_pooled_and_joined():
    variances = [variance(g, ddof=1) for g in GROUPS]
    assert pooled_variance(variances, [3, 5]) == pytest.approx(28 / 9, rel=1e-15)
    assert variance(GROUPS[0] + GROUPS[1], ddof=1) == pytest.approx(32 / 7, rel=1e-15)


def test_the_standard_error_of_the_eight_values():
    values = GROUPS[0] + GROUPS[1]
    assert standard_error(values) == pytest.approx(0.755929, abs=5e-7)


@given(vectors((2, 9), 1e3))
def test_the_standard_error_agrees_with_scipy(x):
    assert standard_error(x) == pytest.approx(scipy.stats.sem(x), rel=1e-9, abs=1e-12)


@given(st.lists(vectors((2, 5)), min_size=2, max_size=4))
def test_pooling_is_the_variance_around_each_groups_own_mean(groups):
    variances = [variance(g, ddof=1) for g in groups]
    counts = [len(g) for g in groups]
    squares = sum(((g - g.mean()) ** 2).sum() for g in groups)
    expected = squares / (sum(counts) - len(groups))
    found = pooled_variance(variances, counts)
    assert found == pytest.approx(expected, rel=1e-12, abs=1e-14)
    assert min(variances) <= found * (1 + 1e-12)
    assert found <= max(variances)


def test_the_t_test_divides_by_the_pooled_variance():
    first, second = GROUPS
    pooled = pooled_variance([variance(g, ddof=1) for g in GROUPS], [3, 5])
    error = math.sqrt(pooled * (1 / 3 + 1 / 5))
    expected = scipy.stats.ttest_ind(first, second).statistic
    assert (np.mean(first) - np.mean(second)) / error == pytest.approx(expected)


def test_a_single_value_does_not_count():
    assert pooled_variance([2.0, 99.0], [5, 1]) == 2
    assert pooled_variance([0.0, 0.0], [2, 3]) == 0


def test_means_of_many_samples_spread_as_the_standard_error_says():
    draws = np.random.default_rng(0).normal(size=(4000, 25))
    errors = [standard_error(row) for row in draws]
    assert np.mean(errors) == pytest.approx(draws.mean(axis=1).std(), rel=0.03)


def test_groups_and_errors_at_the_ends_of_floats():
    assert standard_error([1e200, 3e200]) == 1e200
    largest = np.finfo(float).max
    assert pooled_variance([largest] * 3, [4, 5, 6]) == largest
    assert pooled_variance([1e-320, 3e-320], [2, 2]) == pytest.approx(2e-320, rel=1e-3)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: pooled_variance([1, 2], [1, 1]),
            "pooled_variance needs a group with at least 2 values",
        ),
        (
            lambda: pooled_variance([1, 2], [3]),
            "shape mismatch: variances has shape (2,), counts has shape (1,); "
            "every variance needs a count",
        ),
        (lambda: pooled_variance([-1], [3]), "variances must be non-negative"),
        (lambda: pooled_variance([1], [0]), "counts must be in [1, inf), got 0"),
        (lambda: pooled_variance([1], [2.5]), "counts must be an integer, got 2.5"),
        (lambda: pooled_variance([], []), "variances must not be empty"),
        (lambda: pooled_variance([np.nan], [2]), "variances contains NaN"),
        (lambda: pooled_variance([1], [np.inf]), "counts must be finite"),
        (lambda: pooled_variance(1, 2), "variances must be 1-D, got shape ()"),
        (lambda: pooled_variance(["a"], [2]), "variances must be numeric"),
        (
            lambda: standard_error([1.0]),
            "variance needs more than ddof = 1 values, got 1",
        ),
        (lambda: standard_error([]), "x must not be empty"),
        (lambda: standard_error([[1, 2]]), "x must be 1-D, got shape (1, 2)"),
        (lambda: standard_error([1, np.nan]), "x contains NaN"),
        (lambda: standard_error([1, np.inf]), "x must be finite"),
        (lambda: standard_error(["a"]), "x must be numeric"),
    ],
)
def test_bad_groups_are_named(call, message):
    with says(message):
        call()


def test_groups_are_left_as_they_were():
    x, counts = np.array([1.0, 2.0]), np.array([2, 3])
    pooled_variance(x, counts)
    standard_error(x)
    np.testing.assert_array_equal(x, [1, 2])
    np.testing.assert_array_equal(counts, [2, 3])


# What the page claims


@claims("pairs_give_half")
def test_of_two_values_dividing_by_two_gives_half_the_variance_on_average():
    found = sampling_distribution(2, ddof=0)
    allowed = 5 * found.std() / math.sqrt(found.size)
    assert found.mean() == pytest.approx(0.5, abs=allowed)
    assert allowed < 0.03


@given(vectors((2, 10)))
def test_the_own_mean_makes_it_too_small_by_n_minus_one_over_n(x):
    n = len(x)
    assert variance(x) == pytest.approx((n - 1) / n * variance(x, ddof=1))


@claims("root_stays_low")
def test_for_five_values_the_standard_deviation_is_six_percent_low():
    assert 1 - expected_std(5) == pytest.approx(0.06, abs=5e-4)


@claims("only_one_pass_fails")
def test_an_offset_of_a_billion_ruins_the_one_pass_formula_only():
    x = _normal_sample(5)
    one_pass, two_pass = _relative_errors(x, np.logspace(0, 9, 10))
    assert one_pass[0] < 1e-12
    assert one_pass[-1] > 0.1
    assert (two_pass < 1e-6).all()
    shown = inputs_of(STATEMENT, **{**STATEMENT.defaults, "offset": 1e9})["x"]
    right = variance(shown - 1e9, ddof=1)
    assert abs(variance_one_pass(shown, ddof=1) / right - 1) > 0.5
    assert variance(shown, ddof=1) == pytest.approx(right, rel=1e-6)


@claims("outlier_preset")
def test_the_outlier_is_added_to_the_last_value():
    moved = _normal_sample(5, outlier=10) - _normal_sample(5)
    np.testing.assert_allclose(moved, [0, 0, 0, 0, 10])
    *others, last = inputs_of(STATEMENT, **{**STATEMENT.defaults, "outlier": 10.0})["x"]
    assert last - max(others) > 3 * np.ptp(others)
    chosen = STATEMENT.defaults | {"sigma": 2.0, "offset": 7.0, "seed": 3}
    assert inputs_of(STATEMENT, **chosen)["x"] == pytest.approx(
        7 + 2 * np.random.default_rng(3).standard_normal(5)
    )


@claims("no_digit_right")
def test_an_offset_of_a_billion_leaves_the_one_pass_formula_no_right_digit():
    for seed in STATEMENT.control("seed").positions:
        one_pass, _ = _relative_errors(_normal_sample(5, seed=seed), np.array([1e9]))
        assert one_pass[0] >= 1


@claims("comes_closer")
@given(st.integers(2, 50))
def test_the_standard_deviation_stays_too_small_and_comes_closer(n):
    assert expected_std(n) < expected_std(n + 1) < 1


@claims("library_defaults")
def test_numpy_divides_by_n_and_pandas_by_n_minus_1():
    data = [2.0, 4.0, 9.0]
    assert np.var(data) == pytest.approx(variance(data))
    assert pd.Series(data).var() == pytest.approx(variance(data, ddof=1))
    assert layer_norm_stats(data)[1] == pytest.approx(variance(data))


@claims("too_small_on_average")
@pytest.mark.parametrize("n", [2, 3, 4])
def test_the_average_over_all_throws_of_n_dice(n):
    true = sum((face - 3.5) ** 2 for face in range(1, 7)) / 6
    throws = np.array(list(itertools.product(range(1, 7), repeat=n)))
    from_true_mean = ((throws - 3.5) ** 2).mean(axis=1)
    own, corrected = (variance(throws, ddof=ddof, axis=1) for ddof in (0, 1))
    assert from_true_mean.mean() == pytest.approx(true)
    assert own.mean() == pytest.approx((n - 1) / n * true)
    assert corrected.mean() == pytest.approx(true)
    assert std(throws, ddof=1, axis=1).mean() < 0.95 * math.sqrt(true)


@claims("mean_is_nearest")
@given(numbers(), numbers(), numbers().filter(lambda gap: abs(gap) > 1e-3))
def test_from_the_mean_of_two_values_their_squared_distances_are_smallest(a, b, gap):
    middle = mean([a, b])
    assert middle - a == pytest.approx(b - middle)
    near, far = (
        (a - point) ** 2 + (b - point) ** 2 for point in (middle, middle + gap)
    )
    assert near < far
    assert variance([a, b], ddof=1) == pytest.approx(near, abs=1e-12)
    assert variance([a, b]) == pytest.approx(near / 2, abs=1e-12)


@claims("deviations_squared")
@given(vectors((2, 10), 100.0), st.integers(0, 9))
def test_the_variance_averages_squares_so_twice_the_deviation_counts_four_times(x, k):
    deviations = x - mean(x)
    assert variance(x) == pytest.approx(np.mean(deviations**2), abs=1e-9)
    one = deviations[k % len(x)]
    assert (2 * one) ** 2 == pytest.approx(4 * one**2)


@claims("same_in_theory")
@given(st.lists(st.fractions(-100, 100), min_size=1, max_size=8))
def test_in_exact_fractions_both_forms_are_the_same_at_any_offset(x):
    for offset in (0, 10**9):
        values = [v + offset for v in x]
        center = sum(values) / Fraction(len(x))
        squares = sum(v * v for v in values) / Fraction(len(x))
        distances = sum((v - center) ** 2 for v in values) / Fraction(len(x))
        assert squares - center**2 == distances
    assert variance([float(v) for v in x]) == pytest.approx(float(distances), abs=1e-9)


# The sentence above the charts


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        (
            {},
            "is 0.948, the sum of the squares divided by 4. Over all samples, dividing",
        ),
        ({"ddof": 0}, "is 0.758, the sum of the squares divided by 5. Over all"),
        (
            {"n": 2},
            "is 0.136, the sum of the squares divided by 1. Over all samples, dividing "
            "by n gives 1/2",
        ),
        ({"n": 50}, "Over all samples, dividing by n gives 49/50 of σ² on average"),
        (
            {"outlier": 20.0},
            "Over samples without the outlier, dividing by n gives 4/5",
        ),
        (
            {"sigma": 0.1, "n": 2, "seed": 40},
            "is 2.65e-5, the sum of the squares divided by 1",
        ),
        (
            {"sigma": 5.0, "n": 2, "outlier": 20.0},
            "is 151, the sum of the squares divided by 1",
        ),
    ],
)
def test_the_sentence_says_what_the_squares_give_now_and_on_average(chosen, words):
    chosen = STATEMENT.defaults | chosen
    status = drawing(LESSON)(**chosen).status
    assert words in status
    values, n = inputs_of(STATEMENT, **chosen)["x"].tolist(), chosen["n"]
    squares = [(v - statistics.fmean(values)) ** 2 for v in values]
    said = re.search(r"is (\S+), .* divided by (\d+)\. .*n gives (.+) of σ² on", status)
    now, left, average = (float(Fraction(text)) for text in said.groups())
    assert left == n - chosen["ddof"]
    assert now == pytest.approx(sum(squares) / left, rel=5e-3)
    # The mean over all samples, from the covariance matrix of the deviations.
    deviations = np.eye(n) - 1 / n
    squared = np.trace(deviations @ deviations.T)
    assert average == pytest.approx(squared / n, rel=1e-12)
    assert "by n − 1 exactly σ²." in status
    assert squared / (n - 1) == pytest.approx(1, rel=1e-12)
    # The last value moved by the outlier each time would add to that.
    moved = deviations[-1] * chosen["outlier"]
    assert (moved @ moved > 0) == ("without the outlier" in status)


@settings(max_examples=30)
@given(settings_of(STATEMENT))
def test_the_sentence_and_the_readouts_give_the_variance_of_the_values_shown(chosen):
    scene = drawing(LESSON)(**chosen)
    exact = [Fraction(v) for v in inputs_of(STATEMENT, **chosen)["x"].tolist()]
    squares = sum((v - sum(exact) / len(exact)) ** 2 for v in exact)
    true = float(squares / (len(exact) - chosen["ddof"]))
    said = re.search(r"variance is (\S+),", scene.status)[1]
    assert float(said) == pytest.approx(true, rel=6e-3)
    assert scene.readouts["variance"] == pytest.approx(true, rel=1e-6)
    assert scene.readouts["std"] == pytest.approx(math.sqrt(true), rel=1e-6)


def test_the_charts_have_room_for_every_error_and_name_their_samples():
    low, high = 0.0, 0.0
    for seed in STATEMENT.control("seed").positions:
        chosen = STATEMENT.defaults | {
            "sigma": 0.1,
            "n": 2,
            "seed": seed,
            "offset": 1e9,
        }
        errors = drawing(LESSON)(**chosen).figures[2]
        low, high = errors["layout"]["yaxis"]["range"]
        for curve in errors["data"]:
            assert (np.log10(curve["y"]) >= low).all()
            assert (np.log10(curve["y"]) <= high).all()
    many = drawing(LESSON)(**STATEMENT.defaults).figures[1]
    title = many["layout"]["meta"]["title"]
    assert title == "Variances of many normal samples of n values"
    below = many["layout"]["xaxis"]["title"]["text"]
    assert below == "variance in σ² of 20,000 samples, n = 5"
    spot = [trace["x"][0] for trace in many["data"][2:4]]
    assert spot[0] == sampling_distribution(5, ddof=0).mean()
    assert spot[1] == sampling_distribution(5, ddof=1).mean()


@claims("means_marked")
def test_the_marks_are_at_four_fifths_and_at_the_true_variance():
    many = drawing(LESSON)(**STATEMENT.defaults).figures[1]
    spot = [trace["x"][0] for trace in many["data"][2:4]]
    np.testing.assert_allclose(spot, [0.8, 1], atol=0.02)


@claims("square_of_average")
@pytest.mark.parametrize("n", STATEMENT.control("n").positions)
def test_the_square_of_the_average_of_s_is_marked_left_of_the_true_variance(n):
    many = drawing(LESSON)(**STATEMENT.defaults | {"n": n}).figures[1]
    mark = many["data"][4]
    (place,), (height,) = mark["x"], mark["y"]
    chi = scipy.stats.chi(n - 1).mean() / math.sqrt(n - 1)
    assert place == pytest.approx(chi**2, rel=1e-9)
    assert place < 1
    low, high = many["layout"]["yaxis"]["range"]
    assert low < height < high


@claims("dragged_moves_all")
@settings(max_examples=30, deadline=None)
@given(settings_of(STATEMENT), st.floats(0.01, 2), st.data())
def test_a_value_that_is_moved_moves_the_mean_and_every_other_deviation(
    chosen, way, data
):
    values = inputs_of(STATEMENT, **chosen | {"own": "", "offset": 0.0})["x"]
    k = data.draw(st.integers(0, len(values) - 1))
    moved = values + way * np.eye(len(values))[k]
    assert mean(moved) - mean(values) == pytest.approx(way / len(values), abs=1e-9)
    others = np.delete(moved - mean(moved) - values + mean(values), k)
    np.testing.assert_allclose(others, -way / len(values), atol=1e-9)


def test_values_can_be_dragged_up_and_down_and_along_their_line():
    scene = drawing(LESSON)(**STATEMENT.defaults)
    for k, along in ((0, "y"), (2, "x")):
        figure = scene.figures[k]
        rows = figure["layout"]["meta"]["rows"]
        assert (rows["name"], rows["along"]) == ("own", along)
        places = np.asarray(figure["data"][rows["trace"]][along])
        values = inputs_of(STATEMENT, **STATEMENT.defaults)["x"]
        np.testing.assert_array_equal(places[np.isfinite(places)], values)
    moved = drawing(LESSON)(**STATEMENT.defaults | {"offset": 10.0}).figures
    assert "rows" in moved[0]["layout"]["meta"]  # which shows them without b
    assert "rows" not in moved[2]["layout"]["meta"]


def test_values_that_are_dragged_away_keep_the_picture_that_they_had():
    values = inputs_of(STATEMENT, **STATEMENT.defaults)["x"]
    whole = drawing(LESSON)(**STATEMENT.defaults).figures[0]["layout"]
    values[0] += 0.3
    own = OWN.parse(" ".join(f"{value:.6g}" for value in values))[0]
    dragged = drawing(LESSON)(**STATEMENT.defaults | {"own": own}).figures[0]["layout"]
    for axis in ("xaxis", "yaxis"):
        assert dragged[axis]["range"] == whole[axis]["range"]


def test_the_picture_that_answers_a_question_says_so():
    scene = drawing(LESSON)(**STATEMENT.defaults)
    told = [figure["layout"]["meta"].get("answers", []) for figure in scene.figures]
    watched = {label for question in LESSON.questions for label in question.watched}
    assert watched == {"std", "variance", *told[1]}
    assert "std" in told[2]
    assert not told[0]
    for label in {*told[1], *told[2]}:
        assert label in scene.readouts


@claims("s_is_a_length")
@settings(max_examples=40)
@given(settings_of(STATEMENT))
def test_the_standard_deviation_is_a_length_on_the_line_of_values(chosen):
    chosen = chosen | {"own": "", "offset": 0.0}
    squares, _, line = drawing(LESSON)(**chosen).figures
    values = inputs_of(STATEMENT, **chosen)["x"]
    points, bar = line["data"]
    drawn = np.asarray(points["x"])
    np.testing.assert_array_equal(drawn[np.isfinite(drawn)], values)
    s = statistics.stdev(values) if chosen["ddof"] else statistics.pstdev(values)
    left, right = bar["x"]
    assert right - left == pytest.approx(2 * s)
    assert (left + right) / 2 == pytest.approx(values.mean(), abs=1e-12)
    side = squares["data"][1]["y"]
    assert abs(side[0] - side[1]) == pytest.approx(s)
    low, high = line["layout"]["xaxis"]["range"]
    assert low < min(left, values.min()) <= max(right, values.max()) < high


@claims("line_or_errors")
@pytest.mark.parametrize("offset", STATEMENT.control("offset").positions)
def test_values_are_shown_until_their_rounding_errors_are(offset):
    label = "s² as mean square − square of the mean"
    scene = drawing(LESSON)(**STATEMENT.defaults | {"offset": offset})
    title = scene.figures[2]["layout"]["meta"]["title"]
    assert (label in scene.readouts) == (offset > 0)
    assert ("Relative error" in title) == (offset >= 2000)
    if offset < 2000:
        assert "values" in title


def test_added_numbers_move_the_values_away_from_where_they_were():
    moved = drawing(LESSON)(**STATEMENT.defaults | {"offset": 1000.0}).figures[2]
    values = np.array(moved["data"][0]["x"])
    assert np.nanmean(values) == pytest.approx(1000, abs=2)
    low, high = moved["layout"]["xaxis"]["range"]
    assert low < 0 < np.nanmax(values) < high


# What the questions teach


@claims("outlier_not_scaled")
@given(settings_of(STATEMENT), st.sampled_from([0.5, 2.0, 3.0]))
def test_the_width_of_the_source_scales_every_deviation_but_the_outliers(chosen, c):
    chosen, sigma = chosen | {"own": ""}, chosen["sigma"]
    still = chosen["outlier"] * np.eye(chosen["n"])[-1]
    one, other = (
        inputs_of(STATEMENT, **chosen | {"sigma": width, "offset": 1.0})["x"] - 1
        for width in (sigma, c * sigma)
    )
    np.testing.assert_allclose(other - still, c * (one - still), atol=1e-9)


@claims("lowest_for_pairs")
def test_dividing_by_n_gives_the_smallest_fraction_for_pairs():
    label = "average of s² over many samples, in σ²"
    shown = []
    for n in STATEMENT.control("n").positions:
        scene = drawing(LESSON)(**STATEMENT.defaults | {"n": n, "ddof": 0})
        shown.append(scene.readouts[label])
        assert shown[-1] == pytest.approx((n - 1) / n)
        scene = drawing(LESSON)(**STATEMENT.defaults | {"n": n})
        assert scene.readouts[label] == 1
    assert shown[0] == min(shown) == 0.5
    assert (np.diff(shown) > 0).all()


def test_what_is_averaged_is_named_with_and_without_an_outlier():
    for outlier, name in ((0.0, "many samples"), (5.0, "samples without o")):
        shown = drawing(LESSON)(**STATEMENT.defaults | {"outlier": outlier}).readouts
        found = [key for key in shown if key.startswith("average of s² ")]
        assert found == [f"average of s² over {name}, in σ²"]


@claims("root_of_average")
@given(st.integers(2, 50))
def test_the_variance_is_right_on_average_and_its_root_is_not(n):
    # s² (n − 1) / σ² has a chi-squared distribution with n − 1 degrees of freedom.
    chi = scipy.stats.chi(n - 1)
    assert chi.moment(2) / (n - 1) == pytest.approx(1)
    assert chi.mean() / math.sqrt(n - 1) == pytest.approx(expected_std(n), rel=1e-9)
    assert expected_std(n) < 1
    large, small = math.sqrt(4.0) - math.sqrt(3.0), math.sqrt(2.0) - math.sqrt(1.0)
    assert large < small


# A reader's own sample


@settings(max_examples=40, deadline=None)
@given(own_numbers_of(OWN, most=30), st.sampled_from([0, 1]))
def test_a_readers_own_sample_is_what_is_drawn_and_measured(own, ddof):
    values = STATEMENT.defaults | {"own": own, "ddof": ddof, "outlier": 20.0, "n": 7}
    values |= {"offset": 1.0}
    scene = drawing(LESSON)(**values)
    sample = np.array([float(text) for text in own.split("_")])
    squares, many, _ = scene.figures
    errors = drawing(LESSON)(**values | {"offset": 1e9}).figures[2]
    side, middle, points = squares["data"][1:]
    shown = points["y"][np.isfinite(points["y"])]
    np.testing.assert_array_equal(shown, sample)
    # The mean of exact fractions, for NumPy's loses digits where values cancel.
    center = float(sum(map(Fraction, sample)) / len(sample))
    np.testing.assert_allclose(middle["y"], center, rtol=1e-12)
    std = statistics.stdev(sample) if ddof else statistics.pstdev(sample)
    assert side["y"][0] - side["y"][1] == pytest.approx(std, rel=1e-6, abs=1e-9)
    low, high = squares["layout"]["yaxis"]["range"]
    assert low < min(sample.min(), center - std)
    assert high > max(sample.max(), center + std)
    low, high = errors["layout"]["yaxis"]["range"]
    for curve in errors["data"]:
        assert low <= np.log10(curve["y"]).min()
        assert np.log10(curve["y"]).max() <= high
    below = many["layout"]["xaxis"]["title"]["text"]
    assert below.endswith(f" samples, n = {len(sample)}")
    line = drawing(LESSON)(**values | {"offset": 0.0}).figures[2]
    drawn = np.asarray(line["data"][0]["x"])
    np.testing.assert_array_equal(drawn[np.isfinite(drawn)], sample)
    low, high = line["layout"]["xaxis"]["range"]
    assert low < min(sample.min(), center - std)
    assert high > max(sample.max(), center + std)
    assert "Over all samples" in scene.status


def test_a_large_sample_has_the_variances_of_samples_as_large_and_few_squares():
    sample = np.random.default_rng(3).exponential(size=120).round(6)
    own = OWN.parse(" ".join(map(str, sample)))[0]
    scene = drawing(LESSON)(**STATEMENT.defaults | {"own": own})
    squares, many, _ = scene.figures
    tops = squares["data"][0]["y"].reshape(-1, 6)[:, 0]
    drawn = np.flatnonzero(np.isfinite(tops))
    gaps = np.abs(sample - sample.mean())
    assert len(drawn) == 12
    assert np.delete(gaps, drawn).max() <= gaps[drawn].min()
    assert squares["layout"]["meta"]["title"].count("the 12 largest") == 1
    expected = sampling_distribution(120, n_samples=833).mean()
    assert many["data"][3]["x"][0] == expected
    below = many["layout"]["xaxis"]["title"]["text"]
    assert below == "variance in σ² of 833 samples, n = 120"
    assert scene.readouts["variance"] == pytest.approx(np.var(sample, ddof=1))


@settings(max_examples=40)
@given(settings_of(STATEMENT))
def test_no_square_lies_on_another_and_all_are_in_the_picture(chosen):
    figure = drawing(LESSON)(**chosen).figures[0]
    squares, side, middle = figure["data"][:3]
    x, y = (np.reshape(squares[axis], (-1, 6)) for axis in "xy")
    drawn = np.isfinite(x[:, 0])
    left, right = x[drawn, 0], x[drawn, 2]
    above = y[drawn, 0] > middle["y"][0]
    for row in (above, ~above):
        ends = np.stack([left[row], right[row]], axis=1)
        assert (ends[1:, 0] >= ends[:-1, 1]).all()
    low, high = figure["layout"]["xaxis"]["range"]
    assert low < left.min()
    assert right.max() < side["x"][0]
    assert side["x"][2] < high


def test_without_an_offset_the_picture_shows_the_values_of_the_line():
    chosen = inputs_of(STATEMENT, **STATEMENT.defaults)
    points = drawing(LESSON)(**STATEMENT.defaults).figures[0]["data"][3]
    np.testing.assert_array_equal(points["y"][:5], chosen["x"])
    own = STATEMENT.defaults | {"own": "4.2_5.1_3.8"}
    assert drawing(LESSON)(**own).readouts["mean"] == pytest.approx(13.1 / 3)


def test_a_sample_of_equal_numbers_is_refused():
    words = "the numbers must not all be equal (to within 0.000001)"
    assert OWN.parse("3, 3, 3") == ("", words)


@given(st.permutations([1e6, -1e6, 0.001, 3e5]))
def test_the_mean_keeps_the_digits_that_large_values_of_both_signs_leave(x):
    assert mean(x) == pytest.approx(300000.001 / 4, rel=1e-15)
    assert mean(x[:0] + [v for v in x if v != 3e5]) == pytest.approx(0.001 / 3)


# Without the subtraction, and where four digits do not suffice


@given(settings_of(STATEMENT))
@settings(max_examples=20, deadline=None)
def test_without_the_subtraction_picture_and_numbers_divide_by_n(chosen):
    broken, whole = (
        drawing(lesson)(**chosen | {"ddof": ddof})
        for lesson, ddof in ((DIVIDED_BY_N, 1), (LESSON, 0))
    )
    assert broken.readouts == whole.readouts
    sides = [scene.figures[0]["data"][1] for scene in (broken, whole)]
    np.testing.assert_array_equal(sides[0]["y"], sides[1]["y"])


@claims("smaller_around_own_mean")
@given(settings_of(STATEMENT))
@settings(max_examples=20, deadline=None)
def test_the_squares_around_the_own_mean_are_the_smallest_and_the_true_one_is_drawn(
    chosen,
):
    chosen = chosen | {"own": ""}
    sample = inputs_of(STATEMENT, **chosen)["sample"]
    own = ((sample - sample.mean()) ** 2).sum()
    assert own <= (sample**2).sum() * (1 + 1e-12)
    scene = drawing(LESSON)(**chosen | {"ddof": 0})
    *_, around, truth = scene.figures[0]["data"]
    assert around["name"] == "mean (xᵢ − μ)²"
    for corners in (around["x"], around["y"]):
        assert np.ptp(corners) ** 2 == pytest.approx(np.mean(sample**2), rel=1e-9)
        assert scene.readouts["std"] <= np.ptp(corners) * (1 + 1e-6)
    assert truth["name"] == "μ"
    assert set(truth["y"]) == {0.0}


def test_the_live_line_shows_the_root_where_the_deviations_would_print_as_0():
    assert STATEMENT.line_result(offset=1.0) == "variance"
    assert STATEMENT.line_result(offset=1000.0) == "variance"
    assert STATEMENT.line_result(offset=1e9) == "std"


@settings(max_examples=40)
@given(settings_of(STATEMENT))
def test_the_squares_fill_their_picture_and_stay_inside(chosen):
    scene = drawing(LESSON)(**chosen)
    squares = scene.figures[0]
    low, high = squares["layout"]["yaxis"]["range"]
    (values,) = (t["y"] for t in squares["data"] if t["name"] == "values")
    values = values[np.isfinite(values)]
    assert low < values.min() <= values.max() < high
    assert scene.readouts["std"] < (high - low) / 2
    if not chosen["own"] and chosen["sigma"] >= 0.5:
        assert np.abs(values).max() > 0.2 * high
