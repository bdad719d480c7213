"""Q-learning: single updates, known grids, training runs, and the page's claims."""

from __future__ import annotations

import dataclasses
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formulas.reinforcement_learning.q_learning import (
    cliff_walk,
    epsilon_greedy,
    greedy_path,
    q_learning_update,
    sarsa_update,
    shortest_path_length,
    train,
    train_episodes,
    windy_gridworld,
)
from pages.reinforcement_learning.q_learning.figure import BEST_NEXT, _greedy_map
from pages.reinforcement_learning.q_learning.statement import CLIFF, STATEMENT
from tests.claims import claims
from tests.errors import says
from tests.lessons import default_history, drawing, simulated
from tests.strategies import matrices, numbers
from ui.catalogue import BROKEN, BY_SLUG
from ui.frames import frame

LESSON = BY_SLUG["q_learning"]
(NO_NEXT,) = (one for one in BROKEN if one.slug == "q_learning")

# Each is one edit of the module that its tests must notice (benchmarks/mutation.py).
MUTANTS = (
    ('"next_state", len(Q))].max()', '"next_state", len(Q))].mean()'),
    ("reward + gamma * float(next_value)", "reward + float(next_value)"),
    ("Q_new[s, a] += alpha * error", "Q_new[s, a] = alpha * error"),
    (  # bootstraps from the terminal state
        "    if not terminal:\n        next_value = Q[",
        "    if True:\n        next_value = Q[",
    ),
    ('method == "sarsa":', 'method != "sarsa":'),
    (
        "done = next_state in env.terminal",
        "done = next_state in env.terminal or reward < -1",
    ),
    ("return row[next_action]", "return max(row)"),
    ("grid_moves(shape, moves, wind)", "grid_moves(shape, moves)"),
    (
        "np.where(into_the_cliff, start, next_state)",
        "next_state",
    ),  # the cliff does not send back
    ("return ties[int(draws[1] * count)]", "return ties[0]"),
    ("acting[list(CLIFF.terminal)] = False", "pass"),
    (
        "np.array(ARROWS)[table.argmax(axis=1)]",
        "np.array(ARROWS)[table.argmin(axis=1)]",
    ),
)

NAMES = ("Q-learning", "Sarsa")
TABLE = [[2.0, 0.0], [5.0, 1.0]]

rates = st.floats(0.01, 1.0)
tables = matrices((1, 4), (1, 4))


def final_returns(method, seeds=30, **changes):
    """Mean return of the last 100 of 500 episodes on the cliff, for each seed."""
    options = {"n_episodes": 500, "alpha": 0.5, "gamma": 1.0, "epsilon": 0.1} | changes
    runs = [train(cliff_walk(), method, **options, rng=seed) for seed in range(seeds)]
    return np.array([run.returns[-100:].mean() for run in runs])


def optimal_values(env):
    """Values of the best policy by value iteration, without any learning."""
    v = np.zeros(len(env.states))
    for _ in range(200):
        v = (env.R + v[env.P]).max(axis=1)
        v[list(env.terminal)] = 0
    return env.R + v[env.P]


def walk(env, moves):
    """Return the rewards of a list of moves from the start and where it ends."""
    state, rewards = env.start, []
    for move in moves:
        action = env.actions.index(move)
        rewards.append(env.R[state, action])
        state = env.P[state, action]
    return rewards, state


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"Q(S_t, A_t) \leftarrow Q(S_t, A_t) + \alpha \left[ R_{t+1} + \gamma "
        r"\max_{a'} Q(S_{t+1}, a') - Q(S_t, A_t) \right]"
    )


# One update


@pytest.mark.parametrize(("alpha", "expected"), [(0.1, 2.15), (0.5, 2.75)])
def test_a_value_of_two_moves_towards_three_and_a_half(alpha, expected):
    update = q_learning_update(TABLE, 0, 0, -1, 1, alpha=alpha, gamma=0.9)
    assert update.target == pytest.approx(3.5)
    assert update.td_error == pytest.approx(1.5)
    assert update.Q_new[0, 0] == pytest.approx(expected)


@claims("terminal_is_zero")
@pytest.mark.parametrize("next_state", [1, 99, None])
def test_nothing_follows_a_terminal_state(next_state):
    update = q_learning_update(
        TABLE, 0, 0, 10, next_state, alpha=0.1, gamma=0.9, terminal=True
    )
    assert update.target == 10
    assert update.Q_new[0, 0] == pytest.approx(2.8)
    sarsa = sarsa_update(
        TABLE, 0, 0, 10, next_state, None, alpha=0.1, gamma=0.9, terminal=True
    )
    np.testing.assert_array_equal(sarsa.Q_new, update.Q_new)


def test_a_constant_target_is_approached_by_halves():
    table, seen = np.zeros((1, 1)), []
    for _ in range(5):
        table = q_learning_update(
            table, 0, 0, 10, 0, alpha=0.5, gamma=0.9, terminal=True
        ).Q_new
        seen.append(table[0, 0])
    np.testing.assert_allclose(seen, [5, 7.5, 8.75, 9.375, 9.6875], rtol=1e-15)


@claims("what_targets_look_at")
def test_sarsa_looks_at_the_action_taken_and_q_learning_at_the_best_one():
    sarsa = sarsa_update(TABLE, 0, 0, -1, 1, 1, alpha=0.5, gamma=1.0)
    assert (sarsa.target, sarsa.td_error, sarsa.Q_new[0, 0]) == (0, -2, 1)
    greedy = sarsa_update(TABLE, 0, 0, -1, 1, 0, alpha=0.5, gamma=1.0)
    assert greedy.target == 4  # it depends on what the agent does next
    best = q_learning_update(TABLE, 0, 0, -1, 1, alpha=0.5, gamma=1.0)
    assert (best.target, best.td_error, best.Q_new[0, 0]) == (4, 2, 3)


