"""The state of a lesson: in the session while a visitor browses, in the link to share.

Values enter from three sides (links, the live figure, presets) and none is trusted:
each is read by its control, which clamps or refuses it.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeGuard
from urllib.parse import urlencode

import streamlit as st

from notation.numbers import counted
from notation.quantities import Control, Value
from notation.statement import Statement
from ui import handout, pins
from ui.catalogue import BY_KEY, BY_SLUG, FORM, Lesson, variants_of
from ui.frames import USUAL, Worked
from ui.handout import NOTHING_FIXED, Handout
from ui.questions import Answer
from ui.simulation import Job

PLAN, STEP = "plan", "step"  # what a link calls a plan, and the place in it
# These, settings of Streamlit, and what mail programs and social networks add to a link.
OTHERS = re.compile(
    f"{PLAN}|{STEP}|embed|embed_options|present"
    "|utm_.+|fbclid|gclid|dclid|msclkid|mc_[ce]id|igshid|ref_src"
)
MOST_REMEMBERED = 50
MOST_SEED = 10**6
MOST_TERMS = 1000  # of a sum that is walked through
MOST_OPTIONS = 8
MOST_LETTERS = 64  # of a name that the browser made up
LONGEST_LINK = 2000  # characters of its query
LARGEST = 1e15  # larger numbers come from nobody's hand


@dataclass(frozen=True)
class Attempt:
    """An answer to a question to predict.

    Attributes
    ----------
    question : int
        Its place in the lesson.
    seed : int
        0 for the question as it is written, else the seed of its other numbers.
    given : int, float or tuple of int
        What was answered; see `ui.questions.answer`. None asks for the question only.
    again : bool
        Whether it is the second try.
    """

    question: int
    seed: int
    given: Answer | None
    again: bool


@dataclass
class LessonState:
    """What one visitor has set on one lesson.

    Attributes
    ----------
    values : dict
        The value of each control.
    notices : dict
        Messages about a control's last input, by control.
    session : str
        Tells this visit's state from that of another session of the same tab: after the
        server was restarted the figure hands over what it shows.
    visitor : str
        Whose state it is: one name for all lessons of a session.
    revision : int
        Counts changes that did not come from the live figure, which then follows.
    request : tuple
        The live figure's last message: its mount and number.
    described : bool
        Whether the browser knows the controls.
    painted : str or None
        The epoch (see `ui.live.Progress`) whose scene of these values the browser shows
        already.
    grab : str or None
        The control whose sweep the live figure asks for in this run.
    glide_from : dict or None
        The values before this run, if the figure asks to walk from there to the new ones.
    path : list of dict
        The settings that the figure walks through in this run.
    attempt : Attempt or None
        The answer that came with this run's request.
    verdict : dict or None
        What the model says to it, as the browser gets it.
    answers : dict
        Whether each question's answer was right, by the question's place.
    handout : Handout
        What the link fixes besides the values.
    pins : list of dict
        Settings that stay on the picture as ghosts; see `ui.pins`.
    pinned : str
        Which pins the browser shows already, by their stamp.
    table : int or None
        The number of the chart whose data the visitor saves.
    worked : Worked
        What the live line works out; see `ui.frames`.
    framed : bool
        Whether another page shows the app in a frame, as Community Cloud does.
    fallback : bool
        Whether the browser could not load the live figure.
    wanted_form : str or None
        The form of the formula that the visitor asks for in this run.
    outdated : bool
        Whether the page is to be shown anew as a whole: the visitor has chosen another
        form, or the browser has just said that it cannot load the live figure.
    epoch : str
        What the figure draws besides the values; see `ui.live.Progress`.
    ready : bool
        Whether there is anything to draw.
    history, history_key, job
        The last finished long computation, what it belongs to, and the one under way.
    """

    lesson: Lesson
    values: dict[str, Value]
    notices: dict[str, str] = field(default_factory=dict)
    dropped: list[str] = field(default_factory=list)
    session: str = field(default_factory=lambda: secrets.token_hex(4))
    visitor: str = field(default_factory=lambda: secrets.token_hex(8))
    revision: int = 0
    request: tuple[str, int] = ("", 0)
    described: bool = False
    painted: str | None = None
    grab: str | None = None
    glide_from: dict[str, Value] | None = None
    path: list[dict[str, Value]] = field(default_factory=list)
    attempt: Attempt | None = None
    verdict: dict[str, Any] | None = None
    answers: dict[int, bool] = field(default_factory=dict)
    handout: Handout = NOTHING_FIXED
    pins: list[dict[str, Value]] = field(default_factory=list)
    pinned: str = ""
    table: int | None = None
    worked: Worked = USUAL
    framed: bool = False
    fallback: bool = False
    wanted_form: str | None = None
    outdated: bool = False
    epoch: str = ""
    ready: bool = True
    history: Any = None
    history_key: Any = None
    job: Job | None = None

    @property
    def query(self) -> str:
        """The state as the query of a link."""
        whole = self._query(self.values, self.pins)
        if len(whole) <= LONGEST_LINK:
            return whole
        controls = self.lesson.statement.controls
        none = {c.name: c.default for c in controls if c.kind == "numbers"}
        return self._query(
            {**self.values, **none}, [{**pin, **none} for pin in self.pins]
        )

    def _query(
        self, values: Mapping[str, Value], pinned: list[dict[str, Value]]
    ) -> str:
        statement, form = self.lesson.statement, self.lesson.form
        kept = [(pins.PIN, text) for text in pins.link_texts(statement, pinned)]
        kept += self.handout.pairs
        parts = (
            urlencode({FORM: form} if form else {}),
            link_query(statement, values),
            urlencode(kept),
        )
        return "&".join(filter(None, parts))

    def set(self, values: Mapping[str, Value]) -> None:
        """Take over values from a preset, a link or a reset."""
        self.values = {**self.values, **values}
        self.notices, self.dropped = {}, []
        self.revision += 1
        self.painted = None

    def receive(self, request: Any) -> None:
        """Take over a message of the live figure, as far as it makes sense."""
        self.grab, self.glide_from, self.table = None, None, None
        self.wanted_form = None
        self.attempt, self.verdict, self.path = None, None, []
        if not isinstance(request, dict) or not self._is_new(request):
            return
        fallback = request.get("fallback") is True
        self.outdated = self.outdated or (fallback and not self.fallback)
        self.fallback = self.fallback or fallback
        self.described = request.get("described") is True
        values = request.get("values")
        # A preset or a reset that came later than these values were set goes first.
        current = request.get("revision", self.revision) == self.revision
        if isinstance(values, dict) and current:
            if request.get("glide") is True:
                self.glide_from = dict(self.values)
            self.values |= allowed_values(self.lesson.statement, values)
            self.notices = refusals(self.lesson.statement, values)
            self.dropped = []
            self._pin(request.get(pins.PIN))
        self.framed = request.get("framed") is True
        pinned = request.get("pinned")
        self.pinned = pinned if isinstance(pinned, str) else ""
        painted = request.get("painted")
        # A value that was clamped is not the one on the screen.
        same = (
            isinstance(painted, str)
            and len(painted) <= MOST_LETTERS
            and self.values == values
        )
        self.painted = painted if same else None
        name = request.get("grab")
        if isinstance(name, str) and name in self.values:
            self.grab = name
        self.attempt = attempt(request.get("attempt"))
        form = request.get("form")
        if isinstance(form, str) and len(form) <= MOST_LETTERS:
            self.wanted_form = form
        table = request.get("table")
        self.table = table if is_place(table) else None
        worked = worked_entry(self.lesson.statement, request.get("worked"))
        if worked is not None:
            self.worked = worked
            self.painted = None

    def _pin(self, raw: Any) -> None:
        """Take over the pins that a figure shows, as far as they make sense."""
        statement = self.lesson.statement
        if isinstance(raw, list) and all(isinstance(pin, dict) for pin in raw):
            self.pins = [
                {**statement.defaults, **allowed_values(statement, pin)}
                for pin in raw[: len(pins.LETTERS)]
            ]

    def _is_new(self, request: dict[str, Any]) -> bool:
        """Tell whether a message is neither a replay nor out of order."""
        mount, number = request.get("m"), request.get("n")
        if not isinstance(mount, str) or len(mount) > MOST_LETTERS:
            return False
        if not isinstance(number, int) or isinstance(number, bool):
            return False
        if mount == self.request[0] and number <= self.request[1]:
            return False
        self.request = (mount, number)
        return True

    def follow(self, query: Mapping[str, list[str]]) -> None:
        """Take over a link; what cannot be read is dropped with a notice."""
        values: dict[str, Value] = {}
        notices: dict[str, str] = {}
        dropped: list[str] = []
        for control in self.lesson.statement.controls:
            given = query.get(control.name, [])
            if len(given) > 1:
                dropped.append(f"{control.name} stood there more than once")
            if given:
                values[control.name], notice = control.parse(given[0])
                if notice:
                    notices[control.name] = notice
        kept, unread = pins.read_texts(self.lesson.statement, query.get(pins.PIN, []))
        dropped += unread
        fixed, unread = handout.read(self.lesson.statement, query)
        dropped += unread
        known = {control.name for control in self.lesson.statement.controls}
        known |= {pins.PIN, *handout.NAMES}
        strange = [k for k in query if k not in known and not OTHERS.fullmatch(k)]
        if strange:
            count = len(strange)
            dropped.append(counted(count, "unknown setting"))
        self.set({**self.lesson.statement.defaults, **values})
        self.notices, self.dropped = notices, dropped
        self.pins, self.handout = kept, fixed


def allowed_values(statement: Statement, raw: Mapping[Any, Any]) -> dict[str, Value]:
    """Read the values that a figure sent: clamped, and only those that make sense."""
    accepted: dict[str, Value] = {}
    for control in statement.controls:
        value = raw.get(control.name)
        if _fits(value, control):
            allowed, notice = control.parse(control.text(value))
            if notice is None or control.is_number:
                accepted[control.name] = allowed
    return accepted


def refusals(statement: Statement, raw: Mapping[Any, Any]) -> dict[str, str]:
    """Say why numbers that a reader brought cannot be taken, by control."""
    found: dict[str, str] = {}
    for control in statement.controls:
        value = raw.get(control.name)
        if control.kind == "numbers" and isinstance(value, str):
            _, notice = control.parse(value)
            if notice:
                found[control.name] = notice
    return found


def worked_entry(statement: Statement, raw: Any) -> Worked | None:
    """Read which entry is to be worked out; None if nothing was said about it."""
    if not isinstance(raw, dict):
        return None
    name, entry, term = raw.get("name"), raw.get("entry"), raw.get("term", -1)
    known = name in ("", *statement.computed_names)
    if not known or not isinstance(entry, list) or not all(map(is_place, entry)):
        return None
    if term != -1 and not (is_place(term) and term < MOST_TERMS):
        return None
    return Worked(str(name), tuple(entry[:MOST_OPTIONS]), int(term))


def is_place(value: Any) -> TypeGuard[int]:
    """Tell whether a value counts things, and not too many."""
    return (
        isinstance(value, int)
        and not isinstance(value, bool)
        and 0 <= value < MOST_SEED
    )


def attempt(raw: Any) -> Attempt | None:
    """Read an answer to a question; None if it is none."""
    if not isinstance(raw, dict):
        return None
    question, seed = raw.get("question"), raw.get("seed", 0)
    if not is_place(question) or not is_place(seed):
        return None
    return Attempt(question, seed, _given(raw.get("given")), raw.get("again") is True)


def _given(raw: Any) -> Answer | None:
    if isinstance(raw, list) and len(raw) <= MOST_OPTIONS and all(map(is_place, raw)):
        return tuple(raw)
    number = isinstance(raw, (int, float)) and not isinstance(raw, bool)
    return raw if number and abs(raw) < LARGEST else None


def _fits(value: Any, control: Control) -> TypeGuard[Value]:
    """Tell whether a value is of a control's type, so that it may be clamped."""
    if control.is_number:
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        return number and abs(value) < LARGEST
    return isinstance(value, bool if control.kind == "switch" else str)


