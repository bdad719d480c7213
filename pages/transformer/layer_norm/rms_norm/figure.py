"""RMSNorm: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools
import math

import numpy as np

from charts import Axis, Bars, Curve, Figure, Scene, bars, curves, fitting, with_terms
from formulas.checks import Array
from formulas.transformer.layer_norm import layer_norm, rms_norm
from notation.numbers import number_text
from pages.transformer.layer_norm.figure import FEATURE_COLORS, FEATURES, ROOMS
from pages.transformer.layer_norm.rms_norm.statement import STATEMENT, Result
from pages.transformer.layer_norm.statement import PATTERNS

# Close together around 0, where the pattern is of the size of the shift.
SHIFTS = 100 * np.sinh(np.linspace(-5, 5, 61)) / np.sinh(5)
INPUT_COLOR, OUTPUT_COLOR = STATEMENT.color_indices("x", "output")
OTHER_COLOR = 8


def draw(
    result: Result,
    *,
    x: Array,
    eps: float,
    pattern: str,
    scale: float,
    shift: float,
    gamma: float,
) -> Scene:
    """Draw one token before and after, and how a shift takes over."""
    size = math.sqrt(result.mean_square)
    reach = fitting(1.15 * 2 * abs(gamma), ROOMS)
    axis = Axis("output", (-reach, reach))
    centered = layer_norm(x, np.full(len(x), gamma), eps=eps)
    lines = _over_shifts(PATTERNS[pattern], scale, gamma, eps)
    spread = float(np.ptp(result.output))
    return Scene(
        _after(result.output, centered, axis),
        _before(x, size),
        _against_shift(lines, shift, axis),
        readouts={
            "root mean square of the input": size,
            "largest output": result.output.max(),
            "largest minus smallest output": spread,
            "the same with layer norm": float(np.ptp(centered)),
        },
        status=sentence(
            math.hypot(size, math.sqrt(eps)), spread, float(np.ptp(centered)), gamma
        ),
    )


def _after(output: Array, centered: Array, axis: Axis) -> Figure:
    return bars(
        "The token after: RMSNorm, and layer norm for comparison",
        FEATURES,
        Bars("RMSNorm", output, OUTPUT_COLOR, 2),
        Bars("layer norm without β", centered, OTHER_COLOR, 2),
        y=axis,
        height=240,
    )


def _before(x: Array, size: float) -> Figure:
    top = fitting(1.15 * np.abs(x).max(), ROOMS)
    picture = bars(
        "The token before; dashed: its root mean square",
        FEATURES,
        Bars("input", x, INPUT_COLOR, 4),
        y=Axis("input", (-top if x.min() < 0 else 0, top)),
        levels=[(size, "")],
        height=240,
    )
    return with_terms(picture, mean_square=0)


def _against_shift(lines: Array, shift: float, axis: Axis) -> Figure:
    return curves(
        "Output against the shift of the input",
        *(
            Curve(name, SHIFTS, line, color)
            for name, line, color in zip(FEATURES, lines, FEATURE_COLORS, strict=True)
        ),
        x=Axis("shift b of the input", (SHIFTS[0], SHIFTS[-1])),
        y=axis,
        at=[(shift, "now")],
    )


@functools.lru_cache(maxsize=8)
def _over_shifts(
    pattern: tuple[float, ...], scale: float, gamma: float, eps: float
) -> Array:
    """Normalize one token at all shifts: a row for each feature."""
    tokens = scale * np.array(pattern) + SHIFTS[:, None]
    lines = rms_norm(tokens, np.full(len(pattern), gamma), eps=eps).T.copy()
    lines.setflags(write=False)
    return lines


def sentence(divisor: float, spread: float, centered: float, gamma: float) -> str:
    """Say what the features are divided by, and what is left of their differences."""
    if gamma == 0:
        return "The gain is 0: every feature becomes 0, because RMSNorm has no shift."
    divided = (
        f"Every feature is divided by {number_text(divisor, 3)}, the root of mean square "
        "plus ε"
    )
    share = number_text(100 * spread / centered, 2)
    return (
        f"{divided}; largest and smallest output differ by {number_text(spread, 3)}, {share}% of what "
        "layer norm gives."
    )
