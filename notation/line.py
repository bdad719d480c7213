"""The formula with the numbers of the moment, fast enough for every position of a drag.

The tree of the equation that is proved is filled with blanks and printed once; each moment
puts its numbers into the print. A test holds the result against the worked steps, which
fill and print the tree anew.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import mpmath
import numpy as np
import sympy as sp

from notation.evaluation import entries, environment, evaluate
from notation.numbers import DIGITS, digits_apart
from notation.printing import APART, BASE, BLANK, TIGHT, Printer, number_latex
from notation.quantities import Quantity
from notation.steps import entry_named, filled, holds, placed, told_term
from notation.terms import summed
from notation.trees import Blank, Equation, names_in

Mark = Callable[[str, str], str]
MOST_TEMPLATES = 256
Cut = tuple[list[str], list["Gap"]]  # pieces of LaTeX, and what goes between them
PATTERN = f"{BLANK}({TIGHT}?)(\\d+)({re.escape(BASE)}?)({APART}?){BLANK}"


@dataclass(frozen=True)
class Moment:
    """The numbers of one setting, as they were computed and as trees are evaluated on."""

    quantities: Sequence[Quantity]
    numbers: Mapping[str, Any]

    @cached_property
    def env(self) -> dict[str, Any]:
        """The numbers made exact, and the sizes of axes: seldom needed, and slow."""
        return environment(self.quantities, self.numbers)


@dataclass(frozen=True)
class Index:
    """Where an entry stands along an axis: the sum of a number and of quantities."""

    start: int
    names: tuple[str, ...] = ()

    def at(self, numbers: Mapping[str, Any]) -> int:
        """Return the index of the moment, counted from 0."""
        if not self.names:
            return self.start
        return self.start + sum(int(numbers[name]) for name in self.names)


@dataclass(frozen=True)
class Place:
    """What stands in a blank: a number, or an entry of an array."""

    name: str
    entry: tuple[Index, ...] = ()

    def value(self, moment: Moment) -> Any:
        """Return the number of the moment."""
        known = moment.numbers
        value = known[self.name] if self.name in known else moment.env[self.name]
        if not self.entry:
            return value
        return np.asarray(value)[tuple(index.at(known) for index in self.entry)]


@dataclass(frozen=True)
class Partial:
    """What stands in a blank: a part of the equation, worked out.

    Attributes
    ----------
    tree : sympy.Expr
        The part: a term of a sum, or all terms up to one.
    indices : mapping
        Which entry of the equation, and which term.
    name : str
        Empty: it is no quantity of the lesson.
    """

    tree: sp.Expr
    indices: Mapping[str, int]
    name: str = ""

    def value(self, moment: Moment) -> float:
        """Return the number of the moment."""
        return float(mpmath.re(evaluate(self.tree, {**moment.env, **self.indices})))


@dataclass(frozen=True)
class Gap:
    """What goes between two pieces of a template.

    Attributes
    ----------
    place : Place or Partial
        Where the number comes from.
    tight : bool
        Whether a negative number needs brackets.
    base : bool
        Whether it is the base of a power, where a power of ten needs them too.
    apart : bool
        Whether it is one of two numbers, in gaps that follow each other, whose difference
        is printed.
    """

    place: Place | Partial
    tight: bool = False
    base: bool = False
    apart: bool = False


@dataclass(frozen=True)
class Template:
    """A printed equation, cut where numbers go, valid as long as its decisions stand.

    Attributes
    ----------
    pieces : tuple of str
        LaTeX around the numbers; one more than there are gaps.
    gaps : tuple of Gap
        What goes between them.
    decisions : tuple of (condition, indices, outcome)
        The branches that were followed.
    terms : int
        How many terms the equation's sum has; 0 if it has none to walk through.
    """

    pieces: tuple[str, ...]
    gaps: tuple[Gap, ...]
    decisions: tuple[tuple[Any, Mapping[str, int], bool], ...]
    terms: int


class Line:
    """One entry of one equation, into which numbers are put.

    Parameters
    ----------
    equation : Equation
        Its left side names a quantity; of an array one entry is written.
    quantities : sequence of Quantity
        How the names are spelled.
    mark : callable, optional
        Takes a quantity's name and LaTeX of it; returns LaTeX that says whose it is.
    entry : tuple of int
        Which entry of an array, counted from 0; the first if there is no such entry.
    term : int, optional
        Which term of the equation's sum is marked and worked out in a row below, with
        what all terms up to it come to; counted from 0, the last if there are fewer.
    """

    def __init__(
        self,
        equation: Equation,
        quantities: Sequence[Quantity],
        mark: Mark | None = None,
        entry: tuple[int, ...] = (),
        term: int | None = None,
    ) -> None:
        self._entry = entry
        self._term = term
        self._equation = equation
        self._quantities = quantities
        self._mark = mark or (lambda _name, latex: latex)
        self._arrays = [q.name for q in quantities if q.shape]
        self._own = frozenset(q.name for q in quantities)
        self._structural, self._moving = _structural(equation, self._own)
        self._templates: dict[Any, list[Template]] = {}

    def latex(self, numbers: Mapping[str, Any]) -> str:
        """Write ``left = right with numbers = value``."""
        pieces, texts = self.parts(numbers)
        first, *rest = pieces
        return first + "".join(
            text + piece for text, piece in zip(texts, rest, strict=True)
        )

    def parts(
        self, numbers: Mapping[str, Any]
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the pieces of the line, which seldom change, and the numbers between."""
        moment = Moment(self._quantities, numbers)
        template = self._template(moment)
        values = [gap.place.value(moment) for gap in template.gaps]
        digits = _digits(template.gaps, values)
        texts = tuple(
            number_in_line(value, count, tight=gap.tight, base=gap.base)
            for gap, value, count in zip(template.gaps, values, digits, strict=True)
        )
        return template.pieces, texts

    def terms(self, numbers: Mapping[str, Any]) -> int:
        """Return how many terms the equation's sum has; 0 if there is none."""
        return self._template(Moment(self._quantities, numbers)).terms

    def _template(self, moment: Moment) -> Template:
        numbers = moment.numbers
        sizes = tuple(np.shape(numbers[n]) for n in self._arrays if n in numbers)
        known_names = [name for name in self._structural if name in numbers]
        key = sizes, tuple(np.asarray(numbers[n]).tobytes() for n in known_names)
        known = self._templates.setdefault(key, [])
        for template in known:
            decided = template.decisions
            if all(holds(c, {**moment.env, **at}) == was for c, at, was in decided):
                return template
        template = self._printed(moment.env)
        if len(self._templates) > MOST_TEMPLATES:
            self._templates.clear()
        known.append(template)
        return template

    def _printed(self, env: Mapping[str, Any]) -> Template:
        places: dict[str, Place] = {}
        decisions: list[tuple[Any, Mapping[str, int], bool]] = []

        def put(expr: sp.Expr, here: Mapping[str, Any]) -> sp.Expr:
            if isinstance(expr, sp.Symbol) and expr.name not in self._own:
                return sp.Integer(here[expr.name])  # an index or the size of an axis
            blank = Blank(str(len(places)))
            places[blank.name] = _place(expr, here, self._quantities, self._moving)
            return blank

        def decide(condition: sp.Expr, here: Mapping[str, Any]) -> bool:
            outcome = holds(condition, here)
            indices = {k: v for k, v in here.items() if env.get(k) is not v}
            decisions.append((condition, indices, outcome))
            return outcome

        equation, quantities = self._equation, self._quantities
        indices = self._indices(env)
        here = {**env, **indices}
        added = summed(equation.right, here, decide)
        terms = len(added.span) if added else 0
        marked = None
        if added and self._term is not None:
            marked = added.tree, min(self._term, terms - 1)

        told = told_term(equation, here)

        def cut(expr: sp.Expr, here: Mapping[str, Any]) -> Cut:
            tree = filled(
                expr, here, put, decide, abridged=True, marked=marked, told=told
            )
            return _cut(tree, places)

        # Each node is built unevaluated; to say so to SymPy would empty its cache.
        printer = Printer(quantities, mark=self._mark)
        entry = placed(equation.left, indices)
        left = printer.doprint(entry_named(entry, quantities, here))
        line = self._equated(left, *cut(equation.right, here), here)
        if added and marked:
            place = {**indices, **added.at(marked[1])}
            results = (
                Partial(added.term, place),
                Partial(added.until(marked[1]), indices),
            )
            term = cut(added.term, {**here, **place})
            line = _below(line, term, results, added.so_far)
        return Template(self._owned(*line), tuple(line[1]), tuple(decisions), terms)

    def _indices(self, env: Mapping[str, Any]) -> dict[str, int]:
        """Return the formula's own indices of the entry that is written."""
        left = self._equation.left
        for indices in entries(self._equation, self._quantities, env):
            place = _place(left, {**env, **indices}, self._quantities)
            entry = tuple(index.start for index in place.entry)
            if self._entry in ((), entry):
                return indices
        return next(entries(self._equation, self._quantities, env))

    def _equated(
        self, left: str, pieces: list[str], gaps: list[Gap], env: Mapping[str, Any]
    ) -> Cut:
        """Begin a line with what it computes, and end it with the value."""
        if pieces != ["", ""]:  # a definition by a single number says it once
            value = Gap(_place(self._equation.left, env, self._quantities))
            pieces = [*pieces[:-1], f"{pieces[-1]} = ", ""]
            gaps = [*gaps, value]
        return [f"{left} = {pieces[0]}", *pieces[1:]], gaps

    def _owned(self, pieces: Sequence[str], gaps: Sequence[Gap]) -> tuple[str, ...]:
        """Put around each number the command that says whose it is."""
        owned = list(pieces)
        for k, gap in enumerate(gaps):
            if gap.place.name:
                opening, closing = self._mark(gap.place.name, BLANK).split(BLANK)
                owned[k] += opening
                owned[k + 1] = closing + owned[k + 1]
        return tuple(owned)


