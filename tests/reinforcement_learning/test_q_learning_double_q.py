"""Double Q-learning in the lesson on Q-learning: its formula, its claims, its sentence."""

from __future__ import annotations

import re

import numpy as np
import pytest
import scipy
from hypothesis import given, settings
from hypothesis import strategies as st

from formulas.reinforcement_learning.q_updates import double_q_update
from pages.reinforcement_learning.q_learning.double_q.figure import (
    largest_of,
    next_values,
)
from pages.reinforcement_learning.q_learning.double_q.statement import STATEMENT
from tests.claims import claims
from tests.lessons import drawing, numbers_of
from tests.strategies import settings_of
from ui.catalogue import BY_KEY

FORM = BY_KEY["q_learning/double_q"]

MUTANTS = (
    ("reward + gamma * other[after, best]", "reward + gamma * Q[after, best]"),
    ("tables[:, 0].argmax(axis=1)", "tables[:, 1].argmax(axis=1)"),
    ("np.maximum.accumulate", "np.minimum.accumulate"),
    ("number_text(second[best_action], 3)", "number_text(second.max(), 3)"),
    ("int(tables[0, 1].argmax())", "int(tables[1, 1].argmax())"),
)


def of_the_page(**chosen):
    return numbers_of(STATEMENT, **{**STATEMENT.defaults, **chosen})


def mean_of_largest(n):
    """Integrate x against the density of the largest of n standard normals."""
    normal = scipy.stats.norm
    return scipy.integrate.quad(
        lambda x: x * n * normal.pdf(x) * normal.cdf(x) ** (n - 1), -10, 10
    )[0]


def chance_of_the_good(gap, noise):
    """Return how likely action 0 has the largest of ten estimates."""
    normal = scipy.stats.norm
    return scipy.integrate.quad(
        lambda x: normal.pdf(x) * normal.cdf(x + gap / noise) ** 9, -10, 10
    )[0]


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"\begin{gathered} Q_1(S_t, A_t) \leftarrow Q_1(S_t, A_t) + \alpha \left[ y - "
        r"Q_1(S_t, A_t) \right] \\ y = R_{t+1} + \gamma\, Q_2(S_{t+1}, "
        r"\operatorname*{arg\,max}_a Q_1(S_{t+1}, a)) \end{gathered}"
    )


def test_values_known_from_elsewhere():
    update = double_q_update(
        [[1.0, 2.0], [0.0, 3.0]],
        [[0.0, 0.0], [5.0, 1.0]],
        0,
        0,
        1.0,
        1,
        alpha=0.5,
        gamma=0.9,
    )
    assert update.target == pytest.approx(1.9)
    assert mean_of_largest(10) == pytest.approx(1.538753, abs=1e-6)


@claims("dq_bias", "dq_unbiased")
def test_the_maximum_is_too_large_and_the_other_table_is_not():
    best, read = next_values(1.0, 0.0)
    assert best.mean() == pytest.approx(mean_of_largest(10), abs=0.04)
    assert best.mean() == pytest.approx(1.54, abs=0.04)
    assert read.mean() == pytest.approx(0, abs=0.07)


@claims("dq_bias_scales")
@given(st.floats(0.1, 1.5))
def test_the_bias_is_proportional_to_the_noise(noise):
    usual = next_values(1.0, 0.0)[0].mean()
    assert next_values(noise, 0.0)[0].mean() == pytest.approx(noise * usual)


@claims("dq_under")
@pytest.mark.parametrize("noise", [0.2, 0.6, 1.0, 1.5])
def test_where_a_worse_action_is_chosen_double_is_too_low(noise):
    read = next_values(noise, 1.0)[1]
    chance = chance_of_the_good(1.0, noise)
    assert read.mean() == pytest.approx(chance, abs=4 * noise / 2000**0.5 + 0.03)
    assert next_values(1.5, 1.0)[1].mean() < 0.5 < next_values(0.2, 1.0)[1].mean()


@claims("dq_clear")
def test_if_one_action_stands_out_both_agree():
    best, read = next_values(0.3, 1.5)
    assert best.mean() == pytest.approx(1.5, abs=0.03)
    assert read.mean() == pytest.approx(1.5, abs=0.03)


@claims("dq_count")
def test_the_more_actions_the_larger_the_bias():
    means = largest_of(1.0, 0.0)
    assert (np.diff(means) > 0).all()
    expected = [mean_of_largest(n) for n in range(1, 11)]
    np.testing.assert_allclose(means, expected, atol=0.06)


SENTENCE = re.compile(
    r"By Q₁ action (\d) is the best, with (\S+); Q₂ gives it (\S+)\. Q-learning’s "
    r"target is (\S+), double Q-learning’s (\S+), the true one (\S+)\."
)


@given(settings_of(STATEMENT))
@settings(max_examples=50)
def test_the_sentence_says_who_chooses_and_who_judges_at_every_setting(chosen):
    scene = drawing(FORM)(**chosen)
    page = of_the_page(**chosen)
    first, second = page["action_values"][1], page["other_values"][1]
    best = max(range(10), key=lambda k: first[k])
    gamma = chosen["gamma"]
    expected = [
        first[best],
        second[best],
        gamma * first[best],
        gamma * second[best],
        gamma * chosen["gap"],
    ]
    action, *printed = SENTENCE.fullmatch(scene.status).groups()
    assert int(action) == best
    found = [float(text.replace("−", "-")) for text in printed]
    assert found == pytest.approx(expected, rel=6e-3)
    assert page["updated"][0, 0] == pytest.approx(chosen["alpha"] * expected[3])
    drawn = scene.figures[0]["data"]
    np.testing.assert_allclose(drawn[0]["y"], first)
    np.testing.assert_allclose(drawn[1]["y"], second)
    truth = np.zeros(10)
    truth[0] = chosen["gap"]
    scatter = (first - truth) / chosen["noise"]
    assert np.abs(scatter).max() < 5


@pytest.mark.parametrize("gamma", [0.5, 1.0])
def test_the_histogram_is_that_of_both_targets(gamma):
    scene = drawing(FORM)(**{**STATEMENT.defaults, "gamma": gamma})
    random = np.random.default_rng(0).standard_normal((2000, 2, 10))
    best = random[:, 0].argmax(axis=1)
    for k, trace in enumerate(scene.figures[1]["data"][:2]):
        targets = gamma * random[np.arange(2000), k, best]
        known = np.histogram(targets, np.linspace(-4.5, 6, 43), density=True)[0]
        shown = np.asarray(trace["y"], dtype=float)
        assert np.nanmax(shown) == pytest.approx(known.max(), rel=1e-6)
    alpha = STATEMENT.defaults["alpha"]
    after = alpha * scene.readouts["target"]
    assert scene.readouts["value after the update"] == pytest.approx(after)
