"""Stems: data in, the same data in the figure."""

from __future__ import annotations

import numpy as np
from plotly.graph_objects import Figure

from charts import Axis, Stems, stems


def drawn(*series):
    return stems("Rewards", *series, x=Axis("step"), y=Axis("reward", (-3, 3)))


def test_each_stem_reaches_from_zero_to_its_number():
    figure = drawn(Stems("reward", [0, 1, 2], [1.0, -2.0, np.nan], 4))
    (trace,) = figure["data"]
    np.testing.assert_array_equal(trace["x"], [0, 1, 2])
    np.testing.assert_array_equal(trace["y"], [1, -2, np.nan])
    np.testing.assert_array_equal(
        trace["y"] - trace["error_y"]["arrayminus"], [0, 0, np.nan]
    )
    assert trace["marker"]["color"] == "var(--series-4)"
    Figure(figure)


def test_series_differ_by_symbol_as_well_as_by_color():
    figure = drawn(Stems("a", [0], [1.0], hollow=True), Stems("b", [0], [2.0], 2))
    symbols = [trace["marker"]["symbol"] for trace in figure["data"]]
    assert symbols == ["circle-open", "diamond"]
    assert figure["layout"]["showlegend"]


def test_axes_have_titles_and_fixed_ranges():
    layout = drawn(Stems("a", [0], [1.0]))["layout"]
    assert layout["xaxis"]["title"]["text"] == "step"
    assert layout["yaxis"]["range"] == [-3, 3]
    assert layout["meta"]["title"] == "Rewards"
