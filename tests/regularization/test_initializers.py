"""Initializers: distributions, right angles, how signals grow, bad input."""

from __future__ import annotations

import math

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from formulas.linear_algebra.activations import relu
from formulas.regularization.initializers import (
    he_uniform,
    lecun_normal,
    lecun_uniform,
    linear_default,
    orthogonal,
)
from formulas.regularization.xavier_init import he_normal
from tests.errors import says

# Each is one edit of the module that its tests must notice.
MUTANTS = (
    ("gain * math.sqrt(3.0 / shape[1])", "gain * math.sqrt(3.0 / shape[0])"),
    ("gain * math.sqrt(3.0 / shape[1])", "gain * math.sqrt(1.0 / shape[1])"),
    ("gain * math.sqrt(3.0 / shape[1])", "gain**2 * math.sqrt(3.0 / shape[1])"),
    ("gain: float = math.sqrt(2), rng", "gain: float = 2.0, rng"),
    (
        "normal(0.0, math.sqrt(1.0 / shape[1]), shape)",
        "normal(0.0, 1.0 / shape[1], shape)",
    ),
    (
        "normal(0.0, math.sqrt(1.0 / shape[1]), shape)",
        "normal(0.0, math.sqrt(2.0 / sum(shape)), shape)",
    ),
    (
        "normal(0.0, math.sqrt(1.0 / shape[1]), shape)",
        "normal(0.0, math.sqrt(2.0 / shape[1]), shape)",
    ),
    (
        "return _even(math.sqrt(3.0 / shape[1]), shape, rng)",
        "return _even(math.sqrt(1.0 / shape[1]), shape, rng)",
    ),
    (
        "return _even(math.sqrt(3.0 / shape[1]), shape, rng)",
        "return _even(math.sqrt(6.0 / sum(shape)), shape, rng)",
    ),
    (
        "return _even(math.sqrt(3.0 / shape[1]), shape, rng)",
        "return _even(math.sqrt(6.0 / shape[1]), shape, rng)",
    ),
    ("np.where(np.diagonal(triangle) < 0, -1.0, 1.0)", "1.0"),
    ("factor *= gain * np.where", "factor *= gain**2 * np.where"),
    ("factor if n_out >= n_in else factor.T.copy()", "factor.reshape(n_out, n_in)"),
    ("bound = math.sqrt(1.0 / shape[1])", "bound = math.sqrt(3.0 / shape[1])"),
    ("bound = math.sqrt(1.0 / shape[1])", "bound = math.sqrt(1.0 / shape[0])"),
    ("_even(bound, shape[:1], random)", "0 * _even(bound, shape[:1], random)"),
    ("_even(bound, shape[:1], random)", "_even(bound, shape[:1], rng)"),
)

UNIFORM = [
    (he_uniform, math.sqrt(6)),
    (lecun_uniform, math.sqrt(3)),
    (lambda *sizes, **seed: linear_default(*sizes, **seed).W, 1.0),
    (lambda n, m, **seed: linear_default(n, m, **seed).b[:, None], 1.0),
]


@pytest.mark.parametrize(("draw", "factor"), UNIFORM)
def test_weights_are_even_between_their_bounds(draw, factor):
    bound = factor / math.sqrt(512)
    weights = draw(512, 3000)
    assert np.abs(weights).max() <= bound
    assert np.abs(weights).max() > 0.998 * bound
    even = scipy.stats.uniform(-bound, 2 * bound)
    assert scipy.stats.kstest(weights.ravel()[:3000], even.cdf).pvalue > 1e-3


@pytest.mark.parametrize(
    ("factor", "bound"),
    [(math.sqrt(6), 0.108253), (math.sqrt(3), 0.076547), (1.0, 0.044194)],
)
def test_the_bounds_for_512_inputs(factor, bound):
    draw = next(d for d, f in UNIFORM if f == factor)
    largest = np.abs(draw(512, 4000)).max()
    assert largest == pytest.approx(bound, abs=5e-6)


def test_normal_weights_have_a_variance_of_one_over_the_inputs():
    weights = lecun_normal(256, 1000)
    assert weights.shape == (1000, 256)
    normal = scipy.stats.norm(0, 1 / 16)
    assert scipy.stats.kstest(weights.ravel()[:5000], normal.cdf).pvalue > 1e-3
    assert 256 * weights.var() == pytest.approx(1, abs=0.02)  # 7 standard errors
    assert np.abs(weights).max() > 4 / 16  # nothing is cut off


@pytest.mark.parametrize(
    ("draw", "expected"),
    [
        (he_uniform, 2),
        (he_normal, 2),
        (lecun_normal, 1),
        (lecun_uniform, 1),
        (UNIFORM[2][0], 1 / 3),
    ],
)
def test_inputs_times_variance_is_two_one_or_a_third(draw, expected):
    weights = draw(512, 2000, rng=1)
    assert 512 * weights.var() == pytest.approx(expected, rel=0.01)


@pytest.mark.parametrize("gain", [0.5, 1.0, 5 / 3])
def test_the_gain_is_a_factor_of_the_weights(gain):
    one = he_uniform(7, 5, gain=1.0, rng=3)
    np.testing.assert_allclose(he_uniform(7, 5, gain=gain, rng=3), gain * one)
    one = orthogonal(7, 5, rng=3)
    np.testing.assert_allclose(orthogonal(7, 5, gain=gain, rng=3), gain * one)


