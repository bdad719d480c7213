"""What a teacher's link fixes: read, written back, and refused with a word."""

from __future__ import annotations

from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui import handout
from ui.catalogue import BY_SLUG
from ui.handout import MOST_QUESTIONS, TABS, Handout
from ui.state import LessonState

SOFTMAX = BY_SLUG["softmax"]
NAMES = st.lists(st.sampled_from(list(SOFTMAX.statement.defaults)), unique=True)
STRANGE = ("-1", "0", "1.5", "²", "99999999999999999999", "<b>")
HANDOUTS = st.builds(
    Handout,
    locked=NAMES.map(tuple),
    hidden=NAMES.map(tuple),
    tab=st.sampled_from(["", *TABS]),
    keeps_answers=st.booleans(),
    question=st.integers(0, MOST_QUESTIONS),
)


@given(HANDOUTS)
def test_what_is_fixed_comes_back_from_the_link(fixed):
    state = LessonState(SOFTMAX, SOFTMAX.statement.defaults, handout=fixed)
    other = LessonState(SOFTMAX, SOFTMAX.statement.defaults)
    other.follow(parse_qs(state.query, keep_blank_values=True))
    assert other.handout == fixed
    assert not other.dropped


@pytest.mark.parametrize(
    ("query", "dropped"),
    [
        ({"lock": ["z9"]}, ["1 unknown control to lock"]),
        ({"hide": ["<b> z1 __class__"]}, ["2 unknown controls to hide"]),
        ({"tab": ["Code"]}, ["a tab that there is not"]),
        ({"answers": ["shown"]}, ["what is to happen with answers"]),
        ({"answers": ["kept", "kept"]}, ["what is to happen with answers"]),
        ({"lock": ["z1", "z2 z1"]}, []),
        *(({"ask": [text]}, ["a question that there is not"]) for text in STRANGE),
    ],
)
def test_what_makes_no_sense_is_dropped_with_a_word(query, dropped):
    fixed, said = handout.read(SOFTMAX.statement, query)
    assert said == dropped
    assert set(fixed.locked + fixed.hidden) <= set(SOFTMAX.statement.defaults)
    assert fixed.tab == ""
