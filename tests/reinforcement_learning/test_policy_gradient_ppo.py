"""PPO in the lesson on the policy gradient: its formula, its claims, its sentence."""

from __future__ import annotations

import re

import numpy as np
import pytest
import scipy
from hypothesis import given, settings
from hypothesis import strategies as st

from formulas.reinforcement_learning.corridor import (
    CORRIDOR,
    corridor_slope,
    corridor_values,
)
from formulas.reinforcement_learning.policy_gradient import (
    bandit_gradient,
    grad_log_softmax,
    softmax_policy,
)
from formulas.reinforcement_learning.policy_optimization import ppo_clip
from pages.reinforcement_learning.policy_gradient.ppo.figure import RATIOS, ascent
from pages.reinforcement_learning.policy_gradient.ppo.statement import STATEMENT
from tests.claims import claims
from tests.lessons import drawing, numbers_of
from tests.strategies import settings_of, vectors
from ui.catalogue import BY_KEY

FORM = BY_KEY["policy_gradient/ppo"]

MUTANTS = (
    ("np.minimum(plain, inside)", "np.maximum(plain, inside)"),
    ("(r * gain, r * gain < clipped * gain)", "(r * gain, r < clipped)"),
    ("moved = ratio - 1 if advantage > 0 else 1 - ratio", "moved = abs(ratio - 1) + 1"),
    ("edge = 1 + clip if advantage > 0", "edge = 1 + clip if advantage < 0"),
    ("pull[dead] = 0.0", "pull[~dead] = 0.0"),
)


def of_the_page(**chosen):
    return numbers_of(STATEMENT, **{**STATEMENT.defaults, **chosen})


def objective(r, advantage, clip):
    """Take the smaller of two products, by hand."""
    return min(r * advantage, max(1 - clip, min(1 + clip, r)) * advantage)


def slope(p, p_old, advantage, clip):
    """Return the slope by log p, from the difference of two objectives."""
    h = 1e-6
    up, down = (objective(p * np.exp(k) / p_old, advantage, clip) for k in (h, -h))
    return (up - down) / (2 * h)


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"L = \min\left(r A,\; \operatorname{clip}(r, 1 - \epsilon, 1 + \epsilon)\, "
        r"A\right), \quad r = \frac{p}{p_{\mathrm{old}}}"
    )


def test_values_known_from_elsewhere():
    ratios = np.array([1.5, 1.5, 0.6, 0.6, 1.0])
    step = ppo_clip(np.log(ratios), np.zeros(5), [1, -1, 1, -1, 2])
    assert step.objective == pytest.approx(0.3)
    np.testing.assert_allclose(step.gradient, [0, -0.3, 0.12, 0, 0.4], atol=1e-15)


@claims("ppo_stops")
@pytest.mark.parametrize(("p", "advantage"), [(0.5, 2.0), (0.8, 1.0), (0.2, -2.0)])
def test_beyond_the_clip_in_the_right_direction_nothing_is_left(p, advantage):
    page = of_the_page(p=p, advantage=advantage)
    assert page["gradient"] == 0
    assert slope(p, 0.4, advantage, 0.2) == pytest.approx(0, abs=1e-9)
    stopped = ascent(0.4, advantage, 0.2)
    assert stopped[-1] == stopped[-2]
    assert abs(ascent(0.4, advantage, np.inf)[-1] - stopped[-1]) > 0.15


@claims("ppo_wrong_way")
@pytest.mark.parametrize(("p", "advantage"), [(0.5, -2.0), (0.2, 2.0), (0.1, 0.5)])
def test_what_moved_the_wrong_way_keeps_its_gradient(p, advantage):
    assert not 0.8 < p / 0.4 < 1.2
    found = of_the_page(p=p, advantage=advantage)["gradient"]
    assert found == pytest.approx(p / 0.4 * advantage)
    assert found == pytest.approx(slope(p, 0.4, advantage, 0.2), rel=1e-6)
    assert of_the_page(p=0.5, advantage=2.0)["gradient"] == 0
    assert of_the_page(p=p, advantage=0.0)["gradient"] == 0


@claims("ppo_minimum")
@given(settings_of(STATEMENT))
def test_the_objective_is_the_smaller_of_two_terms(chosen):
    page = of_the_page(**chosen)
    r = chosen["p"] / chosen["p_old"]
    by_hand = objective(r, chosen["advantage"], chosen["clip"])
    assert page["objective"] == pytest.approx(by_hand, rel=1e-12, abs=1e-15)
    assert page["objective"] <= r * chosen["advantage"] + 1e-12
    edges = (1 - chosen["clip"], 1 + chosen["clip"])
    if min(abs(r - edge) for edge in edges) > 1e-4:
        right = slope(*(chosen[k] for k in ("p", "p_old", "advantage", "clip")))
        assert page["gradient"] == pytest.approx(right, rel=1e-5, abs=1e-7)


@claims("ppo_first_step")
@given(st.floats(0.3, 0.7), st.floats(-3, 3))
def test_at_ratio_1_it_is_the_policy_gradient(p, advantage):
    page = of_the_page(p=p, p_old=p, advantage=advantage)
    assert page["ratio"] == 1
    assert page["gradient"] == pytest.approx(advantage)
    assert of_the_page(p=0.4)["gradient"] == pytest.approx(2)


