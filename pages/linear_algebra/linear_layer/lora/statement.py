"""LoRA: what is shown, computed and proved."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from formulas.checks import Array
from formulas.linear_algebra.lora import lora_merge
from notation.quantities import quantity, slider
from notation.statement import Statement
from pages.linear_algebra.linear_layer.statement import STATEMENT as LINEAR

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

SIZE = 8
# Tenths, so that a reader can follow a sum; B as it may be after training.
_FREE = np.random.default_rng(4).normal(0, 0.6, (3, SIZE, SIZE))
FROZEN, DOWN, UP = np.copysign(np.maximum(np.abs(_FREE).round(1), 0.1), _FREE)
UP *= 0.5

QUANTITIES = (
    quantity("W", "W", "frozen weights", ("m", "n")),
    quantity("merged", "W'", "weights with what was learned", ("m", "n")),
    quantity("A", "A", "takes the input down to r numbers", ("rank", "n")),
    quantity("B", "B", "takes them up to the output", ("m", "rank")),
    slider("alpha", r"\alpha", "strength of the change", 4.0, low=0, high=16, step=0.5),
    slider("rank", "r", "rank of the change", 2, low=1, high=SIZE, step=1),
    replace(LINEAR.control("n_in"), rare=False, meaning="inputs of a layer"),
    replace(LINEAR.control("n_out"), rare=False, meaning="outputs of a layer"),
    quantity("trained", "P", "numbers to be trained in a layer of full size"),
)


def inputs(alpha: float, rank: int, n_in: int, n_out: int) -> dict[str, Any]:
    """Take as many rows of A and columns of B as the rank says."""
    return {
        "W": FROZEN,
        "A": DOWN[:rank],
        "B": UP[:, :rank],
        "alpha": alpha,
        "rank": rank,
        "n_in": n_in,
        "n_out": n_out,
    }


@dataclass(frozen=True)
class Result:
    """The merged weights, and how many numbers a layer of full size trains."""

    merged: Array
    trained: int


def compute(
    W: Array, A: Array, B: Array, alpha: float, rank: int, n_in: int, n_out: int
) -> Result:
    """Merge the adapter, and count what is trained."""
    return Result(lora_merge(W, A, B, alpha=alpha), rank * (n_in + n_out))


def equations() -> tuple[Equation, ...]:
    """Write one merged weight, and the count of what is trained."""
    from notation.trees import Equation, arrays, sum_over, symbols, unevaluated

    W, A, B, merged = arrays("W A B merged")
    alpha, rank, n_in, n_out = symbols("alpha rank n_in n_out")
    i, j, k = symbols("i j k")
    with unevaluated():
        change = alpha / rank * sum_over(B[i, k] * A[k, j], k, 1, rank)
        return (
            Equation(merged[i, j], W[i, j] + change),
            Equation(symbols("trained"), rank * (n_in + n_out)),
        )


def identities() -> tuple[Identity, ...]:
    """Write that both ways give the same, where B starts, and what is saved."""
    from sympy import Derivative

    from notation.trees import Identity, symbols

    w, a, b, x, s = symbols("w a b x s", positive=True)
    n, r = symbols("n r", positive=True)
    return (
        Identity(
            "Merged or beside the layer: the output is the same.",
            (w + s * b * a) * x,
            w * x + s * b * (a * x),
            r"\left(W + \tfrac{\alpha}{r} B A\right) x = "
            r"W x + \tfrac{\alpha}{r} B (A x)",
        ),
        Identity(
            "While B is 0, A learns nothing, but B does: its slope is A x.",
            Derivative(w * x + s * b * (a * x), b),
            s * (a * x),
            r"\frac{\partial y}{\partial B} = \tfrac{\alpha}{r}\, A x",
        ),
        Identity(
            "A square layer trains 2 r / n of its weights.",
            r * (n + n) / (n * n),
            2 * r / n,
            r"\frac{r (n + n)}{n^2} = \frac{2 r}{n}",
        ),
    )


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=r"<merged> = <W> + \frac{<alpha>}{<rank>}\, <B> <A>",
    main_result="merged",
)
