"""Equations as SymPy trees: printed as LaTeX, evaluated literally, worked step by step.

The trees are built unevaluated, so that nothing is reordered: what the page prints is
the very tree that the proofs evaluate. Importing this module imports SymPy; do so only
where a page needs it.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import mpmath
import numpy as np
import sympy as sp
from sympy.printing.latex import LatexPrinter
from sympy.printing.pycode import MpmathPrinter

from formulas.numbers import number_text

if TYPE_CHECKING:
    from formulas.formula import Formula, Quantity

PRECISION = 30
MOST_TERMS = 6  # shown of a sum that is written out
MOST_WRITTEN_OUT = 100  # longer sums are worked out in one step

symbols = sp.symbols
unevaluated = sp.evaluate


@dataclass(frozen=True)
class Equation:
    """One printed line: ``left = right``.

    Parameters
    ----------
    left, right : sympy.Expr
        A left side that is a quantity (or an entry of one) is what the equation
        computes; any other left side states an identity that both sides must satisfy.
    ranges : tuple of (Symbol, low, high)
        Ranges of free indices that the shape of the left side does not tell.
    relation : str
        How the sides are joined in print.
    """

    left: sp.Expr
    right: sp.Expr
    ranges: tuple[tuple[sp.Symbol, Any, Any], ...] = ()
    relation: str = "="


@dataclass(frozen=True)
class Identity:
    """A derivative or identity worth knowing, proved at random points by a test.

    Parameters
    ----------
    words : str
        What it says.
    left, right : sympy.Expr
        The two sides; unevaluated derivatives and sums are evaluated by the proof.
    latex : str, optional
        A hand-set form, where printing the trees would hide the idea.
    """

    words: str
    left: sp.Expr
    right: sp.Expr
    latex: str | None = None


@dataclass(frozen=True)
class Comparison:
    """One entry of one equation, evaluated literally and computed by NumPy."""

    equation: Equation
    entry: tuple[int, ...]
    literal: complex
    computed: complex


class Maximum(sp.Expr):
    """The largest value of a term over an index: ``Maximum(Q[s, a], (a, 1, n))``."""

    is_commutative = True

    def _latex(self, printer: LatexPrinter) -> str:
        term, (index, _, _) = self.args
        text = _bracketed(printer, term, brackets=isinstance(term, sp.Add))
        return rf"\max_{{{printer._print(index)}}} {text}"

    def _mpmathcode(self, printer: Any) -> str:
        term, (index, low, high) = self.args
        code = printer._print
        span = f"range({code(low)}, {code(high)} + 1)"
        return f"max({code(term)} for {code(index)} in {span})"

    @property
    def free_symbols(self) -> set[sp.Basic]:
        """All symbols but the index."""
        term, (index, low, high) = self.args
        return (term.free_symbols - {index}) | low.free_symbols | high.free_symbols


class Terms(sp.Expr):
    """A sum or product written out, with the middle left out where it is long."""

    is_commutative = True

    def _latex(self, printer: LatexPrinter) -> str:
        sign, terms = self.args[0], self.args[1:]
        shown = [_bracketed(printer, t, first=k == 0) for k, t in enumerate(terms)]
        if len(shown) > MOST_TERMS:
            shown = [*shown[:3], r"\cdots", shown[-1]]
        if sign == sp.Symbol("max"):
            return rf"\max\left({', '.join(shown)}\right)"
        return (" + " if sign == sp.Symbol("+") else r" \cdot ").join(shown)


class Complex(sp.Expr):
    """A complex number as one value: its real and its imaginary part."""

    is_commutative = True

    def _latex(self, _printer: LatexPrinter) -> str:
        real, imaginary = (float(part) for part in self.args)
        sign = "-" if imaginary < 0 else "+"
        size = number_latex(abs(imaginary))
        return rf"\left({number_latex(real)} {sign} {size} i\right)"

    def _mpmathcode(self, printer: Any) -> str:
        real, imaginary = map(printer._print, self.args)
        return f"mpc({real}, {imaginary})"

    def _mpmath_(self, _precision: int, _rounding: str) -> Any:
        return mpmath.mpc(*map(mpmath.mpmathify, self.args))


def arrays(names: str) -> tuple[Any, ...]:
    """Name several indexed quantities: ``arrays("logits probabilities")``."""
    return tuple(sp.IndexedBase(name) for name in names.split())


def total(term: Any, index: sp.Symbol, low: Any, high: Any) -> sp.Expr:
    """Sum a term over an index without touching it (``sympy.Sum`` would rewrite it)."""
    return _untouched(sp.Sum, term, _limits(index, low, high))


def product(term: Any, index: sp.Symbol, low: Any, high: Any) -> sp.Expr:
    """Multiply a term over an index without touching it."""
    return _untouched(sp.Product, term, _limits(index, low, high))


def maximum(term: Any, index: sp.Symbol, low: Any, high: Any) -> sp.Expr:
    """Take the largest value of a term over an index."""
    return Maximum(sp.sympify(term), _limits(index, low, high))


def _untouched(kind: type, term: Any, limits: sp.Tuple) -> sp.Expr:
    made = sp.Expr.__new__(kind, sp.sympify(term), limits)
    made.is_commutative = True
    return made


def _limits(index: sp.Symbol, low: Any, high: Any) -> sp.Tuple:
    return sp.Tuple(index, sp.sympify(low), sp.sympify(high))


def name_of(expr: sp.Expr) -> str | None:
    """Return the quantity that a left side names; None for a compound expression."""
    if isinstance(expr, sp.Indexed):
        return str(expr.base.label)
    return expr.name if isinstance(expr, sp.Symbol) else None


# --------------------------------------------------------------------------- printing


class Printer(LatexPrinter):
    """Print trees in the author's order, with each quantity's own spelling and color."""

    def __init__(
        self,
        quantities: Sequence[Quantity] = (),
        colors: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__({"order": "none"})
        self._quantities = {quantity.name: quantity for quantity in quantities}
        self._colors = colors or {}
        self._in_exponent = False

    def spell(self, name: str, inside: str = "") -> str:
        """Spell a quantity, with its indices, in its color."""
        quantity = self._quantities[name]
        text = quantity.symbol
        if inside and quantity.call:
            text = f"{text}({inside})"
        elif inside:
            text = (
                f"{text}_{{{inside}}}" if "_" not in text else f"({text})_{{{inside}}}"
            )
        color = self._colors.get(name)
        return rf"\textcolor{{{color}}}{{{text}}}" if color else text

    def _print_Symbol(self, expr: sp.Symbol, *_: Any) -> str:
        if expr.name in self._quantities:
            return self.spell(expr.name)
        return str(super()._print_Symbol(expr))

    def _print_Indexed(self, expr: sp.Indexed) -> str:
        name = str(expr.base.label)
        indices = [self._print(index) for index in expr.indices]
        called = name in self._quantities and self._quantities[name].call
        short = all(len(text) == 1 for text in indices)
        inside = ("" if short and not called else ", ").join(indices)
        if name in self._quantities:
            return self.spell(name, inside)
        return f"{name}_{{{inside}}}"

    def _print_Float(self, expr: sp.Float) -> str:
        return number_latex(float(expr))

    def _print_Add(self, expr: sp.Add, *_: Any) -> str:
        out = ""
        for term in _flat(expr, sp.Add):
            positive = _negated(term)
            if positive is not None:
                brackets = isinstance(positive, sp.Add) or _is_written_sum(positive)
                text = _bracketed(self, positive, brackets=brackets)
                out += f" - {text}" if out else f"-{text}"
            else:
                text = _bracketed(self, term, first=not out)
                out += f" + {text}" if out else text
        return out

    def _print_Mul(self, expr: sp.Mul) -> str:
        above, below = [], []
        factors = _flat(expr, sp.Mul)
        if self._leads_a_sum(factors):
            lead = self._print(sp.Mul(*factors[:-1], evaluate=False))
            big = _bracketed(self, factors[-1], brackets=_is_written_sum(factors[-1]))
            return f"{lead} {big}"
        for factor in factors:
            if isinstance(factor, sp.Pow) and _is_negative_number(factor.exp):
                below.append(_power(factor.base, -factor.exp))
            elif isinstance(factor, sp.Rational) and factor.q != 1:
                above += [sp.Integer(factor.p)] if factor.p != 1 else []
                below.append(sp.Integer(factor.q))
            else:
                above.append(factor)
        top = self._factors(above) or "1"
        return self._fraction(top, self._factors(below)) if below else top

    def _leads_a_sum(self, factors: list[sp.Expr]) -> bool:
        """Tell whether the author wrote a fraction in front of a sum: ``1/n * total``."""
        *front, last = factors
        big = isinstance(last, (sp.Sum, sp.Product)) or _is_written_sum(last)
        fraction = any(
            (isinstance(f, sp.Pow) and _is_negative_number(f.exp))
            or (isinstance(f, sp.Rational) and f.q != 1)
            for f in front
        )
        return big and fraction and not self._in_exponent

    def _fraction(self, top: str, bottom: str) -> str:
        """Stack a fraction, except in an exponent, where it would be too small."""
        if not self._in_exponent:
            return rf"\frac{{{top}}}{{{bottom}}}"
        if re.search(r" [+-] |\\(sum|prod|max)", top):
            top = rf"\left({top}\right)"
        if " " in bottom.strip():
            bottom = rf"\left({bottom}\right)"
        return f"{top} / {bottom}"

    def _exponent(self, expr: sp.Expr) -> str:
        outer, self._in_exponent = self._in_exponent, True
        text = self._print(expr)
        self._in_exponent = outer
        return str(text)

    def _print_ExpBase(self, expr: sp.Expr, exp: str | None = None) -> str:
        text = f"e^{{{self._exponent(expr.args[0])}}}"
        return rf"\left({text}\right)^{{{exp}}}" if exp else text

    def _factors(self, factors: list[sp.Expr]) -> str:
        if len(factors) > 1 and factors[0] == -1:
            if len(factors) > 2:
                return "-" + self._factors(factors[1:])
            loose = isinstance(factors[1], sp.Add) or _is_written_sum(factors[1])
            return "-" + _bracketed(self, factors[1], brackets=loose)
        out = ""
        for k, factor in enumerate(factors):
            loose = isinstance(factor, (sp.Add, sp.Piecewise)) or _is_written_sum(
                factor
            )
            last = k == len(factors) - 1
            open_sum = isinstance(factor, (sp.Sum, sp.Product, Maximum)) and not last
            text = _bracketed(
                self,
                factor,
                first=not out,
                brackets=(loose or open_sum) and len(factors) > 1,
            )
            numbers = k > 0 and (text[0].isdigit() or _is_value(factor))
            out += rf" \cdot {text}" if numbers else f" {text}" if out else text
        return out

    def _print_Pow(self, expr: sp.Pow) -> str:
        base, exponent = expr.args
        if exponent == sp.Rational(1, 2):
            return rf"\sqrt{{{self._print(base)}}}"
        if _is_negative_number(exponent):
            return self._fraction("1", self._print(_power(base, -exponent)))
        simple = isinstance(base, (sp.Symbol, sp.Abs)) or (
            base.is_Atom and base.is_number and not _is_below_zero(base)
        )
        text = self._print(base)
        # An entry needs brackets only where its name has a superscript already.
        simple = simple or (isinstance(base, sp.Indexed) and not set("^'") & set(text))
        if not simple or r"\times" in text:
            text = rf"\left({text}\right)"
        return f"{text}^{{{self._exponent(exponent)}}}"

    def _print_Sum(self, expr: sp.Sum) -> str:
        return self._big(r"\sum", expr)

    def _print_Product(self, expr: sp.Product) -> str:
        return self._big(r"\prod", expr)

    def _big(self, sign: str, expr: Any) -> str:
        term, (index, low, high) = expr.args
        text = _bracketed(self, term, brackets=isinstance(term, sp.Add))
        return (
            rf"{sign}_{{{self._print(index)}={self._print(low)}}}"
            rf"^{{{self._print(high)}}} {text}"
        )


def _flat(expr: Any, kind: type[Any]) -> list[Any]:
    """Flatten nested sums or products, which unevaluated building leaves behind."""
    if not isinstance(expr, kind):
        return [expr]
    args: tuple[Any, ...] = expr.args
    return [leaf for arg in args for leaf in _flat(arg, kind)]


def _is_written_sum(expr: sp.Expr) -> bool:
    return isinstance(expr, Terms) and expr.args[0] == sp.Symbol("+")


def _is_value(expr: sp.Expr) -> bool:
    return isinstance(expr, (sp.Number, sp.core.numbers.Infinity, Complex))


def _is_below_zero(expr: sp.Expr) -> bool:
    return isinstance(expr, sp.Number) and bool(expr < 0)


def _is_negative_number(expr: sp.Expr) -> bool:
    return isinstance(expr, sp.Rational) and expr < 0


def _power(base: sp.Expr, exponent: sp.Expr) -> sp.Expr:
    return base if exponent == 1 else sp.Pow(base, exponent, evaluate=False)


def _negated(term: sp.Expr) -> sp.Expr | None:
    """Return what a term subtracts, or None if it adds."""
    if isinstance(term, sp.Integer) and term < 0:
        return sp.Integer(-int(term))
    if not isinstance(term, sp.Mul):
        return None
    factors = _flat(term, sp.Mul)
    if not (isinstance(factors[0], sp.Integer) and factors[0] < 0):
        return None
    rest = factors[1:] if factors[0] == -1 else [-factors[0], *factors[1:]]
    return rest[0] if len(rest) == 1 else sp.Mul(*rest, evaluate=False)


def _bracketed(
    printer: LatexPrinter, expr: sp.Expr, *, first: bool = False, brackets: bool = False
) -> str:
    text = str(printer._print(expr))
    negative = text.startswith("-") and not first
    return rf"\left({text}\right)" if brackets or negative else text


def number_latex(value: float, digits: int = 4) -> str:
    """Write a number as LaTeX, rounded exactly as ``number_text`` rounds it."""
    text = number_text(value, digits).replace("−", "-")
    if text.endswith("∞"):
        return text.replace("∞", r"\infty")
    if text == "undefined":
        return r"\text{undefined}"
    if "e" in text:
        mantissa, exponent = text.split("e")
        return rf"{mantissa} \times 10^{{{exponent}}}"
    return text


def latex(
    expr: sp.Expr, formula: Formula, colors: Mapping[str, str] | None = None
) -> str:
    """Print a tree with a formula's spellings."""
    return str(Printer(formula.quantities, colors).doprint(expr))


