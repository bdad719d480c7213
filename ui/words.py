"""The words of a lesson: a Markdown file beside the page, with fixed headings."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict
from urllib.parse import parse_qsl

from formulas.formula import Formula, Value
from ui.predict import Prediction


@dataclass(frozen=True)
class Preset:
    """A named situation worth a click.

    Parameters
    ----------
    name, note : str
        What the button says, and what it says on being pointed at.
    values : mapping
        Values of the controls; those not named go to their defaults.
    """

    name: str
    note: str
    values: Mapping[str, Value]


class Words(TypedDict):
    """What a lesson says that does not change with the controls.

    Parameters
    ----------
    aha : str
        The one idea to take away.
    prediction : Prediction
        The question to answer before looking.
    explanation : str
        Why the answer to the prediction is what it is.
    presets : list of Preset
        Three or more.
    notice : list of str
        What is worth seeing in the charts.
    try_this : list of str
        Two to four driving questions.
    pitfalls : list of str
        The common misconception and other traps.
    in_use : str
        Where real systems use the formula.
    """

    aha: str
    prediction: Prediction
    explanation: str
    presets: list[Preset]
    notice: list[str]
    try_this: list[str]
    pitfalls: list[str]
    in_use: str


HEADINGS = (
    "The idea",
    "Predict",
    "After the prediction",
    "Presets",
    "Notice",
    "Try this",
    "Careful",
    "In real systems",
)
BLANK = "___"
LINK = re.compile(r"\[(?P<name>[^]]+)\]\(\?(?P<query>\S*)\)(?:: (?P<note>.+))?")
SHOW = "[Show it in the charts]"


def read_words(
    path: Path, formula: Formula, answer: Callable[[], float | str]
) -> Words:
    """Read the words of a lesson.

    Parameters
    ----------
    path : Path
        A Markdown file with exactly the `HEADINGS`, in their order. Presets, notes,
        questions and traps are lists. A preset is a link, as one sends it: ``[name](?query)``
        and a note. After the question to predict stands the list of the choices or one blank
        (``___ unit``) for a number, and perhaps a link to where the charts show the answer.
    formula : Formula
        Its controls read the links.
    answer : callable
        Computes the answer to the question.

    Raises
    ------
    ValueError
        If headings differ, a list is not one, or a link says what no control takes.
    """
    parts = re.split(
        r"^## (.+)\n", path.read_text(encoding="utf-8"), flags=re.MULTILINE
    )
    if parts[0].strip() or tuple(parts[1::2]) != HEADINGS:
        raise ValueError(f"{path.name} needs the headings {', '.join(HEADINGS)}")
    said = dict(zip(HEADINGS, (p.strip() for p in parts[2::2]), strict=True))
    try:
        return Words(
            aha=_line(said["The idea"]),
            prediction=_prediction(said["Predict"], formula, answer),
            explanation=_line(said["After the prediction"]),
            presets=[_preset(text, formula) for text in _items(said["Presets"])],
            notice=_items(said["Notice"]),
            try_this=_items(said["Try this"]),
            pitfalls=_items(said["Careful"]),
            in_use=_line(said["In real systems"]),
        )
    except ValueError as error:
        raise ValueError(f"{path.name}: {error}") from None


def _prediction(
    text: str, formula: Formula, answer: Callable[[], float | str]
) -> Prediction:
    text, _, link = text.partition(SHOW)
    question, bullet, answers = text.partition("\n- ")
    choices = _items(bullet.strip() + " " + answers)
    unit = choices.pop()[len(BLANK) :].strip() if choices[0].startswith(BLANK) else ""
    show = dict(_preset(SHOW + link, formula).values) if link else None
    return Prediction(_line(question), answer, tuple(choices), unit, show)


def _preset(text: str, formula: Formula) -> Preset:
    found = LINK.fullmatch(text)
    if found is None:
        raise ValueError("a preset is a link, “[name](?control=value): note”")
    values: dict[str, Value] = {}
    for name, given in parse_qsl(found["query"], strict_parsing=bool(found["query"])):
        if name not in formula.defaults:
            raise ValueError(f"{found['name']}: there is no control {name}")
        values[name], notice = formula.control(name).parse(given)
        if notice:
            raise ValueError(f"{found['name']}: {notice.partition(';')[0]}")
    return Preset(found["name"], found["note"] or "", values)


def _items(text: str) -> list[str]:
    before, *items = re.split(r"^- ", text, flags=re.MULTILINE)
    if before or not items:
        raise ValueError("a list of points is needed, each after “- ”")
    return [_line(item) for item in items]


def _line(text: str) -> str:
    return " ".join(text.split())
