"""Policy gradient: exact corridor, estimates and their noise, the page's claims."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
import scipy.optimize
import scipy.special
from hypothesis import given
from hypothesis import strategies as st

from charts.base import WIDE
from formulas.optimization.cross_entropy import cross_entropy
from formulas.reinforcement_learning.corridor import (
    CORRIDOR,
    corridor_values,
    strides,
)
from formulas.reinforcement_learning.policy_gradient import (
    KINDS,
    EstimateMoments,
    bandit_estimator_variance,
    bandit_gradient,
    corridor_episode,
    corridor_episodes,
    corridor_estimates,
    corridor_gradient,
    corridor_moments,
    corridor_slope,
    corridor_value,
    estimate_spreads,
    grad_log_softmax,
    gradient_estimates,
    least_variance_baseline,
    reinforce_corridor,
    softmax_policy,
    sums_of_episode,
    training_history,
    training_runs,
)
from pages.reinforcement_learning.policy_gradient.figure import _names, smoothed
from pages.reinforcement_learning.policy_gradient.statement import (
    BEST,
    LEARNED_WITH,
    LONGEST_EPISODE,
    MOST_EPISODES,
    STATEMENT,
)
from tests.claims import claims
from tests.errors import says
from tests.lessons import default_history, drawing, inputs_of, outputs_of, simulated
from tests.strategies import numbers, vectors
from ui.catalogue import BY_SLUG
from ui.frames import frame

LESSON = BY_SLUG["policy_gradient"]
SLOPES = LEARNING = 1  # its small pictures, of which one is shown
CLOUD = 2
LEARN = {"shown": "learning"}

# Each is one edit of the module that its tests must notice (benchmarks/mutation.py).
MUTANTS = (
    ("gradient = -softmax_policy(theta)", "gradient = softmax_policy(theta)"),
    ("gradient: Array = policy * (r - policy @ r)", "gradient: Array = policy * r"),
    ("(r - baseline) ** 2 * lengths", "r**2 * lengths"),
    ("late_slopes - episodes", "late_slopes + episodes"),
    ("return -steps * slopes", "return steps * slopes"),  # descent
    ("to_go - baseline * episodes", "to_go + baseline * episodes"),
    (
        "theta += alpha * float((to_go - value)",
        "theta -= alpha * float((to_go - value)",
    ),
    ("CORRIDOR = ((0, 1), (2, 0), (1, 3))", "CORRIDOR = ((0, 1), (0, 2), (1, 3))"),
    ("to_go = np.arange(-len(actions), 0.0)", "to_go = -np.ones(len(actions))"),
    ("theta0=math.log(p / (1 - p))", "theta0=math.log(p)"),
    ("np.repeat(each, n_runs)", "np.tile(each, n_runs)"),
    ("late += steps * slope", "late += (steps + 1) * slope"),
    ("p * count * (count - 1) / 2", "p * count * count / 2"),
    ("places < left[:, None]", "places <= left[:, None]"),
    ("rights += walking & right", "rights += right"),
    ("places += place *", "places += (place + 1) *"),
    ("path[done[run] :, run] = p[run]", "path[done[run] :, run] = 0"),
    ("2 * each * moments.covariance", "each * moments.covariance"),
    ("return moments.covariance /", "return -moments.covariance /"),
    ("LL = means(1 + 2 * L[to])", "LL = means(1 + L[to])"),
    ("2 * (H[to] + LH[to])", "2 * LH[to]"),
    ("- LS[to] - d", "- d"),
    ("(1 + q) * r[0]", "r[0]"),
    ("each**2 * moments.slope_variance", "each**2 * moments.variance"),
    ("[tenth, N_RUNS // 2, -1 - tenth]", "[0, N_RUNS // 2, -1]"),
)

probabilities = st.floats(0.02, 0.98)


def enumerated_value(p):
    """Solve the corridor's three Bellman equations without its closed form."""
    moves = np.zeros((3, 4))
    for state, (left, right) in enumerate(CORRIDOR):
        moves[state, left] += 1 - p
        moves[state, right] += p
    return np.linalg.solve(np.eye(3) - moves[:, :3], -np.ones(3))[0]


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"\nabla_{\theta} J(\theta) = \mathbb{E}_\pi[\hat g], "
        r"\quad \hat g = \sum_{t=0}^{T-1} (G_t - b) "
        r"\nabla_{\theta} \log \pi_{\theta}(A_t \mid S_t), "
        r"\quad \text{here } \nabla_{\theta} \log \pi_{\theta} = x_t - p, \quad p = \sigma(\theta), "
        r"\quad \theta' = \theta + \alpha \hat g"
    )


# The short corridor of Sutton and Barto's example 13.1


@claims("best_probability")
def test_the_best_probability_and_its_value():
    best = 2 - math.sqrt(2)
    assert best == pytest.approx(0.5857864376, rel=1e-9)
    assert corridor_value(best) == pytest.approx(-6 - 4 * math.sqrt(2), rel=1e-12)
    assert corridor_value(best) == pytest.approx(-11.6568542495, rel=1e-11)
    assert corridor_gradient(best) == pytest.approx(0, abs=1e-12)
    found = scipy.optimize.minimize_scalar(
        lambda p: -corridor_value(p), bounds=(0.01, 0.99), method="bounded"
    )
    assert found.x == pytest.approx(best, abs=1e-4)
    assert (round(best, 2), round(corridor_value(best))) == (0.59, -12)


@pytest.mark.parametrize(("p", "value"), [(0.95, -44.2105263), (0.05, -82.1052632)])
def test_epsilon_greedy_policies_are_far_worse(p, value):
    assert corridor_value(p) == pytest.approx(value, rel=1e-8)


@claims("gradient_at_half")
def test_at_one_half_the_value_is_minus_twelve_and_the_gradient_eight():
    assert corridor_value(0.5) == -12
    assert corridor_gradient(0.5) == 8
    assert 0.5 * (1 - 0.5) * corridor_gradient(0.5) == 2
    half = inputs_of(STATEMENT, **STATEMENT.defaults | {"p": 0.5})
    assert outputs_of(STATEMENT, half)["slope"] == 2


@given(probabilities)
def test_the_closed_form_solves_the_bellman_equations(p):
    assert corridor_value(p) == pytest.approx(enumerated_value(p), rel=1e-9)


@given(probabilities)
def test_the_gradient_agrees_with_central_differences(p):
    h = 1e-6
    numeric = (corridor_value(p + h) - corridor_value(p - h)) / (2 * h)
    # Rounding of values near 200 over the step, and third derivatives near the ends.
    assert corridor_gradient(p) == pytest.approx(numeric, rel=1e-6, abs=1e-4)


# Estimates


@claims("many_estimates")
@pytest.mark.parametrize(
    ("kind", "baseline", "mean", "spread"),
    [
        ("total_return", 0, 2, 43.6),
        ("return_to_go", 0, 2, 26.6),
        ("with_baseline", -10, 2, 16.7),
        ("one_step_reward", 0, 0, 1.73),
    ],
)
def test_forty_thousand_estimates_of_the_gradient_two(kind, baseline, mean, spread):
    drawn = corridor_estimates(0.5, kind, baseline=baseline, n_episodes=40_000)
    assert drawn.mean() == pytest.approx(mean, abs=4 * spread / 200)
    # Heavy tails: spreads of such samples differ by a few percent.
    assert drawn.std() == pytest.approx(spread, rel=0.06)


@claims("sum_over_steps")
def test_per_visit_average_times_mean_length_is_the_gradient():
    random = np.random.default_rng(0)
    episodes = [corridor_episode(0.5, rng=random) for _ in range(20_000)]
    terms = [np.arange(-len(x), 0) * (x - 0.5) for x in episodes]
    per_visit = np.concatenate(terms).mean()
    length = np.mean([len(x) for x in episodes])
    assert length == pytest.approx(12, abs=0.3)
    assert per_visit == pytest.approx(0.1658, abs=0.05)  # 3 standard errors
    assert per_visit * length == pytest.approx(2, abs=4 * 26.6 / math.sqrt(20_000))


@claims("true_mean")
@pytest.mark.parametrize("p", [0.3, 0.8])
def test_all_correct_kinds_have_the_true_gradient_as_mean(p):
    true = p * (1 - p) * corridor_gradient(p)
    for kind in ("total_return", "return_to_go", "with_baseline"):
        drawn = corridor_estimates(p, kind, baseline=-12, n_episodes=20_000, rng=1)
        error = drawn.std() / math.sqrt(len(drawn))
        assert drawn.mean() == pytest.approx(true, abs=4 * error)


@pytest.mark.parametrize("p", [0.05, 0.2, 0.5, 0.8, 0.95])
def test_the_exact_moments_are_those_of_many_played_episodes(p):
    exact = corridor_moments(p)
    played = corridor_episodes(p, n_episodes=100_000, rng=1)
    plain = gradient_estimates(played, "return_to_go") - exact.mean
    slopes = played.slopes - exact.mean_slope
    for found, each in (
        (0, plain),
        (0, slopes),
        (exact.variance, plain**2),
        (exact.covariance, plain * slopes),
        (exact.slope_variance, slopes**2),
    ):
        error = each.std() / math.sqrt(len(each))
        assert each.mean() == pytest.approx(found, abs=4 * error)


@claims("exact_mean")
@given(st.floats(1e-6, 1 - 1e-6))
def test_the_exact_mean_is_the_true_gradient_and_stays_so_with_any_baseline(p):
    exact = corridor_moments(p)
    assert exact.mean == pytest.approx(corridor_slope(p), rel=1e-9, abs=1e-9)
    # The estimate with b is H - b S: a mean of 0 of S leaves the mean of H.
    assert exact.mean_slope == pytest.approx(0, abs=1e-9)
    # Each step adds p (1 - p) to the variance of a sum without drift.
    assert exact.slope_variance == pytest.approx(-p * (1 - p) * corridor_value(p))


