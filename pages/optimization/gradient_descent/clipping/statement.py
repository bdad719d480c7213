"""Gradient clipping: what is shown, computed and proved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from formulas.checks import Array
from formulas.optimization.clipping import clip_by_global_norm
from notation.quantities import quantity, slider
from notation.statement import Statement

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

QUANTITIES = (
    quantity("clipped", r"\tilde g", "gradient after clipping", ("n",)),
    quantity("gradient", "g", "gradient of all parameters", ("n",)),
    slider("g1", "g_1", "first parameter’s gradient", 12.0, low=0, high=20, step=0.5),
    slider("g2", "g_2", "second parameter’s gradient", 5.0, low=-10, high=10, step=0.5),
    slider(
        "g3", "g_3", "gradient of a parameter elsewhere", 0.0, low=0, high=40, step=0.5
    ),
    slider(
        "max_norm", "c", "longest gradient allowed", 6.5, low=0.5, high=20, step=0.5
    ),
    quantity("norm", r"\lVert g \rVert", "length of the whole gradient"),
    quantity("scale", "s", "factor of all components"),
)


def inputs(g1: float, g2: float, g3: float, max_norm: float) -> dict[str, Any]:
    """Join the gradients of three parameters; the third is in another layer."""
    return {"gradient": np.array([g1, g2, g3]), "max_norm": max_norm}


@dataclass(frozen=True)
class Result:
    """The length of the gradient, its factor, and what is left of it."""

    norm: float
    scale: float
    clipped: Array


def compute(gradient: Array, max_norm: float) -> Result:
    """Clip the gradients of both layers by the length of all of them."""
    both = clip_by_global_norm([gradient[:2], gradient[2:]], max_norm, eps=0.0)
    return Result(norm=both.norm, scale=both.scale, clipped=np.concatenate(both.grads))


def equations() -> tuple[Equation, ...]:
    """Write the length, the factor and the clipped gradient."""
    from sympy import Piecewise, sqrt

    from notation.trees import Equation, arrays, sum_over, symbols, unevaluated

    g, clipped = arrays("gradient clipped")
    norm, scale, c, n, i = symbols("norm scale max_norm n i")
    with unevaluated():
        return (
            Equation(norm, sqrt(sum_over(g[i] ** 2, i, 1, n))),
            Equation(scale, Piecewise((c / norm, norm > c), (1, True))),
            Equation(clipped[i], scale * g[i]),
        )


def identities() -> tuple[Identity, ...]:
    """Write how long the gradient is after clipping, and that its direction stays."""
    from sympy import sqrt

    from notation.trees import Identity, symbols

    x, y, c = symbols("x y c", positive=True)
    norm = sqrt(x**2 + y**2)
    scale = c / norm
    return (
        Identity(
            "A gradient that is too long has length c afterwards.",
            sqrt((scale * x) ** 2 + (scale * y) ** 2),
            c,
            r"\left\lVert \frac{c}{\lVert g \rVert}\, g \right\rVert = c",
        ),
        Identity(
            "A common factor leaves the ratio of the components.",
            (scale * y) / (scale * x),
            y / x,
            r"\frac{\tilde g_2}{\tilde g_1} = \frac{g_2}{g_1}",
        ),
    )


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=(
        r"<clipped> = \min\left(1, \frac{<max_norm>}{<norm>}\right) <gradient>, \quad "
        r"<norm> = \sqrt{\textstyle\sum_i <gradient>_i^2}"
    ),
    main_result="clipped",
)
