"""Layer normalization that does not subtract the mean."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from formulas.checks import Array
from pages.transformer.layer_norm import statement as whole

if TYPE_CHECKING:
    from notation.trees import Equation

COMPARED = ("highest output",)


def inputs(
    pattern: str,
    scale: float,
    shift: float,
    gamma: float,
    beta: float,
    log_eps: int,
    own: str,
) -> dict[str, Any]:
    """Take the same token; its picture leaves the mean where it is, too."""
    given = whole.inputs(pattern, scale, shift, gamma, beta, log_eps, own)
    return {**given, "centered": False}


def compute(x: Array, gains: Array, shifts: Array, eps: float) -> whole.Result:
    """Divide by the standard deviation, and leave the mean where it is."""
    measured = whole.compute(x, gains, shifts, eps)
    output = gains * (x / np.sqrt(measured.variance + eps)) + shifts
    return replace(measured, output=output)


def equations() -> tuple[Equation, ...]:
    """Strike the mean out of the normalized feature."""
    from sympy import sqrt

    from notation.trees import Equation, arrays, struck, symbols, unevaluated

    x, gain, shift, y = arrays("x gains shifts output")
    mu, var, eps, i = symbols("mean variance eps i")
    with unevaluated():
        centered = x[i] - struck(mu, 0)
        last = Equation(y[i], gain[i] * (centered / sqrt(var + eps)) + shift[i])
    return (*whole.equations()[:2], last)


STATEMENT = replace(
    whole.STATEMENT,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=tuple,
    headline=(
        r"\mathrm{LN}(<x>)_i = <gains>_i \frac{<x>_i - \cancel{<mean>}}"
        r"{\sqrt{<variance> + <eps>}} + <shifts>_i"
    ),
)
