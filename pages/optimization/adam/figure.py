"""Adam: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools

import numpy as np

from charts import Axis, Curve, Path, Scene, curves, landscape
from formulas.optimization import adam
from formulas.optimization.bowl import level_curves
from notation.numbers import counted, number_text
from pages.optimization.adam.statement import STATEMENT
from pages.optimization.gradient_descent.figure import padded

MOST, TIMES = int(STATEMENT.control("n_steps").high), np.arange(1, 61)
REACHES = tuple(64 * 2.0 ** -np.arange(10))
ON = {s: f"{s} gradient{'s' * (s != 'one large')}" for s in adam.SIGNALS}
HEIGHTS = {"constant": (0, 1.6), "alternating": (-1.3, 1.6), "one large": (-5, 110)}

ADAM, PLAIN, GRADIENT, MEAN, SQUARE, SWITCH = STATEMENT.color_indices(
    "updated", "theta", "grad", "m_hat", "v_hat", "bias_correction"
)
kept = functools.lru_cache(maxsize=8)
race, contours = kept(adam.bowl_race), kept(level_curves)
over_time = functools.partial(curves, x=Axis("step t", (0, 61)), height=250)


@kept
def response(signal, bias_correction, **memory):
    gradients, right, raw = adam.signal_runs(signal, len(TIMES), **memory)
    shown = right if bias_correction else raw
    lengths = over_time(
        f"Length of each step over η, gradients: {signal}",
        Curve("with correction", TIMES, right.step_sizes, ADAM),
        Curve("without", TIMES, raw.step_sizes, SWITCH),
        y=Axis("|Δθ| / η", (0, 8)),
        levels=[(1.0, "η")],
    )
    remembered = over_time(
        f"What Adam remembers of the gradients: {signal}",
        Curve("gradient g", TIMES, gradients, GRADIENT),
        Curve("mean m̂", TIMES, shown.m_hat[:, 0], MEAN),
        Curve("root √v̂", TIMES, np.sqrt(shown.v_hat[:, 0]), SQUARE),
        y=Axis("gradient", HEIGHTS[signal]),
    )
    return lengths, remembered, shown.step_sizes[0], raw.step_sizes[0]


def draw(lr, log10_eps, condition, n_steps, signal, **options):
    options["eps"] = 10.0**log10_eps
    (path, other), losses = race(condition, n_steps=MOST, lr=lr, **options)
    mine, others = losses[:, n_steps]
    *of_signal, first, first_raw = response(signal, **options)
    bowl = landscape(
        "From (1, 1): Adam, and gradient descent with step 1/λmax",
        contours(condition, REACHES, n_points=33),
        Path("gradient descent", padded(other[: n_steps + 1], MOST + 1), PLAIN, 1),
        Path("Adam", padded(path[: n_steps + 1], MOST + 1), ADAM),
        extent=((-1.9, 1.9), (-1.3, 1.3)),
        x="flat direction, curvature 1",
        y="steep direction",
        goal=(0.0, 0.0),
    )
    return Scene(
        bowl,
        *of_signal,
        readouts={
            "loss, Adam": mine,
            "loss, gradient descent": others,
            f"first step / η, on {ON[signal]}": first,
            "the same, uncorrected": first_raw,
        },
        status=sentence(n_steps, mine, others, first, signal),
    )


def sentence(n_steps, mine, others, first, signal):
    own, plain = number_text(mine, 3), number_text(others, 3)
    order = f"{'ahead of' if mine < others else 'behind'} gradient descent with {plain}"
    race = f"{own}, {'level with gradient descent' if own == plain else order}"
    start = f"on {ON[signal]} its first step is {number_text(first, 3)} times η"
    return f"After {counted(n_steps, 'step')} Adam’s loss is {race}; {start}."
