"""Policy iteration in the lesson on the Bellman equation: formula, claims, sentence."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formulas.reinforcement_learning.planning import policy_iteration
from pages.reinforcement_learning.bellman.figure import short
from pages.reinforcement_learning.bellman.policy_iteration.figure import sweep_errors
from pages.reinforcement_learning.bellman.policy_iteration.statement import (
    MOST_ROUNDS,
    STATEMENT,
    whole_run,
    world,
)
from tests.claims import claims
from tests.lessons import drawing, numbers_of
from tests.strategies import settings_of
from ui.catalogue import BY_KEY

FORM = BY_KEY["bellman/policy_iteration"]

MUTANTS = (
    ("Equation(v[s], ahead(policy[s]))", "Equation(v[s], ahead(improved[s]))"),
    ("(grid.R + gamma * v[after]).max(axis=1)", "(grid.R + v[after]).max(axis=1)"),
    (
        "int((result.improved != policy).sum())",
        "int((result.improved == policy).sum())",
    ),
    ("np.full(CELLS, start)", "np.full(CELLS, 3 - start)"),
    ("run[min(rounds, len(run) - 1)]", "run[min(rounds + 1, len(run) - 1)]"),
)
DIRECTIONS = ("up", "right", "down", "left")
GAMMAS = st.floats(0, 0.95)


def of_the_page(**chosen):
    return numbers_of(STATEMENT, **{**STATEMENT.defaults, **chosen})


def move(cell, action, reward_a=10.0):
    """Walk by the book: two cells jump, and a wall costs 1."""
    row, column = divmod(cell, 5)
    if cell == 1:
        return 21, reward_a
    if cell == 3:
        return 13, 5.0
    down, across = {"up": (-1, 0), "right": (0, 1), "down": (1, 0), "left": (0, -1)}[
        action
    ]
    if not (0 <= row + down < 5 and 0 <= column + across < 5):
        return cell, -1.0
    return 5 * (row + down) + column + across, 0.0


def followed(policy, gamma, reward_a=10.0, steps=6000):
    """Follow a policy from each cell and add up the discounted rewards."""
    table = [
        move(cell, DIRECTIONS[action], reward_a) for cell, action in enumerate(policy)
    ]
    after, paid = (np.array(column) for column in zip(*table, strict=True))
    total, cells, weight = np.zeros(25), np.arange(25), 1.0
    for _ in range(steps):
        total += weight * paid[cells]
        cells, weight = after[cells], weight * gamma
        if weight < 1e-17:
            break
    return total


def best_values(gamma, reward_a=10.0):
    """Sweep with the maximum until nothing moves."""
    table = [[move(c, name, reward_a) for name in DIRECTIONS] for c in range(25)]
    after = np.array([[place for place, _ in row] for row in table])
    paid = np.array([[reward for _, reward in row] for row in table])
    v = np.zeros(25)
    for _ in range(6000):
        new = (paid + gamma * v[after]).max(axis=1)
        if np.abs(new - v).max() < 1e-13:
            break
        v = new
    return v


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"\begin{gathered} v_\pi(s) = r(s, \pi(s)) + \gamma v_\pi(s'(s, \pi(s))) \\ "
        r"\pi'(s) = \operatorname*{arg\,max}_a \left[r(s, a) + \gamma v_\pi(s'(s, a))"
        r"\right] \end{gathered}"
    )


def test_values_known_from_elsewhere():
    P = [[[1.0, 0], [0, 1]], [[0, 1], [1, 0]]]
    found = policy_iteration(P, [[1.0, 0], [2, 0]], 0.9)
    np.testing.assert_allclose(found.v, [18, 20])
    assert found.policy.tolist() == [1, 0]
    assert found.iterations == 2
    grid = world(10.0)
    assert policy_iteration(grid.P, grid.R, 0.9).iterations == 3


@claims("pi_never_worse")
@given(GAMMAS, st.integers(0, 3), st.floats(0, 20))
@settings(max_examples=20, deadline=None)
def test_no_cell_loses_by_an_improvement(gamma, start, reward_a):
    run = whole_run(gamma, reward_a, start)
    assert run[0].policy.tolist() == [start] * 25
    for one in run:
        right = followed(one.policy, gamma, reward_a)
        np.testing.assert_allclose(one.values, right, atol=1e-7)
    for before, after in itertools.pairwise(run):
        assert (after.values >= before.values - 1e-7).all()


@claims("pi_best")
@given(GAMMAS, st.integers(0, 3), st.floats(0, 20))
@settings(max_examples=20, deadline=None)
def test_where_nothing_changes_the_policy_is_the_best(gamma, start, reward_a):
    run = whole_run(gamma, reward_a, start)
    np.testing.assert_allclose(run[-1].values, best_values(gamma, reward_a), atol=1e-6)
    page = of_the_page(gamma=gamma, reward_a=reward_a, start=start, rounds=MOST_ROUNDS)
    np.testing.assert_array_equal(page["improved"], page["policy"])
    assert len(run) <= MOST_ROUNDS + 1


@claims("pi_way_back")
def test_the_way_back_to_a_gets_shorter():
    earned = [of_the_page(rounds=k)["values"][1] for k in (1, 4)]
    assert earned[0] < earned[1] == pytest.approx(10 / (1 - 0.9**5))

    def steps_back(policy):
        cell, count = 21, 0
        while cell != 1:
            cell, count = move(cell, DIRECTIONS[policy[cell]])[0], count + 1
        return count

    found = [steps_back(of_the_page(rounds=k)["policy"]) for k in (1, 4)]
    assert found[1] == 4 < found[0]


@claims("pi_start", "pi_few")
def test_a_better_start_needs_fewer_evaluations():
    up, right = (whole_run(0.9, 10.0, start) for start in (0, 1))
    assert len(up) == 3 < len(right)
    assert up[0].values[1] == pytest.approx(best_values(0.9)[1])
    best = best_values(0.9)
    swept = sweep_errors(0.9, 10.0, tuple(best.tolist()))
    assert swept[3] == pytest.approx(18, abs=0.5)
    v = np.zeros(25)
    for k in range(25):  # until every cell has been reached, and on
        assert swept[k] == pytest.approx(np.abs(v - best).max())
        v = np.array(
            [
                max(
                    paid + 0.9 * v[place]
                    for place, paid in (move(c, name) for name in DIRECTIONS)
                )
                for c in range(25)
            ]
        )


@claims("pi_right_edge")
def test_at_the_right_edge_going_right_costs_1_each_time():
    page = of_the_page(rounds=0)
    assert (page["policy"] == DIRECTIONS.index("right")).all()
    np.testing.assert_allclose(page["values"][[4, 9, 14, 19, 24]], -1 / (1 - 0.9))


@claims("pi_first_changes_most")
@pytest.mark.parametrize("start", range(4))
def test_the_first_improvement_changes_most(start):
    run = whole_run(0.9, 10.0, start)
    changed = [
        (before.policy != after.policy).sum()
        for before, after in itertools.pairwise(run)
    ]
    assert changed[0] > 12
    assert max(changed[1:]) < 10


@pytest.mark.parametrize("gamma", [1e-9, 1e-10, 1e-11])
def test_an_improved_action_is_the_best_one_even_where_all_are_nearly_alike(gamma):
    page = of_the_page(gamma=gamma)
    ahead = page["rewards"] + gamma * page["values"][page["next_state"]]
    taken = ahead[np.arange(25), page["improved"]]
    np.testing.assert_allclose(taken, ahead.max(axis=1), rtol=1e-12, atol=1e-12)


@claims("pi_ties")
def test_of_equally_good_actions_the_old_one_stays():
    same = [[[1.0], [1.0]]]
    for first in (0, 1):
        found = policy_iteration(same, [[1.0, 1.0 + 1e-12]], 0.5, policy0=[first])
        assert found.policy.tolist() == [first]


@claims("pi_no_choice")
@pytest.mark.parametrize("rounds", [0, 1, 10])
def test_where_every_action_does_the_same_there_is_no_arrow(rounds):
    grid = world(10.0)
    alike = (grid.P[:, :1] == grid.P).all(axis=(1, 2)) & (grid.R[:, :1] == grid.R).all(
        1
    )
    picture = drawing(FORM)(**{**STATEMENT.defaults, "rounds": rounds}).figures[0]
    (arrows,) = (one for one in picture["data"] if one.get("mode") == "text")
    assert [sign == "" for sign in arrows["text"]] == alike.tolist()


@given(settings_of(STATEMENT))
@settings(max_examples=30, deadline=None)
def test_the_numbers_on_the_map_are_rounded_and_those_that_end_are_written_out(chosen):
    cells = drawing(FORM)(**chosen).figures[0]["data"][0]
    values = np.array(cells["z"], float)
    written = np.array(
        [[float(text.replace("−", "-")) for text in row] for row in cells["text"]]
    )
    room = 0.0501 if np.abs(values).max() < 100 else 0.501
    np.testing.assert_allclose(written, values, atol=room)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (-0.25, "−0.25"),
        (1.25, "1.25"),
        (12.25, "12.3"),
        (-12.25, "−12.3"),
        (17.25, "17.3"),
    ],
)
def test_halves_of_a_tenth_are_written_out_or_rounded_away_from_zero(value, text):
    assert short(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(-0.25, "−0.3"), (1.25, "1.3"), (0.05, "0.05"), (-2.0, "−2"), (0.0, "0")],
)
def test_beside_an_arrow_there_is_room_for_one_decimal(value, text):
    assert short(value, whole=False) == text


@claims("pi_zero_marked")
@pytest.mark.parametrize(("start", "name"), list(enumerate(DIRECTIONS)))
def test_a_line_marks_where_the_distance_is_0(start, name):
    scene = drawing(FORM)(**{**STATEMENT.defaults, "start": start})
    picture = scene.figures[1]
    last = scene.readouts["evaluations until nothing changes"] - 1
    assert scene.readouts["first action everywhere"] == name
    drawn = np.array(picture["data"][0]["y"])
    assert np.isfinite(drawn[:last]).all()
    assert np.isnan(drawn[last])
    assert last in [shape["x0"] for shape in picture["layout"]["shapes"]]
    assert "from here on 0" in [n["text"] for n in picture["layout"]["annotations"]]


OPEN = re.compile(
    r"After (\d+) improvements? the policy earns (\S+) from A on, the best one (\S+); the "
    r"next improvement changes (\d+) of 25 actions\."
)
DONE = re.compile(
    r"After (\d+) improvements? the policy earns (\S+) from A on; no other action is better "
    r"anywhere, so it is the best policy, found with (\d+) evaluations?\."
)


@given(settings_of(STATEMENT))
@settings(max_examples=30, deadline=None)
def test_the_sentence_says_what_the_policy_earns_at_every_setting(chosen):
    scene = drawing(FORM)(**chosen)
    gamma, reward_a, k = (chosen[name] for name in ("gamma", "reward_a", "rounds"))
    page = of_the_page(**chosen)
    earned = followed(page["policy"], gamma, reward_a)[1]
    best = best_values(gamma, reward_a)[1]
    if found := OPEN.fullmatch(scene.status):
        done, shown, top, changed = found.groups()
        assert float(top.replace("−", "-")) == pytest.approx(best, rel=6e-3, abs=1e-9)
        better = (page["improved"] != page["policy"]).sum()
        assert int(changed) == better > 0
    else:
        done, shown, count = DONE.fullmatch(scene.status).groups()
        assert earned == pytest.approx(best, rel=1e-6, abs=1e-9)
        assert 1 <= int(count) <= k + 1
    assert int(done) == k
    assert float(shown.replace("−", "-")) == pytest.approx(earned, rel=6e-3, abs=1e-9)