def link_query(statement: Statement, values: Mapping[str, Value]) -> str:
    """Write values as the query of a link, every control in reading order.

    A reader's own numbers stand there only if there are any.
    """
    texts = {c.name: c.text(values[c.name]) for c in statement.controls}
    own = [c.name for c in statement.controls if c.kind == "numbers"]
    return urlencode({k: text for k, text in texts.items() if text or k not in own})


def lesson_state(lesson: Lesson) -> LessonState:
    """Return the visitor's state of a lesson, after looking at the address bar.

    A link counts when the visitor arrives at the page, and later only if the lesson did
    not write it itself: the address bar may lag behind a quick hand.

    Parameters
    ----------
    lesson : Lesson
        The lesson of the page; the state may be that of a modern form of its formula.
    """
    # A step of a lesson plan that leads to the same page is another arrival.
    place = f"{lesson.slug}#{st.query_params.get('step', '')}"
    arrived = st.session_state.get("page") != place
    if arrived:
        st.session_state["page"] = place
        st.session_state["written"] = []
    written: list[str] = st.session_state["written"]
    query = {name: st.query_params.get_all(name) for name in st.query_params}
    asked = {k: v for k, v in query.items() if not OTHERS.fullmatch(k)}
    text = urlencode([(k, v) for k, vs in asked.items() for v in vs])
    too_long = len(text) > LONGEST_LINK
    if too_long:
        asked, text = {}, ""
    state = _kept(BY_KEY.get(_form_key(lesson.slug), lesson))
    if asked and text not in written and text != state.query:
        forms = asked.pop(FORM, [])
        form = next((f for f in variants_of(lesson) if [f.form] == forms), lesson)
        state = _kept(form)
        state.follow(asked)
        if forms not in ([], [form.form]):
            state.dropped.append("a form of the formula that there is not")
        choose(state)
    if too_long:
        state.dropped = [f"all of it, which is over {LONGEST_LINK} characters long"]
    if arrived:
        state.described, state.painted = False, None
        state.worked = state.worked._replace(term=-1)  # the figure begins without
    _remember(text, state.query)
    return state


