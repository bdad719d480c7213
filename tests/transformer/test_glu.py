"""Gated feed-forward block: values by hand, a second way, widths, bad input."""

from __future__ import annotations

import math

import numpy as np
import pytest
import scipy.special
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from formulas.transformer.glu import glu_ffn, glu_width
from formulas.transformer.transformer_ffn import ffn_parameters
from tests.errors import says

# Each is one edit of the module that its tests must notice.
MUTANTS = (
    (
        "bend(checks.representable(tokens @ gate))",
        "bend(checks.representable(tokens @ up))",
    ),
    ("opening * (tokens @ up)", "opening"),
    ("opening * (tokens @ up)", "opening + tokens @ up"),
    ("np.mean(hidden > 0)", "np.mean(opening > 0)"),
    ("2 * d_ff // 3", "d_ff"),
    (
        "int(checks.representable(multiplier * (2 * d_ff // 3)))",
        "int(multiplier * d_ff * 2 / 3)",
    ),
    ("-(-width // multiple_of)", "(width // multiple_of)"),
    ("d_ff = 4 * d_model if", "d_ff = d_model if"),
)

ACTIVATIONS = {
    "silu": lambda z: z * scipy.special.expit(z),
    "gelu": lambda z: z * scipy.stats.norm.cdf(z),
    "relu": lambda z: np.maximum(z, 0),
    "sigmoid": scipy.special.expit,
    "identity": lambda z: z,
}


@st.composite
def blocks(draw):
    random = np.random.default_rng(draw(st.integers(0, 10**6)))
    n, d, width = (draw(st.integers(1, 4)) for _ in range(3))
    shapes = ((n, d), (d, width), (d, width), (width, d))
    return [random.normal(size=shape) for shape in shapes]


@pytest.mark.parametrize(
    ("activation", "expected"),
    [
        ("silu", (1.462117, 7.046377)),
        ("gelu", (1.682689, 7.817999)),
        ("relu", (2, 8)),
        ("identity", (2, 8)),
        ("sigmoid", (2 * 0.731059, 4 * 0.880797)),
    ],
)
def test_a_token_of_two_features(activation, expected):
    one = np.eye(2)
    result = glu_ffn([1, 2], one, 2 * one, one, activation=activation)
    np.testing.assert_allclose(result.output, expected, atol=1.5e-6)
    np.testing.assert_array_equal(result.output, result.hidden)


def test_the_default_is_swiglu():
    one = np.eye(2)
    np.testing.assert_allclose(
        glu_ffn([1, 2], one, 2 * one, one).output, (1.462117, 7.046377), atol=5e-7
    )


@pytest.mark.parametrize("activation", ACTIVATIONS)
@given(block=blocks())
def test_the_gates_multiply_what_comes_up(activation, block):
    X, gate, up, down = block
    hidden = ACTIVATIONS[activation](X @ gate) * (X @ up)
    result = glu_ffn(X, gate, up, down, activation=activation)
    np.testing.assert_allclose(result.hidden, hidden, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(result.output, hidden @ down, rtol=1e-9, atol=1e-12)
    assert result.active_fraction == (hidden > 0).mean()


@given(blocks())
def test_each_token_is_on_its_own(block):
    X, *weights = block
    for token, output in zip(X, glu_ffn(X, *weights).output, strict=True):
        alone = glu_ffn(token, *weights).output
        assert alone.shape == token.shape
        np.testing.assert_allclose(alone, output, rtol=1e-12, atol=1e-13)


@given(blocks(), st.floats(0.1, 5))
def test_a_bilinear_block_is_quadratic_and_does_not_tell_its_halves_apart(
    block, factor
):
    X, gate, up, down = block
    plain = glu_ffn(X, gate, up, down, activation="identity").output
    swapped = glu_ffn(X, up, gate, down, activation="identity").output
    np.testing.assert_allclose(swapped, plain, rtol=1e-12, atol=1e-13)
    scaled = glu_ffn(factor * X, gate, up, down, activation="identity").output
    np.testing.assert_allclose(scaled, factor**2 * plain, rtol=1e-9, atol=1e-11)


def test_a_shut_gate_lets_nothing_through():
    result = glu_ffn(
        [1.0], [[-1.0, 1.0]], [[5.0, 5.0]], [[1.0], [1.0]], activation="relu"
    )
    np.testing.assert_array_equal(result.hidden, [0, 5])
    assert result.active_fraction == 0.5
    far = glu_ffn([1e4], [[-1.0]], [[1.0]], [[1.0]])
    assert far.output[0] == 0


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        (lambda: glu_width(768, d_ff=3072), 2048),
        (lambda: glu_width(768), 2048),
        (lambda: glu_width(4096, multiple_of=256), 11008),
        (lambda: glu_width(4096, multiplier=1.3, multiple_of=1024), 14336),
        (lambda: glu_width(5, d_ff=9, multiple_of=6), 6),
        (lambda: glu_width(5, d_ff=10, multiplier=1.4), 8),  # of 6, not of 6.67
    ],
)
def test_widths_of_known_models(width, expected):
    assert width() == expected
    assert type(width()) is int


