"""Nesterov's momentum: what is shown, computed and proved."""

from __future__ import annotations

import dataclasses
import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from formulas.checks import Array
from formulas.optimization.bowl import bowl, bowl_path
from formulas.optimization.gradient_descent import descent_step
from notation.quantities import quantity
from notation.statement import Statement
from pages.optimization.gradient_descent.statement import STATEMENT as GRADIENT_DESCENT

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

MOST = int(GRADIENT_DESCENT.control("n_steps").high)

QUANTITIES = (
    GRADIENT_DESCENT.quantity("updated"),
    GRADIENT_DESCENT.quantity("theta"),
    GRADIENT_DESCENT.quantity("lr"),
    GRADIENT_DESCENT.quantity("gradient"),
    dataclasses.replace(GRADIENT_DESCENT.control("momentum"), default=0.9, low=0.05),
    quantity("velocity", "v_t", "gradients gathered before the step", ("d",)),
    quantity("gathered", "v_{t+1}", "gradients gathered, this one included", ("d",)),
    GRADIENT_DESCENT.quantity("curvatures"),
    dataclasses.replace(GRADIENT_DESCENT.control("relative_lr"), default=1.0),
    GRADIENT_DESCENT.control("condition"),
    dataclasses.replace(GRADIENT_DESCENT.control("n_steps"), default=30),
    GRADIENT_DESCENT.control("angle"),
)


def inputs(
    relative_lr: float, condition: float, n_steps: int, momentum: float, angle: float
) -> dict[str, Any]:
    """Stand before the last of the steps that are shown."""
    curvatures, lr, _ = bowl(relative_lr, condition, angle)
    path, velocities = whole_path(relative_lr, condition, angle, momentum)
    return {
        "curvatures": curvatures,
        "lr": lr,
        "theta": path[n_steps - 1],
        "velocity": velocities[n_steps - 1],
        "momentum": momentum,
        "path": path[:n_steps],
    }


@functools.lru_cache(maxsize=16)
def whole_path(
    relative_lr: float, condition: float, angle: float, momentum: float
) -> tuple[Array, Array]:
    """Walk as far as the slider of the steps goes; velocities are those before a step."""
    curvatures, _, _ = bowl(relative_lr, condition, angle)
    path = bowl_path(
        relative_lr, condition, angle, n_steps=MOST, momentum=momentum, nesterov=True
    )
    gathered = [[0.0, 0.0]]
    for x, y in (path[:-1] * curvatures).tolist():
        flat, steep = gathered[-1]
        gathered.append([momentum * flat + x, momentum * steep + y])
    velocities = np.array(gathered)
    for array in (path, velocities):
        array.setflags(write=False)
    return path, velocities


@dataclass(frozen=True)
class Result:
    """The gradient, what is gathered with it, and where the step leads."""

    gradient: Array
    gathered: Array
    updated: Array


def compute(
    curvatures: Array, lr: float, theta: Array, velocity: Array, momentum: float
) -> Result:
    """Take one step: the momentum that is repeated has seen this gradient already."""
    gradient = curvatures * theta
    gathered = momentum * velocity + gradient
    updated, _ = descent_step(theta, gradient, -lr * gathered, lr=lr, momentum=momentum)
    return Result(gradient=gradient, gathered=gathered, updated=updated)


def equations() -> tuple[Equation, ...]:
    """Write the gradient, the velocity and the step."""
    from notation.trees import Equation, arrays, symbols, unevaluated

    theta, updated, velocity, gathered = arrays("theta updated velocity gathered")
    gradient, curvature = arrays("gradient curvatures")
    lr, momentum, i = symbols("lr momentum i")
    with unevaluated():
        return (
            Equation(gradient[i], curvature[i] * theta[i]),
            Equation(gathered[i], momentum * velocity[i] + gradient[i]),
            Equation(
                updated[i], theta[i] - lr * (gradient[i] + momentum * gathered[i])
            ),
        )


def identities() -> tuple[Identity, ...]:
    """Write that this is looking ahead, and how errors shrink."""
    from sympy import sqrt

    from notation.trees import Identity, symbols

    phi, v, mu, eta, lam = symbols("phi v mu eta lambda", positive=True)
    # The point looked at is ahead of the position by the velocity.
    ahead = phi - eta * mu * v
    after = mu * v + lam * ahead
    root = sqrt(mu * (1 - eta * lam))
    return (
        Identity(
            "It is heavy ball with the gradient taken where the momentum will have led.",
            (phi - eta * after) - eta * mu * after,
            ahead - eta * (lam * ahead + mu * after),
            r"\phi_{t+1} = \phi_t - \eta v_{t+1}, \quad v_{t+1} = \mu v_t + "
            r"\nabla L(\phi_t - \eta \mu v_t)",
        ),
        Identity(
            "On the axis where ηλ makes the two rates equal, the error shrinks by their root.",
            root**2,
            mu * (1 - eta * lam),
            r"|r|^2 = \mu\, (1 - \eta \lambda) \quad \text{(heavy ball: } \mu)",
        ),
    )


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=(
        r"\begin{gathered} <gathered> = <momentum> <velocity> + <gradient> \\ "
        r"<updated> = <theta> - <lr> \left(<gradient> + <momentum> <gathered>\right) "
        r"\end{gathered}"
    ),
    main_result="updated",
)
