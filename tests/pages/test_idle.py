"""Controls that are hidden while an option is taken set nothing then."""

from __future__ import annotations

import pytest

from tests.lessons import drawing
from ui.catalogue import SHOWN

IDLE = [
    pytest.param(lesson, option, choice, name, id=f"{lesson.key}-{choice}-{name}")
    for lesson in SHOWN
    for option in lesson.statement.controls
    for choice, names in option.idle
    for name in names
]


@pytest.mark.parametrize(("lesson", "option", "choice", "name"), IDLE)
def test_a_hidden_control_changes_neither_picture_nor_numbers(
    lesson, option, choice, name
):
    statement = lesson.statement
    assert choice in option.choices
    control = statement.control(name)
    values = {**statement.defaults, option.name: choice}
    assert name in statement.idle_controls(values)
    others = [{**values, option.name: one} for one in option.choices]
    assert not all(name in statement.idle_controls(one) for one in others)
    shown = [
        drawing(lesson)(**{**values, name: position})
        for position in (control.positions[0], control.positions[-1])
    ]
    one, other = (
        (scene.status, scene.readouts, repr(scene.figures)) for scene in shown
    )
    assert one == other
