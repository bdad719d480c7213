"""Asynchronous value iteration in the lesson on the Bellman equation."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formulas.reinforcement_learning.bellman import optimal_values
from formulas.reinforcement_learning.planning import (
    ORDERS,
    asynchronous_value_iteration,
)
from pages.reinforcement_learning.bellman.asynchronous.statement import (
    CELLS,
    MOST_UPDATES,
    STATEMENT,
    TRANSITIONS,
    headline_at,
    random_cells,
    rewards_of,
    whole_run,
)
from tests.claims import claims
from tests.lessons import drawing, numbers_of
from tests.strategies import settings_of
from ui.catalogue import BY_KEY

FORM = BY_KEY["bellman/asynchronous"]

MUTANTS = (
    ("max_backups=updates + 1", "max_backups=updates + 0"),
    ("np.where(cells == 0, EXIT, cells - 1)", "np.where(cells == 0, 1, cells - 1)"),
    ("sizes.index(max(sizes))", "sizes.index(min(sizes))"),
    ("Equation(change[s], ahead(s) - v[s])", "Equation(change[s], ahead(s))"),
    ("gamma * v[cell + 1] if cell <", "v[cell + 1] if cell <"),
    ("(changes[cell] != 0)", "(changes[cell] >= 0)"),
    ("int((errors <= RIGHT).argmax())", "int((errors > RIGHT).argmax())"),
    ("(distances <= RIGHT).sum(axis=1)", "(distances > RIGHT).sum(axis=1)"),
)
GAMMAS = st.floats(0, 0.99)
REWARDS = st.integers(0, 20).map(float)


def of_the_page(**chosen):
    return numbers_of(STATEMENT, **{**STATEMENT.defaults, **chosen})


def readouts_of(**chosen):
    return drawing(FORM)(**{**STATEMENT.defaults, **chosen}).readouts


def of_the_library(gamma, left, right, order, updates, seed=0):
    if updates == 0:
        return np.zeros(CELLS)
    return asynchronous_value_iteration(
        TRANSITIONS,
        rewards_of(left, right),
        gamma,
        order=order,
        tol=0.0,
        max_backups=updates,
        rng=seed,
    ).v


@pytest.mark.parametrize(
    ("order", "taken"),
    [
        ("sweep", r"s = k \bmod 6"),
        ("random", r"s \sim \mathcal U\{0, \dots, 5\}"),
        ("prioritized", r"s = \operatorname*{arg\,max}_j |\delta(j)|"),
    ],
)
def test_the_printed_formula_is_the_reviewed_one(order, taken):
    template = headline_at(order) or STATEMENT.headline
    assert STATEMENT.headline_latex(headline=template) == (
        r"\begin{gathered} v(s) \leftarrow \max_a \left[r(s, a) + \gamma v(s'(s, a))"
        rf"\right] \\ {taken} \end{{gathered}}"
    )


@claims("async_same_end")
@given(GAMMAS, REWARDS, REWARDS, st.integers(0, 20))
@settings(max_examples=20, deadline=None)
def test_every_order_ends_at_the_best_values(gamma, left, right, seed):
    best = optimal_values(TRANSITIONS, rewards_of(left, right), gamma)
    places = np.arange(CELLS)
    closed = np.maximum(left * gamma**places, right * gamma ** places[::-1])
    np.testing.assert_allclose(best, closed, rtol=1e-9, atol=1e-9)
    for order in ORDERS:
        run = whole_run(gamma, left, right, order, seed)
        there = of_the_library(gamma, left, right, order, max(run.needed, 1), seed)
        if run.needed:
            np.testing.assert_allclose(there, best, rtol=0, atol=2e-9)
        if run.needed > 1:
            short = of_the_library(gamma, left, right, order, run.needed - 1, seed)
            assert np.abs(short - best).max() > 1e-9


@given(settings_of(STATEMENT))
@settings(max_examples=40, deadline=None)
def test_the_map_is_the_librarys_path(chosen):
    world = (chosen["gamma"], chosen["reward_left"], chosen["reward_right"])
    order, seed, k = chosen["order"], chosen["seed"], chosen["updates"]
    shown = np.array(drawing(FORM)(**chosen).figures[0]["data"][0]["z"])
    for column in range(k + 1):
        expected = of_the_library(*world, order, column, seed)
        np.testing.assert_allclose(shown[:, column], expected, rtol=1e-14)
    assert np.isnan(shown[:, k + 1 :]).all()
    page = of_the_page(**chosen)
    after = of_the_library(*world, order, k + 1, seed)
    assert page["new_value"] == pytest.approx(after[page["cell"]], rel=1e-14)
    others = np.arange(CELLS) != page["cell"]
    np.testing.assert_array_equal(after[others], page["v"][:CELLS][others])
    largest = np.abs(page["change"]).max()
    if order == "prioritized":
        assert abs(page["change"][page["cell"]]) == largest
    elif order == "sweep":
        assert page["cell"] == k % CELLS


@claims("async_order_counts", "async_sweep")
def test_from_left_to_right_each_sweep_makes_one_more_value_right():
    cells = [of_the_page(updates=k)["cell"] for k in range(13)]
    assert cells == [*range(6), *range(6), 0]
    rights = whole_run(0.9, 0.0, 10.0, "sweep", 0).right
    assert rights[::CELLS].tolist() == [0, 1, 2, 3, 4, 5, 6]
    assert MOST_UPDATES == CELLS * CELLS
    opening = readouts_of()
    assert opening["updates until all are right"] == 31
    assert readouts_of(order="prioritized")["updates until all are right"] == 6


@claims("async_with_the_reward")
def test_in_the_direction_of_the_reward_one_sweep_is_enough():
    run = whole_run(0.9, 10.0, 0.0, "sweep", 0)
    assert run.needed == CELLS
    assert run.useful[CELLS] == CELLS


@claims("async_once")
@given(GAMMAS, REWARDS, REWARDS)
@settings(max_examples=50, deadline=None)
def test_by_priority_no_update_is_in_vain_and_none_is_corrected(gamma, left, right):
    run = whole_run(gamma, left, right, "prioritized", 0)
    assert run.needed <= CELLS
    assert run.useful[run.needed] == run.needed
    changed = np.diff(run.values, axis=0)[: run.needed] != 0
    assert (changed.sum(axis=0) <= 1).all()


@claims("async_wasted")
@given(settings_of(STATEMENT))
@settings(max_examples=30, deadline=None)
def test_an_update_without_news_changes_nothing(chosen):
    page = of_the_page(**chosen)
    cell, v = page["cell"], page["v"]
    news = [
        page["rewards"][cell, a] + page["gamma"] * v[page["next_state"][cell, a]]
        for a in (0, 1)
    ]
    assert page["new_value"] == max(news)
    assert page["change"][cell] == max(news) - v[cell]
    opening = readouts_of(updates=12)
    assert opening["updates that changed a value"] == "2 of 12"


@claims("async_two")
def test_with_two_rewards_values_spread_from_both_ends():
    page = of_the_page(reward_left=6.0, order="prioritized", updates=8)
    np.testing.assert_allclose(page["v"][:CELLS], [6, 6.561, 7.29, 8.1, 9, 10])
    early = of_the_page(reward_left=6.0, order="random", updates=36)
    assert early["v"][0] >= 5.9
    low = of_the_page(gamma=0.5, reward_left=6.0, order="prioritized", updates=2)
    assert low["v"][0] == 6
    assert low["v"][5] == 10


@claims("async_corridor")
@given(REWARDS, REWARDS)
def test_only_leaving_at_an_end_pays_and_ends_the_walk(left, right):
    paid = rewards_of(left, right)
    assert (paid[0, 0], paid[5, 1], paid.sum()) == (left, right, left + right)
    ends = TRANSITIONS.sum(axis=2) == 0
    assert np.argwhere(ends).tolist() == [[0, 0], [5, 1]]
    inside = [TRANSITIONS[cell, 1].argmax() for cell in range(CELLS - 1)]
    assert inside == [1, 2, 3, 4, 5]


@claims("async_never")
def test_a_cell_that_is_never_taken_keeps_its_value():
    cells = random_cells(0)
    first = next(k for k, cell in enumerate(cells) if cell == 0)
    page = of_the_page(order="random", reward_left=10.0, updates=first)
    assert page["v"][0] == 0 < page["change"][0]


SENTENCE = re.compile(
    r"After (\d+) updates?(?: in order| at random|, each where the change is largest), "
    r"(?:all 6 values are right: no cell changes any more|(\d) of 6 values (?:is|are) right; "
    r"cell (\d) is next and (?:stays as it is, because its neighbors have nothing new|"
    r"rises by (\S+)))\."
)


@given(settings_of(STATEMENT))
@settings(max_examples=40, deadline=None)
def test_the_sentence_counts_right_values_at_every_setting(chosen):
    found = SENTENCE.fullmatch(drawing(FORM)(**chosen).status)
    count, right, cell, rise = found.groups()
    page = of_the_page(**chosen)
    places, gamma = np.arange(CELLS), chosen["gamma"]
    from_left = chosen["reward_left"] * gamma**places
    from_right = chosen["reward_right"] * gamma ** places[::-1]
    close = np.maximum(from_left, from_right) - page["v"][:CELLS] <= 1e-9
    assert int(count) == chosen["updates"]
    assert close.sum() == (CELLS if right is None else int(right))
    if right is not None:
        assert int(cell) == page["cell"]
        change = page["change"][page["cell"]]
        assert float(rise or 0) == pytest.approx(change, rel=6e-3, abs=1e-9)
