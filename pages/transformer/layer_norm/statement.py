"""Layer normalization: what is shown, computed and proved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from formulas.checks import Array
from formulas.transformer.layer_norm import layer_norm, layer_norm_stats
from notation.own_numbers import differing, own_numbers
from notation.quantities import option, quantity, slider
from notation.statement import Statement

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

PATTERNS = {"1, 2, 3, 4": (1.0, 2.0, 3.0, 4.0), "0, 0, 0, 8": (0.0, 0.0, 0.0, 8.0)}
OWN = own_numbers(
    "your own features of one token",
    "0.2, -1.3, 2.5, 0.7, -0.4, 1.1",
    low=-100,
    high=100,
    replaces=("pattern",),
    check=differing("the features"),
)

QUANTITIES = (
    quantity("x", "x", "features of one token", ("d",)),
    option(
        "pattern",
        r"\text{pattern}",
        "features before scale and shift",
        "1, 2, 3, 4",
        choices=tuple(PATTERNS),
    ),
    slider(
        "scale",
        "a",
        "factor of the input",
        1.0,
        low=0.0001,
        high=100,
        step=0.05,
        scale="log",
    ),
    replace(
        slider("shift", "b", "added to every input", 0.0, low=-100, high=100, step=2),
        color_of="scale",  # both change the input
    ),
    quantity("mean", r"\mu", "mean of the features"),
    quantity("variance", r"\sigma^2", "variance of the features, divided by d"),
    slider(
        "log_eps",
        r"\log_{10} \varepsilon",
        "power of ten of ε",
        -5,
        low=-12,
        high=-1,
        step=1,
    ),
    quantity("output", "y", "normalized features", ("d",)),
    quantity(
        "gains", r"\gamma", "learned gain of each feature", ("d",), color_of="gamma"
    ),
    slider(
        "gamma",
        r"\gamma_i",
        "gain of each feature, here the same for all",
        1.0,
        low=-3,
        high=3,
        step=0.1,
    ),
    quantity(
        "shifts", r"\beta", "learned shift of each feature", ("d",), color_of="beta"
    ),
    slider(
        "beta",
        r"\beta_i",
        "shift of each feature, here the same for all",
        0.0,
        low=-3,
        high=3,
        step=0.1,
    ),
    quantity(
        "eps",
        r"\varepsilon",
        "small number that keeps a division finite",
        color_of="log_eps",
    ),
    OWN,
)


def inputs(
    pattern: str,
    scale: float,
    shift: float,
    gamma: float,
    beta: float,
    log_eps: int,
    own: str,
) -> dict[str, Any]:
    """Scale and shift the token; give every feature the same gain and shift."""
    features = features_of(pattern, own)
    return {
        "x": scale * np.array(features) + shift,
        "gains": np.full(len(features), gamma),
        "shifts": np.full(len(features), beta),
        "eps": 10.0**log_eps,
        "centered": True,
    }


def features_of(pattern: str, own: str) -> tuple[float, ...]:
    """Return the features before scale and shift: the pattern, or the reader's."""
    features = OWN.numbers(own)
    return PATTERNS[pattern] if features is None else tuple(features.tolist())


@dataclass(frozen=True)
class Result:
    """Mean and variance of the features, and the features without them."""

    mean: float
    variance: float
    output: Array


def compute(x: Array, gains: Array, shifts: Array, eps: float) -> Result:
    """Measure one token and normalize it."""
    mean, variance = layer_norm_stats(x)
    output = layer_norm(x, gains, shifts, eps=eps)
    return Result(mean=float(mean), variance=float(variance), output=output)


def equations() -> tuple[Equation, ...]:
    """Write mean, variance and one normalized feature."""
    from sympy import sqrt

    from notation.trees import Equation, arrays, sum_over, symbols, unevaluated

    x, gain, shift, y = arrays("x gains shifts output")
    mu, var, eps, d, i, j = symbols("mean variance eps d i j")
    with unevaluated():
        return (
            Equation(mu, 1 / d * sum_over(x[j], j, 1, d)),
            Equation(var, 1 / d * sum_over((x[j] - mu) ** 2, j, 1, d)),
            Equation(y[i], gain[i] * ((x[i] - mu) / sqrt(var + eps)) + shift[i]),
        )


def identities() -> tuple[Identity, ...]:
    """Write what disappears, and how the features answer to each other."""
    from sympy import Derivative, sqrt

    from notation.trees import Identity, symbols

    eps, a, b = symbols("epsilon a b", positive=True)
    x = symbols("x_1 x_2 x_3", positive=True)

    def normal(values: Sequence[Any], eps: Any) -> tuple[list[Any], Any]:
        mean = sum(values) / 3
        var = sum((v - mean) ** 2 for v in values) / 3
        return [(v - mean) / sqrt(var + eps) for v in values], sqrt(var + eps)

    hats, root = normal(x, eps)
    plain, _ = normal(x, 0)
    moved, _ = normal([a * v + b for v in x], 0)
    mean = sum(x) / 3
    return (
        Identity(
            "Without ε, scale and shift of the input disappear.",
            moved[0],
            plain[0],
            r"\mathrm{LN}(a x + b) = \mathrm{LN}(x) \quad (a > 0,\ \varepsilon = 0)",
        ),
        Identity(
            "The variance is the mean square minus the squared mean; computed that way it "
            "loses its digits where the mean is large.",
            sum((v - mean) ** 2 for v in x) / 3,
            sum(v**2 for v in x) / 3 - mean**2,
            r"\frac{1}{d} \sum_j (x_j - \mu)^2 = \frac{1}{d} \sum_j x_j^2 - \mu^2",
        ),
        Identity(
            "A feature moves its own normalized value ...",
            Derivative(hats[0], x[0]),
            (1 - (1 + hats[0] ** 2) / 3) / root,
            r"\frac{\partial \hat x_i}{\partial x_i} = "
            r"\frac{1 - (1 + \hat x_i^2) / d}{\sqrt{\sigma^2 + \varepsilon}}",
        ),
        Identity(
            "... and, through mean and variance, every other one.",
            Derivative(hats[0], x[1]),
            -(1 + hats[0] * hats[1]) / (3 * root),
            r"\frac{\partial \hat x_i}{\partial x_j} = "
            r"-\frac{1 + \hat x_i \hat x_j}{d \sqrt{\sigma^2 + \varepsilon}}"
            r"\quad (i \neq j)",
        ),
    )


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=(
        r"\mathrm{LN}(<x>)_i = <gains>_i \frac{<x>_i - <mean>}"
        r"{\sqrt{<variance> + <eps>}} + <shifts>_i"
    ),
)
