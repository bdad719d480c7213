"""The shape every formula has: its quantities, its controls and the formula itself.

A fact about a formula (a range, a meaning, a spelling, a source) is written once, in
these objects; the sliders, the link checks, the tests, the symbol table and the cheat
sheet read it from here. Nothing here knows about the screen, and importing this module
does not import SymPy.
"""

from __future__ import annotations

import dataclasses
import functools
import inspect
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

if TYPE_CHECKING:
    from formulas.notation import Equation, Identity

Value = float | int | bool | str

MOST_POSITIONS = 201


@dataclass(frozen=True)
class Quantity:
    """One symbol of a formula.

    Parameters
    ----------
    name : str
        The name in code, in links and in the equations' trees: ``"logits"``.
    symbol : str
        How the formula spells it, in LaTeX: ``"z"``.
    meaning : str
        What it is, in a few words, without a period.
    shape : tuple of str or int
        Names or sizes of its axes; ``()`` for a single number.
    origin : int
        The number of the first entry of every axis, 1 unless the source counts from 0.
    call : bool
        Print entries as ``Q(s, a)`` instead of ``Q_{s a}``.
    unit : str
        The unit, where there is one: ``"nats"``.
    """

    name: str
    symbol: str
    meaning: str
    shape: tuple[str | int, ...] = ()
    origin: int = 1
    call: bool = False
    unit: str = ""


