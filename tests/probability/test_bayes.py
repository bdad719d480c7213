"""Bayes' theorem: limits, invariants, numbers from outside, and the page's claims."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from formulas.probability.bayes import bayes, bayes_binary, posterior_curve, posteriors
from pages.probability.bayes.figure import _whole_people
from pages.probability.bayes.statement import STATEMENT
from tests.claims import claims
from tests.errors import says
from tests.lessons import drawing, inputs_of, outputs_of
from tests.strategies import distributions, settings_of
from ui import frames
from ui.catalogue import BROKEN, BY_SLUG

LESSON = BY_SLUG["bayes"]
WITHOUT_PRIOR = next(one for one in BROKEN if one.slug == "bayes")

# Each is one edit of the module that its tests must notice (benchmarks/mutation.py).
MUTANTS = (
    (
        "key=lambda group: counts[group] - exact[group]",
        "key=lambda group: exact[group] - counts[group]",
    ),
    (
        "hits / (hits + (1 - p) * (f / largest) ** n)",
        "hits / (hits + (f / largest) ** n)",
    ),
    (
        "hits / (hits + (1 - p) * (f / largest) ** n)",
        "(s / largest) ** n / (hits + (1 - p) * (f / largest) ** n)",
    ),
    ("evidence=p * s**n + (1 - p) * f**n", "evidence=p * s + (1 - p) * f"),
    (
        "posterior_if_negative=_posterior(p, 1 - s, 1 - f, n)",
        "posterior_if_negative=1 - _posterior(p, s, f, n)",
    ),
    ("joint / joint.sum()", "joint"),
    ("evidence = hits + (1 - p) * f**n", "evidence = hits + f**n"),
    ('"false_positive": healthy * f,', '"false_positive": ill * f,'),
    ("    largest = max(s, f) or 1.0", "    largest = 1.0"),
)

probabilities = st.floats(0.01, 0.99)
MAMMOGRAPHY = (0.01, 0.8, 0.096)


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"P(A \mid B) = \frac{P(B \mid A)\, P(A)}{P(B)}, \quad "
        r"P(B) = P(B \mid A)\, P(A) + P(B \mid \neg A)\, (1 - P(A))"
    )


def test_the_formula_of_several_tests_has_their_number_in_its_exponents():
    one, three = (
        frames.headline_at(STATEMENT, STATEMENT.defaults | {"n_tests": n})
        for n in (1, 3)
    )
    assert one == ""
    plain = STATEMENT.headline_latex(headline=STATEMENT.headline_at(3))
    assert plain == (
        r"P(A \mid B) = \frac{P(B \mid A)^{n}\, P(A)}{P(B)}, \quad "
        r"P(B) = P(B \mid A)^{n}\, P(A) + P(B \mid \neg A)^{n}\, (1 - P(A))"
    )
    assert three.count("^") == 3


def test_a_factor_that_is_struck_out_keeps_its_brackets():
    from notation.printing import equation_latex

    statement = WITHOUT_PRIOR.statement
    evidence = equation_latex(statement.equations[0], statement.quantities)
    assert r"P(B \mid \neg A)^{n} \left(\cancel{1 - P(A)}\right)" in evidence


# Outside numbers


def test_eddys_mammography_example():
    result = bayes_binary(*MAMMOGRAPHY)
    assert result.posterior == pytest.approx(0.07763975155, abs=5e-12)
    assert result.evidence == pytest.approx(0.10304, rel=1e-12)
    assert result.counts == pytest.approx(
        {
            "true_positive": 80,
            "false_positive": 950.4,
            "true_negative": 8949.6,
            "false_negative": 20,
        }
    )


@pytest.mark.parametrize(("n", "posterior"), [(2, 0.41226912929), (3, 0.85391846103)])
def test_second_and_third_positive_mammogram(n, posterior):
    found = bayes_binary(*MAMMOGRAPHY, n_tests=n).posterior
    assert found == pytest.approx(posterior, abs=5e-12)


def test_a_negative_mammogram():
    found = bayes_binary(*MAMMOGRAPHY).posterior_if_negative
    assert found == pytest.approx(0.00222975384, abs=5e-12)


def test_the_prior_at_which_the_posterior_is_one_half():
    half = 0.096 / 0.896  # f / (s + f)
    assert half == pytest.approx(0.10714285714, abs=5e-12)
    assert bayes_binary(half, 0.8, 0.096).posterior == pytest.approx(0.5, rel=1e-12)


def test_the_spam_phrase_of_harvards_course():
    found = bayes_binary(0.8, 0.1, 0.01).posterior
    assert found == pytest.approx(0.97560975610, abs=5e-12)
    assert found == pytest.approx(80 / 82, rel=1e-12)


def test_wassermans_three_classes_of_mail():
    table = bayes([0.7, 0.2, 0.1], [0.9, 0.01, 0.01])
    assert table.posterior[0] == pytest.approx(0.99526066351, abs=5e-12)
    assert table.posterior[0] == pytest.approx(0.995, abs=5e-4)
    assert table.evidence == pytest.approx(0.633, rel=1e-12)


def test_a_rare_cause_and_a_likelihood_that_balances_it():
    assert bayes_binary(0.01, 0.99, 0.01).posterior == pytest.approx(0.5, rel=1e-12)


def test_monty_hall_switching_wins_two_thirds():
    # You chose door 1, the host opened door 3.
    table = bayes([1 / 3, 1 / 3, 1 / 3], [1 / 2, 1, 0])
    np.testing.assert_allclose(table.posterior, [1 / 3, 2 / 3, 0], rtol=1e-12)


# Laws


@given(probabilities, probabilities, probabilities, st.integers(0, 4))
def test_tests_one_by_one_and_all_at_once_agree(p, s, f, n):
    step = p
    for _ in range(n):
        step = bayes_binary(step, s, f).posterior
    assert bayes_binary(p, s, f, n_tests=n).posterior == pytest.approx(step, rel=1e-9)


@given(probabilities, probabilities, probabilities, st.integers(0, 4))
def test_odds_are_multiplied_by_the_likelihood_ratio(p, s, f, n):
    result = bayes_binary(p, s, f, n_tests=n)
    odds = result.posterior / (1 - result.posterior)
    assert odds == pytest.approx(p / (1 - p) * result.likelihood_ratio, rel=1e-6)
    assert result.likelihood_ratio == pytest.approx((s / f) ** n, rel=1e-12)


@given(probabilities, probabilities, probabilities)
def test_the_posteriors_average_to_the_prior(p, s, f):
    result = bayes_binary(p, s, f)
    back = result.evidence * result.posterior
    back += (1 - result.evidence) * result.posterior_if_negative
    assert back == pytest.approx(p, rel=1e-9)


@given(probabilities, probabilities, probabilities)
def test_the_table_of_two_causes_is_the_binary_form(p, s, f):
    table, result = bayes([p, 1 - p], [s, f]), bayes_binary(p, s, f)
    assert table.posterior[0] == pytest.approx(result.posterior, rel=1e-12)
    assert table.evidence == pytest.approx(result.evidence, rel=1e-12)
    assert posterior_curve(s, f, [p])[0] == pytest.approx(result.posterior, rel=1e-12)


@given(distributions(4), distributions(4))
def test_posteriors_sum_to_one_and_follow_the_joint_probability(prior, likelihood):
    table = bayes(prior, likelihood)
    assert table.posterior.sum() == pytest.approx(1, rel=1e-12)
    np.testing.assert_allclose(
        table.posterior * table.evidence, prior * likelihood, rtol=1e-12
    )


@claims("evidence_is_sum")
@given(probabilities, probabilities, probabilities)
def test_the_counts_are_the_joint_probabilities_of_ten_thousand_people(p, s, f):
    result = bayes_binary(p, s, f)
    counts = result.counts
    assert sum(counts.values()) == pytest.approx(10_000)
    positive = counts["true_positive"] + counts["false_positive"]
    assert counts["true_positive"] / positive == pytest.approx(result.posterior)
    assert positive / 10_000 == pytest.approx(s * p + f * (1 - p))
    assert result.evidence == pytest.approx(positive / 10_000)
    negative = counts["true_negative"] + counts["false_negative"]
    found = counts["false_negative"] / negative
    assert found == pytest.approx(result.posterior_if_negative)


def test_simulated_people_agree():
    random = np.random.default_rng(0)
    ill = random.random(1_000_000) < 0.1
    positive = random.random(ill.size) < np.where(ill, 0.8, 0.096)
    share = ill[positive].mean()
    expected = bayes_binary(0.1, 0.8, 0.096).posterior
    allowed = 5 * math.sqrt(expected * (1 - expected) / positive.sum())
    assert share == pytest.approx(expected, abs=allowed)


# Bad and extreme input


@pytest.mark.parametrize("prior", [0, 1])
def test_a_certain_prior_never_changes(prior):
    result = bayes_binary(prior, 0.8, 0.096, n_tests=3)
    assert result.posterior == result.posterior_if_negative == prior
    assert bayes_binary(1, 1, 0).posterior == 1


def test_without_tests_the_posterior_is_the_prior():
    result = bayes_binary(0.3, 0.8, 0.096, n_tests=0)
    assert result.posterior == pytest.approx(0.3, rel=1e-15)
    assert (result.evidence, result.likelihood_ratio) == (1, 1)


def test_without_false_positives_a_positive_result_is_certain():
    result = bayes_binary(0.01, 0.8, 0)
    assert (result.posterior, result.likelihood_ratio) == (1, math.inf)


def test_thousands_of_tests_do_not_underflow():
    result = bayes_binary(0.01, 0.5, 0.25, n_tests=5000)
    assert result.posterior == 1
    assert result.likelihood_ratio == math.inf
    assert bayes_binary(0.01, 0.5, 0.5, n_tests=5000).posterior == pytest.approx(0.01)
    assert bayes([0.5, 0.5], [1e-320, 0]).posterior[0] == 1


def test_the_curve_is_not_a_number_where_a_positive_result_is_impossible():
    np.testing.assert_array_equal(posterior_curve(0.8, 0, [0, 0.5]), [np.nan, 1])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: bayes_binary(1.5, 0.8, 0.1), "prior must be in [0, 1], got 1.5"),
        (
            lambda: bayes_binary(0.1, -0.1, 0.1),
            "sensitivity must be in [0, 1], got -0.1",
        ),
        (
            lambda: bayes_binary(0.1, 0.8, 2),
            "false_positive_rate must be in [0, 1], got 2.0",
        ),
        (lambda: bayes_binary(np.nan, 0.8, 0.1), "prior contains NaN"),
        (lambda: bayes_binary(0.1, np.inf, 0.1), "sensitivity must be finite"),
        (lambda: bayes_binary(0.1, "high", 0.1), "sensitivity must be numeric"),
        (lambda: bayes_binary(0, 0.8, 0), "P(B) is 0: the posterior is undefined"),
        (lambda: bayes_binary(0.5, 0, 0), "P(B) is 0: the posterior is undefined"),
        (lambda: bayes_binary(1, 0, 0.5), "P(B) is 0: the posterior is undefined"),
        (lambda: bayes_binary(0.5, 1, 1), "P(not B) is 0: the posterior is undefined"),
        (
            lambda: bayes_binary(0.1, 0.8, 0.1, n_tests=-1),
            "n_tests must be in [0, inf), got -1",
        ),
        (
            lambda: bayes_binary(0.1, 0.8, 0.1, n_tests=1.5),
            "n_tests must be an integer, got 1.5",
        ),
        (
            lambda: bayes([0.5, 0.6], [0.1, 0.2]),
            "prior must sum to 1 along the last axis (sum is 1.1)",
        ),
        (lambda: bayes([1.5, -0.5], [0.1, 0.2]), "prior must be in [0, 1], got 1.5"),
        (
            lambda: bayes([0.5, 0.5], [0.1, 1.2]),
            "likelihood must be in [0, 1], got 1.2",
        ),
        (
            lambda: bayes([0.5, 0.5], [0.1]),
            "shape mismatch: prior has shape (2,), likelihood has shape (1,); "
            "prior and likelihood must have the same length",
        ),
        (lambda: bayes([1, 0], [0, 1]), "P(B) is 0: the posterior is undefined"),
        (lambda: bayes([], []), "prior must not be empty"),
        (lambda: bayes([0.5, 0.5], [np.nan, 1]), "likelihood contains NaN"),
        (lambda: bayes([[1.0]], [1.0]), "prior must be 1-D, got shape (1, 1)"),
        (lambda: posterior_curve(0.8, 0.1, [2]), "priors must be in [0, 1], got 2.0"),
        (lambda: posterior_curve(0.8, 0.1, []), "priors must not be empty"),
        (
            lambda: posterior_curve(1.8, 0.1, [1]),
            "sensitivity must be in [0, 1], got 1.8",
        ),
        (lambda: posterior_curve(1, 1, [1], n_tests=-1), "n_tests must be in [0, inf)"),
        (
            lambda: posteriors(0.1, 0.8, 0.1, -1),
            "most_tests must be in [0, inf), got -1",
        ),
    ],
)
def test_bad_input_is_named(call, message):
    with says(message):
        call()


def test_input_is_left_as_it_was():
    prior, likelihood = np.array([1, 0]), np.array([1, 1])
    bayes(prior, likelihood)
    np.testing.assert_array_equal(prior, [1, 0])
    np.testing.assert_array_equal(likelihood, [1, 1])


# What the page claims


def of_the_page(**settings):
    return outputs_of(
        STATEMENT, inputs_of(STATEMENT, **{**STATEMENT.defaults, **settings})
    )


@claims("one_mammogram")
def test_after_one_positive_mammogram_the_probability_is_7_8_percent():
    shown = outputs_of(STATEMENT, inputs_of(STATEMENT, **STATEMENT.defaults))
    assert shown["posterior"] == pytest.approx(0.078, abs=5e-4)
    assert STATEMENT.defaults["prior"] == 0.01


@claims("better_prior_or_test")
def test_presets_high_prior_and_very_specific_test():
    assert bayes_binary(0.1, 0.8, 0.096).posterior == pytest.approx(0.481, abs=5e-4)
    assert bayes_binary(0.01, 0.8, 0.001).posterior == pytest.approx(0.89, abs=5e-3)
    assert of_the_page(prior=0.1)["posterior"] == pytest.approx(0.481, abs=5e-4)
    specific = of_the_page(false_positive_rate=0.001)["posterior"]
    assert specific == pytest.approx(0.89, abs=5e-3)


@claims("odds_times_8")
def test_each_positive_test_multiplies_the_odds_by_8_33():
    odds = [
        (r := bayes_binary(*MAMMOGRAPHY, n_tests=n).posterior) / (1 - r)
        for n in range(4)
    ]
    np.testing.assert_allclose(np.divide(odds[1:], odds[:-1]), 8.33, atol=5e-3)
    for prior in (0.001, 0.107, 0.5, 0.999):
        after = bayes_binary(prior, 0.8, 0.096).posterior
        times = after / (1 - after) / (prior / (1 - prior))
        assert times == pytest.approx(8.33, abs=5e-3)


def test_most_positives_come_from_the_healthy_majority():
    counts = bayes_binary(*MAMMOGRAPHY).counts
    assert counts["false_positive"] > 10 * counts["true_positive"]


@given(
    st.floats(0.001, 0.99),
    st.floats(0.5, 1),
    st.floats(0, 0.3),
    st.integers(1, 5),
    st.integers(1, 10_000),
)
def test_no_person_gets_lost_and_none_is_off_by_one(p, s, f, n, total):
    people = _whole_people(p, s, f, n_tests=n, total=total)
    assert sum(people.values()) == total
    assert abs(people["true_positive"] - total * p * s**n) < 1
    assert abs(people["false_positive"] - total * (1 - p) * f**n) < 1
    assert min(people.values()) >= 0


@claims("eight_and_95")
def test_of_a_thousand_people_8_ill_and_95_healthy_ones_test_positive():
    people = _whole_people(*MAMMOGRAPHY)
    assert (people["true_positive"], people["false_positive"]) == (8, 95)
    assert (round(10 * 0.8), round(990 * 0.096)) == (8, 95)
    as_many = _whole_people(0.5, 0.8, 0.096)  # healthy as ill
    assert as_many["false_positive"] < as_many["true_positive"]


@claims("three_tests")
def test_three_positive_tests_give_85_4_percent():
    after = posteriors(*MAMMOGRAPHY, 3)
    np.testing.assert_allclose(after, [0.01, 0.0776, 0.4123, 0.8539], atol=5e-5)
    curve = posterior_curve(0.8, 0.096, [0.01], n_tests=3)
    assert curve[0] == pytest.approx(after[3], rel=1e-12)
    assert of_the_page(n_tests=3)["posterior"] == pytest.approx(0.854, abs=5e-4)
    independent = bayes([0.01, 0.99], [0.8 * 0.8 * 0.8, 0.096 * 0.096 * 0.096])
    assert independent.posterior[0] == pytest.approx(after[3], rel=1e-12)


@claims("even_prior")
def test_one_positive_test_is_enough_above_a_prior_of_10_7_percent():
    assert bayes_binary(0.1075, 0.8, 0.096).posterior > 0.5
    assert bayes_binary(0.1065, 0.8, 0.096).posterior < 0.5
    assert of_the_page(prior=0.107)["posterior"] == pytest.approx(0.5, abs=5e-4)
    half = 1 / (1 + 8.33)  # prior odds of 1 to 8.33
    assert half == pytest.approx(0.107, abs=5e-4)
    above = [p for p in STATEMENT.control("prior").positions if p > 0.1075]
    assert min(of_the_page(prior=p)["posterior"] for p in above) > 0.5


@claims("as_if_even")
@given(settings_of(STATEMENT))
@settings(max_examples=30)
def test_without_the_prior_all_follows_from_even_chances(chosen):
    scene = drawing(WITHOUT_PRIOR)(**chosen)
    rates = chosen["sensitivity"], chosen["false_positive_rate"]
    even = bayes_binary(0.5, *rates, n_tests=chosen["n_tests"]).posterior
    assert scene.readouts["posterior"] == pytest.approx(even)
    _people, curve, bars = (figure["data"] for figure in scene.figures)
    assert curve[0]["y"] == pytest.approx(even)
    assert bars[0]["y"][0] == 0.5
    assert bars[0]["y"][chosen["n_tests"]] == pytest.approx(even)
    assert "as they are" in str(scene.figures[0])


@claims("negative_test")
def test_a_negative_test_lowers_one_percent_to_0_22_percent():
    result = bayes_binary(*MAMMOGRAPHY)
    assert result.posterior_if_negative == pytest.approx(0.0022, abs=5e-5)


@claims("healthy_outnumber_ill")
@given(st.floats(0.001, 0.99), probabilities, probabilities)
def test_it_stays_unlikely_exactly_where_most_positives_are_healthy(prior, s, f):
    ill, healthy = prior * s, (1 - prior) * f
    assume(abs(ill - healthy) > 1e-9)
    assert (bayes_binary(prior, s, f).posterior < 0.5) == (healthy > ill)


@claims("two_conditionals")
def test_the_two_conditional_probabilities_agree_only_where_p_a_is_p_b():
    shown = of_the_page()
    assert STATEMENT.defaults["sensitivity"] == 0.8
    assert shown["posterior"] < 0.08
    for prior in (0.01, 0.1, 0.32):
        result = bayes_binary(prior, 0.8, 0.096)
        factor = result.posterior / 0.8
        assert factor == pytest.approx(prior / result.evidence)
        assert factor < 0.999
    even = bayes_binary(0.5, 0.8, 0.2)  # half are ill, half test positive
    assert even.posterior == pytest.approx(0.8)


@claims("copied_test")
def test_a_second_test_that_repeats_the_first_adds_nothing():
    p, s, f = MAMMOGRAPHY

    def after_two(copied):
        """Let a share of the second results only copy the first one."""
        both = [copied * rate + (1 - copied) * rate**2 for rate in (s, f)]
        return bayes([p, 1 - p], both).posterior[0]

    found = [after_two(copied) for copied in (0.0, 0.1, 0.5, 1.0)]
    assert found[0] == pytest.approx(of_the_page(n_tests=2)["posterior"])
    assert (np.diff(found) < 0).all()
    assert found[-1] == pytest.approx(of_the_page(n_tests=1)["posterior"])


def expected(chosen):
    """Return which fractions are ill, or healthy, and always test positive."""
    p, n = chosen["prior"], chosen["n_tests"]
    ill = p * chosen["sensitivity"] ** n
    return ill, (1 - p) * chosen["false_positive_rate"] ** n


SENTENCE = re.compile(
    r"Rounded to whole people, ([\d,]+) of (1[0,]+) (tests?) positive(?: (\d) times)?"
    r"(?: and is ill|, and ([\d,]+) of them (is|are) ill); given this result the "
    r"probability of the condition is (just under 100|100|\d\d?\.\d)%\."
)


def counted(text):
    return int(text.replace(",", ""))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            {},
            "103 of 1,000 test positive, and 8 of them are ill; given this result the "
            "probability of the condition is 7.8%.",
        ),
        (
            {"prior": 0.001},
            "967 of 10,000 test positive, and 8 of them are ill; given this result the "
            "probability of the condition is 0.8%.",
        ),
        (
            {"prior": 0.001, "n_tests": 3},
            "139 of 100,000 test positive 3 times, and 51 of them are ill; given",
        ),
        (
            {"prior": 0.001, "n_tests": 5},
            "times, and 328 of them are ill; given this result the probability of the "
            "condition is 97.6%.",
        ),
        (
            {"prior": 0.001, "false_positive_rate": 0.0},
            "1 of 1,000 tests positive and is ill; given",
        ),
        (
            {
                "prior": 0.001,
                "sensitivity": 0.5,
                "false_positive_rate": 0.0,
                "n_tests": 3,
            },
            "positive 3 times and is ill; given this result the probability of the "
            "condition is 100%.",
        ),
        ({"prior": 0.5, "n_tests": 5}, "of the condition is just under 100%."),
    ],
)
def test_the_sentence_counts_whole_people_and_gives_the_probability(change, words):
    chosen = STATEMENT.defaults | change
    scene = drawing(LESSON)(**chosen)
    assert words in scene.status
    ill, healthy = expected(chosen)
    if "100%" in words:
        assert (ill / (ill + healthy) == 1) == ("just" not in words)


@pytest.mark.parametrize(
    ("change", "mark"),
    [
        ({}, "0.078"),
        ({"prior": 0.5, "false_positive_rate": 0.001, "n_tests": 5}, "≈1"),
        ({"false_positive_rate": 0.0}, "1.000"),
    ],
)
def test_the_mark_calls_only_1_what_is_1(change, mark):
    traces = drawing(LESSON)(**STATEMENT.defaults | change).figures[1]["data"]
    texts = [text for one in traces for text in np.ravel(one.get("text", ""))]
    assert mark in texts


@claims("people_and_posterior_agree")
@given(settings_of(STATEMENT))
@settings(max_examples=100)
def test_the_sentence_and_the_names_of_the_groups_hold_at_every_setting(chosen):
    scene = drawing(LESSON)(**chosen)
    match = SENTENCE.fullmatch(scene.status)
    flagged, crowd, verb, times, of_them, are, chance = match.groups()
    people, total = counted(flagged), counted(crowd)
    ill, healthy = (total * fraction for fraction in expected(chosen))
    assert people == pytest.approx(ill + healthy, abs=2)
    assert verb == ("tests" if people < 2 else "test")
    assert (times or "1") == str(chosen["n_tests"])
    sick = counted(of_them) if of_them else people
    assert (people == 1) == (of_them is None)
    if of_them:
        assert are == ("is" if sick < 2 else "are")
    assert sick == pytest.approx(ill, abs=1 + 1e-9)
    assert people - sick == pytest.approx(healthy, abs=1 + 1e-9)
    # The people that are counted never contradict the percentage beside them.
    if chance[0].isdigit():
        assert 100 * sick / people == pytest.approx(float(chance), abs=0.0501)
    else:
        assert sick / people > 0.99949
    after = ill / (ill + healthy)
    if chance == "100":
        assert healthy == 0
    elif chance.startswith("just"):
        assert after > 0.99949
        assert chosen["false_positive_rate"] > 0
    else:
        assert float(chance) == pytest.approx(100 * after, abs=0.0501)
    names = [str(trace.get("name")) for trace in scene.figures[0]["data"][:4]]
    always = chosen["n_tests"] > 1
    assert names[0].startswith("ill, always positive" if always else "ill, positive")
    assert names[3].startswith("healthy, not always" if always else "healthy, negative")
    # Whoever is not always positive may well have one positive result.
    drawn = _whole_people(
        *(chosen[name] for name in ("prior", "sensitivity", "false_positive_rate")),
        n_tests=chosen["n_tests"],
    )
    assert names[0].endswith(f": {drawn['true_positive']}")
    assert names[1].startswith("ill")  # who is ill is one block
    assert names[1].endswith(f": {drawn['false_negative']}")
    assert names[2].endswith(f": {drawn['false_positive']}")
    curve = scene.figures[1]["data"][0]["name"]
    number = chosen["n_tests"]
    assert curve == f"after {number} positive test{'s' * (number > 1)}"


# What the questions teach


@claims("factor_without_prior")
@given(settings_of(STATEMENT), st.sampled_from(STATEMENT.control("prior").positions))
def test_the_factor_for_the_odds_does_not_depend_on_the_prior(chosen, prior):
    assume(chosen["false_positive_rate"] > 1e-9)  # below it the squared ratio overflows
    factor = of_the_page(**chosen)["likelihood_ratio"]
    assert of_the_page(**chosen | {"prior": prior})["likelihood_ratio"] == factor
    ratio = chosen["sensitivity"] / chosen["false_positive_rate"]
    assert factor == pytest.approx(ratio ** chosen["n_tests"])


@claims("false_alarms_matter_more")
def test_sensitivity_can_double_the_factor_and_false_alarms_can_do_more():
    sensitivity = STATEMENT.control("sensitivity")
    assert sensitivity.high / sensitivity.low == 2
    cut = of_the_page(false_positive_rate=0.001)["likelihood_ratio"]
    assert cut > 90 * of_the_page()["likelihood_ratio"]


@claims("healthy_are_more")
def test_at_one_percent_even_a_hundredth_of_the_healthy_outnumber_the_true_positives():
    counts = bayes_binary(0.01, 0.8, 0.01).counts
    ill = counts["true_positive"] + counts["false_negative"]
    healthy = counts["false_positive"] + counts["true_negative"]
    assert healthy == pytest.approx(99 * ill)
    assert 0.01 * healthy == pytest.approx(counts["false_positive"])
    assert 0.8 * ill == pytest.approx(counts["true_positive"])
    assert counts["false_positive"] > counts["true_positive"]


@claims("evidence_not_squared")
@given(settings_of(STATEMENT))
def test_tests_are_independent_only_among_the_ill_and_among_the_healthy(chosen):
    one, n = of_the_page(**chosen | {"n_tests": 1}), chosen["n_tests"]
    several = of_the_page(**chosen)["evidence"]
    assert several >= one["evidence"] ** n * (1 - 1e-12)
    assert n == 1 or several > one["evidence"] ** n
    assert one["posterior"] > chosen["prior"]


@pytest.mark.parametrize(("n", "count"), [(1, 6), (2, 9)])
def test_the_live_line_writes_the_evidence_out_and_exponents_only_where_there_are_some(
    n, count
):
    line = frames.frame(LESSON, STATEMENT.defaults | {"n_tests": n}, None)["line"]
    *terms, posterior = line["numbers"]
    assert float(posterior) == pytest.approx(
        of_the_page(n_tests=n)["posterior"], rel=1e-3
    )
    assert ("^" in "".join(line["pieces"])) == (n > 1)
    assert {"0.8", "0.01", "0.096"} <= set(terms)
    assert len(terms) >= count
