"""Linear regression."""

import functools

import numpy as np

from charts import Axis, Curve, Outline, Path, Points, curves, landscape, plane
from formulas.numbers import number_text
from formulas.regression.linear_regression import (
    FORMULA,
    line_heights,
    linear_regression,
    page_data,
    sse_ellipses,
    sse_surface,
    twice_the_same,
)
from ui import lesson

ENDS = np.array([0.0, 20.0])
RISES = (4.0, 60.0, 400.0, 2000.0)
SLOT = {q.name: FORMULA.slot(q.name) for q in FORMULA.quantities}
FOUR = [f"anscombe-{k}" for k in (1, 2, 3, 4)]
ANSWERS = (
    "the four lines and R² agree to two decimals",
    "the slopes agree, but not R²",
    "all four lines differ",
)


@functools.lru_cache(maxsize=256)
def fitted(data, points, noise, outlier):
    """Fit the data of the page and measure the bowl around the fit."""
    x, y = page_data(data, points, noise, outlier)
    return x, y, linear_regression(x, y), sse_ellipses(x, y, RISES, 27)


def line(name, intercept, slope, slot, dash):
    return Curve(name, ENDS, line_heights(ENDS, intercept, slope), slot, dash)


def draw(slope, intercept, noise, points, outlier, data):
    x, y, fit, rings = fitted(data, points, noise, outlier)
    missed = float(sse_surface(x, y, [intercept], [slope])[0, 0])
    guess = line_heights(x, intercept, slope)
    best = (fit.intercept, float(fit.coef[0]))
    left = np.stack([fit.fitted, fit.residuals], axis=1)
    return lesson.Scene(
        figures=(
            curves(
                "Points, your line and the line with the smallest squares",
                Curve("points", x, y, SLOT["y"], None, True, False, reach=guess),
                line("your line", intercept, slope, SLOT["slope"], 1),
                line("best line", *best, SLOT["fitted_slope"], 0),
                x=Axis("predictor x", (0, 20)),
                y=Axis("response y", (-6, 18)),
            ),
            landscape(
                "Squared errors of all lines: a bowl seen from above",
                rings,
                Path("your line", [[intercept, slope]], SLOT["slope"]),
                extent=((-5.5, 10.5), (-2.2, 3.2)),
                x="intercept",
                y="slope",
                goal=best,
                square=False,
                height=300,
            ),
            plane(
                "What the best line leaves over",
                Outline("no miss", [[-10, 0], [30, 0]], 8, dash=1),
                Points("size: leverage", left, SLOT["y"], 6 + 24 * fit.leverage),
                extent=((-2.0, 16.0), (-16.0, 9.0)),
                x="fitted value",
                y="residual",
                height=280,
                square=False,
            ),
        ),
        readouts={
            "fitted_intercept": best[0],
            "fitted_slope": best[1],
            "stderr": "undefined" if fit.stderr is None else float(fit.stderr[1]),
            "sse": fit.sse,
            "guess_sse": missed,
            "r2": "undefined" if fit.r2 is None else fit.r2,
        },
        status=why_singular(x, y) if data == "collinear" else sentence(missed, fit),
    )


def sentence(missed, fit):
    line = f"{number_text(fit.intercept)} + {number_text(fit.coef[0])} x"
    share = "" if fit.r2 is None else f" and explains {fit.r2:.0%} of the variation"
    if missed < fit.sse + RISES[0]:
        return f"Your line is hardly worse than the best one, {line}{share}."
    return (
        f"The squares of your line add up to {number_text(missed)}, those of the best "
        f"line to {number_text(fit.sse)}; it is {line}{share}."
    )


def why_singular(x, y):
    message, slopes = twice_the_same(x, y)
    shortest = " and ".join(map(number_text, slopes))
    return f"With 2x beside x the {message}. Slopes {shortest} are one pair of many."


def compare_anscombe():
    fits = [linear_regression(*page_data(name, 3, 0.0, 0.0)) for name in FOUR]
    lines = {(round(f.intercept, 2), round(f.coef[0], 2)) for f in fits}
    shares = {round(f.r2, 2) for f in fits}
    return ANSWERS[2 if len(lines) > 1 else len(shares) > 1]


lesson.show(
    FORMULA,
    draw,
    presets=(
        *(
            lesson.Preset(f"Anscombe {n}", "3.00 + 0.50 x, R² 0.67", data=name)
            for n, name in zip(("I", "II", "III", "IV"), FOUR, strict=True)
        ),
        lesson.Preset("Leverage", "The last point makes it flat", data="leverage"),
        lesson.Preset("Collinear", "2x beside x: many best β", data="collinear"),
        lesson.Preset("No noise", "3 + 0.5 x is found exactly", noise=0.0),
    ),
    prediction=lesson.Prediction(
        "Anscombe's four data sets look entirely different. How do their lines differ?",
        compare_anscombe,
        choices=ANSWERS,
        show={"data": "anscombe-4"},
    ),
    **lesson.words(FORMULA),
)