def equation_latex(
    equation: Equation, formula: Formula, colors: Mapping[str, str] | None = None
) -> str:
    """Print one equation."""
    left, right = (
        latex(side, formula, colors) for side in (equation.left, equation.right)
    )
    return f"{left} {equation.relation} {right}"


def headline_latex(formula: Formula, colors: Mapping[str, str] | None = None) -> str:
    """Print the form that the reader sees first."""
    if formula.headline is None:
        lines = [
            equation_latex(equation, formula, colors) for equation in formula.built
        ]
        return r" \\ ".join(lines) if len(lines) == 1 else aligned(lines)
    printer = Printer(formula.quantities, colors)
    text = formula.headline.replace("<right>", printer.doprint(formula.built[0].right))
    for quantity in formula.quantities:
        text = text.replace(f"<{quantity.name}>", printer.spell(quantity.name))
    return text


def aligned(lines: Sequence[str]) -> str:
    """Set several equations one below the other."""
    return r"\begin{gathered} " + r" \\ ".join(lines) + r" \end{gathered}"


def identity_latex(
    identity: Identity, formula: Formula, colors: Mapping[str, str] | None = None
) -> str:
    """Print an identity."""
    if identity.latex is not None:
        return identity.latex
    printer = Printer(formula.quantities, colors)
    return f"{printer.doprint(identity.left)} = {printer.doprint(identity.right)}"


