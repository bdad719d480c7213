"""Mean squared error: what is shown, computed and proved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from formulas.checks import Array
from formulas.optimization.mean_squared_error import mae, mse, rmse
from notation.own_numbers import own_numbers
from notation.quantities import option, quantity, slider
from notation.statement import Statement

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

FIXED_TARGETS = (1.0, 2.0, 3.0, 4.0)

OWN = own_numbers(
    "your own values",
    "12, 15, 14, 18, 13, 60",
    low=-1000,
    high=1000,
    replaces=("outlier",),
)

QUANTITIES = (
    quantity("y_true", "y", "true value of each example", ("n",), color_of="outlier"),
    quantity(
        "y_pred",
        r"\hat{y}",
        "prediction for each example",
        ("n",),
        color_of="prediction",
    ),
    slider(
        "prediction",
        "c",
        "constant predicted for every example, ŷᵢ = c",
        10.0,
        low=0,
        high=100,
        step=0.5,
    ),
    slider(
        "outlier",
        "y_5",
        "value of the fifth example",
        100.0,
        low=0,
        high=100,
        step=1,
    ),
    option(
        "loss",
        r"\text{loss}",
        "loss that formula, picture and sentence show",
        "MSE",
        choices=("MSE", "MAE"),
    ),
    quantity("mse", r"\mathrm{MSE}", "mean squared error"),
    quantity(
        "rmse", r"\mathrm{RMSE}", "root mean squared error, in the unit of the data"
    ),
    quantity("mae", r"\mathrm{MAE}", "mean absolute error"),
    OWN,
)


def inputs(prediction: float, outlier: float, own: str) -> dict[str, Any]:
    """Predict one constant for four fixed targets and one that may stray, or the reader's."""
    y = OWN.numbers(own)
    if y is None:
        y = np.array([*FIXED_TARGETS, outlier])
    return {"y_true": y, "y_pred": np.full(len(y), prediction)}


@dataclass(frozen=True)
class Result:
    """The mean of the squared errors, its root, and the mean of the absolute errors.

    Attributes
    ----------
    squared : bool
        False where the errors are averaged as they are.
    """

    mse: float
    rmse: float
    mae: float
    squared: bool = True


def compute(y_true: Array, y_pred: Array) -> Result:
    """Score the predictions three ways."""
    return Result(
        mse=float(mse(y_true, y_pred)),
        rmse=rmse(y_true, y_pred),
        mae=mae(y_true, y_pred),
    )


def best_constants(y: ArrayLike) -> tuple[float, float]:
    """Return the constants with the smallest mean squared and mean absolute error.

    With an even number of targets any constant between the two middle ones has the same
    absolute error as their median.
    """
    targets = np.asarray(y, dtype=float)
    return float(targets.mean()), float(np.median(targets))


def equations() -> tuple[Equation, ...]:
    """Write the three scores."""
    from sympy import Abs, sqrt

    from notation.trees import Equation, arrays, sum_over, symbols, unevaluated

    y, prediction = arrays("y_true y_pred")
    mse, rmse, mae, n, i = symbols("mse rmse mae n i")
    with unevaluated():
        error = prediction[i] - y[i]
        return (
            Equation(mse, 1 / n * sum_over(error**2, i, 1, n)),
            Equation(rmse, sqrt(mse)),
            Equation(mae, 1 / n * sum_over(Abs(error), i, 1, n)),
        )


def identities() -> tuple[Identity, ...]:
    """Write slope and curvature, and what a constant beside the mean costs."""
    from sympy import Derivative, Rational

    from notation.trees import Identity, symbols

    y = symbols("y_1:4", positive=True)
    prediction = symbols("p_1:4", positive=True)
    c = symbols("c", positive=True)
    third = Rational(1, 3)
    loss = third * sum((p - t) ** 2 for p, t in zip(prediction, y, strict=True))
    constant = third * sum((c - t) ** 2 for t in y)
    mean = third * sum(y)
    spread = third * sum((t - mean) ** 2 for t in y)
    return (
        Identity(
            "The derivative with respect to a prediction is proportional to its error.",
            Derivative(loss, prediction[0]),
            2 * third * (prediction[0] - y[0]),
            r"\frac{\partial\, \mathrm{MSE}}{\partial \hat{y}_j} = "
            r"\frac{2}{n} (\hat{y}_j - y_j)",
        ),
        Identity(
            "The second derivative is the same positive number everywhere, so there is only "
            "one minimum.",
            Derivative(loss, (prediction[0], 2)),
            2 * third,
            r"\frac{\partial^2 \mathrm{MSE}}{\partial \hat{y}_j^2} = \frac{2}{n}",
        ),
        Identity(
            "The MSE of a constant c is the variance plus its squared distance from the mean, "
            "so the mean is the best constant.",
            constant,
            (c - mean) ** 2 + spread,
            r"\frac{1}{n} \sum_i (c - y_i)^2 = (c - \bar y)^2 + "
            r"\frac{1}{n} \sum_i (y_i - \bar y)^2",
        ),
    )


def line_result(loss: str) -> str:
    """Name the loss that the picture shows."""
    return "mse" if loss == "MSE" else "mae"


def headline_at(loss: str) -> str:
    """Write the absolute loss, where the picture shows that one."""
    return "" if loss == "MSE" else "<mae> = <right mae>"


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline="<mse> = <right>",
    headline_at=headline_at,
    main_result="mse",
    line_result=line_result,
)
