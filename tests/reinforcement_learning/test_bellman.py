"""Bellman equation: grids of the literature, sweeps, and the page's claims."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formulas.reinforcement_learning.bellman import (
    bellman_residual,
    epsilon_greedy_policy,
    greedy_actions,
    gridworld,
    optimal_values,
    policy_evaluation,
    policy_evaluation_exact,
    policy_matrices,
    value_iteration,
)
from formulas.reinforcement_learning.expected_return import simulate_returns
from formulas.reinforcement_learning.mdp import cell_names, example_3_5, grid_moves
from notation.numbers import number_text
from notation.symbols import LOWERED
from pages.reinforcement_learning.bellman.figure import (
    _arrows,
    _errors,
    short,
)
from pages.reinforcement_learning.bellman.statement import STATEMENT
from tests.claims import claims
from tests.errors import says
from tests.lessons import drawing, inputs_of, numbers_of, outputs_of
from tests.strategies import settings_of
from ui import frames
from ui.catalogue import BROKEN, BY_SLUG

LESSON = BY_SLUG["bellman"]
(NO_NEXT,) = (one for one in BROKEN if one.slug == "bellman")

# Each is one edit of the module that its tests must notice (benchmarks/mutation.py).
MUTANTS = (
    ("- gamma * transition_probs\n", "- transition_probs\n"),
    (
        "(probabilities[:, None, :] @ transition_probs)[:, 0, :]",
        "transition_probs.mean(axis=1)",
    ),
    ("(probabilities * rewards).sum(axis=1)", "rewards.mean(axis=1)"),
    (
        "_action_values(transition_probs, rewards, gamma, v).max(axis=1)",
        "(transition_probs @ v).max(1)",
    ),
    ("rewards = ahead @ rewards", "pass"),
    ("    transition_probs[ends] = 0.0\n", ""),
    ("- TIE", ""),
    ("path[1] - path[0]", "path[0] - path[1]"),
    ("0.1 * sideways", "0.2 * sideways"),
    ("ends = ends | (transition_probs[:, ends] > 0).any(axis=1)", "pass"),
    ("ARROWS, policy[cell], rewards[cell]", "ARROWS, policy[cell], rewards[0]"),
    ("bound = errors[0] * gamma **", "bound = errors[0] * (1 - gamma) **"),
    ('"" if all(row) else', '"" if not any(row) else'),
)


def uniform(world):
    return np.full(world.R.shape, 1 / world.R.shape[1])


def chain(name):
    """Return the state chain of a world under the random policy."""
    world = gridworld(name)
    return policy_matrices(world.P, world.R, uniform(world))


@st.composite
def processes(draw):
    """Draw chances, rewards, a policy and a discount of up to 4 states, 3 actions."""
    S, A = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    random = np.random.default_rng(draw(st.integers(0, 10**6)))
    P = random.dirichlet(np.ones(S), size=(S, A))
    if draw(st.booleans()):
        P[-1] = 0
    R = random.normal(0, 3, (S, A))
    return P, R, random.dirichlet(np.ones(A), size=S), draw(st.floats(0, 0.95))


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"v_\pi(s) = \mathbb{E}_\pi\left[R_{t+1} + \gamma v_\pi(S_{t+1}) "
        r"\mid S_t = s\right] = \sum_a \pi(a \mid s) \sum_{s', r} p(s', r \mid s, a) "
        r"\left[r + \gamma v_\pi(s')\right]"
    )


# Outside numbers


def test_values_of_the_random_policy_figure_3_2_of_sutton_and_barto():
    v = policy_evaluation_exact(*chain("example-3.5"), 0.9).reshape(5, 5)
    printed = [
        [3.3, 8.8, 4.4, 5.3, 1.5],
        [1.5, 3.0, 2.3, 1.9, 0.5],
        [0.1, 0.7, 0.7, 0.4, -0.4],
        [-1.0, -0.4, -0.4, -0.6, -1.2],
        [-1.9, -1.3, -1.2, -1.4, -2.0],
    ]
    np.testing.assert_allclose(v, printed, atol=0.0501)
    first_row = [3.30899634, 8.7892919, 4.4276192, 5.3223676, 1.4921788]
    np.testing.assert_allclose(v[0], first_row, atol=6e-8)


def test_policy_iteration_figure_3_5_of_sutton_and_barto():
    world = gridworld("example-3.5")
    found = value_iteration(world.P, world.R, world.gamma)
    printed = [
        [22.0, 24.4, 22.0, 19.4, 17.5],
        [19.8, 22.0, 19.8, 17.8, 16.0],
        [17.8, 19.8, 17.8, 16.0, 14.4],
        [16.0, 17.8, 16.0, 14.4, 13.0],
        [14.4, 16.0, 14.4, 13.0, 11.7],
    ]
    np.testing.assert_allclose(found.v.reshape(5, 5), printed, atol=0.0501)
    assert found.v[1] == pytest.approx(10 / (1 - 0.9**5), rel=1e-9)
    assert found.v[1] == pytest.approx(24.419428097, rel=1e-9)


def test_exercise_3_14_the_center_cell_follows_from_its_neighbors():
    rounded = 0.9 / 4 * (2.3 + 0.4 - 0.4 + 0.7)
    assert rounded == pytest.approx(0.675)
    exact = policy_evaluation_exact(*chain("example-3.5"), 0.9)
    assert exact[12] == pytest.approx(0.67311326, abs=5e-9)
    assert exact[12] == pytest.approx(0.9 / 4 * exact[[7, 13, 17, 11]].sum())


def test_exercise_3_15_one_more_for_every_reward_lifts_every_value_by_ten():
    P, r = chain("example-3.5")
    lifted = policy_evaluation_exact(P, r + 1, 0.9)
    np.testing.assert_allclose(lifted - policy_evaluation_exact(P, r, 0.9), 10)


def test_example_4_1_of_sutton_and_barto():
    v = policy_evaluation_exact(*chain("example-4.1"), 1)
    printed = [
        *(0, -14, -20, -22, -14, -18, -20, -20),
        *(-20, -20, -18, -14, -22, -20, -14, 0),
    ]
    np.testing.assert_allclose(v, printed, atol=1e-9)


def test_sweeps_of_example_4_1():
    path = policy_evaluation(*chain("example-4.1"), 1, n_sweeps=10)
    np.testing.assert_array_equal(path[1, 1:15], -1)
    # Figure 4.1 prints -1.7 here, cut off and not rounded.
    np.testing.assert_array_equal(path[2, [1, 4, 11, 14]], -1.75)
    np.testing.assert_array_equal(path[3, [1, 5, 2, 3]], [-2.4375, -2.875, -2.9375, -3])
    tenth = [-6.137970, -7.737396, -8.352356, -8.967316]
    np.testing.assert_allclose(path[10, [1, 5, 2, 3]], tenth, atol=6e-7)


@pytest.mark.parametrize(
    ("gamma", "expected"),
    [
        (1.0, (-22.5432, -12.5432, 1.4568, 4.3210, 0.8025, 10)),
        (0.9, (-7.6376, -5.0127, 0.9427, 4.0870, 1.9084, 10)),
    ],
)
def test_silvers_student_who_just_drifts(gamma, expected):
    v = policy_evaluation_exact(*chain("student-reward"), gamma)
    np.testing.assert_allclose(v, [*expected, 0], atol=6e-5)


def test_silvers_student_under_the_random_policy():
    v = policy_evaluation_exact(*chain("student"), 1)
    expected = [-2.3077, -1.3077, 2.6923, 7.3846, 0]
    np.testing.assert_allclose(v, expected, atol=6e-5)


def test_silvers_student_at_best_goes_to_the_pub_for_9_point_4():
    world = gridworld("student")
    found = value_iteration(world.P, world.R, world.gamma)
    np.testing.assert_allclose(found.v, [6, 6, 8, 10, 0], atol=1e-9)
    leisure = world.actions.index("leisure")
    # The lecture's slide prints 8.4; 1 + 0.2 * 6 + 0.4 * 8 + 0.4 * 10 is 9.4.
    assert found.q[3, leisure] == pytest.approx(9.4, rel=1e-9)
    assert found.greedy[:4, world.actions.index("study")].all()


def test_the_world_of_russell_and_norvig():
    world = gridworld("aima-4x3")
    found = value_iteration(world.P, world.R, world.gamma)
    printed = [
        [0.812, 0.868, 0.918, 1],
        [0.762, 0, 0.660, -1],
        [0.705, 0.655, 0.611, 0.388],
    ]
    np.testing.assert_allclose(found.v.reshape(3, 4), printed, atol=5.01e-4)
    assert world.states[5] == "wall"
    assert world.start == 8


def test_the_random_walk_of_example_6_2():
    P = 0.5 * (np.eye(5, k=1) + np.eye(5, k=-1))
    v = policy_evaluation_exact(P, [0, 0, 0, 0, 0.5], 1)
    np.testing.assert_allclose(v, np.arange(1, 6) / 6, rtol=1e-12)


@pytest.mark.parametrize(
    ("gamma", "expected"),
    [
        (0, (1, 0)),
        (0.5, (1.75, 0.5)),
        (0.9, (7.1875, 5.625)),
        (0.99, (67.2185, 65.5629)),
    ],
)
def test_two_states(gamma, expected):
    v = policy_evaluation_exact([[0.8, 0.2], [0.4, 0.6]], [1, 0], gamma)
    np.testing.assert_allclose(v, expected, rtol=1e-6)


# Laws


@claims("agrees_with_next")
@given(processes())
def test_the_value_is_a_reward_and_the_discounted_value_of_what_follows(process):
    P, R, policy, gamma = process
    v = policy_evaluation_exact(*policy_matrices(P, R, policy), gamma)
    for s in range(len(R)):
        ahead = sum(
            policy[s, a]
            * (R[s, a] + gamma * sum(P[s, a, t] * v[t] for t in range(len(R))))
            for a in range(R.shape[1])
        )
        assert v[s] == pytest.approx(ahead, rel=1e-9, abs=1e-9)


@given(processes())
def test_the_value_is_the_mean_of_simulated_returns(process):
    P, R, policy, gamma = process
    P_pi, r_pi = policy_matrices(P, R, policy)
    v = policy_evaluation_exact(P_pi, r_pi, gamma)
    drawn = simulate_returns(P_pi, r_pi, gamma, 0, n_episodes=300, max_steps=300)
    error = drawn.std() / math.sqrt(len(drawn))
    assert drawn.mean() == pytest.approx(v[0], abs=6 * error + 1e-4)


@claims("sweeps_end")
@given(processes())
def test_sweeps_of_both_kinds_end_at_the_exact_solution(process):
    P, R, policy, gamma = process
    P_pi, r_pi = policy_matrices(P, R, policy)
    exact = policy_evaluation_exact(P_pi, r_pi, gamma)
    for in_place in (False, True):
        path = policy_evaluation(P_pi, r_pi, gamma, n_sweeps=600, in_place=in_place)
        np.testing.assert_allclose(path[-1], exact, atol=1e-9)


@given(processes())
def test_a_sweep_in_place_uses_the_new_values_at_once(process):
    P, R, policy, gamma = process
    P_pi, r_pi = policy_matrices(P, R, policy)
    start = np.arange(len(R), dtype=float)
    path = policy_evaluation(P_pi, r_pi, gamma, n_sweeps=2, v0=start, in_place=True)
    v = start.copy()
    for _ in range(2):
        for s in range(len(v)):
            v[s] = r_pi[s] + gamma * P_pi[s] @ v
    np.testing.assert_allclose(path[-1], v, rtol=1e-9, atol=1e-9)
    np.testing.assert_array_equal(path[0], start)


def evaluation_errors(P_pi, r_pi, gamma, **sweeps):
    """Return the largest error that is left after each sweep from zero."""
    path = policy_evaluation(P_pi, r_pi, gamma, **sweeps)
    return np.abs(path - policy_evaluation_exact(P_pi, r_pi, gamma)).max(axis=1)


@claims("error_shrinks")
@given(processes())
def test_the_error_shrinks_at_least_by_gamma_per_sweep(process):
    P, R, policy, gamma = process
    errors = evaluation_errors(*policy_matrices(P, R, policy), gamma, n_sweeps=20)
    assert (errors[1:] <= gamma * errors[:-1] + 1e-12).all()


@given(processes())
def test_no_policy_is_better_than_the_best_one(process):
    P, R, policy, gamma = process
    found = value_iteration(P, R, gamma)
    assert found.converged
    v = policy_evaluation_exact(*policy_matrices(P, R, policy), gamma)
    assert (found.v >= v - 1e-8).all()
    best = epsilon_greedy_policy(found.greedy, 0)
    attained = policy_evaluation_exact(*policy_matrices(P, R, best), gamma)
    np.testing.assert_allclose(attained, found.v, atol=1e-7)
    np.testing.assert_allclose(found.q.max(axis=1), found.v, atol=1e-8)


@given(processes())
def test_policy_iteration_agrees_with_value_iteration(process):
    P, R, _, gamma = process
    found = value_iteration(P, R, gamma)
    np.testing.assert_allclose(optimal_values(P, R, gamma), found.v, atol=1e-8)
    np.testing.assert_array_equal(greedy_actions(P, R, gamma), found.greedy)


@given(processes())
def test_the_residual_is_what_one_sweep_adds(process):
    P, R, policy, gamma = process
    P_pi, r_pi = policy_matrices(P, R, policy)
    v = np.linspace(-1, 1, len(R))
    expected = r_pi + gamma * P_pi @ v - v
    residual = bellman_residual(v, P_pi, r_pi, gamma)
    np.testing.assert_allclose(residual, expected, atol=1e-12)
    exact = policy_evaluation_exact(P_pi, r_pi, gamma)
    np.testing.assert_allclose(bellman_residual(exact, P_pi, r_pi, gamma), 0, atol=1e-9)


def test_all_best_actions_are_returned_in_the_grid():
    world = gridworld("example-3.5")
    found = value_iteration(world.P, world.R, world.gamma)
    assert found.greedy[1].all()  # from A every action leads to A'
    names = [world.actions[a] for a in np.flatnonzero(found.greedy[7])]
    assert names == ["up", "left"]
    assert [world.actions[a] for a in np.flatnonzero(found.greedy[0])] == ["right"]


def test_ties_within_a_billionth_count():
    P = np.zeros((1, 3, 1))
    found = value_iteration(P, [[1.0, 1.0 - 5e-10, 1.0 - 5e-9]], 0.9)
    np.testing.assert_array_equal(found.greedy, [[True, True, False]])


def test_a_state_without_successors_pays_once_and_ends():
    found = value_iteration(np.zeros((1, 1, 1)), [[7.0]], 1.0)
    assert found.v[0] == 7
    assert policy_evaluation_exact([[0.0]], [7.0], 1.0)[0] == 7


def test_a_epsilon_greedy_policy_goes_from_the_best_actions_to_all_of_them():
    greedy = [[True, True, False, False]]
    np.testing.assert_allclose(epsilon_greedy_policy(greedy, 0), [[0.5, 0.5, 0, 0]])
    np.testing.assert_allclose(epsilon_greedy_policy(greedy, 1), [[0.25] * 4])
    np.testing.assert_allclose(epsilon_greedy_policy(greedy, 0.5).sum(), 1)


@pytest.mark.parametrize(
    "name", ["example-3.5", "example-4.1", "student", "student-reward", "aima-4x3"]
)
def test_worlds_are_complete(name):
    world = gridworld(name)
    S, A = len(world.states), len(world.actions)
    assert world.P.shape == (S, A, S)
    assert world.R.shape == (S, A)
    assert world.shape[0] * world.shape[1] == S
    totals = world.P.sum(axis=2)
    assert (np.isclose(totals, 1) | (totals == 0)).all()
    for state in world.terminal:
        assert (totals[state] == 0).all()


def test_moves_off_the_grid_are_clipped_and_wind_blows_upward():
    after = grid_moves((2, 2), wind=(0, 1))
    np.testing.assert_array_equal(after[3], [1, 1, 3, 0])
    np.testing.assert_array_equal(grid_moves((2, 2))[3], [1, 3, 3, 2])
    assert cell_names((2, 2))[3] == "row 1, column 1"


def of_the_page(**changes):
    """Return the page's inputs and results at these values of its controls."""
    solution = STATEMENT.solve(STATEMENT.defaults | changes)
    return solution.inputs, solution.result