def test_the_exact_moments_at_one_half_and_at_both_ends():
    half = corridor_moments(0.5)
    assert (half.mean, half.variance, half.covariance, half.slope_variance) == (
        pytest.approx((2, 733, -37, 3), rel=1e-12)
    )
    assert least_variance_baseline(half) == pytest.approx(-37 / 3)
    for p, slope_variance in ((1e-9, 4), (1 - 1e-9, 2)):
        end = corridor_moments(p)
        assert end.slope_variance == pytest.approx(slope_variance)
        # One estimate scatters the more, the longer episodes get: without bound.
        assert math.sqrt(end.variance) > abs(end.mean) > 1e9


@given(probabilities, st.floats(-60, 20))
def test_no_baseline_scatters_less_than_the_one_with_the_least_variance(p, b):
    exact = corridor_moments(p)
    best = least_variance_baseline(exact)
    least, here = estimate_spreads(exact, [best, b])
    assert here**2 - least**2 == pytest.approx(
        exact.slope_variance * (b - best) ** 2, rel=1e-6, abs=1e-6 * here**2
    )


@given(probabilities)
def test_the_values_of_the_cells_solve_the_bellman_equations(p):
    values = [*corridor_values(p), 0.0]
    assert values[0] == corridor_value(p)
    for cell, (left, right) in enumerate(CORRIDOR):
        ahead = -1 + p * values[right] + (1 - p) * values[left]
        assert values[cell] == pytest.approx(ahead, rel=1e-9)


@claims("gap_between")
@pytest.mark.parametrize("p", [0.02, 0.2, 0.5, 0.98])
@pytest.mark.parametrize("baseline", [-10, 0])
def test_the_episode_is_drawn_with_what_each_action_adds(p, baseline):
    chosen = STATEMENT.defaults | {"p": p, "baseline": baseline}
    actions = inputs_of(STATEMENT, **chosen)["actions"]
    scene = drawing(LESSON)(**chosen)
    right, left, total, without, between = scene.figures[0]["data"][:5]
    names = scene.figures[0]["layout"]["meta"]["x"]
    added, plain = [], []
    for t, x in enumerate(actions):
        to_go = -(len(actions) - t)
        added.append((to_go - baseline) * (x - p))
        plain.append(to_go * (x - p))
    is_long = len(actions) > 14
    steps = np.arange(len(actions))
    shown = np.append(steps[:9], steps[-4:]) if is_long else steps
    heights = np.array(added)[shown]
    drawn = np.where(actions[shown] == 1, right["y"], left["y"])
    np.testing.assert_allclose(drawn, heights, atol=1e-12)
    assert np.isnan(np.where(actions[shown] == 1, left["y"], right["y"])).all()
    assert total["y"][-1] == pytest.approx(sum(added))
    others = np.array(plain)[shown]
    rest = sum(plain[9:-4]) if is_long else np.nan
    np.testing.assert_allclose(without["y"], [*others, rest, sum(plain)], atol=1e-9)
    walked = _names(actions)
    if is_long:
        assert names == [*walked[:9], "…", *walked[-4:], "Σ"]
        assert between["y"] == [pytest.approx(sum(added[9:-4]))]
        assert between["x"] == [9] == without["x"][-2] - 0.3
        assert between["marker"] != total["marker"]
        title = scene.figures[0]["layout"]["xaxis"]["title"]["text"]
        assert f"…: {len(actions) - 13} step" in title
    else:
        assert names == [*walked, "Σ"]
    if is_long:
        assert heights.sum() + between["y"][0] == pytest.approx(sum(added))
    else:
        assert np.isnan(between["y"]).all()
    low, high = scene.figures[0]["layout"]["yaxis"]["range"]
    reach = high / 2.4
    assert low <= min(*heights, *others)
    assert reach >= max(*heights, *others)  # the corridor is above


@pytest.mark.parametrize("p", [0.02, 0.2, 0.5, 0.98])
@pytest.mark.parametrize("baseline", [-40, -10, 10])
@pytest.mark.parametrize("seed", [3, 7])
def test_all_sums_are_within_the_picture_and_under_the_corridor(p, baseline, seed):
    chosen = STATEMENT.defaults | {"p": p, "baseline": baseline, "seed": seed}
    picture = drawing(LESSON)(**chosen).figures[0]
    actions = inputs_of(STATEMENT, **chosen)["actions"]
    to_go = np.arange(-len(actions), 0.0)
    total, without = picture["data"][2:4]
    added = ((to_go - baseline) * (actions - p)).sum()
    assert total["y"][-1] == pytest.approx(added)
    assert without["y"][-1] == pytest.approx((to_go * (actions - p)).sum())
    low, high = picture["layout"]["yaxis"]["range"]
    for trace in picture["data"][:5]:
        drawn = np.array(trace["y"], float)
        drawn = drawn[np.isfinite(drawn)]
        assert (low <= drawn).all()
        assert (drawn <= high / 2.4).all()


@pytest.mark.parametrize("p", [0.3, 0.5])
def test_the_axis_of_the_terms_is_not_much_longer_than_they_are(p):
    picture = drawing(LESSON)(**STATEMENT.defaults | {"p": p}).figures[0]
    heights = [picture["data"][k]["y"] for k in (0, 1, 3)]
    reach = picture["layout"]["yaxis"]["range"][1] / 2.4
    most = np.nanmax(np.abs(np.concatenate([*heights[:2], heights[2][:-2]])))
    assert most <= reach <= 4 * most


@claims("other_episodes")
def test_another_seed_is_another_episode_of_the_same_policy():
    shown = [drawing(LESSON)(**STATEMENT.defaults | {"seed": s}) for s in range(8)]
    assert len({scene.status for scene in shown}) > 5
    assert len({scene.readouts["value"] for scene in shown}) == 1


@pytest.mark.parametrize(("p", "seed"), [(0.2, 0), (0.2, 7), (0.02, 16)])
def test_steps_are_named_by_the_walk_from_the_start_to_the_goal(p, seed):
    actions = corridor_episode(p, rng=seed)
    names = _names(actions)
    assert len(names) == len(actions)
    cell = 0
    for name, action in zip(names, actions, strict=True):
        assert name == f"{cell}{'→' if action else '←'}"
        forward = bool(action) != (cell == 1)  # swapped in the middle
        cell = cell + 1 if forward else max(cell - 1, 0)
    assert cell == 3
    layout = drawing(LESSON)(**STATEMENT.defaults | {"p": p, "seed": seed}).figures[0]
    written = layout["layout"]["xaxis"]["ticktext"]
    assert written[-1] == "Σ"
    assert len(written) <= 15
    if len(actions) <= 14:
        assert written[:-1] == names


@claims("rules_of_the_corridor")
def test_the_arrows_of_the_corridor_lead_where_the_actions_lead():
    traces = drawing(LESSON)(**STATEMENT.defaults).figures[0]["data"]
    cells, _, start, *ways = traces[5:10]
    middles = np.nanmean(cells["x"][:-2].reshape(4, 6)[:, [0, 2]], axis=1)
    (wall,) = set(cells["x"][-2:])
    assert start["x"] == pytest.approx([middles[0]])  # an episode starts in cell 0
    nearest = {-1: "left", 1: "right"}
    assert [way["name"] for way in ways] == [
        f"where {nearest[side]} leads" for side in (-1, 1)
    ]
    for action, way in enumerate(ways):
        for cell, (start, end, _) in enumerate(way["x"].reshape(3, 3)):
            leads = CORRIDOR[cell][action]
            assert np.argmin(np.abs(middles - start)) == cell
            if leads == cell:
                assert end == pytest.approx(wall)
                assert end < start < middles[cell]
            else:
                assert np.argmin(np.abs(middles - end)) == leads


@claims("steps_of_the_walk")
@pytest.mark.parametrize(("p", "seed"), [(0.2, 3), (0.2, 0), (0.5, 1), (0.02, 16)])
def test_the_ways_of_an_episode_are_thick_and_have_the_numbers_of_its_steps(p, seed):
    chosen = STATEMENT.defaults | {"p": p, "seed": seed}
    data = drawing(LESSON)(**chosen).figures[0]["data"]
    *_, all_left, all_right, left, right, told = data
    terms = {trace["name"]: trace["marker"]["color"] for trace in data[:2]}
    for pale, thick, name in (
        (all_left, left, "left ←, x = 0"),
        (all_right, right, "right →, x = 1"),
    ):
        assert pale["line"]["color"] == thick["line"]["color"] == terms[name]
        assert pale["opacity"] < 0.5 < thick["opacity"]
        assert pale["line"]["width"] < thick["line"]["width"]
    assert told["meta"] == WIDE  # not on a phone
    taken, cell = {}, 0
    for step, action in enumerate(corridor_episode(p, rng=seed)):
        taken.setdefault((cell, int(action)), []).append(step)
        forward = bool(action) != (cell == 1)
        cell = cell + 1 if forward else max(cell - 1, 0)
    ways = [(k, action) for k in range(3) for action in (0, 1)]
    for (k, action), text in zip(ways, told["text"], strict=True):
        steps = taken.get((k, action), [])
        drawn = np.isfinite((left, right)[action]["x"].reshape(3, 3)[k, :2])
        assert drawn.all() if steps else not drawn.any()
        if not steps:
            assert text == ""
        elif text.endswith("×"):
            assert int(text[:-1]) == len(steps) > 1
        else:
            named = text.removeprefix("t = ").split(", ")
            assert [int(number) for number in named] == steps
    if seed == 3:
        assert told["text"] == ["", "t = 0", "t = 1, 3", "", "t = 2", "t = 4"]


