"""Expected return: book exercises, series, simulation, and the page's claims."""

from __future__ import annotations

import math
import re
import unicodedata
from fractions import Fraction

import numpy as np
import pytest
import scipy.signal
import scipy.stats
from hypothesis import example, given, settings
from hypothesis import strategies as st

from formulas.reinforcement_learning.expected_return import (
    constant_reward_return,
    discounted_return,
    discounted_rewards,
    effective_horizon,
    interrupted_returns,
    returns_to_go,
    simulate_returns,
)
from pages.reinforcement_learning.expected_return.figure import _episodes_of_the_policy
from pages.reinforcement_learning.expected_return.statement import (
    OWN,
    STATEMENT,
    _rewards,
)
from tests.claims import claims
from tests.errors import says
from tests.lessons import drawing, inputs_of, outputs_of
from tests.strategies import numbers, own_numbers_of, settings_of, vectors
from ui.catalogue import BROKEN, BY_SLUG

LESSON = BY_SLUG["expected_return"]
(UNDISCOUNTED,) = (one for one in BROKEN if one.slug == "expected_return")

# Each is one edit of the module that its tests must notice (benchmarks/mutation.py).
MUTANTS = (
    ("lambda G, r: r + gamma * G", "lambda G, r: gamma * (r + G)"),  # R discounted too
    ("np.array(list(backwards))[::-1]", "np.array(list(backwards))"),
    ("gamma ** np.arange(len(R)) * R", "gamma ** np.arange(1, len(R) + 1) * R"),
    ("-math.expm1(n * ", "-math.expm1((n - 1) * "),
    ("return math.inf if gamma else 1.0", "return math.inf if gamma else 0.0"),
    ("        weight *= gamma\n", ""),
    ("(draws >= bounds[state])", "(draws >= transition_probs[state])"),
    ("math.log(threshold) / math.log(gamma)", "1 / (1 - gamma)"),
    ("R.cumsum()[steps - 1]", "R[steps - 1]"),
    ('-draws, side="right"', '-draws, side="left"'),
    ("1 - checks.generator(rng)", "checks.generator(rng)"),
)

discounts = st.floats(0, 1)

# Silver's student: Facebook, C1, C2, C3, Pub, Pass; what is missing leads to sleep.
STUDENT = np.array(
    [
        [0.9, 0.1, 0, 0, 0, 0],
        [0.5, 0, 0.5, 0, 0, 0],
        [0, 0, 0, 0.8, 0, 0],
        [0, 0, 0, 0, 0.4, 0.6],
        [0, 0.2, 0.4, 0.4, 0, 0],
        [0, 0, 0, 0, 0, 0],
    ]
)
STUDENT_REWARDS = np.array([-1.0, -2.0, -2.0, -2.0, 1.0, 10.0])


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"v_\pi(s) = \mathbb{E}_\pi\left[G_t \mid S_t = s\right], \qquad "
        r"G_t = \sum_{k=0}^{T-t-1} \gamma^k R_{t+k+1}"
    )


# Outside numbers


def test_exercise_3_8_of_sutton_and_barto():
    returns = returns_to_go([-1, 2, 6, 3, 2], 0.5)
    np.testing.assert_array_equal([*returns, 0], [2, 6, 8, 4, 2, 0])


@claims("exercise_3_9")
def test_exercise_3_9_of_sutton_and_barto():
    later = constant_reward_return(7, 0.9)
    assert later == pytest.approx(70, rel=1e-12)
    assert 2 + 0.9 * later == pytest.approx(65, rel=1e-12)
    forever = [2, *[7] * 2000]
    assert discounted_return(forever, 0.9) == pytest.approx(65, rel=1e-12)


@pytest.mark.parametrize(
    ("gamma", "limit"),
    [(0, 1), (0.5, 2), (0.9, 10), (0.95, 20), (0.99, 100), (0.999, 1000)],
)
def test_a_reward_of_one_forever_equation_3_10(gamma, limit):
    assert constant_reward_return(1, gamma) == pytest.approx(limit, rel=1e-12)


def test_a_reward_of_one_for_twenty_steps():
    assert constant_reward_return(1, 0.9, 20) == pytest.approx(8.784233454, rel=1e-9)


@pytest.mark.parametrize(("gamma", "worth"), [(0.9, 3.486784401), (0.99, 9.04382075)])
def test_a_reward_of_ten_after_ten_further_steps(gamma, worth):
    rewards = _rewards(0, 10, 10, 20)
    assert discounted_return(rewards, gamma) == pytest.approx(worth, rel=1e-9)


@pytest.mark.parametrize(("gamma", "steps"), [(0.9, 43.7), (0.99, 458.2)])
def test_steps_until_the_weight_falls_to_one_percent(gamma, steps):
    assert effective_horizon(gamma) == pytest.approx(steps, abs=0.05)


