"""Transposed convolution: the adjoint of a convolution, sizes, overlaps, bad input."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.signal
from hypothesis import given
from hypothesis import strategies as st

from formulas.linear_algebra.convolution import conv2d_channels, conv_output_size
from formulas.linear_algebra.transposed_convolution import conv_transpose2d
from tests.errors import says
from tests.strategies import matrices

# Each is one edit of the module that its tests must notice.
MUTANTS = (
    ("j:right:stride] += parts", "j:right:stride] = parts"),  # the last kernel wins
    ("(n - 1) * stride + size + more", "n * stride + size - 1 + more"),
    (
        "cut : full[0] - cut, cut : full[1] - cut",
        ": full[0] - 2 * cut, : full[1] - 2 * cut",
    ),
    ("inside + bias[:, None, None]", "inside"),
    ("+= parts[:, i, j]", "+= parts[:, -1 - i, -1 - j]"),  # turns the kernel
    ("if min(full) <= 2 * cut", "if min(full) < 2 * cut"),
    ("low=0, high=stride - 1", "low=0, high=stride"),
    ("k.reshape(len(k), -1).T @", "k.swapaxes(0, 1).reshape(len(k), -1).T @"),
)

ONES = np.ones((1, 1, 3, 3))


@st.composite
def layers(draw):
    """Draw an image, kernels and options that leave something of the output."""
    channels, maps = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    size = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    stride = draw(st.integers(1, 3))
    padding = draw(st.integers(0, (min(size) - 1) // 2))
    more = draw(st.integers(0, stride - 1))
    random = np.random.default_rng(draw(st.integers(0, 10**6)))
    X = random.normal(size=(channels, draw(st.integers(1, 4)), draw(st.integers(1, 4))))
    K = random.normal(size=(channels, maps, *size))
    return X, K, {"stride": stride, "padding": padding}, more


def test_four_overlapping_kernels_add_up_to_10_in_the_middle():
    output = conv_transpose2d([[[1, 2], [3, 4]]], ONES, stride=2)[0]
    assert output.shape == (5, 5)
    assert output[2, 2] == 10
    np.testing.assert_array_equal(output[0], [1, 1, 3, 2, 2])
    np.testing.assert_array_equal(output[:, 4], [2, 2, 6, 4, 4])


@given(layers())
def test_it_is_the_adjoint_of_the_convolution(layer):
    X, K, options, more = layer
    output = conv_transpose2d(X, K, **options, output_padding=more)
    for axis in (1, 2):
        expected = (X.shape[axis] - 1) * options["stride"] - 2 * options["padding"]
        assert output.shape[axis] == expected + K.shape[axis + 1] + more
        back = conv_output_size(output.shape[axis], K.shape[axis + 1], **options)
        assert back == X.shape[axis]
    other = np.random.default_rng(0).normal(size=output.shape)
    there = (conv2d_channels(other, K, **options) * X).sum()
    assert (output * other).sum() == pytest.approx(there, rel=1e-9, abs=1e-9)


@given(layers())
def test_it_is_the_transposed_matrix_of_the_convolution(layer):
    X, K, options, more = layer
    shape = conv_transpose2d(X, K, **options, output_padding=more).shape
    columns = []
    for place in np.ndindex(*shape):
        unit = np.zeros(shape)
        unit[place] = 1
        columns.append(conv2d_channels(unit, K, **options).ravel())
    expected = np.array(columns) @ X.ravel()
    found = conv_transpose2d(X, K, **options, output_padding=more)
    np.testing.assert_allclose(found.ravel(), expected, rtol=1e-9, atol=1e-12)


@given(matrices((1, 4), (1, 4)), matrices((1, 3), (1, 3)), st.integers(1, 3))
def test_zeros_between_the_entries_and_scipys_convolution_give_the_same(x, k, stride):
    spread = np.zeros([(n - 1) * stride + 1 for n in x.shape])
    spread[::stride, ::stride] = x
    expected = scipy.signal.convolve2d(spread, k, mode="full")
    found = conv_transpose2d(x[None], k[None, None], stride=stride)
    np.testing.assert_allclose(found[0], expected, rtol=1e-12, atol=1e-10)


@pytest.mark.parametrize(("size", "even"), [(2, True), (3, False), (4, True)])
def test_kernels_that_overlap_unevenly_draw_a_checkerboard(size, even):
    output = conv_transpose2d(np.ones((1, 8, 8)), np.ones((1, 1, size, size)), stride=2)
    inside = output[0, 4:-4, 4:-4]
    assert (len(np.unique(inside)) == 1) is even


def test_channels_add_up_and_each_has_its_bias():
    random = np.random.default_rng(1)
    X, K = random.normal(size=(2, 3, 3)), random.normal(size=(2, 3, 2, 2))
    found = conv_transpose2d(X, K, [1, 2, 3], stride=2)
    for c in range(3):
        parts = [
            conv_transpose2d(X[i : i + 1], K[i : i + 1, c : c + 1], stride=2)
            for i in (0, 1)
        ]
        np.testing.assert_allclose(found[c], sum(parts)[0] + c + 1, rtol=1e-12)


def test_output_padding_adds_at_the_end_only():
    plain = conv_transpose2d([[[1, 2], [3, 4]]], ONES, stride=2)[0]
    more = conv_transpose2d([[[1, 2], [3, 4]]], ONES, stride=2, output_padding=1)[0]
    np.testing.assert_array_equal(more[:5, :5], plain)
    np.testing.assert_array_equal(more[5], 0)
    cut = conv_transpose2d(
        [[[1, 2], [3, 4]]], ONES, stride=2, padding=1, output_padding=1
    )[0]
    np.testing.assert_array_equal(cut, plain[1:, 1:])  # what was cut comes back


def call(**change):
    good = {"X": np.ones((2, 2, 2)), "K": np.ones((2, 3, 3, 3)), "b": np.ones(3)}
    return conv_transpose2d(**{**good, **change})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"X": np.ones((3, 2, 2))},
            "shape mismatch: X has shape (3, 2, 2), K has shape (2, 3, 3, 3); "
            "K must have one row of kernels per channel of X",
        ),
        (
            {"b": [1, 2]},
            "shape mismatch: b has shape (2,), K has shape (2, 3, 3, 3); "
            "b must have one entry per output channel",
        ),
        ({"output_padding": 1}, "output_padding must be in [0, 0], got 1"),
        (
            {"output_padding": 2, "stride": 2},
            "output_padding must be in [0, 1], got 2",
        ),
        ({"output_padding": -1}, "output_padding must be in [0, 0], got -1"),
        ({"stride": 0}, "stride must be in [1, inf), got 0"),
        ({"stride": 1.5}, "stride must be an integer, got 1.5"),
        ({"padding": -1}, "padding must be in [0, inf), got -1"),
        ({"padding": 2}, "padding 2 leaves nothing of the output (4, 4)"),
        ({"X": np.ones((2, 2))}, "X must be 3-D, got shape (2, 2)"),
        ({"K": np.ones((3, 3))}, "K must be 4-D, got shape (3, 3)"),
        ({"b": 1}, "b must be 1-D, got shape ()"),
        ({"X": []}, "X must not be empty"),
        ({"X": np.full((2, 2, 2), np.nan)}, "X contains NaN"),
        ({"K": np.full((2, 3, 3, 3), np.inf)}, "K must be finite"),
        ({"b": [np.nan] * 3}, "b contains NaN"),
        ({"K": "no"}, "K must be numeric"),
        ({"X": np.full((2, 2, 2), 1e308)}, "result must be finite"),
    ],
)
def test_bad_input_is_named(change, message):
    with says(message):
        call(**change)


def test_input_is_left_as_it_was():
    X, K = np.ones((1, 2, 2)), np.ones((1, 1, 1, 1))
    conv_transpose2d(X, K)[:] = 7
    np.testing.assert_array_equal(X, np.ones((1, 2, 2)))
    np.testing.assert_array_equal(K, np.ones((1, 1, 1, 1)))
