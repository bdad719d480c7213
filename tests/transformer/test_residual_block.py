"""Residual blocks: both orders, how signals grow with depth, bad and extreme input."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formulas.transformer.layer_norm import layer_norm
from formulas.transformer.residual_block import residual_block
from tests.errors import says
from tests.strategies import matrices, vectors

# Each is one edit of the module that its tests must notice.
MUTANTS = (
    (
        "_added(features, _applied(sublayer, normal))",
        "_added(normal, _applied(sublayer, normal))",
    ),
    (
        "_added(features, _applied(sublayer, normal))",
        "_added(features, _applied(sublayer, features))",
    ),
    (
        "return layer_norm(total, gamma, beta, eps=eps)",
        "return layer_norm(total, gamma, beta)",
    ),
    ("return layer_norm(total, gamma, beta, eps=eps)", "return total"),
    (
        "normal = layer_norm(features, gamma, beta, eps=eps)",
        "normal = layer_norm(features, eps=eps)",
    ),
    ("_applied(sublayer, features.copy())", "_applied(sublayer, features)"),
    ('if order == "pre":', 'if order == "post":'),
)

RAMP = [1.0, 2.0, 3.0, 4.0]


def double(z):
    return 2 * z


def normalized(z, gamma, beta, eps):
    centered = z - z.mean(axis=-1, keepdims=True)
    size = np.sqrt((centered**2).mean(axis=-1, keepdims=True) + eps)
    return gamma * centered / size + beta


@pytest.mark.parametrize(("order", "first"), [("pre", -1.683271), ("post", -1.341640)])
def test_a_ramp_and_a_sublayer_that_doubles(order, first):
    assert residual_block(RAMP, double, order=order)[0] == pytest.approx(
        first, abs=5e-7
    )


def test_pre_is_the_default():
    np.testing.assert_array_equal(
        residual_block(RAMP, double), residual_block(RAMP, double, order="pre")
    )


@given(matrices((1, 3), 4), vectors(4), vectors(4), st.floats(0.01, 1))
def test_agrees_with_the_formulas_in_plain_numpy(x, gamma, beta, eps):
    def sublayer(z):
        return np.tanh(z[..., ::-1]) * 3

    options = {"gamma": gamma, "beta": beta, "eps": eps}
    pre = x + sublayer(normalized(x, gamma, beta, eps))
    found = residual_block(x, sublayer, order="pre", **options)
    np.testing.assert_allclose(found, pre, rtol=1e-9, atol=1e-9)
    post = normalized(x + sublayer(x), gamma, beta, eps)
    found = residual_block(x, sublayer, order="post", **options)
    np.testing.assert_allclose(found, post, rtol=1e-9, atol=1e-9)


@given(matrices((1, 3), 4))
def test_a_sublayer_of_zeros_leaves_pre_untouched_and_normalizes_post(x):
    np.testing.assert_array_equal(residual_block(x, np.zeros_like), x)
    post = residual_block(x, np.zeros_like, order="post")
    np.testing.assert_array_equal(post, layer_norm(x))


def test_after_many_random_blocks_the_mean_square_is_one_more_for_each_or_one():
    random = np.random.default_rng(0)
    depth, d = 24, 256
    streams = dict.fromkeys(("pre", "post"), random.standard_normal((8, d)))
    for _ in range(depth):
        W = random.standard_normal((d, d)) / math.sqrt(d)
        for order, x in streams.items():
            streams[order] = residual_block(x, lambda z, W=W: z @ W, order=order)
    sizes = {order: float(np.mean(x**2)) for order, x in streams.items()}
    # Each block adds a random vector of size 1: a spread of sqrt(2 / 8 / 256) each.
    assert sizes["pre"] == pytest.approx(1 + depth, rel=0.1)
    assert sizes["post"] == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("order", ["pre", "post"])
def test_the_sublayer_cannot_change_the_stream(order):
    def meddling(z):
        z *= -1.0
        return np.zeros_like(z)

    x = np.array(RAMP)
    expected = RAMP if order == "pre" else layer_norm(RAMP)
    np.testing.assert_array_equal(residual_block(x, meddling, order=order), expected)
    np.testing.assert_array_equal(x, RAMP)


@pytest.mark.parametrize("order", ["pre", "post"])
def test_huge_and_constant_features_do_no_harm(order):
    block = residual_block([1e307, -1e307], double, order=order, gamma=[1, 1])
    assert np.isfinite(block).all()
    np.testing.assert_array_equal(
        residual_block([7.0, 7.0], np.zeros_like, order=order),
        [7, 7] if order == "pre" else [0, 0],
    )


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: residual_block(RAMP, double, order="both"),
            "order must be one of ('pre', 'post'), got 'both'",
        ),
        (lambda: residual_block(1.0, double), "x must be 1-D, got shape ()"),
        (lambda: residual_block([], double), "x must not be empty"),
        (lambda: residual_block(["a"], double), "x must be numeric"),
        (lambda: residual_block([math.nan, 1.0], double), "x contains NaN"),
        (lambda: residual_block([math.inf, 1.0], double), "x must be finite"),
        (
            lambda: residual_block(RAMP, double, eps=-1.0),
            "eps must be in [0, inf), got -1.0",
        ),
        (
            lambda: residual_block(RAMP, double, gamma=[1.0]),
            "shape mismatch: x has shape (4,), gamma has shape (1,); gamma and beta "
            "must match the last axis of x",
        ),
        (
            lambda: residual_block(RAMP, lambda z: z[:2]),
            "shape mismatch: sublayer has shape (2,), x has shape (4,); sublayer must "
            "return the shape of x",
        ),
        (lambda: residual_block(RAMP, lambda _: "a"), "sublayer must be numeric"),
        (
            lambda: residual_block(RAMP, lambda z: z * math.nan, order="post"),
            "sublayer contains NaN",
        ),
        (
            lambda: residual_block(RAMP, lambda z: 1e308 * np.exp(z + 9)),
            "sublayer must be finite",
        ),
        (
            lambda: residual_block([1.7e308, 0.0], lambda z: 0 * z + 1.7e308),
            "result must be finite",
        ),
        (
            lambda: residual_block([1.0, 1.0], double, eps=0),
            "layer_norm is undefined for a constant vector when eps = 0",
        ),
        (
            lambda: residual_block([1.0, 1.0], double, eps=0, order="post"),
            "layer_norm is undefined for a constant vector when eps = 0",
        ),
    ],
)
def test_bad_input_is_named(call, message):
    with says(message):
        call()


def test_input_is_left_as_it_was():
    x, gamma = np.array(RAMP), np.ones(4)
    for order in ("pre", "post"):
        residual_block(x, double, order=order, gamma=gamma)
    np.testing.assert_array_equal(x, RAMP)
    np.testing.assert_array_equal(gamma, np.ones(4))
