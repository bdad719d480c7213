"""Computation graphs: nodes, arrows and numbers where they belong."""

from __future__ import annotations

import numpy as np
import pytest
from plotly.graph_objects import Figure

from charts import Link, Vertex, graph
from charts.graph import places

NODES = (
    Vertex("x", "1.5", "3.15"),
    Vertex("a", "2.25", "", lit=True),
    Vertex("b", "1", ""),
    Vertex("f", "2.24", "1", color_index=4),
)
LINKS = (
    Link("x", "a", "2.99"),
    Link("x", "b", "0.16"),
    Link("a", "f"),
    Link("b", "f"),
)


def drawn():
    return graph("Two paths", NODES, LINKS, above=("value", 2), below=("gradient", 3))


def test_the_figure_is_valid_and_says_what_it_shows():
    made = drawn()
    Figure(made)
    assert made["layout"]["meta"]["title"] == "Two paths"
    names = [trace["name"] for trace in made["data"]]
    legend = ["value", "gradient"]
    assert names == ["links", "nodes", *legend, "along a link", *legend]
    named = [t for t in made["data"] if t["showlegend"]]
    assert [t["name"] for t in named] == legend
    assert np.isnan([t["y"] for t in named]).all()


def test_numbers_stand_over_and_under_their_nodes():
    _, circles, above, below, along, *_ = drawn()["data"]
    assert above["text"] == ["1.5", "2.25", "1", "2.24"]
    assert below["text"] == ["3.15", "", "", "1"]
    assert along["text"] == ["2.99", "0.16", "", ""]
    # An arrow rises from x to a and from b to f, and one falls from x to b and a to f.
    np.testing.assert_allclose(circles["x"] - above["x"], [0.14, 0, 0.14, 0])
    np.testing.assert_allclose(circles["x"] - below["x"], [0.14, 0.14, 0, 0])
    assert (above["y"] > circles["y"]).all()
    assert (below["y"] < circles["y"]).all()
    # They keep off the circles by a marker that is not seen.
    sizes = [trace["marker"]["size"] for trace in (circles, above, below)]
    assert sizes == [22, 22, 22]
    assert above["marker"]["color"] == below["marker"]["color"] == "rgba(0,0,0,0)"
    assert above["textfont"]["color"] == "var(--series-2)"
    assert below["textfont"]["color"] == along["textfont"]["color"] == "var(--series-3)"


def test_texts_on_arrows_keep_off_them():
    along = drawn()["data"][4]
    assert along["meta"] == {"wide": True}  # a narrow picture leaves them away
    # x stands between the rows of a and b, and f too: up to a, down to b, and back.
    assert along["textposition"] == ["top left", "top right", "top right", "top left"]
    level = graph("One", NODES[:2], LINKS[:1], above=("v", 2), below=("g", 3))["data"]
    assert level[4]["textposition"] == ["top center"]


def test_the_node_of_the_moment_is_framed_thickly():
    frame = drawn()["data"][1]["marker"]["line"]
    assert frame["width"] == [2, 5, 2, 2]
    assert frame["color"][3] == "var(--series-4)"


def test_arrows_begin_at_their_source_and_end_before_their_target():
    arrows, circles = drawn()["data"][:2]
    start = np.stack([arrows["x"][::3], arrows["y"][::3]], axis=1)
    end = np.stack([arrows["x"][1::3], arrows["y"][1::3]], axis=1)
    at = dict(zip("xabf", np.stack([circles["x"], circles["y"]], axis=1), strict=True))
    for link, one, two in zip(LINKS, start, end, strict=True):
        np.testing.assert_array_equal(one, at[link.source])
        assert np.hypot(*(at[link.target] - two)) == pytest.approx(0.24)
    assert np.isnan(arrows["x"][2::3]).all()


def test_every_node_stands_right_of_what_it_is_made_from():
    links = [Link("w", "p"), Link("x", "p"), Link("p", "z"), Link("b", "z")]
    place = places(["w", "x", "b", "p", "z"], links)
    assert [place[n][0] for n in ("w", "x", "b", "p", "z")] == [0, 0, 1, 1, 2]
    assert place["p"][1] > place["b"][1]
    assert len({tuple(at) for at in place.values()}) == 5
