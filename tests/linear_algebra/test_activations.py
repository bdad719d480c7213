"""Activations: limits, invariants, numbers from outside, and the page's claims."""

from __future__ import annotations

import math
import re

import mpmath
import numpy as np
import pytest
import scipy.special
from hypothesis import given, settings
from hypothesis import strategies as st

from formulas.linear_algebra.activations import (
    gradient_product,
    relu,
    relu_grad,
    sigmoid,
    sigmoid_grad,
    softplus,
    tanh,
    tanh_grad,
)
from formulas.linear_algebra.linear_layer import compose_linear, linear
from formulas.transformer.transformer_ffn import gelu, silu
from pages.linear_algebra.activations.statement import STATEMENT
from tests.claims import claims
from tests.errors import says
from tests.lessons import drawing
from tests.strategies import matrices, numbers, settings_of, vectors
from ui.catalogue import BROKEN, BY_SLUG
from ui.frames import frame

LESSON = BY_SLUG["activations"]

# Each is one edit of the module that its tests must notice (benchmarks/mutation.py).
MUTANTS = (
    ("np.where(x >= 0, 1.0, small)", "1.0"),  # forgets the negative side
    ("np.exp(-np.abs(x))", "np.exp(-x)"),  # overflows
    ("np.multiply(sigmoid(x), sigmoid(-x))", "sigmoid(x) * (1 - sigmoid(x))"),
    ("np.cosh(np.minimum(size, FLAT)) ** -2.0", "1 - np.tanh(size) ** 2"),
    ("np.where(x > 0, 1.0, slope)", "np.where(x >= 0, 1.0, slope)"),
    ("slope * np.minimum(x, 0.0) if slope else 0.0", "slope * np.minimum(x, 0.0)"),
    ("np.arange(depth + 1.0)", "np.arange(1.0, depth + 2)"),
    ("np.log1p(np.exp(-np.abs(beta * x))) / beta", "np.log1p(np.exp(-np.abs(x)))"),
    (
        "np.log1p(np.exp(-np.abs(beta * x))) / beta",
        "np.log1p(np.exp(-np.abs(x))) / beta",
    ),
    ("np.log1p(np.exp(-np.abs(beta * x)))", "np.log(1 + np.exp(-np.abs(beta * x)))"),
    ("np.maximum(x, 0.0) + np.log1p", "np.log1p"),
    ("np.where(np.isinf(x), 0.0, result)", "result"),
)

EVERY = (relu, sigmoid, tanh, relu_grad, sigmoid_grad, tanh_grad, softplus)

TABLE = (
    (-2, 0.11920292202211755, 0.10499358540350652),
    (0, 0.5, 0.25),
    (1, 0.7310585786300049, 0.19661193324148185),
    (2, 0.8807970779778823, 0.10499358540350652),
    (5, 0.9933071490757153, 0.00664805667079016),
    (10, 0.9999546021312976, 4.5395807735951673e-05),
)
TANH_TABLE = (
    (-2, -0.9640275800758169, 0.07065082485316447),
    (0, 0.0, 1.0),
    (1, 0.7615941559557649, 0.4199743416140261),
    (2, 0.9640275800758169, 0.07065082485316447),
    (5, 0.9999092042625951, 0.00018158323094380667),
    (10, 0.9999999958776927, 8.2446145e-09),
)


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"\mathrm{ReLU}(x) = \max(0, x), \quad "
        r"\sigma(x) = \frac{1}{1 + e^{-x}}, \quad "
        r"\tanh(x) = \frac{e^{x} - e^{-x}}{e^{x} + e^{-x}}"
    )


def test_the_printed_entries_are_the_reviewed_ones():
    from notation.printing import equation_latex

    assert [equation_latex(e, STATEMENT.quantities) for e in STATEMENT.equations] == [
        r"\mathrm{ReLU}(x) = \begin{cases} x & \text{for}\: x > 0 \\a x & "
        r"\text{otherwise} \end{cases}",
        r"\sigma(x) = \frac{1}{1 + e^{-x}}",
        r"\tanh(x) = \frac{e^{x} - e^{-x}}{e^{x} + e^{-x}}",
        r"\mathrm{ReLU}'(x) = \begin{cases} 1 & \text{for}\: x > 0 \\a & "
        r"\text{otherwise} \end{cases}",
        r"\sigma'(x) = \sigma(x) \left(1 - \sigma(x)\right)",
        r"\tanh'(x) = 1 - \tanh(x)^{2}",
        r"g = \sigma'(x)^{L}",
        r"g_{\tanh} = \tanh'(x)^{L}",
        r"g_\mathrm{ReLU} = \mathrm{ReLU}'(x)^{L}",
        "f(x) = x",
    ]