@given(tables, st.data(), numbers(), rates, st.floats(0, 1))
def test_an_update_is_a_moving_average_of_one_entry(Q, data, reward, alpha, gamma):
    s = data.draw(st.integers(0, len(Q) - 1))
    a = data.draw(st.integers(0, Q.shape[1] - 1))
    ahead = data.draw(st.integers(0, len(Q) - 1))
    update = q_learning_update(Q, s, a, reward, ahead, alpha=alpha, gamma=gamma)
    target = reward + gamma * max(Q[ahead])
    average = (1 - alpha) * Q[s, a] + alpha * target
    assert update.Q_new[s, a] == pytest.approx(average, rel=1e-9, abs=1e-9)
    changed = update.Q_new.copy()
    changed[s, a] = Q[s, a]
    np.testing.assert_array_equal(changed, Q)


@given(tables, st.data(), numbers(), rates, st.floats(0, 1))
def test_sarsa_on_the_greedy_action_is_q_learning(Q, data, reward, alpha, gamma):
    ahead = data.draw(st.integers(0, len(Q) - 1))
    best = int(Q[ahead].argmax())
    rates_ = {"alpha": alpha, "gamma": gamma}
    np.testing.assert_array_equal(
        sarsa_update(Q, 0, 0, reward, ahead, best, **rates_).Q_new,
        q_learning_update(Q, 0, 0, reward, ahead, **rates_).Q_new,
    )


# Choosing actions


@claims("no_exploring")
def test_without_exploration_the_best_action_is_taken():
    assert {epsilon_greedy([0, 3, 1], 0.0, rng=seed) for seed in range(50)} == {1}


@claims("random_ties")
def test_ties_are_broken_at_random():
    random = np.random.default_rng(0)
    seen = [epsilon_greedy([1, 3, 3], 0.0, rng=random) for _ in range(2000)]
    # Standard error of a share of one half: 0.011.
    assert np.mean(np.array(seen) == 1) == pytest.approx(0.5, abs=0.05)
    assert set(seen) == {1, 2}


def test_the_best_action_keeps_its_share_of_the_random_ones():
    random = np.random.default_rng(0)
    seen = [epsilon_greedy([0, 9, 0, 0], 0.4, rng=random) for _ in range(4000)]
    # 1 - 0.4 + 0.4 / 4; standard error 0.007.
    assert np.mean(np.array(seen) == 1) == pytest.approx(0.7, abs=0.03)
    assert set(seen) == {0, 1, 2, 3}


# Grids


def test_shortest_paths_of_the_windy_gridworld():
    env = windy_gridworld()
    assert shortest_path_length(env) == 15
    kings = windy_gridworld(kings_moves=True)
    assert shortest_path_length(kings) == 7
    wind = np.array([0, 0, 0, 1, 1, 1, 2, 2, 1, 0])
    rows, columns = np.divmod(np.arange(70), 10)
    stay = (rows - wind[columns]).clip(0) * 10 + columns
    ninth = dataclasses.replace(kings, P=np.column_stack([kings.P, stay]))
    assert shortest_path_length(ninth) == 7


def test_the_wind_of_the_column_left_pushes_upward():
    env = windy_gridworld()
    right = env.actions.index("right")
    assert env.P[3 * 10 + 2, right] == 3 * 10 + 3
    assert env.P[3 * 10 + 3, right] == 2 * 10 + 4
    assert env.P[3 * 10 + 6, right] == 1 * 10 + 7
    assert env.P[0, env.actions.index("left")] == 0


def test_the_best_epsilon_greedy_walk_in_the_wind_takes_about_17_steps():
    env = windy_gridworld()
    policy = np.full(env.P.shape, 0.1 / 4)
    policy[np.arange(70), optimal_values(env).argmax(axis=1)] += 0.9
    moves = np.zeros((70, 70))
    for action in range(4):
        np.add.at(moves, (np.arange(70), env.P[:, action]), policy[:, action])
    goal = next(iter(env.terminal))
    moves[goal] = 0
    steps = np.linalg.solve(np.eye(70) - moves, np.arange(70) != goal)
    assert steps[env.start] == pytest.approx(17, abs=0.1)
    run = train(env, "q_learning", n_episodes=600, alpha=0.5, gamma=1.0, epsilon=0.1)
    assert run.lengths[200:].mean() == pytest.approx(17, abs=1)


@pytest.mark.parametrize(("rows_up", "length"), [(1, 13), (2, 15), (3, 17)])
def test_paths_along_the_cliff_by_how_far_they_keep_from_it(rows_up, length):
    env = cliff_walk()
    rewards, end = walk(env, ["up"] * rows_up + ["right"] * 11 + ["down"] * rows_up)
    assert end in env.terminal
    assert len(rewards) == length
    assert sum(rewards) == -length


def test_the_shortest_path_along_the_cliff_has_13_moves():
    assert shortest_path_length(cliff_walk()) == 13


@claims("rules_of_the_cliff")
def test_stepping_into_the_cliff_costs_100_and_leads_back_to_the_start():
    env = cliff_walk()
    assert walk(env, ["right"]) == ([-100.0], env.start)
    assert walk(env, ["up", "right", "down"]) == ([-1.0, -1.0, -100.0], env.start)
    assert walk(env, ["left", "down"]) == ([-1.0, -1.0], env.start)


def test_environments_name_every_state_and_action():
    env = cliff_walk()
    assert env.shape == (4, 12)
    assert len(env.states) == len(env.P) == 48
    assert env.actions == ("up", "right", "down", "left")
    assert env.states[env.start] == "row 3, column 0"
    assert windy_gridworld(kings_moves=True).P.shape == (70, 8)


def test_a_goal_that_cannot_be_reached_is_an_error():
    env = dataclasses.replace(cliff_walk(), P=np.zeros((48, 4), int))
    with says("the goal cannot be reached from the start"):
        shortest_path_length(env)


