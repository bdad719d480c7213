"""Adam: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence

import numpy as np

from charts import (
    Axis,
    Curve,
    Figure,
    Handle,
    Mark,
    Scene,
    Trail,
    curves,
    draggable,
    fitting,
    landscape,
    rounded_up,
)
from formulas.checks import Array
from formulas.optimization.adam import AdamPath, adam_scalar
from formulas.optimization.bowl import bowl_path, level_curves
from formulas.optimization.gradient_descent import quadratic
from notation.numbers import counted, number_text
from pages.optimization.adam.statement import (
    STATEMENT,
    Result,
    bowl_hessian,
)

MOST = int(STATEMENT.control("n_steps").high)
LAST = 40  # step of the two lower charts, unless the race has gone on farther
SPARSE = 4  # every so many steps the other coordinate has a square: the line stays seen
PLAIN_RATE = 1.8  # step of gradient descent over 1/λmax: it zigzags and converges
NOISE = 2.0  # its standard deviation, where the mean of the gradients is 1
REACHES = 64 * 2.0 ** -np.arange(10)
# Ends of an axis; few, so that it rests.
ON_AN_AXIS = 1e-9
STEEPNESSES = (3, 12, 40, 120, 400, 1500, 5000)
SIGNAL_NAMES = {
    "constant": "constant gradients",
    "alternating": "alternating gradients",
    "one large": "one large gradient",
    "noisy": "noisy gradients",
}
AXIS_NAMES = ("in the flat direction", "in the steep direction")
# Of the coordinate that is drawn beside one: on the bowl as it is, and turned.
OTHER_NAMES = (("θ₂ (steep)", "θ₁ (flat)"), ("θ₂", "θ₁"))
LONGEST = (8, 12, 36, 110)  # ends of the axis of steps; few, so that it rests
SIGNAL_RANGES = {
    "constant": (0, 1.6),
    "alternating": (-1.3, 1.6),
    "one large": (-5, 110),
    "noisy": (-6, 8),
}
ADAM_COLOR, PLAIN_COLOR = STATEMENT.color_index("updated"), 2
GRADIENT_COLOR, MEAN_COLOR = STATEMENT.color_indices("grad", "m_hat")
SQUARE_COLOR, RAW_COLOR = STATEMENT.color_indices("v_hat", "bias_correction")


def draw(
    result: Result,
    *,
    path: Array,
    run: tuple[Array, Array, Array],
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
    steps = np.abs(walk[-1] - walk[-2]) / lr
    last = LAST if signal != "race" or n_steps <= LAST else MOST
    times = np.arange(1, last + 1)
    others = np.full(last, np.nan)
    if signal == "race":
        shown, place, gradients = _met(run[0][:last], condition, rotation)
        name, now = f" {place}", n_steps
        unbiased = 1 - beta1**times if bias_correction else np.ones(last)
        others = np.abs(np.diff(run[0][: last + 1, 1 - shown])) / lr
        if not result.divided:
            others = np.abs(run[1][1 : last + 1, 1 - shown]) / unbiased
        other_name = OTHER_NAMES[bool(rotation)][shown]
    else:
        gradients = _gradients(signal)
        name, now, other_name = f", gradients: {signal}", 0, "θ₁"
    steepest = max(map(abs, gradients))
    reach = fitting(steepest, (*STEEPNESSES, rounded_up(steepest)))
    runs = _runs(gradients, beta1, beta2, eps)
    with_correction, without = (_lengths(run, result.divided) for run in runs)
    tallest = float(
        max(with_correction.max(), without.max(), np.nanmax([0.0, *others]))
    )
    longest = max(LONGEST[0], rounded_up(1.05 * tallest))
    if result.divided:
        longest = fitting(1.05 * max(with_correction.max(), without.max()), LONGEST)
    return Scene(
        _race(walk, plain_walk, condition, rotation),
        _memories(
            name,
            gradients,
            runs[0 if bias_correction else 1],
            SIGNAL_RANGES.get(signal, (-reach, reach)),
            now,
        ),
        _step_lengths(
            name,
            Curve("with correction", times, with_correction, ADAM_COLOR),
            Curve("without", times, without, RAW_COLOR),
            Curve(
                other_name,
                times[::SPARSE],
                others[::SPARSE],
                PLAIN_COLOR,
                points=True,
                line=False,
            ),
            spot=_spot(
                now,
                with_correction if bias_correction else without,
                ADAM_COLOR if bias_correction else RAW_COLOR,
            ),
            last=last,
            longest=longest,
            now=now,
        ),
        readouts={
            "loss, Adam": own,
            "loss, gradient descent": plain,
            "last step along θ₁, in η": float(steps[0]),
            "last step along θ₂, in η": float(steps[1]),
            "first step without correction, in η": without[0],
        },
        status=sentence(
            n_steps,
            own,
            plain,
            result=result,
            steps=steps,
            eps=eps,
            on_the_flat_axis=bool(rotation)
            and abs(float(walk[0] @ axes[:, 1])) < ON_AN_AXIS,
        ),
    )


def _axes(rotation: float) -> Array:
    """Return the flat and the steep direction of the bowl, one a column."""
    turn = math.radians(rotation)
    cosine, sine = math.cos(turn), math.sin(turn)
    return np.array([[cosine, -sine], [sine, cosine]])


def _race(walk: Array, plain_walk: Array, condition: float, rotation: float) -> Figure:
    names = ("flat direction θ₁, curvature 1", "steep direction θ₂")
    if rotation:
        names = ("θ₁", "θ₂")
    picture = landscape(
        f"Two paths to the minimum{' of a turned bowl' if rotation else ''}",
        _contour_lines(condition, rotation),
        Trail("gradient descent", plain_walk, PLAIN_COLOR, 1),
        Trail("Adam", walk, ADAM_COLOR),
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
    """Walk down the bowl by gradient descent, with step 1.8/λmax."""
    own = angle - rotation  # seen from the bowl's axes
    path = bowl_path(PLAIN_RATE, condition, own, n_steps=MOST, radius=math.sqrt(2))
    return path @ _axes(rotation).T


def _met(
    path: Array, condition: float, rotation: float
) -> tuple[int, str, tuple[float, ...]]:
    """Return a coordinate, its name, and the slopes that Adam meets there on its path.

    It is θ₂, but for a start on the flat axis of an unturned bowl, which has slopes
    along θ₁ alone.
    """
    slopes = path @ bowl_hessian(condition, rotation)
    shown = 1 if slopes[:, 1].any() else 0
    names = ("along θ₁", "along θ₂") if rotation else AXIS_NAMES
    return shown, names[shown], tuple(slopes[:, shown].tolist())


def _spot(now: int, heights: Array, color: int) -> Mark:
    """Mark a curve's point at the step that is shown, if there is one."""
    if not now:
        return Mark(math.nan, math.nan, "", color)
    return Mark(float(now), float(heights[now - 1]), "", color)


