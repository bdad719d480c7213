"""The words of a lesson: headings in order, lists as lists, nothing guessed."""

import pytest

from tests.errors import says
from ui.words import HEADINGS, read_words

GOOD = """## The idea

One
idea.

## After the prediction

Because.

## Notice

- First, over
  two lines.
- Second.

## Try this

- Why?

## Careful

- A trap.

## In real systems

Everywhere.
"""


@pytest.fixture
def file(tmp_path):
    return tmp_path / "lesson.md"


def test_paragraphs_and_points_are_read_whatever_their_line_breaks(file):
    file.write_text(GOOD, encoding="utf-8")
    assert read_words(file) == {
        "aha": "One idea.",
        "explanation": "Because.",
        "notice": ["First, over two lines.", "Second."],
        "try_this": ["Why?"],
        "pitfalls": ["A trap."],
        "in_use": "Everywhere.",
    }


@pytest.mark.parametrize("heading", HEADINGS)
def test_a_missing_or_misspelled_heading_is_an_error_that_names_all(file, heading):
    expected = "lesson.md needs the headings " + ", ".join(HEADINGS)
    for wrong in (f"## {heading.upper()}", ""):
        file.write_text(GOOD.replace(f"## {heading}", wrong), encoding="utf-8")
        with says(expected):
            read_words(file)


def test_words_before_the_first_heading_are_an_error(file):
    file.write_text("Hello.\n" + GOOD, encoding="utf-8")
    with says("lesson.md needs the headings"):
        read_words(file)


@pytest.mark.parametrize("text", ["Why?", "Because:\n- Why?"])
def test_a_list_is_nothing_but_points(file, text):
    file.write_text(GOOD.replace("- Why?", text), encoding="utf-8")
    expected = "lesson.md needs a list of points, each after “- ”"
    with says(expected):
        read_words(file)
