"""Huber loss: what is shown, computed and proved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from formulas.checks import Array
from formulas.optimization.mean_squared_error import huber
from notation.quantities import quantity, slider
from notation.statement import Statement
from pages.optimization.mean_squared_error.statement import FIXED_TARGETS
from pages.optimization.mean_squared_error.statement import STATEMENT as MSE

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

QUANTITIES = (
    MSE.quantity("y_true"),
    MSE.quantity("y_pred"),
    MSE.control("prediction"),
    MSE.control("outlier"),
    quantity("errors", "r", "error of each prediction", ("n",)),
    slider(
        "delta",
        r"\delta",
        "error from which on the loss is a straight line",
        20.0,
        low=0.5,
        high=100,
        scale="log",
        step=0.05,
    ),
    quantity("losses", r"\ell", "loss of each example", ("n",)),
    quantity("slopes", "g", "slope of each example’s loss: the error, clipped", ("n",)),
    quantity("huber", "L", "mean Huber loss"),
)


def inputs(prediction: float, outlier: float, delta: float) -> dict[str, Any]:
    """Predict the same constant for four fixed targets and one that may stray."""
    y = np.array([*FIXED_TARGETS, outlier])
    return {"y_true": y, "y_pred": np.full(len(y), prediction), "delta": delta}


@dataclass(frozen=True)
class Result:
    """The errors, their losses and slopes, and the mean loss."""

    errors: Array
    losses: Array
    slopes: Array
    huber: float


def compute(y_true: Array, y_pred: Array, delta: float) -> Result:
    """Score the predictions."""
    errors = y_pred - y_true
    losses = np.asarray(huber(y_true, y_pred, delta=delta, reduction="none"))
    return Result(
        errors=errors,
        losses=losses,
        slopes=errors.clip(-delta, delta),
        huber=float(losses.mean()),
    )


def equations() -> tuple[Equation, ...]:
    """Write the errors, their losses and slopes, and the mean loss."""
    from sympy import Abs, Piecewise, Rational

    from notation.trees import Equation, arrays, sum_over, symbols, unevaluated

    y, prediction, r, loss, slope = arrays("y_true y_pred errors losses slopes")
    L, delta, n, i = symbols("huber delta n i")
    with unevaluated():
        line = delta * (Abs(r[i]) - delta / 2)
        parabola = Rational(1, 2) * r[i] ** 2
        return (
            Equation(r[i], prediction[i] - y[i]),
            Equation(loss[i], Piecewise((parabola, Abs(r[i]) <= delta), (line, True))),
            Equation(
                slope[i],
                Piecewise((-delta, r[i] < -delta), (delta, r[i] > delta), (r[i], True)),
            ),
            Equation(L, 1 / n * sum_over(loss[i], i, 1, n)),
        )


def identities() -> tuple[Identity, ...]:
    """Write both slopes, and that the pieces meet without a kink."""
    from sympy import Derivative, Rational

    from notation.trees import Identity, symbols

    r, delta = symbols("r delta", positive=True)
    line = delta * (r - delta / 2)
    half = Rational(1, 2)
    return (
        Identity(
            "The slope of the parabola is the error.",
            Derivative(half * r**2, r),
            r,
            r"\frac{d}{dr} \frac{r^2}{2} = r",
        ),
        Identity(
            "The slope of the line is δ, however large the error.",
            Derivative(line, r),
            delta,
            r"\frac{d}{dr}\, \delta \left(|r| - \frac{\delta}{2}\right) = "
            r"\delta\, \operatorname{sign} r",
        ),
        Identity(
            "Line and parabola differ by a square, so they touch at δ.",
            half * r**2 - line,
            half * (r - delta) ** 2,
            r"\frac{r^2}{2} - \delta \left(|r| - \frac{\delta}{2}\right) = "
            r"\frac{(|r| - \delta)^2}{2}",
        ),
    )


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=(
        r"<losses>_i = \begin{cases} \frac12 <errors>_i^2 & |<errors>_i| \le <delta> \\ "
        r"<delta> \left(|<errors>_i| - \frac12 <delta>\right) & \text{beyond} "
        r"\end{cases}, \quad <errors>_i = <y_pred>_i - <y_true>_i"
    ),
    main_result="huber",
)
