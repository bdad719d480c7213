"""Eigenvalues: laws, numbers from outside, and the page's claims."""

from __future__ import annotations

import cmath
import itertools
import math
import re

import numpy as np
import pytest
import sklearn.datasets
import sklearn.decomposition
import sympy as sp
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from formulas.linear_algebra.eigenvalues import (
    angle_to_line,
    eigen_decomposition,
    pca,
    power_iteration,
)
from notation.arrays_line import ArraysLine
from notation.numbers import number_text
from pages.linear_algebra.eigenvalues.figure import (
    PROBES,
    START,
    _axes,
    _circle_image,
    _correlated_points,
    _line_turns,
    _power_path,
)
from pages.linear_algebra.eigenvalues.statement import STATEMENT, compute, real_pairs
from tests.claims import claims
from tests.errors import says
from tests.lessons import drawing, inputs_of, numbers_of, programs_run
from tests.strategies import matrices, numbers, settings_of
from ui.catalogue import BY_SLUG

LESSON = BY_SLUG["eigenvalues"]

# Each is one edit of the module that its tests must notice (benchmarks/mutation.py).
MUTANTS = (
    (
        "np.linalg.eigh(unit) if symmetric else _eig(unit)",
        "np.linalg.eigh(unit)",
    ),  # treats every matrix as symmetric
    ("np.lexsort(-np.round(keys, 12))", "np.lexsort(np.round(keys, 12))"),
    ("singular**2 / (len(X) - 1)", "singular**2 / len(X)"),
    ("centered.std(axis=0, ddof=1)", "centered.std(axis=0)"),
    ("_unit(unit @ path[-1])", "_unit(unit.T @ path[-1])"),
    ("np.conj(pivots) / np.abs(pivots)", "np.abs(pivots)"),  # sign left to chance
    ("constant = X.max(axis=0) == X.min(axis=0)", "constant = False"),
    ("values * scale", "values"),
    ("if abs(square) <= ROUNDING", "if abs(square) < 0 * ROUNDING"),
    ("(b, sign - half), (sign + half, c)", "(b, sign - half), (b, sign - half)"),
)

IRIS = sklearn.datasets.load_iris().data
SKLEARN_DATA = [[-1, -1], [-2, -1], [-3, -2], [1, 1], [2, 1], [3, 2]]


def real_directions(matrix):
    """Return the directions that a matrix keeps on their line, one a row."""
    result = compute(np.array(matrix, dtype=float))
    return result.vectors[:, real_pairs(result)].real.T


def squares(sizes=(1, 5), limit: float = 5.0):
    """Draw square matrices."""
    return st.integers(*sizes).flatmap(
        lambda n: arrays(np.float64, (n, n), elements=numbers(limit))
    )


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"A v = \lambda v, \quad v \neq 0, \quad V = (v_1, \dots, v_n)"
    )


def test_the_printed_entries_are_the_reviewed_ones():
    from notation.printing import equation_latex

    assert [equation_latex(e, STATEMENT.quantities) for e in STATEMENT.equations] == [
        r"(AV)_{ik} = \sum_{j=1}^{n} A_{ij} V_{jk}",
        r"(AV)_{ik} = \lambda_{k} V_{ik}",
        r"\lambda_{k}^{2} - \left(a + d\right) \lambda_{k} + a d - b c = 0",
        r"\lambda_{1} + \lambda_{2} = a + d",
        r"\lambda_{1} \lambda_{2} = a d - b c",
        r"\sum_{i=1}^{n} \left|{V_{ik}}\right|^{2} = 1",
    ]


# Outside numbers


def test_numpys_eig_documentation_diagonal():
    result = eigen_decomposition(np.diag([1, 2, 3]))
    np.testing.assert_array_equal(result.values, [3, 2, 1])
    np.testing.assert_array_equal(result.vectors, np.eye(3)[:, ::-1])


def test_numpys_eig_documentation_complex_pair():
    result = eigen_decomposition([[1, -1], [1, 1]])
    np.testing.assert_allclose(result.values, [1 + 1j, 1 - 1j], rtol=1e-14)
    assert not result.is_symmetric


def test_numpys_eig_documentation_hermitian():
    result = eigen_decomposition([[1, 1j], [-1j, 1]])
    np.testing.assert_allclose(result.values, [2, 0], atol=1e-15)
    assert result.is_symmetric


@pytest.mark.parametrize(
    ("matrix", "values", "vectors"),
    [
        ([[2, 1], [1, 2]], [3, 1], np.array([[1, 1], [1, -1]]) / math.sqrt(2)),
        (
            [[4, 1], [2, 3]],
            [5, 2],
            [
                [1 / math.sqrt(2), -1 / math.sqrt(5)],
                [1 / math.sqrt(2), 2 / math.sqrt(5)],
            ],
        ),
    ],
)
def test_two_by_two_matrices_worked_by_hand(matrix, values, vectors):
    result = eigen_decomposition(matrix)
    np.testing.assert_allclose(result.values, values, rtol=1e-12)
    np.testing.assert_allclose(result.vectors, vectors, rtol=1e-12)


@claims("quarter_turn_values")
def test_a_quarter_turn_has_the_values_i_and_minus_i():
    result = eigen_decomposition([[0, -1], [1, 0]])
    np.testing.assert_allclose(result.values, [1j, -1j], atol=1e-15)
    # Multiples of a real vector have components with a real ratio.
    ratios = result.vectors[1] / result.vectors[0]
    np.testing.assert_allclose(ratios, [-1j, 1j], atol=1e-15)


def test_the_fibonacci_matrix_has_the_golden_ratio():
    values = eigen_decomposition([[1, 1], [1, 0]]).values
    np.testing.assert_allclose(
        values, [1.618033988749895, -0.618033988749895], rtol=1e-12
    )


def test_a_markov_matrix_has_value_1_at_its_stationary_distribution():
    result = eigen_decomposition([[0.9, 0.5], [0.1, 0.5]])
    np.testing.assert_allclose(result.values, [1, 0.4], rtol=1e-12)
    stationary = result.vectors[:, 0] / result.vectors[:, 0].sum()
    np.testing.assert_allclose(stationary, [5 / 6, 1 / 6], rtol=1e-12)


def test_a_tiny_change_of_a_shear_moves_its_values_ten_thousand_times_as_far():
    values = eigen_decomposition([[1, 1], [1e-8, 1]]).values
    # A double value is good to the root of the rounding error only.
    np.testing.assert_allclose(values, [1 + 1e-4, 1 - 1e-4], rtol=1e-11)


def test_scikit_learns_pca_documentation():
    result = pca(SKLEARN_DATA)
    np.testing.assert_allclose(result.ratio, [0.9924428901, 0.0075571099], atol=5e-11)
    singular = np.sqrt(result.explained_variance * 5)
    np.testing.assert_allclose(singular, [6.3006123, 0.5498040], atol=5e-8)


def test_iris_as_the_ml_pca_documentation_prints_it():
    result = pca(IRIS)
    variances = [4.22824171, 0.24267075, 0.0782095, 0.02383509]
    np.testing.assert_allclose(result.explained_variance, variances, atol=5e-9)
    ratios = [0.9246187232, 0.0530664831, 0.0171026098, 0.0052121839]
    np.testing.assert_allclose(result.ratio, ratios, atol=5e-11)


