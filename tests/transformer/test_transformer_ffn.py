"""Feed-forward block: small examples, hinges, parameter counts, the page's claims."""

from __future__ import annotations

import itertools
import re

import mpmath
import numpy as np
import pytest
import scipy.optimize
import scipy.special
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from formulas.linear_algebra.linear_layer import linear
from formulas.transformer.attention import scaled_dot_product_attention
from formulas.transformer.layer_norm import layer_norm
from formulas.transformer.multi_head_attention import (
    count_attention_parameters,
    init_attention,
)
from formulas.transformer.transformer_ffn import (
    ffn_parameters,
    gelu,
    hinge_function,
    silu,
    transformer_ffn,
)
from notation.numbers import number_text
from pages.transformer.transformer_ffn.statement import (
    STATEMENT,
    _hinges,
    curve,
    ffn_share,
)
from tests.claims import claims
from tests.errors import says
from tests.lessons import drawing, inputs_of, outputs_of, programs_run
from tests.strategies import settings_of, vectors
from ui.catalogue import BROKEN, BY_KEY, BY_SLUG
from ui.frames import frame
from ui.programs import BY_HAND

LESSON = BY_SLUG["transformer_ffn"]
CURVE = STATEMENT.defaults | {"weights": "curve", "token": 0.5}
RANDOM = CURVE | {"weights": "random", "units": 4}
(UNBENT,) = (one for one in BROKEN if one.slug == "transformer_ffn")

# Each is one edit of the module that its tests must notice (benchmarks/mutation.py).
MUTANTS = (
    ('tokens @ layers["W1"] + layers["b1"]', 'tokens @ layers["W1"]'),
    ("hidden = _activated(linear, activation)", "hidden = linear"),
    ("float((hidden > 0).mean())", "float((linear > 0).sum())"),
    ("math.erfc(-v / math.sqrt(2)) / 2", "math.erfc(-v) / 2"),
    ("d_model + d_ff if bias", "d_ff if bias"),
    (
        "slope[:, None] * (points - kink[:, None])",
        "slope[:, None] * points - kink[:, None]",
    ),
    ("weight[:, None] * relu(inner)", "relu(weight[:, None] * inner)"),
    ("parts.sum(axis=0) + bias", "parts.sum(axis=0)"),
    ("ratio / (2 + ratio)", "ratio / (4 + ratio)"),
    ("(heights * block.W2[which, 0])", "heights"),
    ("np.linspace(0, units - 1, count)", "np.linspace(0, count - 1, count)"),
    ("_units(hidden * W2[:, 0],", "_units(hidden,"),
    ("largest(np.abs(added), MOST_NAMES)", "largest(added, MOST_NAMES)"),
    ("np.diff(heights) / np.diff(ends), prepend=0.0", "np.diff(heights), prepend=0.0"),
    ("np.linspace(LOW, HIGH, units + 1)", "np.linspace(LOW, HIGH, units + 2)"),
    ("max(apart.max(), np.abs(heights", "max(apart.mean(), np.abs(heights"),
    ("np.interp(CLOSE, places, heights) - FOLLOWED_CLOSE", "output - FOLLOWED"),
    ("** 2 / (8 * bend[inside])", "** 2 / (4 * bend[inside])"),
    ("0.044715 * z * z", "0.044715 * z"),
    ("math.sqrt(2 / math.pi)", "math.sqrt(2 * math.pi)"),
    ("_gated(z, 2 * inner)", "_gated(z, inner)"),
    ("_gated(z, 2 * inner)", "z / 2 * (1 + np.tanh(inner))"),
    ("_gated(z, z if beta == 1 else beta * z)", "beta * _gated(z, beta * z)"),
    ("_gated(z, z if beta == 1 else beta * z)", "_gated(z, z)"),
    ("if t.min() < DEEP:", "if not t.size:"),
    ('lambda z: gelu(z, approximate="tanh")', "gelu"),
    ('checks.scalar(beta, "beta", low=0)', 'checks.scalar(beta, "beta")'),
)

W1, B1 = [[1, -1, 0], [0, 1, 1]], [0, 0, -1]
W2, B2 = [[1, 0], [0, 1], [1, 1]], [0.5, -0.5]


@st.composite
def blocks(draw):
    random = np.random.default_rng(draw(st.integers(0, 10**6)))
    n, d, d_ff = (draw(st.integers(1, 4)) for _ in range(3))
    shapes = ((n, d), (d, d_ff), (d_ff,), (d_ff, d), (d,))
    return tuple(random.normal(size=shape) for shape in shapes)


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"\mathrm{FFN}(x) = \max\left(0, x W^{(1)} + b^{(1)}\right) W^{(2)} + b^{(2)}"
    )


# Reference values


@pytest.mark.parametrize(
    ("x", "expected"),
    [((1, 2), (2.5, 1.5)), ((-1, 0.5), (0.5, 1)), ((0, 0), (0.5, -0.5))],
)
def test_three_hidden_units(x, expected):
    np.testing.assert_array_equal(transformer_ffn(x, W1, B1, W2, B2).output, expected)


def test_parameters_of_the_paper():
    assert ffn_parameters(512, 2048) == 2_099_712
    assert ffn_parameters(512, 2048, bias=False) == 2_097_152


@claims("two_thirds")
def test_two_thirds_of_a_blocks_weights_are_here():
    d = 128
    mine, others = ffn_parameters(d, 4 * d, bias=False), count_attention_parameters(d)
    assert (mine, mine + others) == (8 * d**2, 12 * d**2)
    squares = init_attention(d, 8).values()
    assert [W.shape for W in squares] == [(d, d)] * 4
    matrices = np.zeros((d, 4 * d)), np.zeros((4 * d, d))
    into, out = matrices
    assert transformer_ffn(np.ones(d), into, into[0], out, out[0]).output.shape == (d,)
    assert [W.size for W in matrices] == [4 * d**2] * 2
    assert ffn_share(4) == pytest.approx(2 / 3, rel=1e-15)
    assert ffn_share(1) == pytest.approx(1 / 3, rel=1e-15)


def test_three_hinges_make_a_hat():
    x = [-2, -1, -0.5, 0, 0.5, 1, 2]
    total, parts = hinge_function(x, [1, 1, 1], [-1, 0, 1], [1, -2, 1], 0)
    np.testing.assert_array_equal(total, [0, 0, 0.5, 1, 0.5, 0, 0])
    assert parts.shape == (3, 7)
    np.testing.assert_array_equal(parts[1], [0, 0, 0, 0, -1, -2, -4])


