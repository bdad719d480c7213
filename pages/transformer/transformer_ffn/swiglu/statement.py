"""SwiGLU: what is shown, computed and proved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from formulas.checks import Array
from formulas.transformer.glu import glu_ffn, glu_width
from notation.quantities import quantity, slider
from notation.statement import Statement
from pages.transformer.transformer_ffn.statement import STATEMENT as FFN

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

WIDTHS = (256, 512, 768, 1024, 2048, 4096, 8192)

QUANTITIES = (
    quantity("X", "x", "one token, as a row: t, and a feature that is 1", ("d",)),
    FFN.control("token"),
    quantity("W_gate", "W^{g}", "weights of the gate", ("d", "w")),
    quantity("gate", "g", "gate of each hidden unit", ("w",)),
    quantity("W_up", "W^{u}", "weights of the value", ("d", "w")),
    quantity("value", "u", "what the gate multiplies", ("w",)),
    quantity("hidden", "h", "hidden units: gate times value", ("w",)),
    quantity("linear", "z", "gate before the SiLU", ("w",)),
    slider(
        "gate_weight", "a", "weight of t in the gate", 1.5, low=-3, high=3, step=0.1
    ),
    slider("gate_bias", "b", "weight of 1 in the gate", 0.0, low=-3, high=3, step=0.1),
    slider(
        "up_weight", "c", "weight of t in the value", -0.5, low=-2, high=2, step=0.1
    ),
    quantity("W_down", "W^{d}", "weights out of the hidden units", ("w", "d")),
    quantity("output", "y", "the transformed token", ("d",)),
    slider("d_model", r"d_\text{model}", "features per token", 512, choices=WIDTHS),
    quantity("width", r"d_\text{glu}", "width with as many weights as 4 d"),
    quantity("weights", "P", "weights of the gated block"),
)


def inputs(
    token: float, gate_weight: float, gate_bias: float, up_weight: float, d_model: int
) -> dict[str, Any]:
    """Build one gated unit; the feature that is 1 takes the place of a bias."""
    return {
        "X": np.array([token, 1.0]),
        "W_gate": np.array([[gate_weight], [gate_bias]]),
        "W_up": np.array([[up_weight], [1.0]]),
        "W_down": np.array([[1.0, 0.0]]),
        "d_model": d_model,
    }


@dataclass(frozen=True)
class Result:
    """Gate, value and product of each hidden unit, and how many a real block has."""

    linear: Array
    gate: Array
    value: Array
    hidden: Array
    output: Array
    width: int
    weights: int


def compute(
    X: Array, W_gate: Array, W_up: Array, W_down: Array, d_model: int
) -> Result:
    """Transform the token, and count the weights of a block of full size."""
    block = glu_ffn(X, W_gate, W_up, W_down)
    # With values of 1 the hidden units are the gates.
    gate = glu_ffn(X, W_gate, _constant(W_up), W_down).hidden
    width = glu_width(d_model)
    return Result(
        linear=X @ W_gate,
        gate=gate,
        value=X @ W_up,
        hidden=block.hidden,
        output=block.output,
        width=width,
        weights=3 * d_model * width,
    )


def _constant(W_up: Array) -> Array:
    weights = np.zeros_like(W_up)
    weights[-1] = 1.0
    return weights


def equations() -> tuple[Equation, ...]:
    """Write gate, value and product of one hidden unit, and the count of weights."""
    from sympy import Integer, exp, floor

    from notation.trees import Equation, arrays, sum_over, symbols, unevaluated

    x, Wg, Wu, Wd, z, g, v, h, y = arrays(
        "X W_gate W_up W_down linear gate value hidden output"
    )
    d, w, i, j, u = symbols("d w i j u")
    d_model, width, weights = symbols("d_model width weights")
    with unevaluated():
        return (
            Equation(z[u], sum_over(x[j] * Wg[j, u], j, 1, d)),
            Equation(g[u], z[u] / (1 + exp(-z[u]))),
            Equation(v[u], sum_over(x[j] * Wu[j, u], j, 1, d)),
            Equation(h[u], g[u] * v[u]),
            Equation(y[i], sum_over(h[u] * Wd[u, i], u, 1, w)),
            Equation(width, floor(Integer(2) * 4 * d_model / 3)),
            Equation(weights, 3 * d_model * width),
        )


def identities() -> tuple[Identity, ...]:
    """Write what two gated units make, how a gate learns, and the width."""
    from sympy import Derivative, Rational, exp

    from notation.trees import Identity, symbols

    x, v, d = symbols("x v d", positive=True)

    def silu(z: Any) -> Any:
        return z / (1 + exp(-z))

    return (
        Identity(
            "Two units with opposite gates and values multiply gate and value exactly.",
            silu(x) * v + silu(-x) * -v,
            x * v,
            r"\mathrm{SiLU}(z)\, u - \mathrm{SiLU}(-z)\, u = z\, u",
        ),
        Identity(
            "The gradient of the value is the gate.",
            Derivative(silu(x) * v, v),
            silu(x),
            r"\frac{\partial h}{\partial u} = \mathrm{SiLU}(z)",
        ),
        Identity(
            "Three matrices of 8/3 d units have as many weights as two of 4 d.",
            3 * d * (Rational(8, 3) * d),
            2 * d * (4 * d),
            r"3 \cdot d \cdot \tfrac{8}{3} d = 2 \cdot d \cdot 4 d",
        ),
    )


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=(
        r"\mathrm{SwiGLU}(<X>) = \left(\mathrm{SiLU}(<X> <W_gate>) \odot "
        r"<X> <W_up>\right) <W_down>"
    ),
    main_result="hidden",
)
