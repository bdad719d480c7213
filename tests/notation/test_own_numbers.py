"""Numbers that a reader brings: what is read, what is refused, and what is said then."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from notation.own_numbers import LONGEST_TEXT, MOST_NUMBERS, own_numbers
from tests.strategies import own_numbers_of
from ui.catalogue import SHOWN

LIST = own_numbers("your values", "1, 2, 3", low=-1000, high=1000)
POINTS = own_numbers(
    "your points", "1 2\n3 4", low=-9, high=9, columns=("x", "y"), least=2, most=100
)
EVERY = [
    control
    for lesson in SHOWN
    for control in lesson.statement.controls
    if control.kind == "numbers"
]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("1, 2, 3", [1, 2, 3]),
        ("1,2,3", [1, 2, 3]),
        ("1 2 3", [1, 2, 3]),
        ("1\n2\r\n3\n", [1, 2, 3]),
        ("1;2;3;", [1, 2, 3]),
        ("1\t2\t3", [1, 2, 3]),
        ("0,5; 1,5", [0.5, 1.5]),  # a comma before the decimals
        ("0,5 1,5 -2,25", [0.5, 1.5, -2.25]),
        ("0.5,1.5", [0.5, 1.5]),
        ("−1.5, –2", [-1.5, -2]),  # a true minus, and the dash that stands for it
        ("1e2, 2.5E-1, .5, 3.", [100, 0.25, 0.5, 3]),
        ('"1","2"', [1, 2]),
        ("score\n1\n2", [1, 2]),  # a file with a heading
        ("score\n12\n7,5\n-3", [12, 7.5, -3]),  # and a comma before the decimals
        ("+1, -0", [1, 0]),
    ],
)
def test_a_list_is_read_however_it_is_written(text, numbers):
    value, notice = LIST.parse(text)
    assert notice is None
    np.testing.assert_array_equal(LIST.numbers(value), numbers)
    assert not np.signbit(LIST.numbers(value)[np.equal(numbers, 0)]).any()


@pytest.mark.parametrize(
    "text",
    [
        "1,2\n3,4\n5,6",
        "1 2\n3 4\n5 6",
        "1;2\n3;4\n5;6",
        "x,y\n1,2\n3,4\n5,6",
        "x;y\n1,0;2,0\n3,0;4,0\n5,0;6,0",
        "1,0 2,0\n3,0 4,0\n5,0 6,0",
        "1, 3, 5\n2, 4, 6",  # each column on a line of its own
        "1_2~3_4~5_6",  # as links spell it
    ],
)
def test_a_table_is_read_however_it_is_written(text):
    value, notice = POINTS.parse(text)
    assert (value, notice) == ("1_2~3_4~5_6", None)
    np.testing.assert_array_equal(POINTS.numbers(value), [[1, 2], [3, 4], [5, 6]])


@pytest.mark.parametrize(
    ("control", "text", "words"),
    [
        (LIST, "1, two, 3", "number 2: “two” is not a number"),
        (LIST, "1,,3", "number 2 is missing"),
        (LIST, "1, nan", "number 2: “nan” is not a number"),
        (LIST, "1, inf", "number 2: “inf” is not a number"),
        (LIST, "1, 3e999", "number 2: “3e999” must be from −1000 to 1000"),
        (LIST, "1, -1000.5", "number 2: “-1000.5” must be from −1000 to 1000"),
        (LIST, "1, ١", "number 2: “١” is not a number"),
        (LIST, "7", "1 number; 2 to 200 are possible"),
        (LIST, "1 " * 201, "201 numbers; 2 to 200 are possible"),
        (LIST, "1 " * LONGEST_TEXT, "more than 8000 characters"),
        (LIST, "1, <b>x</b>", "number 2: “?b?x??b?” is not a number"),
        (LIST, "1, 1234567890123x", "number 2: “123456789012…” is not a number"),
        (POINTS, "1, 2\n3", "row 2 has 1 number instead of x and y"),
        (POINTS, "1 2 3", "row 1 has 3 numbers instead of x and y"),
        (POINTS, "1 2 3\n4 5", "row 2 has 2 numbers instead of 3 as row 1"),
        (POINTS, "1, 2\n3, y", "row 2, y: “y” is not a number"),
        (POINTS, "1, 2\n10, 3", "row 2, x: “10” must be from −9 to 9"),
        (POINTS, "1, 2", "1 row; 2 to 100 are possible"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(control, text, words):
    assert control.parse(text) == ("", words)


@pytest.mark.parametrize("text", ["", " \n\t", ",;", "~~~", "___"])
def test_nothing_is_no_numbers_and_no_fault(text):
    assert LIST.parse(text) == ("", None)
    assert LIST.numbers("") is None


@given(st.text(max_size=200))
def test_whatever_is_pasted_ends_in_numbers_or_in_a_word(text):
    value, notice = LIST.parse(text)
    assert (value == "") or notice is None
    assert not notice or not set(notice) & set("<>&`*[]$\\")
    if value:
        array = LIST.numbers(value)
        assert 2 <= len(array) <= MOST_NUMBERS
        assert np.abs(array).max() <= 1000
        assert LIST.parse(value) == (value, None)


def test_numbers_are_not_to_be_written_to():
    with pytest.raises(ValueError, match="read-only"):
        LIST.numbers("1_2")[0] = 3


def test_an_example_that_cannot_stand_there_is_an_error():
    with pytest.raises(ValueError, match="control own cannot take its example: number"):
        own_numbers("your values", "1, x", low=0, high=1)


def test_a_lessons_own_check_is_heard():
    control = own_numbers(
        "shares", "1, 2", low=0, high=9, check=lambda x: "" if x.sum() else "all are 0"
    )
    assert control.parse("0, 0") == ("", "all are 0")
    assert control.parse("0, 1") == ("0_1", None)


@pytest.mark.parametrize("control", EVERY, ids=lambda control: control.meaning)
@given(data=st.data())
def test_the_numbers_of_a_lesson_come_back_from_a_link(control, data):
    value = data.draw(own_numbers_of(control))
    assert control.parse(value) == (value, None)
    assert control.clamp(value) == value
    assert control.meaning.startswith("your own ")


def test_some_lessons_take_numbers():
    assert EVERY
