"""Answers that a class has sent in as codes, read back and graded by the model."""

from __future__ import annotations

import csv
import functools
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ui import predict, questions, short_codes
from ui.catalogue import BY_KEY, Lesson
from ui.questions import Answer, Question
from ui.short_codes import CodeError
from ui.state import Attempt, attempt

MOST_SENDERS = 300
MOST_ANSWERS = 500  # of one sender
MOST_IN_ALL = 5000
MOST_DRAWS = 100  # of other numbers for one question; nobody asks so often
LATEST = 4e9  # seconds since 1970; later is nobody's answer
HEAD = ("from", "lesson", "question", "other numbers", "answer", "right", "when")


@dataclass(frozen=True)
class Given:
    """One answer.

    Parameters
    ----------
    lesson : Lesson
        What it was given to.
    attempt : Attempt
        Which question, and what was answered.
    at : float
        When, in seconds since 1970.
    """

    lesson: Lesson
    attempt: Attempt
    at: float

    @property
    def question(self) -> Question:
        """The question with the numbers that were on the screen."""
        return predict.asked(self.lesson, self.attempt)

    @property
    def right(self) -> bool:
        """Whether the model agrees."""
        return _graded(self.lesson, self.attempt)

    @property
    def says(self) -> str:
        """The answer in words, as the option that was chosen or the number."""
        options = questions.described(self.lesson, self.question)["options"]
        given = self.attempt.given
        if isinstance(given, tuple):
            return " < ".join(options[k] for k in given)
        if options and isinstance(given, int):
            return str(options[given])
        return f"{given:.6g}"


@dataclass(frozen=True)
class Sheet:
    """All answers of one sender, whose name is whatever stands before the code."""

    sender: str
    answers: tuple[Given, ...]


@functools.lru_cache(maxsize=4096)
def _graded(lesson: Lesson, given: Attempt) -> bool:
    """Let the model grade an answer; a class gives few different ones."""
    question = predict.asked(lesson, given)
    read = questions.readings(lesson, question, predict.histories(lesson))
    assert given.given is not None  # noqa: S101 - `from_code` refuses it
    return questions.grade(lesson.statement, question, read, given.given).right


def from_text(text: str) -> tuple[list[Sheet], list[str]]:
    """Read what a class has sent: one code a line, perhaps with a name and a colon.

    Returns
    -------
    sheets : list of Sheet
    problems : list of str
        Each names the line that cannot be read, and why.
    """
    sheets: list[Sheet] = []
    problems: list[str] = []
    lines = [line.strip() for line in text.splitlines()]
    numbered = [(k, line) for k, line in enumerate(lines, 1) if line]
    left = MOST_IN_ALL
    for k, line in numbered[:MOST_SENDERS]:
        name, _, code = line.rpartition(":")
        try:
            answers = from_code(code)
        except CodeError as error:
            problems.append(f"Line {k}: {error}.")
            continue
        sheets.append(Sheet(name.strip() or f"line {k}", answers[:left]))
        left = max(0, left - len(answers))
    if not left:
        problems.append(f"Only the first {MOST_IN_ALL} answers were read.")
    if len(numbered) > MOST_SENDERS:
        problems.append(f"Only the first {MOST_SENDERS} lines were read.")
    return sheets, problems


def from_code(code: str) -> tuple[Given, ...]:
    """Read the answers of one sender.

    Raises
    ------
    CodeError
        If the code cannot be read, or holds what no question takes.
    """
    rows = short_codes.read(code)
    if not isinstance(rows, list) or len(rows) > MOST_ANSWERS:
        raise CodeError("it holds no answers")
    return tuple(_given(row) for row in rows)


def _given(row: Any) -> Given:
    if not isinstance(row, list) or len(row) != 5:
        raise CodeError("it holds something else than answers")
    key, question, seed, given, at = row
    lesson = BY_KEY.get(key) if isinstance(key, str) else None
    if lesson is None:
        raise CodeError("it names a lesson that there is not")
    read = attempt({"question": question, "seed": seed, "given": given})
    if read is None or read.seed > MOST_DRAWS or read.given is None:
        raise CodeError("an answer in it makes no sense")
    if read.question >= len(lesson.questions):
        raise CodeError("it names a question that there is not")
    if not _fits(lesson, read, read.given):
        raise CodeError("an answer in it is none to its question")
    if isinstance(at, bool) or not isinstance(at, (int, float)) or not 0 <= at < LATEST:
        raise CodeError("an answer in it has no time")
    return Given(lesson, read, float(at))


def _fits(lesson: Lesson, read: Attempt, given: Answer) -> bool:
    """Tell whether an answer is one of those that its question offers."""
    question = lesson.questions[read.question]
    if not predict.answers(question, given):
        return False
    if question.form in ("number", "ratio") or isinstance(given, tuple):
        return True
    count = len(questions.described(lesson, question)["options"])
    return isinstance(given, int) and 0 <= given < count


def table(sheets: Sequence[Sheet]) -> list[tuple[str, ...]]:
    """Return one row an answer, below `HEAD`."""
    return [
        (
            sheet.sender,
            one.lesson.key,
            str(one.attempt.question + 1),
            str(one.attempt.seed or ""),
            one.says,
            "yes" if one.right else "no",
            datetime.fromtimestamp(one.at, UTC).isoformat(timespec="seconds"),
        )
        for sheet in sheets
        for one in sheet.answers
    ]


def csv_text(rows: Sequence[Sequence[str]]) -> str:
    """Write rows as a table for a spreadsheet; no cell can become a formula there."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(HEAD)
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    return file.getvalue()


def _safe(cell: str) -> str:
    return f"'{cell}" if cell[:1] in "=+-@\t\r" else cell
