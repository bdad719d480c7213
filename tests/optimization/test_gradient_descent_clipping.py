"""Clipping in the lesson on gradient descent: its formula, its claims, its sentence."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formulas.optimization.clipping import clip_by_global_norm
from pages.optimization.gradient_descent.clipping.figure import angle_between, walk
from pages.optimization.gradient_descent.clipping.statement import STATEMENT
from tests.claims import claims
from tests.lessons import drawing, numbers_of
from tests.strategies import settings_of
from ui.catalogue import BY_KEY

FORM = BY_KEY["gradient_descent/clipping"]

MUTANTS = (
    ("[gradient[:2], gradient[2:]]", "[gradient[:1], gradient[1:] / 2]"),
    ("(c / norm, norm > c)", "(c / norm, norm > 1)"),
    ("gradient.clip(-max_norm, max_norm)", "gradient.clip(-max_norm, 2 * max_norm)"),
    ("max(-longest, min(longest, slope))", "min(longest, slope) / 2"),
    ("np.linalg.norm(np.cross(one, other))", "np.linalg.norm(one - other)"),
)


def of_the_page(**chosen):
    return numbers_of(STATEMENT, **{**STATEMENT.defaults, **chosen})


def three(chosen):
    return [chosen[name] for name in ("g1", "g2", "g3")]


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"\tilde g = \min\left(1, \frac{c}{\lVert g \rVert}\right) g, \quad "
        r"\lVert g \rVert = \sqrt{\textstyle\sum_i g_i^2}"
    )


def test_values_known_from_elsewhere():
    clipped = clip_by_global_norm([[3.0, 4.0], [12.0]], 6.5, eps=0.0)
    assert clipped.norm == 13
    assert clipped.scale == 0.5


@claims("clip_length", "clip_eps")
@given(settings_of(STATEMENT))
def test_what_is_too_long_is_brought_to_the_length_c(chosen):
    page = of_the_page(**chosen)
    before, c = math.hypot(*three(chosen)), chosen["max_norm"]
    assert page["norm"] == pytest.approx(before)
    after = math.hypot(*page["clipped"])
    assert after == pytest.approx(min(before, c), abs=1e-12)
    (short,) = clip_by_global_norm([three(chosen)], c, eps=1e-6).grads
    assert after * (1 - 3e-6) <= math.hypot(*short) <= after
    doubled = of_the_page(g1=18.0, g2=8.0)["clipped"]
    assert doubled == pytest.approx(of_the_page(g1=9.0, g2=4.0)["clipped"])
    assert math.hypot(9, 4) > 6.5


@claims("clip_direction")
@given(settings_of(STATEMENT))
def test_all_components_have_one_factor(chosen):
    page = of_the_page(**chosen)
    expected = page["scale"] * np.array(three(chosen))
    np.testing.assert_allclose(page["clipped"], expected)
    assert 0 < page["scale"] <= 1


@claims("clip_global")
def test_a_large_gradient_elsewhere_shortens_all():
    found = [of_the_page(g3=g)["clipped"][0] for g in (0.0, 10.0, 30.0)]
    assert found == sorted(found, reverse=True)
    page = of_the_page(g1=3.0, g2=4.0, g3=40.0)
    assert math.hypot(3, 4) < page["max_norm"]
    np.testing.assert_allclose(page["clipped"][:2], np.array([3, 4]) * page["scale"])
    assert page["scale"] < 0.2


def turned(gradient, c):
    """Return the angle between a gradient and its clipped values, by the cosine."""
    other = [max(-c, min(c, g)) for g in gradient]
    lengths = math.hypot(*gradient) * math.hypot(*other)
    if lengths == 0:
        return 0.0
    product = sum(g * o for g, o in zip(gradient, other, strict=True))
    return math.degrees(math.acos(max(-1.0, min(1.0, product / lengths))))


@claims("clip_turns")
@given(settings_of(STATEMENT))
def test_clipping_each_value_turns_the_gradient(chosen):
    gradient, c = three(chosen), chosen["max_norm"]
    label = "turned by clipping each value (°)"
    shown = drawing(FORM)(**chosen).readouts[label]
    assert shown == pytest.approx(turned(gradient, c), abs=1e-5)
    usual = np.array([12.0, 5.0, 0.0])
    by_value = usual.clip(-6.5, 6.5)
    assert angle_between(usual, by_value) > 10
    assert by_value[0] / usual[0] < by_value[1] / usual[1]


@claims("clip_diagonal")
def test_on_the_diagonal_both_keep_the_direction():
    assert turned([10.0, 10.0, 0.0], 6.5) == pytest.approx(0, abs=1e-5)


@claims("clip_short")
def test_a_short_gradient_stays():
    page = of_the_page(g1=4.0, g2=3.0)
    assert page["norm"] == 5
    assert page["scale"] == 1


@claims("clip_wall")
@given(st.floats(0.5, 20))
def test_one_step_without_clipping_throws_the_parameter_back(c):
    free, held = np.diff(walk(math.inf)), np.diff(walk(c))
    assert free.min() == pytest.approx(-30)
    assert walk(math.inf)[:12].max() == pytest.approx(3.3)
    assert held.min() == pytest.approx(-0.3 * c)
    np.testing.assert_allclose(free[:10], 0.3)
    assert held[0] == pytest.approx(0.3 * min(1, c))
    assert (np.abs(held) <= 0.3 * c + 1e-12).all()


CLIPPED = re.compile(
    r"The gradient is (\S+) long, more than (\S+): all components are multiplied by (\S+), "
    r"and the direction is kept; clipping each value would turn it by (\S+)°\."
)
SHORT = re.compile(
    r"The gradient is (\S+) long, no more than (\S+): nothing is clipped\."
)


@given(settings_of(STATEMENT))
@settings(max_examples=60)
def test_the_sentence_says_what_clipping_does_at_every_setting(chosen):
    scene = drawing(FORM)(**chosen)
    gradient, c = three(chosen), chosen["max_norm"]
    length = math.hypot(*gradient)
    if abs(length - c) < 1e-5:
        return  # on the edge rounding decides
    if length < c:
        printed = SHORT.fullmatch(scene.status).groups()
        expected = [length, c]
    else:
        printed = CLIPPED.fullmatch(scene.status).groups()
        expected = [length, c, c / length, turned(gradient, c)]
    assert [float(t) for t in printed] == pytest.approx(expected, rel=0.06, abs=1e-5)
    heads = [[float(k[-1]) for k in (t["x"], t["y"])] for t in scene.figures[0]["data"]]
    kept = np.array(gradient[:2]) * (c / length if length > c else 1)
    np.testing.assert_allclose(heads[3], kept, rtol=1e-5, atol=1e-9)
    np.testing.assert_allclose(heads[2], np.clip(gradient[:2], -c, c))