def test_gelu_of_one():
    assert gelu(1) == pytest.approx(0.8413447460685429, rel=1e-15)


# Independent oracles


@given(blocks())
def test_agrees_with_plain_numpy(block):
    X, W1, b1, W2, b2 = block
    result = transformer_ffn(*block)
    hidden = np.maximum(0, X @ W1 + b1)
    np.testing.assert_allclose(result.hidden, hidden, rtol=1e-12)
    np.testing.assert_allclose(result.output, hidden @ W2 + b2, rtol=1e-12, atol=1e-13)
    assert result.active_fraction == pytest.approx((hidden > 0).mean())


@given(vectors((1, 6), 30.0))
def test_smooth_activations_agree_with_scipy(x):
    expected = x * scipy.stats.norm.cdf(x)
    np.testing.assert_allclose(gelu(x), expected, rtol=1e-11, atol=1e-300)
    np.testing.assert_allclose(silu(x), x * scipy.special.expit(x), rtol=1e-12)


def _inner(x):
    return np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)


@given(blocks())
def test_activations_bend_the_hidden_units_and_nothing_else(block):
    X, W1, b1, W2, b2 = block
    before = X @ W1 + b1
    activations = {
        "gelu": before * scipy.stats.norm.cdf(before),
        "silu": before * scipy.special.expit(before),
        "identity": before,
        "gelu_tanh": before / 2 * (1 + np.tanh(_inner(before))),
    }
    for name, hidden in activations.items():
        result = transformer_ffn(*block, activation=name)
        np.testing.assert_allclose(result.hidden, hidden, rtol=1e-9, atol=1e-12)
        expected = hidden @ W2 + b2
        np.testing.assert_allclose(result.output, expected, rtol=1e-9, atol=1e-12)
        assert result.active_fraction == pytest.approx((hidden > 0).mean())


