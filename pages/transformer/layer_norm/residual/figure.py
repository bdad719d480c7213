"""Residual blocks before or after the norm: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools

import numpy as np

from charts import Axis, Bars, Curve, Figure, Mark, Scene, bars, curves, fitting
from formulas.checks import Array
from notation.numbers import counted, number_text
from pages.transformer.layer_norm.figure import FEATURES
from pages.transformer.layer_norm.residual.statement import (
    DEEPEST,
    STATEMENT,
    Result,
    streams,
)

DEPTHS = np.arange(DEEPEST + 1)
PRE_COLOR, POST_COLOR = STATEMENT.color_indices("output", "post")
ENDS = tuple(step * 10.0**power for power in (0, 1, 2) for step in (2.5, 5, 10))
BLOCKS = Axis("number of blocks", (0, DEEPEST))


def draw(result: Result, *, depth: int, gain: float, seed: int) -> Scene:
    """Draw the size of both streams over the depth, and what is left of the token."""
    sizes, likeness = _over_depth(gain, seed)
    (pre, post), (pre_left, post_left) = sizes[:, depth], likeness[:, depth]
    return Scene(
        _sizes(sizes, depth),
        _likeness(likeness, depth),
        _token(result),
        readouts={
            "mean square, pre-norm": pre,
            "mean square, post-norm": post,
            "cosine with the input, pre-norm": pre_left,
            "cosine with the input, post-norm": post_left,
        },
        status=sentence(depth, *map(float, (pre, post, pre_left, post_left))),
    )


@functools.lru_cache(maxsize=64)
def _over_depth(gain: float, seed: int) -> tuple[Array, Array]:
    """Return mean square and cosine with the input, both averages over the tokens."""
    sizes, likeness = [], []
    for stream in streams(gain, seed):
        lengths = np.linalg.norm(stream, axis=2)
        sizes.append((stream**2).mean(axis=(1, 2)))
        along = (stream * stream[0]).sum(axis=2) / (lengths * lengths[0])
        likeness.append(along.mean(axis=1))
    both = np.array(sizes), np.array(likeness)
    for array in both:
        array.setflags(write=False)
    return both


def _sizes(sizes: Array, depth: int) -> Figure:
    return curves(
        "Mean square of the stream after each block",
        Curve("pre-norm", DEPTHS, sizes[0], PRE_COLOR),
        Curve("post-norm", DEPTHS, sizes[1], POST_COLOR),
        Mark(depth, sizes[0, depth], "", PRE_COLOR),
        Mark(depth, sizes[1, depth], "", POST_COLOR),
        x=BLOCKS,
        y=Axis("mean square", (0.5, 2000), log=True),
    )


def _likeness(likeness: Array, depth: int) -> Figure:
    return curves(
        "What is left of the token that came in",
        Curve("pre-norm", DEPTHS, likeness[0], PRE_COLOR),
        Curve("post-norm", DEPTHS, likeness[1], POST_COLOR),
        Mark(depth, likeness[0, depth], "", PRE_COLOR),
        Mark(depth, likeness[1, depth], "", POST_COLOR),
        x=BLOCKS,
        y=Axis("cosine with the input", (-0.4, 1.1)),
    )


def _token(result: Result) -> Figure:
    both = np.array([result.output[:4], result.post[:4]])
    end = fitting(1.2 * np.abs(both).max(), ENDS)
    return bars(
        "One token after the last block",
        FEATURES,
        Bars("pre-norm", both[0], PRE_COLOR, 2),
        Bars("post-norm", both[1], POST_COLOR, 2),
        y=Axis("first features", (-end, end)),
        height=260,
    )


def sentence(
    depth: int, pre: float, post: float, pre_left: float, post_left: float
) -> str:
    """Say how large both streams are, and how much like the token that came in."""
    return (
        f"After {counted(depth, 'block')} the stream has mean square "
        f"{number_text(pre, 3)} with pre-norm and {number_text(post, 3)} with post-norm; "
        f"its cosine with the token that came in is {number_text(pre_left, 2)} and "
        f"{number_text(post_left, 2)}."
    )
