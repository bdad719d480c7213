"""What every page does in the browser besides what Streamlit does: mends for all senses."""

from __future__ import annotations

from typing import Any

import streamlit as st

# Streamlit's navigation is a list whose children are no list items, which some screen
# readers announce as an empty list; and a formula that is wider than its place could be
# scrolled by a mouse alone.
SCRIPT = """
const LOOK = 700; // ms between looks at what sends no event
function mend() {
  for (const list of document.querySelectorAll("[data-testid=stSidebarNavItems]")) {
    for (const part of [list, ...list.querySelectorAll("li")]) {
      if (part.getAttribute("role") !== "none") part.setAttribute("role", "none");
    }
  }
  for (const formula of document.querySelectorAll(".katex-display")) {
    const wide = formula.scrollWidth > formula.clientWidth
      || formula.scrollHeight > formula.clientHeight;
    if (wide === (formula.tabIndex === 0)) continue;
    if (wide) formula.tabIndex = 0;
    else formula.removeAttribute("tabindex");
  }
}
export default function () {
  mend();
  const timer = setInterval(() => {
    if (document.documentElement.dataset.liveBusy !== "true") mend(); // it costs a layout
  }, LOOK);
  return () => clearInterval(timer);
}
"""


def mend() -> None:
    """Mend what assistive technology and keys stumble over on every page."""
    part: Any = st.components.v2.component("mend", js=SCRIPT, isolate_styles=False)
    part(key="mend")