def test_the_greedy_path_follows_the_first_maximum_and_sees_loops():
    env = cliff_walk()
    path = greedy_path(optimal_values(env), env)
    assert path[0] == env.start
    assert path[-1] in env.terminal
    assert len(path) - 1 == 13
    assert greedy_path(np.zeros((48, 4)), env) is None
    assert greedy_path(optimal_values(env), env, max_steps=12) is None
    assert greedy_path(optimal_values(env), env, max_steps=13) == path


@claims("map_of_the_best")
def test_the_map_of_the_best_policy_points_along_the_edge_to_the_goal():
    best = optimal_values(cliff_walk())
    values, arrows = _greedy_map(best)
    assert arrows[36] == "↑"
    assert arrows[24:35] == ["→"] * 11
    assert arrows[35] == "↓"
    # Nobody acts in the cliff or at the goal; elsewhere each step costs 1.
    assert np.isnan(values[3, 1:]).all()
    assert values[3, 0] == -13
    np.testing.assert_array_equal(values[2], np.arange(-12, 0))
    assert np.isfinite(values[:3]).all()


def test_a_mean_below_the_picture_stands_at_its_end_with_its_number():
    for episodes, below in ((1, True), (50, False)):
        scene = drawing(LESSON)(**STATEMENT.defaults | {"episodes": episodes})
        figure = scene.figures[1]
        low, high = figure["layout"]["yaxis"]["range"]
        marks = [trace for trace in figure["data"] if len(trace["x"]) == 1]
        for name, mark in zip(("Q-learning", "Sarsa"), marks, strict=True):
            mean = scene.readouts[f"{name}’s mean return, up to 20 episodes"]
            text, height = mark["text"][0], float(mark["y"][0])
            assert low <= height <= high
            assert (mean < low) == below
            assert text == (f"↓ {mean:.0f}".replace("-", "−") if below else "")
            assert height == (low if below else pytest.approx(mean))


def test_a_map_has_arrows_only_where_something_was_learned():
    values, arrows = _greedy_map(np.zeros((48, 4)))
    assert set(arrows) == {""}
    assert np.nansum(np.abs(values)) == 0
    run = train(cliff_walk(), "sarsa", n_episodes=1, alpha=0.5, gamma=1.0, epsilon=0.1)
    _, arrows = _greedy_map(run.Q)
    assert [bool(arrow) for arrow in arrows] == run.Q.any(axis=1).tolist()


# Training


@claims("returns_on_the_cliff")
def test_returns_on_the_cliff_of_both_methods():
    # Measured means over 30 runs, as the page tells them; the tolerance is 5.
    assert final_returns("q_learning").mean() == pytest.approx(-50.2, abs=5)
    assert final_returns("sarsa").mean() == pytest.approx(-27.2, abs=5)


@claims("sarsa_lost")
@pytest.mark.parametrize("change", [{"alpha": 1.0}, {"gamma": 0.5}])
def test_with_a_full_step_or_a_strong_discount_sarsa_is_often_lost(change):
    lost, earned = 0, []
    for seed in range(4):
        rates = {**rates_of_the_page(), **change, "rng": seed}
        runs = [
            train(cliff_walk(), method, n_episodes=300, **rates)
            for method in ("q_learning", "sarsa")
        ]
        lost += greedy_path(runs[1].Q, cliff_walk()) is None
        earned.append([run.returns[100:].mean() for run in runs])
    assert lost >= 2
    q_learning, sarsa = np.mean(earned, axis=0)
    assert sarsa < q_learning - 10


@pytest.mark.parametrize("episodes", [50, 150, 200, 500])
def test_the_run_that_is_shown_first_says_what_many_runs_say(episodes):
    chosen = STATEMENT.defaults | {"episodes": episodes}
    scene = drawing(LESSON)(**chosen)
    read = scene.readouts
    means = [read[f"{name}’s mean return, up to 20 episodes"] for name in NAMES]
    assert means[0] < means[1]
    assert read["Q-learning’s greedy path"] == "takes 13 moves"
    assert read["Sarsa’s greedy path"] in ("takes 17 moves", "takes 19 moves")


@claims("one_run_differs")
def test_the_last_20_episodes_of_one_run_can_say_the_opposite():
    chosen = STATEMENT.defaults | {"episodes": 500, "seed": 0}
    runs = simulated(STATEMENT, seed=0)
    read = LESSON.scene(chosen, runs).readouts
    means = [
        read[f"{name}’s mean return, up to 20 episodes"]
        for name in ("Q-learning", "Sarsa")
    ]
    assert means[0] > means[1] + 20
    assert runs.q_learning.returns[50:].mean() < runs.sarsa.returns[50:].mean() - 10


def test_the_line_is_the_printed_formula_in_numbers():
    line = frame(LESSON, STATEMENT.defaults, default_history(STATEMENT))["line"]
    value = [float(re.sub(r"\\(?:left|right)[()]", "", n)) for n in line["numbers"]]
    old, alpha, reward, gamma, *ahead, again, new = value
    assert (alpha, reward, gamma, again) == (0.5, -1, 1, old)
    assert new == pytest.approx(old + 0.5 * (-1 + max(ahead) - old), abs=0.01)


@pytest.mark.parametrize("episodes", [5, 50, 500])
def test_without_the_next_state_no_table_learns_of_the_goal(episodes):
    history = simulated(NO_NEXT.statement)
    chosen = STATEMENT.defaults | {"episodes": episodes}
    scene = NO_NEXT.scene(chosen, history)
    table = history.blind.tables[episodes - 1]
    for value in table.ravel():  # never more than the one reward that follows
        assert -100 <= value <= 0
    safe = CLIFF.R == -1
    assert table[safe].min() >= -1
    assert scene.readouts["target"] == -1
    assert -1 <= scene.readouts["Q-learning’s value of the start"] <= -0.99
    assert scene.readouts["Q-learning’s greedy path"] == "runs in circles"
    whole = LESSON.scene(chosen, history).readouts
    assert whole == LESSON.scene(chosen, default_history(STATEMENT)).readouts


