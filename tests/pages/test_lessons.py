"""Every lesson, without a browser: both ends of every control, links, presets, words."""

from __future__ import annotations

import functools
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plotly.graph_objects import Figure
from streamlit.testing.v1 import AppTest

from formulas import notation
from formulas.catalogue import BY_SLUG, CATALOGUE
from formulas.numbers import number_text
from tests.strategies import settings_of
from ui import details, live, snippet
from ui.lesson import LESSONS, ROOT, page_path
from ui.packing import Pool, resolve, unpack
from ui.reading import drawing, finished, read_lesson

every_lesson = pytest.mark.parametrize("formula", LESSONS, ids=lambda f: f.slug)
relaxed = settings(
    max_examples=15, deadline=None, suppress_health_check=list(HealthCheck)
)


@functools.cache
def app() -> AppTest:
    return AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)


def opened(formula, **query: str) -> AppTest:
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    at.switch_page(page_path(formula))
    for name, text in query.items():
        at.query_params[name] = text
    return at.run()


def state_of(at: AppTest, formula):
    return at.session_state[f"lesson/{formula.slug}"]


def setting_of_each_end(formula):
    for control in formula.controls:
        for value in (control.positions[0], control.positions[-1]):
            yield {**formula.defaults, control.name: value}


@every_lesson
def test_a_lesson_opens_at_both_ends_of_every_control(formula):
    at = opened(formula)
    assert not at.exception
    for values in setting_of_each_end(formula):
        state_of(at, formula).set(values)
        at.run()
        assert not at.exception, values
        assert state_of(at, formula).values == values


@every_lesson
def test_a_link_sets_every_control(formula):
    query = {c.name: c.text(c.positions[-1]) for c in formula.controls}
    at = opened(formula, **query)
    state = state_of(at, formula)
    assert state.values == {c.name: c.positions[-1] for c in formula.controls}
    assert state.notices == {}
    assert state.dropped == []


@every_lesson
def test_presets_are_at_least_three_and_each_button_sets_its_values(formula):
    presets = read_lesson(formula)["presets"]
    assert len(presets) >= 3
    at = opened(formula)
    for preset in presets:
        at.button(f"preset/{formula.slug}/{preset.name}").click().run()
        assert not at.exception
        values = {**formula.defaults, **preset.values}
        assert state_of(at, formula).values == values
        for name, value in preset.values.items():
            assert formula.control(name).clamp(value) == value
    at.button(f"reset/{formula.slug}").click().run()
    assert state_of(at, formula).values == formula.defaults


@every_lesson
def test_every_tab_opens(formula):
    at = opened(formula)
    for name in ("Symbols", "Derivation", "Code", "Data", "Sources", "Worked steps"):
        at.session_state[f"tabs/{formula.slug}"] = name
        at.run()
        assert not at.exception, name


@every_lesson
def test_the_frame_has_every_part(formula):
    at = opened(formula)
    assert at.title[0].value == formula.title
    text = " ".join(m.value for m in at.markdown)
    for part in (formula.question, "Try this", "Careful", "In real systems", "Notice"):
        assert part in text
    words = read_lesson(formula)
    assert 2 <= len(words["try_this"]) <= 4
    assert all(question.endswith("?") for question in words["try_this"])
    assert words["notice"]
    assert words["pitfalls"]
    assert words["in_use"]


@every_lesson
@relaxed
@given(data=st.data())
def test_what_is_drawn_is_a_valid_figure_without_gaps_in_its_words(formula, data):
    values = data.draw(settings_of(formula))
    scene = drawing(formula)(**values)
    assert 1 <= len(scene.figures) <= 4
    assert scene.status.strip().endswith((".", "!"))
    assert "nan" not in scene.status.lower().split()
    for figure in scene.figures:
        Figure(figure)
        assert figure["layout"]["meta"]["title"]
    plain = scene.plain(formula)
    message = unpack(Pool().message({"scene": plain["status"], "r": plain["readouts"]}))
    assert message["header"]["scene"] == scene.status


@every_lesson
def test_no_more_points_than_pixels_and_fixed_axes(formula):
    for values in setting_of_each_end(formula):
        for figure in drawing(formula)(**values).figures:
            for trace in figure["data"]:
                for axis in ("x", "y"):
                    assert len(trace.get(axis, ())) <= 2000