def test_one_episodes_estimate_by_hand():
    # Right, left, right: returns -3, -2, -1; gradients 1 - p, -p, 1 - p.
    p = 0.25
    seeds = (s for s in range(1000) if list(corridor_episode(p, rng=s)) == [1, 0, 1])
    given_ = inputs_of(
        STATEMENT, p=p, baseline=-2, log2_alpha=-10, seed=next(seeds), episodes=100
    )
    results = outputs_of(STATEMENT, given_)
    np.testing.assert_array_equal(results["returns"], [-3, -2, -1])
    by_hand = (-3 + 2) * 0.75 + (-2 + 2) * -0.25 + (-1 + 2) * 0.75
    assert results["estimate"] == pytest.approx(by_hand)


def test_episodes_follow_the_corridor_to_the_goal():
    for seed in range(50):
        state = 0
        actions = corridor_episode(0.6, rng=seed)
        for k, right in enumerate(actions):
            # In state 1 the actions are reversed.
            step = 1 if right != (state == 1) else -1
            state = max(0, state + step)
            assert (state == 3) == (k == len(actions) - 1)


# A single choice


@pytest.mark.parametrize(
    ("baseline", "variance"), [(0, 2.8888889), (2, 0.2222222), (10, 42.8888889)]
)
def test_bandit_with_rewards_one_two_three(baseline, variance):
    theta, rewards = np.zeros(3), [1, 2, 3]
    np.testing.assert_allclose(softmax_policy(theta), 1 / 3)
    np.testing.assert_allclose(bandit_gradient(theta, rewards), [-1 / 3, 0, 1 / 3])
    found = bandit_estimator_variance(theta, rewards, baseline)
    assert found == pytest.approx(variance, abs=5.1e-8)


def test_bandit_with_a_preference_for_the_worst():
    theta, rewards = [1, 0, 0], [1, 2, 3]
    value = softmax_policy(theta) @ rewards
    assert value == pytest.approx(1.6358246729, rel=1e-10)
    best = scipy.optimize.minimize_scalar(
        lambda b: bandit_estimator_variance(theta, rewards, b)
    )
    assert best.x == pytest.approx(2.0972189, abs=1e-6)
    assert best.fun == pytest.approx(0.13756, abs=5e-6)
    by_value = bandit_estimator_variance(theta, rewards, value)
    assert by_value == pytest.approx(0.26066, abs=5e-6)
    assert bandit_estimator_variance(theta, rewards, 0) == pytest.approx(
        2.68090, abs=5e-6
    )


@given(vectors((1, 5), 3.0), st.data())
def test_bandit_gradient_agrees_with_central_differences(theta, data):
    rewards = data.draw(vectors(len(theta)))
    h = 1e-6
    for k, step in enumerate(h * np.eye(len(theta))):
        up, down = softmax_policy(theta + step), softmax_policy(theta - step)
        numeric = (up - down) @ rewards / (2 * h)
        assert bandit_gradient(theta, rewards)[k] == pytest.approx(numeric, abs=1e-7)


@claims("same_direction")
@given(vectors((1, 5), 3.0), st.data(), numbers())
def test_the_variance_agrees_with_adding_up_over_the_actions(theta, data, baseline):
    rewards = data.draw(vectors(len(theta)))
    policy = softmax_policy(theta)
    estimates = np.array(
        [(r - baseline) * grad_log_softmax(theta, a) for a, r in enumerate(rewards)]
    )
    mean = policy @ estimates
    np.testing.assert_allclose(mean, bandit_gradient(theta, rewards), atol=1e-12)
    expected = policy @ ((estimates - mean) ** 2).sum(axis=1)
    found = bandit_estimator_variance(theta, rewards, baseline)
    assert found == pytest.approx(expected, rel=1e-9, abs=1e-9)


@given(vectors((1, 5), 3.0), st.data())
def test_the_log_gradient_agrees_with_central_differences(theta, data):
    a = data.draw(st.integers(0, len(theta) - 1))
    h = 1e-6
    numeric = [
        np.log(softmax_policy(theta + s)[a] / softmax_policy(theta - s)[a]) / (2 * h)
        for s in h * np.eye(len(theta))
    ]
    np.testing.assert_allclose(grad_log_softmax(theta, a), numeric, atol=1e-8)


@claims("unbiased_baseline")
@given(vectors((1, 6), 5.0))
def test_log_gradients_average_to_zero(theta):
    policy = softmax_policy(theta)
    assert policy.sum() == pytest.approx(1, rel=1e-14)
    every = [grad_log_softmax(theta, a) for a in range(len(theta))]
    np.testing.assert_allclose(policy @ np.array(every), 0, atol=1e-14)


@claims("biased_baseline")
@given(vectors((2, 6), 3.0))
def test_a_baseline_that_depends_on_the_action_biases_the_gradient(theta):
    policy = softmax_policy(theta)
    every = np.array([grad_log_softmax(theta, a) for a in range(len(theta))])
    baseline = np.eye(len(theta))[0]  # 1 for the first action alone
    bias = policy @ (baseline[:, None] * every)
    assert bias[0] == pytest.approx(policy[0] * (1 - policy[0]))
    assert abs(bias[0]) > 1e-4


@claims("likelier_action")
@given(vectors((2, 5), 3.0), st.data(), st.floats(0.1, 1))
def test_the_higher_the_return_the_likelier_the_action_becomes(theta, data, gain):
    a = data.draw(st.integers(0, len(theta) - 1))
    chances = [
        softmax_policy(theta + step * grad_log_softmax(theta, a))[a]
        for step in (-gain, 0.0, gain / 2, gain)
    ]
    assert (np.diff(chances) > 0).all()


def test_preferences_of_ten_thousand_saturate_without_a_warning():
    np.testing.assert_array_equal(softmax_policy([1e4, -1e4]), [1, 0])
    np.testing.assert_array_equal(grad_log_softmax([1e4, -1e4], 0), [0, 0])
    np.testing.assert_array_equal(bandit_gradient([1e4, -1e4], [1, 2]), [0, 0])


# Learning


def test_a_run_has_one_entry_per_episode_and_starts_where_it_should():
    run = reinforce_corridor(alpha=2**-10, n_episodes=50, theta0=0.5)
    assert run.theta.shape == run.probability.shape == (51,)
    assert run.theta[0] == 0.5
    np.testing.assert_allclose(run.probability, 1 / (1 + np.exp(-run.theta)))
    np.testing.assert_array_equal(run.returns, -run.lengths)
    assert not run.truncated.any()
    assert run.lengths.min() >= 3


def test_the_first_update_is_alpha_times_the_estimate_of_the_first_episode():
    run = reinforce_corridor(alpha=0.001, n_episodes=1, rng=5)
    actions = corridor_episode(0.5, rng=5)
    estimate = np.arange(-len(actions), 0) @ (actions - 0.5)
    assert run.theta[1] == pytest.approx(0.001 * estimate, rel=1e-12)


def test_a_saturated_policy_runs_away_and_is_flagged():
    run = reinforce_corridor(alpha=0.001, n_episodes=2, theta0=800.0)
    assert run.truncated.all()
    np.testing.assert_array_equal(run.lengths, 10_000)
    assert run.theta[-1] == 800