# ------------------------------------------------------------------- literal evaluation


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


def environment(formula: Formula, given: Mapping[str, Any]) -> dict[str, Any]:
    """Give every name of the equations a value: entries, numbers and axis sizes."""
    found: dict[str, Any] = {}
    for quantity in formula.quantities:
        if quantity.name not in given:
            continue
        value = given[quantity.name]
        if not quantity.shape:
            found[quantity.name] = _exact(value)
            continue
        found[quantity.name] = _Entries(value, quantity.origin)
        for axis, size in zip(quantity.shape, np.shape(value), strict=True):
            if isinstance(axis, str):
                found.setdefault(axis, size)
    return found


def evaluate(expr: sp.Expr, env: Mapping[str, Any]) -> Any:
    """Evaluate a tree literally, in 30-digit arithmetic without overflow."""
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


_FUNCTIONS: dict[Any, Any] = {}


def _compiled(expr: sp.Expr, names: tuple[str, ...]) -> Any:
    if (expr, names) not in _FUNCTIONS:
        bases = {str(b.label): b for b in expr.atoms(sp.IndexedBase)}
        arguments = [bases.get(name, sp.Symbol(name)) for name in names]
        _FUNCTIONS[expr, names] = sp.lambdify(
            arguments, expr, modules="mpmath", printer=_Code
        )
    return _FUNCTIONS[expr, names]


