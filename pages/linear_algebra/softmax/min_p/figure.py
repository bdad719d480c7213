"""Min-p sampling: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools

import numpy as np

from charts import Axis, Curve, Figure, Mark, Scene, curves
from formulas.checks import Array
from formulas.linear_algebra.sampling import min_p as sample_min_p
from formulas.linear_algebra.sampling import top_p
from notation.numbers import number_text
from pages.linear_algebra.softmax.min_p.statement import STATEMENT
from pages.linear_algebra.softmax.top_p.figure import (
    COUNTS,
    SCALE,
    TEMPERATURES,
    before_and_after,
    counted_kept,
)
from pages.linear_algebra.softmax.top_p.statement import TOKENS, Result, peaked

OTHER_P = 0.9
PLACES = np.arange(1, len(TOKENS) + 1)
RATIO_COLOR, KEPT_COLOR = STATEMENT.color_indices("probabilities", "output")
OTHER_COLOR = 8


def draw(result: Result, *, temperature: float, peak: float, min_p: float) -> Scene:
    """Draw the tokens that stay, their ratios to the first, and what top-p keeps."""
    count = int(np.count_nonzero(result.kept))
    lines = _counts(peak, min_p), _other_counts(peak)
    others = np.count_nonzero(top_p(peaked(peak), OTHER_P, temperature=temperature))
    ratios = result.probabilities / result.probabilities.max()
    return Scene(
        before_and_after(result, "min-p"),
        _ratios(ratios, count, min_p),
        _against_temperature(lines, temperature, min_p),
        readouts={
            "tokens kept": count,
            "probability needed to be kept": min_p * result.probabilities.max(),
            "mass": result.mass,
            f"tokens kept by top-p {OTHER_P}": int(others),
        },
        status=sentence(ratios, count, min_p),
    )


def _ratios(ratios: Array, count: int, least: float) -> Figure:
    return curves(
        "Probability, divided by the largest",
        Curve("ratio", PLACES, ratios, RATIO_COLOR, points=True),
        Mark(count, ratios[count - 1], "last kept", KEPT_COLOR),
        x=Axis("token", (0.3, 8.9)),
        y=Axis("ratio", (-0.06, 1.45), every=0.5),
        levels=[(least, "")],
    )


def _against_temperature(
    lines: tuple[Array, Array], temperature: float, least: float
) -> Figure:
    return curves(
        "Tokens kept against temperature",
        Curve(f"min-p {least:.2g}", TEMPERATURES, lines[0], KEPT_COLOR),
        Curve(f"top-p {OTHER_P}", TEMPERATURES, lines[1], OTHER_COLOR),
        x=SCALE,
        y=COUNTS,
        at=[(temperature, "T now")],
    )


@functools.lru_cache(maxsize=8)
def _counts(peak: float, least: float) -> Array:
    return counted_kept(sample_min_p(peaked(peak) / TEMPERATURES[:, None], least))


@functools.lru_cache(maxsize=8)
def _other_counts(peak: float) -> Array:
    return counted_kept(top_p(peaked(peak) / TEMPERATURES[:, None], OTHER_P))


def sentence(ratios: Array, count: int, least: float) -> str:
    """Say how many tokens are kept, and how far the last of them is from the first."""
    aim = f"p_min = {number_text(least)}"
    if count == 1:
        return (
            f"Only “{TOKENS[0]}” is kept, because the second token is "
            f"{number_text(ratios[1], 3)} times as likely, less than {aim}."
        )
    last = number_text(ratios[count - 1], 3)
    kept = f"The first {count} of {len(ratios)}"
    if count == len(ratios):
        kept = f"All {count}"
    return (
        f"{kept} tokens are kept, because the last of them is {last} times as likely as "
        f"“{TOKENS[0]}”, at least {aim}."
    )
