"""Lesson plans: an ordered list of states to walk through, kept in one link or one file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from ui import handout, pins, short_codes
from ui.catalogue import BY_KEY, FORM, Lesson
from ui.short_codes import CodeError
from ui.state import PLAN, STEP, LessonState

FORMAT = "formula explorer plan 1"
MOST_ITEMS = 30
LONGEST_TITLE, LONGEST_NOTE, LONGEST_STATE = 80, 300, 1500  # characters
LONGEST_CODE = 2000  # of a link; a longer plan is a file
FIELDS = ("lesson", "state", "question", "note")


@dataclass(frozen=True)
class Item:
    """One step of a plan.

    Parameters
    ----------
    lesson : str
        The key of a lesson, or of a form of its formula.
    state : str
        The query of a link to it: values, pins, what is locked or hidden.
    question : int
        The number of the question that is asked there, from 1; 0 for none.
    note : str
        What the teacher says to it, in plain text.
    """

    lesson: str
    state: str = ""
    question: int = 0
    note: str = ""

    @property
    def shown(self) -> Lesson:
        """The lesson, or the form of its formula."""
        return BY_KEY[self.lesson]

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """What the link to this step says, besides the plan."""
        form = self.shown.form
        pairs = [(FORM, form)] if form else []
        pairs += parse_qsl(self.state, keep_blank_values=True)
        return pairs + ([(handout.ASK, str(self.question))] if self.question else [])


@dataclass(frozen=True)
class Plan:
    """A title and its steps."""

    title: str
    items: tuple[Item, ...]

    @property
    def data(self) -> dict[str, Any]:
        """The plan as plain data, as a file holds it."""
        items = [{name: getattr(item, name) for name in FIELDS} for item in self.items]
        return {"format": FORMAT, "title": self.title, "items": items}

    @property
    def code(self) -> str:
        """The plan as a word for a link."""
        rows = [[getattr(item, name) for name in FIELDS] for item in self.items]
        return short_codes.written([self.title, rows])

    @property
    def text(self) -> str:
        """The plan as the text of a file."""
        return json.dumps(self.data, indent=2, ensure_ascii=False)

    def query(self, step: int) -> list[tuple[str, str]]:
        """Return what the link to a step says; steps are counted from 1."""
        pairs = self.items[step - 1].pairs
        return [*pairs, (PLAN, self.code), (STEP, str(step))]


def from_code(code: str) -> Plan:
    """Read a plan from a link.

    Raises
    ------
    CodeError
        Names the item and the field that is wrong.
    """
    if len(code) > LONGEST_CODE:
        raise CodeError(f"it is over {LONGEST_CODE} characters long")
    data = short_codes.read(code)
    if not isinstance(data, list) or len(data) != 2 or not isinstance(data[1], list):
        raise CodeError("it holds something else than a plan")
    rows = [dict(zip(FIELDS, row, strict=False)) for row in data[1] if _is_row(row)]
    if len(rows) < len(data[1]):
        raise CodeError("it holds something else than a plan")
    return from_data({"format": FORMAT, "title": data[0], "items": rows})


def _is_row(row: Any) -> bool:
    return isinstance(row, list) and len(row) <= len(FIELDS)


def from_text(text: str) -> Plan:
    """Read a plan from the text of a file.

    Raises
    ------
    CodeError
        Names the item and the field that is wrong.
    """
    if len(text) > short_codes.LARGEST:
        raise CodeError("it is larger than any plan")
    return from_data(short_codes.from_json(text))


def from_data(data: Any) -> Plan:
    """Check plain data and make a plan of it.

    Raises
    ------
    CodeError
        Names the item and the field that is wrong.
    """
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise CodeError(f"it lacks the line “format”: “{FORMAT}”")
    unknown = [name for name in data if name not in ("format", "title", "items")]
    if unknown:
        raise CodeError(f"nothing is known of “{str(unknown[0])[:40]}”")
    title = _text(data.get("title", ""), "title", LONGEST_TITLE)
    items = data.get("items")
    if not isinstance(items, list) or not 1 <= len(items) <= MOST_ITEMS:
        raise CodeError(f"items: a list of 1 to {MOST_ITEMS} is needed")
    return Plan(title, tuple(_item(raw, k) for k, raw in enumerate(items, 1)))


def _item(raw: Any, number: int) -> Item:
    where = f"item {number}"
    if not isinstance(raw, Mapping):
        raise CodeError(f"{where}: it has no fields")
    unknown = [name for name in raw if name not in FIELDS]
    if unknown:
        raise CodeError(f"{where}: nothing is known of “{str(unknown[0])[:40]}”")
    key = _text(raw.get("lesson", ""), f"{where}, lesson", LONGEST_TITLE)
    if key not in BY_KEY:
        raise CodeError(f"{where}, lesson: there is none that is called “{key}”")
    state = _text(raw.get("state", ""), f"{where}, state", LONGEST_STATE)
    note = _text(raw.get("note", ""), f"{where}, note", LONGEST_NOTE)
    question = raw.get("question", 0)
    count = len(BY_KEY[key].questions)
    whole = isinstance(question, int) and not isinstance(question, bool)
    if not whole or not 0 <= question <= count:
        raise CodeError(f"{where}, question: a number from 0 (none) to {count}")
    problem = state_problem(BY_KEY[key], state)
    if problem:
        raise CodeError(f"{where}, state: {problem}")
    return Item(key, state, question, note)


def _text(raw: Any, where: str, longest: int) -> str:
    if not isinstance(raw, str):
        raise CodeError(f"{where}: a text is needed")
    if len(raw) > longest:
        raise CodeError(f"{where}: at most {longest} characters")
    return raw


def state_problem(lesson: Lesson, query: str) -> str:
    """Say what is wrong with the query of a link; empty if nothing is."""
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=100)
    except ValueError:
        return "it sets too much"
    given: dict[str, list[str]] = {}
    for name, value in pairs:
        given.setdefault(name, []).append(value)
    state = LessonState(lesson, lesson.statement.defaults)
    state.follow(given)
    notices = [f"{name}: {notice}" for name, notice in state.notices.items()]
    return "; ".join([*state.dropped, *notices])


def item_from_link(link: str) -> Item:
    """Make a step of a lesson's link, as the address bar or Share gives it.

    Raises
    ------
    CodeError
        If it leads to no lesson, or sets what there is not.
    """
    address, _, query = link.strip().partition("?")
    slug = address.rstrip("/").rpartition("/")[2]
    pairs = parse_qsl(query.partition("#")[0], keep_blank_values=True)
    form = next((value for name, value in pairs if name == FORM), "")
    key = f"{slug}/{form}" if form else slug
    if key not in BY_KEY:
        raise CodeError("a link to a lesson is needed, as the address bar shows it")
    kept = {*BY_KEY[key].statement.defaults, pins.PIN, *handout.NAMES} - {handout.ASK}
    asked = next((value for name, value in pairs if name == handout.ASK), "")
    state = "&".join(
        part
        for part in query.partition("#")[0].split("&")
        if part.partition("=")[0] in kept
    )
    question = int(asked) if asked.isdecimal() else 0
    return _item({"lesson": key, "state": state, "question": question}, 1)
