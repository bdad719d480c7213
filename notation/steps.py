"""Worked steps: an equation with the numbers of the moment, down to its value."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import mpmath
import sympy as sp

from notation.evaluation import PRECISION, environment, evaluate
from notation.numbers import without_dust
from notation.printing import Printer, cut_short, shown_terms
from notation.quantities import Control, Quantity
from notation.trees import (
    Complex,
    Equation,
    Marked,
    Maximum,
    Struck,
    Terms,
    flat,
    is_negative_number,
    is_value,
    unevaluated,
    untouched,
)

MOST_WRITTEN_OUT = 100  # longer sums are worked out in one step
NEAR_WHOLE = 1e-12  # of a quotient: its division is rounded too
WAVES = (sp.cos, sp.sin)  # whose zeros are at rounded numbers


def worked_steps(
    equation: Equation,
    indices: Mapping[str, int],
    quantities: Sequence[Quantity],
    numbers: Mapping[str, Any],
    colors: Mapping[str, str] | None = None,
) -> list[str]:
    """Work one entry out with the current numbers, one kind of operation at a time.

    Parameters
    ----------
    equation : Equation
        What to work out.
    indices : mapping
        Which entry: a number for each free index of the left side.
    quantities : sequence of Quantity
        How the names are spelled.
    numbers : mapping
        Inputs and results by name.
    colors : mapping, optional
        A color for each quantity's name.

    Returns
    -------
    list of str
        LaTeX lines: the entry's formula, the same with its numbers put in, and one line
        for each layer of operations, down to the value.
    """
    env = {**environment(quantities, numbers), **indices}
    printer = Printer(quantities, colors, told=told_term(equation, env))
    with unevaluated():
        entry = placed(equation.left, indices)
        right = placed(holding(equation.right, env), indices)
        formula = (
            f"{printer.doprint(entry)} {equation.relation} {printer.doprint(right)}"
        )
        lines = [formula]
        left = printer.doprint(entry_named(entry, quantities, env))
        tree = filled(equation.right, env, _number, holds)
        while not is_value(tree):
            lines.append(rf"{left} = {printer.doprint(tree)}")
            tree = _reduced(tree)
    lines.append(f"{left} = {printer.doprint(tree)}")
    return list(dict.fromkeys(lines))


def told_term(equation: Equation, env: Mapping[str, Any]) -> int | None:
    """Return which term of a long sum is printed though it stands in the middle.

    None where a name that says which has no number.
    """
    told = equation.told
    if told is None or any(symbol.name not in env for symbol in told.free_symbols):
        return None
    return int(evaluate(told, env))


def holding(expr: sp.Expr, env: Mapping[str, Any]) -> sp.Expr:
    """Put the branch that holds in the place of cases that these values decide."""
    if isinstance(expr, sp.Piecewise):
        names = {symbol.name for _, test in expr.args for symbol in test.free_symbols}
        if names <= env.keys():
            branches = (
                b for b, test in expr.args if test == sp.true or holds(test, env)
            )
            return holding(next(branches), env)
    if not expr.args or isinstance(expr, (sp.Indexed, sp.IndexedBase)):
        return expr
    return _rebuilt(expr, [holding(arg, env) for arg in expr.args])


def placed(expr: sp.Expr, indices: Mapping[str, int]) -> sp.Expr:
    """Put numbers for the free indices."""
    if isinstance(expr, sp.Symbol) and expr.name in indices:
        return sp.Integer(indices[expr.name])
    if not expr.args or isinstance(expr, sp.IndexedBase):
        return expr
    return _rebuilt(expr, [placed(arg, indices) for arg in expr.args])


def entry_named(
    left: sp.Expr, quantities: Sequence[Quantity], env: Mapping[str, Any]
) -> sp.Expr:
    """Name the entry of the moment: numbers for indices that the reader sets.

    Other indices stay as they are; what is reckoned with numbers, as 2 · 2, is worked out.
    """
    if not isinstance(left, sp.Indexed):
        return left
    controls = {q.name for q in quantities if isinstance(q, Control)}
    named = [
        sp.Integer(int(evaluate(index, env)))
        if {symbol.name for symbol in index.free_symbols} <= controls
        else index
        for index in left.indices
    ]
    return left.func(left.base, *named)


def _rebuilt(expr: sp.Expr, args: Sequence[sp.Expr]) -> sp.Expr:
    """Make the same kind of node from other arguments, without any rewriting."""
    if isinstance(expr, (sp.Sum, sp.Product)):
        return untouched(type(expr), *args)
    if isinstance(expr, (sp.Add, sp.Mul, sp.Pow, sp.Function)):
        return expr.func(*args, evaluate=False)
    return expr.func(*args)


def filled(
    expr: sp.Expr,
    env: Mapping[str, Any],
    put: Callable[[sp.Expr, Mapping[str, Any]], sp.Expr],
    decide: Callable[[sp.Expr, Mapping[str, Any]], bool],
    *,
    abridged: bool = False,
    marked: tuple[sp.Expr, int] | None = None,
    told: int | None = None,
) -> sp.Expr:
    """Write sums out, follow the branch that holds, and put something for all names.

    Parameters
    ----------
    expr : sympy.Expr
        The right side of an equation, or a part of it.
    env : mapping
        Values of all names.
    put : callable
        Makes what stands for a name, an entry or a sum too long to be written out.
    decide : callable
        Tells whether a condition holds.
    abridged : bool
        Leave out the middle of a long sum, which is not printed.
    marked : (sum, int), optional
        A sum of the equation and the place of its term that is marked, from 0.
    told : int, optional
        The place of a term that is printed even in the middle of a long sum.
    """

    def inside(part: sp.Expr, here: Mapping[str, Any]) -> sp.Expr:
        return filled(
            part, here, put, decide, abridged=abridged, marked=marked, told=told
        )

    if isinstance(expr, (sp.Sum, sp.Product, Maximum)):
        span = _span(expr, env)
        if len(span) > MOST_WRITTEN_OUT and not abridged:
            return put(expr, env)
        places = shown_terms(len(span), told) if abridged else range(len(span))
        k = marked[1] if marked and marked[0] == expr else None
        return _written_out(expr, env, span, places, inside, k)
    if isinstance(expr, (sp.Indexed, sp.Symbol)):
        return put(expr, env)
    if isinstance(expr, sp.Piecewise):
        for branch, condition in expr.args:
            if condition == sp.true or decide(condition, env):
                return inside(branch, env)
    if not expr.args:
        return expr
    return _rebuilt(expr, [inside(arg, env) for arg in expr.args])


def _span(expr: sp.Expr, env: Mapping[str, Any]) -> range:
    """Return the values of a sum's index."""
    _, (_, low, high) = expr.args
    return range(int(evaluate(low, env)), int(evaluate(high, env)) + 1)


