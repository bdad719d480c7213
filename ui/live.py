"""The live figure: charts that follow a slider while it is dragged.

``st.slider`` sends its value only on release. Here the browser gets, once a control is
grabbed, the lesson's scene at every position of it, and swaps the scenes itself; Python
stays the only place where anything is computed. See ``ui/browser/`` for the other half.
"""

from __future__ import annotations

import dataclasses
import json
import os
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import streamlit as st

from notation.own_numbers import OwnNumbers
from notation.quantities import Control, Quantity
from notation.statement import Statement
from notation.symbols import symbol_parts
from ui import (
    below,
    details,
    frames,
    handout,
    pins,
    questions,
    simulation,
    sweep_route,
    theme,
)
from ui.assets import browser_files
from ui.catalogue import BROKEN_FORM, broken_of, forms_of
from ui.limits import BUDGETS, LONG_COMPUTATION
from ui.packing import Pool
from ui.state import OTHERS, LessonState, change_form

PRESET_STEPS = 12  # settings that a preset walks through
PRESET_TIME = 25  # milliseconds for each of them
WATCHED_TIME = 45  # the same while the answer to a question is watched
# Where the same app stands without a server, if somebody has published it.
STATIC_SITE = os.environ.get("FORMULA_EXPLORER_SITE", "")
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
    const { plotly, katex, sweeps, near } = files;
    return live.default(context, {
      plotly: at(plotly), katex: at(katex), sweeps: sweeps && at(sweeps), near,
      request: "%s",
    });
  } catch (error) {
    console.warn("live figure not loaded", error);
    context.setStateValue("%s", { m: "loader", n: Date.now(), fallback: true });
  }
}
"""


def _component() -> Any:
    loader = LOADER % (json.dumps(browser_files()), REQUEST, REQUEST)
    return st.components.v2.component("live", js=loader, isolate_styles=False)


def describe_quantity(
    quantity: Quantity, number: int, statement: Statement
) -> dict[str, Any]:
    """Say what the browser needs to mark a quantity in the live formula."""
    return {
        "name": quantity.name,
        "macro": frames.macro(number),
        "color": statement.color_index(quantity.name),
        "drawn": has_own_traces(quantity, statement),
        "control": isinstance(quantity, Control),
    }


def has_own_traces(quantity: Quantity, statement: Statement) -> bool:
    """Tell whether what a picture shows in a quantity's color is this quantity.

    A lesson may have more quantities than there are colors: of those with one color it is
    the first. What only a picture needs, or is seldom set, is not drawn itself.
    """
    if isinstance(quantity, Control) and group_of(quantity, statement):
        return False
    color = statement.color_index(quantity.name)
    first = next(
        q for q in statement.quantities if statement.color_index(q.name) == color
    )
    return (first.color_of or first.name) == (quantity.color_of or quantity.name)


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
        "group": group_of(control, statement),
        "heading": control.heading,
        "swept": control in statement.swept_controls,
        "outlined": control in statement.outlined_controls,
        "stepwise": control.stepwise,
        "base": control.base,
        "idle": {choice: list(names) for choice, names in control.idle},
        "ends": {choice: dict(ends) for choice, ends in control.ends},
        **(_describe_own(control) if isinstance(control, OwnNumbers) else {}),
    }


def _describe_own(control: OwnNumbers) -> dict[str, Any]:
    return {
        "example": control.positions[-1],
        "columns": len(control.columns),
        "replaces": control.replaces,
    }


def group_of(control: Control, statement: Statement) -> str:
    """Say where a control stands: ``""``, apart as ``"picture"``, or ``"more"``."""
    if control.rare:
        return "more"
    return "" if statement.enters_formula(control) else "picture"


def describe_lesson(state: LessonState) -> dict[str, Any]:
    """Say everything about a lesson that the browser needs once."""
    lesson, statement = state.lesson, state.lesson.statement
    quantities = statement.quantities
    broken = broken_of(lesson) if lesson.form in ("", BROKEN_FORM) else None
    return {
        "controls": [describe(control, statement) for control in statement.controls],
        "quantities": [
            describe_quantity(q, k, statement) for k, q in enumerate(quantities)
        ],
        "headline": frames.headline(statement),
        "spoken": frames.in_words(statement),
        "summed": bool(statement.summed),
        "form": "" if broken is lesson else lesson.form,
        "broken": broken
        and {
            "name": broken.form,
            "part": broken.text.broken[0],
            "on": broken is lesson,
        },
        "forms": [
            {"name": form.form, "title": form.title, "note": form.text.purpose}
            for form in forms_of(lesson)
        ],
        "story": lesson.text.story,
        "presets": [
            {
                "name": p.name,
                "note": p.note,
                "values": {**statement.defaults, **p.values},
            }
            for p in lesson.presets
        ],
        "questions": [questions.described(lesson, q) for q in lesson.questions],
        "tasks": [
            dataclasses.asdict(task)
            for task in lesson.text.tasks
            if broken is not lesson
        ],
        "answers": {str(k): right for k, right in state.answers.items()},
        "idea": lesson.text.idea,
        "lesson": lesson.key,
        "tabs": handout.TABS,
        "site": STATIC_SITE,
        "paper": theme.printed(),
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
    outlined : bool
        Whether that is an outline of the history under way.
    """

    epoch: str = ""
    fraction: float | None = None
    ready: bool = True
    outlined: bool = False


