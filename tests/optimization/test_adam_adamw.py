"""AdamW in the lesson on Adam: its formula, its claims, its sentence."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formulas.optimization.adamw import adamw_step
from pages.optimization.adam.adamw.statement import STATEMENT
from tests.claims import claims
from tests.lessons import drawing, inputs_of, outputs_of
from tests.strategies import settings_of
from ui.catalogue import BY_KEY

FORM = BY_KEY["adam/adamw"]

MUTANTS = (
    ("1 - lr * weight_decay)", "1 - weight_decay)"),
    ("adam + decay[i]", "adam - decay[i]"),
    ("_adam(1.0, 0.0, size)", "_adam(1.0, 0.1, size)"),
    ("g / RATIO + inside * y", "g / RATIO"),
    ("whole_run(lr, 0.0, size, True)", "whole_run(lr, 0.1, size, True)"),
)


def by_hand(lr, decay, gradients, *, decoupled):
    """Walk from 2 in plain Python; the penalty is added as one says it in words."""
    theta, m, v = 2.0, 0.0, 0.0
    for t, g in enumerate(gradients, start=1):
        pushed = g if decoupled else g + decay * theta
        m, v = 0.9 * m + 0.1 * pushed, 0.999 * v + 0.001 * pushed * pushed
        adam = lr * (m / (1 - 0.9**t)) / (math.sqrt(v / (1 - 0.999**t)) + 1e-8)
        theta -= adam + (lr * decay * theta if decoupled else 0.0)
    return theta


def alternating(size, n):
    return [size * (-1) ** k for k in range(n)]


def weights(**chosen):
    chosen = {**STATEMENT.defaults, **chosen}
    return outputs_of(STATEMENT, inputs_of(STATEMENT, **chosen))["updated"]


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"\begin{gathered} \theta_t = \theta_{t-1} - \eta \left( "
        r"\frac{\hat{m}_t}{\sqrt{\hat{v}_t} + \epsilon} + d_t \right) \\ "
        r"\text{AdamW: } \tilde g_t = g_t,\ d_t = \lambda \theta_{t-1} \\ "
        r"\text{L2: } \tilde g_t = g_t + \lambda \theta_{t-1},\ d_t = 0 "
        r"\end{gathered}"
    )


def first_step(grad, *, decoupled):
    state = adamw_step(
        [2.0], [grad], [0.0], [0.0], 1, lr=0.1, weight_decay=0.1, decoupled=decoupled
    )
    return float(state.theta[0])


def test_values_known_from_elsewhere():
    for grad in (0.01, 1.0, 100.0):
        assert first_step(grad, decoupled=True) == pytest.approx(1.88, abs=1e-6)
        assert first_step(grad, decoupled=False) == pytest.approx(1.9, abs=1e-6)
    assert weights(n_steps=1)[0] == pytest.approx(1.88)
    assert weights(n_steps=1, decoupled=False)[0] == pytest.approx(1.9)


@claims("adamw_alike")
@given(st.floats(0.1, 100), st.integers(1, 100), st.floats(0, 0.5))
def test_by_adamw_weights_decay_alike(size, n_steps, decay):
    large, small = weights(size=size, n_steps=n_steps, weight_decay=decay)
    assert large == pytest.approx(small, abs=1e-4)
    rest = by_hand(0.1, decay, [0.0] * n_steps, decoupled=True)
    assert rest == pytest.approx(2 * (1 - 0.1 * decay) ** n_steps)
    other = weights(size=100.0, n_steps=n_steps, weight_decay=decay)
    assert large == pytest.approx(other[0], abs=1e-4)


@claims("adamw_l2_escapes")
def test_by_l2_the_larger_the_gradients_the_less_decay():
    left = [weights(size=a, decoupled=False)[0] for a in (1.0, 10.0, 100.0)]
    assert left == sorted(left)
    without = weights(weight_decay=0.0)[0]
    assert left[2] == pytest.approx(without, abs=0.03)
    assert left[1] > 2 * weights()[0]


@claims("adamw_l2_overdoes")
def test_where_gradients_are_small_l2_overdoes_it():
    np.testing.assert_allclose(weights(size=0.1, decoupled=False), 0, atol=0.1)
    assert 0.1 < 0.1 * 2  # gradient and penalty at the start
    assert (weights(size=0.1) > 0.4).all()


@claims("adamw_no_decay")
@given(st.floats(0.1, 100), st.integers(1, 100))
def test_without_decay_both_are_adam(size, n_steps):
    chosen = {"size": size, "n_steps": n_steps, "weight_decay": 0.0}
    np.testing.assert_allclose(
        weights(**chosen), weights(**chosen, decoupled=False), rtol=0, atol=1e-12
    )


@claims("adamw_zero_gradient")
def test_without_a_gradient_l2_moves_by_the_learning_rate():
    assert first_step(0.0, decoupled=False) == pytest.approx(1.900000005, abs=5e-10)
    assert first_step(0.0, decoupled=True) == pytest.approx(1.98)
    for decay in (0.05, 0.1, 0.5):
        path = [by_hand(0.1, decay, [0.0] * n, decoupled=False) for n in (0, 1, 2, 3)]
        np.testing.assert_allclose(np.diff(path), -0.1, atol=0.01)


@claims("adamw_sgd")
@given(st.floats(-10, 10), st.floats(-10, 10), st.floats(0, 0.5))
def test_in_gradient_descent_both_are_one_step(theta, grad, decay):
    joined = theta - 0.1 * (grad + decay * theta)
    beside = theta * (1 - 0.1 * decay) - 0.1 * grad
    assert joined == pytest.approx(beside, abs=1e-12)


SENTENCE = re.compile(
    r"After (\d+) steps? the weight with large gradients is (\S+) by AdamW and (\S+) by "
    r"L2; the one with small gradients is (\S+) by AdamW and (\S+) by L2\."
)


@given(settings_of(STATEMENT))
@settings(max_examples=40)
def test_the_sentence_says_where_the_weights_are_at_every_setting(chosen):
    scene = drawing(FORM)(**chosen)
    n, *printed = SENTENCE.fullmatch(scene.status).groups()
    assert int(n) == chosen["n_steps"]
    expected = [
        by_hand(
            chosen["lr"],
            chosen["weight_decay"],
            alternating(chosen["size"] / ratio, chosen["n_steps"]),
            decoupled=decoupled,
        )
        for ratio in (1, 100)
        for decoupled in (True, False)
    ]
    found = [float(text.replace("−", "-")) for text in printed]
    assert found == pytest.approx(expected, rel=6e-3, abs=1e-9)
    none = by_hand(
        chosen["lr"], 0.0, alternating(1.0, chosen["n_steps"]), decoupled=True
    )
    assert scene.figures[1]["data"][2]["y"][0] == pytest.approx(none, abs=1e-4)
    large, small = scene.figures[0]["data"][1:3]
    assert small["name"] == "AdamW, small (on it)"
    np.testing.assert_allclose(small["y"], large["y"], atol=1e-3)
