"""Linear regression: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools

import numpy as np

from charts import Axis, Curve, Outline, Path, Points, Scene, curves, landscape, plane
from formulas.regression import linear_regression as ols
from formulas.regression.linear_regression import line_heights
from notation.numbers import number_text, share_text
from pages.regression.linear_regression.statement import STATEMENT

ENDS = np.array([0.0, 20.0])
POINTS, YOURS, BEST = STATEMENT.color_indices("y", "slope", "fitted_slope")
fitted = functools.lru_cache(maxsize=256)(ols.page_fit)


def draw(slope, intercept, noise, points, outlier, data):
    x, y, fit, best, left, rings = fitted(data, points, noise, outlier)
    missed = float(ols.sse_surface(x, y, [intercept], [slope])[0, 0])
    missed, least = round(missed, 12), round(fit.sse, 12)  # an exact fit leaves dust
    guess = line_heights(x, intercept, slope)
    return Scene(
        curves(
            "Points, your line and the line with the smallest squares",
            Curve("points", x, y, POINTS, None, True, False, reach=guess),
            Curve("your line", ENDS, line_heights(ENDS, intercept, slope), YOURS),
            Curve("best line", ENDS, line_heights(ENDS, *best), BEST, 0),
            x=Axis("predictor x", (0, 20)),
            y=Axis("response y", (-6, 18)),
        ),
        landscape(
            "Squared errors of all lines: a bowl seen from above",
            rings,
            Path("your line", [[intercept, slope]], YOURS),
            extent=((-5.5, 12.5), (-2.2, 3.2)),
            goal=best,
            x="intercept",
            y="slope",
            square=False,
            height=300,
        ),
        plane(
            "What the best line leaves over",
            Outline("no miss", [[-10, 0], [30, 0]], 8, dash=1),
            Points("size: leverage", left, POINTS, 6 + 24 * fit.leverage),
            extent=((-3.0, 16.0), (-16.0, 9.0)),
            x="fitted value",
            y="residual",
            square=False,
            height=280,
        ),
        readouts={
            **dict(zip(("fitted_intercept", "fitted_slope"), best, strict=True)),
            "stderr": float(fit.stderr[1]) if least else 0.0,
            "sse": least,
            "guess_sse": missed,
            "r2": fit.r2,
        },
        status=sentence(data, x, y, best, round(fit.r2, 12), missed, least),
    )


def sentence(data, x, y, best, r2, missed, least):
    if data == "collinear":
        message, slopes = ols.twice_the_same(x, y)
        pair = " and ".join(map(number_text, slopes))
        many = f"Slopes {pair} are one best pair of many"
        return f"With 2x beside x the {message}. {many}."
    yours, its = number_text(missed), number_text(least)
    sums = f"The squares of your line add up to {yours}"
    sums = f"{sums}, those of the best line to {its}"
    if missed < 1.05 * least:
        sums = f"Your line is nearly the best: its squares add up to {yours}, not {its}"
    if yours == its:
        sums = f"The squares of your line and of the best one both add up to {its}"
    best_line = f"{ols.line_text(*best)} and explains {share_text(r2)} of the variation"
    return f"{sums}; the best line is {best_line}."
