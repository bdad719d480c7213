"""Residual blocks before or after the norm: what is shown, computed and proved."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from formulas.checks import Array
from formulas.transformer.residual_block import residual_block
from notation.quantities import quantity, slider
from notation.statement import Statement
from pages.transformer.layer_norm.statement import STATEMENT as LAYER_NORM

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

EPS = 1e-5
WIDTH, TOKENS, DEEPEST = 16, 32, 64

QUANTITIES = (
    quantity("x", "x", "stream of one token before block L, pre-norm", ("d",)),
    slider("depth", "L", "number of blocks", 12, low=1, high=DEEPEST, step=1),
    quantity("mean", r"\mu", "mean of the features of x"),
    quantity("variance", r"\sigma^2", "variance of the features of x"),
    quantity("weights", "W", "random weights of block L", ("d", "d")),
    slider(
        "gain",
        "g",
        "factor of what a sublayer returns",
        1.0,
        choices=(0.125, 0.25, 0.5, 1.0, 2.0, 4.0),
    ),
    quantity("change", "f", "what the sublayer adds, pre-norm", ("d",)),
    quantity("output", "y", "stream after block L, pre-norm", ("d",)),
    quantity("z", "z", "stream of the same token before block L, post-norm", ("d",)),
    quantity("total", "h", "z and what the sublayer adds, post-norm", ("d",)),
    quantity("total_mean", "m", "mean of the features of h"),
    quantity("total_variance", "v", "variance of the features of h"),
    quantity("post", "p", "stream after block L, post-norm", ("d",)),
    replace(LAYER_NORM.quantity("eps"), color_of=""),
    slider(
        "seed", r"\text{seed}", "random weights", 0, low=0, high=5, step=1, rare=True
    ),
)


def inputs(depth: int, gain: float, seed: int) -> dict[str, Any]:
    """Take both streams of the first token as they enter the last block."""
    before_pre, before_post = (stream[depth - 1, 0] for stream in streams(gain, seed))
    return {
        "x": before_pre,
        "z": before_post,
        "weights": _network(seed)[1][depth - 1, 0],
        "gain": gain,
        "eps": EPS,
    }


@functools.cache
def _network(seed: int) -> tuple[Array, Array]:
    """Draw tokens of mean square 1, and for each of them the weights of all blocks."""
    rng = np.random.default_rng(seed)
    tokens = rng.standard_normal((TOKENS, WIDTH))
    tokens /= np.sqrt((tokens**2).mean(axis=1, keepdims=True))
    weights = rng.standard_normal((DEEPEST, TOKENS, WIDTH, WIDTH))
    weights /= math.sqrt(WIDTH)
    return tokens, weights


def linear(weights: Array, gain: float) -> Callable[[Array], Array]:
    """Return the sublayer that multiplies tokens by weights and a gain."""

    def sublayer(tokens: Array) -> Array:
        product: Array = gain * np.einsum("...ij,...j->...i", weights, tokens)
        return product

    return sublayer


@functools.lru_cache(maxsize=64)
def streams(gain: float, seed: int) -> tuple[Array, Array]:
    """Return all tokens before the first block and after each, pre-norm and post-norm."""
    tokens, weights = _network(seed)
    found = []
    for order in ("pre", "post"):
        stream = np.empty((DEEPEST + 1, TOKENS, WIDTH))
        stream[0] = tokens
        for k, matrix in enumerate(weights):
            sublayer = linear(matrix, gain)
            stream[k + 1] = residual_block(stream[k], sublayer, order=order, eps=EPS)
        stream.setflags(write=False)
        found.append(stream)
    return found[0], found[1]


@dataclass(frozen=True)
class Result:
    """One token through the last block, normalized before and normalized after."""

    mean: float
    variance: float
    change: Array
    output: Array
    total: Array
    total_mean: float
    total_variance: float
    post: Array


def compute(x: Array, z: Array, weights: Array, gain: float, eps: float) -> Result:
    """Let one block act on both streams."""
    sublayer = linear(weights, gain)
    output = residual_block(x, sublayer, order="pre", eps=eps)
    total = z + sublayer(z)
    return Result(
        mean=float(x.mean()),
        variance=float(x.var()),
        change=output - x,
        output=output,
        total=total,
        total_mean=float(total.mean()),
        total_variance=float(total.var()),
        post=residual_block(z, sublayer, order="post", eps=eps),
    )


def equations() -> tuple[Equation, ...]:
    """Write one block after the other order, then the one that is used today."""
    from sympy import sqrt

    from notation.trees import Equation, arrays, sum_over, symbols, unevaluated

    x, W, f, y, z, h, p = arrays("x weights change output z total post")
    mu, var, m, v = symbols("mean variance total_mean total_variance")
    g, eps, d, i, j = symbols("gain eps d i j")
    with unevaluated():
        return (
            Equation(h[i], z[i] + g * sum_over(W[i, j] * z[j], j, 1, d)),
            Equation(m, 1 / d * sum_over(h[j], j, 1, d)),
            Equation(v, 1 / d * sum_over((h[j] - m) ** 2, j, 1, d)),
            Equation(p[i], (h[i] - m) / sqrt(v + eps)),
            Equation(mu, 1 / d * sum_over(x[j], j, 1, d)),
            Equation(var, 1 / d * sum_over((x[j] - mu) ** 2, j, 1, d)),
            Equation(
                f[i],
                g * sum_over(W[i, j] * ((x[j] - mu) / sqrt(var + eps)), j, 1, d),
            ),
            Equation(y[i], x[i] + f[i]),
        )


def identities() -> tuple[Identity, ...]:
    """Write what one block does to the size of the stream, and to the gradient."""
    from sympy import Derivative, sqrt

    from notation.trees import Identity, symbols

    a, c, g = symbols("a c g", positive=True)
    return (
        Identity(
            "Pre-norm: through the sum the gradient arrives undiminished, beside what "
            "comes through the sublayer.",
            Derivative(a + c * a**2, a),
            1 + Derivative(c * a**2, a),
            r"\frac{\partial y}{\partial x} = I + \frac{\partial f}{\partial x}",
        ),
        Identity(
            "Post-norm: two parts at right angles, of size 1 and g, are divided by the "
            "root of 1 plus g squared, in every block.",
            (a**2 + (g * a) ** 2) / sqrt(1 + g**2) ** 2,
            a**2,
            r"\frac{\lVert z \rVert^2 + \lVert f \rVert^2}{1 + g^2} = "
            r"\lVert z \rVert^2 \quad (f \perp z,\ \lVert f \rVert = g \lVert z \rVert)",
        ),
    )


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=(
        r"\text{pre: } <output> = <x> + f\big(\mathrm{LN}(<x>)\big), \quad "
        r"\text{post: } <post> = \mathrm{LN}\big(<z> + f(<z>)\big)"
    ),
)