@claims("circles_not_drawn")
def test_a_path_that_runs_in_circles_is_not_drawn_and_said():
    history = simulated(STATEMENT, alpha=1.0, gamma=0.5)
    lost = 0
    for episodes in (1, 13, 100):
        chosen = STATEMENT.defaults | {"alpha": 1.0, "gamma": 0.5, "episodes": episodes}
        scene = LESSON.scene(chosen, history)
        for name, run in (("Q-learning", history.q_learning), ("Sarsa", history.sarsa)):
            path = run.paths[episodes - 1]
            said = scene.readouts[f"{name}’s greedy path"]
            lost += path is None
            assert said == (
                f"takes {len(path) - 1} moves" if path else "runs in circles"
            )
    assert lost


def test_an_error_that_is_only_left_on_the_way_to_0_reads_as_0():
    history = default_history(STATEMENT)
    read = LESSON.scene(STATEMENT.defaults | {"episodes": 500}, history).readouts
    assert read["error"] == 0


@pytest.mark.parametrize("alpha", [0.05, 0.5, 1.0])
def test_the_framed_cells_and_the_last_picture_are_of_one_update(alpha):
    history = simulated(STATEMENT, alpha=alpha)
    for episodes in (1, 5, 12, 50, 200, 500):
        chosen = STATEMENT.defaults | {"episodes": episodes, "alpha": alpha}
        scene = LESSON.scene(chosen, history)
        cliff, *frames = scene.figures[0]["layout"]["shapes"]
        assert (cliff["x0"], cliff["x1"], cliff["y0"]) == (0.5, 10.5, 2.5)
        middles = {
            ((one["y0"] + one["y1"]) / 2, (one["x0"] + one["x1"]) / 2) for one in frames
        }
        assert middles == {(2, 0), (2, 1)}  # above the start, and one to the right
        table = history.q_learning.tables[episodes - 1]
        old, new = (np.array(bars["y"]) for bars in scene.figures[2]["data"])
        np.testing.assert_array_equal(old, table[24])
        target = -1 + table[25].max()
        np.testing.assert_array_equal(np.isfinite(new), [False, True, False, False])
        assert new[1] == pytest.approx(old[1] + alpha * (target - old[1]), abs=1e-9)
        low, high = scene.figures[2]["layout"]["yaxis"]["range"]
        assert low < min(target, new[1], old[1])
        assert high > 0


@claims("chosen_update")
@pytest.mark.parametrize("move", CLIFF.actions)
@pytest.mark.parametrize("cell", [0, 11, 24, 25, 35, 36])
def test_a_click_chooses_the_cell_and_the_action_of_the_update(cell, move):
    history = simulated(STATEMENT)
    chosen = STATEMENT.defaults | {"episodes": 20, "cell": cell, "move": move}
    scene = LESSON.scene(chosen, history)
    row, column = divmod(cell, 12)
    ahead = {"up": (-1, 0), "right": (0, 1), "down": (1, 0), "left": (0, -1)}[move]
    to_row, to_column = min(max(row + ahead[0], 0), 3), column + ahead[1]
    to_column = min(max(to_column, 0), 11)
    falls = to_row == 3 and 0 < to_column < 11
    reward, to = (-100, 36) if falls else (-1, 12 * to_row + to_column)
    table = history.q_learning.tables[19]
    target = reward + (0 if to == 47 else table[to].max())
    assert scene.readouts["target"] == pytest.approx(target)
    frames_ = scene.figures[0]["layout"]["shapes"][1:]
    middles = [
        ((one["y0"] + one["y1"]) / 2, (one["x0"] + one["x1"]) / 2) for one in frames_
    ]
    assert middles == [(row, column), divmod(to, 12)]
    old, new = (np.array(bars["y"]) for bars in scene.figures[2]["data"])
    k = CLIFF.actions.index(move)
    np.testing.assert_array_equal(old, table[cell])
    assert new[k] == pytest.approx(old[k] + 0.5 * (target - old[k]))
    low, _ = scene.figures[2]["layout"]["yaxis"]["range"]
    assert low < min(old[k], new[k], target)
    picks = [one["layout"]["meta"].get("pick") for one in scene.figures]
    assert (picks[0]["y"], picks[0]["row"], picks[2]["x"]) == ("cell", 12, "move")
    line = frame(LESSON, chosen, history)["line"]
    assert float(line["numbers"][-1]) == pytest.approx(new[k], rel=1e-3)


@claims("cut_bars")
@pytest.mark.parametrize("episodes", [8, 50, 500])
def test_a_bar_is_cut_off_only_where_the_action_falls_into_the_cliff(episodes):
    history = simulated(STATEMENT)
    for cell in STATEMENT.control("cell").positions:
        chosen = STATEMENT.defaults | {"episodes": episodes, "cell": cell}
        picture = LESSON.scene(chosen, history).figures[2]
        low, _ = picture["layout"]["yaxis"]["range"]
        told = [one["text"] for one in picture["layout"]["annotations"][-4:]]
        for k, value in enumerate(picture["data"][0]["y"]):
            assert (value < low) == told[k].startswith("↓")
            assert value >= low or CLIFF.R[cell, k] == -100


@pytest.mark.parametrize("gamma", [0.5, 0.8, 1.0])
def test_the_color_scale_holds_the_values_and_no_more_than_it_needs(gamma):
    history = simulated(STATEMENT, gamma=gamma)
    chosen = STATEMENT.defaults | {"gamma": gamma, "episodes": 500}
    cells = LESSON.scene(chosen, history).figures[0]["data"][0]
    deepest = float(np.nanmin(cells["z"]))
    assert cells["zmin"] <= deepest < cells["zmin"] / 3
    assert cells["colorbar"]["title"]["text"] == "max Q"


@claims("shortest_path")
def test_q_learning_finds_the_shortest_path_along_the_edge():
    run = train(
        cliff_walk(), "q_learning", n_episodes=500, alpha=0.5, gamma=1.0, epsilon=0.1
    )
    path = greedy_path(run.Q, cliff_walk())
    rewards = [-1] * (len(path) - 1)
    assert sum(rewards) == -13
    assert set(path[1:-1]) == set(range(24, 36))
    assert len(path) - 1 == shortest_path_length(cliff_walk())


