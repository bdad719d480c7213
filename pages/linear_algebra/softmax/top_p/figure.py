"""Top-p sampling: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools

import numpy as np

from charts import Axis, Bars, Curve, Figure, Mark, Scene, bars, curves
from formulas.checks import Array
from formulas.linear_algebra.sampling import min_p, top_k, top_p
from notation.numbers import number_text
from pages.linear_algebra.softmax.top_p.statement import (
    STATEMENT,
    TOKENS,
    Result,
    peaked,
)

TEMPERATURES = np.geomspace(0.1, 10, 61)
RANKS = np.arange(len(TOKENS) + 1)
OTHER_K, OTHER_MIN_P = 3, 0.1
ALL_COLOR, KEPT_COLOR = STATEMENT.color_indices("probabilities", "output")
P_COLOR, K_COLOR, MIN_P_COLOR = KEPT_COLOR, 2, 8
COUNTS = Axis("tokens kept", (0, 8.8), every=2)
SCALE = Axis("temperature T", (0.1, 10), log=True)


def draw(result: Result, *, temperature: float, peak: float, top_p: float) -> Scene:
    """Draw the tokens that stay, where their sum ends, and what other rules keep."""
    count = int(np.count_nonzero(result.kept))
    others = _other_counts(peak)
    return Scene(
        before_and_after(result, "top-p"),
        _sums(result, count, top_p),
        _against_temperature(_counts(peak, top_p), others, temperature, top_p),
        readouts={
            "tokens kept": count,
            "mass": result.mass,
            "largest probability in the draw": result.output.max(),
            "factor of each kept token": 1 / result.mass,
        },
        status=sentence(result.probabilities, count, top_p),
    )


def before_and_after(result: Result, rule: str) -> Figure:
    """Draw the probabilities of all tokens, and those of the draw."""
    return bars(
        "Probabilities before and after the cut",
        TOKENS,
        Bars("softmax", result.probabilities, ALL_COLOR, 0),
        Bars(rule, result.output, KEPT_COLOR, 2),
        y=Axis("probability", (0, 1.12)),
    )


def _sums(result: Result, count: int, reached: float) -> Figure:
    sums = np.concatenate([[0.0], np.cumsum(result.probabilities)])
    return curves(
        "Probability of the first tokens together",
        Curve("sum", RANKS, sums, ALL_COLOR, points=True),
        Mark(count, result.mass, number_text(result.mass, 3), KEPT_COLOR),
        x=Axis("number of tokens", (-0.3, 8.8)),
        y=Axis("sum of probabilities", (0, 1.45), every=0.5),
        levels=[(reached, "P")],
    )


def _against_temperature(
    counts: Array, others: tuple[Array, Array], temperature: float, reached: float
) -> Figure:
    return curves(
        "Tokens kept against temperature",
        Curve(f"top-p {reached:.2g}", TEMPERATURES, counts, P_COLOR),
        Curve(f"top-k {OTHER_K}", TEMPERATURES, others[0], K_COLOR),
        Curve(f"min-p {OTHER_MIN_P}", TEMPERATURES, others[1], MIN_P_COLOR),
        x=SCALE,
        y=COUNTS,
        at=[(temperature, "T now")],
    )


@functools.lru_cache(maxsize=8)
def _counts(peak: float, reached: float) -> Array:
    return counted_kept(top_p(peaked(peak) / TEMPERATURES[:, None], reached))


@functools.lru_cache(maxsize=8)
def _other_counts(peak: float) -> tuple[Array, Array]:
    scaled = peaked(peak) / TEMPERATURES[:, None]
    return counted_kept(top_k(scaled, OTHER_K)), counted_kept(
        min_p(scaled, OTHER_MIN_P)
    )


def counted_kept(draws: Array) -> Array:
    """Count the tokens that a rule leaves in each row."""
    counts: Array = np.count_nonzero(draws, axis=-1).astype(float)
    counts.setflags(write=False)
    return counts


def sentence(p: Array, count: int, reached: float) -> str:
    """Say how many tokens are kept, and where their sum stands."""
    aim = f"P = {number_text(reached)}"
    if count == len(p):
        short = number_text(100 * p[:-1].sum(), 3)
        return (
            f"All {count} tokens are kept, because the first {count - 1} make up only "
            f"{short}%, less than {aim}."
        )
    share = number_text(100 * p[:count].sum(), 3)
    if count == 1:
        return (
            f"Only “{TOKENS[0]}” is kept, because it alone makes up {share}% and reaches "
            f"{aim}: nothing is left to chance."
        )
    return (
        f"The first {count} of {len(p)} tokens are kept, because together they make up "
        f"{share}% and reach {aim}."
    )
