"""What stands below the figure: worked steps, symbols, derivation, code, data, sources.

Only the open tab is made, and what it prints is cached: it runs at every change of a
control.
"""

from __future__ import annotations

import csv
import functools
import inspect
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import streamlit as st

from charts import Figure
from formulas.formula import Formula
from formulas.numbers import number_text
from ui import snippet, theme
from ui.live import Draw
from ui.state import LessonState

MOST_ROWS = 40
MOST_ENTRIES = 6
Colors = Mapping[str, str]


@functools.cache
def _headline(formula: Formula, colors: tuple[tuple[str, str], ...]) -> str:
    from formulas.notation import headline_latex

    return headline_latex(formula, dict(colors))


def headline(formula: Formula, colors: Colors) -> str:
    """Return the formula as the page prints it."""
    return _headline(formula, tuple(colors.items()))


@functools.cache
def _entry_lines(formula: Formula, colors: tuple[tuple[str, str], ...]) -> str:
    from formulas.notation import aligned, equation_latex

    if formula.headline is None or "<right>" in formula.headline:
        return ""
    return aligned([equation_latex(e, formula, dict(colors)) for e in formula.built])


def entry_lines(formula: Formula, colors: Colors) -> str:
    """Return the equations below a compact headline; empty if it says all."""
    return _entry_lines(formula, tuple(colors.items()))


def show(state: LessonState, draw: Draw | None) -> None:
    """Show the tabs and fill the open one."""
    names = ("Worked steps", "Symbols", "Derivation", "Code", "Data", "Sources")
    tabs = st.tabs(names, key=f"tabs/{state.formula.slug}", on_change="rerun")
    makers = (_steps, _symbols, _derivation, _code, _data, _sources)
    for tab, make in zip(tabs, makers, strict=True):
        if tab.open:
            with tab:
                make(state, draw)


def _numbers(
    state: LessonState, draw: Draw | None
) -> tuple[dict[str, Any], dict[str, Any]]:
    given = {**state.formula.inputs(**state.values), **_of_the_scene(state, draw)}
    return given, state.formula.outputs(given)


def _of_the_scene(state: LessonState, draw: Draw | None) -> Mapping[str, Any]:
    """Return what only the picture knows: numbers of a long computation."""
    return draw(**state.values).inputs if state.record and draw else {}


# ------------------------------------------------------------------------ worked steps


def _steps(state: LessonState, draw: Draw | None) -> None:
    formula = state.formula
    equation, indices = _chosen_entry(state, draw)
    colors = tuple(theme.formula_colors(formula).items())
    seen = tuple(
        (name, tuple(map(tuple, value)) if np.ndim(value) else value)
        for name, value in _of_the_scene(state, draw).items()
    )
    values = tuple(state.values.items())
    lines = worked(formula, equation, indices, values, colors, seen)
    key = f"step/{formula.slug}"
    last = len(lines) - 1
    at = min(st.session_state.get(key, last), last)

    def go(step: int) -> None:
        st.session_state[key] = step

    with st.container(horizontal=True):
        st.button("First", on_click=go, args=(0,), disabled=at == 0, key=f"{key}/first")
        st.button(
            "Back", on_click=go, args=(at - 1,), disabled=at == 0, key=f"{key}/back"
        )
        st.button(
            "Next", on_click=go, args=(at + 1,), disabled=at == last, key=f"{key}/next"
        )
        st.button(
            "All", on_click=go, args=(10**6,), disabled=at == last, key=f"{key}/all"
        )
        st.markdown(f"Step {at + 1} of {last + 1}")
    for line in lines[: at + 1]:
        st.latex(line)


@functools.lru_cache(maxsize=512)
def worked(
    formula: Formula,
    equation: int,
    indices: tuple[tuple[str, int], ...],
    values: tuple[tuple[str, Any], ...],
    colors: tuple[tuple[str, str], ...] = (),
    seen: tuple[tuple[str, Any], ...] = (),
) -> list[str]:
    """Return the worked steps of one entry of one equation.

    Everything is hashable, matrices among what is ``seen`` in the picture as tuples.
    """
    from formulas.notation import worked_steps

    given = formula.inputs(**dict(values))
    given |= {n: np.array(v) if isinstance(v, tuple) else v for n, v in seen}
    return worked_steps(
        formula,
        formula.built[equation],
        dict(indices),
        given,
        formula.outputs(given),
        dict(colors),
    )


def _chosen_entry(
    state: LessonState, draw: Draw | None
) -> tuple[int, tuple[tuple[str, int], ...]]:
    """Let the reader pick an equation and an entry of it."""
    from formulas.notation import entries, environment, equation_latex, name_of

    formula = state.formula
    provable = [k for k, e in enumerate(formula.built) if name_of(e.left) is not None]
    key = f"entry/{formula.slug}"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        number = main_equation(formula)
        if len(provable) > 1:
            number = st.selectbox(
                "Quantity",
                provable,
                index=provable.index(number),
                format_func=lambda k: _plain_name(formula, k),
                key=f"{key}/equation",
                width=260,
            )
        equation = formula.built[number]
        given, computed = _numbers(state, draw)
        env = environment(formula, {**computed, **given})
        places = list(entries(equation, formula, env))
        if len(places) > 1:
            labels = [", ".join(f"{k} = {v}" for k, v in p.items()) for p in places]
            chosen = st.selectbox(
                "Entry", range(len(places)), format_func=labels.__getitem__,
                key=f"{key}/{number}/{len(places)}", width=160,
            )  # fmt: skip
        else:
            chosen = 0
    st.latex(equation_latex(equation, formula, theme.formula_colors(formula)))
    return number, tuple(places[chosen].items())


