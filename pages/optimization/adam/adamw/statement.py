"""AdamW: what is shown, computed and proved."""

from __future__ import annotations

import dataclasses
import functools
import itertools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from formulas.checks import Array
from formulas.optimization.adam import adam_pair, bias_correction_factor
from formulas.optimization.adamw import adamw_step
from notation.quantities import quantity, slider, switch
from notation.statement import Statement
from pages.optimization.adam.statement import STATEMENT as ADAM

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

START = 2.0
RATIO = 100  # of the first weight's gradients to the second one's
BETA1, BETA2, EPS = 0.9, 0.999, 1e-8
MOST_STEPS = int(ADAM.control("n_steps").high)

QUANTITIES = (
    ADAM.quantity("updated"),
    ADAM.quantity("theta"),
    dataclasses.replace(ADAM.control("lr"), high=0.2),
    ADAM.quantity("m_hat"),
    ADAM.quantity("v_hat"),
    quantity("decay", "d_t", "decay beside Adam’s step", ("d",)),
    slider("weight_decay", r"\lambda", "weight decay", 0.1, low=0, high=0.5, step=0.01),
    quantity("total", r"\tilde g_t", "gradient that enters the means", ("d",)),
    ADAM.quantity("grad"),
    ADAM.quantity("eps"),
    ADAM.quantity("m"),
    ADAM.quantity("v"),
    ADAM.quantity("mean"),
    ADAM.quantity("mean_square"),
    quantity("beta1", r"\beta_1", "decay of the running mean"),
    quantity("beta2", r"\beta_2", "decay of the running mean square"),
    replace(ADAM.control("n_steps"), default=MOST_STEPS),
    slider(
        "size",
        "a",
        "size of the first weight’s gradients, ±a; those of the second are a/100",
        10.0,
        low=0.1,
        high=100,
        scale="log",
        step=0.05,
    ),
    switch(
        "decoupled",
        r"\text{decoupled}",
        "AdamW’s step in the formula; off: the one with L2",
        True,
    ),
)


def inputs(
    n_steps: int, lr: float, weight_decay: float, size: float, decoupled: bool
) -> dict[str, Any]:
    """Stand before the last step, on gradients of which the sign changes each time."""
    path, m, v = whole_run(lr, weight_decay, size, decoupled)
    k = n_steps - 1
    return {
        "theta": path[k],
        "grad": (-1) ** k * size * np.array([1, 1 / RATIO]),
        "m": m[k],
        "v": v[k],
        "n_steps": n_steps,
        "lr": lr,
        "weight_decay": weight_decay,
        "decoupled": decoupled,
        "beta1": BETA1,
        "beta2": BETA2,
        "eps": EPS,
    }


@functools.lru_cache(maxsize=8)
def whole_run(
    lr: float, weight_decay: float, size: float, decoupled: bool
) -> tuple[Array, Array, Array]:
    """Run as far as the steps' slider goes: weights and means before each step."""
    if not decoupled:
        return _adam(lr, weight_decay, size)
    # The gradients do not depend on the weights, so Adam's steps grow with lr alone.
    path, m, v = _unit_run(size)
    return _decayed(lr * np.diff(path, axis=0), 1 - lr * weight_decay), m, v


@functools.lru_cache(maxsize=8)
def _unit_run(size: float) -> tuple[Array, Array, Array]:
    """Run Adam without decay, with learning rate 1."""
    return _adam(1.0, 0.0, size)


def _adam(lr: float, inside: float, size: float) -> tuple[Array, Array, Array]:
    """Run Adam on gradients that change sign, a penalty inside them."""
    sign = itertools.cycle((1.0, -1.0))

    def slope(x: float, y: float) -> tuple[float, float]:
        g = next(sign) * size
        return g + inside * x, g / RATIO + inside * y

    return adam_pair(
        slope, (START, START), n_steps=MOST_STEPS, lr=lr, beta1=BETA1, beta2=BETA2
    )


def _decayed(steps: Array, kept: float) -> Array:
    x = y = START
    walk = [(x, y)]
    for step_x, step_y in steps.tolist():
        x, y = kept * x + step_x, kept * y + step_y
        walk.append((x, y))
    return np.array(walk)