def test_standardized_iris():
    ratios = [0.72962445, 0.22850762, 0.03668922, 0.00517871]
    result = pca(IRIS, standardize=True)
    np.testing.assert_allclose(result.ratio, ratios, atol=5e-9)
    assert result.explained_variance.sum() == pytest.approx(4)


@given(squares())
def test_values_are_numpys_roots_of_the_characteristic_polynomial(matrix):
    result = eigen_decomposition(matrix)
    identity = np.eye(len(matrix))
    size = max(1.0, float(np.linalg.norm(matrix)))
    for value in result.values:
        # A singular matrix has a smallest singular value of 0.
        singular = np.linalg.svd(matrix - value * identity, compute_uv=False)
        assert singular[-1] <= 1e-13 * size


@given(arrays(np.int64, (2, 2), elements=st.integers(-5, 5)))
def test_agrees_with_sympys_exact_values_in_the_plane(matrix):
    exact = sp.Matrix(matrix.tolist()).eigenvals(multiple=True)
    expected = [complex(v) for v in exact]
    found = list(eigen_decomposition(matrix).values.astype(complex))
    for value in expected:
        nearest = min(found, key=lambda other: abs(other - value))
        assert nearest == pytest.approx(value, abs=1e-6)
        found.remove(nearest)


@given(matrices((2, 8), (1, 5)), st.booleans())
def test_pca_agrees_with_scikit_learn(data, standardize):
    varied = np.ptp(data, axis=0) > 1e-3
    assume(varied.all() if standardize else varied.any())
    prepared = (data - data.mean(axis=0)) / (
        data.std(axis=0, ddof=1) if standardize else 1
    )
    model = sklearn.decomposition.PCA().fit(prepared)
    result = pca(data, standardize=standardize)
    np.testing.assert_allclose(
        result.explained_variance, model.explained_variance_, rtol=1e-9, atol=1e-9
    )
    np.testing.assert_allclose(
        result.ratio, model.explained_variance_ratio_, rtol=1e-9, atol=1e-9
    )


# Laws


@claims("only_stretched")
@given(squares(limit=100.0))
def test_the_matrix_only_stretches_its_eigenvectors(matrix):
    result = eigen_decomposition(matrix)
    stretched = result.vectors * result.values
    size = max(1.0, float(np.abs(matrix).max()))
    np.testing.assert_allclose(matrix @ result.vectors, stretched, atol=1e-12 * size)
    np.testing.assert_allclose(np.linalg.norm(result.vectors, axis=0), 1, rtol=1e-12)
    assert result.residual <= 1e-12 * size


@given(squares())
def test_values_come_by_size_and_real_vectors_point_to_their_largest_component(matrix):
    result = eigen_decomposition(matrix)
    sizes = np.abs(result.values)
    assert (np.diff(sizes) <= 1e-9 * max(1.0, sizes[0])).all()
    for vector in result.vectors.T:
        if np.isreal(vector).all():
            near = np.abs(vector) > np.abs(vector).max() - 1e-11
            assert vector[near][0].real > 0


@given(squares())
def test_trace_and_determinant_are_sum_and_product(matrix):
    values = eigen_decomposition(matrix).values
    size = max(1.0, float(np.linalg.norm(matrix))) ** len(matrix)
    assert values.sum() == pytest.approx(np.trace(matrix), abs=1e-11 * size)
    # A nearly defective matrix has values good to a fraction of the digits.
    assert np.prod(values) == pytest.approx(np.linalg.det(matrix), abs=1e-9 * size)


@given(squares())
def test_a_symmetric_matrix_has_real_values_and_orthogonal_vectors(matrix):
    result = eigen_decomposition(matrix + matrix.T)
    assert result.is_symmetric
    assert not result.is_defective
    assert result.values.dtype == float
    identity = np.eye(len(matrix))
    np.testing.assert_allclose(result.vectors.T @ result.vectors, identity, atol=1e-12)


@given(matrices((2, 8), (1, 5)))
def test_scores_and_components_rebuild_the_data(data):
    result = pca(data)
    rebuilt = result.scores @ result.components + result.mean
    np.testing.assert_allclose(rebuilt, data, atol=1e-10)
    count = len(result.components)
    gram = result.components @ result.components.T
    np.testing.assert_allclose(gram, np.eye(count), atol=1e-12)
    scores = result.scores
    np.testing.assert_allclose(
        (scores**2).sum(axis=0) / (len(data) - 1), result.explained_variance, atol=1e-9
    )


def test_the_scale_of_the_matrix_is_the_scale_of_its_values():
    huge = eigen_decomposition(1e300 * np.array([[2, 1], [1, 2]]))
    np.testing.assert_allclose(huge.values, [3e300, 1e300], rtol=1e-12)
    tiny = eigen_decomposition(1e-300 * np.array([[0.0, -1], [1, 0]]))
    np.testing.assert_allclose(tiny.values, [1e-300j, -1e-300j], rtol=1e-12)


@given(squares((2, 4)), st.integers(0, 50))
def test_a_positive_definite_matrix_draws_every_start_to_its_largest_value(root, seed):
    matrix = root @ root.T + np.diag(np.arange(1.0, len(root) + 1))
    values = np.linalg.eigvalsh(matrix)
    assume(values[-2] < 0.9 * values[-1])
    path = power_iteration(matrix, n_steps=300, rng=seed)
    assert path.converged
    assert path.rayleigh[-1] == pytest.approx(values[-1], rel=1e-9)
    # For a symmetric matrix the estimate never falls.
    assert (np.diff(path.rayleigh) >= -1e-9 * values[-1]).all()
    np.testing.assert_allclose(np.linalg.norm(path.vectors, axis=1), 1, rtol=1e-12)


@given(st.floats(-1, 1), st.integers(3, 50), st.integers(0, 20))
def test_the_point_cloud_has_exactly_the_correlation_asked_for(r, n, seed):
    points = _correlated_points(r, n, seed)
    cov = np.cov(points, rowvar=False)
    np.testing.assert_allclose(cov, [[1, r], [r, 1]], atol=1e-9)
    np.testing.assert_allclose(points.mean(axis=0), 0, atol=1e-12)


@given(st.floats(0, 90), st.floats(1e-3, 1e3), st.sampled_from([1, -1]))
def test_the_angle_to_a_line_ignores_length_and_sign(angle, length, sign):
    turn = math.radians(angle)
    vector = sign * length * np.array([math.cos(turn), math.sin(turn)])
    found = angle_to_line([vector], [5.0, 0.0])[0]
    assert found == pytest.approx(angle, rel=1e-12, abs=1e-13)


# Bad and extreme input


def test_a_shear_is_defective_and_the_identity_is_not():
    shear = eigen_decomposition([[1, 1], [0, 1]])
    np.testing.assert_array_equal(shear.values, [1, 1])
    assert shear.is_defective
    assert shear.cond_vectors > 1e12
    for whole in (np.eye(3), np.zeros((3, 3))):
        result = eigen_decomposition(whole)
        assert not result.is_defective
        np.testing.assert_array_equal(result.values, np.diag(whole))


