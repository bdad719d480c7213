"""What stands below the figure: worked steps, symbols, derivation, code, data, sources.

Only the open tab is made, and what it prints is cached: it runs at every change of a
control.
"""

from __future__ import annotations

import csv
import functools
import inspect
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar, cast

import numpy as np
import streamlit as st

from charts import Figure
from notation.numbers import number_text
from notation.quantities import Control, Quantity, Value
from notation.statement import Solution, Statement
from ui import frames, programs, theme
from ui.catalogue import BROKEN_FORM
from ui.handout import TABS
from ui.kept import KeptForAll, bytes_of
from ui.metrics import METRICS
from ui.signs import signs_of
from ui.state import LessonState

MOST_ROWS = 40
MOST_ENTRIES = 6
IDLE = "sets nothing now"
EVERY_STEP = 10**6  # also of a longer formula that is chosen later
MOST_STEPS = 2**20  # bytes of them
Colors = Mapping[str, str]
Made = TypeVar("Made")
STEPS: KeptForAll[Any] = KeptForAll(MOST_STEPS, bytes_of)
METRICS.caches["steps"] = STEPS


@functools.cache
def _headline(statement: Statement, colors: tuple[tuple[str, str], ...]) -> str:
    return statement.headline_latex(dict(colors))


def headline(statement: Statement, colors: Colors) -> str:
    """Return the formula as the page prints it."""
    return _headline(statement, tuple(colors.items()))


@functools.cache
def _entry_lines(statement: Statement, colors: tuple[tuple[str, str], ...]) -> str:
    from notation.printing import aligned, equation_latex

    if statement.headline is None or "<right>" in statement.headline:
        return ""
    lines = [
        equation_latex(equation, statement.quantities, dict(colors))
        for equation in statement.equations
    ]
    return aligned(lines)


def entry_lines(statement: Statement, colors: Colors) -> str:
    """Return the equations below a compact headline; empty if it says all."""
    return _entry_lines(statement, tuple(colors.items()))


def show(state: LessonState, *, ready: bool) -> None:
    """Show the tabs and fill the open one; some wait until there is something to show."""
    tabs = st.tabs(
        tuple(TABS.values()),
        default=TABS.get(state.handout.tab),
        key="/".join(filter(None, ("tabs", state.lesson.slug, state.handout.tab))),
        on_change="rerun",
    )
    makers = (_steps, _symbols, _derivation, _code, _data, _sources)
    for tab, make in zip(tabs, makers, strict=True):
        if tab.open:
            with tab:
                if ready or make in (_derivation, _sources):
                    make(state)
                else:
                    st.markdown("The computation is still running.")


def _solution(state: LessonState) -> Solution:
    return state.lesson.statement.solve(state.values, state.history)


# ------------------------------------------------------------------------ worked steps


def _steps(state: LessonState) -> None:
    statement, key = state.lesson.statement, state.lesson.key
    equation, indices = _chosen_entry(state)

    def make() -> list[str]:
        numbers, colors = _solution(state).numbers, theme.quantity_colors(statement)
        return worked(statement, equation, indices, numbers, colors)

    lines = _kept(state, ("lines", equation, *indices.values()), make)
    at = _step(f"step/{key}", len(lines))
    with st.container(key=f"lines/{key}"):
        for line in lines[: at + 1]:
            st.latex(line)


def _step(key: str, count: int) -> int:
    """Let the reader go through some lines; return the number of the last one to show."""
    last = count - 1
    at = min(int(st.session_state.get(key, EVERY_STEP)), last)

    def go(step: int) -> None:
        st.session_state[key] = step

    with st.container(horizontal=True):
        # At an end a button does nothing, and keeps the focus.
        steps = {"First": 0, "Back": max(at - 1, 0), "Next": at + 1, "All": EVERY_STEP}
        for name, step in steps.items():
            st.button(name, on_click=go, args=(step,), key=f"{key}/{name.lower()}")
        st.markdown(f"Line {at + 1} of {count}")
    return at


