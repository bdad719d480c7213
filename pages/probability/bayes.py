"""Bayes' theorem."""

import functools

import numpy as np

from charts import Axis, Bars, Curve, Group, Mark, bars, curves, icons
from formulas.probability import bayes
from ui import lesson

FORMULA = bayes.FORMULA
PRIORS = np.geomspace(0.001, 0.5, 90)
TESTS = ("before", "1 test", *(f"{n} tests" for n in range(2, 6)))
PRIOR, POSTERIOR, FALSE = FORMULA.slots("prior", "posterior", "false_positive_rate")
kept = functools.lru_cache(maxsize=8)
over_priors = kept(functools.partial(bayes.posterior_curve, priors=PRIORS))


def draw(prior, n_tests, **rates):
    people = bayes.whole_people(prior, **rates, n_tests=n_tests)
    result = bayes.bayes_binary(prior, **rates, n_tests=n_tests)
    after = over_priors(**rates, n_tests=n_tests)
    steps = bayes.posteriors(prior, **rates, most_tests=len(TESTS) - 1)
    return lesson.Scene(
        icons(
            "1,000 people, one square each",
            Group("ill, positive", people["true_positive"], POSTERIOR),
            Group("healthy, positive", people["false_positive"], FALSE),
            Group("ill, missed", people["false_negative"], PRIOR),
            Group("healthy, negative", people["true_negative"], 8, faint=True),
            total=1000,
        ),
        curves(
            "Posterior against prior",
            Curve("after the positive tests", PRIORS, after, POSTERIOR),
            Curve("no test: prior = posterior", PRIORS, PRIORS, PRIOR),
            Mark(prior, result.posterior, f"{result.posterior:.3f}", POSTERIOR),
            x=Axis("prior", (0.001, 0.5), log=True),
            y=Axis("posterior", (0, 1.1)),
            levels=[(0.5, "as likely as not")],
        ),
        bars(
            "Probability of the condition after one positive test after another",
            TESTS,
            Bars("posterior", steps, POSTERIOR),
            y=Axis("probability", (0, 1.15)),
            height=260,
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
    verb = "is" if ill == 1 else "are"
    count = f"Of 1,000 people {ill + wrong} {often}, and {ill} of them {verb} ill"
    return f"{count}: the probability after that is {posterior:.1%}."


def answer():
    return 100 * bayes.bayes_binary(0.01, 0.8, 0.096).posterior


lesson.show(FORMULA, draw, **lesson.words(FORMULA, answer))
