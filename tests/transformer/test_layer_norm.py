"""Layer normalization: where ε stands, extreme inputs, gradients, the page's claims."""

from __future__ import annotations

import itertools
import math
import re

import numpy as np
import pytest
import sklearn.preprocessing
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from formulas.transformer.layer_norm import (
    EPS_MODES,
    batch_norm,
    layer_norm,
    layer_norm_backward,
    layer_norm_stats,
    rms_norm,
)
from notation.line import Line
from pages.transformer.layer_norm.figure import SCALES, _over_scales, _sizes_left
from pages.transformer.layer_norm.statement import OWN, PATTERNS, STATEMENT
from tests.claims import claims
from tests.errors import says
from tests.lessons import drawing, inputs_of, numbers_of, outputs_of
from tests.strategies import matrices, own_numbers_of, settings_of, vectors
from ui.catalogue import BROKEN, BY_KEY, BY_SLUG, variants_of

LESSON, BY_SIZE = BY_SLUG["layer_norm"], BY_KEY["layer_norm/rms_norm"]
(WITH_ITS_MEAN,) = (one for one in BROKEN if one.slug == "layer_norm")

# Each is one edit of the module that its tests must notice (benchmarks/mutation.py).
MUTANTS = (
    (
        "return size + np.ldexp(eps, -exponent)",
        "return np.hypot(size, np.ldexp(np.sqrt(eps), -exponent))",
    ),
    (
        "np.hypot(size, np.ldexp(np.sqrt(eps), -exponent))",
        "size + np.ldexp(eps, -exponent)",
    ),
    (
        "squares / features.shape[-1], exponent",
        "squares / (features.shape[-1] - 1), exponent",
    ),
    ("centered = np.where(alike, 0.0, centered)", "pass"),
    (
        "inner = pull - pull.mean(axis=-1, keepdims=True) - normal * along",
        "inner = pull - normal * along",
    ),
    (
        "pull - pull.mean(axis=-1, keepdims=True) - normal * along",
        "pull - pull.mean(axis=-1, keepdims=True)",
    ),
    (
        "features = _features(x, axis, copy=False)\n    gain",
        "features = _features(x, copy=False)\n    gain",
    ),
    (
        "normal *= gain\n    normal += shift",
        "normal += shift\n    normal *= gain",
    ),
    ("var * (len(rows) / (len(rows) - 1))", "var"),  # Keras remembers the biased one
    (
        "(1 - momentum) * old_mean + momentum * mean",
        "momentum * old_mean + (1 - momentum) * mean",
    ),
    (
        "(1 - momentum) * old_var + momentum * unbiased",
        "momentum * old_var + (1 - momentum) * unbiased",
    ),
    ("np.sqrt(old_var + eps)", "np.sqrt(old_var) + eps"),
    ("normal = rows - old_mean", "normal = 1.0 * rows"),
    ("divisor = _divisor(np.sqrt(scaled),", "divisor = _divisor(scaled,"),
    ("        if not training:\n", "        if training:\n"),
    ('("running_var", running_var, 1.0)', '("running_var", running_var, 0.0)'),
    ("checks.non_negative(running_var=old_var)", "pass"),
    (
        "scaled = np.ldexp(features, -exponent).mean(axis=-1)",
        "scaled = np.ldexp(features.mean(axis=-1), -exponent[..., 0])",
    ),
)

RAMP = [1.0, 2.0, 3.0, 4.0]


def symmetric(outer, inner):
    return [-outer, -inner, inner, outer]


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"\mathrm{LN}(x)_i = \gamma_i \frac{x_i - \mu}"
        r"{\sqrt{\sigma^2 + \varepsilon}} + \beta_i"
    )


# Reference values, recomputed from the definition


@pytest.mark.parametrize(
    ("options", "outer", "inner"),
    [
        ({}, 1.341635420, 0.4472118067),
        ({"eps": 0}, 1.3416407865, 0.4472135955),
        ({"eps_mode": "outside"}, 1.3416287866, 0.4472095955),
    ],
)
def test_one_two_three_four(options, outer, inner):
    expected = symmetric(outer, inner)
    np.testing.assert_allclose(layer_norm(RAMP, **options), expected, rtol=1e-9)


def test_without_eps_the_values_are_three_and_one_over_root_five():
    expected = np.array([-3, -1, 1, 3]) / np.sqrt(5)
    np.testing.assert_allclose(layer_norm(RAMP, eps=0), expected, rtol=1e-15)


@claims("divides_by_d")
def test_the_unbiased_variance_would_give_other_values():
    wrong = (np.array(RAMP) - 2.5) / np.std(RAMP, ddof=1)  # without eps
    np.testing.assert_allclose(wrong, symmetric(1.1618950039, 0.3872983346), rtol=1e-9)
    assert np.abs(layer_norm(RAMP) - wrong).min() > 0.05
    assert layer_norm_stats(RAMP)[1] == (1.5**2 + 0.5**2 + 0.5**2 + 1.5**2) / 4


def test_a_hundred_times_as_large_and_shifted_by_five():
    y = layer_norm(100 * np.array(RAMP) + 5)
    np.testing.assert_allclose(y, symmetric(1.341640786, 0.4472135953), rtol=1e-9)


def test_for_a_tiny_signal_the_place_of_eps_matters():
    tiny = 1e-4 * np.array(RAMP)
    assert layer_norm(tiny)[0] == pytest.approx(-0.0474045463, rel=1e-9)
    outside = layer_norm(tiny, eps_mode="outside")
    assert outside[0] == pytest.approx(-1.2314927283, rel=1e-9)


def test_two_features():
    expected = [-0.9999994444, 0.9999994444]
    np.testing.assert_allclose(layer_norm([3, 9]), expected, rtol=1e-10)


def test_eight_features_with_mean_five_and_deviation_two():
    y = layer_norm([2, 4, 4, 4, 5, 5, 7, 9], eps=0)
    np.testing.assert_array_equal(y, [-1.5, -0.5, -0.5, -0.5, 0, 0, 1, 2])


