"""The walk through a lesson plan: a bar above the lesson with the way back and on."""

from __future__ import annotations

import streamlit as st

from ui import navigation, plans
from ui.plain import plain
from ui.plans import Plan
from ui.short_codes import CodeError
from ui.state import PLAN, STEP

VISITED = "visited"  # steps of each plan, in the session
MOST_REMEMBERED = 200


def show() -> None:
    """Show the bar, if the address says which plan is walked through and where."""
    code, step = st.query_params.get(PLAN, ""), st.query_params.get(STEP, "")
    if not code or not step:
        return
    try:
        plan = plans.from_code(code)
    except CodeError as error:
        st.warning(f"The lesson plan of this link cannot be read: {plain(str(error))}.")
        return
    if step.isdecimal() and len(step) < 4 and 1 <= int(step) <= len(plan.items):
        _bar(plan, int(step))
    else:
        st.warning("The lesson plan of this link has no such step.")


def _bar(plan: Plan, step: int) -> None:
    seen = st.session_state.setdefault(VISITED, [])
    if (plan.code, step) not in seen:
        st.session_state[VISITED] = [*seen, (plan.code, step)][-MOST_REMEMBERED:]
    count, note = len(plan.items), plan.items[step - 1].note
    with st.container(horizontal=True, vertical_alignment="center", key="walk"):
        if step > 1:
            step_link(plan, step - 1, "← Back")
        if step < count:
            step_link(plan, step + 1, "Next →")
        else:
            navigation.overview_link("plan", "Done", query=[(PLAN, plan.code)])
        st.text(f"{plan.title or 'Lesson plan'} · {step} of {count}", width="content")
        marks = "".join(_mark(plan, step, k) for k in range(1, count + 1))
        with st.container(width="content", key="walk/marks"):
            st.text(marks, width="content", help="● here, ✓ visited, ○ to come")
        if note:
            st.text(note, width="stretch")


def _mark(plan: Plan, here: int, step: int) -> str:
    if step == here:
        return "●"
    return "✓" if (plan.code, step) in st.session_state[VISITED] else "○"


def step_link(plan: Plan, step: int, label: str) -> None:
    """Show a link to a step of a plan, counted from 1."""
    page = navigation.lesson_address(plan.items[step - 1].shown)
    st.page_link(page, label=label, width="content", query_params=plan.query(step))
