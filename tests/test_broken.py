"""Formulas without one of their parts: struck out in print, computed so, both drawn."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from charts import Axis, Bars, Scene, bars, heatmap
from notation import evaluation, steps, trees
from notation.printing import equation_latex
from notation.trees import Struck
from tests.lessons import numbers_of
from tests.strategies import settings_of
from tests.test_contract import disagreements, relaxed
from ui import frames, simulation
from ui.broken import MARKED, MARKED_BESIDE, POINTED_AT, RIGHT, UNMARKED, beside
from ui.catalogue import BROKEN, BrokenLesson
from ui.questions import spelled

every_broken = pytest.mark.parametrize("lesson", BROKEN, ids=lambda one: one.key)


def scene_of(lesson: Any, values: dict[str, Any]) -> Any:
    return lesson.scene(values, simulation.whole_history(lesson.statement, values))


def test_most_lessons_can_be_broken():
    assert len(BROKEN) >= 22


@every_broken
@relaxed
@given(data=st.data())
def test_what_is_struck_out_is_not_computed_over_every_controls_range(lesson, data):
    values = data.draw(settings_of(lesson.statement))
    assert disagreements(lesson, values) == []


@every_broken
def test_the_part_is_struck_out_in_print_and_only_there(lesson):
    statement = lesson.statement
    assert r"\cancel{" in statement.latex
    assert r"\cancel" not in lesson.whole.statement.latex
    printed = [equation_latex(e, statement.quantities) for e in statement.equations]
    assert any(r"\cancel{" in line for line in printed)
    line = statement.equation_of(
        statement.result_name
        if statement.line_result is None
        else statement.line_result(**_named(statement.line_result, statement.defaults))
    )
    assert line.right.has(Struck), "the live line does not show what is struck out"


def _named(function: Any, values: dict[str, Any]) -> dict[str, Any]:
    from notation.statement import parameters

    return {name: values[name] for name in parameters(function)}


@every_broken
def test_the_worked_steps_drop_the_part_and_end_at_the_broken_value(lesson):
    statement = lesson.statement
    struck = [e for e in statement.equations if e.right.has(Struck) and is_computed(e)]
    assert struck
    for equation in struck:
        # Where a formula has cases, the part stands in some of them.
        worked = [
            worked_out(lesson, equation, values) for values in settings_met(lesson)
        ]
        assert any(r"\cancel" in lines[1] for lines in worked), equation
        assert not any(r"\cancel" in lines[-1] for lines in worked), equation


def is_computed(equation: trees.Equation) -> bool:
    return trees.name_of(equation.left) is not None


def settings_met(lesson: BrokenLesson) -> list[dict[str, Any]]:
    """Return the settings that a lesson opens with, and those of its presets."""
    defaults = lesson.statement.defaults
    return [defaults, *({**defaults, **one.values} for one in lesson.whole.presets)]


def worked_out(
    lesson: BrokenLesson, equation: trees.Equation, values: dict[str, Any]
) -> list[str]:
    """Return the worked steps of the first entry of an equation."""
    quantities = lesson.statement.quantities
    numbers = numbers_of(lesson.statement, **values)
    env = evaluation.environment(quantities, numbers)
    indices = next(iter(evaluation.entries(equation, quantities, env)))
    return steps.worked_steps(equation, indices, quantities, numbers)


# Where a part is not left out but replaced by another one, which is printed beside it.
REPLACED = ("probability_chain_rule",)


@pytest.mark.parametrize(
    "lesson",
    [one for one in BROKEN if one.slug not in REPLACED],
    ids=lambda one: one.key,
)
def test_with_the_part_put_back_it_is_the_formula_of_the_lesson(lesson):
    """What is struck out belongs there, and nothing else of the equation is changed."""
    for values in settings_met(lesson):
        broken, whole = (
            numbers_of(one.statement, **values) for one in (lesson, lesson.whole)
        )
        mended = [
            trees.Equation(e.left, e.right.replace(Struck, first_of), e.ranges)
            for e in lesson.statement.equations
            if e.right.has(Struck)
        ]
        quantities = lesson.statement.quantities
        for one in evaluation.compare(mended, quantities, {**broken, **whole}):
            assert np.isclose(one.computed, one.literal, rtol=1e-9, atol=1e-12), one


@every_broken
def test_who_has_set_nothing_sees_a_difference(lesson):
    status = scene_of(lesson, lesson.statement.defaults).status
    assert "Now “" in status


def first_of(part: Any, _neutral: Any) -> Any:
    return part


@every_broken
def test_the_live_line_shows_what_is_struck_out_at_both_ends_of_every_slider(lesson):
    defaults = lesson.statement.defaults
    shown = []
    for control in lesson.statement.controls:
        for end in (control.positions[0], control.positions[-1]):
            values = {**defaults, control.name: end}
            history = simulation.whole_history(lesson.statement, values)
            line = frames.frame(lesson, values, history)["line"]
            shown.append("".join(line["pieces"]))
    assert any(r"\cancel{" in line for line in shown)


@every_broken
def test_it_has_the_sliders_of_the_lesson(lesson):
    # It may open elsewhere: where the part changes something.
    own, whole = lesson.statement.controls, lesson.whole.statement.controls
    alike = [
        dataclasses.replace(one, default=other.default)
        for one, other in zip(own, whole, strict=True)
    ]
    assert tuple(alike) == whole


# A lesson that trains does so twice for every setting that is drawn: fewer are.
TRAINED = tuple(one for one in BROKEN if one.statement.simulate is not None)
UNTRAINED = tuple(one for one in BROKEN if one not in TRAINED)


@pytest.mark.parametrize("lesson", UNTRAINED, ids=lambda one: one.key)
@relaxed
@given(data=st.data())
def test_both_are_drawn_and_compared_at_any_setting(lesson: BrokenLesson, data):
    assert_both_are_drawn(lesson, data.draw(settings_of(lesson.statement)))


@pytest.mark.parametrize("lesson", TRAINED, ids=lambda one: one.key)
@settings(relaxed, max_examples=6)
@given(data=st.data())
def test_both_are_drawn_and_compared_after_training(lesson: BrokenLesson, data):
    assert_both_are_drawn(lesson, data.draw(settings_of(lesson.statement)))


def assert_both_are_drawn(lesson: BrokenLesson, values: dict[str, Any]) -> None:
    scene, whole = scene_of(lesson, values), scene_of(lesson.whole, values)
    assert len(scene.figures) == len(whole.figures)
    for figure in scene.figures:
        go.Figure(figure["data"])
    names = [trace.get("name", "") for f in scene.figures for trace in f["data"]]
    assert any(name.startswith(RIGHT) or name == UNMARKED for name in names)
    large, *small = (
        [text for trace in figure["data"] for text in trace.get("text", ())]
        for figure in scene.figures
    )
    beside_it = RIGHT not in large and any(RIGHT in texts for texts in small)
    assert scene.status.endswith(MARKED) == (RIGHT in large)
    assert scene.status.endswith(MARKED_BESIDE) == beside_it
    hidden = RIGHT not in large and not beside_it and UNMARKED in names
    assert scene.status.endswith(POINTED_AT) == hidden
    assert scene.status.startswith(lesson.text.broken[1])
    for label in set(compared(lesson)) & set(scene.readouts):
        assert f"“{spelled(lesson.statement, label)}”" in scene.status


@every_broken
def test_some_numbers_of_the_first_screen_are_compared(lesson):
    first = scene_of(lesson, lesson.statement.defaults)
    assert set(compared(lesson)) & set(first.readouts)


@every_broken
def test_both_are_in_sight_on_the_first_screen(lesson):
    scene = scene_of(lesson, lesson.statement.defaults)
    ghosts = [
        trace
        for figure in scene.figures
        for trace in figure["data"]
        if trace.get("name", "").startswith(RIGHT) and trace.get("opacity", 1) > 0
    ]
    marked = [g for g in ghosts if g.get("mode") != "text" or RIGHT in g["text"]]
    assert marked


def both(broken, whole):
    """Draw one picture of a formula without a part and with it."""
    scenes = (Scene(one, status="", readouts={}) for one in (broken, whole))
    scene = beside(*scenes, ("Without it", "It helps."), {})
    return scene.figures[0]["data"][-1], scene.status


def test_what_the_part_does_not_change_is_not_marked():
    def drawn(heights):
        return bars("Bars", ("a", "b"), Bars("bar", heights), y=Axis("height", (0, 3)))

    ghost, said = both(drawn([1.0, 2.0]), drawn([1.0, 2.0]))
    assert (ghost["opacity"], list(ghost["text"])) == (0, ["", ""])
    assert said == "It helps."
    ghost, _ = both(drawn([1.0, 2.0]), drawn([1.0, 2.0 + 1e-13]))  # by a rounding error
    assert ghost["opacity"] == 0
    ghost, said = both(drawn([1.0, 2.0]), drawn([1.0, 2.5]))
    assert ghost["opacity"] > 0
    assert RIGHT in ghost["text"]
    assert said == f"It helps. {MARKED}"


def test_bars_of_the_whole_formula_are_not_cut():
    def drawn(heights, top):
        bar = Bars("bar", heights)
        return bars("Bars", ("a", "b"), bar, y=Axis("height", (-1, top)))

    scenes = [
        Scene(drawn(*one), status="", readouts={})
        for one in (([1.0, 2.0], 3), ([5.0, 2.0], 6))
    ]
    picture = beside(*scenes, ("Without it", "It helps."), {}).figures[0]
    assert picture["layout"]["yaxis"]["range"] == [-1, 6]
    lesson = next(one for one in BROKEN if one.slug == "q_learning")
    *_, update = scene_of(lesson, lesson.statement.defaults).figures
    low, high = update["layout"]["yaxis"]["range"]
    shown = [trace for trace in update["data"] if trace["type"] == "bar"]
    assert len([trace for trace in shown if RIGHT in trace.get("text", ())]) > 1
    for trace in shown:
        heights = np.asarray(trace["y"], dtype=float)
        heights = heights[np.isfinite(heights)]
        assert ((low <= heights) & (heights <= high)).all()


def test_a_map_of_which_most_cells_change_is_read_by_pointing_at_it():
    def drawn(cells):
        return heatmap("Map", np.reshape(cells, (2, 2)), limits=(0, 9))

    ghost, said = both(drawn([1.0, 2.0, 3.0, 4.0]), drawn([1.0, 2.0, 3.0, 5.0]))
    assert list(ghost["text"]) == ["", "", "", RIGHT]
    assert said == f"It helps. {MARKED}"
    ghost, said = both(drawn([1.0, 2.0, 3.0, 4.0]), drawn([1.0, 6.0, 7.0, 8.0]))
    assert list(ghost["text"]) == [""] * 4
    assert list(ghost["customdata"]) == [1, 6, 7, 8]
    assert said == f"It helps. {POINTED_AT}"


@every_broken
def test_what_is_compared_is_shown_on_the_first_screen(lesson):
    shown = scene_of(lesson, lesson.statement.defaults).readouts
    assert set(compared(lesson)) <= set(shown)


@every_broken
def test_the_part_makes_a_difference_on_the_first_screen_or_at_a_preset(lesson):
    said = [scene_of(lesson, values).status for values in settings_met(lesson)]
    assert any(" instead of " in status for status in said)


def compared(lesson: BrokenLesson) -> tuple[str, ...]:
    from importlib import import_module

    place = f"pages.{lesson.section}.{lesson.slug}.broken"
    return tuple(import_module(place).COMPARED)