# Outside numbers


@pytest.mark.parametrize(("x", "value", "slope"), TABLE)
def test_sigmoid_table_recomputed_in_the_stable_form(x, value, slope):
    assert sigmoid(x) == pytest.approx(value, rel=1e-14)
    assert sigmoid_grad(x) == pytest.approx(slope, rel=1e-14)


@pytest.mark.parametrize(("x", "value", "slope"), TANH_TABLE)
def test_tanh_table_recomputed_in_the_stable_form(x, value, slope):
    assert tanh(x) == pytest.approx(value, rel=1e-14)
    digits = 1e-14 if x != 10 else 1e-8  # the table gives the last one to 8 digits
    assert tanh_grad(x) == pytest.approx(slope, rel=digits)


def test_the_log_odds_of_99_percent():
    assert sigmoid(math.log(99)) == pytest.approx(0.99, rel=1e-15)


def test_the_neuron_of_the_cs231n_notes():
    assert sigmoid(1.0) == pytest.approx(0.73, abs=0.005)
    assert sigmoid_grad(1.0) == pytest.approx(0.2, abs=0.005)


@given(vectors((1, 8), 700.0))
def test_agrees_with_scipy(x):
    np.testing.assert_allclose(sigmoid(x), scipy.special.expit(x), rtol=1e-13)
    odds = scipy.special.expit(x) * scipy.special.expit(-x)
    np.testing.assert_allclose(sigmoid_grad(x), odds, rtol=1e-13)
    np.testing.assert_array_equal(relu(x), np.maximum(x, 0))


@given(vectors((1, 8), 300.0))
def test_slope_of_tanh_agrees_with_four_times_the_stretched_sigmoids(x):
    stretched = 4 * scipy.special.expit(2 * x) * scipy.special.expit(-2 * x)
    # The exponential of a number near 600 carries 600 rounding errors.
    np.testing.assert_allclose(tanh_grad(x), stretched, rtol=1e-12)


@given(numbers(5.0), st.floats(0, 1))
def test_slopes_agree_with_central_differences(x, slope):
    h = 1e-5

    def numeric(function):
        return (function(x + h) - function(x - h)) / (2 * h)

    # Truncation is of order h squared, rounding of order 1e-16 / h.
    assert sigmoid_grad(x) == pytest.approx(numeric(sigmoid), abs=1e-9)
    assert tanh_grad(x) == pytest.approx(numeric(tanh), abs=1e-9)
    if abs(x) > h:
        expected = numeric(lambda at: relu(at, slope))
        assert relu_grad(x, slope) == pytest.approx(expected, abs=1e-9)


# Laws


@given(vectors((1, 8), 50.0))
def test_both_sides_of_the_sigmoid_add_up_to_one(x):
    np.testing.assert_allclose(np.add(sigmoid(x), sigmoid(-x)), 1, rtol=1e-15)


@claims("tanh_is_stretched_sigmoid")
@given(vectors((1, 8), 50.0))
def test_tanh_is_a_stretched_sigmoid(x):
    stretched = 2 * np.asarray(sigmoid(2 * x)) - 1
    np.testing.assert_allclose(tanh(x), stretched, atol=1e-15)
    np.testing.assert_array_equal(tanh(-x), -np.asarray(tanh(x)))  # centered


@given(matrices((1, 3), (1, 3), 30.0), st.floats(0, 1))
def test_values_stay_in_their_ranges_and_shape(x, slope):
    assert ((np.asarray(sigmoid(x)) >= 0) & (np.asarray(sigmoid(x)) <= 1)).all()
    assert (np.abs(tanh(x)) <= 1).all()
    assert (np.asarray(relu(x)) >= 0).all()
    for function in EVERY:
        assert function(x).shape == x.shape
    assert (np.asarray(relu(x, slope)) >= np.minimum(x, 0)).all()


@claims("quarter_at_most")
@given(vectors((1, 8), 1e4))
def test_a_sigmoid_passes_at_most_a_quarter_and_tanh_at_most_everything(x):
    assert (np.asarray(sigmoid_grad(x)) <= 0.25).all()
    assert (np.asarray(tanh_grad(x)) <= 1).all()


@given(vectors((1, 8), 10.0))
def test_a_negative_slope_of_one_is_the_identity(x):
    np.testing.assert_array_equal(relu(x, 1.0), x)
    np.testing.assert_array_equal(relu_grad(x, 1.0), np.ones_like(x))


