"""Variance and standard deviation: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools

import numpy as np

from charts import (
    Axis,
    Curve,
    Scene,
    curves,
    fitting,
)
from charts.plane import Outline, Points, Squares, plane
from formulas.probability import variance as var
from notation.legacy import inputs_of, outputs_of
from notation.numbers import number_text
from pages.probability.variance.statement import (
    MEAN,
    ROOT,
    SIZES,
    SPREAD,
    STATEMENT,
    VALUE,
)

OFFSETS, SMALLEST = np.geomspace(1, 1e9, 37), 1e-17  # a log axis has no 0


def draw(n, ddof, offset, record, **source):
    now = outputs_of(
        STATEMENT, inputs_of(STATEMENT, n=n, ddof=ddof, offset=offset, **source)
    )
    squares, (one_pass, two_pass) = without_offset(n, ddof, **source)
    return Scene(
        squares,
        record[n],
        curves(
            "Relative error of two ways to compute the variance; 0 is drawn at the bottom",
            Curve("mean square − square of the mean", OFFSETS, one_pass, 5),
            Curve("mean of squared deviations", OFFSETS, two_pass, SPREAD),
            x=Axis("offset b added to every value", (1, 1e9), log=True),
            y=Axis("relative error", (SMALLEST, 1e7), log=True),
            at=[(offset, "b now")],
            height=260,
        ),
        readouts=now | {"E[s] / σ of normal samples, n − 1": var.expected_std(n)},
        status=sentence(n, n - ddof, now["variance"], source["outlier"]),
    )


def sentence(n, left, found, outlier):
    now = f"The sum of the squares, divided by {left}, is {number_text(found, 3)}"
    own = f"dividing by n gives {(n - 1) / n:.2f} σ² on average, by n − 1 exactly σ²"
    which = "samples without the outlier" if outlier else "all samples"
    return f"{now}; over {which}, {own}."


@functools.lru_cache(maxsize=8)
def without_offset(n, ddof, sigma, outlier, seed):
    sample = var.normal_sample(n, sigma=sigma, outlier=outlier, rng=seed)
    mean, side = sample.mean(), var.std(sample, ddof=ddof)
    # The window doubles with the settings, so that the squares can be seen.
    half = fitting(3 * sigma + outlier, (1, 2, 3, 6, 12, 24, 36))
    at = np.full((SIZES[-1], 2), np.nan)
    at[:n] = np.stack([np.arange(n) * 3 * half / n, sample], axis=1)
    squares = plane(
        "Deviations from the mean as squares, to scale (offset b taken off)",
        Squares("squared deviations", at, mean, VALUE),
        Squares("square of s", [(3.3 * half, mean + side)], mean, ROOT),
        Outline("mean", [(-0.1 * half, mean), (4.4 * half, mean)], MEAN, dash=1),
        Points("values", at, VALUE),
        extent=((-0.15 * half, 4.5 * half), (-half, half)),
        y="value − b",
    )
    return squares, np.maximum(var.cancellation_curve(sample, OFFSETS), SMALLEST)
