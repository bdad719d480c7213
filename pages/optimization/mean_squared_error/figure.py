"""Mean squared error: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import ArrayLike

from charts import (
    Axis,
    Bars,
    Curve,
    Figure,
    Handle,
    Mark,
    Outline,
    Points,
    Scene,
    Squares,
    bars,
    curves,
    draggable,
    plane,
)
from formulas.checks import Array
from formulas.optimization.mean_squared_error import constant_predictor_curve
from notation.numbers import number_text, share_text
from pages.optimization.mean_squared_error.statement import (
    STATEMENT,
    Result,
    best_constants,
)

NAMES = [f"y{k}" for k in "₁₂₃₄₅"]
PLACES = 25.0 * np.arange(len(NAMES))
LEFT, RIGHT = -5.0, 205.0  # of the line of the prediction
CONSTANTS = np.linspace(0, 100, 101)
HIGHEST = {"MSE": 10000, "MAE": 100}

CONSTANT_COLOR, DATA_COLOR = STATEMENT.color_indices("prediction", "y_true")
LOSS_COLOR = {
    "MSE": STATEMENT.color_index("mse"),
    "MAE": STATEMENT.color_index("mae"),
}


def draw(
    result: Result, *, y_true: Array, y_pred: Array, prediction: float, loss: str
) -> Scene:
    """Draw the errors, both losses of every constant, and what each example causes."""
    mean, median = best_constants(y_true)
    squared, absolute = _curves(tuple(y_true.tolist()))
    shares = {name: _loss_shares(y_true, y_pred, name) for name in LOSS_COLOR}
    return Scene(
        _errors(y_true, prediction, loss, shares[loss]),
        _valley("MSE", squared, prediction, result.mse, "mean", mean),
        _valley("MAE", absolute, prediction, result.mae, "median", median),
        _shares(shares),
        readouts={
            "mse": result.mse,
            "rmse": result.rmse,
            "mae": result.mae,
            "mean of the data": mean,
            "median of the data": median,
            "fraction of the MAE from y₅": shares["MAE"][-1],
        },
        status=sentence(result, prediction, loss, shares[loss][-1], mean, median),
    )


@functools.lru_cache(maxsize=8)
def _curves(targets: tuple[float, ...]) -> tuple[Array, Array]:
    return constant_predictor_curve(targets, CONSTANTS)


def _loss_shares(y_true: ArrayLike, y_pred: ArrayLike, loss: str) -> Array:
    """Return how much of the total loss each entry causes; zeros if there is none."""
    errors = np.abs(np.subtract(y_pred, y_true))
    terms = errors**2 if loss == "MSE" else errors
    shares: Array = terms / (terms.sum() or 1.0)
    return shares


def _errors(y_true: Array, prediction: float, loss: str, shares: Array) -> Figure:
    points = np.stack([PLACES, y_true], axis=1)
    level = [(LEFT, prediction), (RIGHT, prediction)]
    last = f"{NAMES[-1]}: {share_text(shares[-1])}"
    texts = [""] * (len(NAMES) - 1) + [last]
    picture = plane(
        "Errors of the prediction, and the fraction of the loss from y₅",
        Squares("errors", points, prediction, LOSS_COLOR[loss], flat=loss == "MAE"),
        Outline("prediction c", level, CONSTANT_COLOR, dash=1),
        Points("data", points, DATA_COLOR, texts=texts),
        extent=((-10, 206), (-12, 114)),
        x=f"{NAMES[0]} to {NAMES[-1]}, from left to right",
        y="value",
    )
    return draggable(
        picture,
        Handle(at=(RIGHT, prediction), title="Drag the prediction", y="prediction"),
        Handle(at=tuple(points[-1]), title="Drag y₅", y="outlier"),
    )


def _valley(
    loss: str, losses: Array, prediction: float, now: float, center: str, best: float
) -> Figure:
    color = LOSS_COLOR[loss]
    return curves(
        f"{loss} of every constant: lowest at the {center}",
        Curve(loss, CONSTANTS, losses, color),
        Mark(prediction, now, "", color),
        x=Axis("constant c", (0, 100)),
        y=Axis(loss, (0, HIGHEST[loss])),
        at=[(best, center)],
        height=240,
    )


def _shares(shares: dict[str, Array]) -> Figure:
    percent = {loss: np.round(100 * share) for loss, share in shares.items()}
    return bars(
        "Percent of the loss from each example",
        NAMES,
        Bars("of the squared loss", percent["MSE"], LOSS_COLOR["MSE"]),
        Bars("of the absolute loss", percent["MAE"], LOSS_COLOR["MAE"]),
        y=Axis("percent", (0, 115)),
        height=240,
    )


def sentence(
    result: Result,
    prediction: float,
    loss: str,
    share: float,
    mean: float,
    median: float,
) -> str:
    """Say what the constant costs, how much of it y₅ causes, and which one is best."""
    if loss == "MSE":
        error, cost, center, best = "squared", result.mse, "mean", mean
    else:
        error, cost, center, best = "absolute", result.mae, "median", median
    return (
        f"Predicting {number_text(prediction)} gives a mean {error} error of "
        f"{number_text(cost)}, {share_text(share)} of it from y₅; "
        f"the best constant is the {center}, {number_text(best)}."
    )
