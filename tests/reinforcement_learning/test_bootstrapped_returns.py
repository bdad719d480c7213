"""Bootstrapped returns: plain sums, weighted averages, and the ends of the slider."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formulas.reinforcement_learning.bootstrapped_returns import (
    gae,
    lambda_returns,
    n_step_returns,
)
from formulas.reinforcement_learning.expected_return import returns_to_go
from tests.errors import says
from tests.strategies import vectors

# Each is one edit of the module that its tests must notice.
MUTANTS = (
    (
        "end = np.minimum(np.arange(len(R)) + steps, len(R))",
        "end = np.full(len(R), -1)",
    ),
    ("gamma ** np.arange(steps))", "gamma ** np.arange(1, steps + 1))"),
    ("gamma ** (end - np.arange(len(R))) * V[end]", "gamma**steps * V[end]"),
    ("padded = np.append(R, ", "padded = np.append(R + V[1:], "),
    ("R + gamma * (1 - lam) * V[1:]", "R + gamma * (1 - lam) * V[:-1]"),
    ("R + gamma * (1 - lam) * V[1:]", "R + gamma * V[1:]"),
    ("np.append(terms, V[-1])", "np.append(terms, 0.0)"),
    ("V[-1]), gamma * lam)", "V[-1]), lam)"),
    ("R + gamma * V[1:] - V[:-1]", "R + V[1:] - V[:-1]"),
    ("R + gamma * V[1:] - V[:-1]", "R + gamma * V[1:] - V[1:]"),
    ("return returns_to_go(errors, gamma * lam)", "return returns_to_go(errors, lam)"),
)

R, V = [1, 0, 2], [0.5, 1, 1.5, 0]
discounts = st.floats(0, 1)


@st.composite
def episodes(draw):
    """Draw rewards and one value more."""
    rewards = draw(vectors((1, 15)))
    return rewards, draw(vectors(len(rewards) + 1))


# Outside numbers


def test_three_steps_by_hand():
    np.testing.assert_allclose(n_step_returns(R, V, 2, 0.9), [2.215, 1.8, 2])
    np.testing.assert_allclose(lambda_returns(R, V, 0.9, 0.8), [2.4112, 1.71, 2])
    np.testing.assert_allclose(gae(R, V, 0.9, 0.8), [1.9112, 0.71, 0.5])


# Independent oracles


def plain_n_step(rewards, values, n, gamma, t):
    steps = min(n, len(rewards) - t)
    summed = math.fsum(gamma**k * rewards[t + k] for k in range(steps))
    return summed + gamma**steps * values[t + steps]


@given(episodes(), st.integers(1, 20), discounts)
def test_n_steps_are_a_plain_sum(episode, n, gamma):
    rewards, values = episode
    found = n_step_returns(rewards, values, n, gamma)
    expected = [plain_n_step(*episode, n, gamma, t) for t in range(len(rewards))]
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-11)


@given(episodes(), discounts, discounts)
def test_the_lambda_return_is_the_weighted_average_of_n_step_returns(
    episode, gamma, lam
):
    rewards, values = episode
    T = len(rewards)
    found = lambda_returns(rewards, values, gamma, lam)
    for t in range(T):
        steps = range(1, T - t + 1)
        returns = [plain_n_step(*episode, n, gamma, t) for n in steps]
        weights = [(1 - lam) * lam ** (n - 1) for n in steps]
        weights[-1] = lam ** (T - t - 1)  # all that would be longer
        assert sum(weights) == pytest.approx(1)
        average = math.fsum(w * g for w, g in zip(weights, returns, strict=True))
        assert found[t] == pytest.approx(average, rel=1e-9, abs=1e-9)


@given(episodes(), discounts, discounts)
def test_advantages_are_the_discounted_sum_of_td_errors(episode, gamma, lam):
    rewards, values = episode
    errors = rewards + gamma * values[1:] - values[:-1]
    found = gae(rewards, values, gamma, lam)
    for t in range(len(rewards)):
        ahead = errors[t:]
        expected = math.fsum((gamma * lam) ** k * e for k, e in enumerate(ahead))
        assert found[t] == pytest.approx(expected, rel=1e-9, abs=1e-9)


# Laws


@given(episodes(), discounts, discounts)
def test_an_advantage_is_the_lambda_return_less_the_value(episode, gamma, lam):
    rewards, values = episode
    difference = lambda_returns(rewards, values, gamma, lam) - values[:-1]
    np.testing.assert_allclose(gae(rewards, values, gamma, lam), difference, atol=1e-9)


@given(episodes(), discounts)
def test_the_slider_goes_from_the_bootstrap_to_the_whole_return(episode, gamma):
    rewards, values = episode
    one = rewards + gamma * values[1:]
    whole = returns_to_go([*rewards, values[-1]], gamma)[:-1]
    for n, lam, expected in ((1, 0, one), (len(rewards), 1, whole), (99, 1, whole)):
        found = n_step_returns(rewards, values, n, gamma)
        np.testing.assert_allclose(found, expected, atol=1e-9)
        found = lambda_returns(rewards, values, gamma, lam)
        np.testing.assert_allclose(found, expected, atol=1e-9)


@given(episodes(), discounts, discounts, st.integers(1, 20))
def test_right_values_make_all_returns_agree(episode, gamma, lam, n):
    rewards, _ = episode
    exact = np.append(returns_to_go(rewards, gamma), 0)
    for found in (
        n_step_returns(rewards, exact, n, gamma),
        lambda_returns(rewards, exact, gamma, lam),
    ):
        np.testing.assert_allclose(found, exact[:-1], atol=1e-9)
    np.testing.assert_allclose(gae(rewards, exact, gamma, lam), 0, atol=1e-9)


def test_the_last_value_stands_for_what_was_cut_off():
    rewards, values = [1.0] * 4, [0.0, 0, 0, 0, 10]
    np.testing.assert_allclose(n_step_returns(rewards, values, 9, 1), [14, 13, 12, 11])
    np.testing.assert_allclose(lambda_returns(rewards, values, 1, 1), [14, 13, 12, 11])
    np.testing.assert_allclose(lambda_returns(rewards, values, 0.5, 0), [1, 1, 1, 6])


def test_a_long_episode_does_not_lose_small_rewards_next_to_a_large_one():
    rewards = np.ones(1000)
    rewards[-1] = 1e18
    found = n_step_returns(rewards, np.zeros(1001), 10, 1)
    np.testing.assert_array_equal(found[:900], 10)


# Bad and extreme input

RULE = "values must have one entry more than rewards"
CALLS = (
    lambda *given_: n_step_returns(*given_, 2, 0.9),
    lambda *given_: lambda_returns(*given_, 0.9, 0.8),
    lambda *given_: gae(*given_, 0.9, 0.8),
)


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    ("rewards", "values", "message"),
    [
        (
            [1, 2],
            [1, 2],
            f"shape mismatch: rewards has shape (2,), values has shape (2,); {RULE}",
        ),
        ([], [1], "rewards must not be empty"),
        ([[1]], [1, 2], "rewards must be 1-D, got shape (1, 1)"),
        ([1], [[1, 2]], "values must be 1-D, got shape (1, 2)"),
        ([np.nan], [1, 2], "rewards contains NaN"),
        ([1], [1, np.inf], "values must be finite"),
        (["a"], [1, 2], "rewards must be numeric"),
        ([1.7e308], [-1.7e308, 1.7e308], "result must be finite"),
    ],
)
def test_bad_data_are_named(call, rewards, values, message):
    with says(message):
        call(rewards, values)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: n_step_returns(R, V, 0, 0.9), "n must be in [1, inf), got 0"),
        (lambda: n_step_returns(R, V, 1.5, 0.9), "n must be an integer, got 1.5"),
        (lambda: n_step_returns(R, V, 1, 1.1), "gamma must be in [0, 1], got 1.1"),
        (lambda: lambda_returns(R, V, -0.1, 1), "gamma must be in [0, 1], got -0.1"),
        (lambda: lambda_returns(R, V, 1, 1.5), "lam must be in [0, 1], got 1.5"),
        (lambda: gae(R, V, 2, 1), "gamma must be in [0, 1], got 2.0"),
        (lambda: gae(R, V, 1, -1), "lam must be in [0, 1], got -1.0"),
        (lambda: gae(R, V, 1, np.nan), "lam contains NaN"),
    ],
)
def test_bad_numbers_are_named(call, message):
    with says(message):
        call()


@pytest.mark.parametrize("call", CALLS)
def test_input_is_left_as_it_was(call):
    rewards, values = np.array([1.0, 2.0]), np.array([3.0, 4.0, 5.0])
    call(rewards, values)
    np.testing.assert_array_equal(rewards, [1, 2])
    np.testing.assert_array_equal(values, [3, 4, 5])
