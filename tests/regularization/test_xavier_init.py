"""Xavier initialization: laws, numbers from outside, and the page's claims."""

from __future__ import annotations

import functools
import math
import re

import numpy as np
import pytest
import scipy.integrate
import scipy.special
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from formulas.chain_rules.two_layer_gradients import two_layer_gradients
from formulas.regularization.mean_field import expected_sizes
from formulas.regularization.xavier_init import (
    fan_in_fan_out,
    gradient_sizes,
    he_normal,
    layer_signals,
    propagate,
    xavier_bound,
    xavier_normal,
    xavier_std,
    xavier_uniform,
)
from notation.simulation import finished
from pages.regularization.xavier_init.figure import _some_weights, expected_spread
from pages.regularization.xavier_init.statement import (
    SHOWN,
    STATEMENT,
    bins_of,
    left_at_the_input,
    simulate,
)
from tests.claims import claims
from tests.errors import says
from tests.lessons import default_history, drawing, numbers_of
from ui.catalogue import BROKEN as EVERY_BROKEN
from ui.catalogue import BY_SLUG

LESSON = BY_SLUG["xavier_init"]
BROKEN = next(one for one in EVERY_BROKEN if one.slug == "xavier_init")
XAVIER = STATEMENT.defaults | {"gain": 1.0}
TANH = XAVIER | {"activation": "tanh"}

# Each is one edit of the module that its tests must notice (benchmarks/mutation.py).
MUTANTS = (
    ("gain * math.sqrt(6.0 / (n_in + n_out))", "gain * math.sqrt(6.0 / n_in)"),
    ("gain * math.sqrt(2.0 / (n_in + n_out))", "math.sqrt(2.0 / (n_in + n_out))"),
    ("math.sqrt(2.0 / n_in), (n_out, n_in)", "math.sqrt(1.0 / n_in), (n_out, n_in)"),
    ("return int(n_out), int(n_in)", "return int(n_in), int(n_out)"),
    ("return sizes[1] * kernel, sizes[0]", "return sizes[0] * kernel, sizes[1]"),
    ("bound = 1.0 / math.sqrt(width)", "bound = 1.0 / width"),
    ("np.array(rms), exploded=True", "np.array(rms), exploded=False"),
    ("SMALL = 0.01", "SMALL = 0.1"),
)

sizes = st.integers(1, 2000)


@pytest.fixture(scope="module")
def runs():
    """Keep the runs that several tests read."""
    pairs = [
        (activation, init)
        for activation in ("linear", "tanh", "relu")
        for init in ("xavier", "he", "lecun_uniform", "normal")
    ]
    return {pair: propagate(*pair).rms for pair in pairs}


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"W_{ij} \sim \mathcal{U}(-a, a), \qquad "
        r"a = g \sqrt{\frac{6}{n_\text{in} + n_\text{out}}}"
    )


def test_the_printed_lines_are_the_reviewed_ones():
    from notation.printing import equation_latex

    assert [
        equation_latex(e, STATEMENT.quantities) for e in STATEMENT.equations[1:]
    ] == [
        r"\mathrm{Var}(W) = \frac{a^{2}}{3}",
        r"r_\text{forward} = n_\text{in} \mathrm{Var}(W)",
        r"r_\text{back} = n_\text{out} \mathrm{Var}(W)",
    ]


# Outside numbers


@pytest.mark.parametrize(
    ("n_in", "n_out", "bound", "deviation"),
    [
        (300, 100, 0.1224744871, 0.0707106781),
        (512, 512, 0.0765465545, 0.0441941738),
        (784, 256, 0.0759554525, 0.0438529010),
        (512, 2048, 0.0484122918, math.sqrt(0.00078125)),
    ],
)
def test_bounds_and_deviations_of_known_layers(n_in, n_out, bound, deviation):
    assert xavier_bound(n_in, n_out) == pytest.approx(bound, abs=5e-11)
    assert xavier_std(n_in, n_out) == pytest.approx(deviation, abs=5e-11)


def test_variances_of_known_layers():
    assert xavier_std(300, 100) ** 2 == pytest.approx(0.005, rel=1e-12)
    assert xavier_std(512, 512) ** 2 == pytest.approx(0.001953125, rel=1e-12)


def test_he_weights_of_512_inputs_have_deviation_one_sixteenth():
    weights = he_normal(512, 512)
    # Five standard errors of a deviation from 512 * 512 draws.
    assert weights.std() == pytest.approx(0.0625, rel=5 / math.sqrt(2 * weights.size))


def test_variance_of_the_sample_with_seed_0():
    assert xavier_uniform(300, 100, rng=0).var() == pytest.approx(0.00496398, abs=5e-9)


@given(sizes, sizes)
def test_the_cs231n_rule_is_variance_two_over_both_sizes(n_in, n_out):
    assert xavier_std(n_in, n_out) ** 2 == pytest.approx(2 / (n_in + n_out), rel=1e-12)


@claims("after_20_layers")
@pytest.mark.parametrize(
    ("activation", "init", "expected"),
    [
        ("linear", "xavier", 0.967),
        ("linear", "he", 1081),
        ("linear", "lecun_uniform", 1.6e-5),
        ("tanh", "xavier", 0.156),
        ("tanh", "he", 0.560),
        ("tanh", "lecun_uniform", 1.2e-5),
        ("relu", "xavier", 0.00060),
        ("relu", "he", 1.03),
        ("relu", "lecun_uniform", 1e-8),
    ],
)
def test_signals_behind_20_layers(runs, activation, init, expected):
    # One draw of the weights; another seed moves it by less than 30 percent.
    assert runs[activation, init][-1] == pytest.approx(expected, rel=0.3)


@pytest.mark.parametrize("activation", ["linear", "tanh", "relu"])
def test_tiny_weights_leave_nothing_behind_20_layers(runs, activation):
    assert runs[activation, "normal"][-1] < 1e-8


