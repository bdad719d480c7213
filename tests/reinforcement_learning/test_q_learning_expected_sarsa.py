"""Expected Sarsa in the lesson on Q-learning: its formula, its claims, its sentence."""

from __future__ import annotations

import re
import statistics

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formulas.reinforcement_learning.q_learning import sarsa_update
from formulas.reinforcement_learning.q_updates import expected_sarsa_update
from pages.reinforcement_learning.q_learning.expected_sarsa.figure import (
    draws,
    sampled_values,
)
from pages.reinforcement_learning.q_learning.expected_sarsa.statement import STATEMENT
from tests.claims import claims
from tests.lessons import drawing, numbers_of
from tests.strategies import settings_of
from ui.catalogue import BY_KEY

FORM = BY_KEY["q_learning/expected_sarsa"]

MUTANTS = (
    ("epsilon / n + (1 - epsilon) * greedy[k]", "epsilon / n + greedy[k]"),
    ("np.sqrt(policy @ (sampled - update.target) ** 2)", "sampled.std()"),
    ("value += alpha * (target - value)", "value += alpha * target"),
    (
        "EPSILONS * mean + (1 - EPSILONS) * best",
        "EPSILONS * best + (1 - EPSILONS) * mean",
    ),
    ("np.cumsum(policy)[:-1]", "np.cumsum(policy[::-1])[:-1]"),
)


def of_the_page(**chosen):
    return numbers_of(STATEMENT, **{**STATEMENT.defaults, **chosen})


def by_hand(epsilon, gamma, fall):
    """Return probabilities and targets of the four next actions."""
    values = [-13.0, -11.0, fall, -13.0]
    best = values.index(max(values))
    chances = [epsilon / 4 + (1 - epsilon) * (k == best) for k in range(4)]
    return chances, [-1 + gamma * value for value in values]


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"\begin{gathered} Q(S_t, A_t) \leftarrow Q(S_t, A_t) + \alpha \left[ y - "
        r"Q(S_t, A_t) \right] \\ y = R_{t+1} + \gamma \textstyle\sum_a \pi(a \mid S_{t+1})\, "
        r"Q(S_{t+1}, a) \end{gathered}"
    )


def test_values_known_from_elsewhere():
    update = expected_sarsa_update(
        [[1.0, 2.0], [0.0, 3.0]], 0, 0, 1.0, 1, [0.1, 0.9], alpha=0.5, gamma=0.9
    )
    assert update.target == pytest.approx(3.43)


@claims("es_mean_of_sarsa")
@given(settings_of(STATEMENT))
def test_the_target_is_the_mean_of_sarsas(chosen):
    page = of_the_page(**chosen)
    chances, _ = by_hand(chosen["epsilon"], chosen["gamma"], chosen["fall"])
    np.testing.assert_allclose(page["policy"], chances)
    targets = [
        sarsa_update(
            page["action_values"], 0, 1, -1.0, 1, k, alpha=0.5, gamma=chosen["gamma"]
        ).target
        for k in range(4)
    ]
    assert page["target"] == pytest.approx(np.dot(chances, targets))
    random = np.random.default_rng(0)
    taken = random.choice(targets, 4000, p=np.array(chances) / sum(chances))
    error = 5 * page["spread"] / 4000**0.5 + 1e-9
    assert taken.mean() == pytest.approx(page["target"], abs=error)
    assert taken.std() == pytest.approx(page["spread"], rel=0.35, abs=2)


@claims("es_no_scatter")
def test_without_the_draw_a_value_goes_straight_to_the_mean():
    scene = drawing(FORM)(**STATEMENT.defaults)
    jumping, smooth = (trace["y"] for trace in scene.figures[0]["data"][:2])
    target = of_the_page()["target"]
    np.testing.assert_allclose(
        smooth, target + (-12 - target) * 0.5 ** np.arange(61), rtol=1e-6
    )
    steps = np.diff(smooth)
    assert (steps < 1e-9).all() or (steps > -1e-9).all()
    assert np.diff(jumping).min() < -20
    assert np.diff(jumping).max() > 10


@claims("es_counts_exploration")
def test_q_learning_does_not_notice_the_step_down():
    near, far = (of_the_page(fall=fall) for fall in (-20.0, -100.0))
    assert near["plain"] == far["plain"] == -12
    assert near["target"] - far["target"] == pytest.approx(80 * 0.2 / 4)
    worth = [of_the_page(epsilon=eps)["target"] for eps in (0.0, 0.1, 0.3, 0.5)]
    assert worth == sorted(worth, reverse=True)
    assert {of_the_page(epsilon=eps)["plain"] for eps in (0.0, 0.1, 0.5)} == {-12}


@claims("es_greedy_is_q_learning")
@given(st.floats(0.5, 1), st.floats(-120, 0))
def test_without_exploring_all_three_have_one_target(gamma, fall):
    page = of_the_page(epsilon=0.0, gamma=gamma, fall=fall)
    assert page["target"] == pytest.approx(page["plain"])
    assert page["spread"] == pytest.approx(0, abs=1e-9)


@claims("es_eighth")
def test_every_eighth_step_goes_down():
    assert of_the_page(epsilon=0.5)["policy"][2] == 1 / 8


@claims("es_small_alpha")
def test_with_small_steps_sarsa_scatters_less():
    page = of_the_page()
    targets = -1 + page["action_values"][1]
    spreads = [
        statistics.fmean(
            np.std(sampled_values(targets, page["policy"], alpha, seed)[20:])
            for seed in range(21)
        )
        for alpha in (0.1, 0.5)
    ]
    assert spreads[0] < 0.6 * spreads[1]


SENTENCE = re.compile(
    r"The next action is down with probability (\S+)\. Expected Sarsa’s target is (\S+); "
    r"Sarsa’s scatters around it with a standard deviation of (\S+), and Q-learning’s, "
    r"(\S+), looks at the best action alone\."
)


@given(settings_of(STATEMENT))
@settings(max_examples=50)
def test_the_sentence_gives_all_targets_at_every_setting(chosen):
    scene = drawing(FORM)(**chosen)
    chances, targets = by_hand(chosen["epsilon"], chosen["gamma"], chosen["fall"])
    mean = sum(p * y for p, y in zip(chances, targets, strict=True))
    square = sum(p * (y - mean) ** 2 for p, y in zip(chances, targets, strict=True))
    expected = [chances[2], mean, square**0.5, max(targets)]
    printed = SENTENCE.fullmatch(scene.status).groups()
    found = [float(text.replace("−", "-")) for text in printed]
    assert found == pytest.approx(expected, rel=6e-3, abs=1e-6)
    value, path = -12.0, [-12.0]
    for u in draws(chosen["seed"]):
        k = next((k for k in range(3) if u < sum(chances[: k + 1])), 3)
        value += chosen["alpha"] * (targets[k] - value)
        path.append(value)
    np.testing.assert_allclose(scene.figures[0]["data"][0]["y"], path, rtol=1e-6)
    line = scene.figures[1]["data"][0]
    right = []
    for eps in line["x"]:
        shares, ys = by_hand(eps, chosen["gamma"], chosen["fall"])
        right.append(np.dot(shares, ys))
    np.testing.assert_allclose(line["y"], right, rtol=1e-6)
