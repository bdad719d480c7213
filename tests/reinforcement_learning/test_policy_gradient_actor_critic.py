"""Actor and critic in the lesson on the policy gradient: formula, claims, sentence."""

from __future__ import annotations

import re

import numpy as np
import pytest
import scipy
from hypothesis import given, settings
from hypothesis import strategies as st

from formulas.reinforcement_learning.actor_critic import actor_critic_step
from pages.reinforcement_learning.policy_gradient.actor_critic.figure import (
    spread_of_return,
)
from pages.reinforcement_learning.policy_gradient.actor_critic.statement import (
    STATEMENT,
)
from tests.claims import claims
from tests.lessons import drawing, numbers_of
from tests.strategies import settings_of
from ui.catalogue import BY_KEY

FORM = BY_KEY["policy_gradient/actor_critic"]

MUTANTS = (
    ("reward + gamma * v[after] - v[s]", "reward + gamma * v[after] + v[s]"),
    ("((0, 1), (2, 0), (1, GOAL))", "((0, 1), (0, 2), (1, GOAL))"),
    ("(-1 + ahead - v[:CELLS, None])", "(ahead - v[:CELLS, None])"),
    ("1 + 2 * moves @ mean", "1 + moves @ mean"),
    ("number_text(result.v_new[cell], 3)", "number_text(v[next_state], 3)"),
)


def of_the_page(**chosen):
    return numbers_of(STATEMENT, **{**STATEMENT.defaults, **chosen})


def move(cell, right):
    """Walk by the book: in the middle cell the actions are swapped."""
    if cell == 1:
        right = not right
    return max(0, cell + 1 if right else cell - 1)


def values_by_iteration(p):
    """Evaluate the policy by sweeps, from the definition."""
    v = np.zeros(4)
    for _ in range(20_000):
        new = np.array(
            [-1 + p * v[move(c, True)] + (1 - p) * v[move(c, False)] for c in range(3)]
            + [0.0]
        )
        if np.allclose(new, v, rtol=0, atol=1e-12):
            break
        v = new
    return v


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"\begin{gathered} \delta = R + \gamma\, v(S') - v(S), \quad "
        r"v(S) \leftarrow v(S) + \alpha_v \delta \\ "
        r"\theta(S) \leftarrow \theta(S) + \alpha_\theta \delta\, \nabla \log \pi(A) "
        r"\end{gathered}"
    )


def test_values_known_from_elsewhere():
    step = actor_critic_step(
        np.zeros((2, 2)),
        [0.0, 1.0],
        0,
        1,
        1.0,
        1,
        alpha_actor=0.1,
        alpha_critic=0.5,
        gamma=0.9,
    )
    assert step.td_error == pytest.approx(1.9)
    np.testing.assert_allclose(step.theta[0], [-0.095, 0.095])
    np.testing.assert_allclose(values_by_iteration(0.5), [-12, -10, -6, 0], atol=1e-9)


@claims("ac_learns", "ac_one_cell")
@given(settings_of(STATEMENT))
def test_both_learn_from_the_same_error(chosen):
    page = of_the_page(**chosen)
    s, right, p = chosen["cell"], chosen["taken"] == "right", chosen["p"]
    after = move(s, right)
    v = page["v"]
    error = -1 + v[after] - v[s]
    assert page["td_error"] == pytest.approx(error)
    expected = v.copy()
    expected[s] += chosen["alpha_critic"] * error
    np.testing.assert_allclose(page["v_new"], expected)
    table = np.tile([0.0, scipy.special.logit(p)], (4, 1))
    score = np.array([p - 1, 1 - p]) if right else np.array([p, -p])
    table[s] += chosen["alpha_actor"] * error * score
    np.testing.assert_allclose(page["theta_new"], table, atol=1e-12)


@claims("ac_raises")
def test_a_better_step_raises_value_and_probability():
    page = of_the_page()
    assert page["td_error"] == pytest.approx(1)
    assert page["v_new"][0] > page["v"][0]
    assert page["theta_new"][0, 1] > page["theta"][0, 1]
    worse = of_the_page(taken="left")
    assert worse["td_error"] < 0
    assert worse["v_new"][0] < worse["v"][0]
    assert worse["theta_new"][0, 0] < worse["theta"][0, 0]


