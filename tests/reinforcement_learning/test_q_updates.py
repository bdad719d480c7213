"""Updates of action values: mixtures of other updates, and the bias of a maximum."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.integrate
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from formulas.reinforcement_learning.q_learning import (
    double_q_update,
    expected_sarsa_update,
    q_learning_update,
    sarsa_update,
)
from tests.errors import says
from tests.strategies import matrices, numbers

# Each is one edit of the module that its tests must notice.
MUTANTS = (
    (
        "float(probabilities @ _next_row(Q, next_state))",
        "_next_row(Q, next_state).max()",
    ),
    (
        "float(probabilities @ _next_row(Q, next_state))",
        "float(probabilities @ Q[state])",
    ),
    ("        checks.distribution(policy=probabilities)\n", ""),
    (
        "best = _next_row(Q, next_state).argmax()",
        "best = _next_row(other, next_state).argmax()",
    ),
    (
        "next_value = _next_row(other, next_state)[best]",
        "next_value = _next_row(Q, next_state)[best]",
    ),
    ("best = _next_row(Q, next_state).argmax()", "best = action"),
    (
        "    if not terminal:\n        best =",
        "    if True:\n        best =",
    ),
    ("np.zeros(Q.shape[1]) if terminal else _policy(policy, Q)", "_policy(policy, Q)"),
)

TABLE, OTHER = [[1, 2], [0, 3]], [[0, 0], [5, 1]]
RATES = {"alpha": 0.5, "gamma": 0.9}

rates = st.floats(0.01, 1.0)


@st.composite
def cases(draw):
    """Draw two tables, a transition between their states, and a policy."""
    Q = draw(matrices((1, 4), (1, 4)))
    other = draw(matrices(*Q.shape))
    S, A = Q.shape
    weights = np.array(draw(st.lists(st.floats(0.01, 1), min_size=A, max_size=A)))
    step = {
        "state": draw(st.integers(0, S - 1)),
        "action": draw(st.integers(0, A - 1)),
        "reward": draw(numbers()),
        "next_state": draw(st.integers(0, S - 1)),
        "alpha": draw(rates),
        "gamma": draw(st.floats(0, 1)),
    }
    return Q, other, weights / weights.sum(), step


# Outside numbers


def test_the_mean_over_the_policy_and_the_value_of_the_other_table():
    expected = expected_sarsa_update(TABLE, 0, 0, 1, 1, [0.1, 0.9], **RATES)
    assert expected.target == pytest.approx(3.43, rel=1e-14)
    assert expected.td_error == pytest.approx(2.43, rel=1e-14)
    np.testing.assert_allclose(expected.Q_new, [[1 + 0.5 * 2.43, 2], [0, 3]])
    double = double_q_update(TABLE, OTHER, 0, 0, 1, 1, **RATES)
    assert double.target == pytest.approx(1.9, rel=1e-14)
    np.testing.assert_allclose(double.Q_new, [[1 + 0.5 * 0.9, 2], [0, 3]])


def test_the_best_of_ten_noisy_zeros_and_its_double():
    def density(x):
        return x * 10 * scipy.stats.norm.pdf(x) * scipy.stats.norm.cdf(x) ** 9

    largest, _ = scipy.integrate.quad(density, -10, 10)
    assert largest == pytest.approx(1.538753, abs=5e-7)
    random = np.random.default_rng(0)
    single, double = [], []
    for _ in range(4000):
        Q, other = random.normal(size=(2, 1, 10))
        options = {"alpha": 1, "gamma": 1}
        single.append(q_learning_update(Q, 0, 0, 0, 0, **options).target)
        double.append(double_q_update(Q, other, 0, 0, 0, 0, **options).target)
    # Standard errors: 0.0093 and 0.016.
    assert np.mean(single) == pytest.approx(largest, abs=0.05)
    assert np.mean(double) == pytest.approx(0, abs=0.08)


# Laws


@given(cases())
def test_expected_sarsa_is_the_mean_of_sarsas(case):
    Q, _, policy, step = case
    found = expected_sarsa_update(Q, **step, policy=policy)
    each = [sarsa_update(Q, **step, next_action=a) for a in range(len(policy))]
    mean = policy @ [update.target for update in each]
    assert found.target == pytest.approx(mean, rel=1e-9, abs=1e-9)
    table = np.tensordot(policy, [update.Q_new for update in each], 1)
    np.testing.assert_allclose(found.Q_new, table, rtol=1e-9, atol=1e-9)


@given(cases())
def test_expected_sarsa_of_the_greedy_policy_is_q_learning(case):
    Q, _, _, step = case
    greedy = np.eye(Q.shape[1])[Q[step["next_state"]].argmax()]
    found = expected_sarsa_update(Q, **step, policy=greedy)
    plain = q_learning_update(Q, **step)
    assert found.target == pytest.approx(plain.target, rel=1e-14)
    np.testing.assert_allclose(found.Q_new, plain.Q_new, rtol=1e-14)


@given(cases())
def test_double_q_is_sarsa_on_the_other_table_with_the_firsts_best_action(case):
    Q, other, _, step = case
    best = int(np.argmax(Q[step["next_state"]]))
    found = double_q_update(Q, other, **step)
    read = sarsa_update(other, **step, next_action=best)
    assert found.target == pytest.approx(read.target, rel=1e-14)
    old = Q[step["state"], step["action"]]
    assert found.td_error == pytest.approx(read.target - old, rel=1e-12, abs=1e-12)
    changed = found.Q_new.copy()
    changed[step["state"], step["action"]] = old
    np.testing.assert_array_equal(changed, Q)
    # With one table twice nothing is doubled.
    plain = q_learning_update(Q, **step)
    np.testing.assert_array_equal(double_q_update(Q, Q, **step).Q_new, plain.Q_new)


def test_of_equal_actions_the_first_is_read():
    found = double_q_update([[4, 4, 1]], [[1, 2, 3]], 0, 2, 0, 0, alpha=1, gamma=1)
    assert found.target == 1


@pytest.mark.parametrize("next_state", [1, 99, None])
def test_nothing_follows_a_terminal_state(next_state):
    options = {**RATES, "terminal": True}
    expected = expected_sarsa_update(TABLE, 0, 0, 7, next_state, None, **options)
    double = double_q_update(TABLE, OTHER, 0, 0, 7, next_state, **options)
    for update in (expected, double):
        assert (update.target, update.td_error) == (7, 6)
        np.testing.assert_array_equal(update.Q_new, [[4, 2], [0, 3]])


# Bad input

SAME = "both tables must have the same shape"
ONE_EACH = "policy needs one probability per action"


def expected(table=TABLE, policy=(0.5, 0.5), next_state=1, state=0, **options):
    return expected_sarsa_update(
        table, state, 0, 1, next_state, policy, **{**RATES, **options}
    )


def double(table=TABLE, other=OTHER, next_state=1, action=0, **options):
    return double_q_update(
        table, other, 0, action, 1, next_state, **{**RATES, **options}
    )


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: expected(policy=[1]),
            (
                "shape mismatch: action_values has shape (2, 2), policy has shape (1,); "
                + ONE_EACH
            ),
        ),
        (
            lambda: expected(policy=[0.5, 0.6]),
            "policy must sum to 1 along the last axis (sum is 1.1)",
        ),
        (lambda: expected(policy=[1.5, -0.5]), "policy must be non-negative"),
        (lambda: expected(policy=[np.nan, 1]), "policy contains NaN"),
        (lambda: expected(policy=[[0.5, 0.5]]), "policy must be 1-D, got shape (1, 2)"),
        (lambda: expected(policy=[]), "policy must not be empty"),
        (lambda: expected([1, 2]), "action_values must be 2-D, got shape (2,)"),
        (lambda: expected([[np.inf, 1]]), "action_values must be finite"),
        (lambda: expected(next_state=2), "next_state must be in [0, 1], got 2"),
        (lambda: expected(state=-1), "state must be in [0, 1], got -1"),
        (lambda: expected(alpha=0), "alpha must be in (0, 1], got 0.0"),
        (lambda: expected(gamma=1.5), "gamma must be in [0, 1], got 1.5"),
        (
            lambda: double(other=[[1, 2]]),
            (
                "shape mismatch: action_values has shape (2, 2), "
                f"other_values has shape (1, 2); {SAME}"
            ),
        ),
        (lambda: double(other=[1, 2]), "other_values must be 2-D, got shape (2,)"),
        (lambda: double(other=[[1, 2], [3, np.nan]]), "other_values contains NaN"),
        (lambda: double([[np.inf, 2], [3, 4]]), "action_values must be finite"),
        (lambda: double(next_state=0.5), "next_state must be an integer, got 0.5"),
        (lambda: double(action=2), "action must be in [0, 1], got 2"),
        (lambda: double(alpha=2), "alpha must be in (0, 1], got 2.0"),
        (lambda: double(gamma=np.nan), "gamma contains NaN"),
    ],
)
def test_bad_input_is_named(call, message):
    with says(message):
        call()


def test_input_is_left_as_it_was():
    Q, other = np.array(TABLE, float), np.array(OTHER, float)
    policy = np.array([0.25, 0.75])
    expected(Q, policy)
    double(Q, other)
    np.testing.assert_array_equal(Q, TABLE)
    np.testing.assert_array_equal(other, OTHER)
    np.testing.assert_array_equal(policy, [0.25, 0.75])
