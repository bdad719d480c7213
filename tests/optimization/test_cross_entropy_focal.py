"""The focal loss in the lesson on cross-entropy: its formula, its claims, its sentence."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
import scipy
from hypothesis import given, settings
from hypothesis import strategies as st

from formulas.optimization.cross_entropy import focal_loss
from notation.numbers import share_text
from pages.optimization.cross_entropy.focal.statement import STATEMENT
from tests.claims import claims
from tests.lessons import drawing, numbers_of
from tests.strategies import settings_of
from ui.catalogue import BY_KEY

FORM = BY_KEY["cross_entropy/focal"]

MUTANTS = (
    ("gamma * p * math.log(p) - missing", "p * math.log(p) - missing"),
    ("-alpha * (1 - p) ** gamma * log(p)", "-alpha * p**gamma * log(p)"),
    ("many * one / (many * one + hard)", "one / (one + hard)"),
    ("weights = [1.0, alpha]", "weights = [alpha, 1.0]"),
    ("100 * result.focal / result.cross", "100 * result.cross / result.focal"),
)


def of_the_page(**chosen):
    return numbers_of(STATEMENT, **{**STATEMENT.defaults, **chosen})


def by_hand(p, gamma, alpha=1.0):
    return -alpha * math.exp(gamma * math.log1p(-p)) * math.log(p)


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == r"L = -\alpha\, (1 - p)^{\gamma} \log p"


def test_values_known_from_elsewhere():
    logits = [2.0, 1.0, 0.1]
    assert focal_loss(0, logits) == pytest.approx(0.048492, abs=1e-6)
    assert focal_loss(2, logits) == pytest.approx(1.882780, abs=1e-6)
    weights = [0.75, 0.25]
    assert focal_loss(1, [0.0, 1.0], alpha=weights) == pytest.approx(0.005665, abs=1e-6)
    assert focal_loss(0, [0.0, 1.0], alpha=weights) == pytest.approx(0.526401, abs=1e-6)


@claims("focal_left", "focal_alpha")
@given(settings_of(STATEMENT))
def test_a_power_of_the_missing_probability_is_left(chosen):
    p, gamma, alpha = (chosen[k] for k in ("probability", "gamma", "alpha"))
    page = of_the_page(**chosen)
    assert page["focal"] == pytest.approx(by_hand(p, gamma, alpha), rel=1e-9)
    assert page["cross"] == pytest.approx(-math.log(p), rel=1e-9)
    assert of_the_page()["focal"] == pytest.approx(0.01 * -math.log(0.9))
    assert by_hand(0.1, 2.0) == pytest.approx(0.81 * -math.log(0.1))
    assert by_hand(0.8, 3.0) == pytest.approx(0.008 * -math.log(0.8))


@claims("focal_slope")
@given(settings_of(STATEMENT))
def test_the_derivative_has_a_second_part(chosen):
    p, gamma, alpha = (chosen[k] for k in ("probability", "gamma", "alpha"))
    z, h = scipy.special.logit(p), 1e-5
    up, down = (by_hand(scipy.special.expit(z + k), gamma, alpha) for k in (h, -h))
    slope = of_the_page(**chosen)["slope"]
    assert slope == pytest.approx((up - down) / (2 * h), rel=1e-4, abs=1e-8)
    plain = of_the_page(probability=0.1, gamma=0.0)["slope"]
    focal = of_the_page(probability=0.1)["slope"]
    assert [-plain, -focal] == pytest.approx([0.9, 1.1], abs=0.005)


@claims("focal_zero")
@given(st.floats(0.001, 0.999))
def test_without_gamma_it_is_the_cross_entropy(p):
    page = of_the_page(probability=p, gamma=0.0)
    assert page["focal"] == pytest.approx(page["cross"])


@claims("focal_batch")
def test_who_causes_the_loss_of_the_batch():
    for gamma, share in ((0.0, 0.82), (2.0, 0.05)):
        many, hard = 100 * by_hand(0.9, gamma), by_hand(0.1, gamma)
        assert many / (many + hard) == pytest.approx(share, abs=0.005)
    shown = drawing(FORM)(**STATEMENT.defaults).readouts
    assert shown["fraction from the N, cross-entropy"] == pytest.approx(0.82, abs=0.005)
    assert shown["fraction from the N, focal loss"] == pytest.approx(0.05, abs=0.005)


@claims("focal_order")
@given(st.floats(0.001, 0.998), st.floats(0, 4.9))
def test_a_larger_gamma_lowers_every_loss_most_where_p_is_large(p, gamma):
    assert by_hand(p, gamma + 0.1) < by_hand(p, gamma)
    kept = [by_hand(q, gamma + 0.1) / by_hand(q, gamma) for q in (p, p + 0.001)]
    assert kept[1] < kept[0]
    assert of_the_page(probability=p, gamma=gamma)["focal"] <= -math.log(p) * (1 + 1e-9)


@claims("focal_order")
def test_in_nats_it_is_small_p_that_loses_most():
    """Which is why the lesson speaks of the part that is kept."""
    lost = [by_hand(p, 0.0) - by_hand(p, 2.0) for p in (0.1, 0.99)]
    assert lost[0] > 0.4 > 0.02 > lost[1]
    kept = [by_hand(p, 2.0) / by_hand(p, 0.0) for p in (0.1, 0.99)]
    assert kept[0] > 0.8 > 0.001 > kept[1]
    (notice,) = (one for one in FORM.text.notice if "larger γ" in one)
    assert "keep the largest part" in notice


@claims("focal_calibration")
@pytest.mark.parametrize("frequency", [0.7, 0.9, 0.99])
def test_the_best_prediction_is_less_extreme_than_the_frequency(frequency):
    """Minimize the mean loss where the class is true with a frequency."""

    def mean(p, gamma):
        return frequency * by_hand(p, gamma) + (1 - frequency) * by_hand(1 - p, gamma)

    best = [
        scipy.optimize.minimize_scalar(
            mean, bounds=(1e-6, 1 - 1e-6), args=(gamma,), method="bounded"
        ).x
        for gamma in (0.0, 2.0)
    ]
    assert best[0] == pytest.approx(frequency, abs=1e-3)
    assert 0.5 < best[1] < frequency - 0.03


SENTENCE = re.compile(
    r"At p = (\S+) the loss is (\S+), (\S+)% of the cross-entropy\. Beside one example at "
    r"0\.1, (one|\d+) examples? at p cause (.+) of the loss, by cross-entropy (.+)\."
)


@given(settings_of(STATEMENT))
@settings(max_examples=50)
def test_the_sentence_says_what_is_left_at_every_setting(chosen):
    scene = drawing(FORM)(**chosen)
    p, gamma, alpha = (chosen[k] for k in ("probability", "gamma", "alpha"))
    *printed, many, focal, cross = SENTENCE.fullmatch(scene.status).groups()
    loss = by_hand(p, gamma, alpha)
    expected = [p, loss, 100 * loss / -math.log(p)]
    assert [float(t) for t in printed] == pytest.approx(expected, rel=6e-3)
    n = chosen["many"]
    assert many == ("one" if n == 1 else str(n))
    for text, (each, hard) in zip(
        (focal, cross),
        ((loss, by_hand(0.1, gamma, alpha)), (-math.log(p), -math.log(0.1))),
        strict=True,
    ):
        share = n * each / (n * each + hard)
        nearby = {share_text(share * (1 + k)) for k in (-1e-9, 0, 1e-9)}
        assert text in nearby
    drawn = scene.figures[0]["data"][0]
    right = [by_hand(q, gamma, alpha) for q in drawn["x"]]
    np.testing.assert_allclose(drawn["y"], right, rtol=1e-6)
