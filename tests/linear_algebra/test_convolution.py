"""Convolution: laws, numbers from outside, and the page's claims."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest
import scipy.signal
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from formulas.linear_algebra.convolution import (
    conv1d,
    conv2d,
    conv2d_channels,
    conv_output_size,
    conv_window,
    kernel_library,
)
from pages.linear_algebra.convolution.figure import _slide_table
from pages.linear_algebra.convolution.statement import IMAGES, KERNELS, STATEMENT
from tests.claims import claims
from tests.errors import says
from tests.lessons import drawing, inputs_of
from tests.strategies import matrices, numbers, settings_of, vectors
from ui.catalogue import BY_SLUG
from ui.live import group_of

LESSON = BY_SLUG["convolution"]

# Each is one edit of the module that its tests must notice (benchmarks/mutation.py).
MUTANTS = (
    ('k[::-1, ::-1] if mode == "convolution"', 'k if mode == "convolution"'),
    ("k[::-1, ::-1]", "k[::-1]"),  # flips one axis only
    ("patches[::stride, ::stride]", "patches[::stride]"),
    ("(padded - reach) // stride + 1", "(padded - reach) // stride"),
    ("(k - 1) + 1", "k"),  # dilation counted once too often
    ("windows, weights) + bias", "windows, weights)"),
    ("n + 2 * checks", "n + checks"),  # padding on one side only
    ("sobel.T.copy()", "-sobel.T"),
    (
        "patches[:, ::stride, ::stride, ::dilation, ::dilation]",
        "patches[:, ::dilation, ::dilation, ::stride, ::stride]",
    ),
    (
        "np.moveaxis(patches, (1, 2), (3, 4)).reshape",
        "np.moveaxis(patches, (1, 2), (4, 3)).reshape",
    ),
    (
        "k.reshape(groups, len(k) // groups, -1)",
        "k.reshape(len(k) // groups, groups, -1).swapaxes(0, 1)",
    ),
    ("columns) + bias[:, None, None]", "columns)"),
    ("dilation * (size - 1) + 1", "dilation * size"),
    ("or len(k) % groups", ""),
    ("_border(padding, reach, stride)", "_border(padding, k.shape[2:], stride)"),
)

X = [
    [3, 3, 2, 1, 0],
    [0, 0, 1, 3, 1],
    [3, 1, 2, 2, 3],
    [2, 0, 0, 2, 2],
    [2, 0, 0, 0, 1],
]
K = [[0, 1, 2], [2, 2, 0], [0, 1, 2]]


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"S(i, j) = (X \star K)(i, j) = \sum_{m=0}^{k - 1} \sum_{n=0}^{k - 1} "
        r"X(s i + m, s j + n) K(m, n)"
    )


def test_the_printed_entries_are_the_reviewed_ones():
    from notation.printing import equation_latex

    assert [
        equation_latex(e, STATEMENT.quantities) for e in STATEMENT.equations[1:]
    ] == [
        r"C(i, j) = \sum_{m=0}^{k - 1} \sum_{n=0}^{k - 1} "
        r"X(s i + m, s j + n) K(k - 1 - m, k - 1 - n)",
        r"n_S = \left\lfloor{\frac{n_X + 2 p - k}{s}}\right\rfloor + 1",
    ]


# Outside numbers


def test_the_figure_of_dumoulin_and_visin():
    np.testing.assert_array_equal(
        conv2d(X, K), [[12, 12, 17], [10, 17, 19], [9, 6, 14]]
    )


def test_the_same_figure_as_a_true_convolution():
    turned = conv2d(X, K, mode="convolution")
    np.testing.assert_array_equal(turned, [[18, 20, 19], [10, 9, 17], [11, 8, 14]])


def test_the_same_figure_with_stride_2_and_with_a_border():
    np.testing.assert_array_equal(conv2d(X, K, stride=2), [[12, 17], [9, 14]])
    bordered = conv2d(X, K, stride=2, padding=1)
    np.testing.assert_array_equal(bordered, [[6, 17, 3], [8, 17, 13], [6, 4, 4]])


@pytest.mark.parametrize(
    ("boundary", "expected"),
    [("full", [0, 1, 2.5, 4, 1.5]), ("same", [1, 2.5, 4]), ("valid", [2.5])],
)
def test_numpys_convolve_documentation(boundary, expected):
    np.testing.assert_allclose(
        conv1d([1, 2, 3], [0, 1, 0.5], boundary=boundary), expected
    )


@pytest.mark.parametrize(
    ("boundary", "expected"),
    [("valid", [3.5]), ("same", [2, 3.5, 3]), ("full", [0.5, 2, 3.5, 3, 0])],
)
def test_numpys_correlate_documentation(boundary, expected):
    values = conv1d([1, 2, 3], [0, 1, 0.5], mode="cross-correlation", boundary=boundary)
    np.testing.assert_allclose(values, expected)


def test_a_convolution_is_the_product_of_polynomials():
    np.testing.assert_array_equal(conv1d([1, 2, 3], [4, 5, 6]), [4, 13, 28, 27, 18])


@claims("impulse_shows_kernel")
def test_an_impulse_returns_the_kernel_turned_around():
    image, kernel = IMAGES["impulse"], KERNELS["counting"]
    np.testing.assert_array_equal(
        conv2d(image, kernel), [[9, 8, 7], [6, 5, 4], [3, 2, 1]]
    )
    np.testing.assert_array_equal(
        conv2d(image, kernel, mode="convolution"), [[1, 2, 3], [4, 5, 6], [7, 8, 9]]
    )


@pytest.mark.parametrize(
    ("n", "k", "padding", "stride", "expected"),
    [
        (5, 3, 0, 1, 3),
        (5, 3, 1, 2, 3),
        (32, 5, 2, 1, 32),
        (227, 11, 0, 4, 55),
        (224, 7, 3, 2, 112),
    ],
)
def test_output_sizes_of_known_networks(n, k, padding, stride, expected):
    assert conv_output_size(n, k, stride=stride, padding=padding) == expected


@claims("sobel_on_edge")
def test_sobel_on_a_step_edge():
    sobel, edge = kernel_library()["sobel_x"], IMAGES["edge"]
    inputs = of_the_page(kernel_name="sobel_x", image_name="edge")
    np.testing.assert_array_equal(inputs["kernel"], sobel)
    np.testing.assert_array_equal(inputs["padded"], edge)
    np.testing.assert_array_equal(conv2d(edge, sobel), np.tile([0, 4, 4, 0], (4, 1)))
    turned = conv2d(edge, sobel, mode="convolution")
    np.testing.assert_array_equal(turned, np.tile([0, -4, -4, 0], (4, 1)))


def test_parameters_of_a_3_by_3_layer_from_64_to_128_channels():
    from formulas.linear_algebra.linear_layer import count_parameters

    # Each output channel sees every input channel through one window.
    assert count_parameters(3 * 3 * 64, 128) == 73_856


@given(matrices((3, 6), (3, 6)), matrices((1, 3), (1, 3)), st.integers(0, 2))
def test_agrees_with_scipy(image, kernel, padding):
    bordered = np.pad(image, padding)
    close = {"rtol": 1e-12, "atol": 1e-11}
    expected = scipy.signal.correlate2d(bordered, kernel, "valid")
    np.testing.assert_allclose(
        conv2d(image, kernel, padding=padding), expected, **close
    )
    expected = scipy.signal.convolve2d(bordered, kernel, "valid")
    np.testing.assert_allclose(
        conv2d(image, kernel, padding=padding, mode="convolution"), expected, **close
    )


@claims("sum_at_each_place")
@given(
    matrices((3, 6), (3, 6)),
    matrices((1, 3), (1, 3)),
    st.integers(1, 3),
    st.integers(0, 2),
    numbers(),
)
def test_agrees_with_four_plain_loops(image, kernel, stride, padding, bias):
    output = conv2d(image, kernel, stride=stride, padding=padding, bias=bias)
    x = np.pad(image, padding)
    sizes = [
        conv_output_size(n, k, stride=stride, padding=padding)
        for n, k in zip(image.shape, kernel.shape, strict=True)
    ]
    assert output.shape == tuple(sizes)
    for i, j in np.ndindex(output.shape):
        value = bias
        for m, n in np.ndindex(kernel.shape):
            value += x[i * stride + m, j * stride + n] * kernel[m, n]
        assert output[i, j] == pytest.approx(value, rel=1e-12, abs=1e-11)


@given(matrices((3, 6), (3, 6)), matrices((1, 3), (1, 3)), st.integers(1, 3), st.data())
def test_a_window_is_an_entry_of_the_output(image, kernel, stride, data):
    for mode in ("cross-correlation", "convolution"):
        output = conv2d(image, kernel, stride=stride, padding=1, mode=mode)
        i = data.draw(st.integers(0, output.shape[0] - 1))
        j = data.draw(st.integers(0, output.shape[1] - 1))
        term = conv_window(image, kernel, i, j, stride=stride, padding=1, mode=mode)
        assert term.value == pytest.approx(output[i, j], rel=1e-12, abs=1e-11)
        assert term.products.sum() == term.value
        top, left = i * stride, j * stride
        below = np.pad(image, 1)[top : top + len(kernel), left:][:, : kernel.shape[1]]
        np.testing.assert_array_equal(term.patch, below)


@given(st.integers(1, 30), st.integers(1, 5), st.integers(1, 3), st.integers(1, 4))
def test_the_size_counts_the_windows_that_fit(n, k, dilation, stride):
    reach = dilation * (k - 1) + 1
    starts = [s for s in range(0, n + 4, stride) if s + reach <= n + 4]
    if starts:
        size = conv_output_size(n, k, stride=stride, padding=2, dilation=dilation)
        assert size == len(starts)


# Laws


@given(vectors((1, 6)), vectors((1, 6)))
def test_signal_and_kernel_of_a_convolution_are_interchangeable(x, k):
    np.testing.assert_allclose(conv1d(x, k), conv1d(k, x), rtol=1e-12, atol=1e-11)


@given(vectors((3, 6)), vectors((1, 3)))
def test_correlating_is_convolving_with_the_kernel_turned_around(x, k):
    np.testing.assert_allclose(
        conv1d(x, k, mode="cross-correlation"), conv1d(x, k[::-1]), atol=1e-11
    )


@claims("shift_carries_over")
@given(matrices(4, 4), matrices(2, 3))
def test_shifting_the_input_shifts_the_output(image, kernel):
    wide = np.pad(image, 3)
    shifted = np.roll(wide, (1, 2), axis=(0, 1))
    np.testing.assert_allclose(
        conv2d(shifted, kernel)[1:, 2:], conv2d(wide, kernel)[:-1, :-2], atol=1e-11
    )
    apart = np.pad(
        [[1.0]], 3
    )  # at stride 2 other weights meet the 1 after a shift by 1
    kept, moved = (
        conv2d(x, [[1, 2], [3, 4]], stride=2) for x in (apart, np.roll(apart, 1))
    )
    assert set(kept.ravel()) != set(moved.ravel())


@given(matrices((3, 5), (3, 5)))
def test_same_padding_keeps_the_size_and_the_identity_keeps_the_image(image):
    kept = conv2d(image, kernel_library()["identity"], padding="same")
    np.testing.assert_array_equal(kept, image)


@claims("symmetry_hides_flip")
@pytest.mark.parametrize("name", ["identity", "box", "sharpen", "laplacian"])
def test_symmetric_kernels_hide_the_flip(name):
    kernel = kernel_library()[name]
    np.testing.assert_array_equal(kernel, kernel[::-1, ::-1])
    np.testing.assert_allclose(conv2d(X, kernel), conv2d(X, kernel, mode="convolution"))
    random = np.random.default_rng(0).normal(size=(3, 3))
    even = random + np.rot90(random, 2)
    np.testing.assert_allclose(conv2d(X, even), conv2d(X, even, mode="convolution"))


def test_the_library_has_the_six_kernels_with_the_sums_they_are_known_for():
    sums = {name: kernel.sum() for name, kernel in kernel_library().items()}
    assert sums == pytest.approx(
        {
            "identity": 1,
            "box": 1,
            "sharpen": 1,
            "sobel_x": 0,
            "sobel_y": 0,
            "laplacian": 0,
        }
    )


def test_sobel_y_measures_the_slope_downward():
    ramp = np.arange(5.0)[:, None] * np.ones(5)
    np.testing.assert_array_equal(
        conv2d(ramp, kernel_library()["sobel_y"]), 8 * np.ones((3, 3))
    )
    np.testing.assert_array_equal(
        conv2d(ramp, kernel_library()["sobel_x"]), np.zeros((3, 3))
    )


# Bad and extreme input


@claims("leftover_columns_ignored")
def test_columns_that_the_stride_leaves_over_are_ignored():
    wide = np.arange(24.0).reshape(4, 6)
    np.testing.assert_array_equal(
        conv2d(wide, np.ones((2, 2)), stride=3),
        conv2d(wide[:, :5], np.ones((2, 2)), stride=3),
    )
    image = np.array(X)
    image[3:], image[:, 3:] = 1000, 1000
    np.testing.assert_array_equal(conv2d(image, K, stride=3), conv2d(X, K, stride=3))


def test_inputs_stay_and_patches_are_copies():
    image = np.arange(9).reshape(3, 3)
    term = conv_window(image, [[1]], 0, 0)
    term.patch[:] = 7
    conv2d(image, [[1, 2]], padding=1)
    np.testing.assert_array_equal(image, np.arange(9).reshape(3, 3))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: conv2d(np.ones((5, 5)), np.ones((7, 7))),
            "kernel (7, 7) is larger than the padded input (5, 5)",
        ),
        (
            lambda: conv2d(np.ones((3, 3)), np.ones((2, 6)), padding=1),
            "kernel (2, 6) is larger than the padded input (5, 5)",
        ),
        (
            lambda: conv_output_size(5, 7),
            "kernel 7 is larger than the padded input 5",
        ),
        (lambda: conv2d(X, K, stride=0), "stride must be in [1, inf), got 0"),
        (lambda: conv2d(X, K, stride=1.5), "stride must be an integer, got 1.5"),
        (lambda: conv2d(X, K, padding=-1), "padding must be in [0, inf), got -1"),
        (lambda: conv2d(X, K, padding=0.5), "padding must be an integer, got 0.5"),
        (lambda: conv2d([1, 2], K), "image must be 2-D, got shape (2,)"),
        (lambda: conv2d(X, [1, 2]), "kernel must be 2-D, got shape (2,)"),
        (lambda: conv2d([[]], K), "image must not be empty"),
        (lambda: conv2d([[np.nan]], [[1]]), "image contains NaN"),
        (lambda: conv2d([[1]], [[np.inf]]), "kernel must be finite"),
        (lambda: conv2d([["a"]], [[1]]), "image must be numeric"),
        (lambda: conv2d(X, K, bias=np.nan), "bias contains NaN"),
        (lambda: conv2d([[1e200]], [[1e200]]), "result must be finite"),
        (
            lambda: conv2d(X, K, mode="flip"),
            ("mode must be one of ('cross-correlation', 'convolution'), got 'flip'"),
        ),
        (
            lambda: conv1d([1], [1], boundary="wrap"),
            "boundary must be one of ('full', 'same', 'valid'), got 'wrap'",
        ),
        (lambda: conv1d([1], [1], mode="x"), "mode must be one of"),
        (lambda: conv1d([[1]], [1]), "signal must be 1-D, got shape (1, 1)"),
        (lambda: conv1d([], [1]), "signal must not be empty"),
        (lambda: conv1d([1], [np.nan]), "kernel contains NaN"),
        (lambda: conv1d([1e200], [1e200]), "result must be finite"),
        (
            lambda: conv2d(X, np.ones((2, 3)), padding="same"),
            "same padding needs an odd kernel and stride 1",
        ),
        (
            lambda: conv2d(X, K, padding="same", stride=2),
            "same padding needs an odd kernel and stride 1",
        ),
        (lambda: conv_window(X, K, 3, 0), "i must be in [0, 2], got 3"),
        (lambda: conv_window(X, K, 0, -1), "j must be in [0, 2], got -1"),
        (lambda: conv_window(X, K, 0.5, 0), "i must be an integer, got 0.5"),
        (lambda: conv_output_size(0, 1), "n must be in [1, inf), got 0"),
        (lambda: conv_output_size(5, 3, dilation=0), "dilation must be in [1, inf)"),
        (lambda: conv_output_size(5, 2.5), "k must be an integer, got 2.5"),
    ],
)
def test_bad_input_is_named(call, message):
    with says(message):
        call()


@given(data=st.data(), stride=st.integers(1, 4))
def test_a_table_holds_the_signal_the_kernel_at_each_stop_and_its_sums(data, stride):
    signal = data.draw(vectors((1, 9)))
    n, kernel = len(signal), data.draw(vectors((1, len(signal))))
    table = _slide_table(signal, kernel, stride)
    stops = table[2:, :n]
    np.testing.assert_array_equal(table[0, :n], signal)
    np.testing.assert_array_equal(np.isfinite(stops).sum(axis=1), len(kernel))
    np.testing.assert_array_equal(np.isfinite(stops).argmax(axis=1) % stride, 0)
    np.testing.assert_array_equal(
        stops[np.isfinite(stops)], np.tile(kernel, len(stops))
    )
    np.testing.assert_allclose(table[2:, -1], np.nan_to_num(stops) @ signal, atol=1e-9)
    flat = conv2d(signal[None], kernel[None], stride=stride)[0]
    np.testing.assert_allclose(table[2:, -1], flat, atol=1e-9)


# Several channels


@st.composite
def stacks(draw):
    """Draw an image of several channels, kernels, biases and options that fit."""
    groups, per_group, maps = (draw(st.integers(1, 3)) for _ in range(3))
    kernel = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    options = {
        "stride": draw(st.integers(1, 3)),
        "padding": draw(st.integers(0, 2)),
        "dilation": draw(st.integers(1, 3)),
        "groups": groups,
    }
    size = [
        max(options["dilation"] * (k - 1) + 1, 1) + draw(st.integers(0, 4))
        for k in kernel
    ]
    random = np.random.default_rng(draw(st.integers(0, 10**6)))
    X = random.normal(size=(groups * per_group, *size))
    K = random.normal(size=(groups * maps, per_group, *kernel))
    return X, K, random.normal(size=len(K)), options


def by_scipy(X, K, b, *, stride, padding, dilation, groups):
    """Add up SciPy's correlations with kernels that have zeros between their entries."""
    X = np.pad(X, ((0, 0), (padding, padding), (padding, padding)))
    maps, per_group = len(K) // groups, K.shape[1]
    output = []
    for c, kernels in enumerate(K):
        channels = X[c // maps * per_group :][:per_group]
        total = b[c]
        for channel, kernel in zip(channels, kernels, strict=True):
            height, width = (dilation * (k - 1) + 1 for k in kernel.shape)
            spread = np.zeros((height, width))
            spread[::dilation, ::dilation] = kernel
            total = total + scipy.signal.correlate2d(channel, spread, mode="valid")
        output.append(total[::stride, ::stride])
    return np.array(output)


@given(stacks())
def test_channels_add_up_scipys_correlations(stack):
    X, K, b, options = stack
    found = conv2d_channels(X, K, b, **options)
    expected = by_scipy(X, K, b, **options)
    assert found.shape == expected.shape
    np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-12)
    sizes = [
        conv_output_size(
            n, k, **{o: options[o] for o in ("stride", "padding", "dilation")}
        )
        for n, k in zip(X.shape[1:], K.shape[2:], strict=True)
    ]
    assert found.shape == (len(K), *sizes)


