"""What the server tells a browser about each answer: what it may load, and who may frame it.

Pages run what the app itself serves and nothing else. Any site may show the app in a
frame, because teachers put lessons into their course pages; who wants to allow only some
names them in the environment, ``FORMULA_EXPLORER_FRAMES="https://moodle.example.org"``.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

FRAMES = "FORMULA_EXPLORER_FRAMES"
INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)
HOST = re.compile(r"'self'|'none'|(?:https?://)?[\w.*-]+(?::\d+)?")
UNUSED = ("camera", "display-capture", "geolocation", "microphone", "payment", "usb")


class Headers:
    """Add the headers to every answer.

    Parameters
    ----------
    app : ASGI application
        What answers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._headers = [
            (name.lower().encode(), value.encode()) for name, value in headers().items()
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request on, and add to what is answered."""

        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                there = dict(message["headers"])
                new = [pair for pair in self._headers if pair[0] not in there]
                message = {**message, "headers": [*message["headers"], *new]}
            await send(message)

        await self._app(scope, receive, add if scope["type"] == "http" else send)


def headers() -> dict[str, str]:
    """Return the headers by name."""
    return {
        "Content-Security-Policy": policy(frames(os.environ.get(FRAMES, ""))),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "Permissions-Policy": ", ".join(f"{feature}=()" for feature in UNUSED),
    }


def policy(frames: str = "") -> str:
    """Return the content-security policy under which the app runs.

    Parameters
    ----------
    frames : str
        Who may show the app in a frame; everybody if empty.
    """
    rules = {
        "default-src": "'self'",
        # Streamlit loads the figure's few lines as a blob. Text may be evaluated, because
        # whoever automates a browser to look at the page cannot wait for anything else;
        # markup that somebody smuggled in cannot run all the same: inline scripts do not.
        "script-src": f"'self' blob: 'unsafe-eval' {' '.join(inline_scripts())}",
        # Streamlit, Plotly and KaTeX write styles into their elements.
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "connect-src": "'self' ws: wss:",
        "worker-src": "'self' blob:",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
    }
    if frames:
        rules["frame-ancestors"] = frames
    return "; ".join(f"{name} {sources}" for name, sources in rules.items())


def inline_scripts() -> list[str]:
    """Return the digests of the scripts that stand in Streamlit's page itself."""
    page = Path(streamlit.__file__).parent / "static" / "index.html"
    return [
        f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
        for text in INLINE.findall(page.read_text())
    ]


def frames(hosts: str) -> str:
    """Read who may show the app in a frame.

    Raises
    ------
    ValueError
        If something there is no host: better no start than a door left open.
    """
    names = hosts.split()
    for name in names:
        if not HOST.fullmatch(name):
            raise ValueError(f"{FRAMES}: {name!r} is no host")
    return " ".join(names)
