"""The pages for a class: plans, worksheets, collected answers, without a browser."""

from __future__ import annotations

import pytest

from tests.visits import opened, state_of, visited
from ui import plans, short_codes
from ui.catalogue import BY_SLUG
from ui.plans import Item, Plan

SOFTMAX = BY_SLUG["softmax"]
PLAN = Plan(
    "A <b>plan</b> ![x](http://evil)",
    (
        Item("softmax", "temperature=2.0&lock=z1", 1, "First *note* <i>"),
        Item("softmax", "temperature=4.0", 0, ""),
        Item("layer_norm/rms_norm", "", 0, "Last"),
    ),
)
MARKUP = "<b>&![x](y)"


def words(at):
    return " ".join(
        element.value
        for kind in ("markdown", "text", "title", "header", "warning", "error")
        for element in getattr(at, kind)
    )


def test_ready_plans_and_the_builder_are_on_one_page():
    at = opened("plan")
    assert not at.exception
    assert "Ready plans" in words(at)
    assert "Build one" in words(at)


def test_steps_are_added_by_links_and_a_wrong_link_loses_nothing():
    at = opened("plan")
    for link in ("/softmax?temperature=2.0", "nonsense", "/bayes?prior=0.5"):
        at.text_input(key="plan/link").set_value(link)
        at.button(key="FormSubmitter:plan/add-Add step").click().run()
        assert not at.exception
        if link == "nonsense":
            assert "This cannot be added" in words(at)
    draft = at.session_state["draft"]
    assert [item.lesson for item in draft.items] == ["softmax", "bayes"]
    at.button(key="plan/1/↑").click().run()
    draft = at.session_state["draft"]
    assert [item.lesson for item in draft.items] == ["bayes", "softmax"]
    at.button(key="plan/0/remove").click().run()
    assert [item.lesson for item in at.session_state["draft"].items] == ["softmax"]
    assert plans.from_code(at.session_state["draft"].code).items[0].lesson == "softmax"


def test_a_plan_in_the_link_is_shown_as_plain_text():
    at = opened("plan", plan=PLAN.code)
    assert not at.exception
    assert "First *note* <i>" in [text.value for text in at.text]
    assert "![x](" not in at.title[0].value


@pytest.mark.parametrize(
    "code", ["x", MARKUP, short_codes.written([MARKUP, [[MARKUP]]])]
)
def test_a_plan_that_cannot_be_read_is_said_on_every_page(code):
    for page in ("plan", "worksheet"):
        at = opened(page, plan=code)
        assert not at.exception
        assert "cannot be read" in words(at)
    at = visited(SOFTMAX, plan=code, step="1")
    assert not at.exception
    assert "cannot be read" in words(at)


@pytest.mark.parametrize("step", ["0", "4", "x", "-1", "1.0", "9" * 30])
def test_a_step_that_there_is_not_is_said(step):
    at = visited(SOFTMAX, plan=PLAN.code, step=step)
    assert not at.exception
    assert "has no such step" in words(at)


def test_the_bar_says_where_one_is_and_the_state_is_that_of_the_step():
    at = visited(SOFTMAX, **dict(PLAN.query(1)))
    shown = [text.value for text in at.text]
    assert any(text.endswith("1 of 3") for text in shown)
    assert "●○○" in shown
    state = state_of(at, SOFTMAX)
    assert state.values["temperature"] == 2
    assert state.handout.locked == ("z1",)
    assert state.handout.question == 1
    # The next step is on the same page and is another arrival, also on the way back.
    for step, temperature in ((2, 4), (1, 2)):
        for name in list(at.query_params):
            del at.query_params[name]
        for name, value in PLAN.query(step):
            at.query_params[name] = value
        at.run()
        assert state_of(at, SOFTMAX).values["temperature"] == temperature


def test_a_worksheet_has_questions_and_its_key_has_answers():
    at = opened("worksheet", lesson="Softmax", sheet="3")
    assert not at.exception
    assert "worksheet 3" in words(at)
    asked = words(at)
    assert "Why?" in asked
    at.segmented_control(key="kind").set_value("Key").run()
    assert "key 3" in words(at)
    assert "One setting:" in words(at)
    assert "Why?" not in words(at)


def test_a_plan_has_a_worksheet_for_each_of_its_lessons_once():
    at = opened("worksheet", plan=PLAN.code)
    heads = [header.value for header in at.header]
    assert heads == ["Softmax: worksheet 1", "RMSNorm: worksheet 1"]


def test_collected_answers_are_graded_and_markup_is_shown_as_it_is():
    code = short_codes.written([["softmax", 0, 0, 1, 1_790_000_000]])
    at = opened("answers")
    assert "No answers yet." in words(at)
    at.text_area(key="answers/codes").set_value(f"{MARKUP}: {code}\nbad: code").run()
    assert not at.exception
    assert "Line 2" in words(at)
    table = at.markdown[-1].value
    assert "softmax" in table
    assert r"\<b\>\&\!\[x\]\(y\)" in table
