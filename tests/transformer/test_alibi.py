"""ALiBi: slopes of any number of heads, the bias as a mask, bad input."""

from __future__ import annotations

import math

import numpy as np
import pytest
import scipy.special
from hypothesis import given
from hypothesis import strategies as st

from formulas.transformer.alibi import alibi_bias, alibi_slopes
from formulas.transformer.multi_head_attention import multi_head_attention
from tests.errors import says
from tests.strategies import matrices

# Each is one edit of the module that its tests must notice.
MUTANTS = (
    ("np.arange(1, n_heads + 1) / n_heads)", "np.arange(n_heads) / n_heads)"),
    ("2.0 ** (-8.0 * np.arange", "2.0 ** (-1.0 * np.arange"),
    ("_geometric(2 * power)[0::2]", "_geometric(2 * power)[1::2]"),
    (
        "np.concatenate([_geometric(power), between[: n_heads - power]])",
        "_geometric(n_heads)",
    ),
    ("1 << (n_heads.bit_length() - 1)", "1 << n_heads.bit_length()"),
    ("np.where(allowed, steps, -np.inf)", "np.where(allowed, -steps, -np.inf)"),
    ("np.where(allowed, steps, -np.inf)", "steps + 0.0"),
    ("np.arange(n_keys - n_queries, n_keys)[:, None]", "np.arange(n_queries)[:, None]"),
)


def slopes_by_recursion(n):
    """Follow the recursion of the authors' code."""
    if math.log2(n).is_integer():
        start = 2 ** (-(2 ** -(math.log2(n) - 3)))
        return [start * start**i for i in range(n)]
    closest = 2 ** math.floor(math.log2(n))
    rest = slopes_by_recursion(2 * closest)[0::2][: n - closest]
    return slopes_by_recursion(closest) + rest


@pytest.mark.parametrize("n_heads", range(1, 40))
def test_agrees_with_the_recursion_of_the_authors(n_heads):
    expected = slopes_by_recursion(n_heads)
    np.testing.assert_allclose(alibi_slopes(n_heads), expected, rtol=1e-12)


def test_eight_and_twelve_heads():
    halves = 0.5 ** np.arange(1, 9)
    np.testing.assert_allclose(alibi_slopes(8), halves, rtol=1e-15)
    between = 0.5 ** np.array([0.5, 1.5, 2.5, 3.5])
    np.testing.assert_allclose(alibi_slopes(12), [*halves, *between], rtol=1e-15)


@given(st.integers(1, 200))
def test_no_two_slopes_are_the_same_and_all_lie_between_0_and_1(n_heads):
    slopes = alibi_slopes(n_heads)
    assert len(set(slopes.tolist())) == n_heads
    assert (slopes >= 2.0**-8).all()
    assert (slopes < 1).all()


@given(st.integers(1, 5), st.integers(1, 5), st.integers(0, 4))
def test_the_bias_is_minus_slope_times_distance(h, n, more):
    m = n + more
    bias = alibi_bias(h, n, m)
    assert bias.shape == (h, n, m)
    for head, i, j in np.ndindex(h, n, m):
        distance = i + more - j
        expected = (
            -slopes_by_recursion(h)[head] * distance if distance >= 0 else -np.inf
        )
        assert bias[head, i, j] == pytest.approx(expected, rel=1e-12)


def test_as_many_keys_as_queries_by_default():
    np.testing.assert_array_equal(alibi_bias(3, 4), alibi_bias(3, 4, 4))
    np.testing.assert_array_equal(alibi_bias(3, 4)[:, -1:], alibi_bias(3, 1, 4))


@given(matrices((1, 4), 4))
def test_as_a_mask_it_makes_attention_causal_and_local(X):
    eye = np.eye(4)
    bias = alibi_bias(2, len(X))
    weights = multi_head_attention(X, X, eye, eye, eye, eye, 2, mask=bias).weights
    for head, columns in enumerate((slice(0, 2), slice(2, 4))):
        scores = X[:, columns] @ X[:, columns].T / math.sqrt(2)
        expected = scipy.special.softmax(scores + bias[head], axis=1)
        np.testing.assert_allclose(weights[head], expected, atol=1e-12)
    assert not np.triu(weights, 1).any()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: alibi_slopes(0), "n_heads must be in [1, inf), got 0"),
        (lambda: alibi_slopes(2.5), "n_heads must be an integer, got 2.5"),
        (lambda: alibi_slopes(math.nan), "n_heads contains NaN"),
        (lambda: alibi_bias(0, 1), "n_heads must be in [1, inf), got 0"),
        (lambda: alibi_bias(1, 0), "n must be in [1, inf), got 0"),
        (lambda: alibi_bias(1, 1, 0), "m must be in [1, inf), got 0"),
        (lambda: alibi_bias(1, 1, 1.5), "m must be an integer, got 1.5"),
        (
            lambda: alibi_bias(1, 3, 2),
            "causal attention needs at least as many keys as queries",
        ),
    ],
)
def test_bad_input_is_named(call, message):
    with says(message):
        call()