@given(vectors(4), vectors(4), vectors(4), vectors((1, 6)))
def test_hinges_are_the_block_with_one_feature(slopes, kinks, weights, x):
    total, parts = hinge_function(x, slopes, kinks, weights, 0.25)
    result = transformer_ffn(
        x[:, None], slopes[None, :], -slopes * kinks, weights[:, None], [0.25]
    )
    np.testing.assert_allclose(total, result.output[:, 0], rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(parts.sum(axis=0) + 0.25, total, rtol=1e-12, atol=1e-9)


# Laws


@pytest.mark.parametrize("units", [1, 3, 6])
@pytest.mark.parametrize("activation", ["relu", "gelu", "identity"])
def test_what_single_units_add_sums_to_the_output(units, activation):
    chosen = RANDOM | {"units": units, "activation": activation, "seed": units}
    lines, total, *_ = drawing(LESSON)(**chosen).figures[0]["data"]
    ends = np.flatnonzero(np.isnan(lines["x"]))
    assert (np.isnan(lines["y"]) == np.isnan(lines["x"])).all()
    pieces = np.split(np.stack([lines["x"], lines["y"]]), ends + 1, axis=1)[:-1]
    assert len(pieces) == units
    heights = 0.0
    for k, (x, y) in enumerate(piece[:, :-1] for piece in pieces):
        at = np.clip(x, -3, 3)
        by_hand = [h[k] * w[k] for h, w in (units_by_hand(chosen, t) for t in at)]
        np.testing.assert_allclose(y, by_hand, atol=1e-12)
        if activation != "gelu":  # straight between the points
            heights += np.interp(total["x"], x, y)
    if activation != "gelu":
        np.testing.assert_allclose(total["y"], heights, atol=1e-12)


@pytest.mark.parametrize("token", [-3.0, 0.0, 3.0])
def test_where_the_curve_is_0_the_line_ends_in_0(token):
    line = frame(LESSON, CURVE | {"token": token})["line"]
    assert line["numbers"][-1] == "0"


def test_at_most_six_units_are_drawn():
    lines, *_ = drawing(LESSON)(**RANDOM | {"units": 40}).figures[0]["data"]
    assert np.isnan(lines["x"]).sum() == 6


@pytest.mark.parametrize("weights", ["curve", "hat", "random"])
def test_a_kink_is_shown_on_the_sum_where_each_unit_bends(weights):
    chosen = RANDOM | {"weights": weights, "units": 5, "token": 0.5}
    *_, shown, _ = drawing(LESSON)(**chosen).figures[0]["data"]
    bends = _hinges(weights, 5, 1.0, seed=chosen["seed"])[1]
    np.testing.assert_allclose(shown["x"], np.sort(bends), atol=1e-12)
    for x, y in zip(shown["x"], shown["y"], strict=True):
        assert y == pytest.approx(float(np.dot(*units_by_hand(chosen, x))), abs=1e-9)
    smooth = drawing(LESSON)(**chosen | {"activation": "gelu"}).figures[0]["data"]
    assert not len(smooth[-2]["x"])


@claims("largest_terms_drawn")
@pytest.mark.parametrize("units", [1, 8, 16, 17, 40])
@pytest.mark.parametrize("activation", ["relu", "silu"])
def test_the_bars_are_what_each_unit_adds_at_the_token(units, activation):
    chosen = RANDOM | {"units": units, "activation": activation}
    picture = drawing(LESSON)(**chosen).figures[1]
    (added,) = picture["data"]
    hidden, weights = units_by_hand(chosen, chosen["token"])
    terms = hidden * weights
    drawn = [int(name) - 1 for name in picture["layout"]["meta"]["x"]]
    assert len(drawn) == min(16, units)
    np.testing.assert_allclose(added["y"], terms[drawn], atol=1e-12)
    left_out = np.delete(np.abs(terms), drawn)
    assert left_out.max(initial=0) <= np.abs(added["y"]).min()
    title = picture["layout"]["meta"]["title"]
    assert title.startswith("The 16 units that add most") == (units > 16)
    (level,) = picture["layout"]["shapes"]
    assert level["y0"] == level["y1"] == pytest.approx(hidden @ weights)


@pytest.mark.parametrize("token", [-3.0, -0.5])
def test_what_is_next_to_0_is_0_in_the_live_line(token):
    chosen = CURVE | {"token": token, "units": 64, "weight_scale": 3.0}
    line = frame(LESSON, chosen | {"activation": "gelu"})["line"]
    assert line["numbers"][6] == "0"  # the last unit, far below its bend
    assert not any("times" in text for text in line["numbers"])


def test_weights_are_counted_alike_here_and_in_attention():
    shown = drawing(LESSON)(**STATEMENT.defaults | {"ratio": 2}).readouts
    assert shown["weights here, without biases"] == shown["weights of attention"]
    paper = drawing(LESSON)(**STATEMENT.defaults).readouts
    assert paper["weights here, without biases"] == 2_097_152


@pytest.mark.parametrize("token", [-0.5, 0.7, 3.0])
def test_without_the_relu_the_live_line_ends_in_the_output_0_of_the_hat(token):
    line = frame(UNBENT, STATEMENT.defaults | {"token": token})["line"]
    assert line["numbers"][-1] == "0"
    told = [
        float(re.sub(r"[^\d.-]|\\left|\\right", "", text))
        for text in line["numbers"][:6:2]
    ]
    assert told == pytest.approx([token + 1, token, token - 1])


@claims("token_alone")
@given(blocks())
def test_each_token_is_on_its_own(block):
    X, *weights = block
    together = transformer_ffn(X, *weights).output
    for token, output in zip(X, together, strict=True):
        alone = transformer_ffn(token, *weights).output
        assert alone.shape == token.shape
        np.testing.assert_allclose(alone, output, rtol=1e-12, atol=1e-13)


@given(blocks(), st.floats(0, 10))
def test_without_biases_a_positive_factor_passes_through(block, factor):
    X, W1, b1, W2, b2 = block
    zero, none = 0 * b1, 0 * b2
    scaled = transformer_ffn(factor * X, W1, zero, W2, none).output
    plain = transformer_ffn(X, W1, zero, W2, none).output
    np.testing.assert_allclose(scaled, factor * plain, rtol=1e-9, atol=1e-12)


def test_without_active_units_the_output_is_the_last_bias():
    result = transformer_ffn([1, 2], W1, [-9, -9, -9], W2, B2)
    np.testing.assert_array_equal(result.output, B2)
    assert result.active_fraction == 0


def test_smooth_activations_of_extreme_numbers():
    np.testing.assert_array_equal(gelu([-1e308, 1e308]), [0, 1e308])
    np.testing.assert_array_equal(silu([-1e308, 1e308]), [0, 1e308])
    assert silu(0.0) == gelu(0.0) == 0


# Bad input


def call(**change):
    good = {"X": [1, 2], "W1": W1, "b1": B1, "W2": W2, "b2": B2}
    return transformer_ffn(**{**good, **change})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"X": [1, 2, 3]},
            "shape mismatch: X has shape (3,), W1 has shape (2, 3); ",
        ),
        (
            {"W2": [[1, 0]]},
            "shape mismatch: W1 has shape (2, 3), W2 has shape (1, 2); ",
        ),
        ({"b1": [1]}, "shape mismatch: W1 has shape (2, 3), b1 has shape (1,); "),
        ({"b2": [1]}, "shape mismatch: W2 has shape (3, 2), b2 has shape (1,); "),
        (
            {"activation": "tanh"},
            (
                "activation must be one of ('relu', 'gelu', 'silu', 'identity', "
                "'gelu_tanh'), got 'tanh'"
            ),
        ),
        ({"X": [[[1, 2]]]}, "X must be 1-D or 2-D, got shape (1, 1, 2)"),
        ({"W1": [1, 2]}, "W1 must be 2-D, got shape (2,)"),
        ({"X": []}, "X must not be empty"),
        ({"X": [np.nan, 1]}, "X contains NaN"),
        ({"b2": [np.inf, 1]}, "b2 must be finite"),
        ({"W2": "no"}, "W2 must be numeric"),
        ({"X": [1.7e308, 1.7e308], "b1": [1e308] * 3}, "result must be finite"),
    ],
)
def test_bad_input_is_named(change, message):
    with says(message):
        call(**change)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: ffn_parameters(0, 1), "d_model must be in [1, inf), got 0"),
        (lambda: ffn_parameters(1, 0), "d_ff must be in [1, inf), got 0"),
        (
            lambda: hinge_function([0], [1, 1], [0], [1], 0),
            (
                "shape mismatch: slopes has shape (2,), kinks has shape (1,); "
                "every unit needs a slope, a kink and a weight"
            ),
        ),
        (
            lambda: hinge_function([0], [1], [0], [1, 2], 0),
            "every unit needs a slope, a kink and a weight",
        ),
        (lambda: hinge_function([], [1], [0], [1], 0), "x must not be empty"),
        (lambda: hinge_function([0], [1], [0], [1], np.nan), "bias contains NaN"),
        (lambda: hinge_function([1e308], [9], [0], [1], 0), "result must be finite"),
        (lambda: gelu([]), "x must not be empty"),
        (lambda: silu([np.nan]), "x contains NaN"),
        (
            lambda: gelu(1, approximate="erf"),
            "approximate must be one of ('none', 'tanh'), got 'erf'",
        ),
        (lambda: gelu([], approximate="tanh"), "x must not be empty"),
        (lambda: gelu([np.inf], approximate="tanh"), "x must be finite"),
        (lambda: silu(1, beta=-1), "beta must be in [0, inf), got -1.0"),
        (lambda: silu(1, beta=np.nan), "beta contains NaN"),
    ],
)
def test_bad_arguments_are_named(call, message):
    with says(message):
        call()


def test_input_is_left_as_it_was():
    x = np.array([-1.0, 0.5])
    call(X=x)
    np.testing.assert_array_equal(x, [-1, 0.5])


# The forms that models use


def test_values_at_1():
    assert gelu(1.0) == pytest.approx(0.841345, abs=5e-7)
    assert gelu(1.0, approximate="tanh") == pytest.approx(0.841192, abs=5e-7)
    assert silu(1.0) == pytest.approx(0.731059, abs=5e-7)


@given(st.floats(-30, 30))
def test_gelu_with_tanh_agrees_with_mpmath_far_below_0_too(x):
    with mpmath.workdps(500):  # 1 + tanh loses up to 400 digits
        z = mpmath.mpf(x)
        inner = mpmath.sqrt(2 / mpmath.pi) * (z + mpmath.mpf("0.044715") * z**3)
        expected = float(z / 2 * (1 + mpmath.tanh(inner)))
    # The exponent, up to 745 before exp is 0, is rounded a few times.
    found = gelu(x, approximate="tanh")
    assert found == pytest.approx(expected, rel=1e-12, abs=1e-320)


