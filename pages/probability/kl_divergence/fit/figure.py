"""Fitting a bell curve by a divergence: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools

import numpy as np

from charts import Axis, Curve, Figure, Mark, Scene, curves
from formulas.checks import Array
from formulas.probability.normal_divergence import KLFit, fit_normal
from notation.numbers import number_text
from pages.probability.kl_divergence.fit.statement import (
    STATEMENT,
    WIDTH,
    Result,
    X,
    peaks,
)

MEANS = np.array(STATEMENT.control("mu").positions)
SEEN = np.abs(X) < 6.01
PLACES = Axis("x", (-6, 6))
HEIGHT = Axis("P, Q", (0, 0.13))
PEAKS_COLOR, BELL_COLOR = STATEMENT.color_indices("truth", "belief")
FORWARD_COLOR, REVERSE_COLOR = STATEMENT.color_indices("divergence", "reverse")
MOST = 40.0


def draw(
    result: Result,
    *,
    truth: Array,
    peak: float,
    share: float,
    mu: float,
    sigma: float,
) -> Scene:
    """Draw truth and bell curve, both divergences over the mean, and the best fits."""
    forward, reverse = best(peak, share)
    # Where Q can be P itself, rounding is all that is left.
    least = tuple(round(fit.divergence, 12) + 0.0 for fit in (forward, reverse))
    return Scene(
        _distributions(result.belief, truth),
        _over_means(result, _valleys(peak, share, sigma), mu),
        _best(truth, forward, reverse),
        readouts={
            "divergence": result.divergence,
            "reverse": result.reverse,
            "smallest forward divergence": least[0],
            "smallest reverse divergence": least[1],
        },
        status=sentence(result, least[0], least[1]),
    )


@functools.lru_cache(maxsize=128)
def best(peak: float, share: float) -> tuple[KLFit, KLFit]:
    """Descend forward from a wide bell curve, and in reverse from the larger peak."""
    truth = peaks(peak, share)
    larger = peak if share >= 0.5 else -peak
    forward = fit_normal(X, truth, mu0=0.0, sigma0=3.0, lr=0.1, n_steps=400)
    reverse = fit_normal(
        X, truth, direction="reverse", mu0=larger, sigma0=WIDTH, lr=0.05, n_steps=400
    )
    return forward, reverse


def bells(mean: Array, sigma: float) -> Array:
    """Return bell curves on the grid, a row for each mean."""
    weights = np.exp(-(((X - mean[:, None]) / sigma) ** 2) / 2)
    normal: Array = weights / weights.sum(axis=1, keepdims=True)
    return normal


@functools.lru_cache(maxsize=512)
def _valleys(peak: float, share: float, sigma: float) -> tuple[Array, Array]:
    """Return both divergences at all means."""
    truth, belief = peaks(peak, share), bells(MEANS, sigma)
    apart = np.log(truth) - np.log(belief)
    forward: Array = apart @ truth
    reverse: Array = -(belief * apart).sum(axis=1)
    return forward, reverse


def _distributions(belief: Array, truth: Array) -> Figure:
    return curves(
        "Probabilities P(i), Q(i) of steps of 1/8 on x",
        Curve("P, peaks", X[SEEN], truth[SEEN], PEAKS_COLOR, dash=0, fill=True),
        Curve("Q, bell curve", X[SEEN], belief[SEEN], BELL_COLOR, dash=1),
        x=PLACES,
        y=HEIGHT,
    )


def _over_means(result: Result, valleys: tuple[Array, Array], mu: float) -> Figure:
    forward, reverse = valleys
    return curves(
        "Divergences against the mean of Q",
        Curve("forward", MEANS, forward, FORWARD_COLOR, dash=0),
        Curve("reverse", MEANS, reverse, REVERSE_COLOR, dash=1),
        Mark(mu, min(result.divergence, MOST), "", FORWARD_COLOR),
        Mark(mu, min(result.reverse, MOST), "", REVERSE_COLOR),
        x=Axis("mean μ", (-3, 3)),
        y=Axis("nats", (0.05, MOST), log=True),
    )


def _best(truth: Array, forward: KLFit, reverse: KLFit) -> Figure:
    lines = [
        bells(fit.path[-1:, 0], float(fit.path[-1, 1]))[0] for fit in (forward, reverse)
    ]
    return curves(
        "The best bell curve in each direction",
        Curve("P", X[SEEN], truth[SEEN], PEAKS_COLOR, dash=2),
        Curve("forward", X[SEEN], lines[0][SEEN], FORWARD_COLOR, dash=0),
        Curve("reverse", X[SEEN], lines[1][SEEN], REVERSE_COLOR, dash=1),
        x=PLACES,
        y=HEIGHT,
    )


def sentence(result: Result, least_forward: float, least_reverse: float) -> str:
    """Say how far the bell curve is from the truth and from the best, both ways."""
    return (
        f"Forward, this Q is {_above(result.divergence, least_forward)}; in the reverse "
        f"direction it is {_above(result.reverse, least_reverse)}."
    )


def _above(divergence: float, least: float) -> str:
    away = number_text(divergence, 3)
    return f"{away} nats from P, where the best has {number_text(least, 3)}"