@claims("layers_collapse")
def test_layers_are_one_linear_layer_unless_an_activation_stands_between():
    random = np.random.default_rng(0)
    layers = [(random.normal(size=(3, 3)), random.normal(size=3)) for _ in range(6)]
    points = random.normal(size=(20, 3))

    def through(x, activation):
        for W, b in layers[:-1]:
            x = np.asarray(activation(linear(x, W, b)))
        return linear(x, *layers[-1])

    W, b = np.eye(3), np.zeros(3)
    for layer in layers:
        W, b = compose_linear(W, b, *layer)
    np.testing.assert_allclose(through(points, lambda v: v), linear(points, W, b))
    for activation in (relu, sigmoid, tanh):
        middle = through((points[:-1] + points[1:]) / 2, activation)
        mean = (through(points[:-1], activation) + through(points[1:], activation)) / 2
        assert np.abs(middle - mean).max() > 1e-4  # of an affine map they are equal


@claims("once_per_layer")
@given(numbers(6.0), st.integers(0, 20))
def test_each_layer_multiplies_the_gradient_once_more(x, depth):
    for name, slope in (
        ("relu", relu_grad(x)),
        ("sigmoid", sigmoid_grad(x)),
        ("tanh", tanh_grad(x)),
    ):
        path = gradient_product(name, x, depth)
        assert path.shape == (depth + 1,)
        assert path[0] == 1
        np.testing.assert_allclose(path[1:], path[:-1] * slope, rtol=1e-12)


# Bad and extreme input


def test_infinities_give_the_limits():
    ends = [-np.inf, np.inf]
    np.testing.assert_array_equal(relu(ends), [0, np.inf])
    np.testing.assert_array_equal(relu(ends, 0.1), [-np.inf, np.inf])
    np.testing.assert_array_equal(sigmoid(ends), [0, 1])
    np.testing.assert_array_equal(tanh(ends), [-1, 1])
    np.testing.assert_array_equal(relu_grad(ends), [0, 1])
    np.testing.assert_array_equal(sigmoid_grad(ends), [0, 0])
    np.testing.assert_array_equal(tanh_grad(ends), [0, 0])


def test_ten_thousand_saturates_without_a_warning():
    ends = [-1e4, 1e4]
    np.testing.assert_array_equal(sigmoid(ends), [0, 1])
    np.testing.assert_array_equal(tanh(ends), [-1, 1])
    np.testing.assert_array_equal(sigmoid_grad(ends), [0, 0])
    np.testing.assert_array_equal(tanh_grad(ends), [0, 0])


def test_slopes_far_out_are_small_but_not_zero():
    assert sigmoid_grad(40.0) == pytest.approx(math.exp(-40), rel=1e-12)
    assert tanh_grad(30.0) == pytest.approx(4 * math.exp(-60), rel=1e-12)


@claims("relu_slope_at_zero")
def test_the_slope_of_relu_at_zero_is_the_negative_slope():
    assert relu_grad(0.0) == 0
    assert relu_grad(0.0, 0.2) == 0.2
    leaky = drawing(LESSON)(**STATEMENT.defaults | {"x": 0.0, "negative_slope": 0.3})
    assert leaky.readouts["relu_slope"] == 0.3
    for h in (1e-3, 1e-9):
        right, left = (relu(h) - relu(0)) / h, (relu(0) - relu(-h)) / h
        assert (left, right) == (0, 1)


def test_numbers_stay_numbers_and_inputs_stay():
    x = np.array([-1, 2])
    for function in EVERY:
        assert type(function(1)) is float
        assert function(x).dtype == np.float64
    np.testing.assert_array_equal(x, [-1, 2])


@pytest.mark.parametrize("function", EVERY)
def test_bad_arrays_are_named(function):
    with says("x contains NaN"):
        function([1, np.nan])
    with says("x must not be empty"):
        function([])
    with says("x must be numeric"):
        function("a")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: relu(1, -0.1), "negative_slope must be in [0, 1], got -0.1"),
        (lambda: relu_grad(1, 1.5), "negative_slope must be in [0, 1], got 1.5"),
        (lambda: gradient_product("tanh", 1, -1), "depth must be in [0, inf), got -1"),
        (
            lambda: gradient_product("tanh", 1, 1.5),
            "depth must be an integer, got 1.5",
        ),
        (
            lambda: gradient_product("gelu", 1, 1),
            "name must be one of ('relu', 'sigmoid', 'tanh'), got 'gelu'",
        ),
        (lambda: gradient_product("tanh", np.nan, 1), "x contains NaN"),
        (lambda: gradient_product("tanh", np.inf, 1), "x must be finite"),
    ],
)
def test_bad_input_is_named(call, message):
    with says(message):
        call()


