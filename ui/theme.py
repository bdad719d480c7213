"""The theme's colors for Python: formulas in LaTeX, and charts without the live figure.

The colors themselves stand once, in ``.streamlit/config.toml``.
"""

from __future__ import annotations

import re
from typing import Any

import streamlit as st

from notation.statement import Statement

SCALES = (
    ("series", "Categorical"),
    ("sequential", "Sequential"),
    ("diverging", "Diverging"),
)
GROUNDS = {"light": ("#1f2430", "#ffffff"), "dark": ("#f2f4f8", "#0e1117")}


def printed() -> dict[str, str]:
    """Return the colors by name for paper, which is light whatever the screen is."""
    text, ground = GROUNDS["light"]
    colors = {"text": text, "ground": ground}
    for name, kind in SCALES:
        listed = st.get_option(f"theme.light.chart{kind}Colors") or []
        colors |= {f"{name}-{k + 1}": color for k, color in enumerate(listed)}
    return {f"--{name}": color for name, color in colors.items()}


def mode() -> str:
    """Return ``"dark"`` if the visitor sees the dark theme, else ``"light"``."""
    return "dark" if st.context.theme.type == "dark" else "light"


def _colors(kind: str) -> list[str]:
    option = f"theme.{mode()}.chart{kind}Colors"
    return list(
        st.get_option(option) or st.get_option(f"theme.chart{kind}Colors") or []
    )


def quantity_colors(statement: Statement) -> dict[str, str]:
    """Return the color of each quantity, for KaTeX."""
    palette = _colors("Categorical")
    return {
        quantity.name: palette[
            (statement.color_index(quantity.name) - 1) % len(palette)
        ]
        for quantity in statement.quantities
    }


def names() -> dict[str, str]:
    """Return every color that charts name as ``var(--...)``."""
    text, ground = GROUNDS[mode()]
    colors = {"text": text, "ground": ground, "muted": "#8a8f98", "grid": "#8a8f9840"}
    for name, kind in SCALES:
        colors |= {f"{name}-{k + 1}": c for k, c in enumerate(_colors(kind))}
    return {f"var(--{name})": color for name, color in colors.items()}


def painted(text: str) -> str:
    """Put real colors for the names, everywhere in an SVG."""
    colors = names()
    return re.sub(r"var\(--[a-z0-9-]+\)", lambda match: colors[match[0]], text)


def colored(node: Any, colors: dict[str, str]) -> Any:
    """Put real colors for the names, everywhere in a figure."""
    if isinstance(node, str):
        return colors.get(node, node)
    if isinstance(node, dict):
        return {key: colored(value, colors) for key, value in node.items()}
    if isinstance(node, (list, tuple)):
        return [colored(value, colors) for value in node]
    return node
