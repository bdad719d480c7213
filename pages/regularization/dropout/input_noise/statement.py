"""Dropout on inputs: what is shown, computed and proved."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from formulas.checks import Array
from formulas.regularization.dropout import dropout_ridge
from notation.quantities import quantity, slider
from notation.statement import Statement
from pages.regression.linear_regression.ridge.statement import STATEMENT as RIDGE
from pages.regression.linear_regression.ridge.statement import points
from pages.regularization.dropout.statement import STATEMENT as DROPOUT

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

NOISE = 1.0  # standard deviation, in the response
MOST_COPIES = 500

QUANTITIES = (
    quantity("X", "X", "two inputs of mean 0", ("n", 2)),
    quantity("y", "y", "response", ("n",)),
    dataclasses.replace(
        DROPOUT.control("p"), meaning="probability of dropping an entry of X"
    ),
    quantity("weight", r"\lambda", "weight of the penalty"),
    quantity("gram", "S", "products of the inputs, summed over the points", ("2", "2")),
    quantity("moments", "g", "products of input and response, summed", ("2",)),
    quantity("beta_1", r"\hat\beta_1", "first slope"),
    quantity("beta_2", r"\hat\beta_2", "second slope"),
    dataclasses.replace(
        RIDGE.control("correlation"), meaning="correlation of the two inputs"
    ),
    slider(
        "unit",
        "c",
        "factor of the second input: another unit",
        1.0,
        choices=(0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0),
    ),
    slider(
        "copies",
        "m",
        "noisy copies of the points",
        30,
        low=1,
        high=MOST_COPIES,
        step=1,
    ),
    DROPOUT.control("seed"),
)


def inputs(p: float, correlation: float, unit: float) -> dict[str, Any]:
    """Measure the second input in another unit."""
    X, y = points(correlation, NOISE)
    return {"X": X * (1.0, unit), "y": y, "p": p}


@dataclass(frozen=True)
class Result:
    """Least squares on inputs of which some are dropped, averaged over all masks."""

    weight: float
    gram: Array
    moments: Array
    beta_1: float
    beta_2: float


def compute(X: Array, y: Array, p: float) -> Result:
    """Fit two slopes."""
    first, second = dropout_ridge(X, y, p).tolist()
    return Result(
        weight=p / (1 - p),
        gram=X.T @ X,
        moments=X.T @ y,
        beta_1=first,
        beta_2=second,
    )


def equations() -> tuple[Equation, ...]:
    """Write the products, the weight of the penalty, and both slopes."""
    from notation.trees import Equation, arrays, sum_over, symbols, unevaluated

    X, y, S, g = arrays("X y gram moments")
    n, i, j, k, p, weight = symbols("n i j k p weight")
    b1, b2 = symbols("beta_1 beta_2")
    with unevaluated():
        first, second = (S[j, j] + weight * S[j, j] for j in (1, 2))
        det = first * second - S[1, 2] ** 2
        return (
            Equation(S[j, k], sum_over(X[i, j] * X[i, k], i, 1, n)),
            Equation(g[j], sum_over(X[i, j] * y[i], i, 1, n)),
            Equation(weight, p / (1 - p)),
            Equation(b2, (first * g[2] - S[1, 2] * g[1]) / det),
            Equation(b1, (second * g[1] - S[1, 2] * g[2]) / det),
        )


def identities() -> tuple[Identity, ...]:
    """Write the average over masks of a squared error, and one input alone."""
    from notation.trees import Identity, symbols

    p, x, y, b = symbols("p x y beta", positive=True)
    kept = x / (1 - p)
    s, g = symbols("S g", positive=True)
    return (
        Identity(
            "Over both outcomes for an entry its squared error is the plain one and a "
            "penalty.",
            (1 - p) * (y - kept * b) ** 2 + p * y**2,
            (y - x * b) ** 2 + p / (1 - p) * x**2 * b**2,
            r"\mathbb{E}\left(y - \tfrac{m}{1 - p} x \beta\right)^2 = (y - x \beta)^2 + "
            r"\frac{p}{1 - p} x^2 \beta^2",
        ),
        Identity(
            "Of an input's slope 1 − p is left where no other input is like it.",
            g / (s + p / (1 - p) * s),
            (1 - p) * (g / s),
            r"\frac{g}{S + \frac{p}{1 - p} S} = (1 - p) \frac{g}{S}",
        ),
    )


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=(
        r"\hat\beta = \left(<X>^\top <X> + <weight>\, \mathrm{diag}(<X>^\top <X>)"
        r"\right)^{-1} <X>^\top <y>, \quad <weight> = \frac{<p>}{1 - <p>}"
    ),
    main_result="beta_1",
)