@pytest.mark.parametrize(
    ("path", "expected"),
    [((1, 2, 3, 5), -2.25), ((1, 0, 0, 1, 2), -3.125)],
)
def test_days_of_silvers_student(path, expected):
    assert discounted_return(STUDENT_REWARDS[list(path)], 0.5) == expected


@given(vectors((1, 30), 100.0), discounts)
def test_agrees_with_a_recursive_filter_and_with_the_plain_sum(rewards, gamma):
    filtered = scipy.signal.lfilter([1], [1, -gamma], rewards[::-1])[::-1]
    np.testing.assert_allclose(returns_to_go(rewards, gamma), filtered, atol=1e-9)
    plain = math.fsum(gamma**k * r for k, r in enumerate(rewards))
    assert discounted_return(rewards, gamma) == pytest.approx(plain, abs=1e-9)
    assert discounted_rewards(rewards, gamma).sum() == pytest.approx(plain, abs=1e-9)


@given(numbers(), st.floats(0, 1), st.integers(1, 60))
def test_the_closed_form_agrees_with_adding_up(reward, gamma, n):
    added = discounted_return([reward] * n, gamma)
    assert constant_reward_return(reward, gamma, n) == pytest.approx(added, rel=1e-10)


# Laws


@claims("backwards")
@given(vectors((2, 20)), discounts)
def test_a_return_is_one_reward_and_the_discounted_rest(rewards, gamma):
    G = returns_to_go(rewards, gamma)
    np.testing.assert_allclose(G[:-1], rewards[:-1] + gamma * G[1:], atol=1e-12)
    assert G[-1] == rewards[-1]


@given(vectors((1, 20)))
def test_no_discount_gives_the_plain_sum_and_full_discount_the_first_reward(rewards):
    assert discounted_return(rewards, 1) == pytest.approx(rewards.sum(), abs=1e-12)
    assert discounted_return(rewards, 0) == rewards[0]
    np.testing.assert_array_equal(returns_to_go(rewards, 0), rewards)


@claims("bounded")
@given(vectors((1, 50)), st.floats(0, 0.99))
def test_bounded_rewards_bound_the_return(rewards, gamma):
    largest = np.abs(rewards).max()
    bound = largest / (1 - gamma)
    assert abs(discounted_return(rewards, gamma)) <= bound * (1 + 1e-12)
    longer = np.tile(rewards, 40)
    assert abs(discounted_return(longer, gamma)) <= bound * (1 + 1e-12)


@given(st.floats(0.01, 0.999), st.floats(0.001, 0.999))
def test_at_the_effective_horizon_the_weight_is_the_threshold(gamma, threshold):
    steps = effective_horizon(gamma, threshold=threshold)
    assert gamma**steps == pytest.approx(threshold, rel=1e-9)


def test_limits_of_the_effective_horizon():
    assert effective_horizon(0) == 1
    assert effective_horizon(1) == math.inf


def test_the_series_is_exact_very_close_to_no_discount():
    gamma = 1 - 2.0**-40
    # 1 + γ + ... + γ^19 = 20 - 190 (1 - γ), the rest is below 1e-20.
    exact = 20 - 190 * 2.0**-40
    assert constant_reward_return(1, gamma, 20) == pytest.approx(exact, rel=1e-15)
    assert constant_reward_return(3, 1, 20) == 60
    assert constant_reward_return(3, 0, 20) == 3
    assert constant_reward_return(3, 0.5, 0) == 0
    assert constant_reward_return(0, 1) == 0


# Simulation


@claims("mean_return")
@pytest.mark.parametrize("gamma", [1.0, 0.9, 0.5, 0.0])
def test_the_mean_of_simulated_returns_is_the_expected_return(gamma):
    exact = np.linalg.solve(np.eye(6) - gamma * STUDENT, STUDENT_REWARDS)
    for start in (1, 2, 4):
        drawn = simulate_returns(
            STUDENT, STUDENT_REWARDS, gamma, start, n_episodes=4000, rng=start
        )
        error = drawn.std() / math.sqrt(len(drawn))
        assert drawn.mean() == pytest.approx(exact[start], abs=4 * error + 1e-9)


def test_a_sure_path_is_the_discounted_return_of_its_rewards():
    P = np.eye(4, k=1)
    drawn = simulate_returns(P, [1, 2, 3, 4], 0.5, 0, n_episodes=3)
    np.testing.assert_array_equal(drawn, [1 + 1 + 0.75 + 0.5] * 3)


def test_an_absorbing_state_without_reward_ends_the_episode():
    drawn = simulate_returns([[0, 1], [0, 1]], [5, 0], 1, 0, n_episodes=2)
    np.testing.assert_array_equal(drawn, [5, 5])


