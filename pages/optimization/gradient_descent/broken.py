"""Gradient descent that forgets the step before."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from formulas.checks import Array
from pages.optimization.gradient_descent import statement as whole

if TYPE_CHECKING:
    from notation.trees import Equation

COMPARED = ("loss now",)


def inputs(
    relative_lr: float, condition: float, n_steps: int, momentum: float, angle: float
) -> dict[str, Any]:
    """Stand before the last of the steps, none of which carries the one before on."""
    given = whole.inputs(relative_lr, condition, n_steps, 0.0, angle)
    return {**given, "momentum": momentum}


def compute(
    curvatures: Array, lr: float, theta: Array, velocity: Array
) -> whole.Result:
    """Take one step along the gradient alone."""
    return whole.compute(curvatures, lr, theta, velocity, 0.0)


def equations() -> tuple[Equation, ...]:
    """Strike the step before out."""
    from notation.trees import Equation, arrays, struck, symbols, unevaluated

    theta, updated, step = arrays("theta updated step")
    velocity, gradient = arrays("velocity gradient")
    lr, momentum, i = symbols("lr momentum i")
    first, _, _, last = whole.equations()
    with unevaluated():
        second = Equation(step[i], struck(momentum * velocity[i], 0) - lr * gradient[i])
        third = Equation(updated[i], theta[i] + step[i])
    return (first, second, third, last)


# Without any momentum it changes nothing, and in three steps little: who has set nothing
# sees a setting where it does.
STATEMENT = replace(
    whole.STATEMENT.opening_at(momentum=0.5, relative_lr=1.0, n_steps=30),
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=tuple,
    headline_at=None,
    headline=(
        r"<updated> = <theta> + \cancel{<momentum> <velocity>} - "
        r"<lr>\, \nabla_{\theta} L(<theta>)"
    ),
    main_result="step",
    line_written="",
    line_result=None,
)
