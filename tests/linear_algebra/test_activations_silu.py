"""SiLU in the lesson on activations: its formula, its claims, its sentence."""

from __future__ import annotations

import re

import numpy as np
import pytest
import scipy
from hypothesis import given, settings
from hypothesis import strategies as st

from formulas.transformer.transformer_ffn import silu
from pages.linear_algebra.activations.figure import X
from pages.linear_algebra.activations.silu.figure import BETAS, largest_distances
from pages.linear_algebra.activations.silu.statement import STATEMENT
from tests.claims import claims
from tests.lessons import drawing, numbers_of
from tests.strategies import settings_of
from ui.catalogue import BY_KEY

FORM = BY_KEY["activations/silu"]
FINE = np.linspace(0, 12, 12_001)
PHI = scipy.stats.norm.cdf(FINE)

MUTANTS = (
    ("gate + beta * value * closed", "gate + value * closed"),
    ("Equation(silu_, x * gate)", "Equation(silu_, x * gate * beta)"),
    ("gates - values / PLACES", "gates - values"),
    ("gate + beta * line * (1 - gate)", "gate + line * (1 - gate)"),
)


def of_the_page(**chosen):
    return numbers_of(STATEMENT, **{**STATEMENT.defaults, **chosen})


def oracle(x, beta=1.0):
    return x * scipy.special.expit(beta * x)


def distances(beta):
    gate = scipy.special.expit(beta * FINE)
    return np.abs(gate - PHI).max(), np.abs((gate - PHI) * FINE).max()


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"\mathrm{SiLU}_\beta(x) = x\, \sigma(\beta x) = \frac{x}{1 + e^{-\beta x}}"
    )


def test_a_value_known_from_elsewhere():
    assert of_the_page(x=1.0)["silu"] == pytest.approx(0.731059, abs=5e-7)


@claims("silu_limits")
def test_far_out_everything_or_nothing_passes():
    assert silu(50.0) == pytest.approx(50)
    assert silu(-50.0) == pytest.approx(0, abs=1e-18)
    assert of_the_page(x=-6.0)["gate"] < 0.003
    assert of_the_page(x=6.0)["gate"] > 0.997


@claims("silu_beta")
@pytest.mark.parametrize("x", [-2.0, -1.0, 0.5, 2.0])
def test_beta_leads_from_half_to_the_relu(x):
    assert of_the_page(x=x, beta=0.0)["silu"] == x / 2
    gaps = [
        abs(of_the_page(x=x, beta=b)["silu"] - max(x, 0.0))
        for b in (0.0, 1.0, 2.0, 6.0)
    ]
    assert gaps == sorted(gaps, reverse=True)
    if x == -1:
        assert of_the_page(x=x)["silu"] < of_the_page(x=x, beta=6.0)["silu"] < 0


@claims("silu_scale")
@given(st.floats(-6, 6), st.floats(0.1, 3))
def test_beta_is_a_scale(x, beta):
    once = of_the_page(x=x, beta=beta)["silu"]
    half = of_the_page(x=x / 2, beta=2 * beta)["silu"]
    assert half == pytest.approx(once / 2, rel=1e-9, abs=1e-300)


@claims("silu_minimum")
@pytest.mark.parametrize("beta", [0.5, 1.0, 3.0])
def test_where_it_falls(beta):
    found = scipy.optimize.minimize_scalar(
        lambda x: oracle(x, beta), bounds=(-6, 0), method="bounded"
    )
    assert found.x == pytest.approx(-1.278465 / beta, abs=1e-4)
    assert found.fun == pytest.approx(-0.278465 / beta, abs=1e-6)
    lowest = -1.278465 / beta
    left, right = np.linspace(-6, lowest - 1e-3, 99), np.linspace(lowest + 1e-3, 6, 99)
    assert (np.diff(silu(left, beta=beta)) < 0).all()
    assert (np.diff(silu(right, beta=beta)) > 0).all()
    assert of_the_page(x=-1.3)["slope"] < 0 < of_the_page(x=-1.2)["slope"]


@claims("silu_even")
@given(st.floats(-6, 6), st.floats(0, 6))
def test_the_distance_from_the_relu_is_even(x, beta):
    pages = [of_the_page(x=sign * x, beta=beta) for sign in (1, -1)]
    right, left = (page["relu"] - page["silu"] for page in pages)
    assert right == pytest.approx(left, rel=1e-9, abs=1e-12)


@claims("silu_gelu")
def test_the_best_sigmoid_is_not_the_best_silu():
    ladder = np.arange(1.5, 2.0, 0.001)
    of_weights, of_values = np.transpose([distances(b) for b in ladder])
    assert ladder[of_weights.argmin()] == pytest.approx(1.702, abs=1e-3)
    assert ladder[of_values.argmin()] == pytest.approx(1.773, abs=1.5e-3)
    drawn = np.transpose([distances(b) for b in BETAS])
    np.testing.assert_allclose(largest_distances(), drawn, rtol=2e-3)


SENTENCE = re.compile(
    r"At x = (\S+) and β = (\S+) (?:SiLU passes (\S+)% of x and lies (\S+) below the "
    r"ReLU|the sigmoid is 0\.5 everywhere, and SiLU is the line x / 2)\."
)


@given(settings_of(STATEMENT))
@settings(max_examples=50)
def test_the_sentence_has_the_part_that_passes_at_every_setting(chosen):
    scene = drawing(FORM)(**chosen)
    x, beta = chosen["x"], chosen["beta"]
    place, factor, part, below = SENTENCE.fullmatch(scene.status).groups()
    assert float(place.replace("−", "-")) == pytest.approx(x, rel=1e-3)
    assert float(factor) == pytest.approx(beta, rel=1e-3)
    assert (part is None) == (beta == 0)
    if part is not None:
        right = 100 * scipy.special.expit(beta * x)
        assert float(part) == pytest.approx(right, rel=6e-3)
        gap = max(x, 0.0) - oracle(x, beta)
        assert float(below) == pytest.approx(gap, rel=6e-3, abs=1e-12)
    line = scene.figures[0]["data"][0]["y"]
    np.testing.assert_allclose(line, oracle(X, beta), rtol=1e-6, atol=1e-9)
    slopes = scene.figures[1]["data"][0]["y"]
    gate = scipy.special.expit(beta * X)
    expected = gate * (1 + beta * X * (1 - gate))
    np.testing.assert_allclose(slopes, expected, rtol=1e-5, atol=1e-9)