# Laws


@given(sizes, sizes, st.floats(0.1, 3))
def test_bound_and_deviation_belong_to_the_same_distribution(n_in, n_out, gain):
    bound = xavier_bound(n_in, n_out, gain=gain)
    deviation = scipy.stats.uniform(-bound, 2 * bound).std()
    assert xavier_std(n_in, n_out, gain=gain) == pytest.approx(deviation, rel=1e-9)


@given(sizes, sizes, st.floats(0.1, 3))
def test_both_sizes_count_alike_and_the_gain_is_a_factor(n_in, n_out, gain):
    assert xavier_bound(n_in, n_out) == xavier_bound(n_out, n_in)
    assert xavier_bound(n_in, n_out, gain=gain) == pytest.approx(
        gain * xavier_bound(n_in, n_out)
    )


@given(st.integers(1, 30), st.integers(1, 30), st.integers(0, 100))
def test_uniform_weights_stay_within_the_bound_one_row_an_output(n_in, n_out, seed):
    weights = xavier_uniform(n_in, n_out, gain=1.5, rng=seed)
    assert weights.shape == (n_out, n_in)
    assert np.abs(weights).max() <= xavier_bound(n_in, n_out, gain=1.5)
    assert xavier_normal(n_in, n_out, rng=seed).shape == (n_out, n_in)
    assert he_normal(n_in, n_out, rng=seed).shape == (n_out, n_in)


@pytest.mark.parametrize("draw", [xavier_uniform, xavier_normal, he_normal])
def test_the_same_seed_gives_the_same_weights(draw):
    np.testing.assert_array_equal(draw(5, 4, rng=3), draw(5, 4, rng=3))
    fresh = np.random.default_rng(3)
    np.testing.assert_array_equal(draw(5, 4, rng=3), draw(5, 4, rng=fresh))
    assert (draw(5, 4, rng=3) != draw(5, 4, rng=4)).all()


def test_drawn_weights_have_the_distribution_that_is_named():
    bound, deviation = xavier_bound(300, 100), xavier_std(300, 100)
    for weights, law in (
        (xavier_uniform(300, 100), scipy.stats.uniform(-bound, 2 * bound)),
        (xavier_normal(300, 100), scipy.stats.norm(0, deviation)),
    ):
        assert scipy.stats.kstest(weights.ravel(), law.cdf).pvalue > 0.01


def test_a_linear_network_grows_by_the_forward_factor_on_average():
    # He's weights double the mean square in each linear layer of any width.
    rms = propagate("linear", "he", depth=3).rms
    np.testing.assert_allclose((rms[1:] / rms[:-1]) ** 2, 2, rtol=0.05)


def test_depth_only_adds_layers_at_the_end():
    short, long = propagate("tanh", "he", depth=3), propagate("tanh", "he", depth=6)
    np.testing.assert_array_equal(short.rms, long.rms[:4])
    assert not long.exploded


def test_the_samples_are_the_layers_of_the_propagation():
    sizes = {"width": 32, "depth": 4, "n_samples": 50, "rng": 2}
    signals = list(layer_signals("relu", "he", **sizes))
    rms = propagate("relu", "he", **sizes).rms
    assert len(signals) == len(rms) == 5
    for signal, size in zip(signals, rms, strict=True):
        assert signal.shape == (50, 32)
        assert math.sqrt(np.mean(signal**2)) == pytest.approx(size)


@given(st.lists(st.integers(1, 9), min_size=2, max_size=4))
def test_fans_count_the_connections_of_a_layer(shape):
    n_in, n_out = fan_in_fan_out(shape)
    weights = np.ones(shape)
    assert n_in == weights[0].size
    assert n_out == weights[:, 0].size


# Bad and extreme input


def test_a_signal_that_outgrows_the_numbers_cuts_the_path():
    run = propagate("linear", "he", width=64, depth=1200, n_samples=2)
    assert run.exploded
    assert len(run.rms) < 1201
    assert np.isfinite(run.rms).all()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: xavier_bound(0, 1), "n_in must be in [1, inf), got 0"),
        (lambda: xavier_std(1, -1), "n_out must be in [1, inf), got -1"),
        (lambda: he_normal(0, 1), "n_in must be in [1, inf), got 0"),
        (lambda: xavier_bound(1.5, 1), "n_in must be an integer, got 1.5"),
        (lambda: xavier_uniform(1, True), "n_out must be an integer, got True"),
        (lambda: xavier_bound(1, 1, gain=0), "gain must be in (0, inf), got 0.0"),
        (lambda: xavier_std(1, 1, gain=-1), "gain must be in (0, inf), got -1.0"),
        (lambda: xavier_normal(1, 1, gain=np.nan), "gain contains NaN"),
        (
            lambda: propagate("gelu", "he"),
            (
                "activation must be one of ('tanh', 'relu', 'sigmoid', 'linear'), "
                "got 'gelu'"
            ),
        ),
        (
            lambda: propagate("relu", "zeros"),
            (
                "init must be one of ('xavier', 'he', 'lecun_uniform', 'normal'), "
                "got 'zeros'"
            ),
        ),
        (lambda: propagate("relu", "he", width=0), "width must be in [1, inf), got 0"),
        (lambda: propagate("relu", "he", depth=0), "depth must be in [1, inf), got 0"),
        (lambda: propagate("relu", "he", n_samples=0), "n_samples must be in [1, inf)"),
        (lambda: layer_signals("relu", "zeros"), "init must be one of"),
        (
            lambda: layer_signals("relu", "he", depth=0),
            "depth must be in [1, inf), got 0",
        ),
        (
            lambda: fan_in_fan_out((3,)),
            "fan in and fan out need a shape with at least 2 axes",
        ),
        (lambda: fan_in_fan_out((3, 0)), "shape must be in [1, inf), got 0"),
    ],
)
def test_bad_input_is_named(call, message):
    with says(message):
        call()


