"""Every lesson, without a browser: both ends of every control, links, presets, words."""

from __future__ import annotations

import dataclasses
import math
import re
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plotly.graph_objects import Figure

from notation import evaluation, trees
from notation.numbers import number_text
from notation.statement import call_with
from tests.lessons import default_history, drawing, simulated
from tests.strategies import settings_of
from tests.visits import state_of, visited
from ui import details, frames, live, simulation
from ui.catalogue import BY_KEY, BY_SLUG, LESSONS, SHOWN
from ui.live import Progress
from ui.packing import Pool, resolve, unpack
from ui.state import LessonState

every_lesson = pytest.mark.parametrize("lesson", SHOWN, ids=lambda f: f.key)
relaxed = settings(
    max_examples=15, deadline=None, suppress_health_check=list(HealthCheck)
)


def setting_of_each_end(lesson):
    for control in lesson.statement.controls:
        for value in (control.positions[0], control.positions[-1]):
            yield {**lesson.statement.defaults, control.name: value}


@every_lesson
def test_a_lesson_opens_at_both_ends_of_every_control(lesson):
    at = visited(lesson)
    assert not at.exception
    for values in setting_of_each_end(lesson):
        state_of(at, lesson).set(values)
        at.run()
        assert not at.exception, values
        assert state_of(at, lesson).values == values


@every_lesson
def test_a_link_sets_every_control(lesson):
    query = {c.name: c.text(c.positions[-1]) for c in lesson.statement.controls}
    at = visited(lesson, **query)
    state = state_of(at, lesson)
    assert state.values == {c.name: c.positions[-1] for c in lesson.statement.controls}
    assert state.notices == {}
    assert state.dropped == []


@every_lesson
def test_presets_are_at_least_three_other_settings(lesson):
    defaults = lesson.statement.defaults
    presets = [{**defaults, **preset.values} for preset in lesson.presets]
    assert len(presets) >= (1 if lesson.form else 3)
    assert len({tuple(values.items()) for values in presets}) == len(presets)
    for values in presets:
        for name, value in values.items():
            assert lesson.statement.control(name).clamp(value) == value


@every_lesson
def test_a_preset_is_walked_to_where_no_long_computation_stands_between(lesson):
    statement, defaults = lesson.statement, lesson.statement.defaults
    for preset in lesson.presets:
        state = LessonState(lesson, dict(defaults))
        wanted = {**defaults, **preset.values}
        state.receive(
            {"m": "a", "n": 1, "revision": 0, "values": wanted, "glide": True}
        )
        state.history = simulation.whole_history(statement, defaults)
        header = unpack(live.live_message(state, Progress()))["header"]
        assert header["values"] == wanted
        if wanted == defaults or not simulation.same_history(
            statement, (defaults, wanted)
        ):
            assert header["glide"] is None
            continue
        settings = header["glide"]["settings"]
        assert (settings[0], settings[-1]) == (defaults, wanted)
        assert header["glide"]["time"] == pytest.approx(300, rel=0.1)


@every_lesson
def test_every_tab_opens(lesson):
    at = visited(lesson)
    for name in ("Symbols", "Derivation", "Code", "Data", "Sources", "Worked steps"):
        at.session_state[f"tabs/{lesson.slug}"] = name
        at.run()
        assert not at.exception, name


@every_lesson
def test_the_frame_has_every_part(lesson):
    at = visited(lesson)
    assert at.title[0].value == lesson.title
    text = " ".join(m.value for m in (*at.markdown, *at.header))
    for part in (lesson.text.question, "Careful", "Notice"):
        assert part in text
    assert lesson.text.notice
    assert lesson.text.pitfalls
    if lesson.form:
        assert len(lesson.text.tasks) <= 4
        return
    assert "In real systems" in text
    assert 2 <= len(lesson.text.tasks) <= 4
    assert lesson.text.in_use


@every_lesson
@relaxed
@given(data=st.data())
def test_what_is_drawn_is_a_valid_figure_without_gaps_in_its_words(lesson, data):
    values = data.draw(settings_of(lesson.statement))
    scene = drawing(lesson)(**values)
    assert 1 <= len(scene.figures) <= 4
    assert scene.status.strip().endswith((".", "!"))
    assert "nan" not in scene.status.lower().split()
    for figure in scene.figures:
        Figure(figure)
        assert figure["layout"]["meta"]["title"]
    plain = frames.plain_scene(scene, lesson.statement)
    message = unpack(Pool().message({"scene": plain["status"], "r": plain["readouts"]}))
    assert message["header"]["scene"] == scene.status