def test_one_outlier_is_just_below_the_root_of_d_minus_one():
    y = layer_norm([0, 0, 0, 8])
    np.testing.assert_allclose(y[:3], -0.5773500286, rtol=1e-9)
    assert y[3] == pytest.approx(1.7320500859, rel=1e-9)
    assert y[3] < np.sqrt(3) == pytest.approx(1.7320508, rel=1e-7)


def test_root_mean_square_normalization():
    expected = [0.3651483717, 0.7302967433, 1.095445115, 1.4605934867]
    np.testing.assert_allclose(rms_norm(RAMP, eps=0), expected, rtol=1e-9)


@pytest.mark.parametrize(("mode", "size"), [("inside", 0.3015), ("outside", 0.9901)])
def test_the_size_left_at_deviation_one_thousandth(mode, size):
    sigma = 1e-3
    sizes = dict(zip(EPS_MODES, _sizes_left(np.array([sigma]), 1e-5), strict=True))
    assert sizes[mode][0] == pytest.approx(size, abs=5e-5)
    x = sigma * np.array([-1.0, 1.0])
    assert layer_norm(x, eps_mode=mode).std() == pytest.approx(size, abs=5e-5)


def test_both_places_of_eps_side_by_side():
    inside, outside = _sizes_left(np.array([1e-3, 1.0]), 1e-5)
    np.testing.assert_allclose(inside, [0.301511, 0.999995], atol=1e-6)
    np.testing.assert_allclose(outside, [0.990099, 0.999990], atol=1e-6)
    np.testing.assert_array_equal(_sizes_left(np.array([0.75]), 1.0)[0], [0.6])


def test_a_large_offset_keeps_the_variance():
    mean, var = layer_norm_stats(1e8 + np.array(RAMP))
    assert (mean, var) == (100000002.5, 1.25)
    x = 1e8 + np.array(RAMP)
    one_pass = (x**2).mean() - x.mean() ** 2
    assert one_pass == 2.0
    np.testing.assert_allclose(layer_norm(x), layer_norm(RAMP), rtol=1e-12)


# Independent oracles


