"""The plane: data in, the same data in the figure, at true scale."""

from __future__ import annotations

import numpy as np
from plotly.graph_objects import Figure

from charts import Arrow, Field, Outline, Points, plane


def drawn(*things, extent=2.0):
    return plane("Vectors", *things, extent=extent, x="east", y="north")


def test_the_figure_is_valid_and_has_equal_scales():
    made = drawn(Arrow("v", [1, 2]), extent=((-3, 3), (-1, 1)))
    Figure(made)
    layout = made["layout"]
    assert layout["meta"]["title"] == "Vectors"
    assert layout["xaxis"]["title"]["text"] == "east"
    assert layout["yaxis"]["title"]["text"] == "north"
    assert layout["xaxis"]["range"] == [-3, 3]
    assert layout["yaxis"]["scaleanchor"] == "x"


def test_an_arrow_reaches_from_tail_to_head():
    (trace,) = drawn(Arrow("v", [1, 2], color_index=3, tail=[-1, 0]))["data"]
    np.testing.assert_array_equal(trace["x"], [-1, 1])
    np.testing.assert_array_equal(trace["y"], [0, 2])
    assert trace["line"]["color"] == "var(--series-3)"


def test_an_arrow_that_is_not_defined_is_not_drawn():
    (trace,) = drawn(Arrow("v", [np.nan, np.nan]))["data"]
    assert np.isnan(trace["x"][1])


def test_an_arrow_without_length_has_no_head_that_could_point_anywhere():
    for tail in ([0, 0], [1, 2]):
        (trace,) = drawn(Arrow("v", np.add(tail, 1e-15), tail=tail))["data"]
        assert trace["marker"]["size"] == [0, 0]
    (trace,) = drawn(Arrow("v", [0, 1e-9]))["data"]
    assert trace["marker"]["size"][1] > 0


def test_a_closed_outline_returns_to_its_start():
    corners = [[0, 0], [1, 0], [0, 1]]
    closed, line = drawn(Outline("a", corners, closed=True), Outline("b", corners))[
        "data"
    ]
    np.testing.assert_array_equal(closed["x"], [0, 1, 0, 0])
    np.testing.assert_array_equal(line["x"], [0, 1, 0])
    assert (closed["fill"], line["fill"]) == ("toself", "none")


def test_points_keep_their_places_sizes_and_names():
    (trace,) = drawn(Points("p", [[1, 2], [3, 4]], 2, [5, 6], ["s", "t"]))["data"]
    np.testing.assert_array_equal(trace["y"], [2, 4])
    np.testing.assert_array_equal(trace["marker"]["size"], [5, 6])
    assert trace["text"] == ["s", "t"]


def test_a_field_keeps_its_numbers_and_has_a_contour_line_at_0():
    heights = np.arange(6.0).reshape(2, 3)
    field = Field("output", [0, 1, 2], [0, 1], heights, (-7, 7), 2.0)
    made = drawn(field, Points("p", [[0, 0]]))
    Figure(made)
    trace = made["data"][0]
    np.testing.assert_array_equal(trace["z"], heights)
    assert (trace["zmin"], trace["zmax"]) == (-7, 7)
    lines = trace["contours"]
    assert lines["start"] % lines["size"] == 0
    assert "output" in trace["hovertemplate"]


def test_scales_may_differ_where_the_axes_mean_different_things():
    made = plane("Fit", Points("p", [[1, 2]]), extent=2.0, square=False)
    assert "scaleanchor" not in made["layout"]["yaxis"]


def test_axes_may_be_left_out():
    shown, hidden = (
        plane("T", Points("p", [[0.0, 1.0]]), extent=2.0, axes=axes)["layout"]
        for axes in (True, False)
    )
    for axis in ("xaxis", "yaxis"):
        assert hidden[axis]["showticklabels"] is hidden[axis]["showgrid"] is False
        assert "showticklabels" not in shown[axis]
        assert hidden[axis]["range"] == shown[axis]["range"] == [-2.0, 2.0]
    assert hidden["margin"]["l"] < shown["margin"]["l"]


def test_texts_may_stand_on_other_sides_than_above():
    sides = ("middle left", "top center")
    points = Points("words", [[0, 0], [1, 1]], texts=("a", "b"), sides=sides)
    (trace,) = plane("T", points, extent=2)["data"]
    assert trace["textposition"] == list(sides)


def test_points_of_one_size_may_stay_out_of_the_legend():
    points = Points("values", [[0.0, 1.0], [1.0, 2.0]], 1, 7.0, listed=False)
    trace = plane("Points", points, extent=3.0)["data"][0]
    assert trace["marker"]["size"] == 7
    assert trace["showlegend"] is False
