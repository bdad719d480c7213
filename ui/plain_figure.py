"""The lesson with Streamlit's own slider and chart, for browsers without the live figure."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import streamlit as st

from notation.quantities import Control, Value
from ui import theme
from ui.catalogue import forms_of
from ui.state import LessonState, change_form


def show(state: LessonState) -> None:
    """Show presets, controls and charts, which move when a slider is let go."""
    if (
        find_spec("plotly") is None
    ):  # in the static site, which draws by the figure alone
        st.warning(
            "The live figure could not be loaded. Load the page anew to try again.",
            icon=":material/refresh:",
        )
        return
    st.info(
        "The live figure could not be loaded, so the charts follow when you let go of a "
        "slider.",
        icon=":material/info:",
    )
    _forms(state)
    st.latex(state.lesson.statement.headline_latex())
    _presets(state)
    idle = state.lesson.statement.idle_controls(state.values)
    for control in state.lesson.statement.controls:
        if control.name not in idle:
            _plain_control(state, control)
    scene = state.lesson.scene(state.values, state.history)
    st.markdown(scene.status)
    for k, figure in enumerate(scene.figures):
        title = figure["layout"]["meta"]["title"]
        st.markdown(f"**{title}**")
        st.plotly_chart(
            theme.colored(figure, theme.names()), key=f"plain/{k}", theme=None
        )


def _forms(state: LessonState) -> None:
    with st.container(horizontal=True):
        for form in forms_of(state.lesson):
            st.button(
                form.title,
                key=f"plain/form/{form.key}",
                disabled=form is state.lesson,
                on_click=_choose_form,
                args=(state, form.form),
            )


def _choose_form(state: LessonState, name: str) -> None:
    change_form(state, name)


def _presets(state: LessonState) -> None:
    key, defaults = state.lesson.key, state.lesson.statement.defaults
    named = {preset.name: preset.values for preset in state.lesson.presets}
    with st.container(horizontal=True):
        for name, values in {**named, "Reset": {}}.items():
            st.button(
                name,
                key=f"plain/preset/{key}/{name}",
                on_click=state.set,
                args=({**defaults, **values},),
            )


def _plain_control(state: LessonState, control: Control) -> None:
    key = f"plain/{state.lesson.key}/{control.name}/{state.revision}"
    value: Any = state.values[control.name]
    chosen: Value
    if control.kind == "switch":
        chosen = st.toggle(control.meaning, value, key=key)
    elif control.kind == "numbers":
        typed = st.text_input(control.meaning, value, key=key, help=control.allowed)
        chosen, notice = control.parse(typed)
        if notice:
            st.text(notice)
    else:
        stops: list[Any] = sorted({*control.positions, value}, key=_order(control))
        chosen = st.select_slider(control.meaning, stops, value, key=key)
    state.values = {**state.values, control.name: chosen}


def _order(control: Control) -> Callable[[Value], Any]:
    if control.kind == "option":
        return control.choices.index
    return lambda value: value
