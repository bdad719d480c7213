"""The cheat sheet: all formulas on two pages, to print or to take away."""

from __future__ import annotations

import streamlit as st

from ui import cheat_sheet, navigation, overview
from ui.catalogue import BY_SLUG, FORMS

FILES = (
    ("HTML", "html", "text/html", cheat_sheet.html),
    ("Markdown", "md", "text/markdown", cheat_sheet.markdown),
    ("LaTeX", "tex", "application/x-tex", cheat_sheet.latex),
)


def show() -> None:
    """Show the page."""
    overview.heading("cheat_sheet")
    with st.container(horizontal=True, key="downloads"):
        st.markdown(
            "Every formula with its purpose and its symbols, and below it the forms that "
            "today’s models use. The HTML file needs no network; printed, it or this page "
            "fills two sheets of A4, which have room for the formulas alone."
        )
        for name, suffix, mime, write in FILES:
            st.download_button(
                name,
                write(),
                file_name=f"cheat_sheet.{suffix}",
                mime=mime,
                icon=":material/download:",
                on_click="ignore",
                key=f"download/{suffix}",
            )
    st.html(f"<style>{cheat_sheet.PAGE_STYLE}</style>")
    with st.container(key="cheat_sheet"):
        st.markdown(cheat_sheet.markdown().removeprefix(f"# {cheat_sheet.TITLE}"))
    with st.container(key="forms"):
        st.subheader("Open a modern form", anchor=False)
        with st.container(horizontal=True):
            for form in FORMS:
                lesson = BY_SLUG[form.slug]
                label = f"**{form.title}**, in {lesson.title}"
                navigation.lesson_link(form, label, width="content")