@claims("shortest_path")
def test_the_path_after_50_episodes_runs_along_the_edge():
    path = simulated(STATEMENT).q_learning.paths[50 - 1]
    assert path == [36, *range(24, 36), 47]


@claims("best_values")
def test_q_learning_approaches_the_values_of_the_best_policy():
    env = cliff_walk()
    run = train(env, "q_learning", n_episodes=3000, alpha=1.0, gamma=1.0, epsilon=0.5)
    path = greedy_path(optimal_values(env), env)[:-1]
    # The world is deterministic: with step size 1 the values become exact.
    np.testing.assert_array_equal(
        run.Q[path].max(axis=1), optimal_values(env)[path].max(axis=1)
    )
    np.testing.assert_array_equal(run.Q[:37], optimal_values(env)[:37])
    assert run.returns.mean() < -100  # half of its own moves are random


def test_expected_sarsa_is_steadier_than_sarsa():
    expected, sarsa = final_returns("expected_sarsa", 10), final_returns("sarsa", 10)
    assert expected.mean() > sarsa.mean()
    assert expected.std() < sarsa.std()


@pytest.mark.parametrize("method", ["q_learning", "sarsa", "expected_sarsa"])
def test_an_episode_that_is_too_long_is_cut_off_and_marked(method):
    options = {"alpha": 0.5, "gamma": 1.0, "epsilon": 0.1}
    run = train(cliff_walk(), method, n_episodes=60, max_steps=15, **options)
    assert run.truncated[0]
    assert run.lengths.max() <= 15
    np.testing.assert_array_equal(run.truncated, run.lengths == 15)
    assert (run.returns <= -run.lengths).all()


def test_one_step_of_training_is_one_update():
    env = cliff_walk()
    for method in ("q_learning", "sarsa"):
        run = train(
            env,
            method,
            n_episodes=1,
            alpha=0.25,
            gamma=0.9,
            epsilon=0.0,
            max_steps=1,
            rng=4,
        )
        changed = np.argwhere(run.Q)
        assert len(changed) == 1
        state, action = changed[0]
        after, reward = env.P[state, action], env.R[state, action]
        update = q_learning_update(
            np.zeros_like(run.Q), state, action, reward, after, alpha=0.25, gamma=0.9
        )
        np.testing.assert_array_equal(run.Q, update.Q_new)


def test_the_terminal_row_of_the_table_stays_zero():
    env = cliff_walk()
    run = train(env, "sarsa", n_episodes=50, alpha=0.5, gamma=1.0, epsilon=0.1)
    np.testing.assert_array_equal(run.Q[list(env.terminal)], 0)


def test_the_same_seed_gives_the_same_run_episode_by_episode():
    options = {"alpha": 0.5, "gamma": 0.9, "epsilon": 0.2, "rng": 7}
    run = train(cliff_walk(), "q_learning", n_episodes=5, **options)
    again = train_episodes(cliff_walk(), "q_learning", **options)
    steps = [next(again) for _ in range(5)]
    np.testing.assert_array_equal(run.Q, steps[-1][0])
    np.testing.assert_array_equal(run.returns, [step[1] for step in steps])
    np.testing.assert_array_equal(run.lengths, [step[2] for step in steps])


def test_the_value_of_a_terminal_state_is_not_looked_at():
    # One step from the goal with step size 1 the value is exactly the last reward.
    env = dataclasses.replace(
        cliff_walk(), start=35, terminal=frozenset({47}), R=np.full((48, 4), -1.0)
    )
    run = train(env, "q_learning", n_episodes=30, alpha=1.0, gamma=1.0, epsilon=0.0)
    assert run.Q[35].max() == -1
    assert run.lengths[-1] == 1


# Bad and extreme input

GOOD = {"alpha": 0.5, "gamma": 0.9}
RUN = {"n_episodes": 1, "alpha": 0.5, "gamma": 0.9, "epsilon": 0.1}


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: q_learning_update(TABLE, 0, 0, 0, 0, alpha=0, gamma=1),
            "alpha must be in (0, 1], got 0.0",
        ),
        (
            lambda: q_learning_update(TABLE, 0, 0, 0, 0, alpha=1.1, gamma=1),
            "alpha must be in (0, 1], got 1.1",
        ),
        (
            lambda: sarsa_update(TABLE, 0, 0, 0, 0, 0, alpha=1, gamma=-0.1),
            "gamma must be in [0, 1], got -0.1",
        ),
        (
            lambda: q_learning_update(TABLE, 2, 0, 0, 0, **GOOD),
            "state must be in [0, 1], got 2",
        ),
        (
            lambda: q_learning_update(TABLE, 0, -1, 0, 0, **GOOD),
            "action must be in [0, 1], got -1",
        ),
        (
            lambda: q_learning_update(TABLE, 0, 0, 0, 2, **GOOD),
            "next_state must be in [0, 1], got 2",
        ),
        (
            lambda: sarsa_update(TABLE, 0, 0, 0, 1, 2, **GOOD),
            "next_action must be in [0, 1], got 2",
        ),
        (
            lambda: q_learning_update(TABLE, 0.5, 0, 0, 0, **GOOD),
            "state must be an integer, got 0.5",
        ),
        (
            lambda: q_learning_update([1.0], 0, 0, 0, 0, **GOOD),
            "must be 2-D, got shape (1,)",
        ),
        (lambda: q_learning_update([[np.nan]], 0, 0, 0, 0, **GOOD), "contains NaN"),
        (lambda: q_learning_update([[]], 0, 0, 0, 0, **GOOD), "must not be empty"),
        (
            lambda: q_learning_update(TABLE, 0, 0, np.nan, 0, **GOOD),
            "reward contains NaN",
        ),
        (
            lambda: q_learning_update([[1.7e308]], 0, 0, 1.7e308, 0, **GOOD),
            "result must be finite",
        ),
        (lambda: epsilon_greedy([1], 1.5), "epsilon must be in [0, 1], got 1.5"),
        (lambda: epsilon_greedy([[1]], 0), "q_row must be 1-D, got shape (1, 1)"),
        (
            lambda: train(cliff_walk(), "dqn", **RUN),
            (
                "method must be one of ('q_learning', 'sarsa', 'expected_sarsa'), "
                "got 'dqn'"
            ),
        ),
        (
            lambda: train(cliff_walk(), "sarsa", **{**RUN, "epsilon": -1}),
            "epsilon must be in [0, 1], got -1.0",
        ),
        (
            lambda: train(cliff_walk(), "sarsa", **{**RUN, "n_episodes": 0}),
            "n_episodes must be in [1, inf), got 0",
        ),
        (
            lambda: train(cliff_walk(), "sarsa", **RUN, max_steps=0),
            "max_steps must be in [1, inf), got 0",
        ),
        (lambda: greedy_path(np.zeros(3), cliff_walk()), "must be 2-D, got shape (3,)"),
        (
            lambda: greedy_path(np.zeros((2, 4)), cliff_walk()),
            "Q needs one row per state and one column per action",
        ),
    ],
)
def test_bad_input_is_named(call, message):
    with says(message):
        call()


