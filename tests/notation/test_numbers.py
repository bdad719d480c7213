"""Numbers written for people."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from notation.numbers import (
    counted,
    digits_apart,
    matrix_text,
    number_text,
    share_text,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.24242, "0.2424"),
        (-0.5, "−0.5"),
        (-75, "−75"),
        (np.int64(-3), "−3"),
        (0.0, "0"),
        (-0.0, "0"),
        (1234567.0, "1.235e6"),
        (1.2e-7, "1.2e-7"),
        (float("inf"), "∞"),
        (float("-inf"), "−∞"),
        (float("nan"), "undefined"),
        (True, "yes"),
        (2 - 3j, "2 − 3 i"),
        (-0.5 + 1j, "−0.5 + i"),
        (1j, "i"),
        (-1j, "−i"),
        (0 - 0.25j, "−0.25 i"),
        (3 + 0j, "3"),
        (-1.2e-7, "−1.2e-7"),
        (99999.6, "100000"),
    ],
)
def test_numbers_have_four_digits_and_a_true_minus(value, text):
    assert number_text(value) == text


@pytest.mark.parametrize("value", [0.3, -12.5, 88.0, 1 / 3, -2e5])
def test_what_is_written_is_the_number_to_four_digits(value):
    read = float(number_text(value).replace("−", "-"))
    assert read == pytest.approx(value, rel=5e-4)


def read(text):
    return float(text.replace("−", "-"))


@given(st.floats(-1e4, 1e4), st.floats(1e-4, 1e4), st.sampled_from([-1, 1]))
def test_the_difference_of_two_numbers_can_be_read_off_their_digits(first, gap, sign):
    second = first + sign * gap
    digits = digits_apart(first, second)
    printed = read(number_text(first, digits)) - read(number_text(second, digits))
    assert printed == pytest.approx(first - second, rel=0.00201)


@pytest.mark.parametrize(
    ("first", "second", "digits"),
    [
        (0.1981, 0.8364, 4),
        (999.1981, 999.8364, 6),  # 999.2 − 999.8 would be −0.6, not −0.638
        (100.0001, 100.00025, 8),
        (7.0, 7.0, 4),
        (0.1 + 0.2, 0.3, 4),  # what rounding leaves is not told
        (1e9 + 0.25, 1e9, 4),  # nor what more digits than there is room for would tell
        (float("inf"), 1.0, 4),
        (float("nan"), 1.0, 4),
    ],
)
def test_numbers_that_hardly_differ_have_more_digits(first, second, digits):
    assert digits_apart(first, second) == digits


def test_a_matrix_is_written_row_by_row_and_rounded():
    assert matrix_text([[1, -1.00004], [0, 2 / 3]]) == "(1, −1), (0, 0.667)"
    assert matrix_text(np.array([[5]])) == "(5)"


@pytest.mark.parametrize("text", ["0 steps", "1 step", "2 steps"])
def test_a_noun_follows_its_number(text):
    assert counted(int(text[0]), "step") == text


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.0, "none"),
        (1e-300, "under 1%"),
        (0.0049, "under 1%"),
        (0.0051, "1%"),
        (0.814, "81%"),
        (0.9949, "99%"),
        (0.9951, "over 99%"),
        (1 - 1e-15, "over 99%"),
        (1.0, "all"),
    ],
)
def test_a_share_is_never_rounded_to_all_or_none(share, text):
    assert share_text(share) == text
