"""Feed-forward block: what is derived, line by line."""

from __future__ import annotations

from sympy import symbols

from notation.trees import Derivation, Step


def derivations() -> tuple[Derivation, ...]:
    """Derive the block's part of the weights, and what it is without an activation."""
    d, r = symbols("d r", positive=True)
    x, (w1, w2), (c1, c2) = symbols("x"), symbols("w_1 w_2"), symbols("b_1 b_2")
    (v1, v2), out = symbols("v_1 v_2"), symbols("b")
    return (
        Derivation(
            "With $r$ hidden units per feature the block holds $r / (2 + r)$ of the "
            "weights of a transformer block with full multi-head attention.",
            (d * (r * d) + (r * d) * d) / (4 * d * d + (d * (r * d) + (r * d) * d)),
            (
                Step(
                    "The two matrices of this block have $r d^2$ entries each, the four "
                    "of attention $d^2$ each.",
                    2 * r * d**2 / (4 * d**2 + 2 * r * d**2),
                    r"\frac{2 r d^2}{4 d^2 + 2 r d^2}",
                ),
                Step(
                    "The factor $2 d^2$ stands in every term.",
                    (2 * d**2) * r / ((2 * d**2) * (2 + r)),
                    r"\frac{2 d^2 \cdot r}{2 d^2 \cdot (2 + r)}",
                ),
                Step(
                    "It cancels, so the width does not matter.",
                    r / (2 + r),
                    r"\frac{r}{2 + r}",
                ),
            ),
            r"\frac{d \cdot r d + r d \cdot d}"
            r"{\underbrace{4\, d \cdot d}_{\text{attention}} + "
            r"\underbrace{d \cdot r d + r d \cdot d}_{\text{this block}}}",
        ),
        Derivation(
            "Without an activation the two layers are one linear layer, however many "
            "hidden units there are.",
            (x * w1 + c1) * v1 + (x * w2 + c2) * v2 + out,
            (
                Step(
                    "The matrix product is distributive.",
                    (x * w1 * v1 + x * w2 * v2) + (c1 * v1 + c2 * v2) + out,
                    r"x\, W^{(1)} W^{(2)} + b^{(1)} W^{(2)} + b^{(2)}",
                ),
                Step(
                    "The product of the two matrices is one matrix, and the rest does not "
                    "depend on $x$.",
                    x * (w1 * v1 + w2 * v2) + (c1 * v1 + c2 * v2 + out),
                    r"x\, W + b, \qquad W = W^{(1)} W^{(2)}, \quad "
                    r"b = b^{(1)} W^{(2)} + b^{(2)}",
                ),
            ),
            r"\left(x\, W^{(1)} + b^{(1)}\right) W^{(2)} + b^{(2)}",
        ),
    )
