"""Adam."""

import functools

import numpy as np

from charts import Axis, Curve, Path, curves, landscape
from formulas.optimization.adam import (
    FORMULA,
    adam_bowl_path,
    adam_on_signal,
    adam_step,
    gradient_signal,
)
from formulas.optimization.gradient_descent import bowl_path, level_curves, quadratic
from ui import lesson

MOST = int(FORMULA.control("n_steps").high)
TIMES, TIME = np.arange(1, 61), Axis("step t", (0, 61))
REACHES = 64 * 2.0 ** -np.arange(10)
HEIGHTS = {"constant": (0, 1.6), "alternating": (-1.3, 1.6), "one large": (-5, 110)}
ADAM, PLAIN, GRADIENT, MEAN, SQUARE, SWITCH = (
    FORMULA.slot(k)
    for k in ("updated", "theta", "grad", "m_hat", "v_hat", "bias_correction")
)
walk = functools.lru_cache(maxsize=8)(adam_bowl_path)


@functools.lru_cache(maxsize=8)
def plain_descent(condition):
    path = bowl_path(1.0, condition, 45, n_steps=MOST, radius=np.sqrt(2))
    return path, level_curves(condition, REACHES, n_points=33)


@functools.lru_cache(maxsize=8)
def response(signal, bias_correction, **memory):
    gradients = gradient_signal(signal, len(TIMES))
    right = adam_on_signal(gradients, **memory)
    raw = adam_on_signal(gradients, bias_correction=False, **memory)
    shown = right if bias_correction else raw
    lengths = curves(
        f"Length of each step over η, gradients: {signal}",
        Curve("with correction", TIMES, right.step_sizes, ADAM),
        Curve("without", TIMES, raw.step_sizes, SWITCH),
        x=TIME,
        y=Axis("|Δθ| / η", (0, 8)),
        levels=[(1.0, "η")],
        height=250,
    )
    remembered = curves(
        f"What Adam remembers of the gradients: {signal}",
        Curve("gradient g", TIMES, gradients, GRADIENT),
        Curve("mean m̂", TIMES, shown.m_hat[:, 0], MEAN),
        Curve("root √v̂", TIMES, np.sqrt(shown.v_hat[:, 0]), SQUARE),
        x=TIME,
        y=Axis("gradient", HEIGHTS[signal]),
        height=250,
    )
    return (lengths, remembered), shown.step_sizes[0], raw.step_sizes[0]


def draw(lr, log10_eps, condition, n_steps, signal, **options):
    options["eps"] = 10.0**log10_eps
    path = walk(condition, n_steps=MOST, lr=lr, **options)
    other, rings = plain_descent(condition)
    walked = (n_steps >= np.arange(MOST + 1))[:, None]
    mine, others = map(quadratic([1.0, condition])[0], (path[n_steps], other[n_steps]))
    of_signal, first, first_raw = response(signal, **options)
    return lesson.Scene(
        figures=(
            landscape(
                "From (1, 1): Adam, and gradient descent with step 1/λmax",
                rings,
                Path("gradient descent", np.where(walked, other, np.nan), PLAIN, 1),
                Path("Adam", np.where(walked, path, np.nan), ADAM),
                extent=((-1.9, 1.9), (-1.3, 1.3)),
                x="flat direction, curvature 1",
                y="steep direction",
                goal=(0.0, 0.0),
            ),
            *of_signal,
        ),
        readouts={
            "loss, Adam": mine,
            "loss, gradient descent": others,
            "first step / η": first,
            "first step / η, uncorrected": first_raw,
        },
        status=sentence(n_steps, mine, others, first),
    )


def sentence(n_steps, mine, others, first):
    order = "ahead of" if mine < others else "behind"
    return (
        f"After {n_steps} step{'s' * (n_steps > 1)} Adam’s loss is {mine:.3g}, {order} "
        f"gradient descent with {others:.3g}; its first step is {first:.3g} times η."
    )


def first_step(gradient):
    return adam_step([0.0], [gradient], [0.0], [0.0], 1).step[0]


lesson.show(
    FORMULA,
    draw,
    presets=(
        lesson.Preset(
            "No bias correction",
            "The first step is 3.16 η, the twelfth 6.57 η",
            bias_correction=False,
        ),
        lesson.Preset("Huge ε", "Almost plain momentum", log10_eps=-1),
        lesson.Preset("β₁ = 0", "RMSProp with correction", beta1=0.0),
        lesson.Preset("Alternating", "Gradients +1, −1, +1", signal="alternating"),
    ),
    prediction=lesson.Prediction(
        "Multiply the loss by 1000. What happens to Adam’s first step?",
        lambda: (
            "it stays the same"
            if np.isclose(first_step(1000.0), first_step(1.0))
            else "it grows"
        ),
        choices=("it stays the same", "it grows", "it shrinks"),
    ),
    **lesson.words(FORMULA),
)