def names_in(expr: sp.Expr) -> set[str]:
    """Return the names whose values a tree needs; indices of its sums are its own."""
    bound = {e.args[1][0].name for e in expr.atoms(sp.Sum, sp.Product, Maximum)}
    bases = {str(base.label) for base in expr.atoms(sp.IndexedBase)}
    free = {s.name for s in expr.atoms(sp.Symbol)}
    return (free | bases) - (bound - {s.name for s in expr.free_symbols})


def entries(
    equation: Equation, formula: Formula, env: Mapping[str, Any]
) -> Iterator[dict[str, int]]:
    """Walk over every value of an equation's free indices."""
    ranges = {index.name: (low, high) for index, low, high in equation.ranges}
    if isinstance(equation.left, sp.Indexed):
        quantity = formula.quantity(str(equation.left.base.label))
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
    formula: Formula,
    given: Mapping[str, Any],
    computed: Mapping[str, Any],
    equations: Sequence[Equation] | None = None,
) -> Iterator[Comparison]:
    """Hold every entry of every equation against what NumPy computed.

    Every name stands for its input or, where it is a result, for what NumPy computed:
    each equation is proved on its own, and a chain of them follows line by line.
    """
    env = environment(formula, {**computed, **given})
    for equation in equations or formula.built:
        for indices in entries(equation, formula, env):
            here = {**env, **indices}
            literal = complex(evaluate(equation.right, here))
            result = complex(evaluate(equation.left, here))
            yield Comparison(equation, tuple(indices.values()), literal, result)


