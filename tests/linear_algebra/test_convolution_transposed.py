"""Transposed convolution in the lesson on convolution: formula, claims, sentence."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formulas.linear_algebra.convolution import conv2d
from formulas.linear_algebra.transposed_convolution import conv_transpose2d
from pages.linear_algebra.convolution.transposed.statement import STATEMENT
from tests.claims import claims
from tests.lessons import drawing, numbers_of
from tests.strategies import matrices, settings_of
from ui.catalogue import BY_KEY
from ui.frames import frame

FORM = BY_KEY["convolution/transposed"]

MUTANTS = (
    ("w[i - s * a] * w[j - s * b]", "w[i - s * a] * w[j - s * a]"),
    ("(row.T @ row)[None, None], stride=stride", "(row.T @ row)[None, None], stride=1"),
    ("overlap[kernel_size - 1 :", "overlap[:"),
    ("starts = stride * np.arange", "starts = kernel_size * np.arange"),
)


def of_the_page(**chosen):
    return numbers_of(STATEMENT, **{**STATEMENT.defaults, **chosen})


def profile_of(kernel_size, profile):
    if profile == "ones":
        return np.ones(kernel_size)
    half = (kernel_size + 1) / 2
    return np.array([min(u + 1, kernel_size - u) / half for u in range(kernel_size)])


def painted(image, kernel, stride):
    """Paint the kernel once for each pixel, in plain loops."""
    size = [(n - 1) * stride + len(kernel) for n in image.shape]
    canvas = np.zeros(size)
    for (a, b), value in np.ndenumerate(image):
        for (u, v), weight in np.ndenumerate(kernel):
            canvas[a * stride + u, b * stride + v] += value * weight
    return canvas


def unevenness(kernel_size, stride, profile="ones"):
    """Compare the entries that no further kernel could reach, on a large image."""
    w = profile_of(kernel_size, profile)
    inside = painted(np.ones((15, 15)), np.outer(w, w), stride)[6:-6, 6:-6]
    return inside.min(), inside.max()


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"\begin{gathered} Y(i, j) = \sum_{a, b} X(a, b)\, w(i - s a)\, w(j - s b) \\ "
        r"X = 1\!: \ Y(i, j) = c(i)\, c(j) \end{gathered}"
    )


def test_values_known_from_elsewhere():
    one = conv_transpose2d([[[1, 2], [3, 4]]], np.ones((1, 1, 3, 3)), stride=2)[0]
    assert one[2, 2] == 10


@claims("tc_paints", "tc_size")
@pytest.mark.parametrize(
    ("kernel_size", "stride", "profile"),
    list(itertools.product(range(1, 6), (1, 2, 3), ("ones", "tent"))),
)
def test_every_pixel_paints_the_kernel(kernel_size, stride, profile):
    page = of_the_page(kernel_size=kernel_size, stride=stride, profile=profile)
    w = profile_of(kernel_size, profile)
    expected = painted(np.ones((5, 5)), np.outer(w, w), stride)
    np.testing.assert_allclose(page["Y"], expected, rtol=1e-12)
    assert page["size"] == len(expected) == 4 * stride + kernel_size


@claims("tc_checkerboard")
def test_an_even_image_becomes_a_checkerboard():
    page = of_the_page()
    inside = page["Y"][2:9, 2:9]
    assert set(inside.ravel()) == {1, 2, 4}
    np.testing.assert_array_equal(page["overlap"][2:9], [2, 1, 2, 1, 2, 1, 2])


@claims("tc_divides")
@pytest.mark.parametrize(("k", "s"), list(itertools.product(range(1, 6), (1, 2, 3))))
def test_even_if_the_stride_divides_the_kernel(k, s):
    low, high = unevenness(k, s)
    assert (low == high) == (k % s == 0)
    shown = drawing(FORM)(
        **STATEMENT.defaults | {"kernel_size": k, "stride": s}
    ).readouts
    assert shown["lightest, away from the border"] == pytest.approx(low)
    assert shown["darkest, away from the border"] == pytest.approx(high)


@claims("tc_tent")
def test_a_tent_of_3_interpolates_at_stride_2():
    assert profile_of(3, "tent").tolist() == [0.5, 1, 0.5]
    np.testing.assert_allclose(of_the_page(profile="tent")["Y"][1:-1, 1:-1], 1)
    tent = np.outer(profile_of(3, "tent"), profile_of(3, "tent"))
    between = painted(np.array([[1.0, 3.0]]), tent, 2)[1]
    assert between.tolist() == [0.5, 1, 2, 3, 1.5]  # 2 is halfway


@claims("tc_gaps")
def test_a_short_kernel_leaves_gaps():
    page = of_the_page(kernel_size=2, stride=3)
    assert page["overlap"].min() == 0
    assert unevenness(2, 3)[0] == 0


@claims("tc_border")
@pytest.mark.parametrize(("k", "s"), [(3, 1), (3, 2), (4, 2), (5, 3)])
def test_the_border_is_lighter(k, s):
    page = of_the_page(kernel_size=k, stride=s)
    assert page["overlap"][0] == 1 < page["overlap"].max()


@claims("tc_not_inverse")
@given(matrices(3, 3), st.integers(1, 2))
def test_it_is_the_transpose_and_not_the_inverse(X, stride):
    kernel = np.ones((3, 3))
    large = conv_transpose2d(X[None], kernel[None, None], stride=stride)[0]
    other = np.random.default_rng(0).standard_normal(large.shape)
    read = conv2d(other, kernel, stride=stride)
    np.testing.assert_allclose((large * other).sum(), (X * read).sum(), atol=1e-9)
    page = of_the_page()
    back = conv2d(page["Y"], kernel, stride=2)
    assert not np.allclose(back / back[0, 0], page["X"])


@claims("tc_padding")
def test_padding_cuts_off():
    image, kernel = np.ones((1, 5, 5)), np.ones((1, 1, 3, 3))
    whole = conv_transpose2d(image, kernel, stride=2)[0]
    cut = conv_transpose2d(image, kernel, stride=2, padding=1)[0]
    np.testing.assert_array_equal(cut, whole[1:-1, 1:-1])


SENTENCE = re.compile(
    r"With k = (\d) and s = (\d) (?:there are gaps, because the kernel is shorter than its "
    r"step|the image stays even away from the border, because the kernels sum up to "
    r"(?P<even>\S+) everywhere|an even image becomes a checkerboard: away from the border "
    r"its values are (?P<low>\S+) to (?P<high>\S+))\."
)


@given(settings_of(STATEMENT))
@settings(max_examples=30)
def test_the_sentence_tells_even_from_uneven_at_every_setting(chosen):
    scene = drawing(FORM)(**chosen)
    k, s = chosen["kernel_size"], chosen["stride"]
    low, high = unevenness(k, s, chosen["profile"])
    found = SENTENCE.fullmatch(scene.status)
    assert (int(found[1]), int(found[2])) == (k, s)
    assert ("gaps" in scene.status) == (k < s)
    if k >= s:
        assert bool(found["even"]) == bool(high - low < 1e-9)
        if found["even"]:
            assert float(found["even"]) == pytest.approx(high, rel=6e-3)
        else:
            printed = float(found["low"]), float(found["high"])
            assert printed == pytest.approx((low, high), rel=6e-3)
    kernels = scene.figures[1]["data"][1]
    x, y = np.asarray(kernels["x"]), np.asarray(kernels["y"])
    drawn = np.isfinite(x)
    total = np.zeros(4 * s + k)
    np.add.at(total, x[drawn].astype(int), y[drawn])
    np.testing.assert_allclose(scene.figures[1]["data"][0]["y"], total, atol=1e-6)


def test_the_worked_line_is_an_entry_of_the_large_image():
    line = frame(FORM, STATEMENT.defaults, None)["line"]
    assert "Y(2, 2)" in line["pieces"][0]  # at a corner only one kernel meets
    page = of_the_page()
    np.testing.assert_array_equal(page["Y"], np.outer(page["overlap"], page["overlap"]))