def test_arrows_of_the_best_policy_figure_3_5_of_sutton_and_barto():
    inputs, best = of_the_page(randomness=0.0)
    assert _arrows(inputs["policy"]) == [
        *("→", "", "←", "", "←"),
        *("↑→", "↑", "↑←", "←", "←"),
        *("↑→", "↑", "↑←", "↑←", "↑←") * 3,
    ]
    assert best.values[1] == pytest.approx(24.4, abs=0.05)


def test_the_random_policy_has_no_arrows_and_the_values_of_figure_3_2():
    inputs, random = of_the_page(randomness=1.0)
    assert set(_arrows(inputs["policy"])) == {""}
    assert random.values[1] == pytest.approx(8.8, abs=0.05)


@claims("arrows_drawn")
def test_arrows_name_the_likeliest_moves():
    for sweeps in (0, 5):
        chosen = STATEMENT.defaults | {"sweeps": sweeps, "randomness": 0.0}
        shown = drawing(LESSON)(**chosen).figures[0]
        arrows = {a for a in _arrows(inputs_of(STATEMENT, **chosen)["policy"]) if a}
        written = str(shown["data"]) + str(shown["layout"]["annotations"])
        assert all(arrow in written for arrow in arrows)
    policy = np.array([[0.0, 0.5, 0.5, 0.0], [0.25, 0.25, 0.25, 0.25]])
    assert _arrows(policy) == ["→↓", ""]


