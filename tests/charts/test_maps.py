"""Maps: several matrices in one picture, each where it belongs."""

from __future__ import annotations

import numpy as np
from plotly.graph_objects import Figure

from charts import maps

SIX = np.arange(6.0)[:, None, None] + np.zeros((6, 2, 3))


def drawn(matrices=SIX, **more):
    names = [f"map {k}" for k in range(len(matrices))]
    return maps("Maps", matrices, names, limits=(0, 6), x="to", y="from", **more)


def test_matrices_stand_four_in_a_row_with_gaps_between():
    figure = drawn()
    sheet = figure["data"][0]["z"]
    assert sheet.shape == (6, 15)
    np.testing.assert_array_equal(sheet[1:3, 4:7], SIX[1])
    np.testing.assert_array_equal(sheet[4:6, 0:3], SIX[4])
    assert np.isfinite(sheet).sum() == SIX.size
    Figure(figure)


def test_each_has_its_name_above():
    notes = drawn()["layout"]["annotations"]
    assert [n["text"] for n in notes] == [f"map {k}" for k in range(6)]
    assert [(n["x"], n["y"]) for n in notes[3:5]] == [(13, 0), (1, 3)]


def test_rows_are_named_beside_the_first_of_each_line():
    assert drawn(rows=("a", "b"))["layout"]["meta"]["y"] == ["", "a", "b", "", "a", "b"]
    assert drawn()["layout"]["meta"]["y"] == []


def test_columns_are_named_below_a_single_line_where_they_have_room():
    three = drawn(SIX[:3], columns="abc")["layout"]
    assert three["meta"]["x"] == [*"abc", "", *"abc", "", *"abc"]
    assert three["xaxis"]["title"]["text"] == ""  # upright names stand in its place
    assert three["margin"]["b"] == 44
    assert three["meta"]["upright"]
    Figure(drawn(SIX[:3], columns="abc"))
    one = drawn(SIX[:1], columns="abc")["layout"]
    assert one["meta"]["x"] == [*"abc"]
    assert one["xaxis"]["title"]["text"] == "to"
    wide = np.zeros((4, 2, 9))
    for figure in (drawn(columns="abc"), drawn(wide, columns="abcdefghi"), drawn()):
        assert figure["layout"]["meta"]["x"] == []
        assert figure["layout"]["xaxis"]["title"]["text"] == "to"
    most = drawn(np.zeros((4, 2, 8)), columns="abcdefgh")["layout"]["meta"]["x"]
    assert len(most) == 35


def test_columns_of_two_full_lines_are_named_below_the_last():
    eight = drawn(np.zeros((8, 2, 3)), rows=("a", "b"), columns="cde")["layout"]
    assert eight["meta"]["x"] == [*"cde", "", *"cde", "", *"cde", "", *"cde"]
    assert eight["meta"]["upright"]
    assert eight["meta"]["lines"]  # on a phone they have no room
    assert "lines" not in drawn(SIX[:3], rows=("a", "b"))["layout"]["meta"]
    assert "lines" not in drawn()["layout"]["meta"]


def test_one_may_be_framed():
    (frame,) = drawn(framed=4)["layout"]["shapes"]
    assert [frame[k] for k in ("x0", "x1", "y0", "y1")] == [-0.5, 2.5, 3.5, 5.5]
    assert drawn()["layout"]["shapes"] == []
    whole, row = drawn(framed=4, framed_row=1)["layout"]["shapes"]
    assert whole == frame
    assert [row[k] for k in ("x0", "x1", "y0", "y1")] == [-0.5, 2.5, 4.5, 5.5]


def test_a_single_matrix_shows_its_numbers():
    assert "text" in drawn(SIX[:1])["data"][0]
    assert "text" not in drawn(SIX[:2])["data"][0]


def test_axes_have_titles():
    layout = drawn()["layout"]
    assert layout["xaxis"]["title"]["text"] == "to"
    assert layout["yaxis"]["title"]["text"] == "from"
