"""No claim on a page without a test of it, and no proof without its claim."""

from __future__ import annotations

import importlib
import re

import pytest

from tests.claims import REASONS
from tests.lessons import module_of
from ui.catalogue import SHOWN, Lesson
from ui.lesson_text import Claim, split_claims

every_lesson = pytest.mark.parametrize("lesson", SHOWN, ids=lambda one: one.key)


def proved_keys(lesson: Lesson) -> set[str]:
    module = importlib.import_module(f"tests.{lesson.section}.{module_of(lesson)}")
    marked = (getattr(thing, "claims", ()) for thing in vars(module).values())
    return {key for keys in marked if isinstance(keys, tuple) for key in keys}


@every_lesson
def test_every_claim_has_a_proof_or_a_reason_why_there_is_none(lesson):
    known = proved_keys(lesson) | set(REASONS)
    for claim in lesson.text.claims:
        assert claim.keys, f"nobody vouches for: {claim.words}"
        for key in claim.keys:
            assert key in known, f"no test is marked @claims({key!r}): {claim.words}"


@every_lesson
def test_no_key_is_printed(lesson):
    text = lesson.text
    shown = (text.idea, *text.presets, *text.notice, *text.pitfalls, text.in_use)
    for words in shown:
        assert not re.search(r"\{[a-z0-9_]+[,}]", words), words


@every_lesson
def test_every_proof_has_its_claim_on_the_page(lesson):
    keys = {key for claim in lesson.text.claims for key in claim.keys}
    assert proved_keys(lesson)
    for key in proved_keys(lesson):
        assert key in keys, f"no sentence of {lesson.key} ends in {{{key}}}"


@every_lesson
def test_no_proof_is_called_like_a_reason_and_readers_see_no_key(lesson):
    assert not proved_keys(lesson) & set(REASONS)
    text = lesson.text
    reasons = [question.reason for question in text.questions]
    shown = (text.idea, *reasons, text.in_use, *text.notice, *text.pitfalls)
    for words in (*shown, *(preset.note for preset in lesson.presets)):
        assert not re.search(r"\{\w+\}", words), words


def test_what_stands_behind_the_last_key_is_a_claim_that_nobody_proves():
    claims = split_claims("A is so. {a} B is not, and C is. {b, history} D.")
    assert claims == [
        Claim("A is so.", ("a",)),
        Claim("B is not, and C is.", ("b", "history")),
        Claim("D.", ()),
    ]
