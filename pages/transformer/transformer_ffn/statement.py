"""Feed-forward block: what is shown, computed and proved."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from formulas.checks import Array
from formulas.transformer.transformer_ffn import ACTIVATIONS, transformer_ffn
from notation.quantities import option, quantity, slider
from notation.statement import Statement

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

LOW, HIGH = -3.0, 3.0  # of the token
WEIGHTS = ("curve", "hat", "random")
HAT_SLOPES = (1.0, 1.0, 1.0)
HAT_KINKS = (-1.0, 0.0, 1.0)
HAT_WEIGHTS = (1.0, -2.0, 1.0)

QUANTITIES = (
    quantity("X", "x", "one token, as a row", ("d",)),
    quantity("W1", "W^{(1)}", "weights into the hidden units", ("d", "d_ff")),
    quantity("b1", "b^{(1)}", "bias of each hidden unit", ("d_ff",)),
    quantity("pre_activation", "z", "hidden units before the activation", ("d_ff",)),
    quantity("hidden", "h", "hidden units after the activation", ("d_ff",)),
    quantity("W2", "W^{(2)}", "weights out of the hidden units", ("d_ff", "d")),
    quantity("b2", "b^{(2)}", "bias of each output", ("d",)),
    quantity("output", "y", "the transformed token", ("d",)),
    slider(
        "token",
        "t",
        "the token, here a single number",
        -0.5,
        low=LOW,
        high=HIGH,
        step=0.1,
    ),
    slider("units", "d_{ff}", "number of hidden units", 12, low=1, high=64, step=1),
    slider(
        "weight_scale",
        "a",
        "multiplies the slope of every unit",
        1.0,
        low=0.1,
        high=3,
        step=0.1,
    ),
    option(
        "weights",
        r"\text{weights}",
        "which weights the units have",
        "hat",
        choices=WEIGHTS,
        idle=(("curve", ("seed",)), ("hat", ("units", "seed"))),
    ),
    option(
        "activation",
        r"\text{activation}",
        "activation of the hidden units",
        "relu",
        choices=ACTIVATIONS,
    ),
    slider(
        "ratio",
        "r",
        "for the weights of a whole model, d = 512: hidden units per feature",
        4,
        low=1,
        high=8,
        step=1,
        rare=True,
    ),
    slider(
        "seed",
        r"\text{seed}",
        "seed of the random units",
        3,
        low=0,
        high=20,
        step=1,
        rare=True,
    ),
    quantity(
        "straight",
        r"y^{\text{linear}}",
        "the transformed token, without an activation",
        ("d",),
        color_of="output",
    ),
    quantity(
        "shown",
        r"y^{\text{shown}}",
        "the transformed token, with the activation that is chosen",
        ("d",),
        color_of="output",
    ),
    *(
        quantity(f"{name}_{what}", symbol, meaning, shape, color_of=what)
        for name, short in (("gelu", "GELU"), ("silu", "SiLU"))
        for what, symbol, meaning, shape in (
            (
                "hidden",
                rf"h^{{\mathrm{{{short}}}}}",
                f"hidden units with {short}",
                ("d_ff",),
            ),
            (
                "output",
                rf"y^{{\mathrm{{{short}}}}}",
                f"the transformed token with {short}",
                ("d",),
            ),
        )
    ),
)


def inputs(
    token: float,
    units: int,
    weight_scale: float,
    weights: str,
    seed: int,
    activation: str,
) -> dict[str, Any]:
    """Build a block for tokens of one feature out of hinges."""
    slopes, kinks, out = _hinges(weights, units, weight_scale, seed=seed)
    return {
        "X": np.array([token]),
        "W1": slopes[None, :],
        "b1": -slopes * kinks,
        "W2": out[:, None],
        "b2": np.zeros(1),
        "bend": activation,
    }


def _hinges(
    kind: str, units: int, weight_scale: float, *, seed: int = 0
) -> tuple[Array, Array, Array]:
    """Return slopes, kinks and weights: for the curve, for the hat, or random ones."""
    if kind == "curve":
        return weight_scale * np.ones(units), *_following(units)
    if kind == "hat":
        slopes = np.array(HAT_SLOPES)
        return weight_scale * slopes, np.array(HAT_KINKS), np.array(HAT_WEIGHTS)
    random = np.random.default_rng(seed)
    slopes, weights = random.standard_normal((2, units))
    kinks = random.uniform(-2, 2, units)
    return weight_scale * slopes, kinks, weights / math.sqrt(units)


def curve(t: ArrayLike) -> Array:
    """Return the curve to be followed; it is 0 at both ends of the token's range."""
    t = np.asarray(t, dtype=float)
    return np.asarray(2 * np.sin(np.pi * t / 3) + np.sin(np.pi * t))


def _following(units: int) -> tuple[Array, Array]:
    """Return kinks, evenly spaced, and weights that meet the curve at each of them."""
    ends = np.linspace(LOW, HIGH, units + 1)
    heights = np.round(curve(ends), 12)  # −2e-16 is 0
    return ends[:-1], np.diff(np.diff(heights) / np.diff(ends), prepend=0.0)


