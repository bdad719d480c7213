"""Worksheets: a lesson's questions with numbers from a seed, to be printed, and their key.

Questions and key come from the same model as the lesson; nothing is written by hand.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass

from ui import predict, questions
from ui.catalogue import Lesson
from ui.questions import Answer, Question

MOST_QUESTIONS = 6  # of one lesson, so that sheet and key fill a page each
BLANK = "\\_" * 24


@dataclass(frozen=True)
class Exercise:
    """A question as it is printed, and what is right.

    Parameters
    ----------
    situation : str
        What is set, in Markdown.
    ask : str
        The question.
    options : tuple of str
        What may be chosen or put in order; empty where a number is asked for.
    is_order : bool
        Whether the options are to be put in order.
    right : str
        The answer, in words.
    reason : str
        Why; empty where the lesson's reason is about other numbers.
    link : str
        The query that opens the lesson where the question begins.
    """

    situation: str
    ask: str
    options: tuple[str, ...]
    is_order: bool
    right: str
    reason: str
    link: str


@functools.lru_cache(maxsize=128)
def exercises(lesson: Lesson, seed: int) -> tuple[Exercise, ...]:
    """Return a lesson's questions with numbers from a seed.

    Parameters
    ----------
    lesson : Lesson
        Whose questions they are.
    seed : int
        0 for the questions as they are written; the same seed gives the same sheet.
    """
    histories = predict.histories(lesson)
    asked: list[Question] = []
    for k, written in enumerate(lesson.questions[:MOST_QUESTIONS]):
        drawn = written
        if seed:
            drawn = questions.another(lesson, written, 100 * seed + k, histories)
        asked.append(drawn)
    return tuple(_exercise(lesson, question) for question in asked)


def _exercise(lesson: Lesson, question: Question) -> Exercise:
    from ui.state import link_query

    about = questions.described(lesson, question)
    read = questions.readings(lesson, question, predict.histories(lesson))
    given = questions.answer(question, read)
    verdict = questions.grade(lesson.statement, question, read, given)
    return Exercise(
        _situation(lesson, question),
        f"{about['ask']} {about['rule']}".rstrip(),
        tuple(about["options"]),
        question.form == "order",
        _right(about["options"], given, verdict.says),
        question.reason,
        link_query(lesson.statement, question.settings[0].values),
    )


def _right(options: Sequence[str], given: Answer, says: str) -> str:
    """Return the right answer in words; of several options the one that it is."""
    if not isinstance(given, int) or not options:
        return says
    return f"{options[given]}. {says}"


def _situation(lesson: Lesson, question: Question) -> str:
    """Say what is set before and after: all that differs from the defaults, or moves."""
    statement = lesson.statement
    moved = questions.moving(statement, question)
    first, last = question.settings[0].values, question.settings[-1].values
    still = [c for c in statement.controls if c not in moved and not c.rare]
    set_at_all = [c for c in still if first[c.name] != ""]  # no own numbers are none
    fixed = questions.setting_text(set_at_all, first)
    if question.form == "order":
        return f"With {fixed}." if fixed else ""
    moves = [
        f"{control.meaning} goes from {questions.value_text(control, first[control.name])} "
        f"to {questions.value_text(control, last[control.name])}"
        for control in moved
    ]
    given = f"With {fixed}: " if fixed else ""
    return f"{given}{'; '.join(moves)}."
