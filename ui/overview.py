"""What the pages around the lessons share: their names, and a card per lesson."""

from __future__ import annotations

import functools

import streamlit as st

from charts.miniature import miniature
from formulas.formula import Formula
from ui import theme
from ui.lesson import page_path
from ui.reading import drawing

# The file's name is the page's address.
PAGES = {
    "home": "Home",
    "cheat_sheet": "Cheat sheet",
    "concept_map": "Concept map",
    "symbols": "Symbols",
}
CARD = 280  # pixels


def heading(name: str) -> None:
    """Open an overview page."""
    st.session_state["page"] = name  # a lesson shown next counts as newly entered
    st.title(PAGES[name], anchor=False)


@functools.cache
def picture(formula: Formula) -> str:
    """Return the first chart of a lesson, as it opens, as a small SVG."""
    return miniature(drawing(formula)(**formula.defaults).figures[0])


def card(formula: Formula) -> None:
    """Show a lesson as a card: picture, title, formula, question."""
    key = f"card/{formula.slug}"
    with st.container(border=True, width=CARD, height="stretch", key=key):
        st.image(theme.painted(picture(formula)), width="stretch")
        st.page_link(page_path(formula), label=f"**{formula.title}**")
        st.latex(formula.latex)
        st.markdown(formula.question)
        st.caption(" · ".join(formula.topics))
