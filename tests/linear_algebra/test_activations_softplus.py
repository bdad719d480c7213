"""Softplus in the lesson on activations: its formula, its claims, its sentence."""

from __future__ import annotations

import math
import re

import mpmath
import numpy as np
import pytest
import scipy
from hypothesis import given, settings
from hypothesis import strategies as st

from formulas.linear_algebra.activations import relu, softplus
from formulas.transformer.transformer_ffn import gelu, silu
from pages.linear_algebra.activations.softplus.statement import STATEMENT
from tests.claims import claims
from tests.lessons import drawing, numbers_of
from tests.strategies import settings_of
from ui.catalogue import BY_KEY

FORM = BY_KEY["activations/softplus"]

MUTANTS = (
    (
        "Equation(value, log(1 + exp(beta * x)) / beta)",
        "Equation(value, log(1 + exp(x)))",
    ),
    ("float(sigmoid(beta * x))", "float(sigmoid(x))"),
    ("np.asarray(sigmoid(beta * X))", "np.asarray(sigmoid(X))"),
    ("log1p(math.exp(-beta * abs(x)))", "log1p(math.exp(-beta * x))"),
    ("values - RELU, x", "values, x"),
)


def of_the_page(**chosen):
    return numbers_of(STATEMENT, **{**STATEMENT.defaults, **chosen})


def by_hand(x, beta):
    """Take the logarithm of 1 plus an exponential, by SciPy."""
    return scipy.special.logsumexp([0.0, beta * x]) / beta


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"\mathrm{softplus}(x) = \frac{1}{\beta} \log\left(1 + e^{\beta x}\right)"
    )


def test_values_known_from_elsewhere():
    assert softplus(1.0) == pytest.approx(1.313262, abs=1e-6)


@claims("sp_slope")
@given(settings_of(STATEMENT))
def test_the_slope_is_the_sigmoid(chosen):
    x, beta = chosen["x"], chosen["beta"]
    page = of_the_page(**chosen)
    assert page["value"] == pytest.approx(by_hand(x, beta), rel=1e-9)
    h = 1e-5
    slope = (by_hand(x + h, beta) - by_hand(x - h, beta)) / (2 * h)
    assert page["slope"] == pytest.approx(slope, rel=1e-4, abs=1e-8)
    assert 0 < page["slope"] <= 1


@claims("sp_positive")
@given(st.floats(1e-3, 20), st.floats(0.5, 10))
def test_it_is_positive_and_reaches_every_positive_number(y, beta):
    x = math.log(math.expm1(beta * y)) / beta if beta * y < 700 else y
    assert softplus(x, beta=beta) == pytest.approx(y, rel=1e-9)
    assert of_the_page(x=-6.0, beta=10.0)["value"] > 0


@claims("sp_corner")
@given(settings_of(STATEMENT))
def test_the_distance_from_the_relu_is_largest_at_the_corner(chosen):
    x, beta = chosen["x"], chosen["beta"]
    here = by_hand(x, beta) - max(x, 0)
    assert of_the_page(**chosen)["gap"] == pytest.approx(here, abs=1e-12)
    assert by_hand(-x, beta) - max(-x, 0) == pytest.approx(here, abs=1e-12)
    corner = of_the_page(x=0.0, beta=beta)["gap"]
    assert corner == pytest.approx(math.log(2) / beta)
    assert here <= corner + 1e-12


@claims("sp_sharp")
def test_the_larger_beta_the_closer_to_the_relu():
    x = np.linspace(-6, 6, 121)
    gaps = [np.abs(softplus(x, beta=b) - relu(x)).max() for b in (0.5, 1, 4, 10)]
    assert gaps == sorted(gaps, reverse=True)
    assert gaps[-1] < 0.07
    slopes = [of_the_page(x=-1.0, beta=b)["slope"] for b in (1.0, 4.0, 10.0)]
    assert slopes == sorted(slopes, reverse=True)
    assert scipy.special.expit(-4) == pytest.approx(slopes[1])


@claims("sp_never_zero")
def test_a_unit_that_is_switched_off_still_gets_a_gradient():
    assert of_the_page(x=-4.0)["slope"] == pytest.approx(0.018, abs=0.0005)
    assert of_the_page(x=-6.0, beta=10.0)["slope"] > 0


@claims("sp_others_fall")
def test_other_smooth_relus_fall_somewhere():
    x = np.linspace(-3, 0, 301)
    assert (np.diff(softplus(x)) > 0).all()
    for other in (gelu, silu):
        assert np.diff(other(x)).min() < 0


@claims("sp_stable")
def test_the_form_that_does_not_overflow():
    with np.errstate(over="ignore"):
        assert np.log(1 + np.exp(np.float64(1000))) == np.inf
    stable = max(1000, 0) + math.log1p(math.exp(-1000))
    assert stable == softplus(1000.0) == 1000


@claims("sp_threshold")
@given(st.floats(20, 100), st.floats(0.5, 10))
def test_beyond_20_it_is_nearly_x(scaled, beta):
    x = scaled / beta
    with mpmath.workdps(80):
        exact = mpmath.log1p(mpmath.exp(mpmath.mpf(beta) * x)) / beta
        assert 0 < exact - x < 2.1e-9 / beta
    assert math.log1p(math.exp(-20)) == pytest.approx(2.1e-9, rel=0.02)


SENTENCE = re.compile(
    r"At x = (\S+) softplus is (\S+), above the ReLU by (\S+); its slope is (\S+), the "
    r"sigmoid of βx = (\S+)\."
)


@given(settings_of(STATEMENT))
@settings(max_examples=50)
def test_the_sentence_gives_value_and_slope_at_every_setting(chosen):
    scene = drawing(FORM)(**chosen)
    x, beta = chosen["x"], chosen["beta"]
    value = by_hand(x, beta)
    expected = [
        x,
        value,
        np.log1p(np.exp(-beta * abs(x))) / beta,
        scipy.special.expit(beta * x),
        beta * x,
    ]
    printed = SENTENCE.fullmatch(scene.status).groups()
    found = [float(text.replace("−", "-")) for text in printed]
    assert found == pytest.approx(expected, rel=6e-3, abs=1e-30)
    values, slopes, gaps = (figure["data"][0] for figure in scene.figures)
    right = [by_hand(k, beta) for k in values["x"]]
    np.testing.assert_allclose(values["y"], right, rtol=1e-6)
    np.testing.assert_allclose(slopes["y"], scipy.special.expit(beta * slopes["x"]))
    np.testing.assert_allclose(
        gaps["y"], np.array(right) - np.maximum(gaps["x"], 0), atol=1e-9
    )
