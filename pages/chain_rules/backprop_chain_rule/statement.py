"""Backpropagation: what is shown, computed and proved."""

# ruff: noqa: N815 - dL_dw is how the field writes the derivative

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from formulas.chain_rules.backprop_chain_rule import Node, circuit, run_circuit
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
        ends=tuple(
            (name, (("shown_steps", steps),))
            for name, steps in (("add_multiply", 4), ("maximum", 4), ("two_paths", 6))
        ),
    ),
    slider(
        "shown_steps",
        "k",
        "steps: forward, then backward",
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
    quantity("second", "v", "weight of the second layer, in “two layers”"),
    quantity("h", "h", "output of the first layer, in “two layers”"),
    quantity(
        "dL2_dw",
        r"\frac{\partial L_\text{two layers}}{\partial w}",
        "gradient with respect to w, in “two layers”",
        color_of="dL_dw",
    ),
    quantity(
        "sum_slope",
        r"\frac{\partial (x + y) z}{\partial x}",
        "gradient with respect to x, in “add multiply”",
        color_of="dL_dw",
    ),
    quantity(
        "maximum_slope",
        r"\frac{\partial \max(x, y) z}{\partial x}",
        "gradient with respect to x, in “maximum”",
        color_of="dL_dw",
    ),
    quantity(
        "paths_slope",
        r"\frac{\partial x^2 \sin x}{\partial x}",
        "gradient with respect to x, in “two paths”",
        color_of="dL_dw",
    ),
)
SECOND_WEIGHT = 2.0


def inputs(w: float, x: float, b: float, target: float) -> dict[str, Any]:
    """Pass on what belongs to the neuron."""
    return {"w": w, "x": x, "b": b, "target": target, "second": SECOND_WEIGHT}


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
    h: float
    dL2_dw: float
    sum_slope: float
    maximum_slope: float
    paths_slope: float
    nodes: tuple[Node, ...]
    bent: bool = True


def compute(w: float, x: float, b: float, target: float, second: float) -> Result:
    """Run the neuron forward and backward, and the other circuits too."""
    two_layers = {
        node.name: node
        for node in run_circuit(TWO_LAYERS, {"w": w, "x": x, "v": second, "t": target})
    }
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
        h=two_layers["h"].value,
        dL2_dw=two_layers["w"].gradient,
        sum_slope=add_multiply(x)[0].gradient,
        maximum_slope=larger_of_two(x)[0].gradient,
        paths_slope=circuit("two_paths", {"x": x})[0].gradient,
        nodes=tuple(neuron),
    )


def add_multiply(x: float) -> list[Node]:
    """Work (x + 5) (−4) out forward and backward."""
    return circuit("add_multiply", {"x": x, "y": 5.0, "z": -4.0})


def larger_of_two(x: float) -> list[Node]:
    """Work max(x, 1) (−4) out forward and backward."""
    return run_circuit(MAXIMUM, {"x": x, "y": 1.0, "z": -4.0})


def neuron_circuit(w: float, x: float, b: float, target: float) -> list[Node]:
    """Work one sigmoid neuron and its squared error out forward and backward."""
    return run_circuit(NEURON, {"w": w, "x": x, "b": b, "t": target})


def equations() -> tuple[Equation, ...]:
    """Write the neuron forward, then backward."""
    from sympy import Integer, Piecewise, Rational, cos, exp, sin

    from notation.trees import Equation, symbols, unevaluated

    w, x, b, t, z, a, loss = symbols("w x b target z a loss")
    v, h, two_layers = symbols("second h dL2_dw")
    of_sum, of_maximum, of_paths = symbols("sum_slope maximum_slope paths_slope")
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
            Equation(h, 1 / (1 + exp(-(w * x)))),
            Equation(two_layers, (v * h - t) * v * (h * (1 - h)) * x),
            Equation(of_sum, Integer(-4) * 1),
            Equation(
                of_maximum,
                Piecewise((Integer(-4) * 1, x >= 1), (Integer(-4) * 0, True)),
            ),
            Equation(of_paths, 2 * x * sin(x) + x**2 * cos(x)),
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


# What the last step computed: forward p, z, a, e, L, then what L, e, a, z, p hand on.
LINES = ("", "", "z", "a", "a", "loss", "loss", "dL_da", "dL_dz", "dL_dz", "dL_dw")
# The gradients of the other circuits, and the step that completes them.
GRADIENTS = {
    "two_layers": ("dL2_dw", 2 * len(TWO_LAYERS)),
    "add_multiply": ("sum_slope", 4),
    "maximum": ("maximum_slope", 4),
    "two_paths": ("paths_slope", 6),
}


def line_result(circuit: str, shown_steps: int) -> str:
    """Name what the last step of the sweep computed, or the gradient at its end."""
    if circuit == "neuron":
        return LINES[shown_steps]
    name, last = GRADIENTS[circuit]
    return name if shown_steps >= last else ""


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
    headline=(
        r"<dL_dw> = <dL_da> \cdot <da_dz> \cdot \frac{\partial z}{\partial w}, \quad "
        r"\frac{\partial z}{\partial w} = <x>"
    ),
    headline_at=headline_at,
    main_result="dL_dw",
    line_result=line_result,
)
