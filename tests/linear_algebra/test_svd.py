"""Singular values: by hand, in high precision, the best layers, extreme matrices."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest
import scipy.linalg
from hypothesis import given
from hypothesis import strategies as st

from formulas.linear_algebra.eigenvalues import eigen_decomposition, pca
from formulas.linear_algebra.svd import svd
from tests.errors import says
from tests.strategies import matrices

# Each is one edit of the module that its tests must notice.
MUTANTS = (
    ("(max(matrix.shape) * EPSILON)", "EPSILON"),
    ("SVDResult(U * signs", "SVDResult(U"),
    ("Vt * signs[:, None]", "Vt"),
    ("signs = turns(Vt.T)", "signs = turns(U)"),
    ("full_matrices=False", "full_matrices=True"),
    ("    checks.representable(s)\n", ""),
)

ANY = matrices((1, 4), (1, 4))


def rebuilt(result, layers=None):
    return (result.U * result.s)[:, :layers] @ result.Vt[:layers]


def test_a_matrix_worked_by_hand():
    result = svd([[3, 0], [4, 5]])
    np.testing.assert_allclose(result.s, [math.sqrt(45), math.sqrt(5)], rtol=1e-14)
    half = math.sqrt(0.5)
    np.testing.assert_allclose(result.Vt, [[half, half], [half, -half]], rtol=1e-14)
    root = math.sqrt(10)
    np.testing.assert_allclose(result.U, np.array([[1, 3], [3, -1]]) / root, rtol=1e-14)
    assert result.rank == 2


@given(ANY)
def test_values_agree_with_mpmath_in_40_digits(matrix):
    with mpmath.workdps(40):
        exact = mpmath.svd_r(mpmath.matrix(matrix.tolist()), compute_uv=False)
    expected = np.sort([float(s) for s in exact])[::-1]
    found = svd(matrix).s
    np.testing.assert_allclose(found, expected, atol=1e-13 * (1 + found[0]))


@given(ANY)
def test_the_layers_add_up_to_the_matrix(matrix):
    result = svd(matrix)
    k = min(matrix.shape)
    assert result.U.shape == (len(matrix), k)
    assert result.Vt.shape == (k, matrix.shape[1])
    np.testing.assert_allclose(rebuilt(result), matrix, atol=1e-12)
    np.testing.assert_allclose(result.U.T @ result.U, np.eye(k), atol=1e-12)
    np.testing.assert_allclose(result.Vt @ result.Vt.T, np.eye(k), atol=1e-12)
    assert (np.diff(result.s) <= 0).all()
    assert (result.s >= 0).all()


@given(ANY)
def test_the_largest_entry_of_each_row_is_positive(matrix):
    for row in svd(matrix).Vt:
        assert row.max() >= np.abs(row).max() - 1e-12


@given(matrices((2, 4), (2, 4)), st.integers(1, 3))
def test_the_first_layers_are_as_near_as_the_next_value_says(matrix, layers):
    layers = min(layers, min(matrix.shape))
    result = svd(matrix)
    error = np.linalg.norm(matrix - rebuilt(result, layers), 2)
    following = np.append(result.s, 0.0)[layers]
    assert error == pytest.approx(following, abs=1e-12)
    random = np.random.default_rng(0)
    for _ in range(5):  # no other matrix of this rank is nearer
        left, right = random.normal(size=(2, 4, layers))
        other = left[: len(matrix)] @ right[: matrix.shape[1]].T
        assert np.linalg.norm(matrix - other, 2) >= following - 1e-12


@given(matrices((2, 5), (1, 4)))
def test_squares_over_n_minus_1_are_the_variances_of_principal_components(data):
    centered = data - data.mean(axis=0)
    components = pca(data)
    found = svd(centered)
    variances = found.s**2 / (len(data) - 1)
    np.testing.assert_allclose(variances, components.explained_variance, atol=1e-12)


@given(ANY)
def test_squares_are_the_eigenvalues_of_the_product_with_the_transpose(matrix):
    values = eigen_decomposition(matrix.T @ matrix).values
    squares = np.zeros(matrix.shape[1])
    squares[: min(matrix.shape)] = svd(matrix).s ** 2
    np.testing.assert_allclose(np.sort(values)[::-1], squares, atol=1e-11)


@given(ANY)
def test_the_transpose_swaps_the_sides(matrix):
    np.testing.assert_allclose(svd(matrix.T).s, svd(matrix).s, atol=1e-13)


@pytest.mark.parametrize("rank", range(5))
def test_the_rank_is_the_number_of_independent_layers(rank):
    random = np.random.default_rng(rank)
    matrix = random.normal(size=(7, rank)) @ random.normal(size=(rank, 5))
    assert svd(matrix).rank == rank == np.linalg.matrix_rank(matrix)


def test_the_rank_ignores_what_rounding_may_leave():
    stretched = np.diag([1.0, *[1e-15] * 9])
    assert svd(stretched).rank == 1
    assert svd(np.diag([1.0, *[1e-14] * 9])).rank == 10


def test_zeros_have_rank_zero():
    result = svd(np.zeros((2, 3)))
    np.testing.assert_array_equal(result.s, [0, 0])
    np.testing.assert_allclose(result.Vt @ result.Vt.T, np.eye(2))
    assert result.rank == 0


@pytest.mark.parametrize("scale", [2.0**1000, 2.0**-1000, 2.0**-1060])
def test_scale_is_the_scale_of_the_values(scale):
    matrix = np.array([[3.0, 0.0], [4.0, 5.0]])
    plain, scaled = svd(matrix), svd(scale * matrix)
    np.testing.assert_allclose(scaled.s, scale * plain.s, rtol=1e-3)
    np.testing.assert_array_equal(scaled.Vt, plain.Vt)
    assert scaled.rank == 2


def test_hilbert_matrix_of_size_8_agrees_with_scipy():
    hilbert = scipy.linalg.hilbert(8)
    np.testing.assert_allclose(
        svd(hilbert).s, scipy.linalg.svdvals(hilbert), atol=1e-15
    )


@pytest.mark.parametrize(
    ("matrix", "message"),
    [
        ([1, 2], "A must be 2-D, got shape (2,)"),
        ([[]], "A must not be empty"),
        ([[np.nan]], "A contains NaN"),
        ([[-np.inf]], "A must be finite"),
        ([["a"]], "A must be numeric"),
        ([[1e308] * 2] * 2, "result must be finite"),
    ],
)
def test_bad_input_is_named(matrix, message):
    with says(message):
        svd(matrix)


def test_input_is_left_as_it_was():
    x = np.array([[1.0, -2.0]])
    svd(x)
    np.testing.assert_array_equal(x, [[1, -2]])
