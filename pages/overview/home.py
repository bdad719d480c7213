"""Home: every formula at a glance, with search, filters and suggested paths."""

import streamlit as st

from formulas.catalogue import BY_SLUG, PATHS, SECTIONS, search
from ui import overview
from ui.lesson import page_path

TOPICS = ("LLM", "ML", "RL")
KEPT = {"bind": "query-params", "persist_state": "session"}

st.session_state["page"] = "home"
st.title("Formula explorer", anchor=False)
st.markdown(
    "The formulas behind language models, machine learning and reinforcement learning, "
    "to be moved with your own hands."
)
with st.container(horizontal=True, vertical_alignment="bottom"):
    text = st.text_input(
        "Search", placeholder="entropy, softargmax, advantage ...", key="search", **KEPT
    )
    topic = st.pills("Topic", TOPICS, key="topic", **KEPT)
folders = {section.title: section.folder for section in SECTIONS}
wanted = st.pills("Section", list(folders), key="section", **KEPT)
found = [
    formula
    for formula in search(text or "")
    if topic in (None, *formula.topics)
    and folders.get(wanted) in (None, formula.section)
]
if not (text or topic or wanted):
    with st.expander("Suggested paths", expanded=True):
        for path in PATHS:
            with st.container(horizontal=True):
                st.markdown(f"**{path.title}**", width=190)
                for k, slug in enumerate(path.slugs, 1):
                    st.page_link(
                        page_path(BY_SLUG[slug]), label=f"{k}. {BY_SLUG[slug].title}"
                    )
for title, folder in folders.items():
    here = [formula for formula in found if formula.section == folder]
    if here:
        st.subheader(title, anchor=False)
        with st.container(horizontal=True):
            for formula in here:
                overview.card(formula)
if not found:
    st.markdown("Nothing found. Try fewer words, or take a filter away.")