@claims("eps_under_root")
@given(matrices((1, 4), (2, 6)), st.floats(1e-8, 0.1))
def test_agrees_with_the_formula_in_plain_numpy(x, eps):
    mean, var = x.mean(axis=1, keepdims=True), x.var(axis=1, keepdims=True)
    expected = (x - mean) / np.sqrt(var + eps)
    np.testing.assert_allclose(layer_norm(x, eps=eps), expected, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(layer_norm_stats(x)[0], mean[:, 0], atol=1e-13)
    np.testing.assert_allclose(layer_norm_stats(x)[1], var[:, 0], rtol=1e-9, atol=1e-13)


@given(vectors((2, 6)))
def test_without_eps_it_is_scikit_learns_scaling_of_one_token(x):
    assume(np.ptp(x) > 1e-3)
    expected = sklearn.preprocessing.StandardScaler().fit_transform(x[:, None])[:, 0]
    np.testing.assert_allclose(layer_norm(x, eps=0), expected, rtol=1e-9, atol=1e-9)


@given(vectors(4), vectors(4), vectors(4))
def test_gradients_agree_with_central_differences(x, dy, gamma):
    h, eps = 1e-5, 0.1
    dx, dgamma, dbeta = layer_norm_backward(dy, x, gamma, eps=eps)

    def loss(x, gamma, beta):
        return dy @ layer_norm(x, gamma, beta, eps=eps)

    zero = np.zeros(4)
    for k, step in enumerate(h * np.eye(4)):
        by_x = loss(x + step, gamma, zero) - loss(x - step, gamma, zero)
        by_gamma = loss(x, gamma + step, zero) - loss(x, gamma - step, zero)
        by_beta = loss(x, gamma, step) - loss(x, gamma, -step)
        # Second-order differences at eps = 0.1: error about 1e-7 of the slopes.
        assert dx[k] == pytest.approx(by_x / (2 * h), rel=1e-5, abs=1e-4)
        assert dgamma[k] == pytest.approx(by_gamma / (2 * h), rel=1e-6, abs=1e-6)
        assert dbeta[k] == pytest.approx(by_beta / (2 * h), rel=1e-6, abs=1e-6)


def test_gradients_of_gain_and_shift_sum_over_the_batch():
    random = np.random.default_rng(0)
    x, dy = random.normal(size=(2, 3, 2, 4))
    dx, dgamma, dbeta = layer_norm_backward(dy, x, None)
    np.testing.assert_allclose(dbeta, dy.sum(axis=(0, 1)))
    np.testing.assert_allclose(dgamma, (dy * layer_norm(x)).sum(axis=(0, 1)))
    alone = layer_norm_backward(dy[2, 1], x[2, 1], None)[0]
    np.testing.assert_allclose(dx[2, 1], alone, rtol=1e-12)


# Laws


@claims("mean_zero")
@given(vectors((2, 6)))
def test_the_result_has_mean_zero_and_variance_just_under_one(x):
    assume(np.ptp(x) > 1e-2)
    y = layer_norm(x)
    assert y.mean() == pytest.approx(0, abs=1e-12)
    assert y.var() == pytest.approx(x.var() / (x.var() + 1e-5), rel=1e-9)
    assert y.var() < 1
    if x.var() > 0.01:
        assert y.var() > 0.999


@claims("scale_shift_disappear")
@given(vectors((2, 6)), st.floats(0.01, 100), st.floats(-100, 100))
def test_scale_and_shift_of_the_input_disappear_without_eps(x, scale, shift):
    assume(np.ptp(x) > 0.1)
    moved = layer_norm(scale * x + shift, eps=0)
    # The shift costs digits: 100 next to differences of 1e-3.
    np.testing.assert_allclose(moved, layer_norm(x, eps=0), atol=1e-9)
    # Nothing else is lost: stretched and shifted, the output is the input again.
    back = layer_norm(x, eps=0) * x.std() + x.mean()
    np.testing.assert_allclose(back, x, atol=1e-12)


@given(vectors((2, 8)))
def test_no_entry_exceeds_the_root_of_d_minus_one(x):
    assert np.abs(layer_norm(x)).max() <= np.sqrt(len(x) - 1)


@given(vectors(4), vectors(4))
def test_input_gradients_sum_to_zero(x, dy):
    assert layer_norm_backward(dy, x, None)[0].sum() == pytest.approx(0, abs=1e-9)


@claims("token_alone")
@given(matrices((1, 4), (2, 5)))
def test_each_token_is_on_its_own(x):
    for row, alone in zip(layer_norm(x), x, strict=True):
        np.testing.assert_array_equal(row, layer_norm(alone))


@given(matrices((2, 4), (2, 4)))
def test_axis_zero_is_the_transpose(x):
    np.testing.assert_array_equal(layer_norm(x, axis=0), layer_norm(x.T).T)
    np.testing.assert_array_equal(layer_norm_stats(x, axis=0), layer_norm_stats(x.T))


@claims("gains_are_vectors")
def test_gain_and_shift_act_entry_by_entry():
    y = layer_norm(RAMP, [1, 2, 3, 4], [0, 10, 20, 30])
    expected = layer_norm(RAMP) * [1, 2, 3, 4] + [0, 10, 20, 30]
    np.testing.assert_allclose(y, expected, rtol=1e-14)
    np.testing.assert_array_equal(
        rms_norm(RAMP, [1, 2, 3, 4]), rms_norm(RAMP) * [1, 2, 3, 4]
    )


@given(vectors(4), st.floats(-3, 3), st.floats(-3, 3))
def test_over_scales_each_token_is_normalized_on_its_own(x, gamma, beta):
    lines = _over_scales(tuple(x), gamma, beta, 1e-5)
    for scale, outputs in zip(SCALES[::20], lines.T[::20], strict=True):
        expected = layer_norm(scale * np.array(x), [gamma] * 4, [beta] * 4)
        np.testing.assert_allclose(outputs, expected, rtol=1e-9, atol=1e-12)


def test_over_scales_the_output_is_flat_until_eps_takes_over():
    lines = _over_scales(tuple(RAMP), 2.0, 0.5, 1e-2)
    np.testing.assert_allclose(lines[:, 0], 0.5, atol=0.01)
    np.testing.assert_allclose(lines[:, -20], lines[:, -1], rtol=1e-4)


@given(settings_of(STATEMENT))
@settings(max_examples=30)
def test_curves_over_the_scale_and_bars_show_the_token_in_both_forms(chosen):
    for lesson in (LESSON, WITH_ITS_MEAN):
        now = lesson.statement.solve(chosen).numbers
        _, after, over = drawing(lesson)(**chosen).figures
        np.testing.assert_allclose(after["data"][0]["y"], now["output"])
        low, high = after["layout"]["yaxis"]["range"]
        assert low <= now["output"].min() <= now["output"].max() <= high
        at = int(np.abs(np.log(SCALES / chosen["scale"])).argmin())
        if not np.isclose(SCALES[at], chosen["scale"], rtol=1e-12) or chosen["own"]:
            continue
        shown = [line["y"][at] for line in over["data"][: len(now["output"])]]
        np.testing.assert_allclose(shown, now["output"], rtol=1e-6, atol=1e-6)


@claims("steady_sizes")
def test_through_layers_that_double_numbers_only_normalized_ones_keep_their_size():
    random = np.random.default_rng(3)
    first = plain = steady = random.standard_normal(64)
    for _ in range(20):
        turn, _ = np.linalg.qr(random.standard_normal((64, 64)))
        doubling = 2 * turn
        plain = doubling @ plain
        received = layer_norm(steady)
        assert received.std() == pytest.approx(1, abs=1e-3)
        steady = doubling @ received
    assert np.linalg.norm(plain) > 1e6 * np.linalg.norm(first)


def test_a_size_just_under_1_is_not_said_to_be_1():
    read = drawing(LESSON)(**STATEMENT.defaults | {"scale": 100.0}).readouts
    assert read["fraction of σ left: σ / √(σ² + ε)"] == "just under 1"
    read = drawing(LESSON)(**STATEMENT.defaults).readouts  # √(1.25 / 1.25001)
    assert read["fraction of σ left: σ / √(σ² + ε)"] == "0.999996"
    read = drawing(LESSON)(**STATEMENT.defaults | {"scale": 0.01}).readouts
    assert read["fraction of σ left: σ / √(σ² + ε)"] == "0.962"
    turned = drawing(LESSON)(**STATEMENT.defaults | {"beta": -3.0}).status
    assert turned.endswith("; γ and β turn these into −3 and 0.999996.")


# Bad and extreme input


@pytest.mark.parametrize("value", [0.0, 0.1, 7.3, -1e300])
def test_a_constant_vector_gives_the_shift_exactly(value):
    beta = [0.5, -1.0, 2.0]
    y = layer_norm([value] * 3, [3, 3, 3], beta)
    np.testing.assert_array_equal(y, beta)
    np.testing.assert_array_equal(layer_norm([value], None, [4.0]), [4.0])


def test_huge_and_tiny_numbers_neither_overflow_nor_vanish():
    np.testing.assert_allclose(
        layer_norm(1e307 * np.array(RAMP)), layer_norm(RAMP, eps=0), rtol=1e-14
    )
    np.testing.assert_allclose(
        layer_norm(1e-300 * np.array(RAMP), eps=0), layer_norm(RAMP, eps=0), rtol=1e-12
    )
    np.testing.assert_array_equal(layer_norm([5e-324, 0.0]), [0, 0])
    np.testing.assert_allclose(rms_norm([1e300, 1e300]), 1)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: layer_norm([2, 2], eps=0),
            "layer_norm is undefined for a constant vector when eps = 0",
        ),
        (
            lambda: layer_norm([[1, 2], [0.1, 0.1]], eps=0, eps_mode="outside"),
            "layer_norm is undefined for a constant vector when eps = 0",
        ),
        (
            lambda: layer_norm_backward([1, 1], [2, 2], None, eps=0),
            "layer_norm is undefined for a constant vector when eps = 0",
        ),
        (
            lambda: rms_norm([0, 0], eps=0),
            "is undefined for a constant vector when eps = 0",
        ),
        (lambda: layer_norm(RAMP, eps=-1), "eps must be in [0, inf), got -1.0"),
        (lambda: rms_norm(RAMP, eps=-1), "eps must be in [0, inf), got -1.0"),
        (
            lambda: layer_norm(RAMP, [1, 1]),
            (
                "shape mismatch: x has shape (4,), gamma has shape (2,); "
                "gamma and beta must match the last axis of x"
            ),
        ),
        (
            lambda: layer_norm(RAMP, None, [1]),
            (
                "shape mismatch: x has shape (4,), beta has shape (1,); "
                "gamma and beta must match the last axis of x"
            ),
        ),
        (
            lambda: layer_norm(RAMP, eps_mode="both"),
            "eps_mode must be one of ('inside', 'outside'), got 'both'",
        ),
        (lambda: layer_norm([]), "x must not be empty"),
        (lambda: layer_norm(3.0), "x must be 1-D, got shape ()"),
        (lambda: layer_norm([1, np.nan]), "x contains NaN"),
        (lambda: layer_norm([1, np.inf]), "x must be finite"),
        (lambda: layer_norm([1, 2], [np.nan, 1]), "gamma contains NaN"),
        (lambda: layer_norm([1, 2], None, [np.inf, 1]), "beta must be finite"),
        (lambda: layer_norm(["a"]), "x must be numeric"),
        (lambda: layer_norm([1, 2], eps=np.nan), "eps contains NaN"),
        (lambda: layer_norm_stats([1e300, -1e300]), "result must be finite"),
        (
            lambda: layer_norm_backward([1], [1, 2], None),
            (
                "shape mismatch: dy has shape (1,), x has shape (2,); "
                "dy must have the shape of x"
            ),
        ),
    ],
)
def test_bad_input_is_named(call, message):
    with says(message):
        call()


