"""Planning: every policy tried out, plain loops, and the count of what was computed."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formulas.reinforcement_learning.bellman import (
    greedy_actions,
    optimal_values,
    value_iteration,
)
from formulas.reinforcement_learning.mdp import gridworld
from formulas.reinforcement_learning.planning import (
    ORDERS,
    asynchronous_value_iteration,
    policy_iteration,
)
from tests.errors import says

# Each is one edit of the module that its tests must notice.
MUTANTS = (
    (
        "q = checks.representable(rewards + gamma *",
        "q = checks.representable(rewards +",
    ),
    ("slack = max(tie, ", "slack = max(0.0, "),
    ("good.argmax(axis=1))", "q.argmax(axis=1))"),  # the best, not the first good one
    ("np.where(stays, policy, good.argmax(axis=1))", "good.argmax(axis=1)"),
    ("return np.zeros(states, int)", "return rewards.argmax(axis=1)"),
    ("itertools.islice(rounds, most)", "itertools.islice(rounds, None)"),
    ("step = gamma * transition_probs\n    with", "step = transition_probs\n    with"),
    (
        "v[state] = (reward + ahead.dot(v)).max()",
        "v[state] = (reward + ahead.dot(v)).mean()",
    ),
    ("for state in next(turns)[: most - backups]:", "for state in next(turns):"),
    (
        "yield random.integers(states, size=states).tolist()",
        "yield random.permutation(states).tolist()",
    ),
    ("state = int(change.argmax())", "state = backups % len(v)"),
    ("ahead[rows] = (rewards[rows]", "ahead[state] = (rewards[rows]"),
    ("for column in leads_to.T]", "for column in leads_to]"),
    ("ahead = rewards.max(axis=1)\n", "ahead = rewards.mean(axis=1)\n"),
)

TWO = [[[1, 0], [0, 1]], [[0, 1], [1, 0]]], [[1, 0], [2, 0]]


@st.composite
def processes(draw):
    """Draw chances, rewards and a discount of up to 4 states and 3 actions."""
    S, A = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    random = np.random.default_rng(draw(st.integers(0, 10**6)))
    P = random.dirichlet(np.ones(S), size=(S, A))
    if draw(st.booleans()):
        P[-1] = 0
    return P, random.normal(0, 3, (S, A)), draw(st.floats(0, 0.95))


def chain(n):
    """Return n cells in a row; only the step to the last one, where it ends, pays."""
    P, R = np.zeros((n, 1, n)), np.zeros((n, 1))
    P[np.arange(n - 1), 0, np.arange(1, n)] = 1
    R[n - 2] = 1
    return P, R


def value_of(P, R, gamma, policy):
    """Solve for the values of one policy."""
    every = np.arange(len(R))
    system = np.eye(len(R)) - gamma * P[every, policy]
    return np.linalg.solve(system, R[every, policy])


# Outside numbers


def test_two_states_take_turns():
    found = policy_iteration(*TWO, 0.9)
    np.testing.assert_allclose(found.v, [18, 20], rtol=1e-12)
    np.testing.assert_array_equal(found.policy, [1, 0])
    assert (found.iterations, found.converged) == (2, True)


def test_example_3_5_of_sutton_and_barto_by_three_evaluations():
    world = gridworld("example-3.5")
    found = policy_iteration(world.P, world.R, 0.9)
    swept = value_iteration(world.P, world.R, 0.9)
    assert (found.iterations, swept.sweeps) == (3, 242)
    np.testing.assert_allclose(found.v, swept.v, atol=1e-8)
    assert found.v[1] == pytest.approx(10 / (1 - 0.9**5), rel=1e-12)
    assert swept.greedy[np.arange(25), found.policy].all()


def test_example_3_5_in_place_needs_1225_backups():
    world = gridworld("example-3.5")
    found = asynchronous_value_iteration(world.P, world.R, 0.9)
    assert (found.backups, found.converged) == (1225, True)
    np.testing.assert_allclose(
        found.v, optimal_values(world.P, world.R, 0.9), atol=1e-8
    )


@pytest.mark.parametrize(("order", "backups"), [("sweep", 30), ("prioritized", 5)])
def test_a_chain_of_six_is_solved_from_its_end(order, backups):
    found = asynchronous_value_iteration(*chain(6), 0.9, order=order)
    assert (found.backups, found.converged) == (backups, True)
    expected = [0.9**4, 0.9**3, 0.9**2, 0.9, 1, 0]
    np.testing.assert_allclose(found.v, expected, rtol=1e-14)


# Independent oracles


@given(processes())
def test_no_policy_at_all_is_better(process):
    P, R, gamma = process
    found = policy_iteration(P, R, gamma)
    assert found.converged
    all_policies = itertools.product(range(R.shape[1]), repeat=len(R))
    values = [value_of(P, R, gamma, list(policy)) for policy in all_policies]
    np.testing.assert_allclose(found.v, np.max(values, axis=0), atol=1e-8)
    attained = value_of(P, R, gamma, found.policy)
    np.testing.assert_allclose(found.v, attained, rtol=1e-12, atol=1e-12)


@given(processes())
def test_each_policy_is_greedy_to_the_values_of_the_one_before(process):
    P, R, gamma = process
    policy, iterations = np.zeros(len(R), int), 0
    while True:
        iterations += 1
        v = value_of(P, R, gamma, policy)
        found = policy_iteration(P, R, gamma, max_iterations=iterations)
        np.testing.assert_array_equal(found.policy, policy)
        np.testing.assert_allclose(found.v, v, atol=1e-9)
        assert found.iterations == iterations
        better = (R + gamma * np.einsum("sat,t->sa", P, v)).argmax(axis=1)
        assert found.converged == (better == policy).all()
        if found.converged:
            break
        policy = better
    assert policy_iteration(P, R, gamma).iterations == iterations


def plain_async(P, R, gamma, order, tol):
    """Update one state after the other, all changes computed afresh each time."""
    S, v, backups = len(R), np.zeros(len(R)), 0

    def ahead():
        return np.array([max(R[s] + gamma * P[s] @ v) for s in range(S)])

    while True:
        change = np.abs(ahead() - v)
        if (order == "prioritized" or backups % S == 0) and change.max() < tol:
            return v, backups
        s = change.argmax() if order == "prioritized" else backups % S
        v[s] = ahead()[s]
        backups += 1


@settings(max_examples=40)
@given(processes(), st.sampled_from(["sweep", "prioritized"]))
def test_agrees_with_plain_loops_to_the_number_of_backups(process, order):
    P, R, gamma = process
    v, backups = plain_async(P, R, gamma, order, 1e-4)
    found = asynchronous_value_iteration(P, R, gamma, order=order, tol=1e-4)
    assert (found.backups, found.converged) == (backups, True)
    np.testing.assert_allclose(found.v, v, atol=1e-10)


@given(processes(), st.sampled_from(ORDERS), st.integers(0, 10**6))
def test_every_order_ends_at_the_best_values(process, order, seed):
    P, R, gamma = process
    found = asynchronous_value_iteration(P, R, gamma, order=order, rng=seed)
    assert found.converged
    np.testing.assert_allclose(found.v, optimal_values(P, R, gamma), atol=1e-8)
    ahead = (R + gamma * P @ found.v).max(axis=1)
    assert np.abs(ahead - found.v).max() < 1e-10 + 1e-14 * np.abs(found.v).max()


# Laws and choices


@given(processes())
def test_starting_with_the_best_policy_takes_one_evaluation(process):
    P, R, gamma = process
    best = policy_iteration(P, R, gamma)
    again = policy_iteration(P, R, gamma, policy0=best.policy)
    assert (again.iterations, again.converged) == (1, True)
    np.testing.assert_array_equal(again.policy, best.policy)


def test_an_action_within_a_billionth_stays_and_else_the_first_is_taken():
    P = np.zeros((1, 3, 1))
    close = [[1.0, 1.0 + 5e-10, 1.0]]
    assert policy_iteration(P, close, 0.9).policy[0] == 0
    assert policy_iteration(P, close, 0.9, policy0=[2]).policy[0] == 2
    apart = [[1.0, 1.0 + 5e-9, 1.0 + 5.5e-9]]
    found = policy_iteration(P, apart, 0.9)
    assert (found.policy[0], found.iterations) == (1, 2)
    assert policy_iteration(P, apart, 0.9, policy0=[2]).policy[0] == 2


def test_huge_values_that_differ_by_rounding_do_not_alternate():
    world = gridworld("example-3.5")
    for scale in (1.0, 1e12, 1e200):
        found = policy_iteration(world.P, scale * world.R, 0.99)
        assert found.converged
        assert found.iterations < 10


def test_without_discount_silvers_student_goes_to_the_pub():
    world = gridworld("student")
    study = policy_iteration(world.P, world.R, 1)
    np.testing.assert_allclose(study.v, [6, 6, 8, 10, 0], atol=1e-12)
    assert greedy_actions(world.P, world.R, 0.99)[np.arange(5), study.policy].all()
    found = asynchronous_value_iteration(world.P, world.R, 1, order="random")
    np.testing.assert_allclose(found.v, study.v, atol=1e-9)


def test_running_out_is_marked():
    early = policy_iteration(*TWO, 0.9, max_iterations=1)
    np.testing.assert_allclose(early.v, [10, 20], rtol=1e-12)
    np.testing.assert_array_equal(early.policy, [0, 0])
    assert (early.iterations, early.converged) == (1, False)
    for order in ORDERS:
        found = asynchronous_value_iteration(*TWO, 0.9, order=order, max_backups=7)
        assert (found.backups, found.converged) == (7, False)
    within = asynchronous_value_iteration(*chain(6), 0.9, max_backups=29)
    assert (within.backups, within.converged) == (29, True)
    assert not asynchronous_value_iteration(*chain(6), 0.9, max_backups=24).converged


def test_the_tolerance_is_a_change_that_is_still_made():
    P, R = np.zeros((1, 1, 1)), [[0.5]]
    for order in ORDERS:
        options = {"order": order, "max_backups": 3}
        made = asynchronous_value_iteration(P, R, 0.9, tol=0.5, **options)
        assert (made.v[0], made.backups) == (0.5, 1)
        left = asynchronous_value_iteration(P, R, 0.9, tol=0.51, **options)
        assert (left.v[0], left.backups, left.converged) == (0, 0, True)


def test_the_random_order_follows_its_seed_and_draws_with_replacement():
    world = gridworld("example-3.5")
    runs = [
        asynchronous_value_iteration(world.P, world.R, 0.9, order="random", rng=seed)
        for seed in (0, 0, np.random.default_rng(0), 1, 2)
    ]
    assert runs[0].backups == runs[1].backups == runs[2].backups
    np.testing.assert_array_equal(runs[0].v, runs[1].v)
    assert not np.array_equal(runs[0].v, runs[3].v)
    assert all(run.backups % 25 == 0 for run in runs)
    # All 25 in one round: once in 6 · 10^9 rounds.
    apart = np.zeros((25, 1, 25)), np.ones((25, 1))
    assert asynchronous_value_iteration(*apart, 0.9).backups == 25
    assert asynchronous_value_iteration(*apart, 0.9, order="random").backups > 25


def test_prioritized_needs_fewer_backups_where_little_changes():
    P, R = chain(50)
    swept = asynchronous_value_iteration(P, R, 0.9)
    best_first = asynchronous_value_iteration(P, R, 0.9, order="prioritized")
    assert (swept.backups, best_first.backups) == (49 * 50, 49)
    np.testing.assert_allclose(swept.v, best_first.v, rtol=1e-13)


# Bad input

P1, R1 = np.ones((1, 1, 1)), [[1.0]]
SHAPES = "P must be (S, A, S), R (S, A), policy (S, A)"
BOTH = (policy_iteration, asynchronous_value_iteration)


@pytest.mark.parametrize("function", BOTH)
@pytest.mark.parametrize(
    ("P", "R", "gamma", "message"),
    [
        (
            [[[1]]],
            [[1], [2]],
            0.9,
            f"shape mismatch: P has shape (1, 1, 1), R has shape (2, 1); {SHAPES}",
        ),
        ([[1]], [[1]], 0.9, "P must be 3-D, got shape (1, 1)"),
        (P1, [1], 0.9, "R must be 2-D, got shape (1,)"),
        ([[[np.nan]]], R1, 0.9, "P contains NaN"),
        (P1, [[np.inf]], 0.9, "R must be finite"),
        (0.5 * P1, R1, 0.9, "P must sum to 1 along the last axis (sum is 0.5)"),
        (-P1, R1, 0.9, "P must be non-negative"),
        (P1, R1, 1.5, "gamma must be in [0, 1], got 1.5"),
        ([], R1, 0.9, "P must not be empty"),
    ],
)
def test_bad_processes_are_named(function, P, R, gamma, message):
    with says(message):
        function(P, R, gamma)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: policy_iteration(P1, R1, 1),
            "gamma = 1 requires every state to reach a terminal state",
        ),
        (
            lambda: policy_iteration(*TWO, 0.9, policy0=[0]),
            (
                "shape mismatch: policy0 has shape (1,), R has shape (2, 2); "
                "policy0 needs one action per state"
            ),
        ),
        (
            lambda: policy_iteration(*TWO, 0.9, policy0=[0, 0.5]),
            "policy0 must be an integer, got 0.5",
        ),
        (
            lambda: policy_iteration(*TWO, 0.9, policy0=[0, 2]),
            "policy0 must be in [0, 1], got 2",
        ),
        (
            lambda: policy_iteration(*TWO, 0.9, policy0=[0, -1]),
            "policy0 must be in [0, 1], got -1",
        ),
        (
            lambda: policy_iteration(*TWO, 0.9, policy0=[0, np.nan]),
            "policy0 contains NaN",
        ),
        (
            lambda: policy_iteration(*TWO, 0.9, policy0=0),
            "policy0 must be 1-D, got shape ()",
        ),
        (
            lambda: policy_iteration(*TWO, 0.9, max_iterations=0),
            "max_iterations must be in [1, inf), got 0",
        ),
        (lambda: policy_iteration(P1, [[1e308]], 0.9), "result must be finite"),
        (
            lambda: asynchronous_value_iteration(*TWO, 0.9, order="fast"),
            "order must be one of ('sweep', 'random', 'prioritized'), got 'fast'",
        ),
        (
            lambda: asynchronous_value_iteration(*TWO, 0.9, tol=-1),
            "tol must be in [0, inf), got -1.0",
        ),
        (
            lambda: asynchronous_value_iteration(*TWO, 0.9, max_backups=0),
            "max_backups must be in [1, inf), got 0",
        ),
        (
            lambda: asynchronous_value_iteration(*TWO, 0.9, rng=-1),
            "rng must be in [0, inf), got -1",
        ),
        (
            lambda: asynchronous_value_iteration(P1, [[1e308]], 0.9),
            "result must be finite",
        ),
        (
            lambda: asynchronous_value_iteration(
                P1, [[1e308]], 0.9, order="prioritized"
            ),
            "result must be finite",
        ),
    ],
)
def test_bad_options_are_named(call, message):
    with says(message):
        call()


def test_input_is_left_as_it_was():
    P, R, policy = np.array(TWO[0], float), np.array(TWO[1], float), np.array([1, 1])
    policy_iteration(P, R, 0.9, policy0=policy)
    for order in ORDERS:
        asynchronous_value_iteration(P, R, 0.9, order=order)
    np.testing.assert_array_equal(P, TWO[0])
    np.testing.assert_array_equal(R, TWO[1])
    np.testing.assert_array_equal(policy, [1, 1])