def test_both_gelus_differ_by_less_than_half_a_thousandth():
    x = np.linspace(-10, 10, 200_001)
    apart = np.abs(np.subtract(gelu(x), gelu(x, approximate="tanh"))).max()
    assert apart == pytest.approx(4.732e-4, abs=5e-8)


@pytest.mark.parametrize(
    ("function", "place", "lowest"),
    [(gelu, -0.751792, -0.169971), (silu, -1.278465, -0.278465)],
)
def test_both_dip_below_0(function, place, lowest):
    found = scipy.optimize.minimize_scalar(
        function, bounds=(-3, 0), method="bounded", options={"xatol": 1e-9}
    )
    assert found.x == pytest.approx(place, abs=1e-6)
    assert found.fun == pytest.approx(lowest, abs=5e-7)


@given(vectors((1, 6), 30.0), st.floats(0, 20))
def test_swish_is_between_half_the_number_and_the_relu(x, beta):
    found = silu(x, beta=beta)
    expected = x * scipy.special.expit(beta * x)
    np.testing.assert_allclose(found, expected, rtol=1e-12)
    np.testing.assert_array_equal(silu(x, beta=0), x / 2)
    np.testing.assert_array_equal(silu(x, beta=1), silu(x))
    np.testing.assert_allclose(silu(x, beta=1e9), np.maximum(x, 0), atol=1e-8)
    np.testing.assert_allclose(found - silu(-x, beta=beta), x, atol=1e-12)


def test_swish_with_1_702_weighs_nearly_as_gelu_does():
    x = np.linspace(0.002, 8, 4000)

    def apart(beta):
        return np.abs(np.subtract(silu(x, beta=beta), gelu(x)) / x).max()

    best = scipy.optimize.minimize_scalar(apart, bounds=(1, 3), method="bounded")
    assert best.x == pytest.approx(1.702, abs=5e-4)
    assert best.fun < 0.01
    assert np.abs(np.subtract(silu(x, beta=1.702), gelu(x))).max() < 0.0204


def test_forms_of_extreme_numbers():
    ends = [-1e308, 1e308]
    np.testing.assert_array_equal(gelu(ends, approximate="tanh"), [0, 1e308])
    for beta in (1e-300, 1e308):
        np.testing.assert_array_equal(silu(ends, beta=beta), [0, 1e308])
    for x in (-699.0, -701.0, -705.0, -720.0, -744.0):
        exact = float(x * mpmath.exp(x))
        assert silu(x) == pytest.approx(exact, rel=1e-12, abs=1e-320)
        np.testing.assert_array_equal(silu([x, 2.0]), [silu(x), silu(2.0)])
    assert type(gelu(2, approximate="tanh")) is float
    assert gelu(0.0, approximate="tanh") == 0
    np.testing.assert_array_equal(silu([5e-324], beta=5e-324), [0])


# What the page claims


def weights_of(**settings):
    """Return a block's token and weights, without its activation."""
    made = inputs_of(STATEMENT, **{**CURVE, **settings})
    return {name: made[name] for name in ("X", "W1", "b1", "W2", "b2")}


def drawn(x, activation="relu", **settings):
    layers = weights_of(**settings)
    layers["X"] = np.asarray(x)[:, None]
    return transformer_ffn(**layers, activation=activation).output[:, 0]


def test_predict_two_thirds_of_the_weights_sit_in_the_feed_forward_part():
    assert ffn_share(STATEMENT.control("ratio").default) == pytest.approx(2 / 3)


@claims("hat_three_units")
def test_hat_three_units_whatever_the_number_asked_for():
    given_ = inputs_of(STATEMENT, **{**CURVE, "weights": "hat"})
    assert given_["W1"].shape == (1, 3)
    assert outputs_of(STATEMENT, given_)["output"][0] == 0.5


@claims("hat_by_hand")
def test_the_hat_at_0_7_by_hand():
    made = inputs_of(STATEMENT, **{**CURVE, "weights": "hat", "token": 0.7})
    shown = outputs_of(STATEMENT, made)
    np.testing.assert_allclose(shown["hidden"], [1.7, 0.7, 0])
    added = shown["hidden"] * made["W2"][:, 0]
    np.testing.assert_allclose(added, [1.7, -1.4, 0], atol=1e-12)
    assert shown["output"][0] == pytest.approx(0.3)


@claims("factor_keeps_sides")
@given(st.integers(1, 64), st.integers(0, 20), st.floats(0.1, 3))
def test_a_factor_of_the_slopes_leaves_every_unit_on_its_side(units, seed, factor):
    for token in (-2.7, 0.5, 1.9):
        chosen = {"units": units, "seed": seed, "token": token, "weights": "random"}
        before, after = (
            inputs_of(STATEMENT, **{**CURVE, **chosen, "weight_scale": a})
            for a in (1.0, factor)
        )
        on, still_on = (
            outputs_of(STATEMENT, made)["hidden"] > 0 for made in (before, after)
        )
        np.testing.assert_array_equal(on, still_on)
        kinks, same_kinks = (-m["b1"] / m["W1"][0] for m in (before, after))
        np.testing.assert_allclose(same_kinks, kinks, rtol=1e-9)


@claims("factor_passes")
@pytest.mark.parametrize("weights", STATEMENT.control("weights").choices)
@given(st.integers(1, 64), st.floats(-3, 3), st.floats(0.1, 3))
def test_a_factor_of_the_slopes_is_a_factor_of_the_output(
    weights, units, token, factor
):
    before, after = (
        drawn([token], weights=weights, units=units, weight_scale=a)
        for a in (1.0, factor)
    )
    np.testing.assert_allclose(after, factor * before, rtol=1e-9, atol=1e-9)


@claims("hat_collapses")
@pytest.mark.parametrize("factor", [0.1, 1.0, 3.0])
def test_without_their_bends_the_three_lines_of_the_hat_add_up_to_0(factor):
    chosen = {"weights": "hat", "weight_scale": factor}
    line = drawn(np.linspace(-3, 3, 13), activation="identity", **chosen)
    np.testing.assert_allclose(line, 0, atol=1e-12)