@pytest.mark.parametrize("dust", [1e-18, 1e-30, 1e-100, 2e-281, 5e-324])
def test_dust_beside_ordinary_entries_misleads_nobody(dust):
    for matrix in ([[0, dust], [-3, -3]], [[0, -3], [dust, -3]]):
        result = eigen_decomposition(matrix)
        np.testing.assert_allclose(result.values, [-3, 0], atol=1e-15)
        assert result.residual < 1e-14
    space = eigen_decomposition([[0, dust, 0], [-3, -3, 0], [0, 0, 1]])
    np.testing.assert_allclose(space.values, [-3, 1, 0], atol=1e-15)
    assert space.residual < 1e-14


@pytest.mark.parametrize(
    "matrix",
    [
        [[0, 0, 0, 1], [6e-6, 17, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]],
        [[0, 0, -5.9e-14], [4.3e-14, 0, 0], [-0.4, -1, -0.012]],
    ],
)
def test_small_entries_beside_ordinary_ones_mislead_nobody(matrix):
    result = eigen_decomposition(matrix)
    stretched = result.vectors * result.values
    off = np.abs(matrix @ result.vectors - stretched).max() / np.abs(matrix).max()
    assert off < 1e-14
    assert result.residual <= 1e-14 * np.abs(matrix).max()


@given(squares((3, 5), 1.0), st.data())
def test_entries_of_any_size_leave_no_residual(matrix, data):
    sizes = data.draw(arrays(np.int64, matrix.shape, elements=st.integers(-16, 0)))
    mixed = matrix * 10.0**sizes
    assert eigen_decomposition(mixed).residual <= 2e-13 * np.abs(mixed).max()


def double_values():
    """Yield each matrix at the stops with a double value, in tenths, b and c not 0."""
    stops = range(-30, 31)
    for half in range(1, 31):
        for b in stops:
            if b and half * half % b == 0 and abs(c := -half * half // b) <= 30:
                for d in range(-30, 31 - 2 * half):
                    yield d + 2 * half, b, c, d


def test_rounding_does_not_split_the_double_value_of_any_matrix_at_the_stops():
    found = [np.array(tenths).reshape(2, 2) / 10 for tenths in double_values()]
    assert len(found) > 1000
    for matrix in found[::5]:
        result = eigen_decomposition(matrix)
        assert result.values.dtype == float
        assert result.values[0] == result.values[1]
        assert result.values[0] == pytest.approx(np.trace(matrix) / 2, abs=1e-15)
        assert result.is_defective
        assert result.residual < 1e-14
        assert len(real_directions(matrix)) == 1


def test_a_square_root_beyond_rounding_is_kept():
    for step in (1e-14, -1e-14):  # of the product bc, which is exact here
        values = eigen_decomposition([[1, 1], [step, 1]]).values
        expected = 1 + np.array([1, -1]) * np.emath.sqrt(step)
        np.testing.assert_allclose(values, expected, rtol=1e-15)


def test_values_of_equal_largest_size_do_not_converge():
    path = power_iteration([[1, 0], [0, -1]], [1, 1], 30)
    assert not path.converged
    assert not power_iteration([[0, -1], [1, 0]]).converged


def test_a_negative_largest_value_converges_up_to_sign():
    path = power_iteration([[-2, 0], [0, 1]], [1, 1], 60)
    assert path.converged
    assert path.rayleigh[-1] == pytest.approx(-2)


def test_a_power_path_is_the_iteration_with_its_angle_to_the_strongest_line():
    matrix, start = [[2.0, 1.0], [1.0, 2.0]], [1.0, 0.3]
    kept = real_directions(matrix)
    vectors, angles, rayleigh = _power_path(matrix, start, 6, kept)
    walk = power_iteration(matrix, start, 6)
    np.testing.assert_array_equal(vectors, walk.vectors)
    np.testing.assert_array_equal(rayleigh, walk.rayleigh)
    # [1, 1] is the strongest line: the angle is 45 degrees less the vector's own.
    own = np.degrees(np.arctan2(vectors[:, 1], vectors[:, 0]))
    np.testing.assert_allclose(angles, 45 - own, atol=1e-9)


def test_a_power_path_that_leads_nowhere_is_not_a_number():
    vectors, angles, rayleigh = _power_path([[0, 1], [0, 0]], [1, 1], 3, [[1, 0]])
    assert vectors.shape == (4, 2)
    assert np.isnan([*vectors.ravel(), *angles, *rayleigh]).all()
    turning = _power_path([[0, -1], [1, 0]], [1, 0], 3, np.empty((0, 2)))
    assert np.isnan(turning[1]).all()
    np.testing.assert_allclose(turning[0], [[1, 0], [0, 1], [-1, 0], [0, -1]])


def test_the_axes_of_a_cloud_are_its_components_with_the_spread_as_length():
    found = pca(IRIS)
    lengths = np.linalg.norm(_axes(found), axis=1)
    np.testing.assert_allclose(lengths, found.scores.std(axis=0, ddof=1))
    np.testing.assert_allclose(_axes(found) / lengths[:, None], found.components)


def test_no_step_is_a_path_of_one_point():
    path = power_iteration([[2, 0], [0, 1]], [3, 4], 0)
    np.testing.assert_allclose(path.vectors, [[0.6, 0.8]])
    assert not path.converged


def test_constant_data_have_no_variance_and_no_shares():
    result = pca(np.full((3, 2), 0.1))
    np.testing.assert_array_equal(result.explained_variance, [0, 0])
    np.testing.assert_array_equal(result.ratio, [0, 0])


def test_at_most_as_many_components_as_rows_and_columns():
    assert pca(IRIS[:2]).components.shape == (2, 4)
    assert pca(IRIS, 2).scores.shape == (150, 2)
    np.testing.assert_array_equal(pca(IRIS, 2).ratio, pca(IRIS).ratio[:2])


def test_inputs_stay_as_they_were():
    matrix = np.array([[2, 1], [1, 2]])
    eigen_decomposition(matrix)
    power_iteration(matrix, matrix[0])
    pca(matrix, standardize=True)
    np.testing.assert_array_equal(matrix, [[2, 1], [1, 2]])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: eigen_decomposition(np.ones((2, 3))),
            "A must be square, got shape (2, 3)",
        ),
        (
            lambda: power_iteration(np.ones((2, 3))),
            "A must be square, got shape (2, 3)",
        ),
        (lambda: eigen_decomposition([1, 2]), "A must be 2-D, got shape (2,)"),
        (lambda: eigen_decomposition([[]]), "A must not be empty"),
        (lambda: eigen_decomposition([[np.nan]]), "A contains NaN"),
        (lambda: eigen_decomposition([[np.inf]]), "A must be finite"),
        (lambda: eigen_decomposition([["a"]]), "A must be numeric"),
        (lambda: eigen_decomposition(np.full((2, 2), 1e308)), "result must be finite"),
        (
            lambda: power_iteration([[0, 1], [0, 0]], [1, 1]),
            "power iteration reached the zero vector; choose another start",
        ),
        (
            lambda: power_iteration([[1]], [0]),
            "power iteration reached the zero vector; choose another start",
        ),
        (
            lambda: power_iteration([[1]], [1, 2]),
            (
                "shape mismatch: x0 has shape (2,), A has shape (1, 1); "
                "x0 must have one entry per row of A"
            ),
        ),
        (lambda: power_iteration([[1]], [np.nan]), "x0 contains NaN"),
        (lambda: power_iteration([[1]], n_steps=-1), "n_steps must be in [0, inf)"),
        (lambda: power_iteration([[1j]]), "A must be numeric"),
        (
            lambda: _power_path([[1]], [1, 2], 1, [[1]]),
            "x0 must have one entry per row",
        ),
        (lambda: _power_path([[1]], [1], -1, [[1]]), "n_steps must be in [0, inf)"),
        (lambda: pca([[1, 2]]), "PCA needs at least 2 rows, got 1"),
        (lambda: pca([1, 2]), "data must be 2-D, got shape (2,)"),
        (lambda: pca([[1, np.nan], [1, 2]]), "data contains NaN"),
        (lambda: pca(IRIS, 5), "n_components must be in [1, 4], got 5"),
        (lambda: pca(IRIS, 1.5), "n_components must be an integer, got 1.5"),
        (
            lambda: pca([[0.1, 1], [0.1, 2], [0.1, 3]], standardize=True),
            "column 0 is constant and cannot be standardized",
        ),
        (lambda: angle_to_line([[1, 2]], [0, 0]), "the zero vector has no direction"),
        (lambda: angle_to_line([[1, 2]], [1]), "lengths must be equal"),
    ],
)
def test_bad_input_is_named(call, message):
    with says(message):
        call()