def test_with_a_discount_an_endless_episode_is_cut_off():
    drawn = simulate_returns([[1]], [1], 0.9, 0, n_episodes=1)
    np.testing.assert_allclose(drawn, 10, rtol=1e-12)
    short = simulate_returns([[1]], [1], 0.9, 0, n_episodes=1, max_steps=20)
    np.testing.assert_allclose(short, 8.784233454, rtol=1e-9)


def test_the_same_seed_gives_the_same_returns():
    first, second = (
        simulate_returns(STUDENT, STUDENT_REWARDS, 0.9, 1, n_episodes=20, rng=rng)
        for rng in (5, np.random.default_rng(5))
    )
    np.testing.assert_array_equal(first, second)
    assert len(np.unique(first)) > 1


# Bad and extreme input


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: discounted_return([1], 1.5), "gamma must be in [0, 1], got 1.5"),
        (lambda: returns_to_go([1], -0.1), "gamma must be in [0, 1], got -0.1"),
        (lambda: discounted_rewards([1], 2), "gamma must be in [0, 1], got 2.0"),
        (lambda: discounted_return([], 0.5), "rewards must not be empty"),
        (lambda: discounted_return([np.nan], 0.5), "rewards contains NaN"),
        (lambda: discounted_return([np.inf], 0.5), "rewards must be finite"),
        (lambda: discounted_return(["a"], 0.5), "rewards must be numeric"),
        (
            lambda: returns_to_go([[1]], 0.5),
            "rewards must be 1-D, got shape (1, 1)",
        ),
        (lambda: discounted_return([1.7e308] * 2, 1), "result must be finite"),
        (
            lambda: constant_reward_return(1, 1),
            "the infinite return diverges for gamma = 1",
        ),
        (
            lambda: constant_reward_return(1, 0.5, -1),
            "n_steps must be in [0, inf), got -1",
        ),
        (
            lambda: constant_reward_return(1, 0.5, 2.5),
            "n_steps must be an integer, got 2.5",
        ),
        (lambda: constant_reward_return(1.7e308, 0.5), "result must be finite"),
        (lambda: effective_horizon(1.1), "gamma must be in [0, 1], got 1.1"),
        (
            lambda: effective_horizon(0.9, threshold=0),
            "threshold must be in (0, 1), got 0.0",
        ),
        (
            lambda: simulate_returns([[1]], [1], 1, 0, max_steps=7),
            "episode did not terminate within 7 steps",
        ),
        (
            lambda: simulate_returns([[1]], [1, 2], 1, 0),
            (
                "shape mismatch: P has shape (1, 1), r has shape (2,); "
                "P must be (S, S), r (S,)"
            ),
        ),
        (lambda: simulate_returns([[-1]], [1], 1, 0), "P must be non-negative"),
        (
            lambda: simulate_returns([[1.5]], [1], 1, 0),
            "P must sum to 1 along the last axis (sum is 1.5)",
        ),
        (
            lambda: simulate_returns([[1]], [1], 0.5, 1),
            "start must be in [0, 0], got 1",
        ),
        (
            lambda: simulate_returns([[1]], [1], 0.5, 0, n_episodes=0),
            "n_episodes must be in [1, inf), got 0",
        ),
    ],
)
def test_bad_input_is_named(call, message):
    with says(message):
        call()


def test_input_is_left_as_it_was():
    rewards = np.array([1, 2, 3])
    returns_to_go(rewards, 0.5)
    np.testing.assert_array_equal(rewards, [1, 2, 3])


# What the page claims


def test_predict_two_then_seven_forever_is_65():
    assert 2 + 0.9 * constant_reward_return(7, 0.9) == pytest.approx(65)


@claims("patience")
@example(0.5)
@example(0.9)
@example(0.99)
@given(st.floats(0, 0.9999))
def test_rewards_beyond_a_few_times_one_over_one_minus_gamma_hardly_count(gamma):
    steps = round(5 / (1 - gamma))
    share = constant_reward_return(1, gamma, steps) * (1 - gamma)
    assert share > 0.99
    assert gamma**steps < 0.01  # nor does a single reward out there


@claims("myopic")
def test_myopic_only_the_first_reward_counts():
    rewards = inputs_of(STATEMENT, **{**STATEMENT.defaults, "gamma": 0.0})["rewards"]
    assert discounted_return(rewards, 0.0) == rewards[0] == 1
    rewards[0] = 3.0
    rewards[1:] *= -7.0
    assert discounted_return(rewards, 0.0) == 3


@claims("undiscounted")
def test_undiscounted_the_episode_is_the_plain_sum():
    given_ = inputs_of(STATEMENT, **{**STATEMENT.defaults, "gamma": 1.0})
    rewards = given_["rewards"]
    assert discounted_return(rewards, 1.0) == math.fsum(rewards) == 20 + 10
    assert outputs_of(STATEMENT, given_)["returns"][0] == 30


