"""Convolution: what is derived, line by line."""

from __future__ import annotations

from typing import Any

from sympy import Derivative, Integer, Piecewise, floor, symbols

from notation.trees import Derivation, Step


def derivations() -> tuple[Derivation, ...]:
    """Derive the size of the output, that a shift carries over, and a gradient."""
    return _size(), _shift(), _input_gradient()


def _size() -> Derivation:
    # At most six places: the room for steps of the window, room / s, is below 5.
    s, k, v = symbols("s k v", positive=True)
    room = s * 5 * v / (1 + v)  # n + 2p - k
    padded = k + room
    starts = range(6)
    return Derivation(
        "The output has one row for each place at which the window fits.",
        sum(Piecewise((1, s * i + k <= padded), (0, True)) for i in starts),
        (
            Step(
                "The window number $i$ starts at $s i$ and ends before $s i + k$. It fits if "
                "that is at most the padded size $n + 2p$: solved for $i$.",
                sum(Piecewise((1, i <= room / s), (0, True)) for i in starts),
                r"\sum_{i = 0, 1, \dots} \left[\, i \le \frac{n + 2p - k}{s} \,\right]",
            ),
            Step(
                "Whole numbers up to a bound end at the bound rounded down, and 0 is one of "
                "them.",
                floor(room / s) + 1,
                r"\left\lfloor \frac{n + 2p - k}{s} \right\rfloor + 1",
            ),
        ),
        r"n_S = \sum_{i = 0, 1, \dots} \left[\, s i + k \le n + 2p \,\right]",
    )


def _shift() -> Derivation:
    # One row, three weights; the entry j = 2 of the output of the shifted row.
    x = symbols("x_0:7")
    k = symbols("k_0:3")
    moved = (Integer(0), *x)  # entry t of the shifted row is entry t - 1 of the row
    j = 2
    output = [sum(x[t + v] * k[v] for v in range(3)) for t in range(4)]
    return Derivation(
        "At stride 1, away from the border, shifting the input by one place shifts the "
        "output by one place.",
        sum(moved[j + v] * k[v] for v in range(3)),
        (
            Step(
                "Shifted to the right by one place, the input has at $t$ what it had at "
                "$t - 1$: $X'(t) = X(t - 1)$.",
                sum(x[j + v - 1] * k[v] for v in range(3)),
                r"\sum_{v=0}^{k-1} X(j + v - 1)\, K(v)",
            ),
            Step(
                "The place may be written with $j - 1$ in the role of $j$.",
                sum(x[(j - 1) + v] * k[v] for v in range(3)),
                r"\sum_{v=0}^{k-1} X((j - 1) + v)\, K(v)",
            ),
            Step(
                "That is the definition of the unshifted output, one place to the left.",
                output[j - 1],
                r"S(j - 1)",
            ),
        ),
        r"S'(j) = \sum_{v=0}^{k-1} X'(j + v)\, K(v)",
    )


def _input_gradient() -> Derivation:
    # One row of four numbers, two weights, three outputs; the input at t = 2.
    x = symbols("x_0:4")
    k = symbols("k_0:2")
    g = symbols("g_0:3")
    t = 2
    output = [sum(x[i + v] * k[v] for v in range(2)) for i in range(3)]
    loss: Any = sum(slope * s for slope, s in zip(g, output, strict=True))

    def weight(place: int) -> Any:
        return k[place] if 0 <= place < len(k) else Integer(0)

    return Derivation(
        "At stride 1 the gradient of a loss with respect to the input is a true "
        "convolution with the kernel.",
        Derivative(loss, x[t]),
        (
            Step(
                "The chain rule over all outputs, with $G(i)$ for the derivative of the "
                "loss with respect to $S(i)$.",
                sum(g[i] * Derivative(output[i], x[t]) for i in range(3)),
                r"\sum_i G(i)\, \frac{\partial S(i)}{\partial X(t)}",
            ),
            Step(
                "In $S(i) = \\sum_v X(i + v)\\, K(v)$ the entry $X(t)$ has the weight with "
                "$i + v = t$, if there is one.",
                sum(g[i] * weight(t - i) for i in range(3)),
                r"\sum_i G(i)\, K(t - i), \qquad 0 \le t - i < k",
            ),
            Step(
                "An index that runs backward in one factor is the definition of a "
                "convolution.",
                g[1] * k[1] + g[2] * k[0],
                r"(G * K)(t)",
            ),
        ),
        r"\frac{\partial L}{\partial X(t)}",
    )
