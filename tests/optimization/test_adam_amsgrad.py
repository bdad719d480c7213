"""AMSGrad in the lesson on Adam: its formula, its claims, its sentence."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
from hypothesis import given, settings

from formulas.optimization.adamw import adamw_step
from pages.optimization.adam.amsgrad.statement import STATEMENT, whole_run
from tests.claims import claims
from tests.lessons import drawing, numbers_of
from tests.strategies import settings_of
from ui.catalogue import BY_KEY

FORM = BY_KEY["adam/amsgrad"]

MUTANTS = (
    ("np.maximum.accumulate(squares)", "squares"),
    ("grads[::period] = size", "grads[1::period] = size"),
    (
        "np.maximum(largest, square, out=largest)",
        "np.minimum(largest, square, out=largest)",
    ),
    ("for kept in (largest, squares)", "for kept in (squares, largest)"),
    ("(size - (period - 1)) / period", "(size - period) / period"),
)


def of_the_page(**chosen):
    return numbers_of(STATEMENT, **{**STATEMENT.defaults, **chosen})


def by_hand(keep, size, period, n_steps, *, maximum):
    """Run one optimizer step by step in plain floats; the weight after each step."""
    v = largest = theta = 0.0
    walk = [theta]
    for t in range(1, n_steps + 1):
        g = size if (t - 1) % period == 0 else -1.0
        v = keep * v + (1 - keep) * g * g
        largest = max(largest, v)
        divisor = largest if maximum else v
        theta -= 0.1 * g / (math.sqrt(divisor / (1 - keep**t)) + 1e-8)
        walk.append(theta)
    return walk


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"\begin{gathered} v_t^{\mathrm{max}} = \max(v_{t-1}^{\mathrm{max}},\, v_t) \\ \theta_t = "
        r"\theta_{t-1} - \eta\, \frac{g_t}{\sqrt{v_t^{\mathrm{max}} / (1 - {\beta_2}^t)} + \epsilon} "
        r"\end{gathered}"
    )


@pytest.mark.parametrize(("start", "end"), [(None, -0.304782), (0.0, -0.287218)])
def test_four_steps_with_one_large_gradient(start, end):
    theta, m, v = np.zeros((3, 1))
    v_max = None if start is None else np.array([start])
    for t, g in enumerate([10.0, 1.0, 1.0, 1.0], start=1):
        state = adamw_step(
            theta,
            [g],
            m,
            v,
            t,
            lr=0.1,
            beta1=0.9,
            beta2=0.9,
            weight_decay=0,
            v_max=v_max,
        )
        theta, m, v, v_max = state.theta, state.m, state.v, state.v_max
    assert theta[0] == pytest.approx(end, abs=5e-7)


@given(settings_of(STATEMENT))
@settings(max_examples=25)
def test_the_run_is_that_of_single_steps(chosen):
    keep, size, period, step = (
        chosen[name] for name in ("keep", "size", "period", "steps")
    )
    _, largest, path, adam_path = whole_run(keep, size, period)
    for maximum, found in ((True, path), (False, adam_path)):
        expected = by_hand(keep, size, period, 200, maximum=maximum)
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)
    shown = of_the_page(**chosen)
    assert shown["updated"] == pytest.approx(path[step])
    assert shown["adam"] == pytest.approx(adam_path[step])
    assert shown["largest"] == pytest.approx(largest[step])


@claims("adam_goes_wrong", "ams_goes_right", "mean_gradient")
def test_adam_goes_up_where_the_mean_gradient_points_down():
    shown = drawing(FORM)(**STATEMENT.defaults).readouts
    assert shown["mean gradient of a period"] == pytest.approx((30 - 19) / 20)
    assert shown["adam"] > 1
    assert shown["updated"] < -0.5
    for size, period in ((5, 5), (9, 10)):
        mean = (size - (period - 1)) / period
        assert (mean > 0) == (size > period - 1)


@claims("short_period")
def test_with_a_short_period_adam_goes_down():
    assert of_the_page(period=5)["adam"] < -4


@claims("slow_decay")
def test_with_a_slow_decay_both_go_the_same_way():
    fast, slow = of_the_page(), of_the_page(keep=0.999)
    assert slow["adam"] == pytest.approx(slow["updated"], rel=0.05)
    assert slow["adam"] < 0
    change = [abs(slow[name] - fast[name]) for name in ("adam", "updated")]
    assert change[0] > 3 * change[1]


@claims("rare")
def test_rarer_gradients_lead_adam_further_astray():
    assert of_the_page(period=40, size=60)["adam"] > of_the_page()["adam"] > 0
    assert of_the_page(period=40, size=60)["updated"] < 0


@claims("nothing_rare")
def test_of_two_gradients_in_turn_both_go_down():
    shown = of_the_page(period=2, size=2)
    assert shown["adam"] < -2
    assert shown["updated"] < -2


@claims("never_falls")
def test_the_maximum_never_falls():
    for keep in (0.5, 0.8, 0.999):
        scene = drawing(FORM)(**{**STATEMENT.defaults, "keep": keep})
        adam, ams = (np.asarray(c["y"]) for c in scene.figures[1]["data"][:2])
        assert (np.diff(ams) >= 0).all()
        assert (np.diff(adam) < 0).any()


@claims("divisor_falls")
def test_the_divisor_falls_where_the_largest_mean_square_stays():
    first, third = (of_the_page(steps=steps) for steps in (1, 3))
    assert first["largest"] == third["largest"]
    divisors = [
        shown["largest"] / (1 - 0.8**steps) for shown, steps in ((first, 1), (third, 3))
    ]
    assert divisors == pytest.approx([900, 368.85], rel=1e-4)
    moved = third["theta"] - third["updated"]
    assert moved == pytest.approx(
        0.1 * third["grad"] / math.sqrt(divisors[1]), rel=1e-6
    )


@claims("climbs_back")
def test_adam_steps_down_once_and_climbs_in_between():
    walk = np.asarray(drawing(FORM)(**STATEMENT.defaults).figures[0]["data"][0]["y"])
    steps = np.diff(walk)
    assert (steps[::20] < 0).all()
    assert (np.delete(steps, slice(None, None, 20)) > 0).all()
    assert walk[-1] > walk[0]


SENTENCE = re.compile(
    r"The mean gradient is (\S+), so the weight should (go down|go up|stay); after (\d+) "
    r"steps? Adam is at (\S+) and AMSGrad at (\S+)\."
)


@given(settings_of(STATEMENT))
@settings(max_examples=30)
def test_the_sentence_gives_both_weights_at_every_setting(chosen):
    keep, size, period, step = (
        chosen[name] for name in ("keep", "size", "period", "steps")
    )
    found = SENTENCE.fullmatch(drawing(FORM)(**chosen).status).groups()
    mean, aim, count, adam, ams = (text.replace("−", "-") for text in found)
    total = size - (period - 1)
    assert float(mean) == pytest.approx(total / period, rel=0.006)
    assert aim == ("go down" if total > 0 else "go up" if total < 0 else "stay")
    assert int(count) == step
    for text, maximum in ((adam, False), (ams, True)):
        end = by_hand(keep, size, period, step, maximum=maximum)[-1]
        assert float(text) == pytest.approx(end, rel=0.006, abs=1e-9)
