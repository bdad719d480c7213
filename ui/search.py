"""Search: every lesson is found by the words that a student would type.

A word is looked for in what the lessons say of themselves, which is their subject; if
no lesson has it there, in all that they say; and if none says it at all, among the
words of the subjects that look like it, for it may be mistyped.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile
from operator import eq

from ui.catalogue import FORMS, LESSONS, Lesson, forms_of, section_of

# Words of a question that say nothing about what is asked for.
EMPTY = frozenset(
    {
        *("a", "an", "the", "what", "when", "where", "which", "why", "how", "i", "it"),
        *("is", "are", "do", "does", "can", "and", "or"),
        *("for", "from", "in", "of", "on", "to", "with"),
    }
)
LONG = 5  # letters; a shorter word must begin a word, a longer one may stand in it
REMEMBERED = 1024  # words that visitors have typed
MOST_LETTERS = 100  # of what is searched for; the rest is not read


@dataclass(frozen=True)
class Found:
    """What a search has found.

    Parameters
    ----------
    lessons : tuple of Lesson
        In teaching order; all of them for an empty text.
    read_as : dict
        For each word that no lesson says, the one that it was taken for.
    whole : bool
        Whether these lessons have all the words; else they have the most telling ones.
    forms : tuple of Lesson
        Forms of their formulas that are called so.
    """

    lessons: tuple[Lesson, ...]
    read_as: dict[str, str]
    whole: bool = True
    forms: tuple[Lesson, ...] = ()


@dataclass(frozen=True)
class _Words:
    """The words of some texts, and neighbors as one word: “layernorm”."""

    single: frozenset[str]
    joined: frozenset[str]

    @classmethod
    def of(cls, texts: Iterable[str]) -> _Words:
        listed = [words(text) for text in texts]
        pairs = (a + b for one in listed for a, b in pairwise(one))
        return cls(frozenset(word for one in listed for word in one), frozenset(pairs))

    @property
    def all(self) -> frozenset[str]:
        return self.single | self.joined


@dataclass(frozen=True)
class _Hits:
    """The lessons that a word stands for.

    Parameters
    ----------
    slugs : frozenset of str
        Their names.
    read_as : str
        What the word was taken for, if it was mistyped.
    telling : bool
        Whether it is a word of these lessons' subjects.
    """

    slugs: frozenset[str] = frozenset()
    read_as: str = ""
    telling: bool = False


def search(text: str) -> Found:
    """Find the lessons that have every one of these words.

    If none has, those are found whose subject has at least half of them, and of these
    the ones with the words that fewest lessons have.

    Parameters
    ----------
    text : str
        Words. Case, accents and hyphens do not matter; a longer word may be mistyped,
        and words like “how” and “the” are left out.

    Returns
    -------
    Found
        The lessons, and how mistyped words were read.
    """
    chunks = text[:MOST_LETTERS].split()
    typed = [word for chunk in chunks for word in _read(chunk)]
    hits = {word: _hits(word) for word in typed if word not in EMPTY}
    hits = hits or {word: _hits(word) for word in typed}
    read_as = {word: one.read_as for word, one in hits.items() if one.read_as}
    whole = (
        lesson
        for lesson in LESSONS
        if all(lesson.slug in one.slugs for one in hits.values())
    )
    found = Found(tuple(whole), read_as, forms=_forms_called(typed))
    if found.lessons:
        return found
    return Found(_most_telling(list(hits.values())), read_as, whole=False)


def _forms_called(typed: Sequence[str]) -> tuple[Lesson, ...]:
    """Return the forms whose names have every one of these words."""
    named = [(form, _Words.of((form.title, *form.text.aliases))) for form in FORMS]
    telling = [word for word in typed if word not in EMPTY]
    return tuple(
        form
        for form, names in named
        if telling and all(_has(word, names) for word in telling)
    )


def _most_telling(hits: Sequence[_Hits]) -> tuple[Lesson, ...]:
    """Return the lessons with most words, a word counting more that fewer have."""
    weights: dict[Lesson, float] = {}
    for lesson in LESSONS:
        here = [one for one in hits if one.telling and lesson.slug in one.slugs]
        if here and 2 * len(here) >= len(hits):
            weights[lesson] = sum(1 / len(one.slugs) for one in here)
    most = max(weights.values(), default=0.0)
    return tuple(one for one, weight in weights.items() if weight == most)


def words(text: str) -> list[str]:
    """Return the words of a text, without case, accents and signs.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    list of str
        Letters and digits only.

    Examples
    --------
    >>> words("Poincaré’s Q-learning, R²")
    ['poincare', 's', 'q', 'learning', 'r2']
    """
    apart = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(sign for sign in apart if not unicodedata.combining(sign))
    return re.findall(r"[^\W_]+", plain)


def _read(chunk: str) -> list[str]:
    """Read what was typed without a space: as one word if some lesson has that."""
    pieces = words(chunk)
    joined = "".join(pieces)
    whole = len(pieces) > 1 and len(joined) >= LONG and _literal(joined)
    return [joined] if whole else pieces


@functools.lru_cache(REMEMBERED)
def _hits(word: str) -> _Hits:
    subject = _literal(word)
    if subject:
        return _Hits(subject, telling=len(word) >= LONG - 1)
    said = _literal(word, everywhere=True)
    return _Hits(said) if said else _mistyped(word)


def _literal(word: str, *, everywhere: bool = False) -> frozenset[str]:
    """Return the lessons that have a word, or its singular, as it is typed."""
    forms = {word, word.removesuffix("s")} if len(word) >= LONG else {word}
    return frozenset(
        lesson.slug
        for lesson in LESSONS
        for has in [_said(lesson) if everywhere else _subject(lesson)]
        if any(_has(form, has) for form in forms)
    )


def _has(form: str, has: _Words) -> bool:
    if any(one.startswith(form) for one in has.single):
        return True
    return len(form) >= LONG and (
        any(form in one for one in has.single)
        or any(one.startswith(form) for one in has.joined)
    )


def _mistyped(word: str) -> _Hits:
    """Return the lessons whose subject has the word that looks most like this one."""
    allowed = (len(word) >= 4) + (len(word) >= 7)
    near: dict[str, tuple[int, int, int]] = {}
    for other in set().union(*(_subject(lesson).all for lesson in LESSONS)):
        if len(other) >= len(word) - allowed and not other.isdigit():
            count = edits(word, other)
            if 0 < count <= allowed:
                alike = len(list(takewhile(bool, map(eq, word, other))))
                near[other] = (count, -alike, len(other))
    if not near:
        return _Hits()
    best = min(sorted(near), key=lambda other: near[other])
    return _Hits(_literal(best), best, telling=True)


def edits(typed: str, word: str) -> int:
    """Count the mistakes that make the beginning of a word into what was typed.

    A mistake is a letter too many, too few, or wrong, or two neighbors exchanged.

    Parameters
    ----------
    typed : str
        What may be mistyped, and need not be finished.
    word : str
        The word that may be meant.

    Returns
    -------
    int
        How many mistakes.

    Examples
    --------
    >>> edits("sotfmax", "softmax"), edits("entrpy", "entropy"), edits("grad", "gradient")
    (1, 1, 0)
    """
    before: list[int] = []
    row = list(range(len(word) + 1))
    for i, sign in enumerate(typed, start=1):
        above, row = row, [i]
        for j, other in enumerate(word, start=1):
            count = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (sign != other))
            exchanged = i > 1 and j > 1 and (sign, typed[i - 2]) == (word[j - 2], other)
            row.append(min(count, before[j - 2] + 1) if exchanged else count)
        before = above
    return min(row)


@functools.cache
def _subject(lesson: Lesson) -> _Words:
    """Return the words that say what a lesson is about."""
    text = lesson.text
    meanings = (quantity.meaning for quantity in lesson.statement.quantities)
    parts = (text.title, lesson.slug, text.question, text.purpose)
    names = (*text.aliases, *text.topics, section_of(lesson).title)
    for form in forms_of(lesson)[1:]:
        names = (*names, form.title, *form.text.aliases)
    return _Words.of((*parts, *names, *meanings))


@functools.cache
def _said(lesson: Lesson) -> _Words:
    """Return all words of a lesson's text."""
    text = lesson.text
    lists = (*text.notice, *text.pitfalls, *text.presets)
    asked = (part for one in text.questions for part in (one.title, one.reason))
    return _Words.of((text.idea, text.in_use, *lists, *asked))
