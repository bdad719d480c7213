"""Lesson plans: build one, open one, walk through one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import streamlit as st

from ui import navigation, overview, plans, text_file, walk
from ui.catalogue import BY_KEY
from ui.plain import plain
from ui.plans import LONGEST_CODE, LONGEST_NOTE, LONGEST_TITLE, Item, Plan
from ui.short_codes import CodeError
from ui.state import PLAN

READY = Path(__file__).parent / "plans"
DRAFT = "draft"  # the plan that is being built, in the session
OPENED = "drafts"  # how many have been opened to be changed: each has fields of its own


def show() -> None:
    """Show the plan of the link, or the place where plans are built."""
    code = st.query_params.get(PLAN, "")
    plan = _read(code) if code else None
    if plan is not None:
        overview.heading("plan", plain(plan.title) or None)
        # A link from this page to itself leaves the browser's address as it was.
        st.query_params[PLAN] = code
        _steps(plan)
    else:
        overview.heading("plan")
        _ready_plans()
        _builder()


def _read(code: str) -> Plan | None:
    try:
        return plans.from_code(code)
    except CodeError as error:
        st.error(f"The lesson plan of this link cannot be read: {plain(str(error))}.")
        return None


def _steps(plan: Plan) -> None:
    """List the steps of a plan, each a link into the walk through it."""
    st.markdown(
        f"{len(plan.items)} steps. The bar above each lesson leads back and on; what "
        "you answer stays in this browser."
    )
    for k, item in enumerate(plan.items, 1):
        with st.container(horizontal=True, vertical_alignment="center"):
            walk.step_link(plan, k, f"{k}. {item.shown.title}")
            if item.note:
                st.text(item.note, width="stretch")
    walk.step_link(plan, 1, "**Start**")
    if st.button("Change this plan", key="plan/change"):
        _open(plan)


def _ready_plans() -> None:
    st.header("Ready plans", anchor=False)
    for path in sorted(READY.glob("*.json")):
        plan = plans.from_text(path.read_text(encoding="utf-8"))
        query = [(PLAN, plan.code)]
        label = f"{plain(plan.title)} ({len(plan.items)} steps)"
        navigation.overview_link("plan", label, query=query)


# ------------------------------------------------------------------------------- to build


def _builder() -> None:
    st.header("Build one", anchor=False)
    st.markdown(
        "A plan is a list of links to lessons, each with a question and a note. Set a "
        "lesson as you want it, press *Share*, lock or hide what is not wanted, and copy "
        "the link into the field below. Nothing is stored here: the plan is its link."
    )
    draft: Plan = st.session_state.setdefault(DRAFT, Plan("", ()))
    opened = st.session_state.setdefault(OPENED, 0)
    title = st.text_input(
        "Title", draft.title, max_chars=LONGEST_TITLE, key=f"plan/title/{opened}"
    )
    _keep(replace(draft, title=title))
    for k in range(len(draft.items)):
        _editor(k)
    _adding()
    _opening()
    draft = st.session_state[DRAFT]
    if draft.items:
        _result(draft)


def _keep(plan: Plan) -> None:
    st.session_state[DRAFT] = plan


def _open(plan: Plan) -> None:
    """Take up a plan as the draft."""
    _keep(plan)
    st.session_state[OPENED] = st.session_state.get(OPENED, 0) + 1
    st.query_params.clear()
    st.rerun()


def _change(items: list[Item]) -> None:
    _keep(replace(st.session_state[DRAFT], items=tuple(items)))
    st.rerun()


def _editor(k: int) -> None:
    """Show one step of the draft, to be changed, moved or removed."""
    items = list(st.session_state[DRAFT].items)
    item = items[k]
    questions = BY_KEY[item.lesson].questions
    with st.container(border=True, key=f"plan/item/{k}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{k + 1}. {item.shown.title}**", width="stretch")
            moves = (("↑", k - 1, "Move up"), ("↓", k + 1, "Move down"))
            for sign, other, words in moves:
                free = 0 <= other < len(items)
                if st.button(
                    sign, help=words, disabled=not free, key=f"plan/{k}/{sign}"
                ):
                    items[k], items[other] = items[other], items[k]
                    _change(items)
            if st.button("Remove", key=f"plan/{k}/remove"):
                del items[k]
                _change(items)
        titles = ["No question", *(question.title for question in questions)]
        chosen = st.selectbox(
            "Question",
            range(len(titles)),
            item.question,
            format_func=lambda n: f"{n}. {titles[n]}" if n else titles[0],
            key=f"plan/{k}/question/{item.lesson}/{item.state}/{item.question}",
        )
        note = st.text_input(
            "Note to the student",
            item.note,
            max_chars=LONGEST_NOTE,
            key=f"plan/{k}/note/{item.lesson}/{item.state}/{item.note}",
        )
    changed = replace(item, question=int(chosen), note=note)
    if changed != item:
        items[k] = changed
        _change(items)


def _adding() -> None:
    with st.form("plan/add", clear_on_submit=False, border=True):
        link = st.text_input("Link to a lesson", key="plan/link")
        added = st.form_submit_button("Add step")
    if not added:
        return
    try:
        item = plans.item_from_link(link)
    except CodeError as error:
        st.error(f"This cannot be added: {plain(str(error))}.")
        return
    items = [*st.session_state[DRAFT].items, item]
    if len(items) > plans.MOST_ITEMS:
        st.error(f"A plan has at most {plans.MOST_ITEMS} steps.")
        return
    _change(items)


def _opening() -> None:
    text = text_file.text_file("Open a plan's file", ".json", "plan/file")
    if text is None:
        return
    try:
        plan = plans.from_text(text)
    except CodeError as error:
        st.error(f"This file cannot be read: {plain(str(error))}.")
        return
    _open(plan)


def _result(plan: Plan) -> None:
    st.header("The plan", anchor=False)
    if len(plan.code) > LONGEST_CODE:
        st.warning(
            f"The link would be {len(plan.code)} characters long; mail programs cut it "
            f"after {LONGEST_CODE}. Hand the file out, or shorten the notes."
        )
    else:
        navigation.overview_link("plan", "Open it", query=[(PLAN, plan.code)])
        st.code(_address(plan), language=None, wrap_lines=True)
    st.download_button(
        "Save as a file",
        plan.text,
        file_name="lesson_plan.json",
        mime="application/json",
        on_click="ignore",
        key="plan/save",
    )


def _address(plan: Plan) -> str:
    """Return the link to a plan, as far as the server knows its own address."""
    url = (st.context.url or "").partition("?")[0]
    return f"{url}?{PLAN}={plan.code}"
