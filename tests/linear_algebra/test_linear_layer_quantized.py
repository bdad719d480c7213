"""Quantized weights in the lesson on linear layers: formula, claims, sentence."""

from __future__ import annotations

import re
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formulas.linear_algebra.quantization import quantize_absmax
from pages.linear_algebra.linear_layer.quantized.figure import OUTLIERS
from pages.linear_algebra.linear_layer.quantized.statement import SMALL, STATEMENT
from tests.claims import claims
from tests.lessons import drawing, numbers_of
from tests.strategies import settings_of, vectors
from ui.catalogue import BY_KEY

FORM = BY_KEY["linear_layer/quantized"]

MUTANTS = (
    ("(2 ** (b - 1) - 1)", "(2**b - 1)"),
    ("(codes * scale)", "((codes + 1) * scale)"),
    ("result.values[:-1] == 0", "result.values[:-1] > 0"),
    (
        "quantize_absmax(rows, bits=bits, per_row=True)",
        "quantize_absmax(rows, bits=bits)",
    ),
)


def of_the_page(**chosen):
    return numbers_of(STATEMENT, **{**STATEMENT.defaults, **chosen})


def codes_by_hand(w, bits):
    """Round in exact arithmetic, halves to the even neighbor."""
    exact = [Fraction(float(x)) for x in w]
    step = max(abs(x) for x in exact) / (2 ** (bits - 1) - 1)
    return [round(x / step) for x in exact], float(step)


def codes_in_doubles(w, bits):
    """Round as the printed formula says, where a rounding error decides between halves."""
    step = max(map(abs, w)) / (2 ** (bits - 1) - 1)
    return [round(x / step) for x in w], step


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"\hat w_i = q_i\, s, \quad q_i = \mathrm{round}"
        r"\left(\frac{w_i}{s}\right), \quad s = "
        r"\frac{\max_j |w_j|}{2^{b - 1} - 1}"
    )


def test_values_known_from_elsewhere():
    codes = quantize_absmax([0.1, -0.5, 0.33, 100]).codes
    assert codes.tolist() == [0, -1, 0, 127]


@claims("q_step")
@given(st.floats(0.51, 200), st.integers(2, 12))
def test_the_largest_weight_sets_the_step(outlier, bits):
    page = of_the_page(outlier=outlier, bits=bits)
    codes, step = codes_by_hand(page["w"], bits)
    assert page["scale"] == pytest.approx(step)
    # A quotient next to a half may be rounded either way.
    near = np.abs(np.abs(page["w"] / step % 1) - 0.5) < 1e-9
    assert (near | (page["codes"] == codes)).all()
    assert page["codes"][-1] == 2 ** (bits - 1) - 1


@claims("q_outlier")
def test_an_outlier_wipes_out_the_rest():
    some, none = of_the_page(), of_the_page(outlier=200.0)
    assert not none["values"][:-1].any()
    assert none["lost"] == 1
    assert some["values"][:-1].any()
    assert of_the_page(outlier=0.5)["lost"] < some["lost"]
    assert max(map(abs, SMALL)) < 200 / 127 / 2


@claims("q_error")
@given(settings_of(STATEMENT))
def test_the_relative_error_is_a_ratio_of_two_lengths(chosen):
    page = of_the_page(**chosen)
    small, left = page["w"][:7].tolist(), page["values"][:7].tolist()
    lost = sum((a - b) ** 2 for a, b in zip(left, small, strict=True)) ** 0.5
    length = sum(a * a for a in small) ** 0.5
    assert page["lost"] == pytest.approx(lost / length, rel=1e-9, abs=1e-12)
    assert drawing(FORM)(**chosen).readouts["lost"] == page["lost"]


@claims("q_bits")
@pytest.mark.parametrize("bits", range(3, 12))
def test_a_bit_more_halves_the_step(bits):
    ratio = of_the_page(bits=bits)["scale"] / of_the_page(bits=bits + 1)["scale"]
    assert 2 < ratio <= 7 / 3
    assert of_the_page(bits=12)["codes"][-1] == 2047
    four, eight = of_the_page(bits=4)["scale"], of_the_page(bits=8)["scale"]
    assert four / eight == pytest.approx(127 / 7)


@claims("q_half")
@given(vectors((1, 8)), st.integers(2, 12))
def test_each_weight_is_at_most_half_a_step_off(w, bits):
    result = quantize_absmax(w, bits=bits)
    assert (np.abs(result.values - w) <= result.scale / 2 * (1 + 1e-9)).all()


@claims("q_rows")
def test_a_step_for_each_row():
    rows = [[0.1, -0.5, 0.33], [0.2, 0.4, 100.0]]
    each = quantize_absmax(rows, per_row=True)
    alone = quantize_absmax(rows[0])
    np.testing.assert_array_equal(each.codes[0], alone.codes)
    assert not each.codes[1, 0]
    assert np.abs(quantize_absmax(rows).codes[0]).max() <= 1


@claims("q_even")
def test_halves_go_to_the_even_neighbor():
    assert np.round([0.5, 1.5, 2.5]).tolist() == [0, 2, 2]


ALL_GONE = re.compile(
    r"The outlier makes a step (\S+) wide: all 7 small weights become 0, and nothing of "
    r"them is left\."
)
SOME = re.compile(
    r"The outlier makes a step (\S+) wide: (?:none of the small weights becomes 0|(\d) of "
    r"7 small weights becomes? 0), and their relative error is (\S+)\."
)


@given(settings_of(STATEMENT))
@settings(max_examples=50)
def test_the_sentence_counts_what_is_lost_at_every_setting(chosen):
    scene = drawing(FORM)(**chosen)
    codes, step = codes_in_doubles([*SMALL, chosen["outlier"]], chosen["bits"])
    small = np.array(SMALL)
    zeros = codes[:-1].count(0)
    gone = ALL_GONE.fullmatch(scene.status)
    assert bool(gone) == (zeros == 7)
    if gone:
        assert float(gone[1]) == pytest.approx(step, rel=6e-3)
    else:
        width, count, lost = SOME.fullmatch(scene.status).groups()
        assert float(width) == pytest.approx(step, rel=6e-3)
        assert int(count or 0) == zeros
        error = np.linalg.norm(step * np.array(codes[:-1]) - small)
        assert float(lost) == pytest.approx(error / np.linalg.norm(small), rel=6e-3)
    line = scene.figures[1]["data"][0]["y"]
    for k in (0, 40, 80):
        codes, step = codes_in_doubles([*SMALL, OUTLIERS[k]], chosen["bits"])
        error = np.linalg.norm(step * np.array(codes[:-1]) - small)
        assert line[k] == pytest.approx(error / np.linalg.norm(small), rel=1e-5)
