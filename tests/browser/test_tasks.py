"""Tasks: open at the start, reached at their solutions, recognized while one drags."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from ui import simulation
from ui.catalogue import SHOWN
from ui.frames import plain_scene
from ui.lesson_text import read_preset

REACHED = "([goals, scene]) => window.modules.isReached(goals, scene)"


def told(lesson, values):
    """Return the part of a scene that goals are read off."""
    history = simulation.whole_history(lesson.statement, values)
    scene = plain_scene(lesson.scene(values, history), lesson.statement)
    return {"readouts": scene["readouts"], "values": values}


def goals_of(task):
    return [
        {"label": g.label, "relation": g.relation, "wanted": g.wanted}
        for g in task.goals
    ]


@pytest.mark.parametrize(
    "lesson", [one for one in SHOWN if one.text.tasks], ids=lambda one: one.key
)
def test_each_task_is_open_at_first_and_reached_at_its_solution(modules, lesson):
    defaults = lesson.statement.defaults
    for task in lesson.text.tasks:
        solution = read_preset(task.solution, lesson.statement)
        there = told(lesson, {**defaults, **solution.values})
        goals = goals_of(task)
        assert goals
        assert not modules.evaluate(REACHED, [goals, told(lesson, defaults)]), task
        assert modules.evaluate(REACHED, [goals, there]), (task, there)
        assert task.words.endswith((".", "?"))


@pytest.mark.parametrize(
    ("relation", "text", "wanted", "holds"),
    [
        ("≥", "0.99", "0.99", True), (">", "0.99", "0.99", False),
        ("<", "−3", "−2", True), ("≤", "1e-7", "1e-6", True), (">", "∞", "100", True),
        ("=", "0", "0", True), ("<", "undefined", "1", False), (">", "42%", "0.4", True),
        ("is", "takes 13 moves", "takes 13 moves", True), ("is", "1.0", "1", False),
    ],
)  # fmt: skip
def test_a_goal_is_read_off_a_live_number(modules, relation, text, wanted, holds):
    goals = [{"label": "r", "relation": relation, "wanted": wanted}]
    scene = {"readouts": [["r", text]], "values": {}}
    assert modules.evaluate(REACHED, [goals, scene]) == holds


def test_a_goal_may_be_a_control(modules):
    goals = [
        {"label": "causal", "relation": "is", "wanted": "on"},
        {"label": "kind", "relation": "is", "wanted": "hat"},
        {"label": "n", "relation": "≥", "wanted": "4"},
    ]
    scene = {"readouts": [], "values": {"causal": True, "kind": "hat", "n": 4}}
    assert modules.evaluate(REACHED, [goals, scene])
    for name, value in (("causal", False), ("kind", "box"), ("n", 3), ("n", None)):
        changed = {**scene, "values": {**scene["values"], name: value}}
        assert not modules.evaluate(REACHED, [goals, changed])


def test_what_no_hand_has_reached_does_not_count(visitor):
    page = visitor.open("/softmax?temperature=0.1")  # reaches the first task
    tasks = page.locator("[data-tasks]")
    expect(tasks).to_contain_text("○○○")
    page.locator("[data-reset]").click()
    visitor.shows(temperature=1.0)
    page.locator("[data-preset=Greedy]").click()
    visitor.shows(temperature=0.1)
    expect(tasks).to_contain_text("○○○")
    visitor.slider("temperature").press("ArrowRight")
    expect(tasks).to_contain_text("✓○○")


def test_a_question_that_passes_a_task_does_not_reach_it(visitor):
    page = visitor.open("/expected_return")
    page.get_by_role("button", name="Predict").click()
    visitor.shows(
        step_reward=-1.0
    )  # the return is negative there, as the third task asks
    expect(page.locator(".live-readouts")).to_contain_text("−5.29")
    expect(page.locator("[data-tasks]")).to_contain_text("○○○")


def test_a_task_is_recognized_during_a_drag_and_kept_over_a_reload(visitor):
    page = visitor.open("/softmax")
    opener = page.locator("[data-tasks]")
    opener.click()
    expect(opener).to_contain_text("○○○")
    card = page.locator(".live-tasks")
    hint = card.get_by_role("button", name="Hint").first
    hint.click()
    expect(card.locator(".live-hint").first).to_be_visible()
    visitor.slider("temperature").focus()
    for _ in range(5):
        page.keyboard.press("PageDown")
    visitor.rest()
    expect(opener).to_contain_text("✓○○")
    expect(card.get_by_role("status")).to_contain_text("Reached: Lower the temperature")
    page.reload()
    visitor.wait()
    expect(page.locator("[data-tasks]")).to_contain_text("✓○○")


def test_a_task_is_reached_by_typing_too(visitor):
    page = visitor.open("/policy_gradient?p=0.5")
    page.locator("[data-tasks]").click()
    page.get_by_text("○").first.wait_for()
    field = page.locator(".live-knob[data-quantity=baseline] input[type=text]")
    field.fill("-12")
    field.press("Enter")
    first = page.locator(".live-task-state").first
    expect(first).to_contain_text("✓")
