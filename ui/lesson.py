"""The frame of a lesson: every page is laid out, linked and tested here, once."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Unpack

import streamlit as st

from formulas.catalogue import CATALOGUE, SECTIONS, leads_to, prerequisites
from formulas.formula import Formula
from ui import details, live, predict, theme
from ui import record as records
from ui.live import Draw
from ui.record import for_each, one_after_the_other
from ui.scene import Scene
from ui.state import LessonState, lesson_state
from ui.words import Preset, Words, read_words

__all__ = [
    "Scene",
    "for_each",
    "one_after_the_other",
    "show",
    "words",
]


def words(formula: Formula, answer: Callable[[], float | str]) -> Words:
    """Return the words of a lesson, which stand beside its page.

    Parameters
    ----------
    formula : Formula
        What the lesson is about.
    answer : callable
        Computes the answer to the question to predict, with the functions of ``formulas``:
        a number, or one of the choices.
    """
    path = (ROOT / page_path(formula)).with_suffix(".md")
    return read_words(path, formula, answer)


def show(
    formula: Formula,
    draw: Draw,
    *,
    record: records.Record | None = None,
    recording: str = "Computing",
    **said: Unpack[Words],
) -> None:
    """Show a lesson.

    Parameters
    ----------
    formula : Formula
        What the lesson is about.
    draw : callable
        Takes the controls' values (and ``record``, if there is one) by name and returns
        a `Scene`. Pure: no Streamlit call, so that it can be swept, tested and timed.
    record : callable, optional
        A long computation that ``draw`` needs; see ``ui.record``.
    recording : str
        What the long computation does, for its progress bar.
    **said
        Question, presets and all other words, see `words`.
    """
    state = lesson_state(formula)
    ask = functools.partial(
        predict.show, state, said["prediction"], said["explanation"]
    )
    _heading(formula)
    _body(state, draw, said["presets"], ask, record, recording)
    _words(said)
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
    presets: Sequence[Preset],
    ask: Callable[[], None],
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
    ask()
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


def _words(said: Words) -> None:
    st.markdown(f"**The idea.** {said['aha']}")
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("##### Try this\n" + _bullets(said["try_this"]))
        st.markdown("##### Notice\n" + _bullets(said["notice"]))
    with right:
        st.markdown("##### Careful\n" + _bullets(said["pitfalls"]))
        st.markdown(f"##### In real systems\n{said['in_use']}")


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
