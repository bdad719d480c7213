"""Layer normalization: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools
import math

import numpy as np

from charts import Axis, Bars, Curve, Figure, Mark, Scene, bars, curves, fitting
from formulas.checks import Array
from formulas.transformer.layer_norm import layer_norm, rms_norm
from notation.numbers import number_text
from pages.transformer.layer_norm.statement import PATTERNS, STATEMENT, Result

SCALES = np.array(STATEMENT.control("scale").positions)
SIGMAS = np.geomspace(1e-5, 1e3, 161)
FEATURES = ("x₁", "x₂", "x₃", "x₄")
FEATURE_COLORS = (1, 2, 3, 4)
RMS_COLOR = 8
INPUT_COLOR, OUTPUT_COLOR, EPS_COLOR = STATEMENT.color_indices("x", "output", "eps")
ROOMS = tuple(  # ends of the axes, few, so that they rest
    step * 10.0**power for power in range(-4, 4) for step in (1, 2.5, 5)
)


def draw(
    result: Result,
    *,
    x: Array,
    eps: float,
    pattern: str,
    scale: float,
    gamma: float,
    beta: float,
) -> Scene:
    """Draw one token before and after, and where ε takes over."""
    mean = round(result.mean, 12)  # −3e-15 is a mean of 0
    sigma = math.sqrt(result.variance)
    inside, outside = _sizes_left(np.array([sigma]), eps)
    left, left_outside = float(inside[0]), float(outside[0])
    reach = fitting(1.15 * (2 * abs(gamma) + abs(beta)), ROOMS)
    output_axis = Axis("output", (-reach, reach))
    lines = _over_scales(PATTERNS[pattern], gamma, beta, eps)
    return Scene(
        _before(x, mean, sigma),
        _after(
            result.output, rms_norm(x, np.full(len(x), gamma), eps=eps), output_axis
        ),
        _against_scale(lines, scale, output_axis),
        _against_deviation(sigma, left, left_outside, eps),
        readouts={
            "mean": mean,
            "standard deviation σ of the input": sigma,
            "size left: σ / √(σ² + ε)": f"{left:.6f}",
            "size left: σ / (σ + ε)": f"{left_outside:.6f}",
            "largest output": result.output.max(),
        },
        status=sentence(mean, sigma, left, gamma),
    )


def _before(x: Array, mean: float, sigma: float) -> Figure:
    top = fitting(1.15 * np.abs(x).max(), ROOMS)
    return bars(
        "One token before; dashed: its mean μ, and μ ± σ",
        FEATURES,
        Bars("input", x, INPUT_COLOR, 4),
        y=Axis("input", (-top if x.min() < 0 else 0, top)),
        levels=[(mean - sigma, ""), (mean, ""), (mean + sigma, "")],
        height=240,
    )


def _after(output: Array, by_size: Array, output_axis: Axis) -> Figure:
    return bars(
        "The same token after",
        FEATURES,
        Bars("layer norm", output, OUTPUT_COLOR, 2),
        Bars("RMSNorm, which has no β", by_size, RMS_COLOR, 2),
        y=output_axis,
        height=240,
    )


def _against_scale(lines: Array, scale: float, output_axis: Axis) -> Figure:
    return curves(
        "Output against the scale a of the input",
        *(
            Curve(name, SCALES, line, color)
            for name, line, color in zip(FEATURES, lines, FEATURE_COLORS, strict=True)
        ),
        x=Axis("scale a of the input", (SCALES[0], SCALES[-1]), log=True),
        y=output_axis,
        at=[(scale, "now")],
    )


@functools.lru_cache(maxsize=8)
def _over_scales(
    pattern: tuple[float, ...], gamma: float, beta: float, eps: float
) -> Array:
    """Normalize one token at all scales: a row for each feature."""
    gains = np.full(len(pattern), gamma)
    shifts = np.full(len(pattern), beta)
    tokens = SCALES[:, None] * np.array(pattern)
    lines = layer_norm(tokens, gains, shifts, eps=eps).T.copy()
    lines.setflags(write=False)
    return lines


def _against_deviation(
    sigma: float, left: float, left_outside: float, eps: float
) -> Figure:
    inside, outside = _over_sigmas(eps)
    return curves(
        "What is left of the size, for both places of ε",
        Curve("√(σ² + ε), as computed", SIGMAS, inside, OUTPUT_COLOR),
        Curve("σ + ε", SIGMAS, outside, EPS_COLOR),
        Mark(sigma, left, f"{left:.2f}", OUTPUT_COLOR),
        Mark(sigma, left_outside, f"{left_outside:.2f}", EPS_COLOR),
        x=Axis("standard deviation σ of the input", (SIGMAS[0], SIGMAS[-1]), log=True),
        y=Axis("standard deviation of the output", (0, 1.15)),
    )


@functools.lru_cache(maxsize=16)
def _over_sigmas(eps: float) -> tuple[Array, Array]:
    return _sizes_left(SIGMAS, eps)


def _sizes_left(sigma: Array, eps: float) -> tuple[Array, Array]:
    """Return the output's deviation with ε under the root, and added to the root."""
    inside = sigma / np.hypot(sigma, np.sqrt(eps))
    outside = sigma / (sigma + eps)
    return inside, outside


def sentence(mean: float, sigma: float, left: float, gamma: float) -> str:
    """Say what the norm takes from the token, and what it leaves."""
    if gamma == 0:
        return "The gain is 0: every feature is the shift β."
    taken = (
        f"Mean {number_text(mean, 3)} and standard deviation {number_text(sigma, 3)}"
    )
    gone = f"{taken} are gone"
    if left < 0.9:
        percent = number_text(100 * left, 2)
        rest = f"before γ and β only {percent}% of the pattern is left"
        return f"{gone}, but ε is so large that {rest}."
    size = "just under 1" if left > 0.999 else f"{left:.3f}"
    return (
        f"{gone}; before γ and β the pattern has mean 0 and standard deviation {size}."
    )