# What the page claims

QUARTER_TURN = {"a": 0, "b": -1, "c": 1, "d": 0}
SHEAR = {"a": 1, "c": 0, "d": 1}


def matrix_of_the_page(**settings):
    return inputs_of(STATEMENT, **{**STATEMENT.defaults, **settings})["A"]


@claims("opening_values")
def test_the_page_opens_with_the_values_3_and_1_and_lines_at_a_right_angle():
    result = eigen_decomposition(matrix_of_the_page())
    np.testing.assert_allclose(result.values, [3, 1], rtol=1e-12)
    first, second = real_directions(matrix_of_the_page())
    assert first @ second == pytest.approx(0, abs=1e-12)


@claims("quarter_turn_keeps_none")
def test_a_quarter_turn_keeps_no_real_direction():
    assert len(real_directions([[0, -1], [1, 0]])) == 0
    circle, image = _circle_image(matrix_of_the_page(**QUARTER_TURN), 121)
    np.testing.assert_allclose((circle * image).sum(axis=1), 0, atol=1e-15)


@claims("rotation_preset")
def test_the_preset_of_the_rotation_has_i_and_minus_i_and_no_real_direction():
    matrix = matrix_of_the_page(**QUARTER_TURN)
    assert len(real_directions(matrix)) == 0
    values = [number_text(v) for v in np.round(eigen_decomposition(matrix).values, 12)]
    assert values == ["i", "−i"]


@claims("shear_keeps_one")
def test_a_shear_keeps_one_direction_and_a_symmetric_matrix_two():
    np.testing.assert_allclose(real_directions([[1, 1], [0, 1]]), [[1, 0]], atol=1e-15)
    assert len(real_directions([[2, 1], [1, 2]])) == 2
    np.testing.assert_array_equal(matrix_of_the_page(**SHEAR), [[1, 1], [0, 1]])


@claims("too_few_eigenvectors")
@pytest.mark.parametrize("amount", [-2.0, 0.1, 1.0, 3.0])
def test_a_rotation_and_a_shear_have_too_few_real_eigenvectors(amount):
    turned = eigen_decomposition([[0, -1], [1, 0]]).vectors
    assert np.iscomplex(turned[1] / turned[0]).all()
    sheared = eigen_decomposition([[1, amount], [0, 1]])
    # A double value is good to the root of the rounding error only.
    np.testing.assert_allclose(angle_to_line(sheared.vectors.T, [1, 0]), 0, atol=1e-6)


@claims("sum_and_product")
@given(numbers(3), numbers(3), numbers(3), numbers(3))
def test_the_values_add_up_to_a_plus_d_and_multiply_to_ad_minus_bc(a, b, c, d):
    first, second = eigen_decomposition([[a, b], [c, d]]).values
    assert first + second == pytest.approx(a + d, abs=1e-12)
    assert first * second == pytest.approx(a * d - b * c, abs=1e-12)


@claims("apart_by_the_same")
@given(numbers(3), numbers(3), numbers(3), numbers(3))
def test_beside_their_fixed_mean_the_values_lie_equally_far(a, b, c, d):
    first, second = eigen_decomposition([[a, b], [c, d]]).values
    assert first - (a + d) / 2 == pytest.approx((a + d) / 2 - second, abs=1e-12)


@claims("closed_form")
@given(numbers(3), numbers(3), numbers(3), numbers(3))
def test_the_values_are_the_roots_of_the_square_root_formula(a, b, c, d):
    root = cmath.sqrt((a - d) ** 2 + 4 * b * c)
    expected = [(a + d + root) / 2, (a + d - root) / 2]
    found = eigen_decomposition([[a, b], [c, d]]).values
    assert sum(found) == pytest.approx(sum(expected), abs=1e-9)
    assert np.prod(found) == pytest.approx(np.prod(expected), abs=1e-9)


@claims("equal_diagonal")
@given(numbers(3), numbers(3))
def test_a_symmetric_matrix_of_equal_diagonal_has_the_sum_and_the_difference(a, b):
    found = eigen_decomposition([[a, b], [b, a]]).values
    np.testing.assert_allclose(sorted(found), sorted([a + b, a - b]), atol=1e-9)


@claims("close_values_are_slow")
def test_the_closer_the_values_the_farther_the_sixth_step_from_the_line():
    draw, angles = drawing(LESSON), []
    for beside in (1.5, 1.0, 0.5, 0.2):
        scene = draw(**{**STATEMENT.defaults, "b": beside, "c": beside})
        angles.append(scene.readouts["angle from u to the line of v₁ (°)"])
    assert (np.diff(angles) > 0).all()
    assert angles[0] < 1e-3
    assert angles[-1] > 5


def test_the_handles_lie_on_the_columns_and_move_by_their_entries():
    entries = {"a": -1.5, "b": 0.5, "c": 2.0, "d": -0.3}
    figure = drawing(LESSON)(**STATEMENT.defaults | entries).figures[0]
    (columns,) = (t for t in figure["data"] if t["name"] == "columns of A")
    handles = figure["layout"]["meta"]["handles"]
    assert [handle["angle"] for handle in handles] == ["", "", "probe"]
    for handle, x, y in zip(handles[:2], columns["x"], columns["y"], strict=True):
        assert handle["at"] == [x, y]
        assert [entries[handle["x"]], entries[handle["y"]]] == [x, y]


