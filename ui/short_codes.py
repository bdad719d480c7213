"""Codes: data as one word that fits into a link or a mail, read back with suspicion."""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from typing import Any

LONGEST = 20_000  # characters of a code
LARGEST = 200_000  # bytes of what it holds


class CodeError(ValueError):
    """Why a code cannot be read, said to whoever pasted it."""


def written(data: Any) -> str:
    """Write plain data as a code.

    Examples
    --------
    >>> read(written({"a": [1, 2.5, "three"]}))
    {'a': [1, 2.5, 'three']}
    """
    text = json.dumps(data, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    packed = zlib.compress(text.encode(), 9)
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def read(code: str) -> Any:
    """Read a code back.

    Raises
    ------
    CodeError
        If it is too long, cut off, or no code at all.
    """
    code = code.strip()
    if not code:
        raise CodeError("there is nothing in it")
    if len(code) > LONGEST:
        raise CodeError(f"it is over {LONGEST} characters long")
    try:
        packed = base64.b64decode(code + "=" * (-len(code) % 4), b"-_", validate=True)
        unpacker = zlib.decompressobj()
        text = unpacker.decompress(packed, LARGEST)
    except (binascii.Error, ValueError, zlib.error):
        raise CodeError("a part of it is missing, or it is no code") from None
    if unpacker.unconsumed_tail:
        raise CodeError("it holds more than anything that belongs here")
    if not unpacker.eof:
        raise CodeError("a part of it is missing, or it is no code")
    return from_json(text.decode("utf-8", "replace"))


def from_json(text: str) -> Any:
    """Read JSON without numbers that are none.

    Raises
    ------
    CodeError
        If it is no JSON.
    """

    def refuse(constant: str) -> Any:
        raise CodeError(f"{constant} is no number")

    try:
        return json.loads(text, parse_constant=refuse)
    except CodeError:
        raise
    except (ValueError, RecursionError):
        raise CodeError("it is not written in the form of such a file (JSON)") from None
