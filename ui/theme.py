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
MUTED = 0.7  # of the text's color, the rest is the ground's: 4.5 : 1 and more


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


def _colors(kind: str, shown: str | None = None) -> list[str]:
    option = f"theme.{shown or mode()}.chart{kind}Colors"
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


def names(shown: str | None = None) -> dict[str, str]:
    """Return every color that charts name as ``var(--...)``.

    Parameters
    ----------
    shown : str, optional
        ``"light"`` or ``"dark"``; by default what the visitor sees.
    """
    text, ground = GROUNDS[shown or mode()]
    muted = mixed(text, ground, MUTED)
    colors = {"text": text, "ground": ground, "muted": muted, "grid": "#8a8f9840"}
    for name, kind in SCALES:
        listed = _colors(kind, shown)
        colors |= {f"{name}-{k + 1}": color for k, color in enumerate(listed)}
    return {f"var(--{name})": color for name, color in colors.items()}


def mixed(color: str, other: str, share: float) -> str:
    """Mix two colors.

    Parameters
    ----------
    color, other : str
        As ``#rrggbb``.
    share : float
        How much of the first.

    Examples
    --------
    >>> mixed("#000000", "#ffffff", 0.7)
    '#4c4c4c'
    """
    channels = (
        int(share * int(color[k : k + 2], 16) + (1 - share) * int(other[k : k + 2], 16))
        for k in (1, 3, 5)
    )
    return "#" + "".join(f"{channel:02x}" for channel in channels)


def adaptive(svg: str) -> str:
    """Give an SVG the colors that it names, in both themes; the browser chooses."""
    named = set(re.findall(r"var\(--[a-z0-9-]+\)", svg))
    light, dark = (
        "".join(
            f"{name[4:-1]}:{color};"
            for name, color in names(shown).items()
            if name in named
        )
        for shown in ("light", "dark")
    )
    style = f"svg{{{light}}}@media(prefers-color-scheme:dark){{svg{{{dark}}}}}"
    return svg.replace(">", f"><style>{style}</style>", 1)


def colored(node: Any, colors: dict[str, str]) -> Any:
    """Put real colors for the names, everywhere in a figure."""
    if isinstance(node, str):
        return colors.get(node, node)
    if isinstance(node, dict):
        return {key: colored(value, colors) for key, value in node.items()}
    if isinstance(node, (list, tuple)):
        return [colored(value, colors) for value in node]
    return node
