"""Frames: what the browser gets at a setting, along a walk, and at a click."""

from __future__ import annotations

import numpy as np
import pytest

from tests.lessons import default_history
from ui import frames, live
from ui.catalogue import BY_SLUG, LESSONS, SHOWN
from ui.frames import Worked, path_between
from ui.packing import Pool, unpack
from ui.state import LessonState, attempt

every_lesson = pytest.mark.parametrize("lesson", SHOWN, ids=lambda one: one.key)
SOFTMAX = BY_SLUG["softmax"]


def test_a_path_walks_along_the_positions_of_the_sliders():
    start = SOFTMAX.statement.defaults
    end = {**start, "temperature": 10.0, "z1": -5.0}
    path = path_between(SOFTMAX.statement, start, end, 8)
    assert len(path) == 9
    assert (path[0], path[-1]) == (start, end)
    positions = SOFTMAX.statement.control("temperature").positions
    walked = [setting["temperature"] for setting in path]
    assert walked == sorted(walked)
    assert set(walked) <= set(positions)
    # On a logarithmic slider the middle of the way is the geometric mean.
    assert walked[4] == pytest.approx(10**0.5, rel=0.05)
    assert path[4]["z1"] == pytest.approx(-1.5)
    assert all(setting["shift"] == 0 for setting in path)


def test_switches_and_options_change_at_the_start_of_a_walk():
    statement = BY_SLUG["adam"].statement
    start = statement.defaults
    end = {**start, "bias_correction": False, "signal": "alternating", "lr": 1.0}
    path = path_between(statement, start, end, 5)
    assert path[0] == start
    assert all(setting["bias_correction"] is False for setting in path[1:])
    assert all(setting["signal"] == "alternating" for setting in path[1:])


def test_a_walk_from_between_two_positions_begins_and_ends_exactly():
    start = {**SOFTMAX.statement.defaults, "temperature": 0.123456}
    end = {**start, "temperature": 3.21}
    path = path_between(SOFTMAX.statement, start, end, 6)
    assert path[0]["temperature"] == 0.123456
    assert path[-1]["temperature"] == 3.21


@every_lesson
def test_the_live_line_works_out_every_entry_that_a_click_can_choose(lesson):
    values, history = lesson.statement.defaults, default_history(lesson.statement)
    solution = lesson.statement.solve(values, history)
    usual = frames.frame(lesson, values, history)["line"]
    for traces in frames.entry_traces(lesson, values, history):
        for shown in traces.values():
            result = solution.numbers[shown["name"]]
            last = tuple(size - 1 for size in result.shape)
            worked = frames.frame(lesson, values, history, Worked(shown["name"], last))
            assert worked["line"]["numbers"] != usual["numbers"]


def test_a_table_of_one_entry_is_none_to_choose_from(monkeypatch):
    monkeypatch.setattr(frames, "_ENTRY_TRACES", {})
    lesson = BY_SLUG["transformer_ffn"]
    alone = {**lesson.statement.defaults, "weights": "random", "units": 1}
    assert not any(frames.entry_traces(lesson, alone))


@pytest.mark.parametrize(
    "worked", [Worked("probabilities", (99,)), Worked("nothing", (0,))]
)
def test_an_entry_that_is_not_there_is_the_usual_one(worked):
    values = SOFTMAX.statement.defaults
    usual = frames.frame(SOFTMAX, values)
    assert frames.frame(SOFTMAX, values, None, worked)["line"] == usual["line"]


@pytest.mark.parametrize(
    "request_part",
    [
        {"worked": {"name": "no such", "entry": [0]}},
        {"worked": {"name": "probabilities", "entry": ["0"]}},
        {"worked": {"name": "probabilities", "entry": [-1]}},
        {"worked": {"name": ["probabilities"], "entry": [0]}},
        {"worked": {"name": "probabilities", "entry": [0], "term": -2}},
        {"worked": {"name": "probabilities", "entry": [0], "term": 1e9}},
        {"worked": {"name": "probabilities", "entry": [0], "term": "1"}},
        {"worked": [1, 2]},
        {"table": -1},
        {"table": "0"},
        {"table": True},
        {"attempt": 3},
        {"attempt": {"question": -1, "seed": 0, "given": 1}},
        {"attempt": {"question": 0, "seed": 1e9, "given": 1}},
        {"attempt": {"question": 0, "seed": True, "given": 1}},
    ],
)
def test_a_hostile_request_asks_for_nothing(request_part):
    state = LessonState(SOFTMAX, SOFTMAX.statement.defaults)
    state.receive({"m": "a", "n": 1, "values": {}, "revision": 0, **request_part})
    assert state.worked == frames.USUAL
    assert state.table is None
    assert state.attempt is None


