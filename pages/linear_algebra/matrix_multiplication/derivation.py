"""Matrix multiplication: what is derived, line by line."""

from __future__ import annotations

from typing import Any

from sympy import symbols

from notation.trees import Derivation, Step

TWO = range(2)


def derivations() -> tuple[Derivation, ...]:
    """Derive that the product does B and then A, and how it is transposed."""
    A, B = _matrix("a"), _matrix("b")
    x = symbols("x_1 x_2")
    return _b_then_a(A, B, x), _transpose(A, B)


def _matrix(name: str) -> list[list[Any]]:
    return [[symbols(f"{name}_{i + 1}{j + 1}") for j in TWO] for i in TWO]


def _transposed(matrix: list[list[Any]]) -> list[list[Any]]:
    return [list(column) for column in zip(*matrix, strict=True)]


def _b_then_a(A: list[list[Any]], B: list[list[Any]], x: tuple[Any, ...]) -> Derivation:
    product = [[sum(A[i][p] * B[p][j] for p in TWO) for j in TWO] for i in TWO]
    Bx = [sum(B[p][j] * x[j] for j in TWO) for p in TWO]
    return Derivation(
        "The matrix $AB$ does to every vector what $B$ and then $A$ do to it.",
        sum(product[0][j] * x[j] for j in TWO),
        (
            Step(
                "The definition of the product, for each entry of the row $i$.",
                sum(sum(A[0][p] * B[p][j] for p in TWO) * x[j] for j in TWO),
                r"\sum_j \left(\sum_p A_{ip} B_{pj}\right) x_j",
            ),
            Step(
                "Multiply out, and add up over $j$ first: finite sums may be swapped.",
                sum(sum(A[0][p] * B[p][j] * x[j] for j in TWO) for p in TWO),
                r"\sum_p \sum_j A_{ip} B_{pj} x_j",
            ),
            Step(
                "The factor $A_{ip}$ does not depend on $j$, so it can stand before the "
                "inner sum.",
                sum(A[0][p] * sum(B[p][j] * x[j] for j in TWO) for p in TWO),
                r"\sum_p A_{ip} \left(\sum_j B_{pj} x_j\right)",
            ),
            Step(
                "The inner sum is entry $p$ of $Bx$, and the outer one applies $A$ to it.",
                sum(A[0][p] * Bx[p] for p in TWO),
                r"\sum_p A_{ip} (Bx)_p = \left(A(Bx)\right)_i",
            ),
        ),
        r"\left((AB)x\right)_i = \sum_j (AB)_{ij}\, x_j",
    )


def _transpose(A: list[list[Any]], B: list[list[Any]]) -> Derivation:
    At, Bt = _transposed(A), _transposed(B)
    return Derivation(
        "Transposing a product swaps its factors.",
        sum(A[1][p] * B[p][0] for p in TWO),
        (
            Step(
                "The definition of the product, for row $j$ and column $i$.",
                A[1][0] * B[0][0] + A[1][1] * B[1][0],
                r"\sum_p A_{jp} B_{pi}",
            ),
            Step(
                "Two numbers may be swapped, unlike two matrices.",
                sum(B[p][0] * A[1][p] for p in TWO),
                r"\sum_p B_{pi} A_{jp}",
            ),
            Step(
                "Both entries are written as entries of the transposed matrices.",
                sum(Bt[0][p] * At[p][1] for p in TWO),
                r"\sum_p (B^\top)_{ip} (A^\top)_{pj}",
            ),
            Step(
                "That is the definition of a product, row $i$ times column $j$.",
                Bt[0][0] * At[0][1] + Bt[0][1] * At[1][1],
                r"(B^\top A^\top)_{ij}",
            ),
        ),
        r"\left((AB)^\top\right)_{ij} = (AB)_{ji}",
    )
