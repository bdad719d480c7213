"""The Huber loss in the lesson on the mean squared error: formula, claims, sentence."""

from __future__ import annotations

import re

import numpy as np
import pytest
import scipy
from hypothesis import given, settings
from hypothesis import strategies as st

from formulas.optimization.mean_squared_error import huber, smooth_l1
from pages.optimization.mean_squared_error.huber.statement import STATEMENT
from tests.claims import claims
from tests.lessons import drawing, numbers_of
from tests.strategies import settings_of
from ui.catalogue import BY_KEY

FORM = BY_KEY["mean_squared_error/huber"]

MUTANTS = (
    ("delta * (Abs(r[i]) - delta / 2)", "delta * (Abs(r[i]) - delta)"),
    ("errors.clip(-delta, delta),", "errors.clip(-delta, 2 * delta),"),
    ("(corners[:, None] - y).clip(-delta, delta)", "(corners[:, None] - y)"),
    ("ERRORS.clip(-delta, delta)", "ERRORS.clip(-delta, 0)"),
    ("(np.abs(result.errors) > delta)", "(result.errors > delta)"),
)


def of_the_page(**chosen):
    return numbers_of(STATEMENT, **{**STATEMENT.defaults, **chosen})


def best_by_search(y, delta):
    """Minimize SciPy's loss over all constants."""
    found = scipy.optimize.minimize_scalar(
        lambda c: scipy.special.huber(delta, c - np.asarray(y)).mean(),
        bounds=(-1, 101),
        method="bounded",
        options={"xatol": 1e-10},
    )
    return found.x


def shown_best(**chosen):
    return drawing(FORM)(**{**STATEMENT.defaults, **chosen}).readouts["best constant"]


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"\ell_i = \begin{cases} \frac12 r_i^2 & |r_i| \le \delta \\ "
        r"\delta \left(|r_i| - \frac12 \delta\right) & \text{beyond} "
        r"\end{cases}, \quad r_i = \hat{y}_i - y_i"
    )


def test_values_known_from_elsewhere():
    assert huber([0.0], [3.0]) == 2.5
    assert huber([0.0], [3.0], delta=2.0) == 4
    assert smooth_l1([0.0], [3.0], beta=2.0) == 2
    assert shown_best(delta=1.0) == pytest.approx(3)


@claims("huber_slope_clipped")
@given(settings_of(STATEMENT))
def test_losses_are_scipys_and_slopes_the_clipped_errors(chosen):
    page = of_the_page(**chosen)
    y = np.array([1, 2, 3, 4, chosen["outlier"]])
    delta, c = chosen["delta"], chosen["prediction"]
    expected = scipy.special.huber(delta, c - y)
    np.testing.assert_allclose(page["losses"], expected, rtol=1e-12)
    assert page["huber"] == pytest.approx(expected.mean())
    h = 1e-4
    slopes = (
        scipy.special.huber(delta, c + h - y) - scipy.special.huber(delta, c - h - y)
    ) / (2 * h)
    np.testing.assert_allclose(page["slopes"], slopes, atol=1e-3)
    assert (np.abs(page["slopes"]) <= delta).all()
    assert of_the_page()["slopes"][-1] == -20
    assert of_the_page()["errors"][-1] == -90


@claims("huber_pull_bounded")
@given(st.floats(30.01, 100), st.floats(30.01, 100))
def test_beyond_delta_the_pull_is_the_same(one, other):
    pulls = [-of_the_page(outlier=y)["slopes"][-1] for y in (one, other)]
    assert pulls == [20, 20]


@claims("huber_between", "huber_cancel")
@given(st.floats(0, 100), st.floats(0.5, 100))
def test_the_best_constant_cancels_the_slopes(outlier, delta):
    y = [1, 2, 3, 4, outlier]
    best = shown_best(outlier=outlier, delta=delta)
    assert best == pytest.approx(best_by_search(y, delta), abs=1e-4)
    assert np.clip(best - np.array(y), -delta, delta).sum() == pytest.approx(
        0, abs=1e-7
    )
    median, mean = np.median(y), np.mean(y)
    assert min(median, mean) - 1e-9 <= best <= max(median, mean) + 1e-9
    small, middle, large = (shown_best(delta=d) for d in (1.0, 5.0, 100.0))
    assert small < middle < large


