"""Numbers written for people."""

from __future__ import annotations

import numpy as np
import pytest

from notation.numbers import counted, matrix_text, number_text, share_text


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


def test_a_matrix_is_written_row_by_row_and_rounded():
    assert matrix_text([[1, -1.00004], [0, 2 / 3]]) == "[1, −1; 0, 0.667]"
    assert matrix_text(np.array([[5]])) == "[5]"


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
