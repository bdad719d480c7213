"""Batch normalization: what is shown, computed and proved."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from formulas.checks import Array
from formulas.transformer.layer_norm import batch_norm
from notation.quantities import quantity, slider
from notation.statement import Statement
from pages.transformer.layer_norm.statement import STATEMENT as LAYER_NORM

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

BATCH = ((1.0, 10.0, 1.0), (2.0, 20.0, 4.0), (6.0, 30.0, 3.0), (3.0, 20.0, 4.0))

QUANTITIES = (
    quantity("x", "x", "features of the batch, a row an example", ("n", "d")),
    dataclasses.replace(
        LAYER_NORM.control("scale"), meaning="factor of feature 1, in every example"
    ),
    dataclasses.replace(
        LAYER_NORM.control("shift"),
        meaning="added to every feature of example 1",
    ),
    quantity("mean", r"\mu", "mean of each feature over the batch", ("d",)),
    quantity("variance", r"\sigma^2", "variance of each feature, divided by n", ("d",)),
    quantity(
        "gains", r"\gamma", "learned gain of each feature", ("d",), color_of="gamma"
    ),
    quantity(
        "shifts", r"\beta", "learned shift of each feature", ("d",), color_of="beta"
    ),
    quantity("output", "y", "normalized features in training", ("n", "d")),
    quantity("running_mean", "r", "mean that is remembered", ("d",)),
    quantity("running_var", "s", "variance that is remembered", ("d",)),
    quantity("evaluated", "e", "normalized features in evaluation", ("n", "d")),
    slider(
        "momentum",
        "m",
        "weight of the newest batch in what is remembered",
        0.1,
        low=0.01,
        high=1,
        step=0.01,
    ),
    LAYER_NORM.quantity("eps"),
    dataclasses.replace(LAYER_NORM.control("gamma"), symbol=r"\gamma_j"),
    dataclasses.replace(LAYER_NORM.control("beta"), symbol=r"\beta_j"),
    dataclasses.replace(LAYER_NORM.control("log_eps"), rare=True),
)


def inputs(
    scale: float, shift: float, momentum: float, gamma: float, beta: float, log_eps: int
) -> dict[str, Any]:
    """Scale the first column and shift the first row of the batch."""
    x = np.array(BATCH)
    x[:, 0] *= scale
    x[0] += shift
    return {
        "x": x,
        "gains": np.full(x.shape[1], gamma),
        "shifts": np.full(x.shape[1], beta),
        "momentum": momentum,
        "eps": 10.0**log_eps,
    }


@dataclass(frozen=True)
class Result:
    """The batch as it is normalized in training, and with what is remembered of it."""

    mean: Array
    variance: Array
    running_mean: Array
    running_var: Array
    evaluated: Array
    output: Array


def compute(
    x: Array, gains: Array, shifts: Array, momentum: float, eps: float
) -> Result:
    """Normalize the first batch, and again with the running mean and variance."""
    trained = batch_norm(x, gains, shifts, momentum=momentum, eps=eps)
    running_mean, running_var = trained.running_mean, trained.running_var
    later = batch_norm(
        x, gains, shifts, running_mean, running_var, training=False, eps=eps
    )
    return Result(
        mean=trained.mean,
        variance=trained.var,
        running_mean=running_mean,
        running_var=running_var,
        evaluated=later.output,
        output=trained.output,
    )


def equations() -> tuple[Equation, ...]:
    """Write mean and variance of a column, what is remembered, and both outputs."""
    from sympy import sqrt

    from notation.trees import Equation, arrays, sum_over, symbols, unevaluated

    x, gain, shift, y, e = arrays("x gains shifts output evaluated")
    mu, var, r, s = arrays("mean variance running_mean running_var")
    m, eps, n, i, j = symbols("momentum eps n i j")
    with unevaluated():
        return (
            Equation(mu[j], 1 / n * sum_over(x[i, j], i, 1, n)),
            Equation(var[j], 1 / n * sum_over((x[i, j] - mu[j]) ** 2, i, 1, n)),
            Equation(r[j], (1 - m) * 0 + m * mu[j]),
            Equation(s[j], (1 - m) * 1 + m * (n / (n - 1)) * var[j]),
            Equation(
                e[i, j], gain[j] * ((x[i, j] - r[j]) / sqrt(s[j] + eps)) + shift[j]
            ),
            Equation(
                y[i, j], gain[j] * ((x[i, j] - mu[j]) / sqrt(var[j] + eps)) + shift[j]
            ),
        )


def identities() -> tuple[Identity, ...]:
    """Write what disappears from a column, and how examples answer to each other."""
    from sympy import Derivative, sqrt

    from notation.trees import Identity, symbols

    a, b, eps = symbols("a b epsilon", positive=True)
    x = symbols("x_1 x_2 x_3", positive=True)

    def normal(values: Any, eps: Any) -> Any:
        mean = sum(values) / 3
        root = sqrt(sum((v - mean) ** 2 for v in values) / 3 + eps)
        return [(v - mean) / root for v in values], root

    hats, root = normal(x, eps)
    return (
        Identity(
            "Without ε, unit and zero point of a feature disappear.",
            normal([a * v + b for v in x], 0)[0][0],
            normal(x, 0)[0][0],
            r"\mathrm{BN}(a x_{\cdot j} + b) = \mathrm{BN}(x_{\cdot j}) "
            r"\quad (a > 0,\ \varepsilon = 0)",
        ),
        Identity(
            "An example moves every other one through mean and variance of the batch.",
            Derivative(hats[0], x[1]),
            -(1 + hats[0] * hats[1]) / (3 * root),
            r"\frac{\partial \hat x_{ij}}{\partial x_{kj}} = "
            r"-\frac{1 + \hat x_{ij} \hat x_{kj}}{n \sqrt{\sigma_j^2 + \varepsilon}}"
            r"\quad (i \neq k)",
        ),
    )


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=(
        r"\mathrm{BN}(<x>)_{ij} = <gains>_j \frac{<x>_{ij} - <mean>_j}"
        r"{\sqrt{<variance>_j + <eps>}} + <shifts>_j, \quad "
        r"<mean>_j = \frac{1}{n} \sum_{i=1}^{n} <x>_{ij}"
    ),
)