def worked(
    statement: Statement,
    equation: int,
    indices: Mapping[str, int],
    numbers: Mapping[str, Any],
    colors: Colors,
) -> list[str]:
    """Return the worked steps of one entry of one equation."""
    from notation.steps import worked_steps

    return worked_steps(
        statement.equations[equation], indices, statement.quantities, numbers, colors
    )


def _chosen_entry(state: LessonState) -> tuple[int, dict[str, int]]:
    """Let the reader pick an equation and an entry of it."""
    from notation.evaluation import entries, environment
    from notation.printing import equation_latex
    from notation.steps import holding
    from notation.trees import name_of, unevaluated

    statement = state.lesson.statement
    provable = [
        k for k, e in enumerate(statement.equations) if name_of(e.left) is not None
    ]
    key = f"entry/{state.lesson.key}"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        number = statement.equations.index(statement.main_equation)
        if len(provable) > 1:
            number = st.selectbox(
                "Quantity",
                provable,
                index=provable.index(number),
                format_func=lambda k: _plain_name(statement, k),
                key=f"{key}/equation",
                width=260,
            )
        equation = statement.equations[number]
        env = environment(statement.quantities, _solution(state).numbers)
        places = list(entries(equation, statement.quantities, env))
        chosen = _first_entry(state, str(name_of(equation.left)), places)
        if len(places) > 1:
            labels = [", ".join(f"{k} = {v}" for k, v in p.items()) for p in places]
            chosen = st.selectbox(
                "Entry", range(len(places)), chosen, format_func=labels.__getitem__,
                key=f"{key}/{number}/{len(places)}/{chosen}", width=160,
            )  # fmt: skip

    def write() -> str:
        with unevaluated():  # cases that the sliders decide are not asked of the reader
            now = replace(equation, right=holding(equation.right, env))
        colors = theme.quantity_colors(statement)
        return equation_latex(now, statement.quantities, colors)

    st.latex(_kept(state, ("equation", number), write))
    return number, places[chosen]


def _kept(state: LessonState, what: Sequence[Any], make: Callable[[], Made]) -> Made:
    """Return what is worked out of a setting and printed in the colors of a theme.

    It is made once for all who open a lesson there.
    """
    settings = tuple(state.values.items())
    key = state.lesson.statement, settings, state.epoch, theme.mode(), *what
    return cast("Made", STEPS.made(key, make))


def _first_entry(
    state: LessonState, name: str, places: Sequence[Mapping[str, int]]
) -> int:
    """Return the place of the entry that the live line works out; else of the first."""
    statement = state.lesson.statement
    if name != frames.line_name(statement, state.values):
        return 0
    origin = statement.quantity(name).origin
    entry = [k + origin for k in frames.line_entry(statement, state.values)]
    found = (k for k, place in enumerate(places) if list(place.values()) == entry)
    return next(found, 0)


def _plain_name(statement: Statement, equation: int) -> str:
    from notation.trees import name_of

    return statement.quantity(str(name_of(statement.equations[equation].left))).meaning


# ----------------------------------------------------------------- symbols, derivation


def _symbols(state: LessonState) -> None:
    from notation.printing import latex
    from notation.trees import symbols

    statement = state.lesson.statement
    now = _now(statement, _solution(state).numbers, state.values)
    colors = theme.quantity_colors(statement)
    rows = {}
    for quantity in statement.quantities:
        sign = latex(symbols(quantity.name), statement.quantities, colors)
        value = now.get(quantity.name)
        value = IDLE if value is IDLE else with_unit(short(value), quantity.unit)
        rows[quantity.name] = (
            f"| ${sign}$ | {quantity.meaning} | {_kind(quantity)} | {value} | `{quantity.name}` |"
        )
    apart = [c.name for c in statement.controls if not statement.enters_formula(c)]
    inside = [name for name in rows if name not in apart]
    signs = signs_of(statement, state.lesson.text.signs)
    facts = "Meaning | Kind | Now | Name in code"
    with st.container(key=f"symbols/{state.lesson.key}"):
        _table(f"Symbol | {facts}", [rows[name] for name in inside])
        _table("Also in the formula | Meaning", [f"| ${s}$ | {m} |" for s, m in signs])
        _table(f"Sets the pictures | {facts}", [rows[name] for name in apart])
    st.markdown("**In words:**")
    st.text(frames.in_words(statement))


