"""Deflation: by hand, against LAPACK, where nothing is left, bad input."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formulas.linear_algebra.deflation import power_deflation
from tests.errors import says

# Each is one edit of the module that its tests must notice.
MUTANTS = (
    ("values[j] * np.outer(x, x)", "np.outer(x, x)"),
    ("x @ rest @ x, x", "np.linalg.norm(rest @ x), x"),  # loses the sign
    ("vectors * turns(vectors)", "vectors"),
    ("np.ldexp(values, exponent)", "values"),
    ("for _ in range(2):", "for _ in range(0):"),
    ("        if not image.any():\n            break\n", ""),
    ("if np.abs(rest - rest.T).max() > SYMMETRIC", "if (rest != rest.T).any()"),
    ("for _ in range(n_steps)", "for _ in range(20)"),
)

TRIDIAGONAL = [[4, 1, 0], [1, 3, 1], [0, 1, 2]]


@st.composite
def symmetric(draw):
    """Draw a symmetric matrix with known values, each well below the one before."""
    n = draw(st.integers(1, 5))
    signs = draw(st.lists(st.sampled_from([1, -1]), min_size=n, max_size=n))
    ratios = draw(st.lists(st.floats(0.2, 0.9), min_size=n, max_size=n))
    random = np.random.default_rng(draw(st.integers(0, 10**6)))
    vectors = np.linalg.qr(random.normal(size=(n, n)))[0]
    values = np.array(signs) * np.cumprod(ratios)
    return (vectors * values) @ vectors.T, values


def test_a_matrix_worked_by_hand():
    result = power_deflation(TRIDIAGONAL, 3)
    root = math.sqrt(3)
    np.testing.assert_allclose(result.values, [3 + root, 3, 3 - root], rtol=1e-13)
    # (A - λ) v = 0 gives v = (1, λ - 4, (λ - 4)(λ - 3) - 1).
    for value, vector in zip(result.values, result.vectors.T, strict=True):
        by_hand = np.array([1, value - 4, (value - 4) * (value - 3) - 1])
        by_hand /= np.linalg.norm(by_hand) * np.sign(by_hand[np.abs(by_hand).argmax()])
        np.testing.assert_allclose(vector, by_hand, atol=1e-7)


@given(symmetric(), st.integers(0, 99))
def test_values_come_by_size_with_their_directions(made, seed):
    matrix, values = made
    result = power_deflation(matrix, len(matrix), rng=seed)
    np.testing.assert_allclose(result.values, values, atol=1e-12)
    product = result.vectors.T @ result.vectors
    np.testing.assert_allclose(product, np.eye(len(matrix)), atol=1e-12)
    left = matrix @ result.vectors - result.vectors * result.values
    np.testing.assert_allclose(left, 0, atol=1e-7)
    largest = np.abs(result.vectors).max(axis=0)
    np.testing.assert_allclose(result.vectors.max(axis=0), largest, atol=1e-9)


def test_a_covariance_matrix_agrees_with_lapack():
    random = np.random.default_rng(3)
    data = random.normal(size=(40, 8)) * 2.0 ** np.arange(8)
    covariance = np.cov(data.T)
    expected = np.linalg.eigvalsh(covariance)[::-1]
    found = power_deflation(covariance, 8).values
    np.testing.assert_allclose(found, expected, rtol=1e-9)


def test_the_first_pairs_do_not_depend_on_how_many_are_asked_for():
    two, three = (power_deflation(TRIDIAGONAL, k) for k in (2, 3))
    np.testing.assert_array_equal(three.values[:2], two.values)
    np.testing.assert_array_equal(three.vectors[:, :2], two.vectors)


def test_slow_directions_get_the_steps_that_they_need():
    slow = np.diag([1.0, 0.99])
    found = power_deflation(slow, 1, n_steps=3000)
    np.testing.assert_allclose(found.vectors[:, 0], [1, 0], atol=1e-9)
    early = power_deflation(slow, 1, n_steps=5)
    assert 0.99 < early.values[0] < 1 - 1e-4


def test_where_nothing_is_left_the_value_is_0_and_the_direction_a_new_one():
    result = power_deflation(np.zeros((3, 3)), 3)
    np.testing.assert_array_equal(result.values, [0, 0, 0])
    np.testing.assert_allclose(result.vectors.T @ result.vectors, np.eye(3), atol=1e-12)
    one = power_deflation(np.diag([0.0, -4.0, 0.0]), 3)
    np.testing.assert_array_equal(one.values, [-4, 0, 0])
    np.testing.assert_allclose(one.vectors.T @ one.vectors, np.eye(3), atol=1e-12)


@given(st.integers(0, 10**6), st.integers(2, 6))
def test_a_single_layer_leaves_zeros_across_it(seed, n):
    vector = np.random.default_rng(seed).normal(size=n)
    vector /= np.linalg.norm(vector)
    result = power_deflation(np.outer(vector, vector), n)
    np.testing.assert_allclose(result.values, [1, *[0] * (n - 1)], atol=1e-12)
    np.testing.assert_allclose(result.vectors.T @ result.vectors, np.eye(n), atol=1e-12)
    np.testing.assert_allclose(vector @ result.vectors[:, 1:], 0, atol=1e-12)


@pytest.mark.parametrize("scale", [1e300, 1e-300])
def test_scale_is_the_scale_of_the_values(scale):
    matrix = np.array(TRIDIAGONAL) * scale
    plain, scaled = power_deflation(TRIDIAGONAL, 3), power_deflation(matrix, 3)
    np.testing.assert_allclose(scaled.values / scale, plain.values, rtol=1e-12)


def test_rounding_does_not_spoil_the_symmetry():
    matrix = np.array(TRIDIAGONAL, dtype=float)
    matrix[0, 1] += 1e-14
    np.testing.assert_allclose(power_deflation(matrix, 1).values, 3 + math.sqrt(3))


def test_a_generator_is_used_as_it_is():
    matrix = np.diag([2.0, 1.0])
    first = power_deflation(matrix, 1, n_steps=1, rng=5)
    again = power_deflation(matrix, 1, n_steps=1, rng=np.random.default_rng(5))
    other = power_deflation(matrix, 1, n_steps=1, rng=6)
    np.testing.assert_array_equal(first.vectors, again.vectors)
    assert (first.vectors != other.vectors).any()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: power_deflation([[1, 2], [3, 4]], 1), "A must be symmetric"),
        (
            lambda: power_deflation([[1, 2, 3]], 1),
            "A must be square, got shape (1, 3)",
        ),
        (lambda: power_deflation([1], 1), "A must be 2-D, got shape (1,)"),
        (lambda: power_deflation([[1]], 2), "k must be in [1, 1], got 2"),
        (lambda: power_deflation([[1]], 0), "k must be in [1, 1], got 0"),
        (lambda: power_deflation([[1]], 0.5), "k must be an integer, got 0.5"),
        (
            lambda: power_deflation([[1]], 1, n_steps=0),
            "n_steps must be in [1, inf), got 0",
        ),
        (lambda: power_deflation([[1]], 1, rng=-1), "rng must be in [0, inf), got -1"),
        (lambda: power_deflation([[np.nan]], 1), "A contains NaN"),
        (lambda: power_deflation([[np.inf]], 1), "A must be finite"),
        (lambda: power_deflation([["a"]], 1), "A must be numeric"),
        (lambda: power_deflation([[1j]], 1), "A must be numeric"),
        (lambda: power_deflation([[]], 1), "A must not be empty"),
        (lambda: power_deflation([[1e308] * 2] * 2, 1), "result must be finite"),
    ],
)
def test_bad_input_is_named(call, message):
    with says(message):
        call()


def test_input_is_left_as_it_was():
    x = np.array(TRIDIAGONAL, dtype=float)
    power_deflation(x, 3)
    np.testing.assert_array_equal(x, TRIDIAGONAL)