@given(matrices((3, 6), (3, 6)), matrices((1, 3), (1, 3)), st.integers(1, 2))
def test_one_channel_is_the_plain_convolution(image, kernel, stride):
    found = conv2d_channels(image[None], kernel[None, None], stride=stride)
    expected = conv2d(image, kernel, stride=stride)
    np.testing.assert_allclose(found, expected[None], rtol=1e-12, atol=1e-10)


def test_every_group_is_a_layer_of_its_own():
    random = np.random.default_rng(0)
    X, K = random.normal(size=(4, 5, 6)), random.normal(size=(6, 2, 3, 2))
    found = conv2d_channels(X, K, padding=1, groups=2)
    halves = [
        conv2d_channels(X[2 * g :][:2], K[3 * g :][:3], padding=1) for g in (0, 1)
    ]
    np.testing.assert_allclose(found, np.concatenate(halves), rtol=1e-12)
    depthwise = conv2d_channels(X, K[:4, :1], groups=4)
    alone = [conv2d(x, k[0]) for x, k in zip(X, K, strict=False)]
    np.testing.assert_allclose(depthwise, alone, rtol=1e-12)


def test_depthwise_then_pointwise_is_a_kernel_of_products():
    random = np.random.default_rng(1)
    X = random.normal(size=(3, 6, 5))
    deep, point = random.normal(size=(3, 1, 3, 3)), random.normal(size=(4, 3, 1, 1))
    steps = conv2d_channels(conv2d_channels(X, deep, groups=3), point)
    whole = conv2d_channels(X, point * deep[:, 0])
    np.testing.assert_allclose(steps, whole, rtol=1e-11)