def test_input_is_left_as_it_was():
    x = np.array([1, 2, 4])
    layer_norm(x, x, x)
    np.testing.assert_array_equal(x, [1, 2, 4])


# Batch normalization


BATCH = [[1.0, 10.0], [2.0, 20.0], [6.0, 30.0]]


def test_three_examples_in_training_and_then_in_evaluation():
    result = batch_norm(BATCH)
    np.testing.assert_allclose(result.output[0], [-0.925819, -1.224745], atol=1.5e-6)
    np.testing.assert_allclose(result.mean, [3, 20], rtol=1e-15)
    np.testing.assert_allclose(result.var, [14 / 3, 200 / 3], rtol=1e-15)
    np.testing.assert_allclose(result.running_mean, [0.3, 2], rtol=1e-15)
    np.testing.assert_allclose(result.running_var, [1.6, 10.9], rtol=1e-15)
    running = result.running_mean, result.running_var
    later = batch_norm(BATCH, None, None, *running, training=False)
    np.testing.assert_allclose(later.output[0], [0.553397, 2.423129], atol=2e-6)
    for name, expected in zip(("mean", "var"), running, strict=True):
        np.testing.assert_array_equal(getattr(later, name), expected)
        np.testing.assert_array_equal(getattr(later, f"running_{name}"), expected)


