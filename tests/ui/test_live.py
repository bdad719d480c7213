"""What the live figure is told: symbols, messages, sweeps and their cache."""

from __future__ import annotations

from urllib.parse import parse_qs

import numpy as np
import pytest

from notation.symbols import symbol_parts
from ui.catalogue import BY_SLUG, LESSONS
from ui.packing import Pool, resolve, stacked, unpack
from ui.state import LessonState, link_query

SOFTMAX = BY_SLUG["softmax"]


@pytest.mark.parametrize(
    ("latex", "parts"),
    [
        (r"\alpha", ("α", "", "")),
        ("z_1", ("z", "1", "")),
        (r"\beta_{12}", ("β", "12", "")),
        (r"\text{seed}", ("seed", "", "")),
        (r"\log_{10} \epsilon", ("log₁₀ ϵ", "", "")),
        (r"\log_2 \alpha", ("log₂ α", "", "")),
    ],
)
def test_symbols_become_plain_text(latex, parts):
    assert symbol_parts(latex) == parts


def test_no_control_shows_latex_to_the_reader():
    for lesson in LESSONS:
        for control in lesson.statement.controls:
            assert "\\" not in "".join(symbol_parts(control.symbol)), control.symbol


def test_a_message_survives_the_way_to_the_browser():
    pool = Pool()
    tree = {"a": np.arange(6.0).reshape(2, 3), "b": ["x", 1.5, None], "c": np.array([])}
    message = unpack(pool.message({"tree": pool.refer(tree)}))
    back = resolve(message["header"]["tree"], message["pool"])
    np.testing.assert_array_equal(back["a"], tree["a"])
    assert back["b"] == tree["b"]
    assert back["c"].size == 0


def test_what_the_wire_cannot_hold_stays_finite_and_infinities_stay():
    pool = Pool()
    tree = {"a": np.array([1.0, 1e54, -1e300, np.inf, -np.inf, np.nan])}
    message = unpack(pool.message({"tree": pool.refer(tree)}))
    found = resolve(message["header"]["tree"], message["pool"])["a"]
    most = np.finfo(np.float32).max
    np.testing.assert_array_equal(found, [1, most, -most, np.inf, -np.inf, np.nan])


def test_only_what_varies_is_sent():
    scenes = [{"same": "text", "moves": np.array([k, 1.0]), "n": 3} for k in range(4)]
    pool = Pool()
    made = stacked(scenes, pool)
    assert [leaf["path"] for leaf in made["leaves"]] == [["moves"]]


def test_structures_that_differ_travel_whole():
    scenes = [{"rows": [np.zeros(k + 1)] * (k + 1)} for k in range(3)]
    pool = Pool()
    made = stacked(scenes, pool)
    assert made["leaves"][0]["path"] == ["rows"]
    assert len(made["leaves"][0]["texts"]) == 3


def test_the_same_numbers_travel_once():
    heights = np.arange(100.0)
    scene = {"y": heights, "stems": heights.copy(), "grid": heights.reshape(10, 10)}
    pool = Pool()
    message = pool.message({"scene": pool.refer(scene)})
    read = unpack(message)
    assert read["pool"].size == 100
    back = resolve(read["header"]["scene"], read["pool"])
    for name, numbers in scene.items():
        np.testing.assert_array_equal(back[name], numbers)
    grown = pool.copy()
    grown.refer({"more": heights + 1, "again": heights})
    assert len(unpack(grown.message({}))["pool"]) == 200
    assert len(unpack(pool.message({}))["pool"]) == 100


def test_a_link_of_any_state_is_read_back_exactly():
    for lesson in LESSONS:
        values = {
            c.name: c.positions[len(c.positions) // 2]
            for c in lesson.statement.controls
        }
        state = LessonState(lesson, lesson.statement.defaults)
        state.follow(parse_qs(link_query(lesson.statement, values)))
        assert state.values == values
        assert state.notices == {}


def test_two_values_for_one_control_are_reported():
    state = LessonState(SOFTMAX, SOFTMAX.statement.defaults)
    state.follow({"z1": ["1", "2"], "x": ["3"]})
    assert state.dropped == ["z1 stood there more than once", "1 unknown setting"]