def test_a_separable_layer_from_64_to_128_channels_has_an_eighth_of_the_weights():
    X = np.ones((64, 3, 3))
    full = np.ones((128, 64, 3, 3))
    deep, point = np.ones((64, 1, 3, 3)), np.ones((128, 64, 1, 1))
    assert conv2d_channels(X, full).shape == (128, 1, 1)
    steps = conv2d_channels(conv2d_channels(X, deep, groups=64), point)
    assert steps.shape == (128, 1, 1)
    assert full.size == 73_728
    assert deep.size + point.size == 8_768


def test_the_same_padding_keeps_the_size_of_dilated_kernels_too():
    X = np.arange(30.0).reshape(1, 5, 6)
    for size, dilation in ((3, 1), (3, 2), (2, 2), (5, 1)):
        K = np.ones((1, 1, size, size))
        found = conv2d_channels(X, K, padding="same", dilation=dilation)
        assert found.shape == X.shape
        width = dilation * (size - 1) // 2
        np.testing.assert_array_equal(
            found, conv2d_channels(X, K, padding=width, dilation=dilation)
        )


def channels(**change):
    good = {"X": np.ones((2, 5, 5)), "K": np.ones((4, 2, 3, 3)), "b": np.ones(4)}
    return conv2d_channels(**{**good, **change})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"X": np.ones((3, 5, 5)), "K": np.ones((2, 1, 3, 3)), "groups": 2},
            "groups (2) must divide the channels 3 and 2",
        ),
        (
            {"K": np.ones((3, 1, 3, 3)), "groups": 2},
            "groups (2) must divide the channels 2 and 3",
        ),
        (
            {"K": np.ones((4, 3, 3, 3))},
            "shape mismatch: X has shape (2, 5, 5), K has shape (4, 3, 3, 3); "
            "each kernel needs the channels of its group",
        ),
        (
            {"groups": 2},
            "shape mismatch: X has shape (2, 5, 5), K has shape (4, 2, 3, 3); ",
        ),
        (
            {"b": [1]},
            "shape mismatch: b has shape (1,), K has shape (4, 2, 3, 3); "
            "b must have one entry per kernel",
        ),
        ({"dilation": 3}, "kernel (7, 7) is larger than the padded input (5, 5)"),
        (
            {"K": np.ones((4, 2, 2, 6)), "padding": 0},
            "kernel (2, 6) is larger than the padded input (5, 5)",
        ),
        (
            {"K": np.ones((4, 2, 2, 2)), "padding": "same"},
            "same padding needs an odd kernel and stride 1",
        ),
        ({"stride": 0}, "stride must be in [1, inf), got 0"),
        ({"padding": -1}, "padding must be in [0, inf), got -1"),
        ({"dilation": 0}, "dilation must be in [1, inf), got 0"),
        ({"groups": 0}, "groups must be in [1, inf), got 0"),
        ({"groups": 1.5}, "groups must be an integer, got 1.5"),
        ({"X": np.ones((5, 5))}, "X must be 3-D, got shape (5, 5)"),
        ({"K": np.ones((3, 3))}, "K must be 4-D, got shape (3, 3)"),
        ({"b": 1}, "b must be 1-D, got shape ()"),
        ({"X": []}, "X must not be empty"),
        ({"X": np.full((2, 5, 5), np.nan)}, "X contains NaN"),
        ({"K": np.full((4, 2, 3, 3), np.inf)}, "K must be finite"),
        ({"b": [np.nan] * 4}, "b contains NaN"),
        ({"X": "no"}, "X must be numeric"),
        ({"X": np.full((2, 5, 5), 1e308)}, "result must be finite"),
    ],
)
def test_bad_layers_are_named(change, message):
    with says(message):
        channels(**change)


