"""Initialization that looks at the inputs of a layer alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from pages.regularization.xavier_init import statement as whole

if TYPE_CHECKING:
    from notation.trees import Equation

COMPARED = ("forward", "backward")


def compute(n_in: int, n_out: int, gain: float) -> whole.Result:
    """Size the weights of a layer by the number of its inputs."""
    bound = gain * np.sqrt(6 / n_in)
    variance = bound**2 / 3
    return whole.Result(
        bound=float(bound),
        variance=float(variance),
        forward=float(n_in * variance),
        backward=float(n_out * variance),
        forward_then=float(n_in * variance),  # its weights follow its own n_out inputs
        backward_then=float(n_in / n_out * n_in * variance),
    )


def equations() -> tuple[Equation, ...]:
    """Strike the number of outputs out."""
    from sympy import sqrt

    from notation.trees import Equation, struck, symbols, unevaluated

    n_in, n_out, gain, bound = symbols("n_in n_out gain bound")
    with unevaluated():
        first = Equation(bound, gain * sqrt(6 / (n_in + struck(n_out, 0))))
    return (first, *whole.equations()[1:])


STATEMENT = replace(
    whole.STATEMENT, compute=compute, build_equations=equations, build_identities=tuple
)
