"""The cache of keys and values: old rows stay, costs are counted, bad input."""

from __future__ import annotations

import math

import numpy as np
import pytest
import scipy.special
from hypothesis import given
from hypothesis import strategies as st

from formulas.transformer.attention import scaled_dot_product_attention
from formulas.transformer.kv_cache import attend_cached, decode_flops, kv_cache_bytes
from tests.errors import says
from tests.strategies import matrices

# Each is one edit of the module that its tests must notice.
MUTANTS = (
    ("np.concatenate([old_k, k])", "np.concatenate([k, old_k])"),
    ("np.concatenate([old_v, v])", "np.concatenate([v, old_v])"),
    ("if len(q) > 1 else None", "if len(old_k) == 0 else None"),  # looks ahead
    ("if len(q) > 1 else None", "if False else None"),
    ("1.0 / math.sqrt(q.shape[-1])", "1.0 / math.sqrt(len(k))"),
    (
        "width_factor if scale is None else scale",
        "width_factor if not scale else scale",
    ),
    ("8 * d**2 + 4 * n * d", "8 * d**2 + 2 * n * d"),
    ("8 * d**2 + 4 * n * d", "6 * d**2 + 4 * n * d"),
    ("token if cached else n * token", "token if cached else token + n"),
    ("return 2 * math.prod(counts)", "return math.prod(counts)"),
    ('"batch": batch,\n', ""),
    ('"bytes_per_value": bytes_per_value,\n', ""),
)