# Weights and theory of the page


def test_some_weights_are_the_first_of_all_weights():
    for n_in, n_out, count in ((30, 20, 600), (100, 50, 4000)):
        every = xavier_uniform(n_in, n_out, gain=2.0).ravel()
        some = _some_weights(xavier_bound(n_in, n_out, gain=2.0), n_in * n_out)
        np.testing.assert_array_equal(some, every[:count])


@claims("linear_theory")
def test_theory_foretells_what_linear_layers_do(runs):
    theory = expected_sizes("linear", 1.0, 1.0, depth=20).signal
    np.testing.assert_allclose(theory, 1.0)
    np.testing.assert_allclose(runs["linear", "xavier"], theory, rtol=0.15)
    of_the_page = propagate("linear", "xavier", n_samples=200).rms
    np.testing.assert_allclose(of_the_page, theory, rtol=0.15)


@claims("theory_follows")
@pytest.mark.parametrize("activation", ["tanh", "relu", "sigmoid", "linear"])
def test_the_dashed_curves_are_what_theory_expects_of_the_weights_set_here(activation):
    def measured_and_theory(scene, index):
        traces = scene.figures[index + 1]["data"]
        return traces[0]["y"], traces[4]["y"]

    # With equal sizes and gain 1 they are Xavier's weights, which the page measures.
    history = finished(simulate(activation))
    scene = LESSON.scene(XAVIER | {"activation": activation}, history)
    for index in (0, 1):
        measured, theory = measured_and_theory(scene, index)
        np.testing.assert_allclose(theory[:16], measured[:16], rtol=0.25)
    changed = {"activation": activation, "n_in": 512, "n_out": 128, "gain": 1.3}
    scene = LESSON.scene(XAVIER | changed, history)
    variance = 1.3**2 * 2 / (512 + 128)
    turns = (512 * variance, 128 * variance)
    expected = expected_sizes(
        activation, np.resize(turns, 30), np.resize(turns[::-1], 30), depth=30
    )
    left = expected.gradient[0] / expected.gradient
    for index, sizes in ((0, expected.signal), (1, left)):
        np.testing.assert_allclose(measured_and_theory(scene, index)[1], sizes)


# What the page claims


@claims("relu_halves")
def test_relu_with_xavier_halves_the_mean_square_a_layer(runs):
    rms = runs["relu", "xavier"]
    assert (rms[1] / rms[0]) ** 2 == pytest.approx(0.5, rel=0.02)
    # Deep down the inputs have become alike, so one draw of the weights varies more.
    assert (rms[-1] / rms[0]) ** (2 / 20) == pytest.approx(0.5, rel=0.1)
    assert rms[-1] == pytest.approx(2**-10, rel=0.5)
    several = [
        propagate("relu", "xavier", n_samples=20, rng=seed).rms[-1] for seed in range(9)
    ]
    assert np.median(several) == pytest.approx(2**-10, rel=0.25)
    assert np.median(several) == pytest.approx(0.001, rel=0.25)


@claims("he_doubles")
def test_hes_weights_have_twice_the_variance_and_keep_the_signal(runs):
    he, xavier = he_normal(256, 256).var(), xavier_uniform(256, 256).var()
    # Five standard errors of each variance, from 256 * 256 draws.
    assert he / xavier == pytest.approx(2, rel=0.035)
    # One draw of the weights; from layer to layer the size wanders a little.
    np.testing.assert_allclose(runs["relu", "he"], 1, atol=0.3)


def behind(activation, signal, depth, gain=1.0):
    """Return the size of a signal behind layers of Xavier's weights."""
    random = np.random.default_rng(1)
    sizes = []
    for _ in range(depth):
        weights = xavier_normal(256, 256, gain=gain, rng=random)
        signal = activation(signal @ weights.T)
        sizes.append(math.sqrt(np.mean(signal**2)))
    return np.array(sizes)


@claims("gradients_alike")
def test_gradients_keep_their_size_where_n_times_the_variance_is_1():
    theory = {"xavier": 1.0, "he": math.sqrt(2.0), "lecun_uniform": math.sqrt(1 / 3)}
    for init, factor in theory.items():
        back = gradient_sizes("linear", init, depth=30)
        foretold = factor ** np.arange(30, -1, -1)
        np.testing.assert_allclose(back, foretold, rtol=0.3)
        linear = XAVIER | {"activation": "linear"}
        shown = drawing(LESSON)(**linear).figures[2]["data"]
        assert shown[4]["y"][[0, 30]].tolist() == [1, 1]  # the theory of equal sizes
    assert gradient_sizes("tanh", "xavier", depth=30)[0] < 0.5
    assert gradient_sizes("relu", "he", depth=30)[0] == pytest.approx(1, rel=0.5)


@pytest.mark.parametrize("activation", ["tanh", "relu", "sigmoid", "linear"])
@pytest.mark.parametrize("init", ["xavier", "lecun_uniform"])
def test_the_gradient_agrees_with_differences_of_the_signal(activation, init):
    size = {"width": 6, "depth": 3, "n_samples": 1}
    random = np.random.default_rng(7)
    signal = random.standard_normal((1, 6))
    first, *_, last = layer_signals(activation, init, rng=7, **size)
    np.testing.assert_array_equal(signal, first)
    bound = math.sqrt(6 / 12) if init == "xavier" else 1 / math.sqrt(6)
    weights = [random.uniform(-bound, bound, (6, 6)) for _ in range(3)]
    back = random.standard_normal((1, 6))

    def end(start):
        for matrix in weights:
            start = FUNCTIONS[activation](start @ matrix.T)
        return start

    np.testing.assert_allclose(end(first), last)
    h = 1e-6
    slopes = [(end(first + h * e) - end(first - h * e)) / (2 * h) for e in np.eye(6)]
    gradient = [float((back * slope).sum()) for slope in slopes]
    found = gradient_sizes(activation, init, rng=7, **size)
    expected = math.sqrt(np.mean(np.square(gradient)) / np.mean(back**2))
    assert found[0] == pytest.approx(expected, rel=1e-5)
    assert found[-1] == 1


