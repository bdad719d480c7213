"""Orthogonal initialization in the lesson on Xavier's: formula, claims, sentence."""

from __future__ import annotations

import re

import numpy as np
import pytest
import scipy
from hypothesis import given, settings
from hypothesis import strategies as st

from formulas.regularization.initializers import orthogonal
from pages.regularization.xavier_init.orthogonal.figure import CIRCLE, extremes
from pages.regularization.xavier_init.orthogonal.statement import STATEMENT
from tests.claims import claims
from tests.lessons import drawing, numbers_of
from tests.strategies import settings_of
from ui.catalogue import BY_KEY

FORM = BY_KEY["xavier_init/orthogonal"]

MUTANTS = (
    ("factor *= gain * np.where", "factor *= np.where"),
    ("weights @ weights.T, gain**depth", "weights + weights.T, gain**depth"),
    ("product = weights @ product", "product = weights * product"),
    ("values[:, [0, -1]]", "values[:, [0, 0]]"),
    ("extremes(width, seed) * gain**LAYERS", "extremes(width, seed) * gain"),
)


def of_the_page(**chosen):
    return numbers_of(STATEMENT, **{**STATEMENT.defaults, **chosen})


def normal_again(width, seed, depth):
    """Multiply normal layers and take the singular values, with SciPy."""
    rng = np.random.default_rng(seed)
    product = np.eye(width)
    for _ in range(depth):
        product = rng.standard_normal((width, width)) / np.sqrt(width) @ product
    return scipy.linalg.svdvals(product)


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"W W^\top = {g}^2 I, \quad \lVert W_L \cdots W_1 x \rVert = {g}^L\, \lVert x \rVert"
    )


@claims("right_angles", "all_directions", "power_of_gain")
@given(settings_of(STATEMENT), st.integers(0, 1000))
@settings(max_examples=30)
def test_every_direction_becomes_longer_by_the_gain(chosen, other):
    shown = of_the_page(**chosen)
    n, g = chosen["width"], chosen["gain"]
    np.testing.assert_allclose(shown["gram"], g**2 * np.eye(n), atol=1e-12)
    x = np.random.default_rng(other).standard_normal(n)
    y = x
    for seed in range(chosen["depth"]):
        y = orthogonal(n, n, gain=g, rng=seed) @ y
    ratio = np.linalg.norm(y) / np.linalg.norm(x)
    assert ratio == pytest.approx(shown["factor"])
    assert of_the_page(gain=0.9)["factor"] < 1


@claims("normal_spreads", "one_layer")
@pytest.mark.parametrize("width", [2, 4, 8])
@pytest.mark.parametrize("seed", [0, 9])
def test_normal_layers_stretch_one_direction_and_squash_another(width, seed):
    largest, smallest = extremes(width, seed)
    for depth in (1, 2, 6):
        values = normal_again(width, seed, depth)
        assert largest[depth] == pytest.approx(values[0])
        assert smallest[depth] == pytest.approx(values[-1], rel=1e-6)
    assert largest[1] > 1.1 * smallest[1]
    assert smallest[16] < 0.01 * largest[16]
    assert smallest[16] < smallest[4] < 1


@claims("wider")
def test_the_smallest_direction_shrinks_faster_in_wider_layers():
    ends = [
        np.median([extremes(width, seed)[1][10] for seed in range(10)])
        for width in (2, 4, 8)
    ]
    assert ends[0] > 3 * ends[1] > 9 * ends[2]
    assert extremes(8, 0)[1][10] < extremes(3, 0)[1][10]


@claims("circle_stays")
@pytest.mark.parametrize("depth", [1, 7, 16])
def test_the_circle_stays_a_circle(depth):
    scene = drawing(FORM)(**{**STATEMENT.defaults, "depth": depth})
    _, turned, squashed = scene.figures[1]["data"]
    lengths = np.hypot(turned["x"], turned["y"])
    np.testing.assert_allclose(lengths, 1)
    assert np.hypot(*CIRCLE) == pytest.approx(np.ones(61))
    values = normal_again(2, 0, depth)
    reach = np.hypot(squashed["x"], squashed["y"])
    assert reach.max() == pytest.approx(1, rel=0.01)
    assert reach.min() >= values[1] / values[0] * (1 - 1e-9)


@claims("tall")
def test_of_tall_weights_the_columns_stand_at_right_angles():
    W = orthogonal(2, 5, gain=1.5)
    np.testing.assert_allclose(W.T @ W, 2.25 * np.eye(2), atol=1e-12)
    assert np.linalg.matrix_rank(W @ W.T) == 2


SENTENCE = re.compile(
    r"(\d+) orthogonal layers?: every vector (?:keeps its length|becomes (\S+) times as "
    r"long); with normal weights it becomes (\S+) to (\S+) times as long\."
)


@given(settings_of(STATEMENT))
@settings(max_examples=30)
def test_the_sentence_gives_both_factors_at_every_setting(chosen):
    depth, g = chosen["depth"], chosen["gain"]
    found = SENTENCE.fullmatch(drawing(FORM)(**chosen).status).groups()
    values = g**depth * normal_again(chosen["width"], chosen["seed"], depth)
    expected = [depth, g**depth, values[-1], values[0]]
    assert [float(text or 1) for text in found] == pytest.approx(expected, rel=0.006)