def test_layers_leave_their_input_as_it_was():
    X, K = np.ones((1, 2, 2)), np.ones((1, 1, 1, 1))
    conv2d_channels(X, K, padding=1)[:] = 7
    np.testing.assert_array_equal(X, np.ones((1, 2, 2)))
    np.testing.assert_array_equal(K, np.ones((1, 1, 1, 1)))


# What the page claims


TEXTBOOK = STATEMENT.defaults | {
    "kernel_name": "textbook",
    "image_name": "textbook",
    "row": 0,
    "column": 0,
}


def of_the_page(**settings):
    return inputs_of(STATEMENT, **{**TEXTBOOK, **settings})


@claims("first_window")
def test_the_textbook_preset_opens_with_the_window_that_gives_12():
    inputs = inputs_of(STATEMENT, **TEXTBOOK)
    term = conv_window(
        inputs["image"], inputs["kernel"], inputs["row"], inputs["column"]
    )
    assert term.value == 12


@pytest.mark.parametrize("pattern", ["textbook", "edge", "impulse", "house"])
def test_positions_beyond_the_output_move_to_its_last_entry(pattern):
    far = {
        **STATEMENT.defaults,
        "image_name": pattern,
        "row": 13,
        "column": 13,
        "stride": 2,
    }
    inputs = inputs_of(STATEMENT, **far)
    last = conv_output_size(len(inputs["image"]), 3, stride=2) - 1
    assert inputs["row"] == inputs["column"] == last