@claims("slope_one")
def test_small_signals_keep_their_size_only_if_the_slope_at_0_is_1():
    small = 1e-3 * np.random.default_rng(0).standard_normal((200, 256))
    np.testing.assert_allclose(behind(np.tanh, small, 5), 1e-3, rtol=0.05)
    # The sigmoid around its center has slope 1/4.
    shrunk = behind(lambda z: np.tanh(z / 2) / 2, small, 5)
    np.testing.assert_allclose(shrunk[1:] / shrunk[:-1], 1 / 4, rtol=0.05)


@claims("he_for_relu")
@pytest.mark.parametrize(("n_in", "n_out"), [(512, 128), (128, 512)])
def test_hes_weights_keep_the_mean_square_through_a_relu_of_any_shape(n_in, n_out):
    weights = he_normal(n_in, n_out)
    assert weights.var() == pytest.approx(2 / n_in, rel=0.03)  # 5 standard errors
    signal = np.random.default_rng(1).standard_normal((500, n_in))
    passed = np.maximum(signal @ weights.T, 0)
    assert np.mean(passed**2) == pytest.approx(np.mean(signal**2), rel=0.1)


@claims("gain_for_tanh")
def test_with_the_gain_5_3_the_size_behind_tanh_layers_settles_near_0_65():
    signal = np.random.default_rng(0).standard_normal((200, 256))
    settled = behind(np.tanh, signal, 40, gain=5 / 3)[9:]
    np.testing.assert_allclose(settled, 0.65, atol=0.03)
    plain = behind(np.tanh, signal, 40)[9:]
    assert plain[0] < 0.25
    assert plain[-1] < 0.6 * plain[0]  # without it, it goes on to decay


@claims("gain_1_7")
def test_weights_1_7_times_as_large_keep_the_rms_of_tanh_at_0_66():
    scene = drawing(LESSON)(**TANH | {"gain": 1.7, "depth": 30})
    assert scene.readouts["RMS after L layers: yours, in theory"] == pytest.approx(
        0.66, abs=0.005
    )
    signal = np.random.default_rng(0).standard_normal((200, 256))
    assert behind(np.tanh, signal, 30, gain=1.7)[-1] == pytest.approx(0.66, abs=0.02)
    # The sums that enter a wide layer are normal, whatever the signal is like.
    signs = np.sign(signal) @ xavier_normal(256, 256).T
    assert scipy.stats.kstest(signs.ravel()[::17], "norm").pvalue > 0.01


@claims("gain_a_fifth")
def test_a_fifth_of_xaviers_weights_leaves_little_behind_five_layers():
    left = drawing(LESSON)(**TANH | {"gain": 0.2, "depth": 5})
    assert left.readouts["RMS after L layers: yours, in theory"] == pytest.approx(
        3e-4, rel=0.05
    )
    signal = np.random.default_rng(0).standard_normal((200, 256))
    assert behind(np.tanh, signal, 5, gain=0.2)[-1] == pytest.approx(3e-4, rel=0.15)
    assert 0.01 / xavier_std(256, 256) == pytest.approx(1 / 6, rel=0.05)


@claims("left_at_the_input")
@pytest.mark.parametrize("layer", [1, 10, 30])
def test_what_is_left_at_the_input_is_that_of_a_network_of_so_many_layers(layer):
    history = finished(simulate("tanh"))
    shown = LESSON.scene(TANH, history).figures[2]["data"]
    for init, curve in zip(history.gradients, shown, strict=False):
        np.testing.assert_array_equal(curve["y"], history.gradients[init])
        alone = gradient_sizes("tanh", init, depth=layer)
        assert curve["y"][layer] == pytest.approx(alone[0], rel=0.25)
    theory = expected_sizes("tanh", 1.0, 1.0, depth=30).gradient
    shorter = expected_sizes("tanh", 1.0, 1.0, depth=layer).gradient
    assert left_at_the_input(theory)[layer] == pytest.approx(shorter[0])


def test_no_point_is_drawn_below_the_pictures_of_sizes():
    scene = LESSON.scene(TANH | {"depth": 30}, finished(simulate("tanh")))
    for picture in scene.figures[1:3]:
        low = picture["layout"]["yaxis"]["range"][0]
        marks = [trace for trace in picture["data"] if len(trace["x"]) == 1]
        heights = np.array([mark["y"][0] for mark in marks])
        assert np.isnan(heights[3])  # σ = 0.01 has left the picture
        assert (heights[[0, 1, 4]] >= 10.0**low).all()


@claims("tanh_decays")
def test_tanh_with_xavier_decays_slowly(runs):
    rms = runs["tanh", "xavier"]
    assert rms[1] == pytest.approx(0.63, abs=0.005)
    assert rms[20] == pytest.approx(0.16, abs=0.005)
    assert (np.diff(rms) < 0).all()
    assert (rms[2:] / rms[1:-1] > 0.75).all()


@claims("slope_of_tanh")
def test_the_slope_of_tanh_is_below_1_away_from_0_and_explains_the_first_layer():
    z, h = np.linspace(-4, 4, 81), 1e-6
    slopes = (np.tanh(z + h) - np.tanh(z - h)) / (2 * h)
    assert slopes[40] == pytest.approx(1, abs=1e-9)
    assert (np.delete(slopes, 40) < 1).all()
    # What is left of a normal signal of size 1, which Xavier's weights keep.
    left = scipy.integrate.quad(
        lambda z: np.tanh(z) ** 2 * scipy.stats.norm.pdf(z), -10, 10
    )
    assert math.sqrt(left[0]) == pytest.approx(0.63, abs=0.005)


