"""Nesterov's momentum in the lesson on gradient descent: formula, claims, sentence."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formulas.optimization.bowl import bowl, bowl_path
from formulas.optimization.gradient_descent import quadratic
from formulas.optimization.sgd import sgd_path
from pages.optimization.gradient_descent.figure import SHARES
from pages.optimization.gradient_descent.nesterov.figure import rates
from pages.optimization.gradient_descent.nesterov.statement import STATEMENT
from tests.claims import claims
from tests.lessons import drawing, numbers_of
from tests.strategies import numbers, settings_of
from ui.catalogue import BY_KEY

FORM = BY_KEY["gradient_descent/nesterov"]

MUTANTS = (
    ("gradient[i] + momentum * gathered[i]", "gradient[i] + momentum * velocity[i]"),
    ("half = (1 + momentum) * c / 2", "half = (1 + momentum * c) / 2"),
    ("(2 + 2 * momentum) / (1 + 2 * momentum)", "(2 + 2 * momentum) / (1 + momentum)"),
    ("momentum * flat + x", "flat + x"),
    ("n_steps=MOST, momentum=momentum)", "n_steps=MOST, momentum=0.0)"),
)


def of_the_page(**chosen):
    return numbers_of(STATEMENT, **{**STATEMENT.defaults, **chosen})


def walk(chosen, *, look_ahead):
    """Walk as the paper does: position and velocity, the gradient perhaps ahead."""
    lam = np.array([1.0, chosen["condition"]])
    lr, mu = chosen["relative_lr"] / lam[1], chosen["momentum"]
    turn = np.radians(chosen["angle"])
    place = 50**0.5 * np.array([np.cos(turn), np.sin(turn)]).round(15)
    speed = np.zeros(2)
    seen = [place]
    for _ in range(chosen["n_steps"]):
        looked = place + mu * speed if look_ahead else place
        speed = mu * speed - lr * lam * looked
        place = place + speed
        seen.append(place + mu * speed if look_ahead else place)
    return np.array(seen), (lam * np.array(seen) ** 2 / 2).sum(axis=1)


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"\begin{gathered} v_{t+1} = \mu v_t + g \\ "
        r"\theta_{t+1} = \theta_t - \eta \left(g + \mu v_{t+1}\right) \end{gathered}"
    )


def test_values_known_from_elsewhere():
    path = sgd_path(lambda x: x, [10.0], lr=0.1, n_steps=3, momentum=0.9, nesterov=True)
    np.testing.assert_allclose(path.ravel(), [10, 8.1, 5.751, 3.27321])


@claims("nag_look_ahead")
@given(settings_of(STATEMENT))
@settings(max_examples=40)
def test_the_point_is_the_papers_point_looked_ahead(chosen):
    seen, _ = walk(chosen, look_ahead=True)
    found = of_the_page(**chosen)["updated"]
    size = max(1.0, np.abs(seen).max())
    np.testing.assert_allclose(found, seen[-1], rtol=1e-7, atol=1e-9 * size)


@claims("nag_thirty")
def test_thirty_steps():
    chosen = STATEMENT.defaults
    losses = [walk(chosen, look_ahead=ahead)[1][-1] for ahead in (True, False)]
    assert losses == pytest.approx([0.021507, 0.759843], abs=1e-6)
    shown = drawing(FORM)(**chosen).readouts
    assert shown["loss now, Nesterov"] == pytest.approx(losses[0])
    assert shown["loss now, heavy ball"] == pytest.approx(losses[1])


def rate_of(matrix):
    return np.abs(np.linalg.eigvals(matrix)).max()


def step_matrix(eta_lambda, mu, *, look_ahead):
    """Write a step of (position, last step) as a matrix."""
    c = 1 - eta_lambda
    if look_ahead:
        return np.array([[(1 + mu) * c, -mu * c], [1, 0]])
    return np.array([[1 + mu - eta_lambda, -mu], [1, 0]])


@claims("nag_brakes")
@given(st.floats(0.05, 0.95), st.floats(0.05, 2.2))
def test_steep_directions_are_braked_more(mu, relative_lr):
    for k in (0, 20, 59):
        matrix = step_matrix(relative_lr * SHARES[k], mu, look_ahead=True)
        shown = rates(SHARES, relative_lr, mu)[k]
        assert shown == pytest.approx(rate_of(matrix), rel=1e-6, abs=1e-7)
    shown = drawing(FORM)(**STATEMENT.defaults | {"relative_lr": 0.5}).readouts
    assert shown["rate of the steep axis, heavy ball"] == pytest.approx(0.9**0.5)
    assert pytest.approx(0.949, abs=0.0005) == 0.9**0.5
    assert shown["rate of the steep axis, Nesterov"] == pytest.approx(0.45**0.5)
    same = drawing(FORM)(**STATEMENT.defaults).readouts
    assert same["rate of the steep axis, heavy ball"] == pytest.approx(0.9**0.5)
    looking = rates(SHARES, 1.0, 0.9)
    swings = SHARES > 0.02
    assert (np.diff(looking[swings]) < 0).all()


@claims("nag_limit")
@given(st.floats(0.05, 0.95))
def test_the_limit_is_lower(mu):
    for ahead, limit in ((True, (2 + 2 * mu) / (1 + 2 * mu)), (False, 2 + 2 * mu)):
        below, above = (
            rate_of(step_matrix(factor * limit, mu, look_ahead=ahead))
            for factor in (0.999, 1.001)
        )
        assert below < 1 < above
    assert pytest.approx(1.36, abs=0.005) == (2 + 1.8) / (1 + 1.8)
    losses = walk(STATEMENT.defaults | {"relative_lr": 1.5}, look_ahead=True)[1]
    assert losses[-1] > losses[0]


@claims("nag_alike")
def test_with_less_momentum_both_end_alike():
    ends = [
        walk(STATEMENT.defaults | {"momentum": 0.6}, look_ahead=ahead)[1][-1]
        for ahead in (True, False)
    ]
    assert max(ends) < 1e-3


@claims("nag_small_steps")
def test_with_small_steps_both_paths_nearly_agree():
    chosen = STATEMENT.defaults | {"relative_lr": 0.1}
    paths = [walk(chosen, look_ahead=ahead)[0] for ahead in (True, False)]
    close = np.abs(paths[0] - paths[1]).max()
    usual = [walk(STATEMENT.defaults, look_ahead=ahead)[0] for ahead in (True, False)]
    assert close < 0.3 * np.abs(usual[0] - usual[1]).max()


SENTENCE = re.compile(
    r"After (\d+) steps? the loss is (\S+) with Nesterov and (\S+) with heavy ball; ηλmax is "
    r"(\S+), the limits are (\S+) and (\S+), so (.+)\."
)


@given(settings_of(STATEMENT))
@settings(max_examples=40)
def test_the_sentence_says_how_far_both_have_come_at_every_setting(chosen):
    scene = drawing(FORM)(**chosen)
    n, *printed, verdict = SENTENCE.fullmatch(scene.status).groups()
    assert int(n) == chosen["n_steps"]
    mu, lr = chosen["momentum"], chosen["relative_lr"]
    losses = [walk(chosen, look_ahead=ahead)[1] for ahead in (True, False)]
    limits = [(2 + 2 * mu) / (1 + 2 * mu), 2 + 2 * mu]
    expected = [losses[0][-1], losses[1][-1], lr, *limits]
    found = [float(text) for text in printed]
    assert found == pytest.approx(expected, rel=6e-3, abs=1e-12)
    worst = [
        max(
            rate_of(step_matrix(x, mu, look_ahead=ahead))
            for x in (lr, lr / chosen["condition"])
        )
        for ahead in (True, False)
    ]
    converging = [rate < 1 for rate in worst]
    if min(abs(rate - 1) for rate in worst) > 1e-6:
        assert (
            verdict
            == {
                (True, True): "both converge",
                (False, True): "only heavy ball converges",
                (False, False): "neither converges",
            }[tuple(converging)]
        )
    drawn = scene.figures[1]["data"][0]["y"][: chosen["n_steps"] + 1]
    np.testing.assert_allclose(drawn, losses[1], rtol=1e-4, atol=1e-9)


@given(numbers(2).map(abs), st.floats(1, 50), st.floats(0.01, 0.95))
def test_the_fast_path_is_the_librarys_path(relative_lr, condition, momentum):
    curvatures, lr, start = bowl(relative_lr + 0.05, condition, 45.0)
    _, slope = quadratic(curvatures)
    usual = sgd_path(slope, start, lr=lr, n_steps=30, momentum=momentum, nesterov=True)
    fast = bowl_path(
        relative_lr + 0.05,
        condition,
        45.0,
        n_steps=30,
        momentum=momentum,
        nesterov=True,
    )
    np.testing.assert_allclose(fast, usual, rtol=1e-9, atol=1e-9 * np.abs(usual).max())