def test_the_same_seed_gives_the_same_run():
    runs = [reinforce_corridor(alpha=0.001, n_episodes=20, rng=9) for _ in range(2)]
    np.testing.assert_array_equal(runs[0].theta, runs[1].theta)
    first, second = (corridor_estimates(0.4, "return_to_go", rng=3) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def finished(run):
    """Run to the end; return the shares on the way and the result."""
    shares = []
    while True:
        try:
            shares.append(next(run))
        except StopIteration as stop:
            return shares, stop.value


def test_a_run_in_slices_is_the_run_at_once_and_tells_its_progress():
    shares, run = finished(training_history(alpha=2**-10, n_episodes=4, rng=3))
    whole = reinforce_corridor(alpha=2**-10, n_episodes=4, rng=3)
    np.testing.assert_array_equal(run.theta, whole.theta)
    assert shares == [0.25, 0.5, 0.75, 1.0]


def test_a_run_cuts_its_episodes_off_where_it_is_told_to():
    options = {"alpha": 2**-10, "n_episodes": 50, "theta0": -6.0}
    _, run = finished(training_history(**options, max_steps=20))
    assert run.lengths.max() == 20
    assert run.truncated.any()


@pytest.mark.parametrize(
    ("baseline", "theta0", "alpha"), [(-10, -1.4, 2**-10), (0, 1, 2**-8)]
)
def test_one_run_alone_learns_as_a_plain_loop_with_the_same_chances_does(
    baseline, theta0, alpha
):
    options = {"alpha": alpha, "n_episodes": 150, "theta0": theta0, "max_steps": 40}
    _, found = finished(training_runs(**options, baselines=[baseline], n_runs=1, rng=3))
    assert found.shape == (151, 1, 1)
    expected = in_strides(baseline=baseline, **options)
    np.testing.assert_allclose(found[:, 0, 0], expected, rtol=1e-6)


def in_strides(*, baseline, theta0, alpha, n_episodes, max_steps):
    """Learn the corridor move by move; an episode draws twelve chances when it needs one."""
    random = np.random.default_rng(3)
    theta = theta0
    path = []
    for _ in range(n_episodes + 1):
        right = 1 / (1 + math.exp(-theta))
        path.append(right)
        state, moves, chances = 0, [], []
        while state != 3 and len(moves) < max_steps:
            chances = chances or list(random.random(12))
            moves.append(chances.pop(0) < right)
            ahead = moves[-1] != (state == 1)  # in the middle they change places
            state = state + 1 if ahead else max(state - 1, 0)
        to_go = range(-len(moves), 0)
        theta += alpha * sum(
            (g - baseline) * (x - right) for g, x in zip(to_go, moves, strict=True)
        )
    return path


@pytest.mark.parametrize("length", [1, 2, 5, 12])
def test_a_stride_is_what_its_moves_come_to_one_by_one(length):
    table = strides(length)
    for start in range(3):
        for number in range(2**length):
            state, rights = start, []
            moves = [number >> place & 1 for place in range(length)]
            while moves and state != 3:
                rights.append(moves.pop(0))
                state = ((0, 1), (2, 0), (1, 3))[state][rights[-1]]
            found = (table.states, table.steps, table.rights, table.places)
            places = sum(k for k, right in enumerate(rights) if right)
            expected = [state, len(rights), sum(rights), places]
            assert [array[start, number] for array in found] == expected


def test_runs_side_by_side_have_their_own_baseline_and_their_own_chance():
    options = {"alpha": 2**-10, "n_episodes": 30, "theta0": -1.0, "rng": 1}
    shares, runs = finished(
        training_runs(**options, baselines=[-200, 0, 200], n_runs=4)
    )
    assert runs.shape == (31, 3, 4)
    np.testing.assert_allclose(runs[0], 1 / (1 + math.exp(1)))
    assert len(np.unique(runs[-1])) == 12
    assert shares == sorted(shares)
    assert 0 <= shares[0] <= shares[-1] < 1
    # The plain loop, whose draws are others, spreads as these do.
    _, many = finished(training_runs(**options, baselines=[-200], n_runs=200))
    loops = [
        finished(training_history(**options | {"rng": seed}, constant=-200))[1]
        for seed in range(200)
    ]
    last = np.array([run.probability[-1] for run in loops])
    error = math.hypot(last.std(), many[-1].std()) / math.sqrt(200)
    assert many[-1].mean() == pytest.approx(last.mean(), abs=4 * error)
    assert many[-1].std() == pytest.approx(last.std(), rel=0.25)


@claims("cut_off")
def test_a_run_that_needs_too_many_moves_stays_as_it_is():
    options = {"alpha": 2**-10, "n_episodes": 50, "baselines": [0.0], "n_runs": 2}
    _, short = finished(training_runs(**options, most_moves=200, rng=2))
    _, whole = finished(training_runs(**options, rng=2))
    for run in range(2):
        (still,) = np.nonzero(short[:, 0, run] != whole[:, 0, run])
        assert 3 < still[0] < 40
        np.testing.assert_array_equal(
            short[: still[0], 0, run], whole[: still[0], 0, run]
        )
        assert len(np.unique(short[still[0] - 1 :, 0, run])) == 1
    assert (LONGEST_EPISODE, MOST_EPISODES) == (1000, 2000)
    _, away = finished(
        training_runs(**options | {"n_episodes": 500}, theta0=800, max_steps=1000)
    )
    np.testing.assert_array_equal(away, 1)


@claims("runs_in_order")
def test_the_band_leaves_out_the_two_lowest_and_the_two_highest_runs():
    history = simulated(STATEMENT, shown="learning", p=0.2, log2_alpha=-10, seed=3)
    _, learned = finished(
        training_runs(
            alpha=2**-10,
            baselines=LEARNED_WITH,
            n_runs=21,
            n_episodes=2000,
            theta0=math.log(0.2 / 0.8),
            max_steps=1000,
            rng=3,
        )
    )
    for k, b in enumerate(LEARNED_WITH):
        low, middle, high, away, one = history.runs[b]
        np.testing.assert_array_equal(one, learned[:, k, 0])
        np.testing.assert_allclose(middle, np.median(learned[:, k], axis=1))
        for episode in (100, 1000, 2000):
            now = learned[episode, k]
            assert (now < low[episode]).sum() == (now > high[episode]).sum() == 2
            assert away[episode] == ((now < 0.05) | (now > 0.95)).sum()


@claims("bands_widen")
@pytest.mark.parametrize("seed", [0, 7, 14, 20])
def test_the_farther_the_baseline_from_the_return_the_wider_the_band(seed):
    history = simulated(STATEMENT, shown="learning", p=0.2, log2_alpha=-7, seed=seed)
    width = {b: (runs.high - runs.low)[500:].mean() for b, runs in history.runs.items()}
    for b, wide in ((-10, 0.22), (0, 0.36), (-40, 0.53)):
        assert width[b] == pytest.approx(wide, rel=0.15)
    learned = corridor_value(np.mean(history.runs[-10].middle[1000:]))
    assert learned == pytest.approx(-12, abs=0.5)
    below = [width[b] for b in (-40, -30, -20, -10)]
    above = [width[b] for b in (10, 0, -10)]
    assert below == sorted(below, reverse=True)
    assert above == sorted(above, reverse=True)


@claims("edges_averaged")
def test_an_edge_is_the_mean_of_as_many_episodes_before_as_after():
    edge = simulated(STATEMENT, shown="learning").runs[0].high
    drawn = smoothed(edge)
    for k, around in ((0, 0), (30, 30), (99, 99), (700, 100), (1950, 50), (2000, 0)):
        mean = edge[k - around : k + around + 1].mean()
        assert drawn[k] == pytest.approx(mean, rel=1e-12)


@claims("nearest_runs")
def test_the_runs_that_are_drawn_are_those_of_the_nearest_fifth_baseline():
    history = simulated(STATEMENT, shown="learning", p=0.2, log2_alpha=-10, seed=0)
    for baseline in STATEMENT.control("baseline").positions:
        b = 5 * round(baseline / 5)
        beside = b or -10
        chosen = STATEMENT.defaults | LEARN | {"baseline": baseline}
        scene = LESSON.scene(chosen, history)
        name, other = (f"b = {one}".replace("-", "−") for one in (b, beside))
        if b != baseline:
            name = f"nearest trained {name}"
            other = name if b else other
        plain, band, none, run = scene.figures[LEARNING]["data"][:4]
        assert [none["name"], run["name"]] == ["no baseline", other]
        for shade, b_shown in ((plain, 0), (band, beside)):
            edges = np.array(shade["y"]).reshape(2, -1)
            runs = history.runs[b_shown]
            np.testing.assert_array_equal(edges[0], smoothed(runs.low)[::20])
            np.testing.assert_array_equal(edges[1][::-1], smoothed(runs.high)[::20])
        last = history.runs[b].middle[1000]
        assert scene.readouts[f"median p after 1000 episodes with {name}"] == last
        at_1000 = list(run["x"]).index(1000)
        assert run["y"][at_1000] == history.runs[beside].middle[1000]


def test_a_constant_baseline_is_subtracted_from_every_return():
    options = {"alpha": 2**-8, "n_episodes": 1, "rng": 7}
    _, run = finished(training_history(**options, constant=-3.0))
    moves = int(run.lengths[0])
    actions = corridor_episode(0.5, rng=7)
    assert len(actions) == moves
    weights = np.arange(-moves, 0.0) + 3
    assert run.theta[1] == pytest.approx(2**-8 * weights @ (actions - 0.5))


def test_estimates_of_played_episodes_are_those_of_the_seed():
    played = corridor_episodes(0.3, n_episodes=50, rng=4)
    for kind in KINDS:
        np.testing.assert_array_equal(
            gradient_estimates(played, kind, baseline=-3.0),
            corridor_estimates(0.3, kind, baseline=-3.0, n_episodes=50, rng=4),
        )


@given(probabilities)
def test_the_slope_is_the_derivative_of_the_value_by_the_logit(p):
    theta, h = math.log(p / (1 - p)), 1e-5
    ends = [corridor_value(1 / (1 + math.exp(-t))) for t in (theta - h, theta + h)]
    slope = (ends[1] - ends[0]) / (2 * h)
    assert corridor_slope(p) == pytest.approx(slope, rel=1e-5, abs=1e-5)


# Bad input


@given(st.lists(st.integers(0, 1), min_size=1, max_size=30), probabilities, numbers())
def test_the_estimate_of_one_episode_adds_up_its_steps(actions, p, baseline):
    episode = sums_of_episode(actions, p)
    to_go = -np.arange(len(actions), 0, -1.0)
    steps = (to_go - baseline) * (np.array(actions) - p)
    estimate = gradient_estimates(episode, "with_baseline", baseline=baseline)
    assert estimate.shape == (1,)
    assert estimate[0] == pytest.approx(steps.sum(), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: corridor_value(0), "the episode never ends for p = 0 or p = 1"),
        (lambda: corridor_value(1), "the episode never ends for p = 0 or p = 1"),
        (lambda: corridor_gradient(1), "the episode never ends for p = 0 or p = 1"),
        (lambda: corridor_moments(0), "the episode never ends for p = 0 or p = 1"),
        (lambda: corridor_moments(1), "the episode never ends for p = 0 or p = 1"),
        (lambda: corridor_moments(-0.5), "p must be in [0, 1], got -0.5"),
        (lambda: corridor_moments(1e-200), "result must be finite"),
        (lambda: sums_of_episode([], 0.5), "actions must not be empty"),
        (lambda: sums_of_episode([2], 0.5), "actions must be in [0, 1], got 2"),
        (lambda: corridor_episode(1), "the episode never ends for p = 0 or p = 1"),
        (
            lambda: corridor_estimates(0, "return_to_go"),
            "the episode never ends for p = 0 or p = 1",
        ),
        (lambda: corridor_value(1.5), "p must be in [0, 1], got 1.5"),
        (lambda: corridor_value(np.nan), "p contains NaN"),
        (lambda: corridor_gradient(1e-200), "result must be finite"),
        (
            lambda: corridor_estimates(0.5, "reward"),
            "kind must be one of ('total_return', 'return_to_go', 'with_baseline', ",
        ),
        (
            lambda: corridor_estimates(0.5, "with_baseline", baseline=np.inf),
            "baseline must be finite",
        ),
        (
            lambda: corridor_estimates(0.5, "return_to_go", n_episodes=0),
            "n_episodes must be in [1, inf), got 0",
        ),
        (
            lambda: reinforce_corridor(alpha=0, n_episodes=1),
            "alpha must be in (0, inf), got 0.0",
        ),
        (
            lambda: reinforce_corridor(alpha=-1, n_episodes=1),
            "alpha must be in (0, inf), got -1.0",
        ),
        (
            lambda: reinforce_corridor(alpha=1, n_episodes=0),
            "n_episodes must be in [1, inf), got 0",
        ),
        (
            lambda: finished(
                training_runs(alpha=1, baselines=[np.inf], n_runs=1, n_episodes=1)
            ),
            "baselines must be finite",
        ),
        (
            lambda: finished(
                training_runs(alpha=1, baselines=[0], n_runs=0, n_episodes=1)
            ),
            "n_runs must be in [1, inf), got 0",
        ),
        (lambda: grad_log_softmax([0, 0], 2), "a must be in [0, 1], got 2"),
        (lambda: grad_log_softmax([0, 0], -1), "a must be in [0, 1], got -1"),
        (lambda: grad_log_softmax([0, 0], 0.5), "a must be an integer, got 0.5"),
        (
            lambda: bandit_gradient([0, 0], [1, 2, 3]),
            (
                "shape mismatch: theta has shape (2,), rewards has shape (3,); "
                "theta and rewards must have the same length"
            ),
        ),
        (
            lambda: bandit_estimator_variance([0], [1, 2], 0),
            "theta and rewards must have the same length",
        ),
        (lambda: bandit_estimator_variance([0], [1], np.nan), "baseline contains NaN"),
        (
            lambda: bandit_estimator_variance([0, 0], [1e300, 0], 0),
            "result must be finite",
        ),
        (
            lambda: estimate_spreads(corridor_moments(0.5), [np.inf]),
            "baselines must be finite",
        ),
        (
            lambda: least_variance_baseline(EstimateMoments(1, 0, 1, 0, 0)),
            "the slopes of the episodes must not all be equal",
        ),
        (lambda: softmax_policy([]), "theta must not be empty"),
        (lambda: softmax_policy([[0]]), "theta must be 1-D, got shape (1, 1)"),
        (lambda: softmax_policy([np.inf]), "theta must be finite"),
        (lambda: bandit_gradient([0], [np.nan]), "rewards contains NaN"),
    ],
)
def test_bad_input_is_named(call, message):
    with says(message):
        call()


