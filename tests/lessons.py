"""Lessons as tests read them: drawn at any setting, long computations done once."""

from __future__ import annotations

import contextlib
import functools
import io
from collections.abc import Callable, Mapping
from typing import Any

from charts import Scene
from notation.simulation import finished
from notation.statement import Statement, call_with, fields_of
from ui.catalogue import Lesson


def module_of(lesson: Lesson) -> str:
    """Return the name of the module that holds a lesson's tests."""
    return f"test_{lesson.key.replace('/', '_')}"


@functools.cache
def default_history(statement: Statement) -> Any:
    """Return what a lesson's simulation gives at the defaults; None without one."""
    return simulated(statement)


def simulated(statement: Statement, **values: Any) -> Any:
    """Run a lesson's simulation to its end; None without one."""
    if statement.simulate is None:
        return None
    chosen = {**statement.defaults, **values}
    return finished(call_with(statement.simulate, chosen))


def drawing(lesson: Lesson) -> Callable[..., Scene]:
    """Return a lesson as a function of its controls, its history that of the defaults."""

    def draw(**values: Any) -> Scene:
        return lesson.scene(values, default_history(lesson.statement))

    return draw


def inputs_of(statement: Statement, **values: Any) -> dict[str, Any]:
    """Return what a formula starts from at these values of the controls."""
    known = {**values, "history": default_history(statement)}
    inputs: dict[str, Any] = call_with(statement.inputs, known)
    return inputs


def outputs_of(statement: Statement, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a formula gives for these inputs, by name."""
    return fields_of(call_with(statement.compute, inputs))


def numbers_of(statement: Statement, **values: Any) -> dict[str, Any]:
    """Return inputs and results at these values of the controls, by name."""
    return statement.solve(values, default_history(statement)).numbers


def programs_run(
    lesson: Lesson, values: Mapping[str, Any], wanted: Callable[[str], bool]
) -> list[str]:
    """Run programs of a lesson's Code tab, and hold what they print against the number.

    Parameters
    ----------
    lesson : Lesson
        Which lesson.
    values : mapping
        A value for each control.
    wanted : callable
        Takes a program's title; tells whether it is run.

    Returns
    -------
    list of str
        The titles of what was run.
    """
    solution = lesson.statement.solve(values, default_history(lesson.statement))
    known = {**values, **solution.numbers}
    ran = []
    for program in filter(lambda one: wanted(one.title), lesson.text.programs):
        with contextlib.redirect_stdout(io.StringIO()) as out:
            exec(program.text(known), {"__name__": "program"})  # noqa: S102 - our text
        printed, number = complex(out.getvalue()), program.number(known)
        error = abs(printed - number)
        assert error <= program.within * abs(number) + 1e-9, (program.title, values)
        ran.append(program.title)
    return ran
