"""Receptive field: what is shown, computed and proved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from formulas.linear_algebra.receptive_field import receptive_field
from notation.quantities import quantity, slider
from notation.statement import Statement
from pages.linear_algebra.convolution.statement import STATEMENT as CONVOLUTION

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

QUANTITIES = (
    quantity("field", "R", "entries of the input from the first seen to the last"),
    slider("kernel", "k", "size of each kernel", 3, low=2, high=3, step=1),
    slider("depth", "L", "number of layers", 4, low=1, high=5, step=1),
    slider("growth", "g", "factor of the dilation per layer", 2, low=1, high=3, step=1),
    CONVOLUTION.control("stride"),
    quantity("dilations", "d", "dilation of each layer", ("depth",)),
    quantity("sizes", "r", "what is seen from each layer", ("levels",), origin=0),
    quantity("jumps", "j", "step of each layer in the input", ("levels",), origin=0),
)


def inputs(kernel: int, depth: int, growth: int, stride: int) -> dict[str, Any]:
    """Let the dilation grow from layer to layer."""
    return {
        "kernel": kernel,
        "depth": depth,
        "growth": growth,
        "stride": stride,
        "dilations": growth ** np.arange(depth),
    }


@dataclass(frozen=True)
class Result:
    """What is seen from each layer, its step in the input, and what the last sees."""

    sizes: NDArray[np.int_]
    jumps: NDArray[np.int_]
    field: int


def compute(kernel: int, stride: int, dilations: NDArray[np.int_]) -> Result:
    """Follow the receptive field through all layers."""
    seen = receptive_field([(kernel, stride, d) for d in dilations.tolist()])
    return Result(seen.sizes, seen.jumps, int(seen.sizes[-1]))


def equations() -> tuple[Equation, ...]:
    """Write dilation, step and size of each layer, and the size after all of them."""
    from notation.trees import Equation, arrays, sum_over, symbols, unevaluated

    d, r, jump = arrays("dilations sizes jumps")
    field, k, depth, growth, stride = symbols("field kernel depth growth stride")
    layer = symbols("l")
    with unevaluated():
        layers = ((layer, 1, depth),)
        step = d[layer] * jump[layer - 1]
        return (
            Equation(d[layer], growth ** (layer - 1)),
            Equation(jump[layer], stride * jump[layer - 1], layers),
            Equation(
                r[layer], r[layer - 1] + (k - 1) * d[layer] * jump[layer - 1], layers
            ),
            Equation(field, 1 + (k - 1) * sum_over(step, layer, 1, depth)),
        )


def identities() -> tuple[Identity, ...]:
    """Write the sum in closed form for growth 2, and that stride does the same."""
    from sympy import Integer, Sum

    from notation.trees import Identity, symbols

    k, g, s = symbols("k g s", positive=True)
    layer = symbols("l", integer=True)
    return (
        Identity(
            "With doubling dilation four layers sum up to 15, with 1 only to 4.",
            1 + (k - 1) * Sum(Integer(2) ** (layer - 1), (layer, 1, 4)),
            1 + (k - 1) * (Integer(2) ** 4 - 1),
            r"R = 1 + (k - 1)(2^L - 1) \quad (g = 2,\ s = 1)",
        ),
        Identity(
            "A stride widens the field as much as the same growth of the dilation.",
            1 + (k - 1) * (1 + g * s + (g * s) ** 2),
            1 + (k - 1) * (1 + s * g + s**2 * g**2),
            r"R(g, s) = R(s, g)",
        ),
    )


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=(
        r"<sizes>_l = <sizes>_{l-1} + (<kernel> - 1)\, <dilations>_l\, "
        r"<jumps>_{l-1}, \quad <dilations>_l = {<growth>}^{l-1}"
    ),
)
