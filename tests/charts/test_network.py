"""Networks in layers: units at their places, lines from unit to unit, crossed-out ones."""

from __future__ import annotations

import numpy as np
from plotly.graph_objects import Figure

from charts import Strand, Unit, network
from charts.network import CIRCLE, places

LAYERS = (
    (Unit("in", 2), Unit("other", 3, lit=True)),
    (Unit(), Unit(out=True), Unit()),
)
STRANDS = (
    Strand("carries", [((0, 0), (1, 0)), ((0, 1), (1, 2))], 4, width=5),
    Strand("nothing", [((0, 0), (1, 1))], dash="dot"),
    Strand("never", []),
)


def drawn():
    return network("A small network", LAYERS, *STRANDS)


def test_the_figure_is_valid_and_says_what_it_shows():
    made = drawn()
    Figure(made)
    assert made["layout"]["meta"]["title"] == "A small network"
    names = [t["name"] for t in made["data"] if t["showlegend"]]
    assert names == ["carries", "nothing", "never"]


def test_lines_run_between_their_units():
    place = places([2, 3])
    *strands, _, _ = drawn()["data"]
    lines = sorted(ends for strand in STRANDS for ends in strand.ends)
    for made, strand in zip(strands, STRANDS, strict=True):
        for k, (start, end) in enumerate(lines):
            points = slice(3 * k, 3 * k + 2)
            sides, heights = np.transpose([place[start], place[end]])
            np.testing.assert_array_equal(made["x"][points], sides)
            if (start, end) not in strand.ends:
                heights = [np.nan, np.nan]
            np.testing.assert_array_equal(made["y"][points], heights)
        assert np.isnan(made["x"][2::3]).all()
        assert len(made["x"]) == 9  # of one length, whatever passes
    assert [made["line"]["dash"] for made in strands] == ["solid", "dot", "solid"]
    assert strands[0]["line"]["color"] == "var(--series-4)"
    assert strands[1]["line"]["color"] == "var(--muted)"


def test_layers_stand_side_by_side_and_use_the_whole_height():
    place = places([1, 4, 2])
    assert [place[layer, 0][0] for layer in range(3)] == [0, 1, 2]
    for layer, count in enumerate([1, 4, 2]):
        heights = [place[layer, row][1] for row in range(count)]
        assert sorted(heights, reverse=True) == heights
        assert np.mean(heights) == 1.5  # the middle of four


def test_a_unit_with_a_text_is_a_box_and_one_that_is_out_is_crossed():
    made = drawn()
    notes = made["layout"]["annotations"]
    assert [note["text"] for note in notes] == ["in", "other"]
    assert [note["borderwidth"] for note in notes] == [1, 2]
    *_, circles, crosses = made["data"]
    assert circles["marker"]["size"] == [0, 0, CIRCLE, CIRCLE, CIRCLE]
    assert np.isfinite(crosses["y"]).tolist() == [False, False, False, True, False]
    assert crosses["y"][3] == circles["y"][3]
