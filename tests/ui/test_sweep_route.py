"""Sweeps over HTTP: the same as by message, and nothing for what makes no sense."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request

import pytest

from tests.lessons import default_history, simulated
from tests.protocol import session
from tests.server import running
from ui import frames, simulation, sweep_route
from ui.catalogue import BY_SLUG
from ui.frames import Worked
from ui.kept import KeptForAll
from ui.limits import BUDGETS, WORK_AT_ONCE
from ui.packing import Pool, unpack
from ui.state import LessonState
from ui.sweep_route import MOST_LETTERS, NOTHING, RefusedError

SOFTMAX = BY_SLUG["softmax"]


def asked(slug: str, control: str, /, **changes: str) -> dict[str, str]:
    """Return what a figure asks that shows a lesson's defaults."""
    state = LessonState(BY_SLUG[slug], BY_SLUG[slug].statement.defaults)
    key = None
    if state.lesson.statement.simulate is not None:
        key = simulation.history_key(state.lesson.statement, state.values)
    query = sweep_route.query(state, sweep_route.epoch_of(state.worked, key))
    values = json.dumps(state.values)
    known = dict(urllib.parse.parse_qsl(query, keep_blank_values=True))
    return {**known, "control": control, "values": values, **changes}


def test_the_answer_is_the_sweep():
    header = unpack(sweep_route.answer(asked("softmax", "z1")))["header"]
    control = SOFTMAX.statement.control("z1")
    drawn = frames.sweep(SOFTMAX, control, SOFTMAX.statement.defaults, Pool())
    assert header["epoch"] == "/"
    assert header["sweep"] == json.loads(json.dumps(drawn))


@pytest.mark.parametrize("value", [0.1, 2.0, 10.0])
def test_a_part_of_it_is_what_lies_around_the_thumb(value, monkeypatch):
    sweeps = KeptForAll(2**20, lambda kept: kept.size)
    monkeypatch.setattr(frames, "SWEEPS", sweeps)
    control = SOFTMAX.statement.control("temperature")
    place = control.nearest(value)
    values = {**SOFTMAX.statement.defaults, "temperature": control.positions[place]}
    given = asked("softmax", "temperature", values=json.dumps(values))
    part = unpack(sweep_route.answer({**given, "near": "3"}))["header"]["sweep"]
    around = slice(max(0, place - 3), place + 4)
    assert part["positions"] == list(control.positions[around])
    assert len(sweeps) == 0


def test_whoever_asks_for_a_part_gets_the_whole_if_it_is_there():
    given = asked("softmax", "z1")
    whole = sweep_route.answer(given)
    assert sweep_route.answer({**given, "near": "3"}) == whole


def test_the_line_works_out_the_entry_that_was_chosen():
    entry = {"name": "probabilities", "entry": [2]}
    lines = []
    for worked in ({"name": "", "entry": []}, entry):
        epoch = sweep_route.epoch_of(
            Worked(worked["name"], tuple(worked["entry"])), None
        )
        given = asked("softmax", "z1", worked=json.dumps(worked), epoch=epoch)
        sweep = unpack(sweep_route.answer(given))["header"]["sweep"]
        lines.append("".join(sweep["scene"]["line"]["pieces"]))
    assert "p_{1}" in lines[0]
    assert "p_{3}" in lines[1]


def test_a_long_computation_is_taken_from_the_cache_or_not_at_all():
    lesson = BY_SLUG["q_learning"]
    simulation.HISTORIES.put(
        simulation.history_key(lesson.statement, lesson.statement.defaults),
        default_history(lesson.statement),
    )
    given = asked("q_learning", "episodes")
    assert unpack(sweep_route.answer(given))["header"]["epoch"] == given["epoch"]
    elsewhere = json.loads(given["values"]) | {"seed": 17}
    for changes in ({"epoch": "1/"}, {"values": json.dumps(elsewhere)}):
        with pytest.raises(RefusedError) as refusal:
            sweep_route.answer({**given, **changes})
        assert refusal.value.status == NOTHING


def test_a_stranger_and_a_visitor_who_asked_for_too_much_get_nothing():
    given = asked("softmax", "z1")
    sweep_route.answer(given)
    BUDGETS.spend(given["visitor"], WORK_AT_ONCE - 1)
    for visitor in ({}, {"visitor": "stranger"}, {"visitor": ""}):
        with pytest.raises(RefusedError) as refusal:
            sweep_route.answer(given | visitor)
        assert refusal.value.status == NOTHING


@pytest.mark.parametrize(
    "changes",
    [
        {"lesson": "no_such_lesson"},
        {"control": "p"},
        {"control": ""},
        {"values": "not JSON"},
        {"values": "[" * 3000},
        {"values": "[1, 2]"},
        {"values": "{}"},
        {"values": '{"z1": 2.0}'},
        {"near": "-1"},
        {"near": "9999"},
        {"worked": "not JSON"},
        {"worked": '{"name": "no such quantity", "entry": []}'},
        {"worked": '{"name": "probabilities", "entry": [-1]}'},
    ],
)
def test_what_makes_no_sense_is_refused(changes):
    with pytest.raises(RefusedError) as refusal:
        sweep_route.answer(asked("softmax", "z1", **changes))
    assert refusal.value.status == 400


