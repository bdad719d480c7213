"""The formula with the numbers of the moment, fast enough for every position of a drag.

The tree of the equation that is proved is filled with blanks and printed once; each moment
puts its numbers into the print. A test holds the result against the worked steps, which
fill and print the tree anew.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import sympy as sp

from notation.evaluation import entries, environment, evaluate
from notation.printing import BASE, BLANK, TIGHT, Printer, number_latex
from notation.quantities import Quantity
from notation.steps import filled, holds, placed
from notation.trees import Blank, Equation, unevaluated

Mark = Callable[[str, str], str]
MOST_TEMPLATES = 256
PATTERN = f"{BLANK}({TIGHT}?)(\\d+)({re.escape(BASE)}?){BLANK}"


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
class Gap:
    """What goes between two pieces of a template.

    Attributes
    ----------
    place : Place
        Where the number comes from.
    tight : bool
        Whether a negative number needs brackets.
    base : bool
        Whether it is the base of a power, where a power of ten needs them too.
    """

    place: Place
    tight: bool = False
    base: bool = False


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
    """

    pieces: tuple[str, ...]
    gaps: tuple[Gap, ...]
    decisions: tuple[tuple[Any, Mapping[str, int], bool], ...]


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
    """

    def __init__(
        self,
        equation: Equation,
        quantities: Sequence[Quantity],
        mark: Mark | None = None,
        entry: tuple[int, ...] = (),
    ) -> None:
        self._entry = entry
        self._equation = equation
        self._quantities = quantities
        self._mark = mark or (lambda _name, latex: latex)
        self._arrays = [q.name for q in quantities if q.shape]
        self._structural, self._moving = _structural(equation, quantities)
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
        texts = tuple(
            _number(gap.place.value(moment), tight=gap.tight, base=gap.base)
            for gap in template.gaps
        )
        return template.pieces, texts

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
        own = {q.name for q in self._quantities}

        def put(expr: sp.Expr, here: Mapping[str, Any]) -> sp.Expr:
            if isinstance(expr, sp.Symbol) and expr.name not in own:
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
        with unevaluated():
            printer = Printer(quantities, mark=self._mark)
            left = printer.doprint(placed(equation.left, indices))
            tree = filled(equation.right, here, put, decide, abridged=True)
            text = Printer(quantities).doprint(tree)
        return Template(*self._cut(left, text, places, here), tuple(decisions))

    def _indices(self, env: Mapping[str, Any]) -> dict[str, int]:
        """Return the formula's own indices of the entry that is written."""
        left = self._equation.left
        for indices in entries(self._equation, self._quantities, env):
            place = _place(left, {**env, **indices}, self._quantities)
            entry = tuple(index.start for index in place.entry)
            if self._entry in ((), entry):
                return indices
        return next(entries(self._equation, self._quantities, env))

    def _cut(
        self,
        left: str,
        right: str,
        places: Mapping[str, Place],
        env: Mapping[str, Any],
    ) -> tuple[tuple[str, ...], tuple[Gap, ...]]:
        """Cut the printed line where numbers go, and end it with the value."""
        start, *groups = re.split(PATTERN, right)
        gaps = [
            Gap(places[name], bool(tight), bool(base))
            for tight, name, base in zip(*(groups[k::4] for k in range(3)), strict=True)
        ]
        between = [start, *groups[3::4]]
        if between != ["", ""]:  # a definition by a single number says it once
            between[-1] += " = "
            between.append("")
            gaps.append(Gap(_place(self._equation.left, env, self._quantities)))
        between[0] = f"{left} = {between[0]}"
        for k, gap in enumerate(gaps):
            opening, closing = self._mark(gap.place.name, BLANK).split(BLANK)
            between[k] += opening
            between[k + 1] = closing + between[k + 1]
        return tuple(between), tuple(gaps)


def _structural(
    equation: Equation, quantities: Sequence[Quantity]
) -> tuple[tuple[str, ...], frozenset[str]]:
    """Return the names that say which entries and how many terms there are.

    Returns
    -------
    fixed : tuple of str
        Those that a template is printed for: how many terms a sum has, for example.
    moving : frozenset of str
        Those that only say where along an axis the entries are taken.
    """
    own = {q.name for q in quantities}
    fixed = _names(
        index for e in equation.left.atoms(sp.Indexed) for index in e.indices
    )
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
    name = str(expr.base.label)
    origin = next(q.origin for q in quantities if q.name == name)
    still = {**env, **dict.fromkeys(moving, 0)}
    entry = []
    for index in expr.indices:
        names = sorted(_names([index]) & moving)
        start = int(evaluate(sp.sympify(index), still if names else env)) - origin
        entry.append(Index(start, tuple(names)))
    return Place(name, tuple(entry))


def _number(value: Any, *, tight: bool, base: bool) -> str:
    """Write a number as LaTeX, in brackets where its sign or power would mislead."""
    if isinstance(value, (complex, np.complexfloating)) and value.imag == 0:
        value = value.real
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, complex):
        sign = "-" if value.imag < 0 else "+"
        size = number_latex(abs(value.imag))
        return rf"\left({number_latex(value.real)} {sign} {size} i\right)"
    latex = number_latex(value)
    negative = latex.startswith("-") and (tight or base)
    return (
        rf"\left({latex}\right)" if negative or (base and r"\times" in latex) else latex
    )