@claims("patient")
def test_patient_the_late_reward_keeps_nine_tenths_of_its_worth():
    worth = discounted_return(_rewards(0, 10, 10, 20), 0.99)
    assert 9 < worth < 9.1
    assert STATEMENT.defaults["delay"] == 10
    kept = discounted_rewards(np.ones(11), 0.99)[STATEMENT.defaults["delay"]]
    assert kept == pytest.approx(0.90, abs=5e-3)


@claims("never_paid")
def test_a_reward_beyond_the_horizon_is_never_paid():
    given_ = inputs_of(STATEMENT, **{**STATEMENT.defaults, "delay": 30})
    np.testing.assert_array_equal(given_["rewards"], np.ones(20))
    np.testing.assert_array_equal(_rewards(1, 10, 4, 4), [1, 1, 1, 1])
    np.testing.assert_array_equal(_rewards(1, 10, 3, 4), [1, 1, 1, 11])


@claims("never_paid")
@given(settings_of(STATEMENT))
def test_a_late_reward_that_is_never_paid_is_drawn_beyond_the_end(chosen):
    chosen = chosen | {"own": ""}
    picture = drawing(LESSON)(**chosen).figures[0]
    *_, late = picture["data"]
    assert late["name"] == "after the end: not paid"
    drawn = np.isfinite(late["y"]).any()
    assert drawn == (chosen["delay"] >= chosen["horizon"] and chosen["late_reward"] > 0)
    assert late["showlegend"] == drawn
    if drawn:
        (place,), (height,) = late["x"], late["y"]
        assert (place, height) == (chosen["delay"], chosen["late_reward"])
        assert place < picture["layout"]["xaxis"]["range"][1]
        assert height < picture["layout"]["yaxis"]["range"][1]


@claims("looks_ahead")
def test_from_a_discount_of_0_8_on_ten_in_ten_steps_is_worth_more_than_one_now():
    worth = [discounted_return(_rewards(0, 10, 10, 20), g) for g in (0.79, 0.8)]
    assert worth[0] < 1 < worth[1]


@claims("seven_for_ever")
def test_seven_for_ever_is_worth_70_as_the_page_shows():
    scene = drawing(LESSON)(**STATEMENT.defaults | {"step_reward": 7.0})
    assert scene.readouts["r at every step for ever, r / (1 − γ)"] == pytest.approx(
        70, rel=1e-12
    )
    assert constant_reward_return(7, 0.9) == pytest.approx(70, rel=1e-12)
    assert discounted_return([0, constant_reward_return(7, 0.9)], 0.9) == (
        pytest.approx(63, rel=1e-12)
    )


@claims("random_return")
def test_the_return_is_random_where_the_rewards_are_and_only_there():
    path = np.eye(6, k=1)  # the same rewards in the same order each time
    sure = simulate_returns(path, STUDENT_REWARDS, 0.9, 1, n_episodes=50)
    drawn = simulate_returns(STUDENT, STUDENT_REWARDS, 0.9, 1, n_episodes=50)
    assert np.ptp(sure) == 0
    assert len(np.unique(drawn)) > 10


@claims("may_end")
def test_an_episode_that_may_end_at_each_step_is_worth_what_a_discount_makes_it():
    # It goes on with probability 0.9; nothing is discounted.
    uncertain = simulate_returns([[0.9]], [1.0], 1.0, 0, n_episodes=4000)
    error = uncertain.std() / math.sqrt(len(uncertain))
    assert uncertain.mean() == pytest.approx(10, abs=4 * error)
    # For certain, and worth the same: here γ stands for something else.
    certain = simulate_returns([[1.0]], [1.0], 0.9, 0, n_episodes=2)
    np.testing.assert_allclose(certain, 10, rtol=1e-12)


@claims("may_end")
@pytest.mark.parametrize("gamma", [0.0, 0.3, 0.9, 0.99, 1.0])
def test_the_mean_of_episodes_that_may_end_approaches_the_discounted_return(gamma):
    rewards = [-1.0, 3.0, 2.0, 10.0, 1.0]
    drawn = interrupted_returns(rewards, gamma, n_episodes=100_000, rng=1)
    error = drawn.std() / math.sqrt(len(drawn))
    assert drawn.mean() == pytest.approx(
        discounted_return(rewards, gamma), abs=4 * error + 1e-12
    )
    assert set(drawn) <= set(np.cumsum(rewards))


def test_how_long_episodes_last_is_geometric():
    gamma, count = 0.8, 50_000
    lasted = interrupted_returns(np.ones(200), gamma, n_episodes=count)
    for steps in (1, 2, 5, 10):
        share = np.count_nonzero(lasted == steps) / count
        expected = scipy.stats.geom.pmf(steps, 1 - gamma)
        assert share == pytest.approx(expected, abs=4 * math.sqrt(expected / count))


class _Draws(np.random.Generator):
    """A source that draws what it is told."""

    def __init__(self, *draws):
        super().__init__(np.random.PCG64(0))
        self.draws = np.array(draws)

    def random(self, size):
        return self.draws[:size]