def test_input_is_left_as_it_was():
    theta = np.array([0, 1])
    grad_log_softmax(theta, 1)
    np.testing.assert_array_equal(theta, [0, 1])


# What the page claims


def test_predict_the_best_is_neither_always_right_nor_one_half():
    assert corridor_value(0.5858) > corridor_value(0.5) > corridor_value(0.98)


@claims("both_ends")
def test_the_gradient_grows_towards_both_ends():
    logit = [abs(p * (1 - p) * corridor_gradient(p)) for p in (0.02, 0.2, 0.5)]
    assert logit == sorted(logit, reverse=True)
    assert abs(corridor_gradient(0.98)) > abs(corridor_gradient(0.8))
    for sign, ends in ((1, (0.5, 0.1, 0.01, 1e-4)), (-1, (0.7, 0.9, 0.99, 0.9999))):
        slopes = sign * np.array([corridor_slope(p) for p in ends])
        lengths = -np.array([corridor_value(p) for p in ends])
        assert (np.diff(slopes) > 0).all()
        assert (np.diff(lengths) > 0).all()
        # In the end the gradient is as large as the episodes are long.
        assert slopes[-1] == pytest.approx(lengths[-1], rel=1e-3)


@claims("mostly_left")
@pytest.mark.parametrize("seed", [3, 0, 11])
def test_mostly_left_start_comes_near_the_best_in_a_thousand_episodes(seed):
    (chosen,) = (one.values for one in LESSON.presets if one.name == "Mostly left")
    runs = simulated(STATEMENT, **{**chosen, "seed": seed}).runs
    assert runs[-10].middle[0] == pytest.approx(0.05)
    # Medians of runs scatter by some hundredths around it.
    assert runs[-10].middle[1000] == pytest.approx(BEST, abs=0.06)


def test_what_needs_no_training_is_drawn_without_it():
    outlined = STATEMENT.outline()
    chosen = STATEMENT.defaults | LEARN | {"p": 0.3}
    whole = LESSON.scene(chosen, simulated(STATEMENT, shown="learning", p=0.3))
    early = LESSON.scene(chosen, outlined)
    waits = ("median p after 1000 episodes", "width of the band there,")
    missing = {f"{name} with b = −10": "…" for name in waits}
    missing["of these 21 runs within 0.05 of 0 or 1"] = "…"
    assert early.readouts == {**whole.readouts, **missing}
    # Until the runs are there the sentence is that of the episode.
    usual = LESSON.scene(chosen | {"shown": "slope of J"}, outlined)
    assert early.status == usual.status != whole.status
    for k in (0, CLOUD):
        for one, other in zip(
            early.figures[k]["data"], whole.figures[k]["data"], strict=True
        ):
            for axis in ("x", "y"):
                np.testing.assert_array_equal(one[axis], other[axis])
    curves = early.figures[LEARNING]["data"]
    assert [len(one["y"]) for one in curves] == [
        len(one["y"]) for one in whole.figures[LEARNING]["data"]
    ]
    assert all(np.isnan(np.array(one["y"], float)).all() for one in curves[:4])


def test_on_the_first_screen_the_band_is_narrower_with_the_baseline():
    runs = simulated(STATEMENT, shown="learning").runs
    with_b, without = (runs[b].high - runs[b].low for b in (-10, 0))
    assert with_b[100:].mean() < 0.66 * without[100:].mean()
    # Wherever one looks in the picture.
    assert (smoothed(with_b) < smoothed(without))[100:].all()


@claims("near_the_start")
def test_from_one_half_learning_has_less_to_gain_than_its_own_noise():
    runs = simulated(STATEMENT, shown="learning", p=0.5).runs
    low, _, high, *_ = runs[STATEMENT.defaults["baseline"]]
    assert corridor_value(BEST) - corridor_value(0.5) < 0.35
    assert (high - low)[500:].mean() > 1.2 * (BEST - 0.5)


def test_on_the_first_screen_learning_leads_from_far_below_to_near_the_best():
    learned = simulated(STATEMENT, shown="learning").runs[-10].middle
    assert learned[0] == pytest.approx(0.2)
    assert learned[1000] == pytest.approx(BEST, abs=0.06)


def spread_of(exact, b):
    """Return the standard deviation of H - b S."""
    return math.sqrt(
        exact.variance - 2 * b * exact.covariance + b**2 * exact.slope_variance
    )


@claims("exact_spread")
def test_the_spreads_that_are_told_are_those_of_the_policy_whatever_the_seed():
    told = [
        [
            LESSON.scene(
                STATEMENT.defaults | {"p": 0.5, "baseline": b, "seed": seed},
                STATEMENT.outline(),
            ).readouts[name]
            for name in (
                "standard deviation of ĝ",
                "b with the least standard deviation",
            )
            for b in (0, -10, -13)
        ]
        for seed in (3, 12)
    ]
    assert told[0] == told[1]
    assert [round(one, 1) for one in told[0]] == [27.1, 17.1, 16.7, *[-12.3] * 3]


@claims("cloud_drawn")
@pytest.mark.parametrize("p", [0.02, 0.04, 0.2, 0.5, 0.9, 0.98])
@pytest.mark.parametrize("baseline", [-40, -10, 0, 10])
def test_each_dot_is_an_episode_and_the_shade_is_mean_and_deviation(p, baseline):
    exact = corridor_moments(p)
    chosen = STATEMENT.defaults | {"p": p, "baseline": baseline}
    scene = LESSON.scene(chosen, STATEMENT.outline())
    picture = scene.figures[CLOUD]
    shade, *clouds_and_marks = picture["data"]
    drawn = sorted({0, baseline}, key=abs)
    clouds, marks = (
        clouds_and_marks[: len(drawn)],
        clouds_and_marks[len(drawn) :],
    )
    played = corridor_episodes(p, n_episodes=200, rng=chosen["seed"])
    for dots, b in zip(clouds, drawn, strict=True):
        guesses = gradient_estimates(played, "with_baseline", baseline=b)
        np.testing.assert_array_equal(dots["y"], guesses)
        assert dots["mode"] == "markers"
        assert 2 < np.abs(dots["x"] - b).max() <= 2.5
    low, high = np.array(shade["y"]).reshape(2, -1)
    along, high = shade["x"][: len(low)], high[::-1]
    np.testing.assert_allclose(low + high, 2 * corridor_slope(p), rtol=1e-12)
    for k in range(0, len(along), 20):
        assert (high - low)[k] / 2 == pytest.approx(
            spread_of(exact, along[k]), rel=1e-9
        )
    for b, mark in zip(drawn, marks, strict=True):
        alone = outputs_of(STATEMENT, inputs_of(STATEMENT, **chosen | {"baseline": b}))
        assert (mark["x"], mark["y"]) == ([b], [pytest.approx(alone["estimate"])])
    readouts = scene.readouts
    assert readouts["standard deviation of ĝ"] == pytest.approx(
        spread_of(exact, baseline)
    )
    assert readouts["mean of ĝ"] == pytest.approx(corridor_slope(p))
    (left, right), (bottom, top) = (
        picture["layout"][axis]["range"] for axis in ("xaxis", "yaxis")
    )
    level, least = (
        {line[f"{axis}0"] for line in picture["layout"]["shapes"]} for axis in "yx"
    )
    best = readouts["b with the least standard deviation"]
    assert corridor_slope(p) in level
    assert best in least
    assert (high - low).min() >= 2 * spread_of(exact, best) * (1 - 1e-12)
    assert left < best < right
    assert left <= -40 < 10 <= right
    in_view = along >= left
    assert bottom < low[in_view].min()
    assert high[in_view].max() < top < 5 * high[in_view].max()