@given(matrices((2, 6), (1, 4)), st.floats(0, 1), st.floats(1e-6, 1))
def test_training_agrees_with_the_formulas_in_plain_numpy(x, momentum, eps):
    d = x.shape[1]
    gamma, beta, old = 1.0 + np.arange(d), np.arange(d) - 0.5, np.arange(d) + 2.0
    result = batch_norm(x, gamma, beta, -old, old, momentum=momentum, eps=eps)
    expected = (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps) * gamma + beta
    np.testing.assert_allclose(result.output, expected, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(result.mean, x.mean(axis=0), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(result.var, x.var(axis=0), rtol=1e-9, atol=1e-12)
    kept = 1 - momentum
    np.testing.assert_allclose(
        result.running_mean, momentum * x.mean(axis=0) - kept * old, atol=1e-12
    )
    unbiased = x.var(axis=0, ddof=1)
    np.testing.assert_allclose(
        result.running_var, momentum * unbiased + kept * old, rtol=1e-9, atol=1e-12
    )


@given(matrices((1, 6), (1, 4)), st.floats(1e-6, 1))
def test_evaluation_agrees_with_the_formula_in_plain_numpy(x, eps):
    d = x.shape[1]
    gamma, beta, mean, var = 1.0 + np.arange(4 * d).reshape(4, d)
    result = batch_norm(x, gamma, beta, mean, var, training=False, eps=eps)
    expected = (x - mean) / np.sqrt(var + eps) * gamma + beta
    np.testing.assert_allclose(result.output, expected, rtol=1e-9, atol=1e-9)
    np.testing.assert_array_equal(result.running_mean, mean)
    np.testing.assert_array_equal(result.running_var, var)


@given(matrices((2, 6), (1, 4)))
def test_without_eps_it_is_scikit_learns_scaling_of_columns(x):
    assume((np.ptp(x, axis=0) > 1e-3).all())
    expected = sklearn.preprocessing.StandardScaler().fit_transform(x)
    found = batch_norm(x, eps=0).output
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)


@given(matrices((2, 6), (2, 4)))
def test_it_is_layer_normalization_of_the_transpose(x):
    np.testing.assert_array_equal(batch_norm(x).output, layer_norm(x, axis=0))


def test_running_values_forget_their_start_and_find_the_distribution():
    random = np.random.default_rng(0)
    running = None, None
    for _ in range(2000):
        batch = random.normal([5.0, -3.0], [2.0, 0.5], size=(4, 2))
        result = batch_norm(batch, None, None, *running, momentum=0.01)
        running = result.running_mean, result.running_var
    # About 200 batches of 4 count: standard errors 0.035 of a deviation, 6 % of a variance.
    np.testing.assert_allclose(running[0], [5, -3], atol=0.3)
    np.testing.assert_allclose(running[1], [4, 0.25], rtol=0.25)
    assert running[1][0] > 3.3  # the biased one would settle at 3


def test_in_evaluation_an_example_does_not_depend_on_the_others():
    together = batch_norm(BATCH, training=False).output
    alone = batch_norm(BATCH[:1], training=False).output
    np.testing.assert_array_equal(together[:1], alone)
    np.testing.assert_allclose(alone, np.array(BATCH[:1]) / np.sqrt(1 + 1e-5))


def test_a_constant_column_gives_the_shift_exactly():
    result = batch_norm([[0.1, 1.0], [0.1, 2.0], [0.1, 4.0]], [3.0, 1.0], [0.5, 0.0])
    np.testing.assert_array_equal(result.output[:, 0], 0.5)
    assert result.var[0] == 0
    assert result.running_var[0] == pytest.approx(0.9)


def test_huge_and_tiny_columns_neither_overflow_nor_vanish():
    x = np.array(BATCH)
    expected = batch_norm(x, eps=0).output
    tiny = batch_norm(1e-200 * x, eps=0).output
    np.testing.assert_allclose(tiny, expected, rtol=1e-12)
    huge = batch_norm(1e152 * x, eps=0)
    np.testing.assert_allclose(huge.output, expected, rtol=1e-12)
    np.testing.assert_allclose(
        huge.var, 1e304 * np.array([14 / 3, 200 / 3]), rtol=1e-12
    )
    offset = batch_norm(1e307 + np.zeros((40, 1)))
    np.testing.assert_allclose(offset.mean, 1e307, rtol=1e-15)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: batch_norm([[1.0, 2.0]]),
            "batch_norm needs at least 2 rows in training, got 1",
        ),
        (
            lambda: batch_norm([[1.0], [1.0]], eps=0),
            "batch_norm is undefined for a constant vector when eps = 0",
        ),
        (
            lambda: batch_norm([[1.0]], running_var=[0.0], training=False, eps=0),
            "batch_norm is undefined for a constant vector when eps = 0",
        ),
        (lambda: batch_norm([1.0, 2.0]), "x must be 2-D, got shape (2,)"),
        (lambda: batch_norm([[]]), "x must not be empty"),
        (lambda: batch_norm([["a"]]), "x must be numeric"),
        (lambda: batch_norm([[math.nan], [1.0]]), "x contains NaN"),
        (lambda: batch_norm([[math.inf], [1.0]]), "x must be finite"),
        (
            lambda: batch_norm(BATCH, [1.0]),
            "shape mismatch: x has shape (3, 2), gamma has shape (1,); gamma and beta "
            "must match the last axis of x",
        ),
        (
            lambda: batch_norm(BATCH, None, [1.0]),
            "shape mismatch: x has shape (3, 2), beta has shape (1,); gamma and beta "
            "must match the last axis of x",
        ),
        (
            lambda: batch_norm(BATCH, running_mean=[1.0]),
            "shape mismatch: x has shape (3, 2), running_mean has shape (1,); "
            "running_mean and running_var must match the last axis of x",
        ),
        (
            lambda: batch_norm(BATCH, running_var=[[1.0, 1.0]]),
            "running_var must be 1-D, got shape (1, 2)",
        ),
        (
            lambda: batch_norm(BATCH, running_var=[1.0, -1.0]),
            "running_var must be non-negative",
        ),
        (
            lambda: batch_norm(BATCH, running_mean=[math.nan, 1.0]),
            "running_mean contains NaN",
        ),
        (
            lambda: batch_norm(BATCH, running_var=[math.inf, 1.0]),
            "running_var must be finite",
        ),
        (
            lambda: batch_norm(BATCH, momentum=1.1),
            "momentum must be in [0, 1], got 1.1",
        ),
        (
            lambda: batch_norm(BATCH, momentum=-0.1),
            "momentum must be in [0, 1], got -0.1",
        ),
        (lambda: batch_norm(BATCH, eps=-1.0), "eps must be in [0, inf), got -1.0"),
        (lambda: batch_norm(BATCH, eps=math.nan), "eps contains NaN"),
        (lambda: batch_norm([[1e200], [-1e200]]), "result must be finite"),
        (
            lambda: batch_norm(BATCH, [1e308, 1.0], [1.7e308, 0.0]),
            "result must be finite",
        ),
        (
            lambda: batch_norm([[1.7e308]], running_mean=[-1.7e308], training=False),
            "result must be finite",
        ),
    ],
)
def test_bad_batches_are_named(call, message):
    with says(message):
        call()


def test_batch_normalization_leaves_its_input_as_it_was():
    x = np.array(BATCH)
    vectors_ = [np.array([1.0, 2.0]) for _ in range(4)]
    for training in (True, False):
        batch_norm(x, *vectors_, training=training)
    np.testing.assert_array_equal(x, BATCH)
    for vector in vectors_:
        np.testing.assert_array_equal(vector, [1, 2])


# What the page claims


def of_the_page(**settings):
    given_ = inputs_of(STATEMENT, **{**STATEMENT.defaults, **settings})
    return outputs_of(STATEMENT, given_)["output"]


def test_predict_a_hundred_times_plus_five_changes_only_the_sixth_digit():
    before, after = of_the_page(), of_the_page(scale=100.0, shift=5.0)
    change = np.abs(after / before - 1)
    assert (change < 1e-5).all()
    assert (change > 1e-6).all()
    for pair in zip(np.abs(before), np.abs(after), strict=True):
        one, other = (f"{size:.9e}".replace(".", "") for size in pair)
        assert one[:5] == other[:5]
        assert one[5] != other[5]


@claims("eps_dominates")
def test_tiny_signal_eps_dominates():
    assert np.abs(of_the_page(scale=1e-4)).max() < 0.05
    made = inputs_of(STATEMENT, **{**STATEMENT.defaults, "scale": 1e-4})
    assert made["eps"] > np.var(made["x"])


@claims("at_most_root_three")
def test_one_outlier_is_at_most_root_three():
    assert 1.73 < of_the_page(pattern="0, 0, 0, 8").max() < np.sqrt(3)