def test_the_smallest_and_the_largest_draws_are_episodes_too():
    # Draws come from [0, 1): 0 is the shortest episode, just below 1 the longest.
    draws = _Draws(0.0, 0.5, np.nextafter(1, 0))
    returns = interrupted_returns([1.0, 2.0, 4.0], 0.5, n_episodes=3, rng=draws)
    np.testing.assert_array_equal(returns, [1, 3, 7])
    only_one = interrupted_returns([1.0, 2.0], 0.0, n_episodes=3, rng=draws)
    np.testing.assert_array_equal(only_one, 1)


def test_interrupted_returns_refuse_what_is_no_episode():
    with says("gamma must be in [0, 1], got 1.5"):
        interrupted_returns([1.0], 1.5)
    with says("n_episodes must be in [1, inf), got 0"):
        interrupted_returns([1.0], 0.5, n_episodes=0)
    with says("rewards must not be empty"):
        interrupted_returns([], 0.5)


@claims("no_end")
def test_without_a_discount_and_an_end_the_sum_grows_beyond_all_bounds():
    for steps in (10, 1000, 100_000):
        assert discounted_return(np.full(steps, 0.5), 1.0) == steps / 2
    with says("the infinite return diverges for gamma = 1"):
        constant_reward_return(0.5, 1.0)


# The sentence above the charts


def exact_return(gamma, horizon, step_reward, late_reward, delay):
    """Return the whole return and what the late reward adds, in exact fractions."""
    weights = [Fraction(gamma) ** k for k in range(horizon)]
    late = Fraction(late_reward) * weights[delay] if delay < horizon else Fraction(0)
    return Fraction(step_reward) * sum(weights) + late, late


def read(text):
    return float(text.replace("−", "-"))


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        (
            {},
            "The 20 steps are worth 12.3 now on average; in this sum the late reward of 10 counts",
        ),
        ({}, "the late reward of 10 counts 0.9¹⁰\u00a0·\u00a010 = 3.49."),
        (
            {"delay": 1},
            "are worth 17.8 now on average; in this sum the late reward of 10 counts",
        ),
        ({"delay": 1}, "counts 0.9¹\u00a0·\u00a010 = 9."),
        (
            {"delay": 0},
            "in this sum the reward of 10 on top, paid at once, counts in full.",
        ),
        (
            {"horizon": 1, "delay": 0},
            "The single step is worth 11 now on average; in this sum",
        ),
        (
            {"horizon": 1},
            "The single step is worth 1 now on average; the episode ends before the",
        ),
        (
            {"delay": 20},
            "8.78 now on average; the episode ends before the late reward is paid.",
        ),
        ({"delay": 19}, "counts 0.9¹⁹\u00a0·\u00a010 = 1.35."),
        ({"late_reward": 0.0}, "worth 8.78 now on average; no late reward is set."),
        (
            {"late_reward": 0.0, "delay": 30},
            "worth 8.78 now on average; no late reward is set.",
        ),
        (
            {"gamma": 0.0},
            "worth 1 now on average; in this sum the late reward of 10 counts nothing.",
        ),
        ({"gamma": 0.05}, "the late reward of 10 counts less than 0.001."),
        ({"gamma": 0.39}, "the late reward of 10 counts less than 0.001."),
        ({"gamma": 0.4}, "counts 0.4¹⁰\u00a0·\u00a010 = 0.00105."),
        (
            {"gamma": 1.0},
            "worth 30 now on average; in this sum the late reward of 10 counts in full.",
        ),
        (
            {"step_reward": -2.0},
            "worth −14.1 now on average; in this sum the late reward of 10",
        ),
        # A hundred times −0.1 and once 10 cancel.
        (
            {"gamma": 1.0, "step_reward": -0.1, "horizon": 100},
            "100 steps are worth 0 now",
        ),
    ],
)
def test_the_sentence_says_what_the_steps_are_worth_and_what_the_late_reward_adds(
    chosen, words
):
    chosen = STATEMENT.defaults | chosen
    status = drawing(LESSON)(**chosen).status
    assert words in status
    total, late = exact_return(**{k: v for k, v in chosen.items() if k != "own"})
    assert ("in this sum the" in status) == (
        chosen["delay"] < chosen["horizon"] and chosen["late_reward"] > 0
    )
    said = re.search(r"(\d+ steps? are|The single step is) worth (\S+) now", status)
    assert read(said[2]) == pytest.approx(float(total), rel=5e-3, abs=1e-9)
    assert ("single" in status) == (chosen["horizon"] == 1)
    assert ("no late reward is set" in status) == (chosen["late_reward"] == 0)
    never = chosen["delay"] >= chosen["horizon"] and chosen["late_reward"] > 0
    assert ("ends before the late reward is paid" in status) == never
    assert ("less than" in status) == (" counts " in status and 0 < late < 0.001)


