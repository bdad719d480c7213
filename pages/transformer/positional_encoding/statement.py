"""Positional encoding: what is shown, computed and proved."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from formulas.checks import Array
from formulas.transformer.positional_encoding import (
    frequencies,
    sinusoidal_positional_encoding,
)
from notation.quantities import quantity, slider
from notation.statement import Statement

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

# Few, because each of them is a whole new map.
WIDTHS = (4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 256, 512)
BASES = (10.0, 50.0, 100.0, 500.0, 1e3, 5e3, 1e4, 5e4, 1e5, 5e5, 1e6)
MOST_PAIRS = 32  # to look at; those of width 64
MOST_POSITIONS = 250  # the last one is 199, and the second at most 50 ahead
PAGE = 50  # positions by which the map grows, few times, so that it rests

QUANTITIES = (
    slider(
        "position",
        r"\mathrm{pos}",
        "position, counted from 0",
        10,
        low=0,
        high=199,
        step=1,
    ),
    slider("d_model", "d", "width of the encoding, even", 64, choices=WIDTHS),
    slider(
        "base",
        "b",
        "base of the wavelengths, 10,000 in the paper",
        10000.0,
        choices=BASES,
    ),
    slider(
        "offset", "k", "how far the second position is ahead", 3, low=0, high=50, step=1
    ),
    quantity(
        "speed",
        r"\omega",
        "angle that each pair of entries turns per position",
        ("pairs",),
        origin=0,
        unit="radians",
    ),
    quantity(
        "encoding",
        "PE",
        "encoding of each position",
        ("rows", "width"),
        origin=0,
        call=True,
    ),
    quantity("similarity", "s", "dot product of the encodings of pos and pos + k"),
    slider(
        "pair",
        "i",
        "pair of dimensions to look at",
        2,
        low=0,
        high=MOST_PAIRS - 1,
        step=1,
    ),
    slider(
        "n_positions",
        "n",
        "positions shown",
        100,
        low=10,
        high=200,
        step=10,
        rare=True,
    ),
    quantity(
        "half", "d/2", "number of pairs of a sine and a cosine", color_of="d_model"
    ),
)


def inputs(
    position: int, d_model: int, base: float, n_positions: int, offset: int
) -> dict[str, Any]:
    """Pass everything on as it is set."""
    return {
        "position": position,
        "d_model": d_model,
        "base": base,
        "n_positions": n_positions,
        "offset": offset,
    }


@dataclass(frozen=True)
class Result:
    """The encoding with its speeds, and how alike the two positions are."""

    half: int
    speed: Array
    encoding: Array
    similarity: float


def compute(
    position: int, offset: int, n_positions: int, d_model: int, base: float
) -> Result:
    """Encode every position that is shown, and compare two of them."""
    rows = rows_shown(n_positions, position + offset)
    encoding = _whole_encoding(d_model, base)[:rows]
    return Result(
        half=d_model // 2,
        speed=frequencies(d_model, base=base),
        encoding=encoding,
        similarity=float(encoding[position] @ encoding[position + offset]),
    )


def rows_shown(n_positions: int, last: int) -> int:
    """Return how many positions are shown: more, where the last one lies beyond."""
    return n_positions if last < n_positions else (last // PAGE + 1) * PAGE


def existing(pair: int, d_model: int) -> int:
    """Return the pair that is looked at, or the last where there is no such pair."""
    return min(pair, d_model // 2 - 1)


@functools.lru_cache(maxsize=8)  # while the positions move
def _whole_encoding(d_model: int, base: float) -> Array:
    """Encode every position that the sliders reach."""
    encoding = sinusoidal_positional_encoding(MOST_POSITIONS, d_model, base=base)
    encoding.setflags(write=False)
    return encoding


def equations() -> tuple[Equation, ...]:
    """Write a pair of entries, what moving does to it, and the product of two rows."""
    from sympy import cos, sin

    from notation.trees import Equation, arrays, sum_over, symbols, unevaluated

    omega, PE = arrays("speed encoding")
    pos, k, d, base, similarity = symbols("position offset d_model base similarity")
    i, j, half = symbols("i j half")
    pairs = ((i, 0, half - 1),)
    with unevaluated():
        even, odd = PE[pos, 2 * i], PE[pos, 2 * i + 1]
        to_even, to_odd = PE[pos + k, 2 * i], PE[pos + k, 2 * i + 1]
        turn = k * omega[i]
        products = sum_over(PE[pos, j] * PE[pos + k, j], j, 0, d - 1)
        return (
            Equation(omega[i], 1 / base ** (2 * i / d), pairs),
            Equation(to_even, even * cos(turn) + odd * sin(turn), pairs),
            Equation(to_odd, odd * cos(turn) - even * sin(turn), pairs),
            Equation(odd, cos(pos / base ** (2 * i / d)), pairs),
            Equation(even, sin(pos / base ** (2 * i / d)), pairs),
            Equation(similarity, products),
            Equation(similarity, sum_over(cos(k * omega[i]), i, 0, half - 1)),
        )


def identities() -> tuple[Identity, ...]:
    """Write why a step is a rotation, and what follows from that."""
    from sympy import Derivative, cos, sin

    from notation.trees import Identity, symbols

    omega, p, k = symbols("omega p k", positive=True)
    return (
        Identity(
            "A step of k turns every hand by the same angle, wherever it starts.",
            sin(omega * p) * cos(omega * k) + cos(omega * p) * sin(omega * k),
            sin(omega * (p + k)),
            r"\begin{pmatrix} \cos k\omega & \sin k\omega \\ "
            r"-\sin k\omega & \cos k\omega \end{pmatrix}"
            r"\begin{pmatrix} \sin p\omega \\ \cos p\omega \end{pmatrix} = "
            r"\begin{pmatrix} \sin (p + k)\omega \\ \cos (p + k)\omega "
            r"\end{pmatrix}",
        ),
        Identity(
            "So the product of two encodings depends on their distance alone.",
            sin(omega * p) * sin(omega * (p + k))
            + cos(omega * p) * cos(omega * (p + k)),
            cos(omega * k),
            r"\sin p\omega \, \sin (p + k)\omega + \cos p\omega \, "
            r"\cos (p + k)\omega = \cos k\omega",
        ),
        Identity(
            "An entry changes by at most its speed per position.",
            Derivative(sin(omega * p), p),
            omega * cos(omega * p),
            r"\frac{d}{dp} \sin p\omega = \omega \cos p\omega",
        ),
    )


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=(
        r"<encoding>_{(<position>, 2<pair>)} = "
        r"\sin\left(\frac{<position>}{<base>^{2<pair> / <d_model>}}\right), \qquad "
        r"<encoding>_{(<position>, 2<pair>+1)} = "
        r"\cos\left(\frac{<position>}{<base>^{2<pair> / <d_model>}}\right)"
    ),
    main_result="encoding",
    line_entry=lambda position, d_model, pair: (position, 2 * existing(pair, d_model)),
)