def test_the_table_is_left_as_it_was():
    table = np.array(TABLE)
    q_learning_update(table, 0, 0, 1, 1, **GOOD)
    np.testing.assert_array_equal(table, TABLE)


# What the page claims


def rates_of_the_page():
    names = ("alpha", "gamma", "epsilon")
    return {"rng": 0, **{name: STATEMENT.defaults[name] for name in names}}


def test_predict_sarsa_earns_more_per_episode_on_the_cliff():
    assert final_returns("sarsa", 10).mean() > final_returns("q_learning", 10).mean()


@pytest.mark.parametrize("method", ["q_learning", "sarsa"])
def test_greedy_both_learn_the_edge_path(method):
    options = {"n_episodes": 500, "alpha": 0.5, "gamma": 1.0, "epsilon": 0.0}
    run = train(cliff_walk(), method, **options)
    assert len(greedy_path(run.Q, cliff_walk())) - 1 == 13


def test_fast_and_noisy_is_exact_because_the_world_is_deterministic():
    options = {"n_episodes": 200, "alpha": 1.0, "gamma": 1.0, "epsilon": 0.1}
    run = train(cliff_walk(), "q_learning", **options)
    assert len(greedy_path(run.Q, cliff_walk())) - 1 == 13


@claims("spread_backwards")
def test_values_near_the_goal_become_right_first_and_spread_backwards():
    env = cliff_walk()
    path = greedy_path(optimal_values(env), env)[:-1]
    right = optimal_values(env)[path].max(axis=1)
    first = np.zeros(len(path))
    episodes = train_episodes(env, "q_learning", alpha=1.0, gamma=1.0, epsilon=0.3)
    for number in range(1, 400):
        table = np.array(next(episodes)[0])
        first[(first == 0) & (table[path].max(axis=1) == right)] = number
    assert first[-1] == first.min()
    assert first[0] > first[-1]
    assert np.corrcoef(first, np.arange(len(path)))[0, 1] < -0.5
    # With the page's step size 1/2 nothing is exact: right within a tenth of a step.
    first = np.zeros(len(path))
    episodes = train_episodes(env, "q_learning", **rates_of_the_page())
    for number in range(1, 100):
        table = np.array(next(episodes)[0])
        first[(first == 0) & (np.abs(table[path].max(axis=1) - right) < 0.1)] = number
    assert first.all()
    assert (np.diff(first) < 0).all()


@claims("noisy_maximum")
def test_the_maximum_over_noisy_estimates_is_too_high_on_average():
    errors = np.random.default_rng(0).standard_normal((20_000, 10))
    # The expected maximum of ten standard normal errors; they average to 0.
    assert errors.max(axis=1).mean() == pytest.approx(1.54, abs=0.02)
    assert errors.mean() == pytest.approx(0, abs=0.01)
    # Double: one set of estimates chooses, another one judges the choice.
    others = np.random.default_rng(1).standard_normal((20_000, 10))
    judged = others[np.arange(20_000), errors.argmax(axis=1)]
    assert judged.mean() == pytest.approx(0, abs=0.03)  # 4 standard errors


@claims("sarsa_keeps_away")
def test_sarsas_greedy_path_keeps_away_from_the_edge():
    paths = []
    for seed in range(10):
        rates = {**rates_of_the_page(), "rng": seed}
        run = train(cliff_walk(), "sarsa", n_episodes=500, **rates)
        paths.append(greedy_path(run.Q, cliff_walk()))
    found = [path for path in paths if path]  # now and then one loops
    assert len(found) >= 8
    for path in found:
        along_the_edge = set(path) & set(range(25, 35))
        assert len(along_the_edge) <= 1
    scene = drawing(LESSON)(**STATEMENT.defaults | {"episodes": 500})
    dotted = scene.figures[0]["data"][2]
    assert dotted["line"]["dash"] == "dot"
    places = np.stack([dotted["y"], dotted["x"]], axis=1)
    cells = (places[np.isfinite(places[:, 0])] @ [12, 1]).tolist()
    own = {**rates_of_the_page(), "rng": STATEMENT.defaults["seed"]}
    run = train(cliff_walk(), "sarsa", n_episodes=500, **own)
    assert cells == greedy_path(run.Q, cliff_walk())
    assert cells == simulated(STATEMENT).sarsa.paths[499]


