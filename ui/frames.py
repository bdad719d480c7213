"""Frames: what the browser shows at a setting, and on the way from one to another.

A frame is a scene and the live line, as plain data. Nothing here knows of visitors.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from charts import Scene
from notation.numbers import number_text
from notation.quantities import Control, Value
from notation.statement import Solution, Statement, call_with
from ui import simulation
from ui.catalogue import BY_KEY, Lesson
from ui.kept import KeptForAll
from ui.metrics import METRICS
from ui.packing import Packed, Pool, packed, stacked
from ui.workers import WORKERS

if TYPE_CHECKING:
    from notation.arrays_line import ArraysLine
    from notation.line import Line

MOST_SWEEPS = 64 * 2**20  # bytes of them
MOST_LINES = 1024
PLAIN = (bool, int, float, complex, str, np.generic)
Values = Mapping[str, Value]
Setting = dict[str, Value]


class Worked(NamedTuple):
    """What the live line works out.

    Attributes
    ----------
    name : str
        A computed quantity; empty for what the lesson is about.
    entry : tuple of int
        Which entry of it, counted from 0; empty for the first.
    term : int
        Which term of its sum is looked at, counted from 0; -1 for none.
    """

    name: str = ""
    entry: tuple[int, ...] = ()
    term: int = -1


USUAL = Worked()

SWEEPS: KeptForAll[Packed] = KeptForAll(MOST_SWEEPS, lambda kept: kept.size)
METRICS.caches["sweeps"] = SWEEPS
_ENTRY_TRACES: dict[str, list[dict[int, dict[str, Any]]]] = {}  # by lesson


def frame(
    lesson: Lesson, values: Values, history: Any = None, worked: Worked = USUAL
) -> dict[str, Any]:
    """Compute and draw a lesson at these values; return it as the browser gets it.

    Parameters
    ----------
    lesson : Lesson
        Which one.
    values : mapping
        A value for each control.
    history : object, optional
        What its long computation returned.
    worked : Worked
        What the live line works out; the usual if there is no such entry.
    """
    solution = lesson.statement.solve(values, history)
    scene = plain_scene(lesson.drawn(values, solution, history), lesson.statement)
    line = _line(lesson.statement, values, solution, worked)
    return {"line": line, "headline": headline_at(lesson.statement, values), **scene}


def line_name(statement: Statement, values: Values) -> str:
    """Return which quantity the live line usually works out; empty if it shows none."""
    if statement.line_result is None:
        return statement.result_name
    return str(call_with(statement.line_result, values))


def line_entry(statement: Statement, values: Values) -> tuple[int, ...]:
    """Return which entry of it the live line usually works out; empty for the first."""
    if statement.line_entry is None:
        return ()
    return tuple(call_with(statement.line_entry, values))


def line_following(
    lesson: Lesson, control: Control, values: Values, history: Any = None
) -> Worked:
    """Return what the live line works out while a slider is dragged.

    That is the usual if the slider changes anything in it, else the first equation in
    which it does.
    """
    from notation.trees import names_in

    statement = lesson.statement
    ends = []
    for position in (control.positions[0], control.positions[-1]):
        setting = {**values, control.name: position}
        past = history_at(lesson, control, setting, history)
        ends.append(statement.solve(setting, past).numbers)
    changed = {name for name in ends[0] if not _same(*(end.get(name) for end in ends))}

    def moves(name: str) -> bool:
        return not changed.isdisjoint(names_in(statement.equation_of(name).right))

    usual = line_name(statement, values)
    if not usual or moves(usual):
        return USUAL
    others = (Worked(name) for name in statement.computed_names if moves(name))
    return next(others, USUAL)


def _same(a: Any, b: Any) -> bool:
    """Tell whether two numbers, tables or other inputs of a formula are the same."""
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        return np.array_equal(a, b)
    return a is b or (isinstance(a, PLAIN) and bool(a == b))


def _line(
    statement: Statement, values: Values, solution: Solution, worked: Worked
) -> dict[str, Any]:
    """Write the equation that the picture shows with its numbers, if it shows one.

    With a term to look at it is one with a sum; how many ``terms`` that has is said, and
    which ``sum`` it is, if it is of the entry that the pictures show.
    """
    name, entry, term = worked
    usual = line_name(statement, values)
    if not name or name not in solution.numbers:
        name, entry = usual, ()
    if term >= 0 and name not in statement.summed:
        name, entry = next(iter(statement.summed), name), ()
    if not name:
        return {"pieces": [""], "numbers": []}
    shape = np.shape(solution.numbers[name])
    exists = len(entry) == len(shape) and all(map(int.__lt__, entry, shape))
    if not exists:
        entry = line_entry(statement, values) if name == usual else ()
    if statement.line_written and not entry and term < 0 and name == usual:
        by_hand = statement.line_written
        text = by_hand if isinstance(by_hand, str) else call_with(by_hand, values)
        pieces, numbers = written_line(statement, text).parts(solution.numbers)
        return {"pieces": list(pieces), "numbers": list(numbers)}
    line = live_line(statement, name, entry, term)
    pieces, numbers = line.parts(solution.numbers)
    written: dict[str, Any] = {"pieces": list(pieces), "numbers": list(numbers)}
    if term >= 0:
        shown = line_entry(statement, values) if name == usual else ()
        written["terms"] = line.terms(solution.numbers)
        written["sum"] = name if entry == shown else ""
    return written


@functools.lru_cache(maxsize=MOST_LINES)
def live_line(
    statement: Statement, result: str, entry: tuple[int, ...] = (), term: int = -1
) -> Line:
    """Return the equation of a result as a line that takes the numbers of the moment."""
    from notation.line import Line

    own = marks(statement)
    equation = statement.equation_of(result)
    if term < 0:
        return Line(equation, statement.quantities, own, entry)
    equation = statement.summed.get(result, equation)
    return Line(equation, statement.quantities, own, entry, term)


@functools.cache
def written_line(statement: Statement, written: str) -> ArraysLine:
    """Return the line of a lesson that sets it by hand."""
    from notation.arrays_line import ArraysLine

    return ArraysLine(written, statement.quantities, marks(statement))


@functools.cache
def headline(statement: Statement, other: str = "") -> str:
    """Return the formula as the reader sees it first, or another, its symbols marked."""
    return statement.headline_latex(mark=marks(statement), headline=other)


def headline_at(statement: Statement, values: Values) -> str:
    """Return the formula of a setting that does not compute the usual one, else nothing."""
    if statement.headline_at is None:
        return ""
    other = str(call_with(statement.headline_at, values))
    return headline(statement, other) if other else ""


@functools.cache
def in_words(statement: Statement) -> str:
    """Return the formula in words, for ears."""
    from notation.spoken import spoken

    said = (spoken(one, statement.quantities) for one in statement.equations)
    return " ".join(dict.fromkeys(said))


def marks(statement: Statement) -> Callable[[str, str], str]:
    """Return what puts the command of a quantity around LaTeX of it."""
    macros = {q.name: macro(k) for k, q in enumerate(statement.quantities)}
    return lambda name, latex: f"{macros[name]}{{{latex}}}"


def macro(number: int) -> str:
    r"""Return the short LaTeX command of a quantity: ``\qa``, ``\qb``, ... ``\qba``."""
    letters = ""
    while True:
        number, place = divmod(number, 26)
        letters = chr(ord("a") + place) + letters
        if not number:
            return rf"\q{letters}"


def plain_scene(scene: Scene, statement: Statement) -> dict[str, Any]:
    """Return a scene as the browser gets it."""
    return {
        "figures": list(scene.figures),
        "status": scene.status,
        "readouts": [
            _readout(label, value, statement) for label, value in scene.readouts.items()
        ],
    }


def _readout(label: str, value: float | str, statement: Statement) -> list[str | int]:
    """Write a live number; the name of a quantity is spelled out and has its color."""
    text = value if isinstance(value, str) else number_text(value)
    if label in statement.by_name:
        color = statement.color_index(label)
        return [statement.quantity(label).meaning, text, color, label]
    return [label, text, 0, ""]


def sweep(
    lesson: Lesson,
    control: Control,
    values: Values,
    pool: Pool,
    history: Any = None,
    worked: Worked = USUAL,
    near: int = 0,
) -> dict[str, Any]:
    """Draw a lesson at every position of one control, the others fixed.

    Where the visitor has not chosen what the live line works out, it follows the control.
    With ``near`` there are only so many positions on each side of the present one.
    """
    positions = _near(control, values, near) if near else control.positions
    if worked == USUAL:
        worked = line_following(lesson, control, values, history)
    frames = []
    for position in positions:
        setting = {**values, control.name: position}
        past = history_at(lesson, control, setting, history)
        frames.append(frame(lesson, setting, past, worked))
    others = {name: value for name, value in values.items() if name != control.name}
    return {
        "control": control.name,
        "positions": list(positions),
        "others": others,
        **stacked(frames, pool),
    }


def history_at(lesson: Lesson, control: Control, setting: Setting, history: Any) -> Any:
    """Return the history of a slider's position: an outline of it, if it follows that."""
    statement = lesson.statement
    if statement.outline is None or control.name not in statement.slow_controls:
        return history
    return call_with(statement.outline, setting)


