"""Bayes’ theorem: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools

import numpy as np

from charts import Axis, Bars, Curve, Group, Mark, Scene, bars, curves, icons
from formulas.probability import bayes
from notation.numbers import counted
from pages.probability.bayes.statement import STATEMENT

AFTER = "after that the probability of the condition is"
PRIORS = np.geomspace(0.001, 0.5, 90)
TESTS = ("before", "1 test", *(f"{n} tests" for n in range(2, 6)))

PRIOR, POSTERIOR, FALSE = STATEMENT.color_indices(
    "prior", "posterior", "false_positive_rate"
)
kept = functools.lru_cache(maxsize=8)
over_priors = kept(functools.partial(bayes.posterior_curve, priors=PRIORS))


def draw(prior, n_tests, **rates):
    people = bayes.whole_people(prior, **rates, n_tests=n_tests)
    result = bayes.bayes_binary(prior, **rates, n_tests=n_tests)
    after = over_priors(**rates, n_tests=n_tests)
    steps = bayes.posteriors(prior, **rates, most_tests=len(TESTS) - 1)
    once, always = ("positive", "negative"), ("always positive", "not always")
    yes, no = once if n_tests == 1 else always
    return Scene(
        icons(
            "1,000 people, one square each",
            Group(f"ill, {yes}", people["true_positive"], POSTERIOR),
            Group(f"healthy, {yes}", people["false_positive"], FALSE),
            Group(f"ill, {no}", people["false_negative"], PRIOR),
            Group(f"healthy, {no}", people["true_negative"], 8, faint=True),
            total=1000,
        ),
        curves(
            "Posterior against prior",
            Curve(
                f"after {counted(n_tests, 'positive test')}", PRIORS, after, POSTERIOR
            ),
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
        status=sentence(people, n_tests, result.posterior, **rates),
    )


def sentence(people, n_tests, posterior, false_positive_rate, **_):
    ill = people["true_positive"]
    flagged = ill + people["false_positive"]
    often = f" {n_tests} times" * (n_tests > 1)
    if flagged < 2:
        health = ("", " and is ill" if ill else " and is not ill")[flagged]
        found = f"{flagged or 'none'} of 1,000 tests positive{often}{health}"
    else:
        sick = f"{ill or 'none'} of them {'is' if ill < 2 else 'are'} ill"
        found = f"{flagged} of 1,000 test positive{often}, and {sick}"
    chance = f"{posterior:.1%}" if posterior < 0.9995 else "just under 100%"
    after = "100%" if false_positive_rate == 0 else chance
    return f"Rounded to whole people, {found}; {AFTER} {after}."
