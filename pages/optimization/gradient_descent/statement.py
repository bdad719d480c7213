"""Gradient descent: what is shown, computed and proved."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from formulas.checks import Array
from formulas.optimization.bowl import bowl, bowl_path
from formulas.optimization.gradient_descent import (
    contraction_factors,
    descent_step,
    quadratic,
)
from notation.quantities import quantity, slider
from notation.statement import Statement

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

QUANTITIES = (
    quantity("updated", r"\theta_{t+1}", "parameters after the step", ("d",)),
    quantity("theta", r"\theta_t", "parameters before the step", ("d",)),
    quantity("lr", r"\eta", "learning rate"),
    quantity("gradient", "g", "gradient of the loss at these parameters", ("d",)),
    quantity(
        "curvatures",
        r"\lambda",
        "curvature of the loss along each axis: how fast its slope grows",
        ("d",),
    ),
    slider(
        "relative_lr",
        r"\eta \lambda_{\mathrm{max}}",
        "learning rate η times λmax, the steep curvature",
        1.5,
        low=0.05,
        high=2.2,
        step=0.05,
    ),
    slider(
        "condition",
        r"\kappa",
        "condition number: steep curvature λmax over the flat one",
        10.0,
        low=1,
        high=50,
        step=1,
    ),
    slider(
        "n_steps", "n", "number of steps", 3, low=1, high=100, step=1, stepwise=True
    ),
    slider(
        "momentum",
        r"\mu",
        "momentum: fraction of the previous step that is repeated",
        0.0,
        low=0,
        high=0.95,
        step=0.05,
    ),
    slider(
        "angle",
        r"\varphi",
        "direction of the start, seen from the minimum",
        45,
        low=0,
        high=360,
        step=5,
        unit="°",
    ),
    quantity("velocity", "v_t", "previous step", ("d",)),
    quantity("step", "v_{t+1}", "this step", ("d",)),
    quantity("factor", "c", "factor of the error along each axis in one step", ("d",)),
)


def inputs(
    relative_lr: float, condition: float, n_steps: int, momentum: float, angle: float
) -> dict[str, Any]:
    """Stand before the last of the steps that are shown."""
    curvatures, lr, _ = bowl(relative_lr, condition, angle)
    path = _whole_path(relative_lr, condition, angle, momentum)[:n_steps]
    return {
        "curvatures": curvatures,
        "lr": lr,
        "theta": path[-1],
        "velocity": path[-1] - path[-2] if n_steps > 1 else np.zeros(2),
        "momentum": momentum,
        "path": path,
    }


@functools.lru_cache(maxsize=8)
def _whole_path(
    relative_lr: float, condition: float, angle: float, momentum: float
) -> Array:
    """Walk as far as the slider of the steps goes."""
    most = int(STATEMENT.control("n_steps").high)
    return bowl_path(relative_lr, condition, angle, n_steps=most, momentum=momentum)


@dataclass(frozen=True)
class Result:
    """One step, and what such a step leaves of the error along each axis.

    Attributes
    ----------
    carried : float
        The part of the step before that is repeated.
    """

    gradient: Array
    step: Array
    updated: Array
    factor: Array
    carried: float


def compute(
    curvatures: Array, lr: float, theta: Array, velocity: Array, momentum: float
) -> Result:
    """Take one step down the bowl."""
    _, grad = quadratic(curvatures)
    gradient = grad(theta)
    updated, step = descent_step(theta, gradient, velocity, lr=lr, momentum=momentum)
    return Result(
        gradient=gradient,
        step=step,
        updated=updated,
        factor=contraction_factors(curvatures, lr),
        carried=momentum,
    )


def equations() -> tuple[Equation, ...]:
    """Write one coordinate of the step, and its factor without momentum."""
    from sympy import Piecewise

    from notation.trees import Equation, arrays, symbols, unevaluated

    theta, updated, step, velocity, gradient, curvature, factor = arrays(
        "theta updated step velocity gradient curvatures factor"
    )
    lr, momentum, i = symbols("lr momentum i")
    with unevaluated():
        down = lr * gradient[i]
        plain = theta[i] - down
        heavy = theta[i] + momentum * velocity[i] - down
        return (
            Equation(gradient[i], curvature[i] * theta[i]),
            Equation(step[i], momentum * velocity[i] - down),
            Equation(updated[i], Piecewise((heavy, momentum > 0), (plain, True))),
            Equation(factor[i], 1 - lr * curvature[i]),
        )


def identities() -> tuple[Identity, ...]:
    """Write how errors shrink along the axes of a bowl."""
    from sympy import Derivative, Rational

    from notation.trees import Identity, symbols

    start, x, y, lr, a, b = symbols("theta_0 x y eta a b", positive=True)
    point = start
    n = 5
    for _ in range(n):
        point = point - lr * a * point
    bowl_ = Rational(1, 2) * (a * x**2 + b * y**2)
    best = 2 / (a + b)
    kappa = b / a
    return (
        Identity(
            "Along an axis of a bowl every step multiplies the error by the same factor.",
            point,
            (1 - lr * a) ** n * start,
            r"\theta_t = (1 - \eta \lambda)^t\, \theta_0",
        ),
        Identity(
            "The slope of a bowl along an axis is curvature times distance.",
            Derivative(bowl_, y),
            b * y,
            r"\frac{\partial}{\partial \theta_i} \frac{1}{2} \sum_j \lambda_j "
            r"\theta_j^2 = \lambda_i \theta_i",
        ),
        Identity(
            "With the best fixed step the flattest and the steepest direction shrink at "
            "the same rate.",
            1 - best * a,
            (kappa - 1) / (kappa + 1),
            r"1 - \frac{2 \lambda_{\mathrm{min}}}{\lambda_{\mathrm{min}} + \lambda_{\mathrm{max}}} = "
            r"\frac{\kappa - 1}{\kappa + 1}",
        ),
    )


HEADLINE = r"<updated> = <theta> - <lr>\, \nabla_{\theta} L(<theta>)"


def headline_at(momentum: float) -> str:
    """Write the step with the share of the step before, where it has one."""
    heavy = "<theta> + <momentum> <velocity> -"
    return HEADLINE.replace("<theta> -", heavy) if momentum else ""


def line_written(momentum: float) -> str:
    """Write both coordinates of the step with their numbers."""
    heavy = "+ [momentum] [velocity]" if momentum else ""
    return f"<updated> = [theta] {heavy} - [lr] [gradient] = [updated]"


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=HEADLINE,
    headline_at=headline_at,
    main_result="updated",
    line_written=line_written,
)