def _step_lengths(
    name: str, *lengths: Curve, spot: Mark, last: int, longest: float, now: int
) -> Figure:
    picture = curves(
        f"Length of a step over η{name}",
        *lengths,
        spot,
        x=_time(last),
        y=Axis("|Δθ| / η", (0, longest)),
        levels=[(1.0, "η")],
        at=[(spot.x, f"now: {number_text(spot.y, 2)}")] if now else [],
        height=250,
    )
    other = picture["data"][2]
    symbol = f"{other['marker']['symbol']}-open"
    picture["data"][2] = other | {"marker": other["marker"] | {"symbol": symbol}}
    return picture


def _memories(
    name: str,
    gradients: tuple[float, ...],
    run: AdamPath,
    limits: tuple[float, float],
    now: int,
) -> Figure:
    times = np.arange(1, len(gradients) + 1)
    mean, root = run.m_hat[:, 0], np.sqrt(run.v_hat[:, 0])
    return curves(
        f"What Adam remembers{name}",
        Curve("gradient g", times, np.array(gradients), GRADIENT_COLOR),
        Curve("its mean m̂", times, mean, MEAN_COLOR),
        Curve("its size √v̂", times, root, SQUARE_COLOR),
        _spot(now, mean, MEAN_COLOR),
        _spot(now, root, SQUARE_COLOR),
        x=_time(len(times)),
        y=Axis("gradient", limits),
        at=[(float(now), "now")] if now else [],
        height=250,
    )


def _time(last: int) -> Axis:
    return Axis("step t", (0, last + 1))


def _lengths(run: AdamPath, divided: bool) -> Array:
    """Return the length of each step over η."""
    return run.step_sizes if divided else np.abs(run.m_hat[:, 0])


@functools.lru_cache(maxsize=8)
def _runs(
    gradients: tuple[float, ...], beta1: float, beta2: float, eps: float
) -> tuple[AdamPath, AdamPath]:
    """Run Adam on a sequence of gradients with its correction and without."""
    corrected = _run(gradients, beta1, beta2, eps, bias_correction=True)
    raw = _run(gradients, beta1, beta2, eps, bias_correction=False)
    return corrected, raw


def _gradients(signal: str) -> tuple[float, ...]:
    """Return ones; 1 and −1 in turn; ones after a first gradient of 100; or with noise."""
    if signal == "noisy":
        return _noisy()
    gradients = [1.0] * LAST
    if signal == "alternating":
        gradients[1::2] = [-1.0] * (LAST // 2)
    if signal == "one large":
        gradients[0] = 100.0
    return tuple(gradients)


@functools.cache
def _noisy() -> tuple[float, ...]:
    """Return gradients as minibatches give them: ones, and normal noise on top."""
    noise = np.random.default_rng(0).standard_normal(LAST)
    noise = (noise - noise.mean()) / noise.std()
    return tuple((1 + NOISE * noise).tolist())


def _run(
    gradients: Sequence[float],
    beta1: float,
    beta2: float,
    eps: float,
    *,
    bias_correction: bool,
) -> AdamPath:
    source = iter(gradients)
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


def sentence(
    n_steps: int,
    own: float,
    plain: float,
    *,
    result: Result,
    steps: Array,
    eps: float,
    on_the_flat_axis: bool,
) -> str:
    """Say what the means make of both coordinates, and who is ahead in the race."""
    own_text, plain_text = number_text(own, 3), number_text(plain, 3)
    order = "ahead of" if own < plain else "behind"
    rival = f"{order} gradient descent with {plain_text}"
    if own_text == plain_text:
        rival = "level with gradient descent"
    race = f"After {counted(n_steps, 'step')} Adam’s loss is {own_text}, {rival}"
    lengths = [number_text(float(step), 3) for step in steps]
    if on_the_flat_axis:
        race += "; the start lies on the flat axis"
    if not result.divided:
        return (
            "Not divided, the mean gradient alone sets the last step: "
            f"{lengths[0]} η along θ₁ and {lengths[1]} η along θ₂. {race}."
        )
    means = [number_text(float(mean), 3) for mean in np.abs(result.m_hat)]
    sizes = [number_text(float(root), 3) for root in np.sqrt(result.v_hat) + eps]
    flat, steep = (
        f"{mean}/{size} = {length}"
        for mean, size, length in zip(means, sizes, lengths, strict=True)
    )
    return (
        f"Last step in η, m̂ / (√v̂ + ε), where the slope’s size cancels: {flat} along θ₁, "
        f"{steep} along θ₂. {race}."
    )
