"""Pins: read from links and messages, written into links, told to the browser."""

from __future__ import annotations

import json
from urllib.parse import parse_qs

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.lessons import default_history
from tests.strategies import settings_of
from ui import pins, simulation
from ui.catalogue import BY_SLUG, LESSONS
from ui.limits import BUDGETS
from ui.live import Progress, live_message
from ui.packing import resolve, unpack
from ui.state import LessonState

SOFTMAX = BY_SLUG["softmax"]
DEFAULTS = SOFTMAX.statement.defaults
HOT = {**DEFAULTS, "temperature": 4.0}


def state_of(lesson=SOFTMAX, **changes):
    state = LessonState(lesson, lesson.statement.defaults, **changes)
    BUDGETS.know(state.visitor)
    return state


def asked(state, **request):
    number = state.request[1] + 1
    state.receive({"m": "mount", "n": number, "values": state.values, **request})
    return state


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda one: one.slug)
@given(data=st.data())
def test_pins_come_back_from_their_link(lesson, data):
    statement = lesson.statement
    some = st.lists(settings_of(statement), max_size=3, unique_by=json.dumps)
    state = state_of(lesson, pins=data.draw(some))
    other = state_of(lesson)
    other.follow(parse_qs(state.query, keep_blank_values=True))
    assert other.pins == state.pins
    assert not other.dropped


def test_a_pin_at_the_defaults_is_an_empty_text():
    assert pins.link_texts(SOFTMAX.statement, [DEFAULTS]) == [""]
    assert pins.read_texts(SOFTMAX.statement, [""]) == ([DEFAULTS], [])


@pytest.mark.parametrize(
    ("texts", "count", "dropped"),
    [
        (["temperature=99"], 1, ["1 setting of pin A"]),
        (["", "<b>=1&z1=nan"], 1, ["2 settings of pin B"]),
        (["z1=1", "z1=1"], 1, []),
        (["z1=1", "z1=2", "z1=3", "z1=4"], 3, ["1 pin"]),
        (
            ["%%%", "&&&=&=", "=" * 500],
            1,
            ["1 setting of pin A", "2 settings of pin B", "1 setting of pin C"],
        ),
    ],
)
def test_what_a_link_says_wrong_is_dropped_with_a_word(texts, count, dropped):
    found, said = pins.read_texts(SOFTMAX.statement, texts)
    assert len(found) == count
    assert said == dropped


@pytest.mark.parametrize(
    "raw", ["A", 3, {"z1": 1}, [1, 2], ["z1=1"], [[HOT]], None, [None]]
)
def test_a_message_that_is_no_list_of_settings_changes_nothing(raw):
    assert asked(state_of(pins=[HOT]), pin=raw).pins == [HOT]


def test_a_message_pins_three_settings_at_most_and_clamps_them():
    wild = [{"z1": 1e9}, {"temperature": "hot", "strange": 1}, HOT, HOT]
    first, second, third = asked(state_of(), pin=wild).pins
    assert first == {**DEFAULTS, "z1": 5}
    assert second == DEFAULTS
    assert third == HOT


def message_of(state):
    message = unpack(live_message(state, Progress("now")))
    return message["header"], message["pool"]


def test_the_browser_is_told_each_pin_once():
    state = state_of(pins=[HOT])
    header, pool = message_of(state)
    (pin,) = resolve(header["pins"], pool)
    assert pin["letter"] == "A"
    assert pin["values"] == HOT
    scene = SOFTMAX.scene(HOT)
    bars = scene.figures[0]["data"][0]["y"]
    np.testing.assert_allclose(pin["traces"][0][0]["y"], bars, rtol=1e-6)
    assert next(text for _, text, *_ in pin["readouts"]) == "0.4165"
    again, _ = message_of(asked(state, pinned=header["pinned"], pin=[HOT]))
    assert again["pins"] is None
    gone, _ = message_of(asked(state, pinned=header["pinned"], pin=[]))
    assert gone["pins"] == []


def test_a_visitor_who_has_spent_his_budget_gets_no_pins_and_no_lie():
    state = state_of(pins=[HOT])
    while BUDGETS.spend(state.visitor):
        pass
    header, _ = message_of(state)
    assert header["pins"] is None
    assert header["pinned"] == ""


def test_a_pin_has_the_long_computation_of_its_own_setting():
    lesson = next(one for one in LESSONS if one.statement.slow_controls)
    slow = lesson.statement.slow_controls[0]
    control = lesson.statement.control(slow)
    default_history(lesson.statement)
    first = next(p for p in control.positions if p != control.default)
    other = {**lesson.statement.defaults, slow: first}
    (pin,) = pins.described(lesson, [other])
    history = simulation.whole_history(lesson.statement, other)
    shown = lesson.scene(other, history)
    assert len(pin["traces"]) == len(shown.figures)
    assert len(pin["readouts"]) == len(shown.readouts)
