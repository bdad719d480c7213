"""Dropout without the division that makes up for what is dropped."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from formulas.checks import Array
from formulas.regularization.dropout import dropout
from pages.regularization.dropout import statement as whole

if TYPE_CHECKING:
    from notation.trees import Equation

COMPARED = ("average output so far",)


def compute(x: Array, p: float, masks: int, training: bool, seed: int) -> whole.Result:
    """Drop units at random and leave the others as they are."""
    dropped = dropout(np.tile(x, (masks, 1)), p, mode="unscaled", rng=seed)
    layers = np.tile(x, (whole.MOST_MASKS, 1))
    outputs = dropout(layers, p, training=training, mode="unscaled", rng=seed).output
    return whole.Result(
        mask=dropped.mask[-1],
        output=dropped.output[-1],
        mean=(1 - p) * x,
        variance=p * (1 - p) * x**2,
        unscaled=dropped.output[-1],
        evaluated=x,
        weakened=(1 - p) * x,
        outputs=outputs,
        divided=False,
    )


def equations() -> tuple[Equation, ...]:
    """Strike the division out."""
    from notation.trees import Equation, arrays, struck, symbols, unevaluated

    x, m, y, mean, var = arrays("x mask output mean variance")
    p, j = symbols("p j")
    with unevaluated():
        return (
            Equation(y[j], m[j] * x[j] / struck(1 - p, 1)),
            Equation(mean[j], (1 - p) * (x[j] / struck(1 - p, 1)) + p * 0),
            Equation(var[j], p * (1 - p) * (x[j] / struck(1 - p, 1)) ** 2),
            *whole.equations()[3:],
        )


STATEMENT = replace(
    whole.STATEMENT,
    compute=compute,
    build_equations=equations,
    build_identities=tuple,
    headline_at=None,
    headline=(
        r"<output> = \frac{<mask> \odot <x>}{\cancel{1 - <p>}}, \qquad "
        r"<mask>_j \sim \mathrm{Bernoulli}(1 - <p>)"
    ),
)
