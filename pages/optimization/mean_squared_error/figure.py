"""Mean squared error: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools

import numpy as np

from charts import Axis, Bars, Curve, Mark, Scene, bars, curves
from charts.plane import Outline, Points, Squares, plane
from formulas.optimization import mean_squared_error as backend
from notation.legacy import inputs_of, outputs_of
from notation.numbers import number_text, share_text
from pages.optimization.mean_squared_error.statement import STATEMENT

PLACES = np.arange(5) * 25.0
NAMES = [f"y{k}" for k in "₁₂₃₄₅"]
HIGHEST = {"MSE": 10000, "MAE": 100}
CONSTANTS = np.linspace(0, 100, 101)
CONSTANT, DATA = STATEMENT.color_index("prediction"), STATEMENT.color_index("y_true")
COLOR = {"MSE": STATEMENT.color_index("mse"), "MAE": STATEMENT.color_index("mae")}


@functools.lru_cache(maxsize=8)
def constants(outlier):
    y = inputs_of(STATEMENT, prediction=0.0, outlier=outlier)["y_true"]
    return *backend.constant_predictor_curve(y, CONSTANTS), *backend.best_constants(y)


def draw(prediction, outlier, loss):
    given = inputs_of(STATEMENT, prediction=prediction, outlier=outlier)
    results = outputs_of(STATEMENT, given)
    squared, plain, mean, median = constants(outlier)
    share = {name: backend.loss_shares(**given, loss=name) for name in HIGHEST}
    texts = [share_text(part) for part in share[loss]]
    flat = loss == "MAE"
    points = np.stack([PLACES, given["y_true"]], axis=1)
    level = [(-5, prediction), (205, prediction)]
    return Scene(
        plane(
            "Errors of the prediction to scale, with their shares of the loss",
            Squares("errors", points, prediction, COLOR[loss], texts, flat),
            Outline("prediction c", level, CONSTANT, dash=1),
            Points("data", points, DATA, texts=NAMES),
            extent=((-10, 206), (-12, 114)),
            y="value",
        ),
        valley("MSE", squared, "mean", mean, (prediction, results["mse"])),
        valley("MAE", plain, "median", median, (prediction, results["mae"])),
        bars(
            "Share of the loss that each example causes",
            NAMES,
            Bars("of the squared loss", share["MSE"], COLOR["MSE"], 2),
            Bars("of the absolute loss", share["MAE"], COLOR["MAE"], 2),
            y=Axis("share", (0, 1.15)),
            height=240,
        ),
        readouts={**results, "mean of the data": mean, "median of the data": median},
        status=sentence(prediction, flat, results, texts[4], mean, median),
    )


def valley(name, losses, center, best, now):
    return curves(
        f"{name} of every constant: lowest at the {center} of the data",
        Curve(name, CONSTANTS, losses, COLOR[name]),
        Mark(*now, "", COLOR[name]),
        x=Axis("constant c", (0, 100)),
        y=Axis(name, (0, HIGHEST[name])),
        at=[(best, center)],
        height=240,
    )


def sentence(prediction, flat, results, share, *centers):
    error, center = ("absolute", "median") if flat else ("squared", "mean")
    total, best = map(number_text, (results["mae" if flat else "mse"], centers[flat]))
    said = f"Predicting {number_text(prediction)} costs a mean {error} error of {total}"
    return f"{said}, {share} of it from y₅; the best constant is the {center}, {best}."
