"""The live figure: charts that follow a slider while it is dragged.

``st.slider`` sends its value only on release. Here the browser gets, once a control is
grabbed, the lesson's scene at every position of it, and swaps the scenes itself; Python
stays the only place where anything is computed. See ``ui/browser/`` for the other half.
"""

from __future__ import annotations

import functools
import json
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import streamlit as st

from charts import Scene
from notation.numbers import number_text
from notation.quantities import Control, Quantity, Value
from notation.statement import SERIES, Solution, Statement, call_with
from notation.symbols import symbol_parts
from ui import theme
from ui.assets import browser_files
from ui.catalogue import Lesson
from ui.packing import Pool, stacked
from ui.state import LessonState

if TYPE_CHECKING:
    from notation.line import Line

MOST_SWEEPS = 256
REQUEST = "wish"  # the name on the wire of what the browser asks for
# The component proper stays tiny, because Streamlit sends it again with every message.
LOADER = """
const files = %s;
const bundle = document.querySelector('script[src*="static/js/"]');
const base = bundle ? new URL("../../", bundle.src) : new URL("./", document.baseURI);
const at = (name) => new URL(name, base).href;
const link = (rel, name) => {
  const found = document.querySelector(`link[data-live="${name}"]`);
  if (found) return;
  const element = Object.assign(document.createElement("link"), { rel, href: at(name) });
  element.dataset.live = name;
  document.head.append(element);
};
link("stylesheet", files.style);
files.modules.forEach((name) => link("modulepreload", name));
const loaded = import(at(files.entry));
export default async function (context) {
  try {
    const live = await loaded;
    const { plotly, katex } = files;
    return live.default(context, { plotly: at(plotly), katex: at(katex), request: "%s" });
  } catch (error) {
    console.warn("live figure not loaded", error);
    context.setStateValue("%s", { m: "loader", n: Date.now(), fallback: true });
  }
}
"""


def _component() -> Any:
    loader = LOADER % (json.dumps(browser_files()), REQUEST, REQUEST)
    return st.components.v2.component("live", js=loader, isolate_styles=False)


