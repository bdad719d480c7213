"""Equations as SymPy trees, built unevaluated so that nothing is reordered.

What a page prints is the very tree that the proofs evaluate. Importing this module
imports SymPy; a statement does so inside its functions, when a page first needs it.
"""

from __future__ import annotations

import functools
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import mpmath
import sympy as sp

symbols = sp.symbols


def unevaluated() -> AbstractContextManager[None]:
    """Build trees exactly as they are written, inside a ``with``."""
    context: AbstractContextManager[None] = sp.evaluate(False)
    return context


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
    told : sympy.Expr, optional
        Which term of the sum, counted from 0, is printed with the first ones and the last
        where the sum is long: one that is not like the others. None where a name in it
        has no number.
    """

    left: sp.Expr
    right: sp.Expr
    ranges: tuple[tuple[sp.Symbol, Any, Any], ...] = ()
    relation: str = "="
    told: sp.Expr | None = None


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
class Step:
    r"""One line of a derivation, and how it follows from the line above.

    Parameters
    ----------
    because : str
        Why it follows: one sentence of Markdown.
    expr : sympy.Expr
        What is equal to the line above; unevaluated derivatives and sums are evaluated by
        the proof.
    latex : str, optional
        A hand-set form, where the tree is an instance (three classes, two samples) of
        what is printed.
    relation : str
        How the line above stands to this one: ``"="``, ``r"\ge"`` or ``r"\le"``.
    """

    because: str
    expr: sp.Expr
    latex: str | None = None
    relation: str = "="


@dataclass(frozen=True)
class Derivation:
    """A claim, led back to the definition line by line; each line is proved by a test.

    Parameters
    ----------
    claim : str
        What is derived: one sentence of Markdown.
    start : sympy.Expr
        The first line.
    steps : tuple of Step
        Three to eight lines, the last of which says what is claimed.
    latex : str, optional
        A hand-set form of the first line.
    """

    claim: str
    start: sp.Expr
    steps: tuple[Step, ...]
    latex: str | None = None


class Maximum(sp.Expr):
    """The largest value of a term over an index: ``Maximum(Q[s, a], (a, 1, n))``."""

    is_commutative = True

    @property
    def free_symbols(self) -> set[sp.Basic]:
        """All symbols but the index."""
        term, (index, low, high) = self.args
        return (term.free_symbols - {index}) | low.free_symbols | high.free_symbols


class Terms(sp.Expr):
    """A sum, product or maximum written out: the sign, then its terms."""

    is_commutative = True


class Omitted(sp.Expr):
    """Terms of a long sum that are not printed, however many."""

    is_commutative = True


class Struck(sp.Expr):
    """A part of a formula that is left out: printed struck through, worth what is neutral.

    ``z / struck(sqrt(d), 1)`` shows the root and divides by 1.
    """

    is_commutative = True


class Marked(sp.Expr):
    """A part of a formula that the reader looks at: printed so that it can be seen."""

    is_commutative = True


class Blank(sp.Symbol):
    """The place of a number in a tree that is printed once and filled many times."""


class Complex(sp.Expr):
    """A complex number as one value: its real and its imaginary part."""

    is_commutative = True

    def _mpmath_(self, _precision: int, _rounding: str) -> Any:
        return mpmath.mpc(*map(mpmath.mpmathify, self.args))


def arrays(names: str) -> tuple[Any, ...]:
    """Name several indexed quantities: ``arrays("logits probabilities")``."""
    return tuple(sp.IndexedBase(name) for name in names.split())


def sum_over(term: Any, index: sp.Symbol, low: Any, high: Any) -> sp.Expr:
    """Sum a term over an index without touching it (``sympy.Sum`` would rewrite it)."""
    return untouched(sp.Sum, term, _limits(index, low, high))


def product(term: Any, index: sp.Symbol, low: Any, high: Any) -> sp.Expr:
    """Multiply a term over an index without touching it."""
    return untouched(sp.Product, term, _limits(index, low, high))


def maximum(term: Any, index: sp.Symbol, low: Any, high: Any) -> sp.Expr:
    """Take the largest value of a term over an index."""
    return Maximum(sp.sympify(term), _limits(index, low, high))


def untouched(kind: type, term: Any, limits: sp.Tuple) -> sp.Expr:
    """Make a sum or product without the rewriting that SymPy does on making one."""
    made = sp.Expr.__new__(kind, sp.sympify(term), limits)
    made.is_commutative = True
    return made


def struck(expr: Any, neutral: Any) -> sp.Expr:
    """Strike a part of a formula out.

    Parameters
    ----------
    expr : sympy.Expr
        What is shown, struck through.
    neutral : sympy.Expr or number
        What it is worth: 1 for a factor, 0 for a term.
    """
    return Struck(sp.sympify(expr), sp.sympify(neutral))


def _limits(index: sp.Symbol, low: Any, high: Any) -> sp.Tuple:
    return sp.Tuple(index, sp.sympify(low), sp.sympify(high))


def name_of(expr: sp.Expr) -> str | None:
    """Return the quantity that a left side names; None for a compound expression."""
    if isinstance(expr, sp.Indexed):
        return str(expr.base.name)
    return expr.name if isinstance(expr, sp.Symbol) else None


@functools.lru_cache(maxsize=1024)
def names_in(expr: sp.Expr) -> frozenset[str]:
    """Return the names whose values a tree needs; indices of its sums are its own."""
    bound = {e.args[1][0].name for e in expr.atoms(sp.Sum, sp.Product, Maximum)}
    bases = {str(base.name) for base in expr.atoms(sp.IndexedBase)}
    free = {s.name for s in expr.atoms(sp.Symbol)}
    return frozenset((free | bases) - (bound - {s.name for s in expr.free_symbols}))


def is_value(expr: sp.Expr) -> bool:
    """Tell whether a tree is a plain number."""
    return isinstance(expr, (sp.Number, sp.core.numbers.Infinity, Complex))


def flat(expr: Any, kind: type[Any]) -> list[Any]:
    """Flatten nested sums or products, which unevaluated building leaves behind."""
    if not isinstance(expr, kind):
        return [expr]
    args: tuple[Any, ...] = expr.args
    return [leaf for arg in args for leaf in flat(arg, kind)]


def is_negative_number(expr: sp.Expr) -> bool:
    """Tell whether a tree is a rational number below zero, as an exponent may be."""
    return isinstance(expr, sp.Rational) and bool(expr < 0)
