"""Clipping: one length for all gradients, the direction stays, bad and extreme input."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formulas.optimization.clipping import clip_by_global_norm
from tests.errors import says
from tests.strategies import matrices, vectors

# Each is one edit of the module that its tests must notice.
MUTANTS = (
    ("math.hypot(*(_length(array) for array in arrays))", "sum(map(_length, arrays))"),
    ("math.hypot(*(_length(array) for array in arrays))", "_length(arrays[0])"),
    ("min(1.0, max_norm / size)", "max_norm / size"),  # short ones are stretched
    ("size = norm + eps", "size = max(norm, eps)"),
    ("size = norm + eps", "size = math.hypot(norm, eps)"),
    ("if size else 1.0", "if size else 0.0"),
    ("SAFE < square < math.inf", "square < math.inf"),
    ("SAFE < square < math.inf", "SAFE < square"),
)


def test_the_length_of_3_4_and_12_is_13():
    clipped = clip_by_global_norm([[3.0, 4.0], [12.0]], 6.5, eps=0)
    assert (clipped.norm, clipped.scale) == (13.0, 0.5)
    np.testing.assert_array_equal(clipped.grads[0], [1.5, 2.0])
    np.testing.assert_array_equal(clipped.grads[1], [6.0])


@given(vectors((1, 5)), matrices((1, 3), (1, 3)), st.floats(0.01, 20), st.booleans())
def test_agrees_with_the_length_of_one_long_vector(g, G, most, exact):
    eps = 0.0 if exact else 1e-6
    clipped = clip_by_global_norm([g, G], most, eps=eps)
    norm = np.linalg.norm(np.concatenate([g, G.ravel()]))
    scale = min(1.0, most / (norm + eps)) if norm + eps else 1.0
    assert clipped.norm == pytest.approx(norm, rel=1e-12)
    assert clipped.scale == pytest.approx(scale, rel=1e-12)
    for found, given_ in zip(clipped.grads, (g, G), strict=True):
        assert found.shape == given_.shape
        np.testing.assert_allclose(found, scale * given_, rtol=1e-12)


@given(vectors((2, 6)), st.floats(0.01, 5))
def test_afterwards_nothing_is_longer_than_allowed_and_the_direction_is_the_same(
    g, most
):
    clipped = clip_by_global_norm([g[:1], g[1:]], most)
    joined = np.concatenate(clipped.grads)
    length = np.linalg.norm(joined)
    assert length <= most * (1 + 1e-12)
    assert g @ joined == pytest.approx(np.linalg.norm(g) * length, rel=1e-9, abs=1e-12)
    again = clip_by_global_norm(clipped.grads, most * (1 + 1e-3))
    np.testing.assert_allclose(np.concatenate(again.grads), joined, rtol=1e-5)


@given(vectors((1, 6)))
def test_short_gradients_come_back_to_the_last_digit(g):
    clipped = clip_by_global_norm([g], 1e3)
    assert clipped.scale == 1
    np.testing.assert_array_equal(clipped.grads[0], g)


def test_eps_shortens_even_gradients_of_just_the_allowed_length():
    assert clip_by_global_norm([[3.0, 4.0]], 5.0).scale == 5 / (5 + 1e-6)
    assert clip_by_global_norm([[3.0, 4.0]], 5.0, eps=0).scale == 1
    assert clip_by_global_norm([[3.0]], 6.0, eps=1.0).scale == 1
    assert clip_by_global_norm([[3.0]], 3.0, eps=1.0).scale == 0.75


def test_clipping_each_alone_would_change_the_direction():
    both = clip_by_global_norm([[3.0], [4.0]], 1.0, eps=0).grads
    alone = [clip_by_global_norm([g], 1.0, eps=0).grads[0] for g in ([3.0], [4.0])]
    np.testing.assert_allclose(np.ravel(both), [0.6, 0.8])
    np.testing.assert_allclose(np.ravel(alone), [1.0, 1.0])


def test_zeros_stay_zeros_with_or_without_eps():
    for eps in (0.0, 1e-6):
        clipped = clip_by_global_norm([[0.0, 0.0]], 1.0, eps=eps)
        assert (clipped.norm, clipped.scale) == (0.0, 1.0)
        np.testing.assert_array_equal(clipped.grads[0], [0, 0])


@pytest.mark.parametrize("size", [1e-300, 1e-170, 1e170, 1e300])
def test_squares_neither_overflow_nor_vanish(size):
    clipped = clip_by_global_norm([[3 * size], [4 * size, 0.0]], size, eps=0)
    assert clipped.norm == pytest.approx(5 * size, rel=1e-14)
    assert clipped.scale == pytest.approx(0.2, rel=1e-14)
    assert clipped.grads[0][0] == pytest.approx(0.6 * size, rel=1e-14)


def test_a_single_number_is_a_gradient_too():
    clipped = clip_by_global_norm([3.0, [[4.0]]], 2.5, eps=0)
    assert (clipped.norm, clipped.scale) == (5.0, 0.5)
    assert [grad.shape for grad in clipped.grads] == [(), (1, 1)]
    assert clipped.grads[0] == 1.5


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: clip_by_global_norm([], 1.0), "grads must not be empty"),
        (lambda: clip_by_global_norm(3.0, 1.0), "grads must be a list of arrays"),
        (lambda: clip_by_global_norm([[1.0], []], 1.0), "grads[1] must not be empty"),
        (lambda: clip_by_global_norm([["a"]], 1.0), "grads[0] must be numeric"),
        (
            lambda: clip_by_global_norm([[1.0], [math.nan]], 1.0),
            "grads[1] contains NaN",
        ),
        (lambda: clip_by_global_norm([[math.inf]], 1.0), "grads[0] must be finite"),
        (
            lambda: clip_by_global_norm([[1.0]], 0.0),
            "max_norm must be in (0, inf), got 0.0",
        ),
        (lambda: clip_by_global_norm([[1.0]], math.nan), "max_norm contains NaN"),
        (lambda: clip_by_global_norm([[1.0]], math.inf), "max_norm must be finite"),
        (
            lambda: clip_by_global_norm([[1.0]], 1.0, eps=-1e-6),
            "eps must be in [0, inf), got -1e-06",
        ),
        (
            lambda: clip_by_global_norm([[1.5e308], [1.5e308]], 1.0),
            "result must be finite",
        ),
    ],
)
def test_bad_input_is_named(call, message):
    with says(message):
        call()


def test_input_is_left_as_it_was():
    g = np.array([3.0, 4.0])
    clip_by_global_norm([g], 1.0)
    np.testing.assert_array_equal(g, [3, 4])
