"""Pages of the app: made from the list of lessons, and linked to from anywhere.

A page is a small function, so that nothing on disk is run to show or to read it. Two
pages of one address are the same page to Streamlit, so they are made where they are
needed.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Literal

import streamlit as st

from ui.catalogue import SECTIONS, Lesson

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage

# The pages around the lessons: the name in the address, and the title.
OVERVIEWS = {
    "home": "Home",
    "cheat_sheet": "Cheat sheet",
    "concept_map": "Concept map",
    "symbols": "Symbols",
}


def lesson_page(lesson: Lesson, *, default: bool = False) -> StreamlitPage:
    """Return the page of a lesson."""

    def show() -> None:
        from ui import lesson as frame

        frame.show(lesson.slug)

    return st.Page(show, title=lesson.title, url_path=lesson.slug, default=default)


def overview_page(name: str, *, default: bool = False) -> StreamlitPage:
    """Return one of the pages around the lessons."""

    def show() -> None:
        shown: Callable[[], None] = import_module(f"pages.overview.{name}").show
        shown()

    return st.Page(show, title=OVERVIEWS[name], url_path=name, default=default)


def all_pages(default: str = "home") -> dict[str, list[StreamlitPage]]:
    """Return every page by the heading that it stands under.

    Parameters
    ----------
    default : str
        The page that opens at the address without a name.
    """
    pages = {"": [overview_page(name, default=name == default) for name in OVERVIEWS]}
    for section in SECTIONS:
        pages[section.title] = [
            lesson_page(lesson, default=lesson.slug == default)
            for lesson in section.lessons
        ]
    return pages


def lesson_link(
    lesson: Lesson,
    label: str | None = None,
    *,
    width: int | Literal["content", "stretch"] = "content",
) -> None:
    """Show a link to a lesson."""
    st.page_link(lesson_page(lesson), label=label or lesson.title, width=width)


def open_lesson(lesson: Lesson) -> None:
    """Go to a lesson; its settings are as they were left."""
    # Without the mapping Streamlit refuses while the page's own settings stand in the
    # address.
    st.switch_page(lesson_page(lesson), query_params={})
