"""What a lesson needs comes early: while Streamlit starts, not after the page has come.

Streamlit learns step by step what a page is made of, and fetches each part then. The page
that it sends at first therefore gets the figure's files and those parts in its head; and
Plotly's script, which keeps a browser busy for a while, deferred, so that Streamlit itself
starts first and Plotly runs while both wait for the server.
"""

from __future__ import annotations

import re
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit

from ui.assets import browser_files

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

END = b"</head>"
# Of the page as Streamlit made it: a browser that kept it would keep old files' names.
OUTDATED = (b"etag", b"last-modified", b"accept-ranges")
STREAMLITS = Path(streamlit.__file__).parent / "static"
MODULES = "static/js"
# What Streamlit imports for a style, for a component, and for a formula in a text.
IMPORTED_LATER = ("Html", "BidiComponent", "rehype-katex")
IMPORT = re.compile(r'(?:from|import)\s*"\./([\w.-]+\.js)"')


class Early:
    """Add to the head of every page that is answered.

    Parameters
    ----------
    app : ASGI application
        What answers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._head = "\n".join(head()).encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request on, and add to the page that is answered."""
        if not _asks_for_page(scope):
            await self._app(scope, receive, send)
            return
        start: Message = {}
        body = b""

        async def add(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start" and _is_page(message):
                start = message  # its length is known once the page is there
                return
            if not start or message["type"] != "http.response.body":
                await send(message)
                return
            body += message.get("body", b"")
            if message.get("more_body"):
                return
            page = body.replace(END, self._head + END, 1)
            await send({**start, "headers": _headers(start, len(page))})
            await send({"type": "http.response.body", "body": page})

        await self._app(_uncompressed(scope), receive, add)


def head() -> list[str]:
    """Return the elements; their addresses hold for pages at the app's top level."""
    files = browser_files()
    modules = [files["entry"], *files["modules"], *streamlit_modules()]
    return [
        f'<link rel="preload" as="style" href="{escape(files["style"])}">',
        *(f'<link rel="modulepreload" href="{escape(name)}">' for name in modules),
        f'<script defer src="{escape(files["plotly"])}"></script>',
    ]


def streamlit_modules() -> list[str]:
    """Return Streamlit's modules that it imports late, and what they import themselves.

    Those that its own page names are left out.
    """
    page = (STREAMLITS / "index.html").read_text("utf-8")
    folder = STREAMLITS / MODULES
    found: list[str] = []
    wanted = [
        path.name for name in IMPORTED_LATER for path in folder.glob(f"{name}.*.js")
    ]
    while wanted:
        name = wanted.pop()
        if name not in found and f"/{name}" not in page:
            found.append(name)
            wanted += IMPORT.findall((folder / name).read_text("utf-8"))
    return [f"{MODULES}/{name}" for name in sorted(found)]


def _asks_for_page(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] != "GET":
        return False
    return b"text/html" in dict(scope["headers"]).get(b"accept", b"")


def _uncompressed(scope: Scope) -> Scope:
    """Ask for the page as text; it is small."""
    others = [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]
    return {**scope, "headers": others}


def _is_page(start: Message) -> bool:
    kind = dict(start["headers"]).get(b"content-type", b"")
    return bool(start["status"] == 200 and kind.startswith(b"text/html"))


def _headers(start: Message, length: int) -> list[tuple[bytes, bytes]]:
    kept = [
        (name, value)
        for name, value in start["headers"]
        if name not in OUTDATED and name != b"content-length"
    ]
    return [*kept, (b"content-length", b"%d" % length)]