def test_the_largest_output_of_the_page_has_14_rows():
    sizes = [conv_output_size(len(image), 3, padding=2) for image in IMAGES.values()]
    assert max(sizes) == STATEMENT.control("row").high + 1


def drawn(**values):
    return drawing(LESSON)(**{**TEXTBOOK, **values})


def sheet(**values):
    return drawn(**values).figures[2]["data"][0]["z"]


@pytest.mark.parametrize("column", [0, 3, 7, 13])
@pytest.mark.parametrize("padding", [0, 2])
def test_at_most_six_stops_are_slid_and_the_chosen_one_is_among_them(column, padding):
    chosen = STATEMENT.defaults | {"column": column, "padding": padding}
    figure = drawing(LESSON)(**chosen).figures[2]
    table, names = figure["data"][0]["z"], figure["layout"]["meta"]["y"]
    stop = min(column, 9 + 2 * padding)
    assert len(table) == len(names) == 8
    row = names.index(f"j = {stop}")
    frames = figure["layout"]["shapes"]
    assert {(frame["y0"] + frame["y1"]) / 2 for frame in frames} == {row}
    assert min(frame["x0"] for frame in frames) == stop - 0.5
    np.testing.assert_array_equal(table[row, stop : stop + 3], [-2, 0, 2])