@dataclass(frozen=True)
class Result:
    """One step: the gradient that counts, the means, the decay, where it leads."""

    total: Array
    mean: Array
    mean_square: Array
    m_hat: Array
    v_hat: Array
    decay: Array
    updated: Array


def compute(
    theta: Array,
    grad: Array,
    m: Array,
    v: Array,
    n_steps: int,
    lr: float,
    weight_decay: float,
    decoupled: bool,
    beta1: float,
    beta2: float,
    eps: float,
) -> Result:
    """Take one step."""
    state = adamw_step(
        theta,
        grad,
        m,
        v,
        n_steps,
        lr=lr,
        beta1=beta1,
        beta2=beta2,
        eps=eps,
        weight_decay=weight_decay,
        decoupled=decoupled,
    )
    penalty = weight_decay * theta
    return Result(
        total=grad if decoupled else grad + penalty,
        mean=state.m,
        mean_square=state.v,
        m_hat=state.m * bias_correction_factor(beta1, n_steps),
        v_hat=state.v * bias_correction_factor(beta2, n_steps),
        decay=penalty if decoupled else 0 * penalty,
        updated=state.theta,
    )


def equations() -> tuple[Equation, ...]:
    """Write where the decay goes, the means, the corrected means and the step."""
    from sympy import Eq, Piecewise, sqrt

    from notation.trees import Equation, arrays, symbols, unevaluated

    theta, updated, g, total, decay = arrays("theta updated grad total decay")
    m, v, mean, square, m_hat, v_hat = arrays("m v mean mean_square m_hat v_hat")
    lr, beta1, beta2, eps, t = symbols("lr beta1 beta2 eps n_steps")
    lam, decoupled, i = symbols("weight_decay decoupled i")
    with unevaluated():
        on = Eq(decoupled, 1)
        penalty = lam * theta[i]
        adam = m_hat[i] / (sqrt(v_hat[i]) + eps)
        return (
            Equation(total[i], Piecewise((g[i], on), (g[i] + penalty, True))),
            Equation(mean[i], beta1 * m[i] + (1 - beta1) * total[i]),
            Equation(square[i], beta2 * v[i] + (1 - beta2) * total[i] ** 2),
            Equation(m_hat[i], mean[i] / (1 - beta1**t)),
            Equation(v_hat[i], square[i] / (1 - beta2**t)),
            Equation(decay[i], Piecewise((penalty, on), (0, True))),
            Equation(updated[i], theta[i] - lr * (adam + decay[i])),
        )


def identities() -> tuple[Identity, ...]:
    """Write that both are one thing without the division, and what the division does."""
    from sympy import Derivative, sqrt

    from notation.trees import Identity, symbols

    g, theta, lr, lam, eps = symbols("g theta eta lambda epsilon", positive=True)
    total = g + lam * theta
    return (
        Identity(
            "In plain gradient descent L2 and weight decay are the same step.",
            theta - lr * total,
            (1 - lr * lam) * theta - lr * g,
            r"\theta - \eta\,(g + \lambda\theta) = (1 - \eta\lambda)\,\theta - \eta\, g",
        ),
        Identity(
            "In Adam’s first step the penalty cancels, up to ε, with all of the gradient.",
            Derivative(total / (sqrt(total**2) + eps), lam),
            theta * eps / (total + eps) ** 2,
            r"\frac{\partial}{\partial \lambda} \frac{\tilde g}{|\tilde g| + \epsilon} = "
            r"\frac{\theta\, \epsilon}{(|\tilde g| + \epsilon)^2}",
        ),
    )


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=(
        r"\begin{gathered} <updated> = <theta> - <lr> \left( "
        r"\frac{<m_hat>}{\sqrt{<v_hat>} + <eps>} + <decay> \right) \\ "
        r"\text{AdamW: } <total> = <grad>,\ <decay> = <weight_decay> <theta> \\ "
        r"\text{L2: } <total> = <grad> + <weight_decay> <theta>,\ <decay> = 0 "
        r"\end{gathered}"
    ),
)