@claims("probe_lines_up")
@settings(max_examples=40)
@given(settings_of(STATEMENT))
def test_where_x_and_its_image_line_up_x_is_an_eigenvector(values):
    A = np.array([[values["a"], values["b"]], [values["c"], values["d"]]])
    scene = drawing(LESSON)(**values)
    turn, length = (
        scene.readouts[n] for n in ("angle from x to Ax (°)", "length of Ax")
    )
    angle = math.radians(values["probe"])
    x = np.array([math.cos(angle), math.sin(angle)])
    assert length == pytest.approx(np.linalg.norm(A @ x), abs=1e-9)
    if isinstance(turn, float):
        back = math.radians(-turn)
        turned = [[math.cos(back), -math.sin(back)], [math.sin(back), math.cos(back)]]
        np.testing.assert_allclose(turned @ (A @ x), length * x, atol=1e-6)
    at = {"probe": 45}, {"probe": -45}, {"probe": 0, "a": -2, "c": 0}
    shown = [drawing(LESSON)(**STATEMENT.defaults | one).readouts for one in at]
    found = [(s["angle from x to Ax (°)"], s["length of Ax"]) for s in shown]
    np.testing.assert_allclose(found, [(0, 3), (0, 1), (180, 2)], atol=1e-8)


@claims("probe_lines_up")
@pytest.mark.parametrize("probe", [-45, 0])
def test_where_the_image_is_0_x_has_no_angle_to_it(probe):
    flat = {"a": 1, "b": 1, "c": 1, "d": 1} if probe else {"a": 0, "c": 0}
    shown = drawing(LESSON)(**STATEMENT.defaults | flat | {"probe": probe}).readouts
    assert shown["angle from x to Ax (°)"] == "undefined"
    assert shown["length of Ax"] == 0


@pytest.mark.parametrize("number", [-1.0, 0.0, 2.0])
def test_a_matrix_that_keeps_every_line_has_no_angle_to_a_single_one(number):
    chosen = STATEMENT.defaults | {"a": number, "b": 0, "c": 0, "d": number}
    scene = drawing(LESSON)(**chosen)
    assert scene.readouts["angle from u to the line of v₁ (°)"] == "every line is kept"
    picture = scene.figures[2]
    assert "every line is kept" in picture["layout"]["meta"]["title"]
    assert np.isnan(picture["data"][0]["y"]).all()


@claims("fan_of_lines")
@pytest.mark.parametrize("number", [-1.0, 0.0, 2.0])
def test_where_all_lines_are_kept_a_fan_of_them_is_drawn_and_none_is_named(number):
    chosen = STATEMENT.defaults | {"a": number, "b": 0, "c": 0, "d": number}
    for entries, count in ((chosen, 12), (STATEMENT.defaults, 2)):
        circle, turns = drawing(LESSON)(**entries).figures[:2]
        (lines,) = (t for t in circle["data"] if t["name"] == "eigenvector lines")
        x, y = lines["x"], lines["y"]
        angles = np.degrees(np.arctan2(y, x)) % 180
        drawn = np.unique(angles[np.isfinite(angles)].round(6) % 180)
        assert len(drawn) == count
        marks = [t for t in turns["data"] if t.get("text") in (["v₁"], ["v₂"])]
        assert np.isnan([mark["x"][0] for mark in marks]).all() == (count == 12)


@pytest.mark.parametrize("entries", ["2 1 1 2", "1 1 0 1", "2 0 0 -2", "1 0 0 1"])
def test_the_multiples_of_common_matrices_cover_neither_axis_nor_handle(entries):
    matrix = dict(zip("abcd", map(float, entries.split()), strict=True))
    data = drawing(LESSON)(**STATEMENT.defaults | matrix).figures[0]["data"]
    (texts,) = (t for t in data if t["name"] == "multiples")
    places = np.stack([texts["x"], texts["y"]], axis=1)
    A = matrix_of_the_page(**matrix)
    x = [math.cos(math.radians(20)), math.sin(math.radians(20))]
    handles = np.array([*A.T, x])
    for place in places[np.isfinite(places).all(axis=1)]:
        assert (np.abs(place) >= [0.6, 0.2]).all()
        gaps = np.abs(place - handles) - [0.6, 0.2]
        assert (gaps.max(axis=1) > 0.4).all()


@claims("area_of_image")
@pytest.mark.parametrize(
    ("entries", "area"),
    [({}, "3"), (QUARTER_TURN, "1"), ({"a": -3.0, "d": 0.5}, "2.5"), ({"d": 0.5}, "0")],
)
def test_the_image_of_the_unit_circle_has_as_many_times_its_area(entries, area):
    picture = drawing(LESSON)(**STATEMENT.defaults | entries).figures[0]
    title = picture["layout"]["meta"]["title"]
    assert title == f"The unit circle and its image, |det A| = {area}"
    drawn = {trace["name"]: trace for trace in picture["data"]}
    areas = []
    for name in ("unit circle", "its image"):
        x, y = (np.array(drawn[name][axis], dtype=float)[:91] for axis in "xy")
        areas.append(abs(np.trapezoid(y, x)))
    assert areas[1] / areas[0] == pytest.approx(float(area), abs=1e-9)


def test_values_are_read_beside_the_picture():
    shown = drawing(LESSON)(**STATEMENT.defaults).readouts
    assert (shown["λ₁"], shown["λ₂"]) == (3, 1)
    turned = drawing(LESSON)(**STATEMENT.defaults | QUARTER_TURN).readouts
    assert (turned["λ₁"], turned["λ₂"]) == ("i", "−i")


@settings(max_examples=60)
@given(settings_of(STATEMENT))
def test_what_is_written_at_an_arrow_lies_beside_its_line(values):
    A = matrix_of_the_page(**{name: values[name] for name in "abcd"})
    (texts,) = (
        t
        for t in drawing(LESSON)(**values).figures[0]["data"]
        if t["name"] == "multiples"
    )
    places = np.stack([texts["x"], texts["y"]], axis=1)
    assert np.nanmax(np.abs([*places.ravel(), 0.0])) <= 4.0
    if np.allclose(A, A[0, 0] * np.eye(2), rtol=0, atol=1e-12):
        # Every direction is kept: none is named.
        assert np.isnan(places).all()
        return
    for place, line in zip(places, real_directions(A), strict=False):
        along = A @ line
        if np.abs(along).max() < 2.8:  # within the picture
            assert np.abs(place - along).max() > 0.2
            off = abs(place[0] * line[1] - place[1] * line[0])
            assert off > 0.5 * abs(line[1]) + 0.2 * abs(line[0])


@claims("error_falls_by_ratio")
@pytest.mark.parametrize(
    ("matrix", "factor"),
    [
        ([[2, 1], [1, 2]], 1 / 3),
        ([[3, 1], [2, 2]], 1 / 4),
        ([[1, 3], [2, 2]], 1 / 4),  # values 4 and −1
        ([[-3, 0], [1, 1]], 1 / 3),  # values −3 and 1
    ],
)
def test_in_the_long_run_each_step_multiplies_the_angle_by_the_ratio(matrix, factor):
    _, angles, _ = _power_path(matrix, START, 12, real_directions(matrix))
    assert angles[-1] / angles[-2] == pytest.approx(factor, rel=1e-3)


@claims("step_and_scale")
def test_a_step_multiplies_by_the_matrix_and_scales_to_length_1():
    matrix = np.array([[2.0, 1.0], [1.0, 2.0]])
    vectors, _, _ = _power_path(matrix, START, 6, real_directions(matrix))
    for before, after in itertools.pairwise(vectors):
        image = matrix @ before
        np.testing.assert_allclose(after, image / np.hypot(*image), atol=1e-12)


