"""SwiGLU in the lesson on the feed-forward block: formula, claims, sentence."""

from __future__ import annotations

import re

import numpy as np
import pytest
import scipy
from hypothesis import given, settings
from hypothesis import strategies as st

from formulas.transformer.glu import glu_ffn, glu_width
from formulas.transformer.transformer_ffn import ffn_parameters
from pages.transformer.transformer_ffn.swiglu.figure import POINTS
from pages.transformer.transformer_ffn.swiglu.statement import STATEMENT, WIDTHS
from tests.claims import claims
from tests.lessons import drawing, numbers_of
from tests.strategies import numbers, settings_of
from ui.catalogue import BY_KEY

FORM = BY_KEY["transformer_ffn/swiglu"]

MUTANTS = (
    ("Equation(h[u], g[u] * v[u])", "Equation(h[u], g[u] + v[u])"),
    ("weights=3 * d_model * width", "weights=2 * d_model * width"),
    ("weights[-1] = 1.0", "weights[0] = 1.0"),
    ('"nearly shut" if gate else "shut"', '"nearly shut"'),
    ("glu_ffn(TOKENS, W_gate, W_up, W_down)", "glu_ffn(TOKENS, W_up, W_gate, W_down)"),
)


def of_the_page(**chosen):
    return numbers_of(STATEMENT, **{**STATEMENT.defaults, **chosen})


def silu(z):
    return z * scipy.special.expit(z)


def unit(t, a, b, c):
    """Compute one gated unit in plain Python: gate, value and product."""
    gate, value = silu(a * t + b), c * t + 1
    return gate, value, gate * value


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"\mathrm{SwiGLU}(x) = \left(\mathrm{SiLU}(x W^{g}) \odot "
        r"x W^{u}\right) W^{d}"
    )


def test_values_known_from_elsewhere():
    block = glu_ffn([1.0, 2.0], np.eye(2), 2 * np.eye(2), np.eye(2))
    np.testing.assert_allclose(block.output, [1.462117, 7.046377], atol=5e-7)
    gelu = glu_ffn([1.0, 2.0], np.eye(2), 2 * np.eye(2), np.eye(2), activation="gelu")
    np.testing.assert_allclose(gelu.output, [1.682689, 7.817999], atol=5e-7)


@claims("swiglu_product")
@given(numbers(3.0), numbers(3.0), numbers(3.0), numbers(2.0))
def test_a_hidden_unit_is_the_gate_times_the_value(t, a, b, c):
    page = of_the_page(token=t, gate_weight=a, gate_bias=b, up_weight=c)
    shown = [page[name][0] for name in ("gate", "value", "hidden")]
    np.testing.assert_allclose(shown, unit(t, a, b, c), rtol=1e-9, atol=1e-12)
    if c:
        zero = glu_ffn([-1 / c, 1], [[a], [b]], [[c], [1]], [[1.0]]).hidden
        assert zero == pytest.approx(0, abs=1e-9 * (1 + abs(a / c)))


@claims("swiglu_width")
@pytest.mark.parametrize("d", WIDTHS)
def test_eight_thirds_of_the_width_have_as_many_weights(d):
    page = of_the_page(d_model=d)
    assert page["width"] == 8 * d // 3
    assert page["weights"] == 3 * d * page["width"]
    plain = ffn_parameters(d, 4 * d, bias=False)
    assert plain == 8 * d * d
    assert 0 <= plain - page["weights"] < 3 * d
    assert glu_width(1024) == 2730
    assert glu_width(768) == 2048


@claims("swiglu_gate")
def test_a_gate_below_0_stays_small():
    lowest = silu(np.linspace(-40, 0, 400_001)).min()
    assert -0.279 < lowest < -0.278
    assert silu(np.array([1.5, -1.5])) == pytest.approx([1.23, -0.27], abs=0.005)
    before, after = (of_the_page(token=1.0, gate_weight=a) for a in (1.5, -1.5))
    assert before["value"] == after["value"] == [0.5]
    assert before["hidden"] > 0 > after["hidden"]


@claims("swiglu_square")
def test_far_out_the_product_grows_with_the_square():
    chosen = {"gate_weight": 3.0, "gate_bias": 0.0, "up_weight": 2.0}
    W_gate, W_up, W_down = (
        of_the_page(**chosen)[name] for name in ("W_gate", "W_up", "W_down")
    )
    far = glu_ffn([[100.0, 1.0], [200.0, 1.0]], W_gate, W_up, W_down).hidden
    assert far[1] / far[0] == pytest.approx(4, rel=0.01)


@claims("swiglu_exact")
@given(st.floats(-20, 20), st.floats(-20, 20))
def test_two_opposite_units_multiply(z, u):
    pair = glu_ffn([1.0], [[z, -z]], [[u, -u]], [[1.0], [1.0]])
    assert pair.output[0] == pytest.approx(z * u, rel=1e-9, abs=1e-9)


@claims("swiglu_llama")
def test_llama_rounds_up():
    assert glu_width(4096, multiple_of=256) == 11008
    assert glu_width(4096) == 10922
    assert glu_width(4096, multiplier=1.3, multiple_of=1024) == 14336


@pytest.mark.parametrize("token", [0.0, 1.5])
def test_a_gate_of_0_is_shut(token):
    chosen = {"token": token, "gate_weight": 0.0, "gate_bias": 0.0}
    status = drawing(FORM)(**STATEMENT.defaults | chosen).status
    assert "the gate 0 is shut: it multiplies" in status


SENTENCE = re.compile(
    r"At t = (\S+) the gate (\S+)( is (?:nearly )?shut: it)? multiplies the value (\S+), "
    r"and the hidden unit is (\S+)\."
)


@given(settings_of(STATEMENT))
@settings(max_examples=50)
def test_the_sentence_multiplies_gate_and_value_at_every_setting(chosen):
    scene = drawing(FORM)(**chosen)
    numbers_ = [chosen[k] for k in ("token", "gate_weight", "gate_bias", "up_weight")]
    gate, value, hidden = unit(*numbers_)
    found = SENTENCE.fullmatch(scene.status).groups()
    shut = found[2] is not None
    assert shut == (abs(gate) < 0.05)
    if shut:
        assert ("nearly" in found[2]) == (found[1] != "0")
    printed = [float(found[k].replace("−", "-")) for k in (0, 1, 3, 4)]
    expected = (chosen["token"], gate, value, hidden)
    assert printed == pytest.approx(expected, rel=6e-3, abs=2e-12)
    lines = [trace["y"] for trace in scene.figures[0]["data"][:4]]
    drawn = unit(POINTS, *numbers_[1:])
    linear = numbers_[1] * POINTS + numbers_[2]
    for line, right in zip(lines, (*drawn, np.maximum(linear, 0)), strict=True):
        np.testing.assert_allclose(line, right, rtol=1e-6, atol=1e-9)
