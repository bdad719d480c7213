"""Positional encoding: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

from charts import (
    Axis,
    Curve,
    Figure,
    Mark,
    Outline,
    Points,
    Scene,
    choosing,
    curves,
    heatmap,
    plane,
    thinned,
)
from formulas.checks import Array
from notation.numbers import number_text
from pages.transformer.positional_encoding.statement import (
    STATEMENT,
    Result,
    existing,
)

OFFSETS = np.array(STATEMENT.control("offset").positions, dtype=float)
POSITION_COLOR, OFFSET_COLOR = STATEMENT.color_indices("position", "offset")
SIMILARITY_COLOR = STATEMENT.color_index("similarity")
DIAL_COLOR = 8
MOST_PAIRS = 16  # of the map, with two rows each
FEW_ENTRIES = 8  # rows that all have room for their names
CLOCKS = (0, 1 / 4, 1 / 2)  # which pairs: shares of all, the fastest first
APART = 2.6  # from one clock to the next
ENDINGS = {2: "nd", 3: "rd"}
SELF_EVIDENT = ("dial", "pair i")  # no line of the legend: circles, and their names


def draw(
    result: Result,
    *,
    position: int,
    d_model: int,
    offset: int,
    pair: int,
) -> Scene:
    """Draw the encoding as a map and as clocks, and which positions are alike."""
    chosen = existing(pair, d_model)
    both = result.encoding[[position, position + offset]]
    missing = (
        f"There is no pair {pair}, so {chosen} is shown. " if pair > chosen else ""
    )
    return Scene(
        _map(result.encoding, position, offset, chosen),
        _clocks(both, chosen),
        _against_offset(result.similarity, result.speed, offset),
        readouts={
            "similarity": result.similarity,
            "length of every encoding, squared": result.half,
            "longest wavelength, in positions": 2 * np.pi / result.speed[-1],
        },
        status=missing + sentence(result, position=position, offset=offset),
    )


def _map(encoding: Array, position: int, offset: int, chosen: int) -> Figure:
    """Draw some pairs of rows from the fastest on, and below them the pair looked at."""
    entries = _map_entries(encoding.shape[1])
    own = (2 * chosen, 2 * chosen + 1)
    below = len(entries) + 1  # a free row stands between both
    apart = int(entries[2] - entries[0]) // 2
    which = f" (every {_ordinal(apart)} pair)" if apart > 1 else ""
    framed = [row for row, entry in enumerate(entries) if entry in own]
    step = 4 if len(entries) > FEW_ENTRIES else 1
    labels = (*_labels(entries), "", *_labels(own))
    picture = heatmap(
        f"Encoding of each position{which}; below, pair {chosen}",
        encoding.T.take(entries, axis=0),
        x=Axis("position"),
        y=Axis("dimension", labels=labels),
        limits=(-1, 1),
        numbers=False,
        outlined=[(row, position) for row in (*framed, below, below + 1)],
        at=[(position, ""), (position + offset, "")],
    )
    (cells,) = picture["data"]
    pair = cells | {"z": encoding.T.take(own, axis=0), "y0": below, "showscale": False}
    layout = picture["layout"]
    named = [*range(0, len(entries), step), below]
    rows = {
        "range": [below + 1.5, -0.5],
        "tickvals": named,
        "ticktext": [*(labels[row] for row in named[:-1]), f"i = {chosen}"],
    }
    both = {
        "data": [cells, pair | {"name": "pair i"}],
        "layout": {**layout, "yaxis": layout["yaxis"] | rows},
    }
    places = [*(entry // 2 for entry in entries), chosen, chosen, chosen]
    return choosing(both, x="position", y="pair", rows=places)


def _ordinal(count: int) -> str:
    return f"{count}{ENDINGS.get(count, 'th')}"


@functools.cache
def _map_entries(d_model: int, most: int = MOST_PAIRS) -> tuple[int, ...]:
    """Choose pairs of a sine and a cosine at even distances, the fastest first."""
    _, step = thinned(d_model // 2, most)
    pairs = np.arange(0, d_model // 2, step)
    entries = (2 * pairs[:, None] + np.arange(2)).ravel()
    return tuple(int(entry) for entry in entries)


@functools.cache
def _labels(entries: tuple[int, ...]) -> tuple[str, ...]:
    return tuple(str(entry) for entry in entries)


def _clocks(encoding: Array, chosen: int) -> Figure:
    """Draw pairs of two positions as hands, which start at the top."""
    pairs = np.array(_clock_pairs(encoding.shape[1], chosen))
    now, ahead = _hands(encoding, pairs)
    names = [f"<b>i = {k}</b>" if k == chosen else f"i = {k}" for k in pairs.tolist()]
    places = now[:, 0] + (0, 1.15)
    picture = plane(
        "Pairs of dimensions as clock hands",
        Outline("dial", _faces(len(pairs)), DIAL_COLOR, dash=2),
        Outline("pos", now, POSITION_COLOR),
        Outline("pos + k", ahead, OFFSET_COLOR, dash=1),
        Points("pos, tip", now[:, 1], POSITION_COLOR),
        Points("pos + k, tip", ahead[:, 1], OFFSET_COLOR, symbol=1),
        Points("pair i", places, DIAL_COLOR, np.zeros(len(pairs)), names),
        extent=((-1.3, 9.1), (-1.2, 1.9)),
        height=190,
        axes=False,
    )
    for trace in picture["data"]:
        if trace["name"] in SELF_EVIDENT:
            trace["showlegend"] = False
    return picture


@functools.cache
def _clock_pairs(d_model: int, chosen: int) -> tuple[int, ...]:
    """Return the pairs with a clock: some of all speeds, and the one looked at."""
    pairs = {int(d_model // 2 * share) for share in CLOCKS}
    return tuple(sorted(pairs | {chosen}))


def _hands(encoding: Array, pairs: NDArray[np.int_]) -> Array:
    """Return center and tip of each hand at each position, then NaN: the pen lifts."""
    turns = encoding.reshape(len(encoding), -1, 2)[:, pairs]
    centers = _centers(len(pairs))
    hands = np.full((len(turns), len(pairs), 3, 2), np.nan)
    hands[:, :, 0] = centers
    hands[:, :, 1] = centers + turns
    return hands


@functools.cache
def _centers(count: int) -> Array:
    """Put the clocks side by side."""
    centers = np.stack([APART * np.arange(count), np.zeros(count)], axis=1)
    centers.setflags(write=False)
    return centers


@functools.cache
def _faces(count: int) -> Array:
    """Return the circle around each center, then NaN."""
    angles = np.append(np.linspace(0, 2 * np.pi, 49), np.nan)
    circle = np.stack([np.sin(angles), np.cos(angles)], axis=1)
    faces: Array = _centers(count)[:, None] + circle
    faces.setflags(write=False)
    return faces


def _against_offset(similarity: float, speed: Array, offset: int) -> Figure:
    curve, d_model = _similarities(speed.tobytes()), 2 * len(speed)
    low = -0.55 * d_model if curve.min() < 0 else 0.0
    return curves(
        "Dot product of pos and pos + k",
        Curve("dot product", OFFSETS, curve, SIMILARITY_COLOR, points=True),
        Mark(offset, similarity, number_text(similarity), OFFSET_COLOR, over=True),
        x=Axis("offset k", (OFFSETS[0], OFFSETS[-1])),
        y=Axis("dot product", (low, 0.72 * d_model)),
    )


@functools.lru_cache(maxsize=4)
def _similarities(speeds: bytes) -> Array:
    similarities: Array = np.cos(OFFSETS[:, None] * np.frombuffer(speeds)).sum(axis=1)
    similarities.setflags(write=False)
    return similarities


def sentence(result: Result, *, position: int, offset: int) -> str:
    """Say what carries the order, and how alike the two positions are."""
    most = result.half
    pattern = f"Each position adds its own pattern of {2 * most} numbers to its token"
    if offset == 0:
        return f"{pattern}; position {position} has the dot product {most} with itself."
    pair = f"those of {position} and {position + offset} have the dot product"
    return f"{pattern}; {pair} {number_text(result.similarity)} of at most {most}."
