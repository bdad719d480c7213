"""A lesson's statement: its quantities, what is computed, and the equations that say so.

Data flows through it once: the controls' values become the formula's inputs, the inputs
become one result, and that one result is what the equations are proved on, what worked
steps and code show, and what the charts draw. Importing this module does not import
SymPy; trees are built and printed when first needed.
"""

from __future__ import annotations

import dataclasses
import functools
import inspect
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from notation.quantities import Control, Quantity, Value

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

SERIES = 8  # colors of a theme

Simulation = Callable[..., Generator[float, None, Any]]


@dataclass(frozen=True)
class Solution:
    """What a lesson computed at one setting of its controls.

    Attributes
    ----------
    inputs : mapping
        What the formula started from, by name.
    result : dataclass
        What it gave; its fields that are quantities are those the equations prove.
    """

    inputs: Mapping[str, Any]
    result: Any

    @cached_property
    def numbers(self) -> dict[str, Any]:
        """Inputs and the result's fields, by name: what equations are evaluated on."""
        return {**fields_of(self.result), **self.inputs}


def fields_of(result: Any) -> dict[str, Any]:
    """Return the fields of a result by name."""
    return {f.name: getattr(result, f.name) for f in dataclasses.fields(result)}


@dataclass(frozen=True, eq=False, kw_only=True)
class Statement:
    """What a lesson shows, computes and proves.

    Parameters
    ----------
    quantities : tuple of Quantity
        Every symbol, in reading order; those of type `Control` become sliders.
    inputs : callable
        Takes the controls that it names (and ``history``, if the lesson simulates) and
        returns what the formula starts from, by name.
    compute : callable
        Takes the inputs that it names; returns the result, a dataclass.
    build_equations : callable
        Builds the trees that are printed and proved. Called on first use only.
    build_identities : callable
        Builds the derivatives and identities worth knowing, each proved by a test.
    headline : str, optional
        The compact form that everyone knows, with ``<name>`` for each symbol. Without
        it the equations themselves are the headline.
    headline_at : callable, optional
        Takes the controls that it names; returns the headline of a setting that computes
        another formula, or calls things otherwise (``<name:X>``), written like
        ``headline``, or an empty text for the usual one.
    main_result : str, optional
        The computed quantity that the lesson is about, where it is not the left side of
        the last equation: worked steps and the code begin with it.
    line_result : callable, optional
        Takes the controls that it names; returns the quantity whose equation the live
        line shows, or an empty text where the picture shows none of the equations. Without
        it that is the main result.
    line_entry : callable, optional
        Takes the controls that it names; returns which entry of that quantity the live
        line works out, counted from 0. Without it that is the first.
    line_written : str or callable, optional
        That line set by hand, with whole arrays in it; see `notation/arrays_line.py`. A
        callable takes the controls that it names.
    simulate : callable, optional
        A long computation (training, episodes): a generator of some of the controls
        that yields its progress and returns the history that sliders then move over.
    outline : callable, optional
        What of that history is there at once: takes controls that ``simulate`` takes too
        and returns a history whose long part is missing. The picture is drawn with it
        until the computation has ended, and while a slider that this follows is dragged.
    progress_label : str
        What the long computation does, for its progress bar.
    """

    quantities: tuple[Quantity, ...]
    inputs: Callable[..., Mapping[str, Any]]
    compute: Callable[..., Any]
    build_equations: Callable[[], tuple[Equation, ...]]
    build_identities: Callable[[], tuple[Identity, ...]] = tuple
    headline: str | None = None
    headline_at: Callable[..., str] | None = None
    main_result: str = ""
    line_result: Callable[..., str] | None = None
    line_entry: Callable[..., tuple[int, ...]] | None = None
    line_written: str | Callable[..., str] = ""
    simulate: Simulation | None = None
    outline: Callable[..., Any] | None = None
    progress_label: str = "Computing"

    @cached_property
    def controls(self) -> tuple[Control, ...]:
        """The quantities that the reader sets, in reading order."""
        return tuple(q for q in self.quantities if isinstance(q, Control))

    @property
    def defaults(self) -> dict[str, Value]:
        """The values a lesson opens with."""
        return {control.name: control.default for control in self.controls}

    def opening_at(self, **defaults: Value) -> Statement:
        """Return the same statement, some of whose controls open at other values.

        Raises
        ------
        KeyError
            If there is no such control.
        """
        opened = {
            name: replace(self.control(name), default=value)
            for name, value in defaults.items()
        }
        return replace(
            self, quantities=tuple(opened.get(q.name, q) for q in self.quantities)
        )

    @cached_property
    def by_name(self) -> dict[str, Quantity]:
        """The quantities by name."""
        return {quantity.name: quantity for quantity in self.quantities}

    def quantity(self, name: str) -> Quantity:
        """Return the quantity of that name; ``KeyError`` if there is none."""
        return self.by_name[name]

    def control(self, name: str) -> Control:
        """Return the control of that name; ``KeyError`` if there is none."""
        return {control.name: control for control in self.controls}[name]

    def color_index(self, name: str) -> int:
        """Return the number (1 to 8) of a quantity's color, the same everywhere."""
        return self._color_indices[name]

    def color_indices(self, *names: str) -> tuple[int, ...]:
        """Return the colors of several quantities, in the order asked for."""
        return tuple(self._color_indices[name] for name in names)

    @cached_property
    def _color_indices(self) -> dict[str, int]:
        own = {q.name: k % SERIES + 1 for k, q in enumerate(self.quantities)}
        return {q.name: own[q.color_of or q.name] for q in self.quantities}

    @cached_property
    def _latest(self) -> dict[str, Any]:
        """The last solution and what it was computed from; one entry, set at once."""
        return {}

    def idle_controls(self, values: Mapping[str, Value]) -> frozenset[str]:
        """Return the controls that set nothing while the others are like this."""
        idle = (
            dict(control.idle).get(str(values[control.name]), ())
            for control in self.controls
        )
        return frozenset(name for names in idle for name in names)

    @cached_property
    def slow_controls(self) -> tuple[str, ...]:
        """The controls that the long computation follows."""
        return tuple(parameters(self.simulate)) if self.simulate else ()

    @cached_property
    def swept_controls(self) -> tuple[Control, ...]:
        """The sliders whose positions are all drawn when one of them is grabbed.

        The others have a long computation for each position: each is asked for, unless
        there is an outline of it.
        """
        slow = () if self.outline else self.slow_controls
        return tuple(c for c in self.controls if c.is_number and c.name not in slow)

    @cached_property
    def outlined_controls(self) -> tuple[Control, ...]:
        """Those sliders of which each position is drawn with an outline of its history."""
        slow = self.slow_controls
        return tuple(c for c in self.swept_controls if c.name in slow)

    def enters_formula(self, control: Control) -> bool:
        """Tell whether a control enters the formula, or sets the picture alone.

        It enters where it changes which formula is printed, or which entry of it is
        worked out, too.
        """
        enters = {*parameters(self.inputs), *self.slow_controls}
        for chosen in (self.headline_at, self.line_entry):
            if chosen is not None:
                enters |= parameters(chosen).keys()
        return control.name in enters

    def solve(self, values: Mapping[str, Value], history: Any = None) -> Solution:
        """Compute the result at these values of the controls.

        Parameters
        ----------
        values : mapping
            A value for each control.
        history : object, optional
            What `simulate` returned, if the lesson simulates.
        """
        known = {**values, "history": history} if self.simulate else values
        needed = {name: known[name] for name in parameters(self.inputs)}
        chosen = [value for name, value in needed.items() if name != "history"]
        latest = self._latest.get("solution")
        # A slider that only the picture follows changes nothing here.
        if latest and latest[0] == chosen and latest[1] is history:
            solution: Solution = latest[2]
            return solution
        inputs = self.inputs(**needed)
        solution = Solution(inputs, call_with(self.compute, inputs))
        self._latest["solution"] = (chosen, history, solution)
        return solution

    @cached_property
    def equations(self) -> tuple[Equation, ...]:
        """The equations' trees, built once."""
        return self.build_equations()

    @cached_property
    def identities(self) -> tuple[Identity, ...]:
        """The identities' trees, built once."""
        return self.build_identities()

    @cached_property
    def result_name(self) -> str:
        """The name of the quantity that the lesson is about."""
        if self.main_result:
            return self.main_result
        from notation.trees import name_of

        return str(name_of(self.equations[-1].left))

    @cached_property
    def main_equation(self) -> Equation:
        """The last equation that computes the main result."""
        return self.equation_of(self.result_name)

    @cached_property
    def computed_names(self) -> tuple[str, ...]:
        """The names of the quantities that an equation computes, in their order."""
        from notation.trees import name_of

        names = (name_of(equation.left) for equation in self.equations)
        return tuple(dict.fromkeys(str(name) for name in names if name is not None))

    @cached_property
    def tables(self) -> tuple[str, ...]:
        """The computed arrays that an equation states for every entry of them.

        Not those where controls say which entry is meant.
        """
        found = []
        for name in self.computed_names:
            left = self.equation_of(name).left
            indices = getattr(left, "indices", ())
            used = {symbol.name for index in indices for symbol in index.free_symbols}
            if indices and not used & self.by_name.keys():
                found.append(name)
        return tuple(found)

    @cached_property
    def summed(self) -> dict[str, Equation]:
        """The last equation of each quantity that has a sum to go through, by name."""
        from notation.terms import has_sum
        from notation.trees import name_of

        named = ((name_of(equation.left), equation) for equation in self.equations)
        return {str(name): e for name, e in named if name and has_sum(e.right)}

    def equation_of(self, name: str) -> Equation:
        """Return the last equation that computes a quantity."""
        from notation.trees import name_of

        return [e for e in self.equations if name_of(e.left) == name][-1]

    @cached_property
    def latex(self) -> str:
        """The formula as the lesson prints it, without color."""
        return self.headline_latex()

    def headline_latex(
        self,
        colors: Mapping[str, str] | None = None,
        mark: Callable[[str, str], str] | None = None,
        headline: str = "",
    ) -> str:
        """Print the formula as the reader sees it first, or another, colored or marked."""
        from notation.printing import headline_latex

        return headline_latex(
            headline or self.headline, self.equations, self.quantities, colors, mark
        )


def call_with(function: Callable[..., Any], values: Mapping[str, Any]) -> Any:
    """Call a function with those of the values that it names."""
    known = parameters(function)
    return function(**{name: v for name, v in values.items() if name in known})


@functools.cache
def parameters(function: Callable[..., Any]) -> Mapping[str, inspect.Parameter]:
    """Return the parameters of a function by name."""
    return inspect.signature(function).parameters
