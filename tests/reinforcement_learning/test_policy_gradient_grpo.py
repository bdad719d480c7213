"""GRPO in the lesson on the policy gradient: its formula, its claims, its sentence."""

from __future__ import annotations

import re
import statistics

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formulas.reinforcement_learning.policy_optimization import group_advantages
from pages.reinforcement_learning.policy_gradient.grpo.statement import STATEMENT
from tests.claims import claims
from tests.lessons import drawing, numbers_of
from tests.strategies import settings_of
from ui.catalogue import BY_KEY

FORM = BY_KEY["policy_gradient/grpo"]

MUTANTS = (
    ("(r[i] - mean) / d", "r[i] / d - mean"),
    ("rewards[right::2] = partial", "rewards[right:] = partial"),
    ("divisor=spread if scaled and spread else 1.0", "divisor=spread or 1.0"),
    ("for scale in (True, False)", "for scale in (True, True)"),
    ("result.advantages.max(), result.advantages.min()", "1.0, -1.0"),
    ("order = np.sort(rewards)", "order = rewards"),
    ("plain / result.spread if", "plain / result.mean if"),
)


def of_the_page(**chosen):
    return numbers_of(STATEMENT, **{**STATEMENT.defaults, **chosen})


def by_hand(right, worth, partial, scaled, own=""):
    """Return rewards and advantages in plain Python."""
    if own:
        rewards = [float(one) for one in own.split("_")]
    else:
        rewards = [worth] * right
        for k in range(8 - right):
            rewards.append(partial if k % 2 == 0 else 0.0)
    mean, s = statistics.fmean(rewards), statistics.pstdev(rewards)
    divisor = s if scaled and len(set(rewards)) > 1 else 1.0
    return rewards, [(one - mean) / divisor for one in rewards]


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"\hat A_i = \frac{r_i - \bar r}{d}, \quad "
        r"d = s \text{ (GRPO) or } 1 \text{ (Dr. GRPO)}"
    )


def test_values_known_from_elsewhere():
    found = group_advantages([1.0, 0.0, 0.0, 0.0])
    np.testing.assert_allclose(found, [3**0.5, *[-(3**-0.5)] * 3], rtol=1e-12)
    assert found[0] == pytest.approx(1.732051, abs=1e-6)


@claims("grpo_sums_to_0")
@given(settings_of(STATEMENT))
def test_the_groups_mean_is_the_baseline(chosen):
    page = of_the_page(**chosen)
    rewards, advantages = by_hand(**chosen)
    np.testing.assert_array_equal(page["rewards"], rewards)
    np.testing.assert_allclose(page["advantages"], advantages, rtol=1e-9, atol=1e-12)
    assert page["advantages"].sum() == pytest.approx(0, abs=1e-9)
    assert page["mean"] == pytest.approx(statistics.fmean(rewards), abs=1e-9)


@claims("grpo_rare_success")
@pytest.mark.parametrize("k", range(1, 8))
def test_the_rarer_a_right_answer_the_more_it_gets(k):
    found = of_the_page(right=k)["advantages"]
    np.testing.assert_allclose(found[:k], np.sqrt((8 - k) / k))
    np.testing.assert_allclose(found[k:], -np.sqrt(k / (8 - k)))
    if k == 1:
        assert found[0] == pytest.approx(2.65, abs=0.005)
        assert found[-1] == pytest.approx(-0.378, abs=0.0005)
    if k == 4:
        np.testing.assert_allclose(np.abs(found), 1)


@claims("grpo_factor_cancels")
@given(st.floats(0.1, 1000), st.floats(-100, 100), st.integers(1, 7))
def test_a_factor_and_a_shift_of_the_rewards_disappear(a, b, k):
    rewards = np.array([1.0] * k + [0.0] * (8 - k))
    np.testing.assert_allclose(
        group_advantages(a * rewards + b), group_advantages(rewards), rtol=1e-9
    )
    tenfold = of_the_page(right=k, worth=10.0)["advantages"]
    np.testing.assert_allclose(tenfold, of_the_page(right=k)["advantages"])
    spread = of_the_page(right=k, worth=10.0)["spread"]
    assert spread == pytest.approx(10 * of_the_page(right=k)["spread"])


@claims("grpo_nothing_to_learn")
@given(settings_of(STATEMENT))
def test_equal_rewards_teach_nothing(chosen):
    # That nobody is right is not enough: a reward for the form gives the question weight.
    assert of_the_page(right=0, partial=0.1)["weight"] == pytest.approx(1)
    for right, partial in ((8, chosen["partial"]), (0, 0.0)):
        page = of_the_page(**chosen | {"right": right, "partial": partial, "own": ""})
        assert not page["advantages"].any()
        assert page["weight"] == 0


@claims("grpo_form")
@given(st.sampled_from([0.1, 0.2, 0.5]))
def test_without_success_the_form_decides(partial):
    found = of_the_page(right=0, partial=partial)["advantages"]
    np.testing.assert_allclose(found, [1, -1] * 4)
    plain = of_the_page(right=0, partial=partial, scaled=False)["advantages"]
    np.testing.assert_allclose(plain, [partial / 2, -partial / 2] * 4)


