"""Histograms: data in, the same data in the figure."""

from __future__ import annotations

import numpy as np
import pytest
from plotly.graph_objects import Figure

from charts import Axis, Curve, Histogram, density, histogram


def drawn(*series, **more):
    x, y = Axis("value", (-2, 2)), Axis("density", (0, 1))
    return histogram("Spread", *series, x=x, y=y, **more)


def test_each_bin_is_a_step_from_edge_to_edge_that_starts_and_ends_at_zero():
    figure = drawn(Histogram("a", [0, 1, 3], [0.5, 0.25], 4))
    (trace,) = figure["data"]
    np.testing.assert_array_equal(trace["x"], [0, 0, 1, 1, 3, 3])
    np.testing.assert_array_equal(trace["y"], [0, 0.5, 0.5, 0.25, 0.25, 0])
    assert trace["fill"] == "tozeroy"
    assert trace["line"]["color"] == "var(--series-4)"
    Figure(figure)


def test_axes_have_titles_and_fixed_ranges():
    layout = drawn(Histogram("a", [0, 1], [1]))["layout"]
    assert layout["meta"]["title"] == "Spread"
    assert layout["xaxis"]["title"]["text"] == "value"
    assert layout["yaxis"]["title"]["text"] == "density"
    assert layout["xaxis"]["range"] == [-2, 2]


def test_series_differ_by_dash_as_well_as_by_color():
    figure = drawn(Histogram("a", [0, 1], [1]), Histogram("b", [0, 1], [1], 2))
    dashes = [trace["line"]["dash"] for trace in figure["data"]]
    assert dashes[0] != dashes[1]


def test_curves_and_vertical_lines_stand_beside_the_steps():
    line = Curve("normal", [0, 1], [0.4, 0.2], 3)
    figure = drawn(Histogram("a", [0, 1], [1]), line, at=[(0.5, "here")])
    np.testing.assert_array_equal(figure["data"][1]["y"], [0.4, 0.2])
    assert figure["layout"]["shapes"][0]["x0"] == 0.5
    assert figure["layout"]["annotations"][0]["text"] == "here"


def test_a_density_has_the_area_of_what_lies_in_the_window():
    edges = [0.0, 1.0, 3.0]
    heights = density([0.5, 0.5, 2.0, 99.0], edges)
    np.testing.assert_allclose(heights, [0.5, 0.125])
    assert (heights * np.diff(edges)).sum() == pytest.approx(0.75)


def test_without_samples_the_density_is_zero():
    np.testing.assert_array_equal(density([], [0, 1, 2]), [0, 0])
