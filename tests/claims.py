"""Claims: what a lesson says in words, tied by key to the test that proves it.

In ``lesson.md`` a sentence that claims something ends in a key, ``{order_kept}``; the test
that proves it is marked ``@claims("order_kept")``. What no test can prove ends in one of
the `REASONS` instead. ``tests/pages/test_claims.py`` holds both sides together, so that a
sentence can be made better without touching its proof.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

REASONS = {
    "advice": "what to do or to look at",
    "convention": "how the field writes, names or programs something",
    "history": "who did what, and what short lists of formulas say",
    "setting": "what a preset sets: the values stand in its link",
    "world": "how people or systems behave",
}


def claims(*keys: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Mark a test as the proof of what a lesson says under these keys."""

    def mark(test: Callable[..., Any]) -> Callable[..., Any]:
        test.claims = (*keys, *getattr(test, "claims", ()))  # type: ignore[attr-defined]
        return test

    return mark