@every_lesson
def test_no_more_points_than_pixels_and_fixed_axes(lesson):
    for values in setting_of_each_end(lesson):
        for figure in drawing(lesson)(**values).figures:
            for trace in figure["data"]:
                for axis in ("x", "y"):
                    assert len(trace.get(axis, ())) <= 2000


@every_lesson
def test_a_sweep_shows_exactly_what_each_position_draws(lesson):
    for control in lesson.statement.controls:
        if not control.is_number:
            continue
        pool = Pool()
        history = default_history(lesson.statement)
        defaults = lesson.statement.defaults
        made = frames.sweep(lesson, control, defaults, pool, history)
        worked = frames.line_following(lesson, control, defaults, history)
        message = unpack(pool.message({"sweep": made}))
        sent, numbers = message["header"]["sweep"], message["pool"]
        for k in range(0, len(control.positions), max(1, len(control.positions) // 7)):
            shown = replayed(sent, numbers, k)
            values = {**defaults, control.name: control.positions[k]}
            single, past = Pool(), history
            if control in lesson.statement.outlined_controls:
                past = call_with(lesson.statement.outline, values)
            drawn = frames.frame(lesson, values, past, worked)
            text = single.message({"scene": single.refer(drawn)})
            direct = unpack(text)
            expected = resolve(direct["header"]["scene"], direct["pool"])
            same(shown, expected)


@every_lesson
def test_a_scene_stays_as_it_was_while_others_are_drawn(lesson):
    def sent(scene):
        pool = Pool()
        return pool.message(
            {"scene": pool.refer(frames.plain_scene(scene, lesson.statement))}
        )

    scene = drawing(lesson)(**lesson.statement.defaults)
    before = sent(scene)
    for values in setting_of_each_end(lesson):
        drawing(lesson)(**values)
    assert sent(scene) == before


def replayed(sweep, numbers, k):
    scene = resolve(sweep["scene"], numbers)
    for leaf in sweep["leaves"]:
        target = scene
        for key in leaf["path"][:-1]:
            target = target[key]
        if "texts" in leaf:
            value = resolve(leaf["texts"][leaf["which"][k]], numbers)
        else:
            start = leaf["offset"] + k * leaf["size"]
            value = numbers[start : start + leaf["size"]].reshape(leaf["shape"])
        target[leaf["path"][-1]] = value
    return scene


def same(a, b):
    if isinstance(b, dict):
        assert a.keys() == b.keys()
        for key in b:
            same(a[key], b[key])
    elif isinstance(b, list) and b and isinstance(b[0], (dict, list, np.ndarray)):
        assert len(a) == len(b)
        for x, y in zip(a, b, strict=True):
            same(x, y)
    elif isinstance(b, (np.ndarray, float, int)) and not isinstance(b, bool):
        np.testing.assert_allclose(
            np.asarray(a, dtype=float), np.asarray(b, dtype=float), rtol=1e-6
        )
    else:
        assert a == b


@every_lesson
def test_a_sweep_is_small(lesson):
    for control in lesson.statement.controls:
        if not control.is_number:
            continue
        pool = Pool()
        history = default_history(lesson.statement)
        made = frames.sweep(lesson, control, lesson.statement.defaults, pool, history)
        assert len(pool.message({"sweep": made})) < 300_000, control.name


@every_lesson
def test_the_csv_holds_what_is_plotted(lesson):
    scene = drawing(lesson)(**lesson.statement.defaults)
    lines = details.csv_text(scene.figures).splitlines()
    points = 0
    for figure in scene.figures:
        for trace in figure["data"]:
            axes = ["z"] if "z" in trace else ["x", "y"]
            drawn = [np.isfinite(np.asarray(trace.get(k, ()), float)) for k in axes]
            points += np.logical_and.reduce(drawn).sum()
    assert lines[0] == "chart,series,x,y,value"
    assert len(lines) == points + 1
    assert "nan" not in {word for line in lines for word in line.split(",")}


@every_lesson
def test_worked_steps_follow_the_controls(lesson):
    statement = lesson.statement
    named = [e for e in statement.equations if trees.name_of(e.left) is not None]
    number = statement.equations.index(named[-1])
    for values in setting_of_each_end(lesson):
        numbers = statement.solve(values, default_history(statement)).numbers
        env = evaluation.environment(statement.quantities, numbers)
        place = next(iter(evaluation.entries(named[-1], statement.quantities, env)))
        lines = details.worked(statement, number, place, numbers, {})
        # The case that holds may be a number, as that of a ReLU below 0.
        assert len(lines) >= 2 or re.search(r"= -?\d+$", lines[0])


def test_a_simulation_is_the_same_in_slices_and_at_once():
    for lesson in LESSONS:
        statement = lesson.statement
        if statement.simulate is None:
            continue
        values = statement.defaults
        if lesson.slug == "policy_gradient":  # which else trains nothing
            values = values | {"shown": "learning"}
        job, sliced = simulation.start(statement, values), None
        while sliced is None:
            sliced = simulation.advance(job, 0.001)
        first, second = (
            frames.sweep(lesson, statement.swept_controls[-1], values, Pool(), history)
            for history in (sliced, simulated(statement, **values))
        )
        assert first == second


def test_a_simulation_is_brought_forward_by_one_thread_at_a_time():
    # Two tabs of one visitor, or a message that comes twice, ask for the same.
    statement = BY_SLUG["policy_gradient"].statement
    job = simulation.start(statement, statement.defaults | {"shown": "learning"})
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda _: simulation.advance(job, math.inf), "1234"))
    assert all(history is found[0] for history in found)
    assert found[0] is not None


