"""The page that puts a language model together: true words, true numbers, valid links."""

from __future__ import annotations

import dataclasses
import re
from html import unescape
from urllib.parse import parse_qs

import numpy as np
import pytest

from formulas.transformer.tiny_model import (
    SENTENCE,
    VOCABULARY,
    run_model,
    trained_weights,
)
from pages.overview import language_model
from pages.overview.language_model import STAGES, WORDS, said
from tests.visits import opened
from ui.catalogue import BY_KEY, BY_SLUG, FORM
from ui.state import LessonState

LINK = re.compile(r'href="([^"]+)"')
CELL = re.compile(r'<td class="(?:over|under)"[^>]*><a [^>]*>([^<]+)</a></td>')


def test_the_page_shows_every_number_of_the_forward_pass():
    at = opened("language_model")
    assert not at.exception
    shown = " ".join(one.proto.body for one in at.get("html"))
    numbers = [float(text.replace("−", "-")) for text in CELL.findall(shown)]
    seen = run_model(SENTENCE[:5])
    expected = [
        value
        for stage in STAGES
        for _, take in stage.tables
        for value in take(seen).ravel()
    ]
    assert len(numbers) == len(expected) + 5  # and how surprised it was
    np.testing.assert_allclose(numbers[: len(expected)], expected, atol=0.00501)


@pytest.mark.parametrize("stage", STAGES, ids=lambda one: one.title)
def test_every_link_opens_the_state_that_it_names(stage):
    address = language_model.address_of(stage.lesson, stage.settings)
    slug, _, query = address.partition("?")
    asked = parse_qs(query)
    form = asked.pop(FORM, [""])[0]
    lesson = BY_KEY[f"{slug}/{form}"] if form else BY_SLUG[slug]
    assert lesson.slug == stage.lesson.partition("/")[0]
    state = LessonState(lesson, lesson.statement.defaults)
    state.follow(asked)
    assert (state.notices, state.dropped) == ({}, [])
    assert state.values == lesson.statement.defaults | stage.settings


def test_the_sentence_says_what_the_model_gives():
    for count in range(1, len(SENTENCE)):
        seen = run_model(SENTENCE[:count], temperature=2.0, top_p=0.8)
        p = seen.probabilities[-1]
        text = said(seen, count)
        assert f"“{' '.join(WORDS[:count])}”" in text
        assert f"“{VOCABULARY[p.argmax()]}”" in text
        percent = float(re.search(r"probability of (\S+) %", text)[1])
        assert percent == pytest.approx(100 * p.max(), rel=5e-3)
        assert f"{np.count_nonzero(p)} of 6 words" in text


def test_what_the_page_claims_of_its_model_is_so():
    weights = dataclasses.asdict(trained_weights())
    fed = sum(weights[name].size for name in ("W_gate", "W_up", "W_down"))
    assert fed > sum(array.size for array in weights.values()) / 2
    # The second "the" is followed by another word because of what stood before it alone.
    alone, behind = run_model([0]), run_model(SENTENCE[:5])
    np.testing.assert_array_equal(alone.embedded[0], behind.embedded[4])
    first, second = (VOCABULARY[s.probabilities[-1].argmax()] for s in (alone, behind))
    assert (first, second) == ("cat", "mat")


def test_nothing_that_is_typed_into_the_address_breaks_the_page():
    at = opened("language_model", read="<b>", temperature="nan", top_p="-1")
    assert not at.exception
    shown = " ".join(unescape(one.proto.body) for one in at.get("html"))
    assert "<b>" not in shown
