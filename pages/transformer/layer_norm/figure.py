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
    Mark,
    Scene,
    bars,
    curves,
    fitting,
    largest,
    texts_when_wide,
    thinned,
)
from formulas.checks import Array
from formulas.transformer.layer_norm import layer_norm, rms_norm
from notation.numbers import digits_apart, number_text
from notation.symbols import LOWERED
from pages.transformer.layer_norm.statement import STATEMENT, Result, features_of

SCALES = np.array(STATEMENT.control("scale").positions)
SIGMAS = np.geomspace(1e-5, 1e3, 161)
FEATURES = ("x₁", "x₂", "x₃", "x₄")
FEATURE_COLORS = (1, 2, 3, 4)
FEW, MANY = 6, 12  # curves, and bars with names, that have room
RMS_COLOR = 8
INPUT_COLOR, OUTPUT_COLOR, EPS_COLOR = STATEMENT.color_indices("x", "output", "eps")
ROOMS = tuple(  # ends of the axes, few, so that they rest
    step * 10.0**power for power in range(-4, 8) for step in (1, 1.5, 2.5, 5)
)
LABEL_ROOM = 0.12  # of the longer side of an axis, for the numbers at short bars


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
    """Draw one token before and after, and where ε takes over."""
    mean = round(result.mean, 12)  # −3e-15 is a mean of 0
    sigma = math.sqrt(result.variance)
    inside, outside = _sizes_left(np.array([sigma]), eps)
    left, left_outside = float(inside[0]), float(outside[0])
    features = features_of(pattern, own)
    largest = math.hypot(1, _farthest(features)) if own else 2  # of both norms
    farthest = largest * abs(gamma) + abs(beta)
    if not centered:
        farthest = max(farthest, float(np.abs(result.output).max()))
    reach = fitting(1.15 * farthest, ROOMS)
    output_axis = Axis("output", (-reach, reach))
    left_in = None if centered else shift
    lines = _over_scales(features, gamma, beta, eps, left_in)
    return Scene(
        _before_and_after(x, result.output, mean, sigma),
        _after(
            result.output, rms_norm(x, np.full(len(x), gamma), eps=eps), output_axis
        ),
        _against_scale(features, lines, scale, output_axis),
        _against_deviation(sigma, left, left_outside, eps, _sigmas(features)),
        readouts={
            "mean": mean,
            "standard deviation σ of the input": sigma,
            "x₁ − μ": float(f"{x[0] - result.mean:.9g}"),
            "size left: σ / √(σ² + ε)": _six_digits(left),
            "size left: σ / (σ + ε)": _six_digits(left_outside),
            "largest output": result.output.max(),
        },
        status=sentence(mean, sigma, left, gamma)
        + (_alike(float(x[0]), mean) if gamma else ""),
    )


def _alike(first: float, mean: float) -> str:
    """Say what is left of a difference whose two numbers print alike."""
    digits = digits_apart(first, mean)
    if first == mean or number_text(first, digits) != number_text(mean, digits):
        return ""
    gap = number_text(float(f"{first - mean:.9g}"), 3)
    return f" x₁ and μ agree in all digits that are printed; x₁ − μ is {gap}."


def _six_digits(size: float) -> str:
    """Write a part of 1 in six digits, never rounded up to 1."""
    text = f"{size:.6f}"
    return "over 0.999999" if text == "1.000000" else text


@functools.lru_cache(maxsize=8)
def _farthest(features: tuple[float, ...]) -> float:
    """Return how many standard deviations the farthest feature is from the mean."""
    x = np.array(features)
    return float(np.abs(x - x.mean()).max() / x.std())


@functools.lru_cache(maxsize=8)
def _sigmas(features: tuple[float, ...]) -> tuple[float, float]:
    """Return ends of an axis for the deviation, at every scale, as powers of ten."""
    usual = np.log10(SIGMAS[[0, -1]])
    ends = np.log10(np.std(features) * SCALES[[0, -1]])
    low, high = min(usual[0], np.floor(ends[0])), max(usual[1], np.ceil(ends[1]))
    return float(10.0**low), float(10.0**high)