@given(st.integers(1, 10**6), st.integers(1, 4096))
def test_widths_are_the_next_multiple_above_two_thirds(d_model, multiple_of):
    width = glu_width(d_model, multiple_of=multiple_of)
    least = math.floor(8 * d_model / 3)
    assert width % multiple_of == 0
    assert least <= width < least + multiple_of


@given(st.integers(1, 2000))
def test_three_matrices_of_this_width_hold_what_two_held(d_model):
    gated = 3 * d_model * glu_width(d_model)
    plain = ffn_parameters(d_model, 4 * d_model, bias=False)
    assert plain - 3 * d_model < gated <= plain


def call(**change):
    one = np.eye(2)
    good = {"X": [1, 2], "W_gate": one, "W_up": one, "W_down": one}
    return glu_ffn(**{**good, **change})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"X": [1, 2, 3]},
            "shape mismatch: X has shape (3,), W_gate has shape (2, 2); "
            "the last axis of X must match the rows of W_gate",
        ),
        (
            {"W_up": [[1], [2]]},
            "shape mismatch: W_gate has shape (2, 2), W_up has shape (2, 1); "
            "W_gate and W_up must have the same shape",
        ),
        (
            {"W_down": [[1, 2]]},
            "shape mismatch: W_up has shape (2, 2), W_down has shape (1, 2); "
            "the columns of W_up must match the rows of W_down",
        ),
        (
            {"activation": "tanh"},
            "activation must be one of ('silu', 'gelu', 'relu', 'sigmoid', "
            "'identity'), got 'tanh'",
        ),
        ({"X": [[[1, 2]]]}, "X must be 1-D or 2-D, got shape (1, 1, 2)"),
        ({"W_gate": [1, 2]}, "W_gate must be 2-D, got shape (2,)"),
        ({"W_up": []}, "W_up must not be empty"),
        ({"X": [np.nan, 1]}, "X contains NaN"),
        ({"W_down": [[np.inf, 1], [1, 1]]}, "W_down must be finite"),
        ({"W_up": "no"}, "W_up must be numeric"),
        ({"X": [1e200, 1e200]}, "result must be finite"),
        ({"X": [1e308, 1e308], "W_gate": [[1, 1], [1, 1]]}, "result must be finite"),
    ],
)
def test_bad_input_is_named(change, message):
    with says(message):
        call(**change)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: glu_width(0), "d_model must be in [1, inf), got 0"),
        (lambda: glu_width(1.5), "d_model must be an integer, got 1.5"),
        (lambda: glu_width(1, d_ff=0), "d_ff must be in [1, inf), got 0"),
        (lambda: glu_width(1, multiplier=0), "multiplier must be in (0, inf), got 0.0"),
        (lambda: glu_width(1, multiplier=np.nan), "multiplier contains NaN"),
        (
            lambda: glu_width(1, multiple_of=0),
            "multiple_of must be in [1, inf), got 0",
        ),
        (lambda: glu_width(10**6, multiplier=1e307), "result must be finite"),
    ],
)
def test_bad_widths_are_named(call, message):
    with says(message):
        call()


def test_input_is_left_as_it_was():
    x, one = np.array([1.0, -2.0]), np.eye(2)
    for activation in ACTIVATIONS:
        call(X=x, W_gate=one, W_up=one, W_down=one, activation=activation)
    np.testing.assert_array_equal(x, [1, -2])
    np.testing.assert_array_equal(one, np.eye(2))
