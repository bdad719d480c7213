"""Minibatches in the lesson on gradient descent: formula, claims and sentence."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings

from formulas.optimization.minibatch import (
    draw_batches,
    expected_excess,
    minibatch_path,
)
from pages.optimization.gradient_descent.minibatch.figure import FIRST, LEAST, SCATTER
from pages.optimization.gradient_descent.minibatch.statement import (
    EXAMPLES,
    MOST,
    START,
    STATEMENT,
    whole_path,
)
from tests.claims import claims
from tests.lessons import drawing, numbers_of
from tests.strategies import settings_of
from ui.catalogue import BY_KEY

FORM = BY_KEY["gradient_descent/minibatch"]

MUTANTS = (
    ("(theta - batch).mean(axis=0)", "(theta - batch).sum(axis=0)"),
    ("1 / size * sum_over(theta[i]", "sum_over(theta[i]"),
    ("1 / size * sum_over(x", "sum_over(x"),
    ("half * rate**2 * variance", "rate**2 * variance"),
    ("math.sqrt(SCATTER / size)", "SCATTER / size"),
    ("rate * noise**2 / (2 * (2 - rate))", "rate * noise**2 / 2"),
    ("LEAST + excess[-1]", "excess[-1]"),
)

FLOOR = "long-run mean above the least"
TYPICAL = "typical error of a batch’s gradient"
CENTER = EXAMPLES.mean(axis=0)


def of_the_page(**chosen):
    return numbers_of(STATEMENT, **{**STATEMENT.defaults, **chosen})


def readouts(**chosen):
    return drawing(FORM)(**{**STATEMENT.defaults, **chosen}).readouts


def excess(theta):
    return ((np.asarray(theta) - CENTER) ** 2).sum(axis=-1) / 2


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"\theta_{t+1} = \theta_t - \eta\, \frac{1}{B} \sum_{k=1}^{B} "
        r"\nabla_{\theta}\, \ell_k(\theta_t)"
    )


@claims("batch_best")
def test_the_examples_have_the_mean_that_the_page_names():
    np.testing.assert_allclose(CENTER, [2, -1], atol=1e-12)
    losses = ((EXAMPLES - CENTER) ** 2).sum(axis=1) / 2
    assert losses.mean() == pytest.approx(LEAST)
    assert pytest.approx(2 * LEAST) == SCATTER
    random = np.random.default_rng(0)
    for theta in CENTER + random.normal(size=(50, 2)):
        assert ((EXAMPLES - theta) ** 2).sum(axis=1).mean() / 2 > LEAST


@given(settings_of(STATEMENT))
def test_the_step_is_that_of_an_automatic_gradient_by_differences(chosen):
    page = of_the_page(**chosen)

    def loss(theta):
        return np.mean(((theta - page["batch"]) ** 2).sum(axis=1)) / 2

    h = 1e-4
    slope = [
        (loss(page["theta"] + h * e) - loss(page["theta"] - h * e)) / (2 * h)
        for e in np.eye(2)
    ]
    np.testing.assert_allclose(page["gradient"], slope, atol=1e-6)
    expected = page["theta"] - chosen["rate"] * page["gradient"]
    np.testing.assert_allclose(page["updated"], expected, atol=1e-12)
    path = whole_path(chosen["rate"], chosen["size"], chosen["seed"])
    np.testing.assert_allclose(page["updated"], path[chosen["n_steps"]], atol=1e-9)
    assert len(page["batch"]) == chosen["size"]


@claims("batch_unbiased")
def test_a_batchs_gradient_is_right_on_average():
    random = np.random.default_rng(0)
    batches = EXAMPLES[random.integers(len(EXAMPLES), size=(50_000, 4))]
    gradients = np.array(START) - batches.mean(axis=1)
    error = gradients.std(axis=0) / np.sqrt(len(batches))
    assert (np.abs(gradients.mean(axis=0) - (START - CENTER)) < 5 * error).all()


@claims("batch_floor", "batch_mean_of_runs")
@pytest.mark.parametrize(("rate", "size"), [(0.3, 4), (0.3, 1), (0.6, 4), (0.05, 16)])
def test_in_the_long_run_the_loss_stays_at_the_floor(rate, size):
    batches = draw_batches(len(EXAMPLES), size, 40_000, rng=5)
    path = minibatch_path(EXAMPLES, START, batches, lr=rate)
    shown = readouts(rate=rate, size=size)
    assert excess(path[400:]).mean() == pytest.approx(shown[FLOOR], rel=0.06)
    other = readouts(rate=rate, size=size, seed=9)
    assert other[FLOOR] == shown[FLOOR]
    assert other["loss now"] != shown["loss now"]
    floors = [readouts(rate=r, size=size)[FLOOR] for r in (0.1, 0.3, 0.6, 1.0)]
    assert floors == sorted(floors)
    last = expected_excess(FIRST, SCATTER / size, lr=rate, n_steps=1000)[-1]
    assert last == pytest.approx(shown[FLOOR])


@claims("batch_root")
def test_four_times_the_batch_halves_the_error():
    typical = [readouts(size=size)[TYPICAL] for size in (1, 4, 16, 64)]
    np.testing.assert_allclose(np.divide(typical[:-1], typical[1:]), 2)
    assert readouts(size=4)[FLOOR] == pytest.approx(4 * readouts(size=16)[FLOOR])
    random = np.random.default_rng(1)
    batches = EXAMPLES[random.integers(len(EXAMPLES), size=(50_000, 16))].mean(axis=1)
    spread = np.sqrt(((batches - CENTER) ** 2).sum(axis=1).mean())
    assert spread == pytest.approx(typical[2], rel=0.02)
    large = excess(whole_path(0.3, 64, 0))
    exact = excess(CENTER + (START - CENTER) * 0.7 ** np.arange(MOST + 1)[:, None])
    np.testing.assert_allclose(large[:6], exact[:6], rtol=0.15)


@claims("batch_linear")
def test_twice_the_batch_and_twice_the_rate_leave_nearly_the_same_noise():
    pairs = [(0.05, 4), (0.1, 8), (0.2, 16), (0.4, 32)]
    floors = [readouts(rate=rate, size=size)[FLOOR] for rate, size in pairs]
    np.testing.assert_allclose(np.divide(floors[1:], floors[:-1]), 1, atol=0.13)
    ratio = readouts(rate=0.4, size=16)[FLOOR] / readouts(rate=0.2, size=8)[FLOOR]
    assert ratio == pytest.approx(1 + 1 / 8)


@claims("batch_all_the_way")
@given(settings_of(STATEMENT))
def test_at_rate_1_a_step_ends_on_the_mean_of_its_batch(chosen):
    page = of_the_page(**{**chosen, "rate": 1.0})
    np.testing.assert_allclose(page["updated"], page["batch"].mean(axis=0))
    shown = readouts(**{**chosen, "rate": 1.0})
    assert shown[FLOOR] == pytest.approx(shown[TYPICAL] ** 2 / 2)


@claims("batch_two_phases")
@pytest.mark.parametrize("seed", range(21))
def test_the_run_falls_like_all_examples_first_and_then_stays_near_the_floor(seed):
    run = excess(whole_path(0.3, 4, seed))
    exact = run[0] * 0.49 ** np.arange(4)
    np.testing.assert_allclose(run[:4], exact, rtol=0.7)
    floor = readouts()[FLOOR]
    assert 0.3 * floor < run[20:].mean() < 3 * floor
    distance = np.sqrt(2 * run)
    assert distance[0] > 5 * readouts()[TYPICAL]
    assert distance[20:].mean() < readouts()[TYPICAL]


@claims("batch_replacement")
def test_a_batch_as_large_as_the_data_still_has_noise():
    (batch,) = draw_batches(len(EXAMPLES), len(EXAMPLES), 1)
    assert len(set(batch.tolist())) < len(EXAMPLES)
    assert np.linalg.norm(EXAMPLES[batch].mean(axis=0) - CENTER) > 0.05
    once = np.random.default_rng(0).permutation(len(EXAMPLES))
    np.testing.assert_allclose(EXAMPLES[once].mean(axis=0), CENTER, atol=1e-12)


SENTENCE = re.compile(
    r"The gradient of (\d+) examples? is off by (\S+) here\. After (\d+) steps? the loss is "
    r"(\S+) above the least; in the long run noise keeps it (\S+) above, on average\."
)


@given(settings_of(STATEMENT))
@settings(max_examples=60)
def test_the_sentence_says_how_wrong_the_gradient_is(chosen):
    scene = drawing(FORM)(**chosen)
    printed = [float(t) for t in SENTENCE.fullmatch(scene.status).groups()]
    page = of_the_page(**chosen)
    wrong = page["gradient"] - (page["theta"] - CENTER)
    rate, size = chosen["rate"], chosen["size"]
    expected = [
        size,
        np.hypot(*wrong),
        chosen["n_steps"],
        excess(page["updated"]),
        rate * SCATTER / size / (2 * (2 - rate)),
    ]
    assert printed == pytest.approx(expected, rel=0.006, abs=1e-6)
    assert scene.readouts["loss now"] == pytest.approx(LEAST + expected[3])
