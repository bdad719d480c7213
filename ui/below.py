"""The part below the figure runs by itself, when somebody looks at it.

Worked steps and tables cost more than all else that a change of a control asks of the
server, and most changes are made with the eyes on the pictures. So a commit does not run
this part; the browser asks for it (`ui/browser/below.js`) when it is in sight.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from ui import details
from ui.state import LessonState

ASKED = "stamp"  # what the browser asks with
SCRIPT = """
export default function ({ data, parentElement, setStateValue }) {
  window.formulaBelow = {
    stamp: data.stamp, place: parentElement, ask: (stamp) => setStateValue("%s", stamp),
  };
  document.dispatchEvent(new Event("formula-below"));
}
"""


def stamp(state: LessonState) -> str:
    """Name the state that the part below belongs to."""
    return f"{state.query}#{state.epoch}{'' if state.ready else '?'}"


@st.fragment
def show(state: LessonState) -> None:
    """Show steps, symbols, derivation, code, data and sources."""
    with st.container(key=f"read/{state.lesson.slug}"):
        details.show(state, ready=state.ready)
        part: Any = st.components.v2.component(
            "below", js=SCRIPT % ASKED, isolate_styles=False
        )
        key = f"below/{state.lesson.key}"
        part(data={"stamp": stamp(state)}, key=key, **{f"on_{ASKED}_change": _asked})


def _asked() -> None:
    """Nothing is to be done: that the part runs is all that was asked for."""