def test_the_slide_adds_the_kernels_middle_row_to_the_sums_of_a_row_of_the_input():
    found = sheet(stride=2, padding=1, kernel_name="counting", row=1)
    np.testing.assert_array_equal(found[0, :7], [0, *X[2], 0])
    weights = np.nan_to_num(found[2:, :7])
    np.testing.assert_array_equal(weights[1], [0, 0, 4, 5, 6, 0, 0])
    np.testing.assert_array_equal(found[2:, -1], weights @ found[0, :7])


def test_the_flip_turns_the_row_that_slides():
    kept, turned = (sheet(flip=f, kernel_name="counting")[2, :3] for f in (False, True))
    np.testing.assert_array_equal(kept, [4, 5, 6])
    np.testing.assert_array_equal(turned, [6, 5, 4])


@claims("sobel_subtracts")
@given(arrays(float, (3, 3), elements=st.integers(-9, 9)))
def test_sobel_x_is_the_right_column_minus_the_left_one(window):
    weights = [1, 2, 1]
    found = conv2d(window, KERNELS["sobel_x"])[0, 0]
    assert found == weights @ window[:, 2] - weights @ window[:, 0]
    growing = np.cumsum(1 + np.abs(window), axis=1)
    assert conv2d(growing, KERNELS["sobel_x"])[0, 0] > 0
    assert conv2d(growing[:, ::-1], KERNELS["sobel_x"])[0, 0] < 0


@claims("house_edges")
def test_over_the_house_each_sobel_kernel_answers_to_its_own_edges():
    image = IMAGES["house"]
    answers = [conv2d(image, KERNELS[name]) for name in ("sobel_x", "sobel_y")]
    windows = np.lib.stride_tricks.sliding_window_view(image, (3, 3))
    counts = {"flat": 0, "level": 0, "upright": 0}
    for place in np.ndindex(answers[0].shape):
        window = windows[place]
        across, down = (answer[place] for answer in answers)
        even_rows = (window == window[:, :1]).all()
        even_columns = (window == window[:1]).all()
        if even_rows and even_columns:
            counts["flat"] += 1
            assert across == down == 0
        elif even_rows:  # an edge from left to right
            counts["level"] += 1
            assert across == 0
            assert (down != 0) == (window[0, 0] != window[2, 0])
        elif even_columns:
            counts["upright"] += 1
            assert down == 0
            assert (across != 0) == (window[0, 0] != window[0, 2])
    assert min(counts.values()) >= 4


@claims("unreached_grayed_out")
def test_the_columns_that_no_window_reaches_are_grayed_out():
    def grayed(**values):
        shapes = drawn(**values).figures[0]["layout"]["shapes"]
        columns, rows = shapes[-2:]
        assert rows["y1"] - rows["y0"] == columns["x1"] - columns["x0"]
        return shapes[-2]["x1"] - shapes[-2]["x0"]

    assert [grayed(stride=s) for s in (1, 2, 3)] == [0, 0, 2]
    assert grayed(stride=3, padding=1) == 1
    # A veil lets the colors through, and a zero has the palest of them.
    picture = drawn(stride=3, padding=1).figures[0]
    assert 0 < picture["layout"]["shapes"][-1]["opacity"] < 1
    squares = picture["data"][0]
    assert set(np.asarray(squares["z"])[-1].tolist()) == {squares["zmin"]} == {0}


@claims("output_size")
@pytest.mark.parametrize(("n", "k"), [(5, 3), (6, 3), (7, 2)])
def test_the_window_stops_once_for_every_place_where_it_fits(n, k):
    starts = [start for start in range(n) if start + (k - 1) <= n - 1]
    assert conv2d(np.ones((n, n)), np.ones((k, k))).shape == (len(starts),) * 2


