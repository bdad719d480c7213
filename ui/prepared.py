"""What was computed when the static site was built, so that no browser has to.

A server computes it when it is first asked for, once for all visitors.
"""

from __future__ import annotations

import functools
import json
from pathlib import Path

PREPARED = Path(__file__).with_name("prepared.json")


@functools.cache
def pictures() -> dict[str, str]:
    """Return the pictures of lessons on their cards, by lesson; none on a server."""
    if not PREPARED.exists():
        return {}
    found: dict[str, str] = json.loads(PREPARED.read_text("utf-8"))
    return found