@claims("mean_settles")
def test_the_mean_of_more_and_more_estimates_settles_at_the_true_gradient():
    chosen = STATEMENT.defaults | {"shown": "mean of ĝ"}
    truth, exact = corridor_slope(0.2), corridor_moments(0.2)
    played = corridor_episodes(0.2, n_episodes=2000, rng=chosen["seed"])
    *shades, without, with_b = drawing(LESSON)(**chosen).figures[SLOPES]["data"]
    widths = []
    for shade, trace, b, first in zip(
        shades, (without, with_b), (0, -10), (-3, 7), strict=True
    ):
        guesses = gradient_estimates(played, "with_baseline", baseline=b)
        guesses = [first, *guesses]  # this episode's is the first
        for n, mean in zip(trace["x"], trace["y"], strict=True):
            assert mean == pytest.approx(np.mean(guesses[: int(n)]))
        assert trace["x"][-1] == 2000
        assert abs(trace["y"][-1] - truth) < 2.5
        assert np.abs(trace["y"][:10] - truth).max() > 5
        low, high = np.array(shade["y"]).reshape(2, -1)
        wide = spread_of(exact, b) / np.sqrt(trace["x"])
        np.testing.assert_allclose(high[::-1] - low, 2 * wide)
        np.testing.assert_allclose(high[::-1] + low, 2 * truth)
        widths.append(wide)
    assert (widths[1] < 0.8 * widths[0]).all()


@pytest.mark.parametrize("p", [0.02, 0.5, 0.98])
@pytest.mark.parametrize("baseline", [-40, 0, 10])
@pytest.mark.parametrize("seed", [0, 7])
def test_the_true_gradient_is_in_the_picture_of_means(p, baseline, seed):
    chosen = {"p": p, "baseline": baseline, "seed": seed, "shown": "mean of ĝ"}
    picture = drawing(LESSON)(**STATEMENT.defaults | chosen).figures[SLOPES]
    low, high = picture["layout"]["yaxis"]["range"]
    assert low < corridor_slope(p) < high
    assert {line["y0"] for line in picture["layout"]["shapes"]} >= {corridor_slope(p)}
    for trace in picture["data"][-2 if baseline else -1 :]:
        settling = trace["y"][trace["x"] >= 20]
        assert low < settling.min() <= settling.max() < high


@pytest.mark.parametrize("p", [0.02, 0.2, 0.5, 0.6, 0.98])
@pytest.mark.parametrize("seed", [3, 7])
def test_each_line_through_the_point_has_the_slope_that_it_is_named_for(p, seed):
    chosen = STATEMENT.defaults | {"p": p, "seed": seed}
    figures = drawing(LESSON)(**chosen).figures
    value, *lines, now = figures[SLOPES]["data"]
    (low, high), (left, right) = (
        figures[SLOPES]["layout"][axis]["range"] for axis in ("yaxis", "xaxis")
    )
    theta = math.log(p / (1 - p))
    assert (now["x"], now["y"]) == ([theta], [pytest.approx(corridor_value(p))])
    assert left < theta < right
    assert low < corridor_value(p) < high
    for x, y in list(zip(value["x"], value["y"], strict=True))[::16]:
        assert y == pytest.approx(corridor_value(1 / (1 + math.exp(-x))), rel=1e-9)
    with_b, without = (
        outputs_of(STATEMENT, inputs_of(STATEMENT, **chosen | {"baseline": b}))
        for b in (-10, 0)
    )
    slopes = {
        "true slope ∇J": corridor_slope(p),
        "ĝ with b = 0": without["estimate"],
        "ĝ with b": with_b["estimate"],
    }
    assert [line["name"] for line in lines] == list(slopes)
    for line, slope in zip(lines, slopes.values(), strict=True):
        (x0, x1), (y0, y1) = line["x"], line["y"]
        assert (y1 - y0) / (x1 - x0) == pytest.approx(slope, rel=1e-9, abs=1e-9)
        middle = ((x0 + x1) / 2, (y0 + y1) / 2)
        assert middle == pytest.approx((theta, corridor_value(p)))
        across, up = (x1 - x0) / (right - left), (y1 - y0) / (high - low)
        assert math.hypot(across, up) == pytest.approx(0.4)
    without_b = drawing(LESSON)(**chosen | {"baseline": 0}).figures[SLOPES]["data"]
    assert [line["name"] for line in without_b[1:-1]] == [
        "true slope ∇J",
        "ĝ with b = 0",
    ]


@claims("guesses_of_slope")
def test_the_first_episode_guesses_7_with_the_baseline_and_minus_3_without():
    lines = drawing(LESSON)(**STATEMENT.defaults).figures[SLOPES]["data"][1:4]
    slopes = [float(np.diff(line["y"])[0] / np.diff(line["x"])[0]) for line in lines]
    assert [round(slope, 1) for slope in slopes] == [15.5, -3, 7]


@claims("wrong_way")
def test_without_a_baseline_two_of_five_episodes_point_the_wrong_way():
    played = corridor_episodes(0.2, n_episodes=100_000)
    for b, share in ((0, 0.41), (-10, 0.15), (-24, 0.28)):
        guesses = gradient_estimates(played, "with_baseline", baseline=b)
        assert (guesses < 0).mean() == pytest.approx(share, abs=0.006)
    assert corridor_slope(0.2) > 0
    is_long = played.steps > np.median(played.steps)
    spread = {
        b: [
            gradient_estimates(played, "with_baseline", baseline=b)[chosen].std()
            for chosen in (is_long, ~is_long)
        ]
        for b in (-10, -24)
    }
    assert spread[-24][0] < 0.9 * spread[-10][0]
    assert spread[-24][1] > 2 * spread[-10][1]
    assert min(spread[-10][0], spread[-24][0]) > 2 * spread[-24][1]  # most of it


@claims("only_with_b")
def test_with_larger_steps_more_runs_run_away_without_the_baseline():
    _, learned = finished(
        training_runs(
            alpha=2**-6,
            baselines=[-10, 0],
            n_runs=300,
            n_episodes=1000,
            theta0=math.log(0.2 / 0.8),
            max_steps=LONGEST_EPISODE,
        )
    )
    away = np.abs(learned[1000] - 0.5) > 0.45
    assert away.mean(axis=1) == pytest.approx([0.19, 0.72], abs=0.07)


@claims("thrown_away")
@pytest.mark.parametrize("seed", [3, 0, 11])
def test_steps_of_a_32nd_are_too_large_with_every_baseline(seed):
    runs = simulated(STATEMENT, shown="learning", log2_alpha=-5, seed=seed).runs
    for each in runs.values():
        assert min(each.low[1000], 1 - each.high[1000]) < 0.01
    away = runs[-10].low[1000:]
    assert np.ptp(away) < 0.01
    assert (runs[-10].away[1000:] >= 17).all()


def test_the_line_adds_up_one_episode_step_by_step():
    history = default_history(STATEMENT)
    shown = outputs_of(STATEMENT, inputs_of(STATEMENT, **STATEMENT.defaults))
    line = frame(LESSON, STATEMENT.defaults, history)["line"]
    assert r"\hat g" in line["pieces"][0]
    total = float(line["numbers"][-1])
    assert total == pytest.approx(shown["estimate"], rel=1e-3)


@claims("noise_of_baselines")
def test_a_good_baseline_lowers_the_noise_and_a_harmful_one_raises_it():
    spread = {
        b: corridor_estimates(0.5, "with_baseline", baseline=b, n_episodes=4000).std()
        for b in (-10, 0, 10)
    }
    assert spread[-10] < spread[0] < spread[10]


@claims("same_mean")
@pytest.mark.parametrize(("baseline", "noise"), [(-10.0, 0.65), (10.0, 1.6)])
def test_presets_with_a_baseline_of_10_have_other_noise_and_the_same_mean(
    baseline, noise
):
    played = corridor_episodes(0.5, n_episodes=40_000)
    plain = gradient_estimates(played, "return_to_go")
    other = gradient_estimates(played, "with_baseline", baseline=baseline)
    assert other.std() / plain.std() == pytest.approx(noise, rel=0.1)
    apart = other - plain  # on the same episodes
    assert apart.mean() == pytest.approx(0, abs=4 * apart.std() / 200)


def test_a_learned_baseline_steadies_large_steps():
    def scatter(baseline):
        runs = [
            reinforce_corridor(alpha=2**-8, n_episodes=600, baseline=baseline, rng=seed)
            for seed in range(6)
        ]
        return np.mean([run.probability[300:].std() for run in runs])

    assert scatter(True) < scatter(False)


@claims("steadier")
@pytest.mark.parametrize("p", [0.05, 0.2, 0.5, 0.8, 0.95])
def test_a_baseline_equal_to_the_expected_return_makes_the_estimates_steadier(p):
    played = corridor_episodes(p, n_episodes=20_000)
    plain = gradient_estimates(played, "return_to_go")
    near = gradient_estimates(played, "with_baseline", baseline=corridor_value(p))
    assert near.std() < 0.75 * plain.std()


def test_a_baseline_near_the_expected_return_makes_the_estimates_steadiest():
    played = corridor_episodes(0.5, n_episodes=20_000)
    spread = {
        b: gradient_estimates(played, "with_baseline", baseline=b).std()
        for b in range(-40, 11)
    }
    best = min(spread, key=spread.get)
    assert -14 <= best <= -8
    assert spread[best] < 0.7 * spread[0]


