"""Symbols as plain text, for sliders, legends and the letter index."""

from __future__ import annotations

import re

GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ϵ",
    "varepsilon": "ε", "eta": "η", "theta": "θ", "kappa": "κ", "lambda": "λ", "mu": "μ",
    "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "varphi": "φ", "phi": "φ",
    "hat{y}": "ŷ", "omega": "ω", "ell": "ℓ", "lVert": "‖", "rVert": "‖", "circ": "°",
    "mid": "|", "neg": "¬",
}  # fmt: skip
LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def symbol_parts(latex: str) -> tuple[str, str, str]:
    r"""Split a symbol into plain text, subscript and superscript.

    Examples
    --------
    >>> symbol_parts(r"\beta_1")
    ('β', '1', '')
    """
    latex = re.sub(
        r"\\log_\{?(\d+)\}?",
        lambda found: "log" + found[1].translate(LOWERED),
        latex,
    )
    text = latex.replace(r"\text", "").replace(r"\mathrm", "").replace(r"\log", "log")
    for name, letter in sorted(GREEK.items(), key=lambda item: -len(item[0])):
        text = text.replace(f"\\{name}", letter)
    for sign in "{}\\":
        text = text.replace(sign, "")
    base, _, below = text.partition("_")
    base, _, above = base.partition("^")
    return base, below, above


def symbol_text(latex: str) -> str:
    r"""Write a symbol in one line of plain text.

    Examples
    --------
    >>> symbol_text(r"\beta_1"), symbol_text("d_k"), symbol_text(r"\theta^\circ")
    ('β₁', 'd_k', 'θ°')
    """
    base, below, above = symbol_parts(latex)
    lowered = below.translate(LOWERED)
    plain = lowered if not lowered or lowered != below else f"_{below}"
    raised = f"^{above}" if above not in ("", "°") else above
    return base + plain + raised