@given(st.floats(0, 0.95), st.floats(0, 1), st.integers(0, 20), st.integers(0, 30))
def test_the_page_shows_what_every_sweep_does(gamma, chance, reward, n):
    chosen = {"gamma": gamma, "randomness": chance, "reward_a": float(reward)}
    inputs, solved = of_the_page(**chosen)
    errors, bound = _errors(solved, gamma)
    known = evaluation_errors(inputs["P_pi"], inputs["r_pi"], gamma, n_sweeps=100)
    np.testing.assert_allclose(errors, known, atol=1e-12)
    guess = np.zeros(25)
    for sweeps in range(n + 1):
        _, result = of_the_page(**chosen, sweeps=sweeps)
        np.testing.assert_allclose(result.v, guess, atol=1e-9)
        ahead = inputs["rewards"] + gamma * inputs["P"] @ result.v
        split = inputs["policy"] * ahead
        np.testing.assert_allclose(split.sum(axis=1), result.v_next, atol=1e-9)
        guess = result.v_next
        left = np.abs(result.v - result.values).max()
        assert errors[sweeps] == pytest.approx(left, abs=1e-12)
    assert bound[0] == errors[0]
    assert (errors <= bound + 1e-9).all()
    np.testing.assert_allclose(bound[1:], gamma * bound[:-1], atol=1e-300)


# Bad and extreme input

