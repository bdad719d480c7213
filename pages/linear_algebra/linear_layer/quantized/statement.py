"""Quantized weights: what is shown, computed and proved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from formulas.checks import Array
from formulas.linear_algebra.quantization import quantize_absmax
from notation.quantities import quantity, slider
from notation.statement import Statement

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

SMALL = (0.1, -0.5, 0.33, 0.2, -0.25, 0.4, -0.05)

QUANTITIES = (
    quantity("w", "w", "weights, the outlier last", ("n",)),
    slider("outlier", "o", "the outlier", 50.0, low=0.5, high=200, scale="log"),
    slider("bits", "b", "bits of each code", 8, low=2, high=12, step=1),
    quantity("scale", "s", "step between neighboring values"),
    quantity("codes", "q", "codes: how many steps", ("n",)),
    quantity("values", r"\hat w", "what is left of the weights", ("n",)),
    quantity("lost", "E", "relative error ‖ŵ − w‖ / ‖w‖ of the small weights"),
)


def inputs(outlier: float, bits: int) -> dict[str, Any]:
    """Put the outlier behind the small weights, and round to codes."""
    w = np.array([*SMALL, outlier])
    return {"w": w, "bits": bits, "codes": quantize_absmax(w, bits=bits).codes}


@dataclass(frozen=True)
class Result:
    """The step, what is left of the weights, and how much the small ones lost."""

    scale: float
    values: Array
    lost: float


def compute(w: Array, codes: NDArray[np.int_], bits: int) -> Result:
    """Measure the step, and turn codes into weights again."""
    scale = float(quantize_absmax(w, bits=bits).scale)
    values: Array = (codes * scale).astype(float)
    return Result(scale, values, relative_error(w[:-1], values[:-1]))


def relative_error(w: Array, values: Array) -> float:
    """Return the length of the error over the length of the weights."""
    return float(np.linalg.norm(values - w) / np.linalg.norm(w))


def equations() -> tuple[Equation, ...]:
    """Write the step, a weight made of its code, and the error of the small ones."""
    from sympy import Abs, sqrt

    from notation.trees import (
        Equation,
        arrays,
        maximum,
        sum_over,
        symbols,
        unevaluated,
    )

    w, q, near = arrays("w codes values")
    s, b, n, lost, i, j = symbols("scale bits n lost i j")
    with unevaluated():
        missing = sum_over((near[j] - w[j]) ** 2, j, 1, n - 1)
        all_small = sum_over(w[j] ** 2, j, 1, n - 1)
        return (
            Equation(s, maximum(Abs(w[j]), j, 1, n) / (2 ** (b - 1) - 1)),
            Equation(lost, sqrt(missing / all_small)),
            Equation(near[i], q[i] * s),
        )


def identities() -> tuple[Identity, ...]:
    """Write that the sum over products can be done in whole numbers."""
    from notation.trees import Identity, symbols

    s, t = symbols("s t", positive=True)
    q, r = symbols("q_1:3", positive=True), symbols("r_1:3", positive=True)
    return (
        Identity(
            "A dot product is one of whole numbers, multiplied by the two steps once.",
            sum((s * a) * (t * b) for a, b in zip(q, r, strict=True)),
            s * t * sum(a * b for a, b in zip(q, r, strict=True)),
            r"\sum_j \hat w_j \hat x_j = s_w s_x \sum_j q_j r_j",
        ),
    )


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=(
        r"<values>_i = <codes>_i\, <scale>, \quad <codes>_i = \mathrm{round}"
        r"\left(\frac{<w>_i}{<scale>}\right), \quad <scale> = "
        r"\frac{\max_j |<w>_j|}{2^{<bits> - 1} - 1}"
    ),
)