def test_a_sum_is_gone_through_term_by_term_at_every_position_of_a_drag():
    values = {**SOFTMAX.statement.defaults, "z2": 0.0}
    control = SOFTMAX.statement.control("z1")
    sweep = frames.sweep(SOFTMAX, control, values, Pool(), None, Worked(term=1))
    line = frames.frame(SOFTMAX, values, None, Worked(term=1))["line"]
    assert (line["terms"], line["numbers"][-2:]) == (3, ["1", "8.389"])
    assert sweep["scene"]["line"]["pieces"] == line["pieces"]
    usual = frames.frame(SOFTMAX, values)["line"]
    assert "terms" not in usual


def test_where_the_usual_line_has_no_sum_the_first_equation_with_one_is_gone_through():
    lesson = BY_SLUG["layer_norm"]
    line = frames.frame(lesson, lesson.statement.defaults, None, Worked(term=3))["line"]
    assert line["terms"] == 4
    assert line["numbers"][-2:] == ["4", "10"]  # 1 + 2 + 3 + 4


@every_lesson
def test_the_browser_is_told_whether_there_is_a_sum(lesson):
    statement, history = lesson.statement, default_history(lesson.statement)
    state = LessonState(lesson, statement.defaults)
    line = frames.frame(lesson, statement.defaults, history, Worked(term=0))["line"]
    told = live.describe_lesson(state)["summed"]
    assert told == (line.get("terms", 0) > 1) == bool(statement.summed)


def pictures_with_terms(lesson, values):
    """Return the pictures that show a sum's terms: with the sum's name, their places."""
    scene = lesson.scene(values, default_history(lesson.statement))
    return [
        (figure, name, places)
        for figure in scene.figures
        for name, places in figure["layout"]["meta"].get("terms", {}).items()
    ]


def term_place(places, k):
    """Return where a picture shows a term."""
    return places[k] if isinstance(places, list) else places + k


def drawn_at(figure):
    """Return at which x something is drawn."""
    found = set()
    for trace in figure["data"]:
        columns = range(np.shape(trace["z"])[1]) if "z" in trace else trace["x"]
        found |= {float(x) for x in columns}
    return found


@every_lesson
def test_a_picture_that_shows_the_terms_of_a_sum_shows_every_one(lesson):
    statement, history = lesson.statement, default_history(lesson.statement)
    still = {*statement.slow_controls}
    for control in statement.controls:
        ends = (control.positions[0], control.positions[-1])
        for end in ends if control.name not in still else ():
            values = {**statement.defaults, control.name: end}
            for figure, name, places in pictures_with_terms(lesson, values):
                worked = Worked(name, term=0)
                line = frames.frame(lesson, values, history, worked)["line"]
                count = line["terms"] or 1  # a single term is no sum to step through
                assert line["sum"] == name
                if isinstance(places, list):
                    assert len(places) == count
                assert {term_place(places, k) for k in range(count)} <= drawn_at(figure)


@pytest.mark.parametrize(
    "slug",
    [
        "policy_gradient",
        "softmax",
        "expected_return",
        "multi_head_attention",
        "transformer_ffn",
    ],
)
def test_where_a_term_is_framed_its_number_is_drawn(slug):
    lesson = BY_SLUG[slug]
    values = lesson.statement.defaults
    history = default_history(lesson.statement)
    figure, name, places = pictures_with_terms(lesson, values)[-1]
    usual = frames.frame(lesson, values, history, Worked(name, term=0))["line"]
    for k in range(usual["terms"]):
        place = term_place(places, k)
        line = frames.frame(lesson, values, history, Worked(name, term=k))["line"]
        term = float(line["numbers"][-2])
        drawn = [
            height
            for trace in figure["data"]
            for x, height in zip(trace["x"], trace["y"], strict=True)
            if x == place
        ]
        assert term in [pytest.approx(height, rel=1e-3, abs=1e-9) for height in drawn]


def test_of_an_entry_that_the_pictures_do_not_show_no_term_is_framed():
    lesson = BY_SLUG["attention"]
    values = lesson.statement.defaults
    history = default_history(lesson.statement)
    own, other = (
        frames.frame(lesson, values, history, Worked("output", entry, 1))["line"]
        for entry in ((), (0, 1))
    )
    assert (own["sum"], other["sum"]) == ("output", "")
    assert own["terms"] == other["terms"] == 6


@pytest.mark.parametrize("given", ["1", None, {}, 1e300, [0] * 99, [0, -1], True])
def test_an_answer_that_is_none_is_not_graded(given):
    read = attempt({"question": 0, "seed": 0, "given": given})
    assert read is not None
    assert read.given is None