@claims("ppo_same_gradient")
@given(vectors((2, 5), 3.0), st.data())
def test_actions_of_the_old_policy_weighted_with_the_ratio_give_the_new_gradient(
    theta, data
):
    old_theta, advantages = (data.draw(vectors(len(theta), 3.0)) for _ in range(2))
    policy, old = softmax_policy(theta), softmax_policy(old_theta)
    scores = np.array([grad_log_softmax(theta, a) for a in range(len(theta))])
    weighted = old @ ((policy / old * advantages)[:, None] * scores)
    np.testing.assert_allclose(
        weighted, bandit_gradient(theta, advantages), rtol=1e-9, atol=1e-12
    )


def slope_with_old_states(p, p_old):
    """Return the slope by the logit of the mean sum of r A over episodes with p_old."""
    values = np.append(corridor_values(p_old), 0)
    ahead = values[np.array(CORRIDOR)]  # after left and right, in each cell
    moves = np.zeros((3, 4))
    for cell, (left, right) in enumerate(CORRIDOR):
        moves[cell, left] += 1 - p_old
        moves[cell, right] += p_old
    visits = np.linalg.solve(np.eye(3) - moves[:, :3].T, [1, 0, 0])
    return p * (1 - p) * visits @ (ahead[:, 1] - ahead[:, 0])


@claims("ppo_one_choice")
@pytest.mark.parametrize("p_old", [0.3, 0.4, 0.7])
def test_over_an_episode_the_gradient_of_r_a_is_exact_at_ratio_1_only(p_old):
    at_old = slope_with_old_states(p_old, p_old)
    assert at_old == pytest.approx(corridor_slope(p_old), rel=1e-9)
    for p in (p_old - 0.1, p_old + 0.1):
        assert abs(slope_with_old_states(p, p_old) - corridor_slope(p)) > 1


@claims("ppo_narrow")
def test_a_narrow_clip_stops_sooner():
    ends = [ascent(0.4, 2.0, clip)[-1] for clip in (0.05, 0.2, 0.5)]
    assert ends == sorted(ends)
    assert ends[0] < 0.45
    assert ends[1] > 0.48


@claims("ppo_overshoots")
def test_a_step_can_end_outside():
    path = ascent(0.4, 2.0, 0.2)
    assert path[-1] > 1.2 * 0.4
    assert path[-1] == path[-10]
    # By hand: steps of 0.1 along r A (1 − p) in the logit, until the ratio is above 1.2.
    p, places = 0.4, [0.4]
    while p / 0.4 <= 1.2:
        p = scipy.special.expit(
            scipy.special.logit(p) + 0.1 * (p / 0.4) * 2.0 * (1 - p)
        )
        places.append(p)
    np.testing.assert_allclose(path[: len(places)], places)
    np.testing.assert_allclose(path[len(places) :], places[-1])


STOPPED = re.compile(
    r"The action is (\S+) times as likely as before, (above|below) (\S+): a (good|bad) "
    r"action has moved far enough, and the gradient is 0\."
)
INSIDE = re.compile(
    r"The action is (\S+) times as likely as before, within 1 ± (\S+): the gradient is "
    r"(\S+), as without the clip\."
)
BACK = re.compile(
    r"The action is (\S+) times as likely as before: a (good|bad) action has moved the "
    r"wrong way, and the gradient is (\S+), to bring it back\."
)


@given(settings_of(STATEMENT))
@settings(max_examples=60)
def test_the_sentence_says_whether_the_gradient_passes_at_every_setting(chosen):
    scene = drawing(FORM)(**chosen)
    A, eps = chosen["advantage"], chosen["clip"]
    r = chosen["p"] / chosen["p_old"]
    drawn = scene.figures[0]["data"][0]["y"]
    expected = [objective(one, A, eps) for one in RATIOS]
    np.testing.assert_allclose(drawn, expected, rtol=1e-5, atol=1e-9)
    if A == 0:
        assert scene.status.startswith("The advantage is 0:")
        return
    if min(abs(r - 1 - eps), abs(r - 1 + eps)) < 1e-9:
        return  # on the edge rounding decides
    kind = "good" if A > 0 else "bad"
    if (r - 1) * np.sign(A) > eps:
        printed, side, edge, word = STOPPED.fullmatch(scene.status).groups()
        assert (side, word) == (("above", "good") if A > 0 else ("below", "bad"))
        assert float(edge) == pytest.approx(1 + np.sign(A) * eps, rel=6e-3)
    elif abs(r - 1) < eps:
        printed, width, pull = INSIDE.fullmatch(scene.status).groups()
        assert float(width) == pytest.approx(eps, rel=1e-3)
        assert float(pull.replace("−", "-")) == pytest.approx(r * A, rel=6e-3)
    else:
        printed, word, pull = BACK.fullmatch(scene.status).groups()
        assert word == kind
        assert float(pull.replace("−", "-")) == pytest.approx(r * A, rel=6e-3)
    assert float(printed) == pytest.approx(r, rel=6e-3)
