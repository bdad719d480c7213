"""Backpropagation: what is shown, computed and proved."""

# ruff: noqa: N815 - dL_dw is how the field writes the derivative

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from formulas.chain_rules.backprop_chain_rule import Node, run_circuit
from notation.quantities import Control, option, quantity, slider
from notation.statement import Statement

if TYPE_CHECKING:
    from notation.trees import Equation, Identity


def _number(name: str, symbol: str, meaning: str, default: float) -> Control:
    return slider(name, symbol, meaning, default, low=-3, high=3, step=0.1)


NEURON = (
    ("p", "multiply", ("w", "x")),
    ("z", "add", ("p", "b")),
    ("a", "sigmoid", ("z",)),
    ("e", "subtract", ("a", "t")),
    ("L", "half square", ("e",)),
)
TWO_LAYERS = (
    ("p", "multiply", ("w", "x")),
    ("h", "sigmoid", ("p",)),
    ("a", "multiply", ("v", "h")),
    ("e", "subtract", ("a", "t")),
    ("L", "half square", ("e",)),
)
MAXIMUM = (("m", "maximum", ("x", "y")), ("f", "multiply", ("m", "z")))

QUANTITIES = (
    quantity(
        "dL_dw",
        r"\frac{\partial L}{\partial w}",
        "gradient of the loss with respect to the weight",
    ),
    quantity(
        "dL_da",
        r"\frac{\partial L}{\partial a}",
        "gradient of the loss with respect to the output",
    ),
    quantity(
        "da_dz", r"\frac{\partial a}{\partial z}", "local derivative of the sigmoid"
    ),
    quantity(
        "dL_dz",
        r"\frac{\partial L}{\partial z}",
        "gradient of the loss with respect to the weighted sum",
    ),
    _number("w", "w", "weight of the neuron", 1.0),
    _number("x", "x", "input", 2.0),
    _number("b", "b", "bias of the neuron", -1.0),
    slider("target", "t", "target for the output", 0.0, low=0, high=1, step=0.01),
    slider(
        "log10_h",
        r"\lg h",
        "exponent of the step of the numerical gradient",
        -5,
        low=-13,
        high=-1,
        step=1,
        rare=True,
    ),
    option(
        "circuit",
        r"\text{circuit}",
        "which expression the graph shows",
        "neuron",
        choices=("neuron", "two_layers", "add_multiply", "maximum", "two_paths"),
        idle=(
            ("two_layers", ("b",)),
            *((name, ("w", "b", "target")) for name in ("add_multiply", "maximum")),
            ("two_paths", ("w", "b", "target")),
        ),
    ),
    slider(
        "shown_steps",
        "k",
        "steps shown: forward first, then backward",
        10,
        low=0,
        high=10,
        step=1,
        stepwise=True,
    ),
    quantity("z", "z", "weighted sum before the sigmoid"),
    quantity("a", "a", "output of the neuron"),
    quantity("loss", "L", "half the squared error"),
    quantity(
        "dL_dx",
        r"\frac{\partial L}{\partial x}",
        "gradient of the loss with respect to the input",
    ),
    quantity(
        "dL_db",
        r"\frac{\partial L}{\partial b}",
        "gradient of the loss with respect to the bias",
    ),
)


def inputs(w: float, x: float, b: float, target: float) -> dict[str, Any]:
    """Pass on what belongs to the neuron."""
    return {"w": w, "x": x, "b": b, "target": target}


@dataclass(frozen=True)
class Result:
    """The neuron and its gradients by name, and all of its nodes.

    ``bent`` says whether the slope of the sigmoid counts on the way back.
    """

    z: float
    a: float
    loss: float
    dL_da: float
    da_dz: float
    dL_dz: float
    dL_dw: float
    dL_dx: float
    dL_db: float
    nodes: tuple[Node, ...]
    bent: bool = True


