"""Addresses that somebody may have typed or kept, led to the page that is meant.

Streamlit serves its pages at one level: below a folder its own files are not found, and
the window stays blank. Here such an address, ``/linear_algebra/softmax``, is answered
with the way to the lesson; an unknown one with the way to the top level, where Streamlit
says that there is no such page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

import streamlit as st
from starlette.responses import RedirectResponse

from ui.catalogue import LESSONS, SECTIONS
from ui.navigation import OVERVIEWS

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

# Where Streamlit answers itself. It asks for the last two below any page's address.
STREAMLITS_FOLDERS = frozenset({"app", "auth", "component", "media"})
STREAMLITS_NAMES = frozenset({"_stcore", "static"})
HOME = "home"
PAGES = {*OVERVIEWS, *(lesson.slug for lesson in LESSONS)}
TITLES = {section.folder: section.title for section in SECTIONS}


class Addresses:
    """Answer addresses that are nearly right with the way to the right one.

    Parameters
    ----------
    app : ASGI application
        What answers all the others.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or hand it on."""
        way = None
        if scope["type"] == "http" and scope["method"] in ("GET", "HEAD"):
            accepted = dict(scope["headers"]).get(b"accept", b"")
            query = scope["query_string"].decode("latin-1")
            way = way_to(scope["path"], query, is_page=b"text/html" in accepted)
        if way is None:
            await self._app(scope, receive, send)
        else:
            headers = {"Cache-Control": "no-cache"}
            await RedirectResponse(way, 307, headers)(scope, receive, send)


def way_to(path: str, query: str = "", *, is_page: bool = True) -> str | None:
    """Return the way from an address to the page that is meant.

    Parameters
    ----------
    path : str
        The address, from the server's root.
    query : str
        The settings behind it, which are kept.
    is_page : bool
        Whether a page is asked for, and not a file of one.

    Returns
    -------
    str or None
        A relative address; none if the address is right as it is.

    Examples
    --------
    >>> way_to("/linear_algebra/softmax", "temperature=2.5")
    '../softmax?temperature=2.5'
    >>> way_to("/softmax")
    """
    base = (st.get_option("server.baseUrlPath") or "").strip("/")
    below = path.removeprefix(f"/{base}") if base else path
    names = [name for name in below.split("/") if name]
    if not names or "//" in path or _is_streamlits(names):
        return None
    name = names[-1].casefold().replace("-", "_")
    if name in TITLES:
        section = urlencode({"section": TITLES[name]})
        return _up(below, "", "&".join(filter(None, [section, query])))
    if name in PAGES:
        target = "" if name == HOME else name
        return None if names == [target] else _up(below, target, query)
    return _up(below, quote(names[-1]), query) if len(names) > 1 and is_page else None


def _is_streamlits(names: list[str]) -> bool:
    return names[0] in STREAMLITS_FOLDERS or not STREAMLITS_NAMES.isdisjoint(names)


def _up(below: str, target: str, query: str) -> str:
    """Return a relative address, which holds behind any proxy."""
    way = "../" * (below.count("/") - 1) or "./"
    return f"{way}{target}" + (f"?{query}" if query else "")
