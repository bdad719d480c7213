"""Grouped-query attention: what is shown, computed and proved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from formulas.checks import Array
from formulas.transformer.kv_cache import kv_cache_bytes
from notation.quantities import quantity, slider
from notation.statement import Statement

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

HEADS, WIDTH = 32, 128  # as in Llama 2 7B and Llama 3 8B
HALF_PRECISION = 2  # bytes a number
CONTEXTS = tuple(2**k for k in range(9, 21))

QUANTITIES = (
    quantity("reads", "R", "1 where query head r reads key head u, else 0", ("h", "g")),
    quantity("cache", "C", "memory of the cached keys and values", unit="bytes"),
    slider(
        "context",
        "n",
        "tokens in the context, all of them kept",
        8192,
        choices=CONTEXTS,
    ),
    slider("layers", "L", "layers of the model", 32, low=8, high=80, step=8),
    slider(
        "kv_heads",
        "g",
        "heads of keys and values, shared by 32 query heads",
        8,
        choices=(1, 2, 4, 8, 16, 32),
    ),
    slider("batch", "B", "texts at the same time", 1, choices=(1, 2, 4, 8, 16, 32, 64)),
    quantity("width", "d_k", "width of a head"),
    quantity("size", "b", "bytes of a number, 2 in half precision"),
    quantity("heads", "h", "number of query heads"),
    quantity("weights", "P", "memory of the projections of all layers", unit="bytes"),
)


def inputs(context: int, layers: int, kv_heads: int, batch: int) -> dict[str, Any]:
    """Fix the query heads and their width, and keep numbers in half precision."""
    return {
        "context": context,
        "layers": layers,
        "kv_heads": kv_heads,
        "batch": batch,
        "heads": HEADS,
        "width": WIDTH,
        "size": HALF_PRECISION,
    }


@dataclass(frozen=True)
class Result:
    """Who reads whose keys, and what the weights and the cache take."""

    reads: Array
    weights: int
    cache: int


def compute(
    context: int,
    layers: int,
    kv_heads: int,
    batch: int,
    heads: int,
    width: int,
    size: int,
) -> Result:
    """Share out the key heads, and count bytes."""
    group = np.arange(heads) * kv_heads // heads
    d_model = heads * width
    narrow = kv_heads * width
    return Result(
        reads=(group[:, None] == np.arange(kv_heads)).astype(float),
        weights=size * layers * 2 * d_model * (d_model + narrow),
        cache=kv_cache_bytes(
            context, layers, kv_heads, width, bytes_per_value=size, batch=batch
        ),
    )


def equations() -> tuple[Equation, ...]:
    """Write who reads whom, and the memory of weights and cache."""
    from sympy import Piecewise

    from notation.trees import Equation, arrays, symbols, unevaluated

    (R,) = arrays("reads")
    n, L, g, B = symbols("context layers kv_heads batch")
    d_k, b, h, P, C = symbols("width size heads weights cache")
    r, u = symbols("r u")
    with unevaluated():
        place = (r - 1) * g
        reads = Piecewise((0, place < (u - 1) * h), (1, place < u * h), (0, True))
        return (
            Equation(R[r, u], reads),
            Equation(P, b * L * 2 * (h * d_k) ** 2 * (1 + g / h)),
            Equation(C, 2 * b * n * L * g * d_k * B),
        )


def identities() -> tuple[Identity, ...]:
    """Write what the cache is against that of full attention, and where they meet."""
    from notation.trees import Identity, symbols

    n, L, g, h, d, b = symbols("n L g h d_k b", positive=True)
    cache = 2 * b * n * L * g * d
    return (
        Identity(
            "The cache is g/h of what it is with a key head for each query head.",
            cache / (2 * b * n * L * h * d),
            g / h,
            r"\frac{C_g}{C_h} = \frac{g}{h}",
        ),
        Identity(
            "The cache of one text is as large as the projections at this context.",
            cache.subs(n, h * d * (1 + h / g)),
            b * L * 2 * (h * d) ** 2 * (1 + g / h),
            r"C = P \quad \text{at} \quad n = h\, d_k \left(1 + \frac{h}{g}\right)",
        ),
    )


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=(
        r"\begin{gathered} \mathrm{head}_r = \mathrm{Attention}(X W^Q_r,\ X W^K_u,\ "
        r"X W^V_u) \\ u = \left\lceil \frac{r\, <kv_heads>}{<heads>} \right\rceil, \quad "
        r"<cache> = 2\, <size>\, <context>\, <layers>\, <kv_heads>\, <width>\, <batch> "
        r"\end{gathered}"
    ),
)