@claims("least_near_value", "returns_of_two")
def test_the_baseline_with_the_least_variance_is_below_the_expected_return():
    values = [corridor_value(p) for p in (0.5, 0.2, 0.95)]
    assert values == pytest.approx([-12, -22.5, -44.2], abs=0.02)
    for p, least in ((0.5, -12.3), (0.2, -24.0), (0.95, -60.9)):
        exact = corridor_moments(p)
        best = least_variance_baseline(exact)
        assert round(best, 1) == least
        assert best < corridor_value(p) - 0.1
        assert (best < STATEMENT.control("baseline").low) == (p == 0.95)
        at_best, near = estimate_spreads(exact, [best, corridor_value(p)])
        assert at_best < near
        assert (near < 1.01 * at_best) == (p < 0.9)  # far below J where p is large
        played = corridor_episodes(p)  # what b is multiplied with, in long episodes
        is_long = played.steps > np.median(played.steps)
        squares = played.slopes**2
        assert squares[is_long].mean() > 2 * squares[~is_long].mean()


@claims("noise_above_gradient")
def test_at_the_first_p_one_estimate_scatters_by_twice_the_gradient_with_any_baseline():
    exact = corridor_moments(0.2)
    least = estimate_spreads(exact, [least_variance_baseline(exact)])[0]
    assert least > 2 * corridor_slope(0.2)


@given(st.integers(0, 50), probabilities, st.integers(-60, 20))
def test_the_spread_with_a_baseline_is_that_of_its_estimates(seed, p, baseline):
    played = corridor_episodes(p, n_episodes=30, rng=seed)
    plain, slopes = gradient_estimates(played, "return_to_go"), played.slopes
    (variance, covariance), (_, slope_variance) = np.cov(plain, slopes, ddof=0)
    sampled = EstimateMoments(
        plain.mean(), slopes.mean(), variance, covariance, slope_variance
    )
    found = estimate_spreads(sampled, [baseline])[0]
    weighted = gradient_estimates(played, "with_baseline", baseline=baseline)
    assert found == pytest.approx(weighted.std(), rel=1e-6, abs=1e-6)
    best = least_variance_baseline(sampled)
    assert estimate_spreads(sampled, [best])[0] <= found * (1 + 1e-9) + 1e-6


@claims("always_right")
def test_going_right_always_never_gets_past_the_middle_cell():
    assert CORRIDOR[0][1] == 1
    assert CORRIDOR[1][1] == 0


@claims("chance_needed")
def test_only_who_sees_the_cell_can_reach_the_goal_without_chance():
    def end(*choices):
        state = 0
        for _ in range(9):  # with three cells anything longer runs in circles
            state = state if state == 3 else CORRIDOR[state][choices[state]]
        return state

    assert end(0, 0, 0) != 3
    assert end(1, 1, 1) != 3
    assert end(1, 0, 1) == 3  # it takes another action in the middle


@claims("up_not_down")
@pytest.mark.parametrize("p", [0.05, 0.3, 0.5, 0.8, 0.95])
def test_a_step_up_the_gradient_earns_more_and_a_step_down_less(p):
    chosen = {**STATEMENT.defaults, "p": p}
    results = outputs_of(STATEMENT, inputs_of(STATEMENT, **chosen))
    theta = math.log(p / (1 - p))
    assert results["updated"] == pytest.approx(theta + 2**-7 * results["estimate"])
    up, down = (
        corridor_value(1 / (1 + math.exp(-(theta + sign * 2**-10 * results["slope"]))))
        for sign in (1, -1)
    )
    assert up > results["value"] > down


@claims("rules_of_the_corridor")
@pytest.mark.parametrize("p", [0.05, 0.5, 0.95])
def test_the_action_right_leads_left_in_the_second_cell_alone(p):
    for cell, (left, right) in enumerate(CORRIDOR):
        assert (right < cell) is (cell == 1)
        assert left == (2 if cell == 1 else max(cell - 1, 0))
    given_ = inputs_of(STATEMENT, **STATEMENT.defaults | {"p": p})
    cell = 0
    for action in given_["actions"]:
        cell = CORRIDOR[cell][action]
    assert cell == len(CORRIDOR)  # the goal
    assert set(given_["rewards"]) == {-1.0}


@claims("all_less_likely")
@given(st.floats(0.02, 0.98), st.integers(0, 20))
def test_without_a_baseline_every_action_taken_becomes_less_likely(p, seed):
    theta = math.log(p / (1 - p))
    actions = corridor_episode(p, rng=seed)
    returns = np.arange(-len(actions), 0.0)
    moved = 1e-6 * returns * (actions - p)
    shares = 1 / (1 + np.exp(-(theta + moved)))
    gained = np.where(actions == 1, shares - p, p - shares)
    assert (gained < 0).all()
    for action in (0, 1):  # the worse the return, the more
        assert (np.diff(gained[actions == action]) > 0).all()


@claims("score_is_action_minus_p")
def test_the_likelier_an_action_the_weaker_each_push_toward_it():
    for x in (0, 1):
        by_chance = {
            (p if x else 1 - p): abs(x - p) for p in (0.02, 0.2, 0.5, 0.8, 0.98)
        }
        pushes = [by_chance[chance] for chance in sorted(by_chance)]
        assert pushes == sorted(pushes, reverse=True)
        for chance, push in by_chance.items():
            # On average an action's pushes are as strong as the other's.
            assert chance * push == pytest.approx(0.25 - (0.5 - chance) ** 2)


@claims("as_cross_entropy")
@pytest.mark.parametrize("p", [0.02, 0.2, 0.5, 0.98])
@pytest.mark.parametrize("action", [0, 1])
def test_the_score_is_the_slope_of_cross_entropy_turned_around(p, action):
    theta, h = math.log(p / (1 - p)), 1e-6
    label = [1 - action, action]

    def loss(at):
        right = scipy.special.expit(at)
        return cross_entropy(label, [1 - right, right])

    slope = (loss(theta + h) - loss(theta - h)) / (2 * h)
    assert -slope == pytest.approx(action - p, abs=1e-7)


@claims("old_episodes")
@pytest.mark.parametrize(("old", "new"), [(0.2, 0.3), (0.2, 0.5), (0.5, 0.2)])
def test_episodes_of_an_older_policy_point_elsewhere_on_average(old, new):
    played = corridor_episodes(old, n_episodes=20_000, rng=0)
    # A score is x - p: with another p each of an episode's steps has one of the other.
    weights = -played.steps * (played.steps + 1) / 2 + 10 * played.steps
    reused = gradient_estimates(played, "with_baseline", baseline=-10)
    reused = reused - weights * (new - old)
    error = reused.std() / math.sqrt(len(reused))
    assert abs(reused.mean() - corridor_slope(new)) > 10 * error


@claims("count_by_chance")
@pytest.mark.parametrize(("seed", "away"), [(3, (6, 1)), (0, (1, 4))])
def test_how_many_of_21_runs_run_away_is_chance_too(seed, away):
    runs = simulated(STATEMENT, **LEARN | {"p": 0.02, "seed": seed}).runs
    assert (runs[-10].away[200], runs[0].away[200]) == away


@claims("score_is_action_minus_p")
@pytest.mark.parametrize("p", [0.02, 0.2, 0.5, 0.98])
def test_the_slope_of_the_log_probability_is_action_minus_p(p):
    theta = inputs_of(STATEMENT, **STATEMENT.defaults | {"p": p})["theta"]
    assert scipy.special.expit(theta) == pytest.approx(p)

    def log_probability(action, at):
        right = scipy.special.expit(at)
        return math.log(right if action else 1 - right)

    h = 1e-5
    for action in (0, 1):
        up, down = (log_probability(action, theta + side * h) for side in (1, -1))
        assert (up - down) / (2 * h) == pytest.approx(action - p, abs=1e-8)


@claims("undiscounted")
def test_the_corridor_is_not_discounted_so_its_weights_are_1():
    given_ = inputs_of(STATEMENT, **STATEMENT.defaults)
    result = outputs_of(STATEMENT, given_)
    plain = np.cumsum(given_["rewards"][::-1])[::-1]
    np.testing.assert_array_equal(result["returns"], plain)
    scores = given_["actions"] - given_["p"]
    weighted = (1.0 ** np.arange(len(plain))) * (plain - given_["baseline"]) * scores
    assert result["estimate"] == pytest.approx(weighted.sum())


# The sentence above the charts


def played(p, log2_alpha, seed, episodes):
    """Learn the corridor step by step; return the last probability of going right."""
    random = np.random.default_rng(seed)
    theta = math.log(p / (1 - p))
    draws = iter(random.random(100_000))
    for _ in range(episodes):
        right = 1 / (1 + math.exp(-theta))
        state, moves = 0, []
        while state != 3 and len(moves) < 1000:
            moves.append(next(draws) < right)
            ahead = moves[-1] != (state == 1)  # in the middle they change places
            state = state + 1 if ahead else max(state - 1, 0)
        to_go = range(-len(moves), 0)
        theta += 2.0**log2_alpha * sum(
            g * (x - right) for g, x in zip(to_go, moves, strict=True)
        )
    return 1 / (1 + math.exp(-theta))