def _near(control: Control, values: Values, near: int) -> Sequence[Value]:
    """Return the positions of a slider that its thumb reaches first."""
    place = control.nearest(float(values[control.name]))
    return control.positions[max(0, place - near) : place + near + 1]


def cached_sweep(
    lesson: Lesson,
    control: Control,
    values: Values,
    epoch: str,
    history: Any = None,
    worked: Worked = USUAL,
    near: int = 0,
) -> Packed:
    """Return a sweep, drawn once for all visitors; a part of it is drawn and not kept."""

    def make() -> Packed:
        with METRICS.sweep():
            own = simulation.is_constant(lesson.statement)
            past = None if own else history
            return WORKERS.run(
                packed_sweep, lesson.key, control.name, dict(values), worked, past
            )

    others = tuple(v for name, v in values.items() if name != control.name)
    code: Any = lesson.draw
    key = lesson.key, control.name, others, epoch, worked, code.__code__
    if near and key not in SWEEPS:
        return _packed(lesson, control, values, history, worked, near)
    return SWEEPS.made(key, make)


def packed_sweep(
    key: str, control: str, values: Setting, worked: Worked, history: Any = None
) -> Packed:
    """Return a sweep, ready to be sent.

    All but the history is named, so that another process can draw it; a history that is
    the same for all settings it computes itself, once, because some are large.
    """
    lesson = BY_KEY[key]
    if history is None:
        history = simulation.whole_history(lesson.statement, values)
    return _packed(lesson, lesson.statement.control(control), values, history, worked)


