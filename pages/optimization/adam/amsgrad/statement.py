"""AMSGrad: what is shown, computed and proved."""

from __future__ import annotations

import functools
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from formulas.checks import Array
from formulas.optimization.adamw import adamw_step
from notation.quantities import quantity, slider
from notation.statement import Statement
from pages.optimization.adam.statement import STATEMENT as ADAM

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

LR, EPS = 0.1, 1e-8
MOST_STEPS = 200

QUANTITIES = (
    quantity("updated", r"\theta_t", "weight after the step, AMSGrad"),
    quantity("theta", r"\theta_{t-1}", "weight before the step, AMSGrad"),
    quantity("lr", r"\eta", "learning rate"),
    quantity("grad", "g_t", "gradient"),
    quantity("largest", r"v_t^{\mathrm{max}}", "largest running mean square so far"),
    quantity("mean_square", "v_t", "running mean square, with this gradient"),
    quantity("adam", r"\theta_t^\text{Adam}", "weight after the step, Adam"),
    quantity(
        "adam_before", r"\theta_{t-1}^\text{Adam}", "weight before the step, Adam"
    ),
    quantity("v", "v_{t-1}", "running mean square so far"),
    quantity("v_max", r"v_{t-1}^{\mathrm{max}}", "largest one before this step"),
    slider(
        "keep",
        r"\beta_2",
        "decay of the running mean square",
        0.8,
        choices=(0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.999),
    ),
    slider(
        "size",
        "C",
        "the rare large gradient; others are −1",
        30,
        low=2,
        high=100,
        step=2,
    ),
    slider(
        "period",
        "p",
        "steps from one large gradient to the next",
        20,
        low=2,
        high=40,
        step=1,
    ),
    slider(
        "steps",
        "t",
        "number of steps",
        160,
        low=1,
        high=MOST_STEPS,
        step=1,
        stepwise=True,
    ),
    ADAM.quantity("eps"),
)


def inputs(keep: float, size: int, period: int, steps: int) -> dict[str, Any]:
    """Stand before the last step, on one large gradient in each period."""
    squares, largest, path, adam_path = whole_run(keep, size, period)
    k = steps - 1
    return {
        "theta": path[k],
        "adam_before": adam_path[k],
        "grad": float(size) if k % period == 0 else -1.0,
        "v": squares[k],
        "v_max": largest[k],
        "keep": keep,
        "steps": steps,
        "lr": LR,
        "eps": EPS,
    }


@functools.lru_cache(maxsize=64)
def whole_run(keep: float, size: int, period: int) -> tuple[Array, ...]:
    """Return mean squares, their maxima and both weights, before the first step and after each.

    The gradients do not depend on the weight, so the sums need no loop over steps.
    """
    grads = np.full(MOST_STEPS, -1.0)
    grads[::period] = size
    squared = (grads**2).tolist()
    means = itertools.accumulate(
        squared, lambda v, square: keep * v + (1 - keep) * square, initial=0.0
    )
    squares = np.array(list(means))
    largest = np.maximum.accumulate(squares)
    correction = 1 - keep ** np.arange(1, MOST_STEPS + 1)
    paths = [
        np.concatenate(
            [[0.0], -np.cumsum(LR * grads / (np.sqrt(kept[1:] / correction) + EPS))]
        )
        for kept in (largest, squares)
    ]
    return squares, largest, *paths


@dataclass(frozen=True)
class Result:
    """One step of both: the mean square, its maximum, and where it leads."""

    mean_square: float
    largest: float
    updated: float
    adam: float


def compute(
    theta: float,
    adam_before: float,
    grad: float,
    v: float,
    v_max: float,
    keep: float,
    steps: int,
    lr: float,
    eps: float,
) -> Result:
    """Take one step of AMSGrad and one of Adam, both without a running mean."""
    settings: dict[str, Any] = {
        "lr": lr,
        "beta1": 0.0,
        "beta2": keep,
        "eps": eps,
        "weight_decay": 0.0,
    }
    ams = adamw_step([theta], [grad], [0.0], [v], steps, v_max=[v_max], **settings)
    adam = adamw_step([adam_before], [grad], [0.0], [v], steps, **settings)
    assert ams.v_max is not None  # noqa: S101 - narrows the type
    return Result(
        mean_square=float(ams.v[0]),
        largest=float(ams.v_max[0]),
        updated=float(ams.theta[0]),
        adam=float(adam.theta[0]),
    )


def equations() -> tuple[Equation, ...]:
    """Write the mean square, its maximum, and a step of each."""
    from sympy import Piecewise, sqrt

    from notation.trees import Equation, symbols, unevaluated

    theta, before, updated, adam = symbols("theta adam_before updated adam")
    g, v, v_max, square, largest = symbols("grad v v_max mean_square largest")
    lr, beta, eps, t = symbols("lr keep eps steps")
    with unevaluated():
        correction = 1 - beta**t
        return (
            Equation(square, beta * v + (1 - beta) * g**2),
            Equation(largest, Piecewise((square, square > v_max), (v_max, True))),
            Equation(adam, before - lr * (g / (sqrt(square / correction) + eps))),
            Equation(updated, theta - lr * (g / (sqrt(largest / correction) + eps))),
        )


def identities() -> tuple[Identity, ...]:
    """Write what a period of gradients does to both."""
    from sympy import sqrt

    from notation.trees import Identity, symbols

    C, a, b = symbols("C a b", positive=True)
    return (
        Identity(
            "With one divisor for all steps, a period moves against the sum of its "
            "gradients; here one large and three small.",
            -(C / sqrt(a) - 1 / sqrt(a) - 1 / sqrt(a) - 1 / sqrt(a)),
            -(C - 3) / sqrt(a),
            r"-\sum_{k=1}^{p} \frac{g_k}{\sqrt{v}} = -\frac{C - (p - 1)}{\sqrt{v}}",
        ),
        Identity(
            "With a small divisor for the small gradients that sum can turn around.",
            -(C / sqrt(a) - 3 / sqrt(b)),
            (3 * sqrt(a) - C * sqrt(b)) / sqrt(a * b),
            r"-\frac{C}{\sqrt{v_1}} + \frac{p - 1}{\sqrt{v_2}} > 0 \iff "
            r"\sqrt{\frac{v_1}{v_2}} > \frac{C}{p - 1}",
        ),
    )


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=(
        r"\begin{gathered} <largest> = \max(<v_max>,\, <mean_square>) \\ <updated> = "
        r"<theta> - <lr>\, \frac{<grad>}{\sqrt{<largest> / (1 - {<keep>}^t)} + <eps>} "
        r"\end{gathered}"
    ),
)
