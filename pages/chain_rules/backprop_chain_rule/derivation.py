"""Backpropagation: what is derived, line by line."""

from __future__ import annotations

from sympy import Derivative, Rational, exp, symbols

from notation.trees import Derivation, Step


def derivations() -> tuple[Derivation, ...]:
    """Derive a weight's gradient factor by factor, and the transpose of a layer."""
    w, x, b, t = symbols("w x b t", positive=True)
    total = w * x + b
    a = 1 / (1 + exp(-total))
    slope = exp(-total) / (1 + exp(-total)) ** 2
    half = Rational(1, 2)
    return (
        Derivation(
            "The gradient of a weight is a product of local derivatives, from the loss "
            "back to the weight.",
            Derivative(half * (a - t) ** 2, w),
            (
                Step(
                    "Half a square has the derivative of its base, times the base.",
                    (a - t) * Derivative(a, w),
                    r"(a - t)\, \frac{\partial}{\partial w}\, \sigma(w x + b)",
                ),
                Step(
                    "The sigmoid depends on $w$ through $z = w x + b$ alone.",
                    (a - t) * slope * Derivative(total, w),
                    r"(a - t)\, \sigma'(z)\, \frac{\partial}{\partial w} (w x + b)",
                ),
                Step(
                    "The slope of the sigmoid follows from its value: "
                    "$\\sigma' = \\sigma (1 - \\sigma)$.",
                    (a - t) * (a * (1 - a)) * Derivative(total, w),
                    r"(a - t)\, a (1 - a)\, \frac{\partial}{\partial w} (w x + b)",
                ),
                Step(
                    "The weighted sum grows by $x$ for each unit of $w$.",
                    (a - t) * (a * (1 - a)) * x,
                    r"(a - t) \cdot a (1 - a) \cdot x",
                ),
            ),
            r"\frac{\partial L}{\partial w} = \frac{\partial}{\partial w}\, "
            r"\frac{1}{2} \left(\sigma(w x + b) - t\right)^2",
        ),
        _transpose(),
    )


def _transpose() -> Derivation:
    """Derive the gradient of a linear layer's input, for two inputs and two outputs."""
    (p, q, r, s), (x1, x2) = symbols("W_11 W_12 W_21 W_22"), symbols("x_1 x_2")
    targets = t1, t2 = symbols("t_1 t_2")
    outputs = y1, y2 = p * x1 + q * x2, r * x1 + s * x2
    errors = [y - t for y, t in zip(outputs, targets, strict=True)]
    loss = Rational(1, 2) * sum(error**2 for error in errors)
    free = symbols("y_1 y_2")
    by_output = [
        Derivative(Rational(1, 2) * ((free[0] - t1) ** 2 + (free[1] - t2) ** 2), y)
        .doit()
        .subs(dict(zip(free, outputs, strict=True)))
        for y in free
    ]
    return Derivation(
        "For a linear layer $y = W x$ the gradient of the input is the transposed matrix "
        "times the gradient of the output.",
        Derivative(loss, x1),
        (
            Step(
                "The input reaches the loss through every output, and the paths add up.",
                by_output[0] * Derivative(y1, x1) + by_output[1] * Derivative(y2, x1),
                r"\sum_i \frac{\partial L}{\partial y_i}\, "
                r"\frac{\partial y_i}{\partial x_j}",
            ),
            Step(
                "Output $i$ is $\\sum_k W_{ik} x_k$, and only the term $k = j$ contains "
                "$x_j$.",
                by_output[0] * p + by_output[1] * r,
                r"\sum_i \frac{\partial L}{\partial y_i}\, W_{ij}",
            ),
            Step(
                "The sum runs over the rows of $W$, which are the columns of "
                "$W^\\top$.",
                p * errors[0] + r * errors[1],
                r"\left(W^\top\, \nabla_{y} L\right)_j",
            ),
        ),
        r"\frac{\partial L}{\partial x_j}",
    )