def carried_out(expr: sp.Expr) -> sp.Expr:
    """Evaluate the derivatives and sums that an identity shows unevaluated."""
    return expr.doit()


# ------------------------------------------------------------------------ worked steps


def worked_steps(
    formula: Formula,
    equation: Equation,
    indices: Mapping[str, int],
    given: Mapping[str, Any],
    computed: Mapping[str, Any],
    colors: Mapping[str, str] | None = None,
) -> list[str]:
    """Work one entry out with the current numbers, one kind of operation at a time.

    Returns
    -------
    list of str
        LaTeX lines: the entry's formula, the same with its numbers put in, and one line
        for each layer of operations, down to the value.
    """
    env = {**environment(formula, {**computed, **given}), **indices}
    printer = Printer(formula.quantities, colors)
    with sp.evaluate(False):
        left = printer.doprint(_placed(equation.left, indices))
        right = _placed(equation.right, indices)
        lines = [f"{left} {equation.relation} {printer.doprint(right)}"]
        tree = _filled(equation.right, env)
        while not _is_value(tree):
            lines.append(rf"{left} = {printer.doprint(tree)}")
            tree = _reduced(tree)
    lines.append(f"{left} = {printer.doprint(tree)}")
    return list(dict.fromkeys(lines))


def _placed(expr: sp.Expr, indices: Mapping[str, int]) -> sp.Expr:
    """Put numbers for the free indices."""
    if isinstance(expr, sp.Symbol) and expr.name in indices:
        return sp.Integer(indices[expr.name])
    if not expr.args or isinstance(expr, sp.IndexedBase):
        return expr
    return _rebuilt(expr, [_placed(arg, indices) for arg in expr.args])


