"""Where labels stand: beside their mark or line, on a side where none hides another."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Sequence

from charts.base import Axis, Range

Named = tuple[float, str]  # a position on an axis and what stands there
Point = tuple[float, float, str]
# Sizes of a picture between its axes, in pixels: of a phone's, a small and a large one.
# Labels keep their size while places move apart, so each size is looked at.
_ROOMS = ((290, 98), (400, 158), (560, 318))
_LETTER = 6.6, 17
ABOVE = "top center"
_SIDES = {
    ABOVE: (0, 1),
    "middle right": (1, 0),
    "middle left": (-1, 0),
    "bottom center": (0, -1),
    "top right": (1, 1),
    "top left": (-1, 1),
    "bottom right": (1, -1),
    "bottom left": (-1, -1),
}
_BESIDE, _ABOVE = 9, 16  # from the middle of a mark to its label's edge, and middle
_NOTHING = 15  # square pixels that nobody misses
_EDGE = 10  # how far a label may stick out: there are margins


Box = tuple[float, float, float, float]  # left, right, bottom and top, in pixels


_Label = tuple[Box, ...]  # where words lie in each of the rooms


def name_sides(at: Sequence[Named], x: Axis) -> list[str]:
    """Choose the sides of the names of upright lines.

    Parameters
    ----------
    at : sequence of (position, name)
        The lines.
    x : Axis
        Their axis.

    Returns
    -------
    list of str
        Plotly's ``xanchor``: ``"left"`` for a name on the right of its line.
    """
    return list(_name_sides(tuple(at), x.range, x.log)) if at else []


@functools.lru_cache(maxsize=64)  # most lines stand where they stood
def _name_sides(
    at: tuple[Named, ...], ends: Range | None, log: bool
) -> tuple[str, ...]:
    x = Axis(range=ends, log=log)
    taken: list[_Label] = []
    sides = []
    for position, text in at:
        order = ("right", "left") if _part(position, x) > 0.5 else ("left", "right")
        names = ((side, _upright_name(position, text, x, side)) for side in order)
        sides.append(_freest(names, taken))
    return tuple(sides)


def label_sides(
    points: Sequence[Point],
    x: Axis,
    y: Axis,
    *,
    at: Sequence[Named] = (),
    levels: Sequence[Named] = (),
) -> list[str]:
    """Choose on which side of each point its label stands.

    Parameters
    ----------
    points : sequence of (x, y, label)
        In order: the first has its choice.
    x, y : Axis
        Their axes. Without fixed ranges all labels stand above.
    at, levels : sequence of (position, name)
        Upright lines, named as `name_sides` says, and level ones.

    Returns
    -------
    list of str
        Plotly's ``textposition`` for each; above for those without a label.
    """
    if not any(text for _, _, text in points):
        return [ABOVE] * len(points)
    taken = [
        _upright_name(position, text, x, side)
        for (position, text), side in zip(at, name_sides(at, x), strict=True)
    ]
    taken += [_level_name(position, text, y) for position, text in levels]
    sides = []
    for right, up, text in points:
        if not text:
            sides.append(ABOVE)
            continue
        place = _part(right, x), _part(up, y)
        labels = ((side, _beside(place, text, side)) for side in _SIDES)
        sides.append(_freest(labels, taken))
    return sides


def _freest(labels: Iterable[tuple[str, _Label]], taken: list[_Label]) -> str:
    """Take the first side where nothing is hidden, else that where least is."""
    least, best, chosen = math.inf, "", None
    for side, label in labels:
        hidden = _hidden(label, taken)
        if hidden < least:
            least, best, chosen = hidden, side, label
        if hidden < _NOTHING:
            break
    if chosen is not None:
        taken.append(chosen)
    return best


def _part(value: float, axis: Axis) -> float:
    """Return how far along its axis a value lies, 0 to 1; 0 if nobody knows."""
    if axis.range is None or not math.isfinite(value):
        return 0.0
    low, high = axis.range
    if axis.log:
        if value <= 0:
            return 0.0
        low, high, value = math.log10(low), math.log10(high), math.log10(value)
    return (value - low) / (high - low) if high != low else 0.0


def _beside(place: tuple[float, float], text: str, side: str) -> _Label:
    half, height = len(text) * _LETTER[0] / 2, _LETTER[1]
    right, up = _SIDES[side]
    x, y = right * (_BESIDE + half), up * _ABOVE
    return _label(place, x - half, x + half, y - height / 2, y + height / 2)


def _label(
    place: tuple[float, float], left: float, right: float, bottom: float, top: float
) -> _Label:
    """Put words at a place, as parts of the axes; their edges are so many pixels away."""
    at = [(place[0] * width, place[1] * height) for width, height in _ROOMS]
    return tuple((x + left, x + right, y + bottom, y + top) for x, y in at)


def _upright_name(position: float, text: str, x: Axis, side: str) -> _Label:
    width = len(text) * _LETTER[0]
    left = -width if side == "right" else 0
    return _label((_part(position, x), 1), left, left + width, -_LETTER[1], 0)


def _level_name(position: float, text: str, y: Axis) -> _Label:
    width = len(text) * _LETTER[0]
    return _label((1, _part(position, y)), -width, 0, 0, _LETTER[1])


def _hidden(label: _Label, taken: Sequence[_Label]) -> float:
    """Return how much of a label is cut off or shares its place with another."""
    lost = 0.0
    for k, (width, height) in enumerate(_ROOMS):
        left, right, bottom, top = label[k]
        across = max(0.0, -_EDGE - left, right - width - _EDGE)
        down = max(0.0, -_EDGE - bottom, top - height - _EDGE)
        lost += across * (top - bottom) + down * (right - left)
        for other in taken:
            a, b, c, d = other[k]
            if left < b and a < right and bottom < d and c < top:
                lost += (min(right, b) - max(left, a)) * (min(top, d) - max(bottom, c))
    return lost