def _names(count: int) -> tuple[str, ...]:
    return tuple(f"x{k}".translate(LOWERED) for k in range(1, count + 1))


def _before_and_after(x: Array, output: Array, mean: float, sigma: float) -> Figure:
    """Draw both on one axis: what is far from 0, or wide, comes back to the same place."""
    both = np.concatenate([x, output])
    below = fitting(-1.15 * both.min(), ROOMS) if both.min() < 0 else 0.0
    above = fitting(1.15 * both.max(), ROOMS) if both.max() > 0 else 0.0
    low = -max(below, LABEL_ROOM * above) if below else 0.0
    top = max(above, LABEL_ROOM * below) if above else 0.0
    few = len(x) <= len(FEATURES)  # numbers at more bars would lie on each other
    picture = bars(
        "One token before and after, on one axis; dashed: μ and μ ± σ",
        _names(len(x)),
        Bars("before: x", x, INPUT_COLOR, 4 if few else 0),
        Bars("after: y", output, OUTPUT_COLOR, 2 if few else 0),
        y=Axis("feature", (low, top)),
        levels=[(mean - sigma, ""), (mean, ""), (mean + sigma, "")],
        height=240,
        ticks=thinned(len(x), MANY),
    )
    return texts_when_wide(picture, "before: x")


def _after(output: Array, by_size: Array, output_axis: Axis) -> Figure:
    digits = 2 if len(output) <= len(FEATURES) else 0
    return bars(
        "After, beside RMSNorm",
        _names(len(output)),
        Bars("layer norm", output, OUTPUT_COLOR, digits),
        Bars("RMSNorm, which has no β", by_size, RMS_COLOR, digits),
        y=output_axis,
        height=240,
        ticks=thinned(len(output), MANY),
    )


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


def _against_deviation(
    sigma: float,
    left: float,
    left_outside: float,
    eps: float,
    ends: tuple[float, float],
) -> Figure:
    sigmas, inside, outside = _over_sigmas(eps, ends)
    return curves(
        "What is left of the size, for both places of ε",
        Curve("√(σ² + ε), as computed", sigmas, inside, OUTPUT_COLOR),
        Curve("σ + ε", sigmas, outside, EPS_COLOR),
        Mark(sigma, left, f"{left:.2f}", OUTPUT_COLOR),
        Mark(sigma, left_outside, f"{left_outside:.2f}", EPS_COLOR),
        x=Axis("standard deviation σ of the input", ends, log=True),
        y=Axis("standard deviation of the output", (0, 1.15)),
    )


@functools.lru_cache(maxsize=16)
def _over_sigmas(eps: float, ends: tuple[float, float]) -> tuple[Array, Array, Array]:
    sigmas = np.geomspace(*ends, len(SIGMAS))
    return sigmas, *_sizes_left(sigmas, eps)


def _sizes_left(sigma: Array, eps: float) -> tuple[Array, Array]:
    """Return the output's deviation with ε under the root, and added to the root."""
    inside = sigma / np.hypot(sigma, np.sqrt(eps))
    outside = sigma / (sigma + eps)
    return inside, outside


def sentence(mean: float, sigma: float, left: float, gamma: float) -> str:
    """Say what the norm takes from the token, and what it leaves."""
    if gamma == 0:
        return "The gain is 0: every feature is the shift β."
    taken = f"Mean {number_text(mean)} and standard deviation {number_text(sigma, 3)}"
    gone = f"{taken} are gone"
    if left < 0.9:
        percent = number_text(100 * left, 2)
        rest = f"before γ and β only {percent}% of the pattern is left"
        return f"{gone}, but ε is so large that {rest}."
    size = "just under 1" if left > 0.999 else f"{left:.3f}"
    return (
        f"{gone}; before γ and β the pattern has mean 0 and standard deviation {size}."
    )
