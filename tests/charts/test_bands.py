"""Bands: the area between two curves."""

from __future__ import annotations

import numpy as np
from plotly.graph_objects import Scatter

from charts import band


def test_a_band_goes_along_its_lower_edge_and_back_along_its_upper_one():
    made = band("most", [0, 1, 2], [0, 1, 0], [3, 4, 5], 2)
    Scatter(made)
    np.testing.assert_array_equal(made["x"], [0, 1, 2, 2, 1, 0])
    np.testing.assert_array_equal(made["y"], [0, 1, 0, 5, 4, 3])
    assert made["fillcolor"] == "var(--series-2)"
    assert made["showlegend"] is False