@claims("stumbles")
@pytest.mark.parametrize(("epsilon", "best"), [(0.0, 1), (0.1, 2)])
def test_with_its_stumbles_a_walk_along_the_edge_is_worth_less_than_one_further_up(
    epsilon, best
):
    env, worth = cliff_walk(), {}
    for rows_up in (1, 2, 3):
        row, column = np.divmod(np.arange(48), 12)
        way = np.where(row > 3 - rows_up, 0, np.where(row < 3 - rows_up, 2, 1))
        way[column == 11] = 2
        policy = np.full((48, 4), epsilon / 4)
        policy[np.arange(48), way] += 1 - epsilon
        policy[47] = 0
        moves = np.zeros((48, 48))
        for action in range(4):
            np.add.at(moves, (np.arange(48), env.P[:, action]), policy[:, action])
        value = np.linalg.solve(np.eye(48) - moves, (policy * env.R).sum(axis=1))
        worth[rows_up] = value[env.start]
    assert max(worth, key=worth.get) == best


@pytest.mark.parametrize(
    ("method", "include"), [("sarsa", True), ("q_learning", False)]
)
def test_only_sarsas_values_at_the_edge_include_stumbles(method, include):
    run = train(cliff_walk(), method, n_episodes=500, **rates_of_the_page())
    edge = slice(24, 36)
    stumbles = optimal_values(cliff_walk())[edge].max(axis=1) - run.Q[edge].max(axis=1)
    assert bool(stumbles.mean() > 3) is include
    assert bool(np.abs(stumbles).max() < 0.1) is not include


@claims("explorer_falls")
def test_the_explorer_along_the_edge_falls_in_some_episodes_and_pays():
    run = train(cliff_walk(), "q_learning", n_episodes=500, **rates_of_the_page())
    late = run.returns[-100:]
    assert 0.1 < (late <= -100).mean() < 0.5
    assert late.mean() < -13 - 20  # the path itself costs 13


@claims("better_earned_less")
def test_the_better_final_policy_earned_less_on_the_way():
    runs = {
        method: train(cliff_walk(), method, n_episodes=500, **rates_of_the_page())
        for method in ("q_learning", "sarsa")
    }
    best, other = (greedy_path(run.Q, cliff_walk()) for run in runs.values())
    assert len(best) < len(other)
    assert runs["q_learning"].returns.mean() < runs["sarsa"].returns.mean() - 5


@claims("shifted_table")
def test_a_value_after_the_last_step_is_added_to_every_entry_of_the_table():
    env = cliff_walk()
    # To look up 5 at the goal is to be paid 5 more for the last step.
    wrong = dataclasses.replace(env, R=env.R + 5.0 * (env.P == 47))
    run = train(wrong, "q_learning", n_episodes=1000, alpha=1.0, gamma=1.0, epsilon=0.5)
    np.testing.assert_array_equal(run.Q[:37], optimal_values(env)[:37] + 5)


@claims("visits_needed")
def test_without_exploring_most_values_stay_wrong_however_long_it_goes_on():
    rates = {**rates_of_the_page(), "epsilon": 0.0}
    early, late = (
        train(cliff_walk(), "q_learning", n_episodes=n, **rates).Q[:37]
        for n in (500, 1000)
    )
    wrong = np.abs(late - optimal_values(cliff_walk())[:37]) > 0.5
    assert wrong.mean() > 0.5
    np.testing.assert_array_equal(early[wrong], late[wrong])


@claims("shrinking_steps")
def test_random_rewards_take_many_visits_and_step_sizes_that_shrink():
    random = np.random.default_rng(0)

    def learned(visits, alpha):
        """Return the entry after each visit; the reward is 0 or 2, on average 1."""
        table, seen = np.zeros((1, 1)), []
        for n in range(1, visits + 1):
            reward = float(random.choice([0, 2]))
            step = {"alpha": alpha(n), "gamma": 1.0, "terminal": True}
            table = q_learning_update(table, 0, 0, reward, None, **step).Q_new
            seen.append(table[0, 0])
        return np.array(seen)

    constant = learned(2000, lambda _: 0.5)[1000:]
    # It goes on to scatter: the variance is α / (2 − α) of the reward's, which is 1.
    assert constant.std() == pytest.approx(np.sqrt(0.5 / 1.5), rel=0.1)
    shrinking = learned(2000, lambda n: 1 / n)
    np.testing.assert_allclose(shrinking[1000:], 1, atol=0.1)  # 3 standard errors
    too_fast = learned(2000, lambda n: 1 / (n + 1) ** 2)  # their sum is 0.64
    assert too_fast[-1] < 0.95 * shrinking[-1]
    steady = [learned(200, lambda n: 1 / n**2 / 2)[-1] for _ in range(100)]
    assert np.mean(steady) < 0.75  # the start is not forgotten
    few = [learned(10, lambda n: 1 / n)[-1] for _ in range(100)]
    assert np.abs(np.array(few) - 1).mean() > 0.15


# The sentence above the charts


def greedy_moves(table, env):
    """Count the moves of the greedy path; None once it comes back to a cell."""
    state, seen = env.start, set()
    while state not in env.terminal:
        if state in seen:
            return None
        seen.add(state)
        state = int(env.P[state, np.flatnonzero(table[state] == table[state].max())[0]])
    return len(seen)


@pytest.mark.parametrize(
    ("episodes", "words"),
    [
        (1, "After 1 episode Q-learning’s greedy path runs in circles."),
        (2, "After 2 episodes Q-learning’s greedy path runs in circles."),
        (11, "After 11 episodes Q-learning’s greedy path takes 13 moves."),
        (12, "After 12 episodes Q-learning’s greedy path runs in circles."),  # again
        (50, "After 50 episodes Q-learning’s greedy path takes 13 moves."),
        (500, "After 500 episodes Q-learning’s greedy path takes 13 moves."),
    ],
)
def test_the_sentence_tells_the_update_and_the_greedy_path(episodes, words):
    chosen = STATEMENT.defaults | {"episodes": episodes, "seed": 0}
    status = LESSON.scene(chosen, simulated(STATEMENT, seed=0)).status
    assert status.endswith(words)
    rates = {"alpha": 0.5, "gamma": 1.0, "epsilon": 0.1, "rng": 0}
    Q = train(cliff_walk(), "q_learning", n_episodes=episodes, **rates).Q
    moves = greedy_moves(Q, cliff_walk())
    way = "runs in circles" if moves is None else f"takes {moves} moves"
    assert f"Q-learning’s greedy path {way}." in status
    old, target = Q[24, 1], -1 + Q[25].max()
    said = status.split(" After ")[0].replace("right in (2, 0)", "")
    numbers = [float(x.replace("−", "-")) for x in re.findall(r"−?[\d.]*\d", said)]
    gap = target - old
    new = old + 0.5 * gap
    told = [old] if "equals its target" in status else [old, target, gap, 0.5, new]
    assert numbers == pytest.approx(told, rel=6e-3)
    assert ("misses its target" in status) == (len(told) > 1)
    if len(told) == 1:
        assert target == pytest.approx(old, rel=1e-4)