@settings(max_examples=40)
@given(settings_of(STATEMENT))
def test_the_sentence_and_the_readouts_add_up_exactly(chosen):
    del chosen["own"]
    scene = drawing(LESSON)(**chosen, own="")
    total, late = exact_return(**chosen)
    paid = chosen | {"step_reward": abs(chosen["step_reward"])}
    rounding = 1e-11 * float(exact_return(**paid)[0])
    said = re.search(r"worth (\S+) now", scene.status)[1]
    assert read(said) == pytest.approx(float(total), rel=6e-3, abs=rounding)
    assert scene.readouts["return G₀"] == pytest.approx(float(total), abs=rounding)
    added = scene.readouts["what the late reward adds to G₀"]
    assert added == pytest.approx(float(late), rel=1e-9, abs=0)
    if scene.status.endswith(" counts nothing."):
        assert late < 1e-300  # 0, or too small for a machine
    elif scene.status.endswith(" counts in full."):
        assert late == Fraction(chosen["late_reward"])
    elif scene.status.endswith(" counts less than 0.001."):
        assert late < 0.001
    elif counts := re.search(
        r"counts (\S+?)([⁰¹²³⁴-⁹]+)\u00a0·\u00a0(\S+) = (\S+)\.$", scene.status
    ):
        assert read(counts[1]) == pytest.approx(chosen["gamma"], rel=6e-3)
        assert int(unicodedata.normalize("NFKC", counts[2])) == chosen["delay"]
        assert read(counts[3]) == pytest.approx(chosen["late_reward"], rel=1e-5)
        assert read(counts[4]) == pytest.approx(late, rel=6e-3)
    else:
        assert late == 0
        assert "in this sum" not in scene.status


@pytest.mark.parametrize("gamma", [0.5, 0.95, 0.99, 1.0])
@pytest.mark.parametrize("step_reward", [-2.0, -0.9, 0.3, 2.0, 7.0, 8.0])
def test_every_running_total_and_return_to_go_lies_within_its_chart(gamma, step_reward):
    for horizon, late_reward, delay in ((51, 46.0, 50), (51, 50.0, 50), (100, 50.0, 0)):
        chosen = {"horizon": horizon, "late_reward": late_reward, "delay": delay}
        chosen |= {"gamma": gamma, "step_reward": step_reward, "own": ""}
        scene = drawing(LESSON)(**chosen)
        _, episodes, to_go = scene.figures
        mean = episodes["data"][8]
        drawn = [(trace, episodes) for trace in (*episodes["data"][:8], mean)]
        for trace, figure in (*drawn, (to_go["data"][0], to_go)):
            low, high = figure["layout"]["yaxis"]["range"]
            assert trace["x"][-1] == horizon - (figure is to_go)
            assert low <= np.nanmin(trace["y"]) <= np.nanmax(trace["y"]) <= high


@settings(max_examples=40)
@given(settings_of(STATEMENT))
def test_the_returns_fill_their_charts(chosen):
    scene = drawing(LESSON)(**chosen | {"own": ""})
    _, episodes, to_go = scene.figures
    both = np.concatenate([trace["y"] for trace in episodes["data"][:9]])
    for drawn, figure in ((to_go["data"][0]["y"], to_go), (both, episodes)):
        low, high = figure["layout"]["yaxis"]["range"]
        largest = np.nanmax(np.abs(drawn))
        assert max(-low, high) <= max(3.6 * largest, 2.75)


# What the questions teach


def read_at(label, **chosen):
    return drawing(LESSON)(**STATEMENT.defaults | chosen).readouts[label]


@claims("patience_weighs_both")
@given(st.floats(0.01, 0.98), st.floats(0.01, 0.02), st.integers(1, 20))
def test_more_patience_weighs_later_gains_and_later_costs_more(gamma, more, steps):
    reward = np.zeros(steps + 1)
    reward[-1] = 1.0
    now, later = (discounted_return(reward, g) for g in (gamma, gamma + more))
    assert 0 < now < later
    assert discounted_return(-reward, gamma + more) == -later
    costly = {"step_reward": -1.0}
    assert read_at("return G₀", gamma=1.0, **costly) == 10 - 20
    assert read_at("return G₀", **costly) > -6


@claims("each_step_a_factor")
@given(st.integers(0, 30), st.integers(1, 19), st.sampled_from([0.5, 0.9, 0.99, 1.0]))
def test_each_further_step_multiplies_the_late_reward_by_gamma(delay, more, gamma):
    label = "what the late reward adds to G₀"
    chosen = {"gamma": gamma, "horizon": 50}
    before = read_at(label, delay=delay, **chosen)
    after = read_at(label, delay=delay + more, **chosen)
    assert after == pytest.approx(before * gamma**more)


