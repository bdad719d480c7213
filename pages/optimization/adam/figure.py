"""Adam: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools
import math

import numpy as np

from charts import (
    Axis,
    Curve,
    Figure,
    Handle,
    Scene,
    Trail,
    curves,
    draggable,
    landscape,
    padded,
)
from formulas.checks import Array
from formulas.optimization.adam import AdamPath, adam_scalar
from formulas.optimization.bowl import bowl_path, level_curves
from formulas.optimization.gradient_descent import quadratic
from notation.numbers import counted, number_text
from pages.optimization.adam.statement import STATEMENT, Result

MOST = int(STATEMENT.control("n_steps").high)
TIMES = np.arange(1, 61)
TIME = Axis("step t", (0, 61))
REACHES = 64 * 2.0 ** -np.arange(10)
SIGNAL_NAMES = {
    "constant": "constant gradients",
    "alternating": "alternating gradients",
    "one large": "one large gradient",
}
SIGNAL_RANGES = {
    "constant": (0, 1.6),
    "alternating": (-1.3, 1.6),
    "one large": (-5, 110),
}
ADAM_COLOR, PLAIN_COLOR = STATEMENT.color_indices("updated", "theta")
GRADIENT_COLOR, MEAN_COLOR = STATEMENT.color_indices("grad", "m_hat")
SQUARE_COLOR, RAW_COLOR = STATEMENT.color_indices("v_hat", "bias_correction")


def draw(
    result: Result,
    *,
    path: Array,
    condition: float,
    n_steps: int,
    lr: float,
    signal: str,
    beta1: float,
    beta2: float,
    eps: float,
    bias_correction: bool,
    angle: float,
    rotation: float,
) -> Scene:
    """Draw the race down a bowl, and what Adam makes of a sequence of gradients."""
    walk = np.vstack([path, result.updated])
    axes = _axes(rotation)
    plain_walk = _plain_path(condition, angle, rotation)[: n_steps + 1]
    loss, _ = quadratic([1.0, condition])
    own, plain = np.asarray(loss([walk[-1] @ axes, plain_walk[-1] @ axes])).tolist()
    last = (walk[-1] - walk[-2]) @ axes[:, 1]
    with_correction, without = _lengths(signal, beta1, beta2, eps, result.divided)
    first = (with_correction if bias_correction else without)[0]
    return Scene(
        _race(walk, plain_walk, condition, rotation),
        _step_lengths(signal, beta1, beta2, eps, result.divided),
        _memories(signal, beta1, beta2, eps, bias_correction),
        readouts={
            "loss, Adam": own,
            "loss, gradient descent": plain,
            "last step / η, steep": abs(float(last)) / lr,
            "first step / η, uncorrected": without[0],
        },
        status=sentence(n_steps, own, plain, first, signal),
    )


def _axes(rotation: float) -> Array:
    """Return the flat and the steep direction of the bowl, one a column."""
    turn = math.radians(rotation)
    cosine, sine = math.cos(turn), math.sin(turn)
    return np.array([[cosine, -sine], [sine, cosine]])


def _race(walk: Array, plain_walk: Array, condition: float, rotation: float) -> Figure:
    names = ("flat direction, curvature 1", "steep direction")
    if rotation:
        names = ("θ₁", "θ₂")
    picture = landscape(
        "Adam, and gradient descent with step 1/λmax",
        _contour_lines(condition, rotation),
        Trail("gradient descent", padded(plain_walk, MOST + 1), PLAIN_COLOR, 1),
        Trail("Adam", padded(walk, MOST + 1), ADAM_COLOR),
        extent=((-1.9, 1.9), (-1.55, 1.55)),
        x=names[0],
        y=names[1],
        goal=(0.0, 0.0),
    )
    start = float(walk[0, 0]), float(walk[0, 1])
    return draggable(picture, Handle(at=start, title="Drag the start", angle="angle"))


@functools.lru_cache(maxsize=8)
def _contour_lines(condition: float, rotation: float) -> tuple[Array, ...]:
    lines = level_curves(condition, REACHES, n_points=33)
    return tuple(line @ _axes(rotation).T for line in lines)


@functools.lru_cache(maxsize=8)
def _plain_path(condition: float, angle: float, rotation: float = 0.0) -> Array:
    """Walk down the bowl by gradient descent, with step 1/λmax."""
    own = angle - rotation  # seen from the bowl's axes
    path = bowl_path(1.0, condition, own, n_steps=MOST, radius=math.sqrt(2))
    return path @ _axes(rotation).T


def _lengths(
    signal: str, beta1: float, beta2: float, eps: float, divided: bool
) -> tuple[Array, Array]:
    """Return the length of each step over η, with the correction and without."""
    _, corrected, raw = _runs(signal, beta1, beta2, eps)
    if divided:
        return corrected.step_sizes, raw.step_sizes
    return np.abs(corrected.m_hat[:, 0]), np.abs(raw.m_hat[:, 0])


@functools.lru_cache(maxsize=8)
def _step_lengths(
    signal: str, beta1: float, beta2: float, eps: float, divided: bool
) -> Figure:
    with_correction, without = _lengths(signal, beta1, beta2, eps, divided)
    highest = 110 if signal == "one large" and not divided else 8
    return curves(
        f"Length of each step over η, gradients: {signal}",
        Curve("with correction", TIMES, with_correction, ADAM_COLOR),
        Curve("without", TIMES, without, RAW_COLOR),
        x=TIME,
        y=Axis("|Δθ| / η", (0, highest)),
        levels=[(1.0, "η")],
        height=250,
    )


@functools.lru_cache(maxsize=8)
def _memories(
    signal: str, beta1: float, beta2: float, eps: float, bias_correction: bool
) -> Figure:
    gradients, corrected, raw = _runs(signal, beta1, beta2, eps)
    shown = corrected if bias_correction else raw
    root = np.sqrt(shown.v_hat[:, 0])
    return curves(
        f"What Adam remembers of the gradients: {signal}",
        Curve("gradient g", TIMES, gradients, GRADIENT_COLOR),
        Curve("mean m̂", TIMES, shown.m_hat[:, 0], MEAN_COLOR),
        Curve("root √v̂", TIMES, root, SQUARE_COLOR),
        x=TIME,
        y=Axis("gradient", SIGNAL_RANGES[signal]),
        height=250,
    )


@functools.lru_cache(maxsize=8)
def _runs(
    signal: str, beta1: float, beta2: float, eps: float
) -> tuple[Array, AdamPath, AdamPath]:
    """Return a sequence of gradients, and Adam on it with its correction and without."""
    gradients = _gradients(signal)
    corrected = _run(gradients, beta1, beta2, eps, bias_correction=True)
    raw = _run(gradients, beta1, beta2, eps, bias_correction=False)
    return gradients, corrected, raw


def _gradients(signal: str) -> Array:
    """Return ones; 1 and −1 in turn; or ones after a first gradient of 100."""
    gradients = np.ones(len(TIMES))
    if signal == "alternating":
        gradients[1::2] = -1
    if signal == "one large":
        gradients[0] = 100
    return gradients


def _run(
    gradients: Array, beta1: float, beta2: float, eps: float, *, bias_correction: bool
) -> AdamPath:
    source = iter(gradients.tolist())
    return adam_scalar(
        lambda _: next(source),
        0.0,
        n_steps=len(gradients),
        lr=1.0,
        beta1=beta1,
        beta2=beta2,
        eps=eps,
        bias_correction=bias_correction,
    )


def sentence(n_steps: int, own: float, plain: float, first: float, signal: str) -> str:
    """Say who is ahead in the race, and how far Adam's first step on the signal goes."""
    own_text, plain_text = number_text(own, 3), number_text(plain, 3)
    order = "ahead of" if own < plain else "behind"
    rival = f"{order} gradient descent with {plain_text}"
    if own_text == plain_text:
        rival = "level with gradient descent"
    race = f"After {counted(n_steps, 'step')} Adam’s loss is {own_text}, {rival}"
    size = f"its first step is {number_text(first, 3)} times η"
    return f"{race}; on {SIGNAL_NAMES[signal]} {size}."