def test_the_default_gain_is_that_of_relu():
    np.testing.assert_array_equal(he_uniform(7, 5), he_uniform(7, 5, gain=2**0.5))


@given(st.integers(1, 9), st.integers(1, 9), st.floats(0.1, 3), st.integers(0, 99))
def test_rows_or_columns_of_an_orthogonal_matrix_are_at_right_angles(n, m, gain, seed):
    W = orthogonal(n, m, gain=gain, rng=seed)
    assert W.shape == (m, n)
    product = W @ W.T if m <= n else W.T @ W
    np.testing.assert_allclose(product, gain**2 * np.eye(min(n, m)), atol=1e-12)


def test_all_rotations_are_equally_likely():
    random = np.random.default_rng(0)
    draws = np.array([orthogonal(3, 3, rng=random) for _ in range(3000)])
    # A coordinate of a random direction in space is even between −1 and 1 (Archimedes).
    even = scipy.stats.uniform(-1, 2)
    for i, j in np.ndindex(3, 3):
        assert scipy.stats.kstest(draws[:, i, j], even.cdf).pvalue > 1e-4
    turns = np.linalg.det(draws) > 0
    assert turns.mean() == pytest.approx(0.5, abs=0.04)  # 4 standard errors
    signs = [orthogonal(1, 1, rng=random).item() for _ in range(400)]
    assert np.mean(signs) == pytest.approx(0, abs=0.2)  # 4 standard errors


def test_flat_matrices_are_drawn_as_even_as_square_ones():
    random = np.random.default_rng(1)
    draws = np.array([orthogonal(3, 2, rng=random) for _ in range(3000)])
    even = scipy.stats.uniform(-1, 2)
    for i, j in np.ndindex(2, 3):
        assert scipy.stats.kstest(draws[:, i, j], even.cdf).pvalue > 1e-4


def mean_square_after(draw, depth, activation):
    random = np.random.default_rng(0)
    signal = random.standard_normal((200, 128))
    for _ in range(depth):
        signal = activation(signal @ draw(128, 128, rng=random).T)
    return float(np.mean(signal**2))


def test_an_orthogonal_linear_network_keeps_signals_at_any_depth():
    before = mean_square_after(orthogonal, 0, np.asarray)
    assert mean_square_after(orthogonal, 100, np.asarray) == pytest.approx(before)


def test_the_default_shrinks_relu_layers_by_the_root_of_a_sixth_each():
    depth = 12
    default = mean_square_after(UNIFORM[2][0], depth, relu)
    kept = mean_square_after(he_uniform, depth, relu)
    assert (default / kept) ** (1 / depth) == pytest.approx(1 / 6, rel=0.02)
    assert 0.3 < kept < 3


def test_the_weights_are_the_first_draws_and_the_biases_the_next():
    layer = linear_default(4, 3, rng=5)
    draws = np.random.default_rng(5).uniform(-0.5, 0.5, 15)
    np.testing.assert_array_equal(layer.W, draws[:12].reshape(3, 4))
    np.testing.assert_array_equal(layer.b, draws[12:])


@pytest.mark.parametrize(
    "draw", [he_uniform, lecun_normal, lecun_uniform, orthogonal, UNIFORM[2][0]]
)
def test_the_same_seed_gives_the_same_weights_and_a_generator_goes_on(draw):
    assert draw(4, 3).shape == (3, 4)
    np.testing.assert_array_equal(draw(4, 3), draw(4.0, 3.0, rng=0))
    random = np.random.default_rng(0)
    np.testing.assert_array_equal(draw(4, 3), draw(4, 3, rng=random))
    assert (draw(4, 3, rng=random) != draw(4, 3)).all()


DRAWS = (he_uniform, lecun_normal, lecun_uniform, orthogonal, linear_default)


@pytest.mark.parametrize("draw", DRAWS)
@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ((0, 1), "n_in must be in [1, inf), got 0"),
        ((1, 0), "n_out must be in [1, inf), got 0"),
        ((2.5, 1), "n_in must be an integer, got 2.5"),
        ((1, True), "n_out must be an integer, got True"),
        ((math.nan, 1), "n_in contains NaN"),
        ((1, math.inf), "n_out must be finite"),
        (("a", 1), "n_in must be numeric"),
    ],
)
def test_bad_sizes_are_named(draw, sizes, message):
    with says(message):
        draw(*sizes)


@pytest.mark.parametrize("draw", DRAWS)
def test_bad_seeds_are_named(draw):
    with says("rng must be in [0, inf), got -1"):
        draw(1, 1, rng=-1)


@pytest.mark.parametrize("draw", [he_uniform, orthogonal])
@pytest.mark.parametrize(
    ("gain", "message"),
    [
        (0.0, "gain must be in (0, inf), got 0.0"),
        (-1.0, "gain must be in (0, inf), got -1.0"),
        (math.nan, "gain contains NaN"),
        (math.inf, "gain must be finite"),
    ],
)
def test_bad_gains_are_named(draw, gain, message):
    with says(message):
        draw(2, 2, gain=gain)
