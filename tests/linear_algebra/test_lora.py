"""Low-rank adapters: merged or beside the weights, what they cost, bad input."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from formulas.linear_algebra.linear_layer import count_parameters, linear
from formulas.linear_algebra.lora import lora_linear, lora_merge
from tests.errors import says
from tests.strategies import numbers

# Each is one edit of the module that its tests must notice.
MUTANTS = (
    ('"alpha", low=0) / len(down)', '"alpha", low=0) / len(down) ** 0.5'),  # rsLoRA
    ('"alpha", low=0) / len(down)', '"alpha", low=0)'),
    ("weights + (factor * up) @ down", "(factor * up) @ down"),
    ("weights + (factor * up) @ down", "weights + up @ down"),
    ("@ (factor * up).T", "@ up.T"),
    ("+ learned + bias", "+ learned"),
    ("inputs @ weights.T + learned", "inputs @ weights.T + np.abs(learned)"),
    ('"alpha", low=0)', '"alpha")'),
)

W, A, B = [[1, 0], [0, 1]], [[1, 2]], [[1], [-1]]


@st.composite
def adapters(draw):
    """Draw a batch, frozen weights, both small matrices and a bias."""
    batch, n, m, r = (draw(st.integers(1, 4)) for _ in range(4))
    shapes = ((batch, n), (m, n), (r, n), (m, r), m)
    return [draw(arrays(np.float64, shape, elements=numbers(5))) for shape in shapes]


def test_a_rank_of_one_by_hand():
    np.testing.assert_array_equal(lora_merge(W, A, B, alpha=4), [[5, 8], [-4, -7]])
    np.testing.assert_array_equal(lora_linear([1, 0], W, A, B, alpha=4), [5, -4])
    np.testing.assert_array_equal(
        lora_linear([[1, 0], [0, 1]], W, A, B, alpha=4, b=[1, 2]), [[6, -2], [9, -5]]
    )


def test_rank_8_of_4096_squared_trains_0_39_percent():
    down, up = (count_parameters(*s, bias=False) for s in ((4096, 8), (8, 4096)))
    share = (down + up) / count_parameters(4096, 4096, bias=False)
    assert share == pytest.approx(0.0039, abs=5e-5)


@given(adapters(), st.floats(0, 16))
def test_each_entry_is_the_sum_that_the_formula_writes(parts, alpha):
    _, W, A, B, _ = parts
    expected = W.copy()
    for i, j in np.ndindex(W.shape):
        for k in range(len(A)):
            expected[i, j] += alpha / len(A) * B[i, k] * A[k, j]
    found = lora_merge(W, A, B, alpha=alpha)
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-10)


@given(adapters(), st.floats(0, 16))
def test_merging_changes_no_output(parts, alpha):
    x, W, A, B, b = parts
    beside = lora_linear(x, W, A, B, alpha=alpha, b=b)
    merged = linear(x, lora_merge(W, A, B, alpha=alpha), b)
    np.testing.assert_allclose(beside, merged, rtol=1e-9, atol=1e-9)
    for row, output in zip(x, beside, strict=True):
        alone = lora_linear(row, W, A, B, alpha=alpha, b=b)
        np.testing.assert_allclose(alone, output, rtol=1e-9, atol=1e-10)


@given(adapters())
def test_training_starts_from_the_frozen_weights(parts):
    x, W, A, B, b = parts
    np.testing.assert_array_equal(lora_merge(W, A, 0 * B, alpha=8), W)
    np.testing.assert_array_equal(lora_merge(W, A, B, alpha=0), W)
    expected = linear(x, W, b)
    np.testing.assert_array_equal(lora_linear(x, W, A, 0 * B, alpha=8, b=b), expected)


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_what_is_learned_has_at_most_the_rank_of_the_adapter(rank):
    random = np.random.default_rng(rank)
    W, A, B = (random.normal(size=s) for s in ((6, 5), (rank, 5), (6, rank)))
    learned = lora_merge(W, A, B, alpha=2) - W
    assert np.linalg.matrix_rank(learned, tol=1e-10) == rank


@given(adapters())
def test_a_larger_rank_keeps_its_scale(parts):
    _, W, A, B, _ = parts
    twice = lora_merge(W, np.vstack([A, A]), np.hstack([B, B]), alpha=4)
    expected = lora_merge(W, A, B, alpha=4)  # twice the sum, half the factor
    np.testing.assert_allclose(twice, expected, rtol=1e-9, atol=1e-9)


def call(**change):
    good = {"x": [1, 2], "W": W, "A": A, "B": B, "alpha": 1, "b": [0, 0]}
    return lora_linear(**{**good, **change})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"A": [[1]]},
            "shape mismatch: A has shape (1, 1), W has shape (2, 2); "
            "columns of A must equal columns of W",
        ),
        (
            {"B": [[1]]},
            "shape mismatch: B has shape (1, 1), W has shape (2, 2); "
            "rows of B must equal rows of W",
        ),
        (
            {"B": [[1, 1], [1, 1]]},
            "shape mismatch: B has shape (2, 2), A has shape (1, 2); "
            "columns of B must equal rows of A",
        ),
        (
            {"x": [1]},
            "shape mismatch: x has shape (1,), W has shape (2, 2); "
            "last axis of x must equal columns of W",
        ),
        (
            {"b": [1]},
            "shape mismatch: b has shape (1,), W has shape (2, 2); "
            "b must have one entry per row of W",
        ),
        ({"alpha": -1}, "alpha must be in [0, inf), got -1.0"),
        ({"alpha": np.nan}, "alpha contains NaN"),
        ({"alpha": np.inf}, "alpha must be finite"),
        ({"W": [1, 2]}, "W must be 2-D, got shape (2,)"),
        ({"A": []}, "A must not be empty"),
        ({"B": [["a"], ["b"]]}, "B must be numeric"),
        ({"x": [np.nan, 1]}, "x contains NaN"),
        ({"A": [[1, np.inf]]}, "A must be finite"),
        ({"x": [[[1, 2]]]}, "x must be 1-D or 2-D, got shape (1, 1, 2)"),
        ({"x": [1e308, 1e308]}, "result must be finite"),
    ],
)
def test_bad_input_is_named(change, message):
    with says(message):
        call(**change)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"A": [[1]]}, "columns of A must equal columns of W"),
        ({"W": [[np.nan, 0], [0, 1]]}, "W contains NaN"),
        ({"alpha": -0.5}, "alpha must be in [0, inf), got -0.5"),
        ({"A": [[1e308, 1]], "B": [[1e308], [1]]}, "result must be finite"),
    ],
)
def test_bad_input_of_a_merge_is_named(change, message):
    with says(message):
        lora_merge(**{"W": W, "A": A, "B": B, "alpha": 1, **change})


def test_input_is_left_as_it_was():
    w, a, b = (np.array(m, dtype=float) for m in (W, A, B))
    lora_merge(w, a, b, alpha=4)
    lora_linear(w, w, a, b, alpha=4, b=w[0])
    for before, after in ((W, w), (A, a), (B, b)):
        np.testing.assert_array_equal(after, before)
