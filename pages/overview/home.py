"""Home: every lesson at a glance, with search, filters and suggested paths."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import Any

import streamlit as st

from ui import navigation, overview
from ui.catalogue import BY_SLUG, PATHS, SECTIONS, STORIES, Lesson
from ui.search import MOST_LETTERS, Found, search

TOPICS = ("LLM", "ML", "RL")
KEPT: dict[str, Any] = {"bind": "query-params", "persist_state": "session"}
# An older Streamlit, that of the static site, hears a search when Enter is pressed.
HEARS_LETTERS = "live" in inspect.signature(st.text_input).parameters
SEARCH: dict[str, Any] = {"type": "search", "live": True} if HEARS_LETTERS else {}


def show() -> None:
    """Show the page."""
    overview.heading("home", "Formula explorer")
    st.markdown(
        "The formulas behind language models, machine learning and reinforcement "
        "learning, to be moved with your own hands."
    )
    with overview.kept("home", "search", "topic", "section"):
        text, topic, section = _choices()
    found = search(text)
    lessons = _left(found.lessons, topic, section)
    overview.status(_said(found, len(lessons)))
    if not (text or topic or section):
        _paths()
        _stories()
    if found.forms:
        _forms(found.forms)
    _cards(lessons)


def _choices() -> tuple[str, str | None, str | None]:
    """Return what is searched for, and the topic and section that are chosen."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        text = st.text_input(
            "Search",
            placeholder="softargmax, z-score, learning rate ...",
            key="search",
            max_chars=MOST_LETTERS,
            **SEARCH,
            **KEPT,
        )
        topic = st.pills("Topic", TOPICS, key="topic", **KEPT)
    titles = [section.title for section in SECTIONS]
    section = st.pills("Section", titles, key="section", **KEPT)
    return text or "", topic, section


def _left(
    lessons: Sequence[Lesson], topic: str | None, section: str | None
) -> list[Lesson]:
    """Return the lessons that two filters leave."""
    folders = {one.title: one.folder for one in SECTIONS}
    return [
        lesson
        for lesson in lessons
        if topic in (None, *lesson.text.topics)
        and (section is None or folders[section] == lesson.section)
    ]


def _said(found: Found, count: int) -> str:
    """Say how many lessons are shown, and why these."""
    if not count:
        return "Nothing found. Try fewer words, or take a filter away."
    read = [f"“{word}” is read as “{other}”." for word, other in found.read_as.items()]
    part = [] if found.whole else ["No lesson has all of these words; this comes near."]
    return " ".join(["1 lesson." if count == 1 else f"{count} lessons.", *read, *part])


def _paths() -> None:
    with st.expander("Suggested paths", expanded=True):
        for path in PATHS:
            with st.container(horizontal=True):
                st.markdown(f"**{path.title}**", width=190)
                for number, lesson in enumerate(path.lessons, start=1):
                    navigation.lesson_link(lesson, f"{number}. {lesson.title}")


def _stories() -> None:
    for story in STORIES:
        with st.expander(story.title):
            st.markdown("Each step opens the lesson at the state that shows it.")
            for number, step in enumerate(story.states, start=1):
                label = f"{number}. {step.words}: **{step.lesson.title}**"
                navigation.lesson_link(step.lesson, label, values=step.values)
            navigation.overview_link(
                story.end, f"{len(story.steps) + 1}. All of it put together"
            )


def _forms(forms: Sequence[Lesson]) -> None:
    """Show links to forms of formulas, each with the lesson that it belongs to."""
    with st.container(horizontal=True, key="forms"):
        for form in forms:
            lesson = BY_SLUG[form.slug]
            navigation.lesson_link(form, f"**{form.title}**, in {lesson.title}")


def _cards(lessons: Sequence[Lesson]) -> None:
    for section in SECTIONS:
        here = [lesson for lesson in lessons if lesson.section == section.folder]
        if here:
            st.subheader(section.title, anchor=False)
            with st.container(horizontal=True):
                for lesson in here:
                    overview.card(lesson)
