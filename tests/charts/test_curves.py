"""Curves: data in, the same data in the figure."""

from __future__ import annotations

import numpy as np
import pytest
from plotly.graph_objects import Figure

from charts import Axis, Curve, Mark, curves


def drawn(*series, **more):
    x, y = Axis("time (s)", (0, 3)), Axis("height (m)", (-1, 1))
    return curves("Throw", *series, x=x, y=y, **more)


def test_a_curve_keeps_its_points_and_its_gaps():
    made = drawn(Curve("ball", [0, 1, 2], [1, np.nan, 3], color_index=4))
    Figure(made)
    (trace,) = made["data"]
    np.testing.assert_array_equal(trace["x"], [0, 1, 2])
    np.testing.assert_array_equal(trace["y"], [1, np.nan, 3])
    assert trace["line"]["color"] == "var(--series-4)"


def test_axes_have_titles_and_fixed_ranges():
    layout = drawn(Curve("a", [0], [0]))["layout"]
    assert layout["meta"]["title"] == "Throw"
    assert layout["xaxis"]["title"]["text"] == "time (s)"
    assert layout["yaxis"]["range"] == [-1, 1]


def test_curves_differ_by_dash_as_well_as_by_color():
    traces = drawn(Curve("a", [0], [0]), Curve("b", [0], [0], color_index=2))["data"]
    assert traces[0]["line"]["dash"] != traces[1]["line"]["dash"]


def test_points_reach_to_given_heights():
    curve = Curve("a", [0, 1], [2.0, -1.0], line=False, points=True, reach=[0.5, 0.5])
    made = drawn(curve)
    Figure(made)
    (trace,) = made["data"]
    np.testing.assert_array_equal(trace["y"] - trace["error_y"]["arrayminus"], 0.5)
    assert trace["mode"] == "markers"


def test_marks_and_lines_of_reference_stand_where_they_should():
    layout = drawn(Curve("a", [0], [0]), levels=[(0.5, "top")], at=[(1.0, "now")])
    made = drawn(Curve("a", [0], [0]), Mark(1.0, 0.5, "here"))
    assert [s.get("y0") for s in layout["layout"]["shapes"]] == [0.5, 0]
    assert made["data"][1]["x"].item() == 1.0
    assert made["data"][1]["text"] == ["here"]


@pytest.mark.parametrize(("x", "side"), [(0.1, "left"), (2.9, "right")])
def test_a_text_may_stand_above_its_mark_on_a_ground_of_its_own(x, side):
    made = drawn(Curve("a", [0, 3], [0, 1]), Mark(x, 0.5, "here", over=True))
    (note,) = made["layout"]["annotations"]
    assert made["data"][-1]["text"] == [""]
    assert (note["x"], note["y"], note["text"]) == (x, 0.5, "here")
    assert (note["xanchor"], note["yanchor"]) == (side, "bottom")
    assert note["bgcolor"] == "var(--ground)"
    Figure(made)
