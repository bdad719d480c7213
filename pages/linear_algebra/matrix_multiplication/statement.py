"""Matrix multiplication: what is shown, computed and proved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from formulas.checks import Array
from formulas.linear_algebra.matrix_multiplication import chain_cost, matmul, rotation
from formulas.linear_algebra.matrix_multiplication import shear as shear_map
from notation.own_numbers import own_numbers
from notation.quantities import option, quantity, slider
from notation.statement import Statement

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

CHAIN = str.maketrans("ABC", "XYZ")
SIZE = 3  # rows of A and columns of B; a reader's matrix has as many of both
# What the factors are: small whole numbers, or two maps of the plane.
NUMBERS, TURN_FIRST, SHEAR_FIRST = "numbers", "S and R", "R and S"
OWN = own_numbers(
    "your own matrix A, a row on each line",
    "1 0 2\n-1 3 1\n0 0.5 -2",
    low=-1000,
    high=1000,
    columns=("column 0", "column 1", "column 2"),
    least=SIZE,
    most=SIZE,
    replaces=("inner",),
)
QUANTITIES = (
    quantity("A", "A", "left factor, applied second", ("n", "k"), origin=0),
    quantity("B", "B", "right factor, applied first", ("k", "m"), origin=0),
    quantity("product", "C", "their product", ("n", "m"), origin=0),
    slider("row", "i", "row of A and of C, from 0", 1, low=0, high=SIZE - 1, step=1),
    slider(
        "column", "j", "column of B and of C, from 0", 1, low=0, high=SIZE - 1, step=1
    ),
    slider("inner", "k", "columns of A, rows of B", 3, low=1, high=8),
    slider(
        "angle",
        r"\varphi",
        "angle of the square’s turn",
        90,
        low=-180,
        high=180,
        step=5,
        unit="°",
    ),
    slider("shear", "s", "shear of the square", 1.0, low=-2, high=2, step=0.1),
    option(
        "factors",
        r"\text{factors}",
        "A and B are",
        NUMBERS,
        choices=(NUMBERS, TURN_FIRST, SHEAR_FIRST),
        idle=((TURN_FIRST, ("inner", "own")), (SHEAR_FIRST, ("inner", "own"))),
    ),
    OWN,
)


def inputs(
    inner: int,
    row: int,
    column: int,
    angle: float,
    shear: float,
    factors: str,
    own: str,
) -> dict[str, Any]:
    """Make the two factors, the left one perhaps the reader's, and name an entry."""
    if factors != NUMBERS:
        # A quarter turn has entries that are 0, and not only nearly.
        turn, slide = np.round(rotation(angle), 12) + 0.0, shear_map(shear)
        A, B = (slide, turn) if factors == TURN_FIRST else (turn, slide)
        last = len(A) - 1
        row, column = min(row, last), min(column, last)
        return {"A": A, "B": B, "inner": len(B), "row": row, "column": column}
    matrix = OWN.numbers(own)
    inner = inner if matrix is None else SIZE
    A, B = _example_factors(inner)
    A = A if matrix is None else matrix
    return {"A": A, "B": B, "inner": inner, "row": row, "column": column}


def _example_factors(inner: int) -> tuple[Array, Array]:
    """Make a matrix of 3 rows and one of 3 columns, of small whole numbers."""
    outer = np.arange(3)
    along = np.arange(inner)
    left = (2 * outer[:, None] + 3 * along + 4) % 7 - 3
    right = (5 * along[:, None] + 3 * outer + 5) % 7 - 3
    return left.astype(float), right.astype(float)


@dataclass(frozen=True)
class Result:
    """The product of the two factors."""

    product: Array


def compute(A: Array, B: Array) -> Result:
    """Multiply the two factors."""
    return Result(matmul(A, B))


def equations() -> tuple[Equation, ...]:
    """Write one entry as a row meeting a column."""
    from notation.trees import Equation, arrays, sum_over, symbols, unevaluated

    A, B, product = arrays("A B product")
    i, j, k, p = symbols("row column inner p")
    with unevaluated():
        return (Equation(product[i, j], sum_over(A[i, p] * B[p, j], p, 0, k - 1)),)


def identities() -> tuple[Identity, ...]:
    """Write how gradients pass back, that brackets are free, and that areas multiply."""
    from sympy import Derivative, Matrix

    from notation.trees import Identity, symbols

    def matrix(name: str) -> Any:
        return Matrix(2, 2, symbols(f"{name}_11 {name}_12 {name}_21 {name}_22"))

    A, B, Z = matrix("a"), matrix("b"), matrix("z")
    product = A * B
    loss = sum(entry**2 for entry in product) / 2
    return (
        Identity(
            "The derivative of an entry of C with respect to an entry of A is an entry of B.",
            Derivative(product[0, 1], A[0, 0]),
            B[0, 1],
            r"\frac{\partial C_{ij}}{\partial A_{ip}} = B_{pj}",
        ),
        Identity(
            "The gradient of a loss with respect to the left factor ...",
            Derivative(loss, A[0, 1]),
            (product * B.T)[0, 1],
            r"\frac{\partial L}{\partial A} = \frac{\partial L}{\partial C} B^\top",
        ),
        Identity(
            "... and with respect to the right factor.",
            Derivative(loss, B[1, 0]),
            (A.T * product)[1, 0],
            r"\frac{\partial L}{\partial B} = A^\top \frac{\partial L}{\partial C}",
        ),
        Identity(
            "Brackets do not change the result, only the number of multiplications.",
            ((A * B) * Z)[0, 1],
            (A * (B * Z))[0, 1],
            r"(XY)Z = X(YZ)",
        ),
        Identity(
            "A product multiplies areas by the factors of both maps.",
            product.det(),
            A.det() * B.det(),
            r"\det(AB) = \det A \, \det B",
        ),
    )


def chain_costs(inner: int) -> dict[str, int]:
    """Count the multiplications of a chain X, Y, Z that is thin in the middle."""
    costs = chain_cost([(10, 1000), (1000, inner), (inner, 500)]).costs
    # C is the product of the page, so the factors of the chain have other names.
    return {name.translate(CHAIN): count for name, count in costs.items()}


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
)