@claims("six_over_root_twelve")
def test_the_outlier_of_the_page_is_6_over_the_root_of_12():
    mean, variance = layer_norm_stats(PATTERNS["0, 0, 0, 8"])
    assert (mean, variance) == (2, 12)
    largest = of_the_page(pattern="0, 0, 0, 8").max()
    assert largest == pytest.approx(6 / np.sqrt(12), rel=1e-6)


@claims("eps_as_large")
@given(st.integers(-12, -1))
def test_where_eps_is_the_variance_one_over_root_two_is_left(power):
    eps = 10.0**power
    x = np.array([-1.0, 1.0]) * np.sqrt(eps)  # their variance is ε
    np.testing.assert_allclose(layer_norm(x, eps=eps), [-np.sqrt(0.5), np.sqrt(0.5)])
    made = inputs_of(STATEMENT, **{**STATEMENT.defaults, "scale": 0.0282})
    assert np.var(made["x"]) == pytest.approx(0.001, rel=0.01)


@claims("three_times_as_far")
def test_the_outlier_is_three_times_as_far_from_the_mean_as_each_of_the_others():
    *others, outlier = of_the_page(pattern="0, 0, 0, 8")
    np.testing.assert_allclose(others, -outlier / 3)


@claims("gain_below_zero")
def test_a_gain_below_zero_turns_the_pattern_upside_down():
    np.testing.assert_array_equal(of_the_page(gamma=-2.0), -2 * of_the_page())
    for gamma in (-3.0, -0.1):
        assert (np.diff(of_the_page(gamma=gamma)) < 0).all()
    assert (np.diff(of_the_page()) > 0).all()


@claims("shift_gone")
def test_the_shift_of_the_input_changes_nothing_at_any_scale():
    for scale in (1e-4, 1.0, 100.0):
        plain = of_the_page(scale=scale)
        # What is left is the rounding of the shifted input.
        moved = of_the_page(scale=scale, shift=-100.0)
        np.testing.assert_allclose(moved, plain, rtol=1e-9 / scale)


@claims("place_of_eps")
def test_at_a_deviation_of_one_thousandth_0_99_or_0_30_of_the_size_is_left():
    inside, outside = _sizes_left(np.array([1e-3]), 1e-5)
    assert [round(float(size[0]), 2) for size in (outside, inside)] == [0.99, 0.30]


def test_an_eps_far_below_the_variance_lets_a_signal_of_size_1e_4_through():
    size = np.abs(of_the_page(scale=1e-4, log_eps=-11)).max()
    assert size == pytest.approx(np.abs(of_the_page()).max(), rel=1e-3)


def size_said(text):
    """Read a part of 1; one just under it as 1."""
    return 1.0 if text == "just under 1" else float(text)


def test_gain_0_leaves_the_axis_where_the_outputs_before_can_be_compared():
    after = drawing(LESSON)(**STATEMENT.defaults | {"gamma": 0.0}).figures[1]
    before = drawing(LESSON)(**STATEMENT.defaults).figures[1]
    assert after["layout"]["yaxis"]["range"] == before["layout"]["yaxis"]["range"]


def test_without_the_mean_the_feature_itself_is_read():
    read = drawing(WITH_ITS_MEAN)(**STATEMENT.defaults | {"shift": 7.0}).readouts
    assert read["x₁"] == 8
    assert "x₁ − μ" not in read


def test_no_two_symbols_of_the_formula_share_a_color():
    names = ("x", "mean", "variance", "eps", "gains", "shifts", "output", "scale")
    assert len(set(STATEMENT.color_indices(*names))) == len(names)


def test_the_tasks_of_the_page_have_an_end_on_the_sliders():
    def left(**settings):
        read = drawing(LESSON)(**STATEMENT.defaults | settings).readouts
        return size_said(read["fraction of σ left: σ / √(σ² + ε)"])

    scales = STATEMENT.control("scale").positions
    falls = max(a for a in scales if left(scale=a) < 0.9)
    # There σ² is 0.81 / 0.19 of ε, so that σ is about twice the root of ε.
    assert falls * np.sqrt(1.25) / np.sqrt(1e-5) == pytest.approx(2.06, rel=0.15)
    powers = STATEMENT.control("log_eps").positions
    assert max(p for p in powers if left(scale=1e-4, log_eps=p) > 0.99) == -10
    back = of_the_page(gamma=1.1, beta=2.5)
    np.testing.assert_allclose(back, RAMP, atol=0.05)


@claims("struck_is_not_rms")
def test_without_the_mean_the_token_is_still_divided_by_the_standard_deviation():
    x, chosen = np.array(RAMP), STATEMENT.defaults
    struck = drawing(WITH_ITS_MEAN)(**chosen).readouts["highest output"]
    by_size = rms_norm(x, eps=1e-5).max()
    assert struck == pytest.approx(x.max() / np.sqrt(x.var() + 1e-5))
    assert (struck, by_size) == pytest.approx((3.58, 1.46), abs=5e-3)


@claims("rms_keeps_shift")
def test_rms_norm_does_not_take_out_a_shift():
    x = np.array(RAMP)
    expected = (x + 5) / np.sqrt(((x + 5) ** 2).mean() + 1e-5)
    np.testing.assert_allclose(rms_norm(x + 5, eps=1e-5), expected)
    assert np.abs(rms_norm(x + 5) - rms_norm(x)).max() > 0.3
    for gamma, shift in itertools.product((-2.0, 1.0), (-100.0, 100.0)):
        chosen = STATEMENT.defaults | {"shift": shift, "gamma": gamma, "beta": 1.0}
        del chosen["beta"], chosen["own"]
        by_size, plain = drawing(BY_SIZE)(**chosen).figures[0]["data"]
        np.testing.assert_allclose(by_size["y"], np.sign(shift) * gamma, rtol=0.02)
        assert plain["name"] == "layer norm without β"
        assert np.ptp(plain["y"]) > 2.5 * abs(gamma)


