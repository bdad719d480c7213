"""Schedules: values, where the pieces meet, the end of the run, bad input."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formulas.optimization.schedules import cosine_schedule
from formulas.optimization.sgd import sgd_path
from tests.errors import says

# Each is one edit of the module that its tests must notice.
MUTANTS = (
    ("lr_max * (done / n_warmup)", "lr_max * ((done + 1) / n_warmup)"),
    (
        "lr_max * (done / n_warmup)",
        "lr_min + (lr_max - lr_min) * (done / n_warmup)",
    ),
    ("(done - n_warmup) / (n_steps - n_warmup)", "(done - n_warmup) / n_steps"),
    ("(done - n_warmup) / (n_steps - n_warmup)", "done / n_steps"),
    (".clip(0.0, 1.0)", ".clip(0.0)"),  # the next wave
    ("np.cos(np.pi * progress)", "np.cos(2 * np.pi * progress)"),
    ("lr_min * (1 - height)", "0.0"),
)

RUN = {"n_steps": 1000, "lr_max": 3e-4, "n_warmup": 100}


def by_hand(s, n_steps, high, low, warmup):
    if s < warmup:
        return high * s / warmup
    if s >= n_steps:
        return low
    angle = math.pi * (s - warmup) / (n_steps - warmup)
    return low + (high - low) / 2 * (1 + math.cos(angle))


@pytest.mark.parametrize(("step", "rate"), [(50, 1.5e-4), (100, 3e-4), (550, 1.5e-4)])
def test_a_run_of_1000_steps_with_100_of_warm_up(step, rate):
    assert cosine_schedule(step, **RUN) == pytest.approx(rate, rel=1e-12)


@given(st.integers(0, 300), st.integers(1, 200), st.floats(0, 1), st.floats(1e-6, 10.0))
def test_agrees_with_the_formula_at_every_step(step, n_steps, share, lr_max):
    warmup, lr_min = int(share * (n_steps - 1)), share * lr_max
    found = cosine_schedule(
        step, n_steps=n_steps, lr_max=lr_max, lr_min=lr_min, n_warmup=warmup
    )
    expected = by_hand(step, n_steps, lr_max, lr_min, warmup)
    assert found == pytest.approx(expected, rel=1e-9, abs=1e-12)
    assert type(found) is float


@given(st.integers(2, 200), st.floats(0, 1), st.floats(0, 1))
def test_it_rises_to_the_top_and_falls_to_the_end_and_stays_there(n, share, low):
    warmup = int(share * (n - 1))
    options = {"n_steps": n, "lr_max": 1.0, "lr_min": low, "n_warmup": warmup}
    rates = cosine_schedule(np.arange(3 * n), **options)
    assert (np.diff(rates[: warmup + 1]) > 0).all()
    assert (np.diff(rates[warmup:]) <= 1e-15).all()  # rounding
    assert rates[warmup] == 1.0
    assert rates.max() <= 1 + 1e-15
    assert (rates[n:] == low).all()
    assert (rates >= 0).all()


def test_the_warm_up_begins_at_zero_even_where_the_run_ends_higher():
    assert cosine_schedule(0, **RUN, lr_min=1e-4) == 0
    assert cosine_schedule(0, n_steps=10, lr_max=1.0) == 1


def test_a_table_of_steps_is_the_same_as_step_by_step():
    steps = np.array([[0, 50, 99], [100, 999, 5000]])
    table = cosine_schedule(steps, **RUN)
    each = [[cosine_schedule(step, **RUN) for step in row] for row in steps]
    np.testing.assert_array_equal(table, each)


def test_it_drives_a_descent():
    rates = cosine_schedule(np.arange(1, 4), n_steps=4, lr_max=1.0)
    path = sgd_path(lambda x: x, [1.0], lr=rates, n_steps=3).ravel()
    np.testing.assert_allclose(path, np.cumprod([1.0, *(1 - rates)]), rtol=1e-12)


def test_huge_steps_and_rates_do_no_harm():
    assert cosine_schedule(10**15, **RUN) == 0
    assert cosine_schedule(0, n_steps=10**15, lr_max=1e308, lr_min=1e308) == 1e308


@pytest.mark.parametrize(
    ("step", "options", "message"),
    [
        (-1, {}, "step must be in [0, inf), got -1"),
        (1.5, {}, "step must be an integer, got 1.5"),
        (True, {}, "step must be an integer, got True"),
        (math.nan, {}, "step contains NaN"),
        ("a", {}, "step must be numeric"),
        ([], {}, "step must not be empty"),
        ([0, 1.5], {}, "step must be an integer, got 1.5"),
        ([True, False], {}, "step must be an integer, got True"),
        ([0, math.nan], {}, "step contains NaN"),
        ([3, -2], {}, "step must be in [0, inf), got -2"),
        (0, {"n_steps": 0}, "n_steps must be in [1, inf), got 0"),
        (0, {"n_steps": 9.5}, "n_steps must be an integer, got 9.5"),
        (0, {"lr_max": 0.0}, "lr_max must be in (0, inf), got 0.0"),
        (0, {"lr_max": math.inf}, "lr_max must be finite"),
        (0, {"lr_min": 2.0}, "lr_min must be in [0, 1], got 2.0"),
        (0, {"lr_min": -0.5}, "lr_min must be in [0, 1], got -0.5"),
        (0, {"n_warmup": 10}, "n_warmup must be in [0, 9], got 10"),
        (0, {"n_warmup": -1}, "n_warmup must be in [0, 9], got -1"),
        (0, {"n_warmup": 0.5}, "n_warmup must be an integer, got 0.5"),
    ],
)
def test_bad_input_is_named(step, options, message):
    with says(message):
        cosine_schedule(step, **{"n_steps": 10, "lr_max": 1.0} | options)


def test_input_is_left_as_it_was():
    steps = np.array([0, 5, 20])
    cosine_schedule(steps, n_steps=10, lr_max=1.0, n_warmup=2)
    np.testing.assert_array_equal(steps, [0, 5, 20])
