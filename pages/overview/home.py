"""Home: every lesson at a glance, with search, filters and suggested paths."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from ui import navigation, overview
from ui.catalogue import PATHS, SECTIONS, Lesson, search

TOPICS = ("LLM", "ML", "RL")
KEPT: dict[str, Any] = {"bind": "query-params", "persist_state": "session"}


def show() -> None:
    """Show the page."""
    overview.heading("home", "Formula explorer")
    st.markdown(
        "The formulas behind language models, machine learning and reinforcement "
        "learning, to be moved with your own hands."
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        text = st.text_input(
            "Search",
            placeholder="entropy, softargmax, advantage ...",
            key="search",
            **KEPT,
        )
        topic = st.pills("Topic", TOPICS, key="topic", **KEPT)
    titles = [section.title for section in SECTIONS]
    section = st.pills("Section", titles, key="section", **KEPT)
    if not (text or topic or section):
        _paths()
    _cards(_matching(text or "", topic, section))


def _matching(text: str, topic: str | None, section: str | None) -> list[Lesson]:
    """Return the lessons that a search and two filters leave."""
    folders = {one.title: one.folder for one in SECTIONS}
    return [
        lesson
        for lesson in search(text)
        if topic in (None, *lesson.text.topics)
        and (section is None or folders[section] == lesson.section)
    ]


def _paths() -> None:
    with st.expander("Suggested paths", expanded=True):
        for path in PATHS:
            with st.container(horizontal=True):
                st.markdown(f"**{path.title}**", width=190)
                for number, lesson in enumerate(path.lessons, start=1):
                    navigation.lesson_link(lesson, f"{number}. {lesson.title}")


def _cards(lessons: Sequence[Lesson]) -> None:
    for section in SECTIONS:
        here = [lesson for lesson in lessons if lesson.section == section.folder]
        if here:
            st.subheader(section.title, anchor=False)
            with st.container(horizontal=True):
                for lesson in here:
                    overview.card(lesson)
    if not lessons:
        st.markdown("Nothing found. Try fewer words, or take a filter away.")