@claims("only_eps_share")
def test_all_that_a_factor_of_100_and_a_shift_of_5_change_is_the_share_of_eps():
    x = np.array(RAMP)
    mean, var = layer_norm_stats(x)
    mean_moved, var_moved = layer_norm_stats(100 * x + 5)
    assert mean_moved - 5 == pytest.approx(100 * mean)
    assert np.sqrt(var_moved) == pytest.approx(100 * np.sqrt(var))
    for moved in (x, 100 * x + 5):
        left = np.sqrt(moved.var() / (moved.var() + 1e-5))
        plain = layer_norm(moved, eps=0)
        np.testing.assert_allclose(layer_norm(moved) / plain, left, rtol=1e-12)
        np.testing.assert_allclose(plain, layer_norm(x, eps=0), rtol=1e-12)
    assert 1e-5 / var_moved < 1e-5 / var / 9_999


@claims("output_stays")
def test_preset_scale_by_100_leaves_the_output_as_it_was():
    # What ε took before is less than a hundred-thousandth.
    np.testing.assert_allclose(of_the_page(scale=100.0), of_the_page(), rtol=1e-5)


@claims("outlier_limit")
@pytest.mark.parametrize("d", [2, 4, 64])
def test_a_larger_and_larger_outlier_comes_close_to_the_root_of_d_minus_one(d):
    reached = [
        layer_norm([0.0] * (d - 1) + [size])[-1] for size in (0.01, 1.0, 1e3, 1e200)
    ]
    assert (np.diff(reached) >= 0).all()
    assert reached[0] < 0.99 * np.sqrt(d - 1)
    assert reached[-1] == pytest.approx(np.sqrt(d - 1))
    assert max(reached) <= np.sqrt(d - 1) * (1 + 1e-15)


def by_hand(chosen):
    """Return mean, deviation and what ε leaves of it, from the pattern on."""
    pattern = OWN.numbers(chosen["own"])
    if pattern is None:
        pattern = np.array([float(k) for k in chosen["pattern"].split(", ")])
    x = chosen["scale"] * pattern + chosen["shift"]
    sigma = chosen["scale"] * np.sqrt(((pattern - pattern.mean()) ** 2).mean())
    eps = 10.0 ** chosen["log_eps"]
    return x.mean(), sigma, sigma / np.sqrt(sigma**2 + eps)


def first_by_hand(chosen):
    """Return the first feature of the token."""
    own = OWN.numbers(chosen["own"])
    first = own[0] if own is not None else float(chosen["pattern"].split(", ")[0])
    return chosen["scale"] * first + chosen["shift"]


SENTENCE = re.compile(
    r"Subtracting the mean (\S+) and dividing by √\(σ² \+ ε\) = (\S+) leaves mean 0 and "
    r"standard deviation (just under 1|[^\s,;]+?)(, because ε is not small beside σ²)?"
    r"(?:; γ and β turn these into (\S+) and (just under 1|\S+))?\."
)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, "Subtracting the mean 2.5 and dividing by √(σ² + ε) = 1.12 leaves mean 0"),
        ({}, "leaves mean 0 and standard deviation 0.999996."),
        (
            {"gamma": -3.0, "beta": 2.0},
            "0.999996; γ and β turn these into 2 and 3.",
        ),
        (
            {"shift": 100.0},
            "Subtracting the mean 102.5 and dividing by √(σ² + ε) = 1.12",
        ),
        ({"scale": 0.01}, "leaves mean 0 and standard deviation 0.962."),
        (
            {"scale": 1e-4, "gamma": 3.0},
            "deviation 0.0353, because ε is not small beside σ²; γ and β turn these into 0 "
            "and 0.106.",
        ),
        ({"scale": 1e-4, "log_eps": -1}, "0.000354, because ε is not small beside σ²."),
        # 15.2 · 2.5 − 38 leaves −3e-15 to a machine.
        ({"scale": 15.2, "shift": -38.0}, "the mean 0 and dividing by √(σ² + ε) = 17"),
        ({"gamma": 0.0, "beta": 2.0}, "The gain is 0: every feature is the shift β."),
    ],
)
def test_the_sentence_says_what_the_norm_takes_and_what_it_leaves(change, words):
    assert words in drawing(LESSON)(**STATEMENT.defaults | change).status


@given(settings_of(STATEMENT))
@settings(max_examples=30)
def test_the_sentence_gives_mean_root_and_what_is_left_at_every_setting(chosen):
    scene = drawing(LESSON)(**chosen)
    mean, sigma, left = by_hand(chosen)
    shown = scene.readouts
    assert shown["mean"] == pytest.approx(mean, abs=1e-9)
    assert shown["standard deviation σ of the input"] == pytest.approx(sigma, abs=1e-9)
    kept = size_said(shown["fraction of σ left: σ / √(σ² + ε)"])
    assert kept == pytest.approx(left, rel=6e-3)
    if chosen["gamma"] == 0:
        assert scene.status == "The gain is 0: every feature is the shift β."
        return
    said, _, alike = scene.status.partition(" x₁ and μ agree")
    gap = shown["x₁ − μ"]
    if alike:
        assert 0 < abs(gap) < 1e-3 * abs(mean)
    assert gap == pytest.approx(first_by_hand(chosen) - mean, rel=1e-8, abs=1e-9)
    taken = [
        text and text.replace("−", "-") for text in SENTENCE.fullmatch(said).groups()
    ]
    root = math.hypot(sigma, math.sqrt(10.0 ** chosen["log_eps"]))
    assert [float(text) for text in taken[:2]] == pytest.approx(
        (mean, root), rel=6e-3, abs=1e-11
    )
    if taken[2] == "just under 1":
        assert 0.9989 < left <= 1
    else:
        assert float(taken[2]) == pytest.approx(left, rel=6e-3)
    assert (taken[3] is not None) == (left < 0.9)
    plain = (chosen["gamma"], chosen["beta"]) == (1, 0)
    assert (taken[4] is None) == plain
    if not plain:
        output = scene.figures[1]["data"][0]["y"]
        measured = output.mean(), output.std()
        assert [size_said(text) for text in taken[4:]] == pytest.approx(
            measured, rel=6e-3, abs=1e-6
        )


