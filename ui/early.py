"""Plotly runs early: while the server still works on the page, not after it has come.

Reading and running Plotly's script keeps a browser busy for half a second or more.
Streamlit knows of it only once the lesson's figure is there, so the page that it sends gets
the script in its head: deferred, so that Streamlit itself starts first, and then waits for
its server.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from ui.assets import browser_files

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

END = b"</head>"
# Of the page as Streamlit made it: a browser that kept it would keep an old script's name.
OUTDATED = (b"etag", b"last-modified", b"accept-ranges")


class Early:
    """Add the script to every page that is answered.

    Parameters
    ----------
    app : ASGI application
        What answers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._script = script().encode()

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
            page = body.replace(END, self._script + END, 1)
            await send({**start, "headers": _headers(start, len(page))})
            await send({"type": "http.response.body", "body": page})

        await self._app(_uncompressed(scope), receive, add)


def script() -> str:
    """Return the element that loads Plotly.

    Examples
    --------
    >>> script()  # doctest: +ELLIPSIS
    '<script defer src="app/static/plotly-...min.js"></script>'
    """
    return f'<script defer src="{escape(browser_files()["plotly"])}"></script>'


def _asks_for_page(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] != "GET":
        return False
    return b"text/html" in dict(scope["headers"]).get(b"accept", b"")


def _uncompressed(scope: Scope) -> Scope:
    """Ask for the page as text; it is 8 kB."""
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