@claims("power_start")
@given(settings_of(STATEMENT))
def test_the_power_iteration_starts_on_the_line_of_1_and_0_3(chosen):
    A = inputs_of(STATEMENT, **chosen)["A"]
    start = _power_path(A, START, 3, real_directions(A)).vectors[0]
    assume(np.isfinite(start).all())  # A may send it to the zero vector
    assert start[1] / start[0] == pytest.approx(0.3)
    assert np.hypot(*start) == pytest.approx(1)


@claims("weaker_line_stays")
def test_a_start_on_the_line_of_the_weaker_value_stays_there():
    matrix = [[2, 0], [1.5, -3]]  # values −3 and 2, and START lies on the line of 2
    np.testing.assert_allclose(np.matmul(matrix, START), 2 * np.array(START))
    _, angles, _ = _power_path(matrix, START, 6, real_directions(matrix))
    np.testing.assert_allclose(angles, angles[0], rtol=1e-9)
    assert angles[0] > 10


@claims("rayleigh_closes_in")
@pytest.mark.parametrize(
    ("matrix", "strongest"),
    [([[2, 1], [1, 2]], 3), ([[3, 1], [2, 2]], 4), ([[-3, 0], [1, 1]], -3)],
)
def test_the_rayleigh_quotient_closes_in_on_the_strongest_value(matrix, strongest):
    _, _, estimates = _power_path(matrix, START, 40, real_directions(matrix))
    off = np.abs(estimates - strongest)
    assert off[40] < 1e-6 < off[0]
    assert (np.diff(off[3:10]) < 0).all()


@claims("only_arrows_stay")
@pytest.mark.parametrize(
    "settings",
    [{}, QUARTER_TURN, SHEAR, {"b": -0.4, "d": -1.3}, {"a": 1, "b": 1, "c": 1, "d": 1}],
)
def test_arrows_on_kept_lines_stay_on_them_and_no_other_point_does(settings):
    matrix = matrix_of_the_page(**settings)
    kept = real_directions(matrix)
    for line in kept:
        x, y = matrix @ line
        assert x * line[1] - y * line[0] == pytest.approx(0, abs=1e-12)
    circle, image = _circle_image(matrix, 121)
    beside = np.abs(circle[:, 0] * image[:, 1] - circle[:, 1] * image[:, 0])
    away = np.full(len(circle), 90.0)
    for line in kept:
        away = np.minimum(away, angle_to_line(circle, line))
    assert (away > 1).sum() > 100
    # Near the only line of a shear the points turn with the square of the angle.
    assert (beside[away > 1] > np.radians(1) ** 2 / 2).all()


@claims("zero_vector_excluded")
@given(squares((2, 3)), numbers(10))
def test_the_zero_vector_fits_every_number_and_is_never_returned(matrix, value):
    zero = np.zeros(len(matrix))
    np.testing.assert_array_equal(matrix @ zero, value * zero)
    assert np.linalg.norm(eigen_decomposition(matrix).vectors, axis=0).min() > 0.5


@claims("pca_of_covariance")
@given(matrices((3, 8), (2, 4)))
def test_pca_is_the_decomposition_of_the_covariance_matrix(data):
    cov = np.cov(data, rowvar=False)
    np.testing.assert_array_equal(cov, cov.T)
    result, found = eigen_decomposition(cov), pca(data)
    assert result.values.dtype == float
    count = len(found.components)
    np.testing.assert_allclose(
        found.explained_variance, result.values[:count], atol=1e-9
    )
    np.testing.assert_allclose(
        cov @ found.components.T,
        found.components.T * found.explained_variance,
        atol=1e-9,
    )
    gram = found.components @ found.components.T
    np.testing.assert_allclose(gram, np.eye(count), atol=1e-12)


def test_the_power_iterations_error_shrinks_by_0_4_a_step():
    path = power_iteration([[4, 1], [2, 3]], [1, 0], 20)
    off = np.tan(np.radians(angle_to_line(path.vectors, [1, 1])))
    np.testing.assert_allclose(off[11:] / off[10:-1], 0.4, rtol=1e-3)


@claims("rayleigh_may_overshoot")
def test_the_rayleigh_quotient_may_overshoot():
    path = power_iteration([[4, 1], [2, 3]], [1, 0], 3)
    np.testing.assert_allclose(path.rayleigh[1:], [5.0, 5.0769, 5.0415], atol=5e-5)
    matrix = matrix_of_the_page(a=3, b=1, c=2, d=2)
    np.testing.assert_allclose(np.linalg.eigvals(matrix), [4, 1])
    assert power_iteration(matrix, START, 3).rayleigh.max() > 4.05


@claims("symmetric_never_overshoots")
@given(numbers(3), numbers(3), numbers(3))
def test_where_b_is_c_the_rayleigh_quotient_never_exceeds_the_eigenvalue(a, b, d):
    A = np.array([[a, b], [b, d]])
    assume(np.abs(A).max() > 0.1)
    assume(np.abs(A @ [1.0, 0.0]).max() > 0.1)
    values = np.linalg.eigvalsh(A)
    path = power_iteration(A, [1.0, 0.0], 3).rayleigh
    assert values[0] - 1e-9 <= path.min() <= path.max() <= values[-1] + 1e-9


@claims("shares_follow_correlation")
@pytest.mark.parametrize("r", [-0.95, 0.0, 0.8, 0.95])
def test_the_axes_of_the_cloud_explain_half_of_one_plus_and_minus_rho(r):
    result = pca(_correlated_points(r, 200))
    expected = sorted([(1 + r) / 2, (1 - r) / 2], reverse=True)
    np.testing.assert_allclose(result.ratio, expected, rtol=1e-9)


def test_the_circle_becomes_an_ellipse_with_the_eigenvalues_as_half_axes():
    circle, image = _circle_image([[2, 1], [1, 2]], 361)
    np.testing.assert_allclose(np.linalg.norm(circle, axis=1), 1, rtol=1e-12)
    lengths = np.linalg.norm(image, axis=1)
    assert lengths.max() == pytest.approx(3)
    assert lengths.min() == pytest.approx(1)


@claims("by_hand")
def test_the_values_and_directions_of_the_first_matrix_by_hand():
    A = matrix_of_the_page()
    np.testing.assert_allclose(np.poly(A), [1, -4, 3])  # the characteristic polynomial
    np.testing.assert_allclose(np.roots([1, -4, 3]), [3, 1])
    np.testing.assert_allclose((A - 3 * np.eye(2)) @ [1, 1], 0)
    np.testing.assert_allclose((A - np.eye(2)) @ [1, -1], 0)
    for value in (3, 1):  # no other line
        assert np.linalg.matrix_rank(A - value * np.eye(2)) == 1


@claims("diagonalized")
@pytest.mark.parametrize(
    "A", [[[4.0, 1.0], [2.0, 3.0]], [[2.0, 1.0], [1.0, 2.0]], [[2.0, 0.7], [0.7, -1.0]]]
)
def test_a_matrix_of_independent_eigenvectors_is_diagonalized(A):
    found = eigen_decomposition(A)
    V, back = found.vectors, np.linalg.inv(found.vectors)
    np.testing.assert_allclose(V @ np.diag(found.values) @ back, A, atol=1e-12)
    fifth = V @ np.diag(found.values**5) @ back
    np.testing.assert_allclose(fifth, np.linalg.matrix_power(np.array(A), 5))
    if A[0][1] == A[1][0]:
        np.testing.assert_allclose(back, V.T, atol=1e-12)


