"""Dot product: what is shown, computed and proved."""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from formulas.checks import Array
from formulas.linear_algebra.dot_product import dot, random_dots
from notation.numbers import without_dust
from notation.quantities import quantity, slider
from notation.simulation import for_each
from notation.statement import Statement

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

# Made-up word vectors in the plane: length, and angle in degrees.
WORDS = {"cat": (1.2, 12), "dog": (4.0, 40), "car": (2.5, 130), "train": (4.2, 165)}
DIMENSIONS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)

QUANTITIES = (
    quantity("a", "a", "first vector", ("n",)),
    quantity("b", "b", "second vector", ("n",)),
    slider(
        "length_a",
        r"\lVert a \rVert",
        "length of the first vector",
        3.0,
        low=0,
        high=5,
        step=0.1,
    ),
    slider(
        "length_b",
        r"\lVert b \rVert",
        "length of the second vector",
        2.0,
        low=0,
        high=5,
        step=0.1,
    ),
    slider(
        "angle",
        r"\theta^\circ",
        "angle from b to a in degrees",
        60,
        low=-180,
        high=180,
        step=3,
        unit="°",
    ),
    quantity("product", r"a \cdot b", "dot product"),
    slider(
        "direction_b",
        r"\varphi_b",
        "direction of b, which a follows",
        -60,
        low=-180,
        high=180,
        step=3,
        unit="°",
    ),
    slider(
        "dimension",
        "d",
        "entries of each of two random vectors, q and k",
        64,
        choices=DIMENSIONS,
    ),
    quantity("theta", r"\theta", "the angle from b to a in radians", color_of="angle"),
)


@dataclass(frozen=True, eq=False)
class RandomProducts:
    """Products of many pairs of random vectors, plain and divided by the root of d."""

    plain: Array
    scaled: Array
    spread: float  # standard deviation of the plain ones


def simulate() -> Generator[float, None, dict[int, RandomProducts]]:
    """Draw random vectors of every dimension and multiply them."""
    return for_each(DIMENSIONS, _random_products)


def _random_products(dimension: int) -> RandomProducts:
    plain = random_dots(dimension)
    scaled = random_dots(dimension, scaled=True)
    return RandomProducts(plain, scaled, float(plain.std()))


def inputs(
    length_a: float,
    length_b: float,
    angle: float,
    direction_b: float,
    dimension: int,
    history: dict[int, RandomProducts],
) -> dict[str, Any]:
    """Place the two vectors, and pick the random ones of one dimension."""
    a, b = _two_vectors(length_a, length_b, angle, direction_b)
    return {
        "a": a,
        "b": b,
        "length_a": length_a,
        "length_b": length_b,
        "theta": math.radians(angle),
        "random_products": history[dimension],
    }


def _two_vectors(
    length_a: float, length_b: float, angle: float, direction_b: float = 0
) -> tuple[Array, Array]:
    """Place two vectors in the plane: b in its direction, a by the angle beyond it."""
    a = length_a * _direction(direction_b + angle)
    return a, length_b * _direction(direction_b)


def _direction(degrees: float) -> Array:
    turn = math.radians(degrees)
    direction = np.array([math.cos(turn), math.sin(turn)])
    # π is rounded: sines would be 6e-17 and 0.49999999999999994 instead of 0 and 0.5.
    return np.round(direction, 15) + 0.0


@dataclass(frozen=True)
class Result:
    """The dot product of the two vectors.

    Attributes
    ----------
    directed : bool
        False where the angle between them does not count.
    """

    product: float
    directed: bool = True


def compute(a: Array, b: Array) -> Result:
    """Multiply the two vectors."""
    # Of vectors at a right angle the entries are rounded, and so would be the 0.
    return Result(without_dust(dot(a, b).real, float(np.abs(a) @ np.abs(b))))


def equations() -> tuple[Equation, ...]:
    """Write the product by entries, and by lengths and angle."""
    from sympy import cos

    from notation.trees import Equation, arrays, sum_over, symbols, unevaluated

    a, b = arrays("a b")
    p, length_a, length_b = symbols("product length_a length_b")
    theta, n, i = symbols("theta n i")
    with unevaluated():
        return (
            Equation(p, sum_over(a[i] * b[i], i, 1, n)),
            Equation(p, length_a * length_b * cos(theta)),
        )


def identities() -> tuple[Identity, ...]:
    """Write its slopes, what a projection leaves over, and the law of cosines."""
    from sympy import Derivative, sqrt

    from notation.trees import Identity, symbols

    a = symbols("a_1:4", positive=True)
    b = symbols("b_1:4", positive=True)
    product = sum(x * y for x, y in zip(a, b, strict=True))
    squared_a, squared_b = (sum(x**2 for x in vector) for vector in (a, b))
    length_a, length_b = sqrt(squared_a), sqrt(squared_b)
    cosine = product / (length_a * length_b)
    rest = [x - product / squared_b * y for x, y in zip(a, b, strict=True)]
    distance = sum((x - y) ** 2 for x, y in zip(a, b, strict=True))
    return (
        Identity(
            "The derivative with respect to an entry of a is the entry of b beside it.",
            Derivative(product, a[0]),
            b[0],
            r"\frac{\partial (a \cdot b)}{\partial a_j} = b_j",
        ),
        Identity(
            "The gradient of the cosine is orthogonal to a: turning a changes it, and length does "
            "not.",
            Derivative(cosine, a[0]),
            (b[0] / length_b - cosine * a[0] / length_a) / length_a,
            r"\nabla_a \cos\theta = \frac{1}{\lVert a \rVert} "
            r"\left(\hat b - \cos\theta\, \hat a\right)",
        ),
        Identity(
            "What the projection on b leaves over is orthogonal to b.",
            sum(x * y for x, y in zip(rest, b, strict=True)),
            0 * b[0],
            r"\left(a - \frac{a \cdot b}{b \cdot b}\, b\right) \cdot b = 0",
        ),
        Identity(
            "Law of cosines: for known lengths, distance and dot product determine each other.",
            distance,
            squared_a + squared_b - 2 * product,
            r"\lVert a - b \rVert^2 = \lVert a \rVert^2 + \lVert b \rVert^2 "
            r"- 2\, a \cdot b",
        ),
    )


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    line_written=(
        r"<product> = ([a 1])([b 1]) + ([a 2])([b 2]) "
        r"= [length_a] \cdot [length_b] \cos([theta]) = [product]"
    ),
    simulate=simulate,
    progress_label="Drawing random vectors",
)
