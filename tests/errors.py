"""Error messages, compared to the letter."""

from __future__ import annotations

import re
from typing import Any

import pytest


def says(message: str) -> Any:
    """Expect a ``ValueError`` whose text contains exactly this message."""
    return pytest.raises(ValueError, match=re.escape(message))
