"""Adam: what is shown, computed and proved."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from formulas.checks import Array
from formulas.optimization.adam import adam_pair, adam_step
from notation.quantities import option, quantity, slider, switch
from notation.statement import Statement

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

MOST_STEPS = 100
SIGNALS = ("race", "constant", "alternating", "one large", "noisy")
TENTHS = (0.9, 0.92, 0.94, 0.95, 0.96, 0.97, 0.98)
HUNDREDTHS = (0.99, 0.992, 0.994, 0.995, 0.996, 0.997, 0.998)
THOUSANDTHS = (0.999, 0.9992, 0.9995, 0.9998, 0.9999)
BETA2 = TENTHS + HUNDREDTHS + THOUSANDTHS

QUANTITIES = (  # three symbols of one running mean have one color
    quantity("updated", r"\theta_t", "parameters after the step", ("d",)),
    quantity(
        "theta",
        r"\theta_{t-1}",
        "parameters before the step",
        ("d",),
        color_of="updated",
    ),
    slider(
        "lr",
        r"\eta",
        "learning rate",
        0.1,
        low=0.001,
        high=1,
        scale="log",
        step=0.04,
    ),
    quantity("grad", "g_t", "gradient at the parameters before the step", ("d",)),
    quantity(
        "m_hat",
        r"\hat{m}_t",
        "running mean of the gradients, corrected for its start at 0",
        ("d",),
    ),
    quantity(
        "v_hat",
        r"\hat{v}_t",
        "running mean of their squares, corrected for its start at 0",
        ("d",),
    ),
    quantity("eps", r"\epsilon", "keeps the division finite"),
    slider(
        "beta1",
        r"\beta_1",
        "decay of the running mean",
        0.9,
        low=0,
        high=0.99,
        step=0.01,
    ),
    quantity(
        "mean",
        "m_t",
        "running mean of the gradients, with this one",
        ("d",),
        color_of="m_hat",
    ),
    slider(
        "beta2", r"\beta_2", "decay of the running mean square", 0.999, choices=BETA2
    ),
    quantity(
        "m", "m_{t-1}", "running mean of the gradients so far", ("d",), color_of="m_hat"
    ),
    quantity(
        "v", "v_{t-1}", "running mean of their squares so far", ("d",), color_of="v_hat"
    ),
    quantity(
        "mean_square",
        "v_t",
        "running mean of their squares, with this one",
        ("d",),
        color_of="v_hat",
    ),
    slider(
        "log10_eps",
        r"\lg \epsilon",
        "exponent of epsilon",
        -8,
        low=-12,
        high=3,
        step=1,
        rare=True,
    ),
    slider(
        "condition",
        r"\kappa",
        "largest curvature of the bowl over the smallest",
        100.0,
        low=1,
        high=1000,
        scale="log",
        step=0.05,
    ),
    switch(
        "bias_correction",
        r"\text{correction}",
        "correct the means for their start at 0",
        True,
    ),
    slider(
        "n_steps",
        "t",
        "number of steps",
        10,
        low=1,
        high=MOST_STEPS,
        step=1,
        stepwise=True,
    ),
    option(
        "signal",
        r"\text{signal}",
        "sequence of gradients in the two lower charts",
        "race",
        choices=SIGNALS,
        rare=True,
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
        rare=True,
    ),
    slider(
        "rotation",
        r"\rho",
        "angle between the bowl's axes and the coordinates",
        0,
        low=0,
        high=45,
        step=5,
        unit="°",
        rare=True,
    ),
)


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
    """Stand before the last of the steps down a bowl, both of which can be turned."""
    eps = 10.0**log10_eps
    run = whole_run(condition, angle, lr, beta1, beta2, eps, bias_correction, rotation)
    return {
        **before_the_last(run, n_steps, condition, rotation),
        "n_steps": n_steps,
        "bias_correction": bias_correction,
        "lr": lr,
        "beta1": beta1,
        "beta2": beta2,
        "eps": eps,
    }


def before_the_last(
    run: tuple[Array, Array, Array], n_steps: int, condition: float, rotation: float
) -> dict[str, Any]:
    """Return what is known before the last of the steps of a run over the bowl."""
    path, m, v = run
    theta = path[n_steps - 1]
    return {
        "theta": theta,
        "grad": bowl_hessian(condition, rotation) @ theta,
        "m": m[n_steps - 1],
        "v": v[n_steps - 1],
        "path": path[:n_steps],
        "run": run,
    }


def bowl_hessian(condition: float, rotation: float) -> Array:
    """Return the bowl's matrix of second derivatives."""
    a, b, d = bowl_matrix(condition, rotation)
    return np.array([[a, b], [b, d]])


def start_at(angle: float) -> Array:
    """Return the start in a direction, as far from the minimum as (1, 1), which is 45°."""
    turn = math.radians(angle - 45)
    cosine, sine = math.cos(turn), math.sin(turn)
    # Adam would blow a rounding error up to a whole step.
    return np.round([cosine - sine, cosine + sine], 12)


@functools.lru_cache(maxsize=8)
def whole_run(
    condition: float,
    angle: float,
    lr: float,
    beta1: float,
    beta2: float,
    eps: float,
    bias_correction: bool,
    rotation: float = 0.0,
) -> tuple[Array, Array, Array]:
    """Run as far as the slider of the steps goes: points and means before each step."""
    a, b, d = bowl_matrix(condition, rotation)
    x, y = start_at(angle).tolist()
    return adam_pair(
        lambda x, y: (a * x + b * y, b * x + d * y),
        (x, y),
        n_steps=MOST_STEPS,
        lr=lr,
        beta1=beta1,
        beta2=beta2,
        eps=eps,
        bias_correction=bias_correction,
    )


