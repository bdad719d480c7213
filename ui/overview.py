"""What the pages around the lessons share: a heading, a card per lesson, what is kept."""

from __future__ import annotations

import functools
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from charts.miniature import miniature
from ui import navigation, prepared, simulation, theme
from ui.catalogue import Lesson, forms_of

CARD = 280  # pixels

# Screen readers read out what changes in a line that stays. A click on a formula, which
# lies above its card's link so that it can be scrolled, opens the lesson too.
STATUS = """
export default function ({ parentElement, data }) {
  const line = parentElement.querySelector("[role=status]");
  if (line.textContent !== data) line.textContent = data;
  const open = (event) => {
    const formula = event.target.closest("[class*=st-key-card-] .katex-display");
    if (!formula || !getSelection().isCollapsed) return;
    const { ctrlKey, metaKey, shiftKey } = event;
    const click = { bubbles: true, cancelable: true, ctrlKey, metaKey, shiftKey };
    formula.closest("[class*=st-key-card-]").querySelector("a[href]")
      .dispatchEvent(new MouseEvent("click", click));
  };
  document.addEventListener("click", open);
  return () => document.removeEventListener("click", open);
}
"""


def heading(name: str, title: str | None = None) -> None:
    """Open an overview page, under its name in the navigation or another title."""
    state = st.session_state
    state["arrived"] = state.get("page") != name
    state["page"] = name  # a lesson shown next counts as newly entered
    st.title(title or navigation.OVERVIEWS[name], anchor=False)


@contextmanager
def kept(name: str, *keys: str) -> Iterator[None]:
    """Leave what is chosen on a page as it was, whichever way one comes back to it.

    On the way to a lesson Streamlit empties the page's address, and the browser goes
    back to that. So what was chosen is kept here; an address with choices goes first.

    Parameters
    ----------
    name : str
        The page.
    *keys : str
        Of the fields and buttons that are shown inside.
    """
    state = st.session_state
    choices = state.get(f"kept/{name}", {})
    is_chosen = bool(set(keys) & set(st.query_params))
    if state["arrived"] and any(choices.values()) and not is_chosen:
        state.update(choices)
        st.rerun()  # in this run an address that the browser went back to would win
    yield
    state[f"kept/{name}"] = {key: state[key] for key in keys}


def status(text: str) -> None:
    """Say how a search ended, in a line that screen readers read out by themselves."""
    line = st.components.v2.component(
        "status", html='<p role="status"></p>', js=STATUS, isolate_styles=False
    )
    line(data=text, key="status")


@functools.cache
def picture(lesson: Lesson) -> str:
    """Return the first chart of a lesson, as it opens, as an image of both themes.

    It is an address that holds the picture itself.
    """
    if lesson.key in prepared.pictures():
        return prepared.pictures()[lesson.key]
    statement = lesson.statement
    history = simulation.whole_history(statement, statement.defaults)
    svg = miniature(lesson.scene(statement.defaults, history).figures[0])
    code = b64encode(theme.adaptive(svg).encode()).decode()
    return f"data:image/svg+xml;base64,{code}"


def card(lesson: Lesson) -> None:
    """Show a lesson as a card: picture, title, formula, question.

    The title is a link that covers the card.
    """
    key = f"card/{lesson.slug}"
    with st.container(border=True, width=CARD, height="stretch", key=key):
        st.html(f'<img alt="" src="{picture(lesson)}">')
        navigation.lesson_link(lesson, f"**{lesson.title}**")
        st.latex(lesson.statement.latex)
        st.markdown(lesson.text.question)
        topics = " · ".join(lesson.text.topics)
        forms = ", ".join(form.title for form in forms_of(lesson)[1:])
        st.caption(f"{topics}; also {forms}" if forms else topics)
