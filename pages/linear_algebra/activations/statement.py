"""Activation functions: what is shown, computed and proved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from formulas.linear_algebra.activations import (
    gradient_product,
    relu,
    relu_grad,
    sigmoid,
    sigmoid_grad,
    tanh,
    tanh_grad,
)
from notation.quantities import option, quantity, slider
from notation.statement import Statement

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

NETWORKS = ("none", "relu", "sigmoid", "tanh")

QUANTITIES = (
    slider("x", "x", "pre-activation", 1.0, low=-6, high=6, step=0.1),
    slider(
        "negative_slope",
        "a",
        "slope of the ReLU for negative inputs",
        0.0,
        low=0,
        high=0.3,
        step=0.01,
    ),
    slider("depth", "L", "number of layers", 10, low=1, high=20, step=1),
    quantity("relu", r"\mathrm{ReLU}(x)", "rectified linear unit"),
    quantity("sigmoid", r"\sigma(x)", "sigmoid"),
    quantity("tanh", r"\tanh(x)", "hyperbolic tangent"),
    quantity("relu_slope", r"\mathrm{ReLU}'(x)", "slope of the ReLU", color_of="relu"),
    quantity(
        "sigmoid_slope", r"\sigma'(x)", "slope of the sigmoid", color_of="sigmoid"
    ),
    quantity("tanh_slope", r"\tanh'(x)", "slope of tanh", color_of="tanh"),
    quantity(
        "arriving",
        "g",
        "fraction of the gradient left after L sigmoid layers",
        color_of="sigmoid",
    ),
    quantity(
        "arriving_tanh",
        r"g_{\tanh}",
        "fraction left after L tanh layers",
        color_of="tanh",
    ),
    quantity(
        "arriving_relu",
        r"g_\mathrm{ReLU}",
        "fraction left after L ReLU layers",
        color_of="relu",
    ),
    option(
        "network",
        r"\text{network}",
        "activation of the fitted network",
        "sigmoid",
        choices=NETWORKS,
    ),
    quantity("straight", "f(x)", "the same number, without an activation"),
)


def inputs(x: float, negative_slope: float, depth: int) -> dict[str, Any]:
    """Pass the controls on."""
    return {"x": x, "negative_slope": negative_slope, "depth": depth}


@dataclass(frozen=True)
class Result:
    """Three activations, their slopes, and what many layers leave of a gradient.

    ``leak`` is the slope that the ReLU has below 0.
    """

    leak: float
    relu: float
    sigmoid: float
    tanh: float
    relu_slope: float
    sigmoid_slope: float
    tanh_slope: float
    arriving: float
    arriving_tanh: float
    arriving_relu: float
    straight: float


def compute(x: float, negative_slope: float, depth: int) -> Result:
    """Apply the activations and their derivatives to one number."""
    return Result(
        leak=negative_slope,
        relu=float(relu(x, negative_slope)),
        sigmoid=float(sigmoid(x)),
        tanh=float(tanh(x)),
        relu_slope=float(relu_grad(x, negative_slope)),
        sigmoid_slope=float(sigmoid_grad(x)),
        tanh_slope=float(tanh_grad(x)),
        arriving=float(gradient_product("sigmoid", x, depth)[-1]),
        arriving_tanh=float(gradient_product("tanh", x, depth)[-1]),
        arriving_relu=float(
            gradient_product("relu", x, depth, negative_slope=negative_slope)[-1]
        ),
        straight=x,
    )


def equations() -> tuple[Equation, ...]:
    """Write the activations, their slopes, and the product of many slopes."""
    from sympy import Piecewise, exp

    from notation.trees import Equation, symbols, unevaluated

    x, slope, depth = symbols("x negative_slope depth")
    relu, sigmoid, tanh = symbols("relu sigmoid tanh")
    with unevaluated():
        return (
            Equation(relu, Piecewise((x, x > 0), (slope * x, True))),
            Equation(sigmoid, 1 / (1 + exp(-x))),
            Equation(tanh, (exp(x) - exp(-x)) / (exp(x) + exp(-x))),
            Equation(symbols("relu_slope"), Piecewise((1, x > 0), (slope, True))),
            Equation(symbols("sigmoid_slope"), sigmoid * (1 - sigmoid)),
            Equation(symbols("tanh_slope"), 1 - tanh**2),
            Equation(symbols("arriving"), symbols("sigmoid_slope") ** depth),
            Equation(symbols("arriving_tanh"), symbols("tanh_slope") ** depth),
            Equation(symbols("arriving_relu"), symbols("relu_slope") ** depth),
            Equation(symbols("straight"), x),
        )


def identities() -> tuple[Identity, ...]:
    """Write how slopes follow from values, and how tanh is a sigmoid."""
    from sympy import Derivative, exp, tanh

    from notation.trees import Identity, symbols

    x = symbols("x", positive=True)

    def logistic(z: Any) -> Any:
        return 1 / (1 + exp(-z))

    s = logistic(x)
    return (
        Identity(
            "The slope of the sigmoid follows from its value.",
            Derivative(s, x),
            s * (1 - s),
            r"\sigma'(x) = \sigma(x)\,(1 - \sigma(x))",
        ),
        Identity(
            "So does the slope of tanh.",
            Derivative(tanh(x), x),
            1 - tanh(x) ** 2,
            r"\tanh'(x) = 1 - \tanh^2(x)",
        ),
        Identity(
            "tanh is a sigmoid, stretched to (−1, 1) and centered.",
            tanh(x),
            2 * logistic(2 * x) - 1,
            r"\tanh(x) = 2\,\sigma(2x) - 1",
        ),
        Identity(
            "The two sides of the sigmoid add up to 1.",
            logistic(-x),
            1 - s,
            r"\sigma(-x) = 1 - \sigma(x)",
        ),
    )


RELU = r"\mathrm{ReLU}(<x>) = \max(0, <x>)"
SIGMOID = r"\sigma(<x>) = \frac{1}{1 + e^{-<x>}}"
TANH = r"\tanh(<x>) = \frac{e^{<x>} - e^{-<x>}}{e^{<x>} + e^{-<x>}}"
HEADLINE = rf"{RELU}, \quad {SIGMOID}, \quad {TANH}"


def headline_at(negative_slope: float, network: str) -> str:
    """Write the activation of the fitted network, and the ReLU's leak where it has one."""
    leaky = rf"{RELU} + <negative_slope> \min(0, <x>)" if negative_slope else RELU
    if network == "none":
        return "<straight> = <x>"
    if network != "sigmoid":
        return {"relu": leaky, "tanh": TANH}[network]
    return HEADLINE.replace(RELU, leaky) if negative_slope else ""


def line_result(network: str) -> str:
    """Name the activation of the fitted network."""
    return "straight" if network == "none" else network


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=HEADLINE,
    headline_at=headline_at,
    main_result="sigmoid",
    line_result=line_result,
)
