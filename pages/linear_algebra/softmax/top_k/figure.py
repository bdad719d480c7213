"""Top-k sampling: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools

import numpy as np

from charts import Axis, Curve, Figure, Mark, Scene, curves
from formulas.checks import Array
from formulas.linear_algebra.sampling import top_k as sample_top_k
from formulas.linear_algebra.sampling import top_p
from formulas.linear_algebra.softmax import softmax
from notation.numbers import number_text
from pages.linear_algebra.softmax.top_k.statement import STATEMENT
from pages.linear_algebra.softmax.top_p.figure import before_and_after
from pages.linear_algebra.softmax.top_p.statement import TOKENS, Result, peaked

OTHER_P = 0.9
PEAKS = np.array(STATEMENT.control("peak").positions)
KEPT_COLOR, OTHER_COLOR = STATEMENT.color_index("output"), 8


def draw(result: Result, *, temperature: float, peak: float, top_k: int) -> Scene:
    """Draw the tokens that stay, and what they have however sure the model is."""
    lines = _shares(temperature, top_k)
    others = np.count_nonzero(top_p(peaked(peak), OTHER_P, temperature=temperature))
    return Scene(
        before_and_after(result, "top-k"),
        _against_peak(lines, result.mass, peak, top_k),
        readouts={
            "tokens kept": int(result.kept.sum()),
            "mass": result.mass,
            "least likely kept token": result.output[result.output > 0].min(),
            f"tokens kept by top-p {OTHER_P}": int(others),
        },
        status=sentence(result.mass, top_k),
    )


def _against_peak(
    lines: tuple[Array, Array], mass: float, peak: float, count: int
) -> Figure:
    return curves(
        "Probability that is kept, flat to peaked",
        Curve(f"top-k {count}", PEAKS, lines[0], KEPT_COLOR),
        Curve(f"top-p {OTHER_P}", PEAKS, lines[1], OTHER_COLOR),
        Mark(peak, mass, "", KEPT_COLOR),
        x=Axis("added to the first logit, c", (-0.1, 6.1)),
        y=Axis("probability kept", (0, 1.08)),
    )


@functools.lru_cache(maxsize=8)
def _shares(temperature: float, count: int) -> tuple[Array, Array]:
    """Return what both rules keep together, for every peak."""
    scaled = np.array([peaked(peak) for peak in PEAKS.tolist()]) / temperature
    p = softmax(scaled)
    kept = sample_top_k(scaled, count) > 0, top_p(scaled, OTHER_P) > 0
    first, second = (np.where(one, p, 0.0).sum(axis=1) for one in kept)
    first.setflags(write=False)
    second.setflags(write=False)
    return first, second


def sentence(mass: float, count: int) -> str:
    """Say how many tokens are kept, and what they had before."""
    share = number_text(100 * mass, 3)
    if count == 1:
        return (
            f"Only “{TOKENS[0]}” is kept, which has {share}% of the probability: nothing "
            "is left to chance."
        )
    if count == len(TOKENS):
        return f"All {count} tokens are kept, and no probability changes."
    return (
        f"The {count} most likely tokens are kept, which had {share}% of the probability "
        "before and are divided by it."
    )