@claims("identity_straight")
@pytest.mark.parametrize("units", [1, 4, 64])
def test_identity_activation_is_a_straight_line_whatever_the_width(units):
    given_ = weights_of(units=units)
    given_["X"] = np.linspace(-3, 3, 13)[:, None]
    y = transformer_ffn(**given_, activation="identity").output[:, 0]
    np.testing.assert_allclose(np.diff(y, 2), 0, atol=1e-12)


@claims("one_kink_each")
def test_each_hidden_unit_adds_one_kink():
    slopes, kinks, weights = _hinges("random", 6, 1.0, seed=3)
    x = np.linspace(-3, 3, 6001)
    bends = np.abs(np.diff(hinge_function(x, slopes, kinks, weights, 0)[0], 2)) > 1e-7
    places = x[1:-1][bends]
    for kink in kinks:
        assert np.abs(places - kink).min() < 2e-3
    for place in places:
        assert np.abs(kinks - place).min() < 2e-3


@claims("unit_adds_a_fact")
@pytest.mark.parametrize("michael", [0.0, 1.0])
@pytest.mark.parametrize("jordan", [0.0, 1.0])
def test_a_unit_that_finds_both_names_adds_the_fact(michael, jordan):
    form = BY_KEY["transformer_ffn/key_value"]
    names = {"michael": michael, "jordan": jordan, "jackson": 0.0}
    shown = drawing(form)(**form.statement.defaults | names).readouts
    assert shown["added to basketball"] == (1 if michael and jordan else 0)


@claims("rows_added")
@given(blocks())
def test_the_output_adds_up_the_rows_of_the_second_matrix_by_their_units(block):
    X, W1, b1, W2, b2 = block
    found = transformer_ffn(X, W1, b1, W2, b2)
    for hidden, output in zip(found.hidden, found.output, strict=True):
        added = sum(unit * row for unit, row in zip(hidden, W2, strict=True)) + b2
        np.testing.assert_allclose(output, added, rtol=1e-9, atol=1e-12)


@claims("tokens_do_not_meet")
def test_changing_token_three_leaves_token_five_unchanged():
    X = np.random.default_rng(0).normal(size=(6, 2))
    before = call(X=X).output
    X[3] += 1
    after = call(X=X).output
    assert (after[3] != before[3]).any()
    np.testing.assert_array_equal(after[5], before[5])
    old, new = np.random.default_rng(0).normal(size=(6, 2)), X
    np.testing.assert_array_equal(layer_norm(new)[5], layer_norm(old)[5])
    met = [scaled_dot_product_attention(*3 * [tokens]).output for tokens in (old, new)]
    assert (met[0][5] != met[1][5]).all()


