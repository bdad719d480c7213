"""The model's answer to what a visitor predicted, and the way there."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable
from typing import Any

from ui import questions, simulation
from ui.catalogue import Lesson
from ui.frames import Values, path_between
from ui.questions import Answer, Question
from ui.state import Attempt, LessonState

WATCHED_STEPS = 36  # from one setting of a question to the next


def reply(state: LessonState) -> None:
    """Answer what this run's request asks about a question, and go where it leads.

    Leaves the verdict (or another question) and the path to watch in the state.
    """
    attempt, state.attempt = state.attempt, None  # answered once, however often it runs
    if attempt is None or attempt.question >= len(state.lesson.questions):
        return
    question = asked(state.lesson, attempt)
    place = {"question": attempt.question, "seed": attempt.seed}
    if attempt.given is None:
        about = questions.described(state.lesson, question)
        state.verdict = {**place, "asked": about}
        return
    if not answers(question, attempt.given):
        return
    read = questions.readings(state.lesson, question, histories(state.lesson))
    verdict = questions.grade(state.lesson.statement, question, read, attempt.given)
    # Of two options a second try would be no question any more.
    two = len(questions.options(state.lesson.statement, question)) == 2
    final = verdict.right or attempt.again or two or not question.hint
    state.verdict = {**place, "right": verdict.right, "final": final}
    if not final:
        state.verdict["hint"] = question.hint
        return
    state.verdict |= {"says": verdict.says, "reason": question.reason}
    if isinstance(attempt.given, (int, float)) and question.form in ("number", "ratio"):
        state.verdict["gap"] = [attempt.given, questions.answer(question, read)]
    if not attempt.seed:
        state.answers.setdefault(attempt.question, verdict.right)
    _walk(state, question)


def asked(lesson: Lesson, attempt: Attempt) -> Question:
    """Return the question that an attempt answers: as written, or from its seed."""
    question = lesson.questions[attempt.question]
    if not attempt.seed:
        return question
    return questions.another(lesson, question, attempt.seed, histories(lesson))


def histories(lesson: Lesson) -> Callable[[Values], Any]:
    """Return what gives the finished long computation for some values."""
    return functools.partial(simulation.whole_history, lesson.statement)


def answers(question: Question, given: Answer) -> bool:
    """Tell whether an answer is of the kind that was asked for."""
    if question.form == "order":
        places = range(len(question.settings))
        return isinstance(given, tuple) and sorted(given) == list(places)
    if isinstance(given, tuple):
        return False
    return question.form in ("number", "ratio") or isinstance(given, int)


def _walk(state: LessonState, question: Question) -> None:
    """Go through the question's settings and stay at the last."""
    settings = [setting.values for setting in question.settings]
    for start, end in itertools.pairwise(settings):
        steps = path_between(state.lesson.statement, start, end, WATCHED_STEPS)
        state.path += steps[1:] if state.path else steps
    state.set(settings[-1])
    if not simulation.same_history(state.lesson.statement, settings):
        state.path = []
