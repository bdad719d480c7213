"""Matrix multiplication: what is drawn, and the sentence about it."""

from __future__ import annotations

import numpy as np

from charts import Axis, Bars, Outline, Points, Scene, bars, heatmap, plane
from formulas.linear_algebra import matrix_multiplication as backend
from formulas.linear_algebra.matrix_multiplication import matmul
from notation.numbers import matrix_text, number_text
from pages.linear_algebra.matrix_multiplication.statement import STATEMENT, chain

SQUARE = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
ROWS, COLUMNS = ([f"{name} = {k}" for k in range(3)] for name in "ij")
INNER, ANGLE, SHEAR = STATEMENT.color_indices("inner", "angle", "shear")


def draw(row, column, inner, angle, **other):
    A, B = backend.example_factors(inner)
    entry = backend.matmul_entry(A, B, row, column)
    slide, turn = backend.shear(other["shear"]), backend.rotation(angle)
    orders = matmul(slide, turn), matmul(turn, slide)
    ends = [matmul(SQUARE, both.T) for both in orders]
    along = [f"l = {l}" for l in range(inner)]
    costs = chain(inner)
    meeting = [(inner + row, l) for l in range(inner)]
    meeting += [(l, inner + column) for l in range(inner)]
    return Scene(
        heatmap(
            "A on the left, B above: each row of A meets each column of B in C",
            np.block([[np.full((inner, inner), np.nan), B], [A, matmul(A, B)]]),
            x=Axis("columns of A, then of B and C", labels=along + COLUMNS),
            y=Axis("rows of B, then of A and C", labels=along + ROWS),
            limits=(-14, 14),
            outlined=[*meeting, (inner + row, inner + column)],
            scale=False,
            height=360,
        ),
        bars(
            f"What adds up to entry ({row}, {column}) of C",
            along,
            Bars("product", entry.terms, INNER),
            y=Axis("row entry · column entry", (-21, 21)),
            levels=[(entry.value, "their sum")],
            height=220,
        ),
        plane(
            "The unit square under both orders of a turn and a shear",
            Outline("unit square", [*SQUARE, SQUARE[0]], dash=2),
            Outline("turned, then sheared", ends[0], ANGLE, True),
            Outline("sheared, then turned", ends[1], SHEAR, True, 1),
            Points("where (1, 0) goes", [ends[0][1], ends[1][1]], 8),
            extent=3.3,
            height=380,
        ),
        bars(
            f"Price of a chain 10×1000, 1000×{inner}, {inner}×500",
            tuple(costs),
            Bars("multiplications", list(costs.values()), INNER, 8),
            y=Axis("multiplications", (1e4, 1e8), log=True),
            height=260,
        ),
        readouts={
            f"entry ({row}, {column}) of C": entry.value,
            "shear · turn (turn first)": matrix_text(orders[0]),
            "turn · shear (shear first)": matrix_text(orders[1]),
            "A(BC) costs, in units of (AB)C": costs["A(BC)"] / costs["(AB)C"],
        },
        status=sentence(entry, row, column, abs(orders[0] - orders[1]).max() < 1e-12),
    )


def sentence(entry, row, column, same):
    pairs = zip(entry.row, entry.column, strict=True)
    terms = " + ".join(f"({number_text(a)} · {number_text(b)})" for a, b in pairs)
    met = f"Row {row} of A meets column {column} of B: {terms} = {number_text(entry.value)}"
    end = "the same place in both orders" if same else "a different place in each order"
    return f"{met}. Turn and shear take the square to {end}."