X = [[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]


@st.composite
def texts(draw):
    n = draw(st.integers(1, 6))
    d, width = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    return tuple(draw(matrices(n, size, 5.0)) for size in (d, d, width))


def by_hand(query, key, value):
    """Let each token average the values up to its own."""
    rows = []
    for i in range(len(query)):
        scores = key[: i + 1] @ query[i] / math.sqrt(query.shape[1])
        rows.append(scipy.special.softmax(scores) @ value[: i + 1])
    return np.array(rows)


def in_pieces(query, key, value, sizes):
    keys = values = None
    rows, at = [], 0
    for size in sizes:
        piece = slice(at, at + size)
        result = attend_cached(query[piece], key[piece], value[piece], keys, values)
        keys, values, at = result.keys, result.values, at + size
        rows.append(result.output)
    np.testing.assert_array_equal(keys, key[:at])
    np.testing.assert_array_equal(values, value[:at])
    return np.concatenate(rows)


def test_three_tokens_one_after_the_other():
    expected = [[1, 0], [0.330238, 0.669762], [0.751745, 0.751745]]
    X_rows = np.array(X)
    np.testing.assert_allclose(
        in_pieces(X_rows, X_rows, X_rows, [1, 1, 1]), expected, atol=5e-7
    )


@given(texts(), st.data())
def test_any_division_into_pieces_gives_the_rows_of_causal_attention(text, data):
    sizes, left = [], len(text[0])
    while left:
        sizes.append(data.draw(st.integers(1, left)))
        left -= sizes[-1]
    expected = by_hand(*text)
    np.testing.assert_allclose(in_pieces(*text, sizes), expected, atol=1e-9)
    whole = scaled_dot_product_attention(*text, causal=True).output
    np.testing.assert_allclose(whole, expected, atol=1e-9)


@given(texts())
def test_weights_sum_to_one_and_never_look_ahead(text):
    old = tuple(rows[:1] for rows in text[1:])
    result = attend_cached(*text, *old)
    n = len(text[0])
    assert result.weights.shape == (n, n + 1)
    np.testing.assert_allclose(result.weights.sum(axis=1), 1, rtol=1e-12)
    assert not np.triu(result.weights, 2).any()


def test_fewer_queries_than_new_keys_are_the_last_ones():
    rows = np.array(X)
    last = attend_cached(rows[-1:], rows, rows)
    np.testing.assert_allclose(last.output, by_hand(rows, rows, rows)[-1:])


def test_a_scale_of_zero_gives_plain_means():
    result = attend_cached([[5.0]], [[3.0]], [[4.0]], [[1.0]], [[2.0]], scale=0)
    np.testing.assert_array_equal(result.weights, [[0.5, 0.5]])
    np.testing.assert_array_equal(result.output, [[3.0]])


def test_the_cache_is_a_new_array():
    keys, values = np.array([[1.0]]), np.array([[2.0]])
    result = attend_cached([[1.0]], [[3.0]], [[4.0]], keys, values)
    result.keys[:] = 9
    np.testing.assert_array_equal(keys, [[1]])
    np.testing.assert_array_equal(values, [[2]])


def test_huge_scores_neither_overflow_nor_vanish():
    result = attend_cached([[1e150]], [[1e150]], [[1.0]], [[-1e150]], [[2.0]])
    np.testing.assert_array_equal(result.output, [[1.0]])
    result = attend_cached([[1e154]], [[1e154]], [[1.0]], [[-1e154]], [[2.0]])
    np.testing.assert_array_equal(result.output, [[1.0]])


def token_flops(n, d):
    """Add up 2mkn over the products for one token: four projections, scores, average."""
    products = [(1, d, d)] * 4 + [(1, d, n), (1, n, d)]
    return sum(2 * m * k * n for m, k, n in products)


def test_a_token_after_1024_at_width_4096():
    assert decode_flops(1024, 4096) == 150_994_944


@given(st.integers(1, 10**6), st.integers(1, 10**5))
def test_operations_are_those_of_the_products(n, d):
    assert decode_flops(n, d) == token_flops(n, d)
    assert decode_flops(n, d, cached=False) == n * token_flops(n, d)
    assert type(decode_flops(float(n), d)) is int


@pytest.mark.parametrize(
    ("sizes", "per_token"),
    [((32, 32, 128), 524_288), ((32, 8, 128), 131_072), ((80, 8, 128), 327_680)],
)
def test_bytes_a_token_of_known_models(sizes, per_token):
    assert kv_cache_bytes(1, *sizes) == per_token


def test_gibibytes_of_whole_contexts():
    assert kv_cache_bytes(4096, 32, 32, 128) == 2 * 2**30
    assert kv_cache_bytes(8192, 32, 8, 128) == 2**30


@given(*[st.integers(1, 5)] * 4, st.sampled_from([1, 2, 4, 8]), st.integers(1, 3))
def test_bytes_are_those_of_an_array(n, layers, heads, d, width, batch):
    cache = np.zeros((2, batch, layers, heads, n, d), dtype=f"V{width}")
    found = kv_cache_bytes(n, layers, heads, d, bytes_per_value=width, batch=batch)
    assert found == cache.nbytes


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: attend_cached([[1.0]], [[1.0]], [[1.0]], [[1.0]]),
            "keys and values must be given together",
        ),
        (
            lambda: attend_cached([[1.0]], [[1.0]], [[1.0]], values=[[1.0]]),
            "keys and values must be given together",
        ),
        (
            lambda: attend_cached([[1.0]], [[1.0, 2.0]], [[1.0]]),
            "shape mismatch: query has shape (1, 1), key has shape (1, 2); Q and K "
            "must have the same last axis",
        ),
        (
            lambda: attend_cached([[1.0]], [[1.0]], [[1.0], [2.0]]),
            "shape mismatch: key has shape (1, 1), value has shape (2, 1); K and V "
            "must have the same number of rows",
        ),
        (
            lambda: attend_cached([[1.0]], [[1.0]], [[1.0]], [[1.0, 2.0]], [[1.0]]),
            "shape mismatch: key has shape (1, 1), keys has shape (1, 2); key and keys "
            "must have the same last axis",
        ),
        (
            lambda: attend_cached([[1.0]], [[1.0]], [[1.0]], [[1.0]], [[1.0, 2.0]]),
            "shape mismatch: value has shape (1, 1), values has shape (1, 2); value "
            "and values must have the same last axis",
        ),
        (
            lambda: attend_cached([[1.0]], [[1.0]], [[1.0]], [[1.0]], [[1.0], [2.0]]),
            "shape mismatch: keys has shape (1, 1), values has shape (2, 1); keys and "
            "values must have the same number of rows",
        ),
        (
            lambda: attend_cached([[1.0], [2.0]], [[1.0]], [[1.0]]),
            "causal attention needs at least as many keys as queries",
        ),
        (lambda: attend_cached([], [[1.0]], [[1.0]]), "query must not be empty"),
        (
            lambda: attend_cached([1.0], [[1.0]], [[1.0]]),
            "query must be 2-D, got shape (1,)",
        ),
        (lambda: attend_cached([["a"]], [[1.0]], [[1.0]]), "query must be numeric"),
        (lambda: attend_cached([[1.0]], [[math.nan]], [[1.0]]), "key contains NaN"),
        (lambda: attend_cached([[1.0]], [[1.0]], [[math.inf]]), "value must be finite"),
        (
            lambda: attend_cached([[1.0]], [[1.0]], [[1.0]], [[math.nan]], [[1.0]]),
            "keys contains NaN",
        ),
        (
            lambda: attend_cached([[1.0]], [[1.0]], [[1.0]], [[1.0]], [[math.inf]]),
            "values must be finite",
        ),
        (
            lambda: attend_cached([[1.0]], [[1.0]], [[1.0]], scale=-1),
            "scale must be in [0, inf), got -1.0",
        ),
        (
            lambda: attend_cached([[1e200]], [[1e200]], [[1.0]]),
            "result must be finite",
        ),
        (lambda: decode_flops(0, 1), "n_context must be in [1, inf), got 0"),
        (lambda: decode_flops(1, 0), "d_model must be in [1, inf), got 0"),
        (lambda: decode_flops(1.5, 1), "n_context must be an integer, got 1.5"),
        (lambda: kv_cache_bytes(0, 1, 1, 1), "n_tokens must be in [1, inf), got 0"),
        (lambda: kv_cache_bytes(1, 0, 1, 1), "n_layers must be in [1, inf), got 0"),
        (lambda: kv_cache_bytes(1, 1, 0, 1), "n_kv_heads must be in [1, inf), got 0"),
        (lambda: kv_cache_bytes(1, 1, 1, 1.5), "d_head must be an integer, got 1.5"),
        (
            lambda: kv_cache_bytes(1, 1, 1, 1, bytes_per_value=0),
            "bytes_per_value must be in [1, inf), got 0",
        ),
        (
            lambda: kv_cache_bytes(1, 1, 1, 1, batch=-1),
            "batch must be in [1, inf), got -1",
        ),
    ],
)
def test_bad_input_is_named(call, message):
    with says(message):
        call()


def test_input_is_left_as_it_was():
    arrays = [np.array([[value]]) for value in (1.0, 2.0, 3.0, 4.0, 5.0)]
    attend_cached(*arrays)
    for value, array in enumerate(arrays, start=1):
        np.testing.assert_array_equal(array, [[value]])
