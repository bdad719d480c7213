"""Rotary positions: complex numbers as oracle, offsets, layouts, bad and extreme input."""

from __future__ import annotations

import math

import numpy as np
import pytest
import scipy.linalg
from hypothesis import given
from hypothesis import strategies as st

from formulas.transformer.rope import LAYOUTS, rope
from tests.errors import says
from tests.strategies import matrices, vectors

# Each is one edit of the module that its tests must notice.
MUTANTS = (
    ("first * cosine, second * sine", "first * cosine, -second * sine"),
    ("first * sine, second * cosine", "first * cosine, second * sine"),
    (
        "return rows[..., 0::2], rows[..., 1::2]",
        "return rows[..., 1::2], rows[..., 0::2]",
    ),
    (
        'if layout == "interleaved":\n        return rows',
        'if layout == "half":\n        return rows',
    ),
    (
        "return rows[..., :half], rows[..., half:]",
        "return rows[..., half:], rows[..., :half]",
    ),
    ("return np.arange(float(n))", "return np.arange(1.0, n + 1.0)"),
    ("speeds = frequencies(d, base=base)", "speeds = frequencies(d)"),
    ("places[:, None] * speeds", "places[:, None] / speeds"),
)

ROW = [1.0, 2.0, 3.0, 4.0]
KEY = [0.5, -1.0, 2.0, 1.0]


def at(x, position, **options):
    return rope([x], positions=[position], **options)[0]


