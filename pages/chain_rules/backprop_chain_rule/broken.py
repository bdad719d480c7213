"""Backpropagation through a neuron that forgets the slope of the sigmoid."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pages.chain_rules.backprop_chain_rule import statement as whole

if TYPE_CHECKING:
    from notation.trees import Equation

COMPARED = ("gradient of w",)


def compute(w: float, x: float, b: float, target: float, second: float) -> whole.Result:
    """Pass the error on as if the sigmoid were a straight line."""
    right = whole.compute(w, x, b, target, second)
    delta = right.dL_da
    return replace(
        right,
        dL_dz=delta,
        dL_dw=delta * x,
        dL_dx=delta * w,
        dL_db=delta,
        dL2_dw=(second * right.h - target) * second * x,
        bent=False,
    )


def equations() -> tuple[Equation, ...]:
    """Strike the slope out of the product."""
    from notation.trees import Equation, struck, symbols, unevaluated

    upstream, slope, delta, x, by_w = symbols("dL_da da_dz dL_dz x dL_dw")
    v, h, t, two_layers = symbols("second h target dL2_dw")
    lines = list(whole.equations())
    with unevaluated():
        lines[5] = Equation(delta, upstream * struck(slope, 1))
        lines[6] = Equation(by_w, upstream * struck(slope, 1) * x)
        own = (v * h - t) * v * struck(h * (1 - h), 1) * x
        lines[10] = Equation(two_layers, own)
    return tuple(lines)


STATEMENT = replace(
    whole.STATEMENT,
    compute=compute,
    build_equations=equations,
    build_identities=tuple,
    headline_at=None,
    headline=(
        r"<dL_dw> = <dL_da> \cdot \cancel{<da_dz>} \cdot "
        r"\underbrace{\frac{\partial z}{\partial w}}_{<x>}"
    ),
)
