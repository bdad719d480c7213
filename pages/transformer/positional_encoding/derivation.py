"""Positional encoding: what is derived, line by line."""

from __future__ import annotations

from sympy import cos, sin, symbols

from notation.trees import Derivation, Step


def derivations() -> tuple[Derivation, ...]:
    """Derive that a step is a rotation, and what the dot product depends on."""
    p, k, omega = symbols("p k omega", positive=True)
    speeds = symbols("omega_0 omega_1", positive=True)
    even, odd = sin(p * omega), cos(p * omega)
    products = sum(
        sin(p * w) * sin((p + k) * w) + cos(p * w) * cos((p + k) * w) for w in speeds
    )
    return (
        Derivation(
            "A step of $k$ positions turns each pair by the angle $k \\omega_i$, wherever "
            "it starts.",
            sin((p + k) * omega),
            (
                Step(
                    "The angle of the later position is the sum of two angles.",
                    sin(p * omega + k * omega),
                    r"\sin(p\, \omega_i + k\, \omega_i)",
                ),
                Step(
                    "The sine of a sum is given by the addition theorem.",
                    sin(p * omega) * cos(k * omega) + cos(p * omega) * sin(k * omega),
                    r"\sin(p\, \omega_i) \cos(k\, \omega_i) + "
                    r"\cos(p\, \omega_i) \sin(k\, \omega_i)",
                ),
                Step(
                    "Sine and cosine of $p\\, \\omega_i$ are the pair at position $p$; "
                    "what they are multiplied by depends on $k$ alone.",
                    even * cos(k * omega) + odd * sin(k * omega),
                    r"\cos(k\, \omega_i)\, PE_{(p,\, 2i)} + "
                    r"\sin(k\, \omega_i)\, PE_{(p,\, 2i+1)}",
                ),
            ),
            r"PE_{(p + k,\, 2i)} = \sin\left((p + k)\, \omega_i\right)",
        ),
        Derivation(
            "The dot product of two encodings depends on their offset $k$ alone.",
            sin(p * speeds[0]) * sin((p + k) * speeds[0])
            + cos(p * speeds[0]) * cos((p + k) * speeds[0])
            + sin(p * speeds[1]) * sin((p + k) * speeds[1])
            + cos(p * speeds[1]) * cos((p + k) * speeds[1]),
            (
                Step(
                    "The entries are taken pair by pair, a sine and a cosine each.",
                    products,
                    r"\sum_{i=0}^{d/2-1} \left(\sin(p\, \omega_i) "
                    r"\sin((p + k)\, \omega_i) + \cos(p\, \omega_i) "
                    r"\cos((p + k)\, \omega_i)\right)",
                ),
                Step(
                    "Each bracket is the cosine of the difference of its two angles.",
                    sum(cos((p + k) * w - p * w) for w in speeds),
                    r"\sum_{i=0}^{d/2-1} \cos\left((p + k)\, \omega_i - "
                    r"p\, \omega_i\right)",
                ),
                Step(
                    "The position cancels in the difference.",
                    sum(cos(k * w) for w in speeds),
                    r"\sum_{i=0}^{d/2-1} \cos(k\, \omega_i)",
                ),
            ),
            r"PE_p \cdot PE_{p+k} = \sum_{j=0}^{d-1} PE_{(p,\, j)}\, PE_{(p+k,\, j)}",
        ),
    )
