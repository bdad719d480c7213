"""Read numbers as formulas print them."""

from __future__ import annotations

import re


def same_number(one: str, other: str) -> bool:
    """Tell whether two printed numbers agree to what is printed of them."""
    if one == other:
        return True
    values = [read(text) for text in (one, other)]
    return abs(values[0] - values[1]) <= 2e-3 * abs(values[1]) + 1e-12


def read(latex: str) -> complex:
    """Read a printed number, perhaps a complex one."""
    text = re.sub(r" \\times 10\^\{([^}]+)\}", r"e\1", latex)
    text = re.sub(r"\\left\(|\\right\)|\s", "", text)
    if r"\infty" in text:
        return complex(text.replace(r"\infty", "inf"))
    return complex(text.replace("i", "j"))