@claims("size_in_general")
def test_the_output_has_the_size_of_the_formula_at_every_padding_and_stride():
    for n, k, p, s in itertools.product(range(3, 8), range(1, 4), range(3), (1, 2, 3)):
        found = conv2d(np.ones((n, n)), np.ones((k, k)), stride=s, padding=p).shape
        assert found == ((n + 2 * p - k) // s + 1,) * 2


@claims("rings_add_two")
def test_every_ring_of_zeros_adds_two_rows_and_two_columns_of_output():
    for image_name, rows in (("textbook", 3), ("edge", 4)):
        counts = [
            drawn(image_name=image_name, padding=p).readouts["numbers in the output"]
            for p in range(3)
        ]
        assert counts == [rows**2, (rows + 2) ** 2, (rows + 4) ** 2]


@claims("stride_counts_twice")
def test_the_number_of_stops_falls_about_with_the_square_of_the_stride():
    image = np.ones((302, 302))
    counts = [conv2d(image, np.ones((3, 3)), stride=s).size for s in (1, 2, 3)]
    assert counts == [300**2, 150**2, 100**2]
    values = {"image_name": "edge", "padding": 1}
    found = [
        drawn(**values, stride=s).readouts["numbers in the output"] for s in (1, 2)
    ]
    assert found == [36, 9]


@claims("why_turned_around")
def test_as_the_window_moves_right_the_1_lies_further_left_in_it():
    inputs = of_the_page(kernel_name="counting", image_name="impulse")
    image, kernel = inputs["padded"], inputs["kernel"]
    terms = [conv_window(image, kernel, 1, j) for j in range(3)]
    assert [int(term.patch[1].argmax()) for term in terms] == [2, 1, 0]
    np.testing.assert_array_equal([t.value for t in terms], kernel[1, ::-1])
    seen = scipy.signal.correlate2d(image, kernel, "valid")
    np.testing.assert_array_equal(conv2d(image, kernel), seen)
    np.testing.assert_array_equal(seen, kernel[::-1, ::-1])


@claims("libraries_flip")
def test_the_convolve_of_numpy_and_scipy_flips_the_kernel():
    signal, kernel = np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.0, 10.0, 100.0])
    flipped = [signal[j : j + 3] @ kernel[::-1] for j in range(2)]
    for convolve in (np.convolve, scipy.signal.convolve):
        np.testing.assert_array_equal(convolve(signal, kernel, mode="valid"), flipped)
    assert flipped != [signal[j : j + 3] @ kernel for j in range(2)]


@claims("nine_weights_everywhere")
def test_nine_weights_serve_every_place():
    assert {kernel.size for kernel in KERNELS.values()} == {9}
    kernel = KERNELS["counting"]
    for size in (3, 10, 60):
        image = np.random.default_rng(size).normal(size=(size, size))
        output = conv2d(image, kernel)
        assert output.shape == (size - 2, size - 2)
        at_each = scipy.signal.correlate2d(image, kernel, "valid")
        np.testing.assert_allclose(output, at_each, atol=1e-12)


def test_a_border_of_1_keeps_the_output_as_large_as_the_input():
    assert conv_output_size(5, 3, padding=1) == 5


def test_the_kernels_that_give_0_where_the_input_is_flat():
    flat = np.full((3, 3), 2.0)
    silent = {n for n, k in kernel_library().items() if abs(conv2d(flat, k)) < 1e-12}
    assert silent == {"sobel_x", "sobel_y", "laplacian"}


@claims("training_absorbs_flip")
def test_training_finds_the_turned_kernel():
    # Least squares over all windows: what a layer would learn.
    rng = np.random.default_rng(0)
    image, kernel = rng.normal(size=(8, 8)), rng.normal(size=(3, 3))
    patches = np.lib.stride_tricks.sliding_window_view(image, (3, 3)).reshape(-1, 9)
    wanted = conv2d(image, kernel, mode="convolution").ravel()
    learned = np.linalg.lstsq(patches, wanted, rcond=None)[0].reshape(3, 3)
    np.testing.assert_allclose(learned, np.rot90(kernel, 2), atol=1e-12)


END = r"( \((?:the last|the only one)\))?"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (
            {},
            "At row 0, column 0 of the output the nine products add up to 12. The output is 3 × 3.",
        ),
        ({"flip": True}, "add up to 18; the kernel is turned by 180° first. The"),
        (
            {"row": 7, "column": 7},
            "There is no row 7 and no column 7, so the last is shown: they are counted from 0 "
            "to 2. At row 2 (the last), "
            "column 2 (the last) of the output the nine products add up to 14.",
        ),
        (
            {"column": 3},
            "There is no column 3, so the last is shown: they are counted from 0 to 2. At row 0, "
            "column 2",
        ),
        ({"stride": 3}, "The output is 1 × 1."),
        ({"stride": 3, "row": 5}, "At row 0 (the only one), column 0 (the only"),
        ({"padding": 2, "row": 7, "column": 1}, "At row 6 (the last), column 1 of the"),
        ({"kernel_name": "box"}, "add up to 1.667, the mean of the window."),
        (
            {"kernel_name": "sobel_x", "image_name": "edge", "column": 1},
            "add up to 4: the window’s right column outweighs its left column.",
        ),
        (
            {"kernel_name": "laplacian", "image_name": "edge"},
            "up to 0. The output is 4 × 4.",
        ),
        (
            {"kernel_name": "sharpen", "image_name": "house", "padding": 1},
            "The output is 12 × 12.",
        ),
    ],
)
def test_the_sentence_tells_the_place_the_sum_and_the_size(values, words):
    assert words in drawn(**values).status
    check_against_scipy(TEXTBOOK | values)


@settings(max_examples=30)
@given(settings_of(STATEMENT))
def test_the_sentence_agrees_with_scipy(values):
    check_against_scipy(values)