TWO = np.array([[[0.5, 0.5]], [[0.0, 0.0]]])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: policy_evaluation_exact([[1]], [1], 1.1),
            "gamma must be in [0, 1], got 1.1",
        ),
        (
            lambda: policy_evaluation_exact([[1]], [1], 1),
            "gamma = 1 requires every state to reach a terminal state",
        ),
        (
            lambda: policy_evaluation_exact([[0.5, 0], [0, 1]], [1, 1], 1),
            "gamma = 1 requires every state to reach a terminal state",
        ),
        (
            lambda: policy_matrices([[[0.5, 0.2]], [[0, 0]]], [[1], [1]], [[1], [1]]),
            "P must sum to 1 along the last axis (sum is 0.7)",
        ),
        (
            lambda: value_iteration([[[0.5, 0.2]], [[0, 0]]], [[1], [1]], 0.5),
            "P must sum to 1 along the last axis (sum is 0.7)",
        ),
        (
            lambda: policy_matrices(TWO, [[1], [1]], [[1], [0.5]]),
            "policy must sum to 1 along the last axis (sum is 0.5)",
        ),
        (
            lambda: policy_matrices(TWO, [[1], [1]], [[1], [-1]]),
            "policy must be non-negative",
        ),
        (
            lambda: policy_matrices(-TWO, [[1], [1]], [[1], [1]]),
            "P must be non-negative",
        ),
        (
            lambda: policy_matrices(TWO, [[1, 1]], [[1], [1]]),
            (
                "shape mismatch: P has shape (2, 1, 2), R has shape (1, 2); "
                "P must be (S, A, S), R (S, A), policy (S, A)"
            ),
        ),
        (
            lambda: policy_matrices(TWO, [[1], [1]], [[1, 1]]),
            (
                "shape mismatch: P has shape (2, 1, 2), policy has shape (1, 2); "
                "P must be (S, A, S), R (S, A), policy (S, A)"
            ),
        ),
        (
            lambda: value_iteration(TWO, [[1, 1], [1, 1]], 0.5),
            "P must be (S, A, S), R (S, A), policy (S, A)",
        ),
        (
            lambda: policy_matrices([[1]], [[1]], [[1]]),
            "P must be 3-D, got shape (1, 1)",
        ),
        (lambda: value_iteration([], [[1]], 0.5), "P must not be empty"),
        (lambda: value_iteration([[[np.nan]]], [[1]], 0.5), "P contains NaN"),
        (lambda: value_iteration([[[1]]], [[np.inf]], 0.5), "R must be finite"),
        (
            lambda: value_iteration([[[1]]], [[1]], -1),
            "gamma must be in [0, 1], got -1",
        ),
        (
            lambda: value_iteration([[[1]]], [[1]], 0.5, tol=-1),
            "tol must be in [0, inf)",
        ),
        (
            lambda: value_iteration([[[1]]], [[1]], 0.5, max_sweeps=0),
            "max_sweeps must be in [1, inf), got 0",
        ),
        (
            lambda: value_iteration([[[1]]], [[1.7e308]], 1),
            "result must be finite",
        ),
        (
            lambda: policy_evaluation([[0.5, 0.6], [0, 0]], [1, 1], 1, n_sweeps=1),
            "P_pi must sum to 1 along the last axis (sum is 1.1)",
        ),
        (
            lambda: policy_evaluation([[1]], [1, 2], 1, n_sweeps=1),
            (
                "shape mismatch: P_pi has shape (1, 1), r_pi has shape (2,); "
                "P_pi must be (S, S), r_pi (S,)"
            ),
        ),
        (
            lambda: policy_evaluation([[1]], [1], 1, n_sweeps=-1),
            "n_sweeps must be in [0, inf), got -1",
        ),
        (
            lambda: policy_evaluation([[1]], [1], 1, n_sweeps=1, v0=[1, 2]),
            "v0 needs one value per state",
        ),
        (lambda: bellman_residual([np.nan], [[1]], [1], 0.5), "v contains NaN"),
        (lambda: greedy_actions([[[1]]], [[1]], 1), "gamma must be in [0, 1), got 1.0"),
        (
            lambda: epsilon_greedy_policy([[False]], 0.5),
            "best actions of a state must be in [1, 1], got 0.0",
        ),
        (lambda: gridworld("moon"), "name must be one of ('example-3.5', "),
        (
            lambda: epsilon_greedy_policy([[True]], 2),
            "epsilon must be in [0, 1], got 2.0",
        ),
        (lambda: example_3_5(np.nan), "reward_a contains NaN"),
    ],
)
def test_bad_input_is_named(call, message):
    with says(message):
        call()


def test_too_few_sweeps_are_told_and_not_raised():
    world = gridworld("example-3.5")
    found = value_iteration(world.P, world.R, 0.9, max_sweeps=5)
    assert not found.converged
    assert found.sweeps == len(found.errors) == 5
    endless = value_iteration([[[1.0]]], [[1.0]], 1.0, max_sweeps=50)
    assert not endless.converged
    assert endless.v[0] == 50


def test_input_is_left_as_it_was():
    P, r = chain("example-3.5")
    copies, guess = (P.copy(), r.copy()), np.zeros(25)
    policy_evaluation(P, r, 0.9, n_sweeps=3, v0=guess, in_place=True)
    np.testing.assert_array_equal(P, copies[0])
    np.testing.assert_array_equal(r, copies[1])
    np.testing.assert_array_equal(guess, 0)


# What the page claims


@claims("rules_of_the_grid")
@pytest.mark.parametrize("reward_a", [0.0, 10.0, 20.0])
def test_the_rules_of_the_grid_are_those_that_the_page_tells(reward_a):
    given_ = inputs_of(STATEMENT, **STATEMENT.defaults | {"reward_a": reward_a})
    for cell, (jump, pays) in {1: (21, reward_a), 3: (13, 5.0)}.items():
        assert set(given_["next_state"][cell]) == {jump}
        assert set(given_["rewards"][cell]) == {pays}
    others = np.delete(np.arange(25), (1, 3))
    stays = given_["next_state"][others] == others[:, None]
    np.testing.assert_array_equal(given_["rewards"][others], np.where(stays, -1.0, 0.0))
    assert stays.sum() == 4 * 5 - 2  # one move for each side of the grid; A and B jump


@claims("value_of_a")
def test_predict_the_value_of_a_is_8_8_under_the_random_policy_and_24_4_at_best():
    results = outputs_of(STATEMENT, inputs_of(STATEMENT, **STATEMENT.defaults))
    assert results["values"][21] < 0  # A' lies at the lower edge
    assert results["values"][1] == pytest.approx(8.8, abs=0.05)
    assert results["optimal"][1] == pytest.approx(24.4, abs=0.05)