def live_message(state: LessonState, progress: Progress) -> bytes:
    """Write the message that brings the browser up to date.

    What the browser says it has already, the lesson's description and the scene on the
    screen, is not sent again.
    """
    lesson, statement = state.lesson, state.lesson.statement
    pool, sweep, scene, glide = Pool(), "null", None, None
    entries: list[dict[int, dict[str, Any]]] = []
    sliders = {slider.name: slider for slider in statement.swept_controls}
    grabbed = sliders.get(state.grab or "")
    sweeps = sweep_route.query(state, progress.epoch)
    if grabbed is not None and progress.ready and BUDGETS.spend(state.visitor):
        drawn = frames.cached_sweep(
            lesson, grabbed, state.values, progress.epoch, state.history, state.worked
        )
        pool, sweep = drawn.pool.copy(), drawn.text
    # Meanwhile the last finished picture stays: old training at new settings is nothing.
    finished = progress.ready and (progress.fraction is None or progress.outlined)
    if finished and state.painted != progress.epoch:
        shown = frames.frame(lesson, state.values, state.history, state.worked)
        scene = pool.refer(shown)
        entries = frames.entry_traces(lesson, state.values, state.history)
    path = _path(state) if finished else []
    if path:
        glide = frames.glide(lesson, path, pool, state.history, state.worked)
        glide["time"] = len(path) * (WATCHED_TIME if state.path else PRESET_TIME)
    header = {
        "ack": state.request[1],
        "session": state.session,
        "revision": state.revision,
        "epoch": progress.epoch,
        "sweeps": sweeps,
        "values": state.values,
        "notices": state.notices,
        "query": state.query,
        "stamp": below.stamp(state),
        **({"controls": []} if state.described else describe_lesson(state)),
        "scene": scene,
        "entries": entries,
        "glide": glide,
        "verdict": state.verdict,
        **_pins(state, pool),
        "handout": _handout(state.handout),
        "table": _table(state) if progress.ready else None,
        "job": progress.fraction,
        "outlined": progress.outlined,
        "doing": statement.progress_label,
    }
    return pool.message(header, {"sweep": sweep})


def _path(state: LessonState) -> list[frames.Setting]:
    """Return the settings that the figure walks through in this run."""
    if state.path or state.glide_from is None or state.glide_from == state.values:
        return state.path
    statement = state.lesson.statement
    if not simulation.same_history(statement, (state.glide_from, state.values)):
        return []
    return frames.path_between(statement, state.glide_from, state.values, PRESET_STEPS)


def _handout(fixed: handout.Handout) -> dict[str, Any]:
    """Say what a link fixes, as the browser names it."""
    return {
        "locked": fixed.locked,
        "hidden": fixed.hidden,
        "tab": fixed.tab,
        "keepsAnswers": fixed.keeps_answers,
        "question": fixed.question,
    }


def _pins(state: LessonState, pool: Pool) -> dict[str, Any]:
    """Return what is pinned, unless the browser shows it already."""
    stamp = pins.stamp(state.lesson, state.pins)
    cost = LONG_COMPUTATION if state.lesson.statement.simulate else 1
    if stamp == state.pinned or not BUDGETS.spend(state.visitor, cost):
        return {"pinned": state.pinned, "pins": None}
    shown = pool.refer(pins.described(state.lesson, state.pins))
    return {"pinned": stamp, "pins": shown}


def _table(state: LessonState) -> dict[str, str] | None:
    """Return the data of the chart that the visitor saves, as a file."""
    if state.table is None:
        return None
    figures = state.lesson.scene(state.values, state.history).figures
    chosen = figures[state.table : state.table + 1]
    name = f"{state.lesson.file_name}-{state.table + 1}.csv"
    return {"name": name, "text": details.csv_text(chosen)}


def _write_address(state: LessonState) -> None:
    """Write a state into the address bar, and leave what is not the lesson's."""
    query: dict[str, list[str]] = {
        name: st.query_params.get_all(name)
        for name in st.query_params
        if OTHERS.fullmatch(name)
    }
    for name, text in parse_qsl(state.query, keep_blank_values=True):
        query.setdefault(name, []).append(text)
    st.query_params.from_dict(query)


def live_figure(state: LessonState, message: bytes) -> None:
    """Show the live figure and hear what it asks for."""
    key = f"live/{state.lesson.key}"

    def receive() -> None:
        state.receive(getattr(st.session_state.get(key), REQUEST, None))
        now = state
        if state.wanted_form is not None:
            now = change_form(state, state.wanted_form)
        if state.framed:
            # The figure can write into its own frame's address only.
            _write_address(now)

    _component()(data=message, key=key, **{f"on_{REQUEST}_change": receive})
