"""The frame of a lesson: every lesson is laid out, linked and tested here, once."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from ui import below, details, live, navigation, plain_figure, predict, simulation, walk
from ui.catalogue import BY_SLUG, LESSONS, Lesson, leads_to, prerequisites
from ui.limits import BUDGETS, LONG_COMPUTATION
from ui.live import Progress
from ui.state import LessonState, lesson_state
from ui.sweep_route import epoch_of

STYLE = Path(__file__).parent / "style" / "lesson.css"


def show(slug: str) -> None:
    """Show a lesson; the whole page that a visitor sees.

    Inside another page's frame (``?embed=true``) that is the live figure alone.

    Parameters
    ----------
    slug : str
        Which lesson, by the name in its address.
    """
    lesson = BY_SLUG[slug]
    state = lesson_state(lesson)
    st.html(STYLE)
    walk.show()
    _heading(state.lesson)
    _body(state)
    if not st.context.is_embedded:
        _idea(state.lesson)
        if not state.fallback:
            below.show(state)
        _words(state.lesson)
        _neighbors(lesson)


def _heading(lesson: Lesson) -> None:
    """Say in one line what the lesson is called and which question it answers."""
    # A key of its own: where a translator has rewritten the page, nothing old stays.
    key = f"heading/{lesson.key}"
    with st.container(horizontal=True, vertical_alignment="center", key=key):
        st.title(lesson.title, anchor=False, width="content")
        st.markdown(lesson.text.question, width="content")


@st.fragment
def _body(state: LessonState) -> None:
    """Show what changes with the controls; this alone runs again at each change."""
    if state.outdated:
        state.outdated = False
        st.rerun()
    predict.reply(state)
    progress = Progress(epoch_of(state.worked, None))
    if state.lesson.statement.simulate is not None:
        fraction = _simulate(state, whole=state.fallback)
        epoch = epoch_of(state.worked, state.history_key)
        outlined = state.lesson.statement.outline is not None and fraction is not None
        progress = Progress(
            epoch, fraction, ready=state.history is not None, outlined=outlined
        )
    if state.dropped:
        st.warning("Left out of the link: " + "; ".join(state.dropped) + ".")
    state.epoch, state.ready = progress.epoch, progress.ready
    if state.fallback:
        plain_figure.show(state)
        if not st.context.is_embedded:
            details.show(state, ready=progress.ready)
    else:
        live.live_figure(state, live.live_message(state, progress))


def _simulate(state: LessonState, *, whole: bool) -> float | None:
    """Bring the long computation forward; return its progress while it is under way."""
    statement = state.lesson.statement
    key = simulation.history_key(statement, state.values)
    history: Any = simulation.HISTORIES.get(key)
    if history is None and state.grab is None:
        if state.job is None or state.job.key != key:
            BUDGETS.know(state.visitor)
            if BUDGETS.spend(state.visitor, LONG_COMPUTATION):
                state.job = simulation.start(statement, state.values)
            else:
                state.job = None  # the browser asks again
        if state.job is not None:
            history = simulation.advance(state.job, math.inf if whole else None)
    if history is None:
        if statement.outline is not None and state.history_key != ("outline", key):
            state.history, state.history_key = simulation.known_history(
                statement, state.values
            )
        return state.job.fraction if state.job else 0.0
    state.history, state.history_key, state.job = history, key, None
    return None


def _idea(lesson: Lesson) -> None:
    with st.container(key=f"idea/{lesson.key}"):
        st.markdown(f"**The idea.** {lesson.text.idea}")


def _words(lesson: Lesson) -> None:
    text = lesson.text
    with st.container(key=f"words/{lesson.key}"):
        left, right = st.columns(2, gap="large")
        with left:
            _points("Notice", text.notice)
        with right:
            _points("Careful", text.pitfalls)
            if text.in_use:
                _words_below("In real systems", text.in_use)


def _points(title: str, points: Sequence[str]) -> None:
    _words_below(title, "\n".join(f"- {point}" for point in points))


def _words_below(title: str, words: str) -> None:
    st.header(title, anchor=False)
    st.markdown(words)


def _neighbors(lesson: Lesson) -> None:
    st.divider()
    place = LESSONS.index(lesson)
    groups = {
        "Previous": LESSONS[max(place - 1, 0) : place],
        "Needs": prerequisites(lesson),
        "Leads to": leads_to(lesson),
        "Next": LESSONS[place + 1 : place + 2],
    }
    shown = {title: group for title, group in groups.items() if group}
    with st.container(key=f"neighbors/{lesson.slug}"):
        columns = st.columns(len(shown))
    for column, (title, group) in zip(columns, shown.items(), strict=True):
        with column:
            st.header(title, anchor=False)
            for other in group:
                navigation.lesson_link(other)
