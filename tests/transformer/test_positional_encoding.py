"""Positional encoding: printed values, rotations, and the page's claims."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formulas.transformer.attention import scaled_dot_product_attention
from formulas.transformer.positional_encoding import (
    frequencies,
    learned_positional_encoding,
    rotation_for_offset,
    similarity_by_offset,
    sinusoidal_positional_encoding,
    wavelengths,
)
from pages.transformer.positional_encoding.figure import (
    _centers,
    _clock_pairs,
    _faces,
    _hands,
    _map_entries,
)
from pages.transformer.positional_encoding.statement import STATEMENT
from tests.claims import claims
from tests.errors import says
from tests.lessons import drawing
from tests.strategies import matrices, settings_of
from ui.catalogue import BROKEN, BY_SLUG
from ui.frames import frame

LESSON = BY_SLUG["positional_encoding"]
(ONE_SPEED,) = (one for one in BROKEN if one.slug == "positional_encoding")

# Each is one edit of the module that its tests must notice (benchmarks/mutation.py).
MUTANTS = (
    ("np.arange(0, d_model, 2) / d_model", "np.arange(d_model // 2) / d_model"),
    (
        "np.stack([np.sin(angles), np.cos(angles)], axis=-1)",
        "np.stack([np.cos(angles), np.sin(angles)], axis=-1)",
    ),
    ("np.cos(angles)], axis=-1)", "np.cos(angles)], axis=1)"),  # always concatenated
    ("np.arange(start, start + n_positions)", "np.arange(1, 1 + n_positions)"),
    (
        "rotation[cosine, sine] = -np.sin(angles)",
        "rotation[cosine, sine] = np.sin(angles)",
    ),
    ("(axis=1)\n    return similarity", "(axis=1) / d_model\n    return similarity"),
    ("2 * np.pi / frequencies", "1 / frequencies"),
    ("= centers + turns", "= turns"),
    ("2 * pairs[:, None] + np.arange(2)", "2 * pairs[:, None] + [0, 0]"),
    ("last = len(rows) - 1", "last = len(rows)"),
    ('entry="position", low=0, high=last', 'entry="position", high=last'),
    ("return rows[\n", "return rows.T[\n"),
)

widths = st.integers(1, 20).map(lambda half: 2 * half)
bases = st.floats(1.5, 1e6)
positions = st.integers(-100, 300)


def encode(position, d_model, **options):
    return sinusoidal_positional_encoding(1, d_model, start=position, **options)[0]


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"PE_{(\mathrm{pos}, 2i)} = \sin\left(\frac{\mathrm{pos}}{b^{2i / d}}\right), "
        r"\qquad PE_{(\mathrm{pos}, 2i+1)} = "
        r"\cos\left(\frac{\mathrm{pos}}{b^{2i / d}}\right)"
    )


# Outside numbers: recomputed from the definition, the paper prints no table


@claims("counts_from_zero")
def test_row_zero_alternates_zero_and_one():
    np.testing.assert_array_equal(encode(0, 8), [0, 1] * 4)
    np.testing.assert_array_equal(sinusoidal_positional_encoding(3, 8)[0], [0, 1] * 4)
    assert STATEMENT.control("position").low == 0


def test_rows_one_to_three_of_width_four():
    expected = [
        [0.8414709848, 0.5403023059, 0.0099998333, 0.9999500004],
        [0.9092974268, -0.4161468365, 0.0199986667, 0.9998000067],
        [0.1411200081, -0.9899924966, 0.0299955002, 0.9995500337],
    ]
    rows = sinusoidal_positional_encoding(4, 4)[1:]
    np.testing.assert_allclose(rows, expected, atol=5.1e-11)


def test_row_one_of_width_four_and_base_one_hundred():
    expected = [0.8414709848, 0.5403023059, 0.0998334166, 0.9950041653]
    np.testing.assert_allclose(encode(1, 4, base=100), expected, atol=5.1e-11)


def test_row_one_of_width_six():
    expected = [
        *(0.8414709848, 0.5403023059, 0.0463992235),
        *(0.998922976, 0.002154433, 0.9999976792),
    ]
    np.testing.assert_allclose(encode(1, 6), expected, atol=5.1e-11)


def test_row_one_of_the_papers_width():
    row = encode(1, 512)
    first = [0.8414709848, 0.5403023059, 0.82185619, 0.5696950087]
    np.testing.assert_allclose(row[:4], first, atol=5.1e-11)
    np.testing.assert_allclose(row[510:], [0.0001036633, 0.9999999946], atol=5.1e-11)


def test_equal_offsets_give_equal_products():
    rows = sinusoidal_positional_encoding(60, 128)
    near, far = rows[10] @ rows[13], rows[50] @ rows[53]
    assert near == pytest.approx(52.18622840719287, rel=1e-12)
    assert far == pytest.approx(52.18622840719287, rel=1e-12)


def test_products_by_offset_for_width_64():
    similarity = similarity_by_offset(64, 50)[[0, 1, 5, 10, 20, 50]]
    expected = [32, 30.9168, 23.5040, 21.0516, 18.8791, 15.6738]
    np.testing.assert_allclose(similarity, expected, atol=5.1e-5)


def test_wavelengths_of_width_eight():
    expected = [6.2832, 62.832, 628.32, 6283.2]
    np.testing.assert_allclose(wavelengths(8), expected, rtol=3e-6)


@claims("longest_wavelength")
def test_the_longest_wavelength_of_the_paper_is_below_10000_times_2_pi():
    longest = wavelengths(512)[-1]
    assert longest == pytest.approx(60611.5, abs=0.05)
    assert longest < 20000 * np.pi
    for width in STATEMENT.control("d_model").choices:
        waves = wavelengths(width)
        assert waves.max() == waves[-1] < 20000 * np.pi
        assert waves[-1] == pytest.approx(2 * np.pi * 10_000 ** (1 - 2 / width))


@claims("definition_loop")
@given(positions, widths, bases)
def test_agrees_with_a_loop_over_the_definition(position, d_model, base):
    expected = []
    for i in range(d_model // 2):
        angle = position / base ** (2 * i / d_model)
        expected += [np.sin(angle), np.cos(angle)]
    np.testing.assert_allclose(
        encode(position, d_model, base=base), expected, atol=1e-12
    )


# Laws


@claims("length_half_width")
@given(positions, widths, bases)
def test_the_squared_length_of_every_row_is_half_the_width(position, d_model, base):
    row = encode(position, d_model, base=base)
    assert row @ row == pytest.approx(d_model / 2, rel=1e-12)


@pytest.mark.parametrize(("d_model", "expected"), [(128, 64), (512, 256)])
def test_squared_lengths_of_two_widths(d_model, expected):
    rows = sinusoidal_positional_encoding(50, d_model)
    np.testing.assert_allclose((rows**2).sum(axis=1), expected, rtol=1e-12)


@claims("step_is_rotation")
@given(positions, st.integers(-50, 50), widths, bases)
def test_moving_by_k_is_one_rotation_for_all_positions(position, k, d_model, base):
    rotation = rotation_for_offset(k, d_model, base=base)
    np.testing.assert_allclose(
        rotation @ encode(position, d_model, base=base),
        encode(position + k, d_model, base=base),
        atol=1e-11,
    )


@given(st.integers(-50, 50), widths)
def test_the_rotation_is_orthogonal_and_is_undone_by_its_opposite(k, d_model):
    rotation = rotation_for_offset(k, d_model)
    back = rotation_for_offset(-k, d_model)
    np.testing.assert_allclose(rotation @ rotation.T, np.eye(d_model), atol=1e-14)
    np.testing.assert_allclose(rotation @ back, np.eye(d_model), atol=1e-14)
    assert np.linalg.det(rotation) == pytest.approx(1)


@given(positions, st.integers(0, 60), widths, bases)
def test_the_product_depends_on_the_offset_alone(position, k, d_model, base):
    here = encode(position, d_model, base=base)
    there = encode(position + k, d_model, base=base)
    similarity = similarity_by_offset(d_model, k, base=base)[k]
    assert here @ there == pytest.approx(similarity, abs=1e-10)


@claims("speeds_fall")
@given(widths, bases)
def test_speeds_fall_geometrically_from_one(d_model, base):
    speeds = frequencies(d_model, base=base)
    assert len(speeds) == d_model // 2
    assert speeds[0] == 1
    np.testing.assert_allclose(speeds[1:] / speeds[:-1], base ** (-2 / d_model))


@claims("layouts_agree")
def test_both_layouts_hold_the_same_numbers():
    pairs = sinusoidal_positional_encoding(5, 8)
    halves = sinusoidal_positional_encoding(5, 8, layout="concatenated")
    np.testing.assert_array_equal(halves, np.hstack([pairs[:, ::2], pairs[:, 1::2]]))
    assert (pairs != halves).any()


def test_start_shifts_the_rows_and_may_be_negative():
    rows = sinusoidal_positional_encoding(10, 6)
    np.testing.assert_array_equal(
        sinusoidal_positional_encoding(4, 6, start=3), rows[3:7]
    )
    mirrored = encode(-2, 6)
    np.testing.assert_allclose(mirrored, rows[2] * np.tile([-1, 1], 3), atol=1e-15)


@claims("hands_turn")
@given(positions, widths.filter(lambda width: width >= 4), bases)
def test_a_hand_is_one_long_and_turns_clockwise_at_the_speed_of_its_pair(p, d, base):
    rows = sinusoidal_positional_encoding(2, d, base=base, start=p)
    pairs = np.array([0, d // 4])
    speeds = frequencies(d, base=base)[pairs]
    hands = _hands(rows, pairs)
    centers = _centers(2)
    assert centers[0, 0] + 2 < centers[1, 0]  # no two of them touch
    np.testing.assert_array_equal(centers[:, 1], 0)
    np.testing.assert_array_equal(hands[:, :, 0], [centers] * 2)
    before, after = hands[:, :, 1] - hands[:, :, 0]
    np.testing.assert_allclose(before[:, 0], rows[0, 2 * pairs], atol=1e-12)
    np.testing.assert_allclose(np.hypot(*after.T), 1, rtol=1e-12)
    across = after[:, 0] * before[:, 1] - after[:, 1] * before[:, 0]
    np.testing.assert_allclose(across, np.sin(speeds), atol=1e-9)
    assert np.isnan(hands[:, :, 2]).all()


@claims("word_moves")
def test_a_word_is_another_vector_at_each_position():
    embedding = np.random.default_rng(0).normal(size=64)
    rows = embedding + sinusoidal_positional_encoding(200, 64)
    apart = np.linalg.norm(rows[:, None] - rows, axis=2) + 9 * np.eye(200)
    assert apart.min() > 0.5


@claims("word_added")
def test_what_is_added_to_a_word_of_four_numbers():
    encoding = sinusoidal_positional_encoding(2, 4, base=10_000)
    added = np.array([0.2, -0.5, 0.1, 0.3]) + encoding
    np.testing.assert_allclose(added[0], [0.2, 0.5, 0.1, 1.3], atol=1e-12)
    np.testing.assert_allclose(added[1], [1.04, 0.04, 0.11, 1.3], atol=5e-3)


@given(settings_of(STATEMENT))
@settings(max_examples=30)
def test_the_curve_of_products_passes_through_its_mark(chosen):
    for lesson in (LESSON, ONE_SPEED):
        now = lesson.statement.solve(chosen).numbers
        products = drawing(lesson)(**chosen).figures[2]
        curve = products["data"][0]["y"]
        assert curve[chosen["offset"]] == pytest.approx(now["similarity"], abs=1e-6)
        low, high = products["layout"]["yaxis"]["range"]
        assert low <= curve.min() <= curve.max() <= high


@pytest.mark.parametrize(("d_model", "pair"), [(64, 8), (64, 0), (4, 1), (32, 5)])
def test_a_click_on_the_map_chooses_position_and_pair(d_model, pair):
    chosen = STATEMENT.defaults | {"d_model": d_model, "pair": pair}
    picture = drawing(LESSON)(**chosen).figures[0]
    pick, layout = picture["layout"]["meta"]["pick"], picture["layout"]
    assert (pick["x"], pick["y"]) == ("position", "pair")
    for name in ("position", "pair"):  # a place and its position are the same number
        positions = STATEMENT.control(name).positions
        assert positions == tuple(range(len(positions)))
    entries = [int(label) if label else None for label in layout["meta"]["y"]]
    assert pick["rows"] == [pair if e is None else e // 2 for e in entries]
    framed = [shape for shape in layout["shapes"] if shape["type"] == "rect"]
    rows = [entries[round((f["y0"] + f["y1"]) / 2)] for f in framed]
    assert rows == [2 * pair, 2 * pair + 1] * 2  # in its place and below
    assert {(f["x0"] + f["x1"]) / 2 for f in framed} == {chosen["position"]}


@pytest.mark.parametrize(
    ("d_model", "pair", "worked"), [(64, 2, 2), (64, 31, 31), (8, 9, 3)]
)
def test_the_line_works_out_the_pair_that_is_looked_at(d_model, pair, worked):
    chosen = STATEMENT.defaults | {"d_model": d_model, "pair": pair}
    line = frame(LESSON, chosen, None)["line"]
    assert f"PE(10, {2 * worked})" in line["pieces"][0]
    assert any(rf"2 \cdot {worked} /" in piece for piece in line["pieces"])
    assert float(line["numbers"][-1]) == pytest.approx(
        math.sin(10 / 1e4 ** (2 * worked / d_model)), rel=2e-3
    )
    said = f"There is no pair {pair}, so {worked} is shown. "
    missing = drawing(LESSON)(**chosen).status.startswith(said)
    assert missing == (pair != worked)


def test_the_map_says_which_pairs_it_shows():
    for d_model, said in (
        (32, ""),
        (64, " (every 2nd pair)"),
        (512, "(every 16th pair)"),
    ):
        chosen = STATEMENT.defaults | {"d_model": d_model}
        title = drawing(LESSON)(**chosen).figures[0]["layout"]["meta"]["title"]
        assert title.endswith(f"{said or 'each position'}; below, pair 2")
        assert title.startswith("Encoding of each position")


def test_the_line_is_the_printed_formula_in_numbers():
    line = frame(LESSON, STATEMENT.defaults, None)["line"]
    pos, base, d, entry = map(float, line["numbers"])
    assert r"\sin" in line["pieces"][0]
    assert (pos, base, d) == (10, 10_000, 64)
    assert entry == pytest.approx(np.sin(10 / 10_000 ** (4 / 64)), abs=1e-4)  # i = 2


def test_the_face_of_a_clock_is_where_its_hand_can_be():
    pairs = np.arange(4)
    faces, hands = _faces(4), _hands(sinusoidal_positional_encoding(3, 8), pairs)
    rounds, lifted = faces[:, :-1], faces[:, -1]
    distances = np.linalg.norm(rounds - hands[0, :, :1], axis=2)
    np.testing.assert_allclose(distances, 1, rtol=1e-12)
    np.testing.assert_allclose(rounds[:, 0], rounds[:, -1], atol=1e-12)
    np.testing.assert_array_equal(rounds[:, 0], hands[0, :, 1])  # the top
    assert np.isnan(lifted).all()


def test_a_narrow_encoding_has_no_clock_twice():
    assert _clock_pairs(4, 1) == (0, 1)
    assert _clock_pairs(8, 3) == (0, 1, 2, 3)
    assert _clock_pairs(64, 2) == (0, 2, 8, 16)
    assert _clock_pairs(64, 16) == (0, 8, 16)


@given(widths, st.integers(2, 25))
def test_pairs_stand_at_even_distances_from_the_fastest_on(d_model, most):
    half = d_model // 2
    entries = np.array(_map_entries(d_model, most))
    np.testing.assert_array_equal(entries[1::2], entries[::2] + 1)
    pairs = entries[::2] // 2
    step = -(-half // most)
    np.testing.assert_array_equal(pairs, np.arange(0, half, step))
    assert len(pairs) <= most


def test_the_ticks_of_the_map_are_even():
    for d_model in (64, 512):
        chosen = STATEMENT.defaults | {"d_model": d_model, "pair": 0}
        axis = drawing(LESSON)(**chosen).figures[0]["layout"]["yaxis"]
        ticks = np.array(axis["ticktext"][:-1], int)  # the last names the pair
        assert len(set(np.diff(ticks).tolist())) == 1


@pytest.mark.parametrize(("pair", "bold"), [(2, "i = 2"), (0, "i = 0"), (31, "i = 31")])
def test_the_clock_of_the_chosen_pair_has_its_name_in_bold(pair, bold):
    clocks = drawing(LESSON)(**STATEMENT.defaults | {"pair": pair}).figures[1]["data"]
    (names,) = (trace["text"] for trace in clocks if trace["name"] == "pair i")
    assert [name for name in names if "<b>" in name] == [f"<b>{bold}</b>"]
    listed = {t["name"] for t in clocks if t.get("showlegend", True)}
    assert not listed & {"dial", "pair i"}
    assert {"pos", "pos + k"} <= listed


@pytest.mark.parametrize(
    ("n_positions", "position", "offset", "shown"),
    [(100, 96, 3, 100), (100, 97, 3, 150), (10, 199, 50, 250), (10, 10, 3, 50)],
)
def test_both_positions_stand_on_the_map(n_positions, position, offset, shown):
    chosen = STATEMENT.defaults | {
        "n_positions": n_positions,
        "position": position,
        "offset": offset,
    }
    for lesson in (LESSON, ONE_SPEED):
        chart = drawing(lesson)(**chosen).figures[0]
        assert chart["data"][0]["z"].shape[1] == shown
        _, end = chart["layout"]["xaxis"]["range"]
        lines = [s for s in chart["layout"]["shapes"] if s["type"] == "line"]
        assert [line["x0"] for line in lines] == [position, position + offset]
        assert position + offset < end


@pytest.mark.parametrize("d_model", STATEMENT.control("d_model").choices)
def test_the_map_has_the_numbers_of_the_entries_it_names(d_model):
    chosen = STATEMENT.defaults | {"d_model": d_model}
    chart = drawing(LESSON)(**chosen).figures[0]
    labels = chart["layout"]["meta"]["y"]
    rows = sinusoidal_positional_encoding(chosen["n_positions"], d_model)
    for trace in chart["data"]:
        first = trace.get("y0", 0)
        entries = [int(label) for label in labels[first : first + len(trace["z"])]]
        np.testing.assert_array_equal(trace["z"], rows.T[entries])
    assert labels[-3] == ""


# Bad input


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: sinusoidal_positional_encoding(3, 5),
            "d_model must be even, got 5",
        ),
        (lambda: frequencies(7), "d_model must be even, got 7"),
        (lambda: frequencies(0), "d_model must be in [2, inf), got 0"),
        (lambda: frequencies(1), "d_model must be in [2, inf), got 1"),
        (lambda: frequencies(4.5), "d_model must be an integer, got 4.5"),
        (
            lambda: sinusoidal_positional_encoding(0, 4),
            "n_positions must be in [1, inf), got 0",
        ),
        (
            lambda: sinusoidal_positional_encoding(3, 4, base=1),
            "base must be in (1, inf), got 1.0",
        ),
        (lambda: frequencies(4, base=np.nan), "base contains NaN"),
        (lambda: frequencies(4, base=np.inf), "base must be finite"),
        (lambda: frequencies(4, base="e"), "base must be numeric"),
        (
            lambda: sinusoidal_positional_encoding(3, 4, layout="mixed"),
            "layout must be one of ('interleaved', 'concatenated'), got 'mixed'",
        ),
        (
            lambda: sinusoidal_positional_encoding(3, 4, start=0.5),
            "start must be an integer, got 0.5",
        ),
        (lambda: rotation_for_offset(0.5, 4), "k must be an integer, got 0.5"),
        (lambda: rotation_for_offset(1, 3), "d_model must be even, got 3"),
        (
            lambda: similarity_by_offset(4, -1),
            "max_offset must be in [0, inf), got -1",
        ),
    ],
)
def test_bad_input_is_named(call, message):
    with says(message):
        call()


# A table that was learned


@given(matrices((1, 6), (1, 4)), st.data())
def test_positions_are_looked_up_row_by_row(table, data):
    rows = st.integers(0, len(table) - 1)
    positions = data.draw(st.lists(rows, min_size=1, max_size=8))
    found = learned_positional_encoding(table, positions)
    one_hot = np.array(positions)[:, None] == np.arange(len(table))
    np.testing.assert_array_equal(found, one_hot.astype(float) @ table)


def test_a_single_position_gives_a_row_and_a_batch_a_batch():
    table = np.arange(12.0).reshape(4, 3)
    np.testing.assert_array_equal(learned_positional_encoding(table, 2), [6, 7, 8])
    found = learned_positional_encoding(table, [[0.0, 3.0], [1.0, 1.0]])
    assert found.shape == (2, 2, 3)
    np.testing.assert_array_equal(found[0, 1], [9, 10, 11])


def test_a_table_may_hold_the_sinusoidal_encoding():
    table = sinusoidal_positional_encoding(16, 8)
    positions = np.arange(5, 9)
    np.testing.assert_array_equal(
        learned_positional_encoding(table, positions),
        sinusoidal_positional_encoding(4, 8, start=5),
    )


@pytest.mark.parametrize(
    ("table", "positions", "message"),
    [
        (np.zeros((512, 2)), [3, 512], "position must be in [0, 511], got 512"),
        (np.zeros((512, 2)), 512, "position must be in [0, 511], got 512"),
        (np.zeros((2, 2)), [-1], "position must be in [0, 1], got -1"),
        (np.zeros((2, 2)), 1e300, "position must be in [0, 1], got 1000000"),
        (np.zeros((2, 2)), [0, 0.5], "position must be an integer, got 0.5"),
        (np.zeros((2, 2)), [False, True], "position must be an integer, got False"),
        (np.zeros((2, 2)), [], "positions must not be empty"),
        (np.zeros((2, 2)), [math.nan], "positions contains NaN"),
        (np.zeros((2, 2)), [math.inf], "positions must be finite"),
        (np.zeros((2, 2)), ["a"], "positions must be numeric"),
        (np.zeros(2), [0], "table must be 2-D, got shape (2,)"),
        ([[]], [0], "table must not be empty"),
        ([[math.nan]], [0], "table contains NaN"),
        ([[math.inf]], [0], "table must be finite"),
    ],
)
def test_positions_without_a_row_are_named(table, positions, message):
    with says(message):
        learned_positional_encoding(table, positions)


def test_the_table_is_left_as_it_was():
    table = np.ones((2, 2))
    learned_positional_encoding(table, [0, 1])[:] = 5
    np.testing.assert_array_equal(table, np.ones((2, 2)))


# What the page claims


def test_predict_ten_and_thirteen_are_as_similar_as_fifty_and_fifty_three():
    rows = sinusoidal_positional_encoding(60, 64)
    assert rows[10] @ rows[13] == pytest.approx(rows[50] @ rows[53], rel=1e-12)


@claims("falls_not_steadily")
def test_similarity_falls_on_average_but_rises_from_offset_five_to_six():
    similarity = similarity_by_offset(64, 50)
    assert similarity[6] > similarity[5]
    assert similarity[1] > 0.95 * similarity[0]
    assert similarity[:10].mean() > similarity[10:30].mean() > similarity[30:].mean()


@claims("small_base_returns")
def test_with_base_10_similarity_falls_below_0_and_comes_back():
    rows = sinusoidal_positional_encoding(60, 64, base=10.0)
    for start in (0, 7):
        similarity = rows[start:] @ rows[start]
        assert (similarity[:5] > 0).all()
        assert (similarity[5:32] < 0).all()
        assert (similarity[32:51] > 0).all()  # as far as the slider of k goes


@claims("small_base_repeats")
def test_with_a_small_base_every_wave_repeats_within_60_positions():
    assert wavelengths(64, base=10)[-1] < 60 < 4.7e4 < wavelengths(64)[-1]
    assert wavelengths(STATEMENT.defaults["d_model"], base=10).max() < 60


def test_a_long_base_makes_the_longest_wavelength_longer():
    assert wavelengths(64, base=500_000)[-1] > 40 * wavelengths(64)[-1]


@pytest.mark.parametrize("preset", [(512, 10000.0), (64, 10.0), (64, 500_000.0)])
def test_the_presets_are_values_of_the_controls(preset):
    names = ("d_model", "base")
    for name, value in zip(names, preset, strict=True):
        assert STATEMENT.control(name).clamp(value) == value


@claims("width_even")
@given(st.integers(-10, 600))
def test_the_width_of_the_page_is_always_even(d_model):
    assert STATEMENT.control("d_model").clamp(d_model) % 2 == 0


def test_predict_at_width_128_both_pairs_have_the_same_product():
    rows = sinusoidal_positional_encoding(54, 128)
    assert rows[10] @ rows[13] == pytest.approx(rows[50] @ rows[53], rel=1e-12)


@claims("order_shows")
def test_attention_ignores_the_order_of_words_until_positions_are_added():
    words = np.random.default_rng(0).normal(size=(6, 16))
    order = [1, 0, 5, 2, 4, 3]

    def outputs(tokens):
        return scaled_dot_product_attention(tokens, tokens, tokens).output

    np.testing.assert_allclose(outputs(words[order]), outputs(words)[order], atol=1e-12)
    places = sinusoidal_positional_encoding(6, 16)
    apart = outputs(words[order] + places) - outputs(words + places)[order]
    assert (np.abs(apart).max(axis=1) > 0.01).all()


@claims("near_and_far")
def test_the_first_dimensions_tell_neighbors_apart_and_the_last_ones_far_from_near():
    rows = sinusoidal_positional_encoding(200, 64)
    change = np.abs(rows[1:] - rows[:-1]).max(axis=0)
    assert change[:2].min() > 0.9
    assert change[-2:].max() < 2e-4
    assert np.ptp(rows[:, 32]) > 0.9  # over 200 positions, not between neighbors
    assert change[32] < 0.011
    rows = sinusoidal_positional_encoding(11_000, 64)
    fast, slow = rows[:, :2], rows[:, -2]
    assert np.abs(fast[44] - fast[0]).max() < 0.02  # far, and yet the same
    assert (np.diff(slow) > 0).all()
    assert slow[-1] > 0.99


def test_the_tasks_of_the_page_have_an_end_on_the_sliders():
    alike = similarity_by_offset(4, 50, base=10)[1:]
    assert alike.argmax() + 1 == 19
    bases = STATEMENT.control("base").choices
    shares = [similarity_by_offset(64, 1, base=b)[1] / 32 for b in bases]
    assert shares[0] < 0.97 < shares[-1]


@claims("base_more_alike")
@pytest.mark.parametrize("d_model", STATEMENT.control("d_model").choices)
def test_a_larger_base_makes_neighbors_more_alike(d_model):
    bases = STATEMENT.control("base").choices
    alike = np.array([similarity_by_offset(d_model, 3, base=b)[1:] for b in bases])
    assert (np.diff(alike, axis=0) > 0).all()  # one, two and three apart
    hands = np.array([frequencies(d_model, base=b) for b in bases])
    np.testing.assert_array_equal(hands[:, 0], 1)  # the first one does not change
    assert (np.diff(hands[:, 1:], axis=0) < 0).all()


@claims("wavelength_power")
@given(widths, bases)
def test_the_longest_wavelength_is_a_power_of_the_base_below_the_first(d_model, base):
    longest = wavelengths(d_model, base=base)[-1]
    assert longest == pytest.approx(2 * np.pi * base ** (1 - 2 / d_model))
    root = wavelengths(4, base=base)[-1]
    assert root == pytest.approx(2 * np.pi * math.sqrt(base))


@claims("only_angles_count")
def test_three_steps_turn_each_hand_alike_and_the_product_sees_nothing_else():
    width = STATEMENT.defaults["d_model"]
    hands = sinusoidal_positional_encoding(54, width).reshape(54, -1, 2)
    angles = np.arctan2(hands[..., 0], hands[..., 1])
    products = []
    for start in (10, 50):
        turned = (angles[start + 3] - angles[start]) % (2 * np.pi)
        np.testing.assert_allclose(turned, 3 * frequencies(width), atol=1e-12)
        products.append((hands[start] * hands[start + 3]).sum())
        assert products[-1] == pytest.approx(np.cos(turned).sum(), rel=1e-12)
    assert products[0] == pytest.approx(products[1], rel=1e-12)


def test_at_base_10_and_width_4_positions_19_apart_are_nearly_alike():
    similarity = similarity_by_offset(4, 50, base=10) / 2
    assert similarity[5:].argmax() + 5 == 19
    assert similarity[19] > 0.97


def hands(position, d, base):
    """Return sines and cosines of one position, written out."""
    angles = [position / base ** (2 * i / d) for i in range(d // 2)]
    return np.array([f(angle) for angle in angles for f in (math.sin, math.cos)])


def status(**change):
    return drawing(LESSON)(**STATEMENT.defaults | change).status


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, "token; those of 10 and 13 have the dot product 25.59 of at most 32."),
        ({"offset": 1}, "those of 10 and 11 have the dot product 30.92 of at most 32"),
        # Just below 0, where one decimal would say −0.0.
        (
            {"d_model": 4, "base": 1e6, "offset": 22},
            "those of 10 and 32 have the dot product −0.0002028 of at most 2",
        ),
        ({"offset": 0}, "token; position 10 has the dot product 32 with itself."),
    ],
)
def test_the_sentence_gives_the_product_of_the_two_positions(change, words):
    assert words in status(**change)
    chosen = STATEMENT.defaults | change
    here, there = (
        hands(k, chosen["d_model"], chosen["base"])
        for k in (chosen["position"], chosen["position"] + chosen["offset"])
    )
    if "product" in words:
        printed = words.split("product ")[1].split()[0]
        assert float(printed.replace("−", "-")) == pytest.approx(here @ there, rel=1e-3)
    if "itself" in words:
        others = [hands(k, 64, 1e4) for k in range(200) if k != 10]
        assert max(here @ other for other in others) < here @ here - 0.5


@given(settings_of(STATEMENT), st.integers(-500, 500))
@settings(max_examples=30)
def test_the_sentence_holds_for_any_two_positions_as_far_apart(chosen, elsewhere):
    scene = drawing(LESSON)(**chosen)
    d, base, k = (chosen[name] for name in ("d_model", "base", "offset"))
    start = chosen["position"]
    product = hands(elsewhere, d, base) @ hands(elsewhere + k, d, base)
    if k == 0:
        said = f"; position {start} has the dot product {d // 2} with itself."
        assert scene.status.endswith(said)
        assert product == pytest.approx(d // 2)
    else:
        (printed,) = re.fullmatch(
            rf"(?:There is no pair \d+, so \d+ is shown\. )?Each position adds its own pattern of {d} "
            rf"numbers to its token; those of {start} and {start + k} have the dot "
            rf"product (\S+) of at most {d // 2}\.",
            scene.status,
        ).groups()
        assert float(printed.replace("−", "-")) == pytest.approx(
            product, rel=1e-3, abs=1e-9
        )
        assert product < d // 2
    assert scene.readouts["similarity"] == pytest.approx(product, abs=1e-9)
    squared = scene.readouts["length of every encoding, squared"]
    assert squared == pytest.approx(
        hands(elsewhere, d, base) @ hands(elsewhere, d, base)
    )


def test_no_dot_product_leaves_its_chart():
    for d in STATEMENT.control("d_model").choices:
        for base in STATEMENT.control("base").choices:
            chosen = STATEMENT.defaults | {"d_model": d, "base": base}
            chart = drawing(LESSON)(**chosen).figures[2]
            low, high = chart["layout"]["yaxis"]["range"]
            products = [np.cos(k * frequencies(d, base=base)).sum() for k in range(51)]
            assert low < min(products) < max(products) < high