def compute(w: float, x: float, b: float, target: float) -> Result:
    """Run the neuron forward and backward."""
    neuron = neuron_circuit(w, x, b, target)
    nodes = {node.name: node for node in neuron}
    return Result(
        z=nodes["z"].value,
        a=nodes["a"].value,
        loss=nodes["L"].value,
        dL_da=nodes["a"].gradient,
        da_dz=nodes["a"].local[0],
        dL_dz=nodes["z"].gradient,
        dL_dw=nodes["w"].gradient,
        dL_dx=nodes["x"].gradient,
        dL_db=nodes["b"].gradient,
        nodes=tuple(neuron),
    )


def neuron_circuit(w: float, x: float, b: float, target: float) -> list[Node]:
    """Work one sigmoid neuron and its squared error out forward and backward."""
    return run_circuit(NEURON, {"w": w, "x": x, "b": b, "t": target})


def equations() -> tuple[Equation, ...]:
    """Write the neuron forward, then backward."""
    from sympy import Rational, exp

    from notation.trees import Equation, symbols, unevaluated

    w, x, b, t, z, a, loss = symbols("w x b target z a loss")
    upstream, slope, delta = symbols("dL_da da_dz dL_dz")
    by_w, by_x, by_b = symbols("dL_dw dL_dx dL_db")
    with unevaluated():
        return (
            Equation(z, w * x + b),
            Equation(a, 1 / (1 + exp(-z))),
            Equation(loss, Rational(1, 2) * (a - t) ** 2),
            Equation(upstream, a - t),
            Equation(slope, a * (1 - a)),
            Equation(delta, upstream * slope),
            Equation(by_w, upstream * slope * x),
            Equation(by_x, delta * w),
            Equation(by_b, delta * 1),
        )


def identities() -> tuple[Identity, ...]:
    """Write the whole derivatives that the local ones multiply and add up to."""
    from sympy import Derivative, Rational, cos, exp, sin

    from notation.trees import Identity, symbols

    w, x, b, t, y, z = symbols("w x b t y z", positive=True)
    a = 1 / (1 + exp(-(w * x + b)))
    loss = Rational(1, 2) * (a - t) ** 2
    return (
        Identity(
            "The product of the local derivatives is the derivative of the whole.",
            Derivative(loss, w),
            (a - t) * (a * (1 - a)) * x,
            r"\frac{d}{dw}\, \frac{1}{2} \left(\sigma(w x + b) - t\right)^2 = "
            r"(a - t) \cdot a (1 - a) \cdot x",
        ),
        Identity(
            "A multiplication multiplies by the other input; an addition passes on unchanged.",
            Derivative((x + y) * z, x),
            z,
            r"\frac{\partial}{\partial x}\, (x + y) z = 1 \cdot z",
        ),
        Identity(
            "Where a value takes two paths, the gradients of both paths are added.",
            Derivative(x**2 * sin(x), x),
            2 * x * sin(x) + x**2 * cos(x),
            r"\frac{d}{dx}\, x^2 \sin x = 2x \cdot \sin x + x^2 \cdot \cos x",
        ),
    )


def line_result(circuit: str) -> str:
    """Name the weight's gradient where the graph shows the neuron."""
    return "dL_dw" if circuit == "neuron" else ""


WAY_BACK = (
    r"\frac{{\partial f}}{{\partial {0}}} \cdot \frac{{\partial {0}}}{{\partial x}}"
)
WAYS = {"add_multiply": "q", "maximum": "m", "two_paths": "ab"}


def headline_at(circuit: str) -> str:
    """Write the gradient of the circuit's first input: a product for each way back."""
    if circuit == "two_layers":
        return (
            r"<dL_dw> = <dL_da> \cdot \frac{\partial a}{\partial h} \cdot "
            r"\frac{\partial h}{\partial p} \cdot \frac{\partial p}{\partial w}"
        )
    products = [WAY_BACK.format(name) for name in WAYS.get(circuit, "")]
    return (
        r"\frac{\partial f}{\partial x} = " + " + ".join(products) if products else ""
    )


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=r"<dL_dw> = <dL_da> \cdot <da_dz> \cdot \frac{\partial z}{\partial w}",
    headline_at=headline_at,
    main_result="dL_dw",
    line_result=line_result,
)
