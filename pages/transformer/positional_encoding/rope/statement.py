"""Rotary positions: what is shown, computed and proved."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from formulas.checks import Array
from formulas.transformer.positional_encoding import frequencies
from formulas.transformer.rope import rope
from notation.quantities import quantity, slider
from notation.statement import Statement
from pages.transformer.positional_encoding.statement import STATEMENT as SINUSOIDAL

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

WIDTH = 6
PAIRS = WIDTH // 2

QUANTITIES = (
    quantity("turned_query", r"\tilde q", "query, turned", ("d",), origin=0),
    quantity("query", "q", "query, of which each pair has length 1", ("d",), origin=0),
    quantity("turned_key", r"\tilde k", "key, turned", ("d",), origin=0),
    quantity("key", "k", "key, of which each pair has length 1", ("d",), origin=0),
    dataclasses.replace(
        SINUSOIDAL.control("position"), meaning="position of the key, counted from 0"
    ),
    dataclasses.replace(
        SINUSOIDAL.control("offset"),
        symbol="n",
        meaning="how many positions the query stands after the key",
    ),
    quantity(
        "speed",
        r"\omega",
        "angle that each pair turns per position",
        ("pairs",),
        origin=0,
        unit="radians",
    ),
    quantity("score", "s", "dot product of the turned query and the turned key"),
    dataclasses.replace(
        SINUSOIDAL.control("base"),
        meaning="base of the wavelengths, 10,000 in the paper",
        default=100.0,
    ),
    slider(
        "alpha",
        r"\alpha",
        "angle from key to query in each pair, before they are turned",
        60,
        low=0,
        high=180,
        step=5,
        unit="°",
    ),
)


def inputs(position: int, offset: int, base: float, alpha: int) -> dict[str, Any]:
    """Lay every pair of the key along its first axis, and of the query at an angle."""
    angle = math.radians(alpha)
    return {
        "query": np.tile([math.cos(angle), math.sin(angle)], PAIRS),
        "key": np.tile([1.0, 0.0], PAIRS),
        "position": position,
        "offset": offset,
        "base": base,
    }


@dataclass(frozen=True)
class Result:
    """Query and key, turned to where they stand, and their dot product."""

    speed: Array
    turned_query: Array
    turned_key: Array
    score: float


def compute(
    query: Array, key: Array, position: int, offset: int, base: float
) -> Result:
    """Turn query and key by their positions, and multiply them."""
    places = [position + offset, position]
    turned = rope(np.array([query, key]), positions=places, base=base)
    return Result(
        speed=frequencies(WIDTH, base=base),
        turned_query=turned[0],
        turned_key=turned[1],
        score=float(turned[0] @ turned[1]),
    )


def equations() -> tuple[Equation, ...]:
    """Write a turned pair of the query and of the key, and two forms of the score."""
    from sympy import cos, sin

    from notation.trees import Equation, arrays, sum_over, symbols, unevaluated

    omega, q, k, to_q, to_k = arrays("speed query key turned_query turned_key")
    pos, n, base, score = symbols("position offset base score")
    i, j, d = symbols("i j d")
    pairs = ((i, 0, PAIRS - 1),)
    with unevaluated():
        far, near, apart = (pos + n) * omega[i], pos * omega[i], n * omega[i]
        a, b = q[2 * i], q[2 * i + 1]
        e, f = k[2 * i], k[2 * i + 1]
        kept = (a * e + b * f) * cos(apart) + (a * f - b * e) * sin(apart)
        return (
            Equation(omega[i], 1 / base ** (2 * i / d), pairs),
            Equation(to_q[2 * i], a * cos(far) - b * sin(far), pairs),
            Equation(to_q[2 * i + 1], a * sin(far) + b * cos(far), pairs),
            Equation(to_k[2 * i], e * cos(near) - f * sin(near), pairs),
            Equation(to_k[2 * i + 1], e * sin(near) + f * cos(near), pairs),
            Equation(score, sum_over(kept, i, 0, PAIRS - 1)),
            Equation(score, sum_over(to_q[j] * to_k[j], j, 0, d - 1)),
        )


def identities() -> tuple[Identity, ...]:
    """Write that the position falls out, and that lengths stay."""
    from sympy import cos, sin

    from notation.trees import Identity, symbols

    a, b, p, n, omega = symbols("a b p n omega", positive=True)
    alpha = symbols("alpha", positive=True)
    far, near = (p + n) * omega, p * omega
    return (
        Identity(
            "Of two hands of length 1 only the angle between them is left in the product.",
            cos(far + alpha) * cos(near) + sin(far + alpha) * sin(near),
            cos(n * omega + alpha),
            r"\cos(\alpha + (p + n)\omega) \cos p\omega + "
            r"\sin(\alpha + (p + n)\omega) \sin p\omega = \cos(\alpha + n\omega)",
        ),
        Identity(
            "A turn leaves the length of a pair as it is.",
            (a * cos(near) - b * sin(near)) ** 2 + (a * sin(near) + b * cos(near)) ** 2,
            a**2 + b**2,
            r"\tilde a^2 + \tilde b^2 = a^2 + b^2",
        ),
    )


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=(
        r"\begin{gathered} <score> = <turned_query>^\top <turned_key>, \quad "
        r"\begin{pmatrix} <turned_query>_{2i} \\ <turned_query>_{2i+1} \end{pmatrix} = "
        r"\begin{pmatrix} \cos\varphi_i & -\sin\varphi_i \\ "
        r"\sin\varphi_i & \cos\varphi_i \end{pmatrix} "
        r"\begin{pmatrix} <query>_{2i} \\ <query>_{2i+1} \end{pmatrix} \\ "
        r"\varphi_i = (<position> + <offset>)\, <speed>_i \ "
        r"(\text{for } <turned_key>: \varphi_i = <position>\, <speed>_i), \quad "
        r"<speed>_i = <base>^{-2i/d} \end{gathered}"
    ),
)