def _cut(tree: sp.Expr, places: Mapping[str, Place]) -> Cut:
    """Print a tree of blanks, and cut it where numbers go."""
    start, *groups = _printed_blanks(tree)
    gaps = [
        Gap(places[name], bool(tight), bool(base), bool(apart))
        for tight, name, base, apart in zip(
            *(groups[k::5] for k in range(4)), strict=True
        )
    ]
    return [start, *groups[4::5]], gaps


@functools.lru_cache(maxsize=MOST_TEMPLATES)
def _printed_blanks(tree: sp.Expr) -> list[str]:
    """Print a tree that names nothing, as those of a long sum whose length varies."""
    return re.split(PATTERN, Printer().doprint(tree))


def _below(line: Cut, term: Cut, results: Sequence[Partial], so_far: str) -> Cut:
    """Put a row below a line: a term, its value, and what all terms up to it come to."""
    (pieces, gaps), (row, row_gaps) = line, term
    row = [*row[:-1], f"{row[-1]} = ", rf",\quad {so_far} = ", ""]
    if row[:2] == ["", " = "]:  # a term that is a single number says it once
        row, row_gaps, results = ["", *row[2:]], row_gaps, results[1:]
    joint = rf"{pieces[-1]} \\ \htmlClass{{live-term}}{{\small {row[0]}"
    both = [
        rf"\begin{{gathered}} {pieces[0]}",
        *pieces[1:-1],
        joint,
        *row[1:-1],
        rf"{row[-1]}}} \end{{gathered}}",
    ]
    return both, [*gaps, *row_gaps, *map(Gap, results)]