@claims("huber_large_delta")
def test_with_a_large_delta_it_is_half_the_squared_error():
    page = of_the_page(delta=100.0)
    errors = 10 - np.array([1, 2, 3, 4, 100])
    assert page["huber"] == pytest.approx((errors**2).mean() / 2)
    assert shown_best(delta=100.0) == pytest.approx(22)


@claims("huber_small_delta")
def test_with_a_small_delta_the_median_is_best():
    assert shown_best(delta=0.5) == pytest.approx(3)


@claims("huber_no_kink")
@given(st.floats(0.5, 100))
def test_parabola_and_line_meet_with_the_same_slope(delta):
    h = 1e-6 * delta
    left, here, right = (
        huber([0.0], [delta + k], delta=delta, reduction="none")[0] for k in (-h, 0, h)
    )
    assert (here - left) / h == pytest.approx(delta, rel=1e-4)
    assert (right - here) / h == pytest.approx(delta, rel=1e-4)


@claims("huber_unit")
@given(st.floats(0.1, 100), st.floats(0.5, 20))
def test_delta_has_the_unit_of_the_data(scale, delta):
    y = np.array([1, 2, 3, 4, 100.0])
    one = huber(y, np.full(5, 10.0), delta=delta)
    other = huber(scale * y, np.full(5, 10 * scale), delta=scale * delta)
    assert other == pytest.approx(scale**2 * one)


@claims("huber_smooth_l1")
@given(st.floats(0.1, 20), st.floats(-50, 50))
def test_smooth_l1_is_huber_divided(beta, error):
    assert smooth_l1([0.0], [error], beta=beta) == pytest.approx(
        huber([0.0], [error], delta=beta) / beta, abs=1e-12
    )


SENTENCE = re.compile(
    r"The mean Huber loss is (\S+); (?:(\d) of 5 errors|no error) (?:is|are) "
    r"clipped to δ = (\S+)\. The best constant is (\S+), (?:between median "
    r"(\S+) and mean (\S+)|as are median and mean)\."
)


@given(settings_of(STATEMENT))
@settings(max_examples=40, deadline=None)
def test_the_sentence_says_what_is_clipped_and_what_is_best_at_every_setting(chosen):
    scene = drawing(FORM)(**chosen)
    loss, clipped, *printed = SENTENCE.fullmatch(scene.status).groups()
    y = np.array([1, 2, 3, 4, chosen["outlier"]])
    errors, delta = chosen["prediction"] - y, chosen["delta"]
    assert float(loss) == pytest.approx(
        scipy.special.huber(delta, errors).mean(), rel=6e-3
    )
    assert int(clipped or 0) == sum(abs(e) > delta for e in errors)
    expected = [delta, best_by_search(y, delta), np.median(y), y.mean()]
    # Where median and mean are one number, it is said once.
    assert [float(text or printed[1]) for text in printed] == pytest.approx(
        expected, rel=6e-3, abs=1e-6
    )
    drawn = scene.figures[0]["data"][0]
    np.testing.assert_allclose(
        drawn["y"], [max(-delta, min(delta, e)) for e in drawn["x"]], rtol=1e-6
    )
    valley = scene.figures[1]["data"][0]
    expected = scipy.special.huber(delta, valley["x"][:, None] - y).mean(axis=1)
    np.testing.assert_allclose(valley["y"], expected, rtol=1e-6)


def test_an_error_of_0_pulls_with_0_and_not_with_minus_0():
    pull = drawing(FORM)(**STATEMENT.defaults | {"outlier": 10.0}).readouts[
        "pull of y₅"
    ]
    assert str(float(pull)) == "0.0"
