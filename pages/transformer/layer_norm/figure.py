"""Layer normalization: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools
import math

import numpy as np

from charts import (
    Axis,
    Bars,
    Curve,
    Figure,
    Scene,
    bars,
    curves,
    fitting,
    largest,
    thinned,
)
from formulas.checks import Array
from formulas.transformer.layer_norm import layer_norm
from notation.numbers import digits_apart, number_text
from notation.symbols import LOWERED
from pages.transformer.layer_norm.statement import STATEMENT, Result, features_of

SCALES = np.array(STATEMENT.control("scale").positions)
FEATURES = ("x₁", "x₂", "x₃", "x₄")
FEATURE_COLORS = (1, 2, 3, 4)
NEAR, ALMOST = 0.999, "just under 1"  # of a size that is a part of 1
FINEST = 1e-6  # the least difference from 1 that is written out
LEFT = "fraction of σ left: σ / √(σ² + ε)"
FEW, MANY = 6, 12  # curves, and bars with names, that have room
OUTPUT_COLOR = STATEMENT.color_index("output")
STEPS = ("x", "x − μ", "÷ √(σ² + ε)", "· γ + β = y")
STEPS_WITH_MEAN = (STEPS[0], "x, with its μ", *STEPS[2:])
STEPS_SHOWN = (-0.25, len(STEPS) - 0.75)
PLACES = np.arange(float(len(STEPS)))
BESIDE = 0.1  # of the way from step to step: where mean and deviation stand
REACH_COLOR, OTHER_COLOR = 7, 8
ROOMS = tuple(  # ends of the axes, few, so that they rest
    step * 10.0**power for power in range(-4, 8) for step in (1, 1.5, 2.5, 5, 7.5)
)


def draw(
    result: Result,
    *,
    x: Array,
    eps: float,
    centered: bool,
    pattern: str,
    scale: float,
    shift: float,
    gamma: float,
    beta: float,
    own: str,
) -> Scene:
    """Draw what is taken from one token, what is left, and where ε takes over."""
    mean = round(result.mean, 12)  # −3e-15 is a mean of 0
    sigma = math.sqrt(result.variance)
    inside, _ = _sizes_left(np.array([sigma]), eps)
    left = float(inside[0])
    features = features_of(pattern, own)
    largest = math.hypot(1, _farthest(features)) if own else 2  # of both norms
    farthest = largest * (abs(gamma) or 1.0) + abs(beta)  # of γ = 0, as of γ = 1
    if not centered:
        farthest = max(farthest, float(np.abs(result.output).max()))
    reach = fitting(1.15 * farthest, ROOMS)
    output_axis = Axis("output", (-reach, reach))
    left_in = None if centered else shift
    lines = _over_scales(features, gamma, beta, eps, left_in)
    return Scene(
        _steps(x, result, eps, features, centered=centered),
        _after(result.output, output_axis),
        _against_scale(features, lines, scale, output_axis),
        readouts={
            "mean": mean,
            "standard deviation σ of the input": sigma,
            "highest output": result.output.max(),
            **_numerator(float(x[0]), result.mean, centered),
            LEFT: _part_of_one(left),
        },
        status=sentence(mean, math.hypot(sigma, math.sqrt(eps)), left, gamma, beta)
        + (_alike(float(x[0]), mean) if gamma else ""),
    )


def _alike(first: float, mean: float) -> str:
    """Say what is left of a difference whose two numbers print alike."""
    digits = digits_apart(first, mean)
    if first == mean or number_text(first, digits) != number_text(mean, digits):
        return ""
    gap = number_text(float(f"{first - mean:.9g}"), 3)
    return f" x₁ and μ agree in all digits that are printed; x₁ − μ is {gap}."


def _numerator(first: float, mean: float, centered: bool) -> dict[str, float]:
    """Return what is divided: the first feature less the mean, unless that is left in."""
    return {"x₁ − μ": float(f"{first - mean:.9g}")} if centered else {"x₁": first}


def _part_of_one(size: float) -> str:
    """Write a part of 1 in three digits, or in as many as tell it from 1."""
    gap = 1 - size
    if size <= NEAR:
        return number_text(size, 3)
    return f"{size:.{-math.floor(math.log10(gap))}f}" if gap >= FINEST else ALMOST


@functools.lru_cache(maxsize=8)
def _farthest(features: tuple[float, ...]) -> float:
    """Return how many standard deviations the farthest feature is from the mean."""
    x = np.array(features)
    return float(np.abs(x - x.mean()).max() / x.std())


def _names(count: int) -> tuple[str, ...]:
    return tuple(f"x{k}".translate(LOWERED) for k in range(1, count + 1))


def _after(output: Array, output_axis: Axis) -> Figure:
    """Draw what comes out, on an axis that rests while the input moves."""
    mean, deviation = output.mean(), output.std()
    few = len(output) <= len(FEATURES)
    return bars(
        "The token after: y; dashed: mean ± deviation",
        _names(len(output)),
        Bars("y", output, OUTPUT_COLOR, 3 if few else 0),
        y=output_axis,
        levels=[(mean - deviation, ""), (mean, ""), (mean + deviation, "")],
        over=few,
        height=240,
        ticks=thinned(len(output), MANY),
    )


def _steps(
    x: Array,
    result: Result,
    eps: float,
    features: tuple[float, ...],
    *,
    centered: bool,
) -> Figure:
    """Follow the features through the three steps, and what is taken from them."""
    distances = x - result.mean if centered else x
    steps = np.array(
        [
            x,
            distances,
            distances / math.hypot(math.sqrt(result.variance), math.sqrt(eps)),
        ]
    )
    steps = np.vstack([steps, result.output])
    names, shown = _names(len(x)), _outermost(features)
    others = np.delete(steps, shown, axis=1)
    which = f", the {FEW} farthest from the mean named" if others.size else ""
    below = fitting(-1.08 * steps.min(), ROOMS) if steps.min() < 0 else 0.0
    above = fitting(1.08 * steps.max(), ROOMS) if steps.max() > 0 else 0.0
    return curves(
        f"The features of the token, step by step{which}",
        *(
            Curve(names[k], PLACES, steps[:, k], color, dash=0, points=True)
            for color, k in enumerate(shown, start=1)
        ),
        *_unnamed(others),
        Curve("mean ± σ", *_reaches(steps), REACH_COLOR, 0, points=True),
        x=Axis("", STEPS_SHOWN, labels=STEPS if centered else STEPS_WITH_MEAN),
        y=Axis("feature", (-below, above)),
    )


def _unnamed(others: Array) -> list[Curve]:
    """Draw the features that have no room for a name as one interrupted curve."""
    if not others.size:
        return []
    count = others.shape[1]
    gaps = np.full((1, count), np.nan)
    heights = np.vstack([others, gaps]).T.ravel()
    return [Curve("others", np.tile([*PLACES, np.nan], count), heights, OTHER_COLOR, 0)]


def _reaches(steps: Array) -> tuple[Array, Array]:
    """Return an upright line a step, beside it: mean − deviation, mean, mean + deviation."""
    middles, deviations = steps.mean(axis=1), steps.std(axis=1)
    gap = np.full(len(steps), np.nan)
    heights = np.stack([middles - deviations, middles, middles + deviations, gap])
    return np.repeat(PLACES + BESIDE, 4), heights.T.ravel()


def _against_scale(
    features: tuple[float, ...], lines: Array, scale: float, output_axis: Axis
) -> Figure:
    count, names = len(features), _names(len(features))
    which = f", the {FEW} farthest from the mean" if count > FEW else ""
    return curves(
        f"Output against the scale a of the input{which}",
        *(
            Curve(names[k], SCALES, lines[k], color)
            for color, k in enumerate(_outermost(features), start=1)
        ),
        x=Axis("scale a of the input", (SCALES[0], SCALES[-1]), log=True),
        y=output_axis,
        at=[(scale, "now")],
    )


@functools.lru_cache(maxsize=8)
def _outermost(features: tuple[float, ...]) -> list[int]:
    """Return the places of the features farthest from the mean, in their order."""
    distances = np.abs(np.array(features) - np.mean(features))
    places: list[int] = largest(distances, FEW).tolist()
    return places


@functools.lru_cache(maxsize=8)
def _over_scales(
    pattern: tuple[float, ...],
    gamma: float,
    beta: float,
    eps: float,
    left_in: float | None = None,
) -> Array:
    """Normalize one token at all scales: a row for each feature.

    With a shift to leave in, the mean is not subtracted.
    """
    gains = np.full(len(pattern), gamma)
    shifts = np.full(len(pattern), beta)
    tokens = SCALES[:, None] * np.array(pattern)
    lines = layer_norm(tokens, gains, shifts, eps=eps).T.copy()
    if left_in is not None:
        mean = tokens.mean(axis=1) + left_in
        lines += gamma * mean / np.sqrt(tokens.var(axis=1) + eps)
    lines.setflags(write=False)
    return lines


def _sizes_left(sigma: Array, eps: float) -> tuple[Array, Array]:
    """Return the output's deviation with ε under the root, and added to the root."""
    inside = sigma / np.hypot(sigma, np.sqrt(eps))
    outside = sigma / (sigma + eps)
    return inside, outside


def sentence(mean: float, root: float, left: float, gamma: float, beta: float) -> str:
    """Say what the norm takes from the token, and what mean and deviation it leaves."""
    if gamma == 0:
        return "The gain is 0: every feature is the shift β."
    size = _part_of_one(left)
    done = (
        f"Subtracting the mean {number_text(mean)} and dividing by √(σ² + ε) = "
        f"{number_text(root, 3)} leaves mean 0 and standard deviation {size}"
    )
    if left < 0.9:
        done += ", because ε is not small beside σ²"
    if (gamma, beta) != (1, 0):
        stretched = size if abs(gamma) == 1 else number_text(abs(gamma) * left, 3)
        done += f"; γ and β turn these into {number_text(beta, 3)} and {stretched}"
    return f"{done}."
