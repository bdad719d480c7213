"""The frame of a lesson: every page is laid out, linked and tested here, once."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from formulas.catalogue import CATALOGUE, SECTIONS, leads_to, prerequisites
from formulas.formula import Formula, Value
from ui import details, live, predict, theme
from ui import record as records
from ui.live import Draw
from ui.predict import Prediction
from ui.record import one_after_the_other
from ui.scene import Scene
from ui.state import LessonState, lesson_state

__all__ = ["Prediction", "Preset", "Scene", "one_after_the_other", "show"]


@dataclass(frozen=True)
class Preset:
    """A named situation worth a click; controls not named go to their defaults."""

    name: str
    values: Mapping[str, Value]
    note: str = ""


def show(
    formula: Formula,
    draw: Draw,
    *,
    presets: Sequence[Preset],
    prediction: Prediction,
    aha: str,
    notice: Sequence[str],
    try_this: Sequence[str],
    pitfalls: Sequence[str],
    in_use: str,
    record: records.Record | None = None,
    recording: str = "Computing",
) -> None:
    """Show a lesson.

    Parameters
    ----------
    formula : Formula
        What the lesson is about.
    draw : callable
        Takes the controls' values (and ``record``, if there is one) by name and returns
        a `Scene`. Pure: no Streamlit call, so that it can be swept, tested and timed.
    presets : sequence of Preset
        Three or more.
    prediction : Prediction
        The question to answer before looking.
    aha : str
        The one idea to take away.
    notice : sequence of str
        What is worth seeing in the charts.
    try_this : sequence of str
        Two to four driving questions.
    pitfalls : sequence of str
        The common misconception and other traps.
    in_use : str
        Where real systems use the formula.
    record : callable, optional
        A long computation that ``draw`` needs; see ``ui.record``.
    recording : str
        What the long computation does, for its progress bar.
    """
    state = lesson_state(formula)
    _heading(formula)
    _body(state, draw, tuple(presets), prediction, record, recording)
    _words(aha, notice, try_this, pitfalls, in_use)
    _neighbors(formula)


ROOT = Path(__file__).parent.parent


def page_path(formula: Formula) -> str:
    """Return the file of a formula's page, as Streamlit's navigation names it."""
    return f"pages/{formula.section}/{formula.slug}.py"


# A formula enters the navigation together with its page.
LESSONS = tuple(f for f in CATALOGUE if (ROOT / page_path(f)).is_file())


def _heading(formula: Formula) -> None:
    section = next(s.title for s in SECTIONS if s.folder == formula.section)
    st.caption(section)
    st.title(formula.title, anchor=False)
    st.markdown(f"#### {formula.question}", help=None)
    colors = theme.formula_colors(formula)
    st.latex(details.headline(formula, colors))
    lines = details.entry_lines(formula, colors)
    if lines:
        with st.expander("Entry by entry"):
            st.latex(lines)


@st.fragment
def _body(
    state: LessonState,
    draw: Draw,
    presets: tuple[Preset, ...],
    prediction: Prediction,
    record: records.Record | None,
    recording: str,
) -> None:
    """Show all that changes with the controls; this alone runs again at each change."""
    _presets(state, presets)
    drawing, about = draw, None
    if record is not None:
        found, fraction = _recorded(state, record, whole=state.fallback)
        drawing = functools.partial(draw, record=found)
        epoch, slow = str(hash(state.record_key)), records.needed(record)
        about = live.Recording(epoch, fraction, recording, slow, found is not None)
    if state.dropped:
        st.warning("Left out of the link: " + "; ".join(state.dropped) + ".")
    if state.fallback:
        live.plain_figure(state, drawing)
    else:
        live.live_figure(state, live.live_message(state, drawing, about))
    predict.show(state, prediction)
    details.show(state, drawing if about is None or about.ready else None)


def _presets(state: LessonState, presets: Sequence[Preset]) -> None:
    with st.container(horizontal=True, key=f"presets/{state.formula.slug}"):
        for preset in presets:
            values = {**state.formula.defaults, **preset.values}
            st.button(
                preset.name,
                key=f"preset/{state.formula.slug}/{preset.name}",
                help=preset.note or None,
                type="primary" if values == state.values else "secondary",
                on_click=state.set,
                args=(values,),
            )
        st.button(
            "Reset",
            key=f"reset/{state.formula.slug}",
            icon=":material/restart_alt:",
            on_click=state.set,
            args=(state.formula.defaults,),
        )


def _recorded(
    state: LessonState, record: records.Record, *, whole: bool
) -> tuple[Any, float | None]:
    """Return the best record there is, and the progress of a better one under way."""
    key = records.record_key(state.formula.slug, record, state.values)
    found = records.RECORDS.get(key)
    if found is None and state.grab is None:
        if state.job is None or state.job.key != key:
            state.job = records.start(state.formula.slug, record, state.values)
        found = records.advance(state.job, math.inf if whole else records.SLICE)
    if found is None:
        return state.record, state.job.fraction if state.job else 0.0
    state.record, state.record_key, state.job = found, key, None
    return found, None


def _words(
    aha: str,
    notice: Sequence[str],
    try_this: Sequence[str],
    pitfalls: Sequence[str],
    in_use: str,
) -> None:
    st.markdown(f"**The idea.** {aha}")
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("##### Try this\n" + _bullets(try_this))
        st.markdown("##### Notice\n" + _bullets(notice))
    with right:
        st.markdown("##### Careful\n" + _bullets(pitfalls))
        st.markdown(f"##### In real systems\n{in_use}")


def _bullets(texts: Sequence[str]) -> str:
    return "\n".join(f"- {text}" for text in texts)


def _neighbors(formula: Formula) -> None:
    st.divider()
    place = LESSONS.index(formula)
    before, after = LESSONS[max(place - 1, 0) : place], LESSONS[place + 1 : place + 2]
    columns = st.columns(4)
    titles = ("Previous", "Needs", "Leads to", "Next")
    groups = (before, prerequisites(formula), leads_to(formula), after)
    for column, title, group in zip(columns, titles, groups, strict=True):
        with column:
            st.caption(title)
            shown = [other for other in group if other in LESSONS]
            for other in shown:
                st.page_link(page_path(other), label=other.title)
            if not shown:
                st.markdown("–")