@pytest.mark.parametrize("p", [0.02, 0.2, 0.5, 0.58, 0.98])
@pytest.mark.parametrize("baseline", [-40, -10, 0, 10])
def test_the_sentence_says_where_this_episode_leads(p, baseline):
    chosen = STATEMENT.defaults | {"p": p, "baseline": baseline, "log2_alpha": -10}
    scene = drawing(LESSON)(**chosen)
    actions = inputs_of(STATEMENT, **chosen)["actions"]

    def estimate(b):
        return sum((np.arange(-len(actions), 0.0) - b) * (actions - p))

    def moved(b):
        return 1 / (1 + math.exp(-math.log(p / (1 - p)) - 2.0**-10 * estimate(b)))

    pushes = re.match(
        r"Of (\d+) steps? (\d+) push toward their action, (\d+) right and (\d+) left "
        r"\(G above b = (\S+)\), "
        r"(\d+) away from it(?:, (\d+) neither way)?\. ",
        scene.status,
    )
    above = sum(g > baseline for g in range(-len(actions), 0))
    rights = sum(actions[len(actions) - above :])  # the last ones: G rises
    below = sum(g < baseline for g in range(-len(actions), 0))
    assert [read(one or "0") for one in pushes.groups()] == [
        len(actions),
        above,
        rights,
        above - rights,
        baseline,
        below,
        len(actions) - above - below,
    ]
    said = re.search(
        r"The sum ĝ = (\S+) moves p from (\S+) to (\S+) \(α = 1/1024\)"
        r"(?:; with b = 0: ĝ = (\S+), p = (\S+))?\. True ∇J: (\S+)\.$",
        scene.status,
    )
    assert float(said[2]) == p
    assert read(said[6]) == pytest.approx(corridor_slope(p), rel=6e-3)
    assert (said[4] is None) == (baseline == 0)
    told = [(baseline, said[1], said[3])]
    if said[4]:
        told.append((0, said[4], said[5]))
    for b, total, after in told:
        assert read(total) == pytest.approx(estimate(b), rel=6e-4)
        assert float(after) == pytest.approx(moved(b), rel=5.1e-4)


def test_a_small_change_of_p_is_told_with_as_many_digits_as_it_needs():
    chosen = {"p": 0.59, "baseline": -12, "log2_alpha": -14, "seed": 1}
    status = drawing(LESSON)(**STATEMENT.defaults | chosen).status
    told = re.search(r"moves p from 0.59 to (\S+) .*, p = (\S+)\. True", status)
    with_b, without = map(float, told.groups())
    assert without < 0.59 < with_b


@pytest.mark.parametrize("p", [0.02, 0.2, 0.6, 0.98])
@pytest.mark.parametrize("baseline", [-40, -10, 0])
def test_the_sentence_about_the_mean_says_where_the_lines_end(p, baseline):
    chosen = {"p": p, "baseline": baseline, "shown": "mean of ĝ"}
    scene = drawing(LESSON)(**STATEMENT.defaults | chosen)
    means, slope, spreads = re.fullmatch(
        r"The mean of 2000 guesses is (.+); ∇J is (\S+)\. A single guess says little: its "
        r"standard deviation is (.+)\.",
        scene.status,
    ).groups()
    told = re.findall(r"(\S+) with b = (\S+)", means)
    baselines = [read(b) for _, b in told]
    assert baselines == [b for b in (baseline, 0) if b] + [0]
    lines = {
        0 if one["name"] == "with b = 0" else baseline: one["y"][-1]
        for one in scene.figures[SLOPES]["data"]
        if one["name"] in ("with b", "with b = 0")
    }
    for (mean, _), b, spread in zip(
        told, baselines, spreads.split(" and "), strict=True
    ):
        assert read(mean) == pytest.approx(lines[b], rel=6e-3)
        assert read(spread) == pytest.approx(
            spread_of(corridor_moments(p), b), rel=6e-3
        )
        assert read(spread) > abs(read(slope))  # so it says little
    assert read(slope) == pytest.approx(corridor_slope(p), rel=6e-3)


@pytest.mark.parametrize(("baseline", "trained"), [(-10, -10), (0, -10), (-38, -40)])
def test_the_sentence_about_learning_says_where_the_runs_are(baseline, trained):
    chosen = LEARN | {"baseline": baseline, "episodes": 700}
    history = simulated(STATEMENT, **LEARN)
    scene = LESSON.scene(STATEMENT.defaults | chosen, history)
    ends = (
        r"with b = (\S+) the median p is (\S+), the band (\S+) wide, (\d+) of 21 runs "
        r"within 0\.05 of 0 or 1"
    )
    *told, best = re.fullmatch(
        rf"After 700 episodes, each with a step along its ĝ: {ends}; {ends}\. "
        r"Best is p = (\S+)\.",
        scene.status,
    ).groups()
    assert float(best) == pytest.approx(BEST, abs=0.005)
    for k, trained_with in enumerate((trained, 0)):
        b, median, width, away = map(read, told[4 * k : 4 * k + 4])
        runs = history.runs[trained_with]
        low, high = (smoothed(end)[700] for end in (runs.low, runs.high))
        assert b == trained_with
        assert median == pytest.approx(runs.middle[700], abs=0.006)
        assert width == pytest.approx(high - low, rel=0.06)
        assert away == runs.away[700]


def test_one_run_is_drawn_up_to_the_episode_that_is_set():
    history = simulated(STATEMENT, **LEARN)
    chosen = STATEMENT.defaults | LEARN | {"episodes": 700}
    (line,) = (
        one
        for one in LESSON.scene(chosen, history).figures[LEARNING]["data"]
        if one.get("name") == "one of its runs"
    )
    drawn = np.isfinite(line["y"])
    np.testing.assert_array_equal(drawn, line["x"] <= 700)
    np.testing.assert_array_equal(
        line["y"][drawn], history.runs[-10].one[line["x"][drawn].astype(int)]
    )


def test_where_the_terms_cancel_p_stays():
    chosen = STATEMENT.defaults | {"baseline": -3}
    assert outputs_of(STATEMENT, inputs_of(STATEMENT, **chosen))["estimate"] == 0
    status = drawing(LESSON)(**chosen).status
    assert "The sum ĝ = 0 moves p from 0.2 to 0.2 (α" in status


def read(text):
    return float(text.replace("−", "-"))


@given(st.floats(0.02, 0.98), st.integers(0, 20), st.integers(-40, 10))
def test_a_step_pushes_toward_its_action_if_the_return_after_it_is_above_b(p, seed, b):
    theta = math.log(p / (1 - p))
    actions = corridor_episode(p, rng=seed)
    weights = np.arange(-len(actions), 0.0) - b
    before = 1 / (1 + np.exp(-theta))
    shares = 1 / (1 + np.exp(-(theta + 1e-6 * weights * (actions - p))))
    gained = np.where(actions == 1, shares - before, before - shares)
    assert ((gained > 0) == (weights > 0)).all()
    assert ((gained < 0) == (weights < 0)).all()


@claims("sum_decides")
def test_where_left_and_right_share_a_probability_the_sum_decides():
    given_ = inputs_of(STATEMENT, **STATEMENT.defaults)
    shown = outputs_of(STATEMENT, given_)
    assert (shown["returns"] > given_["baseline"]).all()
    assert (given_["actions"] == 0).sum() == 3
    assert shown["updated"] > given_["theta"]  # left becomes rarer all the same
    weights = shown["returns"] - given_["baseline"]
    assert weights @ (given_["actions"] - 0.5) < 0  # with pushes alike left would win
    chosen = STATEMENT.defaults | {"p": 0.5, "baseline": 0, "seed": 7}
    shown = outputs_of(STATEMENT, inputs_of(STATEMENT, **chosen))
    assert (shown["returns"] < 0).all()
    assert 1 / (1 + math.exp(-shown["updated"])) == pytest.approx(0.5506, abs=5e-5)
    status = drawing(LESSON)(**chosen).status
    assert "moves p from 0.5 to 0.5506 (" in status


@claims("baseline_decides")
def test_on_the_first_screen_the_baseline_decides_where_the_episode_moves_p():
    shown, without = (
        outputs_of(STATEMENT, inputs_of(STATEMENT, **STATEMENT.defaults | given_))
        for given_ in ({}, {"baseline": 0})
    )
    assert shown["estimate"] == pytest.approx(7)
    assert without["estimate"] == pytest.approx(-3)
    assert len(shown["returns"]) == 5
    assert shown["slope"] > 0


def test_the_marks_of_learning_are_on_the_runs():
    history = simulated(STATEMENT, **LEARN)
    scene = LESSON.scene(STATEMENT.defaults | LEARN | {"episodes": 700}, history)
    runs = [history.runs[b].middle for b in (0, -10)]
    for mark, run in zip(scene.figures[LEARNING]["data"][5:], runs, strict=True):
        assert (mark["x"], mark["y"]) == ([700], [run[700]])
    assert scene.readouts["median p after 700 episodes with b = −10"] == runs[1][700]
    with_b = history.runs[-10]
    width = smoothed(with_b.high)[700] - smoothed(with_b.low)[700]
    assert scene.readouts["width of the band there, with b = −10"] == width


# What the questions teach


@claims("scatter_both_sides")
@pytest.mark.parametrize("p", [0.2, 0.5, 0.8])
def test_the_variance_is_a_parabola_in_the_baseline(p):
    played = corridor_episodes(p, n_episodes=5_000)
    baselines = np.arange(-80.0, 21.0, 10.0)
    variances = [
        gradient_estimates(played, "with_baseline", baseline=b).var() for b in baselines
    ]
    bends = np.diff(variances, 2)
    assert (bends > 0).all()
    np.testing.assert_allclose(bends, bends[0], rtol=1e-6)
    lowest = baselines[int(np.argmin(variances))]
    assert lowest == pytest.approx(corridor_value(p), abs=15)


@claims("faster_than_flat")
@pytest.mark.parametrize("ends", [(0.2, 0.04, 0.01), (0.8, 0.96, 0.99)])
def test_the_return_falls_faster_than_the_logistic_function_flattens(ends):
    flat = [p * (1 - p) for p in ends]
    by_p = [abs(corridor_gradient(p)) for p in ends]
    assert flat == sorted(flat, reverse=True)
    assert by_p == sorted(by_p)
    products = [slope * share for slope, share in zip(by_p, flat, strict=True)]
    assert products == sorted(products)
    assert products == pytest.approx([abs(corridor_slope(p)) for p in ends])
