"""Links to pages, and the names of those around the lessons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import streamlit as st

from ui.catalogue import FORM, Lesson

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage

# The pages around the lessons: the name in the address, and the title.
OVERVIEWS = {
    "home": "Home",
    "cheat_sheet": "Cheat sheet",
    "concept_map": "Concept map",
    "symbols": "Symbols",
    "language_model": "A language model",
}


def lesson_address(lesson: Lesson) -> StreamlitPage:
    """Return what Streamlit links to; pages of one address are the same page to it."""
    return st.Page(_nothing, title=lesson.title, url_path=lesson.slug)


def _nothing() -> None:
    """Stand for a page in a link to it."""


def form_query(lesson: Lesson) -> dict[str, str]:
    """Return the setting that opens a form of a formula; none for a lesson's own."""
    return {FORM: lesson.form} if lesson.form else {}


def lesson_link(
    lesson: Lesson,
    label: str | None = None,
    *,
    width: int | Literal["content", "stretch"] = "content",
) -> None:
    """Show a link to a lesson, or to a form of its formula."""
    st.page_link(
        lesson_address(lesson),
        label=label or lesson.title,
        width=width,
        query_params=form_query(lesson) or None,
    )


def open_lesson(lesson: Lesson) -> None:
    """Go to a lesson; its settings are as they were left."""
    # Without the mapping Streamlit refuses while the page's own settings stand in the
    # address.
    st.switch_page(lesson_address(lesson), query_params={})
