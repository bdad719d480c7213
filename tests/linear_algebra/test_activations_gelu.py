"""GELU in the lesson on activations: its formula, its claims, its sentence."""

from __future__ import annotations

import re

import numpy as np
import pytest
import scipy
from hypothesis import given, settings
from hypothesis import strategies as st

from formulas.transformer.transformer_ffn import gelu
from pages.linear_algebra.activations.figure import X
from pages.linear_algebra.activations.gelu.statement import STATEMENT
from tests.claims import claims
from tests.lessons import drawing, numbers_of
from tests.strategies import settings_of
from ui.catalogue import BY_KEY

FORM = BY_KEY["activations/gelu"]
PLACES = np.linspace(-12, 12, 240_001)

MUTANTS = (
    ("slope=chance + u * density", "slope=chance + density"),
    ("sigma * float(gelu(u))", "float(gelu(u))"),
    ("Float(CUBIC) * u**3", "Float(CUBIC) * u**2"),
    ("slope = chance + u * np.exp", "slope = chance - u * np.exp"),
)


def of_the_page(**chosen):
    return numbers_of(STATEMENT, **{**STATEMENT.defaults, **chosen})


def oracle(x, sigma=1.0):
    return x * scipy.stats.norm.cdf(x, scale=sigma)


def oracle_slope(x, sigma=1.0):
    normal = scipy.stats.norm(scale=sigma)
    return normal.cdf(x) + x * normal.pdf(x)


def by_tanh(x, sigma=1.0):
    u = x / sigma
    return x / 2 * (1 + np.tanh(np.sqrt(2 / np.pi) * (u + 0.044715 * u**3)))


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"\mathrm{GELU}(x) = x\, \Phi, \quad \Phi = \tfrac{1}{2} "
        r"\left(1 + \operatorname{erf} \frac{x}{s \sqrt{2}}\right)"
    )


def test_values_known_from_elsewhere():
    page = of_the_page(x=1.0)
    assert page["exact"] == pytest.approx(0.841345, abs=5e-7)
    assert page["tanh_form"] == pytest.approx(0.841192, abs=5e-7)


@claims("gelu_limits")
@given(st.floats(0.2, 2.0))
def test_far_out_everything_or_nothing_passes(sigma):
    assert oracle(12.0, sigma) == pytest.approx(12)
    assert of_the_page(x=6.0, sigma=sigma)["exact"] == pytest.approx(6, rel=2e-3)
    assert of_the_page(x=-6.0, sigma=sigma)["exact"] == pytest.approx(0, abs=0.01)
    assert of_the_page(x=0.0, sigma=sigma)["slope"] == pytest.approx(0.5)


@claims("gelu_sigma")
@pytest.mark.parametrize("x", [-2.0, -0.5, 0.3, 1.5])
def test_the_less_the_threshold_varies_the_nearer_is_the_relu(x):
    gaps = [
        abs(of_the_page(x=x, sigma=s)["exact"] - max(0.0, x))
        for s in (2.0, 1.0, 0.5, 0.2)
    ]
    assert gaps == sorted(gaps, reverse=True)
    if x < 0:
        assert of_the_page(x=x, sigma=1.0)["exact"] < 0
        assert of_the_page(x=x)["exact"] < of_the_page(x=x, sigma=0.2)["exact"] < 0


@claims("gelu_scale")
@given(st.floats(-3, 3), st.floats(0.2, 1.0))
def test_sigma_is_a_scale(x, sigma):
    once, twice = (of_the_page(x=k * x, sigma=k * sigma)["exact"] for k in (1, 2))
    assert twice == pytest.approx(2 * once, rel=1e-9, abs=1e-300)


@claims("gelu_minimum")
def test_where_it_falls():
    found = scipy.optimize.minimize_scalar(oracle, bounds=(-3, 0), method="bounded")
    assert found.x == pytest.approx(-0.751792, abs=1e-4)
    assert found.fun == pytest.approx(-0.169971, abs=5e-7)
    assert (np.diff(np.asarray(gelu(np.linspace(-6, -0.7518, 500)))) < 0).all()
    assert (np.diff(np.asarray(gelu(np.linspace(-0.7517, 6, 500)))) > 0).all()
    assert of_the_page(x=-0.8)["slope"] < 0 < of_the_page(x=-0.7)["slope"]


@claims("gelu_slope")
def test_the_slope_exceeds_1():
    assert oracle_slope(PLACES).max() == pytest.approx(1.129, abs=5e-4)
    assert of_the_page(x=1.4)["slope"] > 1.12


@claims("gelu_tanh_error")
def test_the_tanh_form_is_nearly_exact():
    largest = np.abs(by_tanh(PLACES) - oracle(PLACES)).max()
    assert largest == pytest.approx(4.732e-4, abs=1e-7)
    page = of_the_page(x=2.7)
    assert abs(page["tanh_form"] - page["exact"]) > 4e-4


SENTENCE = re.compile(
    r"At x = (\S+) GELU passes (\S+)% of x, the chance that a normal threshold "
    r"\(s = (\S+)\) is lower; the tanh form is (?:off by (\S+)|exact to 10 decimals)\."
)


@given(settings_of(STATEMENT))
@settings(max_examples=50)
def test_the_sentence_has_the_chance_and_the_error_at_every_setting(chosen):
    scene = drawing(FORM)(**chosen)
    x, sigma = chosen["x"], chosen["sigma"]
    place, chance, deviation, off = SENTENCE.fullmatch(scene.status).groups()
    assert float(place.replace("−", "-")) == pytest.approx(x, rel=1e-3)
    assert float(deviation) == pytest.approx(sigma, rel=1e-3)
    right = 100 * scipy.stats.norm.cdf(x / sigma)
    assert float(chance) == pytest.approx(right, rel=6e-3)
    error = abs(by_tanh(x, sigma) - oracle(x, sigma))
    if off is None:
        assert error < 1.1e-10
    else:
        assert float(off) == pytest.approx(error, rel=0.06, abs=1e-12)
    lines = [trace["y"] for trace in scene.figures[0]["data"][:2]]
    np.testing.assert_allclose(lines[0], oracle(X, sigma), rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(lines[1], by_tanh(X, sigma), rtol=1e-5, atol=1e-9)
    slopes = scene.figures[1]["data"][0]["y"]
    np.testing.assert_allclose(slopes, oracle_slope(X, sigma), rtol=1e-5, atol=1e-9)
    drawn = scene.figures[2]["data"][0]["y"]
    errors = 1e4 * (by_tanh(X, sigma) - oracle(X, sigma))
    np.testing.assert_allclose(drawn, errors, atol=1e-4)
