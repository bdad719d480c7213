"""Worksheets: questions with numbers from a seed, and the key, to be printed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from ui import navigation, overview, plans, worksheet
from ui.catalogue import LESSONS, Lesson
from ui.plain import plain
from ui.short_codes import CodeError
from ui.state import PLAN
from ui.worksheet import Exercise

STYLE = Path(__file__).with_suffix(".css")
MOST_SEED = 9999


def show() -> None:
    """Show the page."""
    overview.heading("worksheet")
    st.html(STYLE)
    lessons = _of_the_plan()
    with st.container(horizontal=True, vertical_alignment="bottom", key="choices"):
        kept = ("sheet",) if lessons else ("lesson", "sheet")
        with overview.kept("worksheet", *kept):
            if not lessons:
                titles = {lesson.title: lesson for lesson in LESSONS}
                title = st.selectbox(
                    "Lesson",
                    list(titles),
                    key="lesson",
                    bind="query-params",
                    width=320,
                )
                lessons = [titles[title]]
            seed = st.number_input(
                "Numbers",
                0,
                MOST_SEED,
                1,
                help="Each number gives another sheet, always the same; 0 has the "
                "questions as the lesson asks them.",
                key="sheet",
                bind="query-params",
                width=140,
            )
        kind = st.segmented_control(
            "Print", ("Questions", "Key"), default="Questions", key="kind"
        )
    for lesson in lessons:
        _sheet(lesson, int(seed), key=kind == "Key")


def _of_the_plan() -> list[Lesson]:
    """Return the lessons of the plan in the address, each once; none without a plan."""
    code = st.query_params.get(PLAN, "")
    if not code:
        return []
    try:
        plan = plans.from_code(code)
    except CodeError as error:
        st.error(f"The lesson plan of this link cannot be read: {plain(str(error))}.")
        return []
    return list(dict.fromkeys(item.shown for item in plan.items))


def _sheet(lesson: Lesson, seed: int, *, key: bool) -> None:
    with st.container(key=f"sheet/{lesson.key}"):
        kind = "Key" if key else "Worksheet"
        st.header(f"{lesson.title}: {kind.lower()} {seed or ''}".rstrip(), anchor=False)
        st.latex(lesson.statement.latex)
        exercises = worksheet.exercises(lesson, seed)
        for k, exercise in enumerate(exercises, 1):
            if key:
                _answer(k, exercise)
            else:
                _question(k, exercise)
        _tasks(lesson, exercises, key=key)
        navigation.lesson_link(lesson, f"{lesson.title} in the app")


def _question(number: int, exercise: Exercise) -> None:
    st.markdown(f"**{number}.** {exercise.situation} {exercise.ask}")
    if exercise.options:
        sign = "____" if exercise.is_order else "☐"
        st.text("      ".join(f"{sign} {option}" for option in exercise.options))
    else:
        st.markdown(f"Answer: {worksheet.BLANK}")
    st.markdown(f"Why? {worksheet.BLANK * 3}")


def _answer(number: int, exercise: Exercise) -> None:
    st.markdown(
        f"**{number}.** {exercise.situation} {exercise.ask} **{exercise.right}** "
        f"{exercise.reason}"
    )


def _tasks(lesson: Lesson, exercises: Sequence[Exercise], *, key: bool) -> None:
    """Add the lesson's tasks, numbered on; the key names a setting that reaches each."""
    for number, task in enumerate(lesson.text.tasks, len(exercises) + 1):
        st.markdown(f"**{number}.** In the app: {task.words}")
        if key:
            setting = task.solution.partition("(?")[2].removesuffix(")")
            st.markdown(f"**One setting:** `{setting.replace('&', ', ')}`")
        else:
            st.markdown(f"My setting: {worksheet.BLANK}")