class SweepCache:
    """A bounded cache of sweeps, shared by all visitors."""

    def __init__(self, most: int = MOST_SWEEPS) -> None:
        self._most = most
        self._kept: OrderedDict[Any, tuple[dict[str, Any], Pool]] = OrderedDict()
        self._lock = Lock()

    def get(
        self, key: Any, make: Callable[[], tuple[dict[str, Any], Pool]]
    ) -> tuple[dict[str, Any], Pool]:
        """Return what is kept under a key; make it first if need be."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = make()
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return made

    def __len__(self) -> int:
        return len(self._kept)


SWEEPS = SweepCache()


def frame(
    lesson: Lesson, values: Mapping[str, Value], history: Any = None
) -> dict[str, Any]:
    """Compute and draw a lesson at these values; return it as the browser gets it."""
    solution = lesson.statement.solve(values, history)
    scene = plain_scene(lesson.drawn(values, solution), lesson.statement)
    return {"line": _line(lesson.statement, values, solution), **scene}


def _line(
    statement: Statement, values: Mapping[str, Value], solution: Solution
) -> dict[str, list[str]]:
    """Write the equation that the picture shows with its numbers, if it shows one."""
    name = statement.result_name
    if statement.line_result is not None:
        name = call_with(statement.line_result, values)
    if not name:
        return {"pieces": [""], "numbers": []}
    pieces, numbers = live_line(statement, name).parts(solution.numbers)
    return {"pieces": list(pieces), "numbers": list(numbers)}


@functools.cache
def live_line(statement: Statement, result: str) -> Line:
    """Return the equation of a result as a line that takes the numbers of the moment."""
    from notation.line import Line

    return Line(statement.equation_of(result), statement.quantities, marks(statement))


@functools.cache
def headline(statement: Statement) -> str:
    """Return the formula as the reader sees it first, its symbols marked."""
    return statement.headline_latex(mark=marks(statement))


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


def describe_quantity(quantity: Quantity, number: int) -> dict[str, Any]:
    """Say what the browser needs to mark a quantity in the live formula."""
    return {
        "name": quantity.name,
        "macro": macro(number),
        "color": number % SERIES + 1,
        "control": isinstance(quantity, Control),
    }


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
    values: Mapping[str, Value],
    pool: Pool,
    history: Any = None,
) -> dict[str, Any]:
    """Draw a lesson at every position of one control, the others fixed."""
    frames = [
        frame(lesson, {**values, control.name: position}, history)
        for position in control.positions
    ]
    others = {name: value for name, value in values.items() if name != control.name}
    return {
        "control": control.name,
        "positions": list(control.positions),
        "others": others,
        **stacked(frames, pool),
    }


def _cached_sweep(
    state: LessonState, control: Control, epoch: str
) -> tuple[dict[str, Any], Pool]:
    lesson, values = state.lesson, state.values

    def make() -> tuple[dict[str, Any], Pool]:
        pool = Pool()
        return sweep(lesson, control, values, pool, state.history), pool

    others = tuple(v for name, v in values.items() if name != control.name)
    code: Any = lesson.draw
    return SWEEPS.get((lesson.slug, control.name, others, epoch, code.__code__), make)


def describe(control: Control, statement: Statement) -> dict[str, Any]:
    """Say everything about a control that the browser needs to show it."""
    return {
        "name": control.name,
        "symbol": symbol_parts(control.symbol),
        "color": statement.color_index(control.name),
        "meaning": control.meaning,
        "unit": control.unit,
        "kind": control.kind,
        "default": control.default,
        "positions": list(control.positions),
        "low": control.positions[0],
        "high": control.positions[-1],
        "choices": bool(control.choices),
        "allowed": control.allowed,
    }


@dataclass(frozen=True)
class Progress:
    """The long computation behind a lesson, as far as the browser shows it.

    Attributes
    ----------
    epoch : str
        Identifies the history that is drawn; sweeps of another one are worthless.
    fraction : float or None
        Progress of a computation under way.
    ready : bool
        Whether there is any history to draw.
    """

    epoch: str = ""
    fraction: float | None = None
    ready: bool = True


def live_message(state: LessonState, progress: Progress) -> bytes:
    """Write the message that brings the browser up to date.

    What the browser says it has already, the controls' description and the scene on the
    screen, is not sent again.
    """
    lesson, statement = state.lesson, state.lesson.statement
    pool, frames, scene = Pool(), None, None
    if state.grab is not None and progress.ready:
        control = statement.control(state.grab)
        frames, kept = _cached_sweep(state, control, progress.epoch)
        pool = kept.copy()
    if progress.ready and state.painted != progress.epoch:
        scene = pool.refer(frame(lesson, state.values, state.history))
    known = state.described
    controls = () if known else statement.controls
    quantities = () if known else statement.quantities
    header = {
        "ack": state.request[1],
        "session": state.session,
        "revision": state.revision,
        "epoch": progress.epoch,
        "values": state.values,
        "notices": state.notices,
        "query": state.query,
        "controls": [describe(control, statement) for control in controls],
        "quantities": [describe_quantity(q, k) for k, q in enumerate(quantities)],
        "headline": "" if known else headline(statement),
        "scene": scene,
        "sweep": frames,
        "job": progress.fraction,
        "doing": statement.progress_label,
        "slow": list(statement.slow_controls),
    }
    return pool.message(header)


def live_figure(state: LessonState, message: bytes) -> None:
    """Show the live figure and hear what it asks for."""
    key = f"live/{state.lesson.slug}"

    def receive() -> None:
        state.receive(getattr(st.session_state.get(key), REQUEST, None))
        if state.framed:
            # The figure can write into its own frame's address only.
            st.query_params.from_dict(dict(parse_qsl(state.query)))

    _component()(data=message, key=key, **{f"on_{REQUEST}_change": receive})


def plain_figure(state: LessonState) -> None:
    """Show the lesson with Streamlit's own slider and chart, which move on release."""
    st.info(
        "The live figure could not be loaded, so the charts follow when you let go of a "
        "slider.",
        icon=":material/info:",
    )
    st.latex(state.lesson.statement.headline_latex())
    for control in state.lesson.statement.controls:
        _plain_control(state, control)
    scene = state.lesson.scene(state.values, state.history)
    st.markdown(scene.status)
    for k, figure in enumerate(scene.figures):
        title = figure["layout"]["meta"]["title"]
        st.markdown(f"**{title}**")
        st.plotly_chart(
            theme.colored(figure, theme.names()), key=f"plain/{k}", theme=None
        )


def _plain_control(state: LessonState, control: Control) -> None:
    key = f"plain/{state.lesson.slug}/{control.name}/{state.revision}"
    value: Any = state.values[control.name]
    if control.kind == "switch":
        chosen = st.toggle(control.meaning, value, key=key)
    else:
        stops: list[Any] = sorted({*control.positions, value}, key=_order(control))
        chosen = st.select_slider(control.meaning, stops, value, key=key)
    state.values = {**state.values, control.name: chosen}


def _order(control: Control) -> Callable[[Value], Any]:
    if control.kind == "option":
        return control.choices.index
    return lambda value: value
