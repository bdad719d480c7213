"""Squares on distances: as wide as they are high, beside their points."""

from __future__ import annotations

import numpy as np
from plotly.graph_objects import Figure

from charts import Squares, plane

POINTS = np.array([[0.0, 5.0], [10.0, -2.0]])


def drawn(**more):
    squares = Squares("errors", POINTS, 1.0, 4, ["16", "9"], **more)
    return plane("Squares", squares, extent=10.0, y="value")


def corners(**more):
    trace = drawn(**more)["data"][0]
    return np.stack([trace["x"], trace["y"]], axis=1).reshape(2, 6, 2)


def test_the_figure_is_valid_and_says_what_it_shows():
    made = drawn()
    Figure(made)
    assert made["layout"]["meta"]["title"] == "Squares"
    assert made["layout"]["yaxis"]["title"]["text"] == "value"
    assert made["data"][0]["name"] == "errors"


def test_each_square_is_as_wide_as_its_point_is_far_from_the_level():
    first, second = corners()
    assert (np.nanmin(first, axis=0) == [0, 1]).all()
    assert (np.nanmax(first, axis=0) == [4, 5]).all()
    assert (np.nanmin(second, axis=0) == [10, -2]).all()
    assert (np.nanmax(second, axis=0) == [13, 1]).all()
    assert np.isnan(first[-1]).all()


def test_texts_stand_beyond_the_level():
    trace = drawn()["data"][0]
    placed = [k for k, text in enumerate(trace["text"]) if text]
    assert [trace["text"][k] for k in placed] == ["16", "9"]
    assert [trace["textposition"][k] for k in placed] == ["bottom center", "top center"]
    np.testing.assert_array_equal(trace["y"][placed], [1, 1])


def test_flat_ones_are_distances_alone():
    first, second = corners(flat=True)
    assert np.nanmax(first[:, 0]) == 0
    assert np.nanmin(second[:, 0]) == np.nanmax(second[:, 0]) == 10


def test_each_has_its_own_level_and_side_if_it_is_told():
    squares = Squares("errors", POINTS, [1.0, -6.0], left=[True, False], faint=True)
    trace = plane("Squares", squares, extent=10.0)["data"][0]
    first, second = np.stack([trace["x"], trace["y"]], axis=1).reshape(2, 6, 2)
    assert (np.nanmin(first, axis=0) == [-4, 1]).all()
    assert (np.nanmax(first, axis=0) == [0, 5]).all()
    assert (np.nanmin(second, axis=0) == [10, -6]).all()
    assert (np.nanmax(second, axis=0) == [14, -2]).all()
    assert trace["line"]["width"] < drawn()["data"][0]["line"]["width"]
