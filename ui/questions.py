"""Questions to predict: about a change of the model, graded by the model.

A question says where a lesson starts, where it goes, and which live number is watched.
There is no answer to type and none that can be wrong: it is read off the scenes at the
ends. Another question of the same form, with other numbers, comes from a seed.
"""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any, Literal

from notation.numbers import number_text
from notation.quantities import Control, Value
from notation.statement import Statement
from notation.symbols import symbol_text

if TYPE_CHECKING:
    from ui.catalogue import Lesson

Form = Literal["direction", "number", "ratio", "order", "choice"]
Values = Mapping[str, Value]
Answer = int | float | tuple[int, ...]

DIRECTIONS = ("rises", "falls", "stays the same")
RULES = (
    "rises most",
    "falls most",
    "changes most",
    "changes least",
    "ends largest",
    "ends smallest",
)
SAME = 1e-9  # relative: smaller changes are rounding
CLEAR = 0.02  # relative: a change or a lead that counts as one
MOST_DRAWS = 40
FORMS_WITH_HINT = ("direction", "order", "choice")


@dataclass(frozen=True)
class Setting:
    """One end of a question: what it is called, and a value for each control."""

    words: str
    values: Values


@dataclass(frozen=True)
class Question:
    """Something to predict before it is watched.

    Parameters
    ----------
    title : str
        The situation, in a sentence.
    form : {"direction", "number", "ratio", "order", "choice"}
        What is asked about the watched number: whether it rises, what it becomes, by
        which factor it changes, how settings rank by it; or which of several numbers
        fulfills the rule.
    watched : tuple of str
        Labels of live numbers; several for a choice only.
    settings : tuple of Setting
        From where to where; for an order all settings to rank.
    rule : str
        One of `RULES`, for a choice.
    tolerance : float
        How far a number or a ratio may be off, as a fraction of the right one.
    hint : str
        Said before the second try, where there is one.
    reason : str
        Why it is so; true at every setting of the controls.
    """

    title: str
    form: Form
    watched: tuple[str, ...]
    settings: tuple[Setting, ...]
    rule: str = ""
    tolerance: float = 0.05
    hint: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Verdict:
    """What the model says to an answer."""

    right: bool
    says: str


def readings(
    lesson: Lesson, question: Question, histories: Callable[[Values], Any]
) -> list[tuple[float, ...]]:
    """Read the watched numbers off the scene at each setting.

    Parameters
    ----------
    lesson : Lesson
        Whose question it is.
    question : Question
        What is watched, and where.
    histories : callable
        Returns the finished long computation for some values; None without one.
    """
    read = []
    for setting in question.settings:
        scene = lesson.scene(setting.values, histories(setting.values))
        read.append(
            tuple(number_of(scene.readouts[label]) for label in question.watched)
        )
    return read


def number_of(readout: float | str) -> float:
    """Return a live number as a number; NaN if it is words."""
    return math.nan if isinstance(readout, str) else float(readout)


def answer(question: Question, read: Sequence[Sequence[float]]) -> Answer:
    """Return the right answer.

    Parameters
    ----------
    question : Question
        What is asked.
    read : sequence of sequence of float
        The watched numbers at each setting, from `readings`.

    Returns
    -------
    int, float or tuple of int
        The place of the right option; a number; or for an order the places of the
        settings, the smallest number first.
    """
    first, last = read[0], read[-1]
    if question.form == "number":
        return last[0]
    if question.form == "ratio":
        return last[0] / first[0] if first[0] else math.nan
    if question.form == "order":
        return tuple(sorted(range(len(read)), key=lambda k: read[k][0]))
    if question.form == "direction":
        return _direction(first[0], last[0])
    scores = _scores(question.rule, first, last)
    return max(range(len(scores)), key=scores.__getitem__)


def _direction(before: float, after: float) -> int:
    if math.isclose(before, after, rel_tol=SAME, abs_tol=SAME):
        return 2
    return 0 if after > before else 1


def _scores(rule: str, first: Sequence[float], last: Sequence[float]) -> list[float]:
    """Return how well each watched number fulfills a rule."""
    changes = [after - before for before, after in zip(first, last, strict=True)]
    return {
        "rises most": changes,
        "falls most": [-change for change in changes],
        "changes most": [abs(change) for change in changes],
        "changes least": [-abs(change) for change in changes],
        "ends largest": list(last),
        "ends smallest": [-after for after in last],
    }[rule]


