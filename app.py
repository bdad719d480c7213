"""The front door: page settings and navigation, from the list of lessons."""

from __future__ import annotations

import streamlit as st
from starlette.middleware import Middleware

from ui import server, site
from ui.addresses import Addresses
from ui.navigation import OVERVIEWS

server.before_first_visit()

TITLE = "Formula explorer"

STYLE = """<style>
.stMainBlockContainer { padding: 2.75rem clamp(0.9rem, 3vw, 3rem) 4rem; max-width: 1800px; }
/* A lesson's heading is one line beside the button that opens the navigation. */
.stMainBlockContainer:has([class*=st-key-heading]) { padding-top: 0.5rem; }
.stMainBlockContainer:has([class*=st-key-heading]) > .stVerticalBlock { gap: 0.5rem; }
/* What scrolls below the header is seen and can be touched; its buttons stand out. */
.stAppHeader, .stAppHeader :not(button, button *, a) { background: transparent !important; pointer-events: none; }
.stAppHeader :is(button, a) { pointer-events: auto; backdrop-filter: blur(6px); }
[class*=st-key-heading] { padding-inline-start: 2.5rem; gap: 0.2rem 1.2rem; }
[class*=st-key-heading] h1 { font-size: 1.6rem; padding: 0; }
[class*=st-key-heading] p { font-size: 1.05rem; opacity: 0.8; }
/* What stands below the figure follows when the hand lets go: until then it is marked. */
[data-live-busy=true] .stTabs { opacity: 0.4; position: relative; }
[data-live-busy=true] .stTabs::before { content: "follows when you let go"; position: absolute; right: 0; font-style: italic; }
[class*=st-key-words] h2 { font-size: 1.15rem; padding: 0.4rem 0 0; }
[class*=st-key-neighbors] h2 { font-size: 0.95rem; padding: 0; }
@media (max-width: 640px), (max-height: 500px) {
  .stMainBlockContainer:has([class*=st-key-heading]) > .stVerticalBlock { gap: 0.2rem; }
  [class*=st-key-heading] h1 { font-size: 1.2rem; }
  [class*=st-key-heading] p { font-size: 0.8rem; line-height: 1.2; }
}
@media (max-width: 640px) {
  /* Title and question together take two lines. */
  [class*=st-key-heading] { display: block !important; line-height: 1.25; }
  [class*=st-key-heading] * { display: inline !important; }
  [class*=st-key-heading] h1 { margin-inline-end: 0.5rem; }
}
@media (max-width: 640px), (max-height: 500px) {
}
/* What has the focus is seen, and pale words can be read: 4.5 : 1 and more. */
:is(.stSidebar, .stAppHeader, .stMain) :is(a, button, summary, [role=radio], [role=tab]):focus-visible:not(.live *) {
  outline: 2px solid CanvasText !important; outline-offset: 2px;
}
.stSidebar a:focus-visible { outline-offset: -2px !important; }
[data-testid=stCaptionContainer] { color: inherit; opacity: 0.75; }
.stApp input::placeholder { color: inherit; opacity: 0.75; }
.stLatex, .stMarkdown .katex-display { overflow-x: auto; overflow-y: hidden; padding-block: 6px; }
.katex, .katex-display, pre, code { direction: ltr; unicode-bidi: isolate; }
@media print {
  .stSidebar, .stAppHeader, .stTabs [role=tablist], [data-testid=stExpandSidebarButton], [class*=st-key-neighbors] { display: none !important; }
  .stApp:has(.live) { color-scheme: light; background: #fff !important; }
  .stApp:has(.live) :is(h1, h2, p, li, td, th, dt, dd, label, span, summary, strong, code, button):not([class*=live-color-]) { color: #1f2430 !important; background: none !important; }
  .stApp, .stMain, .stMainBlockContainer, .stAppViewContainer { position: static !important; display: block !important; overflow: visible !important; padding: 0 !important; }
}
[class*=st-key-card] .katex { font-size: 0.9em; }
/* A card is one link, its title's; its formula lies above, where it can be scrolled. */
[class*=st-key-card-] { position: relative; isolation: isolate; }
[class*=st-key-card-]:hover { border-color: currentcolor; }
[class*=st-key-card-] .stElementContainer:has(.stPageLink) { position: static; }
[class*=st-key-card-] .stPageLink a::after { content: ""; position: absolute; inset: 0; z-index: 1; }
[class*=st-key-card-] .katex-display { position: relative; z-index: 2; cursor: pointer; }
[class*=st-key-card-] img { display: block; width: 100%; }
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
    page = st.navigation(
        site.all_pages(),
        expanded=True,
        position="hidden" if st.context.is_embedded else "sidebar",
    )
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
    # `streamlit run` imports it once, before the first visitor.
    app = st.App(__file__, middleware=[Middleware(Addresses)])
