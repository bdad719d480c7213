"""Links: every one ever sent still opens its state, and none can do harm."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from tests.visits import opened, state_of
from ui.catalogue import BY_SLUG
from ui.state import LessonState, link_query

# Two links a lesson, as the app wrote them when lessons were single files.
OLD_LINKS = Path(__file__).with_name("old_links.txt").read_text().split()
SOFTMAX = BY_SLUG["softmax"]
MALFORMED = (
    "temperature=99", "temperature=-1", "temperature=0", "temperature=abc",
    "temperature=nan", "temperature=inf", "temperature=", "temperature=1e999",
    "temperature=1&temperature=2", "temperature=%00", "temperature=1_0",
    "temperature=%EF%BC%91", "z1=<img src=x onerror=alert(1)>",
    "z1=%3Cscript%3Ealert(1)%3C/script%3E", "nonsense=1", "z1[]=3",
    "temperature=" + "9" * 5000, "shift=1e5", "temperature=$\\frac{1}{2}$",
    "temperature=0x10", "temperature=1;DROP TABLE",
)  # fmt: skip


def followed(slug: str, query: str) -> LessonState:
    lesson = BY_SLUG[slug]
    state = LessonState(lesson, lesson.statement.defaults)
    state.follow(parse_qs(query, keep_blank_values=True))
    return state


def test_there_are_two_old_links_of_each_lesson_of_that_time():
    counts = Counter(link.partition("?")[0].strip("/") for link in OLD_LINKS)
    assert set(counts) <= set(BY_SLUG)
    assert set(counts.values()) == {2}
    assert len(counts) == 28


@pytest.mark.parametrize("link", OLD_LINKS)
def test_an_old_link_still_opens_exactly_its_state(link):
    slug, _, query = link.strip("/").partition("?")
    state = followed(slug, query)
    assert (state.notices, state.dropped) == ({}, [])
    now = parse_qs(link_query(state.lesson.statement, state.values))
    then = parse_qs(query, keep_blank_values=True)
    assert now | then == now
    # A control that came later is where the lesson stood without it.
    for name in now.keys() - then.keys():
        assert state.values[name] == state.lesson.statement.defaults[name]


@pytest.mark.parametrize("query", MALFORMED)
def test_a_malformed_link_is_mended_with_a_notice_that_does_not_repeat_it(query):
    state = followed("softmax", query)
    for control in SOFTMAX.statement.controls:
        value = state.values[control.name]
        if control.is_number:
            assert isinstance(value, (int, float))
            assert control.low <= value <= control.high
        else:
            assert value == control.default
    notices = [*state.notices.values(), *state.dropped]
    assert notices
    for text in notices:
        assert not any(part in text for part in ("<", "%3C", "DROP", "nonsense", "99"))


@pytest.mark.parametrize("query", MALFORMED[:2] + MALFORMED[-7:-5])
def test_a_malformed_link_opens_a_whole_page(query):
    at = opened("softmax", **{k: v[0] for k, v in parse_qs(query).items()})
    assert not at.exception
    assert at.title[0].value == SOFTMAX.title
    shown = state_of(at, SOFTMAX)
    assert shown.notices or shown.dropped
