"""Modern forms of a formula: they take the lesson's place, by choice or by link."""

from __future__ import annotations

import pytest

from tests.visits import opened, state_of, visited
from ui import letters, sweep_route
from ui.catalogue import BY_KEY, BY_SLUG, FORMS, LESSONS, forms_of
from ui.live import describe_lesson
from ui.search import search
from ui.state import LessonState, change_form

NORM, RMS = BY_SLUG["layer_norm"], BY_KEY["layer_norm/rms_norm"]


@pytest.mark.parametrize("form", FORMS, ids=lambda one: one.key)
def test_a_link_opens_a_form_and_a_link_without_one_the_lesson(form):
    at = visited(form)
    assert not at.exception
    assert at.title[0].value == form.title
    state = state_of(at, form)
    assert state.query.startswith(f"form={form.form}&")
    assert at.session_state[f"form/{form.slug}"] == form.key
    lesson = BY_SLUG[form.slug]
    control = lesson.statement.controls[0]
    plain = visited(lesson, **{control.name: control.text(control.positions[-1])})
    assert plain.title[0].value == lesson.title
    assert "form=" not in state_of(plain, lesson).query


def test_a_form_that_there_is_not_opens_the_lesson_with_a_notice():
    at = opened("layer_norm", form="<b>none", scale="3")
    assert at.title[0].value == NORM.title
    assert state_of(at, NORM).values["scale"] == 3
    assert "a form of the formula that there is not" in at.warning[0].value
    assert "<b>" not in at.warning[0].value


@pytest.mark.parametrize("form", FORMS, ids=lambda one: one.key)
def test_a_form_keeps_two_to_five_sliders_and_says_what_it_is(form):
    sliders = [c for c in form.statement.controls if c.is_number and not c.rare]
    assert 1 <= len(sliders) <= 5
    assert form.text.aliases
    assert form.title != BY_SLUG[form.slug].title


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda one: one.slug)
def test_the_browser_is_told_of_every_form_and_which_is_shown(lesson):
    forms = forms_of(lesson)
    for form in forms or (lesson,):
        about = describe_lesson(LessonState(form, form.statement.defaults))
        assert about["form"] == form.form
        assert [one["name"] for one in about["forms"]] == [one.form for one in forms]
    assert len({form.title for form in forms}) == len(forms)


def test_a_form_takes_over_what_both_have_in_common(monkeypatch):
    kept: dict[str, object] = {}
    monkeypatch.setattr("streamlit.session_state", kept)
    state = LessonState(NORM, NORM.statement.defaults)
    kept["lesson/layer_norm"] = state
    state.values |= {"scale": 10.0, "beta": 2.0}
    change_form(state, "rms_norm")
    assert state.outdated
    other = kept["lesson/layer_norm/rms_norm"]
    assert kept["form/layer_norm"] == "layer_norm/rms_norm"
    assert other.lesson is RMS
    assert other.values == {**RMS.statement.defaults, "scale": 10.0}
    other.values["shift"] = 7.0
    change_form(other, "")
    assert state.values["shift"] == 7.0
    assert state.values["beta"] == 2.0
    state.outdated = False
    change_form(state, "no such form")
    assert not state.outdated


def test_a_message_of_the_figure_names_a_form():
    state = LessonState(NORM, NORM.statement.defaults)
    for n, form, wanted in (
        (1, "rms_norm", "rms_norm"),
        (2, 3, None),
        (3, "x" * 1000, None),
        (4, None, None),
    ):
        state.receive({"m": "a", "n": n, "form": form})
        assert state.wanted_form == wanted


def test_a_figure_that_cannot_be_loaded_has_the_page_shown_anew_once():
    state = LessonState(NORM, NORM.statement.defaults)
    state.receive({"m": "a", "n": 1, "fallback": True})
    assert state.outdated
    state.outdated = False
    state.receive({"m": "a", "n": 2, "fallback": True})
    assert state.fallback
    assert not state.outdated


def test_a_form_has_sweeps_of_its_own():
    state = LessonState(RMS, RMS.statement.defaults)
    assert "lesson=layer_norm%2Frms_norm" in sweep_route.query(state, "/")


@pytest.mark.parametrize("form", FORMS, ids=lambda one: one.key)
def test_a_form_is_found_by_its_names(form):
    for name in (form.title, *form.text.aliases):
        found = search(name)
        assert form in found.forms, name
        assert BY_SLUG[form.slug] in found.lessons, name


def test_symbols_list_what_a_form_adds_and_not_what_it_shares():
    index = letters.index()
    of_form = [m for meanings in index.values() for m in meanings if m.lesson is RMS]
    assert [meaning.words for meaning in of_form] == ["mean square of the features"]
