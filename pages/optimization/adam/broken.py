"""Adam without the division by the root mean square, from the first step on."""

from __future__ import annotations

import functools
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from formulas.checks import Array
from pages.optimization.adam import statement as whole

if TYPE_CHECKING:
    from notation.trees import Equation

COMPARED = ("last step along θ₂, in η",)
FARTHEST = 1e6  # from the minimum: a run that has got there is not followed any more


def inputs(
    n_steps: int,
    lr: float,
    beta1: float,
    beta2: float,
    log10_eps: int,
    condition: float,
    bias_correction: bool,
    angle: float,
    rotation: float,
) -> dict[str, Any]:
    """Stand before the last of the steps, none of which is divided."""
    given = whole.inputs(
        n_steps,
        lr,
        beta1,
        beta2,
        log10_eps,
        condition,
        bias_correction,
        angle,
        rotation,
    )
    run = undivided_run(condition, angle, lr, beta1, beta2, bias_correction, rotation)
    return {**given, **whole.before_the_last(run, n_steps, condition, rotation)}


@functools.lru_cache(maxsize=8)
def undivided_run(
    condition: float,
    angle: float,
    lr: float,
    beta1: float,
    beta2: float,
    bias_correction: bool,
    rotation: float,
) -> tuple[Array, Array, Array]:
    """Run without the divisor: points and means before each step, as `whole_run`."""
    matrix = whole.bowl_hessian(condition, rotation)
    path, m, v = np.zeros((3, whole.MOST_STEPS + 1, 2))
    path[0] = whole.start_at(angle)
    for k in range(whole.MOST_STEPS):
        gradient = matrix @ path[k]
        if np.abs(path[k]).max() > FARTHEST:
            path[k + 1 :], m[k + 1 :], v[k + 1 :] = path[k], m[k], v[k]
            break
        m[k + 1] = beta1 * m[k] + (1 - beta1) * gradient
        v[k + 1] = beta2 * v[k] + (1 - beta2) * gradient**2
        unbiased = 1 - beta1 ** (k + 1) if bias_correction else 1.0
        path[k + 1] = path[k] - lr * m[k + 1] / unbiased
    return path, m, v


def compute(
    theta: Array,
    grad: Array,
    m: Array,
    v: Array,
    n_steps: int,
    lr: float,
    beta1: float,
    beta2: float,
    eps: float,
    bias_correction: bool,
) -> whole.Result:
    """Step along the running mean of the gradients, as large as it is."""
    right = whole.compute(
        theta, grad, m, v, n_steps, lr, beta1, beta2, eps, bias_correction
    )
    return replace(right, updated=theta - lr * right.m_hat, divided=False)


def equations() -> tuple[Equation, ...]:
    """Strike the divisor out of the step."""
    from sympy import sqrt

    from notation.trees import Equation, arrays, struck, symbols, unevaluated

    theta, updated, m_hat, v_hat = arrays("theta updated m_hat v_hat")
    lr, eps, i = symbols("lr eps i")
    with unevaluated():
        divisor = struck(sqrt(v_hat[i]) + eps, 1)
        last = Equation(updated[i], theta[i] - lr * (m_hat[i] / divisor))
    return (*whole.equations()[:-1], last)


STATEMENT = replace(
    whole.STATEMENT,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=tuple,
    headline_at=None,
    headline=(
        r"\begin{gathered} "
        r"<mean> = <beta1> <m> + (1 - <beta1>) <grad>, \quad "
        r"<mean_square> = <beta2> <v> + (1 - <beta2>) <grad>^2 \\ "
        r"<m_hat> = \frac{<mean>}{1 - <beta1>^{<n_steps>}}, \quad "
        r"<v_hat> = \frac{<mean_square>}{1 - <beta2>^{<n_steps>}} \\ "
        r"<updated> = <theta> - <lr>\, \frac{<m_hat>}{\cancel{\sqrt{<v_hat>} + <eps>}} "
        r"\end{gathered}"
    ),
)
