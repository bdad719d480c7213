"""Sampling rules: tables, ties, temperature, a second way in plain Python, bad input."""

from __future__ import annotations

import math

import numpy as np
import pytest
import scipy.special
from hypothesis import assume, given
from hypothesis import strategies as st

from formulas.linear_algebra.sampling import min_p, top_k, top_p
from formulas.linear_algebra.softmax import softmax
from tests.errors import says
from tests.strategies import matrices, vectors

# Each is one edit of the module that its tests must notice.
MUTANTS = (
    ("z >= last", "z > last"),
    ("np.partition(z, -k, axis=-1)[..., -k, None]", "np.sort(z)[..., k - 1, None]"),
    ("z >= last", "np.argsort(np.argsort(-z)) < k"),  # drops ties
    ("order, before < share,", "order, before + ranked < share,"),
    ('axis=-1, kind="stable"', "axis=-1"),
    ("p * (1 - ROUNDING) if p < 1 else math.inf", "p"),
    ("softmax(logits, temperature=temperature)", "softmax(logits)"),
    ("p * (1 - ROUNDING) if p < 1 else 1.0", "p"),
    ("p * (1 - ROUNDING) if p < 1 else 1.0", "p * (1 - ROUNDING)"),
    ("probability >= least", "probability > least"),
    ("ratio * probability.max(axis=-1, keepdims=True)", "ratio * probability.max()"),
    ("ratio * probability.max(axis=-1, keepdims=True)", "ratio"),
    ("    p /= p.sum(axis=-1, keepdims=True)\n", ""),
)

LOGITS = [2, 1, 0.1, -1]
ROWS = matrices((1, 3), (1, 7))
TEMPERATURES = st.floats(0.1, 10)


def renormalized(z, temperature, kept):
    """Set what is not kept to minus infinity and take SciPy's softmax."""
    left = [logit if k in kept else -np.inf for k, logit in enumerate(z)]
    return scipy.special.softmax(np.array(left) / temperature)


def kept_by(probabilities):
    return np.flatnonzero(probabilities).tolist()


def test_two_of_four():
    np.testing.assert_allclose(top_k(LOGITS, 2), [0.731059, 0.268941, 0, 0], atol=5e-7)


@pytest.mark.parametrize("rule", [lambda z: top_p(z, 0.9), lambda z: min_p(z, 0.1)])
def test_three_of_four(rule):
    expected = [0.659001, 0.242433, 0.098566, 0]
    np.testing.assert_allclose(rule(LOGITS), expected, atol=5e-7)


def test_half_of_the_probability_is_the_first_class():
    np.testing.assert_array_equal(top_p(LOGITS, 0.5), [1, 0, 0, 0])


def test_a_flat_and_a_peaked_row_of_100_keep_different_numbers():
    flat = np.zeros(100)
    peaked = np.zeros(100)
    peaked[7] = 6
    assert len(kept_by(top_p(flat, 0.9))) == 90
    assert len(kept_by(min_p(flat, 0.1))) == 100
    assert len(kept_by(top_p(peaked, 0.9))) == 50
    assert kept_by(min_p(peaked, 0.1)) == [7]
    assert len(kept_by(top_k(flat, 10))) == 100  # all of them tie


@given(ROWS, st.integers(1, 7), TEMPERATURES)
def test_top_k_keeps_what_is_at_least_the_k_th_largest(z, k, temperature):
    k = min(k, z.shape[1])
    found = top_k(z, k, temperature=temperature)
    for row, logits in zip(found, z.tolist(), strict=True):
        least = sorted(logits, reverse=True)[k - 1]
        kept = [i for i, logit in enumerate(logits) if logit >= least]
        expected = renormalized(logits, temperature, kept)
        np.testing.assert_allclose(row, expected, rtol=1e-12)


@given(ROWS, st.floats(0.01, 1), TEMPERATURES)
def test_top_p_goes_down_until_the_share_is_reached(z, p, temperature):
    found = top_p(z, p, temperature=temperature)
    for row, logits in zip(found, z.tolist(), strict=True):
        chances = scipy.special.softmax(np.array(logits) / temperature)
        kept, total = [], 0.0
        for i in sorted(range(len(logits)), key=lambda i: -logits[i]):
            assume(p == 1 or abs(total - p) > 1e-9)
            if p < 1 and total >= p:
                break
            kept.append(i)
            total += chances[i]
        expected = renormalized(logits, temperature, kept)
        np.testing.assert_allclose(row, expected, rtol=1e-9)


@given(ROWS, st.floats(0, 1), TEMPERATURES)
def test_min_p_compares_with_the_largest(z, p, temperature):
    found = min_p(z, p, temperature=temperature)
    for row, logits in zip(found, z.tolist(), strict=True):
        ratios = [math.exp((x - max(logits)) / temperature) for x in logits]
        assume(all(ratio == 1 or abs(ratio - p) > 1e-9 for ratio in ratios))
        kept = [i for i, ratio in enumerate(ratios) if ratio >= p]
        expected = renormalized(logits, temperature, kept)
        np.testing.assert_allclose(row, expected, rtol=1e-9)


@given(vectors((1, 7)), TEMPERATURES)
def test_the_mildest_setting_is_the_softmax(z, temperature):
    plain = softmax(z, temperature=temperature)
    for found in (
        top_k(z, len(z), temperature=temperature),
        top_p(z, 1, temperature=temperature),
        min_p(z, 0, temperature=temperature),
    ):
        np.testing.assert_allclose(found, plain, rtol=1e-14)


