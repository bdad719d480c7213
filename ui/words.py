"""The words of a lesson: a Markdown file beside the page, with fixed headings."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TypedDict


class Words(TypedDict):
    """What a lesson says in words that do not change with the controls.

    Parameters
    ----------
    aha : str
        The one idea to take away.
    explanation : str
        Why the answer to the prediction is what it is.
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
    explanation: str
    notice: list[str]
    try_this: list[str]
    pitfalls: list[str]
    in_use: str


HEADINGS = (
    "The idea",
    "After the prediction",
    "Notice",
    "Try this",
    "Careful",
    "In real systems",
)


def read_words(path: Path) -> Words:
    """Read the words of a lesson.

    Parameters
    ----------
    path : Path
        A Markdown file with exactly the `HEADINGS`, in their order; the notes, questions
        and traps are lists.

    Raises
    ------
    ValueError
        If headings differ, or a list is not one.
    """
    parts = re.split(
        r"^## (.+)\n", path.read_text(encoding="utf-8"), flags=re.MULTILINE
    )
    if parts[0].strip() or tuple(parts[1::2]) != HEADINGS:
        raise ValueError(f"{path.name} needs the headings {', '.join(HEADINGS)}")
    idea, explanation, notice, questions, traps, use = (p.strip() for p in parts[2::2])
    return Words(
        aha=_line(idea),
        explanation=_line(explanation),
        notice=_items(notice, path),
        try_this=_items(questions, path),
        pitfalls=_items(traps, path),
        in_use=_line(use),
    )


def _items(text: str, path: Path) -> list[str]:
    before, *items = re.split(r"^- ", text, flags=re.MULTILINE)
    if before or not items:
        raise ValueError(f"{path.name} needs a list of points, each after “- ”")
    return [_line(item) for item in items]


def _line(text: str) -> str:
    return " ".join(text.split())