@pytest.mark.parametrize("value", [99, "NaN", "2", None, True, "<b>"])
def test_a_value_that_a_control_cannot_have_is_refused(value):
    values = {**SOFTMAX.statement.defaults, "z2": value}
    with pytest.raises(RefusedError, match="possible value"):
        sweep_route.answer(asked("softmax", "z1", values=json.dumps(values)))


def test_a_slider_with_a_long_computation_for_each_position_has_no_sweep():
    with pytest.raises(RefusedError, match="slider"):
        sweep_route.answer(asked("q_learning", "alpha"))


def test_the_server_answers_and_refuses():
    def ask(given: dict[str, str]) -> tuple[int, bytes]:
        address = f"{server}/sweep?{urllib.parse.urlencode(given)}"
        try:
            with urllib.request.urlopen(address, timeout=60) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()

    with running() as server, session(server, "softmax") as one:
        known = dict(urllib.parse.parse_qsl(unpack(one.scene)["header"]["sweeps"]))
        visitor = {"visitor": known["visitor"]}
        status, body = ask(asked("softmax", "z1", **visitor))
        assert status == 200
        assert len(unpack(body)["header"]["sweep"]["positions"]) == 101
        assert ask(asked("softmax", "p")) == (400, b"No such slider.")
        assert ask(asked("q_learning", "episodes", epoch="1/", **visitor))[0] == NOTHING
        assert ask(asked("softmax", "z1")) == (NOTHING, b"")  # of a stranger
        assert ask(asked("softmax", "z1", more="x" * MOST_LETTERS))[0] == 414


def test_a_slider_that_the_history_follows_has_a_sweep_where_there_is_an_outline():
    lesson = BY_SLUG["policy_gradient"]
    statement = lesson.statement
    # Of which no history is kept.
    values = statement.defaults | {"seed": 11, "shown": "learning"}
    written = json.dumps(values)
    given = asked("policy_gradient", "p", values=written)
    message = unpack(sweep_route.answer(given))["header"]
    assert message["epoch"] == given["epoch"]
    control = statement.control("p")
    assert message["sweep"]["positions"] == list(control.positions)
    drawn = frames.sweep(lesson, control, values, Pool())
    assert message["sweep"] == json.loads(json.dumps(drawn))
    with pytest.raises(
        RefusedError
    ) as refusal:  # one that does not follow it, moves over it
        sweep_route.answer({**given, "control": "episodes"})
    assert refusal.value.status == NOTHING


def test_where_a_history_is_kept_it_is_known_and_else_its_outline():
    statement = BY_SLUG["policy_gradient"].statement
    values = statement.defaults | {"shown": "learning"}
    history = simulated(statement, shown="learning")
    simulation.HISTORIES.put(simulation.history_key(statement, values), history)
    kept, key = simulation.known_history(statement, values)
    assert kept is history
    assert key == simulation.history_key(statement, values)
    other, key = simulation.known_history(statement, values | {"p": 0.98, "seed": 11})
    assert other.runs is None
    assert key == (
        "outline",
        simulation.history_key(statement, values | {"p": 0.98, "seed": 11}),
    )
    without = BY_SLUG["q_learning"].statement
    assert simulation.known_history(without, without.defaults | {"seed": 19})[0] is None


def test_while_a_history_is_computed_the_scene_of_its_outline_is_shown():
    with running() as address, session(address, "policy_gradient") as visitor:
        statement = BY_SLUG["policy_gradient"].statement
        values = statement.defaults | {"p": 0.34, "seed": 17, "shown": "learning"}
        visitor.wish(values=values, revision=0)
        header = unpack(visitor.scene)["header"]
        assert header["job"] is not None
        assert header["outlined"]
        assert "The sum ĝ = " in header["scene"]["status"]
        said = header["scene"]["readouts"]
        waits = [k for k, (_, text, *_) in enumerate(said) if text == "…"]
        # The median, the band, and how many runs have run away.
        assert waits == [len(said) - 3, len(said) - 2, len(said) - 1]
        while header["job"] is not None:
            visitor.wish(values=values, revision=0, more=True)
            header = unpack(visitor.scene)["header"]
        assert not header["outlined"]
        assert header["scene"]["status"].endswith(".")
        shown = header["scene"]["readouts"]
        assert shown[: waits[0]] == said[: waits[0]]
        *fractions, away = (float(shown[k][1]) for k in waits)
        assert all(0 < fraction < 1 for fraction in fractions)
        assert away in range(22)


def test_where_training_is_not_looked_at_nobody_waits_for_it():
    with running() as address, session(address, "policy_gradient") as visitor:
        statement = BY_SLUG["policy_gradient"].statement
        visitor.wish(values=statement.defaults | {"p": 0.36, "seed": 18}, revision=0)
        header = unpack(visitor.scene)["header"]
        assert header["job"] is None
        assert not header["outlined"]
