"""A plain file server, as any static host is one, at the root or below a folder."""

from __future__ import annotations

import contextlib
import functools
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

Change = Callable[[str, bytes], bytes | None]


@dataclass
class Host:
    """A running server.

    Attributes
    ----------
    address : str
        Of the site, with a slash at the end.
    asked : list of str
        The paths that were asked for.
    change : callable or None
        Gets a path and a file's bytes and returns what is sent instead; None is a 404.
    """

    address: str
    asked: list[str] = field(default_factory=list)
    change: Change | None = None


class _Handler(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    host: Host
    base: str

    def do_GET(self) -> None:
        self.host.asked.append(self.path)
        if self.host.change is None:
            super().do_GET()
            return
        file = Path(self.translate_path(self.path.partition("?")[0]))
        file = file / "index.html" if file.is_dir() else file
        body = self.host.change(self.path, file.read_bytes()) if file.exists() else None
        if body is None:
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(file)))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def translate_path(self, path: str) -> str:
        if not path.startswith(self.base):
            return "/there/is/no/such/file"
        return super().translate_path("/" + path.removeprefix(self.base))

    def send_error(self, code: int, *others: str | None) -> None:
        lost = Path(self.directory) / "404.html"
        if code != 404 or not lost.exists():
            super().send_error(code, *others)
            return
        body = lost.read_bytes()
        self.send_response(404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextlib.contextmanager
def hosting(folder: Path, base: str = "/", port: int = 0) -> Iterator[Host]:
    """Serve a folder below a path of the address."""
    host = Host("")
    kind = type("Handler", (_Handler,), {"host": host, "base": base})
    handler = functools.partial(kind, directory=str(folder))
    server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    server.daemon_threads = True
    host.address = f"http://127.0.0.1:{server.server_port}{base}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield host
    finally:
        server.shutdown()
        server.server_close()
