"""Sizes that theory expects in deep networks: laws, numbers from outside, bad input."""

from __future__ import annotations

import math

import numpy as np
import pytest
import scipy.integrate
import scipy.special
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from formulas.regularization.mean_field import expected_sizes
from formulas.regularization.xavier_init import gradient_sizes, propagate, xavier_std
from tests.errors import says

# Each is one edit of the module that its tests must notice (benchmarks/mutation.py).
MUTANTS = (
    ("_layer(activation, factor * square)", "_layer(activation, square)"),
    ("np.cumprod((np.array(back) * slopes)", "np.cumprod((np.array(forth) * slopes)"),
    ("* slopes)[::-1])[::-1]", "* slopes))[::-1]"),
    ("return square, 1.0", "return square / 2, 1.0"),
    ("return square / 2, 1 / 2", "return square / 2, 1.0"),
    ("sums = np.sqrt(square) * NORMAL", "sums = square * NORMAL"),
    ('"tanh": (tanh, tanh_grad)', '"tanh": (tanh, sigmoid_grad)'),
    ("(sigmoid, sigmoid_grad)", "(sigmoid, sigmoid)"),
)

FUNCTIONS = {
    "tanh": (np.tanh, lambda z: 1 / np.cosh(z) ** 2),
    "relu": (lambda z: max(z, 0.0), lambda z: float(z > 0)),
    "sigmoid": (
        scipy.special.expit,
        lambda z: scipy.special.expit(z) * scipy.special.expit(-z),
    ),
    "linear": (lambda z: z, lambda _: 1.0),
}
factors = st.floats(0.01, 30)


def mean_square(function, spread):
    """Integrate over a normal variable, by SciPy."""
    return scipy.integrate.quad(
        lambda z: function(spread * z) ** 2 * scipy.stats.norm.pdf(z),
        -12,
        12,
        points=[0],
        limit=200,
    )[0]


@pytest.mark.parametrize("activation", FUNCTIONS)
@pytest.mark.parametrize(("forward", "backward"), [(1, 1), (0.4, 1.6), (18, 0.02)])
def test_each_layer_averages_over_normal_sums(activation, forward, backward):
    sizes = expected_sizes(activation, forward, backward, depth=4)
    function, slope = FUNCTIONS[activation]
    squares, factors_back = [1.0], []
    for _ in range(4):
        spread = math.sqrt(forward * squares[-1])
        squares.append(mean_square(function, spread))
        factors_back.append(backward * mean_square(slope, spread))
    np.testing.assert_allclose(sizes.signal**2, squares, rtol=1e-6)
    back = [math.prod(factors_back[k:]) for k in range(5)]
    np.testing.assert_allclose(sizes.gradient**2, back, rtol=1e-6)


@pytest.mark.parametrize("activation", FUNCTIONS)
@pytest.mark.parametrize(
    ("init", "factor"), [("xavier", 1.0), ("he", 2.0), ("lecun_uniform", 1 / 3)]
)
def test_wide_networks_do_what_theory_expects(activation, init, factor):
    sizes = expected_sizes(activation, factor, factor, depth=3)
    shape = {"width": 1024, "depth": 3, "n_samples": 100}
    signal = propagate(activation, init, **shape).rms
    np.testing.assert_allclose(signal, sizes.signal, rtol=0.05)
    gradient = gradient_sizes(activation, init, **shape)
    np.testing.assert_allclose(gradient, sizes.gradient, rtol=0.1)


@given(st.integers(1, 2000), st.integers(1, 2000), st.floats(0.1, 3))
def test_linear_layers_multiply_by_the_same_factor(n_in, n_out, gain):
    variance = xavier_std(n_in, n_out, gain=gain) ** 2
    sizes = expected_sizes("linear", n_in * variance, n_out * variance, depth=5)
    layers = np.arange(6)
    np.testing.assert_allclose(sizes.signal, (n_in * variance) ** (layers / 2))
    np.testing.assert_allclose(sizes.gradient, (n_out * variance) ** ((5 - layers) / 2))


@given(factors, factors, factors)
def test_the_gradient_alone_depends_on_the_factor_back(forward, one, other):
    first = expected_sizes("tanh", forward, one, depth=3)
    second = expected_sizes("tanh", forward, other, depth=3)
    np.testing.assert_array_equal(first.signal, second.signal)
    ratio = math.sqrt(other / one) ** np.arange(3, -1, -1)
    np.testing.assert_allclose(second.gradient / first.gradient, ratio)


@given(factors)
def test_tanh_dies_below_the_factor_1_and_settles_above(forward):
    sizes = expected_sizes("tanh", forward, forward, depth=400).signal
    assert (sizes <= 1).all()
    if forward < 0.9:
        assert sizes[-1] < 1e-6
    if forward > 1.2:
        assert sizes[-1] > 0.1
        assert sizes[-1] == pytest.approx(sizes[-2], rel=1e-6)


def test_with_the_gain_5_3_tanh_settles_near_0_65():
    sizes = expected_sizes("tanh", 25 / 9, 25 / 9, depth=30)
    assert sizes.signal[-1] == pytest.approx(0.65, abs=0.005)


@pytest.mark.parametrize("activation", FUNCTIONS)
@pytest.mark.parametrize("factor", [1e-300, 1e-9, 1e9])
def test_extreme_factors_give_no_warning_and_no_nan(activation, factor):
    sizes = expected_sizes(activation, factor, 1.0, depth=3)
    for path in (sizes.signal, sizes.gradient):
        assert not np.isnan(path).any()
        assert (path >= 0).all()


def test_each_layer_may_have_its_own_factors():
    sizes = expected_sizes("linear", [2, 3, 5], [7, 11, 13], depth=3)
    np.testing.assert_allclose(sizes.signal**2, [1, 2, 6, 30])
    np.testing.assert_allclose(sizes.gradient**2, [1001, 143, 13, 1])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: expected_sizes("gelu", 1, 1, depth=1),
            "activation must be one of ('tanh', 'relu', 'sigmoid', 'linear'), got",
        ),
        (
            lambda: expected_sizes("tanh", 0, 1, depth=1),
            "forward must be in (0, inf), got 0.0",
        ),
        (
            lambda: expected_sizes("tanh", 1, -1, depth=1),
            "backward must be in (0, inf), got -1.0",
        ),
        (lambda: expected_sizes("tanh", np.nan, 1, depth=1), "forward contains NaN"),
        (
            lambda: expected_sizes("tanh", [1, 1], 1, depth=3),
            "forward must have one number for each of 3 layers",
        ),
        (
            lambda: expected_sizes("tanh", 1, [1, 0, 1], depth=3),
            "backward must be positive",
        ),
        (
            lambda: expected_sizes("tanh", 1, [1, np.nan, 1], depth=3),
            "backward contains NaN",
        ),
        (
            lambda: expected_sizes("tanh", 1, 1, depth=0),
            "depth must be in [1, inf), got 0",
        ),
    ],
)
def test_bad_input_is_named(call, message):
    with says(message):
        call()
