"""Symbols: what each letter means on which page."""

import streamlit as st

from ui import overview, symbols
from ui.lesson import page_path

index = symbols.index()
overview.heading("symbols")
shared = sum(map(symbols.shared, index.values()))
st.markdown(
    f"{shared} of these {len(index)} letters and names stand in more than one lesson, "
    "often for different things. Pick one to see what it is where."
)
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
        st.page_link(page_path(meaning.formula), label=meaning.formula.title)
with st.expander("All of them as a table"):
    rows = [
        f"| {letter} | ${one.latex}$ | {one.words} | {one.formula.title} |"
        for letter, meanings in index.items()
        for one in meanings
    ]
    st.markdown(
        "\n".join(
            ["| Letter | Symbol | Meaning | Lesson |", "|---|---|---|---|", *rows]
        )
    )
