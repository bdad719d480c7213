"""What a teacher's link fixes besides the values: locked and hidden controls, the open tab.

Such a link is a request to whoever opens it, not a wall: the browser keeps to it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from notation.numbers import counted
from notation.statement import Statement

LOCKED, HIDDEN, TAB, ANSWERS, ASK = "lock", "hide", "tab", "answers", "ask"
NAMES = (LOCKED, HIDDEN, TAB, ANSWERS, ASK)  # what a link calls them
MOST_QUESTIONS = 20
TABS = {
    "steps": "Worked steps",
    "symbols": "Symbols",
    "derivation": "Derivation",
    "code": "Code",
    "data": "Data",
    "sources": "Sources",
}


@dataclass(frozen=True)
class Handout:
    """What a link fixes.

    Parameters
    ----------
    locked, hidden : tuple of str
        Controls that cannot be moved, and controls that are not shown.
    tab : str
        The name of the tab that is open, one of `TABS`; empty for the first.
    keeps_answers : bool
        Whether what is predicted is kept without a word about what is right.
    question : int
        The number of the question that is asked at once, from 1; 0 for none.
    """

    locked: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    tab: str = ""
    keeps_answers: bool = False
    question: int = 0

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The same as a link says it."""
        lists = ((LOCKED, self.locked), (HIDDEN, self.hidden))
        pairs = [(name, " ".join(controls)) for name, controls in lists if controls]
        if self.tab:
            pairs.append((TAB, self.tab))
        if self.keeps_answers:
            pairs.append((ANSWERS, "kept"))
        if self.question:
            pairs.append((ASK, str(self.question)))
        return pairs


NOTHING_FIXED = Handout()


def read(
    statement: Statement, query: Mapping[str, Sequence[str]]
) -> tuple[Handout, list[str]]:
    """Read what a link fixes.

    Parameters
    ----------
    statement : Statement
        Whose controls are meant.
    query : mapping
        The link's query, each name with all that it is given.

    Returns
    -------
    handout : Handout
    dropped : list of str
        What makes no sense, each in a few words.

    Examples
    --------
    >>> from ui.catalogue import BY_SLUG
    >>> softmax = BY_SLUG["softmax"].statement
    >>> read(softmax, {"lock": ["z1 z2"], "hide": ["shift color"], "tab": ["code"]})
    (Handout(locked=('z1', 'z2'), hidden=('shift',), tab='code', keeps_answers=False, question=0), \
['1 unknown control to hide'])
    """
    dropped: list[str] = []
    found: dict[str, tuple[str, ...]] = {}
    for name, verb in ((LOCKED, "lock"), (HIDDEN, "hide")):
        given = dict.fromkeys(" ".join(query.get(name, [])).split())
        known = tuple(word for word in given if word in statement.defaults)
        strange = len(given) - len(known)
        if strange:
            dropped.append(f"{counted(strange, 'unknown control')} to {verb}")
        found[name] = known
    tab = "".join(query.get(TAB, []))
    if tab and tab not in TABS:
        dropped.append("a tab that there is not")
        tab = ""
    answers = query.get(ANSWERS, [])
    if answers not in ([], ["kept"]):
        dropped.append("what is to happen with answers")
    kept = answers == ["kept"]
    question = _question("".join(query.get(ASK, [])), dropped)
    return Handout(found[LOCKED], found[HIDDEN], tab, kept, question), dropped


def _question(given: str, dropped: list[str]) -> int:
    if given.isdecimal() and len(given) < 3 and 1 <= int(given) <= MOST_QUESTIONS:
        return int(given)
    if given:
        dropped.append("a question that there is not")
    return 0
