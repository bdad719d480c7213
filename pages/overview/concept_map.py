"""Concept map: which lesson needs which, to click through."""

import streamlit as st

from formulas.catalogue import CATALOGUE, PATHS, SECTIONS, leads_to, prerequisites
from ui import concept_map, overview
from ui.lesson import page_path

overview.heading("concept_map")
st.markdown(
    "Each lesson stands below those it needs. Point at one to see its neighbors; click "
    "to open it."
)
chosen = st.pills(
    "Suggested path",
    [path.title for path in PATHS],
    key="path",
    bind="query-params",
    persist_state="session",
)
path = next((path.slugs for path in PATHS if path.title == chosen), ())
opened = concept_map.show(path)
if opened is not None:
    # Without the mapping Streamlit refuses while the path stands in the address.
    st.switch_page(page_path(opened), query_params={})
st.caption(" · ".join(f"{k} {section.title}" for k, section in enumerate(SECTIONS, 1)))
with st.expander("The same as a list"):
    for formula in CATALOGUE:
        needs = ", ".join(other.title for other in prerequisites(formula)) or "nothing"
        after = ", ".join(other.title for other in leads_to(formula)) or "nothing yet"
        with st.container(horizontal=True, vertical_alignment="center"):
            st.page_link(page_path(formula), label=formula.title, width=250)
            st.markdown(f"needs {needs}; leads to {after}")
