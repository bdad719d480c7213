"""Positional encoding in which all clock hands turn at the same speed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from pages.transformer.positional_encoding import statement as whole

if TYPE_CHECKING:
    from notation.trees import Equation

COMPARED = ("similarity",)


def compute(position: int, offset: int, n_positions: int, d_model: int) -> whole.Result:
    """Turn every pair of dimensions by one radian a position."""
    rows = np.arange(whole.rows_shown(n_positions, position + offset))
    half = d_model // 2
    encoding = np.tile(np.stack([np.sin(rows), np.cos(rows)], axis=1), half)
    return whole.Result(
        half=half,
        speed=np.ones(half),
        encoding=encoding,
        similarity=float(encoding[position] @ encoding[position + offset]),
    )


def equations() -> tuple[Equation, ...]:
    """Strike the power of the base out of the speeds."""
    from sympy import cos, sin

    from notation.trees import Equation, arrays, struck, symbols, unevaluated

    omega, PE = arrays("speed encoding")
    pos, d, base, i = symbols("position d_model base i")
    _, to_even, to_odd, _, _, *products = whole.equations()
    with unevaluated():
        pairs = ((i, 0, symbols("half") - 1),)
        power = struck(base ** (2 * i / d), 1)
        return (
            Equation(omega[i], 1 / power, pairs),
            to_even,
            to_odd,
            Equation(PE[pos, 2 * i + 1], cos(pos / power), pairs),
            Equation(PE[pos, 2 * i], sin(pos / power), pairs),
            *products,
        )


STATEMENT = replace(
    whole.STATEMENT,
    compute=compute,
    build_equations=equations,
    build_identities=tuple,
    headline=(
        r"<encoding>_{(<position>, 2<pair>)} = "
        r"\sin\left(\frac{<position>}{\cancel{<base>^{2<pair> / <d_model>}}}\right), \qquad "
        r"<encoding>_{(<position>, 2<pair>+1)} = "
        r"\cos\left(\frac{<position>}{\cancel{<base>^{2<pair> / <d_model>}}}\right)"
    ),
)
