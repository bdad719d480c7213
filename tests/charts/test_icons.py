"""Icons: every member is there once, in the group that it belongs to."""

from __future__ import annotations

import numpy as np
import pytest
from plotly.graph_objects import Figure

from charts import Group, icons

COUNTS = (8, 95, 2, 895)


def drawn(counts=COUNTS, total=1000):
    groups = [Group(f"kind {k}", n, k + 1, faint=k == 3) for k, n in enumerate(counts)]
    return icons("A crowd", *groups, total=total)


def area(trace):
    x, y = trace["x"], trace["y"]
    return abs((x[:-1] * y[1:] - x[1:] * y[:-1]).sum()) / 2


def test_the_figure_is_valid_and_says_what_it_shows():
    made = drawn()
    Figure(made)
    assert made["layout"]["meta"]["title"] == "A crowd"
    assert made["layout"]["xaxis"]["range"] == [0, 50]
    assert made["layout"]["yaxis"]["range"] == [20, 0]


@pytest.mark.parametrize(
    "counts",
    [COUNTS, (0, 0, 0, 1000), (1000, 0, 0, 0), (1, 19, 20, 960), (3, 2, 1, 994)],
)
def test_each_group_covers_as_many_squares_as_it_has_members(counts):
    blocks = drawn(counts)["data"][:-1]
    assert [area(block) for block in blocks] == list(counts)
    assert [block["name"].split(": ")[1] for block in blocks] == [
        str(n) for n in counts
    ]
    assert {len(block["x"]) for block in blocks} == {9}


def test_the_gaps_separate_all_members():
    gaps = drawn()["data"][-1]
    upright = set(gaps["x"][: 51 * 3].tolist()) - {np.nan}
    assert set(range(51)) <= upright
    assert not gaps["showlegend"]