@claims("after_100_sweeps")
@pytest.mark.parametrize(("randomness", "worth"), [(1.0, 8.8), (0.0, 24.4)])
def test_presets_after_100_sweeps_a_is_worth_8_8_or_24_4(randomness, worth):
    chosen = {**STATEMENT.defaults, "sweeps": 100, "randomness": randomness}
    results = outputs_of(STATEMENT, inputs_of(STATEMENT, **chosen))
    for values in ("v", "v_next", "values"):
        assert results[values][1] == pytest.approx(worth, abs=0.05)


@claims("myopic")
def test_myopic_values_are_the_immediate_rewards():
    chosen = {**STATEMENT.defaults, "gamma": 0.0, "sweeps": 1}
    given_ = inputs_of(STATEMENT, **chosen)
    for values in ("v", "v_next", "values"):
        np.testing.assert_array_equal(
            outputs_of(STATEMENT, given_)[values], given_["r_pi"]
        )


def test_optimal_policy_the_values_are_those_of_figure_3_5():
    given_ = inputs_of(STATEMENT, **{**STATEMENT.defaults, "randomness": 0.0})
    results = outputs_of(STATEMENT, given_)
    np.testing.assert_allclose(results["values"], results["optimal"])
    assert results["values"][0] == pytest.approx(22.0, abs=0.05)


@claims("in_place")
def test_in_place_sweeps_are_slower_at_first_and_faster_in_the_end():
    P, r = chain("example-3.5")
    first = {
        (in_place, bound): int(
            (
                evaluation_errors(P, r, 0.9, n_sweeps=130, in_place=in_place) <= bound
            ).argmax()
        )
        for in_place in (False, True)
        for bound in (0.05, 1e-6)
    }
    assert (first[True, 0.05], first[False, 0.05]) == (17, 14)
    assert (first[True, 1e-6], first[False, 1e-6]) == (77, 111)
    drawn = drawing(LESSON)(**STATEMENT.defaults).figures[1]["data"]
    assert [curve["name"] for curve in drawn[::2]][:2] == [
        "largest error",
        "values overwritten at once",
    ]
    for in_place, curve in ((False, drawn[0]), (True, drawn[2])):
        assert int((curve["y"] <= 0.05).argmax()) == first[in_place, 0.05]
    assert int((drawn[2]["y"] <= 1e-6).argmax()) == 77


def test_the_live_line_works_out_the_cell_of_the_bars_the_middle_one():
    line = frames.frame(LESSON, STATEMENT.defaults)["line"]
    assert "(12)" in line["pieces"][0]
    assert line["numbers"][-1] == "0.5681"


@claims("backup_read")
@given(settings_of(STATEMENT))
@settings(max_examples=30)
def test_the_backup_diagram_gives_the_new_guess_from_the_states_after(chosen):
    scene = drawing(LESSON)(**chosen)
    shown = backed_up(scene.figures[2])
    passed = inputs_of(STATEMENT, **chosen)
    found = numbers_of(STATEMENT, **chosen)
    cell = chosen["cell"]
    state, *after = shown["states"]["text"]
    assert state == str(cell)
    guesses = np.array(scene.figures[0]["data"][0]["z"]).ravel()
    total = 0.0
    for k, (name, reward, worth) in enumerate(
        zip(
            shown["moves and their probabilities"]["text"],
            shown["rewards"]["text"],
            shown["worth of the states after"]["text"],
            strict=True,
        )
    ):
        arrow, share = name.split(" ")
        assert arrow == "↑→↓←"[k]
        probability = passed["policy"][cell, k]
        assert float(share) == pytest.approx(probability, rel=6e-4, abs=1e-9)
        pays = passed["rewards"][cell, k]
        assert reward == f"r = {number_text(float(pays), 3)}"
        leads = int(after[k])
        assert leads == passed["next_state"][cell, k]
        factor, guess = worth.split(" · ")
        assert factor == number_text(chosen["gamma"])
        assert guess.strip("()") == short(guesses[leads])
        assert ("(" in guess) == ("−" in guess)
        total += probability * (pays + chosen["gamma"] * guesses[leads])
    assert total == pytest.approx(found["v_next"][cell], rel=1e-9, abs=1e-9)
    now, then = (str(chosen["sweeps"] + one).translate(LOWERED) for one in (0, 1))
    assert shown["new value"]["text"] == [
        f"new v{then} = {short(found['v_next'][cell])}"
    ]
    assert shown["beside the state, left"]["text"] == [
        f"old v{now} = {short(guesses[cell])}"
    ]
    assert shown["beside the state, right"]["text"] == [
        f"exact: {short(found['values'][cell])}"
    ]


def backed_up(figure):
    """Return what the backup diagram draws, by name; behind it may be ghosts."""
    named = {}
    for trace in figure["data"]:
        named.setdefault(trace["name"], trace)
    return named


@pytest.mark.parametrize("reward_a", [0.0, 10.0, 20.0])
def test_the_map_draws_where_a_and_b_lead_and_what_they_pay(reward_a):
    chosen = STATEMENT.defaults | {"reward_a": reward_a}
    figure = drawing(LESSON)(**chosen).figures[0]
    given_ = inputs_of(STATEMENT, **chosen)
    arrows = [one for one in figure["data"] if "jump" in one.get("name", "")]
    for cell, arrow in zip((1, 3), arrows, strict=True):
        top, bottom = arrow["y"].round().astype(int)
        column = int(arrow["x"][0].round())
        assert np.ptp(arrow["x"]) == 0
        assert 5 * top + column == cell
        assert (given_["next_state"][cell] == 5 * bottom + column).all()
        pay = {f"+{reward:g}" for reward in given_["rewards"][cell]}
        assert pay == {arrow["name"].removeprefix("jump: ")}
        assert pay <= {note["text"] for note in figure["layout"]["annotations"]}


def test_after_a_hundred_sweeps_old_new_and_exact_agree_in_the_middle_cell():
    found = numbers_of(STATEMENT, **STATEMENT.defaults | {"sweeps": 100})
    for name in ("v", "v_next", "values"):
        assert found[name][12] == pytest.approx(0.67311326, abs=5e-5)
    assert found["values"][12] == pytest.approx(0.67311326, abs=5e-9)