@claims("equal_stay_equal")
@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_hidden_units_that_start_equal_stay_equal(activation):
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(20, 3)), rng.normal(size=(20, 2))

    def apart(W1, W2):
        b1, b2 = np.zeros(4), np.zeros(2)
        for _ in range(200):
            slopes = two_layer_gradients(X, Y, W1, b1, W2, b2, activation=activation)
            W1, b1 = W1 - 0.1 * slopes.W1, b1 - 0.1 * slopes.b1
            W2, b2 = W2 - 0.1 * slopes.W2, b2 - 0.1 * slopes.b2
        return np.ptp(W1, axis=1).max(), np.abs(slopes.W1).max()

    same = np.full((3, 4), xavier_std(3, 4)), np.full((4, 2), xavier_std(4, 2))
    spread, slope = apart(*same)
    assert spread < 1e-12
    assert slope > 1e-3  # they do learn
    drawn = xavier_uniform(3, 4, rng=0).T, xavier_uniform(4, 2, rng=1).T
    assert apart(*drawn)[0] > 0.1


@claims("too_small")
def test_too_small_weights_leave_a_ten_thousandth_after_five_layers(runs):
    assert runs["tanh", "normal"][5] == pytest.approx(1e-4, rel=0.1)


@claims("he_bends_tanh")
def test_hes_larger_weights_bend_tanh_more_than_xaviers():
    slopes = {}
    for init in ("xavier", "he"):
        *_, last = layer_signals("tanh", init, depth=20, n_samples=200)
        slopes[init] = np.mean(1 - last**2)
    assert slopes["he"] == pytest.approx(0.69, abs=0.01)
    assert slopes["xavier"] == pytest.approx(0.97, abs=0.01)
    assert math.sqrt(1 - slopes["he"]) == pytest.approx(0.56, abs=0.01)


@claims("variance_of_each_rule")
@pytest.mark.parametrize(
    ("init", "variance"),
    [
        ("xavier", 1 / 256),
        ("he", 2 / 256),
        ("lecun_uniform", 1 / (3 * 256)),
        ("normal", 1e-4),
    ],
)
def test_a_linear_layer_multiplies_by_n_times_the_variance_of_each_rule(init, variance):
    rms = propagate("linear", init, depth=1, n_samples=2000).rms
    assert (rms[1] / rms[0]) ** 2 == pytest.approx(256 * variance, rel=0.05)


@claims("only_a_third")
def test_the_old_heuristic_keeps_only_a_third_of_the_mean_square(runs):
    rms = runs["linear", "lecun_uniform"]
    np.testing.assert_allclose((rms[1:] / rms[:-1]) ** 2, 1 / 3, rtol=0.1)


def test_the_shorter_runs_of_the_page_show_the_same_numbers():
    def last(activation, init, depth=20):
        return propagate(activation, init, depth=depth, n_samples=200).rms[depth]

    assert last("tanh", "xavier", 1) == pytest.approx(0.63, abs=0.01)
    assert last("tanh", "xavier") == pytest.approx(0.16, abs=0.01)
    assert 0.0003 < last("relu", "xavier") < 0.003
    assert last("relu", "he") == pytest.approx(1, abs=0.3)
    assert last("tanh", "normal", 5) == pytest.approx(1e-4, rel=0.1)


def test_nothing_explodes_within_the_depth_of_the_page():
    deepest = STATEMENT.control("depth").high
    run = propagate("linear", "he", depth=deepest, n_samples=50)
    assert not run.exploded
    assert len(run.rms) == deepest + 1


@claims("bound_halves")
@given(sizes, sizes)
def test_the_bound_falls_when_the_layer_grows(n_in, n_out):
    assert xavier_bound(256, 256) == pytest.approx(0.1083, abs=5e-5)
    assert xavier_bound(1024, 1024) == pytest.approx(xavier_bound(256, 256) / 2)
    half = xavier_bound(n_in, n_out) / 2
    assert xavier_bound(4 * n_in, 4 * n_out) == pytest.approx(half, rel=1e-12)


# The sentence above the charts


FUNCTIONS = {
    "tanh": np.tanh,
    "relu": lambda z: np.maximum(z, 0),
    "sigmoid": scipy.special.expit,
    "linear": np.asarray,
}


@functools.cache
def through(activation, init, depth=20):
    """Send the page's signal through layers of Xavier's or He's weights."""
    random = np.random.default_rng(1)
    signal, left = random.standard_normal((200, 256)), [1.0]
    for _ in range(depth):
        if init == "xavier":
            weights = random.uniform(-1, 1, (256, 256)) * math.sqrt(6 / 512)
        else:
            weights = random.standard_normal((256, 256)) * math.sqrt(2 / 256)
        signal = FUNCTIONS[activation](signal @ weights.T)
        left.append(math.sqrt(np.mean(signal**2)))
    return np.array(left)


SAID = re.compile(
    r"After (\d+) (\S+) layers?, in the theory of wide layers, your signal has (\S+) times its size, "
    r"and a gradient has (\S+) times its size\."
)
ALIKE = re.compile(
    r"After (\d+) (\S+) layers?, in the theory of wide layers, your signal and a gradient "
    r"have (\S+) times their size\."
)


@pytest.mark.parametrize(
    ("chosen", "signal", "grows"),
    [
        ({"gain": 1.2}, "38", True),
        ({"activation": "tanh"}, "0.16", False),
        ({"activation": "tanh", "depth": 1}, "0.63", False),
        ({"activation": "tanh", "depth": 30}, "0.13", False),
        ({"activation": "tanh", "gain": 3.0}, "0.84", True),  # the gradient explodes
        ({"activation": "relu", "gain": 1.4}, "0.82", False),
        ({"activation": "relu"}, "0.00098", False),
    ],
)
def test_the_sentence_says_what_becomes_of_signal_and_gradient(chosen, signal, grows):
    values = XAVIER | chosen
    scene = drawing(LESSON)(**values)
    apart, alike = (one.fullmatch(scene.status) for one in (SAID, ALIKE))
    depth, _, said, back = (apart or alike).group(1, 2, 3, 3 if alike else 4)
    assert (int(depth), said) == (values["depth"], signal)
    assert bool(alike) == (said == back)
    left = scene.readouts["gradient after L layers back: yours, in theory"]
    assert float(back) == pytest.approx(left, rel=0.06)
    assert (left > 1) == grows


