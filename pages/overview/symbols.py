"""Symbols: what each letter means in which lesson."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from ui import letters, navigation, overview
from ui.letters import Meaning


def show() -> None:
    """Show the page."""
    index = letters.index()
    overview.heading("symbols")
    shared = sum(map(letters.shared, index.values()))
    st.markdown(
        f"{shared} of these {len(index)} letters and names stand in more than one "
        "lesson, often for different things. Pick one to see what it is where."
    )
    with overview.kept("symbols", "letter"):
        letter = st.pills(
            "Letter",
            list(index),
            default="Q",
            required=True,
            key="letter",
            bind="query-params",
            persist_state="session",
        )
    for meaning in index[letter]:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"${meaning.latex}$  {meaning.words}", width=520)
            navigation.lesson_link(meaning.lesson)
    with st.expander("All of them as a table"):
        st.markdown(_table(index))


def _table(index: Mapping[str, Sequence[Meaning]]) -> str:
    rows = [
        f"| {letter} | ${one.latex}$ | {one.words} | {one.lesson.title} |"
        for letter, meanings in index.items()
        for one in meanings
    ]
    head = ["| Letter | Symbol | Meaning | Lesson |", "|---|---|---|---|"]
    return "\n".join([*head, *rows])
