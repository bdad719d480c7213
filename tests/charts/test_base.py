"""Figures share what stays the same, and each still says its own."""

from __future__ import annotations

from charts import Axis, Curve, curves, figure, fitting, tall

X, Y = Axis("time (s)", (0, 3)), Axis("height (m)", (-1, 1))


def drawn(height):
    return curves("Throw", Curve("ball", [0, 1], [0, height]), x=X, y=Y)


def test_what_stays_the_same_is_built_once():
    low, high = drawn(1.0), drawn(2.0)
    for part in ("xaxis", "yaxis", "legend", "margin", "font"):
        assert low["layout"][part] is high["layout"][part]
    assert low["data"][0]["line"] is high["data"][0]["line"]
    assert low["data"][0]["y"][1] != high["data"][0]["y"][1]


def test_one_figures_square_axes_and_margin_leave_the_next_as_it_is():
    before = figure([], title="Plain", x=X, y=Y)
    special = figure([], title="Square", x=X, y=Y, square=True, margin={"r": 99})
    after = figure([], title="Plain", x=X, y=Y)
    assert special["layout"]["margin"]["r"] == 99
    assert special["layout"]["yaxis"]["scaleanchor"] == "x"
    assert after == before
    assert "scaleanchor" not in after["layout"]["yaxis"]


def test_a_hidden_axis_shows_nothing_and_takes_no_room():
    none = Axis(hidden=True)
    layout = figure([], title="Crowd", x=none, y=none)["layout"]
    for axis in (layout["xaxis"], layout["yaxis"]):
        assert not any(axis[k] for k in ("showgrid", "zeroline", "showticklabels"))
    assert [layout["margin"][side] for side in "lrb"] == [4, 4, 4]


def test_an_axis_ends_at_the_first_size_with_room_or_at_the_last():
    sizes = (1, 3, 10)
    assert [fitting(need, sizes) for need in (0, 1, 1.5, 10, 99)] == [1, 1, 3, 10, 10]


def test_a_tall_picture_says_so_and_is_otherwise_the_same():
    plain = drawn(1.0)
    higher = tall(plain)
    assert higher["layout"]["meta"]["tall"]
    assert "tall" not in plain["layout"]["meta"]
    assert higher["data"] is plain["data"]
