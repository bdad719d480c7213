"""Home: every formula at a glance, with search."""

import streamlit as st

from formulas.catalogue import SECTIONS, search
from ui.lesson import LESSONS, page_path

st.session_state["page"] = "home"
st.title("Formula explorer", anchor=False)
text = st.text_input("Search", placeholder="entropy, softargmax, advantage ...")
found = [formula for formula in search(text) if formula in LESSONS]
for section in SECTIONS:
    here = [formula for formula in found if formula.section == section.folder]
    if here:
        st.subheader(section.title, anchor=False)
    for formula in here:
        with st.container(border=True):
            st.page_link(page_path(formula), label=formula.title)
            st.latex(formula.latex)
            st.markdown(formula.question)
if not found:
    st.markdown("Nothing found.")
