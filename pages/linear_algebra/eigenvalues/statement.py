"""Eigenvalues and eigenvectors: what is shown, computed and proved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from formulas.checks import Array
from formulas.linear_algebra.eigenvalues import eigen_decomposition
from formulas.linear_algebra.matrix_multiplication import matmul
from notation.quantities import quantity, slider
from notation.statement import Statement

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

PARALLEL = 1e-9

QUANTITIES = (
    quantity("A", "A", "square matrix", ("n", "n")),
    slider("a", "a", "entry in row 1, column 1", 2.0, low=-3, high=3, step=0.1),
    slider("b", "b", "entry in row 1, column 2", 1.0, low=-3, high=3, step=0.1),
    slider("c", "c", "entry in row 2, column 1", 1.0, low=-3, high=3, step=0.1),
    slider("d", "d", "entry in row 2, column 2", 2.0, low=-3, high=3, step=0.1),
    quantity(
        "values", r"\lambda", "eigenvalues, the largest absolute value first", ("n",)
    ),
    quantity(
        "vectors",
        "V",
        "eigenvectors of length 1, one a column; the sign is a convention",
        ("n", "n"),
    ),
    quantity("image", "(AV)", "the matrix times each eigenvector", ("n", "n")),
    slider(
        "probe",
        r"\alpha^\circ",
        "angle of the vector x",
        21.0,
        low=-90,
        high=90,
        step=1.5,
        unit="°",
    ),
    slider(
        "correlation",
        r"\rho",
        "correlation of the point cloud",
        0.8,
        low=-0.95,
        high=0.95,
        step=0.05,
        rare=True,
    ),
    slider(
        "steps",
        "t",
        "steps of the power iteration",
        6,
        low=0,
        high=20,
        step=1,
        stepwise=True,
    ),
)


def inputs(a: float, b: float, c: float, d: float) -> dict[str, Any]:
    """Put the entries into a matrix."""
    return {"A": np.array([[a, b], [c, d]]), "a": a, "b": b, "c": c, "d": d}


@dataclass(frozen=True)
class Result:
    """Eigenvalues and eigenvectors, and what the matrix makes of each vector."""

    values: NDArray[Any]
    vectors: NDArray[Any]
    image: NDArray[Any]


def compute(A: Array) -> Result:
    """Decompose the matrix, and apply it to its eigenvectors."""
    decomposition = eigen_decomposition(A)
    image = matmul(A, decomposition.vectors)
    return Result(decomposition.values, decomposition.vectors, image)


def real_pairs(result: Result) -> list[int]:
    """Return the numbers of the real eigenvectors, of parallel ones only the first."""
    pairs: list[int] = []
    for k, vector in enumerate(result.vectors.T):
        is_parallel = any(
            abs(abs(vector @ result.vectors[:, other]) - 1) < PARALLEL
            for other in pairs
        )
        if np.isreal(result.values[k]) and not is_parallel:
            pairs.append(k)
    return pairs


def equations() -> tuple[Equation, ...]:
    """Write what defines the pairs: A v = λ v, whose λ are roots, and length 1."""
    from sympy import Abs, Integer

    from notation.trees import Equation, arrays, sum_over, symbols, unevaluated

    A, v, lam, image = arrays("A vectors values image")
    a, b, c, d = symbols("a b c d")
    n, i, j, k = symbols("n i j k")
    with unevaluated():
        return (
            Equation(image[i, k], sum_over(A[i, j] * v[j, k], j, 1, n)),
            Equation(image[i, k], lam[k] * v[i, k]),
            Equation(
                lam[k] ** 2 - (a + d) * lam[k] + (a * d - b * c),
                Integer(0),
                ((k, 1, n),),
            ),
            Equation(lam[1] + lam[2], a + d),
            Equation(lam[1] * lam[2], a * d - b * c),
            Equation(sum_over(Abs(v[i, k]) ** 2, i, 1, n), Integer(1), ((k, 1, n),)),
        )


def identities() -> tuple[Identity, ...]:
    """Write the characteristic polynomial, its roots, and how a nudge moves them."""
    from sympy import Derivative, Matrix, sqrt

    from notation.trees import Identity, symbols

    a, b, c, d = symbols("a b c d", positive=True)
    root = sqrt((a - d) ** 2 + 4 * b * c)
    first, second = (a + d + root) / 2, (a + d - root) / 2
    lam = symbols("lambda", positive=True)
    polynomial = (Matrix([[a, b], [c, d]]) - lam * Matrix.eye(2)).det()
    # A symmetric matrix: its largest value and the squares of that value's vector.
    even = sqrt((a - d) ** 2 + 4 * b**2)
    top = (a + d + even) / 2
    return (
        Identity(
            "The eigenvalues are the roots of the characteristic polynomial.",
            polynomial,
            (lam - first) * (lam - second),
            r"\det(A - \lambda I) = \lambda^2 - (a + d)\lambda + ad - bc",
        ),
        Identity(
            "For two rows they have a closed form; it is complex if the root is.",
            a * d - b * c,
            first * second,
            r"\lambda_{1,2} = \frac{a + d}{2} \pm "
            r"\frac{1}{2}\sqrt{(a - d)^2 + 4bc}",
        ),
        Identity(
            "To first order, a small change of a symmetric matrix moves an eigenvalue like this.",
            Derivative(top, a),
            b**2 / (b**2 + (top - a) ** 2),
            r"d\lambda = v^\top (dA)\, v",
        ),
    )


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=(
        r"<A> v = \lambda v, \quad v \neq 0, \quad <vectors> = (v_1, \dots, v_n)"
    ),
    main_result="image",
    line_written=r"<A> v_1 = [A] [vectors 1] = [values 1] [vectors 1] = <values>_1 v_1",
)
