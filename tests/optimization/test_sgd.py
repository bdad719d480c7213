"""SGD with momentum: paths from outside, Nesterov, schedules, bad and extreme input."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formulas.optimization.gradient_descent import gradient_descent, quadratic
from formulas.optimization.sgd import sgd_path
from tests.errors import says
from tests.strategies import vectors

# Each is one edit of the module that its tests must notice.
MUTANTS = (
    ("velocity += gradient", "velocity += (1 - momentum) * gradient"),
    ("gradient + momentum * velocity if nesterov", "gradient + velocity if nesterov"),
    ("gradient + momentum * velocity if nesterov", "velocity if nesterov"),
    ("path[k], rate * move", "path[k], rates[0] * move"),
    ("np.subtract(path[k], rate", "np.add(path[k], rate"),
    (
        "path[0] = theta\n    velocity = np.zeros_like(theta)",
        "path[0] = theta\n    velocity = theta",
    ),
    ("_gradient(grad, path[k], k + 1)", "_gradient(grad, path[k], k)"),
)

momenta = st.floats(0, 0.99)


def bowl(theta):
    return theta


def companion_path(curvature, start, lr, n_steps, momentum, nesterov):
    """Walk on a parabola by powers of the matrix that maps (θ, v) to the next pair."""
    to_velocity = np.array([curvature, momentum])
    move = momentum * to_velocity + [curvature, 0] if nesterov else to_velocity
    step = np.array([[1, 0] - lr * move, to_velocity])
    powers = (np.linalg.matrix_power(step, k) for k in range(n_steps + 1))
    return np.array([(power @ [start, 0.0])[0] for power in powers])


def test_three_steps_with_heavy_momentum_and_with_nesterovs():
    options = {"lr": 0.1, "n_steps": 3, "momentum": 0.9}
    heavy = sgd_path(bowl, [10.0], **options).ravel()
    np.testing.assert_allclose(heavy, [10, 9, 7.2, 4.86], rtol=1e-12)
    ahead = sgd_path(bowl, [10.0], nesterov=True, **options).ravel()
    np.testing.assert_allclose(ahead, [10, 8.1, 5.751, 3.27321], rtol=1e-12)


def test_in_a_narrow_bowl_nesterov_is_far_ahead_after_30_steps():
    loss, grad = quadratic([1.0, 10.0])
    ends = [
        sgd_path(grad, [5.0, 5.0], lr=0.1, n_steps=30, momentum=0.9, nesterov=n)[-1]
        for n in (False, True)
    ]
    np.testing.assert_allclose(loss(np.array(ends)), [0.759843, 0.021507], atol=5e-7)


@given(st.floats(-2, 5), st.floats(-5, 5), st.floats(0.01, 0.4), momenta, st.booleans())
def test_on_a_parabola_the_path_is_a_power_of_a_matrix(curvature, start, lr, mu, ahead):
    ahead = ahead and mu > 0
    found = sgd_path(
        lambda x: curvature * x, start, lr=lr, n_steps=12, momentum=mu, nesterov=ahead
    )
    expected = companion_path(curvature, start, lr, 12, mu, ahead)
    scale = np.abs(expected).max()
    np.testing.assert_allclose(found.ravel(), expected, rtol=1e-9, atol=1e-9 * scale)


@given(vectors(2, 5.0), st.floats(0.01, 0.1), momenta)
def test_with_a_constant_rate_it_is_the_heavy_ball_with_the_rate_inside(start, lr, mu):
    _, grad = quadratic([1.0, 10.0])
    inside = gradient_descent(grad, start, lr=lr, n_steps=10, momentum=mu).path
    path = sgd_path(grad, start, lr=lr, n_steps=10, momentum=mu)[: len(inside)]
    np.testing.assert_allclose(path, inside, rtol=1e-9, atol=1e-9)


def test_with_a_changing_rate_the_rate_inside_gives_another_path():
    # Inside: v is −0.1·10 and then −0.9 − 0.001·9. Outside it is 10 and then 9 + 9.
    path = sgd_path(bowl, [10.0], lr=[0.1, 0.001], n_steps=2, momentum=0.9).ravel()
    np.testing.assert_allclose(path, [10, 9, 9 - 0.001 * 18], rtol=1e-12)
    inside = 9 + (0.9 * -1 - 0.001 * 9)
    assert abs(path[-1] - inside) > 0.8


@given(st.lists(st.floats(0.01, 1.9), min_size=1, max_size=6))
def test_without_momentum_each_rate_scales_its_own_step(rates):
    path = sgd_path(bowl, [3.0], lr=rates, n_steps=len(rates)).ravel()
    expected = 3 * np.cumprod([1.0, *(1 - rate for rate in rates)])
    np.testing.assert_allclose(path, expected, rtol=1e-9, atol=1e-12)


@given(vectors((1, 4)), st.floats(0.01, 0.5), momenta)
def test_one_rate_is_the_same_as_that_rate_at_every_step(start, lr, mu):
    options = {"n_steps": 5, "momentum": mu}
    np.testing.assert_array_equal(
        sgd_path(bowl, start, lr=lr, **options),
        sgd_path(bowl, start, lr=[lr] * 5, **options),
    )


def test_steady_gradients_are_summed_up_to_one_over_one_minus_momentum():
    path = sgd_path(np.ones_like, [0.0], lr=1.0, n_steps=300, momentum=0.9).ravel()
    assert path[0] - path[1] == 1
    assert path[-2] - path[-1] == pytest.approx(10)


def test_shapes_and_no_steps():
    assert sgd_path(bowl, 4.0, lr=0.1, n_steps=0).shape == (1, 1)
    assert sgd_path(bowl, [1.0, 2.0], lr=0.1, n_steps=3.0).shape == (4, 2)


def test_the_function_cannot_change_the_path():
    def meddling(theta):
        theta += 100.0
        return np.ones_like(theta)

    path = sgd_path(meddling, [0.0], lr=1.0, n_steps=2)
    np.testing.assert_array_equal(path.ravel(), [0, -1, -2])


def test_the_largest_steps_that_fit_a_float_are_taken():
    path = sgd_path(lambda x: np.full_like(x, 1e300), [1e308], lr=1e8, n_steps=1)
    np.testing.assert_allclose(path.ravel(), [1e308, 0], atol=1e293)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"lr": 0.0}, "lr must be in (0, inf), got 0.0"),
        ({"lr": [0.1, -0.2, 0.1]}, "lr must be in (0, inf), got -0.2"),
        ({"lr": math.nan}, "lr contains NaN"),
        ({"lr": [0.1, math.inf, 0.1]}, "lr must be finite"),
        ({"lr": []}, "lr must not be empty"),
        ({"lr": "fast"}, "lr must be numeric"),
        ({"lr": [[0.1]]}, "lr must be 0-D or 1-D, got shape (1, 1)"),
        (
            {"lr": [0.1, 0.1]},
            "shape mismatch: lr has shape (2,), steps has shape (3,); lr must be a "
            "number or one number per step",
        ),
        ({"n_steps": -1}, "n_steps must be in [0, inf), got -1"),
        ({"n_steps": 2.5}, "n_steps must be an integer, got 2.5"),
        ({"momentum": 1.0}, "momentum must be in [0, 1), got 1.0"),
        ({"momentum": -0.1}, "momentum must be in [0, 1), got -0.1"),
        ({"nesterov": True}, "nesterov needs momentum above 0"),
        ({"theta0": []}, "theta0 must not be empty"),
        ({"theta0": [[1.0]]}, "theta0 must be 0-D or 1-D, got shape (1, 1)"),
        ({"theta0": [math.nan]}, "theta0 contains NaN"),
        ({"theta0": [math.inf]}, "theta0 must be finite"),
        ({"grad": lambda x: x * math.nan}, "gradient contains NaN at step 1"),
        (
            {"grad": lambda x: x * (math.nan if x[0] < 9.5 else 1)},
            "gradient contains NaN at step 2",
        ),
        ({"grad": lambda x: x * math.inf}, "gradient must be finite"),
        (
            {"grad": lambda _: [1.0, 2.0]},
            "shape mismatch: gradient has shape (2,), theta has shape (1,); grad must "
            "return the shape of theta",
        ),
        ({"grad": lambda _: "down"}, "gradient must be numeric"),
        ({"grad": lambda x: 0 * x + 1e308, "lr": 10.0}, "result must be finite"),
    ],
)
def test_bad_input_is_named(options, message):
    settings = {"grad": bowl, "theta0": [10.0], "lr": 0.1, "n_steps": 3} | options
    with says(message):
        sgd_path(settings.pop("grad"), settings.pop("theta0"), **settings)


def test_input_is_left_as_it_was():
    start, rates = np.array([1.0, 2.0]), np.array([0.1, 0.2])
    sgd_path(bowl, start, lr=rates, n_steps=2, momentum=0.9)
    np.testing.assert_array_equal(start, [1, 2])
    np.testing.assert_array_equal(rates, [0.1, 0.2])