def _written_out(
    expr: sp.Expr,
    env: Mapping[str, Any],
    span: range,
    places: Sequence[int],
    inside: Callable[[sp.Expr, Mapping[str, Any]], sp.Expr],
    marked: int | None,
) -> sp.Expr:
    """Write the terms of a sum side by side; only those at some places are filled in."""
    term, (index, _, _) = expr.args
    if not places:  # an empty sum
        return sp.Integer(1 if isinstance(expr, sp.Product) else 0)
    written = {k: inside(term, {**env, index.name: span[k]}) for k in places}
    if marked in written:
        written[marked] = Marked(written[marked])
    terms = cut_short(written, places)
    sign = {sp.Sum: "+", sp.Product: "*", Maximum: "max"}[type(expr)]
    return Terms(sp.Symbol(sign), *terms) if len(terms) > 1 else terms[0]


def _number(expr: sp.Expr, env: Mapping[str, Any]) -> sp.Expr:
    """Put the number that a name, an entry or a sum has now."""
    return _float(
        env[expr.name] if isinstance(expr, sp.Symbol) else evaluate(expr, env)
    )


def holds(condition: sp.Expr, env: Mapping[str, Any]) -> bool:
    """Tell whether a condition holds for these values."""
    return bool(evaluate(condition, env))


def _float(value: Any) -> sp.Expr:
    if isinstance(value, int):
        return sp.Integer(value)
    if mpmath.im(value):
        parts = (sp.Float(part, PRECISION) for part in (value.real, value.imag))
        return Complex(*parts)
    value = mpmath.re(value)
    if mpmath.isinf(value):
        return sp.oo if value > 0 else -sp.oo
    return sp.Float(value, PRECISION)