def ffn_share(ratio: float) -> float:
    """Return the share of a transformer block's weights that this part holds.

    The rest belongs to attention, which has four square matrices.
    """
    return ratio / (2 + ratio)


@dataclass(frozen=True)
class Result:
    """The hidden units before and after an activation, and the transformed token.

    ``hidden`` and ``output`` have the ReLU of the paper, others the activation that they
    are named for; ``straight`` is the token that an identity gives. ``shown`` is the token
    with the activation that was chosen. Without the ReLU the units are not ``bent``.
    """

    pre_activation: Array
    hidden: Array
    output: Array
    straight: Array
    gelu_hidden: Array
    gelu_output: Array
    silu_hidden: Array
    silu_output: Array
    shown: Array
    bent: bool = True


def compute(X: Array, W1: Array, b1: Array, W2: Array, b2: Array, bend: str) -> Result:
    """Transform the token, with the ReLU of the paper and with the others."""
    blocks = {
        name: transformer_ffn(X, W1, b1, W2, b2, activation=name)
        for name in ACTIVATIONS
    }
    outputs = {name: without_dust(block.output) for name, block in blocks.items()}
    return Result(
        pre_activation=blocks["identity"].hidden,
        hidden=blocks["relu"].hidden,
        output=outputs["relu"],
        straight=outputs["identity"],
        gelu_hidden=without_dust(blocks["gelu"].hidden),
        gelu_output=outputs["gelu"],
        silu_hidden=without_dust(blocks["silu"].hidden),
        silu_output=outputs["silu"],
        shown=outputs[bend],
    )


def without_dust(output: Array) -> Array:
    """Leave nothing of what is next to 0: units that cancel, or are far below their bend."""
    return np.where(np.abs(output) < 1e-12, 0.0, output)


def equations() -> tuple[Equation, ...]:
    """Write one hidden unit, before and after each activation, and one output."""
    from sympy import Piecewise, erf, exp, sqrt

    from notation.trees import Equation, arrays, sum_over, symbols, unevaluated

    x, W1, b1, W2, b2 = arrays("X W1 b1 W2 b2")
    z, h, y, straight = arrays("pre_activation hidden output straight")
    gelu, with_gelu = arrays("gelu_hidden gelu_output")
    silu, with_silu = arrays("silu_hidden silu_output")
    d, d_ff, i, j, u = symbols("d d_ff i j u")

    def added(units: Any) -> Any:
        return sum_over(units[u] * W2[u, i], u, 1, d_ff) + b2[i]

    with unevaluated():
        return (
            Equation(z[u], sum_over(x[j] * W1[j, u], j, 1, d) + b1[u]),
            Equation(straight[i], added(z)),
            Equation(gelu[u], z[u] * ((1 + erf(z[u] / sqrt(2))) / 2)),
            Equation(with_gelu[i], added(gelu)),
            Equation(silu[u], z[u] / (1 + exp(-z[u]))),
            Equation(with_silu[i], added(silu)),
            Equation(h[u], Piecewise((z[u], z[u] > 0), (0, True))),
            Equation(y[i], added(h)),
        )


def identities() -> tuple[Identity, ...]:
    """Write what gradient passes a unit, and where a block's weights are."""
    from sympy import Derivative, Piecewise

    from notation.trees import Identity, symbols

    x, w1, w2, b1, b2, d, r = symbols("x w_1 w_2 b_1 b_2 d r", positive=True)
    on, off = w1 * x + b1, -w1 * x - b1
    return (
        Identity(
            "Where a unit is active, it passes the gradient on through both weights ...",
            Derivative(w2 * Piecewise((on, on > 0), (0, True)) + b2, x),
            w1 * w2,
            r"\frac{\partial y}{\partial x} = w_1 w_2 \quad (w_1 x + b_1 > 0)",
        ),
        Identity(
            "... and where it is not, nothing passes.",
            Derivative(w2 * Piecewise((off, off > 0), (0, True)) + b2, x),
            0 * x,
            r"\frac{\partial y}{\partial x} = 0 \quad (w_1 x + b_1 < 0)",
        ),
        Identity(
            "With r hidden units per feature the block holds r / (2 + r) of the weights: "
            "two thirds for r = 4.",
            2 * d * (r * d) / (4 * d**2 + 2 * d * (r * d)),
            r / (2 + r),
            r"\frac{2 r d^2}{4 d^2 + 2 r d^2} = \frac{r}{2 + r}",
        ),
    )


def line_result(activation: str) -> str:
    """Name the output of the activation that is drawn."""
    return {
        "gelu": "gelu_output",
        "silu": "silu_output",
        "identity": "straight",
    }.get(activation, "output")


HEADLINE = r"\mathrm{FFN}(<X>) = \max\left(0, <X> <W1> + <b1>\right) <W2> + <b2>"
OTHERS = {"gelu": r"\mathrm{GELU}", "silu": r"\mathrm{SiLU}", "identity": ""}


def headline_at(activation: str) -> str:
    """Write the activation that is drawn, where it is not the ReLU of the paper."""
    if activation not in OTHERS:
        return ""
    return HEADLINE.replace(r"\max\left(0, ", rf"{OTHERS[activation]}\left(")


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=HEADLINE,
    headline_at=headline_at,
    line_result=line_result,
)
