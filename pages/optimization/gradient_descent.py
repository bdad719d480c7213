"""Gradient descent."""

import numpy as np

from charts import Axis, Curve, Mark, Path, curves, landscape
from formulas.optimization.gradient_descent import (
    FORMULA,
    bowl,
    bowl_path,
    contraction_factors,
    error_rates,
    level_curves,
    quadratic,
)
from ui import lesson

MOST = int(FORMULA.control("n_steps").high)
STEPS = np.arange(MOST + 1)
REACHES = 64 * 2.0 ** (-np.arange(11) / 2)
SHARES = np.linspace(0.01, 1, 60)
PATH, LOSS, FACTOR = (FORMULA.slot(k) for k in ("theta", "updated", "factor"))


def draw(relative_lr, condition, n_steps, momentum, angle):
    curvatures, lr, _ = bowl(relative_lr, condition, angle)
    path = bowl_path(relative_lr, condition, angle, n_steps=MOST, momentum=momentum)
    loss = quadratic(curvatures)[0](path)
    walked = np.where(STEPS[:, None] <= n_steps, path, np.nan)
    rates = error_rates(curvatures, lr, momentum)
    slowest = rates.max()
    factors = contraction_factors(curvatures, lr)
    return lesson.Scene(
        figures=(
            landscape(
                level_curves(condition, REACHES),
                [Path("gradient descent", walked, PATH)],
                title="Path over the contour lines of the loss",
                extent=((-13, 13), (-8, 8)),
                x="flat direction, curvature 1",
                y=f"steep direction, curvature {condition:g}",
                goal=(0.0, 0.0),
            ),
            curves(
                [
                    Curve(
                        "loss", STEPS, np.where(n_steps >= STEPS, loss, np.nan), LOSS
                    ),
                    Curve("theory", STEPS, loss[0] * slowest ** (2 * STEPS), FACTOR),
                ],
                title="Loss after each step; theory: the slowest direction’s rate",
                x=Axis("step", (0, MOST)),
                y=Axis("loss", (1e-8, 1e5), log=True),
                at=[(float(n_steps), "now")],
            ),
            curves(
                [
                    Curve(
                        "factor 1 − ηλ",
                        SHARES,
                        contraction_factors(SHARES, relative_lr),
                        FACTOR,
                    ),
                    Curve(
                        "rate in the long run",
                        SHARES,
                        error_rates(SHARES, relative_lr, momentum),
                        FORMULA.slot("momentum"),
                    ),
                ],
                title="What one step leaves of the error, by curvature",
                x=Axis("curvature λ / λmax", (0, 1.08)),
                y=Axis("factor", (-1.35, 1.35)),
                marks=[
                    Mark(1 / condition, factors[0], "flat", FACTOR),
                    Mark(1.0, factors[1], "steep", FACTOR),
                ],
                levels=[(1.0, "above: grows"), (-1.0, "below: grows")],
            ),
        ),
        readouts={
            "learning rate η": lr,
            "loss at the start": loss[0],
            "loss now": loss[n_steps],
            "error kept per step, flat": rates[0],
            "error kept per step, steep": rates[1],
        },
        status=sentence(loss[0], loss[n_steps], n_steps, slowest, relative_lr),
    )


def sentence(before, now, n_steps, slowest, relative_lr):
    after = f"After {n_steps} step{'s' * (n_steps > 1)} the loss is {now:.3g}"
    if slowest > 1 + 1e-9:
        return f"{after} and grows: the step is too large for the steep direction."
    if slowest > 1 - 1e-9:
        return f"{after}: at exactly 2/λ the path jumps to and fro and never settles."
    zigzag = "zig-zags but converges" if relative_lr > 1 else "converges"
    return f"{after}, from {before:.3g}: it {zigzag}; each step leaves {slowest:.1%} of the error."


lesson.show(
    FORMULA,
    draw,
    presets=(
        lesson.Preset(
            "Crawling", {"relative_lr": 0.1}, "30 steps leave 5 % of the loss"
        ),
        lesson.Preset(
            "Best fixed step",
            {"relative_lr": 1.82},
            "2κ / (κ + 1): a hundred-thousandth of the loss is left",
        ),
        lesson.Preset("Diverging", {"relative_lr": 2.1}, "Above 2: the loss explodes"),
        lesson.Preset(
            "Heavy ball", {"momentum": 0.3}, "Momentum helps the flat direction"
        ),
    ),
    prediction=lesson.Prediction(
        "The curvature is 1 and the learning rate 2.1. What does each step multiply the "
        "error by?",
        lambda: contraction_factors([1.0], 2.1)[0],
        "1 − 2.1 · 1 = −1.1: the error flips its sign and grows by a tenth every time. "
        "From 2/λ on no path comes to rest.",
        show={"relative_lr": 2.1},
    ),
    aha="The steepest direction limits the step, the flattest direction sets the time.",
    notice=(
        "Where the step size times the largest curvature lies between 1 and 2, the path "
        "zig-zags but still converges; at exactly 2 it never settles.",
        "The best fixed step leaves both directions the same rate: (κ − 1) / (κ + 1).",
        "Without momentum every step starts at a right angle to its contour line.",
    ),
    try_this=(
        "At which step size does the path stop settling, and does κ change that?",
        "Set κ to 50 with the best possible step: how long does the flat direction take?",
        "How much momentum helps most, and what does too much of it do?",
    ),
    pitfalls=(
        "A smaller learning rate is not always the safer choice: at a twentieth of the "
        "limit, 30 steps still leave 5 % of the loss.",
        "“Minimizes the loss” holds for steps that are small enough, and only up to a "
        "point where the gradient vanishes: that may be a saddle.",
        "The original list writes L in one place and J in another, and a plain "
        "derivative: θ is a vector, so a gradient ∇L belongs there.",
        "Networks follow the gradient of a random batch, an estimate of the one here.",
    ),
    in_use="Every neural network, with warm-up and decay of the learning rate; line "
    "search in classical optimization.",
)