def _is_ready(expr: sp.Expr) -> bool:
    """Tell whether it is a number, perhaps with a sign or below a fraction bar."""
    if isinstance(expr, sp.Mul) and len(expr.args) == 2 and expr.args[0] == -1:
        return is_value(expr.args[1])
    inverse = isinstance(expr, sp.Pow) and is_negative_number(expr.exp)
    return is_value(expr.base) if inverse else is_value(expr)


def _reduced(expr: sp.Expr) -> sp.Expr:
    """Carry out every operation whose operands are all numbers."""
    if is_value(expr):
        return expr
    if isinstance(expr, Struck):
        return expr.args[1]
    head = expr.args[:1] if isinstance(expr, Terms) else ()
    nested = isinstance(expr, (sp.Add, sp.Mul))
    operands = flat(expr, expr.func) if nested else expr.args[len(head) :]
    if all(_is_ready(arg) for arg in operands):
        return _valued(expr)
    deeper = [arg if _is_ready(arg) else _inside(arg) for arg in operands]
    if head:
        return Terms(*head, *deeper)
    return _rebuilt(expr, deeper)


def _inside(expr: sp.Expr) -> sp.Expr:
    """Reduce below a sign or a fraction bar, which stay where they are."""
    if isinstance(expr, sp.Pow) and is_negative_number(expr.exp):
        return sp.Pow(_reduced(expr.base), expr.exp, evaluate=False)
    if isinstance(expr, sp.Mul) and len(expr.args) == 2 and expr.args[0] == -1:
        return sp.Mul(-1, _reduced(expr.args[1]), evaluate=False)
    return _reduced(expr)


def _valued(expr: sp.Expr) -> sp.Expr:
    """Carry out one operation on numbers."""
    if isinstance(expr, Terms):
        sign = expr.args[0].name
        values = [_calculated(term) for term in expr.args[1:]]
        with mpmath.workdps(PRECISION):
            value = {"+": mpmath.fsum, "*": mpmath.fprod, "max": max}[sign](values)
        sizes = values if sign == "+" else [0]
    elif expr.func in (sp.floor, sp.ceiling):
        value = _calculated(expr.func(_whole(expr.args[0]), evaluate=False))
        sizes = [0]
    else:
        value = _calculated(expr)
        # An input is a rounded number: an angle of 90° has a cosine of 6e-17 in it.
        sizes = [1] if expr.func in WAVES else [0]
        if expr.is_Add:
            sizes = [_calculated(term) for term in expr.args]
    return _float(mpmath.mpmathify(without_dust(value, max(map(abs, sizes)))))


def _whole(number: sp.Expr) -> sp.Expr:
    """Return the whole number that a quotient is but for rounding; else what it is."""
    value = _exact(number)
    nearest = mpmath.nint(value)
    near = abs(value - nearest) <= NEAR_WHOLE * max(1, abs(value))
    return sp.Integer(int(nearest)) if near else number


def _exact(number: sp.Expr) -> Any:
    """Return a number of a tree as mpmath takes it; whole numbers stay whole."""
    if isinstance(number, sp.Integer):
        return int(number)
    if number in (sp.oo, -sp.oo):
        return mpmath.mpf(float(number))
    return mpmath.mpmathify(number)


def _calculated(expr: sp.Expr) -> Any:
    """Evaluate a tree of numbers.

    Its numbers are given names first: a function is compiled for each shape of a tree
    and kept, and there are few of these.
    """
    numbers: dict[str, Any] = {}

    def named(part: sp.Expr) -> sp.Expr:
        if isinstance(part, sp.Rational) and not isinstance(part, sp.Integer):
            return part
        if is_value(part):
            symbol = sp.Symbol(f"number_{len(numbers)}")
            numbers[symbol.name] = _exact(part)
            return symbol
        if not part.args:
            return part
        return _rebuilt(part, [named(arg) for arg in part.args])

    with mpmath.workdps(PRECISION), unevaluated():
        shape = named(expr)
    return evaluate(shape, numbers)
