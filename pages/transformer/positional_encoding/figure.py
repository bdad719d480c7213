"""Positional encoding: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools

import numpy as np

from charts import Axis, Curve, Mark, Outline, Points, Scene, curves, heatmap, plane
from formulas.transformer import positional_encoding as pe
from notation.numbers import number_text
from pages.transformer.positional_encoding.statement import STATEMENT

OFFSETS, PLACES = np.arange(51.0), np.arange(200.0)
POS, OFFSET, SIMILAR = STATEMENT.color_indices("position", "offset", "similarity")


@functools.lru_cache(maxsize=4)
def encoded(d_model, base):
    """Encode all positions; choose the rows of the map and the clocks."""
    encoding = pe.sinusoidal_positional_encoding(251, d_model, base=base)
    similar = pe.similarity_by_offset(d_model, 50, base=base)
    clocks = pe.clockwork(encoding, (0, 1 / 8, 1 / 4, 1 / 2), apart=2.6)
    return similar, clocks, *pe.spread_entries(encoding[:200], most=32)


def draw(position, d_model, base, n_positions, offset):
    similar, clocks, rows, cells = encoded(d_model, base)
    (now, ahead), dot = clocks.hands[[position, position + offset]], similar[offset]
    pairs = [f"i = {i}" for i in clocks.pairs]
    names = [f"dimension {2 * i}" for i in clocks.pairs]
    return Scene(
        heatmap(
            "The encoding: one column for each position",
            cells[:, :n_positions],
            x=Axis("position"),
            y=Axis("dimension", labels=list(map(str, rows)), ticks=(0, 4)),
            limits=(-1, 1),
            numbers=False,
            at=[(position, ""), (position + offset, "")],
        ),
        plane(
            "Each pair of dimensions is a clock hand; k turns it by a fixed angle",
            Outline("dial", clocks.faces, 8, dash=2),
            Outline("pos", now, POS),
            Outline("pos + k", ahead, OFFSET, dash=1),
            Points("pos, tip", now[:, 1], POS),
            Points("pos + k, tip", ahead[:, 1], OFFSET, symbol=1),
            Points("pair i", now[:, 0] + (0, 1.15), 8, 0 * clocks.pairs, pairs),
            extent=((-1.3, 9.1), (-1.2, 1.9)),
            height=190,
            axes=False,
        ),
        curves(
            "The same hands as waves: sin(pos · ω)",
            *map(Curve, names, 4 * [PLACES], clocks.waves[:, :200], (6, 7, 8, 4)),
            x=Axis("position", (0, n_positions)),
            y=Axis("entry", (-1.2, 1.2)),
            at=[(position, "pos"), (position + offset, "")],
        ),
        curves(
            "Dot product of two encodings against their distance",
            Curve("dot product", OFFSETS, similar, SIMILAR, points=True),
            Mark(offset, dot, number_text(dot), OFFSET),
            x=Axis("offset k", (0, 50)),
            y=Axis("dot product", (-0.55 * d_model, 0.6 * d_model)),
        ),
        readouts={
            "similarity": dot,
            "length of every encoding, squared": d_model // 2,
            "longest wavelength, in positions": pe.wavelengths(d_model, base=base)[-1],
        },
        status=sentence(position, offset, dot, d_model // 2),
    )


def sentence(position, offset, dot, most):
    if offset == 0:
        return f"Position {position} has the dot product {most} with itself: the most."
    pair = f"Positions {position} and {position + offset} have the dot product"
    like = f"like any two positions {offset} apart"
    return f"{pair} {number_text(dot)} of at most {most}, {like}."