@given(settings_of(STATEMENT))
@settings(max_examples=30)
def test_the_dashed_lines_are_mean_and_deviation_of_what_is_drawn(chosen):
    for lesson in (LESSON, WITH_ITS_MEAN):
        figure = drawing(lesson)(**chosen).figures[1]
        drawn = figure["data"][0]["y"]
        low, middle, high = (shape["y0"] for shape in figure["layout"]["shapes"][:3])
        close = {"rel": 1e-6, "abs": 1e-6 * max(1, np.abs(drawn).max())}
        assert middle == pytest.approx(drawn.mean(), **close)
        assert abs(high - low) / 2 == pytest.approx(drawn.std(), **close)


@claims("steps_take_away")
@given(settings_of(STATEMENT))
@settings(max_examples=30)
def test_step_by_step_the_mean_goes_then_the_deviation_and_gain_and_shift_come(chosen):
    steps, after, _ = drawing(LESSON)(**chosen).figures
    *_, reaches = (t for t in steps["data"] if t["name"] == "mean ± σ")
    low, middle, high = np.reshape(reaches["y"], (4, 4))[:, :3].T
    mean, sigma, left = by_hand(chosen)
    close = {"rtol": 1e-6, "atol": 1e-9 * (1 + abs(mean)) / min(1, sigma)}
    output = after["data"][0]["y"]
    np.testing.assert_allclose(middle, [mean, 0, 0, output.mean()], **close)
    deviations = [sigma, sigma, left, output.std()]
    np.testing.assert_allclose((high - low) / 2, deviations, **close)


@pytest.mark.parametrize("count", [2, 6, 20])
def test_all_features_are_drawn_step_by_step_few_of_them_named(count):
    features = np.arange(count) ** 2 / 10
    own = "_".join(f"{number:g}" for number in features)
    steps = drawing(LESSON)(**STATEMENT.defaults | {"own": own}).figures[0]
    drawn = [trace for trace in steps["data"] if "mean" not in trace["name"]]
    heights = np.concatenate([trace["y"] for trace in drawn])
    before = heights[~np.isnan(heights)].reshape(-1, 4)[:, 0]
    np.testing.assert_allclose(np.sort(before), features)
    assert len(drawn) == min(count, 6) + (count > 6)
    low, high = steps["layout"]["yaxis"]["range"]
    assert low <= np.nanmin(heights) <= np.nanmax(heights) <= high


# A reader's own features


@settings(max_examples=40, deadline=None)
@given(
    own_numbers_of(OWN, most=30),
    st.sampled_from(STATEMENT.control("scale").positions),
    st.sampled_from(STATEMENT.control("shift").positions),
    st.sampled_from([-2.0, 0.5, 3.0]),
)
def test_a_readers_own_features_are_those_that_are_drawn_and_normalized(
    own, scale, shift, gamma
):
    features = np.array([float(text) for text in own.split("_")])
    chosen = {"own": own, "scale": scale, "shift": shift, "gamma": gamma, "beta": 1.0}
    scene = drawing(LESSON)(**STATEMENT.defaults | chosen)
    _, after, lines = scene.figures
    x = scale * features + shift
    expected = gamma * (x - x.mean()) / np.sqrt(x.var() + 1e-5) + 1
    # Of tiny features on a large shift rounding leaves a part.
    close = {"atol": 1e-7 + 1e-12 * (1 + abs(shift)) / np.sqrt(x.var() + 1e-5)}
    np.testing.assert_allclose(after["data"][0]["y"], expected, **close)
    assert scene.readouts["highest output"] == after["data"][0]["y"].max()
    low, high = after["layout"]["yaxis"]["range"]
    for bars in after["data"]:
        assert low <= bars["y"].min()
        assert bars["y"].max() <= high
    gaps = np.abs(features - features.mean())
    shown = [trace for trace in lines["data"] if trace["mode"] == "lines"]
    assert len(shown) == min(6, len(features))
    places = [int(trace["name"][1:].translate(DIGITS)) - 1 for trace in shown]
    rest = np.delete(gaps, places)
    assert not rest.size or rest.max() <= gaps[places].min() * (1 + 1e-12)
    for trace, k in zip(shown, places, strict=True):
        away = trace["x"] * (features[k] - features.mean())
        size = np.sqrt(trace["x"] ** 2 * features.var() + 1e-5)
        np.testing.assert_allclose(trace["y"], gamma * away / size + 1, atol=1e-9)


DIGITS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")


def line_of(**change):
    chosen = STATEMENT.defaults | change
    line = Line(STATEMENT.equation_of("output"), STATEMENT.quantities)
    return line.latex(numbers_of(STATEMENT, **chosen))


def test_a_feature_and_the_mean_have_digits_enough_for_their_difference():
    # (100.0001 − 100.00025) / √(1.25e-8 + 1e-5) is −0.0474.
    chosen = {"scale": 0.0001, "shift": 100.0}
    assert r"\left(100.0001 - 100.00025\right)" in line_of(**chosen)
    assert "x₁ − μ" not in drawing(LESSON)(**STATEMENT.defaults | chosen).status
    assert r"\left(1 - 2.5\right)" in line_of()


def test_where_they_print_alike_all_the_same_their_difference_is_said():
    # Their mean is 1.000001 before the factor, so the gap is 1e-6 times 1e-4.
    chosen = {"own": "1_1.000002", "scale": 0.0001, "shift": 100.0}
    assert r"\left(100 - 100\right)" in line_of(**chosen)
    scene = drawing(LESSON)(**STATEMENT.defaults | chosen)
    assert scene.readouts["x₁ − μ"] == pytest.approx(-1e-10, rel=1e-3)
    assert " x₁ and μ agree in all digits that are printed; x₁ − μ is " in scene.status


def test_features_that_are_all_the_same_are_refused():
    words = "the features must not all be equal (to within 0.000001)"
    assert OWN.parse("7, 7, 7") == ("", words)


def test_gain_and_shift_have_one_color_in_the_formula_and_at_their_sliders():
    for lesson in (LESSON, *variants_of(LESSON)):
        statement = lesson.statement
        names = {quantity.name for quantity in statement.quantities}
        for vector, slider in (("gains", "gamma"), ("shifts", "beta")):
            if {vector, slider} <= names:
                assert statement.color_index(vector) == statement.color_index(slider)