def test_at_first_no_rule_lies_on_your_curve_and_one_task_leads_to_xaviers():
    scene = LESSON.scene(STATEMENT.defaults, default_history(STATEMENT))
    for figure in scene.figures[1:3]:
        *rules, yours = (np.array(one["y"], float) for one in figure["data"][:5])
        for rule in rules:  # on an axis of 14 decades
            assert np.abs(np.log10(rule[10:] / yours[10:])).min() > 0.7
    assert LESSON.text.tasks[0].solution == "[there](?gain=1)"


@pytest.mark.parametrize(
    ("depth", "layers"), [(20, "20 linear layers keep"), (1, "1 linear layer keeps")]
)
def test_where_nothing_changes_the_sentence_says_so(depth, layers):
    kept = f"In theory {layers} the size of your signal and of its gradient."
    scene = drawing(LESSON)(**XAVIER | {"gain": 1.0, "depth": depth})
    assert scene.status == kept
    assert scene.readouts["RMS after L layers: yours, in theory"] == pytest.approx(1)
    back = "gradient after L layers back: yours, in theory"
    assert scene.readouts[back] == pytest.approx(1)


@pytest.mark.parametrize(("activation", "rel"), [("tanh", 0.05), ("sigmoid", 0.05)])
@pytest.mark.parametrize("depth", [1, 10, 20])
def test_what_is_said_of_xaviers_weights_is_what_a_network_does(activation, rel, depth):
    chosen = XAVIER | {"activation": activation, "depth": depth}
    said = float(SAID.match(drawing(LESSON)(**chosen).status)[3])
    assert said == pytest.approx(through(activation, "xavier")[depth], rel=rel)


@pytest.mark.parametrize("gain", [1.0, 3.0])
def test_a_gradient_through_tanh_layers_is_what_theory_expects(gain):
    """Tanh keeps a large signal below 1, while its gradient explodes."""
    random = np.random.default_rng(3)
    signal, slopes, matrices = random.standard_normal((50, 256)), [], []
    for _ in range(10):
        matrices.append(xavier_normal(256, 256, gain=gain, rng=random))
        signal = np.tanh(signal @ matrices[-1].T)
        slopes.append(1 - signal**2)
    back = start = random.standard_normal((50, 256))
    for matrix, slope in zip(matrices[::-1], slopes[::-1], strict=True):
        back = (back * slope) @ matrix
    measured = math.sqrt(np.mean(back**2) / np.mean(start**2))
    scene = drawing(LESSON)(**TANH | {"gain": gain, "depth": 10})
    left = scene.readouts["gradient after L layers back: yours, in theory"]
    assert left == pytest.approx(measured, rel=0.2)


@pytest.mark.parametrize("gain", [0.1, 1.0, 3.0])
def test_a_sigmoid_makes_every_signal_one_half_on_average(gain):
    chosen = XAVIER | {"activation": "sigmoid", "gain": gain}
    status = drawing(LESSON)(**chosen).status
    assert "A sigmoid’s mean is near 0.5, whatever comes in." in status
    random = np.random.default_rng(0)
    signal = random.standard_normal((200, 256))
    for _ in range(3):
        weights = xavier_normal(256, 256, gain=gain, rng=random)
        signal = scipy.special.expit(signal @ weights.T)
    assert signal.mean() == pytest.approx(0.5, abs=0.08)


def test_with_sigmoids_what_is_left_of_signals_and_gradients_lies_in_the_pictures():
    history = finished(simulate("sigmoid"))
    chosen = XAVIER | {"activation": "sigmoid"}
    for depth in (1, 12, 20, 30):
        pictures = LESSON.scene(chosen | {"depth": depth}, history).figures[1:3]
        for picture, is_log, lost in zip(pictures, (False, True), (0, 1), strict=True):
            axis = picture["layout"]["yaxis"]
            assert (axis.get("type") == "log") == is_log
            low, high = 10.0 ** np.array(axis["range"]) if is_log else axis["range"]
            curves = [trace["y"] for trace in picture["data"] if len(trace["x"]) > 1]
            outside = [line for line in curves if line.min() < low or line.max() > high]
            assert len(outside) == lost  # σ = 0.01 leaves less than 10⁻³⁰ of a gradient
    marks = [trace for trace in pictures[1]["data"] if len(trace["x"]) == 1]
    assert sum(np.isfinite(mark["y"][0]) for mark in marks) == 4


@claims("layers_take_turns")
@pytest.mark.parametrize("activation", ["linear", "tanh", "relu"])
def test_layers_of_two_sizes_take_turns_and_theory_follows(activation):
    n_in, n_out, depth = 1024, 256, 6
    random = np.random.default_rng(2)
    signal, sizes, stack = random.standard_normal((100, n_in)), [1.0], []
    for layer in range(depth):
        pair = (n_in, n_out) if layer % 2 == 0 else (n_out, n_in)
        stack.append(xavier_uniform(*pair, rng=random))
        signal = FUNCTIONS[activation](signal @ stack[-1].T)
        sizes.append(math.sqrt(np.mean(signal**2)))
    chosen = {"activation": activation, "n_in": n_in, "n_out": n_out, "depth": depth}
    scene = drawing(LESSON)(**XAVIER | chosen)
    theory = scene.figures[1]["data"][4]["y"]
    np.testing.assert_allclose(theory[: depth + 1], sizes, rtol=0.1)
    assert "Layers of 256 and of 1024 units take turns." in scene.status
    assert "take turns" not in drawing(LESSON)(**XAVIER).status
    if activation == "linear":
        back = random.standard_normal((100, signal.shape[1]))
        start = math.sqrt(np.mean(back**2))
        for matrix in stack[::-1]:
            back = back @ matrix
        left = scene.figures[2]["data"][4]["y"][depth]
        assert left == pytest.approx(math.sqrt(np.mean(back**2)) / start, rel=0.1)