@claims("line_is_next_sweep")
@pytest.mark.parametrize("sweeps", [1, 5, 100])
def test_the_line_takes_the_guesses_on_the_map_and_gives_the_next_one(sweeps):
    chosen = STATEMENT.defaults | {"sweeps": sweeps}
    numbers = frames.frame(LESSON, chosen, None)["line"]["numbers"]
    said = [float(re.sub(r"\\(?:left|right)[()]", "", text)) for text in numbers]
    scene = drawing(LESSON)(**chosen)
    map_ = np.array(scene.figures[0]["data"][0]["z"])
    for place in ((1, 2), (2, 3), (3, 2), (2, 1)):  # up, right, down, left
        assert min(abs(map_[place] - number) for number in said) < 1e-3
    by_hand = 0.9 * np.mean([map_[1, 2], map_[2, 3], map_[3, 2], map_[2, 1]])
    assert said[-1] == pytest.approx(by_hand, abs=1e-4)
    frame = scene.figures[0]["layout"]["shapes"][-1]
    assert [frame[end] for end in ("x0", "x1", "y0", "y1")] == [1.5, 2.5, 1.5, 2.5]
    exact = policy_evaluation_exact(*chain("example-3.5"), 0.9)[12]
    assert (abs(said[-1] - exact) < 1e-3) == (sweeps == 100)


@claims("rho_mixes")
@pytest.mark.parametrize("rho", [0.0, 0.3, 1.0])
def test_the_policy_mixes_best_actions_under_the_optimal_values_with_all(rho):
    given_ = inputs_of(STATEMENT, **{**STATEMENT.defaults, "randomness": rho})
    optimal = policy_evaluation_exact(*chain_of_best(given_), 0.9)
    ahead = given_["rewards"] + 0.9 * optimal[given_["next_state"]]
    best = np.isclose(ahead, ahead.max(axis=1, keepdims=True))
    np.testing.assert_allclose(given_["policy"][~best], rho / 4)
    chance = (given_["policy"] * best).sum(axis=1)
    np.testing.assert_allclose(chance, 1 - rho + rho * best.mean(axis=1))
    shared = np.repeat(chance / best.sum(axis=1), best.sum(axis=1))
    np.testing.assert_allclose(given_["policy"][best], shared)


def chain_of_best(given_):
    """Return transitions and rewards of a policy that no single change improves."""
    every, actions = np.arange(25), np.zeros(25, dtype=int)
    while True:
        P = np.eye(25)[given_["next_state"][every, actions]]
        r = given_["rewards"][every, actions]
        values = np.linalg.solve(np.eye(25) - 0.9 * P, r)
        ahead = given_["rewards"] + 0.9 * values[given_["next_state"]]
        better = ahead.max(axis=1) > ahead[every, actions] + 1e-9
        if not better.any():
            return P, r
        actions = np.where(better, ahead.argmax(axis=1), actions)


@claims("row_by_row")
@pytest.mark.parametrize(
    ("sweeps", "cell"), [(5, 12), (0, 12), (100, 12), (5, 0), (1, 1), (5, 18), (5, 24)]
)
def test_line_diagram_and_frame_are_of_one_cell_and_the_pictures_say_which_guess_they_show(
    sweeps, cell
):
    chosen = STATEMENT.defaults | {"sweeps": sweeps, "cell": cell}
    map_, _, diagram = drawing(LESSON)(**chosen).figures
    frame = map_["layout"]["shapes"][-1]
    row, column = frame["y0"] + 0.5, frame["x0"] + 0.5
    assert 5 * row + column == cell
    named = [(n["text"], n["y"]) for n in map_["layout"]["annotations"]]
    assert (str(cell) if cell != 1 else "A", row) in named
    assert diagram["layout"]["meta"]["title"].startswith(f"State {cell}, framed")
    lowered = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
    before = f"v{sweeps}".translate(lowered)
    assert map_["layout"]["meta"]["title"].startswith(f"Guesses {before}:")
    guess, _ = swept_by_hand(**chosen)
    next_guess, _ = swept_by_hand(**chosen | {"sweeps": sweeps + 1})
    np.testing.assert_allclose(map_["data"][0]["z"].ravel(), guess, atol=1e-9)
    new = numbers_of(STATEMENT, **chosen)["v_next"][cell]
    assert new == pytest.approx(next_guess[cell], abs=1e-9)
    line = frames.frame(LESSON, chosen, None)["line"]
    assert f"({cell})" in re.sub(r"\\(left|right)", "", line["pieces"][0])
    assert read(line["numbers"][-1]) == pytest.approx(new, rel=1e-3, abs=1e-6)


def test_a_click_on_a_state_frames_it():
    meta = drawing(LESSON)(**STATEMENT.defaults).figures[0]["layout"]["meta"]
    assert meta["pick"]["y"] == "cell"
    assert meta["pick"]["row"] == 5  # states in a row of the map
    assert STATEMENT.control("cell").positions == tuple(range(25))


@settings(max_examples=25)
@given(settings_of(STATEMENT))
def test_no_guess_is_written_as_a_power_and_the_largest_has_a_strong_color(chosen):
    cells = drawing(LESSON)(**chosen).figures[0]["data"][0]
    written = np.array([[read(text) for text in row] for row in cells["text"]])
    assert "e" not in str(cells["text"])
    np.testing.assert_allclose(written, cells["z"], atol=0.0501)
    largest = np.abs(cells["z"]).max()
    assert cells["zmax"] >= largest
    if largest > 1:
        assert largest > 0.3 * cells["zmax"]


@claims("values_leak")
def test_values_leak_to_the_neighbors_one_step_a_sweep():
    world = gridworld("example-3.5")
    rows, columns = np.divmod(np.arange(25), 5)
    # Take the walls' costs away: only the rewards of A and B are left to leak.
    rewards = np.where(np.isin(np.arange(25), (1, 3)), world.R[:, 0], 0.0)
    path = policy_evaluation(chain("example-3.5")[0], rewards, 0.9, n_sweeps=3)
    near = np.minimum(*(np.abs(rows) + np.abs(columns - c) for c in (1, 3)))
    for k in (1, 2, 3):
        assert (path[k] > 0).tolist() == (near < k).tolist()
    some = inputs_of(STATEMENT, **STATEMENT.defaults | {"randomness": 0.05})
    path = policy_evaluation(some["P_pi"], rewards, 0.9, n_sweeps=3)
    for k in (1, 2, 3):
        assert (path[k] > 0).tolist() == (near < k).tolist()
    best = inputs_of(STATEMENT, **STATEMENT.defaults | {"randomness": 0.0})
    path = policy_evaluation(best["P_pi"], rewards, 0.9, n_sweeps=3)
    assert near[8] == 1  # below B, whose reward its best move does not lead to
    assert path[3][8] == 0
    P_pi = best["P_pi"]
    for k in (1, 2, 3):  # only along the moves of the policy
        paid = np.linalg.matrix_power(P_pi + np.eye(25), k - 1)[:, [1, 3]].any(axis=1)
        assert not path[k][~paid].any()