def test_a_control_stands_where_it_belongs():
    groups = {
        control.name: live.group_of(control, BY_SLUG["adam"].statement)
        for control in BY_SLUG["adam"].statement.controls
    }
    assert groups["lr"] == ""
    assert groups["log10_eps"] == "more"
    mse = BY_SLUG["mean_squared_error"].statement
    known = {c.name: live.group_of(c, mse) for c in mse.controls}
    assert known["prediction"] == ""
    assert known["loss"] == ""  # the printed formula follows it
    positions = BY_SLUG["positional_encoding"].statement
    assert live.group_of(positions.control("pair"), positions) == ""  # an index in it
    everywhere = {
        live.group_of(control, lesson.statement)
        for lesson in LESSONS
        for control in lesson.statement.controls
    }
    assert everywhere == {"", "picture", "more"}


def test_pictures_light_up_for_a_quantity_that_they_show_in_its_color():
    def lit(key):
        statement = BY_SLUG[key].statement
        return {
            q.name for q in statement.quantities if live.has_own_traces(q, statement)
        }

    gradient = lit("policy_gradient")
    assert {"theta", "slope", "p", "actions", "value", "estimate"} <= gradient
    # The step size would light up the steps to the left, which are as gray.
    assert not gradient & {"log2_alpha", "rewards", "updated", "seed"}
    assert {"updated", "theta", "m_hat", "m"} <= lit("adam")
    assert not lit("adam") & {"n_steps", "rotation"}
    assert {"y_true", "outlier", "y_pred", "prediction"} <= lit("mean_squared_error")


def test_a_chart_that_is_not_there_has_no_table():
    state = LessonState(SOFTMAX, SOFTMAX.statement.defaults)
    state.table = 99
    header = unpack(live.live_message(state, live.Progress()))["header"]
    assert header["table"]["text"].splitlines() == ["chart,series,x,y,value"]


def test_a_glide_is_described_like_a_sweep():
    path = path_between(
        SOFTMAX.statement,
        SOFTMAX.statement.defaults,
        {**SOFTMAX.statement.defaults, "z1": 4.0},
        4,
    )
    made = frames.glide(SOFTMAX, path, Pool())
    assert made["settings"] == path
    assert {leaf["path"][0] for leaf in made["leaves"]} >= {"figures", "line"}


@pytest.mark.parametrize(
    ("slug", "control", "name"),
    [
        ("softmax", "z1", ""),
        ("probability_chain_rule", "token_probability", ""),
        ("probability_chain_rule", "p_b", "joint"),
        ("linear_regression", "slope", "guess_sse"),
        ("bellman", "sweeps", ""),
        ("linear_layer", "n_in", "parameters"),
        ("dot_product", "dimension", ""),  # only the picture follows it
    ],
)
def test_the_live_line_follows_the_slider_that_is_held(slug, control, name):
    lesson = BY_SLUG[slug]
    slider, values = lesson.statement.control(control), lesson.statement.defaults
    history = default_history(lesson.statement)
    assert frames.line_following(lesson, slider, values, history) == Worked(name)
    if name:
        low, high = (
            frames.sweep(lesson, slider, values, Pool(), history)["scene"]["line"],
            frames.frame(lesson, values, history)["line"],
        )
        assert low["pieces"] != high["pieces"]


def test_a_line_that_was_chosen_stays_whatever_is_held():
    lesson = BY_SLUG["probability_chain_rule"]
    slider, values = lesson.statement.control("p_b"), lesson.statement.defaults
    chosen = Worked("perplexity")
    sweep = frames.sweep(lesson, slider, values, Pool(), None, chosen)
    frame = frames.frame(lesson, values, None, chosen)
    assert sweep["scene"]["line"]["pieces"] == frame["line"]["pieces"]


@every_lesson
def test_every_slider_has_a_line_to_follow(lesson):
    history = default_history(lesson.statement)
    for slider in lesson.statement.swept_controls:
        worked = frames.line_following(
            lesson, slider, lesson.statement.defaults, history
        )
        assert worked.name in ("", *lesson.statement.computed_names)
        assert worked == Worked(worked.name)


@pytest.mark.parametrize("lesson", SHOWN, ids=lambda one: one.key)
def test_every_quantity_that_an_equation_computes_can_be_worked_out(lesson):
    statement = lesson.statement
    history = default_history(statement)
    for name in statement.computed_names:
        line = frames.frame(lesson, statement.defaults, history, Worked(name))["line"]
        assert line["numbers"], name
