"""Actor and critic: one step by hand, slopes by differences, and a bandit that learns."""

from __future__ import annotations

import math

import numpy as np
import pytest
import scipy.special
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from formulas.reinforcement_learning.actor_critic import (
    actor_critic_step,
    entropy_gradient,
)
from tests.errors import says
from tests.strategies import matrices, numbers, vectors

# Each is one edit of the module that its tests must notice.
MUTANTS = (
    ("error = reward + gamma * ahead -", "error = reward + ahead -"),
    ("ahead = float(values[after])", "ahead = float(values[s])"),
    ("values[s] += alpha_critic * error", "values[s] += alpha_actor * error"),
    (
        "values[s] += alpha_critic * error",
        "values[s] += discount * alpha_critic * error",
    ),
    (
        "preferences[s] += alpha_actor * discount * error * slope",
        "preferences[s] += alpha_actor * error * slope",
    ),
    ("slope[a] += 1.0", "slope[a] = 1.0"),
    ("slope = -softmax(preferences[s])", "slope = np.zeros(preferences.shape[1])"),
    ("policy * (surprises - policy @ surprises)", "policy * surprises"),
    ("policy * (surprises - policy @ surprises)", "surprises - policy @ surprises"),
    (
        "policy * (surprises - policy @ surprises)",
        "policy * (policy @ surprises - surprises)",
    ),
    ("np.where(policy > 0, logs, 0.0)", "logs"),
)

RATES = {"alpha_actor": 0.1, "alpha_critic": 0.5, "gamma": 0.9}


@st.composite
def steps(draw):
    """Draw both tables and a transition."""
    theta = draw(matrices((1, 3), (1, 4), 3.0))
    v = draw(vectors(len(theta)))
    S, A = theta.shape
    return {
        "theta": theta,
        "v": v,
        "state": draw(st.integers(0, S - 1)),
        "action": draw(st.integers(0, A - 1)),
        "reward": draw(numbers()),
        "next_state": draw(st.integers(0, S - 1)),
        "alpha_actor": draw(st.floats(0.01, 2)),
        "alpha_critic": draw(st.floats(0.01, 2)),
        "gamma": draw(st.floats(0, 1)),
        "discount": draw(st.floats(0, 1)),
    }


# Outside numbers


def test_a_step_by_hand():
    made = actor_critic_step(np.zeros((2, 2)), [0, 1], 0, 1, 1, 1, **RATES)
    assert made.td_error == pytest.approx(1.9, rel=1e-15)
    np.testing.assert_allclose(made.theta, [[-0.095, 0.095], [0, 0]], rtol=1e-14)
    np.testing.assert_allclose(made.v, [0.95, 1], rtol=1e-15)


@pytest.mark.parametrize("next_state", [1, 99, None])
def test_nothing_follows_a_terminal_state(next_state):
    made = actor_critic_step(
        np.zeros((2, 2)), [0.5, 8], 0, 0, 1, next_state, **RATES, terminal=True
    )
    assert made.td_error == 0.5
    np.testing.assert_allclose(made.v, [0.75, 8])


# Independent oracles


@given(steps())
def test_the_actor_climbs_the_log_probability_of_its_action(step):
    made = actor_critic_step(**step)
    theta, v = step["theta"], step["v"]
    s, a = step["state"], step["action"]
    error = step["reward"] + step["gamma"] * v[step["next_state"]] - v[s]
    assert made.td_error == pytest.approx(error, rel=1e-12, abs=1e-12)
    h = 1e-5
    for k, aside in enumerate(h * np.eye(theta.shape[1])):
        ahead, behind = (
            scipy.special.log_softmax(theta[s] + sign * aside)[a] for sign in (1, -1)
        )
        slope = (ahead - behind) / (2 * h)
        expected = step["alpha_actor"] * step["discount"] * error * slope
        moved = made.theta[s, k] - theta[s, k]
        assert moved == pytest.approx(expected, rel=1e-6, abs=1e-8)
    expected = v[s] + step["alpha_critic"] * error
    assert made.v[s] == pytest.approx(expected, rel=1e-12, abs=1e-12)


@given(steps())
def test_nothing_else_is_touched(step):
    made = actor_critic_step(**step)
    others = np.arange(len(step["v"])) != step["state"]
    np.testing.assert_array_equal(made.theta[others], step["theta"][others])
    np.testing.assert_array_equal(made.v[others], step["v"][others])
    row = made.theta[step["state"]].sum()
    # A step only moves preference from one action to another.
    assert row == pytest.approx(step["theta"][step["state"]].sum(), abs=1e-9)


@given(vectors((1, 6)))
def test_the_entropys_slope_agrees_with_central_differences(theta):
    def entropy(preferences):
        return scipy.stats.entropy(scipy.special.softmax(preferences))

    h = 1e-5
    for k, aside in enumerate(h * np.eye(len(theta))):
        slope = (entropy(theta + aside) - entropy(theta - aside)) / (2 * h)
        assert entropy_gradient(theta)[k] == pytest.approx(slope, rel=1e-5, abs=1e-8)


