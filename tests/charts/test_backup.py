"""Backup diagrams: what hangs together, and where its numbers stand."""

from __future__ import annotations

import numpy as np
import pytest
from plotly.graph_objects import Figure

from charts import Move, backup_diagram

MOVES = (
    Move("↑ 0.3", "r = 1", "5", "2.5"),
    Move("→ 0.3", "r = 0", "7", "−1"),
    Move("↓ 0.4", "r = −1", "6", "0"),
)


def drawn(moves=MOVES):
    made = backup_diagram(
        "A state", "6", "v = 3", moves, value_color=4, reward_color=2, worth_color=3
    )
    return made, {trace["name"]: trace for trace in made["data"]}


def test_the_figure_is_valid_and_says_what_it_shows():
    made, traces = drawn()
    Figure(made)
    assert made["layout"]["meta"]["title"] == "A state"
    assert traces["states"]["text"] == ["6", "5", "7", "6"]
    assert traces["moves and their probabilities"]["text"] == [m.name for m in MOVES]
    assert traces["rewards"]["text"] == [m.reward for m in MOVES]
    assert traces["worth of the states after"]["text"] == [m.worth for m in MOVES]
    assert traces["new value"]["text"] == ["v = 3"]
    tones = {
        name: trace["textfont"]["color"]
        for name, trace in traces.items()
        if "textfont" in trace
    }
    assert tones["new value"] == "var(--series-4)"
    assert tones["rewards"] == "var(--series-2)"
    assert tones["worth of the states after"] == "var(--series-3)"


@pytest.mark.parametrize("count", [1, 2, 3])
def test_each_line_leads_from_the_state_over_its_move_to_the_state_after(count):
    _, traces = drawn(MOVES[:count])
    states, dots = traces["states"], traces["moves and their probabilities"]
    lines = np.stack([traces["moves"]["x"], traces["moves"]["y"]], axis=1)
    assert len(lines) == 4 * count
    for k in range(count):
        start, over, end, gap = lines[4 * k : 4 * k + 4]
        assert start.tolist() == [states["x"][0], states["y"][0]]
        assert over.tolist() == [dots["x"][k], dots["y"][k]]
        assert end.tolist() == [states["x"][k + 1], states["y"][k + 1]]
        assert np.isnan(gap).all()
        worth = traces["worth of the states after"]
        assert [worth["x"][k], worth["y"][k]] == end.tolist()
        reward = traces["rewards"]
        middle = (over + end) / 2
        assert [reward["x"][k], reward["y"][k]] == pytest.approx(middle)
    top = traces["new value"]
    assert [top["x"][0], top["y"][0]] == lines[0].tolist()
    assert len({*states["x"][1:].tolist()}) == count


def test_texts_stand_on_the_outer_side_of_their_lines():
    _, traces = drawn()
    for name, height in (
        ("moves and their probabilities", "middle"),
        ("rewards", "top"),
    ):
        sides = traces[name]["textposition"]
        assert sides == [f"{height} left", f"{height} right", f"{height} right"]
