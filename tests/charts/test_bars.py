"""Bars: data in, the same data in the figure."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from plotly.graph_objects import Figure

from charts import Axis, Bars, bars
from notation.numbers import number_text


def test_bars_hold_the_heights_with_names_and_numbers():
    series = [Bars("before", [1.0, 2.5], 3), Bars("after", [0.5, np.nan], 4)]
    figure = bars("T", ("a", "b"), *series, y=Axis("height", (0, 3)))
    first, second = figure["data"]
    np.testing.assert_array_equal(first["y"], [1, 2.5])
    assert (first["text"], second["text"]) == (["1", "2.5"], ["0.5", "NaN"])
    assert first["marker"]["pattern"] != second["marker"]["pattern"]
    assert figure["layout"]["xaxis"]["ticktext"] == ["a", "b"]
    assert figure["layout"]["yaxis"]["title"]["text"] == "height"
    Figure(figure)


def test_series_with_groups_of_their_own_stand_in_one_row_and_need_no_legend():
    series = [
        Bars("parts", [1.0, 2.0], 3, places=(0, 1)),
        Bars("sum", [3.0], 4, 3, (2,)),
    ]
    figure = bars("T", ("a", "b", "sum"), *series)
    parts, total = figure["data"]
    assert (list(parts["x"]), list(total["x"])) == ([0, 1], [2])
    assert parts["offsetgroup"] == total["offsetgroup"]
    assert parts["marker"]["color"] != total["marker"]["color"]
    assert not figure["layout"]["showlegend"]
    Figure(figure)


def test_levels_are_dashed_lines_across_at_their_heights():
    one = [Bars("before", [1.0])]
    layout = bars("T", ("a",), *one, levels=[(2.0, "mean")])["layout"]
    (line,), (name,) = layout["shapes"], layout["annotations"]
    assert (line["y0"], line["y1"], line["line"]["dash"]) == (2.0, 2.0, "dash")
    assert (name["y"], name["text"]) == (2.0, "mean")
    assert bars("T", ("a",), *one)["layout"]["shapes"] == []


def test_numbers_may_stand_over_the_lines_at_the_ends_of_their_bars():
    one, lines = Bars("y", [2.0, -1.0]), [(1.5, "")]
    figure = bars("T", ("a", "b"), one, levels=lines, over=True)
    assert figure["data"][0]["text"] == ["", ""]
    _, *notes = figure["layout"]["annotations"]
    places = [(n["x"], n["y"], n["text"], n["yanchor"]) for n in notes]
    assert places == [(0, 2, "2", "bottom"), (1, -1, "−1", "top")]
    assert all(note["bgcolor"] == "var(--ground)" for note in notes)
    Figure(figure)


@given(st.sampled_from((-1, 1)), st.floats(1e-4, 999))
def test_numbers_on_bars_are_written_as_in_the_readouts(sign, size):
    (trace,) = bars("T", ("a",), Bars("before", [sign * size]))["data"]
    (text,) = trace["text"]
    if f"{size:.3g}" == "1" and 1 - size > 1e-9:  # what is not quite 1 is not called 1
        assert text in ("≈1", "≈−1") or abs(float(text.replace("−", "-"))) < 1
    else:
        assert text == number_text(sign * size, 3)


def test_zero_has_no_sign():
    (trace,) = bars("T", ("a", "b"), Bars("before", [-0.0, 0.0]))["data"]
    assert trace["text"] == ["0", "0"]


def test_a_series_without_labels_says_only_what_is_undefined():
    (trace,) = bars("T", ("a", "b"), Bars("before", [0.5, np.nan], digits=0))["data"]
    assert trace["text"] == ["", "NaN"]


def test_a_series_may_have_the_first_groups_alone():
    figure = bars("T", ("a", "sum"), Bars("p", [1.0]), Bars("q", [2.0, 3.0]))
    assert [list(trace["x"]) for trace in figure["data"]] == [[0], [0, 1]]
    Figure(figure)
