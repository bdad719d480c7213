"""PyTorch's linear layer in the lesson on Xavier's weights: formula, claims."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings

from formulas.regularization.initializers import (
    he_uniform,
    lecun_uniform,
    linear_default,
)
from pages.regularization.xavier_init.linear_default.figure import signal_sizes
from pages.regularization.xavier_init.linear_default.statement import STATEMENT
from tests.claims import claims
from tests.lessons import drawing, numbers_of
from tests.strategies import settings_of
from ui.catalogue import BY_KEY

FORM = BY_KEY["xavier_init/linear_default"]

MUTANTS = (
    ("bound = math.sqrt(1.0 / shape[1])", "bound = math.sqrt(3.0 / shape[1])"),
    ("relu = n_in * variance / 2", "relu = n_in * variance"),
    ("(1 + PYTORCH) / (1 + square)", "(1 + square) / (1 + PYTORCH)"),
    ("np.maximum(signal @ weights.T, 0)", "signal @ weights.T"),
    ("[2.0, 1.0, 1 / 3, linear]", "[1.0, 2.0, 1 / 3, linear]"),
)


def of_the_page(**chosen):
    return numbers_of(STATEMENT, **{**STATEMENT.defaults, **chosen})


def drawn(**chosen):
    return drawing(FORM)(**{**STATEMENT.defaults, **chosen})


def measured_again(square, n, depth, seed):
    """Send signals through layers drawn by hand, with weights of the right size."""
    rng = np.random.default_rng(seed)
    signal = rng.standard_normal((64, n))
    signal /= np.sqrt((signal**2).mean())
    for _ in range(depth):
        unit = rng.uniform(-1, 1, (n, n))
        rng.uniform(size=n)  # the biases are drawn and not used
        weights = np.sqrt(6 / (1 + square) / n) * unit
        signal = np.maximum(signal @ weights.T, 0)
    return np.sqrt((signal**2).mean())


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"W \sim \mathcal U(-\beta, \beta), \quad \beta = "
        r"\sqrt{\frac{6}{(1 + a^2)\, n}}"
    )


@pytest.mark.parametrize(
    ("draw", "bound"),
    [
        (he_uniform, 0.108253),
        (lecun_uniform, 0.076547),
        (lambda n, m: linear_default(n, m).W, 0.044194),
    ],
)
def test_the_bounds_of_512_inputs(draw, bound):
    largest = np.abs(draw(512, 400)).max()
    assert largest == pytest.approx(bound, rel=1e-3)
    assert largest < bound + 1e-6


@claims("old_bound")
@pytest.mark.parametrize("n_in", [16, 256])
def test_the_slope_root_5_is_the_old_bound(n_in):
    shown = of_the_page(n_in=n_in)
    assert shown["bound"] == pytest.approx(1 / np.sqrt(n_in))
    np.testing.assert_allclose(shown["weights"], linear_default(n_in, 16).W)


@claims("sixth")
def test_a_sixth_of_what_he_has():
    he, torch_like = of_the_page(square=0), of_the_page()
    assert torch_like["variance"] == pytest.approx(he["variance"] / 6)
    heights = drawn().figures[1]["data"][0]["y"]
    np.testing.assert_allclose(heights, [2, 1, 1 / 3, 1 / 3])
    weights = [
        he_uniform(200, 500),
        lecun_uniform(200, 500),
        linear_default(200, 500).W,
    ]
    variances = [200 * W.var() for W in weights]
    np.testing.assert_allclose(variances, heights[:3], rtol=0.02)
    assert torch_like["relu"] == pytest.approx(1 / 6)
    assert torch_like["size"] < 1e-7


@claims("power_of_three")
def test_ten_layers_differ_by_three_to_the_fifth():
    small, large = (of_the_page(square=q, depth=10)["size"] for q in (5, 1))
    assert large / small == pytest.approx(3**5)


@claims("width_cancels")
def test_the_width_cancels():
    sizes = [of_the_page(n_in=n)["size"] for n in (16, 64, 256)]
    np.testing.assert_allclose(sizes, sizes[0])


@claims("he_keeps", "smaller", "shallow")
def test_larger_slopes_mean_smaller_weights():
    assert of_the_page(square=0)["size"] == pytest.approx(1)
    assert measured_again(0, 256, 20, 0) == pytest.approx(1, abs=0.5)
    bounds = [of_the_page(square=q)["bound"] for q in (0, 1, 5, 11)]
    assert bounds == sorted(bounds, reverse=True)
    assert of_the_page(depth=2)["size"] == pytest.approx(1 / 6)


@claims("points_follow")
def test_the_measured_points_follow_the_line():
    off = {}
    for n in (16, 256):
        sizes = [signal_sizes(n, seed)[1:] for seed in range(10)]
        rule = (1 / 6) ** (np.arange(1, 31) / 2)
        off[n] = np.abs(np.log10(sizes / rule)).mean()
    assert off[256] < 0.1
    assert off[16] > 2 * off[256]


@pytest.mark.parametrize(
    ("square", "n", "seed"), [(5, 16, 0), (0, 64, 3), (11, 256, 9)]
)
def test_the_points_are_those_of_layers_drawn_again(square, n, seed):
    scene = drawn(square=square, n_in=n, seed=seed)
    points = scene.figures[0]["data"][2]["y"]
    for depth in (1, 7, 30):
        again = measured_again(square, n, depth, seed)
        assert points[depth] == pytest.approx(again)


@claims("biases_remain")
def test_with_biases_all_inputs_end_nearly_alike():
    rng = np.random.default_rng(0)
    signal = rng.standard_normal((64, 256))
    for _ in range(20):
        layer = linear_default(256, 256, rng=rng)
        signal = np.maximum(signal @ layer.W.T + layer.b, 0)
    spread = signal.std(axis=0)
    assert spread.max() < 1e-4 * np.sqrt((signal**2).mean())
    assert np.sqrt((signal**2).mean()) > 0.01


SENTENCE = re.compile(
    r"Each layer with ReLU multiplies the mean square by (\S+); after (\d+) layers? the "
    r"root mean square is (\S+) by this rule, and (\S+) in random layers\."
)


@given(settings_of(STATEMENT))
@settings(max_examples=20, deadline=None)
def test_the_sentence_gives_rule_and_measurement_at_every_setting(chosen):
    square, n, depth, seed = (
        chosen[name] for name in ("square", "n_in", "depth", "seed")
    )
    found = SENTENCE.fullmatch(drawing(FORM)(**chosen).status).groups()
    factor = 1 / (1 + square)
    again = measured_again(square, n, depth, seed)
    expected = [factor, depth, factor ** (depth / 2), again]
    assert list(map(float, found)) == pytest.approx(expected, rel=0.006)
