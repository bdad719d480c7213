"""What no visitor of this app ever asks for is refused before it costs anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import PlainTextResponse

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

UPLOADS = (
    "/_stcore/upload_file/"  # Streamlit takes files there, though no page asks for one
)
LONGEST = 8000  # bytes of an address


class Limits:
    """Refuse uploads and endless addresses, and hand on all else.

    Parameters
    ----------
    app : ASGI application
        What answers all the others.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse a request, unread, or hand it on."""
        refusal = refused(scope) if scope["type"] == "http" else None
        await (refusal or self._app)(scope, receive, send)


def refused(scope: Scope) -> PlainTextResponse | None:
    """Return the answer to a request that is refused, else None."""
    if len(scope["path"]) + len(scope["query_string"]) > LONGEST:
        return PlainTextResponse("The address is too long.", 414)
    if UPLOADS in scope["path"] and scope["method"] in ("PUT", "POST"):
        closed = {"Connection": "close"}  # what it would send is not read
        return PlainTextResponse("Nothing can be uploaded.", 403, closed)
    return None
