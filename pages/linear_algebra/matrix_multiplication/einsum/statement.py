"""Einstein summation: what is shown, computed and proved."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from formulas.checks import Array
from formulas.linear_algebra.einsum import einsum
from notation.quantities import option, quantity, slider
from notation.statement import Statement
from pages.linear_algebra.matrix_multiplication.statement import NUMBERS
from pages.linear_algebra.matrix_multiplication.statement import STATEMENT as PRODUCT

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

RESULTS = {
    "ij,jk->ik": "product",
    "ij,kj->ik": "rows",
    "ij,ij->ij": "entrywise",
    "ij,ij->": "inner",
    "ij->j": "sums",
    "ii->": "trace",
}
SIDE = 3

QUANTITIES = (
    quantity("A", "A", "first array", ("n", "m"), origin=0),
    quantity("B", "B", "second array", ("m", "n"), origin=0),
    quantity("product", "C", "ij,jk->ik: matrix product", ("n", "n"), origin=0),
    quantity("rows", "D", "ij,kj->ik: rows of A times rows of B", ("n", "n"), origin=0),
    quantity(
        "entrywise", "H", "ij,ij->ij: entries times entries", ("n", "m"), origin=0
    ),
    quantity("inner", "f", "ij,ij->: their sum"),
    quantity("sums", "v", "ij->j: sums of the columns", ("m",), origin=0),
    quantity("trace", "t", "ii->: sum of the diagonal"),
    option(
        "subscripts",
        r"\text{subscripts}",
        "letters of the arrays, then of the result",
        "ij,jk->ik",
        choices=tuple(RESULTS),
        # Which entry is framed: only letters that are kept say so.
        idle=(
            ("ij,ij->", ("row", "column")),
            ("ij->j", ("row",)),
            ("ii->", ("row", "column")),
        ),
    ),
    dataclasses.replace(PRODUCT.control("row"), meaning="row of the result, from 0"),
    dataclasses.replace(
        PRODUCT.control("column"), symbol="k", meaning="column of the result, from 0"
    ),
    quantity("letters", r"\ell", "number of different letters"),
    slider(
        "size",
        "s",
        "size of every axis, where loops are counted",
        100,
        low=1,
        high=1000,
        scale="log",
    ),
    quantity("turns", "T", "how often the innermost loop turns"),
)


def inputs(row: int, column: int, subscripts: str, size: int) -> dict[str, Any]:
    """Take the lesson's two arrays of three rows and three columns."""
    places = {"row": row, "column": column}
    # The lesson's own numbers, of which the maps of the plane are none.
    arrays = PRODUCT.inputs(
        **PRODUCT.defaults | places | {"inner": SIDE, "own": "", "factors": NUMBERS}
    )
    return {
        "A": arrays["A"],
        "B": arrays["B"],
        "row": row,
        "column": column,
        "letters": len(set(subscripts) - set(",->")),
        "size": size,
    }


@dataclass(frozen=True)
class Result:
    """The arrays put together in six ways, and the loops of one of them."""

    product: Array
    rows: Array
    entrywise: Array
    inner: float
    sums: Array
    trace: float
    turns: int


def compute(A: Array, B: Array, letters: int, size: int) -> Result:
    """Carry out all six summations."""
    arrays = {2: (A, B), 1: (A,)}
    found: dict[str, Any] = {
        name: einsum(subscripts, *arrays[subscripts.count(",") + 1])
        for subscripts, name in RESULTS.items()
    }
    return Result(**found, turns=size**letters)


def equations() -> tuple[Equation, ...]:
    """Write each summation out."""
    from notation.trees import Equation, arrays, sum_over, symbols, unevaluated

    A, B, C, D, H, v = arrays("A B product rows entrywise sums")
    f, trace, turns, size, letters = symbols("inner trace turns size letters")
    row, k, n, m, i, j = symbols("row column n m i j")
    with unevaluated():
        both = sum_over(A[i, j] * B[i, j], j, 0, m - 1)
        return (
            Equation(turns, size**letters),
            Equation(trace, sum_over(A[i, i], i, 0, n - 1)),
            Equation(v[k], sum_over(A[i, k], i, 0, n - 1)),
            Equation(f, sum_over(both, i, 0, n - 1)),
            Equation(H[row, k], A[row, k] * B[row, k]),
            Equation(D[row, k], sum_over(A[row, j] * B[k, j], j, 0, m - 1)),
            Equation(C[row, k], sum_over(A[row, j] * B[j, k], j, 0, m - 1)),
        )


def identities() -> tuple[Identity, ...]:
    """Write what the letters say at once: two traces, and a transpose."""
    from sympy import Matrix

    from notation.trees import Identity, symbols

    def matrix(name: str) -> Any:
        return Matrix(2, 2, symbols(f"{name}_11 {name}_12 {name}_21 {name}_22"))

    A, B = matrix("a"), matrix("b")
    entries = sum(x * y for x, y in zip(A, B, strict=True))
    return (
        Identity(
            "“ij,ij->” is the trace of a product, without the product.",
            entries,
            (A * B.T).trace(),
            r"\sum_{i,j} A_{ij} B_{ij} = \mathrm{tr}(A B^\top)",
        ),
        Identity(
            "“ij,kj->ik” is the product with the transpose, without transposing.",
            A[0, 0] * B[1, 0] + A[0, 1] * B[1, 1],
            (A * B.T)[0, 1],
            r"\sum_j A_{ij} B_{kj} = (A B^\top)_{ik}",
        ),
    )


def line_result(subscripts: str) -> str:
    """Name the result whose letters are chosen."""
    return RESULTS[subscripts]


# The results as their letters write them; the matrix product is the usual headline.
WRITTEN = {
    "rows": "<rows>_{ik}",
    "entrywise": "<entrywise>_{ik}",
    "inner": "<inner>",
    "sums": "<sums>_k",
    "trace": "<trace>",
}


def headline_at(subscripts: str) -> str:
    """Write the sum of the chosen letters."""
    result = RESULTS[subscripts]
    if result not in WRITTEN:
        return ""
    return rf"\text{{{subscripts}}}\!: \ {WRITTEN[result]} = <right {result}>"


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=(
        r"\begin{gathered} \text{ij,jk->ik}\!: \ <product>_{ik} = \sum_j "
        r"<A>_{ij} <B>_{jk} \\ \text{ij,ij->}\!: \ <inner> = \sum_{i,j} <A>_{ij} "
        r"<B>_{ij} \end{gathered}"
    ),
    headline_at=headline_at,
    main_result="product",
    line_result=line_result,
)