@given(vectors((1, 7)))
def test_the_strictest_setting_is_the_largest_logit(z):
    largest = (z == z.max()).astype(float)
    np.testing.assert_allclose(top_k(z, 1), largest / largest.sum())
    np.testing.assert_allclose(min_p(z, 1), largest / largest.sum())
    first = np.zeros(len(z))
    first[z.argmax()] = 1
    np.testing.assert_array_equal(top_p(z, 1e-9), first)


@given(vectors((1, 7)), st.integers(1, 7), st.floats(0.01, 1))
def test_what_is_left_is_a_distribution_with_the_old_odds(z, k, p):
    plain = softmax(z)
    for found in (top_k(z, min(k, len(z))), top_p(z, p), min_p(z, p)):
        assert found.sum() == pytest.approx(1)
        kept = found > 0
        assert kept[z.argmax()]
        share = plain[kept].sum()
        np.testing.assert_allclose(found[kept] * share, plain[kept], rtol=1e-12)


@pytest.mark.parametrize("rule", [top_p, min_p])
def test_temperature_acts_before_the_rule(rule):
    counts = [len(kept_by(rule(LOGITS, 0.6, temperature=t))) for t in (0.2, 1, 3, 100)]
    assert counts == sorted(counts)
    assert counts[0] < counts[-1]
    np.testing.assert_allclose(
        rule(LOGITS, 0.6, temperature=3), rule(np.array(LOGITS) / 3, 0.6)
    )


def test_equal_classes_are_kept_from_the_lowest_index_on():
    for n in (4, 40, 400):
        kept = kept_by(top_p(np.zeros(n), 0.5))
        assert kept == list(range(n // 2))
    tied = [0.0, 50.0] * 50
    assert kept_by(top_p(tied, 0.3)) == list(range(1, 31, 2))


@pytest.mark.parametrize("n", [10, 100, 1000, 5000])
def test_rounding_of_a_sum_keeps_no_class_more(n):
    for tenths in range(1, 10):
        kept = kept_by(top_p(np.zeros(n), tenths / 10))
        assert len(kept) == tenths * n // 10


def test_rounding_of_a_ratio_drops_no_class():
    for tenths in range(1, 10):
        for other in (1.0, 3.0, 7.0):
            z = np.log([other, other * tenths / 10])
            assert kept_by(min_p(z, tenths / 10)) == [0, 1]
    assert kept_by(min_p([0.0, -1e-13], 1)) == [0]


def test_rows_are_on_their_own():
    z = [[LOGITS, [0, 0, 0, 9]], [[5, 4, 3, 2], [1, 1, 1, 1]]]
    for rule, setting in ((top_k, 2), (top_p, 0.7), (min_p, 0.2)):
        together = rule(z, setting)
        assert together.shape == (2, 2, 4)
        for place in np.ndindex(2, 2):
            alone = rule(z[place[0]][place[1]], setting)
            np.testing.assert_array_equal(together[place], alone)


def test_minus_infinity_gets_weight_zero():
    z = [-np.inf, 1.0, -np.inf, 1.0]
    for found in (top_k(z, 3), top_p(z, 1), min_p(z, 0), min_p(z, 1)):
        np.testing.assert_allclose(found, [0, 0.5, 0, 0.5])


def test_huge_logits_and_tiny_temperatures():
    z = [1e308, -1e308, 1e308]
    for found in (top_k(z, 3), top_p(z, 1), min_p(z, 0.1)):
        np.testing.assert_allclose(found, [0.5, 0, 0.5])
    for found in (
        top_k(LOGITS, 4, temperature=1e-300),
        top_p(LOGITS, 1, temperature=1e-300),
        min_p(LOGITS, 0, temperature=1e-310),
    ):
        np.testing.assert_array_equal(found, [1, 0, 0, 0])


@pytest.mark.parametrize("rule", [top_k, top_p, min_p])
@pytest.mark.parametrize(
    ("logits", "temperature", "message"),
    [
        ([], 1, "logits must not be empty"),
        (3.0, 1, "logits must be 1-D, got shape ()"),
        ([1, np.nan], 1, "logits contains NaN"),
        ([1, np.inf], 1, "logits must not contain +inf"),
        ([[0], [-np.inf]], 1, "softmax is undefined: row 1 has no finite logit"),
        (["a"], 1, "logits must be numeric"),
        ([1], 0, "temperature must be in (0, inf), got 0.0"),
        ([1], np.nan, "temperature contains NaN"),
    ],
)
def test_bad_logits_are_named(rule, logits, temperature, message):
    with says(message):
        rule(logits, 1, temperature=temperature)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: top_k([1, 2], 0), "k must be in [1, 2], got 0"),
        (lambda: top_k([1, 2], 3), "k must be in [1, 2], got 3"),
        (lambda: top_k([1, 2], 1.5), "k must be an integer, got 1.5"),
        (lambda: top_p([1, 2], 0), "p must be in (0, 1], got 0.0"),
        (lambda: top_p([1, 2], 1.1), "p must be in (0, 1], got 1.1"),
        (lambda: top_p([1, 2], np.nan), "p contains NaN"),
        (lambda: min_p([1, 2], -0.1), "p must be in [0, 1], got -0.1"),
        (lambda: min_p([1, 2], 1.1), "p must be in [0, 1], got 1.1"),
        (lambda: min_p([1, 2], np.inf), "p must be finite"),
    ],
)
def test_bad_settings_are_named(call, message):
    with says(message):
        call()


def test_input_is_left_as_it_was():
    z = np.array([1.0, 3.0, 2.0])
    for rule, setting in ((top_k, 2), (top_p, 0.7), (min_p, 0.2)):
        rule(z, setting)
    np.testing.assert_array_equal(z, [1, 3, 2])