@claims("error_falls_to_third")
def test_each_step_multiplies_the_error_of_the_symmetric_matrix_by_a_third():
    path = power_iteration(matrix_of_the_page(), START, 20)
    off = np.tan(np.radians(angle_to_line(path.vectors, [1, 1])))
    np.testing.assert_allclose(off[1:11] / off[:10], 1 / 3, rtol=1e-6)


def test_the_axes_of_a_symmetric_matrix_meet_at_a_right_angle():
    first, second = real_directions([[2, 0.7], [0.7, -1]])
    assert first @ second == pytest.approx(0, abs=1e-12)


def test_the_worked_steps_of_a_quarter_turn_calculate_with_complex_numbers():
    from notation.steps import worked_steps

    turn = {"a": 0.0, "b": -1.0, "c": 1.0, "d": 0.0}
    numbers = numbers_of(STATEMENT, **{**STATEMENT.defaults, **turn})
    entry = {"i": 1, "k": 1}
    lines = worked_steps(STATEMENT.main_equation, entry, STATEMENT.quantities, numbers)
    assert lines[1] == r"(AV)_{11} = \left(0 + 1 i\right) \cdot 0.7071"
    assert lines[-1] == r"(AV)_{11} = \left(0 + 0.7071 i\right)"


def test_complex_eigenvalues_are_written_for_people():
    values = eigen_decomposition([[1, -1], [1, 1]]).values
    assert [number_text(v) for v in values] == ["1 + i", "1 − i"]
    assert number_text(complex(2)) == "2"


def sentence_at(entries):
    """Return the page's sentence for a matrix, row by row."""
    matrix = dict(zip("abcd", map(float, entries), strict=True))
    return drawing(LESSON)(**STATEMENT.defaults | matrix).status


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        (
            "2 1 1 2",
            "Eigenvectors lie on two lines: along them A multiplies by 3 and 1.",
        ),
        (
            "1 0 0 -1",
            "Eigenvectors lie on two lines: along them A multiplies by 1 and −1.",
        ),
        (
            "1 1 1 1",
            "by 2 and 0; the eigenvalue 0 shrinks its line to the origin.",
        ),
        ("1 1 0 1", "Eigenvectors lie on one line only: along it A multiplies by 1."),
        (
            "0.3 0.2 -0.2 0.7",
            "Eigenvectors lie on one line only: along it A multiplies by 0.5.",
        ),
        (
            "3 3 -3 -3",
            "on one line only: along it A multiplies by 0; the eigenvalue 0",
        ),
        ("3 0 0 3", "Every vector except 0 is an eigenvector: A multiplies each by 3."),
        (
            "0 0 0 0",
            "A multiplies each by 0; the eigenvalue 0 shrinks every line to the",
        ),
        (
            "0 -1 1 0",
            "No real eigenvector, every direction turns: the eigenvalues are i and −i.",
        ),
        ("-3 3 -3 3", "Eigenvectors lie on one line only: along it A multiplies by 0;"),
        ("3 3 -3 -2.9", "every direction turns: the eigenvalues are 0.05 + 0.5454 i"),
        (
            "1 0 0 1.00001",
            "Eigenvectors lie on two lines: along them A multiplies by 1.00001 and 1",
        ),
    ],
)
def test_the_sentence_counts_the_lines_that_the_matrix_keeps(entries, words):
    said = sentence_at(entries.split())
    assert words in said
    exact = sp.Matrix(2, 2, [sp.Rational(entry) for entry in entries.split()])
    kept = {
        "Eigenvectors lie on two lines": [1, 1],
        "Eigenvectors lie on one line only": [1],
        "Every vector except 0 is an eigenvector": [2],
    }
    spaces = [len(basis) for v, _, basis in exact.eigenvects() if v.is_real]
    start = said.split(":")[0]
    assert spaces == (kept | {"No real eigenvector, every direction turns": []})[start]
    assert ("eigenvalue 0" in said) == (exact.det() == 0)


tenths = st.integers(-30, 30)


@settings(max_examples=50)
@given(
    st.one_of(
        st.tuples(tenths, tenths, tenths, tenths),
        st.sampled_from(sorted(double_values())),
        st.tuples(tenths, st.just(0), st.just(0), tenths),
    )
)
def test_the_sentence_names_the_roots_of_the_characteristic_polynomial(entries):
    a, b, c, d = entries  # in tenths, so that the root is exact
    square = (a - d) ** 2 + 4 * b * c
    said = sentence_at(entry / 10 for entry in entries)
    if square < 0:
        height = math.sqrt(-square)
        expected = [complex(a + d, height), complex(a + d, -height)]
        kind = "No real eigenvector"
    else:
        roots = [a + d + math.sqrt(square), a + d - math.sqrt(square)]
        expected = sorted(roots, key=lambda v: (-round(abs(v), 9), -v))
        lines = "two lines" if square else "one line only"
        kind = f"Eigenvectors lie on {lines}:"
        if square == b == c == 0:
            kind = "Every vector except 0 is an eigenvector"
        expected = expected if square else expected[:1]
        assert ("to the origin" in said) == (a * d == b * c)
    assert said.startswith(kind)
    spelled = said.split("; the eigenvalue")[0].replace("−", "-").rstrip(".")
    spelled = re.sub(r".*?(are|by) (?=[-\di])", "", spelled)
    found = [
        complex(v.replace(" ", "").replace("i", "j")) for v in spelled.split("and")
    ]
    np.testing.assert_allclose(found, np.array(expected) / 20, rtol=6e-4)


@pytest.mark.parametrize(
    "entries",
    [
        (-2, 1, 1, -2),
        (-2, 1, 0.5, -1),
        (1, 0, 0, -3),
        (0, 1, 1, 0),
        (0, -1, 1, 0),
        (-1, -2, 1, -1),
        (0, 0, 0, 0),
    ],
)
def test_the_code_prints_the_value_of_the_largest_modulus(entries):
    chosen = dict(zip("abcd", entries, strict=True))
    ran = programs_run(
        LESSON, STATEMENT.defaults | chosen, lambda title: title != "PyTorch"
    )
    assert {"NumPy", "SciPy"} <= set(ran)


def test_what_is_0_up_to_rounding_is_shown_as_0():
    singular = STATEMENT.defaults | {"a": 1.0, "d": 1.0, "probe": -45}
    readouts = drawing(LESSON)(**singular).readouts
    assert readouts["angle from u to the line of v₁ (°)"] == 0
    assert readouts["length of Ax"] == 0


