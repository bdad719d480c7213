"""A live line set by hand, in which whole arrays stand: ``A v₁ = λ₁ v₁`` with its numbers.

Every number in it is an entry of a quantity, and the equations prove the quantities.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from notation.line import number_in_line
from notation.numbers import without_dust
from notation.quantities import Quantity

Mark = Callable[[str, str], str]
PLACE = re.compile(r"\[(\w+)(?: (\d+))?\]|<(\w+)>")


class ArraysLine:
    """A line into which tables, columns and entries of quantities are put.

    Parameters
    ----------
    written : str
        LaTeX with ``<name>`` for the symbol of a quantity, ``[name]`` for its numbers,
        all of them, and ``[name 1]`` for column 1 of a table or entry 1 of a row.
    quantities : sequence of Quantity
        How the names are spelled.
    mark : callable, optional
        Takes a quantity's name and LaTeX of it; returns LaTeX that says whose it is.
    """

    def __init__(
        self, written: str, quantities: Sequence[Quantity], mark: Mark | None = None
    ) -> None:
        self._written = written
        self._places = [
            (match[1], match[2]) for match in PLACE.finditer(written) if match[1]
        ]
        self._symbols = {quantity.name: quantity.symbol for quantity in quantities}
        self._mark = mark or (lambda _name, latex: latex)
        self._pieces: dict[tuple[Any, ...], tuple[str, ...]] = {}

    def latex(self, numbers: Mapping[str, Any]) -> str:
        """Write the line with its numbers."""
        pieces, texts = self.parts(numbers)
        rest = zip(texts, pieces[1:], strict=True)
        return pieces[0] + "".join(text + piece for text, piece in rest)

    def parts(
        self, numbers: Mapping[str, Any]
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the pieces of the line, which seldom change, and the numbers between."""
        tables = [_taken(numbers[name], number) for name, number in self._places]
        shapes = tuple(table.shape for table in tables)
        if shapes not in self._pieces:
            self._pieces[shapes] = self._cut(shapes)
        return self._pieces[shapes], tuple(
            text for table in tables for text in _texts(table)
        )

    def _cut(self, shapes: Sequence[tuple[int, ...]]) -> tuple[str, ...]:
        """Write all that stands around the numbers of tables of these shapes."""
        coming = iter(shapes)

        def put(match: re.Match[str]) -> str:
            if match[3]:
                return self._mark(match[3], self._symbols[match[3]])
            blank = self._mark(match[1], "\0")
            shape = next(coming)
            if not shape:
                return blank
            row = " & ".join([blank] * (shape[1] if len(shape) > 1 else 1))
            rows = r" \\ ".join([row] * shape[0])
            return rf"\begin{{pmatrix}} {rows} \end{{pmatrix}}"

        return tuple(PLACE.sub(put, self._written).split("\0"))


def _texts(table: NDArray[Any]) -> list[str]:
    """Write the entries of a table, without what rounding leaves of a zero."""
    size = np.abs(table).max(initial=0.0)
    entries = [without_dust(entry, size) for entry in table.ravel().tolist()]
    texts = [number_in_line(entry, tight=False, base=False) for entry in entries]
    return [_bare(text) for text in texts] if table.shape else texts


def _bare(latex: str) -> str:
    """Leave out the brackets of a complex number, which a table does not need."""
    return latex.removeprefix(r"\left(").removesuffix(r"\right)")


def _taken(array: Any, number: str | None) -> NDArray[Any]:
    """Return the numbers of a place: all of a quantity's, or a column."""
    table = np.asarray(array)
    if number is not None:
        table = table[..., int(number) - 1]
    return table if np.iscomplexobj(table) and table.imag.any() else table.real
