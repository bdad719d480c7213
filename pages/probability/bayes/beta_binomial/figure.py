"""Beta and binomial: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools
import math

import numpy as np

from charts import Axis, Bars, Curve, Figure, Mark, Scene, bars, curves, fitting
from formulas.checks import Array
from notation.numbers import number_text
from pages.probability.bayes.beta_binomial.statement import STATEMENT, Result

CELLS = 200
X = (np.arange(CELLS) + 0.5) / CELLS
LOG_X, LOG_REST = np.log(X), np.log1p(-X)
HEIGHTS = (4, 8, 16, 40, 90)
NAMES = ("prior mean", "observed", "posterior mean")
PRIOR_COLOR, DATA_COLOR, MEAN_COLOR = STATEMENT.color_indices(
    "prior_a", "successes", "mean"
)


def draw(
    result: Result, *, prior_a: float, prior_b: float, successes: int, failures: int
) -> Scene:
    """Draw prior, likelihood and posterior, and their means."""
    trials = successes + failures
    observed = successes / trials if trials else math.nan
    before = prior_a / (prior_a + prior_b)
    return Scene(
        _densities(result, density(prior_a, prior_b), successes, failures),
        _means(before, observed, result.mean),
        readouts={
            "mean": result.mean,
            "deviation": result.deviation,
            "prior mean": before,
            "observed fraction": observed,
            "probability of these counts, beforehand": result.evidence,
        },
        status=sentence(result.mean, before, successes, failures),
    )


@functools.lru_cache(maxsize=512)
def density(a: float, b: float) -> Array:
    """Return the beta density at all places drawn."""
    scale = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    line: Array = np.exp(scale + (a - 1) * LOG_X + (b - 1) * LOG_REST)
    line.setflags(write=False)
    return line


def _densities(result: Result, prior: Array, successes: int, failures: int) -> Figure:
    likelihood = density(successes + 1.0, failures + 1.0)
    posterior = density(result.posterior_a, result.posterior_b)
    top = fitting(1.05 * max(prior.max(), likelihood.max(), posterior.max()), HEIGHTS)
    height = float(np.interp(result.mean, X, posterior))
    return curves(
        "What is known of the probability θ",
        Curve("prior", X, prior, PRIOR_COLOR, dash=2),
        Curve("likelihood (area 1)", X, likelihood, DATA_COLOR, dash=1),
        Curve("posterior", X, posterior, MEAN_COLOR, dash=0),
        Mark(result.mean, height, "", MEAN_COLOR),
        x=Axis("probability θ", (0, 1)),
        y=Axis("density", (0, top)),
    )


def _means(before: float, observed: float, after: float) -> Figure:
    return bars(
        "Before, observed, after",
        NAMES,
        Bars("probability", [before, observed, after], MEAN_COLOR),
        y=Axis("probability", (0, 1.15)),
        height=260,
    )


def sentence(mean: float, before: float, successes: int, failures: int) -> str:
    """Say where counting has moved the mean."""
    prior = number_text(before, 3)
    trials = successes + failures
    if not trials:
        return f"Nothing is counted yet: the mean is that of the prior, {prior}."
    observed = number_text(successes / trials, 3)
    counts = f"{successes} of {trials} succeeded"
    if math.isclose(successes / trials, before):
        return f"{counts}: prior and data agree, and the mean stays {prior}."
    return (
        f"{counts}: the posterior mean {number_text(mean, 3)} lies between the prior’s "
        f"{prior} and the observed {observed}."
    )
