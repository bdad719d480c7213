"""Predict, then check: a question, the reader's answer, the computed one, the gap."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import streamlit as st

from notation.numbers import number_text
from ui.catalogue import Lesson
from ui.lesson_text import read_preset
from ui.state import LessonState

CLOSE = 0.05  # a number within 5 % counts as right


@dataclass(frozen=True)
class Prediction:
    """A question about the model, graded by the model itself.

    Parameters
    ----------
    question : str
        Answerable before anything is moved.
    answer : callable
        Computes the right answer with the functions of ``formulas``: a number, or one
        of the choices.
    choices : tuple of str
        The possible answers; none for a number.
    unit : str
        The unit of a number, or what it counts.
    show : mapping, optional
        Values of the controls at which the charts show the answer.
    """

    question: str
    answer: Callable[[], float | str]
    choices: tuple[str, ...] = ()
    unit: str = ""
    show: Mapping[str, float | int | bool | str] | None = None

    def right(self, given: float | str, truth: float | str) -> bool:
        """Tell whether an answer is right; numbers may be off by 5 %."""
        if isinstance(truth, str) or isinstance(given, str):
            return given == truth
        return math.isclose(given, truth, rel_tol=CLOSE, abs_tol=1e-12)


def prediction_of(lesson: Lesson) -> Prediction:
    """Put a lesson's question and the function that answers it together."""
    asked = lesson.text.prediction
    show = read_preset(asked.show, lesson.statement).values if asked.show else None
    answer = lesson.statement.answer
    return Prediction(asked.question, answer, asked.choices, asked.unit, show)


def show(state: LessonState) -> None:
    """Ask, wait for an answer, then show the computed one."""
    prediction = prediction_of(state.lesson)
    slug = state.lesson.slug
    key = f"predicted/{slug}"
    with st.container(border=True):
        st.markdown(f"**Predict first.** {prediction.question}")
        with st.form(f"predict/{slug}", border=False):
            given = _field(prediction, slug)
            if st.form_submit_button("Check"):
                st.session_state[key] = given
        answered = st.session_state.get(key)
        if answered is None:
            return
        _grade(prediction, answered, _truth(prediction.answer))
        st.markdown(state.lesson.text.explanation)
        if prediction.show is not None:
            st.button(
                "Show it in the charts",
                key=f"predict/show/{slug}",
                on_click=state.set,
                args=({**state.lesson.statement.defaults, **prediction.show},),
            )


@functools.cache
def _truth(answer: Callable[[], float | str]) -> float | str:
    """Compute an answer once for everybody: it may be a whole training run."""
    return answer()


def _field(prediction: Prediction, slug: str) -> float | str | None:
    if prediction.choices:
        return st.radio(
            "Your answer",
            prediction.choices,
            index=None,
            key=f"predict/answer/{slug}",
            horizontal=True,
        )
    unit = f" ({prediction.unit})" if prediction.unit else ""
    return st.number_input(
        f"Your answer{unit}",
        value=None,
        format="%g",
        key=f"predict/answer/{slug}",
        width=220,
    )


def _grade(prediction: Prediction, given: float | str, truth: float | str) -> None:
    number = truth if isinstance(truth, str) else number_text(truth)
    computed = f"{number} {prediction.unit}".strip()
    if prediction.right(given, truth):
        st.success(f"Right: {computed}.", icon=":material/check:")
    else:
        yours = given if isinstance(given, str) else number_text(given)
        st.error(
            f"You said {yours}; the model gives {computed}.", icon=":material/close:"
        )
    if not isinstance(truth, str) and not isinstance(given, str):
        st.html(gap(given, float(truth)))


def gap(given: float, truth: float) -> str:
    """Draw the guess and the truth on one line, with the distance between them.

    Plain HTML: ``st.html`` drops every SVG.
    """
    low, high = min(given, truth, 0.0), max(given, truth, 0.0)
    room = (high - low) or 1.0
    mine, real = (5 + 90 * (x - low) / room for x in (given, truth))
    label = f"Your answer {number_text(given)}, computed {number_text(truth)}"
    left, width = min(mine, real), abs(mine - real)
    place = "position:absolute;transform:translate(-50%,-50%)"
    dot = f"{place};top:50%;width:12px;height:12px;border-radius:50%"
    return (
        f'<div role="img" aria-label="{label}" '
        'style="position:relative;height:3.6rem;max-width:26rem;font-size:.8rem">'
        '<div style="position:absolute;top:50%;width:100%;height:1px;'
        'background:currentColor;opacity:.4"></div>'
        f'<div style="position:absolute;top:calc(50% - 2px);left:{left:.1f}%;'
        f'width:{width:.1f}%;height:5px;background:currentColor;opacity:.5"></div>'
        f'<div style="{dot};left:{mine:.1f}%;border:2px solid currentColor"></div>'
        f'<div style="{dot};left:{real:.1f}%;background:currentColor"></div>'
        f'<div style="{place};top:12%;left:{mine:.1f}%">you</div>'
        f'<div style="{place};top:88%;left:{real:.1f}%">computed</div></div>'
    )