@claims("turn_is_zero_where_kept")
@settings(max_examples=40)
@given(settings_of(STATEMENT))
def test_the_turn_of_a_line_is_zero_exactly_where_it_is_kept(values):
    A = matrix_of_the_page(**{name: values[name] for name in "abcd"})
    kept = real_directions(A)
    for line in kept:
        angle = math.degrees(math.atan2(line[1], line[0]))
        if np.abs(A @ line).max() > 1e-6:
            turn = _line_turns(A, np.array([angle]))[0]
            assert turn == pytest.approx(0, abs=1e-4)
    turns = _line_turns(A, PROBES)
    x = np.stack([np.cos(np.radians(PROBES)), np.sin(np.radians(PROBES))])
    image = A @ x
    beside = np.abs(x[0] * image[1] - x[1] * image[0])
    drawn = np.isfinite(turns) & (np.abs(image).max(axis=0) > 1e-6)
    sines = np.abs(np.sin(np.radians(turns[drawn])))
    np.testing.assert_allclose(
        sines * np.linalg.norm(image, axis=0)[drawn], beside[drawn], atol=1e-7
    )
    for angle in (1, 45, 90, 179):
        c, s = math.cos(math.radians(angle)), math.sin(math.radians(angle))
        assert np.abs(_line_turns(np.array([[c, -s], [s, c]]), PROBES)).min() > 0.9
    assert (_line_turns(-np.eye(2), PROBES) == 0).all()


@pytest.mark.parametrize("sign", [1, -1])
def test_at_a_right_angle_picture_and_readout_agree_on_the_sign(sign):
    turn = {"a": 0.0, "b": -float(sign), "c": float(sign), "d": 0.0}
    for probe in (-90.0, 21.0, 45.0):
        scene = drawing(LESSON)(**STATEMENT.defaults | turn | {"probe": probe})
        assert scene.readouts["angle from x to Ax (°)"] == 90 * sign
        curve, *_, now = scene.figures[1]["data"][:4]
        assert set(curve["y"]) == {90 * sign}
        assert now["y"][0] == 90 * sign


@claims("polynomial_written")
@settings(max_examples=40)
@given(settings_of(STATEMENT))
def test_the_polynomial_that_is_written_has_the_eigenvalues_as_roots(values):
    written = drawing(LESSON)(**values).readouts["det(A − λI)"]
    found = re.fullmatch(
        r"λ²(?: ([+−]) ([\d.]*)λ)?(?: ([+−]) ([\d.e-]+))?", written
    ).groups()
    sign = {"+": 1, "−": -1}
    linear = sign[found[0]] * float(found[1] or 1) if found[0] else 0.0
    constant = sign[found[2]] * float(found[3]) if found[2] else 0.0
    A = matrix_of_the_page(**{name: values[name] for name in "abcd"})
    assert linear == pytest.approx(-np.trace(A), abs=6e-4)
    assert constant == pytest.approx(np.linalg.det(A), rel=6e-4, abs=1e-9)
    for value in np.linalg.eigvals(A):
        assert value**2 + linear * value + constant == pytest.approx(0, abs=0.01)


@claims("half_axes")
@settings(max_examples=40)
@given(settings_of(STATEMENT))
def test_the_half_axes_of_the_image_are_the_singular_values(values):
    A = matrix_of_the_page(**{name: values[name] for name in "abcd"})
    picture = drawing(LESSON)(**values).figures[0]
    (image,) = (one for one in picture["data"] if one.get("name") == "its image")
    lengths = np.hypot(image["x"], image["y"])
    largest, least = np.linalg.svd(A, compute_uv=False)
    assert lengths.max() == pytest.approx(largest, abs=0.02)
    assert lengths.min() == pytest.approx(least, abs=0.2)
    sizes = np.sort(np.abs(np.linalg.eigvals(A)))[::-1]
    if np.abs(A @ A.T - A.T @ A).max() < 1e-9:
        np.testing.assert_allclose(sizes, [largest, least], atol=1e-7)
    elif np.abs(A @ A.T - A.T @ A).max() > 0.1:
        assert sizes[0] < largest - 1e-6


@claims("cloud_without_a")
@settings(max_examples=20)
@given(settings_of(STATEMENT))
def test_the_data_do_not_depend_on_the_matrix(values):
    other = {name: 1.5 - values[name] / 2 for name in "abcd"}
    one, two = (drawing(LESSON)(**values | change).figures[3] for change in ({}, other))
    assert "not of A" in one["layout"]["meta"]["title"]
    for first, second in zip(one["data"], two["data"], strict=True):
        np.testing.assert_array_equal(first["x"], second["x"])
        np.testing.assert_array_equal(first["y"], second["y"])
    turned = -0.5 if values["correlation"] > 0 else 0.5
    moved = drawing(LESSON)(**values | {"correlation": turned})
    assert not np.array_equal(moved.figures[3]["data"][0]["y"], one["data"][0]["y"])


def test_the_live_line_is_matrix_times_vector_and_number_times_vector():
    line = ArraysLine(STATEMENT.line_written, STATEMENT.quantities)
    assert line.latex(numbers_of(STATEMENT, **STATEMENT.defaults)) == (
        r"A v_1 = \begin{pmatrix} 2 & 1 \\ 1 & 2 \end{pmatrix} "
        r"\begin{pmatrix} 0.7071 \\ 0.7071 \end{pmatrix} = "
        r"3 \begin{pmatrix} 0.7071 \\ 0.7071 \end{pmatrix} = \lambda_1 v_1"
    )
    flipped = STATEMENT.defaults | {"a": -2.0, "b": 0.0, "c": 0.0, "d": 1.0}
    text = line.latex(numbers_of(STATEMENT, **flipped))
    assert r"= -2 \begin{pmatrix} 1 \\ 0 \end{pmatrix}" in text
    turned = STATEMENT.defaults | QUARTER_TURN
    assert r"\\ -0.7071 i \end" in line.latex(numbers_of(STATEMENT, **turned))


@pytest.mark.parametrize(
    ("change", "goal"),
    [
        ({}, "angle to the line of v₁"),
        ({"a": 1, "b": 1, "c": 0, "d": 1}, "angle to the line of v₁"),  # a shear
        ({"b": -3}, "no line is kept, u keeps turning"),
        ({"a": 0, "b": -1, "c": 1, "d": 0}, "no line is kept, u keeps turning"),
    ],
)
def test_the_picture_of_the_power_iteration_says_why_it_is_empty(change, goal):
    chosen = STATEMENT.defaults | change
    figure = drawing(LESSON)(**chosen).figures[2]
    assert figure["layout"]["meta"]["title"] == f"Power iteration: {goal}"
    A = np.array([[chosen["a"], chosen["b"]], [chosen["c"], chosen["d"]]], float)
    u = np.array([1.0, 0.3])
    turns = []
    for _ in range(20):
        ahead = A @ u / np.linalg.norm(A @ u)
        turns.append(abs(u[0] * ahead[1] - u[1] * ahead[0]) / np.linalg.norm(u))
        u = ahead
    settled = max(turns[-6:]) < 0.01
    assert settled == ("keeps turning" not in goal)
    assert np.isnan(np.array(figure["data"][0]["y"], float)).all() != settled


def test_the_name_of_a_direction_that_is_shrunk_to_0_lies_on_no_kept_line():
    chosen = STATEMENT.defaults | {"a": 1.0, "b": 1.0, "c": 1.0, "d": 1.0}
    traces = drawing(LESSON)(**chosen).figures[0]["data"]
    names = next(trace for trace in traces if trace["name"] == "multiples")
    at = names["text"].index("0 v₂")
    x, y = names["x"][at], names["y"][at]
    assert min(abs(x - y), abs(x + y)) / np.sqrt(2) > 0.5  # the lines at 45° and −45°