# The smooth ReLU


def test_softplus_of_1():
    assert softplus(1.0) == pytest.approx(1.313262, abs=5e-7)
    assert softplus(0.0) == math.log(2)


@given(st.floats(-800, 800), st.floats(0.01, 100))
def test_softplus_agrees_with_mpmath_to_the_last_digits(x, beta):
    with mpmath.workdps(40):
        expected = float(mpmath.log1p(mpmath.exp(mpmath.mpf(beta) * x)) / beta)
    # The exponent, up to 745 before exp is 0, is rounded once.
    assert softplus(x, beta=beta) == pytest.approx(expected, rel=1e-12, abs=1e-320)


@given(vectors((1, 8), 30.0), st.floats(0.1, 10))
def test_softplus_lies_above_relu_by_at_most_its_value_at_0(x, beta):
    above = np.asarray(softplus(x, beta=beta)) - relu(x)
    assert (above >= 0).all()
    assert (above <= math.log(2) / beta * (1 + 1e-12)).all()
    np.testing.assert_allclose(
        softplus(x, beta=beta), np.logaddexp(0, beta * x) / beta, rtol=1e-12
    )
    both = np.asarray(softplus(x, beta=beta)) - softplus(-x, beta=beta)
    np.testing.assert_allclose(both, x, atol=1e-12)


@given(st.floats(-5, 5), st.floats(0.1, 5))
def test_the_slope_of_softplus_is_the_sigmoid(x, beta):
    h = 1e-5
    slope = (softplus(x + h, beta=beta) - softplus(x - h, beta=beta)) / (2 * h)
    assert slope == pytest.approx(sigmoid(beta * x), abs=1e-8)


def test_softplus_of_extreme_numbers():
    ends = [-np.inf, -1e308, 1e308, np.inf]
    for beta in (1e-300, 1.0, 1e300):
        found = softplus(ends, beta=beta)
        np.testing.assert_array_equal(found[[0, 2, 3]], [0, 1e308, np.inf])
        assert found[1] == 0
    assert softplus(-40.0) == pytest.approx(math.exp(-40), rel=1e-12)
    np.testing.assert_array_equal(softplus([-3.0, 3.0], beta=1e308), [0, 3])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: softplus(1, beta=0), "beta must be in (0, inf), got 0.0"),
        (lambda: softplus(1, beta=-1), "beta must be in (0, inf), got -1.0"),
        (lambda: softplus(1, beta=np.nan), "beta contains NaN"),
        (lambda: softplus(1, beta=np.inf), "beta must be finite"),
        (lambda: softplus(0, beta=1e-310), "result must be finite"),
    ],
)
def test_a_bad_sharpness_is_named(call, message):
    with says(message):
        call()


# What the page claims


@claims("saturated_slope")
def test_a_saturated_sigmoid_has_slope_0_002467():
    assert sigmoid_grad(6) == pytest.approx(0.002467, abs=5e-7)


@claims("saturation_kills_gradients")
def test_a_saturated_layer_leaves_less_than_a_hundredth_and_ten_leave_nothing():
    for name in ("sigmoid", "tanh"):
        arriving = gradient_product(name, 6.0, 10)
        assert arriving[1] < 0.01
        assert arriving[10] < 1e-20


@claims("dead_and_leaky")
def test_a_dead_relu_passes_nothing_and_a_leaky_one_a_tenth():
    assert relu_grad(-2) == 0
    assert relu_grad(-2, 0.1) == 0.1
    np.testing.assert_array_equal(gradient_product("relu", -2, 3), [1, 0, 0, 0])
    leaky = gradient_product("relu", -2, 3, negative_slope=0.1)
    np.testing.assert_allclose(leaky, [1, 0.1, 0.01, 0.001])


@claims("tanh_four_times_steeper")
def test_at_zero_tanh_is_four_times_as_steep_as_the_sigmoid():
    assert tanh_grad(0) == 1 == 4 * sigmoid_grad(0)


@claims("ten_layers_a_millionth")
def test_behind_ten_sigmoid_layers_a_millionth_arrives_at_best():
    arriving = gradient_product("sigmoid", 0, 10)[-1]
    assert arriving == 9.5367431640625e-07
    assert arriving == pytest.approx(1e-6, rel=0.05)


@claims("best_case_slopes")
def test_the_best_case_has_slopes_one_quarter_and_one():
    assert (sigmoid_grad(0.0), tanh_grad(0.0)) == (0.25, 1.0)


