"""What the pages around the lessons share: a heading, and a card per lesson."""

from __future__ import annotations

import functools

import streamlit as st

from charts.miniature import miniature
from ui import navigation, simulation, theme
from ui.catalogue import Lesson

CARD = 280  # pixels


def heading(name: str, title: str | None = None) -> None:
    """Open an overview page, under its name in the navigation or another title."""
    st.session_state["page"] = name  # a lesson shown next counts as newly entered
    st.title(title or navigation.OVERVIEWS[name], anchor=False)


@functools.cache
def picture(lesson: Lesson) -> str:
    """Return the first chart of a lesson, as it opens, as a small SVG."""
    statement = lesson.statement
    history = simulation.whole_history(statement, statement.defaults)
    return miniature(lesson.scene(statement.defaults, history).figures[0])


def card(lesson: Lesson) -> None:
    """Show a lesson as a card: picture, title, formula, question."""
    key = f"card/{lesson.slug}"
    with st.container(border=True, width=CARD, height="stretch", key=key):
        st.image(theme.painted(picture(lesson)), width="stretch")
        navigation.lesson_link(lesson, f"**{lesson.title}**")
        st.latex(lesson.statement.latex)
        st.markdown(lesson.text.question)
        st.caption(" · ".join(lesson.text.topics))
