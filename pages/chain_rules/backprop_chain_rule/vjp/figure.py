"""Vector-Jacobian products: what is drawn, and the sentence about it."""

from __future__ import annotations

import numpy as np

from charts import Axis, Bars, Curve, Figure, Mark, Scene, bars, curves, heatmap
from formulas.checks import Array
from notation.numbers import number_text
from pages.chain_rules.backprop_chain_rule.vjp.statement import (
    FIRST,
    SECOND,
    SIZES,
    STATEMENT,
    THIRD,
    Result,
)

INPUTS = np.array(SIZES, float)
REVERSE_COLOR, FORWARD_COLOR, GRADIENT_COLOR = STATEMENT.color_indices(
    "reverse", "forward", "gradient"
)
NAMES = ("v", "J₃", "J₂", "J₁")
MOST = 1e16


def draw(
    result: Result,
    *,
    back: Array,
    n_in: int,
    width: int,
    n_out: int,
    layers: int,
) -> Scene:
    """Draw what both orders cost, and the small chain with its gradient."""
    ratio = result.forward / result.reverse
    return Scene(
        _costs(result, n_in, width, n_out, layers),
        _chain(back),
        _gradient(result.gradient),
        readouts={
            "reverse": result.reverse,
            "forward": result.forward,
            "forward over reverse": ratio,
            "first number of the gradient": result.gradient[0],
        },
        status=sentence(result, ratio),
    )


def _costs(result: Result, n_in: int, width: int, n_out: int, layers: int) -> Figure:
    between = (layers - 2) * float(width) ** 2
    from_loss = INPUTS * width + between + width * n_out
    from_input = INPUTS * (between + width * n_out + n_out)
    return curves(
        "Multiplications against the number of inputs",
        Curve("from the input on", INPUTS, from_input, FORWARD_COLOR, points=True),
        Curve("from the loss on", INPUTS, from_loss, REVERSE_COLOR, points=True),
        Mark(n_in, result.forward, "", FORWARD_COLOR),
        Mark(n_in, result.reverse, "", REVERSE_COLOR),
        x=Axis("inputs N", (0.7, 1.5e6), log=True),
        y=Axis("multiplications", (1, MOST), log=True),
    )


def _chain(back: Array) -> Figure:
    blocks = (back[None], THIRD, SECOND, FIRST)
    columns = sum(block.shape[1] + 1 for block in blocks) - 1
    sheet, labels = np.full((len(FIRST), columns), np.nan), [""] * columns
    start = 0
    for name, block in zip(NAMES, blocks, strict=True):
        rows, width = block.shape
        sheet[:rows, start : start + width] = block
        labels[start + (width - 1) // 2] = name
        start += width + 1
    return heatmap(
        "A small chain: v, J₃, J₂, J₁",
        sheet,
        x=Axis("", labels=tuple(labels)),
        y=Axis("row"),
        limits=(-2, 2),
        digits=1,
        scale=False,
        height=260,
    )


def _gradient(gradient: Array) -> Figure:
    return bars(
        "Its gradient with respect to the input",
        ("x₁", "x₂", "x₃"),
        Bars("gradient", gradient, GRADIENT_COLOR),
        y=Axis("gradient", (-13, 13)),
        height=240,
    )


def sentence(result: Result, ratio: float) -> str:
    """Say what both orders cost."""
    from_loss, from_input = (
        number_text(float(count), 3) for count in (result.reverse, result.forward)
    )
    if ratio >= 1:
        compared = f"{number_text(ratio, 3)} times as many"
    else:
        compared = f"only {number_text(ratio, 3)} times as many"
    return (
        f"From the loss on, the gradient takes {from_loss} multiplications; from the "
        f"input on it takes {from_input}, {compared}."
    )