@given(vectors((1, 6)), st.floats(-5, 5))
def test_it_sums_to_zero_and_a_shift_changes_nothing(theta, shift):
    gradient = entropy_gradient(theta)
    assert gradient.sum() == pytest.approx(0, abs=1e-13)
    np.testing.assert_allclose(entropy_gradient(theta + shift), gradient, atol=1e-12)


# Laws


def test_the_discount_slows_the_actor_and_not_the_critic():
    full = actor_critic_step(np.zeros((1, 2)), [0], 0, 0, 1, 0, **RATES)
    late = actor_critic_step(np.zeros((1, 2)), [0], 0, 0, 1, 0, **RATES, discount=0.25)
    np.testing.assert_allclose(late.theta, full.theta / 4, rtol=1e-14)
    np.testing.assert_array_equal(late.v, full.v)
    still = actor_critic_step(np.zeros((1, 2)), [0], 0, 0, 1, 0, **RATES, discount=0)
    np.testing.assert_array_equal(still.theta, 0)


def test_a_bandit_learns_which_arm_pays_and_what_it_is_worth():
    random = np.random.default_rng(0)
    theta, v = np.zeros((1, 2)), np.zeros(1)
    for _ in range(2000):
        action = int(random.random() < scipy.special.softmax(theta[0])[1])
        made = actor_critic_step(
            theta,
            v,
            0,
            action,
            float(action),
            0,
            alpha_actor=0.2,
            alpha_critic=0.1,
            gamma=1,
            terminal=True,
        )
        theta, v = made.theta, made.v
    assert scipy.special.softmax(theta[0])[1] > 0.95
    assert v[0] == pytest.approx(1, abs=0.1)


def test_the_bonus_is_zero_for_equal_preferences_and_levels_others():
    np.testing.assert_allclose(entropy_gradient([3.0] * 4), 0, atol=1e-16)
    falls, rises = entropy_gradient([1.0, 0.0])
    assert falls < 0 < rises
    p = 1 / (1 + math.exp(-1))
    # By hand: p (1 − p) times the difference of the preferences.
    assert rises == pytest.approx(p * (1 - p), rel=1e-13)


@pytest.mark.parametrize("theta", [[0, -1e4], [0, 800], [1e308, -1e308], [5.0]])
def test_certainty_has_no_slope(theta):
    np.testing.assert_allclose(entropy_gradient(theta), 0, atol=1e-300)


# Bad input

ONE = np.zeros((1, 2)), [0.0]
SHAPES = "theta must be (S, A), v (S,)"


def step(theta=ONE[0], v=ONE[1], state=0, action=0, reward=1, next_state=0, **options):
    return actor_critic_step(
        theta, v, state, action, reward, next_state, **{**RATES, **options}
    )


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: step(v=[0, 0]),
            f"shape mismatch: theta has shape (1, 2), v has shape (2,); {SHAPES}",
        ),
        (lambda: step(theta=[0, 0]), "theta must be 2-D, got shape (2,)"),
        (lambda: step(v=0), "v must be 1-D, got shape ()"),
        (lambda: step(theta=[[np.nan, 0]]), "theta contains NaN"),
        (lambda: step(v=[np.inf]), "v must be finite"),
        (lambda: step(state=1), "state must be in [0, 0], got 1"),
        (lambda: step(action=2), "action must be in [0, 1], got 2"),
        (lambda: step(action=0.5), "action must be an integer, got 0.5"),
        (lambda: step(next_state=-1), "next_state must be in [0, 0], got -1"),
        (lambda: step(reward=np.nan), "reward contains NaN"),
        (lambda: step(alpha_actor=0), "alpha_actor must be in (0, inf), got 0.0"),
        (lambda: step(alpha_critic=-1), "alpha_critic must be in (0, inf), got -1.0"),
        (lambda: step(gamma=1.5), "gamma must be in [0, 1], got 1.5"),
        (lambda: step(discount=-0.5), "discount must be in [0, 1], got -0.5"),
        (lambda: step(v=[-1e308], reward=1e308, gamma=0), "result must be finite"),
        (lambda: entropy_gradient([]), "theta must not be empty"),
        (lambda: entropy_gradient([[1, 2]]), "theta must be 1-D, got shape (1, 2)"),
        (lambda: entropy_gradient([np.nan]), "theta contains NaN"),
        (lambda: entropy_gradient([-np.inf, 0]), "theta must be finite"),
    ],
)
def test_bad_input_is_named(call, message):
    with says(message):
        call()


def test_input_is_left_as_it_was():
    theta, v = np.zeros((1, 2)), np.zeros(1)
    step(theta, v)
    entropy_gradient(theta[0])
    np.testing.assert_array_equal(theta, [[0, 0]])
    np.testing.assert_array_equal(v, [0])