def test_the_same_seed_gives_the_same_units():
    first, second = (_hinges("random", 5, 1.0, seed=7) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_both_parts_of_a_block_have_the_same_number_of_weights_at_ratio_two():
    assert ffn_share(2) == 0.5
    assert ffn_parameters(512, 1024, bias=False) == count_attention_parameters(512)


def test_a_unit_that_is_off_passes_nothing_on():
    slopes, kinks, weights = _hinges("hat", 3, 1.0)
    _, parts = hinge_function([-0.5], slopes, kinks, weights, 0.0)
    assert parts[:, 0].tolist() == [0.5, 0.0, 0.0]


@claims("hat_zero_outside")
def test_the_hat_is_0_outside_minus_1_to_1():
    total, _ = hinge_function([-3, -1, 0, 1, 3], *_hinges("hat", 3, 1.0), 0.0)
    assert total.tolist() == [0, 0, 1, 0, 0]
    x = np.linspace(-3, 3, 121)
    y = drawn(x, weights="hat")
    inside = np.abs(x) < 1 - 1e-9
    np.testing.assert_allclose(y[~inside], 0, atol=1e-15)
    assert (y[inside] > 0).all()


def distance_from_the_curve(units, activation="relu"):
    x = np.linspace(-3, 3, 60_001)
    return np.abs(drawn(x, activation, units=units) - curve(x)).max()


@claims("meets_at_kinks", "curve_named")
@pytest.mark.parametrize("units", [1, 4, 6, 17, 64])
def test_the_units_of_the_curve_meet_it_at_every_kink(units):
    kinks = np.linspace(-3, 3, units + 1)
    heights = 2 * np.sin(np.pi * kinks / 3) + np.sin(np.pi * kinks)
    np.testing.assert_allclose(curve(kinks), heights, atol=1e-12)
    x = np.linspace(-3, 3, 1001)
    straight = np.interp(x, kinks, heights)
    np.testing.assert_allclose(drawn(x, units=units), straight, atol=1e-9)


@pytest.mark.parametrize(("units", "lines"), [(5, 5), (12, 6), (64, 6)])
@pytest.mark.parametrize("activation", ["relu", "gelu"])
def test_the_units_that_are_drawn_are_taken_from_all(units, lines, activation):
    chosen = CURVE | {"units": units, "activation": activation}
    given_ = inputs_of(STATEMENT, **chosen)
    slopes, shifts = given_["W1"][0], given_["b1"]
    trace = next(
        t for t in drawing(LESSON)(**chosen).figures[0]["data"] if "units" in t["name"]
    )
    each = np.array(trace["y"], float).reshape(lines, -1)[:, :-1]
    ends = np.array([-3.0, 3.0])
    bent = np.maximum(0, np.outer(ends, slopes) + shifts)
    if activation == "gelu":
        z = np.outer(ends, slopes) + shifts
        bent = z * scipy.special.ndtr(z)
    added = (bent * given_["W2"][:, 0]).T
    places = [int(np.abs(added - line[[0, -1]]).sum(axis=1).argmin()) for line in each]
    np.testing.assert_allclose(each[:, [0, -1]], added[places], atol=1e-12)
    assert places[0] == 0
    assert places[-1] == units - 1
    assert np.ptp(np.diff(places)) <= 1


@claims("quarter_of_the_distance")
def test_twice_as_many_units_leave_a_quarter_of_the_distance_from_the_curve():
    distances = [distance_from_the_curve(units) for units in (16, 32, 64, 128)]
    ratios = np.divide(distances[1:], distances[:-1])
    np.testing.assert_allclose(ratios, 1 / 4, atol=0.01)
    # A straight piece of length h misses by the second derivative times h²/8 at most.
    x = np.linspace(-3, 3, 60_001)
    bend = np.abs(np.gradient(np.gradient(curve(x), x), x)).max()
    assert distances[3] == pytest.approx(bend * (6 / 128) ** 2 / 8, rel=0.02)
    for units in (1, 6, 64):
        scene = drawing(LESSON)(**CURVE | {"units": units})
        traces = scene.figures[0]["data"]
        np.testing.assert_allclose(traces[2]["y"], curve(traces[2]["x"]))
    for weights in ("hat", "random"):
        scene = drawing(LESSON)(**CURVE | {"weights": weights})
        assert "largest distance from the curve" not in scene.readouts


@pytest.mark.parametrize("activation", ["relu", "gelu", "silu", "identity"])
@pytest.mark.parametrize("factor", [0.7, 1.0, 2.3])
@pytest.mark.parametrize("units", [1, 2, 5, 12, 16, 33, 64])
def test_nowhere_is_the_block_further_from_the_curve_than_it_says(
    units, factor, activation
):
    chosen = CURVE | {
        "units": units, "weight_scale": factor, "activation": activation,
    }  # fmt: skip
    hinges = _hinges("curve", units, factor)

    def apart(t):
        slopes, kinks, weights = hinges
        hidden = ACTIVATIONS[activation](slopes * (np.atleast_1d(t)[:, None] - kinks))
        return np.abs(hidden @ weights - curve(t))

    ends = np.unique(np.concatenate([np.linspace(-3, 3, 61), hinges[1]]))
    inside = np.linspace(ends[:-1], ends[1:], 201)
    highest = apart(inside.ravel()).reshape(inside.shape).max()
    shown = drawing(LESSON)(**chosen).readouts["largest distance from the curve"]
    assert shown == pytest.approx(highest, rel=2e-4)


@pytest.mark.parametrize(("units", "distance"), [(12, "0.2577"), (16, "0.1867"), (32, "0.04739")])  # fmt: skip
def test_the_distance_that_scipy_finds_piece_by_piece(units, distance):
    ends = np.linspace(-3, 3, units + 1)
    found = max(
        -scipy.optimize.minimize_scalar(
            lambda t: -abs(np.interp(t, ends, curve(ends)) - curve(t)),
            bounds=piece, method="bounded", options={"xatol": 1e-10},
        ).fun
        for piece in itertools.pairwise(ends)
    )  # fmt: skip
    shown = drawing(LESSON)(**CURVE | {"units": units}).readouts
    shown = shown["largest distance from the curve"]
    assert shown == pytest.approx(found, abs=2e-6)
    assert number_text(shown) == distance


@claims("widths")
@given(st.integers(1, 8))
def test_a_token_of_512_numbers_becomes_wider_and_is_512_numbers_again(ratio):
    wide = 512 * ratio
    random = np.random.default_rng(ratio)
    into, out = random.normal(size=(512, wide)), random.normal(size=(wide, 512))
    result = transformer_ffn(random.normal(size=512), into, np.zeros(wide), out, np.zeros(512))  # fmt: skip
    assert (result.hidden.size, result.output.size) == (wide, 512)
    read = drawing(LESSON)(**CURVE | {"ratio": ratio}).readouts
    assert read["a token, d = 512"] == f"512 → {wide} → 512 numbers"


@claims("large_terms")
def test_twelve_units_make_a_2_out_of_terms_of_22():
    made = inputs_of(STATEMENT, **CURVE | {"token": 2.5})
    added = outputs_of(STATEMENT, made)["hidden"] * made["W2"][:, 0]
    np.testing.assert_allclose(added[:2], [-22, 22.68], atol=5e-3)
    assert added.sum() == pytest.approx(2)


@pytest.mark.parametrize("weights", STATEMENT.control("weights").choices)
def test_without_an_activation_the_line_works_the_straight_output(weights):
    chosen = CURVE | {"activation": "identity", "weights": weights}
    line = frame(LESSON, chosen)["line"]
    shown = drawing(LESSON)(**chosen).readouts["output at t"]
    printed = line["numbers"][-1].replace("−", "-")
    assert float(printed) == pytest.approx(shown, rel=1e-3, abs=1e-12)


def test_the_legend_says_how_many_units_are_drawn():
    for units, words in ((1, "1 unit"), (6, "6 units"), (12, "6 of the 12 units")):
        lines, *_ = drawing(LESSON)(**RANDOM | {"units": units}).figures[0]["data"]
        assert lines["name"] == words


@claims("six_units_miss")
def test_six_units_are_more_than_1_away_from_both_humps():
    # Each half has two humps of 2.1 and a dip to 1 between them.
    for t in (0.55, 2.45):
        (y,) = drawn([t], units=6)
        assert curve(t) - y > 0.6
    assert distance_from_the_curve(6) > 1


@claims("sixty_four_units")
def test_64_units_stay_within_0_0121_of_the_curve():
    assert 0.012 < distance_from_the_curve(64) < 0.0121


@claims("share_by_ratio")
@given(st.integers(1, 8), st.integers(1, 64))
def test_with_r_hidden_units_per_feature_this_part_holds_r_of_2_plus_r(ratio, width):
    here = ffn_parameters(width, ratio * width, bias=False)
    share = here / (here + 4 * width**2)
    assert share == pytest.approx(ratio / (2 + ratio))
    assert ffn_share(ratio) == pytest.approx(share)


@pytest.mark.parametrize("activation", ["relu", "gelu", "silu", "identity"])
@pytest.mark.parametrize("weights", STATEMENT.control("weights").choices)
def test_line_and_code_follow_the_activation(activation, weights):
    for token in (-1.3, 0.2, 2.0):
        chosen = {**CURVE, "token": token, "weights": weights, "activation": activation}
        expected = float(np.dot(*units_by_hand(chosen, token)))
        shown = drawing(LESSON)(**chosen).readouts["output at t"]
        assert shown == pytest.approx(expected, abs=1e-9)
        line = frame(LESSON, chosen)["line"]["numbers"][-1].replace("−", "-")
        assert float(line) == pytest.approx(expected, rel=1e-3, abs=1e-9)
        made = outputs_of(STATEMENT, inputs_of(STATEMENT, **chosen))
        assert made["shown"][0] == pytest.approx(expected, abs=1e-9)
        programs_run(LESSON, chosen, lambda title: title == BY_HAND)


@claims("single_kink")
def test_preset_one_unit_bends_the_line_once():
    y = drawn(np.linspace(-3, 3, 601), weights="random", units=1)
    bends = np.flatnonzero(np.abs(np.diff(y, 2)) > 1e-9)
    # Between two points of the grid a kink shows in one bend or in two side by side.
    assert len(bends) in (1, 2)
    assert np.ptp(bends) <= 1


@claims("off_passes_nothing")
def test_a_unit_that_is_off_takes_no_part_in_output_or_gradient():
    rng = np.random.default_rng(0)
    made = {
        "X": rng.normal(size=3),
        "W1": rng.normal(size=(3, 8)),
        "b1": rng.normal(size=8),
        "W2": rng.normal(size=(8, 2)),
        "b2": rng.normal(size=2),
    }
    hidden = transformer_ffn(**made).hidden
    off = hidden == 0
    assert 0 < off.sum() < 8
    kept = {"W1": made["W1"][:, ~off], "b1": made["b1"][~off], "W2": made["W2"][~off]}
    without = transformer_ffn(**{**made, **kept}).output
    np.testing.assert_allclose(transformer_ffn(**made).output, without, atol=1e-15)

    def moved(name, place, h):
        changed = made[name].copy()
        changed[place] += h
        return transformer_ffn(**{**made, name: changed}).output

    for unit, is_off in enumerate(off):
        for name, place in (("W1", (0, unit)), ("b1", unit), ("W2", (unit, 0))):
            slope = (moved(name, place, 1e-6) - moved(name, place, -1e-6)) / 2e-6
            assert (np.abs(slope).max() == 0) == is_off


@claims("holds_most_parameters")
@pytest.mark.parametrize("bias", [False, True])
def test_with_biases_or_without_this_part_has_more_parameters_than_attention(bias):
    attention = count_attention_parameters(512, bias=bias)
    for ratio in STATEMENT.control("ratio").positions:
        here = ffn_parameters(512, ratio * 512, bias=bias)
        assert here == pytest.approx(ratio / 2 * attention, rel=2e-3)
        assert (here > 1.4 * attention) == (ratio >= 3)


@claims("share_shared_keys")
@pytest.mark.parametrize("shared", [0.125, 0.25, 0.5])
def test_where_heads_share_keys_and_values_less_width_is_enough_for_most(shared):
    d = 512
    # Keys and values of a part of the width, queries and output of all of it.
    attention = 2 * d * d + 2 * d * int(shared * d)
    assert ffn_parameters(d, 2 * d, bias=False) > attention
    assert ffn_parameters(d, 2 * d, bias=False) == count_attention_parameters(d)


@claims("weights_on_right")
@given(blocks())
def test_weights_stand_on_the_right_of_rows_as_on_the_left_of_columns(block):
    X, W1, b1, W2, b2 = block
    output = transformer_ffn(*block).output
    for token, row in zip(X, output, strict=True):
        column = W2.T @ np.maximum(0, W1.T @ token + b1) + b2
        np.testing.assert_allclose(row, column, rtol=1e-9, atol=1e-12)
        hidden = np.maximum(0, linear(token, W1.T, b1))  # W x + b
        np.testing.assert_allclose(row, linear(hidden, W2.T, b2), rtol=1e-9, atol=1e-12)


@claims("nothing_on_top")
@given(blocks())
def test_neither_the_token_itself_nor_a_normalization_is_in_the_formula(block):
    X, W1, b1, W2, b2 = block
    silent = transformer_ffn(X, W1, b1, 0 * W2, b2).output
    np.testing.assert_array_equal(silent, np.tile(b2, (len(X), 1)))  # no X added
    single = transformer_ffn(X, W1, b1, W2, 0 * b2).output
    double = transformer_ffn(X, W1, b1, 2 * W2, 0 * b2).output
    np.testing.assert_allclose(double, 2 * single, rtol=1e-12)  # no size taken out


ACTIVATIONS = {
    "relu": lambda v: np.maximum(0, v),
    "gelu": lambda v: v * scipy.stats.norm.cdf(v),
    "silu": lambda v: v * scipy.special.expit(v),
    "identity": lambda v: v,
}


def units_by_hand(chosen, t):
    """Return what comes out of each hidden unit at a token, and its weight."""
    slopes, kinks, weights = _hinges(
        chosen["weights"], chosen["units"], chosen["weight_scale"], seed=chosen["seed"]
    )
    return ACTIVATIONS[chosen["activation"]](slopes * (t - kinks)), weights


def turns(chosen):
    """Return how much each unit's slope differs on both sides of its kink."""
    kinks = _hinges(chosen["weights"], chosen["units"], 1.0, seed=chosen["seed"])[1]
    h = 1e-6
    at = [units_by_hand(chosen, kinks + k * h)[0] for k in (-1, 0, 1)]
    return np.abs(at[0] - 2 * at[1] + at[2]) / h


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            {"weights": "curve", "units": 12},
            "7 of 12 hidden units are active: the token 0.5 becomes 2.",
        ),
        (
            {},
            "1 of 4 hidden units is active: the token 0.5 becomes −0.395.",
        ),
        (
            {"units": 1},
            "No hidden unit is active: the token 0.5 becomes 0.",
        ),
        (
            {"units": 1, "token": 3.0},
            "1 of 1 hidden unit is active: the token 3 becomes −9.36.",
        ),
        (
            {"weights": "hat", "token": 3.0},
            "3 of 3 hidden units are active: the token 3 becomes 0.",
        ),
        (
            {"activation": "gelu"},
            "gelu makes each unit a smooth curve, without a kink.",
        ),
        (
            {"activation": "silu"},
            "silu makes each unit a smooth curve, without a kink.",
        ),
        (
            {"activation": "identity"},
            "becomes 0.4: without a nonlinear activation 4 units together are one straight line.",
        ),
        (
            {"activation": "identity", "units": 1},
            "without a nonlinear activation the unit is one straight line.",
        ),
        (  # −3e-17 to a machine
            {
                "activation": "identity",
                "weights": "hat",
                "token": 3.0,
                "weight_scale": 0.1,
            },
            "The token 3 becomes 0: without a nonlinear activation 3 units together are one straight",
        ),
    ],
)
def test_the_sentence_says_what_the_units_make_of_the_token(change, words):
    chosen = RANDOM | change
    scene = drawing(LESSON)(**chosen)
    assert words in scene.status
    if chosen["activation"] == "relu":
        slopes = _hinges(chosen["weights"], chosen["units"], 1.0, seed=chosen["seed"])[
            0
        ]
        np.testing.assert_allclose(turns(chosen), np.abs(slopes), rtol=1e-3)
    else:
        assert turns(chosen).max() < 1e-5
    if "straight" in words:
        line = np.array(scene.figures[0]["data"][1]["y"], dtype=float)
        np.testing.assert_allclose(np.diff(line, 2), 0, atol=1e-12)