def test_visitors_who_wait_for_the_same_history_share_its_computation():
    statement = BY_SLUG["policy_gradient"].statement
    values = statement.defaults | {"seed": 12, "shown": "learning"}
    first, second = (simulation.start(statement, values) for _ in range(2))
    assert first is second
    assert simulation.start(statement, values | {"seed": 13}) is not first
    history = None
    while history is None:
        simulation.advance(first, 0.001)
        history = simulation.advance(second, 0.001)
    assert simulation.whole_history(statement, values) is history


@pytest.mark.parametrize(
    ("away", "runs"), [(0.0, 0.04), (0.01, 0.04), (0.1, 0.1), (9.0, 0.25)]
)
def test_a_computation_runs_as_long_as_it_rested_within_bounds(monkeypatch, away, runs):
    now = [100.0]
    monkeypatch.setattr(simulation.time, "perf_counter", lambda: now[0])

    def ticking():
        while True:
            now[0] += 0.001
            yield 0.5

    statement = dataclasses.replace(
        BY_SLUG["policy_gradient"].statement, simulate=ticking
    )
    job = simulation.start(statement, {})
    simulation.advance(job)
    now[0] += away
    begun = now[0]
    assert simulation.advance(job) is None
    assert now[0] - begun == pytest.approx(runs, abs=0.0011)


def test_a_computation_that_failed_is_begun_anew():
    def broken():
        yield 0.5
        raise ValueError("no such world")

    statement = dataclasses.replace(
        BY_SLUG["policy_gradient"].statement, simulate=broken
    )
    job = simulation.start(statement, {})
    with pytest.raises(ValueError, match="no such world"):
        simulation.advance(job, 1)
    assert simulation.start(statement, {}) is not job


def test_q_learnings_worked_steps_end_at_the_bars_of_the_chart():
    lesson = BY_SLUG["q_learning"]
    statement = lesson.statement
    values = statement.defaults | {"episodes": 40}
    history = default_history(statement)
    numbers = statement.solve(values, history).numbers
    before, after = (t["y"] for t in lesson.scene(values, history).figures[2]["data"])
    old, new = (
        numbers[table][0, numbers["action"]] for table in ("action_values", "updated")
    )
    assert old == before[numbers["action"]]
    assert new == after[numbers["action"]] != old
    at = visited(lesson, episodes="40")
    while state_of(at, lesson).history is None:  # it trains a slice at a time
        at.run()
    assert not at.exception
    shown = " ".join(line.value for line in at.latex)
    assert number_text(new).replace("−", "-") in shown.replace("−", "-")


