"""Transposed convolution: what is shown, computed and proved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from formulas.checks import Array
from formulas.linear_algebra.transposed_convolution import conv_transpose2d
from notation.quantities import option, quantity, slider
from notation.statement import Statement
from pages.linear_algebra.convolution.statement import STATEMENT as CONVOLUTION

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

SIZE = 5
STRIDE = CONVOLUTION.control("stride")
LARGEST = 5  # kernel
BEFORE = int((SIZE - 1) * STRIDE.high)  # places before a kernel at which it is 0
PROFILES = ("ones", "tent")

QUANTITIES = (
    quantity("X", "X", "small image, 1 everywhere", ("n", "n"), origin=0, call=True),
    quantity("w", "w", "profile of the kernel", ("reach",), origin=-BEFORE, call=True),
    quantity("Y", "Y", "large image", ("rows", "rows"), origin=0, call=True),
    slider("kernel_size", "k", "size of the kernel", 3, low=1, high=LARGEST, step=1),
    slider("stride", "s", "step of the kernel", 2, low=1, high=STRIDE.high, step=1),
    option(
        "profile", r"\text{profile}", "profile of the kernel", "ones", choices=PROFILES
    ),
    quantity(
        "overlap", "c", "sum of the profiles that meet", ("rows",), origin=0, call=True
    ),
    quantity("size", "N", "size of the large image"),
)


def inputs(kernel_size: int, stride: int, profile: str) -> dict[str, Any]:
    """Make a gray image and a kernel, which is 0 beyond its places."""
    places = np.arange(kernel_size)
    tent = 1 - np.abs(places - (kernel_size - 1) / 2) / ((kernel_size + 1) / 2)
    w = np.zeros(2 * BEFORE + LARGEST)
    w[BEFORE : BEFORE + kernel_size] = tent if profile == "tent" else 1.0
    return {
        "X": np.ones((SIZE, SIZE)),
        "w": w,
        "kernel_size": kernel_size,
        "stride": stride,
    }


@dataclass(frozen=True)
class Result:
    """The large image, what meets along one axis, and the size."""

    Y: Array
    overlap: Array
    size: int


def compute(X: Array, w: Array, kernel_size: int, stride: int) -> Result:
    """Paint the kernel once for each pixel of the small image."""
    row = w[None, BEFORE : BEFORE + kernel_size]
    Y = conv_transpose2d(X[None], (row.T @ row)[None, None], stride=stride)[0]
    line = np.ones((1, 1, len(X)))
    overlap = conv_transpose2d(line, row[None, None], stride=stride)[0, 0]
    return Result(Y, overlap, len(Y))


def equations() -> tuple[Equation, ...]:
    """Write the size, one entry of the large image, and what meets along an axis."""
    from notation.trees import Equation, arrays, sum_over, symbols, unevaluated

    X, w, Y, c = arrays("X w Y overlap")
    n, k, s, size = symbols("n kernel_size stride size")
    i, j, a, b = symbols("i j a b")
    with unevaluated():
        inner = sum_over(X[a, b] * w[i - s * a] * w[j - s * b], b, 0, n - 1)
        return (
            Equation(size, (n - 1) * s + k),
            Equation(c[i], sum_over(w[i - s * a], a, 0, n - 1)),
            Equation(Y[i, j], sum_over(inner, a, 0, n - 1)),
            Equation(Y[i, j], sum_over(w[i - s * a], a, 0, n - 1) * c[j]),
        )


def identities() -> tuple[Identity, ...]:
    """Write that it is the convolution's transpose, on two inputs and stride 1."""
    from notation.trees import Identity, symbols

    x, y = symbols("x_0:2", positive=True), symbols("y_0:3", positive=True)
    w = symbols("w_0:2", positive=True)
    painted = (x[0] * w[0], x[0] * w[1] + x[1] * w[0], x[1] * w[1])
    read = [y[a] * w[0] + y[a + 1] * w[1] for a in range(2)]
    return (
        Identity(
            "Painting is the transpose of reading: both give the same dot product.",
            sum(p * q for p, q in zip(painted, y, strict=True)),
            sum(p * q for p, q in zip(x, read, strict=True)),
            r"(K^\top x) \cdot y = x \cdot (K y)",
        ),
    )


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=(
        r"\begin{gathered} <Y>(i, j) = \sum_{a, b} <X>(a, b)\, <w>(i - <stride> a)\, "
        r"<w>(j - <stride> b) \\ <X> = 1\!: \ <Y>(i, j) = <overlap>(i)\, <overlap>(j) "
        r"\end{gathered}"
    ),
    main_result="Y",
    line_entry=lambda: (2, 2),  # at a corner only one kernel meets
)
