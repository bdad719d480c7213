"""A text file from the visitor's disk, read by the browser: nothing is uploaded as a file."""

from __future__ import annotations

from typing import Any

import streamlit as st

from ui.short_codes import LARGEST

HTML = '<label class="text-file"><span></span> <input type="file"></label>'
STYLE = """
.text-file { display: inline-flex; flex-wrap: wrap; gap: 0.5rem; align-items: center;
  font-family: var(--st-font); color: var(--st-text-color); }
.text-file input { font: inherit; max-width: 100%; }
"""
SCRIPT = """
export default function ({ parentElement, data, setTriggerValue }) {
  const field = parentElement.querySelector("input");
  parentElement.querySelector("span").textContent = data.label;
  field.accept = data.accept;
  field.onchange = async () => {
    const [file] = field.files;
    if (!file) return;
    const large = file.size > data.largest;
    setTriggerValue("file", { text: large ? "" : await file.text(), large });
    field.value = "";
  };
}
"""


def text_file(label: str, accept: str, key: str) -> str | None:
    """Let the visitor choose a text file.

    Parameters
    ----------
    label : str
        What is to be chosen.
    accept : str
        Endings of its name, as ``.json,.csv``.
    key : str
        Of the field on the page.

    Returns
    -------
    str or None
        What the file holds, in the run that follows the choice; else None.
    """
    field = st.components.v2.component("text_file", html=HTML, css=STYLE, js=SCRIPT)
    data = {"label": label, "accept": accept, "largest": LARGEST}
    result: Any = field(data=data, key=key, on_file_change=_chosen)
    chosen = getattr(result, "file", None)
    if not isinstance(chosen, dict):
        return None
    if chosen.get("large") is True:
        st.error(f"The file is larger than {LARGEST // 1000} kB.")
        return None
    text = chosen.get("text")
    return text if isinstance(text, str) and len(text) <= LARGEST else None


def _chosen() -> None:
    """Nothing is to be done: the run that follows reads the file."""
