"""Convolution: what is shown, computed and proved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from formulas.checks import Array
from formulas.linear_algebra.convolution import (
    conv2d,
    conv_output_size,
    kernel_library,
)
from notation.quantities import option, quantity, slider, switch
from notation.statement import Statement

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

KERNELS = {
    # Dumoulin and Visin (2016), figure 1.1
    "textbook": np.array([[0.0, 1.0, 2.0], [2.0, 2.0, 0.0], [0.0, 1.0, 2.0]]),
    "counting": np.arange(1.0, 10.0).reshape(3, 3),
    **kernel_library(),
}
# 0 is the sky, 1 the wall, 2 the sun and the roof, 3 the windows and the door.
HOUSE = """
000000000000
022002200000
022022220000
000222222000
002222222200
022222222220
001111111100
001331133100
001331133100
001111111100
001113311100
001113311100
"""
IMAGES = {
    "textbook": np.array(
        [
            [3.0, 3.0, 2.0, 1.0, 0.0],
            [0.0, 0.0, 1.0, 3.0, 1.0],
            [3.0, 1.0, 2.0, 2.0, 3.0],
            [2.0, 0.0, 0.0, 2.0, 2.0],
            [2.0, 0.0, 0.0, 0.0, 1.0],
        ]
    ),
    "edge": np.tile([0.0, 0.0, 0.0, 1.0, 1.0, 1.0], (6, 1)),
    "impulse": np.pad([[1.0]], 2),
    "house": np.array([[float(gray) for gray in row] for row in HOUSE.split()]),
}

QUANTITIES = (
    quantity(
        "padded", "X", "input with its border of zeros", ("h", "w"), origin=0, call=True
    ),
    quantity(
        "kernel",
        "K",
        "kernel: the weights of the window",
        ("kh", "kw"),
        origin=0,
        call=True,
    ),
    quantity(
        "correlation",
        "S",
        "cross-correlation, what deep learning computes",
        ("rows", "columns"),
        origin=0,
        call=True,
    ),
    quantity(
        "convolution",
        "C",
        "true convolution, with the kernel turned around",
        ("rows", "columns"),
        origin=0,
        call=True,
    ),
    slider("row", "i", "row of the output, from 0", 5, low=0, high=13, step=1),
    slider(
        "column",
        "j",
        "column of the output, from 0",
        1,
        low=0,
        high=13,
        step=1,
        stepwise=True,
    ),
    slider("stride", "s", "step of the window", 1, low=1, high=3, step=1),
    slider("padding", "p", "zeros on each side", 0, low=0, high=2, step=1),
    switch("flip", r"\text{flip}", "turn the kernel by 180°", False),
    option(
        "kernel_name",
        r"\text{kernel}",
        "which kernel is slid",
        "sobel_x",
        choices=tuple(KERNELS),
    ),
    option(
        "image_name",
        r"\text{input}",
        "which input it is slid over",
        "house",
        choices=tuple(IMAGES),
    ),
    quantity("input_size", "n_X", "size of the input before padding"),
    quantity("kernel_size", "k", "size of the kernel"),
    quantity("size", "n_S", "size of the output"),
)


def inputs(
    image_name: str,
    kernel_name: str,
    row: int,
    column: int,
    stride: int,
    padding: int,
    flip: bool,
) -> dict[str, Any]:
    """Fetch input and kernel, and move a place beyond the output to its last one."""
    image, kernel = IMAGES[image_name], KERNELS[kernel_name]
    rows, columns = (
        conv_output_size(n, k, stride=stride, padding=padding)
        for n, k in zip(image.shape, kernel.shape, strict=True)
    )
    return {
        "image": image,
        "padded": np.pad(image, padding),
        "kernel": kernel,
        "row": min(row, rows - 1),
        "column": min(column, columns - 1),
        "asked": (row, column),
        "stride": stride,
        "padding": padding,
        "flip": flip,
        "input_size": len(image),
        "kernel_size": len(kernel),
    }


@dataclass(frozen=True)
class Result:
    """The output with the kernel as it is and turned around, and its size."""

    correlation: Array
    convolution: Array
    size: int


def compute(image: Array, kernel: Array, stride: int, padding: int) -> Result:
    """Slide the kernel over the input, both ways."""
    return Result(
        correlation=conv2d(image, kernel, stride=stride, padding=padding),
        convolution=conv2d(
            image, kernel, stride=stride, padding=padding, mode="convolution"
        ),
        size=conv_output_size(len(image), len(kernel), stride=stride, padding=padding),
    )


def equations() -> tuple[Equation, ...]:
    """Write one entry both ways, and the size of the output."""
    from sympy import floor

    from notation.trees import Equation, arrays, sum_over, symbols, unevaluated

    x, kernel, correlation, convolution = arrays(
        "padded kernel correlation convolution"
    )
    i, j, s, p = symbols("row column stride padding")
    n, k, size, u, v = symbols("input_size kernel_size size m n")

    def weighted_sum(weight: Any) -> Any:
        inner = sum_over(x[s * i + u, s * j + v] * weight, v, 0, k - 1)
        return sum_over(inner, u, 0, k - 1)

    with unevaluated():
        return (
            Equation(correlation[i, j], weighted_sum(kernel[u, v])),
            Equation(convolution[i, j], weighted_sum(kernel[k - 1 - u, k - 1 - v])),
            Equation(size, floor((n + 2 * p - k) / s) + 1),
        )


def identities() -> tuple[Identity, ...]:
    """Write the gradients: for the kernel, and for the input, where the flip is back."""
    from sympy import Derivative

    from notation.trees import Identity, symbols

    x = symbols("x_0:3", positive=True)
    k = symbols("k_0:2", positive=True)
    g = symbols("g_0:2", positive=True)
    output = [x[i] * k[0] + x[i + 1] * k[1] for i in range(2)]
    loss = sum(a * b for a, b in zip(g, output, strict=True))
    return (
        Identity(
            "At stride 1 the derivative with respect to a kernel entry is the input that it lies "
            "on.",
            Derivative(output[1], k[0]),
            x[1],
            r"\frac{\partial S(i, j)}{\partial K(m, n)} = X(i + m, j + n)",
        ),
        Identity(
            "At stride 1 the gradient with respect to the kernel is the cross-correlation of "
            "the input with the gradient with respect to the output.",
            Derivative(loss, k[1]),
            x[1] * g[0] + x[2] * g[1],
            r"\frac{\partial L}{\partial K} = X \star \frac{\partial L}{\partial S}",
        ),
        Identity(
            "At stride 1 the gradient with respect to the input is the true convolution of "
            "the padded gradient of the output with the kernel.",
            Derivative(loss, x[1]),
            g[0] * k[1] + g[1] * k[0],
            r"\frac{\partial L}{\partial X} = \frac{\partial L}{\partial S} * K",
        ),
    )


def line_result(flip: bool) -> str:
    """Name the output that the picture shows."""
    return "convolution" if flip else "correlation"


def headline_at(flip: bool) -> str:
    """Write the convolution, where the kernel is turned."""
    turned = r"<convolution>(<row>, <column>) = (X * K)(<row>, <column>) = "
    return f"{turned}<right convolution>" if flip else ""


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=r"<correlation>(<row>, <column>) = (X \star K)(<row>, <column>) = <right>",
    headline_at=headline_at,
    main_result="correlation",
    line_result=line_result,
)
