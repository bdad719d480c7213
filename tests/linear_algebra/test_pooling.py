"""Pooling: windows one by one, means as convolutions, extreme and bad input."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.ndimage
from hypothesis import given
from hypothesis import strategies as st

from formulas.linear_algebra.convolution import conv2d, conv_output_size
from formulas.linear_algebra.pooling import pool2d
from tests.errors import says
from tests.strategies import matrices

# Each is one edit of the module that its tests must notice.
MUTANTS = (
    ("windows[..., ::stride, ::stride, :, :]", "windows[..., ::stride, :, :, :]"),
    ("stride = size if stride is None", "stride = 1 if stride is None"),
    ("windows.max(axis=(-2, -1))", "np.abs(windows).max(axis=(-2, -1))"),
    (
        "means = windows.mean(axis=(-2, -1))",
        "means = np.median(windows, axis=(-2, -1))",
    ),
    ("if not np.isfinite(means).all()", "if np.isnan(means).any()"),
    ("if size > min(image)", "if size > max(image)"),
    ("np.ldexp(windows, -exponent)", "windows"),
)

IMAGES = matrices((1, 7), (1, 7))


@given(IMAGES, st.integers(1, 7), st.integers(1, 4))
def test_every_window_becomes_its_maximum_or_mean(image, size, stride):
    size = min(size, *image.shape)
    rows, columns = (conv_output_size(n, size, stride=stride) for n in image.shape)
    largest = pool2d(image, size, stride=stride)
    means = pool2d(image, size, stride=stride, mode="mean")
    assert largest.shape == means.shape == (rows, columns)
    for i, j in np.ndindex(rows, columns):
        window = image[i * stride :, j * stride :][:size, :size].ravel().tolist()
        assert largest[i, j] == max(window)
        assert means[i, j] == pytest.approx(sum(window) / size**2, abs=1e-12)


@given(matrices((3, 7), (3, 7)))
def test_agrees_with_scipys_filters_at_stride_1(image):
    inside = slice(1, -1), slice(1, -1)
    expected = scipy.ndimage.maximum_filter(image, 3)[inside]
    np.testing.assert_array_equal(pool2d(image, 3, stride=1), expected)
    expected = scipy.ndimage.uniform_filter(image, 3)[inside]
    found = pool2d(image, 3, stride=1, mode="mean")
    np.testing.assert_allclose(found, expected, atol=1e-12)


@given(matrices((2, 6), (2, 6)), st.integers(1, 3))
def test_a_mean_is_a_convolution_with_equal_weights(image, stride):
    expected = conv2d(image, np.full((2, 2), 0.25), stride=stride)
    found = pool2d(image, 2, stride=stride, mode="mean")
    np.testing.assert_allclose(found, expected, atol=1e-13)


@given(IMAGES)
def test_windows_lie_side_by_side_unless_a_stride_is_given(image):
    size = min(2, *image.shape)
    np.testing.assert_array_equal(pool2d(image, size), pool2d(image, size, stride=size))
    np.testing.assert_array_equal(pool2d(image, 1), image)


@pytest.mark.parametrize("mode", ["max", "mean"])
def test_channels_are_pooled_on_their_own(mode):
    X = np.random.default_rng(0).normal(size=(3, 5, 6))
    found = pool2d(X, 2, mode=mode)
    assert found.shape == (3, 2, 3)
    expected = [pool2d(image, 2, mode=mode) for image in X]
    np.testing.assert_array_equal(found, expected)


def test_means_of_the_largest_floats_are_floats():
    large = np.full((4, 4), 1.7e308)
    np.testing.assert_allclose(pool2d(large, 3, mode="mean"), 1.7e308)
    signs = np.array([[1.7e308, -1.7e308], [1.7e308, -1.7e308]])
    np.testing.assert_array_equal(pool2d(signs, 2, mode="mean"), [[0]])
    np.testing.assert_array_equal(
        pool2d([[5e-324] * 2] * 2, 2, mode="mean"), [[5e-324]]
    )


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: pool2d([[1, 2], [3, 4]], 3),
            "kernel (3, 3) is larger than the padded input (2, 2)",
        ),
        (
            lambda: pool2d(np.ones((9, 2, 5)), 3),
            "kernel (3, 3) is larger than the padded input (2, 5)",
        ),
        (lambda: pool2d([[1]], 0), "size must be in [1, inf), got 0"),
        (lambda: pool2d([[1]], 1.5), "size must be an integer, got 1.5"),
        (lambda: pool2d([[1]], 1, stride=0), "stride must be in [1, inf), got 0"),
        (lambda: pool2d([[1]], 1, stride=0.5), "stride must be an integer, got 0.5"),
        (
            lambda: pool2d([[1]], 1, mode="sum"),
            "mode must be one of ('max', 'mean'), got 'sum'",
        ),
        (lambda: pool2d([1], 1), "X must be 2-D or 3-D, got shape (1,)"),
        (lambda: pool2d([[]], 1), "X must not be empty"),
        (lambda: pool2d([[np.nan]], 1), "X contains NaN"),
        (lambda: pool2d([[np.inf]], 1), "X must be finite"),
        (lambda: pool2d([["a"]], 1), "X must be numeric"),
    ],
)
def test_bad_input_is_named(call, message):
    with says(message):
        call()


def test_input_is_left_as_it_was():
    x = np.array([[1.0, 2.0]])
    pool2d(x, 1)[:] = 7
    pool2d(x, 1, mode="mean")[:] = 7
    np.testing.assert_array_equal(x, [[1, 2]])
