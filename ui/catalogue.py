"""The lessons in teaching order, their sections, and the paths through them.

A lesson's words are read from its ``lesson.md`` when the app starts; its modules are
imported when it is first needed, and showing nothing, may be imported by anybody.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, cast

from charts import Scene
from notation.quantities import Value
from notation.statement import Solution, Statement, call_with
from ui.broken import beside
from ui.lesson_text import (
    LessonText,
    Preset,
    QuestionText,
    read_lesson_text,
    read_preset,
)
from ui.questions import FORMS_WITH_HINT, RULES, Form, Question, Setting, spelled

if TYPE_CHECKING:
    from notation.trees import Derivation

PAGES = Path(__file__).parent.parent / "pages"
LIST = PAGES / "lessons.toml"
FORM = "form"  # what a link calls the form of a formula
BROKEN_FORM = "broken"  # and the one that lacks a part


@dataclass(frozen=True, eq=False, repr=False)
class Lesson:
    """One formula, taught: its words, its statement and its figure.

    A modern form of a formula is a lesson too, which takes the place of the one that it
    belongs to when the reader chooses it there.

    Parameters
    ----------
    section : str
        The folder of its section.
    slug : str
        The one name of module, folder, test file and link.
    text : LessonText
        Everything in ``lesson.md``, of a form in ``form.md``.
    form : str
        The name of a form, which is that of its folder below the lesson's.
    """

    section: str
    slug: str
    text: LessonText
    form: str = ""

    def __repr__(self) -> str:
        """Name the lesson; its words would fill a page of a test's report."""
        return f"Lesson({self.section}/{self.key})"

    @property
    def key(self) -> str:
        """A name that no other lesson and no other form has."""
        return f"{self.slug}/{self.form}" if self.form else self.slug

    @property
    def file_name(self) -> str:
        """What a file about it is called, before the dot."""
        return self.key.replace("/", "-")

    @property
    def title(self) -> str:
        """The lesson's title."""
        return self.text.title

    @cached_property
    def statement(self) -> Statement:
        """What is shown, computed and proved."""
        statement: Statement = self._module("statement").STATEMENT
        return statement

    @cached_property
    def draw(self) -> Callable[..., Scene]:
        """The lesson's ``draw``: the result, controls and inputs in, a scene out."""
        draw: Callable[..., Scene] = self._module("figure").draw
        return draw

    def _module(self, name: str) -> ModuleType:
        place = self.key.replace("/", ".")
        return import_module(f"pages.{self.section}.{place}.{name}")

    def _file(self, name: str) -> Path:
        return PAGES / self.section / self.key / name

    def scene(self, values: Mapping[str, Value], history: Any = None) -> Scene:
        """Compute and draw the lesson at these values of its controls."""
        return self.drawn(values, self.statement.solve(values, history), history)

    def drawn(
        self,
        values: Mapping[str, Value],
        solution: Solution,
        history: Any = None,  # noqa: ARG002 - who shows the whole formula too needs it
    ) -> Scene:
        """Draw what was computed."""
        known = {**values, **solution.inputs, "result": solution.result}
        scene: Scene = call_with(self.draw, known)
        return scene

    @cached_property
    def derivations(self) -> tuple[Derivation, ...]:
        """What is derived, line by line; imports SymPy. A form need not have any."""
        if self.form and not self._file("derivation.py").exists():
            return ()
        built: tuple[Derivation, ...] = self._module("derivation").derivations()
        return built

    @cached_property
    def presets(self) -> tuple[Preset, ...]:
        """The named situations, their links read by the controls."""
        return tuple(read_preset(text, self.statement) for text in self.text.presets)

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """What to predict, the links read by the controls."""
        return tuple(self._question(text) for text in self.text.questions)

    def _question(self, text: QuestionText) -> Question:
        settings = [read_preset(link, self.statement) for link in text.settings]
        if (text.form in FORMS_WITH_HINT) != bool(text.hint):
            raise ValueError(f"{self.key}: “{text.title}”: hint for a second try?")
        if text.form == "choice" and text.rule not in RULES:
            raise ValueError(f"{self.key}: “{text.rule}” is no rule: {RULES}")
        return Question(
            text.title,
            cast("Form", text.form),
            text.watched,
            tuple(
                Setting(setting.name, {**self.statement.defaults, **setting.values})
                for setting in settings
            ),
            text.rule,
            text.tolerance,
            text.hint,
            text.reason,
        )


class BrokenLesson(Lesson):
    """A lesson whose formula lacks a part that people leave out.

    Its ``broken.py`` holds the statement without the part and the live numbers that are
    compared; words and pictures are those of the lesson. What the whole formula gives stays
    beside it as a ghost.
    """

    @property
    def whole(self) -> Lesson:
        """The lesson with the whole formula."""
        return BY_SLUG[self.slug]

    @cached_property
    def statement(self) -> Statement:
        """What is shown, computed and proved without the part."""
        statement: Statement = self._broken.STATEMENT
        return statement

    @cached_property
    def draw(self) -> Callable[..., Scene]:
        """The ``draw`` of the whole lesson."""
        return self.whole.draw

    @property
    def _broken(self) -> ModuleType:
        return import_module(f"pages.{self.section}.{self.slug}.{BROKEN_FORM}")

    def drawn(
        self, values: Mapping[str, Value], solution: Solution, history: Any = None
    ) -> Scene:
        """Draw what was computed, and what the whole formula gives as a ghost."""
        scene = super().drawn(values, solution)
        whole = self.whole.scene(values, history)
        names = {k: spelled(self.statement, k) for k in self._broken.COMPARED}
        return beside(scene, whole, self.text.broken, names)

    @cached_property
    def derivations(self) -> tuple[Derivation, ...]:
        """What is derived of the whole formula."""
        return self.whole.derivations

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """Nothing is predicted of a broken formula."""
        return ()


