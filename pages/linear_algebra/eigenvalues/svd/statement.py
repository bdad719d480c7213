"""Singular values: what is shown, computed and proved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from formulas.checks import Array
from formulas.linear_algebra.svd import svd
from notation.quantities import option, quantity, slider
from notation.statement import Statement

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

SIZE = 12
FACE = """
....####....
..########..
.##########.
.##..##..##.
###..##..###
############
############
###.####.###
.##..##..##.
.###....###.
..########..
....####....
"""
PICTURES = {
    "face": np.array([[c == "#" for c in row] for row in FACE.split()], float),
    "stripes": np.tile(np.repeat([1.0, 0.0], 2), (SIZE, SIZE // 4)),
    "diagonal": np.eye(SIZE),
}

QUANTITIES = (
    quantity("A", "A", "image, a number for each pixel", ("m", "n")),
    option(
        "picture", r"\text{image}", "what is drawn", "face", choices=tuple(PICTURES)
    ),
    quantity("U", "U", "a column for each layer: its part of each row", ("m", "q")),
    quantity("s", "s", "singular values, the largest first", ("q",)),
    quantity("Vt", r"V^\top", "a row for each layer: its pattern", ("q", "n")),
    slider("layers", "r", "layers that are added up", 2, low=1, high=SIZE, step=1),
    quantity("approximation", "A^{(r)}", "sum of the first r layers", ("m", "n")),
    quantity("rest", "e", "error: root of the sum of squares of what is missing"),
    slider(
        "noise",
        r"\varepsilon",
        "standard deviation of the noise on the image",
        0.0,
        low=0,
        high=0.5,
        step=0.05,
    ),
    slider("seed", r"\text{seed}", "seed of the noise", 0, low=0, high=20, rare=True),
)


def inputs(picture: str, layers: int, noise: float, seed: int) -> dict[str, Any]:
    """Draw the image and disturb it."""
    random = np.random.default_rng(seed).standard_normal((SIZE, SIZE))
    return {"A": PICTURES[picture] + noise * random, "layers": layers}


@dataclass(frozen=True)
class Result:
    """The layers of the image, the sum of the first of them, and what is missing."""

    U: Array
    s: Array
    Vt: Array
    rank: int
    approximation: Array
    rest: float


def compute(A: Array, layers: int) -> Result:
    """Take the image apart, and add up its first layers."""
    parts = svd(A)
    # Beyond the rank a layer is 0, and so is a white pixel: not what rounding leaves.
    s = np.where(np.arange(len(parts.s)) < parts.rank, parts.s, 0.0)
    kept = slice(layers)
    added = (parts.U[:, kept] * s[kept]) @ parts.Vt[kept]
    rest = float(np.linalg.norm(A - added))
    approximation = added.round(12) + 0.0
    return Result(parts.U, s, parts.Vt, parts.rank, approximation, rest)


def equations() -> tuple[Equation, ...]:
    """Write that all layers are the image, the sum of the first, and the error."""
    from sympy import Integer, sqrt

    from notation.trees import Equation, arrays, sum_over, symbols, unevaluated

    A, U, s, Vt, near = arrays("A U s Vt approximation")
    m, n, q, layers, i, j, k = symbols("m n q layers i j k")
    with unevaluated():
        layer = U[i, k] * s[k] * Vt[k, j]
        every = ((i, 1, m), (j, 1, n))
        left = sum_over(s[k] ** 2, k, layers + 1, q)
        return (
            Equation(sum_over(layer, k, 1, q), A[i, j], every),
            Equation(sum_over(U[i, k] ** 2, i, 1, m), Integer(1), ((k, 1, q),)),
            Equation(sum_over(Vt[k, j] ** 2, j, 1, n), Integer(1), ((k, 1, q),)),
            Equation(symbols("rest"), sqrt(left)),
            Equation(near[i, j], sum_over(layer, k, 1, layers)),
        )


def identities() -> tuple[Identity, ...]:
    """Write how singular values and eigenvalues belong together."""
    from sympy import cos, sin

    from notation.trees import Identity, symbols

    s, t, angle = symbols("s t varphi", positive=True)
    # A = diag(s, t) Vt with a turn Vt: entry (1, 1) of AᵀA and of V diag(s², t²) Vᵀ.
    first = [s * cos(angle), t * -sin(angle)]
    return (
        Identity(
            "The squares of the singular values are the eigenvalues of AᵀA.",
            first[0] ** 2 + first[1] ** 2,
            s**2 * cos(angle) ** 2 + t**2 * sin(angle) ** 2,
            r"A^\top A = V\, \mathrm{diag}(s_1^2, s_2^2, \dots)\, V^\top",
        ),
        Identity(
            "The sum of squares of all entries is the sum of squares of s.",
            (s * cos(angle)) ** 2
            + (s * sin(angle)) ** 2
            + (t * sin(angle)) ** 2
            + (t * cos(angle)) ** 2,
            s**2 + t**2,
            r"\sum_{i j} A_{ij}^2 = \sum_k s_k^2",
        ),
    )


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=(
        r"<A>_{ij} \approx <approximation>_{ij} = "
        r"\sum_{k=1}^{<layers>} <U>_{ik}\, <s>_k\, <Vt>_{kj}"
    ),
)
