"""AdamW and AMSGrad: a recursion in plain floats, limits, bad and extreme input."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formulas.optimization.adam import adam_step
from formulas.optimization.adamw import adamw_step
from tests.errors import says
from tests.strategies import numbers, vectors

# Each is one edit of the module that its tests must notice.
MUTANTS = (
    ("step -= lr * decay * point", "step -= decay * point"),
    ("step -= lr * decay * point", "step -= lr * decay * (point + step)"),
    ("        if not decoupled:\n", "        if decoupled:\n"),
    ("        if decoupled:\n", "        if True:\n"),
    ("gradient + decay * point", "gradient + 2 * decay * point"),
    (
        "np.maximum(largest, square, out=largest)",
        "np.maximum(largest, square / (1 - beta2**t), out=largest)",
    ),
    ("np.maximum(largest, square, out=largest)", "largest = square"),
    (
        "size *= math.sqrt(bias_correction_factor(beta2, t))",
        "size *= 1 if v_max else math.sqrt(bias_correction_factor(beta2, t))",
    ),
    (
        "size *= math.sqrt(bias_correction_factor(beta2, t))",
        "size *= bias_correction_factor(beta2, t)",
    ),
    ("step *= -lr * bias_correction_factor(beta1, t)", "step *= -lr"),
    ("size = np.where(size == 0, np.inf, size)", "pass"),
    ("new += (1 - memory) * value", "new += value"),
    ("beta2, gradient * gradient)", "beta2, abs(gradient))"),
)

ZERO = [0.0]
START = {"lr": 0.1, "weight_decay": 0.1}


def first(theta, gradient, **options):
    return adamw_step([theta], [gradient], ZERO, ZERO, 1, **START | options)


def run(gradients, *, theta=0.0, amsgrad=False, **options):
    """Take one step for each gradient and return where each ends."""
    state = {"theta": [theta], "m": ZERO, "v": ZERO}
    state |= {"v_max": ZERO if amsgrad else None}
    path = []
    for t, gradient in enumerate(gradients, start=1):
        new = adamw_step(grad=[gradient], t=t, **state, **options)
        state = {name: getattr(new, name) for name in state}
        path.append(float(new.theta[0]))
    return path


def by_hand(gradients, theta, lr, betas, eps, decay, *, decoupled, amsgrad):
    """Run the recursion in plain floats."""
    m = v = v_max = 0.0
    path = []
    for t, gradient in enumerate(gradients, start=1):
        g = gradient if decoupled else gradient + decay * theta
        m = betas[0] * m + (1 - betas[0]) * g
        v = betas[1] * v + (1 - betas[1]) * g * g
        v_max = max(v_max, v)
        v_hat = (v_max if amsgrad else v) / (1 - betas[1] ** t)
        shrunk = theta * (1 - lr * decay) if decoupled else theta
        theta = shrunk - lr * (m / (1 - betas[0] ** t)) / (math.sqrt(v_hat) + eps)
        path.append(theta)
    return path


@pytest.mark.parametrize("gradient", [0.01, 1.0, 1000.0])
def test_the_first_step_decays_by_lr_times_decay_times_theta(gradient):
    assert first(2.0, gradient).theta[0] == pytest.approx(1.88, abs=1e-6)
    l2 = first(2.0, gradient, decoupled=False)
    assert l2.theta[0] == pytest.approx(1.9, abs=1e-6)


def test_without_gradient_adamw_decays_and_l2_takes_a_whole_step():
    assert first(2.0, 0.0).theta[0] == 1.98
    assert first(2.0, 0.0, decoupled=False).theta[0] == pytest.approx(1.900000005)


def test_amsgrad_remembers_one_large_gradient():
    options = {"lr": 0.1, "beta1": 0.9, "beta2": 0.9, "weight_decay": 0.0}
    gradients = [10.0, 1.0, 1.0, 1.0]
    assert run(gradients, **options)[-1] == pytest.approx(-0.304782, abs=5e-7)
    kept = run(gradients, amsgrad=True, **options)[-1]
    assert kept == pytest.approx(-0.287218, abs=5e-7)
    # The maximum of the corrected means, as Optax once had it, is another method.
    theta = m = v = largest = 0.0
    for t, g in enumerate(gradients, start=1):
        m, v = 0.9 * m + 0.1 * g, 0.9 * v + 0.1 * g * g
        largest = max(largest, v / (1 - 0.9**t))
        theta -= 0.1 * m / (1 - 0.9**t) / (math.sqrt(largest) + 1e-8)
    assert theta == pytest.approx(-0.218610, abs=5e-7)


@given(
    st.lists(numbers(), min_size=1, max_size=6),
    numbers(5.0),
    st.tuples(st.floats(0, 0.99), st.floats(0, 0.999)),
    st.floats(0, 0.5),
    st.booleans(),
    st.booleans(),
)
def test_agrees_with_the_recursion_in_plain_floats(
    gradients, theta, betas, decay, decoupled, amsgrad
):
    expected = by_hand(
        gradients,
        theta,
        *(0.1, betas, 1e-3, decay),
        decoupled=decoupled,
        amsgrad=amsgrad,
    )
    found = run(
        gradients,
        theta=theta,
        lr=0.1,
        beta1=betas[0],
        beta2=betas[1],
        eps=1e-3,
        weight_decay=decay,
        decoupled=decoupled,
        amsgrad=amsgrad,
    )
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)


@given(vectors(3), vectors(3), st.integers(1, 20), st.booleans())
def test_without_decay_it_is_adam(theta, grad, t, decoupled):
    state = adamw_step(
        theta, grad, grad / 2, grad**2, t, weight_decay=0.0, decoupled=decoupled
    )
    plain = adam_step(theta, grad, grad / 2, grad**2, t)
    for name in ("theta", "m", "v", "step"):
        ours, adams = getattr(state, name), getattr(plain, name)
        np.testing.assert_allclose(ours, adams, rtol=1e-12, atol=1e-18)
    assert state.v_max is None


@given(vectors(3), vectors(3), st.floats(0, 1))
def test_decoupled_decay_leaves_the_running_means_alone(theta, grad, decay):
    state = adamw_step(theta, grad, [0] * 3, [0] * 3, 1, lr=0.1, weight_decay=decay)
    plain = adam_step(theta, grad, [0] * 3, [0] * 3, 1, lr=0.1)
    np.testing.assert_array_equal(state.m, plain.m)
    np.testing.assert_array_equal(state.v, plain.v)
    expected = plain.step - 0.1 * decay * theta
    np.testing.assert_allclose(state.step, expected, rtol=1e-12, atol=1e-15)
    np.testing.assert_array_equal(state.theta, theta + state.step)


def test_l2_lets_weights_with_large_gradients_escape_the_decay():
    theta, grad = np.ones(2), np.array([0.1, 100.0])
    options = {"lr": 1e-3, "beta1": 0.0, "beta2": 0.999, "eps": 0.0}

    def pull(decoupled):
        state = {"theta": theta, "m": np.zeros(2), "v": np.zeros(2)}
        for t in range(1, 3):  # gradients that point back and forth
            new = adamw_step(
                *(state["theta"], (-1) ** t * grad, state["m"], state["v"], t),
                **options,
                weight_decay=0.01,
                decoupled=decoupled,
            )
            state = dataclasses.asdict(new)
        return 1 - state["theta"]

    small, large = pull(decoupled=False)
    assert small > 50 * large > 0
    small, large = pull(decoupled=True)
    assert small == pytest.approx(large, rel=1e-6)


@given(st.lists(numbers(), min_size=2, max_size=6))
def test_the_maximum_never_falls_and_no_step_is_longer_than_adams(gradients):
    state = {"theta": ZERO, "m": ZERO, "v": ZERO, "v_max": ZERO}
    for t, gradient in enumerate(gradients, start=1):
        new = adamw_step(grad=[gradient], t=t, **state, weight_decay=0.0)
        plain = adam_step(state["theta"], [gradient], state["m"], state["v"], t)
        assert new.v_max >= np.maximum(state["v_max"], new.v)
        assert abs(new.step) <= abs(plain.step) * (1 + 1e-12)
        state = {name: getattr(new, name) for name in state}


def test_a_gradient_that_was_always_zero_makes_no_step_even_with_eps_zero():
    for v_max in (None, [0.0]):
        state = adamw_step(
            [3.0], [0.0], ZERO, ZERO, 1, eps=0.0, weight_decay=0.0, v_max=v_max
        )
        assert state.step == 0
        assert state.theta == 3


def test_huge_decays_and_maxima_do_not_warn():
    state = first(1e200, 1.0, weight_decay=1e100)
    assert state.theta[0] == pytest.approx(-1e299, rel=1e-12)
    state = adamw_step(ZERO, [1.0], ZERO, ZERO, 1, v_max=[1.7e308])
    assert -1e-150 < state.step[0] < 0


def test_any_shape_is_taken():
    ones = np.ones((2, 3))
    state = adamw_step(ones, ones, 0 * ones, 0 * ones, 1, v_max=0 * ones)
    assert state.theta.shape == state.v_max.shape == (2, 3)
    assert adamw_step(1.0, 1.0, 0.0, 0.0, 1).theta.shape == ()


RULE = "theta, grad, m and v must have the same shape"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"grad": [1.0]},
            f"shape mismatch: theta has shape (2,), grad has shape (1,); {RULE}",
        ),
        (
            {"grad": [1.0], "decoupled": False},
            f"shape mismatch: theta has shape (2,), grad has shape (1,); {RULE}",
        ),
        (
            {"m": [1.0]},
            f"shape mismatch: theta has shape (2,), m has shape (1,); {RULE}",
        ),
        (
            {"v_max": [1.0]},
            "shape mismatch: theta has shape (2,), v_max has shape (1,); v_max must "
            "have the shape of theta",
        ),
        ({"theta": []}, "theta must not be empty"),
        ({"theta": ["a", "b"]}, "theta must be numeric"),
        ({"theta": [math.nan, 1.0]}, "theta contains NaN"),
        ({"theta": [math.nan, 1.0], "decoupled": False}, "theta contains NaN"),
        ({"grad": [math.inf, 1.0]}, "grad must be finite"),
        ({"grad": [math.inf, 1.0], "decoupled": False}, "grad must be finite"),
        ({"v": [-1.0, 1.0]}, "v must be non-negative"),
        ({"v_max": [-1.0, 1.0]}, "v_max must be non-negative"),
        ({"v_max": [math.nan, 1.0]}, "v_max contains NaN"),
        ({"v_max": [math.inf, 1.0]}, "v_max must be finite"),
        ({"t": 0}, "t must be in [1, inf), got 0"),
        ({"t": 1.5}, "t must be an integer, got 1.5"),
        ({"lr": 0.0}, "lr must be in (0, inf), got 0.0"),
        ({"beta1": 1.0}, "beta1 must be in [0, 1), got 1.0"),
        ({"beta2": -0.1}, "beta2 must be in [0, 1), got -0.1"),
        ({"eps": -1.0}, "eps must be in [0, inf), got -1.0"),
        ({"weight_decay": -0.1}, "weight_decay must be in [0, inf), got -0.1"),
        ({"weight_decay": math.nan}, "weight_decay contains NaN"),
        ({"grad": [1e200, 1.0]}, "gradient too large at step 1"),
        (
            {"theta": [1e308, 1.0], "weight_decay": 1e10, "decoupled": False},
            "gradient too large at step 1",
        ),
        (
            {"theta": [1e308, 1.0], "weight_decay": 1e10},
            "result must be finite",
        ),
    ],
)
def test_bad_input_is_named(options, message):
    two = {"theta": [1.0, 2.0], "grad": [1.0, 1.0], "m": [0.0, 0.0], "v": [0.0, 0.0]}
    with says(message):
        adamw_step(**two | {"t": 1} | options)


def test_input_is_left_as_it_was():
    arrays = {name: np.array([1.0, 2.0]) for name in ("theta", "grad", "m", "v")}
    v_max = np.array([0.5, 3.0])
    for decoupled in (True, False):
        adamw_step(**arrays, t=3, v_max=v_max, decoupled=decoupled)
    for array in arrays.values():
        np.testing.assert_array_equal(array, [1, 2])
    np.testing.assert_array_equal(v_max, [0.5, 3])
