"""Many files as one: what the browser's Python gets in a single download.

A pack is gzip around: the length of the index (4 bytes, little endian), the index (JSON),
and everything end to end. The index names ``files``, which are written to the file system,
and ``modules``, whose code is read where it lies (``web/start.py``).
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

LEVEL = 9  # of gzip


@dataclass
class Pack:
    """Files and modules on their way into one file."""

    files: dict[str, list[int]] = field(default_factory=dict)
    modules: dict[str, list[int | str | bool]] = field(default_factory=dict)
    _parts: list[bytes] = field(default_factory=list)
    _size: int = 0

    def add_file(self, path: str, content: bytes) -> None:
        """Add a file under its path in the browser's file system."""
        self.files[path] = self._add(content)

    def add_module(self, name: str, code: bytes, origin: str, *, package: bool) -> None:
        """Add a module.

        Parameters
        ----------
        name : str
            Its full name.
        code : bytes
            What ``marshal`` wrote.
        origin : str
            The path that it says it comes from.
        package : bool
            Whether it may have modules below it.
        """
        self.modules[name] = [*self._add(code), origin, package]

    def _add(self, content: bytes) -> list[int]:
        start = self._size
        self._parts.append(content)
        self._size += len(content)
        return [start, len(content)]

    def write(self, path: Path, elsewhere: Iterable[str] = ()) -> None:
        """Write the pack, the same bytes for the same contents.

        Parameters
        ----------
        path : Path
            Where it goes.
        elsewhere : iterable of str
            The modules that lie in the pack which is fetched when it is asked for.
        """
        index = {
            "files": self.files,
            "modules": self.modules,
            "elsewhere": sorted(elsewhere),
        }
        text = json.dumps(index, separators=(",", ":")).encode()
        head = len(text).to_bytes(4, "little") + text
        body = gzip.compress(b"".join([head, *self._parts]), LEVEL, mtime=0)
        path.write_bytes(body)