def check_against_scipy(values):
    """Hold the sentence and the titles at one setting against SciPy's filters."""
    image = np.pad(IMAGES[values["image_name"]], values["padding"])
    kernel = KERNELS[values["kernel_name"]]
    slide = scipy.signal.convolve2d if values["flip"] else scipy.signal.correlate2d
    output = slide(image, kernel, "valid")[:: values["stride"], :: values["stride"]]
    scene = drawing(LESSON)(**values)
    found = re.fullmatch(
        rf"(There is .+ is shown: they are counted from 0 to [\d and]+\. )?At row (\d+){END}, column (\d+){END} of the output the nine products add up to "
        r"([\d.e-]+?)((?:,|: )[^.;]+)?(; the kernel is turned by 180° first)?\. The output is (\d+) × (\d+)\.",
        scene.status.replace("−", "-"),
    )
    missing, row, row_end, column, column_end, total, meaning, turned, *shape = (
        found.groups()
    )
    beyond = [
        f"no {name} {values[name]}"
        for name, count in zip(("row", "column"), output.shape, strict=True)
        if values[name] >= count
    ]
    assert re.findall(r"no \w+ \d+", missing or "") == beyond
    assert tuple(map(int, shape)) == output.shape
    ends = [end and end.strip(" ()") for end in (row_end, column_end)]
    for end, place, count in zip(ends, (row, column), output.shape, strict=True):
        last = "the only one" if count == 1 else "the last"
        assert end == (last if int(place) == count - 1 else None)
    assert int(row) == min(values["row"], output.shape[0] - 1)
    assert int(column) == min(values["column"], output.shape[1] - 1)
    expected = output[int(row), int(column)]
    assert float(total) == pytest.approx(expected, rel=6e-4, abs=1e-12)
    assert (turned is not None) == values["flip"]
    top, left = int(row) * values["stride"], int(column) * values["stride"]
    window = image[top : top + 3, left : left + 3]
    check_meaning(values["kernel_name"], window, meaning or "")
    # Titles: a border only where there is one, and a stop is not always a place.
    titles = [figure["layout"]["meta"]["title"] for figure in scene.figures]
    assert ("zeros around it" in titles[0]) == (values["padding"] > 0)
    name = "convolution" if values["flip"] else "cross-correlation"
    signs = " (− marks negative)" if output.size > 64 and output.min() < 0 else ""
    assert titles[0].endswith(f", and output: {name}{signs}")
    made = scene.figures[0]["data"][1]
    start = made["z"].shape[1] - output.shape[1]
    np.testing.assert_allclose(made["z"][:, start:], output, atol=1e-12)
    assert np.isnan(made["z"][:, :start]).all()
    assert ("−" in str(made.get("text")) and output.size > 64) == bool(signs)
    # The places of the output are counted anew, and the gap has no tick.
    axis = scene.figures[0]["layout"]["xaxis"]
    for place, text in zip(axis["tickvals"], axis["ticktext"], strict=True):
        assert int(text) == (place if place < start else place - start)
    assert start in axis["tickvals"]
    assert start - 1 not in axis["tickvals"]
    # Its frame stands on the cell that the window makes, and a line joins both.
    way, cell = scene.figures[0]["layout"]["shapes"][:2]
    place = start + int(column), int(row)
    assert place == ((cell["x0"] + cell["x1"]) / 2, (cell["y0"] + cell["y1"]) / 2)
    assert (way["x1"], way["y1"]) == (cell["x0"], place[1])


def check_meaning(kernel, window, words):
    """Hold what a sum is said to mean against the numbers under the window."""
    if kernel == "box":
        assert words == ", the mean of the window"
        return
    assert bool(words) == (kernel in ("sobel_x", "sobel_y"))
    if words:
        lines = window.T if kernel == "sobel_x" else window
        names = (
            ("left column", "right column")
            if kernel == "sobel_x"
            else ("top", "bottom")
        )
        before, _, after = lines @ [1.0, 2.0, 1.0]
        if before == after:
            assert "weigh the same" in words
        else:
            more = names[int(after > before)]
            assert words.startswith(f": the window’s {more}")


@claims("framed_input")
@pytest.mark.parametrize("padding", [0, 1, 2])
def test_a_dashed_frame_shows_where_the_input_ends_inside_the_zeros(padding):
    shapes = drawn(padding=padding).figures[0]["layout"]["shapes"]
    frames = [
        s for s in shapes if s["type"] == "rect" and s["line"].get("dash") == "dash"
    ]
    assert len(frames) == (padding > 0)
    for frame in frames:
        ends = [frame[end] for end in ("x0", "y0", "x1", "y1")]
        assert ends == [padding - 0.5] * 2 + [padding + 4.5] * 2


def test_it_opens_where_a_kernel_finds_the_edges_of_a_drawing():
    first = drawing(LESSON)(**STATEMENT.defaults)
    found = np.abs(first.figures[0]["data"][1]["z"])
    found = found[np.isfinite(found)]
    assert first.readouts["output at the window"] != 0
    assert 0.1 < (found > 0).mean() < 0.9  # edges, and flat areas without any


def test_the_flip_stands_with_what_the_formula_starts_from():
    assert group_of(STATEMENT.control("flip"), STATEMENT) == ""


def test_the_size_of_the_kernel_stands_on_the_screen():
    title = drawn().figures[1]["layout"]["meta"]["title"]
    assert title.endswith("(k = 3)")