@every_lesson
def test_a_sweep_shows_exactly_what_each_position_draws(formula):
    draw = drawing(formula)
    for control in formula.controls:
        if control.kind in ("switch", "option"):
            continue
        pool = Pool()
        made = live.sweep(formula, draw, control, formula.defaults, pool)
        message = unpack(pool.message({"sweep": made}))
        sent, numbers = message["header"]["sweep"], message["pool"]
        for k in range(0, len(control.positions), max(1, len(control.positions) // 7)):
            shown = replayed(sent, numbers, k)
            values = {**formula.defaults, control.name: control.positions[k]}
            single = Pool()
            text = single.message(
                {"scene": single.refer(draw(**values).plain(formula))}
            )
            direct = unpack(text)
            expected = resolve(direct["header"]["scene"], direct["pool"])
            same(shown, expected)


@every_lesson
def test_a_scene_stays_as_it_was_while_others_are_drawn(formula):
    def sent(scene):
        pool = Pool()
        return pool.message({"scene": pool.refer(scene.plain(formula))})

    scene = drawing(formula)(**formula.defaults)
    before = sent(scene)
    for values in setting_of_each_end(formula):
        drawing(formula)(**values)
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
def test_a_sweep_is_small(formula):
    for control in formula.controls:
        if control.kind in ("switch", "option"):
            continue
        pool = Pool()
        made = live.sweep(formula, drawing(formula), control, formula.defaults, pool)
        assert len(pool.message({"sweep": made})) < 300_000, control.name


@every_lesson
def test_the_snippet_prints_the_number_on_the_screen(formula, tmp_path):
    given_ = formula.inputs(**formula.defaults)
    computed = formula.outputs(given_)
    name, entry = details.result_entry(formula, computed)
    value = float(np.asarray(computed[name])[entry] if entry else computed[name])
    program = tmp_path / "snippet.py"
    program.write_text(snippet.snippet(formula, given_, name, entry))
    assert "formulas" not in program.read_text()
    assert "checks." not in program.read_text()
    run = subprocess.run(
        [sys.executable, "-I", str(program)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.strip() == f"{value:.4g}"


@every_lesson
def test_the_csv_holds_what_is_plotted(formula):
    scene = drawing(formula)(**formula.defaults)
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
def test_worked_steps_follow_the_controls(formula):
    equation = len(formula.built) - 1
    while notation.name_of(formula.built[equation].left) is None:
        equation -= 1
    for values in setting_of_each_end(formula):
        given_ = formula.inputs(**values)
        env = notation.environment(formula, {**formula.outputs(given_), **given_})
        place = next(iter(notation.entries(formula.built[equation], formula, env)))
        lines = details.worked(
            formula, equation, tuple(place.items()), tuple(values.items())
        )
        assert len(lines) >= 2


@every_lesson
def test_the_page_stays_short(formula):
    source = (ROOT / page_path(formula)).read_text()
    assert "import plotly" not in source
    assert "import streamlit" not in source
    assert len(source.splitlines()) <= 90


def test_every_page_belongs_to_a_formula():
    pages = {
        str(p.relative_to(ROOT).as_posix())
        for p in (ROOT / "pages").glob("*/*.py")
        if p.parent.name != "overview"
    }
    assert pages <= {page_path(formula) for formula in CATALOGUE}


def test_a_record_is_the_same_in_slices_and_at_once():
    from ui import record

    for formula in LESSONS:
        made = read_lesson(formula).get("record")
        if made is None:
            continue
        job = record.start(formula.slug, made, formula.defaults)
        sliced = None
        while sliced is None:
            sliced = record.advance(job, 0.001)
        whole = finished(made, formula)
        first = live.sweep(
            formula,
            functools.partial(read_lesson(formula)["draw"], record=sliced),
            formula.controls[-1],
            formula.defaults,
            Pool(),
        )
        second = live.sweep(
            formula,
            functools.partial(read_lesson(formula)["draw"], record=whole),
            formula.controls[-1],
            formula.defaults,
            Pool(),
        )
        assert first == second


@every_lesson
def test_the_prediction_is_graded_by_the_model(formula):
    prediction = read_lesson(formula)["prediction"]
    explanation = read_lesson(formula)["explanation"]
    truth = prediction.answer()
    assert prediction.right(truth, truth)
    if prediction.choices:
        assert truth in prediction.choices
        assert not any(
            prediction.right(c, truth) for c in prediction.choices if c != truth
        )
    else:
        assert not prediction.right(truth * 1.5 + 1, truth)
    at = opened(formula)
    before = [m.value for m in at.markdown]
    assert explanation not in before
    at.session_state[f"predicted/{formula.slug}"] = truth
    at.run()
    assert not at.exception
    assert at.success
    assert explanation in [m.value for m in at.markdown]


def test_q_learnings_worked_steps_end_at_the_bars_of_the_chart():
    formula = BY_SLUG["q_learning"]
    values = formula.defaults | {"episodes": 40}
    scene = drawing(formula)(**values)
    old, target, new = scene.figures[2]["data"][0]["y"]
    computed = formula.outputs({**formula.inputs(**values), **scene.inputs})
    assert scene.inputs["action_values"][0, scene.inputs["action"]] == old
    assert computed["target"] == target
    assert computed["updated"][0, scene.inputs["action"]] == new != old
    at = opened(formula, episodes="40")
    while state_of(at, formula).record is None:  # it trains a slice at a time
        at.run()
    assert not at.exception
    shown = " ".join(line.value for line in at.latex)
    assert number_text(new).replace("−", "-") in shown.replace("−", "-")
