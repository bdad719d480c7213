"""Stochastic depth: what is shown, computed and proved."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from formulas.checks import Array
from formulas.regularization.dropout import drop_path, survival_probabilities
from notation.quantities import quantity, slider
from notation.statement import Statement
from pages.regularization.dropout.statement import STATEMENT as DROPOUT

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

EXAMPLES = 12
DEEPEST = 64

QUANTITIES = (
    quantity("x", "x", "stream of each example before the last block", ("n",)),
    quantity("branch", "f", "what the last block would add", ("n",)),
    quantity("mask", "m", "1 for an example that runs the last block", ("n",)),
    dataclasses.replace(
        DROPOUT.control("p"), meaning="probability of dropping the last block"
    ),
    quantity("output", "y", "stream after the last block", ("n",)),
    quantity("survival", "s", "probability of keeping each block", ("L",)),
    slider("depth", "L", "number of blocks", 32, low=1, high=DEEPEST, step=1),
    quantity("blocks", "E", "blocks that an example runs, on average"),
    DROPOUT.control("seed"),
)


def inputs(p: float, depth: int, seed: int) -> dict[str, Any]:
    """Let each example arrive with another number, and the block add another."""
    return {
        "x": np.linspace(1.0, 2.0, EXAMPLES),
        "branch": np.linspace(0.6, -0.5, EXAMPLES),
        "p": p,
        "depth": depth,
        "seed": seed,
    }


@dataclass(frozen=True)
class Result:
    """Who runs the last block, what comes of it, and how likely every block is run."""

    mask: Array
    output: Array
    survival: Array
    blocks: float


def compute(x: Array, branch: Array, p: float, depth: int, seed: int) -> Result:
    """Drop the last block for some of the examples."""
    dropped = drop_path(branch, p, rng=seed)
    survival = survival_probabilities(depth, last=1 - p)
    return Result(
        mask=dropped.mask,
        output=x + dropped.output,
        survival=survival,
        blocks=float(survival.sum()),
    )


def equations() -> tuple[Equation, ...]:
    """Write how likely each block is kept, how many run, and the last one's output."""
    from notation.trees import Equation, arrays, sum_over, symbols, unevaluated

    x, f, m, y, s = arrays("x branch mask output survival")
    p, depth, L, E, i, k = symbols("p depth L blocks i k")
    with unevaluated():
        return (
            Equation(s[k], 1 - k / depth * p),
            Equation(E, sum_over(s[k], k, 1, L)),
            Equation(y[i], x[i] + m[i] * f[i] / s[L]),
        )


def identities() -> tuple[Identity, ...]:
    """Write the mean over masks, and how many blocks are run."""
    from sympy import Sum

    from notation.trees import Identity, symbols

    p, x, f = symbols("p x f", positive=True)
    k = symbols("k", integer=True)
    return (
        Identity(
            "Over all masks the mean is what the block gives without dropping.",
            (1 - p) * (x + f / (1 - p)) + p * x,
            x + f,
            r"\mathbb{E}[y] = (1 - p) \left(x + \frac{f}{1 - p}\right) + p\, x = x + f",
        ),
        Identity(
            "Of eight blocks so many run on average, by the sum of a straight line.",
            Sum(1 - k * p / 8, (k, 1, 8)),
            8 - 9 * p / 2,
            r"\sum_{k=1}^{L} \left(1 - \frac{k}{L} p\right) = L - \frac{L + 1}{2}\, p",
        ),
    )


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=(
        r"<output> = <x> + \frac{<mask>}{<survival>_{<depth>}}\, <branch>(<x>), \quad "
        r"<survival>_k = 1 - \frac{k}{<depth>}\, <p>"
    ),
)
