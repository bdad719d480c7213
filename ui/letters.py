"""What each letter means on which page, collected from the catalogue."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from notation.symbols import symbol_parts
from ui.catalogue import BY_SLUG, SHOWN, Lesson

DERIVATIVE = "∂"
PREFIXES = re.compile(r"^(log[₀-₉]*|lg|hat|bar|[\s‖])+")


@dataclass(frozen=True)
class Meaning:
    """One symbol of one lesson, or several that are explained together."""

    lesson: Lesson
    latex: str
    words: str


def letter_of(latex: str) -> str:
    r"""Return the letter that a symbol is built on, or its name.

    Examples
    --------
    >>> [letter_of(s) for s in (r"\hat\beta_1", r"\lVert a \rVert", r"\mathrm{MSE}")]
    ['β', 'a', 'MSE']
    """
    if latex.startswith(r"\frac"):
        return DERIVATIVE
    text = PREFIXES.sub("", symbol_parts(latex)[0]).replace("ϵ", "ε")
    name = re.match(r"[A-Za-z]{2,}", text)
    return name[0] if name else text[:1]


def is_letter(latex: str) -> bool:
    r"""Tell symbols from knobs of a page that are spelled out, such as ``\text{seed}``."""
    return not latex.startswith(r"\text{")


def index(lessons: Sequence[Lesson] = SHOWN) -> dict[str, list[Meaning]]:
    """Return every meaning of every letter, letters in alphabetical order.

    What a form of a formula has from its lesson is not said again.
    """
    meanings: dict[str, list[Meaning]] = {}
    for lesson in lessons:
        known = BY_SLUG[lesson.slug].statement.quantities if lesson.form else ()
        same = {(quantity.symbol, quantity.meaning) for quantity in known}
        for quantity in lesson.statement.quantities:
            new = (quantity.symbol, quantity.meaning) not in same
            if is_letter(quantity.symbol) and new:
                meaning = Meaning(lesson, quantity.symbol, quantity.meaning)
                meanings.setdefault(letter_of(quantity.symbol), []).append(meaning)
        for latex, words in lesson.text.signs:
            parts = (part for part in latex.split(", ") if part != r"\dots")
            for letter in dict.fromkeys(map(letter_of, parts)):
                meanings.setdefault(letter, []).append(Meaning(lesson, latex, words))
    return dict(sorted(meanings.items(), key=lambda item: (item[0].lower(), item[0])))


def shared(meanings: Sequence[Meaning]) -> bool:
    """Tell whether a letter stands in more than one lesson."""
    return len({one.lesson.slug for one in meanings}) > 1