@claims("values_at_zero")
def test_at_zero_the_sigmoid_is_one_half_and_tanh_nothing():
    scene = drawing(LESSON)(**STATEMENT.defaults | {"x": 0.0})
    marks = [float(t["y"][0]) for t in scene.figures[0]["data"] if len(t["x"]) == 1]
    assert marks == [0.0, 0.5, 0.0]
    assert relu_grad(-1e-9) == 0 < 1 == relu_grad(1e-9)


@pytest.mark.parametrize("x", STATEMENT.control("x").positions)
def test_the_picture_of_the_functions_is_as_near_as_its_marks_allow(x):
    figure = drawing(LESSON)(**STATEMENT.defaults | {"x": x}).figures[0]
    (left, right), (low, high) = (figure["layout"][f"{a}axis"]["range"] for a in "xy")
    assert left < x < right
    assert low < -1 < max(0.0, x) < high
    assert (high < 3.5) == (x < 3)


@pytest.mark.parametrize("negative_slope", [0.0, 0.3])
@pytest.mark.parametrize("x", [-6.0, -2.0, 0.0, 1.0, 6.0])
def test_the_tangents_touch_the_functions_and_have_their_slopes(x, negative_slope):
    values = STATEMENT.defaults | {"x": x, "negative_slope": negative_slope}
    figure = drawing(LESSON)(**values).figures[0]
    leaking, *handles = figure["layout"]["meta"]["handles"]
    tangents = figure["data"][0]
    heights = [max(x, negative_slope * x), scipy.special.expit(x), math.tanh(x)]
    slopes = [
        1.0 if x > 0 else negative_slope,
        scipy.special.expit(x) * scipy.special.expit(-x),
        1 - math.tanh(x) ** 2,
    ]
    for k, (height, slope) in enumerate(zip(heights, slopes, strict=True)):
        ends = slice(3 * k, 3 * k + 2)
        (left, right), (low, high) = tangents["x"][ends], tangents["y"][ends]
        assert (left + right) / 2 == pytest.approx(x)
        assert (low + high) / 2 == pytest.approx(height)
        assert (high - low) / (right - left) == pytest.approx(slope)
        at, level = handles[k]["at"]
        assert at == pytest.approx(x)
        assert abs(level - height) < 0.5  # on the mark, or on one beside it
        assert handles[k]["x"] == "x"
    # The handle of the leak lies on the ReLU's left side, and follows it.
    place, height = leaking["at"]
    assert height == pytest.approx(negative_slope * place)
    assert (leaking["y"], leaking["per"]) == ("negative_slope", place)


def test_relu_keeps_the_gradient_at_3_and_loses_it_at_minus_3():
    assert gradient_product("relu", 3, 20)[-1] == 1
    assert gradient_product("relu", -3, 20)[-1] == 0


@claims("equal_log_steps")
def test_on_a_logarithmic_axis_each_layer_takes_the_same_step_down():
    for name in ("sigmoid", "tanh"):
        steps = np.diff(np.log(gradient_product(name, 1.0, 20)))
        np.testing.assert_allclose(steps, steps[0], rtol=1e-9)
        assert steps[0] < 0
    leaky = np.log(gradient_product("relu", -1.0, 20, negative_slope=0.1))
    np.testing.assert_allclose(np.diff(leaky), math.log(0.1), rtol=1e-9)


@claims("digits_lost")
def test_computed_as_1_minus_sigma_the_slope_loses_its_digits():
    plain = sigmoid(20.0) * (1 - sigmoid(20.0))
    assert abs(plain / sigmoid_grad(20.0) - 1) > 1e-9  # double precision has 1e-16
    assert sigmoid(40.0) * (1 - sigmoid(40.0)) == 0 < sigmoid_grad(40.0)
    assert scipy.special.expit(-40.0) == pytest.approx(math.exp(-40), rel=1e-14)


@claims("flat_far_out")
def test_far_from_0_the_sigmoid_and_tanh_are_flat():
    for slope in (sigmoid_grad, tanh_grad):
        assert max(slope(-6.0), slope(6.0)) < 0.01 * slope(0.0)
        farther = np.asarray(slope(np.arange(0.0, 30.0)))
        assert (np.diff(farther) < 0).all()
        assert (slope(-np.arange(30.0)) == farther).all()


@claims("leaky_power")
@pytest.mark.parametrize("slope", [0.0, 0.1, 0.25])
@pytest.mark.parametrize("depth", [1, 5, 20])
def test_negative_leaky_layers_pass_on_their_slope_to_the_power_of_their_number(
    slope, depth
):
    values = {**STATEMENT.defaults, "x": -2.0, "negative_slope": slope, "depth": depth}
    readouts = drawing(LESSON)(**values).readouts
    assert readouts["arriving_relu"] == pytest.approx(slope**depth)


