"""Beta and binomial in the lesson on Bayes’ theorem: formula, claims, sentence."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
import scipy
from hypothesis import given, settings

from formulas.probability.beta_binomial import beta_binomial
from pages.probability.bayes.beta_binomial.figure import X
from pages.probability.bayes.beta_binomial.statement import STATEMENT
from tests.claims import claims
from tests.lessons import drawing, numbers_of
from tests.strategies import settings_of
from ui.catalogue import BY_KEY

FORM = BY_KEY["bayes/beta_binomial"]

MUTANTS = (
    ("(b - 1) * LOG_REST", "b * LOG_REST"),
    ("density(successes + 1.0, failures + 1.0)", "density(successes + 2.0, failures)"),
    ("(after_a + after_b + 1))", "(after_a + after_b))"),
    ("successes / trials if trials else", "failures / trials if trials else"),
)


def of_the_page(**chosen):
    return numbers_of(STATEMENT, **{**STATEMENT.defaults, **chosen})


def by_bayes(a, b, s, f):
    """Return mean and deviation of likelihood times prior, by integration."""

    def weight(x):
        return scipy.stats.binom.pmf(s, s + f, x) * scipy.stats.beta.pdf(x, a, b)

    peak = (a + s) / (a + s + b + f)
    total, first, second = (
        scipy.integrate.quad(lambda x, k=k: x**k * weight(x), 0, 1, points=[peak])[0]
        for k in range(3)
    )
    mean = first / total
    return total, mean, math.sqrt(second / total - mean**2)


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"\mathrm{Beta}(a, b) \;\longrightarrow\; \mathrm{Beta}(a + s,\, b + f), \quad "
        r"m = \frac{a'}{a' + b'}"
    )


def test_values_known_from_elsewhere():
    posterior = beta_binomial(1, 1, 7, 3)
    assert posterior.mean == pytest.approx(2 / 3)
    assert posterior.variance == pytest.approx(0.017094, abs=5e-7)
    assert posterior.mode == pytest.approx(0.7)
    assert posterior.log_evidence == pytest.approx(-math.log(11))
    assert beta_binomial(20, 20, 7, 3).mean == pytest.approx(0.54)


@claims("counts_add")
@pytest.mark.parametrize("counts", [(2, 2, 7, 3), (1, 1, 5, 0), (12.5, 4, 3, 20)])
def test_bayes_theorem_adds_the_counts(counts):
    a, b, s, f = counts
    page = of_the_page(prior_a=float(a), prior_b=float(b), successes=s, failures=f)
    total, mean, deviation = by_bayes(a, b, s, f)
    assert page["mean"] == pytest.approx(mean, rel=1e-6)
    assert page["deviation"] == pytest.approx(deviation, rel=1e-5)
    assert page["evidence"] == pytest.approx(total, rel=1e-6)
    for outcomes in ([1] * s + [0] * f, [0] * f + [1] * s):
        one = (a, b)
        for hit in outcomes:
            step = beta_binomial(*one, hit, 1 - hit)
            one = (step.a, step.b)
        assert one == (page["posterior_a"], page["posterior_b"])


@claims("prior_fades")
def test_more_data_move_the_mean_to_what_was_observed():
    means = [of_the_page(successes=7 * k, failures=3 * k)["mean"] for k in (0, 1, 5, 7)]
    assert means == sorted(means)
    assert means[0] == 0.5
    assert means[2] == pytest.approx(37 / 54)
    assert means[-1] < 0.7


@claims("sure_prior")
def test_a_surer_prior_gives_way_less():
    means = [of_the_page(prior_a=k, prior_b=k)["mean"] for k in (1.0, 2.0, 20.0)]
    assert means == sorted(means, reverse=True)
    assert means[-1] == pytest.approx(0.54)


@claims("succession")
def test_the_rule_of_succession():
    page = of_the_page(prior_a=1.0, prior_b=1.0, successes=5, failures=0)
    assert page["mean"] == pytest.approx(6 / 7)
    drawn = scipy.stats.beta(6, 1).pdf(np.linspace(0, 1, 101))
    assert drawn.argmax() == 100


@claims("nothing_counted")
def test_without_counts_nothing_changes():
    scene = drawing(FORM)(**STATEMENT.defaults | {"successes": 0, "failures": 0})
    prior, _, posterior = (trace["y"] for trace in scene.figures[0]["data"][:3])
    np.testing.assert_array_equal(prior, posterior)


@claims("narrower")
def test_four_times_the_counts_halve_the_deviation():
    small = of_the_page(prior_a=3.0, prior_b=3.0, successes=7, failures=3)
    large = of_the_page(prior_a=12.0, prior_b=12.0, successes=28, failures=12)
    assert small["deviation"] / large["deviation"] == pytest.approx(2, rel=0.03)


@claims("widened")
def test_a_success_that_the_prior_did_not_expect_widens_the_posterior():
    prior = {"prior_a": 1.0, "prior_b": 10.0, "failures": 0}
    before, after = (of_the_page(**prior, successes=s)["deviation"] for s in (0, 1))
    assert before == pytest.approx(scipy.stats.beta(1, 10).std())
    assert after == pytest.approx(scipy.stats.beta(2, 10).std())
    assert after > 1.2 * before


@claims("flat_prior")
def test_with_a_flat_prior_likelihood_and_posterior_coincide():
    flat = STATEMENT.defaults | {"prior_a": 1.0, "prior_b": 1.0}
    _, likelihood, posterior = (
        trace["y"] for trace in drawing(FORM)(**flat).figures[0]["data"][:3]
    )
    np.testing.assert_array_equal(likelihood, posterior)


@claims("next_trial")
def test_the_mean_is_the_chance_of_the_next_success():
    now = of_the_page()
    joint, _, _ = by_bayes(2, 2, 8, 3)
    # The eleven counts come in 11 over 8 orders, those of ten in 10 over 7.
    orders = math.comb(10, 7) / math.comb(11, 8)
    assert joint * orders / now["evidence"] == pytest.approx(now["mean"], rel=1e-6)


BETWEEN = re.compile(
    r"(\d+) of (\d+) succeeded: the posterior mean (\S+) lies between the prior’s (\S+) "
    r"and the observed (\S+)\."
)


@claims("mean_between")
@given(settings_of(STATEMENT))
@settings(max_examples=50)
def test_the_sentence_has_the_three_means_at_every_setting(chosen):
    a, b, s, f = (chosen[k] for k in ("prior_a", "prior_b", "successes", "failures"))
    scene = drawing(FORM)(**chosen)
    after = scipy.stats.beta(a + s, b + f)
    page = of_the_page(**chosen)
    assert page["mean"] == pytest.approx(after.mean(), rel=1e-9)
    assert page["deviation"] == pytest.approx(after.std(), rel=1e-9)
    chance = scipy.stats.betabinom.pmf(s, s + f, a, b)
    assert page["evidence"] == pytest.approx(chance, rel=1e-7)
    drawn = [trace["y"] for trace in scene.figures[0]["data"][:3]]
    pairs = ((a, b), (s + 1, f + 1), (a + s, b + f))
    for line, pair in zip(drawn, pairs, strict=True):
        right = scipy.stats.beta(*pair).pdf(X)
        np.testing.assert_allclose(line, right, rtol=1e-5, atol=1e-9)
    before = a / (a + b)
    observed = scene.readouts["observed fraction"]
    if s + f == 0:
        assert scene.status.startswith("Nothing is counted yet")
        assert math.isnan(observed)
        return
    assert observed == s / (s + f)
    if math.isclose(s / (s + f), before):
        assert "prior and data agree" in scene.status
        return
    hits, trials, *printed = BETWEEN.fullmatch(scene.status).groups()
    assert (int(hits), int(trials)) == (s, s + f)
    expected = [after.mean(), before, observed]
    assert [float(t) for t in printed] == pytest.approx(expected, rel=6e-3)
    assert min(expected[1:]) < after.mean() < max(expected[1:])