def main_equation(formula: Formula) -> int:
    """Return the number of the equation that computes the formula's result."""
    from formulas.notation import name_of

    names = [str(name_of(equation.left)) for equation in formula.built]
    return max(k for k, name in enumerate(names) if name == formula.result_name)


def _plain_name(formula: Formula, equation: int) -> str:
    from formulas.notation import name_of

    return formula.quantity(str(name_of(formula.built[equation].left))).meaning


# ----------------------------------------------------------------- symbols, derivation


def _symbols(state: LessonState, draw: Draw | None) -> None:
    from formulas.notation import latex, symbols

    formula = state.formula
    given, computed = _numbers(state, draw)
    now = {**computed, **given, **state.values}
    colors = theme.formula_colors(formula)
    rows = [
        "| Symbol | Meaning | Shape | Now | Name in code |",
        "|---|---|---|---|---|",
    ]
    for quantity in formula.quantities:
        sign = latex(symbols(quantity.name), formula, colors)
        shape = " × ".join(map(str, quantity.shape)) or "number"
        value = short(now.get(quantity.name)) + quantity.unit
        rows.append(
            f"| ${sign}$ | {quantity.meaning} | {shape} | {value} | `{quantity.name}` |"
        )
    st.markdown("\n".join(rows))


def short(value: Any) -> str:
    """Write a value in a few characters."""
    if value is None:
        return "–"
    if isinstance(value, (bool, str)):
        return str(value)
    array = np.asarray(value)
    if array.ndim == 0:
        return number_text(array.item())
    if array.ndim == 1 and array.size <= MOST_ENTRIES:
        return "(" + ", ".join(number_text(v, 3) for v in array.tolist()) + ")"
    return " × ".join(map(str, array.shape)) + " numbers"


def _derivation(state: LessonState, _draw: Draw | None) -> None:
    from formulas.notation import identity_latex

    formula = state.formula
    for identity in formula.proved_identities:
        st.markdown(identity.words)
        st.latex(identity_latex(identity, formula, theme.formula_colors(formula)))
    if not formula.proved_identities:
        st.markdown("The formula is a definition; there is nothing to derive.")
    if formula.proved:
        st.markdown(f"**What is proved here.** {formula.proved}")


# -------------------------------------------------------------------------- code, data


def _code(state: LessonState, draw: Draw | None) -> None:
    formula = state.formula
    given, computed = _numbers(state, draw)
    name, entry = result_entry(formula, computed)
    value = np.asarray(computed[name])[entry].item()  # may be complex
    st.markdown(
        f"Copy and run it: with the current values it prints `{value:.4g}`, the "
        f"first entry of “{formula.quantity(name).meaning}”."
        if entry
        else f"Copy and run it: with the current values it prints `{value:.4g}`."
    )
    st.code(snippet.snippet(formula, given, name, entry), language="python")
    st.markdown("The same from a library:")
    st.code("\n".join(formula.equivalents), language="python")
    st.markdown("The function that just ran, with its documentation and checks:")
    st.code(inspect.getsource(formula.compute), language="python")


def result_entry(
    formula: Formula, computed: Mapping[str, Any]
) -> tuple[str, tuple[int, ...]]:
    """Return the result's name and its first entry, counted from 0."""
    name = formula.result_name
    return name, (0,) * np.ndim(computed[name])


def _data(state: LessonState, draw: Draw | None) -> None:
    if draw is None:
        st.markdown("The computation is still running.")
        return
    scene = draw(**state.values)
    st.download_button(
        "Download all as CSV",
        csv_text(scene.figures),
        file_name=f"{state.formula.slug}.csv",
        mime="text/csv",
        on_click="ignore",
        key=f"csv/{state.formula.slug}",
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
            for (row, column), value in np.ndenumerate(np.asarray(trace["z"], float)):
                where = _name(column, about["x"]), _name(row, about["y"])
                if np.isfinite(value):
                    yield about["title"], name, *where, f"{value:.{digits}g}"
            continue
        for x, y in zip(trace.get("x", ()), trace.get("y", ()), strict=True):
            bar = trace["type"] == "bar"
            place = _name(x, about["x"]) if bar else f"{x:.{digits}g}"
            if np.isfinite(x) and np.isfinite(y):
                yield about["title"], name, place, f"{y:.{digits}g}", ""


def _name(position: float, names: Sequence[str]) -> str:
    named = float(position).is_integer() and position < len(names)
    return (names[int(position)] if named else "") or f"{position:g}"


def _sources(state: LessonState, _draw: Draw | None) -> None:
    formula = state.formula
    st.markdown(f"**Source.** {formula.source}")
    if formula.corrections:
        st.markdown("**What the original list got wrong or left open**")
        st.markdown("\n".join(f"- {text}" for text in formula.corrections))
