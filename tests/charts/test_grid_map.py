"""The map of a grid: values, signs, names and the walk stand where they belong."""

from __future__ import annotations

import numpy as np
from plotly.graph_objects import Figure

from charts import grid_map

GRID = np.array([[1.25, -2.0], [np.nan, 3.0]])


def drawn(**more):
    return grid_map("Values", GRID, limits=(-3, 3), **more)


def test_cells_hold_the_values_and_the_scale_is_fixed():
    figure = drawn(numbers=True, digits=1)
    cells = figure["data"][0]
    np.testing.assert_array_equal(cells["z"], GRID)
    assert (cells["zmin"], cells["zmax"]) == (-3, 3)
    assert cells["text"] == [["1.2", "−2"], ["", "3"]]
    Figure(figure)


def test_signs_stand_in_their_cells_and_below_numbers():
    signs = drawn(actions=["↑", "→", "", "↓"])["data"][-1]
    assert signs["text"] == ["↑", "→", "", "↓"]
    np.testing.assert_array_equal(signs["x"], [0, 1, 0, 1])
    np.testing.assert_array_equal(signs["y"], [0, 0, 1, 1])
    lower = drawn(actions=["↑", "→", "", "↓"], numbers=True)["data"][-1]
    assert np.all((lower["y"] > signs["y"]) & (lower["y"] < signs["y"] + 0.5))


def test_names_stand_above_numbers():
    (name,) = drawn(marks={(1, 1): "goal"}, numbers=True)["layout"]["annotations"]
    assert (name["x"], name["text"]) == (1, "goal")
    assert 0.5 < name["y"] < 1


def test_a_walk_has_the_same_length_however_long_it_is():
    walks = [drawn(walk=w)["data"][1] for w in ([], [(0, 0), (0, 1)])]
    assert len(walks[0]["x"]) == len(walks[1]["x"]) == 4
    np.testing.assert_array_equal(walks[1]["x"][:2], [0, 1])
