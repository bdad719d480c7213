"""Cosine similarity: what is shown, computed and proved."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from formulas.checks import Array
from formulas.linear_algebra.dot_product import cosine_matrix
from notation.quantities import quantity, slider
from notation.statement import Statement
from pages.linear_algebra.dot_product.statement import STATEMENT as DOT
from pages.linear_algebra.dot_product.statement import WORDS

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

NAMES = tuple(WORDS)
DOG = NAMES.index("dog")

QUANTITIES = (
    quantity("query", "q", "vector of what is looked for", ("n",)),
    quantity("words", "B", "vectors of the words, one a row", ("m", "n")),
    quantity("products", "p", "dot product of the query and each word", ("m",)),
    dataclasses.replace(
        DOT.control("length_a"),
        symbol=r"\lVert q \rVert",
        meaning="length of the query",
        low=0.1,
    ),
    quantity("lengths", r"\ell", "length of each word’s vector", ("m",)),
    quantity("cosines", "c", "cosine of the angle between query and word", ("m",)),
    slider(
        "dog",
        r"\ell_2",
        "length of the vector of “dog”",
        4.0,
        low=0.1,
        high=5,
        step=0.1,
    ),
    slider(
        "direction",
        r"\varphi",
        "direction of the query in degrees",
        -10,
        low=-180,
        high=180,
        step=2,
        unit="°",
    ),
)


def inputs(length_a: float, dog: float, direction: float) -> dict[str, Any]:
    """Place the words and the query in the plane."""
    lengths = [dog if k == DOG else WORDS[n][0] for k, n in enumerate(NAMES)]
    turns = [WORDS[name][1] for name in NAMES]
    return {
        "query": length_a * directions([direction])[0],
        "words": np.array(lengths)[:, None] * directions(turns),
        "length_a": length_a,
    }


def directions(degrees: Sequence[float]) -> Array:
    """Return unit vectors in these directions."""
    angles = [math.radians(turn) for turn in degrees]
    return np.array([[math.cos(turn), math.sin(turn)] for turn in angles])


@dataclass(frozen=True)
class Result:
    """How the words agree with the query, with their lengths and without."""

    products: Array
    lengths: Array
    cosines: Array


def compute(query: Array, words: Array) -> Result:
    """Compare the query with all words at once."""
    return Result(
        products=words @ query,
        lengths=np.linalg.norm(words, axis=1),
        cosines=cosine_matrix(query[None], words)[0],
    )


def equations() -> tuple[Equation, ...]:
    """Write the product with a word, its length, and the cosine."""
    from sympy import sqrt

    from notation.trees import Equation, arrays, sum_over, symbols, unevaluated

    q, B, p, length, c = arrays("query words products lengths cosines")
    size, n, k, i = symbols("length_a n k i")
    with unevaluated():
        return (
            Equation(p[k], sum_over(q[i] * B[k, i], i, 1, n)),
            Equation(length[k], sqrt(sum_over(B[k, i] ** 2, i, 1, n))),
            Equation(c[k], p[k] / (size * length[k])),
        )


def identities() -> tuple[Identity, ...]:
    """Write that lengths cancel, and what it says of distances."""
    from sympy import sqrt

    from notation.trees import Identity, symbols

    s, a, b, x, y = symbols("s a b x y", positive=True)
    first, second = sqrt(a**2 + b**2), sqrt(x**2 + y**2)
    cosine = (a * x + b * y) / (first * second)
    return (
        Identity(
            "A longer query or word has the same cosine.",
            (s * a * x + s * b * y) / (sqrt((s * a) ** 2 + (s * b) ** 2) * second),
            cosine,
            r"\cos(s q, b) = \cos(q, b) \quad (s > 0)",
        ),
        Identity(
            "Between vectors of length 1 the nearest one is the one with the largest "
            "cosine.",
            (a / first - x / second) ** 2 + (b / first - y / second) ** 2,
            2 - 2 * cosine,
            r"\left\lVert \frac{q}{\lVert q \rVert} - \frac{b}{\lVert b \rVert} "
            r"\right\rVert^2 = 2 - 2 \cos(q, b)",
        ),
    )


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=(
        r"<cosines>_k = \frac{<query> \cdot b_k}{\lVert <query> \rVert\, "
        r"\lVert b_k \rVert} = \frac{<query>}{\lVert <query> \rVert} \cdot "
        r"\frac{b_k}{\lVert b_k \rVert}"
    ),
    line_entry=lambda: (1,),  # “dog”, whose length a slider sets
)