@claims("ac_no_critic")
@given(settings_of(STATEMENT))
def test_without_a_critic_every_step_weighs_the_same(chosen):
    assert of_the_page(**chosen | {"accuracy": 0.0})["td_error"] == -1


@claims("ac_less_of_a_surprise")
@given(st.floats(0.1, 0.9))
def test_the_advantage_of_right_in_the_first_cell(p):
    v = values_by_iteration(p)
    assert -1 + v[1] - v[0] == pytest.approx(1 / p - 1, rel=1e-6)
    assert of_the_page(p=p)["td_error"] == pytest.approx(1 / p - 1, rel=1e-9)


@claims("ac_middle")
def test_in_the_middle_right_goes_worse_than_expected():
    page = of_the_page(cell=1)
    assert page["next_state"] == 0
    assert page["td_error"] == pytest.approx(-3)
    assert of_the_page(cell=1, taken="left")["td_error"] == pytest.approx(3)


@claims("ac_advantage")
@pytest.mark.parametrize("p", [0.1, 0.5, 0.8])
def test_with_true_values_the_errors_are_advantages(p):
    v = values_by_iteration(p)
    for cell in range(3):
        right, left = (
            of_the_page(p=p, cell=cell, taken=taken)["td_error"]
            for taken in ("right", "left")
        )
        assert right == pytest.approx(-1 + v[move(cell, True)] - v[cell], abs=1e-6)
        assert p * right + (1 - p) * left == pytest.approx(0, abs=1e-9)


@claims("ac_variance")
def test_a_return_scatters_where_a_td_error_does_not():
    assert spread_of_return(0.5)[0] == pytest.approx(9.6, abs=0.05)
    given_right = "standard deviation of the return, given the action"
    shown = drawing(FORM)(**STATEMENT.defaults).readouts[given_right]
    assert shown == pytest.approx(9.5, abs=0.05)
    random = np.random.default_rng(0)
    for first, mean, spread in (
        (None, -12, spread_of_return(0.5)[0]),
        (True, -11, shown),
    ):
        returns, errors = [], set()
        for _ in range(20_000):
            cell, steps = 0, 0
            while cell != 3:
                right = random.random() < 0.5
                if steps == 0 and first is not None:
                    right = first
                    errors.add(-1 + (-12, -10, -6, 0)[move(cell, right)] + 12)
                cell, steps = move(cell, right), steps + 1
            returns.append(-steps)
        assert np.mean(returns) == pytest.approx(mean, abs=0.3)
        assert np.std(returns) == pytest.approx(spread, rel=0.03)
        assert errors in (set(), {1})  # given the action it is always the same
    at_goal = drawing(FORM)(**STATEMENT.defaults | {"cell": 2})
    assert at_goal.readouts[given_right] == 0


SENTENCE = re.compile(
    r"In cell (\d) the step (\w+) leads to (the goal|cell \d), with a TD error of (\S+): "
    r"the cell’s value goes from (\S+) to (\S+), and the probability of right there from "
    r"(\S+) to (\S+)\."
)


@given(settings_of(STATEMENT))
@settings(max_examples=50)
def test_the_sentence_says_what_both_make_of_the_step_at_every_setting(chosen):
    scene = drawing(FORM)(**chosen)
    cell, taken, place, *printed = SENTENCE.fullmatch(scene.status).groups()
    s, right, p = chosen["cell"], chosen["taken"] == "right", chosen["p"]
    after = move(s, right)
    assert (int(cell), taken) == (s, chosen["taken"])
    assert place == ("the goal" if after == 3 else f"cell {after}")
    v = of_the_page(**chosen)["v"]
    error = -1 + v[after] - v[s]
    step = chosen["alpha_actor"] * error * (1 if right else -1)
    # Both logits move, so their difference moves by the sum of both scores.
    score = 2 * (1 - p if right else p)
    moved = scipy.special.expit(scipy.special.logit(p) + step * score)
    expected = [error, v[s], v[s] + chosen["alpha_critic"] * error, p, moved]
    found = [float(text.replace("−", "-")) for text in printed]
    assert found == pytest.approx(expected, rel=6e-3, abs=1e-9)
    drawn = scene.figures[0]["data"][0]["y"]
    expected = [-1 + v[move(c, r)] - v[c] for c in range(3) for r in (False, True)]
    np.testing.assert_allclose(drawn, expected, rtol=1e-6, atol=1e-9)