@claims("one_solution")
@given(processes(), st.integers(0, 10**6))
def test_every_first_guess_ends_at_the_one_solution(process, seed):
    P, R, policy, gamma = process
    P_pi, r_pi = policy_matrices(P, R, policy)
    assert np.linalg.matrix_rank(np.eye(len(r_pi)) - gamma * P_pi) == len(r_pi)
    guess = np.random.default_rng(seed).normal(0, 100, len(r_pi))
    exact = policy_evaluation_exact(P_pi, r_pi, gamma)
    for _ in range(600):
        guess = r_pi + gamma * P_pi @ guess
    np.testing.assert_allclose(guess, exact, atol=1e-6)


def test_a_short_number_is_written_out_in_its_cell():
    chosen = STATEMENT.defaults | {"gamma": 0.0}
    for lesson in (LESSON, NO_NEXT):
        text = drawing(lesson)(**chosen).figures[0]["data"][0]["text"]
        assert (text[0][0], text[0][2], text[2][0]) == ("−0.5", "−0.25", "−0.25")
        assert (text[0][1], text[0][3], text[2][2]) == ("10", "5", "0")
    assert (
        drawing(LESSON)(**STATEMENT.defaults).figures[0]["data"][0]["text"][0][1]
        == "9.3"
    )


@claims("back_in_five_steps")
def test_from_a_prime_the_best_policy_is_back_in_a_after_five_steps():
    world = gridworld("example-3.5")
    v = optimal_values(world.P, world.R, 0.9)
    assert v[1] == pytest.approx(10 + 0.9**5 * v[1], rel=1e-12)
    best = greedy_actions(world.P, world.R, 0.9)
    cells = [1]
    for _ in range(10):
        cells.append(world.P[cells[-1], best[cells[-1]].argmax()].argmax())
    assert cells == [1, *(21, 16, 11, 6, 1) * 2]


@claims("wall_below_a_prime")
def test_from_a_prime_the_wall_at_the_bottom_costs_more_than_the_walk_finds():
    world, (P, _) = gridworld("example-3.5"), chain("example-3.5")
    into_the_bottom = np.zeros_like(world.R)
    into_the_bottom[20:, world.actions.index("down")] = 1
    # How often it happens on the way from A', and what the walk finds, discounted.
    hits, finds = (
        policy_evaluation_exact(P, rewards.mean(axis=1), 0.9)[21]
        for rewards in (into_the_bottom, world.R.clip(min=0))
    )
    assert (world.R[into_the_bottom > 0] == -1).all()  # each costs 1
    assert hits > 1 > finds > 0


@claims("poor_policy")
def test_the_equation_holds_for_a_poor_policy_as_well():
    world = gridworld("example-3.5")
    v = policy_evaluation_exact(*chain("example-3.5"), 0.9)
    np.testing.assert_allclose(
        bellman_residual(v, *chain("example-3.5"), 0.9), 0, atol=1e-12
    )
    assert (v < optimal_values(world.P, world.R, 0.9) - 5).all()


@claims("maximum_instead")
@given(processes())
def test_the_policys_average_is_replaced_by_a_maximum_over_the_actions(process):
    P, R, policy, gamma = process
    v = policy_evaluation_exact(*policy_matrices(P, R, policy), gamma)
    of_actions = R + gamma * np.einsum("sat,t->sa", P, v)
    np.testing.assert_allclose((policy * of_actions).sum(axis=1), v, atol=1e-9)
    best = optimal_values(P, R, gamma)
    of_actions = R + gamma * np.einsum("sat,t->sa", P, best)
    np.testing.assert_allclose(of_actions.max(axis=1), best, atol=1e-9)


@claims("condition_needed")
def test_without_the_condition_the_right_side_is_one_number_for_all_states():
    P, r = chain("student-reward")
    v = policy_evaluation_exact(P, r, 0.9)
    random = np.random.default_rng(0)
    right = []
    for s in range(6):  # all but the terminal state
        after = random.choice(7, size=5000, p=P[s])
        drawn = r[s] + 0.9 * v[after]
        error = drawn.std() / math.sqrt(len(drawn))
        assert drawn.mean() == pytest.approx(v[s], abs=4 * error + 1e-9)
        right.append(drawn)
    # Over all states it is a single number, but their values are not.
    assert np.abs(np.mean(right) - v[:6]).max() > 5


@claims("terminal_leaks")
@pytest.mark.parametrize("gamma", [1.0, 0.9])
def test_a_terminal_state_that_is_not_worth_0_moves_every_value(gamma):
    P, r = chain("example-4.1")
    v = policy_evaluation_exact(P, r, gamma)
    np.testing.assert_array_equal(v[[0, 15]], 0)
    wrong = policy_evaluation_exact(P, np.where(P.any(axis=1), r, 5.0), gamma)
    np.testing.assert_allclose(wrong[[0, 15]], 5)
    assert (wrong > v + 0.1).all()
    if gamma == 1:
        np.testing.assert_allclose(wrong, v + 5)


def test_at_gamma_0_99_the_error_falls_by_a_hundredth_a_sweep():
    errors = evaluation_errors(*best_chain(0.99), 0.99, n_sweeps=100)
    assert errors[100] == pytest.approx(0.99**100 * errors[0], rel=1e-9)


def best_chain(gamma):
    world = gridworld("example-3.5")
    best = epsilon_greedy_policy(greedy_actions(world.P, world.R, gamma), 0)
    return policy_matrices(world.P, world.R, best)


# The sentence above the charts


