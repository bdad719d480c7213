"""The symbols of a formula, and those among them that the reader sets.

A fact about a symbol (its spelling, its meaning, a slider's range) is written once, in
these objects; sliders, link checks, tests, the symbol table and the cheat sheet read it
from here. Importing this module does not import SymPy.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

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
    color_of : str
        Another quantity whose color it has, because it is the same in other clothes: a
        vector whose entries a slider sets.
    """

    name: str
    symbol: str
    meaning: str
    shape: tuple[str | int, ...] = ()
    origin: int = 1
    call: bool = False
    unit: str = ""
    color_of: str = ""


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
    rare : bool
        Whether it is seldom moved (a seed, a display option) and stands under "More".
    stepwise : bool
        Whether it counts the steps of one process, which are gone through one by one.
    idle : tuple of (choice, names)
        The controls that set nothing while a choice is taken, which are hidden then.
    ends : tuple of (choice, pairs of a name and a number)
        Where sliders end while a choice is taken, because further on they set nothing.
    heading : str
        What it belongs to, where a lesson has several things that are set.
    base : int
        Where a logarithm is set, its base: the number that is meant is written beside
        the slider. 0 for what is no logarithm.

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
    rare: bool = False
    stepwise: bool = False
    idle: tuple[tuple[str, tuple[str, ...]], ...] = ()
    ends: tuple[tuple[str, tuple[tuple[str, float], ...]], ...] = ()
    heading: str = ""
    base: int = 0

    def __post_init__(self) -> None:
        bounded = math.isfinite(self.low) and math.isfinite(self.high)
        if not (bounded or self.choices or self.kind == "switch"):
            raise ValueError(f"control {self.name} needs low and high, or choices")
        if self.clamp(self.default) != self.default:
            raise ValueError(f"control {self.name} cannot take its own default")

    @property
    def kind(self) -> Literal["switch", "option", "integer", "number", "numbers"]:
        """What is set: a switch, a named option, a whole number, any number, or many."""
        if isinstance(self.default, bool):
            return "switch"
        if isinstance(self.default, str):
            return "option"
        return "integer" if isinstance(self.default, int) else "number"

    @property
    def is_number(self) -> bool:
        """Whether a number is set, whole or not: the control is a slider."""
        return self.kind in ("integer", "number")

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
        # Counted from the low end, 0 would be missed by a rounding error.
        stops = self.low + step * picks
        stops[np.abs(stops) < 1e-9 * step] = 0.0
        return np.array([float(f"{x:.10g}") for x in stops])

    def _log_stops(self) -> np.ndarray:
        """Spread stops evenly in the logarithm; whole decades are hit exactly."""
        decades = math.log10(self.high / self.low)
        fine = 1 / self.step if self.step else 50
        per_decade = min(fine, int((MOST_POSITIONS - 1) / decades))
        stops = np.geomspace(self.low, self.high, round(decades * per_decade) + 1)
        inner = [float(f"{x:.4g}") for x in stops[1:-1]]
        return np.array([self.low, *inner, self.high])

    def nearest(self, value: float) -> int:
        """Return the place of the slider's position that is nearest to a number."""
        stops = np.asarray(self.positions, float)
        return int(np.abs(stops - value).argmin())

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
            value = known.get(text.lower())
            notice = f"{self.name} is on or off; the default is used"
            return (self.default, notice) if value is None else (value, None)
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


def quantity(
    name: str,
    symbol: str,
    meaning: str,
    shape: tuple[str | int, ...] = (),
    *,
    origin: int = 1,
    call: bool = False,
    unit: str = "",
    color_of: str = "",
) -> Quantity:
    """Name a symbol that the reader does not set; see `Quantity`."""
    return Quantity(name, symbol, meaning, shape, origin, call, unit, color_of)


def slider(
    name: str,
    symbol: str,
    meaning: str,
    default: float,
    *,
    low: float = -math.inf,
    high: float = math.inf,
    step: float | None = None,
    scale: Literal["linear", "log"] = "linear",
    choices: tuple[Value, ...] = (),
    unit: str = "",
    rare: bool = False,
    stepwise: bool = False,
    heading: str = "",
    base: int = 0,
) -> Control:
    """Make a number that the reader sets: a whole one if the default is; see `Control`.

    Its range is ``low`` to ``high``, or the few numbers of ``choices``.
    """
    return Control(
        name,
        symbol,
        meaning,
        unit=unit,
        default=default,
        low=low,
        high=high,
        step=step,
        scale=scale,
        choices=choices,
        rare=rare,
        stepwise=stepwise,
        heading=heading,
        base=base,
    )


def switch(
    name: str, symbol: str, meaning: str, default: bool = False, *, rare: bool = False
) -> Control:
    """Make something that the reader turns on or off."""
    return Control(name, symbol, meaning, default=default, rare=rare)


def option(
    name: str,
    symbol: str,
    meaning: str,
    default: str,
    *,
    choices: tuple[str, ...],
    rare: bool = False,
    idle: tuple[tuple[str, tuple[str, ...]], ...] = (),
    ends: tuple[tuple[str, tuple[tuple[str, float], ...]], ...] = (),
    heading: str = "",
) -> Control:
    """Make a choice among named options; see `Control`."""
    return Control(
        name,
        symbol,
        meaning,
        default=default,
        choices=choices,
        rare=rare,
        idle=idle,
        ends=ends,
        heading=heading,
    )
