"""Mean squared error."""

import functools

import numpy as np

from charts import (
    Axis,
    Bars,
    Curve,
    Mark,
    Outline,
    Points,
    Squares,
    bars,
    curves,
    plane,
)
from formulas.optimization.mean_squared_error import (
    FORMULA,
    best_constants,
    constant_predictor_curve,
    loss_shares,
)
from ui import lesson

PLACES = np.arange(5) * 25.0
NAMES = [f"y{k}" for k in "₁₂₃₄₅"]
HIGHEST = {"MSE": 8000, "MAE": 90}
CONSTANTS = np.linspace(0, 100, 101)
CONSTANT, SQUARED, ABSOLUTE = map(FORMULA.slot, ("prediction", "mse", "mae"))


@functools.lru_cache(maxsize=8)
def constants(outlier):
    y = FORMULA.inputs(prediction=0.0, outlier=outlier)["y_true"]
    return *constant_predictor_curve(y, CONSTANTS), *best_constants(y)


def draw(prediction, outlier, loss):
    given = FORMULA.inputs(prediction=prediction, outlier=outlier)
    y, guess = given.values()
    squared, plain, mean, median = constants(outlier)
    flat = loss == "MAE"
    slot = ABSOLUTE if flat else SQUARED
    share = {name: loss_shares(y, guess, loss=name) for name in HIGHEST}
    texts = [f"{part:.0%}" for part in share[loss]]
    results = FORMULA.outputs(given)
    total, mae = results["mse"], results["mae"]
    points = np.stack([PLACES, y], axis=1)
    level = [(-5, prediction), (205, prediction)]
    return lesson.Scene(
        figures=(
            plane(
                "Errors of the prediction to scale, with their shares of the loss",
                Squares("errors", points, prediction, slot, texts, flat=flat),
                Outline("prediction c", level, CONSTANT, dash=1),
                Points("data", points, FORMULA.slot("y_true"), texts=NAMES),
                extent=((-10, 206), (-12, 114)),
                y="value",
            ),
            valley("MSE", squared, "mean", mean, Mark(prediction, total, "", SQUARED)),
            valley("MAE", plain, "median", median, Mark(prediction, mae, "", ABSOLUTE)),
            bars(
                "Share of the loss that each example causes",
                NAMES,
                Bars("of the squared loss", share["MSE"], SQUARED, 2),
                Bars("of the absolute loss", share["MAE"], ABSOLUTE, 2),
                y=Axis("share", (0, 1.15)),
                height=240,
            ),
        ),
        readouts={
            **results,
            "mean of the data": mean,
            "median of the data": median,
        },
        status=sentence(prediction, total, share["MSE"][4], mean),
    )


def valley(name, losses, center, best, now):
    return curves(
        f"{name} of every constant: lowest at the {center} of the data",
        Curve(name, CONSTANTS, losses, now.slot),
        now,
        x=Axis("constant c", (0, 100)),
        y=Axis(name, (0, HIGHEST[name])),
        at=[(best, center)],
        height=240,
    )


def sentence(prediction, total, share, mean):
    return (
        f"Predicting {prediction:g} costs a mean squared error of {total:.4g}, "
        f"{share:.0%} of it from y₅; the best constant is the mean, {mean:g}."
    )


def best_for_both():
    squared, absolute = best_constants([1, 2, 3, 4, 100])
    return f"MSE {squared:g}, MAE {absolute:g}"


lesson.show(
    FORMULA,
    draw,
    presets=(
        lesson.Preset(
            "No outlier", "Mean and median are both 3", outlier=5.0, prediction=3.0
        ),
        lesson.Preset("Outlier 100", "The mean jumps to 22, the median stays 3"),
        lesson.Preset(
            "Predict the median",
            "MSE 1883 instead of 1522, MAE 20.2 instead of 31.2",
            prediction=3.0,
            loss="MAE",
        ),
    ),
    prediction=lesson.Prediction(
        "The data are 1, 2, 3, 4 and 100. Which constant minimizes the MSE, and which "
        "the MAE?",
        best_for_both,
        choices=("MSE 22, MAE 3", "MSE 3, MAE 22", "MSE 22, MAE 22", "MSE 3, MAE 3"),
        show={"prediction": 22.0},
    ),
    **lesson.words(FORMULA),
)
