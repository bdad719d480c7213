"""The front door: page settings and navigation, from the list of lessons."""

from __future__ import annotations

from ui import one_thread  # noqa: F401 - before anything imports NumPy

# isort: split
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from ui import browser_page, metrics, server, site, sweep_route
from ui.addresses import Addresses
from ui.early import Early
from ui.files import Files
from ui.headers import Headers
from ui.limits import Limits
from ui.navigation import OVERVIEWS

server.before_first_visit()

TITLE = "Formula explorer"
STYLE = Path(__file__).parent / "ui" / "style" / "page.css"


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
    browser_page.mend()


if __name__ == "__main__":
    main()  # Streamlit runs this file for every visitor
else:
    # `streamlit run` imports it once, before the first visitor.
    app = st.App(
        __file__,
        lifespan=server.lifetime,
        middleware=[
            Middleware(Headers),
            Middleware(Limits),
            Middleware(Files),
            Middleware(Addresses),
            Middleware(Early),
        ],
        routes=[sweep_route.route(), *metrics.routes()],
    )
