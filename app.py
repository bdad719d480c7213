"""The front door: page settings and navigation, from the list of lessons."""

from __future__ import annotations

import streamlit as st

from ui import server, site
from ui.navigation import OVERVIEWS

server.before_first_visit()

TITLE = "Formula explorer"

STYLE = """<style>
.stMainBlockContainer { padding: 2.5rem clamp(0.9rem, 3vw, 3rem) 4rem; max-width: 1800px; }
/* A lesson's heading is one line beside the button that opens the navigation. */
.stMainBlockContainer:has(.st-key-heading) { padding-top: 0.5rem; }
.stMainBlockContainer:has(.st-key-heading) > .stVerticalBlock { gap: 0.5rem; }
.stAppHeader { background: transparent; }
.st-key-heading { padding-inline-start: 2.5rem; gap: 0.2rem 1.2rem; }
.st-key-heading h1 { font-size: 1.6rem; padding: 0; }
.st-key-heading p { font-size: 1.05rem; opacity: 0.8; }
[class*=st-key-presets] button { min-height: 2rem; padding-block: 0.1rem; }
@media (max-width: 640px), (max-height: 500px) {
  .stMainBlockContainer:has(.st-key-heading) > .stVerticalBlock { gap: 0.2rem; }
  .st-key-heading h1 { font-size: 1.2rem; }
  .st-key-heading p { font-size: 0.8rem; line-height: 1.2; }
  [class*=st-key-presets] { flex-wrap: nowrap !important; overflow-x: auto; gap: 0.4rem; }
  [class*=st-key-presets] button { font-size: 0.85rem; white-space: nowrap; }
}
.stLatex, .stMarkdown .katex-display { overflow-x: auto; overflow-y: hidden; padding-block: 6px; }
.katex, .katex-display, pre, code { direction: ltr; unicode-bidi: isolate; }
@media print {
  .stSidebar, .stAppHeader, [class*=st-key-presets], .stTabs [role=tablist] { display: none !important; }
  .stApp, .stMain, .stMainBlockContainer, .stAppViewContainer { position: static !important; display: block !important; overflow: visible !important; padding: 0 !important; }
}
[class*=st-key-card] .katex { font-size: 0.9em; }
@media (max-width: 600px) { .stLatex .katex { font-size: 1em; } }
/* A formula wider than the page fades where it goes on, until it is scrolled there. */
@property --hidden { syntax: "\\3c length\\3e"; inherits: false; initial-value: 0px; }
@keyframes uncover { from { --hidden: 3rem; } to { --hidden: 0px; } }
.katex-display {
  mask-image: linear-gradient(to left, transparent, #000 var(--hidden));
  animation: uncover linear both; animation-timeline: scroll(self inline);
  animation-range: calc(100% - 3rem) 100%;
}
</style>"""


def main() -> None:
    """Show the page that the visitor asked for, inside the frame."""
    server.at_first_visit()
    st.html(STYLE)
    page = st.navigation(site.all_pages(), expanded=True)
    title = f"{page.title} · {TITLE}" if page.url_path else TITLE
    st.set_page_config(
        page_title=title,
        page_icon="🧮",
        layout="wide",
        initial_sidebar_state="auto"
        if page.url_path in ("", *OVERVIEWS)
        else "collapsed",
    )
    page.run()


if __name__ == "__main__":
    main()  # Streamlit runs this file for every visitor
else:
    app = st.App(__file__)  # `streamlit run` imports it once, before the first visitor