def bowl_matrix(condition: float, rotation: float) -> tuple[float, float, float]:
    """Return the second derivatives of a turned bowl: by x twice, by both, by y twice."""
    turn = math.radians(rotation)
    cosine, sine = math.cos(turn), math.sin(turn)
    return (
        cosine**2 + condition * sine**2,
        (1 - condition) * sine * cosine,
        sine**2 + condition * cosine**2,
    )


@dataclass(frozen=True)
class Result:
    """One step of Adam: the means, corrected too, and where it leads.

    Attributes
    ----------
    divided : bool
        False where the mean is not divided by the root mean square.
    """

    mean: Array
    mean_square: Array
    m_hat: Array
    v_hat: Array
    updated: Array
    divided: bool = True


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
) -> Result:
    """Take one step."""
    state = adam_step(
        theta,
        grad,
        m,
        v,
        n_steps,
        lr=lr,
        beta1=beta1,
        beta2=beta2,
        eps=eps,
        bias_correction=bias_correction,
    )
    return Result(
        mean=state.m,
        mean_square=state.v,
        m_hat=state.m_hat,
        v_hat=state.v_hat,
        updated=state.theta,
    )


def equations() -> tuple[Equation, ...]:
    """Write one coordinate of the means, of the corrected means and of the step."""
    from sympy import Eq, Piecewise, sqrt

    from notation.trees import Equation, arrays, symbols, unevaluated

    theta, updated, g, m, v, mean, square, m_hat, v_hat = arrays(
        "theta updated grad m v mean mean_square m_hat v_hat"
    )
    lr, beta1, beta2, eps, t = symbols("lr beta1 beta2 eps n_steps")
    correct, i = symbols("bias_correction i")
    with unevaluated():
        on = Eq(correct, 1)
        first = Piecewise((mean[i] / (1 - beta1**t), on), (mean[i], True))
        second = Piecewise((square[i] / (1 - beta2**t), on), (square[i], True))
        return (
            Equation(mean[i], beta1 * m[i] + (1 - beta1) * g[i]),
            Equation(square[i], beta2 * v[i] + (1 - beta2) * g[i] ** 2),
            Equation(m_hat[i], first),
            Equation(v_hat[i], second),
            Equation(updated[i], theta[i] - lr * (m_hat[i] / (sqrt(v_hat[i]) + eps))),
        )


def identities() -> tuple[Identity, ...]:
    """Write what the correction makes good, and where ε matters."""
    from sympy import Derivative, sqrt

    from notation.trees import Identity, symbols

    g, b, eps, scale = symbols("g beta_1 epsilon c", positive=True)
    mean = 0 * g
    n = 5
    for _ in range(n):
        mean = b * mean + (1 - b) * g
    first = g / (sqrt(g**2) + eps)
    return (
        Identity(
            "Under a constant gradient the running mean is too small by exactly the "
            "factor that the correction divides by.",
            mean,
            g * (1 - b**n),
            r"m_t = (1 - \beta_1) \sum_{s=1}^{t} \beta_1^{t-s} g = g\,(1 - \beta_1^t)",
        ),
        Identity(
            "The first step hardly depends on how large the gradient is.",
            Derivative(first, g),
            eps / (g + eps) ** 2,
            r"\frac{\partial}{\partial g} \frac{g}{|g| + \epsilon} = "
            r"\frac{\epsilon}{(|g| + \epsilon)^2}",
        ),
        Identity(
            "A loss that is c times as large gives the same step if ε is c times as "
            "large too.",
            scale * g / (sqrt((scale * g) ** 2) + scale * eps),
            first,
            r"\frac{c\,g}{|c\,g| + c\,\epsilon} = \frac{g}{|g| + \epsilon}",
        ),
        Identity(
            "ε beside the uncorrected root (Keras) is a larger ε beside the corrected "
            "one, as long as t is small.",
            sqrt(1 - b**n) * g / (sqrt((1 - b**n) * g**2) + eps),
            g / (g + eps / sqrt(1 - b**n)),
            r"\frac{\sqrt{1 - \beta_2^t}\; \hat m_t}{\sqrt{v_t} + \hat\epsilon} = "
            r"\frac{\hat m_t}{\sqrt{\hat v_t} + \hat\epsilon / \sqrt{1 - \beta_2^t}}",
        ),
    )


MEANS = (
    r"<mean> = <beta1> <m> + (1 - <beta1>) <grad>, \quad "
    r"<mean_square> = <beta2> <v> + (1 - <beta2>) <grad>^2"
)
CORRECTED = (
    r"<m_hat> = \frac{<mean>}{1 - <beta1>^{<n_steps>}}, \quad "
    r"<v_hat> = \frac{<mean_square>}{1 - <beta2>^{<n_steps>}}"
)
PLAIN = r"<m_hat> = <mean>, \quad <v_hat> = <mean_square>"
STEP = r"<updated> = <theta> - <lr>\, \frac{<m_hat>}{\sqrt{<v_hat>} + <eps>}"


def _headline(hats: str) -> str:
    return rf"\begin{{gathered}} {MEANS} \\ {hats} \\ {STEP} \end{{gathered}}"


def headline_at(bias_correction: bool) -> str:
    """Write the means as they are, where their start at 0 is not corrected."""
    return "" if bias_correction else _headline(PLAIN)


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=_headline(CORRECTED),
    headline_at=headline_at,
)
