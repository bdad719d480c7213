"""Collected answers: what a class has predicted, from the codes that it sends in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import streamlit as st

from ui import collected, overview
from ui.collected import HEAD, Sheet
from ui.plain import plain, table

MOST_CHARACTERS = 200_000
MOST_ROWS = 200  # on the screen; the file has all


def show() -> None:
    """Show the page."""
    overview.heading("answers")
    st.markdown(
        "Students press *Share* and *Copy them as a code*, and send you the code: by mail, "
        "chat or a form. Paste the codes here, one a line; what stands before a colon is "
        "taken for a name. The model grades them again. Nothing is stored on the server."
    )
    text = st.text_area(
        "Codes", height=160, max_chars=MOST_CHARACTERS, key="answers/codes"
    )
    sheets, problems = collected.from_text(text or "")
    for problem in problems:
        st.warning(plain(problem))
    rows = collected.table(sheets)
    if not rows:
        st.markdown("No answers yet.")
        return
    _summary(sheets)
    st.header("All answers", anchor=False)
    st.download_button(
        "Save as CSV",
        collected.csv_text(rows).encode("utf-8-sig"),  # the mark tells Excel what it is
        file_name="answers.csv",
        mime="text/csv",
        on_click="ignore",
        key="answers/save",
    )
    st.markdown(table(HEAD, rows[:MOST_ROWS]))
    if len(rows) > MOST_ROWS:
        st.caption(f"The first {MOST_ROWS} of {len(rows)} answers; the CSV has all.")


def _summary(sheets: Sequence[Sheet]) -> None:
    """Say how each question was answered, the hardest first."""
    asked: Counter[tuple[str, int]] = Counter()
    right: Counter[tuple[str, int]] = Counter()
    titles: dict[tuple[str, int], str] = {}
    for sheet in sheets:
        for one in sheet.answers:
            key = one.lesson.key, one.attempt.question + 1
            asked[key] += 1
            right[key] += one.right
            titles[key] = one.lesson.questions[one.attempt.question].title
    st.header("Each question, the hardest first", anchor=False)
    rows = [
        (key[0], str(key[1]), titles[key], f"{right[key]} of {asked[key]}")
        for key in sorted(asked, key=lambda key: (right[key] / asked[key], key))
    ]
    head = ("lesson", "question", "situation", "right")
    st.markdown(table(head, rows))