def is_clear(question: Question, read: Sequence[Sequence[float]]) -> bool:
    """Tell whether a question has one answer that nobody can dispute."""
    if not all(math.isfinite(x) for row in read for x in row):
        return False
    first, last = read[0], read[-1]
    if question.form == "direction":
        return _direction(first[0], last[0]) == 2 or _apart(first[0], last[0])
    if question.form == "number":
        return last[0] != 0
    if question.form == "ratio":
        return first[0] != 0 and last[0] / first[0] > 0
    if question.form == "order":
        pairs = itertools.combinations([row[0] for row in read], 2)
        return all(_apart(a, b) for a, b in pairs)
    best, second, *_ = sorted(_scores(question.rule, first, last), reverse=True)
    return _apart(best, second)


def _apart(a: float, b: float) -> bool:
    """Tell whether two numbers differ by more than a glance would hide."""
    return abs(a - b) > CLEAR * max(abs(a), abs(b))


def grade(
    statement: Statement,
    question: Question,
    read: Sequence[Sequence[float]],
    given: Answer,
) -> Verdict:
    """Hold an answer against the model's.

    Parameters
    ----------
    statement : Statement
        Of the lesson that asks.
    question : Question
        What was asked.
    read : sequence of sequence of float
        The watched numbers at each setting, from `readings`.
    given : int, float or tuple of int
        What was answered; see `answer`.
    """
    truth = answer(question, read)
    if question.form in ("number", "ratio"):
        assert not isinstance(truth, tuple)  # noqa: S101 - narrows the type
        assert not isinstance(given, tuple)  # noqa: S101 - narrows the type
        right = math.isclose(given, truth, rel_tol=question.tolerance)
    else:
        right = given == truth
    return Verdict(right, _finding(statement, question, read, truth))


def _finding(
    statement: Statement,
    question: Question,
    read: Sequence[Sequence[float]],
    truth: Answer,
) -> str:
    """Say what the model gives."""
    first, last = read[0], read[-1]
    change = f"from {number_text(first[0])} to {number_text(last[0])}"
    if question.form == "direction":
        if truth == 2:
            return f"It stays the same: {number_text(last[0])}."
        return f"It {DIRECTIONS[int(truth)]}, {change}."  # type: ignore[arg-type]
    if question.form == "number":
        return f"It goes {change}."
    if question.form == "ratio":
        return f"The factor is {number_text(float(truth), 3)}: {change}."  # type: ignore[arg-type]
    if question.form == "order":
        assert isinstance(truth, tuple)  # noqa: S101 - narrows the type
        ranked = (
            f"{question.settings[k].words} ({number_text(read[k][0])})" for k in truth
        )
        return f"Smallest first: {', then '.join(ranked)}."
    names = [spelled(statement, label) for label in question.watched]
    pairs = zip(names, first, last, strict=True)
    moves = (f"{name} {number_text(a)} → {number_text(b)}" for name, a, b in pairs)
    return f"{'; '.join(moves)}."


# ------------------------------------------------------------------------- other numbers


def another(
    lesson: Lesson, question: Question, seed: int, histories: Callable[[Values], Any]
) -> Question:
    """Ask the same with other numbers.

    Parameters
    ----------
    lesson : Lesson
        Whose question it is.
    question : Question
        The one that was written.
    seed : int
        The same seed gives the same question.
    histories : callable
        As in `readings`.

    Returns
    -------
    Question
        Clear and with an answer that is not 0; the one that was written, if no draw
        gives such a question.
    """
    random = Random(seed)  # noqa: S311 - chooses exercises
    for _ in range(MOST_DRAWS):
        drawn = _drawn(lesson.statement, question, random)
        try:
            read = readings(lesson, drawn, histories)
        except ArithmeticError:
            continue
        new = drawn.settings[0].values != question.settings[0].values
        if new and is_clear(drawn, read):
            written = readings(lesson, question, histories)
            return dataclasses.replace(drawn, reason=_reason(question, written, read))
    return question


def _reason(question: Question, written: Sequence[Any], drawn: Sequence[Any]) -> str:
    """Return why it is so, if that holds for other numbers too; else nothing.

    A reason that names a number speaks of the settings that were written, and one for
    another outcome would be wrong.
    """
    if any(letter.isdigit() for letter in question.reason):
        return ""
    if question.form in ("number", "ratio"):
        return question.reason
    same = answer(question, written) == answer(question, drawn)
    return question.reason if same else ""


