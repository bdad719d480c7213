"""Questions to predict: clear, graded by the model, and not answered on the screen."""

from __future__ import annotations

import itertools
import re

import pytest

from tests.answers import given_away
from tests.lessons import default_history
from ui import frames, predict, questions, simulation
from ui.catalogue import LESSONS, SHOWN, Lesson
from ui.questions import Question
from ui.state import Attempt, LessonState

PLAIN = re.compile(r"[*_`$\\\[\]{}<>]")  # marks of Markdown and LaTeX
SEEDS = (1, 2, 3)

ASKED = [
    pytest.param(lesson, k, id=f"{lesson.key}-{k + 1}")
    for lesson in SHOWN
    for k in range(len(lesson.text.questions))
]
every_lesson = pytest.mark.parametrize("lesson", SHOWN, ids=lambda one: one.key)
every_question = pytest.mark.parametrize(("lesson", "k"), ASKED)


def read_of(lesson: Lesson, question: Question) -> list[tuple[float, ...]]:
    return questions.readings(lesson, question, predict.histories(lesson))


def screens(lesson: Lesson, question: Question) -> list[dict]:
    """Return the opening screen and the one that the question starts from."""
    history = predict.histories(lesson)
    start, opening = question.settings[0].values, lesson.statement.defaults
    return [frames.frame(lesson, v, history(v)) for v in (opening, start)]


@every_lesson
def test_a_lesson_asks_at_least_three_questions_of_two_forms(lesson):
    # A modern form of a formula asks one: the lesson around it asks the others.
    at_least, kinds = (1, 1) if lesson.form else (3, 2)
    assert len(lesson.questions) >= at_least
    assert len({question.form for question in lesson.questions}) >= kinds
    titles = [question.title for question in lesson.questions]
    assert len(set(titles)) == len(titles)


def test_all_five_forms_are_asked():
    asked = {question.form for lesson in LESSONS for question in lesson.questions}
    assert asked == {"direction", "number", "ratio", "order", "choice"}


@every_question
def test_a_question_is_plain_text_and_changes_something(lesson, k):
    question = lesson.questions[k]
    assert question.title[-1] in ".?:"
    assert question.reason.endswith(".")
    for text in (question.title, question.hint, question.reason):
        assert not PLAIN.search(text), text
    assert questions.moving(lesson.statement, question)


@every_question
def test_a_question_has_one_answer_that_nobody_can_dispute(lesson, k):
    question = lesson.questions[k]
    read = read_of(lesson, question)
    assert questions.is_clear(question, read), read


@every_question
def test_the_model_grades_its_own_answer_right_and_others_wrong(lesson, k):
    question = lesson.questions[k]
    read = read_of(lesson, question)
    truth = questions.answer(question, read)
    assert questions.grade(lesson.statement, question, read, truth).right
    for wrong in wrong_answers(question, truth):
        assert not questions.grade(lesson.statement, question, read, wrong).right


def wrong_answers(question: Question, truth):
    if question.form in ("number", "ratio"):
        return [truth * (1 + 2 * question.tolerance), -truth, truth * 10]
    if question.form == "order":
        ranks = itertools.permutations(range(len(question.settings)))
        return [rank for rank in ranks if rank != truth]
    count = 3 if question.form == "direction" else len(question.watched)
    return [place for place in range(count) if place != truth]


@every_question
def test_nothing_on_the_screen_contains_the_answer(lesson, k):
    question = lesson.questions[k]
    read = read_of(lesson, question)
    for screen in screens(lesson, question):
        assert given_away(question, read, screen, lesson.statement) == []


@every_question
def test_other_numbers_come_from_a_seed_and_are_as_clear(lesson, k):
    question = lesson.questions[k]
    histories = predict.histories(lesson)
    drawn = [questions.another(lesson, question, seed, histories) for seed in SEEDS]
    assert drawn[0] == questions.another(lesson, question, SEEDS[0], histories)
    settings = [one.settings[0].values for one in drawn]
    assert any(values != question.settings[0].values for values in settings)
    for other in drawn:
        assert other.form == question.form
        assert questions.is_clear(other, read_of(lesson, other))


@every_question
def test_an_answer_is_watched_along_the_way_and_stays_at_its_end(lesson, k):
    question = lesson.questions[k]
    state = LessonState(lesson, dict(question.settings[0].values))
    truth = questions.answer(question, read_of(lesson, question))
    state.attempt = Attempt(k, 0, truth, again=False)
    predict.reply(state)
    assert state.verdict is not None
    assert state.verdict["right"]
    assert state.verdict["final"]
    assert state.verdict["reason"] == question.reason
    assert state.answers == {k: True}
    assert state.values == question.settings[-1].values
    settings = [setting.values for setting in question.settings]
    if simulation.same_history(lesson.statement, settings):
        assert state.path[0] == settings[0]
        assert state.path[-1] == settings[-1]
        for values in state.path:
            for control in lesson.statement.controls:
                assert control.clamp(values[control.name]) == values[control.name]
    else:
        assert state.path == []


@every_question
def test_a_wrong_choice_gets_its_hint_and_one_more_try_if_more_than_one_is_left(
    lesson, k
):
    question = lesson.questions[k]
    two = len(questions.options(lesson.statement, question)) == 2
    truth = questions.answer(question, read_of(lesson, question))
    wrong = wrong_answers(question, truth)[0]
    state = LessonState(lesson, dict(question.settings[0].values))
    for again, final in ((False, two or not question.hint), (True, True)):
        state.attempt = Attempt(k, 0, wrong, again=again)
        predict.reply(state)
        assert state.verdict is not None
        assert not state.verdict["right"]
        assert state.verdict["final"] is final
        assert ("says" in state.verdict) is final
        if not final:
            assert state.verdict["hint"] == question.hint
            assert state.answers == {}
    assert state.answers == {k: False}


def test_a_verdict_names_live_numbers_as_the_reader_sees_them():
    quantity_watched = 0
    for lesson in LESSONS:
        for question in lesson.questions:
            if question.form != "choice":
                continue
            read = read_of(lesson, question)
            says = questions.grade(lesson.statement, question, read, 0).says
            for label in question.watched:
                assert questions.spelled(lesson.statement, label) in says
                quantity_watched += label in lesson.statement.by_name
    assert quantity_watched


def test_an_answer_is_graded_once_however_often_the_page_runs():
    softmax = next(lesson for lesson in LESSONS if lesson.slug == "softmax")
    state = LessonState(softmax, dict(softmax.questions[0].settings[0].values))
    state.attempt = Attempt(0, 0, 0, again=False)
    predict.reply(state)
    verdict, revision = state.verdict, state.revision
    assert verdict is not None
    state.values["z1"] = 3.0  # the visitor goes on
    predict.reply(state)
    assert (state.verdict, state.revision) == (verdict, revision)
    assert state.values["z1"] == 3


def test_an_answer_of_another_kind_is_not_graded():
    softmax = next(lesson for lesson in LESSONS if lesson.slug == "softmax")
    default = default_history(softmax.statement)
    assert default is None
    for given in (1.5, (0, 1), (0, 1, 2)):
        state = LessonState(softmax, softmax.statement.defaults)
        state.attempt = Attempt(0, 0, given, again=False)
        predict.reply(state)
        assert state.verdict is None
    state.attempt = Attempt(99, 0, 1, again=False)
    predict.reply(state)
    assert state.verdict is None
