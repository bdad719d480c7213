"""Bayes in odds, in the lesson on Bayes: its formula, its claims, its sentence."""

from __future__ import annotations

import itertools
import re
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings

from formulas.probability.odds import update_odds
from pages.probability.bayes.odds.statement import STATEMENT
from tests.claims import claims
from tests.lessons import drawing, numbers_of
from tests.strategies import settings_of
from ui.catalogue import BY_KEY

FORM = BY_KEY["bayes/odds"]

MUTANTS = (
    (
        "(1 - sensitivity) / (1 - false_positive_rate)",
        "false_positive_rate / sensitivity",
    ),
    ("[positive**n_tests, negative", "[positive**n_negative, negative"),
    ("before * plus**n * minus**k", "before * plus**k * minus**n"),
    ("odds / (1 + odds), last", "odds / (2 + odds), last"),
    ("factors[1 : n_tests + 1]", "factors[0 : n_tests + 1]"),
)


def of_the_page(**chosen):
    return numbers_of(STATEMENT, **{**STATEMENT.defaults, **chosen})


def drawn(**chosen):
    return drawing(FORM)(**{**STATEMENT.defaults, **chosen})


def by_counting(prior, sensitivity, false_alarms, results):
    """Follow everybody: the chance of the condition, given these results, exactly."""
    p, s, f = (Fraction(x) for x in (prior, sensitivity, false_alarms))
    with_it, without = p, 1 - p
    for positive in results:
        with_it *= s if positive else 1 - s
        without *= f if positive else 1 - f
    return float(with_it / (with_it + without))


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"\begin{gathered} O' = O \cdot {F_+}^{n_+} \cdot {F_-}^{n_-} \\ "
        r"O = \frac{P(A)}{1 - P(A)}, \quad F_+ = "
        r"\frac{P(B \mid A)}{P(B \mid \neg A)}, \quad F_- = "
        r"\frac{1 - P(B \mid A)}{1 - P(B \mid \neg A)} \end{gathered}"
    )


@claims("two_nines")
def test_two_factors_of_nine_bring_one_percent_to_45():
    assert update_odds(0.01, [9, 9]).posterior == pytest.approx(0.45)
    shown = of_the_page(sensitivity=0.9, false_positive_rate=0.1)
    assert shown["posterior"] == pytest.approx(0.45)


@given(settings_of(STATEMENT))
@settings(max_examples=40)
def test_the_posterior_is_that_of_following_everybody(chosen):
    shown = of_the_page(**chosen)
    results = [True] * chosen["n_tests"] + [False] * chosen["n_negative"]
    expected = by_counting(
        chosen["prior"], chosen["sensitivity"], chosen["false_positive_rate"], results
    )
    assert shown["posterior"] == pytest.approx(expected, rel=1e-9)
    assert shown["posterior_odds"] == pytest.approx(expected / (1 - expected), rel=1e-6)


@claims("steps_alike")
def test_on_the_ruler_steps_are_alike_and_as_probabilities_they_are_not():
    scene = drawn(n_tests=4, n_negative=4)
    odds, chances = (np.asarray(f["data"][0]["x"]) for f in scene.figures)
    steps = np.diff(np.log(odds))
    np.testing.assert_allclose(steps[:4], steps[0])
    np.testing.assert_allclose(steps[4:], steps[4])
    for count in range(9):
        results = ([True] * 4 + [False] * 4)[:count]
        expected = by_counting(0.01, 0.8, 0.096, results)
        assert chances[count] == pytest.approx(expected)
    assert chances[1] - chances[0] < 0.1 < chances[3] - chances[2]
    assert chances[4] - chances[3] < 0.15


@claims("proportional")
def test_posterior_odds_are_proportional_to_prior_odds():
    low, high = (of_the_page(prior=p) for p in (0.01, 0.1))
    assert high["posterior_odds"] / low["posterior_odds"] == pytest.approx(11)


@claims("negative_factor")
@given(settings_of(STATEMENT))
def test_the_negative_factor_is_one_over_the_positive_where_both_errors_are_equal(
    chosen,
):
    shown = of_the_page(**chosen)
    product = shown["factor_positive"] * shown["factor_negative"]
    sensitivity, false = chosen["sensitivity"], chosen["false_positive_rate"]
    alike = np.isclose(false, 1 - sensitivity) or np.isclose(false, sensitivity)
    assert np.isclose(product, 1, rtol=1e-9) == alike
    none = of_the_page(sensitivity=0.5, false_positive_rate=0.5)
    assert (none["factor_positive"], none["factor_negative"]) == (1, 1)
    nines = of_the_page(sensitivity=0.9, false_positive_rate=0.1)
    assert nines["factor_negative"] == pytest.approx(1 / nines["factor_positive"])


@claims("negative_undoes_less")
def test_a_negative_result_undoes_less_than_a_positive_one_here():
    shown = of_the_page()
    assert shown["factor_positive"] == pytest.approx(25 / 3)
    assert shown["factor_negative"] == pytest.approx(0.2 / 0.904)
    assert shown["factor_positive"] * shown["factor_negative"] > 1.5
    order = [
        of_the_page(n_tests=n, n_negative=k)["posterior"]
        for n, k in ((1, 1), (1, 0), (2, 1))
    ]
    assert order == sorted(order)


@claims("no_result")
def test_without_results_the_odds_stay():
    shown = of_the_page(n_tests=0)
    assert shown["posterior_odds"] == pytest.approx(shown["prior_odds"])
    assert drawn(n_tests=0).status == (
        "Without a result the odds stay what they were, 0.0101."
    )


@claims("no_order")
def test_the_order_of_results_does_not_matter():
    factors = [25 / 3, 25 / 3, 0.2212]
    found = {
        round(update_odds(0.01, list(order)).posterior, 12)
        for order in itertools.permutations(factors)
    }
    assert len(found) == 1


SENTENCE = re.compile(
    r"(.* multiplied the odds by .*): from (\S+) they came to (\S+), a probability of "
    r"(.+)\."
)


@given(settings_of(STATEMENT))
@settings(max_examples=40)
def test_the_sentence_gives_factors_and_odds_at_every_setting(chosen):
    n, k = chosen["n_tests"], chosen["n_negative"]
    status = drawing(FORM)(**chosen).status
    prior, s, f = (
        chosen[name] for name in ("prior", "sensitivity", "false_positive_rate")
    )
    if not n + k:
        assert status.startswith("Without a result")
        return
    said, before, after, share = SENTENCE.fullmatch(status).groups()
    expected = prior / (1 - prior)
    assert float(before) == pytest.approx(expected, rel=0.006)
    for count, factor, kind in (
        (n, s / f, "positive"),
        (k, (1 - s) / (1 - f), "negative"),
    ):
        found = re.search(rf"(\d) {kind} results? multiplied the odds by (\S+)", said)
        assert bool(found) == bool(count)
        if found:
            assert int(found[1]) == count
            assert float(found[2]) == pytest.approx(factor, rel=0.006)
        expected *= factor**count
    assert float(after) == pytest.approx(expected, rel=0.006)
    chance = expected / (1 + expected)
    if share[0].isdigit():
        assert float(share.rstrip("%")) == pytest.approx(100 * chance, abs=0.51)
    else:
        assert share == ("under 1%" if chance < 0.5 else "over 99%")
