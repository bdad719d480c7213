"""Linear layer: what is shown, computed and proved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from formulas.checks import Array
from formulas.linear_algebra.activations import relu
from formulas.linear_algebra.linear_layer import count_parameters, linear
from notation.quantities import Control, quantity, slider
from notation.statement import Statement

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

SECOND_NEURON = "Neuron 2, without bias: b₂ = 0"
SIZES = tuple(2**k for k in range(13))


def _of_neuron(
    number: int, name: str, symbol: str, meaning: str, default: float
) -> Control:
    heading = "Neuron 1" if number == 1 else SECOND_NEURON
    return slider(
        name, symbol, meaning, default, low=-3, high=3, step=0.1, heading=heading
    )


def _of_input(name: str, symbol: str, meaning: str, default: float) -> Control:
    return slider(name, symbol, meaning, default, low=-1, high=1, step=0.1, rare=True)


QUANTITIES = (
    quantity("x", "x", "input", ("n",)),
    quantity("W", "W", "weights, a row for each output", ("m", "n")),
    quantity("b", "b", "bias of each output", ("m",)),
    quantity("y", "y", "output", ("m",)),
    _of_neuron(1, "w1", "W_{11}", "weight of input 1", 1.0),
    _of_neuron(1, "w2", "W_{12}", "weight of input 2", 0.0),
    _of_neuron(1, "bias", "b_1", "bias", 1.0),
    _of_neuron(2, "w21", "W_{21}", "weight of input 1", 1.0),
    _of_neuron(2, "w22", "W_{22}", "weight of input 2", 1.0),
    slider(
        "n_in",
        r"n_\text{in}",
        "inputs of another layer, of any size",
        512,
        choices=SIZES,
        rare=True,
    ),
    slider(
        "n_out",
        r"n_\text{out}",
        "outputs of that layer",
        2048,
        choices=SIZES,
        rare=True,
    ),
    quantity(
        "parameters",
        "P",
        "number of parameters with the sizes under More",
        color_of="W",
    ),
    quantity("V", "V", "weights of the second layer, of fixed numbers", ("m", "m")),
    quantity("s", "s", "factor of negative outputs: 1 without ReLU, 0 with it"),
    quantity("z", "z", "output of the second layer", ("m",)),
    Control(
        "relu",
        r"\text{ReLU}",
        "ReLU before a second layer",
        default=False,
        heading=SECOND_NEURON,
    ),
    _of_input("x1", "x_1", "first number of the input x", 0.5),
    _of_input("x2", "x_2", "second number of the input x", 1.0),
)
# The layer that the third picture puts on top: z = V h, which turns by 45° and shrinks.
SECOND = np.array([[0.5, -0.5], [0.5, 0.5]])


def inputs(
    w1: float,
    w2: float,
    bias: float,
    w21: float,
    w22: float,
    n_in: int,
    n_out: int,
    relu: bool,
    x1: float,
    x2: float,
) -> dict[str, Any]:
    """Set up the layer, the input that it is given, and what comes after it."""
    W, b = _two_neurons(w1, w2, bias, w21, w22)
    return {
        "x": np.array([x1, x2]),
        "W": W,
        "b": b,
        "n_in": n_in,
        "n_out": n_out,
        "V": SECOND,
        "s": 0.0 if relu else 1.0,
    }


def _two_neurons(
    w1: float, w2: float, bias: float, w21: float = 1.0, w22: float = 1.0
) -> tuple[Array, Array]:
    """Make weights and biases of two neurons; the second has the bias 0."""
    return np.array([[w1, w2], [w21, w22]]), np.array([bias, 0.0])


@dataclass(frozen=True)
class Result:
    """The layer's output, the second's, and how many numbers a layer of any size learns."""

    y: Array
    parameters: int
    z: Array


def compute(
    x: Array, W: Array, b: Array, n_in: int, n_out: int, V: Array, s: float
) -> Result:
    """Apply the layer and a second one, and count the parameters of another."""
    y = linear(x, W, b)
    z = linear(relu(y, negative_slope=s), V)
    return Result(y, count_parameters(n_in, n_out), z)


def equations() -> tuple[Equation, ...]:
    """Write one output, the count of the parameters, and one output of a second layer."""
    from sympy import Piecewise

    from notation.trees import Equation, arrays, sum_over, symbols, unevaluated

    x, W, b, y, V, z = arrays("x W b y V z")
    n_in, n_out, parameters, s = symbols("n_in n_out parameters s")
    m, n, i, j = symbols("m n i j")
    with unevaluated():
        between = Piecewise((y[j], y[j] > 0), (s * y[j], True))
        return (
            Equation(y[i], sum_over(W[i, j] * x[j], j, 1, n) + b[i]),
            Equation(parameters, n_out * n_in + n_out),
            Equation(z[i], sum_over(V[i, j] * between, j, 1, m)),
        )


def identities() -> tuple[Identity, ...]:
    """Write the slopes, that two layers are one, and how far the zero line is."""
    from sympy import Derivative, sqrt

    from notation.trees import Identity, symbols

    w = symbols("w_1 w_2", positive=True)
    x = symbols("x_1 x_2", positive=True)
    b, v, c = symbols("b v c", positive=True)
    y = w[0] * x[0] + w[1] * x[1] + b
    squared = w[0] ** 2 + w[1] ** 2
    foot = [-b * weight / squared for weight in w]
    return (
        Identity(
            "The derivative with respect to an input is its weight ...",
            Derivative(y, x[1]),
            w[1],
            r"\frac{\partial y_i}{\partial x_j} = W_{ij}",
        ),
        Identity(
            "... and the derivative with respect to a weight is its input.",
            Derivative(y, w[1]),
            x[1],
            r"\frac{\partial y_i}{\partial W_{ij}} = x_j",
        ),
        Identity(
            "Two layers without an activation between them are one layer.",
            v * y + c,
            (v * w[0]) * x[0] + (v * w[1]) * x[1] + (v * b + c),
            r"W_2 (W_1 x + b_1) + b_2 = (W_2 W_1) x + (W_2 b_1 + b_2)",
        ),
        Identity(
            "The distance of the zero line from the origin.",
            sqrt(foot[0] ** 2 + foot[1] ** 2),
            b / sqrt(squared),
            r"\min_{w \cdot x + b = 0} \lVert x \rVert = "
            r"\frac{|b|}{\lVert w \rVert}",
        ),
    )


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline="<y> = <W> <x> + <b>",
    main_result="y",
)