def _table(head: str, rows: Sequence[str]) -> None:
    """Show rows of Markdown below their heads, if there are any."""
    if rows:
        rule = "|---" * len(head.split("|"))
        st.markdown("\n".join([f"| {head} |", f"{rule}|", *rows]))


def _now(
    statement: Statement, numbers: Mapping[str, Any], values: Mapping[str, Value]
) -> dict[str, Any]:
    """Return what every quantity is worth, or that a control sets nothing now."""
    idle = dict.fromkeys(statement.idle_controls(values), IDLE)
    return {**numbers, **values, **idle}


def with_unit(value: str, unit: str) -> str:
    """Write a unit behind a value: a word stands apart, a sign of degrees does not."""
    return f"{value} {unit}" if unit.isalpha() else value + unit


def _kind(quantity: Quantity) -> str:
    """Say what a quantity is: a choice, a number, or how many numbers."""
    if isinstance(quantity, Control) and not quantity.is_number:
        return {"switch": "on or off", "option": "choice"}.get(quantity.kind, "list")
    sizes = " × ".join(map(str, quantity.shape))
    return f"{sizes} numbers" if sizes else "number"


def short(value: Any) -> str:
    """Write a value in a few characters."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, str):
        return value or "–"
    array = np.asarray(value)
    if array.ndim == 0:
        return number_text(array.item())
    if array.ndim == 1 and array.size <= MOST_ENTRIES:
        return "(" + ", ".join(number_text(v, 3) for v in array.tolist()) + ")"
    return " × ".join(map(str, array.shape)) + " numbers"


def _derivation(state: LessonState) -> None:
    from notation.printing import derivation_latex, identity_latex

    lesson, statement = state.lesson, state.lesson.statement
    colors = theme.quantity_colors(statement)
    lines = entry_lines(statement, colors)
    if lines:
        st.markdown("Entry by entry:")
        st.latex(lines)
    for k, derivation in enumerate(lesson.derivations):
        st.markdown(f"**{derivation.claim}**")
        first, *others = derivation_latex(derivation, statement.quantities, colors)
        at = _step(f"derivation/{lesson.key}/{k}", len(others) + 1)
        st.latex(first)
        for step, line in zip(derivation.steps[:at], others, strict=False):
            st.markdown(step.because)
            st.latex(line)
    if statement.identities:
        st.markdown("**Worth knowing.** Identities that follow in the same way:")
    for identity in statement.identities:
        st.markdown(identity.words)
        st.latex(identity_latex(identity, statement.quantities, colors))
    if state.lesson.text.proved:
        st.markdown(f"**What is proved here.** {state.lesson.text.proved}")


# -------------------------------------------------------------------------- code, data


def _code(state: LessonState) -> None:
    statement = state.lesson.statement
    if state.lesson.form == BROKEN_FORM:
        st.markdown("The code is that of the whole formula.")
        return
    known = {**state.values, **_solution(state).numbers}
    for program in state.lesson.text.programs:
        meaning = program.meaning(statement)
        place = f", entry {', '.join(program.entry)}" if program.entry else ""
        number = f"`{program.number(known):.4g}`"
        about = "about " if program.within > programs.ROUNDING else ""
        st.markdown(f"**{program.title}.** Prints {about}{number}: {meaning}{place}.")
        st.code(program.text(known), language="python")
    st.markdown("**What just ran here**, with its documentation and checks:")
    sources = map(inspect.getsource, programs.library_functions(statement.compute))
    st.code("\n\n".join(sources), language="python")


def _data(state: LessonState) -> None:
    scene = state.lesson.scene(state.values, state.history)
    st.download_button(
        "Download all as CSV",
        csv_text(scene.figures).encode("utf-8-sig"),  # the mark tells Excel what it is
        file_name=f"{state.lesson.file_name}.csv",
        mime="text/csv",
        on_click="ignore",
        key=f"csv/{state.lesson.key}",
    )
    for figure in scene.figures:
        st.markdown(f"**{figure['layout']['meta']['title']}**")
        rows = list(table_rows(figure))
        st.markdown(markdown_table(rows[:MOST_ROWS]))
        if len(rows) > MOST_ROWS:
            st.caption(f"The first {MOST_ROWS} of {len(rows)} rows; the CSV has all.")


def csv_text(figures: tuple[Figure, ...]) -> str:
    """Write everything that is plotted as one CSV table."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["chart", "series", "x", "y", "value"])
    for figure in figures:
        writer.writerows(table_rows(figure, digits=12))
    return out.getvalue()


