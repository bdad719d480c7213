"""Two layers: by hand, against differences and against the sweep of one example."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.special
from hypothesis import assume, given
from hypothesis import strategies as st

from formulas.chain_rules.backprop_chain_rule import (
    mlp_backward,
    mlp_forward,
    numerical_gradient,
)
from formulas.chain_rules.two_layer_gradients import two_layer_gradients
from tests.errors import says

# Each is one edit of the module that its tests must notice.
MUTANTS = (
    ("by_output = error / rows", "by_output = error"),  # a sum instead of a mean
    (
        "softmax_cross_entropy_grad(y, output) / rows",
        "softmax_cross_entropy_grad(y, output)",
    ),
    (".sum() / 2)), by_output", ".sum())), by_output"),
    ("* slope(before)", "* slope(hidden)"),
    ("* slope(before)", "* 1.0"),
    ("np.atleast_2d(hidden).T @ outer", "np.atleast_2d(before).T @ outer"),
    ("            inner.sum(axis=0),", "            inner.mean(axis=0),"),
    ("            outer.sum(axis=0),", "            outer.mean(axis=0),"),
    ("            by_before @ into.T,", "            by_before @ np.abs(into.T),"),
    ("        checks.distribution(Y=y)\n", "        pass\n"),
)

ACTIVATIONS = {
    "relu": lambda z: np.maximum(z, 0),
    "sigmoid": scipy.special.expit,
    "tanh": np.tanh,
}
NAMES = ("X", "W1", "b1", "W2", "b2")


@st.composite
def networks(draw):
    random = np.random.default_rng(draw(st.integers(0, 10**6)))
    n, d, h, m = (draw(st.integers(1, 3)) for _ in range(4))
    shapes = ((n, d), (d, h), (h,), (h, m), (m,))
    network = dict(zip(NAMES, (random.normal(size=s) for s in shapes), strict=True))
    network["Y"] = random.normal(size=(n, m))
    return network


def loss_of(X, Y, W1, b1, W2, b2, *, activation, loss):
    output = ACTIVATIONS[activation](X @ W1 + b1) @ W2 + b2
    if loss == "half_squared":
        return ((output - Y) ** 2).sum() / (2 * len(X))
    return -(Y * scipy.special.log_softmax(output, axis=1)).sum() / len(X)


def test_one_unit_that_is_on_and_one_that_is_off():
    grads = two_layer_gradients([[1]], [[0]], [[1, -1]], [0, 0], [[1], [1]], [0])
    assert grads.loss == 0.5
    assert type(grads.loss) is float
    np.testing.assert_array_equal(grads.W1, [[1, 0]])
    np.testing.assert_array_equal(grads.b1, [1, 0])
    np.testing.assert_array_equal(grads.W2, [[1], [0]])
    np.testing.assert_array_equal(grads.b2, [1])
    np.testing.assert_array_equal(grads.X, [[1]])


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("loss", ["half_squared", "cross_entropy"])
@given(network=networks())
def test_gradients_agree_with_central_differences(activation, loss, network):
    if activation == "relu":
        before = network["X"] @ network["W1"] + network["b1"]
        assume(np.abs(before).min() > 1e-3)  # away from the kink
    if loss == "cross_entropy":
        network["Y"] = scipy.special.softmax(network["Y"], axis=1)
    options = {"activation": activation, "loss": loss}
    grads = two_layer_gradients(**network, **options)
    assert grads.loss == pytest.approx(loss_of(**network, **options), rel=1e-12)
    for name in NAMES:
        numeric = numerical_gradient(
            lambda value, name=name: loss_of(**{**network, name: value}, **options),
            network[name],
        )
        found = getattr(grads, name)
        assert found.shape == network[name].shape
        np.testing.assert_allclose(found, numeric, rtol=1e-6, atol=1e-7)


@given(networks())
def test_a_batch_is_the_mean_of_its_examples(network):
    grads = two_layer_gradients(**network, activation="tanh")
    examples = [
        two_layer_gradients(**{**network, "X": x, "Y": y}, activation="tanh")
        for x, y in zip(network["X"], network["Y"], strict=True)
    ]
    assert grads.loss == pytest.approx(np.mean([e.loss for e in examples]))
    for name in NAMES[1:]:
        mean = np.mean([getattr(e, name) for e in examples], axis=0)
        np.testing.assert_allclose(getattr(grads, name), mean, rtol=1e-9, atol=1e-12)
    rows = np.array([e.X for e in examples]) / len(examples)
    np.testing.assert_allclose(grads.X, rows, rtol=1e-9, atol=1e-12)


@given(networks())
def test_one_example_agrees_with_the_sweep_through_transposed_weights(network):
    x, y = network["X"][0], scipy.special.softmax(network["Y"][0])
    parts = {**network, "X": x, "Y": y}
    grads = two_layer_gradients(**parts, activation="sigmoid", loss="cross_entropy")
    layers = [(network["W1"].T, network["b1"]), (network["W2"].T, network["b2"])]
    swept = mlp_backward(mlp_forward(x, layers), y, loss="cross_entropy")
    assert grads.loss == pytest.approx(swept.loss, rel=1e-12)
    for found, expected in (
        (grads.W1, swept.weights[0].T),
        (grads.W2, swept.weights[1].T),
        (grads.b1, swept.biases[0]),
        (grads.b2, swept.biases[1]),
        (grads.X, swept.x),
    ):
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-13)


def test_at_the_kink_of_the_relu_no_gradient_passes():
    grads = two_layer_gradients([[0]], [[1]], [[1]], [0], [[1]], [0])
    np.testing.assert_array_equal(grads.b1, [0])
    np.testing.assert_array_equal(grads.b2, [-1])


def test_a_step_against_the_gradient_lowers_the_loss():
    random = np.random.default_rng(2)
    shapes = ((8, 3), (3, 5), (5,), (5, 2), (2,))
    network = dict(zip(NAMES, (random.normal(size=s) for s in shapes), strict=True))
    network["Y"] = np.eye(2)[random.integers(2, size=8)]
    losses = []
    for _ in range(20):
        grads = two_layer_gradients(**network, loss="cross_entropy")
        losses.append(grads.loss)
        for name in NAMES[1:]:
            network[name] = network[name] - 0.1 * getattr(grads, name)
    assert (np.diff(losses) < 0).all()


def test_saturated_units_and_certain_predictions_give_no_warning():
    grads = two_layer_gradients(
        [[1e4]], [[1, 0]], [[1, -1]], [0, 0], [[1e4, 0], [0, 1]], [0, 0],
        activation="sigmoid", loss="cross_entropy",
    )  # fmt: skip
    assert grads.loss == 0
    np.testing.assert_array_equal(grads.W1, [[0, 0]])


def call(**change):
    good = {"X": [[1, 2]], "Y": [[0, 1]], "W1": np.ones((2, 3)), "b1": np.ones(3)}
    good |= {"W2": np.ones((3, 2)), "b2": np.ones(2)}
    return two_layer_gradients(**{**good, **change})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"X": [[1, 2, 3]]},
            "shape mismatch: X has shape (1, 3), W1 has shape (2, 3); "
            "the last axis of X must match the rows of W1",
        ),
        (
            {"b1": [1]},
            "shape mismatch: W1 has shape (2, 3), b1 has shape (1,); "
            "b1 must match the columns of W1",
        ),
        (
            {"W2": np.ones((2, 2))},
            "shape mismatch: W1 has shape (2, 3), W2 has shape (2, 2); "
            "the columns of W1 must match the rows of W2",
        ),
        (
            {"b2": [1]},
            "shape mismatch: W2 has shape (3, 2), b2 has shape (1,); "
            "b2 must match the columns of W2",
        ),
        (
            {"Y": [[0]]},
            "shape mismatch: Y has shape (1, 1), output has shape (1, 2); "
            "Y must have the shape of the output",
        ),
        (
            {"Y": [0, 1]},
            "shape mismatch: Y has shape (2,), output has shape (1, 2); ",
        ),
        (
            {"activation": "gelu"},
            "activation must be one of ('relu', 'sigmoid', 'tanh'), got 'gelu'",
        ),
        (
            {"loss": "mse"},
            "loss must be one of ('half_squared', 'cross_entropy'), got 'mse'",
        ),
        ({"Y": [[2, -1]], "loss": "cross_entropy"}, "Y must be non-negative"),
        (
            {"Y": [[1, 1]], "loss": "cross_entropy"},
            "Y must sum to 1 along the last axis (sum is 2)",
        ),
        ({"X": 1}, "X must be 1-D or 2-D, got shape ()"),
        ({"W1": [1, 2]}, "W1 must be 2-D, got shape (2,)"),
        ({"b2": [[1, 2]]}, "b2 must be 1-D, got shape (1, 2)"),
        ({"X": []}, "X must not be empty"),
        ({"Y": [[np.nan, 0]]}, "Y contains NaN"),
        ({"W2": np.full((3, 2), np.inf)}, "W2 must be finite"),
        ({"b1": ["a"]}, "b1 must be numeric"),
        ({"X": [[1e308, 1e308]]}, "result must be finite"),
        ({"X": [[1e200, 1e200]]}, "result must be finite"),
    ],
)
def test_bad_input_is_named(change, message):
    with says(message):
        call(**change)


def test_input_is_left_as_it_was():
    X, Y = np.array([[1.0, 2.0]]), np.array([[0.0, 1.0]])
    call(X=X, Y=Y, loss="cross_entropy")
    np.testing.assert_array_equal(X, [[1, 2]])
    np.testing.assert_array_equal(Y, [[0, 1]])
