"""Einstein summation: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools
import itertools

import numpy as np

from charts import Axis, Bars, Figure, Scene, bars, heatmap
from formulas.checks import Array
from notation.numbers import number_text
from pages.linear_algebra.matrix_multiplication.einsum.statement import (
    RESULTS,
    SIDE,
    STATEMENT,
    Result,
)

WIDE = SIDE + 1  # a block and the gap beside it
LABELS = tuple(
    ("A", "B", "result")[k // WIDE] if k % WIDE == 1 else ""
    for k in range(3 * WIDE - 1)
)
LOOPS = ("one letter", "two", "three")
TURNS_COLOR = STATEMENT.color_index("turns")
Cell = tuple[int, int]


def draw(
    result: Result,
    *,
    A: Array,
    B: Array,
    row: int,
    column: int,
    subscripts: str,
    size: int,
) -> Scene:
    """Draw the arrays with all that enters one entry, and how often loops turn."""
    found = np.asarray(getattr(result, RESULTS[subscripts]), float)
    kept, summed = letters_of(subscripts)
    framed = cells_of(subscripts, row, column)
    entry = float(found[tuple({"i": row, "j": column, "k": column}[c] for c in kept)])
    two = "," in subscripts
    return Scene(
        _arrays(A, B if two else np.full_like(B, np.nan), found, framed),
        _loops(size),
        readouts={
            "framed entry of the result": entry,
            "letters that are kept": ", ".join(kept) or "none",
            "letters that are summed over": ", ".join(summed) or "none",
            "turns": result.turns,
        },
        status=sentence(subscripts, kept, summed, entry),
    )


def letters_of(subscripts: str) -> tuple[str, str]:
    """Return the letters that the result keeps, and those that are summed over."""
    left, _, right = subscripts.partition("->")
    letters = dict.fromkeys(left.replace(",", ""))
    return right, "".join(letter for letter in letters if letter not in right)


@functools.cache
def cells_of(subscripts: str, row: int, column: int) -> tuple[Cell, ...]:
    """Return the cells of the sheet that enter one entry of the result, and that entry."""
    left, _, right = subscripts.partition("->")
    kept, summed = letters_of(subscripts)
    places = {"i": row, "j": column, "k": column}
    at = {letter: places[letter] for letter in kept}
    cells: dict[Cell, None] = {}
    for turn in itertools.product(range(SIDE), repeat=len(summed)):
        index = at | dict(zip(summed, turn, strict=True))
        for block, letters in enumerate(left.split(",")):
            first, second = (index[letter] for letter in letters)
            cells[first, second + block * WIDE] = None
    corner = ([0, 0] + [at[letter] for letter in right])[-2:]
    cells[corner[0], corner[1] + 2 * WIDE] = None
    return tuple(cells)


def _arrays(A: Array, B: Array, found: Array, framed: tuple[Cell, ...]) -> Figure:
    sheet = np.full((SIDE, 3 * WIDE - 1), np.nan)
    sheet[:, :SIDE] = A
    sheet[:, WIDE : WIDE + SIDE] = B
    block = np.atleast_2d(found)
    sheet[: block.shape[0], 2 * WIDE : 2 * WIDE + block.shape[1]] = block
    return heatmap(
        "Framed: an entry, and all that enters it",
        sheet,
        x=Axis("", labels=LABELS),
        y=Axis("row"),
        limits=(-20, 20),
        outlined=framed,
    )


def _loops(size: int) -> Figure:
    return bars(
        "Turns of the innermost loop",
        LOOPS,
        Bars("turns", [float(size) ** count for count in (1, 2, 3)], TURNS_COLOR),
        y=Axis("turns", (0.5, 2e10), log=True),
        height=260,
    )


def sentence(subscripts: str, kept: str, summed: str, entry: float) -> str:
    """Say which letters remain and which are summed over."""
    stays = " and ".join(kept) or "no letter"
    goes = " and ".join(summed) or "nothing"
    return (
        f"“{subscripts}” keeps {stays} and sums over {goes}; the framed entry of the "
        f"result is {number_text(entry + 0.0, 4)}."
    )
