"""Bayes' theorem."""

import functools

import numpy as np

from charts import Axis, Bars, Curve, Group, Mark, bars, curves, icons
from formulas.probability.bayes import (
    FORMULA,
    bayes_binary,
    posterior_curve,
    posteriors,
    whole_people,
)
from ui import lesson

PRIORS = np.geomspace(0.001, 0.5, 90)
TESTS = ("before", "1 test", *(f"{n} tests" for n in range(2, 6)))
PRIOR, POSTERIOR, FALSE = (
    FORMULA.slot(k) for k in ("prior", "posterior", "false_positive_rate")
)


@functools.lru_cache(maxsize=8)
def over_priors(sensitivity, false_positive_rate, n_tests):
    rates = sensitivity, false_positive_rate
    after = posterior_curve(*rates, PRIORS, n_tests=n_tests)
    return (
        Curve("after the positive tests", PRIORS, after, POSTERIOR),
        Curve("no test: prior = posterior", PRIORS, PRIORS, PRIOR),
    )


def draw(prior, sensitivity, false_positive_rate, n_tests):
    rates = sensitivity, false_positive_rate
    people = whole_people(prior, *rates, n_tests=n_tests)
    result = bayes_binary(prior, *rates, n_tests=n_tests)
    steps = posteriors(prior, *rates, len(TESTS) - 1)
    return lesson.Scene(
        figures=(
            icons(
                (
                    Group("ill, positive", people["true_positive"], POSTERIOR),
                    Group("healthy, positive", people["false_positive"], FALSE),
                    Group("ill, missed", people["false_negative"], PRIOR),
                    Group("healthy, negative", people["true_negative"], 8, faint=True),
                ),
                title="1,000 people, one square each",
                total=1000,
            ),
            curves(
                over_priors(*rates, n_tests),
                title="Posterior against prior",
                x=Axis("prior", (0.001, 0.5), log=True),
                y=Axis("posterior", (0, 1.1)),
                marks=[
                    Mark(prior, result.posterior, f"{result.posterior:.3f}", POSTERIOR)
                ],
                levels=[(0.5, "as likely as not")],
            ),
            bars(
                TESTS,
                [Bars("posterior", steps, POSTERIOR)],
                title="Probability of the condition after one positive test after another",
                y=Axis("probability", (0, 1.15)),
                height=260,
            ),
        ),
        readouts={
            "posterior": result.posterior,
            "evidence": result.evidence,
            "posterior_if_negative": result.posterior_if_negative,
            "factor for the odds": result.likelihood_ratio,
        },
        status=sentence(people, n_tests, result.posterior),
    )


def sentence(people, n_tests, posterior):
    ill, wrong = people["true_positive"], people["false_positive"]
    often = "test positive" if n_tests == 1 else f"test positive {n_tests} times"
    return (
        f"Of 1,000 people {ill + wrong} {often}, and {ill} of them "
        f"{'is' if ill == 1 else 'are'} ill: the probability after that is {posterior:.1%}."
    )


lesson.show(
    FORMULA,
    draw,
    presets=(
        lesson.Preset("Mammography", {}, "1 % ill, 7.8 % after a positive test"),
        lesson.Preset("High prior", {"prior": 0.1}, "The same test: 48.1 %"),
        lesson.Preset(
            "Very specific test", {"false_positive_rate": 0.001}, "The same prior: 89 %"
        ),
        lesson.Preset("Test three times", {"n_tests": 3}, "85.4 %, if independent"),
    ),
    prediction=lesson.Prediction(
        "1 % of the people are ill. The test finds 80 % of them, and it is positive for "
        "9.6 % of the healthy too. How likely is the illness after a positive test?",
        lambda: 100 * bayes_binary(0.01, 0.8, 0.096).posterior,
        "Most people say 70 to 80 %. But of 1,000 people 8 ill and 95 healthy ones test "
        "positive: the healthy are so many that their false alarms outnumber the hits.",
        unit="%",
        show={"prior": 0.01},
    ),
    aha="A rare condition stays unlikely after one positive test, because most positives "
    "come from the healthy majority.",
    notice=(
        "Each positive test multiplies the odds by 8.33, whatever they were before.",
        "From a prior of 10.7 % on, one positive test makes the condition more likely "
        "than not.",
        "A negative test lowers the probability too: from 1 % to 0.22 %.",
    ),
    try_this=(
        "Which helps more: a better sensitivity, or fewer false positives?",
        "How many positive tests in a row does it take from 1 % to more than 50 %?",
        "Where must the prior be for the same positive test to mean 90 %?",
    ),
    pitfalls=(
        "P(A | B) is not P(B | A): a test that finds 80 % of the ill does not make a "
        "positive person ill with 80 %. Forgetting the prior is base-rate neglect.",
        "Repeated tests count in full only if their errors are independent, given the "
        "condition. The same flaw twice is no second opinion.",
        "The original leaves out P(B) > 0 and where P(B) comes from: it is the sum over "
        "all causes, P(B | A) P(A) + P(B | not A) P(not A).",
    ),
    in_use="Spam filters, medical tests, Bayesian inference, A/B tests, naive Bayes.",
)
