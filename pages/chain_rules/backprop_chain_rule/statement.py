"""Backpropagation: what is shown, computed and proved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from formulas.chain_rules import backprop_chain_rule as backprop
from formulas.chain_rules.backprop_chain_rule import neuron_circuit
from notation.quantities import Control, option, quantity, slider
from notation.statement import Statement

if TYPE_CHECKING:
    from notation.trees import Equation, Identity


def _number(name: str, symbol: str, meaning: str, default: float) -> Control:
    return slider(name, symbol, meaning, default, low=-3, high=3, step=0.1)


QUANTITIES = (
    quantity("dL_dw", r"\frac{\partial L}{\partial w}", "gradient of the weight"),
    quantity(
        "dL_da",
        r"\frac{\partial L}{\partial a}",
        "what arrives at the output from the loss",
    ),
    quantity(
        "da_dz", r"\frac{\partial a}{\partial z}", "local derivative of the sigmoid"
    ),
    quantity(
        "dL_dz", r"\frac{\partial L}{\partial z}", "what arrives at the weighted sum"
    ),
    _number("w", "w", "weight of the neuron", 2.0),
    _number("x", "x", "input of the neuron", -1.0),
    _number("b", "b", "bias of the neuron", -3.0),
    slider("target", "t", "what the neuron should give", 1.0, low=0, high=1, step=0.01),
    slider(
        "log10_h",
        r"\lg h",
        "exponent of the step of the numerical gradient",
        -5,
        low=-13,
        high=-1,
        step=1,
    ),
    option(
        "circuit",
        r"\text{circuit}",
        "which expression the graph shows",
        "neuron",
        choices=("neuron", "add_multiply", "two_paths"),
    ),
    slider(
        "shown_steps",
        "k",
        "steps shown: forward first, then backward",
        10,
        low=0,
        high=10,
        step=1,
    ),
    quantity("z", "z", "weighted sum before the sigmoid"),
    quantity("a", "a", "output of the neuron"),
    quantity("loss", "L", "half the squared error"),
    quantity("dL_dx", r"\frac{\partial L}{\partial x}", "gradient of the input"),
    quantity("dL_db", r"\frac{\partial L}{\partial b}", "gradient of the bias"),
)
POINT = {"x": -2, "y": 5, "z": -4}


def inputs(w: float, x: float, b: float, target: float) -> dict[str, object]:
    return {"w": w, "x": x, "b": b, "target": target}


@dataclass(frozen=True)
class Result:
    """What the formula gives."""

    z: float
    a: float
    loss: float
    dL_da: float
    da_dz: float
    dL_dz: float
    dL_dw: float
    dL_dx: float
    dL_db: float


def compute(w: float, x: float, b: float, target: float) -> Result:
    nodes = {node.name: node for node in neuron_circuit(w, x, b, target)}
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
    )


def equations() -> tuple[Equation, ...]:
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
            Equation(by_w, delta * x),
            Equation(by_x, delta * w),
            Equation(by_b, delta * 1),
        )


def identities() -> tuple[Identity, ...]:
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
            "A multiplication hands each input the other one; an addition copies.",
            Derivative((x + y) * z, x),
            z,
            r"\frac{\partial}{\partial x}\, (x + y) z = 1 \cdot z",
        ),
        Identity(
            "Where a value takes two paths, what comes back along them adds up.",
            Derivative(x**2 * sin(x), x),
            2 * x * sin(x) + x**2 * cos(x),
            r"\frac{d}{dx}\, x^2 \sin x = 2x \cdot \sin x + x^2 \cdot \cos x",
        ),
    )


def answer():
    return 0.01 * backprop.circuit("add_multiply", POINT)[0].gradient


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    answer=answer,
    headline=r"<dL_dw> = <dL_da> \cdot <da_dz> \cdot \frac{\partial z}{\partial w}",
    main_result="dL_dw",
    equivalents=(
        "scipy.special.expit(w * x + b)",
        "(scipy.special.expit(w * x + b) - target) * scipy.special.expit(w * x + b) "
        "* scipy.special.expit(-w * x - b) * x",
    ),
)