@every_lesson
def test_what_can_be_touched_on_a_picture_moves_controls_that_are_there(lesson):
    sliders = {c.name for c in lesson.statement.controls if c.is_number}
    for values in setting_of_each_end(lesson):
        for figure in drawing(lesson)(**values).figures:
            meta = figure["layout"]["meta"]
            for handle in meta.get("handles", ()):
                names = {handle[key] for key in ("x", "y", "length", "angle")} - {""}
                assert names
                assert names <= sliders
                assert np.isfinite(handle["at"]).all()
            if "pick" in meta:
                pick = meta["pick"]
                names = {pick["x"], pick["y"], pick.get("block", "")} - {""}
                assert names
                assert names <= {c.name for c in lesson.statement.controls}


def test_handles_follow_their_controls():
    moved = 0
    for lesson in LESSONS:
        values = lesson.statement.defaults
        for k, figure in enumerate(drawing(lesson)(**values).figures):
            for n, handle in enumerate(figure["layout"]["meta"].get("handles", ())):
                for key in ("x", "y", "length", "angle"):
                    if not handle[key]:
                        continue
                    control = lesson.statement.control(handle[key])
                    other = {**values, control.name: control.positions[-2]}
                    there = drawing(lesson)(**other).figures[k]["layout"]["meta"]
                    assert there["handles"][n]["at"] != handle["at"], control.name
                    moved += 1
    assert moved > 10


@pytest.mark.parametrize("slug", ["convolution", "matrix_multiplication"])
def test_a_click_on_a_cell_chooses_its_row_and_column(slug):
    lesson = BY_SLUG[slug]
    statement = lesson.statement
    for row, column in ((0, 1), (2, 0)):
        values = {**statement.defaults, "row": row, "column": column}
        chosen = [
            figure
            for figure in drawing(lesson)(**values).figures
            if "pick" in figure["layout"]["meta"]
        ]
        assert len(chosen) == 1
        pick = chosen[0]["layout"]["meta"]["pick"]
        place = pick["start"][0] + row, pick["start"][1] + column
        frames_drawn = chosen[0]["layout"]["shapes"]
        centers = {(s["y0"] + 0.5, s["x0"] + 0.5) for s in frames_drawn}
        assert place in centers
        assert statement.control(pick["y"]).positions[row] == row
        assert statement.control(pick["x"]).positions[column] == column


def test_without_the_live_figure_presets_sliders_and_charts_are_streamlits_own():
    lesson = BY_SLUG["softmax"]
    at = visited(lesson)
    state_of(at, lesson).fallback = True
    at.run()
    assert not at.exception
    assert "could not be loaded" in at.info[0].value
    at.button("plain/preset/softmax/Creative").click().run()
    assert state_of(at, lesson).values["temperature"] == 2
    at.select_slider("plain/softmax/z1/1").set_value(3.0).run()
    assert state_of(at, lesson).values["z1"] == 3
    at.button("plain/preset/softmax/Reset").click().run()
    assert state_of(at, lesson).values == lesson.statement.defaults


# Settings at which a number is 0 but for the rounding of what cancels.
ZEROS = (
    ("positional_encoding/rope", {"offset": 0, "alpha": 90}, "score"),
    (
        "positional_encoding/rope",
        {"offset": 0, "alpha": 180},
        "the same with added encodings",
    ),
    ("linear_regression/ridge", {"noise": 0.0, "alpha": 0.0}, "sse"),
    ("linear_regression/lasso", {"noise": 0.0, "penalty": 0.0}, "sse"),
    (
        "expected_return/lambda_return",
        {"lam": 0.0, "critic": 1.05},
        "advantage of the first step",
    ),
    ("kl_divergence/fit", {"peak": 0.0}, "smallest reverse divergence"),
    ("dot_product/cosine", {"direction": -50}, "cosine with dog"),
    ("variance/merged", {"shift": -8.0}, "mean"),
    ("linear_regression", {"data": "leverage"}, "r2"),
    (
        "gradient_descent",
        {"condition": 49.0, "relative_lr": 1.0},
        "error kept per step, steep",
    ),
)


@pytest.mark.parametrize(("key", "setting", "label"), ZEROS)
def test_what_is_zero_is_shown_as_zero(key, setting, label):
    lesson = BY_KEY[key]
    scene = drawing(lesson)(**lesson.statement.defaults | setting)
    assert scene.readouts[label] == 0