def test_without_the_outputs_every_second_layer_follows_its_own_inputs():
    chosen = XAVIER | {"n_in": 64, "n_out": 256, "gain": 0.9}
    left = BROKEN.statement.solve(chosen, None).result
    first, second = (numbers_of(BROKEN.statement, **chosen | s)
                     for s in (sized(64, 256), sized(256, 64)))  # fmt: skip
    assert (left.forward_then, left.backward_then) == pytest.approx(
        (second["forward"], second["backward"])
    )
    assert left.forward == pytest.approx(first["forward"])


@claims("histograms_of_rules")
@pytest.mark.parametrize("activation", ["linear", "tanh", "relu", "sigmoid"])
def test_histograms_count_the_outputs_of_some_layers(activation):
    history = finished(simulate(activation))
    edges = bins_of(activation)
    for init, spread in history.spread.items():
        layers = list(layer_signals(activation, init, depth=30, n_samples=200))
        for layer, shares in zip(SHOWN, spread, strict=True):
            assert shares.sum() == pytest.approx(1)
            inner = (layers[layer] >= edges[1]) & (layers[layer] < edges[-2])
            assert shares[1:-1].sum() == pytest.approx(inner.mean(), abs=1e-9)
        picture = LESSON.scene(XAVIER | {"activation": activation}, history).figures[0]
    names = [row["name"] for row in picture["data"]]
    assert names == ["Xavier", "He (for ReLU)", "a = 1/√n", "σ = 0.01", "yours"]
    if activation == "linear":
        spreads = history.spread
        middle = slice(11, 13)
        assert spreads["xavier"][3][middle].sum() < 0.5
        assert spreads["lecun_uniform"][3][middle].sum() > 0.99
        assert spreads["normal"][3][middle].sum() > 0.99
        assert spreads["he"][3][[0, -1]].sum() > 0.9


@pytest.mark.parametrize("activation", ["linear", "tanh", "relu", "sigmoid"])
@pytest.mark.parametrize("deviation", [0.05, 0.7, 3.0])
def test_the_histograms_of_theory_are_those_of_normal_sums(activation, deviation):
    edges = bins_of(activation)
    sums = deviation * np.random.default_rng(0).standard_normal(400_000)
    outputs = np.clip(FUNCTIONS[activation](sums), edges[0], edges[-1])
    counted = np.histogram(outputs, edges)[0] / len(sums)
    expected = expected_spread(activation, deviation, edges)
    np.testing.assert_allclose(expected, counted, atol=4e-3)


def test_your_histograms_follow_the_gain():
    def at_layer_20(gain):
        (*_, yours) = drawing(LESSON)(**TANH | {"gain": gain}).figures[0]["data"]
        outline = yours["y"].reshape(5, -1)[3]
        bars = outline[1:-2:2] - outline[0]
        return bars / bars.sum()

    # With Xavier's own gain they are nearly those that were measured.
    history = finished(simulate("tanh"))
    measured = history.spread["xavier"][3]
    np.testing.assert_allclose(at_layer_20(1.0), measured, atol=0.03)
    assert at_layer_20(0.2)[11:13].sum() > 0.99
    assert at_layer_20(3.0)[[0, -1]].sum() > 0.3


SMALLEST, LARGEST = 1, 1024


@pytest.mark.parametrize("gain", [0.1, 1.0, 5 / 3, 3.0])
@pytest.mark.parametrize("n_in", [SMALLEST, 2, 256, LARGEST])
@pytest.mark.parametrize("n_out", [SMALLEST, 256, LARGEST])
def test_the_sentence_says_what_theory_expects_of_your_sizes(n_in, n_out, gain):
    chosen = TANH | {"n_in": n_in, "n_out": n_out, "gain": gain}
    scene = drawing(LESSON)(**chosen)
    # A sum of n_in products, each with the mean square of a weight between −a and a.
    a = gain * math.sqrt(6 / (n_in + n_out))
    variance = scipy.stats.uniform(-a, 2 * a).var()
    turns = (n_in * variance, n_out * variance)
    expected = expected_sizes("tanh", np.resize(turns, 20), np.resize(turns[::-1], 20), depth=20)  # fmt: skip
    assert scene.readouts["RMS after L layers: yours, in theory"] == pytest.approx(
        expected.signal[20]
    )
    assert scene.readouts["forward"] == pytest.approx(n_in * variance)
    assert scene.readouts["backward"] == pytest.approx(n_out * variance)
    drawn = scene.figures[3]
    title = drawn["layout"]["meta"]["title"]
    assert ("for 1 input and" in title) == (n_in == 1)
    assert title.endswith("and 1 output") == (n_out == 1)
    # The weights and the lines at −a and a can be seen.
    low, high = drawn["layout"]["xaxis"]["range"]
    assert low <= -a <= a <= high < 13 * a
    heights = drawn["data"][0]["y"]
    assert 0 < heights.max() <= drawn["layout"]["yaxis"]["range"][1]
    share = scipy.integrate.trapezoid(heights, drawn["data"][0]["x"])
    assert share == pytest.approx(1)


# What the questions teach


def shown(**chosen):
    return drawing(LESSON)(**XAVIER | chosen).readouts