@claims("tanh_flatter_far_out")
def test_far_out_tanh_is_flatter_than_the_sigmoid():
    far = np.arange(2.0, 12.0)
    assert (np.asarray(tanh_grad(far)) < np.asarray(sigmoid_grad(far))).all()
    assert tanh_grad(10.0) == pytest.approx(4 * math.exp(-20), rel=1e-6)
    assert sigmoid_grad(10.0) == pytest.approx(math.exp(-10), rel=1e-3)
    readouts = drawing(LESSON)(**STATEMENT.defaults | {"x": 4.0}).readouts
    assert readouts["arriving_tanh"] < readouts["arriving"]


@claims("smooth_relatives")
@pytest.mark.parametrize(
    ("smooth", "gate"), [(silu, scipy.special.expit), (gelu, scipy.special.ndtr)]
)
def test_silu_and_gelu_are_smooth_and_near_the_relu_far_out(smooth, gate):
    places = np.linspace(-6, 6, 121)
    shown = np.asarray(smooth(places))
    np.testing.assert_allclose(shown, places * gate(places), atol=1e-12)
    assert (shown[(places > -3) & (places < -0.01)] < 0).all()
    far = np.array([-40.0, 40.0])
    np.testing.assert_allclose(smooth(far), np.maximum(far, 0), atol=1e-12)
    h = 1e-6  # the slopes on both sides of 0 are one half
    for side in (h, -h):
        assert smooth(side) / side == pytest.approx(0.5, abs=1e-5)


FITTED = {
    "none": lambda z, _: z,
    "relu": lambda z, a: np.where(z > 0, z, a * z),
    "sigmoid": lambda z, _: scipy.special.expit(z),
    "tanh": lambda z, _: np.tanh(z),
}


@claims("fit_is_best", "fit_bends")
@pytest.mark.parametrize("negative_slope", [0.0, 0.3])
@pytest.mark.parametrize("network", FITTED)
def test_the_fit_is_the_best_of_its_units_and_bends_with_an_activation_alone(
    network, negative_slope
):
    values = {"negative_slope": negative_slope, "x": 2.0, "network": network}
    scene = drawing(LESSON)(**STATEMENT.defaults | values)
    wanted, straight, fit, mark = scene.figures[1]["data"]
    x = np.asarray(fit["x"])
    target = 1.5 * np.sin(1.2 * x) + 0.2 * x
    at = np.asarray(wanted["x"])
    np.testing.assert_allclose(wanted["y"], 1.5 * np.sin(1.2 * at) + 0.2 * at)
    centers = np.linspace(-5.25, 5.25, 8)
    units = FITTED[network](x[:, None] - centers, negative_slope)
    columns = np.column_stack([units, np.ones(len(x))])
    # What is left of the curve cannot be lessened by any of the units.
    left = target - np.asarray(fit["y"])
    np.testing.assert_allclose(columns.T @ left, 0, atol=1e-6)
    error = math.sqrt(np.mean(left**2))
    assert scene.readouts["RMS error of the fit"] == pytest.approx(error)
    assert float(mark["y"][0]) == pytest.approx(np.interp(2.0, x, fit["y"]))
    # Without an activation that is the line of least squares, whatever else is chosen.
    slope, start = np.polyfit(x, target, 1)
    np.testing.assert_allclose(straight["y"], slope * x + start, atol=1e-9)
    even = np.linspace(-6, 6, 481)
    bends = np.abs(np.diff(np.interp(even, x, fit["y"]), 2)) > 1e-6
    if network == "none":
        assert not bends.any()
        assert error > 1
    elif network == "relu":  # corners at the units, as far as the grid tells
        corners = even[1:-1][bends]
        assert all(np.abs(centers - corner).min() < 0.11 for corner in corners)
        assert error < 0.25
    else:
        assert bends.sum() > 100
        assert error < 0.07
    said_of_it = "a straight line" in scene.status
    assert said_of_it == (network == "none")


