"""Read a lesson without showing it: for tests, benchmarks and the home page."""

from __future__ import annotations

import functools
import runpy
from collections.abc import Generator
from typing import Any
from unittest import mock

from formulas.formula import Formula
from ui import lesson
from ui.live import Draw


@functools.cache
def read_lesson(formula: Formula) -> dict[str, Any]:
    """Run a page with the frame taken away; return what it would have shown.

    Returns
    -------
    dict
        ``draw`` and the other arguments of `ui.lesson.show` by name.
    """
    shown: dict[str, Any] = {}

    def catch(formula: Formula, draw: Draw, **words: Any) -> None:
        shown.update(formula=formula, draw=draw, **words)

    with mock.patch.object(lesson, "show", catch):
        runpy.run_path(str(lesson.ROOT / lesson.page_path(formula)))
    return shown


@functools.cache
def drawing(formula: Formula) -> Draw:
    """Return a lesson's ``draw``, with its record (at the defaults) put in."""
    shown = read_lesson(formula)
    draw: Draw = shown["draw"]
    if "record" not in shown:
        return draw
    return functools.partial(draw, record=finished(shown["record"], formula))


def finished(record: Any, formula: Formula, **values: Any) -> Any:
    """Run a long computation to its end."""
    from ui.record import needed

    chosen = {**formula.defaults, **values}
    steps: Generator[float, None, Any] = record(
        **{n: chosen[n] for n in needed(record)}
    )
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            return stop.value
