"""Linear layer: what is derived, line by line."""

from __future__ import annotations

from sympy import sqrt, symbols

from notation.trees import Derivation, Step


def derivations() -> tuple[Derivation, ...]:
    """Derive that two layers are one, and how fast an output grows along its weights."""
    return _two_layers_are_one(), _along_the_weights()


def _two_layers_are_one() -> Derivation:
    # Two inputs, two hidden values, one output.
    x = symbols("x_1 x_2")
    W = [symbols("w_11 w_12"), symbols("w_21 w_22")]
    b, v, c = symbols("b_1 b_2"), symbols("v_1 v_2"), symbols("c")
    hidden = [sum(W[k][j] * x[j] for j in (0, 1)) for k in (0, 1)]
    merged = [sum(v[k] * W[k][j] for k in (0, 1)) for j in (0, 1)]
    return Derivation(
        "Two linear layers without an activation function between them are one linear "
        "layer.",
        sum(v[k] * (hidden[k] + b[k]) for k in (0, 1)) + c,
        (
            Step(
                "A matrix may be multiplied into a sum.",
                sum(v[k] * hidden[k] + v[k] * b[k] for k in (0, 1)) + c,
                r"W_2 (W_1 x) + W_2 b_1 + b_2",
            ),
            Step(
                "In a product of matrices the brackets may be moved.",
                sum(merged[j] * x[j] for j in (0, 1))
                + sum(v[k] * b[k] for k in (0, 1))
                + c,
                r"(W_2 W_1)\, x + W_2 b_1 + b_2",
            ),
            Step(
                "The product of the weights is one matrix $W$, and the rest is one bias "
                "$b$, because neither contains $x$.",
                sum(merged[j] * x[j] for j in (0, 1))
                + (sum(v[k] * b[k] for k in (0, 1)) + c),
                r"W x + b, \qquad W = W_2 W_1, \quad b = W_2 b_1 + b_2",
            ),
        ),
        r"W_2 (W_1 x + b_1) + b_2",
    )


def _along_the_weights() -> Derivation:
    w, t, b = symbols("w_1 w_2"), symbols("t"), symbols("b")
    length = sqrt(w[0] ** 2 + w[1] ** 2)
    place = [t * weight / length for weight in w]
    return Derivation(
        "With the weights $w$ and the bias $b$ of one neuron: at the distance $t$ from the "
        "origin along $w$ the output is $t \\lVert w \\rVert + b$, so it is zero at the distance "
        "$|b| / \\lVert w \\rVert$.",
        w[0] * place[0] + w[1] * place[1] + b,
        (
            Step(
                "The number $t / \\lVert w \\rVert$ can stand before the dot product.",
                t / length * (w[0] * w[0] + w[1] * w[1]) + b,
                r"\frac{t}{\lVert w \rVert}\, (w \cdot w) + b",
            ),
            Step(
                "The dot product of a vector with itself is its squared length.",
                t / length * length**2 + b,
                r"\frac{t}{\lVert w \rVert}\, \lVert w \rVert^2 + b",
            ),
            Step(
                "One factor cancels. The sum is zero for $t = -b / \\lVert w \\rVert$.",
                t * length + b,
                r"t\, \lVert w \rVert + b",
            ),
        ),
        r"w \cdot \left(t\, \frac{w}{\lVert w \rVert}\right) + b",
    )
