"""Trees printed as LaTeX, in the author's order and with each quantity's spelling."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sympy as sp
from sympy.printing.latex import LatexPrinter

from notation.numbers import DIGITS, digits_apart, number_text
from notation.quantities import Quantity
from notation.trees import (
    Blank,
    Complex,
    Derivation,
    Equation,
    Identity,
    Marked,
    Maximum,
    Omitted,
    Struck,
    Terms,
    flat,
    is_negative_number,
    is_value,
    name_of,
)

MOST_TERMS = 6  # shown of a sum that is written out
# Around the name of a blank; what it says of brackets is only known with the number.
BLANK, TIGHT, BASE = "\u27e6", "!", "^"
APART = "-"  # behind the names of two blanks whose difference is printed


def shown_terms(count: int, told: int | None = None) -> tuple[int, ...]:
    """Return which terms of a sum are printed: all, or the first three and the last.

    Of many terms one more is printed if it is to be told.
    """
    if count <= MOST_TERMS:
        return tuple(range(count))
    places = {0, 1, 2, count - 1}
    if told is not None and 0 <= told < count:
        places.add(told)
    return tuple(sorted(places))


def cut_short(
    terms: Sequence[sp.Expr] | Mapping[int, sp.Expr], places: Sequence[int]
) -> list[sp.Expr]:
    """Return the terms at some places, with a sign for those left out between them."""
    kept: list[sp.Expr] = []
    for before, k in itertools.pairwise((-1, *places)):
        if k > before + 1:
            kept.append(Omitted())
        kept.append(terms[k])
    return kept


class Printer(LatexPrinter):
    """Print trees in the author's order, with each quantity's own spelling and color.

    A `Blank` is printed as its name between signs of `BLANK`; ``!`` before the name asks
    for brackets around a negative number, ``^`` behind it also around a power of ten,
    and ``-`` behind two names for digits enough to read their difference off. The term
    ``told`` of a sum is printed where others are left out.
    """

    def __init__(
        self,
        quantities: Sequence[Quantity] = (),
        colors: Mapping[str, str] | None = None,
        mark: Callable[[str, str], str] | None = None,
        told: int | None = None,
    ) -> None:
        super().__init__({"order": "none"})
        self._quantities = {quantity.name: quantity for quantity in quantities}
        self._colors = colors or {}
        self._mark = mark
        self._in_exponent = False
        self._told = told
        self._digits = DIGITS
        self._apart = ""

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
        return self.called(name, text)

    def called(self, name: str, text: str) -> str:
        """Write another text for a quantity, in its color."""
        if self._mark is not None:
            return self._mark(name, text)
        color = self._colors.get(name)
        return rf"\textcolor{{{color}}}{{{text}}}" if color else text

    def _print_Blank(self, expr: Blank) -> str:
        return f"{BLANK}{expr.name}{self._apart}{BLANK}"

    def _print_Symbol(self, expr: sp.Symbol, *_: Any) -> str:
        if expr.name in self._quantities:
            return self.spell(expr.name)
        return str(super()._print_Symbol(expr))

    def _print_Indexed(self, expr: sp.Indexed) -> str:
        name = str(expr.base.name)
        indices = [self._print(index) for index in expr.indices]
        called = name in self._quantities and self._quantities[name].call
        short = all(len(text) == 1 for text in indices)
        inside = ("" if short and not called else ", ").join(indices)
        if name in self._quantities:
            return self.spell(name, inside)
        return f"{name}_{{{inside}}}"

    def _print_Float(self, expr: sp.Float) -> str:
        return number_latex(float(expr), self._digits)

    def _print_Add(self, expr: sp.Add, *_: Any) -> str:
        """Print a sum; of a difference of two numbers as many digits as it needs."""
        pair = _difference(expr)
        if isinstance(pair[0], Blank):
            self._apart = APART
        elif pair[0] is not None:
            self._digits = digits_apart(*map(float, pair))
        text = self._sum(expr)
        if pair[0] is not None:
            self._apart, self._digits = "", DIGITS
        return text

    def _sum(self, expr: sp.Add) -> str:
        out = ""
        for term in flat(expr, sp.Add):
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
        factors = flat(expr, sp.Mul)
        if self._leads_a_sum(factors):
            lead = self._print(sp.Mul(*factors[:-1], evaluate=False))
            big = _bracketed(self, factors[-1], brackets=_is_written_sum(factors[-1]))
            return f"{lead} {big}"
        for factor in factors:
            if isinstance(factor, sp.Pow) and is_negative_number(factor.exp):
                below.append(_power(factor.base, -factor.exp))
            elif isinstance(factor, sp.Rational) and factor.q != 1:
                above += [sp.Integer(factor.p)] if factor.p != 1 else []
                below.append(sp.Integer(factor.q))
            else:
                above.append(factor)
        top = self._factors(above) or "1"
        return self._fraction(top, self._factors(below)) if below else top

    def _leads_a_sum(self, factors: list[sp.Expr]) -> bool:
        """Tell whether the author wrote a fraction in front of a sum: ``1/n * sum_over``."""
        *front, last = factors
        big = isinstance(last, (sp.Sum, sp.Product)) or _is_written_sum(last)
        fraction = any(
            (isinstance(f, sp.Pow) and is_negative_number(f.exp))
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
            kept = factor.args[0] if isinstance(factor, Struck) else factor
            loose = isinstance(kept, (sp.Add, sp.Piecewise)) or _is_written_sum(kept)
            last = k == len(factors) - 1
            open_sum = isinstance(factor, (sp.Sum, sp.Product, Maximum)) and not last
            text = _bracketed(
                self,
                factor,
                first=not out,
                brackets=(loose or open_sum) and len(factors) > 1,
            )
            numbers = k > 0 and (text[0].isdigit() or _is_number(factor))
            out += rf" \cdot {text}" if numbers else f" {text}" if out else text
        return out

    def _print_Pow(self, expr: sp.Pow) -> str:
        base, exponent = expr.args
        if exponent == sp.Rational(1, 2):
            return rf"\sqrt{{{self._print(base)}}}"
        if is_negative_number(exponent):
            return self._fraction("1", self._print(_power(base, -exponent)))
        simple = isinstance(base, (sp.Symbol, sp.Abs)) or (
            base.is_Atom and base.is_number and not _is_below_zero(base)
        )
        text = self._print(base)
        if isinstance(base, Blank):
            text = f"{BLANK}{base.name}{BASE}{BLANK}"
        # An entry needs brackets only where its name has a superscript already.
        simple = simple or (isinstance(base, sp.Indexed) and not set("^'") & set(text))
        if not simple or r"\times" in text:
            text = rf"\left({text}\right)"
        return f"{text}^{{{self._exponent(exponent)}}}"

    def _print_log(self, expr: sp.Expr, exp: str | None = None) -> str:
        """Print the logarithm of a constant as one that cannot be taken for binary."""
        if isinstance(expr.args[0], sp.Integer) and exp is None:
            return rf"\ln {expr.args[0]}"
        return str(super()._print_log(expr, exp))

    def _print_Sum(self, expr: sp.Sum) -> str:
        return self._big(r"\sum", expr)

    def _print_Product(self, expr: sp.Product) -> str:
        return self._big(r"\prod", expr)

    def _print_Maximum(self, expr: Maximum) -> str:
        term, (index, _, _) = expr.args
        text = _bracketed(self, term, brackets=isinstance(term, sp.Add))
        return rf"\max_{{{self._print(index)}}} {text}"

    def _print_Terms(self, expr: Terms) -> str:
        """Print terms side by side; the middle is left out where there are many."""
        sign, terms = expr.args[0], expr.args[1:]
        listed = sign == sp.Symbol("max")  # after a comma a minus needs no brackets
        if not any(isinstance(term, Omitted) for term in terms):
            terms = cut_short(terms, shown_terms(len(terms), self._told))
        shown = [
            self._term(term, first=listed or k == 0) for k, term in enumerate(terms)
        ]
        if listed:
            return rf"\max\left({', '.join(shown)}\right)"
        return (" + " if sign == sp.Symbol("+") else r" \cdot ").join(shown)

    def _print_Omitted(self, _expr: Omitted) -> str:
        return r"\cdots"

    def _print_Struck(self, expr: Struck) -> str:
        return rf"\cancel{{{self._print(expr.args[0])}}}"

    def _term(self, term: Any, *, first: bool) -> str:
        """Print a term of a sum, in brackets where it needs them."""
        if isinstance(term, Marked):
            return (
                rf"\htmlClass{{live-term}}{{{self._term(term.args[0], first=first)}}}"
            )
        return str(_bracketed(self, term, first=first))

    def _print_Complex(self, expr: Complex) -> str:
        real, imaginary = (float(part) for part in expr.args)
        sign = "-" if imaginary < 0 else "+"
        size = number_latex(abs(imaginary))
        return rf"\left({number_latex(real)} {sign} {size} i\right)"

    def _big(self, sign: str, expr: Any) -> str:
        term, (index, low, high) = expr.args
        text = _bracketed(self, term, brackets=isinstance(term, sp.Add))
        return (
            rf"{sign}_{{{self._print(index)}={self._print(low)}}}"
            rf"^{{{self._print(high)}}} {text}"
        )


def _is_written_sum(expr: sp.Expr) -> bool:
    return isinstance(expr, Terms) and expr.args[0] == sp.Symbol("+")


def _is_below_zero(expr: sp.Expr) -> bool:
    return isinstance(expr, sp.Number) and bool(expr < 0)


def _power(base: sp.Expr, exponent: sp.Expr) -> sp.Expr:
    return base if exponent == 1 else sp.Pow(base, exponent, evaluate=False)


def _difference(expr: sp.Add) -> tuple[Any, Any]:
    """Return the two rounded numbers, or blanks, that a sum subtracts, if it does."""
    terms = flat(expr, sp.Add)
    if len(terms) == 2:
        first, second = terms[0], _negated(terms[1])
        for kind in (Blank, sp.Float):
            if isinstance(first, kind) and isinstance(second, kind):
                return first, second
    return None, None


def _negated(term: sp.Expr) -> sp.Expr | None:
    """Return what a term subtracts, or None if it adds."""
    if isinstance(term, sp.Integer) and term < 0:
        return sp.Integer(-int(term))
    if not isinstance(term, sp.Mul):
        return None
    factors = flat(term, sp.Mul)
    if not (isinstance(factors[0], sp.Integer) and factors[0] < 0):
        return None
    rest = factors[1:] if factors[0] == -1 else [-factors[0], *factors[1:]]
    return rest[0] if len(rest) == 1 else sp.Mul(*rest, evaluate=False)


def _bracketed(
    printer: LatexPrinter, expr: sp.Expr, *, first: bool = False, brackets: bool = False
) -> str:
    text = str(printer._print(expr))
    if not first and text.startswith(BLANK):
        text = text.replace(BLANK, BLANK + TIGHT, 1) if TIGHT not in text[:2] else text
    negative = text.startswith("-") and not first
    return rf"\left({text}\right)" if brackets or negative else text


def _is_number(expr: sp.Expr) -> bool:
    """Tell whether a factor is a number, or the place of one, perhaps in a power."""
    if isinstance(expr, Struck):
        expr = expr.args[0]
    base = expr.base if isinstance(expr, sp.Pow) else expr
    return is_value(expr) or isinstance(base, Blank)


def number_latex(value: float, digits: int = DIGITS) -> str:
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
    expr: sp.Expr,
    quantities: Sequence[Quantity],
    colors: Mapping[str, str] | None = None,
) -> str:
    """Print a tree with the spellings of its quantities."""
    return str(Printer(quantities, colors).doprint(expr))


def equation_latex(
    equation: Equation,
    quantities: Sequence[Quantity],
    colors: Mapping[str, str] | None = None,
) -> str:
    """Print one equation."""
    left = latex(equation.left, quantities, colors)
    right = latex(equation.right, quantities, colors)
    return f"{left} {equation.relation} {right}"


def headline_latex(
    headline: str | None,
    equations: Sequence[Equation],
    quantities: Sequence[Quantity],
    colors: Mapping[str, str] | None = None,
    mark: Callable[[str, str], str] | None = None,
) -> str:
    """Print the form that the reader sees first.

    Parameters
    ----------
    headline : str or None
        LaTeX with ``<name>`` for each quantity, ``<right>`` for the right side of the
        first equation and ``<right name>`` for that of a quantity's; ``<name:X>`` calls
        it X there. Without it the equations themselves are printed.
    equations : sequence of Equation
        The proved equations.
    quantities : sequence of Quantity
        Their spellings.
    colors : mapping, optional
        A color for each quantity's name.
    mark : callable, optional
        Takes a quantity's name and LaTeX of it; returns LaTeX that says whose it is.
    """
    printer = Printer(quantities, colors, mark)
    if headline is None:
        lines = [
            f"{printer.doprint(one.left)} {one.relation} {printer.doprint(one.right)}"
            for one in equations
        ]
        return lines[0] if len(lines) == 1 else aligned(lines)
    text = headline.replace("<right>", printer.doprint(equations[0].right))
    for one in equations:
        place = f"<right {name_of(one.left)}>"
        if place in text:
            text = text.replace(place, printer.doprint(one.right))
    for quantity in quantities:
        name = quantity.name
        if "^" in quantity.symbol:  # its index stands below the exponent, not behind it
            for index in set(re.findall(rf"<{name}>_(\w)", text)):
                text = text.replace(f"<{name}>_{index}", printer.spell(name, index))
        text = text.replace(f"<{name}>", printer.spell(name))
        for letters in set(re.findall(rf"<{name}:(\w+)>", text)):
            text = text.replace(f"<{name}:{letters}>", printer.called(name, letters))
    return text


def aligned(lines: Sequence[str]) -> str:
    """Set several equations one below the other."""
    return r"\begin{gathered} " + r" \\ ".join(lines) + r" \end{gathered}"


def derivation_latex(
    derivation: Derivation,
    quantities: Sequence[Quantity],
    colors: Mapping[str, str] | None = None,
) -> list[str]:
    """Print the lines of a derivation, each with its relation to the one above."""
    printer = Printer(quantities, colors)
    first = derivation.latex or printer.doprint(derivation.start)
    lines = (
        f"{step.relation} {step.latex or printer.doprint(step.expr)}"
        for step in derivation.steps
    )
    return [first, *lines]


def identity_latex(
    identity: Identity,
    quantities: Sequence[Quantity],
    colors: Mapping[str, str] | None = None,
) -> str:
    """Print an identity."""
    if identity.latex is not None:
        return identity.latex
    printer = Printer(quantities, colors)
    return f"{printer.doprint(identity.left)} = {printer.doprint(identity.right)}"
