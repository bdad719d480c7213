"""A formula without one of its parts, beside the whole one: both drawn, both said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from charts import Figure, Scene
from charts.base import Trace
from charts.ghost import ghosts
from notation.numbers import number_text

RIGHT = "✓"  # marks what the whole formula gives
MARKED = f"In the pictures {RIGHT} marks the whole formula."
MARKED_BESIDE = f"In a small picture {RIGHT} marks the whole formula."
POINTED_AT = "A cell that is pointed at says what it holds with the whole formula."
UNMARKED = "whole formula"  # the name of a map's numbers that stand nowhere
DASH = "dash"
RTOL, ATOL = 1e-9, 1e-12  # what differs by no more is the same
MOST_MARKED = 0.5  # of a map's cells: a mark in nearly all of them would say nothing


def beside(
    broken: Scene, whole: Scene, part: tuple[str, str], compared: Mapping[str, str]
) -> Scene:
    """Put what the whole formula gives beside what is left without a part.

    Parameters
    ----------
    broken, whole : Scene
        The same lesson at the same setting, without the part and with it.
    part : (str, str)
        ``Without …``, and what the part is for.
    compared : mapping
        The live numbers that are compared in words: their labels, and what readers see.

    Returns
    -------
    Scene
        The pictures of the broken formula with ghosts of the whole one, and a sentence
        that compares them.
    """
    figures = [*map(_both, broken.figures, whole.figures)]
    marked = [any(map(_is_marked, figure["data"])) for figure in figures]
    drawn = [trace for one in figures for trace in one["data"]]
    says = [part[1], *_comparisons(broken, whole, compared)]
    if any(marked):
        says.append(MARKED if marked[0] else MARKED_BESIDE)
    elif any(trace.get("name") == UNMARKED for trace in drawn):
        says.append(POINTED_AT)
    return Scene(*figures, status=" ".join(says), readouts=broken.readouts)


def _is_marked(trace: Trace) -> bool:
    return RIGHT in trace.get("text", ())


def _both(broken: Figure, whole: Figure) -> Figure:
    kept = [_marked(ghost, broken) for ghost in ghosts(whole, RIGHT, DASH)]
    layout = broken["layout"]
    if any(ghost["type"] == "bar" and ghost["opacity"] for ghost in kept):
        layout = _with_room_for(whole["layout"], layout)
    return {**broken, "data": [*broken["data"], *kept], "layout": layout}


def _with_room_for(other: Mapping[str, Any], layout: dict[str, Any]) -> dict[str, Any]:
    """Return a layout whose linear axis of heights reaches as far as another's too."""
    heights = layout["yaxis"]
    if heights.get("type") == "log" or not heights.get("range"):
        return layout
    ends = [*heights["range"], *other["yaxis"]["range"]]
    return {**layout, "yaxis": {**heights, "range": [min(ends), max(ends)]}}


def _marked(ghost: Trace, broken: Figure) -> Trace:
    """Mark only what the part changes."""
    shown = broken["data"][ghost["meta"]["of"]]
    if "cells" in ghost["meta"]:
        return _cells(ghost, np.ravel(shown["z"]))
    if all(_alike(ghost.get(axis), shown.get(axis)) for axis in ("x", "y")):
        return {**ghost, "opacity": 0, "text": [""] * len(ghost.get("text", ()))}
    return ghost


def _cells(ghost: Trace, now: np.ndarray) -> Trace:
    """Mark the cells of a map that the part changes, unless those are most of them."""
    same = np.isclose(now, ghost["customdata"], equal_nan=True)
    if np.count_nonzero(~same) > MOST_MARKED * same.size:
        return {**ghost, "name": UNMARKED, "text": [""] * same.size, "meta": {}}
    texts = ["" if alike else RIGHT for alike in same.tolist()]
    return {**ghost, "text": texts, "meta": {}}


def _alike(one: Any, other: Any) -> bool:
    """Tell whether two axes of a trace have the same places, numbers or names."""
    if one is None or other is None:
        return one is other
    first, second = np.asarray(one), np.asarray(other)
    if first.shape != second.shape:
        return False
    different = first != second
    if not different.any():
        return True
    if not {first.dtype.kind, second.dtype.kind} <= set("fiu"):
        return False
    # Most are far apart at the first place that differs, which spares comparing all.
    k = different.argmax()
    a, b = float(first[k]), float(second[k])
    if abs(a - b) > ATOL + RTOL * abs(b):
        return False
    return bool(np.allclose(first, second, rtol=RTOL, atol=ATOL, equal_nan=True))


def _comparisons(
    broken: Scene, whole: Scene, compared: Mapping[str, str]
) -> Iterator[str]:
    for label, name in compared.items():
        if label not in broken.readouts:
            continue  # the picture shows something else just now
        without, right = (_text(scene.readouts[label]) for scene in (broken, whole))
        if without == right:
            yield f"Here it makes no difference to “{name}”, {right}."
        else:
            yield f"Now “{name}” is {without} instead of {right}."


def _text(value: float | str) -> str:
    if isinstance(value, str):
        return value
    text = number_text(value)
    return "just under 1" if text == "1" and value < 1 - ATOL else text
