"""Every page of the app, made from the list of lessons.

A page is a small function, so that nothing on disk is run to show or to read it.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

import streamlit as st

from ui import lesson as frame
from ui.catalogue import SECTIONS, Lesson
from ui.navigation import OVERVIEWS

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage


def all_pages(default: str = "home") -> dict[str, list[StreamlitPage]]:
    """Return every page by the heading that it stands under.

    Parameters
    ----------
    default : str
        The page that opens at the address without a name.
    """
    pages = {"": [_overview(name, default) for name in OVERVIEWS]}
    for section in SECTIONS:
        pages[section.title] = [_lesson(lesson, default) for lesson in section.lessons]
    return pages


def _lesson(lesson: Lesson, default: str) -> StreamlitPage:
    slug = lesson.slug

    def show() -> None:
        frame.show(slug)

    return st.Page(show, title=lesson.title, url_path=slug, default=slug == default)


def _overview(name: str, default: str) -> StreamlitPage:
    def show() -> None:
        shown: Callable[[], None] = import_module(f"pages.overview.{name}").show
        shown()

    title = OVERVIEWS[name]
    return st.Page(show, title=title, url_path=name, default=name == default)