def _rebuilt(expr: sp.Expr, args: Sequence[sp.Expr]) -> sp.Expr:
    """Make the same kind of node from other arguments, without any rewriting."""
    if isinstance(expr, (sp.Sum, sp.Product)):
        return _untouched(type(expr), *args)
    if isinstance(expr, (sp.Add, sp.Mul, sp.Pow, sp.Function)):
        return expr.func(*args, evaluate=False)
    return expr.func(*args)


def _filled(expr: sp.Expr, env: Mapping[str, Any]) -> sp.Expr:
    """Write sums out and put numbers for all names."""
    if isinstance(expr, (sp.Sum, sp.Product, Maximum)):
        term, (index, low, high) = expr.args
        span = range(int(evaluate(low, env)), int(evaluate(high, env)) + 1)
        if len(span) > MOST_WRITTEN_OUT:
            return _float(evaluate(expr, env))
        terms = [_filled(term, {**env, index.name: k}) for k in span]
        sign = {sp.Sum: "+", sp.Product: "*", Maximum: "max"}[type(expr)]
        return Terms(sp.Symbol(sign), *terms) if len(terms) > 1 else terms[0]
    if isinstance(expr, sp.Indexed):
        return _float(evaluate(expr, env))
    if isinstance(expr, sp.Symbol):
        return _float(env[expr.name])
    if isinstance(expr, sp.Piecewise):
        for branch, condition in expr.args:
            if condition == sp.true or bool(evaluate(condition, env)):
                return _filled(branch, env)
    if not expr.args:
        return expr
    return _rebuilt(expr, [_filled(arg, env) for arg in expr.args])


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
        return _is_value(expr.args[1])
    inverse = isinstance(expr, sp.Pow) and _is_negative_number(expr.exp)
    return _is_value(expr.base) if inverse else _is_value(expr)


def _reduced(expr: sp.Expr) -> sp.Expr:
    """Carry out every operation whose operands are all numbers."""
    if _is_value(expr):
        return expr
    head = expr.args[:1] if isinstance(expr, Terms) else ()
    flat = _flat(expr, expr.func) if isinstance(expr, (sp.Add, sp.Mul)) else None
    operands = flat or expr.args[len(head) :]
    if all(_is_ready(arg) for arg in operands):
        return _valued(expr)
    deeper = [arg if _is_ready(arg) else _inside(arg) for arg in operands]
    if head:
        return Terms(*head, *deeper)
    return _rebuilt(expr, deeper)


def _inside(expr: sp.Expr) -> sp.Expr:
    """Reduce below a sign or a fraction bar, which stay where they are."""
    if isinstance(expr, sp.Pow) and _is_negative_number(expr.exp):
        return sp.Pow(_reduced(expr.base), expr.exp, evaluate=False)
    if isinstance(expr, sp.Mul) and len(expr.args) == 2 and expr.args[0] == -1:
        return sp.Mul(-1, _reduced(expr.args[1]), evaluate=False)
    return _reduced(expr)


def _valued(expr: sp.Expr) -> sp.Expr:
    if isinstance(expr, Terms):
        sign = expr.args[0].name
        values = [
            mpmath.mpmathify(a) if _is_value(a) else evaluate(a, {})
            for a in expr.args[1:]
        ]
        with mpmath.workdps(PRECISION):
            value = {"+": mpmath.fsum, "*": mpmath.fprod, "max": max}[sign](values)
    else:
        value = evaluate(expr, {})
    return _float(mpmath.mpmathify(value))
