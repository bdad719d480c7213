"""No claim on a page without a test of it: the words of every lesson, word by word."""

from __future__ import annotations

import importlib
import re

import pytest

from tests.claims import REASONS, uncovered
from ui.lesson import LESSONS
from ui.reading import read_lesson

every_lesson = pytest.mark.parametrize("formula", LESSONS, ids=lambda f: f.slug)


def said(formula) -> list[str]:
    """Return what a lesson claims; of its uses only what has a number in it."""
    words = read_lesson(formula)
    uses = re.split(r"(?<=\.)\s+", words["in_use"])
    return [
        words["aha"],
        words["explanation"],
        *(preset.note for preset in words["presets"]),
        *words["notice"],
        *words["pitfalls"],
        *(use for use in uses if re.search(r"\d", use)),
    ]


def proofs(formula):
    name = f"tests.{formula.section}.test_{formula.slug}"
    module = importlib.import_module(name)
    marked = (getattr(thing, "claims", ()) for thing in vars(module).values())
    return [q for quotes in marked if isinstance(quotes, tuple) for q in quotes], (
        module.NOT_PROVED
    )


@every_lesson
def test_every_word_of_a_lesson_is_proved_or_named_as_not_proved(formula):
    proved, not_proved = proofs(formula)
    for text in said(formula):
        assert uncovered(text, [*proved, *not_proved]) == "", text


@every_lesson
def test_every_quotation_still_stands_on_the_page(formula):
    proved, not_proved = proofs(formula)
    texts = said(formula)
    for quote in [*proved, *not_proved]:
        assert any(quote in text for text in texts), quote


@every_lesson
def test_nothing_is_both_proved_and_not_and_every_exception_has_its_reason(formula):
    proved, not_proved = proofs(formula)
    assert proved
    assert not set(proved) & set(not_proved)
    assert set(not_proved.values()) <= set(REASONS)


def test_what_no_quotation_covers_is_left():
    text = "A is so. B is not, and C is."
    assert uncovered(text, []) == text
    assert uncovered(text, ["A is so", "C is"]) == ". B is not, and"
    assert uncovered(text, ["A is so.", "B is not, and C", "and C is."]) == ""