@claims("sum_of_discounted")
@given(settings_of(STATEMENT))
def test_the_return_is_the_sum_of_rewards_discounted_by_their_waiting(chosen):
    rewards = inputs_of(STATEMENT, **chosen)["rewards"]
    waited = sum(chosen["gamma"] ** k * reward for k, reward in enumerate(rewards))
    result = outputs_of(STATEMENT, inputs_of(STATEMENT, **chosen))
    assert result["returns"][0] == pytest.approx(waited, abs=1e-9)


@claims("bounded_by_for_ever")
@given(st.integers(1, 100), st.floats(0, 0.99), st.floats(0.1, 8))
def test_an_episode_is_never_worth_more_than_the_same_reward_for_ever(n, gamma, r):
    assert constant_reward_return(r, gamma, n) <= r / (1 - gamma) * (1 + 1e-12)


@claims("distance_from_one")
@pytest.mark.parametrize("distance", [0.2, 0.1, 0.05])
def test_a_tenth_of_the_distance_from_one_means_ten_times_as_many_steps(distance):
    label = "steps until a reward counts 1 %"
    near, far = (read_at(label, gamma=1 - d) for d in (distance / 10, distance))
    assert near / far == pytest.approx(10, rel=0.12)


# A reader's own rewards


@settings(max_examples=40, deadline=None)
@given(
    own_numbers_of(OWN, most=30),
    st.sampled_from(STATEMENT.control("gamma").positions),
)
def test_a_readers_own_rewards_are_those_that_are_drawn_and_discounted(own, gamma):
    rewards = np.array([float(text) for text in own.split("_")])
    chosen = {"own": own, "gamma": gamma, "horizon": 3, "late_reward": 50.0}
    scene = drawing(LESSON)(**STATEMENT.defaults | chosen)
    now, episodes, to_go = scene.figures
    count = len(rewards)
    # A filter with one feedback adds from the end backwards.
    expected = scipy.signal.lfilter([1], [1, -gamma], rewards[::-1])[::-1]
    np.testing.assert_array_equal(now["data"][0]["y"], rewards)
    np.testing.assert_allclose(to_go["data"][0]["y"][:count], expected, atol=1e-9)
    undiscounted = [0, *np.cumsum(rewards)]
    np.testing.assert_allclose(episodes["data"][9]["y"], undiscounted, atol=1e-9)
    assert scene.readouts["return G₀"] == pytest.approx(expected[0], abs=1e-9)
    assert scene.readouts["sum of the rewards"] == pytest.approx(
        rewards.sum(), abs=1e-9
    )
    for figure in scene.figures:
        low, high = figure["layout"]["yaxis"]["range"]
        hair = 1e-6 * (high - low)  # below what a pixel shows
        for trace in figure["data"]:
            assert low - hair <= np.nanmin(trace["y"])
            assert np.nanmax(trace["y"]) <= high + hair
        assert figure["layout"]["xaxis"]["range"][1] > count - 1
    said = re.search(r"worth (\S+) now", scene.status)[1]
    assert read(said) == pytest.approx(expected[0], rel=6e-3, abs=1e-9)
    assert ("plain sum" in scene.status) == (gamma == 1)
    assert ("single step is" in scene.status) == (count == 1)


# The policy that doubles a reward or loses it


def process_of_the_policy(rewards):
    """Return the Markov reward process: at each step a doubled reward, or none."""
    steps = len(rewards)
    goes_on = np.kron(np.eye(steps, k=1), np.full((2, 2), 0.5))
    return goes_on, np.ravel([[2 * reward, 0.0] for reward in rewards])


@claims("coin_policy")
@settings(max_examples=20, deadline=None)
@given(settings_of(STATEMENT))
def test_the_expected_return_of_the_policy_is_the_return_of_the_mean_rewards(chosen):
    made = inputs_of(STATEMENT, **chosen)
    P, r = process_of_the_policy(made["rewards"])
    exact = np.linalg.solve(np.eye(len(r)) - made["gamma"] * P, r)
    result = outputs_of(STATEMENT, made)
    assert result["value"] == pytest.approx(exact[:2].mean(), rel=1e-9, abs=1e-9)
    assert result["value"] == pytest.approx(result["returns"][0], rel=1e-9, abs=1e-9)


