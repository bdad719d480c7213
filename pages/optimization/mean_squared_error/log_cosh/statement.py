"""Log-cosh loss: what is shown, computed and proved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from formulas.checks import Array
from formulas.optimization.mean_squared_error import log_cosh
from notation.quantities import quantity, slider
from notation.statement import Statement
from pages.optimization.mean_squared_error.huber.statement import STATEMENT as HUBER
from pages.optimization.mean_squared_error.statement import FIXED_TARGETS

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

QUANTITIES = (
    HUBER.quantity("y_true"),
    HUBER.quantity("y_pred"),
    HUBER.control("prediction"),
    HUBER.control("outlier"),
    HUBER.quantity("errors"),
    slider(
        "unit",
        "s",
        "unit in which errors are measured",
        10.0,
        low=0.5,
        high=100,
        scale="log",
        step=0.05,
    ),
    HUBER.quantity("losses"),
    quantity("slopes", "g", "slope of each example’s loss", ("n",)),
    quantity("mean_loss", "L", "mean log-cosh loss"),
)


def inputs(prediction: float, outlier: float, unit: float) -> dict[str, Any]:
    """Predict the same constant for four fixed targets and one that may stray."""
    y = np.array([*FIXED_TARGETS, outlier])
    return {"y_true": y, "y_pred": np.full(len(y), prediction), "unit": unit}


@dataclass(frozen=True)
class Result:
    """The errors, their losses and slopes, and the mean loss."""

    errors: Array
    losses: Array
    slopes: Array
    mean_loss: float


def compute(y_true: Array, y_pred: Array, unit: float) -> Result:
    """Score the predictions."""
    losses = unit**2 * np.asarray(
        log_cosh(y_true / unit, y_pred / unit, reduction="none")
    )
    errors = y_pred - y_true
    return Result(
        errors=errors,
        losses=losses,
        slopes=unit * np.tanh(errors / unit),
        mean_loss=float(losses.mean()),
    )


def equations() -> tuple[Equation, ...]:
    """Write the errors, their losses and slopes, and the mean loss."""
    from sympy import cosh, log, tanh

    from notation.trees import Equation, arrays, sum_over, symbols, unevaluated

    y, prediction, r, loss, slope = arrays("y_true y_pred errors losses slopes")
    L, s, n, i = symbols("mean_loss unit n i")
    with unevaluated():
        return (
            Equation(r[i], prediction[i] - y[i]),
            Equation(loss[i], s**2 * log(cosh(r[i] / s))),
            Equation(slope[i], s * tanh(r[i] / s)),
            Equation(L, 1 / n * sum_over(loss[i], i, 1, n)),
        )


def identities() -> tuple[Identity, ...]:
    """Write the slope, the curvature, and the form that does not overflow."""
    from sympy import Derivative, cosh, exp, log, tanh

    from notation.trees import Identity, symbols

    r, s = symbols("r s", positive=True)
    loss = s**2 * log(cosh(r / s))
    return (
        Identity(
            "The slope is the error, bent so that it ends at ±s.",
            Derivative(loss, r),
            s * tanh(r / s),
            r"\frac{d\ell}{dr} = s \tanh \frac{r}{s}",
        ),
        Identity(
            "The curvature fades smoothly, where that of the Huber loss jumps to 0.",
            Derivative(loss, (r, 2)),
            1 - tanh(r / s) ** 2,
            r"\frac{d^2\ell}{dr^2} = 1 - \tanh^2 \frac{r}{s}",
        ),
        Identity(
            "Large errors count in proportion; this form does not overflow.",
            log(cosh(r)),
            r + log(1 + exp(-2 * r)) - log(2),
            r"\log \cosh r = |r| + \log\left(1 + e^{-2 |r|}\right) - \log 2",
        ),
    )


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=(
        r"<losses>_i = <unit>^2 \log \cosh \frac{<errors>_i}{<unit>}, \quad "
        r"<errors>_i = <y_pred>_i - <y_true>_i"
    ),
    main_result="mean_loss",
)
