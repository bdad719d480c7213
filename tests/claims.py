"""Claims: what a lesson says in words, quoted to the letter above the test that proves it.

A test quotes with `claims`. What no test can prove stands in the test file's
``NOT_PROVED``, by quotation, with one of the `REASONS`. ``tests/pages/test_claims.py``
holds the lesson's words against both.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

REASONS = {
    "advice": "what to do or to look at",
    "convention": "how the field writes, names or programs something",
    "history": "who did what, and what the original list says",
    "setting": "what a preset sets: the values stand in its link",
    "world": "how people or systems behave",
}


def claims(*quotes: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Mark a test as the proof of sentences of its lesson."""

    def mark(test: Callable[..., Any]) -> Callable[..., Any]:
        test.claims = (*quotes, *getattr(test, "claims", ()))  # type: ignore[attr-defined]
        return test

    return mark


def uncovered(text: str, quotes: Iterable[str]) -> str:
    """Return the words of a text that no quotation covers, gaps as " … "."""
    free = [True] * len(text)
    for quote in quotes:
        for found in re.finditer(re.escape(quote), text):
            free[found.start() : found.end()] = [False] * len(quote)
    rest = "".join(c if open_ else "…" for c, open_ in zip(text, free, strict=True))
    pieces = [p.strip() for p in re.split("…+", rest) if re.search(r"\w", p)]
    return " … ".join(pieces)
