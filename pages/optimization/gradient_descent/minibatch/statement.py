"""Minibatches: what is shown, computed and proved."""

from __future__ import annotations

import dataclasses
import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from formulas.checks import Array
from formulas.optimization.gradient_descent import descent_step
from formulas.optimization.minibatch import draw_batches, minibatch_path
from notation.quantities import quantity, slider
from notation.statement import Statement
from pages.optimization.gradient_descent.statement import STATEMENT as GRADIENT_DESCENT

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

# Each pulls at the parameters; their mean is (2, −1).
EXAMPLES = np.array(
    [
        (1.0, -3.2),
        (2.3, 0.5),
        (5.7, -0.2),
        (1.6, -2.1),
        (4.8, 3.1),
        (3.6, -3.0),
        (0.6, 3.0),
        (3.4, -4.1),
        (2.7, -2.9),
        (1.4, -1.4),
        (1.2, 0.8),
        (2.8, -1.7),
        (3.9, 1.4),
        (-1.1, -1.0),
        (0.5, -0.8),
        (-0.2, -0.4),
        (2.8, -1.1),
        (0.3, -1.2),
        (0.2, -3.3),
        (3.5, -2.8),
        (5.8, 1.1),
        (-2.0, 0.2),
        (0.2, -0.3),
        (3.0, -4.6),
    ]
)
START = (-6.0, 5.0)

QUANTITIES = (
    GRADIENT_DESCENT.quantity("updated"),
    GRADIENT_DESCENT.quantity("theta"),
    slider("rate", r"\eta", "learning rate", 0.3, low=0.05, high=1, step=0.05),
    slider("size", "B", "examples in a batch", 4, low=1, high=64, step=1),
    quantity("batch", "x", "examples of this step’s batch", ("B", "d")),
    quantity("gradient", r"\hat g", "gradient of the batch’s loss", ("d",)),
    dataclasses.replace(GRADIENT_DESCENT.control("n_steps"), default=30),
    slider(
        "seed",
        r"\text{seed}",
        "seed of the batches that are drawn",
        0,
        low=0,
        high=20,
        step=1,
        rare=True,
    ),
)
MOST = int(GRADIENT_DESCENT.control("n_steps").high)


def inputs(rate: float, size: int, n_steps: int, seed: int) -> dict[str, Any]:
    """Stand before the last of the steps that are shown."""
    path = whole_path(rate, size, seed)[:n_steps]
    return {
        "theta": path[-1],
        "batch": EXAMPLES[
            draw_batches(len(EXAMPLES), size, MOST, rng=seed)[n_steps - 1]
        ],
        "rate": rate,
        "size": size,
        "path": path,
    }


@functools.lru_cache(maxsize=128)
def whole_path(rate: float, size: int, seed: int) -> Array:
    """Walk as far as the slider of the steps goes."""
    batches = draw_batches(len(EXAMPLES), size, MOST, rng=seed)
    path = minibatch_path(EXAMPLES, START, batches, lr=rate)
    path.setflags(write=False)
    return path


@dataclass(frozen=True)
class Result:
    """The gradient of one batch, and the step along it."""

    gradient: Array
    updated: Array


def compute(theta: Array, batch: Array, rate: float) -> Result:
    """Take one step along the mean gradient of the batch."""
    gradient = (theta - batch).mean(axis=0)
    updated, _ = descent_step(theta, gradient, np.zeros_like(theta), lr=rate)
    return Result(gradient=gradient, updated=updated)


def equations() -> tuple[Equation, ...]:
    """Write the mean over the batch, and the step: toward the mean of its examples."""
    from notation.trees import Equation, arrays, sum_over, symbols, unevaluated

    theta, updated, gradient, x = arrays("theta updated gradient batch")
    rate, size, i, k = symbols("rate size i k")
    with unevaluated():
        return (
            Equation(gradient[i], 1 / size * sum_over(theta[i] - x[k, i], k, 1, size)),
            Equation(
                updated[i],
                theta[i] - rate * (theta[i] - 1 / size * sum_over(x[k, i], k, 1, size)),
            ),
        )


def identities() -> tuple[Identity, ...]:
    """Write that a batch is right on average, and where the loss stops falling."""
    from sympy import Rational

    from notation.trees import Identity, symbols

    theta, rate, variance = symbols("theta eta V", positive=True)
    x = symbols("x_1:4", positive=True)
    pairs = [(a, b) for a in x for b in x]
    half, third = Rational(1, 2), Rational(1, 3)
    over_pairs = sum(theta - half * (a + b) for a, b in pairs)
    floor = rate * variance / (2 * (2 - rate))
    return (
        Identity(
            "The mean over all batches of two is the gradient over all examples.",
            third**2 * over_pairs,
            theta - third * sum(x),
            r"\operatorname{E}[\hat g] = \nabla_{\theta} L(\theta)",
        ),
        Identity(
            "At the floor a step takes away as much as its noise adds.",
            (1 - rate) ** 2 * floor + half * rate**2 * variance,
            floor,
            r"e = (1 - \eta)^2 e + \tfrac{1}{2} \eta^2 V \quad\text{at}\quad "
            r"e = \frac{\eta V}{2 (2 - \eta)}",
        ),
    )


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=(
        r"<updated> = <theta> - <rate>\, \frac{1}{<size>} "
        r"\sum_{k=1}^{<size>} \nabla_{\theta}\, \ell_k(<theta>)"
    ),
    main_result="updated",
)
