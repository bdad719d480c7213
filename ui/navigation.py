"""Links to pages, and the names of those around the lessons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal

import streamlit as st

from notation.quantities import Value
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
    "plan": "Lesson plans",
    "worksheet": "Worksheets",
    "answers": "Collected answers",
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
    values: Mapping[str, Value] | None = None,
) -> None:
    """Show a link to a lesson, or to a form of its formula, perhaps to a state of it."""
    controls = lesson.statement.control
    chosen = {
        name: controls(name).text(value) for name, value in (values or {}).items()
    }
    st.page_link(
        lesson_address(lesson),
        label=label or lesson.title,
        width=width,
        query_params={**form_query(lesson), **chosen} or None,
    )


def overview_link(
    name: str,
    label: str | None = None,
    *,
    query: Sequence[tuple[str, str]] | None = None,
) -> None:
    """Show a link to a page around the lessons, perhaps with settings."""
    page = st.Page(_nothing, title=OVERVIEWS[name], url_path=name)
    st.page_link(
        page,
        label=label or OVERVIEWS[name],
        width="content",
        query_params=list(query) if query else None,
    )


def open_lesson(lesson: Lesson) -> None:
    """Go to a lesson; its settings are as they were left."""
    # Without the mapping Streamlit refuses while the page's own settings stand in the
    # address.
    st.switch_page(lesson_address(lesson), query_params={})