@pytest.mark.parametrize(
    "rates", [{}, {"epsilon": 0.5, "seed": 3}, {"epsilon": 0.0, "alpha": 0.05}]
)
def test_the_sentence_is_right_after_every_episode_and_its_means_are_on_the_chart(
    rates,
):
    history = simulated(STATEMENT, **rates)
    runs = (history.q_learning, history.sarsa)
    for episodes in range(1, 501, 9):
        chosen = STATEMENT.defaults | rates | {"episodes": episodes}
        scene = LESSON.scene(chosen, history)
        moves = greedy_moves(history.q_learning.tables[episodes - 1], cliff_walk())
        way = "runs in circles" if moves is None else f"takes {moves} moves"
        assert f" greedy path {way}." in scene.status
        assert scene.readouts["Q-learning’s greedy path"] == way
        means = [run.returns[max(0, episodes - 20) : episodes].mean() for run in runs]
        assert [
            scene.readouts[f"{name}’s mean return, up to 20 episodes"] for name in NAMES
        ] == (pytest.approx(means))
        for run, walk in zip(runs, scene.figures[0]["data"][1:3], strict=True):
            path = run.paths[episodes - 1] or []
            assert np.isfinite(walk["x"]).sum() == len(path)
        low, _ = scene.figures[1]["layout"]["yaxis"]["range"]
        assert episodes <= 250 or min(means) >= low


# What the questions teach


def readout(label, **chosen):
    rates = {name: value for name, value in chosen.items() if name != "episodes"}
    history = simulated(STATEMENT, **rates)
    return LESSON.scene(STATEMENT.defaults | chosen, history).readouts[label]


def test_what_is_seen_first_has_both_paths_and_an_update_that_moves_its_value():
    scene = LESSON.scene(STATEMENT.defaults, simulated(STATEMENT))
    assert scene.readouts["Q-learning’s greedy path"] == "takes 13 moves"
    assert scene.readouts["Sarsa’s greedy path"] == "takes 17 moves"
    said = re.match(
        r"The old value (\S+) .* target (\S+) .* gives (\S+)\. ", scene.status
    )
    assert len(set(said.groups())) == 3
    assert abs(readout("error", episodes=8)) > 0.5  # a preset shows a larger one


def test_actions_are_clicked_in_the_small_picture_of_the_update():
    scene = LESSON.scene(STATEMENT.defaults, simulated(STATEMENT))
    small = [
        one["layout"]["meta"].get("pick", {}).get("small") for one in scene.figures
    ]
    assert small == [None, None, True]


def test_the_action_that_the_maximum_takes_is_named():
    history = simulated(STATEMENT)
    for episodes in (1, 8, 50, 500):
        chosen = STATEMENT.defaults | {"episodes": episodes}
        named = LESSON.scene(chosen, history).readouts[BEST_NEXT]
        up, right, down, left = history.q_learning.tables[episodes - 1][25]
        values = {"up": up, "right": right, "down": down, "left": left}
        assert values[named] == max(values.values())


@claims("leaves_circles")
def test_a_greedy_agent_ends_its_episodes_where_its_greedy_path_never_would():
    options = {"alpha": 0.5, "gamma": 1.0, "epsilon": 0.0, "rng": 15}
    circles = 0
    for n_episodes in (5, 10, 20, 40):
        run = train(cliff_walk(), "q_learning", n_episodes=n_episodes, **options)
        assert not run.truncated.any()
        circles += greedy_path(run.Q, cliff_walk()) is None
    assert circles


@claims("settled")
def test_after_200_episodes_the_errors_are_0_where_the_path_leads():
    early, late = readout("error", episodes=50), readout("error", episodes=200)
    assert abs(early) > 0.05
    assert abs(late) < 1e-9


@claims("starts_too_high")
def test_the_value_of_the_start_sinks_from_above_to_what_the_way_costs():
    history = simulated(STATEMENT)
    label = "Q-learning’s value of the start"
    values = [
        LESSON.scene(STATEMENT.defaults | {"episodes": n}, history).readouts[label]
        for n in STATEMENT.control("episodes").positions
    ]
    assert 0 > values[0] > -13
    assert (np.diff(values) <= 1e-9).all()
    assert values[-1] == pytest.approx(-13, abs=1e-9)


@claims("discounted_moves")
@pytest.mark.parametrize("gamma", [0.5, 0.9, 1.0])
def test_the_target_adds_up_the_discounted_costs_of_the_twelve_moves(gamma):
    costs = sum(-(gamma**k) for k in range(12))
    target = readout("target", gamma=gamma, episodes=200)
    assert target == pytest.approx(costs, rel=1e-6)


@claims("same_table")
def test_how_much_is_explored_changes_what_is_earned_and_not_the_table():
    label = "Q-learning’s value of the start"
    values = [readout(label, epsilon=e, episodes=500) for e in (0.1, 0.3)]
    np.testing.assert_allclose(values, -13, rtol=1e-9)
    label = "Q-learning’s mean return, up to 20 episodes"
    earned = [readout(label, epsilon=e, episodes=500) for e in (0.1, 0.3)]
    assert earned[1] < earned[0] - 50