@pytest.mark.parametrize("activation", ["gelu", "silu", "identity"])
def test_without_a_relu_no_unit_is_silent_over_half_of_the_line(activation):
    read = drawing(LESSON)(**RANDOM | {"activation": activation}).readouts
    assert not any("active" in name for name in read)
    chosen = RANDOM | {"activation": activation, "units": 64}
    hidden = [units_by_hand(chosen, t)[0] for t in np.linspace(-3, 3, 7)]
    assert (np.abs(hidden) > 1e-9).mean() > 0.97


@given(settings_of(STATEMENT))
@settings(max_examples=30)
def test_without_the_relu_all_that_is_drawn_is_straight(chosen):
    scene = drawing(UNBENT)(**chosen)
    now = UNBENT.statement.solve(chosen).numbers
    lines, total, *others = scene.figures[0]["data"]
    mark = others[1 + (chosen["weights"] == "curve")]  # ghosts follow
    height = np.interp(chosen["token"], total["x"], np.array(total["y"], float))
    assert mark["y"][0] == pytest.approx(now["output"][0], abs=1e-9)
    assert height == pytest.approx(now["output"][0], abs=1e-6)
    np.testing.assert_allclose(np.diff(np.array(total["y"], float), 2), 0, atol=1e-9)
    ends = np.flatnonzero(np.isnan(lines["y"]))[0] + 1
    pieces = np.array(lines["y"], float).reshape(-1, ends)[:, :-1]
    np.testing.assert_allclose(np.diff(pieces, 2), 0, atol=1e-9)
    assert "active units at t" not in scene.readouts