def _drawn(statement: Statement, question: Question, random: Random) -> Question:
    """Draw other values for one control that does not move, and for what moves alone.

    Controls that move together belong together and stay, if anything else can change.
    """
    settings = [dict(setting.values) for setting in question.settings]
    moved = moving(statement, question)
    slow = statement.slow_controls
    free = [c for c in statement.swept_controls if c.name not in slow]
    still = [control for control in free if control not in moved]
    for control in free:
        if moved == [control] or (control in moved and not still):
            values = [s[control.name] for s in settings]
            for setting, value in zip(
                settings, _like(control, values, random), strict=True
            ):
                setting[control.name] = value
    if still:
        control = random.choice(still)
        value = _near(control, settings[0][control.name], random)
        for setting in settings:
            setting[control.name] = value
    named = tuple(Setting(setting_text(moved, values), values) for values in settings)
    return dataclasses.replace(question, title="", settings=named, reason="")


def _like(control: Control, values: Sequence[Value], random: Random) -> list[Value]:
    """Draw as many different positions of a slider, in the same order of size."""
    different = sorted(set(values), key=float)
    drawn = sorted(random.sample(range(len(control.positions)), len(different)))
    places = dict(zip(different, drawn, strict=True))
    return [control.positions[places[value]] for value in values]


def _near(control: Control, value: Value, random: Random) -> Value:
    """Draw a position at most a quarter of the slider away."""
    here, last = control.nearest(float(value)), len(control.positions) - 1
    reach = max(1, last // 4)
    return control.positions[
        random.randint(max(0, here - reach), min(last, here + reach))
    ]


def moving(statement: Statement, question: Question) -> list[Control]:
    """Return the controls that differ between a question's settings."""
    first, *rest = (setting.values for setting in question.settings)
    return [
        control
        for control in statement.controls
        if any(values[control.name] != first[control.name] for values in rest)
    ]


# ------------------------------------------------------------------------- as it is asked


def setting_text(moved: Sequence[Control], values: Values) -> str:
    """Write what is set: ``T = 2, c = 100``."""
    return ", ".join(f"{name_text(c)} = {value_text(c, values[c.name])}" for c in moved)


def name_text(control: Control) -> str:
    """Return a control's symbol, or what it means if it has no short one."""
    return symbol_text(control.symbol) if control.is_number else control.meaning


def value_text(control: Control, value: Value) -> str:
    """Write a value of a control for people."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, str):
        return value.replace("_", " ")
    return f"{number_text(value, 5)}{control.unit}"


def described(lesson: Lesson, question: Question) -> dict[str, Any]:
    """Say everything about a question that the browser needs to ask it."""
    moved = moving(lesson.statement, question)
    start, end = question.settings[0].values, question.settings[-1].values
    changes = [
        {
            "control": c.name,
            "text": f"{c.meaning}: {value_text(c, start[c.name])} → {value_text(c, end[c.name])}",
        }
        for c in moved
    ]
    if question.form == "order":
        changes = []
    return {
        "title": question.title,
        "form": question.form,
        "ask": ask(lesson.statement, question),
        "rule": rule(question),
        "changes": changes,
        "options": options(lesson.statement, question),
        "watched": list(question.watched),
        "start": dict(start),
    }


def options(statement: Statement, question: Question) -> list[str]:
    """Return what a reader chooses from, or puts in order; nothing for a number."""
    if question.form == "direction":
        return list(DIRECTIONS)
    if question.form == "order":
        return [setting.words for setting in question.settings]
    if question.form == "choice":
        return [spelled(statement, label) for label in question.watched]
    return []


def ask(statement: Statement, question: Question) -> str:
    """Write the question itself, after the situation."""
    name = spelled(statement, question.watched[0])
    return {
        "direction": f"What happens to “{name}”?",
        "number": f"What does “{name}” become?",
        "ratio": f"By what factor does “{name}” change?",
        "order": f"Order by “{name}”, the smallest first.",
        "choice": f"Which of these {question.rule}?",
    }[question.form]


def rule(question: Question) -> str:
    """Say how an answer is written, and how near it has to be; nothing for a choice."""
    if question.form not in ("number", "ratio"):
        return ""
    near = f"(Within {round(100 * question.tolerance)} % counts.)"
    factor = "2 is twice as much, 0.5 half as much. "
    return factor + near if question.form == "ratio" else near


def spelled(statement: Statement, label: str) -> str:
    """Return a live number's label as the reader sees it."""
    return statement.quantity(label).meaning if label in statement.by_name else label
