"""Warm-up and cosine schedule: what is shown, computed and proved."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from formulas.checks import Array
from formulas.optimization.schedules import cosine_schedule
from notation.quantities import quantity, slider
from notation.statement import Statement

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

TOTAL = 200  # steps of the run
CURVATURES = (200.0, 1000.0)
FIRST_LOSSES = (0.5, 0.5)

QUANTITIES = (
    quantity("rate", r"\eta_s", "learning rate of the next step"),
    slider(
        "lr_max",
        r"\eta_{\mathrm{max}}",
        "largest learning rate",
        3e-4,
        low=3e-5,
        high=1e-3,
        scale="log",
        step=0.05,
    ),
    slider("done", "s", "steps done so far", 110, low=0, high=TOTAL, step=2),
    slider("warmup", "w", "steps of the warm-up", 20, low=0, high=100, step=2),
    quantity("lr_min", r"\eta_{\mathrm{min}}", "learning rate at the end of the run"),
    slider(
        "share",
        "q",
        "ηmin/ηmax: last learning rate over the largest",
        0.0,
        low=0,
        high=1,
        step=0.05,
    ),
    quantity("total", "n", "steps of the run"),
    slider(
        "noise",
        r"\sigma",
        "standard deviation of the gradient’s noise",
        20.0,
        low=0,
        high=40,
        step=1,
    ),
    quantity("curvatures", r"\lambda", "curvature of the loss along each axis", ("d",)),
    quantity("losses", "L", "expected loss along each axis, before the step", ("d",)),
    quantity("after", "L'", "expected loss along each axis, after the step", ("d",)),
)


def inputs(
    lr_max: float, done: int, warmup: int, share: float, noise: float
) -> dict[str, Any]:
    """Stand before the next step of the run."""
    lr_min = share * lr_max
    run = losses_of_run(warmup, lr_max, lr_min, noise)
    return {
        "lr_max": lr_max,
        "lr_min": lr_min,
        "done": done,
        "warmup": warmup,
        "total": TOTAL,
        "noise": noise,
        "curvatures": np.array(CURVATURES),
        "losses": run[done],
        "run": run,
    }


@functools.lru_cache(maxsize=64)
def rates_of_run(warmup: int, lr_max: float, lr_min: float) -> Array:
    """Return the learning rate of every step, and the one after the last."""
    rates = np.asarray(
        cosine_schedule(
            np.arange(TOTAL + 1),
            n_steps=TOTAL,
            lr_max=lr_max,
            lr_min=lr_min,
            n_warmup=warmup,
        )
    )
    rates.setflags(write=False)
    return rates


@functools.lru_cache(maxsize=64)
def losses_of_run(warmup: int, lr_max: float, lr_min: float, noise: float) -> Array:
    """Return the expected loss along each axis, before every step and at the end."""
    rates = rates_of_run(warmup, lr_max, lr_min)[:-1].tolist()
    columns = []
    for curvature, first in zip(CURVATURES, FIRST_LOSSES, strict=True):
        scatter = curvature * noise**2 / 2
        column = [first]
        for rate in rates:
            kept = 1 - rate * curvature
            column.append(kept * kept * column[-1] + scatter * rate * rate)
        columns.append(column)
    run = np.array(columns).T
    run.setflags(write=False)
    return run


@dataclass(frozen=True)
class Result:
    """The learning rate, and what a step with it makes of the expected losses."""

    rate: float
    after: Array


def compute(
    done: int,
    warmup: int,
    total: int,
    lr_max: float,
    lr_min: float,
    noise: float,
    curvatures: Array,
    losses: Array,
) -> Result:
    """Look up the learning rate, and take one noisy step on average."""
    rate = float(
        cosine_schedule(
            done, n_steps=total, lr_max=lr_max, lr_min=lr_min, n_warmup=warmup
        )
    )
    kept = (1 - rate * curvatures) ** 2 * losses
    return Result(rate=rate, after=kept + curvatures * rate**2 * noise**2 / 2)


def equations() -> tuple[Equation, ...]:
    """Write the schedule, and what a noisy step does on average."""
    from sympy import Piecewise, Rational, cos, pi

    from notation.trees import Equation, arrays, symbols, unevaluated

    rate, top, low, s, w, n = symbols("rate lr_max lr_min done warmup total")
    noise, i = symbols("noise i")
    curvature, loss, after = arrays("curvatures losses after")
    half = Rational(1, 2)
    with unevaluated():
        wave = 1 + cos(pi * ((s - w) / (n - w)))
        return (
            Equation(
                after[i],
                (1 - rate * curvature[i]) ** 2 * loss[i]
                + half * curvature[i] * rate**2 * noise**2,
            ),
            Equation(
                rate,
                Piecewise((top * s / w, s < w), (low + (top - low) / 2 * wave, True)),
            ),
        )


def identities() -> tuple[Identity, ...]:
    """Write why a noisy step leaves a rest, and how large that is."""
    from sympy import Rational

    from notation.trees import Identity, symbols

    theta, lr, lam, sigma = symbols("theta eta lambda sigma", positive=True)
    half = Rational(1, 2)
    steps = [theta - lr * (lam * theta + sign * sigma) for sign in (1, -1)]
    rest = lr * sigma**2 / (2 * (2 - lr * lam))
    return (
        Identity(
            "On average noise adds to the loss with the square of the learning rate.",
            half * (half * lam * steps[0] ** 2 + half * lam * steps[1] ** 2),
            (1 - lr * lam) ** 2 * (half * lam * theta**2)
            + half * lam * lr**2 * sigma**2,
            r"\mathbb{E}\left[\frac{\lambda}{2} (\theta - \eta (\lambda \theta + "
            r"\xi))^2\right] = (1 - \eta\lambda)^2 \frac{\lambda}{2} \theta^2 + "
            r"\frac{\lambda}{2} \eta^2 \sigma^2",
        ),
        Identity(
            "At a constant rate the loss settles where a step adds what it removes.",
            (1 - lr * lam) ** 2 * rest + half * lam * lr**2 * sigma**2,
            rest,
            r"L_\infty = \frac{\eta \sigma^2}{2 (2 - \eta \lambda)}",
        ),
    )


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=(
        r"<rate> = \begin{cases} <lr_max> \frac{<done>}{<warmup>} & <done> \lt <warmup> \\ "
        r"<lr_min> + \frac{<lr_max> - <lr_min>}{2} \left(1 + \cos \pi "
        r"\frac{<done> - <warmup>}{<total> - <warmup>}\right) & \text{otherwise} \end{cases}"
    ),
    main_result="rate",
)
