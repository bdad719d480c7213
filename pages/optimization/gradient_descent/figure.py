"""Gradient descent: what is drawn, and the sentence about it."""

from __future__ import annotations

import numpy as np

from charts import Axis, Curve, Mark, Path, Scene, curves, landscape
from formulas.optimization import gradient_descent as descent
from notation.numbers import counted
from pages.optimization.gradient_descent.statement import STATEMENT

MOST = int(STATEMENT.control("n_steps").high)
STEPS = np.arange(MOST + 1)
REACHES = 64 * 2.0 ** (-np.arange(11) / 2)
SHARES = np.linspace(0.01, 1, 60)

PATH, LOSS, FACTOR, RATE = STATEMENT.color_indices(
    "theta", "updated", "factor", "momentum"
)


def draw(relative_lr, condition, n_steps, momentum, angle):
    start = relative_lr, condition, angle
    curvatures, lr, origin = descent.bowl(*start)
    path = descent.bowl_path(*start, n_steps=MOST, momentum=momentum)
    loss = descent.quadratic(curvatures)[0](path)
    flat, steep = kept = descent.contraction_factors(curvatures, lr)
    rates = descent.error_rates(curvatures, lr, momentum)
    used = origin != 0  # along an axis of the bowl the path stays on it
    theory = loss[0] * rates.max() ** (2 * STEPS)
    factors = descent.contraction_factors(SHARES, relative_lr)
    in_the_long_run = descent.error_rates(SHARES, relative_lr, momentum)
    return Scene(
        landscape(
            "Path over the contour lines of the loss",
            descent.level_curves(condition, REACHES),
            Path("gradient descent", descent.walked(path, n_steps), PATH),
            extent=((-13, 13), (-8, 8)),
            x="flat direction, curvature 1",
            y=f"steep direction, curvature {condition:g}",
            goal=(0.0, 0.0),
        ),
        curves(
            "Loss after each step; theory: the slowest direction’s rate",
            Curve("loss", STEPS, descent.walked(loss, n_steps), LOSS),
            Curve("theory", STEPS, theory, FACTOR),
            x=Axis("step", (0, MOST)),
            y=Axis("loss", (1e-8, 1e5), log=True),
            at=[(float(n_steps), "now")],
        ),
        curves(
            "What one step leaves of the error, by curvature",
            Curve("factor 1 − ηλ", SHARES, factors, FACTOR),
            Curve("rate in the long run", SHARES, in_the_long_run, RATE),
            Mark(1 / condition, flat, "flat", FACTOR),
            Mark(1.0, steep, "steep", FACTOR),
            x=Axis("curvature λ / λmax", (0, 1.08)),
            y=Axis("factor", (-1.35, 1.35)),
            levels=[(1.0, "above: grows"), (-1.0, "below: grows")],
        ),
        readouts={
            "learning rate η": lr,
            "loss at the start": loss[0],
            "loss now": loss[n_steps],
            "error kept per step, flat": rates[0],
            "error kept per step, steep": rates[1],
        },
        status=sentence(loss[0], loss[n_steps], n_steps, rates[used], kept[used]),
    )


def sentence(before, now, n_steps, rates, factors):
    slowest, after = (
        max(rates),
        f"After {counted(n_steps, 'step')} the loss is {now:.3g}",
    )
    if slowest > 1 + 1e-9:
        return f"{after} and grows: the step is too large for the steep direction."
    if slowest > 1 - 1e-9:
        return f"{after}: at exactly 2/λ the path jumps to and fro and never settles."
    zigzag = "zig-zags but converges" if min(factors) < 0 else "converges"
    left = f"each step leaves {slowest:.1%} of the error"
    return f"{after}, from {before:.3g}: it {zigzag}; {left}."