@claims("variances_add")
@pytest.mark.parametrize(("n_in", "n_out"), [(400, 100), (100, 400)])
def test_the_variances_of_all_products_that_an_output_adds_up_add(n_in, n_out):
    random = np.random.default_rng(0)
    weights = xavier_uniform(n_in, n_out, rng=random)
    signal = random.standard_normal((2000, n_in))
    passed = np.mean((signal @ weights.T) ** 2) / np.mean(signal**2)
    assert passed == pytest.approx(n_in * weights.var(), rel=0.03)
    gradient = random.standard_normal((2000, n_out))
    back = np.mean((gradient @ weights) ** 2) / np.mean(gradient**2)
    assert back == pytest.approx(n_out * weights.var(), rel=0.03)


@claims("bound_is_root")
@given(sizes, sizes)
def test_the_bound_is_root_3_times_the_deviation_and_falls_with_the_root(n_in, n_out):
    bound = xavier_bound(n_in, n_out)
    assert bound == pytest.approx(math.sqrt(3) * xavier_std(n_in, n_out))
    grown = xavier_bound(16 * n_in, 16 * n_out)
    assert grown / bound == pytest.approx(1 / math.sqrt(16))


@claims("six_under_the_root")
@given(sizes, sizes)
def test_three_times_the_variance_is_the_square_of_the_bound(n_in, n_out):
    variance = 2 / (n_in + n_out)
    half_width = math.sqrt(variance / scipy.stats.uniform(-1, 2).var())
    assert half_width == pytest.approx(math.sqrt(6 / (n_in + n_out)))
    assert xavier_bound(n_in, n_out) == pytest.approx(half_width)


@claims("inputs_alone")
@pytest.mark.parametrize(("n_in", "n_out"), [(256, 256), (512, 128), (64, 1024)])
def test_of_inputs_alone_3_keeps_the_signal_and_6_is_hes_rule(n_in, n_out):
    left = numbers_of(BROKEN.statement, **XAVIER | sized(n_in, n_out))
    he = he_normal(n_in, n_out).var()
    assert left["variance"] == pytest.approx(2 / n_in)
    assert left["variance"] == pytest.approx(he, rel=0.05)
    assert left["forward"] == pytest.approx(2)
    three = math.sqrt(3 / n_in)
    kept = scipy.stats.uniform(-three, 2 * three).var()
    assert n_in * kept == pytest.approx(1)
    assert (n_out * kept == pytest.approx(1)) == (n_in == n_out)


def sized(n_in, n_out):
    return {"n_in": n_in, "n_out": n_out}


@claims("compromise")
@given(sizes, sizes)
def test_where_the_sizes_differ_one_of_signal_and_gradient_shrinks(n_in, n_out):
    variance = xavier_std(n_in, n_out) ** 2
    assert variance == pytest.approx(xavier_std(n_out, n_in) ** 2)
    forward, backward = n_in * variance, n_out * variance
    assert (forward + backward) / 2 == pytest.approx(1)
    lower, higher = sorted((forward, backward))
    assert lower == pytest.approx(1) if n_in == n_out else lower < 1 < higher
    assert shown(n_out=1024)["forward"] == pytest.approx(0.4)


@claims("smaller_lose")
@pytest.mark.parametrize("init", ["xavier", "lecun_uniform", "normal"])
def test_smaller_weights_than_hes_lose_signal_behind_every_relu(init):
    rms = propagate("relu", init, n_samples=200).rms
    assert (rms[1:] < 0.8 * rms[:-1]).all()
    assert rms[20] < 0.01


@claims("sigmoid_mean", "sigmoid_differences")
@pytest.mark.parametrize("init", ["xavier", "he", "lecun_uniform", "normal"])
def test_with_sigmoid_the_size_is_the_mean_and_inputs_become_alike(init):
    layers = list(layer_signals("sigmoid", init, depth=30, n_samples=200))
    sizes = [math.sqrt(np.mean(layer**2)) for layer in layers[1:]]
    assert np.allclose(sizes, 0.5, atol=0.08)
    between = [float(layer.std(axis=0).mean()) for layer in layers]
    settled = [one for one in between if one > 1e-12]  # below that it is rounding
    assert (np.diff(settled) < 0).all()
    assert between[10] < 1e-3


@claims("sigmoid_large")
def test_large_weights_raise_the_size_behind_sigmoid_layers_to_the_root_of_a_half():
    plain, large = (
        drawing(LESSON)(**XAVIER | {"activation": "sigmoid", "gain": gain}).readouts[
            "RMS after L layers: yours, in theory"
        ]
        for gain in (1.0, 3.0)
    )
    assert plain < large < math.sqrt(0.5)
    assert 0.58 < expected_sizes("sigmoid", 18.0, 1.0, depth=20).signal[-1] < 0.71
    signal = np.random.default_rng(0).standard_normal((200, 256))
    behind_it = [
        float(behind(scipy.special.expit, signal, 20, gain=gain)[-1])
        for gain in (1.0, 10.0, 1000.0)
    ]
    assert behind_it == sorted(behind_it)
    assert behind_it[-1] == pytest.approx(math.sqrt(0.5), abs=0.02)


def test_no_factor_is_said_to_hold_with_the_activation():
    for name in ("forward", "backward"):
        assert "linear layer’s factor" in STATEMENT.quantity(name).meaning
    # With ReLU half of the linear factor is left.
    scene = drawing(LESSON)(**XAVIER | {"activation": "relu"})
    assert scene.readouts["forward"] == pytest.approx(1)
    assert scene.readouts["RMS after L layers: yours, in theory"] == pytest.approx(
        2.0**-10
    )


@pytest.mark.parametrize("n", [1, 16, 256, 1024])
def test_no_bar_of_the_weights_reaches_beyond_the_bound(n):
    scene = drawing(LESSON)(**XAVIER | {"n_in": n, "n_out": n})
    bars = scene.figures[3]["data"][0]
    far = np.abs(bars["x"]) > scene.readouts["bound"] * (1 + 1e-9)
    assert (np.asarray(bars["y"])[far] == 0).all()