@claims("grpo_hard_questions")
def test_division_raises_the_weight_of_hard_and_easy_questions():
    for k in (1, 7):
        shares = [
            of_the_page(right=k, scaled=scaled)["weight"]
            / of_the_page(right=4, scaled=scaled)["weight"]
            for scaled in (True, False)
        ]
        assert shares == pytest.approx([2 * np.sqrt(7 / 64), 4 * 7 / 64])
        assert shares == pytest.approx([0.66, 0.44], abs=0.005)


@claims("grpo_trl")
def test_trl_divides_by_a_larger_number():
    rewards = [1.0] + [0.0] * 7
    expected = (1 - statistics.fmean(rewards)) / (statistics.stdev(rewards) + 1e-4)
    found = group_advantages(rewards, ddof=1, eps=1e-4)[0]
    assert found == pytest.approx(expected)
    assert found == pytest.approx(2.47, abs=0.005)


SENTENCE = re.compile(
    r"(\d+) answers?(?: of (\d+) right)?, mean reward (\S+), standard deviation (\S+): "
    r"the best answers get an advantage of (\S+), the worst of (\S+)\."
)
ALIKE = re.compile(
    r"All (\d+) answers got one reward, (\S+): every advantage is 0, and nothing is "
    r"learned from this question\."
)


@given(settings_of(STATEMENT))
@settings(max_examples=100)
def test_the_sentence_says_what_the_best_and_the_worst_get_at_every_setting(chosen):
    scene = drawing(FORM)(**chosen)
    rewards, advantages = by_hand(**chosen)
    if len(set(rewards)) == 1:
        count, printed = ALIKE.fullmatch(scene.status).groups()
        assert int(count) == len(rewards)
        assert read(printed) == pytest.approx(rewards[0], rel=6e-3)
        return
    first, second, *printed = SENTENCE.fullmatch(scene.status).groups()
    counts = (len(rewards), None) if chosen["own"] else (chosen["right"], 8)
    assert (int(first), second and int(second)) == counts
    expected = [
        statistics.fmean(rewards),
        statistics.pstdev(rewards),
        max(advantages),
        min(advantages),
    ]
    found = [read(text) for text in printed]
    assert found == pytest.approx(expected, rel=6e-3, abs=1e-9)


def read(text):
    """Read a number as the page prints it."""
    mantissa, _, power = text.replace("−", "-").rstrip(",:.").partition(" × 10")
    digits = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
    return float(mantissa) * 10.0 ** int(power.translate(digits) or 0)


@given(settings_of(STATEMENT))
@settings(max_examples=60)
def test_the_weights_are_those_of_every_number_of_right_answers(chosen):
    chosen["own"] = ""
    figure = drawing(FORM)(**chosen).figures[1]
    for k, scaled in enumerate((True, False)):
        groups = [by_hand(**chosen | {"right": n, "scaled": scaled}) for n in range(9)]
        expected = [np.abs(group).mean() for _, group in groups]
        np.testing.assert_allclose(
            figure["data"][k]["y"], expected, rtol=1e-6, atol=1e-12
        )


@given(st.lists(st.integers(-1000, 1000), min_size=2, max_size=32), st.booleans())
def test_a_readers_returns_are_compared_with_their_mean(returns, scaled):
    own, notice = STATEMENT.control("own").parse("; ".join(map(str, returns)))
    assert notice is None
    answers, by_reward = drawing(FORM)(
        **{**STATEMENT.defaults, "own": own, "scaled": scaled}
    ).figures
    advantages = group_advantages(returns, scale=scaled)
    np.testing.assert_allclose(answers["data"][0]["y"], returns)
    np.testing.assert_allclose(answers["data"][1]["y"], advantages, rtol=1e-6)
    for k, divided in enumerate((True, False)):
        drawn = by_reward["data"][k]
        np.testing.assert_array_equal(drawn["x"], sorted(returns))
        expected = group_advantages(sorted(returns), scale=divided)
        np.testing.assert_allclose(drawn["y"], expected, rtol=1e-6, atol=1e-12)
    (low, high), (bottom, top) = (
        answers["layout"]["yaxis"]["range"],
        by_reward["layout"]["yaxis"]["range"],
    )
    assert low < min(0, *returns, *advantages)
    assert high > max(0, *returns, *advantages)
    assert bottom <= min(by_reward["data"][1]["y"])
    assert top >= max(by_reward["data"][1]["y"])


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("5", "1 number; 2 to 32 are possible"),
        ("1, 2000", "number 2: “2000” must be from −1000 to 1000"),
        ("1, 1.0000001", "returns that differ must do so by 0.000001"),
        ("1, two", "number 2: “two” is not a number"),
    ],
)
def test_what_is_no_group_is_refused_with_its_place(text, problem):
    assert STATEMENT.control("own").parse(text) == ("", problem)