@pytest.mark.parametrize("x", [-6.0, -2.0, 0.0, 1.0, 6.0])
@pytest.mark.parametrize("negative_slope", [0.0, 0.01, 0.3])
def test_no_fraction_that_is_left_leaves_its_picture(x, negative_slope):
    values = STATEMENT.defaults | {"x": x, "negative_slope": negative_slope}
    figure = drawing(LESSON)(**values | {"depth": 20}).figures[2]
    low, high = figure["layout"]["yaxis"]["range"]
    slopes = (relu_grad(x, negative_slope), sigmoid_grad(x), tanh_grad(x))
    *curves, _, _, _ = figure["data"]
    marks = figure["data"][3:]
    for slope, curve, mark in zip(slopes, curves, marks, strict=True):
        drawn = np.asarray(curve["y"], float)
        assert drawn[0] == 0
        if slope:
            np.testing.assert_allclose(drawn, np.arange(21) * math.log10(slope))
            assert low < drawn.min() <= drawn.max() < high
            assert float(mark["y"][0]) == pytest.approx(drawn[20])
        else:
            assert (drawn[1:] < low).all()
            assert (10.0 ** drawn[1:] == 0).all()  # as the table of the data has it
            assert math.isnan(float(mark["y"][0]))


@claims("dead_never_recovers")
@pytest.mark.parametrize(("bias", "learns"), [(-20.0, False), (0.0, True)])
def test_a_unit_that_is_negative_for_every_input_never_learns(bias, learns):
    x, wanted = np.linspace(-1, 1, 9), np.linspace(0, 2, 9)
    w, b = 3.0, bias
    for _ in range(100):  # gradient descent on the squared error
        before = w * x + b
        passed = (relu(before) - wanted) * relu_grad(before)
        w, b = w - 0.1 * (passed * x).mean(), b - 0.1 * passed.mean()
    assert ((w, b) != (3.0, bias)) == learns
    assert (np.maximum(w * x + b, 0) > 0).any() == learns


@claims("earlier_layers_revive")
@pytest.mark.parametrize("w", [3.0, -2.0])
def test_other_inputs_from_earlier_layers_make_a_dead_unit_active_again(w):
    x, b = np.linspace(-1, 1, 9), -20.0
    assert not np.asarray(relu_grad(w * x + b)).any()  # whatever the loss: no gradient
    earlier = x + 30 * np.sign(w)  # another bias of the layer before
    assert np.asarray(relu_grad(w * earlier + b)).all()


@claims("weights_multiply_too")
@given(numbers(3.0), numbers(4.0), numbers(4.0))
def test_each_layer_multiplies_the_gradient_by_its_slope_and_its_weight(x, v, w):
    def two_layers(z):
        return scipy.special.expit(w * scipy.special.expit(v * z))

    h = 1e-5
    found = (two_layers(x + h) - two_layers(x - h)) / (2 * h)
    hidden = scipy.special.expit(v * x)
    expected = v * sigmoid_grad(v * x) * w * sigmoid_grad(w * hidden)
    assert found == pytest.approx(expected, rel=1e-5, abs=1e-8)


@claims("tanh_shrinks")
@given(st.floats(0.01, 6.0))
def test_through_layers_of_tanh_a_number_shrinks(x):
    for _ in range(20):
        following = tanh(x)
        assert 0 < following < x
        assert tanh(-x) == -following
        x = following


@pytest.mark.parametrize("x", [-2.0, 1.0])
def test_each_function_has_one_color_in_all_pictures(x):
    figures = drawing(LESSON)(**STATEMENT.defaults | {"x": x}).figures
    colors = [
        {t["name"]: t["line"]["color"] for t in figure["data"] if "name" in t}
        for figure in figures
    ]
    functions, fit, *others = colors
    assert all(
        functions == names | {"tangents": functions["tangents"]} for names in others
    )
    assert len({*others[0].values(), *fit.values()}) == 5
    assert fit["sigmoid"] == others[0]["sigmoid"]


@claims("digits_kept")
def test_as_a_product_of_both_sides_the_slope_keeps_its_digits():
    for x in (0.5, 20.0, 40.0, 300.0):
        exact = 1 / (2 + mpmath.exp(x) + mpmath.exp(-x))
        assert sigmoid(x) * sigmoid(-x) == pytest.approx(float(exact), rel=1e-14)
        assert sigmoid_grad(x) == pytest.approx(float(exact), rel=1e-14)


def said(**values):
    return drawing(LESSON)(**STATEMENT.defaults | values).status


def sides(function, x, step=1e-6):
    """Return the slopes just left and just right of a place."""
    before, here, after = (function(x + k * step) for k in (-1, 0, 1))
    return (here - before) / step, (after - here) / step


