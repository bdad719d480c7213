"""Linear regression."""

import functools

import numpy as np

from charts import Axis, Curve, Outline, Path, Points, curves, landscape, plane
from formulas.numbers import number_text
from formulas.regression import linear_regression as ols
from formulas.regression.linear_regression import FORMULA, line_heights
from ui import lesson

ENDS = np.array([0.0, 20.0])
POINTS, YOURS, BEST = FORMULA.slots("y", "slope", "fitted_slope")
AGREE = "the four lines and R² agree to two decimals"
PARTLY = "the slopes agree, but not R²"
DIFFER = "all four lines differ"
fitted = functools.lru_cache(maxsize=256)(ols.page_fit)


def draw(slope, intercept, noise, points, outlier, data):
    x, y, fit, best, left, rings = fitted(data, points, noise, outlier)
    missed = float(ols.sse_surface(x, y, [intercept], [slope])[0, 0])
    guess = line_heights(x, intercept, slope)
    return lesson.Scene(
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
            extent=((-5.5, 10.5), (-2.2, 3.2)),
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
            extent=((-2.0, 16.0), (-16.0, 9.0)),
            x="fitted value",
            y="residual",
            square=False,
            height=280,
        ),
        readouts={
            **dict(zip(("fitted_intercept", "fitted_slope"), best, strict=True)),
            "stderr": "undefined" if fit.stderr is None else float(fit.stderr[1]),
            "sse": round(fit.sse, 12),  # an exact fit leaves dust
            "guess_sse": missed,
            "r2": "undefined" if fit.r2 is None else fit.r2,
        },
        status=sentence(data, x, y, fit, missed),
    )


def sentence(data, x, y, fit, missed):
    if data == "collinear":
        message, slopes = ols.twice_the_same(x, y)
        pair = " and ".join(map(number_text, slopes))
        return f"With 2x beside x the {message}. Slopes {pair} are one pair of many."
    line = f"{number_text(fit.intercept)} + {number_text(fit.coef[0])} x"
    share = "" if fit.r2 is None else f" and explains {fit.r2:.0%} of the variation"
    if missed < fit.sse + ols.RISES[0]:
        return f"Your line is hardly worse than the best one, {line}{share}."
    sums = f"{number_text(missed)}, those of the best line to {number_text(fit.sse)}"
    return f"The squares of your line add up to {sums}; it is {line}{share}."


def answer():
    intercept, slope, r2 = np.ptp(ols.anscombe_summaries().round(2), axis=0)
    return DIFFER if intercept or slope else PARTLY if r2 else AGREE


lesson.show(FORMULA, draw, **lesson.words(FORMULA, answer))
