"""The λ-return in the lesson on the return: its formula, its claims, its sentence."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formulas.reinforcement_learning.bootstrapped_returns import gae, lambda_returns
from pages.reinforcement_learning.expected_return.lambda_return.statement import (
    STATEMENT,
)
from tests.claims import claims
from tests.lessons import drawing, numbers_of
from tests.strategies import settings_of
from ui.catalogue import BY_KEY

FORM = BY_KEY["expected_return/lambda_return"]

MUTANTS = (
    ("weights[-1] = lam ** (HORIZON - 1)", "weights[-1] = lam**HORIZON"),
    ("((G[t + 1], t < T - 1)", "((V[t + 1], t < T - 1)"),
    (
        "errors=gae(rewards, values, gamma, 0.0)",
        "errors=gae(rewards, values, 0.0, lam)",
    ),
    ("np.append(guesses, 0.0)", "np.append(guesses, guesses[-1])"),
)


def of_the_page(**chosen):
    return numbers_of(STATEMENT, **{**STATEMENT.defaults, **chosen})


def n_step(page, t, n):
    """Count n rewards, then ask the critic."""
    R, V, gamma = page["rewards"], page["values"], page["gamma"]
    n = min(n, len(R) - t)
    return sum(gamma**k * R[t + k] for k in range(n)) + gamma**n * V[t + n]


def averaged(page, t, lam):
    """Average the n-step returns of a step, the last one with all weight left."""
    last = len(page["rewards"]) - t
    weights = [(1 - lam) * lam**k for k in range(last - 1)] + [lam ** (last - 1)]
    assert sum(weights) == pytest.approx(1)
    return sum(w * n_step(page, t, k + 1) for k, w in enumerate(weights))


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"G^{\lambda}_{t} = R_{t+1} + \gamma \left((1 - \lambda)\, V_{t+1} + "
        r"\lambda\, G^{\lambda}_{t+1}\right)"
    )


def test_values_known_from_elsewhere():
    example = ([1.0, 0, 2], [0.5, 1, 1.5, 0], 0.9, 0.8)
    np.testing.assert_allclose(lambda_returns(*example), [2.4112, 1.71, 2])
    np.testing.assert_allclose(gae(*example), [1.9112, 0.71, 0.5])


@claims("blend_average", "blend_recursion")
@given(settings_of(STATEMENT))
def test_it_averages_the_n_step_returns(chosen):
    page = of_the_page(**chosen)
    for t in range(8):
        right = averaged(page, t, chosen["lam"])
        assert page["blended"][t] == pytest.approx(right, rel=1e-9, abs=1e-12)
    later = 0.0
    for t in reversed(range(8)):
        mix = (1 - chosen["lam"]) * page["values"][t + 1] + chosen["lam"] * later
        later = page["rewards"][t] + chosen["gamma"] * mix
        assert page["blended"][t] == pytest.approx(later, rel=1e-9, abs=1e-12)


@claims("blend_ends")
@given(st.floats(0, 1), st.floats(0, 2))
def test_its_ends_are_the_one_step_target_and_the_whole_return(gamma, critic):
    chosen = {"gamma": gamma, "critic": critic}
    nothing, everything = (of_the_page(lam=lam, **chosen) for lam in (0.0, 1.0))
    for t in range(8):
        one = n_step(nothing, t, 1)
        assert nothing["blended"][t] == pytest.approx(one, abs=1e-12)
        whole = sum(gamma**k * r for k, r in enumerate(nothing["rewards"][t:]))
        assert everything["blended"][t] == pytest.approx(whole, abs=1e-12)
    bars = drawing(FORM)(**STATEMENT.defaults | {"lam": 0.0}).figures[1]["data"][0]["y"]
    np.testing.assert_array_equal(bars, np.eye(8)[0])


@claims("blend_blind")
def test_a_critic_that_knows_nothing():
    whole, half = (of_the_page(critic=0.0, lam=lam)["blended"] for lam in (1.0, 0.5))
    assert half[0] / whole[0] == pytest.approx(1 / 128)
    assert half[-1] == whole[-1]


@claims("blend_advantage")
@given(settings_of(STATEMENT))
def test_the_advantage_is_the_target_less_the_value(chosen):
    page = of_the_page(**chosen)
    np.testing.assert_allclose(
        page["advantages"] + page["values"][:-1],
        page["blended"],
        rtol=1e-9,
        atol=1e-12,
    )
    assert of_the_page(critic=2.0)["advantages"][0] < 0 < of_the_page()["advantages"][0]


@claims("blend_perfect")
def test_with_a_perfect_critic_lambda_changes_nothing():
    several = [of_the_page(critic=1.0, lam=lam) for lam in (0.0, 0.3, 0.8, 1.0)]
    for page in several:
        np.testing.assert_allclose(page["blended"], several[0]["blended"])
        np.testing.assert_allclose(page["advantages"], 0, atol=1e-12)
        np.testing.assert_allclose(
            [n_step(page, 0, n) for n in range(1, 9)], 0.9**7 * 10
        )


@claims("blend_one_error")
@given(settings_of(STATEMENT))
def test_the_error_of_a_step_is_what_the_critic_misses_of_its_reward(chosen):
    page = of_the_page(**chosen)
    missed = (1 - chosen["critic"]) * page["rewards"]
    np.testing.assert_allclose(page["errors"], missed, rtol=1e-9, atol=1e-9)
    assert not page["rewards"][:-1].any()


@claims("blend_errors")
@given(settings_of(STATEMENT))
def test_advantages_are_summed_errors(chosen):
    page = of_the_page(**chosen)
    V, gamma = page["values"], chosen["gamma"]
    errors = page["rewards"] + gamma * V[1:] - V[:-1]
    np.testing.assert_allclose(page["errors"], errors, rtol=1e-9, atol=1e-12)
    for t in range(8):
        right = sum((gamma * chosen["lam"]) ** k * e for k, e in enumerate(errors[t:]))
        assert page["advantages"][t] == pytest.approx(right, rel=1e-9, abs=1e-12)
    blind = of_the_page(critic=0.0)
    np.testing.assert_array_equal(blind["errors"][:-1], 0)
    assert (blind["advantages"] > 0).all()


MIXED = re.compile(
    r"In the first step's target, (\S+), the whole return of (\S+) counts "
    r"(?:under |over )?(\S+)%; the rest is the critic's word\."
)


@given(settings_of(STATEMENT))
@settings(max_examples=50)
def test_the_sentence_weighs_the_whole_return_at_every_setting(chosen):
    scene = drawing(FORM)(**chosen)
    page, lam = of_the_page(**chosen), chosen["lam"]
    whole = chosen["late_reward"] * chosen["gamma"] ** 7
    guess = chosen["critic"] * whole
    right = lam**7 * whole + (1 - lam**7) * guess
    weights = [(1 - lam) * lam**k for k in range(7)] + [lam**7]
    drawn = scene.figures[1]["data"][0]["y"]
    np.testing.assert_allclose(drawn, weights, rtol=1e-9, atol=1e-12)
    assert page["blended"][0] == pytest.approx(right, rel=1e-9, abs=1e-12)
    if lam**7 in (0, 1):
        word = "critic's word alone" if lam**7 == 0 else "whole return: no critic"
        assert word in scene.status
        return
    target, all_of_it, share = MIXED.fullmatch(scene.status).groups()
    assert float(target) == pytest.approx(right, rel=6e-3, abs=1e-12)
    assert float(all_of_it) == pytest.approx(whole, rel=6e-3, abs=1e-12)
    assert float(share) == pytest.approx(100 * lam**7, abs=1.01)
