"""Labels stand on a side where none hides another; tests/browser/test_labels.py measures."""

from __future__ import annotations

import pytest

from charts import Axis, Curve, Mark, curves
from charts.labels import label_sides, name_sides

X, Y = Axis("x", (0, 10)), Axis("y", (0, 1))


def test_a_label_alone_stands_above_its_mark():
    assert label_sides([(5, 0.5, "here")], X, Y) == ["top center"]
    assert label_sides([], X, Y) == []


def test_of_two_labels_at_one_place_the_second_gives_way():
    first, second = label_sides([(5, 0.5, "0.50"), (5, 0.5, "0.51")], X, Y)
    assert first == "top center"
    assert second == "middle right"


@pytest.mark.parametrize(("place", "forbidden"), [(0, "left"), (10, "right")])
def test_a_label_at_an_end_does_not_stick_out(place, forbidden):
    sides = label_sides([(place, 0.5, "a long label")] * 3, X, Y)
    assert not any(forbidden in side for side in sides)


def test_the_name_of_a_line_stands_on_the_side_with_more_room():
    assert name_sides([(1, "now")], X) == ["left"]
    assert name_sides([(9, "now")], X) == ["right"]
    assert name_sides([(9, "now")], Axis("x", (1, 1e6), log=True)) == ["left"]


def test_names_of_two_lines_close_to_each_other_stand_apart():
    assert name_sides([(4.0, "first"), (4.3, "second")], X) == ["left", "right"]


def test_a_mark_gives_way_to_the_name_of_its_line_and_of_a_level():
    plain = label_sides([(5, 0.85, "0.85")], X, Y)
    beside = label_sides([(5, 0.85, "0.85")], X, Y, at=[(5, "T now")])
    assert plain == ["top center"]
    assert beside != plain
    at_level = label_sides([(9.6, 0.4, "0.4")], X, Y, levels=[(0.5, "limit")])
    assert at_level != ["top center"]


def test_a_picture_draws_what_was_chosen():
    figure = curves(
        "T",
        Curve("c", [0, 10], [0, 1]),
        Mark(5, 0.5, "0.50"),
        Mark(5, 0.5, "0.51"),
        x=X,
        y=Y,
        at=[(9, "now")],
    )
    first, second = (t for t in figure["data"] if "text" in t)
    assert first["textposition"] != second["textposition"]
    assert figure["layout"]["annotations"][0]["xanchor"] == "right"
