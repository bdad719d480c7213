"""Policy optimization: values by hand, slopes by differences, and where they stop."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest
import scipy.special
import scipy.stats
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from formulas.reinforcement_learning.policy_optimization import (
    dpo_loss,
    group_advantages,
    ppo_clip,
)
from tests.errors import says
from tests.strategies import matrices, numbers

# Each is one edit of the module that its tests must notice.
MUTANTS = (
    ("np.minimum(pull, clipped", "np.maximum(pull, clipped"),
    ("np.clip(ratio, 1 - clip, 1 + clip", "np.clip(ratio, 0, 1 + clip"),
    ("(gain > 0) & (ratio > 1 + clip)", "ratio > 1 + clip"),
    ("(gain > 0) & (ratio > 1 + clip)", "(gain > 0) & (abs(ratio - 1) > clip)"),
    ("(gain < 0) & (ratio < 1 - clip)", "(gain < 0) & (abs(ratio - 1) > clip)"),
    ("pull /= gain.size", "pull = gain / gain.size"),
    ("pull /= gain.size", "pass"),
    ("pull[dead] = 0.0", "pass"),
    ("np.subtract(new, old", "np.subtract(old, new"),
    ("std(groups[lost], ddof=ddof", "std(groups[lost], ddof=0"),
    ("(groups.shape[-1] - ddof)", "groups.shape[-1]"),
    ("_spread(groups, rest, ddof) + eps", "_spread(groups, rest, ddof)"),
    ("rest.mean(axis=-1, keepdims=True)", "rest.mean()"),
    ("Array = groups - groups[..., :1]", "Array = 1.0 * groups"),
    ("(squares > SAFE) &", "(squares >= 0) &"),
    ("(4 * small)", "(small)"),
    ("eps=eps / 4,", "eps=eps,"),
    ("if not scale:", "if scale:"),
    ("np.asarray(better - ref_better)", "np.array(better)"),
    ("margin -= worse - ref_worse", "margin -= worse"),
    ("margin -= worse - ref_worse", "margin += worse - ref_worse"),
    ("np.logaddexp(0.0, against).mean()", "np.logaddexp(0.0, margin).mean()"),
    ("np.logaddexp(0.0, against)", "np.log(1 + np.exp(against))"),
    ("np.logaddexp(0.0, against).mean()", "np.logaddexp(0.0, against).sum()"),
    (
        "    gradient *= -beta\n",
        "    gradient *= -1\n",
    ),
    (
        "np.asarray(sigmoid(against))",
        "np.asarray(sigmoid(margin))",
    ),
)

ADVANTAGES = [1, -1, 1, -1, 2]
RATIOS = np.array([1.5, 1.5, 0.6, 0.6, 1])


@st.composite
def batches(draw, count, limit=3.0):
    """Draw several arrays of the same shape."""
    n = draw(st.integers(1, 6))
    one = arrays(np.float64, n, elements=numbers(limit))
    return [draw(one) for _ in range(count)]


# Clipping


def test_five_actions_by_hand():
    found = ppo_clip(np.log(RATIOS), np.zeros(5), ADVANTAGES)
    assert found.objective == pytest.approx(0.3, rel=1e-14)
    np.testing.assert_allclose(found.ratio, RATIOS, rtol=1e-15)
    np.testing.assert_allclose(found.gradient, [0, -0.3, 0.12, 0, 0.4], rtol=1e-14)
    np.testing.assert_array_equal(found.dead, [True, False, False, True, False])


@given(batches(3), st.floats(0.01, 0.99))
def test_the_objective_is_a_plain_loop(batch, clip):
    new, old, gain = batch
    found = ppo_clip(new, old, gain, clip=clip)
    terms = []
    for a, b, A in zip(new, old, gain, strict=True):
        r = math.exp(a) / math.exp(b)
        terms.append(min(r * A, min(max(r, 1 - clip), 1 + clip) * A))
    expected = math.fsum(terms) / len(terms)
    assert found.objective == pytest.approx(expected, rel=1e-9, abs=1e-12)


@given(batches(3), st.floats(0.01, 0.99))
def test_the_gradient_agrees_with_central_differences(batch, clip):
    new, old, gain = batch
    ratio = np.exp(new - old)
    # At the corners there is no slope.
    assume(min(np.abs(ratio - 1 - clip).min(), np.abs(ratio - 1 + clip).min()) > 1e-3)
    found = ppo_clip(new, old, gain, clip=clip)
    h = 1e-6
    for k, aside in enumerate(h * np.eye(len(new))):
        ahead = ppo_clip(new + aside, old, gain, clip=clip).objective
        behind = ppo_clip(new - aside, old, gain, clip=clip).objective
        slope = (ahead - behind) / (2 * h)
        assert found.gradient[k] == pytest.approx(slope, rel=1e-4, abs=1e-5)


@given(batches(2))
def test_at_the_old_policy_it_is_the_policy_gradient(batch):
    old, gain = batch
    found = ppo_clip(old, old, gain)
    assert found.objective == pytest.approx(gain.mean(), rel=1e-12, abs=1e-12)
    np.testing.assert_allclose(found.gradient, gain / len(gain), rtol=1e-15)
    assert not found.dead.any()


@given(batches(3))
def test_clipping_never_makes_it_look_better(batch):
    new, old, gain = batch
    plain = (np.exp(new - old) * gain).mean()
    assert ppo_clip(new, old, gain).objective <= plain + 1e-12 * (1 + abs(plain))


def test_the_limits_themselves_are_alive_and_nothing_happens_without_advantage():
    new = np.log([1.25, 0.75, 3.0])
    ratio = np.exp(new)
    found = ppo_clip(new, [0, 0, 0], [1, -1, 0], clip=0.25)
    expected = [ratio[0] > 1.25, ratio[1] < 0.75, False]
    np.testing.assert_array_equal(found.dead, expected)
    exact = ppo_clip([0.0, 0.0], [0.0, 0.0], [1, -1], clip=0.5)
    np.testing.assert_array_equal(exact.dead, [False, False])
    assert found.gradient[2] == 0


def test_any_shape_counts_each_action_once():
    random = np.random.default_rng(0)
    new, old, gain = random.normal(0, 0.5, (3, 2, 3))
    whole, flat = (
        ppo_clip(new, old, gain),
        ppo_clip(*(a.ravel() for a in (new, old, gain))),
    )
    assert whole.objective == flat.objective
    np.testing.assert_array_equal(whole.gradient.ravel(), flat.gradient)
    one = ppo_clip(0.5, 0.0, 2.0)
    assert one.objective == pytest.approx(2.4)
    assert (one.dead, one.gradient) == (True, 0)


# Groups


def test_one_right_answer_of_four():
    found = group_advantages([1, 0, 0, 0])
    np.testing.assert_allclose(found, [math.sqrt(3), *[-1 / math.sqrt(3)] * 3])
    assert found[0] == pytest.approx(1.732051, abs=5e-7)
    assert found[1] == pytest.approx(-0.577350, abs=5e-7)


@given(matrices((1, 4), (2, 6)), st.integers(0, 1))
def test_agrees_with_scipys_standard_scores(rewards, ddof):
    assume((np.ptp(rewards, axis=1) > 1e-3).all())
    expected = scipy.stats.zscore(rewards, axis=1, ddof=ddof)
    found = group_advantages(rewards, ddof=ddof)
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)


@given(matrices((1, 4), (2, 6)), st.floats(0, 2), st.integers(0, 1))
def test_with_eps_it_is_the_formula_in_plain_numpy(rewards, eps, ddof):
    assume(eps > 1e-6)
    rest = rewards - rewards.mean(axis=1, keepdims=True)
    expected = rest / (rewards.std(axis=1, ddof=ddof, keepdims=True) + eps)
    found = group_advantages(rewards, eps=eps, ddof=ddof)
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(group_advantages(rewards, scale=False), rest, atol=1e-12)


@given(st.floats(-1e6, 1e6), st.integers(2, 9), st.integers(0, 1), st.booleans())
def test_equal_rewards_are_exact_zeros(reward, size, ddof, scale):
    for eps in (0.0, 1e-4):
        found = group_advantages([reward] * size, ddof=ddof, eps=eps, scale=scale)
        np.testing.assert_array_equal(found, 0)


@given(matrices((1, 4), (2, 6)), st.floats(0.01, 100), st.floats(-50, 50))
def test_unit_and_offset_of_the_rewards_do_not_matter(rewards, unit, offset):
    assume((np.ptp(rewards, axis=1) > 0.1).all())
    found = group_advantages(unit * rewards + offset)
    np.testing.assert_allclose(found, group_advantages(rewards), atol=1e-8)
    np.testing.assert_allclose(found.sum(axis=1), 0, atol=1e-9)


def test_each_group_is_on_its_own():
    rewards = np.random.default_rng(0).normal(size=(2, 3, 4))
    found = group_advantages(rewards)
    np.testing.assert_array_equal(found[1, 2], group_advantages(rewards[1, 2]))


def test_huge_and_tiny_rewards():
    for unit in (1e300, 1e-160, 1e-300):
        for ddof in (0, 1):
            found = group_advantages(unit * np.array([1.0, 0, 0, 0]), ddof=ddof)
            expected = group_advantages([1, 0, 0, 0], ddof=ddof)
            np.testing.assert_allclose(found, expected, rtol=1e-12)
    largest = np.array([1.7e308, -1.7e308])
    np.testing.assert_allclose(group_advantages(largest), [1, -1])
    np.testing.assert_allclose(group_advantages(largest, eps=1.7e308), [0.5, -0.5])
    np.testing.assert_allclose(group_advantages(largest, scale=False), largest)
    mixed = group_advantages([[1e-200, 0], [3, 1], [5, 5], [1e250, 0]])
    np.testing.assert_allclose(mixed, [[1, -1], [1, -1], [0, 0], [1, -1]])


# Pairs


def test_a_pair_by_hand():
    found = dpo_loss(-9, -15, -10, -12)
    assert found.loss == pytest.approx(0.513015, abs=5e-7)
    assert found.margin == pytest.approx(0.4, rel=1e-14)
    assert found.gradient == pytest.approx(-0.1 / (1 + math.exp(0.4)), rel=1e-14)
    assert isinstance(found.margin, float)
    assert isinstance(found.gradient, float)


@given(batches(2, 50.0), st.floats(0.01, 10))
def test_equal_policies_are_a_coin_toss(batch, beta):
    better, worse = batch
    found = dpo_loss(better, worse, better, worse, beta=beta)
    assert found.loss == pytest.approx(math.log(2), rel=1e-15)
    np.testing.assert_array_equal(found.margin, 0)
    np.testing.assert_allclose(found.gradient, -beta / (2 * len(better)), rtol=1e-15)


@given(batches(4, 100.0), st.floats(0.01, 5))
def test_the_loss_agrees_with_50_digits(batch, beta):
    found = dpo_loss(*batch, beta=beta)
    with mpmath.workdps(50):
        losses = []
        for c, j, c0, j0 in zip(*batch, strict=True):
            exact = [mpmath.mpf(float(value)) for value in (c, j, c0, j0, beta)]
            margin = exact[4] * ((exact[0] - exact[2]) - (exact[1] - exact[3]))
            losses.append(mpmath.log1p(mpmath.exp(-margin)))
        expected = float(mpmath.fsum(losses) / len(losses))
    assert found.loss == pytest.approx(expected, rel=1e-9)


@given(batches(4, 20.0), st.floats(0.05, 2))
def test_both_gradients_agree_with_central_differences(batch, beta):
    found = dpo_loss(*batch, beta=beta)
    h = 1e-5
    for k, aside in enumerate(h * np.eye(len(batch[0]))):
        for side, sign in ((0, 1), (1, -1)):
            ahead, behind = (
                dpo_loss(
                    *(a + s * aside if i == side else a for i, a in enumerate(batch)),
                    beta=beta,
                ).loss
                for s in (1, -1)
            )
            slope = sign * (ahead - behind) / (2 * h)
            assert found.gradient[k] == pytest.approx(slope, rel=1e-5, abs=1e-7)


def test_far_out_the_loss_is_the_margin_or_nothing():
    lost = dpo_loss([-1e4], [0.0], [0.0], [0.0], beta=1)
    assert (lost.loss, lost.gradient[0]) == (1e4, -1)
    won = dpo_loss([1e4], [0.0], [0.0], [0.0], beta=1)
    assert (won.loss, won.gradient[0]) == (0, 0)
    almost = dpo_loss([100.0], [0.0], [0.0], [0.0], beta=1)
    assert almost.loss == pytest.approx(math.exp(-100), rel=1e-12)


# Bad input

RULE = "all must have the same shape"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: ppo_clip([0, 0], [0], [1, 1]),
            (
                "shape mismatch: log_prob has shape (2,), log_prob_old has shape (1,); "
                + RULE
            ),
        ),
        (
            lambda: ppo_clip([0, 0], [0, 0], 1),
            f"shape mismatch: log_prob has shape (2,), advantage has shape (); {RULE}",
        ),
        (lambda: ppo_clip([], [], []), "log_prob must not be empty"),
        (lambda: ppo_clip([np.nan], [0], [1]), "log_prob contains NaN"),
        (lambda: ppo_clip([0], [-np.inf], [1]), "log_prob_old must be finite"),
        (lambda: ppo_clip([0], [0], [np.inf]), "advantage must be finite"),
        (lambda: ppo_clip([0], [0], [1], clip=0), "clip must be in (0, 1), got 0.0"),
        (lambda: ppo_clip([0], [0], [1], clip=1), "clip must be in (0, 1), got 1.0"),
        (lambda: ppo_clip([0], [0], [1], clip=np.nan), "clip contains NaN"),
        (lambda: ppo_clip([800], [0], [1]), "result must be finite"),
        (lambda: ppo_clip([10], [0], [1e308]), "result must be finite"),
        (lambda: group_advantages([1]), "a group needs at least 2 rewards, got 1"),
        (
            lambda: group_advantages([[1], [2]]),
            "a group needs at least 2 rewards, got 1",
        ),
        (lambda: group_advantages(3), "rewards must be 1-D, got shape ()"),
        (lambda: group_advantages([]), "rewards must not be empty"),
        (lambda: group_advantages([1, np.nan]), "rewards contains NaN"),
        (lambda: group_advantages([1, np.inf]), "rewards must be finite"),
        (
            lambda: group_advantages([1.7e308, 1.7e308, -1.7e308], scale=False),
            "result must be finite",
        ),
        (
            lambda: group_advantages([1, 2], ddof=2),
            "ddof must be in [0, 1], got 2",
        ),
        (
            lambda: group_advantages([1, 2], ddof=0.5),
            "ddof must be an integer, got 0.5",
        ),
        (
            lambda: group_advantages([1, 2], eps=-1),
            "eps must be in [0, inf), got -1.0",
        ),
        (
            lambda: dpo_loss([0, 0], [0, 0], [0], [0, 0]),
            f"shape mismatch: chosen has shape (2,), ref_chosen has shape (1,); {RULE}",
        ),
        (lambda: dpo_loss(0, [0], 0, 0), f"rejected has shape (1,); {RULE}"),
        (lambda: dpo_loss([], [], [], []), "chosen must not be empty"),
        (lambda: dpo_loss(np.nan, 0, 0, 0), "chosen contains NaN"),
        (lambda: dpo_loss(0, 0, 0, -np.inf), "ref_rejected must be finite"),
        (lambda: dpo_loss(0, 0, 0, 0, beta=0), "beta must be in (0, inf), got 0.0"),
        (lambda: dpo_loss(1e308, -1e308, 0, 0, beta=1), "result must be finite"),
    ],
)
def test_bad_input_is_named(call, message):
    with says(message):
        call()


def test_input_is_left_as_it_was():
    one, two = np.array([1.0, 2.0]), np.array([3.0, 5.0])
    ppo_clip(one, two, two)
    group_advantages(one, eps=0.1)
    dpo_loss(one, two, two, one)
    np.testing.assert_array_equal(one, [1, 2])
    np.testing.assert_array_equal(two, [3, 5])
