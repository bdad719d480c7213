"""The words of a lesson: headings in order, lists as lists, nothing guessed."""

import pytest

from formulas.catalogue import BY_SLUG
from tests.errors import says
from ui.predict import Prediction
from ui.words import HEADINGS, Preset, read_words

SOFTMAX = BY_SLUG["softmax"]

GOOD = """## The idea

One
idea.

## Predict

Add 1000.
What happens?

- nothing at
  all
- much

[Show it in the charts](?shift=1000&temperature=2)

## After the prediction

Because.

## Presets

- [Usual](?)
- [Hot](?temperature=10): it melts: all
  alike

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


def answer():
    return "nothing at all"


def read(file, text):
    file.write_text(text, encoding="utf-8")
    return read_words(file, SOFTMAX, answer)


def test_paragraphs_points_and_links_are_read_whatever_their_line_breaks(file):
    assert read(file, GOOD) == {
        "aha": "One idea.",
        "prediction": Prediction(
            "Add 1000. What happens?",
            answer,
            choices=("nothing at all", "much"),
            show={"shift": 1000.0, "temperature": 2.0},
        ),
        "explanation": "Because.",
        "presets": [
            Preset("Usual", "", {}),
            Preset("Hot", "it melts: all alike", {"temperature": 10.0}),
        ],
        "notice": ["First, over two lines.", "Second."],
        "try_this": ["Why?"],
        "pitfalls": ["A trap."],
        "in_use": "Everywhere.",
    }


@pytest.mark.parametrize(("blank", "unit"), [("___", ""), ("___ nats", "nats")])
def test_a_blank_asks_for_a_number_in_its_unit(file, blank, unit):
    asked = read(file, GOOD.replace("- nothing at\n  all\n- much", f"- {blank}"))
    assert (asked["prediction"].choices, asked["prediction"].unit) == ((), unit)


def test_a_question_need_not_be_shown_in_the_charts(file):
    link = "[Show it in the charts](?shift=1000&temperature=2)"
    assert read(file, GOOD.replace(link, ""))["prediction"].show is None


@pytest.mark.parametrize(
    ("link", "error"),
    [
        ("Hot: it melts", "a preset is a link, “[name](?control=value): note”"),
        ("[Hot](?heat=10)", "Hot: there is no control heat"),
        ("[Hot](?temperature=11)", "Hot: temperature must be from 0.1 to 10"),
        ("[Hot](?temperature=hot)", "Hot: temperature"),
        ("[Hot](?temperature)", "bad query field: 'temperature'"),
    ],
)
def test_a_link_that_no_control_takes_is_an_error_that_says_why(file, link, error):
    with says(f"lesson.md: {error}"):
        read(file, GOOD.replace("[Hot](?temperature=10)", link))


@pytest.mark.parametrize("heading", HEADINGS)
def test_a_missing_or_misspelled_heading_is_an_error_that_names_all(file, heading):
    expected = "lesson.md needs the headings " + ", ".join(HEADINGS)
    for wrong in (f"## {heading.upper()}", ""):
        with says(expected):
            read(file, GOOD.replace(f"## {heading}\n", f"{wrong}\n"))


def test_words_before_the_first_heading_are_an_error(file):
    with says("lesson.md needs the headings"):
        read(file, "Hello.\n" + GOOD)


@pytest.mark.parametrize("text", ["Why?", "Because:\n- Why?"])
def test_a_list_is_nothing_but_points(file, text):
    with says("lesson.md: a list of points is needed, each after “- ”"):
        read(file, GOOD.replace("- Why?", text))