@dataclass(frozen=True, kw_only=True)
class Control(Quantity):
    """A quantity that the reader sets; its range is the domain of every proof.

    Parameters
    ----------
    default : float, int, bool or str
        The value a page opens with. Its type is the control's type.
    low, high : float
        The ends of the slider, both included. Unused when ``choices`` are given.
    step : float, optional
        The distance of neighboring positions of the slider, in decades on a log one.
    scale : {"linear", "log"}
        How positions are spread between the ends.
    choices : tuple
        The only values allowed, in the order of the slider: powers of two, switches,
        names of options.

    Raises
    ------
    ValueError
        If the default is not a value of the control.
    """

    default: Value
    low: float = -math.inf
    high: float = math.inf
    step: float | None = None
    scale: Literal["linear", "log"] = "linear"
    choices: tuple[Value, ...] = ()

    def __post_init__(self) -> None:
        bounded = math.isfinite(self.low) and math.isfinite(self.high)
        if not (bounded or self.choices or self.kind == "switch"):
            raise ValueError(f"control {self.name} needs low and high, or choices")
        if self.clamp(self.default) != self.default:
            raise ValueError(f"control {self.name} cannot take its own default")

    @property
    def kind(self) -> Literal["switch", "option", "integer", "number"]:
        """What is set: a switch, a named option, a whole number or any number."""
        if isinstance(self.default, bool):
            return "switch"
        if isinstance(self.default, str):
            return "option"
        return "integer" if isinstance(self.default, int) else "number"

    @cached_property
    def positions(self) -> tuple[Value, ...]:
        """The stops of the slider, at most 201, with both ends and the default."""
        if self.kind == "switch":
            return (False, True)
        if self.choices:
            return self.choices
        stops = self._log_stops() if self.scale == "log" else self._even_stops()
        inner = np.abs(stops[1:-1] - float(self.default))
        if self.default not in stops and inner.size:
            stops[1 + inner.argmin()] = self.default
        if self.kind == "integer":
            return tuple(int(x) for x in np.unique(np.rint(stops)))
        return tuple(float(f"{x:.10g}") + 0.0 for x in stops)

    def _even_stops(self) -> np.ndarray:
        """Take the steps of a linear slider, or as many of them as there is room for."""
        step = self.step or (self.high - self.low) / 100
        count = round((self.high - self.low) / step) + 1
        picks = np.linspace(0, count - 1, min(count, MOST_POSITIONS)).round()
        return np.array([float(f"{self.low + step * k:.10g}") for k in picks])

    def _log_stops(self) -> np.ndarray:
        """Spread stops evenly in the logarithm; whole decades are hit exactly."""
        decades = math.log10(self.high / self.low)
        fine = 1 / self.step if self.step else 50
        per_decade = min(fine, int((MOST_POSITIONS - 1) / decades))
        stops = np.geomspace(self.low, self.high, round(decades * per_decade) + 1)
        inner = [float(f"{x:.4g}") for x in stops[1:-1]]
        return np.array([self.low, *inner, self.high])

    def clamp(self, value: Value) -> Value:
        """Return the allowed value nearest to ``value``, which has the right type."""
        if self.choices and self.kind in ("integer", "number"):
            return min(self.choices, key=lambda c: abs(float(c) - float(value)))
        if self.choices or self.kind == "switch":
            return value if value in (self.choices or (False, True)) else self.default
        inside = min(max(float(value), self.low), self.high)
        return round(inside) if self.kind == "integer" else inside

    def parse(self, text: str) -> tuple[Value, str | None]:
        """Read a value that somebody typed or linked to.

        Parameters
        ----------
        text : str
            Anything at all.

        Returns
        -------
        value : float, int, bool or str
            An allowed value: the one asked for, the nearest end, or the default.
        notice : str or None
            Why it is not the one asked for. Never repeats ``text``.
        """
        if self.kind == "switch":
            known: dict[str, Value] = {
                "true": True,
                "1": True,
                "false": False,
                "0": False,
            }
            found = known.get(text.lower())
            notice = f"{self.name} is on or off; the default is used"
            return (self.default, notice) if found is None else (found, None)
        if self.kind == "option":
            if text in self.choices:
                return text, None
            options = ", ".join(str(c) for c in self.choices)
            return (
                self.default,
                f"{self.name} must be one of {options}; the default is used",
            )
        try:
            # Only plain ASCII numbers: float() would also take "１" and "1_0".
            number = (
                float(text) if re.fullmatch(r"[0-9eE+.\-]{1,32}", text) else math.nan
            )
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            return self.default, f"{self.name} must be a number; the default is used"
        value = self.clamp(number)
        if math.isclose(float(value), number, rel_tol=1e-12, abs_tol=1e-12):
            return value, None
        return value, f"{self.name} must be {self.allowed}; {self.text(value)} is used"

    def text(self, value: Value) -> str:
        """Write a value so that ``parse`` reads back exactly the same one."""
        if isinstance(value, bool):
            return "true" if value else "false"
        return str(value) if isinstance(value, (int, str)) else repr(float(value))

    @property
    def allowed(self) -> str:
        """Say in words what the control can take."""
        if self.kind == "switch":
            return "on or off"
        if self.choices:
            return "one of " + ", ".join(str(c) for c in self.choices)
        whole = "a whole number from " if self.kind == "integer" else "from "
        return f"{whole}{self.low:g} to {self.high:g}"


