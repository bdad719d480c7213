"""Variance and standard deviation: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools
import math

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
    answering,
    curves,
    density,
    fitting,
    histogram,
    largest,
    plane,
    reshaping,
    rounded_up,
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
from pages.probability.variance.statement import (
    OWN,
    STATEMENT,
    TOLD_APART,
    Result,
    SampleVariances,
)

LARGEST_SAMPLE = int(STATEMENT.control("n").high)
OFFSETS = np.geomspace(1, 1e9, 37)
NO_OFFSET = 0.5  # where a log axis, which has no 0, shows the offset 0
EDGES = np.linspace(0, 4, 41)
SMALLEST_ERROR = 1e-17  # a log axis has no 0
LARGEST_ERROR = 1e7
TRUE_COLOR = 8
# Halves of the height of the picture, around the true mean.
HEIGHTS = (0.15, 0.3, 0.6, 1, 1.6, 2.4, 3.6, 5, 8, 12, 16, 24, 32, 45)
FEW = 12  # squares that can be told apart
ROOM = 2.2  # for the values, in halves of the height; more where they are many
# Few, so that the axis rests.
ROOMS = (ROOM, 2.6, 3.0, 3.6, 4.4, 5.2, 6.2, 7.4, 9, 11, 13, 16, 20, 25, 30)
GAP = 0.08  # between neighboring squares
SIDE = (
    0.2  # how far right of the values the square of s stands, in halves of the height
)
NEAR = 0.5  # a sample whose values are at least as far from their mean is near 0

VALUE_COLOR, MEAN_COLOR, STD_COLOR = STATEMENT.color_indices("x", "mean", "std")
BIASED_COLOR, UNBIASED_COLOR = STATEMENT.color_indices("ddof", "variance")
ONE_PASS_COLOR, TWO_PASS_COLOR = STATEMENT.color_indices("offset", "variance")


def draw(
    result: Result,
    *,
    x: Array,
    sample: Array,
    sample_variances: SampleVariances,
    offset: float,
    outlier: float,
    own: str,
) -> Scene:
    """Draw the squared deviations, the variances of many samples, and what cancels."""
    values = tuple(sample.tolist())
    n, ddof = len(values), result.subtracted
    outlier = 0.0 if own else outlier
    around = own and _far_from_0(sample)
    window = _window(sample) if around else _window_of_0(sample, result.std)
    which = "samples without o" if outlier else "many samples"
    average, average_std = (
        f"average of s² over {which}, in σ²",
        "average of s, normal samples, n − 1, in σ",
    )
    one_pass = {
        "s² as mean square − square of the mean": float(
            variance_one_pass(x, ddof=ddof)
        ),
    }
    return Scene(
        _squares(values, ddof, window, drawn=not own, shifted=offset > 0),
        answering(_distribution(sample_variances, n), average, average_std),
        # Beside a larger offset the values could not be told apart.
        _number_line(values, result.std, window, offset)
        if offset <= TOLD_APART
        else _cancellation(values, offset),
        readouts={
            "mean": result.mean,
            "variance": result.variance,
            "std": result.std,
            average: (n - 1) / (n - ddof),
            average_std: expected_std(n),
            **(one_pass if offset else {}),
        },
        status=sentence(result, n, ddof, outlier),
    )


@functools.lru_cache(maxsize=8)
def _squares(
    values: tuple[float, ...],
    ddof: int,
    window: tuple[float, float],
    *,
    drawn: bool,
    shifted: bool,
) -> Figure:
    """Draw the values before the offset was added, which would round them."""
    n = len(values)
    center, side = float(mean(values)), float(std(values, ddof=ddof))
    middle, half = window
    points = np.full((max(n, LARGEST_SAMPLE), 2), np.nan)
    points[:n, 1] = values
    widths = np.abs(points[:n, 1] - center)
    which = ""
    if n > FEW:  # more squares would be too small
        shown = largest(widths, FEW)
        widths = np.where(np.isin(np.arange(n), shown), widths, 0.0)
        which = f", the {FEW} largest"
    points[:n, 0] = _places(points[:n, 1] - center, widths, half)
    corners = np.where(points[:, :1] >= 0, points, np.nan)
    corners[:n][widths == 0] = np.nan
    sizes = np.full(len(points), 10.0 if n <= FEW else 6.0)
    end = float((points[:n, 0] + widths).max())
    room = half * fitting(end / half, ROOMS)
    level = [(-0.1 * half, center), (room + 1.15 * half, center)]
    truth = []
    if drawn:  # the mean of a reader's distribution is not known
        true_level = [(x, 0.0) for x, _ in level]
        apart = math.sqrt(sum(v * v for v in values) / n)  # from the true mean, 0
        truth = [
            Outline(
                "mean (xᵢ − μ)²",
                _square(room + SIDE * half, apart),
                TRUE_COLOR,
                dash=2,
            ),
            Outline("μ", true_level, TRUE_COLOR, dash=3),
        ]
    picture = plane(
        f"Deviations from the mean as squares{which}, to scale",
        Squares("(xᵢ − x̄)²", corners, center, VALUE_COLOR),
        Squares("s²", [(room + SIDE * half, center + side)], center, STD_COLOR),
        Outline("x̄", level, MEAN_COLOR, dash=1),
        Points("values", points, VALUE_COLOR, sizes, listed=False),
        *truth,
        extent=((-0.15 * half, room + 1.2 * half), (middle - half, middle + half)),
        y="x − b" if shifted else "x",
    )
    layout = picture["layout"]
    unscaled = {**layout["xaxis"], "showticklabels": False, "showgrid": False}
    picture = {**picture, "layout": {**layout, "xaxis": unscaled}}
    return reshaping(picture, OWN.name, "values", along="y")


def _square(left: float, side: float) -> list[tuple[float, float]]:
    """Return the outline of a square on the true mean."""
    right = left + side
    return [(left, 0.0), (left, side), (right, side), (right, 0.0), (left, 0.0)]


def _places(deviations: Array, widths: Array, half: float) -> Array:
    """Place squares from left to right, so that none lies on another.

    Those above the mean and those below it cannot meet: each side is filled by itself.
    """
    left = np.arange(len(deviations)) * ROOM * half / len(deviations)
    ends = {True: 0.0, False: 0.0}
    for k, (up, width) in enumerate(
        zip((deviations > 0).tolist(), widths.tolist(), strict=True)
    ):
        if width:
            left[k] = max(left[k], ends[up])
            ends[up] = left[k] + width + GAP * half
    return left


def _far_from_0(sample: Array) -> bool:
    """Tell whether a reader's sample would be small, or cut, on the axis of the page's."""
    farthest = float(np.abs(sample).max())
    spread = float(np.abs(sample - mean(sample)).max())
    return 1.15 * farthest > HEIGHTS[-1] or spread < NEAR * farthest


def _window_of_0(sample: Array, side: float) -> tuple[float, float]:
    """Return a window around 0 that grows with the values, so that squares can be seen."""
    farthest = max(float(np.abs(sample).max()), side, float(mean(sample)) + side)
    return 0.0, fitting(1.15 * farthest, HEIGHTS)


def _window(sample: Array) -> tuple[float, float]:
    """Return the middle and half the height of a picture of a reader's sample.

    The middle moves in large steps, so that it rests while a value is dragged.
    """
    center = float(mean(sample))
    farthest = max(np.abs(sample - center).max(), float(std(sample, ddof=1)))
    half = rounded_up(1.3 * farthest)
    return half / 4 * round(4 * center / half), half


@functools.lru_cache(maxsize=128)
def _distribution(samples: SampleVariances, n: int) -> Figure:
    biased, unbiased = samples.divided_by_n, samples.divided_by_n_minus_1
    heights = [density(variances, EDGES) for variances in (biased, unbiased)]
    top = fitting(np.max(heights), (1.2, 2.4, 3.7, 5))
    return histogram(
        "Variances of many normal samples of n values",
        Histogram("divided by n", EDGES, heights[0], BIASED_COLOR),
        Histogram("divided by n − 1", EDGES, heights[1], UNBIASED_COLOR, fill=False),
        Mark(float(biased.mean()), 0, "", BIASED_COLOR),
        Mark(float(unbiased.mean()), 0, "", UNBIASED_COLOR),
        Mark(expected_std(n) ** 2, 0.25 * top, "", STD_COLOR),
        x=Axis(f"variance in σ² of {len(biased):,} samples, n = {n}", (0, 4)),
        y=Axis("density", (0, top)),
        at=[(1.0, "true variance")],
    )


def _number_line(
    values: tuple[float, ...], side: float, window: tuple[float, float], offset: float
) -> Figure:
    """Draw the values on a line, and how far one standard deviation reaches.

    The place that they are moved away from stays on the line.
    """
    center, (middle, half) = offset + float(mean(values)), window
    ends = np.array([center - side, center + side])
    places = np.full(max(len(values), LARGEST_SAMPLE), np.nan)
    places[: len(values)] = np.add(values, offset)
    picture = curves(
        "The values, and their mean ± s",
        Curve(
            "values", places, 0 * places, VALUE_COLOR, dash=0, points=True, line=False
        ),
        Curve("x̄ ± s", ends, np.full(2, -0.5), STD_COLOR, dash=0, points=True),
        x=Axis("value", (middle - half, middle + half + offset)),
        y=Axis("", (-1, 1), hidden=True),
        at=[(center, "x̄")],
        height=260,
    )
    picture = answering(picture, "std", "mean")
    # Around a large number a hand is not fine enough for the deviations.
    return picture if offset else reshaping(picture, OWN.name, "values", along="x")


def _cancellation(values: tuple[float, ...], offset: float) -> Figure:
    one_pass, two_pass = _visible_errors(values)
    largest = max(LARGEST_ERROR, 10.0 ** math.ceil(math.log10(one_pass.max())))
    return curves(
        "Relative error of two ways to compute s²",
        Curve("mean square − square of the mean", OFFSETS, one_pass, ONE_PASS_COLOR),
        Curve("mean of squared deviations", OFFSETS, two_pass, TWO_PASS_COLOR),
        x=Axis("offset b (0 at the left)", (NO_OFFSET, 1e9), log=True),
        y=Axis("error (0 at the bottom)", (SMALLEST_ERROR, largest), log=True),
        at=[(max(offset, NO_OFFSET), "b now")],
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
    which = "samples without the outlier" if outlier else "all samples"
    return (
        f"The variance is {number_text(result.variance, 3)}, the sum of the squares "
        f"divided by {n - ddof}. Over {which}, dividing by n gives {n - 1}/{n} of σ² "
        "on average, by n − 1 exactly σ²."
    )
