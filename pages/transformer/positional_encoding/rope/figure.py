"""Rotary positions: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools

import numpy as np

from charts import Axis, Curve, Figure, Mark, Outline, Points, Scene, curves, plane
from formulas.checks import Array
from formulas.transformer.positional_encoding import sinusoidal_positional_encoding
from notation.numbers import number_text, without_dust
from pages.transformer.positional_encoding.rope.statement import (
    PAIRS,
    STATEMENT,
    WIDTH,
    Result,
)

OFFSETS = np.arange(STATEMENT.control("offset").high + 1)
PLACES = np.arange(STATEMENT.control("position").high + 1)
QUERY_COLOR, KEY_COLOR = STATEMENT.color_indices("turned_query", "turned_key")
SCORE_COLOR, OTHER_COLOR, DIAL_COLOR = STATEMENT.color_index("score"), 7, 6
CENTERS = np.stack([2.6 * np.arange(PAIRS), np.zeros(PAIRS)], axis=1)
NAMED = CENTERS + np.array([0, 1.15])
NAMES = [f"pair {pair}" for pair in range(PAIRS)]
SCORES = Axis("score", (-1.2 * PAIRS, 1.3 * PAIRS))
BOTH = Axis("score", (-4.2 * PAIRS, 4.2 * PAIRS))  # as far as added encodings reach


def draw(
    result: Result,
    *,
    query: Array,
    key: Array,
    position: int,
    offset: int,
    base: float,
    alpha: int,
) -> Scene:
    """Draw the hands of query and key, and what their product depends on."""
    added = added_scores(query.tobytes(), key.tobytes(), offset, base)
    apart = angles_between(result.turned_query, result.turned_key)
    return Scene(
        _clocks(result.turned_query, result.turned_key),
        _against_offset(_scores(base, alpha), offset, result.score),
        _against_position(result.score, added, position),
        readouts={
            "score": without_dust(result.score),
            "the same with added encodings": without_dust(added[position]),
            "angle in pair 0 (degrees)": apart[0],
            f"angle in pair {PAIRS - 1} (degrees)": apart[-1],
        },
        status=sentence(apart, result.score, offset),
    )


def angles_between(query: Array, key: Array) -> Array:
    """Return the angle between the two hands of each pair, in degrees up to 180."""
    q, k = query.reshape(-1, 2), key.reshape(-1, 2)
    across = q[:, 0] * k[:, 1] - q[:, 1] * k[:, 0]
    angles: Array = np.degrees(np.abs(np.arctan2(across, (q * k).sum(axis=1))))
    return angles


def _clocks(query: Array, key: Array) -> Figure:
    of_query, of_key = _hands(query), _hands(key)
    picture = plane(
        "Each pair of features is a clock with two hands",
        Outline("dial", _faces(), DIAL_COLOR, dash=2),
        Outline("key", of_key, KEY_COLOR),
        Outline("query", of_query, QUERY_COLOR, dash=1),
        Points("key, tip", of_key[1::3], KEY_COLOR),
        Points("query, tip", of_query[1::3], QUERY_COLOR, symbol=1),
        Points("pair", NAMED, DIAL_COLOR, np.zeros(PAIRS), texts=NAMES),
        extent=((-1.3, CENTERS[-1, 0] + 1.3), (-1.2, 1.9)),
        height=230,
        axes=False,
    )
    for trace in picture["data"]:  # circles, and their names
        if trace["name"] in ("dial", "pair"):
            trace["showlegend"] = False
    return picture


def _hands(features: Array) -> Array:
    """Return center and tip of each hand, then NaN: the pen lifts."""
    hands = np.full((PAIRS, 3, 2), np.nan)
    hands[:, 0] = CENTERS
    hands[:, 1] = CENTERS + features.reshape(-1, 2)
    return hands.reshape(-1, 2)


@functools.cache
def _faces() -> Array:
    """Return the circle around each center, then NaN."""
    angles = np.append(np.linspace(0, 2 * np.pi, 49), np.nan)
    circle = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    faces: Array = (CENTERS[:, None] + circle).reshape(-1, 2)
    faces.setflags(write=False)
    return faces


def _against_offset(scores: Array, offset: int, score: float) -> Figure:
    return curves(
        "Score against the distance n",
        Curve("score", OFFSETS, scores, SCORE_COLOR, points=True),
        Mark(offset, score, number_text(score, 3), SCORE_COLOR),
        x=Axis("distance n", (0, OFFSETS[-1])),
        y=SCORES,
    )


@functools.lru_cache(maxsize=8)
def _scores(base: float, alpha: int) -> Array:
    """Return the score at every distance, by the angles between the hands."""
    speeds = base ** (-np.arange(0, WIDTH, 2) / WIDTH)
    angles = np.radians(alpha) + OFFSETS[:, None] * speeds
    scores: Array = np.cos(angles).sum(axis=1)
    scores.setflags(write=False)
    return scores


def _against_position(score: float, added: Array, position: int) -> Figure:
    return curves(
        "Score against the position of the key",
        Curve("RoPE", PLACES, np.full(len(PLACES), score), SCORE_COLOR),
        Curve("added encodings", PLACES, added, OTHER_COLOR),
        x=Axis("position of the key", (0, PLACES[-1])),
        y=BOTH,
        at=[(position, "now")],
    )


@functools.lru_cache(maxsize=8)
def added_scores(query: bytes, key: bytes, offset: int, base: float) -> Array:
    """Return the score at every position if encodings are added instead."""
    encoding = _encoding(base)
    queries = np.frombuffer(query) + encoding[offset : offset + len(PLACES)]
    keys = np.frombuffer(key) + encoding[: len(PLACES)]
    scores: Array = (queries * keys).sum(axis=1)
    scores.setflags(write=False)
    return scores


@functools.lru_cache(maxsize=8)
def _encoding(base: float) -> Array:
    return sinusoidal_positional_encoding(len(PLACES) + len(OFFSETS), WIDTH, base=base)


def sentence(apart: Array, score: float, offset: int) -> str:
    """Say where the query stands, how far the hands are apart, and the score."""
    degrees = ", ".join(f"{angle:.0f}°" for angle in apart[:-1])
    where = (
        "Query and key stand at the same position"
        if offset == 0
        else f"The query stands {offset} after the key"
    )
    return (
        f"{where}: their hands are {degrees} and {apart[-1]:.0f}° apart, and the cosines "
        f"add up to the score {number_text(score, 3)}."
    )