@dataclass(frozen=True, eq=False, kw_only=True)
class Formula:
    """One formula: what is shown, what is computed and what is proved.

    Parameters
    ----------
    title, question : str
        The page's title and the one question that it answers.
    quantities : tuple of Quantity
        Every symbol, in reading order; those of type `Control` become sliders.
    equations : callable
        Builds the SymPy trees that are printed and proved. Called on first use only.
    compute : callable
        The NumPy function of the page. Its module names the formula.
    source : str
        Where the formula comes from, with year and equation number.
    headline : str, optional
        The compact form that everyone knows, with ``<name>`` for each symbol. Without
        it the equations themselves are the headline.
    result : str, optional
        The computed quantity that the page is about, where it is not the left side of
        the last equation: worked steps and the snippet begin with it.
    example : mapping
        Values of the quantities that no control sets.
    given : callable, optional
        Turns the controls' values into the inputs of the equations, where it takes more
        than adding them to the example.
    identities : callable, optional
        Builds the derivatives and identities worth knowing, each proved by a test.
    equivalents : tuple of str
        The same number from a library, each an expression over the inputs that a test
        evaluates.
    purpose : str
        What the formula is for, as the cheat sheet says it.
    corrections : tuple of str
        What the original document got wrong or left open.
    topics : tuple of str
        Which of LLM, ML and RL the formula belongs to.
    aliases : tuple of str
        Other words that a search should find it by.
    needs : tuple of str
        Slugs of the formulas to read first.
    proved : str
        What the equations prove where a tree cannot say the whole formula.
    """

    title: str
    question: str
    quantities: tuple[Quantity, ...]
    equations: Callable[[], tuple[Equation, ...]]
    compute: Callable[..., Any]
    source: str
    purpose: str
    headline: str | None = None
    result: str = ""
    example: Mapping[str, Any] = field(default_factory=dict)
    given: Callable[..., Mapping[str, Any]] | None = None
    identities: Callable[[], tuple[Identity, ...]] = tuple
    equivalents: tuple[str, ...] = ()
    corrections: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    proved: str = ""

    @property
    def slug(self) -> str:
        """The one name of module, page, test file and link."""
        return self.compute.__module__.rsplit(".", 1)[-1]

    @property
    def section(self) -> str:
        """The folder of the formula."""
        return self.compute.__module__.split(".")[-2]

    @cached_property
    def controls(self) -> tuple[Control, ...]:
        """The quantities that the reader sets, in reading order."""
        return tuple(q for q in self.quantities if isinstance(q, Control))

    @property
    def defaults(self) -> dict[str, Value]:
        """The values a page opens with."""
        return {control.name: control.default for control in self.controls}

    @cached_property
    def by_name(self) -> dict[str, Quantity]:
        """The quantities by name."""
        return {quantity.name: quantity for quantity in self.quantities}

    def control(self, name: str) -> Control:
        """Return the control of that name; ``KeyError`` if there is none."""
        return {control.name: control for control in self.controls}[name]

    def quantity(self, name: str) -> Quantity:
        """Return the quantity of that name; ``KeyError`` if there is none."""
        return self.by_name[name]

    def slot(self, name: str) -> int:
        """Return the number (1 to 8) of a quantity's color, the same everywhere."""
        return self._slots[name]

    def slots(self, *names: str) -> tuple[int, ...]:
        """Return the colors of several quantities, in the order asked for."""
        return tuple(map(self.slot, names))

    @cached_property
    def _slots(self) -> dict[str, int]:
        return {q.name: k % 8 + 1 for k, q in enumerate(self.quantities)}

    def inputs(self, **values: Value) -> dict[str, Any]:
        """Return what the equations start from, at these values of the controls."""
        made = _call(self.given, values) if self.given else values
        return {**self.example, **made}

    def outputs(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """Run ``compute`` on the inputs it knows; return its results by name."""
        result = _call(self.compute, inputs)
        if dataclasses.is_dataclass(result) and not isinstance(result, type):
            return {f.name: getattr(result, f.name) for f in dataclasses.fields(result)}
        if isinstance(result, Mapping):
            return dict(result)
        return {self.result_name: result}

    @cached_property
    def result_name(self) -> str:
        """The name of the quantity that the page is about."""
        if self.result:
            return self.result
        from formulas.notation import name_of

        return str(name_of(self.built[-1].left))

    @cached_property
    def built(self) -> tuple[Equation, ...]:
        """The equations' trees, built once."""
        return self.equations()

    @cached_property
    def proved_identities(self) -> tuple[Identity, ...]:
        """The identities' trees, built once."""
        return self.identities()

    @cached_property
    def latex(self) -> str:
        """The formula as the page prints it, without color."""
        from formulas.notation import headline_latex

        return headline_latex(self)


def _call(function: Callable[..., Any], values: Mapping[str, Any]) -> Any:
    """Call a function with those of the values that it names."""
    known = _parameters(function)
    return function(**{name: v for name, v in values.items() if name in known})


@functools.cache
def _parameters(function: Callable[..., Any]) -> frozenset[str]:
    return frozenset(inspect.signature(function).parameters)