@claims("attention_is_linear")
def test_for_given_weights_attention_is_linear_in_the_values_and_the_block_is_not():
    random = np.random.default_rng(0)
    query, key, one, two = random.standard_normal((4, 5, 3))

    def gather(values):
        return scaled_dot_product_attention(query, key, values).output

    np.testing.assert_allclose(gather(one + two), gather(one) + gather(two))
    made = inputs_of(STATEMENT, **CURVE | {"weights": "hat"})
    weights = {name: made[name] for name in ("W1", "b1", "W2", "b2")}
    half, whole = (transformer_ffn([t], **weights).output[0] for t in (0.5, 1.0))
    assert (half, whole) == (0.5, 0.0)


SENTENCE = re.compile(
    r"(?:The output is a weighted sum of hidden units, each 0 on one side of its kink\. (?:"
    r"(\d+) of (\d+) hidden (units?) (?:is|are) active|No hidden unit is active): t|T)"
    r"he token (\S+) becomes (\S+?)(?:: (gelu|silu|without) .+)?\."
)


@given(settings_of(STATEMENT))
@settings(max_examples=30)
def test_the_sentence_gives_the_output_and_counts_the_active_units(chosen):
    scene = drawing(LESSON)(**chosen)
    on, units, noun, token, y, rest = SENTENCE.fullmatch(scene.status).groups()
    hidden, weights = units_by_hand(chosen, chosen["token"])
    printed = [float(text.replace("−", "-")) for text in (token, y)]
    assert printed[0] == pytest.approx(chosen["token"], rel=6e-4)
    assert printed[1] == pytest.approx(hidden @ weights, rel=6e-3, abs=1e-11)
    assert rest == {"relu": None, "identity": "without"}.get(
        chosen["activation"], chosen["activation"]
    )
    active = int((hidden > 0).sum())
    if on:
        assert (int(on), int(units)) == (active, len(hidden))
        assert noun == ("unit" if len(hidden) == 1 else "units")
    else:
        assert active == 0 or rest
    counted = active if chosen["activation"] == "relu" else None
    assert scene.readouts.get("active units at t") == counted
    (handle,) = scene.figures[0]["layout"]["meta"]["handles"]
    assert (handle["x"], handle["y"]) == ("token", "")
    mark = scene.figures[0]["data"][-1]
    assert handle["at"] == [mark["x"][0], mark["y"][0]]
    assert handle["at"] == pytest.approx([chosen["token"], hidden @ weights], abs=1e-9)
    lines = scene.figures[0]["data"]
    total = np.array(lines[1]["y"], dtype=float)
    by_hand = [float(np.dot(*units_by_hand(chosen, t))) for t in lines[1]["x"]]
    np.testing.assert_allclose(total, by_hand, atol=1e-9)


@settings(max_examples=40)
@given(settings_of(STATEMENT))
def test_the_number_at_the_token_stands_where_the_line_is_not(chosen):
    figure = drawing(LESSON)(**chosen).figures[0]
    (number,) = figure["layout"]["annotations"]
    line = figure["data"][1]
    token, y, (low, high) = number["x"], number["y"], figure["layout"]["yaxis"]["range"]
    way = 1 if number["xanchor"] == "left" else -1
    assert -3 <= token + 0.8 * way <= 3
    beside = np.linspace(token, token + 0.8 * way, 9)
    apart = np.interp(beside, line["x"], line["y"]) - y
    rises = apart.max() + apart.min()
    if number["yanchor"] == "top":
        assert number["yshift"] == -8
        assert rises > 0
        assert y - low > 0.4 * (high - low)  # over the numbers of the axis
    else:
        assert (number["yanchor"], number["yshift"]) == ("bottom", 8)
        near = y - low < 0.43 * (high - low)
        assert rises <= 0 or near


@pytest.mark.parametrize("weights", ["hat", "random"])
def test_where_the_line_rises_the_number_stands_on_its_other_side(weights):
    figure = drawing(LESSON)(**STATEMENT.defaults | {"weights": weights}).figures[0]
    (number,) = figure["layout"]["annotations"]
    assert (number["xanchor"], number["yanchor"]) == ("right", "bottom")


def test_the_hat_has_most_of_its_picture():
    picture = drawing(LESSON)(**STATEMENT.defaults).figures[0]
    assert picture["layout"]["yaxis"]["range"] == [-1.0, 1.5]
