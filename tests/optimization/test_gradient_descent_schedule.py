"""The schedule in the lesson on gradient descent: its formula, claims and sentence."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formulas.optimization.schedules import cosine_schedule
from pages.optimization.gradient_descent.schedule.figure import constant
from pages.optimization.gradient_descent.schedule.statement import (
    STATEMENT,
    losses_of_run,
)
from tests.claims import claims
from tests.lessons import drawing, numbers_of
from tests.strategies import settings_of
from ui.catalogue import BY_KEY

FORM = BY_KEY["gradient_descent/schedule"]

MUTANTS = (
    ("(top * s / w, s < w)", "(top * (s + 1) / w, s < w)"),
    ("scatter = curvature * noise**2 / 2", "scatter = noise**2 / 2"),
    ("kept * kept * column[-1]", "kept * column[-1]"),
    ("level + (first - level)", "level + first"),
    ('"in the warm-up" if done < warmup', '"in the warm-up" if done <= warmup'),
)


def of_the_page(**chosen):
    return numbers_of(STATEMENT, **{**STATEMENT.defaults, **chosen})


def rate_by_hand(s, w, n, top, low):
    """Take the rise as a line between two points, and the fall as sin²."""
    if s < w:
        return float(np.interp(s, [0, w], [0, top]))
    return low + (top - low) * np.sin(np.pi / 2 * (n - s) / (n - w)) ** 2


def ends(**chosen):
    """Return the expected loss at the end, and the chosen values, by plain loops."""
    values = {**STATEMENT.defaults, **chosen}
    top = values["lr_max"]
    total = 0.0
    for curvature in (200.0, 1000.0):
        square = 1.0 / curvature  # of the distance, so that the loss is a half
        for s in range(200):
            lr = rate_by_hand(s, values["warmup"], 200, top, values["share"] * top)
            square = (1 - lr * curvature) ** 2 * square + (lr * values["noise"]) ** 2
        total += curvature * square / 2
    return total


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"\eta_s = \begin{cases} \eta_{\mathrm{max}} \frac{s}{w} & s \lt w \\ "
        r"\eta_{\mathrm{min}} + \frac{\eta_{\mathrm{max}} - \eta_{\mathrm{min}}}{2} \left(1 + \cos \pi "
        r"\frac{s - w}{n - w}\right) & \text{otherwise} \end{cases}"
    )


def test_values_known_from_elsewhere():
    rates = cosine_schedule([50, 100, 550], n_steps=1000, lr_max=3e-4, n_warmup=100)
    np.testing.assert_allclose(rates, [1.5e-4, 3e-4, 1.5e-4], rtol=1e-12)


@claims("sched_settles")
def test_the_expected_loss_is_the_mean_of_noisy_runs_and_settles_at_the_end():
    random = np.random.default_rng(0)
    lam, theta = np.array([200.0, 1000.0]), np.full((20_000, 2), 1.0)
    theta /= np.sqrt(lam)
    for s in range(200):
        lr = rate_by_hand(s, 20, 200, 3e-4, 0.0)
        noise = 20 * random.standard_normal(theta.shape)
        theta = theta - lr * (lam * theta + noise)
    found = (lam * theta**2 / 2).mean(axis=0)
    run = losses_of_run(20, 3e-4, 0.0, 20.0)
    np.testing.assert_allclose(run[-1], found, rtol=0.05)
    total = run.sum(axis=1)
    assert total[-1] < constant(3e-4, 20.0)[-1] / 5
    assert total[-1] < total[150] < total[100]


@claims("sched_floor")
@given(st.floats(1e-4, 1e-3), st.floats(1, 40))
def test_a_constant_rate_stops_at_a_level_that_grows_with_it(lr, noise):
    level = sum(lr * noise**2 / (2 * (2 - lr * lam)) for lam in (200.0, 1000.0))
    assert constant(lr, noise)[-1] == pytest.approx(level, rel=0.2, abs=0.05)
    usual = constant(3e-4, 20.0)
    assert usual[-1] == pytest.approx(usual[100], rel=0.1)
    assert constant(3e-4, 20.0)[-1] > 1.9 * constant(1.5e-4, 20.0)[-1]


@claims("sched_noise_square")
def test_twice_the_noise_is_four_times_the_loss():
    quiet, loud = (ends(share=1.0, noise=noise) for noise in (10.0, 20.0))
    assert loud / quiet == pytest.approx(4, rel=0.01)
    run = losses_of_run(20, 3e-4, 3e-4, 20.0).sum(axis=1)
    assert run[-1] == pytest.approx(loud, rel=1e-9)


@claims("sched_later")
def test_a_longer_warm_up_leaves_the_cosine_for_later():
    assert of_the_page(warmup=60)["rate"] > of_the_page(warmup=20)["rate"]
    by_hand = [rate_by_hand(110, w, 200, 3e-4, 0.0) for w in (20, 60)]
    assert [of_the_page(warmup=w)["rate"] for w in (20, 60)] == pytest.approx(by_hand)
    assert (110 - 60, 200 - 60, 110 - 20, 200 - 20) == (50, 140, 90, 180)


@claims("sched_no_noise")
def test_without_noise_the_constant_rate_ends_lower():
    assert constant(3e-4, 0.0)[-1] < ends(noise=0.0)


@claims("sched_tiny")
def test_a_tenth_of_the_rate_gets_less_far():
    small = constant(3e-5, 20.0)
    assert small[-1] < 0.9 * small[180]  # still on its way
    assert ends(lr_max=3e-5) > 10 * ends()
    assert losses_of_run(0, 3e-5, 3e-5, 20.0).sum(axis=1) == pytest.approx(small)


@claims("sched_half")
@given(st.integers(0, 40), st.integers(1, 100), st.floats(0, 1))
def test_halfway_down_the_rate_is_halfway(w, half, share):
    rate = cosine_schedule(
        w + half, n_steps=w + 2 * half, lr_max=2.0, lr_min=2 * share, n_warmup=w
    )
    assert rate == pytest.approx((2 + 2 * share) / 2)
    assert of_the_page()["rate"] == pytest.approx(1.5e-4)


@claims("sched_first")
@given(st.integers(1, 100))
def test_the_first_step_of_a_warm_up_does_nothing(w):
    page = of_the_page(done=0, warmup=w)
    assert page["rate"] == 0
    np.testing.assert_array_equal(page["after"], page["losses"])


@claims("sched_length")
def test_half_a_schedule_is_not_a_short_one():
    long, short = (
        cosine_schedule(np.arange(101), n_steps=n, lr_max=1.0) for n in (200, 100)
    )
    assert long[-1] == pytest.approx(0.5)
    assert short[-1] == 0


SENTENCE = re.compile(
    r"After (\d+) of 200 steps, (in the warm-up|on the cosine), the learning rate is (\S+) "
    r"of its maximum; the run ends at an expected loss of (\S+), at a constant rate "
    r"it would at (\S+)\."
)


@given(settings_of(STATEMENT))
@settings(max_examples=40, deadline=None)
def test_the_sentence_says_how_the_run_ends_at_every_setting(chosen):
    scene = drawing(FORM)(**chosen)
    done, where, *printed = SENTENCE.fullmatch(scene.status).groups()
    s, w, top = (chosen[k] for k in ("done", "warmup", "lr_max"))
    assert int(done) == s
    assert (where == "in the warm-up") is (s < w)
    expected = [
        rate_by_hand(s, w, 200, 1.0, chosen["share"]),
        ends(**chosen),
        ends(**chosen | {"share": 1.0, "warmup": 0}),
    ]
    found = [float(text) for text in printed]
    assert found == pytest.approx(expected, rel=6e-3, abs=1e-12)
    drawn = scene.figures[0]["data"][0]["y"]
    by_hand = [
        rate_by_hand(k, w, 200, 1e4 * top, 1e4 * chosen["share"] * top)
        for k in range(201)
    ]
    np.testing.assert_allclose(drawn, by_hand, rtol=1e-5, atol=1e-9)
