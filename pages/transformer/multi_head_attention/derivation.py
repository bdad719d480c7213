"""Multi-head attention: what is derived, line by line."""

from __future__ import annotations

from sympy import symbols

from notation.trees import Derivation, Step


def derivations() -> tuple[Derivation, ...]:
    """Derive that heads add up, and that they cost no parameters."""
    h, d = symbols("h d", positive=True)
    gathered = a, b, c, e = symbols("H_1:5", positive=True)
    rows = w1, w2, w3, w4 = symbols("w_1:5", positive=True)
    merged = sum(x * w for x, w in zip(gathered, rows, strict=True))
    return (
        Derivation(
            "Joining the heads and projecting is the same as adding up what each head "
            "projects with its own rows.",
            merged,
            (
                Step(
                    "The first $d_k$ of the $d$ columns come from head 1, the next $d_k$ "
                    "from head 2, and so on, so the sum is cut into one part a head.",
                    (a * w1 + b * w2) + (c * w3 + e * w4),
                    r"\sum_{r=1}^{h} \sum_{c=1}^{d_k} (H_r)_{ic}\, "
                    r"W^O_{(r-1) d_k + c,\, e}",
                ),
                Step(
                    "These $d_k$ rows of $W^O$ are called $W^O_r$.",
                    sum(
                        sum(x * w for x, w in zip(part, own, strict=True))
                        for part, own in (((a, b), (w1, w2)), ((c, e), (w3, w4)))
                    ),
                    r"\sum_{r=1}^{h} \sum_{c=1}^{d_k} (H_r)_{ic}\, (W^O_r)_{ce}",
                ),
                Step(
                    "The inner sum is a matrix product.",
                    (a * w1 + b * w2) + (c * w3 + e * w4),
                    r"\left(\sum_{r=1}^{h} H_r W^O_r\right)_{ie}",
                ),
            ),
            r"\left(\mathrm{Concat}(H_1, \dots, H_h)\, W^O\right)_{ie} = "
            r"\sum_{u=1}^{d} \mathrm{Concat}(H_1, \dots, H_h)_{iu}\, W^O_{ue}",
        ),
        Derivation(
            "The number of heads does not change the number of parameters.",
            h * (3 * d * (d / h) + (d / h) * d),
            (
                Step(
                    "All four matrices of a head have $d$ times $d_k$ entries.",
                    h * 4 * d * (d / h),
                    r"h \cdot 4\, d\, d_k",
                ),
                Step(
                    "The heads divide the columns: $d_k = d / h$.",
                    4 * h * d * d / h,
                    r"h \cdot 4\, d\, \frac{d}{h}",
                ),
                Step(
                    "The number of heads cancels.",
                    4 * d**2,
                    r"4 d^2",
                ),
            ),
            r"h\, (\underbrace{3\, d\, d_k}_{W^Q_r,\, W^K_r,\, W^V_r} + "
            r"\underbrace{d_k\, d}_{W^O_r})",
        ),
    )
