"""Small histograms in rows and columns: each stands at its place, with its own height."""

from __future__ import annotations

import numpy as np
import pytest
from plotly.graph_objects import Figure

from charts import histograms
from charts.histograms import TALL, WIDTH

SHARES = np.array([[[1.0, 2, 1], [0, 4, 0]], [[3.0, 0, 0], [0, 0, 0]]])


def drawn():
    return histograms(
        "Some outputs", SHARES, rows=("one", "two"), columns=("a", "b"), colors=(1, 2)
    )


def test_the_figure_is_valid_and_says_what_it_shows():
    made = drawn()
    Figure(made)
    layout = made["layout"]
    assert layout["meta"]["title"] == "Some outputs"
    assert layout["xaxis"]["ticktext"] == ["a", "b"]
    assert layout["yaxis"]["ticktext"] == ["two", "one"]  # the first row is on top
    assert [shape["x0"] for shape in layout["shapes"]] == [0, 1]


def test_every_histogram_stands_at_its_place_as_high_as_its_tallest_bar():
    for k, row in enumerate(drawn()["data"]):
        x, y = (row[axis].reshape(2, -1) for axis in "xy")
        base = 1 - k - TALL / 2  # its middle at the name
        for column in range(2):
            assert np.nanmin(x[column]) == column - WIDTH / 2
            assert np.nanmax(x[column]) == column + WIDTH / 2
            tops = y[column, 1:-2:2] - base
            tallest = SHARES[k, column].max() or 1
            np.testing.assert_allclose(
                tops, TALL * SHARES[k, column] / tallest, atol=1e-12
            )
            assert y[column, [0, -2]] == pytest.approx(base)
            assert np.isnan(x[column, -1])