def be_ready() -> None:
    """Do nothing: whoever calls it has imported what frames need."""


def _packed(
    lesson: Lesson,
    control: Control,
    values: Values,
    history: Any,
    worked: Worked,
    near: int = 0,
) -> Packed:
    pool = Pool()
    return packed(sweep(lesson, control, values, pool, history, worked, near), pool)


def glide(
    lesson: Lesson,
    path: Sequence[Values],
    pool: Pool,
    history: Any = None,
    worked: Worked = USUAL,
) -> dict[str, Any]:
    """Draw a lesson along a path of settings, as `sweep` does along a slider."""
    frames = [frame(lesson, values, history, worked) for values in path]
    return {"settings": [dict(values) for values in path], **stacked(frames, pool)}


def path_between(
    statement: Statement, start: Values, end: Values, steps: int
) -> list[Setting]:
    """Lay a path from one setting to another, along the positions of the sliders.

    Parameters
    ----------
    statement : Statement
        Whose controls they are.
    start, end : mapping
        A value for each control. Numbers walk along their sliders; switches and options
        change at once, at the start.
    steps : int
        The number of settings after ``start``, at least one; the last is ``end``.

    Returns
    -------
    list of dict
        ``steps + 1`` settings.
    """
    path = [dict(start)]
    for k in range(1, steps):
        setting = dict(end)
        for control in statement.controls:
            if control.is_number and start[control.name] != end[control.name]:
                setting[control.name] = _between(
                    control, start[control.name], end[control.name], k / steps
                )
        path.append(setting)
    return [*path, dict(end)]


def _between(control: Control, start: Value, end: Value, part: float) -> Value:
    """Return the position of a slider some part of the way."""
    first, last = control.nearest(float(start)), control.nearest(float(end))
    return control.positions[round(first + part * (last - first))]


def entry_traces(
    lesson: Lesson, values: Values, history: Any = None
) -> list[dict[int, dict[str, Any]]]:
    """Find the traces that show, entry by entry, what an equation computes.

    A click on one of their points, bars or cells chooses what the live line works out.
    They are looked for once: a picture keeps its traces.

    Returns
    -------
    list of dict
        For each figure, by a trace's place: the quantity's ``name``; ``row``, how many
        entries a row of the trace has where a map shows one long row of them as a grid,
        else 0; and whether rows and columns are ``turned``.
    """
    if lesson.key not in _ENTRY_TRACES:
        solution = lesson.statement.solve(values, history)
        figures = lesson.drawn(values, solution, history).figures
        _ENTRY_TRACES[lesson.key] = [
            _shown(figure["data"], lesson.statement, solution) for figure in figures
        ]
    return _ENTRY_TRACES[lesson.key]


def _shown(
    traces: Sequence[Mapping[str, Any]], statement: Statement, solution: Solution
) -> dict[int, dict[str, Any]]:
    computed = {
        name: np.asarray(solution.numbers[name])
        for name in statement.tables
        if np.size(solution.numbers.get(name, 0)) > 1  # of one none is chosen
    }
    found = {}
    for k, trace in enumerate(traces):
        drawn = np.asarray(trace.get("z", trace.get("y", ())))
        for name, result in computed.items():
            if np.array_equal(drawn, result):
                found[k] = {"name": name, "row": 0, "turned": False}
            elif drawn.ndim == 2 and np.array_equal(drawn.T, result):
                found[k] = {"name": name, "row": 0, "turned": True}
            elif drawn.ndim == 2 and np.array_equal(drawn.ravel(), result):
                found[k] = {"name": name, "row": drawn.shape[1], "turned": False}
    return found