def markdown_table(rows: Sequence[tuple[str, ...]]) -> str:
    """Write rows below their heads; the chart's title is left out."""
    body = [" | ".join(cell.replace("|", r"\|") for cell in row[1:]) for row in rows]
    lines = ["series | x | y | value", "--- | --- | --- | ---", *body]
    return "\n".join(f"| {line} |" for line in lines)


def table_rows(figure: Figure, digits: int = 6) -> Iterator[tuple[str, ...]]:
    """Walk over what is drawn: chart, series, x, y and, for cells, their value.

    Places with a name have it instead of a number. What is not a finite number is not
    drawn: it pads a series or leaves a cell blank.
    """
    about = figure["layout"]["meta"]
    for k, trace in enumerate(figure["data"]):
        name = str(trace.get("name", f"series {k + 1}"))
        if "z" in trace:
            first = int(trace.get("y0", 0))  # rows of maps below one another
            for (row, column), value in np.ndenumerate(np.asarray(trace["z"], float)):
                if np.isfinite(value):
                    cell = _cell(name, first + row, column, about)
                    yield about["title"], *cell, f"{value:.{digits}g}"
            continue
        for x, y in zip(trace.get("x", ()), trace.get("y", ()), strict=True):
            bar = trace["type"] == "bar"
            place = _name(x, about["x"]) if bar else f"{x:.{digits}g}"
            y = 10.0**y if about.get("powers") else y
            if np.isfinite(x) and np.isfinite(y):
                yield about["title"], name, place, f"{y:.{digits}g}", ""


def _cell(
    name: str, row: int, column: int, about: Mapping[str, Any]
) -> tuple[str, str, str]:
    """Return what a cell is called: its series, column and row.

    Of several maps in one picture each is a series, whose columns and rows are counted.
    """
    if "blocks" not in about:
        return name, _name(column, about["x"]), _name(row, about["y"])
    blocks = about["blocks"]
    high, wide = blocks["size"]
    block = row // high * blocks["across"] + column // wide
    x = _numbered(column % wide + 1, column, about["x"])
    y = _numbered(row % high, row, about["y"])  # the first row is that of the names
    return blocks["names"][block], x, y


def _numbered(number: int, place: int, names: Sequence[str]) -> str:
    """Put a number before the name of a place, if it has another one: ``5: the``."""
    own = names[place] if place < len(names) else ""
    return f"{number}: {own}" if own not in ("", str(number)) else str(number)


def _name(position: float, names: Sequence[str]) -> str:
    named = float(position).is_integer() and position < len(names)
    return (names[int(position)] if named else "") or f"{position:g}"


def _sources(state: LessonState) -> None:
    text = state.lesson.text
    st.markdown(f"**Source.** {'; '.join(text.sources)}")
    if text.corrections:
        st.markdown("**What short lists of formulas get wrong or leave open**")
        st.markdown("\n".join(f"- {correction}" for correction in text.corrections))
