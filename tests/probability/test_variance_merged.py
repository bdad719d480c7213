"""Merged variance in the lesson on variance: its formula, its claims, its sentence."""

from __future__ import annotations

import re
import statistics

import numpy as np
import pytest
from hypothesis import given, settings

from formulas.probability.moments import merge_moments, moments
from pages.probability.variance.merged.statement import FIRST, SECOND, STATEMENT
from tests.claims import claims
from tests.lessons import drawing, numbers_of
from tests.strategies import settings_of, vectors
from ui.catalogue import BY_KEY

FORM = BY_KEY["variance/merged"]

MUTANTS = (
    ("gap * (gap * weight)", "gap * weight"),
    ("one.mean + gap * (other.count / count)", "one.mean + gap * (one.count / count)"),
    ("(one.m2 + other.m2) / (both.count - 2)", "(one.m2 + other.m2) / both.count"),
    ("result.m2 - result.first_m2 - result.second_m2", "result.m2 - result.first_m2"),
    ("np.array(SECOND[:n_second]) + shift", "np.array(SECOND[:n_second]) - shift"),
)


def of_the_page(**chosen):
    return numbers_of(STATEMENT, **{**STATEMENT.defaults, **chosen})


def parts(chosen):
    first = list(FIRST[: chosen["n_first"]])
    second = [value + chosen["shift"] for value in SECOND[: chosen["n_second"]]]
    return first, second


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"M = M_a + M_b + {\delta}^2\, \frac{n_a n_b}{n_a + n_b}, \quad "
        r"\bar x = \bar a + \delta\, \frac{n_b}{n_a + n_b}"
    )


def test_three_values_and_five():
    shown = of_the_page()
    both = merge_moments(moments([2, 4, 4]), moments([4, 5, 5, 7, 9]))
    assert (both.count, both.mean, both.m2) == (8, pytest.approx(5), pytest.approx(32))
    assert shown["m2"] == pytest.approx(32)
    assert shown["pooled"] == pytest.approx(28 / 9)
    assert shown["variance"] == pytest.approx(32 / 7)


@claims("three_numbers")
@given(settings_of(STATEMENT))
@settings(max_examples=40)
def test_merging_gives_what_all_values_give(chosen):
    shown = of_the_page(**chosen)
    first, second = parts(chosen)
    together = first + second
    assert shown["variance"] == pytest.approx(statistics.variance(together))
    assert shown["mean"] == pytest.approx(statistics.fmean(together))
    pooled = statistics.variance(first) * (len(first) - 1)
    pooled += statistics.variance(second) * (len(second) - 1)
    assert shown["pooled"] == pytest.approx(pooled / (len(together) - 2))


@claims("three_numbers")
@given(vectors((2, 6)), vectors((1, 6)))
def test_other_values_with_the_same_three_numbers_give_the_same(x, other):
    """A part may be exchanged for another one of equal count, mean and squares."""
    count, center, m2 = len(x), x.mean(), x.var() * len(x)
    swapped = np.full(count, center)
    swapped[:2] += np.array([1, -1]) * np.sqrt(m2 / 2)
    whole, again = (np.concatenate([part, other]).var() for part in (x, swapped))
    assert again == pytest.approx(whole, rel=1e-6, abs=1e-9)


@claims("between_adds", "pooled_stays")
def test_the_distance_of_the_means_adds_squares_and_pooling_forgets_it():
    near, here, far = (of_the_page(shift=d) for d in (-2.5, 0.0, 6.0))
    assert near["variance"] < here["variance"] < far["variance"]
    assert near["pooled"] == pytest.approx(far["pooled"])
    for shown in (near, here, far):
        between = shown["m2"] - shown["first_m2"] - shown["second_m2"]
        assert between == pytest.approx(shown["gap"] ** 2 * 15 / 8)
    assert near["m2"] - near["first_m2"] - near["second_m2"] < 0.1


@claims("far_apart")
def test_far_apart_nearly_all_squares_lie_between():
    shown = of_the_page(shift=10.0)
    assert shown["first_m2"] + shown["second_m2"] < 0.07 * shown["m2"]


@claims("larger_part")
def test_the_mean_lies_near_the_larger_part():
    shown = of_the_page(n_first=10, n_second=2)
    away = [abs(shown["mean"] - shown[name]) for name in ("first_mean", "second_mean")]
    assert away[0] == pytest.approx(away[1] / 5)


@claims("mean_of_variances")
def test_a_mean_of_variances_forgets_the_distance():
    first, second = parts({"n_first": 3, "n_second": 5, "shift": 10.0})
    mean = (statistics.variance(first) + statistics.variance(second)) / 2
    assert statistics.variance(first + second) > 10 * mean


@claims("digits")
def test_squares_minus_squared_mean_lose_digits_and_merging_does_not():
    first, second = np.array([1.0, 2, 3]) + 1e9, np.array([4.0, 5]) + 1e9
    merged = merge_moments(moments(first), moments(second))
    assert merged.m2 == pytest.approx(10)
    values = np.concatenate([first, second])
    naive = (values**2).sum() - values.sum() ** 2 / 5
    assert abs(naive - 10) > 1


SENTENCE = re.compile(
    r"The means are (\S+) apart, which adds (\S+) to the sums of squares (\S+) and (\S+); "
    r"all (\d+) values together have the variance (\S+)\."
)


@given(settings_of(STATEMENT))
@settings(max_examples=40)
def test_the_sentence_and_the_bars_are_those_of_every_setting(chosen):
    scene = drawing(FORM)(**chosen)
    first, second = (np.array(part) for part in parts(chosen))
    values = np.concatenate([first, second])
    within = [part.var() * len(part) for part in (first, second)]
    total = values.var() * len(values)
    between = total - sum(within)
    found = map(float, SENTENCE.fullmatch(scene.status).groups())
    expected = [
        abs(first.mean() - second.mean()),
        between,
        *within,
        len(values),
        values.var(ddof=1),
    ]
    assert list(found) == pytest.approx(expected, rel=0.006, abs=1e-6)
    heights = scene.figures[1]["data"][0]["y"]
    np.testing.assert_allclose(heights, [*within, between, total], atol=1e-9)
    drawn = scene.figures[0]["data"][2]["x"]
    np.testing.assert_allclose(drawn[np.isfinite(drawn)], values)
