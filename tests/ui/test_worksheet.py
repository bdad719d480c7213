"""Worksheets: the same seed gives the same sheet, and the key is what the model says."""

from __future__ import annotations

import itertools

import pytest

from ui import predict, questions, worksheet
from ui.catalogue import BY_SLUG, LESSONS

SEEDS = range(1, 4)
FEW = [lesson for lesson in LESSONS if lesson.statement.simulate is None]


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda one: one.slug)
def test_without_a_seed_it_asks_what_the_lesson_asks(lesson):
    exercises = worksheet.exercises(lesson, 0)
    assert len(exercises) == min(len(lesson.questions), worksheet.MOST_QUESTIONS)
    for exercise, question in zip(exercises, lesson.questions, strict=False):
        asked = (
            f"{questions.ask(lesson.statement, question)} {questions.rule(question)}"
        )
        assert exercise.ask == asked.rstrip()
        assert exercise.reason == question.reason


@pytest.mark.parametrize("lesson", FEW, ids=lambda one: one.slug)
def test_the_key_is_the_models_answer_to_the_numbers_on_the_sheet(lesson):
    for seed in SEEDS:
        for k, exercise in enumerate(worksheet.exercises(lesson, seed)):
            histories = predict.histories(lesson)
            written = lesson.questions[k]
            asked = questions.another(lesson, written, 100 * seed + k, histories)
            read = questions.readings(lesson, asked, histories)
            truth = questions.answer(asked, read)
            says = questions.grade(lesson.statement, asked, read, truth)
            assert says.right
            assert exercise.right.endswith(says.says)
            if exercise.options and isinstance(truth, int):
                assert exercise.right.startswith(exercise.options[truth])


def test_a_seed_gives_the_same_sheet_and_another_one_other_numbers():
    lesson = BY_SLUG["softmax"]
    sheets = [worksheet.exercises(lesson, seed) for seed in SEEDS]
    worksheet.exercises.cache_clear()
    assert [worksheet.exercises(lesson, seed) for seed in SEEDS] == sheets
    for one, other in itertools.combinations(sheets, 2):
        assert [e.situation for e in one] != [e.situation for e in other]


@pytest.mark.parametrize("lesson", FEW, ids=lambda one: one.slug)
def test_the_sheet_names_all_that_is_set(lesson):
    """What is not named must not matter: a student has the paper alone."""
    statement = lesson.statement
    for k, exercise in enumerate(worksheet.exercises(lesson, 0)):
        question = lesson.questions[k]
        moved = questions.moving(statement, question)
        for control in statement.controls:
            first = question.settings[0].values[control.name]
            value = questions.value_text(control, first)
            named = value in exercise.situation
            assert f"{questions.name_text(control)} = :" not in exercise.situation
            assert f"{questions.name_text(control)} = ," not in exercise.situation
            assert named or control.rare or question.form == "order", (
                control,
                exercise,
            )
        assert moved