@functools.lru_cache(maxsize=MOST_TEMPLATES)
def _structural(
    equation: Equation, own: frozenset[str]
) -> tuple[tuple[str, ...], frozenset[str]]:
    """Return the names that say which entries and how many terms there are.

    Returns
    -------
    fixed : tuple of str
        Those that a template is printed for: how many terms a sum has, for example.
    moving : frozenset of str
        Those that only say where along an axis the entries are taken.
    """
    fixed = _names(
        index for e in equation.left.atoms(sp.Indexed) for index in e.indices
    )
    fixed |= _names([equation.told] if equation.told is not None else [])
    bound: set[str] = set()  # by a sum or a maximum, which is written out
    for term in sp.preorder_traversal(equation.right):
        if len(term.args) == 2 and isinstance(term.args[1], sp.Tuple):
            bound |= _names(term.args[1].args[:1])
            fixed |= _names(term.args[1].args[1:])
    moving: set[str] = set()
    for entry in equation.right.atoms(sp.Indexed):
        for index in entry.indices:
            added = sp.Add.make_args(index)
            plain = all(part.is_Symbol or part.is_Integer for part in added)
            target = moving if plain else fixed
            target |= _names([index])
    fixed &= own
    return tuple(sorted(fixed)), frozenset((moving & own) - fixed - bound)


def _names(trees: Iterable[Any]) -> set[str]:
    return {symbol.name for tree in trees for symbol in sp.sympify(tree).free_symbols}


def _place(
    expr: sp.Expr,
    env: Mapping[str, Any],
    quantities: Sequence[Quantity],
    moving: frozenset[str] = frozenset(),
) -> Place:
    """Find where the number of a name or an entry comes from."""
    if isinstance(expr, sp.Symbol):
        return Place(expr.name)
    name = str(expr.base.name)
    origin = next(q.origin for q in quantities if q.name == name)
    entry = []
    for index in expr.indices:
        names = sorted(names_in(index) & moving)
        still = {**env, **dict.fromkeys(names, 0)} if names else env
        start = int(evaluate(index, still)) - origin
        entry.append(Index(start, tuple(names)))
    return Place(name, tuple(entry))


def _digits(gaps: Sequence[Gap], values: Sequence[Any]) -> list[int]:
    """Return how many digits each number needs: more where two hardly differ."""
    digits = [DIGITS] * len(gaps)
    pairs = [k for k, gap in enumerate(gaps) if gap.apart][::2]
    for k in pairs:
        pair = values[k : k + 2]
        if all(isinstance(value, (float, np.floating)) for value in pair):
            digits[k : k + 2] = [digits_apart(*map(float, pair))] * 2
    return digits


def number_in_line(value: Any, digits: int = DIGITS, *, tight: bool, base: bool) -> str:
    """Write a number as LaTeX, in brackets where its sign or power would mislead."""
    if isinstance(value, (complex, np.complexfloating)) and value.imag == 0:
        value = value.real
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, complex):
        return rf"\left({_complex_latex(value)}\right)"
    latex = number_latex(value, digits)
    negative = latex.startswith("-") and (tight or base)
    return (
        rf"\left({latex}\right)" if negative or (base and r"\times" in latex) else latex
    )


def _complex_latex(value: complex) -> str:
    """Write a complex number as people do, without a part that is 0 or a factor 1."""
    size = "" if abs(value.imag) == 1 else f"{number_latex(abs(value.imag))} "
    if value.real == 0:
        return f"{'-' if value.imag < 0 else ''}{size}i"
    return f"{number_latex(value.real)} {'-' if value.imag < 0 else '+'} {size}i"
