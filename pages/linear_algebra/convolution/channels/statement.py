"""Convolution over channels: what is shown, computed and proved."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from formulas.checks import Array
from formulas.linear_algebra.convolution import conv2d_channels
from notation.quantities import option, quantity, slider
from notation.statement import Statement
from pages.linear_algebra.convolution.statement import STATEMENT as CONVOLUTION

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

# A sun in the sky over a meadow: red, green, blue.
PICTURE = np.array(
    [
        [list(map(float, row)) for row in channel.split()]
        for channel in (
            "33000 33000 00000 11111 00000",
            "33111 33111 11111 22222 22222",
            "00333 00333 33333 00000 00000",
        )
    ]
)
CORNER, EDGE = np.zeros((3, 3)), np.tile([-1.0, 0.0, 1.0], (3, 1))
CORNER[1, 1] = 1.0
FILTERS = {
    "red − blue": np.array([CORNER, 0 * CORNER, -CORNER]),
    "edges": np.array([EDGE, EDGE, EDGE]),
    "gray blur": np.full((3, 3, 3), 1 / 27),
}
WIDTHS = (16, 32, 64, 128, 256, 512)
PLACES = 3  # rows and columns of the output

QUANTITIES = (
    quantity(
        "image", "X", "channels of the input", ("d", "h", "w"), origin=0, call=True
    ),
    quantity(
        "kernel",
        "K",
        "one slice for each channel",
        ("d", "kh", "kw"),
        origin=0,
        call=True,
    ),
    quantity(
        "depthwise",
        "D",
        "what each slice finds in its channel",
        ("d", "rows", "columns"),
        origin=0,
        call=True,
    ),
    quantity(
        "output", "S", "sum over the channels", ("rows", "columns"), origin=0, call=True
    ),
    option(
        "filter",
        r"\text{filter}",
        "what the kernel looks for",
        "red − blue",
        choices=tuple(FILTERS),
    ),
    dataclasses.replace(
        CONVOLUTION.control("row"), default=0, high=PLACES - 1, rare=False
    ),
    dataclasses.replace(CONVOLUTION.control("column"), default=0, high=PLACES - 1),
    quantity("standard", "N", "weights of a standard layer"),
    quantity("separable", "N_s", "weights of a depthwise and a pointwise layer"),
    slider("n_in", "C", "input channels of a layer", 64, choices=WIDTHS),
    slider("n_out", "C'", "its output channels", 128, choices=WIDTHS),
    slider("side", "k", "size of its kernels", 3, choices=(1, 3, 5, 7)),
)


def inputs(
    filter: str,  # noqa: A002 - the name of the control
    row: int,
    column: int,
    n_in: int,
    n_out: int,
    side: int,
) -> dict[str, Any]:
    """Take the picture and one filter, and pass the sizes of a layer on."""
    return {
        "image": PICTURE,
        "kernel": FILTERS[filter],
        "row": row,
        "column": column,
        "n_in": n_in,
        "n_out": n_out,
        "side": side,
    }


@dataclass(frozen=True)
class Result:
    """What the slices find, each alone and together, and the weights of two layers."""

    depthwise: Array
    output: Array
    standard: int
    separable: int


def compute(image: Array, kernel: Array, n_in: int, n_out: int, side: int) -> Result:
    """Slide one kernel over all channels, and its slices over one channel each."""
    return Result(
        depthwise=conv2d_channels(image, kernel[:, None], groups=len(image)),
        output=conv2d_channels(image, kernel[None])[0],
        standard=n_out * n_in * side**2,
        separable=n_in * side**2 + n_out * n_in,
    )


def equations() -> tuple[Equation, ...]:
    """Write the slices' sums, their sum, and both numbers of weights."""
    from notation.trees import Equation, arrays, sum_over, symbols, unevaluated

    X, K, D, S = arrays("image kernel depthwise output")
    c, d, i, j, m, n = symbols("c d i j m n")
    kh, kw, row, column = symbols("kh kw row column")
    C, out, k, N, few = symbols("n_in n_out side standard separable")
    with unevaluated():
        term = K[c, m, n] * X[c, i + m, j + n]
        found = sum_over(sum_over(term, n, 0, kw - 1), m, 0, kh - 1)
        return (
            Equation(N, out * C * k**2),
            Equation(few, C * k**2 + out * C),
            Equation(D[c, i, j], found),
            Equation(S[row, column], sum_over(D[c, row, column], c, 0, d - 1)),
        )


def identities() -> tuple[Identity, ...]:
    """Write what separating saves."""
    from notation.trees import Identity, symbols

    C, out, k = symbols("C C' k", positive=True)
    return (
        Identity(
            "Separated, a layer has 1/C′ + 1/k² of the weights.",
            (C * k**2 + out * C) / (out * C * k**2),
            1 / out + 1 / k**2,
            r"\frac{C k^2 + C' C}{C' C k^2} = \frac{1}{C'} + \frac{1}{k^2}",
        ),
    )


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=(
        r"\begin{gathered} <output>(i, j) = \sum_c <depthwise>(c, i, j) \\ "
        r"<depthwise>(c, i, j) = \sum_{m, n} <kernel>(c, m, n)\, <image>(c, i + m, j + n) "
        r"\end{gathered}"
    ),
)
