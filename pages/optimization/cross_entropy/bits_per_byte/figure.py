"""Bits per byte: what is drawn, and the sentence about it."""

from __future__ import annotations

import math

import numpy as np

from charts import Axis, Bars, Curve, Figure, Mark, Scene, bars, curves, fitting
from notation.numbers import number_text
from pages.optimization.cross_entropy.bits_per_byte.statement import STATEMENT, Result

LENGTHS = np.array([0.0, 8.0])  # bytes per token
ALIKE = (0.5, 1, 2, 4)  # bits per byte
FIRST_COLOR, SECOND_COLOR = STATEMENT.color_indices("bits", "other_bits")
LINE_COLORS = (3, 4, 6, 7)
ENDS = (2.0, 5.0, 14.0)
MODELS = ("model A", "model B")


def draw(
    result: Result,
    *,
    loss: float,
    tokens: int,
    other_loss: float,
    other_tokens: int,
    n_bytes: int,
) -> Scene:
    """Draw both models by the length of their tokens and their loss for each."""
    return Scene(
        _models(loss, n_bytes / tokens, other_loss, n_bytes / other_tokens),
        _bits(result),
        _perplexities(result),
        readouts={
            "bits": result.bits,
            "other_bits": result.other_bits,
            "perplexity": result.perplexity,
            "other_perplexity": result.other_perplexity,
            "size": result.size,
        },
        status=sentence(result, loss, other_loss, n_bytes),
    )


def _models(
    loss: float, length: float, other_loss: float, other_length: float
) -> Figure:
    lines = [
        Curve(
            f"{bits:g} bit{'s' if bits > 1 else ''}",
            LENGTHS,
            LENGTHS * bits * math.log(2),
            color,
        )
        for bits, color in zip(ALIKE, LINE_COLORS, strict=True)
    ]
    return curves(
        "Every line through 0 has one number of bits per byte",
        *lines,
        Mark(length, loss, "A", FIRST_COLOR),
        Mark(other_length, other_loss, "B", SECOND_COLOR),
        x=Axis("bytes per token", (0, 8)),
        y=Axis("nats per token", (0, 8.8)),
    )


def _bits(result: Result) -> Figure:
    both = [result.bits, result.other_bits]
    return bars(
        "Bits per byte",
        MODELS,
        Bars("bits per byte", both, FIRST_COLOR),
        y=Axis("bits per byte", (0, fitting(1.2 * max(both), ENDS))),
        height=240,
    )


def _perplexities(result: Result) -> Figure:
    return curves(
        "Perplexity for a token",
        Mark(0, result.perplexity, number_text(result.perplexity, 3), FIRST_COLOR),
        Mark(
            1,
            result.other_perplexity,
            number_text(result.other_perplexity, 3),
            SECOND_COLOR,
        ),
        x=Axis(range=(-0.6, 1.6), labels=MODELS),
        y=Axis("perplexity", (1, 1e4), log=True),
        height=240,
    )


def sentence(result: Result, loss: float, other_loss: float, n_bytes: int) -> str:
    """Say which model is better by the token and which by the byte."""
    return (
        f"The text has {n_bytes:,} bytes. Per token {_better(loss, other_loss)} nats; per byte "
        f"{_better(result.bits, result.other_bits)} bits."
    )


def _better(first: float, second: float) -> str:
    if math.isclose(first, second):
        return f"both models need {number_text(first, 3)}"
    low, high = sorted((first, second))
    name = "A" if first < second else "B"
    return (
        f"model {name} needs less, {number_text(low, 3)} instead of "
        f"{number_text(high, 3)}"
    )
