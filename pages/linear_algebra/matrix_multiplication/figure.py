"""Matrix multiplication: what is drawn, and the sentence about it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from charts import (
    Axis,
    Figure,
    Handle,
    Outline,
    Points,
    Scene,
    choosing,
    draggable,
    fitting,
    heatmap,
    plane,
    rounded_up,
    with_terms,
)
from charts.base import TEXT
from formulas.checks import Array
from formulas.linear_algebra import matrix_multiplication
from formulas.linear_algebra.matrix_multiplication import matmul, rotation
from notation.numbers import matrix_text, number_text
from pages.linear_algebra.matrix_multiplication.statement import (
    NUMBERS,
    SIZE,
    STATEMENT,
    TURN_FIRST,
    Result,
    chain_costs,
)

SQUARE = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
ROWS = [f"i = {i}" for i in range(SIZE)]
MOST_NAMED = 6  # names of the shared index that all have room
COLUMNS = [f"j = {j}" for j in range(SIZE)]
EXTENTS = (1.6, 2.4, 3.3)  # of the turned squares, few, so that the axes rest
LIMITS = (14.0, 21.0)  # few, so that the colors rest
LIMIT_OF_MAPS = 3.5  # no entry of a turn, a shear or their products is larger

ANGLE_COLOR, SHEAR_COLOR = STATEMENT.color_indices("angle", "shear")
POINT_COLOR = 8
FRAME = 0.05  # of a cell: the frame's line, which the picture's edge would cut
COUNTED = ("first", "second", "third")  # i and j count from 0
SMALL = 4.0  # pixels of a point, which leaves the squares to be seen


def draw(
    result: Result,
    *,
    A: Array,
    B: Array,
    row: int,
    column: int,
    inner: int,
    angle: float,
    shear: float,
    factors: str,
    own: str,
) -> Scene:
    """Draw entries as dot products, a column as a mixture, and both orders of two maps."""
    entry = float(result.product[row, column])
    turn, slide = rotation(angle), matrix_multiplication.shear(shear)
    turn_first, shear_first = matmul(slide, turn), matmul(turn, slide)
    costs = chain_costs(inner)
    limit = LIMIT_OF_MAPS
    if factors == NUMBERS:
        limit = _largest(result.product, A, own)
    return Scene(
        _meeting(result.product, A, B, row, column, names=_names(factors), limit=limit),
        _mixture(result.product, A, B, row, column, limit=limit),
        _both_orders(turn_first, shear_first, shear),
        readouts={
            "entry (i, j) of C": entry,
            "SR, turn first, by rows": matrix_text(turn_first),
            "RS, shear first, by rows": matrix_text(shear_first),
            "gap between the two squares": _gap(turn_first, shear_first),
            "X(YZ), million multiplications": costs["X(YZ)"] / 1e6,
            "chain XYZ: X(YZ) per (XY)Z": costs["X(YZ)"] / costs["(XY)Z"],
        },
        status=sentence(result, A, B, row, column, factors=factors),
    )


def _other_order(A: Array, B: Array, row: int, column: int) -> str:
    """Say what stands at the same place of BA, or that BA has another shape."""
    inner = len(B)
    if inner != len(A):
        return f"BA has another shape, {inner} × {inner}"
    return (
        f"In BA the entry at the same place is {number_text(matmul(B, A)[row, column])}"
    )


def _gap(turn_first: Array, shear_first: Array) -> float:
    """Return how far the two orders take a corner of the square apart, at most."""
    return round(float(_apart(turn_first, shear_first).max()), 12)


def _apart(turn_first: Array, shear_first: Array) -> Array:
    """Return how far apart both orders take each corner of the square."""
    return np.asarray(np.hypot(*matmul(SQUARE, (turn_first - shear_first).T).T))


def _largest(product: Array, A: Array, own: str) -> float:
    """Return the end of the color scale, which rests while the sliders move."""
    if not own:
        return fitting(float(np.abs(product).max()), LIMITS)
    return rounded_up(float(max(np.abs(product).max(), np.abs(A).max(), 1)))


def _names(factors: str) -> tuple[str, str, str]:
    """Return how the blocks are called: by the maps' names too, where they are maps."""
    if factors == NUMBERS:
        return "A", "B", "C"
    left, right = "SR" if factors == TURN_FIRST else "RS"
    return f"A = {left}", f"B = {right}", f"C = {left}{right}"