@dataclass(frozen=True)
class Section:
    """A folder of ``formulas`` and ``pages``, with its lessons in order."""

    folder: str
    title: str
    lessons: tuple[Lesson, ...]


@dataclass(frozen=True)
class LearningPath:
    """A suggested way through some of the lessons."""

    title: str
    lessons: tuple[Lesson, ...]


@dataclass(frozen=True)
class StoryStep:
    """A state of a lesson or a form, and what it tells.

    Parameters
    ----------
    lesson : Lesson
        The lesson, or the form of its formula.
    values : mapping
        The controls that differ from their defaults.
    words : str
        What it tells.
    """

    lesson: Lesson
    values: Mapping[str, Value]
    words: str


@dataclass(frozen=True)
class Story:
    """A path whose steps are states.

    Parameters
    ----------
    title : str
        What it tells of.
    steps : tuple of str
        Each ``key?query: words``.
    end : str
        The page that puts its parts together.
    """

    title: str
    steps: tuple[str, ...]
    end: str

    @cached_property
    def states(self) -> tuple[StoryStep, ...]:
        """The steps, their links read by the controls."""
        return tuple(map(_story_step, self.steps))


def _story_step(text: str) -> StoryStep:
    link, _, words = text.partition(": ")
    key, _, query = link.partition("?")
    lesson = BY_KEY.get(key) or BY_SLUG[key.partition("/")[0]]
    preset = read_preset(f"[{words}](?{query})", lesson.statement)
    return StoryStep(lesson, preset.values, words)


def _load(listed: Mapping[str, Any]) -> tuple[Section, ...]:
    return tuple(
        Section(
            section["folder"],
            section["title"],
            tuple(_lesson(section["folder"], slug) for slug in section["lessons"]),
        )
        for section in listed["sections"]
    )


def _lesson(folder: str, slug: str) -> Lesson:
    return Lesson(folder, slug, read_lesson_text(PAGES / folder / slug / "lesson.md"))


def _form(lesson: Lesson, name: str) -> Lesson:
    path = PAGES / lesson.section / lesson.slug / name / "form.md"
    text = read_lesson_text(path, lesson.text)
    return Lesson(lesson.section, lesson.slug, text, name)


_LISTED = tomllib.loads(LIST.read_text(encoding="utf-8"))
SECTIONS = _load(_LISTED)
LESSONS = tuple(lesson for section in SECTIONS for lesson in section.lessons)
BY_SLUG = {lesson.slug: lesson for lesson in LESSONS}
FORMS = tuple(
    _form(BY_SLUG[slug], name)
    for slug, names in _LISTED["forms"].items()
    for name in names
)
SHOWN = (*LESSONS, *FORMS)
BROKEN = tuple(
    BrokenLesson(lesson.section, lesson.slug, lesson.text, BROKEN_FORM)
    for lesson in LESSONS
    if lesson.text.broken[0]
)
BY_KEY = {lesson.key: lesson for lesson in (*SHOWN, *BROKEN)}
PATHS = tuple(
    LearningPath(path["title"], tuple(BY_SLUG[slug] for slug in path["lessons"]))
    for path in _LISTED["paths"]
)


STORIES = tuple(
    Story(story["title"], tuple(story["steps"]), story["end"])
    for story in _LISTED["stories"]
)


def section_of(lesson: Lesson) -> Section:
    """Return the section that a lesson stands in."""
    return next(s for s in SECTIONS if s.folder == lesson.section)


def forms_of(lesson: Lesson) -> tuple[Lesson, ...]:
    """Return a formula's forms, the lesson's own first; none if it has only that."""
    forms = tuple(form for form in FORMS if form.slug == lesson.slug)
    return (BY_SLUG[lesson.slug], *forms) if forms else ()


def variants_of(lesson: Lesson) -> tuple[Lesson, ...]:
    """Return all that a link may name in a lesson's place: forms, and the broken one."""
    broken = broken_of(lesson)
    return (*forms_of(lesson), *((broken,) if broken else ()))


def broken_of(lesson: Lesson) -> BrokenLesson | None:
    """Return the lesson whose formula lacks a part; None if nothing can be left out."""
    return next((one for one in BROKEN if one.slug == lesson.slug), None)


def prerequisites(lesson: Lesson) -> tuple[Lesson, ...]:
    """Return the lessons to read first."""
    return tuple(BY_SLUG[slug] for slug in lesson.text.needs)


def leads_to(lesson: Lesson) -> tuple[Lesson, ...]:
    """Return the lessons that need this one, in teaching order."""
    return tuple(other for other in LESSONS if lesson.slug in other.text.needs)


def level(lesson: Lesson) -> int:
    """Return how many lessons stand, one needing the other, before this one."""
    return max((level(other) + 1 for other in prerequisites(lesson)), default=0)
