"""Miniatures: small pictures of the same data, for the cards of the home page."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from charts import Axis, Bars, Curve, Points, bars, curves, heatmap, plane
from charts.miniature import HEIGHT, MOST_CELLS, WIDTH, miniature
from tests.lessons import drawing
from ui.catalogue import LESSONS

SVG = "{http://www.w3.org/2000/svg}"


def parts(figure, kind):
    return ET.fromstring(miniature(figure)).findall(f"{SVG}{kind}")  # noqa: S314


def test_bars_are_as_high_as_their_data():
    figure = bars(
        "Shares", ("a", "b"), Bars("share", [0.25, 0.75], 1), y=Axis("share", (0, 1))
    )
    heights = [float(bar.get("height")) for bar in parts(figure, "rect")]
    assert heights == pytest.approx([0.25 * HEIGHT, 0.75 * HEIGHT])


def test_bars_may_have_a_color_each():
    chart = bars("Bars", "ab", Bars("p", [1, 2]), y=Axis("height", (0, 2)))
    chart["data"][0] = {**chart["data"][0], "marker": {"color": ["#123456", "#654321"]}}
    assert [bar.get("fill") for bar in parts(chart, "rect")] == chart["data"][0][
        "marker"
    ]["color"]


def test_bars_of_one_row_are_as_wide_as_those_of_one_series():
    whole = bars("Shares", ("a", "b"), Bars("share", [0.25, 0.75]))
    split = [Bars("a", [0.25], places=(0,)), Bars("b", [0.75], places=(1,))]
    widths = [
        {bar.get("width") for bar in parts(figure, "rect")}
        for figure in (whole, bars("Shares", ("a", "b"), *split))
    ]
    assert widths[0] == widths[1]


def test_a_curve_runs_from_corner_to_corner_of_its_axes_also_on_a_log_axis():
    figure = curves(
        "Line",
        Curve("line", [1, 10, 100], [0, 1, 2]),
        x=Axis("x", (1, 100), log=True),
        y=Axis("y", (0, 2)),
    )
    path = parts(figure, "path")[0].get("d")
    points = [float(n) for n in re.findall(r"[\d.]+", path)]
    assert points == pytest.approx([0, HEIGHT, WIDTH / 2, HEIGHT / 2, WIDTH, 0])


def test_a_gap_in_the_data_lifts_the_pen():
    figure = curves(
        "Line",
        Curve("line", [0, 1, 2, 3], [0, np.nan, 1, 1]),
        x=Axis("x", (0, 3)),
        y=Axis("y", (0, 1)),
    )
    path = parts(figure, "path")[0].get("d")
    assert path.count("M") == 2
    assert path.count("L") == 1


def test_cells_have_the_color_of_their_value_and_blank_ones_are_left_out():
    figure = heatmap(
        "Cells",
        [[0.0, 1.0], [np.nan, 1.0]],
        x=Axis(labels=("a", "b")),
        y=Axis(labels=("c", "d")),
        limits=(0, 1),
    )
    paths = {p.get("fill"): p.get("d") for p in parts(figure, "path")}
    assert paths["var(--sequential-1)"].count("M") == 1
    assert paths["var(--sequential-10)"].count("M") == 2


def test_a_large_matrix_is_thinned():
    names = [str(k) for k in range(200)]
    axis = Axis(labels=names)
    figure = heatmap("Cells", np.ones((200, 200)), x=axis, y=axis, limits=(0, 1))
    assert sum(p.get("d").count("M") for p in parts(figure, "path")) == MOST_CELLS**2


def test_equal_scales_stay_equal():
    figure = plane("Plane", Points("points", [[0, 0], [1, 0], [0, 1]], 1), extent=2)
    zero, right, up = (
        (float(dot.get("cx")), float(dot.get("cy"))) for dot in parts(figure, "circle")
    )
    assert right[0] - zero[0] == pytest.approx(zero[1] - up[1])


def test_a_plane_is_cropped_to_what_is_drawn():
    points = Points("points", [[0, 0], [1, 0], [0, 0.5]], 1)
    found = [
        [
            (float(dot.get("cx")), float(dot.get("cy")))
            for dot in parts(figure, "circle")
        ]
        for figure in (plane("Plane", points, extent=n) for n in (2, 20))
    ]
    assert found[0] == found[1]
    (left, low), (right, _), (_, high) = found[0]
    # Places are written with one decimal.
    assert right - left == pytest.approx(WIDTH / 1.24, abs=0.11)
    assert low - high == pytest.approx(HEIGHT / 1.24, abs=0.11)


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda f: f.slug)
def test_every_lesson_has_a_picture_with_marks_and_without_words_or_gaps(lesson):
    svg = miniature(drawing(lesson)(**lesson.statement.defaults).figures[0])
    root = ET.fromstring(svg)  # noqa: S314
    assert len(root) >= 1
    assert "nan" not in svg
    assert not root.findall(f"{SVG}text")
    assert len(svg) < 20_000
