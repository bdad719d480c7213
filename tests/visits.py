"""Pages as a visitor gets them, without a browser."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from ui.catalogue import FORM, Lesson
from ui.state import LessonState


def app_at(page: str) -> None:
    """Run the app as somebody sees it who comes to a page."""
    import streamlit as st

    from ui import site

    st.navigation(site.all_pages(page)).run()


def opened(page: str, **query: str) -> AppTest:
    """Open a page by its name, with settings in the address."""
    at = AppTest.from_function(app_at, kwargs={"page": page}, default_timeout=60)
    for name, text in query.items():
        at.query_params[name] = text
    return at.run()


def visited(lesson: Lesson, **query: str) -> AppTest:
    """Open a lesson, or a form of its formula, with settings in the address."""
    form = {FORM: lesson.form} if lesson.form else {}
    return opened(lesson.slug, **form, **query)


def state_of(at: AppTest, lesson: Lesson) -> LessonState:
    """Return what the visitor has set on a lesson."""
    state: LessonState = at.session_state[f"lesson/{lesson.key}"]
    return state
