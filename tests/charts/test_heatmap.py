"""Heatmaps: data in, the same data in the figure."""

from __future__ import annotations

import numpy as np
import pytest
from plotly.graph_objects import Figure

from charts import Axis, heatmap
from charts.heatmap import cell_text

MATRIX = np.array([[1.0, -2.0, 0.5], [np.nan, 0.25, 3.0]])


def drawn(matrix=MATRIX, **more):
    return heatmap("Weights", matrix, x=Axis("key"), y=Axis("query"), **more)


def test_a_matrix_keeps_its_numbers_and_its_first_row_on_top():
    made = drawn(limits=(-3, 3))
    Figure(made)
    np.testing.assert_array_equal(made["data"][0]["z"], MATRIX)
    assert made["layout"]["yaxis"]["range"] == [1.5, -0.5]
    assert (made["data"][0]["zmin"], made["data"][0]["zmax"]) == (-3, 3)
    assert made["layout"]["xaxis"]["title"]["text"] == "key"
    assert made["layout"]["yaxis"]["title"]["text"] == "query"


def test_numbers_stand_in_the_cells_and_blank_cells_stay_blank():
    assert drawn()["data"][0]["text"] == [["1", "−2", "0.5"], ["", "0.25", "3"]]


def test_other_texts_stand_in_the_place_of_the_numbers():
    texts = [["0", "3e-16"]]
    assert drawn([[0.0, 3e-16]], texts=texts)["data"][0]["text"] == texts
    assert drawn([[0.0, 3e-16]], limits=(0, 1))["data"][0]["text"] == [["0", "0"]]


def test_zero_has_no_sign():
    assert drawn([[-0.0, 0.0]])["data"][0]["text"] == [["0", "0"]]


def test_blank_cells_do_not_count_when_numbers_become_too_many():
    matrix = np.full((9, 9), np.nan)
    matrix[0] = 1.0
    assert "text" in drawn(matrix)["data"][0]
    assert "text" not in drawn(np.ones((9, 9)))["data"][0]


def test_outlined_cells_are_framed():
    (frame,) = drawn(outlined=[(1, 2)])["layout"]["shapes"]
    assert [frame[k] for k in ("x0", "x1", "y0", "y1")] == [1.5, 2.5, 0.5, 1.5]


def test_columns_are_pointed_out_by_dashed_lines():
    layout = heatmap("T", np.eye(3), at=[(1, "here")])["layout"]
    (line,), (name,) = layout["shapes"], layout["annotations"]
    assert (line["x0"], line["x1"], line["line"]["dash"]) == (1, 1, "dash")
    assert (name["x"], name["text"]) == (1, "here")


def test_many_thin_columns_have_no_gaps():
    wide, narrow = (heatmap("T", np.zeros((2, n)))["data"][0] for n in (100, 5))
    assert (wide["xgap"], narrow["xgap"], wide["ygap"]) == (0, 1, 1)


def test_cells_beyond_the_used_ones_are_grayed_out_once():
    veils = heatmap("T", np.eye(5), used=(3, 4))["layout"]["shapes"]
    covered = np.zeros((5, 5))
    for veil in veils:
        left, right, top, bottom = (
            int(veil[k] + 0.5) for k in ("x0", "x1", "y0", "y1")
        )
        covered[top:bottom, left:right] += veil["opacity"] > 0
    expected = np.ones((5, 5))
    expected[:3, :4] = 0
    np.testing.assert_array_equal(covered, expected)
    assert heatmap("T", np.eye(5))["layout"]["shapes"] == []


def test_some_ticks_are_written_and_all_names_kept_for_the_data_table():
    made = heatmap("T", np.eye(3), y=Axis(labels=list("abc"), ticks=(1, 2)))
    axis = made["layout"]["yaxis"]
    assert (axis["tickvals"], axis["ticktext"]) == ([1], ["b"])
    assert made["layout"]["meta"] == {"title": "T", "x": [], "y": ["a", "b", "c"]}


def test_a_few_rows_are_all_counted_and_many_are_not():
    for axis, other in (("xaxis", "yaxis"), ("yaxis", "xaxis")):
        shape = (5, 100) if axis == "yaxis" else (100, 5)
        layout = heatmap("T", np.zeros(shape))["layout"]
        assert layout[axis]["dtick"] == 1
        assert "dtick" not in layout[other]


def test_a_signed_map_without_room_for_numbers_marks_what_is_negative():
    grid = np.linspace(-1, 1, 100).reshape(10, 10)
    (cells,) = heatmap("Scores", grid, limits=(-1, 1))["data"]
    assert [[text == "−" for text in row] for row in cells["text"]] == (
        grid < 0
    ).tolist()
    (unsigned,) = heatmap("Weights", np.abs(grid), limits=(0, 1))["data"]
    assert "text" not in unsigned
    beside = np.hstack([np.full((10, 30), np.nan), grid])  # blank cells need no room
    (cells,) = heatmap("Scores", beside, limits=(-1, 1))["data"]
    assert "−" in cells["text"][0]


def test_what_rounding_leaves_of_a_zero_is_written_as_zero():
    figure = heatmap("Cells", [[6.0, 3.7e-16], [-1.8e-15, 1e-3]], limits=(-6, 6))
    assert figure["data"][0]["text"] == [["6", "0"], ["0", "1e-3"]]
    small = heatmap("Cells", [[1e-10, 2e-10]], limits=(0, 2e-10))
    assert small["data"][0]["text"] == [["1e-10", "2e-10"]]


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (-0.092, 1, "−0.09"),
        (0.04, 1, "0.04"),
        (0.0096, 2, "0.01"),
        (0.004, 2, "4e-3"),
        (-0.004, 1, "−4e-3"),
        (-2.55e-7, 1, "−3e-7"),
        (0.0, 1, "0"),
        (-0.25, 2, "−0.25"),
        (0.125, 2, "0.13"),  # halfway: away from 0
    ],
)
def test_a_small_number_keeps_a_digit_and_has_a_power_only_where_it_is_shorter(
    value, digits, text
):
    assert cell_text(value, digits) == text
