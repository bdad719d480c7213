"""Concept map: which lesson needs which, to click through."""

from __future__ import annotations

import streamlit as st

from ui import concept_map, navigation, overview
from ui.catalogue import LESSONS, PATHS, SECTIONS, Lesson, leads_to, prerequisites


def show() -> None:
    """Show the page."""
    overview.heading("concept_map")
    st.markdown(
        "Each lesson stands below those it needs. Point at one to see its neighbors; "
        "click to open it."
    )
    with overview.kept("concept_map", "path"):
        chosen = st.pills(
            "Suggested path",
            [path.title for path in PATHS],
            key="path",
            bind="query-params",
            persist_state="session",
        )
    path = next((path.lessons for path in PATHS if path.title == chosen), ())
    opened = concept_map.show([lesson.slug for lesson in path])
    if opened is not None:
        navigation.open_lesson(opened)
    numbered = enumerate(SECTIONS, start=1)
    st.caption(" · ".join(f"{number} {section.title}" for number, section in numbered))
    with st.expander("The same as a list"):
        for lesson in LESSONS:
            with st.container(horizontal=True, vertical_alignment="center"):
                navigation.lesson_link(lesson, width=250)
                st.markdown(_neighbors(lesson))


def _neighbors(lesson: Lesson) -> str:
    needs = ", ".join(other.title for other in prerequisites(lesson)) or "nothing"
    after = ", ".join(other.title for other in leads_to(lesson)) or "nothing yet"
    return f"needs {needs}; leads to {after}"
