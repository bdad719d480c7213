"""Log-cosh in the lesson on the mean squared error: its formula, claims and sentence."""

from __future__ import annotations

import re

import mpmath
import numpy as np
import pytest
import scipy
from hypothesis import given, settings
from hypothesis import strategies as st

from formulas.optimization.mean_squared_error import log_cosh
from pages.optimization.mean_squared_error.log_cosh.statement import STATEMENT
from tests.claims import claims
from tests.lessons import drawing, numbers_of
from tests.strategies import settings_of
from ui.catalogue import BY_KEY

FORM = BY_KEY["mean_squared_error/log_cosh"]

MUTANTS = (
    ("s**2 * log(cosh(r[i] / s))", "s * log(cosh(r[i] / s))"),
    ("unit * np.tanh(errors / unit)", "np.tanh(errors / unit)"),
    ("math.tanh((middle - y) / unit)", "math.tanh(middle - y)"),
    ("ERRORS.clip(-unit, unit)", "ERRORS.clip(-unit, 2 * unit)"),
    ("unit**2 * np.asarray(losses)", "unit * np.asarray(losses)"),
)


def of_the_page(**chosen):
    return numbers_of(STATEMENT, **{**STATEMENT.defaults, **chosen})


def by_hand(error, unit):
    """Compute the loss with 40 digits."""
    with mpmath.workdps(40):
        return float(unit**2 * mpmath.log(mpmath.cosh(mpmath.mpf(error) / unit)))


def best_by_search(y, unit):
    found = scipy.optimize.minimize_scalar(
        lambda c: sum(by_hand(c - one, unit) for one in y),
        bounds=(min(y) - 1, max(y) + 1),
        method="bounded",
        options={"xatol": 1e-9},
    )
    return found.x


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"\ell_i = s^2 \log \cosh \frac{r_i}{s}, \quad r_i = \hat{y}_i - y_i"
    )


def test_values_known_from_elsewhere():
    assert log_cosh([0.0], [3.0]) == pytest.approx(2.309329, abs=1e-6)
    assert best_by_search([1, 2, 3, 4, 100], 1.0) == pytest.approx(3.0188, abs=5e-5)


@claims("lc_both_ends")
@given(settings_of(STATEMENT))
def test_squares_for_small_errors_and_proportion_for_large_ones(chosen):
    page = of_the_page(**chosen)
    s = chosen["unit"]
    y = [1, 2, 3, 4, chosen["outlier"]]
    expected = [by_hand(chosen["prediction"] - one, s) for one in y]
    np.testing.assert_allclose(page["losses"], expected, rtol=1e-9, atol=1e-12)
    assert by_hand(0.1 * s, s) == pytest.approx((0.1 * s) ** 2 / 2, rel=0.01)
    assert by_hand(20 * s, s) == pytest.approx(s * 20 * s - s**2 * np.log(2))
    assert by_hand(2, 10.0) / by_hand(1, 10.0) == pytest.approx(4, rel=0.01)


@claims("lc_slope")
@given(settings_of(STATEMENT))
def test_the_slope_bends_toward_s(chosen):
    page = of_the_page(**chosen)
    s, h = chosen["unit"], 1e-6
    for error, slope in zip(page["errors"], page["slopes"], strict=True):
        up, down = by_hand(error + h, s), by_hand(error - h, s)
        assert slope == pytest.approx((up - down) / (2 * h), rel=1e-5, abs=1e-4)
    assert (np.abs(page["slopes"]) <= s).all()


@claims("lc_below_huber")
@given(st.floats(0.5, 100))
def test_the_slope_is_never_larger_than_hubers(s):
    scene = drawing(FORM)(**STATEMENT.defaults | {"unit": s})
    own, huber = (trace["y"] for trace in scene.figures[0]["data"][:2])
    assert (np.abs(own) <= np.abs(huber) + 1e-12).all()
    np.testing.assert_allclose(huber, np.clip(np.linspace(-100, 100, 201), -s, s))


@claims("lc_best")
@pytest.mark.parametrize(("s", "best"), [(1.0, 3.02), (100.0, None)])
def test_the_best_constant_is_between_median_and_mean(s, best):
    shown = drawing(FORM)(**STATEMENT.defaults | {"unit": s}).readouts["best constant"]
    assert shown == pytest.approx(best_by_search([1, 2, 3, 4, 100], s), abs=1e-4)
    if best:
        assert shown == pytest.approx(best, abs=0.005)
    else:
        assert 15 < shown < 22


@claims("lc_stable")
def test_the_form_that_does_not_overflow():
    with np.errstate(over="ignore"):
        assert np.cosh(1000.0) == np.inf
    stable = 1000 + np.log1p(np.exp(-2000.0)) - np.log(2)
    assert log_cosh([0.0], [1000.0]) == pytest.approx(stable)
    assert stable == pytest.approx(by_hand(1000, 1.0))


SENTENCE = re.compile(
    r"The mean log-cosh loss is (\S+); the error of y₅, (\S+), has a slope of (\S+), within "
    r"±(\S+)\. The best constant is (\S+), (?:between median "
    r"(\S+) and mean (\S+)|as are median and mean)\."
)


@given(settings_of(STATEMENT))
@settings(max_examples=25, deadline=None)
def test_the_sentence_says_how_the_outlier_pulls_at_every_setting(chosen):
    scene = drawing(FORM)(**chosen)
    s, c = chosen["unit"], chosen["prediction"]
    y = np.array([1, 2, 3, 4, chosen["outlier"]])
    expected = [
        np.mean([by_hand(c - one, s) for one in y]),
        c - y[-1],
        s * np.tanh((c - y[-1]) / s),
        s,
        best_by_search(y, s),
        np.median(y),
        y.mean(),
    ]
    printed = SENTENCE.fullmatch(scene.status).groups()
    # Where median and mean are one number, it is said once.
    found = [float((text or printed[4]).replace("−", "-")) for text in printed]
    assert found == pytest.approx(expected, rel=6e-3, abs=1e-5)
    valley = scene.figures[1]["data"][0]
    for k in (0, 17, 100):
        right = np.mean([by_hand(valley["x"][k] - one, s) for one in y])
        assert valley["y"][k] == pytest.approx(right, rel=1e-6)