def turned(x, positions, base, layout):
    """Turn pairs as complex numbers, as Meta's code does."""
    d = x.shape[-1]
    pairs = x.reshape(*x.shape[:-1], -1, 2)
    if layout == "half":
        pairs = np.stack(np.split(x, 2, axis=-1), axis=-1)
    numbers = pairs[..., 0] + 1j * pairs[..., 1]
    angles = np.outer(positions, [base ** (-2 * i / d) for i in range(d // 2)])
    numbers = numbers * np.exp(1j * angles)
    axis = -1 if layout == "interleaved" else -2
    return np.stack([numbers.real, numbers.imag], axis=axis).reshape(x.shape)


@pytest.mark.parametrize(
    ("layout", "expected"),
    [
        ("interleaved", [-1.142640, 1.922076, 2.959851, 4.029800]),
        ("half", [-1.984111, 1.959901, 2.462378, 4.019800]),
    ],
)
def test_one_to_four_at_position_one(layout, expected):
    np.testing.assert_allclose(at(ROW, 1, layout=layout), expected, atol=5e-7)


@given(st.integers(-1000, 1000))
def test_two_positions_apart_the_product_is_the_same_anywhere(position):
    product = at(ROW, position + 2) @ at(KEY, position)  # the query is later
    assert product == pytest.approx(8.703632, abs=5e-7)


@given(
    st.integers(1, 4).flatmap(lambda half: matrices((1, 4), 2 * half)),
    st.floats(1.5, 1e6),
    st.sampled_from(LAYOUTS),
    st.integers(-50, 50),
)
def test_agrees_with_complex_numbers(x, base, layout, start):
    positions = np.arange(start, start + len(x))
    found = rope(x, positions=positions, base=base, layout=layout)
    np.testing.assert_allclose(found, turned(x, positions, base, layout), atol=1e-12)


def test_a_row_is_multiplied_by_a_matrix_of_rotations():
    angles = 3 * np.array([1.0, 100**-0.5])
    blocks = [
        [[np.cos(phi), -np.sin(phi)], [np.sin(phi), np.cos(phi)]] for phi in angles
    ]
    expected = scipy.linalg.block_diag(*blocks) @ ROW
    np.testing.assert_allclose(at(ROW, 3, base=100.0), expected, rtol=1e-12)


@given(vectors(6), vectors(6), st.integers(0, 500), st.integers(-20, 20), st.data())
def test_only_the_offset_counts(q, k, position, offset, data):
    layout = data.draw(st.sampled_from(LAYOUTS))
    here = at(q, position, layout=layout) @ at(k, position + offset, layout=layout)
    there = at(q, 0, layout=layout) @ at(k, offset, layout=layout)
    assert here == pytest.approx(there, abs=1e-9)


@given(matrices((1, 4), 6), st.sampled_from(LAYOUTS))
def test_rows_keep_their_length_and_the_first_one_itself(x, layout):
    y = rope(x, layout=layout)
    np.testing.assert_array_equal(y[0], x[0])
    lengths = np.linalg.norm(x, axis=1)
    np.testing.assert_allclose(np.linalg.norm(y, axis=1), lengths, rtol=1e-12)


@given(matrices((1, 4), 6), st.floats(-5, 5), st.floats(-5, 5))
def test_turns_add_up(x, a, b):
    places = np.arange(len(x))
    twice = rope(rope(x, positions=a + places), positions=b - places)
    np.testing.assert_allclose(twice, rope(x, positions=[a + b] * len(x)), atol=1e-9)


@given(matrices((1, 4), 8))
def test_both_layouts_are_the_same_up_to_the_order_of_the_columns(x):
    order = np.arange(8).reshape(4, 2).T.ravel()  # 0 2 4 6 1 3 5 7
    reordered = rope(x[:, order], layout="half")
    np.testing.assert_allclose(reordered, rope(x)[:, order], rtol=1e-12, atol=1e-15)


@given(matrices(3, 4))
def test_positions_count_from_zero_and_fractions_lie_between(x):
    np.testing.assert_array_equal(rope(x), rope(x, positions=[0, 1, 2]))
    half = rope(rope(x, positions=[0.5] * 3), positions=[0.5] * 3)
    np.testing.assert_allclose(half, rope(x, positions=[1, 1, 1]), atol=1e-12)


def test_leading_axes_are_heads():
    x = np.random.default_rng(0).normal(size=(2, 3, 5, 4))
    y = rope(x, positions=[3, 1, 4, 1, 5])
    assert y.shape == x.shape
    alone = rope(x[1, 2], positions=[3, 1, 4, 1, 5])
    np.testing.assert_array_equal(y[1, 2], alone)


def test_huge_numbers_turn_too():
    np.testing.assert_allclose(at([1e308, 0.0], math.pi / 2), [0, 1e308], atol=1e293)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: rope([[1.0, 2.0, 3.0]]), "the last axis of x must be even, got 3"),
        (lambda: rope([1.0, 2.0]), "x must be 2-D, got shape (2,)"),
        (lambda: rope([]), "x must not be empty"),
        (lambda: rope([["a", "b"]]), "x must be numeric"),
        (lambda: rope([[math.nan, 1.0]]), "x contains NaN"),
        (lambda: rope([[math.inf, 1.0]]), "x must be finite"),
        (
            lambda: rope([[1.0, 2.0]], positions=[0, 1]),
            "shape mismatch: positions has shape (2,), x has shape (1, 2); x needs one "
            "position per row",
        ),
        (
            lambda: rope([[1.0, 2.0]], positions=0),
            "positions must be 1-D, got shape ()",
        ),
        (
            lambda: rope([[1.0, 2.0]], positions=[math.nan]),
            "positions contains NaN",
        ),
        (
            lambda: rope([[1.0, 2.0]], positions=[math.inf]),
            "positions must be finite",
        ),
        (lambda: rope([[1.0, 2.0]], base=1.0), "base must be in (1, inf), got 1.0"),
        (
            lambda: rope([[1.0, 2.0]], layout="concatenated"),
            "layout must be one of ('interleaved', 'half'), got 'concatenated'",
        ),
        (
            lambda: rope([[1.7e308, 1.7e308]], positions=[0.7]),
            "result must be finite",
        ),
    ],
)
def test_bad_input_is_named(call, message):
    with says(message):
        call()


def test_input_is_left_as_it_was():
    x, positions = np.array([ROW]), np.array([2.0])
    rope(x, positions=positions)
    np.testing.assert_array_equal(x, [ROW])
    np.testing.assert_array_equal(positions, [2])
