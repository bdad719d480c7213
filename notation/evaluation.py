"""Trees evaluated literally, in 30-digit arithmetic, and held against NumPy."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import mpmath
import numpy as np
import sympy as sp
from sympy.printing.pycode import MpmathPrinter

from notation.quantities import Quantity
from notation.trees import Complex, Equation, Maximum, Struck, names_in

PRECISION = 30  # decimal digits


@dataclass(frozen=True)
class Comparison:
    """One entry of one equation, evaluated literally and computed by NumPy.

    Attributes
    ----------
    size : float
        Of the largest term where the left side is a sum: what rounding is relative to.
    """

    equation: Equation
    entry: tuple[int, ...]
    literal: complex
    computed: complex
    size: float


class _Entries:
    """An array read with the formula's own indices (from 1, or from the origin)."""

    def __init__(self, values: Any, origin: int) -> None:
        self.values = np.asarray(values)
        self.origin = origin
        self._read: dict[Any, Any] = {}  # sums come back to the same entries

    def __getitem__(self, index: Any) -> Any:
        if index not in self._read:
            self._read[index] = self._entry(index)
        return self._read[index]

    def _entry(self, index: Any) -> Any:
        place = index if isinstance(index, tuple) else (index,)
        shifted = tuple(int(k) - self.origin for k in place)
        if min(shifted) < 0:
            raise IndexError(f"index {place} is before the first entry")
        return _exact(self.values[shifted])


def _exact(value: Any) -> Any:
    """Whole numbers stay whole (they may be indices); the rest becomes exact."""
    if isinstance(value, (bool, int, np.bool_, np.integer)):
        return int(value)
    return mpmath.mpmathify(complex(value) if np.iscomplexobj(value) else float(value))


def environment(
    quantities: Sequence[Quantity], numbers: Mapping[str, Any]
) -> dict[str, Any]:
    """Give every name of the equations a value: entries, numbers and axis sizes."""
    values: dict[str, Any] = {}
    for quantity in quantities:
        if quantity.name not in numbers:
            continue
        number = numbers[quantity.name]
        if not quantity.shape:
            values[quantity.name] = _exact(number)
            continue
        values[quantity.name] = _Entries(number, quantity.origin)
        for axis, size in zip(quantity.shape, np.shape(number), strict=True):
            if isinstance(axis, str):
                values.setdefault(axis, size)
    return values


def evaluate(expr: sp.Expr, env: Mapping[str, Any]) -> Any:
    """Evaluate a tree literally, in 30-digit arithmetic without overflow."""
    if isinstance(expr, sp.Symbol):
        return env[expr.name]
    if isinstance(expr, sp.Integer):
        return int(expr)
    names = _sorted_names(expr)
    function = _compiled(expr, names)
    with mpmath.workdps(PRECISION):
        return function(*(env[name] for name in names))


@functools.lru_cache(maxsize=1024)
def _sorted_names(expr: sp.Expr) -> tuple[str, ...]:
    return tuple(sorted(names_in(expr)))


class _Code(MpmathPrinter):
    """Write code for products over an index too, which SymPy leaves out."""

    def __init__(self) -> None:
        super().__init__({"fully_qualified_modules": False, "inline": True})

    def _print_Product(self, expr: sp.Product) -> str:
        term, (index, low, high) = expr.args
        code = self._print
        span = f"range({code(low)}, {code(high)} + 1)"
        return f"fprod({code(term)} for {code(index)} in {span})"

    def _print_Maximum(self, expr: Maximum) -> str:
        term, (index, low, high) = expr.args
        code = self._print
        span = f"range({code(low)}, {code(high)} + 1)"
        return f"max({code(term)} for {code(index)} in {span})"

    def _print_Struck(self, expr: Struck) -> str:
        return str(self._print(expr.args[1]))

    def _print_Complex(self, expr: Complex) -> str:
        real, imaginary = map(self._print, expr.args)
        return f"mpc({real}, {imaginary})"


@functools.lru_cache(maxsize=1024)
def _compiled(expr: sp.Expr, names: tuple[str, ...]) -> Any:
    bases = {str(b.name): b for b in expr.atoms(sp.IndexedBase)}
    arguments = [bases.get(name, sp.Symbol(name)) for name in names]
    return sp.lambdify(arguments, expr, modules="mpmath", printer=_Code)


def entries(
    equation: Equation, quantities: Sequence[Quantity], env: Mapping[str, Any]
) -> Iterator[dict[str, int]]:
    """Walk over every value of an equation's free indices."""
    ranges = {index.name: (low, high) for index, low, high in equation.ranges}
    if isinstance(equation.left, sp.Indexed):
        name = str(equation.left.base.name)
        quantity = next(q for q in quantities if q.name == name)
        for index, axis in zip(equation.left.indices, quantity.shape, strict=True):
            if isinstance(index, sp.Symbol) and index.name not in env:
                size = axis if isinstance(axis, int) else env[axis]
                last = size - 1 + quantity.origin
                ranges.setdefault(index.name, (quantity.origin, last))
    spans = [
        range(*(int(evaluate(sp.sympify(end), env)) + k for k, end in enumerate(ends)))
        for ends in ranges.values()
    ]
    for values in itertools.product(*spans):
        yield dict(zip(ranges, values, strict=True))


def compare(
    equations: Sequence[Equation],
    quantities: Sequence[Quantity],
    numbers: Mapping[str, Any],
) -> Iterator[Comparison]:
    """Hold every entry of every equation against what NumPy computed.

    Every name stands for its input or, where it is a result, for what NumPy computed:
    each equation is proved on its own, and a chain of them follows line by line.
    """
    env = environment(quantities, numbers)
    for equation in equations:
        for indices in entries(equation, quantities, env):
            here = {**env, **indices}
            literal = complex(evaluate(equation.right, here))
            result = complex(evaluate(equation.left, here))
            terms = sp.Add.make_args(equation.left)
            size = abs(result)
            if len(terms) > 1:
                size = max(abs(complex(evaluate(term, here))) for term in terms)
            entry = tuple(indices.values())
            yield Comparison(equation, entry, literal, result, size)


def carried_out(expr: sp.Expr) -> sp.Expr:
    """Evaluate the derivatives and sums that an identity shows unevaluated."""
    return expr.doit()
