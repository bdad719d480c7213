"""Moments: merged in any order as from the values, exact fractions, bad input."""

from __future__ import annotations

import itertools
from fractions import Fraction
from functools import reduce

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formulas.probability.moments import Moments, merge_moments, moments
from formulas.probability.variance import mean, running_variance, variance
from tests.errors import says
from tests.strategies import vectors

# Each is one edit of the module that its tests must notice.
MUTANTS = (
    ("gap * (other.count / count)", "gap * (one.count / count)"),
    ("gap * (other.count / count)", "gap / 2"),  # forgets that sizes differ
    ("one.m2 + other.m2 + gap * (gap * weight)", "one.m2 + other.m2"),
    ("weight = one.count * (other.count / count)", "weight = one.count * other.count"),
    ("gap * (gap * weight)", "gap**2 * weight"),
    ("offsets @ offsets", "offsets @ offsets / len(values)"),
    ("return float(mean(values))", "return float(values.mean())"),
    ("min(max(values.mean(), values.min()), values.max())", "values.mean()"),
    ("return other if not one.count else one", "return one"),
    ("offsets = values - center", "offsets = values"),
    ("Moments(len(values), center", "Moments(len(values) - 1, center"),
)

A, B = [2, 4, 4], [4, 5, 5, 7, 9]


def exact(values):
    """Return mean and sum of squares in fractions."""
    numbers = [Fraction(float(v)) for v in values]
    center = sum(numbers) / len(numbers)
    return float(center), float(sum((v - center) ** 2 for v in numbers))


def test_two_groups_become_one_of_eight_values():
    first, second = moments(A), moments(B)
    assert (first.count, second.count) == (3, 5)
    merged = merge_moments(first, second)
    assert merged.count == 8
    assert merged.mean == pytest.approx(5, rel=1e-15)
    assert merged.m2 == pytest.approx(32, rel=1e-15)
    assert type(merged.count) is int
    assert type(merged.mean) is type(merged.m2) is float


@given(vectors((1, 9), 1e6))
def test_moments_agree_with_fractions(x):
    found = moments(x)
    center, squares = exact(x)
    assert found.count == len(x)
    assert found.mean == pytest.approx(center, rel=1e-12, abs=1e-9)
    assert found.m2 == pytest.approx(squares, rel=1e-12, abs=1e-12)
    assert found.mean == mean(x)
    assert found.m2 == pytest.approx(len(x) * variance(x), rel=1e-12, abs=1e-12)


@given(vectors((1, 6), 1e3), vectors((1, 6), 1e3))
def test_merging_gives_what_the_values_together_give(a, b):
    merged = merge_moments(moments(a), moments(b))
    center, squares = exact([*a, *b])
    assert merged.count == len(a) + len(b)
    assert merged.mean == pytest.approx(center, rel=1e-12, abs=1e-12)
    assert merged.m2 == pytest.approx(squares, rel=1e-12, abs=1e-9)
    other = merge_moments(moments(b), moments(a))
    assert other.mean == pytest.approx(merged.mean, rel=1e-12, abs=1e-12)
    assert other.m2 == pytest.approx(merged.m2, rel=1e-12, abs=1e-12)


@given(st.lists(vectors((1, 4)), min_size=3, max_size=3))
def test_brackets_do_not_matter(groups):
    a, b, c = (moments(g) for g in groups)
    left = merge_moments(merge_moments(a, b), c)
    right = merge_moments(a, merge_moments(b, c))
    assert left.count == right.count
    assert left.mean == pytest.approx(right.mean, rel=1e-12, abs=1e-12)
    assert left.m2 == pytest.approx(right.m2, rel=1e-12, abs=1e-11)


@given(vectors((2, 9)))
def test_one_value_at_a_time_is_the_running_variance(x):
    path = list(itertools.accumulate((moments([v]) for v in x), merge_moments))
    means, variances = running_variance(x)
    np.testing.assert_allclose([m.mean for m in path], means, atol=1e-12)
    np.testing.assert_allclose(
        [m.m2 / m.count for m in path], variances, rtol=1e-9, atol=1e-11
    )


