"""Quantization: codes by hand and by fractions, outliers, extreme numbers, bad input."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from formulas.linear_algebra.quantization import quantize_absmax
from tests.errors import says
from tests.strategies import matrices, vectors

# Each is one edit of the module that its tests must notice.
MUTANTS = (
    ("np.rint(", "np.floor("),
    ("np.rint(", "np.trunc(0.5 + "),
    ("high=16) - 1) - 1", "high=16) - 1)"),  # a code too many
    ("axis = -1 if per_row", "axis = 0 if per_row"),
    ("np.clip(numbers, -LARGEST, LARGEST, out=numbers)", "pass"),
    ("np.nextafter(step, np.inf)", "step"),
    ("np.where(scale == 0, 1.0, scale)", "scale"),
    ("np.maximum(high, -low)", "high"),
)


def test_one_outlier_wipes_out_the_rest():
    result = quantize_absmax([0.1, -0.5, 0.33, 100])
    np.testing.assert_array_equal(result.codes, [0, -1, 0, 127])
    assert result.scale == pytest.approx(100 / 127, rel=1e-15)
    assert type(result.scale) is float
    np.testing.assert_allclose(result.values, np.array([0, -1, 0, 127]) * 100 / 127)
    spared = quantize_absmax([0.1, -0.5, 0.33])
    np.testing.assert_array_equal(spared.codes, [25, -127, 84])


def test_halves_go_to_the_even_neighbor():
    numbers = [7, 0.5, 1.5, 2.5, -0.5, -1.5, -2.5]
    codes = quantize_absmax(numbers, bits=4).codes
    np.testing.assert_array_equal(codes, [7, 0, 2, 2, 0, -2, -2])


@given(vectors((1, 8)), st.integers(2, 16))
def test_codes_are_those_of_exact_fractions(x, bits):
    assume(x.any())
    result = quantize_absmax(x, bits=bits)
    levels = 2 ** (bits - 1) - 1
    assert result.scale == np.abs(x).max() / levels
    for number, code in zip(x.tolist(), result.codes.tolist(), strict=True):
        ratio = Fraction(number) / Fraction(result.scale)
        apart = abs(ratio % 1 - Fraction(1, 2))
        assert code == round(ratio) or apart < Fraction(1, 10**9)
    assert np.abs(result.codes).max() == levels
    np.testing.assert_array_equal(result.values, result.codes * result.scale)


@given(
    arrays(np.float64, st.integers(1, 6), elements=st.floats(-1e308, 1e308)),
    st.integers(2, 16),
)
def test_no_number_is_more_than_half_a_step_off(x, bits):
    result = quantize_absmax(x, bits=bits)
    error = np.abs(result.values / 2 - x / 2)  # halves: differences stay in range
    assert (error <= result.scale / 4 * (1 + 1e-11) + 1e-323).all()
    assert np.abs(result.codes).max() <= 2 ** (bits - 1) - 1


@given(matrices((1, 4), (1, 5)), st.integers(2, 8))
def test_a_step_per_row_is_one_call_per_row(x, bits):
    together = quantize_absmax(x, bits=bits, per_row=True)
    assert together.scale.shape == (len(x),)
    for k, row in enumerate(x):
        alone = quantize_absmax(row, bits=bits)
        np.testing.assert_array_equal(together.codes[k], alone.codes)
        np.testing.assert_array_equal(together.values[k], alone.values)
        assert together.scale[k] == alone.scale


def test_a_step_per_row_keeps_an_outlier_to_its_row():
    x = [[0.1, -0.5, 0.33], [100, 0, 0]]
    spoiled = np.abs(quantize_absmax(x).values - x)[0]
    spared = np.abs(quantize_absmax(x, per_row=True).values - x)[0]
    assert spoiled.max() > 0.25
    assert spared.max() < 0.002


def test_zeros_have_step_zero():
    result = quantize_absmax([0.0, -0.0])
    assert result.scale == 0
    np.testing.assert_array_equal(result.codes, [0, 0])
    np.testing.assert_array_equal(result.values, [0, 0])
    rows = quantize_absmax([[0, 0], [2, -4]], bits=3, per_row=True)
    np.testing.assert_array_equal(rows.codes, [[0, 0], [2, -3]])
    np.testing.assert_array_equal(rows.scale, [0, 4 / 3])


@given(vectors((1, 6)), st.integers(2, 16))
def test_what_was_rounded_once_stays(x, bits):
    once = quantize_absmax(x, bits=bits)
    again = quantize_absmax(once.values, bits=bits)
    np.testing.assert_array_equal(once.codes, again.codes)


def test_a_single_number_is_the_largest_code():
    result = quantize_absmax(-3.0, bits=4)
    assert (result.codes, result.scale, result.values) == (-7, 3 / 7, -3)


def test_codes_are_whole_numbers_and_the_shape_stays():
    result = quantize_absmax(np.ones((2, 3, 4)))
    assert result.codes.shape == result.values.shape == (2, 3, 4)
    assert result.codes.dtype.kind == "i"


@pytest.mark.parametrize("bits", range(2, 17))
def test_the_ends_of_floats_neither_overflow_nor_vanish(bits):
    largest = np.finfo(float).max
    np.testing.assert_allclose(
        quantize_absmax([largest, -largest], bits=bits).values, [largest, -largest]
    )
    for units in (1, 2, 3, 100, 190, 40000, 10**9):
        tiny = units * 5e-324
        result = quantize_absmax([tiny, -tiny], bits=bits)
        assert np.abs(result.codes).max() <= 2 ** (bits - 1) - 1
        assert abs(result.values[0] - tiny) <= result.scale / 2


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: quantize_absmax([1], bits=1), "bits must be in [2, 16], got 1"),
        (lambda: quantize_absmax([1], bits=17), "bits must be in [2, 16], got 17"),
        (lambda: quantize_absmax([1], bits=8.5), "bits must be an integer, got 8.5"),
        (
            lambda: quantize_absmax([1], per_row=True),
            "x must be 2-D, got shape (1,)",
        ),
        (lambda: quantize_absmax([]), "x must not be empty"),
        (lambda: quantize_absmax([np.nan]), "x contains NaN"),
        (lambda: quantize_absmax([np.inf]), "x must be finite"),
        (lambda: quantize_absmax("no"), "x must be numeric"),
    ],
)
def test_bad_input_is_named(call, message):
    with says(message):
        call()


def test_input_is_left_as_it_was():
    x = np.array([0.4, -3.0])
    quantize_absmax(x)
    np.testing.assert_array_equal(x, [0.4, -3.0])
