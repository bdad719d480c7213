"""Numbers that the reader brings along: typed, pasted, or read from a file.

They are a control like the others: their value is a text in one canonical spelling, which
travels in a link as it is and names one array. Whatever is pasted is read here, and only
here, so that a message about it says the same everywhere.
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from notation.numbers import counted
from notation.quantities import Control, Value

MOST_NUMBERS = 200
LONGEST_TEXT = 8000  # characters; longer ones are refused unread
LONGEST_QUOTE = 12  # characters of what was typed that a message repeats
HEADING = re.compile(r"[^\W\d]")  # how the name of a column begins
CELL, ROW = "_", "~"  # what stands between numbers, and rows of them, in a link

Check = Callable[[NDArray[np.float64]], str]


@dataclass(frozen=True, kw_only=True)
class OwnNumbers(Control):
    """Numbers in place of a lesson's own; none by default.

    Parameters
    ----------
    example : str
        Numbers that may stand there; the field shows them.
    columns : tuple of str
        What the numbers of a row are called; one name for a plain list.
    least, most : int
        How many rows there may be.
    replaces : tuple of str
        Controls that set nothing while there are numbers.
    check : callable, optional
        Takes the array; returns what is wrong with it, or an empty text.

    Raises
    ------
    ValueError
        If the example is none.
    """

    example: str
    columns: tuple[str, ...] = ("number",)
    least: int = 1
    most: int = MOST_NUMBERS
    replaces: tuple[str, ...] = ()
    check: Check | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        _, problem = self.parse(self.example)
        if problem:
            raise ValueError(f"control {self.name} cannot take its example: {problem}")

    @property
    def kind(self) -> Literal["switch", "option", "integer", "number", "numbers"]:
        """What is set: numbers, as a text."""
        return "numbers"

    @cached_property
    def positions(self) -> tuple[Value, ...]:
        """No numbers, and the example: a control's ends, as tests visit them."""
        return "", self.parse(self.example)[0]

    def clamp(self, value: Value) -> Value:
        """Return the numbers as they are spelled; none for what cannot be read."""
        return self.parse(str(value))[0]

    def parse(self, text: str) -> tuple[Value, str | None]:
        """Read numbers that somebody pasted or linked to.

        Parameters
        ----------
        text : str
            Anything at all: rows on lines of their own, numbers with commas, semicolons,
            tabs or spaces between them, with a point or a comma before the decimals.

        Returns
        -------
        value : str
            The numbers as a link spells them; empty if there are none or they are refused.
        notice : str or None
            What is wrong, with the place of the number.
        """
        try:
            rows = self._read(text)
        except ValueError as problem:
            return "", str(problem)
        apart = CELL if len(self.columns) == 1 else ROW
        return apart.join(CELL.join(map(_spelled, row)) for row in rows), None

    def numbers(self, value: Value) -> NDArray[np.float64] | None:
        """Return the numbers that a value names, or None where there are none.

        Returns
        -------
        (n,) or (n, columns) ndarray or None
            Not to be written to.
        """
        return _array(str(value), len(self.columns)) if value else None

    @property
    def allowed(self) -> str:
        """Say in words what the control can take."""
        what = "numbers" if len(self.columns) == 1 else f"rows of {self._names}"
        return (
            f"{self._sizes} {what}, each from {plain(self.low)} to {plain(self.high)}"
        )

    @property
    def _names(self) -> str:
        *others, last = self.columns
        return f"{', '.join(others)} and {last}" if others else last

    @property
    def _sizes(self) -> str:
        exact = self.least == self.most
        return f"{self.most}" if exact else f"{self.least} to {self.most}"

    def _read(self, text: str) -> list[list[float]]:
        if len(text) > LONGEST_TEXT:
            raise ValueError(f"more than {LONGEST_TEXT} characters")
        cells = _without_heading(_cells(text, len(self.columns)))
        width = len(self.columns)
        if width == 1:
            cells = [[cell] for row in cells for cell in row]
        elif len(cells) == width and len(cells[0]) > width:
            cells = _turned(cells)
        rows = [self._row(row, k) for k, row in enumerate(cells, start=1)]
        if rows:
            self._accept(rows)
        return rows

    def _row(self, cells: list[str], place: int) -> list[float]:
        if len(cells) != len(self.columns):
            count = "1 number" if len(cells) == 1 else f"{len(cells)} numbers"
            raise ValueError(f"row {place} has {count} instead of {self._names}")
        if len(cells) == 1:
            return [self._number(cells[0], f"number {place}")]
        return [
            self._number(cell, f"row {place}, {name}")
            for cell, name in zip(cells, self.columns, strict=True)
        ]

    def _number(self, cell: str, place: str) -> float:
        if not cell:
            raise ValueError(f"{place} is missing")
        value = _value(cell)
        if math.isnan(value):
            raise ValueError(f"{place}: {_quoted(cell)} is not a number")
        if not self.low <= value <= self.high:
            rule = f"must be from {plain(self.low)} to {plain(self.high)}"
            raise ValueError(f"{place}: {_quoted(cell)} {rule}")
        return value + 0.0  # no negative zero

    def _accept(self, rows: list[list[float]]) -> None:
        if not self.least <= len(rows) <= self.most:
            what = "row" if len(self.columns) > 1 else "number"
            rule = f"{self._sizes} are possible"
            raise ValueError(f"{counted(len(rows), what)}; {rule}")
        array = np.array(rows)
        if len(self.columns) == 1:
            array = array[:, 0]
        problem = self.check(array) if self.check else ""
        if problem:
            raise ValueError(problem)