def test_a_large_offset_loses_no_digits():
    parts = [1e9 + np.arange(k, 100 + k) for k in range(0, 1000, 100)]
    merged = reduce(merge_moments, map(moments, parts))
    assert merged.mean == 1e9 + 499.5
    assert merged.m2 / merged.count == pytest.approx((1000**2 - 1) / 12, rel=1e-12)


def test_nothing_changes_nothing():
    some, nothing = moments(B), Moments(0, 0.0, 0.0)
    assert merge_moments(some, nothing) == merge_moments(nothing, some) == some
    assert merge_moments(nothing, (0, 7, 7)).count == 0


def test_triples_do_as_well():
    assert merge_moments((2, 1, 2), (1, 4, 0)) == Moments(3, 2.0, 8.0)
    assert merge_moments([2.0, 1, 2], np.array([1.0, 4, 0])) == Moments(3, 2.0, 8.0)


def test_numbers_at_the_ends_of_floats():
    assert moments([1.5e308] * 2) == Moments(2, 1.5e308, 0.0)
    assert moments([0.1] * 3) == Moments(3, 0.1, 0.0)
    merged = merge_moments((1, 0.0, 0.0), (1, 1.6e154, 0.0))
    assert merged.m2 == pytest.approx(1.28e308)  # its double is no float
    for far in (
        [1e200, -1e200],
        [1.7e308, 1.7e308, 1.6e308],
        [1.7e308] * 2 + [-1.7e308] * 2,
    ):
        with says("result must be finite"):
            moments(far)
    with says("result must be finite"):
        merge_moments((1, 1.7e308, 0), (1, -1.7e308, 0))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: moments([]), "x must not be empty"),
        (lambda: moments([[1]]), "x must be 1-D, got shape (1, 1)"),
        (lambda: moments([np.nan]), "x contains NaN"),
        (lambda: moments([np.inf]), "x must be finite"),
        (lambda: moments(["a"]), "x must be numeric"),
        (
            lambda: merge_moments((1, 2), (1, 2, 3)),
            "first must be a triple of count, mean and m2",
        ),
        (
            lambda: merge_moments((1, 2, 3), 5),
            "second must be a triple of count, mean and m2",
        ),
        (
            lambda: merge_moments((-1, 0, 0), (1, 0, 0)),
            "count of first must be in [0, inf), got -1",
        ),
        (
            lambda: merge_moments((1, 0, 0), (1.5, 0, 0)),
            "count of second must be an integer, got 1.5",
        ),
        (
            lambda: merge_moments((1, np.nan, 0), (1, 0, 0)),
            "mean of first contains NaN",
        ),
        (
            lambda: merge_moments((1, 0, 0), (1, np.inf, 0)),
            "mean of second must be finite",
        ),
        (
            lambda: merge_moments((1, 0, 0), (1, 0, -1)),
            "m2 of second must be in [0, inf), got -1.0",
        ),
        (lambda: merge_moments("abc", (1, 0, 0)), "count of first must be numeric"),
    ],
)
def test_bad_input_is_named(call, message):
    with says(message):
        call()


def test_input_is_left_as_it_was():
    x = np.array([1.0, 4.0])
    moments(x)
    np.testing.assert_array_equal(x, [1, 4])


@pytest.mark.parametrize("value", [0.1, -0.7, 1e308])
def test_many_equal_values_have_that_mean_and_no_squares(value):
    found = moments(np.full(30_000, value))
    assert found.mean == value
    assert found.m2 == 0


def test_many_values_have_numpys_mean_and_variance():
    values = np.random.default_rng(1).normal(3, 2, size=30_000)
    found = moments(values)
    assert found.count == 30_000
    assert found.mean == pytest.approx(values.mean(), rel=1e-12)
    assert found.m2 == pytest.approx(values.var() * 30_000, rel=1e-12)
