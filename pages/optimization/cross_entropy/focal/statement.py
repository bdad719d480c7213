"""Focal loss: what is shown, computed and proved."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from formulas.checks import Array
from formulas.optimization.cross_entropy import focal_loss
from notation.quantities import quantity, slider
from notation.statement import Statement
from pages.optimization.cross_entropy.statement import STATEMENT as CROSS_ENTROPY

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

QUANTITIES = (
    quantity("focal", "L", "focal loss of one example", unit="nats"),
    slider(
        "alpha",
        r"\alpha",
        "weight of the example’s class",
        1.0,
        low=0.05,
        high=1,
        step=0.05,
    ),
    dataclasses.replace(CROSS_ENTROPY.control("probability"), symbol="p", default=0.9),
    slider(
        "gamma",
        r"\gamma",
        "how fast well-predicted examples stop counting",
        2.0,
        low=0,
        high=5,
        step=0.1,
    ),
    slider("many", "N", "examples at p, beside one at 0.1", 100, low=1, high=1000),
    quantity("logits", "z", "logits of the other and of the true class", (2,)),
    quantity("cross", "H", "cross-entropy of the example", unit="nats"),
    quantity("slope", r"\frac{dL}{dz_2}", "derivative by the true class’s logit"),
)


def inputs(probability: float, gamma: float, alpha: float) -> dict[str, Any]:
    """Take two classes, of which the second is the true one."""
    return {
        "logits": np.array([0.0, math.log(probability / (1 - probability))]),
        "probability": probability,
        "gamma": gamma,
        "alpha": alpha,
    }


@dataclass(frozen=True)
class Result:
    """The cross-entropy of the example, its focal loss, and its derivative."""

    cross: float
    focal: float
    slope: float


def compute(logits: Array, probability: float, gamma: float, alpha: float) -> Result:
    """Score one example, plainly and with less weight for what is known already."""
    weights = [1.0, alpha]
    p, missing = probability, 1 - probability
    along = gamma * p * math.log(p) - missing
    return Result(
        cross=float(focal_loss(1, logits, gamma=0.0)),
        focal=float(focal_loss(1, logits, gamma=gamma, alpha=weights)),
        slope=alpha * missing**gamma * along,
    )


def equations() -> tuple[Equation, ...]:
    """Write the cross-entropy, the focal loss and its derivative."""
    from sympy import exp, log

    from notation.trees import Equation, arrays, symbols, unevaluated

    (z,) = arrays("logits")
    p, gamma, alpha = symbols("probability gamma alpha")
    cross, focal, slope = symbols("cross focal slope")
    with unevaluated():
        return (
            Equation(cross, log(1 + exp(z[1] - z[2]))),
            Equation(slope, alpha * (1 - p) ** gamma * (gamma * p * log(p) - (1 - p))),
            Equation(focal, -alpha * (1 - p) ** gamma * log(p)),
        )


def identities() -> tuple[Identity, ...]:
    """Write the derivative, and what is left at some probabilities."""
    from sympy import Derivative, Rational, exp, log

    from notation.trees import Identity, symbols

    z, gamma, p = symbols("z gamma p", positive=True)
    share = 1 / (1 + exp(-z))
    nine = Rational(9, 10)
    return (
        Identity(
            "The derivative with respect to the logit has a part of its own from the factor.",
            Derivative(-((1 - share) ** gamma) * log(share), z),
            (1 - share) ** gamma * (gamma * share * log(share) - (1 - share)),
            r"\frac{dL}{dz} = (1 - p)^\gamma \left(\gamma p \log p - (1 - p)\right)",
        ),
        Identity(
            "With γ = 0 the cross-entropy is left.",
            -((1 - p) ** 0) * log(p),
            -log(p),
            r"L_{\gamma = 0} = -\log p",
        ),
        Identity(
            "At p = 0.9 and γ = 2 a hundredth of the cross-entropy is left.",
            -((1 - nine) ** 2) * log(nine),
            -Rational(1, 100) * log(nine),
            r"(1 - 0.9)^2 = 0.01",
        ),
    )


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=r"<focal> = -<alpha>\, (1 - <probability>)^{<gamma>} \log <probability>",
    main_result="focal",
)
