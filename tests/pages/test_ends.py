"""Sliders that end earlier while an option is taken set nothing further on."""

from __future__ import annotations

import pytest

from tests.lessons import drawing
from ui.catalogue import SHOWN

ENDS = [
    pytest.param(lesson, {option.name: choice}, name, last, id=f"{lesson.key}-{choice}")
    for lesson in SHOWN
    for option in lesson.statement.controls
    for choice, ends in option.ends
    for name, last in ends
]


@pytest.mark.parametrize(("lesson", "chosen", "name", "last"), ENDS)
def test_a_slider_ends_where_nothing_changes_any_more(lesson, chosen, name, last):
    control = lesson.statement.control(name)
    positions = control.positions
    end = positions.index(last)

    def shown(position):
        values = {**lesson.statement.defaults, **chosen, name: position}
        scene = drawing(lesson)(**values)
        return scene.status, scene.readouts, repr(scene.figures)

    assert 0 < end < len(positions) - 1
    assert control.clamp(positions[-1]) == positions[-1]  # older links open still
    assert all(shown(position) == shown(last) for position in positions[end:])
    assert shown(positions[end - 1]) != shown(last)