@claims("coin_policy")
@settings(max_examples=20, deadline=None)
@given(settings_of(STATEMENT))
def test_lines_and_mean_are_those_of_episodes_of_the_policy(chosen):
    scene, made = drawing(LESSON)(**chosen), inputs_of(STATEMENT, **chosen)
    *singles, mean = scene.figures[1]["data"][:9]
    count = len(made["rewards"])
    worth = made["gamma"] ** np.arange(count) * made["rewards"]
    np.testing.assert_allclose(mean["y"], [0, *worth.cumsum()], atol=1e-9)
    total, spread = worth.sum(), np.sqrt((worth**2).sum())  # of one episode
    assert scene.readouts["mean of 2,000 random episodes"] == pytest.approx(
        total, abs=5 * spread / np.sqrt(2000) + 1e-9
    )
    np.testing.assert_array_equal(mean["x"], np.arange(count + 1))
    near = 1e-9 * (1 + np.abs(worth).sum())
    for single in singles:
        at = single["x"].astype(int)
        assert (at[0], at[-1], single["y"][0]) == (0, count, 0)  # all begin in s
        gaps = np.diff(at)
        assert gaps.max() <= (1 if count <= 20 else np.ceil(count / 20))
        added = np.diff(single["y"])[gaps == 1]  # at one step of the episode
        there = worth[at[:-1][gaps == 1]]  # the step that leads to the next point
        doubled, lost = np.abs(added - 2 * there) < near, np.abs(added) < near
        assert (doubled | lost).all()


@claims("for_ever_alone")
@pytest.mark.parametrize("gamma", [0.0, 0.5, 0.9, 0.99])
@pytest.mark.parametrize("late_reward", [0.0, 10.0])
def test_the_dashed_line_is_what_the_step_rewards_add_up_to_alone(gamma, late_reward):
    chosen = {"gamma": gamma, "late_reward": late_reward}
    picture = drawing(LESSON)(**STATEMENT.defaults | chosen).figures[1]
    dashed = next(t for t in picture["data"] if t["name"].startswith("r for ever"))
    alone = (gamma ** np.arange(5000.0)).sum()  # r = 1
    np.testing.assert_allclose(dashed["y"], alone)
    mean = picture["data"][8]["y"][20]
    assert (mean > alone) == (gamma >= 0.5 and late_reward > 0 and gamma < 0.95)


@pytest.mark.parametrize(
    ("gamma", "step_reward", "there"),
    [(0.9, 1.0, True), (1.0, 1.0, False), (1.0, 0.0, True)],
)
def test_the_limit_is_named_only_where_there_is_one(gamma, step_reward, there):
    chosen = {"gamma": gamma, "step_reward": step_reward}
    scene = drawing(LESSON)(**STATEMENT.defaults | chosen)
    named = [t["name"] for t in scene.figures[1]["data"] if t.get("showlegend", True)]
    assert ("r for ever" in named) == there
    limit = scene.readouts["r at every step for ever, r / (1 − γ)"]
    assert (limit != "no limit") == there


def test_episodes_of_the_policy_are_spread_as_those_of_its_reward_process():
    rewards = [3.0, -1.0, 4.0, 1.0]
    own = {"own": "3_-1_4_1", "gamma": 0.8}
    made = inputs_of(STATEMENT, **STATEMENT.defaults | own)
    worth = outputs_of(STATEMENT, made)["worth"]
    points = _episodes_of_the_policy(worth)
    drawn = drawing(LESSON)(**STATEMENT.defaults | own).figures[1]["data"][:8]
    np.testing.assert_allclose([single["y"][-1] for single in drawn], points[:8])
    P, r = process_of_the_policy(rewards)
    played = np.concatenate(
        [
            simulate_returns(P, r, 0.8, start, n_episodes=2000, rng=start)
            for start in (0, 1)
        ]
    )
    possible = np.unique(played.round(9))
    assert len(possible) == 16
    assert set(points.round(9)) <= set(possible)
    assert scipy.stats.ks_2samp(points.round(9), played.round(9)).pvalue > 0.01


@settings(max_examples=20, deadline=None)
@given(settings_of(STATEMENT))
def test_without_the_discount_every_number_and_picture_is_without_it(chosen):
    scene = drawing(UNDISCOUNTED)(**chosen)
    made = inputs_of(STATEMENT, **chosen)
    total = made["rewards"].sum()
    rounding = 1e-9 * np.abs(made["rewards"]).sum()
    read = scene.readouts
    assert read["return G₀"] == pytest.approx(total, abs=rounding)
    spread = np.sqrt((made["rewards"] ** 2).sum() / 2000)
    mean = read["mean of 2,000 random episodes"]
    assert mean == pytest.approx(total, abs=5 * spread + 1e-9)
    assert read["steps until a reward counts 1 %"] == np.inf
    if not chosen["own"]:
        paid = chosen["delay"] < chosen["horizon"]
        assert read["what the late reward adds to G₀"] == paid * chosen["late_reward"]
        limit = read["r at every step for ever, r / (1 − γ)"]
        assert limit == ("no limit" if chosen["step_reward"] else 0)


def test_two_hundred_rewards_have_room():
    own = OWN.parse(" ".join(["-3", "8"] * 100))[0]
    scene = drawing(LESSON)(**STATEMENT.defaults | {"own": own, "gamma": 1.0})
    assert scene.readouts["return G₀"] == 500
    assert scene.figures[2]["layout"]["xaxis"]["range"][1] == 202
    assert (
        scene.status == "The 200 steps are worth 500 now, the plain sum of the rewards."
    )
