"""RMSNorm in the lesson on layer normalization: its formula, its claims, its sentence."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from formulas.transformer.layer_norm import layer_norm, rms_norm
from pages.transformer.layer_norm.rms_norm.figure import SHIFTS
from pages.transformer.layer_norm.rms_norm.statement import STATEMENT
from tests.claims import claims
from tests.errors import says
from tests.lessons import drawing, inputs_of, outputs_of
from tests.strategies import settings_of, vectors
from ui.catalogue import BY_KEY

FORM = BY_KEY["layer_norm/rms_norm"]
RAMP = np.array([1.0, 2.0, 3.0, 4.0])

MUTANTS = (
    ("Result(float((x**2).mean())", "Result(float(x.var())"),
    ("x[i] / sqrt(square + eps)", "x[i] / sqrt(square) + eps"),
    (
        "rms_norm(tokens, np.full(len(pattern), gamma)",
        "layer_norm(tokens, np.full(4, gamma)",
    ),
    ("100 * spread / centered", "100 * centered / spread"),
)


def of_the_page(**chosen):
    given_ = inputs_of(STATEMENT, **{**STATEMENT.defaults, **chosen})
    return outputs_of(STATEMENT, given_)["output"]


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"\mathrm{RMSNorm}(x)_i = \gamma_i \frac{x_i}"
        r"{\sqrt{\mathrm{ms} + \varepsilon}}"
    )


@claims("rms_scale_cancels")
@given(vectors((2, 6)), st.floats(0.01, 100))
def test_a_factor_of_the_input_disappears_without_eps(x, scale):
    x = x + 10.0
    assume(np.abs(x).max() > 1e-3)  # at 0 the quotient is undefined
    np.testing.assert_allclose(
        rms_norm(scale * x, eps=0), rms_norm(x, eps=0), rtol=1e-12
    )


@claims("rms_shift_stays", "rms_shift_flattens")
def test_a_shift_makes_the_outputs_alike_and_layer_norm_does_not_notice():
    spread = [np.ptp(of_the_page(shift=b)) for b in (0.0, 5.0, 20.0, 100.0)]
    assert (np.diff(spread) < 0).all()
    np.testing.assert_allclose(of_the_page(shift=20.0), 1, atol=0.07)
    moved = layer_norm(RAMP + 20, eps=1e-5)
    np.testing.assert_allclose(moved, layer_norm(RAMP, eps=1e-5), rtol=1e-12)


@claims("rms_outlier")
@pytest.mark.parametrize("d", [2, 4, 64])
def test_one_outlier_reaches_the_root_of_d(d):
    alone = rms_norm([0.0] * (d - 1) + [8.0], eps=0)
    np.testing.assert_allclose(alone[-1], np.sqrt(d))
    assert np.sqrt(d) > np.sqrt(d - 1)
    if d == 4:
        assert of_the_page(pattern="0, 0, 0, 8")[-1] == pytest.approx(2, rel=1e-6)
        assert of_the_page()[-1] == pytest.approx(4 / np.sqrt(7.5), rel=1e-6)


@claims("rms_is_layer_norm_at_mean_0")
@given(vectors((2, 6)), st.floats(1e-8, 0.1))
def test_at_mean_0_it_is_layer_norm(x, eps):
    centered = x - x.mean()
    np.testing.assert_allclose(
        rms_norm(centered, eps=eps), layer_norm(x, eps=eps), rtol=1e-9, atol=1e-9
    )
    shown = of_the_page(shift=-2.5)
    np.testing.assert_allclose(shown, layer_norm(RAMP, eps=1e-5), rtol=1e-12)


@claims("rms_zero_stays")
def test_zeros_stay_zeros():
    np.testing.assert_array_equal(of_the_page(pattern="0, 0, 0, 8")[:3], 0)
    np.testing.assert_array_equal(of_the_page(gamma=0.0), 0)


@claims("rms_constant")
def test_equal_features_are_no_problem():
    np.testing.assert_array_equal(rms_norm([5.0] * 4, eps=0), 1)
    with says("layer_norm is undefined for a constant vector when eps = 0"):
        layer_norm([5.0] * 4, eps=0)


SENTENCE = re.compile(
    r"Every feature is divided by (\S+), the root of mean square plus ε; largest and smallest "
    r"output differ "
    r"by (\S+), (\S+)% of what layer norm gives\."
)


@given(settings_of(STATEMENT))
@settings(max_examples=30)
def test_the_sentence_gives_the_divisor_and_what_is_left_at_every_setting(chosen):
    scene = drawing(FORM)(**chosen)
    if chosen["gamma"] == 0:
        assert scene.status.startswith("The gain is 0: every feature becomes 0")
        return
    pattern = np.array([float(k) for k in chosen["pattern"].split(", ")])
    x = chosen["scale"] * pattern + chosen["shift"]
    eps = 10.0 ** chosen["log_eps"]
    divisor = np.sqrt((x**2).mean() + eps)
    spread = abs(chosen["gamma"]) * np.ptp(x) / divisor
    other = abs(chosen["gamma"]) * np.ptp(x) / np.sqrt(x.var() + eps)
    printed = [float(t) for t in SENTENCE.fullmatch(scene.status).groups()]
    expected = (divisor, spread, 100 * spread / other)
    assert printed == pytest.approx(expected, rel=0.06, abs=1e-12)
    curves = [trace["y"] for trace in scene.figures[2]["data"][:4]]
    at = int(np.abs(SHIFTS - chosen["shift"]).argmin())
    drawn = np.array([curve[at] for curve in curves])
    there = of_the_page(**chosen | {"shift": SHIFTS[at]})
    np.testing.assert_allclose(drawn, there, rtol=1e-5, atol=1e-6)
