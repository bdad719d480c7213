"""Mosaics: every cell has the area of its joint probability."""

from __future__ import annotations

import numpy as np
import pytest
from plotly.graph_objects import Figure

from charts import mosaic

WIDTHS = np.array([0.3, 0.7])
HEIGHTS = np.array([[0.8, 0.2], [0.1, 0.9]])


def drawn(widths=WIDTHS, heights=HEIGHTS):
    return mosaic(
        "A square",
        widths,
        heights,
        columns=("rain", "sun"),
        rows=("wet", "dry"),
        color_indices=(3, 5),
        x="width",
        y="height",
        levels=[(0.31, "P(wet)")],
    )


def cells(trace):
    corners = np.stack([trace["x"], trace["y"]], axis=1).reshape(-1, 6, 2)[:, :5]
    return np.ptp(corners, axis=1).prod(axis=1)


def test_the_figure_is_valid_and_says_what_it_shows():
    made = drawn()
    Figure(made)
    layout = made["layout"]
    assert layout["meta"]["title"] == "A square"
    assert layout["xaxis"]["title"]["text"] == "width"
    assert layout["yaxis"]["range"] == [0, 1]
    assert layout["annotations"][0]["text"] == "P(wet)"
    assert layout["shapes"][0]["y0"] == 0.31


def test_every_cell_has_the_area_of_its_joint_probability():
    wet, dry, labels = drawn()["data"]
    np.testing.assert_allclose(cells(wet), WIDTHS * HEIGHTS[:, 0])
    np.testing.assert_allclose(cells(dry), WIDTHS * HEIGHTS[:, 1])
    np.testing.assert_allclose(labels["customdata"], [0.24, 0.06, 0.07, 0.63])
    assert labels["text"][0] == "<b>wet, rain: 0.24</b>"
    assert (labels["x"][0], labels["y"][0]) == pytest.approx((0.15, 0.4))


def test_cells_without_room_have_no_label_and_no_width_is_no_error():
    labels = drawn([0.0, 1.0], HEIGHTS)["data"][-1]
    assert labels["text"][:2] == ["", ""]
    assert np.isfinite(labels["x"]).all()