@pytest.mark.parametrize(
    ("x", "negative_slope", "best", "end"),
    [
        (1.0, 0.0, "the ReLU is the steepest, with slope 1.", ""),
        (6.0, 0.3, "the leaky ReLU is the steepest, with slope 1.", ""),
        (
            -2.0,
            0.0,
            "the sigmoid is the steepest, with slope 0.105.",
            "inactive and passes",
        ),
        (-2.0, 0.3, "the leaky ReLU is the steepest, with slope 0.3.", ""),
        (-0.5, 0.0, "tanh is the steepest, with slope 0.786.", "inactive and passes"),
        (-1.5, 0.18, "tanh is the steepest, with slope 0.181.", ""),
        (0.0, 0.0, "tanh is the steepest, with slope 1.", "its left side."),
        (0.0, 0.3, "tanh is the steepest, with slope 1.", "its left side."),
        (
            -6.0,
            0.0,
            "the sigmoid is the steepest, with slope 0.00247.",
            "inactive and",
        ),
    ],
)
def test_the_sentence_names_the_steepest_and_tells_when_the_relu_is_off(
    x, negative_slope, best, end
):
    text = said(x=x, negative_slope=negative_slope)
    assert best in text
    assert end in text
    relu_ = "the leaky ReLU" if negative_slope else "the ReLU"
    slopes = {
        relu_: sides(lambda v: max(v, negative_slope * v), x),
        "the sigmoid": sides(lambda v: 1 / (1 + math.exp(-v)), x),
        "tanh": sides(math.tanh, x),
    }
    steepest = max(slopes, key=lambda name: slopes[name][0])
    assert best.startswith(steepest)
    left, right = slopes[relu_]
    assert ("its left side" in text) == (right - left > 0.1)
    assert ("inactive and passes on nothing" in text) == (left == right == 0)


@settings(max_examples=40)
@given(settings_of(STATEMENT))
def test_the_sentence_has_both_errors_and_the_share_behind_the_layers(values):
    x, depth, network = values["x"], values["depth"], values["network"]
    text = said(**values).replace("−", "-")
    number = r"(-?\d+\.?\d*(?:e-?\d+)?)"
    slopes = {
        "sigmoid": math.exp(-x) / (1 + math.exp(-x)) ** 2,
        "tanh": 1 / math.cosh(x) ** 2,
        "ReLU": 1.0 if x > 0 else values["negative_slope"],
    }
    fit = rf"(?:8 (\w+) units miss the curve by {number}, a line by {number}\. )?"
    start = fit + rf"At x = {number} .*?(\w+) is the steepest, with slope {number}\."
    *fitted, here, named, slope = re.match(start, text).groups()
    assert (fitted[0] is None) == (network == "none")
    if network != "none":
        assert fitted[0].lower() == network
        shown = drawing(LESSON)(**values).readouts
        errors = [
            shown["RMS error of the fit"],
            shown["RMS error without an activation"],
        ]
        assert [float(text) for text in fitted[1:]] == pytest.approx(errors, rel=6e-2)
    assert [float(here), float(slope)] == pytest.approx(
        [x, max(slopes.values())], rel=6e-3
    )
    assert slopes[named] == pytest.approx(max(slopes.values()), rel=1e-12)
    assert ("leaky" in text) == (values["negative_slope"] > 0 and named == "ReLU")
    left = re.search(
        rf"each, (\d+) (\w+) layers? leaves? {number} of a gradient\.$", text
    )
    assert (left is None) == (network == "none")
    if left:
        count, layer, share = left.groups()
        assert (int(count), layer.lower()) == (depth, network)
        assert float(share) == pytest.approx(
            slopes[layer] ** depth, rel=6e-2, abs=1e-300
        )
        assert ("1 " + layer + " layer leaves" in text) == (depth == 1)


@pytest.mark.parametrize(
    ("preset", "value"), [("Inactive ReLU", 0), ("Leaky ReLU", -0.2)]
)
def test_presets_about_the_relu_show_it_in_the_live_line(preset, value):
    (chosen,) = (one.values for one in LESSON.presets if one.name == preset)
    line = frame(LESSON, STATEMENT.defaults | chosen)["line"]
    assert float(line["numbers"][-1]) == pytest.approx(value)


@settings(max_examples=30)
@given(settings_of(STATEMENT))
def test_without_the_leak_all_that_is_drawn_is_the_plain_relu(values):
    broken = next(one for one in BROKEN if one.slug == "activations")
    shown = drawing(broken)(**values)
    plain = drawing(LESSON)(**values | {"negative_slope": 0.0})
    assert shown.readouts == pytest.approx(plain.readouts)
    for one, other in zip(shown.figures, plain.figures, strict=True):
        for left, right in zip(one["data"], other["data"], strict=False):
            np.testing.assert_allclose(
                np.asarray(left["y"], float), np.asarray(right["y"], float), atol=1e-15
            )
