"""Contour lines and trails: data in is data in the figure."""

from __future__ import annotations

import numpy as np
import pytest
from plotly.graph_objects import Figure

from charts import Trail, landscape, padded

WINDOW = ((-2.0, 2.0), (-1.0, 1.0))
RING = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]])
WALK = np.array([[2.0, 1.0], [1.0, 0.5], [np.nan, np.nan]])


def drawn(ground=(RING, 2 * RING), walk=WALK, **more):
    trail = Trail("walker", walk, color_index=3)
    return landscape(
        "A hill", ground, trail, extent=WINDOW, x="east", y="north", **more
    )


def test_the_figure_is_valid_and_says_what_it_shows():
    made = drawn(goal=(0.0, 0.0))
    Figure(made)
    layout = made["layout"]
    assert layout["meta"]["title"] == "A hill"
    assert layout["xaxis"]["title"]["text"] == "east"
    assert layout["yaxis"]["title"]["text"] == "north"
    assert layout["xaxis"]["range"] == [-2.0, 2.0]


def test_contour_lines_are_separated_by_lifting_the_pen():
    line = drawn()["data"][0]
    expected = [1, 0, 1, np.nan, 2, 0, 2, np.nan]
    np.testing.assert_array_equal(line["x"], expected)
    assert not line["showlegend"]


def test_a_trail_keeps_its_points_and_marks_the_last():
    trail, last = drawn()["data"][1:]
    np.testing.assert_array_equal(np.stack([trail["x"], trail["y"]], axis=1), WALK)
    assert (last["x"].item(), last["y"].item()) == (1.0, 0.5)
    assert trail["name"] == "walker"
    assert trail["marker"]["color"] == last["marker"]["color"] == "var(--series-3)"


def test_points_far_outside_the_window_are_left_out():
    trail, last = drawn(walk=[[0.0, 0.0], [1e9, 0.0]])["data"][1:]
    np.testing.assert_array_equal(trail["x"], [0.0, np.nan])
    assert last["x"].item() == 0.0


def test_a_trail_without_points_has_no_last_one():
    last = drawn(walk=np.full((3, 2), np.nan))["data"][-1]
    assert np.isnan(last["x"]).all()
    assert len(last["x"]) == 1


@pytest.mark.parametrize("square", [True, False])
def test_scales_are_equal_only_if_asked_for(square):
    assert ("scaleanchor" in drawn(square=square)["layout"]["yaxis"]) == square


def test_a_walk_is_known_up_to_the_step_and_not_beyond():
    walk = np.arange(14.0).reshape(7, 2)
    rows = padded(walk[:5], 7)
    np.testing.assert_array_equal(rows[:5], walk[:5])
    assert rows.shape == walk.shape
    assert np.isnan(rows[5:]).all()
    np.testing.assert_array_equal(padded(walk[:, 0], 7), walk[:, 0])