def own_numbers(
    meaning: str,
    example: str,
    *,
    low: float,
    high: float,
    columns: tuple[str, ...] = ("number",),
    least: int = 2,
    most: int = MOST_NUMBERS,
    replaces: tuple[str, ...] = (),
    check: Check | None = None,
) -> OwnNumbers:
    r"""Let the reader bring numbers; see `OwnNumbers`. Its name in links is ``own``.

    Examples
    --------
    >>> points = own_numbers("your points", "1 2", low=-9, high=9, columns=("x", "y"), least=1)
    >>> points.parse("x;y\n0,5;1\n2;3")
    ('0.5_1~2_3', None)
    >>> points.parse("0.5, 1\n2, three")
    ('', 'row 2, y: “three” is not a number')
    >>> points.numbers("0.5_1~2_3")
    array([[0.5, 1. ],
           [2. , 3. ]])
    """
    return OwnNumbers(
        "own",
        r"\text{own}",
        meaning,
        default="",
        low=low,
        high=high,
        example=example,
        columns=columns,
        least=least,
        most=most,
        replaces=replaces,
        check=check,
    )


def plain(limit: float) -> str:
    """Write a limit without a power of ten, and without a comma that may be a point.

    Examples
    --------
    >>> plain(1e-6), plain(-1000)
    ('0.000001', '−1000')
    >>> plain(1e6).replace("\N{NARROW NO-BREAK SPACE}", "_")
    '1_000_000'
    """
    apart = "\N{NARROW NO-BREAK SPACE}" if abs(limit) >= 10_000 else ""
    digits = f"{limit:,.6f}".rstrip("0").rstrip(".")
    return digits.replace(",", apart).replace("-", "−")


def differing(what: str, least: float = 1e-6) -> Check:
    """Make a check that refuses numbers which are all the same, but for rounding.

    Examples
    --------
    >>> differing("the values")(np.array([2.0, 2.0]))
    'the values must not all be equal (to within 0.000001)'
    """

    def check(numbers: NDArray[np.float64]) -> str:
        equal = np.ptp(numbers) < least
        return (
            f"{what} must not all be equal (to within {plain(least)})" if equal else ""
        )

    return check


def _cells(text: str, width: int) -> list[list[str]]:
    """Cut a text into rows and cells, decimals written with a point."""
    text = re.sub("[−–]", "-", text.replace('"', ""))
    lines = [line.strip() for line in re.split(rf"[\r\n{ROW}]+", text)]
    lines = [line.strip(f",;\t {CELL}") for line in lines]
    lines = [line for line in lines if line]
    apart, decimal = r"\s*,\s*|\s+", ""
    if re.search(rf"[;\t{CELL}]", "".join(lines)):
        apart, decimal = rf"\s*[;\t{CELL}]\s*", ","
    elif _has_decimal_commas(lines, width):
        apart, decimal = r"\s+", ","
    if decimal:
        lines = [line.replace(decimal, ".") for line in lines]
    return [re.split(apart, line) for line in lines]


def _has_decimal_commas(lines: list[str], width: int) -> bool:
    """Tell whether commas belong to the numbers: ``0,5 1,5``, but not ``1,2,3``."""
    numbers = lines[1:] if lines and HEADING.match(lines[0]) else lines
    rows = [line.split() for line in numbers]
    words = [word for row in rows for word in row]
    plain = all(re.fullmatch(r"[+-]?\d*(,\d+)?", word) for word in words)
    several = len(words) > 1 if width == 1 else all(len(row) >= width for row in rows)
    return plain and several


def _without_heading(cells: list[list[str]]) -> list[list[str]]:
    """Leave out a first row of names."""
    if len(cells) > 1 and all(map(HEADING.match, cells[0])):
        return cells[1:]
    return cells


def _turned(cells: list[list[str]]) -> list[list[str]]:
    """Make rows of columns that were written one a line each."""
    first, *others = cells
    for k, other in enumerate(others, start=2):
        if len(other) != len(first):
            given = f"row {k} has {len(other)} numbers"
            raise ValueError(f"{given} instead of {len(first)} as row 1")
    return [list(row) for row in zip(*cells, strict=True)]


def _value(cell: str) -> float:
    """Read one number; NaN if it is none."""
    # Only plain ASCII numbers: float() would also take "１", "1_0" and "nan".
    plain = re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", cell, re.ASCII)
    return float(cell) if plain else math.nan


def _quoted(cell: str) -> str:
    """Repeat what was typed as far as it is harmless and short."""
    plain = re.sub(r"[^\w.,+ -]", "?", cell)
    short = plain[:LONGEST_QUOTE] + ("…" if len(plain) > LONGEST_QUOTE else "")
    return f"“{short}”"


def _spelled(number: float) -> str:
    return f"{number:.10g}".replace("e+", "e")


@functools.lru_cache(maxsize=64)  # while the other controls move
def _array(value: str, width: int) -> NDArray[np.float64]:
    numbers = [float(cell) for cell in value.replace(ROW, CELL).split(CELL)]
    array = np.array(numbers) if width == 1 else np.reshape(numbers, (-1, width))
    array.setflags(write=False)
    return array