def _meeting(
    product: Array,
    A: Array,
    B: Array,
    row: int,
    column: int,
    *,
    names: tuple[str, str, str],
    limit: float,
) -> Figure:
    """Draw A below and B above beside their product, so that rows meet columns."""
    size, inner = A.shape
    first = inner + 1  # row of A and column of B on the sheet: after a gap
    row_of_A = [(first + row, p) for p in range(inner)]
    column_of_B = [(p, first + column) for p in range(inner)]
    along = _along(inner)
    if inner > MOST_NAMED:
        along[1:] = [str(p) for p in range(1, inner)]  # names have no room
    sheet = np.full((first + size,) * 2, np.nan)
    sheet[:inner, first:] = B
    sheet[first:, :inner] = A
    sheet[first:, first:] = product
    picture = heatmap(
        "Rows of A meet columns of B in C; click a cell",
        sheet,
        x=Axis(labels=[*along, "", *COLUMNS[:size]]),
        y=Axis(labels=[*along, "", *ROWS[:size]]),
        limits=(-limit, limit),
        outlined=[*row_of_A, *column_of_B, (first + row, first + column)],
        scale=False,
        height=360,
    )
    middle = (inner - 1) / 2
    layout = picture["layout"]
    places = (middle, inner), (inner, middle), (inner, inner)
    written = [_name(name, *at) for name, at in zip(names, places, strict=True)]
    named = picture | {
        "layout": layout
        | {
            "annotations": [*layout["annotations"], *written],
            "xaxis": layout["xaxis"]
            | {"range": [-0.5 - FRAME, first + size - 0.5 + FRAME]},
            "yaxis": layout["yaxis"]
            | {"range": [first + size - 0.5 + FRAME, -0.5 - FRAME]},
        }
    }
    # A cell of A stands for a row alone, and one of B for a column.
    return choosing(named, x="column", y="row", start=(first, first), alone=True)


def _name(text: str, x: float, y: float) -> dict[str, Any]:
    """Write a matrix's name into the gap beside its block."""
    font = {"color": TEXT, "size": 12}
    return {"x": x, "y": y, "text": f"<b>{text}</b>", "showarrow": False, "font": font}


def _along(inner: int) -> list[str]:
    return [f"p = {p}" for p in range(inner)]


def _mixture(
    product: Array, A: Array, B: Array, row: int, column: int, *, limit: float
) -> Figure:
    """Draw a column of C as what it adds up: A's columns, each times a number of B."""
    size, inner = A.shape
    added = np.column_stack(
        [A * B[:, column], np.full(size, np.nan), product[:, column]]
    )
    weights = [f"×{_in_brackets(weight, 2)}" for weight in B[:, column]]
    picture = heatmap(
        f"Column j = {column} of C mixes A’s columns",
        added,
        x=Axis(labels=[*weights, "", "sum"]),
        y=Axis(labels=ROWS[:size]),
        limits=(-limit, limit),
        outlined=[(row, place) for place in (*range(inner), inner + 1)],
        scale=False,
        height=260,
    )
    return with_terms(picture, product=0)


def _both_orders(turn_first: Array, shear_first: Array, amount: float) -> Figure:
    turned = matmul(SQUARE, turn_first.T)
    sheared = matmul(SQUARE, shear_first.T)
    landed = [turned[1], sheared[1], turned[3], sheared[3]]
    corner = int(_apart(turn_first, shear_first).argmax())
    picture = plane(
        "Unit square: SR turns first, RS shears first",
        Outline("before", [*SQUARE, SQUARE[0]], dash=2),
        Outline("SR", turned, ANGLE_COLOR, closed=True),
        Outline("RS", sheared, SHEAR_COLOR, closed=True, dash=1),
        Outline("gap", [turned[corner], sheared[corner]], POINT_COLOR),
        Points("where (1, 0) and (0, 1) go", landed, POINT_COLOR, SMALL, listed=False),
        extent=fitting(1.02 * math.hypot(1 + abs(amount), 1), EXTENTS),
        height=380,
    )
    # A shear leaves (1, 0) where it is, so the turn alone moves it.
    return draggable(
        picture, Handle(at=tuple(sheared[1]), title="Turn (1, 0)", angle="angle")
    )


def sentence(
    result: Result, A: Array, B: Array, row: int, column: int, *, factors: str
) -> str:
    """Write the entry out, and say what stands there in the other order."""
    pairs = zip(A[row], B[:, column], strict=True)
    # No line ends inside a product: its spaces do not break.
    terms = " + ".join(
        f"{_in_brackets(a)}\N{NO-BREAK SPACE}·\N{NO-BREAK SPACE}{_in_brackets(b)}"
        for a, b in pairs
    )
    entry = number_text(result.product[row, column])
    start = (
        f"Row i = {row} of A (the {COUNTED[row]}) meets column j = {column} of B "
        f"(the {COUNTED[column]}): {terms} = {entry}"
    )
    return f"{start}. {_other_order(A, B, row, column)}. {_of_the_square(factors)}"


def _of_the_square(factors: str) -> str:
    """Say which products the square shows."""
    if factors == NUMBERS:
        return "The square shows SR and RS."
    turn_first = factors == TURN_FIRST
    own, other = ("SR", "RS") if turn_first else ("RS", "SR")
    return f"The square shows C = {own}, and BA = {other}."


def _in_brackets(factor: float, digits: int = 4) -> str:
    text = number_text(factor, digits)
    return text if factor >= 0 else f"({text})"
