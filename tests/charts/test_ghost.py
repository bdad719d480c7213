"""Ghosts of a picture: the same points, fainter, dashed and lettered."""

from __future__ import annotations

import copy

import numpy as np
import plotly.graph_objects as go
import pytest

from charts import Axis, Bars, Curve, Mark, bars, curves, heatmap
from charts.base import TEXT
from charts.ghost import FEW, ghosts
from tests.lessons import default_history
from ui.catalogue import LESSONS

X = np.linspace(0, 1, 5)
PLAIN = curves(
    "A line",
    Curve("f", X, X**2, 3),
    Mark(0.5, 0.25, "here", 3),
    x=Axis("x", range=(0, 1)),
    y=Axis("y", range=(0, 1)),
)


def test_a_line_keeps_points_and_color_and_gets_dash_and_letter():
    line, mark = ghosts(PLAIN, "B", "dot")
    np.testing.assert_array_equal(line["y"], X**2)
    assert line["line"]["color"] == PLAIN["data"][0]["line"]["color"]
    assert line["line"]["dash"] == "dot"
    assert line["text"] == ["", "", "", "", "B"]
    assert line["name"] == "B · f"
    assert mark["text"] == ["B"]
    assert mark["marker"]["symbol"].endswith("-open")
    assert [trace["meta"] for trace in (line, mark)] == [{"of": 0}, {"of": 1}]


def test_the_letter_stands_at_the_last_point_that_is_drawn():
    gap = curves("A gap", Curve("f", X, [1, 2, np.nan, 3, np.nan]), x=Axis(), y=Axis())
    assert ghosts(gap, "A", "dash")[0]["text"] == ["", "", "", "A", ""]
    nothing = curves("Nothing", Curve("f", X, X * np.nan), x=Axis(), y=Axis())
    assert ghosts(nothing, "A", "dash")[0]["text"] == [""] * 5


@pytest.mark.parametrize(("count", "letters"), [(FEW, "A"), (FEW + 1, "")])
def test_only_a_few_points_are_lettered(count, letters):
    many = np.arange(count)
    points = curves(
        "Points", Curve("f", many, many, points=True, line=False), x=Axis(), y=Axis()
    )
    assert ghosts(points, "A", "dash")[0]["text"] == [letters] * count


def test_letters_of_bars_stand_at_heights_of_their_own():
    chart = bars("Bars", "ab", Bars("p", [1, 2], 2), y=Axis())
    anchors = [ghosts(chart, one, "dash")[0]["insidetextanchor"] for one in "ABC"]
    assert anchors == ["middle", "start", "end"]


def test_a_bar_is_an_outline_in_its_own_place():
    chart = bars("Bars", "ab", Bars("p", [1, 2], 2), Bars("q", [3, 4], 4), y=Axis())
    first, second = ghosts(chart, "A", "dash")
    assert first["offsetgroup"] == chart["data"][0]["offsetgroup"]
    assert second["offsetgroup"] != first["offsetgroup"]
    assert second["marker"]["line"]["color"] == TEXT  # seen on a bar of any color


def test_the_cells_of_a_map_are_lettered_and_say_what_they_held():
    (cells,) = ghosts(heatmap("A map", [[1, 2, 3], [4, 5, 6]]), "B", "dash")
    assert cells["text"] == ["B"] * 6
    columns = np.round(cells["x"] - 0.36).astype(int)
    places = zip(columns, cells["y"], strict=True)
    where = dict(zip(places, cells["customdata"], strict=True))
    assert where[0, 0] == 1
    assert where[2, 0] == 3
    assert where[0, 1] == 4
    assert cells["meta"]["of"] == 0


def test_letters_of_maps_below_one_another_stand_in_their_own_rows():
    picture = heatmap("Cells", [[1.0, 2.0], [3.0, 4.0]])
    lower = {**picture["data"][0], "y0": 3}
    _, below = ghosts({**picture, "data": [picture["data"][0], lower]}, "B", "dot")
    np.testing.assert_array_equal(below["y"], [3, 3, 4, 4])


def test_a_large_map_has_no_letters():
    assert ghosts(heatmap("A map", np.zeros((16, 16))), "A", "dash") == []


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda one: one.slug)
def test_ghosts_of_every_lesson_are_traces_that_plotly_knows(lesson):
    history = default_history(lesson.statement)
    figures = lesson.scene(lesson.statement.defaults, history).figures
    before = copy.deepcopy([list(figure["data"]) for figure in figures])
    made = [ghosts(figure, "C", "longdashdot") for figure in figures]
    assert any(made)
    for traces in made:
        go.Figure(traces)  # raises for what is no trace
    np.testing.assert_equal([list(figure["data"]) for figure in figures], before)