def swept_by_hand(gamma, sweeps, randomness, reward_a, **others):
    """Sweep over the grid cell by cell; return the guesses and the values."""
    assert not set(others) - {"cell"}  # which one is looked at does not matter to them

    def steps(row, column):
        if (row, column) in {(0, 1), (0, 3)}:
            jump = (reward_a, (4, 1)) if column == 1 else (5.0, (2, 3))
            return [jump] * 4
        ahead = [(row + r, column + c) for r, c in ((-1, 0), (0, 1), (1, 0), (0, -1))]
        return [
            (0.0, cell) if min(cell) >= 0 and max(cell) < 5 else (-1.0, (row, column))
            for cell in ahead
        ]

    cells = [(row, column) for row in range(5) for column in range(5)]
    index = {cell: k for k, cell in enumerate(cells)}
    moves = [[(r, index[to]) for r, to in steps(*cell)] for cell in cells]
    rewards = np.array([[r for r, _ in ahead] for ahead in moves])
    after = np.array([[to for _, to in ahead] for ahead in moves])
    best = np.zeros(25)
    for _ in range(3 + math.ceil(math.log(1e-13) / math.log(max(gamma, 1e-3)))):
        best = (rewards + gamma * best[after]).max(axis=1)
    q = rewards + gamma * best[after]
    greedy = q >= q.max(axis=1, keepdims=True) - 1e-9
    chosen = (1 - randomness) * greedy / greedy.sum(axis=1, keepdims=True)
    chosen = chosen + randomness / 4
    guess = np.zeros(25)
    for _ in range(sweeps):
        guess = (chosen * (rewards + gamma * guess[after])).sum(axis=1)
    chain = np.zeros((25, 25))
    np.add.at(chain, (np.arange(25)[:, None], after), chosen)
    rate = (chosen * rewards).sum(axis=1)
    return guess, np.linalg.solve(np.eye(25) - gamma * chain, rate)


def read(text):
    return float(text.replace("−", "-"))


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        (
            {},
            "State 12: reward plus 0.9 × the guess after, averaged over its moves, gives "
            "v₆ = 0.568 (v₅ is 0.354, exact 0.673). After 5 sweeps the largest error on the "
            "map is 0.522.",
        ),
        ({"sweeps": 0}, "gives v₁ = 0 (v₀ is 0, exact 0.673). After 0 sweeps the"),
        ({"sweeps": 1, "cell": 1}, "State 1 (A): reward plus 0.9 × the guess after"),
        ({"cell": 13}, "State 13 (B′): "),
        (
            {"sweeps": 100},
            "v₁₀₁ = 0.673 (v₁₀₀ is 0.673, exact 0.673). After 100 sweeps the",
        ),
        (
            {"gamma": 0.0, "sweeps": 1},
            "After 1 sweep every guess is right to a millionth.",
        ),
        ({"gamma": 0.88, "sweeps": 100}, "every guess is right to a millionth."),
    ],
)
def test_the_sentence_says_how_far_the_guesses_are(chosen, words):
    chosen = STATEMENT.defaults | chosen
    status = drawing(LESSON)(**chosen).status
    assert words in status
    guess, value = swept_by_hand(**chosen)
    error = np.abs(guess - value).max()
    assert ("to a millionth" in status) == (error < 1e-6)


@settings(max_examples=25)
@given(settings_of(STATEMENT))
def test_the_numbers_of_the_sentence_are_those_of_sweeping_cell_by_cell(chosen):
    scene = drawing(LESSON)(**chosen)
    guess, value = swept_by_hand(**chosen)
    next_guess, _ = swept_by_hand(**chosen | {"sweeps": chosen["sweeps"] + 1})
    error, cell = np.abs(guess - value).max(), chosen["cell"]
    said = re.search(
        r"^State (\d+)(?: \([AB]′?\))?: .* = (\S+) \(v\S+ is (\S+), exact (\S+)\)\. ",
        scene.status,
    )
    assert int(said[1]) == cell
    told = [read(text) for text in said.groups()[1:]]
    expected = [next_guess[cell], guess[cell], value[cell]]
    assert told == pytest.approx(expected, rel=6e-3, abs=1e-6)
    if said := re.search(r"largest error on the map is (\S+)\.$", scene.status):
        assert read(said[1]) == pytest.approx(error, rel=6e-3, abs=1e-9)
    else:
        assert error < 1.001e-6


@claims("no_next_exact")
@settings(max_examples=25)
@given(settings_of(STATEMENT))
def test_without_the_next_states_value_one_sweep_is_all_in_every_picture(chosen):
    scene = drawing(NO_NEXT)(**chosen)
    now = NO_NEXT.statement.solve(chosen).numbers
    _, errors, diagram = scene.figures
    cell = chosen["cell"]
    new, old, exact = (now[name][cell] for name in ("v_next", "v", "values"))
    assert new == pytest.approx(now["r_pi"][cell], abs=1e-12) == exact
    assert old == (exact if chosen["sweeps"] else 0)
    told = backed_up(diagram)["worth of the states after"]["text"]
    assert set(told) == {"left out"} or chosen["gamma"] == 0
    for curve in errors["data"][:3]:  # no error is left after one sweep
        assert np.isnan(curve["y"][1:]).all()
    assert scene.readouts["bound of the error"] == scene.readouts["largest error"]


# What the questions teach


@claims("value_without_sweeps")
@settings(max_examples=25)
@given(settings_of(STATEMENT), st.sampled_from(STATEMENT.control("sweeps").positions))
def test_sweeps_change_the_guesses_and_never_the_values(chosen, sweeps):
    values, others = (
        outputs_of(STATEMENT, inputs_of(STATEMENT, **chosen | {"sweeps": k}))["values"]
        for k in (chosen["sweeps"], sweeps)
    )
    np.testing.assert_array_equal(values, others)


@claims("a_prime_follows")
@settings(max_examples=25)
@given(settings_of(STATEMENT))
def test_a_is_worth_its_reward_and_the_discounted_value_of_a_prime(chosen):
    values = outputs_of(STATEMENT, inputs_of(STATEMENT, **chosen))["values"]
    ahead = chosen["reward_a"] + chosen["gamma"] * values[21]
    assert values[1] == pytest.approx(ahead, abs=1e-9)


@claims("little_promised")
def test_a_hundred_sweeps_at_0_99_promise_less_than_five_at_one_half():
    assert 0.99**100 > 10 * 0.5**5
    promised = [
        drawing(LESSON)(**STATEMENT.defaults | {"gamma": gamma, "sweeps": sweeps})
        for gamma, sweeps in ((0.5, 5), (0.9, 10), (0.99, 100))
    ]
    errors = [scene.readouts["largest error"] for scene in promised]
    assert errors == sorted(errors)


def test_what_rounding_leaves_of_an_error_is_no_error():
    label, chosen = "largest error", STATEMENT.defaults | {"gamma": 0.25}
    for sweeps, some in ((10, True), (60, False)):
        scene = drawing(LESSON)(**chosen | {"sweeps": sweeps})
        assert (scene.readouts[label] > 0) is some