def _remember(*queries: str) -> None:
    """Keep in mind what has stood in the address: it is no wish when it is met again."""
    written = [*st.session_state.get("written", ()), *queries]
    st.session_state["written"] = written[-MOST_REMEMBERED:]


def _form_key(slug: str) -> str:
    """Return the key of the form that the visitor has chosen on a lesson."""
    return str(st.session_state.get(f"form/{slug}", slug))


def _kept(lesson: Lesson) -> LessonState:
    """Return what the visitor has set on a lesson, or on a form of it."""
    key = f"lesson/{lesson.key}"
    state = st.session_state.get(key)
    if not isinstance(state, LessonState) or state.lesson.key != lesson.key:
        state = LessonState(lesson, lesson.statement.defaults)
        st.session_state[key] = state
        state.visitor = st.session_state.setdefault("visitor", state.visitor)
    state.lesson = lesson
    return state


def choose(state: LessonState) -> None:
    """Let a form be the one that the visitor sees on its lesson's page."""
    st.session_state[f"form/{state.lesson.slug}"] = state.lesson.key


def change_form(state: LessonState, name: str) -> LessonState:
    """Go to another form of a formula, with what both have in common as it was set.

    Parameters
    ----------
    state : LessonState
        That of the form which is left.
    name : str
        The other form; empty for the lesson's own. If there is none, nothing happens.

    Returns
    -------
    LessonState
        That of the form which is shown from now on.
    """
    own = BY_SLUG[state.lesson.slug]
    forms = {form.form: form for form in (own, *variants_of(own))}
    form = forms.get(name, state.lesson)
    if form.key == state.lesson.key:
        return state
    other = _kept(form)
    old = state.lesson.statement
    shared = {
        control.name: control.clamp(state.values[control.name])
        for control in form.statement.controls
        if control.name in state.values
        and old.control(control.name).kind == control.kind
        # What the reader has not touched opens as the form wants it.
        and state.values[control.name] != old.control(control.name).default
    }
    other.set(shared)
    other.described, other.worked = False, USUAL
    _remember(state.query)  # which the address still says in the run that follows
    choose(other)
    state.outdated = True
    return other
