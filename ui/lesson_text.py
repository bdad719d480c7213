"""A lesson's words: one Markdown file with front matter and fixed headings.

The front matter (TOML between lines of ``+++``) holds what a catalogue knows of a lesson;
the headings below it hold what the lesson says. A sentence that claims something ends in
the key of its proof, ``{order_kept}``, or in the reason why no test can prove it,
``{history}``; readers do not see the keys.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from notation.quantities import Value
from notation.statement import Statement
from ui.programs import Program, read_programs

HEADINGS = (
    "The idea",
    "Predict",
    "Presets",
    "Notice",
    "Try this",
    "Break it",
    "Careful",
    "Code",
    "In real systems",
)
SOMETIMES = "Break it"  # where the formula has a part that people leave out
# A modern form of a lesson's formula says less: the lesson around it says the rest.
OF_FORMS = ("The idea", "Predict", "Presets", "Notice", "Try this", "Careful", "Code")
SOMETIMES_OF_FORMS = "Try this"
FENCE = "+++\n"  # before and after the front matter
LINK = re.compile(r"\[(?P<name>[^]]+)\]\(\?(?P<query>\S*)\)(?:: (?P<note>.+))?")
ENDS = re.compile(
    r"From (\[[^]]+\]\(\?\S*\)) to (\[[^]]+\]\(\?\S*\)): the (direction|number|ratio) of "
    r"`([^`]+)`(?:, within (\d+) %)?\."
)
CHOICE = re.compile(
    r"From (\[[^]]+\]\(\?\S*\)) to (\[[^]]+\]\(\?\S*\)): the choice of "
    r"((?:`[^`]+`, )+`[^`]+`): which (.+)\."
)
ORDER = re.compile(r"The order of `([^`]+)` at (\[.+\)), (\[.+\)) and (\[.+\))\.")
GOAL = re.compile(r"`([^`]+)` (≥|≤|>|<|=|is) ([^`]+?)(?= and `|$)")
TASK = re.compile(
    r"(.+?) Reached: ((?:`[^`]+` (?:≥|≤|>|<|=|is) [^`]+?(?: and |(?=\. Hint)))+)\. "
    r"Hint: (.+) At (\[[^]]+\]\(\?\S*\))\."
)
KEYS = re.compile(r"\s?\{([a-z0-9_]+(?:,\s+[a-z0-9_]+)*)\}")  # a line may end in it


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


@dataclass(frozen=True)
class Claim:
    """A stretch of words and what stands for it.

    Parameters
    ----------
    words : str
        What a lesson says, up to its keys.
    keys : tuple of str
        Its proofs' keys or the reason why there is none; empty if nobody vouches.
    """

    words: str
    keys: tuple[str, ...]


@dataclass(frozen=True)
class QuestionText:
    """A question to predict, as it is written; see `ui.questions.Question`.

    Parameters
    ----------
    title, form, rule, tolerance, hint, reason
        As of the question.
    watched : tuple of str
        Labels of live numbers.
    settings : tuple of str
        Where it starts and where it goes, each a link as presets are.
    """

    title: str
    form: str
    watched: tuple[str, ...]
    settings: tuple[str, ...]
    rule: str
    tolerance: float
    hint: str
    reason: str


@dataclass(frozen=True)
class Goal:
    """What has to be so for a task to be done.

    Parameters
    ----------
    label : str
        Of a live number, or the name of a control.
    relation : str
        One of ``≥ ≤ > < =``, or ``is`` for a word.
    wanted : str
        The number or word.
    """

    label: str
    relation: str
    wanted: str


@dataclass(frozen=True)
class TaskText:
    """Something to reach with the sliders, which the app recognizes.

    Parameters
    ----------
    words : str
        What is to be reached.
    goals : tuple of Goal
        All of them hold when it is.
    hint : str
        One sentence that helps.
    solution : str
        A setting at which it is reached, as a link.
    """

    words: str
    goals: tuple[Goal, ...]
    hint: str
    solution: str


@dataclass(frozen=True, eq=False, kw_only=True)
class LessonText:
    """All that a lesson says which does not change with its controls.

    Parameters
    ----------
    title, question, purpose : str
        What it is called, the one question that it answers, and what its formula is for.
    topics : tuple of str
        Which of LLM, ML and RL the formula belongs to.
    aliases : tuple of str
        Other words that a search should find it by.
    needs : tuple of str
        Slugs of the lessons to read first.
    sources : tuple of str
        Where the formula comes from, with year and equation number.
    corrections : tuple of str
        What short lists of formulas get wrong or leave open.
    proved : str
        What the equations prove where a tree cannot say the whole formula.
    story : str
        What goes on in the example, where a reader has to know that first; else empty.
    signs : tuple of (str, str)
        LaTeX and meaning of the formula's letters that are no quantities of the lesson.
    idea : str
        The one idea to take away.
    questions : tuple of QuestionText
        What to predict before it is watched, from easy to hard.
    presets : tuple of str
        Named situations, each written as its link.
    notice, pitfalls : tuple of str
        What is worth seeing, and traps.
    tasks : tuple of TaskText
        Two to four things to reach.
    broken : (str, str)
        Which part of the formula may be struck out, as ``Without …``, and what it is for;
        two empty texts if there is none.
    programs : tuple of Program
        The formula written by hand, and the calls of libraries.
    in_use : str
        Where real systems use the formula.
    claims : tuple of Claim
        Everything that claims something, with the keys of its proofs.
    """

    title: str
    question: str
    purpose: str
    topics: tuple[str, ...]
    aliases: tuple[str, ...]
    needs: tuple[str, ...]
    sources: tuple[str, ...]
    corrections: tuple[str, ...]
    proved: str
    story: str
    signs: tuple[tuple[str, str], ...]
    idea: str
    questions: tuple[QuestionText, ...]
    presets: tuple[str, ...]
    notice: tuple[str, ...]
    tasks: tuple[TaskText, ...]
    pitfalls: tuple[str, ...]
    broken: tuple[str, str]
    programs: tuple[Program, ...]
    in_use: str
    claims: tuple[Claim, ...]


REQUIRED = ("title", "question", "purpose", "topics", "aliases", "needs", "sources")
OPTIONAL: Mapping[str, Any] = {
    "corrections": [],
    "proved": "",
    "story": "",
    "signs": [],
}
INHERITED = ("topics", "needs")  # by a form, from its lesson


def read_lesson_text(path: Path, lesson: LessonText | None = None) -> LessonText:
    """Read a lesson's words, or those of a modern form of its formula.

    Parameters
    ----------
    path : Path
        A file with front matter and the `HEADINGS`, in their order. Presets,
        notices, questions and traps are lists. A preset is a link, as one sends it:
        ``[name](?query)`` and a note. A question to predict is a heading of the third
        level, which tells the situation; a sentence that says what is asked,
        ``From [a](?query) to [b](?query): the direction of `label`.`` (or number, ratio,
        choice, order); a hint, where there is a second try; and the reason. Programs are
        read by `ui.programs.read_programs`.
    lesson : LessonText, optional
        The lesson that a form belongs to: it has its topics and needs, and its question
        unless the form has one of its own. A form has the headings of `OF_FORMS`, tasks only
        if it has some.

    Raises
    ------
    ValueError
        If the front matter lacks something or has something unknown, if headings
        differ, or if a list is not one. Names the folder.
    """
    try:
        return _parsed(path.read_text(encoding="utf-8"), lesson)
    except ValueError as error:
        raise ValueError(f"{path.parent.name}/{path.name}: {error}") from None


def _parsed(text: str, lesson: LessonText | None) -> LessonText:
    front, body = _front_and_body(text)
    known = {name: list(getattr(lesson, name)) for name in INHERITED} if lesson else {}
    asked = {"question": lesson.question} if lesson else {}
    facts = _front_matter(front, {**OPTIONAL, **known, **asked})
    before, *parts = re.split(r"^## (.+)\n", body, flags=re.MULTILINE)
    whole = OF_FORMS if lesson else HEADINGS
    sometimes = SOMETIMES_OF_FORMS if lesson else SOMETIMES
    left_out = () if sometimes in parts[::2] else (sometimes,)
    headings = tuple(heading for heading in whole if heading not in left_out)
    if before.strip() or tuple(parts[::2]) != headings:
        raise ValueError(f"the headings must be {', '.join(whole)}")
    texts = [part.strip() for part in parts[1::2]]
    sections = dict.fromkeys(HEADINGS, "") | dict(zip(headings, texts, strict=True))
    words = {heading: KEYS.sub("", text) for heading, text in sections.items()}
    tried = "Try this" in headings
    return LessonText(
        **facts,
        idea=_line(words["The idea"]),
        questions=_questions(words["Predict"]),
        presets=_items(words["Presets"]),
        notice=_items(words["Notice"]),
        tasks=tuple(map(_task, _items(words["Try this"]))) if tried else (),
        pitfalls=_items(words["Careful"]),
        broken=_broken(_line(words[SOMETIMES])),
        programs=read_programs(sections["Code"]),
        in_use=_line(words["In real systems"]),
        claims=tuple(_claims(sections)),
    )


def _front_and_body(text: str) -> tuple[str, str]:
    """Cut a file at its fences; without a first one it has neither part."""
    if not text.startswith(FENCE):
        return "", ""
    front, _, body = text.removeprefix(FENCE).partition(FENCE)
    return front, body


def _front_matter(text: str, optional: Mapping[str, Any]) -> dict[str, Any]:
    facts = {**optional, **tomllib.loads(text)}
    missing = [name for name in REQUIRED if name not in facts]
    unknown = [name for name in facts if name not in (*REQUIRED, *OPTIONAL)]
    if missing or unknown:
        raise ValueError(f"front matter: missing {missing}, unknown {unknown}")
    facts["signs"] = [(latex, meaning) for latex, meaning in facts["signs"]]
    return {k: tuple(v) if isinstance(v, list) else v for k, v in facts.items()}


def _claims(sections: Mapping[str, str]) -> list[Claim]:
    """Collect what claims something; of the uses only sentences with a number."""
    notes = [item.partition("): ")[2] for item in _items(sections["Presets"])]
    reasons = [
        part.partition("\nBecause: ")[2] for part in sections["Predict"].split("### ")
    ]
    texts = [_line(sections["The idea"]), *map(_line, filter(None, reasons))]
    texts += filter(None, [_line(sections[SOMETIMES])])
    texts += [*notes, *_items(sections["Notice"]), *_items(sections["Careful"])]
    claims = [claim for text in texts for claim in split_claims(text)]
    uses = split_claims(_line(sections["In real systems"]))
    return claims + [use for use in uses if use.keys or re.search(r"\d", use.words)]


def split_claims(text: str) -> list[Claim]:
    """Cut a text behind its keys.

    Examples
    --------
    >>> split_claims("A is so. {proof} B was so. {history}")
    [Claim(words='A is so.', keys=('proof',)), Claim(words='B was so.', keys=('history',))]
    """
    claims, start = [], 0
    for found in KEYS.finditer(text):
        words = text[start : found.start()].strip()
        claims.append(Claim(words, tuple(re.split(r",\s+", found[1]))))
        start = found.end()
    rest = text[start:].strip()
    return [*claims, Claim(rest, ())] if rest else claims


def _broken(text: str) -> tuple[str, str]:
    """Read which part may be struck out (``Without the part``) and what it is for."""
    part, _, reason = text.partition(": ")
    if text and not (part.startswith("Without ") and reason[:1].isupper()):
        raise ValueError(
            "what breaks it is said as “Without the part: What it is for.”"
        )
    return part, reason


def _task(text: str) -> TaskText:
    found = TASK.fullmatch(text)
    if found is None:
        raise ValueError(
            f"“{text}” is no task: “What to reach. Reached: `label` ≥ 1 and `label` is on. "
            "Hint: … At [there](?control=value).”"
        )
    words, conditions, hint, solution = found.groups()
    goals = tuple(Goal(*goal) for goal in GOAL.findall(conditions))
    return TaskText(words, goals, hint, solution)


def _questions(text: str) -> tuple[QuestionText, ...]:
    before, *parts = re.split(r"^### (.+)\n", text, flags=re.MULTILINE)
    if before.strip() or not parts:
        raise ValueError("questions to predict are needed, each below a “### heading”")
    pairs = zip(parts[::2], parts[1::2], strict=True)
    return tuple(_question(title.strip(), body) for title, body in pairs)


def _question(title: str, body: str) -> QuestionText:
    asked, _, reason = body.partition("\nBecause: ")
    asked, _, hint = asked.partition("\nHint: ")
    asked, hint, reason = _line(asked), _line(hint), _line(reason)
    if not reason:
        raise ValueError(f"“{title}” lacks a line that begins with “Because: ”")
    rest = {"hint": hint, "reason": reason}
    if found := ENDS.fullmatch(asked):
        start, end, form, label, percent = found.groups()
        tolerance = int(percent or 5) / 100
        return QuestionText(title, form, (label,), (start, end), "", tolerance, **rest)
    if found := CHOICE.fullmatch(asked):
        start, end, labels, rule = found.groups()
        watched = tuple(re.findall("`([^`]+)`", labels))
        return QuestionText(title, "choice", watched, (start, end), rule, 0, **rest)
    if found := ORDER.fullmatch(asked):
        label, *settings = found.groups()
        return QuestionText(title, "order", (label,), tuple(settings), "", 0, **rest)
    raise ValueError(
        f"“{title}” asks nothing: “From [a](?…) to [b](?…): the direction of `label`.” "
        "(or number, ratio), “…: the choice of `label`, `label`: which rises most.”, or "
        "“The order of `label` at [a](?…), [b](?…) and [c](?…).”"
    )


def read_preset(text: str, statement: Statement) -> Preset:
    """Read a preset's link with the controls' own rules.

    Raises
    ------
    ValueError
        If it is no link, or says what no control takes.
    """
    found = LINK.fullmatch(text)
    if found is None:
        raise ValueError("a preset is a link, “[name](?control=value): note”")
    values: dict[str, Value] = {}
    for name, given in parse_qsl(found["query"], strict_parsing=bool(found["query"])):
        if name not in statement.defaults:
            raise ValueError(f"{found['name']}: there is no control {name}")
        values[name], notice = statement.control(name).parse(given)
        if notice:
            raise ValueError(f"{found['name']}: {notice.partition(';')[0]}")
    return Preset(found["name"], found["note"] or "", values)


def _items(text: str) -> tuple[str, ...]:
    before, *items = re.split(r"^- ", text, flags=re.MULTILINE)
    if before or not items:
        raise ValueError("a list of points is needed, each after “- ”")
    return tuple(_line(item) for item in items)


def _line(text: str) -> str:
    return " ".join(text.split())
