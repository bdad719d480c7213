"""Channels in the lesson on convolution: the formula, its claims, its sentence."""

from __future__ import annotations

import re

import numpy as np
import pytest
import scipy
from hypothesis import given, settings

from formulas.linear_algebra.convolution import conv2d_channels
from pages.linear_algebra.convolution.channels.statement import (
    FILTERS,
    PICTURE,
    STATEMENT,
)
from tests.claims import claims
from tests.lessons import drawing, numbers_of
from tests.strategies import settings_of
from ui.catalogue import BY_KEY

FORM = BY_KEY["convolution/channels"]

MUTANTS = (
    ("kernel[:, None], groups=len(image)", "kernel[::-1, None], groups=len(image)"),
    ("n_in * side**2 + n_out * n_in", "n_in * side**2 + n_out"),
    ("[*result.depthwise, result.output]", "[*result.depthwise[::-1], result.output]"),
    ("(row, column + k * step)", "(column, row + k * step)"),
    (
        "np.array([CORNER, 0 * CORNER, -CORNER])",
        "np.array([CORNER, -CORNER, 0 * CORNER])",
    ),
)


def of_the_page(**chosen):
    return numbers_of(STATEMENT, **{**STATEMENT.defaults, **chosen})


def slices(name):
    """Return what SciPy finds in each channel."""
    pairs = zip(PICTURE, FILTERS[name], strict=True)
    return np.array([scipy.signal.correlate2d(x, k, mode="valid") for x, k in pairs])


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"\begin{gathered} S(i, j) = \sum_c D(c, i, j) \\ D(c, i, j) = "
        r"\sum_{m, n} K(c, m, n)\, X(c, i + m, j + n) \end{gathered}"
    )


@claims("sum_of_slices", "never_mixes")
@pytest.mark.parametrize("name", FILTERS)
def test_the_output_is_the_sum_of_what_the_slices_find(name):
    shown = of_the_page(filter=name)
    np.testing.assert_allclose(shown["depthwise"], slices(name), atol=1e-12)
    np.testing.assert_allclose(shown["output"], slices(name).sum(axis=0), atol=1e-12)
    changed = PICTURE.copy()
    changed[0] = 9.0
    again = conv2d_channels(changed, FILTERS[name][:, None], groups=3)
    np.testing.assert_array_equal(again[1:], shown["depthwise"][1:])


@claims("fewer_weights")
def test_the_weights_of_a_layer_of_64_and_128_channels():
    shown = of_the_page()
    assert (shown["standard"], shown["separable"]) == (73_728, 8_768)
    X = np.ones((64, 5, 5))
    standard = np.ones((128, 64, 3, 3))
    depthwise, pointwise = np.ones((64, 1, 3, 3)), np.ones((128, 64, 1, 1))
    one = conv2d_channels(X, standard)
    other = conv2d_channels(conv2d_channels(X, depthwise, groups=64), pointwise)
    assert one.shape == other.shape
    assert standard.size == shown["standard"]
    assert depthwise.size + pointwise.size == shown["separable"]


@claims("ratio_rule", "kernel_growth", "pointwise")
@given(settings_of(STATEMENT))
@settings(max_examples=30)
def test_what_separating_saves(chosen):
    shown = of_the_page(**chosen)
    n_out, k = chosen["n_out"], chosen["side"]
    fraction = shown["separable"] / shown["standard"]
    assert fraction == pytest.approx(1 / n_out + 1 / k**2)
    if k == 1:
        assert fraction > 1
    if n_out == 512 and k == 3:
        assert 1 / fraction == pytest.approx(9, rel=0.05)
    grown = of_the_page(**chosen | {"side": 7})
    for_all = grown["standard"] - shown["standard"]
    assert for_all >= grown["separable"] - shown["separable"]


@claims("red_against_blue")
def test_red_minus_blue_ignores_green():
    shown = of_the_page()
    np.testing.assert_array_equal(shown["depthwise"][1], 0)
    expected = (PICTURE[0] - PICTURE[2])[1:-1, 1:-1]
    np.testing.assert_array_equal(shown["output"], expected)
    assert shown["output"][0, 0] > 0 > shown["output"][0, 2]


@claims("edge_slices")
def test_edges_has_the_same_slice_for_every_channel():
    kernel = FILTERS["edges"]
    assert (kernel == kernel[0]).all()
    np.testing.assert_array_equal(kernel[0].sum(axis=1), 0)
    assert (np.ptp(kernel[0], axis=0) == 0).all()


@claims("blur_averages")
def test_the_blur_is_the_mean_over_window_and_colors():
    output = of_the_page(filter="gray blur")["output"]
    assert output[0, 0] == pytest.approx(PICTURE[:, :3, :3].mean())


SENTENCE = re.compile(
    r"In row (\d), column (\d) the slices find (\S+) in red, (\S+) in green and (\S+) in "
    r"blue; a standard convolution adds them up to (\S+), a depthwise one keeps all three\."
)


@given(settings_of(STATEMENT))
@settings(max_examples=30)
def test_the_sentence_and_the_map_are_those_of_every_setting(chosen):
    row, column = chosen["row"], chosen["column"]
    scene = drawing(FORM)(**chosen)
    found = slices(chosen["filter"])
    at = found[:, row, column]
    text = [t.replace("−", "-") for t in SENTENCE.fullmatch(scene.status).groups()]
    expected = [row, column, *at, at.sum()]
    assert list(map(float, text)) == pytest.approx(expected, rel=0.006, abs=1e-9)
    sheet = scene.figures[0]["data"][0]["z"]
    blocks = [sheet[:, 4 * k : 4 * k + 3] for k in range(4)]
    np.testing.assert_allclose(blocks[:3], found, atol=1e-12)
    np.testing.assert_allclose(blocks[3], found.sum(axis=0), atol=1e-12)
    frames = scene.figures[0]["layout"]["shapes"]
    places = {(shape["y0"] + 0.5, shape["x0"] + 0.5) for shape in frames}
    assert places == {(row, column + 4 * k) for k in range(4)}
