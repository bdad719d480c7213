"""The scripts and styles of the page: compressed once, and kept by the browser for good.

Streamlit sends its own uncompressed, and compresses an app's anew for every visitor, which
for Plotly takes the server longer than everything else that an opening lesson asks of it.
All their names hold a version or a hash, so that a browser never has to ask again.
"""

from __future__ import annotations

import gzip
import mimetypes
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from ui import assets
from ui.kept import KeptForAll

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

TEXT = (".js", ".css", ".svg", ".json")
MOST_KEPT = 32 * 2**20  # bytes of them
LEVEL = 6  # of gzip: 9 takes five times as long for one part in a hundred less
HEADERS = {
    "Content-Encoding": "gzip",
    "Cache-Control": "public, max-age=31536000, immutable",
    "Vary": "Accept-Encoding",
    "Access-Control-Allow-Origin": "*",
}


class Files:
    """Answer requests for such files, and hand on all else.

    Parameters
    ----------
    app : ASGI application
        What answers all the others.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._files = files()
        self._kept: KeptForAll[bytes] = KeptForAll(MOST_KEPT, len)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with a file, or hand the request on."""
        file = self._asked(scope) if scope["type"] == "http" else None
        if file is None:
            await self._app(scope, receive, send)
            return
        body = await run_in_threadpool(self._kept.made, file, lambda: compressed(file))
        kind = mimetypes.guess_type(file.name)[0]
        await Response(body, media_type=kind, headers=HEADERS)(scope, receive, send)

    def _asked(self, scope: Scope) -> Path | None:
        """Return the file that is asked for by a browser that takes it compressed."""
        file = self._files.get(scope["path"]) if scope["method"] == "GET" else None
        if file is None:
            return None
        headers = dict(scope["headers"])
        takes = b"gzip" in headers.get(b"accept-encoding", b"")
        return file if takes and b"range" not in headers else None


def files() -> dict[str, Path]:
    """Return the files by the address that a browser asks for."""
    base = (st.get_option("server.baseUrlPath") or "").strip("/")
    start = f"/{base}" if base else ""
    assets.browser_files()  # places them
    streamlits = Path(st.__file__).parent / "static" / "static"
    folders = {f"{start}/static": streamlits, f"{start}/{assets.SERVED}": assets.STATIC}
    return {
        f"{address}/{path.relative_to(folder).as_posix()}": path
        for address, folder in folders.items()
        for path in folder.rglob("*")
        if path.suffix in TEXT and path.is_file()
    }


def compressed(file: Path) -> bytes:
    """Compress a file."""
    return gzip.compress(file.read_bytes(), LEVEL, mtime=0)
