"""Variance and standard deviation: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools

import numpy as np

from charts import (
    Axis,
    Curve,
    Figure,
    Histogram,
    Mark,
    Outline,
    Points,
    Scene,
    Squares,
    curves,
    density,
    fitting,
    histogram,
    plane,
)
from formulas.checks import Array
from formulas.probability.variance import (
    expected_std,
    mean,
    std,
    variance,
    variance_one_pass,
)
from notation.numbers import number_text
from pages.probability.variance.statement import STATEMENT, Result, SampleVariances

LARGEST_SAMPLE = int(STATEMENT.control("n").high)
OFFSETS = np.geomspace(1, 1e9, 37)
EDGES = np.linspace(0, 4, 41)
SMALLEST_ERROR = 1e-17  # a log axis has no 0

VALUE_COLOR, MEAN_COLOR, STD_COLOR = STATEMENT.color_indices("x", "mean", "std")
BIASED_COLOR, UNBIASED_COLOR = STATEMENT.color_indices("ddof", "variance")
ONE_PASS_COLOR, TWO_PASS_COLOR = STATEMENT.color_indices("offset", "variance")


def draw(
    result: Result,
    *,
    sample: Array,
    sample_variances: SampleVariances,
    n: int,
    sigma: float,
    ddof: int,
    offset: float,
    outlier: float,
) -> Scene:
    """Draw the squared deviations, the variances of many samples, and what cancels."""
    values = tuple(sample.tolist())
    return Scene(
        _squares(values, ddof, sigma, outlier),
        _distribution(sample_variances, n),
        _cancellation(values, offset),
        readouts={
            "mean": result.mean,
            "variance": result.variance,
            "std": result.std,
            "E[s²] / σ², divided as set": (n - 1) / (n - ddof),
            "E[s] / σ of normal samples, n − 1": expected_std(n),
        },
        status=sentence(result, n, ddof, outlier),
    )


@functools.lru_cache(maxsize=8)
def _squares(
    values: tuple[float, ...], ddof: int, sigma: float, outlier: float
) -> Figure:
    """Draw the values before the offset was added, which would round them."""
    n = len(values)
    center, side = float(mean(values)), float(std(values, ddof=ddof))
    # The window doubles with the settings, so that the squares can be seen.
    half = fitting(3 * sigma + outlier, (1, 2, 3, 6, 12, 24, 36))
    points = np.full((LARGEST_SAMPLE, 2), np.nan)
    points[:n, 0] = np.arange(n) * 3 * half / n
    points[:n, 1] = values
    level = [(-0.1 * half, center), (4.4 * half, center)]
    return plane(
        "Deviations from the mean as squares, to scale (offset b taken off)",
        Squares("squared deviations", points, center, VALUE_COLOR),
        Squares("square of s", [(3.3 * half, center + side)], center, STD_COLOR),
        Outline("mean", level, MEAN_COLOR, dash=1),
        Points("values", points, VALUE_COLOR),
        extent=((-0.15 * half, 4.5 * half), (-half, half)),
        y="value − b",
    )


@functools.lru_cache(maxsize=128)
def _distribution(samples: SampleVariances, n: int) -> Figure:
    biased, unbiased = samples.divided_by_n, samples.divided_by_n_minus_1
    return histogram(
        f"Variances of {len(biased):,} normal samples of {n} values, and their means",
        Histogram("divided by n", EDGES, density(biased, EDGES), BIASED_COLOR),
        Histogram("divided by n − 1", EDGES, density(unbiased, EDGES), UNBIASED_COLOR),
        Mark(float(biased.mean()), 0, "", BIASED_COLOR),
        Mark(float(unbiased.mean()), 0, "", UNBIASED_COLOR),
        x=Axis("variance of a sample, in units of σ²", (0, 4)),
        y=Axis("density", (0, 3.7)),
        at=[(1.0, "true variance")],
    )


def _cancellation(values: tuple[float, ...], offset: float) -> Figure:
    one_pass, two_pass = _visible_errors(values)
    return curves(
        "Relative error of two ways to compute the variance; 0 is drawn at the bottom",
        Curve("mean square − square of the mean", OFFSETS, one_pass, ONE_PASS_COLOR),
        Curve("mean of squared deviations", OFFSETS, two_pass, TWO_PASS_COLOR),
        x=Axis("offset b added to every value", (1, 1e9), log=True),
        y=Axis("relative error", (SMALLEST_ERROR, 1e7), log=True),
        at=[(offset, "b now")],
        height=260,
    )


@functools.lru_cache(maxsize=8)
def _visible_errors(values: tuple[float, ...]) -> tuple[Array, Array]:
    one_pass, two_pass = _relative_errors(np.array(values), OFFSETS)
    return np.maximum(one_pass, SMALLEST_ERROR), np.maximum(two_pass, SMALLEST_ERROR)


def _relative_errors(sample: Array, offsets: Array) -> tuple[Array, Array]:
    """Return how far off two ways of computing the variance are at each offset."""
    true = variance(sample)
    rows = sample + offsets[:, None]
    both = np.array([variance_one_pass(rows, axis=1), variance(rows, axis=1)])
    one_pass, two_pass = np.abs(both / true - 1)
    return one_pass, two_pass


def sentence(result: Result, n: int, ddof: int, outlier: float) -> str:
    """Say what the squares give now, and what they give on average."""
    start = (
        f"The sum of the squares, divided by {n - ddof}, is "
        f"{number_text(result.variance, 3)}"
    )
    which = "samples without the outlier" if outlier else "all samples"
    return (
        f"{start}; over {which}, dividing by n gives {n - 1}/{n} of σ² on average, "
        "by n − 1 exactly σ²."
    )
